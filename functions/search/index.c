#include "index.h"

#include <stdio.h>
#include <string.h>

#include "aurora/bus.h"
#include "db/db.h"
#include "index.sql.h"

/* The names of events are unlikely in texts, and looking for users that are not there only costs time. */
static bool apply(struct db *db, const char *events)
{
	const char *const bound[] = {events};

	if (strstr(events, "\"UserDeleted\"") != NULL && db_query(db, &sql_statements[SQL_INDEX_ERASE], bound) == NULL)
		return false;
	return db_query(db, &sql_statements[SQL_INDEX_APPLY], bound) != NULL;
}

bool index_learn(struct db *db, const char *user_id, int most, long *documents)
{
	char limit[16];
	struct result *learnt;

	snprintf(limit, sizeof(limit), "%d", most);
	learnt = db_query(db, &sql_statements[SQL_INDEX_LEARN], (const char *const[]){user_id, limit});
	if (learnt == NULL)
		return false;
	*documents = (long)result_int(learnt, 0, 0);
	return true;
}

const struct consumer index_consumer = {.name = "search", .apply = apply};
