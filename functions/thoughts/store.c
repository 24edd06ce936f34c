#include "store.h"

#include <stdio.h>
#include <string.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/request.h"
#include "thoughts.sql.h"
#include "util/arena.h"
#include "util/uuid.h"

const struct statement_table store_statements = {sql_statements, SQL_COUNT};

/* Behind every id and every score: where the first page starts. */
#define LAST_SCORE "infinity"

/* How many thoughts one statement of a rename changes: a small part of the statement timeout. */
#define RENAME_BATCH      2000
#define RENAME_BATCH_TEXT "2000"

static const char *key_or(const struct page *page, int key, const char *start)
{
	return page->keys[key] != NULL ? page->keys[key] : start;
}

struct result *store_thought(struct request *req, const char *id)
{
	return db_run(req->db, SQL_THOUGHT_BY_ID, req->user->user_id, id);
}

struct result *store_thought_anywhere(struct request *req, const char *id)
{
	return db_run(req->db, SQL_THOUGHT_ANYWHERE, req->user->user_id, id);
}

struct result *store_create(struct request *req, const struct draft *d)
{
	if (d->minted && strcmp(d->tags, "{}") == 0)
		return db_run(req->db, SQL_THOUGHT_CREATE_PLAIN, req->user->user_id, d->id, d->text, d->pinned,
			      d->captured_at);
	return db_run(req->db, SQL_THOUGHT_CREATE, req->user->user_id, d->id, d->text, d->tags, d->pinned,
		      d->captured_at);
}

struct result *store_taken(struct request *req, const struct draft *d)
{
	return db_run(req->db, SQL_THOUGHT_TAKEN, req->user->user_id, d->id, d->text, d->tags, d->pinned,
		      d->captured_at);
}

struct result *store_update(struct request *req, const struct draft *d, const char *version, const char *added,
			    const char *removed)
{
	return db_run(req->db, SQL_THOUGHT_UPDATE, req->user->user_id, d->id, version, d->text, d->tags, d->pinned,
		      d->captured_at, added, removed);
}

struct result *store_trash(struct request *req, const char *id, const char *version)
{
	return db_run(req->db, SQL_THOUGHT_TRASH, req->user->user_id, id, version);
}

struct result *store_erase(struct request *req, const char *id, const char *version)
{
	return db_run(req->db, SQL_THOUGHT_ERASE, req->user->user_id, id, version);
}

struct result *store_restore(struct request *req, const char *id)
{
	return db_run(req->db, SQL_THOUGHT_RESTORE, req->user->user_id, id);
}

struct result *store_list(struct request *req, const struct thought_filter *f, const struct page *page)
{
	const char *before = key_or(page, 0, UUID_MAX);
	int statement = SQL_THOUGHT_LIST_FILTERED;

	if (f->all)
		return db_run(req->db, SQL_THOUGHT_LIST, req->user->user_id, before, page->limit_text);
	if (f->trash)
		statement = SQL_THOUGHT_LIST_TRASH;
	else if (f->tags[1] != '}')
		statement = SQL_THOUGHT_LIST_TAGGED;
	else if (f->pinned != NULL && f->pinned[0] == 't')
		statement = SQL_THOUGHT_LIST_PINNED;
	return db_run(req->db, statement, req->user->user_id, before, page->limit_text, f->from, f->to, f->pinned,
		      f->tags);
}

struct result *store_count(struct request *req, const struct thought_filter *f)
{
	return db_run(req->db, SQL_THOUGHT_COUNT, req->user->user_id, f->from, f->to, f->pinned, f->tags,
		      f->trash ? "t" : "f");
}

struct result *store_search(struct request *req, const char *query, const struct page *page)
{
	return db_run(req->db, SQL_THOUGHT_SEARCH, req->user->user_id, query, key_or(page, 0, LAST_SCORE),
		      key_or(page, 1, UUID_MAX), page->limit_text);
}

struct result *store_search_count(struct request *req, const char *query)
{
	return db_run(req->db, SQL_THOUGHT_SEARCH_COUNT, req->user->user_id, query);
}

struct result *store_tags(struct request *req)
{
	return db_run(req->db, SQL_TAG_LIST, req->user->user_id);
}

struct result *store_tag(struct request *req, const char *tag)
{
	return db_run(req->db, SQL_TAG_BY_NAME, req->user->user_id, tag);
}

struct result *store_tag_longest(struct request *req, const char *tag)
{
	return db_run(req->db, SQL_TAG_LONGEST, req->user->user_id, tag);
}

/* The next batch behind id `after`, which becomes its last. False when it failed. */
static bool rename_batch(struct request *req, const char *tag, const char *name, const char *most,
			 char after[UUID_TEXT], bool *more, bool *crowded)
{
	struct result *hit = db_run(req->db, SQL_TAG_LOCK, req->user->user_id, tag, after, RENAME_BATCH_TEXT);
	struct result *done;

	if (hit == NULL)
		return false;
	*more = result_int(hit, 0, result_column(hit, "locked")) == RENAME_BATCH;
	if (result_get(hit, 0, "last") == NULL)
		return true;
	snprintf(after, UUID_TEXT, "%s", result_get(hit, 0, "last"));
	done = db_run(req->db, SQL_TAG_RENAME, req->user->user_id, tag, name, result_get(hit, 0, "ids"), most);
	*crowded = done != NULL && result_int(done, 0, result_column(done, "crowded")) > 0;
	return done != NULL;
}

bool store_tag_rename(struct request *req, const char *tag, const char *name, int most, bool *crowded)
{
	const char *most_text = arena_printf(req->arena, "%d", most);
	struct arena *arena;
	char after[UUID_TEXT] = UUID_NIL;
	bool more = true;
	bool done = true;

	*crowded = false;
	if (!db_begin(req->db))
		return false;
	arena = arena_new();
	db_use(req->db, arena);
	while (done && more && !*crowded) {
		done = rename_batch(req, tag, name, most_text, after, &more, crowded);
		arena_clear(arena);
	}
	db_use(req->db, req->arena);
	arena_free(arena);
	if (done && !*crowded)
		return db_commit(req->db);
	db_rollback(req->db);
	return done;
}

struct result *store_stats(struct request *req, const char *time_zone)
{
	return db_run(req->db, SQL_THOUGHT_STATS, req->user->user_id, time_zone);
}

bool store_export(struct request *req, const struct thought_filter *f,
		  bool (*row)(void *ctx, const struct result *result), void *ctx)
{
	const char *params[] = {req->user->user_id, f->from, f->to, f->pinned, f->tags};
	bool done;

	if (!db_begin(req->db))
		return false;
	done = db_run(req->db, SQL_TRANSFER_UNHURRIED) != NULL &&
	       db_stream(req->db, SQL_THOUGHT_EXPORT, params, sizeof(params) / sizeof(params[0]), row, ctx);
	db_rollback(req->db);
	return done;
}

enum { ID, TEXT, TAGS, PINNED, CAPTURED_AT, COLUMNS };

/* One of the statements that a batch goes through: its count, -1 when it failed. */
static long long import_step(struct request *req, int statement, const char *const literals[COLUMNS])
{
	struct result *result = db_run(req->db, statement, req->user->user_id, literals[ID], literals[TEXT],
				       literals[TAGS], literals[PINNED], literals[CAPTURED_AT]);

	return result != NULL ? result_int(result, 0, 0) : -1;
}

bool store_import(struct request *req, struct arena *arena, const struct draft *drafts, size_t count,
		  struct import_counts *counts)
{
	const char **columns[COLUMNS];
	const char *literals[COLUMNS];
	long long created;
	long long restored = 0;
	long long conflicts = 0;

	for (int c = 0; c < COLUMNS; c++)
		columns[c] = arena_alloc(arena, count * sizeof(**columns));
	for (size_t i = 0; i < count; i++) {
		columns[ID][i] = drafts[i].id;
		columns[TEXT][i] = drafts[i].text;
		columns[TAGS][i] = drafts[i].tags;
		columns[PINNED][i] = drafts[i].pinned;
		columns[CAPTURED_AT][i] = drafts[i].captured_at != NULL ? drafts[i].captured_at : "";
	}
	for (int c = 0; c < COLUMNS; c++)
		literals[c] = array_literal(arena, columns[c], count);
	db_use(req->db, arena);
	created = import_step(req, SQL_THOUGHT_IMPORT, literals);
	if (created >= 0 && (size_t)created < count) {
		restored = import_step(req, SQL_THOUGHT_IMPORT_RESTORE, literals);
		conflicts = restored >= 0 ? import_step(req, SQL_THOUGHT_IMPORT_CONFLICTS, literals) : -1;
	}
	db_use(req->db, req->arena);
	if (created < 0 || restored < 0 || conflicts < 0)
		return false;
	counts->created += created;
	counts->restored += restored;
	counts->conflicts += conflicts;
	return true;
}
