#include "aurora/bus.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bus.sql.h"
#include "db/db.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/log.h"

#define TRIES_PER_PAGE  3
#define PAGE_LEAST      100
#define PAGE_MOST       2000
#define PAGE_SMALL      200 /* for a reader who waits: a page must fit well into its patience */
#define PAGE_BYTES      (1 << 20)
#define SLICE_US        200000
#define GRACE_US        50000000
#define POLL_US         5000000
#define NAP_US          10000
#define NAP_MOST_US     40000
#define BUSY            10 /* events since the last nap */
#define TURN_NAP_US     2000
#define BACKOFF_MOST_US 2000000
#define SEATS_MOST      16

int64_t consumer_patience_us = 3000000;

/* Waiting for one's turn: which consumer, and what its cursor said when it was last seen to move. */
struct turn {
	char k[12];
	char gen[24];
	int64_t since;
};

/* One drain: a series of steps, each with memory of its own. */
struct drain {
	struct db *db;
	const struct consumer *consumer;
	struct arena *arena;
	struct arena *callers_arena;
	int most; /* events of the next page */
	uint64_t applied;
};

/* A consumer's position, as read. */
struct cursor {
	const char *gen;
	const char *done;
	const char *win; /* NULL: no window is open */
	const char *pos;
	long attempt;
	long page;   /* so many events are to be taken one by one; 0 for whole pages */
	bool quiet;  /* nothing was written for some time */
	bool parked; /* something is parked */
	bool due;    /* and may be tried again */
};

struct page {
	const char *events; /* what apply is given */
	long long count;
	long long bytes; /* of the events' payloads, about */
	const char *last;
	const char *mine; /* ids of those addressed to this consumer; NULL for none */
	bool more;        /* the window may hold others */
};

enum step {
	STEP_ON,     /* something was done, or another instance did it: look again */
	STEP_EMPTY,  /* nothing is pending */
	STEP_FAILED, /* the database is away, or refuses what it should not */
};

#define run(db, statement, ...) db_query((db), &sql_statements[statement], (const char *const[]){__VA_ARGS__, NULL})

static void nap(int64_t us)
{
	struct timespec ts = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};

	if (us > 0)
		nanosleep(&ts, NULL);
}

static const char *number(struct arena *arena, long long value)
{
	return arena_printf(arena, "%lld", value);
}

static void drain_begin(struct drain *d, struct db *db, const struct consumer *consumer)
{
	*d = (struct drain){.db = db, .consumer = consumer, .arena = arena_new(), .most = PAGE_LEAST};
	d->callers_arena = db_use(db, d->arena);
}

static void drain_end(struct drain *d)
{
	db_use(d->db, d->callers_arena);
	arena_free(d->arena);
}

static bool read_cursor(struct drain *d, struct cursor *c)
{
	struct result *row = run(d->db, SQL_BUS_CURSOR, NULL);

	if (row == NULL)
		return false;
	if (result_rows(row) != 1) {
		log_error("bus: %s has no cursor", d->consumer->name);
		return false;
	}
	*c = (struct cursor){
		.gen = result_get(row, 0, "gen"),
		.done = result_get(row, 0, "done"),
		.win = result_get(row, 0, "win"),
		.pos = result_get(row, 0, "pos"),
		.attempt = (long)result_int(row, 0, result_column(row, "attempt")),
		.page = (long)result_int(row, 0, result_column(row, "page")),
		.quiet = result_bool(row, 0, result_column(row, "quiet")),
		.parked = result_bool(row, 0, result_column(row, "parked")),
		.due = result_bool(row, 0, result_column(row, "due")),
	};
	return true;
}

/* Open a window in memory; it is stored with the claim. *first is NULL when there is nothing in it. */
static bool open_window(struct drain *d, struct cursor *c, const char **first)
{
	struct result *window = run(d->db, SQL_BUS_OPEN_WINDOW, d->consumer->name, c->done);

	if (window == NULL)
		return false;
	c->win = result_get(window, 0, "win");
	*first = result_get(window, 0, "first");
	if (*first != NULL)
		c->pos = number(d->arena, strtoll(*first, NULL, 10) - 1);
	c->attempt = 0;
	c->page = 0;
	return true;
}

/* Move the position past a page, within the transaction of its effect. */
static bool move(struct drain *d, const struct cursor *c, const struct page *page, bool more)
{
	const char *left = number(d->arena, more && c->page > 0 ? c->page - 1 : 0);
	struct result *moved = run(d->db, SQL_BUS_MOVE, c->gen, more ? c->done : c->win, more ? c->win : NULL,
				   more ? page->last : "0", left, number(d->arena, page->count));

	return moved != NULL && result_rows(moved) == 1;
}

static bool park(struct drain *d, const char *event, const char *error)
{
	log_warn("bus: %s: parked: %s", d->consumer->name, error);
	return run(d->db, SQL_BUS_PARK, event, error) != NULL;
}

/* One event of a page that did not work as a whole. Its failure is its own: it is parked, the transaction goes on. */
static bool apply_one(struct drain *d, const char *event, bool *parked)
{
	if (*parked) {
		struct result *rest = run(d->db, SQL_BUS_HOLD, event);

		if (rest == NULL)
			return false;
		if (result_text(rest, 0, 0) == NULL)
			return true;
	}
	if (db_command(d->db, "SAVEPOINT event") == NULL)
		return false;
	if (d->consumer->apply(d->db, event))
		return db_command(d->db, "RELEASE SAVEPOINT event") != NULL;
	if (db_status(d->db) == DB_UNAVAILABLE || db_status(d->db) == DB_RETRY)
		return false;

	const char *error = arena_printf(d->arena, "%s %s", db_sqlstate(d->db), db_error(d->db));

	*parked = true;
	return db_command(d->db, "ROLLBACK TO SAVEPOINT event") != NULL && park(d, event, error);
}

static bool apply_each(struct drain *d, const char *events, bool parked)
{
	struct result *each = run(d->db, SQL_BUS_SPLIT, events);
	struct arena *outer = d->arena;
	bool ok = each != NULL;

	if (!ok)
		return false;
	d->arena = arena_new();
	db_use(d->db, d->arena);
	for (int i = 0; ok && i < result_rows(each); i++) {
		ok = apply_one(d, result_text(each, i, 0), &parked);
		arena_clear(d->arena);
	}
	arena_free(d->arena);
	d->arena = outer;
	db_use(d->db, outer);
	return ok;
}

/* Position and effect in one transaction. *lost: another instance has moved the position; nothing was done. */
static bool apply_page(struct drain *d, const struct cursor *c, const struct page *page, bool more, bool each,
		       bool *lost)
{
	const char *events = page->events;
	bool ok;

	db_begin(d->db);
	ok = move(d, c, page, more);
	*lost = !ok && db_status(d->db) == DB_OK;
	if (ok && c->parked) {
		struct result *rest = run(d->db, SQL_BUS_HOLD, events);

		ok = rest != NULL;
		events = ok ? result_text(rest, 0, 0) : NULL;
	}
	if (ok && events != NULL)
		ok = each ? apply_each(d, events, c->parked) : d->consumer->apply(d->db, events);
	if (ok && page->mine != NULL)
		ok = run(d->db, SQL_BUS_BLANK, page->mine) != NULL;
	if (ok)
		return db_commit(d->db);
	db_rollback(d->db);
	return false;
}

static enum step note_failure(struct drain *d)
{
	const char *error = arena_printf(d->arena, "%s %s", db_sqlstate(d->db), db_error(d->db));

	if (db_status(d->db) == DB_RETRY)
		return STEP_ON;
	log_warn("bus: %s: %s", d->consumer->name, error);
	if (db_socket(d->db) >= 0)
		run(d->db, SQL_BUS_ERROR, error);
	return STEP_FAILED;
}

/* The next event has ended the process, or its time, three times all by itself: park it untried. */
static enum step park_unseen(struct drain *d, const struct cursor *c, const struct page *page)
{
	struct result *rest = NULL;
	bool ok;

	db_begin(d->db);
	ok = move(d, c, page, true) && (rest = run(d->db, SQL_BUS_HOLD, page->events)) != NULL;
	if (ok && result_text(rest, 0, 0) != NULL)
		ok = park(d, page->events, "it never came to an end");
	if (ok && page->mine != NULL)
		ok = run(d->db, SQL_BUS_BLANK, page->mine) != NULL;
	if (ok && db_commit(d->db)) {
		d->applied++;
		return STEP_ON;
	}
	db_rollback(d->db);
	return db_socket(d->db) >= 0 ? STEP_ON : STEP_FAILED;
}

/* Try the parked event that is due longest. */
static enum step retry_parked(struct drain *d)
{
	struct result *due = run(d->db, SQL_BUS_RETRY, NULL);
	const char *id;
	struct result *gone;
	bool ok;

	if (due == NULL)
		return note_failure(d);
	if (result_rows(due) == 0)
		return STEP_ON;
	id = result_get(due, 0, "event_id");
	db_begin(d->db);
	ok = run(d->db, SQL_BUS_LOCK, NULL) != NULL && (gone = run(d->db, SQL_BUS_UNPARK, id)) != NULL;
	if (ok && result_rows(gone) == 0) {
		db_rollback(d->db);
		return STEP_ON;
	}
	if (ok && d->consumer->apply(d->db, result_get(due, 0, "events")) && db_commit(d->db))
		return STEP_ON;

	const char *error = arena_printf(d->arena, "%s %s", db_sqlstate(d->db), db_error(d->db));

	db_rollback(d->db);
	log_warn("bus: %s: event %s failed again (try %s): %s", d->consumer->name, id, result_get(due, 0, "attempts"),
		 error);
	if (result_bool(due, 0, result_column(due, "dead")))
		log_error("bus: %s: event %s is given up; see aurora bus", d->consumer->name, id);
	return run(d->db, SQL_BUS_FAILED, id, error) != NULL ? STEP_ON : STEP_FAILED;
}

/* What is next, the events by name where that serves the consumer, or all that they are. */
static bool read_page(struct drain *d, const struct cursor *c, int most, bool in_place, struct page *page)
{
	struct result *row = run(d->db, SQL_BUS_PAGE, d->consumer->name, c->done, c->win, c->pos,
				 number(d->arena, most), in_place ? "true" : "false");

	if (row == NULL)
		return false;
	*page = (struct page){
		.events = result_get(row, 0, "events"),
		.count = result_int(row, 0, result_column(row, "count")),
		.bytes = result_int(row, 0, result_column(row, "bytes")),
		.last = result_get(row, 0, "last"),
		.mine = result_get(row, 0, "mine"),
		.more = result_bool(row, 0, result_column(row, "more")),
	};
	return true;
}

static bool claim(struct drain *d, const struct cursor *c, long attempt, long page)
{
	return run(d->db, SQL_BUS_CLAIM, c->gen, c->win, c->pos, number(d->arena, attempt), number(d->arena, page)) !=
	       NULL;
}

/* Pages as large as their events allow: a thousand are cheap together, a thousand long ones would fill the memory. */
static void fit_page(struct drain *d, const struct page *page, int largest)
{
	if (page->bytes > 4 * PAGE_BYTES && d->most > 1)
		d->most /= 2;
	else if (page->bytes < PAGE_BYTES && d->most < largest)
		d->most = 2 * d->most < largest ? 2 * d->most : largest;
}

static enum step step(struct drain *d, int largest)
{
	struct cursor c;
	struct page page;
	const char *first = "";
	bool fresh;
	bool in_place;
	bool lost;
	int most;

	if (!read_cursor(d, &c))
		return STEP_FAILED;
	if (c.due)
		return retry_parked(d);
	fresh = c.win == NULL;
	if (fresh && !open_window(d, &c, &first))
		return STEP_FAILED;
	if (first == NULL) {
		/* Nothing to do is worth a write now and then: it says that the consumer lives, and spares long looks
		 * back. */
		page = (struct page){.count = 0};
		if (c.quiet)
			move(d, &c, &page, false);
		return STEP_EMPTY;
	}
	most = c.page > 0 ? 1 : d->most;
	/* What is parked, or may be, is told apart by what it is. */
	in_place = d->consumer->in_place && !c.parked && c.page == 0;
	if (!read_page(d, &c, most, in_place, &page))
		return STEP_FAILED;
	if (page.count == 0) {
		/* Of a fresh window: what was seen came after its snapshot, and will be in the next one. */
		if (!fresh && !move(d, &c, &page, false) && db_status(d->db) != DB_OK)
			return STEP_FAILED;
		return STEP_ON;
	}
	if (c.attempt >= TRIES_PER_PAGE) {
		if (c.page > 0)
			return park_unseen(d, &c, &page);
		log_warn("bus: %s: a page of %lld events failed %ld times; one by one from here", d->consumer->name,
			 page.count, c.attempt);
		return claim(d, &c, 0, (long)page.count) ? STEP_ON : STEP_FAILED;
	}
	if (!claim(d, &c, c.attempt + 1, c.page))
		return STEP_FAILED;
	if (!apply_page(d, &c, &page, page.more, false, &lost)) {
		if (lost)
			return STEP_ON;
		if (db_status(d->db) == DB_UNAVAILABLE || db_status(d->db) == DB_RETRY)
			return note_failure(d);
		if (in_place && !read_page(d, &c, most, false, &page))
			return STEP_FAILED;
		if (!apply_page(d, &c, &page, page.more, true, &lost))
			return lost ? STEP_ON : note_failure(d);
	}
	d->applied += (uint64_t)page.count;
	fit_page(d, &page, largest);
	/* What was committed when this step began was in its window, and the window is through. */
	return fresh && !page.more ? STEP_EMPTY : STEP_ON;
}

/* Steps until nothing is left or the time is up; at least one. */
static enum drain_end drain_steps(struct drain *d, int64_t deadline, int largest)
{
	for (;;) {
		enum step end = step(d, largest);

		arena_clear(d->arena);
		if (end == STEP_EMPTY)
			return DRAIN_EMPTY;
		if (end == STEP_FAILED)
			return DRAIN_FAILED;
		if (clock_tick_us() >= deadline)
			return DRAIN_MORE;
	}
}

/* 1: this drain may work alone; 0: another is at it; -1: the database is away. */
static int take(struct drain *d, struct turn *turn)
{
	struct result *taken = run(d->db, SQL_BUS_TAKE, d->consumer->name);

	if (taken == NULL)
		return -1;
	if (result_rows(taken) != 1) {
		log_error("bus: %s is not in bus.consumers", d->consumer->name);
		return -1;
	}
	snprintf(turn->k, sizeof(turn->k), "%s", result_get(taken, 0, "k"));
	return result_bool(taken, 0, result_column(taken, "taken")) ? 1 : 0;
}

static void leave(struct drain *d, const struct turn *turn)
{
	if (db_socket(d->db) >= 0)
		run(d->db, SQL_BUS_LEAVE, turn->k);
}

/* Has the instance whose turn it is stood still for too long? */
static bool stuck(struct drain *d, struct turn *turn)
{
	struct cursor c;

	if (!read_cursor(d, &c))
		return false;
	if (turn->since == 0 || strcmp(turn->gen, c.gen) != 0) {
		snprintf(turn->gen, sizeof(turn->gen), "%s", c.gen);
		turn->since = clock_tick_us();
	}
	return clock_tick_us() - turn->since >= consumer_patience_us;
}

/* Whoever went ahead beside one that stands still must not take its own moves for the other's. */
static void note_own_moves(struct drain *d, struct turn *turn)
{
	struct cursor c;

	if (d->applied > 0 && read_cursor(d, &c))
		snprintf(turn->gen, sizeof(turn->gen), "%s", c.gen);
}

static enum drain_end drain_in_turn(struct db *db, const struct consumer *consumer, int64_t deadline, struct turn *turn,
				    uint64_t *applied)
{
	struct drain d;
	enum drain_end end = DRAIN_MORE;
	int alone;

	drain_begin(&d, db, consumer);
	while ((alone = take(&d, turn)) == 0 && !stuck(&d, turn) && clock_tick_us() < deadline) {
		arena_clear(d.arena);
		nap(TURN_NAP_US);
	}
	if (alone < 0)
		end = DRAIN_FAILED;
	else if (alone > 0 || clock_tick_us() < deadline)
		end = drain_steps(&d, deadline, PAGE_MOST);
	if (alone > 0) {
		turn->since = 0;
		leave(&d, turn);
	} else if (alone == 0) {
		note_own_moves(&d, turn);
	}
	*applied += d.applied;
	drain_end(&d);
	return end;
}

enum drain_end consumer_drain(struct db *db, const struct consumer *consumer, int64_t deadline_us, uint64_t *applied)
{
	struct turn turn = {.since = 0};

	return drain_in_turn(db, consumer, deadline_us, &turn, applied);
}

bool consumer_behind(struct db *db, const struct consumer *consumer, const char *user_id, bool *behind)
{
	struct result *row = run(db, SQL_BUS_BEHIND, consumer->name, user_id);

	*behind = row != NULL && result_rows(row) == 1 && result_bool(row, 0, 0);
	return row != NULL && result_rows(row) == 1;
}

bool consumer_catch_up(struct db *db, const struct consumer *consumer, const char *user_id, long wait_ms)
{
	int64_t deadline = clock_tick_us() + wait_ms * 1000;
	struct turn turn = {.since = 0};
	struct drain d;
	bool behind;
	bool known = consumer_behind(db, consumer, user_id, &behind);

	if (!known || !behind)
		return known;
	drain_begin(&d, db, consumer);
	while (known && behind && clock_tick_us() < deadline) {
		int alone = take(&d, &turn);

		known = alone >= 0;
		if (alone > 0) {
			known = drain_steps(&d, deadline, PAGE_SMALL) != DRAIN_FAILED;
			leave(&d, &turn);
		} else {
			nap(TURN_NAP_US / 2);
		}
		known = known && consumer_behind(db, consumer, user_id, &behind);
		arena_clear(d.arena);
	}
	drain_end(&d);
	return known && !behind;
}

/* A seat at work, napping, or asleep. */
struct sitter {
	struct consumer_seat *seat;
	struct turn turn;
	bool asleep;
	bool through; /* nothing was left, once */
	unsigned long notified;
	int64_t due;  /* when to look again */
	int64_t tend; /* when the seat is to be tended */
	int64_t nap;
	int64_t backoff;
};

static bool nothing_pending(struct drain *d)
{
	struct cursor c;
	const char *first;

	return read_cursor(d, &c) && !c.due && c.win == NULL && open_window(d, &c, &first) && first == NULL;
}

/*
 * Fall asleep as an eventcount: listen, take the lock that publishers share, look once more. A publisher that was under
 * way keeps the lock from us until it commits; one that comes later cannot share it and rings. False: not asleep, look
 * again.
 */
static bool doze(struct sitter *s)
{
	struct db *db = s->seat->db;
	char listen[32];
	struct drain d;
	struct result *taken;
	bool asleep = false;

	s->notified = db_notified(db);
	drain_begin(&d, db, s->seat->consumer);
	snprintf(listen, sizeof(listen), "LISTEN bus_%s", s->turn.k);
	taken = db_command(db, listen) != NULL ? run(db, SQL_BUS_DOZE, s->turn.k) : NULL;
	if (taken != NULL && result_bool(taken, 0, 0)) {
		asleep = nothing_pending(&d) && db_notified(db) == s->notified;
		if (!asleep && db_socket(db) >= 0)
			run(db, SQL_BUS_WAKE, s->turn.k);
	}
	drain_end(&d);
	return asleep;
}

static void wake(struct sitter *s)
{
	struct drain d;

	s->asleep = false;
	s->due = 0;
	if (db_socket(s->seat->db) < 0)
		return;
	drain_begin(&d, s->seat->db, s->seat->consumer);
	run(d.db, SQL_BUS_WAKE, s->turn.k);
	drain_end(&d);
}

/* False: there is more to do at once. */
static bool tend(struct sitter *s, bool news)
{
	if (s->seat->tend == NULL || (!news && clock_tick_us() < s->tend))
		return true;
	s->tend = s->seat->tend(s->seat);
	return clock_tick_us() < s->tend;
}

/* When to look again: `us` from now, sooner where the seat wants to be tended. */
static void set_due(struct sitter *s, int64_t us)
{
	s->due = clock_tick_us() + us;
	if (s->seat->tend != NULL && s->tend < s->due)
		s->due = s->tend;
}

/* Work for a slice of time, then decide when to look again. */
static void work(struct sitter *s)
{
	uint64_t before = s->seat->applied;
	enum drain_end end =
		drain_in_turn(s->seat->db, s->seat->consumer, clock_tick_us() + SLICE_US, &s->turn, &s->seat->applied);
	bool some = s->seat->applied != before;
	bool news = some || (end == DRAIN_EMPTY && !s->seat->drained);

	s->seat->failed = end == DRAIN_FAILED;
	s->seat->drained = end == DRAIN_EMPTY;
	if (end == DRAIN_FAILED) {
		s->through = true;
		s->backoff = s->backoff == 0 ? 2 * NAP_US : 2 * s->backoff;
		if (s->backoff > BACKOFF_MOST_US)
			s->backoff = BACKOFF_MOST_US;
		s->due = clock_tick_us() + s->backoff;
		return;
	}
	s->backoff = 0;
	if (!tend(s, news) || end == DRAIN_MORE) {
		s->due = 0;
		return;
	}
	s->through = true;
	/* Where something came there is more to come. A short nap gathers it, and who naps need not be rung for. */
	if (some) {
		s->nap = s->seat->applied - before > BUSY ? 2 * NAP_US : NAP_US;
	} else if (doze(s)) {
		s->asleep = true;
		s->nap = NAP_US / 2;
		set_due(s, POLL_US);
		return;
	} else {
		s->nap = s->nap == 0 ? NAP_US / 2 : 2 * s->nap;
		if (s->nap > NAP_MOST_US)
			s->nap = NAP_MOST_US;
	}
	set_due(s, s->nap);
}

/* Wait until the next seat is due or a sleeper is rung. */
static void rest(struct sitter *sitters, size_t count, int64_t until)
{
	struct pollfd fds[SEATS_MOST];
	int64_t left;

	for (size_t i = 0; i < count; i++) {
		if (sitters[i].due < until)
			until = sitters[i].due;
		fds[i] = (struct pollfd){.fd = sitters[i].asleep ? db_socket(sitters[i].seat->db) : -1,
					 .events = POLLIN};
	}
	left = until - clock_tick_us();
	if (left <= 0 || poll(fds, count, (int)((left + 999) / 1000)) <= 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct sitter *s = &sitters[i];

		if (!s->asleep || fds[i].revents == 0)
			continue;
		db_poll(s->seat->db);
		if (db_socket(s->seat->db) < 0 || db_notified(s->seat->db) != s->notified)
			wake(s);
	}
}

void consumers_run(struct consumer_seat *seats, size_t count, int64_t until_us, const volatile int *stop)
{
	struct sitter sitters[SEATS_MOST] = {0};
	int64_t grace = clock_tick_us() + GRACE_US;

	if (count > SEATS_MOST)
		bug("%zu consumers in one program", count);
	for (size_t i = 0; i < count; i++)
		sitters[i].seat = &seats[i];
	while (!*stop) {
		int64_t now = clock_tick_us();
		bool through = true;

		for (size_t i = 0; i < count; i++)
			through = through && sitters[i].through;
		if (now >= until_us && (through || now >= grace))
			break;
		for (size_t i = 0; i < count && !*stop; i++) {
			if (sitters[i].due > clock_tick_us())
				continue;
			if (sitters[i].asleep)
				wake(&sitters[i]);
			work(&sitters[i]);
		}
		rest(sitters, count, now >= until_us ? now + NAP_US : until_us);
	}
	for (size_t i = 0; i < count; i++)
		if (sitters[i].asleep)
			wake(&sitters[i]);
}
