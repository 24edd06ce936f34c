-- Who may do what: the whole access matrix. Run by a superuser after the migrations, as often as one likes. It starts by
-- taking everything away, so what is not written here is not allowed.
--
-- Roles: identity, thoughts, journals, planning, search, notifications (sql/roles.sql). Each reads and writes its own schema and owns nothing.
-- Of another's schema it may use only the functions that are named here: these are the calls that a context publishes.

-- 1. Nothing. ---------------------------------------------------------------------------------------------------------

DO $$
DECLARE
	area text;
	role text;
BEGIN
	FOREACH area IN ARRAY ARRAY['bus', 'identity', 'thoughts', 'journals', 'planning', 'search', 'notifications'] LOOP
		FOREACH role IN ARRAY ARRAY['PUBLIC', 'identity', 'thoughts', 'journals', 'planning', 'search', 'notifications'] LOOP
			EXECUTE format('REVOKE ALL ON SCHEMA %s FROM %s', area, role);
			EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %s FROM %s', area, role);
			EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %s FROM %s', area, role);
			EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA %s FROM %s', area, role);
		END LOOP;
	END LOOP;
	EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, identity, thoughts, journals, planning, search, notifications', current_database());
	EXECUTE format('GRANT CONNECT ON DATABASE %I TO identity, thoughts, journals, planning, search, notifications', current_database());
END
$$;

-- 2. Each its own schema; the extensions for all. ---------------------------------------------------------------------

GRANT USAGE ON SCHEMA ext TO identity, thoughts, journals, planning, search, notifications;

GRANT USAGE ON SCHEMA identity TO identity;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity TO identity;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA identity TO identity;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA identity TO identity;

GRANT USAGE ON SCHEMA thoughts TO thoughts;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA thoughts TO thoughts;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA thoughts TO thoughts;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA thoughts TO thoughts;

GRANT USAGE ON SCHEMA journals TO journals;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA journals TO journals;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA journals TO journals;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA journals TO journals;

GRANT USAGE ON SCHEMA planning TO planning;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA planning TO planning;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA planning TO planning;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA planning TO planning;

GRANT USAGE ON SCHEMA search TO search;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA search TO search;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA search TO search;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA search TO search;

-- 3. The bus: publishers publish, consumers read (row security hides what a role does not consume), sweep tends it. -----

GRANT USAGE ON SCHEMA bus TO identity, thoughts, journals, planning, search, notifications;
GRANT EXECUTE ON FUNCTION bus.publish(text, uuid, uuid, int, jsonb, name) TO identity, thoughts, journals, planning, search;

GRANT SELECT ON bus.consumers TO identity, thoughts, journals, planning, search;
GRANT SELECT ON bus.events TO thoughts, journals, planning, search;
GRANT EXECUTE ON FUNCTION
	bus.open_window(name, pg_snapshot),
	bus.page(name, pg_snapshot, pg_snapshot, bigint, int, boolean),
	bus.given(json),
	bus.behind(name, pg_snapshot, pg_snapshot, bigint, uuid),
	bus.blank(bigint[])
TO thoughts, journals, planning, search;

-- sweep extends and trims the log, and empties it of who is deleted, as the role of whichever context it is cleaning.
GRANT EXECUTE ON FUNCTION bus.extend(int), bus.expire(interval), bus.trim(int), bus.forget(int) TO thoughts;

-- 4. What a context publishes as calls: SECURITY DEFINER functions, one line each. ---------------------------------------
--    Functions appear with their migrations, so a call is granted where it exists.

DO $$
DECLARE
	calls constant text[] := ARRAY[
	--  function                                     may be called by
		'identity.introspect(bytea)',                'thoughts, journals, planning, search',
		'identity.revoked_sessions()',               'thoughts, journals, planning, search',
		'identity.user_by_email(text)',              'journals',
		'identity.active(uuid)',                     'planning',
		'identity.profile(uuid)',                    'journals, planning',
		'thoughts.announce(uuid, uuid, integer)',    'search',
		'journals.announce(uuid, uuid, integer)',    'search',
		'journals.announce_members(uuid, uuid, integer)', 'search',
		'planning.announce_tasks(uuid, uuid, integer)',  'search',
		'planning.announce_events(uuid, uuid, integer)', 'search'
	];
	owner text;
BEGIN
	FOR i IN 1 .. array_length(calls, 1) BY 2 LOOP
		CONTINUE WHEN to_regprocedure(calls[i]) IS NULL;
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', calls[i], calls[i + 1]);
		-- USAGE lets a role name what it was granted in that schema, nothing else.
		owner := split_part(calls[i], '.', 1);
		EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', owner, calls[i + 1]);
	END LOOP;
END
$$;
