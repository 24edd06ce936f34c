-- What every context asks of identity about a bearer's token. Both are functions that identity publishes.
-- role: thoughts

-- $1 is the SHA-256 of the whole token, its "aur_" included. No row: unknown, expired, or its owner is disabled.
-- name: auth_introspect (read)
SELECT token_id, user_id, scopes, roles, extract(epoch FROM expires_at)::bigint AS expires_at
FROM identity.introspect($1::bytea)

-- Sessions and personal access tokens that ended while tokens of theirs may still be about.
-- name: auth_revoked_sessions (read)
SELECT session_id FROM identity.revoked_sessions()
