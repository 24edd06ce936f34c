#!/usr/bin/env bats
# thoughts: capture, change, find, tag, trash, count, take out and take in, from outside.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common

setup() {
	register
}

# Whatever the tests did, by whichever way: what is searched is what is there.
teardown_file() {
	equal "$(sql 'SELECT count(*) FROM thoughts.thoughts WHERE tsv <> thoughts.words(text)')" 0 "texts whose words are others'"
}

# The types of the user's events, oldest first, on one line.
events() {
	sql "SELECT string_agg(type, ' ' ORDER BY id) FROM bus.events WHERE user_id = '$USER_ID' AND type LIKE 'Thought%'"
}

# The newest event about a thought, as JSON {type, version, payload}.
event_of() {
	sql "SELECT json_build_object('type', type, 'version', version, 'payload', payload) FROM bus.events
	     WHERE aggregate_id = '$1' ORDER BY id DESC LIMIT 1"
}

# What thought_tags holds is exactly what the thoughts outside the trash say.
expect_tags_agree() {
	equal "$(sql "SELECT count(*) FROM (
		(SELECT id, unnest(tags) FROM thoughts.thoughts WHERE user_id = '$USER_ID' AND deleted_at IS NULL
		 EXCEPT SELECT thought_id, tag FROM thoughts.thought_tags WHERE user_id = '$USER_ID')
		UNION ALL
		(SELECT thought_id, tag FROM thoughts.thought_tags WHERE user_id = '$USER_ID'
		 EXCEPT SELECT id, unnest(tags) FROM thoughts.thoughts WHERE user_id = '$USER_ID' AND deleted_at IS NULL)) d")" \
		0 "difference between tags and thought_tags"
}

# SQL that does to thought ID what an edit does that gives it TAGS (an array literal).
edit_of() {
	echo "UPDATE thoughts.thoughts SET tags = '$2', version = version + 1 WHERE id = '$1';
		DELETE FROM thoughts.thought_tags WHERE thought_id = '$1' AND tag <> ALL ('$2');
		INSERT INTO thoughts.thought_tags SELECT user_id, unnest(tags), id FROM thoughts.thoughts WHERE id = '$1'
		ON CONFLICT DO NOTHING"
}

# import FILE TYPE [query]
import() {
	api POST "/api/thoughts/import${3:-}" "@$1" -H "Content-Type: $2"
}

# An export's bytes into a file.
export_to() {
	api GET "/api/thoughts/export?format=$1"
	expect_status 200
	cp "$body_file" "$2"
}

# What a client owns of all its thoughts, in order.
owned() {
	api GET '/api/thoughts/export?format=ndjson'
	jq -cS '{id, text, tags, pinned, captured_at}' <"$body_file"
}

@test "capture: 201 with Location, ETag and the whole thing; what was not said has its default" {
	api POST /api/thoughts '{"text": "Buy milk #errands"}'
	expect_status 201
	expect_header Location "/api/thoughts/$(json .id)"
	expect_header ETag '"1"'
	expect_json '.text' 'Buy milk #errands'
	expect_json '.tags == ["errands"] and .pinned == false and .version == 1'
	expect_json '.captured_at == .created_at and .created_at == .updated_at and (.created_at | endswith("Z"))'
	expect_json 'keys == ["captured_at", "created_at", "id", "pinned", "tags", "text", "updated_at", "version"]'
	expect_json '.id | test("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")'
	local made=$body
	api GET "$(header Location)"
	expect_status 200
	expect_header ETag '"1"'
	equal "$body" "$made"
}

@test "capture: the event is in the same commit, with what consumers need" {
	capture 'Call #Ana' '{"tags": ["phone"], "pinned": true, "captured_at": "2026-03-29T09:00:00+02:00"}'
	expect_json '.captured_at' '2026-03-29T07:00:00Z'
	equal "$(event_of "$id" | jq -c '[.type, .version, .payload.text, .payload.tags, .payload.pinned, (.payload | keys)]')" \
		'["ThoughtCreated",1,"Call #Ana",["ana","phone"],true,["captured_at","created_at","pinned","tags","text","updated_at"]]'
}

@test "capture: a text may be 20,000 characters of four bytes, and no more" {
	local long
	long=$(printf '😀%.0s' {1..20000})
	jq -nc --arg t "$long" '{text: $t}' >"$BATS_TEST_TMPDIR/long"
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/long" -H 'Content-Type: application/json'
	expect_status 201
	expect_json '.text | length' 20000
	jq -nc --arg t "${long}x" '{text: $t}' >"$BATS_TEST_TMPDIR/long"
	api POST /api/thoughts "@$BATS_TEST_TMPDIR/long" -H 'Content-Type: application/json'
	expect_invalid /text too_long
}

@test "capture: every bad field at once, and nothing is written" {
	api POST /api/thoughts '{"text": "", "tags": ["fine", "two words", "42", 7], "pinned": "yes", "captured_at": "yesterday",
		"id": "0190b5c6-0000-4000-8000-000000000000", "colour": "red", "version": 3}'
	expect_invalid /text required /tags/1 invalid /tags/2 invalid /tags/3 wrong_type /pinned wrong_type \
		/captured_at invalid /id invalid /colour unknown_field /version read_only
	api POST /api/thoughts '{"tags": ["fine", "two words", "42", "a//b", ""]}'
	expect_invalid /text required /tags/1 invalid /tags/2 invalid /tags/3 invalid /tags/4 required
	api POST /api/thoughts '[1]'
	expect_problem 422 invalid
	api GET '/api/thoughts?count=true'
	expect_json '.total == 0 and .items == []'
	equal "$(events)" ''
}

@test "capture: a client's id; again is 200, other content 409, in the trash 409, another user may have it too" {
	local mine
	mine=$(uuid7)
	api POST /api/thoughts "{\"id\": \"$mine\", \"text\": \"once #a\", \"captured_at\": \"2026-01-02T03:04:05.123456Z\"}"
	expect_status 201
	expect_json .id "$mine"
	api POST /api/thoughts "{\"id\": \"$mine\", \"text\": \"once #a\", \"captured_at\": \"2026-01-02T03:04:05.123456Z\"}"
	expect_status 200
	expect_header ETag '"1"'
	api POST /api/thoughts "{\"id\": \"$mine\", \"text\": \"once #a\"}"
	expect_status 200
	api POST /api/thoughts "{\"id\": \"$mine\", \"text\": \"twice\"}"
	expect_problem 409 id_conflict
	equal "$(events)" ThoughtCreated
	api DELETE "/api/thoughts/$mine"
	api POST /api/thoughts "{\"id\": \"$mine\", \"text\": \"once #a\"}"
	expect_problem 409 id_conflict
	register
	api POST /api/thoughts "{\"id\": \"$mine\", \"text\": \"other\"}"
	expect_status 201
}

@test "capture: an id that the server makes has the time of capture, so a late arrival takes its place in the list" {
	capture new
	capture old '{"captured_at": "2020-05-05T05:05:05Z"}'
	capture ancient '{"captured_at": "1969-12-31T23:59:59Z"}'
	api GET /api/thoughts
	expect_json '[.items[].text] == ["new", "old", "ancient"]'
}

@test "capture: Idempotency-Key answers the same again, once written" {
	api POST /api/thoughts '{"text": "keyed"}' -H 'Idempotency-Key: k1'
	expect_status 201
	local first
	first=$(json .id)
	api POST /api/thoughts '{"text": "keyed"}' -H 'Idempotency-Key: k1'
	expect_status 201
	expect_header Idempotency-Replayed true
	expect_json .id "$first"
	api POST /api/thoughts '{"text": "other"}' -H 'Idempotency-Key: k1'
	expect_problem 422 idempotency_mismatch
	equal "$(events)" ThoughtCreated
}

@test "hashtags: from the text, with parents, in one form; addresses, entities and headings are none" {
	capture '#Work/Ideas and #ÜBER, see https://x.org/#top &#39; # no ## no a#no #42 (#ok)' '{"tags": ["#Home", "work"]}'
	expect_json '.tags == ["home", "ok", "work", "work/ideas", "über"]'
	expect_tags_agree
}

@test "hashtags: a hundred are taken, a hundred and one are not" {
	capture "$(printf '#t%d ' {1..100})"
	expect_json '.tags | length' 100
	api POST /api/thoughts "$(jq -nc --arg t "$(printf '#t%d ' {1..101})" '{text: $t}')"
	expect_invalid /tags too_long
}

@test "read: ETag and If-None-Match; 404 for what is absent, malformed, trashed or another's" {
	capture 'to be read'
	api GET "/api/thoughts/$id" -H 'If-None-Match: "1"'
	expect_status 304
	equal "$body" ''
	api GET "/api/thoughts/$id" -H 'If-None-Match: "2"'
	expect_status 200
	api HEAD "/api/thoughts/$id"
	expect_status 200
	expect_header ETag '"1"'
	api GET "/api/thoughts/$(uuid7)"
	expect_problem 404 not_found
	api GET /api/thoughts/nonsense
	expect_problem 404 not_found
	register
	local method
	for method in GET PUT PATCH DELETE; do
		if [ $method = PUT ] || [ $method = PATCH ]; then
			api $method "/api/thoughts/$id" '{"text": "mine now"}'
		else
			api $method "/api/thoughts/$id"
		fi
		expect_problem 404 not_found
	done
	equal "$(sql "SELECT text, version FROM thoughts.thoughts WHERE id = '$id'")" 'to be read|1'
}

@test "replace: PUT sets all, keeps captured_at when it is not said, and asks for the text" {
	capture 'first #one' '{"pinned": true, "tags": ["kept"], "captured_at": "2026-01-01T00:00:00Z"}'
	api PUT "/api/thoughts/$id" '{"text": "second #two"}'
	expect_status 200
	expect_header ETag '"2"'
	expect_json '.text == "second #two" and .tags == ["two"] and .pinned == false and .version == 2'
	expect_json .captured_at 2026-01-01T00:00:00Z
	expect_json '.updated_at > .created_at'
	api PUT "/api/thoughts/$id" '{"pinned": true}'
	expect_invalid /text required
	# What was read may be sent back.
	api GET "/api/thoughts/$id"
	api PUT "/api/thoughts/$id" "$(jq -c '.pinned = true' <<<"$body")"
	expect_status 200
	expect_json '.pinned and .version == 3'
	equal "$(events)" 'ThoughtCreated ThoughtUpdated ThoughtUpdated'
	equal "$(event_of "$id" | jq -c '[.version, .payload.text, .payload.tags, .payload.pinned]')" '[3,"second #two",["two"],true]'
	expect_tags_agree
}

@test "merge: PATCH changes what it names, null means the default, an empty one changes nothing" {
	capture 'text' '{"tags": ["a", "b"], "pinned": true}'
	api PATCH "/api/thoughts/$id" '{"pinned": false}'
	expect_status 200
	expect_json '.pinned == false and .tags == ["a", "b"] and .text == "text" and .version == 2'
	api PATCH "/api/thoughts/$id" '{"tags": null}' -H 'Content-Type: application/merge-patch+json'
	expect_status 200
	expect_json '.tags == [] and .version == 3'
	api PATCH "/api/thoughts/$id" '{}'
	expect_status 200
	expect_header ETag '"3"'
	api PATCH "/api/thoughts/$id" '{"text": "text", "pinned": false}'
	expect_json '.version == 3'
	api PATCH "/api/thoughts/$id" '{"text": null}'
	expect_problem 422 invalid
	api PATCH "/api/thoughts/$id" '{"captured_at": "2026-02-03T04:05:06Z"}'
	expect_json '.captured_at == "2026-02-03T04:05:06Z" and .version == 4'
	api PATCH "/api/thoughts/$id" '{"txet": "x", "pinned": 1}'
	expect_invalid /txet unknown_field /pinned wrong_type
	equal "$(events)" 'ThoughtCreated ThoughtUpdated ThoughtUpdated ThoughtUpdated'
	expect_tags_agree
}

@test "merge: an edit of the text brings its new hashtags and takes those it drops; all others stay" {
	capture 'about #alpha and #beta/x' '{"tags": ["mine"]}'
	api PATCH "/api/thoughts/$id" '{"text": "about #alpha and #gamma"}'
	expect_json '.tags == ["alpha", "gamma", "mine"]'
	api DELETE "/api/thoughts/$id/tags/alpha"
	expect_status 204
	api PATCH "/api/thoughts/$id" '{"text": "about #alpha, and #gamma"}'
	expect_json '.tags == ["gamma", "mine"]'
	api PATCH "/api/thoughts/$id" '{"tags": ["new"]}'
	expect_json '.tags == ["alpha", "gamma", "new"]'
	capture 'about #a' '{"tags": ["a/b"]}'
	api PATCH "/api/thoughts/$id" '{"text": "about nothing"}'
	expect_json '.tags == ["a", "a/b"]'
	expect_tags_agree
}

@test "concurrency: a stale If-Match is 412 with the current thing, on PUT, PATCH and DELETE" {
	capture one
	api PATCH "/api/thoughts/$id" '{"text": "two"}' -H 'If-Match: "1"'
	expect_status 200
	local method
	for method in PUT PATCH; do
		api $method "/api/thoughts/$id" '{"text": "three"}' -H 'If-Match: "1"'
		expect_problem 412 version_mismatch
		expect_json '.current.text == "two" and .current.version == 2'
		expect_header ETag '"2"'
	done
	api DELETE "/api/thoughts/$id" -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	expect_json '.current.id' "$id"
	api PATCH "/api/thoughts/$id" '{"text": "three"}' -H 'If-Match: *'
	expect_status 200
	api PATCH "/api/thoughts/$id" '{"text": "four"}' -H 'If-Match: W/"3"'
	expect_problem 412 version_mismatch
	api DELETE "/api/thoughts/$id" -H 'If-Match: "3"'
	expect_status 204
}

@test "concurrency: twenty edits at once, none lost" {
	capture start
	local i
	local -a pids=()
	for i in {1..20}; do
		curl -sS -o /dev/null -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
			-d "{\"tags\": [\"t$i\"]}" "$AURORA_URL/api/thoughts/$id/tags" 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	api GET "/api/thoughts/$id"
	expect_json '(.tags | length) == 20 and .version == 21'
	equal "$(sql "SELECT string_agg(version::text, ' ' ORDER BY id) FROM bus.events WHERE aggregate_id = '$id'")" \
		"$(seq -s ' ' 1 21)" 'versions in the order of the events'
	expect_tags_agree
}

@test "concurrency: trash, erase and rename take away the tags of an edit that they waited for" {
	local query
	for query in '' '?permanent=true'; do
		capture 'about #old'
		overtaken "$(edit_of "$id" '{fresh,old}')" DELETE "/api/thoughts/$id$query"
		expect_status 204
		expect_tags_agree
		api GET /api/thoughts/tags
		expect_json '. == []'
		capture 'about #old'
		overtaken "$(edit_of "$id" '{fresh,old}')" DELETE "/api/thoughts/$id$query" -H 'If-Match: "1"'
		expect_problem 412 version_mismatch
		api DELETE "/api/thoughts/$id$query"
		expect_status 204
	done
	capture 'about #old'
	overtaken "$(edit_of "$id" '{old,old/deep}')" PATCH /api/thoughts/tags/old '{"name": "new"}'
	expect_status 200
	api GET "/api/thoughts/$id"
	expect_json '.tags == ["new", "new/deep"] and .version == 3'
	expect_tags_agree
}

@test "concurrency: a rename leaves a thought alone that lost the tag meanwhile" {
	capture 'about #old'
	local loses=$id
	capture 'about #old'
	overtaken "$(edit_of "$loses" '{other}')" PATCH /api/thoughts/tags/old '{"name": "new"}'
	expect_status 200
	expect_json '.count' 1
	api GET "/api/thoughts/$loses"
	expect_json '.tags == ["other"] and .version == 2'
	expect_tags_agree
}

@test "tags: what thought_tags holds of a thought that is not there or has no such tag is not shown" {
	capture 'about #real'
	sql "INSERT INTO thoughts.thought_tags VALUES ('$USER_ID', 'ghost', '$id')"
	api GET /api/thoughts/tags
	expect_json '[.[].tag] == ["real"]'
	sql "UPDATE thoughts.thoughts SET deleted_at = now() WHERE id = '$id'"
	api GET /api/thoughts/tags
	expect_json '. == []'
}

@test "tags: a rename that would give a thought more than a hundred tags is refused, and nothing is changed" {
	capture "$(printf '#t%d ' {1..99}) #last"
	local full=$id
	capture 'about #last'
	api PATCH /api/thoughts/tags/last '{"name": "a/b"}'
	expect_invalid /name too_long
	api GET '/api/thoughts?tag=last&count=true'
	expect_json '.total' 2
	api PATCH /api/thoughts/tags/last '{"name": "first"}'
	expect_status 200
	expect_json '.count' 2
	# One that has more already may be changed where that adds none.
	sql "$(edit_of "$full" "{$(printf '%s\n' t{1..101} | LC_ALL=C sort | paste -sd ,)}")"
	api PATCH "/api/thoughts/$full" '{"pinned": true}'
	expect_status 200
	expect_json '.tags | length' 101
	api POST "/api/thoughts/$full/tags" '{"tags": ["more"]}'
	expect_invalid /tags too_long
	api DELETE "/api/thoughts/$full/tags/t1"
	expect_status 204
	expect_tags_agree
}

@test "tags: a tag of thousands of thoughts is renamed in each" {
	sql "INSERT INTO thoughts.thoughts (user_id, id, text, tags, tsv)
		SELECT '$USER_ID', overlay(gen_random_uuid()::text PLACING '7' FROM 15 FOR 1)::uuid, 'one of many', '{many}',
		       thoughts.words('one of many')
		FROM generate_series(1, 4100)"
	sql "INSERT INTO thoughts.thought_tags SELECT user_id, 'many', id FROM thoughts.thoughts WHERE user_id = '$USER_ID'"
	api PATCH /api/thoughts/tags/many '{"name": "a/lot"}'
	expect_status 200
	expect_json '.count' 4100
	api GET /api/thoughts/tags
	expect_json '[.[] | "\(.tag) \(.count)"] == ["a 4100", "a/lot 4100"]'
	equal "$(events | wc -w)" 4100
	expect_tags_agree
}

@test "list: newest first, by cursor, each once, with a total when asked, an ETag and a Link" {
	local i seen='' pages=0
	for i in 1 2 3 4 5; do capture "thought $i"; done
	api GET '/api/thoughts?limit=2&count=true'
	expect_json '.total == 5 and (.items | length) == 2'
	expect_header_like Link '^</api/thoughts\?cursor=.*&limit=2&count=true>; rel="next"$'
	expect_header_like ETag '^".+"$'
	local etag
	etag=$(header ETag)
	api GET '/api/thoughts?limit=2&count=true' -H "If-None-Match: $etag"
	expect_status 304
	api GET '/api/thoughts?limit=2'
	while :; do
		seen+=$(json '.items[].text | ltrimstr("thought ")')
		pages=$((pages + 1))
		[ "$(json .next_cursor)" != null ] || break
		api GET "/api/thoughts?limit=2&cursor=$(json .next_cursor)"
	done
	equal "${seen//$'\n'/}" 54321
	equal $pages 3
	expect_no_header Link
	api GET '/api/thoughts?limit=0'
	expect_problem 400 bad_request
	api GET '/api/thoughts?limit=201'
	expect_problem 400 bad_request
	api GET '/api/thoughts?cursor=nonsense'
	expect_problem 400 bad_cursor
}

@test "list: filters by tag (all must match), time and pin, alone and together" {
	capture 'a #work/x' '{"captured_at": "2026-01-10T10:00:00Z"}'
	capture 'b #work #home' '{"captured_at": "2026-01-20T10:00:00Z", "pinned": true}'
	capture 'c #home' '{"captured_at": "2026-01-30T10:00:00Z"}'
	capture 'd' '{"captured_at": "2026-01-30T23:59:59.999999Z", "pinned": true}'
	local query want
	while read -r query want; do
		api GET "/api/thoughts?count=true&$query"
		expect_status 200
		equal "$(json '[.items[].text[0:1]] | join("")')" "$want" "$query"
		equal "$(json .total)" "${#want}" "total of $query"
	done <<-'END'
		tag=work ba
		tag=Work&tag=%23home b
		tag=work/x a
		tag=work%2Fx a
		tag=nobody
		pinned=true db
		pinned=false ca
		pinned=1&tag=home b
		from=2026-01-20 dcb
		from=2026-01-20T10:00:00.000001Z dc
		to=2026-01-20 ba
		to=2026-01-20T10:00:00Z a
		from=2026-01-30&to=2026-01-30 dc
		from=2026-01-15&tag=work b
		from=2026-01-15&pinned=false c
		trash=true
	END
	api GET '/api/thoughts?tag=two+words'
	expect_problem 400 bad_request
	api GET '/api/thoughts?from=soon'
	expect_problem 400 bad_request
	api GET '/api/thoughts?pinned=maybe'
	expect_problem 400 bad_request
	api GET '/api/thoughts?tag=work&limit=1'
	local cursor
	cursor=$(json .next_cursor)
	api GET "/api/thoughts?tag=work&limit=1&cursor=$cursor"
	expect_json '[.items[].text] == ["a #work/x"]'
	api GET "/api/thoughts?tag=home&limit=1&cursor=$cursor"
	expect_problem 400 bad_cursor
}

@test "trash: away from everything, listed there, restored with its tags, erased for good" {
	capture 'gone #tag'
	api DELETE "/api/thoughts/$id"
	expect_status 204
	equal "$body" ''
	api GET "/api/thoughts/$id"
	expect_problem 404 not_found
	api PATCH "/api/thoughts/$id" '{"text": "x"}'
	expect_problem 404 not_found
	api DELETE "/api/thoughts/$id"
	expect_problem 404 not_found
	api GET '/api/thoughts?count=true'
	expect_json '.total == 0'
	api GET '/api/thoughts/search?q=gone'
	expect_json '.items == []'
	api GET /api/thoughts/tags
	expect_json '. == []'
	api GET '/api/thoughts?trash=true&count=true&tag=tag'
	expect_json ".total == 1 and .items[0].id == \"$id\" and .items[0].version == 2 and (.items[0].deleted_at | endswith(\"Z\"))"
	expect_tags_agree
	api POST "/api/thoughts/$id/restore" ''
	expect_status 200
	expect_header ETag '"3"'
	expect_json '.tags == ["tag"] and (has("deleted_at") | not)'
	api POST "/api/thoughts/$id/restore" ''
	expect_problem 404 not_found
	api GET '/api/thoughts?tag=tag'
	expect_json '.items | length' 1
	api DELETE "/api/thoughts/$id"
	api DELETE "/api/thoughts/$id?permanent=true" -H 'If-Match: "3"'
	expect_problem 412 version_mismatch
	api DELETE "/api/thoughts/$id?permanent=true"
	expect_status 204
	api DELETE "/api/thoughts/$id?permanent=true"
	expect_problem 404 not_found
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$USER_ID'")" 0
	equal "$(events)" 'ThoughtCreated ThoughtDeleted ThoughtRestored ThoughtDeleted ThoughtDeleted'
	equal "$(event_of "$id" | jq -c '[.version, .payload]')" '[5,{"permanent":true}]'
	capture 'at once #x'
	api DELETE "/api/thoughts/$id?permanent=1"
	expect_status 204
	api DELETE "/api/thoughts/$id?permanent=perhaps"
	expect_problem 400 bad_request
	expect_tags_agree
}

@test "trash: what has lain there too long is erased by sweep with whatever thought_tags holds of it" {
	capture 'gone #tag'
	api DELETE "/api/thoughts/$id"
	expect_status 204
	sql "INSERT INTO thoughts.thought_tags VALUES ('$USER_ID', 'tag', '$id');
		UPDATE thoughts.thoughts SET deleted_at = now() - interval '400 days' WHERE id = '$id'"
	# The statement itself, unless this house's sweep was first.
	# shellcheck disable=SC2016 # $1 is that of the statement
	sql_as thoughts "$(sed -n '/^-- name: sweep_trash$/,/^$/p' "$HOUSE_ROOT/cron/sweep.sql" | sed 's/\$1/30/')" >/dev/null
	equal "$(sql "SELECT (SELECT count(*) FROM thoughts.thoughts WHERE id = '$id'),
		(SELECT count(*) FROM thoughts.thought_tags WHERE thought_id = '$id')")" '0|0'
	equal "$(events)" 'ThoughtCreated ThoughtDeleted ThoughtDeleted'
}

@test "search: words, phrases, without, or; accents and case folded; best first" {
	capture 'The quick brown fox'
	capture 'A slow brown café'
	capture 'fox fox fox'
	capture 'ÉCLAIR'
	local query want
	while IFS='|' read -r query want; do
		api GET "/api/thoughts/search?q=$query"
		expect_status 200
		equal "$(json '[.items[].text] | join(";")')" "$want" "$query"
	done <<-'END'
		quick|The quick brown fox
		fox|fox fox fox;The quick brown fox
		brown+-fox|A slow brown café
		%22quick+brown%22|The quick brown fox
		%22brown+quick%22|
		quick+or+slow|A slow brown café;The quick brown fox
		CAFE|A slow brown café
		%C3%A9clair|ÉCLAIR
		eclair|ÉCLAIR
		nothing|
		%21%21|
	END
	api GET /api/thoughts/search
	expect_problem 400 bad_request
	api GET '/api/thoughts/search?q=+'
	expect_problem 400 bad_request
	api GET '/api/thoughts/search?q=fox&limit=1&count=true'
	expect_json '.total == 2 and .items[0].text == "fox fox fox"'
	api GET "/api/thoughts/search?q=fox&limit=1&cursor=$(json .next_cursor)"
	expect_json '.next_cursor == null and .items[0].text == "The quick brown fox"'
	register
	api GET '/api/thoughts/search?q=fox'
	expect_json '.items == []'
}

@test "search: words are found inside what looks like markup, a path, an address or a number" {
	local text='<zebra and y> yak/gnu http://gazelle.example/oryx?lynx=1 mole@burrow.example vole-shrew 3.14 -27 C++&otter x+emu'
	capture "$text"
	local query
	for query in zebra yak gnu gazelle oryx lynx mole burrow vole shrew 3.14 27 otter emu 'yak/gnu' 'mole@burrow.example' \
		'vole-shrew' '"and y yak"' 'yak/gnu -cow' 'yak & gnu' 'cow or vole-shrew' '<zebra>' 'C++'; do
		api GET /api/thoughts/search -G --data-urlencode "q=$query"
		expect_status 200
		expect_json ".items[0].id == \"$id\" and (.items[0].highlight | contains(\"<mark>\"))"
		equal "$(json '.items[0].highlight | gsub("</?mark>"; "") | gsub("&lt;"; "<") | gsub("&gt;"; ">") | gsub("&amp;"; "&")')" "$text"
	done
	for query in gnu/yak 'zebra -yak/gnu' 'vole -otter' 'zebra -vole-shrew'; do
		api GET /api/thoughts/search -G --data-urlencode "q=$query"
		expect_status 200
		expect_json '.items == []'
	done
}

@test "search: a highlight is the text, escaped, with marks, and nothing else" {
	capture 'a <script>alert("fox")</script> & fox &amp; <mark>fox</mark>'
	api GET '/api/thoughts/search?q=fox'
	expect_json '.items[0].highlight | contains("<mark>fox</mark>")'
	expect_json '.items[0].highlight | gsub("</?mark>"; "") | contains("<") | not'
	expect_json '.items[0] | (.highlight | gsub("</?mark>"; "") | gsub("&lt;"; "<") | gsub("&gt;"; ">") | gsub("&quot;"; "\"")
		| gsub("&amp;"; "&")) == .text'
	# Characters that no text exchanges (Unicode, 23.7), beside the punctuation that a highlight keeps.
	capture $'owl a\uFDD0b\uFDD1c\uFDD2d\uFDD3e\uFDD4f \uFDD5 a/b.c@d-e+f'
	api GET '/api/thoughts/search?q=owl'
	expect_json '.items[0].highlight' $'<mark>owl</mark> abcdef \uFDD5 a/b.c@d-e+f'
	capture "$(printf 'word %.0s' {1..500})needle$(printf ' word%.0s' {1..500})"
	api GET '/api/thoughts/search?q=needle'
	expect_json '.items[0].highlight | contains("<mark>needle</mark>") and length < 600'
}

@test "tags: each with its count and last use, by name" {
	capture '#b #a/x' '{"captured_at": "2026-01-01T00:00:00Z"}'
	capture '#b' '{"captured_at": "2026-02-01T00:00:00Z"}'
	api GET /api/thoughts/tags
	expect_status 200
	equal "$(json '[.[] | .tag, .count, .last_used_at] | join(" ")')" \
		'a 1 2026-01-01T00:00:00Z a/x 1 2026-01-01T00:00:00Z b 2 2026-02-01T00:00:00Z'
}

@test "tags: added to a thought, removed with what lies below" {
	capture 'plain'
	api POST "/api/thoughts/$id/tags" '{"tags": ["A/B/C", "#d"]}'
	expect_status 200
	expect_header ETag '"2"'
	expect_json '.tags == ["a", "a/b", "a/b/c", "d"]'
	api POST "/api/thoughts/$id/tags" '{"tags": ["d"]}'
	expect_json '.version == 2'
	api POST "/api/thoughts/$id/tags" '{"tags": ["no no"]}'
	expect_invalid /tags/0 invalid
	api POST "/api/thoughts/$id/tags" '{"tags": []}'
	expect_problem 422 invalid
	api POST "/api/thoughts/$id/tags" '{}'
	expect_invalid /tags required
	api POST "/api/thoughts/$(uuid7)/tags" '{"tags": ["d"]}'
	expect_problem 404 not_found
	api DELETE "/api/thoughts/$id/tags/a%2Fb" -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api DELETE "/api/thoughts/$id/tags/a%2Fb" -H 'If-Match: "2"'
	expect_status 204
	expect_header ETag '"3"'
	api DELETE "/api/thoughts/$id/tags/a%2Fb"
	expect_problem 404 not_found
	api GET "/api/thoughts/$id"
	expect_json '.tags == ["a", "d"]'
	api DELETE "/api/thoughts/$id/tags/D"
	expect_status 204
	equal "$(events)" 'ThoughtCreated ThoughtUpdated ThoughtUpdated ThoughtUpdated'
	expect_tags_agree
}

@test "tags: renamed with what lies below, merged into another, an event for each thought that changed" {
	capture '#old/x'
	local first=$id
	capture '#old #new'
	capture '#older #new'
	api PATCH /api/thoughts/tags/old '{"name": "New/Place"}'
	expect_status 200
	expect_json '.tag == "new/place" and .count == 2 and (.last_used_at | endswith("Z"))'
	api GET /api/thoughts/tags
	expect_json '[.[] | "\(.tag) \(.count)"] == ["new 3", "new/place 2", "new/place/x 1", "older 1"]'
	api GET "/api/thoughts/$first"
	expect_json '.tags == ["new", "new/place", "new/place/x"] and .text == "#old/x" and .version == 2'
	equal "$(event_of "$first" | jq -c '[.type, .version, .payload.tags]')" \
		'["ThoughtUpdated",2,["new","new/place","new/place/x"]]'
	equal "$(events)" 'ThoughtCreated ThoughtCreated ThoughtCreated ThoughtUpdated ThoughtUpdated'
	api PATCH /api/thoughts/tags/new%2Fplace '{"name": "new"}'
	expect_json '.tag == "new" and .count == 3'
	api PATCH /api/thoughts/tags/new '{"name": "NEW"}'
	expect_json '.tag == "new" and .count == 3'
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'ThoughtUpdated'")" 4
	api PATCH /api/thoughts/tags/nobody '{"name": "x"}'
	expect_problem 404 not_found
	api PATCH /api/thoughts/tags/new '{"name": "no no"}'
	expect_invalid /name invalid
	api PATCH /api/thoughts/tags/new '{}'
	expect_invalid /name required
	api PATCH /api/thoughts/tags/new "{\"name\": \"$(printf 'y%.0s' {1..99})\"}"
	expect_invalid /name too_long
	expect_tags_agree
}

@test "stats: counts, days of a zone, streaks" {
	api GET /api/thoughts/stats
	expect_status 200
	expect_json '.total == 0 and .first_at == null and .current_streak == 0 and (.days | length) == 30'
	local i
	for i in 1 2 3; do capture "day $i #t" "{\"captured_at\": \"$(date -u -d "-$i days" +%FT12:00:00Z)\"}"; done
	capture 'pinned' "{\"pinned\": true, \"captured_at\": \"$(date -u -d '-10 days' +%FT12:00:00Z)\"}"
	capture 'thrown away'
	api DELETE "/api/thoughts/$id"
	api GET /api/thoughts/stats
	expect_json '.total == 4 and .pinned == 1 and .trashed == 1 and .tags == 1 and .characters == 30 and .today == 0'
	expect_json '.current_streak == 3 and .longest_streak == 3'
	expect_json "[.days[] | select(.count > 0) | .date] == [\"$(date -u -d '-10 days' +%F)\", \"$(date -u -d '-3 days' +%F)\",
		\"$(date -u -d '-2 days' +%F)\", \"$(date -u -d '-1 days' +%F)\"]"
	api GET '/api/thoughts/stats?tz=Pacific/Kiritimati'
	expect_status 200
	expect_json "[.days[] | select(.count > 0)] | .[-1].date == \"$(date -u +%F)\""
	api GET '/api/thoughts/stats?tz=Mars/Olympus'
	expect_problem 400 bad_request
}

# Texts that break careless formats.
awkward() {
	capture $'two\nlines, "quotes" and, commas\r\n\r\nend\n\n'
	capture '=SUM(A1:A9)' '{"tags": ["-dash", "a/b"], "pinned": true}'
	capture "'=already"
	capture "'plain"
	capture '@at' '{"captured_at": "2026-01-02T03:04:05.123456Z"}'
	capture $'\ttab'
	capture $'<!-- thought {"id":"x"} -->\n\\<!-- thought {} -->\n\ntext'
	capture $'ends with spaces  \n '
	capture '😀 #ümlaut "'
	capture '#dropped #kept'
	api DELETE "/api/thoughts/$id/tags/dropped"
	expect_status 204
}

@test "export: four formats, as attachments; an unknown one is 400" {
	capture 'one #a' '{"captured_at": "2026-01-01T00:00:00Z"}'
	capture 'two'
	api GET /api/thoughts/export
	expect_status 200
	expect_header Content-Type application/json
	expect_header Content-Disposition 'attachment; filename="thoughts.json"'
	expect_json '[.[].text] == ["one #a", "two"]'
	api GET '/api/thoughts/export?format=ndjson'
	expect_header Content-Type application/x-ndjson
	equal "$(wc -l <"$body_file")" 2 'lines of ndjson'
	api GET '/api/thoughts/export?format=csv'
	expect_header Content-Type 'text/csv; charset=utf-8'
	equal "$(head -n 1 "$body_file")" $'id,captured_at,pinned,tags,text,created_at,updated_at\r'
	api GET '/api/thoughts/export?format=md'
	expect_header Content-Type 'text/markdown; charset=utf-8'
	equal "$(sed -n 2p "$body_file")" 'one #a'
	api GET '/api/thoughts/export?format=ndjson&tag=a'
	equal "$(jq -r .text <"$body_file")" 'one #a'
	api GET '/api/thoughts/export?format=ndjson&from=2026-01-02'
	equal "$(jq -r .text <"$body_file")" two
	api GET '/api/thoughts/export?format=pdf'
	expect_problem 400 bad_request
	register
	local format
	for format in json ndjson csv md; do
		api GET "/api/thoughts/export?format=$format"
		expect_status 200
		equal "$(tr -d '\r\n' <"$body_file")" \
			"$(case $format in json) echo '[]' ;; csv) echo id,captured_at,pinned,tags,text,created_at,updated_at ;; esac)"
	done
}

@test "export: a cell that looks like a formula is guarded" {
	awkward
	export_to csv "$BATS_TEST_TMPDIR/all.csv"
	grep -qF "\"'=SUM" "$BATS_TEST_TMPDIR/all.csv"
	run grep -E '(^|,|")[=+@-]' "$BATS_TEST_TMPDIR/all.csv"
	[ "$output" = "" ]
}

@test "transfer: what comes out goes in elsewhere without loss, in every format; again changes nothing" {
	awkward
	local before format type mine=$TOKEN owner=$USER_ID
	before=$(owned)
	for format in ndjson csv md; do export_to $format "$BATS_TEST_TMPDIR/all.$format"; done
	for format in ndjson csv md; do
		case $format in
		ndjson) type=application/x-ndjson ;;
		csv) type='text/csv; charset=utf-8' ;;
		md) type=text/markdown ;;
		esac
		import "$BATS_TEST_TMPDIR/all.$format" "$type"
		expect_status 200
		expect_json '.created == 0 and .unchanged == 10 and .conflicts == 0'
		register
		import "$BATS_TEST_TMPDIR/all.$format" "$type" '?dry_run=true'
		expect_status 200
		expect_json '.created == 10 and .dry_run == true'
		equal "$(events)" '' 'events of a dry run'
		import "$BATS_TEST_TMPDIR/all.$format" "$type"
		expect_status 200
		expect_json '. == {created: 10, restored: 0, unchanged: 0, conflicts: 0, dry_run: false}'
		equal "$(owned)" "$before" "what came through $format"
		equal "$(events | wc -w)" 10 'events of the import'
		expect_tags_agree
		TOKEN=$mine USER_ID=$owner
	done
}

@test "import: plain ndjson, csv and Markdown get ids that follow from their content" {
	printf '%s\n' '{"text": "one #a"}' '' '{"text": "two", "captured_at": "2026-01-02T03:04:05+01:00", "pinned": true}' \
		'{"text": "one #a"}' >"$BATS_TEST_TMPDIR/plain.ndjson"
	import "$BATS_TEST_TMPDIR/plain.ndjson" application/x-ndjson
	expect_json '.created == 2 and .unchanged == 1'
	import "$BATS_TEST_TMPDIR/plain.ndjson" application/x-ndjson
	expect_json '.created == 0 and .unchanged == 3'
	printf '\xef\xbb\xbfText,Tags\n"with, comma","x, y/z"\nplain #h,\n\n' >"$BATS_TEST_TMPDIR/plain.csv"
	import "$BATS_TEST_TMPDIR/plain.csv" text/plain '?format=csv'
	expect_json '.created == 2'
	import "$BATS_TEST_TMPDIR/plain.csv" text/csv
	expect_json '.created == 0 and .unchanged == 2'
	printf '# A heading\nwith text #m\n\n\n  \nSecond block\r\n\r\nThird' >"$BATS_TEST_TMPDIR/plain.md"
	import "$BATS_TEST_TMPDIR/plain.md" text/markdown
	expect_json '.created == 3'
	import "$BATS_TEST_TMPDIR/plain.md" text/markdown
	expect_json '.created == 0 and .unchanged == 3'
	api GET '/api/thoughts/export?format=ndjson'
	equal "$(jq -r '.text | @json' <"$body_file" | LC_ALL=C sort | tr '\n' ' ')" \
		'"# A heading\nwith text #m" "Second block" "Third" "one #a" "plain #h" "two" "with, comma" '
	api GET '/api/thoughts?tag=y/z'
	expect_json '.items[0].tags == ["x", "y", "y/z"]'
	api GET '/api/thoughts?pinned=true'
	expect_json '.items[0].captured_at == "2026-01-02T02:04:05Z"'
	expect_tags_agree
}

@test "import: bad lines are named, all of them, and nothing is written" {
	printf '%s\n' '{"text": "fine"}' '{"text": ""}' 'not json' '{"text": "x", "id": "7", "captured_at": "now", "mood": 1}' '[]' \
		'{"text": 5, "tags": ["a b", "ok", 5, "c d"], "x/y": 1, "z": 2}' >"$BATS_TEST_TMPDIR/bad.ndjson"
	printf '{"text": "\xff"}\n{"text": "a\\u0000b"}\n' >>"$BATS_TEST_TMPDIR/bad.ndjson"
	import "$BATS_TEST_TMPDIR/bad.ndjson" application/x-ndjson
	expect_invalid /2/text required /3 malformed_json /4/id invalid /4/captured_at invalid /4/mood unknown_field /5 wrong_type \
		/6/text wrong_type /6/tags/0 invalid /6/tags/2 wrong_type /6/tags/3 invalid /6/x~1y unknown_field /6/z unknown_field /7 invalid_utf8 /8 malformed_json
	printf 'text,pinned\nfine,true\n"open,false\n' >"$BATS_TEST_TMPDIR/bad.csv"
	import "$BATS_TEST_TMPDIR/bad.csv" text/csv
	expect_invalid /3 malformed_csv
	printf 'text,pinned\nfine,perhaps\nfine\n"a"b,true\n' >"$BATS_TEST_TMPDIR/bad.csv"
	import "$BATS_TEST_TMPDIR/bad.csv" text/csv
	expect_invalid /2/pinned wrong_type /3 malformed_csv /4 malformed_csv
	printf 'text,tags\nx,"a+b ok c+d"\n' >"$BATS_TEST_TMPDIR/bad.csv"
	import "$BATS_TEST_TMPDIR/bad.csv" text/csv
	expect_invalid /2/tags invalid
	printf 'text\n"\xff\n' >"$BATS_TEST_TMPDIR/bad.csv"
	import "$BATS_TEST_TMPDIR/bad.csv" text/csv
	expect_invalid /2 invalid_utf8
	printf '{"text": "x", "%s": 1}\n' "$(printf 'y%.0s' {1..200})" >"$BATS_TEST_TMPDIR/bad.ndjson"
	import "$BATS_TEST_TMPDIR/bad.ndjson" application/x-ndjson
	expect_invalid /1 unknown_field
	printf 'colour\nred\n' >"$BATS_TEST_TMPDIR/bad.csv"
	import "$BATS_TEST_TMPDIR/bad.csv" text/csv
	expect_invalid /1 unknown_field
	printf 'text,pinned,TEXT\na,true,b\n' >"$BATS_TEST_TMPDIR/bad.csv"
	import "$BATS_TEST_TMPDIR/bad.csv" text/csv
	expect_invalid /1 malformed_csv
	printf 'fine\n\n<!-- thought {"id": 1} -->\nx\n\n<!-- thought {"id"\n' >"$BATS_TEST_TMPDIR/bad.md"
	import "$BATS_TEST_TMPDIR/bad.md" text/markdown
	expect_invalid /3/id wrong_type /6 malformed_json /6/text required
	yes '{}' | head -n 1000 >"$BATS_TEST_TMPDIR/bad.ndjson"
	import "$BATS_TEST_TMPDIR/bad.ndjson" application/x-ndjson
	expect_json '.errors | length' 100
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$USER_ID'")" 0
	equal "$(events)" ''
}

@test "import: a bad line after many good ones undoes them all" {
	for i in {1..1200}; do echo "{\"text\": \"thought $i\"}"; done >"$BATS_TEST_TMPDIR/many.ndjson"
	echo '{"text": ""}' >"$BATS_TEST_TMPDIR/last"
	cat "$BATS_TEST_TMPDIR/many.ndjson" "$BATS_TEST_TMPDIR/last" >"$BATS_TEST_TMPDIR/bad.ndjson"
	import "$BATS_TEST_TMPDIR/bad.ndjson" application/x-ndjson
	expect_invalid /1201/text required
	equal "$(sql "SELECT count(*) FROM thoughts.thoughts WHERE user_id = '$USER_ID'")" 0
	equal "$(events)" ''
	import "$BATS_TEST_TMPDIR/many.ndjson" application/x-ndjson
	expect_json '.created' 1200
}

@test "import: an id that is taken by other content is a conflict and stays as it is" {
	capture mine
	echo "{\"id\": \"$id\", \"text\": \"theirs\"}" >"$BATS_TEST_TMPDIR/one.ndjson"
	import "$BATS_TEST_TMPDIR/one.ndjson" application/x-ndjson
	expect_json '.created == 0 and .unchanged == 0 and .conflicts == 1'
	api GET "/api/thoughts/$id"
	expect_json '.text == "mine" and .version == 1'
}

@test "import: what lies in the trash as the file has it is back; with other content it is a conflict and stays there" {
	capture 'one #a/b' '{"pinned": true}'
	local same=$id edited counts='[.created, .restored, .unchanged, .conflicts] | join(" ")'
	capture 'two'
	edited=$id
	capture 'three'
	local format
	for format in ndjson csv md; do export_to $format "$BATS_TEST_TMPDIR/all.$format"; done
	api PATCH "/api/thoughts/$edited" '{"text": "two, edited"}'
	for format in ndjson csv md; do
		api DELETE "/api/thoughts/$same"
		expect_status 204
		[ $format != ndjson ] || api DELETE "/api/thoughts/$edited"
		import "$BATS_TEST_TMPDIR/all.$format" text/plain "?format=$format&dry_run=true"
		expect_json "$counts" '0 1 1 1'
		api GET "/api/thoughts/$same"
		expect_problem 404 not_found
		import "$BATS_TEST_TMPDIR/all.$format" text/plain "?format=$format"
		expect_status 200
		expect_json "$counts" '0 1 1 1'
		import "$BATS_TEST_TMPDIR/all.$format" text/plain "?format=$format"
		expect_json "$counts" '0 0 2 1'
		expect_tags_agree
	done
	api GET "/api/thoughts/$same"
	expect_json '.text == "one #a/b" and .tags == ["a", "a/b"] and .pinned and .version == 7'
	equal "$(event_of "$same" | jq -c '[.type, .version, .payload.tags]')" '["ThoughtRestored",7,["a","a/b"]]'
	api GET '/api/thoughts/tags'
	expect_json 'map(.tag) == ["a", "a/b"]'
	api GET '/api/thoughts?trash=true'
	expect_json '[.items[] | .id, .text] == ["'"$edited"'", "two, edited"]'
	equal "$(events | tr ' ' '\n' | sort | uniq -c | awk '{print $1, $2}' | paste -sd ' ')" \
		'3 ThoughtCreated 4 ThoughtDeleted 3 ThoughtRestored 1 ThoughtUpdated'
}

@test "import: a line of very many hashtags or tags is refused at once" {
	perl -e 'print "{\"text\":\"", join(" ", map {"#t$_"} reverse 10000 .. 130000), "\"}\n"' >"$BATS_TEST_TMPDIR/many.ndjson"
	perl -e 'print "text,tags\nx,\"", join(" ", map {"t$_"} reverse 10000 .. 150000), "\"\n"' >"$BATS_TEST_TMPDIR/many.csv"
	API_TIMEOUT=5 import "$BATS_TEST_TMPDIR/many.ndjson" application/x-ndjson
	expect_invalid /1/text too_long
	API_TIMEOUT=5 import "$BATS_TEST_TMPDIR/many.csv" text/csv
	expect_invalid /2/tags too_long
}

@test "import: one id twice in a file is unchanged when the same, else a conflict; the first one stays" {
	local twice
	twice=$(uuid7)
	printf '%s\n' "{\"id\": \"$twice\", \"text\": \"first\"}" "{\"id\": \"$twice\", \"text\": \"second\"}" \
		"{\"id\": \"$twice\", \"text\": \"first\"}" >"$BATS_TEST_TMPDIR/twice.ndjson"
	import "$BATS_TEST_TMPDIR/twice.ndjson" application/x-ndjson '?dry_run=true'
	expect_json '.created == 1 and .unchanged == 1 and .conflicts == 1'
	import "$BATS_TEST_TMPDIR/twice.ndjson" application/x-ndjson
	expect_json '.created == 1 and .unchanged == 1 and .conflicts == 1'
	import "$BATS_TEST_TMPDIR/twice.ndjson" application/x-ndjson
	expect_json '.created == 0 and .unchanged == 2 and .conflicts == 1'
	api GET "/api/thoughts/$twice"
	expect_json .text first
}

@test "import: another type is 415, an unknown format 400, an empty file nothing" {
	api POST /api/thoughts/import '{"text": "x"}'
	expect_problem 415 unsupported_media_type
	api POST '/api/thoughts/import?format=xml' '<x/>' -H 'Content-Type: text/csv'
	expect_problem 400 bad_request
	: >"$BATS_TEST_TMPDIR/empty"
	import "$BATS_TEST_TMPDIR/empty" text/csv
	expect_status 200
	expect_json '.created == 0 and .unchanged == 0'
	api POST '/api/thoughts/import?dry_run=perhaps' x -H 'Content-Type: text/markdown'
	expect_problem 400 bad_request
}

@test "scopes: a personal access token reads with thoughts:read and writes with thoughts:write" {
	capture 'scoped'
	api POST /users/me/tokens '{"name": "reader", "scopes": ["thoughts:read"]}'
	expect_status 201
	local reader
	reader=$(json .token)
	TOKEN=$reader api GET "/api/thoughts/$id"
	expect_status 200
	TOKEN=$reader api DELETE "/api/thoughts/$id"
	expect_problem 403 insufficient_scope
	TOKEN=$reader api POST /api/thoughts '{"text": "x"}'
	expect_problem 403 insufficient_scope
}

@test "v1 is the same place" {
	api POST /v1/api/thoughts '{"text": "pinned path"}'
	expect_status 201
	api GET "/v1/api/thoughts/$(json .id)"
	expect_status 200
	expect_json .text 'pinned path'
}

@test "rebuild: thoughts.announce says again what is there, page by page, to search alone" {
	local last
	capture 'one #a'
	local first=$id
	capture 'two'
	capture 'three'
	api DELETE "/api/thoughts/$id"
	last=$(sql_as search "SELECT last_id FROM thoughts.announce('$USER_ID', NULL, 1)")
	equal "$last" "$first"
	equal "$(sql_as search "SELECT announced FROM thoughts.announce('$USER_ID', '$last', 1)")" 1
	# Undone before the consumer can apply them, which empties what is addressed to it.
	equal "$(sql_as search "BEGIN; SELECT announced > 1 FROM thoughts.announce('$USER_ID', NULL, 5);
		SELECT string_agg(payload ->> 'text', ' ' ORDER BY id) FROM bus.events
		WHERE user_id = '$USER_ID' AND type = 'ThoughtSnapshot' AND xid = pg_current_xact_id(); ROLLBACK")" $'t\none #a two'
	run sql_as identity "SELECT thoughts.announce(NULL, NULL, 1)"
	[ "$status" -ne 0 ]
}
