#include "aurora/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "aurora/params.h"
#include "aurora/s3.h"
#include "util/arena.h"
#include "util/crypto.h"
#include "util/log.h"

#define CHUNK       65536
#define TIDY_S      86400
#define TMP_PREFIX  "tmp."
#define SHA256_TEXT 65

struct blob_writer {
	struct arena *arena;
	char *path; /* of the temporary file */
	int fd;
	int64_t size;
	EVP_MD_CTX *hash;
	char sha256[SHA256_TEXT];
};

static const char *in_store(struct arena *arena, const char *name)
{
	return arena_printf(arena, "%s/attachments/%s", params.home, name);
}

/* Where a content's file is: "ab/abcd…". */
static const char *file_of(struct arena *arena, const char *sha256)
{
	return in_store(arena, arena_printf(arena, "%.2s/%s", sha256, sha256));
}

static void end_writer(void *ptr)
{
	struct blob_writer *writer = ptr;

	unlink(writer->path);
	if (writer->fd >= 0)
		close(writer->fd);
	EVP_MD_CTX_free(writer->hash);
}

struct blob_writer *blob_begin(struct arena *arena)
{
	struct blob_writer *writer = arena_alloc(arena, sizeof(*writer));

	writer->arena = arena;
	writer->path = arena_strdup(arena, in_store(arena, TMP_PREFIX "XXXXXX"));
	writer->fd = mkostemp(writer->path, O_CLOEXEC);
	if (writer->fd < 0) {
		log_error("%s: %s", writer->path, strerror(errno));
		return NULL;
	}
	writer->hash = EVP_MD_CTX_new();
	if (writer->hash == NULL || EVP_DigestInit_ex(writer->hash, EVP_sha256(), NULL) != 1)
		die("SHA-256 cannot be computed");
	arena_defer(arena, end_writer, writer);
	return writer;
}

bool blob_write(struct blob_writer *writer, const void *data, size_t len)
{
	if (EVP_DigestUpdate(writer->hash, data, len) != 1)
		die("SHA-256 cannot be computed");
	writer->size += (int64_t)len;
	while (len > 0) {
		ssize_t n = write(writer->fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			log_error("%s: %s", writer->path, strerror(errno));
			return false;
		}
		data = (const char *)data + n;
		len -= (size_t)n;
	}
	return true;
}

int blob_fd(const struct blob_writer *writer)
{
	return writer->fd;
}

int64_t blob_size(const struct blob_writer *writer)
{
	return writer->size;
}

const char *blob_hash(struct blob_writer *writer)
{
	unsigned char mac[SHA256_SIZE];

	if (writer->sha256[0] != '\0')
		return writer->sha256;
	if (EVP_DigestFinal_ex(writer->hash, mac, NULL) != 1)
		die("SHA-256 cannot be computed");
	for (size_t i = 0; i < sizeof(mac); i++)
		snprintf(writer->sha256 + 2 * i, 3, "%02x", mac[i]);
	return writer->sha256;
}

/* Have a directory's entries on disk. */
static bool sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		log_error("%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

static enum blob_status commit_file(struct blob_writer *writer)
{
	const char *path = file_of(writer->arena, writer->sha256);
	const char *directory = in_store(writer->arena, arena_printf(writer->arena, "%.2s", writer->sha256));
	struct stat there;
	bool made;

	/* What is there was complete when it got its name. */
	if (stat(path, &there) == 0 && there.st_size == writer->size)
		return sync_directory(directory) ? BLOB_OK : BLOB_UNAVAILABLE;
	made = mkdir(directory, 0700) == 0;
	if (!made && errno != EEXIST) {
		log_error("%s: %s", directory, strerror(errno));
		return BLOB_UNAVAILABLE;
	}
	if (fsync(writer->fd) != 0 || rename(writer->path, path) != 0) {
		log_error("%s: %s", path, strerror(errno));
		return BLOB_UNAVAILABLE;
	}
	if (!sync_directory(directory) || (made && !sync_directory(in_store(writer->arena, ""))))
		return BLOB_UNAVAILABLE;
	return BLOB_OK;
}

enum blob_status blob_commit(struct blob_writer *writer)
{
	blob_hash(writer);
	if (*params.s3_endpoint != '\0')
		return s3_put(writer->arena, writer->sha256, writer->fd, writer->size);
	return commit_file(writer);
}

static enum blob_status read_file(struct arena *arena, const char *sha256, int64_t offset, int64_t len,
				  bool (*sink)(void *ctx, const void *data, size_t len), void *ctx)
{
	const char *path = file_of(arena, sha256);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	static char chunk[CHUNK]; /* many may be read with one arena */
	enum blob_status status = BLOB_OK;

	if (fd < 0) {
		log_error("%s: %s", path, strerror(errno));
		return errno == ENOENT ? BLOB_MISSING : BLOB_UNAVAILABLE;
	}
	while (len > 0 && status == BLOB_OK) {
		ssize_t n = pread(fd, chunk, len < CHUNK ? (size_t)len : CHUNK, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			log_error("%s: %s", path, n < 0 ? strerror(errno) : "it is too short");
			status = BLOB_UNAVAILABLE;
		} else if (!sink(ctx, chunk, (size_t)n)) {
			status = BLOB_STOPPED;
		}
		offset += n;
		len -= n;
	}
	close(fd);
	return status;
}

enum blob_status blob_read(struct arena *arena, const char *sha256, int64_t offset, int64_t len,
			   bool (*sink)(void *ctx, const void *data, size_t len), void *ctx)
{
	if (len <= 0)
		return BLOB_OK;
	if (*params.s3_endpoint != '\0')
		return s3_get(arena, sha256, offset, len, sink, ctx);
	return read_file(arena, sha256, offset, len, sink, ctx);
}

static bool sink_to_writer(void *ctx, const void *data, size_t len)
{
	return blob_write(ctx, data, len);
}

const char *blob_file(struct arena *arena, const char *sha256, enum blob_status *status)
{
	const char *path = blob_path(arena, sha256);
	struct blob_writer *copy;

	if (path != NULL) {
		*status = access(path, R_OK) == 0 ? BLOB_OK : errno == ENOENT ? BLOB_MISSING : BLOB_UNAVAILABLE;
		return *status == BLOB_OK ? path : NULL;
	}
	copy = blob_begin(arena);
	*status = copy != NULL ? s3_get(arena, sha256, 0, -1, sink_to_writer, copy) : BLOB_UNAVAILABLE;
	if (*status != BLOB_OK)
		return NULL;
	/* There may be many of them. */
	close(copy->fd);
	copy->fd = -1;
	return copy->path;
}

const char *blob_path(struct arena *arena, const char *sha256)
{
	return *params.s3_endpoint == '\0' ? file_of(arena, sha256) : NULL;
}

enum blob_status blob_delete(struct arena *arena, const char *sha256)
{
	const char *path = file_of(arena, sha256);

	if (*params.s3_endpoint != '\0')
		return s3_delete(arena, sha256);
	if (unlink(path) == 0 || errno == ENOENT)
		return BLOB_OK;
	log_error("%s: %s", path, strerror(errno));
	return BLOB_UNAVAILABLE;
}

void blob_check(struct arena *arena)
{
	if (access(in_store(arena, ""), R_OK | W_OK | X_OK) != 0)
		die("%s: %s", in_store(arena, ""), strerror(errno));
	if (*params.s3_endpoint != '\0')
		s3_check();
}

int blob_tidy(void)
{
	struct arena *arena = arena_new();
	DIR *store = opendir(in_store(arena, ""));
	time_t old = time(NULL) - TIDY_S;
	int removed = store != NULL ? 0 : -1;
	struct dirent *entry;

	while (store != NULL && (entry = readdir(store)) != NULL) {
		const char *path = in_store(arena, entry->d_name);
		struct stat file;

		if (strncmp(entry->d_name, TMP_PREFIX, sizeof(TMP_PREFIX) - 1) == 0 && stat(path, &file) == 0 &&
		    file.st_mtime < old && unlink(path) == 0)
			removed++;
	}
	if (store != NULL)
		closedir(store);
	arena_free(arena);
	return removed;
}
