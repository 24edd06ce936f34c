/*
 * ics_json: without a failure that a caller would have to see to.
 */
#include "ics_json.h"

#include <json-c/json.h>

#include "util/log.h"

struct json_object *ics_json(struct json_object *json)
{
	if (!json)
		die("out of memory");
	return json;
}

void ics_put(struct json_object *json, const char *key, struct json_object *value)
{
	if (json_object_object_add(json, key, value) != 0)
		die("out of memory");
}

void ics_append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value) != 0)
		die("out of memory");
}

struct json_object *ics_string(const char *text)
{
	return ics_json(json_object_new_string(text));
}
