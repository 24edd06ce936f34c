/*
 * s3: the few calls of Amazon's S3 API that blob needs: PutObject, GetObject with a range, DeleteObject, by path-style
 * addresses. libcurl is loaded when it is first needed, for few houses have such a store and it brings many libraries.
 *
 * No redirects; a server that says nothing is given up after some seconds, one that is slow when it is very slow.
 */
#ifndef AURORA_AURORA_S3_H
#define AURORA_AURORA_S3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aurora/blob.h"

struct arena;

/* Store the first `size` bytes of a file under a name which is their SHA-256. */
enum blob_status s3_put(struct arena *arena, const char *sha256, int fd, int64_t size);

/* `len` bytes from `offset` on; all of it when `len` is negative. */
enum blob_status s3_get(struct arena *arena, const char *sha256, int64_t offset, int64_t len,
			bool (*sink)(void *ctx, const void *data, size_t len), void *ctx);

enum blob_status s3_delete(struct arena *arena, const char *sha256);

/* Dies when the secret key is not as it should be. */
void s3_check(void);

#endif
