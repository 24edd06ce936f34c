/*
 * buf: doubling growth up to the limit.
 */
#include "util/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/log.h"

#define SMALLEST 256
#define KEPT     (256 * 1024)

static bool grow(struct buf *buf, size_t len)
{
	size_t cap = buf->cap;

	if (buf->overflow || len > buf->limit - buf->len) {
		buf->overflow = true;
		return false;
	}
	if (cap == 0)
		cap = SMALLEST;
	while (cap <= buf->len + len)
		cap *= 2;
	/* The last doubling may stop at the limit. */
	if (cap > buf->limit + 1)
		cap = buf->limit + 1;
	buf->data = xrealloc(buf->data, cap);
	buf->cap = cap;
	return true;
}

/* Room for `len` more bytes and the NUL; false, and nothing is taken any more, when that is beyond the limit. */
static inline bool room(struct buf *buf, size_t len)
{
	return (len < buf->cap - buf->len && !buf->overflow) || grow(buf, len);
}

static void release(void *buf)
{
	buf_release(buf);
}

void buf_init(struct buf *buf, size_t limit)
{
	/* Doubling must not wrap, and a string has to have its NUL. */
	if (limit > SIZE_MAX / 4)
		limit = SIZE_MAX / 4;
	*buf = (struct buf){.limit = limit};
}

struct buf *buf_in(struct arena *arena, size_t limit)
{
	struct buf *buf = arena_alloc(arena, sizeof(*buf));

	buf_init(buf, limit);
	arena_defer(arena, release, buf);
	return buf;
}

void buf_clear(struct buf *buf)
{
	if (buf->cap > KEPT) {
		buf_release(buf);
		return;
	}
	buf->len = 0;
	buf->overflow = false;
	if (buf->data)
		buf->data[0] = '\0';
}

void buf_release(struct buf *buf)
{
	free(buf->data);
	buf_init(buf, buf->limit);
}

char *buf_extend(struct buf *buf, size_t len)
{
	char *at;

	if (!room(buf, len))
		return NULL;
	at = buf->data + buf->len;
	at[len] = '\0';
	buf->len += len;
	return at;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	char *at = buf_extend(buf, len);

	if (at != NULL && len > 0)
		memcpy(at, data, len);
}

void buf_adds(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_addc(struct buf *buf, char c)
{
	char *at = buf_extend(buf, 1);

	if (at != NULL)
		*at = c;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(buf, format, args);
	va_end(args);
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
	va_list again;
	int len;

	if (buf->overflow)
		return;
	va_copy(again, args);
	len = vsnprintf(buf->data ? buf->data + buf->len : NULL, buf->cap - buf->len, format, args);
	if (len < 0)
		die("cannot format \"%s\"", format);
	if ((size_t)len >= buf->cap - buf->len) {
		if (room(buf, (size_t)len))
			vsnprintf(buf->data + buf->len, buf->cap - buf->len, format, again);
		else if (buf->data)
			buf->data[buf->len] = '\0';
	}
	va_end(again);
	if (!buf->overflow)
		buf->len += (size_t)len;
}

void buf_add_html(struct buf *buf, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			buf_adds(buf, "&amp;");
			break;
		case '<':
			buf_adds(buf, "&lt;");
			break;
		case '>':
			buf_adds(buf, "&gt;");
			break;
		case '"':
			buf_adds(buf, "&quot;");
			break;
		default:
			buf_addc(buf, *text);
		}
}

void buf_addu(struct buf *buf, unsigned long long value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	buf_add(buf, digits + at, sizeof(digits) - at);
}

void buf_addi(struct buf *buf, long long value)
{
	char digits[20];
	size_t at = sizeof(digits);
	unsigned long long rest = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--at] = '-';
	buf_add(buf, digits + at, sizeof(digits) - at);
}

const char *buf_text(const struct buf *buf)
{
	return buf->data ? buf->data : "";
}
