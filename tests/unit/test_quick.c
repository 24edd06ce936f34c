/*
 * quick: what a line says in English and German, what it only seems to say, and where it says it.
 */
#include "unit.h"

#include "functions/planning/caltime.c"
#include "functions/planning/quick.c"
#include "functions/planning/quick_grammar.c"
#include "functions/planning/quick_match.c"
#include "functions/planning/quick_text.c"
#include "functions/planning/quick_words.c"
#include "functions/planning/zone.c"

#define NOW "2026-11-28T10:00" /* a Saturday */

/* What was read beside title, due and rrule, as a line: "#category !priority @tag from 2026-11-28 -30
 * 2026-11-29T08:00 after". */
static const char *rest_of(struct arena *arena, const struct quick *quick)
{
	struct buf *rest = buf_in(arena, 4096);

	if (quick->category != NULL)
		buf_printf(rest, " #%s", quick->category);
	if (quick->priority != NULL)
		buf_printf(rest, " !%s", quick->priority);
	for (size_t i = 0; i < quick->tags.count; i++)
		buf_printf(rest, " @%s", quick->tags.items[i]);
	if (quick->has_starts) {
		char starts[CALTIME_TEXT];

		caltime_format(starts, &quick->starts);
		buf_printf(rest, " from %s", starts);
	}
	for (size_t i = 0; i < quick->reminder_count; i++) {
		char at[CALTIME_TEXT];

		caltime_format(at, &quick->reminders[i].at);
		if (quick->reminders[i].relative)
			buf_printf(rest, " %ld", quick->reminders[i].offset_minutes);
		else
			buf_printf(rest, " %s", at);
	}
	if (quick->after_completion)
		buf_adds(rest, " after");
	return rest->len > 0 ? buf_text(rest) + 1 : "";
}

static const char *due_of(struct arena *arena, const struct quick *quick)
{
	char due[CALTIME_TEXT];

	if (!quick->has_due)
		return "";
	caltime_format(due, &quick->due);
	return arena_strdup(arena, due);
}

struct line {
	const char *text, *title;
	const char *due, *rrule, *rest; /* NULL: none */
	const char *now;                /* NULL: NOW */
};

static bool is_same(const char *field, const struct line *line, const char *got, const char *wanted)
{
	wanted = wanted != NULL ? wanted : "";
	if (strcmp(got, wanted) == 0)
		return true;
	print_error("'%s': %s is '%s', not '%s'\n", line->text, field, got, wanted);
	return false;
}

static void read_lines(const struct line *lines, size_t count)
{
	struct arena *arena = arena_new();
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		const struct line *line = &lines[i];
		struct quick quick;
		struct caltime now;

		assert_true(caltime_parse(&now, line->now != NULL ? line->now : NOW));
		quick_parse(arena, line->text, &now, "Europe/Berlin", &quick);
		wrong += !is_same("title", line, quick.title, line->title);
		wrong += !is_same("due", line, due_of(arena, &quick), line->due);
		wrong += !is_same("rrule", line, quick.rrule != NULL ? quick.rrule : "", line->rrule);
		wrong += !is_same("rest", line, rest_of(arena, &quick), line->rest);
	}
	arena_free(arena);
	if (wrong > 0)
		fail_msg("%zu wrong", wrong);
}

static const struct line english[] = {
	/* Dates. */
	{"call Ana today", "call Ana", "2026-11-28", NULL, NULL, NULL},
	{"Call Ana TOMORROW", "Call Ana", "2026-11-29", NULL, NULL, NULL},
	{"tomorrow: call Ana", "call Ana", "2026-11-29", NULL, NULL, NULL},
	{"call Ana (tomorrow), please", "call Ana please", "2026-11-29", NULL, NULL, NULL},
	{"call Ana tomorrow!", "call Ana!", "2026-11-29", NULL, NULL, NULL},
	{"movie tonight", "movie", "2026-11-28T18:00", NULL, NULL, NULL},
	{"movie tonight", "movie", "2026-11-28", NULL, NULL, "2026-11-28T21:00"},
	{"movie tonight at 1", "movie", "2026-11-29T01:00", NULL, NULL, NULL},
	{"call today at 9 every day", "call", "2026-11-28T21:00", "FREQ=DAILY", NULL, NULL},
	{"movie tonight at 8", "movie", "2026-11-28T20:00", NULL, NULL, NULL},
	{"ship it the day after tomorrow", "ship it", "2026-11-30", NULL, NULL, NULL},
	{"report due friday", "report", "2026-12-04", NULL, NULL, NULL},
	{"report due on Fri", "report", "2026-12-04", NULL, NULL, NULL},
	{"report next fri", "report", "2026-12-04", NULL, NULL, NULL},
	{"report this friday", "report", "2026-12-04", NULL, NULL, NULL},
	{"market on sat", "market", "2026-12-05", NULL, NULL, NULL},
	{"market saturday", "market", "2026-12-05", NULL, NULL, NULL},
	{"market sun 9am", "market", "2026-11-29T09:00", NULL, NULL, NULL},
	{"call in 3 days", "call", "2026-12-01", NULL, NULL, NULL},
	{"call in 2 weeks", "call", "2026-12-12", NULL, NULL, NULL},
	{"call in three months", "call", "2027-02-28", NULL, NULL, NULL},
	{"call in a week", "call", "2026-12-05", NULL, NULL, NULL},
	{"stretch in 90 minutes", "stretch", "2026-11-28T11:30", NULL, NULL, NULL},
	{"stretch in 15h", "stretch", "2026-11-29T01:00", NULL, NULL, NULL},
	{"plan next week", "plan", "2026-11-30", NULL, NULL, NULL},
	{"plan friday next week", "plan", "2026-12-04", NULL, NULL, NULL},
	{"plan next month", "plan", "2026-12-01", NULL, NULL, NULL},
	{"plan next year", "plan", "2027-01-01", NULL, NULL, NULL},
	{"gifts by Dec 24", "gifts", "2026-12-24", NULL, NULL, NULL},
	{"gifts December 24th, 2027", "gifts", "2027-12-24", NULL, NULL, NULL},
	{"gifts 24 Dec", "gifts", "2026-12-24", NULL, NULL, NULL},
	{"gifts on the 24th of December", "gifts", "2026-12-24", NULL, NULL, NULL},
	{"gifts 2026-12-24", "gifts", "2026-12-24", NULL, NULL, NULL},
	{"gifts 12/24", "gifts", "2026-12-24", NULL, NULL, NULL},
	{"gifts by 12/5", "gifts", "2026-12-05", NULL, NULL, NULL},
	{"taxes May 5", "taxes", "2027-05-05", NULL, NULL, NULL},
	{"gifts 12/24/2027", "gifts", "2027-12-24", NULL, NULL, NULL},
	{"rent on the 1st", "rent", "2026-12-01", NULL, NULL, NULL},
	{"party Nov 28", "party", "2026-11-28", NULL, NULL, NULL},
	{"report by end of month", "report", "2026-11-30", NULL, NULL, NULL},
	{"report end of the year", "report", "2026-12-31", NULL, NULL, NULL},
	{"mow the lawn on the weekend", "mow the lawn", "2026-11-28", NULL, NULL, NULL},
	{"mow the lawn next weekend", "mow the lawn", "2026-12-05", NULL, NULL, NULL},
	{"mow the lawn weekend", "mow the lawn", "2026-12-05", NULL, NULL, "2026-11-30T10:00"},
	{"report friday", "report", "2026-12-04", NULL, NULL, "2026-11-27T10:00"},
	{"gifts Dec 24", "gifts", "2027-12-24", NULL, NULL, "2026-12-25T10:00"},
	{"gifts on the 31st", "gifts", "2027-03-31", NULL, NULL, "2027-02-01T10:00"},
	{"call in a month", "call", "2027-02-28", NULL, NULL, "2027-01-31T10:00"},
	{"call tomorrow", "call", "2027-01-01", NULL, NULL, "2026-12-31T23:59"},
	{"leap 29.02.", "leap", "2028-02-29", NULL, NULL, NULL},
	{"report end of february", "report", "2028-02-29", NULL, NULL, "2028-01-01T00:00"},
	{"plan coming week monday", "plan", "2026-11-30", NULL, NULL, NULL},
	{"plan this weekend", "plan", "2026-12-05", NULL, NULL, "2026-12-02T10:00"},
	{"run this morning", "run", "2026-11-28T09:00", NULL, NULL, "2026-11-28T07:00"},
	{"run this morning", "run", "2026-11-28", NULL, NULL, NULL},
	{"rest in half an hour", "rest", "2026-11-28T10:30", NULL, NULL, NULL},
	{"rest 20 minutes from now", "rest", "2026-11-28T10:20", NULL, NULL, NULL},
	/* Times. */
	{"dinner @ 7 o'clock", "dinner", "2026-11-29T07:00", NULL, NULL, NULL},
	{"dinner @ 7", "dinner", "2026-11-29T07:00", NULL, NULL, NULL},
	{"call 12/5 17:00", "call", "2026-12-05T17:00", NULL, NULL, NULL},
	{"on the weekend mow the lawn", "mow the lawn", "2026-11-28", NULL, NULL, NULL},
	{"move on the 3rd", "move", "2026-12-03", NULL, NULL, NULL},
	{"call 5 pm", "call", "2026-11-28T17:00", NULL, NULL, NULL},
	{"call tomorrow 5:30 am", "call", "2026-11-29T05:30", NULL, NULL, NULL},
	{"call tomorrow 5:30am", "call", "2026-11-29T05:30", NULL, NULL, NULL},
	{"call tomorrow 5a.m.", "call", "2026-11-29T05:00", NULL, NULL, NULL},
	{"call tomorrow 5p.m.", "call", "2026-11-29T17:00", NULL, NULL, NULL},
	{"call tomorrow 5:30a.m.", "call", "2026-11-29T05:30", NULL, NULL, NULL},
	{"call tomorrow 5:30p.m.", "call", "2026-11-29T17:30", NULL, NULL, NULL},
	{"tea quarter past 11", "tea", "2026-11-28T11:15", NULL, NULL, NULL},
	{"call in 30min", "call", "2026-11-28T10:30", NULL, NULL, NULL},
	{"call in 30mins", "call", "2026-11-28T10:30", NULL, NULL, NULL},
	{"call in 3hr", "call", "2026-11-28T13:00", NULL, NULL, NULL},
	{"call in 3hrs", "call", "2026-11-28T13:00", NULL, NULL, NULL},
	{"call in 3d", "call", "2026-12-01", NULL, NULL, NULL},
	{"call in 3w", "call", "2026-12-19", NULL, NULL, NULL},
	{"call at 5pm", "call", "2026-11-28T17:00", NULL, NULL, NULL},
	{"call 8 am", "call", "2026-11-29T08:00", NULL, NULL, NULL},
	{"call 5:30pm tomorrow", "call", "2026-11-29T17:30", NULL, NULL, NULL},
	{"call tomorrow 5:30 pm", "call", "2026-11-29T17:30", NULL, NULL, NULL},
	{"call tomorrow 12am", "call", "2026-11-29T00:00", NULL, NULL, NULL},
	{"call at 5", "call", "2026-11-28T17:00", NULL, NULL, NULL},
	{"call at 11", "call", "2026-11-28T11:00", NULL, NULL, NULL},
	{"call at 8 in the evening", "call", "2026-11-28T20:00", NULL, NULL, NULL},
	{"wake up tomorrow at 5 in the morning", "wake up", "2026-11-29T05:00", NULL, NULL, NULL},
	{"lunch friday noon", "lunch", "2026-12-04T12:00", NULL, NULL, NULL},
	{"upload at midnight", "upload", "2026-11-29T00:00", NULL, NULL, NULL},
	{"run tomorrow morning", "run", "2026-11-29T09:00", NULL, NULL, NULL},
	{"run friday afternoon", "run", "2026-12-04T15:00", NULL, NULL, NULL},
	{"run friday evening at 7", "run", "2026-12-04T19:00", NULL, NULL, NULL},
	{"tea at half past four", "tea", "2026-11-28T16:30", NULL, NULL, NULL},
	{"tea quarter to 11", "tea", "2026-11-28T10:45", NULL, NULL, NULL},
	{"exam Friday, Dec 11th", "exam", "2026-12-11", NULL, NULL, NULL},
	{"call today at 9", "call", "2026-11-28T21:00", NULL, NULL, NULL},
	{"call tomorrow at 9:30", "call", "2026-11-29T09:30", NULL, NULL, NULL},
	{"call tomorrow at 5:30", "call", "2026-11-29T17:30", NULL, NULL, NULL},
	{"call tomorrow at 05:30", "call", "2026-11-29T05:30", NULL, NULL, NULL},
	{"tea at 17:00", "tea", "2026-11-28T17:00", NULL, NULL, NULL},
	/* Signs. */
	{"call Ana tomorrow 5pm #home !high every friday @phone remind me 30m before", "call Ana", "2026-11-29T17:00",
	 "FREQ=WEEKLY;BYDAY=FR", "#home !high @phone -30", NULL},
	{"mail #work/Berlin @Desk @ana_b !1", "mail", NULL, NULL, "#work/Berlin !urgent @ana_b @desk", NULL},
	{"a #one b #two c", "a b c", NULL, NULL, "#two", NULL},
	{"fix !! now", "fix now", NULL, NULL, "!high", NULL},
	{"fix !!!", "fix", NULL, NULL, "!urgent", NULL},
	{"fix !none", "fix", NULL, NULL, "!none", NULL},
	{"fix (!4)", "fix", NULL, NULL, "!low", NULL},
	/* Recurrence. */
	{"vitamins every day", "vitamins", "2026-11-28", "FREQ=DAILY", NULL, NULL},
	{"vitamins daily at 8am", "vitamins", "2026-11-29T08:00", "FREQ=DAILY", NULL, NULL},
	{"plants every other day", "plants", "2026-11-28", "FREQ=DAILY;INTERVAL=2", NULL, NULL},
	{"bins every 2 weeks", "bins", "2026-11-28", "FREQ=WEEKLY;INTERVAL=2", NULL, NULL},
	{"bins every 2 weeks on monday", "bins", "2026-11-30", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", NULL, NULL},
	{"bins every other tuesday", "bins", "2026-12-01", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", NULL, NULL},
	{"review weekly", "review", "2026-11-28", "FREQ=WEEKLY", NULL, NULL},
	{"gym every monday and thursday at 18:00", "gym", "2026-11-30T18:00", "FREQ=WEEKLY;BYDAY=MO,TH", NULL, NULL},
	{"gym every sun, wed and fri", "gym", "2026-11-29", "FREQ=WEEKLY;BYDAY=WE,FR,SU", NULL, NULL},
	{"yoga on mondays", "yoga", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO", NULL, NULL},
	{"standup every weekday 9:30", "standup", "2026-11-30T09:30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"clean every weekend", "clean", "2026-11-28", "FREQ=WEEKLY;BYDAY=SA", NULL, NULL},
	{"close every end of month", "close", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, NULL},
	{"close on the last day of every month", "close", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, NULL},
	{"close monthly on the last day", "close", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, NULL},
	{"close every 2 months on the last day", "close", "2026-11-30", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1", NULL,
	 NULL},
	{"beer on the first friday of every month", "beer", "2026-12-04", "FREQ=MONTHLY;BYDAY=1FR", NULL, NULL},
	{"beer every month on the 2nd friday", "beer", "2026-12-11", "FREQ=MONTHLY;BYDAY=2FR", NULL, NULL},
	{"beer monthly on the last friday", "beer", "2026-12-25", "FREQ=MONTHLY;BYDAY=-1FR", NULL, NULL},
	{"beer every second friday", "beer", "2026-12-04", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", NULL, NULL},
	{"beer every 3 weeks fridays", "beer", "2026-12-04", "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR", NULL, NULL},
	{"beer weekly on fri and sat", "beer", "2026-11-28", "FREQ=WEEKLY;BYDAY=FR,SA", NULL, NULL},
	{"beer biweekly on fridays", "beer", "2026-12-04", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", NULL, NULL},
	{"taxes every quarter", "taxes", "2026-11-28", "FREQ=MONTHLY;INTERVAL=3", NULL, NULL},
	{"floss once a day", "floss", "2026-11-28", "FREQ=DAILY", NULL, NULL},
	{"party on Dec 24 every year", "party", "2026-12-24", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", NULL, NULL},
	{"pay every 24th", "pay", "2026-12-24", "FREQ=MONTHLY;BYMONTHDAY=24", NULL, NULL},
	{"pay every 24th of the month", "pay", "2026-12-24", "FREQ=MONTHLY;BYMONTHDAY=24", NULL, NULL},
	{"standup on weekdays", "standup", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"pills daily 10x", "pills", "2026-11-28", "FREQ=DAILY;COUNT=10", NULL, NULL},
	{"pills daily until sun", "pills", "2026-11-28", "FREQ=DAILY;UNTIL=20261129", NULL, NULL},
	{"pills daily until 12/5", "pills", "2026-11-28", "FREQ=DAILY;UNTIL=20261205", NULL, NULL},
	{"run every morning", "run", "2026-11-29T09:00", "FREQ=DAILY", NULL, NULL},
	{"pay monthly on the 15th", "pay", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15", NULL, NULL},
	{"pay every month on the 15th", "pay", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15", NULL, NULL},
	{"pay on the 1st of every month", "pay", "2026-12-01", "FREQ=MONTHLY;BYMONTHDAY=1", NULL, NULL},
	{"pay every 3 months", "pay", "2026-11-28", "FREQ=MONTHLY;INTERVAL=3", NULL, NULL},
	{"beer every last friday", "beer", "2026-12-25", "FREQ=MONTHLY;BYDAY=-1FR", NULL, NULL},
	{"board every first monday of the month", "board", "2026-12-07", "FREQ=MONTHLY;BYDAY=1MO", NULL, NULL},
	{"close every last day of the month", "close", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, NULL},
	{"party every year on Dec 24", "party", "2026-12-24", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", NULL, NULL},
	{"party every Dec 24", "party", "2026-12-24", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", NULL, NULL},
	{"leap every Feb 29", "leap", "2028-02-29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", NULL, NULL},
	{"plan every january", "plan", "2027-01-01", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", NULL, NULL},
	{"renew yearly", "renew", "2026-11-28", "FREQ=YEARLY", NULL, NULL},
	{"water every! 3 days", "water", "2026-11-28", "FREQ=DAILY;INTERVAL=3", "after", NULL},
	{"water every 3 days after completion", "water", "2026-11-28", "FREQ=DAILY;INTERVAL=3", "after", NULL},
	{"pills every day until Dec 24", "pills", "2026-11-28", "FREQ=DAILY;UNTIL=20261224", NULL, NULL},
	{"pills every day at noon until Dec 24", "pills", "2026-11-28T12:00", "FREQ=DAILY;UNTIL=20261224T235959", NULL,
	 NULL},
	{"pills daily 10 times", "pills", "2026-11-28", "FREQ=DAILY;COUNT=10", NULL, NULL},
	{"borrow the book until friday", "borrow the book", "2026-12-04", NULL, NULL, NULL},
	{"upload every friday at midnight", "upload", "2026-12-04T00:00", "FREQ=WEEKLY;BYDAY=FR", NULL, NULL},
	{"swim every saturday 9am", "swim", "2026-12-05T09:00", "FREQ=WEEKLY;BYDAY=SA", NULL, NULL},
	/* Reminders. */
	{"meet tomorrow noon remind me 1 hour before", "meet", "2026-11-29T12:00", NULL, "-60", NULL},
	{"meet friday remind 2 days before", "meet", "2026-12-04", NULL, "-2340", NULL},
	{"meet tomorrow 3pm, remind me 1h and 10m before", "meet", "2026-11-29T15:00", NULL, "-60 -10", NULL},
	{"meet friday remind me half an hour before", "meet", "2026-12-04", NULL, "510", NULL},
	{"meet friday remind me 1 day before and 1 h before", "meet", "2026-12-04", NULL, "-900 480", NULL},
	{"meet friday remind me 1 day in advance", "meet", "2026-12-04", NULL, "-900", NULL},
	{"meet friday remind me the day before", "meet", "2026-12-04", NULL, "-900", NULL},
	{"meet, remind me at 9am on friday", "meet", NULL, NULL, "2026-12-04T09:00", NULL},
	{"meet, remind me in 2 hours", "meet", NULL, NULL, "2026-11-28T12:00", NULL},
	{"meet friday 5pm remind me at 8am", "meet", "2026-12-04T17:00", NULL, "2026-12-04T08:00", NULL},
	{"buy milk, remind me at 8am", "buy milk", NULL, NULL, "2026-11-29T08:00", NULL},
	{"buy milk, remind me tomorrow 9am", "buy milk", NULL, NULL, "2026-11-29T09:00", NULL},
	{"remind me tomorrow at 9am to buy milk", "buy milk", "2026-11-29T09:00", NULL, "0", NULL},
	{"remind me to buy milk tomorrow", "buy milk", "2026-11-29", NULL, "540", NULL},
	/* As people write it. */
	{"remind me to call mom tomorrow at 5", "call mom", "2026-11-29T17:00", NULL, "0", NULL},
	{"remind me tomorrow at 5 to call mom", "call mom", "2026-11-29T17:00", NULL, "0", NULL},
	{"remind me to water plants every day at 8am", "water plants", "2026-11-29T08:00", "FREQ=DAILY", "0", NULL},
	{"remind me every day at 8pm to take pills", "take pills", "2026-11-28T20:00", "FREQ=DAILY", "0", NULL},
	{"remind me on friday to send the invoice", "send the invoice", "2026-12-04", NULL, "540", NULL},
	{"remind me in 2 hours to check the oven", "check the oven", "2026-11-28T12:00", NULL, "0", NULL},
	{"remind me to pay rent on the 1st of every month", "pay rent", "2026-12-01", "FREQ=MONTHLY;BYMONTHDAY=1",
	 "540", NULL},
	{"please remind me to book flights next week", "book flights", "2026-11-30", NULL, "540", NULL},
	{"reminder: dentist tomorrow 3pm", "dentist", "2026-11-29T15:00", NULL, "0", NULL},
	{"set a reminder to call Bob at 4pm", "call Bob", "2026-11-28T16:00", NULL, "0", NULL},
	{"remind me about the meeting on monday at 10", "the meeting", "2026-11-30T10:00", NULL, "0", NULL},
	{"call mom tomorrow at 5 and remind me 10 minutes before", "call mom", "2026-11-29T17:00", NULL, "-10", NULL},
	{"call mom tomorrow at 5 remind me", "call mom", "2026-11-29T17:00", NULL, "0", NULL},
	{"meeting tomorrow 9-10am", "meeting", "2026-11-29T10:00", NULL, "from 2026-11-29T09:00", NULL},
	{"meeting tomorrow from 9 to 10", "meeting", "2026-11-29T10:00", NULL, "from 2026-11-29T09:00", NULL},
	{"meeting tomorrow from 9am to 10:30am", "meeting", "2026-11-29T10:30", NULL, "from 2026-11-29T09:00", NULL},
	{"meeting friday between 2 and 3pm", "meeting", "2026-12-04T15:00", NULL, "from 2026-12-04T14:00", NULL},
	{"meeting 2pm - 3pm", "meeting", "2026-11-28T15:00", NULL, "from 2026-11-28T14:00", NULL},
	{"workshop Dec 3-5", "workshop", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"workshop from Dec 3 to Dec 5", "workshop", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"workshop Dec 30 - Jan 2", "workshop", "2027-01-02", NULL, "from 2026-12-30", NULL},
	{"vacation monday to friday", "vacation", "2026-12-04", NULL, "from 2026-11-30", NULL},
	{"vacation from tomorrow until sunday", "vacation", "2026-12-06", NULL, "from 2026-11-29", NULL},
	{"standup mon-fri 9:30", "standup", "2026-12-04T09:30", NULL, "from 2026-11-30T09:30", NULL},
	{"standup every mon-fri at 9:30", "standup", "2026-11-30T09:30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL,
	 NULL},
	{"standup every monday to friday", "standup", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"dentist a week from friday", "dentist", "2026-12-11", NULL, NULL, NULL},
	{"dentist monday week", "dentist", "2026-12-07", NULL, NULL, NULL},
	{"dentist tomorrow week", "dentist", "2026-12-06", NULL, NULL, NULL},
	{"dentist in two weeks on monday", "dentist", "2026-12-07", NULL, NULL, NULL},
	{"review two weeks from tomorrow", "review", "2026-12-13", NULL, NULL, NULL},
	{"pills every 8 hours", "pills", "2026-11-28T18:00", "FREQ=HOURLY;INTERVAL=8", NULL, NULL},
	{"drink water every hour", "drink water", "2026-11-28T11:00", "FREQ=HOURLY", NULL, NULL},
	{"stretch every 30 minutes", "stretch", "2026-11-28T10:30", "FREQ=MINUTELY;INTERVAL=30", NULL, NULL},
	{"pills every 8 hours starting at 6am", "pills", "2026-11-29T06:00", "FREQ=HOURLY;INTERVAL=8", NULL, NULL},
	{"meeting at 14.30", "meeting", "2026-11-28T14:30", NULL, NULL, NULL},
	{"pay invoice 01/05/2027", "pay invoice", "2027-01-05", NULL, NULL, NULL},
	{"pay invoice 13/05/2027", "pay invoice", "2027-05-13", NULL, NULL, NULL},
	{"pay invoice 2027/05/13", "pay invoice", "2027-05-13", NULL, NULL, NULL},
	{"Submit report by Friday 5pm", "Submit report", "2026-12-04T17:00", NULL, NULL, NULL},
	{"Submit report by end of day", "Submit report", "2026-11-28T18:00", NULL, NULL, NULL},
	{"Submit report EOD", "Submit report", "2026-11-28T18:00", NULL, NULL, NULL},
	{"Submit report by end of week", "Submit report", "2026-11-29", NULL, NULL, NULL},
	{"Submit report by the end of the month", "Submit report", "2026-11-30", NULL, NULL, NULL},
	{"Order cake for saturday", "Order cake", "2026-12-05", NULL, NULL, NULL},
	{"Email Bob first thing tomorrow", "Email Bob", "2026-11-29T09:00", NULL, NULL, NULL},
	{"Email Bob later today", "Email Bob", "2026-11-28", NULL, NULL, NULL},
	{"finish in 10 minutes", "finish", "2026-11-28T10:10", NULL, NULL, NULL},
	{"finish within 2 days", "finish", "2026-11-30", NULL, NULL, NULL},
	{"finish in the next 3 days", "finish", "2026-12-01", NULL, NULL, NULL},
	{"turn off oven in 45 min", "turn off oven", "2026-11-28T10:45", NULL, NULL, NULL},
	{"turn off oven in 1h", "turn off oven", "2026-11-28T11:00", NULL, NULL, NULL},
	{"turn off oven in 1 hour 30 minutes", "turn off oven", "2026-11-28T11:30", NULL, NULL, NULL},
	{"turn off oven in 1.5 hours", "turn off oven", "2026-11-28T11:30", NULL, NULL, NULL},
	{"turn off oven in an hour and a half", "turn off oven", "2026-11-28T11:30", NULL, NULL, NULL},
	{"gym every day except sunday", "gym", "2026-11-28", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", NULL, NULL},
	{"meeting every 2nd tuesday", "meeting", "2026-12-01", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", NULL, NULL},
	{"rent on 1 every month", "rent", "2026-12-01", "FREQ=MONTHLY;BYMONTHDAY=1", NULL, NULL},
	{"course every monday from Jan 4 to Feb 22", "course", "2027-01-04", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270222",
	 NULL, NULL},
	{"course every monday until march", "course", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270228", NULL, NULL},
	{"medication every day for 10 days", "medication", "2026-11-28", "FREQ=DAILY;UNTIL=20261207", NULL, NULL},
	{"medication every day for 2 weeks", "medication", "2026-11-28", "FREQ=DAILY;UNTIL=20261211", NULL, NULL},
	{"cancel trial in 13 days", "cancel trial", "2026-12-11", NULL, NULL, NULL},
	{"cancel trial before friday", "cancel trial", "2026-12-03", NULL, NULL, NULL},
	{"cancel trial before Dec 24", "cancel trial", "2026-12-23", NULL, NULL, NULL},
	{"cancel trial 2 days before Dec 24", "cancel trial", "2026-12-22", NULL, NULL, NULL},
	{"deadline is friday", "deadline", "2026-12-04", NULL, NULL, NULL},
	{"clean garage this week", "clean garage this week", NULL, NULL, NULL, NULL},
	{"clean garage sometime next week", "clean garage", "2026-11-30", NULL, NULL, NULL},
	{"clean garage next month", "clean garage", "2026-12-01", NULL, NULL, NULL},
	{"end of next month report", "report", "2026-12-31", NULL, NULL, NULL},
	{"report early next week", "report", "2026-11-30", NULL, NULL, NULL},
	{"report end of next week", "report", "2026-12-04", NULL, NULL, NULL},
	{"report by COB friday", "report", "2026-12-04T18:00", NULL, NULL, NULL},
	{"flight 17:00-19:00 friday", "flight", "2026-12-04T19:00", NULL, "from 2026-12-04T17:00", NULL},
	{"tomorrow 10am-12pm workshop", "workshop", "2026-11-29T12:00", NULL, "from 2026-11-29T10:00", NULL},
	{"tomorrow at 9:30am sharp", "", "2026-11-29T09:30", NULL, NULL, NULL},
	{"fix bug by wed", "fix bug", "2026-12-02", NULL, NULL, NULL},
	{"fix bug by Wednesday EOD", "fix bug", "2026-12-02T18:00", NULL, NULL, NULL},
	{"buy tickets for 8pm show", "buy tickets show", "2026-11-28T20:00", NULL, NULL, NULL},
	{"buy tickets for tomorrow", "buy tickets", "2026-11-29", NULL, NULL, NULL},
	{"on the 2nd of may pay", "pay", "2027-05-02", NULL, NULL, NULL},
	{"weekly sync every monday at 10", "weekly sync", "2026-11-30T10:00", "FREQ=WEEKLY;BYDAY=MO", NULL, NULL},
	{"send the monthly report on friday", "send the monthly report", "2026-12-04", NULL, NULL, NULL},
	{"every monday wednesday friday gym", "gym", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,WE,FR", NULL, NULL},
	{"every mon wed fri gym", "gym", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,WE,FR", NULL, NULL},
	{"gym mondays wednesdays 6pm", "gym", "2026-11-30T18:00", "FREQ=WEEKLY;BYDAY=MO,WE", NULL, NULL},
	{"nightly backup", "nightly backup", NULL, NULL, NULL, NULL},
	{"3 days after tomorrow", "", "2026-12-02", NULL, NULL, NULL},
	{"remind me to buy milk at 6 and eggs", "buy milk and eggs", "2026-11-28T18:00", NULL, "0", NULL},
	{"remind me in an hour to stretch", "stretch", "2026-11-28T11:00", NULL, "0", NULL},
	{"remind me in 20 minutes", "", NULL, NULL, "2026-11-28T10:20", NULL},
	{"remind me tomorrow", "", "2026-11-29", NULL, "540", NULL},
	{"remind me tomorrow morning to call the bank", "call the bank", "2026-11-29T09:00", NULL, "0", NULL},
	{"remind me next friday at noon that Bob is coming", "Bob is coming", "2026-12-04T12:00", NULL, "0", NULL},
	{"remind me an hour before the meeting tomorrow at 5", "the meeting", "2026-11-29T17:00", NULL, "-60", NULL},
	{"remind me 1h before to leave, flight friday 9am", "leave, flight", "2026-12-04T09:00", NULL, "-60", NULL},
	{"meeting tomorrow 9-10am remind me 15 min before", "meeting", "2026-11-29T10:00", NULL,
	 "from 2026-11-29T09:00 -15", NULL},
	{"vacation Dec 3-5 remind me 1 day before", "vacation", "2026-12-05", NULL, "from 2026-12-03 -900", NULL},
	{"Call the plumber Monday between 9 and 11am", "Call the plumber", "2026-11-30T11:00", NULL,
	 "from 2026-11-30T09:00", NULL},
	{"Call plumber between 9am and noon tomorrow", "Call plumber", "2026-11-29T12:00", NULL,
	 "from 2026-11-29T09:00", NULL},
	{"Lunch tomorrow 12-1", "Lunch", "2026-11-29T13:00", NULL, "from 2026-11-29T12:00", NULL},
	{"Lunch tomorrow 12-1pm", "Lunch", "2026-11-29T13:00", NULL, "from 2026-11-29T12:00", NULL},
	{"Lunch 12-1pm", "Lunch", "2026-11-28T13:00", NULL, "from 2026-11-28T12:00", NULL},
	{"night shift friday 10pm-6am", "night shift", "2026-12-05T06:00", NULL, "from 2026-12-04T22:00", NULL},
	{"party sat 8pm till 2am", "party", "2026-12-06T02:00", NULL, "from 2026-12-05T20:00", NULL},
	{"office hours mon-fri 9-5", "office hours", "2026-12-04T17:00", NULL, "from 2026-11-30T09:00", NULL},
	{"office hours every weekday 9am-5pm", "office hours", "2026-11-30T17:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
	 "from 2026-11-30T09:00", NULL},
	{"conference 3-5 December 2027", "conference", "2027-12-05", NULL, "from 2027-12-03", NULL},
	{"conference Dec 3rd - 5th", "conference", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"conference December 3 to 5, 2027", "conference", "2027-12-05", NULL, "from 2027-12-03", NULL},
	{"conference 12/3-12/5", "conference", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"conference 12/3 - 12/5", "conference", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"trip from 12/24 to 1/2", "trip", "2027-01-02", NULL, "from 2026-12-24", NULL},
	{"trip 2026-12-24 to 2027-01-02", "trip", "2027-01-02", NULL, "from 2026-12-24", NULL},
	{"trip from dec 28 through jan 3", "trip", "2027-01-03", NULL, "from 2026-12-28", NULL},
	{"rent car for dec 24-26", "rent car", "2026-12-26", NULL, "from 2026-12-24", NULL},
	{"sale monday until friday", "sale", "2026-12-04", NULL, "from 2026-11-30", NULL},
	{"book table for 4 at 7", "book table for 4", "2026-11-29T07:00", NULL, NULL, NULL},
	{"book table for two tomorrow at 7pm", "book table for two", "2026-11-29T19:00", NULL, NULL, NULL},
	{"book table for 7pm", "book table", "2026-11-28T19:00", NULL, NULL, NULL},
	{"dinner at eight", "dinner", "2026-11-29T08:00", NULL, NULL, NULL},
	{"lunch at one tomorrow", "lunch", "2026-11-29T13:00", NULL, NULL, NULL},
	{"meet at 5:30 in the morning", "meet", "2026-11-29T05:30", NULL, NULL, NULL},
	{"meet at ten to five", "meet", "2026-11-28T16:50", NULL, NULL, NULL},
	{"meet at 10 past 5", "meet", "2026-11-28T17:10", NULL, NULL, NULL},
	{"dentist May 5th at 2pm", "dentist", "2027-05-05T14:00", NULL, NULL, NULL},
	{"dentist 5 May 2027", "dentist", "2027-05-05", NULL, NULL, NULL},
	{"5 am run", "run", "2026-11-29T05:00", NULL, NULL, NULL},
	{"run at 5 am tomorrow", "run", "2026-11-29T05:00", NULL, NULL, NULL},
	{"meeting @ 3pm tomorrow", "meeting", "2026-11-29T15:00", NULL, NULL, NULL},
	{"every 4 hours until friday", "", "2026-11-28T14:00", "FREQ=HOURLY;INTERVAL=4;UNTIL=20261204T235959", NULL,
	 NULL},
	{"every 90 minutes stand up", "stand up", "2026-11-28T11:30", "FREQ=MINUTELY;INTERVAL=90", NULL, NULL},
	{"every half hour check", "check", "2026-11-28T10:30", "FREQ=MINUTELY;INTERVAL=30", NULL, NULL},
	{"check server hourly", "check server", "2026-11-28T11:00", "FREQ=HOURLY", NULL, NULL},
	{"every sunday at 10am for 6 weeks", "", "2026-11-29T10:00", "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270109T235959", NULL,
	 NULL},
	{"every tuesday and thursday from 6 to 7pm yoga", "yoga", "2026-12-01T19:00", "FREQ=WEEKLY;BYDAY=TU,TH",
	 "from 2026-12-01T18:00", NULL},
	{"every monday 9-10am standup", "standup", "2026-11-30T10:00", "FREQ=WEEKLY;BYDAY=MO", "from 2026-11-30T09:00",
	 NULL},
	{"yoga every mon/wed/fri 6pm", "yoga", "2026-11-30T18:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR", NULL, NULL},
	{"yoga every mon, wed & fri", "yoga", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,WE,FR", NULL, NULL},
	{"yoga every monday - friday", "yoga", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"yoga mon-wed", "yoga", "2026-12-02", NULL, "from 2026-11-30", NULL},
	{"birthday party on saturday, December 5th from 3pm to 6pm", "birthday party", "2026-12-05T18:00", NULL,
	 "from 2026-12-05T15:00", NULL},
	{"birthday dec 5 from 3 to 6pm", "birthday", "2026-12-05T18:00", NULL, "from 2026-12-05T15:00", NULL},
	{"pay rent on the 1st of the month", "pay rent", "2026-12-01", NULL, NULL, NULL},
	{"pay rent first of the month", "pay rent", "2026-12-01", NULL, NULL, NULL},
	{"pay rent last day of the month", "pay rent", "2026-11-30", NULL, NULL, NULL},
	{"submit by 5 tomorrow", "submit", "2026-11-29T17:00", NULL, NULL, NULL},
	{"submit before noon tomorrow", "submit", "2026-11-29T12:00", NULL, NULL, NULL},
	{"submit before the weekend", "submit", "2026-11-28", NULL, NULL, NULL},
	{"submit by the weekend", "submit", "2026-11-28", NULL, NULL, NULL},
	{"submit not later than friday", "submit", "2026-12-04", NULL, NULL, NULL},
	{"submit no later than friday 5pm", "submit", "2026-12-04T17:00", NULL, NULL, NULL},
	{"submit latest friday", "submit", "2026-12-04", NULL, NULL, NULL},
	{"deadline: friday", "deadline", "2026-12-04", NULL, NULL, NULL},
	{"report (due friday)", "report", "2026-12-04", NULL, NULL, NULL},
	{"report [friday 5pm]", "report", "2026-12-04T17:00", NULL, NULL, NULL},
	{"report 5p tomorrow", "report 5p", "2026-11-29", NULL, NULL, NULL},
	{"report 5 o'clock tomorrow", "report", "2026-11-29T17:00", NULL, NULL, NULL},
	{"call Bob by end of next month", "call Bob", "2026-12-31", NULL, NULL, NULL},
	{"call Bob at the end of the month", "call Bob", "2026-11-30", NULL, NULL, NULL},
	{"call Bob at the end of the day", "call Bob", "2026-11-28T18:00", NULL, NULL, NULL},
	{"call Bob this coming monday", "call Bob", "2026-11-30", NULL, NULL, NULL},
	{"call Bob tomorrow in the afternoon", "call Bob", "2026-11-29T15:00", NULL, NULL, NULL},
	{"call Bob in the afternoon tomorrow", "call Bob", "2026-11-29T15:00", NULL, NULL, NULL},
	{"call Bob friday at night", "call Bob", "2026-12-04T18:00", NULL, NULL, NULL},
	{"call Bob early tomorrow", "call Bob", "2026-11-29T09:00", NULL, NULL, NULL},
	{"move it from today to friday 5pm", "move it", "2026-12-04T17:00", NULL, "from 2026-11-28T17:00", NULL},
	{"vitamins every day remind me at 8am", "vitamins", "2026-11-28", "FREQ=DAILY", "480", NULL},
	{"vitamins every day at 9am remind me at 8am", "vitamins", "2026-11-29T09:00", "FREQ=DAILY", "-60", NULL},
	{"remind me tomorrow at 9am to call Ana on friday", "call Ana", "2026-12-04", NULL, "2026-11-29T09:00", NULL},
	{"remind me at 9 to call Ana on friday", "call Ana", "2026-12-04T09:00", NULL, "0", NULL},
	{"every 3 hours look", "look", "2026-11-28T13:00", "FREQ=HOURLY;INTERVAL=3", NULL, NULL},
	{"every 3 hours look friday", "look", "2026-12-04T09:00", "FREQ=HOURLY;INTERVAL=3", NULL, NULL},
	{"report next week sometime", "report sometime", "2026-11-30", NULL, NULL, NULL},
};

static const struct line german[] = {
	/* Dates. */
	{"Ana heute anrufen", "Ana anrufen", "2026-11-28", NULL, NULL, NULL},
	{"Ana morgen anrufen", "Ana anrufen", "2026-11-29", NULL, NULL, NULL},
	{"Ana übermorgen anrufen", "Ana anrufen", "2026-11-30", NULL, NULL, NULL},
	{"Ana uebermorgen anrufen", "Ana anrufen", "2026-11-30", NULL, NULL, NULL},
	{"Ana \xc3\x9c"
	 "bermorgen anrufen",
	 "Ana anrufen", "2026-11-30", NULL, NULL, NULL},
	{"Ana u\xcc\x88"
	 "bermorgen anrufen",
	 "Ana anrufen", "2026-11-30", NULL, NULL, NULL},
	{"Kino heute Abend", "Kino", "2026-11-28T18:00", NULL, NULL, NULL},
	{"Kino heute Abend um 8", "Kino", "2026-11-28T20:00", NULL, NULL, NULL},
	{"joggen morgen früh", "joggen", "2026-11-29T09:00", NULL, NULL, NULL},
	{"joggen morgen früh um 7", "joggen", "2026-11-29T07:00", NULL, NULL, NULL},
	{"Straße am dreißigsten fegen, in dreißig Tagen", "Straße am dreißigsten fegen", "2026-12-28", NULL, NULL,
	 NULL},
	{"Bericht Freitag", "Bericht", "2026-12-04", NULL, NULL, NULL},
	{"Bericht am Fr", "Bericht", "2026-12-04", NULL, NULL, NULL},
	{"Bericht Fr 17 Uhr", "Bericht", "2026-12-04T17:00", NULL, NULL, NULL},
	{"Bericht nächsten Freitag", "Bericht", "2026-12-04", NULL, NULL, NULL},
	{"Bericht bis Freitag", "Bericht", "2026-12-04", NULL, NULL, NULL},
	{"Bericht kommenden Mo", "Bericht", "2026-11-30", NULL, NULL, NULL},
	{"Zahnarzt am Do um 9", "Zahnarzt", "2026-12-03T09:00", NULL, NULL, NULL},
	{"Zahnarzt So 10:30", "Zahnarzt", "2026-11-29T10:30", NULL, NULL, NULL},
	{"Party Freitagabend", "Party", "2026-12-04T18:00", NULL, NULL, NULL},
	{"Montag Morgen laufen", "laufen", "2026-11-30T09:00", NULL, NULL, NULL},
	{"in 3 Tagen anrufen", "anrufen", "2026-12-01", NULL, NULL, NULL},
	{"anrufen in 2 Wochen", "anrufen", "2026-12-12", NULL, NULL, NULL},
	{"anrufen in einer Woche", "anrufen", "2026-12-05", NULL, NULL, NULL},
	{"anrufen in drei Monaten", "anrufen", "2027-02-28", NULL, NULL, NULL},
	{"anrufen in 2 Stunden", "anrufen", "2026-11-28T12:00", NULL, NULL, NULL},
	{"anrufen in 20 Minuten", "anrufen", "2026-11-28T10:20", NULL, NULL, NULL},
	{"planen nächste Woche", "planen", "2026-11-30", NULL, NULL, NULL},
	{"planen nächsten Monat", "planen", "2026-12-01", NULL, NULL, NULL},
	{"Geschenke 24.12.", "Geschenke", "2026-12-24", NULL, NULL, NULL},
	{"Geschenke bis zum 24.12.", "Geschenke", "2026-12-24", NULL, NULL, NULL},
	{"Geschenke am 24.12", "Geschenke", "2026-12-24", NULL, NULL, NULL},
	{"Geschenke 24.12.2027", "Geschenke", "2027-12-24", NULL, NULL, NULL},
	{"Geschenke 24.12.27", "Geschenke", "2027-12-24", NULL, NULL, NULL},
	{"Geschenke 24. Dezember", "Geschenke", "2026-12-24", NULL, NULL, NULL},
	{"Geschenke 24. Dez 2027", "Geschenke", "2027-12-24", NULL, NULL, NULL},
	{"Urlaub am 1. März", "Urlaub", "2027-03-01", NULL, NULL, NULL},
	{"Urlaub am 1. Maerz", "Urlaub", "2027-03-01", NULL, NULL, NULL},
	{"Miete am 1. zahlen", "Miete zahlen", "2026-12-01", NULL, NULL, NULL},
	{"Bericht Ende des Monats", "Bericht", "2026-11-30", NULL, NULL, NULL},
	{"Bericht zum Monatsende", "Bericht", "2026-11-30", NULL, NULL, NULL},
	{"Rasen am Wochenende mähen", "Rasen mähen", "2026-11-28", NULL, NULL, NULL},
	{"Rasen mähen Wochenende", "Rasen mähen", "2026-12-05", NULL, NULL, "2026-11-29T10:00"},
	{"Bericht diesen Abend", "Bericht", "2026-11-28T18:00", NULL, NULL, NULL},
	{"Bericht spätestens am 1.12.", "Bericht", "2026-12-01", NULL, NULL, NULL},
	{"Bericht dieses Wochenende", "Bericht", "2026-11-28", NULL, NULL, NULL},
	{"Bericht Ende des Jahres", "Bericht", "2026-12-31", NULL, NULL, NULL},
	{"Bericht zum Jahresende", "Bericht", "2026-12-31", NULL, NULL, NULL},
	{"Pause in einer halben Stunde", "Pause", "2026-11-28T10:30", NULL, NULL, NULL},
	/* Times. */
	{"Anruf in 3Std", "Anruf", "2026-11-28T13:00", NULL, NULL, NULL},
	{"Anruf 17h30", "Anruf", "2026-11-28T17:30", NULL, NULL, NULL},
	{"Anruf 8Uhr", "Anruf", "2026-11-29T08:00", NULL, NULL, NULL},
	{"Anruf um 9.15", "Anruf", "2026-11-29T09:15", NULL, NULL, NULL},
	{"Anruf um 8h", "Anruf", "2026-11-29T08:00", NULL, NULL, NULL},
	{"Anruf 8:30Uhr", "Anruf", "2026-11-29T08:30", NULL, NULL, NULL},
	{"Anruf 8 Uhr morgens", "Anruf", "2026-11-29T08:00", NULL, NULL, NULL},
	{"Anruf neun Uhr", "Anruf", "2026-11-29T09:00", NULL, NULL, NULL},
	{"Anruf um 17 Uhr", "Anruf", "2026-11-28T17:00", NULL, NULL, NULL},
	{"Anruf um 9", "Anruf", "2026-11-29T09:00", NULL, NULL, NULL},
	{"Anruf morgen 9 Uhr 30", "Anruf", "2026-11-29T09:30", NULL, NULL, NULL},
	{"Anruf morgen um 9.30 Uhr", "Anruf", "2026-11-29T09:30", NULL, NULL, NULL},
	{"Anruf 17h", "Anruf", "2026-11-28T17:00", NULL, NULL, NULL},
	{"Anruf morgen halb neun", "Anruf", "2026-11-29T08:30", NULL, NULL, NULL},
	{"Anruf viertel nach acht", "Anruf", "2026-11-29T08:15", NULL, NULL, NULL},
	{"Anruf morgen um viertel vor acht", "Anruf", "2026-11-29T07:45", NULL, NULL, NULL},
	{"Anruf acht Uhr abends", "Anruf", "2026-11-28T20:00", NULL, NULL, NULL},
	{"Essen Montag Mittag", "Essen", "2026-11-30T12:00", NULL, NULL, NULL},
	{"Silvester 31.12. Mitternacht", "Silvester", "2027-01-01T00:00", NULL, NULL, NULL},
	{"Abgabe bis 24.12., 18:00", "Abgabe", "2026-12-24T18:00", NULL, NULL, NULL},
	{"Anruf um 5", "Anruf", "2026-11-28T17:00", NULL, NULL, NULL},
	{"Anruf um 5 Uhr", "Anruf", "2026-11-29T05:00", NULL, NULL, NULL},
	{"Anruf heute um 9", "Anruf", "2026-11-28T21:00", NULL, NULL, NULL},
	{"Anruf heute abends um 8 Uhr", "Anruf", "2026-11-28T20:00", NULL, NULL, NULL},
	{"Anruf Montag Mittag um 11", "Anruf", "2026-11-30T11:00", NULL, NULL, NULL},
	{"Anruf Montag Mittag um 1", "Anruf", "2026-11-30T13:00", NULL, NULL, NULL},
	{"Prüfung am Freitag, den 11.12. um 8 Uhr", "Prüfung", "2026-12-11T08:00", NULL, NULL, NULL},
	{"Abgabe Ende Februar", "Abgabe", "2027-02-28", NULL, NULL, NULL},
	/* Signs. */
	{"Miete überweisen am 1. jeden Monat um 9 Uhr !hoch", "Miete überweisen", "2026-12-01T09:00",
	 "FREQ=MONTHLY;BYMONTHDAY=1", "!high", NULL},
	{"Müll #Haushalt/Küche @draußen !dringend", "Müll", NULL, NULL, "#Haushalt/Küche !urgent @draußen", NULL},
	{"putzen !niedrig", "putzen", NULL, NULL, "!low", NULL},
	{"putzen !mittel.", "putzen", NULL, NULL, "!medium", NULL},
	/* Recurrence. */
	{"Laufen jeden Montagmorgen", "Laufen", "2026-11-30T09:00", "FREQ=WEEKLY;BYDAY=MO", NULL, NULL},
	{"Kasse jedes Monatsende", "Kasse", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, NULL},
	{"Kasse jeden letzten Tag", "Kasse", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, NULL},
	{"Kino wöchentlich am Mi", "Kino", "2026-12-02", "FREQ=WEEKLY;BYDAY=WE", NULL, NULL},
	{"Vitamine jeden Tag", "Vitamine", "2026-11-28", "FREQ=DAILY", NULL, NULL},
	{"Vitamine täglich 8 Uhr", "Vitamine", "2026-11-29T08:00", "FREQ=DAILY", NULL, NULL},
	{"Blumen jeden zweiten Tag", "Blumen", "2026-11-28", "FREQ=DAILY;INTERVAL=2", NULL, NULL},
	{"Müll alle 2 Wochen", "Müll", "2026-11-28", "FREQ=WEEKLY;INTERVAL=2", NULL, NULL},
	{"Müll alle zwei Wochen am Di", "Müll", "2026-12-01", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", NULL, NULL},
	{"Bericht wöchentlich", "Bericht", "2026-11-28", "FREQ=WEEKLY", NULL, NULL},
	{"Sport jeden Montag und Donnerstag", "Sport", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TH", NULL, NULL},
	{"Sport jeden Mo, Mi und Fr um 18 Uhr", "Sport", "2026-11-30T18:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR", NULL, NULL},
	{"Sport montags", "Sport", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO", NULL, NULL},
	{"Kaffee jeden Werktag", "Kaffee", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"lesen jeden Abend", "lesen", "2026-11-28T18:00", "FREQ=DAILY", NULL, NULL},
	{"Miete monatlich", "Miete", "2026-11-28", "FREQ=MONTHLY", NULL, NULL},
	{"Miete jeden 15.", "Miete", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15", NULL, NULL},
	{"Miete am 15. jeden Monat", "Miete", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15", NULL, NULL},
	{"Miete am 15. eines jeden Monats", "Miete", "2026-12-15", "FREQ=MONTHLY;BYMONTHDAY=15", NULL, NULL},
	{"Stammtisch jeden letzten Freitag im Monat", "Stammtisch", "2026-12-25", "FREQ=MONTHLY;BYDAY=-1FR", NULL,
	 NULL},
	{"Sitzung jeden ersten Montag", "Sitzung", "2026-12-07", "FREQ=MONTHLY;BYDAY=1MO", NULL, NULL},
	{"Abschluss jeden letzten Tag des Monats", "Abschluss", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, NULL},
	{"Feier jedes Jahr am 24. Dezember", "Feier", "2026-12-24", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", NULL, NULL},
	{"Feier jährlich am 24.12.", "Feier", "2026-12-24", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", NULL, NULL},
	{"gießen 3 Tage nach Erledigung", "gießen", "2026-11-28", "FREQ=DAILY;INTERVAL=3", "after", NULL},
	{"Tabletten jeden Tag bis 24.12.", "Tabletten", "2026-11-28", "FREQ=DAILY;UNTIL=20261224", NULL, NULL},
	{"Tabletten täglich um 12 Uhr bis zum 24.12.", "Tabletten", "2026-11-28T12:00",
	 "FREQ=DAILY;UNTIL=20261224T235959", NULL, NULL},
	{"Tabletten täglich 10 mal", "Tabletten", "2026-11-28", "FREQ=DAILY;COUNT=10", NULL, NULL},
	{"Tabletten täglich 10mal ab morgen", "Tabletten", "2026-11-29", "FREQ=DAILY;COUNT=10", NULL, NULL},
	/* Reminders. */
	{"Treffen morgen 12 Uhr erinnere mich 30 Minuten vorher", "Treffen", "2026-11-29T12:00", NULL, "-30", NULL},
	{"Treffen morgen 12 Uhr, erinnere mich 1 Stunde vorher", "Treffen", "2026-11-29T12:00", NULL, "-60", NULL},
	{"Treffen am Freitag, am Tag vorher erinnern", "Treffen", "2026-12-04", NULL, "-900", NULL},
	{"Treffen am Freitag, erinnere mich einen Tag vorher", "Treffen", "2026-12-04", NULL, "-900", NULL},
	{"Treffen am Freitag, erinnere mich eine halbe Stunde vorher", "Treffen", "2026-12-04", NULL, "510", NULL},
	{"Milch, erinnere mich um 8 Uhr", "Milch", NULL, NULL, "2026-11-29T08:00", NULL},
	{"Milch kaufen, erinnere mich morgen um 9", "Milch kaufen", NULL, NULL, "2026-11-29T09:00", NULL},
	/* Both. */
	{"Meeting tomorrow um 9 Uhr every Montag", "Meeting", "2026-11-29T09:00", "FREQ=WEEKLY;BYDAY=MO", NULL, NULL},
	{"Ana anrufen tomorrow um halb neun", "Ana anrufen", "2026-11-29T08:30", NULL, NULL, NULL},
	/* As people write it. */
	{"erinnere mich morgen um 17 Uhr an den Müll", "den Müll", "2026-11-29T17:00", NULL, "0", NULL},
	{"erinnere mich daran, morgen um 17 Uhr Mama anzurufen", "Mama anzurufen", "2026-11-29T17:00", NULL, "0", NULL},
	{"erinnere mich morgen daran, Milch zu kaufen", "Milch zu kaufen", "2026-11-29", NULL, "540", NULL},
	{"erinnere mich am Freitag an die Rechnung", "die Rechnung", "2026-12-04", NULL, "540", NULL},
	{"erinnere mich jeden Tag um 20 Uhr an die Tabletten", "die Tabletten", "2026-11-28T20:00", "FREQ=DAILY", "0",
	 NULL},
	{"erinnere mich in 2 Stunden an den Ofen", "den Ofen", "2026-11-28T12:00", NULL, "0", NULL},
	{"Erinnerung: Zahnarzt morgen 15 Uhr", "Zahnarzt", "2026-11-29T15:00", NULL, "0", NULL},
	{"bitte erinnere mich an den Anruf Montag um 10", "den Anruf", "2026-11-30T10:00", NULL, "0", NULL},
	{"Mama anrufen morgen um 17 Uhr und erinnere mich 10 Minuten vorher", "Mama anrufen", "2026-11-29T17:00", NULL,
	 "-10", NULL},
	{"Mama anrufen morgen um 17 Uhr mit Erinnerung", "Mama anrufen", "2026-11-29T17:00", NULL, "0", NULL},
	{"Mama anrufen morgen um 17 Uhr, 10 Min vorher erinnern", "Mama anrufen", "2026-11-29T17:00", NULL, "-10",
	 NULL},
	{"Mama anrufen morgen um 17 Uhr, Erinnerung 1 Stunde vorher", "Mama anrufen", "2026-11-29T17:00", NULL, "-60",
	 NULL},
	{"heute in 14 Tagen Zahnarzt", "Zahnarzt", "2026-12-12", NULL, NULL, NULL},
	{"Zahnarzt Montag in einer Woche", "Zahnarzt", "2026-12-07", NULL, NULL, NULL},
	{"Zahnarzt Montag in 14 Tagen", "Zahnarzt", "2026-12-14", NULL, NULL, NULL},
	{"Zahnarzt in zwei Wochen am Montag", "Zahnarzt", "2026-12-07", NULL, NULL, NULL},
	{"Zahnarzt morgen in einer Woche", "Zahnarzt", "2026-12-06", NULL, NULL, NULL},
	{"Zahnarzt übernächste Woche", "Zahnarzt", "2026-12-07", NULL, NULL, NULL},
	{"Zahnarzt übernächsten Montag", "Zahnarzt", "2026-12-07", NULL, NULL, NULL},
	{"Zahnarzt übernächste Woche Dienstag", "Zahnarzt", "2026-12-08", NULL, NULL, NULL},
	{"Zahnarzt Freitag in zwei Wochen", "Zahnarzt", "2026-12-18", NULL, NULL, NULL},
	{"Tabletten alle 8 Stunden", "Tabletten", "2026-11-28T18:00", "FREQ=HOURLY;INTERVAL=8", NULL, NULL},
	{"Wasser trinken stündlich", "Wasser trinken", "2026-11-28T11:00", "FREQ=HOURLY", NULL, NULL},
	{"Wasser trinken jede Stunde", "Wasser trinken", "2026-11-28T11:00", "FREQ=HOURLY", NULL, NULL},
	{"Meeting morgen 14.30", "Meeting", "2026-11-29T14:30", NULL, NULL, NULL},
	{"Meeting um 14.30 Uhr", "Meeting", "2026-11-28T14:30", NULL, NULL, NULL},
	{"Meeting 14.30 Uhr", "Meeting", "2026-11-28T14:30", NULL, NULL, NULL},
	{"Mo Meeting 9 Uhr", "Meeting", "2026-11-30T09:00", NULL, NULL, NULL},
	{"Di Sport um 18 Uhr", "Sport", "2026-12-01T18:00", NULL, NULL, NULL},
	{"So Brunch 11 Uhr", "Brunch", "2026-11-29T11:00", NULL, NULL, NULL},
	{"Do Elternabend 19:30 Uhr", "Elternabend", "2026-12-03T19:30", NULL, NULL, NULL},
	{"Meeting Mo 9 Uhr", "Meeting", "2026-11-30T09:00", NULL, NULL, NULL},
	{"Meeting morgen von 9 bis 10", "Meeting", "2026-11-29T10:00", NULL, "from 2026-11-29T09:00", NULL},
	{"Meeting morgen zwischen 9 und 10 Uhr", "Meeting", "2026-11-29T10:00", NULL, "from 2026-11-29T09:00", NULL},
	{"Meeting morgen 9-10 Uhr", "Meeting", "2026-11-29T10:00", NULL, "from 2026-11-29T09:00", NULL},
	{"Meeting morgen 9:00-10:30", "Meeting", "2026-11-29T10:30", NULL, "from 2026-11-29T09:00", NULL},
	{"Meeting morgen 9 bis 10:30 Uhr", "Meeting", "2026-11-29T10:30", NULL, "from 2026-11-29T09:00", NULL},
	{"Meeting Freitag 14 - 15 Uhr", "Meeting", "2026-12-04T15:00", NULL, "from 2026-12-04T14:00", NULL},
	{"Urlaub vom 3.12. bis 5.12.", "Urlaub", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Urlaub 3.-5.12.", "Urlaub", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Urlaub 3.12.-5.12.", "Urlaub", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Urlaub 3.12. - 5.12.", "Urlaub", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Urlaub 3.-5. Dezember", "Urlaub", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Urlaub vom 3. bis 5. Dezember", "Urlaub", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Urlaub von Montag bis Freitag", "Urlaub", "2026-12-04", NULL, "from 2026-11-30", NULL},
	{"Urlaub Mo-Fr", "Urlaub", "2026-12-04", NULL, "from 2026-11-30", NULL},
	{"Urlaub 24.12.2026 - 2.1.2027", "Urlaub", "2027-01-02", NULL, "from 2026-12-24", NULL},
	{"Sprechstunde jeden Mo-Fr 9 Uhr", "Sprechstunde", "2026-11-30T09:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL,
	 NULL},
	{"Sprechstunde jeden Montag bis Freitag", "Sprechstunde", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
	 NULL, NULL},
	{"Milch kaufen heute noch", "Milch kaufen", "2026-11-28", NULL, NULL, NULL},
	{"Bericht abgeben bis Freitag 17 Uhr", "Bericht abgeben", "2026-12-04T17:00", NULL, NULL, NULL},
	{"Bericht abgeben bis Freitag um 17 Uhr", "Bericht abgeben", "2026-12-04T17:00", NULL, NULL, NULL},
	{"Bericht abgeben bis Ende der Woche", "Bericht abgeben", "2026-11-29", NULL, NULL, NULL},
	{"Bericht bis Ende nächster Woche", "Bericht", "2026-12-04", NULL, NULL, NULL},
	{"Bericht bis Monatsende", "Bericht", "2026-11-30", NULL, NULL, NULL},
	{"Kinder abholen um drei viertel vier", "Kinder abholen", "2026-11-28T15:45", NULL, NULL, NULL},
	{"Müll immer dienstags", "Müll", "2026-12-01", "FREQ=WEEKLY;BYDAY=TU", NULL, NULL},
	{"Miete jeden 1.", "Miete", "2026-12-01", "FREQ=MONTHLY;BYMONTHDAY=1", NULL, NULL},
	{"Miete am Monatsersten", "Miete", "2026-12-01", NULL, NULL, NULL},
	{"Miete zum Ersten", "Miete", "2026-12-01", NULL, NULL, NULL},
	{"Miete jeden ersten des Monats", "Miete", "2026-12-01", "FREQ=MONTHLY;BYMONTHDAY=1", NULL, NULL},
	{"Miete am letzten Tag des Monats", "Miete", "2026-11-30", NULL, NULL, NULL},
	{"Miete am letzten Tag jeden Monats", "Miete", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=-1", NULL, NULL},
	{"TÜV alle zwei Jahre im März", "TÜV", "2027-03-01", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=1", NULL,
	 NULL},
	{"Kuchen bestellen für Samstag", "Kuchen bestellen", "2026-12-05", NULL, NULL, NULL},
	{"Folien für Montag vorbereiten", "Folien vorbereiten", "2026-11-30", NULL, NULL, NULL},
	{"am Mittag essen", "essen", "2026-11-28T12:00", NULL, NULL, NULL},
	{"innerhalb von 3 Tagen", "", "2026-12-01", NULL, NULL, NULL},
	{"in den nächsten 3 Tagen", "", "2026-12-01", NULL, NULL, NULL},
	{"binnen 2 Wochen", "", "2026-12-12", NULL, NULL, NULL},
	{"in anderthalb Stunden Ofen aus", "Ofen aus", "2026-11-28T11:30", NULL, NULL, NULL},
	{"in 1,5 Stunden Ofen aus", "Ofen aus", "2026-11-28T11:30", NULL, NULL, NULL},
	{"in einem halben Jahr TÜV", "TÜV", "2027-05-28", NULL, NULL, NULL},
	{"Treffen Montag 7.12. 10 Uhr", "Treffen", "2026-12-07T10:00", NULL, NULL, NULL},
	{"Treffen Mo. 7.12. 10 Uhr", "Treffen", "2026-12-07T10:00", NULL, NULL, NULL},
	{"Treffen Mo 7.12.", "Treffen", "2026-12-07", NULL, NULL, NULL},
	{"Treffen Mo, 7.12., 10 Uhr", "Treffen", "2026-12-07T10:00", NULL, NULL, NULL},
	{"Treffen Montag nächster Woche", "Treffen", "2026-11-30", NULL, NULL, NULL},
	{"Treffen Anfang nächster Woche", "Treffen", "2026-11-30", NULL, NULL, NULL},
	{"Treffen Ende nächsten Monats", "Treffen", "2026-12-31", NULL, NULL, NULL},
	{"Treffen gegen 18 Uhr", "Treffen", "2026-11-28T18:00", NULL, NULL, NULL},
	{"Treffen so gegen 18 Uhr", "Treffen", "2026-11-28T18:00", NULL, NULL, NULL},
	{"Treffen um 6 abends", "Treffen", "2026-11-28T18:00", NULL, NULL, NULL},
	{"Treffen um 6 Uhr abends", "Treffen", "2026-11-28T18:00", NULL, NULL, NULL},
	{"jeden Montag vom 4.1. bis 22.2. Kurs", "Kurs", "2027-01-04", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270222", NULL,
	 NULL},
	{"Antibiotikum 10 Tage lang täglich", "Antibiotikum", "2026-11-28", "FREQ=DAILY;UNTIL=20261207", NULL, NULL},
	{"Antibiotikum täglich für 10 Tage", "Antibiotikum", "2026-11-28", "FREQ=DAILY;UNTIL=20261207", NULL, NULL},
	{"Abo kündigen vor Freitag", "Abo kündigen", "2026-12-03", NULL, NULL, NULL},
	{"Abo kündigen vor dem 24.12.", "Abo kündigen", "2026-12-23", NULL, NULL, NULL},
	{"Abo kündigen 2 Tage vor dem 24.12.", "Abo kündigen", "2026-12-22", NULL, NULL, NULL},
	{"Abo kündigen spätestens Freitag", "Abo kündigen", "2026-12-04", NULL, NULL, NULL},
	{"Abo kündigen fällig am Freitag", "Abo kündigen", "2026-12-04", NULL, NULL, NULL},
	{"halbjährlich Zahnarzt", "Zahnarzt", "2026-11-28", "FREQ=MONTHLY;INTERVAL=6", NULL, NULL},
	{"an Werktagen um 7 aufstehen", "aufstehen", "2026-11-30T07:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL,
	 NULL},
	{"unter der Woche lesen", "lesen", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"Zug 8.15", "Zug 8.15", NULL, NULL, NULL, NULL},
	{"Zug 8:15 Uhr Gleis 5", "Zug Gleis 5", "2026-11-29T08:15", NULL, NULL, NULL},
	{"erinnere mich um 6 an Milch und Eier", "Milch und Eier", "2026-11-28T18:00", NULL, "0", NULL},
	{"erinnere mich in einer Stunde ans Dehnen", "Dehnen", "2026-11-28T11:00", NULL, "0", NULL},
	{"erinnere mich in 20 Minuten", "", NULL, NULL, "2026-11-28T10:20", NULL},
	{"erinnere mich morgen", "", "2026-11-29", NULL, "540", NULL},
	{"erinnere mich morgen früh an den Bankanruf", "den Bankanruf", "2026-11-29T09:00", NULL, "0", NULL},
	{"erinnere mich nächsten Freitag um 12, dass Bob kommt", "Bob kommt", "2026-12-04T12:00", NULL, "0", NULL},
	{"erinnere mich eine Stunde vorher an den Termin morgen um 5", "den Termin", "2026-11-29T17:00", NULL, "-60",
	 NULL},
	{"Urlaub 3.-5.12. erinnere mich 1 Tag vorher", "Urlaub", "2026-12-05", NULL, "from 2026-12-03 -900", NULL},
	{"Handwerker Montag zwischen 9 und 11 Uhr", "Handwerker", "2026-11-30T11:00", NULL, "from 2026-11-30T09:00",
	 NULL},
	{"Handwerker zwischen 9 Uhr und 12 Uhr morgen", "Handwerker", "2026-11-29T12:00", NULL, "from 2026-11-29T09:00",
	 NULL},
	{"Mittagessen 12-13 Uhr", "Mittagessen", "2026-11-28T13:00", NULL, "from 2026-11-28T12:00", NULL},
	{"Mittagessen morgen 12-13", "Mittagessen", "2026-11-29T13:00", NULL, "from 2026-11-29T12:00", NULL},
	{"Mittagessen 12 bis 13 Uhr", "Mittagessen", "2026-11-28T13:00", NULL, "from 2026-11-28T12:00", NULL},
	{"Nachtschicht Freitag 22-6 Uhr", "Nachtschicht", "2026-12-05T06:00", NULL, "from 2026-12-04T22:00", NULL},
	{"Party Sa 20 Uhr bis 2 Uhr", "Party", "2026-12-06T02:00", NULL, "from 2026-12-05T20:00", NULL},
	{"Öffnungszeiten Mo-Fr 9-17 Uhr", "Öffnungszeiten", "2026-12-04T17:00", NULL, "from 2026-11-30T09:00", NULL},
	{"Büro jeden Werktag 9-17 Uhr", "Büro", "2026-11-30T17:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
	 "from 2026-11-30T09:00", NULL},
	{"Messe 3.-5. Dezember 2027", "Messe", "2027-12-05", NULL, "from 2027-12-03", NULL},
	{"Messe 3. - 5. Dezember", "Messe", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Messe vom 3. Dezember bis 5. Dezember", "Messe", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Messe vom 3. bis zum 5. Dezember", "Messe", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Messe 3.12-5.12", "Messe", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Messe 3.12. bis 5.12.2027", "Messe", "2027-12-05", NULL, "from 2027-12-03", NULL},
	{"Messe vom 28.12. bis 3.1.", "Messe", "2027-01-03", NULL, "from 2026-12-28", NULL},
	{"Messe zwischen dem 3.12. und dem 5.12.", "Messe", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"Reise 24.12.-2.1.", "Reise", "2027-01-02", NULL, "from 2026-12-24", NULL},
	{"Mietwagen für 24.-26.12.", "Mietwagen", "2026-12-26", NULL, "from 2026-12-24", NULL},
	{"Angebot Montag bis Freitag", "Angebot", "2026-12-04", NULL, "from 2026-11-30", NULL},
	{"Sprint von Montag bis Freitag", "Sprint", "2026-12-04", NULL, "from 2026-11-30", NULL},
	{"Sprint Montag - Freitag", "Sprint", "2026-12-04", NULL, "from 2026-11-30", NULL},
	{"Abendessen um acht", "Abendessen", "2026-11-29T08:00", NULL, NULL, NULL},
	{"Mittagessen um eins morgen", "Mittagessen", "2026-11-29T13:00", NULL, NULL, NULL},
	{"Treffen um halb sechs morgens", "Treffen", "2026-11-29T05:30", NULL, NULL, NULL},
	{"Treffen um 5 Uhr 30 morgens", "Treffen", "2026-11-29T05:30", NULL, NULL, NULL},
	{"Treffen um zehn vor fünf", "Treffen", "2026-11-28T16:50", NULL, NULL, NULL},
	{"Treffen um 10 nach 5", "Treffen", "2026-11-28T17:10", NULL, NULL, NULL},
	{"Treffen um fünf vor halb sechs", "Treffen", "2026-11-28T17:25", NULL, NULL, NULL},
	{"Zahnarzt 5. Mai um 14 Uhr", "Zahnarzt", "2027-05-05T14:00", NULL, NULL, NULL},
	{"Zahnarzt am 5. Mai 2027", "Zahnarzt", "2027-05-05", NULL, NULL, NULL},
	{"um 5 am Montag laufen", "laufen", "2026-11-30T17:00", NULL, NULL, NULL},
	{"um 5 am 24.12. laufen", "laufen", "2026-12-24T17:00", NULL, NULL, NULL},
	{"14.30 Zahnarzt", "14.30 Zahnarzt", NULL, NULL, NULL, NULL},
	{"morgen 14.30 Zahnarzt", "Zahnarzt", "2026-11-29T14:30", NULL, NULL, NULL},
	{"Zahnarzt 24.12. 14.30", "Zahnarzt", "2026-12-24T14:30", NULL, NULL, NULL},
	{"Zahnarzt Fr 14.30", "Zahnarzt", "2026-12-04T14:30", NULL, NULL, NULL},
	{"Zahnarzt 24.12.26 14:30", "Zahnarzt", "2026-12-24T14:30", NULL, NULL, NULL},
	{"Zahnarzt am 24.12. um 14.30", "Zahnarzt", "2026-12-24T14:30", NULL, NULL, NULL},
	{"Zahnarzt 24.12 14.30", "Zahnarzt", "2026-12-24T14:30", NULL, NULL, NULL},
	{"alle 4 Stunden bis Freitag", "", "2026-11-28T14:00", "FREQ=HOURLY;INTERVAL=4;UNTIL=20261204T235959", NULL,
	 NULL},
	{"alle 90 Minuten aufstehen", "aufstehen", "2026-11-28T11:30", "FREQ=MINUTELY;INTERVAL=90", NULL, NULL},
	{"jede halbe Stunde prüfen", "prüfen", "2026-11-28T10:30", "FREQ=MINUTELY;INTERVAL=30", NULL, NULL},
	{"alle halbe Stunde prüfen", "prüfen", "2026-11-28T10:30", "FREQ=MINUTELY;INTERVAL=30", NULL, NULL},
	{"jeden Sonntag um 10 für 6 Wochen", "", "2026-11-29T10:00", "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270109T235959", NULL,
	 NULL},
	{"jeden Sonntag um 10, 6 mal", "", "2026-11-29T10:00", "FREQ=WEEKLY;BYDAY=SU;COUNT=6", NULL, NULL},
	{"jeden Dienstag und Donnerstag von 18 bis 19 Uhr Yoga", "Yoga", "2026-12-01T19:00", "FREQ=WEEKLY;BYDAY=TU,TH",
	 "from 2026-12-01T18:00", NULL},
	{"Yoga jeden Mo/Mi/Fr 18 Uhr", "Yoga", "2026-11-30T18:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR", NULL, NULL},
	{"Yoga jeden Mo, Mi & Fr", "Yoga", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,WE,FR", NULL, NULL},
	{"Yoga jeden Montag - Freitag", "Yoga", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"Yoga Mo-Mi", "Yoga", "2026-12-02", NULL, "from 2026-11-30", NULL},
	{"Yoga montags bis freitags", "Yoga", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"Yoga montags 18 Uhr", "Yoga", "2026-11-30T18:00", "FREQ=WEEKLY;BYDAY=MO", NULL, NULL},
	{"Yoga montagabends", "Yoga", "2026-11-30T18:00", NULL, NULL, NULL},
	{"Yoga jeden Montagabend um 6", "Yoga", "2026-11-30T18:00", "FREQ=WEEKLY;BYDAY=MO", NULL, NULL},
	{"Geburtstagsfeier am Samstag, 5. Dezember von 15 bis 18 Uhr", "Geburtstagsfeier", "2026-12-05T18:00", NULL,
	 "from 2026-12-05T15:00", NULL},
	{"Geburtstag 5.12. 15-18 Uhr", "Geburtstag", "2026-12-05T18:00", NULL, "from 2026-12-05T15:00", NULL},
	{"Miete am 1. des Monats", "Miete", "2026-12-01", NULL, NULL, NULL},
	{"Miete bis zum 3. des Monats", "Miete", "2026-12-03", NULL, NULL, NULL},
	{"Miete Ende des Monats", "Miete", "2026-11-30", NULL, NULL, NULL},
	{"Miete zum Monatsende", "Miete", "2026-11-30", NULL, NULL, NULL},
	{"Abgabe bis 5 morgen", "Abgabe", "2026-11-29T17:00", NULL, NULL, NULL},
	{"Abgabe vor 12 Uhr morgen", "Abgabe", "2026-11-29T12:00", NULL, NULL, NULL},
	{"Abgabe vor dem Wochenende", "Abgabe", "2026-11-28", NULL, NULL, NULL},
	{"Abgabe bis zum Wochenende", "Abgabe", "2026-11-28", NULL, NULL, NULL},
	{"Abgabe spätestens am Freitag um 17 Uhr", "Abgabe", "2026-12-04T17:00", NULL, NULL, NULL},
	{"Abgabe bis spätestens Freitag", "Abgabe", "2026-12-04", NULL, NULL, NULL},
	{"Abgabe Freitag spätestens", "Abgabe", "2026-12-04", NULL, NULL, NULL},
	{"Bericht Fr., 17 Uhr", "Bericht", "2026-12-04T17:00", NULL, NULL, NULL},
	{"Bericht Freitag 17:00h", "Bericht", "2026-12-04T17:00", NULL, NULL, NULL},
	{"Bob am Ende des Monats anrufen", "Bob anrufen", "2026-11-30", NULL, NULL, NULL},
	{"Bob am Montag früh anrufen", "Bob anrufen", "2026-11-30T09:00", NULL, NULL, NULL},
	{"Bob morgen am Nachmittag anrufen", "Bob anrufen", "2026-11-29T15:00", NULL, NULL, NULL},
	{"Bob morgen nachmittags anrufen", "Bob anrufen", "2026-11-29T15:00", NULL, NULL, NULL},
	{"Bob am Freitag in der Nacht anrufen", "Bob anrufen", "2026-12-04T18:00", NULL, NULL, NULL},
	{"Bob am Freitag in der Früh anrufen", "Bob anrufen", "2026-12-04T09:00", NULL, NULL, NULL},
	{"Bob gleich morgen anrufen", "Bob anrufen", "2026-11-29", NULL, NULL, NULL},
	{"Bob am Dienstag den 1.12. anrufen", "Bob anrufen", "2026-12-01", NULL, NULL, NULL},
	{"Bob am Di, 1.12., um 10 Uhr anrufen", "Bob anrufen", "2026-12-01T10:00", NULL, NULL, NULL},
	{"Bob am 1. Dez. um 10 Uhr anrufen", "Bob anrufen", "2026-12-01T10:00", NULL, NULL, NULL},
	{"Bob am 01.12.26 anrufen", "Bob anrufen", "2026-12-01", NULL, NULL, NULL},
	{"Bob am 1.12.2026, 10:00 anrufen", "Bob anrufen", "2026-12-01T10:00", NULL, NULL, NULL},
	{"Bob am ersten Dezember anrufen", "Bob anrufen", "2026-12-01", NULL, NULL, NULL},
	{"Bob am 1ten anrufen", "Bob am 1ten anrufen", NULL, NULL, NULL, NULL},
	{"jeden Tag morgens joggen", "joggen", "2026-11-29T09:00", "FREQ=DAILY", NULL, NULL},
	{"täglich abends lesen", "lesen", "2026-11-28T18:00", "FREQ=DAILY", NULL, NULL},
	{"täglich vom 1.12. bis 24.12. Adventskalender", "Adventskalender", "2026-12-01", "FREQ=DAILY;UNTIL=20261224",
	 NULL, NULL},
	{"Meeting 14.30", "Meeting 14.30", NULL, NULL, NULL, NULL},
};

/* What is said not to be meant, and what only looks as though it were. */
static const struct line text_alone[] = {
	{"read \"every day\" today", "read \"every day\"", "2026-11-28", NULL, NULL, NULL},
	{"„Ab morgen um 9 frei“ hören", "„Ab morgen um 9 frei“ hören", NULL, NULL, NULL, NULL},
	{"“a today #a b” tomorrow", "“a today #a b”", "2026-11-29", NULL, NULL, NULL},
	{"«ab heute !1 los» morgen", "«ab heute !1 los»", "2026-11-29", NULL, NULL, NULL},
	{"»ab heute los« morgen", "»ab heute los«", "2026-11-29", NULL, NULL, NULL},
	{"„a today b” tomorrow", "„a today b”", "2026-11-29", NULL, NULL, NULL},
	{"“a \\today b” tomorrow", "“a \\today b”", "2026-11-29", NULL, NULL, NULL},
	{"(\"today\") tomorrow", "(\"today\")", "2026-11-29", NULL, NULL, NULL},
	{"a \"b tomorrow", "a \"b", "2026-11-29", NULL, NULL, NULL},
	{"„b tomorrow", "„b", "2026-11-29", NULL, NULL, NULL},
	{"5\" pipe tomorrow 6\"", "5\" pipe 6\"", "2026-11-29", NULL, NULL, NULL},
	{"watch \\tomorrow today", "watch tomorrow", "2026-11-28", NULL, NULL, NULL},
	{"post \\#home \\!high \\@x", "post #home !high @x", NULL, NULL, NULL, NULL},
	{"\\every day", "every day", NULL, NULL, NULL, NULL},
	{"every \\day", "every day", NULL, NULL, NULL, NULL},
	{"say \"\\every \\ day\"", "say \"\\every \\ day\"", NULL, NULL, NULL, NULL},
	{"C:\\today \\", "C:\\today \\", NULL, NULL, NULL, NULL},
	{"pay 24.13.", "pay 24.13.", NULL, NULL, NULL, NULL},
	{"pay 31.02.", "pay 31.02.", NULL, NULL, NULL, NULL},
	{"pay am 31.02.", "pay am 31.02.", NULL, NULL, NULL, NULL},
	{"pay 29.02.2027", "pay 29.02.2027", NULL, NULL, NULL, NULL},
	{"pay Feb 30", "pay Feb 30", NULL, NULL, NULL, NULL},
	{"pay 2026-13-01", "pay 2026-13-01", NULL, NULL, NULL, NULL},
	{"install version 1.2.3", "install version 1.2.3", NULL, NULL, NULL, NULL},
	{"install version 1.2.26", "install version 1.2.26", NULL, NULL, NULL, NULL},
	{"ping 10.0.0.1", "ping 10.0.0.1", NULL, NULL, NULL, NULL},
	{"read chapter 5", "read chapter 5", NULL, NULL, NULL, NULL},
	{"call at 25", "call at 25", NULL, NULL, NULL, NULL},
	{"call at 25:00", "call at 25:00", NULL, NULL, NULL, NULL},
	{"call 13pm", "call 13pm", NULL, NULL, NULL, NULL},
	{"look at 5 houses", "look at 5 houses", NULL, NULL, NULL, NULL},
	{"um 5 Euro handeln", "um 5 Euro handeln", NULL, NULL, NULL, NULL},
	{"drive route 66", "drive route 66", NULL, NULL, NULL, NULL},
	{"10.000 Euro sparen", "10.000 Euro sparen", NULL, NULL, NULL, NULL},
	{"3.50 zahlen", "3.50 zahlen", NULL, NULL, NULL, NULL},
	{"1/2 cup of sugar", "1/2 cup of sugar", NULL, NULL, NULL, NULL},
	{"24/7 hotline", "24/7 hotline", NULL, NULL, NULL, NULL},
	{"I may go", "I may go", NULL, NULL, NULL, NULL},
	{"march on", "march on", NULL, NULL, NULL, NULL},
	{"march 5 miles", "march 5 miles", NULL, NULL, NULL, NULL},
	{"buy sun cream", "buy sun cream", NULL, NULL, NULL, NULL},
	{"we sat and wed", "we sat and wed", NULL, NULL, NULL, NULL},
	{"Mo ruft an", "Mo ruft an", NULL, NULL, NULL, NULL},
	{"so do it", "so do it", NULL, NULL, NULL, NULL},
	{"turn it on so we see", "turn it on so we see", NULL, NULL, NULL, NULL},
	{"every so often", "every so often", NULL, NULL, NULL, NULL},
	{"what to do 5pm", "what to do", "2026-11-28T17:00", NULL, NULL, NULL},
	{"Fr. Müller anrufen", "Fr. Müller anrufen", NULL, NULL, NULL, NULL},
	{"Montage der Regale", "Montage der Regale", NULL, NULL, NULL, NULL},
	{"Guten Morgen sagen", "Guten Morgen sagen", NULL, NULL, NULL, NULL},
	{"am Morgen laufen", "am Morgen laufen", NULL, NULL, NULL, NULL},
	{"book weekend trip", "book weekend trip", NULL, NULL, NULL, NULL},
	{"fix #1", "fix #1", NULL, NULL, NULL, NULL},
	{"learn C# and a#b", "learn C# and a#b", NULL, NULL, NULL, NULL},
	{"##x #-- # @ ! @-", "##x #-- # @ ! @-", NULL, NULL, NULL, NULL},
	{"!important thing !5", "!important thing !5", NULL, NULL, NULL, NULL},
	{"e-mail ana@example.org", "e-mail ana@example.org", NULL, NULL, NULL, NULL},
	{"see https://x.org/today#now?a=@b", "see https://x.org/today#now?a=@b", NULL, NULL, NULL, NULL},
	{"clean on the 2nd floor", "clean on the 2nd floor", NULL, NULL, NULL, NULL},
	{"the sun at 5pm", "the sun", "2026-11-28T17:00", NULL, NULL, NULL},
	{"Zähne 2 mal täglich", "Zähne 2 mal täglich", NULL, NULL, NULL, NULL},
	{"this month is long", "this month is long", NULL, NULL, NULL, NULL},
	{"pills 2x daily", "pills 2x daily", NULL, NULL, NULL, NULL},
	{"am 5. Platz", "am 5. Platz", NULL, NULL, NULL, NULL},
	{"reduce by 1/2 percent", "reduce by 1/2 percent", NULL, NULL, NULL, NULL},
	{"Kapitel 3. Mai", "Kapitel 3. Mai", NULL, NULL, NULL, NULL},
	{"um 3.50 Euro", "um 3.50 Euro", NULL, NULL, NULL, NULL},
	{"- buy milk tomorrow", "- buy milk", "2026-11-29", NULL, NULL, NULL},
	{"pills daily until Dec 24 10 times", "pills 10 times", "2026-11-28", "FREQ=DAILY;UNTIL=20261224", NULL, NULL},
	{"pills daily 10 times 5 times", "pills 5 times", "2026-11-28", "FREQ=DAILY;COUNT=10", NULL, NULL},
	{"mail @#x #@x", "mail @#x #@x", NULL, NULL, NULL, NULL},
	{"call on (friday)", "call on", "2026-12-04", NULL, NULL, NULL},
	{"call every 15th monday", "call", "2026-11-30", "FREQ=MONTHLY;BYMONTHDAY=15", NULL, NULL},
	{"call at 005", "call at 005", NULL, NULL, NULL, NULL},
	{"call at 24:30", "call at 24:30", NULL, NULL, NULL, NULL},
	{"24.12 dinner", "24.12 dinner", NULL, NULL, NULL, NULL},
	{"end 2199-12-31 midnight", "end", "2199-12-31", NULL, NULL, NULL},
	{"every thing", "every thing", NULL, NULL, NULL, NULL},
	{"every 0 days", "every 0 days", NULL, NULL, NULL, NULL},
	{"in 9999 years", "in 9999 years", NULL, NULL, NULL, NULL},
	{"in 99999 days", "in 99999 days", NULL, NULL, NULL, NULL},
	{"do it 3 times", "do it 3 times", NULL, NULL, NULL, NULL},
	{"work 2h", "work 2h", NULL, NULL, NULL, NULL},
	{"remind me a month before", "remind me a month before", NULL, NULL, NULL, NULL},
	{"gym mon, wed and fri", "gym mon, wed and fri", NULL, NULL, NULL, NULL},
	{"gym mon, wed and fri at 6pm", "gym mon, wed and fri at 6pm", NULL, NULL, NULL, NULL},
	{"gym mon/wed/fri", "gym mon/wed/fri", NULL, NULL, NULL, NULL},
	{"yoga tue & thu 6pm", "yoga tue & thu 6pm", NULL, NULL, NULL, NULL},
	{"call Ana monday or tuesday", "call Ana monday or tuesday", NULL, NULL, NULL, NULL},
	{"take vitamins every morning and evening", "take vitamins every morning and evening", NULL, NULL, NULL, NULL},
	{"pay card on the 5th and 20th", "pay card on the 5th and 20th", NULL, NULL, NULL, NULL},
	{"renew passport in march", "renew passport in march", NULL, NULL, NULL, NULL},
	{"renew passport in march 2027", "renew passport in march 2027", NULL, NULL, NULL, NULL},
	{"renew passport march 2027", "renew passport march 2027", NULL, NULL, NULL, NULL},
	{"renew passport next march", "renew passport next march", NULL, NULL, NULL, NULL},
	{"last monday report", "last monday report", NULL, NULL, NULL, NULL},
	{"remind Ana to call tomorrow", "remind Ana to call", "2026-11-29", NULL, NULL, NULL},
	{"Lunch 12-1", "Lunch 12-1", NULL, NULL, NULL, NULL},
	{"read pages 9-10 tomorrow", "read pages 9-10", "2026-11-29", NULL, NULL, NULL},
	{"read 10-15 pages tomorrow", "read 10-15 pages", "2026-11-29", NULL, NULL, NULL},
	{"buy 2-3 apples tomorrow", "buy 2-3 apples", "2026-11-29", NULL, NULL, NULL},
	{"score 3-2 yesterday", "score 3-2 yesterday", NULL, NULL, NULL, NULL},
	{"chapters 3-5 by friday", "chapters 3-5", "2026-12-04", NULL, NULL, NULL},
	{"count from 1 to 10", "count from 1 to 10", NULL, NULL, NULL, NULL},
	{"rate 1 to 5", "rate 1 to 5", NULL, NULL, NULL, NULL},
	{"choose between 2 and 3", "choose between 2 and 3", NULL, NULL, NULL, NULL},
	{"co-op meeting tomorrow", "co-op meeting", "2026-11-29", NULL, NULL, NULL},
	{"sun-dried tomatoes", "sun-dried tomatoes", NULL, NULL, NULL, NULL},
	{"e-mail 3-day plan", "e-mail 3-day plan", NULL, NULL, NULL, NULL},
	{"24/7", "24/7", NULL, NULL, NULL, NULL},
	{"9/11 memorial", "9/11 memorial", NULL, NULL, NULL, NULL},
	{"call 555-1234 tomorrow", "call 555-1234", "2026-11-29", NULL, NULL, NULL},
	{"dinner at 8 or 9", "dinner at 8 or 9", NULL, NULL, NULL, NULL},
	{"pay 14.30", "pay 14.30", NULL, NULL, NULL, NULL},
	{"every hour on weekdays", "every hour on weekdays", NULL, NULL, NULL, NULL},
	{"hourly rate negotiation", "hourly rate negotiation", NULL, NULL, NULL, NULL},
	{"raise hourly rate", "raise hourly rate", NULL, NULL, NULL, NULL},
	{"every minute counts", "every minute counts", NULL, NULL, NULL, NULL},
	{"every day is a gift", "every day is a gift", NULL, NULL, NULL, NULL},
	{"every friday is pizza day", "every friday is pizza day", NULL, NULL, NULL, NULL},
	{"doctor tomorrow or friday", "doctor tomorrow or friday", NULL, NULL, NULL, NULL},
	{"erinnere mich an Mama", "erinnere mich an Mama", NULL, NULL, NULL, NULL},
	{"So geht es um 9 Uhr los", "So geht es los", "2026-11-29T09:00", NULL, NULL, NULL},
	{"Do it um 9 Uhr", "Do it", "2026-11-29T09:00", NULL, NULL, NULL},
	{"Sport Mo, Mi und Fr", "Sport Mo, Mi und Fr", NULL, NULL, NULL, NULL},
	{"Sport Mo, Mi, Fr 18 Uhr", "Sport Mo, Mi, Fr 18 Uhr", NULL, NULL, NULL, NULL},
	{"Sport Montag und Mittwoch", "Sport Montag und Mittwoch", NULL, NULL, NULL, NULL},
	{"Anruf Montag oder Dienstag", "Anruf Montag oder Dienstag", NULL, NULL, NULL, NULL},
	{"den Morgen genießen", "den Morgen genießen", NULL, NULL, NULL, NULL},
	{"Morgen ist Feiertag", "Morgen ist Feiertag", NULL, NULL, NULL, NULL},
	{"in 2-3 Tagen melden", "in 2-3 Tagen melden", NULL, NULL, NULL, NULL},
	{"Raum 12.30 buchen", "Raum 12.30 buchen", NULL, NULL, NULL, NULL},
	{"Version 14.30 testen", "Version 14.30 testen", NULL, NULL, NULL, NULL},
	{"erinnere Ana an den Termin morgen", "erinnere Ana an den Termin", "2026-11-29", NULL, NULL, NULL},
	{"Seiten 9-10 lesen morgen", "Seiten 9-10 lesen", "2026-11-29", NULL, NULL, NULL},
	{"10-15 Seiten lesen morgen", "10-15 Seiten lesen", "2026-11-29", NULL, NULL, NULL},
	{"2-3 Äpfel kaufen morgen", "2-3 Äpfel kaufen", "2026-11-29", NULL, NULL, NULL},
	{"von 1 bis 10 zählen", "von 1 bis 10 zählen", NULL, NULL, NULL, NULL},
	{"Abendessen um 8 oder 9", "Abendessen um 8 oder 9", NULL, NULL, NULL, NULL},
	{"zahlen 14.30", "zahlen 14.30", NULL, NULL, NULL, NULL},
	{"alle 2 Stunden von 9 bis 17 Uhr trinken", "alle 2 Stunden von 9 bis 17 Uhr trinken", NULL, NULL, NULL, NULL},
	{"jede Minute zählt", "jede Minute zählt", NULL, NULL, NULL, NULL},
	{"jeder Tag ist ein Geschenk", "jeder Tag ist ein Geschenk", NULL, NULL, NULL, NULL},
	{"jeden 1. und 15. zahlen", "jeden 1. und 15. zahlen", NULL, NULL, NULL, NULL},
	{"Arzt morgen oder Freitag", "Arzt morgen oder Freitag", NULL, NULL, NULL, NULL},
	{"täglich um 8 und 20 Uhr Tabletten", "um 8 und 20 Uhr Tabletten", "2026-11-28", "FREQ=DAILY", NULL, NULL},
	{"meet from Dec 5 to Dec 3", "meet from Dec 5 to Dec 3", NULL, NULL, NULL, NULL},
	{"from Dec 3 10am to Dec 5 6pm", "from Dec 3 10am to Dec 5 6pm", NULL, NULL, NULL, NULL},
	{"mo//di", "mo//di", NULL, NULL, NULL, NULL},
	{"Dec-Jan", "Dec-Jan", NULL, NULL, NULL, NULL},
	{"-Fri", "-Fri", NULL, NULL, NULL, NULL},
	{"29.2.-3.3.", "29.2.-3.3.", NULL, NULL, NULL, NULL},
	{"remind me 1h before", "remind me 1h before", NULL, NULL, NULL, NULL},
	{"answer the mail from monday", "answer the mail from monday", NULL, NULL, NULL, NULL},
	{"close the last of march", "close the last of march", NULL, NULL, NULL, NULL},
	{"do-so", "do-so", NULL, NULL, NULL, NULL},
	{"so um 9 anfangen", "so anfangen", "2026-11-29T09:00", NULL, NULL, NULL},
	{"tomorrow", "", "2026-11-29", NULL, NULL, NULL},
	{"every day #a", "", "2026-11-28", "FREQ=DAILY", "#a", NULL},
	{"  buy \t milk\u00a0\n now ", "buy milk now", NULL, NULL, NULL, NULL},
	{"buy milk - tomorrow", "buy milk", "2026-11-29", NULL, NULL, NULL},
	{"(call Ana tomorrow)", "(call Ana)", "2026-11-29", NULL, NULL, NULL},
	{"", "", NULL, NULL, NULL, NULL},
	{" . , ", ". ,", NULL, NULL, NULL, NULL},
};

/* What is read in whole or not at all. */
static const struct line as_it_was_said[] = {
	{"check oven every 5 minutes until 11pm", "check oven", "2026-11-28T10:05",
	 "FREQ=MINUTELY;INTERVAL=5;UNTIL=20261128T230000", NULL, NULL},
	{"Ofen alle 30 Minuten bis 23 Uhr", "Ofen", "2026-11-28T10:30",
	 "FREQ=MINUTELY;INTERVAL=30;UNTIL=20261128T230000", NULL, NULL},
	{"every hour until midnight x", "x", "2026-11-28T11:00", "FREQ=HOURLY;UNTIL=20261129T000000", NULL, NULL},
	{"every 2 hours by 5pm x", "x", "2026-11-28T12:00", "FREQ=HOURLY;INTERVAL=2;UNTIL=20261128T170000", NULL, NULL},
	{"every 10 minutes before 5pm x", "x", "2026-11-28T10:10", "FREQ=MINUTELY;INTERVAL=10;UNTIL=20261128T170000",
	 NULL, NULL},
	{"every 30 min until tomorrow at 5", "", "2026-11-28T10:30", "FREQ=MINUTELY;INTERVAL=30;UNTIL=20261129T170000",
	 NULL, NULL},
	{"every 2 hours until 11:30 x", "every 2 hours until 11:30 x", NULL, NULL, NULL, NULL},
	{"every 30 min until tomorrow evening x", "x", "2026-11-28T10:30",
	 "FREQ=MINUTELY;INTERVAL=30;UNTIL=20261129T180000", NULL, NULL},
	{"every hour until 5pm on friday x", "x", "2026-11-28T11:00", "FREQ=HOURLY;UNTIL=20261204T170000", NULL, NULL},
	{"every hour until friday x", "x", "2026-11-28T11:00", "FREQ=HOURLY;UNTIL=20261204T235959", NULL, NULL},
	{"every hour by friday x", "x", "2026-11-28T11:00", "FREQ=HOURLY;UNTIL=20261204T235959", NULL, NULL},
	{"every hour at night check", "every hour at night check", NULL, NULL, NULL, NULL},
	{"every 2 hours in the morning", "every 2 hours in the morning", NULL, NULL, NULL, NULL},
	{"alle 2 Stunden abends trinken", "alle 2 Stunden abends trinken", NULL, NULL, NULL, NULL},
	{"alle 2 Stunden am Wochenende trinken", "alle 2 Stunden am Wochenende trinken", NULL, NULL, NULL, NULL},
	{"work every hour on mondays", "work every hour on mondays", NULL, NULL, NULL, NULL},
	{"every 2 hours between 8 and 18", "every 2 hours between 8 and 18", NULL, NULL, NULL, NULL},
	{"from 8 to 18 every 2 hours pill", "from 8 to 18 every 2 hours pill", NULL, NULL, NULL, NULL},
	{"drink every hour from 8 until 18", "drink every hour from 8 until 18", NULL, NULL, NULL, NULL},
	{"9-17 Uhr every hour check", "9-17 Uhr every hour check", NULL, NULL, NULL, NULL},
	{"every 45 minutes weekdays", "every 45 minutes weekdays", NULL, NULL, NULL, NULL},
	{"weekdays every 45 minutes x", "weekdays every 45 minutes x", NULL, NULL, NULL, NULL},
	{"every 6 hours except at night", "every 6 hours except at night", NULL, NULL, NULL, NULL},
	{"every hour on weekdays", "every hour on weekdays", NULL, NULL, NULL, NULL},
	{"alle 2 Stunden von 9 bis 17 Uhr trinken", "alle 2 Stunden von 9 bis 17 Uhr trinken", NULL, NULL, NULL, NULL},
	{"every day every 2 hours x", "every day every 2 hours x", NULL, NULL, NULL, NULL},
	{"every hour 9-17 check", "every hour 9-17 check", NULL, NULL, NULL, NULL},
	{"every 2 hours drink in the morning", "every 2 hours drink in the morning", NULL, NULL, NULL, NULL},
	{"party every year Dec 24-26", "party", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"party yearly Dec 24-26", "party", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"standup mon-fri 9am every week", "standup", "2026-11-30T09:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL,
	 NULL},
	{"every hour mon-fri drink", "every hour mon-fri drink", NULL, NULL, NULL, NULL},
	{"every Dec 24-26 party", "party", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"Dec 24-26 party every year", "party", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"party every year on Dec 24-26", "party", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"24-26 Dec every year party", "party", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"vom 24. bis 26.12. jedes Jahr Feier", "Feier", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"Feier jedes Jahr vom 24. bis 26. Dezember", "Feier", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"daily mon-fri run", "run", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"course every monday from Jan 4 to Feb 22", "course", "2027-01-04", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270222",
	 NULL, NULL},
	{"every 2 weeks mon-fri x", "x", "2026-11-30", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"every Dec 30 - Jan 2 trip", "trip", "2027-01-02", "FREQ=YEARLY", "from 2026-12-30", NULL},
	{"shift every friday 10am-midnight", "shift", "2026-12-05T00:00", "FREQ=WEEKLY;BYDAY=SA",
	 "from 2026-12-04T10:00", NULL},
	{"jeden Sonntag 9 Uhr bis Mitternacht Dienst", "Dienst", "2026-11-30T00:00", "FREQ=WEEKLY;BYDAY=MO",
	 "from 2026-11-29T09:00", NULL},
	{"daily 9 to midnight open", "open", "2026-11-29T00:00", "FREQ=DAILY", "from 2026-11-28T21:00", NULL},
	{"backup every monday midnight-6am", "backup", "2026-11-30T06:00", "FREQ=WEEKLY;BYDAY=MO",
	 "from 2026-11-30T00:00", NULL},
	{"backup every monday 0:00-6:00", "backup", "2026-11-30T06:00", "FREQ=WEEKLY;BYDAY=MO", "from 2026-11-30T00:00",
	 NULL},
	{"shift every friday 10pm-6am", "shift", "2026-12-05T06:00", "FREQ=WEEKLY;BYDAY=SA", "from 2026-12-04T22:00",
	 NULL},
	{"shift every friday 10pm-6am until Dec 4", "shift", "2026-12-05T06:00",
	 "FREQ=WEEKLY;BYDAY=SA;UNTIL=20261205T235959", "from 2026-12-04T22:00", NULL},
	{"party every Dec 31 8pm-2am", "party every Dec 31 8pm-2am", NULL, NULL, NULL, NULL},
	{"shift every first friday 10pm-6am", "shift every first friday 10pm-6am", NULL, NULL, NULL, NULL},
	{"upload every friday at midnight", "upload", "2026-12-04T00:00", "FREQ=WEEKLY;BYDAY=FR", NULL, NULL},
	{"friday midnight-6am x", "x", "2026-12-05T06:00", NULL, "from 2026-12-05T00:00", NULL},
	{"on call 18:00-08:00", "on call", "2026-11-29T08:00", NULL, "from 2026-11-28T18:00", NULL},
	{"night shift 20:00-9:00", "night shift", "2026-11-29T09:00", NULL, "from 2026-11-28T20:00", NULL},
	{"Dienst 20 Uhr bis 9 Uhr", "Dienst", "2026-11-29T09:00", NULL, "from 2026-11-28T20:00", NULL},
	{"flight 17:00-06:30", "flight", "2026-11-29T06:30", NULL, "from 2026-11-28T17:00", NULL},
	{"Schicht 14:00-13:00", "Schicht", "2026-11-29T13:00", NULL, "from 2026-11-28T14:00", NULL},
	{"shift 6pm to noon", "shift", "2026-11-29T12:00", NULL, "from 2026-11-28T18:00", NULL},
	{"bar 20:00-noon", "bar", "2026-11-29T12:00", NULL, "from 2026-11-28T20:00", NULL},
	{"from 10pm to noon", "", "2026-11-29T12:00", NULL, "from 2026-11-28T22:00", NULL},
	{"party 10-2am", "party", "2026-11-29T02:00", NULL, "from 2026-11-28T22:00", NULL},
	{"9-1am", "", "2026-11-29T01:00", NULL, "from 2026-11-28T21:00", NULL},
	{"shift 11-7am", "shift", "2026-11-29T07:00", NULL, "from 2026-11-28T23:00", NULL},
	{"8-12am", "", "2026-11-29T00:00", NULL, "from 2026-11-28T20:00", NULL},
	{"from 10 to 2am", "", "2026-11-29T02:00", NULL, "from 2026-11-28T22:00", NULL},
	{"from 5 to midnight shift", "shift", "2026-11-29T00:00", NULL, "from 2026-11-28T17:00", NULL},
	{"bar 8-midnight", "bar", "2026-11-29T00:00", NULL, "from 2026-11-28T20:00", NULL},
	{"12-6am", "", "2026-11-29T06:00", NULL, "from 2026-11-29T00:00", NULL},
	{"9-12pm x", "x", "2026-11-29T12:00", NULL, "from 2026-11-29T09:00", NULL},
	{"2-3pm x", "x", "2026-11-28T15:00", NULL, "from 2026-11-28T14:00", NULL},
	{"9-5pm x", "x", "2026-11-29T17:00", NULL, "from 2026-11-29T09:00", NULL},
	{"friday evening 7:00-9:00", "", "2026-12-04T21:00", NULL, "from 2026-12-04T19:00", NULL},
	{"jedes Jahr Feier vom 24. bis 26. Dezember", "Feier", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24",
	 "2026-11-28T20:25"},
	{"jedes Jahr Feier vom 24.12. bis 26.12.", "jedes Jahr Feier vom 24.12. bis 26.12.", NULL, NULL, NULL,
	 "2026-11-28T20:25"},
	{"pills daily at 8 until today", "pills daily at 8 until today", NULL, NULL, NULL, "2026-11-28T20:25"},
	{"don't remind me to call mom tomorrow", "don't remind me to call mom", "2026-11-29", NULL, NULL,
	 "2026-11-28T20:25"},
	{"you never remind me to call tomorrow", "you never remind me to call", "2026-11-29", NULL, NULL,
	 "2026-11-28T20:25"},
	{"ask Bob to remind me to pay tomorrow", "ask Bob to remind me to pay", "2026-11-29", NULL, NULL,
	 "2026-11-28T20:25"},
	{"write an email to remind us about the rent on friday", "write an email to remind us about the rent",
	 "2026-12-04", NULL, NULL, "2026-11-28T20:25"},
	{"tell them to remind us of tomorrow", "tell them to remind us of", "2026-11-29", NULL, NULL,
	 "2026-11-28T20:25"},
	{"add a reminder to the app by friday", "add a reminder to the app", "2026-12-04", NULL, NULL,
	 "2026-11-28T20:25"},
	{"add reminder to invoice template tomorrow", "add reminder to invoice template", "2026-11-29", NULL, NULL,
	 "2026-11-28T20:25"},
	{"Bob soll mich daran erinnern, morgen", "Bob soll mich daran erinnern", "2026-11-29", NULL, NULL,
	 "2026-11-28T20:25"},
	{"erinnere mich morgen nicht an den Müll", "erinnere mich nicht an den Müll", "2026-11-29", NULL, NULL,
	 "2026-11-28T20:25"},
	{"buy milk remind me at 8am", "buy milk remind me", "2026-11-29T08:00", NULL, NULL, "2026-11-28T20:25"},
	{"buy milk, remind me at 8am", "buy milk", NULL, NULL, "2026-11-29T08:00", "2026-11-28T20:25"},
	{"buy milk; please remind me at 8am", "buy milk", NULL, NULL, "2026-11-29T08:00", "2026-11-28T20:25"},
	{"buy milk - remind me at 8am", "buy milk", NULL, NULL, "2026-11-29T08:00", "2026-11-28T20:25"},
	{"buy milk and remind me at 8am", "buy milk", NULL, NULL, "2026-11-29T08:00", "2026-11-28T20:25"},
	{"call mom tomorrow and please remind me", "call mom", "2026-11-29", NULL, "540", "2026-11-28T20:25"},
	{"please don't remind me to call tomorrow", "please don't remind me to call", "2026-11-29", NULL, NULL,
	 "2026-11-28T20:25"},
	{"Müll morgen, mich daran erinnern", "Müll", "2026-11-29", NULL, "540", "2026-11-28T20:25"},
	{"set a reminder to call Bob at 4pm", "call Bob", "2026-11-29T16:00", NULL, "0", "2026-11-28T20:25"},
	{"add a reminder for the dentist friday", "the dentist", "2026-12-04", NULL, "540", "2026-11-28T20:25"},
	{"Treffen morgen 15 Uhr mit Erinnerung um 14 Uhr", "Treffen", "2026-11-29T15:00", NULL, "2026-11-29T14:00",
	 "2026-11-28T20:25"},
	{"meeting tomorrow 5pm with a reminder 1h before", "meeting", "2026-11-29T17:00", NULL, "-60",
	 "2026-11-28T20:25"},
	{"meeting tomorrow 5pm, remind me the day before at 6pm", "meeting", "2026-11-29T17:00", NULL, "-1380",
	 "2026-11-28T20:25"},
	{"dentist friday, remind me the day before at 6pm", "dentist", "2026-12-04", NULL, "-360", "2026-11-28T20:25"},
	{"dentist friday, remind me the day before", "dentist", "2026-12-04", NULL, "-900", "2026-11-28T20:25"},
	{"dentist friday, remind me 1 hour before", "dentist", "2026-12-04", NULL, "480", "2026-11-28T20:25"},
	{"call mom, remind me tonight", "call mom", NULL, NULL, "2026-11-28T21:30", "2026-11-28T20:25"},
	{"remind me to feed the fish today", "feed the fish", "2026-11-28", NULL, "2026-11-28T21:30",
	 "2026-11-28T20:25"},
	{"remind me tonight to feed the fish", "feed the fish", "2026-11-28", NULL, "2026-11-28T21:30",
	 "2026-11-28T20:25"},
	{"call today with a reminder", "call", "2026-11-28", NULL, "2026-11-28T21:30", "2026-11-28T20:25"},
	{"dentist tomorrow, remind me the day before", "dentist", "2026-11-29", NULL, "2026-11-28T21:30",
	 "2026-11-28T20:25"},
	{"call Bob an hour before friday 5pm", "call Bob an hour before friday 5pm", NULL, NULL, NULL, NULL},
	{"2 hours before friday x", "2 hours before friday x", NULL, NULL, NULL, NULL},
	{"Friday in 2 months dentist", "Friday in 2 months dentist", NULL, NULL, NULL, NULL},
	{"Freitag in acht Tagen Arzt", "Arzt", "2026-12-11", NULL, NULL, NULL},
	{"Montag in einem Jahr", "Montag in einem Jahr", NULL, NULL, NULL, NULL},
	{"Montag in 14 Tagen x", "x", "2026-12-14", NULL, NULL, NULL},
	{"lunch at five to one", "lunch", "2026-11-28T12:55", NULL, NULL, NULL},
	{"Mittag fünf vor eins", "fünf vor eins", "2026-11-28T12:00", NULL, NULL, NULL},
	{"Essen um fünf vor eins", "Essen", "2026-11-28T12:55", NULL, NULL, NULL},
	{"Essen fünf nach halb eins", "Essen", "2026-11-28T12:35", NULL, NULL, NULL},
	{"lunch at twenty to one", "lunch", "2026-11-28T12:40", NULL, NULL, NULL},
	{"Essen um halb eins", "Essen", "2026-11-28T12:30", NULL, NULL, NULL},
	{"Essen viertel vor eins", "Essen", "2026-11-28T12:45", NULL, NULL, NULL},
	{"lunch quarter to one", "lunch", "2026-11-28T12:45", NULL, NULL, NULL},
	{"12 Uhr nachts Bus", "Bus", "2026-11-29T00:00", NULL, NULL, NULL},
	{"um 12 nachts Bus", "Bus", "2026-11-29T00:00", NULL, NULL, NULL},
	{"um 11 nachts Bus", "Bus", "2026-11-28T23:00", NULL, NULL, NULL},
	{"2 Uhr nachts Bus", "Bus", "2026-11-29T02:00", NULL, NULL, NULL},
	{"heute Abend um 12 Bus", "Bus", "2026-11-29T00:00", NULL, NULL, NULL},
	{"Essen um 5 am Abend", "Essen", "2026-11-28T17:00", NULL, NULL, NULL},
	{"um 5 am Morgen laufen", "laufen", "2026-11-29T05:00", NULL, NULL, NULL},
	{"um 5 am Montag laufen", "laufen", "2026-11-30T17:00", NULL, NULL, NULL},
	{"train at 5 to 12", "train", "2026-11-28T11:55", NULL, NULL, NULL},
	{"train at 20 to 1", "train", "2026-11-28T12:40", NULL, NULL, NULL},
	{"shift tomorrow at 9 to 5", "shift", "2026-11-29T17:00", NULL, "from 2026-11-29T09:00", NULL},
	{"3 weeks before Dec 10 order cake", "order cake", "2026-11-28", NULL, NULL, NULL},
	{"the day before Dec 10 order cake", "order cake", "2026-12-09", NULL, NULL, NULL},
	{"today to monday evening trip", "trip", "2026-11-30T18:00", NULL, "from 2026-11-28T18:00", "2026-11-28T21:30"},
	{"upgrade node 20.00", "upgrade node 20.00", NULL, NULL, NULL, NULL},
	{"macOS 13.00", "macOS 13.00", NULL, NULL, NULL, NULL},
	{"iOS 17.45", "iOS 17.45", NULL, NULL, NULL, NULL},
	{"Firmware 8.15", "Firmware 8.15", NULL, NULL, NULL, NULL},
	{"fix bug 10.15", "fix bug 10.15", NULL, NULL, NULL, NULL},
	{"ticket 11.45", "ticket 11.45", NULL, NULL, NULL, NULL},
	{"Rechnung 12.30", "Rechnung 12.30", NULL, NULL, NULL, NULL},
	{"invoice 12.30", "invoice 12.30", NULL, NULL, NULL, NULL},
	{"total 15.00", "total 15.00", NULL, NULL, NULL, NULL},
	{"buy coffee 7.45", "buy coffee 7.45", NULL, NULL, NULL, NULL},
	{"temperature 7.30", "temperature 7.30", NULL, NULL, NULL, NULL},
	{"update to 9.15", "update to 9.15", NULL, NULL, NULL, NULL},
	{"Lukas 8.15", "Lukas 8.15", NULL, NULL, NULL, NULL},
	{"Artikel 8.15", "Artikel 8.15", NULL, NULL, NULL, NULL},
	{"9.45 Franken zahlen", "9.45 Franken zahlen", NULL, NULL, NULL, NULL},
	{"10.15 Kilo Mehl kaufen", "10.15 Kilo Mehl kaufen", NULL, NULL, NULL, NULL},
	{"morgen 9.45 Franken zahlen", "9.45 Franken zahlen", "2026-11-29", NULL, NULL, NULL},
	{"invoice #work 12.30", "invoice 12.30", NULL, NULL, "#work", NULL},
	{"test python 3.10-3.12", "test python 3.10-3.12", NULL, NULL, NULL, NULL},
	{"upgrade 1.2-1.5", "upgrade 1.2-1.5", NULL, NULL, NULL, NULL},
	{"upgrade from 1.2 to 1.5", "upgrade from 1.2 to 1.5", NULL, NULL, NULL, NULL},
	{"Python von 3.10 bis 3.12 testen", "Python von 3.10 bis 3.12 testen", NULL, NULL, NULL, NULL},
	{"sections 2.1-2.5", "sections 2.1-2.5", NULL, NULL, NULL, NULL},
	{"increase budget from 5 to 10", "increase budget from 5 to 10", NULL, NULL, NULL, NULL},
	{"change font size from 10 to 12", "change font size from 10 to 12", NULL, NULL, NULL, NULL},
	{"raise price from 2 to 3", "raise price from 2 to 3", NULL, NULL, NULL, NULL},
	{"move file from 3 to 5", "move file from 3 to 5", NULL, NULL, NULL, NULL},
	{"Note von 1 bis 6", "Note von 1 bis 6", NULL, NULL, NULL, NULL},
	{"Größe von 8 bis 10 bestellen", "Größe von 8 bis 10 bestellen", NULL, NULL, NULL, NULL},
	{"Wert zwischen 3 und 5 prüfen", "Wert zwischen 3 und 5 prüfen", NULL, NULL, NULL, NULL},
	{"kids between 8 and 10", "kids between 8 and 10", NULL, NULL, NULL, NULL},
	{"from one to three kids", "from one to three kids", NULL, NULL, NULL, NULL},
	{"compare between 3 and 4", "compare between 3 and 4", NULL, NULL, NULL, NULL},
	{"around two to three weeks", "around two to three weeks", NULL, NULL, NULL, NULL},
	{"at one to one meeting", "at one to one meeting", NULL, NULL, NULL, NULL},
	{"von zwei nach drei umziehen", "von zwei nach drei umziehen", NULL, NULL, NULL, NULL},
	{"zwei nach drei verschieben", "zwei nach drei verschieben", NULL, NULL, NULL, NULL},
	{"Gleis zehn nach elf", "Gleis zehn nach elf", NULL, NULL, NULL, NULL},
	{"5 vor zwölf Kampagne", "5 vor zwölf Kampagne", NULL, NULL, NULL, NULL},
	{"look at one", "look at one", NULL, NULL, NULL, NULL},
	{"laugh at ten", "laugh at ten", NULL, NULL, NULL, NULL},
	{"divide by 12 tomorrow", "divide by 12", "2026-11-29", NULL, NULL, NULL},
	{"So-so lala", "So-so lala", NULL, NULL, NULL, NULL},
	{"march 1-2 km", "march 1-2 km", NULL, NULL, NULL, NULL},
	{"mar 10-20 pages", "mar 10-20 pages", NULL, NULL, NULL, NULL},
	{"read Dec 3-5 pages", "read Dec 3-5 pages", NULL, NULL, NULL, NULL},
	{"within a minute walk", "within a minute walk", NULL, NULL, NULL, NULL},
	{"Meeting morgen 14.30", "Meeting", "2026-11-29T14:30", NULL, NULL, NULL},
	{"meeting from 5 to 10 in the evening", "meeting", "2026-11-28T22:00", NULL, "from 2026-11-28T17:00", NULL},
	{"Treffen von 5 bis 7 abends", "Treffen", "2026-11-28T19:00", NULL, "from 2026-11-28T17:00", NULL},
	{"meeting from 5 to 6pm", "meeting", "2026-11-28T18:00", NULL, "from 2026-11-28T17:00", NULL},
	{"meeting between 9:00 and 10", "meeting", "2026-11-29T10:00", NULL, "from 2026-11-29T09:00", NULL},
	{"Treffen um zehn vor acht", "Treffen", "2026-11-29T07:50", NULL, NULL, NULL},
	{"Treffen zehn vor acht", "Treffen", "2026-11-29T07:50", NULL, NULL, NULL},
	{"Zug um 8.15", "Zug", "2026-11-29T08:15", NULL, NULL, NULL},
	{"Zug 8.15 Uhr", "Zug", "2026-11-29T08:15", NULL, NULL, NULL},
	{"tea at 5", "tea", "2026-11-28T17:00", NULL, NULL, NULL},
	{"report at the latest by friday", "report", "2026-12-04", NULL, NULL, NULL},
	{"report at the latest friday", "report", "2026-12-04", NULL, NULL, NULL},
	{"report friday at the latest", "report", "2026-12-04", NULL, NULL, NULL},
	{"from 9 to 10 and from 2 to 3", "from 9 to 10 and from 2 to 3", NULL, NULL, NULL, NULL},
	{"tomorrow from 9 to 10 and from 2 to 3", "from 9 to 10 and from 2 to 3", "2026-11-29", NULL, NULL, NULL},
	{"9-10 and 14-15 Uhr Kurs", "9-10 and 14-15 Uhr Kurs", NULL, NULL, NULL, NULL},
	{"9999 weeks before Dec 24 x", "9999 weeks before Dec 24 x", NULL, NULL, NULL, NULL},
	{"latest friday report", "latest report", "2026-12-04", NULL, NULL, NULL},
	{"party 10pm to 1", "party", "2026-11-29T01:00", NULL, "from 2026-11-28T22:00", NULL},
	{"at 5 or at 6 call", "at 5 or at 6 call", NULL, NULL, NULL, NULL},
	{"um 8 und 12 Tablette", "um 8 und 12 Tablette", NULL, NULL, NULL, NULL},
	{"8am, 8pm pill daily", "8am, 8pm pill", "2026-11-28", "FREQ=DAILY", NULL, NULL},
	{"12/29 - 1/3 ski", "ski", "2027-01-03", NULL, "from 2026-12-29", NULL},
	{"vom 3. bis 5. Messe", "Messe", "2026-12-05", NULL, "from 2026-12-03", NULL},
	{"zweimal täglich Tablette", "zweimal täglich Tablette", NULL, NULL, NULL, NULL},
	{"pills 2x daily", "pills 2x daily", NULL, NULL, NULL, NULL},
	{"every quarter hour drink", "drink", "2026-11-28T10:15", "FREQ=MINUTELY;INTERVAL=15", NULL, NULL},
	{"jede Viertelstunde trinken", "trinken", "2026-11-28T10:15", "FREQ=MINUTELY;INTERVAL=15", NULL, NULL},
	{"every quarter x", "x", "2026-11-28", "FREQ=MONTHLY;INTERVAL=3", NULL, NULL},
	{"five past midnight", "", "2026-11-29T00:05", NULL, NULL, NULL},
	{"call at ten to midnight", "call", "2026-11-28T23:50", NULL, NULL, NULL},
	{"every hour until 5 x", "x", "2026-11-28T11:00", "FREQ=HOURLY;UNTIL=20261128T170000", NULL, NULL},
	{"every 15 minutes till noon x", "x", "2026-11-28T10:15", "FREQ=MINUTELY;INTERVAL=15;UNTIL=20261128T120000",
	 NULL, NULL},
	{"alle 15 Minuten bis Mitternacht x", "x", "2026-11-28T10:15",
	 "FREQ=MINUTELY;INTERVAL=15;UNTIL=20261129T000000", NULL, NULL},
	{"stündlich bis 18 Uhr trinken", "trinken", "2026-11-28T11:00", "FREQ=HOURLY;UNTIL=20261128T180000", NULL,
	 NULL},
	{"hourly until 6pm check", "check", "2026-11-28T11:00", "FREQ=HOURLY;UNTIL=20261128T180000", NULL, NULL},
	{"every 2 hours until the end of the day x", "x", "2026-11-28T12:00",
	 "FREQ=HOURLY;INTERVAL=2;UNTIL=20261128T180000", NULL, NULL},
	{"every hour starting at 8am until 5pm x", "every hour starting at 8am until 5pm x", NULL, NULL, NULL, NULL},
	{"every hour from 8am x", "x", "2026-11-29T08:00", "FREQ=HOURLY", NULL, NULL},
	{"every 8 hours for 3 days x", "x", "2026-11-28T18:00", "FREQ=HOURLY;INTERVAL=8;UNTIL=20261130T235959", NULL,
	 NULL},
	{"every 8 hours 5 times x", "x", "2026-11-28T18:00", "FREQ=HOURLY;INTERVAL=8;COUNT=5", NULL, NULL},
	{"every 4 hours during the day x", "every 4 hours during the day x", NULL, NULL, NULL, NULL},
	{"alle 2 Stunden tagsüber trinken", "alle 2 Stunden tagsüber trinken", NULL, NULL, NULL, NULL},
	{"alle 2 Stunden nachts x", "alle 2 Stunden nachts x", NULL, NULL, NULL, NULL},
	{"alle 2 Stunden außer nachts x", "alle 2 Stunden außer nachts x", NULL, NULL, NULL, NULL},
	{"every day except on holidays gym", "every day except on holidays gym", NULL, NULL, NULL, NULL},
	{"every day except sunday gym", "gym", "2026-11-28", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", NULL, NULL},
	{"every 2 hours before lunch", "every 2 hours before lunch", NULL, NULL, NULL, NULL},
	{"every hour after 6pm x", "every hour after 6pm x", NULL, NULL, NULL, NULL},
	{"every hour while awake", "every hour while awake", NULL, NULL, NULL, NULL},
	{"alle 3 Stunden ab 8 Uhr", "", "2026-11-29T08:00", "FREQ=HOURLY;INTERVAL=3", NULL, NULL},
	{"every day between 8 and 18 x", "x", "2026-11-28T18:00", "FREQ=DAILY", "from 2026-11-28T08:00", NULL},
	{"every day from 9 to 5 work", "work", "2026-11-28T17:00", "FREQ=DAILY", "from 2026-11-28T09:00", NULL},
	{"every weekday 9-17 Uhr x", "x", "2026-11-30T17:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
	 "from 2026-11-30T09:00", NULL},
	{"every monday 10pm-2am until Jan 4 x", "x", "2026-12-01T02:00", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270105T235959",
	 "from 2026-11-30T22:00", NULL},
	{"every 15th 10pm-2am x", "every 15th 10pm-2am x", NULL, NULL, NULL, NULL},
	{"daily 10pm-6am x", "x", "2026-11-29T06:00", "FREQ=DAILY", "from 2026-11-28T22:00", NULL},
	{"every night 10pm-6am x", "x", "2026-11-29T06:00", "FREQ=DAILY", "from 2026-11-28T22:00", NULL},
	{"every month on the 31st 8pm - 1am x", "every month on the 31st 8pm - 1am x", NULL, NULL, NULL, NULL},
	{"every year from Dec 24 to Dec 26 x", "x", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"each year Dec 24-26 for 3 years x", "x", "2026-12-26", "FREQ=YEARLY;UNTIL=20291225", "from 2026-12-24", NULL},
	{"Dec 24-26 yearly", "", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"jährlich vom 24.12. bis 26.12. Feier", "Feier", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"Feier vom 24.12. bis 26.12. jährlich", "Feier", "2026-12-26", "FREQ=YEARLY", "from 2026-12-24", NULL},
	{"monthly Dec 3-5 x", "monthly Dec 3-5 x", NULL, NULL, NULL, NULL},
	{"weekly Dec 3-5 x", "weekly Dec 3-5 x", NULL, NULL, NULL, NULL},
	{"course daily Dec 3-5", "course", "2026-12-03", "FREQ=DAILY;UNTIL=20261205", NULL, NULL},
	{"every month from the 1st to the 5th x", "every month from the 1st to the 5th x", NULL, NULL, NULL, NULL},
	{"sport mo-fr jede Woche", "sport", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NULL, NULL},
	{"kurs jede Woche von Montag bis Mittwoch", "kurs", "2026-11-30", "FREQ=WEEKLY;BYDAY=MO,TU,WE", NULL, NULL},
	{"night shift sat 22:00-6:00", "night shift", "2026-12-06T06:00", NULL, "from 2026-12-05T22:00", NULL},
	{"tomorrow 10pm-2 x", "x", "2026-11-30T02:00", NULL, "from 2026-11-29T22:00", NULL},
	{"friday 11pm-1 x", "x", "2026-12-05T01:00", NULL, "from 2026-12-04T23:00", NULL},
	{"sat 20-2 Uhr Party", "Party", "2026-12-06T02:00", NULL, "from 2026-12-05T20:00", NULL},
	{"meeting tomorrow 11-1", "meeting", "2026-11-29T13:00", NULL, "from 2026-11-29T11:00", NULL},
	{"meeting tomorrow 11-1pm", "meeting", "2026-11-29T13:00", NULL, "from 2026-11-29T11:00", NULL},
	{"standup 9:30-10", "standup", "2026-11-29T10:00", NULL, "from 2026-11-29T09:30", NULL},
	{"9:30-10:15 standup", "standup", "2026-11-29T10:15", NULL, "from 2026-11-29T09:30", NULL},
	{"von 22 bis 6 Uhr Dienst", "Dienst", "2026-11-29T06:00", NULL, "from 2026-11-28T22:00", NULL},
	{"midnight-6am x", "x", "2026-11-29T06:00", NULL, "from 2026-11-29T00:00", NULL},
	{"0-6 Uhr x", "x", "2026-11-29T06:00", NULL, "from 2026-11-29T00:00", NULL},
	{"noon to 2pm x", "x", "2026-11-28T14:00", NULL, "from 2026-11-28T12:00", NULL},
	{"noon-1 lunch", "lunch", "2026-11-28T13:00", NULL, "from 2026-11-28T12:00", NULL},
	{"lunch 12:30-1:30 tomorrow", "lunch", "2026-11-29T13:30", NULL, "from 2026-11-29T12:30", NULL},
	{"lunch 12:30-1:30pm tomorrow", "lunch", "2026-11-29T13:30", NULL, "from 2026-11-29T12:30", NULL},
	{"please remind me to call Bob at 5", "call Bob", "2026-11-28T17:00", NULL, "0", NULL},
	{"Please, remind me to call Bob at 5", "call Bob", "2026-11-28T17:00", NULL, "0", NULL},
	{"can you remind me to call Bob at 5", "can you remind me to call Bob", "2026-11-28T17:00", NULL, NULL, NULL},
	{"call Bob at 5. Remind me 10 min before", "call Bob", "2026-11-28T17:00", NULL, "-10", NULL},
	{"call Bob at 5 (remind me 10 min before)", "call Bob", "2026-11-28T17:00", NULL, "-10", NULL},
	{"call Bob at 5 - remind me 10 min before", "call Bob", "2026-11-28T17:00", NULL, "-10", NULL},
	{"don't forget: remind me tomorrow to x", "don't forget: x", "2026-11-29", NULL, "540", NULL},
	{"nicht vergessen, erinnere mich morgen an x", "nicht vergessen, x", "2026-11-29", NULL, "540", NULL},
	{"remind me not to smoke tomorrow", "remind me not to smoke", "2026-11-29", NULL, NULL, NULL},
	{"remind us to vote friday", "vote", "2026-12-04", NULL, "540", NULL},
	{"erinnere uns morgen um 8 an die Wahl", "die Wahl", "2026-11-29T08:00", NULL, "0", NULL},
	{"bitte erinner mich morgen an x", "x", "2026-11-29", NULL, "540", NULL},
	{"Bitte nicht erinnern morgen", "Bitte nicht erinnern", "2026-11-29", NULL, NULL, NULL},
	{"never remind me tomorrow", "never remind me", "2026-11-29", NULL, NULL, NULL},
	{"no reminder tomorrow", "no reminder", "2026-11-29", NULL, NULL, NULL},
	{"ohne Erinnerung morgen", "ohne Erinnerung", "2026-11-29", NULL, NULL, NULL},
	{"call Bob tomorrow without reminder", "call Bob without reminder", "2026-11-29", NULL, NULL, NULL},
	{"call Bob friday with a reminder 2 days before", "call Bob", "2026-12-04", NULL, "-2340", NULL},
	{"12:30 at night x", "x", "2026-11-29T00:30", NULL, NULL, NULL},
	{"tonight at 12 x", "x", "2026-11-29T00:00", NULL, NULL, NULL},
	{"tonight at 12:30 x", "x", "2026-11-29T00:30", NULL, NULL, NULL},
	{"heute Nacht um 1 x", "x", "2026-11-29T01:00", NULL, NULL, NULL},
	{"um halb eins nachts Bus", "Bus", "2026-11-29T00:30", NULL, NULL, NULL},
	{"0:30 Uhr Bus", "Bus", "2026-11-29T00:30", NULL, NULL, NULL},
	{"at noon lunch", "lunch", "2026-11-28T12:00", NULL, NULL, NULL},
	{"um 12 Mittag essen", "Mittag essen", "2026-11-28T12:00", NULL, NULL, NULL},
	{"5 Uhr am Abend essen", "essen", "2026-11-28T17:00", NULL, NULL, NULL},
	{"halb sechs am Morgen laufen", "laufen", "2026-11-29T05:30", NULL, NULL, NULL},
	{"at quarter past 12 x", "x", "2026-11-28T12:15", NULL, NULL, NULL},
	{"um 12 Uhr essen", "essen", "2026-11-28T12:00", NULL, NULL, NULL},
	{"fünf vor zwölf", "", "2026-11-28T11:55", NULL, NULL, NULL},
	{"8-24 Uhr x", "x", "2026-11-30T00:00", NULL, "from 2026-11-29T08:00", NULL},
	{"9:30-1:30 x tomorrow", "x", "2026-11-29T13:30", NULL, "from 2026-11-29T09:30", NULL},
	{"09:30-01:30 x", "x", "2026-11-30T01:30", NULL, "from 2026-11-29T09:30", NULL},
	{"RDV 9:00-17:00 daily", "RDV", "2026-11-28T17:00", "FREQ=DAILY", "from 2026-11-28T09:00", NULL},
};

static void in_english(void **state)
{
	(void)state;
	read_lines(english, COUNT(english));
}

static void in_german(void **state)
{
	(void)state;
	read_lines(german, COUNT(german));
}

static void what_is_said(void **state)
{
	(void)state;
	read_lines(as_it_was_said, COUNT(as_it_was_said));
}

static void what_stays_text(void **state)
{
	(void)state;
	read_lines(text_alone, COUNT(text_alone));
}

/* The spans of a text as "kind start-end text" in lines. */
static void spans(void **state)
{
	static const struct {
		const char *text, *spans;
	} cases[] = {
		{"call Ana tomorrow 5pm #home !high every friday @phone remind me 30m before",
		 "date 9-17 tomorrow\ntime 18-21 5pm\ncategory 22-27 #home\npriority 28-33 !high\n"
		 "recurrence 34-46 every friday\ntag 47-53 @phone\nreminder 54-74 remind me 30m before\n"},
		{"Miete überweisen am 1. jeden Monat um 9 Uhr !hoch",
		 "recurrence 17-34 am 1. jeden Monat\ntime 35-43 um 9 Uhr\npriority 44-49 !hoch\n"},
		{"Müll u\xcc\x88"
		 "bermorgen, (um 9)!",
		 "date 5-16 u\xcc\x88"
		 "bermorgen\ntime 19-23 um 9\n"},
		{"🎉 due: friday, 24.12. #a #b", "date 2-13 due: friday\ncategory 22-24 #a\ncategory 25-27 #b\n"},
		{"x in 2 hours", "time 2-12 in 2 hours\n"},
		{"x tomorrow 9-10am, y", "date 2-10 tomorrow\ntime 11-17 9-10am\n"},
		{"remind me friday to x", "reminder 0-9 remind me\ndate 10-16 friday\nreminder 17-19 to\n"},
		{"gym mon and wed 6pm", ""},
		{"x bis 24.12. jeden Tag", "recurrence 2-12 bis 24.12.\nrecurrence 13-22 jeden Tag\n"},
		{"nothing", ""},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf *got = buf_in(arena, 4096);
		struct quick quick;
		struct caltime now;

		assert_true(caltime_parse(&now, NOW));
		quick_parse(arena, cases[i].text, &now, NULL, &quick);
		for (size_t s = 0; s < quick.span_count; s++)
			buf_printf(got, "%s %zu-%zu %s\n", quick.spans[s].kind, quick.spans[s].start,
				   quick.spans[s].end, quick.spans[s].text);
		assert_string_equal(buf_text(got), cases[i].spans);
	}
	arena_free(arena);
}

/* A time is on the clock of the zone that was said, a date on none. */
static void zones(void **state)
{
	struct arena *arena = arena_new();
	struct quick quick;
	struct caltime now;

	(void)state;
	assert_true(caltime_parse(&now, NOW));
	quick_parse(arena, "a tomorrow 5pm remind me at 8am", &now, "Europe/Berlin", &quick);
	assert_string_equal(quick.due.zone, "Europe/Berlin");
	assert_string_equal(quick.reminders[0].at.zone, "Europe/Berlin");
	quick_parse(arena, "a tomorrow 5pm", &now, NULL, &quick);
	assert_null(quick.due.zone);
	quick_parse(arena, "a tomorrow", &now, "Europe/Berlin", &quick);
	assert_true(quick.due.is_date);
	assert_null(quick.due.zone);
	arena_free(arena);
}

/* What is too many stays text. */
static void limits(void **state)
{
	struct arena *arena = arena_new();
	struct buf *text = buf_in(arena, 65536);
	struct quick quick;
	struct caltime now;

	(void)state;
	assert_true(caltime_parse(&now, NOW));
	for (int i = 0; i < QUICK_SPANS_MAX + 2; i++)
		buf_printf(text, "#c%d ", i);
	quick_parse(arena, buf_text(text), &now, NULL, &quick);
	assert_int_equal(quick.span_count, QUICK_SPANS_MAX);
	assert_string_equal(quick.category, "c31");
	assert_string_equal(quick.title, "#c32 #c33");
	buf_clear(text);
	buf_adds(text, "today, ");
	for (int i = 0; i < QUICK_REMINDERS_MAX + 2; i++)
		buf_adds(text, "remind me 1h before ");
	quick_parse(arena, buf_text(text), &now, NULL, &quick);
	assert_int_equal(quick.reminder_count, QUICK_REMINDERS_MAX);
	assert_string_equal(quick.title, "remind me 1h before remind me 1h before");
	arena_free(arena);
}

/* The processor time, in seconds, of reading `count` times `unit`. */
static double time_of(struct arena *arena, const char *unit, int count)
{
	struct buf *text = buf_in(arena, 1u << 20);
	struct quick quick;
	struct caltime now;
	clock_t begin;

	assert_true(caltime_parse(&now, NOW));
	for (int i = 0; i < count; i++)
		buf_adds(text, unit);
	begin = clock();
	quick_parse(arena, buf_text(text), &now, NULL, &quick);
	return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

/* Eight times the text takes about eight times as long, not sixty-four. */
static void long_texts(void **state)
{
	static const char *const fillings[] = {
		"every ",
		"\" ",
		"„a“ „ ",
		"„",
		"on the ",
		"remind me 1h and ",
		"due by on the ",
		"every mon and ",
		"mondays, ",
		"(((( ",
		"1 ",
		"am 1. ",
		"um 5 ",
		"in a ",
		"\\a ",
		"1h and ",
		"freitag ",
		"9-10 ",
		"mo/di/",
		"14.30 ",
		"from Dec 3 at 5 to ",
		"remind me tomorrow to ",
		"Mo A ",
		"- ",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(fillings); i++) {
		struct arena *arena = arena_new();
		double once = time_of(arena, fillings[i], 200);
		double more = time_of(arena, fillings[i], 1600);

		if (more > 24 * once + 0.1)
			fail_msg("'%s': %.3f s, then %.3f s", fillings[i], once, more);
		arena_free(arena);
	}
}

static bool is_bound(const char *text, size_t point)
{
	return point <= utf8_length(text, strlen(text));
}

/* Where a code point begins. */
static const char *at_point(const char *text, size_t point)
{
	for (size_t used; point > 0; point--) {
		utf8_next(text, strlen(text), &used);
		text += used;
	}
	return text;
}

static void check_whole(struct arena *arena, const char *text)
{
	struct quick quick;
	struct caltime now;
	size_t end = 0;

	assert_true(caltime_parse(&now, NOW));
	quick_parse(arena, text, &now, "Europe/Berlin", &quick);
	for (size_t i = 0; i < quick.span_count; i++) {
		const struct quick_span *span = &quick.spans[i];

		assert_true(span->start >= end && span->end > span->start && is_bound(text, span->end));
		assert_memory_equal(at_point(text, span->start), span->text, strlen(span->text));
		assert_int_equal(utf8_length(span->text, strlen(span->text)), span->end - span->start);
		end = span->end;
	}
	assert_null(strstr(quick.title, "  "));
	if (quick.has_due)
		assert_true(quick.due.year >= CALTIME_YEAR_FIRST && quick.due.year <= CALTIME_YEAR_LAST);
	assert_true(quick.rrule == NULL || quick.has_due);
}

/* Whatever words come together: spans are in order and name what stands there. */
static void any_words(void **state)
{
	static const char *const words[] = {
		"call",     "every",  "jeden", "2.",       "montag", "fri,",    "and",        "und",    "at",
		"um",       "5",      "pm",    "5pm",      "uhr",    "halb",    "neun",       "morgen", "früh",
		"tomorrow", "in",     "3",     "days",     "tagen",  "on",      "am",         "the",    "1st",
		"last",     "month",  "of",    "24.12.",   "24.12",  "dec",     "24",         "2027",   "until",
		"bis",      "10",     "times", "remind",   "me",     "30m",     "before",     "vorher", "erinnere",
		"mich",     "#home",  "@tag",  "!high",    "!!",     "\"",      "„",          "“",      "\\",
		"\\day",    "9-10am", "Mo-Fr", "3.-5.12.", "to",     "from",    "14.30",      "mo/di",  "or",
		"hours",    "before", "(",     ")",        "every!", "daily",   "mondays",    "so",     "do 9:00",
		"sun",      "12/5",   "year",  "next",     "week",   "weekend", "monatsende", "🎉",      "u\xcc\x88",
		"noon",     "24:00",  "9999",  "0",        "31.",    "evening", "(friday)",   "a",      "half",
	};
	struct arena *arena = arena_new();
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct buf *text = buf_in(arena, 4096);

		for (int n = 0; n < 12; n++) {
			seed = seed * 1103515245u + 12345u;
			buf_adds(text, words[(seed >> 16) % COUNT(words)]);
			buf_adds(text, (seed >> 8) % 16 == 0 ? "  " : " ");
		}
		check_whole(arena, buf_text(text));
		arena_clear(arena);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_english),   cmocka_unit_test(in_german),  cmocka_unit_test(what_stays_text),
		cmocka_unit_test(what_is_said), cmocka_unit_test(spans),      cmocka_unit_test(zones),
		cmocka_unit_test(limits),       cmocka_unit_test(long_texts), cmocka_unit_test(any_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
