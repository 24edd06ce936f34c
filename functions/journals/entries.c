/*
 * Entries: written, changed, listed, put into the trash and brought back.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "aurora/service.h"
#include "aurora/tags.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/route.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/utf8.h"

#include "journals.h"
#include "store.h"
#include "words.h"

#define WORDS_MAX 1000 /* characters of what is looked for */

void check_content(struct request *req, const char *pointer, struct json_object *json)
{
	if (json_object_get_string_len(json) > CONTENT_MAX)
		problem_field(req, pointer, "too_long", "may be at most %d bytes", CONTENT_MAX);
}

bool query_day(struct request *req, const char *name, const char *fallback, const char **day)
{
	*day = request_query(req, name);
	if (*day == NULL)
		*day = fallback;
	else if (!date_valid(*day)) {
		problem(req, PROBLEM_BAD_REQUEST, "%s is a date, YYYY-MM-DD", name);
		return false;
	}
	return true;
}

static bool filter_read(struct request *req, struct entry_filter *filter)
{
	*filter = (struct entry_filter){.mood = request_query(req, "mood"), .words = request_query(req, "q")};
	if (!query_day(req, "from", "-infinity", &filter->from) || !query_day(req, "to", "infinity", &filter->to) ||
	    !request_query_tags(req, &filter->tags) || !request_query_bool(req, "trash", &filter->trash))
		return false;
	if (filter->mood != NULL && (strlen(filter->mood) != 1 || *filter->mood < '1' || *filter->mood > '5')) {
		problem(req, PROBLEM_BAD_REQUEST, "mood is a number from 1 to 5");
		return false;
	}
	if (filter->words != NULL && (utf8_is_blank(filter->words, strlen(filter->words)) ||
				      utf8_length(filter->words, strlen(filter->words)) > WORDS_MAX)) {
		problem(req, PROBLEM_BAD_REQUEST, "q is what to look for, at most %d characters", WORDS_MAX);
		return false;
	}
	filter->all = filter->from[0] == '-' && strcmp(filter->to, "infinity") == 0 && filter->mood == NULL &&
		      filter->words == NULL && strcmp(filter->tags, "{}") == 0 && !filter->trash;
	return true;
}

/* GET /api/journals/:id/entries: 200 with a page, newest day first; 404. */
int get_entries(struct request *req)
{
	const char *journal = request_id_param(req, "id");
	struct entry_filter filter;
	struct page page;
	struct result *entries;
	struct result *count = NULL;
	int rows;

	if (journal == NULL || !filter_read(req, &filter) || !page_read(req, &page, 2))
		return 0;
	entries = store_entries(req, journal, &filter, &page);
	if (entries == NULL || (page.count && (count = store_entry_count(req, journal, &filter)) == NULL))
		return problem_database(req);
	rows = result_rows(entries);
	if (rows == 0) {
		struct result *role = store_role(req, journal);

		if (role == NULL)
			return problem_database(req);
		if (result_rows(role) == 0 || result_get(role, 0, "deleted_at") != NULL)
			return problem(req, PROBLEM_NOT_FOUND, "no such journal");
	} else if (result_bool(entries, rows - 1, result_column(entries, "beyond"))) {
		page.limit = rows - 1;
	}
	return respond_list(req, &page, entry_fields, entries, (const char *const[]){"entry_date", "id", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}

/* 200 with the stored entry when it is the same that was sent again, else 409; 404 and 403. */
static int answer_not_created(struct request *req, const struct entry *entry)
{
	struct result *taken = store_entry_taken(req, entry);

	if (taken == NULL)
		return problem_database(req);
	if (result_rows(taken) == 0)
		return journal_refuse(req, entry->journal, VIEWS_ONLY);
	return respond_taken(req, entry_fields, taken);
}

/* The tags that a client gave, in their one form, with their parents. */
const char *given_tags(struct request *req)
{
	struct tags tags = {.arena = req->arena};

	tags_add_given(&tags, value_json(req->values, "tags"));
	return tags_literal(&tags);
}

static void count_words(struct request *req, struct entry *entry)
{
	entry->word_count = arena_printf(req->arena, "%ld", words_count(entry->content, strlen(entry->content)));
}

/*
 * POST /api/journals/:id/entries: 201, 200 when the same id came with the same content before; 403 for a viewer, 404,
 * 409 id_conflict, 422. With ?template= what the body leaves open comes from that template.
 */
int post_entry(struct request *req)
{
	const char *template = request_query(req, "template");
	struct entry entry = {.journal = request_id_param(req, "id"),
			      .id = request_new_id(req),
			      .title = value_text(req->values, "title"),
			      .content = value_text(req->values, "content"),
			      .entry_date = value_text(req->values, "entry_date"),
			      .time_zone = value_text(req->values, "time_zone"),
			      .mood = value_text(req->values, "mood"),
			      .tags = given_tags(req)};
	struct result *created;

	if (entry.journal == NULL || (template != NULL && !template_apply(req, template, &entry)))
		return 0;
	if (entry.content == NULL) {
		struct result *role = store_role(req, entry.journal);

		if (role == NULL)
			return problem_database(req);
		if (result_rows(role) == 0)
			return problem(req, PROBLEM_NOT_FOUND, "no such journal");
		problem_field(req, "/content", "required", "must be there");
		return problem_invalid(req);
	}
	count_words(req, &entry);
	created = store_entry_create(req, &entry);
	if (created == NULL)
		return problem_database(req);
	if (result_rows(created) == 0)
		return answer_not_created(req, &entry);
	return respond_created(req, arena_printf(req->arena, "/api/journals/%s/entries", entry.journal), entry_fields,
			       created);
}

/* What a request does to the entry of a place. */
struct change {
	struct place place;
	bool permanent;
	bool keep;
	bool again; /* somebody was faster: what they wrote is kept */
	bool (*revise)(struct request *req, struct entry *entry, void *ctx);
	void *ctx;
};

static struct result *read_entry(struct request *req, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_entry_anywhere(req, change->place.journal, change->place.entry)
				 : store_entry(req, change->place.journal, change->place.entry);
}

static bool may_write(struct request *req, const struct result *current)
{
	if (strcmp(result_get(current, 0, "role"), "viewer") != 0)
		return true;
	problem(req, PROBLEM_FORBIDDEN, VIEWS_ONLY);
	return false;
}

static const struct thing the_entry = {
	.fields = entry_fields, .absent = "no such entry", .read = read_entry, .may_write = may_write};

/* GET /api/journals/:id/entries/:entryId: 200, 304, 404. */
int get_entry(struct request *req)
{
	struct place place;

	return place_read(req, &place) ? respond_found(req, &the_entry, store_entry(req, place.journal, place.entry))
				       : 0;
}

static struct result *write_entry(struct request *req, const struct result *current, void *ctx)
{
	struct change *change = ctx;
	struct entry entry = {.journal = change->place.journal,
			      .id = change->place.entry,
			      .title = result_get(current, 0, "title"),
			      .content = result_get(current, 0, "content"),
			      .entry_date = result_get(current, 0, "entry_date"),
			      .time_zone = result_get(current, 0, "time_zone"),
			      .mood = result_get(current, 0, "mood"),
			      .tags = result_get(current, 0, "tags"),
			      .word_count = result_get(current, 0, "word_count")};
	const char *content = entry.content;
	struct result *changed;

	if (!change->revise(req, &entry, change->ctx))
		return NULL;
	if (entry.content != content)
		count_words(req, &entry);
	changed = store_entry_update(req, &entry, result_get(current, 0, "version"), !change->keep && !change->again);
	change->again = true;
	if (changed == NULL)
		problem_database(req);
	return changed;
}

struct result *entry_change(struct request *req, bool keep,
			    bool (*revise)(struct request *req, struct entry *entry, void *ctx), void *ctx)
{
	struct change change = {.keep = keep, .revise = revise, .ctx = ctx};

	return place_read(req, &change.place) ? thing_change(req, &the_entry, write_entry, &change) : NULL;
}

static bool replace(struct request *req, struct entry *entry, void *ctx)
{
	(void)ctx;
	if (!value_present(req->values, "content")) {
		problem_field(req, "/content", "required", "must be there");
		problem_invalid(req);
		return false;
	}
	entry->title = value_text(req->values, "title");
	entry->content = value_text(req->values, "content");
	if (value_text(req->values, "entry_date") != NULL)
		entry->entry_date = value_text(req->values, "entry_date");
	if (value_text(req->values, "time_zone") != NULL)
		entry->time_zone = value_text(req->values, "time_zone");
	entry->mood = value_text(req->values, "mood");
	entry->tags = given_tags(req);
	return true;
}

/* PUT /api/journals/:id/entries/:entryId: 200 with the entry; 403; 404; 412 with the current one. Without entry_date
 * and time_zone these stay. */
int put_entry(struct request *req)
{
	struct result *entry = entry_change(req, false, replace, NULL);

	return entry != NULL ? respond_thing(req, 200, entry_fields, entry) : 0;
}

static bool merge(struct request *req, struct entry *entry, void *ctx)
{
	const struct {
		const char *name;
		const char **value;
	} members[] = {{"title", &entry->title},
		       {"content", &entry->content},
		       {"entry_date", &entry->entry_date},
		       {"time_zone", &entry->time_zone},
		       {"mood", &entry->mood}};

	(void)ctx;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (value_present(req->values, members[i].name))
			*members[i].value = value_text(req->values, members[i].name);
	if (value_present(req->values, "tags"))
		entry->tags = given_tags(req);
	return true;
}

/* PATCH /api/journals/:id/entries/:entryId: as PUT, with what is not named left as it is (RFC 7396). */
int patch_entry(struct request *req)
{
	struct result *entry = entry_change(req, false, merge, NULL);

	return entry != NULL ? respond_thing(req, 200, entry_fields, entry) : 0;
}

static struct result *take_entry(struct request *req, const char *version, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_entry_erase(req, change->place.journal, change->place.entry, version)
				 : store_entry_trash(req, change->place.journal, change->place.entry, version);
}

/* For good is for the owner. */
static bool may_erase(struct request *req, const struct result *current)
{
	if (strcmp(result_get(current, 0, "role"), "owner") == 0)
		return true;
	problem(req, PROBLEM_FORBIDDEN, "only the journal's owner may erase an entry for good");
	return false;
}

static const struct thing the_entry_anywhere = {
	.fields = entry_fields, .absent = "no such entry", .read = read_entry, .may_write = may_erase};

/* DELETE /api/journals/:id/entries/:entryId: 204; 403; 404; 412. Into the trash, or with ?permanent=true for good, also
 * from the trash. */
int delete_entry(struct request *req)
{
	struct change change = {.permanent = false};

	if (!place_read(req, &change.place) || !request_query_bool(req, "permanent", &change.permanent))
		return 0;
	return thing_delete(req, change.permanent ? &the_entry_anywhere : &the_entry, take_entry, &change);
}

/* POST /api/journals/:id/entries/:entryId/restore: 200 with the entry, back from the trash; 404 when it is not there;
 * 409 when its journal is in the trash, too. */
int post_entry_restore(struct request *req)
{
	struct place place;
	struct result *entry;
	struct result *role;

	if (!place_read(req, &place))
		return 0;
	entry = store_entry_restore(req, place.journal, place.entry);
	if (entry == NULL)
		return problem_database(req);
	if (result_rows(entry) > 0)
		return respond_thing(req, 200, entry_fields, entry);
	entry = store_entry_anywhere(req, place.journal, place.entry);
	role = entry != NULL ? store_role(req, place.journal) : NULL;
	if (role == NULL)
		return problem_database(req);
	if (result_rows(role) > 0 && strcmp(result_get(role, 0, "role"), "viewer") == 0)
		return problem(req, PROBLEM_FORBIDDEN, VIEWS_ONLY);
	if (result_rows(entry) > 0 && result_rows(role) > 0 && result_get(role, 0, "deleted_at") != NULL)
		return problem(req, PROBLEM_CONFLICT, "its journal is in the trash: restore that first");
	return problem(req, PROBLEM_NOT_FOUND, "no such entry in the trash");
}

/* The last one comes only in the trash. */
const struct field entry_fields[] = {
	THING_ID,
	{.name = "journal_id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "where it stands"},
	{.name = "title",
	 .type = FIELD_LINE,
	 .max = TITLE_MAX,
	 .initial = "",
	 .help = "what it is called, if anything"},
	{.name = "content",
	 .type = FIELD_TEXT,
	 .max = CONTENT_MAX,
	 .check = check_content,
	 .help = "Markdown, at most 1 MiB; on POST it may come from a template"},
	{.name = "entry_date",
	 .type = FIELD_DATE,
	 .help = "the day it is of, as the writer means it; today in their zone unless said"},
	{.name = "time_zone", .type = FIELD_ZONE, .help = "where that day was; the writer's zone unless said"},
	{.name = "mood",
	 .type = FIELD_INT,
	 .flags = FIELD_NULLABLE,
	 .min = 1,
	 .max = 5,
	 .help = "from 1, low, to 5, high"},
	{.name = "tags",
	 .type = FIELD_TEXTS,
	 .max = TAGS_MAX,
	 .item_max = TAG_MAX + 1,
	 .initial = "{}",
	 .check = check_tags,
	 .check_item = check_tag,
	 .help = "given ones and their parents; lower case, sorted"},
	{.name = "word_count", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "words of the content"},
	{.name = "attachments", .type = FIELD_JSON, .flags = FIELD_READ_ONLY, .help = "files that belong to it"},
	{.name = "author_id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "who wrote what it says now"},
	{.name = "revision",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "number of what it says among its versions"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when the server took it"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last change"},
	THING_VERSION,
	THING_DELETED_AT,
	FIELD_END,
};
