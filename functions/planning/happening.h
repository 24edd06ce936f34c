/*
 * happening: an event, or one of its occurrences, from when to when it is.
 */
#ifndef AURORA_PLANNING_HAPPENING_H
#define AURORA_PLANNING_HAPPENING_H

#include <stdbool.h>
#include <stdint.h>

#include "caltime.h"
#include "planning.h"
#include "recurrence.h"
#include "timing.h"

struct json_object;
struct request;

/* extent_of, of an end as JSON (NULL for none). */
struct extent extent_of_json(const struct caltime *start, struct json_object *end, const char *duration,
			     const char *zone);

struct happening {
	struct caltime occurrence; /* which of its series, on its clock; what names it */
	struct caltime start;
	struct caltime end;          /* of whole days: the day behind the last */
	int64_t from, to;            /* instants; `to` exclusive, the same where it takes no time */
	struct json_object *changes; /* members that differ from the event's; NULL for none */
};

/* An event as far as its time goes. */
struct event_times {
	struct series series; /* without a rule: its start alone */
	bool recurs;
	struct extent extent;
	struct json_object *overrides; /* by occurrence; NULL for none */
};

/* Texts as they are stored. */
void event_times(struct request *req, struct event_times *times, const char *start, const char *end,
		 const char *duration, const char *recurrence, const char *overrides, const char *zone);

/* Call each(ctx, happening) for what of an event lies, in part at least, between two instants; `most` of its series at
 * most. Those that an override moved come last. False when there were more. */
bool event_each(const struct event_times *times, const char *zone, int64_t from, int64_t to, size_t most,
		bool (*each)(void *ctx, const struct happening *happening), void *ctx);

#endif
