/*
 * params: see params.h. One table made of params.def drives reading, checking, describing and printing.
 */
#include "aurora/params.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <regex.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/arena.h"
#include "util/json.h"
#include "util/log.h"

#define PREFIX      "AURORA_"
#define VALUE_SHOWN 80 /* bytes of a bad value that its message repeats */
#define SHOWN_SIZE  (2 * VALUE_SHOWN + 4)

enum kind { KIND_INT, KIND_TEXT, KIND_ENUM };

struct parameter {
	enum kind kind;
	const char *name;
	size_t offset;
	const char *initial;
	long min;
	long max;
	const char *allowed; /* unit, extended regular expression, or choices */
	const char *help;
};

#define PARAM_INT(name, initial, min, max, unit, help)                                                                 \
	{KIND_INT, #name, offsetof(struct params, name), #initial, min, max, unit, help},
#define PARAM_TEXT(name, initial, pattern, help)                                                                       \
	{KIND_TEXT, #name, offsetof(struct params, name), initial, 0, 0, pattern, help},
#define PARAM_ENUM(name, initial, choices, help)                                                                       \
	{KIND_ENUM, #name, offsetof(struct params, name), initial, 0, 0, choices, help},
static const struct parameter parameters[] = {
#include "aurora/params.def"
};
#undef PARAM_INT
#undef PARAM_TEXT
#undef PARAM_ENUM

#define PARAMETERS (sizeof(parameters) / sizeof(parameters[0]))

/* Variables that start with AURORA_ and are no parameters; one that ends in '_' stands for all that begin so. */
static const char *const other_variables[] = {
	PREFIX "TEST_", /* settings of the test suites */
	PREFIX "URL",   /* where a client finds the house */
};

/* Texts that were handed out: kept for the life of the process, each once. */
struct kept {
	struct kept *next;
	char text[];
};

/* Where a value came from. */
struct setting {
	const char *value; /* NULL: not set */
	unsigned line;     /* of aurora.conf; 0 for the environment */
};

struct report {
	char *out;
	size_t size;
	size_t len;
	bool failed;
};

struct params params;

static struct kept *kept;

static const char *keep(const char *text)
{
	struct kept *k;
	size_t size = strlen(text) + 1;

	for (k = kept; k; k = k->next)
		if (!strcmp(k->text, text))
			return k->text;
	k = xmalloc(sizeof(*k) + size);
	memcpy(k->text, text, size);
	k->next = kept;
	kept = k;
	return k->text;
}

__attribute__((format(printf, 2, 3))) static void complain(struct report *report, const char *format, ...)
{
	va_list args;
	int n;

	report->failed = true;
	if (report->len + 1 >= report->size)
		return;
	va_start(args, format);
	n = vsnprintf(report->out + report->len, report->size - report->len, format, args);
	va_end(args);
	if (n < 0)
		return;
	report->len += (size_t)n;
	if (report->len >= report->size)
		report->len = report->size - 1;
	else if (report->len + 1 < report->size) {
		report->out[report->len++] = '\n';
		report->out[report->len] = 0;
	}
}

/* A value, or what is allowed, stays on its line and does not flood it. */
static const char *shown(char out[SHOWN_SIZE], const char *value)
{
	size_t n = 0, i;

	for (i = 0; i < VALUE_SHOWN && value[i]; i++) {
		if (value[i] == '\n') {
			out[n++] = '\\';
			out[n++] = 'n';
		} else {
			out[n++] = (char)(iscntrl((unsigned char)value[i]) ? '?' : value[i]);
		}
	}
	snprintf(out + n, SHOWN_SIZE - n, "%s", value[i] ? "..." : "");
	return out;
}

static void source(char out[PATH_MAX + 32], const struct parameter *p, const struct setting *setting)
{
	size_t n;

	if (setting->line) {
		snprintf(out, PATH_MAX + 32, "%s/aurora.conf:%u", params.home, setting->line);
		return;
	}
	n = (size_t)snprintf(out, PATH_MAX + 32, PREFIX "%s", p->name);
	for (size_t i = 0; i < n; i++)
		out[i] = (char)toupper((unsigned char)out[i]);
}

static const struct parameter *parameter_find(const char *name)
{
	for (size_t i = 0; i < PARAMETERS; i++)
		if (!strcmp(parameters[i].name, name))
			return &parameters[i];
	return NULL;
}

/* A value is not refused, nor an initial one left out, because memory is short. */
static bool matches(const char *value, const char *pattern)
{
	regex_t regex;
	int error = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);

	if (!error) {
		error = regexec(&regex, value, 0, NULL, 0);
		regfree(&regex);
	}
	if (error && error != REG_NOMATCH)
		die("the pattern %s cannot be matched: %s", pattern,
		    error == REG_ESPACE ? "out of memory" : "it is malformed");
	return !error;
}

static bool is_choice(const char *value, const char *choices)
{
	size_t len = strlen(value);

	for (const char *c = choices; *c;) {
		size_t n = strcspn(c, "|");

		if (n == len && !memcmp(c, value, n))
			return true;
		c += n + (c[n] == '|');
	}
	return false;
}

static bool parse_long(const char *text, long *value)
{
	char *end;

	if (!isdigit((unsigned char)text[text[0] == '-']))
		return false;
	errno = 0;
	*value = strtol(text, &end, 10);
	return !errno && !*end;
}

/* Store a value that is allowed. */
static bool assign(const struct parameter *p, const char *value)
{
	char *field = (char *)&params + p->offset;
	const char *text;
	long number;

	switch (p->kind) {
	case KIND_INT:
		if (!parse_long(value, &number) || number < p->min || number > p->max)
			return false;
		memcpy(field, &number, sizeof(number));
		return true;
	case KIND_TEXT:
		if (!matches(value, p->allowed))
			return false;
		break;
	case KIND_ENUM:
		if (!is_choice(value, p->allowed))
			return false;
		break;
	}
	text = keep(value);
	memcpy(field, &text, sizeof(text));
	return true;
}

static void refuse(struct report *report, const struct parameter *p, const struct setting *setting)
{
	char where[PATH_MAX + 32], value[SHOWN_SIZE], pattern[SHOWN_SIZE];

	source(where, p, setting);
	shown(value, setting->value);
	switch (p->kind) {
	case KIND_INT:
		complain(report, "%s: \"%s\" (from %s) is not a whole number of %ld..%ld %s", p->name, value, where,
			 p->min, p->max, p->allowed);
		break;
	case KIND_TEXT:
		complain(report, "%s: \"%s\" (from %s) does not match %s (%s)", p->name, value, where,
			 shown(pattern, p->allowed), p->help);
		break;
	case KIND_ENUM:
		complain(report, "%s: \"%s\" (from %s) is none of %s", p->name, value, where, p->allowed);
		break;
	}
}

static char *trim(char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strlen(text);
	while (n && strchr(" \t\r\n", text[n - 1]))
		text[--n] = 0;
	return text;
}

static void conf_line(char *line, unsigned number, struct setting *settings, struct report *report)
{
	char value_shown[SHOWN_SIZE];
	const struct parameter *p;
	char *name, *value, *equals;
	struct setting *setting;

	name = trim(line);
	if (!*name || *name == '#')
		return;
	equals = strchr(name, '=');
	if (!equals) {
		complain(report, "%s/aurora.conf:%u: \"%s\" is not \"name = value\"", params.home, number,
			 shown(value_shown, name));
		return;
	}
	*equals = 0;
	name = trim(name);
	value = trim(equals + 1);
	p = parameter_find(name);
	if (!p) {
		complain(report, "%s/aurora.conf:%u: no parameter is called \"%s\"", params.home, number,
			 shown(value_shown, name));
		return;
	}
	if (!strcmp(p->name, "home")) {
		complain(report,
			 "%s/aurora.conf:%u: home is set by " PREFIX "HOME alone, which says where this file is",
			 params.home, number);
		return;
	}
	setting = &settings[p - parameters];
	if (setting->value) {
		complain(report, "%s/aurora.conf:%u: %s is set in line %u already", params.home, number, p->name,
			 setting->line);
		return;
	}
	setting->value = keep(value);
	setting->line = number;
}

/* A home without aurora.conf is a home with defaults; one that cannot be read is a fault. */
static void conf_read(struct setting *settings, struct report *report)
{
	char path[PATH_MAX + 16];
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	unsigned number = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/aurora.conf", params.home);
	file = fopen(path, "re");
	if (!file) {
		if (errno != ENOENT)
			complain(report, "%s: cannot be read: %s", path, strerror(errno));
		return;
	}
	while ((len = getline(&line, &size, file)) >= 0) {
		number++;
		if (strlen(line) != (size_t)len)
			complain(report, "%s:%u: holds a NUL byte", path, number);
		else
			conf_line(line, number, settings, report);
	}
	if (ferror(file))
		complain(report, "%s: cannot be read: %s", path, strerror(errno));
	free(line);
	fclose(file);
}

static bool is_other_variable(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(other_variables) / sizeof(other_variables[0]); i++) {
		size_t n = strlen(other_variables[i]);

		if (other_variables[i][n - 1] == '_' ? len > n : len == n)
			if (!memcmp(name, other_variables[i], n))
				return true;
	}
	return false;
}

static void environment_read(struct setting *settings, struct report *report)
{
	char name[64], value_shown[SHOWN_SIZE];
	const struct parameter *p;

	for (char **variable = environ; variable && *variable; variable++) {
		size_t len = strcspn(*variable, "="), i = strlen(PREFIX);

		if (strncmp(*variable, PREFIX, i) || is_other_variable(*variable, len))
			continue;
		p = NULL;
		if (len - i < sizeof(name)) {
			size_t n = 0;

			/* Lower case would be another variable, so it is mapped to what no parameter's name holds. */
			for (; i < len; i++) {
				int c = (unsigned char)(*variable)[i];

				name[n++] = (char)(islower(c) ? '?' : tolower(c));
			}
			name[n] = 0;
			p = parameter_find(name);
		}
		if (!p) {
			snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : sizeof(name) - 1),
				 *variable);
			complain(report, "%s: no parameter has this environment variable", shown(value_shown, name));
			continue;
		}
		settings[p - parameters] = (struct setting){.value = (*variable)[len] ? *variable + len + 1 : ""};
	}
}

/* The home as given, or ./var; absolute and without a slash at its end. */
static bool home_resolve(const struct setting *setting, struct report *report)
{
	const struct parameter *p = parameter_find("home");
	const char *value = setting->value ? setting->value : "";
	char path[PATH_MAX], cwd[PATH_MAX - 8];
	size_t n;

	if (*value && !matches(value, p->allowed)) {
		refuse(report, p, setting);
		return false;
	}
	if (!*value) {
		if (!getcwd(cwd, sizeof(cwd))) {
			complain(report, "home: the working directory has no path (%s); set " PREFIX "HOME",
				 strerror(errno));
			return false;
		}
		value = path;
		snprintf(path, sizeof(path), "%s/var", strcmp(cwd, "/") ? cwd : "");
	} else if (strlen(value) >= sizeof(path)) {
		complain(report, "home: the path in " PREFIX "HOME is longer than %zu bytes", sizeof(path) - 1);
		return false;
	} else {
		snprintf(path, sizeof(path), "%s", value);
	}
	for (n = strlen(path); n > 1 && path[n - 1] == '/';)
		path[--n] = 0;
	params.home = keep(path);
	return true;
}

bool params_load(char *errors, size_t size)
{
	struct setting settings[PARAMETERS] = {{0}}, conf[PARAMETERS] = {{0}};
	struct report report = {.out = errors, .size = size};
	const struct parameter *home = parameter_find("home");
	char origin[64];

	if (size)
		errors[0] = 0;
	for (size_t i = 0; i < PARAMETERS; i++)
		assign(&parameters[i], parameters[i].initial);
	environment_read(settings, &report);
	if (home_resolve(&settings[home - parameters], &report))
		conf_read(conf, &report);
	for (size_t i = 0; i < PARAMETERS; i++) {
		const struct setting *setting = settings[i].value ? &settings[i] : &conf[i];

		if (setting->value && &parameters[i] != home && !assign(&parameters[i], setting->value))
			refuse(&report, &parameters[i], setting);
	}
	if (!*params.origin) {
		snprintf(origin, sizeof(origin), "http://127.0.0.1:%ld", params.port);
		params.origin = keep(origin);
	}
	return !report.failed;
}

const char *home_path(const char *relative)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", strcmp(params.home, "/") ? params.home : "", relative);
	return keep(path);
}

static void describe_choices(struct json_writer *w, const char *choices)
{
	json_begin_array(w);
	for (const char *c = choices; *c;) {
		size_t n = strcspn(c, "|");

		json_stringn(w, c, n);
		c += n + (c[n] == '|');
	}
	json_end_array(w);
}

void params_describe(struct json_writer *w)
{
	static const char *const kinds[] = {[KIND_INT] = "integer", [KIND_TEXT] = "text", [KIND_ENUM] = "enum"};

	json_begin_array(w);
	for (const struct parameter *p = parameters; p < parameters + PARAMETERS; p++) {
		char variable[PATH_MAX + 32];

		source(variable, p, &(struct setting){0});
		json_begin_object(w);
		json_member_string(w, "name", p->name);
		json_member_string(w, "variable", variable);
		json_member_string(w, "type", kinds[p->kind]);
		switch (p->kind) {
		case KIND_INT:
			json_member_raw(w, "default", p->initial);
			json_member_int(w, "minimum", p->min);
			json_member_int(w, "maximum", p->max);
			json_member_string(w, "unit", p->allowed);
			break;
		case KIND_TEXT:
			json_member_string(w, "default", p->initial);
			json_member_string(w, "pattern", p->allowed);
			break;
		case KIND_ENUM:
			json_member_string(w, "default", p->initial);
			json_key(w, "choices");
			describe_choices(w, p->allowed);
			break;
		}
		json_member_string(w, "help", p->help);
		json_end_object(w);
	}
	json_end_array(w);
}

void params_print(void)
{
	for (const struct parameter *p = parameters; p < parameters + PARAMETERS; p++) {
		const char *field = (const char *)&params + p->offset;
		const char *text;
		long number;

		if (p->kind == KIND_INT) {
			memcpy(&number, field, sizeof(number));
			printf("%s='%ld'\n", p->name, number);
			continue;
		}
		memcpy(&text, field, sizeof(text));
		printf("%s='", p->name);
		for (; *text; text++) {
			if (*text == '\'')
				fputs("'\\''", stdout);
			else
				putchar(*text);
		}
		puts("'");
	}
}
