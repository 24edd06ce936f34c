# Rate limits, in a house of their own with small ones.

load common

setup_file() {
	house_start AURORA_LIMIT_USER=30 AURORA_LIMIT_ADDRESS=60 AURORA_LIMIT_REGISTER=40 AURORA_LIMIT_LOGIN=12 AURORA_LIMIT_MAIL=3
}

teardown_file() {
	house_stop
}

# Every test is another client: the functions learn a client's address from the web server alone, so it is one that this
# machine has and no other test uses.
setup() {
	client=127.0.$((SRANDOM % 200 + 20)).$((SRANDOM % 200 + 20))
}

from() {
	api "$@" --interface "$client"
}

# Registers from this test's address.
enter() {
	TOKEN='' from POST /auth/register "{\"email\":\"$(unique u)@example.test\",\"password\":\"a good password\"}"
	expect_status 201
	TOKEN=$(json .access_token)
	EMAIL=$(json .user.email)
}

# expect_limited SECONDS POLICY: to be tried again within so long, and every header tells of the policy that refuses.
expect_limited() {
	local after
	expect_problem 429 too_many_requests
	expect_header_like Retry-After '^[1-9][0-9]*$'
	after=$(header Retry-After)
	((after <= $1)) || fail "Retry-After is more than $1 s"
	expect_header_like RateLimit-Policy "^\"$2\";q=$(header X-RateLimit-Limit);w=[0-9]+\$"
	expect_header RateLimit "\"$2\";r=0;t=$after"
	expect_header X-RateLimit-Remaining 0
	expect_header X-RateLimit-Reset "$after"
	equal "$(grep -ciE '^(X-)?RateLimit' <<<"$headers")" 5 "headers of limits"
}

# Answers to COUNT equal requests at once, as "status:how many".
at_once() {
	local count=$1 i workers=()
	shift
	for ((i = 0; i < count; i++)); do
		curl -s -o /dev/null -w '%{http_code}\n' --interface "$client" "$@" &
		workers+=($!)
	done >"$BATS_TEST_TMPDIR/codes"
	wait "${workers[@]}"
	sort "$BATS_TEST_TMPDIR/codes" | uniq -c | awk '{ print $2 ":" $1 }' | xargs
}

login() {
	TOKEN='' from POST /auth/login "{\"email\":\"$1\",\"password\":\"$2\"}"
}

@test "a user's requests count down to 429, and go on after Retry-After" {
	enter
	local last=31
	for _ in {1..30}; do
		from GET /api/thoughts
		expect_status 200
		expect_header RateLimit-Policy '"user";q=30;w=60'
		expect_header X-RateLimit-Limit 30
		# One comes back every 2 s.
		[ "$(header X-RateLimit-Remaining)" -le "$last" ] || fail "remaining does not count down"
		equal "$(header RateLimit | sed 's/.*;r=\([0-9]*\);.*/\1/')" "$(header X-RateLimit-Remaining)" "RateLimit"
		last=$(header X-RateLimit-Remaining)
	done
	((last < 25)) || fail "remaining is still $last"
	limited() {
		from GET /api/thoughts
		[ "$status" = 429 ]
	}
	wait_until 20 limited
	expect_limited 3 user
	# Every function counts the same user.
	from GET /users/me
	[[ $status = 429 || $status = 200 ]]
	free() {
		from GET /api/thoughts
		[ "$status" = 200 ]
	}
	wait_until 5 free
}

@test "one user's limit is not another's, behind one address" {
	enter
	local first=$TOKEN
	enter
	equal "$(at_once 40 -H "Authorization: Bearer $first" "$AURORA_URL/api/thoughts" | tr ' ' '\n' | cut -d : -f 1 | xargs)" "200 429" "answers"
	from GET /api/thoughts
	expect_status 200
}

@test "processes count together: of 100 requests at once no more than the quota goes through" {
	enter
	local codes passed began=$EPOCHSECONDS
	codes=$(at_once 100 -H "Authorization: Bearer $TOKEN" "$AURORA_URL/api/thoughts")
	passed=$(tr ' ' '\n' <<<"$codes" | sed -n 's/^200://p')
	# The quota, and what came back meanwhile: one each 2 s.
	((passed >= 30 && passed <= 31 + (EPOCHSECONDS - began) / 2)) || fail "answers are $codes"
}

@test "without a valid token an address counts, whatever it asks" {
	local i limited=0
	for i in {1..70}; do
		TOKEN=$([ $((i % 2)) = 0 ] && echo "made-up-$i") from GET "/api/thoughts/x$i"
		[ "$status" = 429 ] && limited=1 && break
		[[ $status = 401 || $status = 404 ]] || fail "answered with $status"
		expect_header RateLimit-Policy '"address";q=60;w=60'
	done
	[ "$limited" = 1 ] || fail "70 requests without a token go through where 60 may"
	expect_limited 1 address
	# A token that is good is not held up by its address.
	client=127.0.0.1 enter
	from GET /users/me
	expect_status 200
}

@test "an address registers so many accounts and no more" {
	local codes
	codes=$(for i in {1..50}; do
		curl -s -o /dev/null -w '%{http_code}\n' --interface "$client" -H 'Content-Type: application/json' \
			-d "{\"email\":\"$(unique u)@example.test\",\"password\":\"a good password\"}" "$AURORA_URL/auth/register"
	done | sort | uniq -c | awk '{ print $2 ":" $1 }' | xargs)
	equal "$codes" "201:40 429:10" answers
	TOKEN='' from POST /auth/register "{\"email\":\"$(unique u)@example.test\",\"password\":\"a good password\"}"
	expect_limited 90 register
	# Refused input costs nothing of it; another address is not concerned.
	client=127.9.9.9
	enter
}

@test "failed logins of an account slow down to 429, for a known address as for an unknown one" {
	enter
	local codes known=$EMAIL who
	for who in "$known" "$(unique nobody)@example.test"; do
		client=127.0.$((SRANDOM % 200 + 20)).$((SRANDOM % 200 + 20))
		codes=""
		for _ in {1..6}; do
			login "$who" "wrong password"
			codes+="$status "
		done
		# A third of 12: four failures.
		equal "$codes" "401 401 401 401 429 429 " "answers for $who"
		expect_limited 1800 login_account
	done
	# Who else tries is not concerned: strangers cannot lock the owner out.
	client=127.8.8.8
	login "$known" "a good password"
	expect_status 200
}

@test "logins that succeed are not failures" {
	enter
	for _ in {1..8}; do
		login "$EMAIL" "a good password"
		expect_status 200
	done
	login "$EMAIL" "wrong password"
	expect_problem 401 bad_credentials
}

@test "failed logins of an address slow down to 429, whatever accounts it tries" {
	local codes=""
	for _ in {1..14}; do
		login "$(unique nobody)@example.test" "wrong password"
		codes+="$status "
	done
	equal "$(xargs -n 1 <<<"$codes" | sort | uniq -c | awk '{ print $2 ":" $1 }' | xargs)" "401:12 429:2" answers
	expect_limited 600 login_address
}

reset() {
	TOKEN='' from POST /auth/reset-password "{\"email\":\"$1\"}"
}

@test "mails that may be asked for are limited, and the answer does not tell whose address is known" {
	enter
	local codes who
	for who in "$EMAIL" "$(unique nobody)@example.test"; do
		client=127.0.$((SRANDOM % 200 + 20)).$((SRANDOM % 200 + 20))
		codes=""
		for _ in {1..5}; do
			reset "$who"
			codes+="$status "
		done
		equal "$codes" "202 202 202 429 429 " "answers for $who"
		expect_limited 20 reset
		# Others may ask, and are not told that there is no mail any more.
		client=127.0.$((SRANDOM % 200 + 20)).$((SRANDOM % 200 + 20))
		reset "$who"
		expect_status 202
	done
	equal "$(sql "SELECT count(*) FROM bus.events WHERE type = 'PasswordResetRequested'")" 3 "mails"
}

@test "what a limit of its own refuses says so in every header: a user's mails, a session's and a page's passwords" {
	enter
	local url
	for _ in {1..3}; do
		from POST /auth/verify-email/resend
		expect_status 202
		expect_header_like RateLimit-Policy '^"user";'
	done
	from POST /auth/verify-email/resend
	expect_limited 1200 mail
	for _ in {1..4}; do
		from POST /auth/change-password '{"current_password":"wrong","new_password":"a good password"}'
		expect_problem 403 wrong_password
	done
	from POST /auth/change-password '{"current_password":"wrong","new_password":"a good password"}'
	expect_limited 900 login_session
	from POST /api/journals '{"name":"Secret"}'
	from POST "/api/journals/$(json .id)/share" '{"link":{"password":"sesame"}}'
	url=/$(json .url | cut -d / -f 4-)
	for _ in {1..4}; do
		TOKEN='' from POST "$url" '{"password":"wrong"}'
		expect_problem 401 password_needed
	done
	TOKEN='' from POST "$url" '{"password":"wrong"}'
	expect_limited 900 page
}

@test "who asks for resets without end holds nobody else up" {
	local flood took
	at_once 50 -H 'Content-Type: application/json' -d '{"email":"nobody@example.test"}' "$AURORA_URL/auth/reset-password" \
		>"$BATS_TEST_TMPDIR/flood" &
	flood=$!
	wait_until 10 test -s "$BATS_TEST_TMPDIR/codes"
	took=$(curl -s -o /dev/null -w '%{time_total}' --interface 127.7.7.7 -H 'Content-Type: application/json' \
		-d '{"email":"victim@example.test"}' "$AURORA_URL/auth/reset-password")
	wait "$flood"
	equal "$(<"$BATS_TEST_TMPDIR/flood")" "202:3 429:47" answers
	jq -ne "$took < 2" || fail "a reset takes $took s"
}

@test "limits=off turns them off" {
	AURORA_LIMITS=off scripts_up
	enter
	equal "$(at_once 80 -H "Authorization: Bearer $TOKEN" "$AURORA_URL/api/thoughts")" "200:80" answers
	from GET /api/thoughts
	expect_header X-RateLimit-Remaining 30
}

# The house again, with what is now in the environment.
scripts_up() {
	(cd "$HOUSE_ROOT" && scripts/aurora up) >"$HOUSE_SCRATCH/up.log" 2>&1 3>&- || fail "$(<"$HOUSE_SCRATCH/up.log")"
}
