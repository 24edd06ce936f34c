/*
 * uuid: the 128 bits of RFC 9562, 5.7: 48 of Unix milliseconds, the version, 12 and 62 more around the variant.
 */
#include "util/uuid.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "util/arena.h"
#include "util/crypto.h"

#define UUID_SIZE   16
#define RANDOM_SIZE 10
#define MOST_MS     (((int64_t)1 << 48) - 1)
#define TICKS       4096 /* of a millisecond: what the 12 bits behind it hold */

/* A clock that was set back by more than this is followed; by less, ids go on counting from the last one. */
#define SET_BACK_MS 10000

/* One system call gives the random parts of many ids. They are not secrets, so they may wait in memory. */
static unsigned char pool[64 * RANDOM_SIZE];
static size_t pool_left;

static void pool_forget(void)
{
	pool_left = 0;
}

/* The next RANDOM_SIZE bytes of the pool; valid until the next call. */
static const unsigned char *pool_take(void)
{
	static bool registered;

	if (pool_left == 0) {
		/* A child must not hand out what its parent does. */
		if (!registered)
			registered = pthread_atfork(NULL, NULL, pool_forget) == 0;
		random_bytes(pool, sizeof(pool));
		pool_left = sizeof(pool);
	}
	pool_left -= RANDOM_SIZE;
	return pool + pool_left;
}

static void put(char out[UUID_TEXT], int64_t ms, unsigned twelve, const unsigned char eight[8])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char id[UUID_SIZE];
	char *at = out;

	for (int i = 0; i < 6; i++)
		id[i] = (unsigned char)(ms >> (40 - 8 * i));
	id[6] = (unsigned char)(0x70 | twelve >> 8);
	id[7] = (unsigned char)twelve;
	memcpy(id + 8, eight, 8);
	id[8] = (unsigned char)(0x80 | (id[8] & 0x3f));
	for (int i = 0; i < UUID_SIZE; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = hex[id[i] >> 4];
		*at++ = hex[id[i] & 15];
	}
	*at = '\0';
}

static int64_t within(int64_t ms)
{
	return ms < 0 ? 0 : ms > MOST_MS ? MOST_MS : ms;
}

void uuid_new(char out[UUID_TEXT])
{
	static int64_t last; /* in ticks */
	struct timespec now;
	int64_t ticks;

	clock_gettime(CLOCK_REALTIME, &now);
	ticks = within(now.tv_sec * (int64_t)1000 + now.tv_nsec / 1000000) * TICKS +
		now.tv_nsec % 1000000 * TICKS / 1000000;
	if (ticks <= last && ticks > last - (int64_t)SET_BACK_MS * TICKS)
		ticks = last + 1;
	last = ticks;
	put(out, ticks / TICKS, (unsigned)(ticks % TICKS), pool_take());
}

char *uuid_in(struct arena *arena)
{
	char *id = arena_alloc(arena, UUID_TEXT);

	uuid_new(id);
	return id;
}

void uuid_at(char out[UUID_TEXT], int64_t unix_ms)
{
	const unsigned char *random = pool_take();

	put(out, within(unix_ms), (random[8] << 8 | random[9]) & (TICKS - 1), random);
}

void uuid_of(char out[UUID_TEXT], int64_t unix_ms, const void *seed, size_t len)
{
	unsigned char hash[SHA256_SIZE];

	sha256(hash, seed, len);
	put(out, within(unix_ms), (hash[8] << 8 | hash[9]) & (TICKS - 1), hash);
}

bool uuid_valid(const char *text)
{
	for (int i = 0; i < UUID_TEXT - 1; i++) {
		char c = text[i];

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (c != '-')
				return false;
		} else if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
			return false;
		}
	}
	return text[UUID_TEXT - 1] == '\0';
}

bool uuid_valid_v7(const char *text)
{
	return uuid_valid(text) && text[14] == '7' && strchr("89ab", text[19]);
}
