#include "orphans.h"

#include <stdbool.h>

#include "aurora/blob.h"
#include "db/db.h"
#include "orphans.sql.h"
#include "util/arena.h"

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
	struct arena *arenas[2] = {arena_new(), arena_new()};
	struct arena *before = db_use(db, arenas[0]);
	const char *sha256 = "";
	long went = 0;

	/* Each turn has the memory of the last but one. */
	for (int turn = 0; !*stop; turn = 1 - turn) {
		struct result *next;
		int taken;

		arena_clear(arenas[turn]);
		db_use(db, arenas[turn]);
		next = ask(db, SQL_ORPHAN_NEXT, sha256);
		if (next != NULL && result_rows(next) == 0)
			break;
		sha256 = next != NULL ? result_text(next, 0, 0) : NULL;
		taken = sha256 != NULL ? take(db, arenas[turn], sha256) : -1;
		if (taken < 0) {
			went = -1;
			break;
		}
		went += taken;
	}
	db_use(db, before);
	arena_free(arenas[0]);
	arena_free(arenas[1]);
	return went;
}
