/*
 * uuid: version 7 (RFC 9562), in the lower-case text form that Aurora speaks everywhere.
 */
#ifndef AURORA_UTIL_UUID_H
#define AURORA_UTIL_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define UUID_TEXT 37 /* 36 characters and the NUL */

/* The nil and the max UUID, no thing's: before and behind every other (RFC 9562, 5.9 and 5.10). */
#define UUID_NIL "00000000-0000-0000-0000-000000000000"
#define UUID_MAX "ffffffff-ffff-ffff-ffff-ffffffffffff"

/* A new UUIDv7 of this moment; ids of one process count up even within a millisecond (RFC 9562, 6.2, method 3). */
void uuid_new(char out[UUID_TEXT]);

/* The same, from an arena. */
char *uuid_in(struct arena *arena);

/* A UUIDv7 of a given moment (Unix time in milliseconds, 0 .. 2^48-1), random otherwise. */
void uuid_at(char out[UUID_TEXT], int64_t unix_ms);

/* The UUIDv7 of a moment whose random part is taken from `seed` (SHA-256 of it): the same twice for the same input. */
void uuid_of(char out[UUID_TEXT], int64_t unix_ms, const void *seed, size_t len);

/* Lower-case 8-4-4-4-12 hex of any version; what PostgreSQL's uuid takes, and nothing looser. */
bool uuid_valid(const char *text);

/* uuid_valid and version 7 with the RFC's variant. */
bool uuid_valid_v7(const char *text);

#endif
