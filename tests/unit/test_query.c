/*
 * query and snippet: what people type, as PostgreSQL gets it, and the piece of text they see.
 */
#include "unit.h"

#include <malloc.h>

#include "functions/search/query.c"
#include "functions/search/snippet.c"

static int begin(void **state)
{
	*state = arena_new();
	return 0;
}

static int end(void **state)
{
	arena_free(*state);
	return 0;
}

static void same(const char *typed, const char *what, const char *got, const char *expected)
{
	if ((got == NULL) != (expected == NULL) || (got != NULL && strcmp(got, expected) != 0))
		fail_msg("%s of \"%s\" is %s, expected %s", what, typed, got ? got : "NULL",
			 expected ? expected : "NULL");
}

static void words_become_a_tsquery(void **state)
{
	static const struct {
		const char *typed;
		const char *words;
	} cases[] = {
		{"fox", "(('fox'))"},
		{"  quick\tfox\n", "(('quick')) & (('fox'))"},
		{"quick OR fox", "(('quick') | ('fox'))"},
		{"a b OR c d", "(('a')) & (('b') | ('c')) & (('d'))"},
		{"a OR b OR c", "(('a') | ('b') | ('c'))"},
		{"OR fox", "(('fox'))"},
		{"fox OR", "(('fox'))"},
		{"fox or dog", "(('fox')) & (('or')) & (('dog'))"},
		{"-fox", "(!('fox'))"},
		{"a OR -b", "(('a') | !('b'))"},
		{"a -", "(('a'))"},
		{"- a", "(('a'))"},
		{"\"brown fox\"", "(('brown' <-> 'fox'))"},
		{"-\"brown fox\"", "(!('brown' <-> 'fox'))"},
		{"\"brown fox", "(('brown' <-> 'fox'))"},
		{"\"\"", "NOTHING"},
		{"say\"brown fox\"now", "(('say')) & (('brown' <-> 'fox')) & (('now'))"},
		{"wi-fi", "(('wi' <-> 'fi'))"},
		{"don't", "(('don' <-> 't'))"},
		{"me@example.com", "(('me' <-> 'example' <-> 'com'))"},
		{"http://x.org/a?b=c", "(('http' <-> 'x' <-> 'org' <-> 'a' <-> 'b' <-> 'c'))"},
		{"unknown:thing", "(('unknown' <-> 'thing'))"},
		{"a\\b'c", "(('a' <-> 'b' <-> 'c'))"},
		{"& | ! ( ) : * <->", "NOTHING"},
		{"!!!", "NOTHING"},
		{"\xc3\x84rger", "(('\xc3\x84rger'))"},
		{"A\xcc\x88rger", "(('\xc3\x84rger'))"},
		{"\xe5\xa4\xa9\xe6\xb0\x97", "(('\xe5\xa4\xa9\xe6\xb0\x97'))"},
		{"\xe7\x8c\xab", "(('\xe7\x8c\xab':*))"},
		{"\xe4\xbb\x8a\xe6\x97\xa5\xe3\x81\xaf",
		 "(('\xe4\xbb\x8a\xe6\x97\xa5' <-> '\xe6\x97\xa5\xe3\x81\xaf'))"},
		{"iPhone\xe6\xbc\xa2\xe5\xad\x97", "(('iPhone' <-> '\xe6\xbc\xa2\xe5\xad\x97'))"},
		{"\xe6\xbc\xa2\xe5\xad\x97x", "(('\xe6\xbc\xa2\xe5\xad\x97' <-> '\xe5\xad\x97' <-> 'x'))"},
		{"\"\xe7\x8c\xab x\"", "(('\xe7\x8c\xab' <-> 'x'))"},
		{"\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4",
		 "(('\xed\x95\x9c\xea\xb5\xad' <-> '\xea\xb5\xad\xec\x96\xb4'))"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct query query;
		const char *fault;
		bool nothing = strcmp(cases[i].words, "NOTHING") == 0;

		if (!query_parse(&query, *state, cases[i].typed, &fault))
			fail_msg("\"%s\" is refused: %s", cases[i].typed, fault);
		same(cases[i].typed, "words", query.words, nothing ? NULL : cases[i].words);
		same(cases[i].typed, "tags", query.tags, nothing ? "'#'" : NULL);
	}
}

static const char *joined(struct arena *arena, const struct query_list *list)
{
	const char *out = "";

	for (size_t i = 0; i < list->count; i++)
		out = arena_printf(arena, "%s%s%s", out, i > 0 ? "," : "", list->items[i]);
	return out;
}

static void operators_filter(void **state)
{
	static const struct {
		const char *typed;
		const char *words, *tags, *types, *other_types, *after, *before, *is;
	} cases[] = {
		{"tag:home", NULL, "('#home')", "", "", "", "", ""},
		{"tag:#Home", NULL, "('#home')", "", "", "", "", ""},
		{"TAG:\xc3\x84hre", NULL, "('#\xc3\xa4hre')", "", "", "", "", ""},
		{"tag:a/b x", "(('x'))", "('#a/b')", "", "", "", "", ""},
		{"tag:a tag:b", NULL, "('#a') & ('#b')", "", "", "", "", ""},
		{"tag:a OR tag:b", NULL, "('#a' | '#b')", "", "", "", "", ""},
		{"-tag:a", NULL, "(!'#a')", "", "", "", "", ""},
		{"tag:\"it's\"", NULL, "('#it''s')", "", "", "", "", ""},
		{"tag:a\\b", NULL, "('#a\\\\b')", "", "", "", "", ""},
		{"type:Thoughts", NULL, NULL, "thoughts", "", "", "", ""},
		{"type:thoughts type:tasks", NULL, NULL, "thoughts,tasks", "", "", "", ""},
		{"-type:tasks x", "(('x'))", NULL, "", "tasks", "", "", ""},
		{"type:tasks OR x", "(('x'))", NULL, "tasks", "", "", "", ""},
		{"after:2026-03-29", NULL, NULL, "", "", "2026-03-29T00:00:00Z", "", ""},
		{"before:2026-03-29T09:00:00+02:00", NULL, NULL, "", "", "", "2026-03-29T07:00:00Z", ""},
		{"after:2026-01-01 after:2026-02-01 before:2027-01-01 before:2028-01-01", NULL, NULL, "", "",
		 "2026-02-01T00:00:00Z", "2027-01-01T00:00:00Z", ""},
		{"is:pinned is:OPEN", NULL, NULL, "", "", "", "", "po"},
		{"is:done x", "(('x'))", NULL, "", "", "", "", "d"},
		{"\"tag:home\"", "(('tag' <-> 'home'))", NULL, "", "", "", "", ""},
		{"tagged:x", "(('tagged' <-> 'x'))", NULL, "", "", "", "", ""},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *typed = cases[i].typed, *fault;
		char after[INSTANT_TEXT] = "", before[INSTANT_TEXT] = "";
		struct query query;

		if (!query_parse(&query, *state, typed, &fault))
			fail_msg("\"%s\" is refused: %s", typed, fault);
		if (query.after_us != INT64_MIN)
			instant_format(after, query.after_us);
		if (query.before_us != INT64_MAX)
			instant_format(before, query.before_us);
		same(typed, "words", query.words, cases[i].words);
		same(typed, "tags", query.tags, cases[i].tags);
		same(typed, "types", joined(*state, &query.types), cases[i].types);
		same(typed, "other types", joined(*state, &query.other_types), cases[i].other_types);
		same(typed, "after", after, cases[i].after);
		same(typed, "before", before, cases[i].before);
		same(typed, "is",
		     arena_printf(*state, "%s%s%s", query.pinned ? "p" : "", query.open ? "o" : "",
				  query.done ? "d" : ""),
		     cases[i].is);
		assert_false(query_is_empty(&query));
	}
}

static void nonsense_is_refused(void **state)
{
	static const char *const cases[] = {
		"tag:",
		"tag:#",
		"tag:!",
		"tag:\"\"",
		"type:",
		"is:",
		"is:happy",
		"after:",
		"after:x",
		"before:2026-13-01",
		"before:2026-02-30",
		"-is:done",
		"-after:2026-01-01",
		"a OR tag:b",
		"tag:b OR a",
	};
	struct query query;
	const char *fault;
	char too_long[QUERY_LENGTH_MAX + 2];

	for (size_t i = 0; i < COUNT(cases); i++)
		if (query_parse(&query, *state, cases[i], &fault) || fault == NULL)
			fail_msg("\"%s\" is taken", cases[i]);
	memset(too_long, 'a', sizeof(too_long));
	too_long[sizeof(too_long) - 1] = '\0';
	assert_false(query_parse(&query, *state, too_long, &fault));
	too_long[QUERY_LENGTH_MAX] = '\0';
	assert_true(query_parse(&query, *state, too_long, &fault));
	assert_true(query_parse(&query, *state, " \t ", &fault));
	assert_true(query_is_empty(&query));
}

static void tags_of_the_address_are_added(void **state)
{
	struct query query;
	const char *fault;

	assert_true(query_parse(&query, *state, "tag:a", &fault));
	assert_true(query_add_tag(&query, "B"));
	assert_string_equal(query.tags, "('#a') & '#b'");
	assert_false(query_add_tag(&query, "#"));
	assert_false(query_add_tag(&query, ""));
}

static void wanted_words_are_replaced_in_place(void **state)
{
	static const char *const replacements[] = {NULL, "receive", NULL, "tomorrow"};
	struct query query;
	const char *fault;

	assert_true(query_parse(&query, *state, "-not tag:x \"to recieve\" a tomorow type:y", &fault));
	assert_int_equal(query.wanted_count, 4);
	assert_string_equal(query_replace(&query, replacements), "-not tag:x \"to receive\" a tomorrow type:y");
	assert_false(query_correctable(&query, &query.wanted[0]));
	assert_true(query_correctable(&query, &query.wanted[1]));
	assert_true(query_parse(&query, *state, "abc1234 \xe4\xbb\x8a\xe6\x97\xa5\xe3\x81\xaf\xe5\xa4\xa9", &fault));
	assert_false(query_correctable(&query, &query.wanted[0]));
	assert_false(query_correctable(&query, &query.wanted[1]));
}

static void slips_are_counted(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned slips;
	} cases[] = {
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"same", "same", 0},
		{"gold", "goid", 1},
		{"gold", "god", 1},
		{"gold", "goold", 1},
		{"receive", "recieve", 1},
		{"kitten", "sitting", 3},
		{"ca", "abc", 3},
		{"\xc3\xa4\xc3\xb6", "\xc3\xb6\xc3\xa4", 1},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		if (query_slips(*state, cases[i].a, cases[i].b) != cases[i].slips)
			fail_msg("%s to %s takes %u slips", cases[i].a, cases[i].b,
				 query_slips(*state, cases[i].a, cases[i].b));
	assert_int_equal(query_slips_allowed("gold"), 1);
	assert_int_equal(query_slips_allowed("receive"), 2);
	assert_int_equal(query_slips_allowed("extraordinary"), 3);
}

static void folding_follows_the_index(void **state)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
		{"Plain", "plain"},
		{"\xc3\x84rger", "arger"},
		{"A\xcc\x88rger", "arger"},
		{"Stra\xc3\x9f"
		 "e",
		 "strasse"},
		{"\xc3\x98re", "ore"},
		{"\xc5\x81\xc3\xb3"
		 "d\xc5\xba",
		 "lodz"},
		{"\xef\xac\x81n", "fin"},
		{"\xc4\xb0"
		 "zmir",
		 "izmir"},
		{"GRO\xe1\xba\x9e", "gross"},
		{"\xe2\x84\xaa", "k"},
		{"\xf0\x9d\x90\x80\xc3\x85", "aa"},
		{"\xd0\x9c\xd0\xb8\xd1\x80", "\xd0\xbc\xd0\xb8\xd1\x80"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char folded[64];
		size_t expected = strlen(cases[i].folded);
		size_t len = query_fold(folded, sizeof(folded) - 1, cases[i].text, strlen(cases[i].text));

		assert_in_range(len, 0, sizeof(folded) - 1);
		folded[len] = '\0';
		same(cases[i].text, "folding", folded, cases[i].folded);
		assert_int_equal(query_fold(folded, expected, cases[i].text, strlen(cases[i].text)), expected);
		assert_int_equal(query_fold(folded, expected - 1, cases[i].text, strlen(cases[i].text)), SIZE_MAX);
	}
}

/* Every character there is folds into what is said to be enough, and is valid UTF-8. */
static void a_folded_character_has_its_limit(void **state)
{
	(void)state;
	for (ucs4_t c = 1; c <= 0x10ffff; c++) {
		char text[4], folded[QUERY_FOLDED_MAX];
		int len = u8_uctomb((uint8_t *)text, c, sizeof(text));
		size_t count;

		if (len < 0)
			continue;
		count = query_fold(folded, sizeof(folded), text, (size_t)len);
		if (count > sizeof(folded) - 4 || !utf8_valid(folded, count))
			fail_msg("U+%04X folds into %zu bytes", (unsigned)c, count);
	}
}

static void snippets_mark_and_escape(void **state)
{
	static const struct {
		const char *q, *text, *html;
	} cases[] = {
		{"fox", "The FOX ran.", "The <mark>FOX</mark> ran."},
		{"fox", "foxes, firefox", "foxes, firefox"},
		{"arger", "\xc3\x84rger!", "<mark>\xc3\x84rger</mark>!"},
		{"b", "<b> & \"b\" 'b'",
		 "&lt;<mark>b</mark>&gt; &amp; &quot;<mark>b</mark>&quot; &#39;<mark>b</mark>&#39;"},
		{"mark", "<mark>x</mark>", "&lt;<mark>mark</mark>&gt;x&lt;/<mark>mark</mark>&gt;"},
		{"x -y", "x y", "<mark>x</mark> y"},
		{"a", " a\n\n\tb\x01\x7f ", "<mark>a</mark> b "},
		{"tag:x", "a x", "a x"},
		{"", "", ""},
		{"\xe5\xa4\xa9\xe6\xb0\x97", "\xe4\xbb\x8a\xe6\x97\xa5\xe3\x81\xaf\xe5\xa4\xa9\xe6\xb0\x97\xe3\x81\xa7",
		 "\xe4\xbb\x8a\xe6\x97\xa5\xe3\x81\xaf<mark>\xe5\xa4\xa9\xe6\xb0\x97</mark>\xe3\x81\xa7"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct query query;
		const char *fault;

		assert_true(query_parse(&query, *state, cases[i].q, &fault));
		same(cases[i].text, "snippet", snippet(snippets_new(*state, &query), "", cases[i].text), cases[i].html);
	}
}

/* Only our markup, in pairs, and only whole entities. */
static void assert_html(const char *html)
{
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

	assert_true(utf8_valid(html, strlen(html)));
	for (const char *open = strstr(html, "<"); open != NULL; open = strstr(open + 1, "<")) {
		const char *close = strstr(open, "</mark>");

		assert_memory_equal(open, "<mark>", 6);
		assert_non_null(close);
		assert_null(memchr(open + 1, '<', (size_t)(close - open - 1)));
		open = close;
	}
	for (const char *at = strchr(html, '&'); at != NULL; at = strchr(at + 1, '&')) {
		size_t e = 0;

		while (e < COUNT(entities) && strncmp(at, entities[e], strlen(entities[e])) != 0)
			e++;
		assert_in_range(e, 0, COUNT(entities) - 1);
	}
}

static void repeat(struct buf *out, const char *text, int times)
{
	for (int i = 0; i < times; i++)
		buf_adds(out, text);
}

static void snippets_show_the_title_where_it_alone_has_the_words(void **state)
{
	static const struct {
		const char *q, *title, *body, *html;
	} cases[] = {
		{"fox", "A fox & <co>", "The body", "A <mark>fox</mark> &amp; &lt;co&gt; The body"},
		{"fox", "A fox", "", "A <mark>fox</mark>"},
		{"fox", "A fox ", " \n body", "A <mark>fox</mark> body"},
		{"fox", "A fox", "another fox", "another <mark>fox</mark>"},
		{"fox ran", "A fox", "it ran", "it <mark>ran</mark>"},
		{"hen", "A fox", "ran", "ran"},
		{"tag:fox", "A fox", "ran", "ran"},
		{"", "A fox", "", ""},
		{"\xe6\x97\xa5\xe3\x81\xaf", "\xe4\xbb\x8a\xe6\x97\xa5\xe3\x81\xaf", "\xe6\x97\xa5",
		 "\xe4\xbb\x8a<mark>\xe6\x97\xa5\xe3\x81\xaf</mark> \xe6\x97\xa5"},
	};
	struct buf *text = buf_in(*state, 1u << 20);
	const char *fault, *html;
	struct query query;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(query_parse(&query, *state, cases[i].q, &fault));
		same(cases[i].q, "snippet", snippet(snippets_new(*state, &query), cases[i].title, cases[i].body),
		     cases[i].html);
	}
	/* Both within one window, wherever the one ends and the other begins. */
	assert_true(query_parse(&query, *state, "fox", &fault));
	repeat(text, "straw ", 100);
	for (int words = 0; words < 100; words++) {
		struct buf *title = buf_in(*state, 4096);

		repeat(title, "hay ", words);
		buf_adds(title, "fox");
		repeat(title, " hay", words);
		html = snippet(snippets_new(*state, &query), buf_text(title), buf_text(text));
		assert_html(html);
		assert_non_null(strstr(html, "<mark>fox</mark>"));
		assert_in_range(utf8_length(html, strlen(html)), WINDOW, WINDOW_MAX + sizeof("<mark></mark>") + 1);
		assert_string_equal(html + strlen(html) - 3, "\xe2\x80\xa6");
		if (words < 20)
			assert_non_null(strstr(html, " straw"));
		if (words > 60)
			assert_null(strstr(html, "straw"));
	}
}

static void snippets_show_where_most_is(void **state)
{
	struct buf *text = buf_in(*state, 1u << 20);
	struct query query;
	const char *fault, *html;

	buf_adds(text, "needle ");
	for (int i = 0; i < 400; i++)
		buf_adds(text, "straw \xc3\xa4\xc3\xb6\xc3\xbc ");
	buf_adds(text, "needle in the haystack ");
	for (int i = 0; i < 400; i++)
		buf_adds(text, "straw ");
	assert_true(query_parse(&query, *state, "needle haystack", &fault));
	html = snippet(snippets_new(*state, &query), "", buf_text(text));
	assert_non_null(strstr(html, "<mark>needle</mark> in the <mark>haystack</mark>"));
	assert_memory_equal(html, "\xe2\x80\xa6", 3);
	assert_string_equal(html + strlen(html) - 3, "\xe2\x80\xa6");
	assert_in_range(utf8_length(html, strlen(html)), WINDOW, WINDOW + LEAD + 40);
	assert_true(utf8_valid(html, strlen(html)));
}

/* Occurrences without end, of any length, side by side or apart: cut like other text, but nothing of it in two. */
static void snippets_end_within_what_was_found(void **state)
{
	static const struct {
		const char *q, *found, *between;
	} cases[] = {
		{"\xe7\x8c\xab", "\xe7\x8c\xab", ""},  {"\xf0\xa0\x80\x80", "\xf0\xa0\x80\x80", ""},
		{"\xe7\x8c\xab", "\xe7\x8c\xab", "'"}, {"a", "a", "\""},
		{"\xc3\xa9", "\xc3\xa9", "&"},         {"\xe7\x8c\xab\xe5\xa5\xbd", "\xe7\x8c\xab\xe5\xa5\xbd", ""},
	};
	static const char *const starts[] = {"", "a ", "ab ", "\"", "&&& ", "\xc3\xa9 "};
	struct query query;
	const char *fault;

	for (size_t i = 0; i < COUNT(cases) * COUNT(starts); i++) {
		for (int times = 1; times < 400; times += times < 200 ? 13 : 1) {
			struct buf *text = buf_in(*state, 1u << 20);
			const char *html;

			assert_true(query_parse(&query, *state, cases[i / COUNT(starts)].q, &fault));
			buf_adds(text, starts[i % COUNT(starts)]);
			for (int n = 0; n < times; n++) {
				buf_adds(text, cases[i / COUNT(starts)].found);
				buf_adds(text, cases[i / COUNT(starts)].between);
			}
			buf_adds(text, "\xc3\xa9");
			html = snippet(snippets_new(*state, &query), "", buf_text(text));
			assert_html(html);
			assert_in_range(strlen(html), 1, HTML_MAX);
			arena_clear(*state);
		}
	}
	/* Of 500 characters, and of every length up to that; one word of Han, and one of letters. */
	for (int length = 1; length <= QUERY_LENGTH_MAX; length++) {
		struct buf *run = buf_in(*state, 4096), *word = buf_in(*state, 4096);

		for (int n = 0; n < length; n++) {
			uint8_t character[4];

			buf_add(run, character, (size_t)u8_uctomb(character, (ucs4_t)(0x4e00 + n), 4));
			buf_adds(word, n % 2 ? "\xc3\xa9" : "x");
		}
		for (int i = 0; i < 4; i++) {
			struct buf *text = buf_in(*state, 1u << 20);
			const char *html;

			assert_true(query_parse(&query, *state, buf_text(i < 2 ? run : word), &fault));
			buf_adds(text, i % 2 ? "a " : "ab ");
			repeat(text, buf_text(i < 2 ? run : word), i < 2 ? 40 : 1);
			html = snippet(snippets_new(*state, &query), "", buf_text(text));
			assert_html(html);
			assert_non_null(strstr(html, "<mark>"));
			assert_in_range(strlen(html), 1, HTML_MAX);
			assert_in_range(utf8_length(html, strlen(html)), 1, WINDOW_MAX * 14 + 2);
		}
		arena_clear(*state);
	}
}

/* However many are made, however their words are written: the memory is that of the first. */
static void snippets_keep_nothing(void **state)
{
	struct buf *text = buf_in(*state, 1u << 20);
	struct snippets *snippets;
	struct query query;
	struct mallinfo2 before, after;
	const char *fault;

	repeat(text,
	       "\xc3\xa9 \xc3\xa9t\xc3\xa9 STRA\xc3\x9f"
	       "E ",
	       2000);
	buf_adds(text, "z\xc3\xa9"
		       "bra");
	assert_true(query_parse(&query, *state, "zebra strasze", &fault));
	snippets = snippets_new(*state, &query);
	assert_non_null(strstr(snippet(snippets, "", buf_text(text)), "<mark>z\xc3\xa9"
								      "bra</mark>"));
	before = mallinfo2();
	for (int i = 0; i < 50; i++)
		snippet(snippets, "", buf_text(text));
	after = mallinfo2();
	assert_in_range(after.uordblks + after.hblkhd, 0, before.uordblks + before.hblkhd + 65536);
}

/* Whatever is typed and written: no crash, valid UTF-8, marks in pairs. */
static void anything_can_be_typed(void **state)
{
	static const char *const pieces[] = {"\"",
					     "-",
					     " ",
					     "OR",
					     "tag:",
					     "a",
					     "b'\\",
					     "\xe7\x8c\xab",
					     "(",
					     ":*",
					     "\xcc\x88",
					     "<",
					     "is:",
					     "x1",
					     "\xf0\x9f\x8e\x89",
					     "\n"};
	unsigned seed = 20260329;

	for (int round = 0; round < 3000; round++) {
		struct buf *q = buf_in(*state, 4096), *text = buf_in(*state, 65536);
		struct query query;
		const char *fault, *html;

		for (int i = 0; i < 12; i++) {
			seed = seed * 1103515245u + 12345u;
			buf_adds(q, pieces[(seed >> 16) % COUNT(pieces)]);
			for (unsigned j = 0; j < (seed >> 24) % 8; j++)
				buf_adds(text, pieces[(seed >> (j + 8)) % COUNT(pieces)]);
		}
		if (!query_parse(&query, *state, buf_text(q), &fault))
			continue;
		html = snippet(snippets_new(*state, &query), "", buf_text(text));
		assert_html(html);
		arena_clear(*state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words_become_a_tsquery, begin, end),
		cmocka_unit_test_setup_teardown(operators_filter, begin, end),
		cmocka_unit_test_setup_teardown(nonsense_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(tags_of_the_address_are_added, begin, end),
		cmocka_unit_test_setup_teardown(wanted_words_are_replaced_in_place, begin, end),
		cmocka_unit_test_setup_teardown(slips_are_counted, begin, end),
		cmocka_unit_test_setup_teardown(folding_follows_the_index, begin, end),
		cmocka_unit_test(a_folded_character_has_its_limit),
		cmocka_unit_test_setup_teardown(snippets_mark_and_escape, begin, end),
		cmocka_unit_test_setup_teardown(snippets_show_the_title_where_it_alone_has_the_words, begin, end),
		cmocka_unit_test_setup_teardown(snippets_show_where_most_is, begin, end),
		cmocka_unit_test_setup_teardown(snippets_end_within_what_was_found, begin, end),
		cmocka_unit_test_setup_teardown(snippets_keep_nothing, begin, end),
		cmocka_unit_test_setup_teardown(anything_can_be_typed, begin, end),
	};

	return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
