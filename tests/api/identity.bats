#!/usr/bin/env bats
# identity: accounts, passwords, sessions, tokens, from outside.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common

# The token in the newest mail of a kind to the user: mail_token EmailVerificationRequested.
mail_token() {
	sql "SELECT payload->>'link' FROM bus.events WHERE type = '$1' AND user_id = '$USER_ID' ORDER BY id DESC LIMIT 1" |
		sed -n 's/.*[?]token=//p'
}

# How many events of a type the user has.
events() {
	sql "SELECT count(*) FROM bus.events WHERE type = '$1' AND user_id = '$USER_ID'"
}

login_body() {
	jq -nc --arg e "${1:-$EMAIL}" --arg p "${2:-$PASSWORD}" '{email: $e, password: $p}'
}

# Log in anew; sets TOKEN and REFRESH.
login() {
	TOKEN='' api POST /auth/login "$(login_body "$@")"
	expect_status 200
	TOKEN=$(json .access_token)
	REFRESH=$(json .refresh_token)
}

refresh_body() {
	jq -nc --arg t "${1:-$REFRESH}" '{refresh_token: $t}'
}

# Make what was used of refresh tokens longer ago than its grace.
end_grace() {
	sql "UPDATE identity.refresh_tokens SET used_at = used_at - interval '11 seconds' WHERE user_id = '$USER_ID'"
}

# One request to the program as plain CGI, from $address: cgi METHOD PATH BODY [NAME=VALUE…]. Prints the answer.
cgi() {
	local method=$1 path=$2 data=$3
	shift 3
	env GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD="$method" REQUEST_URI="$path" CONTENT_TYPE=application/json \
		CONTENT_LENGTH=${#data} REMOTE_ADDR="$address" ${TOKEN:+HTTP_AUTHORIZATION="Bearer $TOKEN"} "$@" \
		"$AURORA_HOME/bin/identity" <<<"$data"
}

# The status alone.
cgi_status() {
	cgi "$@" | sed -nE 's/^Status: ([0-9]+).*/\1/p'
}

# An address that no other test uses.
any_address() {
	echo "10.$((SRANDOM % 256)).$((SRANDOM % 256)).$((SRANDOM % 256))"
}

session_id() {
	jq -rR 'split(".")[1] | gsub("-"; "+") | gsub("_"; "/") | . + "=" * ((4 - length % 4) % 4) | @base64d | fromjson | .sid' \
		<<<"${1:-$TOKEN}"
}

# --- register

@test "register: 201 with the account, a pair of tokens and the mail that verifies the address" {
	local email
	email=$(unique u)@example.test
	api POST /auth/register "{\"email\":\"$email\",\"password\":\"long enough\",\"name\":\"Ana\",\"time_zone\":\"Europe/Berlin\"}"
	expect_status 201
	expect_header Location /users/me
	expect_header Cache-Control no-store
	expect_json '[.user.email, .user.name, .user.time_zone] | join(" ")' "$email Ana Europe/Berlin"
	expect_json '.user | .email_verified == false and .roles == ["user"] and .version == 1 and .locale == "en"
		and .week_start == 1 and .day_start_hour == 0'
	expect_json '.token_type == "Bearer" and .expires_in > 0 and (.refresh_token | length) == 43'
	expect_json '.user | has("password") or has("password_hash") | not'
	USER_ID=$(json .user.id)
	TOKEN=$(json .access_token)
	equal "$(events UserRegistered)" 1 UserRegistered
	equal "$(events EmailVerificationRequested)" 1 EmailVerificationRequested
	equal "$(sql "SELECT audience FROM bus.events WHERE type = 'EmailVerificationRequested' AND user_id = '$USER_ID'")" \
		notifications "who may read the link"
	api GET /users/me
	expect_status 200
	expect_json .email "$email"
}

@test "register: an address is taken whatever its case and normal form" {
	local name
	name=$(unique u)
	api POST /auth/register "{\"email\":\"Jose\\u0301.$name@Example.test\",\"password\":\"long enough\"}"
	expect_status 201
	api POST /auth/register "{\"email\":\"jos\\u00e9.$name@example.TEST\",\"password\":\"long enough\"}"
	expect_problem 409 email_taken
}

@test "register: every bad field at once, and nothing is written" {
	local before
	before=$(sql 'SELECT count(*) FROM identity.users')
	api POST /auth/register '{"email":"no address","password":"short","name":5,"nick":"x","time_zone":"Mars/Base"}'
	expect_invalid /email invalid /password too_short /name wrong_type /nick unknown_field /time_zone invalid
	api POST /auth/register '{}'
	expect_invalid /email required /password required
	equal "$(sql 'SELECT count(*) FROM identity.users')" "$before" "number of accounts"
}

@test "register: passwords are 8 to 1024 bytes" {
	register "" "12345678"
	register "" "$(printf 'x%.0s' {1..1024})"
	api POST /auth/register "$(login_body "$(unique u)@example.test" "$(printf 'x%.0s' {1..1025})")"
	expect_invalid /password too_long
	api POST /auth/register "$(login_body "$(unique u)@example.test" 1234567)"
	expect_invalid /password too_short
}

@test "register: an Idempotency-Key makes one account, and the answer is kept sealed" {
	local key email first
	key=$(unique k)
	email=$(unique u)@example.test
	api POST /auth/register "$(login_body "$email" "long enough")" -H "Idempotency-Key: $key"
	expect_status 201
	expect_no_header Idempotency-Replayed
	first=$body
	api POST /auth/register "$(login_body "$email" "long enough")" -H "Idempotency-Key: $key"
	expect_status 201
	expect_header Idempotency-Replayed true
	equal "$body" "$first" "the replayed answer"
	api POST /auth/register "$(login_body "other$email" "long enough")" -H "Idempotency-Key: $key"
	expect_problem 422 idempotency_mismatch
	equal "$(sql "SELECT count(*), count(*) FILTER (WHERE body LIKE '%token%') FROM identity.idempotency
		WHERE key LIKE '% $key'")" '1|0' "kept answers, and plain ones"
}

@test "register: a refresh token in a cookie is kept sealed and replayed as well" {
	local key data cookie
	key=$(unique k)
	data=$(login_body "$(unique u)@example.test" "long enough" | jq -c '. + {cookie: true}')
	api POST /auth/register "$data" -H "Idempotency-Key: $key"
	expect_status 201
	expect_json 'has("refresh_token") | not'
	cookie=$(header Set-Cookie)
	equal "$(sql "SELECT count(*), count(*) FILTER (WHERE head LIKE '%aurora_refresh%') FROM identity.idempotency
		WHERE key LIKE '% $key'")" '1|0' "kept answers, and plain ones"
	api POST /auth/register "$data" -H "Idempotency-Key: $key"
	expect_header Idempotency-Replayed true
	expect_header Set-Cookie "$cookie"
	expect_header Location /users/me
}

@test "register: an answer that was kept goes with its account; the key is free again" {
	local key data first
	key=$(unique k)
	register # for PASSWORD
	data=$(login_body "$(unique u)@example.test")
	TOKEN='' api POST /auth/register "$data" -H "Idempotency-Key: $key"
	expect_status 201
	TOKEN=$(json .access_token)
	first=$(json .user.id)
	equal "$(sql "SELECT count(*) FROM identity.idempotency WHERE key LIKE '% $key'")" 1 "kept answers"
	api DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')"
	expect_status 204
	equal "$(sql "SELECT count(*) FROM identity.idempotency WHERE key LIKE '% $key'")" 0 "kept answers"
	TOKEN='' api POST /auth/register "$data" -H "Idempotency-Key: $key"
	expect_status 201
	expect_no_header Idempotency-Replayed
	[ "$(json .user.id)" != "$first" ]
	TOKEN=$(json .access_token) api GET /users/me
	expect_status 200
	# A key that is used again a day later holds the answer about another: this one stays when the first account goes.
	TOKEN=$(json .access_token)
	sql "UPDATE identity.idempotency SET created_at = created_at - interval '25 hours' WHERE key LIKE '% $key'"
	TOKEN='' api POST /auth/register "$(login_body "$(unique u)@example.test")" -H "Idempotency-Key: $key"
	expect_status 201
	TOKEN='' api POST /auth/login "$data"
	TOKEN=$(json .access_token) api DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')"
	expect_status 204
	equal "$(sql "SELECT count(*) FROM identity.idempotency WHERE key LIKE '% $key'")" 1 "kept answers"
}

@test "register: two at once with one address make one account" {
	local email codes
	email=$(unique u)@example.test
	codes=$(for _ in 1 2 3 4 5 6; do
		curl -s -o /dev/null -w '%{http_code}\n' -H 'Content-Type: application/json' -d "$(login_body "$email" "long enough")" \
			"$AURORA_URL/auth/register" &
	done | sort | uniq -c | xargs)
	equal "$codes" "1 201 5 409" "status codes"
}

# --- login

@test "login: 200 with the account and a pair; the address in any case" {
	register
	TOKEN='' api POST /auth/login "$(login_body "${EMAIL^^}")"
	expect_status 200
	expect_header Cache-Control no-store
	expect_json .user.id "$USER_ID"
	expect_json '(.access_token | length) > 0 and (.refresh_token | length) == 43 and .token_type == "Bearer"'
}

@test "login: a wrong password and an unknown address are told the same" {
	local wrong
	register
	TOKEN=''
	api POST /auth/login "$(login_body "$EMAIL" "not this one")"
	expect_problem 401 bad_credentials
	expect_header_like WWW-Authenticate '^Bearer'
	wrong=$(json 'del(.request_id)')
	api POST /auth/login "$(login_body "$(unique nobody)@example.test" "not this one")"
	expect_problem 401 bad_credentials
	equal "$(json 'del(.request_id)')" "$wrong" "the answer"
}

@test "login: an unknown address costs as much as a wrong password" {
	register
	# Processor time of the program as plain CGI, at a cost where the hash outweighs everything else.
	seconds() {
		local data TIMEFORMAT=%U
		data=$(login_body "$1" "not this one")
		{ time env AURORA_BCRYPT_COST=11 AURORA_LIMITS=off GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=POST \
			REQUEST_URI=/auth/login CONTENT_TYPE=application/json CONTENT_LENGTH=${#data} REMOTE_ADDR=127.0.0.1 \
			"$AURORA_HOME/bin/identity" <<<"$data" >"$BATS_TEST_TMPDIR/answer" 2>&3; } 3>&2 2>&1
		grep -q '^Status: 401' "$BATS_TEST_TMPDIR/answer" || echo "no 401"
	}
	# A hash is as slow as the cost says that it was made with, however much that was raised since.
	local cost known unknown
	for cost in 11 10 08; do
		sql "UPDATE identity.users SET password_hash = '\$2b\$$cost\$' || substr(password_hash, 8) WHERE id = '$USER_ID'"
		known=() unknown=()
		for _ in 1 2 3 4 5; do
			known+=("$(seconds "$EMAIL")")
			unknown+=("$(seconds "x$EMAIL")")
		done
		echo "cost $cost: known: ${known[*]} unknown: ${unknown[*]}"
		jq -ne --arg known "${known[*]}" --arg unknown "${unknown[*]}" '
			def median: split(" ") | map(tonumber) | sort | .[2];
			($known | median) as $k | ($unknown | median) as $u
			| $k > 0.03 and $u > 0.8 * $k and $u < 1.25 * $k'
	done
}

@test "login: long passwords count to their last byte, in any normal form" {
	local long
	long=$(printf 'x%.0s' {1..200})
	register "" "${long}a"
	TOKEN=''
	api POST /auth/login "$(login_body "$EMAIL" "${long}b")"
	expect_problem 401 bad_credentials
	api POST /auth/login "$(login_body "$EMAIL" "${long}a")"
	expect_status 200
	register "" $'cafe\u0301 noir'
	TOKEN=''
	api POST /auth/login "$(login_body "$EMAIL" $'caf\u00e9 noir')"
	expect_status 200
}

@test "login: a hash of another cost is made anew" {
	local old
	register
	# An account of the same password whose hash has cost 5.
	old=$(sql "SELECT password_hash FROM identity.users WHERE id = '$USER_ID'")
	equal "${old:0:7}" "\$2b\$04\$" "cost of the test house"
	local data
	data=$(jq -nc --arg c "$PASSWORD" '{current_password: $c, new_password: $c}')
	AURORA_BCRYPT_COST=5 GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=POST REQUEST_URI=/auth/change-password \
		CONTENT_TYPE=application/json CONTENT_LENGTH=${#data} REMOTE_ADDR=127.0.0.1 \
		HTTP_AUTHORIZATION="Bearer $TOKEN" "$AURORA_HOME/bin/identity" <<<"$data" | grep -q '^Status: 204'
	equal "$(sql "SELECT left(password_hash, 7) FROM identity.users WHERE id = '$USER_ID'")" "\$2b\$05\$" "cost"
	login
	equal "$(sql "SELECT left(password_hash, 7) FROM identity.users WHERE id = '$USER_ID'")" "\$2b\$04\$" "cost after login"
	login
}

@test "login: a disabled account is told so only with the right password" {
	register
	sql "UPDATE identity.users SET disabled = true WHERE id = '$USER_ID'"
	TOKEN=''
	api POST /auth/login "$(login_body "$EMAIL" "not this one")"
	expect_problem 401 bad_credentials
	api POST /auth/login "$(login_body)"
	expect_problem 403 account_disabled
	api POST /auth/refresh "$(refresh_body)"
	expect_problem 403 account_disabled
}

@test "login: with cookie:true the refresh token is in a strict cookie for /auth, not in the body" {
	local cookie
	register
	TOKEN='' api POST /auth/login "$(login_body | jq -c '. + {cookie: true}')"
	expect_status 200
	expect_json 'has("refresh_token") | not'
	cookie=$(header Set-Cookie)
	[[ $cookie =~ ^aurora_refresh=([A-Za-z0-9_-]{43})\; ]]
	local token=${BASH_REMATCH[1]}
	for part in 'Path=/auth' HttpOnly SameSite=Strict; do
		[[ "$cookie;" = *"; $part;"* ]] || fail "the cookie lacks $part"
	done
	[[ $cookie != *Secure* ]]
	# It is exchanged for the next one, in a cookie again.
	TOKEN='' api POST /auth/refresh '' -H "Cookie: other=1; aurora_refresh=$token"
	expect_status 200
	expect_json 'has("refresh_token") | not'
	[[ $(header Set-Cookie) =~ ^aurora_refresh=([A-Za-z0-9_-]{43})\; ]]
	[ "${BASH_REMATCH[1]}" != "$token" ]
	TOKEN=$(json .access_token)
	api POST /auth/logout ''
	expect_status 204
	expect_header_like Set-Cookie '^aurora_refresh=; .*Max-Age=0'
}

@test "login: under /v1 the cookie is for /v1/auth, so that a browser sends it there" {
	local jar=$BATS_TEST_TMPDIR/jar old
	register
	# The cookie as a browser keeps it: by its path.
	kept() {
		awk '$6 == "aurora_refresh" { print $3, $7 }' "$jar"
	}
	TOKEN='' api POST /v1/auth/login "$(login_body | jq -c '. + {cookie: true}')" -c "$jar"
	expect_status 200
	old=$(kept)
	[[ $old =~ ^/v1/auth\ [A-Za-z0-9_-]{43}$ ]] || fail "kept is '$old'"
	TOKEN='' api POST /v1/auth/refresh '' -b "$jar" -c "$jar"
	expect_status 200
	expect_json 'has("refresh_token") | not'
	TOKEN=$(json .access_token)
	[[ $(kept) =~ ^/v1/auth\ [A-Za-z0-9_-]{43}$ && $(kept) != "$old" ]] || fail "kept is '$(kept)'"
	TOKEN='' api POST /auth/refresh '' -b "$jar"
	expect_problem 401 bad_token
	api POST /v1/auth/logout '' -b "$jar" -c "$jar"
	expect_status 204
	equal "$(kept)" "" "what is kept"
	# Who has the account erased under /v1 has it cleared there, too.
	TOKEN='' api POST /v1/auth/login "$(login_body | jq -c '. + {cookie: true}')" -c "$jar"
	TOKEN=$(json .access_token)
	api DELETE /v1/users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')" -b "$jar" -c "$jar"
	expect_status 204
	equal "$(kept)" "" "what is kept"
}

@test "login: failures of an account end in 429, also for the right password; another account is not concerned" {
	register
	local address n answer TOKEN=''
	address=$(any_address)
	for ((n = 1; n <= 5; n++)); do
		equal "$(cgi_status POST /auth/login "$(login_body "$EMAIL" "not this one")" AURORA_LIMIT_LOGIN=15)" 401 "failure $n"
	done
	answer=$(cgi POST /auth/login "$(login_body)" AURORA_LIMIT_LOGIN=15)
	grep -q '^Status: 429' <<<"$answer"
	grep -qE '^Retry-After: [1-9]' <<<"$answer"
	register
	TOKEN=''
	equal "$(cgi_status POST /auth/login "$(login_body)" AURORA_LIMIT_LOGIN=15)" 200 "another account"
}

@test "login: strangers' failures do not lock the owner out, nor what a session of the owner's does" {
	register
	local address owner n change
	owner=$(any_address)
	# Three failures of an address, one of an account by one address, ten by all.
	strangers_fail() {
		local TOKEN=''
		for ((n = 1; n <= $1; n++)); do
			address=$(any_address)
			equal "$(cgi_status POST /auth/login "$(login_body "$EMAIL" "not this one")" AURORA_LIMIT_LOGIN=3)" 401 "stranger $n"
		done
		equal "$(cgi_status POST /auth/login "$(login_body "$EMAIL" "not this one")" AURORA_LIMIT_LOGIN=3)" 429 "the last stranger again"
		address=$owner
	}
	strangers_fail 9
	equal "$(TOKEN='' cgi_status POST /auth/login "$(login_body)" AURORA_LIMIT_LOGIN=3)" 200 "the owner"
	# Very many do hold up every login, and still nothing of a session.
	strangers_fail 10
	equal "$(TOKEN='' cgi_status POST /auth/login "$(login_body)" AURORA_LIMIT_LOGIN=3)" 429 "the owner"
	change=$(jq -nc --arg c "$PASSWORD" '{current_password: $c, new_password: $c}')
	equal "$(cgi_status POST /auth/change-password "$change" AURORA_LIMIT_LOGIN=3)" 204 "the owner's session"
	# A session's own failures are counted.
	equal "$(cgi_status POST /auth/change-password '{"current_password":"x","new_password":"long enough"}' AURORA_LIMIT_LOGIN=3)" 403
	equal "$(cgi_status POST /auth/change-password "$change" AURORA_LIMIT_LOGIN=3)" 429
	equal "$(cgi_status DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')" AURORA_LIMIT_LOGIN=3)" 429
}

@test "login: is not held up by who asks for resets" {
	register
	local n took workers=()
	for ((n = 0; n < 40; n++)); do
		curl -s -o /dev/null -H 'Content-Type: application/json' -d '{"email":"nobody@example.test"}' \
			"$AURORA_URL/auth/reset-password" &
		workers+=($!)
	done
	took=$(curl -s -o /dev/null -w '%{time_total}' -H 'Content-Type: application/json' -d "$(login_body)" "$AURORA_URL/auth/login")
	wait "${workers[@]}"
	jq -ne "$took < 1" || fail "a login takes $took s"
}

# --- refresh

@test "refresh: 200 with a new pair; the old access token stays good, the session is seen" {
	register
	local old=$TOKEN
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	expect_status 200
	expect_header Cache-Control no-store
	expect_json 'has("user") | not'
	[ "$(json .refresh_token)" != "$REFRESH" ]
	TOKEN=$(json .access_token)
	equal "$(session_id)" "$(session_id "$old")" "session"
	api GET /users/me
	expect_status 200
	TOKEN=$old api GET /users/me
	expect_status 200
}

@test "refresh: a used token answers the same pair within its grace, and ends the session later" {
	register
	local first access
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	first=$(json '.access_token + .refresh_token')
	access=$(json .access_token)
	local next
	next=$(json .refresh_token)
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	expect_status 200
	equal "$(json '.access_token + .refresh_token')" "$first" "the pair"
	end_grace
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	expect_problem 401 token_reused
	# Everything of the session is over, the newest tokens too.
	TOKEN='' api POST /auth/refresh "$(refresh_body "$next")"
	expect_problem 401 bad_token
	TOKEN=$access api GET /users/me
	expect_problem 401 unauthorized
	equal "$(events SessionRevoked)" 1 SessionRevoked
}

@test "refresh: what a used token was exchanged for is sealed, and erased with the next exchange" {
	register
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	local next
	next=$(json .refresh_token)
	equal "$(sql "SELECT count(*) FROM identity.refresh_tokens WHERE user_id = '$USER_ID' AND successor IS NOT NULL
		AND successor NOT LIKE '%$next%' AND successor NOT LIKE '%eyJ%'")" 1 "sealed pairs"
	end_grace
	TOKEN='' api POST /auth/refresh "$(refresh_body "$next")"
	expect_status 200
	equal "$(sql "SELECT count(*) FROM identity.refresh_tokens WHERE user_id = '$USER_ID' AND successor IS NOT NULL")" 1 "sealed pairs"
}

@test "refresh: one token a hundred times at once is used once, and all get the same pair" {
	register
	local config=$BATS_TEST_TMPDIR/curl n
	for ((n = 0; n < 100; n++)); do
		printf 'url = "%s/auth/refresh"\nheader = "Content-Type: application/json"\ndata = "%s"\noutput = "%s"\nnext\n' \
			"$AURORA_URL" "$(refresh_body | sed 's/"/\\"/g')" "$BATS_TEST_TMPDIR/pair.$n"
	done >"$config"
	sed -i '$d' "$config"
	curl -sS --parallel --parallel-max 100 -K "$config"
	equal "$(cat "$BATS_TEST_TMPDIR"/pair.* | jq -r '.access_token + .refresh_token' | sort | uniq -c | awk '{print $1}')" 100 \
		"answers with one pair"
	equal "$(sql "SELECT count(*) FROM identity.refresh_tokens WHERE user_id = '$USER_ID'")" 2 "refresh tokens"
}

@test "refresh: no token, a strange token, an expired one" {
	TOKEN=''
	api POST /auth/refresh ''
	expect_problem 401 bad_token
	api POST /auth/refresh '{}'
	expect_problem 401 bad_token
	api POST /auth/refresh '{"refresh_token":"nothing of ours"}'
	expect_problem 401 bad_token
	api POST /auth/refresh '{"refresh_token":5}'
	expect_invalid /refresh_token wrong_type
	register
	sql "UPDATE identity.refresh_tokens SET expires_at = now() WHERE user_id = '$USER_ID'"
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	expect_problem 401 bad_token
}

@test "refresh: a cookie that is refused is cleared, a token in the body is not the cookie's matter" {
	local token cleared='^aurora_refresh=; Path=/auth; Max-Age=0'
	TOKEN='' api POST /auth/refresh '' -H 'Cookie: aurora_refresh=nothing-of-ours'
	expect_problem 401 bad_token
	expect_header_like Set-Cookie "$cleared"
	TOKEN='' api POST /v1/auth/refresh '' -H 'Cookie: aurora_refresh=nothing-of-ours'
	expect_header_like Set-Cookie '^aurora_refresh=; Path=/v1/auth; Max-Age=0'
	TOKEN='' api POST /auth/refresh '{"refresh_token":"nothing of ours"}' -H 'Cookie: aurora_refresh=nothing-of-ours'
	expect_problem 401 bad_token
	expect_no_header Set-Cookie
	TOKEN='' api POST /auth/refresh ''
	expect_problem 401 bad_token
	expect_no_header Set-Cookie
	register
	sql "UPDATE identity.users SET disabled = true WHERE id = '$USER_ID'"
	TOKEN='' api POST /auth/refresh '' -H "Cookie: aurora_refresh=$REFRESH"
	expect_problem 403 account_disabled
	expect_header_like Set-Cookie "$cleared"
	sql "UPDATE identity.users SET disabled = false WHERE id = '$USER_ID'"
	TOKEN='' api POST /auth/refresh '' -H "Cookie: aurora_refresh=$REFRESH"
	expect_status 200
	[[ $(header Set-Cookie) =~ ^aurora_refresh=([A-Za-z0-9_-]{43})\; ]]
	token=${BASH_REMATCH[1]}
	end_grace
	TOKEN='' api POST /auth/refresh '' -H "Cookie: aurora_refresh=$REFRESH"
	expect_problem 401 token_reused
	expect_header_like Set-Cookie "$cleared"
	TOKEN='' api POST /auth/refresh '' -H "Cookie: aurora_refresh=$token"
	expect_problem 401 bad_token
	expect_header_like Set-Cookie "$cleared"
}

# --- logout

@test "logout: 204, and the session is over in every process at once, other sessions are not" {
	local other n
	register
	other=$TOKEN
	login
	# Every process of every function has seen the token.
	for ((n = 0; n < 20; n++)); do
		api GET /users/me
		api GET /api/thoughts
		expect_status 200
	done
	api POST /auth/logout ''
	expect_status 204
	for ((n = 0; n < 20; n++)); do
		api GET /users/me
		expect_problem 401 unauthorized
		api GET /api/thoughts
		expect_problem 401 unauthorized
	done
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	expect_problem 401 bad_token
	TOKEN=$other api GET /users/me
	expect_status 200
	equal "$(events SessionRevoked)" 1 SessionRevoked
}

@test "logout: needs a session" {
	TOKEN='' api POST /auth/logout ''
	expect_problem 401 unauthorized
	expect_header_like WWW-Authenticate '^Bearer'
}

# --- passwords

@test "reset-password: 202 for any address, in no less than the same time" {
	register
	TOKEN=''
	api POST /auth/reset-password "{\"email\":\"$EMAIL\"}"
	expect_status 202
	equal "$body" "" body
	api POST /auth/reset-password "{\"email\":\"$(unique nobody)@example.test\"}"
	expect_status 202
	equal "$body" "" body
	equal "$(events PasswordResetRequested)" 1 PasswordResetRequested
	api POST /auth/reset-password '{"email":"nothing"}'
	expect_invalid /email invalid
	local took
	took=$(curl -s -o /dev/null -w '%{time_total}' -H 'Content-Type: application/json' -d '{"email":"nobody@example.test"}' \
		"$AURORA_URL/auth/reset-password")
	jq -ne "$took >= 0.1"
}

# With a limit of 1 a client may have ten mails sent an hour, to one account each, and ask for a reset once a minute.
@test "reset-password: one client cannot ask without end; that an account has had its mails is not told" {
	register
	local address n asks="{\"email\":\"$EMAIL\"}"
	address=$(any_address)
	reset_status() {
		TOKEN='' cgi_status POST /auth/reset-password "$asks" AURORA_LIMIT_MAIL=1
	}
	equal "$(reset_status)" 202
	equal "$(reset_status)" 429 "within the minute"
	address=$(any_address)
	equal "$(reset_status)" 202 "another client"
	equal "$(events PasswordResetRequested)" 1 "mails to one account"

	# Mails of another kind count as well.
	address=$(any_address)
	for ((n = 1; n <= 10; n++)); do
		register
		equal "$(cgi_status POST /auth/verify-email/resend '' AURORA_LIMIT_MAIL=1)" 202 "mail $n"
	done
	register
	asks="{\"email\":\"$EMAIL\"}"
	equal "$(reset_status)" 429 "the eleventh mail"
	equal "$(events PasswordResetRequested)" 0 "mails beyond the limit"
	address=$(any_address)
	equal "$(reset_status)" 202 "another client"
	equal "$(events PasswordResetRequested)" 1 "mails asked for by another client"
}

@test "reset-password: the link is of the configured origin, whatever Host says" {
	register
	TOKEN='' api POST /auth/reset-password "{\"email\":\"$EMAIL\"}" -H 'Host: evil.example'
	expect_status 202
	[[ $(sql "SELECT payload->>'link' FROM bus.events WHERE type = 'PasswordResetRequested' AND user_id = '$USER_ID'") \
		=~ ^"http://127.0.0.1:$AURORA_PORT/reset-password?token="[A-Za-z0-9_-]{43}$ ]]
}

@test "reset-password/confirm: 204, the new password holds, every session has ended, the token is spent" {
	register
	local token
	TOKEN='' api POST /auth/reset-password "{\"email\":\"$EMAIL\"}"
	token=$(mail_token PasswordResetRequested)
	TOKEN='' api POST /auth/reset-password/confirm "{\"token\":\"$token\",\"password\":\"short\"}"
	expect_invalid /password too_short
	TOKEN='' api POST /auth/reset-password/confirm "{\"token\":\"$token\",\"password\":\"another long one\"}"
	expect_status 204
	api GET /users/me
	expect_problem 401 unauthorized
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	expect_problem 401 bad_token
	TOKEN='' api POST /auth/reset-password/confirm "{\"token\":\"$token\",\"password\":\"yet another one\"}"
	expect_problem 401 bad_token
	TOKEN='' api POST /auth/login "$(login_body)"
	expect_problem 401 bad_credentials
	login "$EMAIL" "another long one"
}

@test "reset-password/confirm: one token a hundred times at once has one effect" {
	register
	local token n codes config=$BATS_TEST_TMPDIR/curl
	TOKEN='' api POST /auth/reset-password "{\"email\":\"$EMAIL\"}"
	token=$(mail_token PasswordResetRequested)
	for ((n = 0; n < 100; n++)); do
		printf 'url = "%s/auth/reset-password/confirm"\nheader = "Content-Type: application/json"\n' "$AURORA_URL"
		printf 'data = "{\\"token\\":\\"%s\\",\\"password\\":\\"password %s\\"}"\noutput = "%s"\nwrite-out = "%%{http_code}\\n"\nnext\n' \
			"$token" "$n" "$BATS_TEST_TMPDIR/confirm.$n"
	done >"$config"
	sed -i '$d' "$config"
	codes=$(curl -sS --parallel --parallel-max 100 -K "$config" | sort | uniq -c | xargs)
	equal "$codes" "1 204 99 401" "status codes"
}

@test "reset-password/confirm: an older link, an expired one, and one to a former address are void" {
	register
	local first second
	TOKEN='' api POST /auth/reset-password "{\"email\":\"$EMAIL\"}"
	first=$(mail_token PasswordResetRequested)
	TOKEN='' api POST /auth/reset-password "{\"email\":\"$EMAIL\"}"
	second=$(mail_token PasswordResetRequested)
	TOKEN='' api POST /auth/reset-password/confirm "{\"token\":\"$second\",\"password\":\"another long one\"}"
	expect_status 204
	TOKEN='' api POST /auth/reset-password/confirm "{\"token\":\"$first\",\"password\":\"one more long one\"}"
	expect_problem 401 bad_token

	login "$EMAIL" "another long one"
	api POST /auth/reset-password "{\"email\":\"$EMAIL\"}"
	first=$(mail_token PasswordResetRequested)
	sql "UPDATE identity.one_time_tokens SET expires_at = now() WHERE user_id = '$USER_ID'"
	api POST /auth/reset-password/confirm "{\"token\":\"$first\",\"password\":\"one more long one\"}"
	expect_problem 401 bad_token

	api POST /auth/reset-password "{\"email\":\"$EMAIL\"}"
	first=$(mail_token PasswordResetRequested)
	api PATCH /users/me "{\"email\":\"new$EMAIL\"}"
	expect_status 200
	api POST /auth/reset-password/confirm "{\"token\":\"$first\",\"password\":\"one more long one\"}"
	expect_problem 401 bad_token
	# A token for one purpose is none for another.
	api POST /auth/reset-password/confirm "{\"token\":\"$(mail_token EmailVerificationRequested)\",\"password\":\"one more long one\"}"
	expect_problem 401 bad_token
}

@test "change-password: 204, other sessions end, this one does not" {
	register
	local other=$TOKEN
	login
	api POST /auth/change-password '{"current_password":"not this one","new_password":"another long one"}'
	expect_problem 403 wrong_password
	api POST /auth/change-password "$(jq -nc --arg c "$PASSWORD" '{current_password: $c, new_password: "short"}')"
	expect_invalid /new_password too_short
	TOKEN=$other api GET /users/me
	expect_status 200
	api POST /auth/change-password "$(jq -nc --arg c "$PASSWORD" '{current_password: $c, new_password: "another long one"}')"
	expect_status 204
	api GET /users/me
	expect_status 200
	TOKEN=$other api GET /users/me
	expect_problem 401 unauthorized
	TOKEN='' api POST /auth/login "$(login_body)"
	expect_problem 401 bad_credentials
	login "$EMAIL" "another long one"
	TOKEN='' api POST /auth/change-password '{"current_password":"x","new_password":"another long one"}'
	expect_problem 401 unauthorized
}

# --- the address

@test "verify-email: 204 once, then the address is verified" {
	register
	local token
	token=$(mail_token EmailVerificationRequested)
	TOKEN='' api POST /auth/verify-email '{"token":"nothing of ours"}'
	expect_problem 401 bad_token
	TOKEN='' api POST /auth/verify-email "{\"token\":\"$token\"}"
	expect_status 204
	api GET /users/me
	expect_json '.email_verified and .version == 2'
	equal "$(events UserUpdated)" 1 UserUpdated
	TOKEN='' api POST /auth/verify-email "{\"token\":\"$token\"}"
	expect_problem 401 bad_token
}

@test "verify-email/resend: 202 with a mail, none when it is verified already" {
	register
	api POST /auth/verify-email/resend ''
	expect_status 202
	equal "$(events EmailVerificationRequested)" 2 EmailVerificationRequested
	TOKEN='' api POST /auth/verify-email "{\"token\":\"$(mail_token EmailVerificationRequested)\"}"
	expect_status 204
	api POST /auth/verify-email/resend ''
	expect_status 202
	equal "$(events EmailVerificationRequested)" 2 EmailVerificationRequested
	TOKEN='' api POST /auth/verify-email/resend ''
	expect_problem 401 unauthorized
}

# --- /users/me

@test "me: GET has an ETag, and answers 304 to it" {
	register
	api GET /users/me
	expect_status 200
	expect_header ETag '"1"'
	expect_header Cache-Control "private, no-cache"
	expect_json 'keys == ["created_at", "day_start_hour", "email", "email_verified", "id", "locale", "name", "roles",
		"time_zone", "updated_at", "version", "week_start"]'
	api GET /users/me -H 'If-None-Match: "1"'
	expect_status 304
	equal "$body" "" body
	api GET /v1/users/me
	expect_status 200
	TOKEN='' api GET /users/me
	expect_problem 401 unauthorized
}

@test "me: PATCH changes what it names, null is the default" {
	register
	api PATCH /users/me '{"name":"Ana","week_start":7,"day_start_hour":4,"time_zone":"Asia/Tokyo","locale":"de"}' -H 'If-Match: "1"'
	expect_status 200
	expect_header ETag '"2"'
	expect_json '.name == "Ana" and .week_start == 7 and .day_start_hour == 4 and .time_zone == "Asia/Tokyo" and .locale == "de"'
	api PATCH /users/me '{"week_start":null}' -H 'Content-Type: application/merge-patch+json'
	expect_status 200
	expect_json '.name == "Ana" and .week_start == 1 and .version == 3'
	equal "$(events UserUpdated)" 2 UserUpdated
	equal "$(sql "SELECT payload->>'time_zone' FROM bus.events WHERE type = 'UserUpdated' AND user_id = '$USER_ID' LIMIT 1")" \
		Asia/Tokyo "zone in the event"
}

@test "me: a stale If-Match is 412 with the account as it is" {
	register
	api PATCH /users/me '{"name":"Ana"}'
	api PATCH /users/me '{"name":"Eve"}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	expect_json '.current.name == "Ana" and .current.version == 2'
	api PUT /users/me '{"name":"Eve"}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')" -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api GET /users/me
	expect_json .name Ana
}

@test "me: PUT replaces; what one has read can be sent back" {
	register
	api PATCH /users/me '{"name":"Ana","week_start":7,"locale":"de"}'
	api PUT /users/me "$body"
	expect_status 200
	expect_json '.name == "Ana" and .week_start == 7 and .locale == "de" and .version == 2'
	api PUT /users/me '{"name":"Ana"}'
	expect_status 200
	expect_json '.name == "Ana" and .week_start == 1 and .locale == "en"'
	expect_json .email "$EMAIL"
}

@test "me: what changes nothing keeps the version and its moment, and is no event" {
	register
	local before
	api PATCH /users/me '{"name":"Ana","locale":"de"}'
	before=$body
	for change in '{"name":"Ana"}' "{\"email\":\"$EMAIL\"}" '{"week_start":null}' '{}'; do
		api PATCH /users/me "$change" -H 'If-Match: "2"'
		expect_status 200
		expect_header ETag '"2"'
		equal "$body" "$before" "the account after $change"
	done
	api PUT /users/me '{"name":"Ana","locale":"de"}'
	expect_status 200
	equal "$body" "$before" "the account after PUT"
	equal "$(events UserUpdated)" 1 UserUpdated
	api PATCH /users/me '{"name":"Ana"}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	# Another way to write the address is a change.
	api PATCH /users/me "{\"email\":\"${EMAIL^}\"}"
	expect_json .version 3
	equal "$(events UserUpdated)" 2 UserUpdated
}

@test "me: every bad field at once" {
	register
	api PATCH /users/me '{"name":7,"week_start":8,"day_start_hour":24,"time_zone":"Nowhere","email":"x","roles2":[],"locale":""}'
	expect_invalid /name wrong_type /week_start out_of_range /day_start_hour out_of_range /time_zone invalid /email invalid \
		/roles2 unknown_field /locale required
	local tag
	for tag in '!!' 'en_US' 'e' 'en-' 'xx yy zz' '1a' 'en--US' 'abcdefghi' 'de-abcdefghi'; do
		api PATCH /users/me "$(jq -nc --arg t "$tag" '{locale: $t}')"
		expect_status 422
		expect_json '.errors[0].pointer' /locale
	done
	for tag in de pt-BR zh-Hant-TW de-1996 es-419; do
		api PATCH /users/me "{\"locale\":\"$tag\"}"
		expect_json .locale "$tag"
	done
	api PATCH /users/me '{"email":null}'
	expect_invalid /email wrong_type
	api PATCH /users/me '{"name":"a","name":"b"}'
	expect_problem 400 malformed_json
	api PATCH /users/me '{"roles":["admin"],"email_verified":true,"version":77,"id":"x"}'
	api GET /users/me
	expect_json '.roles == ["user"] and .email_verified == false and .version < 77'
}

@test "me: a new address has to be verified; a taken one is 409" {
	register
	local taken=$EMAIL
	register
	TOKEN='' api POST /auth/verify-email "{\"token\":\"$(mail_token EmailVerificationRequested)\"}"
	expect_status 204
	api PATCH /users/me "{\"email\":\"${taken^^}\"}"
	expect_problem 409 email_taken
	api PATCH /users/me "{\"email\":\"${EMAIL^}\"}"
	expect_json '.email_verified'
	api PATCH /users/me "{\"email\":\"new$EMAIL\"}"
	expect_status 200
	expect_json '.email_verified == false'
	expect_json .email "new$EMAIL"
	equal "$(events EmailVerificationRequested)" 2 EmailVerificationRequested
	TOKEN='' api POST /auth/verify-email "{\"token\":\"$(mail_token EmailVerificationRequested)\"}"
	expect_status 204
	login "new$EMAIL"
	expect_json .user.email_verified true
}

@test "me: only so many new addresses, for each is sent a mail; the same address is none" {
	register
	local address n change
	address=$(any_address)
	for n in 1 2; do
		equal "$(cgi_status PATCH /users/me "{\"email\":\"$n$EMAIL\"}" AURORA_LIMIT_MAIL=2)" 200 "address $n"
	done
	change="{\"email\":\"3$EMAIL\"}"
	equal "$(cgi_status PATCH /users/me "$change" AURORA_LIMIT_MAIL=2)" 429 PATCH
	equal "$(cgi_status PUT /users/me "$change" AURORA_LIMIT_MAIL=2)" 429 PUT
	equal "$(cgi_status POST /auth/verify-email/resend '' AURORA_LIMIT_MAIL=2)" 429 resend
	equal "$(cgi_status PATCH /users/me "{\"email\":\"2$EMAIL\",\"name\":\"Ana\"}" AURORA_LIMIT_MAIL=2)" 200 "the same address"
	equal "$(events EmailVerificationRequested)" 3 "mails"
	api GET /users/me
	expect_json .email "2$EMAIL"
}

# Make the user's logins so many minutes old.
age_logins() {
	sql "UPDATE identity.sessions SET created_at = now() - interval '$1 minutes' WHERE user_id = '$USER_ID'"
}

# A body with the address, and the password when it is given: move_body ADDRESS [PASSWORD].
move_body() {
	jq -nc --arg e "$1" --arg p "${2:-}" '{email: $e} + if $p == "" then {} else {current_password: $p} end'
}

@test "me: another address takes a login of within ten minutes, or the password" {
	register
	local method
	age_logins 9
	api PATCH /users/me "$(move_body "1$EMAIL")"
	expect_status 200
	age_logins 11
	for method in PATCH PUT; do
		api $method /users/me "$(move_body "2$EMAIL")"
		expect_invalid /current_password required
		expect_json '.errors[0].detail | contains("10 minutes")'
		api $method /users/me "$(move_body "2$EMAIL" "not this one")"
		expect_problem 403 wrong_password
	done
	api PATCH /users/me "{\"email\":\"2$EMAIL\",\"current_password\":null}"
	expect_invalid /current_password required
	api PATCH /users/me '{"current_password":5}'
	expect_invalid /current_password wrong_type
	api GET /users/me
	expect_json .email "1$EMAIL"
	# All else takes none, and so does the address as it is.
	api PATCH /users/me "{\"email\":\"1${EMAIL^^}\",\"name\":\"Ana\"}"
	expect_invalid /current_password required
	api PATCH /users/me "{\"email\":\"1$EMAIL\",\"name\":\"Ana\"}"
	expect_status 200
	api PUT /users/me "$body"
	expect_status 200
	api PUT /users/me "$(move_body "2$EMAIL" "$PASSWORD")" -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	expect_json '.current | has("current_password") | not'
	api PUT /users/me "$(move_body "2$EMAIL" "$PASSWORD")"
	expect_status 200
	expect_json .email "2$EMAIL"
	expect_json 'has("current_password") | not'
	api PATCH /users/me "$(move_body "3$EMAIL" "$PASSWORD")" -H 'Content-Type: application/merge-patch+json'
	expect_status 200
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND payload::text LIKE '%password%'")" 0 "told passwords"
	# Who logs in anew needs none, and another's login does not help.
	login "3$EMAIL"
	api PATCH /users/me "$(move_body "4$EMAIL")"
	expect_status 200
	age_logins 11
	local old=$TOKEN
	login "4$EMAIL"
	TOKEN=$old api PATCH /users/me "$(move_body "5$EMAIL")"
	expect_invalid /current_password required
	# A refresh is no login.
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	TOKEN=$(json .access_token)
	age_logins 11
	api PATCH /users/me "$(move_body "5$EMAIL")"
	expect_invalid /current_password required
}

@test "me: wrong passwords for another address end in 429, as they do elsewhere" {
	register
	local address
	address=$(any_address)
	age_logins 11
	equal "$(cgi_status PATCH /users/me "$(move_body "1$EMAIL" x)" AURORA_LIMIT_LOGIN=3)" 403
	equal "$(cgi_status PATCH /users/me "$(move_body "1$EMAIL" "$PASSWORD")" AURORA_LIMIT_LOGIN=3)" 429
	equal "$(cgi_status PATCH /users/me "$(move_body "1$EMAIL")" AURORA_LIMIT_LOGIN=3)" 422
}

@test "me: DELETE with the password erases the account, and its sessions are over" {
	register
	local pat
	api POST /users/me/tokens '{"name":"x","scopes":["identity:read"]}'
	pat=$(json .token)
	TOKEN=$pat api GET /users/me
	expect_status 200
	api DELETE /users/me
	expect_invalid /password required
	api DELETE /users/me '{"password":"not this one"}'
	expect_problem 403 wrong_password
	api DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')"
	expect_status 204
	api GET /users/me
	expect_problem 401 unauthorized
	TOKEN=$pat api GET /users/me
	expect_problem 401 unauthorized
	TOKEN='' api POST /auth/refresh "$(refresh_body)"
	expect_problem 401 bad_token
	TOKEN='' api POST /auth/login "$(login_body)"
	expect_problem 401 bad_credentials
	equal "$(events UserDeleted)" 1 UserDeleted
	for table in users user_roles sessions refresh_tokens one_time_tokens personal_tokens idempotency; do
		equal "$(sql "SELECT count(*) FROM identity.$table t WHERE t::text LIKE '%$USER_ID%'")" 0 "rows left in $table"
	done
	# The address is free again.
	register "$EMAIL"
}

# --- sessions

@test "sessions: the list says where one is logged in and which is this one" {
	register
	api POST /auth/login "$(login_body | jq -c '. + {device: "Ana\u0027s phone"}')"
	TOKEN=$(json .access_token)
	api GET /users/me/sessions
	expect_status 200
	expect_json '.items | length' 2
	expect_json '.next_cursor == null'
	expect_json '.items[0] | .device == "Ana\u0027s phone" and .current and .ip == "127.0.0.1" and .created_at and .last_seen_at'
	expect_json '.items[1] | .current == false and (.device | startswith("curl/"))'
	expect_json .items[0].id "$(session_id)"
	api GET '/users/me/sessions?limit=1&count=true'
	expect_json '(.items | length) == 1 and .total == 2'
	api GET "/users/me/sessions?limit=1&cursor=$(json .next_cursor)"
	expect_json '(.items | length) == 1 and .next_cursor == null and .items[0].current == false'
	api GET '/users/me/sessions?cursor=nonsense'
	expect_problem 400 bad_cursor
}

@test "sessions: one can be ended, and all others" {
	register
	local first=$TOKEN second third
	login
	second=$TOKEN
	login
	third=$TOKEN
	api DELETE "/users/me/sessions/$(session_id "$second")"
	expect_status 204
	TOKEN=$second api GET /users/me
	expect_problem 401 unauthorized
	api DELETE "/users/me/sessions/$(session_id "$second")"
	expect_problem 404 not_found
	api DELETE /users/me/sessions/not-an-id
	expect_problem 404 not_found
	TOKEN=$first api GET /users/me
	expect_status 200
	api DELETE /users/me/sessions
	expect_status 204
	TOKEN=$first api GET /users/me
	expect_problem 401 unauthorized
	TOKEN=$third api GET /users/me/sessions
	expect_json '.items | length' 1
}

@test "sessions: another user's is 404 and goes on" {
	register
	local other=$TOKEN id
	id=$(session_id)
	register
	api DELETE "/users/me/sessions/$id"
	expect_problem 404 not_found
	TOKEN=$other api GET /users/me
	expect_status 200
}

# --- personal access tokens

@test "tokens: made once, listed without what opens the door, ended at once" {
	register
	local id pat
	api POST /users/me/tokens '{"name":"backup","scopes":["identity:read","thoughts:read"],"expires_at":"2099-01-01T00:00:00+01:00"}'
	expect_status 201
	expect_header Cache-Control no-store
	id=$(json .id)
	pat=$(json .token)
	expect_no_header Location
	[[ $pat =~ ^aur_[A-Za-z0-9_-]{43}$ ]]
	expect_json '.scopes == ["identity:read", "thoughts:read"] and .expires_at == "2098-12-31T23:00:00Z" and .last_used_at == null'
	api GET /users/me/tokens
	expect_status 200
	expect_json '(.items | length) == 1 and (.items[0] | has("token") or has("hash") | not)'
	equal "$(sql "SELECT count(*) FROM identity.personal_tokens t WHERE t::text LIKE '%${pat#aur_}%'")" 0 "tokens kept in the clear"
	TOKEN=$pat api GET /users/me
	expect_status 200
	TOKEN=$pat api GET /api/thoughts
	expect_status 200
	api GET /users/me/tokens
	expect_json '.items[0].last_used_at != null'
	api DELETE "/users/me/tokens/$id"
	expect_status 204
	TOKEN=$pat api GET /users/me
	expect_problem 401 unauthorized
	TOKEN=$pat api GET /api/thoughts
	expect_problem 401 unauthorized
	api DELETE "/users/me/tokens/$id"
	expect_problem 404 not_found
}

@test "tokens: a client's id makes one token, shown once; other content is a conflict" {
	register
	local id pat data other=$TOKEN
	id=$(uuid7)
	data="{\"id\":\"$id\",\"name\":\"backup\",\"scopes\":[\"identity:read\"],\"expires_at\":\"2099-01-01T00:00:00Z\"}"
	api POST /users/me/tokens "$data"
	expect_status 201
	expect_json .id "$id"
	pat=$(json .token)
	api POST /users/me/tokens "$data"
	expect_status 200
	expect_json '.name == "backup" and (has("token") or has("same") | not)'
	expect_json .id "$id"
	api POST /users/me/tokens "${data/backup/else}"
	expect_problem 409 id_conflict
	api POST /users/me/tokens "${data/:read/:write}"
	expect_problem 409 id_conflict
	api POST /users/me/tokens "${data/\"2099/\"2098}"
	expect_problem 409 id_conflict
	api POST /users/me/tokens '{"id":"0e37df36-f698-11e6-8dd4-cb9ced3df976","name":"x","scopes":["identity:read"]}'
	expect_invalid /id invalid
	# An id is its owner's: whoever takes the same, of a token or of a session, ends nothing of another's by it.
	register
	api POST /users/me/tokens "$data"
	expect_status 201
	api DELETE "/users/me/tokens/$id"
	expect_status 204
	TOKEN=$pat api GET /users/me
	expect_status 200
	id=$(session_id "$other")
	api POST /users/me/tokens "{\"id\":\"$id\",\"name\":\"x\",\"scopes\":[\"identity:read\"]}"
	expect_status 201
	api DELETE "/users/me/tokens/$id"
	expect_status 204
	TOKEN=$other api GET /users/me
	expect_status 200
	# What was ended can be made anew.
	api POST /users/me/tokens "{\"id\":\"$id\",\"name\":\"x\",\"scopes\":[\"identity:read\"]}"
	expect_status 201
	TOKEN=$(json .token) api GET /users/me
	expect_status 200
}

@test "tokens: outlive a reset of the password" {
	register
	local pat
	api POST /users/me/tokens '{"name":"x","scopes":["identity:read"]}'
	pat=$(json .token)
	TOKEN='' api POST /auth/reset-password "{\"email\":\"$EMAIL\"}"
	TOKEN='' api POST /auth/reset-password/confirm \
		"{\"token\":\"$(mail_token PasswordResetRequested)\",\"password\":\"another long one\"}"
	expect_status 204
	TOKEN=$pat api GET /users/me
	expect_status 200
}

@test "tokens: do what their scopes say and never what needs a session" {
	register
	local reads writes
	api POST /users/me/tokens '{"name":"r","scopes":["identity:read"]}'
	reads=$(json .token)
	api POST /users/me/tokens '{"name":"w","scopes":["identity:write"]}'
	writes=$(json .token)
	TOKEN=$reads
	api PATCH /users/me '{"name":"Eve"}'
	expect_problem 403 insufficient_scope
	equal "$(header WWW-Authenticate)" 'Bearer realm="aurora", error="insufficient_scope"' "the challenge"
	api GET /api/thoughts
	expect_problem 403 insufficient_scope
	TOKEN=$writes
	api GET /users/me
	expect_problem 403 insufficient_scope
	api PATCH /users/me '{"name":"Ana"}'
	expect_status 200
	api PATCH /users/me "{\"email\":\"other$EMAIL\"}"
	expect_problem 403 forbidden
	# The address as it is changes nothing, so what one has read can be sent back.
	api PATCH /users/me "{\"email\":\"$EMAIL\",\"name\":\"Eve\"}"
	expect_status 200
	expect_json .name Eve
	api PUT /users/me "$body"
	expect_status 200
	expect_json .email "$EMAIL"
	api PUT /users/me "{\"email\":\"other$EMAIL\"}"
	expect_problem 403 forbidden
	# Where the owner takes another meanwhile, the one before does not come back.
	overtaken "UPDATE identity.users SET email = 'new$EMAIL', email_key = 'new$EMAIL', version = version + 1 WHERE id = '$USER_ID'" \
		PATCH /users/me "{\"email\":\"$EMAIL\"}"
	expect_problem 412 version_mismatch
	expect_json .current.email "new$EMAIL"
	local call
	for call in 'POST /auth/logout' 'GET /users/me/sessions' 'DELETE /users/me/sessions' 'GET /users/me/tokens' \
		'POST /auth/verify-email/resend'; do
		# shellcheck disable=SC2086 # a method and a path
		api $call ''
		expect_problem 403 forbidden
	done
	api POST /users/me/tokens '{"name":"x","scopes":["identity:read"]}'
	expect_problem 403 forbidden
	api DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')"
	expect_problem 403 forbidden
	api POST /auth/change-password "$(jq -nc --arg p "$PASSWORD" '{current_password: $p, new_password: $p}')"
	expect_problem 403 forbidden
}

@test "tokens: every bad field at once" {
	register
	api POST /users/me/tokens '{"name":"","scopes":[],"extra":1}'
	expect_invalid /name required /scopes required /extra unknown_field
	api POST /users/me/tokens '{"name":"","scopes":["x","thoughts:read","thoughts:read"],"expires_at":"2001-01-01T00:00:00Z"}'
	expect_invalid /name required /scopes/0 not_allowed /scopes/2 duplicate /expires_at out_of_range
	api POST /users/me/tokens '{"name":"x","scopes":["thoughts:read","thoughts:admin","root","thoughts:read","thoughts"],"expires_at":"2001-01-01T00:00:00Z"}'
	expect_invalid /scopes/1 not_allowed /scopes/2 not_allowed /scopes/3 duplicate /scopes/4 not_allowed /expires_at out_of_range
	api POST /users/me/tokens '{"name":"x","scopes":["bogus:read","thoughts:write","thoughts:delete",""]}'
	expect_invalid /scopes/0 not_allowed /scopes/2 not_allowed /scopes/3 required
	api POST /users/me/tokens '{"name":"x","scopes":[null,"search:read",7,"7","search:read","x","x",["search:read"]]}'
	expect_invalid /scopes/0 wrong_type /scopes/2 wrong_type /scopes/3 not_allowed /scopes/4 duplicate /scopes/5 not_allowed \
		/scopes/6 not_allowed /scopes/7 wrong_type
	equal "$(sql "SELECT count(*) FROM identity.personal_tokens WHERE user_id = '$USER_ID'")" 0 "tokens"
}

@test "tokens: end at their time, and with a disabled account; another user's is 404" {
	register
	local pat id owner
	api POST /users/me/tokens '{"name":"x","scopes":["identity:read"]}'
	pat=$(json .token)
	id=$(json .id)
	sql "UPDATE identity.personal_tokens SET expires_at = now() WHERE user_id = '$USER_ID'"
	TOKEN=$pat api GET /users/me
	expect_problem 401 unauthorized
	sql "UPDATE identity.personal_tokens SET expires_at = NULL WHERE user_id = '$USER_ID';
		UPDATE identity.users SET disabled = true WHERE id = '$USER_ID'"
	TOKEN=$pat api GET /users/me
	expect_problem 401 unauthorized
	sql "UPDATE identity.users SET disabled = false WHERE id = '$USER_ID'"
	owner=$TOKEN
	register
	api DELETE "/users/me/tokens/$id"
	expect_problem 404 not_found
	TOKEN=$owner api GET /users/me/tokens
	expect_json '.items | length' 1
}

# --- keys

@test "jwks: the public keys, which anyone may keep for a while" {
	TOKEN='' api GET /.well-known/jwks.json
	expect_status 200
	expect_header Content-Type application/json
	expect_header Cache-Control "public, max-age=300"
	expect_json '.keys | length >= 1'
	expect_json 'all(.keys[]; .kty == "EC" and .crv == "P-256" and .alg == "ES256" and .use == "sig" and (has("d") | not))'
	register
	expect_json '(.access_token | split(".")[0] | gsub("-"; "+") | gsub("_"; "/") | . + "=" * ((4 - length % 4) % 4) | @base64d | fromjson).alg' ES256
}

# --- what is refused everywhere

@test "methods and media types that a resource does not take" {
	TOKEN=''
	api GET /auth/login
	expect_problem 405 method_not_allowed
	expect_header_like Allow POST
	api POST /auth/login 'email=x' -H 'Content-Type: application/x-www-form-urlencoded'
	expect_problem 415 unsupported_media_type
	api POST /auth/login '{"email":'
	expect_problem 400 malformed_json
	api POST /auth/nothing '{}'
	expect_problem 404 not_found
}
