-- Planning: lists of what belongs to nothing: tasks that are no subtasks, and what is in no category.

SET LOCAL ROLE aurora;

-- Whether what belongs to `id`, NULL for nothing, is wanted: of whatever with NULL, of nothing with the nil UUID (RFC 9562, 5.9).
CREATE FUNCTION planning.wanted_of(id uuid, wanted uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT wanted IS NULL OR id = wanted OR id IS NULL AND wanted = '00000000-0000-0000-0000-000000000000'
$$;

CREATE OR REPLACE FUNCTION planning.matches(t planning.tasks, status text, category uuid, of_priority planning.priority, with_tags text[],
                                            due_from timestamptz, due_to timestamptz, reader text, overdue boolean, parent uuid,
                                            trash boolean)
RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT (status = 'all' OR (t.completed_at IS NOT NULL) = (status = 'done')) AND planning.wanted_of(t.category_id, category)
	       AND (of_priority IS NULL OR t.priority = of_priority) AND t.tags @> with_tags
	       AND (due_from IS NULL OR t.due_at < 'infinity' AND planning.due_for(t, reader) >= due_from)
	       AND (due_to IS NULL OR planning.due_for(t, reader) < due_to)
	       AND (NOT overdue OR t.completed_at IS NULL AND t.late_at < now()) AND planning.wanted_of(t.parent_id, parent)
	       AND (t.deleted_at IS NOT NULL) = trash
$$;
