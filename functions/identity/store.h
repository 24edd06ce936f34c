/*
 * store: identity's statements as calls. Each answers a result in the request's arena, NULL when the statement failed
 * (db_status). Tokens come as the hex of their SHA-256; texts that may be NULL say so.
 */
#ifndef AURORA_IDENTITY_STORE_H
#define AURORA_IDENTITY_STORE_H

struct db;
struct result;
struct statement_table;

/* What the .sql file of this function says. */
extern const struct statement_table store_statements;

/* A session to be started and the token that keeps it. */
struct new_session {
	const char *id;
	const char *device;  /* or NULL */
	const char *address; /* or NULL */
	const char *refresh;
	const char *ttl; /* seconds */
};

/* A token to be mailed. */
struct new_mail {
	const char *token;
	const char *ttl; /* seconds */
	const char *link;
};

/* A personal access token to be made. */
struct new_token {
	const char *id;
	const char *name;
	const char *scopes;
	const char *expires_at; /* or NULL */
};

struct new_user {
	const char *id;
	const char *email;
	const char *email_key;
	const char *password_hash;
	const char *name;
	const char *locale;
	const char *time_zone;
};

/* What changes of an account; NULL stays as it is. */
struct user_changes {
	const char *email;
	const char *email_key;
	const char *email_key_before; /* the account's, from which it may change; NULL: any */
	const char *name;
	const char *locale;
	const char *time_zone;
	const char *week_start;
	const char *day_start_hour;
};

/* The account, with its first session and the mail that verifies its address; no row when the address is taken. */
struct result *store_register(struct db *db, const struct new_user *user, const struct new_session *session,
			      const struct new_mail *mail);
struct result *store_user(struct db *db, const char *user_id);

/* id, email_key, password_hash, disabled, role_names. */
struct result *store_credentials_by_email(struct db *db, const char *email_key);
struct result *store_credentials(struct db *db, const char *user_id);

/* The account as it is now; no row when it is gone, has another version than `version` (NULL: any) or another address
 * than it had before. A new address that is taken is DB_CONFLICT; `mail` goes to it otherwise. */
struct result *store_update_user(struct db *db, const char *user_id, const char *version,
				 const struct user_changes *changes, const struct new_mail *mail);

/* Erase the account and all that is its own; no row when it changed since the password was checked. */
struct result *store_delete_user(struct db *db, const char *user_id, const char *version, const char *hash);

struct result *store_rehash_password(struct db *db, const char *user_id, const char *old_hash, const char *hash);

/* Replace the checked hash and end every session but `keep`; no row when the hash was not that any more. */
struct result *store_change_password(struct db *db, const char *user_id, const char *old_hash, const char *hash,
				     const char *keep);

/* Send a mail with a reset link, if there is such an account. */
struct result *store_request_reset(struct db *db, const char *email_key, const struct new_mail *mail);

/* A row when the reset token would do. */
struct result *store_reset(struct db *db, const char *token);

/* Use the reset token, once, and end every session; no row when it will not do. The row has email_key. */
struct result *store_reset_password(struct db *db, const char *token, const char *hash);

struct result *store_verify_email(struct db *db, const char *token);
struct result *store_request_verification(struct db *db, const char *user_id, const struct new_mail *mail);

/* The account; no row when its password is not the checked one any more, or it is disabled. */
struct result *store_start_session(struct db *db, const char *user_id, const char *hash,
				   const struct new_session *session);

/* user_id, session_id, used, graced, successor, disabled, alive, role_names. */
struct result *store_refresh(struct db *db, const char *token);

/* A row when this call was the one that used the token. */
struct result *store_rotate_refresh(struct db *db, const char *token, const char *successor,
				    const struct new_session *session);

/* End the session `only` (NULL: all) but never `keep` (NULL: none); a row for each that ended. */
struct result *store_revoke_sessions(struct db *db, const char *user_id, const char *only, const char *keep,
				     const char *reason);

/* A row when the session began within so many seconds. */
struct result *store_recent_session(struct db *db, const char *user_id, const char *session_id, const char *seconds);

struct result *store_sessions(struct db *db, const char *user_id, const char *current, const char *after,
			      const char *limit);
struct result *store_count_sessions(struct db *db, const char *user_id);

/* The token, or no row when the id is taken: then store_taken_token has it, `same` when it is as wanted. */
struct result *store_create_token(struct db *db, const char *user_id, const struct new_token *wanted,
				  const char *token);
struct result *store_taken_token(struct db *db, const char *user_id, const struct new_token *wanted);
struct result *store_tokens(struct db *db, const char *user_id, const char *after, const char *limit);
struct result *store_count_tokens(struct db *db, const char *user_id);

/* No row: there is no such token. */
struct result *store_delete_token(struct db *db, const char *user_id, const char *id);

#endif
