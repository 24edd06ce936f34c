#!/usr/bin/env bats
# What cron/reminders says of tasks and events, and when. The house's own cron runs it.

load common
load planned

setup() {
	register
	wait_until 70 at_work
}

at_work() {
	[ -n "$(pids reminders)" ]
}

# It holds the lock that those who sleep hold.
asleep() {
	[ "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 16725 AND objid = 4 AND granted")" = 1 ]
}

# rows_are ID TEXT
rows_are() {
	[ "$(rows_of "$1")" = "$2" ] || {
		echo "rows of $1: $(rows_of "$1")"
		return 1
	} >"$BATS_TEST_TMPDIR/rows"
}

expect_rows() {
	wait_until 5 rows_are "$1" "$2" || fail "$(<"$BATS_TEST_TMPDIR/rows"), expected $2"
}

was_said() {
	[ "$(said "$1")" = "${2:-1}" ]
}

payload_of() {
	body=$(sql "SELECT payload FROM bus.events WHERE aggregate_id = '$1' AND type IN ('TaskDueReminder', 'EventReminder')
		ORDER BY bus.events.id DESC LIMIT 1")
}

nothing_is_late() {
	equal "$(sql "SELECT count(*) FROM planning.reminders WHERE user_id = '$USER_ID' AND
		(published_at < due_at OR published_at > due_at + interval '1 second')")" 0 "said too early or too late"
}

@test "a reminder is said once, within a second of its time" {
	local due
	wait_until 70 asleep
	due=$(local_time 3)
	put_task "{\"title\": \"Now\", \"due\": {\"local\": \"$due\"}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"due\"}]}"
	wait_until 10 was_said "$id"
	nothing_is_late
	payload_of "$id"
	expect_json .title Now
	expect_json .task_id "$id"
	expect_json .reminder '0 due'
	expect_json .occurrence null
	expect_json .due.local "$due"
	expect_json '.due_at == .remind_at'
	expect_json .time_zone UTC
	equal "$(sql "SELECT concat_ws(' ', type, version, user_id) FROM bus.events WHERE aggregate_id = '$id' AND type LIKE '%Reminder'")" \
		"TaskDueReminder 1 $USER_ID"
	# Written again, it is not said again.
	set_task "$id" TaskUpdated "title = 'Still now'"
	expect_rows "$id" "0 due $(sql "SELECT to_char(due_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI') FROM planning.tasks WHERE id = '$id'") said"
	equal "$(said "$id")" 1
}

@test "offsets from due and start, and instants; not of what has passed" {
	put_task '{"due": {"local": "2126-03-30T09:00", "time_zone": "Europe/Berlin"}, "starts": {"date": "2126-03-28"}, "zone": "Europe/London",
		"reminders": [{"offset_minutes": -30, "relative_to": "due"}, {"offset_minutes": 480, "relative_to": "start"},
		              {"at": "2126-03-29T12:00:00+02:00"}, {"at": "2020-01-01T00:00:00Z"}]}'
	expect_rows "$id" '480 start 03-28 08:00, at 2126-03-29T10:00:00Z 03-29 10:00, -30 due 03-30 07:30'
	put_task '{"due": {"local": "2024-03-30T09:00"}, "reminders": [{"offset_minutes": 0, "relative_to": "due"}]}'
	put_event '{"start": {"local": "2126-03-30T09:00"}, "duration": "PT1H", "reminders": [{"offset_minutes": -5, "relative_to": "end"}]}'
	expect_rows "$id" '-5 end 03-30 09:55'
	equal "$(sql "SELECT count(*) FROM planning.reminders WHERE user_id = '$USER_ID'")" 4
}

@test "a series is said occurrence by occurrence, and its next is always known" {
	local first
	put_task "{\"due\": {\"local\": \"$(local_time 2)\"}, \"recurrence\": {\"rrule\": \"FREQ=DAILY\", \"rdates\":
		[\"$(local_time 3)\", \"$(local_time 4)\"]}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"due\"}]}"
	first=$id
	put_event "{\"title\": \"Usual\", \"location\": \"Here\", \"start\": {\"local\": \"$(local_time 2)\"}, \"recurrence\": {\"rrule\": \"FREQ=WEEKLY\"},
		\"overrides\": {\"$(local_time 2)\": {\"title\": \"Other\"}}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"start\"}]}"
	wait_until 10 was_said "$first" 3
	wait_until 10 was_said "$id"
	nothing_is_late
	equal "$(sql "SELECT string_agg(DISTINCT c::text, ' ') FROM (SELECT count(*) AS c FROM bus.events
		WHERE aggregate_id = '$first' AND type = 'TaskDueReminder' GROUP BY payload ->> 'occurrence') AS o")" 1 "events of an occurrence"
	equal "$(sql "SELECT (min(due_at) - (SELECT due_at FROM planning.tasks WHERE id = '$first'))::text FROM planning.reminders
		WHERE thing_id = '$first' AND published_at IS NULL")" '1 day' "the next"
	payload_of "$id"
	expect_json .title Other
	expect_json .location Here
	expect_json '.start.local == .occurrence'
	equal "$(sql "SELECT count(*) FROM planning.reminders WHERE thing_id = '$id' AND due_at BETWEEN now() + interval '6 days' AND now() + interval '7 days'")" 1
}

@test "what is done, moved or in the trash is not reminded of; what is moved ahead is, anew" {
	local finished moved event
	put_task '{"due": {"local": "2126-03-30T09:00"}, "reminders": [{"offset_minutes": 0, "relative_to": "due"}]}'
	finished=$id
	put_task '{"due": {"local": "2126-03-30T09:00"}, "reminders": [{"offset_minutes": 0, "relative_to": "due"}]}'
	moved=$id
	put_event '{"start": {"date": "2126-03-30"}, "reminders": [{"offset_minutes": 0, "relative_to": "start"}]}'
	event=$id
	expect_rows "$event" '0 start 03-30 00:00'
	set_task "$finished" TaskCompleted 'completed_at = now()'
	expect_rows "$finished" ''
	set_task "$finished" TaskReopened 'completed_at = NULL'
	expect_rows "$finished" '0 due 03-30 09:00'
	set_task "$finished" TaskDeleted 'deleted_at = now()'
	expect_rows "$finished" ''
	set_event "$event" EventDeleted 'deleted_at = now()'
	expect_rows "$event" ''
	set_event "$event" EventRestored 'deleted_at = NULL'
	expect_rows "$event" '0 start 03-30 00:00'
	sql "UPDATE planning.reminders SET published_at = now() WHERE thing_id = '$moved'"
	set_task "$moved" TaskUpdated "due = '{\"local\": \"2126-03-31T09:00\"}'"
	expect_rows "$moved" '0 due 03-30 09:00 said, 0 due 03-31 09:00'
	set_task "$moved" TaskUpdated "due = '{\"local\": \"2126-03-30T09:00\"}'"
	expect_rows "$moved" '0 due 03-30 09:00 said'
}

@test "a snooze speaks at its time, and silences what is before it" {
	put_task "{\"due\": {\"local\": \"$(local_time 60)\"}, \"reminders\": [{\"offset_minutes\": -1, \"relative_to\": \"due\"},
		{\"offset_minutes\": 0, \"relative_to\": \"due\"}], \"snoozed_until\": \"$(date -u -d "@$((EPOCHSECONDS + 3))" +%FT%TZ)\"}"
	wait_until 10 was_said "$id"
	nothing_is_late
	equal "$(sql "SELECT string_agg(reminder || CASE WHEN published_at IS NULL THEN '' ELSE ' said' END, ', ' ORDER BY due_at)
		FROM planning.reminders WHERE thing_id = '$id'")" 'snooze said, 0 due'
}

@test "a day is where its user is, also when they move" {
	local event task fixed
	api PATCH /users/me '{"time_zone": "America/New_York"}' -H 'If-Match: *'
	expect_status 200
	put_event '{"start": {"date": "2126-06-01"}, "reminders": [{"offset_minutes": -60, "relative_to": "start"}]}'
	event=$id
	put_event '{"start": {"local": "2126-06-01T09:00", "time_zone": "Europe/Berlin"}, "reminders": [{"offset_minutes": 0, "relative_to": "start"}]}'
	fixed=$id
	put_task '{"zone": "America/New_York", "due": {"date": "2126-06-01"}, "reminders": [{"offset_minutes": 540, "relative_to": "due"}]}'
	task=$id
	expect_rows "$event" '-60 start 06-01 03:00'
	expect_rows "$fixed" '0 start 06-01 07:00'
	expect_rows "$task" '540 due 06-01 13:00'
	api PATCH /users/me '{"time_zone": "Asia/Tokyo"}' -H 'If-Match: *'
	expect_status 200
	expect_rows "$event" '-60 start 05-31 14:00'
	expect_rows "$fixed" '0 start 06-01 07:00'
	expect_rows "$task" '540 due 06-01 00:00'
	equal "$(sql "SELECT concat_ws(' ', zone, due_at AT TIME ZONE 'UTC', late_at AT TIME ZONE 'UTC') FROM planning.tasks WHERE id = '$task'")" \
		'Asia/Tokyo 2126-05-31 15:00:00 2126-06-01 15:00:00'
}
