/*
 * tags: what a tag is, and sets of them.
 *
 * A tag is letters, marks, digits, '-' and '_' of any script in one or more segments divided by '/', each segment with
 * a letter or digit in it, the whole with more than digits; at most TAG_MAX characters, in NFC and lower case. 'a/b'
 * lies below 'a', its parent: whatever has a tag has its parents too.
 *
 * In a text a hashtag is '#' and a tag. The '#' stands at the start or behind something that is neither part of a word
 * nor of an address or escape, so 'page#top', '/#x', '&#39;', '##' and '\#' begin none.
 */
#ifndef AURORA_AURORA_TAGS_H
#define AURORA_AURORA_TAGS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct json_object;
struct request;

#define TAG_MAX  100 /* characters of a tag */
#define TAGS_MAX 100 /* tags of a thing */

/* A set of tags in order of their code points, in an arena. Start from {.arena = arena}. */
struct tags {
	struct arena *arena;
	const char **items;
	size_t count;
	size_t room;
};

/* The tag that a person wrote, with or without '#', in its one form; NULL when it is none. */
const char *tag_normalise(struct arena *arena, const char *text);

/* True when `tag` is `branch` or lies below it. */
bool tag_within(const char *tag, const char *branch);

/* Add one tag (in its one form) and its parents. */
void tags_add(struct tags *tags, const char *tag);

/* struct field.check of a tag, check_item of an array of them: 422 for what is none. */
void check_tag(struct request *req, const char *pointer, struct json_object *json);

/* struct field.check of an array of tags: 422 when they are more than TAGS_MAX with all their parents. */
void check_tags(struct request *req, const char *pointer, struct json_object *json);

/* Every `tag` of the query, as a PostgreSQL array literal. False with a 400 answered when one is none. */
bool request_query_tags(struct request *req, const char **literal);

/* Add what a client gave as `tags` (checked by check_tag; NULL for none). */
void tags_add_given(struct tags *tags, struct json_object *json);

/* Add a text's hashtags. */
void tags_add_text(struct tags *tags, const char *text);

/* Add all of another set; all of a PostgreSQL array literal. */
void tags_add_all(struct tags *tags, const struct tags *other);
void tags_add_literal(struct tags *tags, const char *literal);

/* Take out a tag and all below it. */
void tags_remove(struct tags *tags, const char *branch);

/*
 * Follow an edit of a text: the hashtags that it brought in are added, those that it took out go, but for the parents
 * of what stays.
 */
void tags_follow(struct tags *tags, const char *old_text, const char *new_text);

bool tags_have(const struct tags *tags, const char *tag);

/* Those of `tags` that `other` does not have, as a new set. */
struct tags tags_without(const struct tags *tags, const struct tags *other);

/* As a PostgreSQL array literal. */
const char *tags_literal(const struct tags *tags);

#endif
