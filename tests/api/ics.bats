#!/usr/bin/env bats
# iCalendar: out, in, and the addresses at which calendar programs read, from outside. ical.js reads what is written.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; api sets status, body and headers

load common
load calendar

setup() {
	register_as me
}

samples=$HOUSE_ROOT/tests/planning

# ics FILE: text of components as a calendar, its lines ended by CRLF, into the file.
ics() {
	{
		printf 'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n'
		sed 's/^[[:blank:]]*//; s/^>/ /'
		printf 'END:VCALENDAR\n'
	} | sed 's/$/\r/' >"$1"
}

# import FILE [QUERY]
import() {
	api POST "/api/calendar/import${2:-}" "@$1" -H 'Content-Type: text/calendar'
}

# imported CREATED UPDATED UNCHANGED FAILED: what the last import did.
imported() {
	expect_status 200
	expect_json '[.created, .updated, .unchanged, .failed] | join(" ")' "$*"
}

# export_to FILE [QUERY]
export_to() {
	api GET "/api/calendar/export.ics${2:-}"
	expect_status 200
	cp "$body_file" "$1"
}

# read_by_other FILE [argument…]: ical.js' summary in `body`; fails when it has anything to complain of.
read_by_other() {
	body=$(cd "$HOUSE_ROOT" && node tests/planning/ical.mjs "$@" 2>&1) || fail "ical.js: $body"
}

# unfolded FILE: its lines as they were before they were folded.
unfolded() {
	perl -0pe 's/\r\n[ \t]//g; s/\r\n/\n/g' "$1"
}

# feed [MEMBERS]: a new feed; sets id and address, its path.
feed() {
	api POST /api/calendar/feeds "$(jq -nc "{name: \"f\"} + {${1:-}}")"
	expect_status 201
	id=$(json .id)
	address=/$(json .url | cut -d/ -f 4-)
}

visit() {
	TOKEN='' api GET "$address"
}

@test "export: whatever there is, another implementation reads it without complaint" {
	local out=$BATS_TEST_TMPDIR/out.ics category
	api POST /api/tasks/categories '{"name": "Team; A, B"}'
	category=$(json .id)
	event "title: \"comma, semi; back\\\\slash \\\"quote\\\" ☕ $(printf 'long %.0s' {1..40})\", description: \"a\\nb\\tc 日本語 😀$(printf '日本%.0s' {1..60})\",
		location: \"Room: 1\\nLeft\", category_id: \"$category\", tags: [\"a/b\"], reminders: [{offset_minutes: -90}, {offset_minutes: 5, relative_to: \"end\"},
		{at: \"2026-03-01T07:00:00Z\"}], start: $(when 2026-03-02T09:00@Europe/Berlin), end: $(when 2026-03-02T05:00@America/New_York)"
	event 'start: {date: "2026-03-29"}, duration: "P3D", reminders: [{offset_minutes: 540}]'
	event "start: $(when 2026-03-29T02:30), duration: \"P1DT1H30M15S\""
	event "start: $(when 1950-06-01T12:00@Africa/Casablanca), duration: \"PT0S\""
	series 2026-03-02T09:00@Australia/Lord_Howe FREQ=DAILY 'recurrence: {rrule: "FREQ=DAILY;COUNT=9", exdates: ["2026-03-03T09:00"], rdates: ["2026-03-03T18:00"]}'
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-05T09:00" "{\"title\": \"moved\", \"start\": $(when 2026-03-06T23:00@Asia/Tokyo)}"
	series 2026-03-02 'FREQ=MONTHLY;BYDAY=1MO'
	series 2026-03-02T09:00@UTC 'FREQ=WEEKLY;UNTIL=20260401T090000Z'
	series 2026-03-02T09:00 FREQ=YEARLY
	api POST /api/tasks '{"title": "t", "notes": "n", "priority": "high", "tags": ["c"], "starts": {"date": "2026-03-01"}, "due": {"date": "2026-03-02"},
		"recurrence": {"rrule": "FREQ=DAILY", "after_completion": true}, "reminders": [{"offset_minutes": -60}, {"offset_minutes": 0, "relative_to": "start"}]}'
	expect_status 201
	api POST /api/tasks '{"title": "plain"}'
	api PATCH "/api/tasks/$(json .id)/complete"
	export_to "$out"
	expect_header Content-Type 'text/calendar; charset=utf-8'
	expect_header_like Content-Disposition 'filename="calendar.ics"'
	read_by_other "$out"
	expect_json '[.items[].kind] | join(" ")' 'event event event event event event event event task task'
	expect_json '.zones | sort == ["Africa/Casablanca", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "Europe/Berlin"]'
	expect_json '.items[0] | .summary == "comma, semi; back\\slash \"quote\" ☕ " + ("long " * 40) and .categories == ["Team; A, B", "a", "a/b"] and (.alarms | length) == 3'
	expect_json '[.items[9] | .summary, .status] == ["plain", "COMPLETED"]'
	export_to "$out" "?category=$category"
	read_by_other "$out"
	expect_json '.items | length' 1
	api GET '/api/calendar/export.ics?category=x'
	expect_problem 400 bad_request
	# Nothing at all is a calendar, too.
	register
	export_to "$out"
	read_by_other "$out"
	expect_json '.items == []'
}

@test "occurrences: ical.js computes from an export what the calendar says, in every zone, over a year" {
	local zone end rule out=$BATS_TEST_TMPDIR/out.ics
	for zone in Europe/Berlin America/New_York Australia/Lord_Howe Africa/Casablanca; do
		while read -r rule; do
			series "2026-01-05T09:15@$zone" "$rule" "title: \"$zone $rule\", duration: \"PT45M\", recurrence: {rrule: \"$rule\",
				exdates: [\"2026-01-12T09:15\", \"2026-03-30T09:15\", \"2026-04-05T09:15\"], rdates: [\"2026-03-29T15:00\", \"2026-10-25T23:30\", \"2026-02-28T00:00\"]}"
			end=2026-03-16T09:15
			[[ $rule != *MONTHLY* ]] || end=2026-05-05T09:15
			[[ $rule != *1MO* ]] || end=2026-05-04T09:15
			api PATCH "/api/events/$id?scope=this&occurrence=$end" "{\"title\": \"o\", \"start\": $(when 2026-06-06T06:06@"$zone"), \"duration\": \"PT6H\"}"
			expect_status 200
			api PATCH "/api/events/$id?scope=this&occurrence=2026-10-25T23:30" "{\"start\": $(when 2026-10-26T10:00@Asia/Kathmandu)}"
			expect_status 200
		done <<-END
			FREQ=DAILY;UNTIL=20261201T000000Z
			FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,SU;WKST=SU;COUNT=40
			FREQ=WEEKLY;BYDAY=MO;UNTIL=20261102
			FREQ=MONTHLY;BYMONTHDAY=5,-1
			FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=20
		END
	done
	series 2026-01-02 'FREQ=WEEKLY;BYDAY=MO,FR' 'title: "days"'
	series 2026-01-01T08:00 'FREQ=MONTHLY' 'title: "floating", duration: "P1D"'
	api POST /api/tasks '{"title": "t", "due": {"local": "2026-03-02T09:00"}, "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=5", "exdates": ["2026-03-16T09:00"]}}'
	api PATCH "/api/tasks/$(json .id)/complete"
	expect_status 200
	export_to "$out"
	TZ=UTC read_by_other "$out" 2026-01-01T00:00:00Z 2027-01-01T00:00:00Z 1000
	jq -r '.items[] | .uid as $id | .occurrences[] | "\($id) \(.start) \(.end)"' <<<"$body" | sort >"$BATS_TEST_TMPDIR/theirs"
	calendar 2026-01-01 2026-12-31 UTC
	jq -r '.items[] | if .all_day then .start += "T00:00:00Z" | .end += "T00:00:00Z" else . end | "\(.id) \(.start) \(.end)"' <<<"$body" |
		sort >"$BATS_TEST_TMPDIR/ours"
	(($(wc -l <"$BATS_TEST_TMPDIR/ours") > 1500)) || fail "only $(wc -l <"$BATS_TEST_TMPDIR/ours") occurrences"
	equal "$(diff "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs" | head -n 20 || true)" ''
}

@test "what Google, Outlook, Apple, Thunderbird and Nextcloud write is taken, and again nothing changes" {
	local file made
	while read -r file made; do
		import "$samples/$file.ics"
		expect_json '[.errors[] | .component] | . == [] or . == ["VJOURNAL"]'
		expect_json '.created' "$made"
		import "$samples/$file.ics"
		expect_json '.created == 0 and .updated == 0'
		expect_json '.unchanged' "$made"
	done <<-END
		google 3
		outlook 2
		apple 1
		thunderbird 2
		nextcloud 2
		utf16 1
	END
	# Zones that are somebody else's names are ours.
	equal "$(shown 2026-03-16 2026-04-01 UTC 'select(.title | test("Standup|Jour")) | .start[5:16]')" \
		'03-16T08:30 03-17T08:00 03-23T08:30 03-31T07:00 03-31T09:00'
	equal "$(shown 2026-07-10 2026-07-10 UTC .start)" 2026-07-10T14:00:00Z
	equal "$(shown 2027-02-14 2027-02-14 Pacific/Niue '.start + " " + .title')" '2027-02-14 Geburtstag Mía'
	api GET '/api/events?sort=start'
	expect_json '.items[] | select(.title == "Jour fixe") | .start == {local: "2026-03-03T09:00", time_zone: "Europe/Berlin"} and .reminders == [{offset_minutes: -15, relative_to: "start"}]'
	expect_json '.items[] | select(.title == "Run") | .location == "Central Park\nNew York, NY" and (.reminders | length) == 1'
	expect_json '.items[] | select(.title == "Wandern") | .start == {date: "2026-05-01"} and .end == {date: "2026-05-03"}'
	api GET '/api/tasks?status=all'
	expect_json '.items[] | select(.title == "Déclaration d'\''impôts") | .priority == "urgent" and .due == {local: "2026-05-20T18:00", time_zone: "Europe/Paris"}
		and .reminders == [{offset_minutes: -1440, relative_to: "due"}, {at: "2026-05-10T07:00:00Z"}] and .tags == ["important"]'
	expect_json '.items[] | select(.title == "Plants") | .completed and .completed_at == "2026-03-02T07:59:00Z"'
	api GET /api/tasks/categories
	expect_json '[.items[].name] | sort == ["Familie", "Finances"]'
	export_to "$BATS_TEST_TMPDIR/out.ics"
	read_by_other "$BATS_TEST_TMPDIR/out.ics"
	expect_json '.items | length' 11
}

@test "an export that is taken in by somebody else is the same again" {
	local file one=$BATS_TEST_TMPDIR/one.ics two=$BATS_TEST_TMPDIR/two.ics
	for file in google outlook apple thunderbird; do import "$samples/$file.ics"; done
	series 2026-03-02T09:00@Europe/Berlin FREQ=WEEKLY 'tags: ["a"], reminders: [{offset_minutes: -10}], description: "a\n\nb"'
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-09T09:00" "{\"title\": \"o\", \"start\": $(when 2026-03-10)}"
	expect_status 200
	export_to "$one"
	import "$one"
	imported 0 0 9 0
	register
	import "$one"
	imported 9 0 0 0
	export_to "$two"
	equal "$(diff <(unfolded "$one" | grep -vE '^(DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE)') \
		<(unfolded "$two" | grep -vE '^(DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE)') | head -n 20 || true)" ''
	import "$one"
	imported 0 0 9 0
}

@test "what nobody here knows comes back out as it came" {
	local in=$BATS_TEST_TMPDIR/in.ics out=$BATS_TEST_TMPDIR/out.ics line
	ics "$in" <<-'END'
		BEGIN:VEVENT
		UID:unknown@example.test
		DTSTAMP:20260301T080000Z
		DTSTART:20260302T090000Z
		SUMMARY:x
		X-ODD;PARAM="a;b:c,d";OTHER=é:value\, with\; escapes\n"and" ☕ that is long enough to be folded, somewhere in the
		>middle of a word
		GEO:48.85;2.35
		ATTENDEE;CN="Lin, Wei";PARTSTAT=ACCEPTED:mailto:lin@example.test
		CLASS:PRIVATE
		ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:aGVsbG8=
		BEGIN:X-COMPONENT
		X-INNER:1
		END:X-COMPONENT
		END:VEVENT
	END
	import "$in"
	imported 1 0 0 0
	export_to "$out"
	read_by_other "$out"
	unfolded "$out" >"$BATS_TEST_TMPDIR/lines"
	while IFS= read -r line; do
		grep -qxF -- "$line" "$BATS_TEST_TMPDIR/lines" || fail "not there: $line in $(<"$BATS_TEST_TMPDIR/lines")"
	done < <(unfolded "$in" | grep -E '^(X-|GEO|ATTENDEE|CLASS|ATTACH|BEGIN:X|END:X|UID)')
	# It stays when the event is changed here, and does not come to light in a busy feed.
	api GET /api/events
	api PATCH "/api/events/$(json '.items[0].id')" '{"title": "y"}'
	export_to "$out"
	grep -q '^GEO:48.85;2.35' "$out"
	feed 'mode: "busy"'
	visit
	[[ $body != *GEO* && $body != *lin@example* && $body != *unknown@* ]] || fail "a busy feed tells"
}

@test "what is told in more words than ours comes back in them, until it is changed here" {
	local in=$BATS_TEST_TMPDIR/in.ics out=$BATS_TEST_TMPDIR/out.ics line event
	ics "$in" <<-'END'
		BEGIN:VEVENT
		UID:alarms
		DTSTAMP:20260301T080000Z
		DTSTART:20260302T090000Z
		SUMMARY;LANGUAGE=de:Besprechung
		DESCRIPTION;ALTREP="data:text/html,%3Cb%3Ex%3C%2Fb%3E":x with two blanks
		CLASS:PRIVATE
		RRULE:FREQ=DAILY;COUNT=3
		BEGIN:VALARM
		ACTION:EMAIL
		ATTENDEE;CN=Lin:mailto:lin@example.test
		SUMMARY:It begins
		DESCRIPTION:now
		TRIGGER:-PT90S
		X-ODD:1
		END:VALARM
		BEGIN:VALARM
		TRIGGER;RELATED=END:PT5M
		ACTION:AUDIO
		ATTACH;FMTTYPE=audio/basic:https://example.test/bell.aud
		REPEAT:4
		DURATION:PT1H
		END:VALARM
		END:VEVENT
	END
	sed -i 's/two blanks\r$/two blanks  \r/' "$in"
	import "$in"
	imported 1 0 0 0
	api GET /api/events
	expect_json '.items[0] | .description == "x with two blanks  " and
		.reminders == [{offset_minutes: -2, relative_to: "start"}, {offset_minutes: 5, relative_to: "end"}]'
	event=$(json '.items[0].id')
	export_to "$out"
	read_by_other "$out"
	unfolded "$out" >"$BATS_TEST_TMPDIR/lines"
	while IFS= read -r line; do
		grep -qxF -- "$line" "$BATS_TEST_TMPDIR/lines" || fail "not there: $line in $(<"$BATS_TEST_TMPDIR/lines")"
	done < <(unfolded "$in" | grep -vE '^(VERSION|PRODID|DTSTAMP)')
	equal "$(grep -c ^BEGIN:VALARM "$out")" 2
	import "$out"
	imported 0 0 1 0
	# An exception that is made here has what its series has; another title is told in our words, and so is another reminder.
	api PATCH "/api/events/$event?scope=this&occurrence=2026-03-03T09:00" '{"title": "later"}'
	expect_status 200
	export_to "$out"
	read_by_other "$out"
	equal "$(grep -c ^CLASS:PRIVATE "$out") $(grep -c ^ACTION:EMAIL "$out") $(grep -c ^SUMMARY: "$out")" '2 2 3'
	grep -q $'^SUMMARY:later\r' "$out"
	import "$out"
	imported 0 0 1 0
	api PATCH "/api/events/$event" '{"title": "x", "reminders": [{"offset_minutes": -3}]}'
	export_to "$out"
	read_by_other "$out"
	equal "$(grep -c ^ACTION:EMAIL "$out") $(grep -c ^ACTION:DISPLAY "$out")" '0 2'
	grep -q $'^SUMMARY:x\r' "$out"
	grep -q $'^TRIGGER:-PT3M\r' "$out"
}

@test "import: what is taken and not followed is told; a PERIOD is as long as it says" {
	local in=$BATS_TEST_TMPDIR/in.ics out=$BATS_TEST_TMPDIR/out.ics
	ics "$in" <<-'END'
		BEGIN:VEVENT
		UID:rules
		DTSTART:20260302T090000Z
		RRULE:FREQ=DAILY;COUNT=2;X-ODD=1
		RRULE:FREQ=MONTHLY;COUNT=3
		SUMMARY:rules
		END:VEVENT
		BEGIN:VEVENT
		UID:day
		DTSTART;VALUE=DATE:20260305
		DURATION:PT12H
		SUMMARY:day
		END:VEVENT
		BEGIN:VEVENT
		UID:periods
		DTSTART:20260310T090000Z
		DURATION:PT30M
		RRULE:FREQ=WEEKLY;COUNT=2
		RDATE;VALUE=PERIOD:20260311T090000Z/PT2H,20260312T090000Z/20260312T150000Z,20260313T090000Z/PT30M
		SUMMARY:periods
		END:VEVENT
	END
	import "$in"
	imported 3 0 0 0
	expect_json '.errors == [] and ([.warnings[] | "\(.line) \(.component): \(.detail)"] == [
		"4 VEVENT: X-ODD of its RRULE is left out",
		"4 VEVENT: only the first RRULE is followed, the others are kept",
		"11 VEVENT: DURATION is taken as whole days, for DTSTART is one"])'
	equal "$(shown 2026-03-01 2026-03-31 UTC 'select(.title == "rules") | .start[8:10]')" '02 03'
	equal "$(shown 2026-03-01 2026-03-31 UTC 'select(.title == "day") | .start + "/" + .end')" 2026-03-05/2026-03-06
	equal "$(shown 2026-03-01 2026-03-31 UTC 'select(.title == "periods") | .start[8:10] + "-" + .end[11:16]')" '10-09:30 11-11:00 12-15:00 13-09:30 17-09:30'
	export_to "$out"
	TZ=UTC read_by_other "$out"
	grep -q $'^RRULE:FREQ=MONTHLY;COUNT=3\r' "$out"
	expect_json '.items[] | select(.summary == "periods") | [.occurrences[] | .start[8:10] + "-" + .end[11:16]] == ["10-09:30", "11-11:00", "12-15:00", "13-09:30", "17-09:30"]'
	import "$out"
	imported 0 0 3 0
	ics "$in" <<-END
		BEGIN:VTODO
		UID:category
		CATEGORIES:$(printf 'long %.0s' {1..60})
		END:VTODO
	END
	import "$in"
	imported 1 0 0 0
	expect_json '[.warnings[].detail] == ["the first of its CATEGORIES is too long for one of ours"] and .warned == 1'
	ics "$in" <<-'END'
		BEGIN:VTIMEZONE
		TZID:Told
		BEGIN:STANDARD
		DTSTART:19700101T000000
		TZOFFSETFROM:+0345
		TZOFFSETTO:+0345
		END:STANDARD
		END:VTIMEZONE
		BEGIN:VEVENT
		UID:told
		DTSTART;TZID=Told:20260402T090000
		SUMMARY:told
		END:VEVENT
		BEGIN:VEVENT
		UID:untold
		DTSTART;TZID="Büro, Höhe des Äquators und ein wenig südlich davon":20260402T090000
		DTEND;TZID="Büro, Höhe des Äquators und ein wenig südlich davon":20260402T100000
		SUMMARY:untold
		END:VEVENT
	END
	import "$in"
	imported 2 0 0 0
	expect_json '[.warnings[] | "\(.line): \(.detail)"] == [
		"17: TZID Büro, Höhe des Äquators und ein wenig is not known, its times are taken to be in UTC"]'
	equal "$(shown 2026-04-01 2026-04-03 UTC 'select(.kind == "event") | .title + .start[11:16]')" 'told05:15 untold09:00'
	# Of an exception its series is told, and of what comes behind nothing.
	ics "$in" <<-'END'
		BEGIN:VEVENT
		UID:strange
		DTSTART:20260406T090000Z
		RRULE:FREQ=DAILY;COUNT=3
		SUMMARY:strange
		END:VEVENT
		BEGIN:VEVENT
		UID:strange
		RECURRENCE-ID;TZID=Only/Here:20260407T090000
		DTSTART:20260407T100000Z
		SUMMARY:later
		END:VEVENT
		BEGIN:VEVENT
		UID:innocent
		DTSTART:20260408T090000Z
		SUMMARY:innocent
		END:VEVENT
	END
	import "$in"
	imported 2 0 0 0
	expect_json '[.warnings[] | "\(.line): \(.detail)"] == ["4: TZID Only/Here is not known, its times are taken to be in UTC"]'
}

@test "import: dry_run tells and does nothing; a changed UID is updated; what is in the trash comes back" {
	local in=$BATS_TEST_TMPDIR/in.ics
	ics "$in" <<-'END'
		BEGIN:VEVENT
		UID:one
		DTSTART;TZID=Europe/Berlin:20260302T090000
		DURATION:PT1H
		RRULE:FREQ=DAILY;COUNT=5
		SUMMARY:one
		CATEGORIES:Home,red
		BEGIN:VALARM
		ACTION:DISPLAY
		TRIGGER:-PT5M
		END:VALARM
		END:VEVENT
		BEGIN:VEVENT
		UID:one
		RECURRENCE-ID;TZID=Europe/Berlin:20260303T090000
		DTSTART;TZID=Europe/Berlin:20260303T110000
		DURATION:PT1H
		SUMMARY:one moved
		END:VEVENT
		BEGIN:VTODO
		UID:two
		SUMMARY:two
		DUE;VALUE=DATE:20260303
		PRIORITY:5
		STATUS:NEEDS-ACTION
		END:VTODO
	END
	import "$in" '?dry_run=true'
	imported 2 0 0 0
	expect_json .dry_run
	api GET /api/events
	expect_json '.items == []'
	api GET /api/tasks/categories
	expect_json '.items == []'
	import "$in"
	imported 2 0 0 0
	api GET /api/events
	expect_json '.items[0] | .title == "one" and .tags == ["red"] and .duration == "PT1H" and .reminders == [{offset_minutes: -5, relative_to: "start"}]'
	expect_json '.items[0].overrides["2026-03-03T09:00"] | .title == "one moved" and .start.local == "2026-03-03T11:00"'
	local event category
	event=$(json '.items[0].id')
	category=$(json '.items[0].category_id')
	api GET "/api/tasks/categories/$category"
	expect_json .name Home
	api GET /api/tasks
	expect_json '.items[0] | .title == "two" and .due == {date: "2026-03-03"} and .priority == "medium"'
	local task
	task=$(json '.items[0].id')
	sed -i 's/^SUMMARY:two/SUMMARY:zwei/; s/COUNT=5/COUNT=3/' "$in"
	import "$in" '?dry_run=true'
	imported 0 2 0 0
	import "$in"
	imported 0 2 0 0
	api GET "/api/events/$event"
	expect_json '.recurrence.rrule == "FREQ=DAILY;COUNT=3"'
	api GET "/api/tasks/$task"
	expect_json .title zwei
	api DELETE "/api/events/$event"
	api DELETE "/api/tasks/$task"
	import "$in"
	imported 0 2 0 0
	api GET "/api/events/$event"
	expect_status 200
	api GET "/api/tasks/$task"
	expect_status 200
	# Somebody else's UIDs are theirs.
	register
	import "$in"
	imported 2 0 0 0
	api GET "/api/events/$event"
	expect_problem 404 not_found
}

@test "import: what is called off goes, or does not come; what is done of a series is passed over; two levels at most" {
	local file=$BATS_TEST_TMPDIR/off.ics
	ics "$file" <<-END
		BEGIN:VTODO
		UID:off@test
		SUMMARY:never to be done
		DUE;VALUE=DATE:20261101
		STATUS:CANCELLED
		END:VTODO
		BEGIN:VEVENT
		UID:off-event@test
		SUMMARY:never to be
		DTSTART;VALUE=DATE:20261101
		STATUS:CANCELLED
		END:VEVENT
		BEGIN:VTODO
		UID:weekly@test
		SUMMARY:weekly
		DTSTART;VALUE=DATE:20261101
		DUE;VALUE=DATE:20261101
		RRULE:FREQ=WEEKLY
		END:VTODO
		BEGIN:VTODO
		UID:weekly@test
		RECURRENCE-ID;VALUE=DATE:20261101
		SUMMARY:weekly
		STATUS:COMPLETED
		COMPLETED:20261101T120000Z
		END:VTODO
		BEGIN:VTODO
		UID:one@test
		SUMMARY:one
		BEGIN:VALARM
		ACTION:DISPLAY
		TRIGGER;VALUE=DATE-TIME:19760401T005545Z
		X-APPLE-DEFAULT-ALARM:TRUE
		END:VALARM
		END:VTODO
		BEGIN:VTODO
		UID:two@test
		SUMMARY:two
		RELATED-TO:one@test
		END:VTODO
		BEGIN:VTODO
		UID:three@test
		SUMMARY:three
		RELATED-TO:two@test
		END:VTODO
	END
	import "$file"
	expect_status 200
	expect_json '.created == 4 and .unchanged == 2 and .failed == 0 and .warned == 3'
	expect_json '[.warnings[] | .component + ": " + .detail] == ["VTODO: is called off, and was not here",
		"VEVENT: is called off, and was not here", "VTODO: is below a task that can have none below it: it is one of its own"]'
	api GET '/api/tasks?sort=position'
	expect_json '[.items[] | select(.title == "weekly") | .due.date] == ["2026-11-08"]'
	expect_json '[.items[] | select(.title == "three") | .parent_id] == [null]'
	expect_json '[.items[] | select(.title == "one") | .reminders] == [[]]'
	import "$file"
	expect_json '.unchanged == 6 and .updated == 0'
	sed -i '/UID:three@test/s/$/\nSTATUS:CANCELLED\r/' "$file"
	import "$file"
	expect_json '.updated == 1 and .created == 0 and .warned == 2'
	api GET '/api/tasks?trash=true'
	expect_json '[.items[].title] == ["three"]'
	api GET '/api/calendar/export.ics?category=none'
	expect_status 200
	has "$body" 'SUMMARY:weekly'
}

@test "import: what is wrong is told with its line and component, and all the others are taken" {
	local in=$BATS_TEST_TMPDIR/in.ics
	ics "$in" <<-'END'
		BEGIN:VEVENT
		UID:good-1
		DTSTART:20260302T090000Z
		SUMMARY:good
		END:VEVENT
		BEGIN:VEVENT
		UID:no-start
		SUMMARY:x
		END:VEVENT
		BEGIN:VEVENT
		UID:bad-rule
		DTSTART:20260302T090000Z
		RRULE:FREQ=SECONDLY
		SUMMARY:x
		END:VEVENT
		BEGIN:VEVENT
		UID:bad-date
		DTSTART:20260230T090000Z
		SUMMARY:x
		END:VEVENT
		BEGIN:VEVENT
		UID:backwards
		DTSTART:20260302T090000Z
		DTEND:20260302T080000Z
		SUMMARY:x
		END:VEVENT
		BEGIN:VJOURNAL
		UID:journal
		END:VJOURNAL
		BEGIN:VTODO
		UID:good-2
		SUMMARY:good
		END:VTODO
		BEGIN:VEVENT
		UID:unended
		DTSTART:20260302T090000Z
		BEGIN:VEVENT
		UID:good-3
		DTSTART;VALUE=DATE:20260303
		SUMMARY:good
		END:VEVENT
	END
	import "$in"
	expect_status 200
	expect_json '.created == 3 and .failed == (.errors | length)'
	expect_json '[.errors[] | "\(.line) \(.component)"] | sort_by(split(" ")[0] | tonumber) | join(", ")' \
		'9 VEVENT, 13 VEVENT, 19 VEVENT, 24 VEVENT, 30 VJOURNAL, 37 VEVENT'
	expect_json 'all(.errors[]; .detail | length > 0)'
	expect_json '.errors[] | select(.line == 13) | [.fields[] | .pointer + " " + .code] == ["/recurrence/rrule too_frequent"]'
	expect_json '.errors[] | select(.line == 24) | [.fields[] | .pointer + " " + .code] == ["/end invalid"]'
	api GET /api/events
	expect_json '[.items[].title] == ["good", "good"]'
}

@test "import: every encoding and line end, folded anywhere" {
	local plain=$BATS_TEST_TMPDIR/plain.ics in=$BATS_TEST_TMPDIR/in.ics way
	ics "$plain" <<-'END'
		BEGIN:VEVENT
		UID:encoded
		DTSTART:20260302T090000Z
		SUMMARY:Größe „schön“ €
		END:VEVENT
	END
	for way in 'cat' 'tr -d \015' "sed 1s/^/$(printf '\xef\xbb\xbf')/" 'iconv -f UTF-8 -t UTF-16' 'iconv -f UTF-8 -t WINDOWS-1252' 'fold_bytes'; do
		register
		$way <"$plain" >"$in"
		import "$in"
		imported 1 0 0 0
		api GET /api/events
		expect_json '.items[0].title' 'Größe „schön“ €'
	done
	printf '\xfe\xff' >"$in"
	iconv -f UTF-8 -t UTF-16BE <"$plain" >>"$in"
	import "$in"
	imported 0 0 1 0
}

# Every line folded behind each octet, in the middle of characters, too.
fold_bytes() {
	perl -pe 'BEGIN { binmode STDIN; binmode STDOUT } s/\r\n$//; $_ = join("\r\n ", split(//)) . "\r\n" unless /^(BEGIN|END|VERSION)/; s/(?<!\n)$/\r\n/ if /^(BEGIN|END|VERSION)/'
}

@test "import: what is no iCalendar is 422, too much is 413, a wrong query 400" {
	local text
	for text in '' x '{"a": 1}' 'BEGIN:VCARD'; do
		api POST /api/calendar/import "$text" -H 'Content-Type: text/calendar'
		expect_problem 422 invalid
		expect_json '.errors[0].code' malformed_icalendar
	done
	api POST '/api/calendar/import?dry_run=perhaps' x -H 'Content-Type: text/calendar'
	expect_problem 400 bad_request
	head -c 67108865 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/large"
	import "$BATS_TEST_TMPDIR/large"
	expect_problem 413 too_large
	rm "$BATS_TEST_TMPDIR/large"
	TOKEN='' api POST /api/calendar/import x -H 'Content-Type: text/calendar'
	expect_problem 401 unauthorized
}

@test "import and export of very much take little memory" {
	local in=$BATS_TEST_TMPDIR/in.ics
	perl -e 'print "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n";
		for (1 .. 4000) {
			print "BEGIN:VEVENT\r\nUID:u$_\r\nDTSTART;TZID=Europe/Berlin:20260302T090000\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:event $_\r\nDESCRIPTION:", "words " x 400, "\r\nEND:VEVENT\r\n";
		}
		print "END:VCALENDAR\r\n"' >"$in"
	API_TIMEOUT=60 import "$in"
	imported 4000 0 0 0
	API_TIMEOUT=60 import "$in"
	imported 0 0 4000 0
	API_TIMEOUT=60 export_to "$BATS_TEST_TMPDIR/out.ics"
	equal "$(grep -c ^BEGIN:VEVENT "$BATS_TEST_TMPDIR/out.ics")" 4000
	((SAN == 1 || $(peak planning) < 98304)) || fail "a process took $(peak planning) KiB"
}

@test "a feed: its token is told once and kept as a hash; who has the address reads, until it is rotated or revoked" {
	local old token
	event 'title: "Secret plan", start: {date: "2026-03-29"}'
	feed 'name: "Phone"'
	expect_header Location "/api/calendar/feeds/$id"
	expect_header Cache-Control no-store
	expect_json '.name == "Phone" and .mode == "full" and .category_id == null and .last_used_at == null and (.token | length) == 43 and .version == 1'
	token=$(json .token)
	equal "$(json .url)" "$AURORA_URL/api/calendar/feed/$token.ics"
	TOKEN='' api GET "/api/calendar/feed/$token.ics"
	expect_status 200
	equal "$(sql "SELECT token_hash = sha256('$token'), (SELECT count(*) FROM planning.feeds AS f WHERE f::text LIKE '%$token%') FROM planning.feeds WHERE id = '$id'")" 't|0'
	equal "$(sql "SELECT count(*) FROM planning.idempotency AS i WHERE i::text LIKE '%$token%'")" 0
	api GET /api/calendar/feeds
	expect_json "[.items[] | .id, has(\"token\"), has(\"url\")] == [\"$id\", false, false] and .next_cursor == null"
	visit
	expect_status 200
	expect_header Content-Type 'text/calendar; charset=utf-8'
	expect_header Cache-Control 'private, no-cache'
	cp "$body_file" "$BATS_TEST_TMPDIR/feed.ics"
	read_by_other "$BATS_TEST_TMPDIR/feed.ics"
	expect_json '.name == "Phone" and .items[0].summary == "Secret plan"'
	TOKEN='' api HEAD "$address"
	expect_status 200
	equal "$body" ''
	api GET /api/calendar/feeds
	expect_json '.items[0].last_used_at | type' string
	old=$address
	api POST "/api/calendar/feeds/$id/rotate"
	expect_status 200
	expect_header Cache-Control no-store
	expect_json '.version == 2 and .last_used_at == null'
	address=/$(json .url | cut -d/ -f 4-)
	[ "$address" != "$old" ] || fail 'it is the same address'
	TOKEN='' api GET "$old"
	expect_problem 404 not_found
	visit
	expect_status 200
	api DELETE "/api/calendar/feeds/$id" -H 'If-Match: "1"'
	expect_problem 412 version_mismatch
	api DELETE "/api/calendar/feeds/$id"
	expect_status 204
	visit
	expect_problem 404 not_found
	api DELETE "/api/calendar/feeds/$id"
	expect_problem 404 not_found
	for address in /api/calendar/feed/x.ics /api/calendar/feed/.ics "/api/calendar/feed/$token"; do
		visit
		expect_problem 404 not_found
	done
}

@test "a feed of when and not what, and of one category alone" {
	local home work name
	for name in home work; do
		api POST /api/tasks/categories "{\"name\": \"$name\"}"
		declare "$name=$(json .id)"
	done
	series 2026-03-02T09:00@Europe/Berlin FREQ=WEEKLY "title: \"Doctor\", description: \"private\", location: \"Clinic\", tags: [\"health\"], category_id: \"$home\", reminders: [{offset_minutes: -5}]"
	api PATCH "/api/events/$id?scope=this&occurrence=2026-03-09T09:00" "{\"title\": \"Surgeon\", \"start\": $(when 2026-03-10T09:00@Europe/Berlin)}"
	event "title: \"Office\", start: {date: \"2026-03-05\"}, category_id: \"$work\""
	api POST /api/tasks "{\"title\": \"Errand\", \"due\": {\"date\": \"2026-03-05\"}, \"category_id\": \"$home\"}"
	feed 'mode: "busy"'
	visit
	local secret
	for secret in Doctor Surgeon private Clinic health home work Office Errand VALARM "$home" "$(sql "SELECT string_agg(id::text, '|') FROM planning.events WHERE user_id = '$USER_ID'" | cut -d'|' -f 1)"; do
		[[ $body != *"$secret"* ]] || fail "it tells '$secret'"
	done
	cp "$body_file" "$BATS_TEST_TMPDIR/feed.ics"
	read_by_other "$BATS_TEST_TMPDIR/feed.ics" 2026-03-01T00:00:00Z 2026-03-15T00:00:00Z
	expect_json '[.items[].occurrences[].start] | sort == ["2026-03-02T08:00:00Z", "2026-03-05T00:00:00Z", "2026-03-10T08:00:00Z"]'
	# One of whose days is free is busy on the others.
	ics "$BATS_TEST_TMPDIR/in.ics" <<-'END'
		BEGIN:VEVENT
		UID:shift
		DTSTART:20260320T090000Z
		DURATION:PT1H
		RRULE:FREQ=DAILY;COUNT=3
		END:VEVENT
		BEGIN:VEVENT
		UID:shift
		RECURRENCE-ID:20260321T090000Z
		DTSTART:20260321T100000Z
		DURATION:PT1H
		TRANSP:TRANSPARENT
		END:VEVENT
	END
	import "$BATS_TEST_TMPDIR/in.ics"
	imported 1 0 0 0
	visit
	cp "$body_file" "$BATS_TEST_TMPDIR/feed.ics"
	read_by_other "$BATS_TEST_TMPDIR/feed.ics" 2026-03-20T00:00:00Z 2026-03-23T00:00:00Z
	expect_json '[.items[].occurrences[].start] | sort == ["2026-03-20T09:00:00Z", "2026-03-22T09:00:00Z"]'
	feed "category_id: \"$home\""
	visit
	cp "$body_file" "$BATS_TEST_TMPDIR/feed.ics"
	read_by_other "$BATS_TEST_TMPDIR/feed.ics"
	expect_json '[.items[].summary] == ["Doctor", "Errand"]'
	# A feed of a category goes with it.
	api DELETE "/api/tasks/categories/$home"
	expect_status 204
	visit
	expect_problem 404 not_found
}

@test "a feed that says what it said before is a 304; a change of what it shows is none" {
	local home office event task tag full in=$BATS_TEST_TMPDIR/in.ics
	api POST /api/tasks/categories '{"name": "home"}'
	home=$(json .id)
	event "title: \"Office\", start: {date: \"2026-03-05\"}"
	office=$id
	event "title: \"Dinner\", start: {date: \"2026-03-06\"}, category_id: \"$home\""
	event=$id
	api POST /api/tasks '{"title": "Errand", "due": {"date": "2026-03-05"}}'
	task=$(json .id)
	# unchanged ADDRESS TAG: what is there is what this tag is of. changed ADDRESS TAG: it is not, and $tag is its tag now.
	unchanged() {
		TOKEN=$3 api GET "$1" -H "If-None-Match: $2"
		expect_status 304
		expect_header ETag "$2"
		equal "$body" ''
	}
	changed() {
		TOKEN=$3 api GET "$1" -H "If-None-Match: $2"
		expect_status 200
		tag=$(header ETag)
		[ "$tag" != "$2" ] || fail "still $tag"
	}
	changed /api/calendar/export.ics '""' "$TOKEN"
	full=$tag
	unchanged /api/calendar/export.ics "$full" "$TOKEN"
	changed "/api/calendar/export.ics?category=$home" "$full" "$TOKEN"
	feed 'mode: "busy"'
	visit
	changed "$address" '""' ''
	unchanged "$address" "$tag" ''
	# It has no tasks.
	api PATCH "/api/tasks/$task" '{"notes": "x"}'
	unchanged "$address" "$tag" ''
	changed /api/calendar/export.ics "$full" "$TOKEN"
	full=$tag
	api PATCH "/api/tasks/categories/$home" '{"name": "house"}'
	changed /api/calendar/export.ics "$full" "$TOKEN"
	full=$tag
	visit
	tag=$(header ETag)
	api DELETE "/api/events/$event"
	changed "$address" "$tag" ''
	changed /api/calendar/export.ics "$full" "$TOKEN"
	full=$tag
	api POST "/api/events/$event/restore"
	changed /api/calendar/export.ics "$full" "$TOKEN"
	unchanged /api/calendar/export.ics "$tag" "$TOKEN"
	api PATCH "/api/events/$office" '{"title": "Work"}'
	changed /api/calendar/export.ics "$tag" "$TOKEN"
	# What an import changes in the lines that are only kept.
	printf 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:kept\r\nDTSTART:20260406T090000Z\r\nSUMMARY:kept\r\nURL:https://example.org/1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' >"$in"
	import "$in"
	imported 1 0 0 0
	changed /api/calendar/export.ics "$tag" "$TOKEN"
	full=$tag
	sed -i 's|example.org/1|example.org/2|' "$in"
	import "$in"
	imported 0 1 0 0
	changed /api/calendar/export.ics "$full" "$TOKEN"
}

@test "feeds: what is refused; another's; a token that came by Idempotency-Key; pages" {
	api POST /api/calendar/feeds '{"mode": "some", "category_id": "x", "token": "mine"}'
	expect_invalid /name required /mode not_allowed /category_id invalid /token unknown_field
	api POST /api/calendar/feeds '{"name": "f", "category_id": "01890000-0000-7000-8000-000000000000"}'
	expect_invalid /category_id not_found
	feed
	local mine=$id
	api POST /api/calendar/feeds "{\"id\": \"$mine\", \"name\": \"other\"}"
	expect_problem 409 id_conflict
	register_as other
	as other api POST "/api/calendar/feeds/$mine/rotate"
	expect_problem 404 not_found
	as other api DELETE "/api/calendar/feeds/$mine"
	expect_problem 404 not_found
	as other api GET /api/calendar/feeds
	expect_json '.items == []'
	become me
	visit
	expect_status 200
	api POST /api/calendar/feeds '{"name": "keyed"}' -H 'Idempotency-Key: k'
	local token
	token=$(json .token)
	api POST /api/calendar/feeds '{"name": "keyed"}' -H 'Idempotency-Key: k'
	expect_header Idempotency-Replayed true
	expect_json .token "$token"
	api GET '/api/calendar/feeds?limit=1&count=true'
	expect_json '.total == 2 and [.items[].name] == ["keyed"]'
	api GET "/api/calendar/feeds?limit=1&cursor=$(json .next_cursor)"
	expect_json '[.items[].name] == ["f"] and .next_cursor == null'
	# A personal access token makes no secrets.
	api POST /users/me/tokens '{"name": "w", "scopes": ["planning:read", "planning:write"]}'
	TOKEN=$(json .token) api POST /api/calendar/feeds '{"name": "f"}'
	[ "$status" = 403 ]
}

@test "tasks come out and in again: subtasks below theirs, and a series that was put off where it was to be" {
	local file=$BATS_TEST_TMPDIR/tasks.ics parent
	api POST /api/tasks '{"title":"rent","due":{"date":"2027-01-03"},"starts":{"date":"2027-01-01"},"recurrence":{"rrule":"FREQ=MONTHLY"}}'
	parent=$(json .id)
	api POST "/api/tasks/$parent/snooze" '{"mode":"task","until":{"date":"2027-01-09"}}'
	expect_status 200
	api POST /api/tasks "{\"title\":\"call the landlord\",\"parent_id\":\"$parent\"}"
	expect_status 201
	export_to "$file"
	read_by_other "$file"
	import "$file"
	imported 0 0 2 0
	register_as elsewhere
	import "$file"
	imported 2 0 0 0
	import "$file"
	imported 0 0 2 0
	api GET '/api/tasks?sort=due'
	expect_json '.items | map(.title) == ["rent", "call the landlord"]'
	expect_json '.items[0] | .due.date == "2027-01-03" and .starts.date == "2027-01-01" and .progress.total == 1'
	expect_json '.items[1].parent_id == .items[0].id'
	# Whatever the order and the names: a parent is found at once.
	ics "$file" <<-'END'
		BEGIN:VTODO
		UID:child
		SUMMARY:child
		RELATED-TO;RELTYPE=PARENT:of\, two\nlines
		END:VTODO
		BEGIN:VTODO
		UID:of\, two\nlines
		SUMMARY:parent
		END:VTODO
	END
	register
	import "$file"
	imported 2 0 0 0
	api GET '/api/tasks?sort=created'
	expect_json '(.items[] | select(.title == "child") | .parent_id) == (.items[] | select(.title == "parent") | .id)'
	import "$file"
	imported 0 0 2 0
	export_to "$file"
	read_by_other "$file"
	import "$file"
	imported 0 0 2 0
}

@test "a task that recurs: in a file by its DTSTART, here by when it is due" {
	local in=$BATS_TEST_TMPDIR/in.ics out=$BATS_TEST_TMPDIR/out.ics
	ics "$in" <<-'END'
		BEGIN:VTODO
		UID:weekend
		SUMMARY:weekend
		DTSTART;VALUE=DATE:20260301
		DUE;VALUE=DATE:20260302
		RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=SU
		EXDATE;VALUE=DATE:20260308
		END:VTODO
		BEGIN:VTODO
		UID:late
		SUMMARY:late
		DTSTART;TZID=Europe/Berlin:20260302T220000
		DURATION:PT4H
		RRULE:FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20260313T210000Z
		END:VTODO
		BEGIN:VTODO
		UID:last
		SUMMARY:last
		DTSTART;VALUE=DATE:20260331
		DUE;VALUE=DATE:20260401
		RRULE:FREQ=MONTHLY;BYMONTHDAY=-1
		END:VTODO
		BEGIN:VTODO
		UID:start
		SUMMARY:start
		DTSTART;VALUE=DATE:20260310
		RRULE:FREQ=YEARLY
		END:VTODO
	END
	import "$in"
	imported 4 0 0 0
	expect_json '.warnings[0] | .line == 19 and (.detail | test("RRULE"))'
	equal "$(shown 2026-03-01 2026-04-06 Europe/Berlin 'select(.title == "weekend") | .start' | paste -sd ' ')" '2026-03-02 2026-03-16 2026-03-23 2026-03-30'
	equal "$(shown 2026-03-01 2026-04-06 UTC 'select(.title == "late") | .start' | paste -sd ' ')" \
		'2026-03-03T01:00:00Z 2026-03-07T01:00:00Z 2026-03-10T01:00:00Z 2026-03-14T01:00:00Z'
	equal "$(shown 2026-03-01 2026-04-06 UTC 'select(.title == "start") | .start')" 2026-03-10
	export_to "$out"
	TZ=UTC read_by_other "$out"
	expect_json '.items[] | select(.summary == "weekend") | [.dtstart, .due] == ["2026-03-01", "2026-03-02"] and
		[.occurrences[].start[5:10]] == ["03-01", "03-15", "03-22", "03-29"]'
	expect_json '.items[] | select(.summary == "late") | [.occurrences[].start[5:16]] == ["03-02T21:00", "03-06T21:00", "03-09T21:00", "03-13T21:00"]'
	import "$out"
	imported 0 0 4 0
	# It moves on, and what is told is what is left.
	api GET '/api/tasks?sort=due'
	api PATCH "/api/tasks/$(json '.items[] | select(.title == "weekend") | .id')/complete"
	expect_json '.due.date == "2026-03-16" and .starts.date == "2026-03-15"'
	export_to "$out"
	TZ=UTC read_by_other "$out"
	expect_json '.items[] | select(.summary == "weekend") | [.occurrences[].start[5:10]] == ["03-15", "03-22", "03-29"]'
	register
	import "$out"
	imported 4 0 0 0
	equal "$(shown 2026-03-01 2026-04-06 Europe/Berlin 'select(.title == "weekend") | .start' | paste -sd ' ')" '2026-03-16 2026-03-23 2026-03-30'
}

# thing KIND TITLE: sets id.
thing() {
	api GET "/api/$1?limit=200"
	expect_status 200
	id=$(json ".items[] | select(.title == \"$2\") | .id")
	[[ -n $id ]] || fail "no $1 $2"
}

# patch KIND TITLE BODY
patch() {
	thing "$1" "$2"
	api PATCH "/api/$1/$id" "$3"
	expect_status 200
}

# no_change COUNT: our own export changes nothing here, and is the same again.
no_change() {
	local out=$BATS_TEST_TMPDIR/no-change.ics
	export_to "$out"
	import "$out"
	imported 0 0 "$1" 0
	export_to "$out.again"
	cmp "$out" "$out.again" || fail "another export"
}

@test "our own export changes nothing, whatever was changed here since" {
	local in=$BATS_TEST_TMPDIR/in.ics
	ics "$in" <<-'END'
		BEGIN:VTODO
		UID:done
		SUMMARY:done
		STATUS:COMPLETED
		PERCENT-COMPLETE:50
		END:VTODO
		BEGIN:VTODO
		UID:two
		SUMMARY:two
		PRIORITY:2
		END:VTODO
		BEGIN:VEVENT
		UID:until
		SUMMARY:until
		DTSTART;TZID=Europe/Berlin:20260105T090000
		RRULE:FREQ=DAILY;UNTIL=20260301
		END:VEVENT
		BEGIN:VEVENT
		UID:words
		SUMMARY;LANGUAGE=de:words
		SUMMARY;LANGUAGE=en:words
		DESCRIPTION;ALTREP="cid:x":text
		DTSTART:20260105T090000
		BEGIN:VALARM
		ACTION:EMAIL
		ATTENDEE:mailto:a@example.org
		TRIGGER:-PT5M
		END:VALARM
		END:VEVENT
		BEGIN:VEVENT
		UID:rules
		SUMMARY:rules
		DTSTART:20260105T090000
		RRULE:FREQ=WEEKLY
		RRULE:FREQ=MONTHLY
		EXRULE:FREQ=YEARLY
		END:VEVENT
		BEGIN:VEVENT
		UID:rules
		SUMMARY:another
		RECURRENCE-ID:20260112T090000
		DTSTART:20260112T100000
		END:VEVENT
	END
	import "$in"
	imported 5 0 0 0
	import "$in"
	imported 0 0 5 0
	api POST /api/tasks '{"title": "ours"}'
	api PATCH "/api/tasks/$(json .id)/complete"
	api POST /api/tasks '{"title": " a", "notes": "x\r\ny", "reminders": [{"at": "2026-03-01T07:00:00.5Z"}]}'
	expect_status 201
	no_change 7
	patch tasks two '{"priority": "low"}'
	patch events words '{"title": "others", "description": "else", "reminders": []}'
	patch events rules '{"recurrence": {"rrule": "FREQ=MONTHLY"}}'
	no_change 7
	equal "$(grep -c '^RRULE:FREQ=MONTHLY' "$BATS_TEST_TMPDIR/no-change.ics")" 1
	patch events rules '{"recurrence": null}'
	no_change 7
	! grep -q '^RRULE:FREQ=MONTHLY\|^EXRULE' "$BATS_TEST_TMPDIR/no-change.ics" || fail 'it recurs again'
	thing events rules
	api GET "/api/events/$id"
	expect_json .recurrence null
}

@test "a parent: the first that a file names and that is here; once; and the same again" {
	local in=$BATS_TEST_TMPDIR/in.ics long y
	long=$(printf 'u%.0s' {1..300})
	ics "$in" <<-END
		BEGIN:VTODO
		UID:c
		SUMMARY:c
		RELATED-TO:b
		END:VTODO
		BEGIN:VTODO
		UID:b
		SUMMARY:b
		RELATED-TO;RELTYPE=SIBLING:x
		END:VTODO
		BEGIN:VTODO
		UID:d
		SUMMARY:d
		RELATED-TO:unknown
		RELATED-TO:b
		RELATED-TO:b
		RELATED-TO:y
		END:VTODO
		BEGIN:VTODO
		UID:y
		SUMMARY:y
		END:VTODO
		BEGIN:VTODO
		UID:$long
		SUMMARY:long
		END:VTODO
		BEGIN:VTODO
		UID:e
		SUMMARY:e
		RELATED-TO:$long
		END:VTODO
	END
	import "$in"
	imported 6 0 0 0
	import "$in"
	imported 0 0 6 0
	api GET '/api/tasks?limit=200'
	# shellcheck disable=SC2016 # jq's
	expect_json '([.items[] | {key: .id, value: .title}] | from_entries) as $titles | [.items[] | select(.parent_id != null) | .title + $titles[.parent_id]] | sort | join(" ")' 'cb db elong'
	no_change 6
	thing tasks y
	patch tasks d "{\"parent_id\": \"$id\"}"
	no_change 6
	no_change 6
	equal "$(grep -c ^RELATED-TO:y "$BATS_TEST_TMPDIR/no-change.ics")" 2
	patch tasks c '{"parent_id": null}'
	no_change 6
	api GET "/api/tasks/$id"
	expect_json .parent_id null
	# Somebody else's is the same.
	register
	import "$BATS_TEST_TMPDIR/no-change.ics"
	imported 6 0 0 0
	thing tasks y
	y=$id
	thing tasks d
	api GET "/api/tasks/$id"
	expect_json .parent_id "$y"
}

@test "what a file says of an exception stays with it when its series is moved" {
	local in=$BATS_TEST_TMPDIR/in.ics out=$BATS_TEST_TMPDIR/out.ics
	ics "$in" <<-'END'
		BEGIN:VEVENT
		UID:s
		SUMMARY:s
		DTSTART;TZID=Europe/Berlin:20260105T090000
		DTEND;TZID=Europe/Berlin:20260105T100000
		RRULE:FREQ=DAILY
		END:VEVENT
		BEGIN:VEVENT
		UID:s
		SUMMARY:free
		RECURRENCE-ID;TZID=Europe/Berlin:20260112T090000
		DTSTART;TZID=Europe/Berlin:20260112T090000
		DTEND;TZID=Europe/Berlin:20260112T120000
		TRANSP:TRANSPARENT
		END:VEVENT
	END
	import "$in"
	imported 1 0 0 0
	patch events s "{\"start\": $(when 2026-01-05T11:00@Europe/Berlin), \"end\": $(when 2026-01-05T12:00@Europe/Berlin)}"
	export_to "$out"
	grep -A20 '^RECURRENCE-ID;TZID=Europe/Berlin:20260112T110000' "$out" | grep -q ^TRANSP:TRANSPARENT
	feed 'mode: "busy"'
	visit
	grep -q '^EXDATE;TZID=Europe/Berlin:20260112T110000' "$body_file"
	thing events s
	api PATCH "/api/events/$id?scope=following&occurrence=2026-01-10T11:00" "{\"start\": $(when 2026-01-10T13:00@Europe/Berlin), \"end\": $(when 2026-01-10T14:00@Europe/Berlin)}"
	expect_status 200
	export_to "$out"
	grep -A20 '^RECURRENCE-ID;TZID=Europe/Berlin:20260112T130000' "$out" | grep -q ^TRANSP:TRANSPARENT
}

@test "import: what is meant to take long, or much memory, takes little, and the answer is JSON" {
	local in=$BATS_TEST_TMPDIR/in.ics
	perl -e 'print "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260101T090000\nRRULE:FREQ=DAILY;X-", "A" x 5000000, "=1\nEND:VEVENT\n";
		print "BEGIN:VEVENT\nUID:b$_\nDTSTART:20260101T090000\nRRULE:FREQ=DAILY;X-", "B" x 60000, "=1\nEND:VEVENT\n" for 1 .. 100;
		print "END:VCALENDAR\n"' >"$in"
	import "$in"
	imported 101 0 0 0
	expect_json '[.warned, (.warnings | length), .warnings[0].detail] == [101, 100, "X-" + "A" * 38 + " of its RRULE is left out"]'
	perl -e 'print "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:c\nDTSTART:20260101T090000\nRRULE:FREQ=DAILY\nEXDATE;TZID=", "a" x 4000000, ":20260102T090000", ",20260102T090000" x 989, "\nEND:VEVENT\n";
		print "BEGIN:VEVENT\nUID:d\nDTSTART:20260101T090000\nRRULE:FREQ=DAILY\nEXDATE;X=", "a" x 10000000, ":20260102T090000", ",20260102T090000" x 989, "\nEND:VEVENT\nEND:VCALENDAR\n"' >"$in"
	import "$in"
	imported 2 0 0 0
	((SAN == 1 || $(peak planning) < 131072)) || fail "a process took $(peak planning) KiB"
	perl -e 'print "BEGIN:VCALENDAR\n";
		print "BEGIN:VTODO\nUID:t$_\nDTSTART;TZID=Europe/Berlin:19000105T090000\nDUE;TZID=Europe/Berlin:19000106T100000\nRRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO;BYHOUR=9,10,11;BYMINUTE=1,2,3,5,7;BYSETPOS=-1\nEND:VTODO\n" for 1 .. 9000;
		print "BEGIN:VTODO\nUID:easy\nSUMMARY:easy\nEND:VTODO\nEND:VCALENDAR\n"' >"$in"
	API_TIMEOUT=60 import "$in"
	expect_status 200
	expect_json '(.created + .failed) == 9001 and .failed > 0 and .errors[0].detail == "its RRULE took too long to read"'
	perl -e 'print "BEGIN:VCALENDAR\n";
		print "BEGIN:VEVENT\nUID:e$_\nDTSTART;TZID=Europe/Berlin:19000105T090000\nRRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO;BYHOUR=9,10,11;BYMINUTE=1,2,3,5,7;BYSETPOS=-1;COUNT=99000\nEND:VEVENT\n" for 1 .. 9000;
		print "BEGIN:VEVENT\nUID:once\nSUMMARY:once\nDTSTART:20260101T090000\nEND:VEVENT\nEND:VCALENDAR\n"' >"$in"
	API_TIMEOUT=60 import "$in"
	expect_status 200
	expect_json '(.created + .failed) == 9001 and .failed > 0 and .errors[0].fields[0].code == "too_expensive"'
	thing events once
	thing tasks easy
}

@test "the feed of an account that may not be used answers nobody" {
	register
	api POST /api/calendar/feeds '{"name":"Phone"}'
	expect_status 201
	local address
	address=/api/calendar/feed/$(json .token).ics
	sql "UPDATE identity.users SET disabled = true WHERE id = '$USER_ID'"
	TOKEN='' api GET "$address"
	expect_problem 404 not_found
	sql "UPDATE identity.users SET disabled = false WHERE id = '$USER_ID'"
	TOKEN='' api GET "$address"
	expect_status 200
}
