-- For every ordered pair of contexts: the one can neither read, write nor call anything of the other's that grants.sql does
-- not publish by name. Looked up in the catalog, and really tried.

SET search_path = tap;
\ir lib/as_role.psql
-- Lines of grants.sql's list of calls: 'schema.function(types)', 'roles'
\set calls `sed -n "s/^[[:space:]]*'\([a-z_]*\.[a-z_]*([^)]*)\)',[[:space:]]*'\([a-z_, ]*\)',\{0,1\}.*/\1|\2/p" sql/grants.sql`

CREATE TEMP TABLE pair AS
SELECT a.name::name AS one, b.name::name AS other
FROM unnest(ARRAY['identity', 'thoughts', 'journals', 'planning', 'search', 'notifications']) AS a (name)
CROSS JOIN unnest(ARRAY['identity', 'thoughts', 'journals', 'planning', 'search', 'notifications', 'bus']) AS b (name) WHERE a.name <> b.name;

CREATE TEMP TABLE published AS
SELECT to_regprocedure(split_part(line, '|', 1)) AS call, trim(role)::name AS role
FROM regexp_split_to_table(:'calls', E'\n') AS line, regexp_split_to_table(split_part(line, '|', 2), ',') AS role;

-- What the bus lets a role call and read: its own list in grants.sql.
CREATE TEMP TABLE bus_call AS
SELECT p.oid AS call, r.name::name AS role
FROM pg_proc p CROSS JOIN (VALUES ('identity'), ('thoughts'), ('journals'), ('planning'), ('search'), ('notifications')) AS r (name)
WHERE p.pronamespace = 'bus'::regnamespace
      AND CASE p.proname
          WHEN 'publish' THEN r.name <> 'notifications'
          WHEN 'open_window' THEN r.name IN ('thoughts', 'journals', 'planning', 'search')
          WHEN 'page' THEN r.name IN ('thoughts', 'journals', 'planning', 'search')
          WHEN 'behind' THEN r.name IN ('thoughts', 'journals', 'planning', 'search')
          WHEN 'given' THEN r.name IN ('thoughts', 'journals', 'planning', 'search')
          WHEN 'blank' THEN r.name IN ('thoughts', 'journals', 'planning', 'search')
          WHEN 'extend' THEN r.name = 'thoughts'
          WHEN 'expire' THEN r.name = 'thoughts'
          WHEN 'trim' THEN r.name = 'thoughts'
          WHEN 'forget' THEN r.name = 'thoughts'
          ELSE false END;

CREATE TEMP TABLE relation AS
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.oid::regclass::text AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f');

CREATE TEMP TABLE routine AS
SELECT p.oid, n.nspname, p.oid::regprocedure::text AS name, p.proname, p.prokind,
       (SELECT coalesce(string_agg('NULL::' || format_type(t, NULL), ', ' ORDER BY k), '')
        FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, k)) AS nulls
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('identity', 'thoughts', 'journals', 'planning', 'search', 'notifications', 'bus') AND p.prorettype <> 'trigger'::regtype;

SELECT no_plan();

SELECT cmp_ok((SELECT count(*) FROM published), '>=', 4::bigint, 'grants.sql''s list of calls can be read');
SELECT is_empty('SELECT role FROM published WHERE call IS NULL', 'every call that grants.sql publishes is there');
SELECT is((SELECT bool_and(has_function_privilege(role, call::oid, 'EXECUTE')) FROM published), true,
          'who is named there may call it');
SELECT is((SELECT bool_and((SELECT prosecdef FROM pg_proc WHERE oid = call)) FROM published), true,
          'a published call runs as its owner');

-- The catalog's word.
SELECT is((SELECT string_agg(r.name || ' ' || p.privilege, ', ')
           FROM relation r CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
                AS p (privilege)
           WHERE r.nspname = other AND r.relkind <> 'S' AND has_table_privilege(one, r.oid, p.privilege)
                 AND NOT (other = 'bus' AND r.relname IN ('events', 'consumers') AND p.privilege = 'SELECT')),
          NULL, format('%s has no right on a table of %s', one, other))
FROM pair;
SELECT is((SELECT string_agg(r.name || ' ' || p.privilege, ', ')
           FROM relation r CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS p (privilege)
           WHERE r.nspname = other AND r.relkind <> 'S' AND has_any_column_privilege(one, r.oid, p.privilege)
                 AND NOT (other = 'bus' AND r.relname IN ('events', 'consumers') AND p.privilege = 'SELECT')),
          NULL, format('%s has no right on a column of %s', one, other))
FROM pair;
SELECT is((SELECT string_agg(r.name || ' ' || p.privilege, ', ')
           FROM relation r CROSS JOIN unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS p (privilege)
           WHERE r.nspname = other AND r.relkind = 'S' AND has_sequence_privilege(one, r.oid, p.privilege)),
          NULL, format('%s has no right on a sequence of %s', one, other))
FROM pair;
SELECT is((SELECT string_agg(f.name, ', ') FROM routine f
           WHERE f.nspname = other AND has_function_privilege(one, f.oid, 'EXECUTE')
                 AND NOT EXISTS (SELECT FROM published p WHERE p.call = f.oid AND p.role = one)
                 AND NOT EXISTS (SELECT FROM bus_call b WHERE b.call = f.oid AND b.role = one)),
          NULL, format('%s may call nothing of %s but what is published to it', one, other))
FROM pair;

-- Really tried, every table and every function.
SELECT is((SELECT string_agg(r.name || ': ' || q.query || ': ' || pg_temp.outcome(one, q.query), E'\n')
           FROM relation r,
           LATERAL (SELECT attname FROM pg_attribute
                    WHERE attrelid = r.oid AND attnum > 0 AND attidentity = '' AND attgenerated = '' AND NOT attisdropped
                    ORDER BY attnum DESC LIMIT 1) AS a,
           LATERAL (VALUES (format('SELECT * FROM %s LIMIT 1', r.name)),
                           (format('INSERT INTO %s DEFAULT VALUES', r.name)),
                           (format('UPDATE %s SET %I = NULL', r.name, a.attname)),
                           (format('DELETE FROM %s', r.name)),
                           (format('TRUNCATE %s', r.name))) AS q (query)
           -- A view may be read, or not; it takes nothing that is written.
           WHERE r.nspname = other AND r.relkind <> 'S' AND (r.relkind <> 'v' OR q.query ~ '^SELECT')
                 AND pg_temp.outcome(one, q.query) <> '42501'
                 AND NOT (other = 'bus' AND r.relname IN ('events', 'consumers') AND q.query ~ '^SELECT')),
          NULL, format('%s tries to read and write every table of %s', one, other))
FROM pair;
SELECT is((SELECT string_agg(f.name || ': ' || pg_temp.outcome(one, c.query), E'\n')
           FROM routine f, LATERAL (SELECT format('SELECT %I.%I(%s)', f.nspname, f.proname, f.nulls) AS query) AS c
           WHERE f.nspname = other AND f.prokind = 'f'
                 AND NOT EXISTS (SELECT FROM published p WHERE p.call = f.oid AND p.role = one)
                 AND NOT EXISTS (SELECT FROM bus_call b WHERE b.call = f.oid AND b.role = one)
                 AND pg_temp.outcome(one, c.query) <> '42501'),
          NULL, format('%s tries to call every other function of %s', one, other))
FROM pair;

-- The same queries do go through for those who may: the tests above would notice an open door.
SELECT is(pg_temp.outcome('thoughts', 'SELECT * FROM thoughts.thoughts LIMIT 1'), 'ok', 'thoughts reads its own');
SELECT is(pg_temp.outcome('identity', 'DELETE FROM identity.sessions'), 'ok', 'identity writes its own');
SELECT is(pg_temp.outcome('thoughts', 'SELECT identity.introspect(''\x00'')'), 'ok', 'thoughts calls what identity publishes');

SELECT * FROM finish();
