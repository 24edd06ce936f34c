-- Search: that a document's words are unread is noted once for each event that wrote it, so nobody looks whether it was noted
-- already, which costs an insert about half.

SET LOCAL ROLE aurora;

ALTER TABLE search.unread
	DROP CONSTRAINT unread_pkey,
	ADD COLUMN event bigint NOT NULL DEFAULT 0,
	ADD PRIMARY KEY (user_id, type, id, event);
ALTER TABLE search.unread ALTER COLUMN event DROP DEFAULT;
