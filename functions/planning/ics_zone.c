/*
 * ics_zone: TZIDs. Each is told once; what a VTIMEZONE says is expanded only when its name says nothing, and within
 * bounds, since a rule can be anything.
 */
#include "ics_zone.h"

#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>
#include <unicode/ucal.h>

#include "caltime.h"
#include "ics_budget.h"
#include "ics_line.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/log.h"
#include "zone.h"

#define DAY         86400
#define WEEK        (7 * DAY)
#define ZONES_MAX   1000 /* TZIDs that are remembered */
#define ZONE_MAX    5000 /* onsets of one */
#define YEARS_MAX   800  /* of a rule; Exchange's begin in 1601 */
#define WINDOWS_MAX 64   /* UTF-16 units of a name, and of an answer */
#define RULE_MAX    200
#define TZID_MAX    255

/* Clocks show UTC + `to` from `at` on. */
struct onset {
	int64_t at;
	int from, to;
};

struct ics_zone {
	const char *tzid;
	const char *iana; /* NULL: none */
	const char *lines;
	size_t len; /* 0: no VTIMEZONE */
	bool told, late;
	struct onset *onsets;
	size_t count, room;
};

struct ics_zones {
	struct arena *arena;
	const char *fallback;
	void *tree;
	struct ics_budget *budget; /* libical takes long for a rule that never comes */
	size_t count;
	const char *guessed; /* the last TZID that the fallback stood for */
};

/* One of STANDARD and DAYLIGHT. */
struct observance {
	struct icaltimetype start;
	int from, to;
	bool has_from, has_to;
	char rule[RULE_MAX];
};

/* Compared with after the fallback: one for each way in which clocks are changed today, the most populous first. */
static const char *const candidates[] = {
	"UTC",
	"Europe/Berlin",
	"Europe/London",
	"America/New_York",
	"America/Chicago",
	"America/Denver",
	"America/Los_Angeles",
	"America/Phoenix",
	"America/Anchorage",
	"Pacific/Honolulu",
	"America/Halifax",
	"America/St_Johns",
	"America/Sao_Paulo",
	"America/Bogota",
	"America/Caracas",
	"America/Mexico_City",
	"America/Santiago",
	"America/Havana",
	"Atlantic/Azores",
	"Europe/Athens",
	"Europe/Moscow",
	"Europe/Chisinau",
	"Asia/Jerusalem",
	"Asia/Beirut",
	"Africa/Cairo",
	"Africa/Casablanca",
	"Africa/Lagos",
	"Africa/Johannesburg",
	"Asia/Tehran",
	"Asia/Dubai",
	"Asia/Kabul",
	"Asia/Karachi",
	"Asia/Kolkata",
	"Asia/Kathmandu",
	"Asia/Dhaka",
	"Asia/Yangon",
	"Asia/Bangkok",
	"Asia/Shanghai",
	"Asia/Tokyo",
	"Australia/Darwin",
	"Australia/Adelaide",
	"Australia/Brisbane",
	"Australia/Sydney",
	"Australia/Lord_Howe",
	"Pacific/Noumea",
	"Pacific/Auckland",
	"Pacific/Chatham",
	"Pacific/Tongatapu",
};

static int64_t wall_of(const struct icaltimetype *t)
{
	struct caltime wall = {t->year, t->month, t->day, t->hour, t->minute, t->second, false, NULL};

	return caltime_wall(&wall);
}

/* "+0100", "-033000". */
static bool read_offset(const struct ics_line *line, int *seconds)
{
	char text[8] = "";
	int hours, minutes, rest = 0;

	if (line->value_len != 5 && line->value_len != 7)
		return false;
	memcpy(text, line->value, line->value_len);
	if (strspn(text + 1, "0123456789") != line->value_len - 1 || (text[0] != '+' && text[0] != '-'))
		return false;
	sscanf(text + 1, "%2d%2d%2d", &hours, &minutes, &rest);
	*seconds = (hours * 60 + minutes) * 60 + rest;
	if (text[0] == '-')
		*seconds = -*seconds;
	return abs(*seconds) < DAY;
}

static bool read_time(const struct ics_line *line, struct icaltimetype *t)
{
	char text[20] = "";

	if (line->value_len >= sizeof(text))
		return false;
	memcpy(text, line->value, line->value_len);
	*t = icaltime_from_string(text);
	return !icaltime_is_null_time(*t) && t->month >= 1 && t->month <= 12 && t->day >= 1 && t->day <= 31;
}

static bool is_full(const struct ics_zone *known)
{
	return known->count >= ZONE_MAX;
}

static void add_onset(struct ics_zone *known, const struct observance *o, int64_t wall)
{
	if (known->count == known->room) {
		known->room = known->room ? known->room * 2 : 16;
		known->onsets = xrealloc(known->onsets, known->room * sizeof(*known->onsets));
	}
	known->onsets[known->count++] = (struct onset){wall - o->from, o->from, o->to};
}

static void expand_rule(struct ics_zone *known, const struct observance *o)
{
	struct icalrecurrencetype rule = icalrecurrencetype_from_string(o->rule);
	struct icalrecur_iterator_impl *iterator;

	/* For another one that never comes libical would look at every second of centuries. */
	if (rule.freq != ICAL_YEARLY_RECURRENCE)
		return;
	/* UNTIL is in UTC, what it is compared with is not. */
	if (icaltime_is_utc(rule.until))
		icaltime_adjust(&rule.until, 0, 0, 0, o->from);
	iterator = icalrecur_iterator_new(rule, o->start);
	if (!iterator)
		return;
	for (int i = 0; i < YEARS_MAX; i++) {
		struct icaltimetype next = icalrecur_iterator_next(iterator);

		if (icaltime_is_null_time(next) || next.year > CALTIME_YEAR_LAST + 1)
			break;
		add_onset(known, o, wall_of(&next));
	}
	icalrecur_iterator_free(iterator);
}

static void expand_rdates(struct ics_zone *known, const struct observance *o, const char *lines, const char *end)
{
	struct ics_line line;

	while (ics_line_next(&lines, end, &line)) {
		const char *at = line.value, *item;
		struct ics_line one = line;

		if (!ics_line_is(&line, "RDATE"))
			continue;
		while (!is_full(known) && ics_list_next(&at, line.value + line.value_len, &item, &one.value_len)) {
			struct icaltimetype t;

			one.value = item;
			if (read_time(&one, &t))
				add_onset(known, o, wall_of(&t));
		}
	}
}

static void expand_observance(struct ics_zone *known, const char *lines, const char *end)
{
	struct observance o = {.start = icaltime_null_time()};
	const char *at = lines;
	struct ics_line line;

	while (ics_line_next(&at, end, &line)) {
		if (ics_line_is(&line, "DTSTART") && !read_time(&line, &o.start))
			return;
		if (ics_line_is(&line, "TZOFFSETFROM"))
			o.has_from = read_offset(&line, &o.from);
		if (ics_line_is(&line, "TZOFFSETTO"))
			o.has_to = read_offset(&line, &o.to);
		if (ics_line_is(&line, "RRULE") && line.value_len < sizeof(o.rule)) {
			memcpy(o.rule, line.value, line.value_len);
			o.rule[line.value_len] = '\0';
		}
	}
	if (!o.has_from || !o.has_to || icaltime_is_null_time(o.start))
		return;
	add_onset(known, &o, wall_of(&o.start));
	if (o.rule[0] != '\0')
		expand_rule(known, &o);
	expand_rdates(known, &o, lines, end);
}

static int by_time(const void *a, const void *b)
{
	const struct onset *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void release_onsets(void *known)
{
	free(((struct ics_zone *)known)->onsets);
}

/* Nothing in an observance has parts of its own that count. */
static void expand(struct ics_zones *zones, struct ics_zone *known)
{
	const char *at = known->lines, *end = at + known->len, *start = NULL;
	struct ics_line line;

	while (!is_full(known) && !known->late && ics_line_next(&at, end, &line)) {
		known->late = ics_budget_gone(zones->budget);
		if (ics_line_is(&line, "BEGIN"))
			start = at;
		else if (ics_line_is(&line, "END") && start) {
			expand_observance(known, start, line.text);
			start = NULL;
		}
	}
	arena_defer(zones->arena, release_onsets, known);
	if (known->count > 0)
		qsort(known->onsets, known->count, sizeof(*known->onsets), by_time);
}

static int offset_at(const struct ics_zone *known, int64_t instant)
{
	size_t low = 0, high = known->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (known->onsets[middle].at <= instant)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? known->onsets[low - 1].to : known->onsets[0].from;
}

/* As zone_instant. */
static int64_t instant_of(const struct ics_zone *known, int64_t wall)
{
	int before = offset_at(known, wall - DAY), after = offset_at(known, wall + DAY);

	if (before != after && offset_at(known, wall - before) != before && offset_at(known, wall - after) == after)
		return wall - after;
	return wall - before;
}

static bool same_clocks(const struct ics_zone *known, const char *zone, int year)
{
	struct caltime first = {.year = year, .month = 1, .day = 4, .hour = 12};
	int64_t start = caltime_wall(&first);

	for (int64_t at = start; at < start + 52 * (int64_t)WEEK; at += WEEK)
		if (zone_wall(zone, at) - at != offset_at(known, at))
			return false;
	return true;
}

static const char *by_clocks(const struct ics_zones *zones, const struct ics_zone *known, int year)
{
	if (same_clocks(known, zones->fallback, year))
		return zones->fallback;
	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++)
		if (same_clocks(known, candidates[i], year))
			return candidates[i];
	return NULL;
}

/* "Europe/Berlin", "/freeassociation.sourceforge.net/Europe/Berlin". */
static const char *by_name(const char *tzid)
{
	if (strlen(tzid) > TZID_MAX)
		return NULL;
	for (const char *name = tzid; name; name = strchr(name, '/')) {
		name += name != tzid || *name == '/';
		if (time_zone_valid(name))
			return name;
	}
	return NULL;
}

/* CLDR's windowsZones, for the whole world (001). */
static const char *by_windows_name(struct arena *arena, const char *tzid)
{
	UChar name[WINDOWS_MAX], found[WINDOWS_MAX];
	char text[WINDOWS_MAX];
	UErrorCode error = U_ZERO_ERROR;
	int32_t len;

	if (strlen(tzid) >= WINDOWS_MAX)
		return NULL;
	u_uastrcpy(name, tzid);
	len = ucal_getTimeZoneIDForWindowsID(name, -1, NULL, found, WINDOWS_MAX, &error);
	if (U_FAILURE(error) || len <= 0 || len >= WINDOWS_MAX)
		return NULL;
	u_austrcpy(text, found);
	return time_zone_valid(text) ? arena_strdup(arena, text) : NULL;
}

static const char *by_location(struct arena *arena, const struct ics_zone *known)
{
	const char *at = known->lines, *end = at + known->len;
	struct ics_line line;

	while (at && ics_line_next(&at, end, &line))
		if (ics_line_is(&line, "X-LIC-LOCATION"))
			return by_name(ics_line_text(arena, &line));
	return NULL;
}

/* By what its VTIMEZONE says, which takes time. */
static void tell_by_lines(struct ics_zones *zones, struct ics_zone *known, int year)
{
	ics_budget_begin(zones->budget);
	expand(zones, known);
	if (known->count > 0 && !known->late)
		known->iana = by_clocks(zones, known, year);
	ics_budget_end(zones->budget);
}

static void tell(struct ics_zones *zones, struct ics_zone *known, int year)
{
	known->told = true;
	known->iana = by_name(known->tzid);
	if (!known->iana)
		known->iana = by_location(zones->arena, known);
	if (!known->iana)
		known->iana = by_windows_name(zones->arena, known->tzid);
	if (!known->iana && known->len > 0)
		tell_by_lines(zones, known, year);
}

static int by_tzid(const void *a, const void *b)
{
	return strcmp(((const struct ics_zone *)a)->tzid, ((const struct ics_zone *)b)->tzid);
}

static void keep(void *known)
{
	(void)known;
}

static void release_tree(void *zones)
{
	tdestroy(((struct ics_zones *)zones)->tree, keep);
}

struct ics_zones *ics_zones_new(struct arena *arena, const char *fallback, struct ics_budget *budget)
{
	struct ics_zones *zones = arena_alloc(arena, sizeof(*zones));

	*zones = (struct ics_zones){.arena = arena, .fallback = fallback, .budget = budget};
	arena_defer(arena, release_tree, zones);
	return zones;
}

/* The one of this name, a new one when it is the first. What is beyond ZONES_MAX is forgotten again. */
struct ics_zone *ics_zones_find(struct ics_zones *zones, const char *tzid)
{
	struct ics_zone *known, **found = tfind(&(struct ics_zone){.tzid = tzid}, &zones->tree, by_tzid);

	if (found)
		return *found;
	known = arena_alloc(zones->arena, sizeof(*known));
	known->tzid = arena_strdup(zones->arena, tzid);
	if (zones->count++ < ZONES_MAX && !tsearch(known, &zones->tree, by_tzid))
		die("out of memory");
	return known;
}

void ics_zones_add(struct ics_zones *zones, const char *lines, size_t len)
{
	const char *at = lines;
	struct ics_line line;
	struct ics_zone *known;

	while (ics_line_next(&at, lines + len, &line)) {
		if (!ics_line_is(&line, "TZID") || zones->count >= ZONES_MAX)
			continue;
		known = ics_zones_find(zones, ics_line_text(zones->arena, &line));
		known->lines = lines;
		known->len = len;
		return;
	}
}

bool ics_zone_apply(struct ics_zones *zones, struct ics_zone *known, struct caltime *t)
{
	if (!known->told)
		tell(zones, known, t->year);
	t->zone = known->iana ? known->iana : zones->fallback;
	if (!known->iana && known->count > 0) {
		t->zone = "UTC";
		caltime_set_wall(t, instant_of(known, caltime_wall(t)));
	} else if (!known->iana && !known->late) {
		zones->guessed = known->tzid;
	}
	return !known->late;
}

const char *ics_zones_guessed(struct ics_zones *zones)
{
	const char *guessed = zones->guessed;

	zones->guessed = NULL;
	return guessed;
}

bool ics_zone_late(const struct ics_zone *known)
{
	return known->late;
}
