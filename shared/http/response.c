#include "http/response.h"

#include <string.h>

#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/hash.h"
#include "util/log.h"

#define STREAM_CHUNK (32u << 10)

/* What every answer carries (OWASP Secure Headers). */
static const char standing_headers[] = "API-Version: 1\r\n"
				       "X-Content-Type-Options: nosniff\r\n"
				       "Referrer-Policy: no-referrer\r\n";
#define STRICT_CSP "default-src 'none'; frame-ancestors 'none'"

/* RFC 9110, 15. */
static const char *reason_phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{204, "No Content"},
		{206, "Partial Content"},
		{302, "Found"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{410, "Gone"},
		{411, "Length Required"},
		{412, "Precondition Failed"},
		{413, "Content Too Large"},
		{415, "Unsupported Media Type"},
		{416, "Range Not Satisfiable"},
		{422, "Unprocessable Content"},
		{429, "Too Many Requests"},
		{500, "Internal Server Error"},
		{503, "Service Unavailable"},
	};

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Error";
}

void response_header(struct request *req, const char *name, const char *format, ...)
{
	struct buf *head = &req->res.head;
	size_t start;
	va_list args;

	buf_adds(head, name);
	buf_adds(head, ": ");
	start = head->len;
	va_start(args, format);
	buf_vprintf(head, format, args);
	va_end(args);
	for (size_t i = start; i < head->len; i++)
		if (head->data[i] == '\r' || head->data[i] == '\n')
			head->data[i] = ' '; /* RFC 9110, 5.5 */
	buf_adds(head, "\r\n");
}

void response_etag(struct request *req, const char *tag)
{
	size_t len = strlen(tag);
	char *etag = arena_alloc(req->arena, len + 3);

	etag[0] = etag[len + 1] = '"';
	memcpy(etag + 1, tag, len);
	req->res.etag = etag;
}

void response_etag_of(struct request *req, const void *data, size_t len)
{
	char hex[HASH_HEX];

	hash_hex(hex, data, len);
	response_etag(req, hex);
}

void response_etag_of_body(struct request *req)
{
	response_etag_of(req, req->res.body.data, req->res.body.len);
}

struct buf *response_body(struct request *req, int status, const char *content_type)
{
	req->res.status = status;
	req->res.content_type = content_type;
	buf_clear(&req->res.body);
	return &req->res.body;
}

struct json_writer *response_json(struct request *req, int status)
{
	json_writer_init(&req->res.json, response_body(req, status, "application/json"));
	return &req->res.json;
}

int response_empty(struct request *req, int status)
{
	response_body(req, status, NULL);
	return 0;
}

void response_location(struct request *req, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	response_header(req, "Location", "%s", arena_vprintf(req->arena, format, args));
	va_end(args);
}

static void add_header(struct buf *out, const char *name, const char *value)
{
	buf_adds(out, name);
	buf_adds(out, value);
	buf_add(out, "\r\n", 2);
}

/* Up to and with the empty line. On the path of every request, so without printf. */
static void write_head(struct request *req, struct buf *out, bool with_length)
{
	struct response *res = &req->res;

	buf_adds(out, "Status: ");
	buf_addu(out, (unsigned)res->status);
	add_header(out, " ", reason_phrase(res->status));
	if (res->content_type != NULL && res->status != 304)
		add_header(out, "Content-Type: ", res->content_type);
	if (with_length && res->status != 204 && res->status != 304) {
		buf_adds(out, "Content-Length: ");
		buf_addu(out, res->length > 0 ? res->length : res->body.len);
		buf_add(out, "\r\n", 2);
	}
	if (res->etag != NULL)
		add_header(out, "ETag: ", res->etag);
	add_header(out, "Cache-Control: ", res->cache_control != NULL ? res->cache_control : "private, no-cache");
	add_header(out, "X-Request-Id: ", req->request_id);
	add_header(out, "traceparent: ", req->traceparent);
	buf_add(out, standing_headers, sizeof(standing_headers) - 1);
	add_header(out, "Content-Security-Policy: ", res->csp != NULL ? res->csp : STRICT_CSP);
	if (res->limits != NULL)
		buf_adds(out, res->limits);
	buf_add(out, res->head.data, res->head.len);
	buf_add(out, "\r\n", 2);
}

static bool send_bytes(struct request *req, const struct buf *bytes)
{
	if (bytes->len == 0 || req->res.failed)
		return !req->res.failed;
	if (!req->transport->write(req->transport->io, bytes->data, bytes->len))
		req->res.failed = true;
	return !req->res.failed;
}

struct buf *response_stream(struct request *req, int status, const char *content_type)
{
	struct buf *head = buf_in(req->arena, 64u << 10);

	response_body(req, status, content_type);
	write_head(req, head, false);
	req->res.streaming = true;
	send_bytes(req, head);
	return &req->res.body;
}

bool response_flush(struct request *req, bool all)
{
	struct response *res = &req->res;

	if (!all && res->body.len < STREAM_CHUNK)
		return !res->failed;
	if (!req->head)
		send_bytes(req, &res->body);
	res->sent += res->body.len;
	buf_clear(&res->body);
	return !res->failed;
}

void response_abort(struct request *req, const char *why)
{
	log_error("answer cut off after %zu bytes: %s", req->res.sent, why);
	req->res.failed = true;
}

bool etag_listed(const char *header, const char *etag)
{
	size_t len = strlen(etag);

	while (*header != '\0') {
		header += strspn(header, " \t,");
		if (*header == '*')
			return true;
		if (strncmp(header, "W/", 2) == 0)
			header += 2;
		if (strncmp(header, etag, len) == 0 && strchr(" \t,", header[len]) != NULL)
			return true;
		if (*header == '"') {
			const char *close = strchr(header + 1, '"');

			header = close != NULL ? close + 1 : header + strlen(header);
		} else {
			header += strcspn(header, ",");
		}
	}
	return false;
}

bool response_not_modified(const struct request *req)
{
	const struct response *res = &req->res;
	const char *none_match = request_header(req, "If-None-Match");

	return res->etag != NULL && none_match != NULL && strcmp(req->method, "GET") == 0 &&
	       etag_listed(none_match, res->etag);
}

void response_finish(struct request *req)
{
	struct response *res = &req->res;
	struct buf *head;

	if (res->streaming) {
		response_flush(req, true);
		return;
	}
	if (res->body.overflow || res->head.overflow) {
		log_error("the answer is larger than the server can hold");
		problem(req, PROBLEM_INTERNAL, NULL);
	}
	if (res->status == 200 && response_not_modified(req))
		res->status = 304;
	head = buf_in(req->arena, 64u << 10);
	write_head(req, head, true);
	if (res->status != 304 && !req->head && res->body.len > 0 && head->len + res->body.len < (48u << 10)) {
		buf_add(head, res->body.data, res->body.len);
		send_bytes(req, head);
	} else if (send_bytes(req, head) && res->status != 304 && !req->head) {
		send_bytes(req, &res->body);
	}
	res->sent = res->status != 304 && !req->head ? res->body.len : 0;
}
