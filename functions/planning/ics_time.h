/*
 * ics_time: when things are, as a calendar tells it (RFC 5545, 3.3.4 to 3.3.6), and as our API has it.
 */
#ifndef AURORA_PLANNING_ICS_TIME_H
#define AURORA_PLANNING_ICS_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caltime.h"

struct arena;
struct ics_budget;
struct ics_line;
struct ics_zone;
struct ics_zones;
struct json_object;

/* Where it is read: `arena` is the item's. */
struct ics_context {
	struct arena *arena;
	struct ics_zones *zones;
	struct ics_budget *budget;
	const char *zone; /* the reader's, for floating times that have to be instants */
};

/* The zone of a line's times; NULL: it has no TZID. */
struct ics_zone *ics_zone_of(const struct ics_context *context, const struct ics_line *line);

/* A time by its form: date, floating, UTC, or on the clocks of its line's zone. False when it is none. */
bool ics_time(const struct ics_context *context, struct ics_zone *zone, const char *value, size_t len,
	      struct caltime *t);

/* A line's value as such a time. */
bool ics_line_time(const struct ics_context *context, const struct ics_line *line, struct caltime *t);

/* Why a line has no time. */
const char *ics_bad_time(const struct ics_context *context, const struct ics_line *line);

/* Whether two times are on the same clock, or both on none. */
bool ics_same_zone(const struct caltime *a, const struct caltime *b);

/* Minutes from one time to another: on the clock where both are on the same. */
int64_t ics_minutes_between(const struct caltime *from, const struct caltime *to);

/* Show a time on the clock of another; what floats keeps its wall time, and days have no clock. */
void ics_to_clock(const struct ics_context *context, const struct caltime *other, struct caltime *t);

/* What clocks that go forward leave out has happened later: where the anchor's time of day is meant so, it is that. */
void ics_to_time_of_day(const struct ics_context *context, const struct caltime *anchor, struct caltime *t);

/* A time as our API has it; you own it. */
struct json_object *ics_time_json(const struct caltime *t);

/* A time as an instant of RFC 3339, in the arena. */
const char *ics_instant(const struct ics_context *context, const struct caltime *t);

/* A value as a duration, without "+", in the arena; NULL when it is none, or longer than a century. */
const char *ics_duration(struct arena *arena, const char *value, size_t len, int64_t *seconds);

#endif
