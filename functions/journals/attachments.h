/*
 * attachments.h: what pages and exports need of attachments.
 */
#ifndef AURORA_JOURNALS_ATTACHMENTS_H
#define AURORA_JOURNALS_ATTACHMENTS_H

#include <stdbool.h>

struct arena;
struct blob_writer;
struct request;
struct result;

/* Where an attachment's bytes are, before its id: what an entry's Markdown says. */
#define ATTACHMENT_PATH "/api/journals/attachments/"

/* What is said where the store did not answer, or has no room. */
#define STORE_AWAY "the store for attachments cannot answer right now"

/* The body into a temporary file of the store's; NULL with the request answered: 400, 413, 503. */
struct blob_writer *receive_file(struct request *req);

/* Answer with an attachment's bytes: row 0 has its filename, media_type, size and sha256. 200, 206, 304, 416, 503.
 * Returns 0. */
int respond_attachment(struct request *req, const struct result *attachment);

/* What a file is by its bytes, whatever its name says: its media type, and of an image its size ("800"; NULL for
 * others). */
void attachment_look(struct arena *arena, int fd, const char **media_type, const char **width, const char **height);

/* What a file may be called: one line of at most 255 characters, no path. */
bool attachment_filename_ok(const char *name);

/* Whether this is the type of an image that a page may show in place. */
bool attachment_shown(const char *media_type);

#endif
