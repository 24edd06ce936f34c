/*
 * Tags as resources: the list of one's tags, renaming, and the tags of one thought.
 */
#include <string.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/utf8.h"

#include "store.h"
#include "thoughts.h"

const struct field tag_fields[] = {
	{.name = "tag", .type = FIELD_LINE, .flags = FIELD_READ_ONLY, .help = "its name"},
	{.name = "count",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "thoughts that have it, outside the trash"},
	{.name = "last_used_at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY,
	 .help = "latest captured_at among them"},
	FIELD_END,
};

const struct field tag_name_fields[] = {
	{.name = "name",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = TAG_MAX + 1,
	 .check = check_tag,
	 .help = "the new name; where that is a tag already, the two become one"},
	FIELD_END,
};

const struct field tags_fields[] = {
	{.name = "tags",
	 .type = FIELD_TEXTS,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = TAGS_MAX,
	 .item_max = TAG_MAX + 1,
	 .check_item = check_tag,
	 .help = "tags to add"},
	FIELD_END,
};

/* The :tag of the path in its one form; else NULL with 404 answered, for what is no tag is nobody's tag. */
static const char *tag_param(struct request *req)
{
	const char *tag = tag_normalise(req->arena, request_param(req, "tag"));

	if (tag == NULL)
		problem(req, PROBLEM_NOT_FOUND, "no such tag");
	return tag;
}

/* GET /api/thoughts/tags: 200 with an array of all of them, by name. */
int get_tags(struct request *req)
{
	struct result *tags = store_tags(req);
	struct json_writer *w;

	if (tags == NULL)
		return problem_database(req);
	w = response_json(req, 200);
	json_begin_array(w);
	for (int row = 0; row < result_rows(tags); row++)
		thing_encode(w, tag_fields, tags, row);
	json_end_array(w);
	response_etag_of_body(req);
	return 0;
}

/* PATCH /api/thoughts/tags/:tag: 200 with the tag under its new name; 404; 422. */
int patch_tag(struct request *req)
{
	const char *tag = tag_param(req);
	const char *name;
	struct result *result;
	bool crowded = false;

	if (tag == NULL)
		return 0;
	if (!value_present(req->values, "name")) {
		problem_field(req, "/name", "required", "must be given");
		return problem_invalid(req);
	}
	name = tag_normalise(req->arena, value_text(req->values, "name"));
	result = store_tag_longest(req, tag);
	if (result == NULL)
		return problem_database(req);
	if (result_text(result, 0, 0) == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "no such tag");
	if (result_int(result, 0, 0) - (long long)utf8_length(tag, strlen(tag)) +
		    (long long)utf8_length(name, strlen(name)) >
	    TAG_MAX) {
		problem_field(req, "/name", "too_long", "a tag below it would have more than %d characters", TAG_MAX);
		return problem_invalid(req);
	}
	if (strcmp(tag, name) != 0 && !store_tag_rename(req, tag, name, TAGS_MAX, &crowded))
		return problem_database(req);
	if (crowded) {
		problem_field(req, "/name", "too_long", "a thought would have more than %d tags, with all parents",
			      TAGS_MAX);
		return problem_invalid(req);
	}
	result = store_tag(req, name);
	if (result == NULL)
		return problem_database(req);
	if (result_rows(result) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such tag");
	thing_encode(response_json(req, 200), tag_fields, result, 0);
	return 0;
}

static bool add_tags(struct request *req, struct edit *edit)
{
	tags_add_given(&edit->tags, value_json(req->values, "tags"));
	return true;
}

/* POST /api/thoughts/:id/tags: 200 with the thought; 404; 412; 422. */
int post_thought_tags(struct request *req)
{
	struct result *thought = thought_change(req, add_tags);

	return thought != NULL ? respond_thing(req, 200, thought_fields, thought) : 0;
}

static bool remove_tag(struct request *req, struct edit *edit)
{
	const char *tag = tag_param(req);

	if (tag == NULL)
		return false;
	if (!tags_have(&edit->tags, tag)) {
		problem(req, PROBLEM_NOT_FOUND, "the thought does not have this tag");
		return false;
	}
	tags_remove(&edit->tags, tag);
	return true;
}

/* DELETE /api/thoughts/:id/tags/:tag: 204 with the thought's new ETag; 404; 412. */
int delete_thought_tag(struct request *req)
{
	struct result *thought = thought_change(req, remove_tag);

	if (thought == NULL)
		return 0;
	response_etag(req, result_get(thought, 0, "version"));
	return response_empty(req, 204);
}
