-- Statements of the thoughts function. $1 is always the user.
-- A write and its event are one statement; `event` is the event's id and no part of the thing. Who writes a text writes
-- tsv, by thoughts.words.
-- role: thoughts

-- One thought

-- name: thought_by_id (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version
FROM thoughts.thoughts
WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL

-- $2 id, $3 text, $4 tags, $5 pinned, $6 captured_at, NULL: this moment. No row: the id is taken.
-- name: thought_create
WITH t AS (
	INSERT INTO thoughts.thoughts (user_id, id, text, tags, pinned, captured_at, tsv)
	VALUES ($1, $2, $3, $4, $5, coalesce($6, now()), thoughts.words($3))
	ON CONFLICT (user_id, id) DO NOTHING
	RETURNING user_id, id, text, tags, pinned, captured_at, created_at, updated_at, version
), tagged AS (
	INSERT INTO thoughts.thought_tags (user_id, tag, thought_id)
	SELECT user_id, unnest(tags), id FROM t
)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version,
       bus.publish('ThoughtCreated', user_id, id, version,
                   thoughts.payload(text, tags, pinned, captured_at, created_at, updated_at)) AS event
FROM t

-- The same for one without tags and with an id that was made for it, so nothing has it: one node of a plan does it all.
-- $4 and $5 as $5 and $6.
-- name: thought_create_plain
INSERT INTO thoughts.thoughts (user_id, id, text, pinned, captured_at, tsv)
VALUES ($1, $2, $3, $4, coalesce($5, now()), thoughts.words($3))
RETURNING id, text, tags, pinned, captured_at, created_at, updated_at, version,
          bus.publish('ThoughtCreated', user_id, id, version,
                      thoughts.payload(text, tags, pinned, captured_at, created_at, updated_at)) AS event

-- What holds the id, and whether it is what thought_create was asked to make ($3 to $6 as there).
-- name: thought_taken (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version,
       deleted_at IS NULL AND (text, tags, pinned, captured_at) = ($3, $4, $5, coalesce($6, captured_at)) AS same
FROM thoughts.thoughts
WHERE user_id = $1 AND id = $2

-- $2 id, $3 the version that was read, $4 text, $5 tags, $6 pinned, $7 captured_at or NULL to keep it; $8 tags that are
-- new, $9 tags that go. No row: nothing would change, or it has changed since.
-- name: thought_update
WITH t AS (
	UPDATE thoughts.thoughts
	SET text = $4, tsv = thoughts.words($4), tags = $5, pinned = $6, captured_at = coalesce($7, captured_at),
	    version = version + 1, updated_at = now()
	WHERE user_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
	      AND (text, tags, pinned, captured_at) IS DISTINCT FROM ($4, $5, $6, coalesce($7, captured_at))
	RETURNING user_id, id, text, tags, pinned, captured_at, created_at, updated_at, version
), tagged AS (
	INSERT INTO thoughts.thought_tags (user_id, tag, thought_id)
	SELECT user_id, unnest($8::text[]), id FROM t
	ON CONFLICT DO NOTHING
), untagged AS (
	DELETE FROM thoughts.thought_tags AS g USING t
	WHERE g.user_id = t.user_id AND g.tag = ANY ($9::text[]) AND g.thought_id = t.id
)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version,
       bus.publish('ThoughtUpdated', user_id, id, version,
                   thoughts.payload(text, tags, pinned, captured_at, created_at, updated_at)) AS event
FROM t

-- $2 id, $3 version or NULL for any. No row also when it changed while the statement waited for it: the tags to take
-- away are those of the version that the statement set out from, others it cannot see.
-- name: thought_trash
WITH old AS MATERIALIZED (
	SELECT user_id, id, version FROM thoughts.thoughts
	WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL AND version = coalesce($3, version)
), t AS (
	UPDATE thoughts.thoughts AS t
	SET deleted_at = now(), version = t.version + 1, updated_at = now()
	FROM old
	WHERE t.user_id = old.user_id AND t.id = old.id AND t.version = old.version
	RETURNING t.user_id, t.id, t.tags, t.version
), untagged AS (
	DELETE FROM thoughts.thought_tags AS g USING t
	WHERE g.user_id = t.user_id AND g.tag = ANY (t.tags) AND g.thought_id = t.id
)
SELECT id, bus.publish('ThoughtDeleted', user_id, id, version, '{"permanent": false}') AS event
FROM t

-- $2 id, $3 version or NULL for any; also from the trash. No row as in thought_trash.
-- name: thought_erase
WITH old AS MATERIALIZED (
	SELECT user_id, id, version FROM thoughts.thoughts
	WHERE user_id = $1 AND id = $2 AND version = coalesce($3, version)
), t AS (
	DELETE FROM thoughts.thoughts AS t USING old
	WHERE t.user_id = old.user_id AND t.id = old.id AND t.version = old.version
	RETURNING t.user_id, t.id, t.tags, t.version
), untagged AS (
	DELETE FROM thoughts.thought_tags AS g USING t
	WHERE g.user_id = t.user_id AND g.tag = ANY (t.tags) AND g.thought_id = t.id
)
SELECT id, bus.publish('ThoughtDeleted', user_id, id, version + 1, '{"permanent": true}') AS event
FROM t

-- The thought wherever it is, in the trash too.
-- name: thought_anywhere (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version, deleted_at
FROM thoughts.thoughts
WHERE user_id = $1 AND id = $2

-- name: thought_restore
WITH t AS (
	UPDATE thoughts.thoughts
	SET deleted_at = NULL, version = version + 1, updated_at = now()
	WHERE user_id = $1 AND id = $2 AND deleted_at IS NOT NULL
	RETURNING user_id, id, text, tags, pinned, captured_at, created_at, updated_at, version
), tagged AS (
	INSERT INTO thoughts.thought_tags (user_id, tag, thought_id)
	SELECT user_id, unnest(tags), id FROM t
	ON CONFLICT DO NOTHING
)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version,
       bus.publish('ThoughtRestored', user_id, id, version,
                   thoughts.payload(text, tags, pinned, captured_at, created_at, updated_at)) AS event
FROM t

-- Lists: newest first, below id $2, at most $3. One statement for each way through the indexes.

-- name: thought_list (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version
FROM thoughts.thoughts
WHERE user_id = $1 AND id < $2 AND deleted_at IS NULL
ORDER BY id DESC LIMIT $3

-- $4 and $5 bound captured_at, $6 is pinned or NULL for either, $7 are tags it must all have.
-- name: thought_list_filtered (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version
FROM thoughts.thoughts
WHERE user_id = $1 AND id < $2 AND deleted_at IS NULL
      AND captured_at >= $4 AND captured_at < $5 AND pinned = coalesce($6, pinned) AND tags @> $7::text[]
ORDER BY id DESC LIMIT $3

-- name: thought_list_pinned (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version
FROM thoughts.thoughts
WHERE user_id = $1 AND id < $2 AND pinned AND deleted_at IS NULL
      AND captured_at >= $4 AND captured_at < $5 AND pinned = coalesce($6, pinned) AND tags @> $7::text[]
ORDER BY id DESC LIMIT $3

-- By the first of the tags.
-- name: thought_list_tagged (read)
SELECT t.id, t.text, t.tags, t.pinned, t.captured_at, t.created_at, t.updated_at, t.version
FROM thoughts.thought_tags AS g
     JOIN thoughts.thoughts AS t ON t.user_id = g.user_id AND t.id = g.thought_id
WHERE g.user_id = $1 AND g.tag = ($7::text[])[1] AND g.thought_id < $2 AND t.deleted_at IS NULL
      AND t.captured_at >= $4 AND t.captured_at < $5 AND t.pinned = coalesce($6, t.pinned) AND t.tags @> $7::text[]
ORDER BY g.thought_id DESC LIMIT $3

-- name: thought_list_trash (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version, deleted_at
FROM thoughts.thoughts
WHERE user_id = $1 AND id < $2 AND deleted_at IS NOT NULL
      AND captured_at >= $4 AND captured_at < $5 AND pinned = coalesce($6, pinned) AND tags @> $7::text[]
ORDER BY id DESC LIMIT $3

-- How many a list holds in all: $2 and $3 bound captured_at, $4 pinned, $5 tags, $6 in the trash.
-- name: thought_count (read)
SELECT count(*) AS total
FROM thoughts.thoughts
WHERE user_id = $1 AND (deleted_at IS NOT NULL) = $6::boolean
      AND captured_at >= $2 AND captured_at < $3 AND pinned = coalesce($4, pinned) AND tags @> $5::text[]

-- Search: best first, then newest, behind score $3 and id $4, at most $5. The text is escaped before the marks are set,
-- so the only markup in a highlight is ours; entities are no words to the parser and are never cut or marked. Punctuation
-- that is space in tsv is characters of no meaning while the parser looks, and itself again behind it; a text that holds
-- such characters loses them first.

-- name: thought_search (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version, score,
       translate(ts_headline('ext.folded',
                   translate(replace(replace(replace(replace(translate(text, E'\uFDD0\uFDD1\uFDD2\uFDD3\uFDD4', ''),
                       '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'),
                       '/.@-+', E'\uFDD0\uFDD1\uFDD2\uFDD3\uFDD4'),
                   query,
                   CASE WHEN length(text) <= 300
                        THEN 'StartSel=<mark>, StopSel=</mark>, HighlightAll=true'
                        ELSE 'StartSel=<mark>, StopSel=</mark>, MaxFragments=2, MaxWords=30, MinWords=10, '
                             'FragmentDelimiter=" … "'
                   END), E'\uFDD0\uFDD1\uFDD2\uFDD3\uFDD4', '/.@-+') AS highlight
FROM (SELECT t.*, ts_rank(tsv, query, 1) AS score, query
      FROM thoughts.query($2) AS query, thoughts.thoughts AS t
      WHERE user_id = $1 AND tsv @@ query AND deleted_at IS NULL
            AND (ts_rank(tsv, query, 1), id) < ($3::real, $4::uuid)
      ORDER BY score DESC, id DESC LIMIT $5) AS hit
ORDER BY score DESC, id DESC

-- name: thought_search_count (read)
SELECT count(*) AS total
FROM thoughts.thoughts
WHERE user_id = $1 AND tsv @@ thoughts.query($2) AND deleted_at IS NULL

-- Tags

-- In the order of their names, behind $2, at most $3.
-- OFFSET 0 makes each thought a probe of its key: before the planner has heard of thousands that were just written, it takes
-- any other way for as good.
-- name: tag_list (read)
SELECT g.tag, count(*) AS count, max(t.captured_at) AS last_used_at
FROM thoughts.thought_tags AS g
     CROSS JOIN LATERAL (SELECT o.captured_at FROM thoughts.thoughts AS o
                         WHERE o.user_id = g.user_id AND o.id = g.thought_id AND o.deleted_at IS NULL
                               AND g.tag = ANY (o.tags) OFFSET 0) AS t
WHERE g.user_id = $1
GROUP BY g.tag
ORDER BY g.tag

-- name: tag_by_name (read)
SELECT g.tag, count(*) AS count, max(t.captured_at) AS last_used_at
FROM thoughts.thought_tags AS g
     CROSS JOIN LATERAL (SELECT o.captured_at FROM thoughts.thoughts AS o
                         WHERE o.user_id = g.user_id AND o.id = g.thought_id AND o.deleted_at IS NULL
                               AND g.tag = ANY (o.tags) OFFSET 0) AS t
WHERE g.user_id = $1 AND g.tag = $2
GROUP BY g.tag

-- The longest name at or below tag $2, NULL when there is no such tag. '0' is the character after '/'.
-- name: tag_longest (read)
SELECT max(length(tag)) AS longest
FROM thoughts.thought_tags
WHERE user_id = $1 AND (tag = $2 OR (tag > $2 || '/' AND tag < $2 || '0'))

-- A tag is renamed a batch at a time, in one transaction: tag_lock takes hold of the next thoughts that have it, and
-- tag_rename, a statement of its own because it has to see what was committed while tag_lock waited, changes those.

-- The next $4 thoughts with tag $2 behind id $3, in the order in which everybody locks them: `ids`, and the `last` one.
-- name: tag_lock
SELECT count(*) AS locked, array_agg(id ORDER BY id) AS ids, (array_agg(id ORDER BY id DESC))[1] AS last
FROM (SELECT t.id
      FROM thoughts.thought_tags AS g
           JOIN thoughts.thoughts AS t ON t.user_id = g.user_id AND t.id = g.thought_id
      WHERE g.user_id = $1 AND g.tag = $2 AND g.thought_id > $3 AND t.deleted_at IS NULL
      ORDER BY g.thought_id LIMIT $4
      FOR UPDATE OF t) AS hit

-- Tag $2 and all below it become $3 and below, in thoughts $4. Whatever has a tag below $2 has $2 too. `crowded` are those
-- that would come to have more than $5 tags.
-- name: tag_rename
WITH hit AS MATERIALIZED (
	SELECT user_id, id, tags AS old_tags, thoughts.tags_renamed(tags, $2, $3) AS new_tags
	FROM thoughts.thoughts
	WHERE user_id = $1 AND id = ANY ($4::uuid[]) AND deleted_at IS NULL AND tags @> ARRAY[$2]
), t AS (
	UPDATE thoughts.thoughts AS t
	SET tags = hit.new_tags, version = version + 1, updated_at = now()
	FROM hit
	WHERE t.user_id = hit.user_id AND t.id = hit.id AND t.tags IS DISTINCT FROM hit.new_tags
	RETURNING t.user_id, t.id, text, tags, pinned, captured_at, created_at, updated_at, version, hit.old_tags
), untagged AS (
	DELETE FROM thoughts.thought_tags AS g USING t
	WHERE g.user_id = t.user_id AND g.tag = ANY (t.old_tags) AND g.tag <> ALL (t.tags) AND g.thought_id = t.id
), tagged AS (
	INSERT INTO thoughts.thought_tags (user_id, tag, thought_id)
	SELECT user_id, tag, id FROM t, unnest(tags) AS tag WHERE tag <> ALL (old_tags)
	ON CONFLICT DO NOTHING
)
SELECT count(bus.publish('ThoughtUpdated', user_id, id, version,
                         thoughts.payload(text, tags, pinned, captured_at, created_at, updated_at))) AS changed,
       (SELECT count(*) FROM hit
        WHERE cardinality(new_tags) > greatest($5::integer, cardinality(old_tags))) AS crowded
FROM t

-- Figures

-- Days are those of zone $2. A streak is a run of days with a thought each; the current one reaches today or yesterday.
-- name: thought_stats (read)
WITH days AS MATERIALIZED (
	SELECT (captured_at AT TIME ZONE $2)::date AS day, count(*) AS thoughts, count(*) FILTER (WHERE pinned) AS pinned,
	       sum(length(text)) AS characters, min(captured_at) AS first_at, max(captured_at) AS last_at
	FROM thoughts.thoughts
	WHERE user_id = $1 AND deleted_at IS NULL
	GROUP BY 1
), runs AS (
	SELECT count(*) AS length, min(day) AS first, max(day) AS last
	FROM (SELECT day, day - row_number() OVER (ORDER BY day)::integer AS run FROM days) AS d
	GROUP BY run
), calendar AS (
	SELECT today, date_trunc('week', today)::date AS monday, date_trunc('month', today)::date AS month
	FROM (SELECT (now() AT TIME ZONE $2)::date AS today) AS d
)
SELECT coalesce(sum(thoughts), 0) AS total,
       coalesce(sum(pinned), 0) AS pinned,
       (SELECT count(*) FROM thoughts.thoughts WHERE user_id = $1 AND deleted_at IS NOT NULL) AS trashed,
       (SELECT count(DISTINCT tag) FROM thoughts.thought_tags WHERE user_id = $1) AS tags,
       coalesce(sum(characters), 0) AS characters,
       coalesce(sum(thoughts) FILTER (WHERE day = today), 0) AS today,
       coalesce(sum(thoughts) FILTER (WHERE day >= monday AND day < monday + 7), 0) AS this_week,
       coalesce(sum(thoughts) FILTER (WHERE day >= month AND day < month + interval '1 month'), 0) AS this_month,
       min(first_at) AS first_at,
       max(last_at) AS last_at,
       coalesce((SELECT least(last, today) - first + 1 FROM runs WHERE last >= today - 1 AND first <= today), 0)
           AS current_streak,
       coalesce((SELECT max(length) FROM runs), 0) AS longest_streak,
       (SELECT jsonb_agg(jsonb_build_object('date', d.date::date, 'count', coalesce(n.thoughts, 0)) ORDER BY d.date)
        FROM generate_series(today - 29, today, interval '1 day') AS d (date) LEFT JOIN days AS n ON n.day = d.date)
           AS days
FROM calendar LEFT JOIN days ON true
GROUP BY today

-- Transfer

-- How long a stream of rows takes is up to its reader: for this transaction, no limit.
-- name: transfer_unhurried (read)
SELECT set_config('statement_timeout', '0', true)

-- Oldest first; $2 and $3 bound captured_at, $4 pinned, $5 tags.
-- name: thought_export (read)
SELECT id, text, tags, pinned, captured_at, created_at, updated_at, version
FROM thoughts.thoughts
WHERE user_id = $1 AND deleted_at IS NULL
      AND captured_at >= $2 AND captured_at < $3 AND pinned = coalesce($4, pinned) AND tags @> $5::text[]
ORDER BY id

-- A batch as columns: $2 ids, $3 texts, $4 tags (an array literal each), $5 pinned, $6 captured_at ('': this moment).
-- What is there already stays as it is, also when it came earlier in the batch.
-- name: thought_import
WITH input AS (
	SELECT id, text, tags::text[] AS tags, pinned, nullif(captured_at, '')::timestamptz AS captured_at
	FROM unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::text[])
	     AS i (id, text, tags, pinned, captured_at)
), t AS (
	INSERT INTO thoughts.thoughts (user_id, id, text, tags, pinned, captured_at, tsv)
	SELECT $1, id, text, tags, pinned, coalesce(captured_at, now()), thoughts.words(text) FROM input
	ON CONFLICT (user_id, id) DO NOTHING
	RETURNING user_id, id, text, tags, pinned, captured_at, created_at, updated_at, version
), tagged AS (
	INSERT INTO thoughts.thought_tags (user_id, tag, thought_id)
	SELECT user_id, unnest(tags), id FROM t
)
SELECT count(bus.publish('ThoughtCreated', user_id, id, version,
                         thoughts.payload(text, tags, pinned, captured_at, created_at, updated_at))) AS created
FROM t

-- The same batch once it is in: what of it lies in the trash comes back from there. A statement of its own, as is the
-- next, to see what thought_import made and what it gave way to.
-- name: thought_import_restore
WITH t AS (
	UPDATE thoughts.thoughts AS s
	SET deleted_at = NULL, version = version + 1, updated_at = now()
	FROM unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::text[]) AS i (id, text, tags, pinned, captured_at)
	WHERE s.user_id = $1 AND s.id = i.id AND s.deleted_at IS NOT NULL
	      AND (s.text, s.tags, s.pinned, s.captured_at)
	          = (i.text, i.tags::text[], i.pinned, coalesce(nullif(i.captured_at, '')::timestamptz, s.captured_at))
	RETURNING s.user_id, s.id, s.text, s.tags, s.pinned, s.captured_at, s.created_at, s.updated_at, s.version
), tagged AS (
	INSERT INTO thoughts.thought_tags (user_id, tag, thought_id)
	SELECT user_id, unnest(tags), id FROM t
	ON CONFLICT DO NOTHING
)
SELECT count(bus.publish('ThoughtRestored', user_id, id, version,
                         thoughts.payload(text, tags, pinned, captured_at, created_at, updated_at))) AS restored
FROM t

-- How many of the batch are not what is there under their id.
-- name: thought_import_conflicts
SELECT count(*) AS conflicts
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::text[]) AS i (id, text, tags, pinned, captured_at)
     JOIN thoughts.thoughts AS s ON s.user_id = $1 AND s.id = i.id
WHERE (s.text, s.tags, s.pinned, s.captured_at)
      IS DISTINCT FROM (i.text, i.tags::text[], i.pinned,
                        coalesce(nullif(i.captured_at, '')::timestamptz, s.captured_at))
