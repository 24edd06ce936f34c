/*
 * reminding: which reminders come next, from what the events of tasks and events carry.
 */
#include "unit.h"

#include <json-c/json.h>

#include "functions/planning/caltime.c"
#include "functions/planning/day.c"
#include "functions/planning/recurrence.c"
#include "functions/planning/rule.c"
#include "functions/planning/rule_move.c"
#include "functions/planning/timing.c"
#include "functions/planning/zone.c"
#undef DAY_S
#include "functions/planning/reminding.c"
#include "util/buf.h"
#include "util/clock.h"

#define TASK  PLAN_TASK
#define EVENT PLAN_EVENT

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static int64_t us(const char *instant)
{
	int64_t value;

	if (!instant_parse(instant, &value))
		fail_msg("no instant: %s", instant);
	return value;
}

/* JSON with ' for ". */
static struct plan *plan(enum plan_kind kind, const char *text, const char *zone)
{
	char *json = arena_strdup(arena, text);
	enum json_fault fault;
	struct json_object *payload;

	for (char *c = json; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	payload = json_read(arena, json, strlen(json), &fault);
	if (payload == NULL)
		fail_msg("%s: %s", json_fault_text(fault), json);
	return plan_read(arena, kind, payload, zone);
}

/* "key[ of occurrence] at instant", by commas. */
static const char *shown(const struct reminders *list)
{
	struct buf *out = buf_in(arena, 1u << 20);

	for (size_t i = 0; i < list->count; i++) {
		const struct reminder *r = &list->items[i];
		char text[INSTANT_TEXT];

		instant_format(text, r->at_us);
		buf_printf(out, "%s%s%s%s at %s", i > 0 ? ", " : "", r->key, r->occurrence[0] != '\0' ? " of " : "",
			   r->occurrence, text);
	}
	return buf_text(out);
}

static const struct reminders none;

static const char *next(enum plan_kind kind, const char *payload, const char *zone, const char *after)
{
	struct reminders list = {0};

	plan_reminders(plan(kind, payload, zone), us(after), &none, &none, &list);
	return shown(&list);
}

#define BERLIN             "'time_zone': 'Europe/Berlin'"
#define REL(offset, point) "{'offset_minutes': " #offset ", 'relative_to': '" point "'}"
#define AT_JUNE1           "{'at': '2026-06-01T10:00:00+02:00'}"
#define DAILY_TASK                                                                                                     \
	"'series_start': {'local': '2026-03-01T09:00', " BERLIN "}, " BERLIN ", 'reminders': [" REL(-30, "due") "]"
#define WEEKLY_EVENT                                                                                                   \
	"'start': {'local': '2026-03-02T09:00', " BERLIN "}, 'end': {'local': '2026-03-02T10:00', " BERLIN "}, "       \
	"'recurrence': {'rrule': 'FREQ=WEEKLY'}, 'reminders': [" REL(-10, "start") "]"

static void what_is_next(void **state)
{
	static const struct {
		const char *name;
		enum plan_kind kind;
		const char *payload, *zone, *after, *expected;
	} cases[] = {
		{"nothing", TASK, "{}", "UTC", "2026-01-01T00:00:00Z", ""},
		{"before its due time", TASK,
		 "{'due': {'local': '2026-03-29T09:00', " BERLIN "}, 'reminders': [" REL(-30, "due") "]}", "UTC",
		 "2026-01-01T00:00:00Z", "-30 due at 2026-03-29T06:30:00Z"},
		{"it has passed", TASK,
		 "{'due': {'local': '2026-03-29T09:00', " BERLIN "}, 'reminders': [" REL(-30, "due") "]}", "UTC",
		 "2026-03-29T06:30:00Z", ""},
		{"floating, in its user's zone", TASK,
		 "{'due': {'local': '2026-03-29T09:00'}, 'time_zone': 'America/New_York', 'reminders': [" REL(
			 0, "due") "]}",
		 "UTC", "2026-01-01T00:00:00Z", "0 due at 2026-03-29T13:00:00Z"},
		{"a day counts from its first moment", TASK,
		 "{'due': {'date': '2026-03-29'}, " BERLIN ", 'reminders': [" REL(540, "due") "]}", "UTC",
		 "2026-01-01T00:00:00Z", "540 due at 2026-03-29T08:00:00Z"},
		{"start and due, and an instant", TASK,
		 "{'due': {'local': '2026-06-02T09:00'}, 'starts': {'date': '2026-06-01'}, " BERLIN
		 ", 'reminders': [" REL(-60, "start") ", " REL(-15, "due") ", " AT_JUNE1 "]}",
		 "UTC", "2026-01-01T00:00:00Z",
		 "-60 start at 2026-05-31T21:00:00Z, -15 due at 2026-06-02T06:45:00Z, at 2026-06-01T08:00:00Z at "
		 "2026-06-01T08:00:00Z"},
		{"an instant without a due time", TASK, "{'reminders': [" AT_JUNE1 ", " REL(-5, "due") "]}", "UTC",
		 "2026-01-01T00:00:00Z", "at 2026-06-01T08:00:00Z at 2026-06-01T08:00:00Z"},
		{"done", TASK, "{'completed': true, 'reminders': [" AT_JUNE1 "]}", "UTC", "2026-01-01T00:00:00Z", ""},
		{"what is no reminder", TASK,
		 "{'due': {'date': '2026-03-29'}, 'reminders': [1, {}, {'at': 'soon'}, {'offset_minutes': 'x', "
		 "'relative_to': 'due'}, " REL(1, "dusk") ", null]}",
		 "UTC", "2026-01-01T00:00:00Z", ""},
		{"snoozed", TASK,
		 "{'due': {'local': '2026-06-02T09:00'}, 'snoozed_until': '2026-06-02T08:50:00+00:00', 'reminders': "
		 "[" REL(-30, "due") ", " REL(0, "due") "]}",
		 "UTC", "2026-01-01T00:00:00Z", "snooze at 2026-06-02T08:50:00Z, 0 due at 2026-06-02T09:00:00Z"},
		{"no longer snoozed", TASK,
		 "{'due': {'local': '2026-06-02T09:00'}, 'snoozed_until': '2026-06-02T08:50:00+00:00', 'reminders': "
		 "[" REL(0, "due") "]}",
		 "UTC", "2026-06-02T08:55:00Z", "0 due at 2026-06-02T09:00:00Z"},

		{"the current occurrence", TASK,
		 "{" DAILY_TASK ", 'due': {'local': '2026-03-28T09:00', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'occurrence': {'local': '2026-03-28T09:00', " BERLIN "}}",
		 "UTC", "2026-03-01T00:00:00Z", "-30 due of 2026-03-28T09:00 at 2026-03-28T07:30:00Z"},
		{"the next, behind a change of clocks", TASK,
		 "{" DAILY_TASK ", 'due': {'local': '2026-03-28T09:00', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'occurrence': {'local': '2026-03-28T09:00', " BERLIN "}}",
		 "UTC", "2026-03-28T07:30:00Z", "-30 due of 2026-03-29T09:00 at 2026-03-29T06:30:00Z"},
		{"moved: this once", TASK,
		 "{" DAILY_TASK ", 'due': {'local': '2026-03-28T12:00', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'occurrence': {'local': '2026-03-28T09:00', " BERLIN "}}",
		 "UTC", "2026-03-28T00:00:00Z", "-30 due of 2026-03-28T09:00 at 2026-03-28T10:30:00Z"},
		{"moved: not the next", TASK,
		 "{" DAILY_TASK ", 'due': {'local': '2026-03-28T12:00', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'occurrence': {'local': '2026-03-28T09:00', " BERLIN "}}",
		 "UTC", "2026-03-28T10:30:00Z", "-30 due of 2026-03-29T09:00 at 2026-03-29T06:30:00Z"},
		{"left out, and added", TASK,
		 "{" DAILY_TASK ", 'due': {'local': '2026-03-28T09:00', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY', "
		 "'exdates': ['2026-03-29T09:00', '2026-03-30T09:00'], 'rdates': ['2026-03-29T20:00']}, 'occurrence': "
		 "{'local': '2026-03-28T09:00', " BERLIN "}}",
		 "UTC", "2026-03-28T10:30:00Z", "-30 due of 2026-03-29T20:00 at 2026-03-29T17:30:00Z"},
		{"after completion only the current one", TASK,
		 "{" DAILY_TASK ", 'due': {'local': '2026-03-28T09:00', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY', 'after_completion': true}, 'occurrence': {'local': "
		 "'2026-03-28T09:00', " BERLIN "}}",
		 "UTC", "2026-03-28T10:30:00Z", ""},
		{"its start keeps its distance", TASK,
		 "{'series_start': {'date': '2026-03-01'}, " BERLIN
		 ", 'reminders': [" REL(480, "start") "], 'due': {'date': '2026-03-15'}, 'starts': {'date': "
						      "'2026-03-13'}, 'recurrence': {'rrule': "
						      "'FREQ=WEEKLY'}, 'occurrence': {'date': '2026-03-15'}}",
		 "UTC", "2026-03-14T00:00:00Z", "480 start of 2026-03-22 at 2026-03-20T07:00:00Z"},
		{"the last has no next", TASK,
		 "{" DAILY_TASK ", 'due': {'local': '2026-03-03T09:00', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY;COUNT=3'}, 'occurrence': {'local': '2026-03-03T09:00', " BERLIN
		 "}}",
		 "UTC", "2026-03-03T08:00:00Z", ""},
		{"an instant of a series comes once", TASK,
		 "{'series_start': {'date': '2026-03-01'}, 'due': {'date': '2026-03-01'}, 'reminders': [" AT_JUNE1
		 "], 'recurrence': {'rrule': 'FREQ=DAILY'}, 'occurrence': {'date': '2026-03-01'}}",
		 "UTC", "2026-03-04T00:00:00Z", "at 2026-06-01T08:00:00Z at 2026-06-01T08:00:00Z"},

		{"before an event, and before its end", EVENT,
		 "{'start': {'local': '2026-03-02T09:00', " BERLIN
		 "}, 'end': {'local': '2026-03-02T09:00', 'time_zone': "
		 "'Europe/London'}, 'reminders': [" REL(-10, "start") ", " REL(-5, "end") "]}",
		 "UTC", "2026-03-01T00:00:00Z", "-10 start at 2026-03-02T07:50:00Z, -5 end at 2026-03-02T08:55:00Z"},
		{"days of a duration are days on the clock", EVENT,
		 "{'start': {'local': '2026-03-28T09:00', " BERLIN
		 "}, 'duration': 'P1DT2H30M', 'reminders': [" REL(0, "end") "]}",
		 "UTC", "2026-03-01T00:00:00Z", "0 end at 2026-03-29T09:30:00Z"},
		{"hours of one are hours", EVENT,
		 "{'start': {'local': '2026-03-28T09:00', " BERLIN
		 "}, 'duration': 'PT24H', 'reminders': [" REL(0, "end") "]}",
		 "UTC", "2026-03-01T00:00:00Z", "0 end at 2026-03-29T08:00:00Z"},
		{"the end of a day is the next one's begin", EVENT,
		 "{'start': {'date': '2026-03-28'}, 'end': {'date': '2026-03-29'}, 'reminders': [" REL(0, "end") "]}",
		 "Europe/Berlin", "2026-03-01T00:00:00Z", "0 end at 2026-03-28T23:00:00Z"},
		{"as it is without an end", EVENT,
		 "{'start': {'date': '2026-03-29'}, 'reminders': [" REL(0, "end") "]}", "Europe/Berlin",
		 "2026-03-01T00:00:00Z", "0 end at 2026-03-29T22:00:00Z"},
		{"an event without an end", EVENT,
		 "{'start': {'local': '2026-03-29T09:00'}, 'reminders': [" REL(0, "end") "]}", "Europe/Berlin",
		 "2026-03-01T00:00:00Z", "0 end at 2026-03-29T07:00:00Z"},
		{"a series", EVENT, "{" WEEKLY_EVENT "}", "UTC", "2026-03-25T00:00:00Z",
		 "-10 start of 2026-03-30T09:00 at 2026-03-30T06:50:00Z"},
		{"a series from its first on", EVENT, "{" WEEKLY_EVENT "}", "UTC", "2020-03-25T00:00:00Z",
		 "-10 start of 2026-03-02T09:00 at 2026-03-02T07:50:00Z"},
		{"an occurrence that was moved ahead", EVENT,
		 "{" WEEKLY_EVENT ", 'overrides': {'2026-03-16T09:00': {'start': {'local': '2026-03-04T12:00', " BERLIN
		 "}}}}",
		 "UTC", "2026-03-03T00:00:00Z", "-10 start of 2026-03-16T09:00 at 2026-03-04T10:50:00Z"},
		{"not where it was", EVENT,
		 "{" WEEKLY_EVENT ", 'overrides': {'2026-03-16T09:00': {'start': {'local': '2026-03-04T12:00', " BERLIN
		 "}}}}",
		 "UTC", "2026-03-09T10:00:00Z", "-10 start of 2026-03-23T09:00 at 2026-03-23T07:50:00Z"},
		{"moved to another's time: both", EVENT,
		 "{" WEEKLY_EVENT ", 'overrides': {'2026-03-16T09:00': {'start': {'local': '2026-03-09T09:00', " BERLIN
		 "}}}}",
		 "UTC", "2026-03-03T00:00:00Z",
		 "-10 start of 2026-03-16T09:00 at 2026-03-09T07:50:00Z, -10 start of 2026-03-09T09:00 at "
		 "2026-03-09T07:50:00Z"},
		{"cancelled", EVENT, "{" WEEKLY_EVENT ", 'overrides': {'2026-03-09T09:00': {'cancelled': true}}}",
		 "UTC", "2026-03-03T00:00:00Z", "-10 start of 2026-03-16T09:00 at 2026-03-16T07:50:00Z"},
		{"reminders of its own", EVENT,
		 "{" WEEKLY_EVENT ", 'overrides': {'2026-03-09T09:00': {'reminders': [" REL(-60, "start") ", " AT_JUNE1
													  "]}}}",
		 "UTC", "2026-03-03T00:00:00Z",
		 "-10 start of 2026-03-16T09:00 at 2026-03-16T07:50:00Z, -60 start of 2026-03-09T09:00 at "
		 "2026-03-09T07:00:00Z, at 2026-06-01T08:00:00Z of 2026-03-09T09:00 at 2026-06-01T08:00:00Z"},
		{"an end of its own", EVENT,
		 "{'start': {'local': '2026-03-02T09:00'}, 'duration': 'PT1H', 'recurrence': {'rrule': 'FREQ=WEEKLY'}, "
		 "'reminders': [" REL(0, "end") "], 'overrides': {'2026-03-09T09:00': {'duration': 'PT3H'}}}",
		 "UTC", "2026-03-03T00:00:00Z", "0 end of 2026-03-09T09:00 at 2026-03-09T12:00:00Z"},
		{"an end that moves along", EVENT,
		 "{'start': {'local': '2026-03-02T09:00'}, 'duration': 'PT1H', 'recurrence': {'rrule': 'FREQ=WEEKLY'}, "
		 "'reminders': [" REL(
			 0, "end") "], 'overrides': {'2026-03-09T09:00': {'start': {'local': '2026-03-09T11:00'}}}}",
		 "UTC", "2026-03-03T00:00:00Z", "0 end of 2026-03-09T09:00 at 2026-03-09T12:00:00Z"},
		{"days of a series where clocks go ahead at midnight", EVENT,
		 "{'start': {'date': '2026-03-01'}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'reminders': [" REL(
			 0, "start") "]}",
		 "Asia/Beirut", "2026-03-28T12:00:00Z", "0 start of 2026-03-29 at 2026-03-28T22:00:00Z"},
		{"a time that does not exist", EVENT,
		 "{'start': {'local': '2026-03-28T02:30', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'reminders': [" REL(0, "start") "]}",
		 "UTC", "2026-03-28T12:00:00Z", "0 start of 2026-03-29T02:30 at 2026-03-29T01:30:00Z"},
		{"a time that comes twice comes once", EVENT,
		 "{'start': {'local': '2026-10-24T02:30', " BERLIN
		 "}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'reminders': [" REL(0, "start") "]}",
		 "UTC", "2026-10-25T00:30:00Z", "0 start of 2026-10-26T02:30 at 2026-10-26T01:30:00Z"},
		{"an end on other clocks is as far behind each start", EVENT,
		 "{'start': {'local': '2026-03-15T09:00', " BERLIN
		 "}, 'end': {'local': '2026-03-15T09:00', 'time_zone': "
		 "'America/New_York'}, 'recurrence': {'rrule': 'FREQ=WEEKLY'}, 'reminders': [" REL(0, "end") "]}",
		 "UTC", "2026-04-12T11:30:00Z", "0 end of 2026-04-12T09:00 at 2026-04-12T12:00:00Z"},
		{"a week before", EVENT,
		 "{'start': {'date': '2026-01-01'}, 'recurrence': {'rrule': 'FREQ=YEARLY'}, 'reminders': [" REL(
			 -10080, "start") "]}",
		 "UTC", "2026-12-01T00:00:00Z", "-10080 start of 2027-01-01 at 2026-12-25T00:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *got = next(cases[i].kind, cases[i].payload, cases[i].zone, cases[i].after);

		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s: '%s', not '%s'", cases[i].name, got, cases[i].expected);
	}
}

static void what_it_is_about(void **state)
{
	struct plan *task =
		plan(TASK, "{'due': {'date': '2026-03-29'}, " BERLIN ", 'reminders': [" REL(60, "due") "]}", "UTC");
	struct plan *event = plan(EVENT, "{" WEEKLY_EVENT "}", "Asia/Tokyo");
	struct reminders list = {0};

	(void)state;
	plan_next(task, "60 due", us("2026-01-01T00:00:00Z"), &list);
	plan_next(event, "-10 start", us("2026-03-25T00:00:00Z"), &list);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].about, "{\"date\":\"2026-03-29\"}");
	assert_int_equal(list.items[0].about_us, us("2026-03-28T23:00:00Z"));
	assert_string_equal(list.items[0].zone, "Europe/Berlin");
	assert_string_equal(list.items[1].about, "{\"local\":\"2026-03-30T09:00\",\"time_zone\":\"Europe/Berlin\"}");
	assert_int_equal(list.items[1].about_us, us("2026-03-30T07:00:00Z"));
	assert_string_equal(list.items[1].zone, "Europe/Berlin");
}

/* What came due while nobody looked is owed, as long as the thing still has it. */
static void what_waits(void **state)
{
	static const char *const daily =
		"{'start': {'local': '2026-03-02T09:00'}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'reminders': [" REL(
			0, "start") "]}";
	static const struct {
		const char *payload, *occurrence, *at, *expected;
	} cases[] = {
		{daily, "2026-03-04T09:00", "2026-03-04T09:00:00Z",
		 "0 start of 2026-03-04T09:00 at 2026-03-04T09:00:00Z"},
		{daily, "2026-03-04T08:00", "2026-03-04T08:00:00Z",
		 "0 start of 2026-03-06T09:00 at 2026-03-06T09:00:00Z"},
		{daily, "2026-03-04T09:00", "2026-03-04T09:01:00Z",
		 "0 start of 2026-03-06T09:00 at 2026-03-06T09:00:00Z"},
		{daily, "2026-03-07T09:00", "2026-03-07T09:00:00Z",
		 "0 start of 2026-03-06T09:00 at 2026-03-06T09:00:00Z"},
		{"{'start': {'local': '2026-03-04T09:00'}, 'reminders': [" REL(0, "start") "]}", "",
		 "2026-03-04T09:00:00Z", "0 start at 2026-03-04T09:00:00Z"},
		{"{'start': {'local': '2026-03-04T09:00'}, 'reminders': [" REL(1, "start") "]}", "",
		 "2026-03-04T09:00:00Z", ""},
		{"{'start': {'local': '2026-03-04T09:30'}, 'reminders': [" REL(0, "start") "]}", "",
		 "2026-03-04T09:00:00Z", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reminder waiting = {
			.key = "0 start", .occurrence = cases[i].occurrence, .at_us = us(cases[i].at)};
		struct reminders list = {0};

		plan_reminders(plan(EVENT, cases[i].payload, "UTC"), us("2026-03-05T12:00:00Z"),
			       &(struct reminders){&waiting, 1, 1}, &none, &list);
		if (strcmp(shown(&list), cases[i].expected) != 0)
			fail_msg("case %zu: '%s', not '%s'", i, shown(&list), cases[i].expected);
	}
}

/* Whoever edits a thing within a minute after its reminder was said is still told of the next one. */
static void what_was_said(void **state)
{
	struct reminder last = {.key = "-10 start", .at_us = us("2026-03-09T07:50:00Z")};
	const struct reminders said = {&last, 1, 1};
	struct reminders list = {0};

	(void)state;
	plan_reminders(plan(EVENT, "{" WEEKLY_EVENT "}", "UTC"), us("2026-03-09T07:49:30Z"), &none, &said, &list);
	assert_string_equal(shown(&list), "-10 start of 2026-03-16T09:00 at 2026-03-16T07:50:00Z");
	list.count = 0;
	last.key = "-20 start";
	plan_reminders(plan(EVENT, "{" WEEKLY_EVENT "}", "UTC"), us("2026-03-09T07:49:30Z"), &none, &said, &list);
	assert_string_equal(shown(&list), "-10 start of 2026-03-09T09:00 at 2026-03-09T07:50:00Z");
}

static void how_many_were_missed(void **state)
{
	struct plan *event = plan(EVENT,
				  "{'start': {'local': '2026-03-01T09:00', " BERLIN
				  "}, 'recurrence': {'rrule': 'FREQ=DAILY'}, 'reminders': [" REL(
					  -10, "start") "], 'overrides': {'2026-03-10T09:00': {'cancelled': true}, "
							"'2026-03-11T09:00': {'start': {'local': "
							"'2026-05-11T09:00', " BERLIN "}}}}",
				  "UTC");

	(void)state;
	assert_int_equal(plan_count(event, "-10 start", us("2026-03-02T07:50:00Z"), us("2026-04-01T06:50:00Z")), 28);
	assert_int_equal(plan_count(event, "-10 start", us("2026-03-02T07:50:00Z"), us("2026-04-01T06:49:59Z")), 27);
	assert_int_equal(plan_count(event, "-5 start", us("2026-03-02T07:50:00Z"), us("2026-04-01T06:50:00Z")), 0);
	assert_int_equal(plan_count(event, "-10 start", us("2026-05-11T06:00:00Z"), us("2026-05-11T07:00:00Z")), 2);
}

static void whose_zone_matters(void **state)
{
	static const struct {
		enum plan_kind kind;
		const char *payload;
		bool needs;
	} cases[] = {
		{TASK, "{\"due\": {\"date\": \"2026-03-29\"}}", false},
		{EVENT, "{\"start\": {\"date\": \"2026-03-29\"}}", true},
		{EVENT, "{\"start\": {\"local\": \"2026-03-29T09:00\"}}", true},
		{EVENT, "{\"start\": {\"local\": \"2026-03-29T09:00\", \"time_zone\": \"UTC\"}, \"overrides\": {}}",
		 false},
		{EVENT,
		 "{\"start\": {\"local\": \"2026-03-29T09:00\", \"time_zone\": \"UTC\"}, \"overrides\": "
		 "{\"2026-03-29T09:00\": "
		 "{\"start\": {\"date\": \"2026-03-29\"}}}}",
		 true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum json_fault fault;
		struct json_object *payload = json_read(arena, cases[i].payload, strlen(cases[i].payload), &fault);

		assert_int_equal(plan_needs_zone(cases[i].kind, payload), cases[i].needs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_next, setup, teardown),
		cmocka_unit_test_setup_teardown(what_it_is_about, setup, teardown),
		cmocka_unit_test_setup_teardown(what_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_said, setup, teardown),
		cmocka_unit_test_setup_teardown(how_many_were_missed, setup, teardown),
		cmocka_unit_test_setup_teardown(whose_zone_matters, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
