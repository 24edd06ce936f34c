/*
 * zone_file: when clocks of a zone change, as its file of tzdata has it (RFC 9636): what would otherwise have to be
 * looked for day by day.
 */
#ifndef AURORA_PLANNING_ZONE_FILE_H
#define AURORA_PLANNING_ZONE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_MOMENTS_MAX 2000

/* Instants (Unix seconds), in order: between two of them nothing changes, at one of them something may. */
struct zone_moments {
	int64_t at[ZONE_MOMENTS_MAX];
	size_t count;
	bool goes_on; /* behind the last, by rules */
};

/* A file that cannot be read has no moments and goes on. */
void zone_moments(struct zone_moments *moments, const char *zone);

#endif
