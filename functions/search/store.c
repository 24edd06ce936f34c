#include "store.h"

#include <stdint.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/request.h"
#include "search.sql.h"
#include "util/arena.h"
#include "util/clock.h"

#include "query.h"

const struct statement_table store_statements = {sql_statements, SQL_COUNT};

static const char *types_literal(struct request *req, const struct query_list *list)
{
	return list->count > 0 ? array_literal(req->arena, list->items, list->count) : NULL;
}

/* NULL for a moment that was not told. */
static const char *moment(struct request *req, int64_t us, int64_t untold)
{
	char text[INSTANT_TEXT];

	if (us == untold)
		return NULL;
	instant_format(text, us);
	return arena_strdup(req->arena, text);
}

struct result *store_search(struct request *req, const struct query *query, const struct page *page,
			    const char *remember, bool final)
{
	const char *types = types_literal(req, &query->types);

	/* Nothing is open and done. */
	if (query->open && query->done)
		types = "{}";
	return db_run(req->db, SQL_SEARCH, req->user->user_id, query->words, query->tags, types,
		      types_literal(req, &query->other_types), moment(req, query->after_us, INT64_MIN),
		      moment(req, query->before_us, INT64_MAX), query->pinned ? "t" : NULL,
		      query->done   ? "t"
		      : query->open ? "f"
				    : NULL,
		      page->keys[0], page->keys[1], page->keys[2], page->limit_text, remember, final ? "t" : "f");
}

bool store_remember(struct request *req, const struct query *query, const char *q)
{
	return db_run(req->db, SQL_REMEMBER, req->user->user_id, q, types_literal(req, &query->types)) != NULL;
}

struct result *store_types(struct request *req)
{
	return db_run(req->db, SQL_TYPES);
}

struct result *store_similar_words(struct request *req, const char *words)
{
	return db_run(req->db, SQL_SIMILAR_WORDS, req->user->user_id, words);
}

struct result *store_suggestions(struct request *req, const char *typed)
{
	return db_run(req->db, SQL_SUGGESTIONS, req->user->user_id, typed);
}

struct result *store_recent(struct request *req, const struct page *page)
{
	return db_run(req->db, SQL_RECENT, req->user->user_id, page->keys[0], page->keys[1], page->limit_text);
}

struct result *store_recent_count(struct request *req)
{
	return db_run(req->db, SQL_RECENT_COUNT, req->user->user_id);
}

bool store_forget(struct request *req)
{
	return db_run(req->db, SQL_FORGET, req->user->user_id) != NULL;
}
