#include "happening.h"

#include <json-c/json.h>
#include <string.h>

#include "http/request.h"
#include "util/json.h"

#include "zone.h"

#define DAY_S 86400

struct extent extent_of_json(const struct caltime *start, struct json_object *end, const char *duration,
			     const char *zone)
{
	struct caltime until;

	return extent_of(start, end != NULL && caltime_of_json(&until, end) ? &until : NULL, duration, zone);
}

void event_times(struct request *req, struct event_times *times, const char *start, const char *end,
		 const char *duration, const char *recurrence, const char *overrides, const char *zone)
{
	struct caltime first;

	stored_time(req, start, &first);
	times->recurs = recurrence != NULL;
	times->series = (struct series){.start = first};
	if (recurrence != NULL)
		stored_series(req, &first, recurrence, &times->series, NULL);
	times->extent = extent_of_json(&first, stored_json(req, end), duration, zone);
	times->overrides = overrides != NULL && strcmp(overrides, "{}") != 0 ? stored_json(req, overrides) : NULL;
}

struct walk {
	const struct event_times *times;
	const char *zone;
	int64_t from, to;
	bool (*each)(void *ctx, const struct happening *happening);
	void *ctx;
	bool stopped;
};

static bool within(const struct walk *walk, const struct happening *h)
{
	return h->from < walk->to && (h->to > walk->from || (h->to == h->from && h->from >= walk->from));
}

static void set_end(struct happening *h, const struct extent *extent, const char *zone)
{
	h->end = h->start;
	if (h->start.is_date)
		caltime_set_wall(&h->end, caltime_wall(&h->start) + (int64_t)extent->days * DAY_S);
	h->to = extent_end(extent, &h->start, zone);
}

static bool visit(void *ctx, const struct caltime *occurrence, int64_t instant)
{
	struct walk *walk = ctx;
	struct happening h = {.occurrence = *occurrence, .start = *occurrence, .from = instant};
	char key[CALTIME_TEXT];

	if (walk->times->overrides != NULL) {
		caltime_format(key, occurrence);
		if (json_object_object_get_ex(walk->times->overrides, key, NULL))
			return true;
	}
	set_end(&h, &walk->times->extent, walk->zone);
	walk->stopped = within(walk, &h) && !walk->each(walk->ctx, &h);
	return !walk->stopped;
}

/* An occurrence with what is said of it alone. */
static void visit_override(struct walk *walk, const char *key, struct json_object *changes)
{
	struct happening h = {.changes = changes};
	struct json_object *start = json_object_object_get(changes, "start");
	struct json_object *end = json_object_object_get(changes, "end");
	const char *duration = json_member_text(changes, "duration");
	struct extent extent = walk->times->extent;

	if (!caltime_parse(&h.occurrence, key))
		return;
	h.occurrence.zone = walk->times->series.start.zone;
	h.start = h.occurrence;
	if (start != NULL)
		caltime_of_json(&h.start, start);
	if (end != NULL || duration != NULL || h.start.is_date != h.occurrence.is_date)
		extent = extent_of_json(&h.start, end, duration, walk->zone);
	h.from = caltime_instant(&h.start, walk->zone);
	set_end(&h, &extent, walk->zone);
	if (within(walk, &h) && !walk->each(walk->ctx, &h))
		walk->stopped = true;
}

bool event_each(const struct event_times *times, const char *zone, int64_t from, int64_t to, size_t most,
		bool (*each)(void *ctx, const struct happening *happening), void *ctx)
{
	struct walk walk = {.times = times, .zone = zone, .from = from, .to = to, .each = each, .ctx = ctx};
	/* What began before may still be going on; a day more for a clock that was put forward. */
	int64_t back = (int64_t)(times->extent.days + 1) * DAY_S + times->extent.seconds;

	if (!times->recurs)
		visit(&walk, &times->series.start, caltime_instant(&times->series.start, zone));
	else if (series_each(&times->series, zone, from - back, to, most, visit, &walk) == SERIES_LIMIT)
		return false;
	if (times->overrides != NULL && times->recurs) {
		json_object_object_foreach(times->overrides, key, changes)
		{
			if (!walk.stopped)
				visit_override(&walk, key, changes);
		}
	}
	return true;
}
