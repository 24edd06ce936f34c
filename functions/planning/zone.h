/*
 * zone: between instants and what clocks show somewhere, by the machine's tzdata.
 */
#ifndef AURORA_PLANNING_ZONE_H
#define AURORA_PLANNING_ZONE_H

#include <stdint.h>

/* What clocks in the zone show at an instant (Unix seconds), as seconds since 1970-01-01T00:00:00 on them. An unknown
 * zone is UTC. */
int64_t zone_wall(const char *zone, int64_t instant);

/* The instant at which they show it: the first of two; where there is none, forward by the gap. */
int64_t zone_instant(const char *zone, int64_t wall);

#endif
