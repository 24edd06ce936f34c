#!/usr/bin/env bats
# Attachments: files of an entry, by their content, in the house's directory and in an S3 store.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common
load journals

# The house of this file has no cron: the tests run sweep when they want.
setup_file() {
	AURORA_CRON=off aurora up
	register_as me
	mkdir "$BATS_FILE_TMPDIR/files"
	base64 -d >"$BATS_FILE_TMPDIR/files/dot.png" <<-END
		iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGO44GAAQQxwFgBO1AeBf61AZgAAAABJRU5ErkJggg==
	END
}

setup() {
	become me
	files=$BATS_FILE_TMPDIR/files
	begin
	write 'With something attached'
}

# attach FILE [FILENAME [QUERY]]: to the entry; sets `attachment` when it is taken.
attach() {
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=${2:-${1##*/}}${3:-}" "@$1" \
		-H 'Content-Type: application/octet-stream'
	attachment=$(json '.id? // empty')
}

# A file of N random bytes, named so.
random() {
	head -c "$1" /dev/urandom >"$BATS_TEST_TMPDIR/random.$1"
	echo "$BATS_TEST_TMPDIR/random.$1"
}

stored() {
	local sum
	sum=$(sha256sum <"$1")
	echo "$AURORA_HOME/attachments/${sum:0:2}/${sum:0:64}"
}

sweep() {
	AURORA_LOG_LEVEL=warn as_house "$AURORA_HOME/bin/sweep"
}

@test "attached: typed by its bytes, measured, told by the entry, and read as it was" {
	attach "$files/dot.png" 'photo%20%C3%A4.txt'
	expect_status 201
	expect_header Location "/api/journals/attachments/$attachment"
	expect_json '.filename == "photo ä.txt" and .media_type == "image/png" and .width == 3 and .height == 2'
	expect_json ".entry_id == \"$entry\" and .journal_id == \"$journal\" and .url == \"/api/journals/attachments/$attachment\""
	expect_json .size "$(stat -c %s "$files/dot.png")"
	expect_json .sha256 "$(sha256sum <"$files/dot.png" | cut -d' ' -f1)"
	api GET "/api/journals/$journal/entries/$entry"
	expect_json '.version == 2 and (.attachments | length) == 1 and .attachments[0].media_type == "image/png"'
	expect_json ".attachments[0].id == \"$attachment\" and .attachments[0].width == 3"
	api GET "/api/journals/attachments/$attachment"
	expect_status 200
	cmp "$body_file" "$files/dot.png"
	expect_header Content-Type image/png
	expect_header Content-Disposition "inline; filename*=UTF-8''photo%20%C3%A4.txt"
	expect_header Cache-Control 'private, no-cache'
	expect_header_like Content-Security-Policy sandbox
	expect_no_header X-Sendfile
	equal "$(stat -c '%a %U' "$(stored "$files/dot.png")")" "600 $(stat -c %U "$AURORA_HOME/attachments")" "who may read the file"
}

@test "what is not an image to show is something to keep, whatever its name says" {
	echo '<html><script>alert(1)</script></html>' >"$BATS_TEST_TMPDIR/x.png"
	attach "$BATS_TEST_TMPDIR/x.png"
	expect_json '.media_type == "text/html" and .width == null'
	api GET "/api/journals/attachments/$attachment"
	expect_header_like Content-Disposition '^attachment;'
	echo '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' >"$BATS_TEST_TMPDIR/x.svg"
	attach "$BATS_TEST_TMPDIR/x.svg"
	api GET "/api/journals/attachments/$attachment"
	expect_header_like Content-Disposition '^attachment;'
}

@test "ranges, entity tags, HEAD; the same by the function as by the web server" {
	local file tag
	file=$(random 100000)
	attach "$file"
	api GET "/api/journals/attachments/$attachment"
	tag=$(header ETag)
	api GET "/api/journals/attachments/$attachment" -H "If-None-Match: $tag"
	expect_status 304
	api GET "/api/journals/attachments/$attachment" -H 'Range: bytes=10-19'
	expect_status 206
	expect_header Content-Range 'bytes 10-19/100000'
	cmp "$body_file" <(tail -c +11 "$file" | head -c 10)
	api GET "/api/journals/attachments/$attachment" -H 'Range: bytes=-5'
	expect_header Content-Range 'bytes 99995-99999/100000'
	cmp "$body_file" <(tail -c 5 "$file")
	api GET "/api/journals/attachments/$attachment" -H 'Range: bytes=99990-'
	cmp "$body_file" <(tail -c 10 "$file")
	api GET "/api/journals/attachments/$attachment" -H 'Range: bytes=100000-'
	expect_status 416
	api GET "/api/journals/attachments/$attachment" -H 'Range: bytes=0-9' -H 'If-Range: "another"'
	expect_status 200
	api HEAD "/api/journals/attachments/$attachment"
	expect_status 200
	expect_header ETag "$tag"
	expect_header Content-Length 100000
}

# by_cgi [NAME=VALUE…]: the attachment as the program answers it by itself; into $BATS_TEST_TMPDIR/cgi.
by_cgi() {
	as_house env REQUEST_METHOD=GET REQUEST_URI="/api/journals/attachments/$attachment" GATEWAY_INTERFACE=CGI/1.1 \
		SERVER_PROTOCOL=HTTP/1.1 HTTP_AUTHORIZATION="Bearer $TOKEN" REMOTE_ADDR=127.0.0.1 "$@" \
		"$AURORA_HOME/bin/journals" >"$BATS_TEST_TMPDIR/cgi"
	grep -a -n -m 1 -x $'\r' "$BATS_TEST_TMPDIR/cgi" >"$BATS_TEST_TMPDIR/end"
	tail -n "+$(($(cut -d: -f1 "$BATS_TEST_TMPDIR/end") + 1))" "$BATS_TEST_TMPDIR/cgi" >"$BATS_TEST_TMPDIR/cgi.body"
}

@test "without a web server that sends files the function does it, ranges and all" {
	local file
	file=$(random 100000)
	attach "$file"
	by_cgi
	grep -aq '^Status: 200' "$BATS_TEST_TMPDIR/cgi"
	cmp "$BATS_TEST_TMPDIR/cgi.body" "$file"
	by_cgi HTTP_RANGE=bytes=-7
	grep -aq '^Status: 206' "$BATS_TEST_TMPDIR/cgi"
	grep -aq '^Content-Range: bytes 99993-99999/100000' "$BATS_TEST_TMPDIR/cgi"
	cmp "$BATS_TEST_TMPDIR/cgi.body" <(tail -c 7 "$file")
	by_cgi HTTP_RANGE=bytes=100000-
	grep -aq '^Status: 416' "$BATS_TEST_TMPDIR/cgi"
	by_cgi HTTP_RANGE=bytes=0-1,5-6
	grep -aq '^Status: 200' "$BATS_TEST_TMPDIR/cgi"
	by_cgi SENDFILE=on
	grep -aq "^X-Sendfile: $(stored "$file")" "$BATS_TEST_TMPDIR/cgi"
}

@test "the same again under the same id is the same; the id with other content is a conflict" {
	local id
	id=$(uuid7)
	attach "$files/dot.png" dot.png "&id=$id"
	expect_status 201
	attach "$files/dot.png" dot.png "&id=$id"
	expect_status 200
	expect_json .id "$id"
	attach "$files/dot.png" other.png "&id=$id"
	expect_problem 409 id_conflict
	# Somebody else's id is taken, too.
	register
	begin
	write x
	attach "$files/dot.png" dot.png "&id=$id"
	expect_problem 409 id_conflict
	become me
	attach "$files/dot.png" dot.png '&id=nonsense'
	expect_problem 400 bad_request
	api GET "/api/journals/attachments/$id"
	expect_status 200
}

@test "what cannot be attached is refused, and nothing of it stays" {
	local name big
	for name in '' '.' '..' 'a%2Fb' 'a%5Cb' 'a%0Ab' "$(printf 'x%.0s' {1..256})"; do
		api POST "/api/journals/$journal/entries/$entry/attachments?filename=$name" x -H 'Content-Type: text/plain'
		expect_problem 400 bad_request
	done
	api POST "/api/journals/$journal/entries/$entry/attachments" x -H 'Content-Type: text/plain'
	expect_problem 400 bad_request
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=x"
	expect_problem 400 bad_request
	api POST "/api/journals/$journal/entries/$(uuid7)/attachments?filename=x" x -H 'Content-Type: text/plain'
	expect_problem 404 not_found
	api POST "/api/journals/$journal/entries/$entry/attachments?filename=x" 'form' -H 'Content-Type: multipart/form-data; boundary=x'
	expect_problem 415 unsupported_media_type
	big=$(random 26214401)
	attach "$big"
	expect_problem 413 too_large
	api GET "/api/journals/$journal/entries/$entry"
	expect_json '.attachments == [] and .version == 1'
	equal "$(as_house find "$AURORA_HOME/attachments" -name 'tmp.*')" '' 'unfinished uploads'
}

@test "who reads may read it; who may write may attach and remove" {
	register_as reader
	register_as writer
	become me
	share_with reader viewer
	share_with writer editor
	attach "$files/dot.png"
	as reader api GET "/api/journals/attachments/$attachment"
	expect_status 200
	as reader api DELETE "/api/journals/attachments/$attachment"
	expect_problem 403 forbidden
	as reader api POST "/api/journals/$journal/entries/$entry/attachments?filename=x" x -H 'Content-Type: text/plain'
	expect_problem 403 forbidden
	as writer api POST "/api/journals/$journal/entries/$entry/attachments?filename=w" w -H 'Content-Type: text/plain'
	expect_status 201
	as writer api POST "/api/journals/$journal/entries/$entry/attachments?filename=gone" w -H 'Content-Type: text/plain'
	as writer api DELETE "/api/journals/attachments/$(json .id)"
	expect_status 204
	as writer api DELETE "/api/journals/attachments/$attachment"
	expect_problem 403 forbidden
	api DELETE "/api/journals/attachments/$attachment"
	expect_status 204
	api GET "/api/journals/attachments/$attachment"
	expect_problem 404 not_found
	api GET "/api/journals/$journal/entries/$entry"
	expect_json '[.attachments[].filename] == ["w"]'
	# In the trash it is out of sight, as its entry is.
	attachment=$(json '.attachments[0].id')
	api DELETE "/api/journals/$journal/entries/$entry"
	api GET "/api/journals/attachments/$attachment"
	expect_problem 404 not_found
	api DELETE "/api/journals/attachments/$attachment"
	expect_problem 404 not_found
	api POST "/api/journals/$journal/entries/$entry/restore"
	api GET "/api/journals/attachments/$attachment"
	expect_status 200
}

@test "one content is stored once, and goes with the last that has it" {
	local file first second
	file=$(random 5000)
	attach "$file" a
	first=$attachment
	attach "$file" b
	second=$attachment
	api DELETE "/api/journals/attachments/$first"
	sweep
	cmp "$(stored "$file")" "$file"
	api GET "/api/journals/attachments/$second"
	expect_status 200
	api DELETE "/api/journals/$journal/entries/$entry?permanent=true"
	expect_status 204
	sweep
	[ ! -e "$(stored "$file")" ] || fail 'its content is still there'
	equal "$(sql "SELECT count(*) FROM journals.orphans WHERE sha256 = '$(sha256sum <"$file" | cut -c1-64)'")" 0
	# With the journal, and with the account.
	write 'once more'
	attach "$file"
	api DELETE "/api/journals/$journal?permanent=true"
	sweep
	[ ! -e "$(stored "$file")" ] || fail 'its content outlives its journal'
	register
	begin
	write 'mine'
	attach "$file"
	api DELETE /users/me "{\"password\": \"$PASSWORD\"}"
	expect_status 204
	gone() { sweep && [ ! -e "$(stored "$file")" ]; }
	wait_until 20 gone
}

@test "an upload that died leaves nothing behind, and one that is under way keeps its content" {
	local file sum
	file=$(random 6000)
	sum=$(sha256sum <"$file" | cut -c1-64)
	attach "$file"
	sql "INSERT INTO journals.orphans (user_id, sha256, arriving) VALUES ('$USER_ID', '$sum', true)"
	api DELETE "/api/journals/attachments/$attachment"
	sweep
	[ -e "$(stored "$file")" ] || fail 'the content that is on its way in is gone'
	sql "UPDATE journals.orphans SET created_at = now() - interval '25 hours' WHERE sha256 = '$sum'"
	as_house touch -d '2 days ago' "$AURORA_HOME/attachments/tmp.killed"
	sweep
	[ ! -e "$(stored "$file")" ] || fail 'the content of a dead upload is still there'
	[ ! -e "$AURORA_HOME/attachments/tmp.killed" ] || fail 'the file of a dead upload is still there'
}

@test "a public page shows its images, behind its password if it has one" {
	local url cookie
	attach "$files/dot.png"
	save "![a dot](/api/journals/attachments/$attachment)"
	publish
	visit GET "$page"
	url=$(grep -o 'src="[^"]*"' <<<"$body" | cut -d'"' -f2)
	equal "$url" "$page/attachments/$attachment"
	visit GET "$url"
	expect_status 200
	cmp "$body_file" "$files/dot.png"
	publish sesame
	visit GET "/api/journals/shared/$token/attachments/$attachment"
	expect_status 401
	visit POST "$page" 'password=sesame' -H 'Content-Type: application/x-www-form-urlencoded'
	cookie=$(header Set-Cookie)
	visit GET "$page/attachments/$attachment" -H "Cookie: ${cookie%%;*}"
	expect_status 200
	# Another journal's is not there.
	begin other
	write x
	publish
	visit GET "$page/attachments/$attachment"
	expect_status 404
}

answers() {
	api GET "/api/journals/$journal/entries/$entry" && [ "$status" = 200 ]
}

@test "killed in the middle of uploads, the function loses nothing that it has answered" {
	local i file listed uploads
	file=$(random 3000000)
	for i in {1..40}; do
		curl -s -o "$BATS_TEST_TMPDIR/answer.$i" -X POST -H "Authorization: Bearer $TOKEN" --data-binary "@$file" \
			-H 'Content-Type: application/octet-stream' \
			"$AURORA_URL/api/journals/$journal/entries/$entry/attachments?filename=$i"
	done &
	uploads=$!
	while kill -0 "$uploads" 2>/dev/null; do
		# shellcheck disable=SC2046 # a list of process ids
		kill -KILL $(pids journals) 2>/dev/null || true
		wait_healthy 20
	done
	wait_until 20 answers
	listed=$(json '[.attachments[].id] | sort | .[]')
	equal "$(comm -23 <(cat "$BATS_TEST_TMPDIR"/answer.* | jq -rR 'fromjson? | select(.filename).id' | sort) <(echo "$listed"))" '' \
		'what was answered and is not there'
	for i in $listed; do
		api GET "/api/journals/attachments/$i"
		cmp "$body_file" "$file"
	done
}

@test "what has lain in the trash too long goes by itself: entries, journals and all that is in them" {
	local file old_journal old_entry
	file=$(random 7000)
	register_as reader
	become me
	attach "$file"
	save 'Something else'
	share_with reader viewer
	old_journal=$journal old_entry=$entry
	api DELETE "/api/journals/$journal"
	begin Stays
	write 'stays'
	local kept=$entry
	write 'goes'
	api DELETE "/api/journals/$journal/entries/$entry"
	sweep
	api POST "/api/journals/$old_journal/restore"
	expect_status 200
	api DELETE "/api/journals/$old_journal"
	sql "UPDATE journals.journals SET deleted_at = now() - interval '31 days' WHERE id = '$old_journal';
		UPDATE journals.entries SET deleted_at = now() - interval '31 days' WHERE id = '$entry'"
	sweep
	api POST "/api/journals/$old_journal/restore"
	expect_problem 404 not_found
	equal "$(sql "SELECT (SELECT count(*) FROM journals.journals WHERE id = '$old_journal')
		+ (SELECT count(*) FROM journals.entries WHERE journal_id = '$old_journal' OR id = '$entry')
		+ (SELECT count(*) FROM journals.versions WHERE entry_id = '$old_entry')
		+ (SELECT count(*) FROM journals.attachments WHERE journal_id = '$old_journal')
		+ (SELECT count(*) FROM journals.members WHERE journal_id = '$old_journal')")" 0 'rows of what has gone'
	[ ! -e "$(stored "$file")" ] || fail 'the content is still there'
	equal "$(sql "SELECT string_agg(DISTINCT type, ' ' ORDER BY type) FROM bus.events WHERE payload ->> 'permanent' = 'true'
		AND (aggregate_id IN ('$old_journal', '$old_entry', '$entry'))")" 'EntryDeleted JournalDeleted'
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$(as reader variable USER_ID)' AND type = 'JournalUnshared'")" 1
	api GET "/api/journals/$journal/entries/$kept"
	expect_status 200
}

@test "what is past restoring is neither listed nor restored, though it is not yet swept" {
	api DELETE "/api/journals/$journal"
	sql "UPDATE journals.journals SET deleted_at = '-infinity' WHERE id = '$journal'"
	api GET '/api/journals?trash=true&count=true'
	expect_json "[.items[] | select(.id == \"$journal\")] == []"
	api POST "/api/journals/$journal/restore"
	expect_problem 404 not_found
}
