/*
 * thing: rows as resources: encode by a field table, ETag, If-Match, lists with cursors, client-chosen ids.
 */
#ifndef AURORA_AURORA_THING_H
#define AURORA_AURORA_THING_H

#include <stdbool.h>
#include <stddef.h>

struct field;
struct json_writer;
struct request;
struct result;

/* One row as a JSON object: each field that is not write-only, from the column of its name (absent columns are left
 * out). */
void thing_encode(struct json_writer *w, const struct field *fields, const struct result *result, int row);

/* Answer with row 0 as the whole body, with its ETag: the `version` column, and a hash of fields that are
 * FIELD_UNVERSIONED. Returns 0. */
int respond_thing(struct request *req, int status, const struct field *fields, const struct result *result);

/* The members that every kept thing has in its field table: an id that the client may choose, the count of its changes,
 * and, where there is a trash, since when it is there. */
#define THING_ID                                                                                                       \
	{                                                                                                              \
		.name = "id", .type = FIELD_UUID, .flags = FIELD_CREATE_ONLY,                                          \
		.help = "the client's own, else the server makes one"                                                  \
	}
#define THING_VERSION                                                                                                  \
	{                                                                                                              \
		.name = "version", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "counts changes; the ETag"     \
	}
#define THING_DELETED_AT                                                                                               \
	{                                                                                                              \
		.name = "deleted_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY | FIELD_SPARSE,                  \
		.help = "since when in the trash"                                                                      \
	}

/* The id of what a POST makes: the body's, else a new one, from the request's arena. */
const char *request_new_id(struct request *req);

/* 201, Location: base/<id>, and the thing. Returns 0. */
int respond_created(struct request *req, const char *base, const struct field *fields, const struct result *result);

/* 412 version_mismatch with row 0 under `current`. Returns 0. */
int respond_mismatch(struct request *req, const struct field *fields, const struct result *result);

/* Where an id was taken when a thing was to be made: 200 with what has it when its column `same` says that it was made
 * of the same request, else 409 id_conflict; also without a row. NULL: the database failed. Returns 0. */
int respond_taken(struct request *req, const struct field *fields, const struct result *taken);

/* The version (and no more of an entity tag) that If-Match asks for as text to bind, NULL for any (no If-Match, or
 * `*`). Of several tags the one that can be current; when none can, as a weak one or one that is not ours, a version
 * that nothing has: 412. */
const char *request_if_match(const struct request *req);

/* The :id of the path when it is a UUID; else NULL with 404 answered. */
const char *request_id_param(struct request *req, const char *name);

/*
 * Changing a thing that others may change at the same moment: it is read, what it shall be is made of it and stored
 * where nobody was faster; else once more. Another round means that somebody else's change came first, so there is an
 * end to it.
 */
struct thing {
	const struct field *fields;
	const char *absent; /* the detail of its 404: "no such thought" */
	struct result *(*read)(struct request *req,
			       void *ctx); /* as it is now; no row: 404; NULL: the database failed */

	/* Whether the caller may write what they can read; where not, a problem is answered. NULL: who reads may write.
	 */
	bool (*may_write)(struct request *req, const struct result *current);
};

/* What was found of a thing, or brought back from the trash: 200, or 404 without a row. NULL: the database failed.
 * Returns 0. */
int respond_found(struct request *req, const struct thing *thing, const struct result *found);
int respond_restored(struct request *req, const struct thing *thing, const struct result *restored);

/*
 * Store what `write` makes of the thing: rows when it did, none when somebody was faster or nothing would change, NULL
 * when it has answered the request. The thing as it is then, or NULL when the request has been answered: 403, 404, 412
 * with the current one, or by `write`.
 */
struct result *thing_change(struct request *req, const struct thing *thing,
			    struct result *(*write)(struct request *req, const struct result *current, void *ctx),
			    void *ctx);

/*
 * Take it away: `take` removes it where it has this version (NULL for any), and answers rows when it did. 204; 403;
 * 404; 412 with the current one. Returns 0.
 */
int thing_delete(struct request *req, const struct thing *thing,
		 struct result *(*take)(struct request *req, const char *version, void *ctx), void *ctx);

/*
 * Lists. `page_read` takes limit, cursor and count from the query; a cursor is opaque, bound to the list's path and
 * query, and holds `keys` texts of the last row. False with a problem answered.
 */
#define PAGE_KEYS 3
struct page {
	long limit;
	const char *limit_text;      /* limit + 1, to be bound: one row more tells whether there is a next page */
	const char *keys[PAGE_KEYS]; /* from the cursor, NULL on the first page */
	bool count;                  /* the client wants `total` */
};
bool page_read(struct request *req, struct page *page, int keys);

/* The cursor after these key texts (page.keys order). */
const char *page_cursor(struct request *req, const char *const *keys, int count);

/*
 * Answer {"items": [...], "next_cursor": ...} from up to limit + 1 rows; the cursor is made of the columns named in
 * `key_columns` (PAGE_KEYS at most, NULL-terminated). `total` is written when not NULL. List ETag and Link included.
 * Returns 0.
 */
int respond_list(struct request *req, const struct page *page, const struct field *fields, const struct result *result,
		 const char *const *key_columns, const char *total);

/* The same in parts, for lists with members of their own: call page_end after the items array is closed. An entity tag
 * that is set already stays. */
int page_end(struct request *req, struct json_writer *w, const char *next_cursor, const char *total);

#endif
