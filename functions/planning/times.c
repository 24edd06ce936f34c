/*
 * Times, recurrences, reminders and durations: what is checked of them, and how they are kept.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "aurora/service.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/uuid.h"

#include "planning.h"
#include "store.h"
#include "timing.h"

#define TIME_HELP "must be {\"date\": …}, {\"local\": …} or {\"local\": …, \"time_zone\": …}"

/* A member that is there and no string is a fault; its text, or NULL. */
static const char *text_member(struct request *req, const char *pointer, struct json_object *json, const char *name)
{
	struct json_object *member = json_object_object_get(json, name);

	if (member == NULL || json_object_is_type(member, json_type_string))
		return member != NULL ? json_object_get_string(member) : NULL;
	problem_field(req, arena_printf(req->arena, "%s/%s", pointer, name), "wrong_type", "must be a string");
	return NULL;
}

/* Notes a member that is none of `names`. */
static void only_members(struct request *req, const char *pointer, struct json_object *json, const char *const *names)
{
	json_object_object_foreach(json, name, value)
	{
		const char *const *known = names;

		(void)value;
		while (*known != NULL && strcmp(*known, name) != 0)
			known++;
		if (*known == NULL)
			problem_field(req, arena_printf(req->arena, "%s%s", pointer, field_pointer(req->arena, name)),
				      "unknown_field", "there is no such field");
	}
}

void check_time(struct request *req, const char *pointer, struct json_object *json)
{
	unsigned before = problem_fields(req);
	const char *date, *local, *zone;
	struct caltime t;

	if (!json_object_is_type(json, json_type_object)) {
		problem_field(req, pointer, "wrong_type", TIME_HELP);
		return;
	}
	only_members(req, pointer, json, (const char *const[]){"date", "local", "time_zone", NULL});
	date = text_member(req, pointer, json, "date");
	local = text_member(req, pointer, json, "local");
	zone = text_member(req, pointer, json, "time_zone");
	if (problem_fields(req) > before)
		return;
	if ((date == NULL) == (local == NULL) || (date != NULL && zone != NULL))
		problem_field(req, pointer, "invalid", TIME_HELP);
	else if (date != NULL && (!caltime_parse(&t, date) || !t.is_date))
		problem_field(req, arena_printf(req->arena, "%s/date", pointer), "invalid",
			      "must be a date that exists, like 2026-03-29, from %d to %d", CALTIME_YEAR_FIRST,
			      CALTIME_YEAR_LAST);
	else if (local != NULL && (!caltime_parse(&t, local) || t.is_date))
		problem_field(req, arena_printf(req->arena, "%s/local", pointer), "invalid",
			      "must be a date and time that exist, like 2026-03-29T09:00 without offset, from %d to %d",
			      CALTIME_YEAR_FIRST, CALTIME_YEAR_LAST);
	if (zone != NULL && !time_zone_valid(zone))
		problem_field(req, arena_printf(req->arena, "%s/time_zone", pointer), "invalid",
			      "must be an IANA time zone, like Europe/Berlin");
}

static void check_dates(struct request *req, const char *pointer, struct json_object *json, const char *name)
{
	struct json_object *dates = json_object_object_get(json, name);
	struct caltime t;

	pointer = arena_printf(req->arena, "%s/%s", pointer, name);
	if (dates == NULL)
		return;
	if (!json_object_is_type(dates, json_type_array)) {
		problem_field(req, pointer, "wrong_type", "must be an array of dates");
		return;
	}
	if (json_object_array_length(dates) > RECURRENCE_DATES_MAX)
		problem_field(req, pointer, "too_long", "may have at most %d items", RECURRENCE_DATES_MAX);
	for (size_t i = 0; i < json_object_array_length(dates); i++) {
		struct json_object *date = json_object_array_get_idx(dates, i);

		if (!json_object_is_type(date, json_type_string) || !caltime_parse(&t, json_object_get_string(date)))
			problem_field(req, arena_printf(req->arena, "%s/%zu", pointer, i), "invalid",
				      "must be an occurrence's local date, or date and time, like 2026-03-29T09:00");
	}
}

/* The rule in upper case, as its parts and values are, without the property's name. */
static const char *rule_text(struct request *req, struct json_object *rule)
{
	char *text = rule != NULL ? arena_strdup(req->arena, json_object_get_string(rule)) : NULL;

	for (char *p = text; p != NULL && *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return text != NULL && strncmp(text, "RRULE:", 6) == 0 ? text + 6 : text;
}

void check_recurrence(struct request *req, const char *pointer, struct json_object *json)
{
	struct json_object *after;
	const char *rrule;

	if (!json_object_is_type(json, json_type_object)) {
		problem_field(req, pointer, "wrong_type", "must be like {\"rrule\": \"FREQ=MONTHLY\"}");
		return;
	}
	only_members(req, pointer, json, (const char *const[]){"rrule", "exdates", "rdates", "after_completion", NULL});
	rrule = text_member(req, pointer, json, "rrule");
	if (rrule != NULL && strlen(rrule) > RECURRENCE_RRULE_MAX)
		problem_field(req, arena_printf(req->arena, "%s/rrule", pointer), "too_long",
			      "may have at most %d characters", RECURRENCE_RRULE_MAX);
	else if (rrule != NULL &&
		 rrule_normalise(req->arena, rule_text(req, json_object_object_get(json, "rrule"))) == NULL)
		problem_field(req, arena_printf(req->arena, "%s/rrule", pointer), "invalid_rrule",
			      "it is no rule of RFC 5545, 3.3.10, like FREQ=WEEKLY;BYDAY=MO,TH or "
			      "FREQ=MONTHLY;UNTIL=20270101");
	check_dates(req, pointer, json, "exdates");
	check_dates(req, pointer, json, "rdates");
	after = json_object_object_get(json, "after_completion");
	if (after != NULL && !json_object_is_type(after, json_type_boolean))
		problem_field(req, arena_printf(req->arena, "%s/after_completion", pointer), "wrong_type",
			      "must be true or false");
}

static void check_at(struct request *req, const char *pointer, struct json_object *at)
{
	int64_t us;

	if (!json_object_is_type(at, json_type_string) || !instant_parse(json_object_get_string(at), &us))
		problem_field(req, arena_printf(req->arena, "%s/at", pointer), "invalid",
			      "must be an RFC 3339 instant, like 2026-03-29T07:00:00Z");
}

static void check_offset(struct request *req, const char *pointer, struct json_object *offset, const char *relative_to,
			 const char *const *relatives)
{
	int64_t minutes = json_object_get_int64(offset);

	pointer = arena_strdup(req->arena, pointer);
	if (!json_object_is_type(offset, json_type_int))
		problem_field(req, arena_printf(req->arena, "%s/offset_minutes", pointer), "wrong_type",
			      "must be a whole number, negative before");
	else if (minutes < -REMINDER_OFFSET_MAX || minutes > REMINDER_OFFSET_MAX)
		problem_field(req, arena_printf(req->arena, "%s/offset_minutes", pointer), "out_of_range",
			      "must be %d to %d", -REMINDER_OFFSET_MAX, REMINDER_OFFSET_MAX);
	if (relative_to == NULL)
		return;
	while (*relatives != NULL && strcmp(*relatives, relative_to) != 0)
		relatives++;
	if (*relatives == NULL)
		problem_field(req, arena_printf(req->arena, "%s/relative_to", pointer), "not_allowed",
			      "must be start, or due of a task, or end of an event");
}

static void check_reminders(struct request *req, const char *pointer, struct json_object *json,
			    const char *const *relatives)
{
	if (!json_object_is_type(json, json_type_array)) {
		problem_field(req, pointer, "wrong_type", "must be an array");
		return;
	}
	if (json_object_array_length(json) > REMINDERS_MAX)
		problem_field(req, pointer, "too_long", "may have at most %d items", REMINDERS_MAX);
	for (size_t i = 0; i < json_object_array_length(json); i++) {
		struct json_object *reminder = json_object_array_get_idx(json, i);
		const char *at = arena_printf(req->arena, "%s/%zu", pointer, i);
		struct json_object *instant = json_object_object_get(reminder, "at");
		struct json_object *offset = json_object_object_get(reminder, "offset_minutes");

		if (!json_object_is_type(reminder, json_type_object) || (instant == NULL) == (offset == NULL)) {
			problem_field(req, at, "invalid",
				      "must be {\"at\": …} or {\"offset_minutes\": …, \"relative_to\": …}");
			continue;
		}
		if (instant != NULL) {
			only_members(req, at, reminder, (const char *const[]){"at", NULL});
			check_at(req, at, instant);
		} else {
			only_members(req, at, reminder, (const char *const[]){"offset_minutes", "relative_to", NULL});
			check_offset(req, at, offset, text_member(req, at, reminder, "relative_to"), relatives);
		}
	}
}

void check_task_reminders(struct request *req, const char *pointer, struct json_object *json)
{
	check_reminders(req, pointer, json, (const char *const[]){"due", "start", NULL});
}

void check_event_reminders(struct request *req, const char *pointer, struct json_object *json)
{
	check_reminders(req, pointer, json, (const char *const[]){"start", "end", NULL});
}

void check_duration(struct request *req, const char *pointer, struct json_object *json)
{
	struct extent extent;

	if (!duration_parse(&extent, json_object_get_string(json)))
		problem_field(req, pointer, "invalid",
			      "must be an ISO 8601 duration of at most %d days, like PT1H30M or P2D", DURATION_MAX);
}

struct json_object *stored_json(struct request *req, const char *text)
{
	return text != NULL ? json_read_own(req->arena, text, strlen(text)) : NULL;
}

bool stored_time(struct request *req, const char *text, struct caltime *t)
{
	return text != NULL && caltime_of_json(t, stored_json(req, text));
}

const char *time_along(struct request *req, const char *text, const struct caltime *due, const struct caltime *moved)
{
	struct caltime t;

	if (!stored_time(req, text, &t))
		return NULL;
	caltime_set_wall(&t, caltime_wall(&t) + caltime_wall(moved) - caltime_wall(due));
	return caltime_json(req->arena, &t);
}

const char *normal_time(struct request *req, struct json_object *json, const char *before)
{
	struct caltime t, was;

	if (!caltime_of_json(&t, json))
		return NULL;
	if (!t.is_date && !json_object_object_get_ex(json, "time_zone", NULL) && stored_time(req, before, &was))
		t.zone = was.zone;
	return caltime_json(req->arena, &t);
}

static void add_times(struct buf *out, const char *name, const struct caltime *times, size_t count)
{
	char text[CALTIME_TEXT];

	buf_printf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++) {
		caltime_format(text, &times[i]);
		buf_printf(out, "%s\"%s\"", i > 0 ? "," : "", text);
	}
	buf_addc(out, ']');
}

const char *recurrence_text(struct request *req, const struct series *series, bool after_completion)
{
	struct buf *out = buf_in(req->arena, 1u << 17);
	struct json_writer w;

	buf_adds(out, "{\"rrule\":");
	json_writer_init(&w, out);
	json_string(&w, series->rrule);
	add_times(out, "exdates", series->exdates, series->exdate_count);
	if (series->rdate_count > 0)
		add_times(out, "rdates", series->rdates, series->rdate_count);
	buf_adds(out, after_completion ? ",\"after_completion\":true}" : "}");
	return buf_text(out);
}

/* A member of what was sent or, where it is not named, of what was there. */
static struct json_object *patched(struct json_object *json, struct json_object *before, const char *name)
{
	struct json_object *member = NULL;

	if (!json_object_object_get_ex(json, name, &member) && before != NULL)
		json_object_object_get_ex(before, name, &member);
	return member;
}

const char *normal_recurrence(struct request *req, struct json_object *json, const char *before)
{
	struct json_object *old = stored_json(req, before);
	struct json_object *after = patched(json, old, "after_completion");
	struct series series = {.rrule = rule_text(req, patched(json, old, "rrule"))};

	series.exdates = times_of_json(req->arena, patched(json, old, "exdates"), NULL, &series.exdate_count);
	series.rdates = times_of_json(req->arena, patched(json, old, "rdates"), NULL, &series.rdate_count);
	return recurrence_text(req, &series, json_object_get_boolean(after));
}

void stored_series(struct request *req, const struct caltime *start, const char *recurrence, struct series *series,
		   bool *after_completion)
{
	struct json_object *json = stored_json(req, recurrence);

	series_of_json(req->arena, start, json, series);
	if (after_completion != NULL)
		*after_completion = json_object_get_boolean(json_object_object_get(json, "after_completion"));
}

static const char *normal_reminders(struct request *req, struct json_object *json, const char *relative)
{
	struct buf *out = buf_in(req->arena, 1u << 14);

	buf_addc(out, '[');
	for (size_t i = 0; i < json_object_array_length(json); i++) {
		struct json_object *reminder = json_object_array_get_idx(json, i);
		const char *at = json_member_text(reminder, "at");
		const char *relative_to = json_member_text(reminder, "relative_to");
		char instant[INSTANT_TEXT];
		int64_t us;

		buf_adds(out, i > 0 ? "," : "");
		if (at != NULL && instant_parse(at, &us)) {
			instant_format(instant, us);
			buf_printf(out, "{\"at\":\"%s\"}", instant);
		} else {
			buf_printf(out, "{\"offset_minutes\":%lld,\"relative_to\":\"%s\"}",
				   (long long)json_object_get_int64(json_object_object_get(reminder, "offset_minutes")),
				   relative_to != NULL ? relative_to : relative);
		}
	}
	buf_addc(out, ']');
	return buf_text(out);
}

const char *normal_task_reminders(struct request *req, struct json_object *json, const char *before)
{
	(void)before;
	return normal_reminders(req, json, "due");
}

const char *normal_event_reminders(struct request *req, struct json_object *json, const char *before)
{
	(void)before;
	return normal_reminders(req, json, "start");
}

void check_series(struct request *req, const struct series *series)
{
	const char *code = NULL;
	const char *fault = series_check(req->arena, series, &code);

	if (series->rrule == NULL && series->rdate_count == 0)
		problem_field(req, "/recurrence/rrule", "required", "must be given");
	else if (fault != NULL)
		problem_field(req, "/recurrence/rrule", code, "%s", fault);
}

void check_relative(struct request *req, const char *reminders, const char *const *names)
{
	struct json_object *json = stored_json(req, reminders);

	for (size_t i = 0; json != NULL && i < json_object_array_length(json); i++) {
		const char *relative_to = json_member_text(json_object_array_get_idx(json, i), "relative_to");
		const char *const *name = names;

		while (relative_to != NULL && *name != NULL && strcmp(*name, relative_to) != 0)
			name++;
		if (relative_to != NULL && *name == NULL)
			problem_field(req, arena_printf(req->arena, "/reminders/%zu/relative_to", i), "invalid",
				      "there is no %s to be relative to",
				      strcmp(relative_to, "start") == 0 ? "start (starts of a task)" : relative_to);
	}
}

void check_years(struct request *req, const char *pointer, const char *text)
{
	struct caltime t;

	if (text != NULL && !stored_time(req, text, &t))
		problem_field(req, pointer, "out_of_range", "must be from %d to %d", CALTIME_YEAR_FIRST,
			      CALTIME_YEAR_LAST);
}

const char *wall_text(struct request *req, int64_t wall)
{
	struct caltime t = {.is_date = false};

	caltime_set_wall(&t, wall);
	return caltime_text(req->arena, &t);
}

bool own_zone(struct request *req, const char **zone)
{
	struct result *profile = store_profile(req);

	if (profile == NULL) {
		problem_database(req);
		return false;
	}
	*zone = result_rows(profile) > 0 ? result_get(profile, 0, "time_zone") : "UTC";
	return true;
}

bool query_zone(struct request *req, const char **zone)
{
	*zone = request_query(req, "tz");
	if (*zone == NULL || time_zone_valid(*zone))
		return true;
	problem(req, PROBLEM_BAD_REQUEST, "tz is an IANA time zone, like Europe/Berlin");
	return false;
}

bool query_owner(struct request *req, const char *name, const char **id)
{
	*id = request_query(req, name);
	if (*id == NULL || (uuid_valid(*id) && strcmp(*id, UUID_NIL) != 0))
		return true;
	if (strcmp(*id, "none") == 0) {
		*id = UUID_NIL;
		return true;
	}
	problem(req, PROBLEM_BAD_REQUEST, "%s is an id, or none", name);
	return false;
}

bool query_time(struct request *req, const char *name, const char **json)
{
	const char *text = request_query(req, name);
	struct caltime t;
	int64_t us;

	*json = NULL;
	if (text == NULL)
		return true;
	if (instant_parse(text, &us)) {
		t = (struct caltime){.zone = "UTC"};
		caltime_set_wall(&t, us / 1000000);
		if (t.year < CALTIME_YEAR_FIRST || t.year > CALTIME_YEAR_LAST) {
			problem(req, PROBLEM_BAD_REQUEST, "%s is from %d to %d", name, CALTIME_YEAR_FIRST,
				CALTIME_YEAR_LAST);
			return false;
		}
	} else if (!caltime_parse(&t, text)) {
		problem(req, PROBLEM_BAD_REQUEST,
			"%s is a date like 2026-03-29 or an instant like 2026-03-29T07:00:00Z", name);
		return false;
	}
	*json = caltime_json(req->arena, &t);
	return true;
}
