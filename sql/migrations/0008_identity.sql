-- identity: an answer that is kept for somebody who was not signed in goes with the account that it is about.

SET LOCAL ROLE aurora;

ALTER TABLE identity.idempotency ADD COLUMN about uuid;
CREATE INDEX idempotency_about ON identity.idempotency (about) WHERE about IS NOT NULL;

-- Stored answers have the same columns in every context, for one set of statements serves all.
ALTER TABLE thoughts.idempotency ADD COLUMN about uuid;
ALTER TABLE search.idempotency ADD COLUMN about uuid;
