/*
 * params: everything an operator may set, from one table (params.def).
 *
 * Each parameter is read from the environment as AURORA_<NAME>, else from $AURORA_HOME/aurora.conf ("name = value"
 * lines, # comments), else it has its default. A bad value stops the start with its name and what is allowed.
 */
#ifndef AURORA_AURORA_PARAMS_H
#define AURORA_AURORA_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

struct json_writer;

struct params {
#define PARAM_INT(name, initial, min, max, unit, help) long name;
#define PARAM_TEXT(name, initial, pattern, help)       const char *name;
#define PARAM_ENUM(name, initial, choices, help)       const char *name;
#include "aurora/params.def"
#undef PARAM_INT
#undef PARAM_TEXT
#undef PARAM_ENUM
};

/* Read-only after params_load. */
extern struct params params;

/*
 * Fill `params`. False with one line per bad value in `errors` (capacity `size`), each naming the parameter, where it
 * was set, what it was and what is allowed. An unknown name in aurora.conf, or an unknown AURORA_ variable, is an error
 * too.
 */
bool params_load(char *errors, size_t size);

/* A path below the home: "log/thoughts.log". Static storage per call is malloc'd once and kept; for start-up use. */
const char *home_path(const char *relative);

/* Every parameter with type, default, range and help, for --describe and `aurora params`. */
void params_describe(struct json_writer *w);

/* name=value lines, values quoted for a POSIX shell. */
void params_print(void);

#endif
