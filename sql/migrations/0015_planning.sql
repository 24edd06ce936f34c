-- Planning: how far a task's subtasks are costs less: a task as it is answered has them counted where there are some, and
-- whoever else counts them does by a plan that is kept. A query in a function of SQL is planned anew for every statement
-- that calls it, which costs many times what it does.

SET LOCAL ROLE aurora;

CREATE FUNCTION planning.progress(of_user uuid, of_task uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT pg_catalog.jsonb_build_object('total', count(*), 'completed', count(s.completed_at))
	        FROM planning.tasks AS s
	        WHERE s.user_id = of_user AND s.parent_id = of_task AND s.deleted_at IS NULL);
END
$$;

CREATE OR REPLACE VIEW planning.task_list AS
SELECT t.*, CASE WHEN EXISTS (SELECT FROM planning.tasks AS s
                              WHERE s.user_id = t.user_id AND s.parent_id = t.id AND s.deleted_at IS NULL)
                 THEN planning.progress(t.user_id, t.id)
                 ELSE '{"total": 0, "completed": 0}' END AS progress
FROM planning.tasks AS t;

DROP FUNCTION planning.progress(planning.tasks);
