/*
 * utf8: validity against the table of RFC 3629, short ways against libunistring's long ones, classes of characters.
 */
#include "unit.h"

#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include "util/arena.h"
#include "util/utf8.h"

/* utf8_valid of a copy of exactly `len` bytes, so that a read past the end is seen. */
static bool valid(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1);
	bool answer;

	memcpy(copy, text, len);
	answer = utf8_valid(copy, len);
	free(copy);
	return answer;
}

static void validity_follows_rfc_3629(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"", true},
		{"plain", true},
		{"\x7f", true},
		{"\xc2\x80", true},
		{"\xdf\xbf", true},
		{"\xe0\xa0\x80", true},
		{"\xed\x9f\xbf", true},
		{"\xee\x80\x80", true},
		{"\xef\xbf\xbf", true},
		{"\xf0\x90\x80\x80", true},
		{"\xf4\x8f\xbf\xbf", true},
		{"\x80", false},
		{"\xbf", false},
		{"\xc0\x80", false},
		{"\xc0\xaf", false},
		{"\xc1\xbf", false},
		{"\xc2", false},
		{"\xc2 ", false},
		{"\xc2\xc0", false},
		{"\xe0\x80\x80", false},
		{"\xe0\x9f\xbf", false},
		{"\xe0\xa0", false},
		{"\xe2\x82", false},
		{"\xe2(\xa1", false},
		{"\xe2\x82(", false},
		{"\xed\xa0\x80", false},
		{"\xed\xbf\xbf", false},
		{"\xed\xa0\xbd\xed\xb8\x80", false},
		{"\xf0\x80\x80\x80", false},
		{"\xf0\x8f\xbf\xbf", false},
		{"\xf0\x90\x80", false},
		{"\xf4\x90\x80\x80", false},
		{"\xf5\x80\x80\x80", false},
		{"\xf8\x88\x80\x80\x80", false},
		{"\xfe", false},
		{"\xff", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (valid(cases[i].text, strlen(cases[i].text)) != cases[i].valid)
			fail_msg("case %zu", i);
	assert_true(valid("a\0b", 3));
}

static void a_bad_byte_is_found_anywhere(void **state)
{
	char text[80];

	(void)state;
	for (size_t len = 1; len < sizeof(text); len++) {
		for (size_t at = 0; at < len; at++) {
			memset(text, 'a', len);
			text[at] = (char)0x80;
			assert_false(valid(text, len));
			text[at] = (char)0xc3;
			assert_false(valid(text, len));
			if (at + 1 < len) {
				text[at + 1] = (char)0xa9;
				assert_true(valid(text, len));
				assert_int_equal(utf8_length(text, len), len - 1);
			}
		}
	}
}

static void every_character_is_one(void **state)
{
	(void)state;
	for (ucs4_t c = 0; c < 0x110000; c++) {
		uint8_t text[6];
		int len = u8_uctomb(text, c, sizeof(text));
		size_t used = 0;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		if (!valid((char *)text, (size_t)len) || utf8_length((char *)text, (size_t)len) != 1 ||
		    utf8_next((char *)text, (size_t)len, &used) != c || used != (size_t)len)
			fail_msg("U+%04X", (unsigned)c);
	}
	assert_int_equal(utf8_length("", 0), 0);
	assert_int_equal(utf8_length("Zo\xc3\xab \xe2\x82\xac\xf0\x9f\x98\x80", 12), 6);
	for (size_t most = 0; most < 16; most++) {
		static const size_t whole[] = {0, 1, 2, 2, 4, 5, 5, 5, 8, 8, 8, 8, 12, 12, 12, 12};

		assert_int_equal(utf8_cut("Zo\xc3\xab \xe2\x82\xac\xf0\x9f\x98\x80", 12, most), whole[most]);
	}
}

static void normalisation_and_case(void **state)
{
	static const struct {
		const char *text, *nfc, *lower;
	} cases[] = {
		{"", "", ""},
		{"Plain TEXT 123", "Plain TEXT 123", "plain text 123"},
		{"@[`{", "@[`{", "@[`{"},
		{"Zo\xc3\x8b", "Zo\xc3\x8b", "zo\xc3\xab"},
		{"Zoe\xcc\x88", "Zo\xc3\xab", "zo\xc3\xab"},
		{"E\xcc\x81", "\xc3\x89", "\xc3\xa9"},
		{"\xe2\x84\xab", "\xc3\x85", "\xc3\xa5"},
		{"q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87", "q\xcc\xa3\xcc\x87"},
		{"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c", "\xed\x95\x9c"},
		{"\xef\xac\x81", "\xef\xac\x81", "\xef\xac\x81"},
		{"\xce\xa3\xce\x91\xce\xa3", "\xce\xa3\xce\x91\xce\xa3", "\xcf\x83\xce\xb1\xcf\x82"},
		{"\xd0\x9c\xd0\x98\xd0\xa0", "\xd0\x9c\xd0\x98\xd0\xa0", "\xd0\xbc\xd0\xb8\xd1\x80"},
		{"\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].text);
		char *lower = utf8_lower(arena, cases[i].text, len);

		assert_string_equal(utf8_nfc(arena, cases[i].text, len), cases[i].nfc);
		assert_string_equal(lower, cases[i].lower);
		assert_string_equal(utf8_lower(arena, lower, strlen(lower)), lower);
	}
	assert_string_equal(utf8_nfc(arena, "cut here", 3), "cut");
	assert_string_equal(utf8_lower(arena, "CUT HERE", 3), "cut");
	arena_free(arena);
}

static void short_ways_lead_to_the_same(void **state)
{
	static const char *const before[] = {"", "a", "E", "\xc3\xa9", "\xea\xb0\x80"};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		for (ucs4_t c = 1; c < 0x3000; c++) {
			size_t len = strlen(before[i]), made_len;
			uint8_t text[16], *made;

			memcpy(text, before[i], len);
			len += (size_t)u8_uctomb(text + len, c, 4);
			made = u8_normalize(UNINORM_NFC, text, len, NULL, &made_len);
			assert_memory_equal(utf8_nfc(arena, (char *)text, len), made, made_len);
			free(made);
			made = u8_tolower(text, len, NULL, UNINORM_NFC, NULL, &made_len);
			assert_memory_equal(utf8_lower(arena, (char *)text, len), made, made_len);
			free(made);
			arena_clear(arena);
		}
	}
	arena_free(arena);
}

static void characters_have_classes(void **state)
{
	static const struct {
		uint32_t code_point;
		bool word, digit, cjk, space;
	} cases[] = {
		{'a', true, false, false, false},     {'Z', true, false, false, false},
		{'0', true, true, false, false},      {'_', false, false, false, false},
		{'-', false, false, false, false},    {'#', false, false, false, false},
		{0, false, false, false, false},      {' ', false, false, false, true},
		{'\t', false, false, false, true},    {'\n', false, false, false, true},
		{0x85, false, false, false, true},    {0xa0, false, false, false, true},
		{0xb2, false, false, false, false},   {0xb5, true, false, false, false},
		{0xe9, true, false, false, false},    {0x301, true, false, false, false},
		{0x430, true, false, false, false},   {0x5d0, true, false, false, false},
		{0x665, true, true, false, false},    {0x939, true, false, false, false},
		{0x94d, true, false, false, false},   {0x1100, true, false, true, false},
		{0x200b, false, false, false, false}, {0x2003, false, false, false, true},
		{0x2028, false, false, false, true},  {0x20ac, false, false, false, false},
		{0x3000, false, false, false, true},  {0x3001, false, false, false, false},
		{0x3005, true, false, true, false},   {0x3042, true, false, true, false},
		{0x30ab, true, false, true, false},   {0x30fc, true, false, true, false},
		{0x3105, true, false, false, false},  {0x4e00, true, false, true, false},
		{0xac00, true, false, true, false},   {0xfeff, false, false, false, false},
		{0xff11, true, true, false, false},   {0xff71, true, false, true, false},
		{0xff70, true, false, true, false},   {0x1f600, false, false, false, false},
		{0x20000, true, false, true, false},  {0x2d800, true, false, true, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t c = cases[i].code_point;

		if (utf8_is_word(c) != cases[i].word || utf8_is_digit(c) != cases[i].digit ||
		    utf8_is_cjk(c) != cases[i].cjk || utf8_is_space(c) != cases[i].space)
			fail_msg("U+%04X", (unsigned)c);
	}
}

static void white_space_alone_is_blank(void **state)
{
	static const struct {
		const char *text;
		bool blank;
	} cases[] = {
		{"", true},
		{" \t\r\n", true},
		{"\u00a0\u2003\u3000", true},
		{" .", false},
		{"\u3000\u4e00", false},
		{"\u200b", false},
		{" \u2028\xc2\x85 ", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (utf8_is_blank(cases[i].text, strlen(cases[i].text)) != cases[i].blank)
			fail_msg("case %zu", i);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(validity_follows_rfc_3629),   cmocka_unit_test(a_bad_byte_is_found_anywhere),
		cmocka_unit_test(every_character_is_one),      cmocka_unit_test(normalisation_and_case),
		cmocka_unit_test(short_ways_lead_to_the_same), cmocka_unit_test(characters_have_classes),
		cmocka_unit_test(white_space_alone_is_blank),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
