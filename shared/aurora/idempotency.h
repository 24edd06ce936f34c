/*
 * idempotency: Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).
 *
 * The key, the request's fingerprint and the whole answer are stored in the context's own table `idempotency`, in the
 * transaction of the write, for 24 hours; so a retry either finds the answer or nothing happened. Two requests with one
 * key at once: the second waits for the first.
 */
#ifndef AURORA_AURORA_IDEMPOTENCY_H
#define AURORA_AURORA_IDEMPOTENCY_H

#include <stdbool.h>

struct request;

/* Run the route's handler under the request's key. Returns what the handler returns, 0 when the answer was replayed. */
int idempotency_run(struct request *req, const char *key);

/*
 * In a handler that nobody has signed in for: the answer is about this user. Where it is kept, it then goes with the
 * account. False when the statement failed.
 */
bool idempotency_about(struct request *req, const char *user_id);

#endif
