#!/usr/bin/env bats
# quick add: a task from one line. What a line means is in tests/unit/test_quick.c; here, what is made of it.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common

setup() {
	register
}

# quick TEXT [MORE] [curl argument…]
quick() {
	api POST /api/tasks/quick "$(jq -nc --arg t "$1" "{text: \$t} + (${2:-{\}})")" "${@:3}"
}

names() {
	api GET /api/tasks/categories
	json '[.items[].name] | join(" ")'
}

@test "quick: the task, in a category that is made, and what was understood of the line" {
	quick 'call Ana tomorrow 5pm #home !high every friday @phone'
	expect_status 201
	expect_header Location "/api/tasks/$(json .task.id)"
	expect_json '.task.title == "call Ana" and .task.priority == "high" and .task.tags == ["phone"] and .category == "home"'
	expect_json '.task.recurrence.rrule == "FREQ=WEEKLY;BYDAY=FR" and (.task.due.local | endswith("T17:00"))'
	expect_json '[.spans[] | .kind] | sort | unique == ["category", "date", "priority", "recurrence", "tag", "time"]'
	# shellcheck disable=SC2016 # the dollar signs are jq's
	expect_json 'all(.spans[]; . as $s | "call Ana tomorrow 5pm #home !high every friday @phone"[$s.start:$s.end] == $s.text)'
	local made
	made=$(json '.task | tojson')
	api GET "$(header Location)"
	equal "$(jq -cS . <<<"$body")" "$(jq -cS . <<<"$made")"
	# Another of that name, whatever its case, is the same.
	quick 'water plants #HOME'
	expect_json ".task.category_id == $(jq .category_id <<<"$made")"
	equal "$(names)" home
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'TaskCreated'")" 2 events
}

@test "quick: a dry run says the same and makes nothing" {
	quick 'call Ana tomorrow #home' '{dry_run: true}'
	expect_status 200
	expect_json '.task.title == "call Ana" and .category == "home" and (.task | has("id") | not) and .task.due.date != null'
	expect_json '.task.notes == "" and .task.recurrence == null and .task.reminders == []'
	equal "$(names)" ''
	api GET '/api/tasks?count=true'
	expect_json .total 0
}

@test "quick: ranges, what recurs within a day, and reminders at the due time" {
	quick 'workshop Dec 3-5, remind me 1 day before' '{dry_run: true}'
	expect_status 200
	expect_json '(.task.starts.date | endswith("-12-03")) and (.task.due.date | endswith("-12-05"))'
	expect_json '.task.reminders == [{"offset_minutes": -900, "relative_to": "start"}]'
	quick 'Meeting morgen 9-10:30 Uhr'
	expect_status 201
	expect_json '(.task.starts.local | endswith("T09:00")) and (.task.due.local | endswith("T10:30"))'
	quick 'pills every 8 hours'
	expect_status 201
	expect_json '.task.recurrence.rrule == "FREQ=HOURLY;INTERVAL=8" and .task.due.local != null'
	quick 'stretch every 30 minutes until tomorrow'
	expect_status 201
	quick 'check oven every 5 minutes until tomorrow 11pm'
	expect_status 201
	expect_json '.task.recurrence.rrule | test("^FREQ=MINUTELY;INTERVAL=5;UNTIL=[0-9]{8}T230000$")'
	quick 'shift every friday 10pm-6am'
	expect_status 201
	expect_json '.task.recurrence.rrule == "FREQ=WEEKLY;BYDAY=SA" and (.task.due.local | endswith("T06:00"))'
	quick 'party every year Dec 24-26'
	expect_status 201
	expect_json '.task.recurrence.rrule == "FREQ=YEARLY" and (.task.starts.date | endswith("-12-24"))'
	quick 'check oven every 2 hours at night'
	expect_json '.task.title == "check oven every 2 hours at night" and .task.recurrence == null and .task.due == null'
	quick 'remind me to call mom tomorrow'
	expect_status 201
	expect_json '.task.title == "call mom" and .task.reminders == [{"offset_minutes": 540, "relative_to": "due"}]'
	quick 'call mom, remind me 1h before'
	expect_status 201
	expect_json '.task.title == "call mom, remind me 1h before" and .task.due == null and .task.reminders == []'
}

@test "quick: what it refuses" {
	quick '#home !high tomorrow'
	expect_invalid /text required
	equal "$(names)" ''
	quick ' '
	expect_invalid /text required
	quick "$(printf 'x%.0s' {1..501})"
	expect_invalid /text too_long
	quick 'x' '{time_zone: "Mars/Base", dry_run: "no", when: 1}'
	expect_invalid /time_zone invalid /dry_run wrong_type /when unknown_field
	api POST /api/tasks/quick '{}'
	expect_invalid /text required
}

@test "quick: at the writer's clock: the one named, else that of the profile" {
	api PATCH /users/me '{"time_zone": "Pacific/Kiritimati"}'
	quick 'swim today'
	expect_json .task.due.date "$(TZ=Pacific/Kiritimati date +%F)"
	quick 'swim tomorrow 5pm'
	expect_json '.task.due.time_zone' Pacific/Kiritimati
	quick 'swim today' '{time_zone: "Etc/GMT+12"}'
	expect_json .task.due.date "$(TZ=Etc/GMT+12 date +%F)"
}

@test "quick: once with a key, and one category when several make it at once" {
	local first n
	local -a callers=()
	quick 'once #new' '{}' -H 'Idempotency-Key: k'
	expect_status 201
	first=$body
	quick 'once #new' '{}' -H 'Idempotency-Key: k'
	expect_header Idempotency-Replayed true
	equal "$body" "$first"
	for n in 1 2 3 4; do
		curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
			-d '{"text": "together #crowd"}' "$AURORA_URL/api/tasks/quick" >>"$BATS_TEST_TMPDIR/statuses.$n" 3>&- &
		callers+=($!)
	done
	wait "${callers[@]}"
	equal "$(cat "$BATS_TEST_TMPDIR"/statuses.* | sort -u)" 201
	equal "$(names)" 'new crowd'
}
