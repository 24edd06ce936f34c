/*
 * Take in a journal as a file: JSON or a zip archive as export.c writes them, or a zip archive of Markdown files with
 * front matter (title, date, tags, mood, time_zone) and what their images and links name.
 *
 * All of it or, when any of it is bad, nothing. An entry keeps its id where this journal has that, else it gets one
 * that follows from the journal and its id or path: the same file again changes nothing. One that lies in the trash as
 * the file has it comes back. Attachments are stored before the entries that have them, and go again when these do not
 * come.
 *
 * Faults are told by where they stand: "/entries/3/title", or for a Markdown file "/walks~12026-03-29.md/title".
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <json-c/json.h>

#include "aurora/blob.h"
#include "aurora/params.h"
#include "aurora/service.h"
#include "aurora/tags.h"
#include "aurora/thing.h"
#include "aurora/zip.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/utf8.h"
#include "util/uuid.h"

#include "attachments.h"
#include "files.h"
#include "frontmatter.h"
#include "journals.h"
#include "markdown.h"
#include "store.h"
#include "words.h"

#define CHUNK        65536
#define BATCH        100
#define BATCH_BYTES  (2u << 20)
#define MEMBERS_MAX  50000
#define RATIO_MAX    200  /* bytes that a byte of an archive may become */
#define BYTES_FACTOR 16   /* of import_limit, which an archive may become */
#define FILES_MAX    1000 /* of one entry */
#define FAULTS_MAX   100  /* as many as problem_field keeps */
#define TIMELESS_MS  INT64_C(946684800000)

/* A file of an archive that is none of text. */
struct member {
	const char *name;
	struct attachment attachment;
};

/* A Markdown file of an archive: where its text is in `texts`. */
struct note {
	const char *name;
	size_t at, len;
	int64_t modified_s;
};

/* An entry that waits for its batch. */
struct draft {
	const char *source; /* its id in the file, or its path; NULL for neither */
	bool source_is_id;
	char id[UUID_TEXT];
	const char *title, *content, *entry_date, *time_zone, *mood, *tags, *created_at, *updated_at;
	struct file *files;
};

struct import {
	struct request *req;
	const char *journal;
	const char *owner;
	bool own;
	bool dry_run;
	int64_t room; /* bytes of the owner's quota that are left */

	/* Of an archive. */
	struct member *members;
	size_t member_count, member_room;
	struct note *notes;
	size_t note_count, note_room;
	struct blob_writer *texts; /* the Markdown files' */
	struct blob_writer *json;
	int64_t text_bytes;
	const char **arrivals;
	size_t arrival_count, arrival_room;

	struct arena *arena; /* of the batch */
	struct draft drafts[BATCH];
	size_t count, bytes;

	long long entries, created, restored, conflicts, attachments, missing;
	bool answered; /* something else than a fault ended it: that is answered */
};

static bool ended(const struct import *in)
{
	return in->answered || problem_fields(in->req) >= FAULTS_MAX;
}

static void fault(struct import *in, const char *pointer, const char *code, const char *detail)
{
	problem_field(in->req, pointer, code, "%s", detail);
}

/* Room for one item more, in the arena. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
	void *more;

	if (count < *room)
		return items;
	*room = *room > 0 ? 2 * *room : 64;
	more = arena_alloc(arena, *room * size);
	if (count > 0)
		memcpy(more, items, count * size);
	return more;
}

static void quota_is_full(struct import *in)
{
	problem(in->req, PROBLEM_TOO_LARGE, "the attachments of the journal's owner may have %ld MiB together",
		params.attachment_quota);
	in->answered = true;
}

/* Files that entries bring along. */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static struct member *member_named(const struct import *in, const char *name)
{
	const struct member key = {.name = name};

	return in->member_count > 0 ? bsearch(&key, in->members, in->member_count, sizeof(key), by_name) : NULL;
}

static void add_file(struct import *in, struct file ***last, const char *id, const char *filename,
		     const char *created_at, const struct attachment *content)
{
	struct file *file = arena_alloc(in->arena, sizeof(*file));

	*file = (struct file){.id = id,
			      .filename = filename,
			      .created_at = created_at,
			      .media_type = content->media_type,
			      .sha256 = content->sha256,
			      .size = strtoll(content->size, NULL, 10),
			      .width = content->width != NULL ? (int)strtol(content->width, NULL, 10) : 0,
			      .height = content->height != NULL ? (int)strtol(content->height, NULL, 10) : 0};
	file->new_id = id;
	**last = file;
	*last = &file->next;
}

/* Write down that a content arrives; it stays until that is over. False with the request answered. */
static bool announce(struct import *in, const struct attachment *content)
{
	struct result *arrival = store_attachment_arrives(in->req, content);

	if (arrival == NULL) {
		problem_database(in->req);
		in->answered = true;
		return false;
	}
	in->arrivals = grown(in->req->kept, in->arrivals, in->arrival_count, &in->arrival_room, sizeof(*in->arrivals));
	in->arrivals[in->arrival_count++] = arena_strdup(in->req->kept, result_get(arrival, 0, "id"));
	return true;
}

/* Content that is in the owner's attachments already; false when not, or not for the caller to use. Nobody takes it out
 * of the store once it is announced. */
static bool stored_content(struct import *in, const char *sha256, struct attachment *content)
{
	const struct attachment wanted = {.owner = in->owner, .sha256 = sha256};
	struct result *found;

	if (!in->own || sha256 == NULL || strlen(sha256) != 64 || strspn(sha256, "0123456789abcdef") != 64 ||
	    !announce(in, &wanted))
		return false;
	found = store_import_contents(in->req, in->owner, array_literal(in->arena, &sha256, 1));
	if (found == NULL || result_rows(found) == 0)
		return false;
	*content = (struct attachment){.sha256 = result_get(found, 0, "sha256"),
				       .media_type = result_get(found, 0, "media_type"),
				       .size = result_get(found, 0, "size"),
				       .width = result_get(found, 0, "width"),
				       .height = result_get(found, 0, "height")};
	return true;
}

static bool file_listed(const struct file *files, const char *id)
{
	while (files != NULL && strcmp(files->id, id) != 0)
		files = files->next;
	return files != NULL;
}

/* An exported entry's list of attachments: their bytes are in the archive, or in the store already. */
static struct file *listed_files(struct import *in, struct json_object *list)
{
	struct file *first = NULL, **last = &first;
	size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	if (count > FILES_MAX) {
		fault(in, "/attachments", "too_long", "are more than an import takes of one entry");
		return NULL;
	}
	for (size_t i = 0; i < count && !in->answered; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		const char *id = json_member_text(item, "id");
		const char *filename = json_member_text(item, "filename");
		const char *created_at = json_member_text(item, "created_at");
		const char *sha256 = json_member_text(item, "sha256");
		struct attachment content;
		struct member *member;
		int64_t us;

		if (id == NULL || !uuid_valid_v7(id) || filename == NULL || !attachment_filename_ok(filename)) {
			fault(in, "/attachments", "invalid", "must be as they were exported");
			return NULL;
		}
		if (created_at != NULL && !instant_parse(created_at, &us))
			created_at = NULL;
		if (file_listed(first, id))
			continue;
		member = member_named(in, arena_printf(in->arena, ARCHIVE_FILES "%s/%s", id, filename));
		if (member != NULL)
			add_file(in, &last, id, filename, created_at, &member->attachment);
		else if (stored_content(in, sha256, &content))
			add_file(in, &last, id, filename, created_at, &content);
		else
			in->missing++;
	}
	return first;
}

/* A text's links to attachments with the ids that these have now. */
static const char *with_new_ids(struct import *in, const char *text, const struct file *files)
{
	static const char path[] = ATTACHMENT_PATH;
	struct buf *out = buf_in(in->arena, BODY_MAX);

	for (const char *found; (found = strstr(text, path)) != NULL;) {
		const char *id = found + sizeof(path) - 1;
		const struct file *file = files;

		while (file != NULL && strncmp(file->id, id, UUID_TEXT - 1) != 0)
			file = file->next;
		buf_add(out, text, (size_t)(id - text));
		text = id;
		if (file != NULL) {
			buf_adds(out, file->new_id);
			text += UUID_TEXT - 1;
		}
	}
	buf_adds(out, text);
	return buf_text(out);
}

/* Batches. */

static void derive_id(const struct import *in, struct draft *draft)
{
	const char *seed =
		arena_printf(in->arena, "%s\n%s", in->journal, draft->source != NULL ? draft->source : draft->content);

	uuid_of(draft->id, TIMELESS_MS, seed, strlen(seed));
}

/* The ids under which the entries are there, or will be; with them, those of attachments, and what says these. */
static bool settle_ids(struct import *in)
{
	const char *ids[BATCH];
	size_t count = 0;
	struct result *known;

	for (size_t i = 0; i < in->count; i++)
		if (in->drafts[i].source_is_id)
			ids[count++] = in->drafts[i].source;
	known = count > 0 ? store_import_known(in->req, in->journal, array_literal(in->arena, ids, count)) : NULL;
	if (count > 0 && known == NULL)
		return false;
	for (size_t i = 0; i < in->count; i++) {
		struct draft *draft = &in->drafts[i];
		bool kept = false;

		for (int row = 0; known != NULL && row < result_rows(known) && draft->source_is_id && !kept; row++)
			kept = strcmp(result_text(known, row, 0), draft->source) == 0;
		if (kept) {
			memcpy(draft->id, draft->source, UUID_TEXT);
			continue;
		}
		derive_id(in, draft);
		for (struct file *file = draft->files; file != NULL; file = file->next) {
			char *id = arena_alloc(in->arena, UUID_TEXT);
			const char *seed = arena_printf(in->arena, "%s\n%s", draft->id, file->id);

			uuid_of(id, TIMELESS_MS, seed, strlen(seed));
			file->new_id = id;
		}
		if (draft->files != NULL)
			draft->content = with_new_ids(in, draft->content, draft->files);
	}
	/* Of entries with one id the first is taken, and its files. */
	for (size_t i = 1; i < in->count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(in->drafts[i].id, in->drafts[k].id) == 0)
				in->drafts[i].files = NULL;
	return true;
}

static void write_files(struct json_writer *w, const struct file *files)
{
	json_key(w, "attachments");
	json_begin_array(w);
	for (const struct file *file = files; file != NULL; file = file->next) {
		json_begin_object(w);
		json_member_string(w, "id", file->new_id);
		json_member_string(w, "filename", file->filename);
		json_member_string(w, "media_type", file->media_type);
		json_member_int(w, "size", file->size);
		json_member_string(w, "sha256", file->sha256);
		if (file->width > 0) {
			json_member_int(w, "width", file->width);
			json_member_int(w, "height", file->height);
		}
		json_member_string(w, "created_at", file->created_at);
		json_end_object(w);
	}
	json_end_array(w);
}

static void write_draft(struct import *in, struct json_writer *w, const struct draft *draft)
{
	size_t count;
	char **tags = array_items(in->arena, draft->tags, &count);

	json_begin_object(w);
	json_member_string(w, "id", draft->id);
	json_member_string(w, "title", draft->title);
	json_member_string(w, "content", draft->content);
	json_member_string(w, "entry_date", draft->entry_date);
	json_member_string(w, "time_zone", draft->time_zone);
	json_member_string(w, "mood", draft->mood);
	json_key(w, "tags");
	json_begin_array(w);
	for (size_t i = 0; i < count; i++)
		json_string(w, tags[i]);
	json_end_array(w);
	json_member_int(w, "word_count", words_count(draft->content, strlen(draft->content)));
	write_files(w, draft->files);
	json_member_string(w, "created_at", draft->created_at);
	json_member_string(w, "updated_at", draft->updated_at);
	json_end_object(w);
}

static bool store_batch(struct import *in)
{
	struct buf *text = buf_in(in->arena, 64u << 20);
	struct json_writer w;
	struct result *stored;

	if (!settle_ids(in))
		return false;
	json_writer_init(&w, text);
	json_begin_array(&w);
	for (size_t i = 0; i < in->count; i++)
		write_draft(in, &w, &in->drafts[i]);
	json_end_array(&w);
	stored = store_import(in->req, in->journal, buf_text(text));
	if (stored == NULL)
		return false;
	if (result_rows(stored) == 0) {
		journal_refuse(in->req, in->journal, VIEWS_ONLY);
		in->answered = true;
		return true;
	}
	in->created += result_int(stored, 0, result_column(stored, "created"));
	in->restored += result_int(stored, 0, result_column(stored, "restored"));
	in->conflicts += result_int(stored, 0, result_column(stored, "conflicts"));
	in->attachments += result_int(stored, 0, result_column(stored, "attachments"));
	return true;
}

static void flush(struct import *in)
{
	struct arena *before = db_use(in->req->db, in->arena);

	if (in->count > 0 && !in->answered && problem_fields(in->req) == 0 && !store_batch(in)) {
		problem_database(in->req);
		in->answered = true;
	}
	db_use(in->req->db, before);
	in->count = 0;
	in->bytes = 0;
	arena_clear(in->arena);
}

/* Entries. */

static const struct field file_entry_fields[] = {
	{.name = "id", .type = FIELD_UUID},
	{.name = "title", .type = FIELD_LINE, .max = TITLE_MAX, .initial = ""},
	{.name = "content", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = CONTENT_MAX, .check = check_content},
	{.name = "entry_date", .type = FIELD_DATE, .flags = FIELD_REQUIRED},
	{.name = "time_zone", .type = FIELD_ZONE},
	{.name = "mood", .type = FIELD_INT, .flags = FIELD_NULLABLE, .min = 1, .max = 5},
	{.name = "tags",
	 .type = FIELD_TEXTS,
	 .max = TAGS_MAX,
	 .item_max = TAG_MAX + 1,
	 .initial = "{}",
	 .check = check_tags,
	 .check_item = check_tag},
	{.name = "created_at", .type = FIELD_INSTANT},
	{.name = "updated_at", .type = FIELD_INSTANT},
	{.name = "attachments", .type = FIELD_JSON},
	/* What the server sets is in an export, or may be in an answer, and starts anew here. */
	{.name = "journal_id", .type = FIELD_JSON, .flags = FIELD_NULLABLE},
	{.name = "word_count", .type = FIELD_JSON, .flags = FIELD_NULLABLE},
	{.name = "author_id", .type = FIELD_JSON, .flags = FIELD_NULLABLE},
	{.name = "revision", .type = FIELD_JSON, .flags = FIELD_NULLABLE},
	{.name = "version", .type = FIELD_JSON, .flags = FIELD_NULLABLE},
	{.name = "deleted_at", .type = FIELD_JSON, .flags = FIELD_NULLABLE},
	FIELD_END,
};

/*
 * Check an entry, and keep it for the next batch where nothing was wrong so far. `path` is a Markdown file's, NULL for
 * an exported entry; `files` what a Markdown file names.
 */
static void take_entry(struct import *in, const char *pointer, struct json_object *json, const char *path,
		       struct file *files)
{
	struct request *req = in->req;
	struct arena *before = req->arena;
	struct draft *draft = &in->drafts[in->count];
	struct values *values;

	in->entries++;
	req->arena = in->arena;
	req->pointer = pointer;
	req->json = json;
	values = fields_decode(req, file_entry_fields, FIELDS_CREATE);
	if (values != NULL) {
		req->values = values;
		*draft = (struct draft){.source = path != NULL ? path : value_text(values, "id"),
					.source_is_id = path == NULL && value_text(values, "id") != NULL,
					.title = value_text(values, "title"),
					.content = value_text(values, "content"),
					.entry_date = value_text(values, "entry_date"),
					.time_zone = value_text(values, "time_zone"),
					.mood = value_text(values, "mood"),
					.tags = given_tags(req),
					.created_at = value_text(values, "created_at"),
					.updated_at = value_text(values, "updated_at"),
					.files = files != NULL ? files
							       : listed_files(in, value_json(values, "attachments"))};
		in->count++;
		in->bytes += strlen(draft->content);
	} else {
		/* What it was made of is in the arena, too. */
		in->bytes += BATCH_BYTES / BATCH;
	}
	req->pointer = NULL;
	req->json = NULL;
	req->values = NULL;
	req->arena = before;
	if (in->count == BATCH || in->bytes > BATCH_BYTES)
		flush(in);
}

static struct json_object *read_json(struct import *in, const char *pointer, const char *text, size_t len)
{
	enum json_fault bad;
	struct json_object *json = json_read(in->arena, text, len, &bad);

	if (bad != JSON_OK)
		fault(in, pointer, "malformed_json", json_fault_text(bad));
	else if (json == NULL)
		fault(in, pointer, "wrong_type", "must not be null");
	return bad == JSON_OK ? json : NULL;
}

static void read_entries(struct import *in, const char *text, size_t len)
{
	struct json_cut cut;
	const char *name, *value;
	size_t name_len, value_len;
	int more = json_cut_begin(&cut, text, len) && !cut.object ? 1 : -1;

	for (long n = 0; more > 0 && !ended(in); n++) {
		more = json_cut_next(&cut, &name, &name_len, &value, &value_len);
		if (more > 0) {
			const char *pointer = arena_printf(in->arena, "/entries/%ld", n);
			struct json_object *json = read_json(in, pointer, value, value_len);

			if (json != NULL)
				take_entry(in, pointer, json, NULL, NULL);
		}
	}
	if (more < 0)
		fault(in, "/entries", "malformed_json", "must be an array");
}

/* The exported journal: {"format": …, "entries": […]}; or the array of entries alone. */
static void read_document(struct import *in, const char *text, size_t len)
{
	struct json_cut cut;
	const char *name, *value;
	size_t name_len, value_len;
	bool entries = false;
	int more = 1;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	if (!json_cut_begin(&cut, text, len)) {
		fault(in, "", "malformed_json",
		      "is neither JSON nor a zip archive: send what export?format=json or zip gives, or a zip of "
		      "Markdown files");
		return;
	}
	if (!cut.object) {
		read_entries(in, text, len);
		return;
	}
	while ((more = json_cut_next(&cut, &name, &name_len, &value, &value_len)) > 0 && !ended(in)) {
		if (name_len == 9 && memcmp(name, "\"entries\"", 9) == 0 && !entries) {
			entries = true;
			read_entries(in, value, value_len);
		} else if (name_len == 16 && memcmp(name, "\"format_version\"", 16) == 0 &&
			   (value_len != 1 || *value != '0' + FORMAT_VERSION)) {
			fault(in, "/format_version", "not_allowed", "is of a later Aurora");
		}
	}
	if (more < 0)
		fault(in, "", "malformed_json", "is not JSON");
	else if (!entries && !ended(in))
		fault(in, "/entries", "required", "must be there");
}

/* A file's bytes, mapped until the request ends. */
struct mapping {
	char *data;
	size_t len;
};

static void unmap(void *ptr)
{
	struct mapping *mapping = ptr;

	munmap(mapping->data, mapping->len);
}

static const char *mapped(struct import *in, struct blob_writer *writer)
{
	struct mapping *mapping = arena_alloc(in->req->arena, sizeof(*mapping));

	mapping->len = (size_t)blob_size(writer);
	if (mapping->len == 0)
		return "";
	mapping->data = mmap(NULL, mapping->len, PROT_READ, MAP_PRIVATE, blob_fd(writer), 0);
	if (mapping->data == MAP_FAILED) {
		problem(in->req, PROBLEM_UNAVAILABLE, NULL);
		in->answered = true;
		return "";
	}
	arena_defer(in->req->arena, unmap, mapping);
	return mapping->data;
}

/* Markdown files. */

/* "a/b.md" and "../img/x.png" as "img/x.png"; NULL when it leads out, or is an address. */
static const char *beside(struct import *in, const char *path, const char *url)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash + 1 - path) : 0;
	const char *decoded = percent_decode(in->arena, url, strcspn(url, "?#"), false);
	struct buf *out = buf_in(in->arena, 4096);

	if (decoded == NULL || *decoded == '/' || strstr(decoded, "://") != NULL)
		return NULL;
	buf_add(out, path, len);
	while (*decoded != '\0') {
		size_t part = strcspn(decoded, "/");

		if (part == 2 && decoded[0] == '.' && decoded[1] == '.') {
			if (out->len == 0)
				return NULL;
			for (out->len--; out->len > 0 && out->data[out->len - 1] != '/';)
				out->len--;
			out->data[out->len] = '\0';
		} else if (part > 0 && !(part == 1 && *decoded == '.')) {
			buf_add(out, decoded, part);
			buf_adds(out, decoded[part] == '/' ? "/" : "");
		}
		decoded += part + (decoded[part] == '/');
	}
	return buf_text(out);
}

/* An address as a text has it, and the attachment that it becomes. */
struct renamed {
	const char *url;
	const char *id;
};

static int by_url(const void *a, const void *b)
{
	return strcmp(((const struct renamed *)a)->url, ((const struct renamed *)b)->url);
}

/* Where a link's address ends, behind "(" or "(<": at white space, or its closing bracket (CommonMark, 6.3). */
static size_t address_length(const char *at, bool angled)
{
	size_t len = 0;
	int depth = 0;

	for (; at[len] != '\0' && at[len] != '\n' && at[len] != '\r'; len++) {
		if (angled ? at[len] == '>' : at[len] == ' ' || at[len] == '\t' || (at[len] == ')' && depth == 0))
			break;
		depth += at[len] == '(' ? 1 : at[len] == ')' ? -1 : 0;
	}
	return len;
}

/* A text whose links to these addresses lead to attachments. */
static const char *with_attachments(struct import *in, const char *text, const struct renamed *renamed, size_t count)
{
	struct buf *out = buf_in(in->arena, BODY_MAX);

	for (const char *found; (found = strstr(text, "](")) != NULL;) {
		const char *at = found + 2;
		bool angled = *at == '<';
		size_t len = address_length(at + angled, angled);
		const struct renamed key = {.url = arena_strndup(in->arena, at + angled, len)};
		const struct renamed *to = bsearch(&key, renamed, count, sizeof(key), by_url);

		buf_add(out, text, (size_t)(at - text));
		text = at;
		if (to != NULL) {
			buf_printf(out, ATTACHMENT_PATH "%s", to->id);
			text += len + (angled ? 2 : 0);
		}
	}
	buf_adds(out, text);
	return buf_text(out);
}

/* The files that a text's images and links name, which become attachments; *text says so afterwards. */
static struct file *named_files(struct import *in, const char *path, const char **text)
{
	struct file *first = NULL, **last = &first;
	cmark_node *document = markdown_parse(in->arena, *text, strlen(*text));
	cmark_iter *iter = cmark_iter_new(document);
	struct renamed *renamed = NULL;
	size_t count = 0, room = 0, files = 0;
	cmark_event_type event;

	while (in->member_count > 0 && files < FILES_MAX && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		const char *name;
		struct member *member;
		char *id;

		if (event != CMARK_EVENT_ENTER || (type != CMARK_NODE_IMAGE && type != CMARK_NODE_LINK))
			continue;
		name = beside(in, path, cmark_node_get_url(node));
		member = name != NULL ? member_named(in, name) : NULL;
		if (member == NULL)
			continue;
		id = arena_alloc(in->arena, UUID_TEXT);
		uuid_of(id, TIMELESS_MS, name, strlen(name));
		name = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;
		if (!file_listed(first, id)) {
			add_file(in, &last, id, attachment_filename_ok(name) ? name : "attachment", NULL,
				 &member->attachment);
			files++;
		}
		renamed = grown(in->arena, renamed, count, &room, sizeof(*renamed));
		renamed[count++] = (struct renamed){arena_strdup(in->arena, cmark_node_get_url(node)), id};
	}
	cmark_iter_free(iter);
	if (count > 0) {
		qsort(renamed, count, sizeof(*renamed), by_url);
		*text = with_attachments(in, *text, renamed, count);
	}
	return first;
}

/* The title that a path gives: its last part without ending and date. */
static const char *title_of(struct import *in, const char *path)
{
	const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
	const char *dot = strrchr(name, '.');
	char *title = arena_strndup(in->arena, name, (size_t)(dot - name));

	if (strlen(title) >= 10) {
		char *day = arena_strndup(in->arena, title, 10);

		if (date_valid(day))
			title += 10 + strspn(title + 10, " -_");
	}
	return title;
}

static const char *day_in(struct import *in, const char *text)
{
	const char *day = text != NULL && strlen(text) >= 10 ? arena_strndup(in->arena, text, 10) : NULL;

	return day != NULL && date_valid(day) ? day : NULL;
}

static const char *day_of_file(struct import *in, const struct note *note)
{
	const char *name = strrchr(note->name, '/') != NULL ? strrchr(note->name, '/') + 1 : note->name;
	const char *day = day_in(in, name);
	char instant[INSTANT_TEXT];

	if (day != NULL)
		return day;
	instant_format(instant, note->modified_s > 0 ? note->modified_s * 1000000 : clock_now_us());
	return day_in(in, instant);
}

/* "a, b" and "[a, b]" alike; without '#', with '-' for spaces. */
static struct json_object *tags_of(struct import *in, struct json_object *given)
{
	struct json_object *tags = json_object_new_array();
	const char *one = json_object_is_type(given, json_type_string) ? json_object_get_string(given) : NULL;
	char *rest = one != NULL ? arena_strdup(in->arena, one) : NULL;

	for (size_t i = 0;; i++) {
		char *tag;

		if (one != NULL) {
			tag = strsep(&rest, ",");
		} else {
			struct json_object *item = json_object_is_type(given, json_type_array)
							   ? json_object_array_get_idx(given, i)
							   : NULL;

			tag = item != NULL ? arena_strdup(in->arena, json_object_get_string(item)) : NULL;
		}
		if (tag == NULL)
			return tags;
		tag += strspn(tag, " #");
		for (size_t len = strlen(tag); len > 0 && tag[len - 1] == ' ';)
			tag[--len] = '\0';
		for (char *p = tag; *p != '\0'; p++)
			if (*p == ' ')
				*p = '-';
		if (*tag != '\0')
			json_object_array_add(tags, json_object_new_string(tag));
	}
}

static void release_json(void *json)
{
	json_object_put(json);
}

static void add_text(struct json_object *entry, const char *name, const char *text)
{
	if (text != NULL)
		json_object_object_add(entry, name, json_object_new_string(text));
}

static void read_note(struct import *in, const struct note *note, const char *texts)
{
	const char *pointer = field_pointer(in->arena, note->name);
	const char *text = texts + note->at;
	const char *body, *why, *mood, *date;
	size_t len;
	struct json_object *front, *entry;
	struct json_object *tags = NULL;
	struct file *files;

	if (!utf8_valid(text, note->len) || memchr(text, '\0', note->len) != NULL) {
		fault(in, pointer, "invalid_utf8", "is not valid UTF-8");
		return;
	}
	front = frontmatter_read(in->arena, text, note->len, &body, &len, &why);
	if (front == NULL) {
		fault(in, pointer, "malformed_yaml", why);
		return;
	}
	date = json_member_text(front, "date");
	body = arena_strndup(in->arena, body, len);
	files = named_files(in, note->name, &body);
	entry = json_object_new_object();
	arena_defer(in->arena, release_json, entry);
	add_text(entry, "title",
		 json_member_text(front, "title") != NULL ? json_member_text(front, "title")
							  : title_of(in, note->name));
	add_text(entry, "content", body);
	/* A moment tells its day; what is neither is for the check to refuse. */
	if (date == NULL)
		date = day_of_file(in, note);
	else if (day_in(in, date) != NULL)
		date = day_in(in, date);
	add_text(entry, "entry_date", date);
	add_text(entry, "time_zone", json_member_text(front, "time_zone"));
	mood = json_member_text(front, "mood");
	if (mood != NULL)
		json_object_object_add(entry, "mood",
				       strlen(mood) == 1 && *mood >= '0' && *mood <= '9'
					       ? json_object_new_int(*mood - '0')
					       : json_object_new_string(mood));
	if (json_object_object_get_ex(front, "tags", &tags))
		json_object_object_add(entry, "tags", tags_of(in, tags));
	take_entry(in, pointer, entry, note->name, files);
}

static void read_notes(struct import *in)
{
	const char *texts = mapped(in, in->texts);

	for (size_t i = 0; i < in->note_count && !ended(in); i++)
		read_note(in, &in->notes[i], texts);
}

/* Archives. */

static bool archive_fault(struct import *in, enum zip_status status, const char *name)
{
	static const struct {
		const char *code, *detail;
	} faults[] = {
		[ZIP_DAMAGED] = {"malformed_zip", "is no zip archive, not a whole one, or encrypted"},
		[ZIP_BAD_NAME] = {"unsafe_path", "holds a path that is not below it"},
		[ZIP_BAD_KIND] = {"unsafe_member", "holds something else than files"},
		[ZIP_TOO_LARGE] = {"too_large", "becomes larger than an import may"},
	};

	if (status == ZIP_OK || status == ZIP_END)
		return false;
	fault(in, status == ZIP_TOO_LARGE && name != NULL ? field_pointer(in->req->arena, name) : "",
	      faults[status].code, faults[status].detail);
	return true;
}

static bool no_room(struct import *in)
{
	problem(in->req, PROBLEM_UNAVAILABLE, STORE_AWAY);
	in->answered = true;
	return false;
}

/* The bytes of the archive's present file into a temporary file. False when that ended the import. */
static bool unpack(struct import *in, struct zip_reader *zip, const char *name, struct blob_writer *to, int64_t most)
{
	char *chunk = arena_alloc(in->arena, CHUNK);
	int64_t size = 0;
	size_t got;

	do {
		enum zip_status status = zip_read(zip, chunk, CHUNK, &got);

		size += (int64_t)got;
		if (archive_fault(in, size > most ? ZIP_TOO_LARGE : status, name))
			return false;
		if (got > 0 && !blob_write(to, chunk, got))
			return no_room(in);
	} while (got > 0);
	return true;
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcasecmp(name + len - end_len, end) == 0;
}

static struct blob_writer *text_file(struct import *in, struct blob_writer **file)
{
	if (*file == NULL)
		*file = blob_begin(in->req->arena);
	if (*file == NULL)
		no_room(in);
	return *file;
}

static void unpack_note(struct import *in, struct zip_reader *zip, const char *name)
{
	struct blob_writer *texts = text_file(in, &in->texts);
	struct note note = {.name = arena_strdup(in->req->arena, name), .modified_s = zip_modified(zip)};

	if (texts == NULL)
		return;
	note.at = (size_t)blob_size(texts);
	if (!unpack(in, zip, name, texts, CONTENT_MAX + CHUNK))
		return;
	note.len = (size_t)blob_size(texts) - note.at;
	in->notes = grown(in->req->kept, in->notes, in->note_count, &in->note_room, sizeof(note));
	in->notes[in->note_count++] = note;
}

/* A file that is to be an attachment is stored at once; that its content arrives is written down before. */
static void unpack_member(struct import *in, struct zip_reader *zip, const char *name)
{
	struct arena *keep = in->req->arena;
	struct blob_writer *writer = blob_begin(in->arena);
	struct member member = {.name = arena_strdup(keep, name)};
	struct attachment *a = &member.attachment;
	const char *type, *width, *height;

	if (writer == NULL) {
		no_room(in);
		return;
	}
	if (!unpack(in, zip, name, writer, params.attachment_limit))
		return;
	attachment_look(in->arena, blob_fd(writer), &type, &width, &height);
	*a = (struct attachment){.owner = in->owner,
				 .sha256 = arena_strdup(keep, blob_hash(writer)),
				 .media_type = arena_strdup(keep, type),
				 .size = arena_printf(keep, "%lld", (long long)blob_size(writer)),
				 .width = width != NULL ? arena_strdup(keep, width) : NULL,
				 .height = height != NULL ? arena_strdup(keep, height) : NULL};
	in->room -= blob_size(writer);
	if (in->room < 0) {
		quota_is_full(in);
		return;
	}
	if (!in->dry_run) {
		if (!announce(in, a))
			return;
		if (blob_commit(writer) != BLOB_OK) {
			no_room(in);
			return;
		}
	}
	in->members = grown(in->req->kept, in->members, in->member_count, &in->member_room, sizeof(member));
	in->members[in->member_count++] = member;
}

static void unpack_all(struct import *in, struct blob_writer *body)
{
	int64_t most = blob_size(body) * RATIO_MAX + (1 << 20);
	struct zip_reader *zip = zip_open(
		in->req->arena, blob_fd(body),
		most < params.import_limit * BYTES_FACTOR ? most : params.import_limit * BYTES_FACTOR, MEMBERS_MAX);
	enum zip_status status;
	const char *name;

	while (!ended(in) && problem_fields(in->req) == 0 && (status = zip_next(zip, &name)) != ZIP_END) {
		if (archive_fault(in, status, NULL))
			break;
		if (strcmp(name, ARCHIVE_JSON) == 0) {
			if (text_file(in, &in->json) != NULL)
				unpack(in, zip, name, in->json, params.import_limit * BYTES_FACTOR);
		} else if (strncmp(name, "__MACOSX/", 9) == 0 || ends_with(name, ".DS_Store")) {
			/* What a Mac adds of its own. */
			continue;
		} else if (ends_with(name, ".md") || ends_with(name, ".markdown")) {
			unpack_note(in, zip, name);
		} else {
			unpack_member(in, zip, name);
		}
		arena_clear(in->arena);
	}
	if (in->member_count > 0)
		qsort(in->members, in->member_count, sizeof(*in->members), by_name);
}

/* What the owner would have attached, with what is in the transaction; others who attach wait for its end. */
static void check_quota(struct import *in)
{
	struct result *place =
		store_attachment_turn(in->req, in->owner) ? store_import_place(in->req, in->journal) : NULL;

	if (place == NULL || result_rows(place) == 0) {
		problem_database(in->req);
		in->answered = true;
	} else if (strtoll(result_get(place, 0, "used"), NULL, 10) > params.attachment_quota * INT64_C(1048576)) {
		quota_is_full(in);
	}
}

/* The entries, in one transaction. */
static void store_all(struct import *in, struct blob_writer *body)
{
	struct blob_writer *json = in->members == NULL && in->json == NULL && in->note_count == 0 ? body : in->json;
	const char *text = json != NULL ? mapped(in, json) : NULL;

	if (in->answered)
		return;
	db_begin(in->req->db);
	if (json != NULL)
		read_document(in, text, (size_t)blob_size(json));
	else if (in->note_count > 0)
		read_notes(in);
	else
		fault(in, "", "required", "holds neither " ARCHIVE_JSON " nor Markdown files");
	flush(in);
	if (!in->answered && in->attachments > 0)
		check_quota(in);
	if (in->answered || problem_fields(in->req) > 0 || in->dry_run) {
		db_rollback(in->req->db);
	} else if (!db_commit(in->req->db)) {
		problem_database(in->req);
		in->answered = true;
	}
}

const struct field import_fields[] = {
	{.name = "created", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "entries that are new"},
	{.name = "restored",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "entries that were in the trash and are back"},
	{.name = "unchanged", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "entries that were there already"},
	{.name = "conflicts",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "entries that are there and say something else, which stay as they are"},
	{.name = "attachments", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "attachments that are new"},
	{.name = "missing",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "attachments that are listed and whose bytes did not come along"},
	{.name = "dry_run", .type = FIELD_BOOL, .flags = FIELD_READ_ONLY, .help = "nothing was written"},
	FIELD_END,
};

static int respond(const struct import *in)
{
	struct json_writer *w = response_json(in->req, 200);

	json_begin_object(w);
	json_member_int(w, "created", in->created);
	json_member_int(w, "restored", in->restored);
	json_member_int(w, "unchanged", in->entries - in->created - in->restored - in->conflicts);
	json_member_int(w, "conflicts", in->conflicts);
	json_member_int(w, "attachments", in->attachments);
	json_member_int(w, "missing", in->missing);
	json_member_bool(w, "dry_run", in->dry_run);
	json_end_object(w);
	return 0;
}

/* POST /api/journals/:id/import: 200 with the counts; 403; 404; 413; 422 with what is bad, and then nothing is written.
 */
int post_import(struct request *req)
{
	struct import *in = arena_alloc(req->arena, sizeof(*in));
	struct blob_writer *body;
	struct result *place;
	char start[4] = "";

	in->req = req;
	req->kept = req->arena;
	in->journal = request_id_param(req, "id");
	if (in->journal == NULL || !request_query_bool(req, "dry_run", &in->dry_run))
		return 0;
	place = store_import_place(req, in->journal);
	if (place == NULL)
		return problem_database(req);
	if (result_rows(place) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such journal");
	if (!request_is_file(req))
		return 0;
	if (strcmp(result_get(place, 0, "role"), "viewer") == 0)
		return problem(req, PROBLEM_FORBIDDEN, VIEWS_ONLY);
	in->owner = result_get(place, 0, "owner_id");
	in->own = strcmp(in->owner, req->user->user_id) == 0;
	in->room = params.attachment_quota * INT64_C(1048576) - strtoll(result_get(place, 0, "used"), NULL, 10);
	body = receive_file(req);
	if (body == NULL)
		return 0;
	in->arena = arena_within(req->arena);
	if (pread(blob_fd(body), start, sizeof(start), 0) == sizeof(start) && memcmp(start, "PK\3\4", 4) == 0)
		unpack_all(in, body);
	if (!in->answered && problem_fields(req) == 0)
		store_all(in, body);
	if (in->arrival_count > 0 &&
	    store_attachments_arrived(req, in->owner, array_literal(req->arena, in->arrivals, in->arrival_count)) ==
		    NULL &&
	    !in->answered)
		return problem_database(req);
	if (in->answered)
		return 0;
	return problem_fields(req) > 0 ? problem_invalid(req) : respond(in);
}
