#include "html.h"

#include <fcntl.h>
#include <unistd.h>

#include "aurora/params.h"
#include "db/db.h"
#include "util/arena.h"
#include "util/buf.h"

#include "markdown.h"
#include "template.h"

#define STYLE_MAX 65536

void html_begin(struct buf *out, const char *language, const char *title)
{
	buf_adds(out, "<!DOCTYPE html>\n<html lang=\"");
	buf_add_html(out, language);
	buf_adds(out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	buf_add_html(out, title);
	buf_adds(out, "</title>\n");
}

void html_main(struct buf *out)
{
	buf_adds(out, "</head>\n<body>\n<main class=\"journal\">\n");
}

void html_end(struct buf *out)
{
	buf_adds(out, "</main>\n</body>\n</html>\n");
}

void html_heading(struct buf *out, const char *name, const char *description)
{
	buf_adds(out, "<header>\n<h1 dir=\"auto\">");
	buf_add_html(out, name);
	buf_adds(out, "</h1>\n<p dir=\"auto\">");
	buf_add_html(out, description);
	buf_adds(out, "</p>\n</header>\n");
}

void html_article(struct arena *arena, struct buf *out, const char *locale, const struct result *entries, int row,
		  const char *(*rewrite)(void *ctx, const char *url), void *ctx)
{
	const char *title = result_text(entries, row, result_column(entries, "title"));
	int content = result_column(entries, "content");
	const char *day = result_text(entries, row, result_column(entries, "entry_date"));

	buf_printf(out, "<article dir=\"auto\">\n<header>\n<time datetime=\"%s\">%s</time>\n", day,
		   date_in_words(arena, locale, day));
	if (*title != '\0') {
		buf_adds(out, "<h2>");
		buf_add_html(out, title);
		buf_adds(out, "</h2>\n");
	}
	buf_adds(out, "</header>\n");
	markdown_html(arena, result_text(entries, row, content), result_length(entries, row, content), out, rewrite,
		      ctx);
}

void html_article_end(struct buf *out)
{
	buf_adds(out, "</article>\n");
}

void html_style(struct arena *arena, struct buf *out)
{
	char *style = arena_alloc(arena, STYLE_MAX);
	int fd = open(home_path("htdocs/style.css"), O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, style, STYLE_MAX - 1) : -1;

	if (fd >= 0)
		close(fd);
	if (len <= 0)
		return;
	buf_adds(out, "<style>\n");
	buf_add(out, style, (size_t)len);
	buf_adds(out, "</style>\n");
}
