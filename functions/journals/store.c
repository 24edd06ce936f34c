#include "store.h"

#include "aurora/params.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/request.h"
#include "journals.sql.h"
#include "util/arena.h"
#include "util/uuid.h"

const struct statement_table store_statements = {sql_statements, SQL_COUNT};

/* Where first pages start: behind every id, day, moment and number; before every name and id. */
#define LAST_DAY    "infinity"
#define LAST_NUMBER "2147483647"
#define FIRST_NAME  ""

static const char *key_or(const struct page *page, int key, const char *start)
{
	return page->keys[key] != NULL ? page->keys[key] : start;
}

struct result *store_profile(struct request *req)
{
	return db_run(req->db, SQL_PROFILE, req->user->user_id);
}

struct result *store_user_by_email(struct request *req, const char *email_key)
{
	return db_run(req->db, SQL_USER_BY_EMAIL, email_key);
}

struct result *store_role(struct request *req, const char *journal)
{
	return db_run(req->db, SQL_ROLE_OF, req->user->user_id, journal);
}

struct result *store_journal(struct request *req, const char *id)
{
	return db_run(req->db, SQL_JOURNAL_BY_ID, req->user->user_id, id);
}

struct result *store_journal_anywhere(struct request *req, const char *id)
{
	return db_run(req->db, SQL_JOURNAL_ANYWHERE, req->user->user_id, id);
}

struct result *store_journals(struct request *req, bool trash, const struct page *page)
{
	return db_run(req->db, trash ? SQL_JOURNAL_LIST_TRASH : SQL_JOURNAL_LIST, req->user->user_id,
		      key_or(page, 0, UUID_MAX), page->limit_text);
}

struct result *store_journal_count(struct request *req, bool trash)
{
	return db_run(req->db, SQL_JOURNAL_COUNT, req->user->user_id, trash ? "t" : "f");
}

struct result *store_journal_create(struct request *req, const struct journal *j)
{
	return db_run(req->db, SQL_JOURNAL_CREATE, req->user->user_id, j->id, j->name, j->description, j->settings);
}

struct result *store_journal_update(struct request *req, const struct journal *j, const char *version)
{
	return db_run(req->db, SQL_JOURNAL_UPDATE, req->user->user_id, j->id, version, j->name, j->description,
		      j->settings);
}

/*
 * A statement about everything in a journal, or an entry, once that is locked; however much it is. `params` begin with
 * the user and the journal, and the entry where `lock` is an entry's.
 */
static struct result *run_locked(struct request *req, int lock, int lock_params, int statement,
				 const char *const *bound, int count)
{
	struct result *result = NULL;

	if (!db_begin(req->db))
		return NULL;
	db_unhurried(req->db, true);
	if (db_run(req->db, SQL_TRANSFER_UNHURRIED) != NULL && db_run_params(req->db, lock, bound, lock_params) != NULL)
		result = db_run_params(req->db, statement, bound, count);
	if (result == NULL || !db_commit(req->db)) {
		db_rollback(req->db);
		result = NULL;
	}
	db_unhurried(req->db, false);
	return result;
}

static struct result *run_on_journal(struct request *req, int statement, const char *id, const char *version, int count)
{
	return run_locked(req, SQL_JOURNAL_LOCK, 2, statement, (const char *const[]){req->user->user_id, id, version},
			  count);
}

struct result *store_journal_trash(struct request *req, const char *id, const char *version)
{
	return run_on_journal(req, SQL_JOURNAL_TRASH, id, version, 3);
}

struct result *store_journal_erase(struct request *req, const char *id, const char *version)
{
	return run_on_journal(req, SQL_JOURNAL_ERASE, id, version, 3);
}

struct result *store_journal_restore(struct request *req, const char *id)
{
	return run_on_journal(req, SQL_JOURNAL_RESTORE, id, NULL, 2);
}

struct result *store_entry(struct request *req, const char *journal, const char *id)
{
	return db_run(req->db, SQL_ENTRY_BY_ID, req->user->user_id, journal, id);
}

struct result *store_entry_anywhere(struct request *req, const char *journal, const char *id)
{
	return db_run(req->db, SQL_ENTRY_ANYWHERE, req->user->user_id, journal, id);
}

struct result *store_entries(struct request *req, const char *journal, const struct entry_filter *f,
			     const struct page *page)
{
	const char *day = key_or(page, 0, LAST_DAY);
	const char *id = key_or(page, 1, UUID_MAX);

	if (f->all)
		return db_run(req->db, SQL_ENTRY_LIST, req->user->user_id, journal, day, id, page->limit_text);
	return db_run(req->db, f->trash ? SQL_ENTRY_LIST_TRASH : SQL_ENTRY_LIST_FILTERED, req->user->user_id, journal,
		      day, id, page->limit_text, f->from, f->to, f->mood, f->tags, f->words);
}

struct result *store_entry_count(struct request *req, const char *journal, const struct entry_filter *f)
{
	return db_run(req->db, SQL_ENTRY_COUNT, req->user->user_id, journal, f->from, f->to, f->mood, f->tags, f->words,
		      f->trash ? "t" : "f");
}

struct result *store_entry_create(struct request *req, const struct entry *e)
{
	return db_run(req->db, SQL_ENTRY_CREATE, req->user->user_id, e->journal, e->id, e->title, e->content,
		      e->entry_date, e->time_zone, e->mood, e->tags, e->word_count, req->user->session_id);
}

struct result *store_entry_taken(struct request *req, const struct entry *e)
{
	return db_run(req->db, SQL_ENTRY_TAKEN, req->user->user_id, e->journal, e->id, e->title, e->content,
		      e->entry_date, e->time_zone, e->mood, e->tags);
}

struct result *store_entry_update(struct request *req, const struct entry *e, const char *version, bool continued)
{
	return db_run(req->db, SQL_ENTRY_UPDATE, req->user->user_id, e->journal, e->id, version, e->title, e->content,
		      e->entry_date, e->time_zone, e->mood, e->tags, e->word_count, req->user->session_id,
		      continued ? "t" : "f");
}

struct result *store_entry_trash(struct request *req, const char *journal, const char *id, const char *version)
{
	return db_run(req->db, SQL_ENTRY_TRASH, req->user->user_id, journal, id, version);
}

struct result *store_entry_erase(struct request *req, const char *journal, const char *id, const char *version)
{
	return run_locked(req, SQL_ENTRY_LOCK, 3, SQL_ENTRY_ERASE,
			  (const char *const[]){req->user->user_id, journal, id, version}, 4);
}

struct result *store_entry_restore(struct request *req, const char *journal, const char *id)
{
	return db_run(req->db, SQL_ENTRY_RESTORE, req->user->user_id, journal, id);
}

struct result *store_versions(struct request *req, const char *journal, const char *id, const struct page *page)
{
	return db_run(req->db, SQL_VERSION_LIST, req->user->user_id, journal, id, key_or(page, 0, LAST_NUMBER),
		      page->limit_text);
}

struct result *store_version_pair(struct request *req, const char *journal, const char *id, const char *first,
				  const char *second)
{
	return db_run(req->db, SQL_VERSION_PAIR, req->user->user_id, journal, id, first, second);
}

struct result *store_shares(struct request *req, const char *journal, const struct page *page)
{
	return db_run(req->db, SQL_SHARE_LIST, req->user->user_id, journal, key_or(page, 0, LAST_DAY),
		      key_or(page, 1, UUID_MAX), page->limit_text);
}

struct result *store_share_user(struct request *req, const char *journal, const char *user, const char *email,
				const char *role)
{
	return db_run(req->db, SQL_SHARE_USER, req->user->user_id, journal, uuid_in(req->arena), user, email, role);
}

struct result *store_share_invite(struct request *req, const char *journal, const char *email, const char *email_key,
				  const char *role, const char *locale, const char *inviter, const char *link)
{
	return db_run(req->db, SQL_SHARE_INVITE, req->user->user_id, journal, uuid_in(req->arena), email, email_key,
		      role, locale, inviter, link);
}

struct result *store_share_link(struct request *req, const char *journal, const char *token_hash,
				const char *password_hash, const char *expires_at)
{
	return db_run(req->db, SQL_SHARE_LINK, req->user->user_id, journal, uuid_in(req->arena), token_hash,
		      password_hash, expires_at);
}

struct result *store_share_end(struct request *req, const char *journal, const char *id)
{
	return db_run(req->db, SQL_SHARE_END, req->user->user_id, journal, id);
}

struct result *store_attachment_place(struct request *req, const char *journal, const char *entry)
{
	return db_run(req->db, SQL_ATTACHMENT_PLACE, req->user->user_id, journal, entry);
}

struct result *store_attachment_arrives(struct request *req, const struct attachment *a)
{
	return db_run(req->db, SQL_ATTACHMENT_ARRIVES, a->owner, a->sha256);
}

bool store_attachment_turn(struct request *req, const char *owner)
{
	return db_run(req->db, SQL_ATTACHMENT_TURN, owner) != NULL;
}

struct result *store_attachment_create(struct request *req, const char *journal, const char *entry,
				       const struct attachment *a)
{
	struct result *created;

	if (!db_begin(req->db))
		return NULL;
	created = NULL;
	if (store_attachment_turn(req, a->owner))
		created = db_run(req->db, SQL_ATTACHMENT_CREATE, req->user->user_id, journal, entry, a->id, a->filename,
				 a->media_type, a->size, a->sha256, a->width, a->height,
				 arena_printf(req->arena, "%lld", (long long)params.attachment_quota * 1048576),
				 a->arrival);
	if (created == NULL || !db_commit(req->db)) {
		db_rollback(req->db);
		return NULL;
	}
	return created;
}

struct result *store_attachment(struct request *req, const char *id)
{
	return db_run(req->db, SQL_ATTACHMENT_BY_ID, req->user->user_id, id);
}

struct result *store_attachment_delete(struct request *req, const char *id)
{
	return db_run(req->db, SQL_ATTACHMENT_DELETE, req->user->user_id, id);
}

struct result *store_page_attachment(struct request *req, const char *owner, const char *journal, const char *id)
{
	return db_run(req->db, SQL_ATTACHMENT_OF_PAGE, owner, journal, id);
}

struct result *store_link(struct request *req, const char *token_hash)
{
	return db_run(req->db, SQL_LINK_BY_TOKEN, token_hash);
}

struct result *store_link_opened(struct request *req, const char *owner, const char *id)
{
	return db_run(req->db, SQL_LINK_OPENED, owner, id);
}

struct result *store_page_entries(struct request *req, const char *owner, const char *journal, const struct page *page)
{
	return db_run(req->db, SQL_PAGE_ENTRIES, owner, journal, key_or(page, 0, LAST_DAY), key_or(page, 1, UUID_MAX),
		      page->limit_text);
}

bool store_export(struct request *req, const char *journal, const char *from, const char *to,
		  bool (*row)(void *ctx, const struct result *result), void *ctx)
{
	const char *bound[] = {req->user->user_id, journal, from, to};
	bool done;

	if (!db_begin(req->db))
		return false;
	done = db_run(req->db, SQL_TRANSFER_UNHURRIED) != NULL &&
	       db_stream(req->db, SQL_ENTRY_EXPORT, bound, sizeof(bound) / sizeof(bound[0]), row, ctx);
	db_rollback(req->db);
	return done;
}

struct result *store_import_place(struct request *req, const char *journal)
{
	return db_run(req->db, SQL_IMPORT_PLACE, req->user->user_id, journal);
}

struct result *store_import_known(struct request *req, const char *journal, const char *ids)
{
	return db_run(req->db, SQL_IMPORT_KNOWN, req->user->user_id, journal, ids);
}

struct result *store_import_contents(struct request *req, const char *owner, const char *hashes)
{
	return db_run(req->db, SQL_IMPORT_CONTENTS, owner, hashes);
}

struct result *store_import(struct request *req, const char *journal, const char *entries)
{
	return db_run(req->db, SQL_ENTRY_IMPORT, req->user->user_id, journal, entries);
}

struct result *store_attachments_arrived(struct request *req, const char *owner, const char *arrivals)
{
	return db_run(req->db, SQL_ATTACHMENT_ARRIVED, owner, arrivals);
}

struct result *store_template(struct request *req, const char *id)
{
	return db_run(req->db, SQL_TEMPLATE_BY_ID, req->user->user_id, id);
}

struct result *store_templates(struct request *req, const struct page *page)
{
	return db_run(req->db, SQL_TEMPLATE_LIST, req->user->user_id, key_or(page, 0, FIRST_NAME),
		      key_or(page, 1, UUID_NIL), page->limit_text);
}

struct result *store_template_create(struct request *req, const struct draft_template *t)
{
	return db_run(req->db, SQL_TEMPLATE_CREATE, req->user->user_id, t->id, t->name, t->description, t->title,
		      t->content, t->tags);
}

struct result *store_template_update(struct request *req, const struct draft_template *t, const char *version)
{
	return db_run(req->db, SQL_TEMPLATE_UPDATE, req->user->user_id, t->id, version, t->name, t->description,
		      t->title, t->content, t->tags);
}

struct result *store_template_delete(struct request *req, const char *id, const char *version)
{
	return db_run(req->db, SQL_TEMPLATE_DELETE, req->user->user_id, id, version);
}
