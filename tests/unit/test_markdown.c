/*
 * markdown: the extensions, safe mode, addresses rewritten, and texts that are meant to hurt.
 */
#include "unit.h"

#include "functions/journals/markdown.c"

static const char *html(struct arena *arena, const char *text, const char *(*rewrite)(void *, const char *))
{
	struct buf *out = buf_in(arena, 64u << 20);

	markdown_html(arena, text, strlen(text), out, rewrite, NULL);
	assert_false(out->overflow);
	return buf_text(out);
}

static void rendered(void **state)
{
	static const struct {
		const char *text, *html;
	} cases[] = {
		{"# T\n\n*a* **b** ~~c~~ `d`\n",
		 "<h1>T</h1>\n<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>\n"},
		{"- [x] done\n- [ ] open\n",
		 "<ul>\n<li><input type=\"checkbox\" checked=\"\" disabled=\"\" /> done</li>\n"
		 "<li><input type=\"checkbox\" disabled=\"\" /> open</li>\n</ul>\n"},
		{"|a|b|\n|-|-|\n|1|2|\n", "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</"
					  "thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n"
					  "</tr>\n</tbody>\n</table>\n"},
		{"see https://example.org\n", "<p>see <a href=\"https://example.org\">https://example.org</a></p>\n"},
		{"<script>alert(1)</script>\n", "<!-- raw HTML omitted -->\n"},
		{"a <b onclick=\"x()\">b</b>\n", "<p>a <!-- raw HTML omitted -->b<!-- raw HTML omitted --></p>\n"},
		{"[x](javascript:alert(1)) [y](data:text/html,x)\n", "<p><a href=\"\">x</a> <a href=\"\">y</a></p>\n"},
		{"", ""},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(html(arena, cases[i].text, NULL), cases[i].html);
	arena_free(arena);
}

static const char *only_ours(void *ctx, const char *url)
{
	(void)ctx;
	return strncmp(url, "/ours/", 6) == 0 ? "/page/x" : NULL;
}

static void addresses_are_rewritten(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(
		html(arena, "![a *b*](/ours/1) ![c](https://elsewhere/t.gif) [d](/ours/2) [e *f*](x)\n", only_ours),
		"<p><img src=\"/page/x\" alt=\"a b\" /> c <a href=\"/page/x\">d</a> e <em>f</em></p>\n");
	arena_free(arena);
}

/* `part` again and again, a MiB of it, between two ends. */
static char *much(struct arena *arena, const char *before, const char *part, const char *after)
{
	struct buf *out = buf_in(arena, 1u << 20);

	buf_adds(out, before);
	while (out->len + strlen(part) + strlen(after) < 1000000)
		buf_adds(out, part);
	buf_adds(out, after);
	return arena_strdup(arena, buf_text(out));
}

static void hostile_texts_end(void **state)
{
	static const char *const parts[] = {"> ",   "- ", "1. ",    "[", "![", "*a_", "*",
					    "~~a ", "<",  "&quot;", "`", "|",  "a@"};
	struct arena *arena = arena_new();
	char *wide;

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		html(arena, much(arena, "", parts[i], ""), NULL);
		html(arena, much(arena, "", parts[i], ""), only_ours);
		arena_clear(arena);
	}
	/* A heading of very many columns, and rows that name none of them. */
	wide = arena_printf(arena, "%s\n%s\n", much(arena, "", "|a", "|") + 800000,
			    much(arena, "", "|-", "|") + 800000);
	html(arena, much(arena, wide, "|\n", ""), NULL);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rendered),
		cmocka_unit_test(addresses_are_rewritten),
		cmocka_unit_test(hostile_texts_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
