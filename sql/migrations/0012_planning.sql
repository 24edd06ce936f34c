-- Planning: tasks, events, what recurs of them, and what is to be remembered when.
--
-- A time is kept as it was said, as JSON: {"date"}, {"local"} or {"local", "time_zone"}. Beside it stands what an index needs: of
-- a task the instant (`due_at`), for times without a zone in the zone of its user (`zone`); of an event the span in which all
-- of it lies wherever it is read (`span_from`, `span_to`).
--
-- A recurring task is one row that moves on with each completion: `series_start` is where its series begins, `occurrence` which
-- of it the row stands for, whatever its `due` was changed to. A recurring event is one row too; `overrides` has what differs,
-- by occurrence.

RESET ROLE;
CREATE SCHEMA planning AUTHORIZATION aurora;
COMMENT ON SCHEMA planning IS 'tasks, events, categories, calendar feeds and reminders';

SET LOCAL ROLE aurora;

CREATE TYPE planning.priority AS ENUM ('none', 'low', 'medium', 'high', 'urgent');

-- When clocks in a zone show this: the first time of two, and forward by the gap where they never do (RFC 5545, 3.3.5).
-- PostgreSQL alone takes the second of two. (In plpgsql a call costs a tenth of what it costs in SQL.)
CREATE FUNCTION planning.instant(local timestamp, zone text) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
	utc CONSTANT timestamptz := local AT TIME ZONE 'UTC';
	-- By what clocks there differ from UTC a day before and a day after.
	early CONSTANT timestamptz := utc - ((utc - interval '1 day') AT TIME ZONE zone - (local - interval '1 day'));
	late CONSTANT timestamptz := utc - ((utc + interval '1 day') AT TIME ZONE zone - (local + interval '1 day'));
BEGIN
	IF late <> early AND late AT TIME ZONE zone = local AND (late < early OR early AT TIME ZONE zone <> local) THEN
		RETURN late;
	END IF;
	RETURN early;
END
$$;

-- The instant of a time, read in `zone` where it has none; infinity for none at all.
CREATE FUNCTION planning.time_instant(said jsonb, zone text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN said IS NULL THEN 'infinity'
	            ELSE planning.instant(coalesce(said ->> 'local', said ->> 'date')::timestamp, coalesce(said ->> 'time_zone', zone)) END
$$;

-- From when on it is late: a day is over when the next one begins.
CREATE FUNCTION planning.time_late(said jsonb, zone text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN said ->> 'date' IS NULL THEN planning.time_instant(said, zone)
	            ELSE planning.instant((said ->> 'date')::timestamp + interval '1 day', zone) END
$$;

CREATE TABLE planning.categories (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	name text NOT NULL,
	name_key text NOT NULL, -- lower case: what makes two names the same
	color text NOT NULL DEFAULT '#808080',
	position numeric NOT NULL DEFAULT extract(epoch FROM clock_timestamp()),
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX categories_name ON planning.categories (user_id, name_key);

-- A position lies between two others for ever: what is new comes last, and nothing is numbered anew.
CREATE TABLE planning.tasks (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	uid text, -- of iCalendar, where it came with one
	title text NOT NULL,
	notes text NOT NULL DEFAULT '',
	category_id uuid,
	priority planning.priority NOT NULL DEFAULT 'none',
	tags text[] NOT NULL DEFAULT '{}', -- sorted, lower case
	parent_id uuid, -- of a subtask; a parent has none itself
	position numeric NOT NULL DEFAULT extract(epoch FROM clock_timestamp()),
	due jsonb,
	due_at timestamptz NOT NULL DEFAULT 'infinity',
	late_at timestamptz NOT NULL DEFAULT 'infinity',
	starts jsonb,
	zone text NOT NULL DEFAULT 'UTC', -- of the user, for times without one
	recurrence jsonb,
	series_start jsonb,
	occurrence jsonb,
	reminders jsonb NOT NULL DEFAULT '[]',
	snoozed_until timestamptz,
	completed_at timestamptz,
	completed boolean NOT NULL GENERATED ALWAYS AS (completed_at IS NOT NULL) STORED,
	extra text NOT NULL DEFAULT '', -- lines of iCalendar that nothing here stands for
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	deleted_at timestamptz, -- in the trash since
	PRIMARY KEY (user_id, id),
	FOREIGN KEY (user_id, category_id) REFERENCES planning.categories (user_id, id),
	FOREIGN KEY (user_id, parent_id) REFERENCES planning.tasks (user_id, id) ON DELETE SET NULL (parent_id)
);
CREATE INDEX tasks_due ON planning.tasks (user_id, due_at, id) WHERE deleted_at IS NULL AND completed_at IS NULL;
CREATE INDEX tasks_done ON planning.tasks (user_id, due_at) WHERE deleted_at IS NULL AND completed_at IS NOT NULL;
CREATE INDEX tasks_recurring ON planning.tasks (user_id, due_at)
	WHERE recurrence IS NOT NULL AND deleted_at IS NULL AND completed_at IS NULL;
CREATE INDEX tasks_children ON planning.tasks (user_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX tasks_category ON planning.tasks (user_id, category_id) WHERE category_id IS NOT NULL;
CREATE INDEX tasks_trash ON planning.tasks (user_id, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks_sweep ON planning.tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE UNIQUE INDEX tasks_uid ON planning.tasks (user_id, uid) WHERE uid IS NOT NULL;

-- A task as it is answered.
CREATE VIEW planning.task_list AS
SELECT t.*, (SELECT jsonb_build_object('total', count(*), 'completed', count(s.completed_at))
             FROM planning.tasks AS s
             WHERE s.user_id = t.user_id AND s.parent_id = t.id AND s.deleted_at IS NULL) AS progress
FROM planning.tasks AS t;

CREATE FUNCTION planning.progress(t planning.tasks) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT l.progress FROM planning.task_list AS l WHERE l.user_id = t.user_id AND l.id = t.id
$$;

-- Between which instants a list of what is due is to be, and in which zone it is read: `zone`, else the user's own.
CREATE FUNCTION planning.bounds(of_user uuid, said_from jsonb, said_to jsonb, zone text,
                                OUT due_from timestamptz, OUT due_to timestamptz, OUT reader text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF said_from IS NOT NULL OR said_to IS NOT NULL THEN
		reader := coalesce(zone, (SELECT p.time_zone FROM identity.profile(of_user) AS p), 'UTC');
		due_from := CASE WHEN said_from IS NOT NULL THEN planning.time_instant(said_from, reader) END;
		due_to := CASE WHEN said_to IS NOT NULL THEN planning.time_late(said_to, reader) END;
	END IF;
END
$$;

-- The instant at which a task is due for who reads it in a zone: a day is a day wherever it is read.
CREATE FUNCTION planning.due_for(t planning.tasks, reader text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN t.zone = reader OR t.due ? 'time_zone' THEN t.due_at ELSE planning.time_instant(t.due, reader) END
$$;

-- Whether a list with these filters has this task; NULL for a filter that is not there.
CREATE FUNCTION planning.matches(t planning.tasks, status text, category uuid, of_priority planning.priority, with_tags text[],
                                 due_from timestamptz, due_to timestamptz, reader text, overdue boolean, parent uuid,
                                 trash boolean)
RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT (status = 'all' OR (t.completed_at IS NOT NULL) = (status = 'done')) AND (category IS NULL OR t.category_id = category)
	       AND (of_priority IS NULL OR t.priority = of_priority) AND t.tags @> with_tags
	       AND (due_from IS NULL OR t.due_at < 'infinity' AND planning.due_for(t, reader) >= due_from)
	       AND (due_to IS NULL OR planning.due_for(t, reader) < due_to)
	       AND (NOT overdue OR t.completed_at IS NULL AND t.late_at < now()) AND (parent IS NULL OR t.parent_id = parent)
	       AND (t.deleted_at IS NOT NULL) = trash
$$;

-- What was done of a recurring task, each time it moved on.
CREATE TABLE planning.completions (
	user_id uuid NOT NULL,
	task_id uuid NOT NULL,
	completed_at timestamptz NOT NULL,
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	occurrence jsonb NOT NULL,
	due jsonb NOT NULL,
	PRIMARY KEY (user_id, id),
	FOREIGN KEY (user_id, task_id) REFERENCES planning.tasks (user_id, id) ON DELETE CASCADE
);
CREATE INDEX completions_task ON planning.completions (user_id, task_id, completed_at, id);

CREATE TABLE planning.events (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	uid text, -- of iCalendar, where it came with one
	title text NOT NULL,
	description text NOT NULL DEFAULT '',
	location text NOT NULL DEFAULT '',
	category_id uuid,
	tags text[] NOT NULL DEFAULT '{}',
	start jsonb NOT NULL,
	"end" jsonb, -- exclusive, as in RFC 5545; or
	duration text, -- as ISO 8601 has it
	recurrence jsonb,
	overrides jsonb NOT NULL DEFAULT '{}', -- {"<occurrence>": {members that differ}}
	reminders jsonb NOT NULL DEFAULT '[]',
	extra text NOT NULL DEFAULT '',
	start_local text COLLATE "C" NOT NULL, -- of `start`, what lists are sorted by
	span_from timestamptz NOT NULL,
	span_to timestamptz NOT NULL, -- infinity: no end
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	deleted_at timestamptz, -- in the trash since
	PRIMARY KEY (user_id, id),
	FOREIGN KEY (user_id, category_id) REFERENCES planning.categories (user_id, id)
);
CREATE INDEX events_span ON planning.events (user_id, span_to) INCLUDE (span_from) WHERE deleted_at IS NULL;
CREATE INDEX events_start ON planning.events (user_id, start_local, id) WHERE deleted_at IS NULL;
CREATE INDEX events_category ON planning.events (user_id, category_id) WHERE category_id IS NOT NULL;
CREATE INDEX events_trash ON planning.events (user_id, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX events_sweep ON planning.events (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE UNIQUE INDEX events_uid ON planning.events (user_id, uid) WHERE uid IS NOT NULL;

-- Addresses at which a calendar program reads: who has the token reads.
CREATE TABLE planning.feeds (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	name text NOT NULL,
	mode text NOT NULL CHECK (mode IN ('full', 'busy')),
	category_id uuid,
	token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	last_used_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	version integer NOT NULL DEFAULT 1,
	PRIMARY KEY (user_id, id),
	FOREIGN KEY (user_id, category_id) REFERENCES planning.categories (user_id, id) ON DELETE CASCADE
);

-- What is to be said when: one row for a reminder of an occurrence at an instant. cron/reminders makes them of the events of
-- tasks and events, and publishes them; a row that was published stays for a while, so that it is not published again. What
-- is moved is reminded of anew: the instant is part of the key.
CREATE TABLE planning.reminders (
	user_id uuid NOT NULL,
	thing_id uuid NOT NULL,
	reminder text NOT NULL, -- which of the thing's: "-30 due", "at 2026-03-29T07:00:00Z", "snooze"
	occurrence text NOT NULL, -- of which occurrence, on the series' own clock; '' of a thing that has one alone
	due_at timestamptz NOT NULL,
	kind text NOT NULL CHECK (kind IN ('task', 'event')),
	about jsonb, -- the occurrence's due time or start; NULL where there is none
	about_at timestamptz,
	zone text NOT NULL, -- where that was read
	published_at timestamptz,
	attempts integer NOT NULL DEFAULT 0,
	error text,
	next_try_at timestamptz NOT NULL, -- due_at; later where it failed
	dead_at timestamptz, -- given up
	PRIMARY KEY (user_id, thing_id, reminder, occurrence, due_at)
);
CREATE INDEX reminders_due ON planning.reminders (next_try_at) WHERE published_at IS NULL AND dead_at IS NULL;
CREATE INDEX reminders_old ON planning.reminders (published_at) WHERE published_at IS NOT NULL;

-- In which zone reminders that have none of their own were last planned, once it was changed; `id` is the user's.
CREATE TABLE planning.zones (
	user_id uuid NOT NULL,
	id uuid NOT NULL,
	zone text NOT NULL,
	PRIMARY KEY (user_id, id)
);

CREATE TABLE planning.idempotency (
	user_id uuid NOT NULL,
	key text NOT NULL,
	route text NOT NULL,
	fingerprint bytea NOT NULL,
	status integer, -- the answer; NULL while the request is at work
	head text,
	body text,
	sealed boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	about uuid,
	PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_age ON planning.idempotency (created_at);

-- What a task's events carry.
CREATE FUNCTION planning.task_payload(t planning.tasks) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.jsonb_build_object('title', t.title, 'notes', t.notes, 'category_id', t.category_id, 'priority', t.priority,
	           'tags', t.tags, 'parent_id', t.parent_id, 'due', t.due, 'due_at', nullif(t.due_at, 'infinity'), 'at', CASE WHEN t.due_at < 'infinity' THEN t.due_at ELSE t.created_at END, 'starts', t.starts,
	           'time_zone', t.zone, 'recurrence', t.recurrence, 'series_start', t.series_start, 'occurrence', t.occurrence,
	           'reminders', t.reminders, 'snoozed_until', t.snoozed_until, 'completed', t.completed_at IS NOT NULL,
	           'completed_at', t.completed_at, 'created_at', t.created_at, 'updated_at', t.updated_at)
$$;

-- What an event's events carry.
CREATE FUNCTION planning.event_payload(e planning.events) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT pg_catalog.jsonb_build_object('title', e.title, 'description', e.description, 'location', e.location,
	           'category_id', e.category_id, 'tags', e.tags, 'start', e.start, 'at', planning.time_instant(e.start, 'UTC'), 'end', e."end", 'duration', e.duration,
	           'recurrence', e.recurrence, 'overrides', e.overrides, 'reminders', e.reminders,
	           'created_at', e.created_at, 'updated_at', e.updated_at)
$$;

-- Published to `search`: say again which tasks there are, `batch` from behind a key on, as thoughts.announce does.
CREATE FUNCTION planning.announce_tasks(after_user uuid, after_id uuid, batch integer,
                                        OUT last_user uuid, OUT last_id uuid, OUT announced integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = planning, pg_temp AS $$
DECLARE
	zero CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
	t planning.tasks;
BEGIN
	announced := 0;
	FOR t IN
		SELECT * FROM planning.tasks
		WHERE (user_id, id) > (coalesce(after_user, zero), coalesce(after_id, zero)) AND deleted_at IS NULL
		ORDER BY user_id, id LIMIT batch FOR SHARE
	LOOP
		PERFORM bus.append('planning', 'TaskSnapshot', t.user_id, t.id, t.version, planning.task_payload(t), 'search');
		last_user := t.user_id;
		last_id := t.id;
		announced := announced + 1;
	END LOOP;
END
$$;

-- The same for events.
CREATE FUNCTION planning.announce_events(after_user uuid, after_id uuid, batch integer,
                                         OUT last_user uuid, OUT last_id uuid, OUT announced integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = planning, pg_temp AS $$
DECLARE
	zero CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
	e planning.events;
BEGIN
	announced := 0;
	FOR e IN
		SELECT * FROM planning.events
		WHERE (user_id, id) > (coalesce(after_user, zero), coalesce(after_id, zero)) AND deleted_at IS NULL
		ORDER BY user_id, id LIMIT batch FOR SHARE
	LOOP
		PERFORM bus.append('planning', 'EventSnapshot', e.user_id, e.id, e.version, planning.event_payload(e), 'search');
		last_user := e.user_id;
		last_id := e.id;
		announced := announced + 1;
	END LOOP;
END
$$;

-- Published by identity: whether there is an account, and it may be used.
CREATE FUNCTION identity.active(of_user uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = identity, pg_temp AS $$
	SELECT EXISTS (SELECT FROM users u WHERE u.id = of_user AND NOT u.disabled)
$$;

INSERT INTO bus.types (type, publisher, audience) VALUES
	('TaskCreated', 'planning', NULL),
	('TaskUpdated', 'planning', NULL),
	('TaskCompleted', 'planning', NULL),
	('TaskReopened', 'planning', NULL),
	('TaskDeleted', 'planning', NULL),
	('TaskRestored', 'planning', NULL),
	('TaskSnapshot', 'planning', 'search'),
	('EventCreated', 'planning', NULL),
	('EventUpdated', 'planning', NULL),
	('EventDeleted', 'planning', NULL),
	('EventRestored', 'planning', NULL),
	('EventSnapshot', 'planning', 'search'),
	('TaskDueReminder', 'planning', NULL),
	('EventReminder', 'planning', NULL),
	('RemindersMissed', 'planning', NULL);

-- Reminders follow what is planned, and the zone of its user; an account that ends takes all that it had along.
INSERT INTO bus.consumers (k, name, types) VALUES
	(4, 'planning', ARRAY['UserUpdated', 'UserDeleted', 'TaskCreated', 'TaskUpdated', 'TaskCompleted', 'TaskReopened',
	                      'TaskDeleted', 'TaskRestored', 'EventCreated', 'EventUpdated', 'EventDeleted', 'EventRestored']);
SELECT bus.make_consumer('planning');

-- Search: tasks and events are found, by the time that they are about.
UPDATE search.types SET at_member = 'at' WHERE type IN ('tasks', 'events');
INSERT INTO search.events (event, type, effect) VALUES
	('TaskCreated', 'tasks', 'put'),
	('TaskUpdated', 'tasks', 'put'),
	('TaskCompleted', 'tasks', 'put'),
	('TaskReopened', 'tasks', 'put'),
	('TaskRestored', 'tasks', 'put'),
	('TaskSnapshot', 'tasks', 'put'),
	('TaskDeleted', 'tasks', 'drop'),
	('EventCreated', 'events', 'put'),
	('EventUpdated', 'events', 'put'),
	('EventRestored', 'events', 'put'),
	('EventSnapshot', 'events', 'put'),
	('EventDeleted', 'events', 'drop');
UPDATE bus.consumers SET types = types || (SELECT array_agg(e.event) FROM search.events e WHERE e.type IN ('tasks', 'events'))
WHERE name = 'search';
SELECT bus.set_rings();
