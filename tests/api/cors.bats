#!/usr/bin/env bats
# cors: whose pages may call from a browser, in a house that lists two origins.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common

page=https://app.example.org

setup_file() {
	house_start AURORA_CORS_ORIGINS="https://app.example.org http://localhost:3000"
}

teardown_file() {
	house_stop
}

# lets ORIGIN: the answer may be read by a page of this origin.
lets() {
	expect_header Access-Control-Allow-Origin "$1"
	expect_header Vary Origin
	expect_header_like Access-Control-Expose-Headers 'ETag'
	expect_no_header Access-Control-Allow-Credentials
}

@test "a page of a listed origin may read every answer: a thing, a refusal, a list, a replay" {
	register
	api POST /api/thoughts '{"text":"from a page"}' -H "Origin: $page" -H 'Idempotency-Key: once'
	expect_status 201
	lets "$page"
	api POST /api/thoughts '{"text":"from a page"}' -H 'Origin: http://localhost:3000' -H 'Idempotency-Key: once'
	expect_status 201
	expect_header Idempotency-Replayed true
	lets http://localhost:3000
	equal "$(grep -ci '^Access-Control-Allow-Origin:' "$headers_file")" 1 "origins allowed"
	api GET /api/thoughts -H "Origin: $page"
	expect_status 200
	lets "$page"
	TOKEN='' api GET /api/thoughts -H "Origin: $page"
	expect_problem 401 unauthorized
	lets "$page"
	api GET /nothing -H "Origin: $page"
	expect_problem 404 not_found
	lets "$page"
	api GET '/api/thoughts?q=%zz' -H "Origin: $page"
	expect_problem 400 bad_request
	lets "$page"
	api GET /api/thoughts/export -H "Origin: $page"
	expect_status 200
	lets "$page"
}

@test "a preflight says which methods and headers may be used" {
	TOKEN='' api OPTIONS "/api/thoughts/$(uuid7)" -H "Origin: $page" -H 'Access-Control-Request-Method: PATCH' \
		-H 'Access-Control-Request-Headers: authorization,if-match'
	expect_status 204
	lets "$page"
	expect_header_like Access-Control-Allow-Methods 'PATCH'
	expect_header_like Access-Control-Allow-Headers 'Authorization.*If-Match'
	expect_header_like Access-Control-Max-Age '^[0-9]+$'
}

@test "other origins, parts of listed ones and calls without one get nothing" {
	local origin
	register
	for origin in https://evil.example https://app.example.org.evil.example http://app.example.org https://app.example.or \
		null https://app.example.org:444 'https://app.example.org http://localhost:3000'; do
		api GET /api/thoughts -H "Origin: $origin"
		expect_status 200
		expect_no_header Access-Control-Allow-Origin
		expect_header Vary Origin
		api OPTIONS /api/thoughts -H "Origin: $origin" -H 'Access-Control-Request-Method: POST'
		expect_no_header Access-Control-Allow-Methods
	done
	api GET /api/thoughts
	expect_no_header Access-Control-Allow-Origin
}

@test "* lets pages of every origin; a list that is none stops the start" {
	local refusal
	(cd "$HOUSE_ROOT" && AURORA_CORS_ORIGINS='*' scripts/aurora up) >"$HOUSE_SCRATCH/up.log" 2>&1 3>&- ||
		fail "$(<"$HOUSE_SCRATCH/up.log")"
	register
	api GET /api/thoughts -H 'Origin: https://anything.example'
	lets '*'
	refusal=$(cd "$HOUSE_ROOT" && AURORA_CORS_ORIGINS='app.example.org' scripts/aurora up 2>&1 3>&-) && fail "it started"
	[[ $refusal == *cors_origins* ]] || fail "$refusal"
}

@test "where nothing is listed, nothing is said" {
	(cd "$HOUSE_ROOT" && AURORA_CORS_ORIGINS='' scripts/aurora up) >"$HOUSE_SCRATCH/up.log" 2>&1 3>&- ||
		fail "$(<"$HOUSE_SCRATCH/up.log")"
	register
	api GET /api/thoughts -H "Origin: $page"
	expect_status 200
	expect_no_header Access-Control-Allow-Origin
	expect_no_header Vary
}
