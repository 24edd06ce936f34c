-- Search: one denormalised index of everything a person has written, filled by events alone.
--
-- search.documents holds a row for each thing that can be found, under the user who may find it. Which things there are
-- is data: search.types says what a type is made of, search.events which events change it. A new type needs a row in
-- search.types, one in search.events for each of its events, those names in bus.consumers.types, and, for
-- `index-refresh --rebuild`, a published function that announces what is there.
--
-- Words are indexed as ext.folded sees them. Chinese, Japanese and Korean are written without spaces between words, so
-- their runs are indexed as overlapping pairs of characters (search.paired).

SET LOCAL ROLE aurora;

-- What can be found. A member names where in an event's payload a value is; NULL: the type has no such thing.
CREATE TABLE search.types (
	type text PRIMARY KEY,
	url text NOT NULL, -- where the thing is served; {id} and {parent} are replaced
	title_member text, -- NULL: the first line of the body serves as title
	body_member text,
	tags_member text,
	at_member text,
	parent_member text,
	pinned_member text,
	done_member text
);

INSERT INTO search.types (type, url, title_member, body_member, tags_member, at_member, parent_member, pinned_member,
                          done_member) VALUES
	('thoughts', '/api/thoughts/{id}', NULL, 'text', 'tags', 'captured_at', NULL, 'pinned', NULL),
	('journals', '/api/journals/{parent}/entries/{id}', 'title', 'content', 'tags', 'entry_date', 'journal_id', NULL, NULL),
	('tasks', '/api/tasks/{id}', 'title', 'notes', 'tags', 'created_at', NULL, NULL, 'completed'),
	('events', '/api/events/{id}', 'title', 'description', 'tags', 'created_at', NULL, NULL, NULL);

-- What an event does to its aggregate's document: `put` writes the payload; `say` does too unless something newer is
-- there (a rebuild's answer to "what have you got?"); `drop` takes the document away.
CREATE TABLE search.events (
	event text PRIMARY KEY,
	type text NOT NULL REFERENCES search.types,
	effect text NOT NULL CHECK (effect IN ('put', 'say', 'drop'))
);

INSERT INTO search.events (event, type, effect) VALUES
	('ThoughtCreated', 'thoughts', 'put'),
	('ThoughtUpdated', 'thoughts', 'put'),
	('ThoughtRestored', 'thoughts', 'put'),
	('ThoughtSnapshot', 'thoughts', 'say'),
	('ThoughtDeleted', 'thoughts', 'drop');

-- One row: which rebuild the index is in, and where the sweep of stale words has come to.
CREATE TABLE search.state (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	generation integer NOT NULL DEFAULT 1,
	swept_user uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
	swept_word text COLLATE "C" NOT NULL DEFAULT ''
);
INSERT INTO search.state DEFAULT VALUES;

-- Lower case without accents: what two spellings have in common.
CREATE FUNCTION search.fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT lower(ext.unaccent('ext.unaccent'::regdictionary, $1))
$$;

-- The text with each run of Han, Kana or Hangul as its overlapping pairs, and its last character alone, so that every
-- character begins a word: ABC becomes "AB BC C". Other text stays as it is.
CREATE FUNCTION search.paired(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT string_agg(CASE WHEN NOT cjk AND NOT before THEN c
	                       WHEN cjk AND after THEN ' ' || c || next
	                       ELSE ' ' || c END, '' ORDER BY n)
	FROM (SELECT n, c, cjk, lead(c) OVER w AS next,
	             coalesce(lag(cjk) OVER w, false) AS before, coalesce(lead(cjk) OVER w, false) AS after
	      FROM (SELECT n, c, c ~ '[\u1100-\u11ff\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]' AS cjk
	            FROM string_to_table(normalize($1, NFC), NULL) WITH ORDINALITY AS t (c, n)) characters
	      WINDOW w AS (ORDER BY n)) neighbours
$$;

CREATE TABLE search.documents (
	user_id uuid NOT NULL,
	type text NOT NULL,
	id uuid NOT NULL,
	parent uuid,
	title text NOT NULL,
	body text NOT NULL,
	tags text[] NOT NULL,
	at timestamptz NOT NULL,
	pinned boolean NOT NULL,
	done boolean, -- NULL: a thing that is never done
	version integer NOT NULL,
	generation integer NOT NULL, -- of the rebuild that last wrote it
	-- Words of the title (weight A), the tags (B) and the body (C); each whole tag besides, as '#tag', without a position.
	tsv tsvector NOT NULL,
	PRIMARY KEY (user_id, type, id)
);
CREATE INDEX documents_words ON search.documents USING gin (user_id, tsv);
CREATE INDEX documents_titles ON search.documents (user_id, (search.fold(title)) COLLATE "C");

-- The words and tags that a user's documents have had; what none has any more is swept away later.
CREATE TABLE search.words (
	user_id uuid NOT NULL,
	word text COLLATE "C" NOT NULL,
	PRIMARY KEY (user_id, word)
);
CREATE INDEX words_similar ON search.words USING gin (user_id, word ext.gin_trgm_ops);

CREATE TABLE search.tags (
	user_id uuid NOT NULL,
	key text COLLATE "C" NOT NULL, -- folded
	tag text COLLATE "C" NOT NULL,
	PRIMARY KEY (user_id, key, tag)
);
