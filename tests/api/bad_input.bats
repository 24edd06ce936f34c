# Every refusal of what a client may send: the exact status and code, nothing half-written, and never an error from
# PostgreSQL, which must not be the first to say no.

load common
load routes

setup_file() {
	describe_keep
	register_as ana
}

# What the database holds, and where PostgreSQL's log ends.
rows() {
	sql "SELECT string_agg(name || '=' || count, ' ' ORDER BY name)
		FROM (SELECT 'thoughts' AS name, count(*) FROM thoughts.thoughts
		      UNION ALL SELECT 'tags', count(*) FROM thoughts.thought_tags
		      UNION ALL SELECT 'users', count(*) FROM identity.users
		      UNION ALL SELECT 'roles', count(*) FROM identity.user_roles
		      UNION ALL SELECT 'sessions', count(*) FROM identity.sessions
		      UNION ALL SELECT 'refresh', count(*) FROM identity.refresh_tokens
		      UNION ALL SELECT 'links', count(*) FROM identity.one_time_tokens
		      UNION ALL SELECT 'personal', count(*) FROM identity.personal_tokens
		      UNION ALL SELECT 'answers', count(*) FROM thoughts.idempotency
		      UNION ALL SELECT 'answers of identity', count(*) FROM identity.idempotency
		      UNION ALL SELECT 'events', count(*) FROM bus.events WHERE type <> 'SearchPerformed') AS t"
}

setup() {
	become ana
	rows_before=$(rows)
	log_before=$(stat -c %s "$AURORA_HOME/log/postgres.log")
}

# After each test: PostgreSQL has not complained. (Writes are checked by the tests that expect none.)
teardown() {
	local errors
	errors=$(tail -c "+$((log_before + 1))" "$AURORA_HOME/log/postgres.log" | grep -E ' (ERROR|FATAL|PANIC): ' || true)
	equal "$errors" "" "what PostgreSQL says" && all_sent
}

expect_nothing_written() {
	equal "$(rows)" "$rows_before" "rows"
}

# Bodies that no route with a JSON body takes: status, code, and the bytes as printf makes them of the rest of the line.
not_json() {
	local deep nest
	deep=$(printf '[%.0s' {1..65})
	nest=$(printf '{"a":%.0s' {1..65})
	cat <<'END'
400 malformed_json {
400 malformed_json }
400 malformed_json {"text"}
400 malformed_json {"text":}
400 malformed_json {text:"x"}
400 malformed_json {'text':'x'}
400 malformed_json {"text":"x",}
400 malformed_json {,"text":"x"}
400 malformed_json {"text":"x"
400 malformed_json {"text":"x"}}
400 malformed_json {"text":"x"} {"text":"y"}
400 malformed_json {"text":"x"}x
400 malformed_json {"text" "x"}
400 malformed_json {"text":"x" "pinned":true}
400 malformed_json {"text":"x"}\0
400 malformed_json \xef\xbb\xbf{"text":"x"}
400 malformed_json // no\n{"text":"x"}
400 malformed_json /* no */{"text":"x"}
400 malformed_json {"text":tru}
400 malformed_json {"text":TRUE}
400 malformed_json {"text":undefined}
400 malformed_json {"text":NaN}
400 malformed_json {"text":nan}
400 malformed_json {"text":Infinity}
400 malformed_json {"text":-Infinity}
400 malformed_json {"text":inf}
400 malformed_json {"text":01}
400 malformed_json {"text":-01}
400 malformed_json {"text":+1}
400 malformed_json {"text":.5}
400 malformed_json {"text":1.}
400 malformed_json {"text":1e}
400 malformed_json {"text":1e+}
400 malformed_json {"text":-}
400 malformed_json {"text":0x10}
400 malformed_json {"text":1_000}
400 malformed_json {"text":1e400}
400 malformed_json {"text":-1e400}
400 malformed_json {"text":18446744073709551616}
400 malformed_json {"text":123456789012345678901234567890}
400 malformed_json {"text":"x","text":"y"}
400 malformed_json {"text":"x","te\\u0078t":"y"}
400 malformed_json {"text":{"a":1,"a":2}}
400 malformed_json {"text":"a\\u0000b"}
400 malformed_json {"te\\u0000xt":"a"}
400 malformed_json {"text":"a\0b"}
400 malformed_json {"text":"a\nb"}
400 malformed_json {"text":"a\tb"}
400 malformed_json {"text":"a\001b"}
400 malformed_json {"text":"a\\x41"}
400 malformed_json {"text":"a\\u12"}
400 malformed_json {"text":"a\\u12zz"}
400 malformed_json {"text":"a\\"}
400 malformed_json {"text":"a
400 malformed_json {"text":[1,2}
400 malformed_json {"text":[1,]}
400 malformed_json {"text":[,1]}
400 malformed_json \0\0\0\0
400 malformed_json ]
400 malformed_json text=x
400 malformed_json <a/>
400 invalid_utf8 {"text":"\xff"}
400 invalid_utf8 {"text":"\x80"}
400 invalid_utf8 {"text":"\xc0\xaf"}
400 invalid_utf8 {"text":"\xc1\xbf"}
400 invalid_utf8 {"text":"\xe0\x80\xaf"}
400 invalid_utf8 {"text":"\xe2\x82"}
400 invalid_utf8 {"text":"\xed\xa0\x80"}
400 invalid_utf8 {"text":"\xed\xbf\xbf"}
400 invalid_utf8 {"text":"\xf4\x90\x80\x80"}
400 invalid_utf8 {"text":"\xf8\x88\x80\x80\x80"}
400 invalid_utf8 {"\xff":"x"}
400 invalid_utf8 {"text":"\\ud800"}
400 invalid_utf8 {"text":"\\udc00"}
400 invalid_utf8 {"text":"\\ud800x"}
400 invalid_utf8 {"text":"\\ud800\\ud800"}
400 invalid_utf8 {"text":"\\udc00\\ud800"}
422 invalid []
422 invalid [{"text":"x"}]
422 invalid "text"
422 invalid 1
422 invalid true
422 invalid null
END
	echo "400 malformed_json $deep"
	echo "400 malformed_json {\"text\":${deep}$(tr '[' ']' <<<"$deep")}"
	echo "400 malformed_json ${nest}1$(printf '}%.0s' {1..65})"
}

# expect_refused STATUS CODE [FILE]: a body is; that of the file.
expect_refused() {
	expect_problem "$1" "$2" || fail "the body was: $(head -c 200 "${3:-$BATS_TEST_TMPDIR/bytes}" | od -An -c)" || return 1
	[ "$1" != 422 ] || expect_invalid "" wrong_type
}

# refused METHOD PATH STATUS CODE: sends the file `bytes`.
refused() {
	api "$1" "$2" "@$BATS_TEST_TMPDIR/bytes"
	expect_refused "$3" "$4"
}

@test "what is not JSON, or not an object, is refused for what it is" {
	local want code bytes
	while read -r want code bytes; do
		printf '%b' "$bytes" >"$BATS_TEST_TMPDIR/bytes"
		refused POST /api/thoughts "$want" "$code"
	done < <(not_json)
	expect_nothing_written
}

@test "a number that JSON does not have is not called a large one" {
	local number
	for number in NaN Infinity -Infinity; do
		api POST /api/thoughts "{\"text\":$number}"
		expect_problem 400 malformed_json
		expect_json .detail 'NaN and Infinity are no JSON (RFC 8259, 6).'
	done
	for number in 99999999999999999999 1e309; do
		api POST /api/thoughts "{\"text\":$number}"
		expect_problem 400 malformed_json
		expect_json .detail 'A number is beyond the range of 64-bit integers or of doubles.'
	done
}

@test "every route with a JSON body refuses it the same way" {
	local method path want code bytes body n=0
	local -a wants
	while read -r want code bytes; do
		body=$BATS_TEST_TMPDIR/bytes.$((n++))
		printf '%b' "$bytes" >"$body"
		wants+=("$want $code $body")
	done < <(not_json | awk 'NR % 12 == 1 || /NaN/ || /xff/ || /\[\]$/')
	while read -r method path; do
		for want in "${wants[@]}"; do
			later "expect_refused $want" "$method" "$(fill "$path")" "@${want##* }"
		done
	done < <(routes '.fields')
	answers
	expect_nothing_written
}

@test "an empty body is refused where one is needed" {
	while read -r method path; do
		later 'expect_problem 400 malformed_json' "$method" "$(fill "$path")" '' -H 'Content-Type: application/json'
		later 'expect_problem 400 malformed_json' "$method" "$(fill "$path")" '   '
	done < <(routes '.fields and (.needs | index("body_optional") == null)')
	answers
	expect_nothing_written
}

@test "depth 64 is read, deeper is not, however deep" {
	local open close
	open=$(printf '[%.0s' {1..63})
	close=$(printf ']%.0s' {1..63})
	api POST /api/thoughts "{\"text\":$open$close}"
	expect_invalid /text wrong_type
	head -c 500000 /dev/zero | tr '\0' '[' >"$BATS_TEST_TMPDIR/bytes"
	refused POST /api/thoughts 400 malformed_json
	perl -e 'print "{\"a\":" x 100000' >"$BATS_TEST_TMPDIR/bytes"
	refused POST /api/thoughts 400 malformed_json
	expect_nothing_written
}

@test "numbers at the edge of 64 bits are read; they are no text" {
	api POST /api/thoughts '{"text":9223372036854775807}'
	expect_invalid /text wrong_type
	api POST /api/thoughts '{"text":-9223372036854775808}'
	expect_invalid /text wrong_type
	api POST /api/thoughts '{"text":1.7976931348623157e308}'
	expect_invalid /text wrong_type
	api PATCH /users/me '{"week_start":9223372036854775807}'
	expect_invalid /week_start out_of_range
	api PATCH /users/me '{"week_start":1.5}'
	expect_invalid /week_start wrong_type
	expect_nothing_written
}

@test "thoughts: every bad field at once, by its pointer" {
	api POST /api/thoughts '{"id":"x","text":"","tags":["ok","",5,"with space","a\u0001"],"pinned":"yes","captured_at":"yesterday","version":3,"nope":1,"a/b":1,"c~d":2,"":3}'
	expect_invalid /id invalid /text required /tags/1 required /tags/2 wrong_type /tags/3 invalid /tags/4 invalid /pinned wrong_type \
		/captured_at invalid /version read_only /nope unknown_field /a~1b unknown_field /c~0d unknown_field / unknown_field
	api POST /api/thoughts '{}'
	expect_invalid /text required
	api POST /api/thoughts '{"text":null,"tags":{},"pinned":null}'
	expect_problem 422 invalid
	expect_json '[.errors[].pointer] | sort | join(" ")' "/pinned /tags /text"
	api POST /api/thoughts '{"text":"x","tags":"a"}'
	expect_invalid /tags wrong_type
	api POST /api/thoughts '{"text":"x","tags":["a b"]}'
	expect_invalid /tags/0 invalid
	api POST /api/thoughts '{"text":"x","tags":["ok","b a d",5,"","7","fine",null]}'
	expect_invalid /tags/1 invalid /tags/2 wrong_type /tags/3 required /tags/4 invalid /tags/6 wrong_type
	api POST "/api/thoughts/$(uuid7)/tags" '{"tags":["ok","b a d",5]}'
	expect_invalid /tags/1 invalid /tags/2 wrong_type
	api POST /api/thoughts "$(jq -nc '{text: "x", tags: ([range(100) | "t\(.)"] + ["b a d"])}')"
	expect_invalid /tags too_long /tags/100 invalid
	expect_nothing_written
}

@test "register: every bad field at once, by its pointer" {
	TOKEN='' api POST /auth/register '{"email":"nobody","password":"short","name":["x"],"locale":1,"time_zone":"Mars/Olympus","roles":["admin"],"id":"x"}'
	expect_problem 422 invalid
	expect_json '[.errors[] | select(.pointer == "/email" or .pointer == "/password" or .pointer == "/name" or .pointer == "/time_zone"
		or .pointer == "/roles" or .pointer == "/id" or .pointer == "/locale") | .pointer] | unique | length' 7
	TOKEN='' api POST /auth/register '{}'
	expect_invalid /email required /password required
	TOKEN='' api POST /auth/register "{\"email\":\"$(unique u)@example.test\",\"password\":\"$(printf 'p%.0s' {1..1025})\"}"
	expect_invalid /password too_long
	expect_nothing_written
}

@test "every route with fields refuses one that it does not have, beside what is missing" {
	while read -r method path; do
		later 'expect_error /no_such_field unknown_field' "$method" "$(fill "$path")" '{"no_such_field":1}'
	done < <(routes '.fields')
	answers
	expect_nothing_written
}

@test "every field refuses a value of another type" {
	local method path name type wrong fields
	# shellcheck disable=SC2016 # the dollar signs are jq's
	fields=$(jq -r '.routes[] | select(.fields) | "\(.method) \(.path) " as $route | (.needs | any(. == "merge" or . == "replace")) as $known
		| .fields[] | select(.read_only | not) | select(($known and .create_only) | not) | $route + .name + " " + .type' \
		"$BATS_FILE_TMPDIR/describe.json")
	while read -r method path name type; do
		case $type in
		string) wrong=1 ;;
		any) continue ;;
		*) wrong='"x"' ;;
		esac
		later "expect_error /$name wrong_type" "$method" "$(fill "$path")" "{\"$name\":$wrong}"
	done <<<"$fields"
	answers
	expect_nothing_written
}

@test "a text of white space alone is none" {
	local blank
	register
	rows_before=$(rows)
	for blank in ' ' '\t\n' '\u00a0\u2003' '\u3000'; do
		api POST /api/thoughts "{\"text\":\"$blank\"}"
		expect_invalid /text required
	done
	api POST /users/me/tokens '{"name":" ","scopes":["thoughts:read"]}'
	expect_invalid /name required
	expect_nothing_written
}

@test "text is counted in characters: 20,000 are taken, one more is not" {
	register
	perl -CS -e 'print "{\"text\":\"", "\x{1F600}" x 20000, "\"}"' >"$BATS_TEST_TMPDIR/bytes"
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/bytes"
	expect_status 201
	expect_json '.text | length' 20000
	perl -CS -e 'print "{\"text\":\"", "\x{1F600}" x 20001, "\"}"' >"$BATS_TEST_TMPDIR/bytes"
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/bytes"
	expect_invalid /text too_long
	rows_before=$(rows)
	api POST /api/thoughts "$(jq -nc '{text: "x", tags: [range(500) | "t\(.)"]}')"
	expect_invalid /tags too_long
	api POST /api/thoughts "$(jq -nc '{text: "x", tags: ["t" * 1000]}')"
	expect_status 422
	expect_nothing_written
}

@test "a body over the limit is 413, told or chunked; at the limit it is read" {
	local limit=1048576
	perl -e 'print "{\"text\":\"", "x" x ($ARGV[0] - 11), "\"}"' $limit >"$BATS_TEST_TMPDIR/bytes"
	equal "$(stat -c %s "$BATS_TEST_TMPDIR/bytes")" $limit
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/bytes"
	expect_invalid /text too_long
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/bytes" -H 'Transfer-Encoding: chunked'
	expect_invalid /text too_long
	echo >>"$BATS_TEST_TMPDIR/bytes"
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/bytes"
	expect_problem 413 too_large
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/bytes" -H 'Transfer-Encoding: chunked'
	expect_problem 413 too_large
	head -c 8000000 /dev/zero >"$BATS_TEST_TMPDIR/bytes"
	# The connection may be closed before all of it is sent.
	API_TIMEOUT=10 api POST /auth/login "@$BATS_TEST_TMPDIR/bytes" || true
	expect_problem 413 too_large
	expect_nothing_written
}

@test "a body of very many small values is refused, and takes no more than a few times its length" {
	local item
	# With a sanitizer a process is as large as it likes.
	small() {
		((SAN == 1 || $(peak "$1") < 16384)) || fail "$1 has grown to $(peak "$1") KiB by $item"
	}
	for item in '{}' '[]' '""' 1 '{"a":[]}'; do
		perl -e 'print "{\"email\":[", join(",", ($ARGV[0]) x (1_040_000 / (1 + length $ARGV[0]))), "]}"' "$item" \
			>"$BATS_TEST_TMPDIR/bytes"
		TOKEN='' refused POST /auth/login 400 malformed_json
		expect_json '.detail | contains("10000")'
		small identity
		refused POST /api/thoughts 400 malformed_json
		small thoughts
	done
	# A line as large, then very many of which nothing is said: no tree outlives its line.
	{
		cat "$BATS_TEST_TMPDIR/bytes"
		perl -e 'print "\n{\"text\":\"x\",\"created_at\":[", join(",", ("{}") x 5000), "]}" for 1 .. 500'
	} >"$BATS_TEST_TMPDIR/lines"
	api POST '/api/thoughts/import?format=ndjson' "@$BATS_TEST_TMPDIR/lines" -H 'Content-Type: application/x-ndjson'
	expect_invalid /1 malformed_json
	small thoughts
	expect_nothing_written
}

@test "the function itself keeps the limit, as plain CGI" {
	local answer
	answer=$(head -c 2000000 /dev/zero | REQUEST_METHOD=POST REQUEST_URI=/auth/login CONTENT_TYPE=application/json \
		CONTENT_LENGTH=2000000 REMOTE_ADDR=127.0.0.1 "$AURORA_HOME/bin/identity")
	grep -q '^Status: 413' <<<"$answer" || fail "told: $answer"
	answer=$(head -c 2000000 /dev/zero | tr '\0' ' ' | REQUEST_METHOD=POST REQUEST_URI=/auth/login CONTENT_TYPE=application/json \
		HTTP_TRANSFER_ENCODING=chunked REMOTE_ADDR=127.0.0.1 "$AURORA_HOME/bin/identity")
	grep -q '^Status: 413' <<<"$answer" || fail "not told: $answer"
	answer=$(printf '{"email":' | REQUEST_METHOD=POST REQUEST_URI=/auth/login CONTENT_TYPE=application/json \
		CONTENT_LENGTH=500 REMOTE_ADDR=127.0.0.1 "$AURORA_HOME/bin/identity")
	grep -q '^Status: 400' <<<"$answer" || fail "cut short: $answer"
	for length in -1 x 1x 99999999999999999999 ' ' 1.5; do
		answer=$(printf '{}' | REQUEST_METHOD=POST REQUEST_URI=/auth/login CONTENT_TYPE=application/json \
			CONTENT_LENGTH=$length REMOTE_ADDR=127.0.0.1 "$AURORA_HOME/bin/identity")
		grep -qE '^Status: 4(00|13)' <<<"$answer" || fail "length '$length': $answer"
	done
	expect_nothing_written
}

# post LENGTH-HEADERS BODY: over a raw connection, as ana.
post() {
	printf 'POST /api/thoughts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n%b\r\n%b' \
		"$TOKEN" "$1" "$2" >"$BATS_TEST_TMPDIR/request"
	raw "$BATS_TEST_TMPDIR/request" "${3:-3}"
}

@test "lengths that lie: shorter, longer, twice, negative, beside chunks" {
	# Shorter: the rest is the next request's business, and makes none.
	post 'Content-Length: 9\r\n' '{"text":"shorter"}'
	expect_problem 400 malformed_json
	# Longer: the client ends, the server waits no longer.
	printf 'POST /api/thoughts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"text":"longer"}' \
		"$TOKEN" >"$BATS_TEST_TMPDIR/request"
	raw "$BATS_TEST_TMPDIR/request" 2
	[[ $status = 000 || $status = 400 || $status = 408 ]] || fail "a body that never came is answered with $status"
	local lengths
	for lengths in 'Content-Length: -1' 'Content-Length: +18' 'Content-Length: x' 'Content-Length: 0x12' 'Content-Length: 18, 19' \
		'Content-Length: 18\r\nContent-Length: 19' 'Content-Length: 99999999999999999999999' \
		'Transfer-Encoding: chunked, x' 'Transfer-Encoding: xchunked'; do
		post "$lengths\\r\\n" '{"text":"length"}\n'
		[[ $status = 400 || $status = 413 || $status = 411 || $status = 501 ]] || fail "'$lengths' is answered with $status"
	done
	expect_nothing_written
}

@test "chunks that lie: no size, a size that is none, an end that never comes, a length beside them" {
	local body
	for body in 'zz\r\n{"text":"x"}\r\n0\r\n\r\n' '-5\r\nhello\r\n0\r\n\r\n' '5\r\n{"text":"too much"}\r\n0\r\n\r\n' \
		'fffffffffffffffff\r\n{}\r\n0\r\n\r\n' '\r\n\r\n'; do
		post 'Transfer-Encoding: chunked\r\n' "$body"
		[[ $status = 400 || $status = 413 ]] || fail "chunks '$body' are answered with $status"
	done
	post 'Transfer-Encoding: chunked\r\n' '12\r\n{"text":"no end"}' 2
	[[ $status = 000 || $status = 400 || $status = 408 ]] || fail "chunks without an end are answered with $status"
	# Both at once is how requests are smuggled: refused, or the chunks count and the rest of the connection is not used.
	post 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n' '0\r\n\r\nGET /users/me HTTP/1.1\r\nHost: x\r\n\r\n'
	[[ $status = 400 ]] || fail "both lengths are answered with $status"
	equal "$(grep -c '^HTTP/1' "$BATS_TEST_TMPDIR/answer.body.raw")" 1 "answers on that connection"
	expect_nothing_written
}

@test "a chunked body is taken as it is" {
	post 'Transfer-Encoding: chunked\r\n' '8\r\n{"text":\r\n9\r\n"chunks"}\r\n0\r\n\r\n'
	expect_status 201
	expect_json .text chunks
}

@test "paths: bad percent encodings, NUL, bad UTF-8, dots; none of it reaches a handler" {
	local path
	for path in /api/thoughts/%zz /api/thoughts/% /api/thoughts/%4 /api/thoughts/%00 /api/thoughts/a%00b /api/thoughts/%ff \
		/api/thoughts/%c3 /api/thoughts/%ed%a0%80 /api/thoughts/%c0%af; do
		api GET "$path"
		[[ $status = 400 || $status = 404 ]] || fail "$path is answered with $status"
		expect_problem "$status" "$(json .code)"
		[[ $(json .code) = bad_request || $(json .code) = not_found ]] || fail "$path has code $(json .code)"
	done
	for path in /api/thoughts/../../etc/passwd /api/thoughts/..%2f..%2fetc/passwd /../etc/passwd /%2e%2e/%2e%2e/etc/passwd \
		/api//thoughts/x /api/./thoughts/x '/api/thoughts/x;y' /api/thoughts/%2e%2e /.htaccess /api/thoughts/x%20y; do
		api GET "$path"
		[[ $status = 400 || $status = 404 ]] || fail "$path is answered with $status"
	done
	expect_nothing_written
}

@test "queries: bad percent encodings, NUL, bad UTF-8, too many, bad values" {
	local query
	for query in 'q=%zz' 'q=%' 'q=%4' 'q=%00' 'q=a%00b' 'q=%ff' 'q=%c3' 'q=%ed%a0%80' '%ff=1' '%00'; do
		api GET "/api/thoughts/search?$query"
		expect_problem 400 bad_request
		api GET "/api/search?$query"
		expect_problem 400 bad_request
	done
	api GET "/api/thoughts?$(printf 'a=1&%.0s' {1..500})"
	expect_problem 400 bad_request
	for query in pinned=maybe trash=2 from=yesterday to=2026-13-01 from=2026-02-30 from=99999-01-01 'from=2026-01-01T25:00:00Z' \
		'tag=a%20b' tag=; do
		api GET "/api/thoughts?$query"
		expect_problem 400 bad_request
	done
	for query in tz=Mars/Olympus 'tz=../../etc/passwd' 'tz=/etc/passwd' tz= 'tz=%27%3B--'; do
		api GET "/api/thoughts/stats?$query"
		expect_problem 400 bad_request
	done
	for query in format=xml format=; do
		api GET "/api/thoughts/export?$query"
		expect_problem 400 bad_request
	done
	expect_nothing_written
}

@test "search syntax cannot be broken" {
	local q
	for q in '%22' '%22%22' '-' '--' '%28%28' 'a%26%7C%21b' '%3A*' '%5C' '%27' 'a:b:c' 'tag:' 'type:' 'before:' 'before:x' \
		'%F0%9F%98%80' '%E2%80%8B' '%25' '_' '%3Cscript%3E' 'OR' 'or%20or' "$(printf 'a%%20%.0s' {1..300})"; do
		api GET "/api/thoughts/search?q=$q"
		[[ $status = 200 || $status = 400 ]] || fail "q=$q is answered with $status"
		api GET "/api/search?q=$q"
		[[ $status = 200 || $status = 400 ]] || fail "q=$q is answered with $status"
		api GET "/api/search/suggestions?q=$q"
		[[ $status = 200 || $status = 400 ]] || fail "q=$q is answered with $status"
	done
}

@test "nothing that a client sends becomes a header of the answer" {
	api GET '/api/thoughts/%0d%0aX-Evil:%201'
	expect_no_header X-Evil
	api GET '/api/thoughts?cursor=%0d%0aX-Evil:%201'
	expect_no_header X-Evil
	api GET '/api/thoughts?limit=1&x=%0d%0aX-Evil:%201'
	expect_no_header X-Evil
	api POST /api/thoughts '{"text":"break"}' -H "$(printf 'Idempotency-Key: a\tb')"
	expect_no_header X-Evil
	printf 'GET /api/thoughts HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\rX-Evil: 1\r\n\r\n' >"$BATS_TEST_TMPDIR/request"
	raw "$BATS_TEST_TMPDIR/request" 3
	expect_status 400
	expect_no_header X-Evil
	printf 'GET /api/thoughts HTTP/1.1\r\nHost: x\r\nX-Request-Id: a\0b\r\n\r\n' >"$BATS_TEST_TMPDIR/request"
	raw "$BATS_TEST_TMPDIR/request" 3
	expect_status 400
	printf 'GET /api/thoughts HTTP/1.1\r\nHost : x\r\n\r\n' >"$BATS_TEST_TMPDIR/request"
	raw "$BATS_TEST_TMPDIR/request" 3
	expect_status 400
}

@test "request lines and headers that are too long, or none at all, are 4xx of the server's own" {
	local request
	printf 'GET /%s HTTP/1.1\r\nHost: x\r\n\r\n' "$(printf 'x%.0s' {1..20000})" >"$BATS_TEST_TMPDIR/request"
	raw "$BATS_TEST_TMPDIR/request" 3
	[[ $status = 414 || $status = 431 || $status = 400 ]] || fail "a long request line is answered with $status"
	printf 'GET / HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n' "$(printf 'x%.0s' {1..20000})" >"$BATS_TEST_TMPDIR/request"
	raw "$BATS_TEST_TMPDIR/request" 3
	expect_status 431
	for request in 'GET\r\n\r\n' 'GET /api/thoughts\r\n\r\n' 'GET /api/thoughts HTTP/9.9\r\nHost: x\r\n\r\n' '\0\0\0\0\r\n\r\n' \
		'GET /api/thoughts HTTP/1.1\r\n\r\n' 'GET /api/thoughts HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n' \
		'GE T /api/thoughts HTTP/1.1\r\nHost: x\r\n\r\n' 'GET /a\001b HTTP/1.1\r\nHost: x\r\n\r\n'; do
		printf '%b' "$request" >"$BATS_TEST_TMPDIR/request"
		raw "$BATS_TEST_TMPDIR/request" 3
		[[ $status = 4* || $status = 5*5 || $status = 501 ]] || fail "'$request' is answered with $status"
	done
}

@test "a token that is none, or too long, is 401 and nothing else" {
	local bad
	for bad in x . .. a.b.c "$(printf 'x%.0s' {1..5000})" "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." "aur_" "aur_$(printf 'x%.0s' {1..43})" \
		"aur_'; DROP TABLE identity.users; --" "$TOKEN.x" "${TOKEN%.*}." "${TOKEN%%.*}..${TOKEN##*.}" "$TOKEN $TOKEN"; do
		TOKEN=$bad api GET /api/thoughts
		expect_problem 401 unauthorized
		TOKEN=$bad api GET /users/me
		expect_problem 401 unauthorized
	done
}

@test "nothing refuses to work afterwards" {
	capture_before=$(rows)
	api POST /api/thoughts '{"text":"still here"}'
	expect_status 201
	api GET "/api/search?q=still"
	expect_status 200
	[ "$(rows)" != "$capture_before" ]
	local f
	while read -r f; do
		[ -n "$(pids "$f")" ] || fail "no process of $f is left"
	done < <(functions)
}
