-- Statements of the planning function. $1 is always the user.
-- A write and its event are one statement; `event` is the event's id and no part of the thing.
-- role: planning

-- Who asks: the zone for times that have none.
-- name: profile (read)
SELECT locale, time_zone FROM identity.profile($1)

-- Tasks

-- name: task_by_id (read)
SELECT * FROM planning.task_list WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL

-- The task wherever it is, in the trash too.
-- name: task_anywhere (read)
SELECT * FROM planning.task_list WHERE user_id = $1 AND id = $2

-- $2 id, $3 to $17 its members; without $16 and $17, when it is due is read in the user's zone. No row: the id is taken, or there is no such task to be the parent.
-- name: task_create
WITH z AS MATERIALIZED (
	SELECT coalesce((SELECT p.time_zone FROM identity.profile($1) AS p WHERE NOT $10::jsonb ? 'time_zone' OR NOT $11::jsonb ? 'time_zone'), 'UTC') AS zone
), parent AS MATERIALIZED (
	SELECT id FROM planning.tasks
	WHERE user_id = $1 AND id = $8 AND parent_id IS NULL AND deleted_at IS NULL FOR SHARE
)
INSERT INTO planning.tasks AS t (user_id, id, title, notes, category_id, priority, tags, parent_id, position, due, starts,
                                 recurrence, reminders, series_start, occurrence, zone, due_at, late_at)
SELECT $1, $2, $3, $4, $5::uuid, $6::planning.priority, $7::text[], $8, coalesce($9::numeric, extract(epoch FROM clock_timestamp())),
       $10, $11::jsonb, $12::jsonb, $13::jsonb, $14::jsonb, $15::jsonb, zone, coalesce($16::timestamptz, planning.time_instant($10, zone)),
       coalesce($17::timestamptz, planning.time_late($10, zone))
FROM z
WHERE $8 IS NULL OR EXISTS (SELECT FROM parent)
ON CONFLICT (user_id, id) DO NOTHING
RETURNING t.*, '{"total": 0, "completed": 0}'::jsonb AS progress,
          bus.publish('TaskCreated', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- The same for one with an id that was made for it, no parent, and no time that needs the user's zone: one node of a
-- plan does it all.
-- name: task_create_plain
INSERT INTO planning.tasks AS t (user_id, id, title, notes, category_id, priority, tags, parent_id, position, due, starts,
                                 recurrence, reminders, series_start, occurrence, due_at, late_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9::numeric, extract(epoch FROM clock_timestamp())), $10, $11, $12, $13, $14, $15,
        $16, $17)
RETURNING t.*, '{"total": 0, "completed": 0}'::jsonb AS progress,
          bus.publish('TaskCreated', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- What holds the id, and whether it is what task_create was asked to make.
-- name: task_taken (read)
SELECT *, deleted_at IS NULL
       AND (title, notes, category_id, priority, tags, parent_id, due, starts, recurrence, reminders)
           IS NOT DISTINCT FROM ($3, $4, $5::uuid, $6::planning.priority, $7::text[], $8::uuid, $10::jsonb, $11::jsonb, $12::jsonb, $13::jsonb)
       AND position = coalesce($9::numeric, position) AND series_start IS NOT DISTINCT FROM $14::jsonb
       AND occurrence IS NOT DISTINCT FROM $15::jsonb AS same
FROM planning.task_list WHERE user_id = $1 AND id = $2

-- $2 id, $3 to $17 its members, $18 the version that was read. No row: nothing would change, or it has changed since.
-- name: task_update
WITH z AS MATERIALIZED (
	SELECT coalesce((SELECT p.time_zone FROM identity.profile($1) AS p WHERE NOT $10::jsonb ? 'time_zone' OR NOT $11::jsonb ? 'time_zone'), 'UTC') AS zone
)
UPDATE planning.tasks AS t
SET title = $3, notes = $4, category_id = $5, priority = $6::planning.priority, tags = $7, parent_id = $8,
    position = coalesce($9::numeric, position), due = $10, starts = $11, recurrence = $12, reminders = $13, series_start = $14,
    occurrence = $15, zone = z.zone, due_at = coalesce($16::timestamptz, planning.time_instant($10, z.zone)),
    late_at = coalesce($17::timestamptz, planning.time_late($10, z.zone)),
    version = version + 1, updated_at = now()
FROM z
WHERE t.user_id = $1 AND t.id = $2 AND t.version = $18 AND t.deleted_at IS NULL
      AND (title, notes, category_id, priority, tags, parent_id, position, due, starts, recurrence, reminders, series_start, occurrence)
          IS DISTINCT FROM ($3, $4, $5::uuid, $6::planning.priority, $7::text[], $8::uuid, coalesce($9::numeric, position), $10::jsonb,
                            $11::jsonb, $12::jsonb, $13::jsonb, $14::jsonb, $15::jsonb)
RETURNING t.*, planning.progress(t.user_id, t.id) AS progress,
          bus.publish('TaskUpdated', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- Before a task $2 comes below another $3, or goes ($3 is $2): hold both, in the order in which everybody does.
-- name: task_hold_family
SELECT id FROM planning.tasks WHERE user_id = $1 AND id IN ($2, $3) ORDER BY id FOR UPDATE

-- Then, seeing what was committed meanwhile: whether $3 may be the parent, and whether $2 has children of its own.
-- name: task_family
SELECT EXISTS (SELECT FROM planning.tasks WHERE user_id = $1 AND id = $3 AND parent_id IS NULL AND deleted_at IS NULL) AS parent,
       EXISTS (SELECT FROM planning.tasks WHERE user_id = $1 AND parent_id = $2) AS children

-- $2 id, $3 version or NULL for any; its subtasks go along.
-- name: task_trash
WITH top AS MATERIALIZED (
	SELECT id FROM planning.tasks
	WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL AND version = coalesce($3, version) FOR UPDATE
), t AS (
	UPDATE planning.tasks AS t
	SET deleted_at = now(), version = version + 1, updated_at = now()
	FROM top
	WHERE t.user_id = $1 AND (t.id = top.id OR t.parent_id = top.id) AND t.deleted_at IS NULL
	RETURNING t.user_id, t.id, t.version
)
SELECT id, bus.publish('TaskDeleted', user_id, id, version, '{"permanent": false}') AS event FROM t

-- $2 id, $3 version or NULL for any; also from the trash.
-- name: task_erase
WITH top AS MATERIALIZED (
	SELECT id FROM planning.tasks WHERE user_id = $1 AND id = $2 AND version = coalesce($3, version) FOR UPDATE
), t AS (
	DELETE FROM planning.tasks AS t USING top
	WHERE t.user_id = $1 AND (t.id = top.id OR t.parent_id = top.id)
	RETURNING t.user_id, t.id, t.version
)
SELECT id, bus.publish('TaskDeleted', user_id, id, version + 1, '{"permanent": true}') AS event FROM t

-- Before a task $2 comes back: hold it and its parent, in the order in which everybody does.
-- name: task_hold_parent
SELECT id FROM planning.tasks
WHERE user_id = $1 AND (id = $2 OR id = (SELECT c.parent_id FROM planning.tasks AS c WHERE c.user_id = $1 AND c.id = $2))
ORDER BY id FOR UPDATE

-- With the subtasks that went along. A subtask whose parent is still in the trash comes back as a task of its own.
-- name: task_restore
WITH top AS MATERIALIZED (
	SELECT c.id, c.deleted_at, p.id IS NOT NULL AS orphan
	FROM planning.tasks AS c
	     LEFT JOIN planning.tasks AS p ON p.user_id = c.user_id AND p.id = c.parent_id AND p.deleted_at IS NOT NULL
	WHERE c.user_id = $1 AND c.id = $2 AND c.deleted_at IS NOT NULL FOR UPDATE OF c
), r AS (
	UPDATE planning.tasks AS t
	SET deleted_at = NULL, parent_id = CASE WHEN t.id = $2 AND top.orphan THEN NULL ELSE t.parent_id END,
	    version = version + 1, updated_at = now()
	FROM top
	WHERE t.user_id = $1 AND (t.id = top.id OR t.parent_id = top.id AND t.deleted_at = top.deleted_at)
	RETURNING t AS task, t.id = $2 AS asked
), p AS MATERIALIZED (
	SELECT task, asked,
	       bus.publish('TaskRestored', (task).user_id, (task).id, (task).version, planning.task_payload(task)) AS event
	FROM r
)
SELECT (task).*, jsonb_build_object('total', (SELECT count(*) FROM p WHERE NOT asked),
                                    'completed', (SELECT count(*) FROM p WHERE NOT asked AND (task).completed)) AS progress, event
FROM p WHERE asked

-- Lists. The first page of most front ends: what is to be done, soonest first, without a filter; behind $2 and $3, at most $4.
-- name: task_list_open (read)
SELECT * FROM planning.task_list
WHERE user_id = $1 AND deleted_at IS NULL AND completed_at IS NULL AND (due_at, id) > ($2, $3)
ORDER BY due_at, id LIMIT $4

-- At most $2 of what fits $3 status, $4 category, $5 priority, $6 tags, due from $7 to $8 (times as JSON, in zone $9), $10 overdue,
-- $11 parent, $12 trash; from $13 on, behind which.
-- name: task_list_created (read)
SELECT t.*, planning.progress(t.user_id, t.id) AS progress
FROM planning.bounds($1, $7, $8, $9) AS b, planning.tasks AS t
WHERE t.user_id = $1 AND planning.matches(t, $3, $4, $5, $6, b.due_from, b.due_to, b.reader, $10, $11, $12) AND t.id < $13
ORDER BY t.id DESC LIMIT $2

-- name: task_list_due (read)
SELECT t.*, planning.progress(t.user_id, t.id) AS progress
FROM planning.bounds($1, $7, $8, $9) AS b, planning.tasks AS t
WHERE t.user_id = $1 AND planning.matches(t, $3, $4, $5, $6, b.due_from, b.due_to, b.reader, $10, $11, $12) AND (t.due_at, t.id) > ($13, $14)
ORDER BY t.due_at, t.id LIMIT $2

-- name: task_list_position (read)
SELECT t.*, planning.progress(t.user_id, t.id) AS progress
FROM planning.bounds($1, $7, $8, $9) AS b, planning.tasks AS t
WHERE t.user_id = $1 AND planning.matches(t, $3, $4, $5, $6, b.due_from, b.due_to, b.reader, $10, $11, $12) AND (t.position, t.id) > ($13, $14)
ORDER BY t.position, t.id LIMIT $2

-- name: task_list_priority (read)
SELECT t.*, planning.progress(t.user_id, t.id) AS progress
FROM planning.bounds($1, $7, $8, $9) AS b, planning.tasks AS t
WHERE t.user_id = $1 AND planning.matches(t, $3, $4, $5, $6, b.due_from, b.due_to, b.reader, $10, $11, $12)
      AND (t.priority < $13 OR t.priority = $13 AND (t.due_at, t.id) > ($14, $15))
ORDER BY t.priority DESC, t.due_at, t.id LIMIT $2

-- How many there are in all.
-- name: task_count (read)
SELECT count(*) AS total
FROM planning.bounds($1, $6, $7, $8) AS b, planning.tasks AS t
WHERE t.user_id = $1 AND planning.matches(t, $2, $3, $4, $5, b.due_from, b.due_to, b.reader, $9, $10, $11)

-- What becomes of a task

-- $2 id, $3 version or NULL for any: done, where it is one that is done once. No row: it is another kind, done already, not there, or
-- it has another version. What is done most often looks for subtasks before it calls what counts them.
-- name: task_complete_plain
UPDATE planning.tasks AS t
SET completed_at = now(), snoozed_until = NULL, version = version + 1, updated_at = now()
WHERE t.user_id = $1 AND t.id = $2 AND t.version = coalesce($3, t.version) AND t.deleted_at IS NULL AND t.completed_at IS NULL
      AND t.recurrence IS NULL
RETURNING t.*, CASE WHEN EXISTS (SELECT FROM planning.tasks AS s WHERE s.user_id = t.user_id AND s.parent_id = t.id AND s.deleted_at IS NULL)
                    THEN planning.progress(t.user_id, t.id) ELSE '{"total": 0, "completed": 0}' END AS progress,
          bus.publish('TaskCompleted', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- $2 id, $3 the version that was read: a recurring task moves on to due $4, starts $5, occurrence $6, or with NULL for these is done for
-- good; its history has one more, of id $7. Its subtasks are to be done anew.
-- name: task_advance
WITH old AS MATERIALIZED (
	SELECT id, due, occurrence, $4::jsonb IS NULL AS last FROM planning.tasks
	WHERE user_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL AND completed_at IS NULL FOR UPDATE
), history AS (
	INSERT INTO planning.completions (user_id, id, task_id, completed_at, occurrence, due)
	SELECT $1, $7, id, now(), coalesce(occurrence, due), due FROM old
), children AS (
	UPDATE planning.tasks AS c
	SET completed_at = NULL, version = version + 1, updated_at = now()
	FROM old
	WHERE NOT old.last AND c.user_id = $1 AND c.parent_id = old.id AND c.deleted_at IS NULL AND c.completed_at IS NOT NULL
	RETURNING bus.publish('TaskReopened', c.user_id, c.id, c.version, planning.task_payload(c)) AS event
)
UPDATE planning.tasks AS t
SET due = coalesce($4, t.due), starts = CASE WHEN old.last THEN t.starts ELSE $5::jsonb END, occurrence = coalesce($6, t.occurrence),
    due_at = planning.time_instant(coalesce($4, t.due), t.zone), late_at = planning.time_late(coalesce($4, t.due), t.zone),
    completed_at = CASE WHEN old.last THEN now() END, snoozed_until = NULL, version = version + 1, updated_at = now()
FROM old
WHERE t.user_id = $1 AND t.id = old.id AND t.version = $3
RETURNING t.*, jsonb_build_object('total', (SELECT count(*) FROM planning.tasks AS c
                                            WHERE c.user_id = $1 AND c.parent_id = $2 AND c.deleted_at IS NULL),
                                  'completed', CASE WHEN old.last THEN (planning.progress(t.user_id, t.id) ->> 'completed')::integer ELSE 0 END) AS progress,
          bus.publish('TaskCompleted', t.user_id, t.id, t.version,
                      planning.task_payload(t) || jsonb_build_object('of_due', old.due, 'of_occurrence', old.occurrence)) AS event,
          (SELECT count(event) FROM children) AS reopened

-- $2 id, $3 version or NULL for any: to be done again. What a series that had ended said of its last occurrence goes.
-- name: task_reopen
WITH old AS MATERIALIZED (
	SELECT id, completed_at FROM planning.tasks
	WHERE user_id = $1 AND id = $2 AND version = coalesce($3, version) AND deleted_at IS NULL AND completed_at IS NOT NULL FOR UPDATE
), history AS (
	DELETE FROM planning.completions AS c USING old
	WHERE c.user_id = $1 AND c.task_id = old.id AND c.completed_at = old.completed_at
)
UPDATE planning.tasks AS t
SET completed_at = NULL, version = version + 1, updated_at = now()
FROM old
WHERE t.user_id = $1 AND t.id = old.id
RETURNING t.*, planning.progress(t.user_id, t.id) AS progress,
          bus.publish('TaskReopened', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- The same for one that has no history.
-- name: task_reopen_plain
UPDATE planning.tasks AS t
SET completed_at = NULL, version = version + 1, updated_at = now()
WHERE t.user_id = $1 AND t.id = $2 AND t.version = coalesce($3, t.version) AND t.deleted_at IS NULL AND t.completed_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM planning.completions AS c WHERE c.user_id = $1 AND c.task_id = $2)
RETURNING t.*, CASE WHEN EXISTS (SELECT FROM planning.tasks AS s WHERE s.user_id = t.user_id AND s.parent_id = t.id AND s.deleted_at IS NULL)
                    THEN planning.progress(t.user_id, t.id) ELSE '{"total": 0, "completed": 0}' END AS progress,
          bus.publish('TaskReopened', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- The newest completion of a recurring task $2.
-- name: completion_last (read)
SELECT id, occurrence, due FROM planning.completions WHERE user_id = $1 AND task_id = $2 ORDER BY completed_at DESC, id DESC LIMIT 1

-- $2 id, $3 the version that was read: the completion $4 is taken back, and the task stands for that occurrence again, with starts $5.
-- name: task_take_back
WITH old AS MATERIALIZED (
	SELECT id FROM planning.tasks
	WHERE user_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL AND completed_at IS NULL FOR UPDATE
), history AS (
	DELETE FROM planning.completions AS c USING old
	WHERE c.user_id = $1 AND c.task_id = old.id AND c.id = $4
	RETURNING c.occurrence, c.due
)
UPDATE planning.tasks AS t
SET due = h.due, starts = $5, occurrence = h.occurrence, due_at = planning.time_instant(h.due, t.zone),
    late_at = planning.time_late(h.due, t.zone), version = version + 1, updated_at = now()
FROM history AS h
WHERE t.user_id = $1 AND t.id = $2
RETURNING t.*, planning.progress(t.user_id, t.id) AS progress,
          bus.publish('TaskReopened', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- $2 id, $3 the version that was read, $4 until when its reminders wait (NULL: they do not), $5 due, $6 starts.
-- name: task_snooze
WITH z AS MATERIALIZED (
	SELECT coalesce((SELECT p.time_zone FROM identity.profile($1) AS p WHERE NOT $5::jsonb ? 'time_zone' OR NOT $6::jsonb ? 'time_zone'), 'UTC') AS zone
)
UPDATE planning.tasks AS t
SET snoozed_until = $4, due = $5, starts = $6, zone = z.zone, due_at = planning.time_instant($5, z.zone),
    late_at = planning.time_late($5, z.zone), version = version + 1, updated_at = now()
FROM z
WHERE t.user_id = $1 AND t.id = $2 AND t.version = $3 AND t.deleted_at IS NULL
      AND (snoozed_until, due, starts) IS DISTINCT FROM ($4::timestamptz, $5::jsonb, $6::jsonb)
RETURNING t.*, planning.progress(t.user_id, t.id) AS progress,
          bus.publish('TaskUpdated', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- Who changes the order of a user's tasks waits for others who do: what they put where is seen by the next statement.
-- name: order_hold
SELECT pg_advisory_xact_lock(hashtextextended('planning.order ' || $1::uuid, 0))

-- $2 id, $3 the version that was read: between $4 and its neighbour before or, with $5, behind it. No row: there is no $4, or $2 has
-- changed since.
-- name: task_move
WITH place AS MATERIALIZED (
	SELECT a.position AS at,
	       CASE WHEN $5::boolean
	            THEN (SELECT min(n.position) FROM planning.tasks AS n
	                  WHERE n.user_id = $1 AND n.position > a.position AND n.deleted_at IS NULL AND n.id <> $2)
	            ELSE (SELECT max(n.position) FROM planning.tasks AS n
	                  WHERE n.user_id = $1 AND n.position < a.position AND n.deleted_at IS NULL AND n.id <> $2) END AS beyond
	FROM planning.tasks AS a WHERE a.user_id = $1 AND a.id = $4 AND a.deleted_at IS NULL
)
UPDATE planning.tasks AS t
SET position = CASE WHEN p.beyond IS NOT NULL THEN trim_scale((p.at + p.beyond) * 0.5) WHEN $5 THEN p.at + 1 ELSE p.at - 1 END,
    version = version + 1, updated_at = now()
FROM place AS p
WHERE t.user_id = $1 AND t.id = $2 AND t.version = $3 AND t.deleted_at IS NULL
RETURNING t.*, planning.progress(t.user_id, t.id) AS progress,
          bus.publish('TaskUpdated', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- Several at once: hold tasks $2 in the order in which everybody does, and answer them as they are.
-- name: task_hold
SELECT * FROM planning.tasks WHERE user_id = $1 AND id = ANY ($2::uuid[]) AND deleted_at IS NULL ORDER BY id FOR UPDATE

-- Tasks $2, which are held, go to category $3.
-- name: task_categorise
UPDATE planning.tasks AS t
SET category_id = $3, version = version + 1, updated_at = now()
WHERE t.user_id = $1 AND t.id = ANY ($2::uuid[]) AND t.category_id IS DISTINCT FROM $3::uuid
RETURNING id, bus.publish('TaskUpdated', t.user_id, t.id, t.version, planning.task_payload(t)) AS event

-- name: task_by_ids (read)
SELECT * FROM planning.task_list WHERE user_id = $1 AND id = ANY ($2::uuid[]) ORDER BY array_position($2::uuid[], id)

-- What was done of task $2, newest first, behind completed_at $3 and id $4, at most $5.
-- name: completion_list (read)
SELECT id, occurrence, due, completed_at
FROM planning.completions
WHERE user_id = $1 AND task_id = $2 AND (completed_at, id) < ($3, $4)
ORDER BY completed_at DESC, id DESC LIMIT $5

-- name: completion_count (read)
SELECT count(*) AS total FROM planning.completions WHERE user_id = $1 AND task_id = $2

-- Categories

-- In their order, behind position $2 and id $3, at most $4.
-- name: category_list (read)
SELECT * FROM planning.categories WHERE user_id = $1 AND (position, id) > ($2, $3) ORDER BY position, id LIMIT $4

-- name: category_count (read)
SELECT count(*) AS total FROM planning.categories WHERE user_id = $1

-- name: category_by_id (read)
SELECT * FROM planning.categories WHERE user_id = $1 AND id = $2

-- $2 id, $3 name, $4 its key, $5 colour, $6 position. No row: the id is taken.
-- name: category_create
INSERT INTO planning.categories (user_id, id, name, name_key, color, position)
VALUES ($1, $2, $3, $4, $5, coalesce($6::numeric, extract(epoch FROM clock_timestamp())))
ON CONFLICT (user_id, id) DO NOTHING
RETURNING *

-- $2 id, $3 to $6 as above, $7 the version that was read.
-- name: category_update
UPDATE planning.categories
SET name = $3, name_key = $4, color = $5, position = coalesce($6::numeric, position), version = version + 1, updated_at = now()
WHERE user_id = $1 AND id = $2 AND version = $7 AND (name, color, position) IS DISTINCT FROM ($3, $5, coalesce($6::numeric, position))
RETURNING *

-- A category goes in three statements of one transaction. Who holds it lets nothing new refer to it.
-- name: category_hold
SELECT id FROM planning.categories WHERE user_id = $1 AND id = $2 AND version = coalesce($3, version) FOR UPDATE

-- So many of what is in category $2 leave it, locked in the order in which everybody does. What is in the trash is in no category either,
-- but that is nobody's news: it comes with its TaskRestored.
-- name: category_leave
WITH tasks AS MATERIALIZED (
	SELECT id FROM planning.tasks WHERE user_id = $1 AND category_id = $2 ORDER BY id LIMIT 2000 FOR UPDATE
), events AS MATERIALIZED (
	SELECT id FROM planning.events WHERE user_id = $1 AND category_id = $2 ORDER BY id LIMIT 2000 FOR UPDATE
), t AS (
	UPDATE planning.tasks AS t
	SET category_id = NULL, version = version + 1, updated_at = now()
	FROM tasks AS h WHERE t.user_id = $1 AND t.id = h.id
	RETURNING CASE WHEN t.deleted_at IS NULL THEN
	          bus.publish('TaskUpdated', t.user_id, t.id, t.version, planning.task_payload(t)) END AS event
), e AS (
	UPDATE planning.events AS e
	SET category_id = NULL, version = version + 1, updated_at = now()
	FROM events AS h WHERE e.user_id = $1 AND e.id = h.id
	RETURNING CASE WHEN e.deleted_at IS NULL THEN
	          bus.publish('EventUpdated', e.user_id, e.id, e.version, planning.event_payload(e)) END AS event
)
SELECT (SELECT count(*) FROM t) + (SELECT count(*) FROM e) AS changed

-- name: category_delete
DELETE FROM planning.categories WHERE user_id = $1 AND id = $2 RETURNING id

-- The category of a name, which is made where there is none: $2 id, $3 name, $4 key.
-- name: category_named
WITH new AS (
	INSERT INTO planning.categories (user_id, id, name, name_key) VALUES ($1, $2, $3, $4)
	ON CONFLICT (user_id, name_key) DO NOTHING RETURNING id
)
SELECT id FROM new UNION ALL SELECT id FROM planning.categories WHERE user_id = $1 AND name_key = $4 LIMIT 1

-- Events

-- name: event_by_id (read)
SELECT * FROM planning.events WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL

-- name: event_anywhere (read)
SELECT * FROM planning.events WHERE user_id = $1 AND id = $2

-- $2 id, $3 to $16 its members. No row: the id is taken.
-- name: event_create
INSERT INTO planning.events AS e (user_id, id, title, description, location, category_id, tags, start, "end", duration, recurrence,
                                  reminders, overrides, start_local, span_from, span_to)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (user_id, id) DO NOTHING
RETURNING e.*, bus.publish('EventCreated', e.user_id, e.id, e.version, planning.event_payload(e)) AS event

-- What holds the id, and whether it is what event_create was asked to make.
-- name: event_taken (read)
SELECT *, deleted_at IS NULL
       AND (title, description, location, category_id, tags, start, "end", duration, recurrence, reminders, overrides)
           IS NOT DISTINCT FROM ($3, $4, $5, $6::uuid, $7::text[], $8::jsonb, $9::jsonb, $10, $11::jsonb, $12::jsonb, $13::jsonb) AS same
FROM planning.events WHERE user_id = $1 AND id = $2

-- $2 id, $3 to $16 its members, $17 the version that was read. No row: nothing would change, or it has changed since.
-- name: event_update
UPDATE planning.events AS e
SET title = $3, description = $4, location = $5, category_id = $6, tags = $7, start = $8, "end" = $9, duration = $10, recurrence = $11,
    reminders = $12, overrides = $13, start_local = $14, span_from = $15, span_to = $16, version = version + 1, updated_at = now()
WHERE e.user_id = $1 AND e.id = $2 AND e.version = $17 AND e.deleted_at IS NULL
      AND (title, description, location, category_id, tags, start, "end", duration, recurrence, reminders, overrides)
          IS DISTINCT FROM ($3, $4, $5, $6::uuid, $7::text[], $8::jsonb, $9::jsonb, $10, $11::jsonb, $12::jsonb, $13::jsonb)
RETURNING e.*, bus.publish('EventUpdated', e.user_id, e.id, e.version, planning.event_payload(e)) AS event

-- $2 id, $3 version or NULL for any.
-- name: event_trash
UPDATE planning.events AS e
SET deleted_at = now(), version = version + 1, updated_at = now()
WHERE e.user_id = $1 AND e.id = $2 AND e.deleted_at IS NULL AND e.version = coalesce($3, e.version)
RETURNING e.id, bus.publish('EventDeleted', e.user_id, e.id, e.version, '{"permanent": false}') AS event

-- $2 id, $3 version or NULL for any; also from the trash.
-- name: event_erase
DELETE FROM planning.events AS e
WHERE e.user_id = $1 AND e.id = $2 AND e.version = coalesce($3, e.version)
RETURNING e.id, bus.publish('EventDeleted', e.user_id, e.id, e.version + 1, '{"permanent": true}') AS event

-- name: event_restore
UPDATE planning.events AS e
SET deleted_at = NULL, version = version + 1, updated_at = now()
WHERE e.user_id = $1 AND e.id = $2 AND e.deleted_at IS NOT NULL
RETURNING e.*, bus.publish('EventRestored', e.user_id, e.id, e.version, planning.event_payload(e)) AS event

-- At most $2 of what fits $3 category, $4 tags, $5 trash and has an occurrence that may lie between instants $6 and $7; newest first,
-- behind $8.
-- name: event_list_created (read)
SELECT * FROM planning.events
WHERE user_id = $1 AND planning.wanted_of(category_id, $3) AND tags @> $4::text[] AND (deleted_at IS NOT NULL) = $5::boolean
      AND span_to > $6 AND span_from < $7 AND id < $8
ORDER BY id DESC LIMIT $2

-- The same by their starts, behind $8 and $9.
-- name: event_list_start (read)
SELECT * FROM planning.events
WHERE user_id = $1 AND planning.wanted_of(category_id, $3) AND tags @> $4::text[] AND (deleted_at IS NOT NULL) = $5::boolean
      AND span_to > $6 AND span_from < $7 AND (start_local, id) > ($8, $9)
ORDER BY start_local, id LIMIT $2

-- name: event_count (read)
SELECT count(*) AS total FROM planning.events
WHERE user_id = $1 AND planning.wanted_of(category_id, $2) AND tags @> $3::text[] AND (deleted_at IS NOT NULL) = $4::boolean
      AND span_to > $5 AND span_from < $6

-- The calendar

-- Whatever may lie between instants $2 and $3, a zone's difference from UTC allowed for, of category $4 or any: events, tasks that are due,
-- recurring tasks, in the order in which they were made. The first row says the caller's zone.
-- name: calendar (read)
SELECT kind, id, title, coalesce(at->>'date', at->>'local') AS start, at->>'time_zone' AS time_zone, "end", duration,
       recurrence IS NOT NULL AS recurs, recurrence->>'rrule' AS rrule, nullif(recurrence->'exdates', '[]') AS exdates,
       nullif(recurrence->'rdates', '[]') AS rdates, recurrence->>'after_completion' AS after_completion,
       nullif(overrides, '{}') AS overrides, location, category_id, tags, priority, completed, series_start, occurrence, version, updated_at
FROM (
    SELECT 'zone' AS kind, NULL::uuid AS id, p.time_zone AS title, NULL::jsonb AS at, NULL::jsonb AS "end", NULL AS duration,
           NULL::jsonb AS recurrence, NULL::jsonb AS overrides, NULL AS location, NULL::uuid AS category_id, NULL::text[] AS tags,
           NULL AS priority, NULL::boolean AS completed, NULL::jsonb AS series_start, NULL::jsonb AS occurrence, NULL::integer AS version,
           NULL::timestamptz AS updated_at
    FROM identity.profile($1) AS p
    UNION ALL
    SELECT 'event', id, title, start, "end", duration, recurrence, overrides, location, category_id, tags, NULL, NULL, NULL, NULL, version,
           updated_at
    FROM planning.events
    WHERE user_id = $1 AND deleted_at IS NULL AND span_to > $2 AND span_from < $3 AND planning.wanted_of(category_id, $4)
    UNION ALL
    SELECT 'task', id, title, due, NULL, NULL, recurrence, NULL, NULL, category_id, tags, priority::text, completed, series_start, occurrence,
           version, updated_at
    FROM planning.tasks
    WHERE user_id = $1 AND deleted_at IS NULL AND completed_at IS NULL AND planning.wanted_of(category_id, $4)
          AND due_at < $3::timestamptz + interval '30 hours' AND due_at > $2::timestamptz - interval '30 hours'
    UNION ALL
    SELECT 'task', id, title, due, NULL, NULL, NULL, NULL, NULL, category_id, tags, priority::text, completed, NULL, NULL, version,
           updated_at
    FROM planning.tasks
    WHERE user_id = $1 AND deleted_at IS NULL AND completed_at IS NOT NULL AND planning.wanted_of(category_id, $4)
          AND due_at < $3::timestamptz + interval '30 hours' AND due_at > $2::timestamptz - interval '30 hours'
    UNION ALL
    SELECT 'task', id, title, due, NULL, NULL, recurrence, NULL, NULL, category_id, tags, priority::text, completed, series_start, occurrence,
           version, updated_at
    FROM planning.tasks
    WHERE user_id = $1 AND deleted_at IS NULL AND completed_at IS NULL AND recurrence IS NOT NULL AND planning.wanted_of(category_id, $4)
          AND (due_at <= $2::timestamptz - interval '30 hours' OR due_at >= $3::timestamptz + interval '30 hours')
) AS items
ORDER BY id NULLS FIRST

-- Feeds

-- Newest first, behind $2, at most $3.
-- name: feed_list (read)
SELECT id, name, mode, category_id, last_used_at, created_at, updated_at, version
FROM planning.feeds WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3

-- name: feed_count (read)
SELECT count(*) AS total FROM planning.feeds WHERE user_id = $1

-- name: feed_by_id (read)
SELECT id, name, mode, category_id, last_used_at, created_at, updated_at, version
FROM planning.feeds WHERE user_id = $1 AND id = $2

-- $2 id, $3 name, $4 mode, $5 category, $6 the hash of its token.
-- name: feed_create
INSERT INTO planning.feeds (user_id, id, name, mode, category_id, token_hash) VALUES ($1, $2, $3, $4, $5, decode($6, 'hex'))
ON CONFLICT (user_id, id) DO NOTHING
RETURNING id, name, mode, category_id, last_used_at, created_at, updated_at, version

-- $2 id, $3 the hash of its new token, $4 version or NULL for any.
-- name: feed_rotate
UPDATE planning.feeds SET token_hash = decode($3, 'hex'), last_used_at = NULL, version = version + 1, updated_at = now()
WHERE user_id = $1 AND id = $2 AND version = coalesce($4, version)
RETURNING id, name, mode, category_id, last_used_at, created_at, updated_at, version

-- $2 id, $3 version or NULL for any.
-- name: feed_delete
DELETE FROM planning.feeds WHERE user_id = $1 AND id = $2 AND version = coalesce($3, version) RETURNING id

-- Whose feed this token opens, where their account may be used; that it was used is noted once a minute.
-- name: feed_open
WITH used AS (
	UPDATE planning.feeds SET last_used_at = now()
	WHERE token_hash = decode($1, 'hex') AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
)
SELECT f.user_id, f.name, f.mode, f.category_id FROM planning.feeds AS f WHERE f.token_hash = decode($1, 'hex') AND identity.active(f.user_id)

-- Transfer

-- How long a stream of rows takes is up to its reader: for this transaction, no limit.
-- name: transfer_unhurried (read)
SELECT set_config('statement_timeout', '0', true)

-- What changes with what is exported of category $2 or any, with its tasks where $3. An import may change the lines that are
-- kept of a thing and nothing else of it; until when a VTIMEZONE is told goes with the year.
-- name: export_state (read)
WITH w AS (
	SELECT 'e' AS kind, id, version, updated_at, category_id, uid, extra FROM planning.events
	WHERE user_id = $1 AND deleted_at IS NULL AND planning.wanted_of(category_id, $2)
	UNION ALL
	SELECT 't', id, version, updated_at, category_id, uid, extra FROM planning.tasks
	WHERE user_id = $1 AND deleted_at IS NULL AND planning.wanted_of(category_id, $2) AND $3::boolean
)
SELECT extract(year FROM now()) AS year, count(*),
       coalesce(sum(hashtextextended(concat_ws(' ', w.kind, w.id, w.version, w.updated_at, w.uid, w.extra, c.name), 0)), 0) AS hash
FROM w LEFT JOIN planning.categories AS c ON c.user_id = $1 AND c.id = w.category_id

-- Everything, of category $2 or any, oldest first.
-- name: export_events (read)
SELECT e.*, c.name AS category FROM planning.events AS e
     LEFT JOIN planning.categories AS c ON c.user_id = e.user_id AND c.id = e.category_id
WHERE e.user_id = $1 AND e.deleted_at IS NULL AND planning.wanted_of(e.category_id, $2)
ORDER BY e.id

-- A parent comes before its subtasks.
-- name: export_tasks (read)
SELECT t.*, c.name AS category, coalesce(p.uid, p.id::text) AS parent_uid FROM planning.tasks AS t
     LEFT JOIN planning.categories AS c ON c.user_id = t.user_id AND c.id = t.category_id
     LEFT JOIN planning.tasks AS p ON p.user_id = t.user_id AND p.id = t.parent_id
WHERE t.user_id = $1 AND t.deleted_at IS NULL AND planning.wanted_of(t.category_id, $2)
ORDER BY t.parent_id NULLS FIRST, t.id

-- One import at a time of a user: another waits, and finds what this one has brought.
-- name: import_hold
SELECT pg_advisory_xact_lock(hashtextextended('planning.import ' || $1::uuid, 0))

-- What a UID $2 of iCalendar already stands for here: one that came with it, or one of ours, whose id $3 it is (NULL: it is none).
-- name: event_by_uid (read)
SELECT e.*, c.name AS category
FROM (SELECT * FROM planning.events WHERE user_id = $1 AND uid = $2
      UNION ALL
      SELECT * FROM planning.events WHERE user_id = $1 AND id = $3::uuid AND uid IS NULL) AS e
     LEFT JOIN planning.categories AS c ON c.user_id = e.user_id AND c.id = e.category_id
ORDER BY e.uid NULLS LAST LIMIT 1

-- name: task_by_uid (read)
SELECT t.*, c.name AS category, coalesce(p.uid, p.id::text) AS parent_uid
FROM (SELECT * FROM planning.task_list WHERE user_id = $1 AND uid = $2
      UNION ALL
      SELECT * FROM planning.task_list WHERE user_id = $1 AND id = $3::uuid AND uid IS NULL) AS t
     LEFT JOIN planning.categories AS c ON c.user_id = t.user_id AND c.id = t.category_id
     LEFT JOIN planning.tasks AS p ON p.user_id = t.user_id AND p.id = t.parent_id
ORDER BY t.uid NULLS LAST LIMIT 1

-- What iCalendar alone knows of it: $2 id, $3 uid, $4 extra; of a task also $5 completed_at. Within the transaction that wrote the rest.
-- name: event_imported
UPDATE planning.events SET uid = $3, extra = $4
WHERE user_id = $1 AND id = $2 AND (coalesce(uid, id::text), extra) IS DISTINCT FROM ($3, $4)
RETURNING id

-- name: task_imported
UPDATE planning.tasks AS t SET uid = $3, extra = $4, completed_at = $5, version = version + 1
WHERE t.user_id = $1 AND t.id = $2 AND (coalesce(uid, id::text), extra, completed_at) IS DISTINCT FROM ($3, $4, $5::timestamptz)
RETURNING id, bus.publish('TaskUpdated', t.user_id, t.id, t.version, planning.task_payload(t)) AS event
