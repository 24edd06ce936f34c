/*
 * quick_match: how patterns over words are tried: those of a group in order, and the first that fits counts.
 *
 * A pattern is elements with a blank between: words in lower case with umlauts spelt out ("on|am": either of them), a
 * class of words or a group of patterns in capitals (quick_terms), or any of these with a '?' behind: it may be missing
 * (a group may not). The classes' values are given to the pattern's action in order, ABSENT for one that is missing.
 */
#ifndef AURORA_PLANNING_QUICK_MATCH_H
#define AURORA_PLANNING_QUICK_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "quick_grammar.h"

#define VALUES_MAX  8
#define CLASS(name) (1ull << (name))

/* Words that patterns name, and that what is around a match or in a list is asked for. */
#define AND "and|und|&|+|or|oder|/"
#define NEXT_DE                                                                                                        \
	"naechste|naechsten|naechster|naechstes|kommende|kommenden|kommender|kommendes|diese|diesen|dieser|dieses"

/* What must be around a match. */
enum {
	NOT_NUMBERED = 1 << 0, /* not behind "version" and the like */
	NOT_COUNTED = 1 << 1,  /* not before "euro" and the like, or the name of a street */
	NOT_MORNING = 1 << 2,  /* not behind "guten" and the like, where "morgen" is one */
	NOT_NAMED = 1 << 3,    /* not behind an article: "the sun" */
	NOT_FAR = 1 << 4,      /* not before "walk" and the like: "within a minute walk" */
	NOT_PARTICLE = 1 << 5, /* not "so" and "do" in lower case */
	AT_START = 1 << 6,
	AT_HEAD = 1 << 7, /* at the start, before a noun and a German time: "Mo Sport 9 Uhr" */
	AT_STOP = 1 << 8, /* nothing behind it but the end, punctuation or something understood */
	AT_END = 1 << 9,  /* the same, or a time */
	BEFORE_TIME = 1 << 10,
	BEFORE_TIME_DE = 1 << 11, /* in a form that is not English alone */
	BEFORE_COLON = 1 << 12,
	BEFORE_TAKEN = 1 << 13,    /* something understood is right behind, or the end */
	BEHIND_TAKEN = 1 << 14,    /* right before */
	BESIDE_TAKEN = 1 << 15,    /* either */
	BEHIND_REMIND = 1 << 16,   /* right before, with "remind" in it */
	BEHIND_ERINNERE = 1 << 17, /* in German */
	NOT_VERB = 1 << 18,        /* not behind "look", "divide" and the like, whose "at" and "by" lead to no time */
	NOT_BETWEEN = 1 << 19,     /* not behind "between" */
	NOT_RANGE = 1 << 21,       /* not behind "3." or a weekday, where a range of days begins */
	NOT_MONTH = 1 << 23,       /* not before a month */
	NOT_OF_MONTH = 1 << 25,    /* not before "of january", "im Monat" and the like */
	AT_CLAUSE = 1 << 22,       /* where a sentence or a clause begins, and not before "nicht" */
	NOT_TOLD = 1 << 24,        /* not behind "to", "never", "you" and the like, where it is told or denied */
	ADJOINING = 1 << 26,       /* beside something understood, or in front of it all or behind, no comma between */
	BEHIND_TIME = 1 << 28,     /* right before */
	BEFORE_REST = 1 << 29,     /* before when it is, and nothing but what is understood behind that */
	BEFORE_ZU = 1 << 30,       /* before something and a verb with "zu": "Brot zu kaufen" */
	AS_ONE = 1 << 27,          /* no comma in it */
	NOT_12 = 1 << 20,          /* "am" is not that of "5 am tomorrow" */
};

/* A pattern being tried: what the groups and actions in it have said, and the values of its classes. */
struct attempt {
	const struct sentence *sentence;
	struct reading got;
	int values[VALUES_MAX];
	size_t count;
	int arg; /* the pattern's */
};

struct pattern {
	enum group group;
	const char *elements;
	bool (*act)(struct attempt *a); /* false: it makes no sense; NULL: its groups have said all */
	int arg;
	unsigned needs;
};

/* What capitals in a pattern mean: a word of one of the classes, or what a pattern of the group says, or several with
 * "and". */
struct term {
	const char *name;
	unsigned long long classes;
	enum group group;
	bool several;
};

/* The grammar (quick_grammar.c); patterns of a group stand together. */
extern const struct term quick_terms[];
extern const size_t quick_term_count;
extern const struct pattern quick_patterns[];
extern const size_t quick_pattern_count;

#endif
