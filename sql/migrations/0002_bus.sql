-- The event bus: an append-only log in the database of its writers, read by windows of transaction snapshots.
--
-- A write publishes its event in the same statement (bus.publish), so they commit together or not at all. A consumer
-- keeps its position, two snapshots and the last id, in its own schema (bus.make_consumer) and moves it in the transaction
-- of the effect. Nobody but the functions of this file changes a row of the log.
--
-- Advisory locks, all of the two-int form (class, consumer's k):
--   16725  the eventcount: publishers share it until they commit, a sleeping consumer holds it exclusively
--   16726  one instance of a job per name
--   16727  a drain is at work

SET LOCAL ROLE aurora;

-- What may be published, by whom, for whom. Mirrors shared/aurora/events.def; a test compares the two.
CREATE TABLE bus.types (
	type text PRIMARY KEY,
	publisher name NOT NULL,
	audience name, -- the one role that may read it; NULL for every consumer
	rings int[] NOT NULL DEFAULT '{}' -- the k of each consumer that wants it: what bus.consumers says, kept by bus.set_rings
);

INSERT INTO bus.types (type, publisher, audience) VALUES
	('UserRegistered', 'identity', NULL),
	('UserUpdated', 'identity', NULL),
	('UserDeleted', 'identity', NULL),
	('EmailVerificationRequested', 'identity', 'notifications'),
	('PasswordResetRequested', 'identity', 'notifications'),
	('SessionRevoked', 'identity', NULL),
	('ThoughtCreated', 'thoughts', NULL),
	('ThoughtUpdated', 'thoughts', NULL),
	('ThoughtDeleted', 'thoughts', NULL),
	('ThoughtRestored', 'thoughts', NULL),
	('ThoughtSnapshot', 'thoughts', 'search'),
	('SearchPerformed', 'search', NULL);

-- Who consumes. The name is the consumer's role and schema; types NULL means all.
CREATE TABLE bus.consumers (
	k int PRIMARY KEY,
	name name NOT NULL UNIQUE,
	types text[]
);

INSERT INTO bus.consumers (k, name, types) VALUES
	(1, 'search', ARRAY['ThoughtCreated', 'ThoughtUpdated', 'ThoughtDeleted', 'ThoughtRestored', 'ThoughtSnapshot',
	                    'UserDeleted']),
	(2, 'thoughts', ARRAY['UserDeleted']);

-- Bring bus.types.rings up to date: for a migration that has changed what there is to consume, or who does. bus.append, for
-- which every write of the house waits, then looks at one row of one table.
CREATE FUNCTION bus.set_rings() RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
	UPDATE bus.types t
	SET rings = ARRAY(SELECT c.k FROM bus.consumers c
	                  WHERE (c.types IS NULL OR t.type = ANY (c.types)) AND (t.audience IS NULL OR t.audience = c.name)
	                  ORDER BY c.k)
$$;
SELECT bus.set_rings();

-- The log. Its sequence must not be cached: ids of one aggregate follow its commits only because each is drawn while the
-- aggregate's row is locked.
CREATE TABLE bus.events (
	id bigint GENERATED ALWAYS AS IDENTITY,
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	type text NOT NULL,
	user_id uuid,
	aggregate_id uuid,
	version int,
	audience name,
	payload jsonb NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (id),
	CONSTRAINT payload_size CHECK (pg_column_size(payload) <= 131072)
) PARTITION BY RANGE (id);

CREATE INDEX events_xid ON bus.events (xid);
CREATE INDEX events_user ON bus.events (user_id, xid);

ALTER TABLE bus.events ENABLE ROW LEVEL SECURITY;
-- A role reads what it consumes, and of that nothing that is addressed to another. What that is, is looked up once per
-- statement, by the index on the name: the functions below do without sequential scans.
CREATE POLICY audience ON bus.events FOR SELECT USING (
	(audience IS NULL OR audience = current_user)
	AND ((SELECT c.types IS NULL FROM bus.consumers c WHERE c.name = current_user)
	     OR type = ANY ((SELECT c.types FROM bus.consumers c WHERE c.name = current_user)::text[])));

-- Keep at least `ahead` empty partitions of a million ids beyond the last id. Returns how many were made.
CREATE FUNCTION bus.extend(ahead int DEFAULT 3) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
	size constant bigint := 1000000;
	made int := 0;
	last_id bigint;
	part bigint;
BEGIN
	SELECT coalesce(s.last_value, 0) INTO last_id
	FROM pg_sequences s WHERE s.schemaname = 'bus' AND s.sequencename = 'events_id_seq';
	PERFORM pg_advisory_xact_lock(16726, 0);
	FOR part IN SELECT generate_series(last_id / size + 1, last_id / size + 1 + ahead) LOOP
		CONTINUE WHEN to_regclass(format('bus.events_%s', lpad(part::text, 6, '0'))) IS NOT NULL;
		-- Attached rather than created as a partition: that does not lock out readers and writers of the log.
		EXECUTE format('CREATE TABLE bus.events_%s (LIKE bus.events INCLUDING ALL EXCLUDING IDENTITY)',
		               lpad(part::text, 6, '0'));
		EXECUTE format('ALTER TABLE bus.events ATTACH PARTITION bus.events_%s FOR VALUES FROM (%s) TO (%s)',
		               lpad(part::text, 6, '0'), (part - 1) * size + 1, part * size + 1);
		made := made + 1;
	END LOOP;
	RETURN made;
END
$$;
SELECT bus.extend();

-- What was deleted for good and the log still has to forget (bus.forget): single things, until that is done; accounts for
-- the last day or so, with how far what the log says of them is emptied.
CREATE TABLE bus.forgotten (
	event_id bigint PRIMARY KEY, -- the UserDeleted, or the thing's last event
	user_id uuid NOT NULL,
	aggregate_id uuid, -- the thing; NULL: the account
	-- The transaction that deleted it or, of a thing, one after which no earlier event of it can have come.
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	upto xid8 NOT NULL DEFAULT '0', -- the user's events of transactions before this one are empty
	since timestamptz -- when that was first so of all events before the UserDeleted; NULL for not yet
);

-- Append an event to the log as a publisher and return its id; ring for the consumers of its type that sleep. For functions
-- of the owner alone: a context's published call uses it to publish in the context's name, whoever called.
--
-- Names are written in full instead of setting search_path, which would cost more than all checks: no login role can
-- create anything that could stand in front of them.
CREATE FUNCTION bus.append(writer name, type text, user_id uuid, aggregate_id uuid, version int, payload jsonb, audience name)
RETURNS bigint LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
	publisher name;
	reader name;
	rings int[];
	k int;
	event_id bigint;
BEGIN
	SELECT t.publisher, t.audience, t.rings INTO publisher, reader, rings
	FROM bus.types t WHERE t.type = append.type;

	IF publisher IS NULL THEN
		RAISE EXCEPTION 'unknown event type %', type USING ERRCODE = 'invalid_parameter_value';
	ELSIF publisher <> writer AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = writer) THEN
		RAISE EXCEPTION '% may not publish %', writer, type USING ERRCODE = 'insufficient_privilege';
	ELSIF audience IS DISTINCT FROM reader THEN
		RAISE EXCEPTION '% is for %, not for %', type, coalesce(reader, 'everybody'), coalesce(audience, 'everybody')
			USING ERRCODE = 'invalid_parameter_value';
	END IF;

	INSERT INTO bus.events (type, user_id, aggregate_id, version, payload, audience)
	VALUES (type, user_id, aggregate_id, version, payload, audience)
	RETURNING id INTO event_id;

	IF type LIKE '%Deleted' THEN
		IF type = 'UserDeleted' THEN
			INSERT INTO bus.forgotten (event_id, user_id) VALUES (event_id, user_id);
		ELSIF payload -> 'permanent' = 'true' AND user_id IS NOT NULL AND aggregate_id IS NOT NULL THEN
			INSERT INTO bus.forgotten (event_id, user_id, aggregate_id, xid)
			VALUES (event_id, user_id, aggregate_id,
			        greatest(pg_catalog.pg_current_xact_id(),
			                 pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())));
		END IF;
	END IF;
	FOREACH k IN ARRAY rings LOOP
		IF NOT pg_catalog.pg_try_advisory_xact_lock_shared(16725, k) THEN
			PERFORM pg_catalog.pg_notify('bus_' || k, '');
		END IF;
	END LOOP;
	RETURN event_id;
END
$$;

-- Publish an event of one's own. To be called in the statement that writes the aggregate, after its row is locked by that
-- write. The publisher is the session's role (inside a SECURITY DEFINER function current_user is the owner); a superuser's
-- session may publish anything, as operators and tests do.
CREATE FUNCTION bus.publish(type text, user_id uuid, aggregate_id uuid, version int, payload jsonb,
                            audience name DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	RETURN bus.append(session_user, type, user_id, aggregate_id, version, payload, audience);
END
$$;

-- Empty the payload of events addressed to the caller's role, once they were applied.
CREATE FUNCTION bus.blank(ids bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
	UPDATE bus.events SET payload = '{}' WHERE id = ANY (ids) AND audience = session_user
$$;

-- A window for `consumer` that begins where `done` ends: the snapshot `win`, and `first`, an id below or at that of its
-- first event (NULL when there is none). Call it in a transaction that has no xid: else the snapshot would claim the
-- transaction's own rows.
--
-- The settings keep the planner on the indexes, whatever the statistics say about values that it does not know.
CREATE FUNCTION bus.open_window(consumer name, done pg_snapshot, OUT win pg_snapshot, OUT first bigint)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_variable
DECLARE
	wanted text[] := (SELECT c.types FROM bus.consumers c WHERE c.name = consumer);
BEGIN
	win := pg_current_snapshot();
	-- OFFSET 0: the smallest id is looked for among the few rows of these xids, not by walking the ids from the first.
	SELECT min(e.id) INTO first
	FROM (SELECT n.id, n.type FROM bus.events n WHERE n.xid >= pg_snapshot_xmax(done)
	      UNION ALL
	      SELECT o.id, o.type FROM bus.events o WHERE o.xid = ANY (ARRAY(SELECT pg_snapshot_xip(done)))
	      OFFSET 0) e
	WHERE wanted IS NULL OR e.type = ANY (wanted);
END
$$;

-- The next events of a window as a JSON array in order: committed in `win`, not yet in `done`, with ids after `pos`; at
-- most `most`. `mine` are the ids of those that are addressed to the consumer alone.
CREATE FUNCTION bus.page(consumer name, done pg_snapshot, win pg_snapshot, pos bigint, most int,
                         OUT events text, OUT count int, OUT last bigint, OUT mine bigint[])
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_variable
DECLARE
	wanted text[] := (SELECT c.types FROM bus.consumers c WHERE c.name = consumer);
BEGIN
	SELECT json_agg(json_build_object('id', e.id, 'type', e.type, 'user_id', e.user_id, 'aggregate_id', e.aggregate_id,
	                                  'version', e.version, 'payload', e.payload, 'at', e.at)),
	       count(*), max(e.id), array_agg(e.id) FILTER (WHERE e.audience IS NOT NULL)
	INTO events, count, last, mine
	FROM (SELECT * FROM bus.events n
	      WHERE n.id > pos
	        AND pg_visible_in_snapshot(n.xid, win) AND NOT pg_visible_in_snapshot(n.xid, done)
	        AND (wanted IS NULL OR n.type = ANY (wanted))
	      ORDER BY n.id LIMIT most) e;
END
$$;

-- Are there committed events of this user beyond the position?
CREATE FUNCTION bus.behind(consumer name, done pg_snapshot, win pg_snapshot, pos bigint, of_user uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_variable
DECLARE
	wanted text[] := (SELECT c.types FROM bus.consumers c WHERE c.name = consumer);
BEGIN
	RETURN EXISTS (
		SELECT FROM bus.events n
		WHERE n.user_id = of_user AND n.xid >= pg_snapshot_xmax(done)
		  AND (wanted IS NULL OR n.type = ANY (wanted))
		  AND (win IS NULL OR n.id > pos OR NOT pg_visible_in_snapshot(n.xid, win))
	) OR EXISTS (
		SELECT FROM bus.events o
		WHERE o.user_id = of_user AND o.xid = ANY (ARRAY(SELECT pg_snapshot_xip(done)))
		  AND (wanted IS NULL OR o.type = ANY (wanted))
		  AND (win IS NULL OR o.id > pos OR NOT pg_visible_in_snapshot(o.xid, win))
	);
END
$$;

-- A consumer's own tables, in the schema of its name: where it stands, and what it could not apply. A new consumer starts
-- at the beginning of the log. `source` names the log, for the day when there are several.
CREATE FUNCTION bus.make_consumer(consumer name) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($ddl$
		CREATE TABLE %1$I.bus_cursor (
			source text PRIMARY KEY,
			gen bigint NOT NULL DEFAULT 0,      -- counts every move; a stale instance finds another value
			done pg_snapshot NOT NULL,          -- everything this snapshot sees is applied
			win pg_snapshot,                    -- the open window; NULL for none
			pos bigint NOT NULL DEFAULT 0,      -- its events up to this id are applied
			attempt int NOT NULL DEFAULT 0,     -- tries of the page after pos
			page int NOT NULL DEFAULT 0,        -- so many events are to be taken one by one; 0 for whole pages
			applied bigint NOT NULL DEFAULT 0,
			last_ok_at timestamptz,
			last_error text
		) WITH (fillfactor = 20);
		CREATE TABLE %1$I.bus_parked (
			source text NOT NULL,
			event_id bigint NOT NULL,
			aggregate_id uuid,
			user_id uuid,
			attempts int NOT NULL,
			next_try_at timestamptz NOT NULL,   -- infinity: waits behind an earlier event of its aggregate
			dead_at timestamptz,                -- given up: an operator replays or drops it
			error text,
			event jsonb NOT NULL,
			PRIMARY KEY (source, event_id)
		);
		CREATE INDEX bus_parked_aggregate ON %1$I.bus_parked (source, aggregate_id, event_id);
		CREATE INDEX bus_parked_user ON %1$I.bus_parked (source, user_id);
		CREATE INDEX bus_parked_due ON %1$I.bus_parked (source, next_try_at, event_id) WHERE dead_at IS NULL;
		INSERT INTO %1$I.bus_cursor (source, done) VALUES ('aurora', '3:3:');
	$ddl$, consumer);
END
$$;

-- Every consumer has passed all transactions before this one, and none of them is under way. A consumer without a position
-- has passed nothing.
CREATE FUNCTION bus.horizon(OUT horizon xid8)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
	consumer name;
	passed xid8;
BEGIN
	horizon := pg_snapshot_xmin(pg_current_snapshot());
	FOR consumer IN SELECT c.name FROM bus.consumers c ORDER BY c.k LOOP
		passed := NULL;
		IF to_regclass(format('%I.bus_cursor', consumer)) IS NOT NULL THEN
			EXECUTE format('SELECT pg_snapshot_xmin(done) FROM %I.bus_cursor WHERE source = ''aurora''', consumer) INTO passed;
		END IF;
		horizon := least(horizon, coalesce(passed, '0'));
	END LOOP;
END
$$;

-- Delete events older than 30 days that every consumer has passed, of the `most` oldest in the log. Returns how many. A
-- small house never fills a partition; a large one's partitions go whole by bus.expire.
CREATE FUNCTION bus.trim(most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
	old bigint[];
	horizon xid8 := bus.horizon();
BEGIN
	-- OFFSET 0: only that many are looked at, however few of them are old.
	SELECT array_agg(e.id) INTO old
	FROM (SELECT n.id, n.xid, n.at FROM bus.events n ORDER BY n.id LIMIT most OFFSET 0) e
	WHERE e.at < clock_timestamp() - interval '30 days' AND e.xid < horizon;
	DELETE FROM bus.events WHERE id = ANY (old);
	RETURN coalesce(cardinality(old), 0);
END
$$;

-- Drop the partitions that every consumer has passed and whose newest event is older than `age`, which is 30 days at least.
-- Returns how many. A reader that holds one makes it wait until the next run.
CREATE FUNCTION bus.expire(age interval DEFAULT '30 days') RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '1s' AS $$
DECLARE
	dropped int := 0;
	part regclass;
	consumer name;
	last_id bigint := (SELECT coalesce(s.last_value, 0) FROM pg_sequences s
	                   WHERE s.schemaname = 'bus' AND s.sequencename = 'events_id_seq');
	upper_id bigint;
	left_over boolean;
BEGIN
	FOR part IN SELECT i.inhrelid::regclass FROM pg_inherits i WHERE i.inhparent = 'bus.events'::regclass
	            ORDER BY i.inhrelid::regclass::text LOOP
		upper_id := substring(part::text FROM '[0-9]+$')::bigint * 1000000;
		EXIT WHEN upper_id >= last_id;
		EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE at > clock_timestamp() - $1)', part)
			INTO left_over USING greatest(age, interval '30 days');
		EXIT WHEN left_over;
		FOR consumer IN SELECT c.name FROM bus.consumers c ORDER BY c.k LOOP
			left_over := true;
			EXECUTE format('SELECT NOT EXISTS (SELECT FROM %1$I.bus_cursor) OR EXISTS (
			                  SELECT FROM %1$I.bus_cursor c, %2$s e WHERE NOT pg_visible_in_snapshot(e.xid, c.done))',
			               consumer, part) INTO left_over;
			EXIT WHEN left_over;
		END LOOP;
		EXIT WHEN left_over;
		EXECUTE format('DROP TABLE %s', part);
		dropped := dropped + 1;
	END LOOP;
	RETURN dropped;
EXCEPTION WHEN lock_not_available THEN
	RETURN 0;
END
$$;

-- Empty what the log says of users who are deleted: the payloads of their events, all but the UserDeleted, and the parked
-- copies. Every consumer must have passed the UserDeleted, and each event that is emptied: only transactions are looked at
-- that every `done` sees or that were rolled back, so none reads a payload that it does not know. For a day after that, the
-- same is done to events of requests that were under way when the account ended.
--
-- And empty, once every consumer has passed them, the earlier events of things that were deleted for good; later ones would
-- be of a new thing with the same id.
--
-- `blanked` says how many events were emptied, at most `most` in one call; `users` whose data it is, as UserDeleted events
-- in the form a consumer gets them (NULL for nobody), so that the contexts can erase again what such requests left there.
CREATE FUNCTION bus.forget(most int, OUT blanked int, OUT users json)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
	consumer name;
	horizon xid8 := bus.horizon();
	leaver record;
	owner record;
	batch record;
BEGIN
	blanked := 0;
	DELETE FROM bus.forgotten f WHERE f.since < clock_timestamp() - interval '1 day';
	SELECT json_agg(json_build_object('id', f.event_id, 'type', 'UserDeleted', 'user_id', f.user_id)) INTO users
	FROM bus.forgotten f WHERE f.aggregate_id IS NULL;

	FOR leaver IN SELECT * FROM bus.forgotten f WHERE f.aggregate_id IS NULL AND f.xid < horizon ORDER BY f.event_id LOOP
		EXIT WHEN blanked >= most;
		SELECT array_agg(e.id) AS ids, count(*)::int AS count, max(e.xid) AS last INTO batch
		FROM (SELECT n.id, n.xid FROM bus.events n
		      WHERE n.user_id = leaver.user_id AND n.xid >= leaver.upto AND n.xid < horizon
		        AND n.type <> 'UserDeleted' AND n.payload <> '{}'
		      ORDER BY n.xid LIMIT most - blanked) e;
		UPDATE bus.events SET payload = '{}' WHERE id = ANY (batch.ids);
		blanked := blanked + batch.count;

		-- A batch may end among the events of one transaction.
		IF blanked >= most THEN
			UPDATE bus.forgotten f SET upto = batch.last WHERE f.event_id = leaver.event_id;
		ELSIF batch.count > 0 OR leaver.since IS NULL THEN
			UPDATE bus.forgotten f SET upto = horizon, since = coalesce(f.since, clock_timestamp())
			WHERE f.event_id = leaver.event_id;
		END IF;

		-- A UserDeleted that is parked itself has still to be applied, and nothing is before it now.
		FOR consumer IN SELECT c.name FROM bus.consumers c LOOP
			EXECUTE format('DELETE FROM %I.bus_parked
			                WHERE source = ''aurora'' AND user_id = $1 AND event ->> ''type'' <> ''UserDeleted''', consumer)
				USING leaver.user_id;
			EXECUTE format('UPDATE %I.bus_parked SET next_try_at = clock_timestamp()
			                WHERE source = ''aurora'' AND user_id = $1 AND next_try_at = ''infinity''', consumer)
				USING leaver.user_id;
		END LOOP;
	END LOOP;

	-- A user's things all at once: one look through the user's events serves them all.
	FOR owner IN SELECT f.user_id, array_agg(f.event_id) AS ids, array_agg(f.aggregate_id) AS aggregates
	             FROM (SELECT * FROM bus.forgotten o WHERE o.aggregate_id IS NOT NULL AND o.xid < horizon
	                   ORDER BY o.event_id LIMIT most) f
	             GROUP BY f.user_id ORDER BY min(f.event_id) LOOP
		EXIT WHEN blanked >= most;
		SELECT array_agg(e.id) AS ids, count(*)::int AS count INTO batch
		FROM (SELECT n.id FROM bus.events n
		      WHERE n.user_id = owner.user_id AND n.xid < horizon
		        AND n.aggregate_id = ANY (owner.aggregates) AND n.payload <> '{}'
		        AND n.id < (SELECT max(g.event_id) FROM unnest(owner.ids, owner.aggregates) AS g (event_id, aggregate_id)
		                    WHERE g.aggregate_id = n.aggregate_id)
		      LIMIT most - blanked) e;
		UPDATE bus.events SET payload = '{}' WHERE id = ANY (batch.ids);
		blanked := blanked + batch.count;
		FOR consumer IN SELECT c.name FROM bus.consumers c LOOP
			EXECUTE format('DELETE FROM %I.bus_parked p USING unnest($1, $2) AS g (event_id, aggregate_id)
			                WHERE p.source = ''aurora'' AND p.aggregate_id = g.aggregate_id AND p.event_id < g.event_id',
			               consumer) USING owner.ids, owner.aggregates;
			EXECUTE format('UPDATE %I.bus_parked p SET next_try_at = clock_timestamp()
			                FROM unnest($1, $2) AS g (event_id, aggregate_id)
			                WHERE p.source = ''aurora'' AND p.event_id = g.event_id AND p.next_try_at = ''infinity''',
			               consumer) USING owner.ids, owner.aggregates;
		END LOOP;
		IF blanked < most THEN
			DELETE FROM bus.forgotten f WHERE f.event_id = ANY (owner.ids);
		END IF;
	END LOOP;
END
$$;

-- One row per consumer for `aurora bus status` and /metrics.
CREATE FUNCTION bus.status(OUT consumer name, OUT pending bigint, OUT oldest_seconds double precision,
                           OUT last_ok_seconds double precision, OUT parked bigint, OUT dead bigint, OUT applied bigint,
                           OUT last_error text)
RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE
	c record;
	cur record;
BEGIN
	FOR c IN SELECT name, types FROM bus.consumers ORDER BY k LOOP
		EXECUTE format('SELECT done, win, pos, applied, last_error,
		                       extract(epoch FROM clock_timestamp() - last_ok_at) AS age FROM %I.bus_cursor',
		               c.name) INTO cur;
		status.consumer := c.name;
		status.applied := cur.applied;
		status.last_error := cur.last_error;
		status.last_ok_seconds := cur.age;
		SELECT count(*), extract(epoch FROM clock_timestamp() - min(e.at)) INTO status.pending, status.oldest_seconds
		FROM (SELECT n.* FROM bus.events n WHERE n.xid >= pg_snapshot_xmax(cur.done)
		      UNION ALL
		      SELECT o.* FROM bus.events o WHERE o.xid = ANY (ARRAY(SELECT pg_snapshot_xip(cur.done)))) e
		WHERE (c.types IS NULL OR e.type = ANY (c.types)) AND (e.audience IS NULL OR e.audience = c.name)
		  AND (cur.win IS NULL OR e.id > cur.pos OR NOT pg_visible_in_snapshot(e.xid, cur.win));
		EXECUTE format('SELECT count(*) FILTER (WHERE dead_at IS NULL), count(dead_at) FROM %I.bus_parked', c.name)
			INTO status.parked, status.dead;
		RETURN NEXT;
	END LOOP;
END
$$;

-- For operators: try a parked event again from its first attempt on. False when it is not there.
CREATE FUNCTION bus.replay(consumer name, id bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	touched int;
BEGIN
	EXECUTE format('UPDATE %I.bus_parked SET attempts = 0, dead_at = NULL, next_try_at = clock_timestamp()
	                WHERE event_id = $1 AND next_try_at < ''infinity''', consumer) USING id;
	GET DIAGNOSTICS touched = ROW_COUNT;
	RETURN touched > 0;
END
$$;

-- For operators: drop a parked event for good; the next one of its aggregate is tried. False when it is not there.
CREATE FUNCTION bus.discard(consumer name, id bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	aggregate uuid;
	touched int;
BEGIN
	EXECUTE format('SELECT FROM %I.bus_cursor FOR UPDATE', consumer);
	EXECUTE format('DELETE FROM %I.bus_parked WHERE event_id = $1 RETURNING aggregate_id', consumer)
		INTO aggregate USING id;
	GET DIAGNOSTICS touched = ROW_COUNT;
	EXECUTE format('UPDATE %1$I.bus_parked p SET next_try_at = clock_timestamp()
	                WHERE p.next_try_at = ''infinity'' AND p.event_id = (
	                  SELECT min(q.event_id) FROM %1$I.bus_parked q WHERE q.aggregate_id = $1)', consumer)
		USING aggregate;
	RETURN touched > 0;
END
$$;

-- After a restore into a new cluster, whose xids start anew: what a consumer had not yet applied becomes parked and is
-- applied from there in order, aggregate by aggregate; everything in the log counts as old. For operators, with nothing
-- else running.
CREATE FUNCTION bus.rebase() RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT name, types FROM bus.consumers ORDER BY k LOOP
		EXECUTE format($sql$
			INSERT INTO %1$I.bus_parked (source, event_id, aggregate_id, user_id, attempts, next_try_at, event)
			SELECT cur.source, e.id, e.aggregate_id, e.user_id, 0,
			       CASE WHEN lag(e.id) OVER (PARTITION BY e.aggregate_id ORDER BY e.id) IS NOT NULL
			              OR EXISTS (SELECT FROM %1$I.bus_parked p WHERE p.aggregate_id = e.aggregate_id)
			            THEN 'infinity' ELSE now() END,
			       jsonb_build_object('id', e.id, 'type', e.type, 'user_id', e.user_id, 'aggregate_id', e.aggregate_id,
			                          'version', e.version, 'payload', e.payload, 'at', e.at)
			FROM %1$I.bus_cursor cur, bus.events e
			WHERE NOT pg_visible_in_snapshot(e.xid, cur.done)
			  AND (cur.win IS NULL OR e.id > cur.pos OR NOT pg_visible_in_snapshot(e.xid, cur.win))
			  AND ($1 IS NULL OR e.type = ANY ($1)) AND (e.audience IS NULL OR e.audience = $2)
			ON CONFLICT DO NOTHING
		$sql$, c.name) USING c.types, c.name;
		EXECUTE format('UPDATE %I.bus_cursor SET gen = gen + 1, done = ''4:4:'', win = NULL, pos = 0, attempt = 0, page = 0',
		               c.name);
	END LOOP;
	UPDATE bus.events SET xid = '3';
	UPDATE bus.forgotten SET xid = '3', upto = '0';
END
$$;
