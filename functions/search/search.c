/*
 * search: everything a person has written, found by its words.
 *
 * Owns     schema search: an index of what other contexts hold, the words in it, and each user's recent queries.
 * Nothing here is the only copy: `index-refresh --rebuild` makes the index anew. Callers  a signed-in user for what
 * they may read; a personal access token with search:read or search:write. Role     search. It reads no other context's
 * tables: the index is filled by events alone. Events   consumes what search.events lists (Thought…, Entry…,
 * JournalShared, JournalUnshared, and a rebuild's …Snapshot) and UserDeleted; the effect is in index.c, and
 * cron/index-refresh applies them as they come. Publishes SearchPerformed with each first page of a query. Params
 * search_wait; all others belong to the house.
 *
 * Own writes. Before it answers, a search applies what is pending of its caller, or waits for the instance that is at
 * it, at most search_wait. Should that run out, as after an import of thousands, the answer lacks the newest and says
 * so: `behind`.
 *
 * Typing errors. When a query finds nothing, words that the caller has never written are replaced by similar ones that
 * they have, and `corrected` is the query that was answered.
 *
 * Very many hits. Of those that match, the newest 10,000 are ranked, counted and in the facets, and `newest_only` says
 * so; a query that is that broad is answered in the time it takes to look at its hits once.
 *
 * Shared things. Documents are their owners'; search.readers says who else may find what stands in which thing. Of
 * entries longer than 256 KiB the words up to there are found.
 *
 * New types of things are rows of search.types and search.events; see the migration.
 */
#include <stdint.h>
#include <string.h>

#include "aurora/bus.h"
#include "aurora/params.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/route.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/utf8.h"

#include "index.h"
#include "query.h"
#include "snippet.h"
#include "store.h"

#define LEARN_STEP  10000 /* notes of what is unread that one statement takes */
#define LEARN_STEPS 20    /* at most, in one search */

#define NEWEST_ONLY "10000" /* as in search.sql: what is ranked and counted of very many that match */

static const struct field result_fields[] = {
	{.name = "type",
	 .type = FIELD_TEXT,
	 .flags = FIELD_READ_ONLY,
	 .help = "what it is: thoughts, journals (its entries)"},
	{.name = "id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY},
	{.name = "title", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY, .help = "of what has no title, its first line"},
	{.name = "snippet",
	 .type = FIELD_TEXT,
	 .flags = FIELD_READ_ONLY,
	 .help = "HTML: the text around what was found, escaped, with <mark>; the title and the text's beginning where "
		 "only the title has it"},
	{.name = "score",
	 .type = FIELD_JSON,
	 .flags = FIELD_READ_ONLY,
	 .help = "a number; 0 where only filters were given"},
	{.name = "url", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY},
	{.name = "at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY,
	 .help = "of a thought, captured_at; of an entry, entry_date"},
	{.name = "tags", .type = FIELD_TEXTS, .flags = FIELD_READ_ONLY},
	FIELD_END,
};

static const struct field suggestion_fields[] = {
	{.name = "kind", .type = FIELD_ENUM, .flags = FIELD_READ_ONLY, .choices = "title|tag|query"},
	{.name = "text", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY},
	FIELD_END,
};

static const struct field recent_fields[] = {
	{.name = "q", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY},
	{.name = "at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY},
	{.name = "results", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "how many it found"},
	FIELD_END,
};

/* The items of a comma-separated list. */
static void add_types(struct query *query, struct query_list *list, const char *text)
{
	for (const char *end; *text != '\0'; text = *end == '\0' ? end : end + 1) {
		end = strchrnul(text, ',');
		if (end > text)
			query_list_add(query, list, utf8_lower(query->arena, text, (size_t)(end - text)));
	}
}

/* The type's own name for this name or its singular; NULL with *known set to all names when there is none. */
static const char *find_type(struct request *req, const struct result *types, const char *name, const char **known)
{
	struct buf *all = buf_in(req->arena, 4096);

	for (int i = 0; i < result_rows(types); i++) {
		const char *type = result_text(types, i, 0);
		size_t len = strlen(name);

		if (strncmp(type, name, len) == 0 && (type[len] == '\0' || strcmp(type + len, "s") == 0))
			return type;
		buf_printf(all, "%s%s", i > 0 ? ", " : "", type);
	}
	*known = buf_text(all);
	return NULL;
}

static bool check_types(struct request *req, const struct result *types, struct query_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *known;
		const char *type = find_type(req, types, list->items[i], &known);

		if (type == NULL) {
			problem(req, PROBLEM_BAD_REQUEST, "types are %s", known);
			return false;
		}
		list->items[i] = type;
	}
	return true;
}

/* What is on both lists. */
static void intersect(struct query *query, const struct query_list *other)
{
	struct query_list both = {.count = 0};

	for (size_t i = 0; i < query->types.count; i++)
		for (size_t j = 0; j < other->count; j++)
			if (strcmp(query->types.items[i], other->items[j]) == 0)
				query_list_add(query, &both, query->types.items[i]);
	if (both.count == 0)
		query->open = query->done = true;
	else
		query->types = both;
}

/* `types` of the address and type: of the query, which must both hold. False with the answer written. */
static bool read_types(struct request *req, struct query *query)
{
	const char *text = request_query(req, "types");
	struct query_list asked = {.count = 0};
	struct result *types;

	if (text != NULL)
		add_types(query, &asked, text);
	if (asked.count == 0 && query->types.count == 0 && query->other_types.count == 0)
		return true;
	types = store_types(req);
	if (types == NULL) {
		problem_database(req);
		return false;
	}
	if (!check_types(req, types, &asked) || !check_types(req, types, &query->types) ||
	    !check_types(req, types, &query->other_types))
		return false;
	if (asked.count > 0 && query->types.count > 0)
		intersect(query, &asked);
	else if (asked.count > 0)
		query->types = asked;
	return true;
}

/* `tag`, `from` and `to` of the address, on top of what the query says. False with the answer written. */
static bool read_filters(struct request *req, struct query *query)
{
	size_t count;
	const char **tags = request_query_all(req, "tag", &count);
	const char *from, *to;
	int64_t us;

	for (size_t i = 0; i < count; i++)
		if (!query_add_tag(query, tags[i])) {
			problem(req, PROBLEM_BAD_REQUEST, "tag is the name of a tag");
			return false;
		}
	if (!request_query_instant(req, "from", false, &from) || !request_query_instant(req, "to", true, &to))
		return false;
	if (from != NULL && instant_parse(from, &us) && us > query->after_us)
		query->after_us = us;
	if (to != NULL && instant_parse(to, &us) && us < query->before_us)
		query->before_us = us;
	return true;
}

/* A query's text with the filters of the address. False with the answer written. */
static bool read_query(struct request *req, struct query *query, const char *text)
{
	const char *fault;

	if (!query_parse(query, req->arena, text, &fault)) {
		problem(req, PROBLEM_BAD_REQUEST, "%s", fault);
		return false;
	}
	return read_filters(req, query) && read_types(req, query);
}

/* Learn what the user has written since the last time. Without it corrections are only poorer. */
static void learn(struct request *req)
{
	long notes = LEARN_STEP;

	for (int step = 0; step < LEARN_STEPS && notes == LEARN_STEP; step++)
		if (!index_learn(req->db, req->user->user_id, LEARN_STEP, &notes))
			return;
}

/* The query's text with each unknown word replaced by the known one with the fewest slips; NULL when nothing changed.
 */
static const char *correct(struct request *req, const struct query *query)
{
	const char **words = arena_alloc(req->arena, (query->wanted_count + 1) * sizeof(*words));
	const char **replacements = arena_alloc(req->arena, (query->wanted_count + 1) * sizeof(*replacements));
	unsigned *slips = arena_alloc(req->arena, (query->wanted_count + 1) * sizeof(*slips));
	bool any = false, changed = false;
	struct result *similar;

	for (size_t i = 0; i < query->wanted_count; i++) {
		const struct query_word *word = &query->wanted[i];
		bool correctable = query_correctable(query, word);

		/* An empty one keeps the others' numbers and looks like nothing. */
		words[i] = correctable ? arena_strndup(req->arena, query->text + word->at, word->len) : "";
		any = any || correctable;
	}
	if (!any)
		return NULL;
	learn(req);
	similar = store_similar_words(req, array_literal(req->arena, words, query->wanted_count));
	for (int row = 0; similar != NULL && row < result_rows(similar); row++) {
		long long n = result_int(similar, row, 0) - 1;
		const char *folded = result_text(similar, row, 1), *known = result_text(similar, row, 2);
		unsigned count = query_slips(req->arena, folded, known);

		if (count > query_slips_allowed(folded) || (replacements[n] != NULL && count >= slips[n]))
			continue;
		replacements[n] = known;
		slips[n] = count;
		changed = true;
	}
	return changed ? query_replace(query, replacements) : NULL;
}

/* The documents of one page: of the query as typed, or of the corrected one when that alone finds something. */
struct finding {
	struct query query;
	struct result *result;
	const char *corrected; /* NULL: as typed */
	bool behind;           /* the index may lack what the caller has written last */
};

/* False with the answer written. */
static bool find(struct request *req, const struct page *page, struct finding *finding)
{
	const char *remember = page->keys[0] == NULL && finding->query.text[0] != '\0' ? finding->query.text : NULL;
	struct finding other = {.behind = finding->behind};

	finding->result = store_search(req, &finding->query, page, remember, finding->query.wanted_count == 0);
	if (finding->result == NULL) {
		problem_database(req);
		return false;
	}
	if (result_int(finding->result, 0, 0) > 0 || finding->query.wanted_count == 0)
		return true;
	other.corrected = correct(req, &finding->query);
	if (other.corrected != NULL) {
		if (!read_query(req, &other.query, other.corrected))
			return false;
		other.result = store_search(req, &other.query, page, remember, false);
	}
	if (other.result != NULL && result_int(other.result, 0, 0) > 0)
		*finding = other;
	else if (remember != NULL && !store_remember(req, &finding->query, remember)) {
		problem_database(req);
		return false;
	}
	return true;
}

static void write_item(struct json_writer *w, const struct result *result, struct snippets *snippets, int row)
{
	json_begin_object(w);
	for (const struct field *field = result_fields; field->name != NULL; field++) {
		json_key(w, field->name);
		if (strcmp(field->name, "snippet") == 0) {
			json_string(w, snippet(snippets, result_get(result, row, "title"),
					       result_get(result, row, "body")));
		} else {
			int column = result_column(result, field->name);

			field_encode(w, field, result_text(result, row, column), result_length(result, row, column));
		}
	}
	json_end_object(w);
}

/* Answers 200 with a page: items, facets over all that was found, how long it took, how q was corrected, what was left
 * out. */
static int respond_finding(struct request *req, const struct page *page, const struct finding *finding)
{
	const struct result *result = finding->result;
	struct json_writer *w = response_json(req, 200);
	struct snippets *snippets = snippets_new(req->arena, &finding->query);
	int rows = result_get(result, 0, "id") != NULL ? result_rows(result) : 0;
	const char *next = NULL;

	json_begin_object(w);
	json_key(w, "items");
	json_begin_array(w);
	for (int row = 0; row < rows && row < page->limit; row++)
		write_item(w, result, snippets, row);
	json_end_array(w);
	json_key(w, "facets");
	json_begin_object(w);
	json_member_raw(w, "types", result_get(result, 0, "type_facets"));
	json_member_raw(w, "tags", result_get(result, 0, "tag_facets"));
	json_end_object(w);
	if (finding->behind)
		json_member_bool(w, "behind", true);
	response_etag_of_body(req); /* what was found, not how long that took */
	json_member_int(w, "took_ms", (clock_tick_us() - req->started_us + 500) / 1000);
	if (finding->corrected != NULL)
		json_member_string(w, "corrected", finding->corrected);
	if (strcmp(result_get(result, 0, "total"), NEWEST_ONLY) == 0)
		json_member_raw(w, "newest_only", NEWEST_ONLY);
	if (rows > page->limit) {
		int last = (int)page->limit - 1;

		next = page_cursor(req,
				   (const char *const[]){result_get(result, last, "score"),
							 result_get(result, last, "at"),
							 result_get(result, last, "id")},
				   3);
	}
	return page_end(req, w, next, page->count ? result_get(result, 0, "total") : NULL);
}

/* 200 with a page, best first; 400 without q and filters, or when an operator's value means nothing. */
static int get_search(struct request *req)
{
	const char *q = request_query(req, "q");
	struct finding finding = {.corrected = NULL};
	struct page page;

	if (!page_read(req, &page, 3) || !read_query(req, &finding.query, q != NULL ? q : ""))
		return 0;
	if (query_is_empty(&finding.query))
		return problem(req, PROBLEM_BAD_REQUEST,
			       "q is what to search for; it may be left out beside types, tag, from or to");
	finding.behind = !consumer_catch_up(req->db, &index_consumer, req->user->user_id, params.search_wait);
	if (!find(req, &page, &finding))
		return 0;
	return respond_finding(req, &page, &finding);
}

/* 200 with at most ten own queries, tags and titles that begin like q; 400 without q. */
static int get_suggestions(struct request *req)
{
	const char *q = request_query(req, "q");
	struct page page = {.limit = 10};
	struct result *suggestions;

	if (q == NULL || utf8_length(q, strlen(q)) > QUERY_LENGTH_MAX)
		return problem(req, PROBLEM_BAD_REQUEST, "q is what was typed so far, at most %d characters",
			       QUERY_LENGTH_MAX);
	consumer_catch_up(req->db, &index_consumer, req->user->user_id, params.search_wait);
	suggestions = store_suggestions(req, q);
	if (suggestions == NULL)
		return problem_database(req);
	return respond_list(req, &page, suggestion_fields, suggestions, (const char *const[]){NULL}, NULL);
}

/* 200 with a page of the caller's queries, newest first. */
static int get_recent(struct request *req)
{
	struct result *recent, *count = NULL;
	struct page page;

	if (!page_read(req, &page, 2))
		return 0;
	recent = store_recent(req, &page);
	if (recent == NULL || (page.count && (count = store_recent_count(req)) == NULL))
		return problem_database(req);
	return respond_list(req, &page, recent_fields, recent, (const char *const[]){"at", "q_key", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}

/* 204: the caller's queries are forgotten. */
static int delete_history(struct request *req)
{
	return store_forget(req) ? response_empty(req, 204) : problem_database(req);
}

/* Method, path, handler, needs, fields of the body, rate-limit class, query, summary, fields of the answer. */
static const struct route routes[] = {
	{"GET", "/api/search", get_search, NEED_USER, NULL, NULL, "q types tag from to limit cursor count",
	 "Search everything, best first", result_fields},
	{"GET", "/api/search/suggestions", get_suggestions, NEED_USER, NULL, NULL, "q",
	 "Complete what is being typed: own queries, tags, titles", suggestion_fields},
	{"GET", "/api/search/recent", get_recent, NEED_USER, NULL, NULL, "limit cursor count",
	 "List one's recent queries, newest first", recent_fields},
	{"DELETE", "/api/search/history", delete_history, NEED_USER, NULL, NULL, NULL, "Forget one's queries", NULL},
	ROUTE_END,
};

static const struct service search = {
	.name = "search",
	.role = "search",
	.summary = "everything a person has written, found by its words",
	.routes = routes,
	.statements = &store_statements,
};

int main(int argc, char **argv)
{
	return service_main(argc, argv, &search);
}
