/*
 * quick_text: a text cut into words, and the rest of them put together again.
 */
#include <stdint.h>
#include <string.h>

#include "quick_words.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/utf8.h"

#define OPENING   "(["
#define CLOSING   ".,;:!?)]"
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* What opens a quotation, and either of what closes it. Those of one glyph come in both directions. */
static const struct quotes {
	const char *open, *close, *or_close;
} quotes[] = {
	{"\"", "\"", "\""}, {"„", "“", "”"}, {"“", "”", "”"}, {"«", "»", "»"}, {"»", "«", "«"},
};

/* Words that say more with a '!' behind them: recurrence from completion on. */
static const char *const stressed[] = {"every", "jeden", "jede", "jedes", "alle"};

struct cutting {
	struct arena *arena;
	const char *at;
	const char *end;
	size_t point;                  /* code points before `at` */
	const char *joined;            /* where the words end that no white space parts; before `at`: those are none */
	bool at_strokes;               /* these are parted by strokes, else by a dash */
	const char *quoted;            /* where the quotation ends that we are in; before `at`: in none */
	bool unclosed[LENGTH(quotes)]; /* nothing closes this one any more: it is looked for once */
};

/* How many bytes of white space are at `at`. */
static size_t space(const char *at, const char *end)
{
	size_t used;

	return at < end && utf8_is_space(utf8_next(at, (size_t)(end - at), &used)) ? used : 0;
}

/* Where the quotation that begins at `at` ends; NULL when none begins there. */
static const char *quotation(struct cutting *cut, const char *at)
{
	for (size_t i = 0; i < LENGTH(quotes); i++) {
		size_t len = strlen(quotes[i].open);

		if (cut->unclosed[i] || strncmp(at, quotes[i].open, len) != 0)
			continue;
		for (const char *c = at + len; *c != '\0'; c++) {
			if (strncmp(c, quotes[i].close, strlen(quotes[i].close)) == 0)
				return c + strlen(quotes[i].close);
			if (strncmp(c, quotes[i].or_close, strlen(quotes[i].or_close)) == 0)
				return c + strlen(quotes[i].or_close);
		}
		cut->unclosed[i] = true;
	}
	return NULL;
}

/* The core of a word: brackets before and punctuation behind are not of it, but what makes an ordinal of a number is.
 */
static void find_core(struct word *word)
{
	const char *begin = word->chunk;
	const char *end = begin + word->chunk_len;

	while (begin < end && strchr(OPENING, *begin) != NULL)
		begin++;
	while (end > begin && strchr(*begin == '!' ? ".,;:?)]" : CLOSING, end[-1]) != NULL)
		end--;
	word->tail = end < word->chunk + word->chunk_len ? *end : '\0';
	if (word->tail == '.' && end > begin && end[-1] >= '0' && end[-1] <= '9')
		end++;
	word->core = begin;
	word->core_len = (size_t)(end - begin);
}

/* Lower case with umlauts and sharp s spelt out; each is two bytes either way. */
static const char *form_of(struct arena *arena, const char *text, size_t len)
{
	static const char *const spelt[][2] = {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"ß", "ss"}};
	char *form = utf8_lower(arena, text, len);

	for (char *c = form; *c != '\0'; c++)
		for (size_t i = 0; (unsigned char)*c == 0xc3 && i < LENGTH(spelt); i++)
			if (memcmp(c, spelt[i][0], 2) == 0)
				memcpy(c, spelt[i][1], 2);
	return form;
}

static void find_form(struct arena *arena, struct word *word)
{
	size_t len = word->core_len;

	/* The dot of an ordinal is known by the tail. */
	if (word->tail == '.' && len > 0 && word->core[len - 1] == '.')
		len--;
	word->form = form_of(arena, word->core, len);
	for (size_t i = 0; word->tail == '!' && i < LENGTH(stressed); i++)
		if (strcmp(word->form, stressed[i]) == 0) {
			word->core_len++;
			word->form = form_of(arena, word->core, word->core_len);
		}
}

/* How many bytes of what joins two words are at `at`. */
static size_t joint_of_words(const char *at, const char *end)
{
	static const char *const joints[] = {"-", "–", "/", "+"};

	for (size_t i = 0; at < end && i < LENGTH(joints); i++)
		if (strncmp(at, joints[i], strlen(joints[i])) == 0)
			return strlen(joints[i]);
	return 0;
}

/* Where the part that begins at `at` ends: before a joint, or before `end`. A plus is a stroke as well. */
static const char *part_end(const char *at, const char *end, bool at_strokes)
{
	while (at < end && (joint_of_words(at, end) == 0 || (*at == '/' || *at == '+') != at_strokes))
		at++;
	return at;
}

/* Whether all parts of a chunk, which strokes or one dash part, are understood so that they are words. */
static bool has_parts(struct cutting *cut, const char *begin, const char *end, bool at_strokes,
		      bool (*is_word)(const struct word *word))
{
	size_t parts = 1;

	if (part_end(begin, end, at_strokes) == end)
		return false;
	for (const char *at = begin;; parts++) {
		const char *next = part_end(at, end, at_strokes);
		struct word part = {.chunk = at, .chunk_len = (size_t)(next - at)};

		find_core(&part);
		find_form(cut->arena, &part);
		word_understand(&part);
		if (!is_word(&part) || (parts > 2 && !at_strokes))
			return false;
		if (next == end)
			return true;
		at = next + joint_of_words(next, end);
	}
}

/* Where the next word ends: at white space, or at a joint of a range or of weekdays. */
static const char *word_end(struct cutting *cut)
{
	const char *end = cut->at;

	if (cut->at < cut->joined) {
		size_t joint = joint_of_words(cut->at, cut->joined);

		return joint > 0 ? cut->at + joint : part_end(cut->at, cut->joined, cut->at_strokes);
	}
	for (size_t used; end < cut->end && space(end, cut->end) == 0; end += used)
		utf8_next(end, (size_t)(cut->end - end), &used);
	cut->at_strokes = !has_parts(cut, cut->at, end, false, word_bounds);
	if (cut->at_strokes && !has_parts(cut, cut->at, end, true, word_is_weekday))
		return end;
	cut->joined = end;
	return part_end(cut->at, end, cut->at_strokes);
}

/* The next word. */
static void cut_word(struct cutting *cut, struct word *word)
{
	const char *begin = cut->at;

	word->glued = begin < cut->joined;
	cut->at = word_end(cut);
	word->chunk = begin;
	word->chunk_len = (size_t)(cut->at - begin);
	find_core(word);
	if (cut->quoted <= begin) {
		const char *quoted = quotation(cut, word->core);

		if (quoted != NULL)
			cut->quoted = quoted;
	}
	word->backslash = cut->quoted <= begin && *begin == '\\' && word->chunk_len > 1;
	word->escaped = word->backslash || cut->quoted > begin;
	find_form(cut->arena, word);
	word->start = cut->point + (size_t)(word->core - begin);
	word->end = word->start + utf8_length(word->core, word->core_len);
	cut->point += utf8_length(begin, word->chunk_len);
	word_understand(word);
}

/* White space, up to the next word; false when there is none. */
static bool skip_space(struct cutting *cut)
{
	for (size_t used; (used = space(cut->at, cut->end)) > 0; cut->at += used)
		cut->point++;
	return cut->at < cut->end;
}

struct word *words_of(struct arena *arena, const char *text, size_t *count)
{
	struct cutting cut = {.arena = arena, .at = text, .end = text + strlen(text), .joined = text, .quoted = text};
	struct word *words;
	size_t room = 1;

	for (size_t used; cut.at < cut.end; cut.at += used) {
		room += space(cut.at, cut.end) > 0 ? 1 : joint_of_words(cut.at, cut.end) > 0 ? 2 : 0;
		utf8_next(cut.at, (size_t)(cut.end - cut.at), &used);
	}
	cut.at = text;
	words = arena_alloc(arena, room * sizeof(*words));
	for (*count = 0; skip_space(&cut); (*count)++)
		cut_word(&cut, &words[*count]);
	return words;
}

/* Brackets that stood at words which were taken: a pair goes with what was in it, one that is left stays. */
struct brackets {
	char open[8];
	size_t count;
};

static void add_taken(struct buf *title, struct brackets *brackets, const struct word *word)
{
	const char *end = word->chunk + word->chunk_len;

	for (const char *c = word->chunk; c < word->core && brackets->count < sizeof(brackets->open); c++)
		brackets->open[brackets->count++] = *c;
	for (const char *c = word->core + word->core_len; c < end; c++) {
		bool closes = *c == ')' || *c == ']';

		if (closes && brackets->count > 0)
			brackets->count--;
		else if ((closes || *c == '!' || *c == '?') && title->len > 0)
			buf_addc(title, *c);
	}
}

static void add_left(struct buf *title, struct brackets *brackets, const struct word *word)
{
	size_t skip = word->backslash ? 1 : 0;

	if (title->len > 0 && !word->glued)
		buf_addc(title, ' ');
	buf_add(title, brackets->open, brackets->count);
	brackets->count = 0;
	buf_add(title, word->chunk + skip, word->chunk_len - skip);
}

/* Whether the text at `at` is punctuation that joins parts of a sentence; how long it is. */
static size_t joint(const char *at)
{
	static const char *const joints[] = {" ", ",", ";", ":", "-", "–", "—"};

	for (size_t i = 0; i < LENGTH(joints); i++)
		if (strncmp(at, joints[i], strlen(joints[i])) == 0)
			return strlen(joints[i]);
	return 0;
}

/* Without what joined the title to something before or behind that was taken. */
static const char *without_joints(const char *title, size_t len, bool at_start, bool at_end, struct arena *arena)
{
	for (size_t used; at_start && len > 0 && (used = joint(title)) > 0; len -= used)
		title += used;
	while (at_end && len > 0) {
		size_t last = len - 1;

		while (last > 0 && ((unsigned char)title[last] & 0xc0) == 0x80)
			last--;
		if (joint(title + last) == 0)
			break;
		len = last;
	}
	return arena_strndup(arena, title, len);
}

const char *words_title(struct arena *arena, const struct word *words, size_t count)
{
	struct brackets brackets = {.count = 0};
	struct buf *title;
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += words[i].chunk_len + 1;
	title = buf_in(arena, bytes + sizeof(brackets.open));
	for (size_t i = 0; i < count; i++)
		if (words[i].taken)
			add_taken(title, &brackets, &words[i]);
		else
			add_left(title, &brackets, &words[i]);
	return without_joints(buf_text(title), title->len, count > 0 && words[0].taken,
			      count > 0 && words[count - 1].taken, arena);
}
