#include "book.h"

#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cairo-pdf.h>
#include <cmark-gfm-core-extensions.h>
#include <fribidi.h>
#include <glib.h>
#include <pango/pangocairo.h>

#include "markdown.h"
#include "picture.h"

/* Measures in points (1/72 inch). The page is A5. */
#define PAGE_WIDTH    419.53
#define PAGE_HEIGHT   595.28
#define MARGIN_SIDE   48.0
#define MARGIN_TOP    54.0
#define MARGIN_FOOT   60.0
#define COLUMN        (PAGE_WIDTH - 2 * MARGIN_SIDE)
#define BOTTOM        (PAGE_HEIGHT - MARGIN_FOOT)
#define INDENT        16.0 /* of a list or a quotation */
#define PICTURE_MOST  (0.62 * (BOTTOM - MARGIN_TOP))
#define CELL_PADDING  4.0
#define CONTENTS_DAY  54.0 /* columns of the contents, left and right of the titles */
#define CONTENTS_PAGE 30.0
#define KEPT_MAX      1000000 /* bytes of text, some forty times as many of memory */
#define DEPTH_MAX     8       /* of quotations and lists that are still indented */
#define NESTED_MAX    60      /* of what is nested deeper, the text alone is set */

#define SERIF    "Noto Serif, Noto Naskh Arabic, Noto Serif CJK SC, Noto Sans, serif"
#define SANS     "Noto Sans, Noto Sans Arabic, Noto Sans CJK SC, sans-serif"
#define MONO     "Noto Sans Mono, DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace"
#define INK      0.12, 0.13, 0.16
#define QUIET    0.40, 0.42, 0.47
#define LINE     0.80, 0.82, 0.85
#define SHADE    0.955, 0.958, 0.965
#define LINK_INK 0x1c1c, 0x5f5f, 0xa8a8

enum style { BODY, TITLE, SUBTITLE, DATE, HEADING, SUBHEADING, CODE, SMALL, CONTENTS, CONTENTS_MONTH, STYLES };

static const struct {
	const char *font;
	double size;
	PangoWeight weight;
	PangoStyle slant;
	double spacing; /* of lines, as a factor */
	double after;   /* room below a block */
	bool quiet;
} styles[STYLES] = {
	[BODY] = {SERIF, 10, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 1.08, 6, false},
	[TITLE] = {SERIF, 28, PANGO_WEIGHT_BOLD, PANGO_STYLE_NORMAL, 1.05, 12, false},
	[SUBTITLE] = {SERIF, 12, PANGO_WEIGHT_NORMAL, PANGO_STYLE_ITALIC, 1.08, 10, true},
	[DATE] = {SANS, 8.5, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 1, 3, true},
	[HEADING] = {SERIF, 15, PANGO_WEIGHT_BOLD, PANGO_STYLE_NORMAL, 1, 6, false},
	[SUBHEADING] = {SERIF, 12, PANGO_WEIGHT_BOLD, PANGO_STYLE_NORMAL, 1, 4, false},
	[CODE] = {MONO, 8.2, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 1.05, 8, false},
	[SMALL] = {SANS, 8, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 1, 6, true},
	[CONTENTS] = {SERIF, 9.5, PANGO_WEIGHT_NORMAL, PANGO_STYLE_NORMAL, 1, 2.5, false},
	[CONTENTS_MONTH] = {SANS, 10, PANGO_WEIGHT_BOLD, PANGO_STYLE_NORMAL, 1, 4, false},
};

struct entry_file {
	const char *id, *filename, *path;
	struct picture picture;
	bool looked_at;
	bool placed;
};

struct entry {
	const char *day, *day_words, *day_short, *month, *title, *content, *mood, *tags;
	bool plain_tables; /* tables are text */
	struct entry_file *files;
	int file_count;
	int page; /* where it begins, known after the first pass */
	double y;
};

/* A link within a text that is being set: bytes from start to end. */
struct link {
	int start, end;
	char *uri;
};

struct book {
	const char *name, *description, *language, *writer;
	GArray *entries;

	cairo_surface_t *surface;
	cairo_t *cr;
	PangoLayout *layouts[STYLES];
	bool drawing; /* the second pass; the first finds out where everything comes to stand */
	int page;
	double y;
	double left, right; /* what lists and quotations leave of the column */
	double bars[DEPTH_MAX];
	int bar_count;
	const struct entry *entry;
	int depth; /* of nested blocks and inlines */
	bool rtl;  /* the last block whose direction was looked for */

	/* The inline text that is being gathered. */
	GString *text;
	PangoAttrList *attributes;
	GArray *links;

	/* Paragraphs of the first pass, in order: to break lines takes longer than to draw them. */
	GQueue kept;
	size_t kept_bytes; /* of their text */
};

static void colour(struct book *b, double red, double green, double blue)
{
	cairo_set_source_rgb(b->cr, red, green, blue);
}

static PangoLayout *layout_of(struct book *b, enum style style, const char *text, double width)
{
	PangoLayout *layout = b->layouts[style];

	pango_layout_set_attributes(layout, NULL);
	pango_layout_set_alignment(layout, PANGO_ALIGN_LEFT);
	pango_layout_set_width(layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_NONE);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

static void make_layouts(struct book *b)
{
	cairo_font_options_t *options = cairo_font_options_create();

	/* Glyphs stand where their font says, not on the pixels of a screen that is not there. */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	for (int i = 0; i < STYLES; i++) {
		PangoFontDescription *font = pango_font_description_from_string(styles[i].font);
		PangoContext *context;

		pango_font_description_set_size(font, (int)(styles[i].size * PANGO_SCALE));
		pango_font_description_set_weight(font, styles[i].weight);
		pango_font_description_set_style(font, styles[i].slant);
		b->layouts[i] = pango_cairo_create_layout(b->cr);
		context = pango_layout_get_context(b->layouts[i]);
		pango_cairo_context_set_resolution(context, 72);
		pango_cairo_context_set_font_options(context, options);
		pango_context_set_round_glyph_positions(context, FALSE);
		pango_context_set_language(context, pango_language_from_string(b->language));
		pango_layout_context_changed(b->layouts[i]);
		pango_layout_set_font_description(b->layouts[i], font);
		pango_layout_set_wrap(b->layouts[i], PANGO_WRAP_WORD_CHAR);
		pango_layout_set_line_spacing(b->layouts[i], (float)styles[i].spacing);
		pango_font_description_free(font);
	}
	cairo_font_options_destroy(options);
}

/* Pages. */

static void begin_page(struct book *b)
{
	char number[16];
	PangoLayout *layout;
	int width;

	b->page++;
	b->y = MARGIN_TOP;
	if (!b->drawing || b->page == 1)
		return;
	snprintf(number, sizeof(number), "%d", b->page);
	layout = layout_of(b, SMALL, number, -1);
	pango_layout_get_size(layout, &width, NULL);
	colour(b, QUIET);
	cairo_move_to(b->cr, (PAGE_WIDTH - (double)width / PANGO_SCALE) / 2, PAGE_HEIGHT - MARGIN_FOOT + 22);
	pango_cairo_show_layout(b->cr, layout);
}

static void end_page(struct book *b)
{
	if (b->drawing)
		cairo_show_page(b->cr);
}

static void new_page(struct book *b)
{
	end_page(b);
	begin_page(b);
}

/* Go on to the next page unless so much room is left on this one. */
static void need(struct book *b, double height)
{
	if (b->y + height > BOTTOM && b->y > MARGIN_TOP)
		new_page(b);
}

/* Room between blocks; at the top of a page there is enough. */
static void space(struct book *b, double height)
{
	if (b->y > MARGIN_TOP)
		b->y += height;
}

/* A link's string within the attributes of a tag. */
static char *tag_string(const char *text)
{
	GString *escaped = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			g_string_append_c(escaped, '\\');
		g_string_append_c(escaped, *text);
	}
	return g_string_free(escaped, FALSE);
}

static void add_link(struct book *b, double x, double y, double width, double height, const char *target)
{
	/* Points with a full stop, whatever the locale. */
	char numbers[4][G_ASCII_DTOSTR_BUF_SIZE];
	char *attributes;

	g_ascii_formatd(numbers[0], sizeof(numbers[0]), "%.2f", x);
	g_ascii_formatd(numbers[1], sizeof(numbers[1]), "%.2f", y);
	g_ascii_formatd(numbers[2], sizeof(numbers[2]), "%.2f", width);
	g_ascii_formatd(numbers[3], sizeof(numbers[3]), "%.2f", height);
	attributes = g_strdup_printf("rect=[%s %s %s %s] %s", numbers[0], numbers[1], numbers[2], numbers[3], target);
	cairo_tag_begin(b->cr, CAIRO_TAG_LINK, attributes);
	cairo_tag_end(b->cr, CAIRO_TAG_LINK);
	g_free(attributes);
}

static char *place_in_book(const struct entry *entry)
{
	char y[G_ASCII_DTOSTR_BUF_SIZE];

	g_ascii_formatd(y, sizeof(y), "%.2f", entry->y);
	return g_strdup_printf("page=%d pos=[%d %s]", entry->page, (int)MARGIN_SIDE, y);
}

/* Text. */

static void draw_links(struct book *b, PangoLayoutLine *line, double x, double y, double height)
{
	for (guint i = 0; i < b->links->len; i++) {
		const struct link *link = &g_array_index(b->links, struct link, i);
		char *uri, *target;
		int *ranges;
		int count;

		if (link->end <= line->start_index || link->start >= line->start_index + line->length)
			continue;
		pango_layout_line_get_x_ranges(line, MAX(link->start, line->start_index),
					       MIN(link->end, line->start_index + line->length), &ranges, &count);
		uri = tag_string(link->uri);
		target = g_strdup_printf("uri='%s'", uri);
		/* The ranges are the layout's, which begins where its lines may. */
		for (int r = 0; r < count; r++)
			add_link(b, x + (double)ranges[2 * r] / PANGO_SCALE, y,
				 (double)(ranges[2 * r + 1] - ranges[2 * r]) / PANGO_SCALE, height, target);
		g_free(target);
		g_free(uri);
		g_free(ranges);
	}
}

/* What stands beside or behind a line: the bars of quotations, the ground of code. */
static void draw_ground(struct book *b, enum style style, double y, double height)
{
	if (style == CODE) {
		colour(b, SHADE);
		cairo_rectangle(b->cr, b->left - 4, y, b->right - b->left + 8, height + 0.3);
		cairo_fill(b->cr);
	}
	colour(b, LINE);
	for (int i = 0; i < b->bar_count; i++) {
		cairo_rectangle(b->cr, b->bars[i], y, 1.6, height + 0.3);
		cairo_fill(b->cr);
	}
}

/* Set a layout line by line, over as many pages as it takes. */
static void put(struct book *b, PangoLayout *layout, enum style style)
{
	PangoLayoutIter *iter = pango_layout_get_iter(layout);

	do {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
		PangoRectangle logical;
		double height, baseline;
		int top, bottom;

		pango_layout_iter_get_line_extents(iter, NULL, &logical);
		pango_layout_iter_get_line_yrange(iter, &top, &bottom);
		height = (double)(bottom - top) / PANGO_SCALE;
		baseline = (double)(pango_layout_iter_get_baseline(iter) - top) / PANGO_SCALE;
		need(b, height);
		if (b->drawing) {
			draw_ground(b, style, b->y, height);
			if (styles[style].quiet)
				colour(b, QUIET);
			else
				colour(b, INK);
			cairo_move_to(b->cr, b->left + (double)logical.x / PANGO_SCALE, b->y + baseline);
			pango_cairo_show_layout_line(b->cr, line);
			draw_links(b, line, b->left, b->y, height);
		}
		b->y += height;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
}

static void put_text(struct book *b, enum style style, const char *text)
{
	put(b, layout_of(b, style, text, b->right - b->left), style);
	space(b, styles[style].after);
}

/* Pictures. */

static struct entry_file *file_of(const struct book *b, const char *url)
{
	const char *id = strrchr(url, '/');

	for (int i = 0; id != NULL && i < b->entry->file_count; i++)
		if (strcmp(b->entry->files[i].id, id + 1) == 0)
			return &b->entry->files[i];
	return NULL;
}

static void put_picture(struct book *b, struct entry_file *file)
{
	double width, height, scale;

	if (!file->looked_at) {
		file->looked_at = true;
		picture_look(&file->picture, file->path);
	}
	file->placed = true;
	if (file->picture.width <= 0) {
		put_text(b, SMALL, file->filename);
		return;
	}
	/* A pixel is at least half a point, and a picture no larger than the column. */
	width = file->picture.width;
	height = file->picture.height;
	scale = fmin(0.75, fmin((b->right - b->left) / width, PICTURE_MOST / height));
	width *= scale;
	height *= scale;
	need(b, height);
	if (b->drawing) {
		draw_ground(b, BODY, b->y, height);
		if (!picture_draw(&file->picture, file->path, b->cr, b->left + (b->right - b->left - width) / 2, b->y,
				  width, height))
			put_text(b, SMALL, file->filename);
	}
	b->y += height;
	space(b, 8);
}

/* Inline text. */

static void begin_text(struct book *b)
{
	g_string_truncate(b->text, 0);
	b->attributes = pango_attr_list_new();
}

static void forget_links(struct book *b)
{
	for (guint i = 0; i < b->links->len; i++)
		g_free(g_array_index(b->links, struct link, i).uri);
	g_array_set_size(b->links, 0);
}

/* What was gathered as a layout of its own: the one that the first pass has kept, as far as those go. */
static PangoLayout *paragraph(struct book *b, enum style style)
{
	PangoLayout *layout = b->drawing ? g_queue_pop_head(&b->kept) : NULL;

	if (layout != NULL)
		return layout;
	layout = pango_layout_copy(layout_of(b, style, b->text->str, b->right - b->left));
	pango_layout_set_attributes(layout, b->attributes);
	return layout;
}

/* Set what was gathered, if anything, as a paragraph. */
static void end_text(struct book *b, enum style style)
{
	if (b->text->len > 0) {
		PangoLayout *layout = paragraph(b, style);

		put(b, layout, style);
		space(b, styles[style].after);
		if (!b->drawing && b->kept_bytes < KEPT_MAX) {
			g_queue_push_tail(&b->kept, layout);
			b->kept_bytes += b->text->len;
		} else {
			g_object_unref(layout);
		}
	}
	pango_attr_list_unref(b->attributes);
	b->attributes = NULL;
	forget_links(b);
}

static void attribute(struct book *b, PangoAttribute *attr, guint start)
{
	attr->start_index = start;
	attr->end_index = (guint)b->text->len;
	pango_attr_list_insert(b->attributes, attr);
}

static bool is_extension(cmark_node *node, const char *name)
{
	return strcmp(cmark_node_get_type_string(node), name) == 0;
}

static bool leads_somewhere(const char *url)
{
	return g_str_has_prefix(url, "http://") || g_str_has_prefix(url, "https://") ||
	       g_str_has_prefix(url, "mailto:");
}

static void gather_children(struct book *b, cmark_node *node, enum style style, bool pictures);

/* All text within a node, whatever it is nested in. */
static void gather_flat(struct book *b, cmark_node *node)
{
	cmark_iter *iter = cmark_iter_new(node);

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *at = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(at);

		if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK)
			g_string_append(b->text, cmark_node_get_literal(at));
		else if (b->text->len > 0 && b->text->str[b->text->len - 1] != ' ')
			g_string_append_c(b->text, ' ');
	}
	cmark_iter_free(iter);
}

static void gather(struct book *b, cmark_node *node, enum style style, bool pictures)
{
	guint start = (guint)b->text->len;

	if (b->depth >= NESTED_MAX) {
		gather_flat(b, node);
		return;
	}
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		g_string_append(b->text, cmark_node_get_literal(node));
		return;
	case CMARK_NODE_SOFTBREAK:
		g_string_append_c(b->text, ' ');
		return;
	case CMARK_NODE_LINEBREAK:
		g_string_append(b->text, "\xe2\x80\xa8"); /* U+2028: a line of the same paragraph */
		return;
	case CMARK_NODE_CODE:
		g_string_append(b->text, cmark_node_get_literal(node));
		attribute(b, pango_attr_family_new(MONO), start);
		attribute(b, pango_attr_scale_new(0.86), start);
		return;
	case CMARK_NODE_HTML_INLINE:
		return;
	case CMARK_NODE_EMPH:
		gather_children(b, node, style, pictures);
		attribute(b, pango_attr_style_new(PANGO_STYLE_ITALIC), start);
		return;
	case CMARK_NODE_STRONG:
		gather_children(b, node, style, pictures);
		attribute(b, pango_attr_weight_new(PANGO_WEIGHT_BOLD), start);
		return;
	case CMARK_NODE_LINK:
		gather_children(b, node, style, false);
		if (leads_somewhere(cmark_node_get_url(node))) {
			struct link link = {(int)start, (int)b->text->len, g_strdup(cmark_node_get_url(node))};

			g_array_append_val(b->links, link);
			attribute(b, pango_attr_foreground_new(LINK_INK), start);
		}
		return;
	case CMARK_NODE_IMAGE: {
		struct entry_file *file = pictures ? file_of(b, cmark_node_get_url(node)) : NULL;

		if (file == NULL) {
			gather_children(b, node, style, false);
			return;
		}
		end_text(b, style);
		put_picture(b, file);
		begin_text(b);
		return;
	}
	default:
		gather_children(b, node, style, pictures);
		if (is_extension(node, "strikethrough"))
			attribute(b, pango_attr_strikethrough_new(TRUE), start);
	}
}

static void gather_children(struct book *b, cmark_node *node, enum style style, bool pictures)
{
	b->depth++;
	for (cmark_node *child = cmark_node_first_child(node); child != NULL; child = cmark_node_next(child))
		gather(b, child, style, pictures);
	b->depth--;
}

static void put_inline(struct book *b, cmark_node *node, enum style style)
{
	begin_text(b);
	gather_children(b, node, style, true);
	end_text(b, style);
}

/* Blocks. */

static void put_blocks(struct book *b, cmark_node *parent);

/* Whether the first strong character of a block's text is written from right to left (UAX #9, P2). Far inside, it is as
 * around it. */
static bool is_rtl(struct book *b, cmark_node *node)
{
	if (b->depth > DEPTH_MAX)
		return b->rtl;
	cmark_iter *iter = cmark_iter_new(node);
	FriBidiCharType type = FRIBIDI_TYPE_ON;

	while (!FRIBIDI_IS_STRONG(type) && cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		const char *text = cmark_node_get_type(cmark_iter_get_node(iter)) == CMARK_NODE_TEXT
					   ? cmark_node_get_literal(cmark_iter_get_node(iter))
					   : "";

		for (; *text != '\0' && !FRIBIDI_IS_STRONG(type); text += g_utf8_skip[(guchar)*text])
			type = fribidi_get_bidi_type(g_utf8_get_char(text));
	}
	cmark_iter_free(iter);
	b->rtl = FRIBIDI_IS_STRONG(type) && FRIBIDI_IS_RTL(type);
	return b->rtl;
}

/* Narrow the column by an indent, on the side where the text begins. */
struct narrowed {
	double left, right;
};

static struct narrowed narrow(struct book *b, bool rtl)
{
	struct narrowed before = {b->left, b->right};

	if (b->right - b->left < COLUMN - DEPTH_MAX * INDENT)
		return before;
	if (rtl)
		b->right -= INDENT;
	else
		b->left += INDENT;
	return before;
}

static void widen(struct book *b, struct narrowed before)
{
	b->left = before.left;
	b->right = before.right;
}

static void put_quotation(struct book *b, cmark_node *node)
{
	bool rtl = is_rtl(b, node);
	bool barred = b->bar_count < DEPTH_MAX;
	struct narrowed before;

	if (barred)
		b->bars[b->bar_count++] = rtl ? b->right - 3 : b->left + 2;
	before = narrow(b, rtl);
	put_blocks(b, node);
	widen(b, before);
	if (barred)
		b->bar_count--;
	space(b, 2);
}

/* An item's mark, beside its first line. */
static void put_mark(struct book *b, const char *mark, bool rtl)
{
	PangoLayout *layout = layout_of(b, BODY, mark, -1);
	int width, height;

	pango_layout_get_size(layout, &width, &height);
	need(b, (double)height / PANGO_SCALE);
	if (!b->drawing)
		return;
	colour(b, QUIET);
	cairo_move_to(b->cr, rtl ? b->right + 5 : b->left - 5 - (double)width / PANGO_SCALE, b->y);
	pango_cairo_show_layout(b->cr, layout);
}

static void put_list(struct book *b, cmark_node *list)
{
	int number = cmark_node_get_list_start(list);
	bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
	bool rtl = is_rtl(b, list);
	struct narrowed before = narrow(b, rtl);

	for (cmark_node *item = cmark_node_first_child(list); item != NULL; item = cmark_node_next(item)) {
		char mark[32] = "\xe2\x80\xa2"; /* a bullet */

		if (ordered)
			snprintf(mark, sizeof(mark), "%d.", number++);
		else if (is_extension(item, "tasklist"))
			g_strlcpy(mark,
				  cmark_gfm_extensions_get_tasklist_item_checked(item) ? "\xe2\x98\x91"
										       : "\xe2\x98\x90",
				  sizeof(mark));
		put_mark(b, mark, rtl);
		/* An empty item has its mark's line. */
		if (cmark_node_first_child(item) == NULL)
			b->y += styles[BODY].size * 1.4;
		put_blocks(b, item);
	}
	widen(b, before);
	space(b, 2);
}

static void put_code(struct book *b, cmark_node *node)
{
	char *text = g_strdup(cmark_node_get_literal(node));
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	space(b, 3);
	b->left += 4;
	b->right -= 4;
	put_text(b, CODE, text);
	b->left -= 4;
	b->right += 4;
	g_free(text);
}

static void put_rule(struct book *b)
{
	space(b, 4);
	need(b, 12);
	if (b->drawing) {
		colour(b, LINE);
		cairo_rectangle(b->cr, b->left + (b->right - b->left) * 0.35, b->y + 3, (b->right - b->left) * 0.3,
				0.8);
		cairo_fill(b->cr);
	}
	b->y += 12;
}

/* Tables. */

/* A cell's inline text as a layout of its own. */
static PangoLayout *cell_layout(struct book *b, cmark_node *cell, bool head, double width, PangoAlignment alignment)
{
	PangoLayout *layout;

	begin_text(b);
	gather_children(b, cell, BODY, false);
	if (head)
		attribute(b, pango_attr_weight_new(PANGO_WEIGHT_BOLD), 0);
	attribute(b, pango_attr_scale_new(0.9), 0);
	layout = pango_layout_copy(layout_of(b, BODY, b->text->str, width));
	pango_layout_set_attributes(layout, b->attributes);
	pango_layout_set_alignment(layout, alignment);
	pango_attr_list_unref(b->attributes);
	b->attributes = NULL;
	forget_links(b);
	return layout;
}

static PangoAlignment alignment_of(uint8_t letter)
{
	return letter == 'r' ? PANGO_ALIGN_RIGHT : letter == 'c' ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT;
}

/* How wide each column is: as it would like, or its share of what there is. */
static void measure_columns(struct book *b, cmark_node *table, double *widths, int columns)
{
	double room = b->right - b->left - 2 * CELL_PADDING * columns;
	double wanted = 0, narrow_ones = 0, rest = 0;
	double share = room / columns;

	for (cmark_node *row = cmark_node_first_child(table); row != NULL; row = cmark_node_next(row)) {
		int c = 0;

		for (cmark_node *cell = cmark_node_first_child(row); cell != NULL && c < columns;
		     cell = cmark_node_next(cell), c++) {
			PangoLayout *layout = cell_layout(b, cell, true, -1, PANGO_ALIGN_LEFT);
			int width;

			pango_layout_get_size(layout, &width, NULL);
			widths[c] = fmax(widths[c], (double)width / PANGO_SCALE + 1);
			g_object_unref(layout);
		}
	}
	for (int c = 0; c < columns; c++) {
		wanted += widths[c];
		if (widths[c] <= share)
			narrow_ones += widths[c];
		else
			rest += widths[c];
	}
	for (int c = 0; wanted > room && c < columns; c++)
		if (widths[c] > share)
			widths[c] = fmax(12, widths[c] / rest * (room - narrow_ones));
}

static void put_row(struct book *b, cmark_node *row, const double *widths, const uint8_t *alignments, int columns,
		    bool head)
{
	PangoLayout **cells = g_new0(PangoLayout *, columns);
	double height = 0;
	double x = b->left;
	int c = 0;

	for (cmark_node *cell = cmark_node_first_child(row); cell != NULL && c < columns;
	     cell = cmark_node_next(cell), c++) {
		int h;

		cells[c] = cell_layout(b, cell, head, widths[c], alignment_of(alignments[c]));
		pango_layout_get_size(cells[c], NULL, &h);
		height = fmax(height, (double)h / PANGO_SCALE + CELL_PADDING);
	}
	need(b, height);
	if (b->drawing)
		draw_ground(b, BODY, b->y, height);
	for (c = 0; c < columns; c++) {
		x += CELL_PADDING;
		if (b->drawing && cells[c] != NULL) {
			colour(b, INK);
			cairo_move_to(b->cr, x, b->y + CELL_PADDING / 2);
			pango_cairo_show_layout(b->cr, cells[c]);
		}
		x += widths[c] + CELL_PADDING;
		if (cells[c] != NULL)
			g_object_unref(cells[c]);
	}
	b->y += height;
	if (b->drawing) {
		colour(b, head ? 0.45 : 0.80, head ? 0.47 : 0.82, head ? 0.52 : 0.85);
		cairo_rectangle(b->cr, b->left, b->y - 0.5, x - b->left, head ? 0.9 : 0.5);
		cairo_fill(b->cr);
	}
	g_free(cells);
}

static void put_table(struct book *b, cmark_node *table)
{
	int columns = cmark_gfm_extensions_get_table_columns(table);
	uint8_t *alignments = cmark_gfm_extensions_get_table_alignments(table);
	double *widths = g_new0(double, columns);

	measure_columns(b, table, widths, columns);
	space(b, 2);
	for (cmark_node *row = cmark_node_first_child(table); row != NULL; row = cmark_node_next(row))
		put_row(b, row, widths, alignments, columns, row == cmark_node_first_child(table));
	space(b, 9);
	g_free(widths);
}

static void put_block(struct book *b, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_PARAGRAPH:
		put_inline(b, node, BODY);
		return;
	case CMARK_NODE_HEADING: {
		enum style style = cmark_node_get_heading_level(node) <= 2 ? SUBHEADING : BODY;

		space(b, 5);
		need(b, 4 * styles[BODY].size * 1.4); /* never alone at the foot of a page */
		begin_text(b);
		gather_children(b, node, style, true);
		attribute(b, pango_attr_weight_new(PANGO_WEIGHT_BOLD), 0);
		end_text(b, style);
		return;
	}
	case CMARK_NODE_BLOCK_QUOTE:
		put_quotation(b, node);
		return;
	case CMARK_NODE_LIST:
		put_list(b, node);
		return;
	case CMARK_NODE_CODE_BLOCK:
		put_code(b, node);
		return;
	case CMARK_NODE_THEMATIC_BREAK:
		put_rule(b);
		return;
	case CMARK_NODE_HTML_BLOCK:
		return;
	default:
		if (is_extension(node, "table"))
			put_table(b, node);
		else
			put_blocks(b, node);
	}
}

static void put_blocks(struct book *b, cmark_node *parent)
{
	if (b->depth >= NESTED_MAX) {
		begin_text(b);
		gather_flat(b, parent);
		end_text(b, BODY);
		return;
	}
	b->depth++;
	for (cmark_node *node = cmark_node_first_child(parent); node != NULL; node = cmark_node_next(node))
		put_block(b, node);
	b->depth--;
}

/* The parts of a book. */

static void put_front(struct book *b)
{
	guint count = b->entries->len;
	const struct entry *first = count > 0 ? &g_array_index(b->entries, struct entry, 0) : NULL;
	const struct entry *last = count > 0 ? &g_array_index(b->entries, struct entry, count - 1) : NULL;

	begin_page(b);
	b->y = PAGE_HEIGHT * 0.28;
	put_text(b, TITLE, b->name);
	if (*b->description != '\0')
		put_text(b, SUBTITLE, b->description);
	if (*b->writer != '\0')
		put_text(b, BODY, b->writer);
	if (first != NULL && strcmp(first->day, last->day) == 0) {
		put_text(b, DATE, first->day_words);
	} else if (first != NULL) {
		char *span = g_strdup_printf("%s \xe2\x80\x93 %s", first->day_words, last->day_words);

		put_text(b, DATE, span);
		g_free(span);
	}
	end_page(b);
}

static void put_contents_line(struct book *b, const struct entry *entry)
{
	const char *text = *entry->title != '\0' ? entry->title : entry->day_words;
	char number[16];
	PangoLayout *layout = layout_of(b, CONTENTS, text, COLUMN - CONTENTS_DAY - CONTENTS_PAGE);
	int width, height;

	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_height(layout, -1);
	pango_layout_get_size(layout, NULL, &height);
	need(b, (double)height / PANGO_SCALE);
	if (b->drawing) {
		double line = (double)height / PANGO_SCALE;
		char *target = place_in_book(entry);

		colour(b, INK);
		cairo_move_to(b->cr, MARGIN_SIDE + CONTENTS_DAY, b->y);
		pango_cairo_show_layout(b->cr, layout);
		colour(b, QUIET);
		layout = layout_of(b, CONTENTS, entry->day_short, -1);
		cairo_move_to(b->cr, MARGIN_SIDE, b->y);
		pango_cairo_show_layout(b->cr, layout);
		snprintf(number, sizeof(number), "%d", entry->page);
		layout = layout_of(b, CONTENTS, number, -1);
		pango_layout_get_size(layout, &width, NULL);
		cairo_move_to(b->cr, MARGIN_SIDE + COLUMN - (double)width / PANGO_SCALE, b->y);
		pango_cairo_show_layout(b->cr, layout);
		add_link(b, MARGIN_SIDE, b->y, COLUMN, line, target);
		g_free(target);
	}
	b->y += (double)height / PANGO_SCALE;
	space(b, styles[CONTENTS].after);
}

static void put_contents(struct book *b)
{
	const char *month = "";

	if (b->entries->len == 0)
		return;
	begin_page(b);
	for (guint i = 0; i < b->entries->len; i++) {
		const struct entry *entry = &g_array_index(b->entries, struct entry, i);

		if (strcmp(entry->month, month) != 0) {
			space(b, 8);
			need(b, 40);
			put_text(b, CONTENTS_MONTH, entry->month);
			month = entry->month;
		}
		put_contents_line(b, entry);
	}
	end_page(b);
}

static cmark_node *parse(const struct entry *entry)
{
	static const char *const extensions[] = {MARKDOWN_EXTENSIONS};
	cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
	cmark_node *document;

	for (size_t i = entry->plain_tables ? 1 : 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(extensions[i]));
	cmark_parser_feed(parser, entry->content, strlen(entry->content));
	document = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	return document;
}

static void put_entry(struct book *b, struct entry *entry)
{
	cmark_node *document = parse(entry);

	space(b, 26);
	need(b, 90);
	b->entry = entry;
	b->left = MARGIN_SIDE;
	b->right = MARGIN_SIDE + COLUMN;
	entry->page = b->page;
	entry->y = b->y;
	for (int i = 0; i < entry->file_count; i++)
		entry->files[i].placed = false;
	put_text(b, DATE, entry->day_words);
	if (*entry->title != '\0')
		put_text(b, HEADING, entry->title);
	put_blocks(b, document);
	for (int i = 0; i < entry->file_count; i++)
		if (!entry->files[i].placed)
			put_picture(b, &entry->files[i]);
	if (*entry->tags != '\0' || *entry->mood != '\0') {
		char *line = g_strdup_printf("%s%s%s%s", *entry->mood != '\0' ? "\xe2\x99\xa5 " : "", entry->mood,
					     *entry->mood != '\0' ? "/5   " : "", entry->tags);

		put_text(b, SMALL, line);
		g_free(line);
	}
	cmark_node_free(document);
}

static void put_book(struct book *b)
{
	b->page = 0;
	b->left = MARGIN_SIDE;
	b->right = MARGIN_SIDE + COLUMN;
	put_front(b);
	put_contents(b);
	if (b->entries->len == 0)
		return;
	begin_page(b);
	for (guint i = 0; i < b->entries->len; i++)
		put_entry(b, &g_array_index(b->entries, struct entry, i));
	end_page(b);
}

static void add_outline(struct book *b)
{
	const char *month = "";
	int parent = CAIRO_PDF_OUTLINE_ROOT;

	for (guint i = 0; i < b->entries->len; i++) {
		const struct entry *entry = &g_array_index(b->entries, struct entry, i);
		char *place = place_in_book(entry);
		char *text = *entry->title != '\0' ? g_strdup_printf("%s \xc2\xb7 %s", entry->day_words, entry->title)
						   : g_strdup(entry->day_words);

		if (strcmp(entry->month, month) != 0) {
			month = entry->month;
			parent = cairo_pdf_surface_add_outline(b->surface, CAIRO_PDF_OUTLINE_ROOT, month, place, 0);
		}
		cairo_pdf_surface_add_outline(b->surface, parent, text, place, 0);
		g_free(text);
		g_free(place);
	}
}

/* What came. */

struct reader {
	const char *at, *end;
};

static const char *next_field(struct reader *r)
{
	const char *text = r->at + sizeof(uint32_t);
	uint32_t len;

	if ((size_t)(r->end - r->at) < sizeof(len))
		return "";
	memcpy(&len, r->at, sizeof(len));
	if ((size_t)(r->end - text) <= len)
		return "";
	r->at = text + len + 1;
	return text;
}

static void read_book(struct book *b, struct reader *r)
{
	b->name = next_field(r);
	b->description = next_field(r);
	b->language = next_field(r);
	b->writer = next_field(r);
	while (r->at < r->end) {
		struct entry entry = {.day = next_field(r),
				      .day_words = next_field(r),
				      .day_short = next_field(r),
				      .month = next_field(r),
				      .title = next_field(r),
				      .content = next_field(r),
				      .mood = next_field(r),
				      .tags = next_field(r)};

		entry.plain_tables = *next_field(r) != '\0';
		entry.file_count = (int)strtol(next_field(r), NULL, 10);
		entry.files = g_new0(struct entry_file, entry.file_count);
		for (int i = 0; i < entry.file_count; i++) {
			entry.files[i].id = next_field(r);
			entry.files[i].filename = next_field(r);
			entry.files[i].path = next_field(r);
		}
		g_array_append_val(b->entries, entry);
	}
}

static cairo_status_t write_out(void *ctx, const unsigned char *data, unsigned len)
{
	const int *out = ctx;

	while (len > 0) {
		ssize_t n = write(*out, data, len);

		if (n < 0)
			return CAIRO_STATUS_WRITE_ERROR;
		data += n;
		len -= (unsigned)n;
	}
	return CAIRO_STATUS_SUCCESS;
}

static void set_metadata(struct book *b)
{
	cairo_pdf_surface_set_metadata(b->surface, CAIRO_PDF_METADATA_TITLE, b->name);
	if (*b->writer != '\0')
		cairo_pdf_surface_set_metadata(b->surface, CAIRO_PDF_METADATA_AUTHOR, b->writer);
	if (*b->description != '\0')
		cairo_pdf_surface_set_metadata(b->surface, CAIRO_PDF_METADATA_SUBJECT, b->description);
	cairo_pdf_surface_set_metadata(b->surface, CAIRO_PDF_METADATA_CREATOR, "Aurora");
}

__attribute__((visibility("default"))) book_make_fn book_make;

bool book_make(const char *fields, size_t len, int out, char *why, size_t why_size)
{
	struct book b = {.entries = g_array_new(FALSE, FALSE, sizeof(struct entry)),
			 .links = g_array_new(FALSE, FALSE, sizeof(struct link)),
			 .text = g_string_new(NULL)};
	struct reader reader = {fields, fields + len};
	cairo_status_t status;

	/* What is large is given back when it is no longer needed, and is not touched to be zero. */
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	cmark_gfm_core_extensions_ensure_registered();
	read_book(&b, &reader);
	b.surface = cairo_pdf_surface_create_for_stream(write_out, &out, PAGE_WIDTH, PAGE_HEIGHT);
	b.cr = cairo_create(b.surface);
	make_layouts(&b);
	set_metadata(&b);
	put_book(&b);
	b.drawing = true;
	put_book(&b);
	add_outline(&b);
	cairo_destroy(b.cr);
	cairo_surface_finish(b.surface);
	status = cairo_surface_status(b.surface);
	if (status != CAIRO_STATUS_SUCCESS)
		snprintf(why, why_size, "Cairo: %s", cairo_status_to_string(status));
	return status == CAIRO_STATUS_SUCCESS;
}
