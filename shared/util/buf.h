/*
 * buf: a growing byte string with a limit.
 *
 * Past its limit a buf takes nothing more and remembers that (`overflow`), so a writer checks once, at its end. `data`
 * is always NUL-terminated once something was added. After curl's dynbuf.
 */
#ifndef AURORA_UTIL_BUF_H
#define AURORA_UTIL_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t limit; /* most bytes it may hold, without the NUL */
	bool overflow;
};

/* An empty buf; nothing is allocated before the first byte. End with buf_release. */
void buf_init(struct buf *buf, size_t limit);

/* A new buf that the arena releases. */
struct buf *buf_in(struct arena *arena, size_t limit);

/* Empty it, keeping the memory for reuse unless it had grown past 256 KiB. */
void buf_clear(struct buf *buf);

void buf_release(struct buf *buf);

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_adds(struct buf *buf, const char *text);
void buf_addc(struct buf *buf, char c);

/* Longer by `len` bytes, which the caller writes at what is returned, before the next change. NULL past the limit. */
char *buf_extend(struct buf *buf, size_t len);

void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Text with what HTML would take for markup escaped, quotes included. */
void buf_add_html(struct buf *buf, const char *text);

/* Unsigned and signed decimal without printf's cost. */
void buf_addu(struct buf *buf, unsigned long long value);
void buf_addi(struct buf *buf, long long value);

/* The text, "" when empty. Valid until the next change. */
const char *buf_text(const struct buf *buf);

#endif
