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
		jsonb_build_object('text', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 60000) AS i)))$$, true),
          'ok', 'a payload of 1,920,000 bytes is taken');
SELECT is(pg_temp.outcome('thoughts', $$SELECT bus.publish('ThoughtCreated', gen_random_uuid(), gen_random_uuid(), 1,
		jsonb_build_object('text', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 66000) AS i)))$$, true),
          '23514', 'one of 2,112,000 is not');

-- Nobody changes the log but the bus itself.
SELECT is(pg_temp.outcome(role, query), '42501', role || ': ' || query)
FROM unnest(ARRAY['identity', 'thoughts', 'journals', 'planning', 'search', 'notifications']) AS role
CROSS JOIN unnest(ARRAY['INSERT INTO bus.events (type, payload) VALUES (''ThoughtCreated'', ''{}'')',
                        'UPDATE bus.events SET payload = ''{}''', 'DELETE FROM bus.events', 'TRUNCATE bus.events',
                        'UPDATE bus.types SET audience = NULL', 'DELETE FROM bus.consumers']) AS query;

-- Reading: what a role consumes, and of that what has an audience is that role's alone.
BEGIN;
SELECT bus.publish('UserDeleted', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1,
                   '{"open": true}') AS open_event \gset
SELECT bus.publish('ThoughtCreated', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1,
                   '{"text": "mine"}') AS thought_event \gset
SELECT bus.publish('UserRegistered', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1,
                   '{"email": "mine"}') AS identity_event \gset
SELECT bus.publish('SearchPerformed', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001', 1,
                   '{"q": "mine"}') AS query_event \gset
SELECT bus.publish('PasswordResetRequested', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001',
                   1, '{"link": "secret"}', 'notifications') AS secret_event \gset
SELECT bus.publish('ThoughtSnapshot', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000001',
                   1, '{"text": "mine"}', 'search') AS search_event \gset
SELECT is(pg_temp.answer(role, format('SELECT string_agg(id::text, '' '' ORDER BY id) FROM bus.events WHERE id >= %s',
                                      :open_event)),
          expected, role || ' sees what it consumes, and nothing else')
FROM (VALUES ('thoughts', :'open_event'),
             ('search', concat_ws(' ', :'open_event', :'thought_event', :'search_event'))) AS t (role, expected);
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

-- What everybody has passed goes after 30 days, no sooner whatever is asked for, from the partition in use as well.
BEGIN;
DELETE FROM bus.events;
UPDATE search.bus_cursor SET done = pg_current_snapshot();
UPDATE thoughts.bus_cursor SET done = pg_current_snapshot();
UPDATE journals.bus_cursor SET done = pg_current_snapshot();
UPDATE planning.bus_cursor SET done = pg_current_snapshot();
INSERT INTO bus.events (type, payload, at, xid)
SELECT 'ThoughtCreated', jsonb_build_object('n', i), now() - days * interval '1 day', xid::xid8
FROM (VALUES (1, 31, '3'), (2, 29, '3'), (3, 40, '3'), (4, 40, '9000000000000')) AS t (i, days, xid) ORDER BY i;
SELECT is(pg_temp.outcome('thoughts', 'SELECT bus.expire(''-1 day'')'), 'ok', 'thoughts may ask to expire');
SELECT is(bus.trim(1), 1, 'trim looks at no more events than it may');
SELECT is(bus.trim(1), 0, 'and leaves younger ones');
SELECT is(bus.trim(1000), 1, 'it takes what is old');
SELECT is((SELECT string_agg(payload ->> 'n', ' ' ORDER BY id) FROM bus.events), '2 4',
          'what is younger stays, and what has not been passed');
DELETE FROM thoughts.bus_cursor;
UPDATE bus.events SET at = '2000-01-01', xid = '3';
SELECT is(bus.trim(1000), 0, 'a consumer without a position has passed nothing');
ROLLBACK;

-- A full partition, which the next one follows.
BEGIN;
UPDATE search.bus_cursor SET done = pg_current_snapshot();
UPDATE thoughts.bus_cursor SET done = pg_current_snapshot();
UPDATE journals.bus_cursor SET done = pg_current_snapshot();
UPDATE planning.bus_cursor SET done = pg_current_snapshot();
DELETE FROM bus.events;
INSERT INTO bus.events (id, type, payload, xid) OVERRIDING SYSTEM VALUE VALUES (1000000, 'ThoughtCreated', '{}', '3');
SELECT setval('bus.events_id_seq', greatest(1000001, nextval('bus.events_id_seq')), true) \g /dev/null
SELECT is(bus.expire('-1 day'), 0, 'a partition with younger events is not dropped whatever is asked for');
UPDATE bus.events SET at = now() - interval '31 days';
SELECT is(bus.expire('-1 day'), 1, 'an old one is');
ROLLBACK;

-- A restored log: positions of every kind mean the same when transactions are numbered anew, and what comes is after them.
BEGIN;
DELETE FROM bus.events;
SELECT nextval('bus.events_id_seq') AS first_id \gset
INSERT INTO bus.events (id, type, payload, xid) OVERRIDING SYSTEM VALUE
SELECT :first_id + i, CASE WHEN i % 4 = 0 THEN 'UserDeleted' ELSE 'ThoughtCreated' END, '{}',
       (9000000 + i * 7 % 40)::text::xid8
FROM generate_series(1, 40) AS i;
SELECT setval('bus.events_id_seq', :first_id + 40) \g /dev/null
UPDATE search.bus_cursor SET done = '9000011:9000020:9000011,9000013,9000017', win = '9000022:9000031:9000025', pos = :first_id + 25;
UPDATE thoughts.bus_cursor SET done = '9000003:9000008:9000003', win = NULL, pos = 0;
UPDATE journals.bus_cursor SET done = '9000003:9000008:9000003', win = NULL, pos = 0;
UPDATE planning.bus_cursor SET done = '9000003:9000008:9000003', win = NULL, pos = 0;
DELETE FROM bus.forgotten;
INSERT INTO bus.forgotten (event_id, user_id, xid, upto)
VALUES (:first_id + 4, '018f0000-0000-7000-8000-000000000001', '9000028', '9000020');
CREATE FUNCTION pg_temp.left_to_apply(consumer name) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
	c record;
BEGIN
	EXECUTE format('SELECT * FROM %I.bus_cursor', consumer) INTO c;
	RETURN ARRAY(SELECT e.id FROM bus.events e
	             WHERE NOT pg_visible_in_snapshot(e.xid, c.done)
	               AND (c.win IS NULL OR e.id > c.pos OR NOT pg_visible_in_snapshot(e.xid, c.win)) ORDER BY e.id);
END
$$;
CREATE TEMPORARY TABLE before AS SELECT name, pg_temp.left_to_apply(name) AS ids FROM bus.consumers;
CREATE TEMPORARY TABLE pending AS SELECT consumer, pending FROM bus.status();
SELECT cmp_ok(min(cardinality(ids)), '>', 5, 'something is left to apply, and not the same: ' || string_agg(ids::text, ' '))
FROM before HAVING count(DISTINCT ids) = 2;
SELECT bus.rebase() \g /dev/null
SELECT results_eq('SELECT name, pg_temp.left_to_apply(name) FROM bus.consumers ORDER BY k',
                  'SELECT name, ids FROM before JOIN bus.consumers USING (name) ORDER BY k', 'the same is left to apply');
SELECT results_eq('SELECT consumer, pending FROM bus.status()', 'SELECT consumer, pending FROM pending',
                  'which status says, too');
SELECT cmp_ok(max(xid), '<', '500'::xid8, 'no number is one that a cluster gives out') FROM bus.events;
SELECT cmp_ok((SELECT xid FROM bus.forgotten), '>=', bus.horizon(), 'what is to be forgotten waits');
SELECT is(ARRAY(SELECT e.id FROM bus.given(p.events::json) AS e), wanted.ids,
          name || ' gets it in the order of the log, ' || CASE WHEN in_place THEN 'in its place' ELSE 'as it is' END)
FROM bus.consumers c
CROSS JOIN LATERAL (SELECT CASE c.name WHEN 'search' THEN (SELECT done FROM search.bus_cursor)
                                       ELSE (SELECT done FROM thoughts.bus_cursor) END) AS d (done)
CROSS JOIN LATERAL bus.open_window(c.name, d.done) AS w
CROSS JOIN (VALUES (false), (true)) AS how (in_place)
CROSS JOIN LATERAL bus.page(c.name, d.done, w.win, w.first - 1, 100, in_place) AS p
CROSS JOIN LATERAL (SELECT array_agg(e.id ORDER BY e.id) AS ids FROM before b JOIN bus.events e ON e.id = ANY (b.ids)
                    WHERE b.name = c.name AND e.type = ANY (c.types)) AS wanted;
UPDATE search.bus_cursor SET done = pg_current_snapshot();
UPDATE thoughts.bus_cursor SET done = pg_current_snapshot();
UPDATE journals.bus_cursor SET done = pg_current_snapshot();
UPDATE planning.bus_cursor SET done = pg_current_snapshot();
SELECT cmp_ok((SELECT xid FROM bus.forgotten), '<', bus.horizon(), 'until everything is applied');
SELECT bus.publish('ThoughtCreated', '018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002', 1, '{}')
	AS new_event \gset
SELECT is(pg_temp.left_to_apply('search'), ARRAY[:new_event::bigint], 'a new event comes after all that');
DELETE FROM bus.events;
SELECT bus.rebase() \g /dev/null
SELECT is((SELECT done::text FROM search.bus_cursor), '3:3:', 'an empty log is one, too');
ROLLBACK;

-- Partitions are made ahead, and open to nobody by themselves.
SELECT cmp_ok((SELECT count(*) FROM pg_inherits WHERE inhparent = 'bus.events'::regclass), '>=', 3::bigint,
              'there are partitions ahead');
SELECT lives_ok('SELECT bus.extend(6)', 'more can be made');
SELECT cmp_ok((SELECT count(*) FROM pg_inherits WHERE inhparent = 'bus.events'::regclass), '>=', 7::bigint, 'and are');
SELECT is_empty($$
	SELECT i.inhrelid::regclass, role FROM pg_inherits i
	CROSS JOIN unnest(ARRAY['identity', 'thoughts', 'journals', 'planning', 'search', 'notifications']) AS role
	WHERE i.inhparent = 'bus.events'::regclass
	      AND has_table_privilege(role, i.inhrelid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
$$, 'no role reads past row security through a partition');
SELECT is((SELECT relrowsecurity FROM pg_class WHERE oid = 'bus.events'::regclass), true, 'row security is on');

SELECT * FROM finish();
