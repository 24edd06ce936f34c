/*
 * json: a writer onto a buf and one checked reader into json-c's trees.
 *
 * The reader is the only way JSON enters Aurora. json-c alone accepts duplicate keys, NaN and Infinity, clamps integers
 * that do not fit 64 bits, and lets \u0000 and lone surrogates through; here each of these is a fault with a reason, as
 * are invalid UTF-8, more than JSON_DEPTH levels or JSON_VALUES values, and anything after the value (RFC 8259, RFC
 * 7493 I-JSON).
 */
#ifndef AURORA_UTIL_JSON_H
#define AURORA_UTIL_JSON_H

#include <json-c/json_types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;

#define JSON_DEPTH  64
#define JSON_VALUES 10000 /* at three bytes of text each, a tree of them takes megabytes */

enum json_fault {
	JSON_OK,
	JSON_MALFORMED,    /* not JSON (RFC 8259) */
	JSON_INVALID_UTF8, /* not UTF-8 (RFC 3629) */
	JSON_DUPLICATE,    /* an object names a member twice */
	JSON_TOO_DEEP,     /* more than JSON_DEPTH levels */
	JSON_TOO_MANY,     /* more than JSON_VALUES values, members of objects included */
	JSON_NUMBER,       /* an integer beyond 64 bits, or a double beyond its range */
	JSON_NOT_FINITE,   /* NaN, Infinity or -Infinity, which are none of JSON's numbers */
	JSON_NUL,          /* a string holds U+0000 */
};

/*
 * Parse exactly one value of `len` bytes. The tree belongs to the arena. NULL with *fault set when refused, and NULL
 * with JSON_OK for the literal null.
 */
struct json_object *json_read(struct arena *arena, const char *text, size_t len, enum json_fault *fault);

/* The same of a text that the house has written itself: of any number of values, and a bug() where it cannot be read.
 */
struct json_object *json_read_own(struct arena *arena, const char *text, size_t len);

/*
 * Cut an object or array that may be too large for a tree into its members or elements, each to be read by json_read.
 * The text around them is checked, theirs is not.
 */
struct json_cut {
	const char *at, *end;
	bool object, begun;
};

/* Begin with a text whose first value is an object or an array. False when it is neither. */
bool json_cut_begin(struct json_cut *cut, const char *text, size_t len);

/* The next member's name (raw, with its quotes; NULL in an array) and value: 1; 0 at the end; -1 when it is malformed.
 */
int json_cut_next(struct json_cut *cut, const char **name, size_t *name_len, const char **value, size_t *len);

/* The text of an object's member; NULL when it has none of that name, or one that is no string, or is no object. */
const char *json_member_text(struct json_object *object, const char *name);

/* One sentence a client can act on. */
const char *json_fault_text(enum json_fault fault);

/*
 * The writer. Commas and colons are its business: call key before each member's value. Strings are expected to be valid
 * UTF-8 (they come from the reader or from PostgreSQL) and are escaped as RFC 8259 asks, nothing more.
 */
struct json_writer {
	struct buf *out;
	uint64_t has_items; /* bit d: level d already holds an item */
	unsigned depth;
	bool after_key;
};

void json_writer_init(struct json_writer *w, struct buf *out);
void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_string(struct json_writer *w, const char *text); /* NULL writes null */
void json_stringn(struct json_writer *w, const char *text, size_t len);
void json_int(struct json_writer *w, long long value);
void json_double(struct json_writer *w, double value);
void json_boolean(struct json_writer *w, bool value);
void json_null(struct json_writer *w);
void json_raw(struct json_writer *w, const char *json); /* a value that is JSON already */

/* key and value in one call. */
void json_member_string(struct json_writer *w, const char *key, const char *text);
/* Of a text that needs no escape, as an id or a time: neither it nor the key is looked at. */
void json_member_plain(struct json_writer *w, const char *key, const char *text, size_t len);
void json_member_int(struct json_writer *w, const char *key, long long value);
void json_member_bool(struct json_writer *w, const char *key, bool value);
void json_member_raw(struct json_writer *w, const char *key, const char *json);

#endif
