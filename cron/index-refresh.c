/*
 * index-refresh: keeps the search index as the events say.
 *
 * Applies what is pending, then stays listening until its time (--for) ends, so that what is written is found within
 * milliseconds. Between events it learns the words of new documents, from which mistyped queries are put right, and
 * looks at a few known words whether anything still has them.
 *
 * --rebuild makes the index anew while everything goes on: a new generation begins, the owners of things announce what
 * there is as events, those are applied like any other, and at the end what the new generation has not written goes. It
 * can be stopped at any moment; the index is then partly old, and running it again finishes the work.
 *
 * Role: search. Consumes what the search function does; publishes, through what other contexts offer, ThoughtSnapshot,
 * EntrySnapshot, TaskSnapshot, EventSnapshot and ShareSnapshot.
 * Parameters: none of its own.
 */
#include <stdio.h>
#include <unistd.h>

#include "aurora/bus.h"
#include "aurora/job.h"
#include "db/db.h"
#include "functions/search/index.h"
#include "index-refresh.sql.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/log.h"

#define ALONE_WAIT_MS   5000   /* for the instance of the minute before */
#define REBUILD_WAIT_MS 65000  /* for one whose minute has just begun */
#define RETRY_US        200000 /* between looks for a database that went away */
#define SLICE_US        1000000
#define IDLE_SLICE_US   50000
#define LEARN_STEP      200 /* notes of unread documents: some 10 ms during which no event is applied */
#define LEARN_LESS      8   /* by which that is divided where it took too long */
#define SWEEP_STEP      500
#define REBUILD_STEP    1000
#define STEP_TEXT       "1000"
#define ANNOUNCE_STEP   250 /* documents: what a search that wants its caller's newest may have to apply before it */
#define ANNOUNCE_TEXT   "250"

/* Run a statement with memory of its own; its first row's first two numbers. False when it failed. */
static bool ask(struct db *db, int statement, const char *param, long long *first, long long *second)
{
	struct arena *arena = arena_new();
	struct arena *before = db_use(db, arena);
	struct result *result = param != NULL ? db_run(db, statement, param) : db_run(db, statement);

	if (result != NULL && result_rows(result) > 0) {
		*first = result_int(result, 0, 0);
		if (second != NULL)
			*second = result_int(result, 0, 1);
	} else if (result != NULL) {
		*first = result_affected(result);
	}
	db_use(db, before);
	arena_free(arena);
	return result != NULL;
}

/*
 * Learn, with memory of its own, from at most *step notes. Where the documents are so long that reading them ends at
 * statement_timeout, fewer are read at once from then on.
 */
static bool learn(struct db *db, int *step, long *notes)
{
	struct arena *arena = arena_new();
	struct arena *before = db_use(db, arena);
	bool ok;

	while (!(ok = index_learn(db, NULL, *step, notes)) && db_socket(db) >= 0 && *step > 1)
		*step = *step / LEARN_LESS + 1;
	db_use(db, before);
	arena_free(arena);
	return ok;
}

/* Apply everything, however long it takes. */
static bool drain(struct db *db, uint64_t *applied)
{
	enum drain_end end = DRAIN_MORE;

	while (end == DRAIN_MORE && !job_stop)
		end = consumer_drain(db, &index_consumer, clock_tick_us() + IDLE_SLICE_US, applied);
	return end != DRAIN_FAILED;
}

/* What the owners of things announce, each by a statement: who may read them last, for what it needs is there then. */
static const int announcements[] = {SQL_ANNOUNCE_THOUGHTS, SQL_ANNOUNCE_ENTRIES, SQL_ANNOUNCE_TASKS,
				    SQL_ANNOUNCE_EVENTS, SQL_ANNOUNCE_SHARES};

/*
 * Ask the owner of some kind of things for all of them, a batch at a time. Each is applied before the next is asked
 * for: what users write meanwhile stands behind one batch, not behind everything that there is. *announced and *applied
 * are added to.
 */
static bool announce(struct db *db, int statement, uint64_t *announced, uint64_t *applied)
{
	struct arena *arenas[2] = {arena_new(), arena_new()};
	struct arena *before = db_use(db, arenas[0]);
	const char *user = NULL, *id = NULL;
	struct result *batch;
	long long count = ANNOUNCE_STEP;
	bool ok = true;

	/* The key of one batch is needed for the next, so two arenas take turns. */
	for (int turn = 0; ok && count == ANNOUNCE_STEP && !job_stop; turn = !turn) {
		arena_clear(arenas[turn]);
		db_use(db, arenas[turn]);
		batch = db_run(db, statement, user, id, ANNOUNCE_TEXT);
		ok = batch != NULL;
		count = ok ? result_int(batch, 0, 2) : 0;
		if (count > 0) {
			user = result_text(batch, 0, 0);
			id = result_text(batch, 0, 1);
			*announced += (uint64_t)count;
		}
		progress("announced", *announced, 0);
		ok = ok && drain(db, applied);
	}
	db_use(db, before);
	arena_free(arenas[0]);
	arena_free(arenas[1]);
	return ok;
}

/* Read what is not yet read, then look at every word. */
static bool renew_words(struct db *db)
{
	int step = REBUILD_STEP;
	long notes = step;
	long long total = 0, looked_at = REBUILD_STEP, removed;
	uint64_t done = 0;
	bool ok = true;

	while (ok && notes == step && !job_stop) {
		ok = learn(db, &step, &notes);
		done += (uint64_t)notes;
		progress("documents read for their words", done, 0);
	}
	ok = ok && ask(db, SQL_COUNT_WORDS, NULL, &total, NULL);
	for (done = 0; ok && looked_at == REBUILD_STEP && !job_stop; done += (uint64_t)looked_at) {
		ok = ask(db, SQL_SWEEP_WORDS, STEP_TEXT, &looked_at, &removed);
		progress("words looked at", done, (uint64_t)total);
	}
	return ok;
}

/* The exit status. */
static int rebuild(struct db *db)
{
	int64_t started = clock_tick_us();
	uint64_t announced = 0, applied = 0, stale = 0;
	long long generation, readers, dropped = REBUILD_STEP;
	bool ok = ask(db, SQL_NEXT_GENERATION, NULL, &generation, NULL);

	for (size_t i = 0; ok && i < sizeof(announcements) / sizeof(announcements[0]) && !job_stop; i++)
		ok = announce(db, announcements[i], &announced, &applied);
	ok = ok && (job_stop || ask(db, SQL_DROP_STALE_READERS, NULL, &readers, NULL));
	while (ok && dropped == REBUILD_STEP && !job_stop) {
		ok = ask(db, SQL_DROP_STALE, STEP_TEXT, &dropped, NULL);
		stale += (uint64_t)dropped;
		progress("stale documents removed", stale, 0);
	}
	ok = ok && renew_words(db);
	progress_end();
	if (!ok || job_stop) {
		fprintf(stderr, "index-refresh: the rebuild %s; run it again\n", ok ? "was stopped" : "failed");
		return 1;
	}
	printf("index-refresh: rebuilt: %llu documents announced, %llu events applied, %llu stale documents removed in "
	       "%.1f s\n",
	       (unsigned long long)announced, (unsigned long long)applied, (unsigned long long)stale,
	       (double)(clock_tick_us() - started) / 1e6);
	return 0;
}

/* The database went away: wait for it, and for the place that the lost connection held. False when there is no more
 * time. */
static bool come_back(struct consumer_seat *seat, int64_t until_us)
{
	while (!job_stop && clock_tick_us() < until_us) {
		usleep(RETRY_US);
		if (!db_connect(seat->db))
			continue;
		seat->failed = false;
		return job_alone(seat->db, "index-refresh", 0);
	}
	return false;
}

/*
 * Apply events as they come. Between slices of that: learn; and look at some words once a run. Where there was no event
 * there is time for more.
 */
static void attend(struct consumer_seat *seat, int64_t until_us)
{
	long notes = 0;
	int step = LEARN_STEP;
	long long looked_at, removed;
	bool swept = false;
	int64_t slice = 0;

	while (!job_stop) {
		int64_t end = clock_tick_us() + slice;
		uint64_t before = seat->applied;

		consumers_run(seat, 1, end < until_us ? end : until_us, &job_stop);
		if (seat->failed && come_back(seat, until_us))
			continue;
		if (seat->failed || job_stop || clock_tick_us() >= until_us)
			break;
		if (!learn(seat->db, &step, &notes))
			break;
		if (!swept && seat->applied == before)
			swept = ask(seat->db, SQL_SWEEP_WORDS, "500", &looked_at, &removed);
		slice = notes == step && seat->applied == before ? IDLE_SLICE_US : SLICE_US;
	}
}

static int run(const struct job *job)
{
	bool anew = job->options[0].value != NULL;
	struct db *db = job_db(job, "search", sql_statements, SQL_COUNT);
	struct consumer_seat seat = {.consumer = &index_consumer, .db = db};
	int64_t started = clock_tick_us();
	int status = 0;

	if (!job_alone(db, job->name, anew ? 0 : ALONE_WAIT_MS)) {
		if (!anew) {
			log_info("another index-refresh is at work");
			return 0;
		}
		fprintf(stderr, "index-refresh: another one is at work; waiting until its minute ends\n");
		if (!job_alone(db, job->name, REBUILD_WAIT_MS)) {
			fprintf(stderr, "index-refresh: it is still at work; try again later\n");
			return 1;
		}
	}
	if (anew)
		status = rebuild(db);
	attend(&seat, job->until_us);
	printf("index-refresh: %llu events applied in %.1f s\n", (unsigned long long)seat.applied,
	       (double)(clock_tick_us() - started) / 1e6);
	return seat.failed ? 1 : status;
}

static struct job_option options[] = {
	{.name = "--rebuild", .help = "make the index anew from what its owners announce"},
	{.name = NULL},
};

static struct job index_refresh = {
	.name = "index-refresh",
	.summary = "keep the search index as the events say",
	.role = "search",
	.options = options,
	.run = run,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &index_refresh);
}
