/*
 * identity: accounts and what proves them: passwords, sessions, personal access tokens, and the keys that sign.
 *
 * Owns the schema `identity`: users, user_roles, roles, sessions, refresh_tokens, one_time_tokens, personal_tokens,
 * revoked. Runs as the database role `identity`, under /auth, /users and /.well-known.
 *
 * Who may call: anyone may register, log in, refresh, reset a password, verify an address and read the public keys. The
 * rest is the user's own. What could take an account over or end it needs a session, and the password besides, but for
 * another address right after the login; a personal access token with the scope identity:read or identity:write may
 * read or change the profile, and no more.
 *
 * Publishes UserRegistered, UserUpdated, UserDeleted, SessionRevoked, and to notifications alone
 * EmailVerificationRequested and PasswordResetRequested. Consumes nothing. Other contexts ask identity.introspect
 * (whose personal access token is this?) and identity.revoked_sessions.
 *
 * A reset or change of the password ends sessions and leaves personal access tokens: these are for programs that run
 * unattended, hold no password, cannot take the account over, and are ended one by one under /users/me/tokens. Erasing
 * or disabling the account ends them all.
 *
 * Parameters: access_token_ttl, refresh_token_ttl, bcrypt_cost, limit_login, limit_mail, limit_register, origin.
 *
 * account.c: users; password.c: hashing, change and reset; session.c: login, refresh, logout; token.c: personal access
 * tokens; store.c: the statements of identity.sql.
 */
#include "identity.h"

#include <stddef.h>

#include "aurora/auth.h"
#include "aurora/service.h"
#include "http/field.h"
#include "http/request.h"
#include "http/route.h"
#include "store.h"

/* 200 with the public keys (RFC 7517), which anyone may keep for a while. */
static int get_jwks(struct request *req)
{
	buf_adds(response_body(req, 200, "application/json"), auth_jwks(req->arena));
	req->res.cache_control = "public, max-age=300";
	return 0;
}

static const struct route routes[] = {
	{"POST", "/auth/register", post_register, IDEMPOTENT | SECRET, register_fields, .limit = "register",
	 .summary = "Open an account and log in"},
	{"POST", "/auth/login", post_login, SECRET, login_fields, .summary = "Log in with address and password"},
	{"POST", "/auth/refresh", post_refresh, SECRET | BODY_OPTIONAL, refresh_fields,
	 .summary = "Exchange a refresh token for the next pair of tokens"},
	{"POST", "/auth/logout", post_logout, NEED_SESSION, .summary = "End this session"},
	{"POST", "/auth/reset-password", post_reset_password, 0, reset_password_fields, .limit = "reset",
	 .summary = "Have a link mailed that sets a new password"},
	{"POST", "/auth/reset-password/confirm", post_confirm_reset, 0, confirm_reset_fields,
	 .summary = "Set a new password with the token of such a link"},
	{"POST", "/auth/change-password", post_change_password, NEED_SESSION, change_password_fields,
	 .summary = "Set a new password"},
	{"POST", "/auth/verify-email", post_verify_email, 0, verify_email_fields, .summary = "Prove an address"},
	{"POST", "/auth/verify-email/resend", post_resend_verification, NEED_SESSION,
	 .summary = "Have the mail that proves the address sent again"},
	{"GET", "/users/me", get_me, NEED_USER, .summary = "The account", .answer = user_fields},
	{"PUT", "/users/me", put_me, NEED_USER | REPLACE, user_fields, .summary = "Replace the account's profile",
	 .answer = user_fields},
	{"PATCH", "/users/me", put_me, NEED_USER | MERGE, user_fields,
	 .summary = "Change parts of the account's profile", .answer = user_fields},
	{"DELETE", "/users/me", delete_me, NEED_SESSION | BODY_OPTIONAL, delete_me_fields,
	 .summary = "Erase the account and everything of it, in every context"},
	{"GET", "/users/me/sessions", get_sessions, NEED_SESSION, .query = "limit cursor count",
	 .summary = "Where one is logged in", .answer = session_fields},
	{"DELETE", "/users/me/sessions", delete_other_sessions, NEED_SESSION, .summary = "End all other sessions"},
	{"DELETE", "/users/me/sessions/:id", delete_session, NEED_SESSION, .summary = "End a session"},
	{"GET", "/users/me/tokens", get_tokens, NEED_SESSION, .query = "limit cursor count",
	 .summary = "The personal access tokens", .answer = token_fields},
	{"POST", "/users/me/tokens", post_token, NEED_SESSION | IDEMPOTENT | SECRET, token_fields,
	 .summary = "Make a personal access token, which this answer alone shows", .answer = token_fields},
	{"DELETE", "/users/me/tokens/:id", delete_token, NEED_SESSION, .summary = "End a personal access token"},
	{"GET", "/.well-known/jwks.json", get_jwks, 0, .summary = "The public keys of access tokens"},
	ROUTE_END,
};

static const struct service identity = {
	.name = "identity",
	.role = "identity",
	.summary = "accounts, sessions and tokens",
	.routes = routes,
	.statements = &store_statements,
	.check = auth_sign_check,
};

int main(int argc, char **argv)
{
	return service_main(argc, argv, &identity);
}
