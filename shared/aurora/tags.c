#include "aurora/tags.h"

#include <string.h>

#include <json-c/json.h>

#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/utf8.h"

/* ASCII that a '#' behind it belongs to: words, addresses, entities, headings, escapes. */
#define BINDS_HASH "_-/&#=?@%~\\"

static bool is_tag_character(uint32_t c)
{
	return c == '-' || c == '_' || utf8_is_word(c);
}

/*
 * How many bytes at `text` are a tag: the longest run of whole segments, 0 when there is none. A '/' that no segment
 * follows is left out.
 */
static size_t tag_span(const char *text, size_t len)
{
	size_t end = 0;
	size_t at = 0;
	bool more_than_digits = false;

	for (;;) {
		bool has_word = false;

		while (at < len) {
			size_t used;
			uint32_t c = utf8_next(text + at, len - at, &used);

			if (!is_tag_character(c))
				break;
			has_word = has_word || utf8_is_word(c);
			more_than_digits = more_than_digits || !utf8_is_digit(c);
			at += used;
		}
		if (!has_word)
			break;
		end = at;
		if (at == len || text[at] != '/')
			break;
		at++;
	}
	return more_than_digits ? end : 0;
}

/* `len` bytes that tag_span approved, in their one form; NULL when that is too long. */
static const char *tag_form(struct arena *arena, const char *text, size_t len)
{
	const char *tag = utf8_lower(arena, text, len);

	return utf8_length(tag, strlen(tag)) <= TAG_MAX ? tag : NULL;
}

const char *tag_normalise(struct arena *arena, const char *text)
{
	size_t len;

	if (*text == '#')
		text++;
	len = strlen(text);
	return len > 0 && tag_span(text, len) == len ? tag_form(arena, text, len) : NULL;
}

bool tag_within(const char *tag, const char *branch)
{
	size_t len = strlen(branch);

	return strncmp(tag, branch, len) == 0 && (tag[len] == '\0' || tag[len] == '/');
}

/* Where the tag is, or else belongs; *found tells which. */
static size_t tags_find(const struct tags *tags, const char *tag, bool *found)
{
	size_t low = 0;
	size_t high = tags->count;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(tags->items[middle], tag);

		if (order == 0)
			*found = true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void tags_insert(struct tags *tags, const char *tag)
{
	bool found;
	size_t at = tags_find(tags, tag, &found);

	if (found)
		return;
	if (tags->count == tags->room) {
		const char **items = arena_alloc(tags->arena, (2 * tags->room + 8) * sizeof(*items));

		if (tags->count > 0)
			memcpy(items, tags->items, tags->count * sizeof(*items));
		tags->items = items;
		tags->room = 2 * tags->room + 8;
	}
	memmove(tags->items + at + 1, tags->items + at, (tags->count - at) * sizeof(*tags->items));
	tags->items[at] = tag;
	tags->count++;
}

void tags_add(struct tags *tags, const char *tag)
{
	tags_insert(tags, tag);
	for (const char *slash = strchr(tag, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
		tags_insert(tags, arena_strndup(tags->arena, tag, (size_t)(slash - tag)));
}

void check_tag(struct request *req, const char *pointer, struct json_object *json)
{
	if (tag_normalise(req->arena, json_object_get_string(json)) == NULL)
		problem_field(req, pointer, "invalid",
			      "must be a tag: letters, digits, '-', '_' and '/', not digits alone, at most %d",
			      TAG_MAX);
}

void check_tags(struct request *req, const char *pointer, struct json_object *json)
{
	struct tags tags = {.arena = req->arena};

	for (size_t i = 0; i < json_object_array_length(json); i++) {
		struct json_object *item = json_object_array_get_idx(json, i);
		const char *tag = json_object_is_type(item, json_type_string)
					  ? tag_normalise(req->arena, json_object_get_string(item))
					  : NULL;

		if (tag != NULL)
			tags_add(&tags, tag);
	}
	if (tags.count > TAGS_MAX)
		problem_field(req, pointer, "too_long", "may be at most %d, with all parents", TAGS_MAX);
}

bool request_query_tags(struct request *req, const char **literal)
{
	struct tags tags = {.arena = req->arena};
	size_t count;
	const char **given = request_query_all(req, "tag", &count);

	for (size_t i = 0; i < count; i++) {
		const char *tag = tag_normalise(req->arena, given[i]);

		if (tag == NULL) {
			problem(req, PROBLEM_BAD_REQUEST, "tag is the name of a tag");
			return false;
		}
		tags_add(&tags, tag);
	}
	*literal = tags_literal(&tags);
	return true;
}

void tags_add_given(struct tags *tags, struct json_object *json)
{
	size_t count = json != NULL ? json_object_array_length(json) : 0;

	for (size_t i = 0; i < count; i++)
		tags_add(tags, tag_normalise(tags->arena, json_object_get_string(json_object_array_get_idx(json, i))));
}

void tags_add_text(struct tags *tags, const char *text)
{
	const char *end = text + strlen(text);
	const char *p = text;

	while ((p = strchr(p, '#')) != NULL) {
		const char *hash = p++;
		const char *before = hash;
		size_t used;
		size_t len;

		/* The code point before: back over the bytes that only continue one. */
		while (before > text && ((unsigned char)*--before & 0xc0) == 0x80)
			;
		if (before < hash && (strchr(BINDS_HASH, *before) != NULL ||
				      utf8_is_word(utf8_next(before, (size_t)(hash - before), &used))))
			continue;
		len = tag_span(p, (size_t)(end - p));
		if (len > 0) {
			const char *tag = tag_form(tags->arena, p, len);

			if (tag != NULL)
				tags_add(tags, tag);
			p += len;
		}
	}
}

void tags_add_all(struct tags *tags, const struct tags *other)
{
	for (size_t i = 0; i < other->count; i++)
		tags_insert(tags, other->items[i]);
}

void tags_add_literal(struct tags *tags, const char *literal)
{
	size_t count;
	char **items = array_items(tags->arena, literal, &count);

	for (size_t i = 0; i < count; i++)
		tags_insert(tags, items[i]);
}

void tags_remove(struct tags *tags, const char *branch)
{
	size_t kept = 0;

	for (size_t i = 0; i < tags->count; i++)
		if (!tag_within(tags->items[i], branch))
			tags->items[kept++] = tags->items[i];
	tags->count = kept;
}

bool tags_have(const struct tags *tags, const char *tag)
{
	bool found;

	tags_find(tags, tag, &found);
	return found;
}

struct tags tags_without(const struct tags *tags, const struct tags *other)
{
	struct tags rest = {.arena = tags->arena};

	for (size_t i = 0; i < tags->count; i++)
		if (!tags_have(other, tags->items[i]))
			tags_insert(&rest, tags->items[i]);
	return rest;
}

void tags_follow(struct tags *tags, const char *old_text, const char *new_text)
{
	struct tags old = {.arena = tags->arena};
	struct tags new = {.arena = tags->arena};
	struct tags added, removed, kept;

	tags_add_text(&old, old_text);
	tags_add_text(&new, new_text);
	added = tags_without(&new, &old);
	removed = tags_without(&old, &new);
	kept = tags_without(tags, &removed);
	tags->count = 0;
	for (size_t i = 0; i < kept.count; i++)
		tags_add(tags, kept.items[i]);
	for (size_t i = 0; i < added.count; i++)
		tags_add(tags, added.items[i]);
}

const char *tags_literal(const struct tags *tags)
{
	return array_literal(tags->arena, tags->items, tags->count);
}
