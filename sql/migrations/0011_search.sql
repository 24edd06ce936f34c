-- Search: entries of journals, also for those with whom a journal is shared.
--
-- A document stays its owner's. Who else may find what stands in a thing is in search.readers; a document carries its
-- parent as a word of its own, '@' and the id, so that what a reader may find is a matter of the index.

SET LOCAL ROLE aurora;

ALTER TABLE search.events DROP CONSTRAINT events_effect_check;
ALTER TABLE search.events ADD CONSTRAINT events_effect_check CHECK (effect IN ('put', 'drop', 'admit', 'dismiss'));
COMMENT ON COLUMN search.events.effect IS
	'put and drop change its aggregate''s document; admit and dismiss say that its user may read what is in a parent';

INSERT INTO search.events (event, type, effect) VALUES
	('EntryCreated', 'journals', 'put'),
	('EntryUpdated', 'journals', 'put'),
	('EntryRestored', 'journals', 'put'),
	('EntrySnapshot', 'journals', 'put'),
	('EntryDeleted', 'journals', 'drop'),
	('JournalShared', 'journals', 'admit'),
	('ShareSnapshot', 'journals', 'admit'),
	('JournalUnshared', 'journals', 'dismiss');
UPDATE bus.consumers SET types = types || (SELECT array_agg(e.event) FROM search.events e WHERE e.type = 'journals')
WHERE name = 'search';
SELECT bus.set_rings();

-- Who may find what of others'. `id` is the share's.
CREATE TABLE search.readers (
	user_id uuid NOT NULL, -- who
	id uuid NOT NULL,
	owner_id uuid NOT NULL,
	parent uuid NOT NULL,
	version integer NOT NULL,
	generation integer NOT NULL, -- of the rebuild that wrote it last
	PRIMARY KEY (user_id, id)
);
CREATE INDEX readers_owner ON search.readers (owner_id);

-- A reader waits for what the owners have just written, and for a share that has just ended.
CREATE OR REPLACE FUNCTION search.bus_concerns(of_user uuid) RETURNS uuid[] LANGUAGE sql STABLE AS $$
	SELECT of_user || ARRAY(SELECT DISTINCT r.owner_id FROM search.readers r WHERE r.user_id = of_user)
$$;

-- The first 256 KiB of a text, cut between characters: a tsvector holds no more words than a text of that length may have.
CREATE FUNCTION search.head(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT CASE WHEN octet_length($1) <= 262144 THEN $1
	            ELSE (SELECT convert_from(substring(b FOR 262144 - CASE WHEN get_byte(b, 262144) & 192 <> 128 THEN 0
	                                                                    WHEN get_byte(b, 262143) & 192 <> 128 THEN 1
	                                                                    WHEN get_byte(b, 262142) & 192 <> 128 THEN 2
	                                                                    ELSE 3 END), 'UTF8')
	                  FROM convert_to($1, 'UTF8') AS b) END
$$;

-- What a document without a title is called: the first line of its body.
CREATE FUNCTION search.first_line(body text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT CASE WHEN length(line) > 80 THEN rtrim(left(line, 79)) || '…' ELSE line END
	FROM rtrim(split_part(ltrim(left(body, 1000), E' \t\r\n'), E'\n', 1), E' \t\r') AS line
$$;
