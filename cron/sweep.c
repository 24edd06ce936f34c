/*
 * sweep: takes away what has had its time, and keeps the bus and the signing keys in order.
 *
 * Once per run: makes partitions of the log ahead, drops those that everybody has passed and that are older than 30
 * days, and deletes such events where a partition is still in use; erases what has been in the trash for `trash_days`,
 * answers kept for Idempotency-Key for a day, reminders that were said 90 days ago, and tokens and sessions that have
 * expired; replaces the signing key when it is older than `key_days` or there is none, and removes one that was
 * replaced so long ago that no access token signed with it is good; takes content that no attachment has any more out
 * of their store. For the rest of its time it is the consumers `thoughts` and `journals`: on UserDeleted it erases what
 * that user has there, on UserRegistered invitations to their address become shares. At its end it empties the events
 * of users who are deleted and of things that were deleted for good, and erases again what requests that were under way
 * meanwhile have left of them.
 *
 * Roles: thoughts (with the bus), journals, planning, identity, search. Consumes UserDeleted and UserRegistered;
 * publishes ThoughtDeleted, EntryDeleted, JournalDeleted, JournalShared, JournalUnshared, TaskDeleted, EventDeleted.
 * Parameters: key_days, trash_days.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aurora/auth.h"
#include "aurora/blob.h"
#include "aurora/bus.h"
#include "aurora/job.h"
#include "aurora/params.h"
#include "db/db.h"
#include "functions/journals/accounts.h"
#include "functions/journals/orphans.h"
#include "functions/planning/erasure.h"
#include "sweep.sql.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/log.h"

#define ALONE_WAIT_MS  5000
#define KID_LENGTH     16
#define PUBLIC_SUFFIX  ".pub.pem"
#define PRIVATE_SUFFIX ".pem"
#define DAY_S          86400
#define KEY_KEPT_S     (2 * DAY_S) /* once replaced: access_token_ttl may be a day, whatever it is now */
#define FORGET_STEP    1000
#define FORGET_TEXT    "1000"

enum role { THOUGHTS, JOURNALS, PLANNING, IDENTITY, SEARCH, ROLES };

static const char *const role_names[ROLES] = {"thoughts", "journals", "planning", "identity", "search"};

/* A statement that is repeated while it touches `batch` rows. */
struct chore {
	enum role role;
	int statement;
	int batch;
	const char *what; /* for the summary */
	const long *days; /* its parameter; NULL for none */
};

static const struct chore chores[] = {
	{THOUGHTS, SQL_SWEEP_BUS_TRIM, 1000, "old events", NULL},
	{THOUGHTS, SQL_SWEEP_TRASH, 500, "thoughts from the trash", &params.trash_days},
	{JOURNALS, SQL_SWEEP_JOURNALS_DUE, INT_MAX, "journals that are past restoring", &params.trash_days},
	{JOURNALS, SQL_SWEEP_ENTRIES, 200, "entries from the trash", &params.trash_days},
	{JOURNALS, SQL_SWEEP_JOURNALS, INT_MAX, "journals from the trash", NULL},
	{PLANNING, SQL_SWEEP_TASKS, 500, "tasks from the trash", &params.trash_days},
	{PLANNING, SQL_SWEEP_EVENTS, 500, "events from the trash", &params.trash_days},
	{PLANNING, SQL_SWEEP_REMINDERS, 1000, "old reminders", NULL},
	{PLANNING, SQL_SWEEP_IDEMPOTENCY, 1000, "kept answers of planning", NULL},
	{JOURNALS, SQL_SWEEP_IDEMPOTENCY, 1000, "kept answers of journals", NULL},
	{THOUGHTS, SQL_SWEEP_IDEMPOTENCY, 1000, "kept answers of thoughts", NULL},
	{SEARCH, SQL_SWEEP_IDEMPOTENCY, 1000, "kept answers of search", NULL},
	{IDENTITY, SQL_SWEEP_IDEMPOTENCY, 1000, "kept answers of identity", NULL},
	{IDENTITY, SQL_SWEEP_SUCCESSORS, 1000, "repeatable token pairs", NULL},
	{IDENTITY, SQL_SWEEP_REFRESH_TOKENS, 1000, "refresh tokens", NULL},
	{IDENTITY, SQL_SWEEP_ONE_TIME_TOKENS, 1000, "one-time tokens", NULL},
	{IDENTITY, SQL_SWEEP_SESSIONS, 1000, "sessions", NULL},
	{IDENTITY, SQL_SWEEP_REVOKED, 1000, "revocations", NULL},
};

/* Run one statement with memory of its own: how many rows it returned or touched; -1 when it failed. */
static int count_rows(struct db *db, int statement, const char *param)
{
	struct arena *arena = arena_new();
	struct arena *before = db_use(db, arena);
	struct result *result = param != NULL ? db_run(db, statement, param) : db_run(db, statement);
	int rows = -1;

	if (result != NULL)
		rows = result_rows(result) > 0 ? result_rows(result) : result_affected(result);
	db_use(db, before);
	arena_free(arena);
	return rows;
}

/* The first column of the only row; -1 when the statement failed. */
static long long ask(struct db *db, int statement)
{
	struct result *result = db_run(db, statement);

	return result != NULL && result_rows(result) == 1 ? result_int(result, 0, 0) : -1;
}

static bool do_chore(struct db *db, const struct chore *chore, struct buf *summary)
{
	char days[24];
	uint64_t total = 0;
	int rows;

	if (chore->days != NULL)
		snprintf(days, sizeof(days), "%ld", *chore->days);
	do {
		rows = count_rows(db, chore->statement, chore->days != NULL ? days : NULL);
		if (rows > 0)
			total += (uint64_t)rows;
		progress(chore->what, total, 0);
	} while (rows >= chore->batch && !job_stop);
	progress_end();
	if (total > 0)
		buf_printf(summary, ", %llu %s", (unsigned long long)total, chore->what);
	return rows >= 0;
}

static bool tend_bus(struct db *db, struct buf *summary)
{
	long long made = ask(db, SQL_SWEEP_BUS_EXTEND);
	long long dropped = ask(db, SQL_SWEEP_BUS_EXPIRE);

	if (made > 0)
		buf_printf(summary, ", %lld partitions made", made);
	if (dropped > 0)
		buf_printf(summary, ", %lld partitions dropped", dropped);
	return made >= 0 && dropped >= 0;
}

/* Content that no attachment has, and what uploads that died have left. */
static bool clear_store(struct db *db, struct buf *summary)
{
	long went = orphans_sweep(db, &job_stop);
	int tidied = blob_tidy();

	if (went > 0)
		buf_printf(summary, ", %ld attachments' contents", went);
	if (tidied > 0)
		buf_printf(summary, ", %d unfinished uploads", tidied);
	return went >= 0 && tidied >= 0;
}

static int is_public_key(const struct dirent *entry)
{
	return strspn(entry->d_name, "0123456789abcdef") == KID_LENGTH &&
	       strcmp(entry->d_name + KID_LENGTH, PUBLIC_SUFFIX) == 0;
}

/* A kid begins with the Unix time at which the key was made, in hex. */
static int64_t key_made_s(const char *name)
{
	char digits[9];

	snprintf(digits, sizeof(digits), "%.8s", name);
	return strtoll(digits, NULL, 16);
}

/* A key file's path in the house, by the name of its public half. */
static const char *key_path(const char *name, const char *suffix)
{
	char path[64];

	snprintf(path, sizeof(path), "keys/%.*s%s", KID_LENGTH, name, suffix);
	return home_path(path);
}

/* Whoever dies while making or removing a pair leaves its public half alone. */
static bool has_private(const char *name)
{
	return access(key_path(name, PRIVATE_SUFFIX), F_OK) == 0;
}

/* The private half first: the public one alone signs nothing. */
static bool remove_key(const char *name)
{
	if (unlink(key_path(name, PRIVATE_SUFFIX)) != 0 && errno != ENOENT)
		return false;
	return unlink(key_path(name, PUBLIC_SUFFIX)) == 0;
}

/*
 * A new key when the newest that can sign is old enough, or none can. One that was replaced goes when twice the longest
 * life of an access token has passed since: by then each token that it signed has expired, even where a process took
 * its time to notice the new one.
 */
static bool rotate_keys(struct buf *summary)
{
	struct dirent **names;
	int64_t now_s = clock_now_us() / 1000000;
	int count = scandir(home_path("keys"), &names, is_public_key, alphasort);
	const char *newest = NULL, *next = NULL; /* that can sign: of all, and after this one */
	bool ok = true;

	if (count < 0) {
		log_error("%s: cannot be read: %s", home_path("keys"), strerror(errno));
		return false;
	}
	for (int i = count - 1; i >= 0; i--) {
		const char *name = names[i]->d_name;
		bool replaced = next != NULL && key_made_s(next) + KEY_KEPT_S < now_s;

		if (has_private(name)) {
			next = name;
			if (newest == NULL)
				newest = name;
		}
		if (!replaced)
			continue;
		if (remove_key(name)) {
			buf_printf(summary, ", key %.*s removed", KID_LENGTH, name);
		} else {
			log_error("cannot remove key %.*s: %s", KID_LENGTH, name, strerror(errno));
			ok = false;
		}
	}
	if (newest == NULL)
		log_warn("%s held no signing key", home_path("keys"));
	if (newest == NULL || (params.key_days > 0 && key_made_s(newest) + params.key_days * DAY_S < now_s)) {
		struct arena *arena = arena_new();

		buf_printf(summary, ", key %s made", auth_new_key(arena));
		arena_free(arena);
	}
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return ok;
}

/* Batch after batch, until nothing is left of the users whose UserDeleted is among these events. */
static bool erase(struct db *db, int statement, const char *events)
{
	int rows;

	do
		rows = count_rows(db, statement, events);
	while (rows > 0);
	return rows == 0;
}

/* All in the transaction of the event: a user with a million thoughts is gone whole or not at all. */
static bool erase_users(struct db *db, const char *events)
{
	return erase(db, SQL_SWEEP_ERASE_USERS, events);
}

/* What the log says of who and what is deleted, and what requests that were under way have left since the erasure. */
static bool forget_users(struct db *const db[ROLES], struct buf *summary)
{
	struct arena *arena = arena_new();
	struct arena *before = db_use(db[THOUGHTS], arena);
	const char *users = NULL;
	long long total = 0;
	long long blanked;
	bool ok;

	do {
		arena_clear(arena);

		struct result *result = db_run(db[THOUGHTS], SQL_SWEEP_BUS_FORGET, FORGET_TEXT);

		ok = result != NULL && result_rows(result) == 1;
		blanked = ok ? result_int(result, 0, 0) : 0;
		users = ok ? result_text(result, 0, 1) : NULL;
		total += blanked;
	} while (blanked >= FORGET_STEP && !job_stop);
	if (users != NULL) {
		ok = erase(db[THOUGHTS], SQL_SWEEP_ERASE_USERS, users);
		ok = journals_erase(db[JOURNALS], users) && ok;
		ok = planning_erase(db[PLANNING], users) && ok;
		ok = erase(db[SEARCH], SQL_SWEEP_ERASE_SEARCHES, users) && ok;
	}
	db_use(db[THOUGHTS], before);
	arena_free(arena);
	if (total > 0)
		buf_printf(summary, ", %lld events emptied", total);
	return ok;
}

static int sweep(const struct job *job)
{
	static const struct consumer thoughts = {.name = "thoughts", .apply = erase_users};
	struct db *db[ROLES];
	struct buf summary;
	bool ok;

	for (int role = 0; role < ROLES; role++)
		db[role] = job_db(job, role_names[role], sql_statements, SQL_COUNT);
	if (!job_alone(db[THOUGHTS], job->name, ALONE_WAIT_MS)) {
		log_info("another sweep is at work");
		return 0;
	}
	buf_init(&summary, 4096);
	ok = tend_bus(db[THOUGHTS], &summary);
	for (size_t i = 0; i < sizeof(chores) / sizeof(chores[0]) && !job_stop; i++)
		ok = do_chore(db[chores[i].role], &chores[i], &summary) && ok;
	ok = rotate_keys(&summary) && ok;

	struct consumer_seat seats[] = {{.consumer = &thoughts, .db = db[THOUGHTS]},
					{.consumer = &journals_consumer, .db = db[JOURNALS]}};
	size_t count = sizeof(seats) / sizeof(seats[0]);
	unsigned long long applied = 0;

	consumers_run(seats, count, job->until_us, &job_stop);
	ok = forget_users(db, &summary) && ok;
	ok = clear_store(db[JOURNALS], &summary) && ok;
	for (size_t i = 0; i < count; i++) {
		applied += seats[i].applied;
		ok = ok && !seats[i].failed;
	}
	if (applied > 0)
		buf_printf(&summary, ", %llu events of accounts applied", applied);
	log_info("%s%s", ok ? "swept" : "swept what it could",
		 summary.len > 0 ? buf_text(&summary) : ", nothing was due");
	buf_release(&summary);
	return ok ? 0 : 1;
}

static struct job job = {
	.name = "sweep",
	.summary = "takes away what has had its time: trash, expired tokens, old events, deleted accounts, old keys",
	.role = "thoughts",
	.run = sweep,
};

int main(int argc, char **argv)
{
	return job_main(argc, argv, &job);
}
