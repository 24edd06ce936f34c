-- What sweep takes away. Each statement does a bounded batch; sweep repeats it while there is more.

-- role: thoughts

-- name: sweep_bus_extend
SELECT bus.extend() AS made

-- name: sweep_bus_expire
SELECT bus.expire() AS dropped

-- A row for each event that went.
-- name: sweep_bus_trim
SELECT generate_series(1, bus.trim(1000)) AS deleted

-- $1 at most so many events.
-- name: sweep_bus_forget
SELECT blanked, users FROM bus.forget($1::int)

-- $1 days in the trash.
-- name: sweep_trash
WITH old AS (
	SELECT user_id, id FROM thoughts.thoughts
	 WHERE deleted_at IS NOT NULL AND deleted_at < now() - $1::int * interval '1 day'
	 ORDER BY deleted_at LIMIT 500 FOR UPDATE SKIP LOCKED
), gone AS (
	DELETE FROM thoughts.thoughts t USING old
	 WHERE t.user_id = old.user_id AND t.id = old.id
	RETURNING t.user_id, t.id, t.tags, t.version
), untagged AS (
	DELETE FROM thoughts.thought_tags AS g USING gone
	 WHERE g.user_id = gone.user_id AND g.tag = ANY (gone.tags) AND g.thought_id = gone.id
)
SELECT bus.publish('ThoughtDeleted', user_id, id, version + 1, '{"permanent": true}') AS event FROM gone

-- Whatever the users have whose UserDeleted is among these events, a batch of each kind. No row: nothing is left.
-- name: sweep_erase_users
WITH u AS MATERIALIZED (
	SELECT DISTINCT (e ->> 'user_id')::uuid AS user_id FROM json_array_elements($1::json) AS t (e)
	 WHERE e ->> 'type' = 'UserDeleted'
), some_tags AS (
	DELETE FROM thoughts.thought_tags WHERE (user_id, tag, thought_id) IN (
		SELECT x.user_id, x.tag, x.thought_id FROM u JOIN thoughts.thought_tags x USING (user_id) LIMIT 5000)
	RETURNING 1
), some_thoughts AS (
	DELETE FROM thoughts.thoughts WHERE (user_id, id) IN (
		SELECT x.user_id, x.id FROM u JOIN thoughts.thoughts x USING (user_id) LIMIT 5000)
	RETURNING 1
), some_answers AS (
	DELETE FROM thoughts.idempotency WHERE (user_id, key) IN (
		SELECT x.user_id, x.key FROM u JOIN thoughts.idempotency x USING (user_id) LIMIT 5000)
	RETURNING 1
)
SELECT count(*) AS erased FROM (
	SELECT FROM some_tags UNION ALL SELECT FROM some_thoughts UNION ALL SELECT FROM some_answers) AS gone
HAVING count(*) > 0

-- role: journals

-- $1 days in the trash: journals that are past restoring from now on. Then what is in them goes, a batch at a time, and then
-- they.
-- name: sweep_journals_due
UPDATE journals.journals SET deleted_at = '-infinity'
 WHERE isfinite(deleted_at) AND deleted_at < now() - $1::int * interval '1 day'

-- $1 days in the trash: entries that were, and those of journals that go.
-- name: sweep_entries
WITH old AS MATERIALIZED (
	SELECT user_id, id FROM journals.entries
	 WHERE deleted_at IS NOT NULL AND deleted_at < now() - $1::int * interval '1 day'
	 ORDER BY deleted_at LIMIT 200 FOR UPDATE SKIP LOCKED
), homeless AS MATERIALIZED (
	SELECT e.user_id, e.id
	  FROM journals.journals j JOIN journals.entries e ON e.user_id = j.user_id AND e.journal_id = j.id
	 WHERE j.deleted_at = '-infinity' LIMIT 200 FOR UPDATE OF e SKIP LOCKED
), gone AS (
	DELETE FROM journals.entries e USING (SELECT * FROM old UNION SELECT * FROM homeless) s
	 WHERE e.user_id = s.user_id AND e.id = s.id
	RETURNING e.user_id, e.id, e.journal_id, e.version
), said AS (
	DELETE FROM journals.versions v USING gone WHERE v.user_id = gone.user_id AND v.entry_id = gone.id
), files AS (
	DELETE FROM journals.attachments a USING gone
	 WHERE a.user_id = gone.user_id AND a.entry_id = gone.id
	RETURNING a.user_id, a.sha256
), orphaned AS (
	INSERT INTO journals.orphans (user_id, sha256) SELECT DISTINCT user_id, sha256 FROM files
)
SELECT bus.publish('EntryDeleted', user_id, id, version + 1,
                   jsonb_build_object('journal_id', journal_id, 'permanent', true)) AS event FROM gone

-- name: sweep_journals
WITH gone AS (
	DELETE FROM journals.journals j
	 WHERE j.deleted_at = '-infinity'
	   AND NOT EXISTS (SELECT FROM journals.entries e WHERE e.user_id = j.user_id AND e.journal_id = j.id)
	RETURNING j.user_id, j.id, j.version
), shares AS (
	DELETE FROM journals.members m USING gone
	 WHERE m.owner_id = gone.user_id AND m.journal_id = gone.id
	RETURNING m.user_id, m.id, m.owner_id, m.journal_id, m.role, m.version
), invited AS (
	DELETE FROM journals.invitations i USING gone WHERE i.user_id = gone.user_id AND i.journal_id = gone.id
), pages AS (
	DELETE FROM journals.links l USING gone WHERE l.user_id = gone.user_id AND l.journal_id = gone.id
)
SELECT bus.publish('JournalDeleted', gone.user_id, gone.id, gone.version + 1, '{"permanent": true}') AS event,
       (SELECT count(bus.publish('JournalUnshared', m.user_id, m.id, m.version + 1,
                                 jsonb_build_object('journal_id', m.journal_id, 'owner_id', m.owner_id)))
          FROM shares m WHERE m.role <> 'owner' AND m.owner_id = gone.user_id AND m.journal_id = gone.id) AS shares
FROM gone

-- role: planning

-- $1 days in the trash; a task takes its subtasks along.
-- name: sweep_tasks
WITH old AS MATERIALIZED (
	SELECT user_id, id FROM planning.tasks
	 WHERE deleted_at IS NOT NULL AND deleted_at < now() - $1::int * interval '1 day'
	 ORDER BY deleted_at LIMIT 500 FOR UPDATE SKIP LOCKED
), gone AS (
	DELETE FROM planning.tasks t
	 USING (SELECT user_id, id FROM old
	        UNION
	        SELECT s.user_id, s.id FROM old JOIN planning.tasks s ON s.user_id = old.user_id AND s.parent_id = old.id
	         WHERE s.deleted_at IS NOT NULL) d
	 WHERE t.user_id = d.user_id AND t.id = d.id
	RETURNING t.user_id, t.id, t.version
)
SELECT bus.publish('TaskDeleted', user_id, id, version + 1, '{"permanent": true}') AS event FROM gone

-- The same for events.
-- name: sweep_events
WITH old AS MATERIALIZED (
	SELECT user_id, id FROM planning.events
	 WHERE deleted_at IS NOT NULL AND deleted_at < now() - $1::int * interval '1 day'
	 ORDER BY deleted_at LIMIT 500 FOR UPDATE SKIP LOCKED
), gone AS (
	DELETE FROM planning.events e USING old
	 WHERE e.user_id = old.user_id AND e.id = old.id
	RETURNING e.user_id, e.id, e.version
)
SELECT bus.publish('EventDeleted', user_id, id, version + 1, '{"permanent": true}') AS event FROM gone

-- name: sweep_reminders
DELETE FROM planning.reminders WHERE (user_id, thing_id, reminder, occurrence, due_at) IN (
	SELECT r.user_id, r.thing_id, r.reminder, r.occurrence, r.due_at FROM planning.reminders r
	 WHERE r.published_at < now() - interval '90 days' OR r.dead_at < now() - interval '90 days' LIMIT 1000 FOR UPDATE SKIP LOCKED)

-- role: search

-- The same where a request was under way when the index erased it: what such a request searched for, and words that were
-- being learnt. The index itself takes nothing from who is gone.
-- name: sweep_erase_searches
WITH u AS MATERIALIZED (
	SELECT DISTINCT (e ->> 'user_id')::uuid AS user_id FROM json_array_elements($1::json) AS t (e)
), some_searches AS (
	DELETE FROM search.history WHERE (user_id, q_key) IN (
		SELECT x.user_id, x.q_key FROM u JOIN search.history x USING (user_id) LIMIT 5000)
	RETURNING 1
), some_words AS (
	DELETE FROM search.words WHERE (user_id, word) IN (
		SELECT x.user_id, x.word FROM u JOIN search.words x USING (user_id) LIMIT 5000)
	RETURNING 1
), some_answers AS (
	DELETE FROM search.idempotency WHERE (user_id, key) IN (
		SELECT x.user_id, x.key FROM u JOIN search.idempotency x USING (user_id) LIMIT 5000)
	RETURNING 1
)
SELECT count(*) AS erased FROM (
	SELECT FROM some_searches UNION ALL SELECT FROM some_words UNION ALL SELECT FROM some_answers) AS gone
HAVING count(*) > 0

-- role: identity, thoughts, journals, planning, search

-- name: sweep_idempotency
DELETE FROM idempotency WHERE (user_id, key) IN (
	SELECT i.user_id, i.key FROM idempotency i
	 WHERE i.created_at < now() - interval '24 hours' LIMIT 1000 FOR UPDATE SKIP LOCKED)

-- role: identity

-- Pairs kept for a client that repeats itself; its grace is ten seconds.
-- name: sweep_successors
UPDATE refresh_tokens SET successor = NULL WHERE hash IN (
	SELECT r.hash FROM refresh_tokens r
	 WHERE r.successor IS NOT NULL AND r.used_at < now() - interval '10 seconds' LIMIT 1000 FOR UPDATE SKIP LOCKED)

-- name: sweep_refresh_tokens
DELETE FROM refresh_tokens WHERE hash IN (
	SELECT r.hash FROM refresh_tokens r WHERE r.expires_at < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)

-- name: sweep_one_time_tokens
DELETE FROM one_time_tokens WHERE hash IN (
	SELECT o.hash FROM one_time_tokens o WHERE o.expires_at < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)

-- name: sweep_sessions
DELETE FROM sessions WHERE (user_id, id) IN (
	SELECT s.user_id, s.id FROM sessions s WHERE s.expires_at < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)

-- Of tokens that have expired by themselves; the longest life of an access token is a day.
-- name: sweep_revoked
DELETE FROM revoked WHERE session_id IN (
	SELECT r.session_id FROM revoked r
	 WHERE r.revoked_at < now() - interval '26 hours' LIMIT 1000 FOR UPDATE SKIP LOCKED)
