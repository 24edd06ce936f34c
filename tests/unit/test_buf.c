/*
 * buf: growth, the limit and what happens at it.
 */
#include "unit.h"

#include <limits.h>

#include "util/arena.h"
#include "util/buf.h"

static void it_takes_exactly_its_limit(void **state)
{
	static const size_t limits[] = {0, 1, 2, 255, 256, 257, 511, 512, 513, 5000, 300000};

	(void)state;
	for (size_t i = 0; i < COUNT(limits); i++) {
		struct buf buf;

		buf_init(&buf, limits[i]);
		for (size_t at = 0; at < limits[i]; at++) {
			buf_addc(&buf, (char)('a' + at % 26));
			assert_int_equal(strlen(buf.data), at + 1);
			assert_true(buf.cap <= limits[i] + 1);
		}
		assert_false(buf.overflow);
		assert_int_equal(buf.len, limits[i]);
		buf_addc(&buf, '!');
		assert_true(buf.overflow);
		assert_int_equal(buf.len, limits[i]);
		assert_int_equal(strlen(buf_text(&buf)), limits[i]);
		buf_release(&buf);
	}
}

static void past_the_limit_nothing_is_taken(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	buf_adds(&buf, "abc");
	buf_adds(&buf, "def");
	buf_addc(&buf, 'x');
	buf_addu(&buf, 7);
	buf_printf(&buf, "y");
	assert_true(buf.overflow);
	assert_string_equal(buf_text(&buf), "abc");
	buf_clear(&buf);
	assert_false(buf.overflow);
	assert_string_equal(buf_text(&buf), "");
	buf_adds(&buf, "fits!");
	assert_false(buf.overflow);
	assert_string_equal(buf_text(&buf), "fits!");
	buf_release(&buf);
	assert_string_equal(buf_text(&buf), "");
	assert_int_equal(buf.limit, 5);
}

static void printf_stops_at_the_limit_too(void **state)
{
	(void)state;
	for (int limit = 0; limit < 300; limit++) {
		for (int len = limit > 3 ? limit - 3 : 0; len < limit + 3; len++) {
			struct buf buf;

			buf_init(&buf, (size_t)limit + 2);
			buf_adds(&buf, "<>");
			buf_printf(&buf, "%*s", len, "");
			assert_int_equal(buf.overflow, len > limit);
			assert_int_equal(buf.len, 2 + (len > limit ? 0 : len));
			assert_int_equal(strlen(buf.data), buf.len);
			buf_release(&buf);
		}
	}
}

static void bytes_stay_as_they_are(void **state)
{
	struct buf buf;
	char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	buf_init(&buf, SIZE_MAX);
	buf_add(&buf, NULL, 0);
	for (int i = 0; i < 1000; i++)
		buf_add(&buf, all, sizeof(all));
	assert_false(buf.overflow);
	assert_int_equal(buf.len, 256000);
	for (int i = 0; i < 1000; i++)
		assert_memory_equal(buf.data + 256 * i, all, sizeof(all));
	assert_int_equal(buf.data[buf.len], 0);
	buf_release(&buf);
}

static void numbers_are_written_as_printf_does(void **state)
{
	static const long long numbers[] = {0, 1, -1, 9, 10, -10, 99, 100, 4711, LLONG_MAX, LLONG_MIN, LLONG_MIN + 1};
	struct buf buf;
	char text[32];

	(void)state;
	buf_init(&buf, 100);
	for (size_t i = 0; i < COUNT(numbers); i++) {
		buf_clear(&buf);
		buf_addi(&buf, numbers[i]);
		snprintf(text, sizeof(text), "%lld", numbers[i]);
		assert_string_equal(buf_text(&buf), text);
		buf_clear(&buf);
		buf_addu(&buf, (unsigned long long)numbers[i]);
		snprintf(text, sizeof(text), "%llu", (unsigned long long)numbers[i]);
		assert_string_equal(buf_text(&buf), text);
	}
	buf_release(&buf);
}

static void clear_keeps_a_small_one(void **state)
{
	struct buf buf;
	char *data;

	(void)state;
	buf_init(&buf, 1 << 20);
	buf_adds(&buf, "small");
	data = buf.data;
	buf_clear(&buf);
	assert_ptr_equal(buf.data, data);
	assert_string_equal(buf.data, "");
	buf_printf(&buf, "%*s", 600000, "");
	buf_clear(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.cap, 0);
	assert_int_equal(buf.limit, 1 << 20);
	buf_adds(&buf, "again");
	assert_string_equal(buf_text(&buf), "again");
	buf_release(&buf);
}

static void an_arena_releases_its_bufs(void **state)
{
	struct arena *arena = arena_new();
	struct buf *buf = buf_in(arena, 10);

	(void)state;
	buf_adds(buf, "0123456789");
	assert_false(buf->overflow);
	buf_addc(buf, 'x');
	assert_true(buf->overflow);
	arena_free(arena);
}

static void html_is_escaped(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	buf_add_html(&buf, "<a href=\"x\">'&amp;'</a> ä");
	assert_string_equal(buf_text(&buf), "&lt;a href=&quot;x&quot;&gt;'&amp;amp;'&lt;/a&gt; ä");
	buf_release(&buf);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_is_escaped),
		cmocka_unit_test(it_takes_exactly_its_limit),
		cmocka_unit_test(past_the_limit_nothing_is_taken),
		cmocka_unit_test(printf_stops_at_the_limit_too),
		cmocka_unit_test(bytes_stay_as_they_are),
		cmocka_unit_test(numbers_are_written_as_printf_does),
		cmocka_unit_test(clear_keeps_a_small_one),
		cmocka_unit_test(an_arena_releases_its_bufs),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
