/*
 * log: one JSON object a line, a single write(2) each, so lines of many processes never mix.
 *
 * The ladder: log_debug / log_info / log_warn / log_error; die for an environment that cannot work (the process leaves
 * with status 1), bug for what cannot happen (abort). Before it leaves, die calls the hook, which lets a service answer
 * the request it is in. Secrets are never logged: no bodies, tokens, addresses of mail.
 */
#ifndef AURORA_UTIL_LOG_H
#define AURORA_UTIL_LOG_H

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* "debug", "info", "warn" or "error"; anything else is LOG_INFO. */
enum log_level log_level_named(const char *name);

/*
 * `program` names the lines. path NULL: standard error, in plain words when that is a terminal. When the file has been
 * renamed, as logrotate does, lines go to a new one at the path within a second. A full disk ends nobody: where the
 * file cannot even be made, lines go to standard error until it can.
 */
void log_open(const char *program, const char *path, enum log_level least);

/*
 * From now on lines below LOG_WARN wait, some kilobytes of them at most, until log_flush, a line that matters more, or
 * the process's end: a busy server then writes many at once. Without it each line is written at once.
 */
void log_hold(void);
void log_flush(void);

/* The request the lines belong to, NULL for none. Not copied: keep it alive. */
void log_set_request(const char *request_id, const char *trace_id);

void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void bug(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Called once by die, with its message, before the process leaves. */
void log_on_die(void (*hook)(const char *message));

/* True when lines of this level are written. */
bool log_wants(enum log_level level);

/*
 * One line with members of its own: `members` is JSON text without braces ("\"status\":200,…"), written beside time,
 * level, program and request. For access lines.
 */
void log_members(enum log_level level, const char *message, const char *members);

#endif
