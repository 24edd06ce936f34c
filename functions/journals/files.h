/*
 * files: what writing and reading of a journal as a file must agree on, and an entry's attachments as both handle them.
 */
#ifndef AURORA_JOURNALS_FILES_H
#define AURORA_JOURNALS_FILES_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct result;

#define FORMAT_NAME    "aurora-journal"
#define FORMAT_VERSION 1
#define ARCHIVE_JSON   "journal.json"
#define ARCHIVE_FILES  "attachments/" /* <id>/<filename> */
#define BODY_MAX       (64u << 20)    /* bytes of an entry as JSON or HTML */

struct file {
	struct file *next;
	const char *id;
	const char *new_id; /* that it gets where it is taken in */
	const char *filename;
	const char *media_type;
	const char *sha256;
	const char *created_at;
	int64_t size;
	int width, height; /* 0: no image */
	bool shown;        /* the entry's text has it */
};

/* Those of a row's column `attachments`, a JSON array; in their order, in the arena. */
struct file *files_of(struct arena *arena, const struct result *entry);

struct file *file_copy(struct arena *arena, const struct file *file);

#endif
