-- What the login roles are, and that they own and can make nothing.

SET search_path = tap;
\ir lib/as_role.psql

CREATE TEMP TABLE context AS
SELECT rolname AS name FROM pg_roles WHERE rolname IN ('identity', 'thoughts', 'journals', 'planning', 'search', 'notifications');

SELECT no_plan();

SELECT is((SELECT count(*) FROM context), 6::bigint, 'every context has its role');
SELECT is((SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolcanlogin),
          'identity journals notifications planning postgres search thoughts', 'nobody else may log in');
SELECT is_empty($$
	SELECT rolname FROM pg_roles
	WHERE rolname IN (SELECT name FROM context UNION SELECT 'aurora')
	      AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
$$, 'no role of ours has a power of the cluster''s');
SELECT is((SELECT rolcanlogin FROM pg_roles WHERE rolname = 'aurora'), false, 'the owner does not log in');
SELECT is_empty($$
	SELECT m.rolname, r.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles r ON r.oid = a.roleid
	WHERE m.rolname IN (SELECT name FROM context)
$$, 'no role is a member of another');

SELECT is_empty($$
	SELECT c.oid::regclass, c.relowner::regrole FROM pg_class c
	WHERE c.relnamespace::regnamespace::text IN ('bus', 'identity', 'thoughts', 'journals', 'planning', 'search', 'notifications')
	      AND c.relowner <> 'aurora'::regrole
$$, 'aurora owns every table, index and sequence');
SELECT is_empty($$
	SELECT p.oid::regprocedure, p.proowner::regrole FROM pg_proc p
	WHERE p.pronamespace::regnamespace::text IN ('bus', 'identity', 'thoughts', 'journals', 'planning', 'search', 'notifications')
	      AND p.proowner <> 'aurora'::regrole
$$, 'aurora owns every function');
SELECT is_empty($$
	SELECT n.nspname, c.name FROM pg_namespace n CROSS JOIN context c
	WHERE has_schema_privilege(c.name, n.oid, 'CREATE') AND n.nspname !~ '^pg_(temp|toast_temp)'
$$, 'no role can create anything in any schema');
SELECT is_empty($$
	SELECT name FROM context WHERE has_database_privilege(name, current_database(), 'CREATE')
	       OR has_database_privilege(name, current_database(), 'TEMP')
$$, 'no role can create a schema or a temporary table');
SELECT is(pg_temp.outcome(name, 'CREATE TEMP TABLE trap (a int)'), '42501', name || ' tries to make a temporary table')
FROM context;
SELECT is(pg_temp.outcome(name, 'CREATE TABLE bus.trap (a int)'), '42501', name || ' tries to make a table in bus')
FROM context;
SELECT is(pg_temp.outcome(name, 'CREATE FUNCTION ' || name || '.trap() RETURNS int LANGUAGE sql AS ''SELECT 1'''), '42501',
          name || ' tries to make a function in its own schema')
FROM context;
SELECT is(pg_temp.outcome(name, 'COPY (SELECT 1) TO PROGRAM ''true'''), '42501', name || ' tries to start a program')
FROM context;
SELECT is(pg_temp.outcome(name, 'SELECT pg_read_file(''postgresql.conf'')'), '42501', name || ' tries to read a file')
FROM context;
SELECT is(pg_temp.outcome(name, 'SET ROLE aurora', true), '42501', name || ' tries to become the owner')
FROM context;

SELECT is_empty($$
	SELECT p.oid::regprocedure FROM pg_proc p
	WHERE p.prosecdef AND p.pronamespace::regnamespace::text IN ('bus', 'identity', 'thoughts', 'journals', 'planning', 'search', 'notifications')
	      AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=%')
	      AND p.oid <> 'bus.publish(text, uuid, uuid, int, jsonb, name)'::regprocedure
$$, 'a function that runs as its owner sets its search_path (bus.publish tells why it does not)');

SELECT * FROM finish();
