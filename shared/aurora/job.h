/*
 * job: everything that is the same in every cron program.
 *
 * Parameters, log, options (--for SECONDS, --check, --version, --help), one database connection per role, an advisory
 * lock that keeps two instances apart, one summary line at the end, exit status. On a terminal, a progress bar.
 */
#ifndef AURORA_AURORA_JOB_H
#define AURORA_AURORA_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct statement;

struct job_option {
	const char *name;     /* "--rebuild" */
	const char *argument; /* what its argument is, for --help; NULL when it takes none */
	const char *help;
	const char *value; /* set when given: the argument, or "" */
};

struct job {
	const char *name;
	const char *summary;
	const char *role;           /* --check connects as this database role; NULL checks the parameters alone */
	struct job_option *options; /* its own, ended by name NULL; may be NULL */
	int (*run)(const struct job *job); /* exit status */
	int64_t until_us;                  /* clock_tick_us at which it should leave; now, when --for is 0 or absent */
};

int job_main(int argc, char **argv, struct job *job);

/* A connection as this role with these statements; the job closes it at the end. */
struct db *job_db(const struct job *job, const char *role, const struct statement *statements, size_t count);

/*
 * True when this is the only instance of `name` in the database; holds the lock until the connection ends. When another
 * runs, waits for it up to wait_ms (its minute may just be ending).
 */
bool job_alone(struct db *db, const char *name, long wait_ms);

/* Not 0 after SIGTERM or SIGINT. */
extern volatile int job_stop;

/* Progress on a terminal's standard error; nothing elsewhere. total 0: unknown. Call often, it draws at most 10 times a
 * second; progress_end clears the line. */
void progress(const char *what, uint64_t done, uint64_t total);
void progress_end(void);

#endif
