/*
 * ics_extra: what a file says and our things have no member for, as content lines, unfolded, each ended by "\n".
 *
 * Most of it comes out as it came in. Two components of our own, which no file has, stand for more: the lines of an
 * exception, and those that come out for a plainer line of ours as long as that would be written.
 *
 *	BEGIN:X-AURORA-EXCEPTION                BEGIN:X-AURORA-KEPT
 *	X-AURORA-OCCURRENCE:2026-03-29T09:00    X-AURORA-FOR:TRIGGER:-PT2M
 *	ATTENDEE:mailto:ana@example.org         BEGIN:VALARM
 *	END:X-AURORA-EXCEPTION                  …
 */
#ifndef AURORA_PLANNING_ICS_EXTRA_H
#define AURORA_PLANNING_ICS_EXTRA_H

#include <stdbool.h>
#include <stddef.h>

#define ICS_EXTRA_MAX ((size_t)64 << 10) /* bytes that are kept of a thing */

struct arena;
struct buf;
struct ics_line;

/* Whether a BEGIN or END is of a component of our own. */
bool ics_extra_is_own(const struct ics_line *line);

/* Add what an exception has at its occurrence. */
void ics_extra_exception(struct arena *arena, struct buf *extra, const char *occurrence, const char *lines, size_t len);

/* Add lines that are to come out for `line`. */
void ics_extra_keep(struct arena *arena, struct buf *extra, const char *line, const char *lines, size_t len);

struct ics_extra_part {
	const char *about; /* the occurrence, or the line; NULL: it does not say */
	const char *lines;
	size_t len;
	bool used;
};

struct ics_extra_parts {
	struct ics_extra_part *items;
	size_t count, room;
};

/* Divided: what comes out as it is, and the components of our own. All in the arena, but lines are those given. */
struct ics_extra {
	struct buf *lines;
	struct ics_extra_parts exceptions, kept;
};
void ics_extra_divide(struct ics_extra *extra, struct arena *arena, const char *lines, size_t len);

/* The first part about something that is not marked as used; NULL when there is none. */
struct ics_extra_part *ics_extra_find(struct ics_extra_parts *parts, const char *about);

/* Lines whose exceptions are where `moved` says that they are now, in the arena; NULL: such a one is left out. */
const char *ics_extra_move(struct arena *arena, const char *lines,
			   const char *(*moved)(void *ctx, const char *occurrence), void *ctx);

/* Lines of at most ICS_EXTRA_MAX bytes: the longest lines and components are left out until the others are no more, and
 * `cut` says that some were. */
const char *ics_extra_fit(struct arena *arena, const char *lines, size_t len, bool *cut);

/* All of them as though none had been used. */
void ics_extra_unuse(struct ics_extra_parts *parts);

#endif
