-- Roles, for the whole cluster. Run by a superuser before the migrations, as often as one likes.
--
-- `aurora` owns every schema and object and never logs in. Each context has one login role of its own name, which owns
-- nothing; what it may do is in grants.sql. There are no passwords: the cluster listens on a Unix socket only and knows
-- its clients by their operating-system user (pg_ident.conf).

DO $$
DECLARE
	context text;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'aurora') THEN
		CREATE ROLE aurora NOLOGIN;
	END IF;
	FOREACH context IN ARRAY ARRAY['identity', 'thoughts', 'journals', 'planning', 'search', 'notifications'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = context) THEN
			EXECUTE format('CREATE ROLE %I LOGIN', context);
		END IF;
		EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', context);
		EXECUTE format('ALTER ROLE %I SET search_path = %I, ext', context, context);
		-- Statements are prepared once and run often, each small: plans that do not depend on the values cost the least
		-- and hold no surprises, and no single user's query takes both cores.
		EXECUTE format('ALTER ROLE %I SET plan_cache_mode = force_generic_plan', context);
		EXECUTE format('ALTER ROLE %I SET max_parallel_workers_per_gather = 0', context);
		-- A program that stops between two statements of a transaction must not hold its locks for ever.
		EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''10s''', context);
	END LOOP;
END
$$;
