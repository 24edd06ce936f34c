/*
 * words: how many words a text has, as its reader would count them.
 *
 * What white space, a table's bars or a dash divides is a word when a letter or digit is in it: "don't", "3.14", an
 * address and "well-known" are one each; marks of Markdown, punctuation and emoji alone are none. Scripts that are
 * written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) are divided by ICU's dictionaries (Unicode UAX
 * #29).
 */
#ifndef AURORA_JOURNALS_WORDS_H
#define AURORA_JOURNALS_WORDS_H

#include <stddef.h>

/* Words of `len` bytes of valid UTF-8, in linear time. */
long words_count(const char *text, size_t len);

#endif
