/*
 * ics_alarm: a VALARM as a reminder of our API, and back (RFC 5545, 3.6.6).
 */
#ifndef AURORA_PLANNING_ICS_ALARM_H
#define AURORA_PLANNING_ICS_ALARM_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct ics_parts;
struct json_object;

/*
 * The reminder that the lines within a VALARM make, to the minute; you own it. NULL for what reminds nobody: it does
 * nothing, or has no time that a reminder can have; of a task without the time that it is relative to with a note.
 */
struct json_object *ics_alarm_reminder(struct ics_parts *parts, const char *lines, const char *end);

/* The TRIGGER of a reminder, a line without its end, where DTSTART is so many minutes later than the start that it is
 * relative to; NULL when it is none. */
const char *ics_alarm_trigger(struct arena *arena, struct json_object *reminder, int64_t later);

/* Add a VALARM that shows a title: lines, unfolded. */
void ics_alarm_add(struct buf *out, const char *trigger, const char *title);

/* Whether the lines within a VALARM say something else than ics_alarm_add would, and are a whole alarm. */
bool ics_alarm_says_more(struct arena *arena, const char *lines, const char *end, const char *trigger,
			 const char *title);

#endif
