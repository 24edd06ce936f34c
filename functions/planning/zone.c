/*
 * zone: the C library's reader of tzdata, which knows the rule for the years behind a file's last change (RFC
 * 9636, 3.3) as PostgreSQL does. GLib's does too and takes 0.9 MiB; ICU has tzdata of its own, older than the
 * machine's.
 *
 * The C library has one zone at a time, in TZ, and reads a file for another. Nothing else in a function asks for local
 * time (localtime is banned), so TZ is this file's; what was asked is kept for a few zones, as calendars ask for the
 * same weeks again and again.
 */
#include "zone.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/clock.h"

#define DAY       86400
#define ZONE_NAME 64 /* as time_zone_valid has it */
#define ZONES     4
#define SPANS     256 /* two years */
/* Three days, as a shift. In tzdata since 1900 no two changes of a zone are as near: clocks that agree at both ends did
 * between. */
#define SPAN_BITS 18

struct zone {
	char setting[ZONE_NAME + 2];
	char name[ZONE_NAME + 1];
	struct span {
		int64_t number;
		int64_t change; /* where another offset begins; INT64_MAX: nowhere in it */
		int before, after;
	} spans[SPANS];
};

static struct zone kept[ZONES];
static const struct zone *in_use;

static struct zone *zone_named(const char *name)
{
	static struct zone *zone = kept;
	static unsigned next;

	if (!strcmp(zone->name, name) && zone->setting[0] != '\0')
		return zone;
	if (strlen(name) > ZONE_NAME)
		name = "UTC";
	for (size_t i = 0; i < ZONES; i++)
		if (!strcmp(kept[i].name, name) && kept[i].setting[0] != '\0')
			return zone = &kept[i];
	zone = &kept[next++ % ZONES];
	if (zone == in_use)
		in_use = NULL;
	*zone = (struct zone){0};
	for (size_t i = 0; i < SPANS; i++)
		zone->spans[i].number = INT64_MIN;
	snprintf(zone->name, sizeof(zone->name), "%s", name);
	/* With the colon it is a file's name and nothing else: "XYZ3" would be a zone of POSIX's. */
	snprintf(zone->setting, sizeof(zone->setting), ":%s", time_zone_valid(name) ? name : "UTC");
	return zone;
}

/* Seconds east of UTC, as the C library knows them. */
static int offset_read(const struct zone *zone, int64_t instant)
{
	struct tm shown;
	time_t at = instant;

	if (in_use != zone) {
		setenv("TZ", zone->setting, 1);
		tzset();
		in_use = zone;
	}
	return localtime_r(&at, &shown) ? (int)shown.tm_gmtoff : 0;
}

static void span_read(const struct zone *zone, struct span *span, int64_t number)
{
	int64_t length = INT64_C(1) << SPAN_BITS, from = number * length, to = from + length;

	span->number = number;
	span->before = offset_read(zone, from);
	span->after = offset_read(zone, to);
	span->change = INT64_MAX;
	if (span->before == span->after)
		return;
	while (to - from > 1) {
		int64_t between = from + (to - from) / 2;

		*(offset_read(zone, between) == span->before ? &from : &to) = between;
	}
	span->change = to;
}

static int64_t offset(struct zone *zone, int64_t instant)
{
	int64_t number = instant >> SPAN_BITS;
	struct span *span = &zone->spans[number & (SPANS - 1)];

	if (span->number != number)
		span_read(zone, span, number);
	return instant < span->change ? span->before : span->after;
}

int64_t zone_wall(const char *zone, int64_t instant)
{
	return instant + offset(zone_named(zone), instant);
}

int64_t zone_instant(const char *name, int64_t wall)
{
	struct zone *zone = zone_named(name);
	int64_t before, after;

	/*
	 * No zone is a day or more from UTC, so one of these lies before any change near that wall time and one behind
	 * it. Of two answers the earlier is by the offset before; it is the one, too, that moves forward what falls in
	 * a gap.
	 */
	before = offset(zone, wall - DAY);
	after = offset(zone, wall + DAY);
	if (before != after && offset(zone, wall - before) != before && offset(zone, wall - after) == after)
		return wall - after;
	return wall - before;
}
