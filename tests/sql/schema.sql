-- What is true of every table, so that the house can be split by context and by user one day.

SET search_path = tap;
\set events `sed -n 's/^EVENT(\([A-Za-z]*\), "\([a-z]*\)", "\([a-z]*\)".*/\1 \2 \3/p' shared/aurora/events.def | LC_ALL=C sort`
\set event_rows `grep -c '^EVENT(' shared/aurora/events.def`

CREATE TEMP TABLE ours AS
SELECT c.oid, n.nspname, c.relname, c.oid::regclass::text AS name, c.relispartition
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('bus', 'identity', 'thoughts', 'journals', 'planning', 'search', 'notifications');

CREATE TEMP TABLE keys AS
SELECT o.oid, o.nspname, o.relname, o.name,
       (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, n)
        JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = k.attnum) AS columns,
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped)
       AS has
FROM ours o LEFT JOIN pg_index i ON i.indrelid = o.oid AND i.indisprimary;

SELECT no_plan();

SELECT is(current_setting('server_encoding'), 'UTF8', 'the database holds UTF-8');
SELECT is((SELECT datcollate || ' ' || datctype FROM pg_database WHERE datname = current_database()), 'C.UTF-8 C.UTF-8',
          'its locale does not change with the operating system''s');
SELECT is((SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'), 'UTC', 'its time zone is UTC');

SELECT isnt_empty('SELECT name FROM ours WHERE nspname = ''thoughts''', 'there are tables to look at');
SELECT is_empty('SELECT name FROM keys WHERE columns IS NULL', 'every table has a primary key');
SELECT is_empty($$
	SELECT name, columns FROM keys
	WHERE nspname NOT IN ('bus', 'search') AND has @> '{user_id,id}' AND columns <> '{user_id,id}'
$$, 'what a user owns has the primary key (user_id, id)');
SELECT is_empty($$
	SELECT name, columns FROM keys WHERE nspname = 'search' AND has @> '{user_id}' AND columns[1] <> 'user_id'
	       AND relname <> 'bus_parked'
$$, 'what the index knows of a user begins with user_id');
SELECT is_empty($$
	SELECT name FROM keys
	WHERE nspname NOT IN ('bus') AND NOT has @> '{user_id}'
	      AND name NOT IN ('identity.users', 'identity.roles', 'identity.revoked', 'search.types', 'search.events',
	                       'search.state')
	      AND relname <> 'bus_cursor'
$$, 'every other table says whose its rows are');
SELECT is_empty($$
	SELECT t.tgrelid::regclass, t.tgname FROM pg_trigger t JOIN ours o ON o.oid = t.tgrelid WHERE NOT t.tgisinternal
$$, 'there is no business logic in triggers');
SELECT is_empty($$
	SELECT con.conrelid::regclass, con.conname FROM pg_constraint con
	JOIN pg_class a ON a.oid = con.conrelid JOIN pg_class b ON b.oid = con.confrelid
	WHERE con.contype = 'f' AND a.relnamespace <> b.relnamespace
$$, 'no foreign key leaves its schema');
SELECT is_empty($$
	SELECT s.oid::regclass FROM pg_class s WHERE s.relkind = 'S'
	       AND s.relnamespace::regnamespace::text IN ('identity', 'thoughts', 'journals', 'planning', 'search', 'notifications')
$$, 'no id comes from a sequence');
SELECT is_empty($$
	SELECT o.name, a.attname FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid
	WHERE a.attnum > 0 AND NOT a.attisdropped
	      AND a.atttypid IN ('timestamp'::regtype, 'timetz'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'json'::regtype)
$$, 'instants have a zone, texts no length, and JSON is jsonb');
SELECT is_empty($$
	SELECT nspname, count(*) FROM (
		SELECT DISTINCT o.nspname,
		       (SELECT string_agg(a.attname || ' ' || a.atttypid::regtype || ' ' || a.attnotnull, ', ' ORDER BY a.attname)
		        FROM pg_attribute a WHERE a.attrelid = o.oid AND a.attnum > 0) AS shape
		FROM ours o WHERE o.relname = 'idempotency'
		UNION ALL
		SELECT 'every', shape FROM (
			SELECT DISTINCT (SELECT string_agg(a.attname || ' ' || a.atttypid::regtype || ' ' || a.attnotnull, ', ' ORDER BY a.attname)
			        FROM pg_attribute a WHERE a.attrelid = o.oid AND a.attnum > 0) AS shape
			FROM ours o WHERE o.relname = 'idempotency') AS all_of_them) AS shapes
	GROUP BY nspname HAVING count(*) > 1
$$, 'stored answers have the same columns in every context');

-- Views, functions and statements of one context do not name another's tables; grants see to statements, this to functions.
SELECT is_empty($$
	SELECT p.oid::regprocedure, s.nspname
	FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
	CROSS JOIN (VALUES ('identity'), ('thoughts'), ('journals'), ('planning'), ('search'), ('notifications')) AS s (nspname)
	WHERE n.nspname IN ('identity', 'thoughts', 'journals', 'planning', 'search', 'notifications') AND n.nspname <> s.nspname
	      AND EXISTS (SELECT FROM ours o WHERE o.nspname = s.nspname AND p.prosrc ~ ('\m' || s.nspname || '\.' || o.relname || '\M'))
$$, 'no context''s function reads another''s tables');

SELECT is((SELECT string_agg(concat_ws(' ', type, publisher, coalesce(audience, '')), E'\n' ORDER BY type COLLATE "C")
           FROM bus.types), :'events', 'bus.types is events.def');
SELECT is((SELECT count(*) FROM bus.types), :event_rows::bigint, 'row for row');
SELECT is_empty($$
	SELECT c.name, t FROM bus.consumers c CROSS JOIN unnest(c.types) AS t
	WHERE t NOT IN (SELECT type FROM bus.types)
$$, 'consumers name events that there are');
SELECT is_empty($$
	SELECT t.type, t.rings FROM bus.types t
	WHERE t.rings <> ARRAY(SELECT c.k FROM bus.consumers c
	                       WHERE (c.types IS NULL OR t.type = ANY (c.types)) AND (t.audience IS NULL OR t.audience = c.name)
	                       ORDER BY c.k)
$$, 'each type rings for the consumers that want it');
SELECT is_empty($$
	SELECT t.type, w.name FROM bus.types t CROSS JOIN (SELECT DISTINCT publisher FROM bus.types UNION SELECT 'notifications') AS w (name)
	WHERE bus.rings(w.name, t.type) IS DISTINCT FROM
	      CASE WHEN t.publisher = w.name AND t.audience IS NULL AND t.type NOT LIKE '%Deleted' THEN t.rings END
$$, 'and so does what publishers look it up in');
SELECT prosrc AS rings FROM pg_proc WHERE oid = 'bus.rings(name, text)'::regprocedure \gset
BEGIN;
SELECT bus.set_rings() \g /dev/null
SELECT prosrc AS rings_made FROM pg_proc WHERE oid = 'bus.rings(name, text)'::regprocedure \gset
ROLLBACK;
SELECT is(:'rings'::text, :'rings_made', 'which has nothing that the tables have not');
SELECT is_empty($$
	SELECT c.name FROM bus.consumers c
	WHERE to_regclass(format('%I.bus_cursor', c.name)) IS NULL OR to_regclass(format('%I.bus_parked', c.name)) IS NULL
$$, 'every consumer keeps its position in its own schema');
SELECT is_empty($$
	SELECT c.nspname FROM (SELECT DISTINCT nspname FROM ours WHERE relname <> 'idempotency' AND nspname NOT IN ('bus', 'identity', 'notifications')) c
	WHERE NOT EXISTS (SELECT FROM bus.consumers b WHERE b.name = c.nspname AND (b.types IS NULL OR 'UserDeleted' = ANY (b.types)))
$$, 'every context that keeps users'' things hears of UserDeleted');

SELECT * FROM finish();
