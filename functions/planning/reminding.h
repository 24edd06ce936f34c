/*
 * reminding: which reminders a task or an event needs next.
 *
 * A function of what their events carry (planning.task_payload, planning.event_payload) and of nothing else: no clock
 * is looked at and no database. Each reminder of a series stands for one occurrence; when it was published, the next
 * one is asked for.
 */
#ifndef AURORA_PLANNING_REMINDING_H
#define AURORA_PLANNING_REMINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct json_object;

enum plan_kind { PLAN_TASK, PLAN_EVENT };

/* One reminder of one occurrence: a row of planning.reminders. Instants are Unix microseconds. */
struct reminder {
	const char *key;        /* which of the thing's: "-30 due", "at 2026-03-29T07:00:00Z", "snooze" */
	const char *occurrence; /* of a series, on its own clock ("2026-03-29T09:00"); "" */
	int64_t at_us;
	const char *about; /* of what: the task's due time, the event's start, as JSON; NULL: it has none */
	int64_t about_us;  /* the same as an instant */
	const char *zone;  /* where that was read */
};

struct reminders {
	struct reminder *items;
	size_t count, room;
};

struct plan;

/*
 * Read a payload; dates and floating times are in `zone`, a task's payload brings its own. The tree is to live as long
 * as the arena, from which the plan comes. What is no reminder, no time or no rule is left out: there is never none.
 */
struct plan *plan_read(struct arena *arena, enum plan_kind kind, struct json_object *payload, const char *zone);

/* Whether plan_read needs the zone of this thing's user: a time without one, or a reminder that may have one. */
bool plan_needs_zone(enum plan_kind kind, struct json_object *payload);

/*
 * What the thing needs from `after_us` on (exclusively): of each reminder the next, or several when they are at the
 * same instant. `waiting` are those that were made before and not published: one of them that is not after after_us
 * stays when the thing still has it, for it came due and was never said. `said` are the last ones that were published,
 * by their keys: what comes next is behind them. Appended to *out.
 */
void plan_reminders(const struct plan *plan, int64_t after_us, const struct reminders *waiting,
		    const struct reminders *said, struct reminders *out);

/* The next of the reminder `key` alone. */
void plan_next(const struct plan *plan, const char *key, int64_t after_us, struct reminders *out);

/* How many there are of `key` with after_us < at <= upto_us, in one pass over the series. */
uint64_t plan_count(const struct plan *plan, const char *key, int64_t after_us, int64_t upto_us);

#endif
