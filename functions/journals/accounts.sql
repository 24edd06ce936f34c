-- What accounts that begin and end mean for journals. $1 is always a JSON array of events.
-- role: journals

-- Invitations to the addresses of those who have registered become shares.
-- name: account_invited
WITH i AS (
	DELETE FROM journals.invitations AS i
	USING (SELECT DISTINCT (e ->> 'user_id')::uuid AS user_id FROM json_array_elements($1::json) AS t (e)
	       WHERE e ->> 'type' = 'UserRegistered') AS r,
	      identity.profile(r.user_id) AS p
	WHERE i.email_key = p.email_key
	RETURNING i.*, r.user_id AS member_id
), m AS (
	INSERT INTO journals.members (user_id, id, journal_id, owner_id, role, email)
	SELECT member_id, id, journal_id, user_id, role, email FROM i WHERE member_id <> user_id
	ON CONFLICT DO NOTHING
	RETURNING *
)
SELECT bus.publish('JournalShared', m.user_id, m.id, m.version,
                   jsonb_build_object('journal_id', m.journal_id, 'owner_id', m.owner_id, 'role', m.role)) AS event
FROM m

-- Whatever the users have whose UserDeleted is among these events, a batch of each kind; what they wrote in others'
-- journals stays there and is nobody's. No row: nothing is left.
-- name: account_erase
WITH u AS MATERIALIZED (
	SELECT DISTINCT (e ->> 'user_id')::uuid AS user_id FROM json_array_elements($1::json) AS t (e)
	WHERE e ->> 'type' = 'UserDeleted'
), shares AS (
	DELETE FROM journals.members WHERE (user_id, id) IN (
		SELECT m.user_id, m.id FROM u JOIN journals.members AS m ON m.owner_id = u.user_id OR m.user_id = u.user_id
		LIMIT 1000)
	RETURNING user_id, id, journal_id, owner_id, role, version
), some_invitations AS (
	DELETE FROM journals.invitations WHERE (user_id, id) IN (
		SELECT i.user_id, i.id FROM u JOIN journals.invitations AS i USING (user_id) LIMIT 1000)
	RETURNING 1
), some_links AS (
	DELETE FROM journals.links WHERE (user_id, id) IN (
		SELECT l.user_id, l.id FROM u JOIN journals.links AS l USING (user_id) LIMIT 1000)
	RETURNING 1
), some_attachments AS (
	DELETE FROM journals.attachments WHERE (user_id, id) IN (
		SELECT a.user_id, a.id FROM u JOIN journals.attachments AS a USING (user_id) LIMIT 1000)
	RETURNING user_id, sha256
), orphans AS (
	INSERT INTO journals.orphans (user_id, sha256) SELECT DISTINCT user_id, sha256 FROM some_attachments
), some_versions AS (
	DELETE FROM journals.versions WHERE (user_id, entry_id, n) IN (
		SELECT v.user_id, v.entry_id, v.n FROM u JOIN journals.versions AS v USING (user_id) LIMIT 1000)
	RETURNING 1
), some_entries AS (
	DELETE FROM journals.entries WHERE (user_id, id) IN (
		SELECT e.user_id, e.id FROM u JOIN journals.entries AS e USING (user_id) LIMIT 1000)
	RETURNING 1
), some_journals AS (
	DELETE FROM journals.journals WHERE (user_id, id) IN (
		SELECT j.user_id, j.id FROM u JOIN journals.journals AS j USING (user_id) LIMIT 1000)
	RETURNING 1
), some_templates AS (
	DELETE FROM journals.templates WHERE (user_id, id) IN (
		SELECT t.user_id, t.id FROM u JOIN journals.templates AS t USING (user_id) LIMIT 1000)
	RETURNING 1
), some_answers AS (
	DELETE FROM journals.idempotency WHERE (user_id, key) IN (
		SELECT a.user_id, a.key FROM u JOIN journals.idempotency AS a USING (user_id) LIMIT 1000)
	RETURNING 1
), guest_entries AS (
	UPDATE journals.entries SET author_id = NULL, session_id = NULL WHERE (user_id, id) IN (
		SELECT e.user_id, e.id FROM u JOIN journals.entries AS e ON e.author_id = u.user_id AND e.author_id <> e.user_id
		LIMIT 1000)
	RETURNING 1
), guest_versions AS (
	UPDATE journals.versions SET author_id = NULL WHERE (user_id, entry_id, n) IN (
		SELECT v.user_id, v.entry_id, v.n
		FROM u JOIN journals.versions AS v ON v.author_id = u.user_id AND v.author_id <> v.user_id LIMIT 1000)
	RETURNING 1
), guest_attachments AS (
	UPDATE journals.attachments SET author_id = NULL WHERE (user_id, id) IN (
		SELECT a.user_id, a.id
		FROM u JOIN journals.attachments AS a ON a.author_id = u.user_id AND a.author_id <> a.user_id LIMIT 1000)
	RETURNING 1
)
SELECT count(*) AS erased,
       (SELECT count(bus.publish('JournalUnshared', s.user_id, s.id, s.version + 1,
                                 jsonb_build_object('journal_id', s.journal_id, 'owner_id', s.owner_id)))
        FROM shares AS s WHERE s.role <> 'owner' AND s.user_id NOT IN (SELECT user_id FROM u)) AS unshared
FROM (SELECT FROM shares UNION ALL SELECT FROM some_invitations UNION ALL SELECT FROM some_links
      UNION ALL SELECT FROM some_attachments UNION ALL SELECT FROM some_versions UNION ALL SELECT FROM some_entries
      UNION ALL SELECT FROM some_journals UNION ALL SELECT FROM some_templates UNION ALL SELECT FROM some_answers
      UNION ALL SELECT FROM guest_entries UNION ALL SELECT FROM guest_versions
      UNION ALL SELECT FROM guest_attachments) AS gone
HAVING count(*) > 0
