/*
 * caltime: the three kinds of time a calendar knows (RFC 5545, 3.3.4 and 3.3.5): a date, a date with time on whatever
 * clock the reader has ("floating"), and one on the clocks of a zone.
 *
 * None is an instant; one is asked for where it is needed, in the time's own zone or, where it has none, in the
 * reader's. A wall time that does not exist there moves forward by the gap, one that comes twice is the first (RFC
 * 5545, 3.3.5).
 *
 * As JSON: {"date": "2026-03-29"}, {"local": "2026-03-29T09:00"}, {"local": "2026-03-29T09:00", "time_zone":
 * "Europe/Berlin"}.
 */
#ifndef AURORA_PLANNING_CALTIME_H
#define AURORA_PLANNING_CALTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct json_object;

#define CALTIME_TEXT       24
#define CALTIME_YEAR_FIRST 1900
#define CALTIME_YEAR_LAST  2199

struct caltime {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second;
	bool is_date;     /* a whole day; hour, minute and second are 0 */
	const char *zone; /* IANA name; NULL: a date, or floating */
};

/* "2026-03-29", "2026-03-29T09:00" or "2026-03-29T09:00:30", in our years. False when it is not; zone becomes NULL. */
bool caltime_parse(struct caltime *t, const char *text);

/* The same form, seconds only when there are some, of a year from 0 to 9999. Returns its length. */
size_t caltime_format(char out[CALTIME_TEXT], const struct caltime *t);
const char *caltime_text(struct arena *arena, const struct caltime *t);

/* From its JSON, checked before; strings are the tree's. False when it is none. */
bool caltime_of_json(struct caltime *t, struct json_object *json);

/* Its JSON, compact, members in the order above. */
const char *caltime_json(struct arena *arena, const struct caltime *t);

/* Seconds since 1970-01-01T00:00:00 on its own clock, as though that were UTC. */
int64_t caltime_wall(const struct caltime *t);

/* The date and time of such seconds; is_date and zone stay, and of a date the time is dropped. */
void caltime_set_wall(struct caltime *t, int64_t wall);

/* Unix seconds, in its own zone, else in `zone`. A date is its first moment there. */
int64_t caltime_instant(const struct caltime *t, const char *zone);

/* 0 Sunday … 6 Saturday. */
int caltime_weekday(const struct caltime *t);

#endif
