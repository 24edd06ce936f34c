/* token: personal access tokens, for programs that act for a user within the scopes the user gave them. */
#include <json-c/json.h>
#include <string.h>

#include "aurora/auth.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "identity.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/crypto.h"
#include "util/uuid.h"

#define PREFIX     "aur_"
#define SCOPES_MAX 16

/* Each context can be read or written. */
static const char *const scope_contexts[] = {"identity", "thoughts",      "journals", "planning",
					     "search",   "notifications", "analytics"};

static const char *contexts(struct request *req)
{
	const char *all = scope_contexts[0];

	for (size_t i = 1; i < sizeof(scope_contexts) / sizeof(scope_contexts[0]); i++)
		all = arena_printf(req->arena, "%s, %s", all, scope_contexts[i]);
	return all;
}

static bool scope_known(const char *scope)
{
	for (size_t i = 0; i < sizeof(scope_contexts) / sizeof(scope_contexts[0]); i++) {
		size_t len = strlen(scope_contexts[i]);

		if (strncmp(scope, scope_contexts[i], len) == 0)
			return strcmp(scope + len, ":read") == 0 || strcmp(scope + len, ":write") == 0;
	}
	return false;
}

static void check_scope(struct request *req, const char *pointer, struct json_object *json)
{
	if (!scope_known(json_object_get_string(json)))
		problem_field(req, pointer, "not_allowed",
			      "must be a context and read or write, like thoughts:read; contexts are %s",
			      contexts(req));
}

/* A scope that there is, or NULL. */
static const char *scope_at(struct json_object *json, size_t i)
{
	struct json_object *item = json_object_array_get_idx(json, i);
	const char *scope = json_object_is_type(item, json_type_string) ? json_object_get_string(item) : NULL;

	return scope != NULL && scope_known(scope) ? scope : NULL;
}

/* Each scope is named once. */
static void check_scopes(struct request *req, const char *pointer, struct json_object *json)
{
	for (size_t i = 0; i < json_object_array_length(json); i++) {
		const char *scope = scope_at(json, i);

		for (size_t j = 0; scope != NULL && j < i; j++) {
			const char *other = scope_at(json, j);

			if (other != NULL && strcmp(scope, other) == 0) {
				problem_field(req, arena_printf(req->arena, "%s/%zu", pointer, i), "duplicate",
					      "is named already");
				break;
			}
		}
	}
}

static void check_expires_at(struct request *req, const char *pointer, struct json_object *json)
{
	int64_t us;

	if (instant_parse(json_object_get_string(json), &us) && us <= clock_now_us())
		problem_field(req, pointer, "out_of_range", "must be in the future");
}

/* The stored token, with what opens the door when it is new. */
static int respond_token(struct request *req, int status, const struct result *stored, const char *token)
{
	struct json_writer *w = response_json(req, status);

	json_begin_object(w);
	for (const struct field *f = token_fields; f->name != NULL; f++) {
		int column = result_column(stored, f->name);

		json_key(w, f->name);
		field_encode(w, f, result_text(stored, 0, column), result_length(stored, 0, column));
	}
	if (token != NULL)
		json_member_string(w, "token", token);
	json_end_object(w);
	return 0;
}

/* 201 with the token, this once, and without Location, for only the list shows it again; 200 without the token when the
 * same was made before; 409 id_conflict; 422. */
int post_token(struct request *req)
{
	const char *token = arena_printf(req->arena, PREFIX "%s", token_new(req->arena));
	char made_id[UUID_TEXT];
	struct new_token wanted = {.id = value_text(req->values, "id"),
				   .name = value_text(req->values, "name"),
				   .scopes = value_text(req->values, "scopes"),
				   .expires_at = value_text(req->values, "expires_at")};
	struct result *stored;

	if (wanted.id == NULL) {
		uuid_new(made_id);
		wanted.id = made_id;
	}
	stored = store_create_token(req->db, req->user->user_id, &wanted, token_hash(req->arena, token));
	if (stored == NULL)
		return problem_database(req);
	if (result_rows(stored) > 0)
		return respond_token(req, 201, stored, token);
	stored = store_taken_token(req->db, req->user->user_id, &wanted);
	if (stored == NULL)
		return problem_database(req);
	if (result_rows(stored) == 0 || !result_bool(stored, 0, result_column(stored, "same")))
		return problem(req, PROBLEM_ID_CONFLICT, NULL);
	return respond_token(req, 200, stored, NULL);
}

/* 200 with the user's tokens, newest first, without what would open a door. */
int get_tokens(struct request *req)
{
	static const char *const key[] = {"id", NULL};
	struct result *tokens;
	struct result *total = NULL;
	struct page page;

	if (!page_read(req, &page, 1))
		return 0;
	tokens = store_tokens(req->db, req->user->user_id, page.keys[0], page.limit_text);
	if (tokens == NULL)
		return problem_database(req);
	if (page.count && (total = store_count_tokens(req->db, req->user->user_id)) == NULL)
		return problem_database(req);
	return respond_list(req, &page, token_fields, tokens, key, total != NULL ? result_text(total, 0, 0) : NULL);
}

/* 204, and the token is refused everywhere from now on; 404 when absent or another user's. */
int delete_token(struct request *req)
{
	const char *id = request_id_param(req, "id");
	struct result *gone;

	if (id == NULL)
		return 0;
	gone = store_delete_token(req->db, req->user->user_id, id);
	if (gone == NULL)
		return problem_database(req);
	if (result_rows(gone) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such token");
	sessions_ended();
	return response_empty(req, 204);
}

const struct field token_fields[] = {
	THING_ID,
	{.name = "name", .type = FIELD_LINE, .flags = FIELD_REQUIRED, .min = 1, .max = 100, .help = "what it is for"},
	{.name = "scopes",
	 .type = FIELD_TEXTS,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = SCOPES_MAX,
	 .item_max = 40,
	 .help = "what it may do: a context and read or write, like thoughts:read",
	 .check = check_scopes,
	 .check_item = check_scope},
	{.name = "expires_at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_NULLABLE,
	 .help = "when it ends by itself; null for never",
	 .check = check_expires_at},
	{.name = "last_used_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "to the minute"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it was made"},
	FIELD_END,
};
