-- One instance of a job in the whole database, by name; a job that is a consumer shares its lock with that name.
-- name: job_alone
SELECT pg_try_advisory_lock(16726, coalesce((SELECT k FROM bus.consumers WHERE name = $1), hashtext($1))) AS alone
