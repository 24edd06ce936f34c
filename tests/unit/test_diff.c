/*
 * diff: what changed, put together again byte for byte, read as a person would, and bounded.
 */
#include "unit.h"

#include "functions/journals/diff.c"
#include "util/buf.h"

static char *joined(struct arena *arena, const struct diff_part *parts, size_t count, enum diff_op left_out)
{
	size_t len = 0;
	char *out;
	char *at;

	for (size_t i = 0; i < count; i++)
		len += parts[i].op != left_out ? parts[i].len : 0;
	at = out = arena_alloc(arena, len + 1);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].op == left_out)
			continue;
		memcpy(at, parts[i].text, parts[i].len);
		at += parts[i].len;
	}
	return out;
}

/* "=equal-old+new" of two texts; what they are made of again is checked. */
static char *shown(struct arena *arena, const char *old_text, const char *new_text)
{
	struct diff_part *parts;
	size_t count = diff_words(arena, old_text, strlen(old_text), new_text, strlen(new_text), &parts);
	char *out = arena_strdup(arena, "");

	assert_string_equal(joined(arena, parts, count, DIFF_INSERT), old_text);
	assert_string_equal(joined(arena, parts, count, DIFF_DELETE), new_text);
	for (size_t i = 0; i < count && count < 100; i++)
		out = arena_printf(arena, "%s%c%.*s", out, "=+-"[parts[i].op], (int)parts[i].len, parts[i].text);
	return out;
}

static void reads_well(void **state)
{
	static const struct {
		const char *old_text, *new_text, *shown;
	} cases[] = {
		{"", "", ""},
		{"same", "same", "=same"},
		{"", "new", "+new"},
		{"gone", "", "-gone"},
		{"The quick brown fox", "The slow brown fox", "=The -quick+slow= brown fox"},
		{"one two three", "four five three", "-one two+four five= three"},
		{"a\nb\nc\n", "a\nc\n", "=a\n-b\n=c\n"},
		{"a\nb\nc\n", "a\nx\nb\nc\n", "=a\n+x\n=b\nc\n"},
		{"keep\nold words here\nkeep", "keep\nold word here\nkeep", "=keep\nold -words+word= here\nkeep"},
		{"naïve café", "naïve cafés", "=naïve -café+cafés"},
		{"我喜欢写日记", "我喜欢读日记", "=我喜欢-写+读=日记"},
		{"Hello, world.", "Hello, world!", "=Hello, world-.+!"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(shown(arena, cases[i].old_text, cases[i].new_text), cases[i].shown);
	arena_free(arena);
}

static void any_texts_come_back(void **state)
{
	static const char *const words[] = {"a", "b", " ", "  ", "\n", "\n\n", ".", "é", "word", "日", "👍", "-", "x y"};
	struct arena *arena = arena_new();

	(void)state;
	srand(7);
	for (int round = 0; round < 3000; round++) {
		char texts[2][2048] = {"", ""};

		for (int side = 0; side < 2; side++) {
			struct buf text;

			buf_init(&text, sizeof(texts[side]) - 1);
			for (int i = rand() % 120; i > 0; i--)
				buf_adds(&text, words[(size_t)rand() % COUNT(words)]);
			memcpy(texts[side], buf_text(&text), text.len + 1);
			buf_release(&text);
		}
		shown(arena, texts[0], texts[1]);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* A text of `words` numbers from `first` on, `step` apart, `per_line` on a line. */
static char *numbers(struct arena *arena, int first, int step, int words, int per_line)
{
	struct buf *out = buf_in(arena, 1u << 22);

	for (int i = 0; i < words; i++)
		buf_printf(out, "%d%s", first + i * step, i % per_line == per_line - 1 ? "\n" : " ");
	return arena_strdup(arena, buf_text(out));
}

static void what_differs_wholly_is_bounded(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	shown(arena, numbers(arena, 1000000, 2, 130000, 130000), numbers(arena, 1000001, 2, 130000, 130000));
	shown(arena, numbers(arena, 1000000, 2, 130000, 1), numbers(arena, 1000001, 2, 130000, 1));
	shown(arena, numbers(arena, 1000000, 1, 130000, 700), numbers(arena, 1000300, 1, 130000, 900));
	shown(arena, numbers(arena, 1000000, 1, 130000, 10), numbers(arena, 1000000, 1, 130000, 11));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_well),
		cmocka_unit_test(any_texts_come_back),
		cmocka_unit_test(what_differs_wholly_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
