/*
 * ics_parts: what one component (VEVENT or VTODO) says, in the members of our API.
 */
#ifndef AURORA_PLANNING_ICS_PARTS_H
#define AURORA_PLANNING_ICS_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "caltime.h"
#include "ics.h"

struct arena;
struct buf;
struct ics_line;
struct ics_zones;
struct json_object;

#define ICS_LIST_MAX 1000 /* exdates, rdates, reminders, overrides */

/* Properties of our own: what else would not come back from an export. */
#define ICS_TAGS             "X-AURORA-TAGS"             /* which of CATEGORIES are tags */
#define ICS_AFTER_COMPLETION "X-AURORA-AFTER-COMPLETION" /* of a recurrence: TRUE */
#define ICS_STARTS           "X-AURORA-STARTS"           /* when a task starts, where DTSTART has to be another */

/* What an exception has that we do not know stands in its series' extra, as a component that begins with its
 * occurrence. */
#define ICS_EXCEPTION  "X-AURORA-EXCEPTION"
#define ICS_OCCURRENCE "X-AURORA-OCCURRENCE"

/* Where it is read: `arena` is the item's. */
struct ics_context {
	struct arena *arena;
	struct ics_zones *zones;
	const char *zone; /* the reader's, for floating times that have to be instants */
};

struct ics_parts {
	const struct ics_context *context;
	enum ics_kind kind;
	bool is_override;
	struct json_object *json;
	struct json_object *exdates; /* arrays; of json's recurrence in the end */
	struct json_object *rdates;
	struct json_object *reminders;
	const char *category;
	struct buf *extra;
	struct caltime start, end; /* end: also a task's due */
	bool has_start, has_end;
	const char *duration; /* and in seconds */
	int64_t length;
	int64_t until_due; /* from a task's start, of which a file's rule and dates are, on its clock */
	struct caltime own_starts;
	bool has_own_starts;
	const char *rrule;
	bool after_completion;
	const char **categories;
	size_t category_count;
	const char **product_tags; /* those of categories that are tags, where we wrote it */
	size_t product_tag_count;
	bool has_product_tags;
	bool completed;
	const char *completed_at;
	bool cancelled;
};

/*
 * Read the lines between a component's BEGIN and END, whose nesting is right. NULL, or why it cannot be taken.
 * parts->json is without `recurrence`: ics_parts_recurrence adds it when overrides have brought their exdates.
 */
const char *ics_parts_read(struct ics_parts *parts, const struct ics_context *context, enum ics_kind kind,
			   bool is_override, const char *lines, size_t len);
void ics_parts_recurrence(struct ics_parts *parts);

/* A time among a line's values, by its form: date, floating, UTC or TZID. False when it is none. */
bool ics_time(const struct ics_context *context, const struct ics_line *line, const char *value, size_t len,
	      struct caltime *t);

/* Which occurrence of the series a time means: on the clock of its start, of a task when it is due, as text in the
 * arena. */
const char *ics_occurrence(const struct ics_parts *series, const struct caltime *t);

/* When the series' things happen: start, for a task without one due. */
const struct caltime *ics_anchor(const struct ics_parts *parts);

/* What an override has other than its series at `occurrence`: an object. */
struct json_object *ics_difference(const struct ics_parts *series, const struct ics_parts *override,
				   const char *occurrence);

/* Add such a component, unless there is nothing to keep. */
void ics_exception_extra(struct buf *extra, const char *occurrence, const char *lines);

/* json-c, but it dies when memory is short. */
struct json_object *ics_json(struct json_object *json);
void ics_put(struct json_object *json, const char *key, struct json_object *value);
void ics_append(struct json_object *array, struct json_object *value);

#endif
