/* password: how passwords are kept and checked, and the ways to change one. */
#include <string.h>
#include <time.h>

#include "aurora/auth.h"
#include "aurora/limit.h"
#include "aurora/params.h"
#include "aurora/password.h"
#include "aurora/service.h"
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
#include "util/utf8.h"

#define FREE_TRIES    3
#define SLOWER_MS     50  /* each failure beyond the free ones adds so much, */
#define SLOWEST_MS    300 /* up to this */
#define RESET_TTL     "3600"
#define RESET_TIME_US 100000 /* how long asking for a reset takes, whether or not there is such an account */

static void sleep_us(int64_t us)
{
	struct timespec pause = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};

	if (us > 0)
		nanosleep(&pause, NULL);
}

static void wipe(void *text)
{
	explicit_bzero(text, strlen(text));
}

/* Until the request has ended its handler may be run again, so a plaintext goes with the request's memory. */
static void wipe_later(struct request *req, const char *text)
{
	arena_defer(req->arena, wipe, (void *)(uintptr_t)text);
}

void password_wipe(struct request *req, const char *name)
{
	const char *password = value_text(req->values, name);

	wipe_later(req, req->body);
	if (password != NULL)
		wipe_later(req, password);
}

const char *given_digest(struct request *req, const char *name)
{
	password_wipe(req, name);
	return password_digest(req->arena, value_text(req->values, name));
}

/* Answer a wrong password the later the more there were. */
static void slow_down(const struct limit_state *state)
{
	long beyond = state->quota - state->remaining - FREE_TRIES;

	if (beyond > 0)
		sleep_us(1000 * (beyond * SLOWER_MS < SLOWEST_MS ? beyond * SLOWER_MS : SLOWEST_MS));
}

/* An account as tried from one address; an address has no space. */
static const char *account_here(struct request *req, const char *account_key)
{
	return arena_printf(req->arena, "%s %s", req->remote_addr, account_key);
}

void password_forgive(struct request *req, const char *account_key)
{
	limit_forgive("login_account", account_here(req, account_key));
	limit_forgive("login_account_all", account_key);
}

enum attempt password_attempt(struct request *req, const char *digest, const char *account_key, const char *hash)
{
	const char *here = account_here(req, account_key);
	struct limit_state state;

	if (!limit_peek("login_account", here, &state) || !limit_peek("login_account_all", account_key, &state) ||
	    !limit_peek("login_address", req->remote_addr, &state)) {
		problem_limited(req, &state);
		return ATTEMPT_REFUSED;
	}
	if (password_matches(req->arena, digest, hash)) {
		password_forgive(req, account_key);
		return ATTEMPT_RIGHT;
	}
	limit_take("login_address", req->remote_addr, &state);
	limit_take("login_account", here, &state);
	limit_take("login_account_all", account_key, &state);
	slow_down(&state);
	return ATTEMPT_WRONG;
}

/* Only this session's failures count. */
static enum attempt attempt_again(struct request *req, const char *digest, const char *hash)
{
	const char *session = req->user->session_id;
	struct limit_state state;

	if (!limit_peek("login_session", session, &state)) {
		problem_limited(req, &state);
		return ATTEMPT_REFUSED;
	}
	if (password_matches(req->arena, digest, hash)) {
		limit_forgive("login_session", session);
		return ATTEMPT_RIGHT;
	}
	limit_take("login_session", session, &state);
	slow_down(&state);
	return ATTEMPT_WRONG;
}

const char *password_proved(struct request *req, const char *name)
{
	struct result *account = account_credentials(req);
	const char *hash;

	if (account == NULL)
		return NULL;
	hash = result_get(account, 0, "password_hash");
	switch (attempt_again(req, given_digest(req, name), hash)) {
	case ATTEMPT_RIGHT:
		return hash;
	case ATTEMPT_WRONG:
		problem(req, PROBLEM_WRONG_PASSWORD, NULL);
		break;
	case ATTEMPT_REFUSED:
		break;
	}
	return NULL;
}

/* 204, and every other session ends; 403 wrong_password; 429. */
int post_change_password(struct request *req)
{
	const char *hash = password_proved(req, "current_password");
	struct result *changed;

	if (hash == NULL)
		return 0;
	changed = store_change_password(req->db, req->user->user_id, hash,
					password_hash(req->arena, given_digest(req, "new_password")),
					req->user->session_id);
	if (changed == NULL)
		return problem_database(req);
	if (result_rows(changed) == 0)
		return problem(req, PROBLEM_WRONG_PASSWORD, "the password was changed meanwhile");
	sessions_ended();
	return response_empty(req, 204);
}

/*
 * 202, and as late for an address without an account as for another; 429 when this client has asked too often. Neither
 * that nor whether an address has had its mails, which nobody waits for, depends on there being an account.
 */
int post_reset_password(struct request *req)
{
	struct new_mail mail = mail_new(req, "reset-password", RESET_TTL);
	const char *key = email_key(req);
	struct limit_state state;

	if (!limit_take("mail_address", req->remote_addr, &state))
		return problem_limited(req, &state);
	if (!limit_take("mail", key, &state))
		return response_empty(req, 202);
	if (store_request_reset(req->db, key, &mail) == NULL)
		return problem_database(req);
	sleep_us(req->started_us + RESET_TIME_US - clock_tick_us());
	return response_empty(req, 202);
}

/* 204, and every session ends; 401 bad_token. */
int post_confirm_reset(struct request *req)
{
	const char *token = token_hash(req->arena, value_text(req->values, "token"));
	const char *digest = given_digest(req, "password");
	struct result *reset = store_reset(req->db, token);

	if (reset != NULL && result_rows(reset) > 0)
		reset = store_reset_password(req->db, token, password_hash(req->arena, digest));
	if (reset == NULL)
		return problem_database(req);
	if (result_rows(reset) == 0)
		return problem(req, PROBLEM_BAD_TOKEN, NULL);
	password_forgive(req, result_get(reset, 0, "email_key"));
	sessions_ended();
	return response_empty(req, 204);
}

const struct field change_password_fields[] = {
	{.name = "current_password",
	 .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .max = PASSWORD_MAX,
	 .help = "the password as it is"},
	{.name = "new_password",
	 .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .min = PASSWORD_MIN,
	 .max = PASSWORD_MAX,
	 .help = "8 to 1024 bytes of UTF-8"},
	FIELD_END,
};

const struct field reset_password_fields[] = {
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_REQUIRED, .help = "the account's address"},
	FIELD_END,
};

const struct field confirm_reset_fields[] = {
	{.name = "token",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .min = 1,
	 .max = 200,
	 .help = "from the link in the mail, good for an hour and once"},
	{.name = "password",
	 .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .min = PASSWORD_MIN,
	 .max = PASSWORD_MAX,
	 .help = "the new password, 8 to 1024 bytes of UTF-8"},
	FIELD_END,
};
