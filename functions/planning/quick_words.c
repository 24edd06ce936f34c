/*
 * quick_words: the words of two languages as tables, and the shapes of numbers.
 */
#include "quick_words.h"

#include <ctype.h>
#include <string.h>

#include "caltime.h"

#define SHAPE_MAX   16
#define NUMBERS_MAX 3
#define DIGITS_MAX  4
#define LENGTH(a)   (sizeof(a) / sizeof((a)[0]))

struct meaning {
	const char *form;
	int value;
};

static const struct meaning weekdays[] = {
	{"monday", 1},   {"mon", 1},        {"montag", 1},   {"tuesday", 2},  {"tue", 2},     {"tues", 2},
	{"dienstag", 2}, {"wednesday", 3},  {"mittwoch", 3}, {"thursday", 4}, {"thu", 4},     {"thur", 4},
	{"thurs", 4},    {"donnerstag", 4}, {"friday", 5},   {"fri", 5},      {"freitag", 5}, {"saturday", 6},
	{"samstag", 6},  {"sonnabend", 6},  {"sunday", 0},   {"sonntag", 0},
};

static const struct meaning weekdays_en[] = {{"wed", 3}, {"weds", 3}, {"sat", 6}, {"sun", 0}};

static const struct meaning weekdays_de[] = {
	{"mo", 1}, {"di", 2}, {"mi", 3}, {"do", 4}, {"fr", 5}, {"sa", 6}, {"so", 0},
};

static const struct meaning habits[] = {
	{"mondays", 1},   {"montags", 1},   {"tuesdays", 2},    {"dienstags", 2}, {"wednesdays", 3},
	{"mittwochs", 3}, {"thursdays", 4}, {"donnerstags", 4}, {"fridays", 5},   {"freitags", 5},
	{"saturdays", 6}, {"samstags", 6},  {"sonnabends", 6},  {"sundays", 0},   {"sonntags", 0},
};

static const struct meaning months[] = {
	{"january", 1},   {"jan", 1},   {"januar", 1},    {"jaenner", 1}, {"february", 2},  {"feb", 2},
	{"februar", 2},   {"march", 3}, {"mar", 3},       {"maerz", 3},   {"mrz", 3},       {"april", 4},
	{"apr", 4},       {"may", 5},   {"mai", 5},       {"june", 6},    {"jun", 6},       {"juni", 6},
	{"july", 7},      {"jul", 7},   {"juli", 7},      {"august", 8},  {"aug", 8},       {"september", 9},
	{"sep", 9},       {"sept", 9},  {"october", 10},  {"oct", 10},    {"oktober", 10},  {"okt", 10},
	{"november", 11}, {"nov", 11},  {"december", 12}, {"dec", 12},    {"dezember", 12}, {"dez", 12},
};

static const struct meaning units[] = {
	{"minute", UNIT_MINUTE},  {"minutes", UNIT_MINUTE}, {"min", UNIT_MINUTE},   {"mins", UNIT_MINUTE},
	{"minuten", UNIT_MINUTE}, {"hour", UNIT_HOUR},      {"hours", UNIT_HOUR},   {"hr", UNIT_HOUR},
	{"hrs", UNIT_HOUR},       {"stunde", UNIT_HOUR},    {"stunden", UNIT_HOUR}, {"std", UNIT_HOUR},
	{"day", UNIT_DAY},        {"days", UNIT_DAY},       {"tag", UNIT_DAY},      {"tage", UNIT_DAY},
	{"tagen", UNIT_DAY},      {"week", UNIT_WEEK},      {"weeks", UNIT_WEEK},   {"woche", UNIT_WEEK},
	{"wochen", UNIT_WEEK},    {"month", UNIT_MONTH},    {"months", UNIT_MONTH}, {"monat", UNIT_MONTH},
	{"monate", UNIT_MONTH},   {"monaten", UNIT_MONTH},  {"year", UNIT_YEAR},    {"years", UNIT_YEAR},
	{"jahr", UNIT_YEAR},      {"jahre", UNIT_YEAR},     {"jahren", UNIT_YEAR},
};

static const struct meaning suffixes[] = {{"m", UNIT_MINUTE}, {"h", UNIT_HOUR}, {"d", UNIT_DAY}, {"w", UNIT_WEEK}};

static const struct meaning articles[] = {
	{"a", 1}, {"an", 1}, {"ein", 1}, {"eine", 1}, {"einem", 1}, {"einen", 1}, {"einer", 1},
};

static const struct meaning numerals[] = {
	{"one", 1},      {"eins", 1},       {"two", 2},     {"zwei", 2},     {"three", 3},   {"drei", 3},
	{"four", 4},     {"vier", 4},       {"five", 5},    {"fuenf", 5},    {"six", 6},     {"sechs", 6},
	{"seven", 7},    {"sieben", 7},     {"eight", 8},   {"acht", 8},     {"nine", 9},    {"neun", 9},
	{"ten", 10},     {"zehn", 10},      {"eleven", 11}, {"elf", 11},     {"twelve", 12}, {"zwoelf", 12},
	{"fifteen", 15}, {"fuenfzehn", 15}, {"twenty", 20}, {"zwanzig", 20}, {"thirty", 30}, {"dreissig", 30},
};

static const struct meaning ordinals[] = {
	{"first", 1},   {"erste", 1},    {"ersten", 1},   {"erster", 1},   {"erstes", 1},   {"second", 2},
	{"zweite", 2},  {"zweiten", 2},  {"zweiter", 2},  {"zweites", 2},  {"third", 3},    {"dritte", 3},
	{"dritten", 3}, {"dritter", 3},  {"drittes", 3},  {"fourth", 4},   {"vierte", 4},   {"vierten", 4},
	{"vierter", 4}, {"viertes", 4},  {"fifth", 5},    {"fuenfte", 5},  {"fuenften", 5}, {"last", -1},
	{"letzte", -1}, {"letzten", -1}, {"letzter", -1}, {"letztes", -1},
};

static const struct meaning days[] = {
	{"today", 0}, {"heute", 0}, {"tomorrow", 1}, {"tmrw", 1}, {"tmr", 1}, {"tmw", 1}, {"uebermorgen", 2},
};

/* "night" is as early as evening: what is due then wants to be seen before people sleep. */
static const struct meaning parts[] = {
	{"morning", IN_THE_MORNING}, {"frueh", IN_THE_MORNING},
	{"morgen", IN_THE_MORNING},  {"vormittag", IN_THE_MORNING},
	{"afternoon", AFTERNOON},    {"nachmittag", AFTERNOON},
	{"evening", EVENING},        {"night", EVENING},
	{"morgens", IN_THE_MORNING}, {"vormittags", IN_THE_MORNING},
	{"nachmittags", AFTERNOON},  {"abends", EVENING},
	{"nachts", EVENING},         {"mittag", NOON},
	{"mittags", NOON},           {"abend", EVENING},
	{"nacht", EVENING},
};

static const struct meaning clocks[] = {
	{"noon", NOON},   {"midday", NOON}, {"mittag", NOON}, {"midnight", MIDNIGHT}, {"mitternacht", MIDNIGHT},
	{"eod", EVENING}, {"cob", EVENING},
};

static const struct meaning adverbs[] = {
	{"daily", 10 + UNIT_DAY},           {"taeglich", 10 + UNIT_DAY},          {"weekly", 10 + UNIT_WEEK},
	{"woechentlich", 10 + UNIT_WEEK},   {"fortnightly", 20 + UNIT_WEEK},      {"biweekly", 20 + UNIT_WEEK},
	{"vierzehntaegig", 20 + UNIT_WEEK}, {"14taegig", 20 + UNIT_WEEK},         {"bi-weekly", 20 + UNIT_WEEK},
	{"14-taegig", 20 + UNIT_WEEK},      {"zweiwoechentlich", 20 + UNIT_WEEK}, {"monthly", 10 + UNIT_MONTH},
	{"monatlich", 10 + UNIT_MONTH},     {"quarterly", 30 + UNIT_MONTH},       {"vierteljaehrlich", 30 + UNIT_MONTH},
	{"halbjaehrlich", 60 + UNIT_MONTH}, {"yearly", 10 + UNIT_YEAR},           {"annually", 10 + UNIT_YEAR},
	{"jaehrlich", 10 + UNIT_YEAR},
};

static const struct meaning numbered[] = {
	{"version", 0},     {"v", 0},           {"chapter", 0},  {"kapitel", 0},  {"section", 0},    {"abschnitt", 0},
	{"route", 0},       {"page", 0},        {"seite", 0},    {"no", 0},       {"nr", 0},         {"nummer", 0},
	{"number", 0},      {"room", 0},        {"raum", 0},     {"zimmer", 0},   {"release", 0},    {"§", 0},
	{"pages", 0},       {"seiten", 0},      {"chapters", 0}, {"count", 0},    {"rate", 0},       {"scale", 0},
	{"skala", 0},       {"zaehlen", 0},     {"numbers", 0},  {"zahlen", 0},   {"level", 0},      {"levels", 0},
	{"ages", 0},        {"choose", 0},      {"decide", 0},   {"pick", 0},     {"difference", 0}, {"waehlen", 0},
	{"entscheiden", 0}, {"unterschied", 0}, {"gleis", 0},    {"track", 0},    {"platform", 0},   {"budget", 0},
	{"price", 0},       {"preis", 0},       {"size", 0},     {"groesse", 0},  {"note", 0},       {"grade", 0},
	{"wert", 0},        {"value", 0},       {"sections", 0}, {"versions", 0}, {"python", 0},     {"ticket", 0},
	{"bug", 0},         {"artikel", 0},
};

static const struct meaning counted[] = {
	{"euro", 0},    {"euros", 0},         {"eur", 0},    {"€", 0},      {"dollar", 0},  {"dollars", 0},
	{"percent", 0}, {"prozent", 0},       {"%", 0},      {"people", 0}, {"leute", 0},   {"personen", 0},
	{"km", 0},      {"miles", 0},         {"meter", 0},  {"meters", 0}, {"kg", 0},      {"items", 0},
	{"times", 0},   {"mal", 0},           {"stueck", 0}, {"steps", 0},  {"houses", 0},  {"pages", 0},
	{"seiten", 0},  {"points", 0},        {"punkte", 0}, {"grad", 0},   {"degrees", 0}, {"floor", 0},
	{"attempt", 0}, {"try", 0},           {"stock", 0},  {"platz", 0},  {"versuch", 0}, {"franken", 0},
	{"kilo", 0},    {"kids", 0},          {"kinder", 0}, {"liter", 0},  {"gramm", 0},   {"weihnachtsfeiertag", 0},
	{"advent", 0},  {"weihnachtstag", 0},
};

static const struct {
	enum word_class class;
	const struct meaning *table;
	size_t len;
} tables[] = {
	{WORD_WEEKDAY, weekdays, LENGTH(weekdays)},
	{WORD_WEEKDAY_EN, weekdays_en, LENGTH(weekdays_en)},
	{WORD_WEEKDAY_DE, weekdays_de, LENGTH(weekdays_de)},
	{WORD_HABIT, habits, LENGTH(habits)},
	{WORD_MONTH, months, LENGTH(months)},
	{WORD_UNIT, units, LENGTH(units)},
	{WORD_SUFFIX, suffixes, LENGTH(suffixes)},
	{WORD_ARTICLE, articles, LENGTH(articles)},
	{WORD_NUMERAL, numerals, LENGTH(numerals)},
	{WORD_ORDINAL, ordinals, LENGTH(ordinals)},
	{WORD_DAY, days, LENGTH(days)},
	{WORD_PART, parts, LENGTH(parts)},
	{WORD_CLOCK, clocks, LENGTH(clocks)},
	{WORD_ADVERB, adverbs, LENGTH(adverbs)},
	{WORD_NUMBERED, numbered, LENGTH(numbered)},
	{WORD_COUNTED, counted, LENGTH(counted)},
};

static const struct {
	const char *form;
	const char *priority;
} priorities[] = {
	{"none", "none"},     {"keine", "none"},      {"low", "low"},       {"niedrig", "low"},
	{"4", "low"},         {"medium", "medium"},   {"mittel", "medium"}, {"3", "medium"},
	{"high", "high"},     {"hoch", "high"},       {"2", "high"},        {"!", "high"},
	{"urgent", "urgent"}, {"dringend", "urgent"}, {"1", "urgent"},      {"!!", "urgent"},
};

const char *word_priority(const char *form)
{
	for (size_t i = 0; i < LENGTH(priorities); i++)
		if (strcmp(priorities[i].form, form) == 0)
			return priorities[i].priority;
	return NULL;
}

int days_in_month(int year, int month)
{
	static const char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return lengths[month - 1] + (month == 2 && leap);
}

static void mean(struct word *word, enum word_class class, int value, bool when)
{
	if (!when)
		return;
	word->means[class] = value;
	word->classes |= 1ull << class;
}

/* The numbers of a word, from left to right, and how many digits each has. */
struct numbers {
	int value[NUMBERS_MAX];
	int digits[NUMBERS_MAX];
};

static bool is_date(int year, int month, int day)
{
	return (year == 0 || (year >= CALTIME_YEAR_FIRST && year <= CALTIME_YEAR_LAST)) && month >= 1 && month <= 12 &&
	       day >= 1 && day <= days_in_month(year, month);
}

/* A year as people write it: "26" is in this century; anything else but four digits is none. */
static int year_of(int year, int digits)
{
	return digits == 2 ? 2000 + year : digits == 4 ? year : -1;
}

static void mean_date(struct word *word, enum word_class class, int year, int month, int day)
{
	mean(word, class, year * 10000 + month * 100 + day, is_date(year, month, day));
}

static void plain_number(struct word *word, const struct numbers *n, int arg)
{
	int value = n->value[0];
	int digits = n->digits[0];

	(void)arg;
	mean(word, WORD_DIGITS, value, true);
	mean(word, WORD_HOUR, value, digits <= 2 && value <= 24);
	mean(word, WORD_MINUTE, value, digits == 2 && value < 60);
	mean(word, WORD_MONTHDAY, value, digits <= 2 && value >= 1 && value <= 31);
	mean(word, WORD_NTH, value, word->tail == '.' && digits <= 2 && value >= 1 && value <= 31);
	mean(word, WORD_YEAR, value, digits == 4 && value >= CALTIME_YEAR_FIRST && value <= CALTIME_YEAR_LAST);
}

static void nth(struct word *word, const struct numbers *n, int arg)
{
	bool is_day = n->value[0] >= 1 && n->value[0] <= 31;

	(void)arg;
	mean(word, WORD_NTH, n->value[0], is_day);
	mean(word, WORD_MONTHDAY, n->value[0], is_day);
}

/* arg: the first minute that is a time. */
static void clock_24(struct word *word, const struct numbers *n, int arg)
{
	int minute = n->value[0] * 60 + n->value[1];

	if (n->digits[1] != 2 || n->digits[0] > 2 || n->value[1] > 59 || minute < arg)
		return;
	mean(word, WORD_CLOCK, minute, true);
	mean(word, WORD_CLOCK_HALF, minute, n->value[0] >= 1 && n->value[0] <= 12 && *word->form != '0');
}

/* arg: what is added to the hour. */
static void clock_12(struct word *word, const struct numbers *n, int arg)
{
	mean(word, WORD_CLOCK_12, (n->value[0] % 12 + arg) * 60 + n->value[1],
	     n->value[0] >= 1 && n->value[0] <= 12 && n->value[1] < 60 && (n->digits[1] == 0 || n->digits[1] == 2));
}

/* "3h" may be how long something takes: only what is an hour of the afternoon says a time by itself. */
static void hours(struct word *word, const struct numbers *n, int arg)
{
	mean(word, WORD_HOUR_H, n->value[0], n->value[0] <= 24);
	mean(word, WORD_CLOCK, n->value[0] * 60, n->value[0] <= 24 && n->value[0] >= arg);
	mean(word, WORD_GLUED, n->value[0] * 10 + UNIT_HOUR, n->value[0] > 0);
}

/* "1h30" is how long something takes, "14h30" may be when it is. */
static void hours_and_minutes(struct word *word, const struct numbers *n, int arg)
{
	(void)arg;
	mean(word, WORD_LENGTH, n->value[0] * 60 + n->value[1], n->digits[0] <= 2 && n->value[1] < 60);
}

/* arg: the unit. */
static void glued(struct word *word, const struct numbers *n, int arg)
{
	mean(word, WORD_GLUED, n->value[0] * 10 + arg, n->value[0] > 0);
}

static void times(struct word *word, const struct numbers *n, int arg)
{
	(void)arg;
	mean(word, WORD_TIMES, n->value[0], n->value[0] > 0);
}

static void dotted(struct word *word, const struct numbers *n, int arg)
{
	int minute = n->value[0] * 60 + n->value[1];

	(void)arg;
	if (n->digits[0] <= 2 && n->digits[1] <= 2)
		mean_date(word, word->tail == '.' ? WORD_DATE : WORD_DATE_SHORT, 0, n->value[1], n->value[0]);
	if (n->digits[0] > 2 || n->digits[1] != 2 || n->value[0] > 23 || n->value[1] > 59)
		return;
	mean(word, WORD_CLOCK_DOT, minute, true);
}

static void dotted_year(struct word *word, const struct numbers *n, int arg)
{
	(void)arg;
	mean_date(word, WORD_DATE, year_of(n->value[2], n->digits[2]), n->value[1], n->value[0]);
}

static void iso(struct word *word, const struct numbers *n, int arg)
{
	(void)arg;
	if (n->digits[0] == 4)
		mean_date(word, WORD_DATE, n->value[0], n->value[1], n->value[2]);
}

/* A month and a day, or, where the first can be no month, a day and a month. */
static void mean_slashed(struct word *word, enum word_class class, int year, const struct numbers *n)
{
	bool is_day_first = n->value[0] > 12;

	mean_date(word, class, year, n->value[is_day_first], n->value[!is_day_first]);
}

/* "1/2" is a half more often than a day, "24/7" no day of July; what has a day past twelve behind is hardly anything
 * else. */
static void slashed(struct word *word, const struct numbers *n, int arg)
{
	(void)arg;
	if (n->digits[0] <= 2 && n->digits[1] <= 2)
		mean_slashed(word, n->value[1] > 12 ? WORD_DATE : WORD_DATE_SHORT, 0, n);
}

static void slashed_year(struct word *word, const struct numbers *n, int arg)
{
	(void)arg;
	if (n->digits[0] == 4)
		mean_date(word, WORD_DATE, n->value[0], n->value[1], n->value[2]);
	else
		mean_slashed(word, WORD_DATE, year_of(n->value[2], n->digits[2]), n);
}

/* Words with digits; a '9' is any run of them. */
static const struct shape {
	const char *shape;
	void (*understand)(struct word *word, const struct numbers *n, int arg);
	int arg;
} shapes[] = {
	{"9", plain_number, 0},
	{"9st", nth, 0},
	{"9nd", nth, 0},
	{"9rd", nth, 0},
	{"9th", nth, 0},
	{"9:9", clock_24, 0},
	{"9h9", clock_24, 7 * 60},
	{"9h9", hours_and_minutes, 0},
	{"9h9m", hours_and_minutes, 0},
	{"9h9min", hours_and_minutes, 0},
	{"9am", clock_12, 0},
	{"9pm", clock_12, 12},
	{"9:9am", clock_12, 0},
	{"9:9pm", clock_12, 12},
	{"9a.m", clock_12, 0},
	{"9p.m", clock_12, 12},
	{"9:9a.m", clock_12, 0},
	{"9:9p.m", clock_12, 12},
	{"9uhr", hours, 0},
	{"9:9uhr", clock_24, 0},
	{"9:9h", clock_24, 0},
	{"9h", hours, 13},
	{"9m", glued, UNIT_MINUTE},
	{"9min", glued, UNIT_MINUTE},
	{"9mins", glued, UNIT_MINUTE},
	{"9hr", glued, UNIT_HOUR},
	{"9hrs", glued, UNIT_HOUR},
	{"9std", glued, UNIT_HOUR},
	{"9d", glued, UNIT_DAY},
	{"9w", glued, UNIT_WEEK},
	{"9x", times, 0},
	{"9mal", times, 0},
	{"9.9", dotted, 0},
	{"9.9.9", dotted_year, 0},
	{"9-9-9", iso, 0},
	{"9/9", slashed, 0},
	{"9/9/9", slashed_year, 0},
};

/* The word with its numbers taken out; false when it has none, too many, too long ones, or is too long itself. */
static bool shape_of(const char *form, char shape[SHAPE_MAX], struct numbers *n)
{
	size_t len = 0;
	size_t count = 0;

	while (*form != '\0') {
		if (len == SHAPE_MAX - 1)
			return false;
		if (!isdigit((unsigned char)*form)) {
			shape[len++] = *form++;
			continue;
		}
		if (count == NUMBERS_MAX)
			return false;
		while (isdigit((unsigned char)*form)) {
			if (++n->digits[count] > DIGITS_MAX)
				return false;
			n->value[count] = n->value[count] * 10 + *form++ - '0';
		}
		shape[len++] = '9';
		count++;
	}
	shape[len] = '\0';
	return count > 0;
}

static void understand_number(struct word *word)
{
	char shape[SHAPE_MAX];
	struct numbers n = {{0}, {0}};

	if (!shape_of(word->form, shape, &n))
		return;
	for (size_t i = 0; i < LENGTH(shapes); i++)
		if (strcmp(shapes[i].shape, shape) == 0)
			shapes[i].understand(word, &n, shapes[i].arg);
}

/* German writes weekday and part of the day as one: "Freitagabend". */
static void understand_day_part(struct word *word)
{
	for (size_t i = 0; i < LENGTH(weekdays); i++) {
		size_t len = strlen(weekdays[i].form);

		if (len < strlen("montag") || strncmp(word->form, weekdays[i].form, len) != 0)
			continue;
		for (size_t j = 0; j < LENGTH(parts); j++)
			mean(word, WORD_DAY_PART, weekdays[i].value * 10000 + parts[j].value,
			     strcmp(word->form + len, parts[j].form) == 0);
	}
}

/* FNV-1a */
unsigned word_hash(const char *form, size_t len)
{
	unsigned hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)form[i]) * 16777619u;
	return hash;
}

void word_understand(struct word *word)
{
	word->hash = word_hash(word->form, strlen(word->form));
	word->classes = 0;
	for (size_t i = 0; i < WORD_CLASSES; i++)
		word->means[i] = WORD_MEANS_NOT;
	for (size_t i = 0; i < LENGTH(tables); i++)
		for (size_t j = 0; j < tables[i].len; j++)
			if (*tables[i].table[j].form == *word->form)
				mean(word, tables[i].class, tables[i].table[j].value,
				     strcmp(tables[i].table[j].form, word->form) == 0);
	understand_number(word);
	understand_day_part(word);
}

bool word_bounds(const struct word *word)
{
	const unsigned long long bounds = 1ull << WORD_MONTH | 1ull << WORD_MONTHDAY | 1ull << WORD_DATE |
					  1ull << WORD_DATE_SHORT | 1ull << WORD_CLOCK | 1ull << WORD_HOUR |
					  1ull << WORD_CLOCK_DOT | 1ull << WORD_CLOCK_12;

	return (word->classes & bounds) != 0 || word_is_weekday(word);
}

bool word_is_weekday(const struct word *word)
{
	return (word->classes & (1ull << WORD_WEEKDAY | 1ull << WORD_WEEKDAY_EN | 1ull << WORD_WEEKDAY_DE)) != 0;
}
