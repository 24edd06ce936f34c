/*
 * journals.h: what the files of this function share: the fields of its things, the handlers of each resource, and the
 * steps that several of them take.
 */
#ifndef AURORA_JOURNALS_H
#define AURORA_JOURNALS_H

#include <stdbool.h>
#include <stddef.h>

#include "http/field.h"

#define CONTENT_MAX 1048576 /* bytes of an entry */
#define TITLE_MAX   500     /* characters */

/* Why a viewer may not write. */
#define VIEWS_ONLY "it is shared with you to read"

struct entry;
struct json_object;
struct request;
struct result;

extern const struct field journal_fields[];
extern const struct field entry_fields[];

/*
 * After a statement that found nothing for the caller in journal `id`: 404 when there is no such journal for them or it
 * is in the trash, else 403 with what `rights` says ("only its owner may share a journal"). Returns 0.
 */
int journal_refuse(struct request *req, const char *id, const char *rights);

/* The :id and the :entryId of the path; false with 404 answered when one is no UUID. */
struct place {
	const char *journal;
	const char *entry;
};
bool place_read(struct request *req, struct place *place);

/*
 * Change the entry that the path names: `revise` turns the draft, which starts as the entry is now, into what it shall
 * be. Answers the entry as it is then, or NULL when the request has been answered. `keep`: what it says now is kept as
 * a version, whoever wrote it and when.
 */
struct result *entry_change(struct request *req, bool keep,
			    bool (*revise)(struct request *req, struct entry *entry, void *ctx), void *ctx);

/* A day in a query parameter; `fallback` when absent. False with a 400 answered. */
bool query_day(struct request *req, const char *name, const char *fallback, const char **day);

/* The tags that a client gave (field `tags`), in their one form, with their parents, as an array literal. */
const char *given_tags(struct request *req);

/* struct field.check of a Markdown text: at most CONTENT_MAX bytes. */
void check_content(struct request *req, const char *pointer, struct json_object *json);

/* entries.c */
int get_entries(struct request *req);
int post_entry(struct request *req);
int get_entry(struct request *req);
int put_entry(struct request *req);
int patch_entry(struct request *req);
int delete_entry(struct request *req);
int post_entry_restore(struct request *req);

/* versions.c */
extern const struct field version_fields[];
int get_versions(struct request *req);
int get_version(struct request *req);
int get_version_diff(struct request *req);
int post_version_restore(struct request *req);

/* shares.c */
extern const struct field share_fields[];
int get_shares(struct request *req);
int post_share(struct request *req);
int delete_share(struct request *req);

/* attachments.c */
extern const struct field attachment_fields[];
int post_attachment(struct request *req);
int get_attachment(struct request *req);
int delete_attachment(struct request *req);

/* export.c, import.c */
extern const struct field import_fields[];
int get_export(struct request *req);
int post_import(struct request *req);

/* pages.c */
int get_page(struct request *req);
int post_page(struct request *req);
int get_page_attachment(struct request *req);

/* templates.c */
extern const struct field template_fields[];
int get_templates(struct request *req);
int post_template(struct request *req);
int get_template(struct request *req);
int put_template(struct request *req);
int delete_template(struct request *req);

/*
 * Fill what a new entry's request leaves open from the template of this id, one's own or a built-in one. False with the
 * request answered: 404.
 */
bool template_apply(struct request *req, const char *id, struct entry *entry);

#endif
