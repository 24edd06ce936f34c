#include "aurora/job.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "aurora/params.h"
#include "aurora/process.h"
#include "db/db.h"
#include "job.sql.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/log.h"

#define CONNECTIONS_MOST 8
#define FOR_MOST_S       86400
#define ALONE_NAP_US     50000
#define PROGRESS_US      100000

volatile int job_stop;

static struct {
	struct db *db;
	struct arena *arena;
} connections[CONNECTIONS_MOST];
static size_t connection_count;

static void stop(int signo)
{
	(void)signo;
	job_stop = 1;
}

/* No SA_RESTART: a wait for the database's socket ends with the signal. */
static void catch_signals(void)
{
	struct sigaction end = {.sa_handler = stop};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

static int help(const struct job *job)
{
	printf("%s: %s\n\n"
	       "  --for SECONDS        do what is due, then stay and do what becomes due (default 0; \"59s\" is fine "
	       "too)\n"
	       "  --check              parameters and database: are they as they should be?\n"
	       "  --version            what it was built from\n",
	       job->name, job->summary);
	for (const struct job_option *option = job->options; option != NULL && option->name != NULL; option++) {
		char left[64];

		snprintf(left, sizeof(left), "%s%s%s", option->name, option->argument != NULL ? " " : "",
			 option->argument != NULL ? option->argument : "");
		printf("  %-20s %s\n", left, option->help);
	}
	return 0;
}

static int usage(const struct job *job, const char *what, const char *word)
{
	fprintf(stderr, "%s: %s %s; see %s --help\n", job->name, what, word, job->name);
	return 2;
}

/* SECONDS or SECONDSs. */
static bool read_seconds(const char *text, long *seconds)
{
	char *end;

	errno = 0;
	*seconds = strtol(text, &end, 10);
	if (end == text || errno != 0 || *seconds < 0 || *seconds > FOR_MOST_S)
		return false;
	return *end == '\0' || strcmp(end, "s") == 0;
}

static struct job_option *find_option(const struct job *job, const char *name)
{
	for (struct job_option *option = job->options; option != NULL && option->name != NULL; option++)
		if (strcmp(option->name, name) == 0)
			return option;
	return NULL;
}

static int check(const struct job *job)
{
	struct db *db;

	if (job->role != NULL) {
		db = job_db(job, job->role, NULL, 0);
		if (!db_connect(db)) {
			fprintf(stderr, "%s: no database as role %s: %s\n", job->name, job->role, db_error(db));
			return 1;
		}
	}
	printf("%s: parameters and database are as they should be\n", job->name);
	return 0;
}

static void close_connections(void)
{
	while (connection_count > 0) {
		connection_count--;
		db_close(connections[connection_count].db);
		arena_free(connections[connection_count].arena);
	}
}

/* On a terminal it speaks to whoever started it; else into the house's log. */
static void start(const struct job *job)
{
	char errors[4096];
	char path[64];

	if (!params_load(errors, sizeof(errors))) {
		fputs(errors, stderr);
		log_open(job->name, NULL, LOG_INFO);
		die("bad parameters");
	}
	snprintf(path, sizeof(path), "log/%s.log", job->name);
	log_open(job->name, isatty(STDERR_FILENO) ? NULL : home_path(path), log_level_named(params.log_level));
	process_harden();
	catch_signals();
}

int job_main(int argc, char **argv, struct job *job)
{
	bool only_check = false;
	long seconds = 0;
	int status;

	for (int i = 1; i < argc; i++) {
		struct job_option *option = find_option(job, argv[i]);

		if (strcmp(argv[i], "--help") == 0)
			return help(job);
		if (strcmp(argv[i], "--version") == 0)
			return printf("%s %s\n", job->name, AURORA_VERSION) < 0;
		if (strcmp(argv[i], "--check") == 0) {
			only_check = true;
		} else if (strcmp(argv[i], "--for") == 0) {
			if (i + 1 == argc || !read_seconds(argv[i + 1], &seconds))
				return usage(job, "--for takes seconds, not", i + 1 == argc ? "nothing" : argv[i + 1]);
			i++;
		} else if (option != NULL && option->argument == NULL) {
			option->value = "";
		} else if (option != NULL) {
			if (i + 1 == argc)
				return usage(job, "an argument is missing after", argv[i]);
			option->value = argv[++i];
		} else {
			return usage(job, "it has no option", argv[i]);
		}
	}
	start(job);
	job->until_us = clock_tick_us() + seconds * 1000000;
	status = only_check ? check(job) : job->run(job);
	close_connections();
	return status;
}

struct db *job_db(const struct job *job, const char *role, const struct statement *statements, size_t count)
{
	struct db *db = db_open(&(struct db_options){.conninfo = database_conninfo(),
						     .role = role,
						     .application = job->name,
						     .statements = statements,
						     .statement_count = count,
						     .statement_timeout_ms = params.statement_timeout});

	if (connection_count == CONNECTIONS_MOST)
		bug("more than %d connections", CONNECTIONS_MOST);
	connections[connection_count].db = db;
	connections[connection_count].arena = arena_new();
	db_use(db, connections[connection_count].arena);
	connection_count++;
	return db;
}

bool job_alone(struct db *db, const char *name, long wait_ms)
{
	struct timespec nap = {.tv_nsec = ALONE_NAP_US * 1000};
	int64_t deadline = clock_tick_us() + wait_ms * 1000;

	for (;;) {
		struct result *alone = db_query(db, &sql_statements[SQL_JOB_ALONE], (const char *const[]){name});

		if (alone != NULL && result_bool(alone, 0, 0))
			return true;
		if (job_stop || clock_tick_us() >= deadline)
			return false;
		nanosleep(&nap, NULL);
	}
}

static int64_t progress_drawn_us;

void progress(const char *what, uint64_t done, uint64_t total)
{
	static const char bar[] = "##############################";
	int64_t now = clock_tick_us();

	if (now - progress_drawn_us < PROGRESS_US || !isatty(STDERR_FILENO))
		return;
	progress_drawn_us = now;
	if (total == 0) {
		fprintf(stderr, "\r%s: %llu\033[K", what, (unsigned long long)done);
		return;
	}
	if (done > total)
		done = total;
	int full = (int)(sizeof(bar) - 1);
	int part = (int)(done * (uint64_t)full / total);

	fprintf(stderr, "\r%s [%.*s%*s] %3d%% %llu of %llu\033[K", what, part, bar, full - part, "",
		(int)(done * 100 / total), (unsigned long long)done, (unsigned long long)total);
}

void progress_end(void)
{
	if (progress_drawn_us != 0)
		fputs("\r\033[K", stderr);
	progress_drawn_us = 0;
}
