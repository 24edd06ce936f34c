#include "words.h"

#include <stdbool.h>
#include <stdint.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include "util/log.h"
#include "util/utf8.h"

#define FIRST_UNSPACED 0x0e00 /* Thai: below it every script has spaces */

enum kind { DIVIDES, WORD, UNSPACED, OTHER };

static bool is_unspaced(uint32_t c)
{
	UErrorCode error = U_ZERO_ERROR;

	if (c < FIRST_UNSPACED)
		return false;
	if (u_getIntPropertyValue((UChar32)c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT)
		return true;
	switch (uscript_getScript((UChar32)c, &error)) {
	case USCRIPT_HAN:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
		return true;
	default:
		return c == 0x30fc; /* the long vowel of both Kana */
	}
}

static enum kind kind_of(uint32_t c)
{
	if (c < 0x80) {
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			return WORD;
		return c <= ' ' || c == '|' ? DIVIDES : OTHER;
	}
	if (is_unspaced(c))
		return UNSPACED;
	if (utf8_is_word(c))
		return WORD;
	/* Dashes and the ellipsis stand between words without spaces; so does the punctuation of scripts without them.
	 */
	return utf8_is_space(c) || (c >= 0x2012 && c <= 0x2015) || c == 0x2026 || (c >= 0x3000 && c <= 0x303f) ||
			       (c >= 0xff01 && c <= 0xff0f)
		       ? DIVIDES
		       : OTHER;
}

/* Words of a run that has no spaces. */
static long count_unspaced(const char *text, size_t len)
{
	static UBreakIterator *breaks;
	UErrorCode error = U_ZERO_ERROR;
	UText *run = utext_openUTF8(NULL, text, (int64_t)len, &error);
	long words = 0;

	if (breaks == NULL)
		breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &error);
	ubrk_setUText(breaks, run, &error);
	if (U_FAILURE(error))
		die("ICU: %s", u_errorName(error));
	while (ubrk_next(breaks) != UBRK_DONE)
		if (ubrk_getRuleStatus(breaks) >= UBRK_WORD_NONE_LIMIT)
			words++;
	utext_close(run);
	return words;
}

long words_count(const char *text, size_t len)
{
	size_t run = 0; /* where the run without spaces began */
	bool in_word = false;
	bool in_run = false;
	long words = 0;

	for (size_t at = 0, used; at < len; at += used) {
		uint32_t c = utf8_next(text + at, len - at, &used);
		enum kind kind = kind_of(c);

		if (in_run && kind != UNSPACED) {
			words += count_unspaced(text + run, at - run);
			in_run = false;
		}
		if (kind == UNSPACED) {
			if (!in_run)
				run = at;
			in_run = true;
			in_word = false;
		} else if (kind == WORD) {
			words += !in_word;
			in_word = true;
		} else if (kind == DIVIDES) {
			in_word = false;
		}
	}
	return in_run ? words + count_unspaced(text + run, len - run) : words;
}
