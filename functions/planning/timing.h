/*
 * timing: how long something takes, and the series that its recurrence makes, from the JSON in which they are kept.
 */
#ifndef AURORA_PLANNING_TIMING_H
#define AURORA_PLANNING_TIMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caltime.h"
#include "recurrence.h"

struct arena;
struct json_object;

#define DURATION_MAX 366 /* days */

/* Days are those of the clock, seconds are exact (RFC 5545, 3.3.6). */
struct extent {
	long days;
	long seconds;
};

/* An ISO 8601 duration of at most DURATION_MAX days, without a sign: "P2D", "PT1H30M". False when it is none. */
bool duration_parse(struct extent *extent, const char *text);

/*
 * How long it takes from a start to its end or for its duration, NULL for none of them. What an end leaves is exact, of
 * dates it is days (RFC 5545, 3.8.5.3). A date without either takes the day, a time none (3.6.1). `zone` is for times
 * without one.
 */
struct extent extent_of(const struct caltime *start, const struct caltime *end, const char *duration, const char *zone);

/* The instant (Unix seconds) at which what starts then and takes so long is over: exclusive. */
int64_t extent_end(const struct extent *extent, const struct caltime *start, const char *zone);

/* The times of an array of local texts, in order, once each; `start` not NULL: of its kind and zone, a date alone at
 * its time of day. */
const struct caltime *times_of_json(struct arena *arena, struct json_object *dates, const struct caltime *start,
				    size_t *count);

/* The series that {rrule, exdates, rdates} makes from a start; its rrule is NULL where there is none. */
void series_of_json(struct arena *arena, const struct caltime *start, struct json_object *recurrence,
		    struct series *series);

#endif
