/*
 * template: placeholders filled as the writer's language and zone have it, and nothing else touched.
 */
#include "unit.h"

#include "functions/journals/builtin.c"
#include "functions/journals/template.c"

/* 2026-03-29 23:30 UTC: the next day in Berlin. */
#define LATE_US 1774827000000000

static void filled(void **state)
{
	static const struct {
		const char *text, *locale, *zone, *date, *filled;
	} cases[] = {
		{"plain", "en", "UTC", NULL, "plain"},
		{"{{date}}", "en", "UTC", NULL, "March 29, 2026"},
		{"{{date}}", "en-GB", "UTC", NULL, "29 March 2026"},
		{"{{ weekday }}", "en", "Europe/Berlin", NULL, "Monday"},
		{"{{weekday}}, {{date}}", "de-DE", "Europe/Berlin", NULL, "Montag, 30. März 2026"},
		{"{{time}}", "de", "Europe/Berlin", NULL, "01:30"},
		{"{{iso_date}} {{week}} {{month}} {{year}}", "fr", "UTC", "2026-01-01", "2026-01-01 1 janvier 2026"},
		{"{{weekday}}", "ja", "UTC", "2026-03-29", "日曜日"},
		{"{{date}}", "xx-nonsense!", "UTC", "2026-03-29", "March 29, 2026"},
		{"{{iso_date}} {{weekday}}", "en", "UTC", "0001-01-01", "0001-01-01 Monday"},
		{"{{name}}: {{name}}", "en", "UTC", NULL, "A {{date}} B: A {{date}} B"},
		{"\\{{date}} {{unknown}} {{date {{ {{}} }}", "en", "UTC", NULL,
		 "{{date}} {{unknown}} {{date {{ {{}} }}"},
		{"{{{year}}}", "en", "UTC", NULL, "{2026}"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct template_vars vars = {cases[i].locale, cases[i].zone, cases[i].date, LATE_US, "A {{date}} B"};

		assert_string_equal(template_fill(arena, cases[i].text, &vars, 1000), cases[i].filled);
	}
	arena_free(arena);
}

static void too_long_is_none(void **state)
{
	struct arena *arena = arena_new();
	struct template_vars vars = {"en", "UTC", NULL, LATE_US, "Maximilian"};

	(void)state;
	assert_string_equal(template_fill(arena, "{{name}}{{name}}", &vars, 20), "MaximilianMaximilian");
	assert_null(template_fill(arena, "{{name}}{{name}}", &vars, 19));
	arena_free(arena);
}

static void dates_in_words(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(date_in_words(arena, "en", "2026-03-29"), "Sunday, March 29, 2026");
	assert_string_equal(date_in_words(arena, "de", "2026-03-29"), "Sonntag, 29. März 2026");
	assert_string_equal(date_in_words(arena, "en", "1500-02-28"), "Wednesday, February 28, 1500");
	arena_free(arena);
}

static void built_in_ones_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < builtin_template_count; i++) {
		const struct template *t = &builtin_templates[i];

		assert_ptr_equal(builtin_template(t->id, t->language), t);
		assert_string_equal(builtin_template(t->id, "tlh")->language, "en");
		assert_true(strlen(t->name) > 0 && strlen(t->content) > 50 && t->tags[0] == '{');
	}
	assert_null(builtin_template("018f6f3a-0000-7000-8000-00000000000f", "en"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filled),
		cmocka_unit_test(too_long_is_none),
		cmocka_unit_test(dates_in_words),
		cmocka_unit_test(built_in_ones_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
