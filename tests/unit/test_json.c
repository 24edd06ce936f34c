/*
 * json: what the reader takes and refuses, and that the writer writes what the reader reads.
 */
#include "unit.h"

#include <errno.h>
#include <float.h>
#include <json-c/json.h>
#include <jwt.h>
#include <math.h>
#include <sys/resource.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"

/* json_read of a copy of exactly `len` bytes, so that a read past the end is seen. */
static struct json_object *read_exactly(struct arena *arena, const char *text, size_t len, enum json_fault *fault)
{
	char *copy = malloc(len ? len : 1);
	struct json_object *value;

	memcpy(copy, text, len);
	value = json_read(arena, copy, len, fault);
	free(copy);
	return value;
}

static enum json_fault fault_of(const char *text, size_t len)
{
	struct arena *arena = arena_new();
	enum json_fault fault = 99;
	struct json_object *value = read_exactly(arena, text, len, &fault);

	if (fault != JSON_OK)
		assert_null(value);
	arena_free(arena);
	return fault;
}

/* Write a tree with the writer. */
static void write_tree(struct json_writer *w, struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		json_null(w);
		break;
	case json_type_boolean:
		json_boolean(w, json_object_get_boolean(value));
		break;
	case json_type_int:
		json_int(w, json_object_get_int64(value));
		break;
	case json_type_double:
		/* Minus zero becomes an integer once its text is read again. */
		json_double(w, json_object_get_double(value) + 0.0);
		break;
	case json_type_string:
		json_stringn(w, json_object_get_string(value), (size_t)json_object_get_string_len(value));
		break;
	case json_type_array:
		json_begin_array(w);
		for (size_t i = 0; i < json_object_array_length(value); i++)
			write_tree(w, json_object_array_get_idx(value, i));
		json_end_array(w);
		break;
	case json_type_object: {
		json_begin_object(w);
		json_object_object_foreach(value, key, member)
		{
			json_key(w, key);
			write_tree(w, member);
		}
		json_end_object(w);
		break;
	}
	}
}

static const char *written(struct arena *arena, struct json_object *value)
{
	struct buf *buf = buf_in(arena, 1 << 20);
	struct json_writer w;

	json_writer_init(&w, buf);
	write_tree(&w, value);
	assert_int_equal(w.depth, 0);
	return buf_text(buf);
}

static void what_is_taken_comes_back(void **state)
{
	static const struct {
		const char *text, *again; /* NULL: the same */
	} cases[] = {
		{"null", NULL},
		{"true", NULL},
		{"false", NULL},
		{" \t\r\n 1 \n", "1"},
		{"0", NULL},
		{"-0", "0"},
		{"-0.0", "0"},
		{"0.5", NULL},
		{"0e5", "0"},
		{"1E2", "100"},
		{"1e+2", "100"},
		{"1e-7", "1e-07"},
		{"0.1", NULL},
		{"1e-400", "0"},
		{"1.7976931348623157e308", "1.7976931348623157e+308"},
		{"123456789012345678", NULL},
		{"9223372036854775807", NULL},
		{"-9223372036854775808", NULL},
		{"0.00000000000000000000000000000000000000000000000000000000000000000000000000000000001", "1e-83"},
		{"\"\"", NULL},
		{"\"a\"", NULL},
		{"\"\x7f\"", NULL},
		{"\"Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80\"", NULL},
		{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
		{"\"\\u0041\\u00e9\\u20aC\\uD83d\\uDe00\"", "\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""},
		{"\"\\u0001\\u001f\\u007f\"", "\"\\u0001\\u001f\x7f\""},
		{"\"\\uffff\\ufffe\\ufdd0\"", "\"\xef\xbf\xbf\xef\xbf\xbe\xef\xb7\x90\""},
		{"\"\\\\u0000 \\\\ud800\"", NULL},
		{"\"NaN Infinity // /* # '\"", NULL},
		{"[]", NULL},
		{"[ ]", "[]"},
		{"[null]", NULL},
		{"[1,[2,[3]],[]]", NULL},
		{"{}", NULL},
		{" { } ", "{}"},
		{"{\"\":1}", NULL},
		{"{\"a\":{\"a\":{\"a\":null}},\"b\":[{\"a\":1},{\"a\":2}]}", NULL},
		{"{\"a\" : 1 , \"A\" : 2}", "{\"a\":1,\"A\":2}"},
		{"{\"e\xcc\x81\":1,\"\xc3\xa9\":2}", NULL},
		{"{\":\":\":,{}[]\",\",\":\":\"}", NULL},
		{"{\"__proto__\":1,\"constructor\":2}", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		enum json_fault fault;
		struct json_object *value = read_exactly(arena, cases[i].text, strlen(cases[i].text), &fault);
		const char *expected = cases[i].again ? cases[i].again : cases[i].text;

		if (fault != JSON_OK)
			fail_msg("%s: %s", cases[i].text, json_fault_text(fault));
		assert_string_equal(written(arena, value), expected);
		arena_free(arena);
	}
}

static void what_is_refused_says_why(void **state)
{
	static const struct {
		const char *text;
		enum json_fault fault;
	} cases[] = {
		{"", JSON_MALFORMED},
		{" ", JSON_MALFORMED},
		{"nul", JSON_MALFORMED},
		{"nulll", JSON_MALFORMED},
		{"Null", JSON_MALFORMED},
		{"True", JSON_MALFORMED},
		{"undefined", JSON_MALFORMED},
		{"1 1", JSON_MALFORMED},
		{"{} {}", JSON_MALFORMED},
		{"{}x", JSON_MALFORMED},
		{"[] ]", JSON_MALFORMED},
		{"\v1", JSON_MALFORMED},
		{"\f1", JSON_MALFORMED},
		{"\xc2\xa0"
		 "1",
		 JSON_MALFORMED},
		{"\xef\xbb\xbf{}", JSON_MALFORMED},
		{"// x\n1", JSON_MALFORMED},
		{"/**/1", JSON_MALFORMED},
		{"1 /**/", JSON_MALFORMED},
		{"+1", JSON_MALFORMED},
		{"-", JSON_MALFORMED},
		{"- 1", JSON_MALFORMED},
		{"--1", JSON_MALFORMED},
		{"01", JSON_MALFORMED},
		{"-01", JSON_MALFORMED},
		{"00", JSON_MALFORMED},
		{"1.", JSON_MALFORMED},
		{".5", JSON_MALFORMED},
		{"1.e5", JSON_MALFORMED},
		{"1e", JSON_MALFORMED},
		{"1e+", JSON_MALFORMED},
		{"1e5.5", JSON_MALFORMED},
		{"1.2.3", JSON_MALFORMED},
		{"0x10", JSON_MALFORMED},
		{"1_000", JSON_MALFORMED},
		{"1f", JSON_MALFORMED},
		{"'a'", JSON_MALFORMED},
		{"\"a", JSON_MALFORMED},
		{"\"", JSON_MALFORMED},
		{"\"\\\"", JSON_MALFORMED},
		{"\"\\a\"", JSON_MALFORMED},
		{"\"\\'\"", JSON_MALFORMED},
		{"\"\\U0041\"", JSON_MALFORMED},
		{"\"\\u\"", JSON_MALFORMED},
		{"\"\\u004\"", JSON_MALFORMED},
		{"\"\\u004g\"", JSON_MALFORMED},
		{"\"\\u 041\"", JSON_MALFORMED},
		{"\"\\x41\"", JSON_MALFORMED},
		{"\"a\nb\"", JSON_MALFORMED},
		{"\"a\tb\"", JSON_MALFORMED},
		{"[1,]", JSON_MALFORMED},
		{"[,1]", JSON_MALFORMED},
		{"[1 2]", JSON_MALFORMED},
		{"[1", JSON_MALFORMED},
		{"[", JSON_MALFORMED},
		{"]", JSON_MALFORMED},
		{"[}", JSON_MALFORMED},
		{"[1}", JSON_MALFORMED},
		{"{", JSON_MALFORMED},
		{"}", JSON_MALFORMED},
		{"{]", JSON_MALFORMED},
		{"{\"a\"}", JSON_MALFORMED},
		{"{\"a\":}", JSON_MALFORMED},
		{"{\"a\":1,}", JSON_MALFORMED},
		{"{,\"a\":1}", JSON_MALFORMED},
		{"{\"a\" 1}", JSON_MALFORMED},
		{"{\"a\":1 \"b\":2}", JSON_MALFORMED},
		{"{\"a\"::1}", JSON_MALFORMED},
		{"{a:1}", JSON_MALFORMED},
		{"{'a':1}", JSON_MALFORMED},
		{"{1:1}", JSON_MALFORMED},
		{"{null:1}", JSON_MALFORMED},
		{"{\"a\":1]", JSON_MALFORMED},
		{"\"\xff\"", JSON_INVALID_UTF8},
		{"\"\xc0\x80\"", JSON_INVALID_UTF8},
		{"\"\xed\xa0\x80\"", JSON_INVALID_UTF8},
		{"\"\xf4\x90\x80\x80\"", JSON_INVALID_UTF8},
		{"\"\xe2\x82\"", JSON_INVALID_UTF8},
		{"\xff", JSON_INVALID_UTF8},
		{"{\"\x80\":1}", JSON_INVALID_UTF8},
		{"\"\\ud800\"", JSON_INVALID_UTF8},
		{"\"\\udc00\"", JSON_INVALID_UTF8},
		{"\"\\ud83dx\"", JSON_INVALID_UTF8},
		{"\"\\ud83d\\n\"", JSON_INVALID_UTF8},
		{"\"\\ud83d\\u0041\"", JSON_INVALID_UTF8},
		{"\"\\ud83d\\ud83d\"", JSON_INVALID_UTF8},
		{"\"\\udc00\\ud83d\"", JSON_INVALID_UTF8},
		{"\"\\udc00\\udc00\"", JSON_INVALID_UTF8},
		{"\"\\ud83d\\u00\"", JSON_MALFORMED},
		{"{\"\\ud800\":1}", JSON_INVALID_UTF8},
		{"{\"a\":1,\"a\":1}", JSON_DUPLICATE},
		{"{\"a\":1,\"b\":2,\"\\u0061\":3}", JSON_DUPLICATE},
		{"{\"\":1,\"\":2}", JSON_DUPLICATE},
		{"{\"a\":{\"x\":1,\"y\":[{\"z\":1}]},\"a\":2}", JSON_DUPLICATE},
		{"{\"a\":2,\"a\":{\"x\":1,\"y\":[{\"z\":1}]}}", JSON_DUPLICATE},
		{"[{\"a\":1},{\"b\":{\"c\":1,\"c\":null}}]", JSON_DUPLICATE},
		{"{\"a\":null,\"a\":null}", JSON_DUPLICATE},
		{"NaN", JSON_NOT_FINITE},
		{"[NaN]", JSON_NOT_FINITE},
		{"Infinity", JSON_NOT_FINITE},
		{"-Infinity", JSON_NOT_FINITE},
		{"{\"a\":-Infinity}", JSON_NOT_FINITE},
		{"nan", JSON_MALFORMED},
		{"-NaN", JSON_MALFORMED},
		{"inf", JSON_MALFORMED},
		{"18446744073709551616", JSON_NUMBER},
		{"9999999999999999999999999999", JSON_NUMBER},
		{"-9223372036854775809", JSON_NUMBER},
		{"[1,99999999999999999999]", JSON_NUMBER},
		{"1e309", JSON_NUMBER},
		{"-1e309", JSON_NUMBER},
		{"1e999999999999999999999", JSON_NUMBER},
		{"\"\\u0000\"", JSON_NUL},
		{"\"a\\u0000b\"", JSON_NUL},
		{"{\"\\u0000\":1}", JSON_NUL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum json_fault fault = fault_of(cases[i].text, strlen(cases[i].text));

		if (fault != cases[i].fault)
			fail_msg("%s: %s", cases[i].text, json_fault_text(fault));
	}
}

static void the_largest_unsigned_is_kept(void **state)
{
	struct arena *arena = arena_new();
	enum json_fault fault;

	(void)state;
	assert_true(json_object_get_uint64(read_exactly(arena, "18446744073709551615", 20, &fault)) == UINT64_MAX);
	arena_free(arena);
}

static void no_control_character_stands_bare(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[] = {'"', (char)c, 'a', '"'};
		enum json_fault expected = c < 0x20 || c == '\\' || c == '"' ? JSON_MALFORMED
					   : c < 0x80                        ? JSON_OK
									     : JSON_INVALID_UTF8;

		assert_int_equal(fault_of(text, sizeof(text)), expected);
	}
	assert_int_equal(fault_of("1\0", 2), JSON_MALFORMED);
	assert_int_equal(fault_of("\0001", 2), JSON_MALFORMED);
	assert_int_equal(fault_of("\"\\\0\"", 4), JSON_MALFORMED);
}

/* Whatever is around it, and wherever among the bytes that are looked at together. */
static void every_byte_is_seen_at_every_place(void **state)
{
	static const char fills[] = " !#[]\x7f\x1f\x80\xff";
	struct buf written, expected;

	(void)state;
	buf_init(&written, 1000);
	buf_init(&expected, 1000);
	for (const char *fill = fills; *fill != '\0'; fill++)
		for (unsigned c = 0; c < 256 * 20; c++) {
			char text[22];
			struct json_writer w;

			memset(text, *fill, sizeof(text));
			text[0] = text[21] = '"';
			text[1 + c / 256] = (char)(c % 256);
			buf_clear(&written);
			json_writer_init(&w, &written);
			json_stringn(&w, text + 1, 20);
			buf_clear(&expected);
			buf_addc(&expected, '"');
			for (int i = 1; i <= 20; i++) {
				struct buf one;

				buf_init(&one, 10);
				json_writer_init(&w, &one);
				json_stringn(&w, text + i, 1);
				buf_add(&expected, one.data + 1, one.len - 2);
				buf_release(&one);
			}
			buf_addc(&expected, '"');
			assert_string_equal(buf_text(&written), buf_text(&expected));
			if (c % 256 < 0x80 && *fill >= ' ' && *fill < '\x7f')
				assert_int_equal(fault_of(text, sizeof(text)),
						 c % 256 < 0x20 || c % 256 == '"' || c % 256 == '\\' ? JSON_MALFORMED
												     : JSON_OK);
		}
	buf_release(&written);
	buf_release(&expected);
}

static void every_character_comes_back(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (unsigned c = 1; c < 0x110000; c += c < 0x10000 ? 1 : 31) {
		char utf8[5] = "", text[40];
		struct json_object *value;
		enum json_fault fault;
		int len = 0;

		if (c < 0x80) {
			utf8[len++] = (char)c;
		} else if (c < 0x800) {
			utf8[len++] = (char)(0xc0 | c >> 6);
			utf8[len++] = (char)(0x80 | (c & 63));
		} else if (c < 0x10000) {
			utf8[len++] = (char)(0xe0 | c >> 12);
			utf8[len++] = (char)(0x80 | (c >> 6 & 63));
			utf8[len++] = (char)(0x80 | (c & 63));
		} else {
			utf8[len++] = (char)(0xf0 | c >> 18);
			utf8[len++] = (char)(0x80 | (c >> 12 & 63));
			utf8[len++] = (char)(0x80 | (c >> 6 & 63));
			utf8[len++] = (char)(0x80 | (c & 63));
		}
		/* Bare and escaped; json-c must think the same of both. */
		if (c < 0x10000)
			snprintf(text, sizeof(text), "[\"%s\",\"\\u%04x\"]",
				 c < 0x20 || c == '"' || c == '\\' ? "" : utf8, c);
		else
			snprintf(text, sizeof(text), "[\"%s\",\"\\u%04x\\u%04x\"]", utf8, 0xd7c0 + (c >> 10),
				 0xdc00 + (c & 0x3ff));
		value = read_exactly(arena, text, strlen(text), &fault);
		if (c >= 0xd800 && c <= 0xdfff) {
			assert_int_equal(fault, JSON_INVALID_UTF8);
			continue;
		}
		if (fault != JSON_OK)
			fail_msg("U+%04X: %s", c, json_fault_text(fault));
		if (!(c < 0x20 || c == '"' || c == '\\'))
			assert_string_equal(json_object_get_string(json_object_array_get_idx(value, 0)), utf8);
		assert_string_equal(json_object_get_string(json_object_array_get_idx(value, 1)), utf8);
		arena_clear(arena);
	}
	arena_free(arena);
}

static void depth_ends_at_its_limit(void **state)
{
	static const struct {
		const char *open, *inner, *close;
	} shapes[] = {
		{"[", "", "]"}, {"[", "1", "]"}, {"[1,", "2", "]"}, {"{\"a\":", "\"x\"", "}"}, {"[[],{},", "0", "]"}};

	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		for (int depth = 1; depth < 130; depth++) {
			/* A level beside the innermost one counts as well. */
			int deepest = i == 4 ? depth + 1 : depth;
			struct buf buf;

			buf_init(&buf, 10000);
			for (int d = 0; d < depth; d++)
				buf_adds(&buf, shapes[i].open);
			buf_adds(&buf, shapes[i].inner);
			for (int d = 0; d < depth; d++)
				buf_adds(&buf, shapes[i].close);
			assert_int_equal(fault_of(buf.data, buf.len), deepest > JSON_DEPTH ? JSON_TOO_DEEP : JSON_OK);
			buf_release(&buf);
		}
	}
	for (size_t len = 100; len <= 1000000; len *= 100) {
		char *open = malloc(len);

		memset(open, '[', len);
		assert_int_equal(fault_of(open, len), JSON_TOO_DEEP);
		free(open);
	}
}

static void values_end_at_their_limit(void **state)
{
	static const struct {
		const char *open, *item, *close;
		unsigned values; /* an item's */
	} shapes[] = {{"[", "1", "]", 1}, {"[", "[]", "]", 1}, {"[", "{}", "]", 1}, {"[", "{\"a\":null}", "]", 2}};

	(void)state;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		for (unsigned more = 0; more < 2; more++) {
			unsigned items = (JSON_VALUES - 1) / shapes[i].values + more;
			struct buf buf;

			buf_init(&buf, 1 << 20);
			buf_adds(&buf, shapes[i].open);
			for (unsigned n = 0; n < items; n++) {
				buf_adds(&buf, n > 0 ? "," : "");
				buf_adds(&buf, shapes[i].item);
			}
			buf_adds(&buf, shapes[i].close);
			assert_int_equal(fault_of(buf.data, buf.len), more ? JSON_TOO_MANY : JSON_OK);
			buf_release(&buf);
		}
	}
}

#ifndef AURORA_SANITIZED
/* The most memory this process has had, in KiB. */
static long peak(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* Exits with the MiB, at most 100, by which reading 1 MiB of one item after another raises the peak. */
static void read_a_mebibyte_of(void *ptr)
{
	const char *item = ptr;
	size_t len = strlen(item);
	size_t size = (1 << 20) / len * len;
	char *text = malloc(size + 1);
	struct arena *arena = arena_new();
	enum json_fault fault;
	long before;

	for (size_t at = 0; at < size; at += len)
		memcpy(text + at, item, len);
	text[0] = '[';
	text[size] = ']';
	before = peak();
	json_read(arena, text, size + 1, &fault);
	before = (peak() - before) / 1024;
	_exit(before < 100 ? (int)before : 100);
}

static void a_text_costs_little_more_than_its_length(void **state)
{
	static const char *const items[] = {",{}",        ",[]",           ",\"\"",    ",1",          ",[[[{}]]]",
					    ",{\"\":{}}", ",{\"a\":\"\"}", ",1.5e300", ",\"\\u0041\""};

	(void)state;
	for (size_t i = 0; i < COUNT(items); i++) {
		char item[32];
		int status;

		snprintf(item, sizeof(item), "%s", items[i]);
		status = status_of(read_a_mebibyte_of, item);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) > 4)
			fail_msg("%s: %d MiB", items[i], WEXITSTATUS(status));
	}
}
#endif

static void no_part_of_a_text_is_one(void **state)
{
	static const char text[] =
		"{\"text\":\"Zo\xc3\xab \\ud83d\\ude00\\n\",\"tags\":[\"a\",\"b\",-1.5e+3,true,false,null],"
		"\"n\":{\"deep\":[[{}]]}}";

	(void)state;
	assert_int_equal(fault_of(text, strlen(text)), JSON_OK);
	for (size_t len = 0; len < strlen(text); len++)
		assert_int_not_equal(fault_of(text, len), JSON_OK);
}

static uint64_t seed = 88172645463325252;

static unsigned chance(unsigned below)
{
	/* Marsaglia's xorshift: the same texts at every run. */
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % below;
}

static void generate_string(struct buf *buf)
{
	static const char *const parts[] = {"a",
					    "Z",
					    "\xc3\xa9",
					    "\xe2\x82\xac",
					    "\xf0\x9f\x98\x80",
					    "\\u0041",
					    "\\n",
					    "\\\"",
					    "\\\\",
					    "\\/",
					    "\\ud83d\\ude00",
					    "\\u00e9",
					    "\\u20ac",
					    ":",
					    ",",
					    "{",
					    "}",
					    "[",
					    "]",
					    " ",
					    "/*",
					    "\x7f",
					    "NaN",
					    "0"};

	buf_addc(buf, '"');
	for (unsigned count = chance(6); count > 0; count--)
		buf_adds(buf, parts[chance(COUNT(parts))]);
	buf_addc(buf, '"');
}

static void generate_number(struct buf *buf)
{
	if (chance(2))
		buf_addc(buf, '-');
	buf_addu(buf, chance(3) ? chance(1000) : chance(1u << 31));
	if (chance(3) == 0)
		buf_printf(buf, ".%0*u", (int)chance(12) + 1, chance(1000));
	if (chance(3) == 0)
		buf_printf(
			buf, "%c%s%u", "eE" [chance(2)], (const char *[]) { "", "+", "-" }[chance(3)], chance(280));
}

static void generate_space(struct buf *buf)
{
	while (chance(8) == 0)
		buf_addc(buf, " \t\r\n"[chance(4)]);
}

static void generate(struct buf *buf, int depth)
{
	static const char *const words[] = {"true", "false", "null"};
	unsigned kind = chance(depth > 0 ? 7 : 4), count = chance(5);

	generate_space(buf);
	if (kind == 0)
		buf_adds(buf, words[chance(3)]);
	else if (kind == 1)
		generate_number(buf);
	else if (kind < 4)
		generate_string(buf);
	for (unsigned i = 0; kind >= 4 && i < count; i++) {
		buf_addc(buf, i ? ',' : kind == 4 ? '[' : '{');
		generate_space(buf);
		if (kind > 4) {
			/* The number keeps names apart. */
			generate_string(buf);
			buf->len--;
			buf_printf(buf, "%u\"", i);
			generate_space(buf);
			buf_addc(buf, ':');
		}
		generate(buf, depth - 1);
	}
	if (kind >= 4)
		buf_adds(buf, kind == 4 ? count ? "]" : "[]" : count ? "}" : "{}");
	generate_space(buf);
}

static void random_texts_are_read(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct arena *arena = arena_new();
		struct json_object *value, *again;
		enum json_fault fault;
		const char *once, *twice;
		struct buf buf;

		buf_init(&buf, 1 << 20);
		generate(&buf, 6);
		value = read_exactly(arena, buf.data, buf.len, &fault);
		if (fault != JSON_OK)
			fail_msg("%s: %s", buf.data, json_fault_text(fault));
		once = written(arena, value);
		again = read_exactly(arena, once, strlen(once), &fault);
		if (fault != JSON_OK)
			fail_msg("%s: %s", once, json_fault_text(fault));
		twice = written(arena, again);
		assert_string_equal(once, twice);
		arena_clear(arena);
		/* And one spoilt byte never harms; what is then taken is taken again. */
		for (int spoilt = 0; spoilt < 5; spoilt++) {
			buf.data[chance((unsigned)buf.len)] =
				(char)(chance(2) ? (int)chance(256) : "\"\\{}[]:,0-.eu \0"[chance(16)]);
			value = read_exactly(arena, buf.data, buf.len, &fault);
			if (fault == JSON_OK) {
				once = written(arena, value);
				read_exactly(arena, once, strlen(once), &fault);
				assert_int_equal(fault, JSON_OK);
			}
		}
		buf_release(&buf);
		arena_free(arena);
	}
}

#ifndef AURORA_SANITIZED
/* This program's own malloc family, in place of the C library's; the sanitizers have theirs. */
static unsigned fail_at;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *ptr, size_t size);

#define HERE __attribute__((visibility("default")))

static bool fails_now(void)
{
	if (fail_at == 0 || --fail_at > 0)
		return false;
	errno = ENOMEM;
	return true;
}

HERE void *malloc(size_t size)
{
	return fails_now() ? NULL : __libc_malloc(size);
}

HERE void *calloc(size_t count, size_t size)
{
	return fails_now() ? NULL : __libc_calloc(count, size);
}

HERE void *realloc(void *ptr, size_t size)
{
	return fails_now() ? NULL : __libc_realloc(ptr, size);
}

/* Exits 0 with the right tree after a failed allocation, 1 by die, 2 with anything else, 3 when nothing failed. */
static void read_short_of_memory(void *ptr)
{
	static const char *const texts[] = {
		"{\"a\":1,\"b\":[1,2.5,\"x\",null,true,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,"
		"25,26,27,28,29,30,31,32,33],"
		"\"c\":{\"d\":\"A text that is longer than the buffer that json-c begins with, and so needs another.\","
		"\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":"
		"1}}",
		"12",
		"true",
		"\"A text that is longer than the buffer that json-c begins with, and so needs another one.\"",
	};
	const unsigned *what = ptr;
	const char *text = texts[what[0]];
	struct arena *arena = arena_new();
	struct json_object *value;
	enum json_fault fault;

	fail_at = what[1];
	value = json_read(arena, text, strlen(text), &fault);
	if (fail_at > 0)
		_exit(3);
	_exit(fault == JSON_OK && !strcmp(written(arena, value), text) ? 0 : 2);
}

static void short_of_memory_it_dies(void **state)
{
	(void)state;
	for (unsigned text = 0; text < 4; text++) {
		int died = 0;

		for (unsigned at = 1;; at++) {
			int status = status_of(read_short_of_memory, (unsigned[]){text, at});

			assert_true(WIFEXITED(status));
			if (WEXITSTATUS(status) == 3)
				break;
			if (WEXITSTATUS(status) > 1)
				fail_msg("text %u, allocation %u", text, at);
			died += WEXITSTATUS(status);
		}
		assert_true(died > 0);
	}
}
#endif

static void the_writer_puts_commas_and_colons(void **state)
{
	struct buf buf;
	struct json_writer w;

	(void)state;
	buf_init(&buf, 1000);
	json_writer_init(&w, &buf);
	json_begin_object(&w);
	json_member_string(&w, "a", "x\"\\\n\x01y");
	json_member_string(&w, "b", NULL);
	json_member_int(&w, "c", -5);
	json_member_bool(&w, "d", true);
	json_member_bool(&w, "e\"", false);
	json_member_raw(&w, "f", "{\"raw\":[1]}");
	json_member_plain(&w, "p", "2026-03-29", 7);
	json_key(&w, "g");
	json_begin_array(&w);
	json_begin_array(&w);
	json_end_array(&w);
	json_begin_object(&w);
	json_end_object(&w);
	json_string(&w, NULL);
	json_stringn(&w, "abc", 2);
	json_double(&w, 0.1);
	json_double(&w, NAN);
	json_double(&w, -INFINITY);
	json_raw(&w, "7");
	json_end_array(&w);
	json_key(&w, "h");
	json_null(&w);
	json_end_object(&w);
	assert_string_equal(
		buf_text(&buf),
		"{\"a\":\"x\\\"\\\\\\n\\u0001y\",\"b\":null,\"c\":-5,\"d\":true,\"e\\\"\":false,"
		"\"f\":{\"raw\":[1]},\"p\":\"2026-03\",\"g\":[[],{},null,\"ab\",0.1,null,null,7],\"h\":null}");
	buf_release(&buf);
}

static void doubles_come_back_exactly(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{0, "0"},
		{-0.0, "-0"},
		{1, "1"},
		{0.1, "0.1"},
		{1.0 / 3, "0.3333333333333333"},
		{1e21, "1e+21"},
		{-2.5, "-2.5"},
		{100000, "100000"},
		{0.1 + 0.2, "0.30000000000000004"},
	};
	struct buf buf;
	struct json_writer w;

	(void)state;
	buf_init(&buf, 1000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_clear(&buf);
		json_writer_init(&w, &buf);
		json_double(&w, cases[i].value);
		assert_string_equal(buf_text(&buf), cases[i].text);
	}
	for (int i = 0; i < 100000; i++) {
		double value;
		uint64_t bits = (uint64_t)chance(1u << 31) << 33 ^ (uint64_t)chance(1u << 31) << 11 ^ chance(1u << 31);

		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			continue;
		buf_clear(&buf);
		json_writer_init(&w, &buf);
		json_double(&w, value);
		assert_true(strtod(buf_text(&buf), NULL) == value);
	}
	buf_release(&buf);
}

static void write_an_end_too_many(void *w)
{
	json_end_array(w);
}

static void write_two_names(void *w)
{
	json_begin_object(w);
	json_key(w, "a");
	json_key(w, "b");
}

static void write_a_plain_one_too_many(void *w)
{
	json_begin_object(w);
	json_key(w, "a");
	json_member_plain(w, "b", "c", 1);
}

static void write_too_deep(void *w)
{
	for (int i = 0; i < 64; i++)
		json_begin_array(w);
}

static void misuse_of_the_writer_is_a_bug(void **state)
{
	struct buf buf;
	struct json_writer w;

	(void)state;
	buf_init(&buf, 1000);
	json_writer_init(&w, &buf);
	assert_bug(write_an_end_too_many, &w);
	assert_bug(write_two_names, &w);
	json_writer_init(&w, &buf);
	assert_bug(write_a_plain_one_too_many, &w);
	json_writer_init(&w, &buf);
	assert_bug(write_too_deep, &w);
	for (int i = 0; i < 63; i++)
		json_begin_array(&w);
	for (int i = 0; i < 63; i++)
		json_end_array(&w);
	assert_int_equal(buf.len, 126);
	buf_release(&buf);
}

static void every_fault_has_a_text(void **state)
{
	(void)state;
	for (enum json_fault fault = JSON_OK; fault <= JSON_NUL; fault++)
		assert_true(strlen(json_fault_text(fault)) > 10);
}

/* libjwt brings jansson, which has a json_string as well: each must call its own. */
static void libjwt_keeps_its_own_json(void **state)
{
	jwt_t *jwt;
	char *grants;

	(void)state;
	assert_int_equal(jwt_new(&jwt), 0);
	assert_int_equal(jwt_add_grant(jwt, "sub", "me"), 0);
	grants = jwt_get_grants_json(jwt, NULL);
	assert_string_equal(grants, "{\"sub\":\"me\"}");
	free(grants);
	jwt_free(jwt);
}

/* What a text is cut into: "name=value" each, a space between; "!" where it is malformed. */
static const char *cut_text(struct arena *arena, const char *text)
{
	struct buf *out = buf_in(arena, 4096);
	struct json_cut cut;
	const char *name, *value;
	size_t name_len, len;
	int more = json_cut_begin(&cut, text, strlen(text)) ? 1 : -1;

	while (more > 0 && (more = json_cut_next(&cut, &name, &name_len, &value, &len)) > 0) {
		buf_add(out, name != NULL ? name : "", name_len);
		buf_addc(out, '=');
		buf_add(out, value, len);
		buf_addc(out, ' ');
	}
	buf_adds(out, more < 0 ? "!" : "");
	return buf_text(out);
}

static void a_large_value_is_cut(void **state)
{
	static const struct {
		const char *text, *cut;
	} cases[] = {
		{"[]", ""},
		{" { } ", ""},
		{"[1, \"a,]\" ,{\"b\":[2]} , null]", "=1 =\"a,]\" ={\"b\":[2]} =null "},
		{"{\"a\" : [1,{}], \"b\\\"\":\"}\"}", "\"a\"=[1,{}] \"b\\\"\"=\"}\" "},
		{"[\"\\\\\"]", "=\"\\\\\" "},
		{"", "!"},
		{"3", "!"},
		{"[", "!"},
		{"[1", "=1 !"},
		{"[1,]", "=1 !"},
		{"[1 2]", "=1 !"},
		{"[,]", "!"},
		{"[\"a]", "!"},
		{"[{]", "={] !"},
		{"[1]]", "=1 !"},
		{"[1] x", "=1 !"},
		{"{1:2}", "!"},
		{"{\"a\" 2}", "!"},
		{"{\"a\":}", "!"},
		{"{\"a\":1]", "\"a\"=1 !"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(cut_text(arena, cases[i].text), cases[i].cut);
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_value_is_cut),
		cmocka_unit_test(what_is_taken_comes_back),
		cmocka_unit_test(what_is_refused_says_why),
		cmocka_unit_test(the_largest_unsigned_is_kept),
		cmocka_unit_test(no_control_character_stands_bare),
		cmocka_unit_test(every_character_comes_back),
		cmocka_unit_test(depth_ends_at_its_limit),
		cmocka_unit_test(no_part_of_a_text_is_one),
		cmocka_unit_test(random_texts_are_read),
#ifndef AURORA_SANITIZED
		cmocka_unit_test(short_of_memory_it_dies),
		cmocka_unit_test(a_text_costs_little_more_than_its_length),
#endif
		cmocka_unit_test(the_writer_puts_commas_and_colons),
		cmocka_unit_test(every_byte_is_seen_at_every_place),
		cmocka_unit_test(doubles_come_back_exactly),
		cmocka_unit_test(misuse_of_the_writer_is_a_bug),
		cmocka_unit_test(every_fault_has_a_text),
		cmocka_unit_test(libjwt_keeps_its_own_json),
		cmocka_unit_test(values_end_at_their_limit),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
