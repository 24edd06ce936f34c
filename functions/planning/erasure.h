/*
 * erasure: what of planning goes with an account. cron/reminders does it when it learns of it, cron/sweep once more.
 */
#ifndef AURORA_PLANNING_ERASURE_H
#define AURORA_PLANNING_ERASURE_H

#include <stdbool.h>

struct db;

/* Erase what the users of the UserDeleted among these events have (a JSON array of events), a batch at a time. False
 * when the database failed. */
bool planning_erase(struct db *db, const char *events);

#endif
