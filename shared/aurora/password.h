/*
 * password: how what people remember is kept: bcrypt ($2b$, by crypt(5)) of the base64 of an HMAC-SHA-384 under the
 * server's pepper, so that bcrypt's 72 bytes are no limit (OWASP Password Storage Cheat Sheet).
 */
#ifndef AURORA_AURORA_PASSWORD_H
#define AURORA_AURORA_PASSWORD_H

#include <stdbool.h>

struct arena;

/* What bcrypt is given of a password (in NFC), in the arena. */
const char *password_digest(struct arena *arena, const char *password);

/* A digest's hash under a new salt, with the cost that the parameter bcrypt_cost says. Takes its time. */
const char *password_hash(struct arena *arena, const char *digest);

/* Whether a hash was made with another cost than it would be now. */
bool password_outdated(const char *hash);

/* Whether the hash is of this digest, in the time of a hash of the cost that is now. A NULL hash takes as long, and is
 * of none. */
bool password_matches(struct arena *arena, const char *digest, const char *hash);

#endif
