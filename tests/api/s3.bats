#!/usr/bin/env bats
# Attachments in an S3 store: a real one (s3rver, of the npm registry), and what happens when it is away.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common
load journals

setup_file() {
	S3_PORT=$(house_port)
	export S3_PORT
	s3_start
	printf 'S3RVER\n' | as_house sh -c "umask 077; cat >'$AURORA_HOME/secrets/s3'"
	export AURORA_S3_ENDPOINT=http://127.0.0.1:$S3_PORT AURORA_S3_ACCESS_KEY=S3RVER
	AURORA_CRON=off aurora up
	register_as me
}

teardown_file() {
	s3_stop
}

setup() {
	become me
	begin
	write 'With something far away'
	file=$BATS_TEST_TMPDIR/file
	head -c 300000 /dev/urandom >"$file"
	sum=$(sha256sum <"$file" | cut -c1-64)
}

s3_start() {
	mkdir -p "$BATS_FILE_TMPDIR/s3"
	"$HOUSE_ROOT/node_modules/.bin/s3rver" -d "$BATS_FILE_TMPDIR/s3" -a 127.0.0.1 -p "$S3_PORT" --no-vhost-buckets \
		--configure-bucket aurora >"$BATS_FILE_TMPDIR/s3.log" 2>&1 3>&- </dev/null &
	echo $! >"$BATS_FILE_TMPDIR/s3.pid"
	wait_until 20 s3_answers
}

s3_answers() {
	curl -s -o /dev/null "http://127.0.0.1:$S3_PORT/"
}

s3_stop() {
	local pid
	pid=$(<"$BATS_FILE_TMPDIR/s3.pid")
	kill "$pid" 2>/dev/null || true
	wait_until 10 gone "$pid"
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

attach() {
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=far" "@$file" \
		-H 'Content-Type: application/octet-stream'
}

in_store() {
	find "$BATS_FILE_TMPDIR/s3" -name "$sum*object*" | grep -q .
}

@test "stored there and nowhere else, read whole and in part, gone with the last that has it" {
	attach
	expect_status 201
	attachment=$(json .id)
	in_store || fail "it is not in the store: $(find "$BATS_FILE_TMPDIR/s3")"
	equal "$(as_house find "$AURORA_HOME/attachments" -type f)" '' 'files in the house'
	api GET "/api/journals/attachments/$attachment"
	expect_status 200
	cmp "$body_file" "$file"
	api GET "/api/journals/attachments/$attachment" -H 'Range: bytes=1000-1099'
	expect_status 206
	expect_header Content-Range 'bytes 1000-1099/300000'
	cmp "$body_file" <(tail -c +1001 "$file" | head -c 100)
	api GET "/api/journals/attachments/$attachment" -H 'Range: bytes=300000-'
	expect_status 416
	expect_header Content-Range 'bytes */300000'
	api DELETE "/api/journals/attachments/$attachment"
	expect_status 204
	as_house "$AURORA_HOME/bin/sweep"
	! in_store || fail 'it is still in the store'
}

@test "a store that is away: 503, what is stored is not lost, and what was to go goes later" {
	local kept
	attach
	expect_status 201
	kept=$(json .id)
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=else" 'something else' -H 'Content-Type: text/plain'
	api DELETE "/api/journals/attachments/$(json .id)"
	s3_stop
	api GET "/api/journals/attachments/$kept"
	expect_problem 503 unavailable
	expect_header_like Retry-After '^[0-9]+$'
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=new" 'not now' -H 'Content-Type: text/plain'
	expect_problem 503 unavailable
	api GET "/api/journals/$journal/entries/$entry"
	expect_json '[.attachments[].filename] == ["far"]'
	run as_house "$AURORA_HOME/bin/sweep"
	[ "$status" != 0 ] || fail 'sweep says that all is well'
	equal "$(sql 'SELECT count(*) FROM journals.orphans WHERE NOT arriving')" 1 'what is still to go'
	equal "$(as_house find "$AURORA_HOME/attachments" -type f)" '' 'files in the house'
	s3_start
	api GET "/api/journals/attachments/$kept"
	expect_status 200
	cmp "$body_file" "$file"
	as_house "$AURORA_HOME/bin/sweep"
	equal "$(sql 'SELECT count(*) FROM journals.orphans WHERE NOT arriving')" 0 'what is still to go'
}

@test "a store that does not take the key: 503, and the log says why" {
	AURORA_CRON=off AURORA_S3_ACCESS_KEY=nobody aurora up
	attach
	expect_problem 503 unavailable
	has "$(tail -n 20 "$AURORA_HOME/log/journals.log")" InvalidAccessKeyId
	AURORA_CRON=off aurora up
	attach
	expect_status 201
}

@test "without the secret key, or where others may read it, the house says so" {
	as_house chmod 644 "$AURORA_HOME/secrets/s3"
	has "$(refused as_house "$AURORA_HOME/bin/journals" --check)" 'chmod 600'
	as_house chmod 600 "$AURORA_HOME/secrets/s3"
	as_house "$AURORA_HOME/bin/journals" --check
}
