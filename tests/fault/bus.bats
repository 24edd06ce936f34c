#!/usr/bin/env bats
# The bus under fire: nothing lost, nothing twice, nothing out of order, while its consumers and its server are killed; and
# the naive consumer fails the same test, which shows that the test can see it.
#
# FULL=1 runs it at full size. SEED=n repeats a run's choices as far as the machine's timing lets them repeat; the seed is
# printed. A cluster of the test's own holds the bus and four tables to count by (see busload.c).

load ../house
load ../cluster

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BUSLOAD=$ROOT/${BUILD:-build/release}/tests/busload

setup_file() {
	export SCRATCH SEED CONNINFO PGHOST PGDATABASE=aurora PGUSER=postgres
	export ASAN_OPTIONS=detect_leaks=0${SANITIZER_LOG:+:log_path=$SANITIZER_LOG/asan}
	export UBSAN_OPTIONS=print_stacktrace=1${SANITIZER_LOG:+:log_path=$SANITIZER_LOG/ubsan}
	SEED=${SEED:-$RANDOM}
	SCRATCH=$(mktemp -d "${HOUSE_TEST_DIR:-/tmp}/aurora-bus.XXXXXX")
	chmod 777 "$SCRATCH"
	PGHOST=$SCRATCH
	CONNINFO="host=$SCRATCH dbname=aurora"
	echo "# seed $SEED${FULL:+, full size}" >&3
	[ -x "$BUSLOAD" ] || { echo "$BUSLOAD is not built: make unit" && return 1; }

	cluster_make "$SCRATCH" "listen_addresses = ''" "unix_socket_directories = '$SCRATCH'" 'max_connections = 100' \
		'restart_after_crash = on' "timezone = 'UTC'"
	createdb -T template0 aurora
	psql -qX -v ON_ERROR_STOP=1 -f "$ROOT/sql/roles.sql"
	for file in "$ROOT"/sql/migrations/0001_*.sql "$ROOT"/sql/migrations/*_bus.sql; do
		psql -qX -1 -v ON_ERROR_STOP=1 -o /dev/null -f "$file"
	done
	psql -qX -v ON_ERROR_STOP=1 -o /dev/null <<-END
		CREATE SCHEMA journals AUTHORIZATION aurora;
		CREATE SCHEMA planning AUTHORIZATION aurora;
		SET ROLE aurora;
		SELECT bus.make_consumer('search'), bus.make_consumer('thoughts');
		CREATE TABLE thoughts.bus_aggregates (n int PRIMARY KEY, id uuid NOT NULL DEFAULT gen_random_uuid(),
		                                      version int NOT NULL DEFAULT 0);
		CREATE TABLE thoughts.bus_written (aggregate_id uuid, version int);
		CREATE TABLE search.bus_applied (n bigint GENERATED ALWAYS AS IDENTITY, event_id bigint, aggregate_id uuid,
		                                 version int, in_place boolean, at timestamptz DEFAULT clock_timestamp());
		CREATE TABLE search.bus_applied_naive (n bigint GENERATED ALWAYS AS IDENTITY, event_id bigint, aggregate_id uuid,
		                                       version int);
		CREATE TABLE search.bus_naive (last bigint NOT NULL);
	END
	psql -qX -v ON_ERROR_STOP=1 -f "$ROOT/sql/grants.sql" 2>"$SCRATCH/grants.log"
}

teardown_file() {
	[ -n "${SCRATCH:-}" ] || return 0
	if [ -d "$SCRATCH/pg" ]; then cluster_stop "$SCRATCH" immediate; fi
	rm -rf "${SCRATCH:?}"
}

setup() {
	psql -qX -v ON_ERROR_STOP=1 <<-END
		TRUNCATE bus.events, thoughts.bus_aggregates, thoughts.bus_written, search.bus_applied, search.bus_applied_naive,
		         search.bus_naive, search.bus_parked;
		INSERT INTO thoughts.bus_aggregates (n) SELECT generate_series(1, 200);
		INSERT INTO search.bus_naive SELECT coalesce(max(last_value), 0) FROM pg_sequences WHERE schemaname = 'bus';
		UPDATE search.bus_cursor SET gen = gen + 1, done = pg_current_snapshot(), win = NULL, pos = 0, attempt = 0, page = 0,
		                             applied = 0, last_error = NULL;
	END
	started=()
}

teardown() {
	local pid
	{
		for pid in "${started[@]}"; do
			kill -CONT "$pid" || true
			kill -KILL "$pid" || true
		done
		wait
	} 2>/dev/null
}

ask() {
	psql -qXAt -v ON_ERROR_STOP=1 -c "$1"
}

is() {
	[ "$(ask "$1" 2>/dev/null)" = "$2" ]
}

# Start a process of the test and remember it: $! is its id.
begin() {
	"$@" >>"$SCRATCH/busload.log" 2>&1 3>&- 4>&- </dev/null &
	started+=($!)
}

# Publish as the context that owns thoughts: publish VERSION [PAYLOAD [AGGREGATE]]
publish() {
	psql -qXAt -v ON_ERROR_STOP=1 -U thoughts -c "SELECT bus.publish('ThoughtCreated', a.id, a.id, $1, '${2:-{\}}')
		FROM thoughts.bus_aggregates a WHERE n = ${3:-1}"
}

# lost, doubled, disordered of a table of effects.
count_faults() {
	ask "SELECT (SELECT count(*) FROM bus.events e WHERE NOT EXISTS (SELECT FROM $1 a WHERE a.event_id = e.id)) || ' ' ||
	            (SELECT count(*) - count(DISTINCT event_id) FROM $1) || ' ' ||
	            (SELECT count(*) FROM (SELECT version, lag(version) OVER (PARTITION BY aggregate_id ORDER BY n) AS before
	                                   FROM $1) AS o WHERE version <= before)"
}

# Everything that was written and not rolled back is in the log, and the other way round.
count_unlogged() {
	ask "SELECT count(*) FROM (SELECT aggregate_id, version FROM thoughts.bus_written
	                           EXCEPT ALL SELECT aggregate_id, version FROM bus.events) AS missing"
}

caught_up() {
	is "SELECT count(*) FROM bus.events e WHERE NOT EXISTS (SELECT FROM search.bus_applied a WHERE a.event_id = e.id)" 0
}

@test "40 writers, two instances of a consumer, SIGKILL and immediate restarts: lost = doubled = disordered = 0" {
	local seconds=17 restarts=3 kills=0 restarted=0 i who until next
	[ -z "${FULL:-}" ] || { seconds=180 restarts=12; }
	RANDOM=$SEED
	begin "$BUSLOAD" write "$CONNINFO user=thoughts" 40 "$seconds" "$SEED"
	writers=$!
	begin "$BUSLOAD" naive "$CONNINFO user=search" 5
	# One of the two waits for its turn and reads events in their place, the other does neither, so both the turns and the
	# position are put to the test, and what a page is to either.
	patience=(3000 0)
	reading=(in-place whole)
	for i in 0 1; do
		begin "$BUSLOAD" consume "$CONNINFO" "${patience[i]}" 20 "${reading[i]}"
		instance[i]=$!
	done
	until=$((SECONDS + seconds))
	next=$((SECONDS + seconds / (restarts + 1)))
	while ((SECONDS < until || kills < 100)); do
		sleep "0.0$((RANDOM % 9 + 1))"
		i=$((RANDOM % 2))
		who=${instance[i]}
		{ kill -KILL "$who" && wait "$who"; } 2>/dev/null || true
		begin "$BUSLOAD" consume "$CONNINFO" "${patience[i]}" 20 "${reading[i]}"
		instance[i]=$!
		kills=$((kills + 1))
		if ((SECONDS >= next && restarted < restarts)); then
			cluster_stop "$SCRATCH" immediate
			cluster_start "$SCRATCH"
			restarted=$((restarted + 1))
			next=$((next + seconds / (restarts + 1)))
		fi
	done
	wait "$writers"
	wait_until 60 caught_up
	wait_until 60 is 'SELECT last >= (SELECT max(id) FROM bus.events) FROM search.bus_naive' t
	read -r lost doubled disordered <<<"$(count_faults search.bus_applied)"
	read -r naive_lost naive_doubled naive_disordered <<<"$(count_faults search.bus_applied_naive)"
	events=$(ask 'SELECT count(*) FROM bus.events')
	echo "# $events events, $kills SIGKILLs, $restarted immediate restarts: lost $lost, doubled $doubled, disordered $disordered" >&3
	echo "# naive control: lost $naive_lost, doubled $naive_doubled, disordered $naive_disordered" >&3
	[ "$events" -gt $((seconds * 100)) ]
	[ "$restarted" = "$restarts" ]
	[ "$(count_unlogged)" = 0 ]
	# Pages were read in either way.
	[ "$(ask 'SELECT count(DISTINCT in_place) FROM search.bus_applied')" = 2 ]
	[ "$lost $doubled $disordered" = "0 0 0" ]
	[ "$naive_lost" -gt 0 ]
}

@test "a consumer that is stopped and later goes on does no harm, and holds nobody up" {
	local rounds=3 round
	[ -z "${FULL:-}" ] || rounds=25
	begin "$BUSLOAD" write "$CONNINFO user=thoughts" 8 $((rounds * 3)) "$SEED"
	writers=$!
	begin "$BUSLOAD" consume "$CONNINFO" 500 20
	frozen=$!
	begin "$BUSLOAD" consume "$CONNINFO" 500 20
	for ((round = 0; round < rounds; round++)); do
		sleep "0.$((RANDOM % 9))"
		kill -STOP "$frozen"
		before=$(ask 'SELECT count(*) FROM search.bus_applied')
		sleep 1
		# Where it was stopped inside its transaction, the server ends that after two seconds.
		wait_until 4 eval "[ \"\$(ask 'SELECT count(*) FROM search.bus_applied')\" -gt $before ]"
		kill -CONT "$frozen"
	done
	wait "$writers"
	wait_until 30 caught_up
	[ "$(count_faults search.bus_applied)" = "0 0 0" ]
}

@test "an event that PostgreSQL refuses is parked, its successors behind it, all others go on in order" {
	for version in 1 2 3; do publish "$version"; done
	poison=$(publish 4 '{"poison": "sql"}')
	for version in 5 6; do publish "$version"; done
	for version in 1 2 3; do publish "$version" '{}' 2; done
	begin "$BUSLOAD" consume "$CONNINFO" 3000 0
	wait_until 10 is "SELECT string_agg(version::text, ' ' ORDER BY n) FROM search.bus_applied WHERE aggregate_id =
		(SELECT id FROM thoughts.bus_aggregates WHERE n = 2)" '1 2 3'
	wait_until 10 is 'SELECT count(*) FROM search.bus_parked' 3
	is "SELECT string_agg(version::text, ' ' ORDER BY n) FROM search.bus_applied WHERE aggregate_id =
		(SELECT id FROM thoughts.bus_aggregates WHERE n = 1)" '1 2 3'
	# A later one of its aggregate, in another window, waits too; others do not.
	publish 7
	publish 4 '{}' 2
	wait_until 10 is 'SELECT count(*) FROM search.bus_parked' 4
	wait_until 10 is 'SELECT count(*) FROM search.bus_applied' 7
	# It is tried again by itself, later and later.
	wait_until 10 is "SELECT attempts >= 2 AND error LIKE '22012%' FROM search.bus_parked WHERE event_id = $poison" t
	# Once it is dropped, those behind it follow in order.
	is "SELECT bus.discard('search', $poison)" t
	wait_until 10 is 'SELECT count(*) FROM search.bus_parked' 0
	is "SELECT string_agg(version::text, ' ' ORDER BY n) FROM search.bus_applied WHERE aggregate_id =
		(SELECT id FROM thoughts.bus_aggregates WHERE n = 1)" '1 2 3 5 6 7'
	# What is parked of a user goes with the user, and brings nothing back.
	publish 8 '{"poison": "sql"}'
	publish 9
	wait_until 10 is 'SELECT count(*) FROM search.bus_parked' 2
	ask "SELECT bus.publish('UserDeleted', id, id, 1, '{}') FROM thoughts.bus_aggregates WHERE n = 1"
	wait_until 10 is 'SELECT count(*) FROM search.bus_parked' 0
	is 'SELECT version FROM search.bus_applied ORDER BY n DESC LIMIT 1' 1
}

@test "an event that kills its consumer is found, parked, and all others are applied" {
	local crashes=0
	other=$(publish 1 '{"poison": "sql"}' 6)
	for version in 1 2 3; do publish "$version"; done
	poison=$(publish 4 '{"poison": "crash"}')
	for n in 3 4 5; do publish 1 '{}' "$n"; done
	# As cron would: started anew whenever it is gone.
	while ((crashes < 20)); do
		if "$BUSLOAD" drain "$CONNINFO" >>"$SCRATCH/busload.log" 2>&1; then break; fi
		crashes=$((crashes + 1))
	done
	echo "# parked after $crashes crashes" >&3
	[ "$crashes" -le 7 ]
	is 'SELECT count(*) FROM search.bus_applied' 6
	is "SELECT string_agg(event_id::text, ' ' ORDER BY event_id) FROM search.bus_parked" "$other $poison"
}

@test "a sleeping consumer is rung: no wake-up is lost, whenever the event comes" {
	local count=300
	[ -z "${FULL:-}" ] || count=4000
	begin "$BUSLOAD" consume "$CONNINFO" 3000 0
	longest=$("$BUSLOAD" ping "$CONNINFO user=postgres" "$count" "$SEED")
	echo "# $count events one by one: the longest took $longest ms" >&3
	# Without the bell it would be found by the look of every five seconds.
	[ "$longest" -lt 2500 ]
}

@test "a transaction that holds its xid, and bells that are never rung, delay no event longer than 6 s" {
	local hold=6
	[ -z "${FULL:-}" ] || hold=60
	begin psql -qX -c "BEGIN; SELECT pg_current_xact_id(); SELECT pg_sleep($hold); COMMIT"
	begin psql -qX -U thoughts -c "BEGIN; SELECT bus.publish('ThoughtCreated', id, id, 1, '{}') FROM thoughts.bus_aggregates
		WHERE n = 9" -c "SELECT pg_sleep($hold)" -c 'COMMIT'
	late=$!
	begin "$BUSLOAD" consume "$CONNINFO" 3000 0
	sleep 1
	for n in 1 2 3; do publish 1 '{}' "$n"; done
	wait_until 6 is 'SELECT count(*) FROM search.bus_applied' 3
	worst=$(ask "SELECT max(a.at - e.at) < interval '0.5 s' FROM search.bus_applied a JOIN bus.events e ON e.id = a.event_id")
	[ "$worst" = t ]
	wait "$late"
	wait_until 2 is 'SELECT count(*) FROM search.bus_applied' 4

	# Written past bus.publish: nobody is told. The consumer sleeps, and looks by itself.
	wait_until 5 is "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 16725 AND mode = 'ExclusiveLock'" 1
	ask "INSERT INTO bus.events (type, user_id, aggregate_id, version, payload)
	     SELECT 'ThoughtCreated', id, id, 2, '{}' FROM thoughts.bus_aggregates WHERE n <= 3"
	wait_until 6 is 'SELECT count(*) FROM search.bus_applied' 7
	[ "$(count_faults search.bus_applied)" = "0 0 0" ]
}
