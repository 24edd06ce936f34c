#include "aurora/s3.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>

#include "aurora/params.h"
#include "util/arena.h"
#include "util/log.h"

#define LIBCURL    "libcurl.so.4"
#define CONNECT_MS 2000
#define SILENT_S   5 /* a transfer slower than SLOW_BYTES a second for so long is given up */
#define SLOW_BYTES 1024
#define ANSWER_MAX 1024 /* bytes of an error's explanation that are kept */
#define SECRET_MAX 256

/* What of libcurl is used. */
static struct {
	CURL *(*init)(void);
	CURLcode (*setopt)(CURL *curl, CURLoption option, ...);
	CURLcode (*perform)(CURL *curl);
	CURLcode (*getinfo)(CURL *curl, CURLINFO info, ...);
	const char *(*strerror)(CURLcode code);
	void (*cleanup)(CURL *curl);
	struct curl_slist *(*append)(struct curl_slist *list, const char *text);
	void (*free_all)(struct curl_slist *list);
} lib;

static void load(void)
{
	static const struct {
		const char *name;
		void *into;
	} symbols[] = {{"curl_easy_init", &lib.init},         {"curl_easy_setopt", &lib.setopt},
		       {"curl_easy_perform", &lib.perform},   {"curl_easy_getinfo", &lib.getinfo},
		       {"curl_easy_strerror", &lib.strerror}, {"curl_easy_cleanup", &lib.cleanup},
		       {"curl_slist_append", &lib.append},    {"curl_slist_free_all", &lib.free_all}};
	void *handle;

	if (lib.free_all != NULL)
		return;
	handle = dlopen(LIBCURL, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		die("%s", dlerror());
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (symbol == NULL)
			die("%s", dlerror());
		memcpy(symbols[i].into, &symbol, sizeof(symbol));
	}
}

/* The secret key, from its file, which nobody but the house may read. Dies without it: the store was asked for. */
static const char *secret_key(void)
{
	static char key[SECRET_MAX];
	const char *path = *params.s3_secret_file != '\0' ? params.s3_secret_file : home_path("secrets/s3");
	struct stat file;
	ssize_t len;
	int fd;

	if (key[0] != '\0')
		return key;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &file) != 0)
		die("%s: %s; put the secret access key of the S3 store there", path, strerror(errno));
	if ((file.st_mode & 077) != 0)
		die("%s may be read by others: chmod 600 it", path);
	len = read(fd, key, sizeof(key) - 1);
	close(fd);
	while (len > 0 && (key[len - 1] == '\n' || key[len - 1] == '\r'))
		len--;
	if (len <= 0)
		die("%s is empty; put the secret access key of the S3 store there", path);
	key[len] = '\0';
	return key;
}

#define NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" /* SHA-256 of no bytes */

struct transfer {
	CURL *curl;
	struct curl_slist *headers;
	bool (*sink)(void *ctx, const void *data, size_t len);
	void *ctx;
	int fd;         /* what is sent */
	int64_t offset; /* of it */
	bool stopped;
	char answer[ANSWER_MAX + 1]; /* of a server that refused */
	size_t answer_len;
};

static void end_transfer(void *ptr)
{
	struct transfer *t = ptr;

	if (t->curl != NULL)
		lib.cleanup(t->curl);
	lib.free_all(t->headers);
	t->curl = NULL;
	t->headers = NULL;
}

static long status_of(const struct transfer *t)
{
	long status = 0;

	lib.getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t receive(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * count;
	size_t room = ANSWER_MAX - t->answer_len;

	if (status_of(t) / 100 == 2 && t->sink != NULL) {
		t->stopped = !t->sink(t->ctx, data, len);
		return t->stopped ? 0 : len;
	}
	memcpy(t->answer + t->answer_len, data, len < room ? len : room);
	t->answer_len += len < room ? len : room;
	return len;
}

static size_t give(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	ssize_t n = pread(t->fd, data, size * count, t->offset);

	if (n < 0)
		return CURL_READFUNC_ABORT;
	t->offset += n;
	return (size_t)n;
}

static void add_header(struct arena *arena, struct transfer *t, const char *name, const char *value)
{
	struct curl_slist *more = lib.append(t->headers, arena_printf(arena, "%s: %s", name, value));

	if (more == NULL)
		die("out of memory");
	t->headers = more;
}

/* `body`: the hash of what is sent, which is signed with the rest. */
static struct transfer *begin(struct arena *arena, const char *sha256, const char *body)
{
	struct transfer *t = arena_alloc(arena, sizeof(*t));

	load();
	t->curl = lib.init();
	if (t->curl == NULL)
		die("libcurl cannot begin");
	arena_defer(arena, end_transfer, t);
	lib.setopt(t->curl, CURLOPT_URL, arena_printf(arena, "%s/%s/%s", params.s3_endpoint, params.s3_bucket, sha256));
	lib.setopt(t->curl, CURLOPT_AWS_SIGV4, arena_printf(arena, "aws:amz:%s:s3", params.s3_region));
	lib.setopt(t->curl, CURLOPT_USERNAME, params.s3_access_key);
	lib.setopt(t->curl, CURLOPT_PASSWORD, secret_key());
	lib.setopt(t->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	lib.setopt(t->curl, CURLOPT_PROXY, "");
	lib.setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
	lib.setopt(t->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	lib.setopt(t->curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	lib.setopt(t->curl, CURLOPT_LOW_SPEED_TIME, (long)SILENT_S);
	lib.setopt(t->curl, CURLOPT_WRITEFUNCTION, receive);
	lib.setopt(t->curl, CURLOPT_WRITEDATA, t);
	add_header(arena, t, "x-amz-content-sha256", body);
	return t;
}

static enum blob_status perform(struct transfer *t, const char *what, const char *sha256)
{
	CURLcode code;
	long status;

	lib.setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
	code = lib.perform(t->curl);
	status = status_of(t);
	/* Its connection is not to last as long as the arena: a book may need hundreds. */
	end_transfer(t);
	if (t->stopped)
		return BLOB_STOPPED;
	if (code == CURLE_OK && status / 100 == 2)
		return BLOB_OK;
	if (code == CURLE_OK && status == 404)
		return BLOB_MISSING;
	if (code != CURLE_OK)
		log_error("S3 store: %s %s: %s", what, sha256, lib.strerror(code));
	else
		log_error("S3 store: %s %s: status %ld: %s", what, sha256, status, t->answer);
	return BLOB_UNAVAILABLE;
}

enum blob_status s3_put(struct arena *arena, const char *sha256, int fd, int64_t size)
{
	struct transfer *t = begin(arena, sha256, sha256);
	enum blob_status status;

	t->fd = fd;
	lib.setopt(t->curl, CURLOPT_UPLOAD, 1L);
	lib.setopt(t->curl, CURLOPT_READFUNCTION, give);
	lib.setopt(t->curl, CURLOPT_READDATA, t);
	lib.setopt(t->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)size);
	add_header(arena, t, "Content-Type", "application/octet-stream");
	status = perform(t, "put", sha256);
	if (status != BLOB_MISSING)
		return status;
	log_error("S3 store: there is no bucket %s", params.s3_bucket);
	return BLOB_UNAVAILABLE;
}

enum blob_status s3_get(struct arena *arena, const char *sha256, int64_t offset, int64_t len,
			bool (*sink)(void *ctx, const void *data, size_t len), void *ctx)
{
	struct transfer *t = begin(arena, sha256, NOTHING);

	t->sink = sink;
	t->ctx = ctx;
	if (len >= 0)
		add_header(arena, t, "Range",
			   arena_printf(arena, "bytes=%lld-%lld", (long long)offset, (long long)(offset + len - 1)));
	return perform(t, "get", sha256);
}

enum blob_status s3_delete(struct arena *arena, const char *sha256)
{
	struct transfer *t = begin(arena, sha256, NOTHING);
	enum blob_status status;

	lib.setopt(t->curl, CURLOPT_CUSTOMREQUEST, "DELETE");
	status = perform(t, "delete", sha256);
	return status == BLOB_MISSING ? BLOB_OK : status;
}

void s3_check(void)
{
	load();
	secret_key();
}
