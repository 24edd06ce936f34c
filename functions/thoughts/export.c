/*
 * All one's thoughts as a file, streamed row by row in constant memory.
 */
#include <string.h>

#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/buf.h"
#include "util/json.h"

#include "store.h"
#include "thoughts.h"
#include "transfer.h"

struct format {
	const char *name;
	const char *type;
	const char *before; /* the first thought */
	const char *between;
	const char *after;
	void (*write)(struct buf *out, const struct result *row);
};

struct export
{
	struct request *req;
	const struct format *format;
	struct buf *out; /* NULL until the head is sent */
};

static void write_json(struct buf *out, const struct result *row)
{
	struct json_writer w;

	json_writer_init(&w, out);
	thing_encode(&w, thought_fields, row, 0);
}

static void write_cell(struct buf *out, const char *text)
{
	bool guarded = csv_formula(text);

	if (!guarded && strpbrk(text, ",\"\r\n") == NULL) {
		buf_adds(out, text);
		return;
	}
	buf_adds(out, guarded ? "\"'" : "\"");
	for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
		buf_add(out, text, (size_t)(quote + 1 - text));
		buf_addc(out, '"');
	}
	buf_adds(out, text);
	buf_addc(out, '"');
}

/* PostgreSQL's "2026-01-02 03:04:05.123+00" as RFC 3339. */
static void write_instant(struct buf *out, const char *text)
{
	buf_add(out, text, 10);
	buf_addc(out, 'T');
	buf_add(out, text + 11, strlen(text) - 14);
	buf_addc(out, 'Z');
}

/* An array literal of tags, which hold nothing that is escaped there, divided by spaces. */
static void write_tags(struct buf *out, const char *literal)
{
	bool guarded = literal[1] == '-';

	buf_adds(out, guarded ? "'" : "");
	for (const char *p = literal; *p != '\0'; p++)
		if (strchr("{}\"", *p) == NULL)
			buf_addc(out, *p == ',' ? ' ' : *p);
}

static void write_csv(struct buf *out, const struct result *row)
{
	buf_adds(out, result_get(row, 0, "id"));
	buf_addc(out, ',');
	write_instant(out, result_get(row, 0, "captured_at"));
	buf_adds(out, result_get(row, 0, "pinned")[0] == 't' ? ",true," : ",false,");
	write_tags(out, result_get(row, 0, "tags"));
	buf_addc(out, ',');
	write_cell(out, result_get(row, 0, "text"));
	buf_addc(out, ',');
	write_instant(out, result_get(row, 0, "created_at"));
	buf_addc(out, ',');
	write_instant(out, result_get(row, 0, "updated_at"));
	buf_adds(out, "\r\n");
}

static const struct field mark_fields[] = {
	{.name = "id", .type = FIELD_UUID},
	{.name = "captured_at", .type = FIELD_INSTANT},
	{.name = "pinned", .type = FIELD_BOOL},
	{.name = "tags", .type = FIELD_TEXTS},
	FIELD_END,
};

static void write_md(struct buf *out, const struct result *row)
{
	const char *text = result_get(row, 0, "text");
	struct json_writer w;

	buf_add(out, MD_MARK, sizeof(MD_MARK) - 2); /* its brace is the object's own */
	json_writer_init(&w, out);
	thing_encode(&w, mark_fields, row, 0);
	buf_adds(out, MD_MARK_END + 1);
	buf_addc(out, '\n');
	for (;;) {
		size_t line = strcspn(text, "\n");

		if (md_marked(text))
			buf_addc(out, '\\');
		buf_add(out, text, line);
		if (text[line] == '\0')
			break;
		buf_addc(out, '\n');
		text += line + 1;
	}
	buf_adds(out, "\n\n");
}

static const struct format formats[] = {
	{"json", "application/json", "[\n", ",\n", "\n]\n", write_json},
	{"ndjson", "application/x-ndjson", "", "\n", "\n", write_json},
	{"csv", "text/csv; charset=utf-8", CSV_HEADER, "", "", write_csv},
	{"md", "text/markdown; charset=utf-8", "", "", "", write_md},
};

static const struct format *format_named(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static void begin(struct export *export)
{
	response_header(export->req, "Content-Disposition", "attachment; filename=\"thoughts.%s\"",
			export->format->name);
	export->out = response_stream(export->req, 200, export->format->type);
	buf_adds(export->out, export->format->before);
}

static bool export_row(void *ctx, const struct result *row)
{
	struct export *export = ctx;

	if (export->out == NULL)
		begin(export);
	else
		buf_adds(export->out, export->format->between);
	export->format->write(export->out, row);
	return response_flush(export->req, false);
}

/* GET /api/thoughts/export: 200 with the file; 400 for an unknown format. */
int get_export(struct request *req)
{
	const char *name = request_query(req, "format");
	struct export export = {.req = req, .format = format_named(name != NULL ? name : "json")};
	struct thought_filter filter;
	bool some;

	if (export.format == NULL)
		return problem(req, PROBLEM_BAD_REQUEST, "format is json, ndjson, csv or md");
	if (!thought_filter_read(req, &filter))
		return 0;
	if (!req->head && !store_export(req, &filter, export_row, &export)) {
		if (export.out == NULL)
			return problem_database(req);
		response_abort(req, db_error(req->db));
		return 0;
	}
	some = export.out != NULL;
	if (!some)
		begin(&export);
	if (some || export.format->between[0] == ',')
		buf_adds(export.out, export.format->after);
	return 0;
}
