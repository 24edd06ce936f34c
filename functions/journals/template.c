#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/log.h"

#define FORMATTED_MAX 256 /* of any date in any locale */

/* A day and a moment as ICU wants them. */
struct when {
	UDate moment;
	UChar zone[64];
};

/* Noon of a date in UTC: the same day in every calendar computation. */
static struct when day_of(const char *date)
{
	struct when when;
	int year = 1970, month = 1, day = 1;
	UErrorCode error = U_ZERO_ERROR;
	UCalendar *calendar;

	sscanf(date, "%4d-%2d-%2d", &year, &month, &day);
	u_uastrcpy(when.zone, "UTC");
	calendar = ucal_open(when.zone, -1, "en", UCAL_GREGORIAN, &error);
	/* Before 1582 ICU would count in the Julian calendar. */
	ucal_setGregorianChange(calendar, -1e16, &error);
	ucal_setDateTime(calendar, year, month - 1, day, 12, 0, 0, &error);
	when.moment = ucal_getMillis(calendar, &error);
	ucal_close(calendar);
	if (U_FAILURE(error))
		die("ICU: %s", u_errorName(error));
	return when;
}

static struct when moment_of(int64_t us, const char *zone)
{
	struct when when = {.moment = (UDate)(us / 1000)};

	u_uastrncpy(when.zone, zone, 63);
	when.zone[63] = 0;
	return when;
}

/* As a locale writes it: in a style, or by a skeleton of what is to be there ("EEEE"). */
static UDateFormat *open_formatter(const char *locale, const struct when *when, UDateFormatStyle date,
				   UDateFormatStyle time, const char *pattern)
{
	UErrorCode error = U_ZERO_ERROR;
	char name[ULOC_FULLNAME_CAPACITY];
	UChar pattern_u[32];
	UDateFormat *formatter;

	uloc_forLanguageTag(locale, name, sizeof(name), NULL, &error);
	if (U_FAILURE(error) || name[0] == '\0') {
		error = U_ZERO_ERROR;
		snprintf(name, sizeof(name), "en");
	}
	if (pattern != NULL)
		u_uastrcpy(pattern_u, pattern);
	formatter = udat_open(pattern != NULL ? UDAT_PATTERN : time, pattern != NULL ? UDAT_PATTERN : date, name,
			      when->zone, -1, pattern != NULL ? pattern_u : NULL, -1, &error);
	if (U_SUCCESS(error))
		ucal_setGregorianChange((UCalendar *)(uintptr_t)udat_getCalendar(formatter), -1e16, &error);
	/* A calendar of another kind has no such change. */
	if (formatter == NULL)
		die("ICU: %s", u_errorName(error));
	return formatter;
}

static char *format_with(struct arena *arena, UDateFormat *formatter, const struct when *when)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar out[FORMATTED_MAX];
	char text[4 * FORMATTED_MAX];
	int32_t len = udat_format(formatter, when->moment, out, FORMATTED_MAX, NULL, &error);

	u_strToUTF8(text, sizeof(text), NULL, out, len, &error);
	if (U_FAILURE(error))
		die("ICU: %s", u_errorName(error));
	return arena_strdup(arena, text);
}

static char *format(struct arena *arena, const char *locale, const struct when *when, UDateFormatStyle date,
		    UDateFormatStyle time, const char *pattern)
{
	UDateFormat *formatter = open_formatter(locale, when, date, time, pattern);
	char *text = format_with(arena, formatter, when);

	udat_close(formatter);
	return text;
}

/* To make a formatter takes a hundred times as long as to use it: each kind's last one is kept, for its locale. */
struct kept_formatter {
	UDateFormatStyle date;
	const char *skeleton; /* what is to be there, if no style is asked for; the locale says how (UTS #35) */
	UDateFormat *formatter;
	char *locale;
};

static void apply_skeleton(UDateFormat *formatter, const char *locale, const char *skeleton)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar skeleton_u[32];
	UChar pattern[64];
	UDateTimePatternGenerator *generator = udatpg_open(locale, &error);
	int32_t len;

	u_uastrcpy(skeleton_u, skeleton);
	len = U_SUCCESS(error) ? udatpg_getBestPattern(generator, skeleton_u, -1, pattern, 64, &error) : 0;
	if (U_FAILURE(error))
		die("ICU: %s", u_errorName(error));
	udat_applyPattern(formatter, 0, pattern, len);
	udatpg_close(generator);
}

static char *format_day(struct arena *arena, struct kept_formatter *kept, const char *locale, const char *date)
{
	struct when when = day_of(date);

	if (kept->locale == NULL || strcmp(kept->locale, locale) != 0) {
		if (kept->formatter != NULL)
			udat_close(kept->formatter);
		free(kept->locale);
		kept->locale = xstrdup(locale);
		kept->formatter = open_formatter(locale, &when, kept->date, UDAT_NONE, NULL);
		if (kept->skeleton != NULL)
			apply_skeleton(kept->formatter, locale, kept->skeleton);
	}
	return format_with(arena, kept->formatter, &when);
}

char *date_in_words(struct arena *arena, const char *locale, const char *date)
{
	static struct kept_formatter kept = {.date = UDAT_FULL};

	return format_day(arena, &kept, locale, date);
}

char *date_in_short(struct arena *arena, const char *locale, const char *date)
{
	static struct kept_formatter kept = {.skeleton = "MMMd"};

	return format_day(arena, &kept, locale, date);
}

char *month_in_words(struct arena *arena, const char *locale, const char *date)
{
	static struct kept_formatter kept = {.skeleton = "yMMMM"};

	return format_day(arena, &kept, locale, date);
}

/* Which of the two a placeholder is about, and how it is written; neither: the writer's name. */
static const struct placeholder {
	const char *name;
	enum { DAY, MOMENT, NAME } about;
	UDateFormatStyle date, time;
	const char *pattern;
} placeholders[] = {
	{"date", DAY, UDAT_LONG, UDAT_NONE, NULL},
	{"time", MOMENT, UDAT_NONE, UDAT_SHORT, NULL},
	{"weekday", DAY, 0, 0, "EEEE"},
	{"month", DAY, 0, 0, "LLLL"},
	{"year", DAY, 0, 0, "y"},
	{"week", DAY, 0, 0, "w"},
	{"iso_date", DAY, 0, 0, "yyyy-MM-dd"},
	{"name", NAME, 0, 0, NULL},
};

static const char *value_of(struct arena *arena, const struct placeholder *p, const struct template_vars *vars)
{
	struct when when = moment_of(vars->now_us, vars->time_zone);
	/* Digits of the standard, where it is one. */
	bool iso = strcmp(p->name, "iso_date") == 0;

	if (p->about == NAME)
		return vars->name;
	if (p->about == DAY && vars->entry_date != NULL)
		when = day_of(vars->entry_date);
	/* The week of ISO 8601 is the German one. */
	return format(arena,
		      iso                            ? "en"
		      : strcmp(p->name, "week") == 0 ? "de"
						     : vars->locale,
		      &when, p->date, p->time, p->pattern);
}

/* The placeholder at "{{"; *len is how long it is with its braces. NULL when it is none. */
static const struct placeholder *placeholder_at(const char *text, size_t *len)
{
	const char *name = text + 2 + strspn(text + 2, " ");
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
	const char *end = name + n + strspn(name + n, " ");

	if (strncmp(end, "}}", 2) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(placeholders) / sizeof(placeholders[0]); i++)
		if (strlen(placeholders[i].name) == n && memcmp(placeholders[i].name, name, n) == 0) {
			*len = (size_t)(end + 2 - text);
			return &placeholders[i];
		}
	return NULL;
}

char *template_fill(struct arena *arena, const char *text, const struct template_vars *vars, size_t limit)
{
	const char *values[sizeof(placeholders) / sizeof(placeholders[0])] = {NULL};
	struct buf *out = buf_in(arena, limit);

	for (;;) {
		const char *open = strstr(text, "{{");
		const struct placeholder *p;
		size_t len;

		if (open == NULL)
			break;
		if (open > text && open[-1] == '\\') {
			buf_add(out, text, (size_t)(open - 1 - text));
			buf_adds(out, "{{");
			text = open + 2;
			continue;
		}
		buf_add(out, text, (size_t)(open - text));
		p = placeholder_at(open, &len);
		if (p == NULL) {
			buf_addc(out, '{');
			text = open + 1;
			continue;
		}
		if (values[p - placeholders] == NULL)
			values[p - placeholders] = value_of(arena, p, vars);
		buf_adds(out, values[p - placeholders]);
		text = open + len;
	}
	buf_adds(out, text);
	return out->overflow ? NULL : arena_strdup(arena, buf_text(out));
}

static const struct template *in_language(const char *id, const char *locale, size_t len)
{
	for (size_t i = 0; i < builtin_template_count; i++)
		if (strcmp(builtin_templates[i].id, id) == 0 && strlen(builtin_templates[i].language) == len &&
		    strncasecmp(builtin_templates[i].language, locale, len) == 0)
			return &builtin_templates[i];
	return NULL;
}

const struct template *builtin_template(const char *id, const char *locale)
{
	const struct template *found = in_language(id, locale, strcspn(locale, "-_"));

	return found != NULL ? found : in_language(id, "en", 2);
}
