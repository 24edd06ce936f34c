/*
 * auth: who asks, from a bearer token (RFC 6750).
 *
 * Access tokens are JWTs (RFC 9068, ES256) that identity signs; each process checks them with the public keys in
 * $AURORA_HOME/keys and remembers a checked one by its SHA-256 until it expires. Personal access tokens ("aur_…") are
 * looked up through identity.introspect and remembered for a minute. A revoked session is refused at once: processes of
 * this machine see the shared counter (limit_epoch) move, those of others hear NOTIFY session_revoked; either makes
 * them load the recently revoked ones.
 */
#ifndef AURORA_AURORA_AUTH_H
#define AURORA_AURORA_AUTH_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct db;
struct principal;
struct request;

/* Claims of an access token. The type is RFC 9068's, and a claim because libjwt 1.10 fixes the header's to "JWT". */
#define AUTH_AUDIENCE "aurora"
#define AUTH_TYPE     "at+jwt"

enum auth_verdict { AUTH_OK, AUTH_NONE /* no credentials */, AUTH_BAD, AUTH_UNAVAILABLE /* the database is away */ };

/* Check the request's Authorization header; the principal is valid for the request. */
enum auth_verdict auth_check(struct request *req, const struct principal **principal);

/* Hooks for the connection: load what was revoked, listen, forget. */
bool auth_on_connect(struct db *db, void *ctx);
void auth_on_notify(struct db *db, const char *channel, const char *payload, void *ctx);

/*
 * Sign an access token for a session with the newest key of $AURORA_HOME/keys that has both halves (identity only). In
 * the arena. roles is space-separated.
 */
const char *auth_sign(struct arena *arena, const char *user_id, const char *session_id, const char *roles,
		      int64_t now_s, int64_t expires_s);

/* Sign with that key and check it as the other programs would; dies with what to do when they would not accept it. */
void auth_sign_check(struct arena *arena);

/* The public keys as a JWK Set (RFC 7517), in the arena. */
const char *auth_jwks(struct arena *arena);

/* Make a new ES256 key pair in $AURORA_HOME/keys, mode 600; its kid, in the arena. */
const char *auth_new_key(struct arena *arena);

/* The house's secret of that name ($AURORA_HOME/secrets/<name>, 32 bytes as hex, mode 600). Dies when it is missing. */
const unsigned char *secret(const char *name);

#endif
