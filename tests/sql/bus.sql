-- The bus as its users may see it: who publishes what, who reads what.

SET search_path = tap;
\ir lib/as_role.psql

SELECT no_plan();

-- Publishing.
SELECT is(pg_temp.outcome('identity', $$SELECT bus.publish('UserUpdated', gen_random_uuid(), gen_random_uuid(), 1, '{}')$$, true),
          'ok', 'a publisher publishes its event');
SELECT is(pg_temp.outcome('thoughts', $$SELECT bus.publish('UserUpdated', gen_random_uuid(), gen_random_uuid(), 1, '{}')$$, true),
          '42501', 'and nobody else''s');
SELECT is(pg_temp.outcome('notifications', $$SELECT bus.publish('ThoughtCreated', gen_random_uuid(), gen_random_uuid(), 1, '{}')$$, true),
          '42501', 'who publishes nothing may not call publish');
SELECT is(pg_temp.outcome('identity', $$SELECT bus.publish('Nonsense', gen_random_uuid(), gen_random_uuid(), 1, '{}')$$, true),
          '22023', 'an unknown type is refused');
SELECT is(pg_temp.outcome('identity', $$SELECT bus.publish('PasswordResetRequested', gen_random_uuid(), gen_random_uuid(), 1, '{}')$$, true),
          '22023', 'what is addressed needs its address');
SELECT is(pg_temp.outcome('identity', $$SELECT bus.publish('UserUpdated', gen_random_uuid(), gen_random_uuid(), 1, '{}', 'search')$$, true),
          '22023', 'what is for everybody has no address');
SELECT is(pg_temp.outcome('thoughts', $$SELECT bus.publish('ThoughtCreated', gen_random_uuid(), gen_random_uuid(), 1,
		jsonb_build_object('text', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 2500) AS i)))$$, true),
          'ok', 'a payload of 80,000 bytes is taken');
SELECT is(pg_temp.outcome('thoughts', $$SELECT bus.publish('ThoughtCreated', gen_random_uuid(), gen_random_uuid(), 1,
		jsonb_build_object('text', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 5000) AS i)))$$, true),
          '23514', 'one of 160,000 is not');

-- Nobody changes the log but the bus itself.
SELECT is(pg_temp.outcome(role, query), '42501', role || ': ' || query)
FROM unnest(ARRAY['identity', 'thoughts', 'search', 'notifications']) AS role
CROSS JOIN unnest(ARRAY['INSERT INTO bus.events (type, payload) VALUES (''ThoughtCreated'', ''{}'')',
                        'UPDATE bus.events SET payload = ''{}''', 'DELETE FROM bus.events', 'TRUNCATE bus.events',
                        'UPDATE bus.types SET audience = NULL', 'DELETE FROM bus.consumers']) AS query;

-- Reading: what has an audience is that role's alone.
BEGIN;
SELECT bus.publish('UserUpdated', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1,
                   '{"open": true}') AS open_event \gset
SELECT bus.publish('PasswordResetRequested', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001',
                   1, '{"link": "secret"}', 'notifications') AS secret_event \gset
SELECT bus.publish('ThoughtSnapshot', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001',
                   1, '{"text": "mine"}', 'search') AS search_event \gset
SELECT is(pg_temp.answer(role, format('SELECT string_agg(id::text, '' '' ORDER BY id) FROM bus.events WHERE id IN (%s, %s, %s)',
                                      :open_event, :secret_event, :search_event)),
          expected, role || ' sees what is for everybody and what is addressed to it')
FROM (VALUES ('thoughts', :'open_event'), ('search', :'open_event' || ' ' || :'search_event')) AS t (role, expected);
SELECT is(pg_temp.outcome(role, 'SELECT * FROM bus.events'), '42501', role || ' reads no events at all')
FROM unnest(ARRAY['identity', 'notifications']) AS role
WHERE NOT has_table_privilege(role, 'bus.events', 'SELECT');

-- Blanking takes the caller's own only.
SELECT is(pg_temp.outcome('search', format('SELECT bus.blank(ARRAY[%s, %s]::bigint[])', :open_event, :secret_event), true), 'ok',
          'search may ask to blank');
SET LOCAL SESSION AUTHORIZATION search;
SELECT bus.blank(ARRAY[:open_event, :secret_event, :search_event]::bigint[]) \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT is((SELECT string_agg(payload::text, ' ' ORDER BY id) FROM bus.events
           WHERE id IN (:open_event, :secret_event, :search_event)),
          '{"open": true} {"link": "secret"} {}', 'and only what is addressed to it is blanked');
ROLLBACK;

-- Partitions are made ahead, and open to nobody by themselves.
SELECT cmp_ok((SELECT count(*) FROM pg_inherits WHERE inhparent = 'bus.events'::regclass), '>=', 3::bigint,
              'there are partitions ahead');
SELECT lives_ok('SELECT bus.extend(6)', 'more can be made');
SELECT cmp_ok((SELECT count(*) FROM pg_inherits WHERE inhparent = 'bus.events'::regclass), '>=', 7::bigint, 'and are');
SELECT is_empty($$
	SELECT i.inhrelid::regclass, role FROM pg_inherits i
	CROSS JOIN unnest(ARRAY['identity', 'thoughts', 'search', 'notifications']) AS role
	WHERE i.inhparent = 'bus.events'::regclass
	      AND has_table_privilege(role, i.inhrelid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
$$, 'no role reads past row security through a partition');
SELECT is((SELECT relrowsecurity FROM pg_class WHERE oid = 'bus.events'::regclass), true, 'row security is on');

SELECT * FROM finish();
