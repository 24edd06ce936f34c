-- What goes into the index: search.plain gives what it gave when it looked at every character by itself.

SET search_path = tap;

SELECT no_plan();

-- As the index was first filled.
CREATE FUNCTION pg_temp.paired_by_character(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT string_agg(CASE WHEN NOT cjk AND NOT before THEN c
	                       WHEN cjk AND after THEN ' ' || c || next
	                       ELSE ' ' || c END, '' ORDER BY n)
	FROM (SELECT n, c, cjk, lead(c) OVER w AS next,
	             coalesce(lag(cjk) OVER w, false) AS before, coalesce(lead(cjk) OVER w, false) AS after
	      FROM (SELECT n, c, c ~ '[\u1100-\u11ff\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]' AS cjk
	            FROM string_to_table(normalize($1, NFC), NULL) WITH ORDINALITY AS t (c, n)) characters
	      WINDOW w AS (ORDER BY n)) neighbours
$$;
CREATE FUNCTION pg_temp.plain_by_character(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT translate(CASE WHEN octet_length($1) > length($1) THEN pg_temp.paired_by_character($1) ELSE $1 END,
	                 '/.@<>&-+', '        ')
$$;

SELECT is(search.plain(text), expected, format('plain of "%s"', text))
FROM (VALUES ('', ''), ('a/b', 'a b'), ('é', 'é'), (E'e\u0301/x', 'é x'), ('猫', ' 猫'), ('今日は', ' 今日 日は は'),
             ('x今日y', 'x 今日 日 y'), ('x 今 y', 'x  今  y'), (E'\u1112\u1161\u11ab', ' 한'),
             (E'今\n日', E' 今 \n 日')) AS t (text, expected);

-- Each character alone, and beside others of every kind. Surrogates are none.
CREATE TEMP TABLE characters AS
SELECT n, chr(n) AS c FROM generate_series(1, 262143) AS n WHERE n NOT BETWEEN 55296 AND 57343;
SELECT is_empty($$
	SELECT to_hex(n) FROM characters
	WHERE (c ~ ('[' || search.cjk() || ']')) <> (normalize(c, NFC) ~ ('[' || search.cjk() || ']'))
$$, 'normalising makes no character one of those that are written in runs, and none another');
SELECT is_empty($$
	SELECT to_hex(n) FROM characters
	WHERE c ~ ('[' || search.cjk() || ']') AND normalize(c, NFD) !~ ('[' || search.cjk() || ']')
$$, 'nor does composing it');
SELECT is_empty($$
	SELECT part FROM (
		SELECT n / 256 AS part, string_agg(c, '') || string_agg(c, ' ') || string_agg('a' || c, '今')
		       || string_agg(c, E'\u0301') AS text
		FROM characters WHERE n < 65536 OR n % 64 = 0 OR n BETWEEN 194560 AND 195103 GROUP BY 1) AS parts
	WHERE search.plain(text) IS DISTINCT FROM pg_temp.plain_by_character(text)
$$, 'every character beside any other is as it was');

-- Any row of the pieces that matter, from a fixed beginning.
SELECT setseed(0.329);
CREATE TEMP TABLE hostile AS
SELECT string_agg((ARRAY['今', '日', 'は', '한', '국', 'ｱ', '𠀀', '々', '〇', '゙', '・', '。', 'a', 'B', '1', ' ', '  ', E'\n', E'\t', 'é',
                         E'e\u0301', E'\u0301', E'\u3099', E'か\u3099', E'\u1112\u1161', E'\u11ab', '/', '.', '@',
                         '<b>', '&', '-', '+', '\', '\&', '\1', '[', ']', '^', '''', '"', '%', E'\u2126', '豈', 'ﬁ',
                         '🎉', E'\u200b', E'\u0001', 'ж'])[1 + floor(random() * 49)::int], '' ORDER BY n) AS text
FROM generate_series(1, 120000) AS n
GROUP BY n % 6000;
SELECT is((SELECT count(*) FROM hostile), 6000::bigint, 'there are texts to compare');
SELECT is_empty($$
	SELECT text FROM hostile WHERE search.plain(text) IS DISTINCT FROM pg_temp.plain_by_character(text)
$$, 'every text is as it was');

-- What of a long text is searched.
SELECT is(octet_length(search.head(repeat(text, 262145))), bytes, format('head of many "%s" is %s bytes', text, bytes))
FROM (VALUES ('a', 262144), ('é', 262144), ('今', 262143), ('𠀀', 262144)) AS t (text, bytes);
SELECT is(search.head('x' || repeat(text, 262145)), 'x' || repeat(text, n), format('and behind another character, of "%s"', text))
FROM (VALUES ('é', 131071), ('今', 87381), ('𠀀', 65535)) AS t (text, n);
SELECT is(search.head(repeat('x', 262144)), repeat('x', 262144), 'a text of that length is searched whole');

-- What a document without a title is called.
SELECT is(search.first_line(text), expected, format('the first line of "%s"', left(text, 20)))
FROM (VALUES (NULL, NULL), ('', ''), (E' \t\r\n', ''), (E'\n\n  one \t\r\ntwo', 'one'), (repeat('x', 80), repeat('x', 80)),
             (repeat('é', 81), repeat('é', 79) || '…'), (repeat('x', 78) || ' yz', repeat('x', 78) || '…'),
             (repeat(' ', 1001) || 'far', '')) AS t (text, expected);
SELECT is(search.plain(NULL), NULL, 'nothing is made plain of nothing');
SELECT is(search.head(NULL), NULL, 'and is the head of nothing');

SELECT * FROM finish();
