/*
 * Attachments: files that belong to an entry. Their bytes are in the store (aurora/blob.h), by their hash; here is what
 * is known of them, and who may read them.
 */
#include <magic.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aurora/blob.h"
#include "aurora/params.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/log.h"
#include "util/utf8.h"
#include "util/uuid.h"

#include "attachments.h"
#include "journals.h"
#include "store.h"

#define FILENAME_MAX_CHARACTERS 255
#define CHUNK                   65536
#define MIB                     1048576

/* Images that a page may show in place; all else is something to keep. */
static const char *const shown_types[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};

/* What libmagic says of the start of a file, with these flags; NULL when it knows nothing. */
static const char *look(struct arena *arena, int fd, int flags)
{
	static magic_t magic;
	const char *says;

	if (magic == NULL) {
		magic = magic_open(MAGIC_NONE);
		if (magic == NULL || magic_load(magic, NULL) != 0)
			die("libmagic: %s", magic != NULL ? magic_error(magic) : "cannot begin");
	}
	magic_setflags(magic, flags);
	if (lseek(fd, 0, SEEK_SET) < 0)
		return NULL;
	says = magic_descriptor(magic, fd);
	return says != NULL ? arena_strdup(arena, says) : NULL;
}

/*
 * Width and height of an image as its description ends with them: "…, 800 x 600, …" or "…, 800x600, …". A JPEG's names
 * its resolution before.
 */
static void look_for_size(struct arena *arena, int fd, const char **width, const char **height)
{
	const char *at = look(arena, fd, MAGIC_NONE);
	regmatch_t match[3];
	regex_t size;

	if (at == NULL || regcomp(&size, ", ([0-9]{1,6}) ?x ?([0-9]{1,6})(,|$)", REG_EXTENDED) != 0)
		return;
	for (; regexec(&size, at, 3, match, 0) == 0; at += match[2].rm_eo) {
		*width = arena_strndup(arena, at + match[1].rm_so, (size_t)(match[1].rm_eo - match[1].rm_so));
		*height = arena_strndup(arena, at + match[2].rm_so, (size_t)(match[2].rm_eo - match[2].rm_so));
	}
	regfree(&size);
}

void attachment_look(struct arena *arena, int fd, const char **media_type, const char **width, const char **height)
{
	*width = *height = NULL;
	*media_type = look(arena, fd, MAGIC_MIME_TYPE);
	if (*media_type == NULL)
		*media_type = "application/octet-stream";
	if (strncmp(*media_type, "image/", 6) == 0)
		look_for_size(arena, fd, width, height);
}

bool attachment_filename_ok(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || utf8_length(name, len) > FILENAME_MAX_CHARACTERS || utf8_is_blank(name, len) ||
	    strpbrk(name, "/\\") != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	return true;
}

/* The ?filename=; NULL with a 400 answered. */
static const char *filename_of(struct request *req)
{
	const char *name = request_query(req, "filename");

	if (name != NULL && attachment_filename_ok(name))
		return name;
	problem(req, PROBLEM_BAD_REQUEST, "filename is what the file is called, at most %d characters and no path",
		FILENAME_MAX_CHARACTERS);
	return NULL;
}

struct blob_writer *receive_file(struct request *req)
{
	struct blob_writer *writer = blob_begin(req->arena);
	char *chunk = arena_alloc(req->arena, CHUNK);
	ssize_t n;

	while (writer != NULL && (n = request_read(req, chunk, CHUNK)) != 0) {
		if (n < 0)
			return NULL;
		if (!blob_write(writer, chunk, (size_t)n))
			writer = NULL;
	}
	if (writer == NULL)
		problem(req, PROBLEM_UNAVAILABLE, STORE_AWAY);
	return writer;
}

/* 200 with what is stored when the same id came with the same content before, else 409; 413 when the quota is full. */
static int answer_not_created(struct request *req, const struct place *place, const struct attachment *a)
{
	struct result *there = store_attachment(req, a->id);
	struct result *room;

	if (there == NULL)
		return problem_database(req);
	if (result_rows(there) > 0 && strcmp(result_get(there, 0, "sha256"), a->sha256) == 0 &&
	    strcmp(result_get(there, 0, "entry_id"), place->entry) == 0 &&
	    strcmp(result_get(there, 0, "filename"), a->filename) == 0) {
		thing_encode(response_json(req, 200), attachment_fields, there, 0);
		return 0;
	}
	room = store_attachment_place(req, place->journal, place->entry);
	if (room == NULL)
		return problem_database(req);
	if (result_rows(room) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such entry");
	if (strtoll(result_get(room, 0, "used"), NULL, 10) + strtoll(a->size, NULL, 10) > params.attachment_quota * MIB)
		return problem(req, PROBLEM_TOO_LARGE,
			       "the attachments of the journal's owner may have %ld MiB together",
			       params.attachment_quota);
	return problem(req, PROBLEM_ID_CONFLICT, NULL);
}

/*
 * POST …/entries/:entryId/attachments?filename=: the bytes are the body. 201; 200 when the same came under the same
 * ?id= before; 403; 404; 409 id_conflict; 413 beyond a limit or the quota; 503 when the store is away. First the place
 * is looked at, so that nothing is received in vain.
 */
int post_attachment(struct request *req)
{
	const char *id = request_query(req, "id");
	char minted[UUID_TEXT];
	struct attachment a = {.filename = NULL};
	struct place place;
	struct result *there;
	struct blob_writer *writer;

	if (!place_read(req, &place))
		return 0;
	if (id != NULL && !uuid_valid_v7(id))
		return problem(req, PROBLEM_BAD_REQUEST, "id is a UUIDv7 in lower case");
	uuid_new(minted);
	a.id = id != NULL ? id : minted;
	there = store_attachment_place(req, place.journal, place.entry);
	if (there == NULL)
		return problem_database(req);
	if (result_rows(there) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such entry");
	if (!request_is_file(req))
		return 0;
	if (strcmp(result_get(there, 0, "role"), "viewer") == 0)
		return problem(req, PROBLEM_FORBIDDEN, VIEWS_ONLY);
	a.filename = filename_of(req);
	writer = a.filename != NULL ? receive_file(req) : NULL;
	if (writer == NULL)
		return 0;
	if (blob_size(writer) == 0)
		return problem(req, PROBLEM_BAD_REQUEST, "send the file's bytes as the body");
	a.owner = result_get(there, 0, "owner_id");
	a.size = arena_printf(req->arena, "%lld", (long long)blob_size(writer));
	a.sha256 = blob_hash(writer);
	attachment_look(req->arena, blob_fd(writer), &a.media_type, &a.width, &a.height);
	there = store_attachment_arrives(req, &a);
	if (there == NULL)
		return problem_database(req);
	a.arrival = result_get(there, 0, "id");
	if (blob_commit(writer) != BLOB_OK)
		return problem(req, PROBLEM_UNAVAILABLE, STORE_AWAY);
	there = store_attachment_create(req, place.journal, place.entry, &a);
	if (there == NULL)
		return problem_database(req);
	if (result_rows(there) == 0)
		return answer_not_created(req, &place, &a);
	response_location(req, "/api/journals/attachments/%s", a.id);
	thing_encode(response_json(req, 201), attachment_fields, there, 0);
	return 0;
}

/* One range of a Range header (RFC 9110, 14.1.2). */
enum range { RANGE_WHOLE, RANGE_PART, RANGE_NONE };

static enum range range_of(const char *header, int64_t size, int64_t *from, int64_t *len)
{
	int64_t last = size - 1;
	char *end;

	*from = 0;
	*len = size;
	/* Of several ranges, or what is none, the whole may be sent (14.2). */
	if (header == NULL || strncmp(header, "bytes=", 6) != 0 || strchr(header, ',') != NULL)
		return RANGE_WHOLE;
	header += 6;
	if (*header == '-') {
		int64_t suffix = strtoll(header + 1, &end, 10);

		if (end == header + 1 || *end != '\0' || header[1] == '-')
			return RANGE_WHOLE;
		if (suffix == 0)
			return RANGE_NONE;
		*from = suffix < size ? size - suffix : 0;
	} else {
		*from = strtoll(header, &end, 10);
		if (end == header || *end != '-' || *from < 0)
			return RANGE_WHOLE;
		if (end[1] != '\0') {
			const char *digits = end + 1;

			last = strtoll(digits, &end, 10);
			if (*digits < '0' || *digits > '9' || *end != '\0' || last < *from)
				return RANGE_WHOLE;
		}
		if (*from >= size)
			return RANGE_NONE;
	}
	*len = (last < size ? last + 1 : size) - *from;
	return RANGE_PART;
}

static bool send_chunk(void *ctx, const void *data, size_t len)
{
	struct request *req = ctx;

	buf_add(&req->res.body, data, len);
	return response_flush(req, false);
}

bool attachment_shown(const char *type)
{
	for (size_t i = 0; i < sizeof(shown_types) / sizeof(shown_types[0]); i++)
		if (strcmp(shown_types[i], type) == 0)
			return true;
	return false;
}

/* Sends from the first byte that comes on, so that a store that is away can still be a 503. */
struct sending {
	struct request *req;
	int status;
	const struct result *attachment;
	int64_t from, len, size;
	bool begun;
};

/* What it is and is called; to be shown only where it is an image that pages may show. */
static void describe(struct request *req, const struct result *a)
{
	response_header(req, "Content-Disposition", "%s; filename*=UTF-8''%s",
			attachment_shown(result_get(a, 0, "media_type")) ? "inline" : "attachment",
			percent_encode(req->arena, result_get(a, 0, "filename")));
	response_header(req, "Accept-Ranges", "bytes");
	req->res.csp = "default-src 'none'; frame-ancestors 'none'; sandbox";
}

static bool send_first(void *ctx, const void *data, size_t len)
{
	struct sending *sending = ctx;

	if (!sending->begun) {
		describe(sending->req, sending->attachment);
		response_header(sending->req, "Content-Length", "%lld", (long long)sending->len);
		if (sending->status == 206)
			response_header(sending->req, "Content-Range", "bytes %lld-%lld/%lld", (long long)sending->from,
					(long long)(sending->from + sending->len - 1), (long long)sending->size);
		response_stream(sending->req, sending->status, result_get(sending->attachment, 0, "media_type"));
	}
	sending->begun = true;
	return send_chunk(sending->req, data, len);
}

int respond_attachment(struct request *req, const struct result *a)
{
	const char *sha256 = result_get(a, 0, "sha256");
	const char *type = result_get(a, 0, "media_type");
	const char *path = blob_path(req->arena, sha256);
	const char *sendfile = req->transport->variable(req->transport->io, "SENDFILE");
	const char *if_none_match = request_header(req, "If-None-Match");
	const char *if_range = request_header(req, "If-Range");
	const char *etag = arena_printf(req->arena, "\"%.32s\"", sha256);
	struct sending sending = {
		.req = req, .status = 200, .attachment = a, .size = strtoll(result_get(a, 0, "size"), NULL, 10)};
	enum range range;
	enum blob_status status;

	req->res.etag = etag;
	if (req->head || (if_none_match != NULL && etag_listed(if_none_match, etag))) {
		describe(req, a);
		response_body(req, 200, type);
		req->res.length = (size_t)sending.size;
		return 0;
	}
	if (path != NULL && sendfile != NULL && *sendfile != '\0' && access(path, R_OK) == 0) {
		describe(req, a);
		response_header(req, "X-Sendfile", "%s", path);
		response_body(req, 200, type);
		return 0;
	}
	range = range_of(if_range == NULL || strcmp(if_range, etag) == 0 ? request_header(req, "Range") : NULL,
			 sending.size, &sending.from, &sending.len);
	if (range == RANGE_NONE) {
		problem(req, PROBLEM_RANGE_NOT_SATISFIABLE, NULL);
		response_header(req, "Content-Range", "bytes */%lld", (long long)sending.size);
		return 0;
	}
	if (range == RANGE_PART)
		sending.status = 206;
	status = blob_read(req->arena, sha256, sending.from, sending.len, send_first, &sending);
	if (sending.begun && status != BLOB_OK)
		response_abort(req, "the attachment could not be read to its end");
	else if (!sending.begun)
		problem(req, PROBLEM_UNAVAILABLE,
			status == BLOB_MISSING ? "the store has lost this attachment" : STORE_AWAY);
	return 0;
}

/* GET /api/journals/attachments/:id: 200, 206 for a range, 304; 404; 416; 503 when the store is away. */
int get_attachment(struct request *req)
{
	const char *id = request_id_param(req, "id");
	struct result *a;

	if (id == NULL)
		return 0;
	a = store_attachment(req, id);
	if (a == NULL)
		return problem_database(req);
	if (result_rows(a) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such attachment");
	return respond_attachment(req, a);
}

/* DELETE /api/journals/attachments/:id: 204; 403 but for the journal's owner and who attached it; 404. */
int delete_attachment(struct request *req)
{
	const char *id = request_id_param(req, "id");
	struct result *gone;
	struct result *there;

	if (id == NULL)
		return 0;
	gone = store_attachment_delete(req, id);
	if (gone == NULL)
		return problem_database(req);
	if (result_rows(gone) > 0)
		return response_empty(req, 204);
	there = store_attachment(req, id);
	if (there == NULL)
		return problem_database(req);
	if (result_rows(there) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such attachment");
	return problem(req, PROBLEM_FORBIDDEN, "only the journal's owner, or who attached it, may remove it");
}

const struct field attachment_fields[] = {
	{.name = "id",
	 .type = FIELD_UUID,
	 .flags = FIELD_READ_ONLY,
	 .help = "the client's ?id=, else the server makes one"},
	{.name = "journal_id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "the journal"},
	{.name = "entry_id", .type = FIELD_UUID, .flags = FIELD_READ_ONLY, .help = "the entry that it belongs to"},
	{.name = "filename", .type = FIELD_LINE, .flags = FIELD_READ_ONLY, .help = "what it is called"},
	{.name = "media_type",
	 .type = FIELD_LINE,
	 .flags = FIELD_READ_ONLY,
	 .help = "by its bytes, whatever its name says"},
	{.name = "size", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "bytes"},
	{.name = "sha256", .type = FIELD_LINE, .flags = FIELD_READ_ONLY, .help = "of its bytes, in hexadecimal"},
	{.name = "width", .type = FIELD_INT, .flags = FIELD_READ_ONLY | FIELD_NULLABLE, .help = "of an image, pixels"},
	{.name = "height", .type = FIELD_INT, .flags = FIELD_READ_ONLY | FIELD_NULLABLE, .help = "of an image, pixels"},
	{.name = "url",
	 .type = FIELD_LINE,
	 .flags = FIELD_READ_ONLY,
	 .help = "where its bytes are; to be used in the content"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it came"},
	FIELD_END,
};
