/*
 * service: everything that is the same in every function.
 *
 * A function is a table of routes, a struct service and one call:
 *
 *	int main(int argc, char **argv) { return service_main(argc, argv, &thoughts); }
 *
 * service_main reads the parameters, opens the log, accepts requests (FastCGI when the web server gives a listening
 * socket as descriptor 0, plain CGI when it sets GATEWAY_INTERFACE or REQUEST_METHOD), dispatches them, and leaves on
 * SIGTERM, on SIGUSR1 (graceful) or after `max_requests`. Options: --describe (routes and fields as JSON), --check
 * (parameters, keys and database), --version, --help.
 *
 * How to add a function, here called `moods`:
 *   1. functions/moods/moods.c: header comment, handlers, route table, struct service, main.
 *   2. functions/moods/moods.sql: its statements under `-- name: …` lines; functions/moods/store.c, store.h: the only
 *      code that runs them, including "moods.sql.h", which the build makes.
 *   3. its role `moods` in the list of sql/roles.sql and in those of sql/grants.sql, with its rights there; its schema
 *      as the next sql/migrations/ file, with a table `idempotency` like that of thoughts.
 *   4. what it publishes in shared/aurora/events.def and, by that migration, in bus.types. If it consumes (at least
 *      UserDeleted, to erase what a user had): a row in bus.consumers, bus.make_consumer('moods'), and a job for it
 *      like cron/sweep.c, which is that of thoughts. After all of that, bus.set_rings().
 *   5. `moods` in FUNCTIONS in the Makefile and a row in httpd/services.tab.
 *   6. tests/api/moods.bats; `make test` tells what is still missing.
 */
#ifndef AURORA_AURORA_SERVICE_H
#define AURORA_AURORA_SERVICE_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct db;
struct limit_state;
struct principal;
struct request;
struct result;
struct route;
struct statement_table;

struct service {
	const char *name;    /* also the log's program name and the scope's first half */
	const char *role;    /* database role */
	const char *summary; /* one line */
	const struct route *routes;
	const struct statement_table *statements;
	void (*start)(void);                /* once, after parameters and before the first request; may be NULL */
	void (*check)(struct arena *arena); /* for --check: dies when something is not as it should be; may be NULL */
};

/* What --version prints: of which commit this is. */
extern const char service_version[];

int service_main(int argc, char **argv, const struct service *service);

/* Whoever asks. */
struct principal {
	char user_id[37];
	char session_id[37];   /* or the personal access token's id */
	int64_t expires_at;    /* Unix seconds */
	unsigned personal : 1; /* a personal access token, limited to `scopes` */
	char scopes[256];      /* space-separated, "" for a session */
	char roles[128];       /* space-separated */
};

/* 429 with Retry-After, for a limit that a handler takes itself. Returns 0. */
int problem_limited(struct request *req, const struct limit_state *state);

/* Its headers alone, for a handler that answers in its own way. */
void headers_limited(struct request *req, const struct limit_state *state);

/* After a failed store call: the problem that its SQLSTATE means (503 + Retry-After, 409, or 500). Returns 0. */
int problem_database(struct request *req);

#endif
