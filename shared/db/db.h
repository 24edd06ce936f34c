/*
 * db: one connection to PostgreSQL, its prepared statements, and what their rows say.
 *
 * The connection opens with the first statement and again whenever it is found lost. A function's statements come from
 * its .sql file (scripts/sql2c makes `struct statement` tables and an enum of them); each is prepared on first use.
 * Values are always bound, in text form. Results belong to the arena given by db_use.
 *
 * Faults: a statement that failed because of a serialisation failure or deadlock (40001, 40P01) is run again, up to 3
 * times, when no transaction is open. When the connection is lost, a statement marked (read), or one that certainly had
 * not started, is run again on a new connection; a write whose fate is unknown is DB_UNAVAILABLE. Never waits longer
 * than the statement timeout plus a second, also when packets are dropped; for a connection, a second or, where the
 * connection string names several hosts, two for all of them: one that is silent is passed over for the next.
 */
#ifndef AURORA_DB_DB_H
#define AURORA_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct db;
struct result;

struct statement {
	const char *name;
	const char *sql;
	int params;
	bool read;
};

/* All statements of a function, by their index; its store has it. */
struct statement_table {
	const struct statement *items;
	size_t count;
};

struct db_options {
	const char *conninfo; /* libpq's; without user */
	const char *role;
	const char *application; /* application_name */
	const struct statement *statements;
	size_t statement_count;
	long statement_timeout_ms;
	bool one_shot;                                /* plain CGI: run without preparing, one round trip less */
	bool (*on_connect)(struct db *db, void *ctx); /* after each (re)connect; false gives the connection up */
	void (*on_notify)(struct db *db, const char *channel, const char *payload, void *ctx);
	void *ctx;
};

enum db_status {
	DB_OK,
	DB_UNAVAILABLE, /* no connection, shutting down, out of resources, timed out */
	DB_CONFLICT,    /* 23505 and the like: a constraint said no */
	DB_RETRY,       /* 40001, 40P01 inside a transaction: the whole of it may be run again */
	DB_REFUSED,     /* any other error: a defect of ours; the log has it */
};

/* You own it; db_close ends it. Nothing is connected yet. `options` is copied, what it points to is not. */
struct db *db_open(const struct db_options *options);
void db_close(struct db *db);

/* Results from now on belong to this arena. Returns the one before, for whoever gives it back. */
struct arena *db_use(struct db *db, struct arena *arena);

/* Run a statement with its parameters; as many as it has. NULL on failure: see db_status. */
#define db_run(db, statement, ...)                                                                                     \
	db_run_params((db), (statement), (const char *const[]){NULL, ##__VA_ARGS__} + 1,                               \
		      (int)(sizeof((const char *const[]){NULL, ##__VA_ARGS__}) / sizeof(char *)) - 1)
struct result *db_run_params(struct db *db, int statement, const char *const *params, int count);

/* Run a statement that is not in the connection's table (the library's own ones); `statement` outlives the connection.
 */
struct result *db_query(struct db *db, const struct statement *statement, const char *const *params);

/* One statement of fixed text without parameters (BEGIN, LISTEN …). */
struct result *db_command(struct db *db, const char *sql);

/* Run a statement and have its rows one at a time, in constant memory, by calling row(ctx, result) with results of one
 * row (number 0) whose memory ends with the call. Stops early when it answers false. False on failure or early stop. */
bool db_stream(struct db *db, int statement, const char *const *params, int count,
	       bool (*row)(void *ctx, const struct result *result), void *ctx);

/* Why the last call failed: status, SQLSTATE ("" when the connection failed), constraint name ("" when none). */
enum db_status db_status(const struct db *db);
const char *db_sqlstate(const struct db *db);
const char *db_constraint(const struct db *db);
const char *db_error(const struct db *db); /* one line for logs and bus_parked, never for clients */

/* Whether statements may take up to ten minutes, as far as the client is concerned, instead of statement_timeout. The
 * server is to be told as well. */
void db_unhurried(struct db *db, bool unhurried);

/* Transactions. db_begin sends nothing: BEGIN goes out before the first statement. A connection lost inside one fails
 * every further call until db_rollback. */
bool db_begin(struct db *db);
bool db_commit(struct db *db);
void db_rollback(struct db *db); /* harmless when none is open or the connection is gone */
bool db_in_transaction(const struct db *db);

/* Connect now if need be. */
bool db_connect(struct db *db);

/* Take in what the server has sent meanwhile (notifications, the connection's end); never waits. */
void db_poll(struct db *db);

/* Wait up to timeout_ms for a notification or a signal. 1 when one came, 0 at the timeout or a signal, -1 connection
 * lost. */
int db_wait(struct db *db, int timeout_ms);

/* How many notifications were taken in so far, by whichever call: one that came with a statement's answer does not make
 * the socket readable again. */
unsigned long db_notified(const struct db *db);

/* The socket, for poll(2) over several connections; -1 when not connected. */
int db_socket(const struct db *db);

/* Rows. `column` counts from 0; result_column finds one by name (a missing name is a bug()). */
int result_rows(const struct result *result);
int result_columns(const struct result *result);
const char *result_name(const struct result *result, int column);
int result_column(const struct result *result, const char *name);
int result_find(const struct result *result, const char *name);            /* -1 when there is none */
const char *result_text(const struct result *result, int row, int column); /* NULL for SQL NULL */
size_t result_length(const struct result *result, int row, int column);
long long result_int(const struct result *result, int row, int column); /* 0 for SQL NULL */
bool result_bool(const struct result *result, int row, int column);
const char *result_get(const struct result *result, int row, const char *name); /* text by name */
int result_affected(const struct result *result);                               /* rows that a command touched */

#endif
