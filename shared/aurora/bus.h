/*
 * bus: consume events, each with effect exactly once.
 *
 * A consumer is a name in bus.consumers, a schema of its own with `bus_cursor` and `bus_parked`, and an effect.
 * Position and effect commit together. Windows of transaction snapshots (after PgQ) make gaps in the sequence and long
 * transactions harmless; an eventcount of advisory locks lets a publisher ring only for a consumer that sleeps; an
 * event that fails is parked, with the later ones of its aggregate behind it, and tried again.
 */
#ifndef AURORA_AURORA_BUS_H
#define AURORA_AURORA_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

struct consumer {
	const char *name; /* bus.consumers.name, and its database role's schema */

	/*
	 * Apply these events, a JSON array in order: [{"id":1,"type":"ThoughtCreated","user_id":"…","aggregate_id":"…",
	 * "version":1,"payload":{…},"at":"…"}, …]. Runs inside the consumer's transaction; set-based. False when a
	 * statement failed (db_status): the transaction is rolled back, and the events are tried one by one.
	 */
	bool (*apply)(struct db *db, const char *events);

	/*
	 * The effect is SQL alone, and reads the events by bus.given($1): instead of the array it mostly gets which
	 * they are, {"ids":"{1,2}","types":["ThoughtCreated", …]}, a quarter cheaper than to send the events here and
	 * back. Either names the types that are among them in quotes.
	 */
	bool in_place;
};

/*
 * One instance drains at a time, and others wait for their turn; but not longer than this for one that makes no
 * progress (stopped, or cut off), for the position keeps them apart as well. Three seconds.
 */
extern int64_t consumer_patience_us;

enum drain_end {
	DRAIN_EMPTY,  /* nothing is left */
	DRAIN_MORE,   /* stopped at the deadline, or waiting for another instance; there may be more */
	DRAIN_FAILED, /* the database is away */
};

/* Apply what is pending until nothing is left or `deadline_us` (clock_tick_us) has passed. *applied is added to. */
enum drain_end consumer_drain(struct db *db, const struct consumer *consumer, int64_t deadline_us, uint64_t *applied);

/* Events that concern this user (their own, and of whomever else its schema's bus_concerns names) that the consumer has
 * not applied? */
bool consumer_behind(struct db *db, const struct consumer *consumer, const char *user_id, bool *behind);

/*
 * Make sure that the events which concern this user are applied: drain, or wait for the instance that is at it. At most
 * wait_ms. False when the time ran out (the answer may then lack the newest) or the database is away.
 */
bool consumer_catch_up(struct db *db, const struct consumer *consumer, const char *user_id, long wait_ms);

/*
 * Drain several consumers, each over its own connection, then sleep until one is rung, again and again until `until_us`
 * (at least until what was pending is applied and tended to, for at most 50 s) or SIGTERM (*stop). This is what a cron
 * program does for its minute.
 */
struct consumer_seat {
	const struct consumer *consumer;
	struct db *db;
	uint64_t applied; /* added to */
	bool failed;      /* the last try ended because the database was away or did not do what it was told */
	bool drained;     /* nothing was pending when it was last looked at */

	/*
	 * What else this consumer has to do, over the same connection; NULL for nothing. Called outside any transaction
	 * after events were applied, and when the tick (clock_tick_us) has come that it returned last: the next at
	 * which it wants to be called, INT64_MAX for none, one that has passed to go on at once. The seat is woken for
	 * that as for events, which wait meanwhile: a call does a fraction of a second's work. Not called while the
	 * database is away.
	 */
	int64_t (*tend)(struct consumer_seat *seat);
	void *ctx; /* tend's */
};
void consumers_run(struct consumer_seat *seats, size_t count, int64_t until_us, const volatile int *stop);

#endif
