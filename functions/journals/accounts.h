/*
 * accounts: the consumer that follows accounts: one that begins takes up the invitations to its address, one that ends
 * takes along all that it had. cron/sweep runs it.
 */
#ifndef AURORA_JOURNALS_ACCOUNTS_H
#define AURORA_JOURNALS_ACCOUNTS_H

#include <stdbool.h>

struct consumer;
struct db;

extern const struct consumer journals_consumer;

/* Erase what the users of these UserDeleted events have (a JSON array of events), a batch at a time. False when the
 * database failed. */
bool journals_erase(struct db *db, const char *events);

#endif
