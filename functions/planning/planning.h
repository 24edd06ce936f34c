/*
 * planning.h: what the files of this function share: fields, members, the steps that several of them take, and the
 * handlers of each resource.
 */
#ifndef AURORA_PLANNING_H
#define AURORA_PLANNING_H

#include <stdbool.h>
#include <stddef.h>

#include "http/field.h"

#include "caltime.h"
#include "recurrence.h"

#define TITLE_MAX     500
#define NOTES_MAX     20000
#define LOCATION_MAX  500
#define NAME_MAX      100
#define REMINDERS_MAX 10

#define REMINDER_OFFSET_MAX 527040 /* minutes of 366 days */

struct json_object;
struct request;
struct result;

extern const struct field task_fields[];
extern const struct field event_fields[];
extern const struct field category_fields[];
extern const struct field feed_fields[];

/*
 * A task or an event on its way from what it is to what a request makes of it: the text of each member as it is bound,
 * in the order of its table, which is that of its statements' parameters.
 */
enum task_member {
	TASK_TITLE,
	TASK_NOTES,
	TASK_CATEGORY,
	TASK_PRIORITY,
	TASK_TAGS,
	TASK_PARENT,
	TASK_POSITION,
	TASK_DUE,
	TASK_STARTS,
	TASK_RECURRENCE,
	TASK_REMINDERS,
	TASK_SERIES_START, /* this and the next follow from the others: task_settle */
	TASK_OCCURRENCE,
	TASK_DUE_AT, /* and these where the time says its zone; else PostgreSQL knows the user's */
	TASK_LATE_AT,
	TASK_MEMBERS,
};

enum event_member {
	EVENT_TITLE,
	EVENT_DESCRIPTION,
	EVENT_LOCATION,
	EVENT_CATEGORY,
	EVENT_TAGS,
	EVENT_START,
	EVENT_END,
	EVENT_DURATION,
	EVENT_RECURRENCE,
	EVENT_REMINDERS,
	EVENT_OVERRIDES, /* these follow from the others */
	EVENT_START_LOCAL,
	EVENT_SPAN_FROM,
	EVENT_SPAN_TO,
	EVENT_MEMBERS,
};

struct member {
	const char *name;

	/* Its bound text of what was sent, already checked; NULL: as the field table decodes it. `before` is the text
	 * so far, of which a merge patch may name a part; NULL for none. */
	const char *(*normal)(struct request *req, struct json_object *json, const char *before);
	bool derived; /* not sent by clients */
};

extern const struct member task_members[TASK_MEMBERS];
extern const struct member event_members[EVENT_MEMBERS];

/* Fill `texts` from row 0 of a result. */
void members_of_row(const struct member *members, size_t count, const char **texts, const struct result *row);

/* Put in what the request's decoded fields say: everything for a create or PUT, with `merge` what is named. */
void members_of_values(struct request *req, const struct member *members, size_t count, const char **texts, bool merge);

/*
 * times.c: what is checked of times, recurrences and reminders, and their normal forms.
 */
void check_time(struct request *req, const char *pointer, struct json_object *json);
void check_recurrence(struct request *req, const char *pointer, struct json_object *json);
void check_task_reminders(struct request *req, const char *pointer, struct json_object *json);
void check_event_reminders(struct request *req, const char *pointer, struct json_object *json);
void check_duration(struct request *req, const char *pointer, struct json_object *json);
const char *normal_time(struct request *req, struct json_object *json, const char *before);
const char *normal_recurrence(struct request *req, struct json_object *json, const char *before);
const char *normal_task_reminders(struct request *req, struct json_object *json, const char *before);
const char *normal_event_reminders(struct request *req, struct json_object *json, const char *before);

/* The JSON of a stored member (our own, so it is good); NULL for NULL. */
struct json_object *stored_json(struct request *req, const char *text);

/* The time of a stored member; false for NULL. */
bool stored_time(struct request *req, const char *text, struct caltime *t);

/* A stored time at the same distance from a new due time as it was from the old one, as JSON; NULL for NULL. */
const char *time_along(struct request *req, const char *text, const struct caltime *due, const struct caltime *moved);

/* The series that a stored recurrence makes from a start; rrule is NULL when `recurrence` is. `after_completion` may be
 * NULL. */
void stored_series(struct request *req, const struct caltime *start, const char *recurrence, struct series *series,
		   bool *after_completion);

/* A recurrence's stored text of a series. */
const char *recurrence_text(struct request *req, const struct series *series, bool after_completion);

/* Notes what is wrong with a series at /recurrence. */
void check_series(struct request *req, const struct series *series);

/* Note each reminder that is relative to what is not there. `names` are those that are, ended by NULL. */
void check_relative(struct request *req, const char *reminders, const char *const *names);

/* Notes a stored time that was moved out of our years; NULL is fine. */
void check_years(struct request *req, const char *pointer, const char *text);

/* The wall time of a calendar time as PostgreSQL reads a timestamp. */
const char *wall_text(struct request *req, int64_t wall);

/* The zone of who asks. False with the failure answered. */
bool own_zone(struct request *req, const char **zone);

/* `tz` of the query, NULL when absent. False with a 400 answered when there is no such zone. */
bool query_zone(struct request *req, const char **zone);

/* What something is to belong to, in the query: an id, or "none" for nothing, which is UUID_NIL then; NULL when absent.
 * False with a 400 answered. */
bool query_owner(struct request *req, const char *name, const char **id);

/* A date or an instant in the query as the JSON of a time; NULL when absent. False with a 400 answered. */
bool query_time(struct request *req, const char *name, const char **json);

/* After a failed write: 422 for a category that is not there, else as problem_database. Returns 0. */
int planning_failed(struct request *req);

/* tasks.c */
int get_tasks(struct request *req);
int post_task(struct request *req);
int get_task(struct request *req);
int put_task(struct request *req);
int patch_task(struct request *req);
int delete_task(struct request *req);
int post_task_restore(struct request *req);

/* Check what the members say together, and derive those that follow. `before` is the task as it was, NULL for a new
 * one. False with faults noted. */
bool task_settle(struct request *req, const char **task, const char *const *before);

/* Make a task of the members, with an id of its own where that is NULL: 201, 200, 409 or 422 is answered. */
int task_create(struct request *req, const char *id, const char **task);

/* progress.c: what becomes of a task. */
extern const struct field complete_fields[];
extern const struct field snooze_fields[];
extern const struct field bulk_fields[];
extern const struct field move_fields[];
extern const struct field completion_fields[];
int patch_complete(struct request *req);
int post_snooze(struct request *req);
int post_move(struct request *req);
int post_bulk(struct request *req);
int get_completions(struct request *req);

/* categories.c */
int get_categories(struct request *req);
int post_category(struct request *req);
int get_category(struct request *req);
int put_category(struct request *req);
int patch_category(struct request *req);
int delete_category(struct request *req);

/* Whether a name can be a category's. */
bool category_name_ok(const char *name);

/* The id of the category of a name, which is made where there is none. False when a statement failed. */
bool category_named(struct request *req, const char *name, const char **id);

/* quick_add.c */
extern const struct field quick_fields[];
int post_quick(struct request *req);

/* events.c */
int get_events(struct request *req);
int post_event(struct request *req);
int get_event(struct request *req);
int put_event(struct request *req);
int patch_event(struct request *req);
int delete_event(struct request *req);
int post_event_restore(struct request *req);
/* The same for an event; its overrides may be NULL. */
bool event_settle(struct request *req, const char **event);

/* What a merge patch, decoded, says of one occurrence, as the JSON of an override. */
struct values;
const char *override_json(struct request *req, const struct values *values);

/* calendar.c */
int get_calendar(struct request *req);

/* feeds.c */
int get_feeds(struct request *req);
int post_feed(struct request *req);
int delete_feed(struct request *req);
int post_feed_rotate(struct request *req);
int get_feed(struct request *req);

/* transfer.c */
int get_export(struct request *req);
int post_import(struct request *req);

/* 200 with a user's events and tasks as iCalendar, of a category or (NULL) all; `busy`: when, not what. */
int calendar_write(struct request *req, const char *user_id, const char *category, const char *name, bool busy);

#endif
