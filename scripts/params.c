/*
 * params: the house's parameters for scripts and people.
 *
 * Without an option it prints name='value' lines that a POSIX shell can eval. With a bad value anywhere it prints every
 * fault to standard error, nothing to standard output, and leaves with status 1.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "aurora/params.h"
#include "util/buf.h"
#include "util/json.h"

#define DESCRIPTION_LIMIT ((size_t)1 << 20)

static int print_shell(void)
{
	params_print();
	return 0;
}

static int print_nothing(void)
{
	return 0;
}

/* Text that is empty would leave a hole in the table. */
static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

static int print_table(void)
{
	const char *const row = "%-18s %-32s %-11s %-36s %s\n";
	char value[32], range[96];

	printf(row, "NAME", "VALUE", "DEFAULT", "ALLOWED", "MEANING");
#define PARAM_INT(name, initial, min, max, unit, help)                                                                 \
	snprintf(value, sizeof(value), "%ld", params.name);                                                            \
	snprintf(range, sizeof(range), "%d..%d %s", min, max, unit);                                                   \
	printf(row, #name, value, #initial, range, help);
#define PARAM_TEXT(name, initial, pattern, help)                                                                       \
	printf(row, #name, or_dash(params.name), or_dash(initial), strchr(pattern, '\n') ? "one line" : pattern, help);
#define PARAM_ENUM(name, initial, choices, help) printf(row, #name, params.name, initial, choices, help);
#include "aurora/params.def"
#undef PARAM_INT
#undef PARAM_TEXT
#undef PARAM_ENUM
	return 0;
}

static int print_json(void)
{
	struct json_writer w;
	struct buf out;

	buf_init(&out, DESCRIPTION_LIMIT);
	json_writer_init(&w, &out);
	params_describe(&w);
	puts(buf_text(&out));
	buf_release(&out);
	return 0;
}

static const struct {
	const char *name;
	const char *help;
	int (*run)(void);
} options[] = {
	{"--shell", "name='value' lines for a shell to eval (without an option, too)", print_shell},
	{"--check", "say what is wrong, if anything", print_nothing},
	{"--table", "values, defaults, what is allowed and what it means", print_table},
	{"--json", "the description of every parameter as JSON", print_json},
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static int usage(FILE *out, int status)
{
	fputs("params: print or check Aurora's parameters, from AURORA_<NAME> variables and "
	      "$AURORA_HOME/aurora.conf\n\n"
	      "usage: params [option]\n",
	      out);
	for (size_t i = 0; i < OPTIONS; i++)
		fprintf(out, "  %-8s %s\n", options[i].name, options[i].help);
	fprintf(out, "  %-8s %s\n", "--help", "this text");
	return status;
}

int main(int argc, char **argv)
{
	static char errors[16384];
	const char *option = argc > 1 ? argv[1] : options[0].name;

	if (argc > 2)
		return usage(stderr, 2);
	if (!strcmp(option, "--help"))
		return usage(stdout, 0);
	for (size_t i = 0; i < OPTIONS; i++) {
		if (strcmp(option, options[i].name))
			continue;
		if (!params_load(errors, sizeof(errors))) {
			fputs(errors, stderr);
			return 1;
		}
		return options[i].run();
	}
	return usage(stderr, 2);
}
