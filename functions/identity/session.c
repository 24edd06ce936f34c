/* session: from a password to a pair of tokens, from a pair to the next, and the end of it. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "aurora/auth.h"
#include "aurora/limit.h"
#include "aurora/params.h"
#include "aurora/password.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "identity.h"
#include "store.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/crypto.h"
#include "util/log.h"
#include "util/uuid.h"

#define COOKIE      "aurora_refresh"
#define SECRET_SIZE 32

/* Pairs of tokens ---------------------------------------------------------------------------------------------------*/

struct pair pair_new(struct request *req, const char *user_id, const char *session_id, const char *roles)
{
	int64_t now = clock_now_us() / 1000000;
	int64_t expires = now + params.access_token_ttl;

	return (struct pair){.access = auth_sign(req->arena, user_id, session_id, roles, now, expires),
			     .refresh = token_new(req->arena),
			     .expires_at = expires};
}

/* A browser sends the cookie to its path alone, so that is where the client calls us. */
static void set_cookie(struct request *req, const char *value, long max_age)
{
	response_header(req, "Set-Cookie", COOKIE "=%s; Path=%s/auth; Max-Age=%ld; HttpOnly; SameSite=Strict%s", value,
			strncmp(req->raw_path, "/v1/", 4) == 0 ? "/v1" : "", max_age,
			strncmp(params.origin, "https:", 6) == 0 ? "; Secure" : "");
}

void forget_cookie(struct request *req)
{
	set_cookie(req, "", 0);
}

int respond_pair(struct request *req, int status, const struct result *user, const struct pair *pair, bool cookie)
{
	struct json_writer *w = response_json(req, status);

	json_begin_object(w);
	if (user != NULL) {
		json_key(w, "user");
		thing_encode(w, user_fields, user, 0);
	}
	json_member_string(w, "access_token", pair->access);
	if (cookie)
		set_cookie(req, pair->refresh, params.refresh_token_ttl);
	else
		json_member_string(w, "refresh_token", pair->refresh);
	json_member_string(w, "token_type", "Bearer");
	json_member_int(w, "expires_in", pair->expires_at - clock_now_us() / 1000000);
	json_end_object(w);
	return 0;
}

/*
 * The pair that a used token was exchanged for is kept for a moment, sealed under a key that only who holds the used
 * token can derive.
 */
static void successor_key(unsigned char key[SEAL_KEY_SIZE], const char *token)
{
	hmac_sha256(key, secret("seal"), SECRET_SIZE, token, strlen(token));
}

static const char *pair_seal(struct request *req, const struct pair *pair, const char *token)
{
	char *text = arena_printf(req->arena, "%lld %s %s", (long long)pair->expires_at, pair->refresh, pair->access);
	unsigned char key[SEAL_KEY_SIZE];
	const char *sealed;

	successor_key(key, token);
	sealed = seal(req->arena, key, text, strlen(text));
	explicit_bzero(key, sizeof(key));
	return sealed;
}

static bool pair_open(struct request *req, const char *sealed, const char *token, struct pair *pair)
{
	unsigned char key[SEAL_KEY_SIZE];
	char *text;
	char *refresh;
	char *access;
	size_t len;

	successor_key(key, token);
	text = seal_open(req->arena, key, sealed, &len);
	explicit_bzero(key, sizeof(key));
	if (text == NULL)
		return false;
	pair->expires_at = strtoll(text, &refresh, 10);
	access = strchr(++refresh, ' ');
	*access++ = '\0';
	pair->refresh = refresh;
	pair->access = access;
	return true;
}

/* Sessions ----------------------------------------------------------------------------------------------------------*/

bool wants_cookie(const struct request *req)
{
	const char *cookie = value_text(req->values, "cookie");

	return cookie != NULL && cookie[0] == 't';
}

static const char *client_address(struct request *req)
{
	unsigned char address[sizeof(struct in6_addr)];
	const char *text = req->remote_addr;

	return text != NULL && (inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1)
		       ? text
		       : NULL;
}

/* The body's `device`, else what the client calls itself. */
static const char *client_device(struct request *req)
{
	const char *agent = request_header(req, "User-Agent");
	const char *device = value_text(req->values, "device");
	size_t len = 0;

	if (device != NULL || agent == NULL)
		return device;
	while ((unsigned char)agent[len] >= 0x20 && (unsigned char)agent[len] < 0x7f && len < DEVICE_MAX)
		len++;
	return len > 0 ? arena_strndup(req->arena, agent, len) : NULL;
}

static struct new_session session_renewed(struct request *req, const struct pair *pair)
{
	return (struct new_session){.address = client_address(req),
				    .refresh = token_hash(req->arena, pair->refresh),
				    .ttl = arena_printf(req->arena, "%ld", params.refresh_token_ttl)};
}

struct new_session session_new(struct request *req, const char *id, const struct pair *pair)
{
	struct new_session session = session_renewed(req, pair);

	session.id = id;
	session.device = client_device(req);
	return session;
}

static bool flag(const struct result *result, const char *name)
{
	return result_bool(result, 0, result_column(result, name));
}

void sessions_ended(void)
{
	limit_epoch_bump();
}

/* A password that was hashed under another cost is hashed anew; not now is as good as later. */
static void rehash(struct request *req, const char *user_id, const char *hash, const char *digest)
{
	if (password_outdated(hash) &&
	    store_rehash_password(req->db, user_id, hash, password_hash(req->arena, digest)) == NULL)
		log_warn("a password could not be hashed anew: %s", db_error(req->db));
}

/* 200 with the account and a pair of tokens; 401 bad_credentials, as late for an unknown address; 403 when disabled;
 * 429. */
int post_login(struct request *req)
{
	const char *key = email_key(req);
	struct result *account = store_credentials_by_email(req->db, key);
	const char *digest = given_digest(req, "password");
	char session_id[UUID_TEXT];
	struct new_session session;
	const char *hash = NULL;
	const char *user_id;
	struct result *user;
	struct pair pair;

	if (account == NULL)
		return problem_database(req);
	if (result_rows(account) > 0)
		hash = result_get(account, 0, "password_hash");
	switch (password_attempt(req, digest, key, hash)) {
	case ATTEMPT_REFUSED:
		return 0;
	case ATTEMPT_WRONG:
		return problem(req, PROBLEM_BAD_CREDENTIALS, NULL);
	case ATTEMPT_RIGHT:
		break;
	}
	if (flag(account, "disabled"))
		return problem(req, PROBLEM_ACCOUNT_DISABLED, NULL);
	user_id = result_get(account, 0, "id");
	uuid_new(session_id);
	pair = pair_new(req, user_id, session_id, result_get(account, 0, "role_names"));
	session = session_new(req, session_id, &pair);
	user = store_start_session(req->db, user_id, hash, &session);
	if (user == NULL)
		return problem_database(req);
	if (result_rows(user) == 0)
		return problem(req, PROBLEM_BAD_CREDENTIALS, NULL);
	rehash(req, user_id, hash, digest);
	return respond_pair(req, 200, user, &pair, wants_cookie(req));
}

/* A used token came back when its grace was over: someone else has it, or had. */
static int end_reused(struct request *req, const struct result *state)
{
	const char *session_id = result_get(state, 0, "session_id");

	if (store_revoke_sessions(req->db, result_get(state, 0, "user_id"), session_id, NULL, "token reused") == NULL)
		return problem_database(req);
	sessions_ended();
	log_warn("a refresh token was used again; session %s has ended", session_id);
	return problem(req, PROBLEM_TOKEN_REUSED, NULL);
}

/* A used token: within its grace the same pair again, for a client that did not get the answer. */
static int repeat_pair(struct request *req, const struct result *state, const char *token, bool cookie)
{
	const char *sealed = result_get(state, 0, "successor");
	struct pair pair;

	if (!flag(state, "graced") || sealed == NULL)
		return end_reused(req, state);
	if (!flag(state, "alive"))
		return problem(req, PROBLEM_BAD_TOKEN, "the session has ended");
	if (!pair_open(req, sealed, token, &pair))
		bug("a sealed pair does not open");
	return respond_pair(req, 200, NULL, &pair, cookie);
}

/* The next pair for a token, or why there is none. */
static int exchange(struct request *req, const char *token, bool cookie)
{
	const char *hash = token_hash(req->arena, token);

	/* Where another request uses the token between the two statements, a second look finds what it was given. */
	for (int look = 0; look < 2; look++) {
		struct result *state = store_refresh(req->db, hash);
		struct new_session session;
		struct result *rotated;
		struct pair pair;

		if (state == NULL)
			return problem_database(req);
		if (result_rows(state) == 0)
			break;
		if (flag(state, "used"))
			return repeat_pair(req, state, token, cookie);
		if (!flag(state, "alive"))
			break;
		if (flag(state, "disabled"))
			return problem(req, PROBLEM_ACCOUNT_DISABLED, NULL);
		pair = pair_new(req, result_get(state, 0, "user_id"), result_get(state, 0, "session_id"),
				result_get(state, 0, "role_names"));
		session = session_renewed(req, &pair);
		rotated = store_rotate_refresh(req->db, hash, pair_seal(req, &pair, token), &session);
		if (rotated == NULL)
			return problem_database(req);
		if (result_rows(rotated) > 0)
			return respond_pair(req, 200, NULL, &pair, cookie);
	}
	return problem(req, PROBLEM_BAD_TOKEN, NULL);
}

/* 200 with the next pair; 401 bad_token, token_reused; 403 when disabled. A cookie that is refused is cleared. */
int post_refresh(struct request *req)
{
	const char *token = value_text(req->values, "refresh_token");
	bool cookie = token == NULL;

	if (cookie)
		token = request_cookie(req, COOKIE);
	if (token == NULL)
		return problem(req, PROBLEM_BAD_TOKEN, "there is no refresh token in the body, and none in a cookie");
	exchange(req, token, cookie);
	if (cookie && (req->res.status == 401 || req->res.status == 403))
		forget_cookie(req);
	return 0;
}

/* 204, and the session is refused everywhere from now on. */
int post_logout(struct request *req)
{
	const struct principal *user = req->user;

	if (store_revoke_sessions(req->db, user->user_id, user->session_id, NULL, "logged out") == NULL)
		return problem_database(req);
	sessions_ended();
	forget_cookie(req);
	return response_empty(req, 204);
}

/* 200 with the sessions that are alive, newest first. */
int get_sessions(struct request *req)
{
	static const char *const key[] = {"id", NULL};
	const struct principal *user = req->user;
	struct result *sessions;
	struct result *total = NULL;
	struct page page;

	if (!page_read(req, &page, 1))
		return 0;
	sessions = store_sessions(req->db, user->user_id, user->session_id, page.keys[0], page.limit_text);
	if (sessions == NULL)
		return problem_database(req);
	if (page.count && (total = store_count_sessions(req->db, user->user_id)) == NULL)
		return problem_database(req);
	return respond_list(req, &page, session_fields, sessions, key, total != NULL ? result_text(total, 0, 0) : NULL);
}

/* 204; 404 when absent, ended, or another user's. */
int delete_session(struct request *req)
{
	const char *id = request_id_param(req, "id");
	struct result *ended;

	if (id == NULL)
		return 0;
	ended = store_revoke_sessions(req->db, req->user->user_id, id, NULL, "ended by the user");
	if (ended == NULL)
		return problem_database(req);
	if (result_rows(ended) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such session");
	sessions_ended();
	return response_empty(req, 204);
}

/* 204: every session but this one has ended. */
int delete_other_sessions(struct request *req)
{
	const struct principal *user = req->user;

	if (store_revoke_sessions(req->db, user->user_id, NULL, user->session_id, "ended by the user") == NULL)
		return problem_database(req);
	sessions_ended();
	return response_empty(req, 204);
}

const struct field login_fields[] = {
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_REQUIRED, .help = "the account's address"},
	{.name = "password",
	 .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .max = PASSWORD_MAX,
	 .help = "the account's password"},
	DEVICE_FIELDS,
	FIELD_END,
};

const struct field refresh_fields[] = {
	{.name = "refresh_token",
	 .type = FIELD_LINE,
	 .flags = FIELD_WRITE_ONLY,
	 .min = 1,
	 .max = 200,
	 .help = "absent, the one in the cookie is used"},
	FIELD_END,
};

const struct field session_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "the session"},
	{.name = "device", .type = FIELD_LINE, .flags = FIELD_READ_ONLY, .help = "what the client called itself"},
	{.name = "ip", .type = FIELD_LINE, .flags = FIELD_READ_ONLY, .help = "the address it was last seen at"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "login"},
	{.name = "last_seen_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last login or refresh"},
	{.name = "expires_at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY,
	 .help = "when it ends if it is not used"},
	{.name = "current", .type = FIELD_BOOL, .flags = FIELD_READ_ONLY, .help = "it is the one that asks"},
	FIELD_END,
};
