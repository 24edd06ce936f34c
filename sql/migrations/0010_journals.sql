-- Journals: entries in Markdown with a history, shared with others.
--
-- What a journal holds belongs to its owner: `user_id` of every row is the owner's, whoever wrote it. Who may do what is one
-- table, journals.members, with a row for the owner too; every statement begins there, with the caller and the journal.
-- A role is owner, editor or viewer; an editor writes entries, the owner alone changes, shares and deletes the journal.
--
-- An entry holds its newest content, journals.versions the ones before. `revision` numbers contents, `version` counts every
-- change and is the entity tag.

RESET ROLE;
CREATE SCHEMA journals AUTHORIZATION aurora;
COMMENT ON SCHEMA journals IS 'journals, their entries and who may read them';

SET LOCAL ROLE aurora;

CREATE TABLE journals.journals (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	name text NOT NULL,
	description text NOT NULL DEFAULT '',
	settings jsonb NOT NULL DEFAULT '{}', -- the front end's own
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	deleted_at timestamptz, -- in the trash since; -infinity: being swept, and past restoring
	PRIMARY KEY (user_id, id)
);
-- A member's journals are told apart by their ids alone.
CREATE UNIQUE INDEX journals_id ON journals.journals (id);
CREATE INDEX journals_sweep ON journals.journals (deleted_at) WHERE deleted_at IS NOT NULL;

-- Who may do what. `id` is the share's; the owner's row has the journal's own id.
CREATE TABLE journals.members (
	user_id uuid NOT NULL, -- who
	id uuid NOT NULL,
	journal_id uuid NOT NULL,
	owner_id uuid NOT NULL,
	role text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
	email text NOT NULL, -- as the owner wrote it; '' for the owner
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	PRIMARY KEY (user_id, id),
	UNIQUE (user_id, journal_id),
	CHECK ((role = 'owner') = (user_id = owner_id))
);
CREATE INDEX members_journal ON journals.members (owner_id, journal_id);

-- Addresses that had no account when the journal was shared with them. `id` becomes the share's.
CREATE TABLE journals.invitations (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	journal_id uuid NOT NULL,
	email text NOT NULL,
	email_key text NOT NULL, -- as identity compares addresses
	role text NOT NULL CHECK (role IN ('editor', 'viewer')),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	PRIMARY KEY (user_id, id),
	UNIQUE (user_id, journal_id, email_key)
);
CREATE INDEX invitations_address ON journals.invitations (email_key);

-- Public pages: whoever has the token, and the password where there is one, reads.
CREATE TABLE journals.links (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	journal_id uuid NOT NULL,
	token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	password_hash text,
	expires_at timestamptz,
	opened_count integer NOT NULL DEFAULT 0,
	last_opened_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	PRIMARY KEY (user_id, id)
);
CREATE INDEX links_journal ON journals.links (user_id, journal_id);

CREATE TABLE journals.entries (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	journal_id uuid NOT NULL,
	author_id uuid, -- who wrote what it says now; NULL: an account that is gone
	session_id uuid, -- in which session; NULL after an import
	title text NOT NULL DEFAULT '',
	content text NOT NULL,
	entry_date date NOT NULL, -- the day it is of, where it was written
	time_zone text NOT NULL,
	mood smallint CHECK (mood BETWEEN 1 AND 5),
	tags text[] NOT NULL DEFAULT '{}', -- sorted, lower case
	word_count integer NOT NULL DEFAULT 0,
	attachments jsonb NOT NULL DEFAULT '[]', -- what journals.attachments has of it, as it is answered
	revision integer NOT NULL DEFAULT 1,
	revised_at timestamptz NOT NULL DEFAULT now(), -- when this revision was begun
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	deleted_at timestamptz, -- in the trash since
	PRIMARY KEY (user_id, id)
);
-- Newest day first, and of a day the newest entry.
CREATE INDEX entries_journal ON journals.entries (user_id, journal_id, entry_date, id) INCLUDE (created_at)
	WHERE deleted_at IS NULL;
CREATE INDEX entries_trash ON journals.entries (user_id, journal_id, id) WHERE deleted_at IS NOT NULL;
-- What was written in others' journals, to be found when its writer goes.
CREATE INDEX entries_guests ON journals.entries (author_id) WHERE author_id <> user_id;
CREATE INDEX entries_sweep ON journals.entries (deleted_at) WHERE deleted_at IS NOT NULL;

-- What entries said before.
CREATE TABLE journals.versions (
	user_id uuid NOT NULL,
	entry_id uuid NOT NULL,
	n integer NOT NULL, -- the entry's `revision` at its time
	author_id uuid,
	title text NOT NULL,
	content text NOT NULL,
	word_count integer NOT NULL,
	created_at timestamptz NOT NULL, -- when it was begun
	updated_at timestamptz NOT NULL, -- when it was last saved
	PRIMARY KEY (user_id, entry_id, n)
);
CREATE INDEX versions_guests ON journals.versions (author_id) WHERE author_id <> user_id;

CREATE TABLE journals.templates (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	name text NOT NULL,
	description text NOT NULL DEFAULT '',
	title text NOT NULL DEFAULT '',
	content text NOT NULL,
	tags text[] NOT NULL DEFAULT '{}',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	PRIMARY KEY (user_id, id)
);

CREATE TABLE journals.attachments (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	journal_id uuid NOT NULL,
	entry_id uuid NOT NULL,
	author_id uuid,
	filename text NOT NULL,
	media_type text NOT NULL,
	size bigint NOT NULL, -- bytes
	sha256 text NOT NULL, -- of its content, in hex: its name in the store
	width integer, -- of an image, pixels
	height integer,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (user_id, id)
);
-- They are asked for by their ids alone.
CREATE UNIQUE INDEX attachments_id ON journals.attachments (id);
CREATE INDEX attachments_entry ON journals.attachments (user_id, entry_id);
CREATE INDEX attachments_guests ON journals.attachments (author_id) WHERE author_id <> user_id;
CREATE INDEX attachments_content ON journals.attachments (sha256);

-- Content that may be without an attachment: what is on its way in, and what one that is gone had. cron/sweep looks, and
-- takes it out of the store when nothing has it any more.
CREATE TABLE journals.orphans (
	user_id uuid NOT NULL,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	sha256 text NOT NULL,
	arriving boolean NOT NULL DEFAULT false, -- an upload that is under way
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (user_id, id)
);
CREATE INDEX orphans_content ON journals.orphans (sha256);
CREATE INDEX orphans_age ON journals.orphans (created_at);

CREATE TABLE journals.idempotency (
	user_id uuid NOT NULL,
	key text NOT NULL,
	route text NOT NULL,
	fingerprint bytea NOT NULL,
	status integer, -- the answer; NULL while the request is at work
	head text,
	body text,
	sealed boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	about uuid,
	PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_age ON journals.idempotency (created_at);

-- What an entry's events carry.
CREATE FUNCTION journals.entry_payload(journal_id uuid, author_id uuid, title text, content text, entry_date date,
                                       time_zone text, mood smallint, tags text[], word_count integer,
                                       created_at timestamptz, updated_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.jsonb_build_object('journal_id', journal_id, 'author_id', author_id, 'title', title,
	           'content', content, 'entry_date', entry_date, 'time_zone', time_zone, 'mood', mood, 'tags', tags,
	           'word_count', word_count, 'created_at', created_at, 'updated_at', updated_at)
$$;

-- What a journal's events carry.
CREATE FUNCTION journals.journal_payload(name text, description text, settings jsonb, created_at timestamptz,
                                         updated_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.jsonb_build_object('name', name, 'description', description, 'settings', settings,
	           'created_at', created_at, 'updated_at', updated_at)
$$;

-- An attachment as it stands in its entry.
CREATE FUNCTION journals.attachment_json(id uuid, filename text, media_type text, size bigint, width integer, height integer,
                                         created_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.jsonb_build_object('id', id, 'filename', filename, 'media_type', media_type, 'size', size,
	           'width', width, 'height', height, 'created_at', created_at, 'url', '/api/journals/attachments/' || id)
$$;

-- Every word of `words` is somewhere in the text, whatever its case and accents.
CREATE FUNCTION journals.says(text text, words text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	-- What is ASCII has no accents, and is folded in a third of the time.
	SELECT CASE WHEN pg_catalog.octet_length(text) = pg_catalog.length(text) THEN pg_catalog.lower(text COLLATE "C")
	            ELSE pg_catalog.lower(ext.unaccent('ext.unaccent'::pg_catalog.regdictionary, text)) END
	       LIKE ALL (SELECT '%' || pg_catalog.regexp_replace(w, '([\\%_])', '\\\1', 'g') || '%'
	                 FROM pg_catalog.regexp_split_to_table(pg_catalog.btrim(pg_catalog.lower(
	                          ext.unaccent('ext.unaccent'::pg_catalog.regdictionary, words)), E' \t\r\n'), '\s+') AS w)
$$;

-- Published: announce the next `batch` entries behind (user, id) in the log for search. Entries in the trash, or of a journal there, are nothing to find.
CREATE FUNCTION journals.announce(after_user uuid, after_id uuid, batch integer,
                                  OUT last_user uuid, OUT last_id uuid, OUT announced integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = journals, pg_temp AS $$
DECLARE
	zero CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
	e journals.entries;
BEGIN
	announced := 0;
	FOR e IN
		SELECT n.* FROM journals.entries n
		JOIN journals.journals j ON j.user_id = n.user_id AND j.id = n.journal_id AND j.deleted_at IS NULL
		WHERE (n.user_id, n.id) > (coalesce(after_user, zero), coalesce(after_id, zero)) AND n.deleted_at IS NULL
		ORDER BY n.user_id, n.id LIMIT batch FOR SHARE OF j, n
	LOOP
		PERFORM bus.append('journals', 'EntrySnapshot', e.user_id, e.id, e.version, journals.entry_payload(e.journal_id, e.author_id, e.title,
		                   e.content, e.entry_date, e.time_zone, e.mood, e.tags, e.word_count, e.created_at,
		                   e.updated_at), 'search');
		last_user := e.user_id;
		last_id := e.id;
		announced := announced + 1;
	END LOOP;
END
$$;

-- Published: the same for whom journals are shared with.
CREATE FUNCTION journals.announce_members(after_user uuid, after_id uuid, batch integer,
                                          OUT last_user uuid, OUT last_id uuid, OUT announced integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = journals, pg_temp AS $$
DECLARE
	zero CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
	m journals.members;
BEGIN
	announced := 0;
	FOR m IN
		SELECT n.* FROM journals.members n
		WHERE (n.user_id, n.id) > (coalesce(after_user, zero), coalesce(after_id, zero)) AND n.role <> 'owner'
		ORDER BY n.user_id, n.id LIMIT batch FOR SHARE OF n
	LOOP
		PERFORM bus.append('journals', 'ShareSnapshot', m.user_id, m.id, m.version,
		                   jsonb_build_object('journal_id', m.journal_id, 'owner_id', m.owner_id), 'search');
		last_user := m.user_id;
		last_id := m.id;
		announced := announced + 1;
	END LOOP;
END
$$;

INSERT INTO bus.types (type, publisher, audience) VALUES
	('JournalCreated', 'journals', NULL),
	('JournalUpdated', 'journals', NULL),
	('JournalDeleted', 'journals', NULL),
	('JournalRestored', 'journals', NULL),
	('JournalShared', 'journals', NULL),
	('JournalUnshared', 'journals', NULL),
	('JournalInvited', 'journals', 'notifications'),
	('EntryCreated', 'journals', NULL),
	('EntryUpdated', 'journals', NULL),
	('EntryDeleted', 'journals', NULL),
	('EntryRestored', 'journals', NULL),
	('EntrySnapshot', 'journals', 'search'),
	('ShareSnapshot', 'journals', 'search');

-- An account that begins takes up its invitations; one that ends takes all that it had along.
INSERT INTO bus.consumers (k, name, types) VALUES (3, 'journals', ARRAY['UserRegistered', 'UserDeleted']);
SELECT bus.make_consumer('journals');
SELECT bus.set_rings();

-- Published by identity: what other contexts may know of an account.

-- Whose address this is, by what makes two addresses the same; no row when it is nobody's.
CREATE FUNCTION identity.user_by_email(key text) RETURNS TABLE (user_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = identity, pg_temp AS $$
	SELECT u.id, u.name FROM users u WHERE u.email_key = key AND NOT u.disabled
$$;

-- How somebody is called, and where and in which language they live.
CREATE FUNCTION identity.profile(of_user uuid) RETURNS TABLE (name text, email text, email_key text, locale text, time_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = identity, pg_temp AS $$
	SELECT u.name, u.email, u.email_key, u.locale, u.time_zone FROM users u WHERE u.id = of_user
$$;
