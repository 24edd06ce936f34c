-- 100,000 thoughts of 100 users over the last two years, without their events; entries of journals; tasks.
INSERT INTO thoughts.thoughts (user_id, id, text, tags, pinned, captured_at, tsv)
SELECT u.id,
       -- UUIDv7 of the moment
       (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(nth::text), 1, 3) || '8' ||
        substr(md5(nth::text || 'x'), 1, 15))::uuid,
       words || ' number ' || nth, '{}', nth % 50 = 0, at, thoughts.words(words || ' number ' || nth)
FROM generate_series(1, 100000) AS g(nth)
JOIN public.bench_users u ON u.n = nth % 100 + 1
CROSS JOIN LATERAL (SELECT now() - (nth * interval '10 minutes') AS at,
       (SELECT string_agg((ARRAY['morning', 'river', 'window', 'letter', 'garden', 'market', 'winter', 'engine', 'paper',
                                 'mountain', 'teacher', 'silver', 'kitchen', 'promise', 'station', 'thunder', 'orchard',
                                 'lantern', 'harbour', 'meadow', 'compass', 'violin', 'shadow', 'copper', 'bridge'])
                          [1 + abs(hashtext(nth::text || i::text)) % 25], ' ')
        FROM generate_series(1, 20) AS i) AS words) AS w;

-- As many entries, a journal of each user's own.
INSERT INTO journals.journals (user_id, id, name) SELECT u.id, u.id, 'Diary' FROM public.bench_users u;
INSERT INTO journals.members (user_id, id, journal_id, owner_id, role, email)
SELECT u.id, u.id, u.id, u.id, 'owner', '' FROM public.bench_users u;
INSERT INTO journals.entries (user_id, id, journal_id, author_id, title, content, entry_date, time_zone, word_count)
SELECT t.user_id, t.id, t.user_id, t.user_id, split_part(t.text, ' number ', 1), repeat(t.text || '. ', 5),
       (t.captured_at AT TIME ZONE 'UTC')::date, 'UTC', 110
FROM thoughts.thoughts t;

-- As many tasks, half of them done.
INSERT INTO planning.tasks (user_id, id, title, notes, priority, due, due_at, late_at, completed_at)
SELECT t.user_id, t.id, split_part(t.text, ' number ', 1), t.text, 'medium', due, planning.time_instant(due, 'UTC'),
       planning.time_late(due, 'UTC'), CASE WHEN n % 2 = 0 THEN t.captured_at END
FROM (SELECT *, row_number() OVER () AS n FROM thoughts.thoughts) AS t
CROSS JOIN LATERAL (SELECT jsonb_build_object('local', to_char(t.captured_at + interval '2 years', 'YYYY-MM-DD"T"HH24:MI'),
                                              'time_zone', 'Europe/Berlin') AS due) AS d;
ANALYZE;
