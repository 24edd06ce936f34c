-- Content that nothing may have any more, and how it goes.
-- role: journals

-- The next one behind hash $1. What is on its way in counts a day later: whoever was bringing it has died.
-- name: orphan_next (read)
SELECT o.sha256 FROM journals.orphans AS o
WHERE o.sha256 > $1 AND (NOT o.arriving OR o.created_at < now() - interval '1 day')
ORDER BY o.sha256 LIMIT 1

-- $1 hash: nobody begins to bring this content until the transaction ends.
-- name: orphan_lock
SELECT pg_advisory_xact_lock(hashtextextended($1, 0))

-- $1 hash, locked: whether nothing has it. It is no orphan any more.
-- name: orphan_take
WITH o AS (
	DELETE FROM journals.orphans AS o
	WHERE o.sha256 = $1 AND (NOT o.arriving OR o.created_at < now() - interval '1 day')
)
SELECT NOT EXISTS (SELECT FROM journals.attachments AS a WHERE a.sha256 = $1)
       AND NOT EXISTS (SELECT FROM journals.orphans AS o
                       WHERE o.sha256 = $1 AND o.arriving AND o.created_at >= now() - interval '1 day') AS free
