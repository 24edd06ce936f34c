#include "timing.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/json.h"

#define DAY_S 86400

bool duration_parse(struct extent *extent, const char *text)
{
	static const char units[] = "WDHMS";
	static const long seconds[] = {7L * DAY_S, DAY_S, 3600, 60, 1};
	size_t next = 0; /* the largest unit that may still come */
	bool time = false, some = false;

	*extent = (struct extent){0, 0};
	if (*text++ != 'P')
		return false;
	for (; *text != '\0'; some = true) {
		char *end;
		long n;
		const char *unit;

		if (*text == 'T' && !time) {
			time = true;
			text++;
			next = next < 2 ? 2 : next;
		}
		if (*text < '0' || *text > '9')
			return false;
		n = strtol(text, &end, 10);
		unit = *end != '\0' ? strchr(units + next, *end) : NULL;
		if (end - text > 7 || unit == NULL || (unit - units >= 2) != time)
			return false;
		if (time)
			extent->seconds += n * seconds[unit - units];
		else
			extent->days += n * (seconds[unit - units] / DAY_S);
		next = (size_t)(unit - units) + 1;
		text = end + 1;
	}
	return some && extent->days + extent->seconds / DAY_S <= DURATION_MAX;
}

struct extent extent_of(const struct caltime *start, const struct caltime *end, const char *duration, const char *zone)
{
	struct extent extent = {.days = start->is_date ? 1 : 0};

	if (duration != NULL)
		duration_parse(&extent, duration);
	else if (end != NULL && start->is_date)
		extent.days = (long)((caltime_wall(end) - caltime_wall(start)) / DAY_S);
	else if (end != NULL)
		extent.seconds = (long)(caltime_instant(end, zone) - caltime_instant(start, zone));
	return extent;
}

int64_t extent_end(const struct extent *extent, const struct caltime *start, const char *zone)
{
	struct caltime until = *start;

	if (extent->days != 0)
		caltime_set_wall(&until, caltime_wall(start) + (int64_t)extent->days * DAY_S);
	return caltime_instant(&until, zone) + extent->seconds;
}

static int in_time(const void *a, const void *b)
{
	int64_t x = caltime_wall(a), y = caltime_wall(b);

	return (x > y) - (x < y);
}

/* The times of an array, in order, once each, of the start's kind and zone. A day alone is one at its time of day. */
const struct caltime *times_of_json(struct arena *arena, struct json_object *dates, const struct caltime *start,
				    size_t *count)
{
	size_t length = dates != NULL ? json_object_array_length(dates) : 0;
	struct caltime *times = arena_alloc(arena, (length + 1) * sizeof(*times));
	size_t kept = 0;

	for (size_t i = 0; i < length; i++) {
		caltime_parse(&times[i], json_object_get_string(json_object_array_get_idx(dates, i)));
		if (start != NULL) {
			if (times[i].is_date) {
				times[i].hour = start->hour;
				times[i].minute = start->minute;
				times[i].second = start->second;
			}
			times[i].is_date = start->is_date;
			times[i].zone = start->zone;
			caltime_set_wall(&times[i], caltime_wall(&times[i]));
		}
	}
	qsort(times, length, sizeof(*times), in_time);
	for (size_t i = 0; i < length; i++)
		if (kept == 0 || caltime_wall(&times[kept - 1]) != caltime_wall(&times[i]))
			times[kept++] = times[i];
	*count = kept;
	return times;
}

void series_of_json(struct arena *arena, const struct caltime *start, struct json_object *recurrence,
		    struct series *series)
{
	*series = (struct series){.start = *start, .rrule = json_member_text(recurrence, "rrule")};
	series->exdates =
		times_of_json(arena, json_object_object_get(recurrence, "exdates"), start, &series->exdate_count);
	series->rdates =
		times_of_json(arena, json_object_object_get(recurrence, "rdates"), start, &series->rdate_count);
}
