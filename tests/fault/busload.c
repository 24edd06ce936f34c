/*
 * busload: what tests/fault/bus.bats puts on both ends of the bus.
 *
 *	busload write CONNINFO WRITERS SECONDS SEED     publish from so many connections at once
 *	busload consume CONNINFO PATIENCE_MS SLOW_MS [in-place|whole]
 *	                                                consume through the library until SIGTERM; `whole`: events are
 *	                                                sent here and back instead of read in their place
 *	busload drain CONNINFO                          consume what is there, say how fast, and leave
 *	busload naive CONNINFO SLOW_MS                  consume by `id > last`, the control that must fail
 *	busload ping CONNINFO COUNT SEED                publish, wait for the effect, again; say the longest wait in ms
 *
 * A writer's transaction locks one of a few hundred aggregates, publishes its next version, notes it in bus_written,
 * waits 0 to 23 ms, and in one of twenty cases rolls back. A consumer's effect is a row in bus_applied (or
 * bus_applied_naive) per event; nothing there forbids a second one, so that it can be counted. SLOW_MS is the longest
 * wait between effect and commit. An event whose payload says {"poison": "crash"} ends the process; {"poison": "sql"}
 * fails in PostgreSQL.
 */
#include <libpq-fe.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "aurora/bus.h"
#include "db/db.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/log.h"

#define AGGREGATES       200
#define LONGEST_US       23000
#define ROLLBACK_PERCENT 5
#define RECONNECT_US     50000
#define PAUSE_US         25000
#define TOO_LONG_US      2500000

static volatile int stop;
static long slow_ms;
static uint64_t state;

static void on_signal(int signo)
{
	(void)signo;
	stop = 1;
}

/* xorshift64*: the same seed, the same choices. */
static uint64_t chance(uint64_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 2685821657736338717ULL >> 33) % below;
}

static void nap_us(uint64_t us)
{
	struct timespec ts = {.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000 * 1000)};

	nanosleep(&ts, NULL);
}

static bool command(PGconn *conn, const char *sql)
{
	PGresult *res = PQexec(conn, sql);
	bool ok = PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK;

	PQclear(res);
	return ok;
}

static bool write_one(PGconn *conn)
{
	static const char sql[] =
		"WITH a AS (UPDATE bus_aggregates SET version = version + 1 WHERE n = $1::int RETURNING id, version), "
		"w AS (INSERT INTO bus_written SELECT id, version FROM a) "
		"SELECT bus.publish('ThoughtCreated', id, id, version, '{\"text\": \"a thought of no great length\"}') "
		"FROM a";
	char n[16];
	PGresult *res;
	bool ok;

	snprintf(n, sizeof(n), "%d", (int)chance(AGGREGATES) + 1);
	ok = command(conn, "BEGIN");
	if (ok) {
		res = PQexecParams(conn, sql, 1, NULL, (const char *const[]){n}, NULL, NULL, 0);
		ok = PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1;
		PQclear(res);
	}
	if (ok)
		nap_us(chance(LONGEST_US));
	return ok && command(conn, chance(100) < ROLLBACK_PERCENT ? "ROLLBACK" : "COMMIT");
}

static void writer(const char *conninfo, int64_t until)
{
	PGconn *conn = NULL;

	while (clock_tick_us() < until) {
		if (conn == NULL)
			conn = PQconnectdb(conninfo);
		if (PQstatus(conn) == CONNECTION_OK && write_one(conn))
			continue;
		PQfinish(conn);
		conn = NULL;
		nap_us(RECONNECT_US);
	}
	PQfinish(conn);
	exit(0);
}

static int write_all(const char *conninfo, int writers, int seconds, uint64_t seed)
{
	int64_t until = clock_tick_us() + (int64_t)seconds * 1000000;

	for (int i = 0; i < writers; i++) {
		if (fork() == 0) {
			state = (seed + 1) * 0x9e3779b97f4a7c15ULL + (uint64_t)i * 0xbf58476d1ce4e5b9ULL;
			writer(conninfo, until);
		}
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

static const struct statement effect = {
	.name = "effect",
	.sql = "INSERT INTO bus_applied (event_id, aggregate_id, version, in_place) "
	       "SELECT id, aggregate_id, version / CASE WHEN payload ->> 'poison' = 'sql' THEN 0 ELSE 1 END, "
	       "json_typeof($1::json) = 'object' "
	       "FROM bus.given($1::json)",
	.params = 1,
};

static const struct statement deadly = {
	.name = "deadly",
	.sql = "SELECT FROM bus.given($1::json) WHERE payload ->> 'poison' = 'crash'",
	.params = 1,
};

static bool apply(struct db *db, const char *events)
{
	const char *const bound[] = {events};
	struct result *end = db_query(db, &deadly, bound);

	if (end != NULL && result_rows(end) > 0)
		raise(SIGKILL);
	if (end == NULL || db_query(db, &effect, bound) == NULL)
		return false;
	if (slow_ms > 0)
		nap_us(chance((uint64_t)slow_ms * 1000));
	return true;
}

static struct consumer consumer = {.name = "search", .apply = apply, .in_place = true};

static struct db *open_db(const char *conninfo)
{
	struct db *db = db_open(&(struct db_options){
		.conninfo = conninfo, .role = "search", .application = "busload", .statement_timeout_ms = 10000});

	db_use(db, arena_new());
	return db;
}

static int consume(const char *conninfo)
{
	struct consumer_seat seat = {.consumer = &consumer, .db = open_db(conninfo)};

	consumers_run(&seat, 1, INT64_MAX, &stop);
	db_close(seat.db);
	return 0;
}

static int drain(const char *conninfo)
{
	struct db *db = open_db(conninfo);
	int64_t began = clock_tick_us();
	uint64_t applied = 0;
	enum drain_end end = consumer_drain(db, &consumer, INT64_MAX, &applied);
	double seconds = (double)(clock_tick_us() - began) / 1e6;

	printf("%llu events in %.2f s: %.0f events/s\n", (unsigned long long)applied, seconds,
	       (double)applied / seconds);
	db_close(db);
	return end == DRAIN_EMPTY ? 0 : 1;
}

/* What one writes first: remember the last id, take what is greater. Position and effect do commit together. */
static int naive(const char *conninfo)
{
	static const char sql[] =
		"WITH page AS (SELECT id, aggregate_id, version FROM bus.events WHERE id > (SELECT last FROM "
		"bus_naive) "
		"ORDER BY id LIMIT 500), done AS (INSERT INTO bus_applied_naive (event_id, aggregate_id, version) "
		"SELECT id, aggregate_id, version FROM page) "
		"UPDATE bus_naive SET last = (SELECT max(id) FROM page) WHERE EXISTS (SELECT FROM page)";
	PGconn *conn = NULL;

	while (!stop) {
		if (conn == NULL)
			conn = PQconnectdb(conninfo);
		if (PQstatus(conn) == CONNECTION_OK && command(conn, "BEGIN") && command(conn, sql)) {
			if (slow_ms > 0)
				nap_us(chance((uint64_t)slow_ms * 1000));
			if (command(conn, "COMMIT")) {
				nap_us(1000);
				continue;
			}
		}
		PQfinish(conn);
		conn = NULL;
		nap_us(RECONNECT_US);
	}
	PQfinish(conn);
	return 0;
}

/* One event at a time, after a pause that may end before, while or after the consumer falls asleep. */
static int ping(const char *conninfo, long count, uint64_t seed)
{
	static const char publish[] =
		"SELECT bus.publish('ThoughtCreated', id, id, 1, '{}') FROM thoughts.bus_aggregates WHERE n = 1";
	static const char arrived[] = "SELECT FROM search.bus_applied WHERE event_id = $1::bigint";
	PGconn *conn = PQconnectdb(conninfo);
	int64_t longest = 0;

	state = seed + 1;
	for (long i = 0; i < count && longest < TOO_LONG_US; i++) {
		int64_t began;
		char id[24];
		PGresult *res;
		bool there = false;

		nap_us(chance(PAUSE_US));
		began = clock_tick_us();
		res = PQexec(conn, publish);
		if (PQntuples(res) != 1)
			return 1;
		snprintf(id, sizeof(id), "%s", PQgetvalue(res, 0, 0));
		PQclear(res);
		while (!there) {
			res = PQexecParams(conn, arrived, 1, NULL, (const char *const[]){id}, NULL, NULL, 0);
			there = PQntuples(res) == 1;
			PQclear(res);
			if (clock_tick_us() - began > 60000000)
				return 1;
		}
		if (clock_tick_us() - began > longest)
			longest = clock_tick_us() - began;
	}
	printf("%lld\n", (long long)(longest / 1000));
	PQfinish(conn);
	return 0;
}

static long argument(int argc, char **argv, int i)
{
	return i < argc ? strtol(argv[i], NULL, 10) : 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";

	log_open("busload", NULL, LOG_WARN);
	signal(SIGTERM, on_signal);
	state = (uint64_t)getpid() * 0x9e3779b97f4a7c15ULL;
	if (strcmp(mode, "write") == 0 && argc == 6)
		return write_all(argv[2], (int)argument(argc, argv, 3), (int)argument(argc, argv, 4),
				 (uint64_t)argument(argc, argv, 5));
	if (strcmp(mode, "consume") == 0) {
		consumer_patience_us = argument(argc, argv, 3) * 1000;
		slow_ms = argument(argc, argv, 4);
		consumer.in_place = argc < 6 || strcmp(argv[5], "whole") != 0;
		return consume(argv[2]);
	}
	if (strcmp(mode, "ping") == 0)
		return ping(argv[2], argument(argc, argv, 3), (uint64_t)argument(argc, argv, 4));
	if (strcmp(mode, "drain") == 0)
		return drain(argv[2]);
	if (strcmp(mode, "naive") == 0) {
		slow_ms = argument(argc, argv, 3);
		return naive(argv[2]);
	}
	fputs("usage: busload write|consume|drain|naive|ping CONNINFO ...; see the head of busload.c\n", stderr);
	return 2;
}
