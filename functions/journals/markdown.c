#include "markdown.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmark-gfm-core-extensions.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/log.h"

#define CELLS_MAX     1000000 /* of what a text's tables could become */
#define PARAGRAPH_MAX 5000    /* lines of a paragraph, which the table extension reads once more for each */
#define HTML_MAX      (4u << 20)

static const char *const extensions[] = {MARKDOWN_EXTENSIONS};

static void free_parser(void *parser)
{
	cmark_parser_free(parser);
}

static void free_document(void *document)
{
	cmark_node_free(document);
}

bool markdown_tables_affordable(const char *text, size_t len)
{
	size_t widest = 0, lines = 0;
	size_t run = 0, longest = 0;

	for (const char *end = text + len; text < end; lines++) {
		const char *at = text;
		size_t bars = 0;
		bool blank = true;

		for (; at < end && *at != '\n' && *at != '\r'; at++) {
			bars += *at == '|';
			blank = blank && (*at == ' ' || *at == '\t');
		}
		widest = bars > widest ? bars : widest;
		run = blank ? 0 : run + 1;
		longest = run > longest ? run : longest;
		text = at + 1;
	}
	return widest * lines <= CELLS_MAX && longest <= PARAGRAPH_MAX;
}

/* A parser with the extensions, which is what renders, too. */
static cmark_parser *parse(struct arena *arena, const char *text, size_t len, cmark_node **document)
{
	cmark_parser *parser;

	cmark_gfm_core_extensions_ensure_registered();
	parser = cmark_parser_new(CMARK_OPT_DEFAULT);
	arena_defer(arena, free_parser, parser);
	for (size_t i = markdown_tables_affordable(text, len) ? 0 : 1; i < sizeof(extensions) / sizeof(extensions[0]);
	     i++)
		if (!cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(extensions[i])))
			die("cmark-gfm lacks its extension %s", extensions[i]);
	cmark_parser_feed(parser, text, len);
	*document = cmark_parser_finish(parser);
	arena_defer(arena, free_document, *document);
	return parser;
}

cmark_node *markdown_parse(struct arena *arena, const char *text, size_t len)
{
	cmark_node *document;

	parse(arena, text, len, &document);
	return document;
}

/* Take a node's children out in front of it, and the node away. */
static void unwrap(cmark_node *node)
{
	cmark_node *child;

	while ((child = cmark_node_first_child(node)) != NULL)
		cmark_node_insert_before(node, child);
	cmark_node_free(node);
}

static void rewrite_all(cmark_node *document, const char *(*rewrite)(void *ctx, const char *url), void *ctx)
{
	cmark_iter *iter = cmark_iter_new(document);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		const char *url;

		/* On the way out the node has been passed, and may go. */
		if (event != CMARK_EVENT_EXIT || (type != CMARK_NODE_LINK && type != CMARK_NODE_IMAGE))
			continue;
		url = rewrite(ctx, cmark_node_get_url(node));
		if (url != NULL)
			cmark_node_set_url(node, url);
		else
			unwrap(node);
	}
	cmark_iter_free(iter);
}

void markdown_html(struct arena *arena, const char *text, size_t len, struct buf *out,
		   const char *(*rewrite)(void *ctx, const char *url), void *ctx)
{
	cmark_node *document;
	cmark_parser *parser = parse(arena, text, len, &document);
	char *html;

	if (rewrite != NULL)
		rewrite_all(document, rewrite, ctx);
	html = cmark_render_html(document, CMARK_OPT_DEFAULT, cmark_parser_get_syntax_extensions(parser));
	if (strlen(html) <= HTML_MAX) {
		buf_adds(out, html);
	} else {
		buf_adds(out, "<pre>");
		buf_add_html(out, text);
		buf_adds(out, "</pre>\n");
	}
	free(html);
}
