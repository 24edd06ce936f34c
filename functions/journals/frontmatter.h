/*
 * frontmatter: what a Markdown file says of itself before its text: YAML between two lines "---", as static site
 * generators and note-taking programs write it. By libyaml.
 */
#ifndef AURORA_JOURNALS_FRONTMATTER_H
#define AURORA_JOURNALS_FRONTMATTER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct json_object;

/*
 * What of a file's front matter an entry can use (title, date, tags, mood, time_zone) as a JSON object of strings and
 * arrays of strings, which the arena releases; an empty one when there is none. *body and *body_len become the text
 * after it. NULL with *why set when it is no YAML, no mapping, or too long.
 */
struct json_object *frontmatter_read(struct arena *arena, const char *text, size_t len, const char **body,
				     size_t *body_len, const char **why);

#endif
