/*
 * ics_line: content lines of iCalendar (RFC 5545, 3.1) out of whatever bytes a program wrote, and their values' text.
 *
 * libical's parser is not used for this: it forgets where a line stood, changes what it does not know, and turns what
 * it does not like into properties of its own.
 */
#ifndef AURORA_PLANNING_ICS_LINE_H
#define AURORA_PLANNING_ICS_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

#define ICS_TEXT_MAX ((size_t)64 << 20) /* bytes of a text that is made of a calendar's */

/* Unfolds in place: what was returned stays where it is, one line behind the other, each ended by "\n". */
struct ics_lines {
	char *at, *end;
	char *out;
	size_t number; /* of the line at `at` */
	size_t line;   /* where the one that was returned began, from 1 */
};

/* Parts of a line, none ended by NUL. */
struct ics_line {
	const char *text; /* all of it */
	size_t len;
	const char *name;
	size_t name_len;
	const char *params; /* from the first ';' on */
	size_t params_len;
	const char *value;
	size_t value_len;
};

/* Begin with a text of any encoding: a copy in the arena, UTF-16 turned into UTF-8. */
void ics_lines_begin(struct ics_lines *lines, struct arena *arena, const char *text, size_t len);

/* The next line that is not empty, control characters dropped. False at the end. */
bool ics_lines_next(struct ics_lines *lines, const char **text, size_t *len);

/* Of lines that were unfolded, the next that is a content line; *at moves behind it. False at `end`. */
bool ics_line_next(const char **at, const char *end, struct ics_line *line);

/* False when it is none (no name, or no value). */
bool ics_line_parse(struct ics_line *line, const char *text, size_t len);

/* The next line of a name that stands in no component among them; *at moves behind it. False at `end`. */
bool ics_line_find(const char **at, const char *end, const char *name, struct ics_line *line);

bool ics_line_is(const struct ics_line *line, const char *name);
bool ics_value_is(const struct ics_line *line, const char *value);

/* A parameter's first value without quotes, valid UTF-8 in the arena; NULL for none. */
const char *ics_line_param(struct arena *arena, const struct ics_line *line, const char *name);

/* The value in valid UTF-8, out of quoted-printable, still escaped. Ended by NUL. */
const char *ics_line_value(struct arena *arena, const struct ics_line *line, size_t *len);

/* The value as TEXT (RFC 5545, 3.3.11); in prose blanks at its end count, which elsewhere are none. */
const char *ics_line_text(struct arena *arena, const struct ics_line *line);
const char *ics_line_prose(struct arena *arena, const struct ics_line *line);

/* The next item of a list of values, still escaped; *at moves behind it, and is NULL after the last. */
bool ics_list_next(const char **at, const char *end, const char **item, size_t *len);

/* TEXT without its escapes, in the arena. */
char *ics_unescape(struct arena *arena, const char *text, size_t len);

/* Add a text with its escapes (RFC 5545, 3.3.11); control characters have no place in it. */
void ics_escape(struct buf *out, const char *text);

/* Whether the first line of a name among others has this value. */
bool ics_lines_say(const char *lines, size_t len, const char *name, const char *value);

/* Whether a line is among others. */
bool ics_lines_have(const char *lines, size_t len, const char *text, size_t text_len);

/* Lines as they are, but in valid UTF-8. */
void ics_lines_add(struct arena *arena, struct buf *out, const char *text, size_t len);

#endif
