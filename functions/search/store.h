/*
 * store: the search function's statements as calls. Each answers NULL or false when the database failed (db_status).
 */
#ifndef AURORA_SEARCH_STORE_H
#define AURORA_SEARCH_STORE_H

#include <stdbool.h>

struct page;
struct query;
struct request;
struct result;
struct statement_table;

/* What the .sql file of this function says. */
extern const struct statement_table store_statements;

/*
 * The documents that match: at least one row, with the totals and facets and, unless nothing was found on this page, a
 * document each. `remember` is the q for the user's history, NULL for none; finding nothing is remembered only when
 * `final`.
 */
struct result *store_search(struct request *req, const struct query *query, const struct page *page,
			    const char *remember, bool final);

/* Remember a search that found nothing. */
bool store_remember(struct request *req, const struct query *query, const char *q);

/* The names of all types. */
struct result *store_types(struct request *req);

/* For each of `words` (an array literal) that no document has, numbered from 1: known words that look like it. */
struct result *store_similar_words(struct request *req, const char *words);

struct result *store_suggestions(struct request *req, const char *typed);
struct result *store_recent(struct request *req, const struct page *page);
struct result *store_recent_count(struct request *req);
bool store_forget(struct request *req);

#endif
