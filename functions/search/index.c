#include "index.h"

#include <stdio.h>
#include <string.h>

#include "aurora/bus.h"
#include "db/db.h"
#include "index.sql.h"

/* Run only when one of these events may be among them. A text that says such a name costs a statement in vain. */
static const struct {
	const char *event;
	int statement;
} rare[] = {
	{"\"UserDeleted\"", SQL_INDEX_ERASE},
	{"\"JournalShared\"", SQL_INDEX_READERS},
	{"\"JournalUnshared\"", SQL_INDEX_READERS},
	{"\"ShareSnapshot\"", SQL_INDEX_READERS},
};

static bool apply(struct db *db, const char *events)
{
	const char *const bound[] = {events};

	for (size_t i = 0; i < sizeof(rare) / sizeof(rare[0]); i++)
		if (strstr(events, rare[i].event) != NULL &&
		    db_query(db, &sql_statements[rare[i].statement], bound) == NULL)
			return false;
	return db_query(db, &sql_statements[SQL_INDEX_APPLY], bound) != NULL;
}

bool index_learn(struct db *db, const char *user_id, int most, long *notes)
{
	char limit[16];
	struct result *learnt;

	snprintf(limit, sizeof(limit), "%d", most);
	learnt = db_query(db, &sql_statements[SQL_INDEX_LEARN], (const char *const[]){user_id, limit});
	if (learnt == NULL)
		return false;
	*notes = (long)result_int(learnt, 0, 0);
	return true;
}

const struct consumer index_consumer = {.name = "search", .apply = apply, .in_place = true};
