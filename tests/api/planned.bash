# Tasks and events as the planning function writes them, by SQL: for tests of what follows from them. Of USER_ID; columns are
# given as JSON. `load` it behind common.
#
#	put_task JSON [SQL]     a new task, its TaskCreated published; sets id. SQL is run in the same transaction
#	put_event JSON [SQL]    the same of an event
#	set_task ID TYPE SET    UPDATE … SET of a task, with its event of that type; {"permanent": false} for TaskDeleted
#	set_event ID TYPE SET
#	local_time SECONDS      what a clock in UTC shows in so many seconds, as a time's `local`
#	said ID                 how many reminders of a thing were published as events
#	rows_of ID              its rows: reminder, occurrence, instant, and whether they were published

# shellcheck disable=SC2034,SC2154 # id is for the caller; USER_ID comes from register
put_task() {
	id=$(uuid7)
	sql_as planning "BEGIN; ${2:-SELECT};
		INSERT INTO planning.tasks AS t (user_id, id, title, due, due_at, late_at, starts, zone, recurrence, series_start,
		                                 occurrence, reminders, snoozed_until)
		SELECT '$USER_ID', '$id', coalesce(n.title, 'Task'), n.due, planning.time_instant(n.due, coalesce(n.zone, 'UTC')),
		       planning.time_late(n.due, coalesce(n.zone, 'UTC')), n.starts, coalesce(n.zone, 'UTC'), n.recurrence,
		       coalesce(n.series_start, CASE WHEN n.recurrence IS NOT NULL THEN n.due END),
		       coalesce(n.occurrence, CASE WHEN n.recurrence IS NOT NULL THEN n.due END), coalesce(n.reminders, '[]'),
		       n.snoozed_until
		FROM jsonb_populate_record(NULL::planning.tasks, \$json\$$1\$json\$) AS n
		RETURNING bus.publish('TaskCreated', t.user_id, t.id, t.version, planning.task_payload(t)); COMMIT" >/dev/null
}

# shellcheck disable=SC2034,SC2154
put_event() {
	id=$(uuid7)
	sql_as planning "BEGIN; ${2:-SELECT};
		INSERT INTO planning.events AS e (user_id, id, title, location, start, \"end\", duration, recurrence, overrides,
		                                  reminders, start_local, span_from, span_to)
		SELECT '$USER_ID', '$id', coalesce(n.title, 'Event'), coalesce(n.location, ''), n.start, n.\"end\", n.duration,
		       n.recurrence, coalesce(n.overrides, '{}'), coalesce(n.reminders, '[]'),
		       coalesce(n.start ->> 'local', n.start ->> 'date')::timestamp, '-infinity', 'infinity'
		FROM jsonb_populate_record(NULL::planning.events, \$json\$$1\$json\$) AS n
		RETURNING bus.publish('EventCreated', e.user_id, e.id, e.version, planning.event_payload(e)); COMMIT" >/dev/null
}

set_task() {
	local payload='planning.task_payload(t)'
	[ "$2" != TaskDeleted ] || payload="'{\"permanent\": false}'"
	sql_as planning "UPDATE planning.tasks AS t SET $3, version = version + 1 WHERE id = '$1'
		RETURNING bus.publish('$2', t.user_id, t.id, t.version, $payload)" >/dev/null
}

set_event() {
	local payload='planning.event_payload(e)'
	[ "$2" != EventDeleted ] || payload="'{\"permanent\": false}'"
	sql_as planning "UPDATE planning.events AS e SET $3, version = version + 1 WHERE id = '$1'
		RETURNING bus.publish('$2', e.user_id, e.id, e.version, $payload)" >/dev/null
}

local_time() {
	date -u -d "@$((EPOCHSECONDS + $1))" +%Y-%m-%dT%H:%M:%S | sed 's/:00$//'
}

said() {
	sql "SELECT count(*) FROM bus.events WHERE aggregate_id = '$1' AND type IN ('TaskDueReminder', 'EventReminder')"
}

rows_of() {
	sql "SELECT string_agg(concat_ws(' ', reminder, nullif(occurrence, ''), to_char(due_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI'),
			CASE WHEN published_at IS NOT NULL THEN 'said' END), ', ' ORDER BY due_at, reminder)
		FROM planning.reminders WHERE thing_id = '$1'"
}
