/*
 * caltime: text and JSON of calendar times, and the C library's calendar for the rest.
 */
#include "caltime.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "zone.h"

#define DAY           86400
#define EPOCH_WEEKDAY 4 /* 1970-01-01 was a Thursday */
#define DATE_LEN      10
#define JSON_MAX      256

/* Two digits at *at, below `limit`; *at moves behind them. */
static bool two_digits(const char **at, int limit, int *value)
{
	const char *c = *at;

	if (c[0] < '0' || c[0] > '9' || c[1] < '0' || c[1] > '9')
		return false;
	*value = (c[0] - '0') * 10 + c[1] - '0';
	*at += 2;
	return *value < limit;
}

static bool literal(const char **at, char c)
{
	return *(*at)++ == c;
}

/* "2026-03-29" at *at, which moves behind it. */
static bool date(const char **at, struct caltime *t)
{
	char text[DATE_LEN + 1];
	int century;

	snprintf(text, sizeof(text), "%s", *at);
	if (!date_valid(text) || !two_digits(at, 100, &century) || !two_digits(at, 100, &t->year) ||
	    !literal(at, '-') || !two_digits(at, 100, &t->month) || !literal(at, '-') || !two_digits(at, 100, &t->day))
		return false;
	t->year += century * 100;
	return t->year >= CALTIME_YEAR_FIRST && t->year <= CALTIME_YEAR_LAST;
}

bool caltime_parse(struct caltime *t, const char *text)
{
	*t = (struct caltime){.is_date = true};
	if (!date(&text, t))
		return false;
	if (*text == '\0')
		return true;
	t->is_date = false;
	if (!literal(&text, 'T') || !two_digits(&text, 24, &t->hour) || !literal(&text, ':') ||
	    !two_digits(&text, 60, &t->minute))
		return false;
	if (*text == ':' && (text++, !two_digits(&text, 60, &t->second)))
		return false;
	return *text == '\0';
}

size_t caltime_format(char out[CALTIME_TEXT], const struct caltime *t)
{
	char *end = put_date(out, (unsigned)t->year, (unsigned)t->month, (unsigned)t->day, 'T');

	if (!t->is_date) {
		end = put_two_digits(end, (unsigned)t->hour, ':');
		end = put_two_digits(end, (unsigned)t->minute, ':');
		if (t->second != 0)
			end = put_two_digits(end, (unsigned)t->second, ':');
	}
	*--end = '\0';
	return (size_t)(end - out);
}

const char *caltime_text(struct arena *arena, const struct caltime *t)
{
	char text[CALTIME_TEXT];

	caltime_format(text, t);
	return arena_strdup(arena, text);
}

bool caltime_of_json(struct caltime *t, struct json_object *json)
{
	const char *day = json_member_text(json, "date"), *local = json_member_text(json, "local");

	if (!day == !local || !caltime_parse(t, day ? day : local) || t->is_date != (day != NULL))
		return false;
	if (local)
		t->zone = json_member_text(json, "time_zone");
	return true;
}

const char *caltime_json(struct arena *arena, const struct caltime *t)
{
	struct buf *out = buf_in(arena, JSON_MAX);
	struct json_writer w;
	char text[CALTIME_TEXT];

	caltime_format(text, t);
	json_writer_init(&w, out);
	json_begin_object(&w);
	json_member_string(&w, t->is_date ? "date" : "local", text);
	if (t->zone)
		json_member_string(&w, "time_zone", t->zone);
	json_end_object(&w);
	return buf_text(out);
}

int64_t caltime_wall(const struct caltime *t)
{
	return clock_days(t->year, (unsigned)t->month, (unsigned)t->day) * DAY + t->hour * 3600 + t->minute * 60 +
	       t->second;
}

/* Days since 1970-01-01, and the seconds of the last one. */
static int64_t days_of_wall(int64_t wall, int *seconds)
{
	int64_t days = wall / DAY - (wall % DAY < 0);

	*seconds = (int)(wall - days * DAY);
	return days;
}

void caltime_set_wall(struct caltime *t, int64_t wall)
{
	int64_t year;
	unsigned month, day;
	int seconds;

	clock_date(days_of_wall(wall, &seconds), &year, &month, &day);
	t->year = (int)year;
	t->month = (int)month;
	t->day = (int)day;
	t->hour = t->is_date ? 0 : seconds / 3600;
	t->minute = t->is_date ? 0 : seconds / 60 % 60;
	t->second = t->is_date ? 0 : seconds % 60;
}

int64_t caltime_instant(const struct caltime *t, const char *zone)
{
	return zone_instant(t->zone ? t->zone : zone, caltime_wall(t));
}

int caltime_weekday(const struct caltime *t)
{
	int64_t days = clock_days(t->year, (unsigned)t->month, (unsigned)t->day) + EPOCH_WEEKDAY;

	return (int)(days - 7 * (days / 7 - (days % 7 < 0)));
}
