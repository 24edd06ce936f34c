#include "snippet.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/utf8.h"

#define WINDOW     240 /* code points */
#define LEAD       50  /* of them before the first occurrence */
#define WINDOW_MAX (WINDOW + LEAD)
#define SPANS_MAX  256

/* Enough for the longest snippet: every character one of four bytes and an occurrence of its own, "…" at both ends. */
#define HTML_MAX (WINDOW_MAX * (4 + sizeof("<mark></mark>") - 1) + 2 * (sizeof("…") - 1))

/* An occurrence: bytes, and the number of its first character. */
struct span {
	size_t at, end;
	size_t character;
};

/* What of the window is full: characters, and whether the last of them is white space. */
struct window {
	size_t taken;
	bool space;
};

struct needle {
	const char *text;
	size_t len;
};

struct snippets {
	/* What is looked for: runs of CJK as they are, and words folded, in order. */
	struct needle runs[QUERY_LENGTH_MAX], words[QUERY_LENGTH_MAX];
	size_t run_count, word_count;
	bool initials[128]; /* the ASCII that `words` begin with: most words of a text need no closer look */
	char *folded;       /* room for a word of the text, as long as it may be one of `words` */
	size_t folded_size;
	struct span spans[SPANS_MAX];
	struct buf *html;
};

static int compare_needles(const void *a, const void *b)
{
	const struct needle *x = a, *y = b;
	int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

struct snippets *snippets_new(struct arena *arena, const struct query *query)
{
	struct snippets *s = arena_alloc(arena, sizeof(*s));

	s->html = buf_in(arena, HTML_MAX);
	for (size_t i = 0; i < query->wanted_count && i < QUERY_LENGTH_MAX; i++) {
		const struct query_word *word = &query->wanted[i];
		const char *text = query->text + word->at;

		if (word->cjk) {
			s->runs[s->run_count++] = (struct needle){text, word->len};
		} else {
			size_t size = utf8_length(text, word->len) * QUERY_FOLDED_MAX;
			char *folded = arena_alloc(arena, size);
			size_t len = query_fold(folded, size, text, word->len);

			s->words[s->word_count++] = (struct needle){folded, len};
			s->folded_size = len > s->folded_size ? len : s->folded_size;
			if (len > 0 && !(folded[0] & 0x80))
				s->initials[(size_t)folded[0]] = true;
		}
	}
	s->folded = arena_alloc(arena, s->folded_size);
	qsort(s->words, s->word_count, sizeof(s->words[0]), compare_needles);
	return s;
}

/* Length of the needle that stands here in a run of CJK, the longest of them; 0 for none. */
static size_t match_run(const struct snippets *s, const char *text, size_t len)
{
	size_t best = 0;

	for (size_t i = 0; i < s->run_count; i++)
		if (s->runs[i].len > best && s->runs[i].len <= len &&
		    memcmp(text, s->runs[i].text, s->runs[i].len) == 0)
			best = s->runs[i].len;
	return best;
}

static bool match_word(const struct snippets *s, const char *word, size_t len)
{
	struct needle folded = {.text = s->folded};

	if (!(word[0] & 0x80) && !s->initials[tolower(word[0])])
		return false;
	folded.len = query_fold(s->folded, s->folded_size, word, len);
	return folded.len != SIZE_MAX &&
	       bsearch(&folded, s->words, s->word_count, sizeof(s->words[0]), compare_needles) != NULL;
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

static size_t find_spans(struct snippets *s, const char *text)
{
	size_t len = s->run_count + s->word_count > 0 ? strlen(text) : 0, count = 0, character = 0, used;

	for (size_t at = 0; at < len && count < SPANS_MAX;) {
		uint32_t c = utf8_next(text + at, len - at, &used);
		size_t end = at + used, characters = 1;
		bool found = false;

		if (utf8_is_cjk(c)) {
			size_t match = match_run(s, text + at, len - at);

			if (match > 0) {
				found = true;
				end = at + match;
				characters = utf8_length(text + at, match);
			}
		} else if (utf8_is_word(c)) {
			end = word_end(text, at, len, &characters);
			found = match_word(s, text + at, end - at);
		}
		if (found)
			s->spans[count++] = (struct span){.at = at, .end = end, .character = character};
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

/* The text from where most of the `count` spans found in it are, up to the window's end. False when it is cut there. */
static bool add_text(struct snippets *s, const char *text, size_t count, struct window *window)
{
	const struct span *spans = s->spans;
	size_t len = strlen(text), first = best_start(spans, count), start = 0, used;
	bool inside = false;

	if (count > 0 && spans[first].character > LEAD)
		start = step_back(text, spans[first].at, LEAD);
	buf_adds(s->html, start > 0 ? "…" : "");
	while (first > 0 && spans[first - 1].at >= start)
		first--;
	for (size_t at = start; at < len; at += used, window->taken++) {
		uint32_t c = utf8_next(text + at, len - at, &used);

		/* The window ends at a space, or where a word or an occurrence does not. */
		if (window->taken >= WINDOW_MAX || (window->taken >= WINDOW && !inside && utf8_is_space(c))) {
			buf_adds(s->html, inside ? "</mark>…" : "…");
			return false;
		}
		if (first < count && at == spans[first].at) {
			buf_adds(s->html, "<mark>");
			inside = true;
		}
		add_character(s->html, text + at, used, c, &window->space);
		if (inside && at + used >= spans[first].end) {
			buf_adds(s->html, "</mark>");
			inside = false;
			first++;
		}
	}
	return true;
}

const char *snippet(struct snippets *s, const char *title, const char *body)
{
	struct window window = {.space = true};
	size_t count = find_spans(s, body);

	buf_clear(s->html);
	if (count > 0 || (count = find_spans(s, title)) == 0)
		add_text(s, body, count, &window);
	else if (add_text(s, title, count, &window) && *body != '\0' && add_text(s, " ", 0, &window))
		add_text(s, body, 0, &window);
	return buf_text(s->html);
}
