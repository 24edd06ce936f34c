-- The bus takes payloads that hold an entry of a journal, up to 2 MiB; a page of events stays within memory all the same.
-- And what somebody reads may be others', so that a consumer says whose events concern them.

SET LOCAL ROLE aurora;

ALTER TABLE bus.events DROP CONSTRAINT payload_size;
ALTER TABLE bus.events ADD CONSTRAINT payload_size CHECK (pg_column_size(payload) <= 2097152);

-- The next events of a window as a JSON array in order: committed in `win`, not yet in `done`, with ids after `pos`; at
-- most `most`, and no more after 8 MiB of payloads. `mine` are the ids of those that are addressed to the consumer alone;
-- `more` says that the window may hold others. A payload of some size may be stored compressed, so it is measured as the
-- text that it becomes.
DROP FUNCTION bus.page(name, pg_snapshot, pg_snapshot, bigint, int);
CREATE FUNCTION bus.page(consumer name, done pg_snapshot, win pg_snapshot, pos bigint, most int,
                         OUT events text, OUT count int, OUT last bigint, OUT mine bigint[], OUT more boolean)
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_variable
DECLARE
	wanted text[] := (SELECT c.types FROM bus.consumers c WHERE c.name = consumer);
BEGIN
	SELECT json_agg(json_build_object('id', e.id, 'type', e.type, 'user_id', e.user_id, 'aggregate_id', e.aggregate_id,
	                                  'version', e.version, 'payload', e.payload, 'at', e.at)),
	       count(*), max(e.id), array_agg(e.id) FILTER (WHERE e.audience IS NOT NULL),
	       coalesce(max(e.found) = most OR count(*) < max(e.found), false)
	INTO events, count, last, mine, more
	FROM (SELECT n.*, count(*) OVER () AS found,
	             sum(CASE WHEN pg_column_size(n.payload) < 1024 THEN 1024 ELSE octet_length(n.payload::text) END)
	                 OVER (ORDER BY n.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
	      FROM (SELECT * FROM bus.events n
	            WHERE n.id > pos
	              AND pg_visible_in_snapshot(n.xid, win) AND NOT pg_visible_in_snapshot(n.xid, done)
	              AND (wanted IS NULL OR n.type = ANY (wanted))
	            ORDER BY n.id LIMIT most) n) e
	WHERE e.before IS NULL OR e.before < 8388608;
END
$$;

-- Whose events a consumer has to have applied before it answers a user: theirs alone, until the consumer says otherwise.
ALTER FUNCTION bus.make_consumer(name) RENAME TO make_tables;
CREATE FUNCTION bus.make_concerns(consumer name) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($ddl$
		CREATE OR REPLACE FUNCTION %I.bus_concerns(of_user uuid) RETURNS uuid[] LANGUAGE sql STABLE AS 'SELECT ARRAY[of_user]'
	$ddl$, consumer);
END
$$;
CREATE FUNCTION bus.make_consumer(consumer name) RETURNS void
LANGUAGE sql AS $$
	SELECT bus.make_tables(consumer);
	SELECT bus.make_concerns(consumer);
$$;
SELECT bus.make_concerns(name) FROM bus.consumers;
