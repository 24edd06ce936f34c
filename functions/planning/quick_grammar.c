/*
 * quick_grammar: patterns over words, tried in order.
 *
 * A pattern is elements with a blank between: words in lower case with umlauts spelt out ("on|am": either of them), a
 * class of words or a group of patterns in capitals (`terms` below), or any of these with a '?' behind: it may be
 * missing (a group may not). The classes' values are given to the pattern's action in order, ABSENT for one that is
 * missing.
 */
#include "quick_grammar.h"

#include <ctype.h>
#include <string.h>

#define VALUES_MAX 8
#define DAY        86400
#define LENGTH(a)  (sizeof(a) / sizeof((a)[0]))

#define EVERY_EN "every|each"
#define EVERY_DE "jeden|jede|jedes|jeder"
#define EVERY    EVERY_EN "|" EVERY_DE
#define NEXT_EN  "next|this|coming"
#define NEXT_DE                                                                                                        \
	"naechste|naechsten|naechster|naechstes|kommende|kommenden|kommender|kommendes|diese|diesen|dieser|dieses"
#define NEXT_UNIT  "next|coming|naechste|naechsten|naechster|naechstes|kommende|kommenden|kommendes"
#define LEADING    "due|faellig|bis|by|ab|starting? spaetestens? on|by|until|till|at|am|bis|zum? the|den?"
#define LEADING_AT "due|faellig? at|um|gegen|by|bis|until|till|ab|around|@?"
#define REMIND     "remind|reminder|erinnere|erinner|erinnerung me|us|mich|uns?"
#define BEFORE     "before|prior|earlier|beforehand|ahead|vorher|davor|zuvor"
#define AND        "and|und|&|+"
#define MONTHS     "month|monat|monats"

/* What must be around a match. */
enum {
	NOT_NUMBERED = 1, /* not behind "version" and the like */
	NOT_COUNTED = 2,  /* not before "euro" and the like */
	NOT_MORNING = 4,  /* not behind "guten" and the like, where "morgen" is one */
	NOT_NAMED = 8,    /* not behind an article: "the sun" */
	NOT_RATE = 16,    /* not before "daily": "2 mal täglich" */
	AT_END = 32,      /* nothing behind it but the end, punctuation, something understood or a time */
	BEFORE_TIME = 64,
	BEFORE_TIME_DE = 128, /* in a form that is not English alone */
};

/* A pattern being tried: what the groups and actions in it have said, and the values of its classes. */
struct attempt {
	const struct sentence *sentence;
	struct reading got;
	int values[VALUES_MAX];
	size_t count;
	int arg; /* the pattern's */
};

struct pattern {
	enum group group;
	const char *elements;
	bool (*act)(struct attempt *a); /* false: it makes no sense; NULL: its groups have said all */
	int arg;
	unsigned needs;
};

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

static bool in_our_years(int year)
{
	return year >= CALTIME_YEAR_FIRST && year <= CALTIME_YEAR_LAST;
}

static bool say_date(struct reading *got, struct caltime date)
{
	got->has_date = true;
	got->date = date;
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

		if (day <= days_in_month(y, month) && (year > 0 || caltime_wall(&t) >= caltime_wall(&today)))
			return say_date(&a->got, t);
	}
	return false;
}

/* The next such weekday after a day. */
static struct caltime weekday_after(const struct caltime *date, int weekday)
{
	return day_after(date, 1 + (weekday - caltime_weekday(date) + 6) % 7);
}

static bool say_part(struct reading *got, int part)
{
	got->has_part = part != ABSENT;
	got->part = part;
	return true;
}

static bool act_date(struct attempt *a)
{
	return say_day_of_year(a, a->values[0] / 10000, a->values[0] / 100 % 100, a->values[0] % 100);
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
	return say_part(&a->got, a->values[1]) && say_date(&a->got, weekday_after(a->sentence->now, a->values[0]));
}

static bool act_weekday_alone(struct attempt *a)
{
	return say_date(&a->got, weekday_after(a->sentence->now, a->values[0]));
}

/* "Friday, Dec 11th", if it is one. */
static bool act_weekday_and_date(struct attempt *a)
{
	return caltime_weekday(&a->got.date) == a->values[0];
}

static bool act_day_part(struct attempt *a)
{
	return say_part(&a->got, a->values[0] % 10000) &&
	       say_date(&a->got, weekday_after(a->sentence->now, a->values[0] / 10000));
}

static bool act_weekday_next_week(struct attempt *a)
{
	struct caltime monday = weekday_after(a->sentence->now, 1);

	return say_date(&a->got, day_after(&monday, (a->values[0] + 6) % 7));
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
	struct caltime first = {
		.year = a->sentence->now->year, .month = a->sentence->now->month, .day = 1, .is_date = true};

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

/* arg: the unit that ends. */
static bool act_end_of(struct attempt *a)
{
	struct caltime last = day_after(a->sentence->now, 0);

	last.month = a->arg == UNIT_YEAR ? 12 : last.month;
	last.day = days_in_month(last.year, last.month);
	return say_date(&a->got, last);
}

static bool act_nth_of_month(struct attempt *a)
{
	struct caltime first = {
		.year = a->sentence->now->year, .month = a->sentence->now->month, .day = 1, .is_date = true};
	int from = a->sentence->now->day;

	while (a->values[0] < from || a->values[0] > days_in_month(first.year, first.month)) {
		first = month_after(&first, 1);
		from = 1;
	}
	first.day = a->values[0];
	return say_date(&a->got, first);
}

static bool say_in(struct attempt *a, int count, int unit)
{
	struct caltime t = *a->sentence->now;

	t.zone = NULL;
	switch (unit) {
	case UNIT_MINUTE:
	case UNIT_HOUR:
		caltime_set_wall(&t, caltime_wall(&t) + (int64_t)count * (unit == UNIT_HOUR ? 3600 : 60));
		a->got.has_time = a->got.is_moment = true;
		a->got.minute = t.hour * 60 + t.minute;
		return say_date(&a->got, day_after(&t, 0));
	case UNIT_DAY:
	case UNIT_WEEK:
		return say_date(&a->got, day_after(&t, (unit == UNIT_WEEK ? 7L : 1L) * count));
	default:
		return say_date(&a->got, month_after(&t, (unit == UNIT_YEAR ? 12L : 1L) * count));
	}
}

static bool act_in(struct attempt *a)
{
	return say_in(a, a->values[0], a->values[1]);
}

static bool act_in_glued(struct attempt *a)
{
	return say_in(a, a->values[0] / 10, a->values[0] % 10);
}

/* arg: minutes. */
static bool act_in_minutes(struct attempt *a)
{
	return say_in(a, a->arg, UNIT_MINUTE);
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

static bool act_clock_english(struct attempt *a)
{
	a->got.half = HALF_SAID;
	a->got.is_english = true;
	return act_clock(a);
}

/* An hour and perhaps minutes; arg: minutes that are added. */
static bool act_hour(struct attempt *a)
{
	return say_time(&a->got, a->values[0] * 60 + a->arg);
}

static bool act_hour_minute(struct attempt *a)
{
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
	a->got.is_english = true;
	return act_clock(a);
}

/* "at 8 in the evening" */
static bool act_spoken_in_part(struct attempt *a)
{
	return act_spoken_english(a) && say_part(&a->got, a->values[1]);
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
		[UNIT_DAY] = FREQUENCY_DAILY,
		[UNIT_WEEK] = FREQUENCY_WEEKLY,
		[UNIT_MONTH] = FREQUENCY_MONTHLY,
		[UNIT_YEAR] = FREQUENCY_YEARLY,
	};

	if (unit < UNIT_DAY || interval < 1)
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

/* arg: the weekdays as bits. */
static bool act_these_weekdays(struct attempt *a)
{
	say_rule(&a->got, FREQUENCY_WEEKLY, 1)->weekdays = (unsigned)a->arg;
	return true;
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

static bool act_every_month_named(struct attempt *a)
{
	struct rule *rule = say_rule(&a->got, FREQUENCY_YEARLY, 1);

	rule->month = a->values[0];
	rule->month_day = a->arg;
	return true;
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

/* arg: minutes. */
static bool act_before_minutes(struct attempt *a)
{
	return say_before(&a->got, a->arg, UNIT_MINUTE);
}

static bool act_remind_at(struct attempt *a)
{
	return a->got.has_time || a->got.has_part;
}

/* What capitals in a pattern mean: a word of one of the classes, or what a pattern of the group says, or several with
 * "and". */
#define CLASS(name) (1ull << (name))
static const struct term {
	const char *name;
	unsigned long long classes;
	enum group group;
	bool several;
} terms[] = {
	{"ADVERB", CLASS(WORD_ADVERB), GROUP_NONE, false},
	{"AT", 0, GROUP_AT, false},
	{"CALENDAR", 0, GROUP_CALENDAR, false},
	{"CLOCK", CLASS(WORD_CLOCK), GROUP_NONE, false},
	{"CLOCK12", CLASS(WORD_CLOCK_12), GROUP_NONE, false},
	{"CLOCKDOT", CLASS(WORD_CLOCK_DOT), GROUP_NONE, false},
	{"CLOCKHALF", CLASS(WORD_CLOCK_HALF), GROUP_NONE, false},
	{"COUNT", CLASS(WORD_DIGITS) | CLASS(WORD_NUMERAL), GROUP_NONE, false},
	{"DATE", 0, GROUP_DATE, false},
	{"DAYWORD", CLASS(WORD_DAY), GROUP_NONE, false},
	{"DAYPART", CLASS(WORD_DAY_PART), GROUP_NONE, false},
	{"DURATIONS", 0, GROUP_DURATION, true},
	{"FIGURE", CLASS(WORD_DATE), GROUP_NONE, false},
	{"FIGURESHORT", CLASS(WORD_DATE_SHORT), GROUP_NONE, false},
	{"GLUED", CLASS(WORD_GLUED), GROUP_NONE, false},
	{"HABIT", CLASS(WORD_HABIT), GROUP_NONE, false},
	{"HABITS", 0, GROUP_HABIT, true},
	{"HOUR", CLASS(WORD_HOUR), GROUP_NONE, false},
	{"HOURH", CLASS(WORD_HOUR_H), GROUP_NONE, false},
	{"HOURWORD", CLASS(WORD_NUMERAL), GROUP_NONE, false},
	{"HOURANY", CLASS(WORD_HOUR) | CLASS(WORD_NUMERAL), GROUP_NONE, false},
	{"MINUTE", CLASS(WORD_MINUTE), GROUP_NONE, false},
	{"MONTH", CLASS(WORD_MONTH), GROUP_NONE, false},
	{"MONTHDAY", CLASS(WORD_MONTHDAY), GROUP_NONE, false},
	{"NTH", CLASS(WORD_ORDINAL) | CLASS(WORD_NTH), GROUP_NONE, false},
	{"NTHDAY", CLASS(WORD_NTH), GROUP_NONE, false},
	{"NUMBER", CLASS(WORD_DIGITS) | CLASS(WORD_NUMERAL) | CLASS(WORD_ARTICLE), GROUP_NONE, false},
	{"PART", CLASS(WORD_PART), GROUP_NONE, false},
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
	{"WHEN", 0, GROUP_WHEN, false},
	{"YEAR", CLASS(WORD_YEAR), GROUP_NONE, false},
};

/* The first that fits counts: what is longer or says more comes before what it begins with. */
static const struct pattern patterns[] = {
	{GROUP_REMINDER, REMIND " DURATIONS " BEFORE " " AND " DURATIONS " BEFORE, NULL, 0, 0},
	{GROUP_REMINDER, REMIND " DURATIONS " BEFORE, NULL, 0, 0},
	{GROUP_REMINDER, REMIND " DURATIONS in advance", NULL, 0, 0},
	{GROUP_REMINDER, "DURATIONS " BEFORE " erinnern|erinnerung", NULL, 0, 0},
	{GROUP_REMINDER, REMIND " WHEN AT to?", act_remind_at, 0, 0},
	{GROUP_REMINDER, REMIND " AT WHEN to?", act_remind_at, 0, 0},
	{GROUP_REMINDER, REMIND " AT to?", act_remind_at, 0, 0},
	{GROUP_REMINDER, REMIND " WHEN to?", act_remind_at, 0, 0},

	{GROUP_DURATION, "half an hour", act_before_minutes, 30, 0},
	{GROUP_DURATION, "eine halbe stunde", act_before_minutes, 30, 0},
	{GROUP_DURATION, "the day", act_before_minutes, 24 * 60, 0},
	{GROUP_DURATION, "am tag", act_before_minutes, 24 * 60, 0},
	{GROUP_DURATION, "GLUED", act_before_glued, 0, 0},
	{GROUP_DURATION, "NUMBER UNITSHORT", act_before, 0, 0},

	{GROUP_RULE, "every!|jeden!|jede!|jedes!|alle! COUNT? UNIT", act_after_completion, 0, 0},
	{GROUP_RULE, EVERY "|alle? COUNT UNIT after|nach completion|completing|finishing|erledigung|abschluss",
	 act_after_completion, 0, 0},
	{GROUP_RULE, "on|am? the? NTH day|tag of|eines? every|each|jeden|jedes " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, "on|am? the? NTH WEEKDAYANY of|eines? every|each|jeden|jedes " MONTHS, act_nth_weekday, 1, 0},
	{GROUP_RULE, "on|am? the? NTHDAY of|eines? every|each|jeden|jedes " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, EVERY " NTH day|tag of|im|des the|every|each|jeden? " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, EVERY " last|letzten day|tag", act_month_day, LAST, 0},
	{GROUP_RULE, EVERY " end of the? month", act_month_day, LAST, 0},
	{GROUP_RULE, EVERY " monatsende", act_month_day, LAST, 0},
	{GROUP_RULE, EVERY " NTH WEEKDAYANY of|im|des the|every|each|jeden? " MONTHS, act_nth_weekday, 1, 0},
	{GROUP_RULE, EVERY " NTH WEEKDAYANY", act_nth_weekday, 0, 0},
	{GROUP_RULE, EVERY " " MONTHS " on|am the? NTH WEEKDAYANY", act_nth_weekday, 1, 0},
	{GROUP_RULE, "monthly|monatlich on|am the? NTH WEEKDAYANY", act_nth_weekday, 1, 0},
	{GROUP_RULE, EVERY_EN " other WEEKDAYSEN PART?", act_every_weekday, 2, 0},
	{GROUP_RULE, EVERY_EN " WEEKDAYSEN PART?", act_every_weekday, 1, 0},
	{GROUP_RULE, EVERY_DE " WEEKDAYSDE PART?", act_every_weekday, 1, 0},
	{GROUP_RULE, EVERY_DE " DAYPART", act_every_day_part, 0, 0},
	{GROUP_RULE, EVERY " PART", act_every_day_part, 1, 0},
	{GROUP_RULE, EVERY " weekday|workday|werktag|arbeitstag", act_these_weekdays, 0x3e, 0},
	{GROUP_RULE, "on? weekdays|werktags", act_these_weekdays, 0x3e, 0},
	{GROUP_RULE, EVERY " weekend|wochenende", act_these_weekdays, 0x40, 0},
	{GROUP_RULE, EVERY " year|jahr on|am CALENDAR", act_every_year_on, UNIT_YEAR, 0},
	{GROUP_RULE, "ADVERB on|am CALENDAR", act_every_year_on, UNIT_YEAR, 0},
	{GROUP_RULE, "on|am? CALENDAR every|each|jedes year|jahr", act_every_year_on, UNIT_YEAR, 0},
	{GROUP_RULE, EVERY " CALENDAR", act_every_year_on, UNIT_YEAR, 0},
	{GROUP_RULE, EVERY "|alle COUNT? UNIT on|am the? NTH day|tag", act_months_on, 0, 0},
	{GROUP_RULE, EVERY "|alle COUNT? UNIT on|am the? MONTHDAY", act_months_on, 0, 0},
	{GROUP_RULE, EVERY "|alle COUNT? UNIT on? WEEKDAYSEN", act_weeks_on, 0, 0},
	{GROUP_RULE, EVERY "|alle COUNT? UNIT am? WEEKDAYSDE", act_weeks_on, 0, 0},
	{GROUP_RULE, EVERY "|alle COUNT? UNIT on? HABITS", act_weeks_on, 0, 0},
	{GROUP_RULE, EVERY_EN " other UNIT", act_every_unit, 2, 0},
	{GROUP_RULE, EVERY " quarter|quartal", act_every, 30 + UNIT_MONTH, 0},
	{GROUP_RULE, EVERY " NTH UNIT", act_every_unit, 0, 0},
	{GROUP_RULE, EVERY " NTHDAY of|des|im the? " MONTHS, act_month_day, 0, 0},
	{GROUP_RULE, EVERY " NTHDAY", act_month_day, 0, 0},
	{GROUP_RULE, EVERY " COUNT? UNIT", act_every_unit, 0, 0},
	{GROUP_RULE, "alle COUNT UNIT", act_every_unit, 0, 0},
	{GROUP_RULE, "once|einmal a|every|per|pro|im UNIT", act_every_unit, 1, 0},
	{GROUP_RULE, EVERY " MONTH", act_every_month_named, 1, 0},
	{GROUP_RULE, "ADVERB on|am the? NTH day|tag", act_adverb_months_on, 0, 0},
	{GROUP_RULE, "ADVERB on|am the? MONTHDAY", act_adverb_months_on, 0, 0},
	{GROUP_RULE, "ADVERB on? WEEKDAYSEN", act_adverb_on, 0, 0},
	{GROUP_RULE, "ADVERB am? WEEKDAYSDE", act_adverb_on, 0, 0},
	{GROUP_RULE, "ADVERB on? HABITS", act_adverb_on, 0, 0},
	{GROUP_RULE, "ADVERB", act_adverb, 0, 0},
	{GROUP_RULE, "on? HABITS", act_every_weekday, 1, 0},

	{GROUP_WEEKDAY_EN, "WEEKDAYEN", act_list_weekday, 0, 0},
	{GROUP_WEEKDAY_DE, "WEEKDAYDE", act_list_weekday, 0, 0},
	{GROUP_HABIT, "HABIT", act_list_weekday, 0, 0},

	{GROUP_UNTIL, "until|till|til|bis zum|am|the? DATE", NULL, 0, 0},
	{GROUP_UNTIL, "until|till|til WEEKDAYEN", act_weekday_alone, 0, 0},
	{GROUP_UNTIL, "until|till|til|bis zum|am|the? FIGURESHORT", act_date, 0, 0},

	{GROUP_COUNT, "for? COUNT times|mal|male", act_count, 0, NOT_RATE},
	{GROUP_COUNT, "for? TIMES", act_count, 0, NOT_RATE},

	{GROUP_WHEN, LEADING " DATE", NULL, 0, 0},
	{GROUP_WHEN, "due? on|by|until|due WEEKDAYEN PART?", act_weekday, 0, 0},
	{GROUP_WHEN, "faellig? am|bis|faellig WEEKDAYDE PART?", act_weekday, 0, 0},
	{GROUP_WHEN, "due? on|by|until the? NTHDAY", act_nth_of_month, 0, NOT_COUNTED},
	{GROUP_WHEN, "faellig|bis? am|bis|zum|den NTHDAY", act_nth_of_month, 0, NOT_COUNTED},
	{GROUP_WHEN, "due|faellig|bis? on|by|until|am|bis|zum|den|due FIGURESHORT", act_date, 0, NOT_COUNTED},
	{GROUP_WHEN, "on|over the weekend", act_weekend, 0, 0},
	{GROUP_WHEN, "am|uebers wochenende", act_weekend, 0, 0},
	{GROUP_WHEN, "FIGURESHORT", act_date, 0, NOT_NUMBERED | BEFORE_TIME},
	{GROUP_WHEN, "SHORTEN", act_weekday_alone, 0, NOT_NAMED | BEFORE_TIME},
	{GROUP_WHEN, "SHORTDE", act_weekday_alone, 0, NOT_NAMED | BEFORE_TIME_DE},

	{GROUP_DATE, "CALENDAR", NULL, 0, 0},
	{GROUP_DATE, "WEEKDAY the|den|dem? CALENDAR", act_weekday_and_date, 0, 0},
	{GROUP_DATE, "the? day after tomorrow", act_day, 2, 0},
	{GROUP_DATE, "DAYWORD PART?", act_day_word, 0, 0},
	{GROUP_DATE, "morgen PART?", act_day, 1, NOT_MORNING},
	{GROUP_DATE, "tonight", act_part_of_today, 18 * 60, 0},
	{GROUP_DATE, "this|diesen PART", act_part_of_today, 0, 0},
	{GROUP_DATE, NEXT_UNIT " week|woche on|am? WEEKDAY", act_weekday_next_week, 0, 0},
	{GROUP_DATE, "WEEKDAY " NEXT_UNIT " week|woche", act_weekday_next_week, 0, 0},
	{GROUP_DATE, NEXT_UNIT " week|woche", act_next_unit, UNIT_WEEK, 0},
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
	{GROUP_DATE, "in NUMBER UNIT", act_in, 0, 0},
	{GROUP_DATE, "in GLUED", act_in_glued, 0, 0},
	{GROUP_DATE, "NUMBER UNIT from now", act_in, 0, 0},
	{GROUP_DATE, "end of the? month", act_end_of, UNIT_MONTH, 0},
	{GROUP_DATE, "ende des|diesen? monat|monats", act_end_of, UNIT_MONTH, 0},
	{GROUP_DATE, "end of MONTH", act_end_of_month, 0, 0},
	{GROUP_DATE, "ende MONTH", act_end_of_month, 0, 0},
	{GROUP_DATE, "monatsende", act_end_of, UNIT_MONTH, 0},
	{GROUP_DATE, "end of the? year", act_end_of, UNIT_YEAR, 0},
	{GROUP_DATE, "ende des|dieses? jahr|jahres", act_end_of, UNIT_YEAR, 0},
	{GROUP_DATE, "jahresende", act_end_of, UNIT_YEAR, 0},

	{GROUP_CALENDAR, "FIGURE", act_date, 0, NOT_NUMBERED},
	{GROUP_CALENDAR, "MONTHDAY of? MONTH YEAR?", act_day_of_month, 0, NOT_NUMBERED},
	{GROUP_CALENDAR, "MONTH MONTHDAY YEAR?", act_day_of_month, 1, NOT_COUNTED},

	{GROUP_AT, LEADING_AT " CLOCKHALF am|a.m", act_clock_12, 0, 0},
	{GROUP_AT, LEADING_AT " CLOCKHALF pm|p.m", act_clock_12, NOON, 0},
	{GROUP_AT, "due? at|around|@ CLOCKHALF", act_spoken_clock, 0, 0},
	{GROUP_AT, LEADING_AT " TIME", NULL, 0, 0},
	{GROUP_AT, "due? at|around|@ HOUR in the PART", act_spoken_in_part, 0, 0},
	{GROUP_AT, "due? at|around|@ HOUR", act_spoken_english, 0, NOT_COUNTED},
	{GROUP_AT, "um|gegen HOURANY", act_spoken, 0, NOT_COUNTED},
	{GROUP_AT, "um|gegen CLOCKDOT", act_clock, 0, NOT_COUNTED},
	{GROUP_AT, "um|gegen|at HOURH", act_hour, 0, 0},

	{GROUP_TIME, "CLOCK12", act_clock_english, 0, 0},
	{GROUP_TIME, "CLOCK uhr?", act_clock, 0, 0},
	{GROUP_TIME, "CLOCKDOT uhr", act_clock, 0, 0},
	{GROUP_TIME, "HOUR am|a.m", act_hour_12_english, 0, 0},
	{GROUP_TIME, "HOUR pm|p.m", act_hour_12_english, NOON, 0},
	{GROUP_TIME, "HOURANY uhr morgens|frueh|vormittags", act_hour_12, 0, 0},
	{GROUP_TIME, "HOURANY uhr nachmittags|abends", act_hour_12, NOON, 0},
	{GROUP_TIME, "HOUR uhr MINUTE?", act_hour_minute, 0, 0},
	{GROUP_TIME, "HOURWORD uhr", act_hour, 0, 0},
	{GROUP_TIME, "HOURANY o'clock", act_spoken_english, 0, 0},
	{GROUP_TIME, "halb HOURANY", act_spoken, -30, 0},
	{GROUP_TIME, "half past HOURANY", act_spoken_english, 30, 0},
	{GROUP_TIME, "quarter past HOURANY", act_spoken_english, 15, 0},
	{GROUP_TIME, "quarter to HOURANY", act_spoken_english, -15, 0},
	{GROUP_TIME, "viertel nach HOURANY", act_spoken, 15, 0},
	{GROUP_TIME, "viertel vor HOURANY", act_spoken, -15, 0},
};

static bool is_one_of(const char *form, const char *alternatives)
{
	size_t len = strlen(form);

	for (const char *a = alternatives;; a++) {
		size_t a_len = strcspn(a, "|? ");

		if (a_len == len && memcmp(a, form, len) == 0)
			return true;
		a += a_len;
		if (*a != '|')
			return false;
	}
}

bool sentence_goes_on(const struct sentence *sentence, size_t begin, size_t at)
{
	const struct word *word = &sentence->words[at];

	if (at >= sentence->count || word->escaped || word->taken)
		return false;
	return at == begin || (word->core == word->chunk && strchr(".,:", word[-1].tail) != NULL) ||
	       strchr(word[-1].form, '!') != NULL;
}

static const struct term *term_of(const char *name, size_t len)
{
	for (size_t i = 0; i < LENGTH(terms); i++)
		if (strncmp(terms[i].name, name, len) == 0 && terms[i].name[len] == '\0')
			return &terms[i];
	return NULL;
}

/* The first of the classes that the word is of: its value. */
static bool value_of(const struct word *word, unsigned long long classes, int *value)
{
	for (size_t i = 0; i < WORD_CLASSES; i++)
		if ((classes & CLASS(i)) != 0 && word->means[i] != WORD_MEANS_NOT) {
			*value = word->means[i];
			return true;
		}
	return false;
}

/* One or more of a group, with "and" or a comma between. */
static size_t match_several(const struct sentence *sentence, enum group group, size_t at, struct reading *got)
{
	size_t end = sentence_match(sentence, group, at, got);

	for (size_t next = end; next != NO_MATCH; next = sentence_match(sentence, group, next, got)) {
		end = next;
		if (!sentence_goes_on(sentence, at, next))
			break;
		if (is_one_of(sentence->words[next].form, AND))
			next++;
		else if (sentence->words[next - 1].tail != ',')
			break;
		if (!sentence_goes_on(sentence, at, next))
			break;
	}
	return end;
}

static size_t match_term(struct attempt *attempt, const struct term *term, size_t at)
{
	const struct sentence *sentence = attempt->sentence;

	if (term->group != GROUP_NONE)
		return (term->several ? match_several : sentence_match)(sentence, term->group, at, &attempt->got);
	return value_of(&sentence->words[at], term->classes, &attempt->values[attempt->count]) ? at + 1 : NO_MATCH;
}

/* Where one element ends that is a word or a group. */
static size_t match_element(struct attempt *attempt, const char *element, const struct term *term, size_t begin,
			    size_t at)
{
	if (!sentence_goes_on(attempt->sentence, begin, at))
		return NO_MATCH;
	if (term != NULL)
		return match_term(attempt, term, at);
	return is_one_of(attempt->sentence->words[at].form, element) ? at + 1 : NO_MATCH;
}

/* The elements from `element` on at word `at` of what began at `begin`. */
static size_t match_elements(struct attempt *attempt, const char *element, size_t begin, size_t at)
{
	size_t len = strcspn(element, " ");
	bool optional = len > 0 && element[len - 1] == '?';
	const char *rest = element + len + (element[len] == ' ');
	const struct term *term = isupper((unsigned char)*element) ? term_of(element, len - optional) : NULL;
	size_t values = attempt->count + (term != NULL && term->group == GROUP_NONE);
	size_t end;

	if (*element == '\0')
		return at;
	end = match_element(attempt, element, term, begin, at);
	if (end != NO_MATCH) {
		struct attempt with = *attempt;

		with.count = values;
		end = match_elements(&with, rest, begin, end);
		if (end != NO_MATCH)
			*attempt = with;
	}
	if (end == NO_MATCH && optional) {
		if (values > attempt->count)
			attempt->values[attempt->count] = ABSENT;
		attempt->count = values;
		end = match_elements(attempt, rest, begin, at);
	}
	return end;
}

/* Nothing that belongs to the words before goes on at `end`. */
static bool is_end(const struct sentence *sentence, size_t end)
{
	return end == sentence->count || sentence->words[end].taken || sentence->words[end - 1].tail != '\0';
}

static bool is_before_time(const struct sentence *sentence, size_t end, bool german)
{
	struct reading time = {.has_time = false};

	return sentence_goes_on(sentence, end - 1, end) && sentence_match(sentence, GROUP_AT, end, &time) != NO_MATCH &&
	       !(german && time.is_english);
}

static bool is_behind(const struct sentence *sentence, size_t begin, const char *alternatives)
{
	return begin > 0 && is_one_of(sentence->words[begin - 1].form, alternatives);
}

/* Whether the word at `end` is one of the classes, nothing but the dot of an ordinal being between. */
static bool is_before(const struct sentence *sentence, size_t end, unsigned long long classes)
{
	const struct word *last = &sentence->words[end - 1];
	int value;

	return end < sentence->count && (last->tail == '\0' || last->core[last->core_len - 1] == '.') &&
	       value_of(&sentence->words[end], classes, &value);
}

/* What stands around a match lets it be one. */
static bool is_in_place(const struct sentence *sentence, unsigned needs, size_t begin, size_t end)
{
	int value;

	if ((needs & NOT_NUMBERED) != 0 && begin > 0 &&
	    value_of(&sentence->words[begin - 1], CLASS(WORD_NUMBERED), &value))
		return false;
	if ((needs & NOT_COUNTED) != 0 && is_before(sentence, end, CLASS(WORD_COUNTED) | CLASS(WORD_UNIT)))
		return false;
	if ((needs & NOT_MORNING) != 0 && is_behind(sentence, begin, "guten|gute|am|der|good"))
		return false;
	if ((needs & NOT_NAMED) != 0 && is_behind(sentence, begin, "the|a|an|my|our"))
		return false;
	if ((needs & NOT_RATE) != 0 && is_before(sentence, end, CLASS(WORD_ADVERB)))
		return false;
	if ((needs & BEFORE_TIME) != 0 && !is_before_time(sentence, end, false))
		return false;
	if ((needs & BEFORE_TIME_DE) != 0 && !is_before_time(sentence, end, true))
		return false;
	return (needs & AT_END) == 0 || is_end(sentence, end) || is_before_time(sentence, end, false);
}

/* Where a pattern that fits at word `at` ends. */
static size_t match_pattern(const struct sentence *sentence, const struct pattern *pattern, size_t at,
			    struct reading *got)
{
	struct attempt attempt = {.sentence = sentence, .got = *got, .arg = pattern->arg};
	size_t end;

	for (size_t v = 0; v < VALUES_MAX; v++)
		attempt.values[v] = ABSENT;
	end = match_elements(&attempt, pattern->elements, at, at);
	if (end == NO_MATCH || !is_in_place(sentence, pattern->needs, at, end) ||
	    (pattern->act != NULL && !pattern->act(&attempt)))
		return NO_MATCH;
	*got = attempt.got;
	return end;
}

size_t sentence_match(const struct sentence *sentence, enum group group, size_t at, struct reading *got)
{
	size_t end = NO_MATCH;

	for (size_t i = 0; i < LENGTH(patterns) && end == NO_MATCH; i++)
		if (patterns[i].group == group)
			end = match_pattern(sentence, &patterns[i], at, got);
	return end;
}
