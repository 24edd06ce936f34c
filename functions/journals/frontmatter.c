#include "frontmatter.h"

#include <string.h>

#include <json-c/json.h>
#include <yaml.h>

#include "util/arena.h"

#define YAML_MAX  65536 /* bytes of a front matter */
#define ITEMS_MAX 200   /* of a sequence; an alias costs few bytes and stands for many */
#define VALUE_MAX 4096  /* bytes of a value */
#define FENCE     "---"
#define FENCE_LEN 3

/* The end of the line at `at`, behind its line feed; *text_end is where its text ends. */
static const char *line_end(const char *at, const char *end, const char **text_end)
{
	const char *feed = memchr(at, '\n', (size_t)(end - at));

	*text_end = feed != NULL ? feed : end;
	if (*text_end > at && (*text_end)[-1] == '\r')
		(*text_end)--;
	return feed != NULL ? feed + 1 : end;
}

static bool is_fence(const char *at, const char *text_end)
{
	return text_end - at == FENCE_LEN && memcmp(at, FENCE, FENCE_LEN) == 0;
}

static void release_json(void *json)
{
	json_object_put(json);
}

static struct json_object *string_of(const yaml_node_t *node)
{
	return json_object_new_string_len((const char *)node->data.scalar.value, (int)node->data.scalar.length);
}

static bool is_value(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE && node->data.scalar.length <= VALUE_MAX;
}

static bool is_wanted(const yaml_node_t *key)
{
	static const char *const wanted[] = {"title", "date", "tags", "mood", "time_zone"};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (key->type == YAML_SCALAR_NODE && strcmp((const char *)key->data.scalar.value, wanted[i]) == 0)
			return true;
	return false;
}

/* A scalar as a string, a sequence of scalars as an array; NULL for what is neither. */
static struct json_object *value_of(yaml_document_t *document, const yaml_node_t *node)
{
	struct json_object *list;

	if (is_value(node))
		return string_of(node);
	if (node->type != YAML_SEQUENCE_NODE)
		return NULL;
	list = json_object_new_array();
	for (yaml_node_item_t *item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top && json_object_array_length(list) < ITEMS_MAX; item++) {
		const yaml_node_t *value = yaml_document_get_node(document, *item);

		if (is_value(value))
			json_object_array_add(list, string_of(value));
	}
	return list;
}

static const char *read_mapping(yaml_document_t *document, struct json_object *object)
{
	const yaml_node_t *root = yaml_document_get_root_node(document);

	if (root == NULL)
		return NULL;
	if (root->type != YAML_MAPPING_NODE)
		return "its front matter is no mapping";
	for (yaml_node_pair_t *pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(document, pair->key);
		struct json_object *value =
			is_wanted(key) ? value_of(document, yaml_document_get_node(document, pair->value)) : NULL;

		if (value != NULL)
			json_object_object_add(object, (const char *)key->data.scalar.value, value);
	}
	return NULL;
}

static const char *read_yaml(const char *text, size_t len, struct json_object *object)
{
	yaml_parser_t parser;
	yaml_document_t document;
	const char *why = "its front matter is no YAML";

	if (len > YAML_MAX)
		return "its front matter is too long";
	if (yaml_parser_initialize(&parser) == 0)
		return why;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (yaml_parser_load(&parser, &document) != 0) {
		why = read_mapping(&document, object);
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
	return why;
}

struct json_object *frontmatter_read(struct arena *arena, const char *text, size_t len, const char **body,
				     size_t *body_len, const char **why)
{
	struct json_object *object = json_object_new_object();
	const char *end = text + len;
	const char *text_end;
	const char *at;

	arena_defer(arena, release_json, object);
	/* A byte order mark is no part of the text. */
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	*body = text;
	*body_len = (size_t)(end - text);
	*why = NULL;
	at = line_end(text, end, &text_end);
	if (!is_fence(text, text_end))
		return object;
	for (const char *begin = at; at < end;) {
		const char *next = line_end(at, end, &text_end);

		if (is_fence(at, text_end)) {
			while (next < end && (*next == '\n' || *next == '\r'))
				next++;
			*body = next;
			*body_len = (size_t)(end - next);
			*why = read_yaml(begin, (size_t)(at - begin), object);
			return *why == NULL ? object : NULL;
		}
		at = next;
	}
	return object;
}
