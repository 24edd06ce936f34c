-- The index: what events do to it. Run by the search function before it answers and by cron/index-refresh.
-- role: search

-- name: index_apply
-- $1 events, as bus.given reads them. The last event of each aggregate decides. Events of one aggregate come in the order
-- of its versions; the comparison of versions guards what a rebuild announces. What was deleted for good may be made again
-- under its id, with versions from 1 on: a document that these events drop (`dropped` is the last version at which) gives
-- way to what they put after that. The order of the insert keeps two instances from waiting for each other in a circle.
WITH last AS MATERIALIZED (
	SELECT DISTINCT ON (e.user_id, v.type, e.aggregate_id)
		e.user_id, v.type, e.aggregate_id AS id, e.id AS event, e.version, e.payload, e.at, v.effect,
		max(e.version) FILTER (WHERE v.effect = 'drop') OVER (PARTITION BY e.user_id, v.type, e.aggregate_id) AS dropped
	FROM bus.given($1::json) AS e
	JOIN search.events v ON v.event = e.type
	WHERE v.effect IN ('put', 'drop') AND NOT EXISTS (SELECT FROM search.erased x WHERE x.user_id = e.user_id)
	ORDER BY e.user_id, v.type, e.aggregate_id, e.id DESC
), parts AS MATERIALIZED (
	SELECT l.user_id, l.type, l.id, l.event, l.version, l.dropped,
		(l.payload ->> t.parent_member)::uuid AS parent,
		nullif(l.payload ->> t.title_member, '') AS title,
		CASE WHEN t.more_text IS NULL THEN coalesce(l.payload ->> t.body_member, '')
		     ELSE concat_ws(E'\n', nullif(l.payload ->> t.body_member, ''),
		                    (SELECT string_agg(said #>> '{}', E'\n' ORDER BY p.n)
		                     FROM unnest(t.more_text) WITH ORDINALITY AS p (path, n), jsonb_path_query(l.payload, p.path) AS said
		                     WHERE said #>> '{}' <> '')) END AS body,
		-- Where there might have been a title, the first line is Markdown.
		search.first_line(o.text) AS line,
		CASE WHEN l.payload -> t.tags_member <> '[]'
		     THEN ARRAY(SELECT jsonb_array_elements_text(l.payload -> t.tags_member)) ELSE '{}' END AS tags,
		coalesce((l.payload ->> t.at_member)::timestamptz, l.at) AS at,
		coalesce((l.payload ->> t.pinned_member)::boolean, false) AS pinned,
		(l.payload ->> t.done_member)::boolean AS done
	FROM last l JOIN search.types t ON t.type = l.type,
	LATERAL (SELECT ltrim(l.payload ->> t.body_member,
	                      CASE WHEN t.title_member IS NULL THEN '' ELSE E'#>*-+ \t\r\n' END) AS text OFFSET 0) o
	WHERE l.effect = 'put'
), put AS (
	INSERT INTO search.documents AS d (user_id, type, id, parent, title, body, tags, at, pinned, done, version, generation,
	                                   tsv)
	SELECT p.user_id, p.type, p.id, p.parent,
		coalesce(p.title, p.line, ''),
		p.body, p.tags, p.at, p.pinned, p.done, p.version, (SELECT s.generation FROM search.state s),
		CASE WHEN p.title IS NULL THEN ''
		     ELSE setweight(to_tsvector('ext.folded', search.plain(p.title)), 'A') END
		|| CASE WHEN p.tags = '{}' THEN ''
		        ELSE setweight(to_tsvector('ext.folded', search.plain(array_to_string(p.tags, ' '))), 'B')
		             || array_to_tsvector(string_to_array('#' || array_to_string(p.tags, E'\n#'), E'\n')) END
		|| CASE WHEN p.parent IS NULL THEN '' ELSE array_to_tsvector(ARRAY['@' || p.parent]) END
		|| setweight(to_tsvector('ext.folded', search.plain(h.head)), 'C')
	FROM parts p, LATERAL (SELECT search.head(p.body) AS head OFFSET 0) h
	ORDER BY p.user_id, p.type, p.id
	ON CONFLICT (user_id, type, id) DO UPDATE SET parent = excluded.parent, title = excluded.title, body = excluded.body,
		tags = excluded.tags, at = excluded.at, pinned = excluded.pinned, done = excluded.done,
		version = excluded.version, generation = excluded.generation, tsv = excluded.tsv
	WHERE d.version <= excluded.version OR d.generation <> excluded.generation
		OR d.version < (SELECT p.dropped FROM parts p
		                WHERE p.user_id = excluded.user_id AND p.type = excluded.type AND p.id = excluded.id)
), unread AS (
	INSERT INTO search.unread (user_id, type, id, event)
	SELECT p.user_id, p.type, p.id, p.event FROM parts p
), tags AS (
	INSERT INTO search.tags (user_id, key, tag, type, id)
	SELECT DISTINCT ON (p.user_id, k.key, tag) p.user_id, k.key, tag, p.type, p.id
	FROM parts p, unnest(p.tags) AS tag, search.fold(tag) AS k (key)
	ORDER BY p.user_id, k.key, tag, p.id
	ON CONFLICT DO NOTHING
)
DELETE FROM search.documents d
WHERE d.ctid = ANY (ARRAY(
	SELECT o.ctid FROM last l, LATERAL (
		SELECT i.ctid FROM search.documents i
		WHERE i.user_id = l.user_id AND i.type = l.type AND i.id = l.id OFFSET 0) o
	WHERE l.effect = 'drop'));

-- name: index_readers
-- $1 events: who may read what of others' from now on, and no longer.
WITH last AS MATERIALIZED (
	SELECT DISTINCT ON (e.user_id, e.aggregate_id)
		e.user_id, e.aggregate_id AS id, (e.payload ->> 'owner_id')::uuid AS owner_id,
		(e.payload ->> t.parent_member)::uuid AS parent, e.version, v.effect
	FROM bus.given($1::json) AS e
	JOIN search.events v ON v.event = e.type AND v.effect IN ('admit', 'dismiss')
	JOIN search.types t ON t.type = v.type
	ORDER BY e.user_id, e.aggregate_id, e.id DESC
), admitted AS (
	INSERT INTO search.readers AS r (user_id, id, owner_id, parent, version, generation)
	SELECT l.user_id, l.id, l.owner_id, l.parent, l.version, (SELECT s.generation FROM search.state s)
	FROM last l
	WHERE l.effect = 'admit' AND NOT EXISTS (SELECT FROM search.erased x WHERE x.user_id IN (l.user_id, l.owner_id))
	ORDER BY l.user_id, l.id
	ON CONFLICT (user_id, id) DO UPDATE SET version = excluded.version, generation = excluded.generation
)
DELETE FROM search.readers r USING last l WHERE l.effect = 'dismiss' AND r.user_id = l.user_id AND r.id = l.id;

-- name: index_erase
-- $1 events; all that belongs to users whose accounts have ended.
WITH gone AS MATERIALIZED (
	SELECT DISTINCT e.user_id
	FROM bus.given($1::json) AS e
	WHERE e.type = 'UserDeleted'
), ids AS MATERIALIZED (
	SELECT coalesce(array_agg(g.user_id), '{}') AS ids FROM gone g
), remembered AS (
	INSERT INTO search.erased (user_id) SELECT g.user_id FROM gone g ON CONFLICT DO NOTHING
), documents AS (
	DELETE FROM search.documents WHERE user_id = ANY ((SELECT ids FROM ids)::uuid[])
), readers AS (
	DELETE FROM search.readers
	WHERE user_id = ANY ((SELECT ids FROM ids)::uuid[]) OR owner_id = ANY ((SELECT ids FROM ids)::uuid[])
), words AS (
	DELETE FROM search.words WHERE user_id = ANY ((SELECT ids FROM ids)::uuid[])
), unread AS (
	DELETE FROM search.unread WHERE user_id = ANY ((SELECT ids FROM ids)::uuid[])
), tags AS (
	DELETE FROM search.tags WHERE user_id = ANY ((SELECT ids FROM ids)::uuid[])
), history AS (
	DELETE FROM search.history WHERE user_id = ANY ((SELECT ids FROM ids)::uuid[])
)
DELETE FROM search.idempotency WHERE user_id = ANY ((SELECT ids FROM ids)::uuid[]);

-- name: index_learn
-- $1 user or NULL for whoever there is, $2 at most so many notes of what is unread: learn the words of their documents. Who
-- comes second waits for the first, so that a user's words are known when it returns.
WITH taken AS MATERIALIZED (
	DELETE FROM search.unread u
	WHERE u.ctid = ANY (ARRAY(
		SELECT o.ctid FROM search.unread o
		WHERE o.user_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
			AND o.user_id <= coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
		ORDER BY o.user_id, o.type, o.id, o.event LIMIT $2::integer FOR UPDATE))
	RETURNING u.user_id, u.type, u.id
), learnt AS (
	INSERT INTO search.words (user_id, word)
	SELECT DISTINCT d.user_id, w.word
	FROM (SELECT DISTINCT user_id, type, id FROM taken) t, LATERAL (
		SELECT i.user_id, i.tsv FROM search.documents i
		WHERE i.user_id = t.user_id AND i.type = t.type AND i.id = t.id OFFSET 0) d,
		unnest(tsvector_to_array(d.tsv)) AS w (word)
	WHERE length(w.word) BETWEEN 3 AND 40 AND w.word !~ '[0-9#]'
	ORDER BY 1, 2
	ON CONFLICT DO NOTHING
)
SELECT count(*) AS notes FROM taken;
