/*
 * recurrence: what rules mean. The dates of the first table are RFC 5545's own (3.8.5.3, with its errata), the others
 * are from a calendar and the zones' rules; libical's iterator is asked, too, where it can be trusted.
 */
#include "unit.h"

#include "functions/planning/caltime.c"
#include "functions/planning/day.c"
#include "functions/planning/recurrence.c"
#include "functions/planning/rule.c"
#include "functions/planning/rule_move.c"
#include "functions/planning/zone.c"
#include "util/buf.h"

#define NEW_YORK "America/New_York"
#define WALLS    2000
#define SECONDS  10 /* a call that takes longer is one that hangs */

struct walls {
	int64_t walls[WALLS], instants[WALLS];
	size_t count;
};

static struct caltime time_of(const char *text, const char *zone)
{
	struct caltime t;

	if (!caltime_parse(&t, text))
		fail_msg("'%s' is no time", text);
	t.zone = t.is_date ? NULL : zone;
	return t;
}

static int64_t instant_of(const char *text)
{
	int64_t us;

	if (!instant_parse(text, &us))
		fail_msg("'%s' is no instant", text);
	return us / 1000000;
}

static const char *text_of(int64_t wall)
{
	static char texts[4][CALTIME_TEXT];
	static unsigned next;
	char *text = texts[next++ % 4];
	struct caltime t = {0};

	caltime_set_wall(&t, wall);
	caltime_format(text, &t);
	return text;
}

static bool gather(void *ctx, const struct caltime *occurrence, int64_t instant)
{
	struct walls *out = ctx;

	out->walls[out->count] = caltime_wall(occurrence);
	out->instants[out->count++] = instant;
	return out->count < WALLS;
}

/* All of a series from an instant on, as far as there is room. */
static enum series_end expand(const struct series *series, int64_t from, int64_t to, size_t most, struct walls *out)
{
	out->count = 0;
	return series_each(series, "UTC", from, to, most, gather, out);
}

static void add(struct walls *out, const struct caltime *day, const char *times, const struct caltime *start)
{
	struct caltime t = *day;
	int len;

	t.hour = start->hour;
	t.minute = start->minute;
	if (!times)
		out->walls[out->count++] = caltime_wall(&t);
	for (; times && sscanf(times, "%d:%d%n", &t.hour, &t.minute, &len) == 2; times += len + (times[len] == ','))
		out->walls[out->count++] = caltime_wall(&t);
}

/* "1997 9/2-4,9 10/1 1998 1/1": days, each at the start's time or at all of the times. */
static void read_days(const char *days, const char *times, const struct caltime *start, struct walls *out)
{
	struct caltime t = {0};
	int number, len, last;

	out->count = 0;
	while (sscanf(days, "%d%n", &number, &len) == 1) {
		days += len;
		if (*days == '/') {
			t.month = number;
			days++;
		} else if (number >= CALTIME_YEAR_FIRST) {
			t.year = number;
		} else {
			last = number;
			if (*days == '-' && sscanf(days, "-%d%n", &last, &len) == 1)
				days += len;
			for (t.day = number; t.day <= last; t.day++)
				add(out, &t, times, start);
			days += *days == ',';
		}
	}
	assert_int_equal(*days, '\0');
}

static void compare(const char *name, const struct walls *expected, const struct walls *got, bool more)
{
	for (size_t i = 0; i < expected->count; i++) {
		if (i >= got->count)
			fail_msg("%s: %zu occurrences, not %s", name, got->count, text_of(expected->walls[i]));
		if (got->walls[i] != expected->walls[i])
			fail_msg("%s: occurrence %zu is %s, not %s", name, i, text_of(got->walls[i]),
				 text_of(expected->walls[i]));
	}
	if (!more && got->count > expected->count)
		fail_msg("%s: %s is one too many", name, text_of(got->walls[expected->count]));
	if (more && got->count == expected->count)
		fail_msg("%s: it goes on", name);
}

#define FROM_9_TO_1640                                                                                                 \
	"9:00,9:20,9:40,10:00,10:20,10:40,11:00,11:20,11:40,12:00,12:20,12:40,13:00,13:20,13:40,14:00,14:20,14:40,"    \
	"15:00,15:20,15:40,16:00,16:20,16:40"

static const struct example {
	const char *start, *rule;
	const char *days;
	bool more;         /* the list goes on */
	const char *times; /* of each day */
} examples[] = {
	/* RFC 5545, 3.8.5.3, in its order. */
	{"1997-09-02T09:00", "FREQ=DAILY;COUNT=10", "1997 9/2-11", false, NULL},
	{"1997-09-02T09:00", "FREQ=DAILY;UNTIL=19971224T000000Z", "1997 9/2-30 10/1-31 11/1-30 12/1-23", false, NULL},
	{"1997-09-02T09:00", "FREQ=DAILY;INTERVAL=2",
	 "1997 9/2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 10/2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 "
	 "11/1,3,5,7,9,11,13,15,17,19,21,23,25,27,29 12/1,3",
	 true, NULL},
	{"1997-09-02T09:00", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 9/2,12,22 10/2,12", false, NULL},
	{"1998-01-01T09:00", "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
	 "1998 1/1-31 1999 1/1-31 2000 1/1-31", false, NULL},
	{"1998-01-01T09:00", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998 1/1-31 1999 1/1-31 2000 1/1-31",
	 false, NULL},
	{"1997-09-02T09:00", "FREQ=WEEKLY;COUNT=10", "1997 9/2,9,16,23,30 10/7,14,21,28 11/4", false, NULL},
	{"1997-09-02T09:00", "FREQ=WEEKLY;UNTIL=19971224T000000Z",
	 "1997 9/2,9,16,23,30 10/7,14,21,28 11/4,11,18,25 12/2,9,16,23", false, NULL},
	{"1997-09-02T09:00", "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
	 "1997 9/2,16,30 10/14,28 11/11,25 12/9,23 1998 1/6,20 2/3,17", true, NULL},
	{"1997-09-02T09:00", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
	 "1997 9/2,4,9,11,16,18,23,25,30 10/2", false, NULL},
	{"1997-09-02T09:00", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997 9/2,4,9,11,16,18,23,25,30 10/2", false,
	 NULL},
	{"1997-09-01T09:00", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
	 "1997 9/1,3,5,15,17,19,29 10/1,3,13,15,17,27,29,31 11/10,12,14,24,26,28 12/8,10,12,22", false, NULL},
	{"1997-09-02T09:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997 9/2,4,16,18,30 10/2,14,16",
	 false, NULL},
	{"1997-09-05T09:00", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997 9/5 10/3 11/7 12/5 1998 1/2 2/6 3/6 4/3 5/1 6/5",
	 false, NULL},
	{"1997-09-05T09:00", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997 9/5 10/3 11/7 12/5", false, NULL},
	{"1997-09-07T09:00", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
	 "1997 9/7,28 11/2,30 1998 1/4,25 3/1,29 5/3,31", false, NULL},
	{"1997-09-22T09:00", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997 9/22 10/20 11/17 12/22 1998 1/19 2/16", false,
	 NULL},
	{"1997-09-28T09:00", "FREQ=MONTHLY;BYMONTHDAY=-3", "1997 9/28 10/29 11/28 12/29 1998 1/29 2/26", true, NULL},
	{"1997-09-02T09:00", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997 9/2,15 10/2,15 11/2,15 12/2,15 1998 1/2,15",
	 false, NULL},
	{"1997-09-30T09:00", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
	 "1997 9/30 10/1,31 11/1,30 12/1,31 1998 1/1,31 2/1", false, NULL},
	{"1997-09-10T09:00", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
	 "1997 9/10-15 1999 3/10-13", false, NULL},
	{"1997-09-02T09:00", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
	 "1997 9/2,9,16,23,30 11/4,11,18,25 1998 1/6,13,20,27 3/3,10,17,24,31", true, NULL},
	{"1997-06-10T09:00", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
	 "1997 6/10 7/10 1998 6/10 7/10 1999 6/10 7/10 2000 6/10 7/10 2001 6/10 7/10", false, NULL},
	{"1997-03-10T09:00", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
	 "1997 3/10 1999 1/10 2/10 3/10 2001 1/10 2/10 3/10 2003 1/10 2/10 3/10", false, NULL},
	{"1997-01-01T09:00", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
	 "1997 1/1 4/10 7/19 2000 1/1 4/9 7/18 2003 1/1 4/10 7/19 2006 1/1", false, NULL},
	{"1997-05-19T09:00", "FREQ=YEARLY;BYDAY=20MO", "1997 5/19 1998 5/18 1999 5/17", true, NULL},
	{"1997-05-12T09:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997 5/12 1998 5/11 1999 5/17", true, NULL},
	{"1997-03-13T09:00", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997 3/13,20,27 1998 3/5,12,19,26 1999 3/4,11,18,25",
	 true, NULL},
	{"1997-06-05T09:00", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
	 "1997 6/5,12,19,26 7/3,10,17,24,31 8/7,14,21,28 1998 6/4,11,18,25 7/2,9,16,23,30 8/6,13,20,27 "
	 "1999 6/3,10,17,24 7/1,8,15,22,29 8/5,12,19,26",
	 true, NULL},
	/* Its EXDATE takes the start away: see exdates. */
	{"1998-02-13T09:00", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998 2/13 3/13 11/13 1999 8/13 2000 10/13", true,
	 NULL},
	{"1997-09-13T09:00", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
	 "1997 9/13 10/11 11/8 12/13 1998 1/10 2/7 3/7 4/11 5/9 6/13", true, NULL},
	{"1996-11-05T09:00", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
	 "1996 11/5 2000 11/7 2004 11/2", true, NULL},
	{"1997-09-04T09:00", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 9/4 10/7 11/6", false, NULL},
	{"1997-09-29T09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
	 "1997 9/29 10/30 11/27 12/30 1998 1/29 2/26 3/30", true, NULL},
	/* As printed, UNTIL is 13:00 in New York; errata have 21:00Z. */
	{"1997-09-02T09:00", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "1997 9/2", false, "9:00,12:00,15:00"},
	{"1997-09-02T09:00", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", "1997 9/2", false, "9:00,12:00"},
	{"1997-09-02T09:00", "FREQ=MINUTELY;INTERVAL=15;COUNT=6", "1997 9/2", false, "9:00,9:15,9:30,9:45,10:00,10:15"},
	{"1997-09-02T09:00", "FREQ=MINUTELY;INTERVAL=90;COUNT=4", "1997 9/2", false, "9:00,10:30,12:00,13:30"},
	{"1997-09-02T09:00", "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", "1997 9/2,3", true,
	 FROM_9_TO_1640},
	{"1997-09-02T09:00", "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", "1997 9/2,3", true,
	 FROM_9_TO_1640},
	{"1997-08-05T09:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 8/5,10,19,24", false, NULL},
	{"1997-08-05T09:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 8/5,17,19,31", false, NULL},
	{"2007-01-15T09:00", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007 1/15,30 2/15 3/15,30", false, NULL},

	/* 3.3.10: the last workday of the month; Sundays of every other January at 8:30 and 9:30; BYYEARDAY=-306 is 1
	   March. */
	{"2026-01-30T09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026 1/30 2/27 3/31 4/30 5/29", true,
	 NULL},
	{"1997-01-05T08:30", "FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=SU;BYHOUR=8,9;BYMINUTE=30",
	 "1997 1/5,12,19,26 1999 1/3,10,17,24,31", true, "8:30,9:30"},
	{"2026-03-29T09:00", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "2026 3/29 2027 3/28 2028 3/26", true, NULL},
	{"2026-03-01T09:00", "FREQ=YEARLY;BYYEARDAY=-306", "2026 3/1 2027 3/1 2028 3/1", true, NULL},

	/* What does not exist is left out. */
	{"2024-02-29T09:00", "FREQ=YEARLY", "2024 2/29 2028 2/29 2032 2/29", true, NULL},
	{"2096-02-29T09:00", "FREQ=YEARLY", "2096 2/29 2104 2/29", true, NULL},
	{"2026-01-31T09:00", "FREQ=MONTHLY", "2026 1/31 3/31 5/31 7/31 8/31 10/31 12/31", true, NULL},
	{"2026-01-31T09:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026 1/31 2/28 3/31 4/30", true, NULL},
	{"2026-12-31T09:00", "FREQ=YEARLY;BYYEARDAY=366,-1", "2026 12/31 2027 12/31 2028 12/31", true, NULL},
	{"2024-12-31T09:00", "FREQ=YEARLY;BYYEARDAY=366", "2024 12/31 2028 12/31", true, NULL},
	{"2026-01-30T09:00", "FREQ=MONTHLY;BYDAY=5FR", "2026 1/30 5/29 7/31 10/30", true, NULL},

	/* Days of months are those of every month, where the rule names none. */
	{"2026-02-13T09:00", "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR", "2026 2/13 3/13 11/13 2027 8/13", true, NULL},

	/* Weeks of ISO 8601: 2020, 2026 and 2032 have 53; week 1 of 2026 begins on 29 December 2025. */
	{"2020-12-28T09:00", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "2020 12/28 2026 12/28 2032 12/27", true, NULL},
	{"2021-01-03T09:00", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", "2021 1/3 2027 1/3", true, NULL},
	{"2025-12-29T09:00", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2025 12/29 2027 1/4 2028 1/3 2029 1/1 12/31", true,
	 NULL},
	{"2026-05-13T09:00", "FREQ=YEARLY;BYWEEKNO=20", "2026 5/13 2027 5/19 2028 5/17", true, NULL},
	{"2026-12-28T09:00", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "2026 12/28 2027 12/27 2028 12/25", true, NULL},
	{"2026-01-01T09:00", "FREQ=YEARLY;BYMONTH=1;BYWEEKNO=1;BYDAY=TH", "2026 1/1 2027 1/7 2028 1/6", true, NULL},

	/* Positions: of weeks, of a day's times, of days with times; the first period's begin before the start counts.
	 */
	{"2026-11-27T09:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026 11/27 12/4,11", true, NULL},
	{"2026-11-28T09:00", "FREQ=DAILY;BYHOUR=9,12,17;BYSETPOS=1,-1", "2026 11/28,29", true, "9:00,17:00"},
	{"2026-11-30T12:00", "FREQ=MONTHLY;BYDAY=MO;BYHOUR=9,12;BYSETPOS=-1", "2026 11/30 12/28 2027 1/25", true, NULL},
	{"2026-11-18T09:00", "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3", "2026 11/18 12/3 2027 1/7", true, NULL},
	{"2026-01-01T09:00", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "2026 1/1 12/31 2027 1/1 12/31", true,
	 NULL},

	/* The start is the first, whatever the rule, and COUNT counts it. */
	{"2026-11-28T09:00", "FREQ=WEEKLY;BYDAY=MO;COUNT=3", "2026 11/28,30 12/7", false, NULL},
	{"2026-11-28T09:00", "FREQ=DAILY;COUNT=1", "2026 11/28", false, NULL},
	{"2026-11-28T09:00", "FREQ=DAILY;UNTIL=20261130", "2026 11/28,29,30", false, NULL},
	{"2026-11-28T09:00", "FREQ=DAILY;UNTIL=20261130T140000Z", "2026 11/28,29,30", false, NULL},
	{"2026-11-28T09:00", "FREQ=DAILY;UNTIL=20261130T135959Z", "2026 11/28,29", false, NULL},
	{"2026-11-28", "FREQ=DAILY;UNTIL=20261130", "2026 11/28,29,30", false, NULL},
	{"2026-11-28", "FREQ=WEEKLY;BYHOUR=9;BYMINUTE=30;COUNT=2", "2026 11/28 12/5", false, NULL},

	/* Below a day: phases run through midnight; parts that a unit is expanded by, and parts that it is asked for.
	 */
	{"2026-11-28T09:00", "FREQ=HOURLY;INTERVAL=10;COUNT=6", "2026 11/28", true, "9:00,19:00"},
	{"2026-11-28T09:10", "FREQ=HOURLY;BYMINUTE=10,40;BYHOUR=9,10", "2026 11/28,29", true, "9:10,9:40,10:10,10:40"},
	{"2026-11-28T00:00", "FREQ=MINUTELY;BYHOUR=0;BYMINUTE=0,30;BYDAY=SA", "2026 11/28 12/5", true, "0:00,0:30"},
	{"2026-11-28T09:00", "FREQ=SECONDLY;INTERVAL=900;COUNT=3", "2026 11/28", false, "9:00,9:15,9:30"},
	{"2026-03-01T12:00", "FREQ=HOURLY;BYHOUR=12;BYYEARDAY=60", "2026 3/1 2027 3/1 2028 2/29", true, NULL},
};

static void the_rfc_s_examples(void **state)
{
	static struct walls expected, got;
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++) {
		const struct example *e = &examples[i];
		struct series series = {.start = time_of(e->start, NEW_YORK), .rrule = e->rule};
		const char *code, *why;

		read_days(e->days, e->times, &series.start, &expected);
		expand(&series, INT64_MIN, INT64_MAX, expected.count + 1, &got);
		compare(e->rule, &expected, &got, e->more);
		why = series_check(arena, &series, &code);
		if (why)
			fail_msg("%s: %s, %s", e->rule, code, why);
	}
	arena_free(arena);
}

/* Windows, limits, next, has and last say what the whole says. */
static void parts_of_the_whole(void **state)
{
	static struct walls whole, part;

	(void)state;
	alarm(SECONDS);
	for (size_t i = 0; i < COUNT(examples); i++) {
		struct series series = {.start = time_of(examples[i].start, NEW_YORK), .rrule = examples[i].rule};
		bool ended = expand(&series, INT64_MIN, INT64_MAX, 400, &whole) == SERIES_ENDED;
		struct caltime t = series.start, next;

		for (size_t first = 0; first < whole.count; first += 1 + whole.count / 7) {
			size_t last = first + 1 + whole.count / 5 < whole.count ? first + 1 + whole.count / 5
										: whole.count - 1;

			expand(&series, whole.instants[first], whole.instants[last], WALLS, &part);
			if (part.count != last - first || (part.count && part.walls[0] != whole.walls[first]))
				fail_msg("%s: %zu to %zu", examples[i].rule, first, last);
			caltime_set_wall(&t, whole.walls[first]);
			assert_true(series_has(&series, &t));
			if (series_next(&series, &t, &next) != (first + 1 < whole.count || !ended))
				fail_msg("%s: after %s", examples[i].rule, text_of(whole.walls[first]));
			if (first + 1 < whole.count)
				assert_int_equal(caltime_wall(&next), whole.walls[first + 1]);
			caltime_set_wall(&t, whole.walls[first] + 1);
			assert_false(series_has(&series, &t) && !t.is_date);
		}
		/* Our years may end one that has no end of its own. */
		ended = ended && (strstr(series.rrule, "COUNT") || strstr(series.rrule, "UNTIL"));
		assert_int_equal(series_last(&series, &t), ended);
		if (ended)
			assert_int_equal(caltime_wall(&t), whole.walls[whole.count - 1]);
	}
	alarm(0);
}

/* By the zones' rules of 2026, see test_caltime: 02:30 is left out, comes twice, or stays. */
static void clocks_that_change(void **state)
{
	static const struct {
		const char *zone, *start, *rule;
		const char *instants; /* of the first ones */
	} cases[] = {
		{"Europe/Berlin", "2026-03-28T02:30", "FREQ=DAILY", "28T01:30 29T01:30 30T00:30 31T00:30"},
		{"Europe/Berlin", "2026-10-24T02:30", "FREQ=DAILY", "24T00:30 25T00:30 26T01:30"},
		{"America/New_York", "2026-03-07T02:30", "FREQ=DAILY", "07T07:30 08T07:30 09T06:30"},
		{"America/New_York", "2026-10-31T01:30", "FREQ=DAILY", "31T05:30 01T05:30 02T06:30"},
		{"America/New_York", "2026-10-31T02:30", "FREQ=DAILY", "31T06:30 01T07:30 02T07:30"},
		{"Australia/Lord_Howe", "2026-04-04T02:30", "FREQ=DAILY", "03T15:30 04T16:00 05T16:00"},
		{"Australia/Lord_Howe", "2026-04-04T01:45", "FREQ=DAILY", "03T14:45 04T14:45 05T15:15"},
		{"Australia/Lord_Howe", "2026-10-03T02:15", "FREQ=DAILY", "02T15:45 03T15:45 04T15:15"},
		{"Australia/Lord_Howe", "2026-10-03T02:30", "FREQ=DAILY", "02T16:00 03T15:30 04T15:30"},
		{"Africa/Casablanca", "2026-02-14T02:30", "FREQ=DAILY", "14T01:30 15T01:30 16T02:30"},
		{"Africa/Casablanca", "2026-03-21T02:30", "FREQ=DAILY", "21T02:30 22T02:30 23T01:30"},
		/* Ramadan of 2027, too: 7 February to 14 March. */
		{"Africa/Casablanca", "2027-02-06T02:30", "FREQ=DAILY", "06T01:30 07T01:30 08T02:30"},
		{"Europe/Berlin", "2026-03-29T00:30", "FREQ=HOURLY", "28T23:30 29T00:30 29T01:30 29T02:30"},
		{"Europe/Berlin", "2026-03-29T01:00", "FREQ=MINUTELY;INTERVAL=30",
		 "29T00:00 29T00:30 29T01:00 29T01:30 29T02:00"},
		/* What the gap moves forward comes between what is there anyway. */
		{"Europe/Berlin", "2026-03-29T01:45", "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=15,45",
		 "29T00:45 29T01:15 29T01:45 29T23:15"},
		{"Europe/Berlin", "2026-03-29T02:45", "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30,45;BYSETPOS=2,3",
		 "29T01:30 29T01:45 30T00:45"},
		{"Europe/Berlin", "2026-10-25T01:30", "FREQ=HOURLY", "24T23:30 25T00:30 25T02:30 25T03:30"},
		{"Pacific/Apia", "2011-12-29T12:00", "FREQ=DAILY", "29T22:00 30T22:00 31T22:00"},
		/* UNTIL is an instant: midnight in UTC is one or two in Berlin. */
		{"Europe/Berlin", "2026-10-24T01:30", "FREQ=DAILY;UNTIL=20261025T000000Z", "23T23:30 24T23:30 ."},
		{"Europe/Berlin", "2026-10-25T01:30", "FREQ=DAILY;UNTIL=20261027T000000Z", "24T23:30 26T00:30 ."},
	};
	static struct walls got;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct series series = {.start = time_of(cases[i].start, cases[i].zone), .rrule = cases[i].rule};
		const char *at = cases[i].instants;
		char text[CALTIME_TEXT];
		size_t n = 0;

		expand(&series, INT64_MIN, INT64_MAX, 6, &got);
		for (; sscanf(at, "%8s", text) == 1 && text[0] != '.'; n++) {
			const char *is = n < got.count ? text_of(got.instants[n]) + strlen("2026-03-") : "none";

			if (strcmp(is, text) != 0)
				fail_msg("%s %s %s: %s, not %s", cases[i].zone, cases[i].start, cases[i].rule, is,
					 text);
			at += strlen(text) + (at[strlen(text)] == ' ');
		}
		assert_true(*at != '.' || got.count == n);
	}
}

/* A date and a floating time are read on the reader's clock. */
static void readers(void **state)
{
	static const struct {
		const char *start, *zone, *first;
	} cases[] = {
		{"2026-07-01", "Europe/Berlin", "2026-06-30T22:00:00Z"},
		{"2026-07-01", "America/New_York", "2026-07-01T04:00:00Z"},
		{"2026-07-01T09:00", "Europe/Berlin", "2026-07-01T07:00:00Z"},
		{"2026-07-01T09:00", "America/New_York", "2026-07-01T13:00:00Z"},
	};
	static struct walls got;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct series series = {.start = time_of(cases[i].start, NULL), .rrule = "FREQ=DAILY"};

		got.count = 0;
		series_each(&series, cases[i].zone, 0, INT64_MAX, 2, gather, &got);
		assert_int_equal(got.instants[0], instant_of(cases[i].first));
		assert_int_equal(got.instants[1], got.instants[0] + DAY);
	}
}

static bool stop_at_once(void *ctx, const struct caltime *occurrence, int64_t instant)
{
	(void)occurrence, (void)instant;
	++*(int *)ctx;
	return false;
}

static void ends(void **state)
{
	struct series daily = {.start = time_of("2026-11-28T09:00", "UTC"), .rrule = "FREQ=DAILY;COUNT=3"};
	int64_t start = caltime_wall(&daily.start);
	static struct walls got;
	struct caltime last;
	int calls = 0;

	(void)state;
	assert_int_equal(expand(&daily, 0, INT64_MAX, WALLS, &got), SERIES_ENDED);
	assert_int_equal(expand(&daily, 0, INT64_MAX, 3, &got), SERIES_ENDED);
	assert_int_equal(expand(&daily, 0, INT64_MAX, 2, &got), SERIES_LIMIT);
	assert_int_equal(got.count, 2);
	assert_int_equal(expand(&daily, 0, INT64_MAX, 0, &got), SERIES_LIMIT);
	/* From an occurrence on, to one and not with it. */
	assert_int_equal(expand(&daily, start + DAY, start + 2 * DAY, WALLS, &got), SERIES_PAST_TO);
	assert_int_equal(got.count, 1);
	assert_int_equal(got.walls[0], start + DAY);
	assert_int_equal(expand(&daily, 0, start, WALLS, &got), SERIES_PAST_TO);
	assert_int_equal(got.count, 0);
	assert_int_equal(expand(&daily, start + 2 * DAY + 1, INT64_MAX, WALLS, &got), SERIES_ENDED);
	assert_int_equal(got.count, 0);
	assert_int_equal(series_each(&daily, "UTC", 0, INT64_MAX, 9, stop_at_once, &calls), SERIES_STOPPED);
	assert_int_equal(calls, 1);
	daily.rrule = NULL;
	assert_int_equal(expand(&daily, 0, INT64_MAX, WALLS, &got), SERIES_ENDED);
	assert_int_equal(got.count, 1);
	/* What a gap moved forward is in the window that it was moved to. */
	daily.start = time_of("2026-03-27T02:30", "Europe/Berlin");
	daily.rrule = "FREQ=DAILY";
	expand(&daily, instant_of("2026-03-29T01:15:00Z"), INT64_MAX, 1, &got);
	assert_int_equal(got.instants[0], instant_of("2026-03-29T01:30:00Z"));
	/* A window in the middle of a week that began the year before: Monday was its first. */
	daily.start = time_of("2026-11-02T09:00", "UTC");
	daily.rrule = "FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1";
	expand(&daily, instant_of("2027-01-03T00:00:00Z"), INT64_MAX, 1, &got);
	assert_string_equal(text_of(got.walls[0]), "2027-01-04T09:00");
	/* Our years end. */
	daily.rrule = "FREQ=DAILY;COUNT=100000";
	assert_false(series_last(&daily, &last));
	daily.rrule = "FREQ=DAILY";
	assert_int_equal(expand(&daily, instant_of("2199-12-30T00:00:00Z"), INT64_MAX, WALLS, &got), SERIES_ENDED);
	assert_int_equal(got.count, 2);
}

static void single_dates(void **state)
{
	struct caltime ex[] = {time_of("2026-11-30", NULL), time_of("2026-11-28", NULL), time_of("2026-11-28", NULL),
			       time_of("2030-01-01", NULL)};
	struct caltime r[] = {time_of("2026-12-25", NULL), time_of("2026-11-29", NULL), time_of("2026-11-29", NULL),
			      time_of("2026-11-20", NULL), time_of("2026-11-30", NULL)};
	struct series series = {.start = time_of("2026-11-28", NULL), .rrule = "FREQ=DAILY;COUNT=4"};
	struct caltime friday = time_of("1997-09-02T09:00", NEW_YORK), next, last;
	static struct walls expected, got;

	(void)state;
	/* COUNT counts what an exception takes away; an rdate beside a rule's is one occurrence; exceptions win. */
	series.exdates = ex;
	series.exdate_count = COUNT(ex);
	read_days("2026 11/29 12/1", NULL, &series.start, &expected);
	expand(&series, INT64_MIN, INT64_MAX, WALLS, &got);
	compare("exdates", &expected, &got, false);
	series.rdates = r;
	series.rdate_count = COUNT(r);
	read_days("2026 11/20,29 12/1,25", NULL, &series.start, &expected);
	expand(&series, INT64_MIN, INT64_MAX, WALLS, &got);
	compare("rdates", &expected, &got, false);
	assert_true(series_last(&series, &last));
	assert_int_equal(caltime_wall(&last), expected.walls[3]);
	assert_true(series_has(&series, &r[0]));
	assert_false(series_has(&series, &ex[0]));
	assert_true(series_next(&series, &series.start, &next));
	assert_int_equal(next.day, 29);
	series.rrule = "FREQ=DAILY;UNTIL=20261201";
	assert_true(series_last(&series, &last));
	assert_int_equal(caltime_wall(&last), expected.walls[3]);
	series.rrule = NULL;
	read_days("2026 11/20,29 12/25", NULL, &series.start, &expected);
	expand(&series, INT64_MIN, INT64_MAX, WALLS, &got);
	compare("rdates alone", &expected, &got, false);

	/* The RFC's Friday the 13th begins on no Friday. */
	series = (struct series){.start = friday, .rrule = "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"};
	series.exdates = &friday;
	series.exdate_count = 1;
	read_days("1998 2/13 3/13 11/13 1999 8/13 2000 10/13", NULL, &friday, &expected);
	expand(&series, INT64_MIN, INT64_MAX, 5, &got);
	compare("Friday the 13th", &expected, &got, false);
}

static void refused(void **state)
{
	static const struct {
		const char *rule, *code; /* NULL: taken */
	} cases[] = {
		{"FREQ=DAILY", NULL},
		{"freq=weekly;byday=mo", NULL},
		{"FREQ=DAILY;COUNT=1", NULL},
		{"FREQ=DAILY;UNTIL=20261128T090000", NULL},
		{"FREQ=DAILY;UNTIL=99991231T235959Z", NULL},
		{"FREQ=DAILY;INTERVAL=29999", NULL},
		{"FREQ=MINUTELY", NULL},
		{"FREQ=SECONDLY;INTERVAL=60", NULL},
		{"FREQ=MINUTELY;BYSECOND=0,60", NULL}, /* a leap second is none of ours */
		{"FREQ=YEARLY;INTERVAL=170", NULL},
		{"FREQ=DAILY;COUNT=100000", NULL},
		{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", NULL},
		{"", "invalid_rrule"},
		{"DAILY", "invalid_rrule"},
		{"FREQ=FORTNIGHTLY", "invalid_rrule"},
		{"INTERVAL=2", "invalid_rrule"},
		{"RRULE:FREQ=DAILY", "invalid_rrule"},
		{"FREQ=DAILY;", "invalid_rrule"},
		{"FREQ=DAILY;FREQ=DAILY", "invalid_rrule"},
		{"FREQ=DAILY;COUNT=0", "invalid_rrule"},
		{"FREQ=DAILY;COUNT=-1", "invalid_rrule"},
		{"FREQ=DAILY;COUNT=4294967297", "invalid_rrule"},
		{"FREQ=DAILY;COUNT=3;UNTIL=20270101", "invalid_rrule"},
		{"FREQ=DAILY;INTERVAL=0", "invalid_rrule"},
		{"FREQ=DAILY;INTERVAL=65537", "invalid_rrule"},
		{"FREQ=DAILY;INTERVAL=2x", "invalid_rrule"},
		{"FREQ=DAILY;UNTIL=20261301", "invalid_rrule"},
		{"FREQ=DAILY;UNTIL=tomorrow", "invalid_rrule"},
		{"FREQ=DAILY;BYHOUR=24", "invalid_rrule"},
		{"FREQ=MONTHLY;BYMONTHDAY=0", "invalid_rrule"},
		{"FREQ=MONTHLY;BYMONTHDAY=32", "invalid_rrule"},
		{"FREQ=MONTHLY;BYDAY=300MO", "invalid_rrule"},
		{"FREQ=MONTHLY;BYDAY=XX", "invalid_rrule"},
		{"FREQ=DAILY;RSCALE=CHINESE", "invalid_rrule"},
		{"FREQ=DAILY;X-PART=1", "invalid_rrule"},
		{"FREQ=DAILY\nX:Y", "invalid_rrule"},
		{"FREQ=WEEKLY;BYDAY=2MO", "invalid_rrule"},
		{"FREQ=WEEKLY;BYMONTHDAY=2", "invalid_rrule"},
		{"FREQ=MONTHLY;BYWEEKNO=2", "invalid_rrule"},
		{"FREQ=DAILY;BYYEARDAY=2", "invalid_rrule"},
		{"FREQ=YEARLY;BYWEEKNO=2;BYDAY=2MO", "invalid_rrule"},
		{"FREQ=MONTHLY;BYSETPOS=1", "invalid_rrule"},
		{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never_occurs"},
		{"FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "never_occurs"},
		{"FREQ=DAILY;BYMONTH=6;BYMONTHDAY=31", "never_occurs"},
		{"FREQ=YEARLY;INTERVAL=174", "never_occurs"},
		{"FREQ=DAILY;BYSETPOS=2;BYHOUR=9", "never_occurs"},
		{"FREQ=DAILY;UNTIL=20261127", "never_occurs"},
		{"FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "never_occurs"},
		{"FREQ=MINUTELY;INTERVAL=1440;BYHOUR=10", "never_occurs"},
		{"FREQ=SECONDLY", "too_frequent"},
		{"FREQ=SECONDLY;INTERVAL=59", "too_frequent"},
		{"FREQ=MINUTELY;BYSECOND=0,30", "too_frequent"},
		{"FREQ=HOURLY;BYSECOND=0,1,2,3;BYMINUTE=0,3,6,9,12,15,18,21,24,27,30,33,36,39,42,45", "too_frequent"},
		{"FREQ=DAILY;COUNT=100001", "too_expensive"},
		{"FREQ=DAILY;COUNT=1000000000", "too_expensive"},
		{"FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1", "too_expensive"},
	};
	struct arena *arena = arena_new();

	(void)state;
	alarm(SECONDS);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct series series = {.start = time_of("2026-11-28T09:00", "UTC"), .rrule = cases[i].rule};
		const char *code = NULL, *why = series_check(arena, &series, &code);

		if (!why != !cases[i].code || (why && strcmp(code, cases[i].code) != 0))
			fail_msg("%s: %s, not %s", cases[i].rule, why ? code : "taken",
				 cases[i].code ? cases[i].code : "taken");
	}
	alarm(0);
	arena_free(arena);
}

/* libical takes 386 of them, and writes behind its array. */
static void refused_by_number(void **state)
{
	struct arena *arena = arena_new();
	struct buf *rule = buf_in(arena, 2000);
	struct series series = {.start = time_of("2026-11-30T09:00", "UTC")};

	(void)state;
	buf_adds(rule, "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1");
	for (int values = 1; values < 400; values++, buf_adds(rule, ",1")) {
		const char *code = NULL, *why;

		series.rrule = buf_text(rule);
		why = series_check(arena, &series, &code);
		if (!why != (values <= VALUES_MAX))
			fail_msg("%d values are %s", values, why ? "refused" : "taken");
	}
	arena_free(arena);
}

static void refused_by_their_dates(void **state)
{
	struct series date = {.start = time_of("2026-11-28", NULL), .rrule = "FREQ=HOURLY"};
	struct series gone = {.start = time_of("2026-11-28", NULL), .exdates = &date.start, .exdate_count = 1};
	struct arena *arena = arena_new();
	const char *code;

	(void)state;
	assert_non_null(series_check(arena, &date, &code));
	assert_string_equal(code, "invalid_rrule");
	assert_non_null(series_check(arena, &gone, &code));
	assert_string_equal(code, "never_occurs");
	gone.rrule = "FREQ=DAILY;COUNT=1";
	assert_non_null(series_check(arena, &gone, &code));
	assert_string_equal(code, "never_occurs");
	gone.rrule = "FREQ=DAILY;COUNT=2";
	assert_null(series_check(arena, &gone, &code));
	arena_free(arena);
}

/* Rules that nobody checked, at every door: each call comes back. */
static void bounded_calls(void **state)
{
	static const char *const rules[] = {
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=SECONDLY",
		"FREQ=SECONDLY;INTERVAL=60;BYSECOND=1",
		"FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1",
		"FREQ=MINUTELY;COUNT=1000000000",
		"FREQ=MINUTELY;UNTIL=99991231T235959Z",
		"FREQ=DAILY;COUNT=1000000000",
		"FREQ=DAILY;UNTIL=99991231T235959Z",
		"FREQ=YEARLY;INTERVAL=29999",
		"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366;INTERVAL=5",
		"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=200;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,"
		"17,"
		"18,19,20,21,22,23;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,"
		"28",
		"nonsense",
	};
	struct arena *arena = arena_new();
	static struct walls got;

	(void)state;
	for (size_t i = 0; i < COUNT(rules); i++) {
		struct series series = {.start = time_of("1900-01-01T09:00", "UTC"), .rrule = rules[i]};
		struct caltime t = time_of("2100-01-01T09:00", "UTC");
		const char *code;

		alarm(SECONDS);
		series_check(arena, &series, &code);
		expand(&series, INT64_MIN, INT64_MAX, WALLS, &got);
		expand(&series, instant_of("2150-01-01T00:00:00Z"), INT64_MAX, WALLS, &got);
		series_next(&series, &t, &t);
		series_has(&series, &t);
		series_last(&series, &t);
		series_rule_before(arena, &series, &t);
		series_rule_from(arena, &series, &t, &series.start);
		alarm(0);
	}
	arena_free(arena);
}

static void normal_forms(void **state)
{
	static const struct {
		const char *rule, *normal;
	} cases[] = {
		{"freq=weekly;byday=mo,fr", "FREQ=WEEKLY;BYDAY=MO,FR"},
		{"BYDAY=+2MO;INTERVAL=1;FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=2MO"},
		{"FREQ=DAILY;UNTIL=20270101T000000Z", "FREQ=DAILY;UNTIL=20270101T000000Z"},
		{"FREQ=WEEKLY;WKST=SU;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;WKST=SU"},
		{"FREQ=WEEKLY;WKST=MO", "FREQ=WEEKLY"},
		{"FREQ=DAILY;COUNT=0", NULL},
		{"", NULL},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *normal = rrule_normalise(arena, cases[i].rule);

		if (!normal != !cases[i].normal || (normal && strcmp(normal, cases[i].normal) != 0))
			fail_msg("%s: %s", cases[i].rule, normal ? normal : "none");
	}
	arena_free(arena);
}

static void cut_in_two(void **state)
{
	static const struct {
		const char *start, *rule, *cut, *moved;
		const char *before, *from; /* NULL: none */
	} cases[] = {
		{"2026-11-02T09:00", "FREQ=WEEKLY", "2026-11-16T09:00", "2026-11-16T09:00",
		 "FREQ=WEEKLY;UNTIL=20261109T140000Z", "FREQ=WEEKLY"},
		{"2026-11-02T09:00", "FREQ=WEEKLY;COUNT=5", "2026-11-16T09:00", "2026-11-17T10:00",
		 "FREQ=WEEKLY;COUNT=2", "FREQ=WEEKLY;COUNT=3"},
		{"2026-11-02T09:00", "FREQ=WEEKLY;BYDAY=MO;COUNT=5", "2026-11-16T09:00", "2026-11-17T09:00",
		 "FREQ=WEEKLY;COUNT=2;BYDAY=MO", "FREQ=WEEKLY;COUNT=3;BYDAY=TU"},
		{"2026-11-02T09:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-11-16T09:00", "2026-11-17T09:00",
		 "FREQ=WEEKLY;UNTIL=20261113T140000Z;BYDAY=MO,WE,FR", "FREQ=WEEKLY;BYDAY=TU,WE,FR"},
		{"2026-11-02T09:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-11-16T09:00", "2026-11-18T09:00",
		 "FREQ=WEEKLY;UNTIL=20261113T140000Z;BYDAY=MO,WE,FR", "FREQ=WEEKLY;BYDAY=WE,FR"},
		{"2026-11-09T09:00", "FREQ=MONTHLY;BYDAY=2MO", "2026-12-14T09:00", "2026-12-08T09:00", NULL,
		 "FREQ=MONTHLY;BYDAY=2TU"},
		/* The day after the second Monday may be the third Tuesday. */
		{"2026-11-09T09:00", "FREQ=MONTHLY;BYDAY=2MO", "2026-12-14T09:00", "2026-12-15T09:00", NULL,
		 "FREQ=MONTHLY;BYDAY=3TU"},
		{"2026-10-30T09:00", "FREQ=MONTHLY;BYDAY=-1FR", "2026-12-25T09:00", "2026-12-24T09:00",
		 "FREQ=MONTHLY;UNTIL=20261127T140000Z;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-2TH"},
		{"2026-10-15T09:00", "FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-11-15T09:00", "2026-11-16T09:00",
		 "FREQ=MONTHLY;UNTIL=20261101T140000Z;BYMONTHDAY=1,15", "FREQ=MONTHLY;BYMONTHDAY=1,16"},
		{"2026-10-31T09:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30T09:00", "2026-11-29T09:00", NULL,
		 "FREQ=MONTHLY;BYMONTHDAY=-2"},
		{"2025-11-28T09:00", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=28", "2026-11-28T09:00", "2026-12-01T09:00",
		 NULL, "FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=12"},
		{"2024-05-18T09:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=SA", "2025-05-17T09:00", "2025-05-19T09:00", NULL,
		 "FREQ=YEARLY;BYDAY=MO;BYWEEKNO=21"},
		{"2026-09-12T09:00", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "2026-10-10T09:00",
		 "2026-10-11T09:00", NULL, "FREQ=MONTHLY;BYDAY=SU;BYMONTHDAY=7,8,9,10,11,12,13"},
		{"2026-10-30T09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11-30T09:00",
		 "2026-12-01T09:00", NULL, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"},
		{"2026-11-28T09:00", "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0", "2026-11-29T09:00", "2026-11-29T10:30",
		 "FREQ=DAILY;UNTIL=20261128T220000Z;BYMINUTE=0;BYHOUR=9,17", "FREQ=DAILY;BYMINUTE=30;BYHOUR=10,17"},
		/* UNTIL moves along: 9:00 in New York is 14:00Z in winter, a day and an hour later 15:00Z. */
		{"2026-11-02T09:00", "FREQ=WEEKLY;UNTIL=20261130T140000Z", "2026-11-16T09:00", "2026-11-17T10:00",
		 "FREQ=WEEKLY;UNTIL=20261109T140000Z", "FREQ=WEEKLY;UNTIL=20261201T150000Z"},
		{"2026-11-02", "FREQ=WEEKLY;UNTIL=20261130", "2026-11-16", "2026-11-17", "FREQ=WEEKLY;UNTIL=20261109",
		 "FREQ=WEEKLY;UNTIL=20261201"},
		/* From a day to a time, and back. */
		{"2026-11-02", "FREQ=DAILY;UNTIL=20261105", "2026-11-04", "2026-11-04T09:00",
		 "FREQ=DAILY;UNTIL=20261103", "FREQ=DAILY;UNTIL=20261106T135959Z"},
		{"2026-11-02T09:00", "FREQ=DAILY;UNTIL=20261105T140000Z", "2026-11-04T09:00", "2026-11-04",
		 "FREQ=DAILY;UNTIL=20261103T140000Z", "FREQ=DAILY;UNTIL=20261105"},
		/* At the start nothing is before; at the second, the start alone; at the last, nothing is left. */
		{"2026-11-02T09:00", "FREQ=WEEKLY;COUNT=3", "2026-11-02T09:00", "2026-11-03T09:00", NULL,
		 "FREQ=WEEKLY;COUNT=3"},
		{"2026-11-02T09:00", "FREQ=WEEKLY;COUNT=3", "2026-11-09T09:00", "2026-11-09T09:00", NULL,
		 "FREQ=WEEKLY;COUNT=2"},
		{"2026-11-02T09:00", "FREQ=WEEKLY;COUNT=3", "2026-11-16T09:00", "2026-11-16T09:00",
		 "FREQ=WEEKLY;COUNT=2", NULL},
		{"2026-11-02T09:00", "FREQ=WEEKLY;UNTIL=20261116T140000Z", "2026-11-16T09:00", "2026-11-16T09:00",
		 "FREQ=WEEKLY;UNTIL=20261109T140000Z", NULL},
		{"2026-11-02T09:00", NULL, "2026-11-02T09:00", "2026-11-02T09:00", NULL, NULL},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct series series = {.start = time_of(cases[i].start, NEW_YORK), .rrule = cases[i].rule};
		struct caltime cut = time_of(cases[i].cut, NEW_YORK), moved = time_of(cases[i].moved, NEW_YORK);
		const char *before = series_rule_before(arena, &series, &cut);
		const char *from = series_rule_from(arena, &series, &cut, &moved);

		if (!before != !cases[i].before || (before && strcmp(before, cases[i].before) != 0))
			fail_msg("%s before %s: %s", cases[i].rule, cases[i].cut, before ? before : "none");
		if (!from != !cases[i].from || (from && strcmp(from, cases[i].from) != 0))
			fail_msg("%s from %s: %s", cases[i].rule, cases[i].cut, from ? from : "none");
	}
	arena_free(arena);
}

/* The same series as much later, or no rule for it. */
static void shifted(void **state)
{
	static const struct {
		const char *rule, *start, *other, *shifted;
	} cases[] = {
		{"FREQ=DAILY", "2026-03-02T09:00", "2026-03-02T17:00", "FREQ=DAILY"},
		{"FREQ=WEEKLY;BYDAY=MO,FR", "2026-03-02T09:00", "2026-03-02T17:00", "FREQ=WEEKLY;BYDAY=MO,FR"},
		{"FREQ=WEEKLY;BYDAY=SU;COUNT=5", "2026-03-01", "2026-03-02", "FREQ=WEEKLY;COUNT=5;BYDAY=MO"},
		{"FREQ=WEEKLY;BYDAY=MO,FR", "2026-03-02", "2026-03-03", "FREQ=WEEKLY;BYDAY=TU,SA"},
		{"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-03-02", "2026-03-01", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,SU"},
		{"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "2026-03-02", "2026-03-04",
		 "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,TU;WKST=WE"},
		{"FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,TU;WKST=WE", "2026-03-04", "2026-03-02",
		 "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU"},
		{"FREQ=WEEKLY;UNTIL=20260401", "2026-03-02", "2026-03-05", "FREQ=WEEKLY;UNTIL=20260404"},
		/* UNTIL is in UTC; New York's clocks are four hours behind it then. */
		{"FREQ=WEEKLY;UNTIL=20260420T130000Z", "2026-03-02T09:00", "2026-03-02T10:30",
		 "FREQ=WEEKLY;UNTIL=20260420T143000Z"},
		{"FREQ=MONTHLY", "2026-03-02", "2026-03-05", "FREQ=MONTHLY"},
		{"FREQ=MONTHLY;BYMONTHDAY=15", "2026-03-15", "2026-03-20", "FREQ=MONTHLY;BYMONTHDAY=20"},
		{"FREQ=YEARLY", "2026-03-02", "2026-02-28", NULL}, /* a 29th comes between */
		{"FREQ=YEARLY", "2026-03-02", "2026-03-31", "FREQ=YEARLY"},
		{"FREQ=MONTHLY", "2026-01-28", "2026-02-01", NULL},
		{"FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31", "2026-04-01", NULL},
		{"FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31", "2026-03-28", "FREQ=MONTHLY;BYMONTHDAY=-4"},
		{"FREQ=MONTHLY;BYDAY=1MO", "2026-03-02", "2026-03-03", NULL},
		{"FREQ=MONTHLY;BYDAY=1MO", "2026-03-02T09:00", "2026-03-02T17:00", "FREQ=MONTHLY;BYDAY=1MO"},
		{"FREQ=DAILY;BYHOUR=9", "2026-03-02T09:00", "2026-03-02T17:00", "FREQ=DAILY;BYHOUR=17"},
		{"FREQ=DAILY;BYHOUR=9,12", "2026-03-02T09:00", "2026-03-02T17:00", "FREQ=DAILY;BYHOUR=17,20"},
		{"FREQ=DAILY;BYHOUR=9,15", "2026-03-02T09:00", "2026-03-02T11:00", "FREQ=DAILY;BYHOUR=11,17"},
		{"FREQ=DAILY;BYHOUR=9,15;BYMINUTE=0,20", "2026-03-02T09:00", "2026-03-02T10:30",
		 "FREQ=DAILY;BYMINUTE=30,50;BYHOUR=10,16"},
		{"FREQ=DAILY;BYHOUR=9,15", "2026-03-02T09:00", "2026-03-02T18:00",
		 NULL}, /* 15 becomes another day's 0 */
		{"FREQ=DAILY;BYHOUR=9,15;BYMINUTE=0,45", "2026-03-02T09:00", "2026-03-02T09:30", NULL},
		{"FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-01-01", "2026-01-04", "FREQ=MONTHLY;BYMONTHDAY=4,18"},
		{"FREQ=MONTHLY;BYMONTHDAY=1,28", "2026-01-01", "2026-01-04", NULL},
		{"FREQ=MONTHLY;BYMONTHDAY=25", "2026-01-25", "2026-02-01", NULL},
		/* Of the other kind. */
		{"FREQ=WEEKLY;BYDAY=SU", "2026-03-01", "2026-03-02T09:00", "FREQ=WEEKLY;BYDAY=MO"},
		{"FREQ=WEEKLY;BYDAY=SU;UNTIL=20260322T140000Z", "2026-03-01T09:00", "2026-03-02",
		 "FREQ=WEEKLY;UNTIL=20260323;BYDAY=MO"},
		/* Up to the end of our years. */
		{"FREQ=YEARLY", "2026-12-31", "2027-01-01", "FREQ=YEARLY"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct series series = {.start = time_of(cases[i].start, NEW_YORK), .rrule = cases[i].rule};
		struct caltime other = time_of(cases[i].other, NEW_YORK);
		const char *rule = series_rule_shifted(arena, &series, &other);

		if (!rule != !cases[i].shifted || (rule && strcmp(rule, cases[i].shifted) != 0))
			fail_msg("%s of %s at %s: %s", cases[i].rule, cases[i].start, cases[i].other,
				 rule ? rule : "none");
	}
	arena_free(arena);
}

/* Cut anywhere and not moved, the two parts are the whole. */
static void two_parts_are_the_whole(void **state)
{
	static struct walls whole, part;
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++) {
		struct series series = {.start = time_of(examples[i].start, NEW_YORK), .rrule = examples[i].rule};
		struct series other = series;
		struct caltime cut = series.start;

		expand(&series, INT64_MIN, INT64_MAX, 200, &whole);
		for (size_t at = 1; at < whole.count && at < 100; at += 1 + whole.count / 6) {
			caltime_set_wall(&cut, whole.walls[at]);
			other.start = series.start;
			other.rrule = series_rule_before(arena, &series, &cut);
			expand(&other, INT64_MIN, INT64_MAX, WALLS, &part);
			if (part.count != at || part.walls[at - 1] != whole.walls[at - 1])
				fail_msg("%s cut at %s: %zu before", series.rrule, text_of(whole.walls[at]),
					 part.count);
			other.start = cut;
			other.rrule = series_rule_from(arena, &series, &cut, &cut);
			expand(&other, INT64_MIN, INT64_MAX, whole.count - at, &part);
			if (part.count != whole.count - at ||
			    memcmp(part.walls, whole.walls + at, part.count * sizeof(part.walls[0])) != 0)
				fail_msg("%s cut at %s: %s from it", series.rrule, text_of(whole.walls[at]),
					 other.rrule);
		}
	}
	arena_free(arena);
}

/*
 * libical's iterator, from the start on: what it leaves out (see rule.h) is left out here, too, and so is a start that
 * is none of the rule's.
 */
static void libical_agrees(void **state)
{
	static const char *const rules[] = {
		"FREQ=DAILY;INTERVAL=3",
		"FREQ=DAILY;BYMONTH=1,3;BYDAY=MO,SU",
		"FREQ=DAILY;BYMONTHDAY=1,13,29;BYHOUR=9,18",
		"FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,WE",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO,SA;WKST=SU",
		"FREQ=WEEKLY;BYMONTH=2,11",
		"FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=-2,29,31",
		"FREQ=MONTHLY;BYDAY=-1MO,2SU,FR",
		"FREQ=MONTHLY;BYMONTH=1,6;BYDAY=SA,SU;BYSETPOS=2,-1",
		"FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=1,2,3,4,29,30,31",
		"FREQ=YEARLY;INTERVAL=3;BYDAY=1MO,-1SU,30WE",
		"FREQ=YEARLY;BYMONTH=3,9;BYDAY=-1SU,1MO",
		"FREQ=YEARLY;BYMONTH=4,10;BYMONTHDAY=-1,7",
		"FREQ=YEARLY;BYYEARDAY=-1,1,60,200",
		"FREQ=YEARLY;BYMONTH=5,6;BYDAY=MO,TU;BYSETPOS=1,3,-2",
		"FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=13;BYDAY=FR",
		"FREQ=HOURLY;INTERVAL=7",
		"FREQ=HOURLY;BYHOUR=3,4;BYDAY=MO;BYMINUTE=5,50",
		"FREQ=MINUTELY;INTERVAL=47",
	};
	static const char *const starts[] = {"1999-12-31T23:30", "2000-02-29T09:00", "2026-03-01T00:00",
					     "2031-11-30T12:15"};
	static struct walls got;

	(void)state;
	for (size_t i = 0; i < COUNT(rules) * COUNT(starts); i++) {
		struct series series = {.start = time_of(starts[i % COUNT(starts)], "UTC"),
					.rrule = rules[i / COUNT(starts)]};
		struct icaltimetype at = until_of(&series.start, caltime_wall(&series.start));
		icalrecur_iterator *iterator = icalrecur_iterator_new(icalrecurrencetype_from_string(series.rrule), at);

		expand(&series, INT64_MIN, INT64_MAX, 100, &got);
		assert_int_equal(got.count, 100);
		for (size_t n = 1; n < got.count; n++) {
			do {
				at = icalrecur_iterator_next(iterator);
			} while (until_wall(&at, &series.start) <= got.walls[0]);
			if (until_wall(&at, &series.start) != got.walls[n])
				fail_msg("%s from %s: %s, libical has %s", series.rrule, starts[i % COUNT(starts)],
					 text_of(got.walls[n]), icaltime_as_ical_string(at));
		}
		icalrecur_iterator_free(iterator);
	}
}

/* A window centuries behind the start takes no longer than one at it. */
static void far_windows(void **state)
{
	static const char *const rules[] = {"FREQ=DAILY;INTERVAL=7", "FREQ=MINUTELY;INTERVAL=10080",
					    "FREQ=HOURLY;INTERVAL=168", "FREQ=WEEKLY"};
	int64_t from = instant_of("2199-01-01T00:00:00Z"), to = instant_of("2199-02-01T00:00:00Z");
	static struct walls got;

	(void)state;
	alarm(SECONDS);
	for (int n = 0; n < 1000; n++) {
		for (size_t i = 0; i < COUNT(rules); i++) {
			/* A Monday; so are 7, 14, 21 and 28 January 2199. */
			struct series series = {.start = time_of("1900-01-01T09:00", "UTC"), .rrule = rules[i]};

			expand(&series, from, to, WALLS, &got);
			assert_int_equal(got.count, 4);
			assert_int_equal(got.walls[0] % DAY, 9 * 3600);
			assert_string_equal(text_of(got.walls[0]), "2199-01-07T09:00");
		}
	}
	alarm(0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rfc_s_examples),
		cmocka_unit_test(parts_of_the_whole),
		cmocka_unit_test(clocks_that_change),
		cmocka_unit_test(readers),
		cmocka_unit_test(ends),
		cmocka_unit_test(single_dates),
		cmocka_unit_test(refused),
		cmocka_unit_test(refused_by_number),
		cmocka_unit_test(refused_by_their_dates),
		cmocka_unit_test(bounded_calls),
		cmocka_unit_test(normal_forms),
		cmocka_unit_test(cut_in_two),
		cmocka_unit_test(shifted),
		cmocka_unit_test(two_parts_are_the_whole),
		cmocka_unit_test(libical_agrees),
		cmocka_unit_test(far_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
