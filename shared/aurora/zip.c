#include "aurora/zip.h"

#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "util/arena.h"
#include "util/log.h"
#include "util/utf8.h"

#define LIBARCHIVE "libarchive.so.13"
#define BLOCK      65536

/* What of libarchive is used: the type of each is its declaration's. */
#define FUNCTIONS(F)                                                                                                   \
	F(archive_write_new)                                                                                           \
	F(archive_write_set_format_zip)                                                                                \
	F(archive_write_zip_set_compression_deflate)                                                                   \
	F(archive_write_zip_set_compression_store)                                                                     \
	F(archive_write_set_bytes_per_block)                                                                           \
	F(archive_write_open)                                                                                          \
	F(archive_write_header)                                                                                        \
	F(archive_write_data)                                                                                          \
	F(archive_write_close)                                                                                         \
	F(archive_write_fail)                                                                                          \
	F(archive_write_free)                                                                                          \
	F(archive_read_new)                                                                                            \
	F(archive_read_support_format_zip_seekable)                                                                    \
	F(archive_read_open_fd)                                                                                        \
	F(archive_read_next_header)                                                                                    \
	F(archive_read_data)                                                                                           \
	F(archive_read_free)                                                                                           \
	F(archive_entry_new)                                                                                           \
	F(archive_entry_free)                                                                                          \
	F(archive_entry_clear)                                                                                         \
	F(archive_entry_set_pathname_utf8)                                                                             \
	F(archive_entry_set_filetype)                                                                                  \
	F(archive_entry_set_perm)                                                                                      \
	F(archive_entry_set_mtime)                                                                                     \
	F(archive_entry_set_size)                                                                                      \
	F(archive_entry_pathname_utf8)                                                                                 \
	F(archive_entry_filetype)                                                                                      \
	F(archive_entry_is_encrypted)                                                                                  \
	F(archive_entry_mtime)                                                                                         \
	F(archive_error_string)

static struct {
	void *handle;
	int users;
	locale_t locale; /* libarchive makes names of and to what LC_CTYPE says */
#define MEMBER(name) __typeof__(name) *name;
	FUNCTIONS(MEMBER)
#undef MEMBER
} lib;

static void load(void)
{
	static const struct {
		const char *name;
		void *into;
	} symbols[] = {
#define ROW(name) {#name, &lib.name},
		FUNCTIONS(ROW)
#undef ROW
	};

	if (lib.users++ > 0)
		return;
	lib.handle = dlopen(LIBARCHIVE, RTLD_LAZY | RTLD_LOCAL);
	if (lib.handle == NULL)
		die("%s", dlerror());
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void *symbol = dlsym(lib.handle, symbols[i].name);

		if (symbol == NULL)
			die("%s", dlerror());
		memcpy(symbols[i].into, &symbol, sizeof(symbol));
	}
	if (lib.locale == NULL)
		lib.locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	if (lib.locale == NULL)
		die("the locale C.UTF-8: %s", strerror(errno));
}

static void unload(void)
{
	if (--lib.users == 0)
		dlclose(lib.handle);
}

struct zip_writer {
	struct archive *archive;
	struct archive_entry *entry;
	bool (*sink)(void *ctx, const void *data, size_t len);
	void *ctx;
	bool open;
};

static void end_writer(void *ptr)
{
	struct zip_writer *zip = ptr;

	/* What was not ended is not completed now, when its sink may be gone. */
	if (zip->open)
		lib.archive_write_fail(zip->archive);
	lib.archive_entry_free(zip->entry);
	lib.archive_write_free(zip->archive);
	unload();
}

static la_ssize_t sink_block(struct archive *archive, void *ctx, const void *data, size_t len)
{
	struct zip_writer *zip = ctx;

	(void)archive;
	return zip->sink(zip->ctx, data, len) ? (la_ssize_t)len : -1;
}

struct zip_writer *zip_begin(struct arena *arena, bool (*sink)(void *ctx, const void *data, size_t len), void *ctx)
{
	struct zip_writer *zip = arena_alloc(arena, sizeof(*zip));

	load();
	*zip = (struct zip_writer){
		.archive = lib.archive_write_new(), .entry = lib.archive_entry_new(), .sink = sink, .ctx = ctx};
	if (zip->archive == NULL || zip->entry == NULL)
		die("libarchive: out of memory");
	arena_defer(arena, end_writer, zip);
	lib.archive_write_set_format_zip(zip->archive);
	lib.archive_write_set_bytes_per_block(zip->archive, 0);
	zip->open = lib.archive_write_open(zip->archive, zip, NULL, sink_block, NULL) == ARCHIVE_OK;
	if (!zip->open)
		die("libarchive: %s", lib.archive_error_string(zip->archive));
	return zip;
}

bool zip_file(struct zip_writer *zip, const char *name, int64_t size, bool packed)
{
	locale_t before = uselocale(lib.locale);
	bool ok;

	if (packed)
		lib.archive_write_zip_set_compression_store(zip->archive);
	else
		lib.archive_write_zip_set_compression_deflate(zip->archive);
	lib.archive_entry_clear(zip->entry);
	lib.archive_entry_set_pathname_utf8(zip->entry, name);
	lib.archive_entry_set_filetype(zip->entry, S_IFREG);
	lib.archive_entry_set_perm(zip->entry, 0644);
	lib.archive_entry_set_mtime(zip->entry, time(NULL), 0);
	if (size >= 0)
		lib.archive_entry_set_size(zip->entry, size);
	ok = lib.archive_write_header(zip->archive, zip->entry) == ARCHIVE_OK;
	uselocale(before);
	return ok;
}

bool zip_write(struct zip_writer *zip, const void *data, size_t len)
{
	return lib.archive_write_data(zip->archive, data, len) == (la_ssize_t)len;
}

bool zip_end(struct zip_writer *zip)
{
	zip->open = false;
	return lib.archive_write_close(zip->archive) == ARCHIVE_OK;
}

struct zip_reader {
	struct archive *archive;
	int64_t bytes_left;
	long members_left;
	int64_t modified;
};

static void end_reader(void *ptr)
{
	struct zip_reader *zip = ptr;

	lib.archive_read_free(zip->archive);
	unload();
}

struct zip_reader *zip_open(struct arena *arena, int fd, int64_t bytes_max, long members_max)
{
	struct zip_reader *zip = arena_alloc(arena, sizeof(*zip));

	load();
	*zip = (struct zip_reader){
		.archive = lib.archive_read_new(), .bytes_left = bytes_max, .members_left = members_max};
	if (zip->archive == NULL)
		die("libarchive: out of memory");
	arena_defer(arena, end_reader, zip);
	lib.archive_read_support_format_zip_seekable(zip->archive);
	lseek(fd, 0, SEEK_SET);
	/* A file that is no archive says so at the first member. */
	lib.archive_read_open_fd(zip->archive, fd, BLOCK);
	return zip;
}

/* A relative path that stays below where it begins, in text. */
static bool name_ok(const char *name)
{
	if (name == NULL || *name == '\0' || *name == '/' || strchr(name, '\\') != NULL ||
	    !utf8_valid(name, strlen(name)))
		return false;
	for (const char *part = name; part != NULL;) {
		const char *slash = strchr(part, '/');

		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
			return false;
		part = slash != NULL ? slash + 1 : NULL;
	}
	for (const char *p = name; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return true;
}

enum zip_status zip_next(struct zip_reader *zip, const char **name)
{
	locale_t before = uselocale(lib.locale);
	enum zip_status status = ZIP_OK;
	struct archive_entry *entry;

	do {
		int result = lib.archive_read_next_header(zip->archive, &entry);

		if (result == ARCHIVE_EOF)
			status = ZIP_END;
		else if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
			status = ZIP_DAMAGED;
		else if (zip->members_left-- <= 0)
			status = ZIP_TOO_LARGE;
		else if (!name_ok(*name = lib.archive_entry_pathname_utf8(entry)))
			status = ZIP_BAD_NAME;
		else if (lib.archive_entry_is_encrypted(entry))
			status = ZIP_DAMAGED;
		else if (lib.archive_entry_filetype(entry) != AE_IFREG && lib.archive_entry_filetype(entry) != AE_IFDIR)
			status = ZIP_BAD_KIND;
	} while (status == ZIP_OK && lib.archive_entry_filetype(entry) == AE_IFDIR);
	zip->modified = status == ZIP_OK ? lib.archive_entry_mtime(entry) : 0;
	uselocale(before);
	return status;
}

int64_t zip_modified(const struct zip_reader *zip)
{
	return zip->modified;
}

enum zip_status zip_read(struct zip_reader *zip, void *data, size_t size, size_t *got)
{
	la_ssize_t n = lib.archive_read_data(zip->archive, data, size);

	*got = n > 0 ? (size_t)n : 0;
	if (n < 0)
		return ZIP_DAMAGED;
	zip->bytes_left -= n;
	return zip->bytes_left < 0 ? ZIP_TOO_LARGE : ZIP_OK;
}
