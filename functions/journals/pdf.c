#include "pdf.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aurora/blob.h"
#include "aurora/params.h"
#include "db/db.h"
#include "http/field.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/log.h"

#include "attachments.h"
#include "book.h"
#include "files.h"
#include "markdown.h"
#include "template.h"

#define FLUSH      (256u << 10)
#define CHUNK      65536
#define WHY_SIZE   200
#define CPU_S      120 /* what the child may use */
#define FILE_MAX   (2ul << 30)
#define MEMORY_MAX (2ul << 30)
#define FAILED     "the book could not be made"
#define FULL       "there is no room to make a book"

struct pdf {
	struct arena *arena;
	const char *locale;
	struct buf *waiting; /* fields that are not yet written */
	int fields, out;     /* files without a name */
	bool full;
};

static void end_pdf(void *ptr)
{
	struct pdf *pdf = ptr;

	close(pdf->fields);
	close(pdf->out);
}

static int nameless_file(void)
{
	int fd = open(home_path("run"), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		log_error("%s: %s", home_path("run"), strerror(errno));
	return fd;
}

static void flush(struct pdf *pdf)
{
	const char *data = pdf->waiting->data;
	size_t left = pdf->waiting->len;

	while (left > 0 && !pdf->full) {
		ssize_t n = write(pdf->fields, data, left);

		if (n < 0 && errno != EINTR) {
			log_error("a book's text: %s", strerror(errno));
			pdf->full = true;
		} else if (n > 0) {
			data += n;
			left -= (size_t)n;
		}
	}
	buf_clear(pdf->waiting);
}

static void add_field(struct pdf *pdf, const char *text)
{
	uint32_t len = (uint32_t)strlen(text);

	buf_add(pdf->waiting, &len, sizeof(len));
	buf_add(pdf->waiting, text, len + 1);
	if (pdf->waiting->len > FLUSH)
		flush(pdf);
}

struct pdf *pdf_begin(struct arena *arena, const char *name, const char *description, const char *locale,
		      const char *writer)
{
	struct pdf *pdf = arena_alloc(arena, sizeof(*pdf));

	*pdf = (struct pdf){.arena = arena, .locale = locale, .waiting = buf_in(arena, FLUSH + (2u << 20))};
	pdf->fields = nameless_file();
	pdf->out = nameless_file();
	pdf->full = pdf->fields < 0 || pdf->out < 0;
	arena_defer(arena, end_pdf, pdf);
	add_field(pdf, name);
	add_field(pdf, description);
	add_field(pdf, locale);
	add_field(pdf, writer);
	return pdf;
}

static const char *tags_in_line(struct arena *arena, const char *literal)
{
	size_t count;
	char **tags = array_items(arena, literal, &count);
	struct buf *line = buf_in(arena, 65536);

	for (size_t i = 0; i < count; i++)
		buf_printf(line, "%s#%s", i > 0 ? "  " : "", tags[i]);
	return buf_text(line);
}

const char *pdf_add(struct pdf *pdf, struct arena *work, const struct result *entry)
{
	const char *day = result_get(entry, 0, "entry_date");
	const char *content = result_get(entry, 0, "content");
	const char *mood = result_get(entry, 0, "mood");
	struct file *files = files_of(work, entry);
	int count = 0;

	add_field(pdf, day);
	add_field(pdf, date_in_words(work, pdf->locale, day));
	add_field(pdf, date_in_short(work, pdf->locale, day));
	add_field(pdf, month_in_words(work, pdf->locale, day));
	add_field(pdf, result_get(entry, 0, "title"));
	add_field(pdf, content);
	add_field(pdf, mood != NULL ? mood : "");
	add_field(pdf, tags_in_line(work, result_get(entry, 0, "tags")));
	for (const struct file *file = files; file != NULL; file = file->next)
		count++;
	add_field(pdf, markdown_tables_affordable(content, strlen(content)) ? "" : "1");
	add_field(pdf, arena_printf(work, "%d", count));
	for (const struct file *file = files; file != NULL; file = file->next) {
		enum blob_status status = BLOB_OK;
		const char *path = "";

		/* A copy that comes out of an S3 store lives as long as the book. */
		if (attachment_shown(file->media_type))
			path = blob_file(pdf->arena, file->sha256, &status);
		if (status == BLOB_UNAVAILABLE)
			return STORE_AWAY;
		add_field(pdf, file->id);
		add_field(pdf, file->filename);
		add_field(pdf, path != NULL ? path : "");
	}
	return pdf->full ? FULL : NULL;
}

static void limit(int resource, rlim_t most)
{
	const struct rlimit to = {.rlim_cur = most, .rlim_max = most};

	setrlimit(resource, &to);
}

/* The child: everything that it does ends with it. */
static int make(const struct pdf *pdf, char *why)
{
	off_t len = lseek(pdf->fields, 0, SEEK_END);
	const char *fields = mmap(NULL, (size_t)len, PROT_READ, MAP_PRIVATE, pdf->fields, 0);
	void *plugin;
	book_make_fn *book_make;

	limit(RLIMIT_CPU, CPU_S);
	limit(RLIMIT_FSIZE, FILE_MAX);
#ifndef AURORA_SANITIZED
	limit(RLIMIT_AS, MEMORY_MAX);
#endif
	plugin = dlopen(home_path("bin/" BOOK_PLUGIN), RTLD_NOW | RTLD_LOCAL);
	*(void **)&book_make = plugin != NULL ? dlsym(plugin, BOOK_MAKE) : NULL;
	if (book_make == NULL || fields == MAP_FAILED) {
		snprintf(why, WHY_SIZE, "%s", book_make == NULL ? dlerror() : strerror(errno));
		return 1;
	}
	return book_make(fields, (size_t)len, pdf->out, why, WHY_SIZE) ? 0 : 1;
}

const char *pdf_end(struct pdf *pdf, bool (*sink)(void *ctx, const void *data, size_t len), void *ctx)
{
	char *why;
	char *chunk = arena_alloc(pdf->arena, CHUNK);
	int status = -1;
	ssize_t n = 0;
	pid_t child;

	flush(pdf);
	if (pdf->full)
		return FULL;
	why = mmap(NULL, WHY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (why == MAP_FAILED)
		return FULL;
	child = fork();
	if (child == 0)
		_exit(make(pdf, why));
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (status != 0)
		log_error("a book: status %d: %s", status, child > 0 ? why : strerror(errno));
	munmap(why, WHY_SIZE);
	if (status != 0)
		return FAILED;
	for (off_t at = 0; (n = pread(pdf->out, chunk, CHUNK, at)) > 0; at += n)
		if (!sink(ctx, chunk, (size_t)n))
			return "the client is gone";
	return n < 0 ? FAILED : NULL;
}
