-- The house: one schema per context, the extensions in one of their own, nothing open to everybody.

DO $$
BEGIN
	EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database());
	EXECUTE format('ALTER DATABASE %I SET datestyle = ''ISO, YMD''', current_database());
	EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
	EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO aurora', current_database());
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

SET LOCAL ROLE aurora;

CREATE SCHEMA ext;
CREATE SCHEMA bus;
CREATE SCHEMA identity;
CREATE SCHEMA thoughts;
CREATE SCHEMA search;
CREATE SCHEMA notifications;
COMMENT ON SCHEMA ext IS 'extensions: pg_trgm, unaccent, btree_gin';
COMMENT ON SCHEMA bus IS 'the event bus: an append-only log, its types and its consumers';
COMMENT ON SCHEMA identity IS 'accounts, sessions, tokens';
COMMENT ON SCHEMA thoughts IS 'thoughts and their tags';
COMMENT ON SCHEMA search IS 'the search index, filled by events alone';
COMMENT ON SCHEMA notifications IS 'what is sent to people';

-- A new function is nobody's until grants.sql says so.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

RESET ROLE;

CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION unaccent SCHEMA ext;
CREATE EXTENSION btree_gin SCHEMA ext;

-- Words as people search them: lower case, without accents, nothing stemmed and nothing left out, in any language.
SET LOCAL ROLE aurora;
CREATE TEXT SEARCH CONFIGURATION ext.folded (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION ext.folded
	ALTER MAPPING FOR hword, hword_part, word, numhword, numword WITH ext.unaccent, pg_catalog.simple;
