/*
 * ics_vtimezone: a zone's changes of clocks as STANDARD and DAYLIGHT. They are looked for where tzdata says, so each
 * is exact; those of the same weekday of the same month in years in a row become one rule.
 */
#include "ics_zone.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "caltime.h"
#include "util/arena.h"
#include "util/buf.h"
#include "zone.h"
#include "zone_file.h"

#define DAY         86400
#define STEP        (7 * DAY) /* no rule changes clocks and back within a week */
#define YEAR        (366 * DAY)
#define CHANGES_MAX 1000
#define GOES_ON     5 /* years in a row that make a rule which goes on */
#define LAST        (1U << 5)

/* Clocks that showed UTC + from show UTC + to from `at` on, seconds. */
struct change {
	int64_t at;
	int from, to;
	bool written;
	struct caltime wall; /* before the change */
	unsigned weeks;      /* bit n: the n-th of its weekday in the month, LAST: the last */
};

struct changes {
	struct change *items;
	size_t count, room;
};

static int offset(const char *zone, int64_t at)
{
	return (int)(zone_wall(zone, at) - at);
}

static int days_in_month(const struct caltime *t)
{
	struct caltime next = {.year = t->year, .month = t->month, .day = 28, .is_date = true};

	do {
		next.day++;
		caltime_set_wall(&next, caltime_wall(&next));
	} while (next.month == t->month);
	caltime_set_wall(&next, caltime_wall(&next) - DAY);
	return next.day;
}

static void add(struct changes *changes, int64_t at, int from, int to)
{
	struct change *change;

	if (changes->count == CHANGES_MAX)
		return;
	if (changes->count == changes->room) {
		changes->room = changes->room ? changes->room * 2 : 64;
		changes->items = xrealloc(changes->items, changes->room * sizeof(*changes->items));
	}
	change = &changes->items[changes->count++];
	*change = (struct change){.at = at, .from = from, .to = to};
	caltime_set_wall(&change->wall, at + from);
	change->weeks = 1U << ((change->wall.day - 1) / 7 + 1);
	change->weeks &= ~LAST;
	if (change->wall.day + 7 > days_in_month(&change->wall))
		change->weeks |= LAST;
}

/* One change lies in low < at <= high. */
static int64_t find(const char *zone, int64_t low, int64_t high)
{
	int before = offset(zone, low);

	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (offset(zone, middle) == before)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* By the rules that go on behind what a file has of single changes. */
static void collect_by_steps(struct changes *changes, const char *zone, int64_t from, int64_t to)
{
	int before = offset(zone, from);

	for (int64_t at = from; at < to; at += STEP) {
		int after = offset(zone, at + STEP);

		if (after != before)
			add(changes, find(zone, at, at + STEP), before, after);
		before = after;
	}
}

static void collect(struct changes *changes, const char *zone, int64_t from, int64_t to)
{
	static struct zone_moments moments;
	int before = offset(zone, from);
	int64_t last = from;

	zone_moments(&moments, zone);
	for (size_t i = 0; i < moments.count && moments.at[i] <= to; i++) {
		int after;

		if (moments.at[i] <= from)
			continue;
		last = moments.at[i];
		after = offset(zone, last);
		if (after != before)
			add(changes, last, before, after);
		before = after;
	}
	if (moments.goes_on && (moments.count == 0 || moments.at[moments.count - 1] < to))
		collect_by_steps(changes, zone, last, to);
}

static bool follows(const struct change *a, const struct change *b, unsigned weeks)
{
	return !b->written && a->from == b->from && a->to == b->to && b->wall.year == a->wall.year + 1 &&
	       a->wall.month == b->wall.month && caltime_weekday(&a->wall) == caltime_weekday(&b->wall) &&
	       a->wall.hour == b->wall.hour && a->wall.minute == b->wall.minute && a->wall.second == b->wall.second &&
	       (weeks & b->weeks) != 0;
}

static void add_offset(struct buf *out, const char *name, int seconds)
{
	int size = abs(seconds);

	buf_printf(out, "%s:%c%02d%02d", name, seconds < 0 ? '-' : '+', size / 3600, size / 60 % 60);
	if (size % 60 != 0)
		buf_printf(out, "%02d", size % 60);
	buf_addc(out, '\n');
}

static void add_stamp(struct buf *out, const struct caltime *t)
{
	buf_printf(out, "%04d%02d%02dT%02d%02d%02d", t->year, t->month, t->day, t->hour, t->minute, t->second);
}

static void add_rule(struct buf *out, const struct change *first, const struct change *last, unsigned weeks,
		     bool goes_on)
{
	static const char *const days[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
	struct caltime until = {0};
	int week = -1;

	for (int i = 1; week < 0 && !(weeks & LAST) && i < 5; i++)
		if (weeks & (1U << i))
			week = i;
	buf_printf(out, "RRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", first->wall.month, week,
		   days[caltime_weekday(&first->wall)]);
	if (!goes_on) {
		caltime_set_wall(&until, last->at);
		buf_adds(out, ";UNTIL=");
		add_stamp(out, &until);
		buf_addc(out, 'Z');
	}
	buf_addc(out, '\n');
}

static void begin_observance(struct buf *out, const char *name, const struct caltime *wall, int from, int to)
{
	buf_printf(out, "BEGIN:%s\nDTSTART:", name);
	add_stamp(out, wall);
	buf_addc(out, '\n');
	add_offset(out, "TZOFFSETFROM", from);
	add_offset(out, "TZOFFSETTO", to);
}

/* A change and those that follow it by one rule. */
static void add_observance(struct buf *out, struct changes *changes, size_t first, int64_t to)
{
	struct change *start = &changes->items[first], *last = start;
	const char *name = start->to > start->from ? "DAYLIGHT" : "STANDARD";
	unsigned weeks = start->weeks;
	int years = 1;

	for (size_t i = first + 1; i < changes->count; i++) {
		struct change *next = &changes->items[i];

		if (!follows(last, next, weeks))
			continue;
		weeks &= next->weeks;
		next->written = true;
		last = next;
		years++;
	}
	begin_observance(out, name, &start->wall, start->from, start->to);
	if (years > 1)
		add_rule(out, start, last, weeks, years >= GOES_ON && last->at > to - YEAR);
	buf_printf(out, "END:%s\n", name);
}

void ics_vtimezone(struct buf *out, const char *zone, int64_t from, int64_t to)
{
	struct changes changes = {0};
	int offset_before = offset(zone, from);
	struct caltime start = {0};

	caltime_set_wall(&start, from + offset_before);
	buf_printf(out, "BEGIN:VTIMEZONE\nTZID:%s\n", zone);
	begin_observance(out, "STANDARD", &start, offset_before, offset_before);
	buf_adds(out, "END:STANDARD\n");
	collect(&changes, zone, from, to);
	for (size_t i = 0; i < changes.count; i++)
		if (!changes.items[i].written)
			add_observance(out, &changes, i, to);
	buf_adds(out, "END:VTIMEZONE\n");
	free(changes.items);
}
