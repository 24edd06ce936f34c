-- Search: what goes into the index is the same, made ready with less. A function is part of the expression that calls it
-- only when it is not STRICT and has no query within; any other one is an executor of its own at each call.

SET LOCAL ROLE aurora;

-- A regular expression that finds nothing to replace takes a twentieth of what translate() does.
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

CREATE OR REPLACE FUNCTION search.head(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN octet_length($1) <= 262144 THEN $1 ELSE search.head_of_long($1) END
$$;

CREATE FUNCTION search.line_cut(line text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN length(line) > 80 THEN rtrim(left(line, 79)) || '…' ELSE line END
$$;

CREATE OR REPLACE FUNCTION search.first_line(body text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT search.line_cut(rtrim(split_part(ltrim(left(body, 1000), E' \t\r\n'), E'\n', 1), E' \t\r'))
$$;
