/*
 * The one module that owns connections. Every statement is sent asynchronously and waited for with a deadline, so a
 * server that has vanished costs a bounded time; libpq's blocking calls would wait for TCP to give up.
 */
#include "db/db.h"

#include <errno.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "util/arena.h"
#include "util/clock.h"
#include "util/log.h"

#define CONNECT_SILENCE_MS 1000 /* after which a host is given up, where it is the only one */
#define CONNECT_ALL_MS     1800 /* what all hosts of a connection string have between them: an answer within 2 s */
#define CONNECT_GRACE_MS   100
#define STATEMENT_GRACE_US 1000000
#define UNHURRIED_US       INT64_C(600000000)
#define ATTEMPTS           3
#define POLL_FRESH_US      1000 /* what db_poll saw holds for this long */

enum transaction { TRANSACTION_NONE, TRANSACTION_ASKED, TRANSACTION_OPEN, TRANSACTION_LOST };

/* A statement outside the table, and the connection (by its number) that has prepared it. */
struct extra {
	const struct statement *statement;
	unsigned prepared;
};

struct db {
	struct db_options options;
	PGconn *conn;
	struct arena *arena;
	unsigned connection; /* counts up with each one made; 0 is none */
	unsigned *prepared;  /* for each statement of the table, the connection that has prepared it */
	struct extra *extras;
	size_t extra_count;
	enum transaction transaction;
	bool in_hook;
	bool unhurried;
	int64_t polled_us; /* when db_poll last looked */
	unsigned long notified;
	enum db_status status;
	char sqlstate[6];
	char constraint[64];
	char error[512];
};

struct result {
	PGresult *res;
};

/* What became of one attempt at a statement. */
enum fate {
	FATE_DONE,
	FATE_NOT_STARTED, /* certainly without effect, and worth another attempt */
	FATE_UNKNOWN,     /* the connection went; the statement may have committed */
	FATE_FAILED,      /* the server said no */
	FATE_SILENT,      /* no answer in time: asking again would only double the wait */
};

struct db *db_open(const struct db_options *options)
{
	struct db *db = xcalloc(1, sizeof(*db));

	db->options = *options;
	db->prepared = xcalloc(options->statement_count + 1, sizeof(*db->prepared));
	return db;
}

static void disconnect(struct db *db)
{
	if (db->conn != NULL)
		PQfinish(db->conn);
	db->conn = NULL;
	if (db->transaction == TRANSACTION_OPEN)
		db->transaction = TRANSACTION_LOST;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	disconnect(db);
	free(db->prepared);
	free(db->extras);
	free(db);
}

struct arena *db_use(struct db *db, struct arena *arena)
{
	struct arena *before = db->arena;

	db->arena = arena;
	return before;
}

static void copy_line(char *out, size_t size, const char *text)
{
	size_t i;

	for (i = 0; i + 1 < size && text[i] != '\0' && text[i] != '\n'; i++)
		out[i] = text[i];
	out[i] = '\0';
}

static void note_failure(struct db *db, enum db_status status, const char *sqlstate, const char *constraint,
			 const char *text)
{
	db->status = status;
	copy_line(db->sqlstate, sizeof(db->sqlstate), sqlstate != NULL ? sqlstate : "");
	copy_line(db->constraint, sizeof(db->constraint), constraint != NULL ? constraint : "");
	copy_line(db->error, sizeof(db->error), text != NULL ? text : "");
}

/* What a SQLSTATE means to a caller (PostgreSQL, appendix A). */
static enum db_status classify(const char *sqlstate)
{
	static const struct {
		const char *prefix;
		enum db_status status;
	} classes[] = {
		{"08", DB_UNAVAILABLE},    /* connection exception */
		{"23503", DB_CONFLICT},    /* foreign_key_violation */
		{"23505", DB_CONFLICT},    /* unique_violation */
		{"23P01", DB_CONFLICT},    /* exclusion_violation */
		{"25006", DB_UNAVAILABLE}, /* read_only_sql_transaction: a standby */
		{"40001", DB_RETRY},       /* serialization_failure */
		{"40P01", DB_RETRY},       /* deadlock_detected */
		{"53", DB_UNAVAILABLE},    /* insufficient_resources */
		{"55P03", DB_UNAVAILABLE}, /* lock_not_available */
		{"57", DB_UNAVAILABLE},    /* operator_intervention, statement_timeout */
		{"58", DB_UNAVAILABLE},    /* system_error */
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strncmp(sqlstate, classes[i].prefix, strlen(classes[i].prefix)) == 0)
			return classes[i].status;
	return DB_REFUSED;
}

static void hand_out_notifications(struct db *db)
{
	PGnotify *notify;

	while ((notify = PQnotifies(db->conn)) != NULL) {
		db->notified++;
		if (db->options.on_notify != NULL)
			db->options.on_notify(db, notify->relname, notify->extra, db->options.ctx);
		PQfreemem(notify);
	}
}

/* Wait for the socket until `deadline`; 1 ready, 0 time is up, -1 error. Signals only shorten the wait when asked to.
 */
static int wait_socket(int fd, short events, int64_t deadline, bool until_signal)
{
	struct pollfd pfd = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = deadline - clock_tick_us();
		int ready = poll(&pfd, 1, left <= 0 ? 0 : (int)((left + 999) / 1000));

		if (ready >= 0)
			return ready;
		if (errno != EINTR)
			return -1;
		if (until_signal)
			return 0;
	}
}

static void connection_failed(struct db *db, const char *why)
{
	const char *text = db->conn != NULL ? PQerrorMessage(db->conn) : "";

	note_failure(db, DB_UNAVAILABLE, "", NULL, text[0] != '\0' ? text : why);
	log_warn("database: %s", db->error);
	disconnect(db);
}

static void ignore_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

/* What of a connection string is ours to know (libpq, 34.1.1). */
struct wishes {
	int hosts;             /* several, where one stands in for another */
	bool tcp_user_timeout; /* has one of its own */
};

static struct wishes wishes_of(const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	struct wishes wishes = {.hosts = 1};

	for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++) {
		if (option->val == NULL)
			continue;
		if (strcmp(option->keyword, "tcp_user_timeout") == 0)
			wishes.tcp_user_timeout = true;
		if (strcmp(option->keyword, "host") == 0)
			for (const char *at = option->val; (at = strchr(at, ',')) != NULL; at++)
				wishes.hosts++;
	}
	PQconninfoFree(options);
	return wishes;
}

static bool start_connection(struct db *db)
{
	char options[256], silence[16];
	const struct wishes wishes = wishes_of(db->options.conninfo);
	int each_ms = wishes.hosts == 1 ? CONNECT_SILENCE_MS : CONNECT_ALL_MS / wishes.hosts;
	int64_t deadline = clock_tick_us() + INT64_C(1000) * (wishes.hosts * each_ms + CONNECT_GRACE_MS);
	const char *keywords[] = {"tcp_user_timeout", "user", "application_name", "options", "client_encoding",
				  "dbname",           NULL};
	const char *values[] = {
		silence, db->options.role, db->options.application, options, "UTF8", db->options.conninfo, NULL};
	const unsigned no_timeout = 0;

	snprintf(silence, sizeof(silence), "%d", each_ms);
	snprintf(options, sizeof(options),
		 "-c statement_timeout=%ld -c timezone=UTC -c "
		 "datestyle=ISO "
		 "-c intervalstyle=iso_8601 -c extra_float_digits=1",
		 db->options.statement_timeout_ms);
	db->conn = PQconnectStartParams(keywords, values, 1);
	if (db->conn == NULL)
		die("out of memory");
	for (PostgresPollingStatusType state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;) {
		if (PQstatus(db->conn) == CONNECTION_BAD || state == PGRES_POLLING_FAILED) {
			connection_failed(db, "cannot connect");
			return false;
		}
		if (wait_socket(PQsocket(db->conn), state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline,
				false) <= 0) {
			connection_failed(db, "no answer while connecting");
			return false;
		}
		state = PQconnectPoll(db->conn);
	}
	/* That was for connecting: statements have deadlines of their own. */
	if (!wishes.tcp_user_timeout)
		setsockopt(PQsocket(db->conn), IPPROTO_TCP, TCP_USER_TIMEOUT, &no_timeout, sizeof(no_timeout));
	PQsetNoticeReceiver(db->conn, ignore_notice, NULL);
	db->connection++;
	return true;
}

bool db_connect(struct db *db)
{
	bool welcome = true;

	if (db->conn != NULL)
		return true;
	if (db->transaction == TRANSACTION_LOST) {
		note_failure(db, DB_UNAVAILABLE, "", NULL, "the connection was lost inside a transaction");
		return false;
	}
	if (!start_connection(db))
		return false;
	if (db->options.on_connect != NULL) {
		enum transaction asked = db->transaction;

		db->in_hook = true;
		db->transaction = TRANSACTION_NONE;
		welcome = db->options.on_connect(db, db->options.ctx);
		db->transaction = asked;
		db->in_hook = false;
	}
	if (!welcome)
		disconnect(db);
	return db->conn != NULL;
}

void db_poll(struct db *db)
{
	char byte;
	bool came = false;

	if (db->conn == NULL)
		return;
	db->polled_us = clock_tick_us();
	/* To the end: a server that has gone leaves a last message before the end of the stream. */
	while (recv(PQsocket(db->conn), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) {
		came = true;
		if (PQconsumeInput(db->conn) == 0 || PQstatus(db->conn) == CONNECTION_BAD) {
			disconnect(db);
			return;
		}
	}
	if (came)
		hand_out_notifications(db);
}

int db_wait(struct db *db, int timeout_ms)
{
	PGnotify *notify;
	int ready;
	int came = 0;

	if (db->conn == NULL)
		return -1;
	ready = wait_socket(PQsocket(db->conn), POLLIN, clock_tick_us() + (int64_t)timeout_ms * 1000, true);
	if (ready < 0 || (ready > 0 && PQconsumeInput(db->conn) == 0)) {
		disconnect(db);
		return -1;
	}
	while ((notify = PQnotifies(db->conn)) != NULL) {
		came = 1;
		db->notified++;
		if (db->options.on_notify != NULL)
			db->options.on_notify(db, notify->relname, notify->extra, db->options.ctx);
		PQfreemem(notify);
	}
	if (PQstatus(db->conn) == CONNECTION_BAD) {
		disconnect(db);
		return -1;
	}
	return came;
}

unsigned long db_notified(const struct db *db)
{
	return db->notified;
}

int db_socket(const struct db *db)
{
	return db->conn != NULL ? PQsocket(db->conn) : -1;
}

/* The next result of what was sent, or NULL at its end; *timely turns false when the server kept silent. */
static PGresult *next_result(struct db *db, int64_t deadline, bool *timely)
{
	while (PQisBusy(db->conn)) {
		if (wait_socket(PQsocket(db->conn), POLLIN, deadline, false) <= 0) {
			*timely = false;
			return NULL;
		}
		if (PQconsumeInput(db->conn) == 0)
			break;
	}
	return PQgetResult(db->conn);
}

void db_unhurried(struct db *db, bool unhurried)
{
	db->unhurried = unhurried;
}

static int64_t statement_deadline(const struct db *db)
{
	return clock_tick_us() + (db->unhurried ? UNHURRIED_US : db->options.statement_timeout_ms * 1000) +
	       STATEMENT_GRACE_US;
}

/*
 * Collect what a sent statement answers. The last error counts, for with an implicit transaction the rows come before
 * the commit; an error that follows rows therefore leaves the fate open.
 */
static enum fate collect(struct db *db, const char *what, PGresult **out)
{
	int64_t deadline = statement_deadline(db);
	PGresult *kept = NULL;
	PGresult *res;
	bool timely = true;
	bool had_rows = false;
	bool failed = false;
	bool retry = false;

	while ((res = next_result(db, deadline, &timely)) != NULL) {
		ExecStatusType status = PQresultStatus(res);

		if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
			PQclear(kept);
			kept = res;
			had_rows = true;
			continue;
		}
		const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
		const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

		if (sqlstate == NULL)
			sqlstate = "";
		failed = true;
		note_failure(db, sqlstate[0] != '\0' ? classify(sqlstate) : DB_UNAVAILABLE, sqlstate,
			     PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME),
			     text != NULL ? text : PQresultErrorMessage(res));
		/* A prepared statement that is gone or stale was refused before it ran: so was one that met a shutdown.
		 */
		retry = strncmp(sqlstate, "57P0", 4) == 0 || strcmp(sqlstate, "26000") == 0 ||
			(strcmp(sqlstate, "0A000") == 0 && strstr(db->error, "cached plan") != NULL);
		if (db->status != DB_CONFLICT && db->status != DB_RETRY && !retry)
			log_error("database: %s: %s %s", what, db->sqlstate, db->error);
		PQclear(res);
	}
	if (!timely) {
		PQclear(kept);
		note_failure(db, DB_UNAVAILABLE, "", NULL, "the server does not answer");
		log_warn("database: %s: %s", what, db->error);
		disconnect(db);
		return FATE_SILENT;
	}
	hand_out_notifications(db);
	if (!failed && kept != NULL) {
		*out = kept;
		return FATE_DONE;
	}
	PQclear(kept);
	if (PQstatus(db->conn) == CONNECTION_BAD || retry) {
		bool said_so = failed && db->sqlstate[0] != '\0';

		if (!failed)
			note_failure(db, DB_UNAVAILABLE, "", NULL, PQerrorMessage(db->conn));
		log_warn("database: %s: %s %s", what, db->sqlstate, db->error);
		disconnect(db);
		return said_so && retry && !had_rows ? FATE_NOT_STARTED : FATE_UNKNOWN;
	}
	return FATE_FAILED;
}

static enum fate command(struct db *db, const char *sql, PGresult **out)
{
	if (PQsendQuery(db->conn, sql) == 0) {
		connection_failed(db, sql);
		return FATE_UNKNOWN;
	}
	return collect(db, sql, out);
}

static enum fate prepare(struct db *db, const struct statement *statement)
{
	PGresult *res = NULL;
	enum fate fate;

	if (PQsendPrepare(db->conn, statement->name, statement->sql, 0, NULL) == 0) {
		connection_failed(db, statement->name);
		return FATE_NOT_STARTED;
	}
	fate = collect(db, statement->name, &res);
	PQclear(res);
	return fate == FATE_UNKNOWN ? FATE_NOT_STARTED : fate;
}

/* A connection that ended while nobody used it is found before a statement is trusted to it. */
static void poll_if_stale(struct db *db)
{
	if (!db->in_hook && db->transaction != TRANSACTION_OPEN && clock_tick_us() - db->polled_us > POLL_FRESH_US)
		db_poll(db);
}

/* Connected, with BEGIN said where it was asked for, and the statement prepared; then send it. */
static enum fate send_statement(struct db *db, const struct statement *statement, unsigned *prepared,
				const char *const *params)
{
	PGresult *res = NULL;
	enum fate fate;
	int sent;

	poll_if_stale(db);
	if (!db_connect(db))
		return FATE_FAILED;
	if (db->transaction == TRANSACTION_ASKED) {
		fate = command(db, "BEGIN", &res);
		PQclear(res);
		if (fate != FATE_DONE)
			return fate == FATE_UNKNOWN ? FATE_NOT_STARTED : fate;
		db->transaction = TRANSACTION_OPEN;
	}
	if (db->options.one_shot) {
		sent = PQsendQueryParams(db->conn, statement->sql, statement->params, NULL, params, NULL, NULL, 0);
	} else {
		if (*prepared != db->connection) {
			fate = prepare(db, statement);
			if (fate != FATE_DONE)
				return fate;
			*prepared = db->connection;
		}
		sent = PQsendQueryPrepared(db->conn, statement->name, statement->params, params, NULL, NULL, 0);
	}
	if (sent == 0) {
		connection_failed(db, statement->name);
		return FATE_UNKNOWN;
	}
	return FATE_DONE;
}

static void release_result(void *res)
{
	PQclear(res);
}

static struct result *keep(struct db *db, PGresult *res)
{
	struct result *result = arena_alloc(db->arena, sizeof(*result));

	result->res = res;
	arena_defer(db->arena, release_result, res);
	db->status = DB_OK;
	return result;
}

static bool may_repeat(const struct db *db, const struct statement *statement, enum fate fate)
{
	if (db->transaction == TRANSACTION_OPEN || db->transaction == TRANSACTION_LOST)
		return false;
	if (fate == FATE_SILENT)
		return false;
	if (fate == FATE_FAILED)
		return db->status == DB_RETRY;
	return fate == FATE_NOT_STARTED || statement->read;
}

static struct result *run(struct db *db, const struct statement *statement, unsigned *prepared,
			  const char *const *params)
{
	if (db->arena == NULL)
		bug("%s: no arena for its result", statement->name);
	for (int attempt = 1;; attempt++) {
		PGresult *res = NULL;
		enum fate fate = send_statement(db, statement, prepared, params);

		if (fate == FATE_DONE)
			fate = collect(db, statement->name, &res);
		if (fate == FATE_DONE)
			return keep(db, res);
		if (attempt == ATTEMPTS || !may_repeat(db, statement, fate))
			return NULL;
	}
}

static const struct statement *table_statement(const struct db *db, int index, int count)
{
	const struct statement *statement;

	if (index < 0 || (size_t)index >= db->options.statement_count)
		bug("no statement %d", index);
	statement = &db->options.statements[index];
	if (statement->params != count)
		bug("%s takes %d parameters, not %d", statement->name, statement->params, count);
	return statement;
}

struct result *db_run_params(struct db *db, int index, const char *const *params, int count)
{
	return run(db, table_statement(db, index, count), &db->prepared[index], params);
}

struct result *db_query(struct db *db, const struct statement *statement, const char *const *params)
{
	size_t i = 0;

	while (i < db->extra_count && db->extras[i].statement != statement)
		i++;
	if (i == db->extra_count) {
		db->extras = xrealloc(db->extras, (i + 1) * sizeof(*db->extras));
		db->extras[i] = (struct extra){.statement = statement};
		db->extra_count++;
	}
	/* The table may move while the statement runs (a connection hook runs others), so this is kept apart. */
	unsigned prepared = db->extras[i].prepared;
	struct result *result = run(db, statement, &prepared, params);

	db->extras[i].prepared = prepared;
	return result;
}

struct result *db_command(struct db *db, const char *sql)
{
	struct statement statement = {.name = sql, .sql = sql, .read = false};
	PGresult *res = NULL;

	if (db->arena == NULL)
		bug("%s: no arena for its result", sql);
	for (int attempt = 1;; attempt++) {
		enum fate fate = FATE_FAILED;

		poll_if_stale(db);
		if (db_connect(db))
			fate = command(db, sql, &res);
		if (fate == FATE_DONE)
			return keep(db, res);
		if (attempt == ATTEMPTS || !may_repeat(db, &statement, fate))
			return NULL;
	}
}

bool db_stream(struct db *db, int index, const char *const *params, int count,
	       bool (*row)(void *ctx, const struct result *result), void *ctx)
{
	const struct statement *statement = table_statement(db, index, count);
	enum fate fate = send_statement(db, statement, &db->prepared[index], params);
	bool wanted = true;
	bool complete = false;

	if (fate == FATE_NOT_STARTED && db->transaction == TRANSACTION_NONE)
		fate = send_statement(db, statement, &db->prepared[index], params);
	if (fate != FATE_DONE)
		return false;
	/* All rows at once would be taken for none. */
	if (PQsetSingleRowMode(db->conn) == 0) {
		connection_failed(db, statement->name);
		return false;
	}
	while (wanted) {
		bool timely = true;
		PGresult *res = next_result(db, statement_deadline(db), &timely);
		struct result one = {.res = res};

		if (res == NULL)
			break;
		if (PQresultStatus(res) == PGRES_SINGLE_TUPLE) {
			wanted = row(ctx, &one);
		} else if (PQresultStatus(res) == PGRES_TUPLES_OK) {
			complete = true;
		} else {
			const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);

			complete = false;
			note_failure(db, sqlstate != NULL ? classify(sqlstate) : DB_UNAVAILABLE, sqlstate, NULL,
				     PQresultErrorMessage(res));
			log_error("database: %s: %s %s", statement->name, db->sqlstate, db->error);
			PQclear(res);
			break;
		}
		PQclear(res);
	}
	/* Rows that nobody wants any more are not worth reading: a new connection is cheaper than the rest of a
	 * million. */
	if (!complete) {
		if (db->status == DB_OK)
			note_failure(db, DB_UNAVAILABLE, "", NULL, "a stream of rows ended early");
		disconnect(db);
		return false;
	}
	while (!PQisBusy(db->conn)) {
		PGresult *res = PQgetResult(db->conn);

		if (res == NULL)
			break;
		PQclear(res);
	}
	db->status = DB_OK;
	return true;
}

enum db_status db_status(const struct db *db)
{
	return db->status;
}

const char *db_sqlstate(const struct db *db)
{
	return db->sqlstate;
}

const char *db_constraint(const struct db *db)
{
	return db->constraint;
}

const char *db_error(const struct db *db)
{
	return db->error;
}

bool db_begin(struct db *db)
{
	if (db->transaction != TRANSACTION_NONE)
		bug("a transaction is open already");
	db_poll(db);
	db->transaction = TRANSACTION_ASKED;
	return true;
}

bool db_commit(struct db *db)
{
	enum transaction was = db->transaction;
	PGresult *res = NULL;
	bool committed;

	if (was == TRANSACTION_LOST) {
		db->transaction = TRANSACTION_NONE;
		return false;
	}
	if (was != TRANSACTION_OPEN) {
		db->transaction = TRANSACTION_NONE;
		return true;
	}
	committed = command(db, "COMMIT", &res) == FATE_DONE;
	/* COMMIT of a transaction that has failed answers ROLLBACK. */
	if (committed && strcmp(PQcmdStatus(res), "COMMIT") != 0) {
		note_failure(db, DB_REFUSED, "25P02", NULL, "the transaction had failed");
		committed = false;
	}
	PQclear(res);
	db->transaction = TRANSACTION_NONE;
	return committed;
}

void db_rollback(struct db *db)
{
	PGresult *res = NULL;

	if (db->transaction == TRANSACTION_OPEN && db->conn != NULL) {
		enum db_status status = db->status;

		if (command(db, "ROLLBACK", &res) == FATE_DONE)
			db->status = status;
		PQclear(res);
	}
	db->transaction = TRANSACTION_NONE;
}

bool db_in_transaction(const struct db *db)
{
	return db->transaction != TRANSACTION_NONE;
}

int result_rows(const struct result *result)
{
	return PQntuples(result->res);
}

int result_columns(const struct result *result)
{
	return PQnfields(result->res);
}

const char *result_name(const struct result *result, int column)
{
	return PQfname(result->res, column);
}

int result_find(const struct result *result, const char *name)
{
	int columns = PQnfields(result->res);

	/* PQfnumber folds case and copies the name at each call; names here are exact. */
	for (int i = 0; i < columns; i++)
		if (strcmp(PQfname(result->res, i), name) == 0)
			return i;
	return -1;
}

int result_column(const struct result *result, const char *name)
{
	int column = result_find(result, name);

	if (column < 0)
		bug("no column %s", name);
	return column;
}

const char *result_text(const struct result *result, int row, int column)
{
	return PQgetisnull(result->res, row, column) ? NULL : PQgetvalue(result->res, row, column);
}

size_t result_length(const struct result *result, int row, int column)
{
	return (size_t)PQgetlength(result->res, row, column);
}

long long result_int(const struct result *result, int row, int column)
{
	const char *text = result_text(result, row, column);

	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool result_bool(const struct result *result, int row, int column)
{
	const char *text = result_text(result, row, column);

	return text != NULL && text[0] == 't';
}

const char *result_get(const struct result *result, int row, const char *name)
{
	return result_text(result, row, result_column(result, name));
}

int result_affected(const struct result *result)
{
	return (int)strtol(PQcmdTuples(result->res), NULL, 10);
}
