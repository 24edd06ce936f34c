/*
 * pdf: a journal as a book.
 *
 * Setting type needs a dozen libraries, which would be a burden for a process that mostly reads entries. So entries are
 * written down in a file as they come, and a child of the process loads the plug-in (book.h) that makes a book of it,
 * within limits of its own.
 */
#ifndef AURORA_JOURNALS_PDF_H
#define AURORA_JOURNALS_PDF_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct pdf;
struct result;

struct pdf *pdf_begin(struct arena *arena, const char *name, const char *description, const char *locale,
		      const char *writer);

/* The next entry, a row of entry_export; `work` is for what is needed meanwhile. NULL, or why it cannot be. */
const char *pdf_add(struct pdf *pdf, struct arena *work, const struct result *entry);

/* Make the book and hand its bytes to sink(ctx, data, len). NULL, or why it could not be: then nothing was handed over,
 * but for a sink that refused. */
const char *pdf_end(struct pdf *pdf, bool (*sink)(void *ctx, const void *data, size_t len), void *ctx);

#endif
