#include "http/problem.h"

#include <stdarg.h>
#include <string.h>

#include "http/request.h"
#include "util/arena.h"
#include "util/json.h"

#define FAULTS_MAX 100

/* One bad field. */
struct field_fault {
	const char *pointer;
	const char *code;
	const char *detail;
};

const struct problem_kind problem_kinds[PROBLEM_COUNT] = {
#define PROBLEM(name, status, code, title) {#name, status, code, title},
#include "problems.def"
#undef PROBLEM
};

/* What was wrong with the token that came (RFC 6750, 3.1); nothing, where none did. */
static const char *bearer_error(const struct request *req, enum problem kind)
{
	const char *credentials = request_header(req, "Authorization");

	if (kind == PROBLEM_INSUFFICIENT_SCOPE)
		return ", error=\"insufficient_scope\"";
	if (kind == PROBLEM_UNAUTHORIZED && credentials != NULL && strncasecmp(credentials, "Bearer ", 7) == 0)
		return ", error=\"invalid_token\"";
	return "";
}

struct json_writer *problem_open(struct request *req, enum problem kind, const char *detail)
{
	const struct problem_kind *k = &problem_kinds[kind];
	struct json_writer *w = response_json(req, k->status);

	req->res.content_type = "application/problem+json";
	req->res.cache_control = "no-store";
	req->res.etag = NULL;
	req->res.csp = NULL;
	req->res.length = 0;
	req->res.problem_code = k->code;
	if (k->status == 401 || kind == PROBLEM_INSUFFICIENT_SCOPE)
		response_header(req, "WWW-Authenticate", "Bearer realm=\"aurora\"%s", bearer_error(req, kind));
	if (kind == PROBLEM_UNAVAILABLE)
		response_header(req, "Retry-After", "2");
	json_begin_object(w);
	json_member_string(w, "type", "about:blank");
	json_member_string(w, "title", k->title);
	json_member_int(w, "status", k->status);
	json_member_string(w, "detail", detail != NULL ? detail : k->title);
	json_member_string(w, "code", k->code);
	json_member_string(w, "request_id", req->request_id);
	return w;
}

int problem_close(struct request *req)
{
	json_end_object(&req->res.json);
	return 0;
}

int problem(struct request *req, enum problem kind, const char *detail, ...)
{
	const char *text = NULL;
	va_list args;

	if (detail != NULL) {
		va_start(args, detail);
		text = arena_vprintf(req->arena, detail, args);
		va_end(args);
	}
	problem_open(req, kind, text);
	return problem_close(req);
}

void problem_field(struct request *req, const char *pointer, const char *code, const char *detail, ...)
{
	struct arena *arena = req->kept != NULL ? req->kept : req->arena;
	struct field_fault *fault;
	va_list args;

	if (req->faults == NULL)
		req->faults = arena_alloc(arena, FAULTS_MAX * sizeof(*req->faults));
	if (req->fault_count == FAULTS_MAX)
		return;
	fault = &req->faults[req->fault_count++];
	fault->pointer = req->pointer != NULL ? arena_printf(arena, "%s%s", req->pointer, pointer)
					      : arena_strdup(arena, pointer);
	fault->code = code;
	va_start(args, detail);
	fault->detail = arena_vprintf(arena, detail, args);
	va_end(args);
}

unsigned problem_fields(const struct request *req)
{
	return req->fault_count;
}

static void write_faults(const struct request *req, struct json_writer *w)
{
	json_begin_array(w);
	for (unsigned i = 0; i < req->fault_count; i++) {
		json_begin_object(w);
		json_member_string(w, "pointer", req->faults[i].pointer);
		json_member_string(w, "code", req->faults[i].code);
		json_member_string(w, "detail", req->faults[i].detail);
		json_end_object(w);
	}
	json_end_array(w);
}

void problem_fields_take(struct request *req, struct json_writer *w)
{
	if (w != NULL)
		write_faults(req, w);
	req->fault_count = 0;
	req->faults = NULL;
}

int problem_invalid(struct request *req)
{
	struct json_writer *w = problem_open(req, PROBLEM_INVALID, NULL);

	json_key(w, "errors");
	write_faults(req, w);
	return problem_close(req);
}
