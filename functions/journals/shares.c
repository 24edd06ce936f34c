/*
 * Shares: with whom a journal is shared, and its public pages.
 */
#include <string.h>

#include <json-c/json.h>

#include "aurora/params.h"
#include "aurora/password.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/crypto.h"
#include "util/json.h"
#include "util/utf8.h"

#include "journals.h"
#include "store.h"

#define SHARE_RIGHTS      "only its owner may share a journal"
#define PAGE_PASSWORD_MIN 4
#define PAGE_PASSWORD_MAX 1024

/* GET /api/journals/:id/shares: 200 with a page, newest first; 403 for who is not the owner; 404. */
int get_shares(struct request *req)
{
	const char *journal = request_id_param(req, "id");
	struct page page;
	struct result *shares;

	if (journal == NULL || !page_read(req, &page, 2))
		return 0;
	shares = store_shares(req, journal, &page);
	if (shares == NULL)
		return problem_database(req);
	if (result_rows(shares) == 0) {
		struct result *role = store_role(req, journal);

		if (role == NULL)
			return problem_database(req);
		if (result_rows(role) == 0 || strcmp(result_get(role, 0, "role"), "owner") != 0 ||
		    result_get(role, 0, "deleted_at") != NULL)
			return journal_refuse(req, journal, SHARE_RIGHTS);
	}
	return respond_list(req, &page, share_fields, shares, (const char *const[]){"created_at", "id", NULL}, NULL);
}

static int respond_share(struct request *req, const char *journal, const struct result *share)
{
	bool fresh = result_bool(share, 0, result_column(share, "fresh"));

	if (fresh)
		response_location(req, "/api/journals/%s/shares/%s", journal, result_get(share, 0, "id"));
	return respond_thing(req, fresh ? 201 : 200, share_fields, share);
}

/* With the account of an address, or where there is none with whoever will register it. */
static int share_with(struct request *req, const char *journal, const char *email, const char *role)
{
	const char *key = utf8_lower(req->arena, email, strlen(email));
	struct result *user = store_user_by_email(req, key);
	struct result *self = NULL;
	struct result *share;

	if (user == NULL || (result_rows(user) == 0 && (self = store_profile(req)) == NULL))
		return problem_database(req);
	if (self != NULL) {
		bool known = result_rows(self) > 0;

		share = store_share_invite(req, journal, email, key, role, known ? result_get(self, 0, "locale") : "en",
					   known ? result_get(self, 0, "name") : "",
					   arena_printf(req->arena, "%s/register", params.origin));
	} else if (strcmp(result_get(user, 0, "user_id"), req->user->user_id) == 0) {
		problem_field(req, "/email", "not_allowed", "must be somebody else's");
		return problem_invalid(req);
	} else {
		share = store_share_user(req, journal, result_get(user, 0, "user_id"), email, role);
	}
	if (share == NULL)
		return problem_database(req);
	if (result_rows(share) == 0)
		return journal_refuse(req, journal, SHARE_RIGHTS);
	return respond_share(req, journal, share);
}

/* A public page: its address is told once, now. */
static int share_by_link(struct request *req, const char *journal, struct json_object *link)
{
	const char *token = token_new(req->arena);
	const char *password = json_member_text(link, "password");
	struct result *share = store_share_link(
		req, journal, token_hash(req->arena, token),
		password != NULL ? password_hash(req->arena, password_digest(req->arena, password)) : NULL,
		json_member_text(link, "expires_at"));
	struct json_writer *w;

	if (share == NULL)
		return problem_database(req);
	if (result_rows(share) == 0)
		return journal_refuse(req, journal, SHARE_RIGHTS);
	response_location(req, "/api/journals/%s/shares/%s", journal, result_get(share, 0, "id"));
	response_etag(req, result_get(share, 0, "version"));
	w = response_json(req, 201);
	thing_encode(w, share_fields, share, 0);
	/* Two members more, in front of the object's end. */
	req->res.body.data[--req->res.body.len] = '\0';
	buf_printf(&req->res.body, ",\"token\":\"%s\",\"url\":\"%s/api/journals/shared/%s\"}", token, params.origin,
		   token);
	return 0;
}

/*
 * POST /api/journals/:id/share: 201 with the share; 200 when it was there and has, maybe, another role now; 403 for who
 * is not the owner; 404; 422.
 */
int post_share(struct request *req)
{
	const char *journal = request_id_param(req, "id");
	const char *email = value_text(req->values, "email");
	struct json_object *link = value_json(req->values, "link");

	if (journal == NULL)
		return 0;
	if ((email == NULL) == (link == NULL)) {
		struct result *role = store_role(req, journal);

		if (role == NULL)
			return problem_database(req);
		if (result_rows(role) == 0)
			return problem(req, PROBLEM_NOT_FOUND, "no such journal");
		problem_field(req, email == NULL ? "/email" : "/link", email == NULL ? "required" : "not_allowed",
			      "say with whom by `email`, or ask for a `link`, one of them");
		return problem_invalid(req);
	}
	return link != NULL ? share_by_link(req, journal, link)
			    : share_with(req, journal, email, value_text(req->values, "role"));
}

/* DELETE /api/journals/:id/shares/:shareId: 204, by the owner or by the one whose share it is; 404. */
int delete_share(struct request *req)
{
	const char *journal = request_id_param(req, "id");
	const char *id = journal != NULL ? request_id_param(req, "shareId") : NULL;
	struct result *gone;

	if (id == NULL)
		return 0;
	gone = store_share_end(req, journal, id);
	if (gone == NULL)
		return problem_database(req);
	if (result_rows(gone) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such share");
	return response_empty(req, 204);
}

static void check_expiry(struct request *req, const char *pointer, struct json_object *json)
{
	int64_t us;

	if (!json_object_is_type(json, json_type_string) || !instant_parse(json_object_get_string(json), &us))
		problem_field(req, pointer, "invalid", "must be an RFC 3339 instant, like 2026-03-29T07:00:00Z");
	else if (us <= clock_now_us())
		problem_field(req, pointer, "out_of_range", "must be in the future");
}

static void check_password(struct request *req, const char *pointer, struct json_object *json)
{
	int len = json_object_is_type(json, json_type_string) ? json_object_get_string_len(json) : 0;

	if (len < PAGE_PASSWORD_MIN || len > PAGE_PASSWORD_MAX)
		problem_field(req, pointer, "invalid", "must be a text of %d to %d bytes", PAGE_PASSWORD_MIN,
			      PAGE_PASSWORD_MAX);
}

static void check_link(struct request *req, const char *pointer, struct json_object *json)
{
	static const struct {
		const char *name;
		void (*check)(struct request *req, const char *pointer, struct json_object *json);
	} members[] = {{"expires_at", check_expiry}, {"password", check_password}};

	if (!json_object_is_type(json, json_type_object)) {
		problem_field(req, pointer, "wrong_type", "must be an object, {} for a page without end or password");
		return;
	}
	json_object_object_foreach(json, name, member)
	{
		const char *below = arena_printf(req->arena, "%s%s", pointer, field_pointer(req->arena, name));
		size_t i = 0;

		while (i < sizeof(members) / sizeof(members[0]) && strcmp(members[i].name, name) != 0)
			i++;
		if (i == sizeof(members) / sizeof(members[0]))
			problem_field(req, below, "unknown_field", "is not a field of this");
		else if (member != NULL)
			members[i].check(req, below, member);
	}
}

/* What comes depends on the kind. */
const struct field share_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "by which it is ended"},
	{.name = "kind",
	 .type = FIELD_ENUM,
	 .flags = FIELD_READ_ONLY,
	 .choices = "user|invitation|link",
	 .help = "with an account, with an address that has none yet, or a public page"},
	{.name = "email", .type = FIELD_EMAIL, .flags = FIELD_NULLABLE, .help = "with whom"},
	{.name = "member_id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY | FIELD_NULLABLE, .help = "their account"},
	{.name = "role",
	 .type = FIELD_ENUM,
	 .choices = "editor|viewer",
	 .help = "whether they may write entries, too; a viewer, or what they are, unless said"},
	{.name = "link",
	 .type = FIELD_JSON,
	 .flags = FIELD_WRITE_ONLY,
	 .check = check_link,
	 .help = "instead of an address, {expires_at?, password?}: a public page"},
	{.name = "expires_at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "end of a page"},
	{.name = "password",
	 .type = FIELD_BOOL,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "whether a page asks for one"},
	{.name = "opened_count",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "how often a page was opened"},
	{.name = "last_opened_at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "and when last"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "since when"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "last change"},
	THING_VERSION,
	FIELD_END,
};
