/*
 * auth: which tokens open doors and which do not. The database is a stand-in that says what the test wants.
 */
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "aurora/auth.h"
#include "aurora/limit.h"
#include "aurora/params.h"
#include "aurora/service.h"
#include "db/db.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/crypto.h"
#include "util/json.h"
#include "util/uuid.h"

#define USER     "01920000-0000-7000-8000-000000000001"
#define SESSION  "01920000-0000-7000-8000-0000000000aa"
#define OTHER    "01920000-0000-7000-8000-0000000000bb"
#define LEFT_OUT "-"

static char home[] = "/tmp/aurora-auth-XXXXXX";
static struct arena *arena;
static char kid[17];

/* The stand-in for the database: one connection, two statements. */

struct db {
	bool away;
	bool connected;
	int queries;
	int introspections;
	const char *revoked[4];
	bool notify_meanwhile; /* a session ends elsewhere while the query is on its way */
	const char *known_token;
	const char *token_id;
	const char *token_expires;
};

struct result {
	const struct db *db;
	bool introspection;
	int rows;
};

static struct db database;

bool db_connect(struct db *db)
{
	if (db->away)
		return false;
	if (db->connected)
		return true;
	db->connected = true;
	db->connected = auth_on_connect(db, NULL);
	return db->connected;
}

int db_socket(const struct db *db)
{
	return db->connected ? 3 : -1;
}

void db_poll(struct db *db)
{
	if (db->away)
		db->connected = false;
}

struct result *db_command(struct db *db, const char *sql)
{
	assert_string_equal(sql, "LISTEN session_revoked");
	return db->away ? NULL : arena_alloc(arena, sizeof(struct result));
}

struct result *db_query(struct db *db, const struct statement *statement, const char *const *parameters)
{
	struct result *result = arena_alloc(arena, sizeof(*result));

	if (db->away)
		return NULL;
	result->db = db;
	db->queries++;
	if (!strcmp(statement->name, "auth_introspect")) {
		char hex[67] = "\\x";

		db->introspections++;
		result->introspection = true;
		if (db->known_token) {
			sha256_hex(hex + 2, db->known_token, strlen(db->known_token));
			result->rows = !strcmp(hex, parameters[0]);
		}
		return result;
	}
	assert_string_equal(statement->name, "auth_revoked_sessions");
	while (result->rows < 4 && db->revoked[result->rows])
		result->rows++;
	if (db->notify_meanwhile)
		auth_on_notify(db, "session_revoked", SESSION, NULL);
	return result;
}

int result_rows(const struct result *result)
{
	return result->rows;
}

const char *result_text(const struct result *result, int row, int column)
{
	assert_false(result->introspection);
	assert_int_equal(column, 0);
	return result->db->revoked[row];
}

const char *result_get(const struct result *result, int row, const char *name)
{
	assert_true(result->introspection);
	assert_int_equal(row, 0);
	if (!strcmp(name, "token_id"))
		return result->db->token_id;
	if (!strcmp(name, "user_id"))
		return USER;
	if (!strcmp(name, "scopes"))
		return "thoughts:read thoughts:write";
	if (!strcmp(name, "roles"))
		return "user";
	assert_string_equal(name, "expires_at");
	return result->db->token_expires;
}

/* The house of the tests. */

static void file_write(const char *path, const char *text, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int home_make(void **state)
{
	char errors[1024];

	(void)state;
	arena = arena_new();
	if (!mkdtemp(home))
		return -1;
	setenv("AURORA_HOME", home, 1);
	unsetenv("AURORA_ORIGIN");
	unsetenv("AURORA_PORT");
	if (!params_load(errors, sizeof(errors))) {
		fputs(errors, stderr);
		return -1;
	}
	mkdir(home_path("secrets"), 0700);
	snprintf(kid, sizeof(kid), "%s", auth_new_key(arena));
	return 0;
}

static int home_remove(void **state)
{
	static const char *const directories[] = {"keys", "secrets", "run", "."};
	char path[PATH_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(directories); i++) {
		DIR *directory = opendir(home_path(directories[i]));
		struct dirent *entry;

		while (directory && (entry = readdir(directory))) {
			snprintf(path, sizeof(path), "%s/%s", home_path(directories[i]), entry->d_name);
			unlink(path);
		}
		if (directory)
			closedir(directory);
		rmdir(home_path(directories[i]));
	}
	arena_free(arena);
	return rmdir(home);
}

/* Nothing revoked, and a new connection. */
static int database_new(void **state)
{
	(void)state;
	database = (struct db){0};
	arena_clear(arena);
	return 0;
}

static const char *authorization;

static const char *variable(void *io, const char *name)
{
	(void)io;
	return strcmp(name, "HTTP_AUTHORIZATION") ? NULL : authorization;
}

static enum auth_verdict check_header(const char *header, const struct principal **principal)
{
	static const struct transport transport = {.variable = variable};
	struct request req = {.arena = arena, .transport = &transport, .db = &database};

	authorization = header;
	return auth_check(&req, principal);
}

static enum auth_verdict check(const char *token)
{
	const struct principal *principal;

	return check_header(arena_printf(arena, "Bearer %s", token), &principal);
}

static int64_t now_s(void)
{
	return clock_now_us() / 1000000;
}

static const char *token_good(const char *session)
{
	return auth_sign(arena, USER, session, "user", now_s(), now_s() + 900);
}

/* Tokens made by hand, so that they can be anything. */

enum signer { BY_US, BY_ANOTHER_KEY, HS256_WITH_THE_PUBLIC_KEY, BY_NOBODY, TRUNCATED, TAMPERED };

struct token {
	const char *alg, *header_typ, *kid, *header_more;
	const char *typ, *iss, *aud, *sub, *sid, *more; /* JSON values */
	const char *exp, *nbf;                          /* seconds from now, or JSON when it does not look like it */
	enum signer signer;
};

static const char *key_file(const char *suffix)
{
	static char text[4096];
	FILE *file = fopen(home_path(arena_printf(arena, "keys/%s%s", kid, suffix)), "r");
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = 0;
	fclose(file);
	return text;
}

static const char *es256(const char *input, EVP_PKEY *key)
{
	unsigned char der[128], raw[64];
	const unsigned char *at = der;
	size_t len = sizeof(der);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	ECDSA_SIG *signature;

	assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(ctx, der, &len, (const unsigned char *)input, strlen(input)), 1);
	signature = d2i_ECDSA_SIG(NULL, &at, (long)len);
	assert_non_null(signature);
	BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + 32, 32);
	ECDSA_SIG_free(signature);
	EVP_MD_CTX_free(ctx);
	return base64url_encode(arena, raw, sizeof(raw));
}

static const char *sign(const char *input, enum signer signer)
{
	unsigned char mac[SHA256_SIZE];
	const char *pem, *signature;
	EVP_PKEY *key;
	BIO *bio;

	switch (signer) {
	case BY_NOBODY:
		return "";
	case HS256_WITH_THE_PUBLIC_KEY:
		pem = key_file(".pub.pem");
		hmac_sha256(mac, pem, strlen(pem), input, strlen(input));
		return base64url_encode(arena, mac, sizeof(mac));
	case BY_ANOTHER_KEY:
		key = EVP_EC_gen("P-256");
		break;
	default:
		pem = key_file(".pem");
		bio = BIO_new_mem_buf(pem, -1);
		key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	assert_non_null(key);
	signature = es256(signer == TAMPERED ? arena_printf(arena, "%s ", input) : input, key);
	EVP_PKEY_free(key);
	return signer == TRUNCATED ? arena_strndup(arena, signature, 40) : signature;
}

static void member(struct buf *out, const char *name, const char *value, const char *usual)
{
	if (!value)
		value = usual;
	if (value && strcmp(value, LEFT_OUT))
		buf_printf(out, "%s\"%s\":%s", out->len > 1 ? "," : "", name, value);
}

static void date(struct buf *out, const char *name, const char *value, const char *usual)
{
	char *end;
	long offset;

	if (!value)
		value = usual;
	if (!value)
		return;
	offset = strtol(value, &end, 10);
	member(out, name, *end || end == value ? value : arena_printf(arena, "%lld", (long long)(now_s() + offset)),
	       NULL);
}

static const char *forge(const struct token *t)
{
	struct buf *header = buf_in(arena, 65536), *claims = buf_in(arena, 65536);
	const char *input;

	buf_addc(header, '{');
	member(header, "alg", t->alg, "\"ES256\"");
	member(header, "typ", t->header_typ, "\"JWT\"");
	member(header, "kid", t->kid, arena_printf(arena, "\"%s\"", kid));
	buf_printf(header, "%s}", t->header_more ? t->header_more : "");
	buf_addc(claims, '{');
	member(claims, "typ", t->typ, "\"at+jwt\"");
	member(claims, "iss", t->iss, "\"http://127.0.0.1:8080\"");
	member(claims, "aud", t->aud, "\"aurora\"");
	member(claims, "sub", t->sub, "\"" USER "\"");
	member(claims, "sid", t->sid, "\"" SESSION "\"");
	date(claims, "exp", t->exp, "900");
	date(claims, "nbf", t->nbf, NULL);
	buf_printf(claims, "%s}", t->more ? t->more : "");
	input = arena_printf(arena, "%s.%s", base64url_encode(arena, header->data, header->len),
			     base64url_encode(arena, claims->data, claims->len));
	return arena_printf(arena, "%s.%s", input, sign(input, t->signer));
}

static const struct {
	const char *name;
	enum auth_verdict verdict;
	struct token token;
} tokens[] = {
	{"as it should be", AUTH_OK, {0}},
	{"not before now", AUTH_OK, {.nbf = "0"}},
	{"not before a moment of clock difference", AUTH_OK, {.nbf = "3"}},
	{"roles", AUTH_OK, {.more = ",\"roles\":\"user admin\""}},
	{"alg none, unsigned", AUTH_BAD, {.alg = "\"none\"", .signer = BY_NOBODY}},
	{"alg none, unsigned, without a kid", AUTH_BAD, {.alg = "\"none\"", .kid = LEFT_OUT, .signer = BY_NOBODY}},
	{"alg None", AUTH_BAD, {.alg = "\"None\"", .signer = BY_NOBODY}},
	{"alg none with a good signature", AUTH_BAD, {.alg = "\"none\""}},
	{"ES256 without its signature", AUTH_BAD, {.signer = BY_NOBODY}},
	{"HS256 with the public key as its secret",
	 AUTH_BAD,
	 {.alg = "\"HS256\"", .signer = HS256_WITH_THE_PUBLIC_KEY}},
	{"that, called ES256", AUTH_BAD, {.signer = HS256_WITH_THE_PUBLIC_KEY}},
	{"alg ES384", AUTH_BAD, {.alg = "\"ES384\""}},
	{"alg es256", AUTH_BAD, {.alg = "\"es256\""}},
	{"alg absent", AUTH_BAD, {.alg = LEFT_OUT}},
	{"alg no string", AUTH_BAD, {.alg = "[\"ES256\"]"}},
	{"alg twice", AUTH_BAD, {.header_more = ",\"alg\":\"none\""}},
	{"another key", AUTH_BAD, {.signer = BY_ANOTHER_KEY}},
	{"a truncated signature", AUTH_BAD, {.signer = TRUNCATED}},
	{"a signature of something else", AUTH_BAD, {.signer = TAMPERED}},
	{"an unknown kid", AUTH_BAD, {.kid = "\"0000000000000000\""}},
	{"a kid that is a path", AUTH_BAD, {.kid = "\"../keys/00000000\""}},
	{"a long kid", AUTH_BAD, {.kid = "\"00000000000000000\""}},
	{"kid absent", AUTH_BAD, {.kid = LEFT_OUT}},
	{"an extension that must be understood", AUTH_BAD, {.header_more = ",\"crit\":[\"exp\"]"}},
	{"header typ of another kind", AUTH_BAD, {.header_typ = "\"dpop+jwt\""}},
	{"header typ absent", AUTH_BAD, {.header_typ = LEFT_OUT}},
	{"expired", AUTH_BAD, {.exp = "-1"}},
	{"expires now", AUTH_BAD, {.exp = "0"}},
	{"exp absent", AUTH_BAD, {.exp = LEFT_OUT}},
	{"exp in words", AUTH_BAD, {.exp = "\"never\""}},
	{"exp a fraction", AUTH_BAD, {.exp = "9999999999.5"}},
	{"exp null", AUTH_BAD, {.exp = "null"}},
	{"exp beyond 64 bits", AUTH_BAD, {.exp = "[99999999999999999999]"}},
	{"exp twice", AUTH_BAD, {.exp = "-1", .more = ",\"exp\":9999999999"}},
	{"not before later", AUTH_BAD, {.nbf = "60"}},
	{"nbf in words", AUTH_BAD, {.nbf = "\"now\""}},
	{"nbf at the end of 64 bits", AUTH_BAD, {.more = ",\"nbf\":9223372036854775807"}},
	{"another issuer", AUTH_BAD, {.iss = "\"https://evil.example\""}},
	{"issuer with a slash", AUTH_BAD, {.iss = "\"http://127.0.0.1:8080/\""}},
	{"iss absent", AUTH_BAD, {.iss = LEFT_OUT}},
	{"another audience", AUTH_BAD, {.aud = "\"borealis\""}},
	{"aud absent", AUTH_BAD, {.aud = LEFT_OUT}},
	{"another type", AUTH_BAD, {.typ = "\"id+jwt\""}},
	{"type absent", AUTH_BAD, {.typ = LEFT_OUT}},
	{"sub absent", AUTH_BAD, {.sub = LEFT_OUT}},
	{"sub no UUID", AUTH_BAD, {.sub = "\"admin\""}},
	{"sub in capitals", AUTH_BAD, {.sub = "\"01920000-0000-7000-8000-0000000000AA\""}},
	{"sid absent", AUTH_BAD, {.sid = LEFT_OUT}},
	{"sid no UUID", AUTH_BAD, {.sid = "\"1\""}},
	{"sid a number", AUTH_BAD, {.sid = "1"}},
	{"NUL in a claim", AUTH_BAD, {.aud = "\"aurora\\u0000x\""}},
};

static void only_good_tokens_pass(void **state)
{
	for (size_t i = 0; i < COUNT(tokens); i++) {
		enum auth_verdict verdict;

		database_new(state);
		/* Twice: what was refused is not remembered as good. */
		for (int again = 0; again < 2; again++) {
			verdict = check(forge(&tokens[i].token));
			if (verdict != tokens[i].verdict)
				fail_msg("%s: verdict %d", tokens[i].name, (int)verdict);
		}
	}
}

static void oversize_is_refused(void **state)
{
	char *padding = arena_alloc(arena, 4096);
	struct token token = {.more = arena_printf(arena, ",\"roles\":\"user\",\"pad\":\"%s\"", "")};

	(void)state;
	assert_int_equal(check(forge(&token)), AUTH_OK);
	memset(padding, 'x', 4000);
	token.more = arena_printf(arena, ",\"pad\":\"%s\"", padding);
	assert_int_equal(check(forge(&token)), AUTH_BAD);
	token.more = arena_printf(arena, ",\"roles\":\"%.200s\"", padding);
	assert_int_equal(check(forge(&token)), AUTH_BAD);
}

/* Whichever character is changed, it is another token. The last one carries bits that say nothing. */
static void no_character_may_change(void **state)
{
	char *token = arena_strdup(arena, token_good(SESSION));
	size_t len = strlen(token);

	(void)state;
	assert_int_equal(check(token), AUTH_OK);
	for (size_t i = 0; i + 1 < len; i++) {
		char was = token[i];

		token[i] = was == 'A' ? 'B' : 'A';
		if (check(token) != AUTH_BAD)
			fail_msg("changed at %zu of %zu", i, len);
		token[i] = was;
	}
	assert_int_equal(check(token), AUTH_OK);
}

static void headers(void **state)
{
	static const struct {
		const char *format;
		enum auth_verdict verdict;
	} cases[] = {
		{"Bearer %s", AUTH_OK},      {"bearer %s", AUTH_OK},    {"BEARER %s", AUTH_OK},
		{"Bearer  %s", AUTH_OK},     {"", AUTH_NONE},           {"Basic dXNlcjpwdw==", AUTH_NONE},
		{"Bearer%s", AUTH_NONE},     {"%s", AUTH_NONE},         {"Bearer", AUTH_BAD},
		{"Bearer ", AUTH_BAD},       {"Bearer %s x", AUTH_BAD}, {"Bearer %s,", AUTH_BAD},
		{"Bearer \"%s\"", AUTH_BAD}, {"Bearer %s\t", AUTH_BAD}, {"Bearer ===", AUTH_BAD},
		{"Bearer a.b", AUTH_BAD},    {"Bearer ..", AUTH_BAD},   {"Bearer %s.", AUTH_BAD},
		{"Bearer a=b", AUTH_BAD},
	};
	const struct principal *principal = NULL;
	const char *token = token_good(SESSION);

	(void)state;
	assert_int_equal(check_header(NULL, &principal), AUTH_NONE);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *place = strstr(cases[i].format, "%s");
		size_t before = place ? (size_t)(place - cases[i].format) : strlen(cases[i].format);
		const char *header = arena_printf(arena, "%.*s%s%s", (int)before, cases[i].format, place ? token : "",
						  place ? place + 2 : "");
		enum auth_verdict verdict = check_header(header, &principal);

		if (verdict != cases[i].verdict)
			fail_msg("\"%s\": verdict %d", cases[i].format, (int)verdict);
	}
}

static void principal_is_what_was_signed(void **state)
{
	int64_t expires = now_s() + 900;
	const struct principal *principal;
	const char *header =
		arena_printf(arena, "Bearer %s", auth_sign(arena, USER, SESSION, "user admin", now_s(), expires));

	(void)state;
	for (int again = 0; again < 2; again++) {
		principal = NULL;
		assert_int_equal(check_header(header, &principal), AUTH_OK);
		assert_string_equal(principal->user_id, USER);
		assert_string_equal(principal->session_id, SESSION);
		assert_string_equal(principal->roles, "user admin");
		assert_string_equal(principal->scopes, "");
		assert_int_equal(principal->personal, 0);
		assert_int_equal(principal->expires_at, expires);
	}
}

static void a_remembered_token_expires(void **state)
{
	int64_t expires = now_s() + 2;
	const char *token = auth_sign(arena, USER, SESSION, "user", now_s(), expires);

	(void)state;
	assert_int_equal(check(token), AUTH_OK);
	while (now_s() < expires)
		usleep(20000);
	assert_int_equal(check(token), AUTH_BAD);
}

static void revoked_on_this_machine(void **state)
{
	const char *token = token_good(SESSION), *other = token_good(OTHER);
	int queries;

	(void)state;
	assert_int_equal(check(token), AUTH_OK);
	assert_int_equal(check(other), AUTH_OK);
	queries = database.queries;
	assert_int_equal(check(token), AUTH_OK);
	assert_int_equal(database.queries, queries);
	database.revoked[0] = SESSION;
	limit_epoch_bump();
	assert_int_equal(check(token), AUTH_BAD);
	assert_int_equal(check(other), AUTH_OK);
	assert_int_equal(database.queries, queries + 1);
}

static void revoked_elsewhere(void **state)
{
	const char *token = token_good(SESSION), *other = token_good(OTHER);

	(void)state;
	assert_int_equal(check(token), AUTH_OK);
	auth_on_notify(&database, "bus_1", SESSION, NULL);
	auth_on_notify(&database, "session_revoked", "nonsense", NULL);
	assert_int_equal(check(token), AUTH_OK);
	auth_on_notify(&database, "session_revoked", SESSION, NULL);
	assert_int_equal(check(token), AUTH_BAD);
	assert_int_equal(check(other), AUTH_OK);
}

/* What is heard while the list is on its way is not lost when the list arrives. */
static void revoked_while_loading(void **state)
{
	const char *token = token_good(SESSION);

	(void)state;
	assert_int_equal(check(token), AUTH_OK);
	database.notify_meanwhile = true;
	limit_epoch_bump();
	assert_int_equal(check(token), AUTH_BAD);
}

static void a_lost_connection_loads_again(void **state)
{
	const char *token = token_good(SESSION);

	(void)state;
	assert_int_equal(check(token), AUTH_OK);
	database.connected = false;
	database.revoked[0] = OTHER;
	database.revoked[1] = SESSION;
	assert_int_equal(check(token), AUTH_BAD);
}

static void nothing_is_trusted_without_the_database(void **state)
{
	const char *token = token_good(SESSION);

	(void)state;
	assert_int_equal(check(token), AUTH_OK);
	database.away = true;
	assert_int_equal(check(token), AUTH_UNAVAILABLE);
	assert_int_equal(check("a.b.c"), AUTH_BAD);
	database.away = false;
	assert_int_equal(check(token), AUTH_OK);
}

static void many_revoked_sessions(void **state)
{
	char id[UUID_TEXT];
	const char *token = token_good(SESSION);
	int queries;

	(void)state;
	assert_int_equal(check(token), AUTH_OK);
	queries = database.queries;
	for (int i = 0; i < 20000; i++) {
		uuid_new(id);
		auth_on_notify(&database, "session_revoked", id, NULL);
	}
	/* Past some number the list is loaded anew, so that it does not grow for ever. */
	assert_int_equal(check(token), AUTH_OK);
	assert_int_equal(database.queries, queries + 1);
}

static void personal_tokens(void **state)
{
	const char *token = arena_printf(arena, "aur_%s", token_new(arena));
	const char *unknown = arena_printf(arena, "aur_%s", token_new(arena));
	const struct principal *principal;

	(void)state;
	database.known_token = token;
	database.token_id = OTHER;
	assert_int_equal(check_header(arena_printf(arena, "Bearer %s", token), &principal), AUTH_OK);
	assert_string_equal(principal->user_id, USER);
	assert_string_equal(principal->session_id, OTHER);
	assert_string_equal(principal->scopes, "thoughts:read thoughts:write");
	assert_int_equal(principal->personal, 1);
	assert_int_equal(database.introspections, 1);
	assert_int_equal(check(token), AUTH_OK);
	assert_int_equal(database.introspections, 1);
	assert_int_equal(check(unknown), AUTH_BAD);
	assert_int_equal(check("aur_short"), AUTH_BAD);
	auth_on_notify(&database, "session_revoked", OTHER, NULL);
	assert_int_equal(check(token), AUTH_BAD);
	database.away = true;
	assert_int_equal(check(unknown), AUTH_UNAVAILABLE);
}

static void hundreds_of_tokens_are_remembered(void **state)
{
	(void)state;
	database.token_id = OTHER;
	for (int again = 0; again < 2; again++)
		for (int i = 0; i < 400; i++) {
			database.known_token = arena_printf(arena, "aur_%043d", i);
			assert_int_equal(check(database.known_token), AUTH_OK);
		}
	assert_int_equal(database.introspections, 400);
}

static void a_personal_token_expires(void **state)
{
	const char *token = arena_printf(arena, "aur_%s", token_new(arena));
	int64_t expires = now_s() + 2;

	(void)state;
	database.known_token = token;
	database.token_id = OTHER;
	database.token_expires = arena_printf(arena, "%lld", (long long)expires);
	assert_int_equal(check(token), AUTH_OK);
	while (now_s() < expires)
		usleep(20000);
	assert_int_equal(check(token), AUTH_BAD);
}

static struct json_object *jwks_keys(void)
{
	const char *text = auth_jwks(arena);
	enum json_fault fault;
	struct json_object *keys;

	assert_true(json_object_object_get_ex(json_read(arena, text, strlen(text), &fault), "keys", &keys));
	return keys;
}

static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(object, name, &value));
	return json_object_get_string(value);
}

static void keys_are_published(void **state)
{
	struct json_object *keys = jwks_keys(), *key;

	(void)state;
	assert_int_equal(json_object_array_length(keys), 1);
	key = json_object_array_get_idx(keys, 0);
	assert_string_equal(text_of(key, "kid"), kid);
	assert_string_equal(text_of(key, "kty"), "EC");
	assert_string_equal(text_of(key, "crv"), "P-256");
	assert_string_equal(text_of(key, "alg"), "ES256");
	assert_string_equal(text_of(key, "use"), "sig");
	assert_int_equal(strlen(text_of(key, "x")), 43);
	assert_int_equal(strlen(text_of(key, "y")), 43);
	assert_false(json_object_object_get_ex(key, "d", NULL));
}

static const char *kid_of(const char *token)
{
	size_t len;
	unsigned char *header = base64url_decode(arena, arena_strndup(arena, token, strcspn(token, ".")), &len);
	enum json_fault fault;

	return text_of(json_read(arena, (const char *)header, len, &fault), "kid");
}

static void keys_change_without_a_restart(void **state)
{
	char path[PATH_MAX], newer[17];
	const char *old = token_good(SESSION), *new;
	struct stat st;

	(void)state;
	assert_string_equal(kid_of(old), kid);
	do /* a kid's time is in seconds, and within one the order is chance */
		snprintf(newer, sizeof(newer), "%s", auth_new_key(arena));
	while (strcmp(newer, kid) < 0);
	snprintf(path, sizeof(path), "%s/%s.pem", home_path("keys"), newer);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	new = token_good(SESSION);
	assert_true(strcmp(kid_of(new), kid) > 0);
	assert_int_equal(check(old), AUTH_OK);
	assert_int_equal(check(new), AUTH_OK);
	assert_true(json_object_array_length(jwks_keys()) >= 2);
}

static void check_signing(void *arg)
{
	(void)arg;
	auth_sign_check(arena);
}

/* Half a pair signs nothing, whichever half it is; of a pair both have to fit. */
static void halves_do_not_sign(void **state)
{
	const char *half = home_path("keys/fffffffe00000001.pem"), *other = home_path("keys/fffffffe00000001.pub.pem");
	const char *signer;
	EVP_PKEY *stranger;
	BIO *bio;
	char *pem;
	long len;

	(void)state;
	signer = kid_of(token_good(SESSION));
	auth_sign_check(arena);
	file_write(half, key_file(".pem"), 0600);
	assert_string_equal(kid_of(token_good(SESSION)), signer);
	unlink(half);
	file_write(other, key_file(".pub.pem"), 0644);
	assert_string_equal(kid_of(token_good(SESSION)), signer);
	auth_sign_check(arena);

	file_write(half, key_file(".pem"), 0600);
	assert_string_equal(kid_of(token_good(SESSION)), "fffffffe00000001");
	auth_sign_check(arena);
	stranger = EVP_EC_gen("P-256");
	bio = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_PUBKEY(bio, stranger), 1);
	len = BIO_get_mem_data(bio, &pem);
	file_write(other, arena_strndup(arena, pem, (size_t)len), 0644);
	BIO_free(bio);
	EVP_PKEY_free(stranger);
	assert_dies(check_signing, NULL);
	unlink(half);
	unlink(other);
	assert_string_equal(kid_of(token_good(SESSION)), signer);
}

/* A file that is no P-256 key vouches for nobody and does not get in the others' way. */
static void bad_key_files_are_passed_over(void **state)
{
	static const char *const names[] = {"ffffffff00000001", "ffffffff00000002", "ffffffff00000003"};
	size_t before = json_object_array_length(jwks_keys());
	EVP_PKEY *alien = EVP_EC_gen("secp256k1");
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	long len;

	(void)state;
	assert_int_equal(PEM_write_bio_PUBKEY(bio, alien), 1);
	len = BIO_get_mem_data(bio, &pem);
	file_write(home_path("keys/ffffffff00000001.pub.pem"), "", 0644);
	file_write(home_path("keys/ffffffff00000002.pub.pem"), "-----BEGIN PUBLIC KEY-----\nAAAA\n", 0644);
	file_write(home_path("keys/ffffffff00000003.pub.pem"), arena_strndup(arena, pem, (size_t)len), 0644);
	file_write(home_path("keys/README"), "not a key", 0644);
	BIO_free(bio);
	EVP_PKEY_free(alien);
	assert_int_equal(json_object_array_length(jwks_keys()), before);
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct token named = {.kid = arena_printf(arena, "\"%s\"", names[i])};
		const struct token unsigned_one = {.kid = named.kid, .alg = "\"none\"", .signer = BY_NOBODY};

		assert_int_equal(check(forge(&named)), AUTH_BAD);
		assert_int_equal(check(forge(&unsigned_one)), AUTH_BAD);
	}
	assert_int_equal(check(token_good(SESSION)), AUTH_OK);
}

static void secret_read(void *name)
{
	secret(name);
}

static void secrets(void **state)
{
	static const char good[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
	static char missing[] = "missing", name[] = "pepper";
	const char *path = home_path("secrets/pepper");
	const unsigned char *bytes;

	(void)state;
	assert_dies(secret_read, missing);
	file_write(path, good, 0644);
	assert_dies(secret_read, name);
	file_write(path, "0001020304", 0600);
	assert_dies(secret_read, name);
	file_write(path, "", 0600);
	assert_dies(secret_read, name);
	file_write(path, arena_printf(arena, "%.63sx\n", good), 0600);
	assert_dies(secret_read, name);
	file_write(path, arena_printf(arena, "%s00\n", good), 0600);
	assert_dies(secret_read, name);
	file_write(path, arena_printf(arena, "%s\n", good), 0600);
	bytes = secret(name);
	for (int i = 0; i < 32; i++)
		assert_int_equal(bytes[i], i);
	assert_ptr_equal(secret(name), bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(keys_are_published, database_new),
		cmocka_unit_test_setup(only_good_tokens_pass, database_new),
		cmocka_unit_test_setup(oversize_is_refused, database_new),
		cmocka_unit_test_setup(no_character_may_change, database_new),
		cmocka_unit_test_setup(headers, database_new),
		cmocka_unit_test_setup(principal_is_what_was_signed, database_new),
		cmocka_unit_test_setup(a_remembered_token_expires, database_new),
		cmocka_unit_test_setup(revoked_on_this_machine, database_new),
		cmocka_unit_test_setup(revoked_elsewhere, database_new),
		cmocka_unit_test_setup(revoked_while_loading, database_new),
		cmocka_unit_test_setup(a_lost_connection_loads_again, database_new),
		cmocka_unit_test_setup(nothing_is_trusted_without_the_database, database_new),
		cmocka_unit_test_setup(many_revoked_sessions, database_new),
		cmocka_unit_test_setup(personal_tokens, database_new),
		cmocka_unit_test_setup(a_personal_token_expires, database_new),
		cmocka_unit_test_setup(hundreds_of_tokens_are_remembered, database_new),
		cmocka_unit_test_setup(keys_change_without_a_restart, database_new),
		cmocka_unit_test_setup(halves_do_not_sign, database_new),
		cmocka_unit_test_setup(bad_key_files_are_passed_over, database_new),
		cmocka_unit_test_setup(secrets, database_new),
	};

	return cmocka_run_group_tests_name("auth", tests, home_make, home_remove);
}
