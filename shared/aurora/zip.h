/*
 * zip: archives of files, written as a stream and read from a file, by libarchive, which is loaded while it is needed.
 *
 * Names are UTF-8. What is read comes from strangers: only plain files and directories under relative paths without
 * ".." are let through, and not more bytes than the caller allows, whatever the archive says (zip bombs).
 */
#ifndef AURORA_AURORA_ZIP_H
#define AURORA_AURORA_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;
struct zip_writer;
struct zip_reader;

/* Begin an archive whose bytes go to sink(ctx, data, len), which may refuse more. The arena ends it. */
struct zip_writer *zip_begin(struct arena *arena, bool (*sink)(void *ctx, const void *data, size_t len), void *ctx);

/* The next file. `size` in bytes, -1 when not known yet; `packed`: its bytes are compressed already, as images are.
 * False when the sink wants no more. */
bool zip_file(struct zip_writer *zip, const char *name, int64_t size, bool packed);
bool zip_write(struct zip_writer *zip, const void *data, size_t len);
bool zip_end(struct zip_writer *zip);

enum zip_status {
	ZIP_OK,
	ZIP_END,
	ZIP_DAMAGED,   /* no zip archive, or not a whole one, or encrypted */
	ZIP_BAD_NAME,  /* a member's path leads out of the archive, or is no text */
	ZIP_BAD_KIND,  /* a link, a device */
	ZIP_TOO_LARGE, /* more bytes or members than allowed */
};

/* Read the archive in a file, which stays the caller's; at most `bytes_max` bytes and `members_max` members altogether.
 * The arena ends it. */
struct zip_reader *zip_open(struct arena *arena, int fd, int64_t bytes_max, long members_max);

/* The next file's path, valid until the next call: ZIP_OK, or why there is none. Directories are passed over. */
enum zip_status zip_next(struct zip_reader *zip, const char **name);

/* When that file was last changed, in seconds since 1970; 0 when it is not told. */
int64_t zip_modified(const struct zip_reader *zip);

/* The next bytes of that file into `data`: how many in *got, 0 at its end. */
enum zip_status zip_read(struct zip_reader *zip, void *data, size_t size, size_t *got);

#endif
