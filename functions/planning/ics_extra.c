/*
 * ics_extra: components of our own among lines of others.
 */
#include "ics_extra.h"

#include <stdlib.h>
#include <string.h>

#include "ics_line.h"
#include "util/arena.h"
#include "util/buf.h"

#define EXCEPTION  "X-AURORA-EXCEPTION"
#define OCCURRENCE "X-AURORA-OCCURRENCE"
#define KEPT       "X-AURORA-KEPT"
#define FOR        "X-AURORA-FOR"
#define FIRST_ROOM 8

bool ics_extra_is_own(const struct ics_line *line)
{
	return ics_value_is(line, EXCEPTION) || ics_value_is(line, KEPT);
}

static void add_component(struct arena *arena, struct buf *extra, const char *name, const char *about_name,
			  const char *about, const char *lines, size_t len)
{
	buf_printf(extra, "BEGIN:%s\n%s:", name, about_name);
	buf_adds(extra, about);
	buf_addc(extra, '\n');
	ics_lines_add(arena, extra, lines, len);
	buf_printf(extra, "END:%s\n", name);
}

void ics_extra_exception(struct arena *arena, struct buf *extra, const char *occurrence, const char *lines, size_t len)
{
	add_component(arena, extra, EXCEPTION, OCCURRENCE, occurrence, lines, len);
}

void ics_extra_keep(struct arena *arena, struct buf *extra, const char *line, const char *lines, size_t len)
{
	add_component(arena, extra, KEPT, FOR, line, lines, len);
}

static struct ics_extra_part *add_part(struct ics_extra_parts *parts, struct arena *arena, const char *lines)
{
	if (parts->count == parts->room) {
		struct ics_extra_part *before = parts->items;

		parts->room = parts->room ? 2 * parts->room : FIRST_ROOM;
		parts->items = arena_alloc(arena, parts->room * sizeof(*parts->items));
		if (parts->count > 0)
			memcpy(parts->items, before, parts->count * sizeof(*parts->items));
	}
	parts->items[parts->count] = (struct ics_extra_part){.lines = lines};
	return &parts->items[parts->count++];
}

/* The first line that says what a part is about. */
static bool read_about(struct ics_extra_part *part, struct arena *arena, const struct ics_line *line)
{
	if (part->about || (!ics_line_is(line, OCCURRENCE) && !ics_line_is(line, FOR)))
		return false;
	part->about = arena_strndup(arena, line->value, (size_t)(line->text + line->len - line->value));
	return true;
}

void ics_extra_divide(struct ics_extra *extra, struct arena *arena, const char *lines, size_t len)
{
	const char *end = lines + len;
	struct ics_extra_part *part = NULL;
	struct ics_line line;
	size_t depth = 0;

	*extra = (struct ics_extra){.lines = buf_in(arena, ICS_TEXT_MAX)};
	while (ics_line_next(&lines, end, &line)) {
		bool begins = ics_line_is(&line, "BEGIN"), ends = ics_line_is(&line, "END");

		depth -= ends && depth > 0;
		if (begins && depth == 0 && ics_extra_is_own(&line))
			part = add_part(ics_value_is(&line, KEPT) ? &extra->kept : &extra->exceptions, arena, lines);
		else if (part && ends && depth == 0)
			part = NULL;
		else if (!part)
			buf_add(extra->lines, line.text, line.len + 1);
		else if (read_about(part, arena, &line))
			part->lines = lines;
		else
			part->len = (size_t)(lines - part->lines);
		depth += begins;
	}
}

struct ics_extra_part *ics_extra_find(struct ics_extra_parts *parts, const char *about)
{
	for (size_t i = 0; i < parts->count; i++) {
		struct ics_extra_part *part = &parts->items[i];

		if (!part->used && part->about && !strcmp(part->about, about))
			return part;
	}
	return NULL;
}

void ics_extra_unuse(struct ics_extra_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++)
		parts->items[i].used = false;
}

const char *ics_extra_move(struct arena *arena, const char *lines,
			   const char *(*moved)(void *ctx, const char *occurrence), void *ctx)
{
	struct buf *out = buf_in(arena, ICS_TEXT_MAX);
	struct ics_extra extra;

	ics_extra_divide(&extra, arena, lines, strlen(lines));
	buf_adds(out, buf_text(extra.lines));
	for (size_t i = 0; i < extra.kept.count; i++) {
		const struct ics_extra_part *part = &extra.kept.items[i];

		ics_extra_keep(arena, out, part->about ? part->about : "", part->lines, part->len);
	}
	for (size_t i = 0; i < extra.exceptions.count; i++) {
		const struct ics_extra_part *part = &extra.exceptions.items[i];
		const char *occurrence = part->about ? moved(ctx, part->about) : NULL;

		if (occurrence)
			ics_extra_exception(arena, out, occurrence, part->lines, part->len);
	}
	return buf_text(out);
}

/* What can be left out: a line, or a component whole. */
struct unit {
	const char *lines;
	size_t len;
	bool left_out;
};

struct units {
	struct unit *items;
	size_t count;
};

/* An exception has units within it; what frames it is none. */
static void find_units(struct units *units, struct arena *arena, const char *lines, size_t len)
{
	const char *end = lines + len, *from;
	struct ics_line line;
	size_t depth = 0;

	for (const char *c = lines; c < end; c++)
		units->count += *c == '\n';
	units->items = arena_alloc(arena, (units->count + 1) * sizeof(*units->items));
	units->count = 0;
	for (from = lines; ics_line_next(&lines, end, &line); from = depth > 0 ? from : lines) {
		bool begins = ics_line_is(&line, "BEGIN"), ends = ics_line_is(&line, "END");

		if (depth == 0 && (ics_value_is(&line, EXCEPTION) || ics_line_is(&line, OCCURRENCE)))
			continue;
		depth += begins;
		depth -= ends && depth > 0;
		if (depth == 0)
			units->items[units->count++] = (struct unit){from, (size_t)(lines - from), false};
	}
}

/* The longest first, of those the last. */
static int by_length(const void *a, const void *b)
{
	const struct unit *x = *(struct unit *const *)a, *y = *(struct unit *const *)b;

	if (x->len != y->len)
		return x->len > y->len ? -1 : 1;
	return x->lines > y->lines ? -1 : 1;
}

/* How long what is left is. */
static size_t leave_out(struct units *units, struct arena *arena, size_t len)
{
	struct unit **order = arena_alloc(arena, (units->count + 1) * sizeof(struct unit *));

	for (size_t i = 0; i < units->count; i++)
		order[i] = &units->items[i];
	qsort(order, units->count, sizeof(struct unit *), by_length);
	for (size_t i = 0; i < units->count && len > ICS_EXTRA_MAX; i++) {
		order[i]->left_out = true;
		len -= order[i]->len;
	}
	return len;
}

const char *ics_extra_fit(struct arena *arena, const char *lines, size_t len, bool *cut)
{
	struct units units = {0};
	struct buf *left;

	*cut = len > ICS_EXTRA_MAX;
	if (!*cut)
		return lines;
	find_units(&units, arena, lines, len);
	if (leave_out(&units, arena, len) > ICS_EXTRA_MAX)
		return "";
	left = buf_in(arena, ICS_EXTRA_MAX);
	for (size_t i = 0; i < units.count; i++) {
		const struct unit *unit = &units.items[i];

		if (!unit->left_out)
			continue;
		buf_add(left, lines, (size_t)(unit->lines - lines));
		len -= (size_t)(unit->lines + unit->len - lines);
		lines = unit->lines + unit->len;
	}
	buf_add(left, lines, len);
	return buf_text(left);
}
