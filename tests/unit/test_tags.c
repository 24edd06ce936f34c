/*
 * tags: what in a text is a hashtag, what a person may call a tag, and sets of them.
 */
#include "unit.h"

#include "shared/aurora/tags.c"

static char *joined(const struct tags *tags)
{
	char *out = arena_strdup(tags->arena, "");

	for (size_t i = 0; i < tags->count; i++)
		out = arena_printf(tags->arena, "%s%s%s", out, i > 0 ? " " : "", tags->items[i]);
	return out;
}

static void hashtags_of_a_text(void **state)
{
	static const struct {
		const char *text;
		const char *tags;
	} cases[] = {
		{"", ""},
		{"no tags at all", ""},
		{"#", ""},
		{"# heading", ""},
		{"## heading", ""},
		{"##heading", ""},
		{"#one", "one"},
		{"a #one, #two. (#three) \"#four\"", "four one three two"},
		{"#a,#b;#c", "a b c"},
		{"#One #ONE #one", "one"},
		{"#a/b", "a a/b"},
		{"#a/b/c and #a/d", "a a/b a/b/c a/d"},
		{"#a/ #b//c #/d", "a b"},
		{"#123 #1/2", ""},
		{"#2026-11 #3d #q4/2026", "2026-11 3d q4 q4/2026"},
		{"#- #_ #--", ""},
		{"#snake_case #kebab-case", "kebab-case snake_case"},
		{"https://x.org/page#frag https://x.org/#top /a?b=#c d&#39;e &#x27;", ""},
		{"C#sharp e-mail@#x \\#escaped ~#x", ""},
		{"line\n#next\n\t#tab", "next tab"},
		{"\xe3\x80\x82#\xe3\x82\xbf\xe3\x82\xb0", "\xe3\x82\xbf\xe3\x82\xb0"},
		{"#\xc3\x9c"
		 "ber #cafe\xcc\x81",
		 "caf\xc3\xa9 \xc3\xbc"
		 "ber"},
		{"\xc3\xbc#no", ""},
		{"\xf0\x9f\x98\x80#yes", "yes"},
		{"#it's", "it"},
		{"#ends.", "ends"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct tags tags = {.arena = arena};

		tags_add_text(&tags, cases[i].text);
		assert_string_equal(joined(&tags), cases[i].tags);
		arena_free(arena);
	}
}

static void names_of_tags(void **state)
{
	static const struct {
		const char *text;
		const char *tag; /* NULL when it is none */
	} cases[] = {
		{"work", "work"},
		{"#Work", "work"},
		{"a/B", "a/b"},
		{"\xc3\x89t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
		{"e\xcc\x81", "\xc3\xa9"},
		{"", NULL},
		{"#", NULL},
		{"##a", NULL},
		{"two words", NULL},
		{"a,b", NULL},
		{"a/", NULL},
		{"/a", NULL},
		{"a//b", NULL},
		{"42", NULL},
		{"4/2", NULL},
		{"a.b", NULL},
		{"\xf0\x9f\x98\x80", NULL},
		{"-", NULL},
		{"null", "null"},
	};
	struct arena *arena = arena_new();
	char longest[TAG_MAX + 2];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *tag = tag_normalise(arena, cases[i].text);

		if (cases[i].tag == NULL)
			assert_null(tag);
		else
			assert_string_equal(tag, cases[i].tag);
	}
	memset(longest, 'x', sizeof(longest));
	longest[TAG_MAX + 1] = '\0';
	assert_null(tag_normalise(arena, longest));
	longest[TAG_MAX] = '\0';
	assert_string_equal(tag_normalise(arena, longest), longest);
	arena_free(arena);
}

static void removing_takes_what_lies_below(void **state)
{
	struct arena *arena = arena_new();
	struct tags tags = {.arena = arena};

	(void)state;
	tags_add_text(&tags, "#a/b/c #a/bb #ab #z");
	tags_remove(&tags, "a/b");
	assert_string_equal(joined(&tags), "a a/bb ab z");
	tags_remove(&tags, "a");
	assert_string_equal(joined(&tags), "ab z");
	arena_free(arena);
}

static void an_edit_brings_and_takes_hashtags(void **state)
{
	static const struct {
		const char *tags, *old_text, *new_text;
		const char *then;
	} cases[] = {
		{"#a #b #mine", "#a #b", "#a #c", "a c mine"},
		{"#a/b #a", "#a and more", "and more", "a a/b"},
		{"#a/b/c #a/b #x", "#a/b #x", "", "a a/b a/b/c"},
		{"#a/b", "#a/b", "#a", "a"},
		{"#a/b", "#a/b", "#a/c", "a a/c"},
		{"#mine", "#gone", "#gone still", "mine"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena *arena = arena_new();
		struct tags tags = {.arena = arena};

		tags_add_text(&tags, cases[i].tags);
		tags_follow(&tags, cases[i].old_text, cases[i].new_text);
		assert_string_equal(joined(&tags), cases[i].then);
		arena_free(arena);
	}
}

static void differences_and_literals(void **state)
{
	struct arena *arena = arena_new();
	struct tags one = {.arena = arena}, two = {.arena = arena}, rest;

	(void)state;
	tags_add_text(&one, "#a/b #c #null");
	assert_string_equal(tags_literal(&one), "{\"a\",\"a/b\",\"c\",\"null\"}");
	tags_add_literal(&two, "{c,\"null\",d}");
	rest = tags_without(&one, &two);
	assert_string_equal(joined(&rest), "a a/b");
	rest = tags_without(&two, &one);
	assert_string_equal(joined(&rest), "d");
	assert_true(tags_have(&two, "null"));
	assert_false(tags_have(&two, "a"));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashtags_of_a_text),
		cmocka_unit_test(names_of_tags),
		cmocka_unit_test(removing_takes_what_lies_below),
		cmocka_unit_test(an_edit_brings_and_takes_hashtags),
		cmocka_unit_test(differences_and_literals),
	};

	return cmocka_run_group_tests_name("tags", tests, NULL, NULL);
}
