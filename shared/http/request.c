#include "http/request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "http/problem.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/utf8.h"
#include "util/uuid.h"

#define QUERY_MAX      128
#define RESPONSE_LIMIT (64u << 20)
#define HEAD_LIMIT     (32u << 10)
#define UNKNOWN_LENGTH (-1)

static const char *variable(const struct request *req, const char *name)
{
	return req->transport->variable(req->transport->io, name);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

char *percent_decode(struct arena *arena, const char *text, size_t len, bool form)
{
	char *out = arena_alloc(arena, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '%') {
			int high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && form) {
			c = ' ';
		}
		if (c == '\0')
			return NULL;
		out[n++] = c;
	}
	return utf8_valid(out, n) ? out : NULL;
}

char *percent_encode(struct arena *arena, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(arena, 3 * strlen(text) + 1);
	char *p = out;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (isalnum(c) || strchr("-._~", c) != NULL) {
			*p++ = (char)c;
		} else {
			*p++ = '%';
			*p++ = digits[c >> 4];
			*p++ = digits[c & 15];
		}
	}
	return out;
}

/* Only what cannot do harm in a header or a log line. */
static bool id_acceptable(const char *id)
{
	size_t len = strlen(id);

	return len >= 1 && len <= 64 &&
	       strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

/* W3C Trace Context, 3.2: version 00, neither id all zeros. */
static bool traceparent_acceptable(const char *text)
{
	if (strlen(text) != 55 || strncmp(text, "00-", 3) != 0 || text[35] != '-' || text[52] != '-')
		return false;
	for (int i = 3; i < 55; i++)
		if (i != 35 && i != 52 && (hex_digit(text[i]) < 0 || isupper((unsigned char)text[i])))
			return false;
	return strspn(text + 3, "0") < 32 && strspn(text + 36, "0") < 16;
}

/* The hex digits of a UUID without its dashes. */
static void add_digits(char **to, const char *uuid)
{
	for (; *uuid != '\0'; uuid++)
		if (*uuid != '-')
			*(*to)++ = *uuid;
}

/* A new trace: 16 bytes for it and 8 for our part, both from UUIDs, whose randomness is drawn in bulk. */
static void new_traceparent(char *to)
{
	char trace[UUID_TEXT];
	char span[UUID_TEXT];

	uuid_new(trace);
	uuid_new(span);
	memcpy(to, "00-", 3);
	to += 3;
	add_digits(&to, trace);
	*to++ = '-';
	add_digits(&to, span + 19);
	memcpy(to, "-01", 4);
}

static void take_ids(struct request *req)
{
	const char *id = request_header(req, "X-Request-Id");
	const char *trace = request_header(req, "traceparent");

	if (id != NULL && id_acceptable(id))
		memcpy(req->request_id, id, strlen(id) + 1);
	else
		uuid_new(req->request_id);
	if (trace != NULL && traceparent_acceptable(trace))
		memcpy(req->traceparent, trace, sizeof(req->traceparent));
	else
		new_traceparent(req->traceparent);
}

static bool take_query(struct request *req)
{
	const char *p = req->query_string;
	size_t count = 1;

	if (*p == '\0')
		return true;
	for (const char *q = p; *q != '\0'; q++)
		count += *q == '&';
	if (count > QUERY_MAX) {
		problem(req, PROBLEM_BAD_REQUEST, "the query has more than %d parameters", QUERY_MAX);
		return false;
	}
	req->query = arena_alloc(req->arena, count * sizeof(*req->query));
	while (*p != '\0') {
		size_t len = strcspn(p, "&");
		const char *equals = memchr(p, '=', len);
		size_t name_len = equals != NULL ? (size_t)(equals - p) : len;

		if (len > 0) {
			struct query_item *item = &req->query[req->query_count++];

			item->name = percent_decode(req->arena, p, name_len, true);
			item->value =
				equals != NULL ? percent_decode(req->arena, equals + 1, len - name_len - 1, true) : "";
			if (item->name == NULL || item->value == NULL) {
				problem(req, PROBLEM_BAD_REQUEST, "the query is not percent-encoded UTF-8 without NUL");
				return false;
			}
		}
		p += len;
		p += *p == '&';
	}
	return true;
}

static bool take_length(struct request *req)
{
	const char *text = variable(req, "CONTENT_LENGTH");
	char *end;

	req->content_length = 0;
	if (text == NULL || *text == '\0') {
		if (request_header(req, "Transfer-Encoding") != NULL)
			req->content_length = UNKNOWN_LENGTH;
		return true;
	}
	req->content_length = strtoll(text, &end, 10);
	if (*end != '\0' || !isdigit((unsigned char)*text) || req->content_length == INT64_MAX) {
		problem(req, PROBLEM_BAD_REQUEST, "Content-Length is not a number");
		return false;
	}
	return true;
}

/* The path of a request target in origin or absolute form (RFC 9112, 3.2). */
static const char *target_path(const char *target)
{
	const char *scheme = strstr(target, "://");

	if (target[0] != '/' && scheme != NULL) {
		const char *slash = strchr(scheme + 3, '/');

		return slash != NULL ? slash : "/";
	}
	return target;
}

bool request_init(struct request *req, const struct transport *transport, struct arena *arena)
{
	struct buf head = req->res.head;
	struct buf body = req->res.body;
	const char *target;
	const char *method;
	const char *query;

	if (head.limit == 0) {
		buf_init(&head, HEAD_LIMIT);
		buf_init(&body, RESPONSE_LIMIT);
	}
	buf_clear(&head);
	buf_clear(&body);
	*req = (struct request){.arena = arena, .transport = transport, .started_us = clock_tick_us()};
	req->res.head = head;
	req->res.body = body;
	method = variable(req, "REQUEST_METHOD");
	target = variable(req, "REQUEST_URI");
	if (target == NULL || *target == '\0') {
		const char *script = variable(req, "SCRIPT_NAME");
		const char *info = variable(req, "PATH_INFO");

		target = arena_printf(arena, "%s%s", script != NULL ? script : "", info != NULL ? info : "");
	}
	target = target_path(target);
	req->raw_path = arena_strndup(arena, target, strcspn(target, "?#"));
	req->path = strncmp(req->raw_path, "/v1/", 4) == 0 ? req->raw_path + 3 : req->raw_path;
	query = strchr(target, '?');
	req->query_string = query != NULL ? query + 1 : variable(req, "QUERY_STRING");
	if (req->query_string == NULL)
		req->query_string = "";
	req->remote_addr = variable(req, "REMOTE_ADDR");
	if (req->remote_addr == NULL)
		req->remote_addr = "";
	take_ids(req);
	req->head = method != NULL && strcmp(method, "HEAD") == 0;
	req->method = req->head || method == NULL ? "GET" : method;
	if (req->path[0] != '/') {
		problem(req, PROBLEM_BAD_REQUEST, "the request has no path");
		return false;
	}
	return take_length(req) && take_query(req);
}

const char *request_header(const struct request *req, const char *name)
{
	char key[64];
	size_t i;

	if (strcasecmp(name, "Content-Type") == 0)
		return variable(req, "CONTENT_TYPE");
	memcpy(key, "HTTP_", 5);
	for (i = 0; name[i] != '\0' && i + 6 < sizeof(key); i++)
		key[5 + i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
	key[5 + i] = '\0';
	return variable(req, key);
}

static const char *find_item(const struct query_item *items, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].name, name) == 0)
			return items[i].value;
	return NULL;
}

const char *request_cookie(const struct request *req, const char *name)
{
	const char *p = request_header(req, "Cookie");
	size_t name_len = strlen(name);

	while (p != NULL && *p != '\0') {
		size_t len = strcspn(p, ";");

		if (len > name_len + 1 && strncmp(p, name, name_len) == 0 && p[name_len] == '=')
			return arena_strndup(req->arena, p + name_len + 1, len - name_len - 1);
		p += len;
		p += strspn(p, "; ");
	}
	return NULL;
}

const char *request_query(const struct request *req, const char *name)
{
	return find_item(req->query, req->query_count, name);
}

const char *request_param(const struct request *req, const char *name)
{
	return find_item(req->params, req->param_count, name);
}

const char **request_query_all(const struct request *req, const char *name, size_t *count)
{
	const char **values = arena_alloc(req->arena, (req->query_count + 1) * sizeof(*values));

	*count = 0;
	for (size_t i = 0; i < req->query_count; i++)
		if (strcmp(req->query[i].name, name) == 0)
			values[(*count)++] = req->query[i].value;
	return values;
}

static int too_large(struct request *req)
{
	return problem(req, PROBLEM_TOO_LARGE, "the body may have %zu bytes here", req->body_limit);
}

bool request_is_file(struct request *req)
{
	const char *type = request_header(req, "Content-Type");

	if (type == NULL || strncasecmp(type, "multipart/", 10) != 0)
		return true;
	problem(req, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
		"send the file's bytes as the body, not a form (curl --data-binary @file)");
	return false;
}

ssize_t request_read(struct request *req, void *data, size_t len)
{
	ssize_t n;

	if (req->content_length > (int64_t)req->body_limit) {
		too_large(req);
		return -1;
	}
	if (req->content_length != UNKNOWN_LENGTH && len > (size_t)req->content_length - req->body_read)
		len = (size_t)req->content_length - req->body_read;
	if (len == 0)
		return 0;
	n = req->transport->read(req->transport->io, data, len);
	if (n < 0 || (n == 0 && req->content_length != UNKNOWN_LENGTH)) {
		problem(req, PROBLEM_BAD_REQUEST, "the body ended after %zu of %lld bytes", req->body_read,
			(long long)req->content_length);
		return -1;
	}
	req->body_read += (size_t)n;
	if (req->body_read > req->body_limit) {
		too_large(req);
		return -1;
	}
	return n;
}

const char *request_body(struct request *req, size_t *len)
{
	struct buf *body;
	char chunk[16384];
	ssize_t n;

	if (req->body != NULL) {
		*len = req->body_len;
		return req->body;
	}
	body = buf_in(req->arena, req->body_limit + 1);
	while ((n = request_read(req, chunk, sizeof(chunk))) > 0)
		buf_add(body, chunk, (size_t)n);
	if (n < 0)
		return NULL;
	req->body_len = *len = body->len;
	req->body = body->data != NULL ? body->data : arena_strdup(req->arena, "");
	return req->body;
}

bool request_query_bool(struct request *req, const char *name, bool *value)
{
	const char *text = request_query(req, name);

	if (text == NULL)
		return true;
	if (strcmp(text, "true") == 0 || strcmp(text, "1") == 0 || *text == '\0') {
		*value = true;
		return true;
	}
	if (strcmp(text, "false") == 0 || strcmp(text, "0") == 0) {
		*value = false;
		return true;
	}
	problem(req, PROBLEM_BAD_REQUEST, "%s is true or false", name);
	return false;
}

bool request_query_instant(struct request *req, const char *name, bool end, const char **value)
{
	const char *text = request_query(req, name);
	char instant[INSTANT_TEXT];
	int64_t us;

	*value = NULL;
	if (text == NULL)
		return true;
	if (date_valid(text)) {
		instant_parse(arena_printf(req->arena, "%sT00:00:00Z", text), &us);
		if (end)
			us += INT64_C(86400000000);
	} else if (!instant_parse(text, &us)) {
		problem(req, PROBLEM_BAD_REQUEST, "%s is an RFC 3339 instant or a date (YYYY-MM-DD)", name);
		return false;
	}
	instant_format(instant, us);
	*value = arena_strdup(req->arena, instant);
	return true;
}
