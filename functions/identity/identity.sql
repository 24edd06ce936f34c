-- Statements of identity. Tokens are bound as the hex of their SHA-256.
-- role: identity

-- Accounts -----------------------------------------------------------------------------------------------------------

-- $1 id, $2 email, $3 email key, $4 password hash, $5 name, $6 locale, $7 time zone, $8 session, $9 device,
-- $10 address, $11 refresh token, $12 its life in seconds, $13 verification token, $14 its life in seconds, $15 its link.
-- No row: the address is taken.
-- name: register
WITH u AS (
	INSERT INTO users (id, email, email_key, password_hash, name, locale, time_zone)
	VALUES ($1::uuid, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (email_key) DO NOTHING
	RETURNING *
), r AS (
	INSERT INTO user_roles (user_id, role) SELECT u.id, 'user' FROM u
), s AS (
	INSERT INTO sessions (user_id, id, device, ip, expires_at)
	SELECT u.id, $8::uuid, $9, $10::inet, now() + $12::int * interval '1 second' FROM u
), t AS (
	INSERT INTO refresh_tokens (hash, user_id, session_id, expires_at)
	SELECT decode($11, 'hex'), u.id, $8::uuid, now() + $12::int * interval '1 second' FROM u
), v AS (
	INSERT INTO one_time_tokens (hash, purpose, user_id, email_key, expires_at)
	SELECT decode($13, 'hex'), 'verify', u.id, u.email_key, now() + $14::int * interval '1 second' FROM u
)
SELECT u.id, u.email, u.name, u.locale, u.time_zone, u.week_start, u.day_start_hour, ARRAY['user'] AS roles,
	u.email_verified, u.created_at, u.updated_at, u.version,
	bus.publish('UserRegistered', u.id, u.id, u.version, jsonb_build_object('email', u.email, 'name', u.name,
		'locale', u.locale, 'time_zone', u.time_zone)) AS event,
	bus.publish('EmailVerificationRequested', u.id, u.id, u.version, mail_payload(u, $15), 'notifications') AS mail
FROM u;

-- name: user_by_id (read)
SELECT id, email, name, locale, time_zone, week_start, day_start_hour, roles_of(id) AS roles, email_verified,
	created_at, updated_at, version
FROM users WHERE id = $1::uuid;

-- What a password is checked against.
-- name: credentials_by_email (read)
SELECT id, email_key, password_hash, disabled, array_to_string(roles_of(id), ' ') AS role_names
FROM users WHERE email_key = $1;

-- name: credentials_by_id (read)
SELECT id, email, email_key, password_hash, disabled, array_to_string(roles_of(id), ' ') AS role_names
FROM users WHERE id = $1::uuid;

-- $2 expected version or NULL, $3 email, $4 email key, $5 name, $6 locale, $7 time zone, $8 week start, $9 day start
-- (NULL: as it was), $10 verification token, $11 its life in seconds, $12 its link: used when the address changes, $13
-- the email key that it was allowed by, or NULL. What changes nothing keeps its version and is no event.
-- name: update_user
WITH u AS (
	UPDATE users SET email = coalesce($3, users.email), email_key = coalesce($4, users.email_key),
		name = coalesce($5, users.name), locale = coalesce($6, users.locale),
		time_zone = coalesce($7, users.time_zone), week_start = coalesce($8::smallint, users.week_start),
		day_start_hour = coalesce($9::smallint, users.day_start_hour),
		email_verified = users.email_verified AND coalesce($4, users.email_key) = users.email_key,
		updated_at = CASE WHEN before.changed THEN now() ELSE users.updated_at END,
		version = users.version + before.changed::int
	FROM (
		SELECT id, email_key, (email, email_key, name, locale, time_zone, week_start, day_start_hour)
			IS DISTINCT FROM (coalesce($3, email), coalesce($4, email_key), coalesce($5, name), coalesce($6, locale),
				coalesce($7, time_zone), coalesce($8::smallint, week_start), coalesce($9::smallint, day_start_hour))
			AS changed
		FROM users WHERE id = $1::uuid FOR UPDATE
	) before
	WHERE users.id = before.id AND ($2::int IS NULL OR users.version = $2::int)
		AND ($13::text IS NULL OR before.email_key = $13)
	RETURNING users AS account, users.*, before.changed, users.email_key <> before.email_key AS moved
), v AS (
	INSERT INTO one_time_tokens (hash, purpose, user_id, email_key, expires_at)
	SELECT decode($10, 'hex'), 'verify', u.id, u.email_key, now() + $11::int * interval '1 second' FROM u WHERE u.moved
)
SELECT u.id, u.email, u.name, u.locale, u.time_zone, u.week_start, u.day_start_hour, roles_of(u.id) AS roles,
	u.email_verified, u.created_at, u.updated_at, u.version,
	CASE WHEN u.changed THEN bus.publish('UserUpdated', u.id, u.id, u.version, user_payload(u.account)) END AS event,
	CASE WHEN u.moved THEN bus.publish('EmailVerificationRequested', u.id, u.id, u.version,
		mail_payload(u.account, $12), 'notifications') END AS mail
FROM u;

-- Nobody can start a session until the transaction ends.
-- name: lock_user
SELECT version FROM users WHERE id = $1::uuid FOR UPDATE;

-- Everything else of the account goes with its row. $2 expected version or NULL, $3 the password hash that was checked.
-- name: delete_user
WITH gone AS (
	DELETE FROM users
	WHERE id = $1::uuid AND ($2::int IS NULL OR version = $2::int) AND password_hash = $3
	RETURNING id, version
), ended AS (
	INSERT INTO revoked (session_id)
	SELECT s.id FROM sessions s JOIN gone ON gone.id = s.user_id
	WHERE s.revoked_at IS NULL
	UNION ALL SELECT p.session_id FROM personal_tokens p JOIN gone ON gone.id = p.user_id
	ON CONFLICT DO NOTHING
	RETURNING session_id
), answers AS (
	DELETE FROM idempotency i USING gone WHERE i.user_id = gone.id OR i.about = gone.id
)
SELECT gone.id, bus.publish('UserDeleted', gone.id, gone.id, gone.version + 1, '{}') AS event,
	(SELECT count(pg_notify('session_revoked', ended.session_id::text)) FROM ended) AS ended
FROM gone;

-- Passwords ----------------------------------------------------------------------------------------------------------

-- The same password under the present cost; $2 is the hash it replaces.
-- name: rehash_password
UPDATE users SET password_hash = $3 WHERE id = $1::uuid AND password_hash = $2;

-- name: change_password
UPDATE users SET password_hash = $3, password_changed_at = now()
WHERE id = $1::uuid AND password_hash = $2
RETURNING id;

-- $1 email key, $2 token, $3 its life in seconds, $4 its link.
-- name: request_reset
WITH u AS (
	SELECT * FROM users WHERE email_key = $1 AND NOT disabled
), t AS (
	INSERT INTO one_time_tokens (hash, purpose, user_id, email_key, expires_at)
	SELECT decode($2, 'hex'), 'reset', u.id, u.email_key, now() + $3::int * interval '1 second' FROM u
)
SELECT bus.publish('PasswordResetRequested', u.id, u.id, u.version, mail_payload(u, $4), 'notifications') AS mail
FROM u;

-- Whether a reset token would do, before the cost of hashing is paid.
-- name: reset_by_hash (read)
SELECT t.user_id
FROM one_time_tokens t JOIN users u ON u.id = t.user_id
WHERE t.hash = decode($1, 'hex') AND t.purpose = 'reset' AND t.used_at IS NULL AND t.expires_at > now()
	AND u.email_key = t.email_key AND u.password_changed_at < t.created_at;

-- name: reset_password
WITH t AS (
	UPDATE one_time_tokens SET used_at = now()
	WHERE hash = decode($1, 'hex') AND purpose = 'reset' AND used_at IS NULL AND expires_at > now()
	RETURNING user_id, email_key, created_at
)
UPDATE users u SET password_hash = $2, password_changed_at = now()
FROM t
WHERE u.id = t.user_id AND u.email_key = t.email_key AND u.password_changed_at < t.created_at
RETURNING u.id, u.email_key;

-- name: verify_email
WITH t AS (
	UPDATE one_time_tokens SET used_at = now()
	WHERE hash = decode($1, 'hex') AND purpose = 'verify' AND used_at IS NULL AND expires_at > now()
	RETURNING user_id, email_key
), u AS (
	UPDATE users SET email_verified = true, updated_at = now(), version = version + 1
	FROM t
	WHERE users.id = t.user_id AND users.email_key = t.email_key
	RETURNING users AS account, users.id, users.version
)
SELECT u.id, bus.publish('UserUpdated', u.id, u.id, u.version, user_payload(u.account)) AS event FROM u;

-- $1 user, $2 token, $3 its life in seconds, $4 its link. No row: the address is verified already.
-- name: request_verification
WITH u AS (
	SELECT * FROM users WHERE id = $1::uuid AND NOT email_verified
), t AS (
	INSERT INTO one_time_tokens (hash, purpose, user_id, email_key, expires_at)
	SELECT decode($2, 'hex'), 'verify', u.id, u.email_key, now() + $3::int * interval '1 second' FROM u
)
SELECT bus.publish('EmailVerificationRequested', u.id, u.id, u.version, mail_payload(u, $4), 'notifications') AS mail
FROM u;

-- Sessions -----------------------------------------------------------------------------------------------------------

-- $1 user, $2 the password hash that was checked, $3 session, $4 device, $5 address, $6 refresh token, $7 its life in
-- seconds. No row: the password was changed, or the account ended, since.
-- name: start_session
WITH u AS (
	SELECT * FROM users WHERE id = $1::uuid AND password_hash = $2 AND NOT disabled FOR SHARE
), s AS (
	INSERT INTO sessions (user_id, id, device, ip, expires_at)
	SELECT u.id, $3::uuid, $4, $5::inet, now() + $7::int * interval '1 second' FROM u
), t AS (
	INSERT INTO refresh_tokens (hash, user_id, session_id, expires_at)
	SELECT decode($6, 'hex'), u.id, $3::uuid, now() + $7::int * interval '1 second' FROM u
)
SELECT u.id, u.email, u.name, u.locale, u.time_zone, u.week_start, u.day_start_hour, roles_of(u.id) AS roles,
	u.email_verified, u.created_at, u.updated_at, u.version
FROM u;

-- What a refresh token is good for; a used one repeats its answer for ten seconds.
-- name: refresh_by_hash (read)
SELECT t.user_id, t.session_id, t.used_at IS NOT NULL AS used,
	t.used_at > now() - interval '10 seconds' AS graced, t.successor, u.disabled,
	s.revoked_at IS NULL AND s.expires_at > now() AND t.expires_at > now() AS alive,
	array_to_string(roles_of(t.user_id), ' ') AS role_names
FROM refresh_tokens t
	JOIN sessions s ON s.user_id = t.user_id AND s.id = t.session_id
	JOIN users u ON u.id = t.user_id
WHERE t.hash = decode($1, 'hex');

-- $1 the token, $2 the sealed pair it is exchanged for, $3 the new token, $4 its life in seconds, $5 address. No row:
-- someone was faster, or the session has ended.
-- name: rotate_refresh
WITH t AS (
	UPDATE refresh_tokens SET used_at = now(), successor = $2
	WHERE hash = decode($1, 'hex') AND used_at IS NULL AND expires_at > now()
	RETURNING user_id, session_id
), s AS (
	UPDATE sessions SET last_seen_at = now(), expires_at = now() + $4::int * interval '1 second',
		ip = coalesce($5::inet, sessions.ip)
	FROM t
	WHERE sessions.user_id = t.user_id AND sessions.id = t.session_id AND sessions.revoked_at IS NULL
		AND sessions.expires_at > now()
	RETURNING sessions.user_id, sessions.id
), faded AS (
	UPDATE refresh_tokens f SET successor = NULL
	FROM s
	WHERE f.user_id = s.user_id AND f.session_id = s.id AND f.successor IS NOT NULL
		AND f.used_at < now() - interval '10 seconds'
), n AS (
	INSERT INTO refresh_tokens (hash, user_id, session_id, expires_at)
	SELECT decode($3, 'hex'), s.user_id, s.id, now() + $4::int * interval '1 second' FROM s
)
SELECT s.id FROM s;

-- $1 user, $2 the one session to end or NULL for all, $3 the one to keep or NULL, $4 reason. A row for each that ended.
-- name: revoke_sessions
WITH gone AS (
	UPDATE sessions SET revoked_at = now(), revoke_reason = $4
	WHERE user_id = $1::uuid AND revoked_at IS NULL AND ($2::uuid IS NULL OR id = $2::uuid)
		AND ($3::uuid IS NULL OR id <> $3::uuid)
	RETURNING user_id, id
), listed AS (
	INSERT INTO revoked (session_id) SELECT gone.id FROM gone ON CONFLICT DO NOTHING
)
SELECT gone.id, pg_notify('session_revoked', gone.id::text),
	bus.publish('SessionRevoked', gone.user_id, gone.id, 1, jsonb_build_object('session_id', gone.id, 'reason', $4))
		AS event
FROM gone;

-- A row when the session $2 of user $1 was made within $3 seconds.
-- name: recent_session (read)
SELECT id FROM sessions
WHERE user_id = $1::uuid AND id = $2::uuid AND created_at > now() - $3::int * interval '1 second';

-- $2 the asking session, $3 the last id of the page before or NULL, $4 limit.
-- name: sessions (read)
SELECT id, device, host(ip) AS ip, created_at, last_seen_at, expires_at, id = $2::uuid AS current
FROM sessions
WHERE user_id = $1::uuid AND revoked_at IS NULL AND expires_at > now() AND ($3::uuid IS NULL OR id < $3::uuid)
ORDER BY id DESC LIMIT $4::int;

-- name: count_sessions (read)
SELECT count(*) FROM sessions WHERE user_id = $1::uuid AND revoked_at IS NULL AND expires_at > now();

-- Personal access tokens ---------------------------------------------------------------------------------------------

-- No row: the id is taken.
-- name: create_token
INSERT INTO personal_tokens (user_id, id, name, scopes, expires_at, hash)
VALUES ($1::uuid, $2::uuid, $3, $4::text[], $5::timestamptz, decode($6, 'hex'))
ON CONFLICT (user_id, id) DO NOTHING
RETURNING id, name, scopes, expires_at, last_used_at, created_at;

-- The token that has an id, and whether it is what $3 name, $4 scopes and $5 expiry say.
-- name: taken_token (read)
SELECT id, name, scopes, expires_at, last_used_at, created_at,
	name = $3 AND scopes = $4::text[] AND expires_at IS NOT DISTINCT FROM $5::timestamptz AS same
FROM personal_tokens WHERE user_id = $1::uuid AND id = $2::uuid;

-- $2 the last id of the page before or NULL, $3 limit.
-- name: tokens (read)
SELECT id, name, scopes, expires_at, last_used_at, created_at
FROM personal_tokens
WHERE user_id = $1::uuid AND ($2::uuid IS NULL OR id < $2::uuid)
ORDER BY id DESC LIMIT $3::int;

-- name: count_tokens (read)
SELECT count(*) FROM personal_tokens WHERE user_id = $1::uuid;

-- name: delete_token
WITH gone AS (
	DELETE FROM personal_tokens WHERE user_id = $1::uuid AND id = $2::uuid RETURNING id, session_id
), listed AS (
	INSERT INTO revoked (session_id) SELECT gone.session_id FROM gone ON CONFLICT DO NOTHING
)
SELECT gone.id, pg_notify('session_revoked', gone.session_id::text) FROM gone;
