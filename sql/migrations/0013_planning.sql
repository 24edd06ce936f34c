-- Planning: a task that is due on a day is found on that day, wherever its user is, as an event of whole days is.

SET LOCAL ROLE aurora;

CREATE OR REPLACE FUNCTION planning.task_payload(t planning.tasks) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.jsonb_build_object('title', t.title, 'notes', t.notes, 'category_id', t.category_id, 'priority', t.priority,
	           'tags', t.tags, 'parent_id', t.parent_id, 'due', t.due, 'due_at', nullif(t.due_at, 'infinity'),
	           'at', CASE WHEN t.due_at = 'infinity' THEN t.created_at
	                      WHEN t.due ->> 'date' IS NULL THEN t.due_at
	                      ELSE planning.time_instant(t.due, 'UTC') END, 'starts', t.starts,
	           'time_zone', t.zone, 'recurrence', t.recurrence, 'series_start', t.series_start, 'occurrence', t.occurrence,
	           'reminders', t.reminders, 'snoozed_until', t.snoozed_until, 'completed', t.completed_at IS NOT NULL,
	           'completed_at', t.completed_at, 'created_at', t.created_at, 'updated_at', t.updated_at)
$$;
