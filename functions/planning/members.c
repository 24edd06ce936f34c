/*
 * Members: a task and an event as the texts that their statements bind, and how a request's fields come to be them.
 */
#include <string.h>

#include <json-c/json.h>

#include "aurora/service.h"
#include "aurora/tags.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"

#include "planning.h"

static const char *normal_tags(struct request *req, struct json_object *json, const char *before)
{
	struct tags tags = {.arena = req->arena};

	(void)before;
	tags_add_given(&tags, json);
	return tags_literal(&tags);
}

const struct member task_members[TASK_MEMBERS] = {
	[TASK_TITLE] = {.name = "title"},
	[TASK_NOTES] = {.name = "notes"},
	[TASK_CATEGORY] = {.name = "category_id"},
	[TASK_PRIORITY] = {.name = "priority"},
	[TASK_TAGS] = {.name = "tags", .normal = normal_tags},
	[TASK_PARENT] = {.name = "parent_id"},
	[TASK_POSITION] = {.name = "position"},
	[TASK_DUE] = {.name = "due", .normal = normal_time},
	[TASK_STARTS] = {.name = "starts", .normal = normal_time},
	[TASK_RECURRENCE] = {.name = "recurrence", .normal = normal_recurrence},
	[TASK_REMINDERS] = {.name = "reminders", .normal = normal_task_reminders},
	[TASK_SERIES_START] = {.name = "series_start", .derived = true},
	[TASK_OCCURRENCE] = {.name = "occurrence", .derived = true},
	[TASK_DUE_AT] = {.name = "due_at", .derived = true},
	[TASK_LATE_AT] = {.name = "late_at", .derived = true},
};

const struct member event_members[EVENT_MEMBERS] = {
	[EVENT_TITLE] = {.name = "title"},
	[EVENT_DESCRIPTION] = {.name = "description"},
	[EVENT_LOCATION] = {.name = "location"},
	[EVENT_CATEGORY] = {.name = "category_id"},
	[EVENT_TAGS] = {.name = "tags", .normal = normal_tags},
	[EVENT_START] = {.name = "start", .normal = normal_time},
	[EVENT_END] = {.name = "end", .normal = normal_time},
	[EVENT_DURATION] = {.name = "duration"},
	[EVENT_RECURRENCE] = {.name = "recurrence", .normal = normal_recurrence},
	[EVENT_REMINDERS] = {.name = "reminders", .normal = normal_event_reminders},
	[EVENT_OVERRIDES] = {.name = "overrides", .derived = true},
	[EVENT_START_LOCAL] = {.name = "start_local", .derived = true},
	[EVENT_SPAN_FROM] = {.name = "span_from", .derived = true},
	[EVENT_SPAN_TO] = {.name = "span_to", .derived = true},
};

void members_of_row(const struct member *members, size_t count, const char **texts, const struct result *row)
{
	for (size_t i = 0; i < count; i++)
		texts[i] = result_get(row, 0, members[i].name);
}

void members_of_values(struct request *req, const struct member *members, size_t count, const char **texts, bool merge)
{
	for (size_t i = 0; i < count; i++) {
		const struct member *m = &members[i];
		struct json_object *json;

		if (m->derived || (merge && !value_present(req->values, m->name)))
			continue;
		json = value_json(req->values, m->name);
		if (m->normal != NULL && json != NULL)
			texts[i] = m->normal(req, json, merge ? texts[i] : NULL);
		else
			texts[i] = value_text(req->values, m->name);
	}
}

int planning_failed(struct request *req)
{
	const char *constraint = db_constraint(req->db);

	if (db_status(req->db) != DB_CONFLICT)
		return problem_database(req);
	if (strstr(constraint, "category_id") != NULL) {
		problem_field(req, "/category_id", "not_found", "there is no such category");
		return problem_invalid(req);
	}
	if (strcmp(constraint, "categories_name") == 0)
		return problem(req, PROBLEM_CONFLICT, "there is a category of that name");
	return problem_database(req);
}
