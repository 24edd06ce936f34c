#include "aurora/thing.h"

#include <stdlib.h>
#include <string.h>

#include "aurora/auth.h"
#include "aurora/service.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/crypto.h"
#include "util/hash.h"
#include "util/uuid.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX     200
#define MAC_SIZE      12
#define FIELDS_MAX    64
#define BESIDE_MAX    4096
#define BESIDE_HEX    8 /* digits of the hash of what a version does not count */

/* For each field, the column of its name, or -1: looked up once for all rows of a result. */
static void map_columns(const struct field *fields, const struct result *result, int columns[FIELDS_MAX])
{
	for (int i = 0; fields[i].name != NULL; i++)
		columns[i] = (fields[i].flags & FIELD_WRITE_ONLY) != 0 ? -1 : result_find(result, fields[i].name);
}

static void encode_mapped(struct json_writer *w, const struct field *fields, const int columns[FIELDS_MAX],
			  const struct result *result, int row)
{
	json_begin_object(w);
	for (int i = 0; fields[i].name != NULL; i++) {
		if (columns[i] < 0 ||
		    ((fields[i].flags & FIELD_SPARSE) != 0 && result_text(result, row, columns[i]) == NULL))
			continue;
		json_key(w, fields[i].name);
		field_encode(w, &fields[i], result_text(result, row, columns[i]),
			     result_length(result, row, columns[i]));
	}
	json_end_object(w);
}

void thing_encode(struct json_writer *w, const struct field *fields, const struct result *result, int row)
{
	int columns[FIELDS_MAX];

	map_columns(fields, result, columns);
	encode_mapped(w, fields, columns, result, row);
}

/* The version; where there is something that it does not count, the hash of that is behind it: "7-1f0c6a9d". */
static void tag_thing(struct request *req, const struct field *fields, const struct result *result)
{
	const char *version = result_get(result, 0, "version");
	struct buf *beside = buf_in(req->arena, BESIDE_MAX);
	char hex[HASH_HEX];

	for (; fields->name != NULL; fields++) {
		int column = (fields->flags & FIELD_UNVERSIONED) != 0 ? result_find(result, fields->name) : -1;
		const char *value = column >= 0 ? result_text(result, 0, column) : NULL;

		if (value != NULL && (fields->initial == NULL || strcmp(value, fields->initial) != 0))
			buf_printf(beside, "%s %s\n", fields->name, value);
	}
	if (beside->len == 0) {
		response_etag(req, version);
		return;
	}
	hash_hex(hex, beside->data, beside->len);
	response_etag(req, arena_printf(req->arena, "%s-%.*s", version, BESIDE_HEX, hex));
}

int respond_thing(struct request *req, int status, const struct field *fields, const struct result *result)
{
	tag_thing(req, fields, result);
	thing_encode(response_json(req, status), fields, result, 0);
	return 0;
}

const char *request_new_id(struct request *req)
{
	const char *given = value_text(req->values, "id");

	return given != NULL ? given : uuid_in(req->arena);
}

int respond_created(struct request *req, const char *base, const struct field *fields, const struct result *result)
{
	response_location(req, "%s/%s", base, result_get(result, 0, "id"));
	return respond_thing(req, 201, fields, result);
}

int respond_taken(struct request *req, const struct field *fields, const struct result *taken)
{
	if (taken == NULL)
		return problem_database(req);
	if (result_rows(taken) == 0 || !result_bool(taken, 0, result_column(taken, "same")))
		return problem(req, PROBLEM_ID_CONFLICT, NULL);
	return respond_thing(req, 200, fields, taken);
}

int respond_found(struct request *req, const struct thing *thing, const struct result *found)
{
	if (found == NULL)
		return problem_database(req);
	if (result_rows(found) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "%s", thing->absent);
	return respond_thing(req, 200, thing->fields, found);
}

int respond_restored(struct request *req, const struct thing *thing, const struct result *restored)
{
	if (restored != NULL && result_rows(restored) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "%s in the trash", thing->absent);
	return respond_found(req, thing, restored);
}

int respond_mismatch(struct request *req, const struct field *fields, const struct result *result)
{
	struct json_writer *w = problem_open(req, PROBLEM_VERSION_MISMATCH, NULL);

	tag_thing(req, fields, result);
	json_key(w, "current");
	thing_encode(w, fields, result, 0);
	return problem_close(req);
}

/* What is behind the version in a tag of ours, its closing quote included; 0 when it is none. */
static size_t tag_rest(const char *at)
{
	size_t hex = at[0] == '-' ? 1 + strspn(at + 1, "0123456789abcdef") : 0;

	return (hex == 0 || hex == 1 + BESIDE_HEX) && at[hex] == '"' ? hex + 1 : 0;
}

const char *request_if_match(const struct request *req)
{
	const char *at = request_header(req, "If-Match");
	const char *greatest = "0";
	size_t length = 1;

	if (at == NULL || strcmp(at, "*") == 0)
		return NULL;
	/* Versions start at 1 and count up: of several tags, only the greatest can be the current one's. What is no
	 * strong tag of ours matches nothing. */
	while (*(at += strspn(at, " \t,")) != '\0') {
		const char *number = at + 1;
		size_t digits = at[0] == '"' && number[0] != '0' ? strspn(number, "0123456789") : 0;
		size_t rest = tag_rest(number + digits);

		if (digits >= 1 && digits <= 9 && rest > 0 && strchr(" \t,", number[digits + rest]) != NULL &&
		    (digits > length || (digits == length && strncmp(number, greatest, digits) > 0))) {
			greatest = number;
			length = digits;
		}
		/* A tag may have commas inside (RFC 9110, 8.8.3). */
		if (at[0] == 'W' && at[1] == '/')
			at += 2;
		at += *at == '"' ? 1 + strcspn(at + 1, "\"") : strcspn(at, ",");
		at += *at == '"';
	}
	return arena_strndup(req->arena, greatest, length);
}

/* The thing as it is, where the caller may write it and it is what If-Match expects; else NULL with the answer given.
 */
static struct result *read_to_write(struct request *req, const struct thing *thing, const char *expected, void *ctx)
{
	struct result *current = thing->read(req, ctx);

	if (current == NULL) {
		problem_database(req);
		return NULL;
	}
	if (result_rows(current) == 0) {
		problem(req, PROBLEM_NOT_FOUND, "%s", thing->absent);
		return NULL;
	}
	if (thing->may_write != NULL && !thing->may_write(req, current))
		return NULL;
	if (expected != NULL && strcmp(expected, result_get(current, 0, "version")) != 0) {
		respond_mismatch(req, thing->fields, current);
		return NULL;
	}
	return current;
}

struct result *thing_change(struct request *req, const struct thing *thing,
			    struct result *(*write)(struct request *req, const struct result *current, void *ctx),
			    void *ctx)
{
	const char *expected = request_if_match(req);
	const char *tried = NULL;

	for (;;) {
		struct result *current = read_to_write(req, thing, expected, ctx);
		struct result *changed;

		if (current == NULL)
			return NULL;
		if (tried != NULL && strcmp(tried, result_get(current, 0, "version")) == 0)
			return current;
		changed = write(req, current, ctx);
		if (changed == NULL || result_rows(changed) > 0)
			return changed;
		tried = result_get(current, 0, "version");
	}
}

int thing_delete(struct request *req, const struct thing *thing,
		 struct result *(*take)(struct request *req, const char *version, void *ctx), void *ctx)
{
	const char *expected = request_if_match(req);

	for (;;) {
		struct result *gone = take(req, expected, ctx);

		if (gone == NULL)
			return problem_database(req);
		if (result_rows(gone) > 0)
			return response_empty(req, 204);
		if (read_to_write(req, thing, expected, ctx) == NULL)
			return 0;
	}
}

const char *request_id_param(struct request *req, const char *name)
{
	const char *id = request_param(req, name);

	if (uuid_valid(id))
		return id;
	problem(req, PROBLEM_NOT_FOUND, NULL);
	return NULL;
}

/* The query without what only says where in the list one is, and whether to count it. */
static void add_filters(struct buf *out, const struct request *req)
{
	for (size_t i = 0; i < req->query_count; i++) {
		const char *name = req->query[i].name;

		if (strcmp(name, "cursor") != 0 && strcmp(name, "limit") != 0 && strcmp(name, "count") != 0)
			buf_printf(out, "&%s=%s", percent_encode(req->arena, name),
				   percent_encode(req->arena, req->query[i].value));
	}
}

/* Ties a cursor to the house, the list and its filters, so that only what we gave out comes back. */
static void cursor_mac(struct request *req, unsigned char mac[SHA256_SIZE], const char *keys, size_t len)
{
	struct buf *text = buf_in(req->arena, 1u << 20);

	buf_adds(text, req->path);
	add_filters(text, req);
	buf_addc(text, '\n');
	buf_add(text, keys, len);
	hmac_sha256(mac, secret("seal"), SHA256_SIZE, text->data, text->len);
}

static bool read_cursor(struct request *req, struct page *page, const char *cursor, int keys)
{
	unsigned char mac[SHA256_SIZE];
	size_t len;
	char *raw = (char *)base64url_decode(req->arena, cursor, &len);
	char *key;

	if (raw == NULL || len <= MAC_SIZE)
		return false;
	key = raw + MAC_SIZE;
	cursor_mac(req, mac, key, len - MAC_SIZE);
	if (!equal_constant_time(mac, raw, MAC_SIZE))
		return false;
	for (int i = 0; i < keys; i++) {
		char *end = strchr(key, '\n');

		if (end == NULL)
			return false;
		*end = '\0';
		page->keys[i] = key;
		key = end + 1;
	}
	return *key == '\0';
}

bool page_read(struct request *req, struct page *page, int keys)
{
	const char *limit = request_query(req, "limit");
	const char *cursor = request_query(req, "cursor");

	*page = (struct page){.limit = LIMIT_DEFAULT};
	if (limit != NULL) {
		char *end;

		page->limit = strtol(limit, &end, 10);
		if (*limit < '0' || *limit > '9' || *end != '\0' || page->limit < 1 || page->limit > LIMIT_MAX) {
			problem(req, PROBLEM_BAD_REQUEST, "limit is a number from 1 to %d", LIMIT_MAX);
			return false;
		}
	}
	page->limit_text = arena_printf(req->arena, "%ld", page->limit + 1);
	if (!request_query_bool(req, "count", &page->count))
		return false;
	if (cursor != NULL && !read_cursor(req, page, cursor, keys)) {
		problem(req, PROBLEM_BAD_CURSOR, "start again without a cursor");
		return false;
	}
	return true;
}

const char *page_cursor(struct request *req, const char *const *keys, int count)
{
	struct buf *raw = buf_in(req->arena, 65536);
	unsigned char mac[SHA256_SIZE] = {0};

	buf_add(raw, mac, MAC_SIZE);
	for (int i = 0; i < count; i++) {
		buf_adds(raw, keys[i]);
		buf_addc(raw, '\n');
	}
	cursor_mac(req, mac, raw->data + MAC_SIZE, raw->len - MAC_SIZE);
	memcpy(raw->data, mac, MAC_SIZE);
	return base64url_encode(req->arena, raw->data, raw->len);
}

int page_end(struct request *req, struct json_writer *w, const char *next_cursor, const char *total)
{
	json_member_string(w, "next_cursor", next_cursor);
	if (total != NULL)
		json_member_raw(w, "total", total);
	json_end_object(w);
	if (req->res.etag == NULL)
		response_etag_of_body(req);
	if (next_cursor != NULL) {
		struct buf *filters = buf_in(req->arena, 1u << 20);
		const char *limit = request_query(req, "limit");

		add_filters(filters, req);
		/* page_read has seen to it that limit is digits alone. */
		response_header(req, "Link", "<%s?cursor=%s%s%s%s%s>; rel=\"next\"", req->raw_path, next_cursor,
				limit != NULL ? "&limit=" : "", limit != NULL ? limit : "",
				total != NULL ? "&count=true" : "", buf_text(filters));
	}
	return 0;
}

int respond_list(struct request *req, const struct page *page, const struct field *fields, const struct result *result,
		 const char *const *key_columns, const char *total)
{
	struct json_writer *w = response_json(req, 200);
	int rows = result_rows(result);
	const char *next = NULL;
	int columns[FIELDS_MAX];

	map_columns(fields, result, columns);
	json_begin_object(w);
	json_key(w, "items");
	json_begin_array(w);
	for (int row = 0; row < rows && row < page->limit; row++)
		encode_mapped(w, fields, columns, result, row);
	json_end_array(w);
	if (rows > page->limit) {
		const char *keys[PAGE_KEYS];
		int count = 0;

		for (; count < PAGE_KEYS && key_columns[count] != NULL; count++)
			keys[count] = result_get(result, (int)page->limit - 1, key_columns[count]);
		next = page_cursor(req, keys, count);
	}
	return page_end(req, w, next, total);
}
