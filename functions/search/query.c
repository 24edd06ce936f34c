#include "query.h"

#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/utf8.h"

#define CORRECTABLE_MIN 4
#define EXPRESSION_MAX  65536

/* What no document has. */
#define NO_TAG "'#'"

/* Small letters that do not decompose, as the unaccent dictionary has them. */
static const struct {
	uint32_t from;
	const char *to;
} letters[] = {
	{0xdf, "ss"}, {0xe6, "ae"}, {0xf0, "d"},  {0xf8, "o"},   {0xfe, "th"}, {0x111, "d"},
	{0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}, {0x167, "t"},
};

/* One item of the query: a word or phrase, or an operator with its value. */
struct token {
	bool negated;
	bool quoted;
	const char *name; /* of the operator, NULL for words */
	size_t name_len;
	size_t at, len; /* of the value */
};

struct parser {
	struct query *query;
	const char *fault;
	size_t at;
	struct buf *words, *tags;
	bool or_pending;
	enum { LAST_NONE, LAST_WORDS, LAST_TAG } last;
};

/* Reading one character of the text; every loop over it is made of this. */
static uint32_t next_at(const struct query *query, size_t *at)
{
	size_t used;
	uint32_t c = utf8_next(query->text + *at, strlen(query->text + *at), &used);

	*at += used;
	return c;
}

void query_list_add(struct query *query, struct query_list *list, const char *item)
{
	const char **grown = arena_alloc(query->arena, (list->count + 1) * sizeof(*grown));

	if (list->count > 0)
		memcpy(grown, list->items, list->count * sizeof(*grown));
	grown[list->count++] = item;
	list->items = grown;
}

/* A lexeme in quotes; a backslash or quote in it is doubled. */
static void add_lexeme(struct buf *out, const char *text, size_t len)
{
	buf_addc(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\'' || text[i] == '\\')
			buf_addc(out, text[i]);
		buf_addc(out, text[i]);
	}
	buf_addc(out, '\'');
}

static void note_wanted(struct query *query, size_t at, size_t len, bool cjk)
{
	struct query_word *grown = arena_alloc(query->arena, (query->wanted_count + 1) * sizeof(*grown));

	if (query->wanted_count > 0)
		memcpy(grown, query->wanted, query->wanted_count * sizeof(*grown));
	grown[query->wanted_count++] = (struct query_word){.at = at, .len = len, .cjk = cjk};
	query->wanted = grown;
}

/*
 * A run of CJK as the index has it. Followed by another word it must end there, so its last character, which the index
 * has by itself, belongs to the row; at the end of a row it may go on in the text, and a single character is the
 * beginning of a pair.
 */
static void add_run(struct buf *out, const char *text, size_t len, bool last)
{
	size_t first_len, second_len;

	utf8_next(text, len, &first_len);
	if (first_len == len) {
		add_lexeme(out, text, len);
		buf_adds(out, last ? ":*" : "");
		return;
	}
	for (size_t at = 0;; at += first_len) {
		utf8_next(text + at, len - at, &first_len);
		if (at + first_len == len) {
			if (!last) {
				buf_adds(out, " <-> ");
				add_lexeme(out, text + at, first_len);
			}
			return;
		}
		utf8_next(text + at + first_len, len - at - first_len, &second_len);
		if (at > 0)
			buf_adds(out, " <-> ");
		add_lexeme(out, text + at, first_len + second_len);
	}
}

/* The next word of the range from *at on: its length, 0 when there is none. *at moves to its start. */
static size_t next_word(const struct query *query, size_t *at, size_t end, bool *cjk)
{
	size_t start = *at, stop, here;
	uint32_t c = 0;

	*cjk = false;
	for (here = start; here < end; start = here) {
		c = next_at(query, &here);
		if (utf8_is_word(c) || utf8_is_cjk(c))
			break;
	}
	*at = start;
	if (start >= end)
		return 0;
	*cjk = utf8_is_cjk(c);
	for (stop = here; stop < end; stop = here) {
		c = next_at(query, &here);
		if (!(utf8_is_word(c) || utf8_is_cjk(c)) || utf8_is_cjk(c) != *cjk)
			break;
	}
	return stop - start;
}

/* Join to what stands before, by AND or, after OR, by OR; groups of OR are in parentheses. */
static void join(struct parser *p, struct buf *out)
{
	if (p->or_pending) {
		out->data[--out->len] = '\0';
		buf_adds(out, " | ");
	} else {
		buf_adds(out, out->len > 0 ? " & (" : "(");
	}
}

static void take_words(struct parser *p, const struct token *token)
{
	struct query *query = p->query;
	size_t end = token->at + token->len, at = token->at, next;
	bool cjk, next_cjk;
	size_t len = next_word(query, &at, end, &cjk), next_len;

	if (len == 0)
		return;
	if (p->or_pending && p->last == LAST_TAG) {
		p->fault = "OR stands between words or between tags, not between a word and a tag";
		return;
	}
	join(p, p->words);
	buf_adds(p->words, token->negated ? "!(" : "(");
	for (; len > 0; at = next, len = next_len, cjk = next_cjk) {
		next = at + len;
		next_len = next_word(query, &next, end, &next_cjk);
		if (cjk)
			add_run(p->words, query->text + at, len, next_len == 0);
		else
			add_lexeme(p->words, query->text + at, len);
		if (next_len > 0)
			buf_adds(p->words, " <-> ");
		if (!token->negated)
			note_wanted(query, at, len, cjk);
	}
	buf_adds(p->words, "))");
	p->last = LAST_WORDS;
	p->or_pending = false;
}

/* The tag's lexeme, or NULL when the text is no tag. */
static const char *tag_lexeme(struct arena *arena, const char *text, size_t len)
{
	bool any = false;
	size_t used;

	if (len > 0 && text[0] == '#') {
		text++;
		len--;
	}
	for (size_t at = 0; at < len; at += used) {
		uint32_t c = utf8_next(text + at, len - at, &used);

		any = any || utf8_is_word(c) || utf8_is_cjk(c);
	}
	return any ? arena_printf(arena, "#%s", utf8_lower(arena, text, len)) : NULL;
}

static void take_tag(struct parser *p, const struct token *token)
{
	const char *lexeme = tag_lexeme(p->query->arena, p->query->text + token->at, token->len);

	if (lexeme == NULL) {
		p->fault = "tag: is followed by a tag, as in tag:home";
		return;
	}
	if (p->or_pending && p->last == LAST_WORDS) {
		p->fault = "OR stands between words or between tags, not between a word and a tag";
		return;
	}
	join(p, p->tags);
	buf_adds(p->tags, token->negated ? "!" : "");
	add_lexeme(p->tags, lexeme, strlen(lexeme));
	buf_addc(p->tags, ')');
	p->last = LAST_TAG;
	p->or_pending = false;
}

static void take_type(struct parser *p, const struct token *token)
{
	struct query *query = p->query;

	if (token->len == 0) {
		p->fault = "type: is followed by a type, as in type:thoughts";
		return;
	}
	query_list_add(query, token->negated ? &query->other_types : &query->types,
		       utf8_lower(query->arena, query->text + token->at, token->len));
}

/* A date means its first moment in UTC. */
static bool read_moment(struct parser *p, const struct token *token, int64_t *us)
{
	const char *value = arena_strndup(p->query->arena, p->query->text + token->at, token->len);

	if (date_valid(value))
		value = arena_printf(p->query->arena, "%sT00:00:00Z", value);
	if (instant_parse(value, us))
		return true;
	p->fault = "before: and after: are followed by a date (2026-03-29) or an RFC 3339 instant";
	return false;
}

static void take_after(struct parser *p, const struct token *token)
{
	int64_t us;

	if (read_moment(p, token, &us) && us > p->query->after_us)
		p->query->after_us = us;
}

static void take_before(struct parser *p, const struct token *token)
{
	int64_t us;

	if (read_moment(p, token, &us) && us < p->query->before_us)
		p->query->before_us = us;
}

static void take_is(struct parser *p, const struct token *token)
{
	const char *value = utf8_lower(p->query->arena, p->query->text + token->at, token->len);

	if (strcmp(value, "pinned") == 0)
		p->query->pinned = true;
	else if (strcmp(value, "open") == 0)
		p->query->open = true;
	else if (strcmp(value, "done") == 0)
		p->query->done = true;
	else
		p->fault = "is: is followed by open, done or pinned";
}

static const struct {
	const char *name;
	void (*take)(struct parser *p, const struct token *token);
	bool negatable;
} operators[] = {
	{"after", take_after, false}, {"before", take_before, false}, {"is", take_is, false},
	{"tag", take_tag, true},      {"type", take_type, true},
};

/* Up to the closing quote, or to the end of a phrase that is not closed. */
static void read_quoted(struct parser *p, struct token *token)
{
	const char *text = p->query->text;
	const char *end = strchr(text + p->at + 1, '"');

	token->quoted = true;
	token->at = p->at + 1;
	token->len = end != NULL ? (size_t)(end - text) - token->at : strlen(text + token->at);
	p->at = token->at + token->len + (end != NULL ? 1 : 0);
}

/* Up to white space or a quote. */
static void read_bare(struct parser *p, struct token *token)
{
	const char *text = p->query->text;
	size_t here = p->at;

	token->at = p->at;
	while (text[p->at] != '\0' && text[p->at] != '"') {
		if (utf8_is_space(next_at(p->query, &here)))
			break;
		p->at = here;
	}
	token->len = p->at - token->at;
}

/* The operator at the start of a bare token, -1 when there is none. The token becomes its value. */
static int read_operator(struct parser *p, struct token *token)
{
	const char *text = p->query->text + token->at;

	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t len = strlen(operators[i].name);

		if (token->len <= len || text[len] != ':' || strncasecmp(text, operators[i].name, len) != 0)
			continue;
		token->at += len + 1;
		token->len -= len + 1;
		if (token->len == 0 && p->query->text[p->at] == '"')
			read_quoted(p, token);
		return (int)i;
	}
	return -1;
}

static void take_token(struct parser *p)
{
	const char *text = p->query->text;
	struct token token = {.negated = false};
	int found;

	if (text[p->at] == '-' && text[p->at + 1] != '\0' && text[p->at + 1] != ' ') {
		token.negated = true;
		p->at++;
	}
	if (text[p->at] == '"') {
		read_quoted(p, &token);
		take_words(p, &token);
		return;
	}
	read_bare(p, &token);
	if (!token.negated && token.len == 2 && strncmp(text + token.at, "OR", 2) == 0) {
		p->or_pending = p->last != LAST_NONE;
		return;
	}
	found = read_operator(p, &token);
	if (found < 0) {
		take_words(p, &token);
		return;
	}
	if (token.negated && !operators[found].negatable) {
		p->fault = "only words, tag: and type: can be excluded with -";
		return;
	}
	operators[found].take(p, &token);
	if (operators[found].take != take_tag) {
		p->last = LAST_NONE;
		p->or_pending = false;
	}
}

/* NFC without space around it. */
static const char *normalise(struct arena *arena, const char *text)
{
	char *nfc = utf8_nfc(arena, text, strlen(text));
	size_t start = 0, end = 0, used;

	for (size_t at = 0; nfc[at] != '\0'; at += used) {
		bool space = utf8_is_space(utf8_next(nfc + at, strlen(nfc + at), &used));

		if (space && end == 0)
			start = at + used;
		else if (!space)
			end = at + used;
	}
	nfc[end] = '\0';
	return end > 0 ? nfc + start : nfc;
}

bool query_is_empty(const struct query *query)
{
	return query->words == NULL && query->tags == NULL && query->types.count == 0 &&
	       query->other_types.count == 0 && query->after_us == INT64_MIN && query->before_us == INT64_MAX &&
	       !query->pinned && !query->open && !query->done;
}

bool query_parse(struct query *query, struct arena *arena, const char *text, const char **fault)
{
	struct parser p = {
		.query = query, .words = buf_in(arena, EXPRESSION_MAX), .tags = buf_in(arena, EXPRESSION_MAX)};

	*query = (struct query){.arena = arena, .after_us = INT64_MIN, .before_us = INT64_MAX};
	query->text = normalise(arena, text);
	if (utf8_length(query->text, strlen(query->text)) > QUERY_LENGTH_MAX) {
		*fault = arena_printf(arena, "q is at most %d characters long", QUERY_LENGTH_MAX);
		return false;
	}
	while (query->text[p.at] != '\0' && p.fault == NULL) {
		size_t here = p.at;

		if (utf8_is_space(next_at(query, &here)))
			p.at = here;
		else
			take_token(&p);
	}
	*fault = p.fault;
	query->words = p.words->len > 0 ? buf_text(p.words) : NULL;
	query->tags = p.tags->len > 0 ? buf_text(p.tags) : NULL;
	if (query->text[0] != '\0' && query_is_empty(query))
		query->tags = NO_TAG;
	return p.fault == NULL;
}

bool query_add_tag(struct query *query, const char *tag)
{
	const char *lexeme = tag_lexeme(query->arena, tag, strlen(tag));
	struct buf *tags;

	if (lexeme == NULL)
		return false;
	tags = buf_in(query->arena, EXPRESSION_MAX);
	if (query->tags != NULL)
		buf_printf(tags, "%s & ", query->tags);
	add_lexeme(tags, lexeme, strlen(lexeme));
	query->tags = buf_text(tags);
	return true;
}

bool query_correctable(const struct query *query, const struct query_word *word)
{
	size_t letters_seen = 0;

	if (word->cjk)
		return false;
	for (size_t at = word->at; at < word->at + word->len;) {
		if (utf8_is_digit(next_at(query, &at)))
			return false;
		letters_seen++;
	}
	return letters_seen >= CORRECTABLE_MIN;
}

const char *query_replace(const struct query *query, const char *const *replacements)
{
	struct buf *out = buf_in(query->arena, EXPRESSION_MAX);
	size_t done = 0;

	for (size_t i = 0; i < query->wanted_count; i++) {
		const struct query_word *word = &query->wanted[i];

		if (replacements[i] == NULL)
			continue;
		buf_add(out, query->text + done, word->at - done);
		buf_adds(out, replacements[i]);
		done = word->at + word->len;
	}
	buf_adds(out, query->text + done);
	return buf_text(out);
}

static uint32_t *code_points(struct arena *arena, const char *text, size_t *count)
{
	size_t len = strlen(text), used;
	uint32_t *out = arena_alloc(arena, (len + 1) * sizeof(*out));

	*count = 0;
	for (size_t at = 0; at < len; at += used)
		out[(*count)++] = utf8_next(text + at, len - at, &used);
	return out;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: three rows of the usual table are enough. */
unsigned query_slips(struct arena *arena, const char *a, const char *b)
{
	size_t a_len, b_len;
	const uint32_t *as = code_points(arena, a, &a_len), *bs = code_points(arena, b, &b_len);
	unsigned *rows[3];

	for (int i = 0; i < 3; i++)
		rows[i] = arena_alloc(arena, (b_len + 1) * sizeof(*rows[i]));
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(above[j - 1] + (as[i - 1] != bs[j - 1]), least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && as[i - 1] == bs[j - 2] && as[i - 2] == bs[j - 1])
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

unsigned query_slips_allowed(const char *word)
{
	size_t length = utf8_length(word, strlen(word));

	return length <= 5 ? 1 : length <= 10 ? 2 : 3;
}

/* One character folded by all that it is made of, compatible forms included. Bytes written, at most `size`. */
static size_t fold_character(char *out, size_t size, uint32_t c)
{
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
	int tag, count = uc_decomposition(c, &tag, parts);
	size_t len = 0;

	for (int i = 0; i < count; i++)
		len += fold_character(out + len, size - len, parts[i]);
	/* Combining diacritical marks. */
	if (count > 0 || (c >= 0x300 && c <= 0x36f))
		return len;
	c = uc_tolower(c);
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].from == c) {
			len = strnlen(letters[i].to, size);
			memcpy(out, letters[i].to, len);
			return len;
		}
	count = u8_uctomb((uint8_t *)out, c, (ptrdiff_t)size);
	return count > 0 ? (size_t)count : 0;
}

size_t query_fold(char *out, size_t size, const char *text, size_t len)
{
	size_t written = 0, used;

	for (size_t at = 0; at < len; at += used) {
		char folded[QUERY_FOLDED_MAX];
		size_t count;

		used = 1;
		if (text[at] & 0x80) {
			count = fold_character(folded, sizeof(folded), utf8_next(text + at, len - at, &used));
		} else {
			folded[0] = text[at] >= 'A' && text[at] <= 'Z' ? (char)(text[at] + 'a' - 'A') : text[at];
			count = 1;
		}
		if (count > size - written)
			return SIZE_MAX;
		memcpy(out + written, folded, count);
		written += count;
	}
	return written;
}
