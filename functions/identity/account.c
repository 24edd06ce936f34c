/* account: who a user is: register, read, change, erase, and prove the address. */
#include <json-c/json.h>
#include <string.h>

#include "aurora/idempotency.h"
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
#include "util/crypto.h"
#include "util/utf8.h"
#include "util/uuid.h"

#define NAME_LONGEST   200
#define VERIFY_TTL     "86400"
#define LOGIN_RECENT_S "600" /* for so long a login is proof enough of who is there */

const char *email_key(struct request *req)
{
	const char *email = value_text(req->values, "email");

	return email != NULL ? utf8_lower(req->arena, email, strlen(email)) : NULL;
}

struct new_mail mail_new(struct request *req, const char *page, const char *ttl)
{
	const char *token = token_new(req->arena);

	return (struct new_mail){.token = token_hash(req->arena, token),
				 .ttl = ttl,
				 .link = arena_printf(req->arena, "%s/%s?token=%s", params.origin, page, token)};
}

/* Take one of the mails that this client may ask for and the user may be sent; false when that may not be now. */
static bool mail_take(struct request *req, struct limit_state *state)
{
	return limit_take("mail_address", req->remote_addr, state) && limit_take("mail", req->user->user_id, state);
}

static struct new_mail verification_mail(struct request *req)
{
	return mail_new(req, "verify-email", VERIFY_TTL);
}

/* 201 with the account and a pair of tokens; 409 email_taken. */
int post_register(struct request *req)
{
	char user_id[UUID_TEXT];
	char session_id[UUID_TEXT];
	struct new_mail mail = verification_mail(req);
	struct new_user user = {.id = user_id,
				.email = value_text(req->values, "email"),
				.email_key = email_key(req),
				.password_hash = password_hash(req->arena, given_digest(req, "password")),
				.name = value_text(req->values, "name"),
				.locale = value_text(req->values, "locale"),
				.time_zone = value_text(req->values, "time_zone")};
	struct new_session session;
	struct result *registered;
	struct pair pair;

	uuid_new(user_id);
	uuid_new(session_id);
	pair = pair_new(req, user_id, session_id, "user");
	session = session_new(req, session_id, &pair);
	registered = store_register(req->db, &user, &session, &mail);
	if (registered == NULL)
		return problem_database(req);
	if (result_rows(registered) == 0)
		return problem(req, PROBLEM_EMAIL_TAKEN, NULL);
	if (!idempotency_about(req, user_id))
		return problem_database(req);
	response_location(req, "/users/me");
	return respond_pair(req, 201, registered, &pair, wants_cookie(req));
}

int account_gone(struct request *req)
{
	return problem(req, PROBLEM_UNAUTHORIZED, "the account does not exist any more");
}

/* 200. */
int get_me(struct request *req)
{
	struct result *user = store_user(req->db, req->user->user_id);

	if (user == NULL)
		return problem_database(req);
	if (result_rows(user) == 0)
		return account_gone(req);
	return respond_thing(req, 200, user_fields, user);
}

/* Nothing was written: 412 with the account as it is, or it is gone. */
static int not_this_version(struct request *req)
{
	struct result *user = store_user(req->db, req->user->user_id);

	if (user == NULL)
		return problem_database(req);
	return result_rows(user) == 0 ? account_gone(req) : respond_mismatch(req, user_fields, user);
}

struct result *account_credentials(struct request *req)
{
	struct result *account = store_credentials(req->db, req->user->user_id);

	if (account == NULL)
		problem_database(req);
	else if (result_rows(account) == 0)
		account_gone(req);
	return account != NULL && result_rows(account) > 0 ? account : NULL;
}

/* Whether it is the owner who asks, and not who has found a session of theirs: by a recent login or the password (step
 * up, as in RFC 9470). False with a problem answered. */
static bool owner_proved(struct request *req)
{
	struct result *recent;

	if (value_text(req->values, "current_password") != NULL)
		return password_proved(req, "current_password") != NULL;
	recent = store_recent_session(req->db, req->user->user_id, req->user->session_id, LOGIN_RECENT_S);
	if (recent != NULL && result_rows(recent) > 0)
		return true;
	if (recent == NULL) {
		problem_database(req);
		return false;
	}
	problem_field(req, "/current_password", "required",
		      "the login is more than 10 minutes ago, so the password is needed to change the address");
	problem_invalid(req);
	return false;
}

/* Whether the account may have another address, or only another spelling of it, and a mail go to the other one, now.
 * False with a problem answered. */
static bool may_move(struct request *req, bool other)
{
	struct limit_state state;

	if (req->user->personal) {
		problem(req, PROBLEM_FORBIDDEN, "the address can be changed by a logged-in user only");
		return false;
	}
	if (!owner_proved(req))
		return false;
	if (!other || mail_take(req, &state))
		return true;
	problem_limited(req, &state);
	return false;
}

/* The key of the account's address, when the body's is the same, to the letter, or may replace it. NULL with a problem
 * answered. */
static const char *key_before(struct request *req, const struct user_changes *changes)
{
	struct result *account = account_credentials(req);
	const char *key;

	if (account == NULL)
		return NULL;
	key = result_get(account, 0, "email_key");
	if (strcmp(result_get(account, 0, "email"), changes->email) == 0)
		return key;
	return may_move(req, strcmp(key, changes->email_key) != 0) ? key : NULL;
}

/* 200 with the account as it is now, a new address not verified; 409 email_taken; 412; for a new address also 403
 * wrong_password, 422 without a password where the login is not recent, and 429. A personal access token cannot change
 * the address, for whoever has that has the account. */
int put_me(struct request *req)
{
	const struct values *values = req->values;
	struct user_changes changes = {.email = value_text(values, "email"),
				       .email_key = email_key(req),
				       .name = value_text(values, "name"),
				       .locale = value_text(values, "locale"),
				       .time_zone = value_text(values, "time_zone"),
				       .week_start = value_text(values, "week_start"),
				       .day_start_hour = value_text(values, "day_start_hour")};
	struct new_mail mail = verification_mail(req);
	const char *version = request_if_match(req);
	struct result *user;

	password_wipe(req, "current_password");
	if (changes.email == NULL && value_present(values, "email")) {
		problem_field(req, "/email", "wrong_type", "must not be null");
		return problem_invalid(req);
	}
	if (changes.email != NULL && (changes.email_key_before = key_before(req, &changes)) == NULL)
		return 0;
	user = store_update_user(req->db, req->user->user_id, version, &changes, &mail);
	if (user == NULL)
		return db_status(req->db) == DB_CONFLICT ? problem(req, PROBLEM_EMAIL_TAKEN, NULL)
							 : problem_database(req);
	if (result_rows(user) == 0)
		return not_this_version(req);
	return respond_thing(req, 200, user_fields, user);
}

/* 204, and everything of the account goes, here and (by UserDeleted) in every context; 403 wrong_password; 412. */
int delete_me(struct request *req)
{
	const char *hash = password_proved(req, "password");
	struct result *gone;

	if (hash == NULL)
		return 0;
	gone = store_delete_user(req->db, req->user->user_id, request_if_match(req), hash);
	if (gone == NULL)
		return problem_database(req);
	if (result_rows(gone) == 0)
		return not_this_version(req);
	sessions_ended();
	forget_cookie(req);
	return response_empty(req, 204);
}

/* 204; 401 bad_token. */
int post_verify_email(struct request *req)
{
	struct result *user = store_verify_email(req->db, token_hash(req->arena, value_text(req->values, "token")));

	if (user == NULL)
		return problem_database(req);
	return result_rows(user) == 0 ? problem(req, PROBLEM_BAD_TOKEN, NULL) : response_empty(req, 204);
}

/* 202; no mail when the address is verified already; 429. */
int post_resend_verification(struct request *req)
{
	struct new_mail mail = verification_mail(req);
	struct limit_state state;

	if (!mail_take(req, &state))
		return problem_limited(req, &state);
	if (store_request_verification(req->db, req->user->user_id, &mail) == NULL)
		return problem_database(req);
	return response_empty(req, 202);
}

/* The shape of a language tag (RFC 5646, 2.1): subtags of letters and digits, the first of letters. */
static void check_locale(struct request *req, const char *pointer, struct json_object *json)
{
	static const char alphanumeric[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char *at = json_object_get_string(json);
	size_t len = strspn(at, alphanumeric);
	bool good = len >= 2 && strcspn(at, "0123456789") >= len;

	for (; good && len <= 8 && at[len] == '-'; len = strspn(at, alphanumeric)) {
		at += len + 1;
		good = strspn(at, alphanumeric) >= 1;
	}
	if (!good || len > 8 || at[len] != '\0')
		problem_field(req, pointer, "invalid", "must be a language tag, like en or pt-BR");
}

#define PROFILE_FIELDS                                                                                                 \
	{.name = "name", .type = FIELD_LINE, .max = NAME_LONGEST, .initial = "", .help = "what to call the user"},     \
		{.name = "locale",                                                                                     \
		 .type = FIELD_LINE,                                                                                   \
		 .min = 2,                                                                                             \
		 .max = 35,                                                                                            \
		 .initial = "en",                                                                                      \
		 .help = "language of mails and templates, a BCP 47 tag",                                              \
		 .check = check_locale},                                                                               \
	{                                                                                                              \
		.name = "time_zone", .type = FIELD_ZONE, .initial = "UTC", .help = "where the user's days begin"       \
	}

const struct field user_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "the account"},
	{.name = "email", .type = FIELD_EMAIL, .help = "a new one has to be verified again; absent, it stays"},
	{.name = "current_password",
	 .type = FIELD_PASSWORD,
	 .flags = FIELD_WRITE_ONLY,
	 .max = PASSWORD_MAX,
	 .help = "needed for a new address when the login is more than 10 minutes ago"},
	PROFILE_FIELDS,
	{.name = "week_start",
	 .type = FIELD_INT,
	 .min = 1,
	 .max = 7,
	 .initial = "1",
	 .help = "first day of the week by ISO 8601: 1 is Monday, 7 is Sunday"},
	{.name = "day_start_hour",
	 .type = FIELD_INT,
	 .min = 0,
	 .max = 23,
	 .initial = "0",
	 .help = "the hour at which the user's day begins"},
	{.name = "roles",
	 .type = FIELD_TEXTS,
	 .flags = FIELD_READ_ONLY,
	 .help = "what the user may do beyond their own"},
	{.name = "email_verified",
	 .type = FIELD_BOOL,
	 .flags = FIELD_READ_ONLY,
	 .help = "the address is known to be theirs"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "registration"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last change"},
	{.name = "version",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "counts up with each change; the ETag"},
	FIELD_END,
};

const struct field register_fields[] = {
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_REQUIRED, .help = "the account's address"},
	{.name = "password",
	 .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .min = PASSWORD_MIN,
	 .max = PASSWORD_MAX,
	 .help = "8 to 1024 bytes of UTF-8"},
	PROFILE_FIELDS,
	DEVICE_FIELDS,
	FIELD_END,
};

const struct field delete_me_fields[] = {
	{.name = "password",
	 .type = FIELD_PASSWORD,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .max = PASSWORD_MAX,
	 .help = "the password once more"},
	FIELD_END,
};

const struct field verify_email_fields[] = {
	{.name = "token",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED | FIELD_WRITE_ONLY,
	 .min = 1,
	 .max = 200,
	 .help = "from the link in the mail, good for a day and once"},
	FIELD_END,
};
