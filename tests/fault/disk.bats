#!/usr/bin/env bats
# Disks that are full: of the data, of its write-ahead log, of the logs, of uploads. What cannot be done is a clean 5xx,
# nothing acknowledged is lost, and the house recovers by itself when there is room again.
#
# Each of these directories is a small tmpfs, in a mount namespace that only the house is in: the mounts end with the last
# process there. It takes root with CAP_SYS_ADMIN, or a user who may make user namespaces.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status and body

load ../api/common
load ../load

setup_file() {
	house_start AURORA_CRON=loop && house_halt && disks_mount && inside "$HOUSE_ROOT/scripts/aurora" up >"$HOUSE_SCRATCH/up.log" 2>&1
}

teardown_file() {
	if [ -n "${DISKS:-}" ] && [ -d "/proc/$DISKS" ]; then
		inside "$HOUSE_ROOT/scripts/aurora" down
		inside cp -a "$AURORA_HOME/log" "$HOUSE_SCRATCH/"
		kill "$DISKS"
	fi
	house_stop
}

setup() {
	wait_healthy 20
	register_as reader
	register
}

teardown() {
	local dir
	[ -z "${writers:-}" ] || kill "${writers[@]}" 2>/dev/null || true
	for dir in pg pg/pg_wal log run/upload; do free "$dir"; done
	postgres_runs || inside "$HOUSE_ROOT/scripts/aurora" up
}

# A namespace in which these directories are small, as DISKS, the process that holds it. When this file's process has gone
# without its teardown, that one takes the house down.
disks_mount() {
	local -a namespace=(--mount)
	[ "$(id -u)" = 0 ] || namespace=(--user --map-current-user --keep-caps --mount)
	# shellcheck disable=SC2016
	setsid unshare "${namespace[@]}" bash -euc '
		small() { # DIRECTORY SIZE [OPTION]
			mkdir -p "$scratch/was/$1"
			cp -a "$home/$1/." "$scratch/was/$1"
			mount -t tmpfs -o "size=$2${3:-}" "aurora-test" "$home/$1"
			cp -a "$scratch/was/$1/." "$home/$1"
		}
		tests=$1 home=$2 scratch=$3 aurora=$4
		small pg 120M
		rm -r "$home/pg/pg_wal"/*
		small pg/pg_wal 64M
		cp -a "$scratch/was/pg/pg_wal/." "$home/pg/pg_wal"
		small log 1M ,nr_inodes=100
		small run/upload 4M
		echo $$ >"$scratch/disks.pid"
		while [ -d "/proc/$tests" ]; do sleep 1; done
		exec "$aurora" down' bash $$ "$AURORA_HOME" "$HOUSE_SCRATCH" "$HOUSE_ROOT/scripts/aurora" \
		>"$HOUSE_SCRATCH/disks.log" 2>&1 </dev/null 3>&- &
	if ! wait_until 10 test -s "$HOUSE_SCRATCH/disks.pid"; then
		echo "no small disks, which need root with CAP_SYS_ADMIN or a user who may make user namespaces:" >&2
		cat "$HOUSE_SCRATCH/disks.log" >&2
		return 1
	fi
	DISKS=$(<"$HOUSE_SCRATCH/disks.pid")
	export DISKS
}

# COMMAND…: where the small disks are; the working directory becomes another.
inside() {
	local -a namespace=(--mount)
	[ "$(id -u)" = 0 ] || namespace=(--user --preserve-credentials --mount)
	nsenter --target "$DISKS" "${namespace[@]}" "$@" 3>&- </dev/null
}

# COMMAND…: there, as the user of the house.
inside_as_house() {
	local user
	user=$(stat -c %U "$AURORA_HOME/pg")
	if [ "$(id -u)" = 0 ]; then
		inside setpriv "--reuid=$user" "--regid=$(id -g "$user")" --init-groups "$@"
	else
		inside "$@"
	fi
}

# fill DIRECTORY: to the last byte.  free DIRECTORY: as before.
fill() {
	inside dd if=/dev/zero of="$AURORA_HOME/$1/ballast" bs=64k status=none 2>/dev/null || true
	equal "$(inside df --output=avail "$AURORA_HOME/$1" | tail -n 1 | xargs)" 0 "room on the full disk"
}

free() {
	inside rm -f "$AURORA_HOME/$1/ballast"
}

postgres_runs() {
	inside_as_house "/usr/lib/postgresql/$(inside cat "$AURORA_HOME/pg/PG_VERSION")/bin/pg_ctl" -D "$AURORA_HOME/pg" status >/dev/null
}

postgres_ended() {
	! postgres_runs
}

# What cron does each minute.
cron_minute() {
	inside_as_house "$AURORA_HOME/bin/cron-loop" --once
}

refused_often() {
	[ "$(refusals)" -ge 20 ]
}

# A thought that needs more room than is left in any page.
long_thought() {
	jq -nc --arg text "$(head -c 12000 /dev/urandom | base64 -w 0)" '{text: $text}'
}

expect_unavailable() {
	expect_problem 503 unavailable
	expect_header_like Retry-After '^[1-9][0-9]*$'
}

log_has() {
	inside grep -q "$1" "$AURORA_HOME/log/$2.log"
}

@test "data disk full under load: 503, what is there is read on, and writes go on when there is room" {
	local before
	writers=()
	as reader capture 'here before'
	before=$(functions_pids)
	load_start 6
	wait_until 10 test -s "$BATS_TEST_TMPDIR/acknowledged.1"
	fill pg
	as reader api POST /api/thoughts "$(long_thought)"
	expect_unavailable
	as reader api GET /api/thoughts
	expect_status 200
	expect_json '.items[].text' 'here before'
	wait_until 10 refused_often
	free pg
	as reader api POST /api/thoughts "$(long_thought)"
	expect_status 201
	load_check
	expect_alive "$before"
}

@test "no room for the write-ahead log under load: PostgreSQL ends, and cron starts it again when there is room" {
	local before
	writers=()
	before=$(functions_pids)
	load_start 6
	wait_until 10 test -s "$BATS_TEST_TMPDIR/acknowledged.1"
	fill pg/pg_wal
	# What is left in its files.
	sql "SELECT pg_logical_emit_message(false, 'test', repeat('x', 1000000)) FROM generate_series(1, 64)" >"$BATS_TEST_TMPDIR/sql" 2>&1 || true
	log_has 'PANIC:  could not write to file "pg_wal/.*: No space left on device' postgres
	wait_until 10 postgres_ended
	as reader api POST /api/thoughts '{"text":"away"}'
	expect_unavailable
	as reader api GET /api/thoughts
	expect_unavailable
	wait_until 10 refused_often
	cron_minute
	wait_until 10 log_has 'could not start server' cron
	as reader api POST /api/thoughts '{"text":"away"}'
	expect_unavailable
	free pg/pg_wal
	cron_minute
	wait_until 10 thoughts_answer
	load_check
	expect_alive "$before"
}

@test "a PostgreSQL that was shut down stays down" {
	inside_as_house "/usr/lib/postgresql/$(inside cat "$AURORA_HOME/pg/PG_VERSION")/bin/pg_ctl" -s -w -m fast -D "$AURORA_HOME/pg" stop
	inside_as_house "$AURORA_HOME/bin/postgres-start"
	postgres_ended
	inside "$HOUSE_ROOT/scripts/aurora" up
	postgres_runs
}

@test "log disk full: requests are served, and logged again when there is room" {
	local before
	before=$(functions_pids)
	fill log
	for _ in {1..20}; do
		capture 'not in the log'
		api GET '/api/search?q=log'
		expect_status 200
		api GET /users/me
		expect_status 200
	done
	expect_alive "$before"
	# Also where a process begins, and has a log to make that there is no room for.
	inside mv "$AURORA_HOME/log/thoughts.log" "$AURORA_HOME/log/thoughts.log.1"
	# shellcheck disable=SC2016
	inside bash -c 'for ((i = 0; i < 100; i++)); do : >"$1/ballast.$i" || exit 0; done' bash "$AURORA_HOME/log" 2>/dev/null
	pids thoughts | xargs kill -KILL
	wait_until 10 thoughts_answer
	for _ in {1..20}; do capture 'not in the log'; done
	inside test ! -e "$AURORA_HOME/log/thoughts.log"
	inside find "$AURORA_HOME/log" -name 'ballast.*' -delete
	free log
	logged() {
		api GET "/api/thoughts" && log_has "$(header X-Request-Id)" thoughts
	}
	wait_until 5 logged
	equal "$(json '.items | length')" 40 "thoughts"
	api GET /users/me
	wait_until 5 log_has "$(header X-Request-Id)" identity
	# A line that was torn ends where the next one begins.
	equal "$(inside cat "$AURORA_HOME/log/search.log" "$AURORA_HOME/log/thoughts.log" | grep -c '}.*{"time"')" 0 "lines that run together"
}

@test "no room for uploads: a large body is a 5xx without effect, a small one is served" {
	jq -nc 'range(20000) | {text: "thought \(.) of a large import, which is kept in a file until it is whole"}' >"$BATS_TEST_TMPDIR/import"
	fill run/upload
	api POST /api/thoughts/import "@$BATS_TEST_TMPDIR/import" -H 'Content-Type: application/x-ndjson'
	[[ $status = 5?? ]] || fail "it should be a 5xx"
	expect_problem "$status" "$(json .code)"
	capture 'a small one'
	api GET /api/thoughts
	expect_json '.items | length' 1
	free run/upload
	api POST /api/thoughts/import "@$BATS_TEST_TMPDIR/import" -H 'Content-Type: application/x-ndjson'
	expect_status 200
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$USER_ID'")" 20001
}
