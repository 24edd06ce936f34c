/*
 * reminders: says what is to be said of tasks and events when its time has come.
 *
 * As the consumer `planning` it keeps planning.reminders as the events of tasks and events say: of each reminder the
 * row that is next. Those that are due it publishes, by their state and never by a window of time, so that a minute, or
 * a week, in which it did not run loses none; with a reminder of a series its next one is written in the same
 * transaction. What is late by more than `reminder_stale_hours` is not said one by one any more: one RemindersMissed
 * tells each user of all of it. A row that cannot be published is tried again later and keeps no other from being said.
 * Between events it sleeps until it is rung or the next one is due; it looks at least every five seconds, for clocks
 * can be set.
 *
 * It also erases what an account has in planning with the account, and reads floating times anew when a user has moved.
 *
 * Role: planning. Consumes the events of tasks and events, UserUpdated and UserDeleted; publishes TaskDueReminder,
 * EventReminder, RemindersMissed. Parameters: reminder_stale_hours.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aurora/bus.h"
#include "aurora/job.h"
#include "aurora/params.h"
#include "db/db.h"
#include "functions/planning/erasure.h"
#include "functions/planning/reminding.h"
#include "reminders.sql.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/log.h"
#include "util/uuid.h"

#define ALONE_WAIT_MS 5000
#define GRACE_US      60000000 /* what a write may take, and how far clocks may differ */
#define BATCH         1000
#define MISSED        20000
#define ITEMS_MOST    100
#define SECOND_US     1000000
#define SLICE_US      200000
#define LOOK_US       5000000
#define RETRY_US      200000
#define TRIES         "12" /* of a reminder, which takes a day */
#define TRIES_ALONE   "24" /* and of one behind which no other can be made */
#define ARRAY_MOST    (1u << 26)

/* A thing as an event left it. */
struct change {
	const char *user;
	const char *thing;
	enum plan_kind kind;
	struct json_object *payload; /* NULL: nothing is to be said of it any more */
	const char *zone;            /* of its user, where it matters */
	bool permanent;
	int64_t after_us; /* what was due before was due when it was written */
	size_t n;         /* in order */
};

/* What a page of events asks for, gathered so that a statement does it for many things. */
struct batch {
	struct db *db;
	struct arena *arena;
	struct change *changes;
	size_t count, room;
};

static const char *const kind_names[] = {[PLAN_TASK] = "task", [PLAN_EVENT] = "event"};

/* Arrays and rows as parameters */

static void add_element(struct buf *array, const char *text)
{
	buf_addc(array, array->len == 0 ? '{' : ',');
	buf_adds(array, text);
}

static const char *array_text(struct buf *array)
{
	if (array->len == 0)
		buf_addc(array, '{');
	buf_addc(array, '}');
	return buf_text(array);
}

static void member_instant(struct json_writer *w, const char *key, int64_t us)
{
	char text[INSTANT_TEXT];

	instant_format(text, us);
	json_member_string(w, key, text);
}

static void write_reminder(struct json_writer *w, const char *user, const char *thing, enum plan_kind kind,
			   const struct reminder *r)
{
	json_begin_object(w);
	json_member_string(w, "user_id", user);
	json_member_string(w, "thing_id", thing);
	json_member_string(w, "kind", kind_names[kind]);
	json_member_string(w, "reminder", r->key);
	json_member_string(w, "occurrence", r->occurrence);
	member_instant(w, "due_at", r->at_us);
	if (r->about != NULL) {
		json_member_raw(w, "about", r->about);
		member_instant(w, "about_at", r->about_us);
	}
	json_member_string(w, "zone", r->zone);
	json_end_object(w);
}

/* Rows for reminders_make, while they are gathered. */
struct making {
	struct buf *rows;
	struct json_writer w;
	size_t count;
};

static void making_begin(struct making *making, struct arena *arena)
{
	making->rows = buf_in(arena, ARRAY_MOST);
	making->count = 0;
	json_writer_init(&making->w, making->rows);
	json_begin_array(&making->w);
}

static void making_add(struct making *making, const char *user, const char *thing, enum plan_kind kind,
		       const struct reminders *list)
{
	for (size_t i = 0; i < list->count; i++)
		write_reminder(&making->w, user, thing, kind, &list->items[i]);
	making->count += list->count;
}

static bool making_end(struct making *making, struct db *db)
{
	json_end_array(&making->w);
	return making->count == 0 || db_run(db, SQL_REMINDERS_MAKE, buf_text(making->rows)) != NULL;
}

/* From events to rows */

static int by_thing(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = strcmp(x->user, y->user);

	if (order == 0)
		order = strcmp(x->thing, y->thing);
	return order != 0 ? order : (x->n > y->n) - (x->n < y->n);
}

static bool same_thing(const struct change *a, const struct change *b)
{
	return strcmp(a->thing, b->thing) == 0 && strcmp(a->user, b->user) == 0;
}

/* One question for all users of events that have times without a zone. */
static bool learn_zones(struct batch *b)
{
	struct buf *users = buf_in(b->arena, ARRAY_MOST);
	struct result *zones;
	int row = 0;

	for (size_t i = 0; i < b->count; i++)
		if (b->changes[i].payload != NULL && b->changes[i].zone == NULL)
			add_element(users, b->changes[i].user);
	if (users->len == 0)
		return true;
	zones = db_run(b->db, SQL_REMINDERS_ZONES, array_text(users));
	for (size_t i = 0; zones != NULL && i < b->count; i++)
		if (b->changes[i].payload != NULL && b->changes[i].zone == NULL)
			b->changes[i].zone = result_text(zones, row++, 0);
	return zones != NULL;
}

/* Rows of what was made for these things and not yet said; those of thing number n come together. */
static struct result *drop(struct batch *b)
{
	struct buf *users = buf_in(b->arena, ARRAY_MOST);
	struct buf *things = buf_in(b->arena, ARRAY_MOST);
	struct buf *permanent = buf_in(b->arena, ARRAY_MOST);

	for (size_t i = 0; i < b->count;) {
		const struct change *first = &b->changes[i];
		bool gone = false;

		for (; i < b->count && same_thing(first, &b->changes[i]); i++)
			gone = gone || b->changes[i].permanent;
		add_element(users, first->user);
		add_element(things, first->thing);
		add_element(permanent, gone ? "t" : "f");
	}
	return db_run(b->db, SQL_REMINDERS_DROP, array_text(users), array_text(things), array_text(permanent));
}

/* What is known of a thing's reminders before it is planned anew. */
struct owed {
	struct reminders waiting, said;
};

/* The rows of thing number n, from *row on. */
static struct owed owed_of(struct batch *b, const struct result *dropped, long long n, int *row)
{
	struct owed owed = {0};
	int last = *row;

	while (last < result_rows(dropped) && result_int(dropped, last, 0) == n)
		last++;
	owed.waiting.items = arena_alloc(b->arena, (size_t)(last - *row + 1) * sizeof(struct reminder));
	owed.said.items = arena_alloc(b->arena, (size_t)(last - *row + 1) * sizeof(struct reminder));
	for (; *row < last; (*row)++) {
		struct reminders *list = result_bool(dropped, *row, 4) ? &owed.said : &owed.waiting;

		list->items[list->count++] = (struct reminder){.key = result_text(dropped, *row, 1),
							       .occurrence = result_text(dropped, *row, 2),
							       .at_us = result_int(dropped, *row, 3)};
	}
	return owed;
}

static struct reminders follow(struct batch *b, const struct change *change, const struct owed *owed)
{
	struct reminders list = {0};
	const struct plan *plan;

	if (change->payload == NULL)
		return list;
	plan = plan_read(b->arena, change->kind, change->payload, change->zone);
	plan_reminders(plan, change->after_us, &owed->waiting, &owed->said, &list);
	return list;
}

/* Whatever was gathered takes effect: the last state of each thing counts, but what one before it was owed is not lost.
 */
static bool flush(struct batch *b)
{
	struct result *dropped;
	struct making making;
	long long n = 0;
	int row = 0;

	if (b->count == 0)
		return true;
	qsort(b->changes, b->count, sizeof(b->changes[0]), by_thing);
	if (!learn_zones(b) || (dropped = drop(b)) == NULL)
		return false;
	making_begin(&making, b->arena);
	for (size_t i = 0; i < b->count;) {
		const struct change *first = &b->changes[i];
		struct owed owed = owed_of(b, dropped, ++n, &row);

		for (; i < b->count && same_thing(first, &b->changes[i]); i++)
			owed.waiting = follow(b, &b->changes[i], &owed);
		making_add(&making, first->user, first->thing, first->kind, &owed.waiting);
	}
	b->count = 0;
	return making_end(&making, b->db);
}

static struct change *add_change(struct batch *b, const char *user, const char *thing, enum plan_kind kind,
				 int64_t at_us)
{
	if (b->count == b->room) {
		struct change *before = b->changes;

		b->room = b->room == 0 ? 64 : 2 * b->room;
		b->changes = arena_alloc(b->arena, b->room * sizeof(*b->changes));
		if (b->count > 0)
			memcpy(b->changes, before, b->count * sizeof(*b->changes));
	}
	b->changes[b->count] = (struct change){
		.user = user, .thing = thing, .kind = kind, .after_us = at_us - GRACE_US, .n = b->count};
	return &b->changes[b->count++];
}

static void set_payload(struct change *change, struct json_object *payload)
{
	change->payload = payload;
	if (!plan_needs_zone(change->kind, payload))
		change->zone = "UTC";
}

/* Rows of (id, payload) as though their events came again, in memory of their own: the last id, NULL when there was no
 * row. False when it failed. */
static bool replay(struct batch *b, int statement, const char *user, const char *param, enum plan_kind kind,
		   int64_t at_us, const char **last)
{
	struct arena *outer = b->arena;
	struct batch inner = {.db = b->db, .arena = arena_new()};
	struct arena *before = db_use(b->db, inner.arena);
	struct result *rows = db_run(b->db, statement, user, param);
	bool ok = rows != NULL;

	for (int i = 0; ok && i < result_rows(rows); i++)
		if (result_text(rows, i, 1) != NULL)
			set_payload(add_change(&inner, user, result_text(rows, i, 0), kind, at_us),
				    json_read_own(inner.arena, result_text(rows, i, 1), result_length(rows, i, 1)));
	*last = ok && result_rows(rows) > 0 ? arena_strdup(outer, result_text(rows, result_rows(rows) - 1, 0)) : NULL;
	ok = ok && flush(&inner);
	db_use(b->db, before);
	arena_free(inner.arena);
	return ok;
}

/* The user may have moved: what has no zone of its own is at other instants now. */
static bool follow_user(struct batch *b, const char *user, const char *zone, int64_t at_us)
{
	const char *last = UUID_NIL;
	struct result *moved = zone != NULL ? db_run(b->db, SQL_REMINDERS_MOVED, user, zone) : NULL;

	if (zone == NULL || moved == NULL || result_rows(moved) == 0)
		return zone == NULL || moved != NULL;
	do {
		if (!replay(b, SQL_REMINDERS_MOVE_TASKS, user, zone, PLAN_TASK, at_us, &last))
			return false;
	} while (last != NULL);
	last = UUID_NIL;
	do {
		if (!replay(b, SQL_REMINDERS_FLOATING_EVENTS, user, last, PLAN_EVENT, at_us, &last))
			return false;
	} while (last != NULL);
	return true;
}

static bool take_event(struct batch *b, struct json_object *event)
{
	const char *type = json_member_text(event, "type");
	const char *user = json_member_text(event, "user_id");
	const char *thing = json_member_text(event, "aggregate_id");
	const char *at = json_member_text(event, "at");
	struct json_object *payload = json_object_object_get(event, "payload");
	struct change *change;
	int64_t at_us;

	if (type == NULL || user == NULL || thing == NULL || at == NULL || !instant_parse(at, &at_us))
		return true;
	if (strcmp(type, "UserUpdated") == 0)
		return flush(b) && follow_user(b, user, json_member_text(payload, "time_zone"), at_us);
	if (strncmp(type, "Task", 4) != 0 && strncmp(type, "Event", 5) != 0)
		return true;
	change = add_change(b, user, thing, type[0] == 'T' ? PLAN_TASK : PLAN_EVENT, at_us);
	if (strcmp(type, "TaskDeleted") == 0 || strcmp(type, "EventDeleted") == 0)
		change->permanent = json_object_get_boolean(json_object_object_get(payload, "permanent"));
	else
		set_payload(change, payload);
	return true;
}

static bool take_events(struct batch *b, const char *events)
{
	struct json_cut cut;
	const char *name, *value;
	size_t name_len, len;

	if (!json_cut_begin(&cut, events, strlen(events)))
		return true;
	while (json_cut_next(&cut, &name, &name_len, &value, &len) > 0) {
		if (!take_event(b, json_read_own(b->arena, value, len)))
			return false;
	}
	return flush(b);
}

/* All in the transaction of the events. */
static bool apply(struct db *db, const char *events)
{
	struct batch batch = {.db = db, .arena = arena_new()};
	struct arena *before = db_use(db, batch.arena);
	bool ok = take_events(&batch, events);

	db_use(db, before);
	arena_free(batch.arena);
	return ok && (strstr(events, "\"UserDeleted\"") == NULL || planning_erase(db, events));
}

/* From rows to what is published */

struct desk;

/* Rows that are due in some way, and what is done with them: in a transaction that they are locked in. */
struct duty {
	int take;
	int most, batch; /* rows at once, at most and now: half as many after a failure, for one that is too much fails
			    again */
	bool (*settle)(struct desk *desk, const struct result *rows, int from, int count);
	uint64_t settled;
};

struct desk {
	struct db *db;
	struct arena *arena;
	char stale_hours[24];
	struct duty timely, late;
	struct duty *duty; /* at which it is */
	uint64_t failed;
	uint64_t total; /* that were due when there were many */
	bool broken;    /* the last try ended because of the database */
};

static bool is_away(const struct db *db)
{
	return db_status(db) == DB_UNAVAILABLE || db_status(db) == DB_RETRY;
}

static const char *places(struct arena *arena, const struct result *rows, int from, int count)
{
	struct buf *tids = buf_in(arena, ARRAY_MOST);

	for (int i = from; i < from + count; i++) {
		buf_addc(tids, tids->len == 0 ? '{' : ',');
		buf_printf(tids, "\"%s\"", result_get(rows, i, "tid"));
	}
	return array_text(tids);
}

/* What recurs of a row; NULL where nothing does. */
static const struct plan *plan_of(struct arena *arena, const struct result *rows, int row, enum plan_kind kind)
{
	int column = result_column(rows, "payload");

	if (result_text(rows, row, column) == NULL)
		return NULL;
	return plan_read(arena, kind,
			 json_read_own(arena, result_text(rows, row, column), result_length(rows, row, column)),
			 result_get(rows, row, "zone"));
}

static enum plan_kind kind_of(const struct result *rows, int row)
{
	return strcmp(result_get(rows, row, "kind"), kind_names[PLAN_TASK]) == 0 ? PLAN_TASK : PLAN_EVENT;
}

/* The rows that come after this one, behind after_us. */
static void make_next(struct making *making, const struct plan *plan, const struct result *rows, int row,
		      int64_t after_us)
{
	struct reminders next = {0};

	plan_next(plan, result_get(rows, row, "reminder"), after_us, &next);
	making_add(making, result_get(rows, row, "user_id"), result_get(rows, row, "thing_id"), kind_of(rows, row),
		   &next);
}

static bool publish(struct desk *desk, const struct result *rows, int from, int count)
{
	struct result *said = db_run(desk->db, SQL_REMINDERS_PUBLISH, places(desk->arena, rows, from, count));
	const struct plan *plan = NULL;
	struct making making;

	if (said == NULL)
		return false;
	making_begin(&making, desk->arena);
	for (int i = 0; i < result_rows(said); i++) {
		/* The first row of a thing has its payload. */
		if (i == 0 || strcmp(result_get(said, i, "thing_id"), result_get(said, i - 1, "thing_id")) != 0)
			plan = plan_of(desk->arena, said, i, kind_of(said, i));
		if (plan != NULL)
			make_next(&making, plan, said, i, result_int(said, i, result_column(said, "due_us")));
	}
	return making_end(&making, desk->db);
}

/* One user's RemindersMissed after another, while their rows go by. */
struct missed {
	struct json_writer *w;
	const char *user; /* whose is begun; NULL: none */
	uint64_t count;
	int items;
};

static void end_missed(struct missed *missed)
{
	if (missed->user == NULL)
		return;
	json_end_array(missed->w);
	json_member_int(missed->w, "count", (long long)missed->count);
	json_end_object(missed->w);
	json_end_object(missed->w);
}

static void begin_missed(struct missed *missed, const char *user)
{
	if (missed->user != NULL && strcmp(missed->user, user) == 0)
		return;
	end_missed(missed);
	*missed = (struct missed){.w = missed->w, .user = user};
	json_begin_object(missed->w);
	json_member_string(missed->w, "user_id", user);
	json_key(missed->w, "payload");
	json_begin_object(missed->w);
	json_key(missed->w, "items");
	json_begin_array(missed->w);
}

static void add_missed(struct missed *missed, const struct result *rows, int row, uint64_t count)
{
	const char *occurrence = result_get(rows, row, "occurrence");

	begin_missed(missed, result_get(rows, row, "user_id"));
	missed->count += count;
	if (missed->items++ >= ITEMS_MOST)
		return;
	json_begin_object(missed->w);
	json_member_string(missed->w, "kind", result_get(rows, row, "kind"));
	json_member_string(missed->w, "id", result_get(rows, row, "thing_id"));
	json_member_string(missed->w, "title", result_get(rows, row, "title"));
	json_member_string(missed->w, "reminder", result_get(rows, row, "reminder"));
	json_member_string(missed->w, "occurrence", occurrence[0] != '\0' ? occurrence : NULL);
	member_instant(missed->w, "remind_at", result_int(rows, row, result_column(rows, "due_us")));
	json_end_object(missed->w);
}

/* A series goes on where it is not too late to say it; what lies between is counted and never becomes a row. */
static uint64_t leap(struct desk *desk, struct making *making, const struct result *rows, int row)
{
	int64_t due_us = result_int(rows, row, result_column(rows, "due_us"));
	int64_t upto_us = result_int(rows, row, result_column(rows, "upto_us"));
	const struct plan *plan = plan_of(desk->arena, rows, row, kind_of(rows, row));

	if (plan == NULL)
		return 1;
	make_next(making, plan, rows, row, upto_us);
	return 1 + plan_count(plan, result_get(rows, row, "reminder"), due_us, upto_us);
}

static bool tell_missed(struct desk *desk, const struct result *rows, int from, int count)
{
	struct buf *users = buf_in(desk->arena, ARRAY_MOST);
	struct json_writer w;
	struct missed missed = {.w = &w};
	struct making making;

	if (db_run(desk->db, SQL_REMINDERS_MARK, places(desk->arena, rows, from, count)) == NULL)
		return false;
	making_begin(&making, desk->arena);
	json_writer_init(&w, users);
	json_begin_array(&w);
	for (int i = from; i < from + count; i++)
		if (result_bool(rows, i, result_column(rows, "alive")))
			add_missed(&missed, rows, i, leap(desk, &making, rows, i));
	end_missed(&missed);
	json_end_array(&w);
	return making_end(&making, desk->db) && db_run(desk->db, SQL_REMINDERS_TELL, buf_text(users)) != NULL;
}

/* A row that could not be said, or part of those that were taken. */
struct part {
	const struct result *rows;
	int from, count;
	const char *error;           /* of the last try */
	const char *most;            /* so many tries */
	const struct result *marked; /* the row as one that failed */
};

/* Try something of a part that may fail while the rest of the transaction stands: part->error says why it did, NULL
 * when it did not. False: the transaction is lost. */
static bool attempt(struct desk *desk, bool (*what)(struct desk *desk, struct part *part), struct part *part)
{
	if (db_command(desk->db, "SAVEPOINT attempt") == NULL)
		return false;
	if (what(desk, part)) {
		part->error = NULL;
		return db_command(desk->db, "RELEASE SAVEPOINT attempt") != NULL;
	}
	if (is_away(desk->db))
		return false;
	part->error = arena_printf(desk->arena, "%s %s", db_sqlstate(desk->db), db_error(desk->db));
	return db_command(desk->db, "ROLLBACK TO SAVEPOINT attempt") != NULL;
}

static bool say(struct desk *desk, struct part *part)
{
	return desk->duty->settle(desk, part->rows, part->from, part->count);
}

static bool mark_failed(struct desk *desk, struct part *part)
{
	part->marked = db_run(desk->db, SQL_REMINDERS_FAILED, result_get(part->rows, part->from, "tid"), part->error,
			      part->most);
	return part->marked != NULL;
}

static bool is_dead(const struct part *part)
{
	return part->marked != NULL && result_rows(part->marked) > 0 &&
	       result_bool(part->marked, 0, result_column(part->marked, "dead"));
}

/* A series does not end with the one of it that was given up. */
static bool go_on(struct desk *desk, struct part *part)
{
	struct result *row = db_run(desk->db, SQL_REMINDERS_GIVEN_UP, result_get(part->marked, 0, "tid"));
	const struct plan *plan = NULL;
	struct making making;

	if (row == NULL)
		return false;
	making_begin(&making, desk->arena);
	if (result_rows(row) > 0)
		plan = plan_of(desk->arena, row, 0, kind_of(row, 0));
	if (plan != NULL)
		make_next(&making, plan, row, 0, result_int(row, 0, result_column(row, "due_us")));
	return making_end(&making, desk->db);
}

static bool mark_and_go_on(struct desk *desk, struct part *part)
{
	return mark_failed(desk, part) && (!is_dead(part) || go_on(desk, part));
}

/* One that cannot be said is tried again later; where the next one cannot be made either, for as long again. */
static bool put_off(struct desk *desk, struct part *part)
{
	const char *why = part->error;

	desk->failed++;
	part->most = TRIES;
	if (!attempt(desk, mark_and_go_on, part))
		return false;
	if (part->error != NULL && is_dead(part)) {
		log_error("there is no next one of a reminder that is to be given up: %s", part->error);
		part->error = why;
		part->most = TRIES_ALONE;
		if (!attempt(desk, mark_failed, part))
			return false;
	}
	if (part->error != NULL)
		log_error("a reminder that fails cannot be put off: %s", part->error);
	else if (result_rows(part->marked) > 0)
		log_warn("reminder %s of %s%s: %s", result_get(part->marked, 0, "reminder"),
			 result_get(part->marked, 0, "thing_id"), is_dead(part) ? " is given up" : "", why);
	return true;
}

/* Together, or where that fails in halves: a bad one is found in few steps, and the others are said. */
static bool settle(struct desk *desk, const struct result *rows, int from, int count)
{
	struct part part = {.rows = rows, .from = from, .count = count};

	if (!attempt(desk, say, &part))
		return false;
	if (part.error == NULL) {
		desk->duty->settled += (uint64_t)count;
		return true;
	}
	if (count == 1)
		return put_off(desk, &part);
	return settle(desk, rows, from, count / 2) && settle(desk, rows, from + count / 2, count - count / 2);
}

/* All at once. A savepoint for each try would make it cost more than half as much again: locks are the transaction's.
 */
static bool settle_all(struct desk *desk, const struct result *rows)
{
	int count = result_rows(rows);

	if (count > 0 && !desk->duty->settle(desk, rows, 0, count))
		return false;
	desk->duty->settled += (uint64_t)count;
	return true;
}

static bool settle_parts(struct desk *desk, const struct result *rows)
{
	return result_rows(rows) == 0 || settle(desk, rows, 0, result_rows(rows));
}

/* A transaction over what a duty takes. How many were settled; -1 when it failed. */
static int64_t in_transaction(struct desk *desk, bool (*how)(struct desk *desk, const struct result *rows))
{
	struct duty *duty = desk->duty;
	uint64_t before = duty->settled;
	struct result *rows;
	char batch[16];

	arena_clear(desk->arena);
	db_begin(desk->db);
	snprintf(batch, sizeof(batch), "%d", duty->batch);
	rows = db_run(desk->db, duty->take, batch, desk->stale_hours);
	if (rows != NULL && how(desk, rows) && db_commit(desk->db))
		return (int64_t)(duty->settled - before);
	log_warn("%s %s", db_sqlstate(desk->db), db_error(desk->db));
	db_rollback(desk->db);
	duty->settled = before;
	return -1;
}

/* As many as one transaction does; where one of them fails, the others. How many were settled; -1: the database failed.
 */
static int64_t do_some(struct desk *desk, struct duty *duty)
{
	int64_t settled;

	desk->duty = duty;
	settled = in_transaction(desk, settle_all);
	if (settled < 0 && !is_away(desk->db))
		settled = in_transaction(desk, settle_parts);
	if (settled < 0)
		duty->batch = duty->batch > 1 ? duty->batch / 2 : 1;
	else
		duty->batch = 2 * duty->batch < duty->most ? 2 * duty->batch : duty->most;
	return settled;
}

/* When there is something to do again. What is due and could not be had (another instance has it) is looked at later.
 */
static int64_t next_tick(struct desk *desk)
{
	struct result *wait = db_run(desk->db, SQL_REMINDERS_WAIT);
	int64_t us = wait != NULL && result_text(wait, 0, 0) != NULL ? result_int(wait, 0, 0) : LOOK_US;

	if (us > LOOK_US || us < -SECOND_US)
		us = LOOK_US;
	return clock_tick_us() + us;
}

static void show_progress(struct desk *desk, int64_t said)
{
	struct result *due;

	if (desk->total == 0 && said == BATCH && (due = db_run(desk->db, SQL_REMINDERS_COUNT_DUE)) != NULL)
		desk->total = desk->timely.settled + desk->late.settled + (uint64_t)result_int(due, 0, 0);
	if (desk->total > 0)
		progress("reminders", desk->timely.settled + desk->late.settled, desk->total);
}

/* Say what is due, for a slice of time. What is told together waits until it is all known. */
static int64_t tend(struct consumer_seat *seat)
{
	struct desk *desk = seat->ctx;
	struct arena *before = db_use(desk->db, desk->arena);
	int64_t end = clock_tick_us() + SLICE_US;
	int64_t said, tick = 0;

	do {
		said = do_some(desk, &desk->timely);
		if (said == 0 && seat->drained)
			said = do_some(desk, &desk->late);
		show_progress(desk, said);
	} while (said > 0 && !job_stop && clock_tick_us() < end);
	desk->broken = said < 0;
	if (said == 0)
		tick = next_tick(desk);
	else if (said < 0)
		tick = clock_tick_us() + RETRY_US;
	arena_clear(desk->arena);
	db_use(desk->db, before);
	return tick;
}

static int run(const struct job *job)
{
	static const struct consumer planning = {.name = "planning", .apply = apply};
	struct desk desk = {
		.db = job_db(job, "planning", sql_statements, SQL_COUNT),
		.timely = {.take = SQL_REMINDERS_TAKE, .most = BATCH, .batch = BATCH, .settle = publish},
		.late = {.take = SQL_REMINDERS_TAKE_MISSED, .most = MISSED, .batch = MISSED, .settle = tell_missed}};
	struct consumer_seat seat = {.consumer = &planning, .db = desk.db, .tend = tend, .ctx = &desk};
	int64_t started = clock_tick_us();

	if (!job_alone(desk.db, job->name, ALONE_WAIT_MS)) {
		log_info("another reminders is at work");
		return 0;
	}
	desk.arena = arena_new();
	snprintf(desk.stale_hours, sizeof(desk.stale_hours), "%ld", params.reminder_stale_hours);
	consumers_run(&seat, 1, job->until_us, &job_stop);
	progress_end();
	printf("reminders: %llu published, %llu told of as missed, %llu failed, %llu events applied in %.1f s\n",
	       (unsigned long long)desk.timely.settled, (unsigned long long)desk.late.settled,
	       (unsigned long long)desk.failed, (unsigned long long)seat.applied,
	       (double)(clock_tick_us() - started) / 1e6);
	arena_free(desk.arena);
	return seat.failed || desk.broken ? 1 : 0;
}

static struct job reminders = {
	.name = "reminders",
	.summary = "say what is to be said of tasks and events when its time has come",
	.role = "planning",
	.run = run,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &reminders);
}
