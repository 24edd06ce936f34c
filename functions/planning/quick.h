/*
 * quick: a task from one line as people write it, in English and German.
 *
 *	call Ana tomorrow 5pm #home !high every friday @phone remind me 30m before
 *	Miete überweisen am 1. jeden Monat um 9 Uhr !hoch
 *
 * What words mean where they could mean two things:
 *
 *	friday, next friday    the first after today
 *	weekend                its Saturday, today if it is one; next weekend: the one after that
 *	next week, next month  its Monday, its first
 *	end of the week        its Friday, its Sunday once that is past
 *	monday in a week       the one after the next; in 2 weeks on monday: that of the week after next
 *	friday in two weeks    a friday; in acht Tagen: in one week; in two months: text
 *	in 2h30                a length; 2h30 alone: text, 14h30: a time
 *	in a couple of days    in 2 days
 *	the 31st of next month text where it has none
 *	Freitag, der 13.11.    text, with its time, where that is no friday
 *	before friday          the day before, 3 days before it, if not past, else today; 2 hours before it: text
 *	at 5, um 5, halb fünf  of the two the one from 7:00 to 19:00 on, or the one in the part of the day that is said
 *	                       ("tonight at 8"); on today's date the one that is not past
 *	5:00, 5 Uhr, at 05:00  as on a clock of 24 hours
 *	8:15, 8 Uhr … abends   in the morning, unless the part of the day is beside the time or its day, in
 *	                       front, or at the end with no comma between
 *	nach 17 Uhr            at 17:00; after 5pm: text
 *	at 12 Baker Street, read John 3:16, weekly newsletter
 *	                       text, as what is called "Sunday Times" or "Blue Monday"
 *	14.30                  a time behind a date, "um", "at", "gegen", or before "Uhr"
 *	from 5 to 10           times beside a date, a part of the day, or with "Uhr", am or a colon at one of them
 *	at 5 to 12, at 9 to 10 11:55, as minutes are on five; else from 9:00 to 10:00
 *	12 Uhr nachts          the midnight that ends the day
 *	morning … evening      9:00, 12:00 (Mittag), 15:00, 18:00, if no time is said; none once that is past today
 *	friday midnight        the end of Friday; of a recurrence, the start of its days
 *	every second friday    every other week; with "of the month", or a month, its second
 *	2nd friday of the month, last friday in may
 *	                       one day, the first such from today on; without a month, text
 *	yearly checkup in may  on its first
 *	every 8 hours          first in 8 hours; until 5pm: the next 5pm
 *	every hour at night    text, as with all that limits it to hours or days ("from 8 to 18", "for 2 hours"), and
 *	                       where it would end before it begins
 *	every day until done   text: "done" is no date or time
 *	twice daily            text: a task recurs once on its days
 *	daily except …         text, but for weekdays and the weekend
 *	mo, do, so; sat, sun   days only behind "am", "jeden", "nächsten"; "on", "every", "next"; before a time, or
 *	                       behind one where no text follows ("meeting 3pm wed")
 *	Mo Sport 9 Uhr         a day at the start, before a noun and a time with "Uhr"
 *	12/5, 24.12            dates only behind "by", "am" and the like or with a time behind; 12/24 and 24.12. always
 *	christmas eve, 1. Advent
 *	                       a day behind "on", "by", "an", or beside a time; with them Silvester,
 *	                       Valentine's Day and the days of Christmas
 *	1/5/2027, 13/5/2027    January 5; the day is first where the first can be no month
 *	Dec 3-5, 9-10am        a task that starts and is due then; of what recurs, from when until when it does, or with
 *	                       every year, what each occurrence spans
 *	10-2am, 8 to midnight  from the half of the day from which it is shorter
 *	18:00-8:00             until the next day; of every friday, due on saturdays
 *	mon, wed and fri       text, with its time: a task has one day; behind "every" they recur
 *	until, bis             the end of a recurrence, or else the due date
 *	remind me at 8         on the due date, of each occurrence, else the next time that it is 8
 *	remind me to call      at the due time; of a whole day, at 9:00; if that was today, in an hour, on the quarter
 *	remind me 1 day before of a whole day, before its 9:00; the day before at 6pm: then
 *	remind me the evening before, am Vortag
 *	                       at 18:00 of the day before; as "1 day before"
 *	… remind me            without a time at the start, behind punctuation, "and", "please" or a day, or before the
 *	                       day that ends the sentence
 *	don't remind me        text
 *	remind me at 8 to call due at 8, too; in German with an object, "erinnere mich um 8 Brot zu kaufen"
 *
 * What is understood is taken out of the title and named with where it stood. Text in double quotes (ASCII or
 * typographic), and a word behind a backslash, stays text. What only looks like a date stays text as well where it
 * makes no sense as one ("24.13."). A second date, time or recurrence stays text.
 */
#ifndef AURORA_PLANNING_QUICK_H
#define AURORA_PLANNING_QUICK_H

#include <stdbool.h>
#include <stddef.h>

#include "aurora/tags.h"
#include "caltime.h"

#define QUICK_SPANS_MAX     32
#define QUICK_REMINDERS_MAX 10

struct arena;

struct quick_span {
	const char *kind; /* "date", "time", "category", "priority", "tag", "recurrence", "reminder" */
	size_t start;     /* code points into the text, `end` behind the last */
	size_t end;
	const char *text; /* what stands there */
};

struct quick_reminder {
	bool relative;
	long offset_minutes; /* relative: to `starts`, or else to the due time, negative before it */
	struct caltime at;   /* else, on the clock of `zone` */
};

struct quick {
	const char *title; /* what is left, white space tidied; "" when nothing */
	bool has_due;
	struct caltime due; /* a date, or with a time in `zone` (floating when that is NULL) */
	bool has_starts;    /* of a range, which then ends when it is due */
	struct caltime starts;
	const char *rrule;     /* NULL: none */
	bool after_completion; /* the rule counts from when the task was done: "every! 3 days" */
	const char *category;  /* without '#', NULL: none; the last one counts, each is a span */
	const char *priority;  /* none low medium high urgent; NULL: not said */
	struct tags tags;      /* without '@' */
	struct quick_reminder reminders[QUICK_REMINDERS_MAX];
	size_t reminder_count;
	struct quick_span spans[QUICK_SPANS_MAX]; /* in order, none within another */
	size_t span_count;
};

/*
 * Read `text` (valid UTF-8) at `now` (date and time on the person's own clock) for somebody in `zone`. What is
 * ambiguous is in the future: "friday" the next one (today is not "friday", but in a week), "5pm" today or, when that
 * is past, tomorrow; "Dec 24" this year's or the next. A recurrence without a date is due at its first occurrence from
 * today (not before `now`) on; with both, the date is the first occurrence. A time alone with a recurrence is the time
 * of the occurrences.
 */
void quick_parse(struct arena *arena, const char *text, const struct caltime *now, const char *zone, struct quick *out);

#endif
