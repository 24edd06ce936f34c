#!/usr/bin/env bats
# One call of a library fails while a request is answered: an allocation, a call of json-c, of OpenSSL and its like, of
# libpq, or the connection goes. For each of them the answer is whole and right, or a problem with 5xx, or there is none;
# the process ends by itself, with status 0 or 1, and in time; 2xx means that the effect is in the database, and whoever
# sends the same again after another answer gets exactly one effect.
#
# Functions run as plain CGI, a process a request, with failing.so in front of their libraries (see failing.c). Where a
# class has many calls, one is drawn from each of STEPS stretches of them; FULL=1 makes every call fail. SEED=n repeats a
# run's choices; the seed is printed. Under SAN=1 the same calls are counted, and the allocator that fails is ASan's.

load ../api/common

FAILING=$HOUSE_ROOT/$BUILD/tests/failing.so
SECONDS_MOST=20 # a process that takes longer has hung

# What is asked: name, function, method, target, status, what jq makes of every right answer, body. @run@ is a word of the
# run's own, @n@ its number in twelve digits. `again`: when the answer is not that status, the same request is sent again
# without failures.
requests() {
	cat <<-'END'
		search search GET /api/search?q=harbour+kept 200 once del(.took_ms,.behind) -
		create thoughts POST /api/thoughts 201 again [(.text|sub("run\\S*";"")),.tags,.pinned,.version] {"text":"@run@ Über #Ort/Köln","tags":["given"]}
		capture thoughts POST /api/thoughts 201 once [(.text|sub("run\\S*";"")),.tags,.pinned,.version] {"text":"@run@ without a key #one"}
		get thoughts GET /api/thoughts/@thought@ 200 once . -
		list thoughts GET /api/thoughts?limit=2&tag=kept&count=true 200 once . -
		patch thoughts PATCH /api/thoughts/@edited@ 200 once [(.text|sub("run\\S*";"")),.tags,.pinned] {"text":"@run@ changed #edited"}
		delete thoughts DELETE /api/thoughts/00000000-0000-7000-8000-@n@ 204 once . -
		login identity POST /auth/login 200 once [.user,(.access_token|split(".")|map(length)[2]),(.refresh_token|length)] {"email":"@email@","password":"@password@"}
		refresh identity POST /auth/refresh 200 again [(.access_token|split(".")|map(length)[2]),(.refresh_token|length)] {"refresh_token":"@refresh@"}
	END
}

setup_file() {
	local n
	export SEED=${SEED:-$RANDOM}
	echo "# seed $SEED${FULL:+, every call}" >&3
	[ -x "$FAILING" ] || fail "$FAILING is not built: make unit"
	# Tokens outlive the longest run.
	house_start AURORA_CRON=off AURORA_ACCESS_TOKEN_TTL=86400
	wait_healthy 15
	register_as owner
	become owner
	for n in 1 2 3; do
		capture "The lights over the harbour, $n #kept"
	done
	echo "$id" >"$BATS_FILE_TMPDIR/thought"
	capture "to be changed"
	echo "$id" >"$BATS_FILE_TMPDIR/edited"
}

teardown_file() {
	house_stop
}

setup() {
	become owner
	RANDOM=$SEED
	DIR=$BATS_TEST_TMPDIR
	: >"$DIR/faults"
	export LC_ALL=C # lengths are bytes
	if [ "${SAN:-0}" = 1 ]; then
		export ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0:exitcode=99
		export UBSAN_OPTIONS=$UBSAN_OPTIONS:exitcode=99
	fi
}

# One request of plain CGI; sets out, code. With a class and a number, that call fails.
cgi() {
	local class=${1:-} call=${2:-} preload=''
	out=$(
		export REQUEST_METHOD=$method REQUEST_URI=$uri QUERY_STRING='' REMOTE_ADDR=192.0.2.1 GATEWAY_INTERFACE=CGI/1.1
		export HTTP_AUTHORIZATION="Bearer $TOKEN"
		[ "$data" = - ] || export CONTENT_TYPE=application/json CONTENT_LENGTH=${#data}
		[ "$name" != create ] || export HTTP_IDEMPOTENCY_KEY=$run
		if [ -n "$class" ]; then
			export FAILING_CLASS=${class%-*} FAILING_CALL=$call FAILING_REPORT=$DIR/report FAILING_SECONDS=$SECONDS_MOST
			[ "${class#*-}" = "$class" ] || export FAILING_ONWARD=yes
			preload=$FAILING
		fi
		(LD_PRELOAD=$preload exec "$AURORA_HOME/bin/$function" <<<"$data")
		code=$?
		printf . # keeps the answer's last newline
		exit "$code"
	) 2>>"$DIR/stderr"
	code=$?
	out=${out%.}
}

fault() {
	{
		echo "$name, $class $n: $1 (exit status $code)"
		[ ! -s "$DIR/report" ] || cat "$DIR/report"
		echo "answer: ${out:0:2000}"
	} >>"$DIR/faults"
}

# The answer's status and body, once it is whole; status is 000 where there is none.
read_answer() {
	local blank=$'\r\n\r\n' head
	status=000 answer=''
	((code <= 1)) || fault "it did not end by itself"
	if [ -z "$out" ]; then
		((code == 1)) || fault "no answer"
		return 0
	fi
	head=${out%%"$blank"*}
	[[ $out == *"$blank"* && $head =~ ^Status:\ ([0-9][0-9][0-9])\  ]] || {
		fault "half an answer"
		status=half
		return
	}
	status=${BASH_REMATCH[1]}
	answer=${out#*"$blank"}
	case $status in
	204) [ -z "$answer" ] || fault "204 with a body" ;;
	*) [[ $head =~ Content-Length:\ ([0-9]+) && ${BASH_REMATCH[1]} = "${#answer}" ]] || fault "not as long as it says" ;;
	esac
	case $status in
	"$expected") ;;
	503) [[ $head == *"Retry-After: "* ]] || fault "503 without Retry-After" ;;
	500) ;;
	*) fault "status $status" ;;
	esac
	[[ $status != 5* || $head == *"Content-Type: application/problem+json"* ]] || fault "5xx that is no problem"
}

# Everything that comes in place of an @name@.
fill() {
	local text=$1
	text=${text//@run@/$run}
	text=${text//@n@/$number}
	text=${text//@thought@/$thought}
	text=${text//@edited@/$edited}
	text=${text//@email@/$EMAIL}
	text=${text//@password@/$PASSWORD}
	filled=${text//@refresh@/$REFRESH}
}

# Make the n-th call fail, for one n after the other, or draw `steps` of them.
step_through() {
	local class=$1 steps=$2 total n from stretch run number uri data out code status answer filled reached=0
	local -A outcomes=()
	: >"$DIR/$name.runs"
	: >"$DIR/$name.answers"
	: >"$DIR/$name.problems"
	for ((from = 0; ; from += stretch)); do
		if ((from == 0)); then
			n=0 stretch=1 # how many there are
		elif ((from > total)); then
			break
		else
			stretch=$(((total + steps - 1) / steps))
			[ -z "${FULL:-}" ] || stretch=1
			n=$((from + (RANDOM * 32768 + RANDOM) % stretch))
			((n <= total)) || n=$total
		fi
		run=run-$class-$n
		printf -v number '%s%09d' "$digit" "$n"
		fill "$target" && uri=$filled
		fill "$body" && data=$filled
		: >"$DIR/report"
		cgi "$class" "$n"
		read_answer
		if ((n == 0)); then
			total=$(<"$DIR/report")
			[ "$status" = "$expected" ] || fault "not even without a failure"
		elif [ -s "$DIR/report" ]; then
			reached=$((reached + 1))
		fi
		outcomes[$status]=$((${outcomes[$status]:-0} + 1))
		[[ $status != 5* ]] || printf '%s\n' "$answer" >>"$DIR/$name.problems"
		if [ "$status" != "$expected" ] && [ "$repeat" = again ]; then
			: >"$DIR/report"
			cgi
			read_answer
			[ "$status" = "$expected" ] || fault "nor when it is sent again"
		fi
		echo "$run $number $status" >>"$DIR/$name.runs"
		if [ "$status" = "$expected" ] && [ "$status" != 204 ]; then
			printf '%s\n' "$answer" >>"$DIR/$name.answers"
		fi
		[[ $name != refresh || ! $answer =~ \"refresh_token\":\"([^\"]+) ]] || REFRESH=${BASH_REMATCH[1]}
	done
	printf '# %s: %s, %d of %d calls:' "$class" "$name" "$reached" "$total" >>"$DIR/told"
	for status in "${!outcomes[@]}"; do
		printf ' %d %s' "${outcomes[$status]}" "${status/000/without an answer}" >>"$DIR/told"
	done
	echo >>"$DIR/told"
	((total > 0)) || fault "there is no call of the class"
}

# Rows of a file with the columns run, number, status, and those of answers, beside the query.
sql_runs() {
	sql "$2" -c "CREATE TEMP TABLE runs (run text, n text, status text); CREATE TEMP TABLE answers (a jsonb)" \
		-c "\\copy runs FROM '$DIR/$1.runs' (DELIMITER ' ')" \
		-c "\\copy answers FROM '$DIR/$1.answers' (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')"
}

# What the database holds of a request's runs that it should not, or does not although it should.
check_effects() {
	case $1 in
	create | capture)
		# One row and one event of each that said so, with the id that it said.
		sql_runs "$1" "SELECT r.run, r.status, count(t), count(e), count(a), '$1' = 'create' AS again
			FROM runs r
			LEFT JOIN thoughts.thoughts t ON t.user_id = '$USER_ID' AND split_part(t.text, ' ', 1) = r.run
			LEFT JOIN bus.events e ON e.aggregate_id = t.id AND e.type = 'ThoughtCreated'
			LEFT JOIN answers a ON (a.a ->> 'id')::uuid = t.id AND a.a ->> 'text' = t.text
			WHERE coalesce(split_part(t.text, ' ', 2), '') IN ('', CASE '$1' WHEN 'create' THEN 'Über' ELSE 'without' END)
			GROUP BY r.run, r.status
			HAVING count(t) <> count(e) OR count(t) > 1 OR (r.status = '201' AND (count(t), count(a)) <> (1, 1))"
		;;
	patch)
		sql_runs "$1" "SELECT r.run, r.status, count(e) FROM runs r
			LEFT JOIN bus.events e ON e.user_id = '$USER_ID' AND e.type = 'ThoughtUpdated'
				AND split_part(e.payload ->> 'text', ' ', 1) = r.run
			GROUP BY r.run, r.status HAVING count(e) > 1 OR (r.status = '200' AND count(e) <> 1)"
		;;
	delete)
		sql_runs "$1" "SELECT r.run, r.status, t.deleted_at, count(e) FROM runs r
			JOIN thoughts.thoughts t ON t.user_id = '$USER_ID' AND t.id = ('00000000-0000-7000-8000-' || r.n)::uuid
			LEFT JOIN bus.events e ON e.aggregate_id = t.id AND e.type = 'ThoughtDeleted'
			GROUP BY r.run, r.status, t.deleted_at
			HAVING count(e) <> (t.deleted_at IS NOT NULL)::int OR (r.status = '204' AND count(e) <> 1)"
		;;
	login | refresh)
		sql_runs "$1" "SELECT a.a ->> 'refresh_token' FROM answers a WHERE NOT EXISTS (
			SELECT FROM identity.refresh_tokens t WHERE t.hash = sha256((a.a ->> 'refresh_token')::bytea))"
		;;
	esac
}

# bats looks at every command of a test; that takes longer than the requests.
untraced() {
	(
		trap - DEBUG
		set +eET
		"$@"
	)
}

step_through_all() {
	local class=$1 steps=$2 name function method target expected repeat filter body digit=$3
	while read -r name function method target expected repeat filter body; do
		step_through "$class" "$steps"
	done < <(requests)
	echo "$REFRESH" >"$BATS_FILE_TMPDIR/refresh"
}

# check_class CLASS STEPS DIGIT: every request; DIGIT sets the thoughts apart that each test deletes.
check_class() {
	local class=$1 name filter different wrong
	thought=$(<"$BATS_FILE_TMPDIR/thought")
	edited=$(<"$BATS_FILE_TMPDIR/edited")
	[ ! -s "$BATS_FILE_TMPDIR/refresh" ] || REFRESH=$(<"$BATS_FILE_TMPDIR/refresh")
	sql "INSERT INTO thoughts.thoughts (user_id, id, text, tsv)
		SELECT '$USER_ID', ('00000000-0000-7000-8000-$3' || lpad(n::text, 9, '0'))::uuid, 'to be deleted', ''
		FROM generate_series(0, 40000) n"
	"$AURORA_HOME/bin/index-refresh" 2>/dev/null 3>&-
	untraced step_through_all "$@"
	cat "$DIR/told" >&3
	while read -r name _ _ _ _ _ filter _; do
		jq -e '(.status | . == 500 or . == 503) and (.code | type == "string")' "$DIR/$name.problems" >"$DIR/jq" ||
			[ ! -s "$DIR/$name.problems" ] || echo "$name: a problem that is none" >>"$DIR/faults"
		different=$(jq -cS "$filter" "$DIR/$name.answers" 2>&1 | sort | uniq -c)
		(($(wc -l <<<"$different") == 1)) || echo "$name: not all answers are right:"$'\n'"$different" >>"$DIR/faults"
		wrong=$(check_effects "$name" 2>&1)
		[ -z "$wrong" ] || echo "$name: the database says otherwise:"$'\n'"$wrong" >>"$DIR/faults"
	done < <(requests)
	[ ! -s "$DIR/faults" ] || {
		head -n "${LINES_SHOWN:-120}" "$DIR/faults" >&2
		return 1
	}
}

@test "one allocation fails" {
	check_class memory "${STEPS:-25}" 100
}

@test "an allocation fails, and so do all after it" {
	check_class memory-onward "${STEPS:-6}" 200
}

@test "a call of json-c fails" {
	check_class json "${STEPS:-12}" 300
}

@test "a call of OpenSSL, libjwt, libxcrypt or getrandom fails" {
	check_class crypto "${STEPS:-20}" 400
}

@test "a call of libpq fails" {
	check_class database "${STEPS:-40}" 500
}

@test "the connection to the database is cut at a call of libpq" {
	check_class connection "${STEPS:-40}" 600
}
