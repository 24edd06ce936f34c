# Nobody sees or changes another's: every route there is, called by Bob about what is Ana's, and by nobody in particular.
# The routes come from --describe, so a new one is covered or fails here until this file knows how to make what it is about.

load common
load routes

setup_file() {
	describe_keep
	register_as bob
	register_as ana
	api PATCH /users/me "{\"name\":\"Ana $marker\"}"
	expect_status 200
}

nothing_pending() {
	[ "$(sql 'SELECT coalesce(sum(pending), 0) FROM bus.status()')" = 0 ]
}

# Everything that is Ana's, in every table of every context, once all consumers have applied what there is.
snapshot() {
	local ana tables
	ana=$(as ana variable USER_ID)
	wait_until 20 nothing_pending
	tables=$(sql "SELECT string_agg(format(
			'SELECT %L || md5(coalesce(string_agg(t::text, E''\n'' ORDER BY t::text), '''')) FROM %I.%I AS t WHERE %I = %L',
			table_schema || '.' || table_name || ' ', table_schema, table_name, column_name, '$ana'), ' UNION ALL ')
		FROM information_schema.columns
		WHERE table_schema IN ('identity', 'thoughts', 'journals', 'planning', 'search')
		      AND (column_name = 'user_id' OR table_name = 'users' AND column_name = 'id')
		      -- What is worked out or cleared away when there is time.
		      AND (table_schema, table_name) NOT IN (('search', 'words'), ('search', 'unread'), ('search', 'tags'), ('journals', 'orphans'))")
	sql "$tables" | sort
}

# ready METHOD PATH-OF-ROUTE: what a call of it takes along, a body when it takes one. Sets `rest`.
ready() {
	rest=()
	case $(takes "$1" "$2") in
	fields) rest+=("$(minimal_body "$1" "$2")") ;;
	file) rest+=(bytes -H 'Content-Type: text/plain') ;;
	esac
	[[ $2 != */:id/import ]] || rest+=('[]')
}

# call METHOD PATH-OF-ROUTE TARGET; call_later CHECK METHOD PATH-OF-ROUTE TARGET
call() {
	local -a rest
	ready "$1" "$2"
	api "$1" "$3" "${rest[@]}"
}

call_later() {
	local -a rest
	ready "$2" "$3"
	later "$1" "$2" "$4" "${rest[@]}"
}

# The answer's body but for what is of this request alone.
answered() {
	echo "${body/\"request_id\":\"$(header X-Request-Id)\"/}"
}

expect_the_same() {
	equal "$foreign" "$(answered)" "the answer about Ana's, beside that about nothing"
}

# isolated PREFIX: every route about one thing below it. Another user's is 404, as what is nobody's, and nothing of it changes.
isolated() {
	local before foreign absent target
	local -a targets=() rest
	while read -r method path; do
		target_of "$method" "$path"
		targets+=("$method $path $target")
	done < <(routes "(.path | contains(\":\")) and (.needs | any(. == \"user\" or . == \"session\")) and (.path | test(\"^/$1\"))")
	before=$(snapshot)
	while read -r method path target; do
		ready "$method" "$path"
		# shellcheck disable=SC2016 # it is of the answer
		as bob later 'expect_problem 404 not_found; foreign=$(answered)' "$method" "$target" "${rest[@]}"
		as bob later 'expect_problem 404 not_found' "$method" "$target?permanent=true" "${rest[@]}"
		as bob later 'expect_problem 404 not_found' "$method" "$target" "${rest[@]}" -H 'If-Match: "1"'
		case $path in
		*/:tag) absent=${target%/*}/nosuchtag ;;
		*) absent=$(fill "$path") ;;
		esac
		as bob later expect_the_same "$method" "$absent" "${rest[@]}"
	done < <(printf '%s\n' "${targets[@]}")
	answers
	equal "$(snapshot)" "$before" "what is Ana's after all that Bob tried"
	# It was there all the time: Ana's own call is answered otherwise.
	while read -r method path target; do
		as ana call "$method" "$path" "$target"
		[[ $status = 2* ]] || fail "Ana's own $method $path is answered with $status"
	done < <(printf '%s\n' "${targets[@]}")
}

@test "every route about one thing of an account is isolated" {
	isolated users
}

@test "every route about one thought is isolated" {
	isolated api/thoughts
}

@test "every route about one journal is isolated" {
	isolated 'api/journals/([^:]|:id/[^e]|:id$)'
}

@test "every route about one entry is isolated" {
	isolated api/journals/:id/e
}

@test "every route about one task is isolated" {
	isolated api/tasks
}

@test "every route about one event or calendar is isolated" {
	isolated 'api/(events|calendar)'
}

@test "no route about one thing was left out" {
	equal "$(routes '(.path | contains(":")) and (.needs | any(. == "user" or . == "session"))
		and (.path | test("^/(users|api/(thoughts|journals|tasks|events|calendar))/") | not)' 2>/dev/null)" ""
}

@test "every readable route shows nothing of another user's" {
	local silent
	as ana api POST /api/thoughts "{\"text\":\"The $marker sings #${marker}tag\"}"
	expect_status 201
	as ana api GET "/api/search?q=$marker%20sings"
	expect_json '.items | length > 0'
	while read -r _ path; do
		local query
		for query in "" "?q=sings" "?q=$marker&count=true" "?tag=${marker}tag" "?trash=true&count=true" "?format=csv"; do
			register # somebody without queries of their own, which are shown as well
			api GET "$path$query"
			[[ $status = 200 || $status = 400 ]] || fail "GET $path$query is answered with $status"
			[[ $body != *"$marker"* && $body != *sings* ]] || [ "$status" = 400 ] || fail "that is Ana's"
			[ "$(header Content-Type)" != application/json ] || printf '%s\t%s\n' "GET $path$query" "$body"
		done
	done < <(routes '.method == "GET" and (.path | contains(":") | not) and (.needs | any(. == "user" or . == "session"))') \
		>"$BATS_TEST_TMPDIR/answers"
	silent=$(jq -rR 'split("\t") | (.[1:] | join("\t") | fromjson) as $answer
		| select(($answer | (.total? // 0) == 0 or (.items | length) > 0) | not) | .[0]' "$BATS_TEST_TMPDIR/answers")
	equal "$silent" "" "what counts things and shows none"
	as bob api GET "/api/search?q=$marker&count=true"
	expect_json '(.items | length) == 0 and .total == 0'
}

@test "every writing route without a parameter changes nothing of another user's" {
	local before
	as ana api POST /api/thoughts "{\"text\":\"$marker stays\"}"
	register_as carol # who may lose her session by this
	before=$(snapshot)
	while read -r method path; do
		as carol call "$method" "$path" "$path"
		[[ $status != 5* ]] || fail "$method $path is answered with $status"
	done < <(routes '.method != "GET" and (.path | contains(":") | not) and .path != "/auth/logout"')
	equal "$(snapshot)" "$before" "what is Ana's"
}

@test "an id that another user has is free for oneself" {
	local id before
	as ana api POST /api/thoughts "{\"text\":\"$marker has the id\"}"
	id=$(json .id)
	before=$(snapshot)
	as bob api POST /api/thoughts "{\"id\":\"$id\",\"text\":\"Bob has it too\"}"
	expect_status 201
	as bob api DELETE "/api/thoughts/$id?permanent=true"
	expect_status 204
	equal "$(snapshot)" "$before" "what is Ana's"
	as ana api GET "/api/thoughts/$id"
	expect_json .text "$marker has the id"
}

expect_allowed() {
	[ "$status" != 403 ] || fail "it is within the scope"
}

@test "a personal access token does what its scopes say and nothing else, on every route" {
	local reads of_thoughts of_a_session
	of_thoughts=$(jq -r 'select(.service == "thoughts") | .routes[] | .method + " " + .path' "$BATS_FILE_TMPDIR/describe.json")
	of_a_session=$(routes '.needs | index("session") != null')
	become ana
	api POST /users/me/tokens '{"name":"reads","scopes":["thoughts:read"]}'
	expect_status 201
	reads=$(json .token)
	while read -r method path; do
		local check='expect_problem 403 insufficient_scope'
		if among "$method $path" "$of_a_session"; then
			check='expect_problem 403 forbidden'
		elif [ "$method" = GET ] && among "$method $path" "$of_thoughts"; then
			check=expect_allowed
		fi
		TOKEN=$reads call_later "$check" "$method" "$path" "$(fill "$path")"
	done < <(routes '.needs | any(. == "user" or . == "session")')
	answers
}

@test "of interleaved requests of two users on one connection each gets its own" {
	local ana bob
	ana=$(as ana variable TOKEN)
	bob=$(as bob variable TOKEN)
	for _ in {1..100}; do
		printf 'GET /users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n' "$ana" "$bob"
	done >"$BATS_TEST_TMPDIR/pipelined"
	printf 'GET /users/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n' "$ana" >>"$BATS_TEST_TMPDIR/pipelined"
	perl -e '
		use IO::Socket::INET;
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $ARGV[0]) or die;
		if (!fork) { open(my $f, "<", $ARGV[1]); local $/; print $s scalar <$f>; exit 0; }
		$SIG{ALRM} = sub { exit 1 }; alarm 60;
		print while sysread($s, $_, 65536);' "$AURORA_PORT" "$BATS_TEST_TMPDIR/pipelined" >"$BATS_TEST_TMPDIR/answers"
	equal "$(grep -ao '"id":"[^"]*"' "$BATS_TEST_TMPDIR/answers" | cut -d '"' -f 4 | xargs)" \
		"$(for _ in {1..100}; do
			as ana variable USER_ID
			as bob variable USER_ID
		done | xargs) $(as ana variable USER_ID)" "whom the answers are about, in order"
}
