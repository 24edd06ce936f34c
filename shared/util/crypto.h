/*
 * crypto: the few primitives Aurora needs, all OpenSSL's; nothing is invented here.
 */
#ifndef AURORA_UTIL_CRYPTO_H
#define AURORA_UTIL_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define SHA256_SIZE   32
#define SHA384_SIZE   48
#define SEAL_KEY_SIZE 32

/*
 * Load libcrypto's algorithms, for it crashes when memory is short while it does. A service does so before its first
 * request; without it they are loaded by what needs them first.
 */
void crypto_open(void);

/* Random bytes from the operating system's generator; dies when there are none. */
void random_bytes(void *out, size_t len);

void sha256(unsigned char out[SHA256_SIZE], const void *data, size_t len);

/* Lower-case hex of the SHA-256; `out` takes 65 bytes. */
void sha256_hex(char out[2 * SHA256_SIZE + 1], const void *data, size_t len);

/* HMAC (RFC 2104). */
void hmac_sha256(unsigned char out[SHA256_SIZE], const void *key, size_t key_len, const void *data, size_t len);
void hmac_sha384(unsigned char out[SHA384_SIZE], const void *key, size_t key_len, const void *data, size_t len);

/* Base64url without padding (RFC 4648, 5), in the arena. */
char *base64url_encode(struct arena *arena, const void *data, size_t len);

/* NULL when the text is not base64url; *len is the size of what comes back, which is NUL-terminated besides. */
unsigned char *base64url_decode(struct arena *arena, const char *text, size_t *len);

/* Base64 with padding (RFC 4648, 4), in the arena. */
char *base64_encode(struct arena *arena, const void *data, size_t len);

/* 256 random bits as 43 characters of base64url: the form of every token that opens a door. */
char *token_new(struct arena *arena);

/* How such a token is kept: lower-case hex of its SHA-256, in the arena. */
char *token_hash(struct arena *arena, const char *token);

/* Equal in a time that does not depend on where they differ. */
bool equal_constant_time(const void *a, const void *b, size_t len);

/*
 * AES-256-GCM: base64url of nonce, ciphertext and tag, in the arena. `seal_open` answers NULL when the key is another
 * or the text was touched; *len is the plaintext's size, NUL-terminated besides.
 */
char *seal(struct arena *arena, const unsigned char key[SEAL_KEY_SIZE], const void *data, size_t len);
char *seal_open(struct arena *arena, const unsigned char key[SEAL_KEY_SIZE], const char *sealed, size_t *len);

#endif
