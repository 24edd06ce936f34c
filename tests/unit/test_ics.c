/*
 * ics: calendars as programs write them and as nobody should, into our JSON and back.
 */
#include "unit.h"

#include <dirent.h>
#include <time.h>

#include <json-c/json.h>
#include <libical/ical.h>

#include "functions/planning/ics.h"
#include "functions/planning/ics_zone.h"
#include "functions/planning/zone.h"
#include "util/arena.h"
#include "util/buf.h"

#define HOME           "Europe/Berlin"
#define CORPUS         "tests/planning"
#define MOST           ((size_t)256 << 20)
#define MIB            ((size_t)1 << 20)
#define CALENDAR(body) "BEGIN:VCALENDAR\nVERSION:2.0\n" body "END:VCALENDAR\n"

/* All that a reader was told: items as an array of objects, faults as lines "NUMBER COMPONENT: detail". */
struct told {
	struct arena *arena;
	struct json_object *items;
	struct buf *faults;
	size_t fault_count, item_count, stop_at;
	const char *why;
	bool is_calendar;
};

/* Of the processor: others may have it as well. */
static int64_t spent_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void put_json(void *json)
{
	json_object_put(json);
}

static bool take_item(void *ctx, const struct ics_item *item)
{
	struct told *told = ctx;
	struct json_object *object = json_object_new_object(), *notes = json_object_new_array();

	json_object_object_add(object, "kind", json_object_new_string(item->kind == ICS_EVENT ? "event" : "task"));
	json_object_object_add(object, "uid", json_object_new_string(item->uid));
	json_object_object_add(object, "category", item->category ? json_object_new_string(item->category) : NULL);
	json_object_object_add(object, "extra", json_object_new_string(item->extra));
	json_object_object_add(object, "line", json_object_new_int64((int64_t)item->line));
	json_object_object_add(object, "json", json_object_get(item->json));
	json_object_object_add(object, "notes", notes);
	for (const char *const *note = item->notes; *note; note++)
		json_object_array_add(notes, json_object_new_string(*note));
	json_object_array_add(told->items, object);
	return ++told->item_count != told->stop_at;
}

static void take_fault(void *ctx, size_t line, const char *component, const char *detail)
{
	struct told *told = ctx;

	told->fault_count++;
	buf_printf(told->faults, "%zu %s: %s\n", line, component, detail);
}

static struct told read_some(struct arena *arena, const char *text, size_t len, size_t stop_at)
{
	struct told told = {.arena = arena, .items = json_object_new_array(), .stop_at = stop_at};
	struct ics_reader reader = {take_item, take_fault, &told};

	told.faults = buf_in(arena, MOST);
	arena_defer(arena, put_json, told.items);
	told.is_calendar = ics_read(arena, text, len, HOME, &reader, &told.why);
	return told;
}

static struct told read_all(struct arena *arena, const char *text)
{
	return read_some(arena, text, strlen(text), 0);
}

static struct json_object *item_at(const struct told *told, size_t i)
{
	return json_object_array_get_idx(told->items, i);
}

/* "title", "recurrence/rrule" of an item's json; those that begin with '.' are the item's own. */
static struct json_object *at_path(struct json_object *item, const char *path)
{
	struct json_object *found = NULL;
	char pointer[100];

	if (*path == '\0')
		return json_object_object_get(item, "json");
	snprintf(pointer, sizeof(pointer), *path == '.' ? "/%s" : "/json/%s", *path == '.' ? path + 1 : path);
	json_pointer_get(item, pointer, &found);
	return found;
}

static void assert_json(struct json_object *has, const char *expected, const char *about)
{
	struct json_object *wanted = strcmp(expected, "null") ? json_tokener_parse(expected) : NULL;

	if (!wanted && strcmp(expected, "null") != 0)
		fail_msg("%s: the test's own JSON: %s", about, expected);
	if (!json_object_equal(has, wanted))
		fail_msg("%s, not %s: %s", has ? json_object_to_json_string(has) : "null", expected, about);
	json_object_put(wanted);
}

struct property_case {
	const char *lines, *path, *expected;
};

/* Lines of one component, in which one member is looked at. */
static void check_properties(const char *component, const char *more, const struct property_case *cases, size_t count)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < count; i++) {
		const char *text =
			arena_printf(arena, CALENDAR("BEGIN:%s\nUID:u\n%s%s\nEND:%s\n"), component,
				     strstr(cases[i].lines, "DTSTART") ? "" : more, cases[i].lines, component);
		struct told told = read_all(arena, text);

		if (told.item_count != 1 || told.fault_count != 0)
			fail_msg("%s: %zu items, %s", cases[i].lines, told.item_count, buf_text(told.faults));
		assert_json(at_path(item_at(&told, 0), cases[i].path), cases[i].expected, cases[i].lines);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* What stands for a line of ours. */
#define KEPT(ours, lines) "\"BEGIN:X-AURORA-KEPT\\nX-AURORA-FOR:" ours "\\n" lines "\\nEND:X-AURORA-KEPT\\n\""

static void events(void **state)
{
	static const struct property_case cases[] = {
		{"SUMMARY:One\\, two\\; three\\\\ four", "title", "\"One, two; three\\\\ four\""},
		{"SUMMARY:  a\\nb ", "title", "\"a b\""},
		{"SUMMARY;LANGUAGE=de;ALTREP=\"http://x/a:b;c\":Titel: gut", "title", "\"Titel: gut\""},
		{"SUMMARY;LANGUAGE=de: a\\, b", ".extra", KEPT("SUMMARY:a\\\\, b", "SUMMARY;LANGUAGE=de: a\\\\, b")},
		{"description;ALTREP=\"data:text/html,x\":a", ".extra",
		 KEPT("DESCRIPTION:a", "description;ALTREP=\\\"data:text/html,x\\\":a")},
		/* Other forms of a text, while there is that text. */
		{"X-ALT-DESC;FMTTYPE=text/html:<b>\nDESCRIPTION:a", ".extra",
		 KEPT("DESCRIPTION:a", "DESCRIPTION:a\\nX-ALT-DESC;FMTTYPE=text/html:<b>")},
		{"LOCATION;LANGUAGE=de:a\nX-APPLE-STRUCTURED-LOCATION:b", ".extra",
		 KEPT("LOCATION:a", "LOCATION;LANGUAGE=de:a\\nX-APPLE-STRUCTURED-LOCATION:b")},
		{"X-ALT-DESC:b", ".extra", "\"X-ALT-DESC:b\\n\""},
		{"summary:lower case", "title", "\"lower case\""},
		{"DESCRIPTION:none", "title", "\"(no title)\""},
		{"SUMMARY:", "title", "\"(no title)\""},
		{"DESCRIPTION:a\\nb\\Nc\\d", "description", "\"a\\nb\\nc\\\\d\""},
		{"DESCRIPTION:", "description", "null"},
		{"LOCATION:Room 1", "location", "\"Room 1\""},
		{"DTSTART;VALUE=DATE:20260329", "start", "{\"date\":\"2026-03-29\"}"},
		{"DTSTART:20260329", "start", "{\"date\":\"2026-03-29\"}"},
		{"DTSTART:20260329T091530", "start", "{\"local\":\"2026-03-29T09:15:30\"}"},
		{"DTSTART:20260329T0915", "start", "{\"local\":\"2026-03-29T09:15\"}"},
		{"DTSTART:20260329T235960Z", "start", "{\"local\":\"2026-03-29T23:59:59\",\"time_zone\":\"UTC\"}"},
		{"DTSTART:20260329T090000Z", "start", "{\"local\":\"2026-03-29T09:00\",\"time_zone\":\"UTC\"}"},
		{"DTSTART;TZID=Asia/Tokyo:20260329T090000", "start",
		 "{\"local\":\"2026-03-29T09:00\",\"time_zone\":\"Asia/Tokyo\"}"},
		{"DTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260331", "end", "{\"date\":\"2026-03-31\"}"},
		{"DTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260329", "end", "null"},
		{"DTEND:20260301T100000", "end", "{\"local\":\"2026-03-01T10:00\"}"},
		{"DURATION:PT1H30M", "duration", "\"PT1H30M\""},
		{"DTEND:20260301T100000\nDURATION:PT1H", "duration", "null"},
		{"RRULE:FREQ=DAILY;COUNT=3", "recurrence", "{\"rrule\":\"FREQ=DAILY;COUNT=3\"}"},
		{"EXDATE:20260302T090000", "recurrence", "null"},
		{"RRULE:FREQ=DAILY\nEXDATE:20260302T090000,20260303T090000\nEXDATE:20260304T090000",
		 "recurrence/exdates", "[\"2026-03-02T09:00\",\"2026-03-03T09:00\",\"2026-03-04T09:00\"]"},
		{"EXDATE;TZID=America/New_York:20260302T030000\nRRULE:FREQ=DAILY\nDTSTART;TZID=Europe/"
		 "Berlin:20260301T090000",
		 "recurrence/exdates", "[\"2026-03-02T09:00\"]"},
		{"DTSTART;TZID=Europe/Berlin:20260301T090000\nRRULE:FREQ=DAILY\nEXDATE:20260330T070000Z",
		 "recurrence/exdates", "[\"2026-03-30T09:00\"]"},
		{"DTSTART;TZID=Europe/Berlin:20260301T090000\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20260330",
		 "recurrence/exdates", "[\"2026-03-30T09:00\"]"},
		{"DTSTART;VALUE=DATE:20260301\nRRULE:FREQ=DAILY\nEXDATE:20260330T000000", "recurrence/exdates",
		 "[\"2026-03-30\"]"},
		{"RDATE;VALUE=PERIOD:20260302T090000/PT1H,20260305T090000/20260305T100000", "recurrence",
		 "{\"rdates\":[\"2026-03-02T09:00\",\"2026-03-05T09:00\"]}"},
		/* Of a PERIOD, how long it is. */
		{"DURATION:PT1H\nRDATE;VALUE=PERIOD:20260302T090000/PT1H,20260303T090000/PT2H,20260304T090000/"
		 "20260304T120000",
		 "overrides",
		 "{\"2026-03-03T09:00\":{\"duration\":\"PT2H\"},\"2026-03-04T09:00\":{\"end\":{\"local\":\"2026-03-"
		 "04T12:00\"}}}"},
		{"DTSTART;TZID=Europe/Berlin:20260301T090000\nDTEND;TZID=Europe/Berlin:20260301T100000\n"
		 "RDATE;VALUE=PERIOD:20260302T080000Z/20260302T093000Z,20260303T080000Z/PT1H,20260304T080000Z/x",
		 "overrides",
		 "{\"2026-03-02T09:00\":{\"end\":{\"local\":\"2026-03-02T10:30\",\"time_zone\":\"Europe/Berlin\"}}}"},
		/* Not before it begins, and not of what is taken away. */
		{"RDATE;VALUE=PERIOD:20260310T090000/20260309T090000", "overrides", "null"},
		{"RDATE;VALUE=PERIOD:20260310T090000/20260309T090000", ".notes",
		 "[\"a PERIOD of its RDATE is taken without its length\"]"},
		{"RDATE;VALUE=PERIOD:20260310T090000/foo", ".notes",
		 "[\"a PERIOD of its RDATE is taken without its length\"]"},
		{"DTSTART;VALUE=DATE:20260301\nRDATE;VALUE=PERIOD:20260310T090000/PT2H", ".notes",
		 "[\"a PERIOD of its RDATE is taken without its length\"]"},
		{"RDATE;VALUE=PERIOD:20260310T090000/PT5H\nEXDATE:20260310T090000", "overrides", "null"},
		/* In the hour that clocks leave out. */
		{"DTSTART;TZID=Europe/Berlin:20260322T023000\nRRULE:FREQ=WEEKLY\nEXDATE:20260329T013000Z",
		 "recurrence/exdates", "[\"2026-03-29T02:30\"]"},
		/* Of a day, days. */
		{"DTSTART;VALUE=DATE:20260301\nDURATION:PT12H", "duration", "\"P1D\""},
		{"DTSTART;VALUE=DATE:20260301\nDURATION:PT0S", "duration", "\"P1D\""},
		{"DTSTART;VALUE=DATE:20260301\nDURATION:P1DT1S", "duration", "\"P2D\""},
		{"DTSTART;VALUE=DATE:20260301\nDURATION:PT48H", "duration", "\"P2D\""},
		{"DTSTART;VALUE=DATE:20260301\nDURATION:P1W", "duration", "\"P1W\""},
		{"DURATION:+PT1H", "duration", "\"PT1H\""},
		{"RRULE:FREQ=DAILY;X-ODD=1;COUNT=2;", "recurrence/rrule", "\"FREQ=DAILY;COUNT=2\""},
		{"RRULE:FREQ=DAILY\nRRULE:FREQ=YEARLY\nEXRULE:FREQ=MONTHLY", ".extra",
		 "\"RRULE:FREQ=YEARLY\\nEXRULE:FREQ=MONTHLY\\n\""},
		{"DESCRIPTION: a\\n  b  ", "description", "\" a\\n  b  \""},
		{"CATEGORIES:Work,Deep/Focus,not a tag", ".category", "\"Work\""},
		{"CATEGORIES:Work,Deep/Focus,not a tag", "tags", "[\"deep/focus\"]"},
		{"CATEGORIES:Work,not a tag", ".extra", "\"CATEGORIES:not a tag\\n\""},
		{"CATEGORIES:Work,a\\, b\\\\\\;", ".extra", "\"CATEGORIES:a\\\\, b\\\\\\\\\\\\;\\n\""},
		{"CATEGORIES:A\\, B\nCATEGORIES:c", ".category", "\"A, B\""},
		{"CATEGORIES:a,b\nX-AURORA-TAGS:a,b", ".category", "null"},
		{"CATEGORIES:a,b\nX-AURORA-TAGS:a,b", "tags", "[\"a\",\"b\"]"},
		{"CATEGORIES:a,a,b\nX-AURORA-TAGS:a,b", ".category", "\"a\""},
		{"X-AURORA-TAGS:b\nCATEGORIES:a,b", ".category", "\"a\""},
		{"X-Foo;P=\"a;b:c\":v\\,w\nGEO:1;2", ".extra", "\"X-Foo;P=\\\"a;b:c\\\":v\\\\,w\\nGEO:1;2\\n\""},
		{"STATUS:TENTATIVE\nCLASS:PRIVATE", ".extra", "\"STATUS:TENTATIVE\\nCLASS:PRIVATE\\n\""},
		{"UID:second\nSEQUENCE:4\nDTSTAMP:20260101T000000Z", ".extra", "\"\""},
		{"BEGIN:X-SUB\nX-A:1\nBEGIN:X-SUB\nEND:X-SUB\nEND:X-SUB", ".extra",
		 "\"BEGIN:X-SUB\\nX-A:1\\nBEGIN:X-SUB\\nEND:X-SUB\\nEND:X-SUB\\n\""},
		/* Components of our own are no file's. */
		{"BEGIN:X-AURORA-KEPT\nX-AURORA-FOR:SUMMARY:x\nX-A:1\nEND:X-AURORA-KEPT", ".extra", "\"\""},
		{"BEGIN:x-aurora-exception\nX-A:1\nEND:x-aurora-exception", ".extra", "\"\""},
		{"no property at all\nSUMMARY:x", "title", "\"x\""},
		{"SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=B6=\n=C3=9Fe", "title", "\"Größe\""},
		{"SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gr=F6=00=DFe", "title", "\"Größe\""},
		{"SUMMARY;CHARSET=ISO-8859-15:\xa4 1", "title", "\"€ 1\""},
		{"SUMMARY;CHARSET=x-none:Gr\xf6\xdf"
		 "e",
		 "title", "\"Größe\""},
	};

	(void)state;
	check_properties("VEVENT", "DTSTART:20260301T090000\n", cases, COUNT(cases));
}

#define WEEKEND                                                                                                        \
	"DTSTART;VALUE=DATE:20260301\nDUE;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY;BYDAY=SU\n"                           \
	"EXDATE;VALUE=DATE:20260308\nRDATE;VALUE=DATE:20260311"

static void tasks(void **state)
{
	static const struct property_case cases[] = {
		{"SUMMARY:x", "due", "null"},
		{"SUMMARY:x", "completed", "false"},
		{"SUMMARY:x", "priority", "\"none\""},
		{"PRIORITY:0", "priority", "\"none\""},
		{"PRIORITY:1", "priority", "\"urgent\""},
		{"PRIORITY:2", "priority", "\"high\""},
		{"PRIORITY:4", "priority", "\"high\""},
		{"PRIORITY:5", "priority", "\"medium\""},
		{"PRIORITY:6", "priority", "\"low\""},
		{"PRIORITY:9", "priority", "\"low\""},
		{"PRIORITY:10", "priority", "\"none\""},
		{"PRIORITY:x", "priority", "\"none\""},
		{"PRIORITY:3", ".extra", "\"\""},
		{"PRIORITY:2", ".extra", KEPT("PRIORITY:3", "PRIORITY:2")},
		{"DESCRIPTION:x", "notes", "\"x\""},
		{"LOCATION:x", ".extra", "\"LOCATION:x\\n\""},
		{"DUE;VALUE=DATE:20260401", "due", "{\"date\":\"2026-04-01\"}"},
		{"DTSTART:20260401T090000\nDURATION:P1DT1H", "due", "{\"local\":\"2026-04-02T10:00\"}"},
		{"DTSTART:20260401T090000", "starts", "{\"local\":\"2026-04-01T09:00\"}"},
		{"DTSTART:20260401T090000\nDUE:20260401T090000\nRRULE:FREQ=DAILY", "starts", "null"},
		/* Rules and dates are of DTSTART, ours of when it is due. */
		{WEEKEND, "recurrence",
		 "{\"rrule\":\"FREQ=WEEKLY;BYDAY=MO\",\"exdates\":[\"2026-03-09\"],\"rdates\":[\"2026-03-12\"]}"},
		{WEEKEND, "starts", "{\"date\":\"2026-03-01\"}"},
		{WEEKEND, "due", "{\"date\":\"2026-03-02\"}"},
		{"EXDATE:20260308T090000\nDTSTART:20260301T090000\nRRULE:FREQ=WEEKLY;BYDAY=SU\nDURATION:P1DT1H",
		 "recurrence", "{\"rrule\":\"FREQ=WEEKLY;BYDAY=MO\",\"exdates\":[\"2026-03-09T10:00\"]}"},
		{"DTSTART;TZID=Europe/"
		 "Berlin:20260325T220000\nRRULE:FREQ=DAILY;UNTIL=20260327T210000Z\nDUE:20260326T000000Z\nEXDATE:"
		 "20260326T210000Z",
		 "recurrence", "{\"rrule\":\"FREQ=DAILY;UNTIL=20260328T000000Z\",\"exdates\":[\"2026-03-27T01:00\"]}"},
		{"DTSTART;TZID=Europe/Berlin:20260325T220000\nRRULE:FREQ=DAILY\nDUE:20260326T000000Z", "due",
		 "{\"local\":\"2026-03-26T01:00\",\"time_zone\":\"Europe/Berlin\"}"},
		{"DTSTART;TZID=Europe/Berlin:20260325T220000\nDUE:20260326T000000Z", "due",
		 "{\"local\":\"2026-03-26T00:00\",\"time_zone\":\"UTC\"}"},
		{"DTSTART;VALUE=DATE:20260301\nDUE:20260302T180000\nRRULE:FREQ=WEEKLY\nEXDATE;VALUE=DATE:20260308",
		 "recurrence/exdates", "[\"2026-03-09T18:00\"]"},
		{"DTSTART:20260301T090000\nDUE;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY\nEXDATE:20260308T090000",
		 "recurrence/exdates", "[\"2026-03-09\"]"},
		{"DTSTART:20260301T090000\nRRULE:FREQ=WEEKLY", "due", "{\"local\":\"2026-03-01T09:00\"}"},
		{"DTSTART:20260301T090000\nRRULE:FREQ=WEEKLY", "starts", "null"},
		{"DTSTART:20260301T090000\nRDATE:20260302T090000", "due", "{\"local\":\"2026-03-01T09:00\"}"},
		{"DTSTART:20260301T090000\nDUE:20260301T090000\nRRULE:FREQ=WEEKLY\nX-AURORA-STARTS;VALUE=DATE:20260227",
		 "starts", "{\"date\":\"2026-02-27\"}"},
		/* What another program has changed counts. */
		{"DTSTART:20260305T090000\nDUE:20260305T090000\nX-AURORA-STARTS;X-DTSTART=20260301T090000:"
		 "20260301T080000",
		 "starts", "{\"local\":\"2026-03-05T09:00\"}"},
		/* Where no rule is later by as much, it is due when it starts. */
		{"DTSTART;VALUE=DATE:20260128\nDUE;VALUE=DATE:20260201\nRRULE:FREQ=MONTHLY\nEXDATE;VALUE=DATE:20260228",
		 "recurrence", "{\"rrule\":\"FREQ=MONTHLY\",\"exdates\":[\"2026-02-28\"]}"},
		{"DTSTART;VALUE=DATE:20260128\nDUE;VALUE=DATE:20260201\nRRULE:FREQ=MONTHLY", "due",
		 "{\"date\":\"2026-01-28\"}"},
		{"DTSTART;VALUE=DATE:20260128\nDUE;VALUE=DATE:20260201\nRRULE:FREQ=MONTHLY", ".notes",
		 "[\"its RRULE is of DTSTART, and no rule says the same of when it is due: it is due when it "
		 "starts\"]"},
		{"COMPLETED:foo", "completed", "false"},
		{"COMPLETED:foo", ".notes", "[\"COMPLETED is no time\"]"},
		/* Days of the clock, hours of time: at night clocks go forward. */
		{"DTSTART;TZID=Europe/Berlin:20260328T220000\nDURATION:PT6H", "due/local", "\"2026-03-29T05:00\""},
		{"DTSTART;TZID=Europe/Berlin:20260328T220000\nDURATION:P1D", "due/local", "\"2026-03-29T22:00\""},
		{"DUE:20260401T090000\nRRULE:FREQ=DAILY\nEXDATE:20260402T090000", "recurrence",
		 "{\"rrule\":\"FREQ=DAILY\",\"exdates\":[\"2026-04-02T09:00\"]}"},
		{"DUE:20260401T090000\nRRULE:FREQ=DAILY\nX-AURORA-AFTER-COMPLETION:TRUE", "recurrence/after_completion",
		 "true"},
		{"STATUS:COMPLETED", "completed", "true"},
		{"STATUS:COMPLETED", "completed_at", "null"},
		{"PERCENT-COMPLETE:100", "completed", "true"},
		{"PERCENT-COMPLETE:99", "completed", "false"},
		{"COMPLETED:20260301T120000Z", "completed_at", "\"2026-03-01T12:00:00Z\""},
		{"COMPLETED:20260301T120000", "completed_at", "\"2026-03-01T11:00:00Z\""},
		{"STATUS:NEEDS-ACTION", ".extra", "\"\""},
		{"STATUS:IN-PROCESS\nPERCENT-COMPLETE:40", ".extra", "\"STATUS:IN-PROCESS\\nPERCENT-COMPLETE:40\\n\""},
		{"SUMMARY:x", ".kind", "\"task\""},
	};

	(void)state;
	check_properties("VTODO", "", cases, COUNT(cases));
}

#define ALARM(trigger) "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER" trigger "\nEND:VALARM"

static void reminders(void **state)
{
	static const struct property_case event[] = {
		{ALARM(":-PT30M"), "reminders", "[{\"offset_minutes\":-30,\"relative_to\":\"start\"}]"},
		{ALARM(":-P1W"), "reminders/0/offset_minutes", "-10080"},
		{ALARM(":-P1DT2H3M"), "reminders/0/offset_minutes", "-1563"},
		{ALARM(":PT0S"), "reminders/0/offset_minutes", "0"},
		{ALARM(":-PT89S"), "reminders/0/offset_minutes", "-1"},
		{ALARM(":-PT90S"), "reminders/0/offset_minutes", "-2"},
		{ALARM(";RELATED=END:PT5M"), "reminders", "[{\"offset_minutes\":5,\"relative_to\":\"end\"}]"},
		{ALARM(";VALUE=DATE-TIME:20260301T070000Z"), "reminders", "[{\"at\":\"2026-03-01T07:00:00Z\"}]"},
		{ALARM(":-PT5M") "\n" ALARM(":-PT10M"), "reminders/1/offset_minutes", "-10"},
		{"BEGIN:VALARM\nACTION:EMAIL\nATTENDEE:mailto:x\nTRIGGER:-PT1M\nEND:VALARM",
		 "reminders/0/offset_minutes", "-1"},
		{"BEGIN:VALARM\nACTION:EMAIL\nATTENDEE:mailto:x\nTRIGGER:-PT1M\nEND:VALARM", ".extra",
		 KEPT("TRIGGER:-PT1M", "BEGIN:VALARM\\nACTION:EMAIL\\nATTENDEE:mailto:x\\nTRIGGER:-PT1M\\nEND:VALARM")},
		/* What we would write ourselves is kept no further, and neither is what is no alarm. */
		{"SUMMARY:a\\, b\nBEGIN:VALARM\nTRIGGER:-PT1M\nDESCRIPTION:a\\, b\nACTION:DISPLAY\nEND:VALARM",
		 ".extra", "\"\""},
		{ALARM(":-PT60S"), ".extra",
		 KEPT("TRIGGER:-PT1M", "BEGIN:VALARM\\nACTION:DISPLAY\\nTRIGGER:-PT60S\\nEND:VALARM")},
		{"BEGIN:VALARM\nTRIGGER:-PT1M\nX-A:1\nEND:VALARM", ".extra", "\"\""},
		/* Further away than a reminder can be, it is others' alone. */
		{ALARM(":-P400D"), "reminders", "[]"},
		{ALARM(":-P400D"), ".extra", "\"BEGIN:VALARM\\nACTION:DISPLAY\\nTRIGGER:-P400D\\nEND:VALARM\\n\""},
		{"BEGIN:VALARM\nACTION:NONE\nTRIGGER:-PT1M\nEND:VALARM", "reminders", "[]"},
		{ALARM(":soon"), "reminders", "[]"},
		{ALARM(":soon"), ".extra", "\"BEGIN:VALARM\\nACTION:DISPLAY\\nTRIGGER:soon\\nEND:VALARM\\n\""},
		{ALARM(":P99999999999999999999W"), "reminders", "[]"},
	};
	static const struct property_case task[] = {
		{"DUE:20260301T090000\n" ALARM(":-PT30M"), "reminders/0/relative_to", "\"due\""},
		{ALARM(":-PT30M") "\nDTSTART:20260301T090000", "reminders/0/relative_to", "\"start\""},
		{"DTSTART:20260301T090000\nDUE:20260301T100000\n" ALARM(";RELATED=END:-PT30M"),
		 "reminders/0/relative_to", "\"due\""},
		/* Relative to what is not there, it is kept. */
		{"DTSTART:20260301T090000\n" ALARM(";RELATED=END:-PT30M"), "reminders", "[]"},
		{ALARM(":-PT5M"), ".extra", "\"BEGIN:VALARM\\nACTION:DISPLAY\\nTRIGGER:-PT5M\\nEND:VALARM\\n\""},
		{ALARM(":-PT5M"), ".notes",
		 "[\"an alarm is kept, but reminds nobody: it is relative to a time that is not there\"]"},
		/* From DTSTART, which is three days after it starts. */
		{"DTSTART:20260331T090000\nDUE:20260331T090000\nX-AURORA-STARTS;X-DTSTART=20260331T090000:"
		 "20260328T090000\n" ALARM(":-P3DT1H"),
		 "reminders", "[{\"offset_minutes\":-60,\"relative_to\":\"start\"}]"},
	};

	(void)state;
	check_properties("VEVENT", "DTSTART:20260301T090000\n", event, COUNT(event));
	check_properties("VTODO", "", task, COUNT(task));
}

#define FIVE_ALARMS                                                                                                    \
	ALARM(":-PT1M") "\n" ALARM(":-PT2M") "\n" ALARM(":-PT3M") "\n" ALARM(":-PT4M") "\n" ALARM(":-PT5M") "\n"
#define TEN_ALARMS FIVE_ALARMS FIVE_ALARMS
#define SERIES                                                                                                         \
	"BEGIN:VEVENT\nUID:s\nDTSTART;TZID=Europe/Berlin:20260301T090000\nDTEND;TZID=Europe/Berlin:20260301T100000\n"  \
	"RRULE:FREQ=DAILY\nSUMMARY:s\nLOCATION:here\nEND:VEVENT\n"
#define OVERRIDE(lines) "BEGIN:VEVENT\nUID:s\n" lines "\nEND:VEVENT\n"
#define THERE           "SUMMARY:s\nLOCATION:here\n"

/* The first item of a calendar. */
static void overrides(void **state)
{
	static const struct property_case cases[] = {
		{SERIES OVERRIDE("RECURRENCE-ID;TZID=Europe/Berlin:20260302T090000\nDTSTART;TZID=Europe/"
				 "Berlin:20260302T110000\n"
				 "DTEND;TZID=Europe/Berlin:20260302T120000\n" THERE),
		 "overrides",
		 "{\"2026-03-02T09:00\":{\"start\":{\"local\":\"2026-03-02T11:00\",\"time_zone\":\"Europe/Berlin\"}}}"},
		/* Before its series, in UTC, longer, without what the series has. */
		{OVERRIDE("RECURRENCE-ID:20260330T070000Z\nDTSTART;TZID=Europe/Berlin:20260330T090000\n"
			  "DTEND;TZID=Europe/Berlin:20260330T113000\nSUMMARY:t") SERIES,
		 "overrides",
		 "{\"2026-03-30T09:00\":{\"title\":\"t\",\"location\":null,"
		 "\"end\":{\"local\":\"2026-03-30T11:30\",\"time_zone\":\"Europe/Berlin\"}}}"},
		{SERIES OVERRIDE("RECURRENCE-ID;VALUE=DATE:20260302\nDTSTART;TZID=Europe/"
				 "Berlin:20260302T090000\nDURATION:PT5M\n" THERE),
		 "overrides", "{\"2026-03-02T09:00\":{\"duration\":\"PT5M\"}}"},
		{SERIES OVERRIDE("RECURRENCE-ID;TZID=Europe/"
				 "Berlin:20260302T090000\nDTSTART:20260302T080000Z\nSTATUS:CANCELLED"),
		 "recurrence/exdates", "[\"2026-03-02T09:00\"]"},
		{SERIES OVERRIDE("RECURRENCE-ID;TZID=Europe/"
				 "Berlin:20260302T090000\nDTSTART:20260302T080000Z\nSTATUS:CANCELLED"),
		 "overrides", "null"},
		{SERIES OVERRIDE("RECURRENCE-ID;TZID=Europe/Berlin:20260302T090000\nDTSTART;TZID=Europe/"
				 "Berlin:20260302T090000\n"
				 "DTEND;TZID=Europe/Berlin:20260302T100000\nX-A:1\n" THERE),
		 ".extra",
		 "\"BEGIN:X-AURORA-EXCEPTION\\nX-AURORA-OCCURRENCE:2026-03-02T09:00\\nX-A:1\\nEND:X-AURORA-"
		 "EXCEPTION\\n\""},
		/* One that has nothing of what its series has, and one that has it, too. */
		{"BEGIN:VEVENT\nUID:s\nDTSTART:20260301\nRRULE:FREQ=DAILY\nX-A:1\nEND:VEVENT\n" OVERRIDE(
			 "RECURRENCE-ID:20260302\nDTSTART:20260302"),
		 ".extra",
		 "\"X-A:1\\nBEGIN:X-AURORA-EXCEPTION\\nX-AURORA-OCCURRENCE:2026-03-02\\nEND:X-AURORA-EXCEPTION\\n\""},
		{"BEGIN:VEVENT\nUID:s\nDTSTART:20260301\nRRULE:FREQ=DAILY\nX-A:1\nEND:VEVENT\n" OVERRIDE(
			 "RECURRENCE-ID:20260302\nDTSTART:20260302\nX-A:1"),
		 ".extra", "\"X-A:1\\n\""},
		/* A second rule of the series is none of an exception's. */
		{"BEGIN:VEVENT\nUID:s\nDTSTART:20260301\nRRULE:FREQ=DAILY\nRRULE:FREQ=YEARLY\nX-A:1\nEND:"
		 "VEVENT\n" OVERRIDE("RECURRENCE-ID:20260302\nDTSTART:20260302\nX-A:1"),
		 ".extra", "\"RRULE:FREQ=YEARLY\\nX-A:1\\n\""},
		{"BEGIN:VEVENT\nUID:s\nDTSTART:20260301\nRRULE:FREQ=DAILY\nX-A:1\nEND:VEVENT\n" OVERRIDE(
			 "RECURRENCE-ID:20260302\nDTSTART:20260302\nX-AURORA-AS-SERIES:TRUE"),
		 ".extra", "\"X-A:1\\n\""},
		/* Of several for one occurrence the last, by SEQUENCE. */
		{SERIES OVERRIDE(
			 "RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nSEQUENCE:2\nX-B:1\nSUMMARY:two")
			 OVERRIDE("RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nX-A:1\nSUMMARY:one"),
		 ".extra",
		 "\"BEGIN:X-AURORA-EXCEPTION\\nX-AURORA-OCCURRENCE:2026-03-02T09:00\\nX-B:1\\nEND:X-AURORA-"
		 "EXCEPTION\\n\""},
		{SERIES OVERRIDE("RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nX-A:1")
			 OVERRIDE("RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nSTATUS:CANCELLED"),
		 ".extra", "\"\""},
		{SERIES OVERRIDE("RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nEXRULE:FREQ=DAILY\n" THERE),
		 ".notes", "[\"EXRULE is kept, but not followed\"]"},
		/* Without its series it stands for itself. */
		{OVERRIDE("RECURRENCE-ID:20260330T070000Z\nDTSTART:20260330T090000Z\nSUMMARY:t"), ".uid",
		 "\"s#20260330T070000Z\""},
		/* Of two the newer one. */
		{"BEGIN:VEVENT\nUID:s\nSEQUENCE:1\nDTSTART:20260101\nSUMMARY:new\nEND:VEVENT\n"
		 "BEGIN:VEVENT\nUID:s\nDTSTART:20260101\nSUMMARY:old\nEND:VEVENT\n",
		 "title", "\"new\""},
		{"BEGIN:VTODO\nUID:s\nDUE:20260301\nRRULE:FREQ=DAILY\nEND:VTODO\n"
		 "BEGIN:VTODO\nUID:s\nRECURRENCE-ID:20260302\nSTATUS:COMPLETED\nEND:VTODO\n",
		 "recurrence/exdates", "[\"2026-03-02\"]"},
		{"BEGIN:VTODO\nUID:s\nDTSTART:20260301\nDUE:20260302\nRRULE:FREQ=DAILY\nEND:VTODO\n"
		 "BEGIN:VTODO\nUID:s\nRECURRENCE-ID:20260302\nSTATUS:COMPLETED\nEND:VTODO\n",
		 "recurrence/exdates", "[\"2026-03-03\"]"},
		/* UIDs are told apart by kind. */
		{SERIES "BEGIN:VTODO\nUID:s\nSEQUENCE:-1\nEND:VTODO\n" OVERRIDE(
			 "RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nDTEND:20260302T090000Z\nSUMMARY:t"),
		 "overrides/2026-03-02T09:00/title", "\"t\""},
		{"BEGIN:VTODO\nUID:s\nEND:VTODO\n" SERIES, ".kind", "\"task\""},
		/* Those that are related to others come behind them. */
		{"BEGIN:VTODO\nRELATED-TO:b\nUID:a\nEND:VTODO\nBEGIN:VTODO\nUID:b\nEND:VTODO\n", ".uid", "\"b\""},
		/* One that does not say how long it is takes no time; a PERIOD's time is that of its exception. */
		{SERIES OVERRIDE("RECURRENCE-ID;TZID=Europe/Berlin:20260302T090000\nDTSTART;TZID=Europe/"
				 "Berlin:20260302T090000\n" THERE),
		 "overrides", "{\"2026-03-02T09:00\":{\"duration\":\"PT0S\"}}"},
		{SERIES OVERRIDE("RECURRENCE-ID;TZID=Europe/Berlin:20260302T090000\nDTSTART;TZID=Europe/"
				 "Berlin:20260302T090000\nDURATION:PT1H\n" THERE),
		 "overrides", "{\"2026-03-02T09:00\":{}}"},
		{"BEGIN:VEVENT\nUID:s\nDTSTART:20260301T090000\nRDATE;VALUE=PERIOD:20260302T090000/"
		 "PT1H,20260303T090000/PT1H\nEND:VEVENT\n" OVERRIDE(
			 "RECURRENCE-ID:20260302T090000\nDTSTART:20260302T090000\nSTATUS:CANCELLED")
			 OVERRIDE("RECURRENCE-ID:20260303T090000\nDTSTART:20260303T090000\nDURATION:PT3H"),
		 "overrides", "{\"2026-03-03T09:00\":{\"duration\":\"PT3H\"}}"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told told = read_all(arena, arena_printf(arena, CALENDAR("%s"), cases[i].lines));

		assert_true(told.item_count > 0);
		assert_json(at_path(item_at(&told, 0), cases[i].path), cases[i].expected, cases[i].lines);
		arena_clear(arena);
	}
	arena_free(arena);
}

static const char *write_all(struct arena *arena, const struct told *told, enum ics_mode mode);

/* Times so often `text`, between what is before and behind it. */
static struct buf *repeated(struct arena *arena, const char *before, const char *text, size_t times, const char *behind)
{
	struct buf *all = buf_in(arena, MOST);

	buf_adds(all, before);
	for (size_t i = 0; i < times; i++)
		buf_adds(all, text);
	buf_adds(all, behind);
	return all;
}

/* What is taken and not followed. */
static void notes(void **state)
{
	static const struct {
		const char *lines, *notes;
	} cases[] = {
		{"SUMMARY:x", "[]"},
		{"RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY\nRRULE:FREQ=YEARLY",
		 "[\"only the first RRULE is followed, the others are kept\"]"},
		{"EXRULE:FREQ=DAILY", "[\"EXRULE is kept, but not followed\"]"},
		{"RRULE:FREQ=DAILY;X-A=1;X-B", "[\"X-A of its RRULE is left out\",\"X-B of its RRULE is left out\"]"},
		{"DURATION:PT24H", "[]"},
		{"DURATION:PT1H", "[\"DURATION is taken as whole days, for DTSTART is one\"]"},
		{TEN_ALARMS, "[]"},
		{TEN_ALARMS ALARM(":-PT11M"), "[\"only the first alarms remind of it, the others are kept\"]"},
	};
	struct arena *arena = arena_new();
	const char *attachment = buf_text(repeated(arena, "attach;ENCODING=BASE64:", "a", 40000, "\nX-A:1"));
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		told = read_all(arena, arena_printf(arena, CALENDAR("BEGIN:VEVENT\nDTSTART:20260301\n%s\nEND:VEVENT\n"),
						    cases[i].lines));
		assert_json(at_path(item_at(&told, 0), ".notes"), cases[i].notes, cases[i].lines);
	}
	told = read_all(arena,
			arena_printf(arena, CALENDAR("BEGIN:VEVENT\nDTSTART:20260301\n%s\nEND:VEVENT\n"), attachment));
	assert_json(at_path(item_at(&told, 0), ".notes"), "[\"ATTACH is too long to be kept\"]", "an attachment");
	assert_json(at_path(item_at(&told, 0), ".extra"), "\"X-A:1\\n\"", "an attachment");
	arena_free(arena);
}

/* Of more than can be kept the longest goes, and no component is torn. */
static void too_much(void **state)
{
	struct arena *arena = arena_new();
	struct buf *text = buf_in(arena, MOST);
	struct told told, again;
	const char *extra;

	(void)state;
	buf_adds(text, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nDTSTART:20260101\nRRULE:FREQ=DAILY\nX-A:1\n");
	for (int i = 0; i < 3; i++)
		buf_adds(text, buf_text(repeated(arena, "BEGIN:X-B\nATTACH:", "a", 30000, "\nEND:X-B\n")));
	buf_adds(text, "END:VEVENT\n");
	for (int i = 1; i <= 28; i++) {
		buf_printf(text, "BEGIN:VEVENT\nUID:u\nRECURRENCE-ID:202602%02d\nDTSTART:202602%02d\n", i, i);
		for (int k = 0; k < 20; k++)
			buf_printf(text,
				   "ATTENDEE;PARTSTAT=ACCEPTED;CN=somebody whose name is long:mailto:%d@example.org\n",
				   k);
		buf_adds(text, "END:VEVENT\n");
	}
	buf_adds(text, "END:VCALENDAR\n");
	told = read_all(arena, buf_text(text));
	assert_int_equal(told.item_count, 1);
	assert_json(at_path(item_at(&told, 0), ".notes"),
		    "[\"it has too much that is not understood: the longest of it is not kept\"]", "too much");
	extra = json_object_get_string(at_path(item_at(&told, 0), ".extra"));
	assert_in_range(strlen(extra), 40000, 65536);
	assert_non_null(strstr(extra, "X-A:1\n"));
	assert_non_null(strstr(extra, "X-AURORA-OCCURRENCE:2026-02-28\nATTENDEE"));
	assert_null(strstr(extra, "BEGIN:X-B"));
	again = read_all(arena, write_all(arena, &told, ICS_FULL));
	assert_string_equal(json_object_get_string(at_path(item_at(&again, 0), ".extra")), extra);
	arena_free(arena);
}

#define GOOD "BEGIN:VEVENT\nUID:good\nDTSTART:20260101\nEND:VEVENT\n"

/* What is wrong with one is told, and the others are taken. */
static void faults(void **state)
{
	static const struct {
		const char *text;
		size_t items;
		const char *faults;
	} cases[] = {
		{CALENDAR("BEGIN:VEVENT\nDTSTART:2026-01-01\nEND:VEVENT\n" GOOD), 1,
		 "3 VEVENT: DTSTART is no time between 1900 and 2199\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260230\nEND:VEVENT\n" GOOD), 1,
		 "3 VEVENT: DTSTART is no time between 1900 and 2199\n"},
		{CALENDAR(GOOD "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n"), 1, "7 VEVENT: no DTSTART\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260101\nDTEND:x\nEND:VEVENT\n" GOOD), 1,
		 "3 VEVENT: DTEND is no time between 1900 and 2199\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260101\nDURATION:1h\nEND:VEVENT\n"), 0,
		 "3 VEVENT: DURATION is none\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260101\nDURATION:-PT1H\nEND:VEVENT\n"), 0,
		 "3 VEVENT: DURATION is none\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=DAILY\nEXDATE:20260102,x\nEND:VEVENT\n"), 0,
		 "3 VEVENT: EXDATE is no time between 1900 and 2199\n"},
		{CALENDAR("BEGIN:VJOURNAL\nEND:VJOURNAL\nBEGIN:VFREEBUSY\nEND:VFREEBUSY\n" GOOD), 1,
		 "3 VJOURNAL: only VEVENT and VTODO are taken\n5 VFREEBUSY: only VEVENT and VTODO are taken\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260101\n" GOOD), 1, "3 VEVENT: it has no END\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260101\nBEGIN:VALARM\nEND:VEVENT\n" GOOD), 1,
		 "3 VEVENT: BEGIN:VALARM in it has no END\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260101\nEND:VALARM\nEND:VEVENT\n" GOOD), 1,
		 "3 VEVENT: END:VALARM without BEGIN\n"},
		{CALENDAR("END:VEVENT\nEND:VEVENT\nEND:VTODO\n" GOOD), 1, "3 VEVENT: END:VEVENT without BEGIN\n"},
		{CALENDAR("BEGIN:VEVENT\nDTSTART:20260101\nBEGIN:A\nBEGIN:B\nEND:A\nEND:B\nEND:VEVENT\n"), 0,
		 "3 VEVENT: END:A without BEGIN\n"},
		{"BEGIN:VCALENDAR\n" GOOD "BEGIN:VEVENT\nDTSTART:20260101\nSUMM", 1,
		 "6 VEVENT: it has no END\n1 VCALENDAR: it has no END: the end of the text may be missing\n"},
		{"BEGIN:VCALENDAR", 0, "1 VCALENDAR: it has no END: the end of the text may be missing\n"},
		{CALENDAR(""), 0, ""},
		{CALENDAR(GOOD) CALENDAR("BEGIN:VTODO\nEND:VTODO\n"), 2, ""},
		{CALENDAR(SERIES OVERRIDE(
			 "RECURRENCE-ID;RANGE=THISANDFUTURE:20260302T080000Z\nDTSTART:20260302T090000Z")),
		 1, "11 VEVENT: RECURRENCE-ID with RANGE=THISANDFUTURE is not supported\n"},
		{CALENDAR(SERIES OVERRIDE("RECURRENCE-ID:20260302T080000Z")), 1, "11 VEVENT: no DTSTART\n"},
		{CALENDAR(SERIES OVERRIDE("RECURRENCE-ID:x\nDTSTART:20260101")), 1,
		 "11 VEVENT: RECURRENCE-ID is no time between 1900 and 2199\n"},
		{CALENDAR("BEGIN:VEVENT\nUID:s\nEND:VEVENT\n" OVERRIDE("RECURRENCE-ID:20260302\nDTSTART:20260101")), 0,
		 "3 VEVENT: no DTSTART\n6 VEVENT: its series cannot be taken\n"},
		{CALENDAR(OVERRIDE("RECURRENCE-ID:20260302\nDTSTART:20260101\nSTATUS:CANCELLED")), 0,
		 "3 VEVENT: a cancelled occurrence whose series is not in this calendar\n"},
		{CALENDAR(SERIES OVERRIDE(
			 "RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nDTEND:20260302T070000Z")),
		 1, "11 VEVENT: DTEND is before DTSTART\n"},
		{CALENDAR(SERIES OVERRIDE("RECURRENCE-ID:20260302T080000Z\nDTSTART:20260302T080000Z\nDTEND:20260303")),
		 1, "11 VEVENT: DTEND is of another kind than DTSTART\n"},
		{CALENDAR(GOOD GOOD), 1, "3 VEVENT: another component of this calendar has its UID\n"},
		{CALENDAR("BEGIN:VTODO\nUID:s\nDUE:20260301\nRRULE:FREQ=DAILY\nEND:VTODO\n"
			  "BEGIN:VTODO\nUID:s\nRECURRENCE-ID:20260302\nEND:VTODO\n"),
		 1, "8 VTODO: an exception of a recurring task is not supported\n"},
		/* Lines are the text's, also behind folded ones and others' line ends. */
		{"BEGIN:VCALENDAR\r\nX-A:b\r\n c\r\n d\r\rBEGIN:VEVENT\r\nEND:VEVENT\nEND:VCALENDAR\r", 0,
		 "6 VEVENT: no DTSTART\n"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told told = read_all(arena, cases[i].text);

		assert_true(told.is_calendar);
		assert_string_equal(buf_text(told.faults), cases[i].faults);
		assert_int_equal(told.item_count, cases[i].items);
		arena_clear(arena);
	}
	arena_free(arena);
}

#define TITLED(title)                                                                                                  \
	"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101\r\nSUMMARY:" title "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
#define BYTES(text) text, sizeof(text) - 1

static void encodings(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *title;
	} cases[] = {
		{BYTES(TITLED("Größe")), "Größe"},
		{BYTES("\xef\xbb\xbf" TITLED("Größe")), "Größe"},
		{BYTES(TITLED("Gr\xf6\xdf"
			      "e \x80 \x93x\x94")),
		 "Größe € “x”"},
		/* Folded within a character, with a tab, without CR, CR alone. */
		{BYTES(TITLED("Gr\xc3\r\n \xb6\xc3\r\n\t\x9f"
			      "e")),
		 "Größe"},
		{BYTES("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nSUMM\n ARY:a\n  b\nEND:VEVENT\nEND:VCALENDAR"),
		 "a b"},
		{BYTES("BEGIN:VCALENDAR\rBEGIN:VEVENT\rDTSTART:20260101\rSUMMARY:a\r b\rEND:VEVENT\rEND:VCALENDAR"),
		 "ab"},
		/* One line that is not UTF-8 spoils no other. */
		{BYTES(TITLED("Größe\r\nLOCATION:\xf6")), "Größe"},
		{BYTES(TITLED("a\0b\x01"
			      "c\x7f")),
		 "abc"},
		{BYTES("B\0E\0G\0I\0N\0:\0V\0C\0A\0L\0E\0N\0D\0A\0R\0\n\0B\0E\0G\0I\0N\0:"
		       "\0V\0T\0O\0D\0O\0\n\0S\0U\0M\0M\0A\0R\0Y\0:\0"
		       "\xf6\0\n\0E\0N\0D\0:\0V\0T\0O\0D\0O\0\n\0"),
		 "ö"},
		{BYTES("\xfe\xff\0B\0E\0G\0I\0N\0:\0V\0C\0A\0L\0E\0N\0D\0A\0R\0\n\0B\0E\0G\0I\0N\0:"
		       "\0V\0T\0O\0D\0O\0\n\0S\0U\0M\0M\0A\0R"
		       "\0Y\0:\xd8\x3d\xde\x00\0\n\0E\0N\0D\0:\0V\0T\0O\0D\0O\0\n\0x"),
		 "😀"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told told = read_some(arena, cases[i].text, cases[i].len, 0);

		assert_int_equal(told.item_count, 1);
		assert_string_equal(json_object_get_string(at_path(item_at(&told, 0), "title")), cases[i].title);
		arena_clear(arena);
	}
	arena_free(arena);
}

#define OBSERVANCE(name, start, from, to, rule)                                                                        \
	"BEGIN:" name "\nDTSTART:" start "\nTZOFFSETFROM:" from "\nTZOFFSETTO:" to "\n" rule "END:" name "\n"
#define FIXED(offset) OBSERVANCE("STANDARD", "16010101T000000", offset, offset, "")
#define EASTERN                                                                                                        \
	OBSERVANCE("STANDARD", "16010101T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\n")        \
	OBSERVANCE("DAYLIGHT", "16010101T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\n")

static void zones(void **state)
{
	static const struct {
		const char *tzid, *zone; /* VTIMEZONE's lines; NULL: there is none */
		const char *local, *time_zone;
	} cases[] = {
		{"Europe/Paris", NULL, "2026-07-01T09:00", "Europe/Paris"},
		{"/freeassociation.sourceforge.net/Europe/Paris", NULL, "2026-07-01T09:00", "Europe/Paris"},
		{"/citadel.org/20210210_1/America/Argentina/Buenos_Aires", NULL, "2026-07-01T09:00",
		 "America/Argentina/Buenos_Aires"},
		{"W. Europe Standard Time", NULL, "2026-07-01T09:00", "Europe/Berlin"},
		{"Eastern Standard Time", NULL, "2026-07-01T09:00", "America/New_York"},
		{"AUS Eastern Standard Time", NULL, "2026-07-01T09:00", "Australia/Sydney"},
		/* A name wins over what its VTIMEZONE says. */
		{"Europe/Paris", FIXED("+0900"), "2026-07-01T09:00", "Europe/Paris"},
		{"Mine", "X-LIC-LOCATION:Asia/Tokyo\n" FIXED("+0100"), "2026-07-01T09:00", "Asia/Tokyo"},
		{"(UTC-05:00) Eastern Time (US & Canada)", EASTERN, "2026-07-01T09:00", "America/New_York"},
		{"Customized Time Zone", FIXED("+0530"), "2026-07-01T09:00", "Asia/Kolkata"},
		/* Where nobody's clocks are so, the instant is kept. */
		{"Mars", FIXED("+0017"), "2026-07-01T08:43", "UTC"},
		{"Mars", FIXED("-001730"), "2026-07-01T09:17:30", "UTC"},
		{"Odd",
		 OBSERVANCE("STANDARD", "20251001T000000", "+0117", "+0017", "") OBSERVANCE(
			 "DAYLIGHT", "20250701T090000", "+0017", "+0117", "RDATE:20240701T090000,20260701T080000\n"),
		 "2026-07-01T07:43", "UTC"},
		/* The last year that its UNTIL allows, which is in UTC. */
		{"Ended",
		 OBSERVANCE("STANDARD", "20201001T060000", "+0817", "+0717", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SA\n")
			 OBSERVANCE("DAYLIGHT", "20240601T060000", "+0717", "+0817",
				    "RRULE:FREQ=YEARLY;BYMONTH=6;BYDAY=1SA;UNTIL=20260605T224300Z\n"),
		 "2026-07-01T00:43", "UTC"},
		{"Over",
		 OBSERVANCE("STANDARD", "20201001T060000", "+0817", "+0717", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SA\n")
			 OBSERVANCE("DAYLIGHT", "20240601T060000", "+0717", "+0817",
				    "RRULE:FREQ=YEARLY;BYMONTH=6;BYDAY=1SA;UNTIL=20260605T224259Z\n"),
		 "2026-07-01T01:43", "UTC"},
		/* Neither named nor told, or not to be believed. */
		{"Nowhere", NULL, "2026-07-01T09:00", HOME},
		{"Nowhere", "X-A:b\n", "2026-07-01T09:00", HOME},
		{"Nowhere", OBSERVANCE("STANDARD", "x", "+0100", "+0100", ""), "2026-07-01T09:00", HOME},
		{"Nowhere", OBSERVANCE("STANDARD", "20260101T000000", "+9900", "+0100", ""), "2026-07-01T09:00", HOME},
		/* A rule of every second is not followed. */
		{"Hostile", OBSERVANCE("STANDARD", "16010101T000000", "+0017", "+0017", "RRULE:FREQ=SECONDLY\n"),
		 "2026-07-01T08:43", "UTC"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *zone = cases[i].zone ? arena_printf(arena, "BEGIN:VTIMEZONE\nTZID:%s\n%sEND:VTIMEZONE\n",
								cases[i].tzid, cases[i].zone)
						 : "";
		const char *text = arena_printf(
			arena, CALENDAR("BEGIN:VEVENT\nDTSTART;TZID=\"%s\":20260701T090000\nEND:VEVENT\n%s"),
			cases[i].tzid, zone);
		struct told told = read_all(arena, text);

		assert_int_equal(told.item_count, 1);
		assert_string_equal(json_object_get_string(at_path(item_at(&told, 0), "start/time_zone")),
				    cases[i].time_zone);
		assert_string_equal(json_object_get_string(at_path(item_at(&told, 0), "start/local")), cases[i].local);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* The same text without UID has the same one, also when it was exported anew; another has another. */
static void uids(void **state)
{
	struct arena *arena = arena_new();
	char longest[400];
	struct told told =
		read_all(arena, CALENDAR("BEGIN:VTODO\nSUMMARY:a\nDTSTAMP:20260101T000000Z\nEND:VTODO\n"
					 "BEGIN:VTODO\nSUMMARY:a\nDTSTAMP:20260102T000000Z\nEND:VTODO\n"
					 "BEGIN:VTODO\nSUMMARY:b\nEND:VTODO\n"
					 "BEGIN:VTODO\nBEGIN:VALARM\nUID:alarm\nEND:VALARM\nUID:a\\,b\nEND:VTODO\n"));
	const char *first = json_object_get_string(at_path(item_at(&told, 0), ".uid"));

	(void)state;
	assert_int_equal(strlen(first), 64);
	assert_string_equal(json_object_get_string(at_path(item_at(&told, 1), ".uid")), first);
	assert_string_not_equal(json_object_get_string(at_path(item_at(&told, 2), ".uid")), first);
	assert_string_equal(json_object_get_string(at_path(item_at(&told, 3), ".uid")), "a,b");
	memset(longest, 'u', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	told = read_all(arena, arena_printf(arena, CALENDAR("BEGIN:VTODO\nUID:%s\nEND:VTODO\n"), longest));
	assert_int_equal(strlen(json_object_get_string(at_path(item_at(&told, 0), ".uid"))), 64);
	arena_free(arena);
}

static void stopped(void **state)
{
	struct arena *arena = arena_new();
	const char *text = CALENDAR(GOOD "BEGIN:VTODO\nEND:VTODO\nBEGIN:VTODO\nEND:VTODO\n");
	struct told told = read_some(arena, text, strlen(text), 2);

	(void)state;
	assert_int_equal(told.item_count, 2);
	arena_free(arena);
}

static void not_a_calendar(void **state)
{
	static const char *const cases[] = {"",   "\n",       "hello",        "BEGIN:VCARD\nEND:VCARD\n",
					    GOOD, "\xff\xfe", "\xfe\xff\xd8", "BEGIN"};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told told = read_all(arena, cases[i]);

		assert_false(told.is_calendar);
		assert_non_null(told.why);
		assert_int_equal(told.item_count + told.fault_count, 0);
	}
	arena_free(arena);
}

#define TIMES_10                                                                                                       \
	",20260102T090000,20260102T090000,20260102T090000,20260102T090000,20260102T090000"                             \
	",20260102T090000,20260102T090000,20260102T090000,20260102T090000,20260102T090000"
#define TIMES_90  TIMES_10 TIMES_10 TIMES_10 TIMES_10 TIMES_10 TIMES_10 TIMES_10 TIMES_10 TIMES_10
#define TIMES_990 TIMES_90 TIMES_90 TIMES_90 TIMES_90 TIMES_90 TIMES_90 TIMES_90 TIMES_90 TIMES_90 TIMES_90 TIMES_90

/* Bounded in time and memory, whatever comes. */
static void hostile(void **state)
{
	static const struct {
		const char *before, *text;
		size_t times;
		const char *behind;
		size_t items, faults;
	} cases[] = {
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:", "x", MIB, "\nEND:VTODO\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:", "x\n ", MIB, "\nEND:VTODO\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY", ";A=\"b", MIB, ":x\nEND:VTODO\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nDUE;TZID=a", "/a", 8 * MIB,
		 ":20260101T000000\nEND:VTODO\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY;QUOTED-PRINTABLE:", "=\n", MIB, "\nEND:VTODO\nEND:VCALENDAR\n",
		 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nCATEGORIES:a", ",b", MIB, "\nEND:VTODO\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nDUE:20260101\nRRULE:x\nEXDATE:20260101", ",20260102", 100000,
		 "\nEND:VTODO\nEND:VCALENDAR\n", 0, 1},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\n", "BEGIN:VALARM\nTRIGGER:PT1S\nEND:VALARM\n", 100000,
		 "END:VTODO\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", 100000, "", 0, 100001},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "BEGIN:VALARM\n", 100000, "END:VEVENT\nEND:VCALENDAR\n", 0, 1},
		{"BEGIN:VCALENDAR\n", "END:VEVENT\n", 100000, "END:VCALENDAR\n", 0, 1},
		{"", "BEGIN:VCALENDAR\n", 100000, "END:VCALENDAR\n", 0, 0},
		{"BEGIN:VCALENDAR\n", "BEGIN:VTODO\nUID:u\nEND:VTODO\n", 100000, "END:VCALENDAR\n", 1, 99999},
		{"BEGIN:VCALENDAR\n" SERIES,
		 "BEGIN:VEVENT\nUID:s\nRECURRENCE-ID:20260101T000000Z\nDTSTART:20260101\nEND:VEVENT\n", 5000,
		 "END:VCALENDAR\n", 1, 4000},
		{"BEGIN:VCALENDAR\n", "BEGIN:VTIMEZONE\nTZID:x\n" FIXED("+0017") "END:VTIMEZONE\n", 100000,
		 "BEGIN:VEVENT\nDTSTART;TZID=x:20260101T000000\nEND:VEVENT\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=x:20260101T000000\nEND:VEVENT\nBEGIN:VTIMEZONE\nTZID:x\n",
		 EASTERN, 2000, "END:VTIMEZONE\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=x:20260101T000000\nEND:VEVENT\nBEGIN:VTIMEZONE\nTZID:x\n",
		 OBSERVANCE("STANDARD", "16010101T020000", "-0400", "-0500",
			    "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\n"),
		 100, "END:VTIMEZONE\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\n", "\r\r\n\n \t", MIB, "", 0, 1},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nDUE:20260101\nRRULE:FREQ=DAILY;X-", "A", 5 * MIB,
		 "=1\nEND:VTODO\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nDUE:20260101\nRRULE:FREQ=DAILY\nEXDATE;TZID=", "a", 4 * MIB,
		 ":20260102T090000" TIMES_990 "\nEND:VTODO\nEND:VCALENDAR\n", 1, 0},
		{"BEGIN:VCALENDAR\nBEGIN:VTODO\nDUE:20260101\nRRULE:FREQ=DAILY\nEXDATE;X=", "a", 15 * MIB,
		 ":20260102T090000" TIMES_990 "\nEND:VTODO\nEND:VCALENDAR\n", 1, 0},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf *text = repeated(arena, cases[i].before, cases[i].text, cases[i].times, cases[i].behind);
		int64_t began = spent_us();
		struct told told = read_some(arena, buf_text(text), text->len, 0);

		if (told.item_count != cases[i].items || told.fault_count != cases[i].faults)
			fail_msg("%s: %zu items, %zu faults", cases[i].text, told.item_count, told.fault_count);
		if (spent_us() - began > INT64_C(10000000))
			fail_msg("%s: took too long", cases[i].text);
		for (size_t k = 0; k < told.item_count; k++)
			assert_true(strlen(json_object_to_json_string(at_path(item_at(&told, k), ""))) < 2 * MIB);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* What VTIMEZONEs may cost is bounded for all of a calendar; what needs more than that is told, and nothing guessed. */
static void late_zones(void **state)
{
	struct arena *arena = arena_new();
	struct buf *many = buf_in(arena, MOST), *one;
	const char *const why = "its VTIMEZONE took too long to read\n";

	(void)state;
	buf_adds(many, "BEGIN:VCALENDAR\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(many,
			   "BEGIN:VTIMEZONE\nTZID:x%d\n" FIXED(
				   "+0017") "END:VTIMEZONE\n"
					    "BEGIN:VTODO\nDUE;TZID=x%d:20260101T000000\nEND:VTODO\n",
			   i, i);
	buf_adds(many, "END:VCALENDAR\n");
	one = repeated(
		arena, "BEGIN:VCALENDAR\nBEGIN:VTODO\nDUE;TZID=x:20260101T000000\nEND:VTODO\nBEGIN:VTIMEZONE\nTZID:x\n",
		OBSERVANCE(
			"STANDARD", "16010101T020000", "-0400", "-0500",
			"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"),
		4000, "END:VTIMEZONE\nEND:VCALENDAR\n");
	for (int i = 0; i < 2; i++) {
		int64_t began = spent_us();
		struct told told = read_all(arena, buf_text(i ? many : one));

		assert_int_equal(told.item_count + told.fault_count, i ? 1000 : 1);
		if (spent_us() - began > INT64_C(10000000))
			fail_msg("it took too long");
		if (told.fault_count > 0)
			assert_non_null(strstr(buf_text(told.faults), why));
		for (size_t k = 0; k < told.item_count && i; k++)
			assert_json(at_path(item_at(&told, k), "due"),
				    "{\"local\":\"2025-12-31T23:43\",\"time_zone\":\"UTC\"}", "a zone of a quarter");
	}
	arena_free(arena);
}

/* Rules that take long take it of the same: what is left when nothing is left is told, and all that is easy is taken.
 */
static void late_rules(void **state)
{
	struct arena *arena = arena_new();
	struct buf *text = repeated(
		arena, "BEGIN:VCALENDAR\n",
		"BEGIN:VTODO\nDTSTART;TZID=Europe/Berlin:19000105T090000\nDUE;TZID=Europe/Berlin:19000106T100000\n"
		"RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO;BYHOUR=9,10,11;BYMINUTE=1,2,3,5,7;"
		"BYSETPOS=-1\nEND:VTODO\n",
		2000, "BEGIN:VTODO\nDUE:2026x\nEND:VTODO\n" GOOD "END:VCALENDAR\n");
	int64_t began = spent_us();
	struct told told = read_some(arena, buf_text(text), text->len, 0);

	(void)state;
	assert_int_equal(told.item_count + told.fault_count, 2002);
	if (spent_us() - began > INT64_C(10000000))
		fail_msg("it took too long");
	assert_non_null(strstr(buf_text(told.faults), "VTODO: its RRULE took too long to read\n"));
	assert_non_null(strstr(buf_text(told.faults), "VTODO: DUE is no time between"));
	assert_string_equal(json_object_get_string(at_path(item_at(&told, told.item_count - 1), ".uid")), "good");
	arena_free(arena);
}

static const char *file_text(struct arena *arena, const char *name, size_t *len)
{
	FILE *file = fopen(arena_printf(arena, CORPUS "/%s", name), "r");
	char *text = arena_alloc(arena, MIB);

	assert_non_null(file);
	*len = fread(text, 1, MIB - 1, file);
	fclose(file);
	return text;
}

/* Bytes of real calendars turned at random: whatever happens, it ends, and what is taken can be written and read. */
static void turned(void **state)
{
	struct arena *arena = arena_new();
	unsigned seed = 20260329;

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t len;
		const char *original = file_text(arena, round % 2 ? "google.ics" : "outlook.ics", &len);
		char *text = arena_strndup(arena, original, len);

		for (int i = 0; i < 1 + round % 20; i++)
			text[(size_t)rand_r(&seed) % len] =
				(char)(rand_r(&seed) % 4 ? "\n:;=\r ,\"\\TZ0"[rand_r(&seed) % 12] : rand_r(&seed));
		struct told told = read_some(arena, text, len, 0);
		struct told again = read_all(arena, write_all(arena, &told, ICS_FULL));

		if (again.item_count != told.item_count)
			fail_msg("round %d: %zu items, then %zu: %s", round, told.item_count, again.item_count,
				 buf_text(again.faults));
		arena_clear(arena);
	}
	arena_free(arena);
}

static struct ics_item item_of(struct json_object *object)
{
	struct json_object *category = at_path(object, ".category");
	struct ics_item item = {
		.kind = strcmp(json_object_get_string(at_path(object, ".kind")), "task") ? ICS_EVENT : ICS_TASK,
		.uid = json_object_get_string(at_path(object, ".uid")),
		.category = category ? json_object_get_string(category) : NULL,
		.json = at_path(object, ".json"),
		.extra = json_object_get_string(at_path(object, ".extra")),
	};

	return item;
}

static const char *write_all(struct arena *arena, const struct told *told, enum ics_mode mode)
{
	struct buf *out = buf_in(arena, MOST);
	struct ics_writer *writer = ics_write_begin(arena, out, "My, calendar", mode);

	for (size_t i = 0; i < told->item_count; i++) {
		struct ics_item item = item_of(item_at(told, i));

		ics_write_item(writer, &item);
	}
	ics_write_end(writer);
	return buf_text(out);
}

/* Lines of at most 75 octets, each ended by CRLF, none cut within a character. */
static void assert_folded(const char *text)
{
	while (*text != '\0') {
		const char *end = strstr(text, "\r\n");

		assert_non_null(end);
		assert_true(end - text <= 75);
		assert_null(memchr(text, '\n', (size_t)(end - text)));
		assert_true(((unsigned char)end[2] & 0xc0) != 0x80);
		assert_true(end[2] != ' ' || ((unsigned char)end[3] & 0xc0) != 0x80);
		text = end + 2;
	}
}

static struct told one_item(struct arena *arena, const char *json)
{
	struct told told = {.arena = arena, .items = json_object_new_array(), .item_count = 1};
	struct json_object *item = json_tokener_parse(json);

	if (!item)
		fail_msg("the test's own JSON: %s", json);
	arena_defer(arena, put_json, told.items);
	json_object_array_add(told.items, item);
	return told;
}

#define TASK(extra, json)                                                                                              \
	"{\"kind\":\"task\",\"uid\":\"u\",\"category\":null,\"extra\":\"" extra "\",\"json\":{\"title\":\"t\"," json   \
	"}}"
#define EVENT(extra, json)                                                                                             \
	"{\"kind\":\"event\",\"uid\":\"u\",\"category\":null,\"extra\":\"" extra "\",\"json\":{\"title\":\"t\"," json  \
	"}}"
#define AS_TASK "\"tags\":[],\"reminders\":[],\"priority\":\"none\",\"completed\":false,\"completed_at\":null,"
#define HUNDRED "01234567890123456789012345678901234567890123456789 1234567890123456789012345678901234567890123456789"
#define NINE    "\"start\":{\"local\":\"2026-03-01T09:00\",\"time_zone\":\"Europe/Berlin\"}"
#define TEN     "\"end\":{\"local\":\"2026-03-01T10:00\",\"time_zone\":\"Europe/Berlin\"}"

#define TWO_MINUTES                                                                                                    \
	"BEGIN:X-AURORA-KEPT\\nX-AURORA-FOR:TRIGGER:-PT2M\\nBEGIN:VALARM\\nACTION:EMAIL\\nTRIGGER:-PT90S\\nREPEAT:"    \
	"3\\n"                                                                                                         \
	"END:VALARM\\nEND:X-AURORA-KEPT\\n"

/* Lines that are to be in what is written, unfolded. */
static void written(void **state)
{
	static const struct {
		const char *item, *has, *has_not;
	} cases[] = {
		{EVENT("", NINE), "\r\nDTSTART;TZID=Europe/Berlin:20260301T090000\r\n", "DTEND"},
		{EVENT("", NINE), "\r\nX-WR-CALNAME:My\\, calendar\r\n", "X-AURORA"},
		{EVENT("", NINE "," TEN), "\r\nDTEND;TZID=Europe/Berlin:20260301T100000\r\n", "DURATION"},
		{EVENT("", NINE ",\"duration\":\"PT1H\""), "\r\nDURATION:PT1H\r\n", "DTEND"},
		{EVENT("", "\"start\":{\"date\":\"2026-03-01\"}"), "\r\nDTSTART;VALUE=DATE:20260301\r\n", "VTIMEZONE"},
		{EVENT("", "\"start\":{\"local\":\"2026-03-01T09:00:05\"}"), "\r\nDTSTART:20260301T090005\r\n",
		 "VTIMEZONE"},
		{EVENT("", "\"start\":{\"local\":\"2026-03-01T09:00\",\"time_zone\":\"UTC\"}"),
		 "\r\nDTSTART:20260301T090000Z\r\n", "VTIMEZONE"},
		{EVENT("", NINE ",\"description\":\"a\\nb,c;d\\\\e\\u0001\\r\\u007ff\""),
		 "\r\nDESCRIPTION:a\\nb\\,c\\;d\\\\ef\r\n", "\x01"},
		{EVENT("", NINE ",\"description\":null,\"location\":\"\""), "\r\nSUMMARY:t\r\n", "LOCATION"},
		{EVENT("", NINE ",\"recurrence\":{\"rrule\":\"FREQ=DAILY\",\"exdates\":[\"2026-03-02T09:00\"]},"
				"\"overrides\":{\"2026-03-04T09:00\":{\"cancelled\":true}}"),
		 "\r\nEXDATE;TZID=Europe/Berlin:20260302T090000,20260304T090000\r\n", "RECURRENCE-ID"},
		{EVENT("", NINE ",\"recurrence\":{\"rdates\":[\"2026-03-02T09:00\"]}"),
		 "\r\nRDATE;TZID=Europe/Berlin:20260302T090000\r\n", "RRULE"},
		{EVENT("", NINE "," TEN ",\"recurrence\":{\"rrule\":\"FREQ=DAILY\"},"
				"\"overrides\":{\"2026-03-04T09:00\":{\"start\":{\"local\":\"2026-03-04T11:00\",\"time_"
				"zone\":\"Europe/Berlin\"}}}"),
		 "\r\nRECURRENCE-ID;TZID=Europe/Berlin:20260304T090000\r\nDTSTART;TZID=Europe/"
		 "Berlin:20260304T110000\r\n"
		 "DTEND;TZID=Europe/Berlin:20260304T120000\r\n",
		 "EXDATE"},
		{EVENT("", NINE ",\"duration\":\"PT7M\",\"recurrence\":{\"rrule\":\"FREQ=DAILY\"},\"overrides\":{"
				"\"2026-03-04T09:00\":{\"title\":\"x\"}}"),
		 "\r\nRECURRENCE-ID;TZID=Europe/Berlin:20260304T090000\r\nDTSTART;TZID=Europe/"
		 "Berlin:20260304T090000\r\nDURATION:PT7M\r\nSUMMARY:x\r\n",
		 "EXDATE"},
		{EVENT("", NINE ",\"reminders\":[{\"offset_minutes\":-30,\"relative_to\":\"start\"}]"),
		 "\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:t\r\nTRIGGER:-PT30M\r\nEND:VALARM\r\n", "RELATED"},
		{EVENT("", NINE ",\"reminders\":[{\"offset_minutes\":1501,\"relative_to\":\"end\"}]"),
		 "\r\nTRIGGER;RELATED=END:P1DT1H1M\r\n", "-P"},
		{EVENT("", NINE ",\"reminders\":[{\"offset_minutes\":-2880,\"relative_to\":\"start\"}]"),
		 "\r\nTRIGGER:-P2D\r\n", "RELATED"},
		{EVENT("", NINE ",\"reminders\":[{\"offset_minutes\":0,\"relative_to\":\"start\"}]"),
		 "\r\nTRIGGER:PT0M\r\n", "RELATED"},
		{EVENT("", NINE ",\"reminders\":[{\"at\":\"2026-03-01T08:00:00+01:00\"}]"),
		 "\r\nTRIGGER;VALUE=DATE-TIME:20260301T070000Z\r\n", "RELATED"},
		{EVENT("", NINE ",\"tags\":[\"a\",\"b\"]"), "\r\nCATEGORIES:a,b\r\nX-AURORA-TAGS:a,b\r\n", "\"a\""},
		{EVENT("", NINE ",\"updated_at\":\"2026-02-01T10:00:00.5Z\",\"created_at\":\"2026-01-01T00:00:00Z\","
				"\"version\":7"),
		 "\r\nDTSTAMP:20260201T100000Z\r\nCREATED:20260101T000000Z\r\nLAST-MODIFIED:"
		 "20260201T100000Z\r\nSEQUENCE:7\r\n",
		 "X-A"},
		{EVENT("X-A;B=\\\"c\\\":d\\n", NINE), "\r\nX-A;B=\"c\":d\r\n", "X-AURORA"},
		{TASK("", "\"due\":{\"date\":\"2026-03-01\"},\"priority\":\"urgent\""), "\r\nPRIORITY:1\r\n",
		 "DTSTART"},
		{TASK("", "\"priority\":\"high\""), "\r\nPRIORITY:3\r\n", "DUE"},
		{TASK("", "\"priority\":\"none\""), "\r\nBEGIN:VTODO\r\n", "PRIORITY"},
		{TASK("", "\"due\":{\"date\":\"2026-03-01\"},\"recurrence\":{\"rrule\":\"FREQ=DAILY\",\"after_"
			  "completion\":true}"),
		 "\r\nDTSTART;VALUE=DATE:20260301\r\nDUE;VALUE=DATE:20260301\r\nRRULE:FREQ=DAILY\r\nX-AURORA-AFTER-"
		 "COMPLETION:TRUE\r\n",
		 "EXDATE"},
		{TASK("", "\"starts\":{\"date\":\"2026-03-01\"},\"due\":{\"date\":\"2026-03-02\"},\"recurrence\":{"
			  "\"rrule\":\"FREQ="
			  "WEEKLY;BYDAY=MO\",\"exdates\":[\"2026-03-09\"],\"rdates\":[\"2026-03-12\"]}"),
		 "\r\nDTSTART;VALUE=DATE:20260301\r\nDUE;VALUE=DATE:20260302\r\nRRULE:FREQ=WEEKLY;BYDAY=SU\r\n"
		 "EXDATE;VALUE=DATE:20260308\r\nRDATE;VALUE=DATE:20260311\r\n",
		 "X-AURORA"},
		/* No rule says of the start what this one says of the due time. */
		{TASK("", "\"starts\":{\"date\":\"2026-03-01\"},\"due\":{\"date\":\"2026-03-02\"},\"recurrence\":{"
			  "\"rrule\":\"FREQ="
			  "MONTHLY;BYDAY=1MO\"}"),
		 "\r\nDTSTART;VALUE=DATE:20260302\r\nDUE;VALUE=DATE:20260302\r\nX-AURORA-STARTS;X-DTSTART=20260302;"
		 "VALUE=DATE:20260301\r\n"
		 "RRULE:FREQ=MONTHLY;BYDAY=1MO\r\n",
		 "EXDATE"},
		/* DTSTART and DUE are of one kind. */
		{TASK("", "\"starts\":{\"date\":\"2026-03-01\"},\"due\":{\"local\":\"2026-03-02T09:00\"}"),
		 "\r\nDTSTART:20260301T000000\r\nDUE:20260302T090000\r\nX-AURORA-STARTS;X-DTSTART=20260301T000000;"
		 "VALUE=DATE:20260301\r\n",
		 "RRULE"},
		/* A reminder of when it starts is told from DTSTART. */
		{TASK("", "\"starts\":{\"date\":\"2026-01-28\"},\"due\":{\"date\":\"2026-01-31\"},\"recurrence\":{"
			  "\"rrule\":"
			  "\"FREQ=MONTHLY\"},\"reminders\":[{\"offset_minutes\":-60,\"relative_to\":\"start\"}]"),
		 "\r\nTRIGGER:-P3DT1H\r\n", "TRIGGER:-PT1H"},
		/* Of a description that was changed no other form is told, of one that was not, all. */
		{EVENT("BEGIN:X-AURORA-KEPT\\nX-AURORA-FOR:DESCRIPTION:a\\nDESCRIPTION:a\\nX-ALT-DESC:b\\nEND:X-AURORA-"
		       "KEPT\\n",
		       NINE ",\"description\":\"c\""),
		 "DESCRIPTION:c", "X-ALT-DESC"},
		{EVENT("BEGIN:X-AURORA-KEPT\\nX-AURORA-FOR:DESCRIPTION:a\\nDESCRIPTION:a\\nX-ALT-DESC:b\\nEND:X-AURORA-"
		       "KEPT\\n",
		       NINE ",\"description\":\"a\""),
		 "\r\nDESCRIPTION:a\r\nX-ALT-DESC:b\r\n", "X-AURORA"},
		/* A second rule is none without a first one, nor the same again. */
		{EVENT("RRULE:FREQ=YEARLY\\nEXRULE:FREQ=MONTHLY\\nX-A:1\\n", NINE), "X-A:1", "RULE"},
		{EVENT("RRULE:FREQ=YEARLY\\nX-A:1\\n", NINE ",\"recurrence\":{\"rrule\":\"FREQ=YEARLY\"}"),
		 "X-A:1\r\nEND:VEVENT", "FREQ=YEARLY\r\nX-A:1\r\nRRULE"},
		{EVENT("RRULE:FREQ=YEARLY\\nX-A:1\\n", NINE ",\"recurrence\":{\"rrule\":\"FREQ=YEARLY\"}"),
		 "RRULE:FREQ=YEARLY\r\nSUMMARY", "SUMMARY:t\r\nRRULE"},
		/* A day alone is the occurrence of that day. */
		{EVENT("", NINE
		       ",\"recurrence\":{\"rrule\":\"FREQ=DAILY\",\"exdates\":[\"2026-03-02\",\"2026-03-03T09:00\"]}"),
		 "\r\nEXDATE;TZID=Europe/Berlin:20260302T090000,20260303T090000\r\n", "VALUE=DATE"},
		{TASK("STATUS:IN-PROCESS\\nPERCENT-COMPLETE:5\\nX-A:b\\n",
		      "\"completed\":true,\"completed_at\":\"2026-03-01T08:00:00Z\""),
		 "\r\nSTATUS:COMPLETED\r\nPERCENT-COMPLETE:100\r\nCOMPLETED:20260301T080000Z\r\nX-A:b\r\n",
		 "IN-PROCESS"},
		{TASK("STATUS:IN-PROCESS\\n", "\"completed\":false,\"completed_at\":null"), "\r\nSTATUS:IN-PROCESS\r\n",
		 "COMPLETED"},
		/* What stood for a line, while there is that line: seconds, what a mail says, another priority. */
		{EVENT(TWO_MINUTES, NINE ",\"reminders\":[{\"offset_minutes\":-2,\"relative_to\":\"start\"}]"),
		 "\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT90S\r\nREPEAT:3\r\nEND:VALARM\r\n", "DISPLAY"},
		{EVENT(TWO_MINUTES, NINE ",\"reminders\":[{\"offset_minutes\":-3,\"relative_to\":\"start\"}]"),
		 "\r\nTRIGGER:-PT3M\r\n", "EMAIL"},
		{EVENT(TWO_MINUTES, NINE ",\"reminders\":[]"), "\r\nBEGIN:VEVENT\r\n", "VALARM"},
		{EVENT(TWO_MINUTES, NINE ",\"reminders\":[{\"offset_minutes\":-2,\"relative_to\":\"start\"},"
					 "{\"offset_minutes\":-2,\"relative_to\":\"start\"}]"),
		 "\r\nREPEAT:3\r\nEND:VALARM\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:t\r\nTRIGGER:-PT2M\r\n",
		 "X-AURORA"},
		{TASK("BEGIN:X-AURORA-KEPT\\nX-AURORA-FOR:PRIORITY:3\\nPRIORITY:2\\nEND:X-AURORA-KEPT\\n",
		      "\"priority\":\"high\""),
		 "\r\nPRIORITY:2\r\n", "PRIORITY:3"},
		{TASK("BEGIN:X-AURORA-KEPT\\nX-AURORA-FOR:PRIORITY:3\\nPRIORITY:2\\nEND:X-AURORA-KEPT\\n",
		      "\"priority\":\"low\""),
		 "\r\nPRIORITY:9\r\n", "PRIORITY:2"},
		/* An exception that was made here has what its series has, but for its rules. */
		{EVENT("CLASS:PRIVATE\\nRRULE:FREQ=YEARLY\\n" TWO_MINUTES,
		       NINE ",\"recurrence\":{\"rrule\":\"FREQ=DAILY\"},\"reminders\":[{\"offset_minutes\":-2,"
			    "\"relative_to\":\"start\"}],"
			    "\"overrides\":{\"2026-03-04T09:00\":{\"title\":\"x\"}}"),
		 "\r\nSUMMARY:x\r\nCLASS:PRIVATE\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT90S\r\nREPEAT:3\r\nEND:"
		 "VALARM\r\nEND:VEVENT\r\n",
		 "X-AURORA"},
		/* Components within components that have our names stay whole. */
		{EVENT("BEGIN:X-B\\nBEGIN:X-AURORA-KEPT\\nEND:X-AURORA-KEPT\\nEND:X-B\\n", NINE),
		 "\r\nBEGIN:X-B\r\nBEGIN:X-AURORA-KEPT\r\nEND:X-AURORA-KEPT\r\nEND:X-B\r\n", "SUMMARY:x"},
		/* A zone of a line that we do not know is told as well. */
		{EVENT("X-A;TZID=Asia/Tokyo:20260301T090000\\n", "\"start\":{\"date\":\"2026-03-01\"}"),
		 "\r\nTZID:Asia/Tokyo\r\n", "X-AURORA"},
		{EVENT("X-A;TZID=Elsewhere:20260301T090000\\n", "\"start\":{\"date\":\"2026-03-01\"}"),
		 "\r\nX-A;TZID=Elsewhere:20260301T090000\r\n", "VTIMEZONE"},
		/* Hours are nothing for a day. */
		{EVENT("", NINE ",\"duration\":\"PT7M\",\"recurrence\":{\"rrule\":\"FREQ=DAILY\"},\"overrides\":{"
				"\"2026-03-04T09:00\":{\"start\":{\"date\":\"2026-03-05\"}}}"),
		 "\r\nDTSTART;VALUE=DATE:20260305\r\nSUMMARY:t\r\n", "EXDATE"},
		/* What would end a line cannot. */
		{EVENT("", NINE ",\"recurrence\":{\"rrule\":\"FREQ=DAILY\\r\\nX-EVIL:1\"}"),
		 "\r\nRRULE:FREQ=DAILYX-EVIL:1\r\n", "\nX-EVIL"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct told told = one_item(arena, cases[i].item);
		const char *text = write_all(arena, &told, ICS_FULL), *item;

		assert_folded(text);
		/* A VTIMEZONE has rules, too. */
		item = strcmp(cases[i].has_not, "VTIMEZONE")
			       ? strstr(text, strstr(text, "BEGIN:VEVENT") ? "BEGIN:VEVENT" : "BEGIN:VTODO")
			       : text;
		if (!strstr(text, cases[i].has) || strstr(item, cases[i].has_not))
			fail_msg("%s in or %s not in: %s", cases[i].has, cases[i].has_not, text);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* Our own items, as they come back: the same. */
static void round_trip(void **state)
{
	static const char *const items[] = {
		EVENT("", NINE "," TEN ",\"tags\":[],\"reminders\":[]"),
		EVENT("", NINE ",\"tags\":[],\"reminders\":[],\"location\":\"" HUNDRED HUNDRED HUNDRED "\""),
		EVENT("X-A:1\\n",
		      "\"start\":{\"date\":\"2026-03-01\"},\"end\":{\"date\":\"2026-03-04\"},\"tags\":[\"a\",\"ä/b\"],"
		      "\"description\":\"Zeile 1\\nZeile 2, und; \\\\ "
		      "日本語日本語日本語日本語日本語日本語日本語日本語日本語\",\"location\":\"x\","
		      "\"reminders\":[{\"offset_minutes\":-1440,\"relative_to\":\"start\"},{\"offset_minutes\":0,"
		      "\"relative_to\":\"end\"},"
		      "{\"at\":\"2026-02-01T10:00:00Z\"}]"),
		EVENT("X-A:1\\nBEGIN:X-AURORA-EXCEPTION\\nX-AURORA-OCCURRENCE:2026-03-29T09:00\\nATTENDEE:mailto:"
		      "a\\nEND:X-AURORA-EXCEPTION\\n",
		      NINE
		      "," TEN
		      ",\"tags\":[],\"reminders\":[],\"description\":\"d\",\"recurrence\":{\"rrule\":\"FREQ=DAILY\","
		      "\"exdates\":[\"2026-03-30T09:00\"],\"rdates\":[\"2026-03-29T12:00\"]},\"overrides\":{\"2026-03-"
		      "29T09:00\":"
		      "{\"title\":\"other\",\"description\":null,\"start\":{\"local\":\"2026-03-29T01:30\",\"time_"
		      "zone\":\"Europe/Berlin\"}},"
		      "\"2026-04-01T09:00\":{\"end\":{\"local\":\"2026-04-01T12:00\",\"time_zone\":\"Europe/Berlin\"}},"
		      "\"2026-04-02T09:00\":{\"start\":{\"local\":\"2026-04-02T09:00\",\"time_zone\":\"Asia/"
		      "Tokyo\"}}}"),
		EVENT("", "\"start\":{\"local\":\"2026-03-01T09:00\",\"time_zone\":\"Europe/Berlin\"},"
			  "\"end\":{\"local\":\"2026-03-01T13:00\",\"time_zone\":\"America/"
			  "New_York\"},\"tags\":[],\"reminders\":[],"
			  "\"recurrence\":{\"rrule\":\"FREQ=WEEKLY\"},\"overrides\":{\"2026-03-08T09:00\":{\"title\":"
			  "\"x\"}}"),
		TASK("",
		     "\"tags\":[],\"reminders\":[],\"priority\":\"none\",\"completed\":false,\"completed_at\":null"),
		TASK("RELATED-TO:x\\n",
		     "\"notes\":\"n\",\"tags\":[\"x\"],\"priority\":\"low\",\"completed\":true,"
		     "\"completed_at\":\"2026-03-01T08:00:00Z\",\"due\":{\"local\":\"2026-03-01T09:00\"},"
		     "\"starts\":{\"date\":\"2026-02-28\"},\"reminders\":[{\"offset_minutes\":-5,\"relative_to\":"
		     "\"due\"},"
		     "{\"offset_minutes\":5,\"relative_to\":\"start\"}]"),
		TASK("", "\"tags\":[],\"reminders\":[{\"offset_minutes\":-5,\"relative_to\":\"due\"}],\"priority\":"
			 "\"medium\",\"completed\":false,"
			 "\"completed_at\":null,\"due\":{\"local\":\"2026-03-01T09:00\",\"time_zone\":\"Australia/"
			 "Lord_Howe\"},"
			 "\"recurrence\":{\"rrule\":\"FREQ=DAILY\",\"exdates\":[\"2026-03-03T09:00\"],\"after_"
			 "completion\":true}"),
		TASK("", AS_TASK
		     "\"due\":{\"local\":\"2026-03-02T17:00\",\"time_zone\":\"Europe/Berlin\"},\"starts\":{\"local\":"
		     "\"2026-02-28T23:30\",\"time_zone\":\"Europe/Berlin\"},\"recurrence\":{\"rrule\":\"FREQ=WEEKLY;"
		     "UNTIL=20260427T150000Z;BYDAY=MO,TH\",\"exdates\":[\"2026-03-30T17:00\"]}"),
		TASK("",
		     AS_TASK "\"due\":{\"date\":\"2026-03-02\"},\"starts\":{\"date\":\"2026-03-01\"},\"recurrence\":{"
			     "\"rrule\":\"FREQ=MONTHLY;BYMONTHDAY=-1\"}"),
		TASK("", AS_TASK
		     "\"due\":{\"local\":\"2026-03-31T09:00\"},\"starts\":{\"date\":\"2026-03-28\"},\"recurrence\":{"
		     "\"rrule\":\"FREQ=DAILY\"}"),
		TASK("", AS_TASK "\"due\":{\"local\":\"2026-03-31T09:00\",\"time_zone\":\"Asia/Tokyo\"},\"starts\":{"
				 "\"local\":\"2026-03-28T09:00\",\"time_zone\":\"Europe/Berlin\"},\"recurrence\":{"
				 "\"rrule\":\"FREQ=DAILY\"}"),
		"{\"kind\":\"task\",\"uid\":\"u, v\",\"category\":\"Home, "
		"sweet\",\"extra\":\"\",\"json\":{\"title\":\"t\",\"tags\":[\"home\"],"
		"\"reminders\":[],\"priority\":\"urgent\",\"completed\":false,\"completed_at\":null}}",
		"{\"kind\":\"task\",\"uid\":\"u\",\"category\":\"home\",\"extra\":\"\",\"json\":{\"title\":\"t\","
		"\"tags\":[\"home\"],"
		"\"reminders\":[],\"priority\":\"high\",\"completed\":false,\"completed_at\":null}}",
		"{\"kind\":\"task\",\"uid\":\"u\",\"category\":\"home\",\"extra\":\"\",\"json\":{\"title\":\"t\","
		"\"tags\":[],"
		"\"reminders\":[],\"priority\":\"high\",\"completed\":false,\"completed_at\":null}}",
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(items); i++) {
		struct told told = one_item(arena, items[i]);
		const char *text = write_all(arena, &told, ICS_FULL);
		struct told again = read_all(arena, text);

		assert_folded(text);
		assert_string_equal(buf_text(again.faults), "");
		assert_int_equal(again.item_count, 1);
		json_object_object_del(item_at(&again, 0), "line");
		json_object_object_del(item_at(&again, 0), "notes");
		assert_json(item_at(&again, 0), items[i], text);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* Every file of the corpus: read, written, read again, all of it is the same, also what we do not know. */
static void corpus(void **state)
{
	static const struct {
		const char *file;
		size_t items, faults;
	} cases[] = {
		{"apple.ics", 1, 0},   {"google.ics", 3, 0},      {"nextcloud.ics", 2, 1},
		{"outlook.ics", 2, 0}, {"thunderbird.ics", 2, 0}, {"utf16.ics", 1, 0},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len;
		const char *text = file_text(arena, cases[i].file, &len);
		struct told told = read_some(arena, text, len, 0), again;

		if (told.item_count != cases[i].items || told.fault_count != cases[i].faults)
			fail_msg("%s: %zu items, %s", cases[i].file, told.item_count, buf_text(told.faults));
		text = write_all(arena, &told, ICS_FULL);
		assert_folded(text);
		again = read_all(arena, text);
		assert_int_equal(again.item_count, told.item_count);
		for (size_t k = 0; k < told.item_count; k++) {
			json_object_object_del(item_at(&told, k), "line");
			json_object_object_del(item_at(&again, k), "line");
		}
		assert_json(again.items, json_object_to_json_string(told.items), cases[i].file);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* When, not what. */
static void busy(void **state)
{
	static const char *const secrets[] = {"secret",     "UID:u", "VALARM",  "X-A",
					      "CATEGORIES", "VTODO", "CREATED", "SEQUENCE"};
	struct arena *arena = arena_new();
	struct told told = one_item(
		arena, "{\"kind\":\"event\",\"uid\":\"u\",\"category\":\"secret\",\"extra\":\"X-A:1\\n\",\"json\":{"
		       "\"title\":\"secret\",\"description\":\"secret\","
		       "\"location\":\"secret\"," NINE "," TEN
		       ",\"tags\":[\"secret\"],\"reminders\":[{\"offset_minutes\":-5,\"relative_to\":\"start\"}],"
		       "\"created_at\":\"2026-01-01T00:00:00Z\",\"version\":3,\"recurrence\":{\"rrule\":\"FREQ=DAILY\","
		       "\"exdates\":[\"2026-03-03T09:00\"]},"
		       "\"overrides\":{\"2026-03-04T09:00\":{\"title\":\"secret\"},\"2026-03-05T09:00\":{\"title\":"
		       "\"secret\",\"start\":{\"local\":\"2026-03-05T12:00\","
		       "\"time_zone\":\"Europe/Berlin\"}},\"2026-03-06T09:00\":{\"cancelled\":true}}}}");
	const char *text;
	struct told again;

	(void)state;
	json_object_array_add(told.items, json_tokener_parse(TASK("", "\"due\":{\"date\":\"2026-03-01\"}")));
	json_object_array_add(told.items, json_tokener_parse(EVENT("TRANSP:TRANSPARENT\\n", NINE)));
	json_object_array_add(told.items, json_tokener_parse(EVENT("STATUS:CANCELLED\\n", NINE)));
	told.item_count = 4;
	text = write_all(arena, &told, ICS_BUSY);
	for (size_t i = 0; i < COUNT(secrets); i++)
		if (strstr(text, secrets[i]))
			fail_msg("%s in %s", secrets[i], text);
	again = read_all(arena, text);
	assert_int_equal(again.item_count, 1);
	assert_json(at_path(item_at(&again, 0), ".json"),
		    "{\"title\":\"Busy\"," NINE "," TEN
		    ",\"tags\":[],\"reminders\":[],\"recurrence\":{\"rrule\":\"FREQ=DAILY\","
		    "\"exdates\":[\"2026-03-03T09:00\",\"2026-03-06T09:00\"]},\"overrides\":{\"2026-03-05T09:00\":{"
		    "\"start\":{"
		    "\"local\":\"2026-03-05T12:00\",\"time_zone\":\"Europe/Berlin\"}}}}",
		    text);
	arena_free(arena);
}

/* Exceptions have the lines of their series, until they are very many; read again they have them all the same. */
static void repeated_lines(void **state)
{
	struct arena *arena = arena_new();
	struct buf *text = buf_in(arena, MOST);
	struct told told, again;
	const char *written;

	(void)state;
	buf_adds(text, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nDTSTART:20260101T000000Z\n");
	for (int i = 0; i < 57; i++)
		buf_printf(text, "X-%d:%s%s%s%s%s%s%s%s%s\n", i, HUNDRED, HUNDRED, HUNDRED, HUNDRED, HUNDRED, HUNDRED,
			   HUNDRED, HUNDRED, HUNDRED);
	for (int i = 0; i < 900; i++)
		buf_printf(text, "RDATE;VALUE=PERIOD:202602%02dT%02d%02d00Z/PT7M\n", 1 + i / 100, i / 10 % 10, i % 10);
	buf_adds(text, "END:VEVENT\nEND:VCALENDAR\n");
	told = read_all(arena, buf_text(text));
	assert_int_equal(told.item_count, 1);
	written = write_all(arena, &told, ICS_FULL);
	assert_true(strlen(written) < 2 * MIB);
	assert_non_null(strstr(written, "X-AURORA-AS-SERIES:TRUE"));
	again = read_all(arena, written);
	json_object_object_del(item_at(&told, 0), "line");
	json_object_object_del(item_at(&again, 0), "line");
	assert_true(json_object_equal(told.items, again.items));
	arena_free(arena);
}

/* Each zone once, before what needs it, also when what was written is taken away in between. */
static void streamed(void **state)
{
	struct arena *arena = arena_new();
	struct buf *out = buf_in(arena, MOST);
	struct ics_writer *writer = ics_write_begin(arena, out, NULL, ICS_FULL);
	struct told berlin = one_item(arena, EVENT("", NINE)),
		    tokyo = one_item(
			    arena,
			    EVENT("", "\"start\":{\"local\":\"2026-03-01T09:00\",\"time_zone\":\"Asia/Tokyo\"}"));
	struct ics_item first = item_of(item_at(&berlin, 0)), second = item_of(item_at(&tokyo, 0));

	(void)state;
	assert_null(strstr(buf_text(out), "CALNAME"));
	ics_write_item(writer, &first);
	assert_true(strstr(buf_text(out), "TZID:Europe/Berlin") < strstr(buf_text(out), "BEGIN:VEVENT"));
	buf_clear(out);
	ics_write_item(writer, &first);
	assert_null(strstr(buf_text(out), "VTIMEZONE"));
	buf_clear(out);
	ics_write_item(writer, &second);
	assert_non_null(strstr(buf_text(out), "TZID:Asia/Tokyo"));
	assert_null(strstr(buf_text(out), "Berlin"));
	arena_free(arena);
}

/* Our VTIMEZONEs as libical reads them: the offsets of tzdata, every two days of many years. */
static void vtimezones(void **state)
{
	static const char *const names[] = {
		"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
		"Asia/Tokyo",    "Asia/Kathmandu",   "Asia/Jerusalem",      "America/St_Johns",
		"Europe/Moscow", "Pacific/Apia",     "America/Sao_Paulo",   "Europe/Dublin",
		"Africa/Cairo",  "Asia/Pyongyang",   "Pacific/Chatham",     "America/Caracas",
	};
	const int64_t from = 0, to = INT64_C(2400000000), step = 53 * 3600 + 1801;
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct buf *lines = buf_in(arena, MIB);
		icaltimezone *zone = icaltimezone_new();
		icalcomponent *component;

		ics_vtimezone(lines, names[i], from, to);
		component = icalparser_parse_string(buf_text(lines));
		assert_non_null(component);
		assert_true(icaltimezone_set_component(zone, component));
		for (int64_t at = from + step; at < to; at += step) {
			struct icaltimetype utc =
				icaltime_from_timet_with_zone((time_t)at, 0, icaltimezone_get_utc_timezone());
			int offset = icaltimezone_get_utc_offset_of_utc_time(zone, &utc, NULL);

			if (offset != zone_wall(names[i], at) - at)
				fail_msg("%s at %lld: %d, not %lld", names[i], (long long)at, offset,
					 (long long)(zone_wall(names[i], at) - at));
		}
		icaltimezone_free(zone, 1);
		arena_clear(arena);
	}
	arena_free(arena);
}

/* All zones from the first year on, and what lines that nobody knows may ask for. */
static void many_zones(void **state)
{
	struct arena *arena = arena_new();
	struct buf *extra = buf_in(arena, MIB);
	FILE *table = fopen("/usr/share/zoneinfo/zone1970.tab", "re");
	char text[500], name[64];
	int count = 0;
	int64_t began = spent_us();
	struct told told;

	(void)state;
	assert_non_null(table);
	while (fgets(text, sizeof(text), table)) {
		if (sscanf(text, "%*[A-Z,] %*[0-9+-] %63s", name) != 1)
			continue;
		ics_vtimezone(buf_in(arena, MIB), name, INT64_C(-2208988800), INT64_C(2400000000));
		buf_printf(extra, "X-P;TZID=%s:1\\n", name);
		count++;
	}
	fclose(table);
	assert_true(count > 200);
	if (spent_us() - began > INT64_C(5000000))
		fail_msg("it took too long");
	told = one_item(arena,
			arena_printf(arena, EVENT("%s", "\"start\":{\"date\":\"2026-03-01\"}"), buf_text(extra)));
	count = 0;
	for (const char *at = write_all(arena, &told, ICS_FULL); (at = strstr(at, "BEGIN:VTIMEZONE")); at++)
		count++;
	assert_int_equal(count, 20);
	arena_free(arena);
}

/* A rule that goes on is short, and one for ever. */
static void vtimezone_rules(void **state)
{
	struct arena *arena = arena_new();
	struct buf *lines = buf_in(arena, MIB);

	(void)state;
	ics_vtimezone(lines, "Europe/Berlin", 946684800, INT64_C(2400000000));
	assert_string_equal(
		buf_text(lines),
		"BEGIN:VTIMEZONE\nTZID:Europe/Berlin\n"
		"BEGIN:STANDARD\nDTSTART:20000101T010000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\n"
		"BEGIN:DAYLIGHT\nDTSTART:20000326T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n"
		"BEGIN:STANDARD\nDTSTART:20001029T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
		"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\n"
		"END:VTIMEZONE\n");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events),         cmocka_unit_test(tasks),      cmocka_unit_test(reminders),
		cmocka_unit_test(overrides),      cmocka_unit_test(notes),      cmocka_unit_test(faults),
		cmocka_unit_test(too_much),       cmocka_unit_test(encodings),  cmocka_unit_test(zones),
		cmocka_unit_test(uids),           cmocka_unit_test(stopped),    cmocka_unit_test(not_a_calendar),
		cmocka_unit_test(hostile),        cmocka_unit_test(late_zones), cmocka_unit_test(late_rules),
		cmocka_unit_test(turned),         cmocka_unit_test(written),    cmocka_unit_test(round_trip),
		cmocka_unit_test(corpus),         cmocka_unit_test(busy),       cmocka_unit_test(streamed),
		cmocka_unit_test(repeated_lines), cmocka_unit_test(vtimezones), cmocka_unit_test(vtimezone_rules),
		cmocka_unit_test(many_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
