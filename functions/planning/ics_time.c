/*
 * ics_time: times and durations by their form, on the clocks that they are told of.
 */
#include "ics_time.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <libical/ical.h>

#include "ics_json.h"
#include "ics_line.h"
#include "ics_zone.h"
#include "util/arena.h"
#include "util/clock.h"
#include "zone.h"

#define DAY          86400
#define DURATION_LEN 24
#define DAYS_MOST    36525 /* of a duration: a century */

/* "20260329", "20260329T090000", with or without seconds and "Z". */
static bool read_form(const char *value, size_t len, struct caltime *t, bool *utc)
{
	char text[CALTIME_TEXT];
	bool has_time = len > 8;

	*utc = len > 0 && (value[len - 1] == 'Z' || value[len - 1] == 'z');
	len -= *utc;
	if (len != 8 && ((len != 15 && len != 13) || (value[8] != 'T' && value[8] != 't')))
		return false;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2s", value, value + 4, value + 6);
	if (has_time && len == 13)
		snprintf(text + 10, sizeof(text) - 10, "T%.2s:%.2s", value + 9, value + 11);
	/* A leap second is the minute's last. */
	else if (has_time)
		snprintf(text + 10, sizeof(text) - 10, "T%.2s:%.2s:%.2s", value + 9, value + 11,
			 memcmp(value + 13, "60", 2) ? value + 13 : "59");
	return caltime_parse(t, text);
}

struct ics_zone *ics_zone_of(const struct ics_context *context, const struct ics_line *line)
{
	const char *tzid = ics_line_param(context->arena, line, "TZID");

	return tzid ? ics_zones_find(context->zones, tzid) : NULL;
}

bool ics_time(const struct ics_context *context, struct ics_zone *zone, const char *value, size_t len,
	      struct caltime *t)
{
	bool utc;

	while (len > 0 && *value == ' ') {
		value++;
		len--;
	}
	if (!read_form(value, len, t, &utc))
		return false;
	if (t->is_date)
		return true;
	if (utc)
		t->zone = "UTC";
	else if (zone)
		return ics_zone_apply(context->zones, zone, t);
	return true;
}

bool ics_line_time(const struct ics_context *context, const struct ics_line *line, struct caltime *t)
{
	return ics_time(context, ics_zone_of(context, line), line->value, line->value_len, t);
}

const char *ics_bad_time(const struct ics_context *context, const struct ics_line *line)
{
	const struct ics_zone *zone = ics_zone_of(context, line);

	if (zone && ics_zone_late(zone))
		return "its VTIMEZONE took too long to read";
	return arena_printf(context->arena, "%.*s is no time between %d and %d", (int)line->name_len, line->name,
			    CALTIME_YEAR_FIRST, CALTIME_YEAR_LAST);
}

bool ics_same_zone(const struct caltime *a, const struct caltime *b)
{
	return a->zone == b->zone || (a->zone && b->zone && !strcmp(a->zone, b->zone));
}

int64_t ics_minutes_between(const struct caltime *from, const struct caltime *to)
{
	if (ics_same_zone(from, to))
		return (caltime_wall(to) - caltime_wall(from)) / 60;
	return (caltime_instant(to, "UTC") - caltime_instant(from, "UTC")) / 60;
}

void ics_to_clock(const struct ics_context *context, const struct caltime *other, struct caltime *t)
{
	const char *own = other->zone ? other->zone : context->zone;

	if (t->is_date || other->is_date)
		return;
	if (t->zone && strcmp(t->zone, own) != 0 && (other->zone || !strcmp(t->zone, "UTC")))
		caltime_set_wall(t, zone_wall(own, caltime_instant(t, context->zone)));
	t->zone = other->zone;
}

void ics_to_time_of_day(const struct ics_context *context, const struct caltime *anchor, struct caltime *t)
{
	struct caltime meant = *anchor;

	meant.year = t->year;
	meant.month = t->month;
	meant.day = t->day;
	if (caltime_instant(&meant, context->zone) == caltime_instant(t, context->zone))
		*t = meant;
}

struct json_object *ics_time_json(const struct caltime *t)
{
	struct json_object *json = ics_json(json_object_new_object());
	char text[CALTIME_TEXT];

	caltime_format(text, t);
	ics_put(json, t->is_date ? "date" : "local", ics_string(text));
	if (t->zone)
		ics_put(json, "time_zone", ics_string(t->zone));
	return json;
}

const char *ics_instant(const struct ics_context *context, const struct caltime *t)
{
	char text[INSTANT_TEXT];

	instant_format(text, caltime_instant(t, context->zone) * 1000000);
	return arena_strdup(context->arena, text);
}

const char *ics_duration(struct arena *arena, const char *value, size_t len, int64_t *seconds)
{
	struct icaldurationtype d;
	const char *text;

	if (len > DURATION_LEN)
		return NULL;
	text = arena_strndup(arena, value, len);
	text += *text == '+';
	if (!strpbrk(text, "0123456789"))
		return NULL;
	d = icaldurationtype_from_string(text);
	if (icaldurationtype_is_bad_duration(d))
		return NULL;
	*seconds =
		((int64_t)d.weeks * 7 + d.days) * DAY + (int64_t)d.hours * 3600 + (int64_t)d.minutes * 60 + d.seconds;
	*seconds *= d.is_neg ? -1 : 1;
	return llabs(*seconds) <= (int64_t)DAYS_MOST * DAY ? text : NULL;
}
