#include "erasure.h"

#include <stddef.h>

#include "db/db.h"
#include "erasure.sql.h"
#include "util/arena.h"

bool planning_erase(struct db *db, const char *events)
{
	struct arena *arena = arena_new();
	struct arena *before = db_use(db, arena);
	struct result *result;
	int rows;

	do {
		arena_clear(arena);
		result = db_query(db, &sql_statements[SQL_PLANNING_ERASE], (const char *const[]){events});
		rows = result != NULL ? result_rows(result) : -1;
	} while (rows > 0);
	db_use(db, before);
	arena_free(arena);
	return rows == 0;
}
