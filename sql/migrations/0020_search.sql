-- Search: what goes into the index is the same, made ready with less. A function that is STRICT around a CASE, or has a FROM,
-- is no part of the expression that calls it but an executor of its own at each call: so none is that a document needs.

SET LOCAL ROLE aurora;

-- Punctuation at which the parser would make addresses, paths, markup and signed numbers out of words becomes space, so
-- that each word of "and/or" or "mail@example.com" is found; all is NFC (0007_search.sql says more). Where there is little
-- to replace, a regular expression takes a fraction of what translate() does, which looks at every character.
CREATE OR REPLACE FUNCTION search.plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT regexp_replace(CASE WHEN octet_length($1) = length($1) THEN $1
	                           WHEN $1 ~ ('[' || search.cjk() || ']') THEN search.paired($1)
	                           WHEN $1 IS NFC NORMALIZED THEN $1
	                           ELSE normalize($1, NFC) END, '[/.@<>&+-]', ' ', 'g')
$$;

-- Of a text above 256 KiB so much, cut between characters.
CREATE FUNCTION search.head_of_long(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT convert_from(substring(b FOR 262144 - CASE WHEN get_byte(b, 262144) & 192 <> 128 THEN 0
	                                                  WHEN get_byte(b, 262143) & 192 <> 128 THEN 1
	                                                  WHEN get_byte(b, 262142) & 192 <> 128 THEN 2
	                                                  ELSE 3 END), 'UTF8')
	FROM convert_to($1, 'UTF8') AS b
$$;

-- The first 256 KiB of a text: a tsvector holds no more words than a text of that length may have.
CREATE OR REPLACE FUNCTION search.head(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN octet_length($1) <= 262144 THEN $1 ELSE search.head_of_long($1) END
$$;

-- A line as it may stand for a title.
CREATE FUNCTION search.line_cut(line text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN length(line) > 80 THEN rtrim(left(line, 79)) || '…' ELSE line END
$$;

-- What a document without a title is called: the first line of its body.
CREATE OR REPLACE FUNCTION search.first_line(body text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT search.line_cut(rtrim(split_part(ltrim(left(body, 1000), E' \t\r\n'), E'\n', 1), E' \t\r'))
$$;
