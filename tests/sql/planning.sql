-- Times of planning: what clocks show becomes an instant as RFC 5545 says, and as functions/planning/zone.c does it.

SET search_path = tap;
SELECT no_plan();

-- Instants from the zones' rules: a time that is skipped is later by the gap, one that comes twice is the first.
SELECT is(planning.instant(local::timestamp, zone), instant::timestamptz, format('%s in %s', local, zone))
FROM (VALUES
	('2026-03-29 01:59', 'Europe/Berlin', '2026-03-29 00:59Z'), ('2026-03-29 02:30', 'Europe/Berlin', '2026-03-29 01:30Z'),
	('2026-03-29 03:00', 'Europe/Berlin', '2026-03-29 01:00Z'), ('2026-10-25 01:59', 'Europe/Berlin', '2026-10-24 23:59Z'),
	('2026-10-25 02:30', 'Europe/Berlin', '2026-10-25 00:30Z'), ('2026-10-25 03:00', 'Europe/Berlin', '2026-10-25 02:00Z'),
	('2026-03-08 02:30', 'America/New_York', '2026-03-08 07:30Z'), ('2026-11-01 01:30', 'America/New_York', '2026-11-01 05:30Z'),
	('2026-11-01 02:00', 'America/New_York', '2026-11-01 07:00Z'), ('2026-10-04 02:15', 'Australia/Lord_Howe', '2026-10-03 15:45Z'),
	('2026-04-05 01:45', 'Australia/Lord_Howe', '2026-04-04 14:45Z'), ('2026-04-05 02:00', 'Australia/Lord_Howe', '2026-04-04 15:30Z'),
	('2026-02-15 02:30', 'Africa/Casablanca', '2026-02-15 01:30Z'), ('2026-03-22 02:30', 'Africa/Casablanca', '2026-03-22 02:30Z'),
	('2026-03-29 02:30', 'UTC', '2026-03-29 02:30Z'), ('2500-07-01 12:00', 'Europe/Berlin', '2500-07-01 10:00Z'))
     AS t (local, zone, instant);

SELECT is(planning.time_instant(said::jsonb, 'Asia/Kathmandu'), instant::timestamptz, format('%s in Kathmandu', said))
FROM (VALUES ('{"date": "2026-03-29"}', '2026-03-28 18:15Z'), ('{"local": "2026-03-29T09:00"}', '2026-03-29 03:15Z'),
             ('{"local": "2026-03-29T09:00", "time_zone": "Europe/Berlin"}', '2026-03-29 07:00Z'), (NULL, 'infinity'))
     AS t (said, instant);

-- A day is late when it is over, which need not be after 24 hours.
SELECT is(planning.time_late(said::jsonb, 'Europe/Berlin'), instant::timestamptz, format('%s is late', coalesce(said, 'nothing')))
FROM (VALUES ('{"date": "2026-03-29"}', '2026-03-29 22:00Z'), ('{"local": "2026-03-29T09:00"}', '2026-03-29 07:00Z'), (NULL, 'infinity'))
     AS t (said, instant);

SELECT * FROM finish();
