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

-- What an event does to its aggregate's document: `put` writes what the payload says, `drop` takes it away.
CREATE TABLE search.events (
	event text PRIMARY KEY,
	type text NOT NULL REFERENCES search.types,
	effect text NOT NULL CHECK (effect IN ('put', 'drop'))
);

INSERT INTO search.events (event, type, effect) VALUES
	('ThoughtCreated', 'thoughts', 'put'),
	('ThoughtUpdated', 'thoughts', 'put'),
	('ThoughtRestored', 'thoughts', 'put'),
	('ThoughtSnapshot', 'thoughts', 'put'),
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

-- Punctuation at which the parser would make addresses, paths, markup and signed numbers out of words becomes space, so
-- that each word of "and/or" or "mail@example.com" is found.
CREATE FUNCTION search.plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT translate(CASE WHEN octet_length($1) > length($1) THEN search.paired($1) ELSE $1 END, '/.@<>&-+', '        ')
$$;

-- A word of the index as a query for exactly itself; NULL for no word.
CREATE FUNCTION search.exact(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT ('''' || replace(replace(nullif(word, ''), '\', '\\'), '''', '''''') || '''')::tsquery
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
	generation integer NOT NULL, -- of the rebuild that wrote it last
	-- Words of a title (weight A), of the tags (B) and of the body (C); each whole tag besides, as '#tag'.
	tsv tsvector NOT NULL,
	PRIMARY KEY (user_id, type, id)
);
-- The list of pending entries makes a document cost a few microseconds instead of a descent for each of its words; a
-- search has to read through what is on it, so it is kept short.
CREATE INDEX documents_words ON search.documents USING gin (user_id, tsv) WITH (gin_pending_list_limit = 1024);
CREATE INDEX documents_titles ON search.documents (user_id, (search.fold(left(title, 100))) COLLATE "C");

-- Each user's words, from which a mistyped one is put right. Learning them would cost more than all the rest of indexing,
-- so it waits until there is time or need: `unread` lists the documents whose words may be missing.
CREATE TABLE search.words (
	user_id uuid NOT NULL,
	word text COLLATE "C" NOT NULL,
	PRIMARY KEY (user_id, word)
);
CREATE INDEX words_similar ON search.words USING gin (user_id, word ext.gin_trgm_ops);

CREATE TABLE search.unread (
	user_id uuid NOT NULL,
	type text NOT NULL,
	id uuid NOT NULL,
	PRIMARY KEY (user_id, type, id)
);

-- Each user's tags by their folded form, for suggestions. (type, id) is the first document that came with the tag: as long
-- as it has it, the tag is in use.
CREATE TABLE search.tags (
	user_id uuid NOT NULL,
	key text COLLATE "C" NOT NULL,
	tag text COLLATE "C" NOT NULL,
	type text NOT NULL,
	id uuid NOT NULL,
	PRIMARY KEY (user_id, key, tag)
);

-- What a user has searched for, once each, by its folded form.
CREATE TABLE search.history (
	user_id uuid NOT NULL,
	q_key text COLLATE "C" NOT NULL,
	q text NOT NULL,
	results integer NOT NULL,
	searched_at timestamptz NOT NULL,
	count integer NOT NULL DEFAULT 1,
	PRIMARY KEY (user_id, q_key)
);
CREATE INDEX history_newest ON search.history (user_id, searched_at, q_key);

-- Accounts that are gone: an event that was under way when its account ended brings nothing back.
CREATE TABLE search.erased (
	user_id uuid PRIMARY KEY
);

CREATE TABLE search.idempotency (
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
CREATE INDEX idempotency_age ON search.idempotency (created_at);

-- A user's words that look like one, nearest first. The threshold is low because a slip in a short word leaves few of
-- its trigrams; who calls picks by the number of slips.
CREATE FUNCTION search.similar_words(of_user uuid, wrong text, most integer) RETURNS SETOF text
LANGUAGE sql STABLE STRICT SET pg_trgm.similarity_threshold = 0.2 AS $$
	SELECT w.word FROM search.words w
	WHERE w.user_id = of_user AND w.word OPERATOR(ext.%) wrong
	ORDER BY ext.similarity(w.word, wrong) DESC, w.word LIMIT most
$$;

SELECT bus.make_consumer('search');
