-- Thoughts: short texts with tags, captured fast and found again.
--
-- One row a thought. `thought_tags` repeats the tags of what is not in the trash, one row each, and is kept by the same
-- statements that write `tags`: it answers "which thoughts have this tag, newest first" and "which tags are there, how
-- often" from one index. What a thought carries to other contexts is thoughts.payload, the same in every event.

SET LOCAL ROLE aurora;

CREATE TABLE thoughts.thoughts (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	text text NOT NULL CHECK (text <> ''),
	tags text[] NOT NULL DEFAULT '{}', -- sorted, lower case, each with its parents
	pinned boolean NOT NULL DEFAULT false,
	captured_at timestamptz NOT NULL DEFAULT now(),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	deleted_at timestamptz, -- in the trash since
	-- Punctuation at which the parser would make addresses, paths, markup and signed numbers out of words is space here.
	-- (One pass over the text; translate() takes three times as long.)
	tsv tsvector NOT NULL
		GENERATED ALWAYS AS (to_tsvector('ext.folded', regexp_replace(text, '[/.@<>&+-]+', ' ', 'g'))) STORED,
	PRIMARY KEY (user_id, id)
);

-- Lists run backwards over the primary key. The partial ones cost a plain capture nothing.
CREATE INDEX thoughts_pinned ON thoughts.thoughts (user_id, id) WHERE pinned AND deleted_at IS NULL;
CREATE INDEX thoughts_trash ON thoughts.thoughts (user_id, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX thoughts_sweep ON thoughts.thoughts (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX thoughts_search ON thoughts.thoughts USING gin (user_id, tsv) WITH (fastupdate = on);

CREATE TABLE thoughts.thought_tags (
	user_id uuid NOT NULL,
	tag text NOT NULL,
	thought_id uuid NOT NULL,
	PRIMARY KEY (user_id, tag, thought_id)
);

CREATE TABLE thoughts.idempotency (
	user_id uuid NOT NULL,
	key text NOT NULL,
	route text NOT NULL,
	fingerprint bytea NOT NULL,
	status integer, -- the answer; NULL while the request is at work
	head text,
	body text,
	sealed boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_age ON thoughts.idempotency (created_at);

-- What a person searches for, in the syntax of websearch_to_tsquery, as a query of tsv. Words that the punctuation there
-- divides are to follow one another (a comma has no meaning to that syntax); a '-' in front of a word still excludes it.
CREATE FUNCTION thoughts.query(words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.websearch_to_tsquery('ext.folded',
	           pg_catalog.translate(pg_catalog.regexp_replace(words, '([^[:space:]])-+', '\1,', 'g'), '/.@<>&+', ',,,,,,,'))
$$;

-- What every event of a thought carries.
CREATE FUNCTION thoughts.payload(text text, tags text[], pinned boolean, captured_at timestamptz,
                                 created_at timestamptz, updated_at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.jsonb_build_object('text', text, 'tags', tags, 'pinned', pinned, 'captured_at', captured_at,
	                                     'created_at', created_at, 'updated_at', updated_at)
$$;

-- The tags after `name` and all below it became `new_name` and what is below that: sorted, once each, with the parents
-- of the new name ('a/b/c' is also 'a/b' and 'a').
CREATE FUNCTION thoughts.tags_renamed(tags text[], name text, new_name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.array_agg(DISTINCT tag ORDER BY tag)
	FROM (SELECT CASE WHEN tag = name OR pg_catalog.starts_with(tag, name || '/')
	                  THEN new_name || pg_catalog.substr(tag, pg_catalog.length(name) + 1)
	                  ELSE tag END
	      FROM pg_catalog.unnest(tags) AS old (tag)
	      UNION ALL
	      SELECT pg_catalog.array_to_string((pg_catalog.string_to_array(new_name, '/'))[1:depth], '/')
	      FROM pg_catalog.generate_series(1, pg_catalog.array_length(pg_catalog.string_to_array(new_name, '/'), 1))
	           AS level (depth)) AS new (tag)
$$;

-- Published to `search`: say again what is there, `batch` thoughts from behind a key on (NULL: from the start), as
-- ThoughtSnapshot events for that role alone. The rows stay locked until the caller commits, so a snapshot never comes
-- behind the event of a later change. Fewer announced than `batch`: that was the end.
CREATE FUNCTION thoughts.announce(after_user uuid, after_id uuid, batch integer,
                                  OUT last_user uuid, OUT last_id uuid, OUT announced integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	zero CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
	t thoughts.thoughts;
BEGIN
	announced := 0;
	FOR t IN
		SELECT * FROM thoughts.thoughts
		WHERE (user_id, id) > (coalesce(after_user, zero), coalesce(after_id, zero)) AND deleted_at IS NULL
		ORDER BY user_id, id LIMIT batch FOR SHARE
	LOOP
		PERFORM bus.append('thoughts', 'ThoughtSnapshot', t.user_id, t.id, t.version,
		                   thoughts.payload(t.text, t.tags, t.pinned, t.captured_at, t.created_at, t.updated_at),
		                   'search');
		last_user := t.user_id;
		last_id := t.id;
		announced := announced + 1;
	END LOOP;
END
$$;

-- Erases a user's data when UserDeleted arrives (cron/sweep runs it).
SELECT bus.make_consumer('thoughts');
