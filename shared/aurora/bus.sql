-- Where a consumer stands and what it could not apply. The tables are its own: its role's search_path finds them. What
-- runs in bus.* reads the log. Small transactions say synchronous_commit off: after a crash of the server the position
-- and the effect are lost or kept together, and what was lost is applied again.

-- A drain is at work: others wait for it rather than doing the same work in vain. The position is safe without.
-- name: bus_take
SELECT k, pg_try_advisory_lock(16727, k) AS taken FROM bus.consumers WHERE name = $1

-- name: bus_leave
SELECT pg_advisory_unlock(16727, $1::int)

-- The eventcount: exclusive once every publisher that has looked for a sleeper has ended. A sleeper that was stopped for
-- good would be rung at every commit, and hears nothing: the server ends it (one that lives looks every 5 s).
-- name: bus_doze
SELECT pg_try_advisory_lock(16725, $1::int) AS taken, set_config('idle_session_timeout', '30000', false)

-- name: bus_wake
SELECT pg_advisory_unlock(16725, $1::int)

-- name: bus_cursor (read)
SELECT gen, done, win, pos, attempt, page,
       last_ok_at IS NULL OR last_ok_at < clock_timestamp() - interval '10 seconds' AS quiet,
       EXISTS (SELECT FROM bus_parked p WHERE p.source = c.source) AS parked,
       EXISTS (SELECT FROM bus_parked p
                WHERE p.source = c.source AND p.dead_at IS NULL AND p.next_try_at <= clock_timestamp()) AS due
  FROM bus_cursor c
 WHERE source = 'aurora'

-- name: bus_open_window (read)
SELECT win, first FROM bus.open_window($1, $2::pg_snapshot)

-- name: bus_page (read)
SELECT events, count, bytes, last, mine, more
  FROM bus.page($1, $2::pg_snapshot, $3::pg_snapshot, $4::bigint, $5::int, $6::boolean)

-- Before a page is tried: a crash then leaves the number of tries behind. gen stays, so that a competitor who is
-- further on is not disturbed.
-- name: bus_claim
UPDATE bus_cursor
   SET win = $2::pg_snapshot, pos = $3::bigint, attempt = $4::int, page = $5::int
 WHERE source = 'aurora' AND gen = $1::bigint
RETURNING set_config('synchronous_commit', 'off', true)

-- In the transaction of the effect. No row: another instance was there first. A process that is stopped from here on
-- loses its transaction after two seconds, so that another can go on.
-- name: bus_move
UPDATE bus_cursor
   SET gen = gen + 1, done = $2::pg_snapshot, win = $3::pg_snapshot, pos = $4::bigint, attempt = 0, page = $5::int,
       applied = applied + $6::bigint, last_ok_at = clock_timestamp(), last_error = NULL
 WHERE source = 'aurora' AND gen = $1::bigint
RETURNING set_config('synchronous_commit', 'off', true), set_config('idle_in_transaction_session_timeout', '2000', true)

-- name: bus_blank
SELECT bus.blank($1::bigint[])

-- name: bus_error
UPDATE bus_cursor SET last_error = $1 WHERE source = 'aurora'
RETURNING set_config('synchronous_commit', 'off', true)

-- Park what belongs behind parked events of its aggregate; the rest, in order, is to be applied. What is parked of a user
-- who is deleted here has nothing left to change, and would bring things of the dead back.
-- name: bus_hold
WITH e AS MATERIALIZED (
	SELECT event, ord, (event ->> 'id')::bigint AS id, event ->> 'type' AS type,
	       (event ->> 'user_id')::uuid AS user_id, (event ->> 'aggregate_id')::uuid AS aggregate_id,
	       event ->> 'type' <> 'UserDeleted' AND EXISTS (
	         SELECT FROM bus_parked p
	          WHERE p.source = 'aurora' AND p.aggregate_id = (t.event ->> 'aggregate_id')::uuid) AS behind
	  FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS t (event, ord)
), forgotten AS (
	DELETE FROM bus_parked p USING e
	 WHERE p.source = 'aurora' AND e.type = 'UserDeleted' AND p.user_id = e.user_id
), held AS (
	INSERT INTO bus_parked (source, event_id, aggregate_id, user_id, attempts, next_try_at, event)
	SELECT 'aurora', id, aggregate_id, user_id, 0, 'infinity', event
	  FROM e
	 WHERE behind
	   AND NOT EXISTS (SELECT FROM e d WHERE d.type = 'UserDeleted' AND d.user_id = e.user_id AND d.ord > e.ord)
)
SELECT json_agg(event ORDER BY ord) AS events FROM e WHERE NOT behind

-- name: bus_split (read)
SELECT json_build_array(event) AS event
  FROM json_array_elements($1::json) WITH ORDINALITY AS t (event, ord)
 ORDER BY ord

-- name: bus_park
INSERT INTO bus_parked (source, event_id, aggregate_id, user_id, attempts, next_try_at, error, event)
SELECT 'aurora', (event ->> 'id')::bigint, (event ->> 'aggregate_id')::uuid, (event ->> 'user_id')::uuid, 1,
       clock_timestamp() + exp(1) * (0.8 + 0.4 * random()) * interval '1 second', $2, event
  FROM jsonb_array_elements($1::jsonb) AS t (event)

-- Take the parked event that has waited longest past its time, and count the try before it is made. The twelfth is the
-- last: a success deletes the row, dead or not.
-- name: bus_retry
UPDATE bus_parked p
   SET attempts = attempts + 1,
       next_try_at = clock_timestamp() + exp(least(10, attempts + 1)) * (0.8 + 0.4 * random()) * interval '1 second',
       dead_at = CASE WHEN attempts + 1 >= 12 THEN clock_timestamp() END
 WHERE p.source = 'aurora'
   AND p.event_id = (SELECT q.event_id FROM bus_parked q
                      WHERE q.source = 'aurora' AND q.dead_at IS NULL AND q.next_try_at <= clock_timestamp()
                      ORDER BY q.next_try_at, q.event_id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING event_id, attempts, dead_at IS NOT NULL AS dead, jsonb_build_array(event) AS events,
          set_config('synchronous_commit', 'off', true)

-- The cursor's row is the consumer's lock: nothing is parked behind an event that is leaving at this moment.
-- name: bus_lock
SELECT gen, set_config('synchronous_commit', 'off', true), set_config('idle_in_transaction_session_timeout', '2000', true)
  FROM bus_cursor WHERE source = 'aurora' FOR UPDATE

-- name: bus_unpark
WITH gone AS (
	DELETE FROM bus_parked WHERE source = 'aurora' AND event_id = $1::bigint RETURNING event_id, aggregate_id
), next AS (
	UPDATE bus_parked p SET next_try_at = clock_timestamp()
	 WHERE p.source = 'aurora' AND p.next_try_at = 'infinity'
	   AND p.event_id = (SELECT min(q.event_id) FROM bus_parked q, gone
	                      WHERE q.source = 'aurora' AND q.aggregate_id = gone.aggregate_id AND q.event_id <> gone.event_id)
)
SELECT event_id FROM gone

-- name: bus_failed
UPDATE bus_parked SET error = $2 WHERE source = 'aurora' AND event_id = $1::bigint
RETURNING set_config('synchronous_commit', 'off', true)

-- Whatever concerns user $2 that is not yet applied.
-- name: bus_behind (read)
SELECT EXISTS (SELECT FROM unnest(bus_concerns($2::uuid)) AS of_user WHERE bus.behind($1, c.done, c.win, c.pos, of_user)) AS behind
FROM bus_cursor c WHERE c.source = 'aurora'
