# A house of a test's own: home, port, cluster, web server, functions; beside any other house on the machine.
#
#	house_start [NAME=VALUE …]   a new house; exports AURORA_HOME, AURORA_PORT, AURORA_URL and the parameters given
#	house_stop                   stop it and remove its home (inside HOUSE_TEST_DIR that is scripts/test's decision)
#	sql QUERY [psql options]     run QUERY as the superuser, rows as plain lines
#	sql_as ROLE QUERY [options]  the same, logged in as ROLE
#	as_house COMMAND…            run COMMAND as the user of the house
#	pids PROGRAM                 process ids of this house's PROGRAM (thoughts, index-refresh …), one a line
#	functions_pids               process ids of all functions of this house, in one line
#	peak PROGRAM                 the most memory that one of its processes has had, in KiB
#	wait_until SECONDS COMMAND…  run COMMAND until it succeeds; fails when it has not after SECONDS
#	uptime_ms NAME               NAME becomes the milliseconds since the machine started: durations are measured so, for
#	                             its wall clock may be set meanwhile
#	wait_healthy [SECONDS]       wait until every function of the house answers
#
# Parameters of a test house: cheap password hashes, limits out of the way, no cron. A NAME=VALUE given to
# house_start wins (house_start AURORA_LIMIT_USER=5).

HOUSE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export HOUSE_ROOT
export BUILD=${BUILD:-build/release}

# A port that nothing listens on.
house_port() {
	local port try # 20000-31999: below the ports that Linux gives to outgoing connections
	for ((try = 0; try < 200; try++)); do
		port=$((20000 + SRANDOM % 12000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
		echo "$port"
		return 0
	done
	echo "no free port between 20000 and 31999" >&2
	return 1
}

# The houses of one run of scripts/test begin as copies of one that was made, migrated and put down: to make a cluster takes
# longer than many a test. A house that is started alone is made from nothing.
house_copy() {
	local template=$HOUSE_TEST_DIR/aurora-test.template
	(
		flock 9
		[ ! -e "$template/made" ] || exit 0
		mkdir -p "$template" && chmod 755 "$template" && cd "$HOUSE_ROOT" &&
			AURORA_HOME=$template/home AURORA_CRON=off scripts/aurora up &&
			AURORA_HOME=$template/home scripts/aurora down && touch "$template/made"
	) >"$HOUSE_SCRATCH/copy.log" 2>&1 </dev/null 3>&- 9>"$HOUSE_TEST_DIR/template.lock" || {
		echo "the house that others are copies of was not made:" >&2
		tail -n 40 "$HOUSE_SCRATCH/copy.log" >&2
		return 1
	}
	cp -a "$template/home" "$AURORA_HOME"
}

house_start() {
	local setting
	HOUSE_SCRATCH=$(mktemp -d "${HOUSE_TEST_DIR:-/tmp}/aurora-test.XXXXXX") || return 1
	chmod 755 "$HOUSE_SCRATCH" # the house runs as an unprivileged user
	AURORA_PORT=$(house_port) || return 1
	export HOUSE_SCRATCH AURORA_PORT
	export AURORA_HOME=$HOUSE_SCRATCH/home
	[ -z "${HOUSE_TEST_DIR:-}" ] || house_copy || return 1
	export AURORA_URL=http://127.0.0.1:$AURORA_PORT
	export AURORA_BCRYPT_COST=4 AURORA_CRON=off
	export AURORA_LIMIT_REGISTER=1000000 AURORA_LIMIT_ADDRESS=1000000 AURORA_LIMIT_USER=1000000
	export AURORA_LIMIT_LOGIN=1000000 AURORA_LIMIT_MAIL=1000000
	for setting in "$@"; do
		export "${setting?}"
	done
	if [ "${SAN:-0}" = 1 ]; then
		export SANITIZER_LOG=${SANITIZER_LOG:-$HOUSE_SCRATCH}
		mkdir -p "$SANITIZER_LOG"
		chmod 1777 "$SANITIZER_LOG"
		export ASAN_OPTIONS=log_path=$SANITIZER_LOG/asan:detect_leaks=0:abort_on_error=0
		export UBSAN_OPTIONS=log_path=$SANITIZER_LOG/ubsan:print_stacktrace=1
	fi
	if ! (cd "$HOUSE_ROOT" && scripts/aurora up) >"$HOUSE_SCRATCH/up.log" 2>&1 </dev/null 3>&-; then
		echo "scripts/aurora up failed for $AURORA_HOME:" >&2
		tail -n 40 "$HOUSE_SCRATCH/up.log" >&2
		return 1
	fi
}

house_halt() {
	[ -n "${HOUSE_SCRATCH:-}" ] && [ -d "$HOUSE_SCRATCH" ] || return 0
	(cd "$HOUSE_ROOT" && scripts/aurora down) >"$HOUSE_SCRATCH/down.log" 2>&1 </dev/null 3>&- || {
		echo "scripts/aurora down failed for $AURORA_HOME:" >&2
		tail -n 20 "$HOUSE_SCRATCH/down.log" >&2
		return 1
	}
}

house_stop() {
	house_halt || return 1
	[ -n "${HOUSE_TEST_DIR:-}" ] || rm -rf "${HOUSE_SCRATCH:?}"
}

sql_as() {
	local role=$1 query=$2
	shift 2
	psql -X -A -t -q -v ON_ERROR_STOP=1 -h "$AURORA_HOME/run" -U "$role" -d aurora "$@" -c "$query"
}

sql() {
	sql_as postgres "$@"
}

pids() {
	{ find /proc/[0-9]*/exe -maxdepth 0 -lname "$(readlink -f "$AURORA_HOME")/bin/$1" 2>/dev/null || true; } | cut -d / -f 3
}

as_house() {
	local user
	user=$(stat -c %U "$AURORA_HOME/keys")
	if [ "$(id -u)" = 0 ]; then
		(cd / && exec setpriv "--reuid=$user" "--regid=$(id -g "$user")" --init-groups "$@")
	else
		"$@"
	fi
}

functions_pids() {
	{
		pids identity
		pids thoughts
		pids search
	} | sort -n | xargs
}

peak() {
	local pid
	for pid in $(pids "$1"); do
		sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status"
	done | sort -n | tail -n 1
}

uptime_ms() {
	local uptime _
	read -r uptime _ </proc/uptime
	printf -v "$1" %d "${uptime/./}0"
}

wait_until() {
	local limit=$1 start now
	shift
	uptime_ms start
	until "$@"; do
		uptime_ms now
		if ((now - start > limit * 1000)); then
			echo "not true within $limit s: $*" >&2
			return 1
		fi
		sleep 0.05
	done
}

# A request without a token reaches a function and its database when the answer is the function's own.
house_answers() {
	local path code
	for path in /api/thoughts /api/search /users/me; do
		code=$(curl -s -o /dev/null -m 5 -w '%{http_code}' "$AURORA_URL$path" || true)
		[ "$code" = 401 ] || return 1
	done
	code=$(curl -s -o /dev/null -m 5 -w '%{http_code}' -H 'Content-Type: application/json' \
		-d '{"email":"nobody@example.test","password":"not a password"}' "$AURORA_URL/auth/login" || true)
	[ "$code" = 401 ]
}

wait_healthy() {
	wait_until "${1:-10}" house_answers
}
