#!/usr/bin/env bats
# search: what is written is found, by its owner, at once; queries, corrections, suggestions, history, the index's jobs.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common
load journals

setup() {
	register
}

# search Q [PARAMETERS]: GET /api/search; Q is encoded, the parameters are not.
search() {
	api GET "/api/search${2:+?$2}" -G --data-urlencode "q=$1"
}

# found: the first words of what was found, sorted, on one line.
found() {
	json '[.items[].title | split(" ")[0]] | sort | join(" ")'
}

# expect_found Q WORDS: the query finds exactly the thoughts that begin with these words (sorted).
expect_found() {
	search "$1"
	expect_status 200
	equal "$(found)" "$2" "what '$1' finds"
}

suggest() {
	api GET /api/search/suggestions -G --data-urlencode "q=$1"
	expect_status 200
}

# index_refresh [option…]: run the job by hand; the one that listens makes way first.
index_refresh() {
	local pid
	for pid in $(pids index-refresh); do
		kill "$pid" 2>/dev/null || true
	done
	"$AURORA_HOME/bin/index-refresh" "$@" 2>&1
}

# kill_rebuild LOCK: a rebuild is killed where it waits for what the statement LOCK holds.
kill_rebuild() {
	local holder rebuild
	sql "BEGIN; $1; SELECT pg_sleep(100)" >/dev/null 2>&1 3>&- &
	holder=$!
	wait_until 5 one_row "FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'BEGIN;%'"
	for rebuild in $(pids index-refresh); do
		kill "$rebuild" 2>/dev/null || true
	done
	"$AURORA_HOME/bin/index-refresh" --rebuild >/dev/null 2>&1 3>&- &
	rebuild=$!
	wait_until 70 one_row "FROM pg_stat_activity WHERE application_name = 'index-refresh' AND wait_event_type = 'Lock'"
	kill -9 "$rebuild"
	wait "$rebuild" || true
	sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'BEGIN;%'" >/dev/null
	wait "$holder" || true
}

# one_row FROM…: there is a row.
one_row() {
	[ -n "$(sql "SELECT 1 $1 LIMIT 1")" ]
}

documents() {
	sql "SELECT count(*) FROM search.documents WHERE user_id = '$USER_ID'"
}

@test "a thought is found as soon as it is written, as it is now, and no longer than it is there" {
	capture 'Hedgehogs sleep #winter'
	expect_found hedgehogs Hedgehogs
	expect_found tag:winter Hedgehogs
	api PATCH "/api/thoughts/$id" '{"text": "Badgers dig"}'
	expect_found hedgehogs ''
	expect_found badgers Badgers
	expect_found tag:winter ''
	api DELETE "/api/thoughts/$id"
	expect_found badgers ''
	api POST "/api/thoughts/$id/restore"
	expect_found badgers Badgers
	api DELETE "/api/thoughts/$id?permanent=true"
	expect_found badgers ''
	equal "$(documents)" 0 documents
}

@test "an item says what it is and where; the snippet is HTML with nothing of the text left to interpret" {
	capture $'Title <i>line</i>\nA "quick" & \'brown\' <script>alert(1)</script> fox' '{"captured_at": "2026-03-29T07:00:00Z"}'
	search 'script fox'
	expect_status 200
	expect_json '.items | length' 1
	expect_json '.items[0] | keys | join(" ")' 'at id score snippet tags title type url'
	expect_json .items[0].type thoughts
	expect_json .items[0].id "$id"
	expect_json .items[0].title 'Title <i>line</i>'
	expect_json .items[0].url "/api/thoughts/$id"
	expect_json .items[0].at 2026-03-29T07:00:00Z
	expect_json '.items[0].tags == []'
	expect_json '.items[0].score > 0'
	expect_json .items[0].snippet 'Title &lt;i&gt;line&lt;/i&gt; A &quot;quick&quot; &amp; &#39;brown&#39; &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; <mark>fox</mark>'
	expect_json '.took_ms | type' number
	expect_json '.next_cursor == null and (has("corrected") | not)'
	api GET "$(json '.items[0].url')"
	expect_json .id "$id"
	capture "$(printf 'Ünïcödé %.0s' {1..30})"
	search unicode
	expect_json '.items[0].title | length <= 80 and endswith("…")'
}

@test "the snippet of what is found by its title alone is that, and the beginning of its text" {
	begin
	api POST "/api/journals/$journal/entries" '{"title": "Ice & Otters", "content": "We saw **five** of them"}'
	api POST /api/tasks '{"title": "Feed <otters>", "notes": "fish at noon"}'
	api POST /api/tasks '{"title": "Count otters"}'
	api POST /api/events '{"title": "Otters day", "description": "at the lake", "start": {"date": "2026-03-29"}}'
	capture 'Otters swim #river'
	search otters
	equal "$(json '.items[].snippet' | LC_ALL=C sort)" "$(
		cat <<-END
			<mark>Otters</mark> day at the lake
			<mark>Otters</mark> swim #river
			Count <mark>otters</mark>
			Feed &lt;<mark>otters</mark>&gt; fish at noon
			Ice &amp; <mark>Otters</mark> We saw **five** of them
		END
	)" snippets
	search fish
	expect_json '[.items[].snippet] == ["<mark>fish</mark> at noon"]'
	search 'feed fish'
	expect_json '[.items[].snippet] == ["<mark>fish</mark> at noon"]'
	search tag:river
	expect_json '[.items[].snippet] == ["Otters swim #river"]'
	search '' types=events
	expect_json '[.items[].snippet] == ["at the lake"]'
}

@test "what was deleted for good and made again under its id is found as it is now" {
	local again n
	capture 'zebra secret #hidden'
	for n in 1 2 3; do
		api PATCH "/api/thoughts/$id" "{\"text\": \"zebra secret $n\"}"
		expect_status 200
	done
	again="{\"id\": \"$id\"}"
	expect_found zebra zebra
	# One page of events, and more of it than one life.
	api DELETE "/api/thoughts/$id?permanent=true"
	capture 'giraffe public' "$again"
	expect_found zebra ''
	expect_found giraffe giraffe
	expect_found tag:hidden ''
	api PATCH "/api/thoughts/$id" '{"text": "giraffe renamed"}'
	api DELETE "/api/thoughts/$id?permanent=true"
	capture 'okapi short' "$again"
	api DELETE "/api/thoughts/$id?permanent=true"
	capture 'lemur last' "$again"
	expect_found giraffe ''
	expect_found okapi ''
	expect_found lemur lemur
	equal "$(sql "SELECT version FROM search.documents WHERE user_id = '$USER_ID'")" 1 version
	# Two pages.
	api PATCH "/api/thoughts/$id" '{"text": "lemur renamed"}'
	expect_found lemur lemur
	api DELETE "/api/thoughts/$id?permanent=true"
	expect_found lemur ''
	capture 'tapir next' "$again"
	expect_found tapir tapir
	# The trash does not begin anew.
	api PATCH "/api/thoughts/$id" '{"text": "tapir trashed"}'
	api DELETE "/api/thoughts/$id"
	api POST "/api/thoughts/$id/restore"
	expect_found trashed tapir
	equal "$(sql "SELECT version FROM search.documents WHERE user_id = '$USER_ID'")" 4 version
	# What is old, whatever says it again, changes nothing.
	sql "SELECT bus.append('thoughts', 'ThoughtUpdated', '$USER_ID', '$id', 3, '{\"text\": \"stale\", \"tags\": []}', NULL)"
	expect_found stale ''
	sql "SELECT bus.append('thoughts', 'ThoughtDeleted', '$USER_ID', '$id', 2, '{}', NULL);
	     SELECT bus.append('thoughts', 'ThoughtCreated', '$USER_ID', '$id', 1, '{\"text\": \"stale\", \"tags\": []}', NULL)"
	expect_found stale ''
	expect_found trashed tapir
}

@test "accents are found however they are written, composed or not" {
	capture 'One composed Café, Ångström and noël'
	capture $'Two decomposed Cafe\u0301, A\u030angstro\u0308m and noe\u0308l'
	local q
	for q in Café $'Cafe\u0301' cafe ÅNGSTRÖM $'a\u030angstro\u0308m' $'"noe\u0308l"'; do
		expect_found "$q" 'One Two'
	done
	search café
	expect_json '[.items[].snippet | select(contains("<mark>Caf"))] | length' 2
}

@test "queries: words, phrases, exclusion, OR, operators" {
	capture 'Alpha the quick brown fox #animals/fox' '{"captured_at": "2026-01-10T12:00:00Z"}'
	capture 'Beta a brown dog and a quick cat #animals' '{"captured_at": "2026-02-10T12:00:00Z", "pinned": true}'
	capture 'Gamma Ärger im Café, naïve Straße' '{"captured_at": "2026-03-10T12:00:00Z"}'
	capture 'Delta mail@example.com and/or wi-fi, costs 3.14' '{"captured_at": "2026-04-10T12:00:00Z"}'
	expect_found 'quick brown' 'Alpha Beta'
	expect_found 'QUICK' 'Alpha Beta'
	expect_found '"quick brown"' Alpha
	expect_found '"brown quick"' ''
	expect_found 'quick -fox' Beta
	expect_found 'quick -"brown fox"' Beta
	expect_found 'fox OR cat' 'Alpha Beta'
	expect_found 'brown fox OR cat -dog' Alpha
	expect_found '-quick' 'Delta Gamma'
	expect_found 'arger cafe NAIVE strasse' Gamma
	expect_found 'ÄRGER' Gamma
	expect_found 'example' Delta
	expect_found 'mail@example.com' Delta
	expect_found '"or wi-fi"' Delta
	expect_found '3.14' Delta
	expect_found 'tag:animals' 'Alpha Beta'
	expect_found 'tag:animals/fox' Alpha
	expect_found 'tag:#Animals -tag:animals/fox' Beta
	expect_found 'tag:animals/fox OR tag:animals' 'Alpha Beta'
	expect_found 'type:thoughts quick' 'Alpha Beta'
	expect_found 'type:thought -type:tasks quick' 'Alpha Beta'
	expect_found 'type:tasks quick' ''
	expect_found 'is:pinned' Beta
	expect_found 'quick is:open' ''
	expect_found 'quick is:done' ''
	expect_found 'after:2026-03-10' 'Delta Gamma'
	expect_found 'before:2026-02-10' Alpha
	expect_found 'after:2026-02-01 before:2026-03-10T12:00:00Z' Beta
	expect_found '!!! ???' ''
	expect_found 'unknown:operator' ''
	search quick 'tag=animals&tag=animals/fox'
	equal "$(found)" Alpha 'what tag= finds'
	search '' 'tag=animals'
	expect_json '[.items[].title | split(" ")[0]] | join(" ")' 'Beta Alpha'
	expect_json 'all(.items[]; .score == 0)'
	search '' 'types=thoughts&from=2026-02-10&to=2026-03-10'
	equal "$(found)" 'Beta Gamma' 'what from= and to= find'
	search quick 'types=journals,tasks,events'
	equal "$(found)" '' 'what other types find'
	search 'quick type:thoughts' 'types=thoughts,journals'
	equal "$(found)" 'Alpha Beta' 'what types= and type: find'
	search 'quick type:thoughts' 'types=tasks'
	equal "$(found)" '' 'what types= against type: finds'
}

@test "Chinese, Japanese and Korean are found by two characters, and by one" {
	capture '今日は天気がいいですね'
	capture '猫が好き iPhone漢字'
	capture '한국어를 배우다'
	local q
	for q in 天気 今日は 気 '"今日は天気"'; do
		search "$q"
		expect_json '[.items[].title] | join(" ")' 今日は天気がいいですね
	done
	for q in 漢字 猫 字 iphone漢字 '好き iphone'; do
		search "$q"
		expect_json '[.items[].title] | join(" ")' '猫が好き iPhone漢字'
	done
	search 한국
	expect_json '.items[0].snippet' '<mark>한국</mark>어를 배우다'
	search 天日
	expect_json '.items | length' 0
}

@test "a snippet of occurrences without end is cut like any other, and is well-formed" {
	local run text
	run=$(jq -rn '[range(19968; 20468)] | implode')
	for text in "a $(printf "%.0s$run" {1..39})" "ab $(printf "%.0s$run" {1..39})" "$(printf "%.0s$run" {1..40})"; do
		capture "$text"
	done
	search "$run"
	expect_status 200
	expect_json '.items | length' 3
	iconv -f UTF-8 -t UTF-8 "$body_file" >/dev/null || fail 'the answer is no UTF-8'
	expect_json 'all(.items[].snippet; test("^(ab? )?(<mark>[\u4e00-\u4ff3]+</mark>)+…$"))'
	expect_json 'all(.items[].snippet; gsub("</?mark>"; "") | length == 291)'
}

@test "a page of long texts full of accents takes no more memory than the texts" {
	sql "INSERT INTO search.documents (user_id, type, id, title, body, tags, at, pinned, version, generation, tsv)
		SELECT '$USER_ID', 'thoughts', gen_random_uuid(), n || ' accents', repeat('é ', 9990) || 'zebra', '{}', now(), false, 1,
		       (SELECT generation FROM search.state), 'zebra'
		FROM generate_series(1, 200) AS n"
	search zebra limit=200
	expect_status 200
	expect_json '.items | length' 200
	expect_json 'all(.items[].snippet; endswith("<mark>zebra</mark>"))'
	((SAN == 1 || $(peak search) < 65536)) || fail "a process of search has had $(peak search) KiB"
}

@test "better matches come first, newer ones among equals; facets count all of them" {
	capture 'One apple #fruit' '{"captured_at": "2026-01-01T00:00:00Z"}'
	capture 'Two apple apple apple #fruit #pie' '{"captured_at": "2026-01-01T00:00:00Z"}'
	capture 'Three apple #fruit' '{"captured_at": "2026-02-01T00:00:00Z"}'
	capture 'Four pear #fruit'
	search apple 'limit=1&count=true'
	expect_json '.items[0].title | startswith("Two")'
	expect_json .total 3
	expect_json .facets.types.thoughts 3
	expect_json '.facets.tags | map("\(.tag) \(.count)") | join(",")' 'fruit 3,pie 1'
	search apple
	expect_json '[.items[].title | split(" ")[0]] | join(" ")' 'Two Three One'
}

@test "pages: each document once, in the order of the whole; a cursor belongs to its query" {
	local n cursor='' seen='' pages=0
	for n in {1..23}; do
		echo "{\"text\": \"Same word number $n\", \"captured_at\": \"2026-01-0$((n % 3 + 1))T00:00:00Z\"}"
	done >"$BATS_TEST_TMPDIR/import.ndjson"
	api POST /api/thoughts/import "@$BATS_TEST_TMPDIR/import.ndjson" -H 'Content-Type: application/x-ndjson'
	expect_status 200
	search word limit=200
	expect_json '.items | length' 23
	local whole
	whole=$(json '.items[].id')
	while :; do
		search word "limit=5${cursor:+&cursor=$cursor}"
		expect_status 200
		seen+=$(json '.items[].id')$'\n'
		((++pages))
		cursor=$(json '.next_cursor // empty')
		[ -n "$cursor" ] || break
		expect_header_like Link "^</api/search\?cursor=.*rel=\"next\"$"
	done
	equal "$pages" 5 pages
	equal "$seen" "$whole"$'\n' 'ids of all pages'
	search word limit=5
	cursor=$(json .next_cursor)
	search other "limit=5&cursor=$cursor"
	expect_problem 400 bad_cursor
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'SearchPerformed'")" 3 \
		'events of searches (one for each first page)'
}

@test "a typing error still finds, and says what was searched for instead" {
	capture 'Please receive the parcel tomorrow'
	search recieve
	expect_json .corrected receive
	expect_json '.items | length' 1
	expect_json '.items[0].snippet | contains("<mark>receive</mark>")'
	search 'type:thoughts "recieve the" parcle -other'
	expect_json .corrected 'type:thoughts "receive the" parcel -other'
	search 'tomorow limit'
	expect_json '.items == [] and (has("corrected") | not)'
	search zzzzqqqq
	expect_json '.items == [] and (has("corrected") | not)'
	api DELETE "/api/thoughts/$id?permanent=true"
	search recieve
	expect_json '.items == [] and (has("corrected") | not)'
}

@test "nobody finds anybody else's, and nobody's words correct anybody else's" {
	local mine
	capture 'Confidential walrus #secret'
	search walrus
	expect_json '.items | length' 1
	mine=$TOKEN
	register
	search walrus
	expect_json '.items == [] and .facets == {"types": {}, "tags": []}'
	search walrsu
	expect_json '.items == [] and (has("corrected") | not)'
	search '' types=thoughts
	expect_json '.items == []'
	search '' tag=secret
	expect_json '.items == []'
	suggest conf
	expect_json '.items == []'
	suggest sec
	expect_json '.items == []'
	suggest wal
	expect_json '[.items[].text] == []'
	api DELETE /api/search/history
	TOKEN=$mine
	api GET /api/search/recent
	expect_json '[.items[].q] | join(" ")' walrus
}

@test "suggestions: own queries that found something, tags in use, titles; by folded prefix" {
	capture 'Émile goes to Paris #élan/vital'
	suggest emi
	expect_json '.items[] | "\(.kind) \(.text)"' 'title Émile goes to Paris #élan/vital'
	suggest ELA
	expect_json '[.items[] | "\(.kind) \(.text)"] | join(",")' 'tag élan,tag élan/vital'
	suggest '#élan/'
	expect_json '[.items[] | "\(.kind) \(.text)"] | join(",")' 'tag élan/vital'
	search 'Paris tag:élan'
	search 'paris nothing'
	suggest par
	expect_json '[.items[] | "\(.kind) \(.text)"] | join(",")' 'query Paris tag:élan'
	api PATCH "/api/thoughts/$id" '{"text": "Emilia stays"}'
	suggest ela
	expect_json '.items == []'
	suggest emi
	expect_json '.items[].text' 'Emilia stays'
	for n in {1..15}; do capture "Emi $n"; done
	suggest emi
	expect_json '.items | length' 10
	api GET /api/search/suggestions
	expect_problem 400 bad_request
}

@test "recent: own queries once each, newest first; forgotten on demand" {
	capture 'One two'
	search one
	search three
	search ' ONE '
	search '' tag=x
	api GET '/api/search/recent?count=true'
	expect_json '[.items[] | "\(.q) \(.results)"] | join(",")' 'ONE 1,three 0'
	expect_json .total 2
	expect_json '.items[0] | keys | join(" ")' 'at q results'
	expect_json '.items[0].at | test("^[0-9T:.-]+Z$")'
	api GET '/api/search/recent?limit=1'
	expect_json '.items[0].q' ONE
	api GET "/api/search/recent?limit=1&cursor=$(json .next_cursor)"
	expect_json '.items[0].q' three
	expect_json '.next_cursor == null'
	equal "$(sql "SELECT string_agg((payload ->> 'q') || (payload ->> 'results'), ',' ORDER BY id) FROM bus.events
	              WHERE user_id = '$USER_ID' AND type = 'SearchPerformed'")" 'one1,three0,ONE1' 'SearchPerformed events'
	api DELETE /api/search/history
	expect_status 204
	api GET /api/search/recent
	expect_json '.items == []'
}

@test "what a query cannot mean is refused with what it should be" {
	local q
	for q in 'tag:' 'type:' 'type:poems' '-type:poems' 'is:happy' 'before:tomorrow' 'after:2026-02-30' '-is:open' 'a OR tag:b' ''; do
		search "$q"
		expect_problem 400 bad_request
		expect_json '.detail | length > 10'
	done
	for q in '' '?' '?types=' '?limit=2&count=true' '?sort=at'; do
		api GET "/api/search$q"
		expect_problem 400 bad_request
	done
	for q in 'types=poems' 'tag=%23' 'from=x' 'to=2026-13-01' 'limit=0' 'limit=201' 'limit=x'; do
		search word "$q"
		expect_problem 400 bad_request
	done
	search word cursor=x
	expect_problem 400 bad_cursor
	search "$(printf 'a%.0s' {1..500})"
	expect_status 200
	search "$(printf 'a%.0s' {1..501})"
	expect_problem 400 bad_request
	search "a' OR '' & \\ | !( <-> :* \$\$"
	expect_status 200
	TOKEN='' api GET '/api/search?q=a'
	expect_status 401
	api POST /api/search '{}'
	expect_problem 405 method_not_allowed
}

@test "filters alone are a query, with an empty q and without one" {
	capture 'Alpha #filtered' '{"captured_at": "2026-03-29T07:00:00Z"}'
	capture 'Beta' '{"captured_at": "2026-04-01T07:00:00Z"}'
	local filter expected
	while read -r filter expected; do
		search '' "$filter"
		equal "$(found)" "$expected" "what $filter finds with an empty q"
		api GET "/api/search?$filter"
		expect_status 200
		equal "$(found)" "$expected" "what $filter finds without q"
	done <<-END
		types=thoughts Alpha Beta
		types=journals
		tag=filtered Alpha
		from=2026-03-30 Beta
		to=2026-03-30 Alpha
		types=thoughts&from=2026-03-01&to=2026-03-30&tag=filtered Alpha
	END
	api GET '/api/search?types=thoughts&limit=1&count=true'
	expect_json '.total == 2 and .items[0].title == "Beta" and .items[0].score == 0'
	api GET "$(header Link | sed 's/^<\([^>]*\)>.*/\1/')"
	expect_json '.total == 2 and .items[0].title == "Alpha #filtered" and .next_cursor == null'
	api GET /api/search/recent
	expect_json '.items == []'
}

@test "index-refresh applies what is pending, says so, and leaves within a second when told" {
	local pid
	index_refresh --for 0s >/dev/null
	capture 'Pending penguin'
	run index_refresh
	equal "$status" 0 'exit status'
	[[ $output =~ ^index-refresh:\ [0-9]+\ events\ applied\ in\ [0-9.]+\ s$ ]] || fail "it says: $output"
	equal "$(documents)" 1 documents
	"$AURORA_HOME/bin/index-refresh" --for 50s >/dev/null 3>&- &
	pid=$!
	capture 'Listening lynx'
	wait_until 2 one_row "FROM search.documents WHERE user_id = '$USER_ID' AND title = 'Listening lynx'"
	kill "$pid"
	wait_until 1 eval "! kill -0 $pid 2>/dev/null"
	wait "$pid"
}

@test "a rebuild makes the index whole, whatever was in it, and can be killed and run again" {
	local n
	for n in {1..40}; do
		echo "{\"text\": \"Rebuilt word$n with#tag$((n % 3))\"}"
	done >"$BATS_TEST_TMPDIR/import.ndjson"
	api POST /api/thoughts/import "@$BATS_TEST_TMPDIR/import.ndjson" -H 'Content-Type: application/x-ndjson'
	capture 'Trashed'
	api DELETE "/api/thoughts/$id"
	search rebuilt limit=200
	expect_json '.items | length' 40
	sql "DELETE FROM search.documents WHERE user_id = '$USER_ID' AND title LIKE '%word1%';
	     UPDATE search.documents SET tsv = 'nonsense', title = 'Wrong' WHERE user_id = '$USER_ID' AND title LIKE '%word2%';
	     INSERT INTO search.documents SELECT user_id, type, gen_random_uuid(), parent, 'Ghost', 'ghost', tags, at, pinned, done,
	       version, generation, 'ghost' FROM search.documents WHERE user_id = '$USER_ID' LIMIT 5;
	     INSERT INTO search.words SELECT user_id, 'ghostly' FROM search.documents WHERE user_id = '$USER_ID' LIMIT 1"
	search rebuilt limit=200
	expect_json '.items | length < 40'
	kill_rebuild "SELECT FROM thoughts.thoughts WHERE user_id = '$USER_ID' FOR UPDATE"
	capture 'Written meanwhile 1'
	kill_rebuild 'LOCK TABLE search.documents IN SHARE MODE'
	capture 'Written meanwhile 2'
	kill_rebuild 'LOCK TABLE search.words IN SHARE MODE'
	capture 'Written meanwhile 3'
	run index_refresh --rebuild
	equal "$status" 0 'exit status'
	[[ $output =~ rebuilt:\ [0-9]+\ documents\ announced ]] || fail "it says: $output"
	search rebuilt limit=200
	expect_json '.items | length' 40
	expect_found 'written meanwhile' 'Written Written Written'
	expect_found ghost ''
	equal "$(documents)" 43 documents
	equal "$(sql "SELECT count(*) FROM search.words WHERE user_id = '$USER_ID' AND word = 'ghostly'")" 0 'stale words'
	equal "$(sql "SELECT count(*) FROM search.documents d JOIN thoughts.thoughts t USING (user_id, id)
	              WHERE d.user_id = '$USER_ID' AND d.version = t.version AND d.body = t.text AND d.tags = t.tags")" 43 \
		'documents that are as their thoughts'
}

@test "an account's end erases everything of it here, and nothing comes back" {
	capture 'Farewell flamingo #gone'
	search farewel
	expect_json .corrected farewell
	api DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')"
	expect_status 204
	index_refresh --for 0s >/dev/null
	equal "$(sql "SELECT (SELECT count(*) FROM search.documents WHERE user_id = u) + (SELECT count(*) FROM search.words WHERE user_id = u)
	       + (SELECT count(*) FROM search.unread WHERE user_id = u) + (SELECT count(*) FROM search.tags WHERE user_id = u)
	       + (SELECT count(*) FROM search.history WHERE user_id = u) + (SELECT count(*) FROM search.idempotency WHERE user_id = u)
	       FROM (SELECT '$USER_ID'::uuid AS u) x")" 0 'rows of an erased user'
	sql "SELECT bus.append('thoughts', 'ThoughtCreated', '$USER_ID', gen_random_uuid(), 1, '{\"text\": \"late\", \"tags\": []}', NULL)"
	index_refresh --for 0s >/dev/null
	equal "$(documents)" 0 documents
}

@test "an answer that lacks what its caller wrote last says so" {
	AURORA_CRON=off AURORA_SEARCH_WAIT=0 aurora up
	api POST /api/thoughts '{"text": "too early to be found"}'
	search early
	expect_status 200
	expect_json .behind true
	expect_json .items '[]'
	AURORA_CRON=off AURORA_SEARCH_WAIT=10000 aurora up
	search early
	expect_json '[.items[].title] | join(" ")' 'too early to be found'
	expect_json 'has("behind")' false
	aurora up
}

# long_documents DOCUMENTS NOTES: so many of 7,000 words that nothing else has, each noted so often as not yet read.
long_documents() {
	sql "WITH d AS (
		INSERT INTO search.documents (user_id, type, id, title, body, tags, at, pinned, version, generation, tsv)
		SELECT '$USER_ID', 'thoughts', gen_random_uuid(), 'long', '', '{}', now(), false, 1, (SELECT generation FROM search.state),
		       (SELECT array_to_tsvector(array_agg('w' || translate(md5(n || ' ' || w), '0123456789', 'ghijklmnop')))
		        FROM generate_series(1, 7000) AS w) || 'wonderful'::tsvector
		FROM generate_series(1, $1) AS n RETURNING user_id, type, id)
	INSERT INTO search.unread SELECT user_id, type, id, note FROM d, generate_series(1, $2) AS note"
}

@test "a document's words are read once, however often it was written before they were" {
	AURORA_CRON=off aurora up
	long_documents 1 3000
	search wonderfull
	expect_json .corrected wonderful
	equal "$(sql "SELECT count(*) FROM search.unread WHERE user_id = '$USER_ID'")" 0 unread
	aurora up
}

@test "documents whose words take too long to read are read fewer at once" {
	local refresh
	AURORA_CRON=off aurora up
	long_documents 12 1
	AURORA_STATEMENT_TIMEOUT=1000 "$AURORA_HOME/bin/index-refresh" --for 60s >/dev/null 2>&1 3>&- &
	refresh=$!
	wait_until 50 one_row "WHERE NOT EXISTS (SELECT FROM search.unread)"
	kill -TERM "$refresh"
	wait "$refresh"
	aurora up
}

@test "of very many that match, the newest 10,000 are ranked and counted" {
	sql "INSERT INTO search.documents (user_id, type, id, title, body, tags, at, pinned, version, generation, tsv)
		SELECT '$USER_ID', 'thoughts', gen_random_uuid(), n || ' plenty', 'plenty', '{}', '2026-01-01'::timestamptz + n * interval '1 s',
		       false, 1, (SELECT generation FROM search.state),
		       to_tsvector('ext.folded', CASE WHEN n > 5 THEN 'plenty' ELSE 'plenty plenty rare' END)
		FROM generate_series(1, 10005) AS n"
	search plenty 'count=true&limit=2'
	expect_status 200
	expect_json .total 10000
	expect_json .facets.types.thoughts 10000
	expect_json .newest_only 10000
	expect_json '[.items[].title] | join(" ")' '10005 plenty 10004 plenty'
	expect_found rare '1 2 3 4 5'
	expect_json 'has("newest_only")' false
}

@test "an event is found by what it says, by where it is, and by what single occurrences of it are called" {
	api POST /api/events '{"title": "Choir", "description": "bring scores", "location": "Town hall", "start": {"local": "2026-03-02T19:00"}, "recurrence": {"rrule": "FREQ=WEEKLY"}}'
	expect_status 201
	local id words
	id=$(json .id)
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-09T19:00" '{"title": "Rehearsal", "location": "Cathedral", "description": "in costume"}'
	expect_status 200
	for words in choir scores 'town hall' rehearsal cathedral costume; do
		search "$words"
		expect_json "[.items[] | .type, .id] == [\"events\", \"$id\"]"
	done
	expect_json '.items[0].snippet | test("<mark>costume</mark>")'
	api PATCH "/api/events/$id" '{"location": ""}'
	expect_found 'town hall' ''
	api DELETE "/api/events/$id?scope=this&occurrence=2026-03-09T19:00"
	expect_status 204
	expect_found cathedral ''
	run index_refresh --rebuild
	equal "$status" 0 'exit status'
	expect_found scores Choir
}

@test "a rebuild brings back what is planned, open and done, in its words and its time" {
	api POST /api/tasks '{"title": "Rebuilt open", "due": {"date": "2026-03-02"}}'
	api POST /api/tasks '{"title": "Rebuilt done"}'
	api PATCH "/api/tasks/$(json .id)/complete"
	api POST /api/events '{"title": "Rebuilt event", "start": {"date": "2026-03-04"}, "tags": ["back"]}'
	expect_found 'rebuilt is:done' Rebuilt
	sql "DELETE FROM search.documents WHERE user_id = '$USER_ID'"
	expect_found rebuilt ''
	run index_refresh --rebuild
	equal "$status" 0 'exit status'
	search 'rebuilt'
	expect_json '([.items[].type] | sort) == ["events", "tasks", "tasks"]'
	search 'rebuilt is:done'
	expect_json '[.items[].title] == ["Rebuilt done"]'
	search 'rebuilt is:open type:tasks before:2026-03-03'
	expect_json '[.items[].title] == ["Rebuilt open"]'
	search 'tag:back after:2026-03-03 before:2026-03-05'
	expect_json '[.items[].title] == ["Rebuilt event"]'
}

@test "a rebuild applies what it has announced before it announces more" {
	local most=0 waiting rebuild
	sql "INSERT INTO thoughts.thoughts (user_id, id, text, tags, tsv)
		SELECT '$USER_ID', gen_random_uuid(), 'rebuilt ' || n, '{}', '' FROM generate_series(1, 3000) AS n"
	index_refresh --rebuild >"$BATS_TEST_TMPDIR/rebuild" 3>&- &
	rebuild=$!
	while kill -0 "$rebuild" 2>/dev/null; do
		waiting=$(sql "SELECT coalesce(pending, 0) FROM bus.status() WHERE consumer = 'search'")
		((waiting <= most)) || most=$waiting
	done
	wait "$rebuild"
	[ "$most" -lt 1000 ] || fail "$most events waited"
	search rebuilt count=true
	expect_json .total 3000
}

# Entries of journals, the caller's and those shared with them.

@test "an entry is found as type journals, by title, content and tag, and no more when it or its journal is in the trash" {
	begin
	write '## A walk along the *Spree*, wet' '{tags: ["walks"], entry_date: "2026-03-29"}'
	capture 'thinking of the Spree'
	search spree
	expect_json '[.items[].type] | sort == ["journals", "thoughts"]'
	expect_json '.facets.types == {"journals": 1, "thoughts": 1}'
	search spree types=journals
	expect_json '.items | length' 1
	expect_json '.items[0].title' 'A walk along the *Spree*, wet'
	expect_json '.items[0].url' "/api/journals/$journal/entries/$entry"
	expect_json '.items[0].tags == ["walks"] and (.items[0].at | startswith("2026-03-29")) and (.items[0].snippet | contains("<mark>Spree</mark>"))'
	search 'type:journals tag:walks'
	expect_json '.items | length' 1
	api PATCH "/api/journals/$journal/entries/$entry" '{"title": "Havel", "content": "another river"}'
	search havel types=journals
	expect_json '.items[0].title' Havel
	search spree types=journals
	expect_json '.items' '[]'
	api DELETE "/api/journals/$journal/entries/$entry"
	search havel types=journals
	expect_json '.items' '[]'
	api POST "/api/journals/$journal/entries/$entry/restore"
	search havel types=journals
	expect_json '.items | length' 1
	api DELETE "/api/journals/$journal"
	search havel types=journals
	expect_json '.items' '[]'
	api POST "/api/journals/$journal/restore"
	search havel types=journals
	expect_json '.items | length' 1
	api DELETE "/api/journals/$journal?permanent=true"
	search havel types=journals
	expect_json '.items' '[]'
}

@test "what is shared is found by those it is shared with: at once, as long as it is, and nothing else of its owner's" {
	register_as reader
	register_as stranger
	register_as me
	become me
	begin
	write 'The nightingale sings'
	local journal_shared=$journal
	begin Private
	write 'The nightingale is mine'
	capture 'a nightingale in my head'
	journal=$journal_shared
	share_with reader editor
	as reader search nightingale count=true
	expect_json '[.items[].title] == ["The nightingale sings"] and .total == 1'
	expect_json '.items[0].url' "/api/journals/$journal/entries/$(json '.items[0].id')"
	as stranger search nightingale count=true
	expect_json .total 0
	# What one of them writes the other finds.
	as reader write 'The blackbird answers'
	as reader search blackbird
	expect_json '[.items[].title] == ["The blackbird answers"]'
	search blackbird
	expect_json '[.items[].title] == ["The blackbird answers"]'
	write 'The cuckoo calls'
	as reader search cuckoo
	expect_json '.items | length' 1
	as reader search 'The -cuckoo' types=journals
	expect_json '[.items[].title] | sort == ["The blackbird answers", "The nightingale sings"]'
	# The reader's own are beside them.
	as reader capture 'I heard a cuckoo'
	as reader search cuckoo
	expect_json '.facets.types == {"journals": 1, "thoughts": 1}'
	api DELETE "/api/journals/$journal/shares/$share"
	expect_status 204
	as reader search cuckoo
	expect_json '[.items[].type] == ["thoughts"]'
	search cuckoo
	expect_json '.items | length' 1
	# Again, and its owner goes.
	share_with reader viewer
	as reader search nightingale
	expect_json '.items | length' 1
	as me api DELETE /users/me "{\"password\": \"$PASSWORD\"}"
	expect_status 204
	forgotten() { as reader search nightingale && [ "$(json '.items | length')" = 0 ]; }
	wait_until 20 forgotten
	equal "$(sql "SELECT count(*) FROM search.readers WHERE owner_id = '$USER_ID'")" 0
}

@test "an invitation that is taken up opens the search as well" {
	local address
	address=$(unique invited)@example.test
	begin
	write 'Salamander under the stone'
	api POST "/api/journals/$journal/share" "{\"email\": \"$address\"}"
	expect_status 201
	register "$address"
	taken() { search salamander && [ "$(json '.items | length')" = 1 ]; }
	wait_until 20 taken
}

@test "a rebuild announces entries and shares, and what nothing is behind goes" {
	register_as reader
	register_as me
	become me
	begin
	write 'Kingfisher over the brook'
	share_with reader viewer
	search kingfisher
	expect_json '.items | length' 1
	sql "DELETE FROM search.documents WHERE type = 'journals'; DELETE FROM search.readers WHERE owner_id = '$USER_ID';
		INSERT INTO search.readers SELECT '$(as reader variable USER_ID)', gen_random_uuid(), '$USER_ID', gen_random_uuid(), 1, generation
		FROM search.state"
	as reader search kingfisher
	expect_json '.items | length' 0
	index_refresh --rebuild
	as reader search kingfisher
	expect_json '.items | length' 1
	equal "$(sql "SELECT count(*) FROM search.readers WHERE owner_id = '$USER_ID'")" 1
}

@test "an entry of a mebibyte is found, in any script" {
	local text
	begin
	for text in 'lorem ipsum dolor ' '春眠暁を覚えず ' '𠀀𠀁𠀂 '; do
		jq -nc --arg t "$text" '("first " + $t) as $f | {content: ($f + ($t * (1040000 / ($t | utf8bytelength) | floor)))}' >"$BATS_TEST_TMPDIR/long"
		api POST "/api/journals/$journal/entries" "@$BATS_TEST_TMPDIR/long"
		expect_status 201
	done
	# As many words as there can be.
	perl -C -e 'print q({"content":"last ), (map { chr(0x4e00 + ($_ * 7919) % 20000) } 1 .. 349000), q("})' >"$BATS_TEST_TMPDIR/long"
	api POST "/api/journals/$journal/entries" "@$BATS_TEST_TMPDIR/long"
	expect_status 201
	indexed() { search 'first OR last' types=journals && [ "$(json '.items | length')" = 4 ]; }
	wait_until 30 indexed
	equal "$(sql "SELECT count(*) FROM search.bus_parked WHERE user_id = '$USER_ID'")" 0
}

@test "many large entries at once are all found, and found again after a rebuild" {
	begin
	jq -nc '[range(24) | {content: ("marker\(.) common " + ("lorem ipsum " * 80000)), entry_date: "2026-01-01"}]' >"$BATS_TEST_TMPDIR/large"
	API_TIMEOUT=60 api POST "/api/journals/$journal/import" "@$BATS_TEST_TMPDIR/large"
	expect_json .created 24
	all() { search common 'types=journals&count=true' && [ "$(json .total)" = 24 ]; }
	wait_until 60 all
	index_refresh --rebuild
	all
}
