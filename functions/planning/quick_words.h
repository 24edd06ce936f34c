/*
 * quick_words: a line of text as words, and what each may mean by itself, in English and German.
 *
 * A word is what stands between white space, without the brackets before it and the punctuation behind; a range
 * ("9-10am", "Mo-Fr", "3.-5.12.") and weekdays with strokes ("mon/wed", "Di+Do") are several. It may mean several
 * things ("second" is an ordinal and a unit, "17" an hour, a minute and a day); which one is said by the patterns of
 * quick_grammar.c.
 */
#ifndef AURORA_PLANNING_QUICK_WORDS_H
#define AURORA_PLANNING_QUICK_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum word_class {
	WORD_WEEKDAY,    /* 0 Sunday … 6 Saturday; names and abbreviations that are nothing else */
	WORD_WEEKDAY_EN, /* those of English that are words as well: sat, sun, wed */
	WORD_WEEKDAY_DE, /* and of German: mo, di, so */
	WORD_HABIT,      /* "mondays", "montags" */
	WORD_MONTH,      /* 1 … 12 */
	WORD_UNIT,       /* enum word_unit */
	WORD_SUFFIX,     /* the same, abbreviated: 30 m, 1 h */
	WORD_GLUED,      /* number * 10 + unit: "30m", "1h" */
	WORD_LENGTH,     /* minutes: "1h30", "1h30m" */
	WORD_DIGITS,     /* a number in digits, at most 9999 */
	WORD_NUMERAL,    /* a number in letters, "a" and "ein" apart */
	WORD_ARTICLE,    /* "a", "eine": 1 */
	WORD_ORDINAL,    /* "first", "zweiten"; -1 last */
	WORD_NTH,        /* "1st", "15.": a day of a month */
	WORD_MONTHDAY,   /* the same, also "15" */
	WORD_YEAR,       /* "2027" */
	WORD_DATE,       /* year * 10000 + month * 100 + day, year 0 when not said: "24.12.", "2026-12-24" */
	WORD_DATE_SHORT, /* the same, that may be something else: "24.12", "1/2" */
	WORD_DAY,        /* days from today: "tomorrow" */
	WORD_PART,       /* minute of the day: "evening" */
	WORD_DAY_PART,   /* weekday * 10000 + minute of the day: "Freitagabend" */
	WORD_CLOCK,      /* minute of the day: "17:00", "noon"; 1440 is the midnight that ends a day */
	WORD_CLOCK_12,   /* "5pm" */
	WORD_CLOCK_HALF, /* "5:30", which may lack its am or pm: 1:00 … 12:59 in minutes */
	WORD_CLOCK_DOT,  /* "9.30" */
	WORD_HOUR,       /* "5": 0 … 24 */
	WORD_HOUR_H,     /* "5h": likewise */
	WORD_MINUTE,     /* "30" */
	WORD_ADVERB,     /* interval * 10 + unit: "weekly" */
	WORD_TIMES,      /* "10x", "10mal" */
	WORD_NUMBERED,   /* what a number behind it numbers: "version", "route" */
	WORD_COUNTED,    /* what a number before it counts: "euro", "people" */
	WORD_CLASSES,
};

#define WORD_MEANS_NOT (-1000000)

/* Minutes of the day. */
#define IN_THE_MORNING (9 * 60)
#define NOON           (12 * 60)
#define AFTERNOON      (15 * 60)
#define EVENING        (18 * 60)
#define MIDNIGHT       (24 * 60)

enum word_unit { UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR };

struct word {
	const char *chunk; /* all between white space */
	size_t chunk_len;
	const char *core; /* without punctuation around it */
	size_t core_len;
	size_t start; /* of the core, in code points */
	size_t end;
	const char *form;           /* the core in lower case, umlauts spelt out */
	char tail;                  /* the first of the punctuation behind the core; 0: none */
	bool escaped;               /* in quotes or behind a backslash: text, whatever it says */
	bool backslash;             /* which is left out, then */
	bool taken;                 /* is part of something that was understood */
	bool glued;                 /* no white space is before it: the "-" and the "10" of "9-10" */
	unsigned hash;              /* of the form */
	unsigned long long classes; /* those it is of, as bits */
	int means[WORD_CLASSES];
};

/* The words of a text (valid UTF-8), in the arena. */
struct word *words_of(struct arena *arena, const char *text, size_t *count);

unsigned word_hash(const char *form, size_t len);

/* Fill in `means`, `classes` and `hash` by form, core and tail. */
void word_understand(struct word *word);

/* Whether the word may be where a range begins or ends, or is a weekday. */
bool word_bounds(const struct word *word);
bool word_is_weekday(const struct word *word);

/* "high", "mittel", "!", "1" (what stands behind the first '!') as a priority; NULL when it is none. */
const char *word_priority(const char *form);

/* What the words that were not taken say, tidied. */
const char *words_title(struct arena *arena, const struct word *words, size_t count);

/* Days in a month (1 … 12); year 0 is a leap year. */
int days_in_month(int year, int month);

#endif
