-- What of planning goes with an account.
-- role: planning

-- Whatever the users have whose UserDeleted is among these events ($1, a JSON array), a batch of each kind; categories when
-- nothing is in them any more. No row: nothing is left.
-- name: planning_erase
WITH u AS MATERIALIZED (
	SELECT DISTINCT (e ->> 'user_id')::uuid AS user_id FROM json_array_elements($1::json) AS t (e)
	WHERE e ->> 'type' = 'UserDeleted'
), some_reminders AS (
	DELETE FROM planning.reminders WHERE (user_id, thing_id, reminder, occurrence, due_at) IN (
		SELECT r.user_id, r.thing_id, r.reminder, r.occurrence, r.due_at
		FROM u JOIN planning.reminders AS r USING (user_id) LIMIT 1000)
	RETURNING 1
), some_completions AS (
	DELETE FROM planning.completions WHERE (user_id, task_id, completed_at, id) IN (
		SELECT c.user_id, c.task_id, c.completed_at, c.id FROM u JOIN planning.completions AS c USING (user_id) LIMIT 1000)
	RETURNING 1
), some_tasks AS (
	DELETE FROM planning.tasks WHERE (user_id, id) IN (
		SELECT t.user_id, t.id FROM u JOIN planning.tasks AS t USING (user_id) LIMIT 1000)
	RETURNING 1
), some_events AS (
	DELETE FROM planning.events WHERE (user_id, id) IN (
		SELECT e.user_id, e.id FROM u JOIN planning.events AS e USING (user_id) LIMIT 1000)
	RETURNING 1
), some_feeds AS (
	DELETE FROM planning.feeds WHERE (user_id, id) IN (
		SELECT f.user_id, f.id FROM u JOIN planning.feeds AS f USING (user_id) LIMIT 1000)
	RETURNING 1
), some_categories AS (
	DELETE FROM planning.categories WHERE (user_id, id) IN (
		SELECT c.user_id, c.id FROM u JOIN planning.categories AS c USING (user_id)
		WHERE NOT EXISTS (SELECT FROM planning.tasks AS t WHERE t.user_id = c.user_id)
		      AND NOT EXISTS (SELECT FROM planning.events AS e WHERE e.user_id = c.user_id)
		LIMIT 1000)
	RETURNING 1
), some_zones AS (
	DELETE FROM planning.zones WHERE user_id IN (SELECT z.user_id FROM u JOIN planning.zones AS z USING (user_id) LIMIT 1000)
	RETURNING 1
), some_answers AS (
	DELETE FROM planning.idempotency WHERE (user_id, key) IN (
		SELECT a.user_id, a.key FROM u JOIN planning.idempotency AS a USING (user_id) LIMIT 1000)
	RETURNING 1
)
SELECT count(*) AS erased
FROM (SELECT FROM some_reminders UNION ALL SELECT FROM some_completions UNION ALL SELECT FROM some_tasks
      UNION ALL SELECT FROM some_events UNION ALL SELECT FROM some_feeds UNION ALL SELECT FROM some_categories
      UNION ALL SELECT FROM some_zones UNION ALL SELECT FROM some_answers) AS gone
HAVING count(*) > 0
