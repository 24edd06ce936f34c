/*
 * words: counted as a reader would, in scripts with spaces and without.
 */
#include "unit.h"

#include "functions/journals/words.c"
#include "util/buf.h"

static void counted(void **state)
{
	static const struct {
		const char *text;
		long words;
	} cases[] = {
		{"", 0},
		{"   \n\t", 0},
		{"one", 1},
		{"Hello, world!", 2},
		{"don't stop — really", 3},
		{"well-known 3.14 1,000 a/b", 4},
		{"see https://example.org/a/b?c=d now", 3},
		{"# Title\n\n- [ ] buy **milk**\n- [x] done\n\n---\n", 5},
		{"| a | b |\n|---|---|\n|c|d|", 4},
		{"`code` _it_ ~~gone~~ > quote", 4},
		{"👍 😀 !!!", 0},
		{"naïve café Straße", 3},
		{"Привет, мир", 2},
		{"καλημέρα κόσμε", 2},
		{"مرحبا بالعالم", 2},
		{"नमस्ते दुनिया", 2},
		{"안녕하세요 세계", 2},
		{"我喜欢在晚上写日记", 6},
		{"我喜欢，写日记。", 4},
		{"今日はいい天気です", 5},
		{"コンピューター", 1},
		{"สวัสดีชาวโลก", 3},
		{"我用Linux系统", 4},
		{"word…word—word", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		long words = words_count(cases[i].text, strlen(cases[i].text));

		if (words != cases[i].words)
			fail_msg("'%s': %ld words, not %ld", cases[i].text, words, cases[i].words);
	}
}

static void a_mebibyte_of_any_script(void **state)
{
	static const char *const units[] = {"word ", "日", "ไ", "x", "é-", "👍"};

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++) {
		struct buf text;

		buf_init(&text, 1u << 20);
		while (text.len + strlen(units[i]) <= 1u << 20)
			buf_adds(&text, units[i]);
		assert_true(words_count(text.data, text.len) >= 0);
		buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counted),
		cmocka_unit_test(a_mebibyte_of_any_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
