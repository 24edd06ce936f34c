#include "aurora/password.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include "aurora/auth.h"
#include "aurora/params.h"
#include "util/arena.h"
#include "util/crypto.h"
#include "util/log.h"
#include "util/utf8.h"

#define PEPPER_SIZE 32
#define BCRYPT_SALT 16
#define DUMMY_SALT  "Yw0zWv5YjJ3tJ3zqfYb8Ou" /* any valid one */

static void wipe(void *text)
{
	explicit_bzero(text, strlen(text));
}

const char *password_digest(struct arena *arena, const char *password)
{
	char *nfc = utf8_nfc(arena, password, strlen(password));
	unsigned char mac[SHA384_SIZE];
	const char *digest;

	arena_defer(arena, wipe, nfc);
	hmac_sha384(mac, secret("pepper"), PEPPER_SIZE, nfc, strlen(nfc));
	digest = base64_encode(arena, mac, sizeof(mac));
	explicit_bzero(mac, sizeof(mac));
	return digest;
}

/* crypt(5) of the digest under a setting, in the arena. */
static const char *bcrypt(struct arena *arena, const char *digest, const char *setting)
{
	struct crypt_data *data = xcalloc(1, sizeof(*data));
	const char *hash = crypt_rn(digest, setting, data, sizeof(*data));

	if (hash == NULL || hash[0] == '*')
		die("bcrypt failed");
	hash = arena_strdup(arena, hash);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return hash;
}

const char *password_hash(struct arena *arena, const char *digest)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	char salt[BCRYPT_SALT];

	random_bytes(salt, sizeof(salt));
	if (crypt_gensalt_rn("$2b$", (unsigned long)params.bcrypt_cost, salt, sizeof(salt), setting, sizeof(setting)) ==
	    NULL)
		die("bcrypt has no salt for cost %ld", params.bcrypt_cost);
	return bcrypt(arena, digest, setting);
}

static long hash_cost(const char *hash)
{
	return strncmp(hash, "$2b$", 4) == 0 ? strtol(hash + 4, NULL, 10) : 0;
}

bool password_outdated(const char *hash)
{
	return hash_cost(hash) != params.bcrypt_cost;
}

/* Spend what a hash of the cost takes. */
static void bcrypt_dummy(struct arena *arena, const char *digest, long cost)
{
	bcrypt(arena, digest, arena_printf(arena, "$2b$%02ld$" DUMMY_SALT, cost));
}

bool password_matches(struct arena *arena, const char *digest, const char *hash)
{
	const char *made;

	if (hash == NULL) {
		bcrypt_dummy(arena, digest, params.bcrypt_cost);
		return false;
	}
	made = bcrypt(arena, digest, hash);
	if (strlen(hash) == strlen(made) && equal_constant_time(hash, made, strlen(made)))
		return true;
	/* A hash from before the cost was raised took less: 2^c and 2^c + 2^(c+1) + … + 2^(C-1) are 2^C. */
	for (long cost = hash_cost(hash); cost < params.bcrypt_cost; cost++)
		bcrypt_dummy(arena, digest, cost);
	return false;
}
