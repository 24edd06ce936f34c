/*
 * Take in a file of thoughts, line by line and in one transaction: all of it or, when any of it is bad, nothing.
 *
 * A thought without an id gets one that follows from its content, so the same file again changes nothing. One that lies
 * in the trash as the file has it comes back. One that says its tags has these; one that does not has those of its
 * text. Faults are told by the line where their thought starts: "/12", or "/12/text" for a member; of several with one
 * pointer, the first.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <json-c/json.h>

#include "aurora/service.h"
#include "aurora/thing.h"
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

#include "store.h"
#include "thoughts.h"
#include "transfer.h"

#define CHUNK        (32u << 10)
#define BATCH        500
#define BATCH_BYTES  (1u << 20)
#define RECORD_BYTES (1u << 20) /* a text of the longest kind, every character escaped, fits */
#define CELLS_MAX    32
#define FAULTS_MAX   100
#define MEMBER_MAX   100 /* bytes of a member's name that a pointer takes in; a name may be as long as a line */

/* The time in the id of a thought that comes without any: 2000-01-01T00:00:00Z, in milliseconds. */
#define TIMELESS_MS INT64_C(946684800000)

static const char text_too_long[] = "has more characters than a thought may have";

/* A thought as a file tells it: members that are absent are NULL. */
struct record {
	unsigned long line;
	const char *id;
	const char *text;
	const char *pinned;
	const char *captured_at;
	struct tags tags;
	bool tagged; /* it says its tags: it has these, and its text's hashtags are only text */
};

/* Where a fault was noted. */
struct spot {
	unsigned long line;
	const char *member;
};

struct import {
	struct request *req;

	/* The body, line by line. */
	char chunk[CHUNK];
	size_t have, at;
	struct buf *line; /* with its end */
	unsigned long number;
	bool cut_off; /* the body did not come through; that is answered */

	struct spot noted[FAULTS_MAX]; /* as many as problem_fields */
	struct arena *parsed;          /* the JSON that is being read: its tree takes many times its text */

	/* What waits to be stored, and everything made since the last batch. */
	struct arena *arena;
	struct draft drafts[BATCH];
	size_t count;
	size_t bytes; /* of the body, which what is in the arena is made of */

	long long taken;
	struct import_counts counts;
	bool store_failed;
};

static bool import_ended(const struct import *in)
{
	return in->cut_off || in->store_failed || problem_fields(in->req) >= FAULTS_MAX;
}

static void fault(struct import *in, unsigned long line, const char *member, const char *code, const char *detail)
{
	unsigned count = problem_fields(in->req);

	for (unsigned i = 0; i < count; i++)
		if (in->noted[i].line == line && strcmp(in->noted[i].member, member) == 0)
			return;
	if (count == FAULTS_MAX)
		return;
	in->noted[count] = (struct spot){line, arena_strdup(in->req->arena, member)};
	problem_field(in->req, arena_printf(in->arena, "/%lu%s", line, member), code, "%s", detail);
}

/* The next line into in->line, its end included. False at the end of the body. */
static bool next_line(struct import *in)
{
	bool any = false;

	buf_clear(in->line);
	while (!import_ended(in)) {
		const char *end;
		size_t len;

		if (in->at == in->have) {
			ssize_t n = request_read(in->req, in->chunk, sizeof(in->chunk));

			in->cut_off = n < 0;
			if (n <= 0)
				break;
			in->have = (size_t)n;
			in->at = 0;
		}
		end = memchr(in->chunk + in->at, '\n', in->have - in->at);
		len = end != NULL ? (size_t)(end + 1 - in->chunk) - in->at : in->have - in->at;
		buf_add(in->line, in->chunk + in->at, len);
		in->at += len;
		any = true;
		if (end != NULL)
			break;
	}
	if (!any || in->cut_off)
		return false;
	in->number++;
	in->bytes += in->line->len;
	/* A byte order mark is no part of the text. */
	if (in->number == 1 && in->line->len >= 3 && memcmp(in->line->data, "\xef\xbb\xbf", 3) == 0) {
		memmove(in->line->data, in->line->data + 3, in->line->len - 2);
		in->line->len -= 3;
	}
	return true;
}

/* Whether the line can be text at all; a fault is noted when not. */
static bool line_ok(struct import *in)
{
	const struct buf *line = in->line;

	if (line->overflow)
		fault(in, in->number, "", "too_long", "is longer than any thought");
	else if (line->len > 0 && memchr(line->data, '\0', line->len) != NULL)
		fault(in, in->number, "", "invalid", "holds U+0000");
	else if (!utf8_valid(buf_text(line), line->len))
		fault(in, in->number, "", "invalid_utf8", "is not valid UTF-8");
	else
		return true;
	return false;
}

/* Length without the line's end. */
static size_t line_length(const struct buf *line)
{
	size_t len = line->len;

	if (len > 0 && line->data[len - 1] == '\n')
		len--;
	if (len > 0 && line->data[len - 1] == '\r')
		len--;
	return len;
}

static void flush(struct import *in)
{
	if (in->count > 0 && !import_ended(in) && problem_fields(in->req) == 0)
		in->store_failed = !store_import(in->req, in->arena, in->drafts, in->count, &in->counts);
	in->count = 0;
	in->bytes = 0;
	arena_clear(in->arena);
}

/* A new record. Nothing made for an earlier one is needed any more but the drafts, so a full batch goes now. */
static struct record begin_record(struct import *in, unsigned long line)
{
	if (in->count == BATCH || in->bytes > BATCH_BYTES)
		flush(in);
	return (struct record){.line = line, .tags = {.arena = in->arena}};
}

/* The same id for the same content, at the time of capture where there is one. */
static const char *derive_id(struct import *in, const struct record *record, int64_t captured_us)
{
	char *id = arena_alloc(in->arena, UUID_TEXT);
	const char *seed = record->text;
	int64_t ms = TIMELESS_MS;

	if (record->captured_at != NULL) {
		seed = arena_printf(in->arena, "%lld\n%s", (long long)captured_us, record->text);
		ms = captured_us > 0 ? captured_us / 1000 : 0;
	}
	uuid_of(id, ms, seed, strlen(seed));
	return id;
}

/* Check a record, and keep it for the next batch where nothing was wrong so far. */
static void take(struct import *in, struct record *record)
{
	unsigned long line = record->line;
	size_t length = record->text != NULL ? strlen(record->text) : 0;
	int64_t captured_us = 0;
	struct draft *draft = &in->drafts[in->count];

	in->taken++;
	if (length == 0)
		fault(in, line, "/text", "required", "must be given");
	else if (utf8_length(record->text, length) > TEXT_MAX)
		fault(in, line, "/text", "too_long", text_too_long);
	else if (!record->tagged)
		tags_add_text(&record->tags, record->text);
	if (record->id != NULL && !uuid_valid_v7(record->id))
		fault(in, line, "/id", "invalid", "must be a UUIDv7 in lower case");
	if (record->captured_at != NULL && !instant_parse(record->captured_at, &captured_us))
		fault(in, line, "/captured_at", "invalid", "must be an RFC 3339 instant, like 2026-03-29T07:00:00Z");
	if (record->tags.count > TAGS_MAX)
		fault(in, line, "/tags", "too_long", "are too many, with the text's hashtags and all parents");
	if (problem_fields(in->req) > 0)
		return;
	*draft = (struct draft){.id = record->id != NULL ? record->id : derive_id(in, record, captured_us),
				.text = record->text,
				.tags = tags_literal(&record->tags),
				.pinned = record->pinned != NULL ? record->pinned : "f"};
	if (record->captured_at != NULL) {
		char instant[INSTANT_TEXT];

		instant_format(instant, captured_us);
		draft->captured_at = arena_strdup(in->arena, instant);
	}
	in->count++;
}

/* One tag of a list; `member` says where it stands. */
static void take_tag(struct import *in, struct record *record, const char *text, const char *member)
{
	const char *tag = tag_normalise(in->arena, text);

	if (tag == NULL)
		fault(in, record->line, member, "invalid",
		      "must be a tag: letters, digits, '-', '_' and '/', not digits alone");
	else if (record->tags.count <= TAGS_MAX)
		tags_add(&record->tags, tag);
}

/* JSON objects: a line of ndjson, the mark of a thought in Markdown. */

static const char *member_text(struct import *in, const struct record *record, const char *member,
			       struct json_object *json)
{
	if (json_object_is_type(json, json_type_string))
		return arena_strdup(in->arena, json_object_get_string(json));
	fault(in, record->line, member, "wrong_type", "must be a string");
	return NULL;
}

static void take_tags(struct import *in, struct record *record, struct json_object *json)
{
	if (!json_object_is_type(json, json_type_array)) {
		fault(in, record->line, "/tags", "wrong_type", "must be an array of strings");
		return;
	}
	record->tagged = true;
	for (size_t i = 0; i < json_object_array_length(json); i++) {
		const char *member = arena_printf(in->arena, "/tags/%zu", i);
		const char *tag = member_text(in, record, member, json_object_array_get_idx(json, i));

		if (tag != NULL)
			take_tag(in, record, tag, member);
	}
}

static void take_member(struct import *in, struct record *record, const char *name, struct json_object *json)
{
	static const char *const ours[] = {"created_at", "updated_at", "version", "deleted_at"};

	if (json == NULL)
		return;
	if (strcmp(name, "id") == 0) {
		record->id = member_text(in, record, "/id", json);
	} else if (strcmp(name, "text") == 0) {
		record->text = member_text(in, record, "/text", json);
	} else if (strcmp(name, "captured_at") == 0) {
		record->captured_at = member_text(in, record, "/captured_at", json);
	} else if (strcmp(name, "pinned") == 0) {
		if (json_object_is_type(json, json_type_boolean))
			record->pinned = json_object_get_boolean(json) ? "t" : "f";
		else
			fault(in, record->line, "/pinned", "wrong_type", "must be true or false");
	} else if (strcmp(name, "tags") == 0) {
		take_tags(in, record, json);
	} else {
		/* What the server sets is in an export and starts anew here. */
		for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
			if (strcmp(name, ours[i]) == 0)
				return;
		fault(in, record->line, strlen(name) <= MEMBER_MAX ? field_pointer(in->arena, name) : "",
		      "unknown_field", "is no member of a thought");
	}
}

/* Fill the record from a JSON object. False with a fault noted when it is none. */
static bool take_json(struct import *in, struct record *record, const char *text, size_t len)
{
	enum json_fault bad;
	struct json_object *json;

	arena_clear(in->parsed);
	json = json_read(in->parsed, text, len, &bad);
	if (bad != JSON_OK) {
		fault(in, record->line, "", "malformed_json", json_fault_text(bad));
		return false;
	}
	if (!json_object_is_type(json, json_type_object)) {
		fault(in, record->line, "", "wrong_type", "must be a JSON object");
		return false;
	}
	json_object_object_foreach(json, name, value)
	{
		take_member(in, record, name, value);
	}
	return true;
}

static void read_ndjson(struct import *in)
{
	while (next_line(in)) {
		struct record record = begin_record(in, in->number);
		size_t len = line_length(in->line);

		if (strspn(buf_text(in->line), " \t\r\n") < in->line->len && line_ok(in) &&
		    take_json(in, &record, in->line->data, len))
			take(in, &record);
	}
}

/* CSV (RFC 4180). */

struct csv {
	struct buf *text; /* the cells of a record, a NUL behind each */
	size_t starts[CELLS_MAX];
	size_t count;
	unsigned long line; /* where the record starts */
};

static void end_cell(struct csv *csv, size_t start)
{
	buf_addc(csv->text, '\0');
	if (csv->count < CELLS_MAX)
		csv->starts[csv->count] = start;
	csv->count++;
}

/* The next record; a quoted cell may run over several lines. False at the end; *ok false with a fault noted. */
static bool next_csv(struct import *in, struct csv *csv, bool *ok)
{
	enum { CELL_START, PLAIN, QUOTED, QUOTE_SEEN } state = CELL_START;
	size_t start = 0;
	const char *wrong = NULL;

	buf_clear(csv->text);
	csv->count = 0;
	*ok = true;
	do {
		size_t end;

		if (!next_line(in)) {
			if (state != QUOTED || import_ended(in))
				return false;
			fault(in, csv->line, "", "malformed_csv", "a quoted cell does not end");
			*ok = false;
			return true;
		}
		if (state != QUOTED)
			csv->line = in->number;
		*ok = line_ok(in) && *ok;
		end = line_length(in->line);
		for (size_t i = 0; i < in->line->len; i++) {
			char c = in->line->data[i];

			if (state == QUOTED && c == '"') {
				state = QUOTE_SEEN;
			} else if (state == QUOTED) {
				buf_addc(csv->text, c);
			} else if (i >= end) {
				break;
			} else if (c == ',') {
				end_cell(csv, start);
				start = csv->text->len;
				state = CELL_START;
			} else if (c == '"' && state != PLAIN) {
				/* The first one opens the cell, one behind another stands for itself. */
				if (state == QUOTE_SEEN)
					buf_addc(csv->text, c);
				state = QUOTED;
			} else {
				if (state == QUOTE_SEEN)
					wrong = "something follows a cell's closing quote";
				else if (c == '"')
					wrong = "a quote stands inside a cell without quotes";
				buf_addc(csv->text, c);
				state = PLAIN;
			}
		}
	} while (state == QUOTED);
	end_cell(csv, start);
	if (csv->text->overflow)
		wrong = "is longer than any thought";
	else if (csv->count > CELLS_MAX)
		wrong = "has too many cells";
	if (*ok && wrong != NULL) {
		fault(in, csv->line, "", "malformed_csv", wrong);
		*ok = false;
	}
	return true;
}

enum column { COLUMN_ID, COLUMN_TEXT, COLUMN_CAPTURED_AT, COLUMN_PINNED, COLUMN_TAGS, COLUMN_IGNORED };

static const struct {
	const char *name;
	enum column column;
} csv_columns[] = {
	{"id", COLUMN_ID},
	{"text", COLUMN_TEXT},
	{"captured_at", COLUMN_CAPTURED_AT},
	{"pinned", COLUMN_PINNED},
	{"tags", COLUMN_TAGS},
	{"created_at", COLUMN_IGNORED},
	{"updated_at", COLUMN_IGNORED},
	{"version", COLUMN_IGNORED},
};

static bool read_csv_header(struct import *in, const struct csv *csv, enum column columns[CELLS_MAX])
{
	bool seen[sizeof(csv_columns) / sizeof(csv_columns[0])] = {false};
	bool has_text = false;

	for (size_t cell = 0; cell < csv->count; cell++) {
		const char *name = csv->text->data + csv->starts[cell];
		size_t i = 0;

		while (i < sizeof(csv_columns) / sizeof(csv_columns[0]) && strcasecmp(csv_columns[i].name, name) != 0)
			i++;
		if (i == sizeof(csv_columns) / sizeof(csv_columns[0])) {
			fault(in, csv->line, "", "unknown_field", "names a column that a thought does not have");
			return false;
		}
		if (seen[i]) {
			fault(in, csv->line, "", "malformed_csv", "names a column twice");
			return false;
		}
		seen[i] = true;
		columns[cell] = csv_columns[i].column;
		has_text = has_text || columns[cell] == COLUMN_TEXT;
	}
	if (!has_text)
		fault(in, csv->line, "", "required", "the first line names the columns, text among them");
	return has_text;
}

static const char *pinned_of(const char *cell)
{
	static const char *const yes[] = {"true", "t", "yes", "1"};
	static const char *const no[] = {"false", "f", "no", "0"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcasecmp(cell, yes[i]) == 0)
			return "t";
		if (strcasecmp(cell, no[i]) == 0)
			return "f";
	}
	return NULL;
}

static void take_cell(struct import *in, struct record *record, enum column column, const char *cell)
{
	char *rest;

	if (*cell == '\'' && csv_formula(cell))
		cell++;
	record->tagged = record->tagged || column == COLUMN_TAGS;
	if (*cell == '\0')
		return;
	rest = arena_strdup(in->arena, cell);
	switch (column) {
	case COLUMN_ID:
		record->id = rest;
		break;
	case COLUMN_TEXT:
		record->text = rest;
		break;
	case COLUMN_CAPTURED_AT:
		record->captured_at = rest;
		break;
	case COLUMN_PINNED:
		record->pinned = pinned_of(cell);
		if (record->pinned == NULL)
			fault(in, record->line, "/pinned", "wrong_type", "must be true or false");
		break;
	case COLUMN_TAGS:
		for (const char *tag; (tag = strsep(&rest, " ,;")) != NULL;)
			if (*tag != '\0')
				take_tag(in, record, tag, "/tags");
		break;
	case COLUMN_IGNORED:
		break;
	}
}

static void read_csv(struct import *in)
{
	struct csv csv = {.text = buf_in(in->req->arena, RECORD_BYTES)};
	enum column columns[CELLS_MAX];
	size_t count = 0;
	bool ok;

	while (next_csv(in, &csv, &ok)) {
		struct record record = begin_record(in, csv.line);

		if (!ok || (csv.count == 1 && csv.text->data[0] == '\0'))
			continue;
		if (count == 0) {
			if (!read_csv_header(in, &csv, columns))
				return;
			count = csv.count;
		} else if (csv.count != count) {
			fault(in, csv.line, "", "malformed_csv", "does not have as many cells as the first line");
		} else {
			for (size_t i = 0; i < count; i++)
				take_cell(in, &record, columns[i], csv.text->data + csv.starts[i]);
			take(in, &record);
		}
	}
}

/* Markdown. */

static void end_text(struct import *in, struct record *record, struct buf *text, bool marked)
{
	int line_ends = marked ? 2 : INT_MAX;

	/* A marked thought is followed by its line's end and an empty line; a block has no end of its own. */
	while (line_ends-- > 0 && text->len > 0 && text->data[text->len - 1] == '\n') {
		text->data[--text->len] = '\0';
		if (!marked && text->len > 0 && text->data[text->len - 1] == '\r')
			text->data[--text->len] = '\0';
	}
	if (text->overflow) {
		fault(in, record->line, "/text", "too_long", text_too_long);
	} else if (marked || text->len > 0) {
		record->text = arena_strndup(in->arena, buf_text(text), text->len);
		take(in, record);
	}
	buf_clear(text);
}

static void read_md(struct import *in)
{
	struct buf *text = buf_in(in->req->arena, RECORD_BYTES);
	struct record record = {0};
	bool open = false;   /* a thought has begun */
	bool marked = false; /* by a mark of ours, which brings its data */

	while (next_line(in)) {
		const char *line = buf_text(in->line);
		size_t len = line_length(in->line);
		bool mark;

		if (!line_ok(in))
			continue;
		mark = md_marked(line) && line[0] != '\\';
		if (open && (mark || (!marked && strspn(line, " \t\r\n") == in->line->len))) {
			end_text(in, &record, text, marked);
			open = false;
		}
		if (mark) {
			size_t tail = sizeof(MD_MARK_END) - 1;

			record = begin_record(in, in->number);
			open = marked = true;
			if (len < tail || memcmp(line + len - tail, MD_MARK_END, tail) != 0)
				fault(in, in->number, "", "malformed_json", "the mark of a thought does not end");
			else
				take_json(in, &record, line + sizeof(MD_MARK) - 2,
					  len - (sizeof(MD_MARK) - 2) - (tail - 1));
			continue;
		}
		if (!open && strspn(line, " \t\r\n") == in->line->len)
			continue;
		if (!open) {
			record = begin_record(in, in->number);
			open = true;
			marked = false;
		}
		if (md_marked(line))
			buf_add(text, line + 1, in->line->len - 1);
		else
			buf_add(text, line, in->line->len);
	}
	if (open && !in->cut_off)
		end_text(in, &record, text, marked);
}

static const struct format {
	const char *name;
	const char *type;
	const char *other_type;
	void (*read)(struct import *in);
} formats[] = {
	{"ndjson", "application/x-ndjson", "application/jsonl", read_ndjson},
	{"csv", "text/csv", "application/csv", read_csv},
	{"md", "text/markdown", "text/x-markdown", read_md},
};

/* By ?format=, else by Content-Type. NULL with 400 or 415 answered. */
static const struct format *format_of(struct request *req)
{
	const char *name = request_query(req, "format");
	const char *type = request_header(req, "Content-Type");
	size_t len = type != NULL ? strcspn(type, "; \t") : 0;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const struct format *f = &formats[i];

		if (name != NULL
			    ? strcmp(name, f->name) == 0
			    : len > 0 && ((strlen(f->type) == len && strncasecmp(type, f->type, len) == 0) ||
					  (strlen(f->other_type) == len && strncasecmp(type, f->other_type, len) == 0)))
			return f;
	}
	if (name != NULL)
		problem(req, PROBLEM_BAD_REQUEST, "format is ndjson, csv or md");
	else
		problem(req, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
			"send application/x-ndjson, text/csv or text/markdown, or say ?format=ndjson, csv or md");
	return NULL;
}

const struct field import_fields[] = {
	{.name = "created", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "thoughts that are new"},
	{.name = "restored",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "thoughts that were in the trash and are back"},
	{.name = "unchanged", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "thoughts that were there already"},
	{.name = "conflicts",
	 .type = FIELD_INT,
	 .flags = FIELD_READ_ONLY,
	 .help = "ids that are taken by other content, which stays as it is and where it is, in the trash too"},
	{.name = "dry_run", .type = FIELD_BOOL, .flags = FIELD_READ_ONLY, .help = "nothing was written"},
	FIELD_END,
};

/* POST /api/thoughts/import: 200 with the counts; 422 with the bad lines, and then nothing is written; 413, 415. */
int post_import(struct request *req)
{
	const struct format *format = format_of(req);
	struct import *in;
	const struct import_counts *counts;
	struct json_writer *w;
	bool dry_run = false;

	if (format == NULL || !request_query_bool(req, "dry_run", &dry_run))
		return 0;
	in = arena_alloc(req->arena, sizeof(*in));
	in->req = req;
	counts = &in->counts;
	in->line = buf_in(req->arena, RECORD_BYTES);
	in->arena = arena_within(req->arena);
	in->parsed = arena_within(req->arena);
	if (!db_begin(req->db))
		return problem_database(req);
	format->read(in);
	flush(in);
	if (in->store_failed) {
		problem_database(req);
		db_rollback(req->db);
		return 0;
	}
	if (in->cut_off || problem_fields(req) > 0 || dry_run)
		db_rollback(req->db);
	else if (!db_commit(req->db))
		return problem_database(req);
	if (in->cut_off)
		return 0;
	if (problem_fields(req) > 0)
		return problem_invalid(req);
	w = response_json(req, 200);
	json_begin_object(w);
	json_member_int(w, "created", counts->created);
	json_member_int(w, "restored", counts->restored);
	json_member_int(w, "unchanged", in->taken - counts->created - counts->restored - counts->conflicts);
	json_member_int(w, "conflicts", counts->conflicts);
	json_member_bool(w, "dry_run", dry_run);
	json_end_object(w);
	return 0;
}
