#!/usr/bin/env bats
# tasks: made, changed, listed, done, put off, put in order, taken away, several at once, from outside.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common

setup() {
	register_as me
}

# make TITLE [MORE]: a task; MORE is jq of an object; sets `id`.
make() {
	api POST /api/tasks "$(jq -nc --arg t "$1" "{title: \$t} + (${2:-{\}})")"
	expect_status 201
	id=$(json .id)
}

# sort_into NAME [MORE]: a category; sets `category`.
sort_into() {
	api POST /api/tasks/categories "$(jq -nc --arg n "$1" "{name: \$n} + (${2:-{\}})")"
	expect_status 201
	category=$(json .id)
}

# done_now [BODY]: the task of `id`.
done_now() {
	api PATCH "/api/tasks/$id/complete" "${1:-{\}}"
	expect_status 200
}

# expect_list QUERY TITLES: these and no others, in this order.
expect_list() {
	api GET "/api/tasks?$1"
	expect_status 200
	equal "$(json '[.items[].title] | join(" ")')" "$2" "tasks of '$1'"
}

# walk PATH: all pages of a list by seven; sets `walked`, the titles.
walk() {
	local cursor=
	walked=
	until [ "$cursor" = null ]; do
		api GET "$1${cursor:+&cursor=$cursor}"
		expect_status 200
		expect_json '.items | length <= 7'
		walked+="${walked:+ }$(json '[.items[].title] | join(" ")')"
		cursor=$(json .next_cursor)
	done
}

# aside N METHOD PATH …: a call beside others; its status is in status.N.
aside() {
	local into=$BATS_TEST_TMPDIR/status.$1 BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/aside.$1
	mkdir -p "$BATS_TEST_TMPDIR"
	shift
	api "$@"
	echo "$status" >"$into"
}

# at_once METHOD PATH BODY [METHOD PATH BODY …]: all together; sets `statuses`, sorted.
at_once() {
	local n=0
	local -a callers=()
	rm -f "$BATS_TEST_TMPDIR"/status.*
	while (($# > 0)); do
		n=$((n + 1))
		aside "$n" "$1" "$2" "$3" "${headers_sent[@]}" 3>&- &
		callers+=($!)
		shift 3
	done
	wait "${callers[@]}"
	statuses=$(cat "$BATS_TEST_TMPDIR"/status.* | sort | xargs)
}
headers_sent=()

# A zone in which it is about noon, so that no day ends in a test.
noon_zone() {
	local east=$((12 - 10#$(date -u +%H)))
	((east < 0)) && echo "Etc/GMT+$((-east))" || echo "Etc/GMT-$east"
}

live_in() {
	api PATCH /users/me "{\"time_zone\": \"$1\"}"
	expect_status 200
}

events() {
	sql "SELECT string_agg(type, ' ' ORDER BY id) FROM bus.events WHERE user_id = '$USER_ID' AND type LIKE 'Task%'"
}

event_of() {
	sql "SELECT json_build_object('type', type, 'version', version, 'payload', payload) FROM bus.events
	     WHERE aggregate_id = '$1' ORDER BY id DESC LIMIT 1"
}

# found Q TITLES: the search finds these tasks, sorted.
found() {
	api GET "/api/search?q=$(jq -rn --arg q "$1" '$q | @uri')&types=tasks"
	expect_status 200
	equal "$(json '[.items[].title] | sort | join(" ")')" "$2" "what '$1' finds"
}

@test "task: with all that it can have, as it was said; its event is in the same commit" {
	sort_into Home
	make parent
	local parent=$id
	make 'Pay the rent' "{notes: \"by bank\nnot cash\", category_id: \"$category\", priority: \"high\", tags: [\"#Money/Rent\"],
		parent_id: \"$parent\", position: 2.5, due: {local: \"2026-04-01T09:00\", time_zone: \"Europe/Berlin\"},
		starts: {date: \"2026-03-28\"}, recurrence: {rrule: \"FREQ=MONTHLY\", exdates: [\"2026-06-01T09:00\"]},
		reminders: [{offset_minutes: -30}, {at: \"2026-03-31T20:00:00+02:00\"}, {offset_minutes: 60, relative_to: \"start\"}]}"
	expect_header Location "/api/tasks/$id"
	expect_header ETag '"1"'
	expect_json '.title == "Pay the rent" and .notes == "by bank\nnot cash" and .priority == "high" and .position == 2.5'
	expect_json ".category_id == \"$category\" and .parent_id == \"$parent\" and .tags == [\"money\", \"money/rent\"]"
	expect_json '.due == {local: "2026-04-01T09:00", time_zone: "Europe/Berlin"} and .starts == {date: "2026-03-28"}'
	expect_json '.recurrence == {rrule: "FREQ=MONTHLY", exdates: ["2026-06-01T09:00"]}'
	expect_json '.reminders == [{offset_minutes: -30, relative_to: "due"}, {at: "2026-03-31T18:00:00Z"},
		{offset_minutes: 60, relative_to: "start"}]'
	expect_json '.completed == false and .completed_at == null and .snoozed_until == null and .version == 1'
	expect_json '.progress == {total: 0, completed: 0}'
	local made=$body
	api GET "/api/tasks/$id"
	expect_status 200
	equal "$(jq -cS . <<<"$body")" "$(jq -cS . <<<"$made")"
	api GET "/api/tasks/$id" -H 'If-None-Match: "1"'
	expect_status 304
	equal "$(event_of "$id" | jq -c '[.type, .version, .payload.title, .payload.due_at]')" \
		'["TaskCreated",1,"Pay the rent","2026-04-01T07:00:00+00:00"]'
}

@test "task: what is not said has its default" {
	make plain
	expect_json '.notes == "" and .category_id == null and .priority == "none" and .tags == [] and .parent_id == null'
	expect_json '.due == null and .starts == null and .recurrence == null and .reminders == []'
	expect_json '.created_at == .updated_at and (.created_at | endswith("Z"))'
	register_as ana
	api GET "/api/tasks/$id"
	expect_problem 404 not_found
}

@test "task: every bad field at once, and nothing is written" {
	api POST /api/tasks '{"title": " ", "notes": 3, "category_id": "home", "priority": "higher", "tags": ["two words", 7],
		"parent_id": 1, "position": "first", "due": {"date": "2026-02-30"}, "starts": {"local": "2026-03-29T09:00", "time_zone": "Mars/Base"},
		"recurrence": {"rrule": 5, "until": "2026"}, "reminders": [{}, {"at": "noon"}, {"offset_minutes": 1.5},
		{"offset_minutes": 5, "relative_to": "end"}], "completed": true, "colour": 1, "id": "0190b5c6-0000-4000-8000-000000000000"}'
	expect_invalid /title required /notes wrong_type /category_id invalid /priority not_allowed /tags/0 invalid /tags/1 wrong_type \
		/parent_id wrong_type /position wrong_type /due/date invalid /starts/time_zone invalid /recurrence/rrule wrong_type \
		/recurrence/until unknown_field /reminders/0 invalid /reminders/1/at invalid /reminders/2/offset_minutes wrong_type \
		/reminders/3/relative_to not_allowed /completed read_only /colour unknown_field /id invalid
	api POST /api/tasks "$(jq -nc '{title: ("x" * 501), notes: ("x" * 20001), due: {date: "2026-03-29", local: "2026-03-29T09:00"},
		starts: "2026-03-29", recurrence: [], reminders: [range(11) | {offset_minutes: 527041}]}')"
	expect_json '[.errors[] | select(.pointer | test("^/reminders/[0-9]") | not) | .pointer + " " + .code] | sort == [
		"/due invalid", "/notes too_long", "/recurrence wrong_type", "/reminders too_long", "/starts wrong_type", "/title too_long"]'
	local due
	for due in '{}' '{"time_zone": "Europe/Berlin"}' '{"date": "2026-03-29", "time_zone": "Europe/Berlin"}'; do
		api POST /api/tasks "{\"title\": \"x\", \"due\": $due}"
		expect_invalid /due invalid
	done
	for due in 2026-03-29T09:00Z 2026-03-29T24:00 2026-03-29 1500-01-01T00:00; do
		api POST /api/tasks "{\"title\": \"x\", \"due\": {\"local\": \"$due\"}}"
		expect_invalid /due/local invalid
	done
	api GET '/api/tasks?count=true'
	expect_json '.total == 0 and .items == []'
	equal "$(events)" ''
}

@test "task: what its members say together" {
	api POST /api/tasks '{"title": "x", "recurrence": {"rrule": "FREQ=DAILY"}, "reminders": [{"offset_minutes": -5},
		{"offset_minutes": 0, "relative_to": "start"}]}'
	expect_invalid /due required /reminders/0/relative_to invalid /reminders/1/relative_to invalid
	api POST /api/tasks '{"title": "x", "due": {"date": "2026-03-29"}, "starts": {"date": "2026-03-30"}}'
	expect_invalid /starts invalid
	api POST /api/tasks '{"title": "x", "due": {"date": "2026-03-29"}, "recurrence": {}}'
	expect_invalid /recurrence/rrule required
	local rule
	for rule in nonsense 'FREQ=NEVER' 'FREQ=DAILY;COUNT=2;UNTIL=20270101' 'FREQ=DAILY;INTERVAL=0' 'FREQ=DAILY;FREQ=WEEKLY'; do
		api POST /api/tasks "{\"title\": \"x\", \"due\": {\"date\": \"2026-03-29\"}, \"recurrence\": {\"rrule\": \"$rule\"}}"
		expect_invalid /recurrence/rrule invalid_rrule
	done
	api POST /api/tasks '{"title": "", "due": {"date": "2026-03-29"}, "recurrence": {"rrule": "FREQ=NEVER"}}'
	expect_invalid /title required /recurrence/rrule invalid_rrule
	api POST /api/tasks '{"title": "x", "due": {"date": "2026-03-29"}, "recurrence": {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}}'
	expect_invalid /recurrence/rrule never_occurs
	api POST /api/tasks '{"title": "x", "due": {"date": "2026-03-29"}, "recurrence": {"rrule": "FREQ=DAILY;COUNT=3", "after_completion": true}}'
	expect_invalid /recurrence/after_completion not_allowed
	api POST /api/tasks "{\"title\": \"x\", \"category_id\": \"$(uuid7)\"}"
	expect_invalid /category_id not_found
	api POST /api/tasks "{\"title\": \"x\", \"parent_id\": \"$(uuid7)\"}"
	expect_invalid /parent_id invalid
	sort_into mine
	make mine
	register_as ana
	api POST /api/tasks "{\"title\": \"x\", \"category_id\": \"$category\"}"
	expect_invalid /category_id not_found
	api POST /api/tasks "{\"title\": \"x\", \"parent_id\": \"$id\"}"
	expect_invalid /parent_id invalid
}

@test "task: a client's own id, and Idempotency-Key" {
	local mine first
	mine=$(uuid7)
	local said="{\"id\": \"$mine\", \"title\": \"one\", \"due\": {\"date\": \"2026-03-29\"}, \"tags\": [\"b\", \"a\"],
		\"recurrence\": {\"rrule\": \"FREQ=DAILY\"}}"
	api POST /api/tasks "$said"
	expect_status 201
	expect_json .id "$mine"
	api POST /api/tasks "$said"
	expect_status 200
	expect_json .version 1
	api POST /api/tasks "{\"id\": \"$mine\", \"title\": \"two\"}"
	expect_problem 409 id_conflict
	register_as ana
	api POST /api/tasks "{\"id\": \"$mine\", \"title\": \"hers\"}"
	expect_status 201
	api POST /api/tasks '{"title": "keyed"}' -H 'Idempotency-Key: k'
	first=$(json .id)
	api POST /api/tasks '{"title": "keyed"}' -H 'Idempotency-Key: k'
	expect_header Idempotency-Replayed true
	expect_json .id "$first"
	api POST /api/tasks '{"title": "other"}' -H 'Idempotency-Key: k'
	expect_problem 422 idempotency_mismatch
	expect_list '' 'keyed hers'
}

@test "time: a date, a floating and a zoned one stay what they were, whatever is changed and wherever one is" {
	local due
	live_in America/New_York
	for due in '{"date":"2026-03-29"}' '{"local":"2026-03-29T02:30"}' '{"local":"2026-03-29T02:30","time_zone":"Europe/Berlin"}' \
		'{"local":"2026-10-25T02:30:15","time_zone":"Europe/Berlin"}' '{"date":"2028-02-29"}'; do
		make time "{due: $due, starts: $due}"
		api PATCH "/api/tasks/$id" '{"title": "patched"}'
		equal "$(json '.due | tojson') $(json '.starts | tojson')" "$due $due" 'patched'
		api PUT "/api/tasks/$id" "$body"
		expect_json .version 2
		api PUT "/api/tasks/$id" "{\"title\": \"put\", \"due\": $due}"
		equal "$(json '.due | tojson') $(json '.starts | tojson')" "$due null" 'put'
		live_in Pacific/Kiritimati
		api GET "/api/tasks/$id"
		equal "$(json '.due | tojson')" "$due" 'elsewhere'
	done
}

@test "change: If-Match guards it, and who is late sees what there is" {
	make one
	api PATCH "/api/tasks/$id" '{"title": "two"}' -H 'If-Match: "1"'
	expect_status 200
	expect_header ETag '"2"'
	api PUT "/api/tasks/$id" '{"title": "three"}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	expect_json '.current.title == "two" and .current.version == 2'
	api DELETE "/api/tasks/$id" -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api PATCH "/api/tasks/$id/complete" '{}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api POST "/api/tasks/$id/snooze" '{"mode": "reminder", "until": "2100-01-01T00:00:00Z"}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	make other
	local other=$id
	api POST "/api/tasks/$other/move" "{\"before\": \"$other\"}"
	expect_invalid /before invalid
	equal "$(events)" 'TaskCreated TaskUpdated TaskCreated'
	headers_sent=(-H 'If-Match: "1"')
	at_once PATCH "/api/tasks/$other" '{"title": "a"}' PATCH "/api/tasks/$other" '{"title": "b"}' PATCH "/api/tasks/$other" '{"title": "c"}'
	equal "$statuses" '200 412 412'
	api PATCH "/api/tasks/$(uuid7)" '{"title": "x"}'
	expect_problem 404 not_found
}

@test "PATCH merges: what is not named stays, null is the default, a recurrence and a time by member" {
	make one '{notes: "n", priority: "low", tags: ["a"], due: {local: "2026-03-29T09:00", time_zone: "Europe/Berlin"},
		recurrence: {rrule: "FREQ=DAILY", exdates: ["2026-04-01T09:00"]}, reminders: [{offset_minutes: -5}]}'
	local position
	position=$(json .position)
	api PATCH "/api/tasks/$id" '{}'
	expect_json .version 1
	api PATCH "/api/tasks/$id" '{"priority": null, "tags": null, "notes": null}'
	expect_json ".priority == \"none\" and .tags == [] and .notes == \"\" and .title == \"one\" and .position == $position"
	api PATCH "/api/tasks/$id" '{"recurrence": {"rrule": "FREQ=WEEKLY"}}'
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY", exdates: ["2026-04-01T09:00"]}'
	api PATCH "/api/tasks/$id" '{"recurrence": {"after_completion": true, "exdates": null}}'
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY", exdates: [], after_completion: true}'
	api PATCH "/api/tasks/$id" '{"due": {"local": "2026-03-29T10:00"}}'
	expect_json '.due == {local: "2026-03-29T10:00", time_zone: "Europe/Berlin"}'
	api PATCH "/api/tasks/$id" '{"due": {"local": "2026-03-29T11:00", "time_zone": "Asia/Tokyo"}}'
	expect_json '.due == {local: "2026-03-29T11:00", time_zone: "Asia/Tokyo"}'
	api PATCH "/api/tasks/$id" '{"due": {"local": "2026-03-29T12:00", "time_zone": null}}'
	expect_json '.due == {local: "2026-03-29T12:00"}'
	api PATCH "/api/tasks/$id" '{"due": {"local": "2026-03-29T12:00"}}'
	expect_json '.due == {local: "2026-03-29T12:00"}'
	api PUT "/api/tasks/$id" '{"title": "one", "due": {"local": "2026-03-29T12:00", "time_zone": "Asia/Tokyo"}}'
	api PUT "/api/tasks/$id" '{"title": "one", "due": {"local": "2026-03-29T12:00"}, "reminders": [{"offset_minutes": -5}], "recurrence": {"rrule": "FREQ=DAILY"}}'
	expect_json '.due == {local: "2026-03-29T12:00"}'
	api PATCH "/api/tasks/$id" '{"due": {"date": "2026-03-29"}}'
	expect_json '.due == {date: "2026-03-29"}'
	api PATCH "/api/tasks/$id" '{"due": null}'
	expect_invalid /due required /reminders/0/relative_to invalid
	api PATCH "/api/tasks/$id" '{"due": null, "recurrence": null, "reminders": null, "completed": false, "version": 99}'
	expect_json '.due == null and .recurrence == null and .reminders == [] and .completed == false'
	api PATCH "/api/tasks/$id" '{"title": null}'
	expect_status 422
	api PATCH "/api/tasks/$id" '{"colour": 1, "priority": "?"}'
	expect_invalid /colour unknown_field /priority not_allowed
}

@test "PUT replaces: what is not said is gone, but whether it is done and its place are not" {
	make one '{notes: "n", due: {date: "2026-03-29"}, position: 5, priority: "low"}'
	done_now
	api PUT "/api/tasks/$id" '{"title": "two"}'
	expect_status 200
	expect_json '.title == "two" and .notes == "" and .due == null and .priority == "none" and .position == 5 and .completed'
	api PUT "/api/tasks/$id" '{"notes": "x"}'
	expect_invalid /title required
}

@test "lists: each filter, and all together" {
	sort_into Home
	make parent
	local parent=$id
	make a "{category_id: \"$category\", priority: \"high\", tags: [\"x\", \"y/z\"], due: {date: \"2026-03-10\"}}"
	local a=$id
	make b "{category_id: \"$category\", priority: \"low\", tags: [\"x\"], due: {local: \"2026-03-10T09:00\"}}"
	make c "{priority: \"high\", parent_id: \"$parent\", due: {date: \"2100-01-01\"}}"
	make d '{tags: ["y"]}'
	done_now
	expect_list '' 'd c b a parent'
	expect_list 'status=open' 'c b a parent'
	expect_list 'status=done' 'd'
	expect_list 'status=all' 'd c b a parent'
	expect_list "category=$category" 'b a'
	expect_list 'priority=high' 'c a'
	expect_list 'tag=x' 'b a'
	expect_list 'tag=y' 'd a'
	expect_list 'tag=x&tag=y' 'a'
	expect_list "parent=$parent" 'c'
	expect_list 'parent=none' 'd b a parent'
	api GET /api/tasks?parent=00000000-0000-0000-0000-000000000000
	expect_status 400
	expect_list 'category=none' 'd c parent'
	expect_list 'category=none&parent=none&status=open&sort=due' 'parent'
	expect_list 'overdue=true' 'b a'
	expect_list 'due_from=2026-03-11' 'c'
	expect_list 'due_to=2026-03-10' 'b a'
	expect_list 'due_from=2026-03-10T08:00:00Z&due_to=2026-03-11' 'b'
	expect_list "status=open&category=$category&priority=high&tag=x&due_from=2026-03-10&due_to=2026-03-10&overdue=true&sort=due" 'a'
	expect_list 'status=done&overdue=true' ''
	expect_list "category=$(uuid7)" ''
	api DELETE "/api/tasks/$a"
	expect_list 'trash=true' 'a'
	expect_list 'priority=high' 'c'
	expect_list 'trash=true&status=done' ''
	api GET '/api/tasks?status=open&limit=1&count=true'
	expect_json '.total == 3 and (.items | length) == 1'
	expect_header_like Link '^</api/tasks\?cursor=.*limit=1.*status=open>; rel="next"$'
	local query
	for query in status=late priority=higher sort=title category=home parent=1 due_from=tomorrow due_to=2026-02-30 overdue=maybe \
		tz=Mars/Base trash=2 limit=0 limit=201 cursor=x priority=; do
		api GET "/api/tasks?$query"
		[[ $status = 400 ]] || fail "$query is taken"
	done
	api GET /api/tasks
	api GET /api/tasks -H "If-None-Match: $(header ETag)"
	expect_status 304
}

@test "pages: in each sort all of thirty once, in order, also with equal keys and without due" {
	local n order sort cursor
	for n in {10..39}; do
		make "t$n" "$(jq -nc --argjson n "$n" '["none", "low", "medium", "high", "urgent"] as $p
			| {priority: $p[$n % 5], position: ($n % 3), due: (if $n % 4 == 0 then null else {date: "2026-03-0\($n % 4)"} end)}')"
	done
	order=$(for n in {10..39}; do
		echo "t$n $((n % 5)) $((n % 3)) $((n % 4 ? n % 4 : 9))"
	done)
	walk '/api/tasks?limit=7&sort=created'
	equal "$walked" "$(sort -k1,1r <<<"$order" | cut -d ' ' -f 1 | xargs)" created
	for sort in 'due -k4,4n' 'priority -k2,2nr -k4,4n' 'position -k3,3n'; do
		walk "/api/tasks?limit=7&sort=${sort%% *}"
		# shellcheck disable=SC2086
		equal "$walked" "$(sort ${sort#* } -k1,1 <<<"$order" | cut -d ' ' -f 1 | xargs)" "${sort%% *}"
	done
	walk '/api/tasks?limit=7&sort=due&status=open'
	equal "$walked" "$(sort -k4,4n -k1,1 <<<"$order" | cut -d ' ' -f 1 | xargs)" 'open, by due'
	walk '/api/tasks?limit=7&sort=due&priority=high'
	equal "$walked" "$(grep ' 3 . .$' <<<"$order" | sort -k4,4n -k1,1 | cut -d ' ' -f 1 | xargs)" 'high, by due'
	api GET '/api/tasks?limit=7&sort=due'
	cursor=$(json .next_cursor)
	for n in 'sort=priority' 'sort=due&status=open' '' 'sort=due&tag=x'; do
		api GET "/api/tasks?limit=7&$n&cursor=$cursor"
		expect_problem 400 bad_cursor
	done
	api GET "/api/tasks/categories?cursor=$cursor"
	expect_problem 400 bad_cursor
}

@test "overdue: a day is late when it is over where its user is; a moment, when it has come" {
	local today
	today=$(TZ=Etc/GMT+12 date +%F)
	# West of everybody it is still that day.
	live_in Etc/GMT+12
	make today "{due: {date: \"$today\"}}"
	make yesterday "{due: {date: \"$(date -d "$today - 1 day" +%F)\"}}"
	make minute "{due: {local: \"$(TZ=Etc/GMT+12 date -d '1 minute ago' +%FT%R)\"}}"
	make soon "{due: {local: \"$(TZ=Etc/GMT+12 date -d '5 minutes' +%FT%R)\"}}"
	make zoned "{due: {local: \"$(TZ=Asia/Tokyo date -d '1 minute ago' +%FT%R)\", time_zone: \"Asia/Tokyo\"}}"
	expect_list 'overdue=true' 'zoned minute yesterday'
	done_now
	expect_list 'overdue=true' 'minute yesterday'
	# East of everybody it is over.
	register_as ana
	live_in Pacific/Kiritimati
	make over "{due: {date: \"$today\"}}"
	make today "{due: {date: \"$(TZ=Pacific/Kiritimati date +%F)\"}}"
	expect_list 'overdue=true' 'over'
}

@test "due_from and due_to: days of the user's zone, or of tz" {
	live_in Europe/Berlin
	make day '{due: {date: "2026-03-29"}}'
	make early '{due: {local: "2026-03-29T00:00"}}'
	make late '{due: {local: "2026-03-29T23:59:59"}}'
	make next '{due: {local: "2026-03-30T00:00"}}'
	make tokyo '{due: {local: "2026-03-30T06:59", time_zone: "Asia/Tokyo"}}' # 23:59 in Berlin
	expect_list 'due_from=2026-03-29&due_to=2026-03-29' 'tokyo late early day'
	expect_list 'due_from=2026-03-30&due_to=2026-03-30' 'next'
	expect_list 'due_from=2026-03-28T22:59:59Z&due_to=2026-03-28T23:00:00Z' ''
	expect_list 'due_from=2026-03-28T23:00:00Z&due_to=2026-03-28T23:00:01Z' 'early day'
	expect_list 'due_from=2026-03-30&due_to=2026-03-30&tz=Asia/Tokyo' 'tokyo next'
	# What has no zone is a day, or nine o'clock, wherever it is read.
	expect_list 'due_from=2026-03-29&due_to=2026-03-29&tz=America/New_York&sort=due' 'day early tokyo late'
}

@test "subtasks: two levels, and how far they are" {
	make parent
	local parent=$id first
	make first "{parent_id: \"$parent\"}"
	first=$id
	make second "{parent_id: \"$parent\"}"
	done_now
	api GET "/api/tasks/$parent"
	expect_json '.progress == {total: 2, completed: 1}'
	# Which its version does not count, but its entity tag: what a client kept of it would be old.
	expect_header_like ETag '^"1-[0-9a-f]{8}"$'
	local tag
	tag=$(header ETag)
	api GET "/api/tasks/$parent" -H "If-None-Match: $tag"
	expect_status 304
	api GET "/api/tasks/$parent" -H 'If-None-Match: "1"'
	expect_status 200
	expect_json '.progress == {total: 2, completed: 1} and .version == 1'
	# A change of the subtasks is none of the parent: who changes that is not late.
	api DELETE "/api/tasks/$id?permanent=true"
	api GET "/api/tasks/$parent" -H "If-None-Match: $tag"
	expect_status 200
	api PATCH "/api/tasks/$parent" '{"notes": "x"}' -H "If-Match: $tag"
	expect_status 200
	expect_header_like ETag '^"2-[0-9a-f]{8}"$'
	api PATCH "/api/tasks/$parent" '{"notes": "y"}' -H "If-Match: $tag"
	expect_problem 412 version_mismatch
	make second "{parent_id: \"$parent\"}"
	done_now
	api GET "/api/tasks/$first" -H 'If-None-Match: "1"'
	expect_status 304
	api GET '/api/tasks?limit=1&sort=position'
	expect_json '.items[0].progress == {total: 2, completed: 1}'
	api POST /api/tasks "{\"title\": \"third level\", \"parent_id\": \"$first\"}"
	expect_invalid /parent_id invalid
	make other
	local other=$id
	# None that has some becomes one, none is its own, and none below one that is.
	api PATCH "/api/tasks/$parent" "{\"parent_id\": \"$other\"}"
	expect_invalid /parent_id invalid
	api PATCH "/api/tasks/$other" "{\"parent_id\": \"$other\"}"
	expect_invalid /parent_id invalid
	api PATCH "/api/tasks/$other" "{\"parent_id\": \"$first\"}"
	expect_invalid /parent_id invalid
	api PATCH "/api/tasks/$parent" "{\"parent_id\": \"$first\"}"
	expect_invalid /parent_id invalid
	api PUT "/api/tasks/$other" "{\"title\": \"other\", \"parent_id\": \"$(uuid7)\"}"
	expect_invalid /parent_id invalid
	api PATCH "/api/tasks/$other" "{\"parent_id\": \"$parent\"}"
	expect_json ".parent_id == \"$parent\" and .version == 2"
	api PATCH "/api/tasks/$first" '{"parent_id": null}'
	expect_json .parent_id null
	api GET "/api/tasks/$parent"
	expect_json '.progress == {total: 2, completed: 1}'
}

@test "subtasks: two that would be each other's at once, or a third level, never are" {
	local round a b
	for round in 1 2 3 4 5 6; do
		make a
		a=$id
		make b
		b=$id
		at_once PATCH "/api/tasks/$a" "{\"parent_id\": \"$b\"}" PATCH "/api/tasks/$b" "{\"parent_id\": \"$a\"}"
		equal "$statuses" '200 422' "round $round"
		make c
		at_once PATCH "/api/tasks/$id" "{\"parent_id\": \"$(uuid7)\"}" POST /api/tasks "{\"title\": \"d\", \"parent_id\": \"$id\"}"
		make e
		b=$id
		make f
		at_once PATCH "/api/tasks/$id" "{\"parent_id\": \"$b\"}" POST /api/tasks "{\"title\": \"g\", \"parent_id\": \"$id\"}"
		[[ $statuses = '200 422' || $statuses = '201 422' ]] || fail "both: $statuses"
	done
	equal "$(sql "SELECT count(*) FROM planning.tasks AS t JOIN planning.tasks AS p ON p.user_id = t.user_id AND p.id = t.parent_id
		WHERE t.user_id = '$USER_ID' AND p.parent_id IS NOT NULL")" 0 'third levels'
}

@test "trash: a task takes its subtasks along and brings those back; erased, nothing is left" {
	make parent
	local parent=$id kept
	make early "{parent_id: \"$parent\"}"
	api DELETE "/api/tasks/$id"
	expect_status 204
	make kept "{parent_id: \"$parent\"}"
	kept=$id
	api DELETE "/api/tasks/$parent"
	expect_status 204
	api GET "/api/tasks/$kept"
	expect_problem 404 not_found
	api PATCH "/api/tasks/$kept" '{"title": "x"}'
	expect_problem 404 not_found
	api PATCH "/api/tasks/$kept/complete"
	expect_problem 404 not_found
	api DELETE "/api/tasks/$kept"
	expect_problem 404 not_found
	expect_list '' ''
	expect_list 'trash=true' 'kept early parent'
	expect_json 'all(.items[]; .deleted_at != null)'
	api POST "/api/tasks/$parent/restore"
	expect_status 200
	expect_json '.progress == {total: 1, completed: 0} and .version == 3'
	api POST "/api/tasks/$parent/restore"
	expect_problem 404 not_found
	expect_list '' 'kept parent'
	# Without its parent it comes back as one of its own.
	api DELETE "/api/tasks/$parent"
	api POST "/api/tasks/$kept/restore"
	expect_json .parent_id null
	api POST "/api/tasks/$parent/restore"
	expect_json .progress.total 0
	equal "$(events)" "TaskCreated TaskCreated TaskDeleted TaskCreated TaskDeleted TaskDeleted TaskRestored TaskRestored TaskDeleted \
TaskDeleted TaskRestored TaskRestored"
	api DELETE "/api/tasks/$parent?permanent=true"
	expect_status 204
	api DELETE "/api/tasks/$kept"
	api DELETE "/api/tasks/$kept?permanent=true"
	expect_status 204
	expect_list 'trash=true' ''
	equal "$(sql "SELECT count(*) FROM planning.tasks WHERE user_id = '$USER_ID'")" 0
}

@test "trash: what comes below a task while it goes, goes with it, also in the search" {
	local permanent parent
	for permanent in false true; do
		make parent
		parent=$id
		make plover
		overtaken "SELECT FROM planning.tasks WHERE id = '$parent' FOR UPDATE;
			UPDATE planning.tasks SET parent_id = '$parent', version = version + 1 WHERE id = '$id'" \
			DELETE "/api/tasks/$parent?permanent=$permanent"
		expect_status 204
		expect_list '' ''
		equal "$(event_of "$id" | jq -c '[.type, .payload.permanent]')" "[\"TaskDeleted\",$permanent]"
		found plover ''
	done
}

@test "categories: a name once whatever its case, a colour, an order of their own" {
	local home work
	sort_into Home '{color: "#ff8800"}'
	home=$category
	expect_header Location "/api/tasks/categories/$home"
	expect_json '.name == "Home" and .color == "#ff8800" and .version == 1'
	sort_into Work
	work=$category
	expect_json '.color == "#808080"'
	api POST /api/tasks/categories '{"name": "HOME"}'
	expect_problem 409 conflict
	sort_into Ärger
	api POST /api/tasks/categories '{"name": "äRGER"}'
	expect_problem 409 conflict
	api PATCH "/api/tasks/categories/$work" '{"name": "home"}'
	expect_problem 409 conflict
	api PATCH "/api/tasks/categories/$home" '{"name": "HOME"}' -H 'If-Match: "1"'
	expect_json '.name == "HOME" and .color == "#ff8800" and .version == 2'
	api PATCH "/api/tasks/categories/$home" '{"name": "x"}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api PUT "/api/tasks/categories/$home" '{"name": "House"}'
	expect_json '.name == "House" and .color == "#808080" and .version == 3'
	api PATCH "/api/tasks/categories/$home" '{"position": 9999999999}'
	expect_status 200
	api GET '/api/tasks/categories?limit=2&count=true'
	expect_json '.total == 3'
	expect_json '[.items[].name] == ["Work", "Ärger"]'
	api GET "/api/tasks/categories?limit=2&cursor=$(json .next_cursor)"
	expect_json '[.items[].name] == ["House"] and .next_cursor == null'
	api GET "/api/tasks/categories/$home" -H 'If-None-Match: "4"'
	expect_status 304
	api POST /api/tasks/categories '{"name": " ", "color": "red", "position": "x", "icon": 1}'
	expect_invalid /name required /color invalid /position wrong_type /icon unknown_field
	local mine
	mine=$(uuid7)
	api POST /api/tasks/categories "{\"id\": \"$mine\", \"name\": \"own\"}"
	expect_status 201
	api POST /api/tasks/categories "{\"id\": \"$mine\", \"name\": \"own\"}"
	expect_status 200
	api POST /api/tasks/categories "{\"id\": \"$mine\", \"name\": \"other\"}"
	expect_problem 409 id_conflict
	register_as ana
	api GET "/api/tasks/categories/$home"
	expect_problem 404 not_found
	sort_into Home
}

@test "a category that goes leaves its tasks behind, changed; what is in the trash stays there" {
	sort_into Home
	local kept gone
	make kept "{category_id: \"$category\", tags: [\"sparrow\"]}"
	kept=$id
	make gone "{category_id: \"$category\", tags: [\"sparrow\"]}"
	gone=$id
	api DELETE "/api/tasks/$gone"
	found tag:sparrow kept
	api DELETE "/api/tasks/categories/$category" -H 'If-Match: "7"'
	expect_problem 412 version_mismatch
	api DELETE "/api/tasks/categories/$category"
	expect_status 204
	api GET "/api/tasks/categories/$category"
	expect_problem 404 not_found
	api GET "/api/tasks/$kept"
	expect_json '.category_id == null and .version == 2'
	equal "$(event_of "$kept" | jq -c '[.type, .version, .payload.category_id]')" '["TaskUpdated",2,null]'
	equal "$(event_of "$gone" | jq -r .type)" TaskDeleted
	found tag:sparrow kept
	api POST "/api/tasks/$gone/restore"
	expect_json .category_id null
}

@test "move: between the same two for ever, and no other is numbered anew" {
	local first last n want='first'
	make last
	last=$id
	make first '{position: 1}'
	first=$id
	for n in {1..30}; do
		make "m$n"
		if ((n % 2)); then
			api POST "/api/tasks/$id/move" "{\"before\": \"$last\"}"
		else
			api POST "/api/tasks/$id/move" "{\"after\": \"$first\"}"
		fi
		expect_status 200
		expect_json .version 2
		if ((n % 2)); then want+=" m$n"; else want="first m$n${want#first}"; fi
	done
	expect_list 'sort=position&limit=200' "$want last"
	expect_json '.items[0].position == 1 and .items[0].version == 1 and .items[-1].version == 1'
	api POST "/api/tasks/$last/move" "{\"before\": \"$first\"}"
	expect_status 200
	walk '/api/tasks?sort=position&limit=7'
	equal "$walked" "last $want"
	# What is sent back as it was read stays where it is.
	api POST "/api/tasks/$id/move" "{\"after\": \"$first\"}"
	cp "$body_file" "$BATS_TEST_TMPDIR/read"
	api PUT "/api/tasks/$id" "@$BATS_TEST_TMPDIR/read" -H 'Content-Type: application/json'
	expect_json .version 3
}

@test "move: to an end, and what it refuses" {
	make a
	local a=$id
	make b
	local b=$id
	make c
	api POST "/api/tasks/$a/move" "{\"after\": \"$id\"}"
	expect_list 'sort=position' 'b c a'
	api POST "/api/tasks/$id/move" "{\"before\": \"$b\"}" -H 'If-Match: "1"'
	expect_list 'sort=position' 'c b a'
	api POST "/api/tasks/$id/move" "{\"before\": \"$a\"}" -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api POST "/api/tasks/$id/move" '{}'
	expect_status 422
	api POST "/api/tasks/$id/move" "{\"before\": \"$a\", \"after\": \"$b\"}"
	expect_status 422
	api POST "/api/tasks/$id/move" "{\"before\": \"$(uuid7)\"}"
	expect_invalid /before not_found
	api DELETE "/api/tasks/$b"
	api POST "/api/tasks/$id/move" "{\"after\": \"$b\"}"
	expect_invalid /after not_found
	api POST "/api/tasks/$b/move" "{\"after\": \"$a\"}"
	expect_problem 404 not_found
}

@test "complete and reopen: once each, whatever is sent again" {
	make one '{due: {date: "2026-03-29"}}'
	api PATCH "/api/tasks/$id/complete"
	expect_status 200
	expect_header ETag '"2"'
	expect_json '.completed and .completed_at == .updated_at and .version == 2 and .due == {date: "2026-03-29"}'
	local when
	when=$(json .completed_at)
	done_now '{"completed": true}'
	expect_json ".version == 2 and .completed_at == \"$when\""
	done_now '{"completed": false}'
	expect_json '.completed == false and .completed_at == null and .version == 3'
	done_now '{"completed": false}'
	expect_json .version 3
	equal "$(events)" 'TaskCreated TaskCompleted TaskReopened'
	api PATCH "/api/tasks/$id/complete" '{"completed": "yes", "occurrence": "today", "when": 1}'
	expect_invalid /completed wrong_type /occurrence invalid /when unknown_field
	api PATCH "/api/tasks/$(uuid7)/complete"
	expect_problem 404 not_found
	register_as ana
	api PATCH "/api/tasks/$id/complete"
	expect_problem 404 not_found
}

# expect_due JSON…: each completion moves it to the next; "ended" when there is none.
expect_due() {
	local due
	for due in "$@"; do
		done_now
		if [ "$due" = ended ]; then
			expect_json '.completed and .completed_at != null'
		else
			expect_json '.completed == false and .completed_at == null'
			equal "$(json '.due | tojson')" "$due" due
		fi
	done
}

@test "recurring: done, it moves on by its rule until that ends; exdates are left out, rdates are in" {
	make count '{due: {date: "2026-01-31"}, recurrence: {rrule: "FREQ=MONTHLY;COUNT=3"}}'
	expect_due '{"date":"2026-03-31"}' '{"date":"2026-05-31"}' ended
	expect_json '.due == {date: "2026-05-31"}'
	make until '{due: {local: "2026-01-01T09:00"}, recurrence: {rrule: "FREQ=DAILY;UNTIL=20260103T090000"}}'
	expect_due '{"local":"2026-01-02T09:00"}' '{"local":"2026-01-03T09:00"}' ended
	make dates '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY;COUNT=4", exdates: ["2026-01-02", "2026-01-03"],
		rdates: ["2026-02-01"]}}'
	expect_due '{"date":"2026-01-04"}' '{"date":"2026-02-01"}' ended
	make friday '{due: {local: "2026-01-01T09:00"}, starts: {date: "2025-12-31"}, recurrence: {rrule: "FREQ=WEEKLY;BYDAY=FR"}}'
	expect_due '{"local":"2026-01-02T09:00"}' '{"local":"2026-01-09T09:00"}'
	expect_json '.starts == {date: "2026-01-08"} and .version == 3'
	equal "$(event_of "$id" | jq -c '[.type, .payload.due, .payload.of_due, .payload.completed]')" \
		'["TaskCompleted",{"local":"2026-01-09T09:00"},{"local":"2026-01-02T09:00"},false]'
}

@test "recurring: an exdate by its day leaves out that day of a series with a time of day" {
	make dates '{due: {local: "2026-01-01T09:00"}, recurrence: {rrule: "FREQ=DAILY", exdates: ["2026-01-02"]}}'
	expect_due '{"local":"2026-01-03T09:00"}'
}

@test "recurring: nine o'clock stays nine o'clock when the clocks change" {
	make berlin '{due: {local: "2026-03-22T09:00", time_zone: "Europe/Berlin"}, recurrence: {rrule: "FREQ=WEEKLY"}}'
	expect_list 'due_from=2026-03-22T08:00:00Z&due_to=2026-03-22T08:00:01Z' berlin
	expect_due '{"local":"2026-03-29T09:00","time_zone":"Europe/Berlin"}'
	expect_list 'due_from=2026-03-29T07:00:00Z&due_to=2026-03-29T07:00:01Z' berlin
	# What does not exist on that day is later by the gap, and as it was on the next.
	make gap '{due: {local: "2026-03-28T02:30", time_zone: "Europe/Berlin"}, recurrence: {rrule: "FREQ=DAILY"}}'
	expect_due '{"local":"2026-03-29T02:30","time_zone":"Europe/Berlin"}'
	expect_list 'due_from=2026-03-29T01:30:00Z&due_to=2026-03-29T01:30:01Z' gap
	expect_due '{"local":"2026-03-30T02:30","time_zone":"Europe/Berlin"}'
}

@test "recurring: moved, it goes on where its series would; another rule begins anew" {
	make daily '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY;COUNT=5"}}'
	expect_due '{"date":"2026-01-02"}'
	api PATCH "/api/tasks/$id" '{"due": {"date": "2026-01-20"}, "notes": "later"}'
	expect_due '{"date":"2026-01-03"}'
	# What is left out does not begin it anew.
	api PATCH "/api/tasks/$id" '{"recurrence": {"exdates": ["2026-01-04"]}}'
	expect_due '{"date":"2026-01-05"}' ended
	make weekly '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY;COUNT=3"}}'
	expect_due '{"date":"2026-01-02"}'
	api PATCH "/api/tasks/$id" '{"recurrence": {"rrule": "FREQ=WEEKLY;COUNT=2"}}'
	expect_due '{"date":"2026-01-09"}' ended
	make ends '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY"}}'
	api PATCH "/api/tasks/$id" '{"recurrence": null}'
	expect_due ended
}

@test "recurring: what was done is told, newest first; the last, when it is taken back, is not" {
	make daily '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY;COUNT=6"}}'
	done_now
	api PATCH "/api/tasks/$id" '{"due": {"date": "2026-02-01"}}'
	done_now
	done_now
	done_now
	done_now
	done_now
	expect_json .completed
	api GET "/api/tasks/$id/history?limit=4&count=true"
	expect_json '.total == 6 and [.items[].occurrence.date] == ["2026-01-06", "2026-01-05", "2026-01-04", "2026-01-03"]'
	expect_json 'all(.items[]; .completed_at != null and (.id | test("^[0-9a-f]{8}-[0-9a-f]{4}-7")))'
	api GET "/api/tasks/$id/history?limit=4&cursor=$(json .next_cursor)"
	expect_json '[.items[] | [.occurrence.date, .due.date]] == [["2026-01-02", "2026-02-01"], ["2026-01-01", "2026-01-01"]]'
	expect_json .next_cursor null
	done_now '{"completed": false}'
	expect_json '.completed == false and .due == {date: "2026-01-06"}'
	api GET "/api/tasks/$id/history"
	expect_json '.items | length' 5
	expect_due ended
	api GET "/api/tasks/$(uuid7)/history"
	expect_problem 404 not_found
	register_as ana
	api GET "/api/tasks/$id/history"
	expect_problem 404 not_found
}

@test "recurring: one occurrence is done once, however often it is said; the task says which it is" {
	make daily '{due: {local: "2026-01-01T09:00", time_zone: "Europe/Berlin"}, recurrence: {rrule: "FREQ=DAILY;COUNT=2"}}'
	expect_json '.occurrence == {local: "2026-01-01T09:00", time_zone: "Europe/Berlin"}'
	done_now '{"occurrence": "2026-01-01T09:00"}'
	done_now '{"occurrence": "2026-01-01T09:00"}'
	expect_json '.due.local == "2026-01-02T09:00" and .version == 2'
	api PATCH "/api/tasks/$id" '{"due": {"local": "2026-01-05T09:00", "time_zone": "Europe/Berlin"}}'
	expect_json '.occurrence.local == "2026-01-02T09:00"'
	done_now "{\"occurrence\": \"$(json .occurrence.local)\"}"
	expect_json .completed
	done_now '{"occurrence": "2026-01-02T09:00"}'
	expect_json '.completed and .version == 4'
	make once
	expect_json '.occurrence == null'
}

@test "recurring: what was done last is taken back when it is named; what is to come cannot be done yet" {
	make rent '{due: {date: "2027-01-03"}, starts: {date: "2027-01-01"}, recurrence: {rrule: "FREQ=MONTHLY"}}'
	api PATCH "/api/tasks/$id/complete" '{"occurrence": "2027-02-03"}'
	expect_invalid /occurrence invalid
	done_now
	done_now '{"completed": false}'
	expect_json '.version == 2 and .due.date == "2027-02-03"'
	done_now '{"completed": false, "occurrence": "2027-01-03"}'
	expect_json '.version == 3 and .due.date == "2027-01-03" and .starts.date == "2027-01-01" and .occurrence.date == "2027-01-03"'
	equal "$(events)" 'TaskCreated TaskCompleted TaskReopened'
	api GET "/api/tasks/$id/history"
	expect_json '.items == []'
	done_now '{"completed": false, "occurrence": "2027-01-03"}'
	expect_json .version 3
	done_now
	done_now
	local other
	for other in 2027-01-03 2026-12-03 2027-04-03; do
		api PATCH "/api/tasks/$id/complete" "{\"completed\": false, \"occurrence\": \"$other\"}"
		expect_invalid /occurrence invalid
	done
	done_now '{"completed": false, "occurrence": "2027-02-03"}'
	expect_json '.due.date == "2027-02-03"'
}

@test "recurring: the occurrence that a task stands for is passed over when it is one of the exdates" {
	make daily '{due: {date: "2026-12-02"}, starts: {date: "2026-12-01"}, recurrence: {rrule: "FREQ=DAILY;COUNT=5", exdates: ["2026-12-02"]}}'
	expect_json '.due.date == "2026-12-03" and .occurrence.date == "2026-12-03" and .starts.date == "2026-12-02"'
	api PATCH "/api/tasks/$id" '{"recurrence": {"exdates": ["2026-12-02", "2026-12-03", "2026-12-04"]}}'
	expect_json '.due.date == "2026-12-05" and .starts.date == "2026-12-04" and .recurrence.rrule == "FREQ=DAILY;COUNT=5"'
	done_now
	expect_json '.due.date == "2026-12-06"'
	done_now
	expect_json .completed
	api GET "/api/tasks/$id/history"
	expect_json '[.items[].occurrence.date] == ["2026-12-06", "2026-12-05"]'
	# Of one that was taken back, a change of something else is none.
	make back '{due: {date: "2027-01-04"}, recurrence: {rrule: "FREQ=DAILY"}}'
	done_now
	api PATCH "/api/tasks/$id" '{"recurrence": {"exdates": ["2027-01-04"]}}'
	done_now '{"completed": false, "occurrence": "2027-01-04"}'
	api PATCH "/api/tasks/$id" '{"notes": "n"}'
	expect_json '.due.date == "2027-01-04"'
}

@test "recurring: a due time moves one occurrence, with another rule the series; another rule alone goes on from the occurrence" {
	make daily '{due: {local: "2026-12-01T09:00"}, recurrence: {rrule: "FREQ=DAILY"}}'
	api PATCH "/api/tasks/$id" '{"due": {"local": "2026-12-01T18:00"}}'
	expect_json '.occurrence.local == "2026-12-01T09:00"'
	done_now
	expect_json '.due.local == "2026-12-02T09:00"'
	api PUT "/api/tasks/$id" '{"title": "daily", "due": {"local": "2026-12-02T18:00"}, "recurrence": {"rrule": "FREQ=DAILY"}}'
	done_now
	expect_json '.due.local == "2026-12-03T09:00"'
	api PATCH "/api/tasks/$id" '{"due": {"local": "2026-12-03T20:00"}, "recurrence": {"rrule": "FREQ=DAILY;INTERVAL=2"}}'
	expect_json '.occurrence.local == "2026-12-03T20:00"'
	done_now
	expect_json '.due.local == "2026-12-05T20:00"'
	make weekly '{due: {date: "2026-11-30"}, recurrence: {rrule: "FREQ=WEEKLY"}}'
	api POST "/api/tasks/$id/snooze" '{"mode": "task", "until": {"date": "2026-12-02"}}'
	expect_status 200
	api PUT "/api/tasks/$id" '{"title": "weekly", "due": {"date": "2026-12-02"}, "recurrence": {"rrule": "FREQ=WEEKLY"}}'
	expect_json '.occurrence.date == "2026-11-30"'
	api PATCH "/api/tasks/$id" '{"recurrence": {"rrule": "FREQ=WEEKLY;INTERVAL=2"}}'
	expect_json '.occurrence.date == "2026-11-30" and .due.date == "2026-12-02"'
	done_now
	expect_json '.due.date == "2026-12-14"'
}

@test "what times, reminders and the rule have against each other is told all at once" {
	api POST /api/tasks '{"title": "x", "due": {"date": "2027-01-01"}, "starts": {"date": "2027-03-01"},
		"recurrence": {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}}'
	expect_invalid /recurrence/rrule never_occurs /starts invalid
	api POST /api/events '{"title": "x", "start": {"date": "2027-01-05"}, "end": {"date": "2027-01-01"},
		"recurrence": {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}}'
	expect_invalid /end invalid /recurrence/rrule never_occurs
}

@test "change: whether it is done is not changed by PATCH or PUT, and that is said" {
	make once
	api PATCH "/api/tasks/$id" '{"completed": true}'
	expect_invalid /completed read_only
	api PATCH "/api/tasks/$id" '{"completed": false, "title": "twice"}'
	expect_status 200
	done_now
	api PUT "/api/tasks/$id" '{"title": "once more", "completed": false}'
	expect_invalid /completed read_only
	api PUT "/api/tasks/$id" '{"title": "once more", "completed": true}'
	expect_json '.completed and .title == "once more"'
}

@test "recurring: done twice at once for one version, it moves on once" {
	local round
	headers_sent=(-H 'If-Match: "1"')
	for round in 1 2 3 4 5; do
		make daily '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY"}}'
		at_once PATCH "/api/tasks/$id/complete" '{}' PATCH "/api/tasks/$id/complete" '{}'
		equal "$statuses" '200 412' "round $round"
		api GET "/api/tasks/$id/history"
		expect_json '[.items[].due.date] == ["2026-01-01"]'
		api GET "/api/tasks/$id"
		expect_json '.due == {date: "2026-01-02"} and .version == 2'
	done
}

@test "after_completion: counted from the day it was done, at its own time of day" {
	local zone today
	zone=$(noon_zone)
	live_in "$zone"
	today=$(TZ=$zone date +%F)
	make late '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY;INTERVAL=3", after_completion: true}}'
	expect_due "{\"date\":\"$(date -d "$today + 3 days" +%F)\"}"
	# Early as well.
	expect_due "{\"date\":\"$(date -d "$today + 3 days" +%F)\"}"
	# The clock of a due time that has one counts, wherever its user is.
	live_in Pacific/Kiritimati
	make evening "{due: {local: \"2026-01-01T23:30\", time_zone: \"$zone\"}, recurrence: {rrule: \"FREQ=WEEKLY\", after_completion: true}}"
	expect_due "{\"local\":\"$(date -d "$today + 7 days" +%F)T23:30\",\"time_zone\":\"$zone\"}"
	make ended '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY;UNTIL=20260110", after_completion: true}}'
	expect_due ended
}

@test "recurring: with its parent a subtask is to be done anew, but not when that has ended" {
	make weekly '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=WEEKLY;COUNT=2"}}'
	local parent=$id
	make step "{parent_id: \"$parent\"}"
	local step=$id
	make open "{parent_id: \"$parent\"}"
	id=$step
	done_now
	id=$parent
	done_now
	expect_json '.progress == {total: 2, completed: 0} and .due == {date: "2026-01-08"}'
	api GET "/api/tasks/$step"
	expect_json '.completed == false and .version == 3'
	id=$step
	done_now
	id=$parent
	done_now
	expect_json '.completed and .progress == {total: 2, completed: 1}'
	equal "$(events)" 'TaskCreated TaskCreated TaskCreated TaskCompleted TaskCompleted TaskReopened TaskCompleted TaskCompleted'
}

# snooze MODE UNTIL: UNTIL as JSON.
snooze() {
	api POST "/api/tasks/$id/snooze" "{\"mode\": \"$1\", \"until\": $2}"
}

@test "snooze: its reminder, and it is as due as it was; or the task, and it is due then" {
	make one '{due: {local: "2026-03-29T09:00", time_zone: "Europe/Berlin"}, starts: {local: "2026-03-29T07:00", time_zone: "Europe/Berlin"},
		reminders: [{offset_minutes: -5}]}'
	snooze reminder '"2100-01-01T10:00:00+01:00"'
	expect_status 200
	expect_json '.snoozed_until == "2100-01-01T09:00:00Z" and .due.local == "2026-03-29T09:00" and .version == 2'
	snooze task '"2100-07-01T10:00:00Z"'
	expect_json '.due == {local: "2100-07-01T12:00", time_zone: "Europe/Berlin"} and .starts.local == "2100-07-01T10:00"'
	expect_json '.snoozed_until == null and .version == 3'
	snooze task '{"date": "2100-08-01"}'
	expect_json '.due == {date: "2100-08-01"}'
	snooze task '"2100-08-02T12:00:00Z"'
	expect_json '.due == {date: "2100-08-02"}'
	snooze reminder '{"local": "2100-01-01T10:00", "time_zone": "Asia/Tokyo"}'
	expect_json '.snoozed_until == "2100-01-01T01:00:00Z"'
	done_now
	expect_json .snoozed_until null
	snooze task '{"date": "2100-08-01"}'
	expect_problem 409 conflict
	live_in Europe/Berlin
	make none
	snooze task '"2100-01-01T10:00:00Z"'
	expect_json '.due == {local: "2100-01-01T11:00", time_zone: "Europe/Berlin"}'
	make today
	snooze task "{\"date\": \"$(TZ=Europe/Berlin date +%F)\"}"
	expect_status 200
	equal "$(event_of "$id" | jq -r .type)" TaskUpdated
}

@test "snooze: what it refuses" {
	make one '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY"}}'
	snooze reminder '"2020-01-01T00:00:00Z"'
	expect_invalid /until invalid
	snooze task '{"local": "2020-01-01T00:00"}'
	expect_invalid /until invalid
	snooze task '{"local": "2100-01-01T00:00"}'
	expect_invalid /until invalid
	snooze reminder "{\"date\": \"$(date -u +%F)\"}"
	expect_invalid /until invalid
	api POST "/api/tasks/$id/snooze" '{"mode": "all", "until": "tomorrow", "by": 5}'
	expect_invalid /mode not_allowed /until invalid /by unknown_field
	api POST "/api/tasks/$id/snooze" '{}'
	expect_invalid /mode required /until required
	api POST "/api/tasks/$(uuid7)/snooze" '{"mode": "task", "until": {"date": "2100-01-01"}}'
	expect_problem 404 not_found
	api GET "/api/tasks/$id"
	expect_json .version 1
}

@test "snooze: a recurring task that is put off goes on where its series would" {
	make daily '{due: {local: "2026-01-01T09:00", time_zone: "Europe/Berlin"}, recurrence: {rrule: "FREQ=DAILY"}}'
	snooze task '{"local": "2100-01-01T18:00"}'
	expect_invalid /until invalid
	snooze task '"2100-01-01T17:00:00Z"'
	expect_json '.due == {local: "2100-01-01T18:00", time_zone: "Europe/Berlin"}'
	api PATCH "/api/tasks/$id" '{"title": "still daily"}'
	expect_due '{"local":"2026-01-02T09:00","time_zone":"Europe/Berlin"}'
}

# bulk ACTION [MORE]: of $ids, a JSON array.
bulk() {
	api POST /api/tasks/bulk "$(jq -nc --arg a "$1" --argjson ids "$ids" "{action: \$a, ids: \$ids} + (${2:-{\}})")"
}

# three: sets `ids`, of two tasks and one that recurs.
three() {
	make one
	ids="[\"$id\""
	make two
	ids+=", \"$id\""
	make three '{due: {date: "2026-01-01"}, recurrence: {rrule: "FREQ=DAILY"}}'
	ids+=", \"$id\"]"
}

@test "bulk: each action, and the tasks as they are then" {
	local ids
	three
	bulk complete
	expect_status 200
	expect_json '[.items[] | [.title, .completed, .due.date]] == [["one", true, null], ["two", true, null], ["three", false, "2026-01-02"]]'
	expect_json 'all(.items[]; .version == 2)'
	ids=$(jq -c '.[:2]' <<<"$ids")
	bulk complete
	expect_json 'all(.items[]; .version == 2)'
	bulk reopen
	expect_json 'all(.items[]; .completed == false and .version == 3)'
	sort_into Home
	bulk move "{category_id: \"$category\"}"
	expect_json "all(.items[]; .category_id == \"$category\" and .version == 4)"
	bulk move '{category_id: null}'
	expect_json 'all(.items[]; .category_id == null and .version == 5)'
	bulk delete
	expect_status 200
	expect_list '' three
	expect_list 'trash=true' 'two one'
}

@test "bulk: a family goes once" {
	make parent
	local ids="[\"$id\"" parent=$id
	make child "{parent_id: \"$parent\"}"
	ids+=", \"$id\"]"
	bulk delete
	expect_status 200
	api POST "/api/tasks/$parent/restore"
	expect_json '.progress.total == 1 and .version == 3'
}

@test "bulk: all or nothing, and which could not be is named" {
	local ids good
	three
	good=$ids
	ids=$(jq -c --arg n "$(uuid7)" '.[:2] + [$n] + .[2:] + [.[0], "x"]' <<<"$good")
	bulk complete
	expect_invalid /ids/5 invalid
	ids=$(jq -c 'del(.[5])' <<<"$ids")
	bulk complete
	expect_invalid /ids/2 not_found /ids/4 duplicate
	bulk delete
	expect_invalid /ids/2 not_found /ids/4 duplicate
	ids=$good
	bulk move "{category_id: \"$(uuid7)\"}"
	expect_invalid /category_id not_found
	bulk move
	expect_invalid /category_id required
	bulk erase
	expect_invalid /action not_allowed
	ids='[]'
	bulk delete
	expect_invalid /ids required
	api POST /api/tasks/bulk '{}'
	expect_invalid /action required /ids required
	ids=$(jq -nc '[range(101) | "018f0000-0000-7000-8000-000000000\(. + 100)"]')
	bulk delete
	expect_invalid /ids too_long
	ids=$good
	register_as ana
	bulk delete
	expect_invalid /ids/0 not_found /ids/1 not_found /ids/2 not_found
	become me
	api GET /api/tasks
	expect_json 'all(.items[]; .version == 1)'
	equal "$(events)" 'TaskCreated TaskCreated TaskCreated'
}

@test "bulk: a hundred at once, and a key makes it once" {
	local ids n
	sql "INSERT INTO planning.tasks (user_id, id, title) SELECT '$USER_ID', ('018f0000-0000-7000-8000-000000000' || n)::uuid, 't' || n
	     FROM generate_series(100, 199) AS n"
	ids=$(jq -nc '[range(100; 200) | "018f0000-0000-7000-8000-000000000\(.)"]')
	n=$(jq -nc --argjson i "$ids" '{action: "complete", ids: $i}')
	api POST /api/tasks/bulk "$n" -H 'Idempotency-Key: once'
	expect_status 200
	expect_json '(.items | length) == 100 and all(.items[]; .completed) and .items[99].title == "t199"'
	bulk reopen
	api POST /api/tasks/bulk "$n" -H 'Idempotency-Key: once'
	expect_header Idempotency-Replayed true
	expect_list 'status=done' ''
}

@test "search finds a task by title, notes and tag, open or done, and no more when it is in the trash" {
	make heron '{notes: "feeds on plaice", tags: ["estuary"]}'
	found heron heron
	found plaice heron
	found tag:estuary heron
	found 'heron is:open' heron
	found 'heron is:done' ''
	expect_json '.items == []'
	done_now
	found 'heron is:open' ''
	found 'heron is:done' heron
	expect_json ".items[0].url == \"/api/tasks/$id\" and .items[0].type == \"tasks\""
	done_now '{"completed": false}'
	found 'heron is:open' heron
	# A day is that day, wherever one is.
	api PATCH /users/me '{"time_zone": "Asia/Tokyo"}'
	api PATCH "/api/tasks/$id" '{"due": {"date": "2027-01-01"}}'
	found 'heron after:2027-01-01 before:2027-01-02' heron
	found 'heron before:2027-01-01' ''
	api PATCH "/api/tasks/$id" '{"title": "egret"}'
	found heron ''
	found egret egret
	api DELETE "/api/tasks/$id"
	found egret ''
	api POST "/api/tasks/$id/restore"
	found egret egret
	register_as ana
	found egret ''
	become me
	local ids="[\"$id\"]"
	bulk delete
	found egret ''
}

@test "a position may have many digits, but not any number of them" {
	make once
	api PATCH "/api/tasks/$id" '{"position": 1e-17000}'
	expect_invalid /position out_of_range
	api PATCH "/api/tasks/$id" '{"position": 1795882904.520046123456789012345}'
	expect_status 200
	api PUT "/api/tasks/$id" "$body"
	expect_status 200
}

@test "bulk: what a parent opens again on its way is done as well, when it is named" {
	make parent '{due: {date: "2027-01-01"}, recurrence: {rrule: "FREQ=DAILY"}}'
	local parent=$id
	make child "{parent_id: \"$parent\"}"
	done_now
	api POST /api/tasks/bulk "{\"action\":\"complete\",\"ids\":[\"$parent\",\"$id\"]}"
	expect_status 200
	expect_json '.items[0].due.date == "2027-01-02" and .items[1].completed'
}
