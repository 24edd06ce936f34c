/* shared/http without a web server: requests from a table of variables, answers read from memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <json-c/json.h>

#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/route.h"
#include "util/arena.h"
#include "util/json.h"

/* A client in memory. */
struct client {
	const char *variables[32]; /* name, value, …, NULL */
	const char *body;
	size_t body_at;
	char answer[65536];
	size_t answer_len;
};

static const char *client_variable(void *io, const char *name)
{
	struct client *client = io;

	for (int i = 0; client->variables[i] != NULL; i += 2)
		if (strcmp(client->variables[i], name) == 0)
			return client->variables[i + 1];
	return NULL;
}

static ssize_t client_read(void *io, void *data, size_t len)
{
	struct client *client = io;
	size_t left = strlen(client->body) - client->body_at;

	len = len < left ? len : left;
	memcpy(data, client->body + client->body_at, len);
	client->body_at += len;
	return (ssize_t)len;
}

static bool client_write(void *io, const void *data, size_t len)
{
	struct client *client = io;

	assert_true(client->answer_len + len < sizeof(client->answer));
	memcpy(client->answer + client->answer_len, data, len);
	client->answer_len += len;
	client->answer[client->answer_len] = '\0';
	return true;
}

/* One request being looked at; made anew for each case. */
struct scene {
	struct client client;
	struct transport transport;
	struct arena *arena;
	struct request req;
};

static bool scene_open(struct scene *s, const char *target, const char *const *more)
{
	const char *query = strchr(target, '?');
	int n = 0;

	memset(s, 0, sizeof(*s));
	s->arena = arena_new();
	s->client.body = "";
	s->client.variables[n++] = "REQUEST_METHOD";
	s->client.variables[n++] = "GET";
	s->client.variables[n++] = "REQUEST_URI";
	s->client.variables[n++] = target;
	s->client.variables[n++] = "QUERY_STRING";
	s->client.variables[n++] = query != NULL ? query + 1 : "";
	for (; more != NULL && *more != NULL; more++)
		s->client.variables[n++] = *more;
	s->transport = (struct transport){client_variable, client_read, client_write, &s->client};
	return request_init(&s->req, &s->transport, s->arena);
}

static void scene_close(struct scene *s)
{
	buf_release(&s->req.res.head);
	buf_release(&s->req.res.body);
	arena_free(s->arena);
}

static int handler(struct request *req)
{
	(void)req;
	return 0;
}

static const struct route routes[] = {
	{.method = "GET", .path = "/api/things", .handler = handler},
	{.method = "POST", .path = "/api/things", .handler = handler},
	{.method = "GET", .path = "/api/things/:id", .handler = handler},
	{.method = "GET", .path = "/api/things/search", .handler = handler},
	{.method = "DELETE", .path = "/api/things/:id", .handler = handler},
	{.method = "POST", .path = "/api/things/import", .handler = handler},
	{.method = "DELETE", .path = "/api/things/:id/tags/:tag", .handler = handler},
	{.method = "GET", .path = "/api/things/:id/:part", .handler = handler},
	{.method = "PUT", .path = "/api/things/:id/tags", .handler = handler},
	{.method = "PATCH", .path = "/api/things/tags/:tag", .handler = handler},
	ROUTE_END,
};

static void test_routes(void **state)
{
	static const struct {
		const char *method, *target, *path, *param, *value;
		bool known;
	} cases[] = {
		{"GET", "/api/things", "/api/things", NULL, NULL, true},
		{"GET", "/v1/api/things", "/api/things", NULL, NULL, true},
		{"GET", "/api/things?limit=3", "/api/things", NULL, NULL, true},
		{"GET", "http://example.org/api/things", "/api/things", NULL, NULL, true},
		{"POST", "/api/things", "/api/things", NULL, NULL, true},
		{"GET", "/api/things/7", "/api/things/:id", "id", "7", true},
		{"GET", "/api/things/search", "/api/things/search", NULL, NULL, true},
		{"DELETE", "/api/things/7/tags/a%2Fb", "/api/things/:id/tags/:tag", "tag", "a/b", true},
		{"DELETE", "/api/things/7/tags/%C3%A9", "/api/things/:id/tags/:tag", "tag", "\xc3\xa9", true},
		{"DELETE", "/api/things/7/tags/%FF", NULL, NULL, NULL, false},
		{"DELETE", "/api/things/7/tags/%00", NULL, NULL, NULL, false},
		{"DELETE", "/api/things/7/tags/%2", NULL, NULL, NULL, false},
		{"DELETE", "/api/things", NULL, NULL, NULL, true},
		{"GET", "/api/things/", NULL, NULL, NULL, false},
		{"GET", "/api/thing", NULL, NULL, NULL, false},
		{"GET", "/api/things/7/tags", NULL, NULL, NULL, true},
		{"PUT", "/api/things/7/tags", "/api/things/:id/tags", "id", "7", true},
		{"GET", "/api/things/7/parts", "/api/things/:id/:part", "part", "parts", true},
		{"PATCH", "/api/things/tags/tags", "/api/things/tags/:tag", "tag", "tags", true},
		{"PUT", "/api/things/tags/tags", NULL, NULL, NULL, true},
		{"DELETE", "/api/things/search", NULL, NULL, NULL, true},
		{"DELETE", "/api/things/searc", "/api/things/:id", "id", "searc", true},
		{"DELETE", "/api/things/searches", "/api/things/:id", "id", "searches", true},
		{"GET", "/api/things/import", NULL, NULL, NULL, true},
		{"POST", "/api/things/import", "/api/things/import", NULL, NULL, true},
		{"GET", "/api/things/import/", NULL, NULL, NULL, false},
		{"GET", "/", NULL, NULL, NULL, false},
		{"GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r", NULL, NULL, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;
		char allow[96];
		bool known;
		const struct route *route;

		assert_true(scene_open(&s, cases[i].target, NULL));
		s.req.method = cases[i].method;
		route = route_find(routes, &s.req, &known, allow, sizeof(allow));
		if (cases[i].path == NULL) {
			assert_null(route);
		} else {
			assert_non_null(route);
			assert_string_equal(route->path, cases[i].path);
		}
		assert_int_equal(known, cases[i].known);
		if (cases[i].param != NULL)
			assert_string_equal(request_param(&s.req, cases[i].param), cases[i].value);
		scene_close(&s);
	}
}

static void test_allow(void **state)
{
	static const struct {
		const char *method, *target, *allow;
	} cases[] = {
		{"PUT", "/api/things", "GET, HEAD, POST"},
		{"PUT", "/api/things/7", "GET, HEAD, DELETE"},
		{"DELETE", "/api/things/search", "GET, HEAD"},
		{"OPTIONS", "/api/things/search", "GET, HEAD"},
		{"GET", "/api/things/import", "POST"},
		{"GET", "/api/things/7/tags", "PUT"},
		{"GET", "/api/things/tags/tags", "PATCH"},
		{"POST", "/api/things/7/parts", "GET, HEAD"},
		{"GET", "/api/things/7", ""},
		{"GET", "/api/nothing", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;
		char allow[96];
		bool known;

		assert_true(scene_open(&s, cases[i].target, NULL));
		s.req.method = cases[i].method;
		route_find(routes, &s.req, &known, allow, sizeof(allow));
		assert_string_equal(allow, cases[i].allow);
		scene_close(&s);
	}
}

static void test_query(void **state)
{
	static const struct {
		const char *target;
		bool ok;
		const char *value; /* of q */
	} cases[] = {
		{"/a?q=x", true, "x"},         {"/a?q=a+b%20c", true, "a b c"}, {"/a?q", true, ""},
		{"/a?r=1&q=2&q=3", true, "2"}, {"/a?&&q=1&", true, "1"},        {"/a?q=a=b", true, "a=b"},
		{"/a?r=1", true, NULL},        {"/a?q=%zz", false, NULL},       {"/a?q=%", false, NULL},
		{"/a?q=%4", false, NULL},      {"/a?q=%00", false, NULL},       {"/a?q=%C3", false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;

		assert_int_equal(scene_open(&s, cases[i].target, NULL), cases[i].ok);
		if (!cases[i].ok) {
			assert_int_equal(s.req.res.status, 400);
		} else if (cases[i].value == NULL) {
			assert_null(request_query(&s.req, "q"));
		} else {
			assert_string_equal(request_query(&s.req, "q"), cases[i].value);
		}
		scene_close(&s);
	}
}

static void test_body(void **state)
{
	static const struct {
		const char *length, *chunked, *body;
		size_t limit;
		int status; /* 0: taken */
	} cases[] = {
		{"5", NULL, "hello", 5, 0},    {"5", NULL, "hello, world", 5, 0}, {"5", NULL, "hello", 4, 413},
		{"6", NULL, "hello", 10, 400}, {NULL, "chunked", "hello", 5, 0},  {NULL, "chunked", "hello!", 5, 413},
		{NULL, NULL, "hello", 5, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *more[] = {"CONTENT_LENGTH", cases[i].length, "HTTP_TRANSFER_ENCODING", cases[i].chunked,
				      NULL};
		const char *const *from = cases[i].length != NULL ? more : more + 2;
		struct scene s;
		size_t len;
		const char *body;

		if (cases[i].chunked == NULL)
			more[2] = NULL;
		assert_true(scene_open(&s, "/a", from));
		s.client.body = cases[i].body;
		s.req.body_limit = cases[i].limit;
		body = request_body(&s.req, &len);
		if (cases[i].status == 0) {
			assert_non_null(body);
			assert_int_equal(len, cases[i].length == NULL && cases[i].chunked == NULL ? 0 : 5);
		} else {
			assert_null(body);
			assert_int_equal(s.req.res.status, cases[i].status);
		}
		scene_close(&s);
	}
	for (size_t i = 0; i < 3; i++) {
		const char *bad[] = {"-1", "1x", "99999999999999999999"};
		struct scene s;

		assert_false(scene_open(&s, "/a", (const char *[]){"CONTENT_LENGTH", bad[i], NULL}));
		assert_int_equal(s.req.res.status, 400);
		scene_close(&s);
	}
}

static void test_ids(void **state)
{
	static const char good[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
	static const char *const bad[] = {
		"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
		"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
		"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
		"01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
	};
	struct scene s;

	(void)state;
	assert_true(
		scene_open(&s, "/a", (const char *[]){"HTTP_X_REQUEST_ID", "abc-1", "HTTP_TRACEPARENT", good, NULL}));
	assert_string_equal(s.req.request_id, "abc-1");
	assert_string_equal(s.req.traceparent, good);
	scene_close(&s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(scene_open(
			&s, "/a",
			(const char *[]){"HTTP_X_REQUEST_ID", "a b\r\nX: y", "HTTP_TRACEPARENT", bad[i], NULL}));
		assert_null(strchr(s.req.request_id, ' '));
		assert_string_not_equal(s.req.traceparent, bad[i]);
		assert_int_equal(strlen(s.req.traceparent), 55);
		assert_memory_equal(s.req.traceparent, "00-", 3);
		assert_int_equal(s.req.traceparent[35], '-');
		assert_string_equal(s.req.traceparent + 52, "-01");
		scene_close(&s);
	}
}

static void test_etags(void **state)
{
	static const struct {
		const char *header, *etag;
		bool listed;
	} cases[] = {
		{"\"1\"", "\"1\"", true},      {"\"2\"", "\"1\"", false},
		{"*", "\"1\"", true},          {"\"2\", \"1\"", "\"1\"", true},
		{"W/\"1\"", "\"1\"", true},    {"\"11\"", "\"1\"", false},
		{"1", "\"1\"", false},         {"", "\"1\"", false},
		{"\"1", "\"1\"", false},       {"\"a,b\",\"1\"", "\"1\"", true},
		{"\"x\"\"1\"", "\"1\"", true}, {"\"\",\"1\"", "\"1\"", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(etag_listed(cases[i].header, cases[i].etag), cases[i].listed);
}

static void test_answer(void **state)
{
	struct scene s;

	(void)state;
	assert_true(scene_open(&s, "/a", (const char *[]){"HTTP_IF_NONE_MATCH", "\"7\"", NULL}));
	response_etag(&s.req, "7");
	json_string(response_json(&s.req, 200), "hello");
	response_finish(&s.req);
	assert_non_null(strstr(s.client.answer, "Status: 304 "));
	assert_null(strstr(s.client.answer, "hello"));
	scene_close(&s);

	assert_true(scene_open(&s, "/a", NULL));
	problem_field(&s.req, "/a", "too_long", "may have %d", 3);
	problem_field(&s.req, "/b~1c", "unknown_field", "no");
	problem_invalid(&s.req);
	response_finish(&s.req);
	assert_non_null(strstr(s.client.answer, "Status: 422 "));
	assert_non_null(strstr(s.client.answer, "Content-Type: application/problem+json\r\n"));
	assert_non_null(
		strstr(s.client.answer, "{\"pointer\":\"/a\",\"code\":\"too_long\",\"detail\":\"may have 3\"}"));
	assert_non_null(strstr(s.client.answer, "X-Content-Type-Options: nosniff\r\n"));
	scene_close(&s);
}

static void check_word(struct request *req, const char *pointer, struct json_object *json)
{
	if (strchr(json_object_get_string(json), '-') != NULL)
		problem_field(req, pointer, "not_allowed", "must be a word");
}

/* More than one item, whatever they are. */
static void check_alone(struct request *req, const char *pointer, struct json_object *json)
{
	if (json_object_array_length(json) > 1)
		problem_field(req, pointer, "crowded", "must be alone");
}

static const struct field fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = FIELD_CREATE_ONLY},
	{.name = "text", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .min = 1, .max = 5},
	{.name = "line", .type = FIELD_LINE, .max = 5, .initial = ""},
	{.name = "count", .type = FIELD_INT, .min = 1, .max = 9, .initial = "1"},
	{.name = "flag", .type = FIELD_BOOL, .initial = "f"},
	{.name = "at", .type = FIELD_INSTANT, .flags = FIELD_NULLABLE},
	{.name = "day", .type = FIELD_DATE, .flags = FIELD_NULLABLE},
	{.name = "zone", .type = FIELD_ZONE, .initial = "UTC"},
	{.name = "email", .type = FIELD_EMAIL},
	{.name = "password", .type = FIELD_PASSWORD, .flags = FIELD_WRITE_ONLY, .min = 8, .max = 16},
	{.name = "kind", .type = FIELD_ENUM, .choices = "a|bb|c", .initial = "a"},
	{.name = "tags", .type = FIELD_TEXTS, .max = 2, .item_max = 3, .initial = "{}"},
	{.name = "words", .type = FIELD_TEXTS, .max = 9, .item_max = 3, .initial = "{}", .check_item = check_word},
	{.name = "alone",
	 .type = FIELD_TEXTS,
	 .min = 1,
	 .max = 3,
	 .item_max = 3,
	 .initial = "{}",
	 .check = check_alone,
	 .check_item = check_word},
	{.name = "any", .type = FIELD_JSON},
	{.name = "version", .type = FIELD_INT, .flags = FIELD_READ_ONLY},
	FIELD_END,
};

static void test_fields(void **state)
{
	static const struct {
		enum field_mode mode;
		const char *body;
		const char *field, *bound; /* taken: this field's bound text */
		const char *fault;         /* refused: in the problem */
	} cases[] = {
		{FIELDS_CREATE, "{\"text\":\"abc\"}", "text", "abc", NULL},
		{FIELDS_CREATE, "{\"text\":\"abc\"}", "kind", "a", NULL},
		{FIELDS_CREATE, "{}", NULL, NULL, "{\"pointer\":\"/text\",\"code\":\"required\""},
		{FIELDS_CREATE, "[]", NULL, NULL, "{\"pointer\":\"\",\"code\":\"wrong_type\""},
		{FIELDS_CREATE, "null", NULL, NULL, "{\"pointer\":\"\",\"code\":\"wrong_type\""},
		{FIELDS_CREATE, "{\"text\":null}", NULL, NULL, "/text\",\"code\":\"wrong_type\""},
		{FIELDS_CREATE, "{\"text\":\"\"}", NULL, NULL, "/text\",\"code\":\"required\""},
		{FIELDS_CREATE, "{\"text\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"}", "text",
		 "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", NULL},
		{FIELDS_CREATE, "{\"text\":\"abcdef\"}", NULL, NULL, "/text\",\"code\":\"too_long\""},
		{FIELDS_CREATE, "{\"text\":5}", NULL, NULL, "/text\",\"code\":\"wrong_type\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"line\":\"a\\nb\"}", NULL, NULL, "/line\",\"code\":\"invalid\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"count\":10}", NULL, NULL, "/count\",\"code\":\"out_of_range\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"count\":1.5}", NULL, NULL, "/count\",\"code\":\"wrong_type\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"flag\":true}", "flag", "t", NULL},
		{FIELDS_CREATE, "{\"text\":\"a\",\"flag\":\"true\"}", NULL, NULL, "/flag\",\"code\":\"wrong_type\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"at\":\"2026-03-29T09:00:00+02:00\"}", "at", "2026-03-29T07:00:00Z",
		 NULL},
		{FIELDS_CREATE, "{\"text\":\"a\",\"at\":\"2026-02-30T09:00:00Z\"}", NULL, NULL,
		 "/at\",\"code\":\"invalid\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"at\":null}", "at", NULL, NULL},
		{FIELDS_CREATE, "{\"text\":\"a\",\"day\":\"2026-02-29\"}", NULL, NULL, "/day\",\"code\":\"invalid\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"zone\":\"Mars/Base\"}", NULL, NULL, "/zone\",\"code\":\"invalid\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"email\":\"a@example.org\"}", "email", "a@example.org", NULL},
		{FIELDS_CREATE, "{\"text\":\"a\",\"email\":\"a@b@example.org\"}", NULL, NULL,
		 "/email\",\"code\":\"invalid\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"email\":\"a@example\"}", NULL, NULL,
		 "/email\",\"code\":\"invalid\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"email\":\"a b@example.org\"}", NULL, NULL,
		 "/email\",\"code\":\"invalid\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"password\":\"1234567\"}", NULL, NULL,
		 "/password\",\"code\":\"too_short\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"kind\":\"b\"}", NULL, NULL, "/kind\",\"code\":\"not_allowed\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"kind\":\"bb\"}", "kind", "bb", NULL},
		{FIELDS_CREATE, "{\"text\":\"a\",\"tags\":[\"x\\\"\",\"y\\\\\"]}", "tags", "{\"x\\\"\",\"y\\\\\"}",
		 NULL},
		{FIELDS_CREATE, "{\"text\":\"a\",\"tags\":[\"x\",\"abcd\"]}", NULL, NULL,
		 "/tags/1\",\"code\":\"too_long\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"tags\":[\"x\",7]}", NULL, NULL, "/tags/1\",\"code\":\"wrong_type\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"tags\":[\"x\",\"y\",\"z\"]}", NULL, NULL,
		 "/tags\",\"code\":\"too_long\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"any\":{\"b\":[1,2]}}", "any", "{\"b\":[1,2]}", NULL},
		{FIELDS_CREATE, "{\"text\":\"a\",\"a/b~c\":1}", NULL, NULL,
		 "{\"pointer\":\"/a~1b~0c\",\"code\":\"unknown_field\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"version\":1}", NULL, NULL, "/version\",\"code\":\"read_only\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"id\":\"0190a5d0-7b1c-4abc-8def-0123456789ab\"}", NULL, NULL,
		 "/id\",\"code\":\"invalid\""},
		{FIELDS_CREATE, "{\"text\":\"a\",\"id\":\"0190a5d0-7b1c-7abc-8def-0123456789ab\"}", "id",
		 "0190a5d0-7b1c-7abc-8def-0123456789ab", NULL},
		{FIELDS_REPLACE, "{\"text\":\"a\",\"version\":1,\"id\":\"whatever\"}", "count", "1", NULL},
		{FIELDS_REPLACE, "{\"count\":2}", NULL, NULL, "/text\",\"code\":\"required\""},
		{FIELDS_MERGE, "{\"count\":2}", "text", NULL, NULL},
		{FIELDS_MERGE, "{\"count\":null}", "count", "1", NULL},
		{FIELDS_MERGE, "{\"text\":null}", NULL, NULL, "/text\",\"code\":\"wrong_type\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scene s;
		struct values *values;
		enum json_fault fault;

		assert_true(scene_open(&s, "/a", NULL));
		s.req.json = json_read(s.arena, cases[i].body, strlen(cases[i].body), &fault);
		assert_int_equal(fault, JSON_OK);
		values = fields_decode(&s.req, fields, cases[i].mode);
		if (cases[i].fault != NULL) {
			assert_null(values);
			assert_int_equal(s.req.res.status, 422);
			if (strstr(buf_text(&s.req.res.body), cases[i].fault) == NULL)
				fail_msg("%s: %s not in %s", cases[i].body, cases[i].fault, buf_text(&s.req.res.body));
		} else if (values == NULL) {
			fail_msg("%s: %s", cases[i].body, buf_text(&s.req.res.body));
		} else if (cases[i].bound == NULL) {
			assert_null(value_text(values, cases[i].field));
		} else {
			assert_string_equal(value_text(values, cases[i].field), cases[i].bound);
		}
		scene_close(&s);
	}
}

static void test_all_bad_fields_at_once(void **state)
{
	static const char body[] = "{\"count\":0,\"kind\":\"x\",\"nonsense\":1,\"tags\":\"x\"}";
	static const char *const pointers[] = {"/text", "/count", "/kind", "/nonsense", "/tags"};
	enum json_fault fault;
	struct scene s;

	(void)state;
	assert_true(scene_open(&s, "/a", NULL));
	s.req.json = json_read(s.arena, body, strlen(body), &fault);
	assert_null(fields_decode(&s.req, fields, FIELDS_CREATE));
	assert_int_equal(problem_fields(&s.req), 5);
	for (size_t i = 0; i < 5; i++)
		assert_non_null(strstr(buf_text(&s.req.res.body), pointers[i]));
	scene_close(&s);
}

static void test_all_bad_items_at_once(void **state)
{
	static const char body[] = "{\"text\":\"a\",\"tags\":[\"a\",\"abcd\",\"\"],"
				   "\"words\":[\"a\",\"a-b\",5,\"abcd\",\"\",\"c-\",\"\\n\",\"-\",null,\"b\"]}";
	static const char *const faults[] = {
		"/tags\",\"code\":\"too_long\"",       "/tags/1\",\"code\":\"too_long\"",
		"/tags/2\",\"code\":\"required\"",     "/words\",\"code\":\"too_long\"",
		"/words/1\",\"code\":\"not_allowed\"", "/words/2\",\"code\":\"wrong_type\"",
		"/words/3\",\"code\":\"too_long\"",    "/words/4\",\"code\":\"required\"",
		"/words/5\",\"code\":\"not_allowed\"", "/words/6\",\"code\":\"invalid\"",
		"/words/7\",\"code\":\"not_allowed\"", "/words/8\",\"code\":\"wrong_type\"",
	};
	enum json_fault fault;
	struct scene s;

	(void)state;
	assert_true(scene_open(&s, "/a", NULL));
	s.req.json = json_read(s.arena, body, strlen(body), &fault);
	assert_null(fields_decode(&s.req, fields, FIELDS_CREATE));
	assert_int_equal(problem_fields(&s.req), sizeof(faults) / sizeof(faults[0]));
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		assert_non_null(strstr(buf_text(&s.req.res.body), faults[i]));
	scene_close(&s);
}

static void test_a_list_with_bad_items_is_checked_as_a_whole(void **state)
{
	static const struct {
		const char *alone;
		unsigned faults;
		bool crowded;
	} cases[] = {
		{"[\"a\"]", 0, false},      {"[\"-\"]", 1, false},          {"[\"a\",\"b\"]", 1, true},
		{"[\"a\",\"-\"]", 2, true}, {"[null,7,\"abcd\"]", 4, true}, {"[]", 1, false},
		{"[1,2,3,4]", 5, false},    {"\"ab\"", 1, false},           {"{\"a\":1,\"b\":2}", 1, false},
		{"null", 1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum json_fault fault;
		struct scene s;
		const char *body;

		assert_true(scene_open(&s, "/a", NULL));
		body = arena_printf(s.arena, "{\"text\":\"a\",\"alone\":%s}", cases[i].alone);
		s.req.json = json_read(s.arena, body, strlen(body), &fault);
		fields_decode(&s.req, fields, FIELDS_CREATE);
		assert_int_equal(problem_fields(&s.req), cases[i].faults);
		assert_int_equal(strstr(buf_text(&s.req.res.body), "crowded") != NULL, cases[i].crowded);
		scene_close(&s);
	}
}

static void test_encode(void **state)
{
	static const struct {
		enum field_type type;
		const char *text, *json;
	} cases[] = {
		{FIELD_TEXT, "a\"b", "\"a\\\"b\""},
		{FIELD_TEXT, NULL, "null"},
		{FIELD_INT, "-3", "-3"},
		{FIELD_BOOL, "t", "true"},
		{FIELD_BOOL, "f", "false"},
		{FIELD_INSTANT, "2026-01-02 03:04:05+00", "\"2026-01-02T03:04:05Z\""},
		{FIELD_INSTANT, "2026-01-02 03:04:05.123456+00", "\"2026-01-02T03:04:05.123456Z\""},
		{FIELD_TEXTS, "{}", "[]"},
		{FIELD_TEXTS, "{a,\"b c\",\"d\\\"e\\\\\"}", "[\"a\",\"b c\",\"d\\\"e\\\\\"]"},
		{FIELD_TEXTS, "{\"\",x}", "[\"\",\"x\"]"},
		{FIELD_JSON, "{\"a\": 1}", "{\"a\": 1}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field field = {.name = "x", .type = cases[i].type};
		struct json_writer w;
		struct buf out;

		buf_init(&out, 1000);
		json_writer_init(&w, &out);
		field_encode(&w, &field, cases[i].text, cases[i].text != NULL ? strlen(cases[i].text) : 0);
		assert_string_equal(buf_text(&out), cases[i].json);
		buf_release(&out);
	}
}

static void test_arrays(void **state)
{
	static const char *const items[] = {"a", "b,c", "d\"e", "f\\", "{}", ""};
	struct arena *arena = arena_new();
	size_t count;
	char **back = array_items(arena, array_literal(arena, items, 6), &count);

	(void)state;
	assert_int_equal(count, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(back[i], items[i]);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_allow),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_etags),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_all_bad_fields_at_once),
		cmocka_unit_test(test_all_bad_items_at_once),
		cmocka_unit_test(test_a_list_with_bad_items_is_checked_as_a_whole),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_arrays),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
