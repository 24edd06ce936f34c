/*
 * A journal as a file: for its reader (html, md, pdf), or whole, to be taken in again (json, zip; import.c). All but
 * the book are streamed entry by entry in constant memory.
 *
 * json     {"format": "aurora-journal", "format_version": 1, "journal": {name, description, settings}, "entries": [
 *          an entry a line ]}
 * zip      that as journal.json, and each attachment's bytes as attachments/<id>/<filename>
 * html     one page, its images in it
 */
#include <string.h>

#include <json-c/json.h>
#include <openssl/bio.h>
#include <openssl/evp.h>

#include "aurora/blob.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "aurora/zip.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/log.h"

#include "attachments.h"
#include "files.h"
#include "html.h"
#include "journals.h"
#include "pdf.h"
#include "store.h"
#include "template.h"

#define EMBEDDED                                                                                                       \
	"aurora-attachment:" /* what stands in HTML, before an attachment's id, until its bytes are put there */

struct export;

struct format {
	const char *name;
	const char *type;
	void (*begin)(struct export *export);                           /* what stands in front */
	bool (*add)(struct export *export, const struct result *entry); /* false: go no further */
	bool (*end)(struct export *export);
};

struct export
{
	struct request *req;
	const struct format *format;
	const struct result *journal;
	const char *locale;
	const char *writer;  /* who asks */
	struct buf *out;     /* NULL until the head is sent */
	struct arena *entry; /* memory of the entry that is being written */
	bool begun;          /* what stands in front is written */
	bool any;            /* an entry is */
	struct zip_writer *zip;
	struct file *files, **last_file; /* that the archive is still to get */
	struct pdf *pdf;
	const char *why; /* it failed, when that was not the database */
};

static const char *of_journal(const struct export *export, const char *member)
{
	return result_get(export->journal, 0, member);
}

/* The head of the answer, with the file's name: the journal's. */
static struct buf *begin_stream(struct export *export)
{
	response_header(export->req, "Content-Disposition",
			"attachment; filename=\"journal.%s\"; filename*=UTF-8''%s.%s", export->format->name,
			percent_encode(export->req->arena, of_journal(export, "name")), export->format->name);
	export->out = response_stream(export->req, 200, export->format->type);
	return export->out;
}

/* For an entry with more attachments than there is memory to name. */
static bool too_large(struct export *export)
{
	export->why = "an entry is too large to be exported";
	return false;
}

/* json */

static void write_head(const struct export *export, struct buf *out)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_begin_object(&w);
	json_member_string(&w, "format", FORMAT_NAME);
	json_member_int(&w, "format_version", FORMAT_VERSION);
	json_key(&w, "journal");
	json_begin_object(&w);
	json_member_string(&w, "name", of_journal(export, "name"));
	json_member_string(&w, "description", of_journal(export, "description"));
	json_member_raw(&w, "settings", of_journal(export, "settings"));
	json_end_object(&w);
	buf_adds(out, ",\n\"entries\":[\n");
}

static void write_entry(const struct export *export, struct buf *out, const struct result *entry)
{
	struct json_writer w;

	buf_adds(out, export->any ? ",\n" : "");
	json_writer_init(&w, out);
	thing_encode(&w, entry_fields, entry, 0);
}

static const char json_tail[] = "\n]}\n";

static void begin_json(struct export *export)
{
	write_head(export, begin_stream(export));
}

static bool add_json(struct export *export, const struct result *entry)
{
	write_entry(export, export->out, entry);
	return response_flush(export->req, false);
}

static bool end_json(struct export *export)
{
	buf_adds(export->out, json_tail);
	return true;
}

/* md */

static void begin_md(struct export *export)
{
	struct buf *out = begin_stream(export);

	buf_printf(out, "# %s\n", of_journal(export, "name"));
	if (*of_journal(export, "description") != '\0')
		buf_printf(out, "\n%s\n", of_journal(export, "description"));
}

static bool add_md(struct export *export, const struct result *entry)
{
	struct buf *out = export->out;
	const char *title = result_get(entry, 0, "title");
	const char *mood = result_get(entry, 0, "mood");
	size_t count;
	char **tags = array_items(export->entry, result_get(entry, 0, "tags"), &count);

	buf_printf(out, "\n## %s%s%s\n",
		   date_in_words(export->entry, export->locale, result_get(entry, 0, "entry_date")),
		   *title != '\0' ? ": " : "", title);
	if (mood != NULL || count > 0) {
		buf_adds(out, "\n*");
		if (mood != NULL)
			buf_printf(out, "%s/5", mood);
		for (size_t i = 0; i < count; i++)
			buf_printf(out, "%s#%s", i > 0 || mood != NULL ? " " : "", tags[i]);
		buf_adds(out, "*\n");
	}
	buf_printf(out, "\n%s\n", result_get(entry, 0, "content"));
	return response_flush(export->req, false);
}

static bool end_nothing(struct export *export)
{
	(void)export;
	return true;
}

/* html */

static void begin_html(struct export *export)
{
	struct buf *out = begin_stream(export);

	html_begin(out, export->locale, of_journal(export, "name"));
	html_style(export->entry, out);
	html_main(out);
	html_heading(out, of_journal(export, "name"), of_journal(export, "description"));
}

struct article {
	struct export *export;
	struct file *files;
};

/* What an entry says of an attachment of its own becomes a place for its bytes; of another's, nothing. */
static const char *embed(void *ctx, const char *url)
{
	struct article *article = ctx;

	if (strncmp(url, ATTACHMENT_PATH, sizeof(ATTACHMENT_PATH) - 1) != 0)
		return url;
	for (struct file *file = article->files; file != NULL; file = file->next)
		if (strcmp(file->id, url + sizeof(ATTACHMENT_PATH) - 1) == 0) {
			file->shown = true;
			return arena_printf(article->export->entry, EMBEDDED "%s", file->id);
		}
	return NULL;
}

/* Bytes as base64, by two of OpenSSL's filters: one makes it, into the other's memory. */
struct base64 {
	struct export *export;
	BIO *encoder, *text;
};

static bool drain_base64(struct base64 *b)
{
	char *text;
	long len = BIO_get_mem_data(b->text, &text);

	buf_add(b->export->out, text, (size_t)len);
	BIO_reset(b->text);
	return response_flush(b->export->req, false);
}

static bool add_base64(void *ctx, const void *data, size_t len)
{
	struct base64 *b = ctx;

	if (BIO_write(b->encoder, data, (int)len) != (int)len)
		die("base64 cannot be made");
	return drain_base64(b);
}

/* data: and its type and bytes (RFC 2397). */
static bool add_data(struct export *export, const struct file *file)
{
	struct base64 b = {.export = export, .encoder = BIO_new(BIO_f_base64()), .text = BIO_new(BIO_s_mem())};
	enum blob_status status;

	if (b.encoder == NULL || b.text == NULL)
		die("base64 cannot be made");
	BIO_set_flags(b.encoder, BIO_FLAGS_BASE64_NO_NL);
	BIO_push(b.encoder, b.text);
	buf_printf(export->out, "data:%s;base64,", file->media_type);
	status = blob_read(export->entry, file->sha256, 0, file->size, add_base64, &b);
	if (status == BLOB_OK)
		BIO_flush(b.encoder);
	drain_base64(&b);
	BIO_free_all(b.encoder);
	if (status == BLOB_UNAVAILABLE)
		export->why = STORE_AWAY;
	return status == BLOB_OK || status == BLOB_MISSING;
}

/* HTML with the attachments' bytes where they belong. */
static bool add_embedded(struct export *export, const char *html, const struct file *files)
{
	for (const char *mark; (mark = strstr(html, "=\"" EMBEDDED)) != NULL;) {
		const char *id = mark + sizeof("=\"" EMBEDDED) - 1;
		const struct file *file = files;

		buf_add(export->out, html, (size_t)(mark + 2 - html));
		html = id;
		while (file != NULL && strncmp(file->id, id, strlen(file->id)) != 0)
			file = file->next;
		if (file == NULL)
			continue;
		html += strlen(file->id);
		if (!add_data(export, file))
			return false;
	}
	buf_adds(export->out, html);
	return true;
}

static bool add_html(struct export *export, const struct result *entry)
{
	struct article article = {.export = export, .files = files_of(export->entry, entry)};
	struct buf *html = buf_in(export->entry, BODY_MAX);

	html_article(export->entry, html, export->locale, entry, 0, embed, &article);
	for (struct file *file = article.files; file != NULL; file = file->next) {
		if (file->shown)
			continue;
		buf_adds(html, "<figure>");
		if (attachment_shown(file->media_type))
			buf_printf(html, "<img alt=\"\" src=\"" EMBEDDED "%s\">", file->id);
		buf_adds(html, "<figcaption>");
		buf_add_html(html, file->filename);
		buf_adds(html, "</figcaption></figure>\n");
	}
	html_article_end(html);
	if (html->overflow)
		return too_large(export);
	return add_embedded(export, buf_text(html), article.files) && response_flush(export->req, false);
}

static bool end_html(struct export *export)
{
	html_end(export->out);
	return true;
}

/* zip */

static bool sink_archive(void *ctx, const void *data, size_t len)
{
	struct export *export = ctx;

	buf_add(export->out, data, len);
	return response_flush(export->req, false);
}

static bool add_archive(void *ctx, const void *data, size_t len)
{
	struct export *export = ctx;

	return zip_write(export->zip, data, len);
}

static void begin_zip(struct export *export)
{
	struct buf *text = buf_in(export->entry, BODY_MAX);

	begin_stream(export);
	export->zip = zip_begin(export->req->arena, sink_archive, export);
	zip_file(export->zip, ARCHIVE_JSON, -1, false);
	write_head(export, text);
	zip_write(export->zip, buf_text(text), text->len);
}

static bool add_zip(struct export *export, const struct result *entry)
{
	struct buf *text = buf_in(export->entry, BODY_MAX);

	write_entry(export, text, entry);
	if (text->overflow)
		return too_large(export);
	for (const struct file *file = files_of(export->entry, entry); file != NULL; file = file->next) {
		*export->last_file = file_copy(export->req->arena, file);
		export->last_file = &(*export->last_file)->next;
	}
	return zip_write(export->zip, buf_text(text), text->len);
}

static bool end_zip(struct export *export)
{
	if (!zip_write(export->zip, json_tail, sizeof(json_tail) - 1))
		return false;
	for (const struct file *file = export->files; file != NULL; file = file->next) {
		const char *name;
		enum blob_status status;

		arena_clear(export->entry);
		name = arena_printf(export->entry, ARCHIVE_FILES "%s/%s", file->id, file->filename);
		if (!zip_file(export->zip, name, file->size, true))
			return false;
		status = blob_read(export->entry, file->sha256, 0, file->size, add_archive, export);
		if (status != BLOB_OK) {
			export->why = status == BLOB_STOPPED ? "the client is gone" : "an attachment cannot be read";
			return false;
		}
	}
	return zip_end(export->zip);
}

/* pdf */

static void begin_pdf(struct export *export)
{
	export->pdf = pdf_begin(export->req->arena, of_journal(export, "name"), of_journal(export, "description"),
				export->locale, export->writer);
}

static bool add_pdf(struct export *export, const struct result *entry)
{
	export->why = pdf_add(export->pdf, export->entry, entry);
	return export->why == NULL;
}

static bool send_pdf(void *ctx, const void *data, size_t len)
{
	struct export *export = ctx;

	if (export->out == NULL)
		begin_stream(export);
	buf_add(export->out, data, len);
	return response_flush(export->req, false);
}

static bool end_pdf(struct export *export)
{
	export->why = pdf_end(export->pdf, send_pdf, export);
	return export->why == NULL;
}

static const struct format formats[] = {
	{"json", "application/json", begin_json, add_json, end_json},
	{"md", "text/markdown; charset=utf-8", begin_md, add_md, end_nothing},
	{"html", "text/html; charset=utf-8", begin_html, add_html, end_html},
	{"zip", "application/zip", begin_zip, add_zip, end_zip},
	{"pdf", "application/pdf", begin_pdf, add_pdf, end_pdf},
};

static const struct format *format_named(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

/* Not before the first entry is there, or known not to be: until then, what goes wrong can be answered. */
static void begin(struct export *export)
{
	if (!export->begun)
		export->format->begin(export);
	export->begun = true;
}

static bool add_entry(void *ctx, const struct result *entry)
{
	struct export *export = ctx;
	bool more;

	begin(export);
	arena_clear(export->entry);
	more = export->format->add(export, entry);
	export->any = true;
	return more;
}

/* After something went wrong: an answer while there is none, else a connection that ends without its end. */
static int fail(struct export *export)
{
	struct request *req = export->req;

	if (export->out != NULL)
		response_abort(req, export->why != NULL ? export->why : db_error(req->db));
	else if (export->why != NULL)
		problem(req, PROBLEM_UNAVAILABLE, "%s", export->why);
	else
		problem_database(req);
	return 0;
}

/* GET /api/journals/:id/export: 200 with the file; 400 for an unknown format; 404. */
int get_export(struct request *req)
{
	const char *name = request_query(req, "format");
	const char *id = request_id_param(req, "id");
	struct export export = {
		.req = req, .format = format_named(name != NULL ? name : "json"), .entry = arena_within(req->arena)};
	const char *from, *to;
	struct result *profile;

	export.last_file = &export.files;
	if (id == NULL)
		return 0;
	if (export.format == NULL)
		return problem(req, PROBLEM_BAD_REQUEST, "format is pdf, md, html, json or zip");
	if (!query_day(req, "from", "-infinity", &from) || !query_day(req, "to", "infinity", &to))
		return 0;
	export.journal = store_journal(req, id);
	profile = export.journal != NULL ? store_profile(req) : NULL;
	if (profile == NULL)
		return problem_database(req);
	if (result_rows(export.journal) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such journal");
	export.locale = result_rows(profile) > 0 ? result_get(profile, 0, "locale") : "en";
	export.writer = result_rows(profile) > 0 ? result_get(profile, 0, "name") : "";
	if (req->head) {
		begin_stream(&export);
		return 0;
	}
	if (!store_export(req, id, from, to, add_entry, &export))
		return fail(&export);
	begin(&export);
	if (!req->res.failed && !export.format->end(&export))
		return fail(&export);
	return 0;
}
