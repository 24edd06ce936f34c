/*
 * arena: memory that belongs to one unit of work (a request, a batch) and goes all at once.
 *
 * Everything a handler allocates comes from its request's arena; nothing is freed one by one. What other libraries
 * allocate (PGresult, json_object, CURL) is handed over with arena_defer and released, last in first out, when the
 * arena is cleared. Allocation never fails: it dies with a log line. Modelled on PostgreSQL's memory contexts.
 */
#ifndef AURORA_UTIL_ARENA_H
#define AURORA_UTIL_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena; you own it and end it with arena_free. */
struct arena *arena_new(void);

/* A new, empty arena that goes with `outer`, for work that is cleared more often. */
struct arena *arena_within(struct arena *outer);

/* Run the deferred releases and forget every allocation. Keeps one block for reuse, so a steady load allocates nothing.
 */
void arena_clear(struct arena *arena);

/* arena_clear, then give the arena itself back. NULL is allowed. */
void arena_free(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* Copies that live as long as the arena. arena_strndup copies exactly `len` bytes and adds a NUL. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);

/* printf into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Call release(ptr) when the arena is cleared. */
void arena_defer(struct arena *arena, void (*release)(void *), void *ptr);

/* malloc family that dies instead of failing; for what outlives an arena. Free with free(). */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *ptr, size_t size);
char *xstrdup(const char *text);

#endif
