/*
 * Versions: what an entry said, what changed, and making it say so again. What it says now is the newest of them.
 */
#include <stdlib.h>
#include <string.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/json.h"

#include "diff.h"
#include "journals.h"
#include "store.h"

static const char *const op_names[] = {[DIFF_EQUAL] = "equal", [DIFF_INSERT] = "insert", [DIFF_DELETE] = "delete"};

/* A version's number: 1 to 9 digits. */
static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits >= 1 && digits <= 9 && text[digits] == '\0' && text[0] != '0';
}

/* GET …/versions: 200 with a page, newest first; 404. */
int get_versions(struct request *req)
{
	struct place place;
	struct page page;
	struct result *versions;

	if (!place_read(req, &place) || !page_read(req, &page, 1))
		return 0;
	versions = store_versions(req, place.journal, place.entry, &page);
	if (versions == NULL)
		return problem_database(req);
	/* There is always the one that is now; behind a cursor there may be none any more. */
	if (result_rows(versions) == 0 && page.keys[0] == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "no such entry");
	return respond_list(req, &page, version_fields, versions, (const char *const[]){"n", NULL}, NULL);
}

/* The versions of these numbers, as rows in this order; NULL with 404 answered when one is not there. */
static struct result *read_pair(struct request *req, const struct place *place, const char *first, const char *second)
{
	struct result *pair;

	if (!is_number(first) || !is_number(second)) {
		problem(req, PROBLEM_NOT_FOUND, "no such version");
		return NULL;
	}
	pair = store_version_pair(req, place->journal, place->entry, first, second);
	if (pair == NULL) {
		problem_database(req);
		return NULL;
	}
	if (result_rows(pair) == (strcmp(first, second) == 0 ? 1 : 2))
		return pair;
	problem(req, PROBLEM_NOT_FOUND, "no such version");
	return NULL;
}

/* GET …/versions/:n: 200 with what it said; 404. */
int get_version(struct request *req)
{
	const char *n = request_param(req, "n");
	struct place place;
	struct result *version = place_read(req, &place) ? read_pair(req, &place, n, n) : NULL;

	if (version == NULL)
		return 0;
	thing_encode(response_json(req, 200), version_fields, version, 0);
	response_etag_of_body(req);
	return 0;
}

/*
 * GET …/versions/:n/diff: 200 with the parts that stayed, came and went since the version before, or since ?against=;
 * 404. The first version is compared with nothing.
 */
int get_version_diff(struct request *req)
{
	const char *n = request_param(req, "n");
	const char *against = request_query(req, "against");
	struct place place;
	struct result *pair;
	struct json_writer *w;
	struct diff_part *parts;
	const char *old_text = "";
	const char *old_title = "";
	size_t count;
	int newer;

	if (!place_read(req, &place))
		return 0;
	if (against == NULL)
		against = strcmp(n, "1") == 0 || !is_number(n)
				  ? n
				  : arena_printf(req->arena, "%ld", strtol(n, NULL, 10) - 1);
	pair = read_pair(req, &place, against, n);
	if (pair == NULL)
		return 0;
	newer = result_rows(pair) - 1;
	if (newer > 0 || request_query(req, "against") != NULL) {
		old_text = result_get(pair, 0, "content");
		old_title = result_get(pair, 0, "title");
	}
	count = diff_words(req->arena, old_text, strlen(old_text), result_get(pair, newer, "content"),
			   strlen(result_get(pair, newer, "content")), &parts);
	w = response_json(req, 200);
	json_begin_object(w);
	json_member_raw(w, "n", n);
	json_key(w, "against");
	if (newer > 0 || request_query(req, "against") != NULL)
		json_raw(w, against);
	else
		json_null(w);
	json_key(w, "title");
	json_begin_object(w);
	json_member_string(w, "from", old_title);
	json_member_string(w, "to", result_get(pair, newer, "title"));
	json_end_object(w);
	json_key(w, "parts");
	json_begin_array(w);
	for (size_t i = 0; i < count; i++) {
		json_begin_object(w);
		json_member_string(w, "op", op_names[parts[i].op]);
		json_key(w, "text");
		json_stringn(w, parts[i].text, parts[i].len);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
	response_etag_of_body(req);
	return 0;
}

static bool say_again(struct request *req, struct entry *entry, void *ctx)
{
	const struct result *version = ctx;

	(void)req;
	entry->title = result_get(version, 0, "title");
	entry->content = result_get(version, 0, "content");
	return true;
}

/* POST …/versions/:n/restore: 200 with the entry, which says so again as a new version; 403; 404; 412. */
int post_version_restore(struct request *req)
{
	const char *n = request_param(req, "n");
	struct place place;
	struct result *version = place_read(req, &place) ? read_pair(req, &place, n, n) : NULL;
	struct result *entry = version != NULL ? entry_change(req, true, say_again, version) : NULL;

	return entry != NULL ? respond_thing(req, 200, entry_fields, entry) : 0;
}

/* The content comes only with one. */
const struct field version_fields[] = {
	{.name = "n", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "its number, from 1"},
	{.name = "title", .type = FIELD_LINE, .flags = FIELD_READ_ONLY, .help = "what it was called"},
	{.name = "content", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY, .help = "Markdown"},
	{.name = "word_count", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "words of the content"},
	{.name = "author_id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "who wrote it"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it was begun"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it was last saved"},
	{.name = "current", .type = FIELD_BOOL, .flags = FIELD_READ_ONLY, .help = "whether the entry says so now"},
	FIELD_END,
};
