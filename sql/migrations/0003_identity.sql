-- identity: accounts, what proves them (passwords, sessions, tokens), and what other contexts may ask about them.
--
-- Tokens that open doors are kept as SHA-256 only. Everything a user owns goes with the row in users.

SET LOCAL ROLE aurora;
SET LOCAL search_path = identity;

CREATE TABLE roles (
	name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_-]{0,31}$'),
	permissions text[] NOT NULL DEFAULT '{}'
);
INSERT INTO roles (name, permissions) VALUES ('user', '{}'), ('admin', '{admin}');

CREATE TABLE users (
	id uuid PRIMARY KEY,
	email text NOT NULL,
	-- The address in NFC and lower case: what makes two addresses the same.
	email_key text NOT NULL CONSTRAINT users_email_taken UNIQUE,
	password_hash text NOT NULL,
	-- Reset links made before this moment are void.
	password_changed_at timestamptz NOT NULL DEFAULT now(),
	name text NOT NULL DEFAULT '',
	locale text NOT NULL DEFAULT 'en',
	time_zone text NOT NULL DEFAULT 'UTC',
	-- ISO 8601: 1 is Monday, 7 is Sunday.
	week_start smallint NOT NULL DEFAULT 1 CHECK (week_start BETWEEN 1 AND 7),
	day_start_hour smallint NOT NULL DEFAULT 0 CHECK (day_start_hour BETWEEN 0 AND 23),
	email_verified boolean NOT NULL DEFAULT false,
	disabled boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1
);

CREATE TABLE user_roles (
	user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	role text NOT NULL REFERENCES roles,
	PRIMARY KEY (user_id, role)
);

CREATE TABLE sessions (
	user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	id uuid NOT NULL,
	device text,
	ip inet,
	created_at timestamptz NOT NULL DEFAULT now(),
	last_seen_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	revoked_at timestamptz,
	revoke_reason text,
	PRIMARY KEY (user_id, id),
	CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
	hash bytea PRIMARY KEY CHECK (length(hash) = 32),
	user_id uuid NOT NULL,
	session_id uuid NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_at timestamptz,
	-- The pair that a used token was exchanged for, sealed under a key that only the token itself yields; erased when
	-- the grace for a client that repeats itself is over.
	successor text,
	FOREIGN KEY (user_id, session_id) REFERENCES sessions ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (user_id, session_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);
CREATE INDEX refresh_tokens_successor ON refresh_tokens (used_at) WHERE successor IS NOT NULL;

-- What a link in a mail carries. It is good for the address it was sent to, so it dies when the address changes.
CREATE TABLE one_time_tokens (
	hash bytea PRIMARY KEY CHECK (length(hash) = 32),
	purpose text NOT NULL CHECK (purpose IN ('reset', 'verify')),
	user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	email_key text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_at timestamptz
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

CREATE TABLE personal_tokens (
	user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	id uuid NOT NULL,
	-- What a use of it has where others have a session, and what is revoked. The id may be the client's, who must not
	-- be able to revoke another's session by it.
	session_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
	name text NOT NULL,
	scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
	hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
	expires_at timestamptz,
	last_used_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (user_id, id)
);

-- Sessions and personal tokens that ended before their access tokens did. Nobody's data: it outlives an erased account.
CREATE TABLE revoked (
	session_id uuid PRIMARY KEY,
	revoked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX revoked_age ON revoked (revoked_at);

CREATE TABLE idempotency (
	user_id uuid NOT NULL,
	key text NOT NULL,
	route text NOT NULL,
	fingerprint bytea NOT NULL,
	-- The answer: NULL while the first request with the key is at work.
	status integer,
	head text,
	body text,
	sealed boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- The names of a user's roles, in order.
CREATE FUNCTION roles_of(owner uuid) RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT ARRAY(SELECT r.role FROM identity.user_roles r WHERE r.user_id = owner ORDER BY r.role)
$$;

-- What UserUpdated says about an account.
CREATE FUNCTION user_payload(u users) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('email', u.email, 'name', u.name, 'locale', u.locale, 'time_zone', u.time_zone,
		'week_start', u.week_start, 'day_start_hour', u.day_start_hour, 'email_verified', u.email_verified)
$$;

-- What a mail to an account says: to whom, in which language, and the link.
CREATE FUNCTION mail_payload(u users, link text) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('email', u.email, 'name', u.name, 'locale', u.locale, 'link', link)
$$;

-- Published: whose personal access token this is; no row when it is unknown, expired or its owner disabled.
CREATE FUNCTION introspect(token_hash bytea)
RETURNS TABLE (token_id uuid, user_id uuid, scopes text, roles text, expires_at timestamptz)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = identity, pg_temp AS $$
	WITH token AS (
		SELECT p.*
		FROM personal_tokens p JOIN users u ON u.id = p.user_id
		WHERE p.hash = token_hash AND (p.expires_at IS NULL OR p.expires_at > now()) AND NOT u.disabled
	), used AS (
		UPDATE personal_tokens p SET last_used_at = now()
		FROM token t
		WHERE p.user_id = t.user_id AND p.id = t.id
			AND (p.last_used_at IS NULL OR p.last_used_at < now() - interval '1 minute')
	)
	SELECT t.session_id, t.user_id, array_to_string(t.scopes, ' '), array_to_string(roles_of(t.user_id), ' '), t.expires_at
	FROM token t
$$;

-- Published: sessions and personal tokens that ended within the longest life of an access token.
CREATE FUNCTION revoked_sessions() RETURNS TABLE (session_id uuid, revoked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = identity, pg_temp AS $$
	SELECT r.session_id, r.revoked_at FROM revoked r WHERE r.revoked_at > now() - interval '25 hours'
$$;
