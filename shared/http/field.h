/*
 * field: one table per resource says what it is made of; checks, answers and documents come from it.
 *
 * A struct field names a member of the JSON, its type and limits, and whether a client may or must send it. The same
 * table decodes bodies (every bad field at once), encodes rows (member `name` from the column of that name), and is
 * printed by --describe.
 */
#ifndef AURORA_HTTP_FIELD_H
#define AURORA_HTTP_FIELD_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct json_object;
struct json_writer;
struct request;

enum field_type {
	FIELD_TEXT, /* min..max code points, not of white space alone where min > 0; NFC is left to whoever compares */
	FIELD_LINE, /* FIELD_TEXT without control characters */
	FIELD_INT,  /* min..max */
	FIELD_NUMBER, /* a JSON number between -1e15 and 1e15; bound as it is written */
	FIELD_BOOL,
	FIELD_UUID,     /* any version on read, version 7 for an `id` that a client chooses */
	FIELD_INSTANT,  /* RFC 3339 */
	FIELD_DATE,     /* YYYY-MM-DD */
	FIELD_ZONE,     /* IANA name */
	FIELD_EMAIL,    /* RFC 5321 mailbox, at most 254 bytes */
	FIELD_PASSWORD, /* min..max bytes */
	FIELD_ENUM,     /* one of `choices`, "a|b|c" */
	FIELD_TEXTS,    /* array of strings, at most max of them, each 1..item_max code points, no control characters */
	FIELD_JSON,     /* any value; bound as JSON text */
};

enum field_flag {
	FIELD_REQUIRED = 1 << 0,    /* on create and PUT */
	FIELD_READ_ONLY = 1 << 1,   /* the server's; a client may send it back unread on PUT/PATCH, not set it */
	FIELD_WRITE_ONLY = 1 << 2,  /* never in an answer (password) */
	FIELD_NULLABLE = 1 << 3,    /* null is a value */
	FIELD_CREATE_ONLY = 1 << 4, /* taken on create; on PUT/PATCH ignored when sent back (id) */
	FIELD_SPARSE = 1 << 5,      /* left out of an answer where it is null */
	FIELD_UNVERSIONED =
		1 << 6, /* changes without the thing's version, so it is in its entity tag unless `initial` */
};

struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	long min, max;
	const char *choices; /* FIELD_ENUM */
	long item_max;       /* FIELD_TEXTS */
	const char *initial; /* value as bound text when absent on create and PUT; NULL binds NULL */
	const char *help;

	/*
	 * What the table cannot say: called with a present, well-typed value, notes its faults at or below `pointer`.
	 * Of FIELD_TEXTS that is an array of an allowed length, items of which may be bad or no strings: their faults
	 * are noted already.
	 */
	void (*check)(struct request *req, const char *pointer, struct json_object *json);

	/* The same for each item of FIELD_TEXTS that is good so far, whatever the others are. */
	void (*check_item)(struct request *req, const char *pointer, struct json_object *json);
};

#define FIELD_END                                                                                                      \
	{                                                                                                              \
		.name = NULL                                                                                           \
	}

/* What a body said about each field of a table, in the table's order. */
struct value {
	const char *text;         /* as PostgreSQL reads it: 't'/'f', a number, RFC 3339, '{"a","b"}'; NULL for null */
	struct json_object *json; /* as sent, NULL when absent or null */
	bool present;
};

struct values {
	const struct field *fields;
	struct value *items;
};

enum field_mode {
	FIELDS_CREATE,  /* required ones must be there, absent ones get `initial` */
	FIELDS_REPLACE, /* PUT: the same, create-only ones ignored */
	FIELDS_MERGE,   /* PATCH (RFC 7396): absent ones stay as they are, null means `initial` */
};

/*
 * Check req->json (an object) against the table and note every bad or unknown field with problem_field. The values, or
 * NULL when anything was noted or the body is not an object (then a problem is answered).
 */
struct values *fields_decode(struct request *req, const struct field *fields, enum field_mode mode);

/* The bound text of a field; NULL when null, or absent under FIELDS_MERGE. `name` must be in the table. */
const char *value_text(const struct values *values, const char *name);

/* Whether the body named the field. */
bool value_present(const struct values *values, const char *name);

/* The JSON of a field, for those whose check needs more than the table can say. */
struct json_object *value_json(const struct values *values, const char *name);

/* Replace a value's bound text (after deriving it); NULL for null. */
void value_set(struct values *values, const char *name, const char *text);

/*
 * Write one field's value from PostgreSQL's text form (NULL for SQL NULL): instants as RFC 3339 Z, arrays as arrays,
 * numbers and booleans bare.
 */
void field_encode(struct json_writer *w, const struct field *field, const char *text, size_t len);

/* "/name" with RFC 6901's escapes. */
const char *field_pointer(struct arena *arena, const char *name);

/* The table as JSON, for --describe. */
void fields_describe(struct json_writer *w, const struct field *fields);

/* A PostgreSQL array literal of `count` strings, in the request's arena; and the strings of one. */
char *array_literal(struct arena *arena, const char *const *items, size_t count);
char **array_items(struct arena *arena, const char *literal, size_t *count);

#endif
