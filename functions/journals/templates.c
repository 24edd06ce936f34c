/*
 * Templates: what a new entry may begin with. Some are built in, each in the languages it was written in; the others
 * are a user's own. Placeholders are filled when an entry is made of one, in the writer's zone and language.
 */
#include <string.h>

#include "aurora/service.h"
#include "aurora/tags.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/uuid.h"

#include "journals.h"
#include "store.h"
#include "template.h"

#define NAME_MAX        200
#define DESCRIPTION_MAX 2000

/* The caller's locale, "en" where nobody knows; NULL with a problem answered when the database failed. */
static const char *locale_of(struct request *req)
{
	struct result *profile = store_profile(req);

	if (profile == NULL) {
		problem_database(req);
		return NULL;
	}
	return result_rows(profile) > 0 ? result_get(profile, 0, "locale") : "en";
}

static void encode_builtin(struct json_writer *w, const struct template *t)
{
	json_begin_object(w);
	json_member_string(w, "id", t->id);
	json_member_string(w, "name", t->name);
	json_member_string(w, "description", t->description);
	json_member_string(w, "title", t->title);
	json_member_string(w, "content", t->content);
	json_key(w, "tags");
	field_encode(w, &(const struct field){.name = "tags", .type = FIELD_TEXTS}, t->tags, strlen(t->tags));
	json_member_bool(w, "builtin", true);
	json_end_object(w);
}

/* GET /api/journals/templates: 200 with a page: the built-in ones in the caller's language, then their own by name. */
int get_templates(struct request *req)
{
	const char *locale;
	const char *next = NULL;
	struct page page;
	struct result *templates;
	struct json_writer *w;
	int rows;

	if (!page_read(req, &page, 2) || (locale = locale_of(req)) == NULL)
		return 0;
	templates = store_templates(req, &page);
	if (templates == NULL)
		return problem_database(req);
	w = response_json(req, 200);
	json_begin_object(w);
	json_key(w, "items");
	json_begin_array(w);
	for (size_t i = 0; i < builtin_template_count && page.keys[0] == NULL; i++)
		if (strcmp(builtin_templates[i].language, "en") == 0)
			encode_builtin(w, builtin_template(builtin_templates[i].id, locale));
	rows = result_rows(templates);
	for (int row = 0; row < rows && row < page.limit; row++)
		thing_encode(w, template_fields, templates, row);
	json_end_array(w);
	if (rows > page.limit) {
		int last = (int)page.limit - 1;

		next = page_cursor(req,
				   (const char *const[]){result_text(templates, last, result_column(templates, "name")),
							 result_text(templates, last, result_column(templates, "id"))},
				   2);
	}
	return page_end(req, w, next, NULL);
}

static struct draft_template draft_of(struct request *req, const char *id)
{
	return (struct draft_template){.id = id,
				       .name = value_text(req->values, "name"),
				       .description = value_text(req->values, "description"),
				       .title = value_text(req->values, "title"),
				       .content = value_text(req->values, "content"),
				       .tags = given_tags(req)};
}

/* POST /api/journals/templates: 201, 200 when the same id came with the same content before, 409 id_conflict, 422. */
int post_template(struct request *req)
{
	struct draft_template draft = draft_of(req, request_new_id(req));
	struct result *template;

	if (builtin_template(draft.id, "en") != NULL)
		return problem(req, PROBLEM_ID_CONFLICT, NULL);
	template = store_template_create(req, &draft);
	if (template == NULL)
		return problem_database(req);
	if (result_rows(template) > 0)
		return respond_created(req, "/api/journals/templates", template_fields, template);
	template = store_template(req, draft.id);
	if (template == NULL)
		return problem_database(req);
	if (result_rows(template) == 0 || strcmp(result_get(template, 0, "name"), draft.name) != 0 ||
	    strcmp(result_get(template, 0, "title"), draft.title) != 0 ||
	    strcmp(result_get(template, 0, "content"), draft.content) != 0)
		return problem(req, PROBLEM_ID_CONFLICT, NULL);
	return respond_thing(req, 200, template_fields, template);
}

static struct result *read_template(struct request *req, void *ctx)
{
	return store_template(req, ctx);
}

static const struct thing the_template = {
	.fields = template_fields, .absent = "no such template", .read = read_template};

/* GET /api/journals/templates/:id: 200, 304, 404; a built-in one in the caller's language. */
int get_template(struct request *req)
{
	const char *id = request_id_param(req, "id");
	const char *locale;

	if (id == NULL)
		return 0;
	if (builtin_template(id, "en") != NULL) {
		locale = locale_of(req);
		if (locale == NULL)
			return 0;
		encode_builtin(response_json(req, 200), builtin_template(id, locale));
		response_etag_of_body(req);
		return 0;
	}
	return respond_found(req, &the_template, store_template(req, id));
}

/* The id of one's own template in the path; NULL with 403 answered for a built-in one, 404 for what is none. */
static const char *own_id(struct request *req)
{
	const char *id = request_id_param(req, "id");

	if (id != NULL && builtin_template(id, "en") != NULL) {
		problem(req, PROBLEM_FORBIDDEN, "it is built in: keep a template of your own beside it");
		return NULL;
	}
	return id;
}

static struct result *write_template(struct request *req, const struct result *current, void *ctx)
{
	struct draft_template draft = draft_of(req, ctx);
	struct result *changed = store_template_update(req, &draft, result_get(current, 0, "version"));

	if (changed == NULL)
		problem_database(req);
	return changed;
}

/* PUT /api/journals/templates/:id: 200; 403 for a built-in one; 404; 412. */
int put_template(struct request *req)
{
	const char *id = own_id(req);
	struct result *template =
		id != NULL ? thing_change(req, &the_template, write_template, (void *)(uintptr_t)id) : NULL;

	return template != NULL ? respond_thing(req, 200, template_fields, template) : 0;
}

static struct result *take_template(struct request *req, const char *version, void *ctx)
{
	return store_template_delete(req, ctx, version);
}

/* DELETE /api/journals/templates/:id: 204; 403 for a built-in one; 404; 412. */
int delete_template(struct request *req)
{
	const char *id = own_id(req);

	return id != NULL ? thing_delete(req, &the_template, take_template, (void *)(uintptr_t)id) : 0;
}

/* Own or built in; false with the request answered when it is neither. */
static bool find_template(struct request *req, const char *id, const char *locale, struct template *found)
{
	const struct template *builtin = builtin_template(id, locale);
	struct result *own;

	if (builtin != NULL) {
		*found = *builtin;
		return true;
	}
	own = uuid_valid(id) ? store_template(req, id) : NULL;
	if (own == NULL && uuid_valid(id)) {
		problem_database(req);
		return false;
	}
	if (own == NULL || result_rows(own) == 0) {
		problem(req, PROBLEM_NOT_FOUND, "no such template");
		return false;
	}
	*found = (struct template){.title = result_get(own, 0, "title"),
				   .content = result_get(own, 0, "content"),
				   .tags = result_get(own, 0, "tags")};
	return true;
}

bool template_apply(struct request *req, const char *id, struct entry *entry)
{
	struct result *profile = store_profile(req);
	struct template_vars vars = {.locale = "en", .time_zone = "UTC", .name = "", .now_us = clock_now_us()};
	struct template template;

	if (profile == NULL) {
		problem_database(req);
		return false;
	}
	if (result_rows(profile) > 0) {
		vars.locale = result_get(profile, 0, "locale");
		vars.time_zone = result_get(profile, 0, "time_zone");
		vars.name = result_get(profile, 0, "name");
	}
	if (entry->time_zone != NULL)
		vars.time_zone = entry->time_zone;
	vars.entry_date = entry->entry_date;
	if (!find_template(req, id, vars.locale, &template))
		return false;
	if (!value_present(req->values, "title"))
		entry->title = template_fill(req->arena, template.title, &vars, (size_t)4 * TITLE_MAX);
	if (entry->content == NULL)
		entry->content = template_fill(req->arena, template.content, &vars, CONTENT_MAX);
	if (!value_present(req->values, "tags"))
		entry->tags = template.tags;
	if (entry->title == NULL || entry->content == NULL) {
		problem(req, PROBLEM_TOO_LARGE, "the template is too long once its placeholders are filled");
		return false;
	}
	return true;
}

const struct field template_fields[] = {
	THING_ID,
	{.name = "name",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = NAME_MAX,
	 .help = "what it is called"},
	{.name = "description", .type = FIELD_TEXT, .max = DESCRIPTION_MAX, .initial = "", .help = "what it is for"},
	{.name = "title",
	 .type = FIELD_LINE,
	 .max = TITLE_MAX,
	 .initial = "",
	 .help = "of the entry, with placeholders"},
	{.name = "content",
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED,
	 .max = CONTENT_MAX,
	 .check = check_content,
	 .help = "of the entry, with placeholders: {{date}} {{time}} {{weekday}} {{month}} {{year}} {{week}} "
		 "{{iso_date}} "
		 "{{name}}"},
	{.name = "tags",
	 .type = FIELD_TEXTS,
	 .max = TAGS_MAX,
	 .item_max = TAG_MAX + 1,
	 .initial = "{}",
	 .check = check_tags,
	 .check_item = check_tag,
	 .help = "of the entry"},
	{.name = "builtin", .type = FIELD_BOOL, .flags = FIELD_READ_ONLY, .help = "comes with Aurora"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it was kept"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last change"},
	THING_VERSION,
	FIELD_END,
};
