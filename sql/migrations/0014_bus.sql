-- The bus: to publish costs less. Every expression of a function is set up anew in every transaction, and every write of
-- the house waits for those of bus.append: one lookup now says whether the event may be published, who is rung for and
-- whether there is something to forget. What is wrong is told apart only when something is.

SET LOCAL ROLE aurora;

-- The type as `writer` may publish it for `audience`; an error that says why not. A superuser may publish anything, as
-- operators and tests do.
CREATE FUNCTION bus.checked_type(writer name, type text, audience name) RETURNS bus.types
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_variable
DECLARE
	found_type bus.types;
BEGIN
	SELECT * INTO found_type FROM bus.types t WHERE t.type = checked_type.type;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'unknown event type %', type USING ERRCODE = 'invalid_parameter_value';
	ELSIF found_type.publisher <> writer
	      AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = writer) THEN
		RAISE EXCEPTION '% may not publish %', writer, type USING ERRCODE = 'insufficient_privilege';
	ELSIF audience IS DISTINCT FROM found_type.audience THEN
		RAISE EXCEPTION '% is for %, not for %', type, coalesce(found_type.audience, 'everybody'),
			coalesce(audience, 'everybody') USING ERRCODE = 'invalid_parameter_value';
	END IF;
	RETURN found_type;
END
$$;

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
