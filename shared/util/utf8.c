/*
 * utf8: short ways for plain ASCII and Latin text, libunistring for the rest.
 */
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "util/arena.h"
#include "util/log.h"

/* How many bytes of ASCII the text begins with. */
static size_t ascii_run(const char *text, size_t len)
{
	size_t at = 0;
	uint64_t eight;

	for (; len - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, text + at, sizeof(eight));
		if (eight & 0x8080808080808080)
			break;
	}
	while (at < len && !(text[at] & 0x80))
		at++;
	return at;
}

/* Below U+0300 nothing composes and nothing decomposes, and 0xCC begins U+0300. */
static bool is_simple(const char *text, size_t len)
{
	for (size_t at = ascii_run(text, len); at < len; at++)
		if ((unsigned char)text[at] >= 0xcc)
			return false;
	return true;
}

/* What libunistring allocated, moved to the arena. */
static char *adopt(struct arena *arena, uint8_t *made, size_t len)
{
	char *text;

	if (!made)
		die("libunistring: out of memory");
	text = arena_strndup(arena, (const char *)made, len);
	free(made);
	return text;
}

bool utf8_valid(const char *text, size_t len)
{
	size_t ascii = ascii_run(text, len);

	return ascii == len || !u8_check((const uint8_t *)text + ascii, len - ascii);
}

size_t utf8_length(const char *text, size_t len)
{
	size_t count = 0;

	/* Every byte but the continuing ones. */
	for (size_t at = 0; at < len; at++)
		count += (text[at] & 0xc0) != 0x80;
	return count;
}

size_t utf8_cut(const char *text, size_t len, size_t most)
{
	if (len <= most)
		return len;
	while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

uint32_t utf8_next(const char *text, size_t len, size_t *used)
{
	ucs4_t code_point;

	*used = (size_t)u8_mbtouc(&code_point, (const uint8_t *)text, len);
	return code_point;
}

char *utf8_nfc(struct arena *arena, const char *text, size_t len)
{
	size_t made_len;
	uint8_t *made;

	if (is_simple(text, len))
		return arena_strndup(arena, text, len);
	made = u8_normalize(UNINORM_NFC, (const uint8_t *)text, len, NULL, &made_len);
	return adopt(arena, made, made_len);
}

char *utf8_lower(struct arena *arena, const char *text, size_t len)
{
	size_t made_len;
	uint8_t *made;

	if (ascii_run(text, len) == len) {
		char *lower = arena_strndup(arena, text, len);

		for (size_t at = 0; at < len; at++)
			if (lower[at] >= 'A' && lower[at] <= 'Z')
				lower[at] += 'a' - 'A';
		return lower;
	}
	made = u8_tolower((const uint8_t *)text, len, NULL, UNINORM_NFC, NULL, &made_len);
	return adopt(arena, made, made_len);
}

bool utf8_is_word(uint32_t code_point)
{
	return uc_is_general_category_withtable(code_point,
						UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Nd);
}

bool utf8_is_digit(uint32_t code_point)
{
	return uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_Nd);
}

bool utf8_is_cjk(uint32_t code_point)
{
	static const char *const names[] = {"Han", "Hiragana", "Katakana", "Hangul"};
	const uc_script_t *script;

	if (code_point < 0x1100)
		return false;
	/* Marks of length and voice belong to no one script, but stand within words of kana. */
	if (code_point == 0x30fc || code_point == 0xff70 || (code_point >= 0x3099 && code_point <= 0x309c) ||
	    code_point == 0xff9e || code_point == 0xff9f)
		return true;
	script = uc_script(code_point);
	for (size_t i = 0; script && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(script->name, names[i]))
			return true;
	return false;
}

bool utf8_is_space(uint32_t code_point)
{
	return uc_is_property_white_space(code_point);
}

bool utf8_is_blank(const char *text, size_t len)
{
	for (size_t used; len > 0; text += used, len -= used)
		if (!utf8_is_space(utf8_next(text, len, &used)))
			return false;
	return true;
}
