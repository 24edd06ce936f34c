# What happens when parts go away, in a house of their own: every 2xx survives, what was not answered can be sent again,
# and nothing needs to be started anew but what was stopped.

load common
load ../load

setup_file() {
	house_start AURORA_CRON=loop
}

teardown_file() {
	house_stop
}

setup() {
	wait_healthy 20
	register
}

teardown() {
	[ -z "${load_pid:-}" ] || kill "$load_pid" 2>/dev/null || true
}

bin_pg() {
	echo "/usr/lib/postgresql/$(<"$AURORA_HOME/pg/PG_VERSION")/bin"
}

# pg_ctl as the cluster's owner.
pg() {
	as_house "$(bin_pg)/pg_ctl" -D "$AURORA_HOME/pg" "$@" </dev/null >>"$HOUSE_SCRATCH/pg_ctl.log" 2>&1 3>&-
}

# Unless postgres-start is first.
pg_start() {
	pg -w -t 30 -l "$AURORA_HOME/log/postgres.log" start || pg -t 30 status
}

# since MS: the milliseconds that have passed since uptime_ms said MS.
since() {
	local now
	uptime_ms now
	echo $((now - $1))
}

indexed() {
	[ "$(sql "SELECT count(*) FROM search.documents WHERE user_id = '$USER_ID'")" = \
		"$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$USER_ID'")" ]
}

# A search applies what is pending, also while the cron program waits for its next minute.
searched() {
	api GET "/api/search?q=w1" 2>/dev/null && indexed
}

@test "PostgreSQL away: 503 with Retry-After within 2 s from every function; back: no process was started anew" {
	local before method path began
	api POST /api/thoughts '{"text":"before"}'
	expect_status 201
	before=$(functions_pids)
	pg -w -m fast stop
	for _ in 1 2 3; do
		while read -r method path; do
			uptime_ms began
			if [ "$method" = POST ]; then
				api POST "$path" '{"text":"away","email":"a@example.test","password":"a good password"}' || true
			else
				api GET "$path" || true
			fi
			case $path in
			/auth/login) [ "$status" != 422 ] || api POST /auth/login '{"email":"a@example.test","password":"a good password"}' ;;
			/api/thoughts) [ "$status" != 422 ] || api POST /api/thoughts '{"text":"away"}' ;;
			esac
			expect_problem 503 unavailable
			expect_header_like Retry-After '^[1-9][0-9]*$'
			(($(since "$began") < 2000)) || fail "it took longer than 2 s"
		done <<-'END'
			GET /api/thoughts
			POST /api/thoughts
			GET /users/me
			POST /auth/login
			GET /api/search?q=x
		END
	done
	# What needs no database is answered.
	TOKEN='' api GET /.well-known/jwks.json
	expect_status 200
	TOKEN='' api GET /api/thoughts
	expect_problem 401 unauthorized
	pg_start
	wait_until 5 thoughts_answer
	expect_json '.items[0].text' before
	wait_healthy 5
	expect_alive "$before"
}

@test "SIGKILL of functions under load: acknowledged writes are all there, retries with a key are not doubled" {
	local end=$((EPOCHSECONDS + 12)) victim kills=0 last
	writers=()
	load_start 12
	while ((EPOCHSECONDS < end)); do
		readarray -t victims < <(pids thoughts)
		if ((${#victims[@]})); then
			victim=${victims[SRANDOM % ${#victims[@]}]}
			kill -KILL "$victim" 2>/dev/null && kills=$((kills + 1))
		fi
		sleep "0.$((SRANDOM % 4))$((SRANDOM % 10))"
	done
	((kills >= 10)) || fail "only $kills processes were killed"
	uptime_ms last
	load_check
	# 5xx stop within 2 s of the last kill.
	equal "$(cat "$BATS_TEST_TMPDIR"/codes.* | awk -v last="$last" '$1 > last + 2000 && $2 != 201' | head -n 5)" "" "late errors"
	wait_until 15 searched
}

@test "backends terminated again and again under load: nothing is lost, no process needs a restart" {
	local end=$((EPOCHSECONDS + 6)) before
	before=$(functions_pids)
	writers=()
	load_start 6
	while ((EPOCHSECONDS < end)); do
		sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE usename IN ('identity', 'thoughts', 'journals', 'planning', 'search')" >/dev/null
		sleep 0.1
	done
	load_check
	expect_alive "$before"
	wait_until 15 searched
}

@test "immediate stop of PostgreSQL under load: nothing acknowledged is lost, service within 5 s of its return" {
	local before last
	before=$(functions_pids)
	writers=()
	load_start 6
	for _ in 1 2; do
		wait_until 10 thoughts_answer
		sleep "1.$((SRANDOM % 10))"
		pg -w -m immediate stop
		pg_start
	done
	uptime_ms last
	load_check
	equal "$(cat "$BATS_TEST_TMPDIR"/codes.* | awk -v last="$last" '$1 > last + 5000 && $2 != 201' | head -n 5)" "" "late errors"
	expect_alive "$before"
	wait_until 15 searched
}

@test "PostgreSQL that does not answer: 503 within the statement timeout and a second, and no process more than before" {
	local before postmaster began took
	(cd "$HOUSE_ROOT" && AURORA_STATEMENT_TIMEOUT=2000 scripts/aurora up) >"$HOUSE_SCRATCH/up.log" 2>&1 3>&-
	wait_healthy 10
	before=$(functions_pids)
	thoughts_answer
	postmaster=$(head -n 1 "$AURORA_HOME/pg/postmaster.pid")
	readarray -t backends < <(pgrep -P "$postmaster")
	kill -STOP "$postmaster" "${backends[@]}"
	uptime_ms began
	api GET /api/thoughts || true
	took=$(since "$began")
	kill -CONT "$postmaster" "${backends[@]}"
	expect_problem 503 unavailable
	((took < 3200)) || fail "it took $took ms, longer than the timeout and a second"
	wait_until 5 thoughts_answer
	equal "$(functions_pids | wc -w)" "$(wc -w <<<"$before")" "number of processes"
}

# A port where connections are asked for and nobody ever answers: its queue is full.
silent_port() {
	local port=$1
	perl -MSocket -MIO::Handle -e '
		my ($port, $seconds) = @ARGV;
		my $there = pack_sockaddr_in($port, INADDR_LOOPBACK);
		my ($silent, @asked);
		socket($silent, AF_INET, SOCK_STREAM, 0) && bind($silent, $there) && listen($silent, 0) or die "$!";
		for (1 .. 4) {
			socket(my $asking, AF_INET, SOCK_STREAM, 0) or die "$!";
			$asking->blocking(0);
			connect($asking, $there);
			push @asked, $asking;
		}
		STDOUT->autoflush;
		print "silent\n";
		sleep $seconds' "$port" 20 >"$BATS_TEST_TMPDIR/silent" 3>&- &
	silent=$!
	wait_until 5 test -s "$BATS_TEST_TMPDIR/silent"
}

@test "of several hosts in the parameter database, one that is silent is passed over" {
	local port=$((AURORA_PORT + 7)) began took usual hosts
	silent_port "$port"
	uptime_ms began
	"$AURORA_HOME/bin/thoughts" --check
	usual=$(since "$began")
	for hosts in "host=127.0.0.1,$AURORA_HOME/run port=$port,5432 dbname=aurora target_session_attrs=read-write" \
		"postgresql://127.0.0.1:$port,[::1]:$port,%2F${AURORA_HOME//\//%2F}%2Frun:5432/aurora"; do
		uptime_ms began
		AURORA_DATABASE=$hosts "$AURORA_HOME/bin/thoughts" --check
		took=$(since "$began")
		((took >= 500)) || fail "the port was not silent: $took ms"
	done
	uptime_ms began
	! AURORA_DATABASE="host=127.0.0.1,127.0.0.1 port=$port dbname=aurora" "$AURORA_HOME/bin/thoughts" --check || fail "it found a database"
	took=$(since "$began")
	((took - usual < 2000)) || fail "it took $took ms to give up two hosts, and $usual ms where one answers"
	kill "$silent"
}

@test "two houses stand side by side, and go up and down without touching each other" {
	local first=$AURORA_URL mine=$TOKEN scratch=$HOUSE_SCRATCH home=$AURORA_HOME port=$AURORA_PORT
	house_start
	[ "$AURORA_URL" != "$first" ]
	TOKEN=$mine api GET /api/thoughts
	expect_problem 401 unauthorized
	register
	api POST /api/thoughts '{"text":"in the second house"}'
	expect_status 201
	house_stop
	! curl -s -o /dev/null "$AURORA_URL/" || fail "the second house still answers"
	AURORA_URL=$first HOUSE_SCRATCH=$scratch AURORA_HOME=$home AURORA_PORT=$port TOKEN=$mine
	api GET /api/thoughts
	expect_status 200
	expect_json '.items | length' 0
}
