/*
 * store: the only code that runs this function's statements. Calls return NULL when a statement failed (answer with
 * problem_database); no row means what the statement's comment in journals.sql says. The caller is the request's user.
 */
#ifndef AURORA_JOURNALS_STORE_H
#define AURORA_JOURNALS_STORE_H

#include <stdbool.h>

struct page;
struct request;
struct result;
struct statement_table;

extern const struct statement_table store_statements;

/* Values as PostgreSQL reads them; NULL where nothing is said. */
struct journal {
	const char *id;
	const char *name;
	const char *description;
	const char *settings;
};

struct entry {
	const char *journal;
	const char *id;
	const char *title;
	const char *content;
	const char *entry_date; /* on create NULL: today */
	const char *time_zone;  /* on create NULL: the writer's */
	const char *mood;
	const char *tags;
	const char *word_count;
};

struct entry_filter {
	const char *from, *to; /* first and last day */
	const char *mood;
	const char *tags;
	const char *words;
	bool trash;
	bool all; /* nothing is left out */
};

struct draft_template {
	const char *id;
	const char *name;
	const char *description;
	const char *title;
	const char *content;
	const char *tags;
};

/* name, email, locale, time_zone of the caller. */
struct result *store_profile(struct request *req);

/* user_id, name of whose address this is (in NFC and lower case). */
struct result *store_user_by_email(struct request *req, const char *email_key);

/* role, deleted_at. */
struct result *store_role(struct request *req, const char *journal);

struct result *store_journal(struct request *req, const char *id);
struct result *store_journal_anywhere(struct request *req, const char *id);
struct result *store_journals(struct request *req, bool trash, const struct page *page);
struct result *store_journal_count(struct request *req, bool trash);
struct result *store_journal_create(struct request *req, const struct journal *journal);
struct result *store_journal_update(struct request *req, const struct journal *journal, const char *version);
struct result *store_journal_trash(struct request *req, const char *id, const char *version);
struct result *store_journal_erase(struct request *req, const char *id, const char *version);
struct result *store_journal_restore(struct request *req, const char *id);

struct result *store_entry(struct request *req, const char *journal, const char *id);
struct result *store_entry_anywhere(struct request *req, const char *journal, const char *id);
struct result *store_entries(struct request *req, const char *journal, const struct entry_filter *filter,
			     const struct page *page);
struct result *store_entry_count(struct request *req, const char *journal, const struct entry_filter *filter);
struct result *store_entry_create(struct request *req, const struct entry *entry);
struct result *store_entry_taken(struct request *req, const struct entry *entry);
struct result *store_entry_update(struct request *req, const struct entry *entry, const char *version, bool continued);
struct result *store_entry_trash(struct request *req, const char *journal, const char *id, const char *version);
struct result *store_entry_erase(struct request *req, const char *journal, const char *id, const char *version);
struct result *store_entry_restore(struct request *req, const char *journal, const char *id);

struct result *store_versions(struct request *req, const char *journal, const char *id, const struct page *page);
struct result *store_version_pair(struct request *req, const char *journal, const char *id, const char *first,
				  const char *second);

struct result *store_shares(struct request *req, const char *journal, const struct page *page);
struct result *store_share_user(struct request *req, const char *journal, const char *user, const char *email,
				const char *role);
struct result *store_share_invite(struct request *req, const char *journal, const char *email, const char *email_key,
				  const char *role, const char *locale, const char *inviter, const char *link);
struct result *store_share_link(struct request *req, const char *journal, const char *token_hash,
				const char *password_hash, const char *expires_at);
struct result *store_share_end(struct request *req, const char *journal, const char *id);

struct attachment {
	const char *id;
	const char *owner; /* of the journal */
	const char *filename;
	const char *media_type;
	const char *size; /* bytes */
	const char *sha256;
	const char *width, *height; /* NULL for what is no image */
	const char *arrival;        /* what store_attachment_arrives has answered */
};

struct result *store_attachment_place(struct request *req, const char *journal, const char *entry);

/* Its content is about to be stored: until store_attachment_create, it is nobody's. */
struct result *store_attachment_arrives(struct request *req, const struct attachment *attachment);
struct result *store_attachment_create(struct request *req, const char *journal, const char *entry,
				       const struct attachment *attachment);
/* In a transaction: uploads to this owner one after another, so that the quota holds. False when the database failed.
 */
bool store_attachment_turn(struct request *req, const char *owner);

struct result *store_attachment(struct request *req, const char *id);
struct result *store_attachment_delete(struct request *req, const char *id);

/* Of public pages, where nobody is signed in. */
struct result *store_link(struct request *req, const char *token_hash);
struct result *store_link_opened(struct request *req, const char *owner, const char *id);
struct result *store_page_entries(struct request *req, const char *owner, const char *journal, const struct page *page);

struct result *store_page_attachment(struct request *req, const char *owner, const char *journal, const char *id);

/* Every entry from a day to another, oldest first, a row at a time: false from row(ctx, …) ends it. */
bool store_export(struct request *req, const char *journal, const char *from, const char *to,
		  bool (*row)(void *ctx, const struct result *result), void *ctx);

/* role, owner_id, used: bytes that the owner has attached. */
struct result *store_import_place(struct request *req, const char *journal);

/* `ids` and `hashes` are array literals. */
struct result *store_import_known(struct request *req, const char *journal, const char *ids);
struct result *store_import_contents(struct request *req, const char *owner, const char *hashes);

/* One batch, as JSON, in the open transaction. */
struct result *store_import(struct request *req, const char *journal, const char *entries);
struct result *store_attachments_arrived(struct request *req, const char *owner, const char *arrivals);

struct result *store_template(struct request *req, const char *id);
struct result *store_templates(struct request *req, const struct page *page);
struct result *store_template_create(struct request *req, const struct draft_template *draft);
struct result *store_template_update(struct request *req, const struct draft_template *draft, const char *version);
struct result *store_template_delete(struct request *req, const char *id, const char *version);

#endif
