-- Search: an event is found by where it is, and by what single occurrences of it are called.

SET LOCAL ROLE aurora;

-- What else of the payload stands in the body, behind body_member. NULL: nothing.
ALTER TABLE search.types ADD COLUMN more_text jsonpath[];
UPDATE search.types
SET more_text = ARRAY['$.location', '$.overrides.*.title', '$.overrides.*.location', '$.overrides.*.description']::jsonpath[]
WHERE type = 'events';

-- What is there already is told to the index once more.
DO $$
DECLARE
	told record;
	last_user uuid;
	last_id uuid;
BEGIN
	LOOP
		SELECT * INTO told FROM planning.announce_events(last_user, last_id, 1000);
		EXIT WHEN told.announced = 0;
		last_user := told.last_user;
		last_id := told.last_id;
	END LOOP;
END
$$;
