/*
 * clock: RFC 3339 both ways, the calendar against the C library's, time zones.
 */
#include "unit.h"

#include <inttypes.h>
#include <time.h>

#include "util/clock.h"

#define US 1000000

static void now_is_now(void **state)
{
	time_t before = time(NULL);
	int64_t now = clock_now_us(), tick = clock_tick_us();

	(void)state;
	/* Within what a machine's clock may be set back or forth meanwhile. */
	assert_in_range(now / US, before - 60, before + 60);
	assert_true(clock_tick_us() >= tick);
	usleep(2000);
	assert_true(clock_tick_us() - tick >= 2000);
}

static void instants_are_parsed(void **state)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t us;
	} cases[] = {
		{"1970-01-01T00:00:00Z", true, 0},
		{"1970-01-01t00:00:00z", true, 0},
		{"1970-01-01T00:00:00.000001Z", true, 1},
		{"1969-12-31T23:59:59.999999Z", true, -1},
		{"2026-03-29T07:00:00Z", true, INT64_C(1774767600) * US},
		{"2026-03-29T09:00:00+02:00", true, INT64_C(1774767600) * US},
		{"2026-03-29T01:30:00-05:30", true, INT64_C(1774767600) * US},
		{"2026-03-29T07:00:00-00:00", true, INT64_C(1774767600) * US},
		{"2026-03-29T07:00:00.5Z", true, INT64_C(1774767600) * US + 500000},
		{"2026-03-29T07:00:00.123456Z", true, INT64_C(1774767600) * US + 123456},
		{"2026-03-29T07:00:00.1234569999Z", true, INT64_C(1774767600) * US + 123456},
		{"2026-03-29T07:00:00.000000000000000000000000001Z", true, INT64_C(1774767600) * US},
		{"2000-02-29T00:00:00Z", true, INT64_C(951782400) * US},
		{"0001-01-01T00:00:00Z", true, INT64_C(-62135596800) * US},
		{"9999-12-31T23:59:59.999999Z", true, INT64_C(253402300799) * US + 999999},
		{"2016-12-31T23:59:60Z", true, INT64_C(1483228800) * US},
		{"2017-01-01T00:59:60+01:00", true, INT64_C(1483228800) * US},
		{"2016-12-31T22:59:60Z", false, 0},
		{"2016-12-31T23:59:60+01:00", false, 0},
		{"2016-12-31T23:59:61Z", false, 0},
		{"9999-12-31T23:59:60Z", false, 0},
		{"0001-01-01T00:00:00+00:01", false, 0},
		{"9999-12-31T23:59:59-00:01", false, 0},
		{"0000-12-31T23:59:59Z", false, 0},
		{"1900-02-29T00:00:00Z", false, 0},
		{"2026-02-29T00:00:00Z", false, 0},
		{"2026-00-10T00:00:00Z", false, 0},
		{"2026-13-10T00:00:00Z", false, 0},
		{"2026-04-31T00:00:00Z", false, 0},
		{"2026-04-00T00:00:00Z", false, 0},
		{"2026-04-01T24:00:00Z", false, 0},
		{"2026-04-01T00:60:00Z", false, 0},
		{"2026-04-01T00:00:00", false, 0},
		{"2026-04-01T00:00:00.Z", false, 0},
		{"2026-04-01T00:00:00,5Z", false, 0},
		{"2026-04-01T00:00:00+24:00", false, 0},
		{"2026-04-01T00:00:00+01:60", false, 0},
		{"2026-04-01T00:00:00+0100", false, 0},
		{"2026-04-01T00:00:00+01", false, 0},
		{"2026-04-01T00:00:00ZZ", false, 0},
		{"2026-04-01T00:00:00Z ", false, 0},
		{" 2026-04-01T00:00:00Z", false, 0},
		{"2026-04-01 00:00:00Z", false, 0},
		{"2026-04-01T00:00Z", false, 0},
		{"2026-4-01T00:00:00Z", false, 0},
		{"20260401T000000Z", false, 0},
		{"12026-04-01T00:00:00Z", false, 0},
		{"-026-04-01T00:00:00Z", false, 0},
		{"2026-04-01", false, 0},
		{"2026-04-01T", false, 0},
		{"now", false, 0},
		{"", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = strdup(cases[i].text);
		int64_t us = 4711;

		if (instant_parse(text, &us) != cases[i].valid || us != (cases[i].valid ? cases[i].us : 4711))
			fail_msg("\"%s\" gives %" PRId64, text, us);
		free(text);
	}
}

static void instants_are_formatted(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00Z"},
		{1, "1970-01-01T00:00:00.000001Z"},
		{-1, "1969-12-31T23:59:59.999999Z"},
		{-US, "1969-12-31T23:59:59Z"},
		{INT64_C(1774767600) * US + 120000, "2026-03-29T07:00:00.12Z"},
		{INT64_C(-62135596800) * US, "0001-01-01T00:00:00Z"},
		{INT64_C(253402300799) * US + 999999, "9999-12-31T23:59:59.999999Z"},
		{INT64_MAX, "294247-01-10T04:00:54.775807Z"},
		{INT64_MIN, "-290308-12-21T19:59:05.224192Z"},
	};
	char text[INSTANT_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		instant_format(text, cases[i].us);
		assert_string_equal(text, cases[i].text);
	}
}

static void every_day_is_the_c_librarys(void **state)
{
	(void)state;
	for (int64_t day = -719162; day <= 2932896; day++) {
		int64_t us = (day * 86400 + (day & 0xffff)) * US, back;
		char text[INSTANT_TEXT], expected[INSTANT_TEXT];
		time_t seconds = us / US;
		struct tm tm;

		if (us % US < 0)
			seconds--;
		gmtime_r(&seconds, &tm);
		snprintf(expected, sizeof(expected), "%04u-%02u-%02uT%02u:%02u:%02uZ", (tm.tm_year + 1900u) % 10000,
			 (tm.tm_mon + 1u) % 100, tm.tm_mday % 100u, tm.tm_hour % 100u, tm.tm_min % 100u,
			 tm.tm_sec % 100u);
		instant_format(text, us);
		if (strcmp(text, expected) || !instant_parse(text, &back) || back != us)
			fail_msg("day %" PRId64 ": %s, %s expected", day, text, expected);
	}
}

static void dates_exist_or_not(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"2026-03-29", true},  {"2024-02-29", true},   {"2000-02-29", true},   {"0001-01-01", true},
		{"9999-12-31", true},  {"2026-02-29", false},  {"1900-02-29", false},  {"2026-02-30", false},
		{"2026-11-31", false}, {"2026-00-01", false},  {"2026-13-01", false},  {"2026-01-00", false},
		{"2026-01-32", false}, {"0000-01-01", false},  {"2026-1-1", false},    {"2026/01/01", false},
		{"20260101", false},   {"2026-01-01 ", false}, {" 2026-01-01", false}, {"2026-01-01T00:00:00Z", false},
		{"2026-01-", false},   {"2026", false},        {"+026-01-01", false},  {"", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = strdup(cases[i].text);

		if (date_valid(text) != cases[i].valid)
			fail_msg("\"%s\"", text);
		free(text);
	}
}

static void zones_are_iana_names(void **state)
{
	static const struct {
		const char *name;
		bool valid;
	} cases[] = {
		{"UTC", true},
		{"Etc/UTC", true},
		{"Europe/Berlin", true},
		{"Asia/Kolkata", true},
		{"America/Argentina/Buenos_Aires", true},
		{"America/Port-au-Prince", true},
		{"Etc/GMT+5", true},
		{"Pacific/Chatham", true},
		{"", false},
		{"Europe", false},
		{"Europe/", false},
		{"Europe/Berlin/", false},
		{"/Europe/Berlin", false},
		{"Europe//Berlin", false},
		{"Europe/Atlantis", false},
		{"europe/berlin", false},
		{"Europe/../Europe/Berlin", false},
		{"../zoneinfo/UTC", false},
		{"./UTC", false},
		{"posix/UTC", false},
		{"right/UTC", false},
		{"posixrules", false},
		{"localtime", false},
		{"zone.tab", false},
		{"tzdata.zi", false},
		{"leapseconds", false},
		{"UTC\n", false},
		{"Europe/Berlin ", false},
		{"Europe/Berl\xc3\xadn", false},
		{"+02:00", false},
		{"A/very/long/name/that/no/zone/has/and/that/should/not/reach/the/file/system/at/all", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (time_zone_valid(cases[i].name) != cases[i].valid)
			fail_msg("\"%s\"", cases[i].name);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(now_is_now),
		cmocka_unit_test(instants_are_parsed),
		cmocka_unit_test(instants_are_formatted),
		cmocka_unit_test(every_day_is_the_c_librarys),
		cmocka_unit_test(dates_exist_or_not),
		cmocka_unit_test(zones_are_iana_names),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
