/*
 * utf8: validity, lengths in code points, normalisation and case, over libunistring (RFC 3629, UAX #15).
 */
#ifndef AURORA_UTIL_UTF8_H
#define AURORA_UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Well-formed, shortest forms, no surrogates. */
bool utf8_valid(const char *text, size_t len);

/* Code points in valid UTF-8. */
size_t utf8_length(const char *text, size_t len);

/* How many of the first `most` bytes of valid UTF-8 are whole characters. */
size_t utf8_cut(const char *text, size_t len, size_t most);

/* The code point at text (valid UTF-8, len > 0); *used is how many bytes it took. */
uint32_t utf8_next(const char *text, size_t len, size_t *used);

/* NFC of valid UTF-8, NUL-terminated, in the arena. */
char *utf8_nfc(struct arena *arena, const char *text, size_t len);

/* NFC and lower case, for keys that people type (tags, addresses). */
char *utf8_lower(struct arena *arena, const char *text, size_t len);

/* Letter or mark or decimal digit, in any script. */
bool utf8_is_word(uint32_t code_point);
bool utf8_is_digit(uint32_t code_point);

/* Han, Kana or Hangul: scripts whose words are searched by pairs of characters. */
bool utf8_is_cjk(uint32_t code_point);

/* White space of any kind (Unicode White_Space). */
bool utf8_is_space(uint32_t code_point);

/* Valid UTF-8 of white space alone, or none at all. */
bool utf8_is_blank(const char *text, size_t len);

#endif
