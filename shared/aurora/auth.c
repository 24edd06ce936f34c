/*
 * auth: see auth.h.
 *
 * libjwt lets a token's header choose the algorithm (HS256 with the public key as its secret would pass, and so would
 * "none" with an empty key), does not look at exp, nbf, iss or aud, and parses the key's PEM at each call. So the
 * header is read and pinned to ES256 before libjwt sees the token, the claims are checked here, and a token that passed
 * is remembered. libjwt 1.10 also neither makes nor accepts a `typ` header other than "JWT"; the type is therefore a
 * claim.
 */
#include "aurora/auth.h"

#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <jwt.h>
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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
#include "util/log.h"
#include "util/uuid.h"

#include "auth.sql.h"

#define TOKEN_LIMIT       4096 /* bytes of a bearer token */
#define NOT_BEFORE_LEEWAY 5    /* seconds that another machine's clock may be ahead */
#define PERSONAL_PREFIX   "aur_"
#define PERSONAL_LENGTH   (4 + 43)
#define PERSONAL_KNOWN    60 /* seconds */
#define CHANNEL           "session_revoked"
#define REMEMBERED_SETS   64    /* places for a token, by its hash, … */
#define REMEMBERED_WAYS   16    /* … and how many tokens share one: so a few hundred do not push each other out */
#define NOTED_LIMIT       16384 /* sessions heard of since they were last loaded */

#define KID_LENGTH      16
#define KEYS_MAX        32
#define KEY_FILE_LIMIT  4096
#define PUBLIC_SUFFIX   ".pub.pem"
#define PRIVATE_SUFFIX  ".pem"
#define COORDINATE_SIZE 32
#define SECRET_SIZE     32
#define JWKS_LIMIT      ((size_t)64 * 1024)

struct remembered {
	unsigned char digest[SHA256_SIZE];
	int64_t until; /* Unix seconds; 0 for an empty place */
	struct principal principal;
};

/* Session ids as an open-addressed table; the nil UUID marks an empty place. */
struct id {
	uint64_t half[2];
};
struct id_set {
	struct id *ids;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

struct public_key {
	char kid[KID_LENGTH + 1];
	char *pem;
	size_t len;
	unsigned char x[COORDINATE_SIZE];
	unsigned char y[COORDINATE_SIZE];
};

/* What a directory looked like when it was last read. */
struct seen {
	struct timespec changed;
	int64_t read_us;
	bool valid;
};

struct kept_secret {
	struct kept_secret *next;
	char *name;
	unsigned char bytes[SECRET_SIZE];
};

static struct remembered remembered[REMEMBERED_SETS][REMEMBERED_WAYS];

static struct {
	struct id_set ids;
	struct id_set *loading; /* the set that is being loaded: what is heard meanwhile belongs in it as well */
	size_t noted;
	uint64_t epoch;
	bool loaded;
} revoked;

static struct {
	struct public_key keys[KEYS_MAX];
	size_t count;
	struct seen seen;
} published;

static struct {
	char kid[KID_LENGTH + 1];
	char *pem;
	size_t len;
	struct seen seen;
} signing;

/* Files */

/* A whole file, NUL-terminated, that you now own; NULL with errno. One for us alone must not be open to others. */
static char *file_read(const char *path, size_t limit, bool ours_alone, size_t *len)
{
	struct stat st;
	char *data;
	size_t n = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > (off_t)limit) {
		close(fd);
		errno = EFBIG;
		return NULL;
	}
	if (ours_alone && (st.st_mode & 077))
		die("%s can be read or changed by others (mode %03o): chmod 600 it, and replace it if others had "
		    "access",
		    path, st.st_mode & 0777);
	data = xmalloc(limit + 1);
	while (n < limit && (got = read(fd, data + n, limit - n)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int error = errno;

			close(fd);
			free(data);
			errno = error;
			return NULL;
		}
		n += (size_t)got;
	}
	close(fd);
	data[n] = 0;
	*len = n;
	return data;
}

/* The file appears whole and stays, or the process dies. */
static void file_write(const char *path, const void *data, size_t len, mode_t mode)
{
	char temporary[PATH_MAX];
	const char *at = data;
	size_t left = len;
	int fd;

	snprintf(temporary, sizeof(temporary), "%s.new", path);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		die("%s: cannot be made: %s", temporary, strerror(errno));
	while (left) {
		ssize_t n = write(fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			goto failed;
		at += n;
		left -= (size_t)n;
	}
	if (fsync(fd) || rename(temporary, path))
		goto failed;
	close(fd);
	return;
failed:;
	int error = errno;

	unlink(temporary);
	die("%s: cannot be written: %s", path, strerror(error));
}

static void directory_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd))
		die("%s: cannot be synced: %s", path, strerror(errno));
	close(fd);
}

/*
 * Is what was read of the directory out of date? A change within a second of the last reading may have left the same
 * time on it, so until a second has passed the answer is yes.
 */
static bool directory_changed(const char *path, struct seen *seen)
{
	struct stat st;

	if (stat(path, &st))
		die("%s: %s; `aurora up` makes it", path, strerror(errno));
	if (seen->valid && seen->changed.tv_sec == st.st_mtim.tv_sec && seen->changed.tv_nsec == st.st_mtim.tv_nsec &&
	    seen->read_us - (int64_t)st.st_mtim.tv_sec * 1000000 - st.st_mtim.tv_nsec / 1000 > 1000000)
		return false;
	seen->changed = st.st_mtim;
	seen->read_us = clock_now_us();
	seen->valid = true;
	return true;
}

/* Secrets */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

const unsigned char *secret(const char *name)
{
	struct kept_secret *s;
	static struct kept_secret *secrets;
	char relative[64];
	const char *path;
	char *text;
	size_t len;

	for (s = secrets; s; s = s->next)
		if (!strcmp(s->name, name))
			return s->bytes;
	snprintf(relative, sizeof(relative), "secrets/%s", name);
	path = home_path(relative);
	text = file_read(path, 2 * SECRET_SIZE + 2, true, &len);
	if (!text)
		die("%s: %s; `aurora up` makes it, and a restored house needs the one of its backup", path,
		    strerror(errno));
	while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	s = xcalloc(1, sizeof(*s));
	for (size_t i = 0; i < SECRET_SIZE; i++) {
		int high = len == 2 * SECRET_SIZE ? hex_value(text[2 * i]) : -1;
		int low = high >= 0 ? hex_value(text[2 * i + 1]) : -1;

		if (low < 0)
			die("%s is not 64 lower-case hexadecimal digits: restore it from a backup", path);
		s->bytes[i] = (unsigned char)(high << 4 | low);
	}
	OPENSSL_cleanse(text, len);
	free(text);
	s->name = xstrdup(name);
	s->next = secrets;
	secrets = s;
	return s->bytes;
}

/* Keys */

/*
 * libcrypto and libjwt fail alike on a bad key or signature and where memory is short: the latter is seen by what they
 * leave behind. Before they are asked, and after they have failed.
 */
static void failures_clear(void)
{
	ERR_clear_error();
	errno = 0;
}

static void failures_judge(void)
{
	bool short_of_memory = errno == ENOMEM;
	unsigned long error;

	while ((error = ERR_get_error()) != 0)
		short_of_memory = short_of_memory || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
	if (short_of_memory)
		die("out of memory");
}

static bool kid_valid(const char *kid)
{
	return strlen(kid) == KID_LENGTH && strspn(kid, "0123456789abcdef") == KID_LENGTH;
}

static const char *key_path(char out[PATH_MAX], const char *kid, const char *suffix)
{
	snprintf(out, PATH_MAX, "%s/%s%s", home_path("keys"), kid, suffix);
	return out;
}

static bool coordinate(const EVP_PKEY *key, const char *name, unsigned char out[COORDINATE_SIZE])
{
	BIGNUM *n = NULL;
	bool ok = EVP_PKEY_get_bn_param(key, name, &n) && BN_bn2binpad(n, out, COORDINATE_SIZE) == COORDINATE_SIZE;

	BN_free(n);
	return ok;
}

/* A P-256 public key in PEM, which ES256 needs and libjwt does not insist on. */
static bool public_key_parse(struct public_key *key)
{
	EVP_PKEY *parsed;
	char group[32] = "";
	BIO *bio;
	bool ok;

	failures_clear();
	bio = BIO_new_mem_buf(key->pem, (int)key->len);
	parsed = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	ok = parsed && EVP_PKEY_is_a(parsed, "EC") &&
	     EVP_PKEY_get_utf8_string_param(parsed, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group), NULL) &&
	     !strcmp(group, SN_X9_62_prime256v1) && coordinate(parsed, OSSL_PKEY_PARAM_EC_PUB_X, key->x) &&
	     coordinate(parsed, OSSL_PKEY_PARAM_EC_PUB_Y, key->y);
	if (!ok)
		failures_judge();
	EVP_PKEY_free(parsed);
	BIO_free(bio);
	return ok;
}

/* Names of key files end in the suffix after their kid; kids start with their time, so the newest comes first. */
static int newest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name);
}

static int is_public(const struct dirent *entry)
{
	return strlen(entry->d_name) == KID_LENGTH + strlen(PUBLIC_SUFFIX) &&
	       strspn(entry->d_name, "0123456789abcdef") == KID_LENGTH &&
	       !strcmp(entry->d_name + KID_LENGTH, PUBLIC_SUFFIX);
}

static int is_private(const struct dirent *entry)
{
	return strlen(entry->d_name) == KID_LENGTH + strlen(PRIVATE_SUFFIX) &&
	       strspn(entry->d_name, "0123456789abcdef") == KID_LENGTH &&
	       !strcmp(entry->d_name + KID_LENGTH, PRIVATE_SUFFIX);
}

/* Kids of the key files that `wanted` accepts, newest first; at most KEYS_MAX. */
static size_t keys_list(int (*wanted)(const struct dirent *), char kids[KEYS_MAX][KID_LENGTH + 1])
{
	struct dirent **entries;
	const char *directory = home_path("keys");
	int n = scandir(directory, &entries, wanted, newest_first);
	size_t count = 0;

	if (n < 0)
		die("%s: cannot be read: %s", directory, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (count < KEYS_MAX)
			snprintf(kids[count++], KID_LENGTH + 1, "%.*s", KID_LENGTH, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return count;
}

/* The public keys as they are on disk now. Looking costs a stat, so a new key needs no restart anywhere. */
static void published_refresh(void)
{
	char kids[KEYS_MAX][KID_LENGTH + 1], path[PATH_MAX];
	size_t n;

	if (!directory_changed(home_path("keys"), &published.seen))
		return;
	for (size_t i = 0; i < published.count; i++)
		free(published.keys[i].pem);
	published.count = 0;
	n = keys_list(is_public, kids);
	for (size_t i = 0; i < n; i++) {
		struct public_key *key = &published.keys[published.count];

		key->pem = file_read(key_path(path, kids[i], PUBLIC_SUFFIX), KEY_FILE_LIMIT, false, &key->len);
		if (!key->pem) {
			log_error("%s: cannot be read: %s", path, strerror(errno));
			continue;
		}
		if (!key->len || !public_key_parse(key)) {
			log_error("%s is not a P-256 public key in PEM", path);
			free(key->pem);
			continue;
		}
		memcpy(key->kid, kids[i], sizeof(key->kid));
		published.count++;
	}
}

static const struct public_key *published_find(const char *kid)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		for (size_t i = 0; i < published.count; i++)
			if (!strcmp(published.keys[i].kid, kid))
				return &published.keys[i];
		if (!attempt)
			published_refresh();
	}
	return NULL;
}

/* The newest private key whose public half is there: nobody accepts what one without it signs. */
static void signing_refresh(void)
{
	char kids[KEYS_MAX][KID_LENGTH + 1], path[PATH_MAX];
	size_t n, newest = 0;
	char *pem;
	size_t len;

	if (!directory_changed(home_path("keys"), &signing.seen))
		return;
	n = keys_list(is_private, kids);
	while (newest < n && access(key_path(path, kids[newest], PUBLIC_SUFFIX), F_OK))
		newest++;
	if (newest == n)
		die("%s holds no signing key: `aurora keys rotate` makes one", home_path("keys"));
	pem = file_read(key_path(path, kids[newest], PRIVATE_SUFFIX), KEY_FILE_LIMIT, true, &len);
	if (!pem || !len)
		die("%s: cannot be read: %s", path, pem ? "it is empty" : strerror(errno));
	if (signing.pem)
		OPENSSL_cleanse(signing.pem, signing.len);
	free(signing.pem);
	signing.pem = pem;
	signing.len = len;
	memcpy(signing.kid, kids[newest], sizeof(signing.kid));
}

/*
 * libjwt crashes when jansson, which writes its JSON, has no memory: jansson is to die as everything else does. libjwt
 * brings jansson along, and its header would name what json-c's names.
 */
static void libjwt_open(void)
{
	static bool open;
	void (*set_allocator)(void *(*)(size_t), void (*)(void *));

	if (open)
		return;
	*(void **)&set_allocator = dlsym(RTLD_DEFAULT, "json_set_alloc_funcs");
	if (!set_allocator)
		bug("libjwt without jansson");
	set_allocator(xmalloc, free);
	open = true;
}

/* libjwt answers an errno. */
static void sign_step(int error)
{
	if (error)
		die("an access token cannot be signed with key %s: %s", signing.kid, strerror(error));
}

const char *auth_sign(struct arena *arena, const char *user_id, const char *session_id, const char *roles,
		      int64_t now_s, int64_t expires_s)
{
	char token_id[UUID_TEXT];
	const char *copy;
	char *token;
	jwt_t *jwt;

	libjwt_open();
	signing_refresh();
	uuid_new(token_id);
	sign_step(jwt_new(&jwt));
	sign_step(jwt_add_header(jwt, "kid", signing.kid));
	sign_step(jwt_add_grant(jwt, "typ", AUTH_TYPE));
	sign_step(jwt_add_grant(jwt, "iss", params.origin));
	sign_step(jwt_add_grant(jwt, "aud", AUTH_AUDIENCE));
	sign_step(jwt_add_grant(jwt, "sub", user_id));
	sign_step(jwt_add_grant(jwt, "sid", session_id));
	sign_step(jwt_add_grant(jwt, "jti", token_id));
	sign_step(jwt_add_grant(jwt, "roles", roles));
	sign_step(jwt_add_grant_int(jwt, "iat", (long)now_s));
	sign_step(jwt_add_grant_int(jwt, "exp", (long)expires_s));
	sign_step(jwt_set_alg(jwt, JWT_ALG_ES256, (const unsigned char *)signing.pem, (int)signing.len));
	token = jwt_encode_str(jwt);
	if (!token)
		sign_step(errno ? errno : EINVAL);
	copy = arena_strdup(arena, token);
	free(token);
	jwt_free(jwt);
	return copy;
}

static bool signature_good(const char *token, const struct public_key *key)
{
	jwt_t *jwt = NULL;
	bool good;

	libjwt_open();
	failures_clear();
	good = !jwt_decode(&jwt, token, (const unsigned char *)key->pem, (int)key->len) && jwt &&
	       jwt_get_alg(jwt) == JWT_ALG_ES256;
	if (!good)
		failures_judge();
	jwt_free(jwt);
	return good;
}

void auth_sign_check(struct arena *arena)
{
	const char *token = auth_sign(arena, UUID_NIL, UUID_NIL, "", 0, 0);
	const struct public_key *key;

	published_refresh();
	key = published_find(signing.kid);
	if (!key || !signature_good(token, key))
		die("%s: the two halves of key %s do not fit: restore them from a backup, or delete both and run "
		    "`aurora keys rotate`",
		    home_path("keys"), signing.kid);
}

const char *auth_jwks(struct arena *arena)
{
	struct buf *out = buf_in(arena, JWKS_LIMIT);
	struct json_writer w;

	published_refresh();
	json_writer_init(&w, out);
	json_begin_object(&w);
	json_key(&w, "keys");
	json_begin_array(&w);
	for (size_t i = 0; i < published.count; i++) {
		const struct public_key *key = &published.keys[i];

		json_begin_object(&w);
		json_member_string(&w, "kty", "EC");
		json_member_string(&w, "crv", "P-256");
		json_member_string(&w, "x", base64url_encode(arena, key->x, sizeof(key->x)));
		json_member_string(&w, "y", base64url_encode(arena, key->y, sizeof(key->y)));
		json_member_string(&w, "kid", key->kid);
		json_member_string(&w, "alg", "ES256");
		json_member_string(&w, "use", "sig");
		json_end_object(&w);
	}
	json_end_array(&w);
	json_end_object(&w);
	return buf_text(out);
}

const char *auth_new_key(struct arena *arena)
{
	const char *directory = home_path("keys");
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIO *public_pem = BIO_new(BIO_s_mem()), *private_pem = BIO_new(BIO_s_secmem());
	unsigned char random[4];
	char kid[KID_LENGTH + 1], path[PATH_MAX];
	char *data;
	long len;

	if (!key || !public_pem || !private_pem || !PEM_write_bio_PUBKEY(public_pem, key) ||
	    !PEM_write_bio_PKCS8PrivateKey(private_pem, key, NULL, NULL, 0, NULL, NULL))
		die("OpenSSL cannot make a P-256 key");
	if (mkdir(directory, 0700) && errno != EEXIST)
		die("%s: cannot be made: %s", directory, strerror(errno));
	random_bytes(random, sizeof(random));
	snprintf(kid, sizeof(kid), "%08x%02x%02x%02x%02x", (unsigned)(clock_now_us() / 1000000), random[0], random[1],
		 random[2], random[3]);
	/*
	 * The public half first, and on disk: a token signed with the private one may reach another process at once. A
	 * process that dies in between leaves a public half alone, which signs nothing.
	 */
	len = BIO_get_mem_data(public_pem, &data);
	file_write(key_path(path, kid, PUBLIC_SUFFIX), data, (size_t)len, 0644);
	directory_sync(directory);
	len = BIO_get_mem_data(private_pem, &data);
	file_write(key_path(path, kid, PRIVATE_SUFFIX), data, (size_t)len, 0600);
	directory_sync(directory);
	BIO_free(public_pem);
	BIO_free(private_pem);
	EVP_PKEY_free(key);
	return arena_strdup(arena, kid);
}

/* Revoked sessions */

/* False when the text is no UUID. */
static bool id_parse(struct id *id, const char *text)
{
	unsigned digits = 0;

	if (!uuid_valid(text))
		return false;
	*id = (struct id){{0, 0}};
	for (; *text; text++) {
		if (*text == '-')
			continue;
		id->half[digits / 16] = id->half[digits / 16] << 4 | (uint64_t)hex_value(*text);
		digits++;
	}
	return true;
}

/* Where it is, or the empty place where it would be. The second half of a UUIDv7 is random. */
static struct id *id_set_place(const struct id_set *set, struct id id)
{
	size_t i = (size_t)id.half[1];

	for (;; i++) {
		struct id *place = &set->ids[i & (set->capacity - 1)];

		if ((place->half[0] == id.half[0] && place->half[1] == id.half[1]) ||
		    !(place->half[0] | place->half[1]))
			return place;
	}
}

static void id_set_add(struct id_set *set, struct id id)
{
	struct id *place;

	if (2 * (set->count + 1) > set->capacity) {
		struct id_set larger = {.capacity = set->capacity ? 2 * set->capacity : 64, .count = set->count};

		larger.ids = xcalloc(larger.capacity, sizeof(*larger.ids));
		for (size_t i = 0; i < set->capacity; i++)
			if (set->ids[i].half[0] | set->ids[i].half[1])
				*id_set_place(&larger, set->ids[i]) = set->ids[i];
		free(set->ids);
		*set = larger;
	}
	place = id_set_place(set, id);
	if (!(place->half[0] | place->half[1]))
		set->count++;
	*place = id;
}

static bool id_set_has(const struct id_set *set, struct id id)
{
	const struct id *place;

	if (!set->count)
		return false;
	place = id_set_place(set, id);
	return place->half[0] | place->half[1];
}

/*
 * Load the set anew. The counter is read first: a session that ends while the query runs moves it past what is noted
 * here, and the next request loads again.
 */
static bool revoked_load(struct db *db)
{
	struct id_set fresh = {0}, *outer = revoked.loading;
	uint64_t epoch = limit_epoch();
	struct result *result;
	struct id id;

	revoked.loading = &fresh;
	result = db_query(db, &sql_statements[SQL_AUTH_REVOKED_SESSIONS], NULL);
	revoked.loading = outer;
	if (!result) {
		free(fresh.ids);
		return false;
	}
	for (int row = 0; row < result_rows(result); row++)
		if (id_parse(&id, result_text(result, row, 0)))
			id_set_add(&fresh, id);
	free(revoked.ids.ids);
	revoked.ids = fresh;
	revoked.noted = 0;
	revoked.epoch = epoch;
	revoked.loaded = true;
	return true;
}

/* Without a connection nobody tells us, so one is made before a token is trusted. */
static bool revoked_current(struct db *db)
{
	if (!db)
		return false;
	db_poll(db);
	if (db_socket(db) < 0) {
		revoked.loaded = false;
		if (!db_connect(db))
			return false;
	}
	return (revoked.loaded && revoked.epoch == limit_epoch()) || revoked_load(db);
}

bool auth_on_connect(struct db *db, void *ctx)
{
	(void)ctx;
	return db_command(db, "LISTEN " CHANNEL) && revoked_load(db);
}

void auth_on_notify(struct db *db, const char *channel, const char *payload, void *ctx)
{
	struct id id;

	(void)db;
	(void)ctx;
	if (strcmp(channel, CHANNEL) || !id_parse(&id, payload))
		return;
	id_set_add(&revoked.ids, id);
	if (revoked.loading)
		id_set_add(revoked.loading, id);
	/* Loading anew forgets those that no longer matter. */
	if (++revoked.noted >= NOTED_LIMIT)
		revoked.loaded = false;
}

/* Tokens */

/* The token of "Bearer <b64token>" (RFC 6750, 2.1); other schemes are no credentials here. */
static enum auth_verdict bearer(const char *header, const char **token, size_t *len)
{
	const char *const scheme = "Bearer", *c;
	size_t n = strlen(scheme);

	if (!header || strncasecmp(header, scheme, n) || (header[n] && header[n] != ' '))
		return AUTH_NONE;
	*token = header + n + strspn(header + n, " ");
	for (c = *token; isalnum((unsigned char)*c) || (*c && strchr("-._~+/", *c)); c++)
		;
	if (c == *token)
		return AUTH_BAD;
	c += strspn(c, "=");
	*len = (size_t)(c - *token);
	return *c || *len > TOKEN_LIMIT ? AUTH_BAD : AUTH_OK;
}

/* Part of a token as a JSON object, or NULL. */
static struct json_object *part_read(struct arena *arena, const char *text, size_t len)
{
	enum json_fault fault;
	struct json_object *object;
	unsigned char *json;
	size_t size;

	json = base64url_decode(arena, arena_strndup(arena, text, len), &size);
	if (!json)
		return NULL;
	object = json_read(arena, (const char *)json, size, &fault);
	return json_object_is_type(object, json_type_object) ? object : NULL;
}

/* A string member, or NULL. */
static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static bool text_is(struct json_object *object, const char *name, const char *expected)
{
	const char *text = text_of(object, name);

	return text && !strcmp(text, expected);
}

/* A NumericDate member (RFC 7519, 2) in whole seconds: 1 present, 0 absent, -1 neither. */
static int date_of(struct json_object *object, const char *name, int64_t *seconds)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value))
		return 0;
	if (!json_object_is_type(value, json_type_int))
		return -1;
	*seconds = json_object_get_int64(value);
	return 1;
}

/* False when it does not fit: half a list of rights is another list. */
static bool copy_text(char *out, size_t size, const char *text)
{
	return (size_t)snprintf(out, size, "%s", text ? text : "") < size;
}

static bool header_good(struct json_object *header)
{
	/* libjwt knows no critical extensions, so a token that needs one is refused (RFC 7515, 4.1.11). */
	return header && text_is(header, "alg", "ES256") && text_is(header, "typ", "JWT") && text_of(header, "kid") &&
	       kid_valid(text_of(header, "kid")) && !json_object_object_get_ex(header, "crit", NULL);
}

/* An access token of ours, good now: who it speaks for. */
static enum auth_verdict access_token(struct arena *arena, const char *token, int64_t now, struct principal *principal)
{
	const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL, *sub, *sid;
	struct json_object *header, *claims;
	const struct public_key *key;
	int64_t expires, not_before;
	int has_not_before;

	if (!second || strchr(second + 1, '.'))
		return AUTH_BAD;
	header = part_read(arena, token, (size_t)(first - token));
	if (!header_good(header))
		return AUTH_BAD;
	key = published_find(text_of(header, "kid"));
	if (!key || !signature_good(token, key))
		return AUTH_BAD;

	claims = part_read(arena, first + 1, (size_t)(second - first - 1));
	if (!claims || !text_is(claims, "typ", AUTH_TYPE) || !text_is(claims, "iss", params.origin) ||
	    !text_is(claims, "aud", AUTH_AUDIENCE))
		return AUTH_BAD;
	if (date_of(claims, "exp", &expires) != 1 || expires <= now)
		return AUTH_BAD;
	has_not_before = date_of(claims, "nbf", &not_before);
	if (has_not_before < 0 || (has_not_before && not_before - NOT_BEFORE_LEEWAY > now))
		return AUTH_BAD;
	sub = text_of(claims, "sub");
	sid = text_of(claims, "sid");
	if (!sub || !uuid_valid(sub) || !sid || !uuid_valid(sid))
		return AUTH_BAD;
	*principal = (struct principal){.expires_at = expires};
	copy_text(principal->user_id, sizeof(principal->user_id), sub);
	copy_text(principal->session_id, sizeof(principal->session_id), sid);
	return copy_text(principal->roles, sizeof(principal->roles), text_of(claims, "roles")) ? AUTH_OK : AUTH_BAD;
}

/* A personal access token: identity knows only its SHA-256. */
static enum auth_verdict personal_token(struct db *db, const unsigned char digest[SHA256_SIZE], int64_t now,
					struct principal *principal)
{
	char hex[2 + 2 * SHA256_SIZE + 1] = "\\x";
	struct result *result;
	const char *expires;

	if (!db)
		return AUTH_UNAVAILABLE;
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(hex + 2 + 2 * i, 3, "%02x", digest[i]);
	result = db_query(db, &sql_statements[SQL_AUTH_INTROSPECT], (const char *const[]){hex});
	if (!result)
		return AUTH_UNAVAILABLE;
	if (!result_rows(result))
		return AUTH_BAD;
	expires = result_get(result, 0, "expires_at");
	*principal = (struct principal){.personal = 1, .expires_at = expires ? strtoll(expires, NULL, 10) : INT64_MAX};
	if (!copy_text(principal->user_id, sizeof(principal->user_id), result_get(result, 0, "user_id")) ||
	    !copy_text(principal->session_id, sizeof(principal->session_id), result_get(result, 0, "token_id")) ||
	    !copy_text(principal->scopes, sizeof(principal->scopes), result_get(result, 0, "scopes")) ||
	    !copy_text(principal->roles, sizeof(principal->roles), result_get(result, 0, "roles"))) {
		log_error("personal access token %s: its scopes or roles are too long", principal->session_id);
		return AUTH_BAD;
	}
	return principal->expires_at > now ? AUTH_OK : AUTH_BAD;
}

/* Where the token of this digest is remembered, or else the place to be used for it: the one that ends first. */
static struct remembered *place_of(const unsigned char digest[SHA256_SIZE])
{
	struct remembered *set;
	struct remembered *place;
	size_t hash;

	memcpy(&hash, digest, sizeof(hash));
	place = set = remembered[hash % REMEMBERED_SETS];
	for (int i = 0; i < REMEMBERED_WAYS; i++) {
		if (memcmp(set[i].digest, digest, SHA256_SIZE) == 0)
			return &set[i];
		if (set[i].until < place->until)
			place = &set[i];
	}
	return place;
}

enum auth_verdict auth_check(struct request *req, const struct principal **principal)
{
	const int64_t now = clock_now_us() / 1000000;
	unsigned char digest[SHA256_SIZE];
	struct remembered *entry;
	struct principal found, *answer;
	enum auth_verdict verdict;
	struct id session;
	const char *token;
	size_t len;

	verdict = bearer(request_header(req, "Authorization"), &token, &len);
	if (verdict != AUTH_OK)
		return verdict;
	sha256(digest, token, len);
	entry = place_of(digest);
	if (entry->until <= now || memcmp(entry->digest, digest, sizeof(digest)) != 0) {
		bool personal = len == PERSONAL_LENGTH && !memcmp(token, PERSONAL_PREFIX, strlen(PERSONAL_PREFIX));

		verdict = personal ? personal_token(req->db, digest, now, &found)
				   : access_token(req->arena, token, now, &found);
		if (verdict != AUTH_OK)
			return verdict;
		memcpy(entry->digest, digest, sizeof(digest));
		entry->principal = found;
		entry->until = found.expires_at;
		if (personal && entry->until > now + PERSONAL_KNOWN)
			entry->until = now + PERSONAL_KNOWN;
	}
	if (!revoked_current(req->db))
		return AUTH_UNAVAILABLE;
	if (!id_parse(&session, entry->principal.session_id) || id_set_has(&revoked.ids, session))
		return AUTH_BAD;
	answer = arena_alloc(req->arena, sizeof(*answer));
	*answer = entry->principal;
	*principal = answer;
	return AUTH_OK;
}
