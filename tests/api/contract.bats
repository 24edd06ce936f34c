# What every function promises: api.md's conventions, over all routes that --describe tells of.

load common
load routes

setup_file() {
	describe_keep
	register_as ana
}

setup() {
	become ana
}

# What every answer carries, whoever gives it.
expect_standing_headers() {
	expect_header API-Version 1
	expect_header X-Content-Type-Options nosniff
	expect_header_like Referrer-Policy '.'
	expect_header_like Content-Security-Policy "default-src 'none'"
	expect_header_like Cache-Control 'no-cache|no-store|max-age'
	expect_header_like X-Request-Id '^[A-Za-z0-9._-]{1,64}$'
	expect_header_like traceparent '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'
	expect_header_like Date 'GMT$'
}

expect_limit_headers() {
	expect_header_like RateLimit-Policy '^"[a-z_]+";q=[0-9]+;w=[0-9]+$'
	expect_header_like RateLimit '^"[a-z_]+";r=[0-9]+;t=[0-9]+$'
	expect_header_like X-RateLimit-Limit '^[0-9]+$'
	expect_header_like X-RateLimit-Remaining '^[0-9]+$'
	expect_header_like X-RateLimit-Reset '^[0-9]+$'
}

# expect_challenge PARAMETER: who has no token is asked for one, with what is wrong about the one that came.
expect_challenge() {
	expect_problem 401 unauthorized
	equal "$(header WWW-Authenticate)" "Bearer realm=\"aurora\"${1:+, $1}" "the challenge"
}

expect_first_challenge() {
	expect_challenge ''
	expect_standing_headers
	expect_limit_headers
}

@test "every route that needs a user: 401 with a challenge when there is no token, and when it is a bad one" {
	while read -r method path; do
		local target
		target=$(fill "$path")
		TOKEN='' later expect_first_challenge "$method" "$target"
		TOKEN=${TOKEN%????????}AAAAAAAA later "expect_challenge 'error=\"invalid_token\"'" "$method" "$target"
		TOKEN='' later "expect_challenge ''" "$method" "$target" -H 'Authorization: Basic YTpi'
	done < <(routes '.needs | any(. == "user" or . == "session")')
	answers
}

# What it is depends on the route.
expect_proper() {
	[[ $status != 5* ]] || fail "it answers $status"
	expect_standing_headers
	expect_limit_headers
	[[ $status = 2* || $status = 304 ]] || expect_problem "$status" "$(json .code)"
}

@test "every route, asked without a proper body by a user: the standing headers, and never a 5xx" {
	register # ana's session outlives this test
	while read -r method path; do
		[ "$path" != /auth/logout ] || continue
		later expect_proper "$method" "$(fill "$path")"
	done < <(routes true)
	answers
}

# expect_the_same: as the request before.
expect_the_same() {
	equal "$status" "$plain" "status under /v1"
	expect_header API-Version 1
}

@test "every route under /v1 is the same route" {
	# shellcheck disable=SC2016 # it is set when the answer is there
	while read -r method path; do
		local target plain
		target=$(fill "$path")
		TOKEN='' later 'plain=$status' "$method" "$target"
		TOKEN='' later expect_the_same "$method" "/v1$target"
	done < <(routes true)
	answers
	api GET /api/thoughts
	local list=$body
	api GET /v1/api/thoughts
	expect_status 200
	equal "$body" "$list"
	api GET /v1/v1/api/thoughts
	expect_problem 404 not_found
	api GET /v2/api/thoughts
	expect_status 404
}

# expect_allow METHODS: all that the path takes.
expect_allow() {
	equal "$(header Allow | tr -d ' ' | tr ',' '\n' | sort -u | xargs)" "$1" "Allow"
}

expect_not_allowed() {
	expect_problem 405 method_not_allowed
	expect_allow "$1"
	expect_standing_headers
}

expect_options() {
	expect_status 204
	expect_allow "$1"
	equal "$body" ""
}

@test "every path: 405 with Allow for a method it does not take, 204 for OPTIONS" {
	while read -r path; do
		local target allowed expected method other=""
		target=$(fill "$path")
		allowed=$(methods_of "$target")
		expected=$(awk '/^GET$/ { print "HEAD" } { print }' <<<"$allowed"$'\nOPTIONS' | sort -u | xargs)
		for method in PATCH PUT DELETE POST GET; do
			among "$method" "$allowed" || other=$method
		done
		[ -z "$other" ] || later "expect_not_allowed '$expected'" "$other" "$target"
		later "expect_options '$expected'" OPTIONS "$target"
	done < <(routes true | cut -d ' ' -f 2 | sort -u)
	answers
}

@test "a path that a literal route has is not one of a thing of that name" {
	local method target expected
	while read -r method target expected; do
		later "expect_not_allowed '$expected'" "$method" "$target"
		later "expect_options '$expected'" OPTIONS "$target"
	done <<-END
		GET /api/thoughts/import OPTIONS POST
		DELETE /api/thoughts/stats GET HEAD OPTIONS
		PATCH /api/thoughts/search GET HEAD OPTIONS
		PUT /api/tasks/bulk OPTIONS POST
		GET /api/tasks/quick OPTIONS POST
	END
	answers
}

@test "an unknown path is 404, below every prefix and outside of them" {
	local path
	for path in /auth/nothing /users/nothing /users/me/nothing /admin/nothing /.well-known/nothing /api/thoughts/a/b/c/d \
		/api/search/nothing /api/nothing /api/thoughtsx /nothing /users /auth /api/thoughts/; do
		api GET "$path"
		expect_status 404
		expect_header X-Content-Type-Options nosniff
		expect_problem 404 not_found
	done
}

@test "every route with a JSON body: 415 for another type or another charset" {
	while read -r method path; do
		local type
		for type in text/plain 'application/json; charset=iso-8859-1' application/jsonx; do
			later 'expect_problem 415 unsupported_media_type' "$method" "$(fill "$path")" '{}' -H "Content-Type: $type"
		done
	done < <(routes '.fields')
	answers
}

@test "a JSON body may name its charset, in any case; a merge patch its own type" {
	api POST /api/thoughts '{"text":"typed"}' -H 'Content-Type: Application/JSON; Charset=UTF-8'
	expect_status 201
	local id
	id=$(json .id)
	api PATCH "/api/thoughts/$id" '{"pinned":true}' -H 'Content-Type: application/merge-patch+json'
	expect_status 200
	api PUT "/api/thoughts/$id" '{"text":"typed"}' -H 'Content-Type: application/merge-patch+json'
	expect_problem 415 unsupported_media_type
}

@test "request ids and trace contexts: proper ones are echoed, others replaced" {
	api GET /api/thoughts -H 'X-Request-Id: My-own.id_1' -H 'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
	expect_header X-Request-Id My-own.id_1
	expect_header_like traceparent '^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$'
	api GET /api/thoughts/nothing -H 'X-Request-Id: for-a-problem'
	expect_header X-Request-Id for-a-problem
	expect_json .request_id for-a-problem

	local first
	api GET /api/thoughts
	first=$(header X-Request-Id)
	api GET /api/thoughts
	[ "$(header X-Request-Id)" != "$first" ] || fail "two requests have one id"

	local bad
	for bad in 'with space' 'a"b' "$(printf 'x%.0s' {1..65})" '<script>' 'a;b'; do
		api GET /api/thoughts -H "X-Request-Id: $bad"
		expect_status 200
		[ "$(header X-Request-Id)" != "$bad" ] || fail "a bad id was echoed"
	done
	for bad in 00-00000000000000000000000000000000-b7ad6b7169203331-01 \
		00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01 \
		ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 x; do
		api GET /api/thoughts -H "traceparent: $bad"
		expect_header_like traceparent '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'
		[ "$(header traceparent)" != "$bad" ] || fail "a bad traceparent was echoed"
	done
}

# What a calendar asks for; others do not know it.
window='start=2026-03-01&end=2026-03-31'

@test "every readable route without parameters: HEAD is GET without the body" {
	while read -r method path; do
		local length type
		api GET "$path?q=x&$window"
		expect_status 200
		length=$(header Content-Length || echo none)
		type=$(header Content-Type)
		api HEAD "$path?q=x&$window"
		expect_status 200
		equal "$body" ""
		equal "$(header Content-Type)" "$type"
		# A streamed answer has no length to tell before its end, and one that says how long it took may vary.
		[ "$path" = /api/search ] || ! header Content-Length >/dev/null || equal "$(header Content-Length)" "$length" "Content-Length of $method $path"
	done < <(routes '.method == "GET" and (.path | contains(":") | not)')
}

@test "every list and thing has an ETag that If-None-Match answers with 304" {
	capture "tagged for etags"
	while read -r method path; do
		api GET "$path?q=etags&$window"
		expect_status 200
		# A stream has none; a search says how long it took, so each of its answers is another.
		case $path in */export | */export.ics | */jwks.json | /api/search) continue ;; esac
		expect_header_like ETag '^"[^"]+"$'
		local tag
		tag=$(header ETag)
		api GET "$path?q=etags&$window" -H "If-None-Match: $tag"
		expect_status 304
		equal "$body" "" "body of the 304"
		expect_header ETag "$tag"
		expect_header API-Version 1
		expect_header_like Cache-Control no-cache
		api GET "$path?q=etags&$window" -H "If-None-Match: \"zzz\", W/$tag"
		expect_status 304
		api GET "$path?q=etags&$window" -H 'If-None-Match: *'
		expect_status 304
		api GET "$path?q=etags&$window" -H 'If-None-Match: "zzz"'
		expect_status 200
		api HEAD "$path?q=etags&$window" -H "If-None-Match: $tag"
		expect_status 304
	done < <(routes '.method == "GET" and (.path | contains(":") | not)')
}

@test "a thing's ETag is its version, and moves with every write" {
	capture "one"
	local id
	id=$(json .id)
	expect_header ETag '"1"'
	expect_json .version 1
	api GET "/api/thoughts/$id"
	expect_header ETag '"1"'
	api GET "/api/thoughts/$id" -H 'If-None-Match: "1"'
	expect_status 304
	api PATCH "/api/thoughts/$id" '{"pinned":true}'
	expect_header ETag '"2"'
	expect_json .version 2
	api GET "/api/thoughts/$id" -H 'If-None-Match: "1"'
	expect_status 200
	expect_header ETag '"2"'
}

@test "a list's ETag moves when the list does" {
	register
	api GET /api/thoughts
	local before
	before=$(header ETag)
	capture "new in the list"
	api GET /api/thoughts -H "If-None-Match: $before"
	expect_status 200
	[ "$(header ETag)" != "$before" ] || fail "the ETag is still $before"
}

# stale METHOD PATH BODY: every If-Match that cannot match is 412 and changes nothing.
stale() {
	local method=$1 path=$2 data=${3:-} before current tag
	api GET "$path"
	before=$body
	current=$(jq -cS . <<<"$before")
	for tag in '"999"' 'W/"1"' '"1' 'nonsense' '"01"' '"-1"' '""' '"1 "' '"99999999999999999999"' 'W/"1", "2"' '"2" "1' '"x,"1","'; do
		if [ -n "$data" ]; then
			api "$method" "$path" "$data" -H "If-Match: $tag"
		else
			api "$method" "$path" -H "If-Match: $tag"
		fi
		expect_problem 412 version_mismatch
		equal "$(jq -cS .current <<<"$body")" "$current" "current of $method $path with $tag"
	done
	api GET "$path"
	equal "$body" "$before" "$path after refused writes"
}

@test "If-Match: 412 with the current representation when stale, and nothing changes" {
	capture "guarded"
	local id
	id=$(json .id)
	stale PUT "/api/thoughts/$id" '{"text":"overwritten"}'
	stale PATCH "/api/thoughts/$id" '{"text":"overwritten"}'
	stale DELETE "/api/thoughts/$id"
	stale PUT /users/me "$(jq -nc --arg e "$EMAIL" '{email: $e, name: "Overwritten"}')"
	stale PATCH /users/me '{"name":"Overwritten"}'
}

@test "If-Match: the version in force, or *, lets the write through" {
	capture "guarded"
	local id
	id=$(json .id)
	api PATCH "/api/thoughts/$id" '{"text":"second"}' -H 'If-Match: "1"'
	expect_status 200
	api PUT "/api/thoughts/$id" '{"text":"third"}' -H 'If-Match: "2"'
	expect_status 200
	expect_json .version 3
	api PATCH "/api/thoughts/$id" '{"text":"fourth"}' -H 'If-Match: *'
	expect_status 200
	api PATCH "/api/thoughts/$id" '{"text":"fifth"}' -H 'If-Match: "2", W/"9","4" , "x,5"'
	expect_status 200
	api DELETE "/api/thoughts/$id" -H 'If-Match: "5"'
	expect_status 204
	api DELETE "/api/thoughts/$(uuid7)" -H 'If-Match: "1"'
	expect_problem 404 not_found
}

@test "of twenty concurrent writes with one If-Match exactly one goes through" {
	capture "contended"
	local id
	id=$(json .id)
	local i workers=()
	for i in {1..20}; do
		curl -s -o /dev/null -w '%{http_code}\n' -X PATCH -H "Authorization: Bearer $TOKEN" -H 'If-Match: "1"' \
			-H 'Content-Type: application/json' -d "{\"text\":\"writer $i\"}" "$AURORA_URL/api/thoughts/$id" &
		workers+=($!)
	done >"$BATS_TEST_TMPDIR/codes"
	wait "${workers[@]}"
	equal "$(sort "$BATS_TEST_TMPDIR/codes" | uniq -c | awk '{ print $2 ":" $1 }' | xargs)" "200:1 412:19" "answers"
	api GET "/api/thoughts/$id"
	expect_json .version 2
}

@test "Idempotency-Key: the same request again answers what is stored" {
	register
	local key first location
	key=$(unique key)
	api POST /api/thoughts '{"text":"once #only"}' -H "Idempotency-Key: $key"
	expect_status 201
	expect_no_header Idempotency-Replayed
	first=$body
	location=$(header Location)
	for _ in 1 2; do
		api POST /api/thoughts '{"text":"once #only"}' -H "Idempotency-Key: $key"
		expect_status 201
		expect_header Idempotency-Replayed true
		expect_header Location "$location"
		expect_header ETag '"1"'
		expect_header_like Content-Type '^application/json'
		equal "$body" "$first" "replayed body"
	done
	api GET '/api/thoughts?count=true'
	expect_json .total 1
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'ThoughtCreated'")" 1 "events"
}

@test "Idempotency-Key: another body, or another query, is 422; another user's key is another key" {
	register
	local key
	key=$(unique key)
	api POST /api/thoughts '{"text":"once"}' -H "Idempotency-Key: $key"
	expect_status 201
	api POST /api/thoughts '{"text":"twice"}' -H "Idempotency-Key: $key"
	expect_problem 422 idempotency_mismatch
	api POST '/api/thoughts?x=1' '{"text":"once"}' -H "Idempotency-Key: $key"
	expect_problem 422 idempotency_mismatch
	api GET '/api/thoughts?count=true'
	expect_json .total 1
	register
	api POST /api/thoughts '{"text":"twice"}' -H "Idempotency-Key: $key"
	expect_status 201
	expect_no_header Idempotency-Replayed
}

@test "Idempotency-Key: a refused request leaves the key free" {
	local key
	key=$(unique key)
	api POST /api/thoughts '{"text":""}' -H "Idempotency-Key: $key"
	expect_status 422
	api POST /api/thoughts '{"text":"now right"}' -H "Idempotency-Key: $key"
	expect_status 201
	api POST /api/thoughts '{"text":"x"}' -H "Idempotency-Key: $(printf 'k%.0s' {1..256})"
	expect_problem 400 bad_request
}

@test "Idempotency-Key: twenty at once have one effect and one answer" {
	register
	local key i workers=()
	key=$(unique key)
	for i in {1..20}; do
		curl -s -o "$BATS_TEST_TMPDIR/body.$i" -w '%{http_code}\n' -X POST -H "Authorization: Bearer $TOKEN" \
			-H "Idempotency-Key: $key" -H 'Content-Type: application/json' -d '{"text":"all at once"}' \
			"$AURORA_URL/api/thoughts" &
		workers+=($!)
	done >"$BATS_TEST_TMPDIR/codes"
	wait "${workers[@]}"
	equal "$(sort -u "$BATS_TEST_TMPDIR/codes" | xargs)" 201 "answers"
	equal "$(cat "$BATS_TEST_TMPDIR"/body.* | jq -r .id | sort -u | wc -l)" 1 "different ids"
	api GET '/api/thoughts?count=true'
	expect_json .total 1
}

@test "every route that honours Idempotency-Key replays, and keeps no secret that can be read" {
	while read -r method path; do
		local key data first target=$path
		key=$(unique key)
		[[ $path != *:* ]] || target_of "$method" "$path"
		data=$(minimal_body "$method" "$path")
		case "$method $path" in
		"POST /auth/register") data=$(jq -nc --arg e "$(unique u)@example.test" '{email: $e, password: "a good password"}') ;;
		"POST /api/tasks/bulk")
			api POST /api/tasks '{"title":"once"}'
			data="{\"action\":\"complete\",\"ids\":[\"$(json .id)\"]}"
			;;
		"POST /users/me/tokens") data='{"name":"script","scopes":["thoughts:read"]}' ;;
		esac
		api "$method" "$target" "$data" -H "Idempotency-Key: $key"
		[[ $status = 20[01] ]] || fail "$method $path answers $status to $data"
		first=$body
		api "$method" "$target" "$data" -H "Idempotency-Key: $key"
		expect_header Idempotency-Replayed true
		equal "$body" "$first" "replayed body"
		if [ "$(route_field "$method" "$path" '.needs | any(. == "secret")')" = true ]; then
			expect_header Cache-Control no-store
			local service token
			service=$(jq -r --arg p "$path" 'select(any(.routes[]; .path == $p)) | .service' "$BATS_FILE_TMPDIR/describe.json")
			token=$(jq -r '.access_token // .token' <<<"$first")
			[ "${#token}" -gt 20 ] || fail "no token in the answer"
			equal "$(sql "SELECT sealed, position('$token' in body::text) FROM $service.idempotency
				WHERE key = '$key' OR key LIKE '% $key'")" "t|0" "how the answer is kept"
		fi
	done < <(routes '.needs | any(. == "idempotent")')
}

expect_list() {
	expect_status 200
	expect_json '(.items | type) == "array" and has("next_cursor") and has("total") == false'
}

expect_counted() {
	expect_status 200
	expect_json '.total | type' number
}

@test "lists: limit is 1 to 200 and nothing else" {
	while read -r method path; do
		local bad target=$path
		[[ $path != *:* ]] || target_of "$method" "$path"
		for bad in 0 201 -1 abc 1.5 '' 99999999999999999999 '1%20'; do
			later 'expect_problem 400 bad_request' GET "$target?q=x&limit=$bad"
		done
		later expect_list GET "$target?q=x&limit=200"
		later expect_counted GET "$target?q=x&limit=1&count=true"
		later 'expect_problem 400 bad_request' GET "$target?q=x&count=maybe"
	done < <(routes '.method == "GET" and (.query | split(" ") | index("limit") and index("count"))')
	answers
}

@test "lists: a cursor that was not given out is 400 bad_cursor" {
	register
	for i in 1 2 3; do
		capture "cursor $i"
	done
	api GET '/api/thoughts?limit=1'
	local cursor
	cursor=$(json .next_cursor)
	while read -r method path; do
		local bad target=$path
		[[ $path != *:* ]] || target_of "$method" "$path"
		for bad in x '' "AAAA" "${cursor}A" "${cursor%?????}xxxxx" "$(printf 'A%.0s' {1..3000})"; do
			later 'expect_problem 400 bad_cursor' GET "$target?q=x&cursor=$bad"
		done
	done < <(routes '.method == "GET" and (.query | split(" ") | index("cursor"))')
	answers
	api GET "/api/thoughts?limit=1&pinned=true&cursor=$cursor"
	expect_problem 400 bad_cursor
	api GET "/users/me/sessions?limit=1&cursor=$cursor"
	expect_problem 400 bad_cursor
	api GET "/api/thoughts?limit=2&cursor=$cursor"
	expect_status 200
}

@test "lists: pages join without gap or repetition, by next_cursor and by Link" {
	register
	local i seen="" next pages=0
	for i in {1..7}; do
		capture "page $i"
	done
	next='/api/thoughts?limit=3'
	while [ -n "$next" ]; do
		api GET "$next"
		expect_status 200
		seen+=$(json '.items[].text')$'\n'
		((++pages))
		if [ "$(json .next_cursor)" = null ]; then
			expect_no_header Link
			next=""
		else
			expect_header_like Link '^<[^>]+>; rel="next"$'
			next=$(header Link | sed 's/^<\([^>]*\)>.*/\1/')
			[[ $next = *"cursor=$(json .next_cursor)"* ]] || fail "Link and next_cursor differ"
			# A thought that comes meanwhile is newer than the list: it moves nothing.
			[ "$pages" != 1 ] || curl -s -o /dev/null -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
				-d '{"text":"meanwhile"}' "$AURORA_URL/api/thoughts"
		fi
	done
	equal "$pages" 3 pages
	equal "$(grep . <<<"$seen" | xargs -d '\n')" "page 7 page 6 page 5 page 4 page 3 page 2 page 1" "what the pages had"
	api GET '/api/thoughts?limit=3&count=true'
	expect_json .total 8
	api GET '/v1/api/thoughts?limit=3'
	expect_header_like Link '^</v1/api/thoughts\?'
	equal "$(header Link | grep -c count)" 0 "count where nothing was to be counted"
	# What was asked of one page is asked of the next.
	api GET '/api/thoughts?pinned=false&limit=3&count=true'
	next=$(header Link | sed 's/^<\([^>]*\)>.*/\1/')
	for i in cursor limit=3 count=true pinned=false; do
		[[ $next = *[?\&]"$i"* ]] || fail "no $i in $next"
	done
	api GET "$next"
	expect_json .total 8
	expect_json '.items | length' 3
	api GET '/api/thoughts?limit=3&count=false'
	equal "$(header Link | grep -c count)" 0 "count where nothing was to be counted"
}

@test "Cache-Control: private for things, no-store for what holds a token" {
	register
	api GET /users/me
	expect_header Cache-Control 'private, no-cache'
	capture "private"
	expect_header Cache-Control 'private, no-cache'
	api GET "/api/thoughts/$(json .id)"
	expect_header Cache-Control 'private, no-cache'
	TOKEN='' api POST /auth/login "$(jq -nc --arg e "$EMAIL" --arg p "$PASSWORD" '{email: $e, password: $p}')"
	expect_status 200
	expect_header Cache-Control no-store
	TOKEN='' api POST /auth/refresh "$(jq -nc --arg t "$REFRESH" '{refresh_token: $t}')"
	expect_status 200
	expect_header Cache-Control no-store
}

@test "ids are lower-case UUIDv7, instants are RFC 3339 in UTC with Z" {
	capture "formats"
	expect_json '.id | test("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")'
	expect_json '[.captured_at, .created_at, .updated_at] | all(test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?Z$"))'
	api GET /users/me
	expect_json '.id | test("^[0-9a-f]{8}-[0-9a-f]{4}-7")'
	expect_json '[.created_at, .updated_at] | all(endswith("Z"))'
}

@test "every program: --describe, --version, --help and --check, and a status for what it does not know" {
	local f
	while read -r f; do
		"$AURORA_HOME/bin/$f" --describe | jq -e '.service and .role and .summary and .version' >/dev/null
		[ -n "$("$AURORA_HOME/bin/$f" --version)" ]
		"$AURORA_HOME/bin/$f" --help | grep -q -- --describe
		"$AURORA_HOME/bin/$f" --check
		run "$AURORA_HOME/bin/$f" --nonsense
		[ "$status" = 2 ]
		run env AURORA_BODY_LIMIT=1 "$AURORA_HOME/bin/$f" --check
		[ "$status" != 0 ]
		[[ $output = *body_limit* && $output = *1024* ]]
		run env AURORA_NO_SUCH=1 "$AURORA_HOME/bin/$f" --check
		[ "$status" != 0 ]
	done < <(functions)
}

@test "every program answers as plain CGI what it answers behind the web server" {
	local answer path
	for path in "identity /users/me" "thoughts /api/thoughts" "search /api/search?q=cgi"; do
		api GET "${path#* }"
		expect_status 200
		answer=$(cd / && REQUEST_METHOD=GET REQUEST_URI=${path#* } QUERY_STRING=$([[ $path = *\?* ]] && echo "${path#*\?}") \
			GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 HTTP_AUTHORIZATION="Bearer $TOKEN" \
			REMOTE_ADDR=127.0.0.1 "$AURORA_HOME/bin/${path%% *}")
		grep -q '^Status: 200' <<<"$answer" || fail "as plain CGI: $answer"
		equal "$(sed '1,/^\r*$/d' <<<"$answer" | jq -cS 'del(.took_ms)')" "$(jq -cS 'del(.took_ms)' <<<"$body")" "$path as plain CGI"
	done
	answer=$(REQUEST_METHOD=POST REQUEST_URI=/api/thoughts CONTENT_TYPE=application/json CONTENT_LENGTH=20 \
		HTTP_AUTHORIZATION="Bearer $TOKEN" REMOTE_ADDR=127.0.0.1 "$AURORA_HOME/bin/thoughts" <<<'{"text":"plain CGI"}')
	grep -q '^Status: 201' <<<"$answer" || fail "as plain CGI: $answer"
}
