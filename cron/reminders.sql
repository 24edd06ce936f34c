-- Reminders: made of the events of tasks and events, published when they are due. Instants go in and out as microseconds
-- since 1970.
-- role: planning

-- What is made

-- $1 users and $2 things, a pair each: what was made for them goes, but for what was published; of a thing that is gone for
-- good ($3) that as well. Answered are those that are still to be said, by the number of the pair, and until when
-- each reminder was said of late.
-- name: reminders_drop
WITH gone AS (
	DELETE FROM planning.reminders AS r
	USING unnest($1::uuid[], $2::uuid[], $3::boolean[]) WITH ORDINALITY AS t (user_id, thing_id, permanent, n)
	WHERE r.user_id = t.user_id AND r.thing_id = t.thing_id AND (r.published_at IS NULL OR t.permanent)
	RETURNING t.n, r.reminder, r.occurrence, r.due_at, r.published_at IS NULL AND r.dead_at IS NULL AS waiting
)
SELECT n, reminder, occurrence, (extract(epoch FROM due_at) * 1000000)::bigint AS due_us, false AS said FROM gone WHERE waiting
UNION ALL
SELECT t.n, r.reminder, NULL, (extract(epoch FROM max(r.due_at)) * 1000000)::bigint, true
FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) WITH ORDINALITY AS t (user_id, thing_id, permanent, n)
     JOIN planning.reminders AS r ON r.user_id = t.user_id AND r.thing_id = t.thing_id
WHERE r.published_at IS NOT NULL AND NOT t.permanent AND r.due_at > now() - interval '1 day'
GROUP BY t.n, r.reminder
ORDER BY n

-- $1 a JSON array of rows.
-- name: reminders_make
INSERT INTO planning.reminders (user_id, thing_id, kind, reminder, occurrence, due_at, about, about_at, zone, next_try_at)
SELECT user_id, thing_id, kind, reminder, occurrence, due_at, about, about_at, zone, due_at
FROM json_to_recordset($1::json) AS r (user_id uuid, thing_id uuid, kind text, reminder text, occurrence text,
                                       due_at timestamptz, about jsonb, about_at timestamptz, zone text)
ON CONFLICT DO NOTHING

-- The zone of each of the users $1, in their order.
-- name: reminders_zones (read)
WITH zone AS MATERIALIZED (
	SELECT u.id, p.time_zone FROM (SELECT DISTINCT unnest($1::uuid[]) AS id) AS u, identity.profile(u.id) AS p
)
SELECT coalesce(z.time_zone, 'UTC') AS zone
FROM unnest($1::uuid[]) WITH ORDINALITY AS u (id, n) LEFT JOIN zone AS z USING (id)
ORDER BY u.n

-- User $1 says to be in zone $2. No row: that was known.
-- name: reminders_moved
INSERT INTO planning.zones AS z (user_id, id, zone) VALUES ($1, $1, $2)
ON CONFLICT (user_id, id) DO UPDATE SET zone = EXCLUDED.zone WHERE z.zone <> EXCLUDED.zone
RETURNING zone

-- User $1 is in zone $2: some of the tasks that are not yet read there; a payload where something is to be reminded of. No
-- row: all are.
-- name: reminders_move_tasks
UPDATE planning.tasks AS t
SET zone = $2, due_at = planning.time_instant(t.due, $2), late_at = planning.time_late(t.due, $2)
WHERE t.user_id = $1::uuid AND t.id IN (SELECT m.id FROM planning.tasks AS m WHERE m.user_id = $1::uuid AND m.zone <> $2 LIMIT 1000)
RETURNING t.id, CASE WHEN t.deleted_at IS NULL AND t.completed_at IS NULL AND (t.reminders <> '[]' OR t.snoozed_until IS NOT NULL)
                     THEN planning.task_payload(t) END AS payload

-- The events of user $1 behind $2 whose reminders may depend on the zone.
-- name: reminders_floating_events (read)
SELECT e.id, planning.event_payload(e) AS payload
FROM planning.events AS e
WHERE e.user_id = $1::uuid AND e.id > $2::uuid AND e.deleted_at IS NULL
      AND (e.reminders <> '[]' OR e.overrides <> '{}')
      AND (e.start ->> 'time_zone' IS NULL OR e."end" ->> 'time_zone' IS NULL OR e.overrides <> '{}')
ORDER BY e.id LIMIT 500

-- What is published

-- Some that are due, by where they lie ($1 how many; they stay there as long as they are locked), but for those that are due
-- since more than $2 hours: the first hundred of each user before the others of anybody.
-- name: reminders_take
SELECT ctid AS tid FROM planning.reminders
WHERE ctid = ANY (ARRAY(
	SELECT d.ctid
	FROM (SELECT ctid, next_try_at, row_number() OVER (PARTITION BY user_id ORDER BY next_try_at) AS nth
	      FROM (SELECT ctid, user_id, next_try_at FROM planning.reminders
	            WHERE published_at IS NULL AND dead_at IS NULL AND next_try_at <= now()
	                  AND next_try_at > now() - $2::int * interval '1 hour'
	            ORDER BY next_try_at LIMIT 4000) AS n) AS d
	ORDER BY d.nth > 100, d.next_try_at LIMIT $1::int))
      AND published_at IS NULL AND dead_at IS NULL
FOR UPDATE SKIP LOCKED

-- Publish these; what is done or gone meanwhile has nothing to say. Rows of a thing come together, and the first has its payload where
-- another occurrence comes.
-- name: reminders_publish
WITH r AS MATERIALIZED (
	UPDATE planning.reminders AS r SET published_at = clock_timestamp(), error = NULL
	FROM unnest($1::tid[]) AS p (tid) WHERE r.ctid = p.tid
	RETURNING r.user_id, r.thing_id, r.kind, r.reminder, r.occurrence, r.due_at, r.about, r.about_at, r.zone
)
SELECT r.user_id, r.thing_id, r.kind, r.reminder, r.zone, (extract(epoch FROM r.due_at) * 1000000)::bigint AS due_us,
       CASE WHEN t.recurrence IS NOT NULL AND row_number() OVER (PARTITION BY r.thing_id) = 1 THEN planning.task_payload(t) END AS payload,
       bus.publish('TaskDueReminder', r.user_id, r.thing_id, t.version, jsonb_build_object(
           'task_id', r.thing_id, 'title', t.title, 'reminder', r.reminder, 'occurrence', nullif(r.occurrence, ''),
           'due', r.about, 'due_at', r.about_at, 'remind_at', r.due_at, 'time_zone', r.zone)) AS event
FROM r JOIN planning.tasks AS t ON t.user_id = r.user_id AND t.id = r.thing_id
WHERE r.kind = 'task' AND t.deleted_at IS NULL AND t.completed_at IS NULL
      AND (r.occurrence = '' OR r.occurrence >= coalesce(t.occurrence ->> 'local', t.occurrence ->> 'date'))
UNION ALL
SELECT r.user_id, r.thing_id, r.kind, r.reminder, r.zone, (extract(epoch FROM r.due_at) * 1000000)::bigint,
       CASE WHEN e.recurrence IS NOT NULL AND row_number() OVER (PARTITION BY r.thing_id) = 1 THEN planning.event_payload(e) END,
       bus.publish('EventReminder', r.user_id, r.thing_id, e.version, jsonb_build_object(
           'event_id', r.thing_id, 'title', coalesce(e.overrides -> r.occurrence ->> 'title', e.title),
           'location', coalesce(e.overrides -> r.occurrence ->> 'location', e.location), 'reminder', r.reminder,
           'occurrence', nullif(r.occurrence, ''), 'start', r.about, 'start_at', r.about_at, 'remind_at', r.due_at,
           'time_zone', r.zone))
FROM r JOIN planning.events AS e ON e.user_id = r.user_id AND e.id = r.thing_id
WHERE r.kind = 'event' AND e.deleted_at IS NULL

-- The same for those that are due since more than $2 hours: all of some users, for one event tells a user of all of them.
-- That is more than $1 only where one user alone has more. `alive`: there is still something to say; `upto_us`: until when
-- it is too late to say it.
-- name: reminders_take_missed
WITH late AS MATERIALIZED (
	SELECT DISTINCT s.user_id
	FROM (SELECT user_id FROM planning.reminders
	      WHERE published_at IS NULL AND dead_at IS NULL AND next_try_at <= now() - $2::int * interval '1 hour'
	      ORDER BY next_try_at LIMIT 1000) AS s
	LIMIT 20
), sized AS (
	SELECT r.user_id, count(*) AS own, sum(count(*)) OVER (ORDER BY r.user_id) AS upto
	FROM late JOIN planning.reminders AS r USING (user_id)
	WHERE r.published_at IS NULL AND r.dead_at IS NULL AND r.next_try_at <= now() - $2::int * interval '1 hour'
	GROUP BY r.user_id
)
SELECT r.ctid AS tid, r.user_id, r.thing_id, r.kind, r.reminder, r.occurrence, r.zone,
       (extract(epoch FROM r.due_at) * 1000000)::bigint AS due_us,
       (extract(epoch FROM now() - $2::int * interval '1 hour') * 1000000)::bigint AS upto_us,
       coalesce(t.title, e.overrides -> r.occurrence ->> 'title', e.title) AS title,
       t.id IS NOT NULL OR e.id IS NOT NULL AS alive,
       CASE WHEN t.recurrence IS NOT NULL THEN planning.task_payload(t)
            WHEN e.recurrence IS NOT NULL THEN planning.event_payload(e) END AS payload
FROM sized JOIN planning.reminders AS r ON r.user_id = sized.user_id
LEFT JOIN planning.tasks AS t ON r.kind = 'task' AND t.user_id = r.user_id AND t.id = r.thing_id AND t.deleted_at IS NULL
     AND t.completed_at IS NULL AND (r.occurrence = '' OR r.occurrence >= coalesce(t.occurrence ->> 'local', t.occurrence ->> 'date'))
LEFT JOIN planning.events AS e ON r.kind = 'event' AND e.user_id = r.user_id AND e.id = r.thing_id AND e.deleted_at IS NULL
WHERE (sized.upto <= $1::int OR sized.upto = sized.own)
      AND r.published_at IS NULL AND r.dead_at IS NULL AND r.next_try_at <= now() - $2::int * interval '1 hour'
ORDER BY r.user_id, r.due_at LIMIT $1::int FOR UPDATE OF r SKIP LOCKED

-- name: reminders_mark
UPDATE planning.reminders AS r SET published_at = clock_timestamp(), error = NULL
FROM unnest($1::tid[]) AS p (tid) WHERE r.ctid = p.tid

-- $1 a JSON array of {user_id, payload}.
-- name: reminders_tell
SELECT bus.publish('RemindersMissed', m.user_id, m.user_id, 1, m.payload) AS event
FROM json_to_recordset($1::json) AS m (user_id uuid, payload jsonb)

-- The one at $1 could not be published, because of $2. Time number $3 is the last.
-- name: reminders_failed
UPDATE planning.reminders
SET attempts = attempts + 1, error = $2,
    next_try_at = clock_timestamp() + exp(least(10, attempts + 1)) * (0.8 + 0.4 * random()) * interval '1 second',
    dead_at = CASE WHEN attempts + 1 >= $3::int THEN clock_timestamp() END
WHERE ctid = $1::tid
RETURNING ctid AS tid, thing_id, reminder, dead_at IS NOT NULL AS dead

-- The one at $1, with what recurs.
-- name: reminders_given_up (read)
SELECT r.user_id, r.thing_id, r.kind, r.reminder, r.zone, (extract(epoch FROM r.due_at) * 1000000)::bigint AS due_us,
       CASE WHEN t.recurrence IS NOT NULL THEN planning.task_payload(t)
            WHEN e.recurrence IS NOT NULL THEN planning.event_payload(e) END AS payload
FROM planning.reminders AS r
LEFT JOIN planning.tasks AS t ON r.kind = 'task' AND t.user_id = r.user_id AND t.id = r.thing_id AND t.deleted_at IS NULL
     AND t.completed_at IS NULL
LEFT JOIN planning.events AS e ON r.kind = 'event' AND e.user_id = r.user_id AND e.id = r.thing_id AND e.deleted_at IS NULL
WHERE r.ctid = $1::tid

-- In how many microseconds there is something to do; no value when there is nothing.
-- name: reminders_wait (read)
SELECT (extract(epoch FROM min(next_try_at) - clock_timestamp()) * 1000000)::bigint AS us
FROM planning.reminders WHERE published_at IS NULL AND dead_at IS NULL

-- name: reminders_count_due (read)
SELECT count(*) AS due FROM planning.reminders WHERE published_at IS NULL AND dead_at IS NULL AND next_try_at <= now()
