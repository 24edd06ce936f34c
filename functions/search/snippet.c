#include "snippet.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "query.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/utf8.h"

#define WINDOW    240 /* code points */
#define LEAD      50  /* of them before the first occurrence */
#define SPANS_MAX 256
#define HTML_MAX  16384

/* An occurrence: bytes, and the number of its first character. */
struct span {
	size_t at, end;
	size_t character;
};

/* What is looked for, once for all of a text. */
struct needles {
	const char *items[QUERY_LENGTH_MAX];
	size_t lengths[QUERY_LENGTH_MAX];
	bool cjk[QUERY_LENGTH_MAX];
	size_t count;
};

static void collect_needles(struct needles *needles, struct arena *arena, const struct query *query)
{
	needles->count = 0;
	for (size_t i = 0; i < query->wanted_count && needles->count < QUERY_LENGTH_MAX; i++) {
		const struct query_word *word = &query->wanted[i];
		const char *text = query->text + word->at;

		needles->items[needles->count] =
			word->cjk ? arena_strndup(arena, text, word->len) : query_fold(arena, text, word->len);
		needles->lengths[needles->count] = strlen(needles->items[needles->count]);
		needles->cjk[needles->count++] = word->cjk;
	}
}

/* Length of the needle that stands here in a run of CJK, the longest of them; 0 for none. */
static size_t match_run(const struct needles *needles, const char *text)
{
	size_t best = 0;

	for (size_t i = 0; i < needles->count; i++)
		if (needles->cjk[i] && needles->lengths[i] > best &&
		    strncmp(text, needles->items[i], needles->lengths[i]) == 0)
			best = needles->lengths[i];
	return best;
}

static bool match_word(const struct needles *needles, struct arena *arena, const char *word, size_t len)
{
	const char *folded = NULL;
	size_t ascii = 0;

	while (ascii < len && (word[ascii] & 0x80) == 0)
		ascii++;
	for (size_t i = 0; i < needles->count; i++) {
		if (needles->cjk[i])
			continue;
		if (ascii == len) {
			if (needles->lengths[i] == len && strncasecmp(word, needles->items[i], len) == 0)
				return true;
			continue;
		}
		if (folded == NULL)
			folded = query_fold(arena, word, len);
		if (strcmp(folded, needles->items[i]) == 0)
			return true;
	}
	return false;
}

/* The end of the word that starts here, as the index sees words. */
static size_t word_end(const char *text, size_t at, size_t len, size_t *characters)
{
	size_t used;

	for (*characters = 0; at < len; at += used, ++*characters) {
		uint32_t c = utf8_next(text + at, len - at, &used);

		if (!utf8_is_word(c) || utf8_is_cjk(c))
			break;
	}
	return at;
}

static size_t find_spans(struct span *spans, struct arena *arena, const char *text, size_t len,
			 const struct needles *needles)
{
	size_t count = 0, character = 0, used;

	for (size_t at = 0; at < len && count < SPANS_MAX;) {
		uint32_t c = utf8_next(text + at, len - at, &used);
		size_t end = at + used, characters = 1;
		bool found = false;

		if (utf8_is_cjk(c)) {
			size_t match = match_run(needles, text + at);

			if (match > 0) {
				found = true;
				end = at + match;
				characters = utf8_length(text + at, match);
			}
		} else if (utf8_is_word(c)) {
			end = word_end(text, at, len, &characters);
			found = match_word(needles, arena, text + at, end - at);
		}
		if (found)
			spans[count++] = (struct span){.at = at, .end = end, .character = character};
		at = end;
		character += characters;
	}
	return count;
}

/* The span from which on most others are within the window. */
static size_t best_start(const struct span *spans, size_t count)
{
	size_t best = 0, best_within = 0;

	for (size_t i = 0, j = 0; i < count; i++) {
		while (j < count && spans[j].character < spans[i].character + WINDOW - LEAD)
			j++;
		if (j - i > best_within) {
			best = i;
			best_within = j - i;
		}
	}
	return best;
}

/* `characters` back from `at`, then forward to the start of a word. */
static size_t step_back(const char *text, size_t at, size_t characters)
{
	size_t start = at, used;

	for (; start > 0 && characters > 0; characters--)
		do
			start--;
		while (start > 0 && (text[start] & 0xc0) == 0x80);
	if (start == 0)
		return 0;
	for (size_t here = start; here < at; here += used)
		if (utf8_is_space(utf8_next(text + here, at - here, &used)))
			return here + used;
	return start;
}

static void add_html(struct buf *out, const char *text, size_t len)
{
	static const struct {
		char c;
		const char *html;
	} escapes[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};

	for (size_t i = 0; i < len; i++) {
		size_t e = 0;

		while (e < sizeof(escapes) / sizeof(escapes[0]) && escapes[e].c != text[i])
			e++;
		if (e < sizeof(escapes) / sizeof(escapes[0]))
			buf_adds(out, escapes[e].html);
		else
			buf_addc(out, text[i]);
	}
}

/* White space of any length becomes one space; control characters go. */
static void add_character(struct buf *out, const char *text, size_t len, uint32_t c, bool *space)
{
	if (utf8_is_space(c)) {
		if (!*space)
			buf_addc(out, ' ');
		*space = true;
	} else if (c >= 0x20 && c != 0x7f) {
		add_html(out, text, len);
		*space = false;
	}
}

const char *snippet(struct arena *arena, const char *text, const struct query *query)
{
	struct needles *needles = arena_alloc(arena, sizeof(*needles));
	struct span *spans = arena_alloc(arena, SPANS_MAX * sizeof(*spans));
	struct buf *out = buf_in(arena, HTML_MAX);
	size_t len = strlen(text), count, first, start = 0, used;
	bool space = true;

	collect_needles(needles, arena, query);
	count = needles->count > 0 ? find_spans(spans, arena, text, len, needles) : 0;
	first = best_start(spans, count);
	if (count > 0 && spans[first].character > LEAD)
		start = step_back(text, spans[first].at, LEAD);
	buf_adds(out, start > 0 ? "…" : "");
	while (first > 0 && spans[first - 1].at >= start)
		first--;
	for (size_t at = start, taken = 0; at < len; at += used, taken++) {
		uint32_t c = utf8_next(text + at, len - at, &used);
		bool inside = first < count && at >= spans[first].at;

		/* The window ends at a space, or where a word does not. */
		if (!inside && (taken >= WINDOW + LEAD || (taken >= WINDOW && utf8_is_space(c)))) {
			buf_adds(out, "…");
			break;
		}
		if (inside && at == spans[first].at)
			buf_adds(out, "<mark>");
		add_character(out, text + at, used, c, &space);
		if (inside && at + used >= spans[first].end) {
			buf_adds(out, "</mark>");
			first++;
		}
	}
	return buf_text(out);
}
