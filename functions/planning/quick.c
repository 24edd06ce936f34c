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
#define EVENING   (18 * 60)
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

struct reader {
	struct arena *arena;
	struct sentence sentence;
	struct reading all;
	struct caltime from;                           /* the first day that the rule may mean */
	struct reading reminders[QUICK_REMINDERS_MAX]; /* those at a time of their own */
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

static bool is_past(const struct reader *reader, const struct caltime *day, int minute)
{
	struct caltime today = day_after(reader->sentence.now, 0);

	return caltime_wall(day) == caltime_wall(&today) && minute != ABSENT &&
	       minute < reader->sentence.now->hour * 60 + reader->sentence.now->minute;
}

/* Which of two times twelve hours apart is nearer to a part of the day; "tonight at 1" is after midnight. */
static int minute_in_part(int minute, int part)
{
	if (part >= EVENING && minute < DAWN)
		return minute + MIDNIGHT;
	return part >= NOON && abs(minute + NOON - part) < abs(minute - part) ? minute + NOON : minute;
}

/* The minute of the day that was said; ABSENT: none was. Of what is spoken, the one at which people are awake and not
 * past. */
static int minute_of(const struct reader *reader, const struct reading *said)
{
	bool is_asleep = said->minute >= 60 && said->minute < MORNING;

	if (!said->has_time)
		return said->has_part ? said->part : ABSENT;
	if (said->half == HALF_SAID || said->minute >= NOON)
		return said->minute;
	if (said->has_part)
		return minute_in_part(said->minute, said->part);
	if (said->half == HALF_SPOKEN && (is_asleep || (said->has_date && is_past(reader, &said->date, said->minute))))
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

static void find_due(struct reader *reader, const char *zone)
{
	struct reading *all = &reader->all;
	struct quick *out = reader->out;

	/* The midnight of an occurrence is where its day begins. */
	if (all->has_rule && all->has_time && all->minute == MIDNIGHT)
		all->minute = 0;
	if (all->has_rule && !all->has_date) {
		all->date = first_of(reader, &all->rule, &reader->from, minute_of(reader, all));
		all->has_date = true;
	}
	out->has_due = all->has_date || minute_of(reader, all) != ABSENT;
	if (out->has_due)
		out->due = moment_of(reader, all, NULL, zone);
}

/* When to remind at a time of its own: on the day that was said, else on that of the due time. */
static void find_reminders(struct reader *reader, const char *zone)
{
	struct quick *out = reader->out;

	for (size_t i = 0; i < out->reminder_count; i++)
		if (!out->reminders[i].relative)
			out->reminders[i].at =
				moment_of(reader, &reader->reminders[i], out->has_due ? &out->due : NULL, zone);
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
	static const char *const frequencies[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
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
		buf_printf(rrule, ";UNTIL=%04d%02d%02d%s", until->year, until->month, until->day,
			   reader->out->due.is_date ? "" : "T235959");
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

	for (size_t i = 0; i < got->offset_count && out->reminder_count < QUICK_REMINDERS_MAX; i++)
		out->reminders[out->reminder_count++] =
			(struct quick_reminder){.relative = true, .offset_minutes = got->offsets[i]};
	if (got->offset_count == 0)
		reader->reminders[out->reminder_count++] = *got;
}

static bool wants_rule(const struct reader *reader)
{
	return !reader->all.has_rule;
}

static void keep_rule(struct reader *reader, const struct reading *got)
{
	reader->all.has_rule = true;
	reader->all.rule = got->rule;
	reader->all.has_part = got->has_part;
	reader->all.part = got->part;
	reader->from = got->has_date ? got->date : day_after(reader->sentence.now, 0);
}

static bool wants_end(const struct reader *reader)
{
	return reader->all.has_rule && !reader->all.has_until && reader->all.count == 0;
}

static void keep_end(struct reader *reader, const struct reading *got)
{
	reader->all.has_until = got->has_date;
	reader->all.until = got->date;
	reader->all.count = got->count;
}

static bool wants_date(const struct reader *reader)
{
	return !reader->all.has_date;
}

static void keep_date(struct reader *reader, const struct reading *got)
{
	struct reading *all = &reader->all;

	all->has_date = true;
	all->date = got->date;
	all->has_time = got->has_time;
	all->minute = got->minute;
	if (got->has_part) {
		all->has_part = true;
		all->part = got->part;
	}
}

static bool wants_time(const struct reader *reader)
{
	return !reader->all.has_time;
}

static void keep_time(struct reader *reader, const struct reading *got)
{
	struct reading *all = &reader->all;

	all->has_time = true;
	all->minute = got->minute;
	all->half = got->half;
	if (got->has_part) {
		all->has_part = true;
		all->part = got->part;
	}
}

static const struct phase {
	enum group group;
	const char *kind;
	bool (*wanted)(const struct reader *reader);
	void (*keep)(struct reader *reader, const struct reading *got);
} phases[] = {
	{GROUP_REMINDER, "reminder", wants_reminder, keep_reminder},
	{GROUP_RULE, "recurrence", wants_rule, keep_rule},
	{GROUP_UNTIL, "recurrence", wants_end, keep_end},
	{GROUP_COUNT, "recurrence", wants_end, keep_end},
	{GROUP_WHEN, "date", wants_date, keep_date},
	{GROUP_AT, "time", wants_time, keep_time},
};

static void read_phase(struct reader *reader, const struct phase *phase)
{
	for (size_t at = 0; at < reader->sentence.count && phase->wanted(reader);) {
		struct reading got = {.has_date = false};
		size_t end = sentence_goes_on(&reader->sentence, at, at)
				     ? sentence_match(&reader->sentence, phase->group, at, &got)
				     : NO_MATCH;

		if (end == NO_MATCH ||
		    !take(reader, got.is_moment && phase->group == GROUP_WHEN ? "time" : phase->kind, at, end)) {
			at++;
			continue;
		}
		phase->keep(reader, &got);
		at = end;
	}
}

void quick_parse(struct arena *arena, const char *text, const struct caltime *now, const char *zone, struct quick *out)
{
	struct reader *reader = arena_alloc(arena, sizeof(*reader));

	*out = (struct quick){.tags = {.arena = arena}};
	reader->arena = arena;
	reader->sentence.now = now;
	reader->out = out;
	reader->sentence.words = words_of(arena, text, &reader->sentence.count);
	for (size_t i = 0; i < reader->sentence.count; i++)
		read_sign(reader, i);
	for (size_t i = 0; i < LENGTH(phases); i++)
		read_phase(reader, &phases[i]);
	find_due(reader, zone);
	find_reminders(reader, zone);
	if (reader->all.has_rule) {
		out->rrule = rrule_of(reader);
		out->after_completion = reader->all.rule.after_completion;
	}
	out->title = words_title(arena, reader->sentence.words, reader->sentence.count);
}
