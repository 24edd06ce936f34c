/*
 * transfer: the file formats that thoughts leave and come back in, where writer and reader must agree.
 *
 * ndjson   A thought's JSON object a line.
 * csv      RFC 4180 with a header line. Tags are divided by spaces. A cell that a spreadsheet would take for a formula
 *          gets an apostrophe in front, as does one that starts with apostrophes and then a formula, so that taking one
 *          away from each such cell brings back what was there.
 * md       A line "<!-- thought {…} -->" with id, captured_at, pinned and tags as JSON, then the text, then an empty
 *          line. A line of the text that looks like such a line, backslashes in front included, gets a backslash more.
 *          Text before the first such line is taken as blocks between empty lines, each a thought.
 */
#ifndef AURORA_THOUGHTS_TRANSFER_H
#define AURORA_THOUGHTS_TRANSFER_H

#include <stdbool.h>
#include <string.h>

#define CSV_HEADER "id,captured_at,pinned,tags,text,created_at,updated_at\r\n"

#define MD_MARK     "<!-- thought {"
#define MD_MARK_END "} -->"

/* A line that is a mark but for backslashes in front. */
static inline bool md_marked(const char *line)
{
	return strncmp(line + strspn(line, "\\"), MD_MARK, sizeof(MD_MARK) - 1) == 0;
}

/* A cell that is a formula but for apostrophes in front. */
static inline bool csv_formula(const char *cell)
{
	const char *first = cell + strspn(cell, "'");

	return *first != '\0' && strchr("=+-@\t\r", *first) != NULL;
}

#endif
