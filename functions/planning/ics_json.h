/*
 * ics_json: json-c as a calendar is read into it; it dies when memory is short.
 */
#ifndef AURORA_PLANNING_ICS_JSON_H
#define AURORA_PLANNING_ICS_JSON_H

struct json_object;

/* What json-c has made; not NULL. */
struct json_object *ics_json(struct json_object *json);

/* A string of its own; you own it. */
struct json_object *ics_string(const char *text);

/* Give the value to an object, in place of what it had by this key, or to an array at its end. */
void ics_put(struct json_object *json, const char *key, struct json_object *value);
void ics_append(struct json_object *array, struct json_object *value);

#endif
