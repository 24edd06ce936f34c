/*
 * rule: a walk goes from day to day, and in each that the rule means from time to time.
 */
#include "rule.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "day.h"
#include "recurrence.h"

#define HOUR       3600
#define DAY        86400
#define WEEK       7
#define VALUES_MAX 366 /* of a part; libical writes behind its arrays at 386 */
#define PERIOD_MAX 371 /* days of a year of weeks */
#define NO_VALUE   ICAL_RECURRENCE_ARRAY_MAX

#define NUMBER "[+-]?[0-9]{1,3}"
#define NTHDAY "([+-]?[0-9]{1,2})?(SU|MO|TU|WE|TH|FR|SA)"

/* One part. INTERVAL within libical's short; no RSCALE (RFC 7529), whose calendars are ICU's. */
static const char grammar[] =
	"^(FREQ=[A-Z]+|UNTIL=[0-9]{8}(T[0-9]{6}Z?)?|COUNT=1?[0-9]{1,9}|INTERVAL=[0-2]?[0-9]{1,4}|WKST=[A-Z]{2}|"
	"BY(SECOND|MINUTE|HOUR)=[0-9]{1,2}(,[0-9]{1,2})*|"
	"BY(MONTHDAY|YEARDAY|WEEKNO|MONTH|SETPOS)=" NUMBER "(," NUMBER ")*|BYDAY=" NTHDAY "(," NTHDAY ")*)$";

static bool values_fit(const char *part)
{
	size_t commas = 0;

	for (; *part; part++)
		commas += *part == ',';
	return commas < VALUES_MAX;
}

/* Its digits are checked: that it is a day and a time is not. */
static bool until_valid(const struct icaltimetype *until)
{
	struct caltime t = {
		.year = until->year,
		.month = until->month,
		.day = until->day,
		.hour = until->hour,
		.minute = until->minute,
		.second = until->second,
	};
	struct caltime same = t;

	caltime_set_wall(&same, caltime_wall(&t));
	return icaltime_is_null_time(*until) || (same.month == t.month && same.day == t.day && same.hour == t.hour &&
						 same.minute == t.minute && same.second == t.second);
}

bool rule_valid(const char *text)
{
	char copy[RECURRENCE_RRULE_MAX + 1], *at = copy, *part;
	struct icalrecurrencetype by;
	regex_t pattern;
	bool valid = true;

	if (strlen(text) > RECURRENCE_RRULE_MAX ||
	    regcomp(&pattern, grammar, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return false;
	snprintf(copy, sizeof(copy), "%s", text);
	while (valid && (part = strsep(&at, ";")))
		valid = values_fit(part) && regexec(&pattern, part, 0, NULL, 0) == 0;
	regfree(&pattern);
	return valid && rule_read(&by, text) && until_valid(&by.until);
}

bool rule_read(struct icalrecurrencetype *by, const char *text)
{
	*by = icalrecurrencetype_from_string(text);
	return by->freq != ICAL_NO_RECURRENCE;
}

static bool has(const short *values)
{
	return values[0] != NO_VALUE;
}

static void days_set(struct rule_days *days, int n)
{
	if (n < 1 || n >= RULE_YEARDAYS)
		return;
	days->bits[n / 64] |= UINT64_C(1) << n % 64;
}

static bool days_has(const struct rule_days *days, int n)
{
	return n >= 1 && n < RULE_YEARDAYS && days->bits[n / 64] >> n % 64 & 1;
}

/* Bits of the values; negative ones in *back, NULL where there are none. */
static uint64_t mask(const short *values, uint64_t *back)
{
	uint64_t bits = 0;

	for (; *values != NO_VALUE; values++) {
		if (*values >= 0 && *values < 64)
			bits |= UINT64_C(1) << *values;
		else if (*values < 0 && *values > -64 && back)
			*back |= UINT64_C(1) << -*values;
	}
	return bits;
}

static void days_of(const short *values, struct rule_days *days, struct rule_days *back)
{
	days->any = back->any = has(values);
	for (; *values != NO_VALUE; values++)
		days_set(*values > 0 ? days : back, *values > 0 ? *values : -*values);
}

static void weekdays_of(struct rule *rule, const short *values)
{
	rule->has_weekday = has(values);
	for (; *values != NO_VALUE; values++) {
		int weekday = (int)icalrecurrencetype_day_day_of_week(*values) - 1;
		int nth = icalrecurrencetype_day_position(*values);

		if (nth == 0)
			rule->weekdays |= 1u << weekday;
		else if (nth > 0)
			rule->nth[weekday] |= UINT64_C(1) << nth;
		else
			rule->nth_back[weekday] |= UINT64_C(1) << -nth;
	}
}

/* What a rule does not say about its day is its start's (RFC 5545, 3.3.10). */
static void days_default(struct rule *rule, const struct icalrecurrencetype *by, const struct caltime *start)
{
	bool some = has(by->by_day) || has(by->by_month_day) || has(by->by_year_day);

	if (some || rule->freq < ICAL_WEEKLY_RECURRENCE)
		return;
	if (rule->freq == ICAL_WEEKLY_RECURRENCE || has(by->by_week_no)) {
		rule->has_weekday = true;
		rule->weekdays = 1u << caltime_weekday(start);
		return;
	}
	rule->month_days = 1u << start->day;
	if (rule->freq == ICAL_YEARLY_RECURRENCE && !rule->months)
		rule->months = 1u << start->month;
}

/* What is left of the times of a unit by BYSETPOS; of longer periods it takes days with times, when they are walked. */
static void times_choose(struct rule *rule)
{
	int kept = 0, count = rule->time_count;

	for (int i = 0; i < count; i++)
		if (days_has(&rule->positions, i + 1) || days_has(&rule->positions_back, count - i))
			rule->times[kept++] = rule->times[i];
	rule->time_count = kept;
	rule->positions.any = false;
}

/* The bits a unit is expanded by: what the rule says, else what its start has, else none where the unit is that short
 * itself. */
static uint64_t expansion(const struct rule *rule, int longer_than, const short *values, int at_start)
{
	if (rule->freq <= longer_than)
		return 1;
	return has(values) ? mask(values, NULL) : UINT64_C(1) << at_start;
}

/* The times of a unit. False when they are more than one a minute. */
static bool times_init(struct rule *rule, const struct icalrecurrencetype *by, const struct caltime *start)
{
	bool clock = !start->is_date; /* of a date the parts of a time are ignored (RFC 5545, 3.3.10) */
	uint64_t hours = clock ? expansion(rule, ICAL_HOURLY_RECURRENCE, by->by_hour, start->hour) : 1;
	uint64_t minutes = clock ? expansion(rule, ICAL_MINUTELY_RECURRENCE, by->by_minute, start->minute) : 1;
	uint64_t seconds = clock ? expansion(rule, ICAL_SECONDLY_RECURRENCE, by->by_second, start->second) : 1;
	int per_hour = __builtin_popcountll(minutes) * __builtin_popcountll(seconds & ~(UINT64_C(1) << 60));

	if ((int64_t)__builtin_popcountll(hours) * per_hour * 60 > rule->step)
		return false;
	for (int h = 0; h < 24; h++)
		for (int m = 0; hours >> h & 1 && m < 60; m++)
			for (int s = 0; minutes >> m & 1 && s < 60; s++)
				if (seconds >> s & 1)
					rule->times[rule->time_count++] = h * HOUR + m * 60 + s;
	if (rule->positions.any && rule->freq <= ICAL_DAILY_RECURRENCE)
		times_choose(rule);
	return true;
}

static void units_init(struct rule *rule, int64_t start)
{
	static const int units[] = {1, 60, HOUR};
	bool short_unit = rule->freq < ICAL_DAILY_RECURRENCE;
	int unit = short_unit ? units[rule->freq] : DAY;

	rule->anchor = start - start % unit;
	if (start % unit < 0)
		rule->anchor -= unit;
	rule->step = short_unit ? (int64_t)unit * rule->interval : DAY;
}

static const char *forbidden(const struct icalrecurrencetype *by, const struct caltime *start)
{
	bool yearly = by->freq == ICAL_YEARLY_RECURRENCE, monthly = by->freq == ICAL_MONTHLY_RECURRENCE, nth = false;
	bool others = has(by->by_second) || has(by->by_minute) || has(by->by_hour) || has(by->by_day) ||
		      has(by->by_month_day) || has(by->by_year_day) || has(by->by_week_no) || has(by->by_month);

	for (const short *value = by->by_day; *value != NO_VALUE; value++)
		nth = nth || icalrecurrencetype_day_position(*value) != 0;
	const struct {
		bool is;
		const char *why;
	} rules[] = {
		{start->is_date && by->freq < ICAL_DAILY_RECURRENCE, "a series of dates recurs daily at most"},
		{has(by->by_week_no) && !yearly, "BYWEEKNO is for FREQ=YEARLY"},
		{has(by->by_year_day) && !yearly && by->freq > ICAL_HOURLY_RECURRENCE,
		 "BYYEARDAY is not for FREQ=DAILY, WEEKLY or MONTHLY"},
		{has(by->by_month_day) && by->freq == ICAL_WEEKLY_RECURRENCE, "BYMONTHDAY is not for FREQ=WEEKLY"},
		{nth && !yearly && !monthly, "numbers in BYDAY are for FREQ=MONTHLY and YEARLY"},
		{nth && has(by->by_week_no), "numbers in BYDAY do not go with BYWEEKNO"},
		{has(by->by_set_pos) && !others, "BYSETPOS needs another BY part"},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].is)
			return rules[i].why;
	return NULL;
}

/* The period of a day, counted from anywhere. */
static int64_t period(const struct rule *rule, const struct day *day)
{
	struct day_week week;

	switch (rule->freq) {
	case ICAL_YEARLY_RECURRENCE:
		if (!rule->weeks && !rule->weeks_back)
			return day->year;
		day_week(day, rule->week_start, &week);
		return week.year;
	case ICAL_MONTHLY_RECURRENCE:
		return day->year * 12 + day->month;
	case ICAL_WEEKLY_RECURRENCE:
		return day_week_count(day, rule->week_start);
	default:
		return day->number;
	}
}

static bool weekday_meant(const struct rule *rule, const struct day *day)
{
	int at = rule->nth_of_month ? day->of_month : day->of_year;
	int len = rule->nth_of_month ? day->month_len : day->year_len;

	return rule->weekdays >> day->weekday & 1 || rule->nth[day->weekday] >> ((at - 1) / WEEK + 1) & 1 ||
	       rule->nth_back[day->weekday] >> ((len - at) / WEEK + 1) & 1;
}

static bool week_meant(const struct rule *rule, const struct day *day)
{
	struct day_week week;

	day_week(day, rule->week_start, &week);
	return rule->weeks >> week.number & 1 || rule->weeks_back >> -week.back & 1;
}

static bool day_meant(const struct rule *rule, const struct day *day)
{
	if (rule->months && !(rule->months >> day->month & 1))
		return false;
	if ((rule->month_days || rule->month_days_back) && !(rule->month_days >> day->of_month & 1) &&
	    !(rule->month_days_back >> (day->month_len - day->of_month + 1) & 1))
		return false;
	if (rule->has_weekday && !weekday_meant(rule, day))
		return false;
	if (rule->year_days.any && !days_has(&rule->year_days, day->of_year) &&
	    !days_has(&rule->year_days_back, day->year_len - day->of_year + 1))
		return false;
	if ((rule->weeks || rule->weeks_back) && !week_meant(rule, day))
		return false;
	return rule->interval == 1 || rule->freq < ICAL_DAILY_RECURRENCE ||
	       (period(rule, day) - rule->first_period) % rule->interval == 0;
}

const char *rule_init(struct rule *rule, const struct icalrecurrencetype *by, const struct caltime *start,
		      const char **code)
{
	const char *why = forbidden(by, start);
	uint64_t month_days_back = 0;
	struct day first;

	*code = "invalid_rrule";
	if (why)
		return why;
	/* The times are written before they are read, and most of it. */
	memset(rule, 0, offsetof(struct rule, times));
	rule->freq = (int)by->freq;
	rule->interval = by->interval;
	rule->week_start = (int)by->week_start - 1;
	rule->months = (uint32_t)mask(by->by_month, NULL);
	rule->month_days = (uint32_t)mask(by->by_month_day, &month_days_back);
	rule->month_days_back = (uint32_t)month_days_back;
	rule->weeks = mask(by->by_week_no, &rule->weeks_back);
	days_of(by->by_year_day, &rule->year_days, &rule->year_days_back);
	days_of(by->by_set_pos, &rule->positions, &rule->positions_back);
	weekdays_of(rule, by->by_day);
	rule->nth_of_month = rule->freq == ICAL_MONTHLY_RECURRENCE || rule->months;
	rule->hours = (uint32_t)mask(by->by_hour, NULL);
	rule->minutes = mask(by->by_minute, NULL);
	rule->seconds = mask(by->by_second, NULL);
	days_default(rule, by, start);
	units_init(rule, caltime_wall(start));
	day_init(&first, day_number(caltime_wall(start)));
	rule->first_period = period(rule, &first);
	if (times_init(rule, by, start))
		return NULL;
	*code = "too_frequent";
	return "a series recurs once a minute at most";
}

struct rule_walk {
	const struct rule *rule;
	int64_t from, to;
	long steps;
	enum rule_end end;
	bool (*each)(void *ctx, int64_t wall);
	void *ctx;
	/* Days of a period of which BYSETPOS takes some. */
	int64_t period;
	int64_t days[PERIOD_MAX];
	int day_count;
};

static bool end_walk(struct rule_walk *walk, enum rule_end end)
{
	walk->end = end;
	return false;
}

static bool give(struct rule_walk *walk, int64_t wall)
{
	if (wall < walk->from)
		return true;
	if (wall >= walk->to)
		return end_walk(walk, RULE_PAST);
	return walk->each(walk->ctx, wall) || end_walk(walk, RULE_STOPPED);
}

/* Whether the hour, minute and second of a unit shorter than a day are meant. */
static bool unit_meant(const struct rule *rule, int of_day)
{
	return (!rule->minutes || rule->freq > ICAL_MINUTELY_RECURRENCE || rule->minutes >> of_day / 60 % 60 & 1) &&
	       (!rule->seconds || rule->freq > ICAL_SECONDLY_RECURRENCE || rule->seconds >> of_day % 60 & 1);
}

/* A day's times: of it itself, or of the hours, minutes or seconds of the rule's in it. */
static bool walk_times(struct rule_walk *walk, int64_t day)
{
	const struct rule *rule = walk->rule;
	bool asks_hour = rule->hours && rule->freq < ICAL_DAILY_RECURRENCE;
	int64_t phase = (rule->anchor - day) % rule->step, of_day = phase < 0 ? phase + rule->step : phase;

	for (; of_day < DAY; of_day += rule->step) {
		if (++walk->steps > RULE_STEPS_MAX)
			return end_walk(walk, RULE_LIMIT);
		if (asks_hour && !(rule->hours >> of_day / HOUR & 1)) {
			/* To the hour's end at once: rules of minutes ask for few of them. */
			of_day += (HOUR - 1 - of_day % HOUR) / rule->step * rule->step;
			continue;
		}
		for (int i = 0; unit_meant(rule, (int)of_day) && i < rule->time_count; i++)
			if (!give(walk, day + of_day + rule->times[i]))
				return false;
	}
	return true;
}

/* Of the period that has ended, what BYSETPOS takes: positions count a day's times one by one. */
static bool walk_positions(struct rule_walk *walk)
{
	const struct rule *rule = walk->rule;
	int count = walk->day_count * rule->time_count;

	walk->day_count = 0;
	walk->steps += count;
	for (int i = 0; i < count; i++) {
		int64_t wall = walk->days[i / rule->time_count] + rule->times[i % rule->time_count];

		if ((days_has(&rule->positions, i + 1) || days_has(&rule->positions_back, count - i)) &&
		    !give(walk, wall))
			return false;
	}
	return true;
}

static bool walk_day(struct rule_walk *walk, const struct day *day)
{
	const struct rule *rule = walk->rule;
	bool meant = day_meant(rule, day);

	if (!rule->positions.any)
		return !meant || walk_times(walk, day->number * DAY);
	if (period(rule, day) != walk->period && !walk_positions(walk))
		return false;
	walk->period = period(rule, day);
	if (meant && walk->day_count < PERIOD_MAX)
		walk->days[walk->day_count++] = day->number * DAY;
	return true;
}

/* Positions need their period from its first day on; the year before the last is begun before any that matters. */
static int64_t first_day(const struct rule *rule, int64_t from)
{
	int64_t number = day_number(from);
	struct day day;

	if (!rule->positions.any)
		return number;
	day_init(&day, number);
	day_init(&day, number - day.of_year - 2 * 366);
	return day.number - day.of_year + 1;
}

enum rule_end rule_walk(const struct rule *rule, int64_t from, int64_t to, bool (*each)(void *ctx, int64_t wall),
			void *ctx)
{
	struct rule_walk walk;
	struct day day;
	int64_t last;

	walk.rule = rule;
	walk.from = from;
	walk.to = to;
	walk.steps = 0;
	walk.end = RULE_PAST;
	walk.each = each;
	walk.ctx = ctx;
	walk.day_count = 0;
	walk.period = INT64_MIN;
	/* A period's end is seen on the first day of the next. */
	last = to + (rule->positions.any ? PERIOD_MAX * DAY : 0);
	for (day_init(&day, first_day(rule, from)); day.year <= CALTIME_YEAR_LAST; day_next(&day)) {
		if (++walk.steps > RULE_STEPS_MAX)
			return RULE_LIMIT;
		if (day.number * DAY >= last)
			return RULE_PAST;
		if (!walk_day(&walk, &day))
			return walk.end;
	}
	walk_positions(&walk);
	return walk.end;
}
