#!/usr/bin/env bats
# Clients that are slow, many at once, or gone before their answer, and a web server that speaks FastCGI as none does: all
# others are answered as ever, no process crashes or grows, nothing is written but by a whole request.
#
# FULL=1 runs it at full size. SEED=n repeats a run's choices; the seed is printed. clients.pl is what the clients are.

load ../api/common

USERS=8

setup_file() {
	export SEED=${SEED:-$RANDOM}
	echo "# seed $SEED${FULL:+, full size}" >&3
	house_start AURORA_CRON=off
	wait_healthy 15
	local n
	for ((n = 0; n < USERS; n++)); do
		register
		capture "of $USER_ID"
		echo "$USER_ID $TOKEN $id"
	done >"$HOUSE_SCRATCH/users"
}

teardown_file() {
	house_stop
}

setup() {
	alive=$(functions_pids)
	read -r USER_ID TOKEN id <"$HOUSE_SCRATCH/users"
	slow_pid=''
}

teardown() {
	[ -z "$slow_pid" ] || kill -KILL "$slow_pid" 2>/dev/null || true
}

clients() {
	perl "$BATS_TEST_DIRNAME/clients.pl" "$@" <"$HOUSE_SCRATCH/users"
}

# The same as the user whose sockets they are: for the commands that take one.
clients_inside() {
	as_house perl -e "$(<"$BATS_TEST_DIRNAME/clients.pl")" "$@" <"$HOUSE_SCRATCH/users"
}

# How many descriptors the web server has open: its connections, and those to the functions.
descriptors() {
	find "/proc/$(<"$AURORA_HOME/run/lighttpd.pid")/fd" -mindepth 1 | wc -l
}

descriptors_are() {
	[ "$(descriptors)" -le "$1" ]
}

# In PostgreSQL nothing is under way for a function.
backends_idle() {
	[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE usename IN ('identity', 'thoughts', 'journals', 'planning', 'search') AND state <> 'idle'")" = 0 ]
}

expect_healthy() {
	local figures median p99 longest
	figures=$(clients healthy "$AURORA_PORT" "$1")
	read -r median p99 longest <<<"$figures"
	echo "# $2: median $median ms, p99 $p99 ms, longest $longest ms of $1 requests" >&3
	jq -ne "$median < 1000 and $p99 < 1000" >/dev/null || fail "median $median ms, p99 $p99 ms"
}

@test "500 clients that send a byte a second hold nobody up, and nothing of them stays" {
	local count=500 requests=2000 before
	[ -z "${FULL:-}" ] || requests=9000
	before=$(descriptors)
	expect_healthy "$requests" "nobody else"
	perl "$BATS_TEST_DIRNAME/clients.pl" slow "$AURORA_PORT" "$count" <"$HOUSE_SCRATCH/users" >"$BATS_TEST_TMPDIR/slow" 3>&- &
	slow_pid=$!
	wait_until 20 grep -q connected "$BATS_TEST_TMPDIR/slow"
	# All are connected, but for what the healthy ones before them still had open.
	wait_until 10 eval "! descriptors_are $((before + count - 50))"
	expect_healthy "$requests" "beside $count slow clients"
	if [ -n "${FULL:-}" ]; then
		# Those that say nothing any more are ended by the server.
		kill -STOP "$slow_pid"
		wait_until 60 descriptors_are "$before"
		kill -CONT "$slow_pid"
	else
		kill -TERM "$slow_pid"
	fi
	wait "$slow_pid"
	echo "# slow clients, how many of them the server has ended, and after how many seconds: $(tail -n 1 "$BATS_TEST_TMPDIR/slow")" >&3
	wait_until 10 descriptors_are "$before"
	expect_alive "$alive"
	equal "$(functions_pids | wc -w)" "$(wc -w <<<"$alive")" "number of processes"
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE text LIKE 'slow%'")" 0 "thoughts of bodies that never came whole"
}

@test "pipelined requests of mixed users: one answer each, in order, none crossed" {
	local count=3000
	[ -z "${FULL:-}" ] || count=10000
	equal "$(clients pipeline "$AURORA_PORT" 6 "$count")" "$count" "answers"
	# What was written is its user's own, and there once.
	equal "$(sql "SELECT count(*) FILTER (WHERE text NOT LIKE '%of ' || user_id) || ' ' || count(*) - count(DISTINCT text)
		FROM thoughts.thoughts WHERE text LIKE 'n%'")" "0 0" "thoughts of others, and doubled ones"
	[ "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE text LIKE 'n%'")" -gt $((count / 50)) ]
	expect_alive "$alive"
}

@test "malformed FastCGI: no process crashes or grows, good requests are answered after it, nothing is written" {
	local count=400 socket=$AURORA_HOME/run/thoughts.sock-0 before after cases
	[ -z "${FULL:-}" ] || count=20000
	# Nobody but the house has a way to its sockets.
	equal "$(stat -c '%a %U' "$AURORA_HOME/run")" "750 $(stat -c %U "$AURORA_HOME/keys")" "mode and owner of run/"
	before=$(peak thoughts)
	cases=$(clients_inside malformed "$socket" "$count")
	after=$(peak thoughts)
	echo "# $cases connections: the most memory that a process has had went from $before to $after KiB" >&3
	expect_alive "$alive"
	equal "$(sql "SELECT string_agg(text, ', ') FROM thoughts.thoughts WHERE text LIKE '%malformed%'")" "" "thoughts written"
	# With a sanitizer a process is as large as it likes.
	((SAN == 1 || after - before < 4096)) || fail "a process has grown by $((after - before)) KiB"
	equal "$(tail -n 3 "$AURORA_HOME/log/stderr.log")" "" "what functions have said on standard error"
	wait_healthy 5
}

@test "a request that is cut off at any byte writes nothing" {
	local figures connections whole
	figures=$(clients_inside cut "$AURORA_HOME/run/thoughts.sock-0" 1)
	read -r connections whole <<<"$figures"
	echo "# $connections connections that end at every byte; the body is whole from $whole on" >&3
	((connections > 500 && whole > 500)) || fail "there were only $connections connections"
	equal "$(sql "SELECT string_agg(text, ', ') FROM thoughts.thoughts WHERE text LIKE 'cut%' AND right(text, 5)::int < $whole")" "" \
		"thoughts of requests that were cut off"
	expect_alive "$alive"
	wait_until 5 backends_idle
}

@test "clients that go away, before the answer or in the midst of an export: the next is answered, no backend stays busy" {
	local count=30 rows=3000 before
	[ -z "${FULL:-}" ] || count=300 rows=20000
	sql "INSERT INTO thoughts.thoughts (id, user_id, text, tsv)
		SELECT gen_random_uuid(), '$USER_ID', n || repeat(' export', 500), ''
		FROM generate_series(1, $rows) AS n"
	before=$(descriptors)
	# At once, after the first bytes, and after a good part.
	for bytes in 0 1 2000000; do
		equal "$(clients leave "$AURORA_PORT" "$count" "$bytes")" "$count" "clients that left after $bytes bytes"
		wait_until 10 backends_idle
		api GET "/api/thoughts/$id"
		expect_status 200
	done
	wait_until 10 descriptors_are "$before"
	expect_alive "$alive"
	expect_healthy 500 "after them"
}
