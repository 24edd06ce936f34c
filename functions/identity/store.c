#include "store.h"

#include "db/db.h"

#include "identity.sql.h"

const struct statement_table store_statements = {sql_statements, SQL_COUNT};

/* End a transaction with its result: committed when there is a row, undone when there is none. */
static struct result *finish(struct db *db, struct result *result)
{
	if (result == NULL || result_rows(result) == 0) {
		db_rollback(db);
		return result;
	}
	return db_commit(db) ? result : NULL;
}

struct result *store_register(struct db *db, const struct new_user *user, const struct new_session *session,
			      const struct new_mail *mail)
{
	return db_run(db, SQL_REGISTER, user->id, user->email, user->email_key, user->password_hash, user->name,
		      user->locale, user->time_zone, session->id, session->device, session->address, session->refresh,
		      session->ttl, mail->token, mail->ttl, mail->link);
}

struct result *store_user(struct db *db, const char *user_id)
{
	return db_run(db, SQL_USER_BY_ID, user_id);
}

struct result *store_credentials_by_email(struct db *db, const char *email_key)
{
	return db_run(db, SQL_CREDENTIALS_BY_EMAIL, email_key);
}

struct result *store_credentials(struct db *db, const char *user_id)
{
	return db_run(db, SQL_CREDENTIALS_BY_ID, user_id);
}

struct result *store_update_user(struct db *db, const char *user_id, const char *version,
				 const struct user_changes *changes, const struct new_mail *mail)
{
	return db_run(db, SQL_UPDATE_USER, user_id, version, changes->email, changes->email_key, changes->name,
		      changes->locale, changes->time_zone, changes->week_start, changes->day_start_hour, mail->token,
		      mail->ttl, mail->link, changes->email_key_before);
}

struct result *store_delete_user(struct db *db, const char *user_id, const char *version, const char *hash)
{
	struct result *gone = NULL;

	/* The lock comes first, so that the statement after it sees every session there will ever be. */
	if (db_begin(db) && db_run(db, SQL_LOCK_USER, user_id) != NULL)
		gone = db_run(db, SQL_DELETE_USER, user_id, version, hash);
	return finish(db, gone);
}

struct result *store_rehash_password(struct db *db, const char *user_id, const char *old_hash, const char *hash)
{
	return db_run(db, SQL_REHASH_PASSWORD, user_id, old_hash, hash);
}

struct result *store_change_password(struct db *db, const char *user_id, const char *old_hash, const char *hash,
				     const char *keep)
{
	struct result *changed = NULL;

	/* Two statements: the second sees also the sessions that were started while the first waited for the row. */
	if (db_begin(db))
		changed = db_run(db, SQL_CHANGE_PASSWORD, user_id, old_hash, hash);
	if (changed != NULL && result_rows(changed) > 0 &&
	    store_revoke_sessions(db, user_id, NULL, keep, "password changed") == NULL)
		changed = NULL;
	return finish(db, changed);
}

struct result *store_request_reset(struct db *db, const char *email_key, const struct new_mail *mail)
{
	return db_run(db, SQL_REQUEST_RESET, email_key, mail->token, mail->ttl, mail->link);
}

struct result *store_reset(struct db *db, const char *token)
{
	return db_run(db, SQL_RESET_BY_HASH, token);
}

struct result *store_reset_password(struct db *db, const char *token, const char *hash)
{
	struct result *reset = NULL;

	if (db_begin(db))
		reset = db_run(db, SQL_RESET_PASSWORD, token, hash);
	if (reset != NULL && result_rows(reset) > 0 &&
	    store_revoke_sessions(db, result_get(reset, 0, "id"), NULL, NULL, "password reset") == NULL)
		reset = NULL;
	return finish(db, reset);
}

struct result *store_verify_email(struct db *db, const char *token)
{
	return db_run(db, SQL_VERIFY_EMAIL, token);
}

struct result *store_request_verification(struct db *db, const char *user_id, const struct new_mail *mail)
{
	return db_run(db, SQL_REQUEST_VERIFICATION, user_id, mail->token, mail->ttl, mail->link);
}

struct result *store_start_session(struct db *db, const char *user_id, const char *hash,
				   const struct new_session *session)
{
	return db_run(db, SQL_START_SESSION, user_id, hash, session->id, session->device, session->address,
		      session->refresh, session->ttl);
}

struct result *store_refresh(struct db *db, const char *token)
{
	return db_run(db, SQL_REFRESH_BY_HASH, token);
}

struct result *store_rotate_refresh(struct db *db, const char *token, const char *successor,
				    const struct new_session *session)
{
	return db_run(db, SQL_ROTATE_REFRESH, token, successor, session->refresh, session->ttl, session->address);
}

struct result *store_revoke_sessions(struct db *db, const char *user_id, const char *only, const char *keep,
				     const char *reason)
{
	return db_run(db, SQL_REVOKE_SESSIONS, user_id, only, keep, reason);
}

struct result *store_recent_session(struct db *db, const char *user_id, const char *session_id, const char *seconds)
{
	return db_run(db, SQL_RECENT_SESSION, user_id, session_id, seconds);
}

struct result *store_sessions(struct db *db, const char *user_id, const char *current, const char *after,
			      const char *limit)
{
	return db_run(db, SQL_SESSIONS, user_id, current, after, limit);
}

struct result *store_count_sessions(struct db *db, const char *user_id)
{
	return db_run(db, SQL_COUNT_SESSIONS, user_id);
}

struct result *store_create_token(struct db *db, const char *user_id, const struct new_token *wanted, const char *token)
{
	return db_run(db, SQL_CREATE_TOKEN, user_id, wanted->id, wanted->name, wanted->scopes, wanted->expires_at,
		      token);
}

struct result *store_taken_token(struct db *db, const char *user_id, const struct new_token *wanted)
{
	return db_run(db, SQL_TAKEN_TOKEN, user_id, wanted->id, wanted->name, wanted->scopes, wanted->expires_at);
}

struct result *store_tokens(struct db *db, const char *user_id, const char *after, const char *limit)
{
	return db_run(db, SQL_TOKENS, user_id, after, limit);
}

struct result *store_count_tokens(struct db *db, const char *user_id)
{
	return db_run(db, SQL_COUNT_TOKENS, user_id);
}

struct result *store_delete_token(struct db *db, const char *user_id, const char *id)
{
	return db_run(db, SQL_DELETE_TOKEN, user_id, id);
}
