/*
 * recurrence: which days and times a series of a start, a rule and single dates means (RFC 5545, 3.3.10 and 3.8.5).
 *
 * A series is expanded on the clock it was written for and only then converted, so that "every day at nine" stays at
 * nine when clocks change. Its start is always its first occurrence, and COUNT counts it, as it counts what exdates
 * take away. Occurrences come in order, each once; exdates take some away, rdates bring others. Every call is bounded,
 * in occurrences and in time (some 20 ms), whatever the rule. A rule that cannot be read is none.
 */
#ifndef AURORA_PLANNING_RECURRENCE_H
#define AURORA_PLANNING_RECURRENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caltime.h"

struct arena;

#define RRULE_ONCE           "FREQ=DAILY;COUNT=1" /* of a series that is its start alone */
#define RECURRENCE_RRULE_MAX 1000                 /* bytes of a rule */
#define RECURRENCE_DATES_MAX 1000                 /* exdates, and rdates */

struct series {
	struct caltime start;
	const char *rrule;             /* "FREQ=DAILY;…" without "RRULE:"; NULL: none */
	const struct caltime *exdates; /* of the start's kind and zone */
	size_t exdate_count;
	const struct caltime *rdates; /* likewise */
	size_t rdate_count;
};

/*
 * Whether the series can be: NULL, else what is wrong in a sentence for a client, with *code one of
 *   invalid_rrule: not RFC 5545's grammar, or parts that it does not let go together;
 *   never_occurs: a rule that has nothing behind the start though no COUNT or UNTIL ends it there, an UNTIL before the
 *     start, or exdates that leave nothing;
 *   too_frequent: it could be more than one a minute;
 *   too_expensive: a COUNT above 100000, or so many times looked at between two occurrences that other calls would give
 * up.
 */
const char *series_check(struct arena *arena, const struct series *series, const char **code);

/* The rule as it is kept and answered: libical's normal form. NULL when it is none. */
const char *rrule_normalise(struct arena *arena, const char *rrule);

enum series_end {
	SERIES_ENDED,   /* there are no more */
	SERIES_PAST_TO, /* the next is not before `to`; there may be none */
	SERIES_STOPPED, /* `each` said so */
	SERIES_LIMIT,   /* too many, or it took too long */
};

/*
 * Call each(ctx, occurrence, instant) for the occurrences with from <= instant < to (Unix seconds), in order, at most
 * `most` of them. `zone` is where dates and floating times are read. What lies before `from` is skipped fast.
 */
enum series_end series_each(const struct series *series, const char *zone, int64_t from, int64_t to, size_t most,
			    bool (*each)(void *ctx, const struct caltime *occurrence, int64_t instant), void *ctx);

/* The first occurrence after `occurrence` on the series' own clock. False when there is none. */
bool series_next(const struct series *series, const struct caltime *occurrence, struct caltime *next);

/* Move a time on to the first occurrence after it, where it is one of the exdates. False when it stays: it is none, or
 * nothing is after it. */
bool series_pass_exdates(const struct series *series, struct caltime *t);

/* Whether this is an occurrence. */
bool series_has(const struct series *series, const struct caltime *occurrence);

/* Whether its start is one by the rule, too. True without a rule. */
bool series_starts_by_rule(const struct series *series);

/* The last occurrence; false when it has no end (or none within our years). */
bool series_last(const struct series *series, struct caltime *last);

/*
 * A series cut in two at one of its occurrences: the rule of what is before it (ends there; NULL when the start alone
 * is left), and of what begins with it and is moved to `moved`: COUNT is what remains, UNTIL moves along, and BYDAY,
 * BYMONTHDAY and the like follow when the weekday or day moves ("every Monday" moved to a Tuesday is "every Tuesday").
 * NULL: only one is left.
 */
const char *series_rule_before(struct arena *arena, const struct series *series, const struct caltime *cut);
const char *series_rule_from(struct arena *arena, const struct series *series, const struct caltime *cut,
			     const struct caltime *moved);

/*
 * The rule of the same series with another start, each of its occurrences as much later as that is: its first thousands
 * are compared. UNTIL moves along, COUNT stays. NULL when no rule of ours says so ("the last of the month", a day
 * later).
 */
const char *series_rule_shifted(struct arena *arena, const struct series *series, const struct caltime *start);

/* The rule from an occurrence on, as other programs have to have it (RFC 5545, 3.3.10): COUNT is what remains, UNTIL of
 * the start's kind and, with a zone, in UTC. */
const char *series_rule_told(struct arena *arena, const struct series *series, const struct caltime *from);

/*
 * Where an occurrence from `cut` on is, as a wall time, in the series that was `made` of it so, and begins where `cut`
 * was moved to: as much later, unless the rule means its day or its hour beside that of `cut` ("Mondays and Fridays"
 * with the Monday moved: the Fridays stay).
 */
int64_t series_follow(const struct series *series, const struct caltime *cut, const struct series *made,
		      const struct caltime *occurrence);

#endif
