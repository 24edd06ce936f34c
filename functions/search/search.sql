-- The search function's statements.
-- role: search

-- name: search
-- $1 user, $2 words for to_tsquery or NULL, $3 tags as a tsquery or NULL, $4 types or NULL, $5 other types or NULL,
-- $6 from, $7 until, $8 pinned or NULL, $9 done or NULL, $10 to $12 score, moment and id of the last row of the page
-- before or NULL, $13 rows, $14 q to be remembered or NULL, $15 remember it even if nothing was found.
--
-- What somebody may read is their own, and what stands in a thing of which search.readers says so.
--
-- One row per document, or one without a document; each carries what is true of all that was found. The score is cover
-- density times a factor that doubles in five years: newer is mildly better, and the order does not change while
-- someone pages through it. '#' alone is no tag, so `!'#'` finds everything.
--
-- Ranked and counted are the newest 10,000 that match: to rank a million that have a common word would take seconds, and
-- what is best among the newest serves as well. Where that many match, totals and facets are of these.
WITH wanted AS MATERIALIZED (
	SELECT words, coalesce(words && tags, words, tags, $$!'#'$$::tsquery) AS q
	FROM (SELECT to_tsquery('ext.folded', $2) AS words, $3::tsquery AS tags) given
), readable AS MATERIALIZED (
	SELECT $1::uuid AS user_id, w.q FROM wanted w
	UNION ALL
	SELECT r.owner_id, w.q && search.exact('@' || r.parent) FROM search.readers r, wanted w WHERE r.user_id = $1::uuid
), newest AS MATERIALIZED (
	SELECT n.place
	FROM readable r, LATERAL (
		SELECT d.ctid AS place, d.at, d.id
		FROM search.documents d
		WHERE d.user_id = r.user_id AND d.tsv @@ r.q
			AND ($4::text[] IS NULL OR d.type = ANY ($4::text[]))
			AND ($5::text[] IS NULL OR d.type <> ALL ($5::text[]))
			AND ($6::timestamptz IS NULL OR d.at >= $6::timestamptz)
			AND ($7::timestamptz IS NULL OR d.at < $7::timestamptz)
			AND ($8::boolean IS NULL OR d.pinned = $8::boolean)
			AND ($9::boolean IS NULL OR d.done = $9::boolean)
		ORDER BY d.at DESC, d.id DESC
		LIMIT 10000) n
	ORDER BY n.at DESC, n.id DESC
	LIMIT 10000
), hits AS MATERIALIZED (
	SELECT d.user_id, d.type, d.id, d.at, d.tags,
		(CASE WHEN $2::text IS NULL THEN 0
		      ELSE ts_rank_cd(d.tsv, (SELECT words FROM wanted), 1)
		           * power(2, (date_part('epoch', least(greatest(d.at, '2000-01-01'), '2050-01-01')) - 1735689600)
		                      / 157788000) END)::real AS score
	FROM search.documents d
	WHERE d.ctid = ANY (ARRAY(SELECT n.place FROM newest n))
), total AS MATERIALIZED (
	SELECT count(*)::integer AS total FROM hits
), remembered AS (
	INSERT INTO search.history AS h (user_id, q_key, q, results, searched_at)
	SELECT $1::uuid, left(search.fold(regexp_replace($14::text, '\s+', ' ', 'g')), 500), $14::text, t.total, now()
	FROM total t
	WHERE $14::text IS NOT NULL AND (t.total > 0 OR $15::boolean)
	ON CONFLICT (user_id, q_key) DO UPDATE
	SET q = excluded.q, results = excluded.results, searched_at = excluded.searched_at, count = h.count + 1
	RETURNING results
), forgotten AS (
	DELETE FROM search.history h
	WHERE $14::text IS NOT NULL AND h.user_id = $1::uuid AND h.q_key IN (
		SELECT o.q_key FROM search.history o WHERE o.user_id = $1::uuid
		ORDER BY o.searched_at DESC, o.q_key DESC OFFSET 199)
), summary AS MATERIALIZED (
	SELECT (SELECT t.total FROM total t) AS total,
		(SELECT coalesce(json_object_agg(t.type, t.count ORDER BY t.count DESC, t.type), '{}')
		 FROM (SELECT h.type, count(*) AS count FROM hits h GROUP BY h.type) t) AS type_facets,
		(SELECT coalesce(json_agg(json_build_object('tag', t.tag, 'count', t.count) ORDER BY t.count DESC, t.tag), '[]')
		 FROM (SELECT tag, count(*) AS count FROM hits h, unnest(h.tags) AS tag
		       GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 20) t) AS tag_facets,
		(SELECT bus.publish('SearchPerformed', $1::uuid, gen_random_uuid(), 1,
		                    jsonb_build_object('q', $14::text, 'results', r.results, 'types', $4::text[]))
		 FROM remembered r) AS event
), items AS MATERIALIZED (
	SELECT h.user_id, h.type, h.id, h.at, h.tags, h.score FROM hits h
	WHERE $12::uuid IS NULL OR (h.score, h.at, h.id) < ($10::real, $11::timestamptz, $12::uuid)
	ORDER BY h.score DESC, h.at DESC, h.id DESC
	LIMIT $13::integer
)
SELECT s.total, s.type_facets, s.tag_facets, s.event, i.type, i.id, d.title, d.body, i.score,
	replace(replace(t.url, '{id}', i.id::text), '{parent}', coalesce(d.parent::text, '')) AS url, i.at, i.tags
FROM summary s
LEFT JOIN (items i
           JOIN search.documents d ON d.user_id = i.user_id AND d.type = i.type AND d.id = i.id
           JOIN search.types t ON t.type = i.type) ON true
ORDER BY i.score DESC, i.at DESC, i.id DESC;

-- name: remember
-- $1 user, $2 q, $3 types: a search that found nothing.
WITH remembered AS (
	INSERT INTO search.history AS h (user_id, q_key, q, results, searched_at)
	VALUES ($1::uuid, left(search.fold(regexp_replace($2::text, '\s+', ' ', 'g')), 500), $2::text, 0, now())
	ON CONFLICT (user_id, q_key) DO UPDATE
	SET q = excluded.q, results = 0, searched_at = excluded.searched_at, count = h.count + 1
	RETURNING results
)
SELECT bus.publish('SearchPerformed', $1::uuid, gen_random_uuid(), 1,
                   jsonb_build_object('q', $2::text, 'results', r.results, 'types', $3::text[])) AS event
FROM remembered r;

-- name: types (read)
SELECT t.type FROM search.types t ORDER BY t.type;

-- name: similar_words (read)
-- $1 user, $2 words as typed: for each that no document has, numbered from 1, the known words that look like it, nearest
-- first. OFFSET 0 makes each word a probe of the index, whatever the planner thinks of the tables.
SELECT w.n, w.folded, s.word
FROM (SELECT n, search.fold(word) AS folded FROM unnest($2::text[]) WITH ORDINALITY AS u (word, n) OFFSET 0) w,
	LATERAL search.similar_words($1::uuid, w.folded, 20) WITH ORDINALITY AS s (word, rank)
WHERE NOT EXISTS (SELECT FROM search.documents d WHERE d.user_id = $1::uuid AND d.tsv @@ search.exact(w.folded) OFFSET 0)
	AND EXISTS (SELECT FROM search.documents d WHERE d.user_id = $1::uuid AND d.tsv @@ search.exact(s.word) OFFSET 0)
ORDER BY w.n, s.rank;

-- name: suggestions (read)
-- $1 user, $2 what was typed so far: own queries, tags and titles that begin so, the kinds taking turns. A tag whose first
-- document has lost it is looked for in the index.
WITH typed AS MATERIALIZED (
	SELECT search.fold(ltrim($2)) AS low, search.fold(ltrim($2)) || chr(1114111) AS high,
		search.fold(ltrim($2, E'# \t\n')) AS tag_low, search.fold(ltrim($2, E'# \t\n')) || chr(1114111) AS tag_high
), queries AS (
	SELECT 'query' AS kind, h.q AS text, row_number() OVER (ORDER BY h.searched_at DESC) AS rank
	FROM (SELECT h.q, h.searched_at FROM search.history h
	      WHERE h.user_id = $1::uuid AND h.results > 0
			AND h.q_key >= (SELECT low FROM typed) AND h.q_key < (SELECT high FROM typed)) h
	LIMIT 10
), tags AS (
	SELECT 'tag' AS kind, t.tag AS text, row_number() OVER (ORDER BY t.key, t.tag) AS rank
	FROM search.tags t
	WHERE t.user_id = $1::uuid AND t.key >= (SELECT tag_low FROM typed) AND t.key < (SELECT tag_high FROM typed)
		AND (EXISTS (SELECT FROM search.documents d
		             WHERE d.user_id = t.user_id AND d.type = t.type AND d.id = t.id AND t.tag = ANY (d.tags) OFFSET 0)
		     OR EXISTS (SELECT FROM search.documents d
		                WHERE d.user_id = t.user_id AND d.tsv @@ search.exact('#' || t.tag) OFFSET 0))
	ORDER BY t.key, t.tag LIMIT 10
), titles AS (
	SELECT 'title' AS kind, min(n.title) AS text, row_number() OVER (ORDER BY n.key) AS rank
	FROM (SELECT d.title, search.fold(left(d.title, 100)) COLLATE "C" AS key FROM search.documents d
	      WHERE d.user_id = $1::uuid AND search.fold(left(d.title, 100)) COLLATE "C" >= (SELECT low FROM typed)
			AND search.fold(left(d.title, 100)) COLLATE "C" < (SELECT high FROM typed)
	      ORDER BY search.fold(left(d.title, 100)) COLLATE "C" LIMIT 100) n
	GROUP BY n.key ORDER BY n.key LIMIT 10
)
SELECT a.kind, a.text
FROM (SELECT * FROM queries UNION ALL SELECT * FROM tags UNION ALL SELECT * FROM titles) a
ORDER BY a.rank, a.kind LIMIT 10;

-- name: recent (read)
-- $1 user, $2 and $3 moment and key of the last row of the page before or NULL, $4 rows.
SELECT h.q, h.searched_at AS at, h.results, h.q_key
FROM search.history h
WHERE h.user_id = $1::uuid
	AND ($2::timestamptz IS NULL OR (h.searched_at, h.q_key) < ($2::timestamptz, $3::text COLLATE "C"))
ORDER BY h.searched_at DESC, h.q_key DESC
LIMIT $4::integer;

-- name: recent_count (read)
SELECT count(*) AS total FROM search.history h WHERE h.user_id = $1::uuid;

-- name: forget (read)
DELETE FROM search.history h WHERE h.user_id = $1::uuid;
