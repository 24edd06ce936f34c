-- Thoughts: the statements that write a text write its words beside it. As a generated column's, their expression was read
-- from the catalogue and compiled anew by each statement, a twelfth of what that takes.

SET LOCAL ROLE aurora;

-- What thoughts.thoughts.tsv is of each text. Punctuation at which the parser would make addresses, paths, markup and
-- signed numbers out of words is space here. (One pass over the text; translate() takes three times as long.)
CREATE FUNCTION thoughts.words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.to_tsvector('ext.folded', pg_catalog.regexp_replace($1, '[/.@<>&+-]+', ' ', 'g'))
$$;

ALTER TABLE thoughts.thoughts ALTER COLUMN tsv DROP EXPRESSION;
