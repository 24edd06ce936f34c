/*
 * store: the statements of thoughts.sql, as calls. Nothing else in this function runs SQL.
 *
 * Each call runs for the request's user and answers a result in the request's arena, or NULL when it failed; then
 * `return problem_database(req);`. Results name their columns as the JSON does.
 */
#ifndef AURORA_THOUGHTS_STORE_H
#define AURORA_THOUGHTS_STORE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct page;
struct request;
struct result;
struct statement_table;

/* What the .sql file of this function says. */
extern const struct statement_table store_statements;

/* A thought as it shall be, each value as PostgreSQL reads it. */
struct draft {
	const char *id;
	const char *text;
	const char *tags; /* array literal of normalised tags with their parents, sorted */
	const char *pinned;
	const char *captured_at; /* NULL: on create now, on update as it was */
	bool minted;             /* the id was made for it just now */
};

/* Which thoughts. */
struct thought_filter {
	const char *from;   /* captured_at at or after */
	const char *to;     /* and before */
	const char *pinned; /* "t", "f", or NULL for either */
	const char *tags;   /* array literal; all of them */
	bool trash;
	bool all; /* nothing is asked for: every thought outside the trash */
};

struct result *store_thought(struct request *req, const char *id);
struct result *store_thought_anywhere(struct request *req, const char *id); /* also in the trash */

/* No row: the id is taken. Then store_taken answers what has it, with a column `same`. */
struct result *store_create(struct request *req, const struct draft *draft);
struct result *store_taken(struct request *req, const struct draft *draft);

/* No row: nothing would change, or the version is no longer this one. `added` and `removed`: how the tags differ. */
struct result *store_update(struct request *req, const struct draft *draft, const char *version, const char *added,
			    const char *removed);

/* A row when done; none when absent, of another version (NULL: any), or changed meanwhile: then once more. */
struct result *store_trash(struct request *req, const char *id, const char *version);
struct result *store_erase(struct request *req, const char *id, const char *version);

/* No row: it is not in the trash. */
struct result *store_restore(struct request *req, const char *id);

/* A page, newest first; page->keys[0] is the id it starts behind. And the number of all, in row 0, column 0. */
struct result *store_list(struct request *req, const struct thought_filter *filter, const struct page *page);
struct result *store_count(struct request *req, const struct thought_filter *filter);

/* A page of what a query finds, with `score` and `highlight`; page->keys are score and id. And the number of all. */
struct result *store_search(struct request *req, const char *query, const struct page *page);
struct result *store_search_count(struct request *req, const char *query);

/* All tags by name, with how often and when they were last used. */
struct result *store_tags(struct request *req);

/* One tag with its count; no row when nothing has it. */
struct result *store_tag(struct request *req, const char *tag);

/* Row 0, column 0: how long the longest name at or below this tag is, NULL when there is none. */
struct result *store_tag_longest(struct request *req, const char *tag);

/*
 * Rename a tag and all below it, or merge them into what is there: everywhere, or nowhere when that fails (false) or
 * when some thought would come to have more than `most` tags (*crowded).
 */
bool store_tag_rename(struct request *req, const char *tag, const char *name, int most, bool *crowded);

struct result *store_stats(struct request *req, const char *time_zone);

/* Every thought of a filter, oldest first, one at a time (db_stream). False when it failed or row() said so. */
bool store_export(struct request *req, const struct thought_filter *filter,
		  bool (*row)(void *ctx, const struct result *result), void *ctx);

/* What became of imported drafts; the rest was there already. */
struct import_counts {
	long long created;
	long long restored;  /* lay in the trash, the same as here */
	long long conflicts; /* something else has their id, in the trash or not */
};

/* Import `count` drafts inside the open transaction, with memory of `arena`, and add to the counts. False when it
 * failed.
 */
bool store_import(struct request *req, struct arena *arena, const struct draft *drafts, size_t count,
		  struct import_counts *counts);

#endif
