/*
 * Transfer: everything as iCalendar, and from it. What comes in is checked as though it had been sent one by one; what
 * is wrong is said with its line, and the others are taken. A UID that was here before is changed, so that importing
 * again brings nothing new.
 */
#include <string.h>

#include <json-c/json.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/log.h"
#include "util/utf8.h"
#include "util/uuid.h"

#include "ics.h"
#include "ics_budget.h"
#include "ics_line.h"
#include "planning.h"
#include "store.h"

#define ICS_TYPE       "text/calendar; charset=utf-8"
#define CHECKS_US      INT64_C(5000000) /* of the processor, for an import's checks of what recurs */
#define ITEM_MAX       (4u << 20)       /* bytes of one thing as JSON */
#define PARENTS_TRIED  10               /* of those that a file names */
#define REPORT_MAX     (256u << 10)     /* bytes behind which nothing more is told */
#define REPORT_COUNTED 100              /* things of which something is told */
#define ECHO_MAX       (16u << 20)      /* bytes of one thing as we write it */
#define CALENDAR_MAX   (16u << 20)      /* bytes of a file: reading one may take eight times as much memory */

/* ---- Out ---- */

struct export
{
	struct request *req;
	struct arena *arena;
	struct ics_writer *writer;
};

/* A rule as others read it: what is left of it, where a task has moved on. */
static void tell_rule(struct export *ex, struct json_object *json, const char *recurrence, const struct caltime *start,
		      const struct caltime *from)
{
	struct series series;
	bool after_completion;
	const char *rule;

	stored_series(ex->req, start, recurrence, &series, &after_completion);
	rule = series.rrule != NULL ? series_rule_told(ex->arena, &series, after_completion ? start : from) : NULL;
	if (rule != NULL)
		json_object_object_add(json_object_object_get(json, "recurrence"), "rrule",
				       json_object_new_string(rule));
}

/* A member's text as it is in PostgreSQL. */
static void set_member(struct export *ex, struct json_object *json, const char *name, const char *text)
{
	json_object_object_add(json, name, json_object_get(stored_json(ex->req, text)));
}

/* What recurs, as other programs have to have it. A task that was put off is told as its series has it, or it would
 * recur from there. */
static void tell_series(struct export *ex, enum ics_kind kind, struct json_object *json, const struct result *row)
{
	bool task = kind == ICS_TASK;
	const char *recurrence = result_get(row, 0, "recurrence");
	struct caltime start, from, due;

	if (recurrence == NULL || !stored_time(ex->req, result_get(row, 0, task ? "series_start" : "start"), &start) ||
	    !stored_time(ex->req, result_get(row, 0, task ? "occurrence" : "start"), &from))
		return;
	tell_rule(ex, json, recurrence, &start, &from);
	if (task && stored_time(ex->req, result_get(row, 0, "due"), &due) &&
	    caltime_wall(&due) != caltime_wall(&from)) {
		set_member(ex, json, "due", result_get(row, 0, "occurrence"));
		set_member(ex, json, "starts", time_along(ex->req, result_get(row, 0, "starts"), &due, &from));
	}
}

/* Before others that a file named, for the first is the one that counts. */
static const char *with_parent(struct arena *arena, const char *extra, const char *uid)
{
	struct buf *lines = buf_in(arena, ITEM_MAX);

	buf_adds(lines, ICS_RELATED_TO ":");
	ics_escape(lines, uid);
	buf_printf(lines, "\n%s", extra);
	return buf_text(lines);
}

/* `row` is as an export has it, or of what a UID stands for. */
static void write_row(struct export *ex, enum ics_kind kind, const struct result *row)
{
	struct arena *outer = ex->req->arena;
	struct buf *json = buf_in(ex->arena, ITEM_MAX);
	const char *uid = result_get(row, 0, "uid");
	struct ics_item item = {.kind = kind,
				.uid = uid != NULL ? uid : result_get(row, 0, "id"),
				.category = result_get(row, 0, "category"),
				.extra = result_get(row, 0, "extra")};
	struct json_writer w;

	json_writer_init(&w, json);
	thing_encode(&w, kind == ICS_EVENT ? event_fields : task_fields, row, 0);
	item.json = json_read_own(ex->arena, json->data, json->len);
	if (kind == ICS_TASK && result_get(row, 0, "parent_uid") != NULL)
		item.extra = with_parent(ex->arena, item.extra, result_get(row, 0, "parent_uid"));
	ex->req->arena = ex->arena;
	tell_series(ex, kind, item.json, row);
	ex->req->arena = outer;
	ics_write_item(ex->writer, &item);
	arena_clear(ex->arena);
}

static bool write_event(void *ctx, const struct result *row)
{
	struct export *ex = ctx;

	write_row(ex, ICS_EVENT, row);
	return response_flush(ex->req, false);
}

static bool write_task(void *ctx, const struct result *row)
{
	struct export *ex = ctx;

	write_row(ex, ICS_TASK, row);
	return response_flush(ex->req, false);
}

/* The entity tag, from what is exported and how; read before that, so that it is never newer. */
static bool set_tag(struct request *req, const char *user_id, const char *category, const char *name, bool busy)
{
	struct result *state = store_export_state(req, user_id, category, !busy);
	const char *of;

	if (state == NULL)
		return false;
	of = arena_printf(req->arena, "%s %d %s %s %s %s", service_version, busy, result_text(state, 0, 0),
			  result_text(state, 0, 1), result_text(state, 0, 2), name);
	response_etag_of(req, of, strlen(of));
	return true;
}

int calendar_write(struct request *req, const char *user_id, const char *category, const char *name, bool busy)
{
	struct export ex = {.req = req, .arena = arena_within(req->arena)};
	struct buf *out;

	if (!set_tag(req, user_id, category, name, busy))
		return problem_database(req);
	if (response_not_modified(req))
		return response_empty(req, 304);
	response_header(req, "Content-Disposition", "inline; filename=\"calendar.ics\"");
	out = response_stream(req, 200, ICS_TYPE);
	ex.writer = ics_write_begin(req->arena, out, name, busy ? ICS_BUSY : ICS_FULL);
	if (!store_export(req, user_id, category, !busy, write_event, write_task, &ex)) {
		response_abort(req, "the export could not be completed");
		return 0;
	}
	ics_write_end(ex.writer);
	return 0;
}

/* GET /api/calendar/export.ics: 200 with everything, or what is in a `category`, as iCalendar; 304; 400. */
int get_export(struct request *req)
{
	const char *category;

	if (!query_owner(req, "category", &category))
		return 0;
	return calendar_write(req, req->user->user_id, category, "Aurora", false);
}

/* ---- In ---- */

/* The first things of which something is told; all are counted. */
struct report {
	struct buf *out;
	struct json_writer json;
	long count, told;
};

struct import {
	struct request *req;
	struct arena *kept, *arena; /* of the import, of one thing */
	const char *zone;
	struct ics_budget checks; /* of what recurs, whether it can be */
	struct export echo;       /* of what is here, one by one, into this */
	struct buf *echoed;
	struct report errors, warnings; /* what was not taken, and what was taken but for something */
	long created, updated, unchanged, failed;
	const char *category, *category_id; /* the last one that was looked up */
	bool answered;                      /* the database failed */
};

static void report_begin(struct arena *arena, struct report *report)
{
	report->out = buf_in(arena, REPORT_MAX + ITEM_MAX);
	json_writer_init(&report->json, report->out);
	json_begin_array(&report->json);
}

static const char *report_end(struct report *report)
{
	json_end_array(&report->json);
	if (report->out->overflow)
		bug("what is told of one thing is longer than a thing");
	return buf_text(report->out);
}

/* What is told of a thing, with the faults that were noted of it. */
static void tell(struct import *in, struct report *report, size_t line, const char *component, const char *detail)
{
	struct json_writer *w = &report->json;

	report->count++;
	if (report->told == REPORT_COUNTED || report->out->len > REPORT_MAX) {
		problem_fields_take(in->req, NULL);
		return;
	}
	report->told++;
	json_begin_object(w);
	json_member_int(w, "line", (long long)line);
	json_member_string(w, "component", component);
	json_member_string(w, "detail", detail);
	if (problem_fields(in->req) > 0) {
		json_key(w, "fields");
		problem_fields_take(in->req, w);
	}
	json_end_object(w);
}

static void report(struct import *in, size_t line, const char *component, const char *detail)
{
	in->failed++;
	tell(in, &in->errors, line, component, detail);
}

static void on_fault(void *ctx, size_t line, const char *component, const char *detail)
{
	report(ctx, line, component, detail);
}

static bool database_failed(struct import *in)
{
	planning_failed(in->req);
	in->answered = true;
	return false;
}

static bool find_category(struct import *in, const char *name, const char **id)
{
	*id = NULL;
	if (name == NULL || !category_name_ok(name))
		return true;
	if (in->category == NULL || strcmp(in->category, name) != 0) {
		if (!category_named(in->req, name, id))
			return database_failed(in);
		in->category = arena_strdup(in->kept, name);
		in->category_id = arena_strdup(in->kept, *id);
	}
	*id = in->category_id;
	return true;
}

static void put(void *json)
{
	json_object_put(json);
}

/* A member taken out of the JSON of a thing: none that clients send. It stays as long as the request's arena. */
static struct json_object *take_member(struct request *req, struct json_object *json, const char *name)
{
	struct json_object *member = json_object_get(json_object_object_get(json, name));

	arena_defer(req->arena, put, member);
	json_object_object_del(json, name);
	return member;
}

/* Decoded as though a client had sent it; NULL with its faults noted, and no answer. */
static struct values *decode(struct request *req, struct json_object *json, const struct field *fields,
			     enum field_mode mode)
{
	struct values *values;

	req->json = json;
	values = fields_decode(req, fields, mode);
	req->values = values;
	return values;
}

/* What a file says of single occurrences, checked one by one. NULL with faults noted. */
static const char *read_overrides(struct request *req, struct json_object *overrides)
{
	struct buf *out = buf_in(req->arena, ITEM_MAX);
	struct json_writer w;

	json_writer_init(&w, out);
	json_begin_object(&w);
	if (overrides != NULL) {
		json_object_object_foreach(overrides, key, changes)
		{
			struct values *values;

			req->pointer = arena_printf(req->arena, "/overrides/%s", key);
			values = decode(req, changes, event_fields, FIELDS_MERGE);
			if (values != NULL)
				json_member_raw(&w, key, override_json(req, values));
		}
		req->pointer = NULL;
	}
	json_end_object(&w);
	return problem_fields(req) == 0 ? buf_text(out) : NULL;
}

/* One that is in the trash comes back when it is imported again; *back says that it did. */
static bool untrash(struct import *in, struct result **known,
		    struct result *(*restore)(struct request *req, const char *id), bool *back)
{
	struct result *restored;

	*back = false;
	if (result_rows(*known) == 0 || result_get(*known, 0, "deleted_at") == NULL)
		return true;
	restored = restore(in->req, result_get(*known, 0, "id"));
	if (restored == NULL)
		return database_failed(in);
	*back = result_rows(restored) > 0;
	if (*back)
		*known = restored;
	return true;
}

/* What came of a thing that was there (`known`, with a row) or not. */
static void count(struct import *in, const struct result *known, bool changed)
{
	if (result_rows(known) == 0)
		in->created++;
	else if (changed)
		in->updated++;
	else
		in->unchanged++;
}

static bool is_cancelled(const struct ics_item *item)
{
	return ics_lines_say(item->extra, strlen(item->extra), "STATUS", "CANCELLED");
}

/* What a file says is called off goes, or does not come. */
static bool import_cancelled(struct import *in, const struct ics_item *item, const struct result *known)
{
	bool event = item->kind == ICS_EVENT;
	const char *id;
	struct result *gone;

	if (result_rows(known) == 0)
		tell(in, &in->warnings, item->line, event ? "VEVENT" : "VTODO", "is called off, and was not here");
	if (result_rows(known) == 0 || result_get(known, 0, "deleted_at") != NULL) {
		in->unchanged++;
		return true;
	}
	id = result_get(known, 0, "id");
	gone = event ? store_event_trash(in->req, id, NULL) : store_task_trash(in->req, id, NULL);
	if (gone == NULL)
		return database_failed(in);
	in->updated++;
	return true;
}

/* Before a thing is settled: false, with that noted, when what recurs has had its time. */
static bool check_begin(struct import *in, const char *recurrence)
{
	if (recurrence != NULL && ics_budget_gone(&in->checks)) {
		problem_field(in->req, "/recurrence", "too_expensive", "took too long to check, with those before it");
		return false;
	}
	ics_budget_begin(&in->checks);
	return true;
}

static bool check_end(struct import *in, bool settled)
{
	ics_budget_end(&in->checks);
	return settled;
}

static bool import_event(struct import *in, const struct ics_item *item, struct result *known)
{
	struct request *req = in->req;
	struct json_object *overrides = take_member(req, item->json, "overrides");
	const char *event[EVENT_MEMBERS] = {NULL};
	const char *overrides_text, *id;
	struct result *written, *marked;
	bool back;

	overrides_text = read_overrides(req, overrides);
	if (overrides_text == NULL || decode(req, item->json, event_fields, FIELDS_CREATE) == NULL)
		return true;
	members_of_values(req, event_members, EVENT_MEMBERS, event, false);
	event[EVENT_OVERRIDES] = event[EVENT_RECURRENCE] != NULL ? overrides_text : "{}";
	if (!check_begin(in, event[EVENT_RECURRENCE]) || !check_end(in, event_settle(req, event)))
		return true;
	if (is_cancelled(item))
		return import_cancelled(in, item, known);
	if (!find_category(in, item->category, &event[EVENT_CATEGORY]) ||
	    !untrash(in, &known, store_event_restore, &back))
		return false;
	id = result_rows(known) > 0 ? result_get(known, 0, "id") : uuid_in(req->arena);
	written = result_rows(known) > 0 ? store_event_update(req, id, event, result_get(known, 0, "version"))
					 : store_event_create(req, id, event);
	marked = written != NULL ? store_event_imported(req, id, item->uid, item->extra) : NULL;
	if (marked == NULL)
		return database_failed(in);
	count(in, known, back || result_rows(written) > 0 || result_rows(marked) > 0);
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Lines without those that name this parent. */
static const char *without_parent(struct arena *arena, const char *lines, const char *uid)
{
	struct buf *rest = buf_in(arena, ITEM_MAX);
	const char *at = lines, *end = lines + strlen(lines), *from = lines;
	struct ics_line line;

	while (ics_line_find(&at, end, ICS_RELATED_TO, &line)) {
		if (!ics_names_parent(arena, &line) || strcmp(ics_line_text(arena, &line), uid) != 0)
			continue;
		buf_add(rest, from, (size_t)(line.text - from));
		from = at;
	}
	buf_adds(rest, from);
	return buf_text(rest);
}

/* Whether a task that was found may be the parent of another, or is already. */
static bool can_be_parent(const struct result *found, const struct result *known)
{
	if (result_rows(found) == 0 || result_get(found, 0, "deleted_at") != NULL)
		return false;
	if (result_rows(known) == 0)
		return result_get(found, 0, "parent_id") == NULL;
	return same_text(result_get(known, 0, "parent_id"), result_get(found, 0, "id")) ||
	       (result_get(found, 0, "parent_id") == NULL &&
		strcmp(result_get(known, 0, "id"), result_get(found, 0, "id")) != 0 &&
		strstr(result_get(known, 0, "progress"), "\"total\": 0") != NULL);
}

/* The first task of those that a file names as this one's parent which can be; and what else the file says of it. False
 * when the database failed. */
static bool find_parent(struct import *in, const struct ics_item *item, const struct result *known, const char **parent,
			const char **rest)
{
	struct request *req = in->req;
	const char *extra = item->extra;
	const char *at = extra, *end = extra + strlen(extra), *uid;
	struct ics_line line;
	struct result *found;
	bool refused = false;
	int tried = 0;

	*rest = extra;
	while (tried < PARENTS_TRIED && ics_line_find(&at, end, ICS_RELATED_TO, &line)) {
		if (!ics_names_parent(req->arena, &line))
			continue;
		uid = ics_line_text(req->arena, &line);
		found = store_task_by_uid(req, ics_uid(req->arena, uid));
		tried++;
		if (found == NULL)
			return database_failed(in);
		if (can_be_parent(found, known)) {
			*parent = result_get(found, 0, "id");
			*rest = without_parent(req->arena, extra, uid);
			return true;
		}
		refused = refused || (result_rows(found) > 0 && result_get(found, 0, "deleted_at") == NULL);
	}
	if (refused && *parent == NULL)
		tell(in, &in->warnings, item->line, "VTODO",
		     "is below a task that can have none below it: it is one of its own");
	return true;
}

/* Whether a file says of a task, which may have been put off here, just where its series has it: as our own do. */
static bool told_of_series(struct request *req, const char *const *task, const char *const *before)
{
	struct caltime due, occurrence;
	struct series series;

	if (task[TASK_RECURRENCE] == NULL || !stored_time(req, before[TASK_OCCURRENCE], &occurrence) ||
	    !stored_time(req, task[TASK_DUE], &due))
		return false;
	stored_series(req, &due, task[TASK_RECURRENCE], &series, NULL);
	series_pass_exdates(&series, &due);
	return due.is_date == occurrence.is_date && caltime_wall(&due) == caltime_wall(&occurrence);
}

static bool import_task(struct import *in, const struct ics_item *item, struct result *known)
{
	struct request *req = in->req;
	struct json_object *completed = take_member(req, item->json, "completed");
	struct json_object *completed_at = take_member(req, item->json, "completed_at");
	const char *task[TASK_MEMBERS] = {NULL};
	const char *before[TASK_MEMBERS];
	const char *done = NULL, *id, *extra;
	char now[INSTANT_TEXT];
	struct result *written, *marked;
	bool back;

	if (decode(req, item->json, task_fields, FIELDS_CREATE) == NULL)
		return true;
	if (is_cancelled(item))
		return import_cancelled(in, item, known);
	if (!untrash(in, &known, store_task_restore, &back))
		return false;
	if (result_rows(known) > 0)
		members_of_row(task_members, TASK_MEMBERS, task, known);
	memcpy(before, task, sizeof(before));
	members_of_values(req, task_members, TASK_MEMBERS, task, false);
	task[TASK_PARENT] = before[TASK_PARENT];
	if (!find_parent(in, item, known, &task[TASK_PARENT], &extra))
		return false;
	if (!check_begin(in, task[TASK_RECURRENCE]))
		return true;
	if (told_of_series(req, task, before)) {
		task[TASK_DUE] = before[TASK_DUE];
		task[TASK_STARTS] = before[TASK_STARTS];
	} else {
		/* A file's series begins where the file says. */
		before[TASK_RECURRENCE] = NULL;
	}
	if (!check_end(in, task_settle(req, task, result_rows(known) > 0 ? before : NULL)))
		return true;
	if (!find_category(in, item->category, &task[TASK_CATEGORY]))
		return false;
	if (json_object_is_type(completed_at, json_type_string)) {
		done = json_object_get_string(completed_at);
	} else if (json_object_get_boolean(completed)) {
		instant_format(now, clock_now_us());
		done = result_rows(known) > 0 && result_get(known, 0, "completed_at") != NULL
			       ? result_get(known, 0, "completed_at")
			       : now;
	}
	id = result_rows(known) > 0 ? result_get(known, 0, "id") : uuid_in(req->arena);
	written = result_rows(known) > 0 ? store_task_update(req, id, task, result_get(known, 0, "version"))
					 : store_task_create(req, id, true, task);
	marked = written != NULL ? store_task_imported(req, id, item->uid, extra, done) : NULL;
	if (marked == NULL)
		return database_failed(in);
	count(in, known, back || result_rows(written) > 0 || result_rows(marked) > 0);
	return true;
}

/* An item that is to be held against others. */
struct comparison {
	const struct ics_item *item;
	bool same;
};

static bool compare(void *ctx, const struct ics_item *item)
{
	struct comparison *comparison = ctx;
	const struct ics_item *other = comparison->item;

	comparison->same = item->kind == other->kind && same_text(item->category, other->category) &&
			   same_text(item->extra, other->extra) && json_object_equal(item->json, other->json);
	return false;
}

static void differ(void *ctx, size_t line, const char *component, const char *detail)
{
	(void)ctx;
	(void)line;
	(void)component;
	(void)detail;
}

/* Whether a file has a thing just as we would write it: not all that is here is told, and some only in other words, so
 * that taking it in would change what nobody has changed. */
static bool is_echo(struct import *in, const struct ics_item *item, const struct result *known)
{
	struct comparison comparison = {.item = item};
	const struct ics_reader reader = {.item = compare, .fault = differ, .ctx = &comparison};
	const char *why;

	if (result_rows(known) == 0 || result_get(known, 0, "deleted_at") != NULL)
		return false;
	buf_clear(in->echoed);
	buf_adds(in->echoed, "BEGIN:VCALENDAR\r\n");
	write_row(&in->echo, item->kind, known);
	ics_write_end(in->echo.writer);
	if (!in->echoed->overflow)
		ics_read(in->arena, buf_text(in->echoed), in->echoed->len, in->zone, &reader, &why);
	return comparison.same;
}

/* What of a thing that was taken is not followed. */
static void warn(struct import *in, const struct ics_item *item, const char *component)
{
	for (const char *const *note = item->notes; *note != NULL; note++)
		tell(in, &in->warnings, item->line, component, *note);
	if (item->category != NULL && !category_name_ok(item->category))
		tell(in, &in->warnings, item->line, component,
		     "the first of its CATEGORIES is too long for one of ours");
}

static bool import_item(struct import *in, const struct ics_item *item)
{
	bool event = item->kind == ICS_EVENT;
	struct result *known = event ? store_event_by_uid(in->req, item->uid) : store_task_by_uid(in->req, item->uid);

	if (known == NULL)
		return database_failed(in);
	if (is_echo(in, item, known)) {
		in->unchanged++;
		return true;
	}
	return event ? import_event(in, item, known) : import_task(in, item, known);
}

static bool take(struct import *in, const struct ics_item *item)
{
	const char *component = item->kind == ICS_EVENT ? "VEVENT" : "VTODO";
	bool on;

	on = import_item(in, item);
	if (problem_fields(in->req) > 0)
		report(in, item->line, component, "is not acceptable");
	else
		warn(in, item, component);
	return on;
}

/* One thing of the file, in memory of its own. */
static bool on_item(void *ctx, const struct ics_item *item)
{
	struct import *in = ctx;
	struct request *req = in->req;
	struct arena *outer = req->arena;
	struct arena *results = db_use(req->db, in->arena);
	bool on;

	req->arena = in->arena;
	on = take(in, item);
	req->arena = outer;
	db_use(req->db, results);
	arena_clear(in->arena);
	return on;
}

static int answer(struct import *in, const char *errors, const char *warnings, bool dry_run)
{
	struct json_writer *w = response_json(in->req, 200);

	json_begin_object(w);
	json_member_int(w, "created", in->created);
	json_member_int(w, "updated", in->updated);
	json_member_int(w, "unchanged", in->unchanged);
	json_member_int(w, "failed", in->failed);
	json_member_int(w, "warned", in->warnings.count);
	json_member_bool(w, "dry_run", dry_run);
	json_member_raw(w, "errors", errors);
	json_member_raw(w, "warnings", warnings);
	json_end_object(w);
	return 0;
}

/*
 * POST /api/calendar/import: 200 with {created, updated, unchanged, failed, warned, errors: [{line, component, detail,
 * fields}], warnings: [{line, component, detail}]}: what was not taken, and what was but for something, the first 100
 * of each; 413; 422 when it is no iCalendar. All in one transaction.
 */
int post_import(struct request *req)
{
	const char *errors, *warnings;
	struct import in = {
		.checks = {.limit_us = CHECKS_US}, .req = req, .kept = req->arena, .arena = arena_within(req->arena)};
	const struct ics_reader reader = {.item = on_item, .fault = on_fault, .ctx = &in};
	const char *text, *why = NULL;
	bool dry_run = false, read;
	size_t len;

	if (req->body_limit > CALENDAR_MAX)
		req->body_limit = CALENDAR_MAX;
	if (!request_query_bool(req, "dry_run", &dry_run) || (text = request_body(req, &len)) == NULL ||
	    !own_zone(req, &in.zone))
		return 0;
	in.echoed = buf_in(req->arena, ECHO_MAX);
	in.echo = (struct export){.req = req, .arena = arena_within(req->arena)};
	in.echo.writer = ics_write_begin(req->arena, in.echoed, "", ICS_FULL);
	report_begin(req->arena, &in.errors);
	report_begin(req->arena, &in.warnings);
	if (!db_begin(req->db))
		return problem_database(req);
	if (!store_import_hold(req)) {
		problem_database(req);
		db_rollback(req->db);
		return 0;
	}
	read = ics_read(req->arena, text, len, in.zone, &reader, &why);
	errors = report_end(&in.errors);
	warnings = report_end(&in.warnings);
	if (in.answered || !read || dry_run) {
		db_rollback(req->db);
	} else if (!db_commit(req->db)) {
		db_rollback(req->db);
		return problem_database(req);
	}
	if (in.answered)
		return 0;
	if (!read) {
		problem_field(req, "", "malformed_icalendar", "%s", why);
		return problem_invalid(req);
	}
	return answer(&in, errors, warnings, dry_run);
}
