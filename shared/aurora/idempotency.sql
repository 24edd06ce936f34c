-- Answers kept for Idempotency-Key, in the context's own table (the role's search_path finds it).

-- A key that is a day old is free again, swept or not. No row: somebody holds it.
-- name: idempotency_claim
INSERT INTO idempotency (user_id, key, route, fingerprint)
VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id, key) DO UPDATE
   SET route = excluded.route, fingerprint = excluded.fingerprint, about = NULL, created_at = now()
 WHERE idempotency.created_at < now() - interval '24 hours'
RETURNING created_at

-- name: idempotency_stored (read)
SELECT fingerprint = $3::bytea AS same, status, head, body, sealed
  FROM idempotency
 WHERE user_id = $1 AND key = $2

-- name: idempotency_keep
UPDATE idempotency
   SET status = $3, head = $4, body = $5, sealed = $6
 WHERE user_id = $1 AND key = $2

-- name: idempotency_about
UPDATE idempotency
   SET about = $3
 WHERE user_id = $1 AND key = $2
