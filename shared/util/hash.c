/*
 * hash: xxHash from its header, so that no program loads a library for one function.
 */
#define XXH_INLINE_ALL
#include "util/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

void hash_hex(char out[HASH_HEX], const void *data, size_t len)
{
	XXH128_hash_t hash = XXH3_128bits(data, len);

	snprintf(out, HASH_HEX, "%016" PRIx64 "%016" PRIx64, hash.high64, hash.low64);
}
