/*
 * thoughts: short texts, captured fast and found again.
 *
 * Owns     schema thoughts: thoughts, their tags, the answers kept for Idempotency-Key.
 * Callers  a signed-in user for what is theirs; a personal access token with thoughts:read or thoughts:write.
 * Role     thoughts.
 * Events   publishes ThoughtCreated, ThoughtUpdated, ThoughtDeleted (into the trash, or for good), ThoughtRestored,
 * each in the statement of the change; a request that changes nothing publishes nothing and keeps the version.
 *          ThoughtSnapshot goes to search when it rebuilds (thoughts.announce). Consumes UserDeleted, in cron/sweep.
 * Params   import_limit, trash_days; all others belong to the house.
 *
 * Tags. Hashtags of the text become tags, and a tag brings its parents: '#a/b' is also 'a'. A create or PUT has the
 * tags that were given and those of its text. A PATCH that gives `tags` does the same. A PATCH of the text alone adds
 * the hashtags that it brings and takes those that it no longer has; all others stay, whoever set them. So a tag that
 * was renamed or removed by its name stays so although the text still says the old one, until that hashtag is edited.
 * Removing a tag removes what lies below it. Renaming moves what lies below it along; thoughts in the trash keep
 * theirs.
 *
 * Ids and time. A list runs by id, newest first. An id that we mint is of the time of capture, so that what is captured
 * offline and sent later takes its place; `from` and `to` look at captured_at itself.
 */
#include <string.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/route.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/utf8.h"
#include "util/uuid.h"

#include "store.h"
#include "thoughts.h"

#define QUERY_MAX 1000 /* characters of a search */

/* 422 when there are more than a thought may have, and more than the `before` that it has. */
static bool tags_few_enough(struct request *req, const struct tags *tags, size_t before)
{
	if (tags->count <= TAGS_MAX || tags->count <= before)
		return true;
	problem_field(req, "/tags", "too_long", "may be at most %d, with the text's hashtags and all parents",
		      TAGS_MAX);
	problem_invalid(req);
	return false;
}

bool thought_filter_read(struct request *req, struct thought_filter *filter)
{
	bool pinned = false;

	*filter = (struct thought_filter){0};
	if (!request_query_tags(req, &filter->tags) || !request_query_instant(req, "from", false, &filter->from) ||
	    !request_query_instant(req, "to", true, &filter->to) || !request_query_bool(req, "pinned", &pinned) ||
	    !request_query_bool(req, "trash", &filter->trash))
		return false;
	if (request_query(req, "pinned") != NULL)
		filter->pinned = pinned ? "t" : "f";
	filter->all = strcmp(filter->tags, "{}") == 0 && filter->from == NULL && filter->to == NULL &&
		      filter->pinned == NULL && !filter->trash;
	filter->from = filter->from != NULL ? filter->from : "-infinity";
	filter->to = filter->to != NULL ? filter->to : "infinity";
	return true;
}

/* What a request does to the thought of an id. */
struct change {
	const char *id;
	bool permanent;
	bool (*revise)(struct request *req, struct edit *edit);
};

static struct result *read_thought(struct request *req, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_thought_anywhere(req, change->id) : store_thought(req, change->id);
}

static const struct thing the_thought = {.fields = thought_fields, .absent = "no such thought", .read = read_thought};

static struct result *write_thought(struct request *req, const struct result *current, void *ctx)
{
	const struct change *change = ctx;
	struct tags before = {.arena = req->arena};
	struct tags added, removed;
	struct edit edit = {.text = result_get(current, 0, "text"),
			    .tags = {.arena = req->arena},
			    .pinned = result_get(current, 0, "pinned")};
	struct result *changed;

	tags_add_literal(&before, result_get(current, 0, "tags"));
	tags_add_all(&edit.tags, &before);
	if (!change->revise(req, &edit) || !tags_few_enough(req, &edit.tags, before.count))
		return NULL;
	added = tags_without(&edit.tags, &before);
	removed = tags_without(&before, &edit.tags);
	changed = store_update(req,
			       &(struct draft){.id = change->id,
					       .text = edit.text,
					       .tags = tags_literal(&edit.tags),
					       .pinned = edit.pinned,
					       .captured_at = edit.captured_at},
			       result_get(current, 0, "version"), tags_literal(&added), tags_literal(&removed));
	if (changed == NULL)
		problem_database(req);
	return changed;
}

struct result *thought_change(struct request *req, bool (*revise)(struct request *req, struct edit *edit))
{
	struct change change = {.id = request_id_param(req, "id"), .revise = revise};

	return change.id != NULL ? thing_change(req, &the_thought, write_thought, &change) : NULL;
}

/* A new id that sorts by the time of capture. */
static const char *mint_id(struct request *req, const char *captured_at)
{
	char *id = arena_alloc(req->arena, UUID_TEXT);
	int64_t us;

	if (captured_at != NULL && instant_parse(captured_at, &us))
		uuid_at(id, us > 0 ? us / 1000 : 0);
	else
		uuid_new(id);
	return id;
}

/* GET /api/thoughts: 200 with a page, newest first. */
static int get_thoughts(struct request *req)
{
	struct thought_filter filter;
	struct page page;
	struct result *thoughts;
	struct result *count = NULL;

	if (!thought_filter_read(req, &filter) || !page_read(req, &page, 1))
		return 0;
	thoughts = store_list(req, &filter, &page);
	if (thoughts == NULL || (page.count && (count = store_count(req, &filter)) == NULL))
		return problem_database(req);
	return respond_list(req, &page, thought_fields, thoughts, (const char *const[]){"id", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}

/* POST /api/thoughts: 201, 200 when the same id came with the same content before, 409 id_conflict, 422. */
static int post_thought(struct request *req)
{
	struct tags tags = {.arena = req->arena};
	struct draft draft = {.id = value_text(req->values, "id"),
			      .text = value_text(req->values, "text"),
			      .pinned = value_text(req->values, "pinned"),
			      .captured_at = value_text(req->values, "captured_at")};
	struct result *created;

	tags_add_given(&tags, value_json(req->values, "tags"));
	tags_add_text(&tags, draft.text);
	if (!tags_few_enough(req, &tags, 0))
		return 0;
	draft.tags = tags_literal(&tags);
	if (draft.id == NULL) {
		draft.id = mint_id(req, draft.captured_at);
		draft.minted = true;
	}
	created = store_create(req, &draft);
	if (created == NULL)
		return problem_database(req);
	if (result_rows(created) == 0)
		return respond_taken(req, thought_fields, store_taken(req, &draft));
	return respond_created(req, "/api/thoughts", thought_fields, created);
}

/* GET /api/thoughts/:id: 200, 304, or 404 when absent, in the trash, or another user's. */
static int get_thought(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_found(req, &the_thought, store_thought(req, id)) : 0;
}

static bool replace(struct request *req, struct edit *edit)
{
	edit->text = value_text(req->values, "text");
	edit->pinned = value_text(req->values, "pinned");
	edit->captured_at = value_text(req->values, "captured_at");
	edit->tags.count = 0;
	tags_add_given(&edit->tags, value_json(req->values, "tags"));
	tags_add_text(&edit->tags, edit->text);
	return true;
}

/* PUT /api/thoughts/:id: 200 with the thought; 404; 412 with the current one. Without captured_at that stays. */
static int put_thought(struct request *req)
{
	struct result *thought = thought_change(req, replace);

	return thought != NULL ? respond_thing(req, 200, thought_fields, thought) : 0;
}

static bool merge(struct request *req, struct edit *edit)
{
	const char *old_text = edit->text;

	if (value_present(req->values, "text"))
		edit->text = value_text(req->values, "text");
	if (value_present(req->values, "pinned"))
		edit->pinned = value_text(req->values, "pinned");
	edit->captured_at = value_text(req->values, "captured_at");
	if (value_present(req->values, "tags")) {
		edit->tags.count = 0;
		tags_add_given(&edit->tags, value_json(req->values, "tags"));
		tags_add_text(&edit->tags, edit->text);
	} else if (edit->text != old_text) {
		tags_follow(&edit->tags, old_text, edit->text);
	}
	return true;
}

/* PATCH /api/thoughts/:id: as PUT, with what is not named left as it is (RFC 7396). */
static int patch_thought(struct request *req)
{
	struct result *thought = thought_change(req, merge);

	return thought != NULL ? respond_thing(req, 200, thought_fields, thought) : 0;
}

static struct result *take_thought(struct request *req, const char *version, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_erase(req, change->id, version) : store_trash(req, change->id, version);
}

/* DELETE /api/thoughts/:id: 204; 404; 412. Into the trash, or with ?permanent=true for good, also from the trash. */
static int delete_thought(struct request *req)
{
	struct change change = {.id = request_id_param(req, "id")};

	if (change.id == NULL || !request_query_bool(req, "permanent", &change.permanent))
		return 0;
	return thing_delete(req, &the_thought, take_thought, &change);
}

/* POST /api/thoughts/:id/restore: 200 with the thought, back from the trash; 404 when it is not there. */
static int post_restore(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_restored(req, &the_thought, store_restore(req, id)) : 0;
}

/* The last three come only where they mean something: in the trash, in what a search finds. */
const struct field thought_fields[] = {
	THING_ID,
	{.name = "text",
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = TEXT_MAX,
	 .help = "the thought; its #hashtags become tags"},
	{.name = "tags",
	 .type = FIELD_TEXTS,
	 .max = TAGS_MAX,
	 .item_max = TAG_MAX + 1,
	 .initial = "{}",
	 .check_item = check_tag,
	 .help = "given ones, the text's, and their parents; lower case, sorted"},
	{.name = "pinned", .type = FIELD_BOOL, .initial = "f", .help = "kept at hand"},
	{.name = "captured_at",
	 .type = FIELD_INSTANT,
	 .help = "when it came to mind; now, unless the client knows better"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when the server took it"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last change"},
	THING_VERSION,
	THING_DELETED_AT,
	{.name = "score", .type = FIELD_JSON, .flags = FIELD_READ_ONLY, .help = "how well it fits a search, a number"},
	{.name = "highlight", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY, .help = "HTML, what was found in <mark>"},
	FIELD_END,
};

/* GET /api/thoughts/search: 200 with a page, best first; 400 without a query. */
static int get_search(struct request *req)
{
	const char *query = request_query(req, "q");
	struct page page;
	struct result *found;
	struct result *count = NULL;

	if (query == NULL || query[strspn(query, " \t\r\n")] == '\0' || utf8_length(query, strlen(query)) > QUERY_MAX)
		return problem(req, PROBLEM_BAD_REQUEST, "q is what to search for, at most %d characters", QUERY_MAX);
	if (!page_read(req, &page, 2))
		return 0;
	found = store_search(req, query, &page);
	if (found == NULL || (page.count && (count = store_search_count(req, query)) == NULL))
		return problem_database(req);
	return respond_list(req, &page, thought_fields, found, (const char *const[]){"score", "id", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}

static const struct field stats_fields[] = {
	{.name = "total", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "thoughts outside the trash"},
	{.name = "pinned", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "pinned ones among them"},
	{.name = "trashed", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "thoughts in the trash"},
	{.name = "tags", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "different tags in use"},
	{.name = "characters", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "length of all texts"},
	{.name = "today", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "captured today"},
	{.name = "this_week", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "captured since Monday"},
	{.name = "this_month",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "captured since the first of the month"},
	{.name = "first_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "earliest captured_at, or null"},
	{.name = "last_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "latest captured_at, or null"},
	{.name = "current_streak",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "days in a row with a thought, up to today or yesterday"},
	{.name = "longest_streak", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "longest such run"},
	{.name = "days",
	 .type = FIELD_JSON,
	 .flags = FIELD_READ_ONLY,
	 .help = "{date, count} of each of the last 30 days"},
	FIELD_END,
};

/* GET /api/thoughts/stats: 200; days are those of ?tz=, UTC by default. */
static int get_stats(struct request *req)
{
	const char *zone = request_query(req, "tz");
	struct result *stats;

	if (zone != NULL && !time_zone_valid(zone))
		return problem(req, PROBLEM_BAD_REQUEST, "tz is an IANA time zone, like Europe/Berlin");
	stats = store_stats(req, zone != NULL ? zone : "UTC");
	if (stats == NULL)
		return problem_database(req);
	thing_encode(response_json(req, 200), stats_fields, stats, 0);
	response_etag_of_body(req);
	return 0;
}

/* Method, path, handler, needs, fields of the body, rate-limit class, query, summary, fields of the answer. */
static const struct route routes[] = {
	{"GET", "/api/thoughts", get_thoughts, NEED_USER, NULL, NULL, "tag from to pinned trash limit cursor count",
	 "List thoughts, newest first", thought_fields},
	{"POST", "/api/thoughts", post_thought, NEED_USER | IDEMPOTENT, thought_fields, NULL, NULL, "Capture a thought",
	 thought_fields},
	{"GET", "/api/thoughts/:id", get_thought, NEED_USER, NULL, NULL, NULL, "Read a thought", thought_fields},
	{"PUT", "/api/thoughts/:id", put_thought, NEED_USER | REPLACE, thought_fields, NULL, NULL, "Replace a thought",
	 thought_fields},
	{"PATCH", "/api/thoughts/:id", patch_thought, NEED_USER | MERGE, thought_fields, NULL, NULL, "Change a thought",
	 thought_fields},
	{"DELETE", "/api/thoughts/:id", delete_thought, NEED_USER, NULL, NULL, "permanent",
	 "Move a thought to the trash, or erase it", NULL},
	{"POST", "/api/thoughts/:id/restore", post_restore, NEED_USER, NULL, NULL, NULL,
	 "Bring a thought back from the trash", thought_fields},
	{"POST", "/api/thoughts/:id/tags", post_thought_tags, NEED_USER, tags_fields, NULL, NULL,
	 "Add tags to a thought", thought_fields},
	{"DELETE", "/api/thoughts/:id/tags/:tag", delete_thought_tag, NEED_USER, NULL, NULL, NULL,
	 "Remove a tag, and those below it, from a thought", NULL},
	{"GET", "/api/thoughts/search", get_search, NEED_USER, NULL, NULL, "q limit cursor count",
	 "Search thoughts, best first", thought_fields},
	{"GET", "/api/thoughts/tags", get_tags, NEED_USER, NULL, NULL, NULL,
	 "List tags by name, with how often and when they were used", tag_fields},
	{"PATCH", "/api/thoughts/tags/:tag", patch_tag, NEED_USER | MERGE, tag_name_fields, NULL, NULL,
	 "Rename a tag and all below it, or merge it into another", tag_fields},
	{"GET", "/api/thoughts/stats", get_stats, NEED_USER, NULL, NULL, "tz", "Figures about one's thoughts",
	 stats_fields},
	{"GET", "/api/thoughts/export", get_export, NEED_USER, NULL, NULL, "format tag from to pinned",
	 "All thoughts as a file: json, ndjson, csv or md", NULL},
	{"POST", "/api/thoughts/import", post_import, NEED_USER | BODY_STREAM, NULL, NULL, "format dry_run",
	 "Take in a file of thoughts: ndjson, csv or md; again changes nothing, so an Idempotency-Key is not looked at",
	 import_fields},
	ROUTE_END,
};

static const struct service thoughts = {
	.name = "thoughts",
	.role = "thoughts",
	.summary = "short texts, captured fast and found again",
	.routes = routes,
	.statements = &store_statements,
};

int main(int argc, char **argv)
{
	return service_main(argc, argv, &thoughts);
}
