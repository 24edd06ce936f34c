#include "aurora/idempotency.h"

#include <string.h>

#include "aurora/auth.h"
#include "aurora/service.h"
#include "db/db.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/route.h"
#include "idempotency.sql.h"
#include "util/arena.h"
#include "util/crypto.h"
#include "util/uuid.h"

#define KEY_MAX  255
#define ATTEMPTS 3

/* Keys of requests that nobody has signed in for share one owner; the address is put before them. */
static const char nobody[] = UUID_NIL;

/* Whose the request's key is, and the key as it is stored. */
static const char *key_owner(const struct request *req)
{
	return req->user != NULL ? req->user->user_id : nobody;
}

static const char *key_stored(struct request *req, const char *key)
{
	return req->user != NULL ? key : arena_printf(req->arena, "%s %s", req->remote_addr, key);
}

static bool key_ok(const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i < len; i++)
		if (key[i] < 0x20 || key[i] > 0x7e)
			return false;
	return len >= 1 && len <= KEY_MAX;
}

/* What makes a request the same request: an HMAC of method, target and body, which may hold a password; a bytea
 * literal. */
static const char *fingerprint(struct request *req)
{
	struct buf *text = buf_in(req->arena, req->body_len + 65536);
	unsigned char mac[SHA256_SIZE];
	char *out = arena_alloc(req->arena, 2 * SHA256_SIZE + 3);

	buf_printf(text, "%s %s?%s\n", req->method, req->path, req->query_string);
	buf_add(text, req->body, req->body_len);
	hmac_sha256(mac, secret("seal"), SHA256_SIZE, text->data, text->len);
	memcpy(out, "\\x", 2);
	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(out + 2 + 2 * i, 3, "%02x", mac[i]);
	return out;
}

static int replay(struct request *req, const struct result *stored)
{
	struct buf *body;
	const char *text = result_get(stored, 0, "body");
	const char *head = result_get(stored, 0, "head");

	if (!result_bool(stored, 0, result_column(stored, "same")))
		return problem(req, PROBLEM_IDEMPOTENCY_MISMATCH, NULL);
	if (result_bool(stored, 0, result_column(stored, "sealed"))) {
		size_t len;

		text = seal_open(req->arena, secret("seal"), text, &len);
		head = seal_open(req->arena, secret("seal"), head, &len);
		if (text == NULL || head == NULL)
			return problem(req, PROBLEM_CONFLICT,
				       "the stored answer can no longer be read; use another key");
	}
	body = response_body(req, (int)result_int(stored, 0, result_column(stored, "status")), "application/json");
	buf_adds(body, text);
	buf_adds(&req->res.head, head);
	response_header(req, "Idempotency-Replayed", "true");
	return 0;
}

static bool keep_answer(struct request *req, const char *owner, const char *key, size_t head_start)
{
	struct response *res = &req->res;
	bool sealed = (req->route->needs & SECRET) != 0;
	const char *body = buf_text(&res->body);
	const char *head = buf_text(&res->head) + head_start;
	const char *status = arena_printf(req->arena, "%d", res->status);
	const char *params[] = {owner, key, status, NULL, NULL, sealed ? "t" : "f"};

	if (res->etag != NULL)
		head = arena_printf(req->arena, "%sETag: %s\r\n", head, res->etag);
	if (sealed) {
		body = seal(req->arena, secret("seal"), body, strlen(body));
		head = seal(req->arena, secret("seal"), head, strlen(head));
	}
	params[3] = head;
	params[4] = body;
	return db_query(req->db, &sql_statements[SQL_IDEMPOTENCY_KEEP], params) != NULL;
}

int idempotency_run(struct request *req, const char *key)
{
	const char *owner = key_owner(req);
	const char *print = fingerprint(req);
	size_t head_start = req->res.head.len;
	bool done = false;

	if (!key_ok(key))
		return problem(req, PROBLEM_BAD_REQUEST, "Idempotency-Key is 1 to %d printable ASCII characters",
			       KEY_MAX);
	key = key_stored(req, key);
	for (int attempt = 1; !done; attempt++) {
		struct result *claim;

		db_begin(req->db);
		claim = db_query(req->db, &sql_statements[SQL_IDEMPOTENCY_CLAIM],
				 (const char *[]){owner, key, req->route->path, print});
		if (claim != NULL && result_rows(claim) == 0) {
			struct result *stored = db_query(req->db, &sql_statements[SQL_IDEMPOTENCY_STORED],
							 (const char *[]){owner, key, print});

			db_rollback(req->db);
			/* Swept, or the holder rolled back, between the two statements: claim it again. */
			if (stored != NULL && result_rows(stored) == 0 && attempt < ATTEMPTS)
				continue;
			return stored != NULL && result_rows(stored) > 0 ? replay(req, stored) : problem_database(req);
		}
		if (claim == NULL) {
			db_rollback(req->db);
			return problem_database(req);
		}
		req->route->handler(req);
		done = true;
		if (req->res.status >= 200 && req->res.status < 300) {
			if (!keep_answer(req, owner, key, head_start) || !db_commit(req->db)) {
				db_rollback(req->db);
				req->res.head.len = head_start;
				problem_database(req);
			}
		} else {
			bool again = db_status(req->db) == DB_RETRY && attempt < ATTEMPTS;

			db_rollback(req->db);
			if (again)
				req->res.head.len = head_start;
			done = !again;
		}
	}
	return 0;
}

bool idempotency_about(struct request *req, const char *user_id)
{
	const char *key = request_header(req, "Idempotency-Key");

	return key == NULL || db_query(req->db, &sql_statements[SQL_IDEMPOTENCY_ABOUT],
				       (const char *[]){key_owner(req), key_stored(req, key), user_id}) != NULL;
}
