/*
 * query: what a person types into a search box, as PostgreSQL and the snippets need it.
 *
 *	words				all of them, in any order; accents and case do not count
 *	"a phrase"			these words in a row
 *	-word -"a phrase"		without
 *	a OR b				either; also between tags
 *	tag:home -tag:home		with, without a tag
 *	type:thoughts -type:tasks	only, not of a type
 *	after:2026-03-29 before:...	from a moment on, until a moment (dates in UTC, or RFC 3339)
 *	is:pinned is:open is:done	of a state
 *
 * Anything else is words: an unknown operator, a URL, punctuation. Runs of Han, Kana and Hangul become rows of
 * overlapping pairs, as the index has them (search.paired).
 */
#ifndef AURORA_SEARCH_QUERY_H
#define AURORA_SEARCH_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define QUERY_LENGTH_MAX 500 /* code points */
#define QUERY_FOLDED_MAX 128 /* bytes that query_fold makes of one code point; the largest is made of 18 others */

/* A wanted word: a place in `text`. */
struct query_word {
	size_t at, len;
	bool cjk; /* a run of characters that stands anywhere, not a whole word */
};

/* Strings that grow in the arena. */
struct query_list {
	const char **items;
	size_t count;
};

struct query {
	struct arena *arena;
	const char *text;  /* as typed, in NFC, without space around it */
	const char *words; /* for to_tsquery; NULL when there are none */
	const char *tags;  /* a tsquery of '#tag' lexemes; NULL when there are none */
	struct query_list types, other_types;
	int64_t after_us, before_us; /* INT64_MIN and INT64_MAX when not told */
	bool pinned, open, done;
	struct query_word *wanted;
	size_t wanted_count;
};

/*
 * Read `text` (valid UTF-8). False with *fault set to a sentence when it cannot be meant. Types are not checked here.
 * Punctuation alone is a query that finds nothing.
 */
bool query_parse(struct query *query, struct arena *arena, const char *text, const char **fault);

/* Whether it asks for nothing at all: then it would find everything. */
bool query_is_empty(const struct query *query);

/* One more tag that must match. False when it is none (no letter or digit). */
bool query_add_tag(struct query *query, const char *tag);

/* Append to a list. */
void query_list_add(struct query *query, struct query_list *list, const char *item);

/* Whether a mistyped form of this word could be put right: letters only, and not too few. */
bool query_correctable(const struct query *query, const struct query_word *word);

/* The query's text with the wanted words that have an entry in `replacements` (NULL for none) replaced. */
const char *query_replace(const struct query *query, const char *const *replacements);

/*
 * How many slips (a letter wrong, missing, too many, or two swapped) are between two words, and how many are forgiven
 * in a word of that length.
 */
unsigned query_slips(struct arena *arena, const char *a, const char *b);
unsigned query_slips_allowed(const char *word);

/*
 * Lower case without accents, near enough to the index's own folding to recognise its words: into `out`, without a NUL.
 * Bytes written; SIZE_MAX when there are more than `size`. Nothing is allocated.
 */
size_t query_fold(char *out, size_t size, const char *text, size_t len);

#endif
