/*
 * ics_write: tasks and events as iCalendar, each line folded as it is added.
 */
#include "ics.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "caltime.h"
#include "ics_alarm.h"
#include "ics_extra.h"
#include "ics_line.h"
#include "ics_parts.h"
#include "ics_zone.h"
#include "recurrence.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/crypto.h"
#include "util/json.h"
#include "util/utf8.h"
#include "zone.h"

#define PRODUCT      "-//Aurora//Planning//EN"
#define FOLD         75   /* octets of a line (RFC 5545, 3.1) */
#define FIRST_YEAR   1970 /* from which on VTIMEZONEs are told, unless what needs one is older */
#define YEARS_AHEAD  20
#define SECOND_US    1000000
#define REPEATED_MAX ((size_t)1 << 20) /* bytes of lines that exceptions have of their series */
#define LINES_ZONES  20                /* that lines which we do not know may need of one item */

struct zone_name {
	struct zone_name *next;
	const char *name;
};

/* What is told as DTSTART, of which everything is that recurs (RFC 5545, 3.8.5). */
struct anchor {
	struct caltime start;
	bool is_there;
	bool is_other;         /* than what the task starts with */
	const char *rrule;     /* of it; NULL: none */
	struct caltime series; /* what recurs here: an event's start, when a task is due */
	int64_t by;            /* from there to the start that is told */
	int64_t later;         /* minutes from the task's own start to that */
};

struct ics_writer {
	struct arena *arena;
	struct arena *item; /* for as long as one is written */
	struct buf *out;
	struct buf *line; /* in the making, not folded yet */
	enum ics_mode mode;
	struct zone_name *zones; /* that were written */
	struct anchor anchor;    /* of the item */
	struct ics_extra *extra; /* of what is being written; NULL: none of it is told */
	struct ics_extra *series_extra;
	size_t repeated; /* bytes of it that were written for exceptions */
};

/* An item, or its exception at an occurrence: members of `override` instead of the item's. */
struct view {
	const struct ics_item *item;
	struct json_object *override;
	const char *occurrence;
	struct ics_extra *extra;
	bool as_series; /* has what its series has, and not in lines of its own */
};

static struct json_object *member(const struct view *view, const char *name)
{
	struct json_object *value;

	if (view->override && json_object_object_get_ex(view->override, name, &value))
		return value;
	return json_object_object_get(view->item->json, name);
}

static const char *text_member(const struct view *view, const char *name)
{
	struct json_object *value = member(view, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

/* Add a line, folded between characters. */
static void fold(struct ics_writer *w, const char *text, size_t len)
{
	size_t room = FOLD;

	while (len > room) {
		size_t cut = utf8_cut(text, len, room);

		buf_add(w->out, text, cut);
		buf_adds(w->out, "\r\n ");
		text += cut;
		len -= cut;
		room = FOLD - 1;
	}
	buf_add(w->out, text, len);
	buf_adds(w->out, "\r\n");
}

/* Lines that end in "\n" each. */
static void add_lines(struct ics_writer *w, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));

		if (!feed)
			feed = end;
		fold(w, text, (size_t)(feed - text));
		text = feed + 1;
	}
}

/* What stood in a file for a line of ours comes out instead. */
static bool add_kept(struct ics_writer *w, const char *line)
{
	struct ics_extra_part *kept = w->extra ? ics_extra_find(&w->extra->kept, line) : NULL;

	if (!kept)
		return false;
	kept->used = true;
	add_lines(w, kept->lines, kept->len);
	return true;
}

static void end_line(struct ics_writer *w)
{
	if (!add_kept(w, buf_text(w->line)))
		fold(w, buf_text(w->line), w->line->len);
	buf_clear(w->line);
}

static void add_line(struct ics_writer *w, const char *name, const char *value)
{
	buf_printf(w->line, "%s:", name);
	for (; *value != '\0'; value++)
		if ((unsigned char)*value >= ' ')
			buf_addc(w->line, *value);
	end_line(w);
}

static void add_text(struct ics_writer *w, const char *name, const char *text)
{
	if (!text || *text == '\0')
		return;
	buf_printf(w->line, "%s:", name);
	ics_escape(w->line, text);
	end_line(w);
}

static bool is_utc(const struct caltime *t)
{
	return t->zone && !strcmp(t->zone, "UTC");
}

/* Name and parameters of a property that has times of this kind. */
static void begin_times(struct ics_writer *w, const char *name, const struct caltime *kind)
{
	buf_adds(w->line, name);
	if (kind->is_date)
		buf_adds(w->line, ";VALUE=DATE");
	else if (kind->zone && !is_utc(kind))
		buf_printf(w->line, ";TZID=%s", kind->zone);
	buf_addc(w->line, ':');
}

static void time_value(struct buf *line, const struct caltime *t)
{
	buf_printf(line, "%04d%02d%02d", t->year, t->month, t->day);
	if (!t->is_date)
		buf_printf(line, "T%02d%02d%02d%s", t->hour, t->minute, t->second, is_utc(t) ? "Z" : "");
}

static void add_time(struct ics_writer *w, const char *name, const struct caltime *t)
{
	begin_times(w, name, t);
	time_value(w->line, t);
	end_line(w);
}

/* An instant of the JSON, in UTC. False when it is none. */
static bool add_instant(struct ics_writer *w, const char *name, const char *rfc3339)
{
	struct caltime t = {.zone = "UTC"};
	int64_t us;

	if (!rfc3339 || !instant_parse(rfc3339, &us))
		return false;
	caltime_set_wall(&t, us / SECOND_US);
	buf_printf(w->line, "%s:", name);
	time_value(w->line, &t);
	end_line(w);
	return true;
}

static bool has_zone(const struct ics_writer *w, const char *name)
{
	const struct zone_name *zone = w->zones;

	while (zone && strcmp(zone->name, name) != 0)
		zone = zone->next;
	return zone != NULL;
}

/* Write the VTIMEZONE of an IANA zone, which a time of a year is in, unless it is there. */
static void need_zone(struct ics_writer *w, const char *name, int year)
{
	struct caltime first = {.year = year < FIRST_YEAR ? CALTIME_YEAR_FIRST : FIRST_YEAR, .month = 1, .day = 1};
	struct zone_name *zone;
	struct buf *lines;

	if (has_zone(w, name))
		return;
	zone = arena_alloc(w->arena, sizeof(*zone));
	*zone = (struct zone_name){w->zones, arena_strdup(w->arena, name)};
	w->zones = zone;
	lines = buf_in(w->item, ICS_TEXT_MAX);
	ics_vtimezone(lines, name, caltime_wall(&first),
		      clock_now_us() / SECOND_US + YEARS_AHEAD * 366 * INT64_C(86400));
	add_lines(w, buf_text(lines), lines->len);
}

static void need_zone_of(struct ics_writer *w, struct json_object *json)
{
	struct caltime t;

	if (caltime_of_json(&t, json) && t.zone && !is_utc(&t))
		need_zone(w, t.zone, t.year);
}

static void need_zones(struct ics_writer *w, struct json_object *json)
{
	static const char *const members[] = {"start", "end", "starts", "due"};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		need_zone_of(w, json_object_object_get(json, members[i]));
}

static void add_uid(struct ics_writer *w, const char *uid)
{
	char hex[2 * SHA256_SIZE + 1];

	if (w->mode == ICS_BUSY) {
		sha256_hex(hex, uid, strlen(uid));
		uid = hex;
	}
	add_text(w, "UID", uid);
}

static void add_stamps(struct ics_writer *w, struct json_object *json)
{
	const char *created = json_member_text(json, "created_at"), *updated = json_member_text(json, "updated_at");
	struct json_object *version = json_object_object_get(json, "version");
	char now[INSTANT_TEXT];

	instant_format(now, clock_now_us());
	if (!add_instant(w, "DTSTAMP", updated ? updated : created))
		add_instant(w, "DTSTAMP", now);
	if (w->mode == ICS_BUSY)
		return;
	add_instant(w, "CREATED", created);
	add_instant(w, "LAST-MODIFIED", updated);
	if (json_object_is_type(version, json_type_int)) {
		buf_printf(w->line, "SEQUENCE:%lld", (long long)json_object_get_int64(version));
		end_line(w);
	}
}

/* The end of an exception that has none of its own: as long as its series, on the clock where that has one. */
static bool shifted_end(const struct view *view, const struct caltime *start, struct caltime *end)
{
	struct caltime from;
	int64_t length;

	if (!caltime_of_json(&from, json_object_object_get(view->item->json, "start")) ||
	    !caltime_of_json(end, json_object_object_get(view->item->json, "end")) || from.is_date != start->is_date)
		return false;
	if (ics_same_zone(end, &from)) {
		length = caltime_wall(end) - caltime_wall(&from);

		*end = *start;
		caltime_set_wall(end, caltime_wall(start) + length);
		return true;
	}
	length = caltime_instant(end, "UTC") - caltime_instant(&from, "UTC");
	caltime_set_wall(end, zone_wall(end->zone ? end->zone : "UTC", caltime_instant(start, "UTC") + length));
	return true;
}

static void add_event_end(struct ics_writer *w, const struct view *view, const struct caltime *start)
{
	struct json_object *own_end = NULL;
	const char *inherited = text_member(view, "duration"), *duration = inherited;
	struct caltime end;

	if (view->override) {
		json_object_object_get_ex(view->override, "end", &own_end);
		duration = json_member_text(view->override, "duration");
	} else
		own_end = json_object_object_get(view->item->json, "end");
	if (caltime_of_json(&end, own_end))
		add_time(w, "DTEND", &end);
	else if (duration)
		add_line(w, "DURATION", duration);
	else if (view->override && shifted_end(view, start, &end))
		add_time(w, "DTEND", &end);
	else if (view->override && inherited && !(start->is_date && strchr(inherited, 'T')))
		add_line(w, "DURATION", inherited);
}

static bool is_recurring(const struct ics_item *item)
{
	return json_object_is_type(json_object_object_get(item->json, "recurrence"), json_type_object);
}

/* A time in the kind of another and on its clock. */
static struct caltime as_kind(const struct caltime *t, const struct caltime *other)
{
	struct caltime same = *other;
	int64_t wall = caltime_wall(t);

	if (t->zone && other->zone)
		wall = zone_wall(other->zone, caltime_instant(t, other->zone));
	caltime_set_wall(&same, wall);
	return same;
}

static bool same_time(const struct caltime *a, const struct caltime *b)
{
	return a->is_date == b->is_date && caltime_wall(a) == caltime_wall(b) && ics_same_zone(a, b);
}

/*
 * Of a task that recurs, the rule of when it starts: where no rule says that, it is told to start when it is due. DUE
 * has to be of DTSTART's kind (RFC 5545, 3.8.2.3).
 */
static void anchor_task(struct anchor *anchor, struct arena *arena, const struct ics_item *item)
{
	const struct caltime *due = &anchor->series;
	struct caltime starts;
	bool has_starts = caltime_of_json(&starts, json_object_object_get(item->json, "starts"));
	bool has_due = caltime_of_json(&anchor->series, json_object_object_get(item->json, "due"));
	struct series series = {.rrule = anchor->rrule};

	anchor->is_there = has_starts || (has_due && is_recurring(item));
	anchor->start = has_starts ? starts : *due;
	if (!has_due)
		return;
	if (has_starts && (is_recurring(item) || starts.is_date != due->is_date))
		anchor->start = as_kind(&starts, due);
	series.start = *due;
	if (anchor->rrule)
		anchor->rrule = series_rule_shifted(arena, &series, &anchor->start);
	if (series.rrule && !anchor->rrule) {
		anchor->rrule = series.rrule;
		anchor->start = *due;
	}
	anchor->is_other = has_starts && !same_time(&starts, &anchor->start);
	if (anchor->is_other)
		anchor->later = ics_minutes_between(&starts, &anchor->start);
	anchor->by = caltime_wall(&anchor->start) - caltime_wall(due);
}

static void anchor_item(struct ics_writer *w, const struct ics_item *item)
{
	struct json_object *recurrence = json_object_object_get(item->json, "recurrence");
	struct anchor *anchor = &w->anchor;

	*anchor = (struct anchor){.rrule = json_member_text(recurrence, "rrule")};
	if (item->kind == ICS_TASK) {
		anchor_task(anchor, w->item, item);
		return;
	}
	anchor->is_there = caltime_of_json(&anchor->start, json_object_object_get(item->json, "start"));
	anchor->series = anchor->start;
}

/* The start that is told of an occurrence, from its text; a day alone is meant at the time of day of the series. */
static bool occurrence_time(const struct ics_writer *w, const char *text, struct caltime *t)
{
	struct caltime at, occurrence = w->anchor.series;
	int64_t wall;

	if (!text || !w->anchor.is_there || !caltime_parse(&at, text))
		return false;
	wall = caltime_wall(&at);
	if (at.is_date) {
		caltime_set_wall(&at, caltime_wall(&occurrence));
		wall += caltime_wall(&occurrence) - caltime_wall(&at);
	}
	*t = w->anchor.start;
	caltime_set_wall(t, wall + w->anchor.by);
	return true;
}

static void add_event_times(struct ics_writer *w, const struct view *view)
{
	struct caltime start, id;

	if (view->occurrence && occurrence_time(w, view->occurrence, &id))
		add_time(w, "RECURRENCE-ID", &id);
	if (!caltime_of_json(&start, view->override ? json_object_object_get(view->override, "start")
						    : member(view, "start"))) {
		if (!view->occurrence || !occurrence_time(w, view->occurrence, &start))
			return;
	}
	add_time(w, "DTSTART", &start);
	add_event_end(w, view, &start);
}

static void add_task_times(struct ics_writer *w, const struct view *view)
{
	struct caltime starts, due;
	struct buf *name;

	if (w->anchor.is_there)
		add_time(w, "DTSTART", &w->anchor.start);
	if (caltime_of_json(&due, member(view, "due")))
		add_time(w, "DUE", &due);
	if (w->anchor.is_other && caltime_of_json(&starts, member(view, "starts"))) {
		name = buf_in(w->item, ICS_TEXT_MAX);
		buf_adds(name, ICS_STARTS ";" ICS_STARTS_OF "=");
		time_value(name, &w->anchor.start);
		add_time(w, buf_text(name), &starts);
	}
}

/* One of a list of times; `name` begins the list when there is none yet. */
static void add_listed(struct ics_writer *w, const char *name, const struct caltime *t)
{
	if (w->line->len > 0)
		buf_addc(w->line, ',');
	else
		begin_times(w, name, t);
	time_value(w->line, t);
}

static void list_dates(struct ics_writer *w, const char *name, struct json_object *dates)
{
	struct caltime t;

	if (!json_object_is_type(dates, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(dates); i++)
		if (occurrence_time(w, json_object_get_string(json_object_array_get_idx(dates, i)), &t))
			add_listed(w, name, &t);
}

/* Somebody who is free, or whose event is off, is not busy. */
static bool is_busy(const char *lines, size_t len)
{
	return !ics_lines_say(lines, len, "TRANSP", "TRANSPARENT") && !ics_lines_say(lines, len, "STATUS", "CANCELLED");
}

/* Whether an exception of what is written takes its occurrence away. */
static bool takes_away(struct ics_writer *w, const char *occurrence, struct json_object *override)
{
	const struct ics_extra_part *part = ics_extra_find(&w->series_extra->exceptions, occurrence);

	return json_object_get_boolean(json_object_object_get(override, "cancelled")) ||
	       (w->mode == ICS_BUSY && part && !is_busy(part->lines, part->len));
}

static struct json_object *overrides_of(const struct ics_item *item)
{
	struct json_object *overrides = json_object_object_get(item->json, "overrides");

	return json_object_is_type(overrides, json_type_object) ? overrides : NULL;
}

static void list_taken_away(struct ics_writer *w, const struct ics_item *item)
{
	struct json_object *overrides = overrides_of(item);
	struct caltime t;

	if (!overrides)
		return;
	json_object_object_foreach(overrides, occurrence, override)
	{
		if (takes_away(w, occurrence, override) && occurrence_time(w, occurrence, &t))
			add_listed(w, "EXDATE", &t);
	}
}

static void add_recurrence(struct ics_writer *w, const struct ics_item *item)
{
	struct json_object *recurrence = json_object_object_get(item->json, "recurrence");

	if (!is_recurring(item))
		return;
	if (w->anchor.rrule)
		add_line(w, "RRULE", w->anchor.rrule);
	list_dates(w, "EXDATE", json_object_object_get(recurrence, "exdates"));
	list_taken_away(w, item);
	if (w->line->len > 0)
		end_line(w);
	list_dates(w, "RDATE", json_object_object_get(recurrence, "rdates"));
	if (w->line->len > 0)
		end_line(w);
	if (w->mode == ICS_FULL && json_object_get_boolean(json_object_object_get(recurrence, "after_completion")))
		add_line(w, ICS_AFTER_COMPLETION, "TRUE");
}

static void list_texts(struct ics_writer *w, struct json_object *texts)
{
	for (size_t i = 0; i < json_object_array_length(texts); i++) {
		if (i > 0)
			buf_addc(w->line, ',');
		ics_escape(w->line, json_object_get_string(json_object_array_get_idx(texts, i)));
	}
	end_line(w);
}

static void add_categories(struct ics_writer *w, const struct view *view)
{
	struct json_object *tags = member(view, "tags");
	bool has_tags = json_object_is_type(tags, json_type_array) && json_object_array_length(tags) > 0;

	if (!view->item->category && !has_tags)
		return;
	if (!has_tags) {
		add_text(w, "CATEGORIES", view->item->category);
		return;
	}
	buf_adds(w->line, "CATEGORIES:");
	if (view->item->category) {
		ics_escape(w->line, view->item->category);
		buf_addc(w->line, ',');
	}
	list_texts(w, tags);
	buf_adds(w->line, ICS_TAGS ":");
	list_texts(w, tags);
}

static void add_task_state(struct ics_writer *w, const struct ics_item *item)
{
	int priority = ics_priority(json_member_text(item->json, "priority"));

	if (priority > 0) {
		buf_printf(w->line, "PRIORITY:%d", priority);
		end_line(w);
	}
	if (!json_object_get_boolean(json_object_object_get(item->json, "completed")))
		return;
	add_line(w, "STATUS", "COMPLETED");
	add_line(w, "PERCENT-COMPLETE", "100");
	add_instant(w, "COMPLETED", json_member_text(item->json, "completed_at"));
}

static void add_alarms(struct ics_writer *w, const struct view *view)
{
	struct json_object *reminders = member(view, "reminders");
	struct buf *lines = buf_in(w->item, ICS_TEXT_MAX);

	if (!json_object_is_type(reminders, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(reminders); i++) {
		const char *trigger =
			ics_alarm_trigger(w->item, json_object_array_get_idx(reminders, i), w->anchor.later);

		if (!trigger || add_kept(w, trigger))
			continue;
		ics_alarm_add(lines, trigger, text_member(view, "title"));
		add_lines(w, buf_text(lines), lines->len);
		buf_clear(lines);
	}
}

/* What others wrote that is another now: a task that is completed has a status of ours, an exception no rule, and what
 * has no rule no second one. */
static bool is_outdated(const struct ics_writer *w, const struct view *view, const struct ics_line *line)
{
	bool is_rule = ics_line_is(line, "RRULE");

	if (is_rule || ics_line_is(line, "EXRULE"))
		return view->override || !w->anchor.rrule || (is_rule && ics_value_is(line, w->anchor.rrule));
	return json_object_get_boolean(json_object_object_get(view->item->json, "completed")) &&
	       (ics_line_is(line, "STATUS") || ics_line_is(line, "PERCENT-COMPLETE"));
}

/* Properties, or components. */
static void add_extra(struct ics_writer *w, const struct view *view, bool components)
{
	const char *at = buf_text(view->extra->lines), *end = at + view->extra->lines->len;
	struct ics_line line;
	size_t depth = 0;

	while (ics_line_next(&at, end, &line)) {
		depth += ics_line_is(&line, "BEGIN");
		if ((depth > 0) == components && (components || !is_outdated(w, view, &line)))
			fold(w, line.text, line.len);
		depth -= depth > 0 && ics_line_is(&line, "END");
	}
}

static void add_contents(struct ics_writer *w, const struct view *view)
{
	const char *title = text_member(view, "title");

	add_text(w, "SUMMARY", title);
	if (view->item->kind == ICS_EVENT) {
		add_text(w, "DESCRIPTION", text_member(view, "description"));
		add_text(w, "LOCATION", text_member(view, "location"));
	} else {
		add_text(w, "DESCRIPTION", text_member(view, "notes"));
		add_task_state(w, view->item);
	}
	add_categories(w, view);
	add_extra(w, view, false);
	/* Ours before those that were beyond the most that we take. */
	add_alarms(w, view);
	add_extra(w, view, true);
}

static void add_component(struct ics_writer *w, const struct view *view)
{
	const char *name = view->item->kind == ICS_EVENT ? "VEVENT" : "VTODO";

	w->extra = w->mode == ICS_FULL ? view->extra : NULL;
	ics_extra_unuse(&view->extra->kept);
	add_line(w, "BEGIN", name);
	add_uid(w, view->item->uid);
	add_stamps(w, view->item->json);
	if (view->item->kind == ICS_EVENT)
		add_event_times(w, view);
	else
		add_task_times(w, view);
	if (!view->override)
		add_recurrence(w, view->item);
	if (view->as_series)
		add_line(w, ICS_AS_SERIES, "TRUE");
	if (w->mode == ICS_FULL)
		add_contents(w, view);
	else
		add_line(w, "SUMMARY", "Busy");
	add_line(w, "END", name);
	w->extra = NULL;
}

static size_t extra_len(const struct ics_extra *extra)
{
	size_t len = extra->lines->len;

	for (size_t i = 0; i < extra->kept.count; i++)
		len += extra->kept.items[i].len;
	return len;
}

/* One that was made here, or says nothing else than its series, has what that has: in lines of its own, for others know
 * no other way, until there are very many. */
static void add_override(struct ics_writer *w, const struct view *view)
{
	const struct ics_extra_part *part = ics_extra_find(&w->series_extra->exceptions, view->occurrence);
	struct view whole = *view;
	struct ics_extra own;

	whole.extra = w->series_extra;
	if (!part)
		w->repeated += extra_len(w->series_extra);
	whole.as_series = w->mode == ICS_FULL && !part && w->repeated > REPEATED_MAX;
	if (part || whole.as_series) {
		ics_extra_divide(&own, w->item, part ? part->lines : "", part ? part->len : 0);
		whole.extra = &own;
	}
	add_component(w, &whole);
}

static void add_overrides(struct ics_writer *w, const struct ics_item *item)
{
	struct json_object *overrides = overrides_of(item);

	if (!overrides || item->kind != ICS_EVENT)
		return;
	json_object_object_foreach(overrides, occurrence, override)
	{
		struct view view = {.item = item, .override = override, .occurrence = occurrence};
		bool moves = json_object_object_get_ex(override, "start", NULL) ||
			     json_object_object_get_ex(override, "end", NULL) ||
			     json_object_object_get_ex(override, "duration", NULL);
		struct caltime t;

		if (!takes_away(w, occurrence, override) && (w->mode == ICS_FULL || moves) &&
		    occurrence_time(w, occurrence, &t))
			add_override(w, &view);
	}
}

struct ics_writer *ics_write_begin(struct arena *arena, struct buf *out, const char *name, enum ics_mode mode)
{
	struct ics_writer *w = arena_alloc(arena, sizeof(*w));

	*w = (struct ics_writer){.arena = arena, .item = arena_within(arena), .out = out, .mode = mode};
	w->line = buf_in(arena, ICS_TEXT_MAX);
	add_line(w, "BEGIN", "VCALENDAR");
	add_line(w, "VERSION", "2.0");
	add_line(w, "PRODID", PRODUCT);
	add_line(w, "CALSCALE", "GREGORIAN");
	add_text(w, "NAME", name);
	add_text(w, "X-WR-CALNAME", name);
	return w;
}

/* Lines that we do not know may have times, too. */
static void need_zones_of_lines(struct ics_writer *w, const char *lines)
{
	const char *end = lines + strlen(lines), *zone;
	int left = LINES_ZONES;
	struct ics_line line;

	while (left > 0 && ics_line_next(&lines, end, &line)) {
		if (!(zone = ics_line_param(w->item, &line, "TZID")) || has_zone(w, zone) || !time_zone_valid(zone))
			continue;
		need_zone(w, zone, FIRST_YEAR);
		left--;
	}
}

static void need_all_zones(struct ics_writer *w, const struct ics_item *item, const char *extra)
{
	struct json_object *overrides = overrides_of(item);

	need_zones(w, item->json);
	if (w->mode == ICS_FULL)
		need_zones_of_lines(w, extra);
	if (!overrides)
		return;
	json_object_object_foreach(overrides, occurrence, override)
	{
		(void)occurrence;
		need_zones(w, override);
	}
}

void ics_write_item(struct ics_writer *w, const struct ics_item *item)
{
	const char *lines = item->extra ? item->extra : "";
	struct ics_extra extra;
	struct view view = {.item = item, .extra = &extra};

	ics_extra_divide(&extra, w->item, lines, strlen(lines));
	if (w->mode == ICS_FULL || (item->kind == ICS_EVENT && is_busy(buf_text(extra.lines), extra.lines->len))) {
		w->series_extra = &extra;
		w->repeated = 0;
		anchor_item(w, item);
		need_all_zones(w, item, lines);
		add_component(w, &view);
		add_overrides(w, item);
		w->series_extra = NULL;
	}
	arena_clear(w->item);
}

void ics_write_end(struct ics_writer *w)
{
	add_line(w, "END", "VCALENDAR");
}
