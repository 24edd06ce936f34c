/*
 * rule_move: what a rule says of one of its occurrences, said of where that was moved. Only the values that were the
 * occurrence's change: of "Mondays and Fridays" a Monday moved to Tuesday leaves "Tuesdays and Fridays".
 */
#include "day.h"
#include "rule.h"

#define WEEK           7
#define NO_VALUE       ICAL_RECURRENCE_ARRAY_MAX
#define SHORTEST_MONTH 28

static bool holds(const short *values, int value)
{
	while (*values != NO_VALUE && *values != value)
		values++;
	return *values != NO_VALUE;
}

/* Put `new` where `old` is, and once. */
static void replace(short *values, int old, int new)
{
	short *kept = values;

	if (old == new || !holds(values, old))
		return;
	for (bool done = holds(values, new); *values != NO_VALUE; values++) {
		if (*values != old)
			*kept++ = *values;
		else if (!done)
			*kept++ = (short)new;
	}
	*kept = NO_VALUE;
}

/* Counted from the begin as from the end. */
static void replace_both(short *values, int old, int old_len, int new, int new_len)
{
	replace(values, old, new);
	replace(values, old - old_len - 1, new - new_len - 1);
}

/* libical has a weekday and its number in one short: 1 Sunday … 7 Saturday, and eight times the number. */
static int weekday_value(const struct day *day, int nth)
{
	return nth < 0 ? nth * 8 - day->weekday - 1 : nth * 8 + day->weekday + 1;
}

static void replace_weekday(short *values, const struct day *old, const struct day *new, bool of_month)
{
	int old_at = of_month ? old->of_month : old->of_year, old_len = of_month ? old->month_len : old->year_len;
	int new_at = of_month ? new->of_month : new->of_year, new_len = of_month ? new->month_len : new->year_len;

	replace(values, weekday_value(old, 0), weekday_value(new, 0));
	replace(values, weekday_value(old, (old_at - 1) / WEEK + 1), weekday_value(new, (new_at - 1) / WEEK + 1));
	replace(values, weekday_value(old, -((old_len - old_at) / WEEK + 1)),
		weekday_value(new, -((new_len - new_at) / WEEK + 1)));
}

static void replace_week(struct icalrecurrencetype *by, const struct day *old, const struct day *new)
{
	struct day_week from, to;

	day_week(old, (int)by->week_start - 1, &from);
	day_week(new, (int)by->week_start - 1, &to);
	replace(by->by_week_no, from.number, to.number);
	replace(by->by_week_no, from.back, to.back);
}

void rule_move(struct icalrecurrencetype *by, const struct caltime *from, const struct caltime *to)
{
	bool weekdays = by->by_day[0] != NO_VALUE,
	     of_month = by->freq == ICAL_MONTHLY_RECURRENCE || by->by_month[0] != NO_VALUE;
	struct day old, new;

	day_init(&old, day_number(caltime_wall(from)));
	day_init(&new, day_number(caltime_wall(to)));
	replace(by->by_hour, from->hour, to->hour);
	replace(by->by_minute, from->minute, to->minute);
	replace(by->by_second, from->second, to->second);
	/* "The last weekday" is made of all of them: there is none to put another for. */
	if (by->by_set_pos[0] != NO_VALUE)
		return;
	replace_weekday(by->by_day, &old, &new, of_month);
	/* With weekdays, days are a range ("the first Saturday from the 7th on") and follow when left. */
	if (!weekdays || !holds(by->by_month_day, new.of_month))
		replace_both(by->by_month_day, old.of_month, old.month_len, new.of_month, new.month_len);
	replace_both(by->by_year_day, old.of_year, old.year_len, new.of_year, new.year_len);
	replace(by->by_month, old.month, new.month);
	replace_week(by, &old, &new);
}

/* As libical counts them: 1 Sunday … 7 Saturday. */
static int turned(int weekday, int days)
{
	return (weekday - 1 + days) % WEEK + 1;
}

void rule_turn(struct icalrecurrencetype *by, const struct caltime *from, const struct caltime *to)
{
	int days = (int)((day_number(caltime_wall(to)) - day_number(caltime_wall(from))) % WEEK) + WEEK;

	for (short *value = by->by_day; *value != NO_VALUE; value++)
		if (icalrecurrencetype_day_position(*value) == 0)
			*value = (short)turned(*value, days);
	if (by->freq == ICAL_WEEKLY_RECURRENCE && by->interval > 1)
		by->week_start = (icalrecurrencetype_weekday)turned((int)by->week_start, days);
}

/* All of them, where none leaves its range. */
static void shift_values(short *values, int by, int first, int last)
{
	for (const short *value = values; *value != NO_VALUE; value++)
		if (*value < first || *value > last || *value + by < first || *value + by > last)
			return;
	for (; *values != NO_VALUE; values++)
		*values = (short)(*values + by);
}

void rule_shift(struct icalrecurrencetype *by, const struct caltime *from, const struct caltime *to)
{
	int64_t days = day_number(caltime_wall(to)) - day_number(caltime_wall(from));

	if (days > -SHORTEST_MONTH && days < SHORTEST_MONTH)
		shift_values(by->by_month_day, (int)days, 1, SHORTEST_MONTH);
	shift_values(by->by_hour, to->hour - from->hour, 0, 23);
	shift_values(by->by_minute, to->minute - from->minute, 0, 59);
	shift_values(by->by_second, to->second - from->second, 0, 59);
	rule_turn(by, from, to);
}
