#include "aurora/service.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aurora/auth.h"
#include "aurora/cors.h"
#include "aurora/dispatch.h"
#include "aurora/limit.h"
#include "aurora/params.h"
#include "aurora/process.h"
#include "aurora/transport.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/route.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/crypto.h"
#include "util/log.h"

#define KEPT_BYTES (8 << 20)

const char service_version[] = AURORA_VERSION;

/* The request that is being answered, for a die() in the middle of it. */
static struct request *current;

static void answer_before_dying(const char *message)
{
	struct request *req = current;

	(void)message;
	current = NULL;
	if (req == NULL || req->res.streaming)
		return;
	problem(req, PROBLEM_INTERNAL, NULL);
	response_finish(req);
	transport_finish(false);
}

static const struct {
	unsigned need;
	const char *name;
} need_names[] = {
	{NEED_USER, "user"},
	{NEED_SESSION, "session"},
	{IDEMPOTENT, "idempotent"},
	{SECRET, "secret"},
	{MERGE, "merge"},
	{REPLACE, "replace"},
	{BODY_STREAM, "body_stream"},
	{BODY_OPTIONAL, "body_optional"},
	{BODY_LARGE, "body_large"},
	{BODY_FILE, "body_file"},
	{READS, "reads"},
};

static void describe_route(struct json_writer *w, const struct route *route)
{
	json_begin_object(w);
	json_member_string(w, "method", route->method);
	json_member_string(w, "path", route->path);
	json_member_string(w, "summary", route->summary);
	json_key(w, "needs");
	json_begin_array(w);
	for (size_t i = 0; i < sizeof(need_names) / sizeof(need_names[0]); i++)
		if ((route->needs & need_names[i].need) != 0)
			json_string(w, need_names[i].name);
	json_end_array(w);
	json_member_string(w, "limit", route->limit);
	json_member_string(w, "query", route->query != NULL ? route->query : "");
	if (route->fields != NULL) {
		json_key(w, "fields");
		fields_describe(w, route->fields);
	}
	if (route->answer != NULL) {
		json_key(w, "answer");
		fields_describe(w, route->answer);
	}
	json_end_object(w);
}

static int describe(const struct service *service)
{
	struct buf out;
	struct json_writer w;

	buf_init(&out, 1u << 20);
	json_writer_init(&w, &out);
	json_begin_object(&w);
	json_member_string(&w, "service", service->name);
	json_member_string(&w, "summary", service->summary);
	json_member_string(&w, "role", service->role);
	json_member_string(&w, "version", service_version);
	json_key(&w, "routes");
	json_begin_array(&w);
	for (const struct route *route = service->routes; route->method != NULL; route++)
		describe_route(&w, route);
	json_end_array(&w);
	json_end_object(&w);
	puts(buf_text(&out));
	buf_release(&out);
	return 0;
}

static int help(const struct service *service)
{
	printf("%s: %s\n\n"
	       "A web server starts this program (FastCGI or plain CGI); from a shell, set REQUEST_METHOD and "
	       "REQUEST_URI\n"
	       "to answer one request, or use:\n"
	       "  --describe  its routes and fields as JSON\n"
	       "  --check     parameters, secrets and database: are they as they should be?\n"
	       "  --version   what it was built from\n",
	       service->name, service->summary);
	return 0;
}

static struct db *open_database(const struct service *service, bool one_shot)
{
	return db_open(&(struct db_options){.conninfo = database_conninfo(),
					    .role = service->role,
					    .application = service->name,
					    .statements = service->statements->items,
					    .statement_count = service->statements->count,
					    .statement_timeout_ms = params.statement_timeout,
					    .one_shot = one_shot,
					    .on_connect = auth_on_connect,
					    .on_notify = auth_on_notify});
}

static int check(const struct service *service)
{
	struct arena *arena = arena_new();
	struct db *db = open_database(service, true);
	bool ok;

	secret("seal");
	secret("limits");
	if (service->check != NULL)
		service->check(arena);
	db_use(db, arena);
	ok = db_connect(db);
	if (ok)
		printf("%s: parameters, secrets and database are as they should be\n", service->name);
	else
		fprintf(stderr, "%s: no database as role %s: %s\n", service->name, service->role, db_error(db));
	db_close(db);
	arena_free(arena);
	return ok ? 0 : 1;
}

static void start(const struct service *service, const char *log_path)
{
	char errors[4096];

	if (!params_load(errors, sizeof(errors))) {
		fputs(errors, stderr);
		log_open(service->name, NULL, LOG_INFO);
		die("bad parameters");
	}
	log_open(service->name, log_path != NULL ? home_path(log_path) : NULL, log_level_named(params.log_level));
}

static void serve(const struct service *service, bool one_shot)
{
	static struct request req;
	struct arena *arena = arena_new();
	struct db *db = open_database(service, one_shot);
	const struct transport *transport;
	bool understood;
	long served = 0;

	log_on_die(answer_before_dying);
	db_use(db, arena);
	while ((transport = transport_accept()) != NULL) {
		current = &req;
		understood = request_init(&req, transport, arena);
		req.service = service;
		req.db = db;
		cors_open(&req);
		log_set_request(req.request_id, arena_strndup(arena, req.traceparent + 3, 32));
		if (!dispatch_refused(&req)) {
			if (understood)
				dispatch(&req);
			else
				dispatch_unintelligible(&req);
		}
		response_finish(&req);
		current = NULL;
		transport_finish(req.res.failed);
		dispatch_log(&req);
		log_set_request(NULL, NULL);
		arena_clear(arena);
		if (req.res.sent + req.body_read > KEPT_BYTES)
			malloc_trim(0);
		if (params.max_requests > 0 && ++served == params.max_requests)
			transport_retire();
	}
	db_close(db);
	arena_free(arena);
	buf_release(&req.res.head);
	buf_release(&req.res.body);
}

int service_main(int argc, char **argv, const struct service *service)
{
	char path[96];
	enum transport_kind kind;

	/* A web server makes arguments of a query without '=' (RFC 3875, 4.4): strangers choose no options. */
	if (getenv("GATEWAY_INTERFACE") != NULL || getenv("REQUEST_METHOD") != NULL)
		argc = 1;

	if (argc > 1 && strcmp(argv[1], "--describe") == 0)
		return describe(service);
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		return puts(service_version) < 0;
	if (argc > 1 && strcmp(argv[1], "--check") == 0) {
		start(service, NULL);
		return check(service);
	}
	if (argc > 1 && strcmp(argv[1], "--help") != 0)
		fprintf(stderr, "%s: there is no option %s\n", service->name, argv[1]);
	kind = argc > 1 ? TRANSPORT_NONE : transport_open();
	if (kind == TRANSPORT_NONE) {
		help(service);
		return argc > 1 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	/* A freed block below this, and as much at the heap's end, stays for the next request. It goes back to the
	 * system when nobody asks for anything (transport_accept), and after a request that was larger (serve). */
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	snprintf(path, sizeof(path), "log/%s.log", service->name);
	start(service, path);
	limit_open();
	crypto_open();
	if (service->start != NULL)
		service->start();
	process_harden();
	log_debug("started");
	log_hold();
	serve(service, kind == TRANSPORT_CGI);
	log_debug("leaving");
	log_flush();
	return 0;
}
