/*
 * journals: entries in Markdown with a history, shared, templated, exported as a book.
 *
 * Owns     schema journals: journals, who may read them, entries and what they said before, templates, attachments, the
 *          answers kept for Idempotency-Key.
 * Callers  a signed-in user for what is theirs or shared with them; a personal access token with journals:read or
 *          journals:write; anybody with a public page's token.
 * Params   attachment_limit, attachment_quota, s3_…; all others belong to the house.
 * Role     journals.
 * Events   publishes Journal… and Entry…, each in the statement of the change; a request that changes nothing publishes
 *          nothing and keeps the version. An event is of the journal's owner, JournalShared and JournalUnshared are of
 *          who may read or no longer. Consumes UserRegistered, which takes up invitations, and UserDeleted, in
 *          cron/sweep.
 *
 * Rights. Viewers read. Editors write entries too, and put them into the trash. The owner alone changes, shares and
 * deletes the journal, and erases entries for good. What somebody may not see is 404; what they may see and not do,
 * 403.
 *
 * Versions. A save that changes title or content keeps what was there before. But what the same writer saves in the
 * same session within ten minutes of beginning is one version: it takes the place of what they saved just before. What
 * the entry said first is always kept, and so is whatever another writer, another session or a request at the same
 * moment overwrites. Restoring a version is a save.
 */
#include "journals.h"

#include <string.h>

#include <json-c/json.h>

#include "aurora/blob.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/route.h"

#include "store.h"

#define NAME_MAX        200
#define DESCRIPTION_MAX 2000

int journal_refuse(struct request *req, const char *id, const char *rights)
{
	struct result *role = store_role(req, id);

	if (role == NULL)
		return problem_database(req);
	if (result_rows(role) == 0 || result_get(role, 0, "deleted_at") != NULL)
		return problem(req, PROBLEM_NOT_FOUND, "no such journal");
	return problem(req, PROBLEM_FORBIDDEN, "%s", rights);
}

bool place_read(struct request *req, struct place *place)
{
	place->journal = request_id_param(req, "id");
	place->entry = place->journal != NULL ? request_id_param(req, "entryId") : NULL;
	return place->entry != NULL;
}

/* GET /api/journals: 200 with a page of one's own and those shared with one, newest first; ?trash=true: one's own
 * there. */
static int get_journals(struct request *req)
{
	struct page page;
	struct result *journals;
	struct result *count = NULL;
	bool trash = false;

	if (!request_query_bool(req, "trash", &trash) || !page_read(req, &page, 1))
		return 0;
	journals = store_journals(req, trash, &page);
	if (journals == NULL || (page.count && (count = store_journal_count(req, trash)) == NULL))
		return problem_database(req);
	return respond_list(req, &page, journal_fields, journals, (const char *const[]){"id", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}

/* 200 with the stored journal when it is the same that was sent again, else 409. */
static int answer_taken(struct request *req, const struct journal *journal)
{
	struct result *taken = store_journal(req, journal->id);

	if (taken == NULL)
		return problem_database(req);
	if (result_rows(taken) == 0 || strcmp(result_get(taken, 0, "name"), journal->name) != 0 ||
	    strcmp(result_get(taken, 0, "description"), journal->description) != 0)
		return problem(req, PROBLEM_ID_CONFLICT, NULL);
	return respond_thing(req, 200, journal_fields, taken);
}

/* POST /api/journals: 201, 200 when the same id came with the same content before, 409 id_conflict, 422. */
static int post_journal(struct request *req)
{
	struct journal journal = {.id = request_new_id(req),
				  .name = value_text(req->values, "name"),
				  .description = value_text(req->values, "description"),
				  .settings = value_text(req->values, "settings")};
	struct result *created;

	created = store_journal_create(req, &journal);
	if (created == NULL)
		return problem_database(req);
	if (result_rows(created) == 0)
		return answer_taken(req, &journal);
	return respond_created(req, "/api/journals", journal_fields, created);
}

struct change {
	const char *id;
	bool permanent;
};

static struct result *read_journal(struct request *req, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_journal_anywhere(req, change->id) : store_journal(req, change->id);
}

static bool owned(struct request *req, const struct result *current)
{
	if (strcmp(result_get(current, 0, "role"), "owner") == 0)
		return true;
	problem(req, PROBLEM_FORBIDDEN, "only its owner may change or delete a journal");
	return false;
}

static const struct thing the_journal = {
	.fields = journal_fields, .absent = "no such journal", .read = read_journal, .may_write = owned};

/* GET /api/journals/:id: 200, 304, or 404 when absent, in the trash, or nothing that the caller may read. */
static int get_journal(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_found(req, &the_journal, store_journal(req, id)) : 0;
}

/* What the request says of a field, else what it is now. */
static const char *revised(struct request *req, const struct result *current, const char *name)
{
	return value_present(req->values, name) || (req->route->needs & MERGE) == 0 ? value_text(req->values, name)
										    : result_get(current, 0, name);
}

static struct result *write_journal(struct request *req, const struct result *current, void *ctx)
{
	const struct change *change = ctx;
	struct journal journal = {.id = change->id,
				  .name = revised(req, current, "name"),
				  .description = revised(req, current, "description"),
				  .settings = revised(req, current, "settings")};
	struct result *changed = store_journal_update(req, &journal, result_get(current, 0, "version"));

	if (changed == NULL)
		problem_database(req);
	return changed;
}

/* PUT and PATCH /api/journals/:id: 200 with the journal; 403; 404; 412 with the current one. */
static int put_journal(struct request *req)
{
	struct change change = {.id = request_id_param(req, "id")};
	struct result *journal = change.id != NULL ? thing_change(req, &the_journal, write_journal, &change) : NULL;

	return journal != NULL ? respond_thing(req, 200, journal_fields, journal) : 0;
}

static struct result *take_journal(struct request *req, const char *version, void *ctx)
{
	const struct change *change = ctx;

	return change->permanent ? store_journal_erase(req, change->id, version)
				 : store_journal_trash(req, change->id, version);
}

/* DELETE /api/journals/:id: 204; 403; 404; 412. Into the trash, or with ?permanent=true for good, also from the trash.
 */
static int delete_journal(struct request *req)
{
	struct change change = {.id = request_id_param(req, "id")};

	if (change.id == NULL || !request_query_bool(req, "permanent", &change.permanent))
		return 0;
	return thing_delete(req, &the_journal, take_journal, &change);
}

/* POST /api/journals/:id/restore: 200 with the journal, back from the trash; 404 when it is not there. */
static int post_journal_restore(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? respond_restored(req, &the_journal, store_journal_restore(req, id)) : 0;
}

static void check_settings(struct request *req, const char *pointer, struct json_object *json)
{
	if (!json_object_is_type(json, json_type_object))
		problem_field(req, pointer, "wrong_type", "must be an object");
}

const struct field journal_fields[] = {
	THING_ID,
	{.name = "name",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = NAME_MAX,
	 .help = "what it is called"},
	{.name = "description", .type = FIELD_TEXT, .max = DESCRIPTION_MAX, .initial = "", .help = "what it is for"},
	{.name = "settings",
	 .type = FIELD_JSON,
	 .initial = "{}",
	 .check = check_settings,
	 .help = "an object of the front end's own, kept as it is"},
	{.name = "role",
	 .type = FIELD_ENUM,
	 .flags = FIELD_READ_ONLY | FIELD_UNVERSIONED,
	 .initial = "owner",
	 .choices = "owner|editor|viewer",
	 .help = "what the caller is there"},
	{.name = "owner_id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "whose it is"},
	{.name = "share_id",
	 .type = FIELD_UUID,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE | FIELD_UNVERSIONED,
	 .help = "the caller's share, to leave by; null for the owner"},
	{.name = "entry_count",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY | FIELD_UNVERSIONED,
	 .initial = "0",
	 .help = "entries outside the trash"},
	{.name = "last_entry_at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE | FIELD_UNVERSIONED,
	 .help = "when the newest of them was written"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it was begun"},
	{.name = "updated_at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY,
	 .help = "last change of the journal itself"},
	{.name = "version", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "counts those changes; the ETag"},
	THING_DELETED_AT,
	FIELD_END,
};

#define ENTRIES "/api/journals/:id/entries"
#define ENTRY   ENTRIES "/:entryId"

/* Method, path, handler, needs, fields of the body, rate-limit class, query, summary, fields of the answer. */
static const struct route routes[] = {
	{"GET", "/api/journals", get_journals, NEED_USER, NULL, NULL, "trash limit cursor count",
	 "List one's journals and those shared with one, newest first", journal_fields},
	{"POST", "/api/journals", post_journal, NEED_USER | IDEMPOTENT, journal_fields, NULL, NULL, "Begin a journal",
	 journal_fields},
	{"GET", "/api/journals/:id", get_journal, NEED_USER, NULL, NULL, NULL, "Read a journal's particulars",
	 journal_fields},
	{"PUT", "/api/journals/:id", put_journal, NEED_USER | REPLACE, journal_fields, NULL, NULL,
	 "Replace a journal's particulars", journal_fields},
	{"PATCH", "/api/journals/:id", put_journal, NEED_USER | MERGE, journal_fields, NULL, NULL,
	 "Change a journal's particulars", journal_fields},
	{"DELETE", "/api/journals/:id", delete_journal, NEED_USER, NULL, NULL, "permanent",
	 "Move a journal with its entries to the trash, or erase it", NULL},
	{"POST", "/api/journals/:id/restore", post_journal_restore, NEED_USER, NULL, NULL, NULL,
	 "Bring a journal back from the trash", journal_fields},

	{"GET", ENTRIES, get_entries, NEED_USER, NULL, NULL, "from to tag mood q trash limit cursor count",
	 "List a journal's entries, newest day first", entry_fields},
	{"POST", ENTRIES, post_entry, NEED_USER | IDEMPOTENT | BODY_OPTIONAL | BODY_LARGE, entry_fields, NULL,
	 "template", "Write an entry, from a template if one is named", entry_fields},
	{"GET", ENTRY, get_entry, NEED_USER, NULL, NULL, NULL, "Read an entry", entry_fields},
	{"PUT", ENTRY, put_entry, NEED_USER | REPLACE | BODY_LARGE, entry_fields, NULL, NULL, "Replace an entry",
	 entry_fields},
	{"PATCH", ENTRY, patch_entry, NEED_USER | MERGE | BODY_LARGE, entry_fields, NULL, NULL, "Change an entry",
	 entry_fields},
	{"DELETE", ENTRY, delete_entry, NEED_USER, NULL, NULL, "permanent", "Move an entry to the trash, or erase it",
	 NULL},
	{"POST", ENTRY "/restore", post_entry_restore, NEED_USER, NULL, NULL, NULL,
	 "Bring an entry back from the trash", entry_fields},

	{"GET", ENTRY "/versions", get_versions, NEED_USER, NULL, NULL, "limit cursor",
	 "List what an entry said, newest first", version_fields},
	{"GET", ENTRY "/versions/:n", get_version, NEED_USER, NULL, NULL, NULL, "Read a version of an entry",
	 version_fields},
	{"GET", ENTRY "/versions/:n/diff", get_version_diff, NEED_USER, NULL, NULL, "against",
	 "What a version changed, word by word", NULL},
	{"POST", ENTRY "/versions/:n/restore", post_version_restore, NEED_USER, NULL, NULL, NULL,
	 "Make an entry say again what it said", entry_fields},

	{"GET", "/api/journals/:id/shares", get_shares, NEED_USER, NULL, NULL, "limit cursor",
	 "List who may read a journal, newest first", share_fields},
	{"POST", "/api/journals/:id/share", post_share, NEED_USER | IDEMPOTENT | SECRET, share_fields, NULL, NULL,
	 "Share a journal with somebody, or make a public page of it", share_fields},
	{"DELETE", "/api/journals/:id/shares/:shareId", delete_share, NEED_USER, NULL, NULL, NULL,
	 "Share no longer, or leave what is shared with one", NULL},
	{"POST", ENTRY "/attachments", post_attachment, NEED_USER | BODY_FILE, NULL, NULL, "filename id",
	 "Attach a file to an entry: the body is its bytes", attachment_fields},
	{"GET", "/api/journals/attachments/:id", get_attachment, NEED_USER, NULL, NULL, NULL, "An attachment's bytes",
	 NULL},
	{"DELETE", "/api/journals/attachments/:id", delete_attachment, NEED_USER, NULL, NULL, NULL,
	 "Remove an attachment", NULL},

	{"GET", "/api/journals/:id/export", get_export, NEED_USER, NULL, NULL, "format from to",
	 "A journal as a file: pdf, md, html, json or zip", NULL},
	{"POST", "/api/journals/:id/import", post_import, NEED_USER | BODY_STREAM, NULL, NULL, "dry_run",
	 "Take in a file: json or zip as exported, or a zip of Markdown files", import_fields},

	{"GET", "/api/journals/shared/:token", get_page, SECRET, NULL, NULL, "cursor", "A journal's public page", NULL},
	{"POST", "/api/journals/shared/:token", post_page, SECRET, NULL, NULL, NULL,
	 "Open a public page with its password", NULL},

	{"GET", "/api/journals/shared/:token/attachments/:id", get_page_attachment, SECRET, NULL, NULL, NULL,
	 "An attachment of a public page", NULL},

	{"GET", "/api/journals/templates", get_templates, NEED_USER, NULL, NULL, "limit cursor",
	 "List templates, the built-in ones first", template_fields},
	{"POST", "/api/journals/templates", post_template, NEED_USER | IDEMPOTENT | BODY_LARGE, template_fields, NULL,
	 NULL, "Keep a template", template_fields},
	{"GET", "/api/journals/templates/:id", get_template, NEED_USER, NULL, NULL, NULL, "Read a template",
	 template_fields},
	{"PUT", "/api/journals/templates/:id", put_template, NEED_USER | REPLACE | BODY_LARGE, template_fields, NULL,
	 NULL, "Replace a template", template_fields},
	{"DELETE", "/api/journals/templates/:id", delete_template, NEED_USER, NULL, NULL, NULL, "Throw a template away",
	 NULL},
	ROUTE_END,
};

static const struct service journals = {
	.name = "journals",
	.role = "journals",
	.summary = "entries in Markdown with a history, shared, templated, exported as a book",
	.routes = routes,
	.statements = &store_statements,
	.check = blob_check,
};

int main(int argc, char **argv)
{
	return service_main(argc, argv, &journals);
}
