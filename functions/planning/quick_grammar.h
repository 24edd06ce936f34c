/*
 * quick_grammar: what people write about dates, times, recurrence and reminders, as patterns over words.
 */
#ifndef AURORA_PLANNING_QUICK_GRAMMAR_H
#define AURORA_PLANNING_QUICK_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

#include "caltime.h"
#include "quick.h"
#include "quick_words.h"

#define ABSENT      WORD_MEANS_NOT
#define LAST        (-1) /* as an ordinal */
#define YEARS_AHEAD 8    /* Feb 29 comes within them */
#define NO_MATCH    0

/* In the order of word_unit. */
enum frequency {
	FREQUENCY_MINUTELY,
	FREQUENCY_HOURLY,
	FREQUENCY_DAILY,
	FREQUENCY_WEEKLY,
	FREQUENCY_MONTHLY,
	FREQUENCY_YEARLY,
};

struct rule {
	enum frequency frequency;
	int interval;
	unsigned weekdays; /* bit 0 Sunday … bit 6 Saturday */
	int nth;           /* of the weekday in the month; 0: each */
	int month_day;     /* LAST; 0: none */
	int month;         /* 0: none */
	bool after_completion;
};

/* How sure it is which half of the day a time is in. */
enum half {
	HALF_WRITTEN, /* "8:30", "8 Uhr": the clock of 24 hours, unless there is a part of the day */
	HALF_SAID,    /* "8pm" */
	HALF_SPOKEN,  /* "at 8", "halb neun": the half that makes sense */
};

/* How soon there is another day that is called the same. */
enum again { AGAIN_NEVER, AGAIN_IN_A_WEEK, AGAIN_IN_A_YEAR };

/* What a pattern says, or all that were found. */
struct reading {
	bool has_date;
	struct caltime date; /* of a range the last */
	enum again again;
	bool has_first; /* a range of days */
	struct caltime first;
	enum again first_again;
	bool has_time;
	int minute;     /* of the day; of a range its end */
	bool is_moment; /* "in 2 hours": date and time are one */
	bool has_part;  /* "evening": the time unless one is said */
	int part;       /* minute of the day */
	enum half half;
	bool is_of_12; /* "5:30", written as on a clock of 12 hours as well */
	bool has_open; /* a range of times */
	int open;
	enum half open_half;
	bool is_told;    /* one of its ends is a time by itself */
	bool is_german;  /* a time that no Englishman would write */
	bool is_english; /* a time that no German would write */
	bool has_rule;
	struct rule rule;
	int count; /* of occurrences; 0: not said */
	bool has_until;
	struct caltime until;
	long offsets[QUICK_REMINDERS_MAX]; /* minutes, of reminders relative to the due time */
	size_t offset_count;
	bool is_purpose; /* the reminder is what the task is for: "remind me at 5 to call" */
	bool at_due;     /* a reminder at the due time */
	int lasting;     /* how many units a rule goes on, minutes for those within days; 0: not said */
	int lasting_unit;
};

enum group {
	GROUP_REMINDER,
	GROUP_DURATION,   /* before something */
	GROUP_UNREADABLE, /* a rule that is none of ours */
	GROUP_RULE,
	GROUP_ADVERB,     /* a rule in one word */
	GROUP_WEEKDAY_EN, /* one of a rule's */
	GROUP_WEEKDAY_DE,
	GROUP_HABIT,
	GROUP_LIMIT,             /* what no rule of ours can have beside it */
	GROUP_LIMIT_WITHIN_DAYS, /* no rule that recurs within days */
	GROUP_LIMIT_LEFT,        /* the same, once dates and times are read */
	GROUP_LASTING,           /* how long it lasts, or each occurrence */
	GROUP_UNTIL_TIME,        /* the end of one of these */
	GROUP_UNTIL,
	GROUP_COUNT,
	GROUP_RANGE,    /* of days, or a day so long from another */
	GROUP_SEVERAL,  /* dates, of which a task has one */
	GROUP_SINCE,    /* the first day of a rule */
	GROUP_WHEN,     /* a date with what leads to it */
	GROUP_DATE,     /* one without */
	GROUP_CALENDAR, /* a day of a year */
	GROUP_FIRST,    /* where a range of days begins */
	GROUP_NAMED,    /* a day that a week may be added to */
	GROUP_WEEKDAY,  /* one of several */
	GROUP_AT,       /* a time with what leads to it */
	GROUP_TIME,     /* one without */
	GROUP_OPEN,     /* where a range of times begins */
	GROUP_OPEN_LED, /* the same behind "from" */
	GROUP_CLOSE,    /* where it ends */
	GROUP_PART,     /* of a day that is known */
	GROUP_BESIDE,   /* the same, right beside its time or day */
	GROUP_FEAST,    /* a day by its name */
	GROUP_TIMED,    /* the same where there is a time */
	GROUP_MONTH,    /* of a rule of years */
	GROUP_REMIND,   /* at the due time */
	GROUP_LINK,     /* what joins a reminder to its task */
	GROUP_NONE,
};

/* A text, and when it was written. */
struct sentence {
	const struct caltime *now;
	struct word *words;
	size_t count;
};

/*
 * Where the first pattern of the group that fits at word `at` ends, with what it says added to *got; NO_MATCH when none
 * does, and *got is as it was.
 */
size_t sentence_match(const struct sentence *sentence, enum group group, size_t at, struct reading *got);

/* Whether word `at` can go on with what began at `begin`: nothing between them ends a phrase, and nobody took it. */
bool sentence_goes_on(const struct sentence *sentence, size_t begin, size_t at);

/* The date `count` days after another. */
struct caltime day_after(const struct caltime *date, long count);

/* The date so many days, weeks, months or years after another; a day that a month lacks is its last. */
struct caltime units_after(const struct caltime *date, long count, enum word_unit unit);

#endif
