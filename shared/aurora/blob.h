/*
 * blob: contents by their SHA-256, in the house's directory `attachments`, or in a store that speaks Amazon's S3
 * (parameter s3_endpoint), through libcurl and its AWS Signature Version 4.
 *
 * A content is written once, whoever has it. What is written streams through a temporary file, in constant memory, and
 * is under its name whole or not at all: an answered blob_commit survives a power cut. Who refers to a content, and
 * when it may go, is the caller's business.
 */
#ifndef AURORA_AURORA_BLOB_H
#define AURORA_AURORA_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum blob_status {
	BLOB_OK,
	BLOB_MISSING,     /* there is no such content */
	BLOB_UNAVAILABLE, /* the store is away or the disk full; the log says which: answer 503 */
	BLOB_STOPPED,     /* the sink wanted no more */
};

struct blob_writer;

/* Begin to write; the arena ends it and removes what was not committed. NULL when there is no room (logged). */
struct blob_writer *blob_begin(struct arena *arena);

/* More of it. False when there is no room (logged). */
bool blob_write(struct blob_writer *writer, const void *data, size_t len);

/* The temporary file, to look at what was written so far; it stays the writer's. */
int blob_fd(const struct blob_writer *writer);

/* Bytes written so far. */
int64_t blob_size(const struct blob_writer *writer);

/* The end of it: its SHA-256 as 64 lower-case hexadecimal digits, which is its name from blob_commit on. */
const char *blob_hash(struct blob_writer *writer);

/* Put it under its name. */
enum blob_status blob_commit(struct blob_writer *writer);

/*
 * Have `len` bytes from `offset` on handed to sink(ctx, data, len), in constant memory. BLOB_MISSING and, but for a
 * connection that breaks later, BLOB_UNAVAILABLE come before the first byte.
 */
enum blob_status blob_read(struct arena *arena, const char *sha256, int64_t offset, int64_t len,
			   bool (*sink)(void *ctx, const void *data, size_t len), void *ctx);

/* A file that holds it: in the directory its own, else a copy that the arena removes. NULL with *status set. */
const char *blob_file(struct arena *arena, const char *sha256, enum blob_status *status);

/* The path of its file for the web server to send; NULL where contents are in an S3 store. */
const char *blob_path(struct arena *arena, const char *sha256);

/* Remove it; one that is missing is BLOB_OK. */
enum blob_status blob_delete(struct arena *arena, const char *sha256);

/* Dies when contents could not be written: no directory, no key for the S3 store. For --check; asks nothing of that
 * store. */
void blob_check(struct arena *arena);

/* Remove temporary files that a process which died has left, a day after. How many; -1 when it could not look. */
int blob_tidy(void);

#endif
