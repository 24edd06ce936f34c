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
#define WHOLE_MAX    5000         /* so many are collected and have an entity tag; more go out as they are written */

/* What a row says of time, by their columns, which are looked up once. */
enum column { KIND, TITLE, START, END, DURATION, RECURRENCE, OVERRIDES, SERIES_START, OCCURRENCE, COLUMNS };

static const char *const column_names[COLUMNS] = {"kind",       "title",     "start",        "end",       "duration",
						  "recurrence", "overrides", "series_start", "occurrence"};

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
	int64_t day, end_day; /* of whole days, on no clock: one that a zone left out is still that day */
	bool all_day;
	int row;
	char occurrence[CALTIME_TEXT]; /* "" of what does not recur */
	struct json_object *changes;
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
	bool full;
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
		.day = caltime_wall(&h->start),
		.end_day = caltime_wall(&h->end),
		.all_day = h->start.is_date,
		.row = c->row,
		.changes = h->changes,
	};
	if (c->recurs)
		caltime_format(item->occurrence, &h->occurrence);
	return true;
}

static bool add_happening(void *ctx, const struct happening *happening)
{
	return add_item(ctx, happening);
}

static void add_event(struct calendar *c)
{
	struct event_times times;

	event_times(c->req, &times, of_row(c, START), of_row(c, END), of_row(c, DURATION), of_row(c, RECURRENCE),
		    of_row(c, OVERRIDES), c->zone);
	c->recurs = times.recurs;
	if (!event_each(&times, c->zone, c->from, c->to, SERIES_MAX, add_happening, c))
		c->full = true;
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
	struct caltime due, start, occurrence;
	struct series series;
	bool after_completion = false;

	if (!stored_time(c->req, of_row(c, START), &due))
		return;
	c->recurs = stored_time(c->req, of_row(c, OCCURRENCE), &occurrence);
	if (!add_due(c, c->recurs ? &occurrence : &due, &due) || !c->recurs)
		return;
	stored_time(c->req, of_row(c, SERIES_START), &start);
	stored_series(c->req, &start, of_row(c, RECURRENCE), &series, &after_completion);
	if (!after_completion) {
		struct later later = {.calendar = c, .after = caltime_wall(&occurrence)};

		if (series_each(&series, c->zone, c->from - DAY_S, c->to, SERIES_MAX, add_later, &later) ==
		    SERIES_LIMIT)
			c->full = true;
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

static const char *close_quote(char *text)
{
	size_t len = strlen(text);

	text[len] = '"';
	text[len + 1] = '\0';
	return text;
}

/* `start` or `end`: an instant, and the wall time in the calendar's zone; of whole days the day. There are thousands:
 * no text of these needs an escape. */
static void write_time(const struct calendar *c, struct json_writer *w, const char *name, const char *local_name,
		       int64_t instant)
{
	struct caltime t = {.is_date = false};
	char text[1 + CALTIME_TEXT + 1] = "\"", utc[1 + INSTANT_TEXT + 1] = "\"";

	caltime_set_wall(&t, zone_wall(c->zone, instant));
	caltime_format(text + 1, &t);
	instant_format(utc + 1, instant * 1000000);
	json_member_raw(w, name, close_quote(utc));
	json_member_raw(w, local_name, close_quote(text));
}

static void write_day(struct json_writer *w, const char *name, int64_t wall)
{
	struct caltime t = {.is_date = true};
	char text[1 + CALTIME_TEXT + 1] = "\"";

	caltime_set_wall(&t, wall);
	caltime_format(text + 1, &t);
	json_member_raw(w, name, close_quote(text));
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
		write_day(w, "start", item->day);
		write_day(w, "end", item->end_day);
	} else {
		write_time(c, w, "start", "start_local", item->from);
		write_time(c, w, "end", "end_local", item->to);
	}
	json_member_bool(w, "all_day", item->all_day);
	json_member_string(w, "occurrence", item->occurrence[0] != '\0' ? item->occurrence : NULL);
	json_member_bool(w, "changed", item->changes != NULL);
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

	*category = request_query(req, "category");
	if (*category != NULL && !uuid_valid(*category)) {
		problem(req, PROBLEM_BAD_REQUEST, "category is an id");
		return false;
	}
	if (!read_edge(req, "start", start) || !read_edge(req, "end", end))
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
	json_member_bool(w, "truncated", c->full);
	json_key(w, "items");
	json_begin_array(w);
	for (size_t i = 0; i < c->count; i++) {
		write_item(c, w, &c->items[i]);
		if (!whole && !response_flush(req, false))
			return;
	}
	json_end_array(w);
	json_end_object(w);
	if (whole)
		response_etag_of_body(req);
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
	answer(&c);
	return 0;
}
