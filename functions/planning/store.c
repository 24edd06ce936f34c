#include "store.h"

#include <stdarg.h>
#include <string.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/request.h"
#include "planning.sql.h"
#include "util/arena.h"
#include "util/uuid.h"

#include "planning.h"

const struct statement_table store_statements = {sql_statements, SQL_COUNT};

#define ATTEMPTS 3 /* at what somebody else was at, too */

static const char *key_or(const struct page *page, int key, const char *start)
{
	return page->keys[key] != NULL ? page->keys[key] : start;
}

struct result *store_profile(struct request *req)
{
	return db_run(req->db, SQL_PROFILE, req->user->user_id);
}

/* The user, the id, the members, and what is last where that is not NULL. */
static struct result *run_members(struct request *req, int statement, const char *id, const char *const *members,
				  size_t count, const char *last)
{
	const char *params[2 + TASK_MEMBERS + EVENT_MEMBERS + 1] = {req->user->user_id, id};

	memcpy(params + 2, members, count * sizeof(*members));
	params[2 + count] = last;
	return db_run_params(req->db, statement, params, (int)(2 + count + (last != NULL ? 1 : 0)));
}

struct result *store_task(struct request *req, const char *id)
{
	return db_run(req->db, SQL_TASK_BY_ID, req->user->user_id, id);
}

struct result *store_task_anywhere(struct request *req, const char *id)
{
	return db_run(req->db, SQL_TASK_ANYWHERE, req->user->user_id, id);
}

struct result *store_task_create(struct request *req, const char *id, bool minted, const char *const *task)
{
	bool plain = minted && task[TASK_PARENT] == NULL && task[TASK_STARTS] == NULL && task[TASK_DUE_AT] != NULL;

	return run_members(req, plain ? SQL_TASK_CREATE_PLAIN : SQL_TASK_CREATE, id, task, TASK_MEMBERS, NULL);
}

struct result *store_task_taken(struct request *req, const char *id, const char *const *task)
{
	return run_members(req, SQL_TASK_TAKEN, id, task, TASK_DUE_AT, NULL);
}

struct result *store_task_update(struct request *req, const char *id, const char *const *task, const char *version)
{
	return run_members(req, SQL_TASK_UPDATE, id, task, TASK_MEMBERS, version);
}

/* Statements of one transaction, of its own where none is open: the first takes hold, so that the second sees what was
 * committed while it waited. */
static struct result *run_held(struct request *req, int hold, const char *const *held, int held_count, int statement,
			       const char *const *params, int count)
{
	bool own = !db_in_transaction(req->db);
	struct result *result = NULL;

	if (own)
		db_begin(req->db);
	if (db_run_params(req->db, hold, held, held_count) != NULL)
		result = db_run_params(req->db, statement, params, count);
	if (result != NULL && own && !db_commit(req->db))
		result = NULL;
	if (own)
		db_rollback(req->db);
	return result;
}

/* With the subtasks that come below it meanwhile. */
static struct result *take_family(struct request *req, int statement, const char *id, const char *version)
{
	return run_held(req, SQL_TASK_HOLD_FAMILY, (const char *const[]){req->user->user_id, id, id}, 3, statement,
			(const char *const[]){req->user->user_id, id, version}, 3);
}

struct result *store_task_trash(struct request *req, const char *id, const char *version)
{
	return take_family(req, SQL_TASK_TRASH, id, version);
}

struct result *store_task_erase(struct request *req, const char *id, const char *version)
{
	return take_family(req, SQL_TASK_ERASE, id, version);
}

struct result *store_task_restore(struct request *req, const char *id)
{
	const char *params[] = {req->user->user_id, id};

	return run_held(req, SQL_TASK_HOLD_PARENT, params, 2, SQL_TASK_RESTORE, params, 2);
}

bool store_task_family(struct request *req, const char *id, const char *parent, bool *is_parent, bool *has_children)
{
	struct result *family;

	if (db_run(req->db, SQL_TASK_HOLD_FAMILY, req->user->user_id, id, parent) == NULL)
		return false;
	family = db_run(req->db, SQL_TASK_FAMILY, req->user->user_id, id, parent);
	if (family == NULL)
		return false;
	*is_parent = result_bool(family, 0, 0);
	*has_children = result_bool(family, 0, 1);
	return true;
}

struct result *store_tasks(struct request *req, const struct task_filter *f, const struct page *page)
{
	/* The filters, and then the keys of a sort. */
	static const struct {
		const char *sort;
		int statement;
		int keys;
		const char *start[PAGE_KEYS];
	} sorts[] = {
		{"created", SQL_TASK_LIST_CREATED, 1, {UUID_MAX}},
		{"due", SQL_TASK_LIST_DUE, 2, {"-infinity", UUID_NIL}},
		{"position", SQL_TASK_LIST_POSITION, 2, {"-infinity", UUID_NIL}},
		{"priority", SQL_TASK_LIST_PRIORITY, 3, {"urgent", "-infinity", UUID_NIL}},
	};
	const char *params[12 + PAGE_KEYS] = {
		req->user->user_id, page->limit_text, f->status, f->category, f->priority, f->tags,
		f->due_from,        f->due_to,        f->zone,   f->overdue,  f->parent,   f->trash};
	size_t sort = 0;

	if (f->open)
		return db_run(req->db, SQL_TASK_LIST_OPEN, req->user->user_id, key_or(page, 0, "-infinity"),
			      key_or(page, 1, UUID_NIL), page->limit_text);
	while (strcmp(sorts[sort].sort, f->sort) != 0)
		sort++;
	for (int key = 0; key < sorts[sort].keys; key++)
		params[12 + key] = key_or(page, key, sorts[sort].start[key]);
	return db_run_params(req->db, sorts[sort].statement, params, 12 + sorts[sort].keys);
}

struct result *store_task_count(struct request *req, const struct task_filter *f)
{
	return db_run(req->db, SQL_TASK_COUNT, req->user->user_id, f->status, f->category, f->priority, f->tags,
		      f->due_from, f->due_to, f->zone, f->overdue, f->parent, f->trash);
}

struct result *store_task_complete_plain(struct request *req, const char *id, const char *version)
{
	return db_run(req->db, SQL_TASK_COMPLETE_PLAIN, req->user->user_id, id, version);
}

struct result *store_task_advance(struct request *req, const char *id, const char *version, const char *due,
				  const char *starts, const char *occurrence)
{
	return db_run(req->db, SQL_TASK_ADVANCE, req->user->user_id, id, version, due, starts, occurrence,
		      uuid_in(req->arena));
}

struct result *store_task_reopen(struct request *req, const char *id, const char *version)
{
	struct result *done = db_run(req->db, SQL_TASK_REOPEN_PLAIN, req->user->user_id, id, version);

	if (done == NULL || result_rows(done) > 0)
		return done;
	return db_run(req->db, SQL_TASK_REOPEN, req->user->user_id, id, version);
}

struct result *store_completion_last(struct request *req, const char *id)
{
	return db_run(req->db, SQL_COMPLETION_LAST, req->user->user_id, id);
}

struct result *store_task_take_back(struct request *req, const char *id, const char *version, const char *completion,
				    const char *starts)
{
	return db_run(req->db, SQL_TASK_TAKE_BACK, req->user->user_id, id, version, completion, starts);
}

struct result *store_task_snooze(struct request *req, const char *id, const char *version, const char *until,
				 const char *due, const char *starts)
{
	return db_run(req->db, SQL_TASK_SNOOZE, req->user->user_id, id, version, until, due, starts);
}

struct result *store_task_move(struct request *req, const char *id, const char *version, const char *other, bool behind)
{
	return run_held(req, SQL_ORDER_HOLD, (const char *const[]){req->user->user_id}, 1, SQL_TASK_MOVE,
			(const char *const[]){req->user->user_id, id, version, other, behind ? "t" : "f"}, 5);
}

struct result *store_task_hold(struct request *req, const char *ids)
{
	return db_run(req->db, SQL_TASK_HOLD, req->user->user_id, ids);
}

struct result *store_task_categorise(struct request *req, const char *ids, const char *category)
{
	return db_run(req->db, SQL_TASK_CATEGORISE, req->user->user_id, ids, category);
}

struct result *store_task_by_ids(struct request *req, const char *ids)
{
	return db_run(req->db, SQL_TASK_BY_IDS, req->user->user_id, ids);
}

struct result *store_completions(struct request *req, const char *id, const struct page *page)
{
	return db_run(req->db, SQL_COMPLETION_LIST, req->user->user_id, id, key_or(page, 0, "infinity"),
		      key_or(page, 1, UUID_MAX), page->limit_text);
}

struct result *store_completion_count(struct request *req, const char *id)
{
	return db_run(req->db, SQL_COMPLETION_COUNT, req->user->user_id, id);
}

struct result *store_categories(struct request *req, const struct page *page)
{
	return db_run(req->db, SQL_CATEGORY_LIST, req->user->user_id, key_or(page, 0, "-infinity"),
		      key_or(page, 1, UUID_NIL), page->limit_text);
}

struct result *store_category_count(struct request *req)
{
	return db_run(req->db, SQL_CATEGORY_COUNT, req->user->user_id);
}

struct result *store_category(struct request *req, const char *id)
{
	return db_run(req->db, SQL_CATEGORY_BY_ID, req->user->user_id, id);
}

struct result *store_category_create(struct request *req, const struct category *c)
{
	return db_run(req->db, SQL_CATEGORY_CREATE, req->user->user_id, c->id, c->name, c->name_key, c->color,
		      c->position);
}

struct result *store_category_update(struct request *req, const struct category *c, const char *version)
{
	return db_run(req->db, SQL_CATEGORY_UPDATE, req->user->user_id, c->id, c->name, c->name_key, c->color,
		      c->position, version);
}

/* In the transaction that is open. */
static struct result *category_delete(struct request *req, const char *id, const char *version)
{
	struct result *gone = db_run(req->db, SQL_CATEGORY_HOLD, req->user->user_id, id, version);
	struct result *left;

	if (gone == NULL || result_rows(gone) == 0)
		return gone;
	do
		left = db_run(req->db, SQL_CATEGORY_LEAVE, req->user->user_id, id);
	while (left != NULL && result_int(left, 0, 0) > 0);
	return left != NULL ? db_run(req->db, SQL_CATEGORY_DELETE, req->user->user_id, id) : NULL;
}

struct result *store_category_delete(struct request *req, const char *id, const char *version)
{
	struct result *gone;
	int attempt = 0;

	do {
		db_begin(req->db);
		gone = category_delete(req, id, version);
		if (gone != NULL && !db_commit(req->db))
			gone = NULL;
		if (gone == NULL && db_status(req->db) != DB_RETRY)
			attempt = ATTEMPTS;
		db_rollback(req->db);
	} while (gone == NULL && ++attempt < ATTEMPTS);
	return gone;
}

struct result *store_category_named(struct request *req, const char *id, const char *name, const char *key)
{
	return db_run(req->db, SQL_CATEGORY_NAMED, req->user->user_id, id, name, key);
}

struct result *store_event(struct request *req, const char *id)
{
	return db_run(req->db, SQL_EVENT_BY_ID, req->user->user_id, id);
}

struct result *store_event_anywhere(struct request *req, const char *id)
{
	return db_run(req->db, SQL_EVENT_ANYWHERE, req->user->user_id, id);
}

struct result *store_event_create(struct request *req, const char *id, const char *const *event)
{
	return run_members(req, SQL_EVENT_CREATE, id, event, EVENT_MEMBERS, NULL);
}

struct result *store_event_taken(struct request *req, const char *id, const char *const *event)
{
	return run_members(req, SQL_EVENT_TAKEN, id, event, EVENT_START_LOCAL, NULL);
}

struct result *store_event_update(struct request *req, const char *id, const char *const *event, const char *version)
{
	return run_members(req, SQL_EVENT_UPDATE, id, event, EVENT_MEMBERS, version);
}

struct result *store_event_trash(struct request *req, const char *id, const char *version)
{
	return db_run(req->db, SQL_EVENT_TRASH, req->user->user_id, id, version);
}

struct result *store_event_erase(struct request *req, const char *id, const char *version)
{
	return db_run(req->db, SQL_EVENT_ERASE, req->user->user_id, id, version);
}

struct result *store_event_restore(struct request *req, const char *id)
{
	return db_run(req->db, SQL_EVENT_RESTORE, req->user->user_id, id);
}

struct result *store_events(struct request *req, const struct event_filter *f, const struct page *page)
{
	if (f->by_start)
		return db_run(req->db, SQL_EVENT_LIST_START, req->user->user_id, page->limit_text, f->category, f->tags,
			      f->trash, f->from, f->to, key_or(page, 0, ""), key_or(page, 1, UUID_NIL));
	return db_run(req->db, SQL_EVENT_LIST_CREATED, req->user->user_id, page->limit_text, f->category, f->tags,
		      f->trash, f->from, f->to, key_or(page, 0, UUID_MAX));
}

struct result *store_event_count(struct request *req, const struct event_filter *f)
{
	return db_run(req->db, SQL_EVENT_COUNT, req->user->user_id, f->category, f->tags, f->trash, f->from, f->to);
}

struct result *store_calendar(struct request *req, const char *from, const char *to, const char *category)
{
	return db_run(req->db, SQL_CALENDAR, req->user->user_id, from, to, category);
}

struct result *store_feeds(struct request *req, const struct page *page)
{
	return db_run(req->db, SQL_FEED_LIST, req->user->user_id, key_or(page, 0, UUID_MAX), page->limit_text);
}

struct result *store_feed_count(struct request *req)
{
	return db_run(req->db, SQL_FEED_COUNT, req->user->user_id);
}

struct result *store_feed(struct request *req, const char *id)
{
	return db_run(req->db, SQL_FEED_BY_ID, req->user->user_id, id);
}

struct result *store_feed_create(struct request *req, const char *id, const char *name, const char *mode,
				 const char *category, const char *token_hash)
{
	return db_run(req->db, SQL_FEED_CREATE, req->user->user_id, id, name, mode, category, token_hash);
}

struct result *store_feed_rotate(struct request *req, const char *id, const char *token_hash, const char *version)
{
	return db_run(req->db, SQL_FEED_ROTATE, req->user->user_id, id, token_hash, version);
}

struct result *store_feed_delete(struct request *req, const char *id, const char *version)
{
	return db_run(req->db, SQL_FEED_DELETE, req->user->user_id, id, version);
}

struct result *store_feed_open(struct request *req, const char *token_hash)
{
	return db_run(req->db, SQL_FEED_OPEN, token_hash);
}

struct result *store_export_state(struct request *req, const char *user_id, const char *category, bool with_tasks)
{
	return db_run(req->db, SQL_EXPORT_STATE, user_id, category, with_tasks ? "t" : "f");
}

bool store_export(struct request *req, const char *user_id, const char *category, bool with_tasks,
		  bool (*event)(void *ctx, const struct result *result),
		  bool (*task)(void *ctx, const struct result *result), void *ctx)
{
	const char *params[] = {user_id, category};
	bool done;

	if (!db_begin(req->db))
		return false;
	done = db_run(req->db, SQL_TRANSFER_UNHURRIED) != NULL &&
	       db_stream(req->db, SQL_EXPORT_EVENTS, params, 2, event, ctx) &&
	       (!with_tasks || db_stream(req->db, SQL_EXPORT_TASKS, params, 2, task, ctx));
	db_rollback(req->db);
	return done;
}

/* Its id where the UID is one. */
static const char *id_of_uid(const char *uid)
{
	return uuid_valid(uid) ? uid : NULL;
}

bool store_import_hold(struct request *req)
{
	return db_run(req->db, SQL_IMPORT_HOLD, req->user->user_id) != NULL;
}

struct result *store_event_by_uid(struct request *req, const char *uid)
{
	return db_run(req->db, SQL_EVENT_BY_UID, req->user->user_id, uid, id_of_uid(uid));
}

struct result *store_task_by_uid(struct request *req, const char *uid)
{
	return db_run(req->db, SQL_TASK_BY_UID, req->user->user_id, uid, id_of_uid(uid));
}

struct result *store_event_imported(struct request *req, const char *id, const char *uid, const char *extra)
{
	return db_run(req->db, SQL_EVENT_IMPORTED, req->user->user_id, id, uid, extra);
}

struct result *store_task_imported(struct request *req, const char *id, const char *uid, const char *extra,
				   const char *completed_at)
{
	return db_run(req->db, SQL_TASK_IMPORTED, req->user->user_id, id, uid, extra, completed_at);
}
