/*
 * store: the only code that runs the statements of planning.sql. Every call takes the request for its connection and
 * its user, and answers NULL when the statement failed (db_status of req->db).
 */
#ifndef AURORA_PLANNING_STORE_H
#define AURORA_PLANNING_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "db/db.h"

struct page;
struct request;

extern const struct statement_table store_statements;

/* locale and time_zone of who asks; no row when the account is gone. */
struct result *store_profile(struct request *req);

/* Tasks. `task` and `event` are texts in the order of enum task_member and event_member. */
struct result *store_task(struct request *req, const char *id);
struct result *store_task_anywhere(struct request *req, const char *id);
/* `minted`: the id was made for it, so nothing has it. No row: see planning.sql. */
struct result *store_task_create(struct request *req, const char *id, bool minted, const char *const *task);
struct result *store_task_taken(struct request *req, const char *id, const char *const *task);
struct result *store_task_update(struct request *req, const char *id, const char *const *task, const char *version);
struct result *store_task_trash(struct request *req, const char *id, const char *version);
struct result *store_task_erase(struct request *req, const char *id, const char *version);
struct result *store_task_restore(struct request *req, const char *id);

/* Within a transaction: whether `id` may come below `parent`, and nobody changes that. False when a statement failed.
 */
bool store_task_family(struct request *req, const char *id, const char *parent, bool *is_parent, bool *has_children);

/* What a list is to hold; NULL for a filter that is not there. */
struct task_filter {
	bool open; /* nothing but what is to be done, soonest first */
	const char *sort;
	const char *status;
	const char *category;
	const char *priority;
	const char *tags;
	const char *due_from, *due_to, *zone;
	const char *overdue;
	const char *parent;
	const char *trash;
};
struct result *store_tasks(struct request *req, const struct task_filter *filter, const struct page *page);
struct result *store_task_count(struct request *req, const struct task_filter *filter);

struct result *store_task_complete_plain(struct request *req, const char *id, const char *version);
struct result *store_task_advance(struct request *req, const char *id, const char *version, const char *due,
				  const char *starts, const char *occurrence);
struct result *store_task_reopen(struct request *req, const char *id, const char *version);
struct result *store_completion_last(struct request *req, const char *id);
struct result *store_task_take_back(struct request *req, const char *id, const char *version, const char *completion,
				    const char *starts);
struct result *store_task_snooze(struct request *req, const char *id, const char *version, const char *until,
				 const char *due, const char *starts);
struct result *store_task_move(struct request *req, const char *id, const char *version, const char *other,
			       bool behind);
struct result *store_task_hold(struct request *req, const char *ids);
struct result *store_task_categorise(struct request *req, const char *ids, const char *category);
struct result *store_task_by_ids(struct request *req, const char *ids);
struct result *store_completions(struct request *req, const char *id, const struct page *page);
struct result *store_completion_count(struct request *req, const char *id);

/* Categories */
struct category {
	const char *id;
	const char *name;
	const char *name_key;
	const char *color;
	const char *position;
};
struct result *store_categories(struct request *req, const struct page *page);
struct result *store_category_count(struct request *req);
struct result *store_category(struct request *req, const char *id);
struct result *store_category_create(struct request *req, const struct category *category);
struct result *store_category_update(struct request *req, const struct category *category, const char *version);
struct result *store_category_delete(struct request *req, const char *id, const char *version);
struct result *store_category_named(struct request *req, const char *id, const char *name, const char *key);

/* Events */
struct result *store_event(struct request *req, const char *id);
struct result *store_event_anywhere(struct request *req, const char *id);
struct result *store_event_create(struct request *req, const char *id, const char *const *event);
struct result *store_event_taken(struct request *req, const char *id, const char *const *event);
struct result *store_event_update(struct request *req, const char *id, const char *const *event, const char *version);
struct result *store_event_trash(struct request *req, const char *id, const char *version);
struct result *store_event_erase(struct request *req, const char *id, const char *version);
struct result *store_event_restore(struct request *req, const char *id);

struct event_filter {
	bool by_start;
	const char *category;
	const char *tags;
	const char *trash;
	const char *from, *to;
};
struct result *store_events(struct request *req, const struct event_filter *filter, const struct page *page);
struct result *store_event_count(struct request *req, const struct event_filter *filter);

struct result *store_calendar(struct request *req, const char *from, const char *to, const char *category);

/* Feeds */
struct result *store_feeds(struct request *req, const struct page *page);
struct result *store_feed_count(struct request *req);
struct result *store_feed(struct request *req, const char *id);
struct result *store_feed_create(struct request *req, const char *id, const char *name, const char *mode,
				 const char *category, const char *token_hash);
struct result *store_feed_rotate(struct request *req, const char *id, const char *token_hash, const char *version);
struct result *store_feed_delete(struct request *req, const char *id, const char *version);
struct result *store_feed_open(struct request *req, const char *token_hash);

/* One row, another one as soon as store_export would do another thing. */
struct result *store_export_state(struct request *req, const char *user_id, const char *category, bool with_tasks);

/* Each event and then each task of a user in a category (NULL: any), one at a time; false when it failed or a call said
 * so. */
bool store_export(struct request *req, const char *user_id, const char *category, bool with_tasks,
		  bool (*event)(void *ctx, const struct result *result),
		  bool (*task)(void *ctx, const struct result *result), void *ctx);

/* In a transaction: other imports of the user wait until it ends. False when the statement failed. */
bool store_import_hold(struct request *req);
struct result *store_event_by_uid(struct request *req, const char *uid);
struct result *store_task_by_uid(struct request *req, const char *uid);
struct result *store_event_imported(struct request *req, const char *id, const char *uid, const char *extra);
struct result *store_task_imported(struct request *req, const char *id, const char *uid, const char *extra,
				   const char *completed_at);

#endif
