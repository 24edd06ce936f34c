/*
 * crypto: OpenSSL's EVP, with algorithms fetched once.
 */
#include "util/crypto.h"

#include <errno.h>
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>
#include <sys/random.h>

#include "util/arena.h"
#include "util/log.h"

#define NONCE_SIZE 12 /* of GCM, NIST SP 800-38D */
#define TAG_SIZE   16
#define TOKEN_SIZE 32

/* What OpenSSL and its int lengths take in one call. */
#define DATA_MOST (INT_MAX / 2)

static _Noreturn void die_openssl(const char *what)
{
	char reason[256];

	ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
	die("%s: %s", what, reason);
}

static EVP_MD *sha256_md(void)
{
	static EVP_MD *md;

	if (!md && !(md = EVP_MD_fetch(NULL, "SHA256", NULL)))
		die_openssl("SHA-256");
	return md;
}

static EVP_CIPHER *gcm(void)
{
	static EVP_CIPHER *cipher;

	if (!cipher && !(cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL)))
		die_openssl("AES-256-GCM");
	return cipher;
}

static void hmac(unsigned char *out, size_t size, const char *digest, const void *key, size_t key_len, const void *data,
		 size_t len)
{
	static EVP_MAC *mac;
	OSSL_PARAM params[2];
	EVP_MAC_CTX *ctx;
	char name[8];

	snprintf(name, sizeof(name), "%s", digest);
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
	params[1] = OSSL_PARAM_construct_end();
	if (!mac && !(mac = EVP_MAC_fetch(NULL, "HMAC", NULL)))
		die_openssl("HMAC");
	ctx = EVP_MAC_CTX_new(mac);
	/* Without a key OpenSSL would take the last one: an empty key is a pointer to nothing, not none. */
	if (!ctx || !EVP_MAC_init(ctx, key_len ? key : "", key_len, params) ||
	    (len && !EVP_MAC_update(ctx, data, len)) || !EVP_MAC_final(ctx, out, &size, size))
		die_openssl("HMAC");
	EVP_MAC_CTX_free(ctx);
}

void crypto_open(void)
{
	sha256_md();
}

void random_bytes(void *out, size_t len)
{
	unsigned char *at = out;

	while (len > 0) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			die("no random bytes: %s", strerror(errno));
		at += got;
		len -= (size_t)got;
	}
}

void sha256(unsigned char out[SHA256_SIZE], const void *data, size_t len)
{
	static EVP_MD_CTX *ctx;

	/* The context is kept, for making one costs as much as the hash of a token. */
	if ((!ctx && !(ctx = EVP_MD_CTX_new())) || !EVP_DigestInit_ex2(ctx, sha256_md(), NULL) ||
	    (len && !EVP_DigestUpdate(ctx, data, len)) || !EVP_DigestFinal_ex(ctx, out, NULL))
		die_openssl("SHA-256");
}

void sha256_hex(char out[2 * SHA256_SIZE + 1], const void *data, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char hash[SHA256_SIZE];

	sha256(hash, data, len);
	for (int i = 0; i < SHA256_SIZE; i++) {
		out[2 * i] = hex[hash[i] >> 4];
		out[2 * i + 1] = hex[hash[i] & 15];
	}
	out[2 * SHA256_SIZE] = '\0';
}

void hmac_sha256(unsigned char out[SHA256_SIZE], const void *key, size_t key_len, const void *data, size_t len)
{
	hmac(out, SHA256_SIZE, "SHA256", key, key_len, data, len);
}

void hmac_sha384(unsigned char out[SHA384_SIZE], const void *key, size_t key_len, const void *data, size_t len)
{
	hmac(out, SHA384_SIZE, "SHA384", key, key_len, data, len);
}

char *base64_encode(struct arena *arena, const void *data, size_t len)
{
	char *text;

	if (len > DATA_MOST)
		die("base64: %zu bytes are too many", len);
	text = arena_alloc(arena, (len + 2) / 3 * 4 + 1);
	EVP_EncodeBlock((unsigned char *)text, data, (int)len);
	return text;
}

char *base64url_encode(struct arena *arena, const void *data, size_t len)
{
	char *text = base64_encode(arena, data, len), *at;

	for (at = text; *at && *at != '='; at++)
		*at = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
	*at = '\0';
	return text;
}

/* The six bits that a character of base64url stands for, -1 for others. */
static int six_bits(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

unsigned char *base64url_decode(struct arena *arena, const char *text, size_t *len)
{
	size_t text_len = strlen(text), size = text_len / 4 * 3 + text_len % 4 * 3 / 4;
	unsigned char *data, *at;
	unsigned bits = 0, held = 0;

	/* Six bits alone are no byte. */
	if (text_len % 4 == 1)
		return NULL;
	at = data = arena_alloc(arena, size + 1);
	for (; *text; text++) {
		int six = six_bits(*text);

		if (six < 0)
			return NULL;
		bits = (bits << 6 | (unsigned)six) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*at++ = (unsigned char)(bits >> held);
		}
	}
	/* Bits left over are zero, or several texts would mean the same bytes. */
	if (bits & ((1U << held) - 1))
		return NULL;
	*len = size;
	return data;
}

char *token_new(struct arena *arena)
{
	unsigned char bytes[TOKEN_SIZE];
	char *token;

	random_bytes(bytes, sizeof(bytes));
	token = base64url_encode(arena, bytes, sizeof(bytes));
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return token;
}

char *token_hash(struct arena *arena, const char *token)
{
	char *hex = arena_alloc(arena, 2 * SHA256_SIZE + 1);

	sha256_hex(hex, token, strlen(token));
	return hex;
}

bool equal_constant_time(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

char *seal(struct arena *arena, const unsigned char key[SEAL_KEY_SIZE], const void *data, size_t len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	unsigned char *nonce, *sealed;
	int part = 0;

	if (len > DATA_MOST)
		die("seal: %zu bytes are too many", len);
	nonce = arena_alloc(arena, NONCE_SIZE + len + TAG_SIZE);
	sealed = nonce + NONCE_SIZE;
	random_bytes(nonce, NONCE_SIZE);
	if (!ctx || !EVP_EncryptInit_ex2(ctx, gcm(), key, nonce, NULL) ||
	    (len && !EVP_EncryptUpdate(ctx, sealed, &part, data, (int)len)) ||
	    !EVP_EncryptFinal_ex(ctx, sealed + part, &part) ||
	    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, sealed + len))
		die_openssl("AES-256-GCM");
	EVP_CIPHER_CTX_free(ctx);
	return base64url_encode(arena, nonce, NONCE_SIZE + len + TAG_SIZE);
}

char *seal_open(struct arena *arena, const unsigned char key[SEAL_KEY_SIZE], const char *sealed, size_t *len)
{
	EVP_CIPHER_CTX *ctx;
	unsigned char *nonce;
	size_t size;
	char *data;
	int part = 0, last;
	bool opened;

	nonce = base64url_decode(arena, sealed, &size);
	if (!nonce || size < NONCE_SIZE + TAG_SIZE || size > DATA_MOST)
		return NULL;
	size -= NONCE_SIZE + TAG_SIZE;
	data = arena_alloc(arena, size + 1);
	ctx = EVP_CIPHER_CTX_new();
	if (!ctx || !EVP_DecryptInit_ex2(ctx, gcm(), key, nonce, NULL) ||
	    (size && !EVP_DecryptUpdate(ctx, (unsigned char *)data, &part, nonce + NONCE_SIZE, (int)size)) ||
	    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, nonce + NONCE_SIZE + size))
		die_openssl("AES-256-GCM");
	opened = EVP_DecryptFinal_ex(ctx, (unsigned char *)data + part, &last) > 0;
	EVP_CIPHER_CTX_free(ctx);
	if (!opened)
		return NULL;
	*len = size;
	return data;
}
