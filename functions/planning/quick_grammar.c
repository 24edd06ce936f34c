/*
 * quick_grammar: the patterns, and what each of them says.
 */
#include "quick_grammar.h"

#include <stdlib.h>

#include "quick_match.h"

#define MINUTES_MIN 5 /* between what recurs */
#define DAY         86400
#define LENGTH(a)   (sizeof(a) / sizeof((a)[0]))

#define EVERY_EN  "every|each"
#define EVERY_DE  "jeden|jede|jedes|jeder"
#define EVERY     EVERY_EN "|" EVERY_DE
#define NEXT_EN   "next|this|coming"
#define NEXT_UNIT "next|coming|naechste|naechsten|naechster|naechstes|kommende|kommenden|kommendes"
#define LEADING                                                                                                        \
	"due|faellig|bis|by|ab|starting? spaetestens? on|by|until|till|at|am|bis|zum|for|fuer|over? the|den|das?"
#define LEADING_AT                                                                                                     \
	"due|faellig|starting? "                                                                                       \
	"at|um|gegen|by|bis|until|till|ab|around|before|vor|for|fuer|from|von|so|etwa|ca|about|@? punkt?"
#define FROM          "from|vom|von|between|zwischen|for|fuer|am|ab|on?"
#define TO            "-|–|—|to|bis|till|until|through|thru zum|the|den?"
#define TO_HOUR       "-|–|—|to|bis|till|until"
#define HOURS_LED     "from|von|at|um|between|zwischen OPENLED " TO_HOUR " CLOSE"
#define HOURS_BETWEEN "between|zwischen OPENLED and|und CLOSE"
#define REMIND        "and|und? please|bitte? remind|reminder|erinnere|erinner|erinnerung me|us|mich|uns?"
#define REMIND_ME     "and|und? please|bitte? remind|erinnere|erinner me|us|mich|uns"
#define ERINNERE      "und? bitte? erinnere|erinner mich|uns"
#define WITH_REMINDER "with|mit a|einer? reminder|erinnerung"
#define LINK          "to|that|about|of|an|ans|daran|dass"
#define BEFORE        "before|prior|earlier|early|beforehand|ahead|vorher|frueher|davor|zuvor"
#define OCCASIONS     "breakfast|lunch|dinner|work|school|bed|fruehstueck|mittagessen|abendessen|arbeit|schule"
#define UNTIL         "until|till|til|bis"
#define OFTEN         EVERY "|alle COUNT? " HOURS "|" MINUTES
#define HOURS         "hour|hours|hr|hrs|h|stunde|stunden|std"
#define MINUTES       "minute|minutes|min|mins|m|minuten"
#define YEARS         "year|jahr"
#define MONTHS        "month|monat|monats"

/* Days, dates and what they mean from today on */

struct caltime day_after(const struct caltime *date, long count)
{
	struct caltime t = {.year = date->year, .month = date->month, .day = date->day, .is_date = true};

	caltime_set_wall(&t, caltime_wall(&t) + count * DAY);
	return t;
}

/* The same day of a month `count` months on; its last when it has no such day. */
static struct caltime month_after(const struct caltime *date, long count)
{
	long month = date->year * 12L + date->month - 1 + count;
	struct caltime t = {.year = (int)(month / 12), .month = (int)(month % 12) + 1, .is_date = true};
	int last = days_in_month(t.year, t.month);

	t.day = date->day < last ? date->day : last;
	return t;
}

struct caltime units_after(const struct caltime *date, long count, enum word_unit unit)
{
	switch (unit) {
	case UNIT_MONTH:
	case UNIT_YEAR:
		return month_after(date, (unit == UNIT_YEAR ? 12 : 1) * count);
	default:
		return day_after(date, (unit == UNIT_WEEK ? 7 : 1) * count);
	}
}

static bool in_our_years(int year)
{
	return year >= CALTIME_YEAR_FIRST && year <= CALTIME_YEAR_LAST;
}

static bool say_date(struct reading *got, struct caltime date)
{
	got->has_date = true;
	got->date = date;
	got->again = AGAIN_NEVER;
	return in_our_years(date.year);
}

/* The day of that year, or of the first from today on that has it. */
static bool say_day_of_year(struct attempt *a, int year, int month, int day)
{
	struct caltime today = day_after(a->sentence->now, 0);
	int first = year > 0 ? year : today.year;
	int last = year > 0 ? year : today.year + YEARS_AHEAD;

	for (int y = first; y <= last; y++) {
		struct caltime t = {.year = y, .month = month, .day = day, .is_date = true};

		if (day >= 1 && day <= days_in_month(y, month) &&
		    (year > 0 || caltime_wall(&t) >= caltime_wall(&today))) {
			say_date(&a->got, t);
			a->got.again = year > 0 ? AGAIN_NEVER : AGAIN_IN_A_YEAR;
			return in_our_years(y);
		}
	}
	return false;
}

/* The first day of the month that is so many from this one. */
static struct caltime month_from_now(const struct attempt *a, long months)
{
	struct caltime first = {
		.year = a->sentence->now->year, .month = a->sentence->now->month, .day = 1, .is_date = true};

	return month_after(&first, months);
}

/* The day of a month that is its nth such weekday, counted from its end where nth is below zero; 0: there is none. */
static int nth_weekday(int year, int month, int nth, int weekday)
{
	int days = days_in_month(year, month);
	struct caltime edge = {.year = year, .month = month, .day = nth > 0 ? 1 : days, .is_date = true};
	int ahead = (weekday - caltime_weekday(&edge) + 7) % 7;
	int day = nth > 0 ? 1 + ahead + 7 * (nth - 1) : days - (7 - ahead) % 7 + 7 * (nth + 1);

	return nth != 0 && day >= 1 && day <= days ? day : 0;
}

/* The nth weekday of a month; false where it has none, or only one that is past. */
static bool say_nth_weekday(struct attempt *a, const struct caltime *month, bool may_be_past)
{
	struct caltime today = day_after(a->sentence->now, 0), t = *month;

	t.day = nth_weekday(month->year, month->month, a->values[0], a->values[1]);
	return t.day > 0 && (may_be_past || caltime_wall(&t) >= caltime_wall(&today)) && say_date(&a->got, t);
}

static bool act_nth_weekday_of_month(struct attempt *a)
{
	bool has_year = a->values[3] != ABSENT;
	struct caltime month = {.year = has_year ? a->values[3] : a->sentence->now->year,
				.month = a->values[2],
				.day = 1,
				.is_date = true};

	if (say_nth_weekday(a, &month, has_year))
		return true;
	month.year++;
	return !has_year && say_nth_weekday(a, &month, false);
}

static bool act_no_nth_weekday(struct attempt *a)
{
	return !act_nth_weekday_of_month(a);
}

/* arg: months from this one. */
static bool act_nth_weekday_in_months(struct attempt *a)
{
	struct caltime month = month_from_now(a, a->arg);

	return say_nth_weekday(a, &month, false);
}

static bool act_no_nth_weekday_this_month(struct attempt *a)
{
	return !act_nth_weekday_in_months(a);
}

/* Of the first month that has it: those with a fifth are at most four months apart. */
static bool act_next_nth_weekday(struct attempt *a)
{
	bool said = false;

	for (int i = 0; i <= 4 && !said; i++) {
		struct caltime month = month_from_now(a, i);

		said = say_nth_weekday(a, &month, false);
	}
	return said;
}

/* The next day of that number that is such a weekday. */
static bool act_weekday_the_nth(struct attempt *a)
{
	struct caltime today = day_after(a->sentence->now, 0);

	for (int i = 0; i < 12 * YEARS_AHEAD; i++) {
		struct caltime t = month_from_now(a, i);

		t.day = a->values[1];
		if (t.day <= days_in_month(t.year, t.month) && caltime_weekday(&t) == a->values[0] &&
		    caltime_wall(&t) >= caltime_wall(&today))
			return say_date(&a->got, t);
	}
	return false;
}

/* A date as it is written in figures: year * 10000 + month * 100 + day. */
static bool say_figure(struct attempt *a, int figure)
{
	return say_day_of_year(a, figure / 10000, figure / 100 % 100, figure % 100);
}

/* The next such weekday after a day. */
static struct caltime weekday_after(const struct caltime *date, int weekday)
{
	return day_after(date, 1 + (weekday - caltime_weekday(date) + 6) % 7);
}

static bool say_weekday(struct attempt *a, int weekday)
{
	say_date(&a->got, weekday_after(a->sentence->now, weekday));
	a->got.again = AGAIN_IN_A_WEEK;
	return true;
}

static bool say_part(struct reading *got, int part)
{
	got->has_part = part != ABSENT;
	got->part = part;
	return true;
}

/* arg: month * 100 + day. */
static bool act_feast(struct attempt *a)
{
	return say_figure(a, a->arg);
}

/* "2. Weihnachtstag" */
static bool act_christmas_day(struct attempt *a)
{
	return (a->values[0] == 1 || a->values[0] == 2) && say_day_of_year(a, 0, 12, 24 + a->values[0]);
}

/* The nth of the four Sundays before Christmas. */
static bool act_advent(struct attempt *a)
{
	struct caltime today = day_after(a->sentence->now, 0);
	struct caltime eve = {.year = today.year, .month = 12, .day = 24, .is_date = true};
	int nth = a->values[0];

	for (int i = 0; i <= 1; i++, eve.year++) {
		struct caltime sunday = day_after(&eve, -caltime_weekday(&eve) - 7L * (4 - nth));

		if (nth >= 1 && nth <= 4 && caltime_wall(&sunday) >= caltime_wall(&today))
			return say_date(&a->got, sunday);
	}
	return false;
}

static bool act_date(struct attempt *a)
{
	return say_figure(a, a->values[0]);
}

/* arg: where the day stands, 0 or 1; the month is at the other place, a year may be behind. */
static bool act_day_of_month(struct attempt *a)
{
	int year = a->values[2] != ABSENT ? a->values[2] : 0;

	return say_day_of_year(a, year, a->values[!a->arg], a->values[a->arg]);
}

/* arg: days from today; perhaps a part of the day. */
static bool act_day(struct attempt *a)
{
	return say_part(&a->got, a->values[0]) && say_date(&a->got, day_after(a->sentence->now, a->arg));
}

static bool act_day_word(struct attempt *a)
{
	return say_part(&a->got, a->values[1]) && say_date(&a->got, day_after(a->sentence->now, a->values[0]));
}

static bool act_part(struct attempt *a)
{
	return say_part(&a->got, a->values[0]);
}

/* arg: the minute. */
static bool act_part_fixed(struct attempt *a)
{
	return say_part(&a->got, a->arg);
}

static bool act_day_alone(struct attempt *a)
{
	return say_date(&a->got, day_after(a->sentence->now, a->values[0]));
}

static bool act_part_of_today(struct attempt *a)
{
	return say_part(&a->got, a->arg > 0 ? a->arg : a->values[0]) &&
	       say_date(&a->got, day_after(a->sentence->now, 0));
}

/* The last day of a month. */
static bool act_end_of_month(struct attempt *a)
{
	struct caltime first = {.year = a->sentence->now->year, .month = a->values[0], .day = 1, .is_date = true};

	first.year += a->values[0] < a->sentence->now->month;
	first.day = days_in_month(first.year, first.month);
	return say_date(&a->got, first);
}

/* A weekday, perhaps with a part of it. */
static bool act_weekday(struct attempt *a)
{
	return say_part(&a->got, a->values[1]) && say_weekday(a, a->values[0]);
}

static bool act_weekday_alone(struct attempt *a)
{
	return say_weekday(a, a->values[0]);
}

/* "Friday, Dec 11th", if it is one. */
static bool act_weekday_and_date(struct attempt *a)
{
	return caltime_weekday(&a->got.date) == a->values[0];
}

static bool act_weekday_not_of_date(struct attempt *a)
{
	return !act_weekday_and_date(a);
}

static bool act_weekday_and_figure(struct attempt *a)
{
	return say_figure(a, a->values[1]) && act_weekday_and_date(a);
}

static bool act_day_part(struct attempt *a)
{
	return say_part(&a->got, a->values[0] % 10000) &&
	       say_date(&a->got, weekday_after(a->sentence->now, a->values[0] / 10000));
}

/* A weekday of the week that begins so many Mondays from now. */
static bool say_weekday_of_week(struct attempt *a, int weekday, int weeks)
{
	struct caltime monday = weekday_after(a->sentence->now, 1);

	return say_date(&a->got, day_after(&monday, 7L * (weeks - 1) + (weekday + 6) % 7));
}

/* arg: weeks from this one. */
static bool act_weekday_of_week(struct attempt *a)
{
	return say_weekday_of_week(a, a->values[0], a->arg);
}

/* "in 2 weeks on Monday" */
static bool act_in_weeks_on(struct attempt *a)
{
	return a->values[1] == UNIT_WEEK && say_weekday_of_week(a, a->values[2], a->values[0]);
}

/* "übernächsten Montag": the one after the next. */
static bool act_weekday_after_next(struct attempt *a)
{
	struct caltime next = weekday_after(a->sentence->now, a->values[0]);

	return say_date(&a->got, day_after(&next, 7));
}

/* arg: weeks from this one * 10 + weekday. */
static bool act_day_of_week(struct attempt *a)
{
	return say_weekday_of_week(a, a->arg % 10, a->arg / 10);
}

/* The Friday of this week, its Sunday once that is past. */
static bool act_end_of_week(struct attempt *a)
{
	int weekday = caltime_weekday(a->sentence->now);
	bool is_weekend = weekday == 0 || weekday == 6;

	return say_weekday_of_week(a, is_weekend ? 0 : 5, 0);
}

/* arg: weeks from the coming weekend, which a Saturday belongs to. */
static bool act_weekend(struct attempt *a)
{
	struct caltime yesterday = day_after(a->sentence->now, -1);
	struct caltime saturday = weekday_after(&yesterday, 6);
	bool today = caltime_weekday(a->sentence->now) == 6;

	return say_date(&a->got, day_after(&saturday, today ? 7L * a->arg : 0));
}

static bool act_next_unit(struct attempt *a)
{
	struct caltime first = month_from_now(a, 0);

	switch (a->arg) {
	case UNIT_WEEK:
		return say_date(&a->got, weekday_after(a->sentence->now, 1));
	case UNIT_MONTH:
		return say_date(&a->got, month_after(&first, 1));
	default:
		first.month = 1;
		return say_date(&a->got, month_after(&first, 12));
	}
}

/* arg: months from this one. */
static bool act_end_in_months(struct attempt *a)
{
	struct caltime last = month_from_now(a, a->arg);

	last.day = days_in_month(last.year, last.month);
	return say_date(&a->got, last);
}

static bool act_end_of_year(struct attempt *a)
{
	return say_date(&a->got,
			(struct caltime){.year = a->sentence->now->year, .month = 12, .day = 31, .is_date = true});
}

static bool act_not_past(struct attempt *a)
{
	struct caltime today = day_after(a->sentence->now, 0);

	return caltime_wall(&a->got.date) >= caltime_wall(&today);
}

/* Of a month, perhaps of a year, the first day. */
static bool act_first_of_named_month(struct attempt *a)
{
	return say_day_of_year(a, a->values[1] != ABSENT ? a->values[1] : 0, a->values[0], 1) && act_not_past(a);
}

/* The next day of that number. */
static bool say_nth_of_month(struct attempt *a, int nth)
{
	struct caltime first = month_from_now(a, 0);
	int from = a->sentence->now->day;

	while (nth < from || nth > days_in_month(first.year, first.month)) {
		first = month_after(&first, 1);
		from = 1;
	}
	first.day = nth;
	return say_date(&a->got, first);
}

static bool act_nth_of_month(struct attempt *a)
{
	return say_nth_of_month(a, a->values[0]);
}

/* The day of that number of a month that has it; arg: months from this one. */
static bool act_nth_in_months(struct attempt *a)
{
	struct caltime date = month_from_now(a, a->arg);

	date.day = a->values[0];
	return date.day <= days_in_month(date.year, date.month) && say_date(&a->got, date);
}

static bool act_no_nth_in_months(struct attempt *a)
{
	return !act_nth_in_months(a);
}

static bool act_first_of_month(struct attempt *a)
{
	return say_nth_of_month(a, 1);
}

/* A day so many units after another; false for units within days. */
static bool say_units_after(struct attempt *a, const struct caltime *from, long count, int unit)
{
	return unit >= UNIT_DAY && say_date(&a->got, units_after(from, count, (enum word_unit)unit));
}

static bool say_in_minutes(struct attempt *a, long minutes)
{
	struct caltime t = *a->sentence->now;

	t.zone = NULL;
	caltime_set_wall(&t, caltime_wall(&t) + (int64_t)minutes * 60);
	a->got.has_time = a->got.is_moment = true;
	a->got.minute = t.hour * 60 + t.minute;
	return say_date(&a->got, day_after(&t, 0));
}

static bool say_in(struct attempt *a, int count, int unit)
{
	return unit <= UNIT_HOUR ? say_in_minutes(a, count * (unit == UNIT_HOUR ? 60L : 1L))
				 : say_units_after(a, a->sentence->now, count, unit);
}

static bool act_in(struct attempt *a)
{
	return say_in(a, a->values[0], a->values[1]);
}

static bool act_in_glued(struct attempt *a)
{
	return say_in(a, a->values[0] / 10, a->values[0] % 10);
}

static bool act_in_length(struct attempt *a)
{
	return say_in_minutes(a, a->values[0]);
}

/* "in a couple of days" */
static bool act_in_couple(struct attempt *a)
{
	return say_in(a, 2, a->values[0]);
}

/* arg: minutes. */
static bool act_in_minutes(struct attempt *a)
{
	return say_in_minutes(a, a->arg);
}

/* Hours and minutes. */
static bool act_in_hours_and(struct attempt *a)
{
	return say_in_minutes(a, a->values[0] * 60L + a->values[1]);
}

/* "in 1h 30m" */
static bool act_in_glued_and(struct attempt *a)
{
	return a->values[0] % 10 == UNIT_HOUR && a->values[1] % 10 == UNIT_MINUTE &&
	       say_in_minutes(a, a->values[0] / 10 * 60L + a->values[1] / 10);
}

/* arg: months. */
static bool act_in_months(struct attempt *a)
{
	return say_units_after(a, a->sentence->now, a->arg, UNIT_MONTH);
}

/* So long after the date that the group has put down. */
static bool act_long_after(struct attempt *a)
{
	struct caltime from = a->got.date;

	return say_units_after(a, &from, a->values[0], a->values[1]);
}

/* Weeks, as which people count "acht Tage" as well; 0 when it is none. */
static int weeks_of(int count, int unit)
{
	if (unit == UNIT_WEEK)
		return count;
	return unit != UNIT_DAY ? 0 : count == 8 ? 1 : count % 7 == 0 ? count / 7 : 0;
}

/* A weekday stays one: "Friday in two weeks". */
static bool act_long_after_named(struct attempt *a)
{
	if (a->got.again != AGAIN_IN_A_WEEK)
		return act_long_after(a);
	a->values[0] = weeks_of(a->values[0], a->values[1]);
	a->values[1] = UNIT_WEEK;
	return a->values[0] > 0 && act_long_after(a);
}

static bool act_loses_weekday(struct attempt *a)
{
	return a->got.again == AGAIN_IN_A_WEEK && weeks_of(a->values[0], a->values[1]) == 0;
}

/* "monday week"; arg: days that are added to the date. */
static bool act_days_after(struct attempt *a)
{
	struct caltime from = a->got.date;

	return say_units_after(a, &from, a->arg, UNIT_DAY);
}

/* Before the date that the group has put down, if that is not past. */
static bool say_before_date(struct attempt *a, long count, int unit)
{
	struct caltime from = a->got.date, today = day_after(a->sentence->now, 0);

	if (!say_units_after(a, &from, -count, unit))
		return false;
	return say_date(&a->got, caltime_wall(&a->got.date) < caltime_wall(&today) ? today : a->got.date);
}

static bool act_long_before(struct attempt *a)
{
	return say_before_date(a, a->values[0], a->values[1]);
}

/* "before Friday": the day before. */
static bool act_day_before(struct attempt *a)
{
	return say_before_date(a, 1, UNIT_DAY);
}

/* Ranges of days */

static bool act_first(struct attempt *a)
{
	a->got.has_first = true;
	a->got.first = a->got.date;
	a->got.first_again = a->got.again;
	return true;
}

static void move_years(struct caltime *date, int years)
{
	*date = month_after(date, 12L * years);
}

/* A year that is said of one end goes for the other as well; false when the range makes no sense, or is of half a year
 * and more. */
static bool say_range(struct reading *got)
{
	struct caltime *first = &got->first, *last = &got->date;
	int first_day = first->day, last_day = last->day;

	if (got->first_again == AGAIN_IN_A_YEAR && got->again == AGAIN_NEVER)
		move_years(first, last->year - first->year);
	if (got->again == AGAIN_IN_A_YEAR && got->first_again == AGAIN_NEVER && last->year < first->year)
		move_years(last, first->year - last->year);
	if (caltime_wall(first) > caltime_wall(last) && got->first_again == AGAIN_IN_A_YEAR)
		move_years(first, -1);
	if (caltime_wall(first) > caltime_wall(last) && got->again == AGAIN_IN_A_YEAR)
		move_years(last, 1);
	/* Feb 29 is not of every year. */
	if (first->day != first_day || last->day != last_day)
		return false;
	if (caltime_wall(first) >= caltime_wall(last) && got->again == AGAIN_IN_A_WEEK)
		*last = day_after(last, 7);
	return in_our_years(first->year) && in_our_years(last->year) && caltime_wall(first) < caltime_wall(last) &&
	       caltime_wall(last) - caltime_wall(first) < 183 * (int64_t)DAY;
}

static bool act_range(struct attempt *a)
{
	return say_range(&a->got);
}

/* The first day of a range in the month of its last. */
static bool say_first_day(struct attempt *a, int day)
{
	act_first(a);
	a->got.first.day = day;
	return day < a->got.date.day;
}

/* "Dec 3-5" */
static bool act_range_of_month(struct attempt *a)
{
	int year = a->values[3] != ABSENT ? a->values[3] : 0;

	return say_day_of_year(a, year, a->values[0], a->values[2]) && say_first_day(a, a->values[1]);
}

/* "3-5 Dec" */
static bool act_range_in_month(struct attempt *a)
{
	int year = a->values[3] != ABSENT ? a->values[3] : 0;

	return say_day_of_year(a, year, a->values[2], a->values[1]) && say_first_day(a, a->values[0]);
}

/* "3.-5.12." */
static bool act_range_to_figure(struct attempt *a)
{
	return say_figure(a, a->values[1]) && say_first_day(a, a->values[0]);
}

/* "3.12-5.12", within a month; "1.2-1.5" are versions. */
static bool act_range_of_figures(struct attempt *a)
{
	return a->values[0] % 100 != a->values[1] % 100 && say_figure(a, a->values[0]) && act_first(a) &&
	       say_figure(a, a->values[1]) && say_range(&a->got) &&
	       caltime_wall(&a->got.date) - caltime_wall(&a->got.first) <= 31 * (int64_t)DAY;
}

/* "12/29 - 1/3" */
static bool act_range_to_short(struct attempt *a)
{
	return act_date(a) && say_range(&a->got);
}

/* "vom 3. bis 5." */
static bool act_range_of_days(struct attempt *a)
{
	return say_nth_of_month(a, a->values[1]) && say_first_day(a, a->values[0]);
}

static bool act_range_of_weekdays(struct attempt *a)
{
	return a->values[0] != a->values[1] && say_weekday(a, a->values[0]) && act_first(a) &&
	       say_weekday(a, a->values[1]) && say_range(&a->got);
}

/* Times */

static bool say_time(struct reading *got, int minute)
{
	got->has_time = true;
	got->minute = minute;
	return minute >= 0 && minute <= MIDNIGHT;
}

static bool act_clock(struct attempt *a)
{
	return say_time(&a->got, a->values[0]);
}

static bool act_clock_of_12(struct attempt *a)
{
	a->got.is_of_12 = true;
	return act_clock(a);
}

static bool act_clock_english(struct attempt *a)
{
	a->got.half = HALF_SAID;
	a->got.is_english = true;
	return act_clock(a);
}

/* "9:30 Uhr" */
static bool act_clock_german(struct attempt *a)
{
	a->got.is_german = true;
	return act_clock(a);
}

/* arg: the minute. */
static bool act_clock_fixed(struct attempt *a)
{
	return say_time(&a->got, a->arg);
}

/* An hour and perhaps minutes; arg: minutes that are added. */
static bool act_hour(struct attempt *a)
{
	return say_time(&a->got, a->values[0] * 60 + a->arg);
}

static bool act_hour_minute(struct attempt *a)
{
	a->got.is_german = true;
	return say_time(&a->got, a->values[0] * 60 + (a->values[1] != ABSENT ? a->values[1] : 0));
}

/* "um 8", "halb neun"; arg: minutes that are added. */
static bool act_spoken(struct attempt *a)
{
	a->got.half = HALF_SPOKEN;
	return act_hour(a);
}

/* "at 8", "quarter to eight" */
static bool act_spoken_english(struct attempt *a)
{
	a->got.is_english = true;
	return act_spoken(a);
}

/* "at 8:30" */
static bool act_spoken_clock(struct attempt *a)
{
	a->got.half = HALF_SPOKEN;
	a->got.is_of_12 = a->got.is_english = true;
	return act_clock(a);
}

/* "at 8:30 in the evening" */
static bool act_spoken_clock_in_part(struct attempt *a)
{
	return act_spoken_clock(a) && say_part(&a->got, a->values[1]);
}

/* "um 8 am Abend" */
static bool act_spoken_in_part(struct attempt *a)
{
	return act_spoken(a) && say_part(&a->got, a->values[1]);
}

/* "at 8 in the evening" */
static bool act_spoken_in_part_english(struct attempt *a)
{
	a->got.is_english = true;
	return act_spoken_in_part(a);
}

/* "12 Uhr nachts", which ends the day. */
static bool act_hour_at_night(struct attempt *a)
{
	int hour = a->values[0];

	a->got.half = HALF_SAID;
	return say_time(&a->got, (hour >= 6 && hour <= 12 ? hour + 12 : hour) * 60);
}

/* "zehn vor acht"; arg: 1, or -1 before. */
static bool act_minutes_after(struct attempt *a)
{
	a->got.half = HALF_SPOKEN;
	return a->values[0] > 0 && a->values[0] < 30 && say_time(&a->got, a->values[1] * 60 + a->arg * a->values[0]);
}

/* "five past midnight"; arg: the minute of that. */
static bool act_minutes_past(struct attempt *a)
{
	return a->values[0] < 30 && say_time(&a->got, a->arg + a->values[0]);
}

/* "twenty to noon"; numbers that are not on five minutes are hours. */
static bool act_minutes_to(struct attempt *a)
{
	return a->values[0] < 30 && a->values[0] % 5 == 0 && say_time(&a->got, a->arg - a->values[0]);
}

/* The same, where only what is on five minutes is a time. */
static bool act_round_minutes_after(struct attempt *a)
{
	return a->values[0] % 5 == 0 && act_minutes_after(a);
}

/* "fünf vor halb sechs"; arg: 1, or -1 before. */
static bool act_minutes_after_half(struct attempt *a)
{
	return act_minutes_after(a) && say_time(&a->got, a->got.minute - 30);
}

/* Ranges of times */

/* What the group has put down is where a range begins. */
static bool act_open(struct attempt *a)
{
	a->got.has_open = true;
	a->got.open = a->got.minute;
	a->got.open_half = a->got.half;
	a->got.half = HALF_WRITTEN;
	a->got.is_of_12 = false;
	return true;
}

static bool act_told(struct attempt *a)
{
	a->got.is_told = true;
	return true;
}

static bool act_open_told(struct attempt *a)
{
	return act_told(a) && act_open(a);
}

static bool act_open_spoken(struct attempt *a)
{
	return act_spoken(a) && act_open(a);
}

static bool act_open_clock(struct attempt *a)
{
	return act_clock(a) && act_open(a);
}

/* Two hours alone may be other numbers: only as far apart as one works. */
static bool act_hours(struct attempt *a)
{
	int length = (a->got.minute - a->got.open + NOON) % NOON;

	return a->got.half != HALF_SPOKEN || a->got.open_half != HALF_SPOKEN || (length > 0 && length <= 8 * 60);
}

/* Behind "from", one of the clock of 24 hours says enough. */
static bool act_hours_led(struct attempt *a)
{
	return a->got.minute > NOON || a->got.open > NOON || act_hours(a);
}

/* One of them is a time by itself. */
static bool act_hours_told(struct attempt *a)
{
	return a->got.is_told && act_hours(a);
}

static bool act_is_range(struct attempt *a)
{
	return a->got.has_open;
}

/* An hour of twelve, its half of the day said; arg: minutes that are added. */
static bool act_hour_12(struct attempt *a)
{
	a->got.half = HALF_SAID;
	return a->values[0] >= 1 && a->values[0] <= 12 && say_time(&a->got, a->values[0] % 12 * 60 + a->arg);
}

static bool act_hour_12_english(struct attempt *a)
{
	a->got.is_english = true;
	return act_hour_12(a);
}

static bool act_clock_12(struct attempt *a)
{
	a->got.half = HALF_SAID;
	a->got.is_english = true;
	return say_time(&a->got, a->values[0] % NOON + a->arg);
}

/* Recurrence */

static struct rule *say_rule(struct reading *got, enum frequency frequency, int interval)
{
	got->has_rule = true;
	got->rule.frequency = frequency;
	got->rule.interval = interval;
	return &got->rule;
}

static bool say_unit(struct reading *got, int interval, int unit)
{
	static const enum frequency frequencies[] = {
		[UNIT_MINUTE] = FREQUENCY_MINUTELY, [UNIT_HOUR] = FREQUENCY_HOURLY,   [UNIT_DAY] = FREQUENCY_DAILY,
		[UNIT_WEEK] = FREQUENCY_WEEKLY,     [UNIT_MONTH] = FREQUENCY_MONTHLY, [UNIT_YEAR] = FREQUENCY_YEARLY,
	};

	/* "every minute counts" */
	if (interval < (unit == UNIT_MINUTE ? MINUTES_MIN : 1))
		return false;
	say_rule(got, frequencies[unit], interval);
	return true;
}

/* arg: interval * 10 + unit. */
static bool act_every(struct attempt *a)
{
	return say_unit(&a->got, a->arg / 10, a->arg % 10);
}

static bool act_adverb(struct attempt *a)
{
	return say_unit(&a->got, a->values[0] / 10, a->values[0] % 10);
}

/* A unit, the number before it given, missing (1) or, where there is no place for it, arg. */
static bool act_every_unit(struct attempt *a)
{
	return a->arg > 0 ? say_unit(&a->got, a->arg, a->values[0])
			  : say_unit(&a->got, a->values[0] == ABSENT ? 1 : a->values[0], a->values[1]);
}

static bool act_after_completion(struct attempt *a)
{
	a->got.rule.after_completion = true;
	return act_every_unit(a);
}

/* Weekdays, which the list has put down; arg: weeks. */
static bool act_every_weekday(struct attempt *a)
{
	if (a->values[0] != ABSENT)
		say_part(&a->got, a->values[0]);
	say_rule(&a->got, FREQUENCY_WEEKLY, a->arg);
	return true;
}

/* A number of weeks, then weekdays; or months, where weekdays are refused. */
static bool act_weeks_on(struct attempt *a)
{
	return act_every_unit(a) && a->got.rule.frequency == FREQUENCY_WEEKLY;
}

static bool act_adverb_on(struct attempt *a)
{
	return act_adverb(a) && a->got.rule.frequency == FREQUENCY_WEEKLY;
}

/* arg: the weekdays as bits; perhaps a part of the day. */
static bool act_these_weekdays(struct attempt *a)
{
	say_rule(&a->got, FREQUENCY_WEEKLY, 1)->weekdays = (unsigned)a->arg;
	if (a->values[0] != ABSENT)
		say_part(&a->got, a->values[0]);
	return true;
}

/* arg: the weekdays as bits, without those that the list has put down. */
static bool act_weekdays_but(struct attempt *a)
{
	unsigned weekdays = (unsigned)a->arg & ~a->got.rule.weekdays;

	say_rule(&a->got, FREQUENCY_WEEKLY, 1)->weekdays = weekdays;
	return weekdays != 0;
}

static bool act_every_day_part(struct attempt *a)
{
	if (a->arg > 0)
		say_rule(&a->got, FREQUENCY_DAILY, 1);
	else
		say_rule(&a->got, FREQUENCY_WEEKLY, 1)->weekdays = 1u << a->values[0] / 10000;
	return say_part(&a->got, a->values[0] % 10000);
}

/* "every second friday" is every other one, "every third" one of a month. */
static bool act_nth_weekday(struct attempt *a)
{
	struct rule *rule;

	if (a->values[0] > 5 || a->values[0] == 0)
		return false;
	if (a->values[0] == 2 && a->arg == 0) {
		say_rule(&a->got, FREQUENCY_WEEKLY, 2)->weekdays = 1u << a->values[1];
		return true;
	}
	rule = say_rule(&a->got, FREQUENCY_MONTHLY, 1);
	rule->weekdays = 1u << a->values[1];
	rule->nth = a->values[0];
	return true;
}

static bool act_nth_weekday_every_year(struct attempt *a)
{
	struct rule *rule = say_rule(&a->got, FREQUENCY_YEARLY, 1);

	rule->nth = a->values[0];
	rule->weekdays = 1u << a->values[1];
	rule->month = a->values[2];
	return rule->nth != 0 && rule->nth <= 5;
}

static bool say_month_day(struct reading *got, int interval, int day)
{
	say_rule(got, FREQUENCY_MONTHLY, interval)->month_day = day;
	return true;
}

static bool act_month_day(struct attempt *a)
{
	return say_month_day(&a->got, 1, a->arg != 0 ? a->arg : a->values[0]);
}

/* Months, the day in them. */
static bool act_months_on(struct attempt *a)
{
	return act_every_unit(a) && a->got.rule.frequency == FREQUENCY_MONTHLY &&
	       say_month_day(&a->got, a->got.rule.interval, a->values[2]);
}

static bool act_adverb_months_on(struct attempt *a)
{
	return act_adverb(a) && a->got.rule.frequency == FREQUENCY_MONTHLY &&
	       say_month_day(&a->got, a->got.rule.interval, a->values[1]);
}

/* A year's day, which the group has put down as a date. */
static bool act_every_year_on(struct attempt *a)
{
	struct rule *rule;

	if (a->values[0] != ABSENT && a->values[0] % 10 != a->arg)
		return false;
	rule = say_rule(&a->got, FREQUENCY_YEARLY, 1);
	rule->month = a->got.date.month;
	rule->month_day = a->got.date.day;
	return true;
}

static bool act_every_feast(struct attempt *a)
{
	return a->got.again == AGAIN_IN_A_YEAR && act_every_year_on(a);
}

/* The days of a year, which the group has put down as a range. */
static bool act_every_year_range(struct attempt *a)
{
	if (a->got.first_again != AGAIN_IN_A_YEAR || a->got.again != AGAIN_IN_A_YEAR ||
	    (a->values[0] != ABSENT && a->values[0] % 10 != a->arg))
		return false;
	say_rule(&a->got, FREQUENCY_YEARLY, 1);
	return true;
}

static bool act_every_month_named(struct attempt *a)
{
	struct rule *rule = say_rule(&a->got, FREQUENCY_YEARLY, 1);

	rule->month = a->values[0];
	rule->month_day = a->arg;
	return true;
}

/* A number of years, then a month. */
static bool act_years_in(struct attempt *a)
{
	if (!act_every_unit(a) || a->got.rule.frequency != FREQUENCY_YEARLY)
		return false;
	a->got.rule.month = a->values[2];
	a->got.rule.month_day = 1;
	return true;
}

/* "for 10 days" */
static bool act_lasting(struct attempt *a)
{
	a->got.lasting = a->values[0];
	a->got.lasting_unit = a->values[1];
	return a->values[0] > 0 && a->values[1] >= UNIT_DAY;
}

/* arg: the unit's minutes. */
static bool act_lasting_within_days(struct attempt *a)
{
	a->got.lasting = a->values[0] * a->arg;
	return a->values[0] > 0;
}

static bool act_part_not_past(struct attempt *a)
{
	return a->got.has_part && act_not_past(a);
}

/* The day before a month begins. */
static bool act_until_month(struct attempt *a)
{
	int year = a->values[1] != ABSENT ? a->values[1] : 0;

	return say_day_of_year(a, year, a->values[0], 1) && say_date(&a->got, day_after(&a->got.date, -1));
}

static bool act_count(struct attempt *a)
{
	a->got.count = a->values[0];
	return a->values[0] > 0;
}

/* One of a list of weekdays. */
static bool act_list_weekday(struct attempt *a)
{
	a->got.rule.weekdays |= 1u << a->values[0];
	return true;
}

/* The weekdays from one to another. */
static bool act_list_weekdays(struct attempt *a)
{
	int days = (a->values[1] - a->values[0] + 7) % 7;

	for (int i = 0; i <= days; i++)
		a->got.rule.weekdays |= 1u << (a->values[0] + i) % 7;
	return true;
}

/* Whether the list has more than one. */
static bool act_weekdays_listed(struct attempt *a)
{
	unsigned weekdays = a->got.rule.weekdays;

	return (weekdays & (weekdays - 1)) != 0;
}

/* Reminders */

/* One of a list of times before something. */
static bool say_before(struct reading *got, int count, int unit)
{
	static const int minutes[] = {
		[UNIT_MINUTE] = 1, [UNIT_HOUR] = 60, [UNIT_DAY] = 24 * 60, [UNIT_WEEK] = 7 * 24 * 60};

	if (unit > UNIT_WEEK || got->offset_count == QUICK_REMINDERS_MAX)
		return false;
	got->offsets[got->offset_count++] = -(long)count * minutes[unit];
	return true;
}

static bool act_before(struct attempt *a)
{
	return say_before(&a->got, a->values[0], a->values[1]);
}

static bool act_before_glued(struct attempt *a)
{
	return say_before(&a->got, a->values[0] / 10, a->values[0] % 10);
}

static bool act_before_length(struct attempt *a)
{
	return say_before(&a->got, a->values[0], UNIT_MINUTE);
}

/* arg: minutes. */
static bool act_before_minutes(struct attempt *a)
{
	return say_before(&a->got, a->arg, UNIT_MINUTE);
}

/* Hours and minutes. */
static bool act_before_hours_and(struct attempt *a)
{
	return say_before(&a->got, a->values[0] * 60 + a->values[1], UNIT_MINUTE);
}

static bool act_remind_at(struct attempt *a)
{
	return a->got.has_time || a->got.has_part;
}

/* "the day before at 6pm" */
static bool act_remind_days_before_at(struct attempt *a)
{
	for (size_t i = 0; i < a->got.offset_count; i++)
		if (a->got.offsets[i] % MIDNIGHT != 0)
			return false;
	return a->got.has_time && !a->got.has_open;
}

/* The day before, perhaps at a time. */
static bool act_remind_day_before(struct attempt *a)
{
	return say_before(&a->got, 1, UNIT_DAY) && !a->got.has_open;
}

/* "am Vorabend"; arg: the minute of that day. */
static bool act_remind_at_before(struct attempt *a)
{
	return act_remind_day_before(a) && say_time(&a->got, a->arg);
}

/* "the evening before", perhaps with a time. */
static bool act_remind_in_part_before(struct attempt *a)
{
	return act_remind_day_before(a) && say_part(&a->got, a->values[0]) &&
	       (a->got.has_time || say_time(&a->got, a->values[0]));
}

static bool act_remind_to(struct attempt *a)
{
	a->got.is_purpose = true;
	return act_remind_at(a);
}

static bool act_remind_at_due(struct attempt *a)
{
	a->got.at_due = true;
	return true;
}

const struct term quick_terms[] = {
	{"ADVERB", CLASS(WORD_ADVERB), GROUP_NONE, false},
	{"AT", 0, GROUP_AT, false},
	{"CALENDAR", 0, GROUP_CALENDAR, false},
	{"CLOCK", CLASS(WORD_CLOCK), GROUP_NONE, false},
	{"CLOCK12", CLASS(WORD_CLOCK_12), GROUP_NONE, false},
	{"CLOCKDOT", CLASS(WORD_CLOCK_DOT), GROUP_NONE, false},
	{"CLOSE", 0, GROUP_CLOSE, false},
	{"CLOCKHALF", CLASS(WORD_CLOCK_HALF), GROUP_NONE, false},
	{"COUNT", CLASS(WORD_DIGITS) | CLASS(WORD_NUMERAL), GROUP_NONE, false},
	{"DATE", 0, GROUP_DATE, false},
	{"DAYWORD", CLASS(WORD_DAY), GROUP_NONE, false},
	{"DAYPART", CLASS(WORD_DAY_PART), GROUP_NONE, false},
	{"DURATIONS", 0, GROUP_DURATION, true},
	{"FEAST", 0, GROUP_FEAST, false},
	{"FIGURE", CLASS(WORD_DATE), GROUP_NONE, false},
	{"FIGUREANY", CLASS(WORD_DATE) | CLASS(WORD_DATE_SHORT), GROUP_NONE, false},
	{"FIGURESHORT", CLASS(WORD_DATE_SHORT), GROUP_NONE, false},
	{"FIRST", 0, GROUP_FIRST, false},
	{"GLUED", CLASS(WORD_GLUED), GROUP_NONE, false},
	{"HABIT", CLASS(WORD_HABIT), GROUP_NONE, false},
	{"HABITS", 0, GROUP_HABIT, true},
	{"HOUR", CLASS(WORD_HOUR), GROUP_NONE, false},
	{"HOURH", CLASS(WORD_HOUR_H), GROUP_NONE, false},
	{"HOURWORD", CLASS(WORD_NUMERAL), GROUP_NONE, false},
	{"HOURANY", CLASS(WORD_HOUR) | CLASS(WORD_NUMERAL), GROUP_NONE, false},
	{"INTERVAL", CLASS(WORD_DIGITS) | CLASS(WORD_NUMERAL) | CLASS(WORD_ORDINAL) | CLASS(WORD_NTH), GROUP_NONE,
	 false},
	{"LENGTH", CLASS(WORD_LENGTH), GROUP_NONE, false},
	{"MINUTE", CLASS(WORD_MINUTE), GROUP_NONE, false},
	{"MONTH", CLASS(WORD_MONTH), GROUP_NONE, false},
	{"MONTHDAY", CLASS(WORD_MONTHDAY), GROUP_NONE, false},
	{"NAMED", 0, GROUP_NAMED, false},
	{"NTH", CLASS(WORD_ORDINAL) | CLASS(WORD_NTH), GROUP_NONE, false},
	{"NTHDAY", CLASS(WORD_NTH), GROUP_NONE, false},
	{"NUMBER", CLASS(WORD_DIGITS) | CLASS(WORD_NUMERAL) | CLASS(WORD_ARTICLE), GROUP_NONE, false},
	{"OPEN", 0, GROUP_OPEN, false},
	{"OPENLED", 0, GROUP_OPEN_LED, false},
	{"ORDINAL", CLASS(WORD_ORDINAL), GROUP_NONE, false},
	{"PART", CLASS(WORD_PART), GROUP_NONE, false},
	{"PARTOF", 0, GROUP_PART, false},
	{"RANGE", 0, GROUP_RANGE, false},
	{"RULE", 0, GROUP_RULE, false},
	{"SHORTDE", CLASS(WORD_WEEKDAY_DE), GROUP_NONE, false},
	{"SHORTEN", CLASS(WORD_WEEKDAY_EN), GROUP_NONE, false},
	{"TIME", 0, GROUP_TIME, false},
	{"TIMES", CLASS(WORD_TIMES), GROUP_NONE, false},
	{"UNIT", CLASS(WORD_UNIT), GROUP_NONE, false},
	{"UNITSHORT", CLASS(WORD_UNIT) | CLASS(WORD_SUFFIX), GROUP_NONE, false},
	{"WEEKDAY", CLASS(WORD_WEEKDAY), GROUP_NONE, false},
	{"WEEKDAYANY", CLASS(WORD_WEEKDAY) | CLASS(WORD_WEEKDAY_EN) | CLASS(WORD_WEEKDAY_DE), GROUP_NONE, false},
	{"WEEKDAYDE", CLASS(WORD_WEEKDAY) | CLASS(WORD_WEEKDAY_DE), GROUP_NONE, false},
	{"WEEKDAYEN", CLASS(WORD_WEEKDAY) | CLASS(WORD_WEEKDAY_EN), GROUP_NONE, false},
	{"WEEKDAYSDE", 0, GROUP_WEEKDAY_DE, true},
	{"WEEKDAYSEN", 0, GROUP_WEEKDAY_EN, true},
	{"WEEKDAYSANY", 0, GROUP_WEEKDAY, true},
	{"WHEN", 0, GROUP_WHEN, false},
	{"YEAR", CLASS(WORD_YEAR), GROUP_NONE, false},
};

const size_t quick_term_count = LENGTH(quick_terms);

/* The first that fits counts: what is longer or says more comes before what it begins with. */
const struct pattern quick_patterns[] = {
	{GROUP_REMINDER, REMIND " DURATIONS " BEFORE " " AND " DURATIONS " BEFORE, NULL, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " DURATIONS " BEFORE " AT", act_remind_days_before_at, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " DURATIONS " BEFORE, NULL, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " DURATIONS in advance", NULL, 0, NOT_TOLD},
	{GROUP_REMINDER, "DURATIONS " BEFORE " erinnern|erinnerung", NULL, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " on? the|am PART " BEFORE " AT", act_remind_in_part_before, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " on? the|am PART " BEFORE, act_remind_in_part_before, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " am vorabend", act_remind_at_before, EVENING, NOT_TOLD},
	{GROUP_REMINDER, REMIND " am vortag AT", act_remind_day_before, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " am vortag", act_remind_day_before, 0, NOT_TOLD},
	{GROUP_REMINDER, "am PART " BEFORE " erinnern|erinnerung", act_remind_in_part_before, 0, NOT_TOLD},
	{GROUP_REMINDER, "am vorabend erinnern|erinnerung", act_remind_at_before, EVENING, NOT_TOLD},
	{GROUP_REMINDER, "am vortag erinnern|erinnerung", act_remind_day_before, 0, NOT_TOLD},
	{GROUP_REMINDER, ERINNERE " WHEN AT", act_remind_to, 0, AT_CLAUSE | BEFORE_ZU},
	{GROUP_REMINDER, ERINNERE " AT WHEN", act_remind_to, 0, AT_CLAUSE | BEFORE_ZU},
	{GROUP_REMINDER, ERINNERE " AT", act_remind_to, 0, AT_CLAUSE | BEFORE_ZU},
	{GROUP_REMINDER, ERINNERE " WHEN", act_remind_to, 0, AT_CLAUSE | BEFORE_ZU},
	{GROUP_REMINDER, REMIND " WHEN AT " LINK, act_remind_to, 0, AT_CLAUSE},
	{GROUP_REMINDER, REMIND " AT WHEN " LINK, act_remind_to, 0, AT_CLAUSE},
	{GROUP_REMINDER, REMIND " AT " LINK, act_remind_to, 0, AT_CLAUSE},
	{GROUP_REMINDER, REMIND " WHEN " LINK, act_remind_to, 0, AT_CLAUSE},
	{GROUP_REMINDER, REMIND " WHEN AT", act_remind_at, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " AT WHEN", act_remind_at, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " AT", act_remind_at, 0, NOT_TOLD},
	{GROUP_REMINDER, REMIND " WHEN", act_remind_at, 0, NOT_TOLD},
	{GROUP_REMINDER, WITH_REMINDER " DURATIONS " BEFORE, NULL, 0, 0},
	{GROUP_REMINDER, WITH_REMINDER " WHEN AT", act_remind_at, 0, 0},
	{GROUP_REMINDER, WITH_REMINDER " AT WHEN", act_remind_at, 0, 0},
	{GROUP_REMINDER, WITH_REMINDER " AT", act_remind_at, 0, 0},
	{GROUP_REMINDER, WITH_REMINDER " WHEN", act_remind_at, 0, 0},

	{GROUP_DURATION, "half an hour", act_before_minutes, 30, 0},
	{GROUP_DURATION, "eine halbe stunde", act_before_minutes, 30, 0},
	{GROUP_DURATION, "the day", act_before_minutes, 24 * 60, 0},
	{GROUP_DURATION, "am tag", act_before_minutes, 24 * 60, 0},
	{GROUP_DURATION, "NUMBER " HOURS " and|und? NUMBER " MINUTES, act_before_hours_and, 0, 0},
	{GROUP_DURATION, "LENGTH", act_before_length, 0, 0},
	{GROUP_DURATION, "GLUED", act_before_glued, 0, 0},
	{GROUP_DURATION, "NUMBER UNITSHORT", act_before, 0, 0},

	{GROUP_UNREADABLE, EVERY " NTH " AND " NTH WEEKDAYANY?", NULL, 0, 0},
	{GROUP_UNREADABLE, EVERY " PART " AND " PART", NULL, 0, 0},
	{GROUP_UNREADABLE, REMIND " AT " AND " CLOSE", NULL, 0, AT_CLAUSE | NOT_COUNTED},
	{GROUP_UNREADABLE, "COUNT times|mal|male ADVERB", NULL, 0, 0},
	{GROUP_UNREADABLE, "TIMES ADVERB", NULL, 0, 0},
	{GROUP_UNREADABLE, "ADVERB newsletter|newsletters|magazine|newspaper|digest", NULL, 0, 0},
	{GROUP_UNREADABLE, "twice|thrice|zweimal|dreimal|viermal ADVERB", NULL, 0, 0},
	{GROUP_UNREADABLE, EVERY "|alle COUNT? UNIT is|are|was|ist|sind|war|counts|zaehlt", NULL, 0, 0},
	{GROUP_UNREADABLE, EVERY " WEEKDAYANY is|was|ist|war", NULL, 0, 0},
	{GROUP_UNREADABLE, "on|am? the? NTH " AND " NTH day|tag? of|eines? every|each|jeden|jedes " MONTHS, NULL, 0, 0},

	{GROUP_RULE, "every!|jeden!|jede!|jedes!|alle! COUNT? UNIT", act_after_completion, 0, 0},
	{GROUP_RULE, EVERY "|alle? COUNT UNIT after|nach completion|completing|finishing|erledigung|abschluss",
	 act_after_completion, 0, 0},
	{GROUP_RULE, "on|am? the? NTH day|tag of|eines? every|each|jeden|jedes " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, "on|am? the? NTH WEEKDAYANY of|eines? every|each|jeden|jedes " MONTHS, act_nth_weekday, 1, 0},
	{GROUP_RULE, "on|am? the? NTH of|eines? every|each|jeden|jedes " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, "at|by? the? end of every|each " MONTHS, act_month_day, LAST, 0},
	{GROUP_RULE, "on the? MONTHDAY of? every|each " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, EVERY " NTH day|tag of|im|des the|every|each|jeden? " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, EVERY " last|letzten day|tag", act_month_day, LAST, 0},
	{GROUP_RULE, EVERY " end of the? month", act_month_day, LAST, 0},
	{GROUP_RULE, EVERY " monatsende", act_month_day, LAST, 0},
	{GROUP_RULE, EVERY " NTH WEEKDAYANY of|im|des the|every|each|jeden? " MONTHS, act_nth_weekday, 1, 0},
	{GROUP_RULE, EVERY " NTH WEEKDAYANY of|in|im MONTH", act_nth_weekday_every_year, 0, 0},
	{GROUP_RULE, EVERY " NTH WEEKDAYANY", act_nth_weekday, 0, 0},
	{GROUP_RULE, EVERY " " MONTHS " on|am the? NTH WEEKDAYANY", act_nth_weekday, 1, 0},
	{GROUP_RULE, "monthly|monatlich on|am the? NTH WEEKDAYANY", act_nth_weekday, 1, 0},
	{GROUP_RULE, EVERY_EN " other WEEKDAYSEN PART?", act_every_weekday, 2, 0},
	{GROUP_RULE, EVERY " day|tag except|but|ausser WEEKDAYSANY", act_weekdays_but, 0x7f, 0},
	{GROUP_RULE, EVERY " day|tag except|but|ausser on|am|an? weekends|wochenende|wochenenden", act_these_weekdays,
	 0x3e, 0},
	{GROUP_RULE, EVERY " weekday|werktag except|but|ausser WEEKDAYSANY", act_weekdays_but, 0x3e, 0},
	{GROUP_RULE, "daily|taeglich except|ausser on|am|an? weekends|wochenende|wochenenden", act_these_weekdays, 0x3e,
	 0},
	{GROUP_RULE, "daily|taeglich except|ausser WEEKDAYSANY", act_weekdays_but, 0x7f, 0},
	{GROUP_RULE, "daily|taeglich except|ausser on? HABITS", act_weekdays_but, 0x7f, 0},
	{GROUP_RULE, EVERY " day|tag except|but|ausser on? HABITS", act_weekdays_but, 0x7f, 0},
	{GROUP_RULE, EVERY_EN " WEEKDAYSEN PART?", act_every_weekday, 1, 0},
	{GROUP_RULE, EVERY_DE " WEEKDAYSDE PART?", act_every_weekday, 1, 0},
	{GROUP_RULE, EVERY_DE " DAYPART", act_every_day_part, 0, 0},
	{GROUP_RULE, EVERY " PART", act_every_day_part, 1, 0},
	{GROUP_RULE, EVERY " weekday|workday|werktag|arbeitstag PART?", act_these_weekdays, 0x3e, 0},
	{GROUP_RULE, "on? weekdays|werktags|wochentags", act_these_weekdays, 0x3e, 0},
	{GROUP_RULE, "an werktagen|wochentagen", act_these_weekdays, 0x3e, 0},
	{GROUP_RULE, "unter der woche", act_these_weekdays, 0x3e, 0},
	{GROUP_RULE, EVERY " weekend|wochenende", act_these_weekdays, 0x40, 0},
	{GROUP_RULE, "on|at weekends", act_these_weekdays, 0x40, 0},
	{GROUP_RULE, "an wochenenden", act_these_weekdays, 0x40, 0},
	{GROUP_RULE, EVERY " " YEARS " RANGE", act_every_year_range, UNIT_YEAR, 0},
	{GROUP_RULE, "ADVERB RANGE", act_every_year_range, UNIT_YEAR, 0},
	{GROUP_RULE, "RANGE ADVERB", act_every_year_range, UNIT_YEAR, 0},
	{GROUP_RULE, "RANGE every|each|jedes " YEARS, act_every_year_range, UNIT_YEAR, 0},
	{GROUP_RULE, EVERY " RANGE", act_every_year_range, UNIT_YEAR, 0},
	{GROUP_RULE, EVERY " " YEARS " on|am CALENDAR", act_every_year_on, UNIT_YEAR, 0},
	{GROUP_RULE, "ADVERB on|am CALENDAR", act_every_year_on, UNIT_YEAR, 0},
	{GROUP_RULE, "on|am? CALENDAR every|each|jedes " YEARS, act_every_year_on, UNIT_YEAR, 0},
	{GROUP_RULE, EVERY " CALENDAR", act_every_year_on, UNIT_YEAR, 0},
	{GROUP_RULE, EVERY " FEAST", act_every_feast, UNIT_YEAR, 0},
	{GROUP_RULE, EVERY "|alle INTERVAL? UNIT in|im MONTH", act_years_in, 0, 0},
	{GROUP_RULE, EVERY "|alle INTERVAL? UNIT on|am the? NTH day|tag", act_months_on, 0, 0},
	{GROUP_RULE, EVERY "|alle INTERVAL? UNIT on|am the? MONTHDAY", act_months_on, 0, 0},
	{GROUP_RULE, EVERY "|alle INTERVAL? UNIT on|am the? ORDINAL", act_months_on, 0, 0},
	{GROUP_RULE, EVERY "|alle INTERVAL? UNIT on? WEEKDAYSEN", act_weeks_on, 0, 0},
	{GROUP_RULE, EVERY "|alle INTERVAL? UNIT am? WEEKDAYSDE", act_weeks_on, 0, 0},
	{GROUP_RULE, EVERY "|alle INTERVAL? UNIT on? HABITS", act_weeks_on, 0, 0},
	{GROUP_RULE, EVERY_EN " other week on? WEEKDAYSEN", act_every_weekday, 2, 0},
	{GROUP_RULE, EVERY_EN " other UNIT", act_every_unit, 2, 0},
	{GROUP_RULE, EVERY_EN " quarter of? an? hour", act_every, 150 + UNIT_MINUTE, 0},
	{GROUP_RULE, EVERY_DE "|alle viertelstunde", act_every, 150 + UNIT_MINUTE, 0},
	{GROUP_RULE, EVERY " quarter|quartal", act_every, 30 + UNIT_MONTH, 0},
	{GROUP_RULE, EVERY_EN " half an? hour", act_every, 300 + UNIT_MINUTE, 0},
	{GROUP_RULE, EVERY_DE "|alle halbe stunde", act_every, 300 + UNIT_MINUTE, 0},
	{GROUP_RULE, EVERY " NTH UNIT", act_every_unit, 0, 0},
	{GROUP_RULE, EVERY " NTH of|des|im the? " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, EVERY " NTHDAY", act_month_day, 0, NOT_COUNTED},
	{GROUP_RULE, EVERY " COUNT? UNIT", act_every_unit, 0, 0},
	{GROUP_RULE, "alle COUNT UNIT", act_every_unit, 0, 0},
	{GROUP_RULE, "once|einmal a|every|per|pro|im UNIT", act_every_unit, 1, 0},
	{GROUP_RULE, EVERY " MONTH", act_every_month_named, 1, 0},
	{GROUP_RULE, "ADVERB on|am the? NTH day|tag", act_adverb_months_on, 0, 0},
	{GROUP_RULE, "ADVERB on|am the? MONTHDAY", act_adverb_months_on, 0, 0},
	{GROUP_RULE, "ADVERB on|am the? ORDINAL", act_adverb_months_on, 0, 0},
	{GROUP_RULE, "ADVERB on? WEEKDAYSEN", act_adverb_on, 0, 0},
	{GROUP_RULE, "ADVERB am? WEEKDAYSDE", act_adverb_on, 0, 0},
	{GROUP_RULE, "ADVERB on? HABITS", act_adverb_on, 0, 0},
	{GROUP_RULE, "on|immer? HABITS PART?", act_every_weekday, 1, 0},

	{GROUP_ADVERB, "ADVERB", act_adverb, 0, NOT_NAMED},
	{GROUP_ADVERB, "hourly|stuendlich", act_every, 10 + UNIT_HOUR, AT_END},
	{GROUP_ADVERB, "stuendlich", act_every, 10 + UNIT_HOUR, AT_START},

	{GROUP_WEEKDAY_EN, "WEEKDAYEN -|–|to|through|thru WEEKDAYEN", act_list_weekdays, 0, 0},
	{GROUP_WEEKDAY_EN, "WEEKDAYEN", act_list_weekday, 0, 0},
	{GROUP_WEEKDAY_DE, "WEEKDAYDE -|–|bis WEEKDAYDE", act_list_weekdays, 0, 0},
	{GROUP_WEEKDAY_DE, "WEEKDAYDE", act_list_weekday, 0, NOT_PARTICLE},
	{GROUP_HABIT, "HABIT -|–|bis|to HABIT", act_list_weekdays, 0, 0},
	{GROUP_HABIT, "HABIT", act_list_weekday, 0, 0},
	{GROUP_WEEKDAY, "WEEKDAYANY", act_list_weekday, 0, NOT_PARTICLE},

	{GROUP_LIMIT, OFTEN, NULL, 0, 0},
	{GROUP_LIMIT, "stuendlich", NULL, 0, 0},
	{GROUP_LIMIT, "hourly", NULL, 0, AT_END},
	{GROUP_LIMIT, "except|excluding|ausser", NULL, 0, 0},

	{GROUP_LIMIT_LEFT, "until|till|til", NULL, 0, 0},
	{GROUP_LIMIT_LEFT, "bis zum|zur", NULL, 0, 0},

	{GROUP_LASTING, "for|fuer the? next? NUMBER " HOURS, act_lasting_within_days, 60, 0},
	{GROUP_LASTING, "for|fuer the? next? NUMBER " MINUTES, act_lasting_within_days, 1, 0},
	{GROUP_LASTING, "NUMBER " HOURS " lang", act_lasting_within_days, 60, 0},
	{GROUP_LASTING, "NUMBER " MINUTES " lang", act_lasting_within_days, 1, 0},

	{GROUP_LIMIT_WITHIN_DAYS, "on the hour", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "zur vollen stunde", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "at|um? COUNT past|nach", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "RULE", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "ADVERB", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "weekdays|weekends|workdays|overnight|tagsueber|nachtsueber", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "on|over|at|during the weekend|day|night", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "am|uebers wochenende|tag", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "PARTOF", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "while|whenever|during|solange|waehrend", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "before|after|vor|nach the|dem|der? " OCCASIONS, NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "after|nach at|um? CLOSE", NULL, 0, NOT_COUNTED},
	{GROUP_LIMIT_WITHIN_DAYS, "from|von|between|zwischen OPENLED " TO_HOUR "|and|und CLOSE", NULL, 0, 0},
	{GROUP_LIMIT_WITHIN_DAYS, "OPEN " TO_HOUR " CLOSE", NULL, 0, BEHIND_TAKEN},
	{GROUP_LIMIT_WITHIN_DAYS, "AT", act_is_range, 0, 0},

	{GROUP_UNTIL_TIME, UNTIL "|by|before|vor zum|am|the? DATE at|um? CLOSE", act_not_past, 0, NOT_COUNTED},
	{GROUP_UNTIL_TIME, UNTIL "|by|before|vor at|um? CLOSE on|am? DATE", act_not_past, 0, 0},
	{GROUP_UNTIL_TIME, UNTIL "|by|before|vor the? end of the? day", act_clock_fixed, EVENING, 0},
	{GROUP_UNTIL_TIME, UNTIL "|by|before|vor at|um? CLOSE", NULL, 0, NOT_COUNTED},
	{GROUP_UNTIL_TIME, UNTIL "|by|before|vor zum|am|the? DATE", act_part_not_past, 0, 0},
	{GROUP_UNTIL_TIME, "by the? DATE", act_not_past, 0, 0},
	{GROUP_UNTIL_TIME, "before|vor the|dem? DATE", act_day_before, 0, 0},

	{GROUP_UNTIL, UNTIL " zum|am|the? DATE", act_not_past, 0, NOT_RANGE},
	{GROUP_UNTIL, UNTIL " MONTH YEAR?", act_until_month, 0, 0},
	{GROUP_UNTIL, "until|till|til WEEKDAYEN", act_weekday_alone, 0, 0},
	{GROUP_UNTIL, UNTIL " zum|am|the? FIGURESHORT", act_date, 0, 0},

	{GROUP_COUNT, "for? COUNT times|mal|male", act_count, 0, 0},
	{GROUP_COUNT, "for? TIMES", act_count, 0, 0},
	{GROUP_COUNT, "for the? next? NUMBER UNIT", act_lasting, 0, 0},
	{GROUP_COUNT, "fuer NUMBER UNIT", act_lasting, 0, 0},
	{GROUP_COUNT, "NUMBER UNIT lang", act_lasting, 0, 0},

	{GROUP_SEVERAL,
	 "last|past|previous|letzten|letzte|letzter|letztes|vergangenen|vergangene|vorigen|vorige "
	 "WEEKDAYANY",
	 NULL, 0, NOT_OF_MONTH},
	{GROUP_SEVERAL, "from|vom|von WEEKDAYANY", NULL, 0, 0},
	{GROUP_SEVERAL,
	 "black|blue|manic|good|easter|cyber|ash|palm|schwarzer|schwarzen|herr|herrn|frau|mr|mrs|ms "
	 "WEEKDAY",
	 NULL, 0, 0},
	{GROUP_SEVERAL, "sunday times|telegraph|herald", NULL, 0, 0},
	{GROUP_SEVERAL,
	 "read|study|memorize|learn|lesen|lies|lerne|bible|bibel "
	 "john|james|luke|mark|matthew|peter|acts|johannes|markus|lukas|petrus CLOCK",
	 NULL, 0, 0},
	{GROUP_SEVERAL,
	 "genesis|exodus|isaiah|psalm|psalms|proverbs|romans|corinthians|ephesians|philippians|hebrews|revelation|"
	 "jesaja|roemer|korinther|epheser|hebraeer|offenbarung CLOCK",
	 NULL, 0, 0},
	{GROUP_SEVERAL, "not|nicht before|until|till|vor|bis the|dem|zum? DATE", NULL, 0, 0},
	{GROUP_SEVERAL, "not|nicht before|until|till|vor|bis TIME", NULL, 0, 0},
	{GROUP_SEVERAL, "after|nach|since|seit|except|ausser WEEKDAY", NULL, 0, 0},
	{GROUP_SEVERAL, "after CLOCK12", NULL, 0, 0},
	{GROUP_SEVERAL, "from|vom|von the? NTH WEEKDAYANY", NULL, 0, 0},
	{GROUP_SEVERAL, "ORDINAL WEEKDAY", NULL, 0, NOT_OF_MONTH},
	{GROUP_SEVERAL, "NTH WEEKDAYANY of|in|im MONTH YEAR?", act_no_nth_weekday, 0, 0},
	{GROUP_SEVERAL, "NTH WEEKDAYANY of|in|im|des? this|diesen|diesem|dieses " MONTHS, act_no_nth_weekday_this_month,
	 0, 0},
	{GROUP_SEVERAL, "NTHDAY of|im|des? the? next|naechsten|kommenden " MONTHS, act_no_nth_in_months, 1, 0},
	{GROUP_SEVERAL, NEXT_UNIT " month|monat on|am the? NTHDAY", act_no_nth_in_months, 1, 0},
	{GROUP_SEVERAL, "DURATIONS before|vor the|dem? DATE AT", NULL, 0, 0},
	{GROUP_SEVERAL, "DURATIONS before|vor the|dem? DATE", NULL, 0, 0},
	{GROUP_SEVERAL, "DURATIONS before|vor AT", NULL, 0, 0},
	{GROUP_SEVERAL, "NUMBER UNIT before|vor|after|nach the|dem? DATE", NULL, 0, 0},
	{GROUP_SEVERAL, "NUMBER UNIT after|nach AT", NULL, 0, 0},
	{GROUP_SEVERAL, FROM "? FIGUREANY " TO " FIGUREANY", NULL, 0, 0},
	{GROUP_SEVERAL, "NAMED in NUMBER UNIT", act_loses_weekday, 0, 0},
	{GROUP_SEVERAL, "zu mittag|abend|nacht", NULL, 0, 0},
	{GROUP_SEVERAL, "am PART vorher|davor|zuvor", NULL, 0, 0},
	{GROUP_SEVERAL, "the PART before", NULL, 0, AT_STOP},
	{GROUP_SEVERAL, "DATE is|ist|was|war", NULL, 0, 0},
	{GROUP_SEVERAL, "WEEKDAY the|der|den|dem CALENDAR AT", act_weekday_not_of_date, 0, 0},
	{GROUP_SEVERAL, "WEEKDAY the|der|den|dem CALENDAR", act_weekday_not_of_date, 0, 0},
	{GROUP_SEVERAL, "AT on|am? WEEKDAYSANY", act_weekdays_listed, 0, 0},
	{GROUP_SEVERAL, "WEEKDAYSANY AT", act_weekdays_listed, 0, 0},
	{GROUP_SEVERAL, "WEEKDAYSANY", act_weekdays_listed, 0, 0},
	{GROUP_SEVERAL, "DATE " AND " DATE", NULL, 0, 0},
	{GROUP_SEVERAL, "MONTH MONTHDAY " AND " MONTHDAY", NULL, 0, 0},
	{GROUP_SEVERAL, "NTHDAY " AND " NTHDAY MONTH?", NULL, 0, 0},
	{GROUP_SEVERAL,
	 "from|between|von|zwischen|at|um? OPENLED " TO_HOUR
	 "|and|und CLOSE and|und from|von|between|zwischen? OPENLED " TO_HOUR "|and|und CLOSE",
	 NULL, 0, 0},
	{GROUP_SEVERAL, "AT or|oder CLOSE", NULL, 0, 0},
	{GROUP_SEVERAL, "AT and|und TIME", NULL, 0, NOT_BETWEEN},
	{GROUP_SEVERAL, "AT and|und|or|oder AT", NULL, 0, NOT_BETWEEN},
	{GROUP_SEVERAL, "CLOCK12 CLOCK12", NULL, 0, 0},
	{GROUP_SEVERAL, "HOUR and|und|or|oder HOUR uhr", NULL, 0, NOT_BETWEEN},
	{GROUP_SEVERAL, "HOUR and|und|or|oder CLOCK12", NULL, 0, NOT_BETWEEN},
	{GROUP_SEVERAL, "from|vom dem|the? NTHDAY " TO " NTHDAY", NULL, 0, 0},
	{GROUP_SEVERAL, "at|um HOUR and|und|&|/ HOUR", NULL, 0, NOT_COUNTED},
	{GROUP_SEVERAL, FROM "? DATE AT " TO " DATE AT", NULL, 0, 0},
	{GROUP_SEVERAL, FROM "? DATE AT " TO " DATE", NULL, 0, 0},
	{GROUP_SEVERAL, FROM "? DATE " TO " DATE", NULL, 0, 0},

	{GROUP_SINCE, "from|vom|von|starting|beginning on|dem? DATE", NULL, 0, 0},

	{GROUP_RANGE, FROM "? FIRST " TO " DATE", act_range, 0, 0},
	{GROUP_RANGE, FROM "? FIRST " TO " FIGURESHORT", act_range_to_short, 0, NOT_COUNTED},
	{GROUP_RANGE, "between|zwischen dem? FIRST and|und dem? DATE", act_range, 0, 0},
	{GROUP_RANGE, FROM "? MONTH MONTHDAY " TO " MONTHDAY YEAR?", act_range_of_month, 0, NOT_COUNTED},
	{GROUP_RANGE, FROM "? dem|den|the? NTHDAY " TO " FIGUREANY", act_range_to_figure, 0, 0},
	{GROUP_RANGE, FROM "? dem|den|the? MONTHDAY " TO " MONTHDAY of? MONTH YEAR?", act_range_in_month, 0,
	 NOT_NUMBERED},
	{GROUP_RANGE, "from|vom dem|the? NTHDAY " TO " NTHDAY", act_range_of_days, 0, NOT_COUNTED | NOT_MONTH},
	{GROUP_RANGE, "from|vom|von|for|fuer|am|on FIGUREANY " TO " FIGUREANY", act_range_of_figures, 0, NOT_COUNTED},
	{GROUP_RANGE, "FIGUREANY " TO " FIGUREANY", act_range_of_figures, 0, NOT_NUMBERED | AT_END},
	{GROUP_RANGE, FROM "? WEEKDAYANY -|–|bis WEEKDAYANY", act_range_of_weekdays, 0, NOT_PARTICLE},

	{GROUP_RANGE, "NUMBER UNIT before|vor the|dem? DATE", act_long_before, 0, 0},
	{GROUP_RANGE, "the|am? day|tag before|vor the|dem? DATE", act_day_before, 0, 0},
	{GROUP_RANGE, "NUMBER UNIT from|after|nach the|dem? DATE", act_long_after, 0, 0},

	{GROUP_WHEN, "before|vor the|dem? DATE", NULL, 0, BEFORE_TIME},
	{GROUP_WHEN, "before|vor the|dem? DATE", act_day_before, 0, 0},
	{GROUP_WHEN, "is|are|ist|sind due|faellig on|by|am|bis? DATE", NULL, 0, 0},
	{GROUP_WHEN, "is|are|ist|sind on|am? DATE", NULL, 0, AT_END},
	{GROUP_WHEN, "not|no later than DATE", NULL, 0, 0},
	{GROUP_WHEN, "DATE spaetestens", NULL, 0, 0},
	{GROUP_WHEN, "DATE at the latest", NULL, 0, 0},
	{GROUP_WHEN, "at|by? the? latest by|on DATE", NULL, 0, 0},
	{GROUP_WHEN, "at|by the? latest DATE", NULL, 0, 0},
	{GROUP_WHEN, "latest DATE", NULL, 0, AT_END},
	{GROUP_WHEN, LEADING " DATE", NULL, 0, NOT_12},
	{GROUP_WHEN, "due|faellig? on|by|until|till|am|an|zu|bis zum? FEAST", NULL, 0, 0},
	{GROUP_WHEN, "due? on|by|until|due WEEKDAYEN PART?", act_weekday, 0, 0},
	{GROUP_WHEN, "faellig? am|bis|faellig WEEKDAYDE PART?", act_weekday, 0, NOT_12},
	{GROUP_WHEN, "due|bis? on|by|until|am|bis|zum? the|den? NTHDAY of|des the|this? " MONTHS, act_nth_of_month, 0,
	 0},
	{GROUP_WHEN, "due? on|by|until the? NTHDAY", act_nth_of_month, 0, NOT_COUNTED},
	{GROUP_WHEN, "faellig|bis? am|bis|zum|den NTHDAY", act_nth_of_month, 0, NOT_COUNTED},
	{GROUP_WHEN, "due|faellig|bis? on|by|until|am|bis|zum|den|due FIGURESHORT", act_date, 0, NOT_COUNTED},
	{GROUP_WHEN, "on|am? the|den? last|letzten day|tag of|des the|this|diesen? " MONTHS, act_end_in_months, 0, 0},
	{GROUP_WHEN, "on|by? the? first of the month", act_first_of_month, 0, 0},
	{GROUP_WHEN, "am|zum|bis? monatsersten", act_first_of_month, 0, 0},
	{GROUP_WHEN, "am|zum ersten", act_first_of_month, 0, AT_END},
	{GROUP_WHEN, "on|over the weekend", act_weekend, 0, 0},
	{GROUP_WHEN, "am|uebers wochenende", act_weekend, 0, 0},
	{GROUP_WHEN, "FIGURESHORT", act_date, 0, NOT_NUMBERED | BEFORE_TIME},
	{GROUP_WHEN, "SHORTEN", act_weekday_alone, 0, NOT_NAMED | BEFORE_TIME},
	{GROUP_WHEN, "SHORTDE", act_weekday_alone, 0, NOT_NAMED | NOT_PARTICLE | BEFORE_TIME_DE},
	{GROUP_WHEN, "SHORTDE", act_weekday_alone, 0, AT_HEAD},
	{GROUP_WHEN, "SHORTEN", act_weekday_alone, 0, BEHIND_TIME | AT_STOP},
	{GROUP_WHEN, "SHORTDE", act_weekday_alone, 0, NOT_PARTICLE | BEHIND_TIME | AT_STOP},

	{GROUP_DATE, "CALENDAR", NULL, 0, 0},
	{GROUP_DATE, "WEEKDAYANY the|der|den|dem? CALENDAR", act_weekday_and_date, 0, 0},
	{GROUP_DATE, "WEEKDAYANY the|der|den|dem? FIGURESHORT", act_weekday_and_figure, 0, 0},
	{GROUP_DATE, "WEEKDAY the|der|den|dem NTHDAY", act_weekday_the_nth, 0, NOT_COUNTED | NOT_MONTH},
	{GROUP_DATE, "NAMED in NUMBER UNIT", act_long_after_named, 0, 0},
	{GROUP_DATE, "NAMED week", act_days_after, 7, AT_END},
	{GROUP_DATE, "a week NAMED", act_days_after, 7, 0},
	{GROUP_DATE, "in NUMBER UNIT on|am? WEEKDAYEN", act_in_weeks_on, 0, 0},
	{GROUP_DATE, "in NUMBER UNIT am WEEKDAYDE", act_in_weeks_on, 0, 0},
	{GROUP_DATE, "this coming WEEKDAYEN PART?", act_weekday, 0, 0},
	{GROUP_DATE, "early NAMED", act_part_fixed, IN_THE_MORNING, 0},
	{GROUP_DATE, "first thing NAMED", act_part_fixed, IN_THE_MORNING, 0},
	{GROUP_DATE, "later|sometime|irgendwann|spaeter|noch|gleich|direkt NAMED noch? PART?", act_part, 0, 0},
	{GROUP_DATE, "the? day after tomorrow", act_day, 2, 0},
	{GROUP_DATE, "heute noch", act_day, 0, 0},
	{GROUP_DATE, "DAYWORD PART?", act_day_word, 0, 0},
	{GROUP_DATE, "morgen PART?", act_day, 1, NOT_MORNING},
	{GROUP_DATE, "tonight|tonite", act_part_of_today, EVENING, 0},
	{GROUP_DATE, "this|diesen PART", act_part_of_today, 0, 0},
	{GROUP_DATE, "the? week after next on? WEEKDAY", act_weekday_of_week, 2, 0},
	{GROUP_DATE, "the? week after next", act_day_of_week, 21, 0},
	{GROUP_DATE, "uebernaechste|uebernaechsten|uebernaechster woche am? WEEKDAY", act_weekday_of_week, 2, 0},
	{GROUP_DATE, "WEEKDAY uebernaechste|uebernaechster woche", act_weekday_of_week, 2, 0},
	{GROUP_DATE, "uebernaechste|uebernaechster woche", act_day_of_week, 21, 0},
	{GROUP_DATE, "uebernaechsten WEEKDAY", act_weekday_after_next, 0, 0},
	{GROUP_DATE, "early|sometime|anfang|irgendwann " NEXT_UNIT " week|woche", act_day_of_week, 11, 0},
	{GROUP_DATE, "early|sometime|anfang|irgendwann " NEXT_UNIT " month|monat|monats", act_next_unit, UNIT_MONTH, 0},
	{GROUP_DATE, "mid|mitte " NEXT_UNIT " week|woche", act_day_of_week, 13, 0},
	{GROUP_DATE, "late|ende " NEXT_UNIT " week|woche", act_day_of_week, 15, 0},
	{GROUP_DATE, "the? end of " NEXT_UNIT " week", act_day_of_week, 15, 0},
	{GROUP_DATE, "the? end of the|this? week", act_end_of_week, 0, 0},
	{GROUP_DATE, "eow", act_end_of_week, 0, AT_END},
	{GROUP_DATE, "ende der|dieser woche", act_end_of_week, 0, 0},
	{GROUP_DATE, "the? end of next month", act_end_in_months, 1, 0},
	{GROUP_DATE, "ende naechsten|kommenden monats", act_end_in_months, 1, 0},
	{GROUP_DATE, NEXT_UNIT " week|woche on|am? WEEKDAY", act_weekday_of_week, 1, 0},
	{GROUP_DATE, "WEEKDAY " NEXT_UNIT " week|woche", act_weekday_of_week, 1, 0},
	{GROUP_DATE, NEXT_UNIT " week|woche", act_next_unit, UNIT_WEEK, 0},
	{GROUP_DATE, NEXT_UNIT " month|monat on|am the? NTHDAY", act_nth_in_months, 1, NOT_COUNTED | NOT_MONTH},
	{GROUP_DATE, NEXT_UNIT " month|monat", act_next_unit, UNIT_MONTH, 0},
	{GROUP_DATE, NEXT_UNIT " year|jahr", act_next_unit, UNIT_YEAR, 0},
	{GROUP_DATE, NEXT_UNIT " weekend|wochenende", act_weekend, 1, 0},
	{GROUP_DATE, "this|dieses weekend|wochenende", act_weekend, 0, 0},
	{GROUP_DATE, "weekend|wochenende", act_weekend, 0, AT_END},
	{GROUP_DATE, NEXT_EN " WEEKDAYEN PART?", act_weekday, 0, 0},
	{GROUP_DATE, NEXT_DE " WEEKDAYDE PART?", act_weekday, 0, 0},
	{GROUP_DATE, "WEEKDAY PART?", act_weekday, 0, 0},
	{GROUP_DATE, "DAYPART", act_day_part, 0, 0},
	{GROUP_DATE, "in half an hour", act_in_minutes, 30, 0},
	{GROUP_DATE, "in einer halben stunde", act_in_minutes, 30, 0},
	{GROUP_DATE, "in an hour and a half", act_in_minutes, 90, 0},
	{GROUP_DATE, "in anderthalb|eineinhalb|1,5|1.5 " HOURS, act_in_minutes, 90, 0},
	{GROUP_DATE, "in half a year", act_in_months, 6, 0},
	{GROUP_DATE, "in einem halben jahr", act_in_months, 6, 0},
	{GROUP_DATE, "in NUMBER " HOURS " and|und? NUMBER " MINUTES, act_in_hours_and, 0, 0},
	{GROUP_DATE, "in GLUED GLUED", act_in_glued_and, 0, 0},
	{GROUP_DATE, "within|binnen NUMBER UNIT", act_in, 0, NOT_FAR},
	{GROUP_DATE, "innerhalb von? NUMBER UNIT", act_in, 0, 0},
	{GROUP_DATE, "in|within the next NUMBER UNIT", act_in, 0, 0},
	{GROUP_DATE, "in den naechsten NUMBER UNIT", act_in, 0, 0},
	{GROUP_DATE, "in NUMBER UNIT", act_in, 0, 0},
	{GROUP_DATE, "in LENGTH", act_in_length, 0, 0},
	{GROUP_DATE, "in GLUED", act_in_glued, 0, 0},
	{GROUP_DATE, "in a couple of? UNIT", act_in_couple, 0, 0},
	{GROUP_DATE, "NUMBER UNIT from now", act_in, 0, 0},
	{GROUP_DATE, "end of the? month", act_end_in_months, 0, 0},
	{GROUP_DATE, "ende des|diesen? monat|monats", act_end_in_months, 0, 0},
	{GROUP_DATE, "end of MONTH", act_end_of_month, 0, 0},
	{GROUP_DATE, "ende MONTH", act_end_of_month, 0, 0},
	{GROUP_DATE, "monatsende", act_end_in_months, 0, 0},
	{GROUP_DATE, "end of the? year", act_end_of_year, 0, 0},
	{GROUP_DATE, "ende des|dieses? jahr|jahres", act_end_of_year, 0, 0},
	{GROUP_DATE, "jahresende", act_end_of_year, 0, 0},

	{GROUP_NAMED, "DAYWORD", act_day_alone, 0, 0},
	{GROUP_NAMED, "morgen", act_day, 1, NOT_MORNING},
	{GROUP_NAMED, "on|am|this|next? WEEKDAY", act_weekday_alone, 0, 0},

	{GROUP_FIRST, "DATE", act_first, 0, 0},

	{GROUP_CALENDAR, "FIGURE", act_date, 0, NOT_NUMBERED},
	{GROUP_CALENDAR, "NTH WEEKDAYANY of|in|im MONTH YEAR?", act_nth_weekday_of_month, 0, 0},
	{GROUP_CALENDAR, "NTH WEEKDAYANY of|in|im the? month|monat of? MONTH YEAR?", act_nth_weekday_of_month, 0, 0},
	{GROUP_CALENDAR, "NTH WEEKDAYANY of|in|im|des? next|naechsten|kommenden " MONTHS, act_nth_weekday_in_months, 1,
	 0},
	{GROUP_CALENDAR, "NTH WEEKDAYANY of|in|im|des? this|diesen|diesem|dieses " MONTHS, act_nth_weekday_in_months, 0,
	 0},
	{GROUP_CALENDAR, "NTH WEEKDAYANY of|in|im|des the? " MONTHS, act_next_nth_weekday, 0, 0},
	{GROUP_CALENDAR, "last|letzten|letzter day|tag of|in|im|des? next|naechsten|kommenden " MONTHS,
	 act_end_in_months, 1, 0},
	{GROUP_CALENDAR, "NTHDAY of|im|des? the? next|naechsten|kommenden " MONTHS, act_nth_in_months, 1, 0},
	{GROUP_CALENDAR, "the NTH of MONTH YEAR?", act_day_of_month, 0, 0},
	{GROUP_CALENDAR, "am NTH MONTH YEAR?", act_day_of_month, 0, 0},
	{GROUP_CALENDAR, "MONTHDAY of? MONTH YEAR?", act_day_of_month, 0, NOT_NUMBERED},
	{GROUP_CALENDAR, "MONTH MONTHDAY YEAR?", act_day_of_month, 1, NOT_COUNTED},

	{GROUP_AT, "due? at|around HOURANY to midnight", act_minutes_to, MIDNIGHT, 0},
	{GROUP_AT, "due? at|around HOURANY to noon", act_minutes_to, NOON, 0},
	{GROUP_AT, "due? at|um|from|von|for? OPEN " TO_HOUR " TIME", act_hours, 0, NOT_NUMBERED},
	{GROUP_AT, "due? at|around HOURANY to HOURANY", act_round_minutes_after, -1, NOT_COUNTED | NOT_VERB},
	{GROUP_AT, "due? at|around HOURANY past HOURANY", act_minutes_after, 1, NOT_COUNTED},
	{GROUP_AT, HOURS_LED " PARTOF", act_hours_led, 0, NOT_NUMBERED | AS_ONE},
	{GROUP_AT, HOURS_LED, act_hours_told, 0, NOT_COUNTED | NOT_NUMBERED},
	{GROUP_AT, HOURS_LED, act_hours_led, 0, NOT_COUNTED | NOT_NUMBERED | BESIDE_TAKEN},
	{GROUP_AT, HOURS_BETWEEN " PARTOF", act_hours_led, 0, NOT_NUMBERED | AS_ONE},
	{GROUP_AT, HOURS_BETWEEN, act_hours_told, 0, NOT_COUNTED | NOT_NUMBERED},
	{GROUP_AT, HOURS_BETWEEN, act_hours_led, 0, NOT_COUNTED | NOT_NUMBERED | BESIDE_TAKEN},
	{GROUP_AT, "OPEN -|–|bis CLOSE PARTOF", act_hours, 0, NOT_NUMBERED | AS_ONE},
	{GROUP_AT, "OPEN -|–|bis CLOSE", act_hours_told, 0, NOT_NUMBERED | NOT_COUNTED},
	{GROUP_AT, "OPEN " TO_HOUR " CLOSE", act_hours_told, 0, NOT_NUMBERED | NOT_COUNTED | AT_STOP},
	{GROUP_AT, "OPEN -|–|bis CLOSE", act_hours, 0, NOT_NUMBERED | NOT_COUNTED | BESIDE_TAKEN | AT_STOP},
	{GROUP_AT, "at|around HOUR at night", act_hour_at_night, 0, AS_ONE},
	{GROUP_AT, "um|gegen HOURANY nachts", act_hour_at_night, 0, AS_ONE},
	{GROUP_AT, "um|gegen HOURANY am PART", act_spoken_in_part, 0, AS_ONE},
	{GROUP_AT, "due? at|around|@ CLOCKHALF in the PART", act_spoken_clock_in_part, 0, AS_ONE},
	{GROUP_AT, LEADING_AT " CLOCKHALF am morgen|vormittag", act_clock_12, 0, AS_ONE},
	{GROUP_AT, LEADING_AT " CLOCKHALF am nachmittag|abend", act_clock_12, NOON, AS_ONE},
	{GROUP_AT, LEADING_AT " CLOCKHALF am|a.m", act_clock_12, 0, 0},
	{GROUP_AT, LEADING_AT " CLOCKHALF pm|p.m", act_clock_12, NOON, 0},
	{GROUP_AT, "due? at|around|@ CLOCKHALF", act_spoken_clock, 0, 0},
	{GROUP_AT, "gegen|um so|etwa|ca TIME", NULL, 0, 0},
	{GROUP_AT, "so|etwa|ca gegen|um TIME", NULL, 0, 0},
	{GROUP_AT, "at|by the? latest at|by CLOSE", NULL, 0, NOT_COUNTED},
	{GROUP_AT, "spaetestens um|gegen CLOSE", NULL, 0, NOT_COUNTED},
	{GROUP_AT, "not|no later than TIME", NULL, 0, 0},
	{GROUP_AT, LEADING_AT " TIME", NULL, 0, 0},
	{GROUP_AT, "erst? nach CLOCK uhr?", act_clock_german, 0, 0},
	{GROUP_AT, "erst? nach HOUR uhr MINUTE?", act_hour_minute, 0, 0},
	{GROUP_AT, "by|at|before? the? end of the? day", act_clock_fixed, EVENING, 0},
	{GROUP_AT, "am mittag", act_clock_fixed, NOON, 0},
	{GROUP_AT, "due? at|around|@ HOUR in the PART", act_spoken_in_part_english, 0, AS_ONE},
	{GROUP_AT, "due? at|around|@ HOUR", act_spoken_english, 0, NOT_COUNTED | NOT_VERB},
	{GROUP_AT, "due? at|around HOURWORD", act_spoken_english, 0, AT_STOP | NOT_VERB},
	{GROUP_AT, "by|before|until|till HOUR", act_spoken_english, 0, BESIDE_TAKEN | NOT_VERB},
	{GROUP_AT, "bis|ab|vor HOUR", act_spoken, 0, BESIDE_TAKEN | NOT_VERB},
	{GROUP_AT, "um|gegen|bis|ab HOURANY nach HOURANY", act_minutes_after, 1, 0},
	{GROUP_AT, "um|gegen|bis|ab HOURANY vor HOURANY", act_minutes_after, -1, 0},
	{GROUP_AT, "um|gegen? HOURANY nach halb HOURANY", act_minutes_after_half, 1, 0},
	{GROUP_AT, "um|gegen? HOURANY vor halb HOURANY", act_minutes_after_half, -1, 0},
	{GROUP_AT, "um|gegen HOURANY morgens|frueh|vormittags", act_hour_12, 0, AS_ONE},
	{GROUP_AT, "um|gegen HOURANY nachmittags|abends", act_hour_12, NOON, AS_ONE},
	{GROUP_AT, "um|gegen HOURANY", act_spoken, 0, NOT_COUNTED},
	{GROUP_AT, "um|gegen|at|around|@ CLOCKDOT", act_clock, 0, NOT_COUNTED},
	{GROUP_AT, "CLOCKDOT", act_clock, 0, NOT_COUNTED | BEHIND_TAKEN},
	{GROUP_AT, "um|gegen|at HOURH", act_hour, 0, 0},
	{GROUP_AT, "um|gegen|at LENGTH", act_clock, 0, NOT_VERB},

	{GROUP_TIME, "CLOCK12 sharp?", act_clock_english, 0, 0},
	{GROUP_TIME, "CLOCK uhr", act_clock_german, 0, 0},
	{GROUP_TIME, "CLOCKHALF sharp?", act_clock_of_12, 0, 0},
	{GROUP_TIME, "CLOCK sharp?", act_clock, 0, 0},
	{GROUP_TIME, "CLOCKDOT uhr", act_clock_german, 0, 0},
	{GROUP_TIME, "HOUR am morgen|vormittag", act_hour_12, 0, AS_ONE},
	{GROUP_TIME, "HOUR am nachmittag|abend", act_hour_12, NOON, AS_ONE},
	{GROUP_TIME, "HOUR am|a.m", act_hour_12_english, 0, 0},
	{GROUP_TIME, "HOUR pm|p.m", act_hour_12_english, NOON, 0},
	{GROUP_TIME, "HOURANY uhr morgens|frueh|vormittags", act_hour_12, 0, AS_ONE},
	{GROUP_TIME, "HOURANY uhr nachts", act_hour_at_night, 0, AS_ONE},
	{GROUP_TIME, "HOURANY uhr nachmittags|abends", act_hour_12, NOON, AS_ONE},
	{GROUP_TIME, "HOUR uhr MINUTE?", act_hour_minute, 0, 0},
	{GROUP_TIME, "HOURWORD uhr", act_hour_minute, 0, 0},
	{GROUP_TIME, "HOURANY o'clock", act_spoken_english, 0, 0},
	{GROUP_TIME, "halb HOURANY", act_spoken, -30, 0},
	{GROUP_TIME, "half past HOURANY", act_spoken_english, 30, 0},
	{GROUP_TIME, "quarter past HOURANY", act_spoken_english, 15, 0},
	{GROUP_TIME, "quarter to HOURANY", act_spoken_english, -15, 0},
	{GROUP_TIME, "HOURANY past midnight", act_minutes_past, 0, 0},
	{GROUP_TIME, "HOURANY past noon", act_minutes_past, NOON, 0},
	{GROUP_TIME, "half past midnight", act_clock_fixed, 30, 0},
	{GROUP_TIME, "quarter past midnight", act_clock_fixed, 15, 0},
	{GROUP_TIME, "quarter to midnight", act_clock_fixed, MIDNIGHT - 15, 0},
	{GROUP_TIME, "viertel nach HOURANY", act_spoken, 15, 0},
	{GROUP_TIME, "viertel vor HOURANY", act_spoken, -15, 0},
	{GROUP_TIME, "dreiviertel HOURANY", act_spoken, -15, 0},
	{GROUP_TIME, "drei viertel HOURANY", act_spoken, -15, 0},
	{GROUP_TIME, "HOURANY nach HOURWORD", act_round_minutes_after, 1, NOT_NUMBERED | AT_STOP},
	{GROUP_TIME, "HOURANY vor HOURWORD", act_round_minutes_after, -1, NOT_NUMBERED | AT_STOP},

	{GROUP_OPEN, "TIME", act_open_told, 0, 0},
	{GROUP_OPEN, "CLOCKDOT", act_open_clock, 0, 0},
	{GROUP_OPEN, "HOUR", act_open_spoken, 0, 0},
	{GROUP_OPEN_LED, "OPEN", NULL, 0, 0},
	{GROUP_OPEN_LED, "HOURWORD", act_open_spoken, 0, 0},
	{GROUP_CLOSE, "TIME", act_told, 0, 0},
	{GROUP_CLOSE, "CLOCKDOT", act_clock, 0, 0},
	{GROUP_CLOSE, "HOURANY", act_spoken, 0, 0},

	{GROUP_PART, "in the PART", act_part, 0, 0},
	{GROUP_PART, "am PART", act_part, 0, 0},
	{GROUP_PART, "in der PART", act_part, 0, 0},
	{GROUP_PART, "at night", act_part_fixed, EVENING, 0},
	{GROUP_PART, "morgens|vormittags", act_part_fixed, IN_THE_MORNING, 0},
	{GROUP_PART, "mittags", act_part_fixed, NOON, 0},
	{GROUP_PART, "nachmittags", act_part_fixed, AFTERNOON, 0},
	{GROUP_PART, "abends|nachts", act_part_fixed, EVENING, 0},

	{GROUP_FEAST, "heiligabend|heiligabends", act_feast, 1224, 0},
	{GROUP_FEAST, "christmas|xmas eve", act_feast, 1224, 0},
	{GROUP_FEAST, "christmas|xmas day", act_feast, 1225, 0},
	{GROUP_FEAST, "NTH weihnachtstag|weihnachtsfeiertag", act_christmas_day, 0, 0},
	{GROUP_FEAST, "silvester|silvesterabend", act_feast, 1231, 0},
	{GROUP_FEAST, "new year's|year’s|years eve", act_feast, 1231, 0},
	{GROUP_FEAST, "new year's|year’s|years day", act_feast, 101, 0},
	{GROUP_FEAST, "neujahr|neujahrstag", act_feast, 101, 0},
	{GROUP_FEAST, "valentine's|valentine’s|valentines day", act_feast, 214, 0},
	{GROUP_FEAST, "valentinstag", act_feast, 214, 0},
	{GROUP_FEAST, "NTH advent|adventssonntag", act_advent, 0, 0},

	{GROUP_TIMED, "FEAST", NULL, 0, BESIDE_TAKEN},

	{GROUP_MONTH, "in|im MONTH YEAR?", act_first_of_named_month, 0, 0},

	{GROUP_BESIDE, "PARTOF", NULL, 0, ADJOINING},

	{GROUP_REMIND, REMIND_ME " " LINK, act_remind_at_due, 0, AT_CLAUSE},
	{GROUP_REMIND, REMIND_ME, act_remind_at_due, 0, AT_CLAUSE | BEFORE_TAKEN},
	{GROUP_REMIND, REMIND_ME, act_remind_at_due, 0, NOT_TOLD | BEFORE_REST},
	{GROUP_REMIND, ERINNERE, act_remind_at_due, 0, AT_CLAUSE | BEFORE_ZU},
	{GROUP_REMIND, "please? set a? reminder to|for|about|that", act_remind_at_due, 0, AT_CLAUSE},
	{GROUP_REMIND, "please? add|create a? reminder for|about|that", act_remind_at_due, 0, AT_CLAUSE},
	{GROUP_REMIND, WITH_REMINDER, act_remind_at_due, 0, AT_END},
	{GROUP_REMIND, "reminder|erinnerung", act_remind_at_due, 0, AT_START | BEFORE_COLON},
	{GROUP_REMIND, "und? bitte? mich daran? erinnern", act_remind_at_due, 0, AT_CLAUSE | AT_END},

	{GROUP_LINK, "to|that|about|of", NULL, 0, BEHIND_REMIND},
	{GROUP_LINK, "an|ans|daran|dass", NULL, 0, BEHIND_ERINNERE},
};

const size_t quick_pattern_count = LENGTH(quick_patterns);
