/*
 * ics_parts: what one component (VEVENT or VTODO) says, in the members of our API.
 */
#ifndef AURORA_PLANNING_ICS_PARTS_H
#define AURORA_PLANNING_ICS_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "caltime.h"
#include "ics.h"
#include "ics_time.h"

struct buf;
struct json_object;

#define ICS_LIST_MAX 1000 /* exdates, rdates, overrides */

#define ICS_NOTES_MAX 8

/* Properties of our own: what else would not come back from an export. */
#define ICS_TAGS             "X-AURORA-TAGS"             /* which of CATEGORIES are tags */
#define ICS_AFTER_COMPLETION "X-AURORA-AFTER-COMPLETION" /* of a recurrence: TRUE */
#define ICS_STARTS           "X-AURORA-STARTS"           /* when a task starts, where DTSTART has to be another */
#define ICS_STARTS_OF        "X-DTSTART"                 /* its parameter: that DTSTART */
#define ICS_AS_SERIES        "X-AURORA-AS-SERIES"        /* of an exception: TRUE, has the lines of its series */

/* Lines that come out for one of ours: see ics_extra.h. */
struct ics_kept {
	struct ics_kept *next;
	const char *ours, *lines;
	size_t len;
};

/* A text of ours that others tell once more in another form. */
enum ics_prose_of { ICS_DESCRIPTION, ICS_LOCATION, ICS_PROSES };
struct ics_prose {
	const char *ours;  /* the line that we write; NULL: none */
	const char *lines; /* those of the file */
	size_t len;
	struct buf *beside; /* other forms; NULL: none */
};

struct ics_parts {
	const struct ics_context *context;
	enum ics_kind kind;
	bool is_override;
	struct json_object *json;
	struct json_object *exdates; /* arrays; of json's recurrence in the end */
	struct json_object *rdates;
	struct json_object *reminders;
	struct json_object *overrides; /* by occurrence; those of PERIODs, until exceptions come */
	const char *category;
	struct buf *extra;
	size_t plain_len; /* of extra, before what is kept and what exceptions have */
	struct ics_prose prose[ICS_PROSES];
	struct ics_kept *kept; /* on its way into extra */
	size_t kept_len, kept_count;
	struct caltime start, end; /* end: also a task's due */
	bool has_start, has_end;
	const char *duration; /* and in seconds */
	int64_t length;
	int64_t until_due; /* from a task's start, of which a file's rule and dates are, on its clock */
	struct caltime own_starts;
	bool has_own_starts;
	const char *own_starts_of, *start_value; /* as they are written */
	int64_t later;                           /* minutes from those to DTSTART */
	bool as_series;
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
	const char *notes[ICS_NOTES_MAX + 1]; /* as in ics_item */
};

/*
 * Read the lines between a component's BEGIN and END, whose nesting is right. NULL, or why it cannot be taken.
 * parts->json is without `recurrence`: ics_parts_recurrence adds it when overrides have brought their exdates.
 */
const char *ics_parts_read(struct ics_parts *parts, const struct ics_context *context, enum ics_kind kind,
			   bool is_override, const char *lines, size_t len);
void ics_parts_recurrence(struct ics_parts *parts);

/* The number that stands for a priority of ours; 0 for none. */
int ics_priority(const char *name);

/* Which occurrence of the series a time means: on the clock of its start, of a task when it is due, as text in the
 * arena. */
const char *ics_occurrence(const struct ics_parts *series, const struct caltime *t);

/* Note what is not followed; the same once. */
void ics_note(struct ics_parts *parts, const char *note);

/* Tell of a zone that nobody has described, where times have been read in one since this was asked before. */
void ics_note_zone(struct ics_parts *parts);

/* What is wrong with when something ends; NULL: nothing. */
const char *ics_wrong_end(const struct ics_parts *parts);

/* When the series' things happen: start, for a task without one due. */
const struct caltime *ics_anchor(const struct ics_parts *parts);

/* What an override has other than its series at `occurrence`: an object. */
struct json_object *ics_difference(const struct ics_parts *series, const struct ics_parts *override,
				   const char *occurrence);

/* Whether an override, of which these are the lines, says beside our members what its series would say in its place. */
bool ics_same_extra(const struct ics_parts *series, const struct ics_parts *override, const char *lines, size_t len);

#endif
