/*
 * index: the consumer that keeps search.documents as the events say. The search function runs it before it answers,
 * cron/index-refresh for everybody.
 */
#ifndef AURORA_SEARCH_INDEX_H
#define AURORA_SEARCH_INDEX_H

#include <stdbool.h>
#include <stddef.h>

struct consumer;
struct db;

extern const struct consumer index_consumer;

/*
 * Learn the words of documents that have not been read for it: a user's, or with NULL of whoever comes first. That they
 * are to be read is noted once for each event that wrote them; at most `most` of these notes are taken, *notes says how
 * many. False when the database failed.
 */
bool index_learn(struct db *db, const char *user_id, int most, long *notes);

#endif
