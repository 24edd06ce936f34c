/*
 * Events: lists, and one as it is made, changed and taken away: the whole series, one occurrence of it, or all from one
 * on.
 *
 * What is changed of one occurrence is kept in the event, by that occurrence. From one on: the old series ends before
 * it, and a new one begins there, with what was said of later occurrences.
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
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/uuid.h"

#include "happening.h"
#include "ics_extra.h"
#include "planning.h"
#include "store.h"

#define DAY_S           86400
#define SLACK_S         (15 * 3600) /* no zone is further from UTC */
#define ENDLESS         "infinity"
#define OVERRIDES_MAX   1000
#define OVERRIDES_BYTES (256u << 10) /* of all that is said of single occurrences; an event of the bus holds it */

/* The members that one occurrence may have otherwise. */
static const enum event_member own_members[] = {EVENT_TITLE, EVENT_DESCRIPTION, EVENT_LOCATION, EVENT_TAGS,
						EVENT_START, EVENT_END,         EVENT_DURATION, EVENT_REMINDERS};

/* ---- The query ---- */

enum scope { SCOPE_ALL, SCOPE_THIS, SCOPE_FOLLOWING };

/* What a request does to the event of an id. */
struct change {
	const char *id;
	bool permanent;
	bool merge;
	enum scope scope;
	const char *key; /* of the occurrence, NULL for none */
	struct caltime occurrence;
	const char *uid, *extra; /* what iCalendar alone knows of the event; of what is to be made of it */
};

/* False with the request answered. */
static bool read_scope(struct request *req, struct change *change)
{
	static const char *const known[] = {"permanent", "scope", "occurrence"};
	static const char *const scopes[] = {
		[SCOPE_ALL] = "all", [SCOPE_THIS] = "this", [SCOPE_FOLLOWING] = "following"};
	const char *scope = request_query(req, "scope");
	const char *occurrence = request_query(req, "occurrence");

	/* A slip of the pen here would change the whole series instead. */
	for (size_t i = 0, k; i < req->query_count; i++) {
		for (k = 0; k < sizeof(known) / sizeof(known[0]) && strcmp(known[k], req->query[i].name) != 0; k++)
			;
		if (k == sizeof(known) / sizeof(known[0])) {
			problem(req, PROBLEM_BAD_REQUEST,
				"there is no parameter %s here, but scope, occurrence, and permanent of DELETE",
				req->query[i].name);
			return false;
		}
	}
	change->scope = occurrence != NULL && scope == NULL ? SCOPE_THIS : SCOPE_ALL;
	while (scope != NULL && strcmp(scopes[change->scope], scope) != 0)
		if (change->scope++ == SCOPE_FOLLOWING) {
			problem(req, PROBLEM_BAD_REQUEST, "scope is this, following or all");
			return false;
		}
	if (occurrence == NULL && change->scope != SCOPE_ALL) {
		problem(req, PROBLEM_BAD_REQUEST,
			"occurrence says which one, by its local time, like 2026-03-29T09:00");
		return false;
	}
	if (occurrence == NULL)
		return true;
	if (!caltime_parse(&change->occurrence, occurrence)) {
		problem(req, PROBLEM_BAD_REQUEST, "occurrence is a local time, like 2026-03-29T09:00 or 2026-03-29");
		return false;
	}
	change->key = caltime_text(req->arena, &change->occurrence);
	return true;
}

/* An instant or date of the query as the edge of a window in which zones do not matter. */
static bool query_edge(struct request *req, const char *name, bool end, const char *open, const char **text)
{
	if (!request_query_instant(req, name, end, text))
		return false;
	if (*text == NULL)
		*text = open;
	return true;
}

/* GET /api/events: 200 with a page of events (a series is one), newest first, or as they begin with sort=start. */
int get_events(struct request *req)
{
	struct event_filter filter = {0};
	const char *sort = request_query(req, "sort");
	bool trash = false;
	struct page page;
	struct result *events, *count = NULL;

	if (sort != NULL && strcmp(sort, "start") != 0 && strcmp(sort, "created") != 0)
		return problem(req, PROBLEM_BAD_REQUEST, "sort is start or created");
	filter.by_start = sort != NULL && sort[0] == 's';
	if (!query_owner(req, "category", &filter.category) || !request_query_bool(req, "trash", &trash) ||
	    !request_query_tags(req, &filter.tags) || !query_edge(req, "from", false, "-infinity", &filter.from) ||
	    !query_edge(req, "to", true, "infinity", &filter.to) || !page_read(req, &page, filter.by_start ? 2 : 1))
		return 0;
	filter.trash = trash ? "t" : "f";
	events = store_events(req, &filter, &page);
	if (events == NULL || (page.count && (count = store_event_count(req, &filter)) == NULL))
		return problem_database(req);
	return respond_list(req, &page, event_fields, events,
			    filter.by_start ? (const char *const[]){"start_local", "id", NULL}
					    : (const char *const[]){"id", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}

/* ---- What the members say together ---- */

static bool same_clock(const struct caltime *a, const struct caltime *b)
{
	return a->is_date == b->is_date && (a->zone == NULL) == (b->zone == NULL);
}

static void check_end(struct request *req, const struct caltime *start, const char *end, const char *duration)
{
	struct caltime until;
	struct extent extent;

	if (end != NULL && duration != NULL) {
		problem_field(req, "/duration", "not_allowed", "either end or duration says how long it takes");
	} else if (stored_time(req, end, &until)) {
		int64_t length = caltime_instant(&until, "UTC") - caltime_instant(start, "UTC");

		if (!same_clock(start, &until))
			problem_field(req, "/end", "invalid", "must be a time of the same kind as start");
		else if (length < (start->is_date ? DAY_S : 0))
			problem_field(req, "/end", "invalid",
				      "must be after start (to move an event, send both); that of whole days is the "
				      "day behind the last");
		else if (length > 366L * DAY_S)
			problem_field(req, "/end", "out_of_range", "may be at most 366 days after start");
	} else if (duration != NULL && start->is_date &&
		   (!duration_parse(&extent, duration) || extent.seconds != 0 || extent.days < 1)) {
		problem_field(req, "/duration", "invalid", "of a date must be whole days, like P2D");
	}
}

/* When the last of a series is over, on its clock; INT64_MAX when it never is. */
static int64_t last_wall(const struct event_times *times)
{
	struct caltime last = times->series.start;
	int64_t length = (int64_t)times->extent.days * DAY_S + times->extent.seconds;

	if (times->recurs && !series_last(&times->series, &last))
		return INT64_MAX;
	return caltime_wall(&last) + (length > 0 ? length : 1);
}

/* Widen a span by what single occurrences were moved to. */
static void span_overrides(const struct event_times *times, int64_t *from, int64_t *to)
{
	if (times->overrides == NULL)
		return;
	json_object_object_foreach(times->overrides, key, changes)
	{
		struct json_object *end = json_object_object_get(changes, "end");
		const char *duration = json_member_text(changes, "duration");
		struct extent extent = times->extent;
		struct caltime start;

		if (!caltime_of_json(&start, json_object_object_get(changes, "start")) && !caltime_parse(&start, key))
			continue;
		if (end != NULL || duration != NULL)
			extent = extent_of_json(&start, end, duration, "UTC");
		if (caltime_wall(&start) < *from)
			*from = caltime_wall(&start);
		if (*to != INT64_MAX &&
		    caltime_wall(&start) + (int64_t)(extent.days + 1) * DAY_S + extent.seconds > *to)
			*to = caltime_wall(&start) + (int64_t)(extent.days + 1) * DAY_S + extent.seconds;
	}
}

static void derive_span(struct request *req, const char **event, const struct event_times *times)
{
	int64_t from = caltime_wall(&times->series.start), to = last_wall(times);

	event[EVENT_START_LOCAL] = wall_text(req, from);
	span_overrides(times, &from, &to);
	/* With dates of its own a series may begin before its start. */
	if (times->series.rdate_count > 0 && caltime_wall(&times->series.rdates[0]) < from)
		from = caltime_wall(&times->series.rdates[0]);
	event[EVENT_SPAN_FROM] = arena_printf(req->arena, "%sZ", wall_text(req, from - SLACK_S));
	event[EVENT_SPAN_TO] =
		to == INT64_MAX ? ENDLESS : arena_printf(req->arena, "%sZ", wall_text(req, to + SLACK_S));
}

bool event_settle(struct request *req, const char **event)
{
	struct event_times times;
	struct caltime start;
	bool after_completion = false;
	struct series series;

	if (event[EVENT_OVERRIDES] == NULL)
		event[EVENT_OVERRIDES] = "{}";
	check_years(req, "/start", event[EVENT_START]);
	check_years(req, "/end", event[EVENT_END]);
	if (problem_fields(req) > 0)
		return false;
	stored_time(req, event[EVENT_START], &start);
	check_end(req, &start, event[EVENT_END], event[EVENT_DURATION]);
	if (event[EVENT_RECURRENCE] != NULL) {
		stored_series(req, &start, event[EVENT_RECURRENCE], &series, &after_completion);
		check_series(req, &series);
	}
	if (after_completion)
		problem_field(req, "/recurrence/after_completion", "not_allowed", "an event is not completed");
	if (strlen(event[EVENT_OVERRIDES]) > OVERRIDES_BYTES)
		problem_field(req, "", "too_long", "what is said of single occurrences may have at most %u bytes",
			      OVERRIDES_BYTES);
	if (problem_fields(req) > 0)
		return false;
	event_times(req, &times, event[EVENT_START], event[EVENT_END], event[EVENT_DURATION], event[EVENT_RECURRENCE],
		    event[EVENT_OVERRIDES], "UTC");
	derive_span(req, event, &times);
	return true;
}

/* ---- Made, read ---- */

/* POST /api/events: 201, 200 when the same id came with the same content before, 409 id_conflict, 422. */
int post_event(struct request *req)
{
	const char *event[EVENT_MEMBERS] = {NULL};
	const char *id = request_new_id(req);
	struct result *created;

	members_of_values(req, event_members, EVENT_MEMBERS, event, false);
	if (!event_settle(req, event))
		return problem_invalid(req);
	created = store_event_create(req, id, event);
	if (created == NULL)
		return planning_failed(req);
	if (result_rows(created) > 0)
		return respond_created(req, "/api/events", event_fields, created);
	return respond_taken(req, event_fields, store_event_taken(req, id, event));
}

static struct result *read_event(struct request *req, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_event_anywhere(req, change->id) : store_event(req, change->id);
}

static const struct thing the_event = {.fields = event_fields, .absent = "no such event", .read = read_event};

/* GET /api/events/:id: 200, 304, or 404 when absent, in the trash, or another user's. */
int get_event(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_found(req, &the_event, store_event(req, id)) : 0;
}

/* ---- Changed ---- */

/* A local end of which the body says no zone is on the clocks of the start. */
static void end_along(struct request *req, const char **event)
{
	struct json_object *said = value_json(req->values, "end");
	struct caltime start, end;

	if (said == NULL || json_object_object_get_ex(said, "time_zone", NULL) ||
	    !stored_time(req, event[EVENT_START], &start) || !stored_time(req, event[EVENT_END], &end) || end.is_date ||
	    start.is_date)
		return;
	end.zone = start.zone;
	event[EVENT_END] = caltime_json(req->arena, &end);
}

/* Whether an event ends on other clocks than it begins on, as a flight does. */
static bool is_apart(struct request *req, const char *const *event)
{
	struct caltime start, end;

	return stored_time(req, event[EVENT_START], &start) && stored_time(req, event[EVENT_END], &end) &&
	       !(start.zone == NULL && end.zone == NULL) &&
	       (start.zone == NULL || end.zone == NULL || strcmp(start.zone, end.zone) != 0);
}

/* The event with what the request says. Who names an end takes the duration away, and the other way about. */
static void revise(struct request *req, const char **event, bool merge)
{
	bool was_apart = !merge || is_apart(req, event);

	members_of_values(req, event_members, EVENT_MEMBERS, event, merge);
	if (merge && value_text(req->values, "duration") != NULL && value_text(req->values, "end") == NULL)
		event[EVENT_END] = NULL;
	if (merge && value_text(req->values, "end") != NULL && value_text(req->values, "duration") == NULL)
		event[EVENT_DURATION] = NULL;
	if (!was_apart)
		end_along(req, event);
}

/* What becomes of a series from an occurrence on. */
struct move {
	const struct series *old;
	const struct caltime *cut;
	bool whole;            /* nothing of it stays before */
	struct caltime anchor; /* the first that the rule means, `cut` or behind it: where `made` begins */
	struct series made;
};

static bool stays(const struct move *move, const struct caltime *t)
{
	return !move->whole && caltime_wall(t) < caltime_wall(move->cut);
}

/* Where an occurrence of the old series is in the new one. */
static struct caltime followed(const struct move *move, const struct caltime *occurrence)
{
	struct caltime moved = move->made.start;

	caltime_set_wall(&moved, series_follow(move->old, &move->anchor, &move->made, occurrence));
	return moved;
}

/* What is said of an occurrence when that is moved: its end goes along, but where its start was said as well. */
static const char *carried(struct request *req, struct json_object *changes, int64_t by)
{
	struct json_object *end = json_object_object_get(changes, "end");
	struct caltime t;

	if (by != 0 && json_object_object_get(changes, "start") == NULL && end != NULL && caltime_of_json(&t, end)) {
		caltime_set_wall(&t, caltime_wall(&t) + by);
		json_object_object_add(changes, "end", json_object_get(stored_json(req, caltime_json(req->arena, &t))));
	}
	return arena_strdup(req->arena, json_object_to_json_string_ext(changes, JSON_C_TO_STRING_PLAIN));
}

/* Overrides of what does not stay, their occurrences moved along, without those that are none any more. */
static const char *carry_overrides(struct request *req, struct json_object *overrides, const struct move *move)
{
	struct buf *out = buf_in(req->arena, 4 * OVERRIDES_BYTES);
	struct json_writer w;

	json_writer_init(&w, out);
	json_begin_object(&w);
	if (overrides != NULL) {
		json_object_object_foreach(overrides, key, changes)
		{
			struct caltime occurrence;
			char moved[CALTIME_TEXT];
			int64_t was;

			if (!caltime_parse(&occurrence, key) || stays(move, &occurrence))
				continue;
			was = caltime_wall(&occurrence);
			occurrence = followed(move, &occurrence);
			if (!series_has(&move->made, &occurrence))
				continue;
			caltime_format(moved, &occurrence);
			json_key(&w, moved);
			json_raw(&w, carried(req, changes, caltime_wall(&occurrence) - was));
		}
	}
	json_end_object(&w);
	return buf_text(out);
}

struct carrying {
	struct request *req;
	const struct move *move;
};

static const char *carried_to(void *ctx, const char *key)
{
	const struct carrying *carrying = ctx;
	struct caltime occurrence;

	if (!caltime_parse(&occurrence, key) || stays(carrying->move, &occurrence))
		return NULL;
	occurrence = followed(carrying->move, &occurrence);
	return series_has(&carrying->move->made, &occurrence) ? caltime_text(carrying->req->arena, &occurrence) : NULL;
}

/* Those before `cut`. */
static const char *keep_overrides(struct request *req, struct json_object *overrides, const struct caltime *cut)
{
	struct buf *out = buf_in(req->arena, 4 * OVERRIDES_BYTES);
	struct json_writer w;

	json_writer_init(&w, out);
	json_begin_object(&w);
	if (overrides != NULL) {
		json_object_object_foreach(overrides, key, changes)
		{
			struct caltime occurrence;

			if (!caltime_parse(&occurrence, key) || caltime_wall(&occurrence) >= caltime_wall(cut))
				continue;
			json_key(&w, key);
			json_raw(&w, json_object_to_json_string_ext(changes, JSON_C_TO_STRING_PLAIN));
		}
	}
	json_end_object(&w);
	return buf_text(out);
}

/* The dates of a series that do not stay, moved along. */
static const struct caltime *carry_dates(struct request *req, const struct caltime *dates, size_t *count,
					 const struct move *move)
{
	struct caltime *kept = arena_alloc(req->arena, (*count + 1) * sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < *count; i++)
		if (!stays(move, &dates[i]))
			kept[n++] = followed(move, &dates[i]);
	*count = n;
	return kept;
}

/* Those before `cut`. */
static const struct caltime *keep_dates(struct request *req, const struct caltime *dates, size_t *count,
					const struct caltime *cut)
{
	struct caltime *kept = arena_alloc(req->arena, (*count + 1) * sizeof(*kept));
	size_t n = 0;

	for (size_t i = 0; i < *count; i++)
		if (caltime_wall(&dates[i]) < caltime_wall(cut))
			kept[n++] = dates[i];
	*count = n;
	return kept;
}

/* A rule does not go on from a date that came beside it: the new series begins where the rule has the next. */
static void anchor_move(struct request *req, struct move *move, const char **event, const struct caltime *moved)
{
	const struct series plain = {.start = move->old->start, .rrule = move->old->rrule};
	int64_t by = caltime_wall(moved) - caltime_wall(move->cut);
	struct caltime end;

	move->anchor = *move->cut;
	move->made.start = *moved;
	if (plain.rrule == NULL || series_has(&plain, move->cut) || !series_next(&plain, move->cut, &move->anchor))
		return;
	caltime_set_wall(&move->made.start, caltime_wall(&move->anchor) + by);
	if (stored_time(req, event[EVENT_END], &end)) {
		caltime_set_wall(&end, caltime_wall(&end) + caltime_wall(&move->made.start) - caltime_wall(moved));
		event[EVENT_END] = caltime_json(req->arena, &end);
	}
	event[EVENT_START] = caltime_json(req->arena, &move->made.start);
}

/* Whether the request leaves what recurs as it is: a client may well send it back. */
static bool recurs_as_before(struct request *req, const char *const *event, const struct series *old)
{
	struct series said;

	if (event[EVENT_RECURRENCE] == NULL)
		return false;
	stored_series(req, &old->start, event[EVENT_RECURRENCE], &said, NULL);
	return strcmp(recurrence_text(req, &said, false), recurrence_text(req, old, false)) == 0;
}

/* A rule that counts days cannot follow from one to the other. */
static void check_follows(struct request *req, const struct series *made, const struct caltime *from)
{
	const struct caltime *to = &made->start;
	bool same_day = to->year == from->year && to->month == from->month && to->day == from->day;

	/* It would have its own day beside this one. */
	if (!same_day && made->rrule != NULL && strstr(made->rrule, "BYSETPOS=") != NULL &&
	    !series_starts_by_rule(made))
		problem_field(req, "/start", "invalid",
			      "is none of the days that the rule counts (BYSETPOS): move this occurrence alone, or say "
			      "what else recurs");
}

/*
 * The series that an event has from `cut` on when that occurrence is at `moved`: rule, dates and overrides follow it,
 * unless the request says that something else recurs, or nothing.
 */
static void move_series(struct request *req, struct change *change, const char **event, const struct event_times *times,
			const struct caltime *cut, const struct caltime *moved)
{
	const struct series *old = &times->series;
	struct move move = {.old = old,
			    .cut = cut,
			    .whole = caltime_wall(cut) == caltime_wall(&old->start),
			    .anchor = *cut,
			    .made = {.start = *moved}};
	struct carrying carrying = {req, &move};
	struct series *made = &move.made;

	if (!recurs_as_before(req, event, old)) {
		if (event[EVENT_RECURRENCE] != NULL)
			stored_series(req, moved, event[EVENT_RECURRENCE], made, NULL);
	} else {
		size_t exdates = old->exdate_count, rdates = old->rdate_count;

		anchor_move(req, &move, event, moved);
		if (old->rrule != NULL)
			made->rrule = series_rule_from(req->arena, old, &move.anchor, &made->start);
		made->exdates = carry_dates(req, old->exdates, &exdates, &move);
		made->rdates = carry_dates(req, old->rdates, &rdates, &move);
		made->exdate_count = exdates;
		made->rdate_count = rdates;
		check_follows(req, made, &move.anchor);
		if (made->rrule == NULL && strcmp(carry_overrides(req, times->overrides, &move), "{}") != 0)
			made->rrule = RRULE_ONCE;
		event[EVENT_RECURRENCE] = made->rrule != NULL || rdates > 0 ? recurrence_text(req, made, false) : NULL;
	}
	event[EVENT_OVERRIDES] = event[EVENT_RECURRENCE] != NULL ? carry_overrides(req, times->overrides, &move) : "{}";
	change->extra = ics_extra_move(req->arena, change->extra, carried_to, &carrying);
}

/* Of the occurrence at which a request says something, what it said before of that alone does not stand any more. */
static void supersede(struct request *req, const struct change *change, const char **event, struct event_times *times)
{
	struct json_object *changes = json_object_object_get(times->overrides, change->key);
	bool time = value_present(req->values, "start") || value_present(req->values, "end") ||
		    value_present(req->values, "duration");

	if (changes == NULL)
		return;
	for (size_t i = 0; i < sizeof(own_members) / sizeof(own_members[0]); i++) {
		enum event_member m = own_members[i];

		if (!change->merge || value_present(req->values, event_members[m].name) ||
		    (time && (m == EVENT_START || m == EVENT_END || m == EVENT_DURATION)))
			json_object_object_del(changes, event_members[m].name);
	}
	if (json_object_object_length(changes) == 0)
		json_object_object_del(times->overrides, change->key);
	event[EVENT_OVERRIDES] =
		arena_strdup(req->arena, json_object_to_json_string_ext(times->overrides, JSON_C_TO_STRING_PLAIN));
}

static struct result *update(struct request *req, const char *id, const char **event, const char *version)
{
	struct result *changed;

	if (!event_settle(req, event)) {
		problem_invalid(req);
		return NULL;
	}
	changed = store_event_update(req, id, event, version);
	if (changed == NULL)
		planning_failed(req);
	return changed;
}

/* With what iCalendar alone knows, in one transaction. */
static struct result *update_both(struct request *req, const struct change *change, const char **event,
				  const char *version)
{
	struct result *changed;

	db_begin(req->db);
	changed = update(req, change->id, event, version);
	if (changed != NULL && result_rows(changed) > 0 &&
	    (store_event_imported(req, change->id, change->uid, change->extra) == NULL || !db_commit(req->db))) {
		planning_failed(req);
		changed = NULL;
	}
	db_rollback(req->db);
	return changed;
}

/* A time that was named for one occurrence, as what it is for the first. */
static void move_named(struct request *req, const char **event, enum event_member member, int64_t by)
{
	struct caltime t;

	if (!value_present(req->values, event_members[member].name) || !stored_time(req, event[member], &t))
		return;
	caltime_set_wall(&t, caltime_wall(&t) + by);
	event[member] = caltime_json(req->arena, &t);
}

/*
 * The whole series. Times that are given for one occurrence move all of them by as much. A rule that is left alone
 * stays letter by letter.
 */
static struct result *change_all(struct request *req, struct change *change, struct event_times *old,
				 const char **event, const char *version)
{
	struct caltime start = old->series.start, given;
	const char *extra = change->extra;

	revise(req, event, change->merge);
	if (change->key != NULL) {
		int64_t by = caltime_wall(&start) - caltime_wall(&change->occurrence);

		supersede(req, change, event, old);
		move_named(req, event, EVENT_START, by);
		move_named(req, event, EVENT_END, by);
	}
	stored_time(req, event[EVENT_START], &given);
	if (old->recurs && (strcmp(caltime_json(req->arena, &start), caltime_json(req->arena, &given)) != 0 ||
			    !recurs_as_before(req, event, &old->series)))
		move_series(req, change, event, old, &start, &given);
	return strcmp(change->extra, extra) == 0 ? update(req, change->id, event, version)
						 : update_both(req, change, event, version);
}

/* What one occurrence would be like without a word of its own: the event's members, with its own start and end. */
static void occurrence_members(struct request *req, const struct change *change, const struct event_times *times,
			       const char **event)
{
	struct caltime start = times->series.start, end;
	int64_t by = caltime_wall(&change->occurrence) - caltime_wall(&start);

	event[EVENT_START] = caltime_json(req->arena, &change->occurrence);
	if (stored_time(req, event[EVENT_END], &end)) {
		caltime_set_wall(&end, caltime_wall(&end) + by);
		event[EVENT_END] = caltime_json(req->arena, &end);
	}
	event[EVENT_RECURRENCE] = NULL;
	event[EVENT_OVERRIDES] = NULL;
}

/* A member's text as JSON. */
static const char *member_json(struct request *req, enum event_member member, const char *text)
{
	struct buf *out = buf_in(req->arena, 4 * OVERRIDES_BYTES);
	struct json_writer w;
	size_t count;
	char **tags;

	if (text == NULL || member == EVENT_START || member == EVENT_END || member == EVENT_REMINDERS)
		return text != NULL ? text : "null";
	json_writer_init(&w, out);
	if (member != EVENT_TAGS) {
		json_string(&w, text);
		return buf_text(out);
	}
	tags = array_items(req->arena, text, &count);
	json_begin_array(&w);
	for (size_t i = 0; i < count; i++)
		json_string(&w, tags[i]);
	json_end_array(&w);
	return buf_text(out);
}

/* What of an occurrence is not as it would be anyway, as JSON. */
static const char *differences(struct request *req, const char *const *plain, const char *const *own)
{
	struct buf *out = buf_in(req->arena, 4 * OVERRIDES_BYTES);
	struct json_writer w;

	json_writer_init(&w, out);
	json_begin_object(&w);
	for (size_t i = 0; i < sizeof(own_members) / sizeof(own_members[0]); i++) {
		enum event_member m = own_members[i];

		/* An end is said with a start: without, the occurrence would be as long as the others. */
		if ((plain[m] == NULL) != (own[m] == NULL) || (own[m] != NULL && strcmp(plain[m], own[m]) != 0) ||
		    (m == EVENT_END && own[m] != NULL && strcmp(plain[EVENT_START], own[EVENT_START]) != 0)) {
			json_key(&w, event_members[m].name);
			json_raw(&w, member_json(req, m, own[m]));
		}
	}
	json_end_object(&w);
	return buf_text(out);
}

/* A member of an override as the text that it is bound as. */
static const char *override_text(struct request *req, enum event_member member, struct json_object *json)
{
	if (json == NULL)
		return NULL;
	if (event_members[member].normal != NULL)
		return event_members[member].normal(req, json, NULL);
	return json_object_get_string(json);
}

static void apply_override(struct request *req, struct json_object *changes, const char **event)
{
	for (size_t i = 0; i < sizeof(own_members) / sizeof(own_members[0]); i++) {
		struct json_object *json;

		if (json_object_object_get_ex(changes, event_members[own_members[i]].name, &json))
			event[own_members[i]] = override_text(req, own_members[i], json);
	}
}

const char *override_json(struct request *req, const struct values *values)
{
	const char *texts[EVENT_MEMBERS] = {NULL};
	struct buf *out = buf_in(req->arena, 4 * OVERRIDES_BYTES);
	struct json_writer w;

	req->values = (struct values *)(uintptr_t)values;
	members_of_values(req, event_members, EVENT_MEMBERS, texts, true);
	json_writer_init(&w, out);
	json_begin_object(&w);
	for (size_t i = 0; i < sizeof(own_members) / sizeof(own_members[0]); i++)
		if (value_present(values, event_members[own_members[i]].name))
			json_member_raw(&w, event_members[own_members[i]].name,
					member_json(req, own_members[i], texts[own_members[i]]));
	json_end_object(&w);
	return buf_text(out);
}

/* The event's overrides with this one in the place of what there was; with "{}" there is none. */
static const char *with_override(struct request *req, struct json_object *overrides, const char *key,
				 const char *changes)
{
	struct buf *out = buf_in(req->arena, 4 * OVERRIDES_BYTES);
	struct json_writer w;

	json_writer_init(&w, out);
	json_begin_object(&w);
	if (overrides != NULL) {
		json_object_object_foreach(overrides, other, json)
		{
			if (strcmp(other, key) == 0)
				continue;
			json_key(&w, other);
			json_raw(&w, json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));
		}
	}
	if (strcmp(changes, "{}") != 0)
		json_member_raw(&w, key, changes);
	json_end_object(&w);
	return buf_text(out);
}

/* One occurrence. It is checked as the event that it would be by itself. */
static struct result *change_this(struct request *req, const struct change *change, const struct event_times *times,
				  const char **event, const char *version)
{
	const char *plain[EVENT_MEMBERS], *own[EVENT_MEMBERS];
	struct json_object *changes = json_object_object_get(times->overrides, change->key);
	struct tags tags = {.arena = req->arena};
	struct caltime start;

	if (value_present(req->values, "recurrence") && change->merge) {
		problem_field(req, "/recurrence", "not_allowed",
			      "one occurrence does not recur; change the series with scope=all");
		problem_invalid(req);
		return NULL;
	}
	memcpy(plain, event, sizeof(plain));
	for (size_t i = 0; i < EVENT_MEMBERS; i++)
		if (plain[i] != NULL && event_members[i].normal != NULL && i != EVENT_TAGS)
			plain[i] = event_members[i].normal(req, stored_json(req, plain[i]), NULL);
	tags_add_literal(&tags, plain[EVENT_TAGS]);
	plain[EVENT_TAGS] = tags_literal(&tags);
	occurrence_members(req, change, times, plain);
	memcpy(own, plain, sizeof(own));
	if (changes != NULL)
		apply_override(req, changes, own);
	revise(req, own, change->merge);
	own[EVENT_RECURRENCE] = own[EVENT_OVERRIDES] = NULL;
	if (own[EVENT_CATEGORY] != NULL &&
	    (plain[EVENT_CATEGORY] == NULL || strcmp(own[EVENT_CATEGORY], plain[EVENT_CATEGORY]) != 0))
		problem_field(req, "/category_id", "not_allowed", "is the series'; change that with scope=all");
	if (stored_time(req, own[EVENT_START], &start) && !start.is_date && !times->series.start.is_date &&
	    (start.zone == NULL) != (times->series.start.zone == NULL))
		problem_field(req, "/start", "invalid", "must %s, as the series has",
			      start.zone == NULL ? "have a time_zone" : "be without time_zone");
	if (!event_settle(req, own)) {
		problem_invalid(req);
		return NULL;
	}
	if (times->overrides != NULL && json_object_object_length(times->overrides) >= OVERRIDES_MAX &&
	    changes == NULL) {
		problem(req, PROBLEM_CONFLICT, "%d of its occurrences are changed already", OVERRIDES_MAX);
		return NULL;
	}
	event[EVENT_OVERRIDES] = with_override(req, times->overrides, change->key, differences(req, plain, own));
	return update(req, change->id, event, version);
}

/* The old series as it is before an occurrence. */
static void end_before(struct request *req, const char **event, const struct event_times *times,
		       const struct caltime *cut)
{
	struct series before = times->series;

	before.rrule = before.rrule != NULL ? series_rule_before(req->arena, &before, cut) : NULL;
	before.exdates = keep_dates(req, before.exdates, &before.exdate_count, cut);
	before.rdates = keep_dates(req, before.rdates, &before.rdate_count, cut);
	event[EVENT_OVERRIDES] = keep_overrides(req, times->overrides, cut);
	if (before.rrule == NULL && strcmp(event[EVENT_OVERRIDES], "{}") != 0)
		before.rrule = RRULE_ONCE;
	event[EVENT_RECURRENCE] =
		before.rrule != NULL || before.rdate_count > 0 ? recurrence_text(req, &before, false) : NULL;
	if (event[EVENT_RECURRENCE] == NULL)
		event[EVENT_OVERRIDES] = "{}";
}

/* From one occurrence on: two events in the place of one, in one transaction. The new one is answered. */
static struct result *change_following(struct request *req, struct change *change, struct event_times *times,
				       const char **event, const char *version)
{
	const char *later[EVENT_MEMBERS];
	struct caltime moved;
	struct result *made = NULL;

	memcpy(later, event, sizeof(later));
	occurrence_members(req, change, times, later);
	later[EVENT_RECURRENCE] = event[EVENT_RECURRENCE];
	revise(req, later, change->merge);
	supersede(req, change, later, times);
	stored_time(req, later[EVENT_START], &moved);
	move_series(req, change, later, times, &change->occurrence, &moved);
	end_before(req, event, times, &change->occurrence);
	if (!event_settle(req, later)) {
		problem_invalid(req);
		return NULL;
	}
	db_begin(req->db);
	made = update(req, change->id, event, version);
	if (made != NULL && result_rows(made) > 0) {
		const char *id = uuid_in(req->arena);

		made = store_event_create(req, id, later);
		if (made == NULL || store_event_imported(req, id, NULL, change->extra) == NULL || !db_commit(req->db)) {
			planning_failed(req);
			made = NULL;
		}
	}
	db_rollback(req->db);
	if (made != NULL && result_rows(made) > 0)
		response_header(req, "Content-Location", "/api/events/%s", result_get(made, 0, "id"));
	return made;
}

/* The occurrence that a request is about, on its series' clock. False with a 404 answered when there is none. */
static bool find_occurrence(struct request *req, struct change *change, const struct event_times *times)
{
	if (change->key == NULL)
		return true;
	change->occurrence.zone = times->series.start.zone;
	if (change->occurrence.is_date == times->series.start.is_date &&
	    (times->recurs ? series_has(&times->series, &change->occurrence)
			   : caltime_wall(&change->occurrence) == caltime_wall(&times->series.start)))
		return true;
	problem(req, PROBLEM_NOT_FOUND, "the event has no such occurrence; they are named like %s",
		caltime_text(req->arena, &times->series.start));
	return false;
}

/* The first occurrence that there is: the start may be taken out, and dates of its own may lie before it. */
static bool first_occurrence(const struct series *series, struct caltime *first)
{
	const struct caltime before = {.year = CALTIME_YEAR_FIRST - 1, .month = 12, .day = 31};

	return series_next(series, &before, first);
}

/* What the scope comes to: of what does not recur, or from the first occurrence on, it is all. */
static enum scope scope_of(const struct change *change, const struct event_times *times)
{
	struct caltime first;

	if (!times->recurs || (change->scope == SCOPE_FOLLOWING && first_occurrence(&times->series, &first) &&
			       caltime_wall(&change->occurrence) <= caltime_wall(&first)))
		return SCOPE_ALL;
	return change->scope;
}

static void times_of_row(struct request *req, struct event_times *times, const char *const *event)
{
	event_times(req, times, event[EVENT_START], event[EVENT_END], event[EVENT_DURATION], event[EVENT_RECURRENCE],
		    event[EVENT_OVERRIDES], "UTC");
}

static struct result *write_event(struct request *req, const struct result *current, void *ctx)
{
	struct change *change = ctx;
	const char *event[EVENT_MEMBERS];
	const char *version = result_get(current, 0, "version");
	struct event_times times;

	change->uid = result_get(current, 0, "uid");
	change->extra = result_get(current, 0, "extra");
	members_of_row(event_members, EVENT_MEMBERS, event, current);
	times_of_row(req, &times, event);
	if (!find_occurrence(req, change, &times))
		return NULL;
	switch (scope_of(change, &times)) {
	case SCOPE_THIS:
		return change_this(req, change, &times, event, version);
	case SCOPE_FOLLOWING:
		return change_following(req, change, &times, event, version);
	default:
		return change_all(req, change, &times, event, version);
	}
}

static int change_event(struct request *req, bool merge)
{
	struct change change = {.id = request_id_param(req, "id"), .merge = merge};
	struct result *event;

	if (change.id == NULL || !read_scope(req, &change))
		return 0;
	event = thing_change(req, &the_event, write_event, &change);
	return event != NULL ? respond_thing(req, 200, event_fields, event) : 0;
}

/* PUT /api/events/:id: 200 with the event; 404, also for an occurrence that there is not; 412; 422. */
int put_event(struct request *req)
{
	return change_event(req, false);
}

/* PATCH /api/events/:id: as PUT, with what is not named left as it is (RFC 7396), of a local time its zone, too. */
int patch_event(struct request *req)
{
	return change_event(req, true);
}

/* ---- Taken away ---- */

static struct result *without(struct request *req, const struct change *change, const struct event_times *times,
			      const char **event, const char *version)
{
	struct series series = times->series;
	struct caltime *exdates = arena_alloc(req->arena, (series.exdate_count + 1) * sizeof(*exdates));

	if (series.exdate_count >= RECURRENCE_DATES_MAX) {
		problem(req, PROBLEM_CONFLICT, "%d of its occurrences are taken out already", RECURRENCE_DATES_MAX);
		return NULL;
	}
	memcpy(exdates, series.exdates, series.exdate_count * sizeof(*exdates));
	exdates[series.exdate_count++] = change->occurrence;
	series.exdates = exdates;
	event[EVENT_OVERRIDES] = with_override(req, times->overrides, change->key, "{}");
	event[EVENT_RECURRENCE] = normal_recurrence(req, stored_json(req, recurrence_text(req, &series, false)), NULL);
	return update(req, change->id, event, version);
}

static bool nothing_left(const struct series *series, const struct caltime *gone)
{
	struct caltime first, next;

	return !first_occurrence(series, &first) ||
	       (caltime_wall(&first) == caltime_wall(gone) && !series_next(series, gone, &next));
}

static struct result *write_less(struct request *req, const struct result *current, void *ctx)
{
	struct change *change = ctx;
	const char *event[EVENT_MEMBERS];
	const char *version = result_get(current, 0, "version");
	struct event_times times;
	struct result *changed;
	enum scope scope;

	members_of_row(event_members, EVENT_MEMBERS, event, current);
	times_of_row(req, &times, event);
	if (!find_occurrence(req, change, &times))
		return NULL;
	scope = scope_of(change, &times);
	if (scope == SCOPE_THIS && !nothing_left(&times.series, &change->occurrence))
		return without(req, change, &times, event, version);
	if (scope == SCOPE_FOLLOWING) {
		end_before(req, event, &times, &change->occurrence);
		return update(req, change->id, event, version);
	}
	changed = store_event_trash(req, change->id, version);
	if (changed == NULL)
		problem_database(req);
	return changed;
}

static struct result *take_event(struct request *req, const char *version, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_event_erase(req, change->id, version)
				 : store_event_trash(req, change->id, version);
}

/*
 * DELETE /api/events/:id: 204; 404; 412. Into the trash, or with ?permanent=true for good. With scope=this an
 * occurrence is taken out of its series, with scope=following the series ends before it.
 */
int delete_event(struct request *req)
{
	struct change change = {.id = request_id_param(req, "id")};

	if (change.id == NULL || !request_query_bool(req, "permanent", &change.permanent) || !read_scope(req, &change))
		return 0;
	if (change.permanent && change.scope != SCOPE_ALL)
		return problem(req, PROBLEM_BAD_REQUEST, "permanent is for the whole event");
	if (change.scope == SCOPE_ALL)
		return thing_delete(req, &the_event, take_event, &change);
	return thing_change(req, &the_event, write_less, &change) != NULL ? response_empty(req, 204) : 0;
}

/* POST /api/events/:id/restore: 200 with the event, back from the trash; 404 when it is not there. */
int post_event_restore(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_restored(req, &the_event, store_event_restore(req, id)) : 0;
}

const struct field event_fields[] = {
	THING_ID,
	{.name = "title",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = TITLE_MAX,
	 .help = "what it is"},
	{.name = "description",
	 .type = FIELD_TEXT,
	 .max = NOTES_MAX,
	 .initial = "",
	 .help = "what else there is to say"},
	{.name = "location", .type = FIELD_TEXT, .max = LOCATION_MAX, .initial = "", .help = "where it is"},
	{.name = "category_id", .type = FIELD_UUID, .flags = FIELD_NULLABLE, .help = "one of the user's categories"},
	{.name = "tags",
	 .type = FIELD_TEXTS,
	 .max = TAGS_MAX,
	 .item_max = TAG_MAX + 1,
	 .initial = "{}",
	 .check = check_tags,
	 .check_item = check_tag,
	 .help = "lower case, sorted, with their parents"},
	{.name = "start",
	 .type = FIELD_JSON,
	 .flags = FIELD_REQUIRED,
	 .check = check_time,
	 .help = "a time: date (all day), local (floating), or local with time_zone"},
	{.name = "end",
	 .type = FIELD_JSON,
	 .flags = FIELD_NULLABLE,
	 .check = check_time,
	 .help = "a time of the same kind, exclusive: of whole days the day behind the last"},
	{.name = "duration",
	 .type = FIELD_LINE,
	 .flags = FIELD_NULLABLE,
	 .min = 2,
	 .max = 40,
	 .check = check_duration,
	 .help = "in the place of end: ISO 8601, like PT1H30M or P2D"},
	{.name = "recurrence",
	 .type = FIELD_JSON,
	 .flags = FIELD_NULLABLE,
	 .check = check_recurrence,
	 .help = "{rrule, exdates, rdates} of RFC 5545; dates are local times of occurrences"},
	{.name = "reminders",
	 .type = FIELD_JSON,
	 .initial = "[]",
	 .check = check_event_reminders,
	 .help = "[{at} | {offset_minutes, relative_to: start or end}], negative before"},
	{.name = "overrides",
	 .type = FIELD_JSON,
	 .flags = FIELD_READ_ONLY,
	 .help = "by occurrence, the members that are not the series': written with scope=this"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when the server took it"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last change"},
	THING_VERSION,
	THING_DELETED_AT,
	FIELD_END,
};
