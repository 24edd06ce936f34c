#!/usr/bin/env bats
# events: made, changed and taken away, the whole series, one occurrence of it, or all from one on, from outside.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common
load calendar

setup() {
	register_as me
}

# The types of the user's events, oldest first, on one line.
said() {
	sql "SELECT string_agg(type, ' ' ORDER BY id) FROM bus.events WHERE user_id = '$USER_ID' AND type LIKE 'Event%'"
}

# change SCOPE OCCURRENCE CHANGES [METHOD]: one request about the event of `id`, which succeeds.
change() {
	api "${4:-PATCH}" "/api/events/$id?scope=$1&occurrence=$2" "$3"
	expect_status 200
}

# take SCOPE OCCURRENCE
take() {
	api DELETE "/api/events/$id?scope=$1&occurrence=$2"
	expect_status 204
}

# Occurrences of 2026 as "03-02T09:00" in UTC, titles behind those that are not called x.
year() {
	shown 2026-01-01 2026-12-31 UTC '(.start | .[5:16]) + (if .title == "x" then "" else "=" + .title end)'
}

# Mondays in March at nine, for four weeks.
mondays() {
	series 2026-03-02T09:00 'FREQ=WEEKLY;COUNT=4' "duration: \"PT1H\"${1:+, $1}"
}

@test "a parameter that an event does not know changes nothing: it may be a slip of the pen" {
	series 2027-06-07T10:00 FREQ=WEEKLY
	api DELETE "/api/events/$id?scop=this&occurrence=2027-06-14T10:00"
	expect_problem 400 bad_request
	api PATCH "/api/events/$id?scope=this&occurence=2027-06-14T10:00" '{"title":"moved"}'
	expect_problem 400 bad_request
	api GET "/api/events/$id"
	expect_json '.version == 1'
}

@test "one occurrence keeps to the kind of clock that its series has" {
	series 2027-06-07T10:00@Europe/Berlin FREQ=WEEKLY
	api PATCH "/api/events/$id?scope=this&occurrence=2027-06-14T10:00" '{"start":{"local":"2027-06-14T11:00","time_zone":null}}'
	expect_invalid /start invalid
	api PATCH "/api/events/$id?scope=this&occurrence=2027-06-21T10:00" '{"start":{"local":"2027-06-21T11:00"}}'
	expect_json '.overrides["2027-06-21T10:00"].start == {local: "2027-06-21T11:00", time_zone: "Europe/Berlin"}'
	api PATCH "/api/events/$id?scope=this&occurrence=2027-06-14T10:00" '{"recurrence":null}'
	expect_invalid /recurrence not_allowed
	api PATCH "/api/events/$id?scope=this&occurrence=2027-06-14T10:00" '{"start":{"date":"2027-06-14"}}'
	expect_status 200
}

@test "made with everything: 201 with Location, ETag and all of it; the event that is published has it too" {
	api POST /api/tasks/categories '{"name": "Team"}'
	local category made
	category=$(json .id)
	event "title: \"Stand-up\", description: \"Bring\\n*coffee*\", location: \"Room 1\\nLeft\", category_id: \"$category\", tags: [\"Work/Daily\", \"work\"],
		start: {local: \"2026-03-02T09:00\", time_zone: \"Europe/Berlin\"}, end: {local: \"2026-03-02T04:00\", time_zone: \"America/New_York\"},
		recurrence: {rrule: \"FREQ=WEEKLY;BYDAY=MO,WE\", exdates: [\"2026-03-04T09:00\"], rdates: [\"2026-03-06T09:00\"]},
		reminders: [{offset_minutes: -10}, {offset_minutes: 0, relative_to: \"end\"}, {at: \"2026-03-02T07:30:00+01:00\"}]"
	made=$body
	expect_header Location "/api/events/$id"
	expect_header ETag '"1"'
	expect_json '.title == "Stand-up" and .description == "Bring\n*coffee*" and .location == "Room 1\nLeft" and .version == 1'
	expect_json .category_id "$category"
	expect_json '.tags == ["work", "work/daily"] and .duration == null and .overrides == {}'
	expect_json '.start == {local: "2026-03-02T09:00", time_zone: "Europe/Berlin"} and .end == {local: "2026-03-02T04:00", time_zone: "America/New_York"}'
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY;BYDAY=MO,WE", exdates: ["2026-03-04T09:00"], rdates: ["2026-03-06T09:00"]}'
	expect_json '.reminders == [{offset_minutes: -10, relative_to: "start"}, {offset_minutes: 0, relative_to: "end"}, {at: "2026-03-02T06:30:00Z"}]'
	expect_json 'keys == ["category_id", "created_at", "description", "duration", "end", "id", "location", "overrides", "recurrence", "reminders",
		"start", "tags", "title", "updated_at", "version"]'
	api GET "/api/events/$id"
	expect_status 200
	expect_json ". == $made"
	api GET "/api/events/$id" -H 'If-None-Match: "1"'
	expect_status 304
	equal "$(sql "SELECT type, version, payload ->> 'title', payload -> 'start' ->> 'local' FROM bus.events WHERE aggregate_id = '$id'")" \
		'EventCreated|1|Stand-up|2026-03-02T09:00'
}

@test "three kinds of time stay what they were said to be; what was not said has its default" {
	local said
	for said in 2026-03-29 2026-03-29T02:30 2026-03-29T02:30@Europe/Berlin 2026-03-29T02:30:15@Pacific/Chatham 1900-01-01 2199-12-31T23:59; do
		event "start: $(when "$said")"
		expect_json ".start == $(when "$said") and .end == null and .duration == null and .recurrence == null"
		expect_json '.description == "" and .location == "" and .category_id == null and .tags == [] and .reminders == []'
		api GET "/api/events/$id"
		expect_json ".start == $(when "$said")"
	done
	event "start: $(when 2026-03-29), end: $(when 2026-04-01)"
	expect_json ".end == $(when 2026-04-01)"
	event "start: $(when 2026-03-29T09:00), duration: \"P1DT1H30M\""
	expect_json .duration P1DT1H30M
}

@test "every bad field is named at once, with its pointer and code" {
	api POST /api/events '{"title": " ", "description": 3, "location": ["here"], "category_id": "x", "tags": ["two words"], "start": "2026-03-02",
		"end": {"date": "2026-02-30"}, "duration": "1h", "recurrence": "daily", "reminders": {}, "overrides": {}, "version": 3, "colour": 1}'
	expect_invalid /title required /description wrong_type /location wrong_type /category_id invalid /tags/0 invalid /start wrong_type \
		/end/date invalid /duration invalid /recurrence wrong_type /reminders wrong_type /overrides read_only /version read_only \
		/colour unknown_field
	api POST /api/events '{}'
	expect_invalid /title required /start required
}

@test "what is refused: times, ends, durations, reminders, categories" {
	local day='"start":{"date":"2026-03-02"}' nine='"start":{"local":"2026-03-02T09:00"}'
	local zoned='"start":{"local":"2026-03-02T09:00","time_zone":"Europe/Berlin"}' members wanted
	while IFS='|' read -r members wanted; do
		[ -n "$members" ] || continue
		api POST /api/events "{\"title\":\"x\",$members}"
		# shellcheck disable=SC2086 # pairs
		expect_invalid $wanted
	done <<-END
		"start":{}|/start invalid
		"start":{"date":"2026-03-02","local":"2026-03-02T09:00"}|/start invalid
		"start":{"date":"2026-03-02","time_zone":"Europe/Berlin"}|/start invalid
		"start":{"date":"2026-03-02","zone":"Europe/Berlin"}|/start/zone unknown_field
		"start":{"date":"2026-3-2"}|/start/date invalid
		"start":{"date":20260302}|/start/date wrong_type
		"start":{"local":"2026-03-02T24:00"}|/start/local invalid
		"start":{"local":"2026-03-02T09:00Z"}|/start/local invalid
		"start":{"local":"2026-03-02T09:00+01:00"}|/start/local invalid
		"start":{"local":"1899-12-31T09:00"}|/start/local invalid
		"start":{"local":"2026-03-02T09:00","time_zone":"Mars/Base"}|/start/time_zone invalid
		"start":{"local":"2026-03-02T09:00","time_zone":"../../etc/passwd"}|/start/time_zone invalid
		$nine,"end":{"local":"2026-03-02T08:59"}|/end invalid
		$nine,"end":{"date":"2026-03-03"}|/end invalid
		$zoned,"end":{"local":"2026-03-02T10:00"}|/end invalid
		$zoned,"end":{"local":"2026-03-02T02:00","time_zone":"America/New_York"}|/end invalid
		$day,"end":{"date":"2026-03-02"}|/end invalid
		$day,"end":{"date":"2027-03-04"}|/end out_of_range
		$nine,"end":{"local":"2026-03-02T10:00"},"duration":"PT1H"|/duration not_allowed
		$day,"duration":"PT1H"|/duration invalid
		$day,"duration":"P0D"|/duration invalid
		$nine,"duration":"-PT1H"|/duration invalid
		$nine,"duration":"P1Y"|/duration invalid
		$nine,"duration":"P"|/duration too_short
		$nine,"duration":"PT"|/duration invalid
		$nine,"duration":"P400D"|/duration invalid
		$nine,"duration":"PT9999999H"|/duration invalid
		$nine,"reminders":[{}]|/reminders/0 invalid
		$nine,"reminders":[{"at":"2026-03-02"}]|/reminders/0/at invalid
		$nine,"reminders":[{"offset_minutes":-5},{"offset_minutes":1.5}]|/reminders/1/offset_minutes wrong_type
		$nine,"reminders":[{"offset_minutes":600000}]|/reminders/0/offset_minutes out_of_range
		$nine,"reminders":[{"offset_minutes":-5,"relative_to":"due"}]|/reminders/0/relative_to not_allowed
		$nine,"reminders":[{"at":"2026-03-02T09:00:00Z","offset_minutes":1}]|/reminders/0 invalid
		$nine,"category_id":"01890000-0000-7000-8000-000000000000"|/category_id not_found
	END
	api POST /api/events "$(jq -nc '{title: "x", start: {date: "2026-03-02"}, reminders: [range(11) | {offset_minutes: .}]}')"
	expect_invalid /reminders too_long
	api POST /api/events "$(jq -nc '{title: ("x" * 501), description: ("é" * 20001), start: {date: "2026-03-02"}}')"
	expect_invalid /title too_long /description too_long
	api GET /api/events
	expect_json '.items == []'
}

@test "recurrences that are wrong, would never occur or cost too much are refused, each at once and with its reason" {
	local start rule code
	while read -r start rule code; do
		API_TIMEOUT=5 api POST /api/events "{\"title\": \"x\", \"start\": $(when "$start"), \"recurrence\": {\"rrule\": \"$rule\"}}"
		expect_invalid /recurrence/rrule "$code"
	done <<-END
		2026-03-02T09:00 FREQ=SOMETIMES invalid_rrule
		2026-03-02T09:00 DAILY invalid_rrule
		2026-03-02T09:00 FREQ=DAILY;INTERVAL=0 invalid_rrule
		2026-03-02T09:00 FREQ=DAILY;COUNT=0 invalid_rrule
		2026-03-02T09:00 FREQ=DAILY;COUNT=2;UNTIL=20260401 invalid_rrule
		2026-03-02T09:00 FREQ=WEEKLY;BYDAY=XX invalid_rrule
		2026-03-02T09:00 FREQ=WEEKLY;BYDAY=2MO invalid_rrule
		2026-03-02T09:00 FREQ=MONTHLY;BYMONTHDAY=32 invalid_rrule
		2026-03-02T09:00 FREQ=MONTHLY;BYSETPOS=1 invalid_rrule
		2026-03-02T09:00 FREQ=DAILY;X-WHAT=1 invalid_rrule
		2026-03-02T09:00 FREQ=DAILY;UNTIL=20260431T090000Z invalid_rrule
		2026-03-02 FREQ=HOURLY invalid_rrule
		2026-03-02T09:00 FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 never_occurs
		2026-03-02T09:00 FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31 never_occurs
		2026-03-02T09:00 FREQ=DAILY;UNTIL=20260301T000000Z never_occurs
		2026-03-02T09:00 FREQ=SECONDLY too_frequent
		2026-03-02T09:00 FREQ=SECONDLY;INTERVAL=59 too_frequent
		2026-03-02T09:00 FREQ=MINUTELY;BYSECOND=0,30 too_frequent
		2026-03-02T09:00 FREQ=SECONDLY;INTERVAL=61;BYMONTH=2;BYMONTHDAY=30 never_occurs
		2026-03-02T09:00 FREQ=MINUTELY;COUNT=999999999 too_expensive
	END
	api POST /api/events '{"title": "x", "start": {"date": "2026-03-02"}, "recurrence": {}}'
	expect_invalid /recurrence/rrule required
	api POST /api/events '{"title": "x", "start": {"date": "2026-03-02"},
		"recurrence": {"rrule": "FREQ=DAILY;COUNT=2", "exdates": ["2026-03-02", "2026-03-03"]}}'
	expect_invalid /recurrence/rrule never_occurs
	api POST /api/events '{"title": "x", "start": {"date": "2026-03-02"},
		"recurrence": {"rrule": "FREQ=DAILY", "exdates": ["soon"], "rdates": "x", "after_completion": 1, "every": 2}}'
	expect_invalid /recurrence/exdates/0 invalid /recurrence/rdates wrong_type /recurrence/after_completion wrong_type \
		/recurrence/every unknown_field
	api POST /api/events '{"title": "x", "start": {"date": "2026-03-02"}, "recurrence": {"rrule": "FREQ=DAILY", "after_completion": true}}'
	expect_invalid /recurrence/after_completion not_allowed
	api POST /api/events "$(jq -nc '{title: "x", start: {date: "2026-03-02"},
		recurrence: {rrule: ("FREQ=DAILY;BYDAY=" + ("MO," * 400) + "MO"), exdates: [range(1001) | "2026-03-02"]}}')"
	expect_invalid /recurrence/rrule too_long /recurrence/exdates too_long
}

@test "a client's id and Idempotency-Key: again is the same, otherwise is refused" {
	local own
	own=$(uuid7)
	local content="\"id\": \"$own\", \"start\": {\"date\": \"2026-03-02\"}, \"recurrence\": {\"rrule\": \"FREQ=DAILY\"}"
	api POST /api/events "{\"title\": \"a\", $content}"
	expect_status 201
	expect_json .id "$own"
	api POST /api/events "{\"title\": \"a\", $content}"
	expect_status 200
	api POST /api/events "{\"title\": \"b\", $content}"
	expect_problem 409 id_conflict
	api POST /api/events '{"title": "k", "start": {"date": "2026-03-02"}}' -H 'Idempotency-Key: k'
	expect_status 201
	local first
	first=$(json .id)
	api POST /api/events '{"title": "k", "start": {"date": "2026-03-02"}}' -H 'Idempotency-Key: k'
	expect_status 201
	expect_header Idempotency-Replayed true
	expect_json .id "$first"
	api POST /api/events '{"title": "other", "start": {"date": "2026-03-02"}}' -H 'Idempotency-Key: k'
	expect_problem 422 idempotency_mismatch
	equal "$(said)" 'EventCreated EventCreated'
}

@test "changed: PATCH leaves what it does not name, PUT replaces, If-Match is held to" {
	event "start: $(when 2026-03-02T09:00), duration: \"PT1H\", location: \"Here\", tags: [\"a\"], recurrence: {rrule: \"FREQ=DAILY;BYDAY=MO;COUNT=9\", exdates: [\"2026-03-09T09:00\"]}"
	api PATCH "/api/events/$id" '{"title": "y"}' -H 'If-Match: "1"'
	expect_status 200
	expect_json '.title == "y" and .location == "Here" and .duration == "PT1H" and .tags == ["a"] and .version == 2'
	expect_json '.recurrence == {rrule: "FREQ=DAILY;BYDAY=MO;COUNT=9", exdates: ["2026-03-09T09:00"]}'
	api PATCH "/api/events/$id" '{"title": "z"}' -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	expect_json '.current.title == "y" and .current.version == 2'
	# Who names an end takes the duration away, and the other way about.
	api PATCH "/api/events/$id" "{\"end\": $(when 2026-03-02T11:00)}"
	expect_json ".end == $(when 2026-03-02T11:00) and .duration == null"
	api PATCH "/api/events/$id" '{"duration": "PT15M"}'
	expect_json '.end == null and .duration == "PT15M"'
	api PATCH "/api/events/$id" "{\"end\": $(when 2026-03-02T11:00), \"duration\": \"PT1H\"}"
	expect_invalid /duration not_allowed
	api PATCH "/api/events/$id" '{"duration": null, "recurrence": {"rrule": "FREQ=WEEKLY"}}'
	expect_json '.duration == null and .recurrence == {rrule: "FREQ=WEEKLY", exdates: ["2026-03-09T09:00"]}'
	api PATCH "/api/events/$id" '{"recurrence": {"exdates": null}}'
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY", exdates: []}'
	api PATCH "/api/events/$id" '{"recurrence": null}'
	expect_json '.recurrence == null and .version == 7'
	api PATCH "/api/events/$id" '{"title": null, "start": null}'
	expect_invalid /title wrong_type /start wrong_type
	api PUT "/api/events/$id" '{"title": "y", "start": {"date": "2026-04-01"}}' -H 'If-Match: "6"'
	expect_problem 412 version_mismatch
	api PUT "/api/events/$id" '{"title": "y", "start": {"date": "2026-04-01"}}'
	expect_status 200
	expect_json '.location == "" and .tags == [] and .start == {date: "2026-04-01"} and .version == 8'
	api PUT "/api/events/$id" '{"title": "y", "start": {"date": "2026-04-01"}}'
	expect_json .version 8
	api PUT "/api/events/$id" '{"location": "x"}'
	expect_invalid /title required /start required
	api DELETE "/api/events/$id" -H 'If-Match: "7"'
	expect_problem 412 version_mismatch
}

@test "listed newest first or as they begin, by category, tag and time, in pages" {
	api POST /api/tasks/categories '{"name": "Home"}'
	local category
	category=$(json .id)
	event 'title: "later", start: {date: "2026-05-01"}, tags: ["a/b"]'
	event "title: \"early\", start: $(when 2026-04-01T09:00@Asia/Tokyo), category_id: \"$category\""
	series 2026-03-01T09:00 FREQ=MONTHLY 'title: "series", tags: ["a", "c"]'
	api GET '/api/events?count=true'
	expect_json '[.items[].title] == ["series", "early", "later"] and .total == 3 and .next_cursor == null'
	api GET '/api/events?sort=start&limit=2'
	expect_json '[.items[].title] == ["series", "early"]'
	expect_header_like Link 'rel="next"'
	api GET "/api/events?sort=start&limit=2&cursor=$(json .next_cursor)"
	expect_json '[.items[].title] == ["later"] and .next_cursor == null'
	api GET "/api/events?category=$category&count=true"
	expect_json '[.items[].title] == ["early"] and .total == 1'
	api GET '/api/events?category=none&sort=start&count=true'
	expect_json '[.items[].title] == ["series", "later"] and .total == 2'
	api GET '/api/events?tag=a'
	expect_json '[.items[].title] == ["series", "later"]'
	api GET '/api/events?tag=a&tag=c'
	expect_json '[.items[].title] == ["series"]'
	api GET '/api/events?from=2026-04-10&to=2026-05-10&sort=start'
	expect_json '[.items[].title] == ["series", "later"]'
	api GET '/api/events?to=2026-03-10'
	expect_json '[.items[].title] == ["series"]'
	local bad
	for bad in sort=title category=x from=soon limit=0 limit=201 trash=perhaps; do
		api GET "/api/events?$bad"
		expect_problem 400 bad_request
	done
	api GET '/api/events?cursor=nonsense'
	expect_problem 400 bad_cursor
}

@test "trash: out of lists and calendar, back again, or erased" {
	mondays
	api DELETE "/api/events/$id"
	expect_status 204
	api GET "/api/events/$id"
	expect_problem 404 not_found
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-09T09:00" '{"title": "y"}'
	expect_problem 404 not_found
	equal "$(year)" ''
	api GET '/api/events?trash=true'
	expect_json ".items[0].id == \"$id\" and (.items[0].deleted_at | type) == \"string\""
	api POST "/api/events/$id/restore"
	expect_status 200
	expect_json '.version == 3 and .recurrence.rrule == "FREQ=WEEKLY;COUNT=4"'
	api POST "/api/events/$id/restore"
	expect_problem 404 not_found
	equal "$(year)" '03-02T09:00 03-09T09:00 03-16T09:00 03-23T09:00'
	api DELETE "/api/events/$id?permanent=true"
	expect_status 204
	api GET '/api/events?trash=true'
	expect_json '.items == []'
	equal "$(said)" 'EventCreated EventDeleted EventRestored EventDeleted'
}

@test "scope=this: one occurrence is changed, again, put back, replaced, and taken out" {
	mondays 'location: "Here", reminders: [{offset_minutes: -10}]'
	change this 2026-03-09T09:00 '{"title": "y"}'
	expect_json '.title == "x" and .overrides == {"2026-03-09T09:00": {title: "y"}} and .version == 2'
	equal "$(year)" '03-02T09:00 03-09T09:00=y 03-16T09:00 03-23T09:00'
	change this 2026-03-09T09:00 "{\"start\": $(when 2026-03-10T14:00), \"location\": \"There\"}"
	expect_json ".overrides == {\"2026-03-09T09:00\": {title: \"y\", location: \"There\", start: $(when 2026-03-10T14:00)}}"
	equal "$(year)" '03-02T09:00 03-10T14:00=y 03-16T09:00 03-23T09:00'
	calendar 2026-03-10 2026-03-10
	expect_json '.items[0] | .occurrence == "2026-03-09T09:00" and .end == "2026-03-10T15:00:00Z" and .changed and .location == "There"'
	# What is as the series has it is no difference; occurrence alone means this one.
	api PATCH "/api/events/$id?occurrence=2026-03-09T09:00" '{"title": "x", "location": "Here"}'
	expect_json ".overrides == {\"2026-03-09T09:00\": {start: $(when 2026-03-10T14:00)}}"
	change this 2026-03-09T09:00 "{\"title\": \"z\", \"start\": $(when 2026-03-09T10:00), \"end\": $(when 2026-03-09T12:00)}" PUT
	expect_json ".overrides[\"2026-03-09T09:00\"] == {title: \"z\", location: \"\", start: $(when 2026-03-09T10:00),
		end: $(when 2026-03-09T12:00), duration: null, reminders: []}"
	equal "$(year)" '03-02T09:00 03-09T10:00=z 03-16T09:00 03-23T09:00'
	equal "$(shown 2026-03-09 2026-03-09 UTC .end)" 2026-03-09T12:00:00Z
	# It follows what is not its own.
	api PATCH "/api/events/$id" '{"description": "all", "title": "w"}'
	equal "$(year)" '03-02T09:00=w 03-09T10:00=z 03-16T09:00=w 03-23T09:00=w'
	take this 2026-03-09T09:00
	equal "$(year)" '03-02T09:00=w 03-16T09:00=w 03-23T09:00=w'
	api GET "/api/events/$id"
	expect_json '.overrides == {} and .recurrence == {rrule: "FREQ=WEEKLY;COUNT=4", exdates: ["2026-03-09T09:00"]}'
	api DELETE "/api/events/$id?scope=this&occurrence=2026-03-09T09:00"
	expect_problem 404 not_found
}

@test "scope=this of an occurrence with an end of the series' own, of a day, and of a zone" {
	series 2026-03-02T23:00@Europe/Berlin FREQ=DAILY "end: $(when 2026-03-03T01:00@Europe/Berlin)"
	change this 2026-03-28T23:00 '{"title": "y"}'
	expect_json '.overrides == {"2026-03-28T23:00": {title: "y"}}'
	equal "$(shown 2026-03-28 2026-03-29 Europe/Berlin '.start_local + "/" + .end_local')" \
		'2026-03-27T23:00/2026-03-28T01:00 2026-03-28T23:00/2026-03-29T01:00 2026-03-29T23:00/2026-03-30T01:00'
	series 2026-03-02 FREQ=DAILY
	change this 2026-03-05 "{\"start\": $(when 2026-03-05T12:00), \"duration\": \"PT2H\"}"
	calendar 2026-03-05 2026-03-05 Pacific/Kiritimati
	expect_json '.items | map(select(.occurrence == "2026-03-05")) | .[0] | .all_day == false and .start_local == "2026-03-05T12:00" and .end_local == "2026-03-05T14:00"'
}

@test "scope: what makes no sense is 400, 404 or 422, and nothing changes" {
	mondays
	local bad
	for bad in scope=this scope=following scope=some 'scope=this&occurrence=soon'; do
		api PATCH "/api/events/$id?$bad" '{"title": "y"}'
		expect_problem 400 bad_request
		api DELETE "/api/events/$id?$bad"
		expect_problem 400 bad_request
	done
	local none
	for none in 2026-03-09T10:00 2026-03-10T09:00 2026-03-30T09:00 2026-02-23T09:00 2026-03-09; do
		for bad in this following all; do
			api PATCH "/api/events/$id?scope=$bad&occurrence=$none" '{"title": "y"}'
			expect_problem 404 not_found
		done
		api DELETE "/api/events/$id?scope=following&occurrence=$none"
		expect_problem 404 not_found
	done
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-09T09:00" '{"recurrence": {"rrule": "FREQ=DAILY"}}'
	expect_invalid /recurrence not_allowed
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-09T09:00" '{"title": "", "end": {"date": "2026-03-10"}}'
	expect_invalid /title required
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-09T09:00" '{"end": {"date": "2026-03-10"}}'
	expect_invalid /end invalid
	api PATCH "/api/events/$id?scope=following&occurrence=2026-03-09T09:00" '{"recurrence": {"rrule": "FREQ=SECONDLY"}}'
	expect_invalid /recurrence/rrule too_frequent
	# Erasing is for a whole event: with an occurrence it must not take the others along.
	api DELETE "/api/events/$id?scope=this&occurrence=2026-03-09T09:00&permanent=true"
	expect_problem 400 bad_request
	api GET "/api/events/$id"
	expect_json '.version == 1'
	equal "$(said)" EventCreated
}

@test "scope with what does not recur is the event itself; of a series without its last occurrence nothing is left" {
	event "start: $(when 2026-03-02T09:00)"
	local one=$id
	change this 2026-03-02T09:00 '{"title": "y"}'
	expect_json '.title == "y" and .overrides == {} and .recurrence == null'
	change following 2026-03-02T09:00 '{"title": "z"}'
	expect_json ".title == \"z\" and .id == \"$one\""
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-03T09:00" '{"title": "y"}'
	expect_problem 404 not_found
	take this 2026-03-02T09:00
	api GET "/api/events/$one"
	expect_problem 404 not_found
	series 2026-03-02 'FREQ=DAILY;COUNT=3'
	take this 2026-03-03
	take this 2026-03-02
	equal "$(year)" 03-04
	take this 2026-03-04
	api GET '/api/events?trash=true'
	expect_json '[.items[].id] | length' 2
}

@test "scope=following: the old series ends, a new one begins; what was said of occurrences stays on its side" {
	series 2026-03-02T09:00 FREQ=DAILY 'duration: "PT30M", tags: ["a"], reminders: [{offset_minutes: -5}], recurrence: {rrule: "FREQ=DAILY;UNTIL=20260310T090000",
		exdates: ["2026-03-03T09:00", "2026-03-08T09:00"], rdates: ["2026-03-02T18:00", "2026-03-09T18:00"]}'
	local old=$id
	change this 2026-03-04T09:00 '{"title": "before"}'
	change this 2026-03-07T09:00 '{"title": "behind"}'
	change following 2026-03-06T09:00 '{"title": "y"}'
	expect_header Content-Location "/api/events/$(json .id)"
	expect_header ETag '"1"'
	expect_json ".id != \"$old\" and .title == \"y\" and .duration == \"PT30M\" and .tags == [\"a\"] and .start == $(when 2026-03-06T09:00)"
	expect_json '.overrides == {"2026-03-07T09:00": {title: "behind"}} and .reminders == [{offset_minutes: -5, relative_to: "start"}]'
	expect_json '.recurrence == {rrule: "FREQ=DAILY;UNTIL=20260310T090000", exdates: ["2026-03-08T09:00"], rdates: ["2026-03-09T18:00"]}'
	api GET "/api/events/$old"
	expect_json '.recurrence == {rrule: "FREQ=DAILY;UNTIL=20260305T090000", exdates: ["2026-03-03T09:00"], rdates: ["2026-03-02T18:00"]}'
	expect_json '.overrides == {"2026-03-04T09:00": {title: "before"}} and .version == 4'
	equal "$(year)" '03-02T09:00 03-02T18:00 03-04T09:00=before 03-05T09:00 03-06T09:00=y 03-07T09:00=behind 03-09T09:00=y 03-09T18:00=y 03-10T09:00=y'
	equal "$(said)" 'EventCreated EventUpdated EventUpdated EventUpdated EventCreated'
}

@test "scope=following with another time: COUNT is what remains, UNTIL, exdates and overrides move along" {
	series 2026-03-02T09:00 'FREQ=WEEKLY;COUNT=6' 'duration: "PT1H"'
	local old=$id
	take this 2026-03-30T09:00
	change this 2026-03-23T09:00 '{"title": "y"}'
	change following 2026-03-16T09:00 "{\"start\": $(when 2026-03-16T11:00)}"
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY;COUNT=4", exdates: ["2026-03-30T11:00"]} and .overrides == {"2026-03-23T11:00": {title: "y"}}'
	api GET "/api/events/$old"
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY;COUNT=2", exdates: []} and .overrides == {}'
	equal "$(year)" '03-02T09:00 03-09T09:00 03-16T11:00 03-23T11:00=y 04-06T11:00'
	# Across a change of clocks, in the series' zone.
	register
	series 2026-03-02T09:00@Europe/Berlin 'FREQ=WEEKLY;UNTIL=20260413T070000Z'
	change following 2026-03-23T09:00 "{\"start\": $(when 2026-03-24T10:00@Europe/Berlin)}"
	equal "$(year)" '03-02T08:00 03-09T08:00 03-16T08:00 03-24T09:00 03-31T08:00 04-07T08:00 04-14T08:00'
}

@test "scope=following on another weekday: BYDAY follows, and so does what was said of the other days" {
	series 2026-03-02T09:00 'FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=12'
	take this 2026-03-11T09:00
	take this 2026-03-16T09:00
	change this 2026-03-13T09:00 '{"title": "y"}'
	change following 2026-03-09T09:00 "{\"start\": $(when 2026-03-10T10:00)}"
	expect_json '.recurrence.rrule' 'FREQ=WEEKLY;COUNT=9;BYDAY=TU,WE,FR'
	expect_json '.recurrence.exdates == ["2026-03-11T10:00", "2026-03-17T10:00"] and .overrides == {"2026-03-13T10:00": {title: "y"}}'
	equal "$(year)" '03-02T09:00 03-04T09:00 03-06T09:00 03-10T10:00 03-13T10:00=y 03-18T10:00 03-20T10:00 03-24T10:00 03-25T10:00 03-27T10:00'
	register
	series 2026-01-12T09:00 'FREQ=MONTHLY;BYDAY=2MO;COUNT=5'
	change following 2026-03-09T09:00 "{\"start\": $(when 2026-03-12T09:00)}"
	expect_json '.recurrence.rrule' 'FREQ=MONTHLY;COUNT=3;BYDAY=2TH'
	equal "$(year)" '01-12T09:00 02-09T09:00 03-12T09:00 04-09T09:00 05-14T09:00'
	register
	series 2026-01-31 'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=4'
	change following 2026-02-28 "{\"start\": $(when 2026-02-27)}"
	equal "$(year)" '01-31 02-27 03-30 04-29'
	# To an earlier day: the last one is still the last.
	register
	series 2026-03-03T09:00 'FREQ=WEEKLY;BYDAY=TU,FR;UNTIL=20260320T090000'
	change following 2026-03-10T09:00 "{\"start\": $(when 2026-03-09T09:00)}"
	equal "$(year)" '03-03T09:00 03-06T09:00 03-09T09:00 03-13T09:00 03-16T09:00 03-20T09:00'
}

@test "a rule that counts days does not follow to one that it does not count; to one that it does it goes" {
	series 2027-01-29T10:00 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1' 'duration: "PT1H"'
	api PATCH "/api/events/$id?scope=following&occurrence=2027-02-26T10:00" '{"start":{"local":"2027-02-25T11:00"}}'
	expect_invalid /start invalid
	api PATCH "/api/events/$id" '{"start":{"local":"2027-01-28T10:00"}}'
	expect_invalid /start invalid
	api GET "/api/events/$id"
	expect_json '.version == 1'
	api PATCH "/api/events/$id" '{"start":{"local":"2026-12-31T11:00"}}'
	expect_json '.version == 2 and .recurrence.exdates == []'
	calendar 2026-12-01 2027-03-31 UTC
	expect_json '[.items[].start_local] == ["2026-12-31T11:00", "2027-01-29T11:00", "2027-02-26T11:00", "2027-03-31T11:00"]'
	api PATCH "/api/events/$id?scope=this&occurrence=2027-02-26T11:00" '{"start":{"local":"2027-02-25T11:00"}}'
	expect_status 200
	api PATCH "/api/events/$id?scope=following&occurrence=2027-03-31T11:00" '{"start":{"local":"2027-03-30T11:00"},"recurrence":{"rrule":"FREQ=MONTHLY"}}'
	expect_json '.recurrence.rrule == "FREQ=MONTHLY"'
}

@test "a local end without a zone is on the clocks of the start, unless it was on others" {
	event "start: $(when 2027-01-05T10:00@Europe/Berlin), duration: \"PT1H\""
	api PATCH "/api/events/$id" '{"end":{"local":"2027-01-05T12:00"}}'
	expect_json '.end == {local: "2027-01-05T12:00", time_zone: "Europe/Berlin"} and .duration == null'
	api PATCH "/api/events/$id" '{"start":{"local":"2027-01-05T09:00","time_zone":"Asia/Tokyo"},"end":{"local":"2027-01-05T10:00"}}'
	expect_json '.end == {local: "2027-01-05T10:00", time_zone: "Asia/Tokyo"}'
	api PATCH "/api/events/$id" '{"start":{"local":"2027-01-05T09:00","time_zone":null},"end":{"local":"2027-01-05T10:00"}}'
	expect_json '.start == {local: "2027-01-05T09:00"} and .end == {local: "2027-01-05T10:00"}'
	event "start: $(when 2027-01-05T10:00@Europe/Berlin), end: $(when 2027-01-05T14:00@America/New_York)"
	api PATCH "/api/events/$id" '{"end":{"local":"2027-01-05T15:00"}}'
	expect_json '.end == {local: "2027-01-05T15:00", time_zone: "America/New_York"}'
}

@test "scope=following with PUT replaces what follows, also what recurs of it" {
	mondays 'location: "Here"'
	change following 2026-03-16T09:00 "{\"title\": \"y\", \"start\": $(when 2026-03-16T08:00), \"recurrence\": {\"rrule\": \"FREQ=DAILY;COUNT=2\"}}" PUT
	expect_json '.location == "" and .duration == null and .recurrence.rrule == "FREQ=DAILY;COUNT=2"'
	equal "$(year)" '03-02T09:00 03-09T09:00 03-16T08:00=y 03-17T08:00=y'
	register
	mondays
	change following 2026-03-16T09:00 '{"title": "y", "recurrence": null}'
	equal "$(year)" '03-02T09:00 03-09T09:00 03-16T09:00=y'
	api GET "/api/events/$id"
	expect_json '.recurrence.rrule' 'FREQ=WEEKLY;COUNT=2'
}

@test "scope=following: what the request says wins over what was said of the very occurrence" {
	mondays
	change this 2026-03-16T09:00 "{\"title\": \"old\", \"location\": \"There\", \"start\": $(when 2026-03-16T15:00)}"
	change following 2026-03-16T09:00 "{\"title\": \"new\", \"start\": $(when 2026-03-16T16:00)}"
	equal "$(year)" '03-02T09:00 03-09T09:00 03-16T16:00=new 03-23T16:00=new'
	equal "$(shown 2026-03-01 2026-03-31 UTC '.location + "-"')" '- - There- -'
}

@test "scope=following from the first occurrence that there is, is all; deleted from there, nothing is left" {
	mondays
	local whole=$id
	change following 2026-03-02T09:00 '{"title": "y"}'
	expect_json ".id == \"$whole\" and .title == \"y\" and .recurrence.rrule == \"FREQ=WEEKLY;COUNT=4\""
	# The first is gone: the second is the first.
	take this 2026-03-02T09:00
	change following 2026-03-09T09:00 "{\"title\": \"x\", \"start\": $(when 2026-03-09T10:00)}"
	expect_json .id "$whole"
	equal "$(year)" '03-09T10:00 03-16T10:00 03-23T10:00'
	take following 2026-03-23T10:00
	equal "$(year)" '03-09T10:00 03-16T10:00'
	take following 2026-03-09T10:00
	api GET "/api/events/$whole"
	expect_problem 404 not_found
	api POST "/api/events/$whole/restore"
	equal "$(year)" '03-09T10:00 03-16T10:00'
}

@test "scope=all moves the whole series by as much as the occurrence was moved" {
	series 2026-03-02T09:00 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20260330T090000' "end: $(when 2026-03-02T10:00)"
	take this 2026-03-09T09:00
	change this 2026-03-23T09:00 '{"title": "y"}'
	change all 2026-03-16T09:00 "{\"start\": $(when 2026-03-17T14:00), \"end\": $(when 2026-03-17T16:00)}"
	expect_json ".start == $(when 2026-03-03T14:00) and .end == $(when 2026-03-03T16:00)"
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY;UNTIL=20260331T140000;BYDAY=TU", exdates: ["2026-03-10T14:00"]}'
	equal "$(year)" '03-03T14:00 03-17T14:00 03-24T14:00=y 03-31T14:00'
	change all 2026-03-17T14:00 "{\"end\": $(when 2026-03-17T15:00)}"
	expect_json ".start == $(when 2026-03-03T14:00) and .end == $(when 2026-03-03T15:00)"
	change all 2026-03-17T14:00 '{"title": "z"}'
	equal "$(year)" '03-03T14:00=z 03-17T14:00=z 03-24T14:00=y 03-31T14:00=z'
	# The same without an occurrence: the start is the series' own.
	api PATCH "/api/events/$id" "{\"start\": $(when 2026-03-04T14:00), \"end\": $(when 2026-03-04T15:00)}"
	equal "$(year)" '03-04T14:00=z 03-18T14:00=z 03-25T14:00=y 04-01T14:00=z'
	# To whole days: what was taken out and what was changed are still those.
	change all 2026-03-18T14:00 "{\"start\": $(when 2026-03-18), \"end\": null}"
	equal "$(year)" '03-04=z 03-18=z 03-25=y 04-01=z'
}

@test "a series whose rule is left alone keeps it letter by letter, whatever else is changed" {
	series 2026-03-02T09:00 'FREQ=WEEKLY;WKST=MO;BYDAY=MO;COUNT=1'
	api PATCH "/api/events/$id" '{"title": "y"}'
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY;WKST=MO;BYDAY=MO;COUNT=1", exdates: []}'
	api PUT "/api/events/$id" "$(jq -c '{title: "z", start, recurrence}' <<<"$body")"
	expect_json '.recurrence == {rrule: "FREQ=WEEKLY;WKST=MO;BYDAY=MO;COUNT=1", exdates: []}'
}

@test "an occurrence that a rule alone did not make can be changed and taken out" {
	series 2026-03-02T09:00 'FREQ=WEEKLY;COUNT=2' 'recurrence: {rrule: "FREQ=WEEKLY;COUNT=2", rdates: ["2026-02-20T09:00", "2026-03-05T18:00", "2026-03-06T18:00"]}'
	equal "$(year)" '02-20T09:00 03-02T09:00 03-05T18:00 03-06T18:00 03-09T09:00'
	change this 2026-03-05T18:00 '{"title": "y"}'
	take this 2026-03-06T18:00
	take this 2026-03-02T09:00
	equal "$(year)" '02-20T09:00 03-05T18:00=y 03-09T09:00'
	take following 2026-03-05T18:00
	equal "$(year)" '02-20T09:00'
	take this 2026-02-20T09:00
	api GET "/api/events/$id"
	expect_problem 404 not_found
}

@test "PUT with what recurs sent back keeps the series, without a word of it ends it" {
	mondays
	change all 2026-03-09T09:00 "{\"title\": \"y\", \"start\": $(when 2026-03-09T10:00), \"recurrence\": {\"rrule\": \"FREQ=WEEKLY;COUNT=4\"}}" PUT
	equal "$(year)" '03-02T10:00=y 03-09T10:00=y 03-16T10:00=y 03-23T10:00=y'
	change this 2026-03-09T10:00 '{"title": "z"}'
	api PUT "/api/events/$id" "{\"title\": \"x\", \"start\": $(when 2026-03-02T10:00)}"
	expect_json '.recurrence == null and .overrides == {}'
	equal "$(year)" 03-02T10:00
}

@test "scope=following from a date beside the rule: the rule goes on where it was" {
	series 2026-03-02T09:00 'FREQ=WEEKLY;INTERVAL=2' "end: $(when 2026-03-02T10:00), recurrence: {rrule: \"FREQ=WEEKLY;INTERVAL=2;COUNT=4\", rdates: [\"2026-03-11T18:00\"]}"
	change following 2026-03-11T18:00 '{"title": "y"}'
	equal "$(year)" '03-02T09:00 03-11T18:00=y 03-16T09:00=y 03-30T09:00=y 04-13T09:00=y'
	equal "$(shown 2026-03-11 2026-03-16 UTC '.end[5:16]')" '03-11T19:00 03-16T10:00'
}

@test "two that change all from one on at once: one of them does, and there are two series" {
	mondays
	local n answers workers=()
	for n in 1 2; do
		curl -s -o /dev/null -w '%{http_code}\n' -X PATCH -H "Authorization: Bearer $TOKEN" -H 'If-Match: "1"' -H 'Content-Type: application/json' \
			-d "{\"title\": \"$n\"}" "$AURORA_URL/api/events/$id?scope=following&occurrence=2026-03-16T09:00" >"$BATS_TEST_TMPDIR/answer.$n" 3>&- &
		workers+=($!)
	done
	wait "${workers[@]}"
	answers=$(sort "$BATS_TEST_TMPDIR"/answer.[12] | xargs)
	equal "$answers" '200 412'
	api GET '/api/events?count=true'
	expect_json '.total == 2 and ([.items[].recurrence.rrule] == ["FREQ=WEEKLY;COUNT=2", "FREQ=WEEKLY;COUNT=2"])'
	equal "$(said)" 'EventCreated EventUpdated EventCreated'
}

@test "of a series a thousand occurrences can be taken out and a thousand changed, and then it says no" {
	series 2026-01-01 FREQ=DAILY "recurrence: {rrule: \"FREQ=DAILY\", exdates: [range(1000) | . * 86400 + 1767225600 + 86400 | strftime(\"%Y-%m-%d\")]}"
	api DELETE "/api/events/$id?scope=this&occurrence=2030-01-01"
	expect_problem 409 conflict
	calendar 2030-01-01 2030-01-01
	expect_json '.items | length' 1
	sql "UPDATE planning.events SET recurrence = '{\"rrule\": \"FREQ=DAILY\", \"exdates\": []}', overrides =
		(SELECT jsonb_object_agg(to_char(date '2026-01-01' + n, 'YYYY-MM-DD'), '{\"title\": \"y\"}'::jsonb) FROM generate_series(1, 1000) AS n)
		WHERE id = '$id'"
	api PATCH "/api/events/$id?scope=this&occurrence=2030-01-01" '{"title": "y"}'
	expect_problem 409 conflict
	change this 2026-02-01 '{"title": "w"}'
	expect_json '.overrides | length' 1000
	API_TIMEOUT=10 change following 2026-02-01 "{\"start\": $(when 2026-02-02)}"
	expect_json '.overrides | length' 970
	expect_json '.overrides["2026-02-02"] == {title: "w"}'
}

@test "a personal access token reads with planning:read and writes with planning:write" {
	mondays
	local reader
	api POST /users/me/tokens '{"name": "reader", "scopes": ["planning:read"]}'
	reader=$(json .token)
	TOKEN=$reader api GET "/api/events/$id"
	expect_status 200
	TOKEN=$reader api GET '/api/calendar?start=2026-03-01&end=2026-03-31'
	expect_status 200
	TOKEN=$reader api PATCH "/api/events/$id" '{"title": "y"}'
	expect_problem 403 insufficient_scope
	TOKEN='' api GET /api/events
	expect_problem 401 unauthorized
}

@test "what was said of an occurrence stays when nothing but that is left of its series" {
	series 2027-01-04T10:00 'FREQ=DAILY;COUNT=5' 'duration: "PT1H"'
	api PATCH "/api/events/$id?scope=this&occurrence=2027-01-04T10:00" '{"title":"Kickoff"}'
	api PATCH "/api/events/$id?scope=this&occurrence=2027-01-08T10:00" '{"location":"Room 2"}'
	api PATCH "/api/events/$id?scope=following&occurrence=2027-01-05T10:00" '{"title":"Work"}'
	expect_status 200
	id=$(json .id)
	api PATCH "/api/events/$id?scope=following&occurrence=2027-01-08T10:00" '{"title":"Review"}'
	expect_status 200
	equal "$(shown 2027-01-04 2027-01-08 UTC '.title + "@" + .location')" 'Kickoff@ Work@ Work@ Work@ Review@Room 2'
}

@test "an occurrence that begins later ends when it was said to, also where that is when it would have ended" {
	event "start: $(when 2027-01-04T10:00), end: $(when 2027-01-04T11:00), recurrence: {rrule: \"FREQ=DAILY;COUNT=2\"}"
	api PATCH "/api/events/$id?scope=this&occurrence=2027-01-05T10:00" \
		'{"start":{"local":"2027-01-05T10:30"},"end":{"local":"2027-01-05T11:00"}}'
	expect_status 200
	equal "$(shown 2027-01-05 2027-01-05 UTC '.start_local + " " + .end_local')" '2027-01-05T10:30 2027-01-05T11:00'
}

@test "an end that was said of one occurrence moves along with its series" {
	event "start: $(when 2027-01-04T10:00), end: $(when 2027-01-04T11:00), recurrence: {rrule: \"FREQ=DAILY;COUNT=2\"}"
	api PATCH "/api/events/$id?scope=this&occurrence=2027-01-05T10:00" '{"end":{"local":"2027-01-05T12:00"}}'
	expect_status 200
	api PATCH "/api/events/$id" '{"start":{"local":"2027-01-04T14:00"},"end":{"local":"2027-01-04T15:00"}}'
	expect_status 200
	equal "$(shown 2027-01-05 2027-01-05 UTC '.start_local + " " + .end_local')" '2027-01-05T14:00 2027-01-05T16:00'
}

@test "a series cannot be moved out of the years that there are, and says so" {
	series 1950-01-01T10:00 FREQ=YEARLY
	api PATCH "/api/events/$id?scope=all&occurrence=2150-01-01T10:00" '{"start":{"local":"1950-01-01T10:00"}}'
	expect_invalid /start out_of_range
	api GET '/api/calendar?start=2300-01-01T00:00:00Z&end=2300-02-01T00:00:00Z'
	expect_problem 400 bad_request
}

@test "what is said of single occurrences has a limit, and beyond it nothing is lost" {
	series 2027-01-04T10:00 FREQ=DAILY
	local text
	text=$(printf 'x%.0s' {1..20000})
	for day in {10..22}; do
		api PATCH "/api/events/$id?scope=this&occurrence=2027-01-${day}T10:00" "{\"description\":\"$text\"}"
		expect_status 200
	done
	api PATCH "/api/events/$id?scope=this&occurrence=2027-01-23T10:00" "{\"description\":\"$text\"}"
	expect_invalid '' too_long
	api GET "/api/events/$id"
	expect_json '.overrides | length' 13
}
