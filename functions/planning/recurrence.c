/*
 * recurrence: series of a start, a rule and single dates, walked on the series' own clock and shown on others.
 */
#include "recurrence.h"

#include <stdlib.h>
#include <string.h>

#include "day.h"
#include "rule.h"
#include "util/arena.h"
#include "zone.h"

#define DAY       86400
#define COUNT_MAX 100000 /* occurrences that have to be counted from the start every time */
#define SHIFTED   RULE_TIMES_MAX
#define COMPARED  2000 /* occurrences that tell whether two rules mean the same */
/* Around our years: 1899-12-30 and 2200-01-01. */
#define WALL_BEGIN INT64_C(-2209161600)
#define WALL_END   INT64_C(7258118400)
#define UTC        "UTC"

/* A rule read, with its bounds on the series' clock. */
struct bounded {
	struct icalrecurrencetype by;
	struct rule rule;
	int64_t until; /* the last second that may be one */
	int count;     /* 0: any */
};

static int64_t until_wall(const struct icaltimetype *until, const struct caltime *start)
{
	struct caltime t = {
		.year = until->year,
		.month = until->month,
		.day = until->day,
		.hour = until->hour,
		.minute = until->minute,
		.second = until->second,
	};
	int64_t wall = caltime_wall(&t);

	if (until->is_date)
		return wall + DAY - 1;
	return start->zone && until->zone ? zone_wall(start->zone, wall) : wall;
}

/* NULL, or what is wrong with the rule. */
static const char *bounded_init(struct bounded *b, const char *rrule, const struct caltime *start, const char **code)
{
	*code = "invalid_rrule";
	if (!rule_read(&b->by, rrule))
		return "it is no rule of RFC 5545";
	b->count = b->by.count;
	b->until = icaltime_is_null_time(b->by.until) ? WALL_END : until_wall(&b->by.until, start);
	return rule_init(&b->rule, &b->by, start, code);
}

struct walk {
	const struct bounded *bounded; /* NULL: no rule */
	int64_t start, from, to;
	int64_t exdates[RECURRENCE_DATES_MAX], rdates[RECURRENCE_DATES_MAX];
	size_t exdate_count, rdate_count, rdate_next;
	int counted;
	int64_t last;
	enum series_end end;
	bool (*each)(void *ctx, int64_t wall);
	void *ctx;
};

static int by_wall(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static size_t sorted(int64_t *walls, const struct caltime *dates, size_t count)
{
	if (count > RECURRENCE_DATES_MAX)
		count = RECURRENCE_DATES_MAX;
	for (size_t i = 0; i < count; i++)
		walls[i] = caltime_wall(&dates[i]);
	if (count > 1)
		qsort(walls, count, sizeof(*walls), by_wall);
	return count;
}

static bool finish(struct walk *w, enum series_end end)
{
	w->end = end;
	return false;
}

static bool put(struct walk *w, int64_t wall)
{
	if (wall >= w->to)
		return finish(w, SERIES_PAST_TO);
	if (wall < w->from || wall == w->last ||
	    (w->exdate_count > 0 && bsearch(&wall, w->exdates, w->exdate_count, sizeof(wall), by_wall)))
		return true;
	w->last = wall;
	return w->each(w->ctx, wall) || finish(w, SERIES_STOPPED);
}

/* The rdates up to there. */
static bool put_rdates(struct walk *w, int64_t wall)
{
	while (w->rdate_next < w->rdate_count && w->rdates[w->rdate_next] <= wall)
		if (!put(w, w->rdates[w->rdate_next++]))
			return false;
	return true;
}

static bool occurs(void *ctx, int64_t wall)
{
	struct walk *w = ctx;

	if (wall <= w->start)
		return true;
	if (w->bounded->count > 0 && w->counted == w->bounded->count)
		return finish(w, SERIES_ENDED);
	w->counted++;
	return put_rdates(w, wall) && put(w, wall);
}

/* The rule's part of a walk. False when the walk is over with it. */
static bool walk_rule(struct walk *w)
{
	const struct bounded *b = w->bounded;
	int64_t from = b->count > 0 || w->from < w->start ? w->start : w->from;
	enum rule_end end = rule_walk(&b->rule, from, b->until < w->to ? b->until + 1 : w->to, occurs, w);

	if (end == RULE_LIMIT)
		return finish(w, SERIES_LIMIT);
	if (end == RULE_STOPPED)
		return w->end == SERIES_ENDED;
	w->end = b->until < w->to || w->to == WALL_END ? SERIES_ENDED : SERIES_PAST_TO;
	return true;
}

/* Walls from <= wall < to, in order, each once, exdates and rdates considered. */
static enum series_end walk(struct walk *w, const struct series *series, const struct bounded *bounded)
{
	w->bounded = bounded;
	w->start = caltime_wall(&series->start);
	w->exdate_count = sorted(w->exdates, series->exdates, series->exdate_count);
	w->rdate_count = sorted(w->rdates, series->rdates, series->rdate_count);
	w->rdate_next = 0;
	w->counted = 1;
	w->last = INT64_MIN;
	w->end = SERIES_ENDED;
	if (w->to > WALL_END)
		w->to = WALL_END;
	/* A start at or behind `to` ends it, and there a rule has nothing before it. */
	if (!put_rdates(w, w->start) || !put(w, w->start))
		return w->end;
	if (bounded && !walk_rule(w))
		return w->end;
	put_rdates(w, INT64_MAX);
	return w->end;
}

/* The rule of a series where it has one that can be read. */
static const struct bounded *bounded_of(struct bounded *b, const struct series *series)
{
	const char *code;

	return series->rrule && !bounded_init(b, series->rrule, &series->start, &code) ? b : NULL;
}

static void show(struct caltime *t, const struct series *series, int64_t wall)
{
	*t = series->start;
	caltime_set_wall(t, wall);
}

struct shower {
	const struct series *series;
	const char *zone;
	int64_t from, to;
	size_t most, shown;
	/* Walls that a gap moved forward, until those are shown that lie between. */
	int64_t shifted[SHIFTED];
	size_t shifted_count;
	enum series_end end;
	bool (*each)(void *ctx, const struct caltime *occurrence, int64_t instant);
	void *ctx;
};

static bool end_with(struct shower *s, enum series_end end)
{
	s->end = end;
	return false;
}

static bool show_one(struct shower *s, int64_t wall, int64_t instant)
{
	struct caltime occurrence;

	if (instant < s->from)
		return true;
	if (instant >= s->to)
		return end_with(s, SERIES_PAST_TO);
	if (s->shown == s->most)
		return end_with(s, SERIES_LIMIT);
	s->shown++;
	show(&occurrence, s->series, wall);
	return s->each(s->ctx, &occurrence, instant) || end_with(s, SERIES_STOPPED);
}

/* Those moved that come before an instant; the one at it is the same occurrence. */
static bool show_shifted(struct shower *s, int64_t before)
{
	size_t i = 0;

	for (; i < s->shifted_count; i++) {
		int64_t instant = zone_instant(s->zone, s->shifted[i]);

		if (instant > before)
			break;
		if (instant < before && !show_one(s, s->shifted[i], instant))
			return false;
	}
	s->shifted_count -= i;
	memmove(s->shifted, s->shifted + i, s->shifted_count * sizeof(s->shifted[0]));
	return true;
}

static bool show_wall(void *ctx, int64_t wall)
{
	struct shower *s = ctx;
	int64_t instant = zone_instant(s->zone, wall);

	if (zone_wall(s->zone, instant) != wall && s->shifted_count < SHIFTED) {
		s->shifted[s->shifted_count++] = wall;
		return true;
	}
	return (s->shifted_count == 0 || show_shifted(s, instant)) && show_one(s, wall, instant);
}

enum series_end series_each(const struct series *series, const char *zone, int64_t from, int64_t to, size_t most,
			    bool (*each)(void *ctx, const struct caltime *occurrence, int64_t instant), void *ctx)
{
	struct shower s;
	struct bounded bounded;
	struct walk w;
	enum series_end end;

	s.series = series;
	s.zone = series->start.zone ? series->start.zone : zone;
	s.from = from > WALL_BEGIN ? from : WALL_BEGIN;
	s.to = to < WALL_END + DAY ? to : WALL_END + DAY;
	s.most = most;
	s.shown = s.shifted_count = 0;
	s.each = each;
	s.ctx = ctx;
	/* Clocks have been set by a whole day, and what a gap moved forward may have come from as far. */
	w.from = zone_wall(s.zone, s.from) - 2 * DAY;
	w.to = zone_wall(s.zone, s.to) + DAY;
	w.each = show_wall;
	w.ctx = &s;
	end = walk(&w, series, bounded_of(&bounded, series));
	if (end == SERIES_STOPPED)
		return s.end;
	s.end = end;
	show_shifted(&s, INT64_MAX);
	return s.end;
}

struct found {
	int64_t wall;
	bool any;
};

static bool keep_first(void *ctx, int64_t wall)
{
	*(struct found *)ctx = (struct found){wall, true};
	return false;
}

static bool keep_last(void *ctx, int64_t wall)
{
	*(struct found *)ctx = (struct found){wall, true};
	return true;
}

/* The first occurrence in from <= wall < to. */
static enum series_end first_in(const struct series *series, const struct bounded *bounded, int64_t from, int64_t to,
				struct found *found)
{
	struct walk w;

	*found = (struct found){0};
	w.from = from;
	w.to = to;
	w.each = keep_first;
	w.ctx = found;
	return walk(&w, series, bounded);
}

/* The last occurrence before `to`; *counted are the rule's before it. Near its end first: most are found there. */
static enum series_end last_before(const struct series *series, const struct bounded *bounded, int64_t to,
				   struct found *found, int *counted)
{
	int64_t span = bounded && bounded->count == 0 ? DAY : WALL_END - WALL_BEGIN;
	enum series_end end;
	struct walk w;

	*found = (struct found){0};
	do {
		w.from = to - span;
		w.to = to;
		w.each = keep_last;
		w.ctx = found;
		end = walk(&w, series, bounded);
		span *= 8;
	} while (!found->any && end != SERIES_LIMIT && w.from > WALL_BEGIN);
	*counted = w.counted;
	return end;
}

static const char *wrong(const char **code, const char *kind, const char *why)
{
	*code = kind;
	return why;
}

/* What is wrong with a rule that can be read: with when it falls. */
static const char *check_walks(struct arena *arena, const struct series *series, struct bounded *b, const char **code)
{
	struct series plain = {.start = series->start};
	int64_t start = caltime_wall(&series->start), until = b->until;
	struct found found;
	int count = b->count, counted;

	if (count > COUNT_MAX)
		return wrong(code, "too_expensive", arena_printf(arena, "COUNT is %d at most", COUNT_MAX));
	if (until < start)
		return wrong(code, "never_occurs", "UNTIL is before the start");
	/* A bound at the start leaves one occurrence, which other calendars write; a rule that has no other means
	 * nothing. */
	b->count = 0;
	b->until = WALL_END;
	switch (first_in(&plain, b, start + 1, WALL_END, &found)) {
	case SERIES_LIMIT:
		return wrong(code, "too_expensive", "occurrences of this rule are too rare for how often it asks");
	case SERIES_STOPPED:
		break;
	default:
		return wrong(code, "never_occurs",
			     "this rule has no occurrence behind the start, before the year 2200");
	}
	b->count = count;
	b->until = until;
	if (count > 0 && last_before(&plain, b, WALL_END, &found, &counted) == SERIES_LIMIT)
		return wrong(code, "too_expensive", "it takes too long to count this rule's occurrences");
	return NULL;
}

const char *series_check(struct arena *arena, const struct series *series, const char **code)
{
	struct bounded b;
	const char *why = NULL;
	struct found found;

	if (series->rrule && !rule_valid(series->rrule))
		return wrong(code, "invalid_rrule",
			     "it is no rule of RFC 5545, 3.3.10, like FREQ=WEEKLY;BYDAY=MO,TH or "
			     "FREQ=MONTHLY;UNTIL=20270101");
	if (series->rrule)
		why = bounded_init(&b, series->rrule, &series->start, code);
	if (series->rrule && !why)
		why = check_walks(arena, series, &b, code);
	if (why)
		return why;
	switch (first_in(series, series->rrule ? &b : NULL, WALL_BEGIN, WALL_END, &found)) {
	case SERIES_STOPPED:
		return NULL;
	case SERIES_LIMIT:
		return wrong(code, "too_expensive", "it takes too long to find this series' first occurrence");
	default:
		return wrong(code, "never_occurs", "exceptions take every occurrence away");
	}
}

static const char *rrule_text(struct arena *arena, struct icalrecurrencetype *by)
{
	char *text = icalrecurrencetype_as_string_r(by);
	const char *kept = arena_strdup(arena, text);

	icalmemory_free_buffer(text);
	return kept;
}

const char *rrule_normalise(struct arena *arena, const char *rrule)
{
	struct icalrecurrencetype by;

	return rule_valid(rrule) && rule_read(&by, rrule) ? rrule_text(arena, &by) : NULL;
}

bool series_next(const struct series *series, const struct caltime *occurrence, struct caltime *next)
{
	struct bounded b;
	struct found found;

	first_in(series, bounded_of(&b, series), caltime_wall(occurrence) + 1, WALL_END, &found);
	if (found.any)
		show(next, series, found.wall);
	return found.any;
}

bool series_pass_exdates(const struct series *series, struct caltime *t)
{
	struct caltime next;
	bool excluded = false;

	for (size_t i = 0; i < series->exdate_count && !excluded; i++)
		excluded = caltime_wall(&series->exdates[i]) == caltime_wall(t);
	if (!excluded || !series_next(series, t, &next))
		return false;
	*t = next;
	return true;
}

bool series_has(const struct series *series, const struct caltime *occurrence)
{
	int64_t wall = caltime_wall(occurrence);
	struct bounded b;
	struct found found;

	first_in(series, bounded_of(&b, series), wall, wall + 1, &found);
	return found.any;
}

bool series_starts_by_rule(const struct series *series)
{
	int64_t wall = caltime_wall(&series->start);
	struct bounded b;
	const struct bounded *bounded = bounded_of(&b, series);
	struct found found = {.any = bounded == NULL};

	if (bounded != NULL)
		rule_walk(&b.rule, wall, wall + 1, keep_first, &found);
	return found.any;
}

bool series_last(const struct series *series, struct caltime *last)
{
	struct bounded b;
	const struct bounded *bounded = bounded_of(&b, series);
	int64_t to = WALL_END;
	struct found found;
	int counted;

	if (bounded && b.count == 0 && b.until >= WALL_END)
		return false;
	if (bounded && b.count == 0) {
		to = b.until + 1;
		for (size_t i = 0; i < series->rdate_count; i++)
			if (caltime_wall(&series->rdates[i]) >= to)
				to = caltime_wall(&series->rdates[i]) + 1;
		if (caltime_wall(&series->start) >= to)
			to = caltime_wall(&series->start) + 1;
	}
	if (last_before(series, bounded, to, &found, &counted) == SERIES_LIMIT || !found.any ||
	    (bounded && counted < b.count))
		return false;
	show(last, series, found.wall);
	return true;
}

/* A wall of a start's clock as UNTIL is written: a date, UTC, or floating. */
static struct icaltimetype until_of(const struct caltime *start, int64_t wall)
{
	struct icaltimetype until = icaltime_null_time();
	struct caltime t = {.is_date = start->is_date};

	caltime_set_wall(&t, start->zone ? zone_instant(start->zone, wall) : wall);
	until.year = t.year;
	until.month = t.month;
	until.day = t.day;
	until.hour = t.hour;
	until.minute = t.minute;
	until.second = t.second;
	until.is_date = t.is_date;
	until.zone = start->zone ? icaltimezone_get_utc_timezone() : NULL;
	return until;
}

const char *series_rule_before(struct arena *arena, const struct series *series, const struct caltime *cut)
{
	struct series plain = {.start = series->start, .rrule = series->rrule};
	int64_t start = caltime_wall(&series->start), to = caltime_wall(cut);
	struct bounded b;
	struct found found;
	int counted;

	if (!bounded_of(&b, series) || to <= start)
		return NULL;
	last_before(&plain, &b, to, &found, &counted);
	if (!found.any || found.wall == start)
		return NULL;
	if (b.count > 0)
		b.by.count = counted;
	else
		b.by.until = until_of(&series->start, found.wall);
	return rrule_text(arena, &b.by);
}

static bool some(const short *values)
{
	return values[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* By how much an occurrence is moved with `cut`, in days and on the clock: not where the rule has values of its own for
 * it. */
static int64_t shift_of(const struct icalrecurrencetype *by, const struct caltime *cut, const struct caltime *moved,
			const struct caltime *occurrence)
{
	int64_t from = caltime_wall(cut), to = caltime_wall(moved), at = caltime_wall(occurrence);
	int64_t days = (day_number(to) - day_number(from)) * DAY, clock = to - from - days;

	if (some(by->by_day) ? caltime_weekday(occurrence) != caltime_weekday(cut)
			     : some(by->by_month_day) && occurrence->day != cut->day)
		days = 0;
	if ((some(by->by_hour) || some(by->by_minute) || some(by->by_second)) && (at - from) % DAY != 0)
		clock = 0;
	return days + clock;
}

int64_t series_follow(const struct series *series, const struct caltime *cut, const struct series *made,
		      const struct caltime *occurrence)
{
	struct series plain = {.start = made->start, .rrule = made->rrule};
	int64_t from = caltime_wall(cut), to = caltime_wall(&made->start), at = caltime_wall(occurrence);
	int64_t days = (day_number(to) - day_number(from)) * DAY;
	struct bounded old, new;
	const struct bounded *rule = bounded_of(&new, &plain);
	struct found found;
	int64_t ways[] = {to - from, to - from, to - from - days, days, 0};

	if (to == from)
		return at;
	/* Which days and times the rule means does not hang on how many it has, and is known at once without. */
	if (rule)
		new.count = 0;
	if (bounded_of(&old, series))
		ways[0] = shift_of(&old.by, cut, &made->start, occurrence);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		first_in(&plain, rule, at + ways[i], at + ways[i] + 1, &found);
		if (found.any)
			return at + ways[i];
	}
	return at + to - from;
}

/* UNTIL of the part moved: as far behind its last occurrence as it was. */
static int64_t until_moved(const struct series *plain, const struct bounded *b, const struct caltime *cut,
			   const struct caltime *moved)
{
	struct caltime last = *cut;
	struct found found;
	int counted;

	last_before(plain, b, b->until + 1, &found, &counted);
	if (found.any)
		show(&last, plain, found.wall);
	return b->until + shift_of(&b->by, cut, moved, &last);
}

const char *series_rule_from(struct arena *arena, const struct series *series, const struct caltime *cut,
			     const struct caltime *moved)
{
	struct series plain = {.start = series->start, .rrule = series->rrule};
	int64_t at = caltime_wall(cut);
	struct bounded b;
	struct found found;
	int counted = 0;

	if (!bounded_of(&b, series))
		return NULL;
	first_in(&plain, &b, at + 1, WALL_END, &found);
	if (!found.any)
		return NULL;
	if (b.count > 0 && at > caltime_wall(&series->start))
		last_before(&plain, &b, at, &found, &counted);
	if (b.count > 0)
		b.by.count -= counted;
	else if (b.until < WALL_END)
		b.by.until = until_of(moved, until_moved(&plain, &b, cut, moved));
	rule_move(&b.by, cut, moved);
	return rrule_text(arena, &b.by);
}

const char *series_rule_told(struct arena *arena, const struct series *series, const struct caltime *from)
{
	struct series plain = {.start = series->start, .rrule = series->rrule};
	const struct caltime *start = &series->start;
	struct bounded b;
	struct found found;
	int counted;

	if (!bounded_of(&b, series))
		return series->rrule;
	if (b.count > 0 && caltime_wall(from) > caltime_wall(start)) {
		last_before(&plain, &b, caltime_wall(from), &found, &counted);
		b.by.count -= counted;
	} else if (!icaltime_is_null_time(b.by.until) &&
		   (!b.by.until.is_date != !start->is_date || (!start->is_date && !b.by.until.zone != !start->zone))) {
		b.by.until = until_of(start, b.until);
	} else {
		return series->rrule;
	}
	return rrule_text(arena, &b.by);
}

/* The walls of a series' first occurrences, and another's held against them. */
struct comparison {
	int64_t *walls;
	size_t count, matched;
	int64_t by; /* the other's are so much later */
	bool differs;
};

static bool note_wall(void *ctx, int64_t wall)
{
	struct comparison *c = ctx;

	c->walls[c->count++] = wall;
	return c->count < COMPARED;
}

static bool match_wall(void *ctx, int64_t wall)
{
	struct comparison *c = ctx;

	c->differs = c->matched == c->count || c->walls[c->matched++] + c->by != wall;
	return !c->differs && c->matched < COMPARED;
}

/* Whether each occurrence of a rule is, by the other one, as much later as the other's start is. */
static bool is_shifted(struct arena *arena, const struct series *series, const struct bounded *rule,
		       const struct series *other, const struct bounded *other_rule)
{
	int64_t by = caltime_wall(&other->start) - caltime_wall(&series->start);
	struct comparison c = {.walls = arena_alloc(arena, COMPARED * sizeof(*c.walls)), .by = by};
	struct walk w = {.from = WALL_BEGIN - DAY, .to = WALL_END - llabs(by), .each = note_wall, .ctx = &c};

	walk(&w, series, rule);
	w.from = INT64_MIN;
	w.to = WALL_END - llabs(by) + by;
	w.each = match_wall;
	walk(&w, other, other_rule);
	return !c.differs && c.matched == c.count;
}

const char *series_rule_shifted(struct arena *arena, const struct series *series, const struct caltime *start)
{
	static void (*const ways[])(struct icalrecurrencetype * by, const struct caltime *from,
				    const struct caltime *to) = {rule_move, rule_turn, rule_shift};
	int64_t by = caltime_wall(start) - caltime_wall(&series->start);
	struct series plain = {.start = series->start, .rrule = series->rrule}, other = {.start = *start};
	struct bounded b, moved;

	if (by == 0 && start->is_date == series->start.is_date)
		return series->rrule;
	if (!bounded_of(&b, series))
		return series->rrule;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct icalrecurrencetype rule = b.by;

		if (!icaltime_is_null_time(rule.until))
			rule.until = until_of(start, b.until + by);
		ways[i](&rule, &series->start, start);
		other.rrule = rrule_text(arena, &rule);
		if (bounded_of(&moved, &other) && is_shifted(arena, &plain, &b, &other, &moved))
			return rrule_text(arena, &moved.by);
	}
	return NULL;
}
