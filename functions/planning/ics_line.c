/*
 * ics_line: decoding, unfolding, splitting. Every byte is looked at a fixed number of times.
 */
#include "ics_line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <uniconv.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/log.h"
#include "util/utf8.h"

#define DEFAULT_CHARSET  "WINDOWS-1252"
#define QUOTED_PRINTABLE "QUOTED-PRINTABLE"
#define BLANKS_BELOW     200 /* bytes of a value whose blanks at the end are none */
#define HEAD_MAX         200 /* bytes in which a line says that it is quoted-printable */

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == '\x7f';
}

static bool has_word(const char *text, size_t len, const char *word)
{
	size_t size = strlen(word);

	for (size_t i = 0; i + size <= len; i++)
		if (!strncasecmp(text + i, word, size))
			return true;
	return false;
}

/* What no charset can explain becomes U+FFFD; an unknown charset is taken for the default one. */
static char *to_utf8(struct arena *arena, const char *charset, const char *text, size_t len, size_t *out_len)
{
	char *copy;
	uint8_t *utf8 = u8_conv_from_encoding(charset, iconveh_question_mark, text, len, NULL, NULL, out_len);

	if (!utf8 && errno != ENOMEM)
		utf8 = u8_conv_from_encoding(DEFAULT_CHARSET, iconveh_question_mark, text, len, NULL, NULL, out_len);
	if (!utf8)
		die("cannot convert from %s: %m", charset);
	copy = arena_strndup(arena, (const char *)utf8, *out_len);
	free(utf8);
	return copy;
}

static const char *valid(struct arena *arena, const char *charset, const char *text, size_t len, size_t *out_len)
{
	*out_len = len;
	return utf8_valid(text, len) ? text : to_utf8(arena, charset, text, len, out_len);
}

/* By its byte order mark, or by how "BEGIN" begins. */
static const char *utf16_of(const char *text, size_t len)
{
	if (len < 2)
		return NULL;
	if (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "B\0", 2))
		return "UTF-16LE";
	if (!memcmp(text, "\xfe\xff", 2) || !memcmp(text, "\0B", 2))
		return "UTF-16BE";
	return NULL;
}

void ics_lines_begin(struct ics_lines *lines, struct arena *arena, const char *text, size_t len)
{
	const char *charset = utf16_of(text, len);
	char *copy;

	/* Half a character at the end is none. */
	copy = charset ? to_utf8(arena, charset, text, len & ~(size_t)1, &len) : arena_strndup(arena, text, len);
	*lines = (struct ics_lines){.at = copy, .end = copy + len, .out = copy, .number = 1};
	if (len >= 3 && !memcmp(copy, "\xef\xbb\xbf", 3))
		lines->at += 3;
}

/* A line of vCalendar 1.0 that ends in "=" goes on in the next. */
static bool is_soft_break(const char *start, const char *end)
{
	size_t head = (size_t)(end - start) < HEAD_MAX ? (size_t)(end - start) : HEAD_MAX;
	const char *colon = memchr(start, ':', head);

	return end > start && end[-1] == '=' && colon && has_word(start, (size_t)(colon - start), QUOTED_PRINTABLE);
}

/* Take what stands up to the end of a line; true when the next one belongs to it. */
static bool take(struct ics_lines *lines, const char *start)
{
	while (lines->at < lines->end && *lines->at != '\n' && *lines->at != '\r') {
		if (!is_control(*lines->at))
			*lines->out++ = *lines->at;
		lines->at++;
	}
	if (lines->at == lines->end)
		return false;
	lines->at += lines->at[0] == '\r' && lines->at + 1 < lines->end && lines->at[1] == '\n' ? 2 : 1;
	lines->number++;
	if (lines->at < lines->end && (*lines->at == ' ' || *lines->at == '\t')) {
		lines->at++;
		return true;
	}
	if (!is_soft_break(start, lines->out))
		return false;
	lines->out--;
	return true;
}

bool ics_lines_next(struct ics_lines *lines, const char **text, size_t *len)
{
	while (lines->at < lines->end) {
		*text = lines->out;
		lines->line = lines->number;
		while (take(lines, *text))
			;
		*len = (size_t)(lines->out - *text);
		if (*len == 0)
			continue;
		/* There is room: its line end was longer, or it is the copy's NUL. */
		*lines->out++ = '\n';
		return true;
	}
	return false;
}

/* Behind the parameters; a quote that never ends is none. */
static const char *find_colon(const char *at, const char *end)
{
	bool quoted = false;

	for (const char *c = at; c < end; c++) {
		if (*c == '"')
			quoted = !quoted;
		else if (*c == ':' && !quoted)
			return c;
	}
	return memchr(at, ':', (size_t)(end - at));
}

static bool is_name(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool ics_line_parse(struct ics_line *line, const char *text, size_t len)
{
	const char *end = text + len, *at = text, *colon;

	while (at < end && is_name(*at))
		at++;
	if (at == text || at == end || (*at != ';' && *at != ':'))
		return false;
	colon = find_colon(at, end);
	if (!colon)
		return false;
	*line = (struct ics_line){.text = text, .len = len, .name = text, .params = at, .value = colon + 1};
	line->name_len = (size_t)(at - text);
	line->params_len = (size_t)(colon - at);
	line->value_len = (size_t)(end - line->value);
	while (line->value_len > 0 && line->value[line->value_len - 1] == ' ' && line->value_len < BLANKS_BELOW)
		line->value_len--;
	return true;
}

bool ics_line_next(const char **at, const char *end, struct ics_line *line)
{
	while (*at < end) {
		const char *start = *at, *feed = memchr(start, '\n', (size_t)(end - start));

		if (!feed)
			feed = end;
		*at = feed < end ? feed + 1 : end;
		if (ics_line_parse(line, start, (size_t)(feed - start)))
			return true;
	}
	return false;
}

bool ics_line_is(const struct ics_line *line, const char *name)
{
	return strlen(name) == line->name_len && !strncasecmp(line->name, name, line->name_len);
}

bool ics_line_find(const char **at, const char *end, const char *name, struct ics_line *line)
{
	size_t depth = 0;

	while (ics_line_next(at, end, line)) {
		if (ics_line_is(line, "BEGIN"))
			depth++;
		else if (ics_line_is(line, "END"))
			depth -= depth > 0;
		else if (depth == 0 && ics_line_is(line, name))
			return true;
	}
	return false;
}

bool ics_value_is(const struct ics_line *line, const char *value)
{
	return strlen(value) == line->value_len && !strncasecmp(line->value, value, line->value_len);
}

/* The end of a parameter that begins at `at`: the next ';' that is not quoted. */
static const char *param_end(const char *at, const char *end)
{
	bool quoted = false;

	for (; at < end && (quoted || *at != ';'); at++)
		if (*at == '"')
			quoted = !quoted;
	return at;
}

static const char *unquoted(struct arena *arena, const char *at, const char *end)
{
	const char *text;
	size_t len;

	if (end - at >= 2 && at[0] == '"' && end[-1] == '"') {
		at++;
		end--;
	}
	text = valid(arena, DEFAULT_CHARSET, at, (size_t)(end - at), &len);
	return arena_strndup(arena, text, len);
}

const char *ics_line_param(struct arena *arena, const struct ics_line *line, const char *name)
{
	const char *at = line->params, *end = at + line->params_len;
	size_t len = strlen(name);

	while (at < end) {
		const char *stop = param_end(++at, end);

		if ((size_t)(stop - at) > len && at[len] == '=' && !strncasecmp(at, name, len))
			return unquoted(arena, at + len + 1, stop);
		at = stop;
	}
	return NULL;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *from_quoted_printable(struct arena *arena, const char *text, size_t len, size_t *out_len)
{
	char *out = arena_alloc(arena, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '=' && i + 2 < len && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
			c = (char)(hex(text[i + 1]) * 16 + hex(text[i + 2]));
			i += 2;
		}
		if (!is_control(c) || c == '\n')
			out[n++] = c;
	}
	*out_len = n;
	return out;
}

const char *ics_line_value(struct arena *arena, const struct ics_line *line, size_t *len)
{
	const char *text = line->value, *charset;

	*len = line->value_len;
	if (has_word(line->params, line->params_len, QUOTED_PRINTABLE))
		text = from_quoted_printable(arena, text, *len, len);
	if (!utf8_valid(text, *len)) {
		charset = ics_line_param(arena, line, "CHARSET");
		text = to_utf8(arena, charset ? charset : DEFAULT_CHARSET, text, *len, len);
	}
	return text == line->value ? arena_strndup(arena, text, *len) : text;
}

char *ics_unescape(struct arena *arena, const char *text, size_t len)
{
	char *out = arena_alloc(arena, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char next = text[i] == '\\' && i + 1 < len ? text[i + 1] : '\0';

		if (next == 'n' || next == 'N')
			out[n++] = '\n';
		else if (next == '\\' || next == ',' || next == ';' || next == ':' || next == '"')
			out[n++] = next;
		else {
			out[n++] = text[i];
			continue;
		}
		i++;
	}
	return out;
}

const char *ics_line_text(struct arena *arena, const struct ics_line *line)
{
	size_t len;
	const char *text = ics_line_value(arena, line, &len);

	return ics_unescape(arena, text, len);
}

const char *ics_line_prose(struct arena *arena, const struct ics_line *line)
{
	struct ics_line whole = *line;

	whole.value_len = (size_t)(line->text + line->len - line->value);
	return ics_line_text(arena, &whole);
}

bool ics_list_next(const char **at, const char *end, const char **item, size_t *len)
{
	const char *c = *at;

	if (!c)
		return false;
	while (c < end && *c != ',')
		c += *c == '\\' && c + 1 < end ? 2 : 1;
	*item = *at;
	*len = (size_t)(c - *at);
	*at = c < end ? c + 1 : NULL;
	return true;
}

void ics_escape(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		char c = *text;

		if (c == '\n')
			buf_adds(out, "\\n");
		else if (c == '\\' || c == ';' || c == ',')
			buf_printf(out, "\\%c", c);
		else if (!is_control(c))
			buf_addc(out, c);
	}
}

bool ics_lines_say(const char *lines, size_t len, const char *name, const char *value)
{
	const char *at = lines;
	struct ics_line line;

	return ics_line_find(&at, lines + len, name, &line) && ics_value_is(&line, value);
}

bool ics_lines_have(const char *lines, size_t len, const char *text, size_t text_len)
{
	const char *end = lines + len;
	struct ics_line line;

	while (ics_line_next(&lines, end, &line))
		if (line.len == text_len && !memcmp(line.text, text, text_len))
			return true;
	return false;
}

void ics_lines_add(struct arena *arena, struct buf *out, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));
		size_t size = (size_t)(feed + 1 - text), valid_size;
		const char *line = valid(arena, DEFAULT_CHARSET, text, size, &valid_size);

		buf_add(out, line, valid_size);
		text = feed + 1;
	}
}
