-- cron/index-refresh: what it does besides applying events.
-- role: search

-- name: next_generation
-- A rebuild begins: what is written from now on can be told from what was there before. The sweep of words starts over.
UPDATE search.state
SET generation = generation + 1, swept_user = '00000000-0000-0000-0000-000000000000', swept_word = ''
RETURNING generation;

-- name: announce_thoughts
-- $1 and $2 user and id behind which to go on, or NULL; $3 so many.
SELECT a.last_user, a.last_id, a.announced FROM thoughts.announce($1::uuid, $2::uuid, $3::integer) a;

-- name: announce_entries
-- The same.
SELECT a.last_user, a.last_id, a.announced FROM journals.announce($1::uuid, $2::uuid, $3::integer) a;

-- name: announce_tasks
-- The same.
SELECT a.last_user, a.last_id, a.announced FROM planning.announce_tasks($1::uuid, $2::uuid, $3::integer) a;

-- name: announce_events
-- The same.
SELECT a.last_user, a.last_id, a.announced FROM planning.announce_events($1::uuid, $2::uuid, $3::integer) a;

-- name: announce_shares
-- The same.
SELECT a.last_user, a.last_id, a.announced FROM journals.announce_members($1::uuid, $2::uuid, $3::integer) a;

-- name: drop_stale_readers
-- Those that the rebuild has not written, because nothing is behind them any more.
DELETE FROM search.readers r
WHERE r.generation <> (SELECT s.generation FROM search.state s)
	AND NOT EXISTS (SELECT FROM search.bus_parked p WHERE p.aggregate_id = r.id);

-- name: drop_stale
-- $1 at most so many documents that the rebuild has not written, because nothing is behind them any more. What is parked
-- is still to come. The generation is compared once more when the row is locked.
DELETE FROM search.documents d
WHERE d.ctid = ANY (ARRAY(
		SELECT o.ctid FROM search.documents o
		WHERE o.generation <> (SELECT s.generation FROM search.state s)
			AND NOT EXISTS (SELECT FROM search.bus_parked p WHERE p.aggregate_id = o.id)
		LIMIT $1::integer))
	AND d.generation <> (SELECT s.generation FROM search.state s);

-- name: count_words (read)
SELECT count(*) AS words FROM search.words;

-- name: sweep_words
-- $1 so many words from where the last sweep ended: those that no document has any more go, and so do their users' tags.
-- OFFSET 0 makes each word a probe of the index, and ctid finds each again at its place, whatever the planner thinks of the
-- tables: of words that were just learnt it may know nothing.
WITH state AS MATERIALIZED (
	SELECT s.swept_user, s.swept_word FROM search.state s FOR UPDATE
), page AS MATERIALIZED (
	SELECT w.ctid AS place, w.user_id, w.word FROM search.words w
	WHERE (w.user_id, w.word) > ((SELECT swept_user FROM state), (SELECT swept_word FROM state))
	ORDER BY w.user_id, w.word LIMIT $1::integer
), words AS (
	DELETE FROM search.words w
	WHERE w.ctid = ANY (ARRAY(
		SELECT p.place FROM page p
		WHERE NOT EXISTS (
			SELECT FROM search.documents d
			WHERE d.user_id = p.user_id AND d.tsv @@ search.exact(p.word) OFFSET 0)))
	RETURNING w.word
), tags AS (
	DELETE FROM search.tags t
	WHERE t.user_id = ANY (ARRAY(SELECT DISTINCT p.user_id FROM page p))
		AND NOT EXISTS (
			SELECT FROM search.documents d
			WHERE d.user_id = t.user_id AND d.type = t.type AND d.id = t.id AND t.tag = ANY (d.tags) OFFSET 0)
		AND NOT EXISTS (
			SELECT FROM search.documents d
			WHERE d.user_id = t.user_id AND d.tsv @@ search.exact('#' || t.tag) OFFSET 0)
), moved AS (
	UPDATE search.state s
	SET swept_user = coalesce(e.user_id, '00000000-0000-0000-0000-000000000000'), swept_word = coalesce(e.word, '')
	FROM (SELECT NULL) one
	LEFT JOIN (SELECT p.user_id, p.word FROM page p WHERE (SELECT count(*) FROM page) = $1::integer
	           ORDER BY p.user_id DESC, p.word DESC LIMIT 1) e ON true
)
SELECT (SELECT count(*) FROM page) AS looked_at, (SELECT count(*) FROM words) AS removed;
