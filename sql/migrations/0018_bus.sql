-- The bus: to publish costs a quarter less. What every write of the house does is a path of its own, without a look at
-- bus.types and without a second function; whatever is not as usual goes the way of bus.append.

SET LOCAL ROLE aurora;

-- A table's CHECK is compiled anew by each statement that writes: the two functions that append see to it, and nothing else
-- makes a payload larger.
ALTER TABLE bus.events DROP CONSTRAINT payload_size;

-- Bytes of an event's payload, at most. STABLE, so that who has a plan with it hears of another limit.
CREATE FUNCTION bus.payload_limit() RETURNS int LANGUAGE sql STABLE AS 'SELECT 2097152';

-- Bring up to date what follows from the rows of bus.types and bus.consumers: bus.types.rings, and bus.rings(writer, type),
-- whom to ring for where `writer` publishes to all who want it something that is no deletion; NULL for anything else. That
-- one has the table in its text, where looking a type up costs the least. Every migration that changes a row of these
-- tables ends with it: until then bus.publish allows what the rows allowed before.
DROP FUNCTION bus.set_rings();
CREATE FUNCTION bus.set_rings() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
	UPDATE bus.types t
	SET rings = ARRAY(SELECT c.k FROM bus.consumers c
	                  WHERE (c.types IS NULL OR t.type = ANY (c.types)) AND (t.audience IS NULL OR t.audience = c.name)
	                  ORDER BY c.k);
	-- STABLE, as reading an array is: so it becomes part of the expression that calls it.
	EXECUTE format('CREATE OR REPLACE FUNCTION bus.rings(writer name, type text) RETURNS int[] LANGUAGE sql STABLE AS %L',
	               format('SELECT (%L::jsonb -> writer::text ->> type)::int[]',
	                      (SELECT jsonb_object_agg(p.publisher, p.types)
	                       FROM (SELECT t.publisher, jsonb_object_agg(t.type, t.rings::text) AS types FROM bus.types t
	                             WHERE t.audience IS NULL AND t.type NOT LIKE '%Deleted' GROUP BY t.publisher) p)));
END
$$;
SELECT bus.set_rings();

-- Publish an event of one's own, in the statement that writes the aggregate. The publisher is the session's role, for inside
-- a SECURITY DEFINER function current_user is the owner. Names are written in full instead of setting search_path, which
-- costs at each call: no login role can create anything that could stand in front of them.
CREATE OR REPLACE FUNCTION bus.publish(type text, user_id uuid, aggregate_id uuid, version int, payload jsonb,
                                       audience name DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_variable
DECLARE
	rings constant int[] := bus.rings(session_user, type);
	k int;
	event_id bigint;
BEGIN
	IF rings IS NULL OR audience IS NOT NULL OR pg_catalog.pg_column_size(payload) > bus.payload_limit() THEN
		RETURN bus.append(session_user, type, user_id, aggregate_id, version, payload, audience);
	END IF;
	INSERT INTO bus.events (type, user_id, aggregate_id, version, payload)
	VALUES (type, user_id, aggregate_id, version, payload)
	RETURNING id INTO event_id;
	FOREACH k IN ARRAY rings LOOP
		IF NOT pg_catalog.pg_try_advisory_xact_lock_shared(16725, k) THEN
			PERFORM pg_catalog.pg_notify('bus_' || k, '');
		END IF;
	END LOOP;
	RETURN event_id;
END
$$;

-- The same for any event, in the name of any writer: for functions of the owner alone.
CREATE OR REPLACE FUNCTION bus.append(writer name, type text, user_id uuid, aggregate_id uuid, version int, payload jsonb, audience name)
RETURNS bigint LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
	rings int[];
	deletes boolean;
	k int;
	event_id bigint;
BEGIN
	SELECT t.rings, t.type LIKE '%Deleted' INTO rings, deletes
	FROM bus.types t
	WHERE t.type = append.type AND t.publisher = writer AND t.audience IS NOT DISTINCT FROM append.audience;
	IF NOT FOUND THEN
		SELECT t.rings, t.type LIKE '%Deleted' INTO rings, deletes FROM bus.checked_type(writer, type, audience) t;
	END IF;
	IF pg_catalog.pg_column_size(payload) > bus.payload_limit() THEN
		RAISE EXCEPTION 'the payload of % has % bytes, and may have %', type, pg_catalog.pg_column_size(payload), bus.payload_limit()
			USING ERRCODE = 'check_violation';
	END IF;

	INSERT INTO bus.events (type, user_id, aggregate_id, version, payload, audience)
	VALUES (type, user_id, aggregate_id, version, payload, audience)
	RETURNING id INTO event_id;

	IF deletes THEN
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
