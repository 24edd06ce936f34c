#!/usr/bin/env bats
# calendar: what happens and what is due in a window, as the clocks of a zone show it, from outside.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common
load calendar

setup() {
	register_as me
}

# task MEMBERS: a new task, with these members (jq's) besides a title; sets id.
task() {
	api POST /api/tasks "$(jq -nc "{title: \"x\"} + {$1}")"
	expect_status 201
	id=$(json .id)
}

# within SECONDS: since `began` no more have passed.
began() {
	uptime_ms began
}

within() {
	local now
	uptime_ms now
	((now - began < $1 * 1000)) || fail "it took $((now - began)) ms"
}

@test "an item says what it is, when in UTC, and when on the clocks of the zone" {
	api POST /api/tasks/categories '{"name": "Team"}'
	local category
	category=$(json .id)
	series 2026-03-02T09:00@Europe/Berlin FREQ=WEEKLY "title: \"Stand-up\", location: \"Room 1\", duration: \"PT1H\", tags: [\"a\"], category_id: \"$category\""
	calendar 2026-03-09 2026-03-09 America/New_York
	expect_json '.time_zone == "America/New_York" and .truncated == false and (.items | length) == 1'
	expect_json ".items[0] == {kind: \"event\", id: \"$id\", title: \"Stand-up\", location: \"Room 1\", category_id: \"$category\", tags: [\"a\"],
		start: \"2026-03-09T08:00:00Z\", start_local: \"2026-03-09T04:00\", end: \"2026-03-09T09:00:00Z\", end_local: \"2026-03-09T05:00\",
		all_day: false, occurrence: \"2026-03-09T09:00\", changed: false, version: 1}"
	local etag
	etag=$(header ETag)
	api GET '/api/calendar?start=2026-03-09&end=2026-03-09&tz=America/New_York' -H "If-None-Match: $etag"
	expect_status 304
	equal "$body" "" "body of the 304"
	event 'title: "other", start: {date: "2026-03-09"}'
	api GET '/api/calendar?start=2026-03-09&end=2026-03-09&tz=America/New_York' -H "If-None-Match: $etag"
	expect_status 200
	calendar 2026-03-09 2026-03-09 UTC "category=$category"
	expect_json '[.items[].title] == ["Stand-up"]'
	calendar 2026-03-09 2026-03-09 UTC category=none
	expect_json '[.items[].title] == ["other"]'
	# Without tz it is the user's own.
	api PATCH /users/me '{"time_zone": "Asia/Tokyo"}'
	api GET '/api/calendar?start=2026-03-09&end=2026-03-09'
	expect_json '.time_zone == "Asia/Tokyo" and .items[1].start_local == "2026-03-09T17:00"'
}

@test "a window that is none is 400; 366 days are one" {
	local bad
	for bad in '' start=2026-03-01 end=2026-03-01 'start=2026-03-02&end=2026-03-01' 'start=2026-02-30&end=2026-03-01' 'start=soon&end=2026-03-01' \
		'start=2026-03-01&end=2026-03-02&tz=Mars/Base' 'start=2026-03-01&end=2026-03-02&tz=../../etc/passwd' \
		'start=2026-03-01&end=2026-03-02&category=x' 'start=2026-01-01&end=2027-01-03' \
		'start=2026-01-01T00:00:00Z&end=2027-01-02T00:00:01Z' 'start=2026-01-01T00:00:00Z&end=2026-01-01T00:00:00Z' \
		'start=2026-01-02T00:00:00Z&end=2026-01-01' 'start=2026-01-01T00:00&end=10000-01-01'; do
		api GET "/api/calendar?$bad"
		expect_problem 400 bad_request
	done
	event 'start: {date: "2026-01-01"}'
	event 'start: {date: "2027-01-01"}'
	equal "$(shown 2026-01-01 2027-01-01)" '2026-01-01 2027-01-01'
	equal "$(shown 2026-01-01T00:00:00Z 2027-01-02T00:00:00Z)" '2026-01-01 2027-01-01'
	equal "$(shown 1900-01-01 1900-12-31)$(shown 2199-01-01 2199-12-31)" ''
}

@test "whole days stay on their dates in every zone" {
	local zone
	event 'title: "one", start: {date: "2026-03-29"}'
	event 'title: "three", start: {date: "2026-03-28"}, end: {date: "2026-03-31"}'
	series 2026-03-27 FREQ=DAILY 'title: "series", recurrence: {rrule: "FREQ=DAILY;INTERVAL=2", exdates: ["2026-03-31"]}'
	for zone in Pacific/Kiritimati Pacific/Niue Asia/Kathmandu Europe/Berlin America/Sao_Paulo UTC; do
		calendar 2026-03-29 2026-03-29 "$zone"
		expect_json '[.items[] | "\(.title):\(.start)/\(.end)"] | join(" ")' \
			'three:2026-03-28/2026-03-31 one:2026-03-29/2026-03-30 series:2026-03-29/2026-03-30'
		expect_json 'all(.items[]; .all_day and (has("start_local") | not))'
		equal "$(shown 2026-03-31 2026-03-31 "$zone")" ''
		equal "$(shown 2026-03-30 2026-03-30 "$zone")" 2026-03-28
	done
}

@test "a day that a zone left out is still that day" {
	event 'start: {date: "2011-12-30"}'
	equal "$(shown 2011-12-28 2012-01-01 Pacific/Apia '"\(.start)/\(.end)"')" 2011-12-30/2011-12-31
}

@test "what floats is at the same wall time in every zone" {
	local zone utc
	series 2026-03-28T09:00 'FREQ=DAILY;COUNT=3' 'duration: "PT1H30M"'
	while read -r zone utc; do
		equal "$(shown 2026-03-28 2026-03-30 "$zone" '"\(.start_local)/\(.end_local)"')" \
			'2026-03-28T09:00/2026-03-28T10:30 2026-03-29T09:00/2026-03-29T10:30 2026-03-30T09:00/2026-03-30T10:30'
		equal "$(shown 2026-03-29 2026-03-29 "$zone")" "$utc"
	done <<-END
		Pacific/Kiritimati 2026-03-28T19:00:00Z
		Pacific/Niue 2026-03-29T20:00:00Z
		Asia/Kathmandu 2026-03-29T03:15:00Z
		Europe/Berlin 2026-03-29T07:00:00Z
		America/New_York 2026-03-29T13:00:00Z
	END
}

@test "clocks that change: what does not exist moves forward by the gap, what comes twice is the first" {
	local zone time gap shifted twice first
	while IFS='|' read -r zone time gap shifted twice first; do
		register
		series "2026-01-01T$time@$zone" FREQ=DAILY 'duration: "PT15M"'
		equal "$(shown "$gap" "$gap" "$zone" '.start + " " + .start_local')" "$shifted"
		equal "$(shown "$twice" "$twice" "$zone" '.start + " " + .start_local')" "$first"
		# By itself as in a series; floating as in the zone.
		register
		event "start: $(when "${gap}T$time@$zone")"
		event "start: $(when "${twice}T$time@$zone")"
		event "start: $(when "${gap}T$time")"
		equal "$(shown "$gap" "$gap" "$zone" '.start + " " + .start_local')" "$shifted $shifted"
		equal "$(shown "$twice" "$twice" "$zone" '.start + " " + .start_local')" "$first"
	done <<-END
		Europe/Berlin|02:30|2026-03-29|2026-03-29T01:30:00Z 2026-03-29T03:30|2026-10-25|2026-10-25T00:30:00Z 2026-10-25T02:30
		America/New_York|02:30|2026-03-08|2026-03-08T07:30:00Z 2026-03-08T03:30|2026-03-09|2026-03-09T06:30:00Z 2026-03-09T02:30
		America/New_York|01:30|2026-03-08|2026-03-08T06:30:00Z 2026-03-08T01:30|2026-11-01|2026-11-01T05:30:00Z 2026-11-01T01:30
		Australia/Lord_Howe|02:15|2026-10-04|2026-10-03T15:45:00Z 2026-10-04T02:45|2026-10-05|2026-10-04T15:15:00Z 2026-10-05T02:15
		Australia/Lord_Howe|01:45|2026-10-04|2026-10-03T15:15:00Z 2026-10-04T01:45|2026-04-05|2026-04-04T14:45:00Z 2026-04-05T01:45
		Africa/Casablanca|02:30|2026-03-22|2026-03-22T02:30:00Z 2026-03-22T03:30|2026-02-15|2026-02-15T01:30:00Z 2026-02-15T02:30
	END
}

@test "how long it takes: days are on the clock, hours are exact, an end is a moment" {
	series 2026-03-28T12:00@Europe/Berlin 'FREQ=DAILY;COUNT=1' 'duration: "P1D", title: "day"'
	event "start: $(when 2026-03-28T12:00@Europe/Berlin), duration: \"PT24H\", title: \"hours\""
	event "start: $(when 2026-03-28T12:00@Europe/Berlin), end: $(when 2026-03-28T20:00@Asia/Tokyo), title: \"end\""
	event "start: $(when 2026-03-28T12:00@Europe/Berlin), title: \"none\""
	equal "$(shown 2026-03-28 2026-03-28 Europe/Berlin '"\(.title):\(.end)"')" \
		'day:2026-03-29T10:00:00Z hours:2026-03-29T11:00:00Z end:2026-03-28T11:00:00Z none:2026-03-28T11:00:00Z'
}

@test "the edges of a window: what lies in it in part is in it, what touches it is not" {
	local from=2026-03-10T12:00:00Z to=2026-03-10T18:00:00Z
	event "title: \"ends-at\", start: $(when 2026-03-10T11:00@UTC), duration: \"PT1H\""
	event "title: \"ends-in\", start: $(when 2026-03-10T11:00@UTC), duration: \"PT1H1S\""
	event "title: \"around\", start: $(when 2026-03-01T00:00@UTC), duration: \"P20D\""
	event "title: \"zero-at\", start: $(when 2026-03-10T12:00@UTC)"
	event "title: \"zero-in\", start: $(when 2026-03-10T13:00@UTC), duration: \"PT0S\""
	event "title: \"zero-end\", start: $(when 2026-03-10T18:00@UTC)"
	event "title: \"begins-at\", start: $(when 2026-03-10T18:00@UTC), duration: \"PT1H\""
	event "title: \"begins-in\", start: $(when 2026-03-10T17:59:59@UTC), duration: \"P2D\""
	series 2026-01-01T12:00@UTC 'FREQ=WEEKLY' 'title: "long", duration: "P6D"'
	equal "$(shown "$from" "$to" UTC .title)" 'around long ends-in zero-at zero-in begins-in'
	# What was moved in or out counts where it is.
	series 2026-01-05T00:00@UTC 'FREQ=MONTHLY' 'title: "moved"'
	api PATCH "/api/events/$id?scope=this&occurrence=2026-06-05T00:00" "{\"start\": $(when 2026-03-10T14:00@UTC)}"
	expect_status 200
	equal "$(shown "$from" "$to" UTC .title)" 'around long ends-in zero-at zero-in moved begins-in'
	equal "$(shown 2026-06-01 2026-06-30 UTC 'select(.title == "moved") | .start')" ''
	# A day of a window begins and ends where its zone has it.
	equal "$(shown 2026-03-11 2026-03-11 Pacific/Kiritimati 'select(.title | startswith("zero")) | .title')" 'zero-at zero-in zero-end'
	equal "$(shown 2026-03-09 2026-03-09 Pacific/Niue 'select(.title | startswith("zero")) | .title')" ''
}

@test "order: by when it begins, whole days before the times of that day" {
	event "title: \"c\", start: $(when 2026-03-10T00:00), duration: \"PT1H\""
	event 'title: "b", start: {date: "2026-03-10"}'
	task 'title: "d", due: {local: "2026-03-10T08:00"}'
	event "title: \"e\", start: $(when 2026-03-10T09:00@Asia/Tokyo)"
	event 'title: "a", start: {date: "2026-03-09"}, duration: "P2D"'
	task 'title: "f", due: {date: "2026-03-11"}'
	equal "$(shown 2026-03-10 2026-03-11 UTC .title)" 'a b c e d f'
}

@test "tasks that are due, open or done; what is not due is not there" {
	task 'title: "day", due: {date: "2026-03-10"}, priority: "high"'
	task 'title: "time", due: {local: "2026-03-10T08:00", time_zone: "Europe/Berlin"}'
	task 'title: "none"'
	task 'title: "other", due: {date: "2026-03-11"}'
	task 'title: "done", due: {date: "2026-03-10"}'
	api PATCH "/api/tasks/$id/complete"
	expect_status 200
	task 'title: "gone", due: {date: "2026-03-10"}'
	api DELETE "/api/tasks/$id"
	equal "$(shown 2026-03-10 2026-03-10 UTC '"\(.kind)/\(.title)/\(.start)/\(.all_day)/\(.completed)/\(.priority)"' | xargs -n 1 | sort | xargs)" \
		'task/day/2026-03-10/true/false/high task/done/2026-03-10/true/true/none task/time/2026-03-10T07:00:00Z/false/false/none'
	equal "$(shown 2026-03-10 2026-03-10 Pacific/Niue .title | xargs -n 1 | sort | xargs)" 'day done'
}

@test "a task that recurs: the one to be done where it was put, and those behind it" {
	task 'due: {local: "2030-03-04T09:00"}, recurrence: {rrule: "FREQ=WEEKLY", exdates: ["2030-03-18T09:00"]}'
	equal "$(shown 2030-03-01 2030-03-31)" '2030-03-04T09:00:00Z 2030-03-11T09:00:00Z 2030-03-25T09:00:00Z'
	api PATCH "/api/tasks/$id/complete"
	equal "$(shown 2030-03-01 2030-03-31 UTC '.occurrence + "=" + .start[5:10]')" '2030-03-11T09:00=03-11 2030-03-25T09:00=03-25'
	# Put off past others: it is there, and so are they, whatever part of it is asked for.
	api POST "/api/tasks/$id/snooze" '{"mode": "task", "until": "2030-03-28T10:00:00Z"}'
	expect_status 200
	equal "$(shown 2030-03-01 2030-04-02 UTC '.occurrence + "=" + .start[5:10]')" \
		'2030-03-25T09:00=03-25 2030-03-11T09:00=03-28 2030-04-01T09:00=04-01'
	calendar 2030-03-01 2030-04-02
	expect_json '[.items[] | select(.changed).start[5:10]] == ["03-28"]'
	equal "$(shown 2030-03-24 2030-03-25 UTC '.occurrence + "=" + .start[5:10]')" '2030-03-25T09:00=03-25'
	equal "$(shown 2030-04-02 2030-04-10 UTC '.start[5:10]')" 04-08
	# The next one after it is done is not known before.
	register
	task 'due: {date: "2026-03-02"}, recurrence: {rrule: "FREQ=DAILY;INTERVAL=3", after_completion: true}'
	equal "$(shown 2026-03-01 2026-03-31)" 2026-03-02
}

@test "whatever a rule says, the calendar answers soon" {
	local start rule
	while read -r start rule; do
		register
		API_TIMEOUT=5 series "$start" "$rule"
		began
		API_TIMEOUT=5 calendar 2026-01-01 2026-12-31
		API_TIMEOUT=5 calendar 2199-06-01 2199-12-31 Australia/Lord_Howe
		API_TIMEOUT=5 api GET /api/events
		within 6
	done <<-END
		1900-01-01T00:00 FREQ=DAILY;UNTIL=99991231T235959
		1900-01-01T00:00 FREQ=YEARLY;COUNT=10000
		1900-01-01 FREQ=YEARLY;INTERVAL=298
		1904-02-29 FREQ=YEARLY;INTERVAL=8
		1900-01-01T00:00@Europe/Berlin FREQ=MINUTELY
		1900-01-01T00:00@Africa/Casablanca FREQ=MINUTELY;COUNT=100000
		2026-01-01T00:00@Europe/Berlin FREQ=SECONDLY;INTERVAL=60
		1900-01-01T00:00 FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,12;BYSETPOS=-1
		1900-01-01T00:00 FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR;BYMONTH=2;BYHOUR=3;BYMINUTE=33
	END
}

@test "a series of minutes is cut where there are too many of it, and says so; a day of it is whole" {
	series 2026-01-01T00:00@UTC FREQ=MINUTELY
	calendar 2026-01-01 2026-12-31
	expect_json '.truncated and (.items | length) == 20000'
	calendar 2026-12-24 2026-12-24
	expect_json '.truncated == false and (.items | length) == 1440 and .items[0].start == "2026-12-24T00:00:00Z"'
	# Of many as of few, what the client has is not sent again.
	local etag
	etag=$(header ETag)
	api GET '/api/calendar?start=2026-12-24&end=2026-12-24&tz=UTC' -H "If-None-Match: $etag"
	expect_status 304
	equal "$body" "" "body of the 304"
	api PATCH "/api/events/$id" '{"title": "renamed"}'
	expect_status 200
	api GET '/api/calendar?start=2026-12-24&end=2026-12-24&tz=UTC' -H "If-None-Match: $etag"
	expect_status 200
	expect_json '.items[0].title == "renamed"'
	# Another under the same id, as new as the first was, is another.
	local own=01a223cf-2e11-734b-898b-2f0b167e0001
	event "id: \"$own\", title: \"first\""
	calendar 2026-03-02 2026-03-02
	etag=$(header ETag)
	api DELETE "/api/events/$own?permanent=true"
	event "id: \"$own\", title: \"second\""
	api GET '/api/calendar?start=2026-03-02&end=2026-03-02&tz=UTC' -H "If-None-Match: $etag"
	expect_status 200
	# It hides no others.
	series 2026-12-01T09:00@UTC FREQ=WEEKLY 'title: "Choir"'
	event 'title: "Party", start: {local: "2026-12-31T20:00"}'
	calendar 2026-01-01 2026-12-31
	expect_json '.truncated and ([.items[] | select(.title == "Choir" or .title == "Party") | .title] == ["Choir", "Choir", "Choir", "Choir", "Choir", "Party"])'
}

@test "five hundred weekly series: a year of them, every one" {
	sql "INSERT INTO planning.events (user_id, id, title, start, duration, recurrence, start_local, span_from, span_to)
		SELECT '$USER_ID', gen_random_uuid(), 'series ' || n, jsonb_build_object('local', '2026-01-0' || 1 + n % 7 || 'T09:00', 'time_zone', 'Europe/Berlin'),
		       'PT1H', '{\"rrule\": \"FREQ=WEEKLY\", \"exdates\": []}', '2026-01-01T09:00', '2025-12-31', 'infinity'
		FROM generate_series(1, 500) AS n"
	began
	API_TIMEOUT=10 calendar 2026-01-01 2026-12-31 Europe/Berlin
	within 10
	# 2026 begins and ends on a Thursday: 53 of those, 52 of all others.
	expect_json '.truncated == false and (.items | length) == 500 * 52 + (500 / 7 | floor)'
	expect_json '[.items[].start] == ([.items[].start] | sort)'
	((SAN == 1 || $(peak planning) < 65536)) || fail "a process took $(peak planning) KiB"
}
