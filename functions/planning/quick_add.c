/*
 * Quick add: a task from one line of text, as quick.c reads it, at the clock of who writes.
 */
#include <string.h>

#include "aurora/service.h"
#include "aurora/tags.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/utf8.h"

#include "planning.h"
#include "quick.h"
#include "store.h"
#include "zone.h"

#define TEXT_MAX 1000

/* A recurrence's rule as it is kept. */
static const char *recurrence_of(struct request *req, const struct quick *quick)
{
	return quick->rrule != NULL
		       ? recurrence_text(req, &(struct series){.rrule = quick->rrule}, quick->after_completion)
		       : NULL;
}

static const char *reminders_of(struct request *req, const struct quick *quick, const char *zone)
{
	struct buf *out = buf_in(req->arena, 4096);

	buf_addc(out, '[');
	for (size_t i = 0; i < quick->reminder_count; i++) {
		const struct quick_reminder *r = &quick->reminders[i];
		char instant[INSTANT_TEXT];

		instant_format(instant, caltime_instant(&r->at, zone) * 1000000);
		buf_adds(out, i > 0 ? "," : "");
		if (r->relative)
			buf_printf(out, "{\"offset_minutes\":%ld,\"relative_to\":\"%s\"}", r->offset_minutes,
				   quick->has_starts ? "start" : "due");
		else
			buf_printf(out, "{\"at\":\"%s\"}", instant);
	}
	buf_addc(out, ']');
	return buf_text(out);
}

/* What is not said is as in a create. */
static void task_of(struct request *req, const struct quick *quick, const char *zone, const char **task)
{
	task[TASK_TITLE] = quick->title;
	task[TASK_NOTES] = "";
	task[TASK_PRIORITY] = quick->priority != NULL ? quick->priority : "none";
	task[TASK_TAGS] = tags_literal(&quick->tags);
	task[TASK_DUE] = quick->has_due ? caltime_json(req->arena, &quick->due) : NULL;
	task[TASK_STARTS] = quick->has_starts ? caltime_json(req->arena, &quick->starts) : NULL;
	task[TASK_RECURRENCE] = recurrence_of(req, quick);
	task[TASK_REMINDERS] = reminders_of(req, quick, zone);
}

/* What each column of a task's members is written as in a dry run. */
static void write_task(struct json_writer *w, const char *const *task)
{
	json_key(w, "task");
	json_begin_object(w);
	for (const struct field *f = task_fields; f->name != NULL; f++)
		for (size_t i = 0; i < TASK_MEMBERS; i++)
			if (!task_members[i].derived && strcmp(task_members[i].name, f->name) == 0 &&
			    i != TASK_POSITION) {
				json_key(w, f->name);
				field_encode(w, f, task[i], task[i] != NULL ? strlen(task[i]) : 0);
			}
	json_end_object(w);
}

static void write_spans(struct json_writer *w, const struct quick *quick)
{
	json_key(w, "spans");
	json_begin_array(w);
	for (size_t i = 0; i < quick->span_count; i++) {
		const struct quick_span *span = &quick->spans[i];

		json_begin_object(w);
		json_member_string(w, "kind", span->kind);
		json_member_int(w, "start", (long long)span->start);
		json_member_int(w, "end", (long long)span->end);
		json_member_string(w, "text", span->text);
		json_end_object(w);
	}
	json_end_array(w);
}

/* The task and what it was made of. In a dry run nothing is made, and a new category is named alone. */
static int answer_dry(struct request *req, const struct quick *quick, const char *const *task)
{
	struct json_writer *w = response_json(req, 200);

	json_begin_object(w);
	write_task(w, task);
	json_member_string(w, "category", quick->category);
	write_spans(w, quick);
	json_end_object(w);
	return 0;
}

/* {"task": …, "category": …, "spans": […]} around the task that task_create has answered with. */
static void wrap_answer(struct request *req, const struct quick *quick)
{
	const char *task = arena_strdup(req->arena, buf_text(&req->res.body));
	struct json_writer w;

	buf_clear(&req->res.body);
	json_writer_init(&w, &req->res.body);
	json_begin_object(&w);
	json_member_raw(&w, "task", task);
	json_member_string(&w, "category", quick->category);
	write_spans(&w, quick);
	json_end_object(&w);
}

/*
 * POST /api/tasks/quick: 201 with {task, category, spans}; 200 with the same, and nothing made, when dry_run; 422 when
 * nothing is left to be its title.
 */
int post_quick(struct request *req)
{
	const char *task[TASK_MEMBERS] = {NULL};
	const char *dry_run = value_text(req->values, "dry_run");
	const char *zone = value_text(req->values, "time_zone");
	struct caltime now = {.is_date = false};
	struct quick quick;

	if (zone == NULL && !own_zone(req, &zone))
		return 0;
	caltime_set_wall(&now, zone_wall(zone, clock_now_us() / 1000000));
	quick_parse(req->arena, value_text(req->values, "text"), &now, zone, &quick);
	if (quick.title[0] == '\0')
		problem_field(req, "/text", "required", "nothing is left of it to be a title");
	if (utf8_length(quick.title, strlen(quick.title)) > TITLE_MAX)
		problem_field(req, "/text", "too_long", "what is left of it may have at most %d characters", TITLE_MAX);
	task_of(req, &quick, zone, task);
	if (problem_fields(req) > 0 || !task_settle(req, task, NULL))
		return problem_invalid(req);
	if (dry_run != NULL && dry_run[0] == 't')
		return answer_dry(req, &quick, task);
	if (quick.category != NULL && !category_named(req, quick.category, &task[TASK_CATEGORY]))
		return planning_failed(req);
	task_create(req, NULL, task);
	if (req->res.status == 201)
		wrap_answer(req, &quick);
	return 0;
}

const struct field quick_fields[] = {
	{.name = "text",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = TEXT_MAX,
	 .help = "\"call Ana tomorrow 5pm #home !high every friday\", in English or German"},
	{.name = "time_zone", .type = FIELD_ZONE, .help = "the writer's; without it the user's own"},
	{.name = "dry_run", .type = FIELD_BOOL, .initial = "f", .help = "say what would be made"},
	FIELD_END,
};
