/*
 * thoughts.h: what the files of this function share: the thing's fields, the handlers of each resource, and the steps
 * that several of them take.
 */
#ifndef AURORA_THOUGHTS_H
#define AURORA_THOUGHTS_H

#include <stdbool.h>

#include "aurora/tags.h"

#define TEXT_MAX 20000 /* characters of a thought */

struct field;
struct json_object;
struct request;
struct result;
struct thought_filter;

extern const struct field thought_fields[];

/* A thought on its way from what it is to what a request makes of it. */
struct edit {
	const char *text;
	struct tags tags;
	const char *pinned;
	const char *captured_at; /* NULL: as it is */
};

/*
 * Change the thought that the path names: read it, let `revise` turn the edit, which starts as the thought is now, into
 * what it shall be, and store that where nobody was faster; else once more. Answers the thought as it is then, or NULL
 * when the request has been answered: 404, 412 with the current one, 422, or `revise` answered and returned false.
 */
struct result *thought_change(struct request *req, bool (*revise)(struct request *req, struct edit *edit));

/* tag, from, to, pinned and trash of the query. False with a 400 answered. */
bool thought_filter_read(struct request *req, struct thought_filter *filter);

/* tagging.c */
extern const struct field tag_fields[];
extern const struct field tag_name_fields[];
extern const struct field tags_fields[];
int get_tags(struct request *req);
int patch_tag(struct request *req);
int post_thought_tags(struct request *req);
int delete_thought_tag(struct request *req);

/* export.c, import.c */
extern const struct field import_fields[];
int get_export(struct request *req);
int post_import(struct request *req);

#endif
