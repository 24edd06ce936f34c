/*
 * rule: a recurrence rule as sets of days and of times of day (RFC 5545, 3.3.10), and the walls it falls on.
 *
 * libical reads and writes rules; its iterator was measured and is not used. With ICU as its calendar it takes 4 to 13
 * µs an occurrence and 2.6 MiB of a process, runs for a second in one call over a rule that never occurs, loses the
 * phase of hourly rules in icalrecur_iterator_set_start and ignores BYSETPOS below a month. The unit test holds this
 * one against it.
 *
 * Here each BY part is a question to a day or to a time, and all of them have to say yes: what lies in a period need
 * not be made before it is looked at, and whatever the rule, a day costs the same.
 */
#ifndef AURORA_PLANNING_RULE_H
#define AURORA_PLANNING_RULE_H

#include <libical/ical.h>
#include <stdbool.h>
#include <stdint.h>

#include "caltime.h"

#define RULE_TIMES_MAX 1440    /* of a day: one a minute */
#define RULE_STEPS_MAX 2000000 /* days and times looked at in one walk: some 20 ms */
#define RULE_YEARDAYS  367

struct rule_days {
	uint64_t bits[RULE_YEARDAYS / 64 + 1];
	bool any;
};

struct rule {
	int freq; /* as in libical, SECONDLY first */
	int interval;
	int week_start; /* 0 Sunday … 6 Saturday */

	/* What a day is asked; 0, or not `any`, is no question. Bit n is the n-th, of `…_back` from the end. */
	uint32_t months, month_days, month_days_back;
	uint64_t weeks, weeks_back;
	struct rule_days year_days, year_days_back;
	uint32_t weekdays;
	uint64_t nth[7], nth_back[7]; /* of a weekday: in the month, or in the year */
	bool nth_of_month, has_weekday;

	/* What a time is asked, below a day. */
	uint32_t hours;
	uint64_t minutes, seconds;

	struct rule_days positions, positions_back; /* BYSETPOS */

	int64_t first_period;
	int64_t anchor; /* wall of the first unit: a day, hour, minute or second */
	int64_t step;   /* seconds from unit to unit */
	int time_count; /* of `times`: seconds from a unit's begin, in order */
	int32_t times[RULE_TIMES_MAX];
};

/* Whether a text is RFC 5545's grammar. libical lets pass more, and reads some of it as something else. */
bool rule_valid(const char *text);

/* Read a rule's text, checked when it came in. False when it is none. Allocates nothing that stays. */
bool rule_read(struct icalrecurrencetype *by, const char *text);

/* Make ready for walking. NULL, or what is wrong in a sentence with *code set, as in series_check. */
const char *rule_init(struct rule *rule, const struct icalrecurrencetype *by, const struct caltime *start,
		      const char **code);

enum rule_end {
	RULE_PAST,    /* `to`, or the last of our years */
	RULE_STOPPED, /* `each` said so */
	RULE_LIMIT,   /* RULE_STEPS_MAX */
};

/* Call each(ctx, wall) for the rule's walls, from <= wall < to, in order, without a thought for COUNT, UNTIL and the
 * start. */
enum rule_end rule_walk(const struct rule *rule, int64_t from, int64_t to, bool (*each)(void *ctx, int64_t wall),
			void *ctx);

/* Make a rule that means `from`, a day and time, mean `to` in its stead. */
void rule_move(struct icalrecurrencetype *by, const struct caltime *from, const struct caltime *to);

/* Turn all weekdays without a number by the days from `from` to `to`, and with them the one on which weeks begin. */
void rule_turn(struct icalrecurrencetype *by, const struct caltime *from, const struct caltime *to);

/* Shift all that a rule means by as much as lies between two times: its days and its times of day, each of which stays
 * within its month or day, and weekdays as rule_turn has it. What cannot be shifted is left. */
void rule_shift(struct icalrecurrencetype *by, const struct caltime *from, const struct caltime *to);

#endif
