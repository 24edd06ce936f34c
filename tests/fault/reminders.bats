#!/usr/bin/env bats
# Reminders when things go wrong: rows that cannot be published, the job killed, two of it, a day without it, clocks that are
# set, a hundred thousand at once (a fifth of that without FULL=1). The house has no cron: the tests run the job when they want.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell of its own; put_task sets id

load ../api/common
load ../api/planned

FULL=${FULL:-0}

setup_file() {
	house_start AURORA_CRON=off
	wait_healthy 15
	export SEED=${SEED:-$RANDOM}
	echo "# seed $SEED" >&3
}

teardown_file() {
	house_stop
}

# None outlives its test.
teardown() {
	local pid
	for pid in $(pids reminders); do
		kill -KILL "$pid"
	done
}

setup() {
	USER_ID=$(uuid7)
	RANDOM=$SEED
	sql "TRUNCATE planning.reminders, planning.tasks, planning.events, planning.completions;
		DROP TRIGGER IF EXISTS bad ON planning.reminders; DROP TRIGGER IF EXISTS slow ON planning.reminders" 2>/dev/null
	remind
}

# remind [OPTION…]: the job, once.
remind() {
	"$AURORA_HOME/bin/reminders" "$@" >>"$BATS_TEST_TMPDIR/reminders.log" 2>&1 3>&-
}

# start [OPTION…]: the job, beside the test; $! is its process.
start() {
	"$AURORA_HOME/bin/reminders" "$@" >>"$BATS_TEST_TMPDIR/reminders.log" 2>&1 3>&- &
}

end_all() {
	local pid
	for pid in $(jobs -p); do
		kill "$pid"
	done
	wait
}

# many USERS TASKS DUE: so many tasks for each of so many users, a reminder of each made that is due then.
many() {
	sql "INSERT INTO planning.tasks (user_id, id, title, reminders, due, due_at)
		SELECT ('00000000-0000-7000-8000-' || lpad(u::text, 12, '0'))::uuid, gen_random_uuid(), 'Task ' || t,
		       '[{\"offset_minutes\": 0, \"relative_to\": \"due\"}]',
		       jsonb_build_object('local', to_char(($3) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')), date_trunc('second', $3)
		FROM generate_series(1, $1) AS u, generate_series(1, $2) AS t;
		INSERT INTO planning.reminders (user_id, thing_id, reminder, occurrence, due_at, kind, about, about_at, zone, next_try_at)
		SELECT user_id, id, '0 due', '', due_at, 'task', due, due_at, 'UTC', due_at FROM planning.tasks
		ON CONFLICT DO NOTHING;
		ANALYZE planning.tasks, planning.reminders"
}

# How many events there are of the tasks there are, and of how many tasks.
said_of_all() {
	sql "SELECT count(*) || ' ' || count(DISTINCT e.aggregate_id) FROM bus.events e JOIN planning.tasks t ON t.id = e.aggregate_id
		WHERE e.type = 'TaskDueReminder'"
}

waiting() {
	sql "SELECT count(*) FROM planning.reminders WHERE published_at IS NULL"
}

one_waits() {
	[ "$(waiting)" = 1 ]
}

none_waits() {
	[ "$(waiting)" = 0 ]
}

# break_row WHEN: a row of one thing that the database refuses to change.
break_row() {
	sql "CREATE OR REPLACE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
			\$f\$ BEGIN RAISE EXCEPTION 'no such luck'; END \$f\$;
		DROP TRIGGER IF EXISTS bad ON planning.reminders;
		CREATE TRIGGER bad BEFORE UPDATE ON planning.reminders FOR EACH ROW WHEN ($1) EXECUTE FUNCTION public.refuse()"
}

@test "a row that cannot be published does not keep the others, is tried again, and is given up after twelve times" {
	local bad
	many 5 300 "now() - interval '1 minute'"
	bad=$(sql "SELECT id FROM planning.tasks ORDER BY id LIMIT 1 OFFSET 700")
	break_row "NEW.thing_id = '$bad' AND NEW.published_at IS NOT NULL"
	remind
	equal "$(said_of_all)" '1499 1499'
	equal "$(sql "SELECT concat_ws(' ', thing_id, attempts, error, dead_at, next_try_at > now(), next_try_at < now() + interval '4 seconds')
		FROM planning.reminders WHERE published_at IS NULL")" "$bad 1 P0001 no such luck t t"
	sql "UPDATE planning.reminders SET attempts = 11, next_try_at = now() WHERE thing_id = '$bad'"
	remind
	equal "$(sql "SELECT concat_ws(' ', attempts, dead_at IS NOT NULL) FROM planning.reminders WHERE published_at IS NULL")" '12 t'
	sql "UPDATE planning.reminders SET next_try_at = now() WHERE thing_id = '$bad'"
	sql 'DROP TRIGGER bad ON planning.reminders'
	remind
	equal "$(said "$bad")" 0 "events of one that was given up"
	# An operator has it tried again.
	sql "UPDATE planning.reminders SET dead_at = NULL WHERE thing_id = '$bad'"
	remind
	equal "$(said "$bad")" 1
	equal "$(said_of_all)" '1500 1500'
}

@test "nor does one that cannot even be put off, and not where missed ones are told of" {
	local bad start now
	many 3 100 "now() - interval '1 minute'"
	bad=$(sql "SELECT id FROM planning.tasks ORDER BY user_id, id LIMIT 1 OFFSET 150")
	break_row "NEW.thing_id = '$bad'"
	uptime_ms start
	remind --for 1s
	uptime_ms now
	((now - start < 5000)) || fail "it took $((now - start)) ms"
	equal "$(said_of_all)" '299 299'
	equal "$(waiting)" 1
	sql "UPDATE planning.tasks SET due_at = due_at - interval '1 day'; DROP TRIGGER bad ON planning.reminders; TRUNCATE planning.reminders"
	many 0 0 'now()'
	break_row "NEW.thing_id = '$bad' AND NEW.published_at IS NOT NULL"
	remind
	equal "$(waiting)" 1
	equal "$(sql "SELECT sum((payload ->> 'count')::int) FROM bus.events WHERE type = 'RemindersMissed'")" 299
}

@test "a series goes on behind one of it that is given up" {
	put_event "{\"start\": {\"local\": \"$(local_time -20)\"}, \"recurrence\": {\"rrule\": \"FREQ=DAILY\"}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"start\"}]}"
	break_row "NEW.thing_id = '$id' AND NEW.published_at IS NOT NULL"
	remind
	equal "$(sql "SELECT concat_ws(' ', attempts, dead_at) FROM planning.reminders WHERE thing_id = '$id'")" 1
	sql "UPDATE planning.reminders SET attempts = 11, next_try_at = now() WHERE thing_id = '$id'"
	# Where the next one cannot be made either it is tried for longer, but not for ever.
	sql "CREATE TRIGGER slow BEFORE INSERT ON planning.reminders FOR EACH ROW EXECUTE FUNCTION public.refuse()"
	remind
	equal "$(sql "SELECT concat_ws(' ', attempts, dead_at IS NOT NULL, next_try_at > now()) FROM planning.reminders WHERE thing_id = '$id'")" '12 f t'
	sql "UPDATE planning.reminders SET attempts = 23, next_try_at = now() WHERE thing_id = '$id'"
	remind
	equal "$(sql "SELECT concat_ws(' ', attempts, dead_at IS NOT NULL) FROM planning.reminders WHERE thing_id = '$id'")" '24 t'
	sql "DROP TRIGGER slow ON planning.reminders;
		UPDATE planning.reminders SET attempts = 11, dead_at = NULL, next_try_at = now() WHERE thing_id = '$id'"
	remind
	equal "$(sql "SELECT string_agg(concat_ws(' ', attempts, dead_at IS NOT NULL, due_at > now()), ', ' ORDER BY due_at)
		FROM planning.reminders WHERE thing_id = '$id'")" '12 t f, 0 f t'
	equal "$(said "$id")" 0
}

@test "killed at any moment: each is said once, and the next of a series is always there" {
	local kills=0 pause
	many 20 1000 "now() - interval '1 hour' - t * interval '1 second'"
	sql "UPDATE planning.tasks SET recurrence = '{\"rrule\": \"FREQ=DAILY\"}', series_start = due, occurrence = due WHERE hashtext(id::text) % 10 = 0;
		UPDATE planning.reminders r SET occurrence = t.due ->> 'local' FROM planning.tasks t WHERE t.id = r.thing_id AND t.recurrence IS NOT NULL"
	# Much of its time is spent between what is said and what comes next.
	sql "CREATE OR REPLACE FUNCTION public.dawdle() RETURNS trigger LANGUAGE plpgsql AS \$f\$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END \$f\$;
		CREATE TRIGGER slow BEFORE INSERT ON planning.reminders FOR EACH STATEMENT EXECUTE FUNCTION public.dawdle()"
	while [ "$(sql "SELECT count(*) FROM planning.reminders WHERE published_at IS NULL AND due_at < now()")" != 0 ]; do
		start --for 20s
		printf -v pause '0.%03d' $((150 + RANDOM % 500))
		sleep "$pause"
		kill -KILL $! && ((++kills))
		wait $! 2>/dev/null || true
	done
	((kills > 5)) || fail "killed $kills times only"
	equal "$(said_of_all)" '20000 20000'
	equal "$(sql "SELECT count(*) FROM planning.tasks t WHERE recurrence IS NOT NULL AND 1 <> (SELECT count(*) FROM planning.reminders r
		WHERE r.thing_id = t.id AND r.published_at IS NULL AND r.due_at = t.due_at + interval '1 day')")" 0 "series without a next"
	equal "$(sql "SELECT count(*) > 1000 FROM planning.tasks WHERE recurrence IS NOT NULL")" t
}

# What was written happened so long ago.
written_ago() {
	sql "UPDATE bus.events SET at = at - interval '$1' WHERE user_id = '$USER_ID'"
}

@test "after days without it all is caught up; what is too late is told of at once" {
	local late early hourly daily finished
	put_task "{\"due\": {\"local\": \"$(local_time -7200)\"}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"due\"}]}"
	late=$id
	put_task "{\"title\": \"Long ago\", \"due\": {\"local\": \"$(local_time -90000)\"}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"due\"}]}"
	early=$id
	put_event "{\"start\": {\"local\": \"$(local_time -86520)\"}, \"recurrence\": {\"rrule\": \"FREQ=HOURLY\"}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"start\"}]}"
	hourly=$id
	put_event "{\"start\": {\"local\": \"$(local_time -2592120)\"}, \"recurrence\": {\"rrule\": \"FREQ=DAILY\"}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"start\"}]}"
	daily=$id
	put_task "{\"due\": {\"local\": \"$(local_time -90000)\"}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"due\"}]}"
	finished=$id
	written_ago '31 days'
	set_task "$finished" TaskCompleted 'completed_at = now()'
	# Written while it did not run, and what came due before is still owed.
	set_task "$late" TaskUpdated "title = 'New title'"
	remind
	equal "$(said "$late")" 1
	equal "$(sql "SELECT payload ->> 'title' FROM bus.events WHERE aggregate_id = '$late' AND type = 'TaskDueReminder'")" 'New title'
	equal "$(said "$early")" 0
	equal "$(said "$finished")" 0
	# Of 25 hours the last 12, of 31 days the last.
	equal "$(said "$hourly")" 12
	equal "$(said "$daily")" 1
	body=$(sql "SELECT json_agg(payload) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'RemindersMissed'")
	expect_json length 1
	expect_json '.[0].count' $((1 + 13 + 30))
	expect_json '.[0].items | length' 3
	expect_json '[.[0].items[] | select(.kind == "task") | .title, .id] | join(" ")' "Long ago $early"
	expect_json '.[0].items | all(.remind_at and .reminder)'
	equal "$(sql "SELECT count(*) FROM planning.reminders WHERE user_id = '$USER_ID' AND published_at IS NULL AND due_at > now()")" 2 "the next ones"
	remind
	equal "$(sql "SELECT count(*) FROM bus.events WHERE user_id = '$USER_ID' AND type = 'RemindersMissed'")" 1
}

@test "one message for each user, however much was missed" {
	local before
	before=$(sql "SELECT count(*) FROM bus.events WHERE type = 'RemindersMissed'")
	many 70 400 "now() - interval '2 days'"
	remind
	equal "$(waiting)" 0
	equal "$(sql "SELECT count(*) FROM bus.events WHERE type = 'RemindersMissed'")" $((before + 70))
	equal "$(sql "SELECT string_agg(DISTINCT concat_ws(' ', payload ->> 'count', jsonb_array_length(payload -> 'items')), ',')
		FROM (SELECT payload FROM bus.events WHERE type = 'RemindersMissed' ORDER BY id DESC LIMIT 70) AS m")" '400 100'
}

@test "also where what was missed is still to be learnt from thousands of events" {
	local before
	before=$(sql "SELECT count(*) FROM bus.events WHERE type = 'RemindersMissed'")
	many 2 5000 "now() - interval '2 days'"
	sql "TRUNCATE planning.reminders;
		SELECT count(bus.publish('TaskCreated', t.user_id, t.id, t.version, planning.task_payload(t))) FROM planning.tasks AS t;
		UPDATE bus.events SET at = at - interval '3 days' WHERE type = 'TaskCreated'" >/dev/null
	remind
	equal "$(waiting)" 0
	equal "$(sql "SELECT count(*) FROM bus.events WHERE type = 'RemindersMissed'")" $((before + 2))
	equal "$(sql "SELECT string_agg(payload ->> 'count', ' ') FROM (SELECT payload FROM bus.events WHERE type = 'RemindersMissed'
		ORDER BY id DESC LIMIT 2) AS m")" '5000 5000'
}

# so_many BACKENDS: of the job, and one of them asleep.
so_many() {
	[ "$(backends) $(sleepers)" = "$1 1" ]
}

# Who holds the lock that those who sleep hold.
sleepers() {
	sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 16725 AND objid = 4 AND granted"
}

backends() {
	sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'reminders'"
}

@test "two at once say each once" {
	start --for 20s
	wait_until 10 so_many 1
	start --for 20s
	wait_until 10 so_many 2
	# The first loses its connection and with it its place, which the second takes; the first comes back.
	sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'reminders' ORDER BY backend_start LIMIT 1" >/dev/null
	wait_until 10 so_many 2
	many 20 250 "now()"
	wait_until 20 none_waits
	equal "$(said_of_all)" '5000 5000'
	end_all
}

@test "when clocks are set it is seen within five seconds" {
	local start now
	start --for 30s
	put_task "{\"due\": {\"local\": \"$(local_time 3600)\"}, \"reminders\": [{\"offset_minutes\": 0, \"relative_to\": \"due\"}]}"
	wait_until 5 one_waits
	wait_until 10 so_many 1
	# An hour goes by at once: to it all instants are an hour nearer.
	uptime_ms start
	sql "UPDATE planning.reminders SET due_at = due_at - interval '1 hour', next_try_at = next_try_at - interval '1 hour'"
	wait_until 8 none_waits
	uptime_ms now
	((now - start < 6000)) || fail "it took $((now - start)) ms"
	end_all
	equal "$(said "$id")" 1
}

# in_time WHAT COUNT MICROSECONDS START: since START not longer than so many for each; at full size, on a machine that does
# nothing else, and otherwise four times that.
in_time() {
	local now limit
	uptime_ms now
	limit=$(($2 * $3 * (FULL ? 1 : 4) / 1000))
	echo "# $1 $2 in $((now - $4)) ms" >&3
	((now - $4 <= limit)) || fail "$1 $2 in $((now - $4)) ms, more than $limit"
}

@test "very many at once: said in the quarter of a minute, made at 5,000 a second" {
	local count start
	count=$((FULL ? 100000 : 20000))
	many $((count / 1000)) 1000 "date_trunc('minute', now()) - interval '1 minute'"
	uptime_ms start
	remind
	in_time said "$count" 150 "$start"
	equal "$(said_of_all)" "$count $count"
	sql "UPDATE planning.tasks SET due = '{\"local\": \"2126-01-01T09:00\"}', reminders = '[{\"offset_minutes\": -30, \"relative_to\": \"due\"}]';
		TRUNCATE planning.reminders;
		SELECT count(bus.publish('TaskCreated', t.user_id, t.id, t.version, planning.task_payload(t))) FROM planning.tasks AS t" >/dev/null
	uptime_ms start
	remind
	in_time made "$count" 200 "$start"
	equal "$(waiting)" "$count"
}

@test "what was in the trash long enough goes for good, subtasks along, and what was said long ago" {
	local parent child event kept
	put_task '{"reminders": [{"at": "2126-01-01T00:00:00Z"}]}'
	parent=$id
	put_task '{}'
	child=$id
	put_task '{}'
	kept=$id
	put_event '{"start": {"date": "2126-01-01"}, "reminders": [{"offset_minutes": 0, "relative_to": "start"}]}'
	event=$id
	remind
	sql "UPDATE planning.reminders SET published_at = now() - interval '91 days' WHERE thing_id = '$event';
		UPDATE planning.tasks SET parent_id = '$parent' WHERE id = '$child';
		UPDATE planning.tasks SET deleted_at = now() - interval '31 days' WHERE id = '$parent';
		UPDATE planning.tasks SET deleted_at = now() - interval '29 days' WHERE id IN ('$child', '$kept');
		UPDATE planning.events SET deleted_at = now() - interval '31 days' WHERE id = '$event';
		INSERT INTO planning.idempotency (user_id, key, route, fingerprint, created_at)
		VALUES ('$USER_ID', 'old', 'x', '', now() - interval '25 hours'), ('$USER_ID', 'new', 'x', '', now())"
	equal "$(sql 'SELECT count(*) FROM planning.reminders')" 2
	"$AURORA_HOME/bin/sweep" 3>&-
	equal "$(sql 'SELECT id FROM planning.tasks')" "$kept"
	equal "$(sql 'SELECT count(*) FROM planning.events')" 0
	equal "$(sql 'SELECT string_agg(key, $$ $$) FROM planning.idempotency')" new
	equal "$(sql "SELECT string_agg(type || payload, ' ' ORDER BY type) FROM bus.events WHERE user_id = '$USER_ID' AND type LIKE '%Deleted'")" \
		'EventDeleted{"permanent": true} TaskDeleted{"permanent": true} TaskDeleted{"permanent": true}'
	equal "$(sql "SELECT string_agg(thing_id::text, ' ') FROM planning.reminders")" "$parent"
	remind
	equal "$(sql 'SELECT count(*) FROM planning.reminders')" 0
}

@test "an account that ends takes along what it planned" {
	local table
	register
	put_task '{"reminders": [{"at": "2126-01-01T00:00:00Z"}]}'
	remind
	sql "INSERT INTO planning.categories (user_id, id, name, name_key) SELECT '$USER_ID', gen_random_uuid(), n::text, n::text FROM generate_series(1, 3) n;
		INSERT INTO planning.tasks (user_id, id, title, category_id, parent_id)
		SELECT '$USER_ID', gen_random_uuid(), 'x', c.id, CASE WHEN n > 50 THEN '$id'::uuid END
		FROM generate_series(1, 800) n, planning.categories c;
		INSERT INTO planning.events (user_id, id, title, category_id, start, start_local, span_from, span_to)
		SELECT user_id, gen_random_uuid(), 'x', id, '{}', now(), now(), now() FROM planning.categories;
		INSERT INTO planning.completions (user_id, task_id, completed_at, occurrence, due)
		SELECT user_id, id, now(), '{}', '{}' FROM planning.tasks;
		INSERT INTO planning.feeds (user_id, id, name, mode, category_id, token_hash)
		SELECT user_id, gen_random_uuid(), 'x', 'full', id, sha256(id::text::bytea) FROM planning.categories;
		INSERT INTO planning.idempotency (user_id, key, route, fingerprint) VALUES ('$USER_ID', 'k', 'x', '')"
	api DELETE /users/me "$(jq -nc --arg p "$PASSWORD" '{password: $p}')"
	expect_status 204
	remind
	for table in $(sql "SELECT tablename FROM pg_tables WHERE schemaname = 'planning' AND tablename NOT LIKE 'bus%'"); do
		equal "$(sql "SELECT count(*) FROM planning.$table WHERE user_id = '$USER_ID'")" 0 "$table"
	done
	# What a request left that was under way meanwhile.
	put_task '{"reminders": [{"at": "2126-01-01T00:00:00Z"}]}'
	remind
	"$AURORA_HOME/bin/sweep" 3>&-
	equal "$(sql "SELECT (SELECT count(*) FROM planning.tasks WHERE user_id = '$USER_ID') +
		(SELECT count(*) FROM planning.reminders WHERE user_id = '$USER_ID')")" 0
}
