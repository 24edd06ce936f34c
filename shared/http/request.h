/*
 * request: one HTTP request as a handler sees it, whatever brought it (FastCGI, plain CGI, a test).
 *
 * A request owns an arena; everything a handler makes lives there. The transport is three calls (struct transport), so
 * handlers and everything in shared/http know nothing of FastCGI.
 */
#ifndef AURORA_HTTP_REQUEST_H
#define AURORA_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "http/response.h"

struct arena;
struct db;
struct json_object;
struct principal;
struct route;
struct service;
struct values;

/* How bytes come and go. `variable` is a CGI meta-variable (RFC 3875) or NULL. */
struct transport {
	const char *(*variable)(void *io, const char *name);
	ssize_t (*read)(void *io, void *data, size_t len);     /* 0 at the end, -1 on error */
	bool (*write)(void *io, const void *data, size_t len); /* false when the client is gone */
	void *io;
};

/* A name and what it stands for: of the query, or of the path. */
struct query_item {
	const char *name;
	const char *value;
};

struct request {
	struct arena *arena;
	const struct transport *transport;
	const char *method;       /* upper case; HEAD is seen as GET by handlers, see `head` */
	const char *path;         /* as sent, without the /v1 alias; segments still percent-encoded */
	const char *raw_path;     /* as sent, for links */
	const char *query_string; /* as sent, "" when none */
	const char *remote_addr;
	char request_id[65];
	char traceparent[56];
	int64_t started_us; /* monotonic */
	bool head;

	struct query_item *query;
	size_t query_count;

	struct query_item *params; /* of the path, "id" for ":id" */
	size_t param_count;

	int64_t content_length; /* -1 when not told */
	size_t body_limit;
	size_t body_read;
	char *body; /* once request_body was called */
	size_t body_len;

	struct json_object *json; /* the checked body, where the route has fields */
	struct values *values;    /* and its decoded fields */

	const struct service *service;
	const struct route *route;
	const struct principal *user; /* who asks; set where the route needs one */
	struct db *db;

	struct response res;
	struct field_fault *faults; /* noted by problem_field */
	struct arena *kept;         /* where faults are kept; NULL: in `arena` */
	const char *pointer;        /* where in the body what is being checked stands; NULL: it is the body */
	unsigned fault_count;
};

/* Fill in everything that the meta-variables say. False when the request line itself is bad (a problem is answered). */
bool request_init(struct request *req, const struct transport *transport, struct arena *arena);

/* A header field's value by its name ("If-Match"), or NULL. */
const char *request_header(const struct request *req, const char *name);

/* The value of a cookie (RFC 6265, 4.2.1), or NULL when there is none or it is empty. */
const char *request_cookie(const struct request *req, const char *name);

/* First value of a query parameter, or NULL. */
const char *request_query(const struct request *req, const char *name);

/* Every value of a repeatable parameter, in order; *count of them. */
const char **request_query_all(const struct request *req, const char *name, size_t *count);

/* A path parameter by its name in the route; never NULL for one the route has. */
const char *request_param(const struct request *req, const char *name);

/*
 * The whole body, NUL-terminated; *len bytes of it. NULL when it cannot be had: a problem is answered (413 beyond
 * body_limit, 400 when it ends before the Content-Length it promised, 411 without one).
 */
const char *request_body(struct request *req, size_t *len);

/* Whether the body is to be taken as a file's bytes; false with a 415 answered when it is a form that has one in it. */
bool request_is_file(struct request *req);

/* The next part of a body too large to hold: bytes read, 0 at its end, -1 with a problem answered. */
ssize_t request_read(struct request *req, void *data, size_t len);

/* `true|false|1|0` of a query parameter; *value untouched when absent. False with a 400 answered when it is neither. */
bool request_query_bool(struct request *req, const char *name, bool *value);

/* An instant or a date in a query parameter, as text PostgreSQL reads; NULL when absent. False with a 400 answered. A
 * date means its first moment in UTC, or with `end` the first moment after it. */
bool request_query_instant(struct request *req, const char *name, bool end, const char **value);

/* UTF-8 without NUL of `len` percent-encoded bytes, '+' as space when `form`. NULL when malformed. */
char *percent_decode(struct arena *arena, const char *text, size_t len, bool form);

/* Percent-encode everything but RFC 3986's unreserved characters. */
char *percent_encode(struct arena *arena, const char *text);

#endif
