/*
 * ics: iCalendar (RFC 5545) to and from what our API calls a task and an event.
 *
 * Reading turns a component into the JSON that a client would send for it, so that it is checked as any other input;
 * writing takes the JSON that we answer. What our things have no member for (unknown properties, sub-components,
 * parameters' properties) is kept as it came in `extra`, and comes back out.
 */
#ifndef AURORA_PLANNING_ICS_H
#define AURORA_PLANNING_ICS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;
struct ics_line;
struct json_object;

#define ICS_UID_MAX 255 /* bytes of a uid; longer ones become their SHA-256 */

#define ICS_RELATED_TO "RELATED-TO" /* names the UID of another thing */

enum ics_kind { ICS_EVENT, ICS_TASK };

struct ics_item {
	enum ics_kind kind;
	const char *uid;
	const char *category;     /* first of CATEGORIES: our category's name; the others are tags. NULL: none */
	struct json_object *json; /* members as below */
	const char *extra;        /* content lines that we do not know, unfolded, each ended by "\n"; "" for none */
	size_t line;              /* where its BEGIN stands, from 1 */
	const char *const
		*notes; /* what it says and is not followed, sentences for people, ended by NULL; NULL: none */
};

/*
 * json of an event: title, description, location, start, end or duration, recurrence {rrule, exdates, rdates},
 * reminders, tags, overrides {"<occurrence>": {members that differ, also cancelled: true}}. json of a task: title,
 * notes, priority, tags, due, starts, recurrence, reminders, completed, completed_at (RFC 3339 or null). Times are
 * {"date"} | {"local"} | {"local","time_zone"}; occurrences, exdates and rdates are the local text alone. What recurs
 * of a task is when it is due; in a file it is DTSTART (RFC 5545, 3.8.5.3), and rule and dates are said of that.
 */

/*
 * Calls as the reader comes to them, overrides (RECURRENCE-ID) already with their series, those that are RELATED-TO
 * others in the end. `item` false stops. An item
 * and all in it is there until `item` returns.
 */
struct ics_reader {
	bool (*item)(void *ctx, const struct ics_item *item);
	void (*fault)(void *ctx, size_t line, const char *component,
		      const char *detail); /* this one is left out, the others are taken */
	void *ctx;
};

/*
 * Read a calendar of any encoding that says what it is (UTF-8, also with BOM; UTF-16 by its BOM; else CHARSET or
 * Windows-1252), any line ends, folded anywhere. False with *why set when it is no iCalendar at all. `zone` is for
 * times in a zone that cannot be told.
 */
bool ics_read(struct arena *arena, const char *text, size_t len, const char *zone, const struct ics_reader *reader,
	      const char **why);

/* A UID as it is kept: itself, or its SHA-256 when it is too long. */
const char *ics_uid(struct arena *arena, const char *uid);

/* Whether an ICS_RELATED_TO names a parent, which goes without saying (RFC 5545, 3.8.4.5). */
bool ics_names_parent(struct arena *arena, const struct ics_line *related);

enum ics_mode { ICS_FULL, ICS_BUSY /* when, not what */ };

/*
 * Write: begin, each item, end. A VTIMEZONE is right from 1970 on (from 1900, when the first that needs it is older).
 * Zones that were used come as VTIMEZONE before the first component that needs them. Lines end in CRLF and are folded
 * at 75 octets. `updated_at` and `created_at` of the json become DTSTAMP, LAST-MODIFIED and CREATED; `version`
 * SEQUENCE.
 */
struct ics_writer;
struct ics_writer *ics_write_begin(struct arena *arena, struct buf *out, const char *name, enum ics_mode mode);
void ics_write_item(struct ics_writer *w, const struct ics_item *item);
void ics_write_end(struct ics_writer *w);

#endif
