/*
 * template: what a new entry begins with, and the placeholders in it.
 *
 * {{date}} {{time}} {{weekday}} {{month}} {{year}} {{week}} {{iso_date}} {{name}} are filled, with or without spaces
 * inside the braces; dates and times are written as the writer's locale does (Unicode CLDR, by ICU). What is no
 * placeholder stays as it is, "\{{" is "{{", and what was filled in is not filled again.
 */
#ifndef AURORA_JOURNALS_TEMPLATE_H
#define AURORA_JOURNALS_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

struct arena;

/* A built-in template in one of its languages; the id is the same in all of them. */
struct template
{
	const char *id;
	const char *language; /* ISO 639-1 */
	const char *name;
	const char *description;
	const char *title;
	const char *content;
	const char *tags; /* as a PostgreSQL array literal */
};

extern const struct template builtin_templates[];
extern const size_t builtin_template_count;

/* The built-in template of this id in a locale's language, else in English; NULL when there is none. */
const struct template *builtin_template(const char *id, const char *locale);

/* What placeholders stand for. */
struct template_vars {
	const char *locale;     /* BCP 47; one that is not known is English */
	const char *time_zone;  /* IANA */
	const char *entry_date; /* YYYY-MM-DD: the day that is written of; NULL for today */
	int64_t now_us;         /* Unix time: when it is written */
	const char *name;       /* the writer's */
};

/* The text with its placeholders filled, in the arena; NULL when it would have more than `limit` bytes. */
char *template_fill(struct arena *arena, const char *text, const struct template_vars *vars, size_t limit);

/* A date "YYYY-MM-DD" as a locale writes it in full, with its weekday: "Sunday, 29 March 2026". In the arena. */
char *date_in_words(struct arena *arena, const char *locale, const char *date);

/* The same in short, without weekday and year: "29 Mar". */
char *date_in_short(struct arena *arena, const char *locale, const char *date);

/* Its month: "March 2026". In the arena. */
char *month_in_words(struct arena *arena, const char *locale, const char *date);

#endif
