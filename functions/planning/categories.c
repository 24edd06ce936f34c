/*
 * Categories: what a user sorts tasks and events into, each with a colour, in an order of their own. A name is there
 * once, whatever its case. With a category nothing goes that was in it.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/utf8.h"
#include "util/uuid.h"

#include "planning.h"
#include "store.h"

/* GET /api/tasks/categories: 200 with a page, in their order. */
int get_categories(struct request *req)
{
	struct page page;
	struct result *categories, *count = NULL;

	if (!page_read(req, &page, 2))
		return 0;
	categories = store_categories(req, &page);
	if (categories == NULL || (page.count && (count = store_category_count(req)) == NULL))
		return problem_database(req);
	return respond_list(req, &page, category_fields, categories, (const char *const[]){"position", "id", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}

static void take_name(struct request *req, struct category *category)
{
	category->name = value_text(req->values, "name");
	category->name_key = utf8_lower(req->arena, category->name, strlen(category->name));
}

/* POST /api/tasks/categories: 201, 200 when the same id came with the same content before, 409 also for a name that is
 * there, 422. */
int post_category(struct request *req)
{
	struct category category = {.id = request_new_id(req),
				    .color = value_text(req->values, "color"),
				    .position = value_text(req->values, "position")};
	struct result *created;

	take_name(req, &category);
	created = store_category_create(req, &category);
	if (created == NULL)
		return planning_failed(req);
	if (result_rows(created) > 0)
		return respond_created(req, "/api/tasks/categories", category_fields, created);
	created = store_category(req, category.id);
	if (created == NULL)
		return problem_database(req);
	if (result_rows(created) == 0 || strcmp(result_get(created, 0, "name"), category.name) != 0 ||
	    strcmp(result_get(created, 0, "color"), category.color) != 0 ||
	    (category.position != NULL &&
	     strtod(category.position, NULL) != strtod(result_get(created, 0, "position"), NULL)))
		return problem(req, PROBLEM_ID_CONFLICT, NULL);
	return respond_thing(req, 200, category_fields, created);
}

static struct result *read_category(struct request *req, void *ctx)
{
	return store_category(req, ctx);
}

static const struct thing the_category = {
	.fields = category_fields, .absent = "no such category", .read = read_category};

/* GET /api/tasks/categories/:id: 200, 304, 404. */
int get_category(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_found(req, &the_category, store_category(req, id)) : 0;
}

static struct result *write_category(struct request *req, const struct result *current, void *ctx)
{
	struct category category = {.id = ctx,
				    .name = result_get(current, 0, "name"),
				    .name_key = result_get(current, 0, "name_key"),
				    .color = result_get(current, 0, "color"),
				    .position = value_text(req->values, "position")};
	struct result *changed;

	if (value_text(req->values, "name") != NULL)
		take_name(req, &category);
	if (value_text(req->values, "color") != NULL)
		category.color = value_text(req->values, "color");
	changed = store_category_update(req, &category, result_get(current, 0, "version"));
	if (changed == NULL)
		planning_failed(req);
	return changed;
}

static int change_category(struct request *req)
{
	const char *id = request_id_param(req, "id");
	struct result *category =
		id != NULL ? thing_change(req, &the_category, write_category, (void *)(uintptr_t)id) : NULL;

	return category != NULL ? respond_thing(req, 200, category_fields, category) : 0;
}

/* PUT /api/tasks/categories/:id: 200; 404; 409 for a name that is there; 412. */
int put_category(struct request *req)
{
	return change_category(req);
}

/* PATCH /api/tasks/categories/:id: as PUT, with what is not named left as it is. */
int patch_category(struct request *req)
{
	return change_category(req);
}

static struct result *take_category(struct request *req, const char *version, void *ctx)
{
	return store_category_delete(req, ctx, version);
}

/* DELETE /api/tasks/categories/:id: 204; 404; 412. What was in it is in none. */
int delete_category(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? thing_delete(req, &the_category, take_category, (void *)(uintptr_t)id) : 0;
}

bool category_name_ok(const char *name)
{
	size_t length = utf8_length(name, strlen(name));

	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return length <= NAME_MAX && !utf8_is_blank(name, strlen(name));
}

bool category_named(struct request *req, const char *name, const char **id)
{
	const char *key = utf8_lower(req->arena, name, strlen(name));
	char minted[UUID_TEXT];
	struct result *category;

	uuid_new(minted);
	category = store_category_named(req, minted, name, key);
	/* Somebody made it a moment ago: what was not seen by one statement is by the next. */
	if (category != NULL && result_rows(category) == 0)
		category = store_category_named(req, minted, name, key);
	if (category == NULL || result_rows(category) == 0)
		return false;
	*id = result_get(category, 0, "id");
	return true;
}

static void check_color(struct request *req, const char *pointer, struct json_object *json)
{
	const char *color = json_object_get_string(json);

	if (color[0] != '#' || strspn(color + 1, "0123456789abcdefABCDEF") != 6 || color[7] != '\0')
		problem_field(req, pointer, "invalid", "must be #rrggbb in hexadecimal digits");
}

const struct field category_fields[] = {
	THING_ID,
	{.name = "name",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = NAME_MAX,
	 .help = "what it is called"},
	{.name = "color", .type = FIELD_LINE, .initial = "#808080", .check = check_color, .help = "#rrggbb"},
	{.name = "position", .type = FIELD_NUMBER, .help = "its place among them; last when not said"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it was made"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last change"},
	THING_VERSION,
	FIELD_END,
};
