/*
 * ics_zone: what a TZID means, and VTIMEZONEs of our own (RFC 5545, 3.6.5).
 */
#ifndef AURORA_PLANNING_ICS_ZONE_H
#define AURORA_PLANNING_ICS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct caltime;

struct ics_budget;
struct ics_zone;
struct ics_zones;

/* The zones of a calendar. `fallback` is for what cannot be told, and the first that a VTIMEZONE is compared with;
 * reading VTIMEZONEs takes of the budget. */
struct ics_zones *ics_zones_new(struct arena *arena, const char *fallback, struct ics_budget *budget);

/* A VTIMEZONE's lines, unfolded, which live as long as the zones. */
void ics_zones_add(struct ics_zones *zones, const char *lines, size_t len);

/* What a TZID stands for, to be looked for once a line; it lives as long as the zones. */
struct ics_zone *ics_zones_find(struct ics_zones *zones, const char *tzid);

/*
 * Give a time on the clocks of a zone its name: IANA's of that name, or whose name it ends in; X-LIC-LOCATION; what
 * Windows calls so; one whose clocks are those of the VTIMEZONE in the time's year. Where there is none the time
 * becomes UTC by the VTIMEZONE's offsets, without a VTIMEZONE it is in the fallback. False when it would take more time
 * than the budget has.
 */
bool ics_zone_apply(struct ics_zones *zones, struct ics_zone *zone, struct caltime *t);

/* The TZID that the fallback stood for since this was asked before, the last of them; NULL: there was none. */
const char *ics_zones_guessed(struct ics_zones *zones);

/* Whether reading a zone took more time than there was. */
bool ics_zone_late(const struct ics_zone *zone);

/*
 * The VTIMEZONE of an IANA zone, unfolded lines ended by "\n": exact between the instants, the last rules go on behind
 * them.
 */
void ics_vtimezone(struct buf *out, const char *zone, int64_t from, int64_t to);

#endif
