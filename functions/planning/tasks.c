/*
 * Tasks: lists, and one as it is made, changed and taken away. What becomes of one is in progress.c.
 */
#include <string.h>

#include <json-c/json.h>

#include "aurora/service.h"
#include "aurora/tags.h"
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

/* One of the words of a query parameter, `words` ended by NULL; the first when absent. NULL with a 400 answered. */
static const char *query_word(struct request *req, const char *name, const char *const *words, const char *help)
{
	const char *given = request_query(req, name);

	if (given == NULL)
		return words[0];
	for (; *words != NULL; words++)
		if (strcmp(*words, given) == 0)
			return *words;
	problem(req, PROBLEM_BAD_REQUEST, "%s is %s", name, help);
	return NULL;
}

static bool read_filter(struct request *req, struct task_filter *f)
{
	static const char *const statuses[] = {"all", "open", "done", NULL};
	static const char *const sorts[] = {"created", "due", "priority", "position", NULL};
	static const char *const priorities[] = {NULL, "none", "low", "medium", "high", "urgent", NULL};
	bool overdue = false, trash = false;

	*f = (struct task_filter){.status = query_word(req, "status", statuses, "open, done or all")};
	if (f->status == NULL)
		return false;
	f->sort = query_word(req, "sort", sorts, "due, priority, created or position");
	if (f->sort == NULL)
		return false;
	f->priority = query_word(req, "priority", request_query(req, "priority") != NULL ? priorities + 1 : priorities,
				 "none, low, medium, high or urgent");
	if (f->priority == NULL && request_query(req, "priority") != NULL)
		return false;
	if (!query_owner(req, "category", &f->category) || !query_owner(req, "parent", &f->parent) ||
	    !query_time(req, "due_from", &f->due_from) || !query_time(req, "due_to", &f->due_to) ||
	    !query_zone(req, &f->zone) || !request_query_bool(req, "overdue", &overdue) ||
	    !request_query_bool(req, "trash", &trash) || !request_query_tags(req, &f->tags))
		return false;
	f->overdue = overdue ? "t" : "f";
	f->trash = trash ? "t" : "f";
	f->open = strcmp(f->status, "open") == 0 && strcmp(f->sort, "due") == 0 && f->priority == NULL &&
		  f->category == NULL && f->parent == NULL && f->due_from == NULL && f->due_to == NULL && !overdue &&
		  !trash && strcmp(f->tags, "{}") == 0;
	return true;
}

/* GET /api/tasks: 200 with a page, newest first, or as `sort` says: soonest, most urgent, or in their own order. */
int get_tasks(struct request *req)
{
	static const struct {
		const char *sort;
		const char *keys[PAGE_KEYS + 1];
	} sorts[] = {
		{"created", {"id"}},
		{"due", {"due_at", "id"}},
		{"position", {"position", "id"}},
		{"priority", {"priority", "due_at", "id"}},
	};
	struct task_filter filter;
	struct page page;
	struct result *tasks;
	struct result *count = NULL;
	size_t sort = 0;
	int keys = 0;

	if (!read_filter(req, &filter))
		return 0;
	while (strcmp(sorts[sort].sort, filter.sort) != 0)
		sort++;
	while (sorts[sort].keys[keys] != NULL)
		keys++;
	if (!page_read(req, &page, keys))
		return 0;
	tasks = store_tasks(req, &filter, &page);
	if (tasks == NULL || (page.count && (count = store_task_count(req, &filter)) == NULL))
		return problem_database(req);
	return respond_list(req, &page, task_fields, tasks, sorts[sort].keys,
			    page.count ? result_text(count, 0, 0) : NULL);
}

/* Whether two recurrences, neither NULL, go by the same rule, whatever dates they have beside it. */
static bool same_rule(struct request *req, const char *a, const char *b)
{
	struct json_object *one = stored_json(req, a), *other = stored_json(req, b);
	const char *rule = json_member_text(one, "rrule"), *other_rule = json_member_text(other, "rrule");

	return (rule == NULL || other_rule == NULL ? rule == other_rule : strcmp(rule, other_rule) == 0) &&
	       json_object_get_boolean(json_object_object_get(one, "after_completion")) ==
		       json_object_get_boolean(json_object_object_get(other, "after_completion"));
}

static bool same_kind(const struct caltime *a, const struct caltime *b)
{
	return a->is_date == b->is_date && (a->zone == NULL) == (b->zone == NULL) &&
	       (a->zone == NULL || strcmp(a->zone, b->zone) == 0);
}

/*
 * The series of a task goes on while its rule does, wherever the task itself is put. It begins anew at the first due
 * time, at one of another kind, and at another one with another rule; another rule alone goes on from the occurrence
 * that the task stands for.
 */
static void follow_series(struct request *req, const char **task, const char *const *before, const struct caltime *due)
{
	struct caltime start, was;
	bool goes_on = before != NULL && task[TASK_RECURRENCE] != NULL && before[TASK_RECURRENCE] != NULL &&
		       stored_time(req, before[TASK_SERIES_START], &start) && same_kind(&start, due);
	bool same = goes_on && same_rule(req, before[TASK_RECURRENCE], task[TASK_RECURRENCE]);
	bool moved = goes_on && (!stored_time(req, before[TASK_DUE], &was) || !same_kind(&was, due) ||
				 caltime_wall(&was) != caltime_wall(due));

	if (task[TASK_RECURRENCE] == NULL)
		task[TASK_SERIES_START] = task[TASK_OCCURRENCE] = NULL;
	else if (!goes_on || (moved && !same))
		task[TASK_SERIES_START] = task[TASK_OCCURRENCE] = task[TASK_DUE];
	else if (!same)
		task[TASK_SERIES_START] = task[TASK_OCCURRENCE];
}

/* The occurrence that a task stands for is passed over where it is one of the exdates. */
static void pass_over(struct request *req, const char **task, const struct series *series, struct caltime *due)
{
	struct caltime occurrence;

	stored_time(req, task[TASK_OCCURRENCE], &occurrence);
	if (!series_pass_exdates(series, &occurrence))
		return;
	task[TASK_STARTS] = time_along(req, task[TASK_STARTS], due, &occurrence);
	task[TASK_DUE] = task[TASK_OCCURRENCE] = caltime_json(req->arena, &occurrence);
	*due = occurrence;
}

static void derive_due(struct request *req, const char **task, bool has_due, const struct caltime *due)
{
	char instant[INSTANT_TEXT];

	task[TASK_DUE_AT] = has_due ? NULL : "infinity";
	if (has_due && due->zone != NULL) {
		instant_format(instant, caltime_instant(due, due->zone) * 1000000);
		task[TASK_DUE_AT] = arena_strdup(req->arena, instant);
	}
	task[TASK_LATE_AT] = task[TASK_DUE_AT];
}

/* What recurs of a task, and which occurrence it stands for. */
static void settle_series(struct request *req, const char **task, const char *const *before, struct caltime *due)
{
	struct series series;
	struct caltime start;
	bool after_completion;

	follow_series(req, task, before, due);
	if (task[TASK_RECURRENCE] == NULL)
		return;
	stored_time(req, task[TASK_SERIES_START], &start);
	stored_series(req, &start, task[TASK_RECURRENCE], &series, &after_completion);
	check_series(req, &series);
	if (after_completion && series.rrule != NULL && strstr(series.rrule, "COUNT=") != NULL)
		problem_field(req, "/recurrence/after_completion", "not_allowed",
			      "a rule that is counted from each completion has no COUNT");
	if (problem_fields(req) == 0 && !after_completion &&
	    (before == NULL || value_present(req->values, "recurrence") || value_present(req->values, "due")))
		pass_over(req, task, &series, due);
}

bool task_settle(struct request *req, const char **task, const char *const *before)
{
	const char *relatives[3] = {NULL};
	struct caltime due, starts;
	bool has_due = stored_time(req, task[TASK_DUE], &due);
	bool has_starts = stored_time(req, task[TASK_STARTS], &starts);
	size_t n = 0;

	check_years(req, "/due", task[TASK_DUE]);
	check_years(req, "/starts", task[TASK_STARTS]);
	if (problem_fields(req) > 0)
		return false;
	if (has_due)
		relatives[n++] = "due";
	if (has_starts)
		relatives[n++] = "start";
	check_relative(req, task[TASK_REMINDERS], relatives);
	if (has_due && has_starts && starts.is_date == due.is_date &&
	    caltime_instant(&starts, "UTC") > caltime_instant(&due, "UTC") &&
	    (starts.zone == NULL) == (due.zone == NULL))
		problem_field(req, "/starts", "invalid", "must not be after due");
	if (task[TASK_RECURRENCE] != NULL && !has_due)
		problem_field(req, "/due", "required", "must be given for what recurs");
	else
		settle_series(req, task, before, &due);
	derive_due(req, task, has_due, &due);
	return problem_fields(req) == 0;
}

/* 200 with the stored task when it is the same that was sent again; 422 when its parent is none; else 409. */
static int answer_taken(struct request *req, const char *id, const char *const *task)
{
	struct result *taken = store_task_taken(req, id, task);

	if (taken == NULL)
		return problem_database(req);
	if (result_rows(taken) > 0 || task[TASK_PARENT] == NULL)
		return respond_taken(req, task_fields, taken);
	problem_field(req, "/parent_id", "invalid", "there is no such task, or it is a subtask itself");
	return problem_invalid(req);
}

int task_create(struct request *req, const char *id, const char **task)
{
	struct result *created;

	if (!task_settle(req, task, NULL))
		return problem_invalid(req);
	created = store_task_create(req, id != NULL ? id : uuid_in(req->arena), id == NULL, task);
	if (created == NULL)
		return planning_failed(req);
	if (result_rows(created) == 0)
		return answer_taken(req, id, task);
	return respond_created(req, "/api/tasks", task_fields, created);
}

/* POST /api/tasks: 201, 200 when the same id came with the same content before, 409 id_conflict, 422. */
int post_task(struct request *req)
{
	const char *task[TASK_MEMBERS] = {NULL};

	members_of_values(req, task_members, TASK_MEMBERS, task, false);
	return task_create(req, value_text(req->values, "id"), task);
}

/* What a request does to the task of an id. */
struct change {
	const char *id;
	bool permanent;
	bool merge;
};

static struct result *read_task(struct request *req, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_task_anywhere(req, change->id) : store_task(req, change->id);
}

static const struct thing the_task = {.fields = task_fields, .absent = "no such task", .read = read_task};

/* GET /api/tasks/:id: 200, 304, or 404 when absent, in the trash, or another user's. */
int get_task(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_found(req, &the_task, store_task(req, id)) : 0;
}

/* A parent is looked at in the transaction that makes it one, so that no two become each other's. */
static struct result *adopt(struct request *req, const char *id, const char *const *task, const char *version)
{
	bool is_parent, has_children;
	struct result *changed = NULL;
	bool ok;

	db_begin(req->db);
	ok = store_task_family(req, id, task[TASK_PARENT], &is_parent, &has_children);
	if (ok && (!is_parent || has_children || strcmp(id, task[TASK_PARENT]) == 0)) {
		db_rollback(req->db);
		problem_field(req, "/parent_id", "invalid", "%s",
			      has_children ? "a task that has subtasks cannot be one"
					   : "there is no such task, or it is a subtask itself");
		problem_invalid(req);
		return NULL;
	}
	if (ok)
		changed = store_task_update(req, id, task, version);
	if (changed == NULL || !db_commit(req->db)) {
		planning_failed(req);
		changed = NULL;
	}
	db_rollback(req->db);
	return changed;
}

/* Being done is read-only here, but who names it, and otherwise than it is, means something by it. */
static bool same_completed(struct request *req, const struct result *current)
{
	struct json_object *completed = json_object_object_get(req->json, "completed");

	if (completed == NULL ||
	    (bool)json_object_get_boolean(completed) == result_bool(current, 0, result_column(current, "completed")))
		return true;
	problem_field(req, "/completed", "read_only", "is changed by PATCH /api/tasks/:id/complete");
	problem_invalid(req);
	return false;
}

static struct result *write_task(struct request *req, const struct result *current, void *ctx)
{
	const struct change *change = ctx;
	const char *before[TASK_MEMBERS];
	const char *task[TASK_MEMBERS];
	const char *version = result_get(current, 0, "version");
	struct result *changed;

	if (!same_completed(req, current))
		return NULL;
	members_of_row(task_members, TASK_MEMBERS, before, current);
	memcpy(task, before, sizeof(task));
	members_of_values(req, task_members, TASK_MEMBERS, task, change->merge);
	if (!task_settle(req, task, before)) {
		problem_invalid(req);
		return NULL;
	}
	if (task[TASK_PARENT] != NULL &&
	    (before[TASK_PARENT] == NULL || strcmp(before[TASK_PARENT], task[TASK_PARENT]) != 0))
		return adopt(req, change->id, task, version);
	changed = store_task_update(req, change->id, task, version);
	if (changed == NULL)
		planning_failed(req);
	return changed;
}

static int change_task(struct request *req, bool merge)
{
	struct change change = {.id = request_id_param(req, "id"), .merge = merge};
	struct result *task = change.id != NULL ? thing_change(req, &the_task, write_task, &change) : NULL;

	return task != NULL ? respond_thing(req, 200, task_fields, task) : 0;
}

/* PUT /api/tasks/:id: 200 with the task; 404; 412 with the current one; 422. Whether it is done stays as it is. */
int put_task(struct request *req)
{
	return change_task(req, false);
}

/* PATCH /api/tasks/:id: as PUT, with what is not named left as it is (RFC 7396), of a local time its zone, too. */
int patch_task(struct request *req)
{
	return change_task(req, true);
}

static struct result *take_task(struct request *req, const char *version, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_task_erase(req, change->id, version)
				 : store_task_trash(req, change->id, version);
}

/* DELETE /api/tasks/:id: 204; 404; 412. Into the trash, or with ?permanent=true for good; with its subtasks. */
int delete_task(struct request *req)
{
	struct change change = {.id = request_id_param(req, "id")};

	if (change.id == NULL || !request_query_bool(req, "permanent", &change.permanent))
		return 0;
	return thing_delete(req, &the_task, take_task, &change);
}

/* POST /api/tasks/:id/restore: 200 with the task, back from the trash with its subtasks; 404 when it is not there. */
int post_task_restore(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_restored(req, &the_task, store_task_restore(req, id)) : 0;
}

const struct field task_fields[] = {
	THING_ID,
	{.name = "title",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = TITLE_MAX,
	 .help = "what is to be done"},
	{.name = "notes", .type = FIELD_TEXT, .max = NOTES_MAX, .initial = "", .help = "what else there is to say"},
	{.name = "category_id", .type = FIELD_UUID, .flags = FIELD_NULLABLE, .help = "one of the user's categories"},
	{.name = "priority",
	 .type = FIELD_ENUM,
	 .choices = "none|low|medium|high|urgent",
	 .initial = "none",
	 .help = "how much it matters"},
	{.name = "tags",
	 .type = FIELD_TEXTS,
	 .max = TAGS_MAX,
	 .item_max = TAG_MAX + 1,
	 .initial = "{}",
	 .check = check_tags,
	 .check_item = check_tag,
	 .help = "lower case, sorted, with their parents"},
	{.name = "parent_id",
	 .type = FIELD_UUID,
	 .flags = FIELD_NULLABLE,
	 .help = "of a subtask: a task that is none itself"},
	{.name = "position",
	 .type = FIELD_NUMBER,
	 .help = "its place where the order is the user's own: between two others for ever; last when not said"},
	{.name = "due",
	 .type = FIELD_JSON,
	 .flags = FIELD_NULLABLE,
	 .check = check_time,
	 .help = "a time: date, local, or local with time_zone"},
	{.name = "starts",
	 .type = FIELD_JSON,
	 .flags = FIELD_NULLABLE,
	 .check = check_time,
	 .help = "from when on it can be done, a time"},
	{.name = "recurrence",
	 .type = FIELD_JSON,
	 .flags = FIELD_NULLABLE,
	 .check = check_recurrence,
	 .help = "{rrule, exdates, rdates, after_completion} of RFC 5545; completing moves it to the next occurrence"},
	{.name = "reminders",
	 .type = FIELD_JSON,
	 .initial = "[]",
	 .check = check_task_reminders,
	 .help = "[{at} | {offset_minutes, relative_to: start or due}], negative before"},
	{.name = "occurrence",
	 .type = FIELD_JSON,
	 .flags = FIELD_READ_ONLY,
	 .help = "of what recurs: the occurrence that it stands for, a time, wherever due was put"},
	{.name = "completed", .type = FIELD_BOOL, .flags = FIELD_READ_ONLY, .help = "whether it is done"},
	{.name = "completed_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "since when"},
	{.name = "snoozed_until",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY,
	 .help = "until when its reminders wait, and are then said again"},
	{.name = "progress",
	 .type = FIELD_JSON,
	 .flags = FIELD_READ_ONLY | FIELD_UNVERSIONED,
	 .initial = "{\"total\": 0, \"completed\": 0}",
	 .help = "of its subtasks: {total, completed}"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when the server took it"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last change"},
	THING_VERSION,
	THING_DELETED_AT,
	FIELD_END,
};
