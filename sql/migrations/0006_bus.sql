-- What `aurora restore` makes of the log: nothing pending is lost, nothing is applied twice.

SET LOCAL ROLE aurora;

-- After a restore into a cluster that numbers its transactions anew. All that an old number still tells is who has passed
-- the event: so the events are grouped by the consumers that have yet to apply them, each group gets one number, below any
-- that a cluster gives out, and a position becomes the snapshot in which that consumer's groups are under way. What was
-- pending is pending, in the order of the log. For operators, with nothing else running.
CREATE OR REPLACE FUNCTION bus.rebase() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
	positions text := (SELECT string_agg(format('SELECT %s AS k, done, win, pos FROM %I.bus_cursor WHERE source = ''aurora''',
	                                            c.k, c.name), ' UNION ALL ')
	                   FROM bus.consumers c WHERE to_regclass(format('%I.bus_cursor', c.name)) IS NOT NULL);
	consumer record;
	next int; -- the number after those of the groups
BEGIN
	EXECUTE format($sql$
		CREATE TEMPORARY TABLE rebased AS
		SELECT e.id, e.waiting, (2 + dense_rank() OVER (ORDER BY e.waiting))::int AS number
		FROM (SELECT n.id, ARRAY(SELECT p.k FROM (%s) p
		                         WHERE NOT pg_visible_in_snapshot(n.xid, p.done)
		                           AND (p.win IS NULL OR n.id > p.pos OR NOT pg_visible_in_snapshot(n.xid, p.win))
		                         ORDER BY p.k) AS waiting
		      FROM bus.events n) e
	$sql$, positions);
	next := (SELECT coalesce(max(r.number), 2) + 1 FROM rebased r);
	UPDATE bus.events e SET xid = r.number::text::xid8 FROM rebased r WHERE r.id = e.id;
	-- What is to be forgotten waits until every consumer has passed all that is there.
	UPDATE bus.forgotten SET xid = (next - 1)::text::xid8, upto = '0';
	FOR consumer IN
		SELECT c.name, (SELECT format('%s:%s:%s', coalesce(min(g.number), next), next,
		                              string_agg(g.number::text, ',' ORDER BY g.number))
		                FROM (SELECT DISTINCT r.number FROM rebased r WHERE c.k = ANY (r.waiting)) g) AS done
		FROM bus.consumers c WHERE to_regclass(format('%I.bus_cursor', c.name)) IS NOT NULL
	LOOP
		EXECUTE format('UPDATE %I.bus_cursor SET gen = gen + 1, done = $1, win = NULL, pos = 0, attempt = 0, page = 0
		                WHERE source = ''aurora''', consumer.name) USING consumer.done::pg_snapshot;
	END LOOP;
	DROP TABLE rebased;
END
$$;
