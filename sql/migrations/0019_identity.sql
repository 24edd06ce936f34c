-- identity.profile keeps its plan: a function of SQL that no statement can take in is parsed and planned at each call.

SET LOCAL ROLE aurora;

CREATE OR REPLACE FUNCTION identity.profile(of_user uuid) RETURNS TABLE (name text, email text, email_key text, locale text, time_zone text)
LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = identity, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT u.name, u.email, u.email_key, u.locale, u.time_zone FROM users u WHERE u.id = of_user;
END
$$;
