/*
 * markdown: CommonMark with GitHub's tables, task lists, strikethrough and autolinks, by cmark-gfm.
 *
 * Always in safe mode: a writer's HTML is left out, and so are links that would run something (reliability: what
 * somebody wrote is shown to others).
 */
#ifndef AURORA_JOURNALS_MARKDOWN_H
#define AURORA_JOURNALS_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include <cmark-gfm.h>

struct arena;
struct buf;

/*
 * The document of `len` bytes of valid UTF-8; the arena releases it. Tables are plain text where one would be blown up
 * by its empty cells: cmark-gfm fills each short row up to its heading's width.
 */
/* cmark-gfm's extensions that are used; the first is left out where tables are not to be tables. */
#define MARKDOWN_EXTENSIONS "table", "tasklist", "strikethrough", "autolink"

/* Whether its tables can be tables: the widest line times the lines are not too many cells, and no paragraph has very
 * many lines. */
bool markdown_tables_affordable(const char *text, size_t len);

cmark_node *markdown_parse(struct arena *arena, const char *text, size_t len);

/*
 * A document as HTML, appended. `rewrite` (NULL for none) is asked for the address of each link and image, and answers
 * what stands there instead; NULL from it leaves the link or image out, but for its text. A text whose markup would
 * become many times as large stands there as it is. `text` ends with a NUL.
 */
void markdown_html(struct arena *arena, const char *text, size_t len, struct buf *out,
		   const char *(*rewrite)(void *ctx, const char *url), void *ctx);

#endif
