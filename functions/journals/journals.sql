-- Statements of the journals function. $1 is always the caller, $2 the journal, $3 the entry, where a statement has them.
-- What the caller may do is in the statement: each begins at journals.members.
-- A write and its event are one statement; `event` is the event's id and no part of the thing.
-- role: journals

-- People, as identity knows them

-- name: profile (read)
SELECT name, email, locale, time_zone FROM identity.profile($1)

-- $1 an address in NFC and lower case.
-- name: user_by_email (read)
SELECT user_id, name FROM identity.user_by_email($1)

-- Who writes locks the journal first (FOR SHARE), then the entry: so nobody waits for another in a circle. What takes a
-- journal or an entry with all that belongs to it locks it by a statement of its own before, for a statement does not see
-- what was committed while it waited.

-- Journals

-- The caller's own, until the transaction ends.
-- name: journal_lock
SELECT id FROM journals.journals WHERE user_id = $1 AND id = $2 FOR UPDATE

-- The same of an entry of it.
-- name: entry_lock
SELECT e.id
FROM journals.journals AS j JOIN journals.entries AS e ON e.user_id = j.user_id AND e.journal_id = j.id
WHERE j.user_id = $1 AND j.id = $2 AND e.id = $3
FOR SHARE OF j FOR UPDATE OF e

-- What the caller is there, also of a journal in the trash.
-- name: role_of (read)
SELECT m.role, j.deleted_at
FROM journals.members AS m JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
WHERE m.user_id = $1 AND m.journal_id = $2

-- name: journal_by_id (read)
SELECT j.id, j.name, j.description, j.settings, m.role, j.user_id AS owner_id,
       CASE WHEN m.role <> 'owner' THEN m.id END AS share_id, c.entry_count, c.last_entry_at,
       j.created_at, j.updated_at, j.version
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id,
     LATERAL (SELECT count(*) AS entry_count, max(e.created_at) AS last_entry_at FROM journals.entries AS e
              WHERE e.user_id = j.user_id AND e.journal_id = j.id AND e.deleted_at IS NULL) AS c
WHERE m.user_id = $1 AND m.journal_id = $2 AND j.deleted_at IS NULL

-- One's own wherever it is, in the trash too.
-- name: journal_anywhere (read)
SELECT j.id, j.name, j.description, j.settings, 'owner' AS role, j.user_id AS owner_id, NULL AS share_id,
       c.entry_count, c.last_entry_at, j.created_at, j.updated_at, j.version, j.deleted_at
FROM journals.journals AS j,
     LATERAL (SELECT count(*) AS entry_count, max(e.created_at) AS last_entry_at FROM journals.entries AS e
              WHERE e.user_id = j.user_id AND e.journal_id = j.id AND e.deleted_at IS NULL) AS c
WHERE j.user_id = $1 AND j.id = $2

-- Newest first below journal $2, at most $3.
-- name: journal_list (read)
SELECT j.id, j.name, j.description, j.settings, m.role, j.user_id AS owner_id,
       CASE WHEN m.role <> 'owner' THEN m.id END AS share_id, c.entry_count, c.last_entry_at,
       j.created_at, j.updated_at, j.version
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id,
     LATERAL (SELECT count(*) AS entry_count, max(e.created_at) AS last_entry_at FROM journals.entries AS e
              WHERE e.user_id = j.user_id AND e.journal_id = j.id AND e.deleted_at IS NULL) AS c
WHERE m.user_id = $1 AND m.journal_id < $2 AND j.deleted_at IS NULL
ORDER BY m.journal_id DESC LIMIT $3

-- The same of the trash, where only one's own are.
-- name: journal_list_trash (read)
SELECT j.id, j.name, j.description, j.settings, 'owner' AS role, j.user_id AS owner_id, NULL AS share_id,
       c.entry_count, c.last_entry_at, j.created_at, j.updated_at, j.version, j.deleted_at
FROM journals.journals AS j,
     LATERAL (SELECT count(*) AS entry_count, max(e.created_at) AS last_entry_at FROM journals.entries AS e
              WHERE e.user_id = j.user_id AND e.journal_id = j.id AND e.deleted_at IS NULL) AS c
WHERE j.user_id = $1 AND j.id < $2 AND j.deleted_at IS NOT NULL AND isfinite(j.deleted_at)
ORDER BY j.id DESC LIMIT $3

-- name: journal_count (read)
SELECT count(*) AS total
FROM journals.members AS m JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
WHERE m.user_id = $1
      AND CASE WHEN $2::boolean THEN j.deleted_at IS NOT NULL AND isfinite(j.deleted_at) AND m.role = 'owner' ELSE j.deleted_at IS NULL END

-- $3 name, $4 description, $5 settings. No row: the id is taken.
-- name: journal_create
WITH j AS (
	INSERT INTO journals.journals (user_id, id, name, description, settings)
	VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT DO NOTHING
	RETURNING *
), m AS (
	INSERT INTO journals.members (user_id, id, journal_id, owner_id, role, email)
	SELECT user_id, id, id, user_id, 'owner', '' FROM j
)
SELECT id, name, description, settings, 'owner' AS role, user_id AS owner_id, NULL AS share_id, 0 AS entry_count,
       NULL AS last_entry_at, created_at, updated_at, version,
       bus.publish('JournalCreated', user_id, id, version,
                   journals.journal_payload(name, description, settings, created_at, updated_at)) AS event
FROM j

-- $3 the version that was read, $4 name, $5 description, $6 settings. No row: nothing would change, or it has changed
-- since, or it is not the caller's to change.
-- name: journal_update
WITH j AS (
	UPDATE journals.journals
	SET name = $4, description = $5, settings = $6, version = version + 1, updated_at = now()
	WHERE user_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
	      AND (name, description, settings) IS DISTINCT FROM ($4, $5, $6::jsonb)
	RETURNING *
)
SELECT j.id, j.name, j.description, j.settings, 'owner' AS role, j.user_id AS owner_id, NULL AS share_id,
       c.entry_count, c.last_entry_at, j.created_at, j.updated_at, j.version,
       bus.publish('JournalUpdated', j.user_id, j.id, j.version,
                   journals.journal_payload(j.name, j.description, j.settings, j.created_at, j.updated_at)) AS event
FROM j,
     LATERAL (SELECT count(*) AS entry_count, max(e.created_at) AS last_entry_at FROM journals.entries AS e
              WHERE e.user_id = j.user_id AND e.journal_id = j.id AND e.deleted_at IS NULL) AS c

-- Into the trash, with all that is in it: for whoever follows the events, the entries go as well. $3 version or NULL.
-- name: journal_trash
WITH j AS (
	UPDATE journals.journals
	SET deleted_at = now(), version = version + 1, updated_at = now()
	WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL AND version = coalesce($3, version)
	RETURNING user_id, id, version
)
SELECT j.id, bus.publish('JournalDeleted', j.user_id, j.id, j.version, '{"permanent": false}') AS event,
       (SELECT count(bus.publish('EntryDeleted', e.user_id, e.id, e.version,
                                 jsonb_build_object('journal_id', e.journal_id, 'permanent', false)))
        FROM journals.entries AS e
        WHERE e.user_id = j.user_id AND e.journal_id = j.id AND e.deleted_at IS NULL) AS entries
FROM j

-- name: journal_restore
WITH j AS (
	UPDATE journals.journals
	SET deleted_at = NULL, version = version + 1, updated_at = now()
	WHERE user_id = $1 AND id = $2 AND deleted_at IS NOT NULL AND isfinite(deleted_at)
	RETURNING *
)
SELECT j.id, j.name, j.description, j.settings, 'owner' AS role, j.user_id AS owner_id, NULL AS share_id,
       c.entry_count, c.last_entry_at, j.created_at, j.updated_at, j.version,
       bus.publish('JournalRestored', j.user_id, j.id, j.version,
                   journals.journal_payload(j.name, j.description, j.settings, j.created_at, j.updated_at)) AS event
FROM j,
     LATERAL (SELECT count(bus.publish('EntryRestored', e.user_id, e.id, e.version,
                                       journals.entry_payload(e.journal_id, e.author_id, e.title, e.content, e.entry_date,
                                                              e.time_zone, e.mood, e.tags, e.word_count, e.created_at,
                                                              e.updated_at))) AS entry_count,
                     max(e.created_at) AS last_entry_at
              FROM journals.entries AS e
              WHERE e.user_id = j.user_id AND e.journal_id = j.id AND e.deleted_at IS NULL) AS c

-- For good, with all that is in it; also from the trash. $3 version or NULL.
-- name: journal_erase
WITH j AS (
	DELETE FROM journals.journals
	WHERE user_id = $1 AND id = $2 AND version = coalesce($3, version)
	RETURNING user_id, id, version, deleted_at
), m AS (
	DELETE FROM journals.members AS m USING j
	WHERE m.owner_id = j.user_id AND m.journal_id = j.id
	RETURNING m.user_id, m.id, m.owner_id, m.journal_id, m.role, m.version
), i AS (
	DELETE FROM journals.invitations AS i USING j WHERE i.user_id = j.user_id AND i.journal_id = j.id
), l AS (
	DELETE FROM journals.links AS l USING j WHERE l.user_id = j.user_id AND l.journal_id = j.id
), e AS (
	DELETE FROM journals.entries AS e USING j
	WHERE e.user_id = j.user_id AND e.journal_id = j.id
	RETURNING e.user_id, e.id, e.journal_id, e.version
), v AS (
	DELETE FROM journals.versions AS v USING e WHERE v.user_id = e.user_id AND v.entry_id = e.id
), a AS (
	DELETE FROM journals.attachments AS a USING e
	WHERE a.user_id = e.user_id AND a.entry_id = e.id
	RETURNING a.user_id, a.sha256
), o AS (
	INSERT INTO journals.orphans (user_id, sha256) SELECT DISTINCT user_id, sha256 FROM a
)
SELECT j.id, bus.publish('JournalDeleted', j.user_id, j.id, j.version + 1, '{"permanent": true}') AS event,
       (SELECT count(bus.publish('EntryDeleted', e.user_id, e.id, e.version + 1,
                                 jsonb_build_object('journal_id', e.journal_id, 'permanent', true)))
        FROM e) AS entries,
       (SELECT count(bus.publish('JournalUnshared', m.user_id, m.id, m.version + 1,
                                 jsonb_build_object('journal_id', m.journal_id, 'owner_id', m.owner_id)))
        FROM m WHERE m.role <> 'owner') AS shares
FROM j

-- Entries

-- name: entry_by_id (read)
SELECT e.id, e.journal_id, e.title, e.content, e.entry_date, e.time_zone, e.mood, e.tags, e.word_count, e.attachments,
       e.author_id, e.revision, e.created_at, e.updated_at, e.version, m.role
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3
WHERE m.user_id = $1 AND m.journal_id = $2 AND e.journal_id = $2 AND j.deleted_at IS NULL AND e.deleted_at IS NULL

-- The entry wherever it is, in the trash too; for those who may write.
-- name: entry_anywhere (read)
SELECT e.id, e.journal_id, e.title, e.content, e.entry_date, e.time_zone, e.mood, e.tags, e.word_count, e.attachments,
       e.author_id, e.revision, e.created_at, e.updated_at, e.version, e.deleted_at, m.role
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3
WHERE m.user_id = $1 AND m.journal_id = $2 AND e.journal_id = $2 AND m.role <> 'viewer'

-- $4 title, $5 content, $6 entry_date or NULL for today, $7 time_zone or NULL for the caller's, $8 mood, $9 tags,
-- $10 word_count, $11 session. No row: the journal is not there or not the caller's to write, or the id is taken.
-- name: entry_create
WITH m AS MATERIALIZED (
	SELECT m.owner_id, coalesce($7, (SELECT p.time_zone FROM identity.profile($1) AS p), 'UTC') AS time_zone
	FROM journals.members AS m
	     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
	WHERE m.user_id = $1 AND m.journal_id = $2 AND m.role <> 'viewer' AND j.deleted_at IS NULL
	FOR SHARE OF j
), e AS (
	INSERT INTO journals.entries (user_id, id, journal_id, author_id, session_id, title, content, entry_date, time_zone,
	                              mood, tags, word_count)
	SELECT m.owner_id, $3, $2, $1, $11, $4, $5, coalesce($6::date, (now() AT TIME ZONE m.time_zone)::date), m.time_zone,
	       $8, $9, $10
	FROM m
	ON CONFLICT (user_id, id) DO NOTHING
	RETURNING *
)
SELECT id, journal_id, title, content, entry_date, time_zone, mood, tags, word_count, attachments, author_id, revision,
       created_at, updated_at, version,
       bus.publish('EntryCreated', user_id, id, version,
                   journals.entry_payload(journal_id, author_id, title, content, entry_date, time_zone, mood, tags,
                                          word_count, created_at, updated_at)) AS event
FROM e

-- What holds the id, and whether it is what entry_create was asked to make ($4 to $9 as there).
-- name: entry_taken (read)
SELECT e.id, e.journal_id, e.title, e.content, e.entry_date, e.time_zone, e.mood, e.tags, e.word_count, e.attachments,
       e.author_id, e.revision, e.created_at, e.updated_at, e.version,
       e.deleted_at IS NULL AND e.journal_id = $2
       AND (e.title, e.content, e.entry_date, e.time_zone) = ($4, $5, coalesce($6, e.entry_date), coalesce($7, e.time_zone))
       AND e.mood IS NOT DISTINCT FROM $8 AND e.tags = $9 AS same
FROM journals.members AS m
     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3
WHERE m.user_id = $1 AND m.journal_id = $2 AND m.role <> 'viewer'

-- $4 the version that was read, $5 title, $6 content, $7 entry_date, $8 time_zone, $9 mood, $10 tags, $11 word_count,
-- $12 session; $13: what it says now may be taken into the same revision, as it may when it was the same writer's in the
-- same session within ten minutes, and is not the entry's first. Else it is kept as a version. No row: nothing would
-- change, or it has changed since, or it is not the caller's to change.
-- name: entry_update
WITH old AS MATERIALIZED (
	SELECT e.user_id, e.id, e.revision, e.author_id, e.title, e.content, e.word_count, e.revised_at, e.updated_at,
	       (e.title, e.content) IS DISTINCT FROM ($5, $6) AS rewritten,
	       $13::boolean AND e.revision > 1 AND e.author_id = $1 AND e.session_id = $12
	       AND e.revised_at > now() - interval '10 minutes' AS continued
	FROM journals.members AS m
	     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
	     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3
	WHERE m.user_id = $1 AND m.journal_id = $2 AND m.role <> 'viewer' AND j.deleted_at IS NULL
	      AND e.journal_id = $2 AND e.deleted_at IS NULL AND e.version = $4
	      AND (e.title, e.content, e.entry_date, e.time_zone, e.mood, e.tags)
	          IS DISTINCT FROM ($5, $6, $7::date, $8, $9::smallint, $10::text[])
	FOR SHARE OF j FOR UPDATE OF e
), kept AS (
	INSERT INTO journals.versions (user_id, entry_id, n, author_id, title, content, word_count, created_at, updated_at)
	SELECT user_id, id, revision, author_id, title, content, word_count, revised_at, updated_at
	FROM old WHERE rewritten AND continued IS NOT TRUE
), e AS (
	UPDATE journals.entries AS e
	SET title = $5, content = $6, entry_date = $7, time_zone = $8, mood = $9, tags = $10, word_count = $11,
	    author_id = CASE WHEN old.rewritten THEN $1 ELSE e.author_id END,
	    session_id = CASE WHEN old.rewritten THEN $12 ELSE e.session_id END,
	    revision = e.revision + (old.rewritten AND old.continued IS NOT TRUE)::integer,
	    revised_at = CASE WHEN old.rewritten AND old.continued IS NOT TRUE THEN now() ELSE e.revised_at END,
	    version = e.version + 1, updated_at = now()
	FROM old
	WHERE e.user_id = old.user_id AND e.id = old.id
	RETURNING e.*
)
SELECT id, journal_id, title, content, entry_date, time_zone, mood, tags, word_count, attachments, author_id, revision,
       created_at, updated_at, version,
       bus.publish('EntryUpdated', user_id, id, version,
                   journals.entry_payload(journal_id, author_id, title, content, entry_date, time_zone, mood, tags,
                                          word_count, created_at, updated_at)) AS event
FROM e

-- $4 version or NULL for any.
-- name: entry_trash
WITH old AS MATERIALIZED (
	SELECT e.user_id, e.id
	FROM journals.members AS m
	     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
	     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3
	WHERE m.user_id = $1 AND m.journal_id = $2 AND m.role <> 'viewer' AND j.deleted_at IS NULL
	      AND e.journal_id = $2 AND e.deleted_at IS NULL AND e.version = coalesce($4, e.version)
	FOR SHARE OF j FOR UPDATE OF e
), e AS (
	UPDATE journals.entries AS e
	SET deleted_at = now(), version = e.version + 1, updated_at = now()
	FROM old WHERE e.user_id = old.user_id AND e.id = old.id
	RETURNING e.user_id, e.id, e.journal_id, e.version
)
SELECT id, bus.publish('EntryDeleted', user_id, id, version,
                       jsonb_build_object('journal_id', journal_id, 'permanent', false)) AS event
FROM e

-- For good, also from the trash: the owner alone may. $4 version or NULL for any.
-- name: entry_erase
WITH e AS (
	DELETE FROM journals.entries AS e
	WHERE e.user_id = $1 AND e.id = $3 AND e.journal_id = $2 AND e.version = coalesce($4, e.version)
	RETURNING e.user_id, e.id, e.journal_id, e.version
), v AS (
	DELETE FROM journals.versions AS v USING e WHERE v.user_id = e.user_id AND v.entry_id = e.id
), a AS (
	DELETE FROM journals.attachments AS a USING e
	WHERE a.user_id = e.user_id AND a.entry_id = e.id
	RETURNING a.user_id, a.sha256
), o AS (
	INSERT INTO journals.orphans (user_id, sha256) SELECT DISTINCT user_id, sha256 FROM a
)
SELECT id, bus.publish('EntryDeleted', user_id, id, version + 1,
                       jsonb_build_object('journal_id', journal_id, 'permanent', true)) AS event
FROM e

-- No row also when the journal is in the trash.
-- name: entry_restore
WITH old AS MATERIALIZED (
	SELECT e.user_id, e.id
	FROM journals.members AS m
	     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
	     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3
	WHERE m.user_id = $1 AND m.journal_id = $2 AND m.role <> 'viewer' AND j.deleted_at IS NULL
	      AND e.journal_id = $2 AND e.deleted_at IS NOT NULL
	FOR SHARE OF j FOR UPDATE OF e
), e AS (
	UPDATE journals.entries AS e
	SET deleted_at = NULL, version = e.version + 1, updated_at = now()
	FROM old WHERE e.user_id = old.user_id AND e.id = old.id
	RETURNING e.*
)
SELECT id, journal_id, title, content, entry_date, time_zone, mood, tags, word_count, attachments, author_id, revision,
       created_at, updated_at, version,
       bus.publish('EntryRestored', user_id, id, version,
                   journals.entry_payload(journal_id, author_id, title, content, entry_date, time_zone, mood, tags,
                                          word_count, created_at, updated_at)) AS event
FROM e

-- Lists: newest day first, below day $3 and of that day below id $4, at most $5. A page ends early once its contents have
-- 4 MiB: then its last row is `beyond`, and says only that there is more. No row at all: maybe there is no such journal for the caller.

-- name: entry_list (read)
SELECT id, journal_id, title, content, entry_date, time_zone, mood, tags, word_count, attachments, author_id, revision,
       created_at, updated_at, version, before >= 4194304 AS beyond
FROM (SELECT e.*, sum(octet_length(e.content)) OVER w - octet_length(e.content) AS before,
             lag(octet_length(e.content), 1, 0) OVER w AS last
      FROM (SELECT e.*
            FROM journals.entries AS e
            WHERE e.user_id = (SELECT m.owner_id
                               FROM journals.members AS m
                                    JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
                               WHERE m.user_id = $1 AND m.journal_id = $2 AND j.deleted_at IS NULL)
                  AND e.journal_id = $2 AND e.deleted_at IS NULL
                  AND (e.entry_date, e.id) < ($3::date, $4::uuid)
            ORDER BY e.entry_date DESC, e.id DESC LIMIT $5) AS e
      WINDOW w AS (ORDER BY e.entry_date DESC, e.id DESC)) AS e
WHERE before - last < 4194304
ORDER BY entry_date DESC, id DESC

-- $6 and $7 first and last day, $8 mood or NULL, $9 tags that it must all have, $10 words that are in it or NULL.
-- name: entry_list_filtered (read)
SELECT id, journal_id, title, content, entry_date, time_zone, mood, tags, word_count, attachments, author_id, revision,
       created_at, updated_at, version, before >= 4194304 AS beyond
FROM (SELECT e.*, sum(octet_length(e.content)) OVER w - octet_length(e.content) AS before,
             lag(octet_length(e.content), 1, 0) OVER w AS last
      FROM (SELECT e.*
            FROM journals.entries AS e
            WHERE e.user_id = (SELECT m.owner_id
                               FROM journals.members AS m
                                    JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
                               WHERE m.user_id = $1 AND m.journal_id = $2 AND j.deleted_at IS NULL)
                  AND e.journal_id = $2 AND e.deleted_at IS NULL
                  AND (e.entry_date, e.id) < ($3::date, $4::uuid)
                  AND e.entry_date >= $6::date AND e.entry_date <= $7::date
                  AND ($8::smallint IS NULL OR e.mood = $8) AND e.tags @> $9::text[]
                  AND ($10::text IS NULL OR journals.says(e.title || ' ' || e.content, $10))
            ORDER BY e.entry_date DESC, e.id DESC LIMIT $5) AS e
      WINDOW w AS (ORDER BY e.entry_date DESC, e.id DESC)) AS e
WHERE before - last < 4194304
ORDER BY entry_date DESC, id DESC

-- name: entry_list_trash (read)
SELECT id, journal_id, title, content, entry_date, time_zone, mood, tags, word_count, attachments, author_id, revision,
       created_at, updated_at, version, deleted_at, before >= 4194304 AS beyond
FROM (SELECT e.*, sum(octet_length(e.content)) OVER w - octet_length(e.content) AS before,
             lag(octet_length(e.content), 1, 0) OVER w AS last
      FROM (SELECT e.*
            FROM journals.entries AS e
            WHERE e.user_id = (SELECT m.owner_id
                               FROM journals.members AS m
                                    JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
                               WHERE m.user_id = $1 AND m.journal_id = $2 AND m.role <> 'viewer'
                                     AND j.deleted_at IS NULL)
                  AND e.journal_id = $2 AND e.deleted_at IS NOT NULL
                  AND (e.entry_date, e.id) < ($3::date, $4::uuid)
                  AND e.entry_date >= $6::date AND e.entry_date <= $7::date
                  AND ($8::smallint IS NULL OR e.mood = $8) AND e.tags @> $9::text[]
                  AND ($10::text IS NULL OR journals.says(e.title || ' ' || e.content, $10))
            ORDER BY e.entry_date DESC, e.id DESC LIMIT $5) AS e
      WINDOW w AS (ORDER BY e.entry_date DESC, e.id DESC)) AS e
WHERE before - last < 4194304
ORDER BY entry_date DESC, id DESC

-- How many a list holds in all: $3 to $7 as $6 to $10 above, $8 in the trash.
-- name: entry_count (read)
SELECT count(e.id) AS total
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.journal_id = m.journal_id
WHERE m.user_id = $1 AND m.journal_id = $2 AND j.deleted_at IS NULL
      AND CASE WHEN $8::boolean THEN e.deleted_at IS NOT NULL AND m.role <> 'viewer' ELSE e.deleted_at IS NULL END
      AND e.entry_date >= $3::date AND e.entry_date <= $4::date
      AND ($5::smallint IS NULL OR e.mood = $5) AND e.tags @> $6::text[]
      AND ($7::text IS NULL OR journals.says(e.title || ' ' || e.content, $7))

-- Versions: what the entry says now is the newest of them.

-- Below number $4, at most $5.
-- name: version_list (read)
SELECT v.n, v.title, v.word_count, v.author_id, v.created_at, v.updated_at, v.n = e.revision AS current
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3,
     LATERAL (SELECT e.revision AS n, e.title, e.word_count, e.author_id, e.revised_at AS created_at, e.updated_at
              UNION ALL
              SELECT o.n, o.title, o.word_count, o.author_id, o.created_at, o.updated_at
              FROM journals.versions AS o WHERE o.user_id = e.user_id AND o.entry_id = e.id) AS v
WHERE m.user_id = $1 AND m.journal_id = $2 AND e.journal_id = $2 AND j.deleted_at IS NULL AND e.deleted_at IS NULL
      AND v.n < $4::integer
ORDER BY v.n DESC LIMIT $5

-- Those of numbers $4 and $5 (which may be the same), in this order.
-- name: version_pair (read)
SELECT v.n, v.title, v.content, v.word_count, v.author_id, v.created_at, v.updated_at, v.n = e.revision AS current,
       m.role, e.version
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3,
     LATERAL (SELECT e.revision AS n, e.title, e.content, e.word_count, e.author_id, e.revised_at AS created_at,
                     e.updated_at
              UNION ALL
              SELECT o.n, o.title, o.content, o.word_count, o.author_id, o.created_at, o.updated_at
              FROM journals.versions AS o
              WHERE o.user_id = e.user_id AND o.entry_id = e.id AND o.n IN ($4::integer, $5::integer)) AS v
WHERE m.user_id = $1 AND m.journal_id = $2 AND e.journal_id = $2 AND j.deleted_at IS NULL AND e.deleted_at IS NULL
      AND v.n IN ($4::integer, $5::integer)
ORDER BY v.n = $5::integer

-- Sharing: the owner's alone, but for leaving.

-- Everybody who may read it, newest first, behind moment $3 and id $4, at most $5.
-- name: share_list (read)
SELECT s.*
FROM journals.journals AS j,
     LATERAL (SELECT m.id, 'user' AS kind, m.email, m.user_id AS member_id, m.role, NULL::timestamptz AS expires_at,
                     NULL::boolean AS password, NULL::integer AS opened_count, NULL::timestamptz AS last_opened_at,
                     m.created_at, m.updated_at, m.version
              FROM journals.members AS m
              WHERE m.owner_id = j.user_id AND m.journal_id = j.id AND m.role <> 'owner'
              UNION ALL
              SELECT i.id, 'invitation', i.email, NULL, i.role, NULL, NULL, NULL, NULL, i.created_at, i.updated_at, i.version
              FROM journals.invitations AS i WHERE i.user_id = j.user_id AND i.journal_id = j.id
              UNION ALL
              SELECT l.id, 'link', NULL, NULL, 'viewer', l.expires_at, l.password_hash IS NOT NULL, l.opened_count,
                     l.last_opened_at, l.created_at, l.updated_at, l.version
              FROM journals.links AS l WHERE l.user_id = j.user_id AND l.journal_id = j.id) AS s
WHERE j.user_id = $1 AND j.id = $2 AND j.deleted_at IS NULL AND (s.created_at, s.id) < ($3::timestamptz, $4::uuid)
ORDER BY s.created_at DESC, s.id DESC LIMIT $5

-- $3 id, $4 with whom, $5 their address, $6 role or NULL for a viewer's. One who has it already gets the role, if one is said: `fresh` says whether one has not.
-- No row: no such journal of the caller.
-- name: share_user
WITH j AS MATERIALIZED (
	SELECT user_id, id, name FROM journals.journals
	WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL FOR SHARE
), m AS (
	INSERT INTO journals.members AS m (user_id, id, journal_id, owner_id, role, email)
	SELECT $4, $3, j.id, j.user_id, coalesce($6, 'viewer'), $5 FROM j
	ON CONFLICT (user_id, journal_id) DO UPDATE
	SET role = coalesce($6, m.role), email = excluded.email, version = m.version + 1, updated_at = now()
	RETURNING m.*
)
SELECT m.id, 'user' AS kind, m.email, m.user_id AS member_id, m.role, m.created_at, m.updated_at, m.version,
       m.version = 1 AS fresh,
       bus.publish('JournalShared', m.user_id, m.id, m.version,
                   jsonb_build_object('journal_id', j.id, 'owner_id', j.user_id, 'role', m.role)) AS event
FROM m, j

-- $3 id, $4 address, $5 its key, $6 role, $7 locale of the one who invites, $8 their name, $9 where to register.
-- name: share_invite
WITH j AS MATERIALIZED (
	SELECT user_id, id, name FROM journals.journals
	WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL FOR SHARE
), old AS MATERIALIZED (
	SELECT i.role FROM j JOIN journals.invitations AS i ON i.user_id = j.user_id AND i.journal_id = j.id AND i.email_key = $5
), i AS (
	INSERT INTO journals.invitations AS i (user_id, id, journal_id, email, email_key, role)
	SELECT j.user_id, $3, j.id, $4, $5, coalesce($6, 'viewer') FROM j
	ON CONFLICT (user_id, journal_id, email_key) DO UPDATE
	SET role = coalesce($6, i.role), email = excluded.email, version = i.version + 1, updated_at = now()
	RETURNING i.*
)
-- Who asks again for what there is sends no second mail.
SELECT i.id, 'invitation' AS kind, i.email, NULL AS member_id, i.role, i.created_at, i.updated_at, i.version,
       i.version = 1 AS fresh,
       CASE WHEN i.role IS DISTINCT FROM (SELECT old.role FROM old)
            THEN bus.publish('JournalInvited', i.user_id, i.id, i.version,
                             jsonb_build_object('journal_id', j.id, 'email', i.email, 'role', i.role, 'name', j.name,
                                                'inviter', $8::text, 'locale', $7::text, 'link', $9::text), 'notifications')
       END AS event
FROM i, j

-- $3 id, $4 hash of the token, $5 hash of the password or NULL, $6 until when or NULL.
-- name: share_link
INSERT INTO journals.links (user_id, id, journal_id, token_hash, password_hash, expires_at)
SELECT user_id, $3, id, decode($4, 'hex'), $5, $6 FROM journals.journals
WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL
RETURNING id, 'link' AS kind, 'viewer' AS role, expires_at, password_hash IS NOT NULL AS password, opened_count,
          last_opened_at, created_at, updated_at, version

-- Share $3 ends, whichever kind it is: by the owner, or by the one whose it is.
-- name: share_end
WITH m AS (
	DELETE FROM journals.members AS m
	WHERE m.journal_id = $2 AND m.id = $3 AND m.role <> 'owner' AND (m.owner_id = $1 OR m.user_id = $1)
	RETURNING m.user_id, m.id, m.journal_id, m.owner_id, m.version
), i AS (
	DELETE FROM journals.invitations WHERE user_id = $1 AND journal_id = $2 AND id = $3 RETURNING id
), l AS (
	DELETE FROM journals.links WHERE user_id = $1 AND journal_id = $2 AND id = $3 RETURNING id
)
SELECT m.id, bus.publish('JournalUnshared', m.user_id, m.id, m.version + 1,
                         jsonb_build_object('journal_id', m.journal_id, 'owner_id', m.owner_id)) AS event FROM m
UNION ALL SELECT id, NULL FROM i
UNION ALL SELECT id, NULL FROM l

-- Public pages

-- $1 hash of the token.
-- name: link_by_token (read)
SELECT l.user_id, l.id, l.journal_id, l.password_hash, l.expires_at IS NOT NULL AND l.expires_at <= now() AS expired,
       j.name, j.description, (SELECT p.locale FROM identity.profile(l.user_id) AS p) AS locale
FROM journals.links AS l JOIN journals.journals AS j ON j.user_id = l.user_id AND j.id = l.journal_id
WHERE l.token_hash = decode($1, 'hex') AND j.deleted_at IS NULL

-- $1 and $2 owner and id of a link: somebody has opened it.
-- name: link_opened
UPDATE journals.links SET opened_count = opened_count + 1, last_opened_at = now() WHERE user_id = $1 AND id = $2

-- $1 owner, $2 journal, behind day $3 and id $4, at most $5.
-- name: page_entries (read)
SELECT id, title, content, entry_date, mood, tags, attachments, before >= 4194304 AS beyond
FROM (SELECT e.*, sum(octet_length(e.content)) OVER w - octet_length(e.content) AS before,
             lag(octet_length(e.content), 1, 0) OVER w AS last
      FROM (SELECT e.* FROM journals.entries AS e
            WHERE e.user_id = $1 AND e.journal_id = $2 AND e.deleted_at IS NULL
                  AND (e.entry_date, e.id) < ($3::date, $4::uuid)
            ORDER BY e.entry_date DESC, e.id DESC LIMIT $5) AS e
      WINDOW w AS (ORDER BY e.entry_date DESC, e.id DESC)) AS e
WHERE before - last < 4194304
ORDER BY entry_date DESC, id DESC

-- Attachments

-- What the caller would attach to, before the bytes come: whose journal it is, and how many MiB its owner has attached.
-- name: attachment_place (read)
SELECT m.role, e.user_id AS owner_id,
       (SELECT coalesce(sum(a.size), 0) FROM journals.attachments AS a WHERE a.user_id = e.user_id) AS used
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3
WHERE m.user_id = $1 AND m.journal_id = $2 AND e.journal_id = $2 AND j.deleted_at IS NULL AND e.deleted_at IS NULL

-- $1 owner, $2 hash: this content is about to be stored. Whoever is taking it out of the store at this moment is
-- waited for.
-- name: attachment_arrives
WITH waited AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(hashtextextended($2, 0)))
INSERT INTO journals.orphans (user_id, sha256, arriving) SELECT $1, $2, true FROM waited
RETURNING id

-- $1 owner: their uploads one after another, so that the quota holds.
-- name: attachment_turn
SELECT pg_advisory_xact_lock(hashtextextended('attachments ' || $1, 0))

-- $4 id, $5 filename, $6 media type, $7 size, $8 hash, $9 width, $10 height, $11 quota in bytes; $12 the arrival. No row:
-- it is not the caller's to write, the quota is full, or the id is taken.
-- name: attachment_create
WITH e AS MATERIALIZED (
	SELECT e.user_id, e.id, e.journal_id
	FROM journals.members AS m
	     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
	     JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.id = $3
	WHERE m.user_id = $1 AND m.journal_id = $2 AND m.role <> 'viewer' AND j.deleted_at IS NULL
	      AND e.journal_id = $2 AND e.deleted_at IS NULL
	      AND (SELECT coalesce(sum(a.size), 0) FROM journals.attachments AS a WHERE a.user_id = e.user_id) + $7 <= $11
	FOR SHARE OF j FOR UPDATE OF e
), a AS (
	INSERT INTO journals.attachments (user_id, id, journal_id, entry_id, author_id, filename, media_type, size, sha256,
	                                  width, height)
	SELECT user_id, $4, journal_id, id, $1, $5, $6, $7, $8, $9, $10 FROM e
	ON CONFLICT DO NOTHING
	RETURNING *
), arrived AS (
	DELETE FROM journals.orphans AS o USING a WHERE o.user_id = a.user_id AND o.id = $12
), n AS (
	UPDATE journals.entries AS n
	SET attachments = n.attachments || jsonb_build_array(journals.attachment_json(a.id, a.filename, a.media_type, a.size,
	                                                                              a.width, a.height, a.created_at)),
	    version = n.version + 1, updated_at = now()
	FROM a WHERE n.user_id = a.user_id AND n.id = a.entry_id
	RETURNING n.*
)
SELECT a.id, a.entry_id, a.journal_id, a.filename, a.media_type, a.size, a.sha256, a.width, a.height, a.created_at,
       '/api/journals/attachments/' || a.id AS url,
       bus.publish('EntryUpdated', n.user_id, n.id, n.version,
                   journals.entry_payload(n.journal_id, n.author_id, n.title, n.content, n.entry_date, n.time_zone, n.mood,
                                          n.tags, n.word_count, n.created_at, n.updated_at)) AS event
FROM a, n

-- $2 attachment: of an entry that the caller may read.
-- name: attachment_by_id (read)
SELECT a.id, a.entry_id, a.journal_id, a.filename, a.media_type, a.size, a.sha256, a.width, a.height, a.created_at,
       '/api/journals/attachments/' || a.id AS url, m.role
FROM journals.attachments AS a
     JOIN journals.members AS m ON m.user_id = $1 AND m.journal_id = a.journal_id AND m.owner_id = a.user_id
     JOIN journals.journals AS j ON j.user_id = a.user_id AND j.id = a.journal_id
     JOIN journals.entries AS e ON e.user_id = a.user_id AND e.id = a.entry_id
WHERE a.id = $2 AND j.deleted_at IS NULL AND e.deleted_at IS NULL

-- $1 owner, $2 journal, $3 attachment: as a public page shows it.
-- name: attachment_of_page (read)
SELECT a.id, a.filename, a.media_type, a.size, a.sha256, a.created_at
FROM journals.attachments AS a JOIN journals.entries AS e ON e.user_id = a.user_id AND e.id = a.entry_id
WHERE a.user_id = $1 AND a.journal_id = $2 AND a.id = $3 AND e.deleted_at IS NULL

-- $2 attachment: by the journal's owner, or the editor who attached it. Its content is an orphan then, unless something
-- else has it.
-- name: attachment_delete
WITH old AS MATERIALIZED (
	SELECT a.user_id, a.id
	FROM journals.attachments AS a
	     JOIN journals.members AS m ON m.user_id = $1 AND m.journal_id = a.journal_id AND m.owner_id = a.user_id
	     JOIN journals.journals AS j ON j.user_id = a.user_id AND j.id = a.journal_id
	     JOIN journals.entries AS e ON e.user_id = a.user_id AND e.id = a.entry_id
	WHERE a.id = $2 AND (m.role = 'owner' OR m.role = 'editor' AND a.author_id = $1) AND j.deleted_at IS NULL
	      AND e.deleted_at IS NULL
	FOR SHARE OF j FOR UPDATE OF e
), a AS (
	DELETE FROM journals.attachments AS a USING old
	WHERE a.user_id = old.user_id AND a.id = old.id
	RETURNING a.user_id, a.id, a.entry_id, a.sha256
), o AS (
	INSERT INTO journals.orphans (user_id, sha256) SELECT user_id, sha256 FROM a
), n AS (
	UPDATE journals.entries AS n
	SET attachments = (SELECT coalesce(jsonb_agg(x ORDER BY i), '[]')
	                   FROM jsonb_array_elements(n.attachments) WITH ORDINALITY AS t (x, i) WHERE x ->> 'id' <> a.id::text),
	    version = n.version + 1, updated_at = now()
	FROM a WHERE n.user_id = a.user_id AND n.id = a.entry_id
	RETURNING n.*
)
SELECT n.id, bus.publish('EntryUpdated', n.user_id, n.id, n.version,
                         journals.entry_payload(n.journal_id, n.author_id, n.title, n.content, n.entry_date, n.time_zone,
                                                n.mood, n.tags, n.word_count, n.created_at, n.updated_at)) AS event
FROM n

-- Files

-- For a file of any size: until the transaction ends.
-- name: transfer_unhurried (read)
SELECT set_config('statement_timeout', '0', true)

-- What the caller may read of a journal from day $3 to day $4, oldest first; `attachments` with the hashes of their contents.
-- name: entry_export (read)
SELECT e.id, e.title, e.content, e.entry_date, e.time_zone, e.mood, e.tags, e.word_count,
       CASE WHEN e.attachments = '[]' THEN '[]'
            ELSE (SELECT json_agg(json_build_object('id', a.id, 'filename', a.filename, 'media_type', a.media_type, 'size', a.size,
                                                    'sha256', a.sha256, 'width', a.width, 'height', a.height,
                                                    'created_at', to_char(a.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
                                  ORDER BY a.created_at, a.id)
                  FROM journals.attachments AS a WHERE a.user_id = e.user_id AND a.entry_id = e.id) END AS attachments,
       e.created_at, e.updated_at
FROM journals.members AS m
     JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
     JOIN journals.entries AS e ON e.user_id = j.user_id AND e.journal_id = j.id
WHERE m.user_id = $1 AND m.journal_id = $2 AND j.deleted_at IS NULL AND e.deleted_at IS NULL
      AND e.entry_date >= $3::date AND e.entry_date <= $4::date
ORDER BY e.entry_date, e.id

-- Where a file would be taken in: whose journal it is, and how many bytes its owner has attached.
-- name: import_place (read)
SELECT m.role, m.owner_id,
       (SELECT coalesce(sum(a.size), 0) FROM journals.attachments AS a WHERE a.user_id = m.owner_id) AS used
FROM journals.members AS m JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
WHERE m.user_id = $1 AND m.journal_id = $2 AND j.deleted_at IS NULL

-- Which of the ids $3 are entries of that journal, in its trash too.
-- name: import_known (read)
SELECT e.id
FROM journals.members AS m JOIN journals.entries AS e ON e.user_id = m.owner_id AND e.journal_id = m.journal_id
WHERE m.user_id = $1 AND m.journal_id = $2 AND e.id = ANY ($3::uuid[])

-- $1 owner: contents of these hashes that they have attached somewhere.
-- name: import_contents (read)
SELECT DISTINCT ON (sha256) sha256, media_type, size, width, height
FROM journals.attachments WHERE user_id = $1 AND sha256 = ANY ($2::text[])
ORDER BY sha256

-- A batch, as a JSON array $3 of entries: `attachments` are what is to belong to each that is new. What is there stays as
-- it is, unless it lies in the trash as the file has it. One row, or none when it is not the caller's to write.
-- name: entry_import
WITH m AS MATERIALIZED (
	SELECT m.owner_id, coalesce((SELECT p.time_zone FROM identity.profile($1) AS p), 'UTC') AS time_zone
	FROM journals.members AS m JOIN journals.journals AS j ON j.user_id = m.owner_id AND j.id = m.journal_id
	WHERE m.user_id = $1 AND m.journal_id = $2 AND m.role <> 'viewer' AND j.deleted_at IS NULL
	FOR SHARE OF j
), i AS MATERIALIZED (
	SELECT m.owner_id, i.id, i.title, i.content, i.entry_date, coalesce(i.time_zone, m.time_zone) AS time_zone, i.mood, i.tags,
	       i.word_count, i.attachments, coalesce(i.created_at, now()) AS created_at,
	       coalesce(i.updated_at, i.created_at, now()) AS updated_at
	FROM m, json_to_recordset($3::json) AS i (id uuid, title text, content text, entry_date date, time_zone text, mood smallint,
	                                          tags text[], word_count integer, attachments json, created_at timestamptz,
	                                          updated_at timestamptz)
), e AS (
	INSERT INTO journals.entries (user_id, id, journal_id, author_id, title, content, entry_date, time_zone, mood, tags,
	                              word_count, attachments, revised_at, created_at, updated_at)
	SELECT owner_id, id, $2, $1, title, content, entry_date, time_zone, mood, tags, word_count,
	       (SELECT coalesce(jsonb_agg(journals.attachment_json(a.id, a.filename, a.media_type, a.size, a.width, a.height,
	                                                           coalesce(a.created_at, now()))), '[]')
	        FROM json_to_recordset(i.attachments) AS a (id uuid, filename text, media_type text, size bigint, width integer,
	                                                    height integer, created_at timestamptz)),
	       updated_at, created_at, updated_at
	FROM i
	ON CONFLICT (user_id, id) DO NOTHING
	RETURNING *
), a AS (
	INSERT INTO journals.attachments (user_id, id, journal_id, entry_id, author_id, filename, media_type, size, sha256, width,
	                                  height, created_at)
	SELECT e.user_id, a.id, e.journal_id, e.id, $1, a.filename, a.media_type, a.size, a.sha256, a.width, a.height,
	       coalesce(a.created_at, now())
	FROM e JOIN i ON i.id = e.id,
	     json_to_recordset(i.attachments) AS a (id uuid, filename text, media_type text, size bigint, sha256 text, width integer,
	                                            height integer, created_at timestamptz)
	ON CONFLICT DO NOTHING
	RETURNING size
), old AS MATERIALIZED (
	SELECT o.user_id, o.id, o.deleted_at IS NOT NULL AS trashed,
	       o.journal_id = $2 AND (o.title, o.content, o.entry_date, o.time_zone, o.tags)
	           = (i.title, i.content, i.entry_date, i.time_zone, i.tags) AND o.mood IS NOT DISTINCT FROM i.mood AS same
	FROM i JOIN journals.entries AS o ON o.user_id = i.owner_id AND o.id = i.id
), r AS (
	UPDATE journals.entries AS e SET deleted_at = NULL, version = e.version + 1, updated_at = now()
	FROM old WHERE old.trashed AND old.same AND e.user_id = old.user_id AND e.id = old.id
	RETURNING e.*
)
SELECT (SELECT count(bus.publish('EntryCreated', user_id, id, version,
                                 journals.entry_payload(journal_id, author_id, title, content, entry_date, time_zone, mood,
                                                        tags, word_count, created_at, updated_at))) FROM e) AS created,
       (SELECT count(bus.publish('EntryRestored', user_id, id, version,
                                 journals.entry_payload(journal_id, author_id, title, content, entry_date, time_zone, mood,
                                                        tags, word_count, created_at, updated_at))) FROM r) AS restored,
       (SELECT count(*) FROM old WHERE NOT same) AS conflicts,
       (SELECT count(*) FROM a) AS attachments
FROM m

-- $1 owner: these arrivals are over, whether something has them now or not.
-- name: attachment_arrived
UPDATE journals.orphans SET arriving = false WHERE user_id = $1 AND id = ANY ($2::uuid[])

-- Templates: $2 is the template here.

-- name: template_by_id (read)
SELECT id, name, description, title, content, tags, false AS builtin, created_at, updated_at, version
FROM journals.templates WHERE user_id = $1 AND id = $2

-- In the order of their names, behind name $2 and id $3, at most $4.
-- name: template_list (read)
SELECT id, name, description, title, content, tags, false AS builtin, created_at, updated_at, version
FROM journals.templates
WHERE user_id = $1 AND (name COLLATE "C", id) > ($2, $3::uuid)
ORDER BY name COLLATE "C", id LIMIT $4

-- $3 name, $4 description, $5 title, $6 content, $7 tags. No row: the id is taken.
-- name: template_create
INSERT INTO journals.templates (user_id, id, name, description, title, content, tags)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (user_id, id) DO NOTHING
RETURNING id, name, description, title, content, tags, false AS builtin, created_at, updated_at, version

-- $3 version or NULL for any, $4 to $8 as $3 to $7 above.
-- name: template_update
UPDATE journals.templates
SET name = $4, description = $5, title = $6, content = $7, tags = $8, version = version + 1, updated_at = now()
WHERE user_id = $1 AND id = $2 AND version = coalesce($3, version)
RETURNING id, name, description, title, content, tags, false AS builtin, created_at, updated_at, version

-- $3 version or NULL for any.
-- name: template_delete
DELETE FROM journals.templates
WHERE user_id = $1 AND id = $2 AND version = coalesce($3, version)
RETURNING id
