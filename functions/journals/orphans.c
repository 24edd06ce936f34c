#include "orphans.h"

#include <stdbool.h>
#include <stdio.h>

#include "aurora/blob.h"
#include "db/db.h"
#include "orphans.sql.h"
#include "util/arena.h"

#define SHA256_TEXT 65

static struct result *ask(struct db *db, int statement, const char *sha256)
{
	return db_query(db, &sql_statements[statement], (const char *const[]){sha256});
}

/* One content, in a transaction: 1 when it went, 0 when something has it, -1 on failure. */
static int take(struct db *db, struct arena *arena, const char *sha256)
{
	struct result *taken;
	int went = -1;

	if (!db_begin(db))
		return -1;
	taken = ask(db, SQL_ORPHAN_LOCK, sha256) != NULL ? ask(db, SQL_ORPHAN_TAKE, sha256) : NULL;
	if (taken != NULL) {
		bool is_free = result_bool(taken, 0, 0);

		if (!is_free || blob_delete(arena, sha256) == BLOB_OK)
			went = is_free;
	}
	if (went < 0 || !db_commit(db)) {
		db_rollback(db);
		return -1;
	}
	return went;
}

long orphans_sweep(struct db *db, const volatile int *stop)
{
	struct arena *arena = arena_new();
	struct arena *before = db_use(db, arena);
	char sha256[SHA256_TEXT] = "";
	long went = 0;

	while (went >= 0 && !*stop) {
		struct result *next;
		int taken = -1;

		arena_clear(arena);
		next = ask(db, SQL_ORPHAN_NEXT, sha256);
		if (next != NULL && result_rows(next) == 0)
			break;
		if (next != NULL) {
			snprintf(sha256, sizeof(sha256), "%s", result_text(next, 0, 0));
			taken = take(db, arena, sha256);
		}
		went = taken < 0 ? -1 : went + taken;
	}
	db_use(db, before);
	arena_free(arena);
	return went;
}
