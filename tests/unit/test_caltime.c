/*
 * caltime and zone: dates, floating and zoned times, and the instants they are by the machine's tzdata. Expected
 * instants are computed by hand from the zones' rules.
 */
#include "unit.h"

#include "functions/planning/caltime.c"
#include "functions/planning/zone.c"

static int64_t instant_of(const char *text)
{
	int64_t us;

	if (!instant_parse(text, &us))
		fail_msg("'%s' is no instant", text);
	return us / 1000000;
}

static int64_t wall_of(const char *text)
{
	struct caltime t;

	if (!caltime_parse(&t, text))
		fail_msg("'%s' is no time", text);
	return caltime_wall(&t);
}

static void parsed(void **state)
{
	static const struct {
		const char *text, *formatted; /* NULL: refused */
		bool is_date;
	} cases[] = {
		{"2026-03-29", "2026-03-29", true},
		{"2024-02-29", "2024-02-29", true},
		{"1900-01-01", "1900-01-01", true},
		{"2199-12-31", "2199-12-31", true},
		{"2026-03-29T09:00", "2026-03-29T09:00", false},
		{"2026-03-29T09:00:00", "2026-03-29T09:00", false},
		{"2026-03-29T23:59:59", "2026-03-29T23:59:59", false},
		{"2026-03-29T00:00", "2026-03-29T00:00", false},
		{"", NULL, false},
		{"2026", NULL, false},
		{"2026-02-29", NULL, false},
		{"1899-12-31", NULL, false},
		{"2200-01-01", NULL, false},
		{"2026-13-01", NULL, false},
		{"2026-03-29T", NULL, false},
		{"2026-03-29T9:00", NULL, false},
		{"2026-03-29T24:00", NULL, false},
		{"2026-03-29T09:60", NULL, false},
		{"2026-03-29T09", NULL, false},
		{"2026-03-29T09:00:60", NULL, false},
		{"2026-03-29T09:00:", NULL, false},
		{"2026-03-29T09:00Z", NULL, false},
		{"2026-03-29T09:00:30.5", NULL, false},
		{"2026-03-29 09:00", NULL, false},
		{"2026-03-29T09:00 ", NULL, false},
		{"2026-3-29", NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct caltime t = {.zone = "stale"};
		char text[CALTIME_TEXT];

		if (caltime_parse(&t, cases[i].text) != (cases[i].formatted != NULL))
			fail_msg("'%s' is %s", cases[i].text, cases[i].formatted ? "refused" : "taken");
		if (!cases[i].formatted)
			continue;
		caltime_format(text, &t);
		assert_string_equal(text, cases[i].formatted);
		assert_int_equal(t.is_date, cases[i].is_date);
		assert_null(t.zone);
	}
}

static void json(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"{\"date\":\"2026-03-29\"}", true},
		{"{\"local\":\"2026-03-29T09:00\"}", true},
		{"{\"local\":\"2026-03-29T09:00:30\",\"time_zone\":\"Europe/Berlin\"}", true},
		{"{}", false},
		{"[]", false},
		{"null", false},
		{"\"2026-03-29\"", false},
		{"{\"date\":\"2026-03-29T09:00\"}", false},
		{"{\"local\":\"2026-03-29\"}", false},
		{"{\"date\":\"2026-03-29\",\"local\":\"2026-03-29T09:00\"}", false},
		{"{\"date\":20260329}", false},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum json_fault fault;
		struct caltime t;
		bool valid = caltime_of_json(&t, json_read(arena, cases[i].text, strlen(cases[i].text), &fault));

		assert_int_equal(fault, JSON_OK);
		if (valid != cases[i].valid)
			fail_msg("%s is %s", cases[i].text, valid ? "taken" : "refused");
		if (valid)
			assert_string_equal(caltime_json(arena, &t), cases[i].text);
	}
	arena_free(arena);
}

static void walls_and_weekdays(void **state)
{
	static const struct {
		const char *text;
		int64_t wall;
		int weekday;
	} cases[] = {
		{"1970-01-01", 0, 4},
		{"1970-01-01T00:00:01", 1, 4},
		{"1969-12-31T23:59:59", -1, 3},
		{"2000-02-29", 951782400, 2},
		{"2026-11-28T16:00", 1795881600, 6},
		{"1900-01-01", -2208988800, 1},
		{"2199-12-31T23:59:59", 7258118399, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct caltime t, back = {0};
		char text[CALTIME_TEXT];

		assert_true(caltime_parse(&t, cases[i].text));
		assert_int_equal(caltime_wall(&t), cases[i].wall);
		assert_int_equal(caltime_weekday(&t), cases[i].weekday);
		back.is_date = t.is_date;
		caltime_set_wall(&back, cases[i].wall);
		caltime_format(text, &back);
		assert_string_equal(text, cases[i].text);
	}
}

static void a_date_drops_the_time(void **state)
{
	struct caltime t = {.is_date = true};

	(void)state;
	caltime_set_wall(&t, wall_of("2026-03-29T23:30:10"));
	assert_int_equal(t.day, 29);
	assert_int_equal(t.hour + t.minute + t.second, 0);
}

/* Walls and their instants, both ways but where the wall is shown at another instant, too, or never. */
static void zones(void **state)
{
	static const struct {
		const char *zone, *wall, *instant;
		const char *shown; /* where it is not the wall */
	} cases[] = {
		{"UTC", "2026-03-29T02:30", "2026-03-29T02:30:00Z", NULL},
		{"No/Such_Zone", "2026-07-01T12:00", "2026-07-01T12:00:00Z", NULL},
		{"../../../etc/passwd", "2026-07-01T12:00", "2026-07-01T12:00:00Z", NULL},
		{"XYZ3", "2026-07-01T12:00", "2026-07-01T12:00:00Z", NULL},
		{"", "2026-07-01T12:00", "2026-07-01T12:00:00Z", NULL},
		/* Last Sunday of March at 01:00Z forward, of October at 01:00Z back. */
		{"Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z", NULL},
		{"Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00:00Z", "2026-03-29T03:00"},
		{"Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30:00Z", "2026-03-29T03:30"},
		{"Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00Z", NULL},
		{"Europe/Berlin", "2026-10-25T01:59:59", "2026-10-24T23:59:59Z", NULL},
		{"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00Z", NULL},
		{"Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z", NULL},
		/* Behind the last change that a file lists, by the rule in its footer. */
		{"Europe/Berlin", "2037-12-31T12:00", "2037-12-31T11:00:00Z", NULL},
		{"Europe/Berlin", "2050-07-01T12:00", "2050-07-01T10:00:00Z", NULL},
		{"Europe/Berlin", "2199-07-01T12:00", "2199-07-01T10:00:00Z", NULL},
		{"Europe/Berlin", "2199-12-01T12:00", "2199-12-01T11:00:00Z", NULL},
		/* 27 March 2050 is the last Sunday. */
		{"Europe/Berlin", "2050-03-27T02:30", "2050-03-27T01:30:00Z", "2050-03-27T03:30"},
		/* Second Sunday of March, first of November, at 02:00 of the clock. */
		{"America/New_York", "2026-03-08T02:30", "2026-03-08T07:30:00Z", "2026-03-08T03:30"},
		{"America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z", NULL},
		{"America/New_York", "2026-11-01T02:30", "2026-11-01T07:30:00Z", NULL},
		/* Half an hour: 5 April 2026 at 02:00 back, 4 October at 02:00 forward. */
		{"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z", NULL},
		{"Australia/Lord_Howe", "2026-04-05T02:00", "2026-04-04T15:30:00Z", NULL},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45:00Z", "2026-10-04T02:45"},
		{"Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30:00Z", NULL},
		{"Australia/Lord_Howe", "2100-01-15T12:00", "2100-01-15T01:00:00Z", NULL},
		/* An hour less in Ramadan: from 15 February 2026, 03:00, to 22 March, 02:00. */
		{"Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30:00Z", NULL},
		{"Africa/Casablanca", "2026-02-16T02:30", "2026-02-16T02:30:00Z", NULL},
		{"Africa/Casablanca", "2026-03-22T02:30", "2026-03-22T02:30:00Z", "2026-03-22T03:30"},
		{"Africa/Casablanca", "2026-03-23T02:30", "2026-03-23T01:30:00Z", NULL},
		/* Rules that were new when tzdata was: ICU's own data may not have them. */
		{"Africa/Cairo", "2024-07-01T12:00", "2024-07-01T09:00:00Z", NULL},
		{"America/Nuuk", "2024-01-15T12:00", "2024-01-15T14:00:00Z", NULL},
		{"America/Nuuk", "2024-07-01T12:00", "2024-07-01T13:00:00Z", NULL},
		/* 30 December 2011 was left out. */
		{"Pacific/Apia", "2011-12-29T23:59:59", "2011-12-30T09:59:59Z", NULL},
		{"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z", "2011-12-31T12:00"},
		{"Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z", NULL},
		{"Asia/Kathmandu", "2026-01-01T00:00", "2025-12-31T18:15:00Z", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t instant = zone_instant(cases[i].zone, wall_of(cases[i].wall));
		const char *shown = cases[i].shown ? cases[i].shown : cases[i].wall;

		if (instant != instant_of(cases[i].instant))
			fail_msg("%s %s is %lld s off", cases[i].zone, cases[i].wall,
				 (long long)(instant - instant_of(cases[i].instant)));
		if (zone_wall(cases[i].zone, instant) != wall_of(shown))
			fail_msg("%s shows another time than %s", cases[i].zone, shown);
	}
}

/* Every quarter of an hour of some years: the first instant that shows a wall, which a search from before finds. */
static void instants_are_the_first(void **state)
{
	static const char *const names[] = {"Europe/Berlin",     "America/New_York", "Australia/Lord_Howe",
					    "Africa/Casablanca", "Pacific/Apia",     "America/Nuuk",
					    "Asia/Gaza",         "Antarctica/Troll"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		int64_t previous = INT64_MIN;

		for (int64_t at = instant_of("2011-06-01T00:00:00Z"); at < instant_of("2012-06-01T00:00:00Z");
		     at += 900) {
			int64_t wall = zone_wall(names[i], at), first = zone_instant(names[i], wall);

			/* A wall seen before is one that comes twice. */
			assert_true(wall > previous ? first == at : first < at && zone_wall(names[i], first) == wall);
			previous = wall > previous ? wall : previous;
		}
	}
}

static void instants_of_caltimes(void **state)
{
	struct caltime t;

	(void)state;
	assert_true(caltime_parse(&t, "2026-07-01T12:00"));
	assert_int_equal(caltime_instant(&t, "Europe/Berlin"), instant_of("2026-07-01T10:00:00Z"));
	t.zone = "America/New_York";
	assert_int_equal(caltime_instant(&t, "Europe/Berlin"), instant_of("2026-07-01T16:00:00Z"));
	/* Clocks in Beirut go forward at midnight: the day begins at one. */
	assert_true(caltime_parse(&t, "2026-03-29"));
	assert_int_equal(caltime_instant(&t, "Asia/Beirut"), instant_of("2026-03-28T22:00:00Z"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parsed),
		cmocka_unit_test(json),
		cmocka_unit_test(walls_and_weekdays),
		cmocka_unit_test(a_date_drops_the_time),
		cmocka_unit_test(zones),
		cmocka_unit_test(instants_are_the_first),
		cmocka_unit_test(instants_of_caltimes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
