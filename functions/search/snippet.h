/*
 * snippet: the part of a text around what was searched for, as HTML.
 */
#ifndef AURORA_SEARCH_SNIPPET_H
#define AURORA_SEARCH_SNIPPET_H

struct arena;
struct query;
struct snippets;

/* What the snippets of all that one query finds are made with, in the arena. */
struct snippets *snippets_new(struct arena *arena, const struct query *query);

/*
 * At most about 240 characters of `body` (valid UTF-8, as the title) where most of the query's words stand, on one
 * line; "…" where it was cut. Where they stand in the title alone, that of it and then the beginning of the body. All
 * of HTML's special characters are escaped; each occurrence is in <mark>. Valid until the next one.
 */
const char *snippet(struct snippets *snippets, const char *title, const char *body);

#endif
