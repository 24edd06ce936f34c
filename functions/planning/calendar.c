/*
 * The calendar: what happens and what is due between two days, as the clocks of a zone show it. Series are written out.
 */
#include <stdlib.h>
#include <string.h>

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
#include "util/uuid.h"

#include "happening.h"
#include "planning.h"
#include "store.h"
#include "zone.h"

#define DAYS_MAX     366
#define DAY_S        86400
#define SERIES_MAX   20000   /* occurrences of one series: of a year, one every half hour */
#define ITEMS_MAX    65536   /* of an answer */
#define TIME_US      2000000 /* that writing series out may take */
#define ROW_MAX      (1u << 16)
#define FIRST_MEMBER "{\"kind\":" /* what row_members leaves to who writes the object */
#define WHOLE_MAX    500          /* so many are collected; more go out as they are written */
#define TAGGED_MAX   (1u << 28)

/* What a row says of time, by their columns, which are looked up once. */
enum column {
	KIND,
	ID,
	UPDATED_AT,
	TITLE,
	START,
	TIME_ZONE,
	END,
	DURATION,
	RECURS,
	RRULE,
	EXDATES,
	RDATES,
	AFTER_COMPLETION,
	OVERRIDES,
	SERIES_START,
	OCCURRENCE,
	COLUMNS
};

static const char *const column_names[COLUMNS] = {
	[KIND] = "kind",
	[ID] = "id",
	[UPDATED_AT] = "updated_at",
	[TITLE] = "title",
	[START] = "start",
	[TIME_ZONE] = "time_zone",
	[END] = "end",
	[DURATION] = "duration",
	[RECURS] = "recurs",
	[RRULE] = "rrule",
	[EXDATES] = "exdates",
	[RDATES] = "rdates",
	[AFTER_COMPLETION] = "after_completion",
	[OVERRIDES] = "overrides",
	[SERIES_START] = "series_start",
	[OCCURRENCE] = "occurrence",
};

/* Columns of a row that an answer has under their own names; what an override says comes first. */
static const struct {
	const char *name;
	enum field_type type;
} columns[] = {
	{"kind", FIELD_TEXT},     {"id", FIELD_UUID},          {"title", FIELD_TEXT},
	{"location", FIELD_TEXT}, {"category_id", FIELD_UUID}, {"tags", FIELD_TEXTS},
	{"priority", FIELD_TEXT}, {"completed", FIELD_BOOL},   {"version", FIELD_INT},
};

#define SHOWN (sizeof(columns) / sizeof(columns[0]))

struct item {
	int64_t from, to;
	int64_t occurrence; /* which of its series, on its clock */
	struct json_object *changes;
	int day, end_day; /* of whole days, since 1970, on no clock: one that a zone left out is still that day */
	int row;
	bool all_day, recurs;
	bool by_day;  /* its series is one of days */
	bool changed; /* it is not as its series has it */
};

struct calendar {
	struct request *req;
	const char *zone;
	int64_t from, to;
	const char *from_text, *to_text;
	struct result *rows;
	int at[COLUMNS];
	int shown[SHOWN]; /* by `columns` */
	int row;
	bool recurs;
	const char **written; /* by row: see row_members */
	struct item *items;
	size_t count, room;
	bool cut;  /* something is left out: of one series, or */
	bool full; /* all that would come behind */
};

static const char *of_row(const struct calendar *c, enum column column)
{
	return result_text(c->rows, c->row, c->at[column]);
}

static struct item *add(struct calendar *c)
{
	if (c->count == c->room) {
		struct item *more;

		if (c->room >= ITEMS_MAX) {
			c->full = true;
			return NULL;
		}
		c->room = c->room == 0 ? 256 : 2 * c->room;
		more = arena_alloc(c->req->arena, c->room * sizeof(*more));
		if (c->count > 0)
			memcpy(more, c->items, c->count * sizeof(*more));
		c->items = more;
	}
	return &c->items[c->count++];
}

static bool add_item(struct calendar *c, const struct happening *h)
{
	struct item *item = add(c);

	if (item == NULL)
		return false;
	*item = (struct item){
		.from = h->from,
		.to = h->to,
		.occurrence = caltime_wall(&h->occurrence),
		.changes = h->changes,
		.row = c->row,
		.all_day = h->start.is_date,
		.recurs = c->recurs,
		.by_day = h->occurrence.is_date,
		.changed = h->changes != NULL || caltime_wall(&h->occurrence) != caltime_wall(&h->start),
	};
	if (item->all_day) {
		item->day = (int)(caltime_wall(&h->start) / DAY_S);
		item->end_day = (int)(caltime_wall(&h->end) / DAY_S);
	}
	return true;
}

static bool add_happening(void *ctx, const struct happening *happening)
{
	return add_item(ctx, happening);
}

/* When the row's event begins, or its task is due; false when it has no time. */
static bool row_time(const struct calendar *c, struct caltime *t)
{
	const char *text = of_row(c, START);

	if (text == NULL || !caltime_parse(t, text))
		return false;
	t->zone = of_row(c, TIME_ZONE);
	return true;
}

/* The row's series, from a start. */
static struct series row_series(const struct calendar *c, const struct caltime *start)
{
	struct series series = {.start = *start, .rrule = of_row(c, RRULE)};
	struct request *req = c->req;

	series.exdates = times_of_json(req->arena, stored_json(req, of_row(c, EXDATES)), start, &series.exdate_count);
	series.rdates = times_of_json(req->arena, stored_json(req, of_row(c, RDATES)), start, &series.rdate_count);
	return series;
}

static void add_event(struct calendar *c)
{
	struct caltime start;
	struct event_times times;

	if (!row_time(c, &start))
		return;
	times = (struct event_times){
		.series = row_series(c, &start),
		.recurs = c->recurs,
		.extent = extent_of_json(&start, stored_json(c->req, of_row(c, END)), of_row(c, DURATION), c->zone),
		.overrides = stored_json(c->req, of_row(c, OVERRIDES)),
	};
	if (!event_each(&times, c->zone, c->from, c->to, SERIES_MAX, add_happening, c))
		c->cut = true;
}

/* A task is due in a moment, or for a day. */
static bool add_due(struct calendar *c, const struct caltime *occurrence, const struct caltime *due)
{
	struct happening h = {
		.occurrence = *occurrence, .start = *due, .end = *due, .from = caltime_instant(due, c->zone)};

	caltime_set_wall(&h.end, caltime_wall(due) + DAY_S);
	h.to = due->is_date ? caltime_instant(&h.end, c->zone) : h.from;
	if (h.from >= c->to || (h.to > h.from ? h.to <= c->from : h.from < c->from))
		return true;
	return add_item(c, &h);
}

struct later {
	struct calendar *calendar;
	int64_t after; /* the occurrence that the task itself stands for, on its clock */
};

static bool add_later(void *ctx, const struct caltime *occurrence, int64_t instant)
{
	struct later *later = ctx;

	(void)instant;
	return caltime_wall(occurrence) <= later->after || add_due(later->calendar, occurrence, occurrence);
}

static void add_task(struct calendar *c)
{
	const char *after_completion = of_row(c, AFTER_COMPLETION);
	struct caltime due, start, occurrence;

	if (!row_time(c, &due))
		return;
	if (!c->recurs) {
		add_due(c, &due, &due);
		return;
	}
	if (!stored_time(c->req, of_row(c, OCCURRENCE), &occurrence) ||
	    !stored_time(c->req, of_row(c, SERIES_START), &start) || !add_due(c, &occurrence, &due))
		return;
	if (after_completion == NULL || strcmp(after_completion, "true") != 0) {
		struct series series = row_series(c, &start);
		struct later later = {.calendar = c, .after = caltime_wall(&occurrence)};

		if (series_each(&series, c->zone, c->from - DAY_S, c->to, SERIES_MAX, add_later, &later) ==
		    SERIES_LIMIT)
			c->cut = true;
	}
}

/* Whole days come before the times of a day; then what came first. */
static int in_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->all_day != y->all_day)
		return x->all_day ? -1 : 1;
	return x->row - y->row;
}

static void write_wall(struct json_writer *w, const char *name, int64_t wall, bool is_date)
{
	struct caltime t = {.is_date = is_date};
	char text[CALTIME_TEXT];

	caltime_set_wall(&t, wall);
	json_member_plain(w, name, text, caltime_format(text, &t));
}

/* `start` or `end`: an instant, and the wall time in the calendar's zone. */
static void write_time(const struct calendar *c, struct json_writer *w, const char *name, const char *local_name,
		       int64_t instant)
{
	char utc[INSTANT_TEXT];

	json_member_plain(w, name, utc, instant_format(utc, instant * 1000000));
	write_wall(w, local_name, zone_wall(c->zone, instant), false);
}

/* What of an item is its row's, as members behind the first one's name. Of a series it is the same each time, and kept.
 */
static const char *row_members(struct calendar *c, const struct item *item)
{
	struct buf *out;
	struct json_writer w;

	if (item->changes == NULL && c->written[item->row] != NULL)
		return c->written[item->row];
	out = buf_in(c->req->arena, ROW_MAX);
	json_writer_init(&w, out);
	json_begin_object(&w);
	for (size_t i = 0; i < SHOWN; i++) {
		int column = c->shown[i];
		const char *text = result_text(c->rows, item->row, column);
		struct json_object *changed;

		if (item->changes != NULL && json_object_object_get_ex(item->changes, columns[i].name, &changed)) {
			json_member_raw(&w, columns[i].name,
					json_object_to_json_string_ext(changed, JSON_C_TO_STRING_PLAIN));
		} else if (text != NULL) {
			json_key(&w, columns[i].name);
			field_encode(&w, &(struct field){.type = columns[i].type}, text,
				     result_length(c->rows, item->row, column));
		}
	}
	if (item->changes == NULL)
		c->written[item->row] = out->data + strlen(FIRST_MEMBER);
	return out->data + strlen(FIRST_MEMBER);
}

static void write_item(struct calendar *c, struct json_writer *w, const struct item *item)
{
	json_begin_object(w);
	json_key(w, columns[0].name);
	json_raw(w, row_members(c, item));
	if (item->all_day) {
		write_wall(w, "start", (int64_t)item->day * DAY_S, true);
		write_wall(w, "end", (int64_t)item->end_day * DAY_S, true);
	} else {
		write_time(c, w, "start", "start_local", item->from);
		write_time(c, w, "end", "end_local", item->to);
	}
	json_member_bool(w, "all_day", item->all_day);
	if (item->recurs)
		write_wall(w, "occurrence", item->occurrence, item->by_day);
	else
		json_member_string(w, "occurrence", NULL);
	json_member_bool(w, "changed", item->changed);
	json_end_object(w);
}

/* A day of the window as an instant in its zone; an instant as it is. */
static bool read_edge(struct request *req, const char *name, struct caltime *t)
{
	const char *json;

	if (!query_time(req, name, &json))
		return false;
	if (json == NULL) {
		problem(req, PROBLEM_BAD_REQUEST, "%s is needed: a date like 2026-03-29, or an instant", name);
		return false;
	}
	return stored_time(req, json, t);
}

/* False with a 400 answered. The zone may not be known yet, so the length is looked at as though it were UTC. */
static bool read_window(struct request *req, struct caltime *start, struct caltime *end, const char **category)
{
	int64_t length;

	if (!query_owner(req, "category", category) || !read_edge(req, "start", start) || !read_edge(req, "end", end))
		return false;
	length = caltime_instant(end, "UTC") - caltime_instant(start, "UTC");
	/* An end that is a day has that day in it. */
	if (end->is_date)
		caltime_set_wall(end, caltime_wall(end) + DAY_S);
	if (length <= (int64_t)DAYS_MAX * DAY_S && (length > 0 || (end->is_date && length > -DAY_S)))
		return true;
	problem(req, PROBLEM_BAD_REQUEST, "end is not before start, and at most %d days after it", DAYS_MAX);
	return false;
}

/* The entity tag, from what the answer is made of: this program, rows by when they were written, and when each item
 * is. */
static void set_tag(struct calendar *c)
{
	struct buf *of = buf_in(c->req->arena, TAGGED_MAX);

	buf_printf(of, "%s %s %d", service_version, c->zone, c->cut || c->full);
	for (c->row = 0; c->row < result_rows(c->rows); c->row++) {
		if (of_row(c, ID) == NULL)
			continue;
		buf_adds(of, of_row(c, KIND));
		buf_adds(of, of_row(c, ID));
		buf_adds(of, of_row(c, UPDATED_AT));
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct item *item = &c->items[i];

		buf_add(of, (const int64_t[]){item->row, item->from, item->to, item->occurrence}, 4 * sizeof(int64_t));
	}
	response_etag_of(c->req, of->data, of->len);
}

static void answer(struct calendar *c)
{
	struct request *req = c->req;
	bool whole = c->count <= WHOLE_MAX;
	struct json_writer own, *w = &own;

	c->written = arena_alloc(req->arena, (size_t)(result_rows(c->rows) + 1) * sizeof(*c->written));

	if (whole)
		w = response_json(req, 200);
	else
		json_writer_init(w, response_stream(req, 200, "application/json"));
	json_begin_object(w);
	json_member_string(w, "time_zone", c->zone);
	json_member_bool(w, "truncated", c->cut || c->full);
	json_key(w, "items");
	json_begin_array(w);
	for (size_t i = 0; i < c->count; i++) {
		write_item(c, w, &c->items[i]);
		if (!whole && !response_flush(req, false))
			return;
	}
	json_end_array(w);
	json_end_object(w);
}

/*
 * GET /api/calendar: 200 with what happens and what is due from `start` to `end` (at most 366 days), in the order of
 * time; in zone `tz`, else the user's own; 400.
 */
int get_calendar(struct request *req)
{
	struct calendar c = {.req = req};
	struct caltime start, end;
	const char *category;
	int64_t started;

	if (!query_zone(req, &c.zone) || !read_window(req, &start, &end, &category))
		return 0;
	c.rows = store_calendar(req, wall_text(req, caltime_instant(&start, "UTC") - DAY_S),
				wall_text(req, caltime_instant(&end, "UTC") + DAY_S), category);
	if (c.rows == NULL)
		return problem_database(req);
	for (size_t i = 0; i < SHOWN; i++)
		c.shown[i] = result_column(c.rows, columns[i].name);
	for (size_t i = 0; i < COLUMNS; i++)
		c.at[i] = result_column(c.rows, column_names[i]);
	if (c.zone == NULL)
		c.zone = result_rows(c.rows) > 0 && strcmp(of_row(&c, KIND), "zone") == 0 ? of_row(&c, TITLE) : "UTC";
	c.from = caltime_instant(&start, c.zone);
	c.to = caltime_instant(&end, c.zone);
	started = clock_tick_us();
	for (c.row = 0; c.row < result_rows(c.rows) && !c.full; c.row++) {
		c.full = clock_tick_us() - started > TIME_US;
		c.recurs = strcmp(of_row(&c, RECURS), "t") == 0;
		switch (of_row(&c, KIND)[0]) {
		case 'e':
			add_event(&c);
			break;
		case 't':
			add_task(&c);
			break;
		}
	}
	if (c.count > 1)
		qsort(c.items, c.count, sizeof(*c.items), in_order);
	set_tag(&c);
	if (response_not_modified(req))
		return response_empty(req, 304);
	answer(&c);
	return 0;
}
