/*
 * orphans: takes content out of the store of attachments when the last that had it is gone. cron/sweep does it.
 *
 * Who attaches a file first writes down that its content arrives, then stores it, then makes the attachment; who
 * removes one writes down that its content may be an orphan. So whatever dies between two of these steps, nothing that
 * is needed goes, and nothing stays that is not.
 */
#ifndef AURORA_JOURNALS_ORPHANS_H
#define AURORA_JOURNALS_ORPHANS_H

struct db;

/* All of them, unless *stop says otherwise meanwhile. How many contents went; -1 when the database or the store failed.
 */
long orphans_sweep(struct db *db, const volatile int *stop);

#endif
