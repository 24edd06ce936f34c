/*
 * failing: a library for LD_PRELOAD that makes one call of a program fail, for tests/fault/failing.bats.
 *
 *	FAILING_CLASS    which calls count: memory, json, crypto, database, connection; the tables below say
 *	FAILING_CALL     the number of the call that fails, from 1; 0 for none
 *	FAILING_ONWARD   when not empty, all calls of the class after that one fail as well
 *	FAILING_REPORT   file for the name of the call that failed and where it came from; or for how many there were
 *	FAILING_SECONDS  when SIGALRM ends the program: it has hung
 *
 * Counting begins with the request, which is when the program asks for REQUEST_URI: libcrypto and libseccomp crash by
 * themselves when memory is short while they start.
 *
 * A call that fails does nothing, but says so as its library would. `connection` counts the same calls as `database`,
 * but cuts the connection to the server before one of them and then makes it as asked for.
 *
 * The next definition of each function is looked up by name, so under AddressSanitizer malloc is its allocator's (which
 * strdup goes past); there ASAN_OPTIONS needs verify_asan_link_order=0, for this library comes before it.
 */
#include <crypt.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <json-c/linkhash.h>
#include <jwt.h>
#include <libpq-fe.h>
#include <malloc.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))
#define DEEPEST  24

enum class { NONE, MEMORY, JSON, CRYPTO, DATABASE, CONNECTION };

static const char *const class_names[] = {
	[MEMORY] = "memory", [JSON] = "json", [CRYPTO] = "crypto", [DATABASE] = "database", [CONNECTION] = "connection",
};

static enum class chosen; /* NONE until the request */
static unsigned long failing_call, calls;
static bool onward;
static const char *report_path;

/* Allocates nothing: backtrace has loaded what it needs before. */
static void report(const char *line, bool with_frames)
{
	void *frames[DEEPEST];
	int fd = open(report_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0 || write(fd, line, strlen(line)) < 0 || write(fd, "\n", 1) < 0)
		abort();
	if (with_frames)
		backtrace_symbols_fd(frames, backtrace(frames, DEEPEST), fd);
	close(fd);
}

/* Is this the call that is to fail? */
static bool counted(enum class class, const char *name)
{
	if (class != chosen)
		return false;
	calls++;
	if (calls == failing_call)
		report(name, true);
	return calls == failing_call || (onward && failing_call > 0 && calls > failing_call);
}

/* What glibc refuses at once, and libjwt asks for where a signature has no length, AddressSanitizer would report. */
static bool memory_fails(const char *name, size_t size)
{
	if (!counted(MEMORY, name) && size <= PTRDIFF_MAX)
		return false;
	errno = ENOMEM;
	return true;
}

static bool database_fails(const char *name, PGconn *conn)
{
	if (conn && counted(CONNECTION, name) && PQsocket(conn) >= 0)
		shutdown(PQsocket(conn), SHUT_RDWR);
	return counted(DATABASE, name);
}

static bool json_fails(const char *name)
{
	if (!counted(JSON, name))
		return false;
	errno = ENOMEM;
	return true;
}

/* With what libcrypto leaves behind when it cannot allocate. */
static bool crypto_fails(const char *name)
{
	if (!counted(CRYPTO, name))
		return false;
	ERR_raise(ERR_LIB_EVP, ERR_R_MALLOC_FAILURE);
	errno = ENOMEM;
	return true;
}

static void *next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		abort();
	return function;
}

/* A function of the same name and prototype in front of the next one of that name. */
#define IN_FRONT(type, name, params, args, before)                                                                     \
	EXPORTED type name params                                                                                      \
	{                                                                                                              \
		static __typeof__(name) *real;                                                                         \
                                                                                                                       \
		if (!real)                                                                                             \
			real = next(#name);                                                                            \
		before;                                                                                                \
		return real args;                                                                                      \
	}

#define MEMORY_CALL(name, params, args) IN_FRONT(void *, name, params, args, if (memory_fails(#name, size)) return NULL)
#define JSON_CALL(type, failure, name, params, args)                                                                   \
	IN_FRONT(type, name, params, args, if (json_fails(#name)) return failure)
#define CRYPTO_CALL(type, failure, name, params, args)                                                                 \
	IN_FRONT(type, name, params, args, if (crypto_fails(#name)) return failure)
#define DATABASE_CALL(type, failure, name, conn, params, args)                                                         \
	IN_FRONT(type, name, params, args, if (database_fails(#name, conn)) return failure)

MEMORY_CALL(malloc, (size_t size), (size))
MEMORY_CALL(calloc, (size_t count, size_t size), (count, size))
MEMORY_CALL(realloc, (void *ptr, size_t size), (ptr, size))
MEMORY_CALL(reallocarray, (void *ptr, size_t count, size_t size), (ptr, count, size))
MEMORY_CALL(aligned_alloc, (size_t align, size_t size), (align, size))

JSON_CALL(json_object *, NULL, json_object_new_object, (void), ())
JSON_CALL(json_object *, NULL, json_object_new_array_ext, (int size), (size))
JSON_CALL(json_object *, NULL, json_object_new_boolean, (json_bool value), (value))
JSON_CALL(json_object *, NULL, json_object_new_int64, (int64_t value), (value))
JSON_CALL(json_object *, NULL, json_object_new_uint64, (uint64_t value), (value))
JSON_CALL(json_object *, NULL, json_object_new_double_s, (double value, const char *text), (value, text))
JSON_CALL(json_object *, NULL, json_object_new_string_len, (const char *text, int len), (text, len))
JSON_CALL(int, -1, json_object_array_add, (json_object * array, json_object *value), (array, value))
JSON_CALL(int, -1, json_object_object_add_ex,
	  (json_object * object, const char *const key, json_object *const value, const unsigned options),
	  (object, key, value, options))
JSON_CALL(int, -1, lh_table_resize, (struct lh_table * table, int size), (table, size))
JSON_CALL(const char *, NULL, json_object_to_json_string_ext, (json_object * value, int flags), (value, flags))

CRYPTO_CALL(EVP_MD *, NULL, EVP_MD_fetch, (OSSL_LIB_CTX * ctx, const char *algorithm, const char *properties),
	    (ctx, algorithm, properties))
CRYPTO_CALL(EVP_CIPHER *, NULL, EVP_CIPHER_fetch, (OSSL_LIB_CTX * ctx, const char *algorithm, const char *properties),
	    (ctx, algorithm, properties))
CRYPTO_CALL(EVP_MAC *, NULL, EVP_MAC_fetch, (OSSL_LIB_CTX * ctx, const char *algorithm, const char *properties),
	    (ctx, algorithm, properties))
CRYPTO_CALL(EVP_MAC_CTX *, NULL, EVP_MAC_CTX_new, (EVP_MAC * mac), (mac))
CRYPTO_CALL(int, 0, EVP_MAC_CTX_set_params, (EVP_MAC_CTX * ctx, const OSSL_PARAM params[]), (ctx, params))
CRYPTO_CALL(int, 0, EVP_MAC_init, (EVP_MAC_CTX * ctx, const unsigned char *key, size_t len, const OSSL_PARAM params[]),
	    (ctx, key, len, params))
CRYPTO_CALL(int, 0, EVP_MAC_update, (EVP_MAC_CTX * ctx, const unsigned char *data, size_t len), (ctx, data, len))
CRYPTO_CALL(int, 0, EVP_MAC_final, (EVP_MAC_CTX * ctx, unsigned char *out, size_t *len, size_t size),
	    (ctx, out, len, size))
CRYPTO_CALL(EVP_MD_CTX *, NULL, EVP_MD_CTX_new, (void), ())
CRYPTO_CALL(int, 0, EVP_DigestInit_ex2, (EVP_MD_CTX * ctx, const EVP_MD *type, const OSSL_PARAM params[]),
	    (ctx, type, params))
CRYPTO_CALL(int, 0, EVP_DigestUpdate, (EVP_MD_CTX * ctx, const void *data, size_t len), (ctx, data, len))
CRYPTO_CALL(int, 0, EVP_DigestFinal_ex, (EVP_MD_CTX * ctx, unsigned char *out, unsigned *len), (ctx, out, len))
CRYPTO_CALL(EVP_CIPHER_CTX *, NULL, EVP_CIPHER_CTX_new, (void), ())
CRYPTO_CALL(int, 0, EVP_CIPHER_CTX_ctrl, (EVP_CIPHER_CTX * ctx, int type, int arg, void *ptr), (ctx, type, arg, ptr))
CRYPTO_CALL(int, 0, EVP_EncryptInit_ex2,
	    (EVP_CIPHER_CTX * ctx, const EVP_CIPHER *cipher, const unsigned char *key, const unsigned char *nonce,
	     const OSSL_PARAM params[]),
	    (ctx, cipher, key, nonce, params))
CRYPTO_CALL(int, 0, EVP_EncryptUpdate,
	    (EVP_CIPHER_CTX * ctx, unsigned char *out, int *out_len, const unsigned char *in, int len),
	    (ctx, out, out_len, in, len))
CRYPTO_CALL(int, 0, EVP_EncryptFinal_ex, (EVP_CIPHER_CTX * ctx, unsigned char *out, int *len), (ctx, out, len))
CRYPTO_CALL(int, 0, EVP_DecryptInit_ex2,
	    (EVP_CIPHER_CTX * ctx, const EVP_CIPHER *cipher, const unsigned char *key, const unsigned char *nonce,
	     const OSSL_PARAM params[]),
	    (ctx, cipher, key, nonce, params))
CRYPTO_CALL(int, 0, EVP_DecryptUpdate,
	    (EVP_CIPHER_CTX * ctx, unsigned char *out, int *out_len, const unsigned char *in, int len),
	    (ctx, out, out_len, in, len))
CRYPTO_CALL(int, 0, EVP_DigestSignInit,
	    (EVP_MD_CTX * ctx, EVP_PKEY_CTX **key_ctx, const EVP_MD *type, ENGINE *engine, EVP_PKEY *key),
	    (ctx, key_ctx, type, engine, key))
CRYPTO_CALL(int, 0, EVP_DigestSignUpdate, (EVP_MD_CTX * ctx, const void *data, size_t len), (ctx, data, len))
CRYPTO_CALL(int, 0, EVP_DigestSignFinal, (EVP_MD_CTX * ctx, unsigned char *out, size_t *len), (ctx, out, len))
CRYPTO_CALL(int, 0, EVP_DigestVerifyInit,
	    (EVP_MD_CTX * ctx, EVP_PKEY_CTX **key_ctx, const EVP_MD *type, ENGINE *engine, EVP_PKEY *key),
	    (ctx, key_ctx, type, engine, key))
CRYPTO_CALL(int, 0, EVP_DigestVerifyUpdate, (EVP_MD_CTX * ctx, const void *data, size_t len), (ctx, data, len))
CRYPTO_CALL(int, -1, EVP_DigestVerifyFinal, (EVP_MD_CTX * ctx, const unsigned char *signature, size_t len),
	    (ctx, signature, len))
CRYPTO_CALL(int, 0, EVP_PKEY_get_bn_param, (const EVP_PKEY *key, const char *name, BIGNUM **out), (key, name, out))
CRYPTO_CALL(int, 0, EVP_PKEY_get_utf8_string_param,
	    (const EVP_PKEY *key, const char *name, char *out, size_t size, size_t *len), (key, name, out, size, len))
CRYPTO_CALL(BIO *, NULL, BIO_new, (const BIO_METHOD *type), (type))
CRYPTO_CALL(BIO *, NULL, BIO_new_mem_buf, (const void *data, int len), (data, len))
CRYPTO_CALL(EVP_PKEY *, NULL, PEM_read_bio_PUBKEY, (BIO * bio, EVP_PKEY **key, pem_password_cb *ask, void *arg),
	    (bio, key, ask, arg))
CRYPTO_CALL(EVP_PKEY *, NULL, PEM_read_bio_PrivateKey, (BIO * bio, EVP_PKEY **key, pem_password_cb *ask, void *arg),
	    (bio, key, ask, arg))
CRYPTO_CALL(ECDSA_SIG *, NULL, ECDSA_SIG_new, (void), ())
CRYPTO_CALL(int, -1, i2d_ECDSA_SIG, (const ECDSA_SIG *signature, unsigned char **out), (signature, out))
CRYPTO_CALL(ECDSA_SIG *, NULL, d2i_ECDSA_SIG, (ECDSA_SIG * *signature, const unsigned char **in, long len),
	    (signature, in, len))
CRYPTO_CALL(BIGNUM *, NULL, BN_bin2bn, (const unsigned char *data, int len, BIGNUM *out), (data, len, out))
CRYPTO_CALL(int, -1, BN_bn2binpad, (const BIGNUM *number, unsigned char *out, int len), (number, out, len))
CRYPTO_CALL(ssize_t, -1, getrandom, (void *out, size_t len, unsigned flags), (out, len, flags))
CRYPTO_CALL(char *, NULL, crypt_rn, (const char *text, const char *salt, void *data, int size),
	    (text, salt, data, size))
CRYPTO_CALL(char *, NULL, crypt_gensalt_rn,
	    (const char *prefix, unsigned long cost, const char *random, int len, char *out, int size),
	    (prefix, cost, random, len, out, size))
CRYPTO_CALL(int, ENOMEM, jwt_new, (jwt_t * *jwt), (jwt))
CRYPTO_CALL(int, ENOMEM, jwt_add_header, (jwt_t * jwt, const char *name, const char *value), (jwt, name, value))
CRYPTO_CALL(int, ENOMEM, jwt_add_grant, (jwt_t * jwt, const char *name, const char *value), (jwt, name, value))
CRYPTO_CALL(int, ENOMEM, jwt_add_grant_int, (jwt_t * jwt, const char *name, long value), (jwt, name, value))
CRYPTO_CALL(int, ENOMEM, jwt_set_alg, (jwt_t * jwt, jwt_alg_t alg, const unsigned char *key, int len),
	    (jwt, alg, key, len))
CRYPTO_CALL(char *, NULL, jwt_encode_str, (jwt_t * jwt), (jwt))
CRYPTO_CALL(int, ENOMEM, jwt_decode, (jwt_t * *jwt, const char *token, const unsigned char *key, int len),
	    (jwt, token, key, len))

/* A result that could not be kept has taken its place. */
static PGresult *lost(PGconn *conn)
{
	static __typeof__(PQgetResult) *real;
	PGresult *result;

	if (!real)
		real = next("PQgetResult");
	result = real(conn);
	if (!result)
		return NULL;
	PQclear(result);
	return PQmakeEmptyPGresult(conn, PGRES_FATAL_ERROR);
}

DATABASE_CALL(PQconninfoOption *, NULL, PQconninfoParse, NULL, (const char *text, char **error), (text, error))
DATABASE_CALL(PGconn *, NULL, PQconnectStartParams, NULL,
	      (const char *const *keywords, const char *const *values, int expand), (keywords, values, expand))
DATABASE_CALL(PostgresPollingStatusType, PGRES_POLLING_FAILED, PQconnectPoll, conn, (PGconn * conn), (conn))
DATABASE_CALL(int, 0, PQconsumeInput, conn, (PGconn * conn), (conn))
DATABASE_CALL(PGresult *, lost(conn), PQgetResult, conn, (PGconn * conn), (conn))
DATABASE_CALL(int, 0, PQsendQuery, conn, (PGconn * conn, const char *text), (conn, text))
DATABASE_CALL(int, 0, PQsendPrepare, conn,
	      (PGconn * conn, const char *name, const char *text, int count, const Oid *types),
	      (conn, name, text, count, types))
DATABASE_CALL(int, 0, PQsendQueryParams, conn,
	      (PGconn * conn, const char *text, int count, const Oid *types, const char *const *values,
	       const int *lengths, const int *formats, int format),
	      (conn, text, count, types, values, lengths, formats, format))
DATABASE_CALL(int, 0, PQsendQueryPrepared, conn,
	      (PGconn * conn, const char *name, int count, const char *const *values, const int *lengths,
	       const int *formats, int format),
	      (conn, name, count, values, lengths, formats, format))
DATABASE_CALL(int, 0, PQsetSingleRowMode, conn, (PGconn * conn), (conn))

static const char *setting(const char *name)
{
	const char *text = getenv(name);

	return text ? text : "";
}

static void begin(void)
{
	const char *class = setting("FAILING_CLASS");
	enum class named = NONE;
	void *frame;

	for (unsigned i = 1; i < sizeof(class_names) / sizeof(class_names[0]); i++)
		if (strcmp(class, class_names[i]) == 0)
			named = (enum class)i;
	if (named == NONE)
		abort();
	failing_call = strtoul(setting("FAILING_CALL"), NULL, 10);
	onward = *setting("FAILING_ONWARD") != '\0';
	report_path = setting("FAILING_REPORT");
	alarm((unsigned)strtoul(setting("FAILING_SECONDS"), NULL, 10));
	backtrace(&frame, 1);
	chosen = named;
}

EXPORTED char *getenv(const char *name)
{
	static __typeof__(getenv) *real;

	if (!real)
		real = next("getenv");
	if (chosen == NONE && strcmp(name, "REQUEST_URI") == 0)
		begin();
	return real(name);
}

__attribute__((destructor)) static void end(void)
{
	char count[24];

	if (chosen == NONE || failing_call > 0)
		return;
	snprintf(count, sizeof(count), "%lu", calls);
	report(count, false);
}
