#!/usr/bin/env bats
# journals: entries with a history, shared with others, from outside.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common
load journals

setup() {
	register_as me
}

# The types of the events of what is the user's, oldest first, on one line.
events() {
	sql "SELECT string_agg(type, ' ' ORDER BY id) FROM bus.events WHERE user_id = '$USER_ID' AND type ~ '^(Journal|Entry)'"
}

event_of() {
	sql "SELECT json_build_object('type', type, 'version', version, 'payload', payload) FROM bus.events
	     WHERE aggregate_id = '$1' ORDER BY id DESC LIMIT 1"
}

# What each version said, newest first, on one line.
said() {
	local n out=
	api GET "/api/journals/$journal/entries/$entry/versions"
	expect_status 200
	for n in $(json '.items[].n'); do
		api GET "/api/journals/$journal/entries/$entry/versions/$n"
		expect_status 200
		out+="${out:+ }$n:$(json .content)"
	done
	echo "$out"
}

@test "journal: begun, read, replaced, changed; its events carry what it is" {
	begin 'Travels' '{description: "by train", settings: {cover: "blue", order: [1, 2]}}'
	expect_header Location "/api/journals/$journal"
	expect_header ETag '"1"'
	expect_json '.role == "owner" and .entry_count == 0 and .last_entry_at == null and .share_id == null'
	expect_json .settings.cover blue
	expect_json .owner_id "$USER_ID"
	api GET "/api/journals/$journal" -H 'If-None-Match: "1"'
	expect_status 304
	api PATCH "/api/journals/$journal" '{"description": "by ship"}' -H 'If-Match: "1"'
	expect_status 200
	expect_json '.name == "Travels" and .description == "by ship" and .version == 2'
	api PUT "/api/journals/$journal" '{"name": "Voyages"}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	expect_json .current.description 'by ship'
	api PUT "/api/journals/$journal" '{"name": "Voyages"}'
	expect_json '.name == "Voyages" and .description == "" and .settings == {} and .version == 3'
	api PUT "/api/journals/$journal" '{"name": "Voyages"}'
	expect_json '.version' 3
	equal "$(events)" 'JournalCreated JournalUpdated JournalUpdated'
	equal "$(event_of "$journal" | jq -c '[.type, .version, .payload.name, (.payload | keys)]')" \
		'["JournalUpdated",3,"Voyages",["created_at","description","name","settings","updated_at"]]'
}

@test "journal: its entity tag counts its entries, which its version does not" {
	local tag
	begin Counted
	api POST "/api/journals/$journal/entries" '{"content": "one"}'
	expect_status 201
	api GET "/api/journals/$journal" -H 'If-None-Match: "1"'
	expect_status 200
	expect_json '.entry_count == 1 and .version == 1'
	expect_header_like ETag '^"1-[0-9a-f]{8}"$'
	tag=$(header ETag)
	api GET "/api/journals/$journal" -H "If-None-Match: $tag"
	expect_status 304
	api POST "/api/journals/$journal/entries" '{"content": "two"}'
	api GET "/api/journals/$journal" -H "If-None-Match: $tag"
	expect_status 200
	api PATCH "/api/journals/$journal" '{"description": "x"}' -H "If-Match: $tag"
	expect_status 200
	api PATCH "/api/journals/$journal" '{"description": "y"}' -H "If-Match: $tag"
	expect_problem 412 version_mismatch
}

@test "journal: bad fields all at once; a client's id; Idempotency-Key" {
	api POST /api/journals '{"name": " ", "description": 3, "settings": [], "role": "owner", "colour": 1}'
	expect_invalid /name required /description wrong_type /settings wrong_type /role read_only /colour unknown_field
	local mine
	mine=$(uuid7)
	api POST /api/journals "{\"id\": \"$mine\", \"name\": \"one\"}"
	expect_status 201
	api POST /api/journals "{\"id\": \"$mine\", \"name\": \"one\"}"
	expect_status 200
	api POST /api/journals "{\"id\": \"$mine\", \"name\": \"two\"}"
	expect_problem 409 id_conflict
	api POST /api/journals '{"name": "keyed"}' -H 'Idempotency-Key: k'
	local first
	first=$(json .id)
	api POST /api/journals '{"name": "keyed"}' -H 'Idempotency-Key: k'
	expect_header Idempotency-Replayed true
	expect_json .id "$first"
}

@test "journals are listed newest first, in pages, with their counts" {
	begin one
	begin two
	write a '{entry_date: "2026-01-01"}'
	write b
	begin three
	api GET '/api/journals?limit=2&count=true'
	expect_json '[.items[].name] == ["three", "two"] and .total == 3'
	expect_json '.items[1].entry_count == 2 and .items[1].last_entry_at != null'
	api GET "/api/journals?limit=2&cursor=$(json .next_cursor)"
	expect_json '[.items[].name] == ["one"] and .next_cursor == null'
}

@test "trash: only there is deleted_at told" {
	begin
	api GET /api/journals
	expect_json '.items[0] | has("deleted_at")' false
	api DELETE "/api/journals/$journal"
	api GET '/api/journals?trash=true'
	expect_json '.items[0].deleted_at | type' string
}

@test "trash: a journal takes its entries along and brings them back; erased, nothing is left" {
	begin
	write 'first'
	local first=$entry
	write 'second'
	api DELETE "/api/journals/$journal/entries/$entry"
	expect_status 204
	api DELETE "/api/journals/$journal"
	expect_status 204
	api GET "/api/journals/$journal"
	expect_problem 404 not_found
	api GET "/api/journals/$journal/entries"
	expect_problem 404 not_found
	api GET "/api/journals/$journal/entries/$first"
	expect_problem 404 not_found
	api POST "/api/journals/$journal/entries" '{"content": "late"}'
	expect_problem 404 not_found
	api GET '/api/journals?trash=true'
	expect_json ".items[0].id == \"$journal\" and .items[0].deleted_at != null"
	# An entry of a journal in the trash says so.
	api POST "/api/journals/$journal/entries/$entry/restore"
	expect_problem 409 conflict
	expect_json '.detail | test("journal is in the trash")'
	api POST "/api/journals/$journal/restore"
	expect_status 200
	expect_json .entry_count 1
	api POST "/api/journals/$journal/entries/$entry/restore"
	expect_status 200
	api POST "/api/journals/$journal/entries/$entry/restore"
	expect_problem 404 not_found
	equal "$(events)" 'JournalCreated EntryCreated EntryCreated EntryDeleted JournalDeleted EntryDeleted EntryRestored JournalRestored EntryRestored'
	api DELETE "/api/journals/$journal?permanent=true"
	expect_status 204
	api GET '/api/journals?trash=true'
	expect_json '.items == []'
	equal "$(sql "SELECT count(*) FROM journals.entries WHERE user_id = '$USER_ID'")" 0
	equal "$(sql "SELECT count(*) FROM journals.members WHERE owner_id = '$USER_ID'")" 0
}

@test "trash: what is being written while its journal goes, goes with it, also in the search" {
	local how import
	for how in false true; do
		begin
		jq -nc '[range(4000) | {content: ("zebra number \(.)"), entry_date: "2026-01-01"}]' >"$BATS_TEST_TMPDIR/many"
		curl -s -o /dev/null -H "Authorization: Bearer $TOKEN" --data-binary "@$BATS_TEST_TMPDIR/many" \
			-H 'Content-Type: application/json' "$AURORA_URL/api/journals/$journal/import" 3>&- &
		import=$!
		wait_until 10 importing
		api DELETE "/api/journals/$journal?permanent=$how"
		expect_status 204
		wait "$import"
		wait_until 30 forgotten
		[ "$how" = false ] || equal "$(sql "SELECT count(*) FROM journals.entries WHERE journal_id = '$journal'")" 0 entries
	done
}

forgotten() {
	api GET '/api/search?q=zebra&count=true' && [ "$(json .total)" = 0 ] && [ "$(sql "SELECT pending FROM bus.status() WHERE consumer = 'search'")" = 0 ]
}

importing() {
	[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'journals' AND backend_xid IS NOT NULL")" != 0 ]
}

@test "trash: saving and erasing at once wait for each other, and nothing stays of what was erased" {
	local i n savers
	for i in 1 2 3 4 5 6; do
		begin
		write start
		savers=()
		for n in 1 2 3; do
			save_aside "$i.$n" "words $i $n" 3>&- &
			savers+=($!)
		done
		if ((i % 2)); then
			api DELETE "/api/journals/$journal/entries/$entry?permanent=true"
		else
			api DELETE "/api/journals/$journal?permanent=true"
		fi
		expect_status 204
		wait "${savers[@]}"
	done
	equal "$(cat "$BATS_TEST_TMPDIR"/status.* | sort -u | grep -v '^200$\|^404$' || true)" '' 'other answers'
	equal "$(sql "SELECT count(*) FROM journals.versions v WHERE v.user_id = '$USER_ID' AND NOT EXISTS
		(SELECT FROM journals.entries e WHERE e.user_id = v.user_id AND e.id = v.entry_id)")" 0 'versions without an entry'
}

@test "a journal's id is its own, whoever else asks for it" {
	other ana
	begin
	as ana api POST /api/journals "{\"id\": \"$journal\", \"name\": \"decoy\"}"
	expect_problem 409 id_conflict
	as ana api GET "/api/journals/$journal"
	expect_problem 404 not_found
}

@test "an invitation that is repeated sends no second mail" {
	local address n
	address=$(unique invited)@example.test
	begin
	for n in 1 2; do api POST "/api/journals/$journal/share" "{\"email\": \"$address\"}"; done
	expect_status 200
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'JournalInvited'")" 1 mails
	api POST "/api/journals/$journal/share" "{\"email\": \"$address\", \"role\": \"editor\"}"
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'JournalInvited'")" 2 mails
}

@test "entry: its day, zone, mood and tags as the writer means them" {
	api PATCH /users/me '{"time_zone": "Pacific/Kiritimati"}'
	begin
	write 'Hello **world**' '{title: "On the beach", mood: 5, tags: ["Holiday/Sea"]}'
	expect_header Location "/api/journals/$journal/entries/$entry"
	expect_json '.title == "On the beach" and .mood == 5 and .tags == ["holiday", "holiday/sea"] and .word_count == 2'
	expect_json .time_zone Pacific/Kiritimati
	expect_json .entry_date "$(TZ=Pacific/Kiritimati date +%F)"
	write 'Then' '{entry_date: "1969-07-20", time_zone: "America/Chicago", mood: null}'
	expect_json '.entry_date == "1969-07-20" and .time_zone == "America/Chicago" and .mood == null and .title == ""'
	api PUT "/api/journals/$journal/entries/$entry" '{"content": "Then and now"}'
	expect_json '.entry_date == "1969-07-20" and .time_zone == "America/Chicago" and .tags == []'
	api PUT "/api/journals/$journal/entries/$entry" '{"title": "x"}'
	expect_invalid /content required
	api PATCH "/api/journals/$journal/entries/$entry" '{"mood": 3}'
	expect_json '.mood == 3 and .content == "Then and now" and .revision == 2'
	equal "$(event_of "$entry" | jq -c '[.type, .version, .payload.content, .payload.mood, (.payload | keys | length)]')" \
		'["EntryUpdated",3,"Then and now",3,11]'
}

@test "entry: every bad field at once, and nothing is written" {
	begin
	api POST "/api/journals/$journal/entries" '{"content": 7, "entry_date": "2026-02-30", "time_zone": "Mars/Base", "mood": 6,
		"tags": ["two words"], "title": "a\nb", "word_count": 9, "colour": 1}'
	expect_invalid /content wrong_type /entry_date invalid /time_zone invalid /mood out_of_range /tags/0 invalid /title invalid \
		/word_count read_only /colour unknown_field
	api POST "/api/journals/$journal/entries" '{}'
	expect_invalid /content required
	api GET "/api/journals/$journal/entries?from=tomorrow"
	expect_problem 400 bad_request
	api GET "/api/journals/$journal/entries?mood=9"
	expect_problem 400 bad_request
	api GET "/api/journals/$journal"
	expect_json .entry_count 0
}

@test "entry: tags are counted with their parents" {
	begin
	api POST "/api/journals/$journal/entries" "$(jq -nc '{content: "x", tags: [range(60) | "a\(.)/b"]}')"
	expect_invalid /tags too_long
	api POST "/api/journals/$journal/entries" "$(jq -nc '{content: "x", tags: [range(50) | "a\(.)/b"]}')"
	expect_status 201
	expect_json '.tags | length' 100
}

@test "entry: a content may have one MiB, whatever it escapes to, and no more" {
	begin
	head -c 1048576 /dev/zero | tr '\0' '\n' | jq -Rs '{content: .}' >"$BATS_TEST_TMPDIR/full"
	api POST "/api/journals/$journal/entries" "@$BATS_TEST_TMPDIR/full" -H 'Content-Type: application/json'
	expect_status 201
	expect_json '.content | length' 1048576
	head -c 1048577 /dev/zero | tr '\0' 'x' | jq -Rs '{content: .}' >"$BATS_TEST_TMPDIR/over"
	api POST "/api/journals/$journal/entries" "@$BATS_TEST_TMPDIR/over" -H 'Content-Type: application/json'
	expect_invalid /content too_long
	head -c 5000000 /dev/zero | tr '\0' 'x' | jq -Rs '{content: .}' >"$BATS_TEST_TMPDIR/far"
	api POST "/api/journals/$journal/entries" "@$BATS_TEST_TMPDIR/far" -H 'Content-Type: application/json'
	expect_problem 413 too_large
}

@test "entries: a list of large ones ends its pages early and comes whole" {
	begin
	head -c 1000000 /dev/zero | tr '\0' 'x' | jq -Rs '{content: .}' >"$BATS_TEST_TMPDIR/large"
	local i pages=0 seen=0 cursor=
	for i in 1 2 3 4 5 6 7; do
		api POST "/api/journals/$journal/entries" "@$BATS_TEST_TMPDIR/large" -H 'Content-Type: application/json'
		expect_status 201
	done
	until [ "$cursor" = null ]; do
		api GET "/api/journals/$journal/entries?limit=50${cursor:+&cursor=$cursor}"
		expect_status 200
		seen=$((seen + $(json '.items | length')))
		cursor=$(json .next_cursor)
		pages=$((pages + 1))
	done
	equal "$seen in $pages" '7 in 2'
}

@test "entries: newest day first; by day, tag, mood and words, also without accents and in part" {
	begin
	write 'Ein schöner Morgen' '{entry_date: "2026-03-01", tags: ["home"], mood: 2}'
	write '我喜欢在晚上写日记' '{entry_date: "2026-03-03", title: "Café", mood: 4}'
	write 'Rain 100%_sure' '{entry_date: "2026-03-02", tags: ["home/garden"], mood: 4}'
	api GET "/api/journals/$journal/entries"
	expect_json '[.items[].entry_date] == ["2026-03-03", "2026-03-02", "2026-03-01"]'
	api GET "/api/journals/$journal/entries?limit=1"
	api GET "/api/journals/$journal/entries?limit=1&cursor=$(json .next_cursor)"
	expect_json '[.items[].entry_date] == ["2026-03-02"]'
	api GET "/api/journals/$journal/entries?from=2026-03-02&to=2026-03-02&count=true"
	expect_json '[.items[].entry_date] == ["2026-03-02"] and .total == 1'
	api GET "/api/journals/$journal/entries?tag=home"
	expect_json '[.items[].entry_date] == ["2026-03-02", "2026-03-01"]'
	api GET "/api/journals/$journal/entries?tag=home&mood=4"
	expect_json '[.items[].entry_date] == ["2026-03-02"]'
	api GET "/api/journals/$journal/entries?q=SCHONER"
	expect_json '[.items[].entry_date] == ["2026-03-01"]'
	api GET "/api/journals/$journal/entries?q=cafe%20%E6%99%9A%E4%B8%8A"
	expect_json '[.items[].entry_date] == ["2026-03-03"]'
	api GET "/api/journals/$journal/entries?q=0%25_"
	expect_json '[.items[].entry_date] == ["2026-03-02"]'
	api GET "/api/journals/$journal/entries?q=%20"
	expect_problem 400 bad_request
}

@test "versions: the first is kept; what one writes in a sitting is one; a change of other things is none" {
	begin
	write one
	save two
	save three
	expect_json .revision 2
	api PATCH "/api/journals/$journal/entries/$entry" '{"mood": 1}'
	expect_json .revision 2
	equal "$(said)" '2:three 1:one'
	# Ten minutes later it is another.
	sql "UPDATE journals.entries SET revised_at = now() - interval '601 seconds' WHERE id = '$entry'"
	save four
	equal "$(said)" '3:four 2:three 1:one'
	# In another session, too.
	api POST /auth/login "{\"email\": \"$EMAIL\", \"password\": \"$PASSWORD\"}"
	TOKEN=$(json .access_token)
	save five
	equal "$(said)" '4:five 3:four 2:three 1:one'
	api GET "/api/journals/$journal/entries/$entry/versions?limit=3"
	expect_json '[.items[].current] == [true, false, false] and (.items[0] | has("content") | not)'
	api GET "/api/journals/$journal/entries/$entry/versions?limit=3&cursor=$(json .next_cursor)"
	expect_json '[.items[].n] == [1]'
	api GET "/api/journals/$journal/entries/$entry/versions/5"
	expect_problem 404 not_found
	api GET "/api/journals/$journal/entries/$entry/versions/x"
	expect_problem 404 not_found
}

@test "versions: what changed, word by word, against the one before or any; and made again" {
	begin
	write 'The quick brown fox' '{title: "Fox"}'
	save 'The slow brown fox'
	api GET "/api/journals/$journal/entries/$entry/versions/2/diff"
	expect_status 200
	expect_json '.n == 2 and .against == 1 and .title == {from: "Fox", to: "Fox"}'
	expect_json '[.parts[] | select(.op != "insert").text] | join("")' 'The quick brown fox'
	expect_json '[.parts[] | select(.op != "delete").text] | join("")' 'The slow brown fox'
	expect_json '[.parts[] | select(.op == "delete").text] == ["quick"]'
	api GET "/api/journals/$journal/entries/$entry/versions/1/diff?against=2"
	expect_json '[.parts[] | select(.op == "delete").text] == ["slow"]'
	api GET "/api/journals/$journal/entries/$entry/versions/1/diff"
	expect_json '.against == null and [.parts[].op] == ["insert"]'
	api GET "/api/journals/$journal/entries/$entry/versions/2/diff?against=9"
	expect_problem 404 not_found
	api POST "/api/journals/$journal/entries/$entry/versions/1/restore" -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api POST "/api/journals/$journal/entries/$entry/versions/1/restore"
	expect_status 200
	expect_json '.content == "The quick brown fox" and .revision == 3'
	equal "$(said)" '3:The quick brown fox 2:The slow brown fox 1:The quick brown fox'
}

@test "saves at once: If-Match lets one through; of those without, nothing is lost" {
	local -a pids=()
	begin
	write start
	local i
	for i in 1 2 3 4 5 6; do
		save_aside "$i" "from $i" -H 'If-Match: "1"' &
		pids+=($!)
	done
	wait "${pids[@]}"
	equal "$(cat "$BATS_TEST_TMPDIR"/status.* | sort | uniq -c | tr -s ' \n' ' ')" ' 1 200 5 412 '
	save 'mine' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	expect_json '.current.version == 2 and (.current.content | startswith("from "))'
	# Each of another session, all at the same moment.
	write start
	for i in 1 2 3 4 5 6; do
		api POST /auth/login "{\"email\": \"$EMAIL\", \"password\": \"$PASSWORD\"}"
		json .access_token >"$BATS_TEST_TMPDIR/token.$i"
	done
	pids=()
	for i in 1 2 3 4 5 6; do
		TOKEN=$(<"$BATS_TEST_TMPDIR/token.$i") save_aside "$i" "from-$i" &
		pids+=($!)
	done
	wait "${pids[@]}"
	equal "$(cat "$BATS_TEST_TMPDIR"/status.* | sort -u)" 200
	equal "$(said | tr ' ' '\n' | sed 's/^[0-9]*://' | sort | tr '\n' ' ')" 'from-1 from-2 from-3 from-4 from-5 from-6 start '
}

@test "sharing: viewers read, editors write, the owner alone shares, changes and erases" {
	other ana
	other bob
	begin
	write 'for all'
	share_with ana viewer
	expect_json '.kind == "user" and .role == "viewer" and (.member_id | length == 36)'
	expect_header Location "/api/journals/$journal/shares/$share"
	share_with bob editor
	as ana api GET "/api/journals/$journal"
	expect_json ".role == \"viewer\" and .share_id != null and .owner_id == \"$USER_ID\""
	as ana api GET '/api/journals'
	expect_json '[.items[].name] == ["Diary"]'
	as ana api GET "/api/journals/$journal/entries/$entry"
	expect_status 200
	local method path
	while read -r method path; do
		as ana api "$method" "/api/journals/$journal/entries$path" '{"content": "mine"}'
		expect_problem 403 forbidden
	done <<<"POST
PUT /$entry
PATCH /$entry
DELETE /$entry
POST /$entry/versions/1/restore"
	as bob api POST "/api/journals/$journal/entries" '{"content": "by bob"}'
	expect_status 201
	expect_json .author_id "$(as bob variable USER_ID)"
	as bob api PATCH "/api/journals/$journal/entries/$entry" '{"content": "for all, says bob"}'
	expect_status 200
	equal "$(said)" '2:for all, says bob 1:for all'
	as bob api DELETE "/api/journals/$journal/entries/$entry?permanent=true"
	expect_problem 403 forbidden
	while read -r method path; do
		as bob api "$method" "/api/journals/$journal$path" '{"name": "mine"}'
		expect_problem 403 forbidden
	done <<<"PUT
PATCH
DELETE"
	as bob api GET "/api/journals/$journal/shares"
	expect_problem 403 forbidden
	as bob api POST "/api/journals/$journal/share" "{\"email\": \"$(as ana variable EMAIL)\", \"role\": \"editor\"}"
	expect_problem 403 forbidden
	api GET "/api/journals/$journal/shares"
	expect_json '[.items[] | [.kind, .role]] == [["user", "editor"], ["user", "viewer"]]'
}

@test "sharing: again gives another role, ended it is over at once, and one may leave" {
	other ana
	begin
	share_with ana viewer
	api POST "/api/journals/$journal/share" "{\"email\": \"$(as ana variable EMAIL)\", \"role\": \"editor\"}"
	expect_status 200
	expect_json ".id == \"$share\" and .role == \"editor\" and .version == 2"
	# No role that is said is none that is changed.
	api POST "/api/journals/$journal/share" "{\"email\": \"$(as ana variable EMAIL)\"}"
	expect_json .role editor
	as ana api POST "/api/journals/$journal/entries" '{"content": "now I may"}'
	expect_status 201
	api DELETE "/api/journals/$journal/shares/$share"
	expect_status 204
	as ana api GET "/api/journals/$journal"
	expect_problem 404 not_found
	as ana api POST "/api/journals/$journal/entries" '{"content": "no longer"}'
	expect_problem 404 not_found
	api DELETE "/api/journals/$journal/shares/$share"
	expect_problem 404 not_found
	share_with ana viewer
	as ana api DELETE "/api/journals/$journal/shares/$share"
	expect_status 204
	as ana api GET '/api/journals'
	expect_json '.items == []'
	equal "$(sql "SELECT string_agg(type, ' ' ORDER BY id) FROM bus.events WHERE user_id = '$(as ana variable USER_ID)' AND type LIKE 'Journal%'")" \
		'JournalShared JournalShared JournalShared JournalUnshared JournalShared JournalUnshared'
	# The owner's own row is no share.
	api DELETE "/api/journals/$journal/shares/$journal"
	expect_problem 404 not_found
	api POST "/api/journals/$journal/share" "{\"email\": \"$EMAIL\"}"
	expect_invalid /email not_allowed
	api POST "/api/journals/$journal/share" '{"email": "nobody", "role": "owner"}'
	expect_invalid /email invalid /role not_allowed
	api POST "/api/journals/$journal/share" '{}'
	expect_invalid /email required
}

@test "sharing: an unknown address gets an invitation, which its registration takes up" {
	local address
	address=$(unique)@Example.test
	begin 'Family'
	write 'for you'
	api POST "/api/journals/$journal/share" "{\"email\": \"$address\", \"role\": \"editor\"}"
	expect_status 201
	expect_json '.kind == "invitation" and .role == "editor"'
	local invitation
	invitation=$(json .id)
	equal "$(event_of "$invitation" | jq -c '[.type, .payload.name, .payload.role]')" '["JournalInvited","Family","editor"]'
	other guest "${address,,}"
	invited() {
		as guest api GET "/api/journals/$journal"
		[ "$status" = 200 ]
	}
	wait_until 10 invited
	expect_json ".role == \"editor\" and .share_id == \"$invitation\""
	api GET "/api/journals/$journal/shares"
	expect_json "[.items[] | [.id, .kind]] == [[\"$invitation\", \"user\"]]"
	# One that was taken back is none.
	address=$(unique)@example.test
	api POST "/api/journals/$journal/share" "{\"email\": \"$address\"}"
	api DELETE "/api/journals/$journal/shares/$(json .id)"
	expect_status 204
	other stranger "$address"
	nothing_pending() {
		[ "$(sql "SELECT coalesce(sum(pending), 0) FROM bus.status()")" = 0 ]
	}
	wait_until 10 nothing_pending
	as stranger api GET "/api/journals/$journal"
	expect_problem 404 not_found
}

@test "a public page: read-only, rendered safely, counted, revocable, and over when its time is" {
	local url link
	begin 'Open <book>'
	write '# Hi <script>alert(1)</script> [x](javascript:alert(1)) **bold**' '{title: "A & B", entry_date: "2026-03-29"}'
	api POST "/api/journals/$journal/share" '{"link": {}}'
	expect_status 201
	expect_json '.kind == "link" and .password == false and .expires_at == null and (.token | length) == 43'
	expect_header Cache-Control no-store
	url=/${body#*\"url\":\"http://*/}
	url=${url%%\"*}
	link=$(json .id)
	visit GET "$url"
	expect_status 200
	expect_header Content-Type 'text/html; charset=utf-8'
	expect_header_like Content-Security-Policy "default-src 'none'; style-src 'self'"
	equal "$(grep -ci '^content-security-policy' <<<"$headers")" 1 policies
	has "$body" '<h1 dir="auto">Open &lt;book&gt;</h1>'
	has "$body" '<h2>A &amp; B</h2>'
	has "$body" 'Sunday, March 29, 2026'
	has "$body" '<strong>bold</strong>'
	[[ $body != *'<script'* && $body != *javascript:* ]] || fail "markup of the writer's is in the page"
	api GET "/api/journals/$journal/shares"
	expect_json '.items[0].opened_count == 1 and .items[0].last_opened_at != null and (.items[0] | has("token") | not)'
	sql "UPDATE journals.links SET expires_at = now() - interval '1 second' WHERE id = '$link'"
	visit GET "$url"
	expect_status 410
	has "$body" 'that is over'
	sql "UPDATE journals.links SET expires_at = NULL WHERE id = '$link'"
	api DELETE "/api/journals/$journal/shares/$link"
	expect_status 204
	visit GET "$url"
	expect_status 404
	visit GET /api/journals/shared/nonsense
	expect_status 404
	api POST "/api/journals/$journal/share" '{"link": {"expires_at": "2020-01-01T00:00:00Z", "password": "x", "colour": 1}}'
	expect_invalid /link/expires_at out_of_range /link/password invalid /link/colour unknown_field
	api POST "/api/journals/$journal/share" '{"link": [], "email": "a@example.test"}'
	expect_invalid /link wrong_type
}

@test "a public page with a password: asked for, throttled, and open to who has given it" {
	local url cookie
	begin Secret
	write 'Behind the door'
	api POST "/api/journals/$journal/share" '{"link": {"password": "sesame ä"}}'
	url=/${body#*\"url\":\"http://*/}
	url=${url%%\"*}
	equal "$(sql "SELECT password_hash ~ '^.2b.' FROM journals.links WHERE journal_id = '$journal'")" t
	visit GET "$url"
	expect_status 401
	has "$body" 'type="password"'
	[[ $body != *'Behind the door'* ]] || fail 'it is open'
	local token=${url##*/}
	visit POST "/api/journals/shared/$token" 'password=wrong' -H 'Content-Type: application/x-www-form-urlencoded'
	expect_status 401
	visit POST "$url" 'password=sesame+%C3%A4' -H 'Content-Type: application/x-www-form-urlencoded'
	expect_status 303
	expect_header Location "$url"
	cookie=$(header Set-Cookie)
	has "$cookie" "Path=$url; Max-Age=43200; HttpOnly; SameSite=Lax"
	visit GET "$url" -H "Cookie: ${cookie%%;*}"
	expect_status 200
	has "$body" 'Behind the door'
	visit GET "$url" -H "Cookie: ${cookie%%.*}.AAAA"
	expect_status 401
	# Another page's cookie opens nothing here.
	sql "UPDATE journals.links SET password_hash = password_hash || ' ' WHERE journal_id = '$journal'"
	visit GET "$url" -H "Cookie: ${cookie%%;*}"
	expect_status 401
}

@test "a public page goes on behind a cursor" {
	local url next i
	begin Long
	for i in {1..51}; do
		write "entry number $i." "{entry_date: \"2026-01-01\"}"
	done
	api POST "/api/journals/$journal/share" '{"link": {}}'
	url=/${body#*\"url\":\"http://*/}
	url=${url%%\"*}
	visit GET "$url"
	next=$(grep -o 'href="?cursor=[^"]*' <<<"$body")
	visit GET "$url${next#href=\"}"
	expect_status 200
	has "$body" 'entry number 1.'
	equal "$(grep -c '<article' <<<"$body")" 1
	api GET "/api/journals/$journal/shares"
	expect_json '.items[0].opened_count' 1
}

@test "templates: built in, in one's language; one's own; filled where the writer is" {
	local daily
	api PATCH /users/me '{"locale": "de-DE", "time_zone": "Pacific/Kiritimati", "name": "Ada"}'
	api GET /api/journals/templates
	expect_json '[.items[] | .builtin] == [true, true, true, true, true]'
	expect_json '.items[0].name' Tagesseite
	daily=$(json '.items[0].id')
	api GET "/api/journals/templates/$daily"
	expect_json '.name == "Tagesseite" and .builtin'
	api DELETE "/api/journals/templates/$daily"
	expect_problem 403 forbidden
	begin
	api POST "/api/journals/$journal/entries?template=$daily" '{"entry_date": "2026-03-29"}'
	expect_status 201
	expect_json '.title == "Sonntag, 29. März 2026" and .tags == ["daily"] and (.content | startswith("## Heute Morgen"))'
	api POST "/api/journals/$journal/entries?template=$daily"
	expect_status 201
	expect_json .entry_date "$(TZ=Pacific/Kiritimati date +%F)"
	api POST /api/journals/templates '{"name": "Log", "title": "{{iso_date}}", "content": "{{name}} {{weekday}}", "tags": ["log"]}'
	expect_status 201
	local own
	own=$(json .id)
	api POST "/api/journals/$journal/entries?template=$own" '{"entry_date": "2026-03-29", "title": "mine", "tags": []}'
	expect_json '.title == "mine" and .content == "Ada Sonntag" and .tags == []'
	api PUT "/api/journals/templates/$own" '{"name": "Log 2", "content": "x"}' -H 'If-Match: "2"'
	expect_problem 412 version_mismatch
	api PUT "/api/journals/templates/$own" '{"name": "Log 2", "content": "x"}'
	expect_json '.name == "Log 2" and .title == "" and .version == 2'
	api GET '/api/journals/templates?limit=1'
	expect_json '[.items[].name] == ["Tagesseite", "Dankbarkeit", "Besprechung", "Wochenrückblick", "Reise", "Log 2"]'
	api DELETE "/api/journals/templates/$own"
	expect_status 204
	api POST "/api/journals/$journal/entries?template=$own"
	expect_problem 404 not_found
	api POST /api/journals/templates '{"content": 1}'
	expect_invalid /name required /content wrong_type
}
