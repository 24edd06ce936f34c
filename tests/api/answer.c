/*
 * answer: what the tests ask of nearly every answer, for jq takes longer to start than a function to answer.
 *
 *	answer value POINTER...  the scalars at these JSON Pointers (RFC 6901), a line each, as jq -r prints them
 *	answer length POINTER    how many elements the array at this JSON Pointer has
 *	answer problem           "CODE STATUS true REQUEST-ID" of a problem whose type and title are texts
 *	answer errors            "POINTER CODE" of each of its errors, a line each, when all have a detail
 *
 * The answer is on standard input. The status is 1, and the question is one for jq, when the answer is not JSON or has
 * not what is asked for: jq says what it has instead.
 */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond these a number is not the same in a double, which is what jq makes of it. */
#define EXACT (INT64_C(1) << 53)

static struct json_object *document;

static bool read_document(void)
{
	struct json_tokener *tokener = json_tokener_new();
	char *text = NULL;
	size_t size = 0;
	ssize_t len = getdelim(&text, &size, EOF, stdin);

	while (len > 0 && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (!tokener || len <= 0)
		return false;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	document = json_tokener_parse_ex(tokener, text, (int)len);
	return json_tokener_get_error(tokener) == json_tokener_success &&
	       json_tokener_get_parse_end(tokener) == (size_t)len;
}

/* Whether a text is one of C's: it holds no NUL. */
static bool whole(struct json_object *text)
{
	return strlen(json_object_get_string(text)) == (size_t)json_object_get_string_len(text);
}

static bool print_value(const char *pointer)
{
	struct json_object *value;

	if (json_pointer_get(document, pointer, &value) != 0)
		return false;
	switch (json_object_get_type(value)) {
	case json_type_string:
		return whole(value) && puts(json_object_get_string(value)) >= 0;
	case json_type_int:
		if (llabs(json_object_get_int64(value)) > EXACT)
			return false;
		return printf("%lld\n", (long long)json_object_get_int64(value)) > 0;
	case json_type_boolean:
		return puts(json_object_get_boolean(value) ? "true" : "false") >= 0;
	case json_type_null:
		return puts("null") >= 0;
	default:
		return false;
	}
}

static bool print_length(const char *pointer)
{
	struct json_object *value;

	if (json_pointer_get(document, pointer, &value) != 0 || !json_object_is_type(value, json_type_array))
		return false;
	return printf("%zu\n", json_object_array_length(value)) > 0;
}

/* The text of a member that is a text and not empty, else NULL. */
static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string_len(value) > 0 && whole(value) ? json_object_get_string(value) : NULL;
}

static bool print_problem(void)
{
	const char *code = text_of(document, "code"), *id = text_of(document, "request_id");
	struct json_object *status = NULL;

	if (!code || !id || !text_of(document, "type") || !text_of(document, "title") ||
	    !json_object_object_get_ex(document, "status", &status) || !json_object_is_type(status, json_type_int))
		return false;
	return printf("%s %d true %s\n", code, json_object_get_int(status), id) > 0;
}

static bool print_errors(void)
{
	struct json_object *errors = NULL, *error, *pointer;
	const char *code;
	size_t i;

	if (!json_object_object_get_ex(document, "errors", &errors) || !json_object_is_type(errors, json_type_array))
		return false;
	for (i = 0; i < json_object_array_length(errors); i++) {
		error = json_object_array_get_idx(errors, i);
		code = text_of(error, "code");
		if (!json_object_object_get_ex(error, "pointer", &pointer) || !code || !text_of(error, "detail") ||
		    !json_object_is_type(pointer, json_type_string) || !whole(pointer))
			return false;
		printf("%s %s\n", json_object_get_string(pointer), code);
	}
	return true;
}

int main(int argc, char **argv)
{
	const char *question = argc > 1 ? argv[1] : "";
	bool told = read_document();
	int i;

	if (strcmp(question, "problem") == 0)
		told = told && print_problem();
	else if (strcmp(question, "errors") == 0)
		told = told && print_errors();
	else if (strcmp(question, "length") == 0)
		told = told && argc == 3 && print_length(argv[2]);
	else if (strcmp(question, "value") == 0)
		for (i = 2; i < argc; i++)
			told = told && print_value(argv[i]);
	else
		told = false;
	return told ? EXIT_SUCCESS : EXIT_FAILURE;
}
