/*
 * html: a journal as an HTML page, as public pages and exports show it.
 */
#ifndef AURORA_JOURNALS_HTML_H
#define AURORA_JOURNALS_HTML_H

struct arena;
struct buf;
struct result;

/* What stands before a page's own: to be followed by the rest of <head>, if any, and html_main. */
void html_begin(struct buf *out, const char *language, const char *title);
void html_main(struct buf *out);
void html_end(struct buf *out);

/* The house's style sheet, within <style>, for a page that stands alone. */
void html_style(struct arena *arena, struct buf *out);

/* The journal's name and description as a heading. */
void html_heading(struct buf *out, const char *name, const char *description);

/* An entry (columns title, content and entry_date of a row) up to its end, which html_article_end writes. `rewrite` and
 * its context are markdown_html's. */
void html_article(struct arena *arena, struct buf *out, const char *locale, const struct result *entries, int row,
		  const char *(*rewrite)(void *ctx, const char *url), void *ctx);
void html_article_end(struct buf *out);

#endif
