/*
 * identity: what the files of this function share: the handlers of each resource with the fields they take, and the
 * steps that several of them go through.
 */
#ifndef AURORA_IDENTITY_IDENTITY_H
#define AURORA_IDENTITY_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "http/field.h"
#include "store.h"

struct request;
struct result;

/* account.c */
extern const struct field user_fields[];
extern const struct field register_fields[];
extern const struct field delete_me_fields[];
extern const struct field verify_email_fields[];
int post_register(struct request *req);
int get_me(struct request *req);
int put_me(struct request *req);
int delete_me(struct request *req);
int post_verify_email(struct request *req);
int post_resend_verification(struct request *req);

/* password.c */
extern const struct field change_password_fields[];
extern const struct field reset_password_fields[];
extern const struct field confirm_reset_fields[];
int post_change_password(struct request *req);
int post_reset_password(struct request *req);
int post_confirm_reset(struct request *req);

/* session.c */
extern const struct field login_fields[];
extern const struct field refresh_fields[];
extern const struct field session_fields[];
int post_login(struct request *req);
int post_refresh(struct request *req);
int post_logout(struct request *req);
int get_sessions(struct request *req);
int delete_session(struct request *req);
int delete_other_sessions(struct request *req);

/* token.c */
extern const struct field token_fields[];
int get_tokens(struct request *req);
int post_token(struct request *req);
int delete_token(struct request *req);

#define PASSWORD_MIN 8
#define PASSWORD_MAX 1024
#define DEVICE_MAX   200

/* What register and login take besides. */
#define DEVICE_FIELDS                                                                                                  \
	{.name = "device",                                                                                             \
	 .type = FIELD_LINE,                                                                                           \
	 .flags = FIELD_WRITE_ONLY | FIELD_NULLABLE,                                                                   \
	 .max = DEVICE_MAX,                                                                                            \
	 .help = "what to call the client in the list of sessions; absent, its User-Agent"},                           \
	{                                                                                                              \
		.name = "cookie", .type = FIELD_BOOL, .flags = FIELD_WRITE_ONLY, .initial = "f",                       \
		.help = "put the refresh token in a cookie instead of the body"                                        \
	}

/* Where the account of the token is no more. Answers 401; returns 0. */
int account_gone(struct request *req);

/* Row 0 of store_credentials for the request's user; NULL with the answer given. */
struct result *account_credentials(struct request *req);

/* The body's `email` as the key that makes two addresses the same; NULL when there is none. */
const char *email_key(struct request *req);

/* A new token for a mail, with its link <origin>/<page>?token=…; `ttl` in seconds. */
struct new_mail mail_new(struct request *req, const char *page, const char *ttl);

/* The two tokens that a session is used by. */
struct pair {
	const char *access;
	const char *refresh;
	int64_t expires_at; /* of the access token, Unix seconds */
};

/* A pair for a session, its refresh token new; roles space-separated. */
struct pair pair_new(struct request *req, const char *user_id, const char *session_id, const char *roles);

/* A session to be stored: the client's device and address, and the pair's refresh token. */
struct new_session session_new(struct request *req, const char *id, const struct pair *pair);

/* The body's `cookie`: the client wants the refresh token in one. */
bool wants_cookie(const struct request *req);

/*
 * Answer with a pair, the account of row 0 before it when `user` is not NULL; with `cookie` the refresh token goes into
 * the cookie instead of the body. Returns 0.
 */
int respond_pair(struct request *req, int status, const struct result *user, const struct pair *pair, bool cookie);

/* Have the client drop the cookie. */
void forget_cookie(struct request *req);

/* Have every process look at what was revoked; call it when that is committed. */
void sessions_ended(void);

/* Have the password in the body's member `name`, where there is one, wiped with the request. */
void password_wipe(struct request *req, const char *name);

/* password_digest of the password in the body's member `name`; the plaintext is wiped with the request. */
const char *given_digest(struct request *req, const char *name);

/*
 * Check a digest against a stored hash; NULL, for an account that does not exist, costs as much and is wrong. Each
 * failure makes the next answer slower, and too many are refused unchecked. Strangers cannot lock an owner out: a few
 * failures bar an account to the address they came from, and to all addresses only very many do.
 */
enum attempt { ATTEMPT_RIGHT, ATTEMPT_WRONG, ATTEMPT_REFUSED /* 429 is answered */ };
enum attempt password_attempt(struct request *req, const char *digest, const char *account_key, const char *hash);

/*
 * Who is logged in proves the password again, by the body's member `name`: their stored hash, or NULL with the answer
 * given (403 wrong_password, 429, 503).
 */
const char *password_proved(struct request *req, const char *name);

/* Forget the failures with an account that bar this client, for it has proved to be the owner. */
void password_forgive(struct request *req, const char *account_key);

#endif
