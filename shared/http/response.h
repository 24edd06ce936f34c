/*
 * response: the answer, whole or streamed.
 *
 * A whole answer is collected and sent by the service when the handler has returned, so a problem found late replaces
 * what was written. A streamed one sends its head at once and its body as it comes, in constant memory.
 */
#ifndef AURORA_HTTP_RESPONSE_H
#define AURORA_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/json.h"

struct request;

struct response {
	int status;
	struct buf head;    /* header lines, CRLF each */
	const char *limits; /* those that tell of a rate limit, the last that was asked; NULL for none */
	struct buf body;
	struct json_writer json;
	const char *content_type;
	const char *cache_control;
	const char *csp;          /* Content-Security-Policy, NULL for the one that allows nothing */
	const char *etag;         /* with its quotes, NULL for none */
	size_t length;            /* of the body, for HEAD, where it is not made; 0: it is what `body` has */
	bool streaming;           /* the head is out */
	bool failed;              /* the client is gone, or a streamed answer cannot be completed */
	size_t sent;              /* body bytes sent */
	const char *problem_code; /* for the access log */
};

/* Add a header line. A CR or LF in the value becomes a space. */
void response_header(struct request *req, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A strong entity tag, of most things their version: ETag: "7". */
void response_etag(struct request *req, const char *tag);

/* The entity tag of an answer that has no version: a hash of what it is made of. */
void response_etag_of(struct request *req, const void *data, size_t len);

/* The same of its bytes; call it when the body is complete. */
void response_etag_of_body(struct request *req);

/* Whether the client has what the entity tag is of (If-None-Match, RFC 9110, 13.1.2). A 200 becomes a 304 by itself;
 * what is dear to make, or streamed, asks first. */
bool response_not_modified(const struct request *req);

/* Start a JSON body with this status; write it with the writer, then return 0 from the handler. */
struct json_writer *response_json(struct request *req, int status);

/* A body of another type; append to the buf. */
struct buf *response_body(struct request *req, int status, const char *content_type);

/* 204, or any status without a body. Returns 0. */
int response_empty(struct request *req, int status);

/* 201 with Location: path (relative reference); follow with response_json(req, 201). */
void response_location(struct request *req, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Send the head now; what is added to the returned buf goes out by response_flush. */
struct buf *response_stream(struct request *req, int status, const char *content_type);

/* Send what has gathered once it is past 32 KiB (or any of it when `all`). False when the client is gone. */
bool response_flush(struct request *req, bool all);

/*
 * A streamed answer that cannot be completed: the connection must not look like a proper end to the client. The
 * service then drops the connection without finishing the request.
 */
void response_abort(struct request *req, const char *why);

/* Send a whole answer: status, headers, body; 304 when If-None-Match matches a GET's ETag; no body for HEAD. */
void response_finish(struct request *req);

/* True when an If-None-Match or If-Match value lists this version (RFC 9110, 8.8.3; `*` matches). */
bool etag_listed(const char *header, const char *etag);

#endif
