/*
 * ics_read: a calendar's components, found in one pass over its lines, then told one by one with their overrides.
 *
 * What is wrong with one costs that one alone: its end is where its END is, or where another component begins.
 */
#include "ics.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <libical/ical.h>

#include "ics_budget.h"
#include "ics_extra.h"
#include "ics_json.h"
#include "ics_line.h"
#include "ics_parts.h"
#include "ics_zone.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/crypto.h"
#include "util/log.h"

#define BUDGET_US INT64_C(2000000) /* of the processor, for VTIMEZONEs and rules */
#define DEPTH_MAX 8                /* components within one */
#define NAME_MOST 40               /* bytes of a component's name that are told */

enum type { EVENT, TASK, ZONE, OTHER };

/* A component of a calendar. */
struct component {
	struct component *next;
	const char *name; /* of the text, as all below */
	size_t name_len;
	size_t line;
	const char *lines; /* between BEGIN and END */
	size_t len;
	const char *fault;
	enum type type;
	const char *uid; /* value of UID; NULL: none */
	size_t uid_len;
	long sequence;
	size_t order;
	bool is_override, this_and_future;
	bool is_related;                     /* to another one, which may be its parent */
	bool is_stray;                       /* an END without BEGIN */
	struct component *series;            /* of an override; NULL: not in this text */
	struct component *overrides, *other; /* of a series, in order; the next of them */
	size_t override_count;
};

struct scan {
	struct arena *arena;
	struct ics_lines lines;
	struct ics_zones *zones;
	struct ics_budget budget;
	const struct ics_reader *reader;
	const char *zone;
	struct component *first, *newest;
	size_t count;
	bool in_calendar;
	size_t calendar; /* the line of the last BEGIN:VCALENDAR, 0: none */
	struct component *open;
	struct ics_line inner[DEPTH_MAX]; /* BEGINs within the open one that have not ended */
	size_t depth;
};

static const struct {
	const char *name;
	enum type type;
} tops[] = {
	{"VEVENT", EVENT},   {"VTODO", TASK},      {"VTIMEZONE", ZONE},
	{"VJOURNAL", OTHER}, {"VFREEBUSY", OTHER}, {"VAVAILABILITY", OTHER},
};

/* Those that stand in a calendar and in no other component. */
static bool is_top(const struct ics_line *begin, enum type *type)
{
	*type = OTHER;
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		if (!ics_value_is(begin, tops[i].name))
			continue;
		*type = tops[i].type;
		return true;
	}
	return false;
}

static const char *name_of(struct arena *arena, const char *name, size_t len)
{
	char *text = arena_strndup(arena, name, len < NAME_MOST ? len : NAME_MOST);

	for (char *c = text; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

/* The first thing that is wrong counts. */
static void fault(struct scan *scan, const char *format, const struct ics_line *about)
{
	const char *name = about ? name_of(scan->arena, about->value, about->value_len) : "";
	struct buf text;

	if (scan->open->fault)
		return;
	buf_init(&text, 4 * NAME_MOST);
	for (; *format != '\0'; format++) {
		if (*format == '@')
			buf_adds(&text, name);
		else
			buf_addc(&text, *format);
	}
	scan->open->fault = arena_strdup(scan->arena, buf_text(&text));
	buf_release(&text);
}

static void open_component(struct scan *scan, const struct ics_line *line, enum type type)
{
	struct component *component = arena_alloc(scan->arena, sizeof(*component));

	*component = (struct component){
		.name = line->value,
		.name_len = line->value_len,
		.line = scan->lines.line,
		.lines = scan->lines.out,
		.type = type,
		.order = scan->count++,
	};
	if (scan->newest)
		scan->newest->next = component;
	else
		scan->first = component;
	scan->newest = scan->open = component;
	scan->depth = 0;
}

static void close_component(struct scan *scan, const char *end)
{
	struct component *open = scan->open;

	open->len = (size_t)(end - open->lines);
	if (open->type == ZONE && !open->fault)
		ics_zones_add(scan->zones, open->lines, open->len);
	scan->open = NULL;
	scan->depth = 0;
}

static void cut_off(struct scan *scan, const char *end)
{
	if (!scan->open)
		return;
	fault(scan, "it has no END", NULL);
	close_component(scan, end);
}

static void begin(struct scan *scan, const struct ics_line *line)
{
	enum type type;

	if (ics_value_is(line, "VCALENDAR")) {
		cut_off(scan, line->text);
		scan->in_calendar = true;
		scan->calendar = scan->lines.line;
		return;
	}
	if (!scan->in_calendar)
		return;
	if (is_top(line, &type) || !scan->open) {
		cut_off(scan, line->text);
		open_component(scan, line, type);
	} else if (scan->depth == DEPTH_MAX)
		fault(scan, "components are nested too deeply in it", NULL);
	else
		scan->inner[scan->depth++] = *line;
}

static bool is_named(const struct ics_line *end, const char *name, size_t len)
{
	return end->value_len == len && !strncasecmp(end->value, name, len);
}

/* An END that ends nothing is told once, not for each of many. */
static void stray_end(struct scan *scan, const struct ics_line *line)
{
	const struct component *newest = scan->newest;

	if (newest && newest->is_stray)
		return;
	open_component(scan, line, OTHER);
	scan->open->is_stray = true;
	fault(scan, "END:@ without BEGIN", line);
	close_component(scan, scan->open->lines);
}

static void end(struct scan *scan, const struct ics_line *line)
{
	struct component *open = scan->open;
	const struct ics_line *inner = scan->depth > 0 ? &scan->inner[scan->depth - 1] : NULL;

	if (ics_value_is(line, "VCALENDAR")) {
		cut_off(scan, line->text);
		scan->in_calendar = false;
	} else if (!scan->in_calendar)
		return;
	else if (!open)
		stray_end(scan, line);
	else if (inner && is_named(line, inner->value, inner->value_len))
		scan->depth--;
	else if (is_named(line, open->name, open->name_len)) {
		if (inner)
			fault(scan, "BEGIN:@ in it has no END", inner);
		close_component(scan, line->text);
	} else
		fault(scan, "END:@ without BEGIN", line);
}

/* What tells components apart. */
static void property(struct scan *scan, const struct ics_line *line)
{
	struct component *open = scan->open;

	if (ics_line_is(line, "UID") && !open->uid && line->value_len > 0) {
		open->uid = line->value;
		open->uid_len = line->value_len;
	} else if (ics_line_is(line, "SEQUENCE"))
		open->sequence = strtol(line->value, NULL, 10);
	else if (ics_line_is(line, ICS_RELATED_TO))
		open->is_related = open->is_related || ics_names_parent(scan->arena, line);
	else if (ics_line_is(line, "RECURRENCE-ID")) {
		const char *range = ics_line_param(scan->arena, line, "RANGE");

		open->is_override = true;
		open->this_and_future = range && !strcasecmp(range, "THISANDFUTURE");
	}
}

static void scan_all(struct scan *scan)
{
	const char *text;
	struct ics_line line;
	size_t len;

	while (ics_lines_next(&scan->lines, &text, &len)) {
		if (!ics_line_parse(&line, text, len))
			continue;
		if (ics_line_is(&line, "BEGIN"))
			begin(scan, &line);
		else if (ics_line_is(&line, "END"))
			end(scan, &line);
		else if (scan->open && scan->depth == 0)
			property(scan, &line);
	}
	cut_off(scan, scan->lines.out);
}

/* Same UID together, series before their overrides, of several the one that counts first, of
 * exceptions last. */
static int by_uid(const void *a, const void *b)
{
	const struct component *x = *(struct component *const *)a, *y = *(struct component *const *)b;
	size_t len = x->uid_len < y->uid_len ? x->uid_len : y->uid_len;
	int order = memcmp(x->uid, y->uid, len);

	if (order == 0)
		order = (x->uid_len > y->uid_len) - (x->uid_len < y->uid_len);
	if (order == 0)
		order = (int)x->type - (int)y->type;
	if (order == 0)
		order = (int)x->is_override - (int)y->is_override;
	if (order != 0)
		return order;
	order = (x->sequence > y->sequence) - (x->sequence < y->sequence);
	if (order == 0)
		order = (x->order > y->order) - (x->order < y->order);
	return x->is_override ? order : -order;
}

static bool same_uid(const struct component *a, const struct component *b)
{
	return a->type == b->type && a->uid_len == b->uid_len && !memcmp(a->uid, b->uid, a->uid_len);
}

static void add_override(struct component *series, struct component *component, struct component ***last)
{
	component->series = series;
	if (series->override_count++ >= ICS_LIST_MAX && !component->fault)
		component->fault = "its series has too many exceptions";
	**last = component;
	*last = &component->other;
}

static void group(struct component **list, size_t count)
{
	struct component *series = NULL, **last = NULL;

	qsort(list, count, sizeof(struct component *), by_uid);
	for (size_t i = 0; i < count; i++) {
		bool same = series && same_uid(series, list[i]);

		if (list[i]->is_override && same)
			add_override(series, list[i], &last);
		else if (!list[i]->is_override && same)
			list[i]->fault = "another component of this calendar has its UID";
		else {
			series = list[i]->is_override ? NULL : list[i];
			last = series ? &series->overrides : NULL;
		}
	}
}

static void group_all(struct scan *scan)
{
	struct component **list = xcalloc(scan->count + 1, sizeof(struct component *));
	size_t count = 0;

	for (struct component *c = scan->first; c; c = c->next) {
		if (c->type <= TASK && c->this_and_future && !c->fault)
			c->fault = "RECURRENCE-ID with RANGE=THISANDFUTURE is not supported";
		if (c->type <= TASK && c->uid && (!c->fault || c->is_override))
			list[count++] = c;
	}
	group(list, count);
	free(list);
}

static void tell_fault(const struct scan *scan, const struct ics_context *context, const struct component *component,
		       const char *detail)
{
	scan->reader->fault(scan->reader->ctx, component->line,
			    name_of(context->arena, component->name, component->name_len), detail);
}

/* Of the component itself, not of those within it. */
static bool find_line(const struct component *component, const char *name, struct ics_line *line)
{
	const char *at = component->lines;

	return ics_line_find(&at, component->lines + component->len, name, line);
}

/* Of what does not change when the same thing is exported again. */
static const char *hashed_uid(struct arena *arena, const struct component *component)
{
	char *hex = arena_alloc(arena, 2 * SHA256_SIZE + 1);
	struct buf *text = buf_in(arena, ICS_TEXT_MAX);
	const char *at = component->lines;
	struct ics_line line;

	while (ics_line_next(&at, component->lines + component->len, &line))
		if (!ics_line_is(&line, "DTSTAMP") && !ics_line_is(&line, "CREATED"))
			buf_add(text, line.text, line.len + 1);
	sha256_hex(hex, buf_text(text), text->len);
	return hex;
}

const char *ics_uid(struct arena *arena, const char *uid)
{
	char *hex;

	if (strlen(uid) <= ICS_UID_MAX)
		return uid;
	hex = arena_alloc(arena, 2 * SHA256_SIZE + 1);
	sha256_hex(hex, uid, strlen(uid));
	return hex;
}

bool ics_names_parent(struct arena *arena, const struct ics_line *related)
{
	const char *type = ics_line_param(arena, related, "RELTYPE");

	return !type || !strcasecmp(type, "PARENT");
}

/* An exception alone is told apart from others of its series. */
static const char *uid_of(struct arena *arena, const struct component *component)
{
	struct ics_line line;
	const char *uid;

	if (!component->uid)
		return hashed_uid(arena, component);
	find_line(component, "UID", &line);
	uid = ics_line_text(arena, &line);
	if (component->is_override && find_line(component, "RECURRENCE-ID", &line))
		uid = arena_printf(arena, "%s#%s", uid, ics_line_text(arena, &line));
	return ics_uid(arena, uid);
}

/* What is said of an occurrence: of several the last counts. */
struct exception {
	struct exception *next;
	const char *occurrence;
	struct json_object *difference; /* NULL: there is none */
	const char *extra;              /* NULL: what its series has */
	size_t len;
};

static void release_json(void *json)
{
	json_object_put(json);
}

static struct exception *exception_at(struct arena *arena, struct exception **list, const char *occurrence)
{
	while (*list && strcmp((*list)->occurrence, occurrence) != 0)
		list = &(*list)->next;
	if (!*list)
		*list = arena_alloc(arena, sizeof(**list));
	**list = (struct exception){.next = (*list)->next, .occurrence = occurrence};
	return *list;
}

/* NULL, or why the exception cannot be taken. */
static const char *read_exception(const struct ics_context *context, struct ics_parts *series,
				  const struct component *component, struct exception **list)
{
	struct ics_parts parts;
	struct exception *exception;
	struct ics_line id;
	struct caltime t;
	const char *wrong = component->fault, *occurrence;

	if (!wrong)
		wrong = ics_parts_read(&parts, context, series->kind, true, component->lines, component->len);
	if (wrong)
		return wrong;
	if (!find_line(component, "RECURRENCE-ID", &id) || !ics_line_time(context, &id, &t))
		return ics_bad_time(context, &id);
	ics_note_zone(&parts);
	occurrence = ics_occurrence(series, &t);
	if (parts.cancelled || (series->kind == ICS_TASK && parts.completed)) {
		exception_at(context->arena, list, occurrence);
		return NULL;
	}
	wrong = series->kind == ICS_TASK ? "an exception of a recurring task is not supported" : ics_wrong_end(&parts);
	if (wrong)
		return wrong;
	exception = exception_at(context->arena, list, occurrence);
	exception->difference = ics_difference(series, &parts, occurrence);
	arena_defer(context->arena, release_json, exception->difference);
	if (!ics_same_extra(series, &parts, component->lines, component->len)) {
		exception->extra = buf_text(parts.extra);
		exception->len = parts.extra->len;
	}
	for (const char *const *note = parts.notes; *note; note++)
		ics_note(series, *note);
	return NULL;
}

static void add_exception(const struct ics_context *context, struct ics_parts *series,
			  const struct exception *exception)
{
	if (exception->difference)
		ics_put(series->overrides, exception->occurrence, json_object_get(exception->difference));
	else {
		ics_append(series->exdates, ics_string(exception->occurrence));
		json_object_object_del(series->overrides, exception->occurrence);
	}
	if (exception->extra)
		ics_extra_exception(context->arena, series->extra, exception->occurrence, exception->extra,
				    exception->len);
}

static void add_exceptions(const struct scan *scan, const struct ics_context *context, struct ics_parts *series,
			   const struct component *component)
{
	struct exception *list = NULL;

	for (const struct component *c = component->overrides; c; c = c->other) {
		const char *wrong = read_exception(context, series, c, &list);

		if (wrong)
			tell_fault(scan, context, c, wrong);
	}
	for (; list; list = list->next)
		add_exception(context, series, list);
	if (json_object_object_length(series->overrides) > 0)
		ics_put(series->json, "overrides", json_object_get(series->overrides));
}

static const char *why_not(const struct component *component)
{
	if (component->fault)
		return component->fault;
	return component->type == OTHER ? "only VEVENT and VTODO are taken" : NULL;
}

/* False when the reader has enough. */
static bool tell(const struct scan *scan, const struct ics_context *context, const struct component *component)
{
	struct ics_item item = {.kind = component->type == TASK ? ICS_TASK : ICS_EVENT, .line = component->line};
	struct ics_parts parts;
	const char *wrong = why_not(component);
	bool cut;

	if (!wrong)
		wrong = ics_parts_read(&parts, context, item.kind, component->is_override, component->lines,
				       component->len);
	if (!wrong && parts.cancelled)
		wrong = "a cancelled occurrence whose series is not in this calendar";
	if (wrong) {
		tell_fault(scan, context, component, wrong);
		for (const struct component *c = component->overrides; c; c = c->other)
			tell_fault(scan, context, c, "its series cannot be taken");
		return true;
	}
	add_exceptions(scan, context, &parts, component);
	ics_parts_recurrence(&parts);
	item.uid = uid_of(context->arena, component);
	item.category = parts.category;
	item.json = parts.json;
	item.extra = ics_extra_fit(context->arena, buf_text(parts.extra), parts.extra->len, &cut);
	if (cut)
		ics_note(&parts, "it has too much that is not understood: the longest of it is not kept");
	item.notes = parts.notes;
	return scan->reader->item(scan->reader->ctx, &item);
}

/* Those that are related to others, or the others. False when the reader has enough. */
static bool tell_some(const struct scan *scan, const struct ics_context *context, bool related)
{
	bool more = true;

	for (const struct component *c = scan->first; c && more; c = c->next) {
		if ((c->type == ZONE && !c->fault) || c->series || c->is_related != related)
			continue;
		more = tell(scan, context, c);
		arena_clear(context->arena);
	}
	return more;
}

/* Parents are there before their subtasks come. */
static void tell_all(struct scan *scan)
{
	struct ics_context context = {
		.arena = arena_within(scan->arena), .zones = scan->zones, .budget = &scan->budget, .zone = scan->zone};

	if (tell_some(scan, &context, false))
		tell_some(scan, &context, true);
}

bool ics_read(struct arena *arena, const char *text, size_t len, const char *zone, const struct ics_reader *reader,
	      const char **why)
{
	struct scan scan = {.budget = {.limit_us = BUDGET_US}, .arena = arena, .reader = reader, .zone = zone};

	/* It would end the process where a value is none. */
	icalerror_set_errors_are_fatal(0);
	scan.zones = ics_zones_new(arena, zone, &scan.budget);
	ics_lines_begin(&scan.lines, arena, text, len);
	scan_all(&scan);
	if (scan.calendar == 0) {
		*why = "It is no iCalendar: no line is BEGIN:VCALENDAR (curl sends a file as it is with "
		       "--data-binary).";
		return false;
	}
	group_all(&scan);
	tell_all(&scan);
	if (scan.in_calendar)
		reader->fault(reader->ctx, scan.calendar, "VCALENDAR",
			      "it has no END: the end of the text may be missing");
	return true;
}
