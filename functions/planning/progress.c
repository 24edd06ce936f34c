/*
 * Progress: what becomes of tasks. Done and to be done again, put off, put elsewhere in their order, one or many at
 * once.
 *
 * A recurring task that is done moves on to its next occurrence and remembers. The next is the one that follows by the
 * rule, wherever the task itself was put meanwhile; with after_completion it is counted from today.
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
#include "util/clock.h"
#include "util/json.h"
#include "util/uuid.h"

#include "planning.h"
#include "store.h"
#include "zone.h"

#define BULK_MAX  100
#define BULK_TEXT "100"
#define ATTEMPTS  3 /* at what somebody else was at, too */

/* What a request does to the task of an id. */
struct step {
	const char *id;
	const char *before, *after; /* of which other one, for a move */
};

static struct result *read_task(struct request *req, void *ctx)
{
	const struct step *step = ctx;

	return store_task(req, step->id);
}

static const struct thing the_task = {.fields = task_fields, .absent = "no such task", .read = read_task};

/* A write that would change nothing answers what there is. */
static struct result *as_it_is(const struct result *current)
{
	return (struct result *)(uintptr_t)current;
}

static int64_t now_s(void)
{
	return clock_now_us() / 1000000;
}

/* Today, at the due time's time of day; of a rule by the hour or less, now. */
static struct caltime done_at(const struct caltime *due, const char *zone, const char *rrule)
{
	struct caltime done = *due;
	int64_t wall = zone_wall(due->zone != NULL ? due->zone : zone, now_s());
	bool within_days = strstr(rrule, "FREQ=HOURLY") != NULL || strstr(rrule, "FREQ=MINUTELY") != NULL ||
			   strstr(rrule, "FREQ=SECONDLY") != NULL;

	caltime_set_wall(&done, wall - (within_days ? wall % 60 : wall % 86400));
	if (!within_days) {
		done.hour = due->hour;
		done.minute = due->minute;
		done.second = due->second;
	}
	return done;
}

/* The occurrence after the one that a task stands for. */
static bool next_occurrence(struct request *req, const struct result *task, int row, const struct caltime *due,
			    struct caltime *next)
{
	struct caltime start, occurrence;
	struct series series;
	bool after_completion;

	stored_time(req, result_get(task, row, "series_start"), &start);
	stored_time(req, result_get(task, row, "occurrence"), &occurrence);
	stored_series(req, &start, result_get(task, row, "recurrence"), &series, &after_completion);
	if (after_completion) {
		series.start = occurrence = done_at(due, result_get(task, row, "zone"), series.rrule);
		series.exdate_count = series.rdate_count = 0;
	}
	return series_next(&series, &occurrence, next);
}

/* Done: for good, or with its next occurrence to come. As the store's calls. */
static struct result *complete(struct request *req, const struct result *task, int row)
{
	const char *id = result_get(task, row, "id"), *version = result_get(task, row, "version");
	struct caltime due, next;
	const char *moved;

	if (result_get(task, row, "recurrence") == NULL)
		return store_task_complete_plain(req, id, version);
	stored_time(req, result_get(task, row, "due"), &due);
	if (!next_occurrence(req, task, row, &due, &next))
		return store_task_advance(req, id, version, NULL, NULL, NULL);
	moved = caltime_json(req->arena, &next);
	return store_task_advance(req, id, version, moved,
				  time_along(req, result_get(task, row, "starts"), &due, &next), moved);
}

static bool wants_done(struct request *req)
{
	const char *completed = value_text(req->values, "completed");

	return completed == NULL || completed[0] == 't';
}

/* Which occurrence the request is about beside the one that the task stands for: before it -1, behind it 1; 0: that
 * one, or it does not say. */
static int of_another(struct request *req, const char *occurrence)
{
	const char *given = value_text(req->values, "occurrence");
	struct caltime asked, its;

	if (given == NULL || !stored_time(req, occurrence, &its) || !caltime_parse(&asked, given))
		return 0;
	return (caltime_wall(&asked) > caltime_wall(&its)) - (caltime_wall(&asked) < caltime_wall(&its));
}

/* What was done last of a series that goes on is to be done again, where the request names it; where it names none, or
 * the one that is to be done already, nothing changes. NULL also with a field's problem noted. */
static struct result *take_back(struct request *req, const struct result *task)
{
	struct result *last = store_completion_last(req, result_get(task, 0, "id"));
	struct caltime due, was;

	if (last == NULL)
		return NULL;
	if (value_text(req->values, "occurrence") == NULL || of_another(req, result_get(task, 0, "occurrence")) == 0)
		return as_it_is(task);
	if (result_rows(last) == 0 || of_another(req, result_get(last, 0, "occurrence")) != 0) {
		problem_field(req, "/occurrence", "invalid", "is not the one that was done last");
		return NULL;
	}
	stored_time(req, result_get(task, 0, "due"), &due);
	stored_time(req, result_get(last, 0, "due"), &was);
	return store_task_take_back(req, result_get(task, 0, "id"), result_get(task, 0, "version"),
				    result_get(last, 0, "id"),
				    time_along(req, result_get(task, 0, "starts"), &due, &was));
}

static struct result *write_complete(struct request *req, const struct result *current, void *ctx)
{
	const struct step *step = ctx;
	bool done = result_bool(current, 0, result_column(current, "completed"));
	bool recurs = result_get(current, 0, "recurrence") != NULL;
	int other = of_another(req, result_get(current, 0, "occurrence"));
	struct result *changed;

	if (recurs && !done && wants_done(req) && other > 0) {
		problem_field(req, "/occurrence", "invalid", "comes later than the one that is to be done");
		problem_invalid(req);
		return NULL;
	}
	if (recurs && !done && !wants_done(req))
		changed = take_back(req, current);
	else if (done == wants_done(req) || other != 0)
		return as_it_is(current);
	else
		changed = done ? store_task_reopen(req, step->id, result_get(current, 0, "version"))
			       : complete(req, current, 0);
	if (changed == NULL && problem_fields(req) > 0)
		problem_invalid(req);
	else if (changed == NULL)
		problem_database(req);
	return changed;
}

/*
 * PATCH /api/tasks/:id/complete: 200 with the task; 404; 412; 422. What one statement can do is not read first.
 */
int patch_complete(struct request *req)
{
	struct step step = {.id = request_id_param(req, "id")};
	struct result *task;

	if (step.id == NULL)
		return 0;
	task = wants_done(req) ? store_task_complete_plain(req, step.id, request_if_match(req))
			       : store_task_reopen(req, step.id, request_if_match(req));
	if (task == NULL)
		return problem_database(req);
	if (result_rows(task) == 0)
		task = thing_change(req, &the_task, write_complete, &step);
	return task != NULL ? respond_thing(req, 200, task_fields, task) : 0;
}

static void check_occurrence(struct request *req, const char *pointer, struct json_object *json)
{
	struct caltime t;

	if (!caltime_parse(&t, json_object_get_string(json)))
		problem_field(req, pointer, "invalid", "must be the occurrence's local date, or date and time");
}

const struct field complete_fields[] = {
	{.name = "completed", .type = FIELD_BOOL, .initial = "t", .help = "false: to be done again"},
	{.name = "occurrence",
	 .type = FIELD_LINE,
	 .check = check_occurrence,
	 .help = "of a recurring task, the local time of which one: done, nothing happens when it is done already; "
		 "with "
		 "completed false the one that was done last is to be done again"},
	FIELD_END,
};

/* `until` as a time and as an instant, where it is not a time's own in `zone`. */
static void read_until(struct request *req, const char *zone, bool *timed, struct caltime *t, int64_t *instant)
{
	struct json_object *until = value_json(req->values, "until");
	int64_t us = 0;

	*timed = caltime_of_json(t, until);
	if (*timed) {
		*instant = caltime_instant(t, zone);
	} else {
		instant_parse(json_object_get_string(until), &us);
		*instant = us / 1000000;
	}
}

static struct result *refuse_until(struct request *req, const char *why)
{
	problem_field(req, "/until", "invalid", "%s", why);
	problem_invalid(req);
	return NULL;
}

/* The due time that `until` means for a task: as it was said, or an instant as the due time's own kind. Of another kind
 * it would begin a series anew. */
static bool new_due(struct request *req, const struct result *task, const char *own, bool timed, int64_t instant,
		    struct caltime *due)
{
	struct caltime was;
	bool had = stored_time(req, result_get(task, 0, "due"), &was);
	const char *zone = had && was.zone != NULL ? was.zone : own;

	if (!timed) {
		*due = had ? was : (struct caltime){.zone = zone};
		caltime_set_wall(due, zone_wall(zone, instant));
	}
	return result_get(task, 0, "recurrence") == NULL ||
	       (due->is_date == was.is_date && (due->zone == NULL) == (was.zone == NULL) &&
		(due->zone == NULL || strcmp(due->zone, was.zone) == 0));
}

static struct result *write_snooze(struct request *req, const struct result *current, void *ctx)
{
	const struct step *step = ctx;
	const char *version = result_get(current, 0, "version");
	const char *due = result_get(current, 0, "due"), *starts = result_get(current, 0, "starts"), *until = NULL;
	bool put_off = strcmp(value_text(req->values, "mode"), "task") == 0;
	const char *zone;
	char instant_text[INSTANT_TEXT];
	struct caltime t, was;
	int64_t instant;
	bool timed;
	struct result *changed;

	if (result_bool(current, 0, result_column(current, "completed"))) {
		problem(req, PROBLEM_CONFLICT, "it is done");
		return NULL;
	}
	if (!own_zone(req, &zone))
		return NULL;
	read_until(req, zone, &timed, &t, &instant);
	/* A task may be due today, but what is to be said at its first moment would have been. */
	if (instant <= now_s() && !(put_off && timed && t.is_date && instant > now_s() - 86400))
		return refuse_until(req, "must be in the future");
	if (!put_off) {
		instant_format(instant_text, instant * 1000000);
		until = instant_text;
	} else {
		if (!new_due(req, current, zone, timed, instant, &t))
			return refuse_until(req, "must be of the due time's kind and zone, for what recurs");
		if (stored_time(req, due, &was))
			starts = time_along(req, starts, &was, &t);
		due = caltime_json(req->arena, &t);
	}
	check_years(req, "/until", due);
	check_years(req, "/until", starts);
	if (problem_fields(req) > 0) {
		problem_invalid(req);
		return NULL;
	}
	changed = store_task_snooze(req, step->id, version, until, due, starts);
	if (changed == NULL)
		problem_database(req);
	return changed;
}

/*
 * POST /api/tasks/:id/snooze: 200 with the task; 404; 409 when it is done; 412; 422. With mode `reminder` it is as due
 * as it was and reminds at `until`, with `task` it is due then.
 */
int post_snooze(struct request *req)
{
	struct step step = {.id = request_id_param(req, "id")};
	struct result *task = step.id != NULL ? thing_change(req, &the_task, write_snooze, &step) : NULL;

	return task != NULL ? respond_thing(req, 200, task_fields, task) : 0;
}

static void check_until(struct request *req, const char *pointer, struct json_object *json)
{
	int64_t us;

	if (json_object_is_type(json, json_type_object))
		check_time(req, pointer, json);
	else if (!json_object_is_type(json, json_type_string) || !instant_parse(json_object_get_string(json), &us))
		problem_field(req, pointer, "invalid",
			      "must be an instant like 2026-03-29T07:00:00Z, or a time: {\"date\": …}, {\"local\": …}");
}

const struct field snooze_fields[] = {
	{.name = "mode",
	 .type = FIELD_ENUM,
	 .flags = FIELD_REQUIRED,
	 .choices = "reminder|task",
	 .help = "reminder: say it again then; task: it is due then"},
	{.name = "until",
	 .type = FIELD_JSON,
	 .flags = FIELD_REQUIRED,
	 .check = check_until,
	 .help = "an RFC 3339 instant, or a time"},
	FIELD_END,
};

static struct result *write_move(struct request *req, const struct result *current, void *ctx)
{
	const struct step *step = ctx;
	bool behind = step->after != NULL;
	const char *other = behind ? step->after : step->before;
	struct result *moved = store_task_move(req, step->id, result_get(current, 0, "version"), other, behind);
	struct result *beside = moved != NULL && result_rows(moved) == 0 ? store_task(req, other) : moved;

	if (beside == NULL) {
		problem_database(req);
		return NULL;
	}
	if (result_rows(beside) == 0) {
		problem_field(req, behind ? "/after" : "/before", "not_found", "there is no such task");
		problem_invalid(req);
		return NULL;
	}
	return moved;
}

/* POST /api/tasks/:id/move: 200 with the task, in its new place; 404; 412; 422. No other is numbered anew. */
int post_move(struct request *req)
{
	struct step step = {.id = request_id_param(req, "id"),
			    .before = value_text(req->values, "before"),
			    .after = value_text(req->values, "after")};
	const char *other = step.before != NULL ? step.before : step.after;
	struct result *task;

	if (step.id == NULL)
		return 0;
	if ((step.before == NULL) == (step.after == NULL) || strcmp(other, step.id) == 0) {
		problem_field(req, step.before != NULL ? "/before" : "/after", "invalid",
			      "give one of before and after: the id of another task");
		return problem_invalid(req);
	}
	task = thing_change(req, &the_task, write_move, &step);
	return task != NULL ? respond_thing(req, 200, task_fields, task) : 0;
}

const struct field move_fields[] = {
	{.name = "before", .type = FIELD_UUID, .help = "in front of this task, or"},
	{.name = "after", .type = FIELD_UUID, .help = "behind this one"},
	FIELD_END,
};

/* The row of an id among those that are held; -1 for none. */
static int held_row(const struct result *held, const char *id)
{
	for (int row = 0; row < result_rows(held); row++)
		if (strcmp(result_get(held, row, "id"), id) == 0)
			return row;
	return -1;
}

/* Notes which ids name nothing, or something twice. */
static bool all_held(struct request *req, const struct result *held, char **ids, size_t count)
{
	bool seen[BULK_MAX] = {false};

	for (size_t i = 0; i < count; i++) {
		int row = held_row(held, ids[i]);

		if (row >= 0 && !seen[row])
			seen[row] = true;
		else
			problem_field(req, arena_printf(req->arena, "/ids/%zu", i), row < 0 ? "not_found" : "duplicate",
				      row < 0 ? "there is no such task" : "it is named before");
	}
	return problem_fields(req) == 0;
}

/* What its parent has opened again meanwhile is done again as well. */
static bool bulk_complete(struct request *req, const struct result *held, const char *id)
{
	int row = held_row(held, id);

	if (result_bool(held, row, result_column(held, "completed")))
		return store_task_complete_plain(req, id, NULL) != NULL;
	return complete(req, held, row) != NULL;
}

static bool bulk_reopen(struct request *req, const struct result *held, const char *id)
{
	int row = held_row(held, id);

	return !result_bool(held, row, result_column(held, "completed")) ||
	       store_task_reopen(req, id, result_get(held, row, "version")) != NULL;
}

static bool bulk_delete(struct request *req, const struct result *held, const char *id)
{
	(void)held;
	return store_task_trash(req, id, NULL) != NULL;
}

static bool bulk_move(struct request *req, const struct result *held, const char *id)
{
	(void)held;
	return store_task_categorise(req, array_literal(req->arena, &id, 1), value_text(req->values, "category_id")) !=
	       NULL;
}

static const struct {
	const char *action;
	bool (*act)(struct request *req, const struct result *held, const char *id);
} actions[] = {
	{"complete", bulk_complete},
	{"reopen", bulk_reopen},
	{"move", bulk_move},
	{"delete", bulk_delete},
};

/* All or nothing, in a transaction that is open. The tasks as they are then; NULL with the request answered. */
static struct result *bulk(struct request *req, const char *literal)
{
	const char *action = value_text(req->values, "action");
	struct result *held = store_task_hold(req, literal), *tasks;
	size_t count, which = 0;
	char **ids = array_items(req->arena, literal, &count);

	if (held == NULL) {
		problem_database(req);
		return NULL;
	}
	if (!all_held(req, held, ids, count)) {
		problem_invalid(req);
		return NULL;
	}
	while (strcmp(actions[which].action, action) != 0)
		which++;
	for (size_t i = 0; i < count; i++)
		if (!actions[which].act(req, held, ids[i])) {
			planning_failed(req);
			return NULL;
		}
	tasks = store_task_by_ids(req, literal);
	if (tasks == NULL)
		problem_database(req);
	return tasks;
}

/* POST /api/tasks/bulk: 200 with the tasks as they are then; 422 naming each that cannot be, and nothing has happened.
 */
int post_bulk(struct request *req)
{
	bool own = !db_in_transaction(req->db), again;
	struct result *tasks;
	struct json_writer *w;

	if (strcmp(value_text(req->values, "action"), "move") == 0 && !value_present(req->values, "category_id")) {
		problem_field(req, "/category_id", "required", "must be given for a move; null for none");
		return problem_invalid(req);
	}
	for (int attempt = 1;; attempt++) {
		if (own)
			db_begin(req->db);
		tasks = bulk(req, value_text(req->values, "ids"));
		if (tasks != NULL && own && !db_commit(req->db)) {
			problem_database(req);
			tasks = NULL;
		}
		if (tasks != NULL || !own)
			break;
		again = db_status(req->db) == DB_RETRY && attempt < ATTEMPTS;
		db_rollback(req->db);
		if (!again)
			break;
	}
	if (tasks == NULL)
		return 0;
	w = response_json(req, 200);
	json_begin_object(w);
	json_key(w, "items");
	json_begin_array(w);
	for (int row = 0; row < result_rows(tasks); row++)
		thing_encode(w, task_fields, tasks, row);
	json_end_array(w);
	json_end_object(w);
	return 0;
}

static void check_id(struct request *req, const char *pointer, struct json_object *json)
{
	if (!uuid_valid(json_object_get_string(json)))
		problem_field(req, pointer, "invalid", "must be a UUID in lower case");
}

const struct field bulk_fields[] = {
	{.name = "action",
	 .type = FIELD_ENUM,
	 .flags = FIELD_REQUIRED,
	 .choices = "complete|reopen|move|delete",
	 .help = "what is done to each"},
	{.name = "ids",
	 .type = FIELD_TEXTS,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = BULK_MAX,
	 .item_max = 36,
	 .check_item = check_id,
	 .help = "of tasks, at most " BULK_TEXT},
	{.name = "category_id",
	 .type = FIELD_UUID,
	 .flags = FIELD_NULLABLE,
	 .help = "of a move: where to; null for none"},
	FIELD_END,
};

const struct field completion_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "of this completion"},
	{.name = "occurrence", .type = FIELD_JSON, .flags = FIELD_READ_ONLY, .help = "which it was, a time"},
	{.name = "due", .type = FIELD_JSON, .flags = FIELD_READ_ONLY, .help = "when it was due, a time"},
	{.name = "completed_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it was done"},
	FIELD_END,
};

/* GET /api/tasks/:id/history: 200 with a page of what was done of a recurring task, newest first; 404. */
int get_completions(struct request *req)
{
	const char *id = request_id_param(req, "id");
	struct page page;
	struct result *task, *completions, *count = NULL;

	if (id == NULL || !page_read(req, &page, 2))
		return 0;
	task = store_task(req, id);
	completions = task != NULL ? store_completions(req, id, &page) : NULL;
	if (completions == NULL || (page.count && (count = store_completion_count(req, id)) == NULL))
		return problem_database(req);
	if (result_rows(task) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "%s", the_task.absent);
	return respond_list(req, &page, completion_fields, completions,
			    (const char *const[]){"completed_at", "id", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}
