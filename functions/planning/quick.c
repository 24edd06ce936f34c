/*
 * quick: what the patterns of quick_grammar say, one group after the other (`phases`), each in what those before have
 * left, so that "every friday" is no "friday"; then what it comes to.
 */
#include "quick.h"

#include <stdlib.h>
#include <string.h>

#include "quick_grammar.h"
#include "quick_words.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/utf8.h"

#define DAWN      (4 * 60)
#define MORNING   (7 * 60)
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct reader {
	struct arena *arena;
	struct sentence sentence;
	struct reading all;
	struct caltime from;                           /* the first day that the rule may mean */
	struct reading reminders[QUICK_REMINDERS_MAX]; /* those at a time of their own, or at the due time */
	bool has_purpose;                              /* the first of them says when the task is due */
	bool is_refused;                               /* the rule is none of ours: all of it is text */
	struct quick *out;
};

/* What was understood, into the whole */

/* Words [at, end) are understood. False when there are too many of these: then they are text. */
static bool take(struct reader *reader, const char *kind, size_t at, size_t end)
{
	struct quick *out = reader->out;
	const struct word *first = &reader->sentence.words[at];
	const struct word *last = &reader->sentence.words[end - 1];
	const char *text_end = last->core + last->core_len;
	size_t place = out->span_count;

	if (out->span_count == QUICK_SPANS_MAX)
		return false;
	for (; place > 0 && out->spans[place - 1].start > first->start; place--)
		out->spans[place] = out->spans[place - 1];
	out->spans[place] = (struct quick_span){
		.kind = kind,
		.start = first->start,
		.end = last->end,
		.text = arena_strndup(reader->arena, first->core, (size_t)(text_end - first->core)),
	};
	out->span_count++;
	for (size_t i = at; i < end; i++)
		reader->sentence.words[i].taken = true;
	return true;
}

/* Words [at, end) are text, whatever a later phase would read in them. */
static void leave(struct reader *reader, size_t at, size_t end)
{
	for (size_t i = at; i < end; i++)
		reader->sentence.words[i].escaped = true;
}

static bool is_of_when(const struct quick_span *span)
{
	return strcmp(span->kind, "recurrence") == 0 || strcmp(span->kind, "date") == 0 ||
	       strcmp(span->kind, "time") == 0;
}

static bool is_within(const struct word *word, const struct quick_span *span)
{
	return word->start >= span->start && word->end <= span->end;
}

/* All that was read of when, as a rule or not, is text: together it is none of our rules. */
static void refuse_rule(struct reader *reader)
{
	const struct quick *out = reader->out;
	struct word *words = reader->sentence.words;

	reader->is_refused = true;
	for (size_t i = 0; i < out->span_count; i++)
		for (size_t w = 0; is_of_when(&out->spans[i]) && w < reader->sentence.count; w++)
			if (is_within(&words[w], &out->spans[i]))
				words[w].escaped = true;
}

static bool is_past(const struct reader *reader, const struct caltime *day, int minute)
{
	struct caltime today = day_after(reader->sentence.now, 0);

	return caltime_wall(day) == caltime_wall(&today) && minute != ABSENT &&
	       minute < reader->sentence.now->hour * 60 + reader->sentence.now->minute;
}

/* Which of two times twelve hours apart is nearer to a part of the day; "tonight at 1" is after midnight. */
static int minute_in_part(int minute, int part)
{
	if (part >= EVENING && minute >= NOON && minute < NOON + 60)
		return minute + NOON;
	if (minute >= NOON)
		return minute;
	if (part >= EVENING && minute < DAWN)
		return minute + MIDNIGHT;
	return part >= NOON && abs(minute + NOON - part) < abs(minute - part) ? minute + NOON : minute;
}

/* The minute of the day that was said; ABSENT: none was. Of what is spoken, the one at which people are awake and not
 * past. */
static int minute_of(const struct reader *reader, const struct reading *said)
{
	bool is_asleep = said->minute > 0 && said->minute < MORNING;

	if (!said->has_time)
		return said->has_part ? said->part : ABSENT;
	if (said->half == HALF_SAID)
		return said->minute;
	if (said->has_part)
		return minute_in_part(said->minute, said->part);
	if (said->minute < NOON && said->half == HALF_SPOKEN &&
	    (is_asleep || (said->has_date && is_past(reader, &said->date, said->minute))))
		return said->minute + NOON;
	return said->minute;
}

static struct caltime at_minute(const struct caltime *date, int minute, const char *zone)
{
	struct caltime t = day_after(date, minute / MIDNIGHT);

	t.is_date = false;
	t.hour = minute % MIDNIGHT / 60;
	t.minute = minute % 60;
	t.zone = zone;
	return t;
}

/* The date and time that were said; the missing date is `date` or, when that is NULL, the next at which it is that
 * time. */
static struct caltime moment_of(const struct reader *reader, const struct reading *said, const struct caltime *date,
				const char *zone)
{
	int minute = minute_of(reader, said);
	struct caltime day = day_after(said->has_date ? &said->date : date != NULL ? date : reader->sentence.now, 0);
	struct caltime moment;

	if (!said->has_date && date == NULL && is_past(reader, &day, minute))
		day = day_after(&day, 1);
	/* "this morning" at noon: the day is meant, the hour is over. */
	if (minute == ABSENT || (!said->has_time && is_past(reader, &day, minute)))
		return day;
	moment = at_minute(&day, minute, zone);
	return moment.year <= CALTIME_YEAR_LAST ? moment : day;
}

static bool is_nth(const struct caltime *day, int nth)
{
	return nth == LAST ? day->day + 7 > days_in_month(day->year, day->month) : (day->day - 1) / 7 + 1 == nth;
}

static bool rule_has(const struct rule *rule, const struct caltime *day)
{
	int month_day = rule->month_day == LAST ? days_in_month(day->year, day->month) : rule->month_day;

	return (rule->month == 0 || day->month == rule->month) && (month_day == 0 || day->day == month_day) &&
	       (rule->weekdays == 0 || (rule->weekdays & 1u << caltime_weekday(day)) != 0) &&
	       (rule->nth == 0 || is_nth(day, rule->nth));
}

/* The first day of a rule from `from` on, where the time is not past. */
static struct caltime first_of(const struct reader *reader, const struct rule *rule, const struct caltime *from,
			       int minute)
{
	struct caltime day = day_after(from, 0);

	for (int i = 0; i < 366 * YEARS_AHEAD && (!rule_has(rule, &day) || is_past(reader, &day, minute)); i++)
		day = day_after(&day, 1);
	return day;
}

/* The part of the day that was said with a date or a time. */
static void add_part_of_day(struct reading *all, const struct reading *got)
{
	if (!got->has_part)
		return;
	all->has_part = true;
	all->part = got->part;
}

static void say_day(struct reading *all, const struct reading *got)
{
	all->has_date = true;
	all->date = got->date;
	add_part_of_day(all, got);
}

static void say_minute(struct reading *all, const struct reading *got)
{
	all->has_time = got->has_time;
	all->minute = got->minute;
	all->half = got->half;
	all->is_of_12 = got->is_of_12;
	all->is_german = got->is_german;
	all->has_open = got->has_open;
	all->open = got->open;
	all->open_half = got->open_half;
	add_part_of_day(all, got);
}

/* Which of two times twelve hours apart a range up to `end` is shorter from. */
static int opening_before(int open, int end)
{
	int morning = open % NOON;

	return (end - morning + MIDNIGHT - 1) % MIDNIGHT < (end - morning + NOON - 1) % MIDNIGHT ? morning
												 : morning + NOON;
}

/* Where a range of times begins; what is not said of one end is as of the other. */
static int opening_of(const struct reader *reader, const struct reading *all)
{
	struct reading opening = *all;
	bool is_end_said = all->half == HALF_SAID || (all->minute == MIDNIGHT && !all->is_german);

	opening.minute = all->open;
	opening.half = all->open_half;
	if (opening.half == HALF_SPOKEN && is_end_said && opening.minute <= NOON)
		return opening_before(opening.minute, all->minute);
	if (opening.half == HALF_SPOKEN && all->half == HALF_WRITTEN)
		opening.half = HALF_WRITTEN;
	return minute_of(reader, &opening);
}

/* Whether the end of a range of times may be in either half of the day. */
static bool is_end_open(const struct reading *all)
{
	if (all->open >= NOON + 60 && all->open_half != HALF_SAID)
		return false;
	return all->half == HALF_SPOKEN ||
	       (all->half == HALF_WRITTEN && (all->is_of_12 || (all->has_part && all->minute <= NOON)));
}

/* Of a range of times both ends in minutes of the first day. */
static void settle_hours(const struct reader *reader, struct reading *all)
{
	int step = is_end_open(all) ? NOON : MIDNIGHT;

	all->open = opening_of(reader, all);
	while (all->minute <= all->open)
		all->minute += step;
	all->half = all->open_half = HALF_SAID;
}

static int minutes_between(const struct rule *rule)
{
	return rule->interval * (rule->frequency == FREQUENCY_HOURLY ? 60 : 1);
}

/* What recurs within days has a time: on another day from the morning on, else when it is first over. */
static void settle_within_days(const struct reader *reader, struct reading *all)
{
	const struct caltime *now = reader->sentence.now;
	struct caltime today = day_after(now, 0);

	all->has_time = true;
	all->half = HALF_SAID;
	if (all->has_part || (all->has_date && caltime_wall(&all->date) != caltime_wall(&today))) {
		all->minute = all->has_part ? all->part : IN_THE_MORNING;
		return;
	}
	all->minute = now->hour * 60 + now->minute + minutes_between(&all->rule);
	all->date = day_after(&today, all->minute / MIDNIGHT);
	all->minute %= MIDNIGHT;
	all->has_date = true;
}

/* "remind me at 5 to call" is due at 5, as far as nothing else is said of when. */
static void settle_purpose(struct reader *reader)
{
	struct reading *all = &reader->all, *said = &reader->reminders[0];

	if (!reader->has_purpose || reader->out->reminders[0].relative || all->has_time ||
	    (all->has_date && said->has_date))
		return;
	if (said->has_date)
		say_day(all, said);
	say_minute(all, said);
	reader->out->reminders[0].relative = said->at_due = true;
}

/* The day of a rule's first occurrence, unless it is said. */
static void find_first(struct reader *reader)
{
	struct reading *all = &reader->all;

	if (all->rule.frequency <= FREQUENCY_HOURLY && !all->has_time)
		settle_within_days(reader, all);
	if (all->has_date)
		return;
	all->date = first_of(reader, &all->rule, &reader->from, minute_of(reader, all));
	all->has_date = true;
}

/* Where a range begins, which says on which day it ends when that is not said. */
static void find_starts(struct reader *reader, const char *zone)
{
	struct reading *all = &reader->all;
	struct reading opening = *all;

	if (all->has_first)
		opening.date = all->first;
	if (all->has_open)
		opening.minute = all->open;
	reader->out->has_starts = true;
	reader->out->starts = moment_of(reader, &opening, NULL, zone);
	if (!all->has_date)
		all->date = day_after(&reader->out->starts, 0);
	all->has_date = true;
}

/* The midnight of an occurrence is where its day begins, unless it ends there; so is the one from which a range is on
 * a day that is not said. */
static void settle_midnight(struct reading *all)
{
	if (all->has_open && all->open == MIDNIGHT && (all->has_rule || !all->has_date))
		all->open = 0;
	if (!all->has_open && all->has_rule && all->has_time && all->minute == MIDNIGHT)
		all->minute = 0;
}

/* A rule is of the days on which its occurrences are due, and those that begin on them may end on others; false when
 * it cannot be said of which. */
static bool settle_overnight(struct reading *all)
{
	int days = all->has_open ? all->minute / MIDNIGHT : 0;
	struct rule *rule = &all->rule;

	if (days == 0)
		return true;
	rule->weekdays = (rule->weekdays << days | rule->weekdays >> (7 - days)) & 0x7f;
	if (all->has_until)
		all->until = day_after(&all->until, days);
	return rule->nth == 0 && rule->month_day == 0;
}

/* The last second that may be one of the rule's. */
static int64_t end_of(const struct caltime *until)
{
	return caltime_wall(until) + (until->is_date ? MIDNIGHT * 60 - 1 : 0);
}

/* Whether a rule ends before it begins, or one of weeks and more before it recurs: its range is of something else. */
static bool ends_too_soon(const struct reader *reader)
{
	const struct rule *rule = &reader->all.rule;
	struct caltime due = reader->out->due;
	struct caltime next = units_after(&due, rule->interval, (enum word_unit)rule->frequency);

	if (!reader->all.has_until)
		return false;
	if (rule->frequency >= FREQUENCY_WEEKLY && rule->weekdays == 0)
		due = next;
	return end_of(&reader->all.until) < caltime_wall(&due);
}

static void find_due(struct reader *reader, const char *zone)
{
	struct reading *all = &reader->all;
	struct quick *out = reader->out;

	settle_purpose(reader);
	settle_midnight(all);
	if (all->has_open)
		settle_hours(reader, all);
	if (all->has_rule)
		find_first(reader);
	if (all->has_first || all->has_open)
		find_starts(reader, zone);
	out->has_due = all->has_date || minute_of(reader, all) != ABSENT;
	if (out->has_due)
		out->due = moment_of(reader, all, NULL, zone);
	if (out->has_starts && out->starts.is_date && !out->due.is_date)
		out->starts = at_minute(&out->starts, minute_of(reader, all), zone);
	if (all->lasting > 0) {
		struct caltime behind = units_after(&out->due, all->lasting, all->lasting_unit);

		all->has_until = true;
		all->until = day_after(&behind, -1);
	}
	if (all->has_rule && (!settle_overnight(all) || ends_too_soon(reader)))
		refuse_rule(reader);
}

/* How many minutes after its date something is. */
static long minutes_of(const struct caltime *t)
{
	return t->is_date ? 0 : t->hour * 60 + t->minute;
}

/* In an hour, on the next quarter: when to remind of what is meant for today, once its own hour is over. */
static struct caltime soon(const struct reader *reader, const char *zone)
{
	const struct caltime *now = reader->sentence.now;
	struct caltime today = day_after(now, 0);

	return at_minute(&today, (now->hour * 60 + now->minute + 60 + 14) / 15 * 15, zone);
}

/* Whether the minute so many after the date of a task was today, and will not be again. */
static bool is_over_today(const struct reader *reader, const struct caltime *task, long offset)
{
	struct caltime at;

	if (task == NULL || !task->is_date || reader->all.has_rule)
		return false;
	at = day_after(task, offset >= 0 ? 0 : (offset - MIDNIGHT + 1) / MIDNIGHT);
	return is_past(reader, &at, (int)(((offset % MIDNIGHT) + MIDNIGHT) % MIDNIGHT));
}

/* What is added to an offset: a whole day's counts from its morning, "the day before at 6" from that time. */
static long minutes_before(const struct reader *reader, const struct reading *said, const struct caltime *task)
{
	if (task == NULL)
		return 0;
	if (said->offset_count > 0 && said->has_time)
		return minute_of(reader, said) - minutes_of(task);
	return task->is_date ? IN_THE_MORNING : 0;
}

/* When to remind at a time of its own: on the day that was said, else on that of the task, of each of its occurrences.
 * A whole day reminds in its morning. */
static void find_reminder(struct reader *reader, const char *zone, size_t i)
{
	struct quick *out = reader->out;
	const struct caltime *task = !out->has_due ? NULL : out->has_starts ? &out->starts : &out->due;
	struct quick_reminder *reminder = &out->reminders[i];
	const struct reading *said = &reader->reminders[i];

	if (reminder->relative) {
		reminder->offset_minutes += minutes_before(reader, said, task);
		if (is_over_today(reader, task, reminder->offset_minutes))
			*reminder = (struct quick_reminder){.at = soon(reader, zone)};
		return;
	}
	reminder->at = moment_of(reader, said, task, zone);
	if (reminder->at.is_date)
		reminder->at = soon(reader, zone);
	if (task == NULL || said->has_date || !reader->all.has_rule)
		return;
	reminder->relative = true;
	reminder->offset_minutes = minutes_of(&reminder->at) - minutes_of(task);
}

/* Before what? Reminders of a task that is never due stay text. */
static void put_back_reminders(struct reader *reader)
{
	struct quick *out = reader->out;
	size_t kept = 0;

	for (size_t i = 0; i < out->span_count; i++) {
		const struct quick_span *span = &out->spans[i];
		struct word *words = reader->sentence.words;

		if (strcmp(span->kind, "reminder") != 0) {
			out->spans[kept++] = *span;
			continue;
		}
		for (size_t w = 0; w < reader->sentence.count; w++)
			if (is_within(&words[w], span))
				words[w].taken = false;
	}
	out->span_count = kept;
	out->reminder_count = 0;
}

static void find_reminders(struct reader *reader, const char *zone)
{
	struct quick *out = reader->out;
	bool is_relative = false;

	for (size_t i = 0; i < out->reminder_count; i++) {
		find_reminder(reader, zone, i);
		is_relative = is_relative || out->reminders[i].relative;
	}
	if (is_relative && !out->has_due)
		put_back_reminders(reader);
}

/* Weekdays in RFC 5545's order, which begins with Monday. */
static void add_weekdays(struct buf *rrule, const struct rule *rule)
{
	static const char names[][3] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
	const char *lead = ";BYDAY=";

	for (int i = 1; i <= 7; i++) {
		if ((rule->weekdays & 1u << i % 7) == 0)
			continue;
		buf_adds(rrule, lead);
		if (rule->nth != 0)
			buf_addi(rrule, rule->nth);
		buf_adds(rrule, names[i % 7]);
		lead = ",";
	}
}

static void add_part(struct buf *rrule, const char *name, int value)
{
	if (value != 0)
		buf_printf(rrule, ";%s=%d", name, value);
}

/* RFC 5545, 3.3.10. */
static const char *rrule_of(struct reader *reader)
{
	static const char *const frequencies[] = {"MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
	const struct reading *all = &reader->all;
	const struct caltime *until = &all->until;
	struct buf *rrule = buf_in(reader->arena, 256);

	buf_printf(rrule, "FREQ=%s", frequencies[all->rule.frequency]);
	add_part(rrule, "INTERVAL", all->rule.interval > 1 ? all->rule.interval : 0);
	add_part(rrule, "BYMONTH", all->rule.month);
	add_part(rrule, "BYMONTHDAY", all->rule.month_day);
	add_weekdays(rrule, &all->rule);
	add_part(rrule, "COUNT", all->count);
	if (all->has_until)
		buf_printf(rrule, ";UNTIL=%04d%02d%02d", until->year, until->month, until->day);
	if (all->has_until && !until->is_date)
		buf_printf(rrule, "T%02d%02d00", until->hour, until->minute);
	else if (all->has_until && !reader->out->due.is_date)
		buf_adds(rrule, "T235959");
	return buf_text(rrule);
}

/* Tags, categories and priorities: a word with a sign before it */

static bool keep_category(struct reader *reader, const char *name)
{
	if (*name == '#' || tag_normalise(reader->arena, name) == NULL)
		return false;
	reader->out->category = utf8_nfc(reader->arena, name, strlen(name));
	return true;
}

static bool keep_tag(struct reader *reader, const char *name)
{
	const char *tag = *name != '#' ? tag_normalise(reader->arena, name) : NULL;

	if (tag != NULL)
		tags_add(&reader->out->tags, tag);
	return tag != NULL;
}

static bool keep_priority(struct reader *reader, const char *name)
{
	const char *priority = word_priority(utf8_lower(reader->arena, name, strlen(name)));

	if (priority != NULL)
		reader->out->priority = priority;
	return priority != NULL;
}

static const struct {
	char sign;
	const char *kind;
	bool (*keep)(struct reader *reader, const char *name);
} signs[] = {
	{'#', "category", keep_category},
	{'@', "tag", keep_tag},
	{'!', "priority", keep_priority},
};

static void read_sign(struct reader *reader, size_t at)
{
	const struct word *word = &reader->sentence.words[at];

	if (word->escaped || word->core_len < 2)
		return;
	for (size_t i = 0; i < LENGTH(signs); i++)
		if (*word->core == signs[i].sign && reader->out->span_count < QUICK_SPANS_MAX &&
		    signs[i].keep(reader, arena_strndup(reader->arena, word->core + 1, word->core_len - 1)))
			take(reader, signs[i].kind, at, at + 1);
}

/* The rest: groups of patterns */

static bool wants_reminder(const struct reader *reader)
{
	return reader->out->reminder_count < QUICK_REMINDERS_MAX;
}

static void keep_reminder(struct reader *reader, const struct reading *got)
{
	struct quick *out = reader->out;

	if (got->is_purpose && out->reminder_count == 0)
		reader->has_purpose = true;
	for (size_t i = 0; i < got->offset_count && out->reminder_count < QUICK_REMINDERS_MAX; i++) {
		reader->reminders[out->reminder_count] = *got;
		out->reminders[out->reminder_count++] =
			(struct quick_reminder){.relative = true, .offset_minutes = got->offsets[i]};
	}
	if (got->offset_count > 0)
		return;
	out->reminders[out->reminder_count].relative = got->at_due;
	reader->reminders[out->reminder_count++] = *got;
}

static bool wants_rule(const struct reader *reader)
{
	return !reader->all.has_rule && !reader->is_refused;
}

static void keep_rule(struct reader *reader, const struct reading *got)
{
	reader->all.has_rule = true;
	reader->all.rule = got->rule;
	reader->all.has_part = got->has_part;
	reader->all.part = got->part;
	reader->all.has_first = got->has_first;
	reader->all.first = got->first;
	if (got->has_first)
		say_day(&reader->all, got);
	reader->from = got->has_date ? got->date : day_after(reader->sentence.now, 0);
}

static bool wants_limit(const struct reader *reader)
{
	return reader->all.has_rule;
}

static bool wants_limit_within_days(const struct reader *reader)
{
	return reader->all.has_rule && reader->all.rule.frequency <= FREQUENCY_HOURLY;
}

static void keep_limit(struct reader *reader, const struct reading *got)
{
	(void)got;
	refuse_rule(reader);
}

/* What lasts shorter than the interval of its rule may be each occurrence. */
static void keep_lasting(struct reader *reader, const struct reading *got)
{
	if (got->lasting > minutes_between(&reader->all.rule))
		refuse_rule(reader);
}

static bool was_refused(const struct reader *reader)
{
	return reader->is_refused;
}

static bool wants_end(const struct reader *reader)
{
	return reader->all.has_rule && !reader->all.has_until && reader->all.count == 0 && reader->all.lasting == 0;
}

static void keep_end(struct reader *reader, const struct reading *got)
{
	reader->all.has_until = got->has_date;
	reader->all.until = got->date;
	reader->all.count = got->count;
	reader->all.lasting = got->lasting;
	reader->all.lasting_unit = got->lasting_unit;
}

static bool wants_end_within_days(const struct reader *reader)
{
	return wants_limit_within_days(reader) && wants_end(reader);
}

static void keep_end_within_days(struct reader *reader, const struct reading *got)
{
	reader->all.has_until = true;
	reader->all.until = moment_of(reader, got, NULL, NULL);
}

static bool wants_date(const struct reader *reader)
{
	return !reader->all.has_date;
}

static void keep_date(struct reader *reader, const struct reading *got)
{
	say_day(&reader->all, got);
	if (got->has_time)
		say_minute(&reader->all, got);
}

/* Days that have no other date are those of a rule: of each week, or of each year. */
static bool is_of_weeks(const struct reading *got)
{
	return got->first_again == AGAIN_IN_A_WEEK && got->again == AGAIN_IN_A_WEEK;
}

static bool is_of_years(const struct reading *got)
{
	return got->first_again == AGAIN_IN_A_YEAR && got->again == AGAIN_IN_A_YEAR;
}

/* The weekdays of a range as those of a rule; false when the rule is not of days or weeks alone. */
static bool keep_weekdays(struct rule *rule, const struct reading *got)
{
	if (rule->interval != 1 || rule->weekdays != 0 || rule->frequency < FREQUENCY_DAILY ||
	    rule->frequency > FREQUENCY_WEEKLY)
		return false;
	rule->frequency = FREQUENCY_WEEKLY;
	for (struct caltime day = got->first; caltime_wall(&day) <= caltime_wall(&got->date); day = day_after(&day, 1))
		rule->weekdays |= 1u << caltime_weekday(&day);
	return true;
}

/* A task of so many days, or the days of a rule: those of each occurrence, or from the first to the last of them. */
static void keep_range(struct reader *reader, const struct reading *got)
{
	struct reading *all = &reader->all;
	bool is_yearly = all->has_rule && all->rule.frequency == FREQUENCY_YEARLY;

	if (all->has_rule && got->has_first && is_of_weeks(got)) {
		if (!keep_weekdays(&all->rule, got))
			refuse_rule(reader);
		return;
	}
	keep_date(reader, got);
	all->has_first = got->has_first && (!all->has_rule || is_yearly);
	all->first = got->first;
	if (is_yearly && got->has_first && (!is_of_years(got) || all->rule.month != 0))
		refuse_rule(reader);
	if (!got->has_first || !all->has_rule || is_yearly)
		return;
	all->date = got->first;
	all->has_until = true;
	all->until = got->date;
}

static bool wants_since(const struct reader *reader)
{
	return reader->all.has_rule && wants_date(reader);
}

/* A month says when a rule of years is due, unless a day does. */
static bool wants_month(const struct reader *reader)
{
	const struct reading *all = &reader->all;

	return all->has_rule && all->rule.frequency == FREQUENCY_YEARLY && all->rule.month == 0 && !all->has_date;
}

static void keep_month(struct reader *reader, const struct reading *got)
{
	say_day(&reader->all, got);
	reader->all.rule.month = got->date.month;
	reader->all.rule.month_day = got->date.day;
}

static bool wants_time(const struct reader *reader)
{
	return !reader->all.has_time;
}

static void keep_time(struct reader *reader, const struct reading *got)
{
	say_minute(&reader->all, got);
}

/* Whether a time is written so that it says its half of the day, unless the part of the day is beside it. */
static bool is_written(const struct reading *all)
{
	return all->has_time &&
	       (all->half != HALF_SPOKEN || all->is_of_12 || (all->has_open && all->open_half != HALF_SPOKEN));
}

static bool wants_part(const struct reader *reader)
{
	const struct reading *all = &reader->all;

	return (all->has_date || all->has_time || all->has_rule) && !all->has_part && !is_written(all);
}

static bool wants_part_beside(const struct reader *reader)
{
	return !reader->all.has_part && is_written(&reader->all);
}

static bool wants_timed(const struct reader *reader)
{
	return reader->all.has_time && !reader->all.has_date && !reader->all.has_rule;
}

static void keep_part(struct reader *reader, const struct reading *got)
{
	add_part_of_day(&reader->all, got);
}

/* Once it is known that there is a due time. */
static bool wants_reminder_at_due(const struct reader *reader)
{
	const struct reading *all = &reader->all;

	return (all->has_date || all->has_time || all->has_rule || all->has_part) && wants_reminder(reader);
}

static bool wants_link(const struct reader *reader)
{
	return reader->out->reminder_count > 0 && !reader->has_purpose;
}

static void keep_link(struct reader *reader, const struct reading *got)
{
	(void)got;
	reader->has_purpose = true;
}

static void keep_nothing(struct reader *reader, const struct reading *got)
{
	(void)reader;
	(void)got;
}

static bool wants_all(const struct reader *reader)
{
	(void)reader;
	return true;
}

static const struct phase {
	enum group group;
	const char *kind; /* NULL: it stays text */
	bool (*wanted)(const struct reader *reader);
	void (*keep)(struct reader *reader, const struct reading *got);
} phases[] = {
	{GROUP_UNREADABLE, NULL, wants_all, keep_nothing},
	{GROUP_REMINDER, "reminder", wants_reminder, keep_reminder},
	{GROUP_RULE, "recurrence", wants_rule, keep_rule},
	{GROUP_ADVERB, "recurrence", wants_rule, keep_rule},
	{GROUP_UNTIL_TIME, NULL, was_refused, keep_nothing},
	{GROUP_UNTIL, NULL, was_refused, keep_nothing},
	{GROUP_LIMIT, NULL, wants_limit, keep_limit},
	{GROUP_LIMIT_WITHIN_DAYS, NULL, wants_limit_within_days, keep_limit},
	{GROUP_LASTING, NULL, wants_limit_within_days, keep_lasting},
	{GROUP_UNTIL_TIME, "recurrence", wants_end_within_days, keep_end_within_days},
	{GROUP_UNTIL, "recurrence", wants_end, keep_end},
	{GROUP_COUNT, "recurrence", wants_end, keep_end},
	{GROUP_RANGE, "date", wants_date, keep_range},
	{GROUP_SINCE, "date", wants_since, keep_date},
	{GROUP_SEVERAL, NULL, wants_all, keep_nothing},
	{GROUP_WHEN, "date", wants_date, keep_date},
	{GROUP_MONTH, "recurrence", wants_month, keep_month},
	{GROUP_AT, "time", wants_time, keep_time},
	{GROUP_TIMED, "date", wants_timed, keep_date},
	{GROUP_PART, "time", wants_part, keep_part},
	{GROUP_BESIDE, "time", wants_part_beside, keep_part},
	{GROUP_LIMIT_LEFT, NULL, wants_limit, keep_limit},
	{GROUP_REMIND, "reminder", wants_reminder_at_due, keep_reminder},
	{GROUP_LINK, "reminder", wants_link, keep_link},
};

/* Where the words end that the phase has understood from `at` on. */
static size_t match_phase(const struct reader *reader, const struct phase *phase, size_t at, struct reading *got)
{
	const struct sentence *sentence = &reader->sentence;
	size_t end;

	if (!sentence_goes_on(sentence, at, at) || sentence->words[at].glued)
		return NO_MATCH;
	end = sentence_match(sentence, phase->group, at, got);
	return end < sentence->count && sentence->words[end].glued ? NO_MATCH : end;
}

static void read_phase(struct reader *reader, const struct phase *phase)
{
	for (size_t at = 0; at < reader->sentence.count && phase->wanted(reader);) {
		struct reading got = {.has_date = false};
		size_t end = match_phase(reader, phase, at, &got);
		const char *kind = got.is_moment && phase->group == GROUP_WHEN ? "time" : phase->kind;

		if (end != NO_MATCH && kind == NULL)
			leave(reader, at, end);
		if (end != NO_MATCH && (kind == NULL || take(reader, kind, at, end)))
			phase->keep(reader, &got);
		else
			end = at + 1;
		at = end;
	}
}

/* False when a rule that was read turns out to be refused. */
static bool read_words(struct reader *reader, const char *zone)
{
	bool was_refused = reader->is_refused;

	*reader->out = (struct quick){.tags = {.arena = reader->arena}};
	reader->all = (struct reading){.has_date = false};
	reader->has_purpose = false;
	for (size_t i = 0; i < reader->sentence.count; i++)
		reader->sentence.words[i].taken = false;
	for (size_t i = 0; i < reader->sentence.count; i++)
		read_sign(reader, i);
	for (size_t i = 0; i < LENGTH(phases) && reader->is_refused == was_refused; i++)
		read_phase(reader, &phases[i]);
	if (reader->is_refused == was_refused)
		find_due(reader, zone);
	return reader->is_refused == was_refused;
}

void quick_parse(struct arena *arena, const char *text, const struct caltime *now, const char *zone, struct quick *out)
{
	struct reader *reader = arena_alloc(arena, sizeof(*reader));

	reader->arena = arena;
	reader->sentence.now = now;
	reader->out = out;
	reader->sentence.words = words_of(arena, text, &reader->sentence.count);
	while (!read_words(reader, zone))
		;
	find_reminders(reader, zone);
	if (reader->all.has_rule) {
		out->rrule = rrule_of(reader);
		out->after_completion = reader->all.rule.after_completion;
	}
	out->title = words_title(arena, reader->sentence.words, reader->sentence.count);
}
