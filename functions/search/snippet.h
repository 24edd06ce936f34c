/*
 * snippet: the part of a text around what was searched for, as HTML.
 */
#ifndef AURORA_SEARCH_SNIPPET_H
#define AURORA_SEARCH_SNIPPET_H

struct arena;
struct query;

/*
 * At most about 240 characters of `text` where most of the query's words stand, on one line; "…" where it was cut. All
 * of HTML's special characters are escaped; each occurrence is in <mark>. In the arena.
 */
const char *snippet(struct arena *arena, const char *text, const struct query *query);

#endif
