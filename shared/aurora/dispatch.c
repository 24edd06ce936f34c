#include "aurora/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "aurora/auth.h"
#include "aurora/cors.h"
#include "aurora/idempotency.h"
#include "aurora/limit.h"
#include "aurora/params.h"
#include "aurora/service.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/route.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/log.h"

#define LIMITS_SIZE 1024

static bool refuse(struct request *req, enum problem kind, const char *detail)
{
	problem(req, kind, "%s", detail != NULL ? detail : problem_kinds[kind].title);
	return false;
}

static void add_number(struct buf *head, const char *before, long value)
{
	buf_adds(head, before);
	buf_addi(head, value);
}

/* draft-ietf-httpapi-ratelimit-headers-11, and the older X- names, in place of another limit's. */
static void limit_headers(struct request *req, const struct limit_state *state)
{
	struct buf *head = buf_in(req->arena, LIMITS_SIZE);

	buf_adds(head, "RateLimit-Policy: \"");
	buf_adds(head, state->policy);
	add_number(head, "\";q=", state->quota);
	add_number(head, ";w=", state->window_s);
	buf_adds(head, "\r\nRateLimit: \"");
	buf_adds(head, state->policy);
	add_number(head, "\";r=", state->remaining);
	add_number(head, ";t=", state->reset_s);
	add_number(head, "\r\nX-RateLimit-Limit: ", state->quota);
	add_number(head, "\r\nX-RateLimit-Remaining: ", state->remaining);
	add_number(head, "\r\nX-RateLimit-Reset: ", state->reset_s);
	buf_adds(head, "\r\n");
	req->res.limits = buf_text(head);
}

void headers_limited(struct request *req, const struct limit_state *state)
{
	struct limit_state told = *state;

	/* What says when to come back says the same in each header. */
	told.reset_s = state->retry_after_s;
	limit_headers(req, &told);
	response_header(req, "Retry-After", "%ld", state->retry_after_s);
}

int problem_limited(struct request *req, const struct limit_state *state)
{
	problem(req, PROBLEM_TOO_MANY_REQUESTS, "try again in %ld s", state->retry_after_s);
	headers_limited(req, state);
	return 0;
}

static bool within(struct request *req, const char *class, const char *key, bool with_headers)
{
	struct limit_state state = {0};
	bool allowed = limit_take(class, key, &state);

	if (with_headers)
		limit_headers(req, &state);
	if (!allowed)
		problem_limited(req, &state);
	return allowed;
}

static bool find_route(struct request *req)
{
	char allow[96];
	bool path_known;

	req->route = route_find(req->service->routes, req, &path_known, allow, sizeof(allow));
	if (req->route != NULL)
		return true;
	if (!within(req, "address", req->remote_addr, true))
		return false;
	if (!path_known)
		return refuse(req, PROBLEM_NOT_FOUND, NULL);
	response_header(req, "Allow", "%s, OPTIONS", allow);
	if (strcmp(req->method, "OPTIONS") == 0) {
		cors_preflight(req, allow);
		response_empty(req, 204);
		return false;
	}
	problem(req, PROBLEM_METHOD_NOT_ALLOWED, "it takes %s", allow);
	return false;
}

/* Who asks, and whether they may ask again: a known user counts as such, anybody else by address. */
static bool admit(struct request *req)
{
	bool needs_user = (req->route->needs & (NEED_USER | NEED_SESSION)) != 0;
	enum auth_verdict verdict = AUTH_NONE;

	if (needs_user)
		verdict = auth_check(req, &req->user);
	if (!within(req, verdict == AUTH_OK ? "user" : "address",
		    verdict == AUTH_OK ? req->user->user_id : req->remote_addr, true))
		return false;
	switch (verdict) {
	case AUTH_OK:
		return true;
	case AUTH_NONE:
		return !needs_user || refuse(req, PROBLEM_UNAUTHORIZED, "send Authorization: Bearer <access token>");
	case AUTH_BAD:
		return refuse(req, PROBLEM_UNAUTHORIZED, "the token is not valid or has expired");
	case AUTH_UNAVAILABLE:
		break;
	}
	return refuse(req, PROBLEM_UNAVAILABLE, NULL);
}

/* A personal access token does only what one of its scopes says. */
static bool in_scope(struct request *req)
{
	const struct principal *user = req->user;
	bool reads = strcmp(req->method, "GET") == 0 || (req->route->needs & READS) != 0;
	const char *scope;
	const char *at;
	size_t len;

	if (user == NULL || !user->personal)
		return true;
	if ((req->route->needs & NEED_SESSION) != 0)
		return refuse(req, PROBLEM_FORBIDDEN, "a personal access token cannot do this; log in");
	scope = arena_printf(req->arena, "%s:%s", req->service->name, reads ? "read" : "write");
	len = strlen(scope);
	for (at = user->scopes; (at = strstr(at, scope)) != NULL; at += len)
		if ((at == user->scopes || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
			return true;
	problem(req, PROBLEM_INSUFFICIENT_SCOPE, "the token lacks the scope %s", scope);
	return false;
}

/* The value of a charset parameter, bare or quoted. */
static bool is_utf8(const char *charset)
{
	bool quoted = *charset == '"';

	charset += quoted;
	return strncasecmp(charset, "utf-8", 5) == 0 && strchr(quoted ? "\"" : "; \t", charset[5]) != NULL;
}

/* The media type without its parameters is one of ours, and any charset said is UTF-8. */
static bool takes_type(const struct request *req, const char *type)
{
	const char *charset = strcasestr(type, "charset=");
	size_t len = strcspn(type, "; \t");

	if (charset != NULL && !is_utf8(charset + 8))
		return false;
	return (len == 16 && strncasecmp(type, "application/json", len) == 0) ||
	       ((req->route->needs & MERGE) != 0 && len == 28 &&
		strncasecmp(type, "application/merge-patch+json", len) == 0);
}

/* A body that is compressed is none that we read (RFC 9110, 8.4). */
static bool plain_coding(const struct request *req)
{
	const char *coding = request_header(req, "Content-Encoding");

	return coding == NULL || *coding == '\0' || strcasecmp(coding, "identity") == 0;
}

static bool read_json(struct request *req)
{
	const char *type = request_header(req, "Content-Type");
	enum json_fault fault;
	const char *body;
	size_t len;

	if (req->content_length != 0 &&
	    ((type != NULL && *type != '\0' && !takes_type(req, type)) || !plain_coding(req)))
		return refuse(req, PROBLEM_UNSUPPORTED_MEDIA_TYPE, "send application/json in UTF-8");
	body = request_body(req, &len);
	if (body == NULL)
		return false;
	if (len == 0 && (req->route->needs & BODY_OPTIONAL) != 0) {
		body = "{}";
		len = 2;
	}
	req->json = json_read(req->arena, body, len, &fault);
	if (fault == JSON_OK)
		return true;
	return refuse(req, fault == JSON_INVALID_UTF8 ? PROBLEM_INVALID_UTF8 : PROBLEM_MALFORMED_JSON,
		      json_fault_text(fault));
}

#define BODY_LARGE_BYTES 4194304

static bool take_body(struct request *req)
{
	unsigned needs = req->route->needs;
	enum field_mode mode = (needs & MERGE) != 0     ? FIELDS_MERGE
			       : (needs & REPLACE) != 0 ? FIELDS_REPLACE
							: FIELDS_CREATE;

	req->body_limit = (size_t)((needs & BODY_STREAM) != 0 ? params.import_limit : params.body_limit);
	if ((needs & BODY_FILE) != 0)
		req->body_limit = (size_t)params.attachment_limit;
	if ((needs & BODY_LARGE) != 0 && req->body_limit < BODY_LARGE_BYTES)
		req->body_limit = BODY_LARGE_BYTES;
	if (req->content_length > (int64_t)req->body_limit) {
		problem(req, PROBLEM_TOO_LARGE, "the body may have %zu bytes here", req->body_limit);
		return false;
	}
	if (req->route->fields == NULL)
		return true;
	if (!read_json(req))
		return false;
	req->values = fields_decode(req, req->route->fields, mode);
	return req->values != NULL;
}

void dispatch_unintelligible(struct request *req)
{
	within(req, "address", req->remote_addr, true);
}

bool dispatch_refused(struct request *req)
{
	const char *text = req->transport->variable(req->transport->io, "REDIRECT_STATUS");
	long status = text != NULL ? strtol(text, NULL, 10) : 0;
	int kind = 0;

	if (status < 400)
		return false;
	if (status == 411) {
		/* lighttpd refuses a POST that says nothing of a body; by RFC 9112, 6.3, it has none. */
		req->method = "POST";
		return false;
	}
	if (!within(req, "address", req->remote_addr, true))
		return true;
	while (kind < PROBLEM_COUNT && problem_kinds[kind].status != status)
		kind++;
	if (kind == PROBLEM_COUNT)
		kind = status < 500 ? PROBLEM_BAD_REQUEST : PROBLEM_INTERNAL;
	problem(req, kind, NULL);
	return true;
}

void dispatch(struct request *req)
{
	const char *key = request_header(req, "Idempotency-Key");
	const struct route *route;
	size_t unused;

	db_poll(req->db);
	if (!find_route(req) || !admit(req) || !in_scope(req) || !take_body(req))
		return;
	route = req->route;
	if (route->limit != NULL && !within(req, route->limit, req->remote_addr, false))
		return;
	if ((route->needs & SECRET) != 0)
		req->res.cache_control = "no-store";
	if (key != NULL && (route->needs & IDEMPOTENT) != 0 && request_body(req, &unused) != NULL)
		idempotency_run(req, key);
	else
		route->handler(req);
	if (db_in_transaction(req->db)) {
		log_error("%s %s left a transaction open", route->method, route->path);
		db_rollback(req->db);
	}
}

static void add_member(struct buf *out, const char *before, const char *value)
{
	buf_adds(out, before);
	buf_adds(out, value);
	buf_addc(out, '"');
}

void dispatch_log(const struct request *req)
{
	const struct response *res = &req->res;
	struct buf *out;

	if (!log_wants(LOG_INFO))
		return;
	out = buf_in(req->arena, 1024);
	add_member(out, "\"method\":\"", req->route != NULL ? req->route->method : "?");
	add_member(out, ",\"route\":\"", req->route != NULL ? req->route->path : "?");
	add_number(out, ",\"status\":", res->status);
	add_number(out, ",\"bytes\":", (long)res->sent);
	add_number(out, ",\"us\":", (long)(clock_tick_us() - req->started_us));
	if (req->user != NULL)
		add_member(out, ",\"user\":\"", req->user->user_id);
	if (res->problem_code != NULL)
		add_member(out, ",\"code\":\"", res->problem_code);
	log_members(res->status >= 500 ? LOG_ERROR : LOG_INFO, "request", buf_text(out));
}

int problem_database(struct request *req)
{
	switch (db_status(req->db)) {
	case DB_UNAVAILABLE:
	case DB_RETRY:
		return problem(req, PROBLEM_UNAVAILABLE, "the database cannot answer right now");
	case DB_CONFLICT:
		return problem(req, PROBLEM_CONFLICT, NULL);
	default:
		return problem(req, PROBLEM_INTERNAL, NULL);
	}
}
