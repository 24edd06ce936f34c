/*
 * arena: blocks with a bump pointer.
 *
 * The first block comes with the arena and stays over arena_clear; further ones double up to a limit. What is large
 * gets a block of its own, and under the sanitizers everything does, so that AddressSanitizer sees each allocation's
 * end.
 */
#include "util/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

#define FIRST_SIZE (16 * 1024)
#define MOST_SIZE  (256 * 1024)
#ifdef AURORA_SANITIZED
#define LARGE_SIZE 0
#else
#define LARGE_SIZE (4 * 1024)
#endif

struct block {
	struct block *next;
	alignas(max_align_t) char data[];
};

struct release {
	struct release *next;
	void (*call)(void *);
	void *ptr;
};

struct arena {
	char *at; /* free bytes of the block in use */
	char *end;
	struct block *blocks; /* all but the first */
	struct release *releases;
	size_t next_size;
	alignas(max_align_t) char first[];
};

#define FIRST_BYTES (FIRST_SIZE - sizeof(struct arena))

/* A block of `size` bytes that goes with the next arena_clear. */
static char *block_new(struct arena *arena, size_t size)
{
	struct block *block;

	if (size > SIZE_MAX / 2)
		die("out of memory: %zu bytes asked for", size);
	block = xmalloc(sizeof(*block) + size);
	block->next = arena->blocks;
	arena->blocks = block;
	return block->data;
}

/* `size` bytes that are not zeroed, at a multiple of `align` (a power of two). */
static char *take(struct arena *arena, size_t size, size_t align)
{
	size_t gap = -(uintptr_t)arena->at & (align - 1);
	char *data;

	if (size > LARGE_SIZE)
		return block_new(arena, size);
	if (gap + size > (size_t)(arena->end - arena->at)) {
		arena->at = block_new(arena, arena->next_size);
		arena->end = arena->at + arena->next_size;
		if (arena->next_size < MOST_SIZE)
			arena->next_size *= 2;
		gap = 0;
	}
	data = arena->at + gap;
	arena->at = data + size;
	return data;
}

struct arena *arena_new(void)
{
	struct arena *arena = xmalloc(FIRST_SIZE);

	arena->blocks = NULL;
	arena->releases = NULL;
	arena_clear(arena);
	return arena;
}

void arena_clear(struct arena *arena)
{
	/* A release may itself defer something: take each off the list before it runs. */
	while (arena->releases) {
		struct release *release = arena->releases;

		arena->releases = release->next;
		release->call(release->ptr);
	}
	while (arena->blocks) {
		struct block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	arena->at = arena->first;
	arena->end = arena->first + FIRST_BYTES;
	arena->next_size = 2 * FIRST_SIZE;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	arena_clear(arena);
	free(arena);
}

static void free_arena(void *arena)
{
	arena_free(arena);
}

struct arena *arena_within(struct arena *outer)
{
	struct arena *arena = arena_new();

	arena_defer(outer, free_arena, arena);
	return arena;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	/* A pointer of its own even for nothing. */
	if (size == 0)
		size = 1;
	return memset(take(arena, size, alignof(max_align_t)), 0, size);
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		die("out of memory: %zu bytes asked for", len);
	copy = take(arena, len + 1, 1);
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	char most[512];
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(most, sizeof(most), format, args);
	if (len < 0)
		die("cannot format \"%s\"", format);
	if ((size_t)len < sizeof(most)) {
		text = arena_strndup(arena, most, (size_t)len);
	} else {
		text = take(arena, (size_t)len + 1, 1);
		vsnprintf(text, (size_t)len + 1, format, again);
	}
	va_end(again);
	return text;
}

void arena_defer(struct arena *arena, void (*release)(void *), void *ptr)
{
	struct release *entry = arena_alloc(arena, sizeof(*entry));

	entry->call = release;
	entry->ptr = ptr;
	entry->next = arena->releases;
	arena->releases = entry;
}

void *xmalloc(size_t size)
{
	void *ptr = malloc(size ? size : 1);

	if (!ptr)
		die("out of memory: %zu bytes asked for", size);
	return ptr;
}

void *xcalloc(size_t count, size_t size)
{
	void *ptr = calloc(count ? count : 1, size ? size : 1);

	if (!ptr)
		die("out of memory: %zu times %zu bytes asked for", count, size);
	return ptr;
}

void *xrealloc(void *ptr, size_t size)
{
	ptr = realloc(ptr, size ? size : 1);
	if (!ptr)
		die("out of memory: %zu bytes asked for", size);
	return ptr;
}

char *xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xmalloc(size), text, size);
}
