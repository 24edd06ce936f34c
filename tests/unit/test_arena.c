/*
 * arena: zeroed and aligned memory, copies, deferred releases, reuse.
 */
#include "unit.h"

#include <malloc.h>

#include "util/arena.h"

static const size_t sizes[] = {0,    1,    7,    15,    16,    17,    255,   4095,   4096,
			       4097, 8000, 9000, 16383, 16384, 16385, 70000, 1 << 20};

static char order[16];
static size_t order_len;

static void note(void *mark)
{
	order[order_len++] = *(const char *)mark;
	order[order_len] = '\0';
}

struct chain {
	struct arena *arena;
	const char *mark;
};

static void defer_again(void *ptr)
{
	struct chain *chain = ptr;

	arena_defer(chain->arena, note, (void *)(uintptr_t)chain->mark);
}

static void memory_is_zeroed_and_aligned(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 4 * COUNT(sizes); i++) {
			size_t size = sizes[i % COUNT(sizes)];
			unsigned char *data = arena_alloc(arena, size);

			assert_non_null(data);
			assert_int_equal((uintptr_t)data % _Alignof(max_align_t), 0);
			for (size_t at = 0; at < size; at++)
				assert_int_equal(data[at], 0);
			/* What the next round must not see. */
			memset(data, 0xa5, size);
			arena_strndup(arena, "x", i % 3);
		}
		arena_clear(arena);
	}
	arena_free(arena);
}

static void allocations_do_not_overlap(void **state)
{
	struct arena *arena = arena_new();
	unsigned char *data[400];
	size_t count = COUNT(data);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		data[i] = arena_alloc(arena, sizes[i % (COUNT(sizes) - 2)]);
		memset(data[i], (int)(i % 251), sizes[i % (COUNT(sizes) - 2)]);
	}
	for (size_t i = 0; i < count; i++)
		for (size_t at = 0; at < sizes[i % (COUNT(sizes) - 2)]; at++)
			assert_int_equal(data[i][at], i % 251);
	assert_ptr_not_equal(arena_alloc(arena, 0), arena_alloc(arena, 0));
	arena_free(arena);
}

static void texts_are_copied(void **state)
{
	static const size_t lengths[] = {0, 1, 510, 511, 512, 513, 4096, 100000};
	struct arena *arena = arena_new();
	char *long_text = calloc(1, 100001);

	(void)state;
	assert_string_equal(arena_strdup(arena, ""), "");
	assert_string_equal(arena_strdup(arena, "Zoë"), "Zoë");
	assert_memory_equal(arena_strndup(arena, "a\0bcd", 4), "a\0bc", 5);
	assert_string_equal(arena_strndup(arena, NULL, 0), "");
	assert_string_equal(arena_printf(arena, "%s-%d", "x", -5), "x--5");
	for (size_t i = 0; i < COUNT(lengths); i++) {
		memset(long_text, 'y', lengths[i]);
		long_text[lengths[i]] = '\0';
		assert_string_equal(arena_printf(arena, "%s", long_text), long_text);
	}
	free(long_text);
	arena_free(arena);
}

static void releases_run_last_in_first_out(void **state)
{
	struct arena *arena = arena_new();
	struct chain chain = {arena, "z"};

	(void)state;
	order_len = 0;
	arena_defer(arena, note, (char[]){"a"});
	arena_defer(arena, defer_again, &chain);
	arena_defer(arena, note, (char[]){"b"});
	arena_defer(arena, note, (char[]){"c"});
	arena_clear(arena);
	assert_string_equal(order, "cbza");
	arena_clear(arena);
	assert_string_equal(order, "cbza");
	arena_defer(arena, note, (char[]){"d"});
	arena_free(arena);
	assert_string_equal(order, "cbzad");
	arena_free(NULL);
}

static void a_steady_load_allocates_nothing(void **state)
{
	struct arena *arena = arena_new();
	size_t before = mallinfo2().uordblks;

	(void)state;
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < 100; i++)
			arena_alloc(arena, 100);
#ifndef AURORA_SANITIZED
		assert_int_equal(mallinfo2().uordblks, before);
#endif
		arena_clear(arena);
	}
	/* And what a large request took comes back. */
	for (int i = 0; i < 10000; i++)
		arena_alloc(arena, 100);
	arena_clear(arena);
	assert_int_equal(mallinfo2().uordblks, before);
	arena_free(arena);
}

static void alloc_too_much(void *arena)
{
	arena_alloc(arena, SIZE_MAX - 64);
}

static void strndup_too_much(void *arena)
{
	arena_strndup(arena, "", SIZE_MAX);
}

static void what_cannot_be_had_dies(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_dies(alloc_too_much, arena);
	assert_dies(strndup_too_much, arena);
	arena_free(arena);
}

static void malloc_family_gives_pointers(void **state)
{
	char *data = xmalloc(0), *copy = xstrdup("copy"), *zeroed = xcalloc(3, 5);

	(void)state;
	assert_non_null(data);
	assert_non_null(data = xrealloc(data, 0));
	data = xrealloc(data, 100);
	memset(data, 1, 100);
	assert_string_equal(copy, "copy");
	for (int i = 0; i < 15; i++)
		assert_int_equal(zeroed[i], 0);
	free(data);
	free(copy);
	free(zeroed);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(allocations_do_not_overlap),
		cmocka_unit_test(texts_are_copied),
		cmocka_unit_test(releases_run_last_in_first_out),
		cmocka_unit_test(a_steady_load_allocates_nothing),
		cmocka_unit_test(what_cannot_be_had_dies),
		cmocka_unit_test(malloc_family_gives_pointers),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
