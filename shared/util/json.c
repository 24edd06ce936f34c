/*
 * json: RFC 8259's grammar, read by recursive descent into a tree of json-c's.
 *
 * The tree is json-c's, its tokener is not used: json-c 0.16 takes duplicate names, NaN and \u0000, clamps numbers,
 * makes U+FFFD of escaped surrogates and even of pairs of them (those of U+1D800 to U+1DFFF, U+2D800 to U+2DFFF, and so
 * on), and when memory is short it goes on without the part concerned.
 */
#include "util/json.h"

#include <errno.h>
#include <json-c/json.h>
#include <json-c/linkhash.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/log.h"
#include "util/utf8.h"

#define NUMBER_TEXT 32

struct reader {
	struct arena *arena;
	const char *at;
	const char *end;
	struct buf *unescaped; /* the last string with escapes */
	unsigned depth;
	size_t values, most;
	enum json_fault fault;
};

/* Where a value goes: the member `name` of an object, the end of an array, or, without a parent, nowhere. */
struct place {
	struct json_object *parent;
	const char *name;
};

/* Bytes that do not stand for themselves in a string. */
static const bool special[256] = {
	['"'] = true,
	['\\'] = true,
	[0 ... 0x1f] = true,
};

#define BYTES(c) (UINT64_MAX / 255 * (c))

/* Whether one of eight bytes may be special: none that is goes by. After Mycroft's test for a byte that is zero. */
static bool maybe_special(const char *text)
{
	uint64_t bytes;

	memcpy(&bytes, text, sizeof(bytes));
	return (((bytes - BYTES(0x20)) | ((bytes ^ BYTES('"')) - BYTES(1)) | ((bytes ^ BYTES('\\')) - BYTES(1))) &
		~bytes & BYTES(0x80)) != 0;
}

/* Where text stops to be what a JSON string has as it is. */
static const char *plain_to(const char *text, const char *end)
{
	while (end - text >= 8 && !maybe_special(text))
		text += 8;
	while (text < end && !special[(unsigned char)*text])
		text++;
	return text;
}

static bool read_value(struct reader *r, struct place place, struct json_object **value);

static bool refuse(struct reader *r, enum json_fault fault)
{
	r->fault = fault;
	return false;
}

/* Take the character when it comes next. */
static bool accept(struct reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool accept_word(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

static void skip_space(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
		r->at++;
}

static size_t skip_digits(struct reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - from);
}

/* The four digits of a \u escape, -1 when they are not. */
static int read_hex(struct reader *r)
{
	int value = 0;

	if (r->end - r->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = *r->at++;

		if (c >= '0' && c <= '9')
			value = value << 4 | (c - '0');
		else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
			value = value << 4 | ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return value;
}

/* What follows "\u". */
static bool read_code_point(struct reader *r)
{
	int unit = read_hex(r), low;
	ucs4_t code_point = (ucs4_t)unit;
	uint8_t utf8[4];

	if (unit < 0)
		return refuse(r, JSON_MALFORMED);
	if (unit == 0)
		return refuse(r, JSON_NUL);
	if (unit >= 0xd800 && unit <= 0xdfff) {
		/* A pair of surrogates is one character; half of one is none (RFC 7493, 2.1). */
		if (unit > 0xdbff || !accept_word(r, "\\u"))
			return refuse(r, JSON_INVALID_UTF8);
		low = read_hex(r);
		if (low < 0)
			return refuse(r, JSON_MALFORMED);
		if (low < 0xdc00 || low > 0xdfff)
			return refuse(r, JSON_INVALID_UTF8);
		code_point = 0x10000 + (((ucs4_t)unit - 0xd800) << 10) + ((ucs4_t)low - 0xdc00);
	}
	buf_add(r->unescaped, utf8, (size_t)u8_uctomb(utf8, code_point, sizeof(utf8)));
	return true;
}

/* What follows a backslash. */
static bool read_escape(struct reader *r)
{
	static const char means[256] = {
		['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
		['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
	};
	char c;

	if (accept(r, 'u'))
		return read_code_point(r);
	c = (char)(r->at < r->end ? means[(unsigned char)*r->at] : '\0');
	if (!c)
		return refuse(r, JSON_MALFORMED);
	r->at++;
	buf_addc(r->unescaped, c);
	return true;
}

/* A string; the text is the input's own, or the reader's until the next one. Neither need have a NUL. */
static bool read_string(struct reader *r, const char **text, size_t *len)
{
	const char *from;
	bool escaped = false;

	if (!accept(r, '"'))
		return refuse(r, JSON_MALFORMED);
	for (;;) {
		from = r->at;
		r->at = plain_to(from, r->end);
		if (!escaped && accept(r, '"')) {
			*text = from;
			*len = (size_t)(r->at - from - 1);
			return true;
		}
		if (!escaped)
			buf_clear(r->unescaped);
		escaped = true;
		buf_add(r->unescaped, from, (size_t)(r->at - from));
		if (accept(r, '"')) {
			*text = buf_text(r->unescaped);
			*len = r->unescaped->len;
			return true;
		}
		if (!accept(r, '\\'))
			return refuse(r, JSON_MALFORMED);
		if (!read_escape(r))
			return false;
	}
}

static struct json_object *made(struct json_object *value)
{
	if (!value)
		die("json-c: out of memory");
	return value;
}

/* json-c makes an object's table of 16 entries, of 40 bytes each: this one grows as members come. */
static struct json_object *made_object(void)
{
	struct json_object *object = made(json_object_new_object());

	if (lh_table_resize(json_object_get_object(object), 1) != 0)
		die("json-c: out of memory");
	return object;
}

static void put(void *value)
{
	json_object_put(value);
}

/* Hand a value to its parent, or to the arena. */
static void place_value(struct reader *r, struct place place, struct json_object *value)
{
	int status = 0;

	if (!place.parent)
		arena_defer(r->arena, put, value);
	else if (!place.name)
		status = json_object_array_add(place.parent, value);
	else
		/* The name is the arena's and the tree goes before it. */
		status = json_object_object_add_ex(place.parent, place.name, value,
						   JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY);
	if (status != 0)
		die("json-c: out of memory");
}

static bool read_number(struct reader *r, struct json_object **value)
{
	const char *from = r->at;
	bool negative = accept(r, '-'), integer = true;
	char *text;

	if (accept_word(r, "Infinity"))
		return refuse(r, JSON_NOT_FINITE);
	if (!accept(r, '0') && skip_digits(r) == 0)
		return refuse(r, JSON_MALFORMED);
	if (accept(r, '.')) {
		integer = false;
		if (skip_digits(r) == 0)
			return refuse(r, JSON_MALFORMED);
	}
	if (accept(r, 'e') || accept(r, 'E')) {
		integer = false;
		if (!accept(r, '+'))
			accept(r, '-');
		if (skip_digits(r) == 0)
			return refuse(r, JSON_MALFORMED);
	}
	text = arena_strndup(r->arena, from, (size_t)(r->at - from));
	if (!integer) {
		double number = strtod(text, NULL);

		if (!isfinite(number))
			return refuse(r, JSON_NUMBER);
		*value = made(json_object_new_double_s(number, text));
		return true;
	}
	errno = 0;
	if (negative) {
		*value = made(json_object_new_int64(strtoll(text, NULL, 10)));
	} else {
		unsigned long long number = strtoull(text, NULL, 10);

		*value = made(number > INT64_MAX ? json_object_new_uint64(number)
						 : json_object_new_int64((int64_t)number));
	}
	return errno == 0 || refuse(r, JSON_NUMBER);
}

static bool read_members(struct reader *r, struct json_object *object)
{
	skip_space(r);
	if (accept(r, '}'))
		return true;
	do {
		struct place place = {.parent = object};
		struct json_object *member;
		const char *text;
		size_t len;

		skip_space(r);
		if (!read_string(r, &text, &len))
			return false;
		place.name = arena_strndup(r->arena, text, len);
		if (json_object_object_get_ex(object, place.name, NULL))
			return refuse(r, JSON_DUPLICATE);
		skip_space(r);
		if (!accept(r, ':'))
			return refuse(r, JSON_MALFORMED);
		if (!read_value(r, place, &member))
			return false;
	} while (accept(r, ','));
	return accept(r, '}') || refuse(r, JSON_MALFORMED);
}

static bool read_elements(struct reader *r, struct json_object *array)
{
	struct json_object *element;

	skip_space(r);
	if (accept(r, ']'))
		return true;
	do {
		if (!read_value(r, (struct place){.parent = array}, &element))
			return false;
	} while (accept(r, ','));
	return accept(r, ']') || refuse(r, JSON_MALFORMED);
}

/* An object or an array: put where it belongs before it is filled, so that nothing is lost when its inside is refused.
 */
static bool read_nested(struct reader *r, struct place place, struct json_object **value)
{
	bool object = *r->at++ == '{', good;

	if (++r->depth > JSON_DEPTH)
		return refuse(r, JSON_TOO_DEEP);
	*value = object ? made_object() : made(json_object_new_array_ext(1));
	place_value(r, place, *value);
	good = object ? read_members(r, *value) : read_elements(r, *value);
	r->depth--;
	return good;
}

static bool read_scalar(struct reader *r, struct json_object **value)
{
	const char *text;
	size_t len;

	*value = NULL;
	if (*r->at == '"') {
		if (!read_string(r, &text, &len))
			return false;
		if (len > INT_MAX)
			return refuse(r, JSON_MALFORMED);
		*value = made(json_object_new_string_len(text, (int)len));
		return true;
	}
	if (accept_word(r, "null"))
		return true;
	if (accept_word(r, "NaN") || accept_word(r, "Infinity"))
		return refuse(r, JSON_NOT_FINITE);
	if (*r->at != 't' && *r->at != 'f')
		return read_number(r, value);
	if (!accept_word(r, "true") && !accept_word(r, "false"))
		return refuse(r, JSON_MALFORMED);
	*value = made(json_object_new_boolean(r->at[-2] == 'u'));
	return true;
}

/* One value and the space around it. */
static bool read_value(struct reader *r, struct place place, struct json_object **value)
{
	bool good;

	skip_space(r);
	if (r->at == r->end)
		return refuse(r, JSON_MALFORMED);
	if (++r->values > r->most)
		return refuse(r, JSON_TOO_MANY);
	if (*r->at == '{' || *r->at == '[') {
		good = read_nested(r, place, value);
	} else {
		good = read_scalar(r, value);
		place_value(r, place, *value);
	}
	skip_space(r);
	return good;
}

static struct json_object *read_whole(struct arena *arena, const char *text, size_t len, size_t most,
				      enum json_fault *fault)
{
	struct reader r = {.arena = arena, .at = text, .end = text + len, .most = most};
	struct json_object *value;

	*fault = JSON_INVALID_UTF8;
	if (!utf8_valid(text, len))
		return NULL;
	r.unescaped = buf_in(arena, len);
	if (read_value(&r, (struct place){0}, &value) && r.at < r.end)
		refuse(&r, JSON_MALFORMED);
	*fault = r.fault;
	return r.fault == JSON_OK ? value : NULL;
}

struct json_object *json_read(struct arena *arena, const char *text, size_t len, enum json_fault *fault)
{
	return read_whole(arena, text, len, JSON_VALUES, fault);
}

struct json_object *json_read_own(struct arena *arena, const char *text, size_t len)
{
	enum json_fault fault;
	struct json_object *value = read_whole(arena, text, len, SIZE_MAX, &fault);

	if (fault != JSON_OK)
		bug("JSON of ours cannot be read: %s", json_fault_text(fault));
	return value;
}

const char *json_fault_text(enum json_fault fault)
{
	static const char *const texts[] = {
		[JSON_OK] = "The JSON is acceptable.",
		[JSON_MALFORMED] = "The text is not well-formed JSON (RFC 8259).",
		[JSON_INVALID_UTF8] = "The text must be valid UTF-8, without surrogates.",
		[JSON_DUPLICATE] = "An object names a member twice.",
		[JSON_TOO_DEEP] = "Objects and arrays are nested more than 64 levels deep.",
		[JSON_TOO_MANY] = "There are more than 10000 values in it.",
		[JSON_NUMBER] = "A number is beyond the range of 64-bit integers or of doubles.",
		[JSON_NOT_FINITE] = "NaN and Infinity are no JSON (RFC 8259, 6).",
		[JSON_NUL] = "A string holds U+0000, which no text here may.",
	};

	return texts[fault];
}

static void begin_value(struct json_writer *w)
{
	uint64_t bit = (uint64_t)1 << w->depth;

	if (w->after_key)
		w->after_key = false;
	else if (w->has_items & bit)
		buf_addc(w->out, ',');
	w->has_items |= bit;
}

static void begin_level(struct json_writer *w, char c)
{
	begin_value(w);
	if (w->depth == 63)
		bug("JSON is written more than 63 levels deep");
	buf_addc(w->out, c);
	w->depth++;
	w->has_items &= ~((uint64_t)1 << w->depth);
}

static void end_level(struct json_writer *w, char c)
{
	if (w->depth == 0 || w->after_key)
		bug("JSON ends a level at a wrong place");
	w->depth--;
	buf_addc(w->out, c);
}

static void escape(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char short_forms[256] = {
		['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};

	if (short_forms[c])
		buf_add(out, (const char[]){'\\', short_forms[c]}, 2);
	else
		buf_add(out, (const char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
}

/* Names and most texts need no escape: those are copied as a whole. */
static void quoted(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len, *to = plain_to(text, end);
	char *whole;

	if (to == end) {
		if ((whole = buf_extend(out, len + 2)) != NULL) {
			whole[0] = whole[len + 1] = '"';
			if (len > 0)
				memcpy(whole + 1, text, len);
		}
		return;
	}
	buf_addc(out, '"');
	for (; to < end; text = to + 1, to = plain_to(text, end)) {
		buf_add(out, text, (size_t)(to - text));
		escape(out, (unsigned char)*to);
	}
	buf_add(out, text, (size_t)(end - text));
	buf_addc(out, '"');
}

void json_writer_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){.out = out};
}

void json_begin_object(struct json_writer *w)
{
	begin_level(w, '{');
}

void json_end_object(struct json_writer *w)
{
	end_level(w, '}');
}

void json_begin_array(struct json_writer *w)
{
	begin_level(w, '[');
}

void json_end_array(struct json_writer *w)
{
	end_level(w, ']');
}

/* What comes before a member's name. */
static void begin_member(struct json_writer *w, const char *key)
{
	if (w->after_key)
		bug("JSON member \"%s\" follows a name without a value", key);
	begin_value(w);
}

void json_key(struct json_writer *w, const char *key)
{
	begin_member(w, key);
	quoted(w->out, key, strlen(key));
	buf_addc(w->out, ':');
	w->after_key = true;
}

void json_string(struct json_writer *w, const char *text)
{
	if (text)
		json_stringn(w, text, strlen(text));
	else
		json_null(w);
}

void json_stringn(struct json_writer *w, const char *text, size_t len)
{
	begin_value(w);
	quoted(w->out, text, len);
}

void json_int(struct json_writer *w, long long value)
{
	begin_value(w);
	buf_addi(w->out, value);
}

void json_double(struct json_writer *w, double value)
{
	char text[NUMBER_TEXT];

	/* JSON has no other word for what is not a number. */
	if (!isfinite(value)) {
		json_null(w);
		return;
	}
	/* The shortest of those that mean the same double. */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	begin_value(w);
	buf_adds(w->out, text);
}

void json_boolean(struct json_writer *w, bool value)
{
	begin_value(w);
	buf_adds(w->out, value ? "true" : "false");
}

void json_null(struct json_writer *w)
{
	begin_value(w);
	buf_add(w->out, "null", 4);
}

void json_raw(struct json_writer *w, const char *json)
{
	begin_value(w);
	buf_adds(w->out, json);
}

void json_member_string(struct json_writer *w, const char *key, const char *text)
{
	json_key(w, key);
	json_string(w, text);
}

void json_member_plain(struct json_writer *w, const char *key, const char *text, size_t len)
{
	size_t key_len = strlen(key);
	char *at;

	begin_member(w, key);
	at = buf_extend(w->out, key_len + len + strlen("\"\":\"\""));
	if (at == NULL)
		return;
	*at++ = '"';
	at = mempcpy(at, key, key_len);
	at = mempcpy(at, "\":\"", 3);
	at = mempcpy(at, text, len);
	*at = '"';
}

void json_member_int(struct json_writer *w, const char *key, long long value)
{
	json_key(w, key);
	json_int(w, value);
}

void json_member_bool(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_boolean(w, value);
}

void json_member_raw(struct json_writer *w, const char *key, const char *json)
{
	json_key(w, key);
	json_raw(w, json);
}

const char *json_member_text(struct json_object *object, const char *name)
{
	struct json_object *member;

	if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_string))
		return NULL;
	return json_object_get_string(member);
}

static const char *cut_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

/* Behind a string that begins at `at`; NULL when it has no end. */
static const char *cut_string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		if (*at == '\\')
			at++;
	return at < end ? at + 1 : NULL;
}

/* Behind a value that begins at `at`; NULL when it has no end. */
static const char *cut_value(const char *at, const char *end)
{
	int depth = 0;

	while (at < end) {
		if (*at == '"') {
			at = cut_string(at, end);
			if (at == NULL || depth == 0)
				return at;
			continue;
		}
		if (*at == '{' || *at == '[') {
			depth++;
		} else if (*at == '}' || *at == ']') {
			if (--depth <= 0)
				return depth == 0 ? at + 1 : at;
		} else if (depth == 0 && (*at == ',' || cut_space(at, end) > at)) {
			return at;
		}
		at++;
	}
	return depth == 0 ? at : NULL;
}

bool json_cut_begin(struct json_cut *cut, const char *text, size_t len)
{
	const char *at = cut_space(text, text + len);

	*cut = (struct json_cut){.at = at + 1, .end = text + len};
	if (at == cut->end || (*at != '{' && *at != '['))
		return false;
	cut->object = *at == '{';
	return true;
}

int json_cut_next(struct json_cut *cut, const char **name, size_t *name_len, const char **value, size_t *len)
{
	const char *at = cut_space(cut->at, cut->end);
	const char *behind;

	*name = NULL;
	*name_len = 0;
	if (at < cut->end && *at == (cut->object ? '}' : ']')) {
		/* Nothing may follow. */
		return cut_space(at + 1, cut->end) == cut->end ? 0 : -1;
	}
	if (cut->begun) {
		if (at == cut->end || *at != ',')
			return -1;
		at = cut_space(at + 1, cut->end);
	}
	if (cut->object) {
		if (at == cut->end || *at != '"' || (behind = cut_string(at, cut->end)) == NULL)
			return -1;
		*name = at;
		*name_len = (size_t)(behind - at);
		at = cut_space(behind, cut->end);
		if (at == cut->end || *at != ':')
			return -1;
		at = cut_space(at + 1, cut->end);
	}
	behind = cut_value(at, cut->end);
	if (behind == NULL || behind == at)
		return -1;
	*value = at;
	*len = (size_t)(behind - at);
	cut->at = behind;
	cut->begun = true;
	return 1;
}
