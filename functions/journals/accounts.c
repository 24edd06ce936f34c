#include "accounts.h"

#include <string.h>

#include "accounts.sql.h"
#include "aurora/bus.h"
#include "db/db.h"
#include "util/arena.h"

/* Memory of its own, for there may be many rounds. */
static int count_rows(struct db *db, int statement, const char *events)
{
	struct arena *arena = arena_new();
	struct arena *before = db_use(db, arena);
	struct result *result = db_query(db, &sql_statements[statement], (const char *const[]){events});
	int rows = result != NULL ? result_rows(result) : -1;

	db_use(db, before);
	arena_free(arena);
	return rows;
}

bool journals_erase(struct db *db, const char *events)
{
	int rows;

	do
		rows = count_rows(db, SQL_ACCOUNT_ERASE, events);
	while (rows > 0);
	return rows == 0;
}

/* All in the transaction of the event: a user with ten thousand entries is gone whole or not at all. */
static bool apply(struct db *db, const char *events)
{
	if (strstr(events, "\"UserRegistered\"") != NULL && count_rows(db, SQL_ACCOUNT_INVITED, events) < 0)
		return false;
	return strstr(events, "\"UserDeleted\"") == NULL || journals_erase(db, events);
}

const struct consumer journals_consumer = {.name = "journals", .apply = apply};
