/*
 * ics_alarm: triggers, and what else an alarm says.
 */
#include "ics_alarm.h"

#include <math.h>
#include <string.h>

#include <json-c/json.h>

#include "ics_json.h"
#include "ics_line.h"
#include "ics_parts.h"
#include "planning.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"

#define SECOND_US   1000000
#define APPLE_NEVER "19760401T005545Z" /* when Apple's alarm of a thing without one is */

/* start, of a task without one due; RELATED=END is a task's due time. */
static const char *related(const struct ics_parts *parts, const char *value)
{
	bool to_end = value && !strcasecmp(value, "END");

	if (parts->kind == ICS_EVENT)
		return to_end ? "end" : "start";
	return to_end || !parts->has_start ? "due" : "start";
}

/* What a task is not, nothing is relative to. */
static bool is_there(const struct ics_parts *parts, const char *relative_to)
{
	return parts->kind == ICS_EVENT || !strcmp(relative_to, "start") || parts->has_end ||
	       (parts->has_start && parts->rrule);
}

static struct json_object *read_trigger(struct ics_parts *parts, const struct ics_line *trigger)
{
	struct arena *arena = parts->context->arena;
	struct json_object *reminder;
	struct caltime at;
	const char *relative_to;
	int64_t seconds, minutes;

	if (ics_duration(arena, trigger->value, trigger->value_len, &seconds)) {
		relative_to = related(parts, ics_line_param(arena, trigger, "RELATED"));
		if (!is_there(parts, relative_to)) {
			ics_note(parts,
				 "an alarm is kept, but reminds nobody: it is relative to a time that is not there");
			return NULL;
		}
		minutes = llround((double)seconds / 60) + (strcmp(relative_to, "start") ? 0 : parts->later);
		if (minutes < -REMINDER_OFFSET_MAX || minutes > REMINDER_OFFSET_MAX)
			return NULL;
		reminder = ics_json(json_object_new_object());
		ics_put(reminder, "offset_minutes", ics_json(json_object_new_int64(minutes)));
		ics_put(reminder, "relative_to", ics_string(relative_to));
		return reminder;
	}
	if (!ics_line_time(parts->context, trigger, &at))
		return NULL;
	reminder = ics_json(json_object_new_object());
	ics_put(reminder, "at", ics_string(ics_instant(parts->context, &at)));
	return reminder;
}

struct json_object *ics_alarm_reminder(struct ics_parts *parts, const char *lines, const char *end)
{
	struct json_object *reminder = NULL;
	struct ics_line line;
	bool acts = true;

	while (ics_line_next(&lines, end, &line)) {
		if ((ics_line_is(&line, "ACTION") && ics_value_is(&line, "NONE")) ||
		    (ics_line_is(&line, "TRIGGER") && ics_value_is(&line, APPLE_NEVER)))
			acts = false;
		if (ics_line_is(&line, "TRIGGER") && !reminder)
			reminder = read_trigger(parts, &line);
	}
	if (acts)
		return reminder;
	json_object_put(reminder);
	return NULL;
}

/* "-PT30M", "-P1D". */
static const char *duration_text(struct arena *arena, long long minutes)
{
	unsigned long long size = minutes < 0 ? 0ULL - (unsigned long long)minutes : (unsigned long long)minutes;
	const char *sign = minutes < 0 ? "-" : "";

	if (size == 0)
		return "PT0M";
	if (size % 1440 == 0)
		return arena_printf(arena, "%sP%lluD", sign, size / 1440);
	return arena_printf(arena, "%sP%sT%s%s", sign, size >= 1440 ? arena_printf(arena, "%lluD", size / 1440) : "",
			    size % 1440 >= 60 ? arena_printf(arena, "%lluH", size % 1440 / 60) : "",
			    size % 60 > 0 ? arena_printf(arena, "%lluM", size % 60) : "");
}

const char *ics_alarm_trigger(struct arena *arena, struct json_object *reminder, int64_t later)
{
	struct json_object *offset = json_object_object_get(reminder, "offset_minutes");
	const char *to = json_member_text(reminder, "relative_to"), *at = json_member_text(reminder, "at");
	struct caltime t = {.zone = "UTC"};
	int64_t us;

	if (json_object_is_type(offset, json_type_int) && to && strcmp(to, "start") != 0)
		return arena_printf(arena, "TRIGGER;RELATED=END:%s",
				    duration_text(arena, json_object_get_int64(offset)));
	if (json_object_is_type(offset, json_type_int))
		return arena_printf(arena, "TRIGGER:%s", duration_text(arena, json_object_get_int64(offset) - later));
	if (!at || !instant_parse(at, &us))
		return NULL;
	caltime_set_wall(&t, us / SECOND_US);
	return arena_printf(arena, "TRIGGER;VALUE=DATE-TIME:%04d%02d%02dT%02d%02d%02dZ", t.year, t.month, t.day, t.hour,
			    t.minute, t.second);
}

void ics_alarm_add(struct buf *out, const char *trigger, const char *title)
{
	buf_adds(out, "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:");
	ics_escape(out, title && *title ? title : "Reminder");
	buf_printf(out, "\n%s\nEND:VALARM\n", trigger);
}

bool ics_alarm_says_more(struct arena *arena, const char *lines, const char *end, const char *trigger,
			 const char *title)
{
	struct buf *plain = buf_in(arena, ICS_TEXT_MAX);
	int actions = 0, triggers = 0;
	struct ics_line line;
	bool more = false;

	ics_alarm_add(plain, trigger, title);
	while (ics_line_next(&lines, end, &line)) {
		actions += ics_line_is(&line, "ACTION");
		triggers += ics_line_is(&line, "TRIGGER");
		more = more || !ics_lines_have(buf_text(plain), plain->len, line.text, line.len);
	}
	return more && actions == 1 && triggers == 1;
}
