/*
 * ics_parts: properties of a component. First those that say by themselves what they mean; then those for which the
 * start has to be known.
 */
#include "ics_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <libical/ical.h>

#include "aurora/tags.h"
#include "ics_line.h"
#include "ics_zone.h"
#include "recurrence.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/log.h"
#include "util/utf8.h"
#include "zone.h"

#define DAY          86400
#define EXTRA_MAX    ((size_t)64 << 20)
#define DURATION_MAX 24
#define DAYS_MOST    36525 /* of a duration: a century */
#define NO_TITLE     "(no title)"

#define EVENTS (1U << ICS_EVENT)
#define TASKS  (1U << ICS_TASK)
#define BOTH   (EVENTS | TASKS)

enum pass { FIRST, SECOND };

/* `read` answers NULL, or what is wrong with the component; NULL itself for what we do not keep. */
struct property {
	const char *name;
	unsigned kinds;
	enum pass pass;
	const char *(*read)(struct ics_parts *parts, const struct ics_line *line);
};

struct json_object *ics_json(struct json_object *json)
{
	if (!json)
		die("out of memory");
	return json;
}

void ics_put(struct json_object *json, const char *key, struct json_object *value)
{
	if (json_object_object_add(json, key, value) != 0)
		die("out of memory");
}

void ics_append(struct json_object *array, struct json_object *value)
{
	if (json_object_array_add(array, value) != 0)
		die("out of memory");
}

static struct json_object *string(const char *text)
{
	return ics_json(json_object_new_string(text));
}

static void release_json(void *json)
{
	json_object_put(json);
}

/* An array of the arena's; whoever puts it elsewhere takes a reference. */
static struct json_object *array_in(struct arena *arena)
{
	struct json_object *array = ics_json(json_object_new_array());

	arena_defer(arena, release_json, array);
	return array;
}

/* "20260329", "20260329T090000", with or without seconds and "Z". */
static bool read_form(const char *value, size_t len, struct caltime *t, bool *utc)
{
	char text[CALTIME_TEXT];
	bool has_time = len > 8;

	*utc = len > 0 && (value[len - 1] == 'Z' || value[len - 1] == 'z');
	len -= *utc;
	if (len != 8 && ((len != 15 && len != 13) || (value[8] != 'T' && value[8] != 't')))
		return false;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2s", value, value + 4, value + 6);
	if (has_time && len == 13)
		snprintf(text + 10, sizeof(text) - 10, "T%.2s:%.2s", value + 9, value + 11);
	/* A leap second is the minute's last. */
	else if (has_time)
		snprintf(text + 10, sizeof(text) - 10, "T%.2s:%.2s:%.2s", value + 9, value + 11,
			 memcmp(value + 13, "60", 2) ? value + 13 : "59");
	return caltime_parse(t, text);
}

bool ics_time(const struct ics_context *context, const struct ics_line *line, const char *value, size_t len,
	      struct caltime *t)
{
	const char *tzid;
	bool utc;

	while (len > 0 && *value == ' ') {
		value++;
		len--;
	}
	if (!read_form(value, len, t, &utc))
		return false;
	if (t->is_date)
		return true;
	tzid = utc ? NULL : ics_line_param(context->arena, line, "TZID");
	if (utc)
		t->zone = "UTC";
	else if (tzid)
		ics_zones_apply(context->zones, tzid, t);
	return true;
}

static bool whole_time(const struct ics_parts *parts, const struct ics_line *line, struct caltime *t)
{
	return ics_time(parts->context, line, line->value, line->value_len, t);
}

const struct caltime *ics_anchor(const struct ics_parts *parts)
{
	return parts->has_start ? &parts->start : &parts->end;
}

/* Show a time on the clock of another; what floats keeps its wall time, and days have no clock. */
static void to_clock(const struct ics_context *context, const struct caltime *other, struct caltime *t)
{
	const char *own = other->zone ? other->zone : context->zone;

	if (t->is_date || other->is_date)
		return;
	if (t->zone && strcmp(t->zone, own) != 0 && (other->zone || !strcmp(t->zone, "UTC")))
		caltime_set_wall(t, zone_wall(own, caltime_instant(t, context->zone)));
	t->zone = other->zone;
}

/* An occurrence as its start is told, on the clock of the series' anchor. */
static struct caltime on_clock(const struct ics_parts *series, const struct caltime *t)
{
	const struct caltime *anchor = ics_anchor(series);
	struct caltime at = *t;

	if (anchor->is_date) {
		at.is_date = true;
		caltime_set_wall(&at, caltime_wall(t));
	} else if (t->is_date) {
		/* Some write the day alone. */
		at = *anchor;
		at.year = t->year;
		at.month = t->month;
		at.day = t->day;
	} else
		to_clock(series->context, anchor, &at);
	return at;
}

const char *ics_occurrence(const struct ics_parts *series, const struct caltime *t)
{
	struct caltime at = on_clock(series, t);
	char text[CALTIME_TEXT];

	if (series->until_due != 0) {
		at.is_date = series->end.is_date;
		caltime_set_wall(&at, caltime_wall(&at) + series->until_due);
	}
	caltime_format(text, &at);
	return arena_strdup(series->context->arena, text);
}

static struct json_object *time_json(const struct caltime *t)
{
	struct json_object *json = ics_json(json_object_new_object());
	char text[CALTIME_TEXT];

	caltime_format(text, t);
	ics_put(json, t->is_date ? "date" : "local", string(text));
	if (t->zone)
		ics_put(json, "time_zone", string(t->zone));
	return json;
}

static const char *rfc3339(const struct ics_parts *parts, const struct caltime *t)
{
	char text[INSTANT_TEXT];

	instant_format(text, caltime_instant(t, parts->context->zone) * 1000000);
	return arena_strdup(parts->context->arena, text);
}

/* Seconds; what is too long for a duration is none. */
static bool read_duration(const struct ics_line *line, char text[DURATION_MAX], int64_t *seconds)
{
	struct icaldurationtype d;

	if (line->value_len == 0 || line->value_len >= DURATION_MAX)
		return false;
	memcpy(text, line->value, line->value_len);
	text[line->value_len] = '\0';
	if (*text == '+')
		memmove(text, text + 1, line->value_len);
	if (!strpbrk(text, "0123456789"))
		return false;
	d = icaldurationtype_from_string(text);
	if (icaldurationtype_is_bad_duration(d))
		return false;
	*seconds =
		((int64_t)d.weeks * 7 + d.days) * DAY + (int64_t)d.hours * 3600 + (int64_t)d.minutes * 60 + d.seconds;
	*seconds *= d.is_neg ? -1 : 1;
	return llabs(*seconds) <= (int64_t)DAYS_MOST * DAY;
}

/* A title is one line. */
static const char *read_summary(struct ics_parts *parts, const struct ics_line *line)
{
	struct arena *arena = parts->context->arena;
	char *text = arena_strdup(arena, ics_line_text(arena, line));
	size_t len;

	for (char *c = text; *c != '\0'; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	text += strspn(text, " ");
	for (len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
	if (!utf8_is_blank(text, len))
		ics_put(parts->json, "title", string(text));
	return NULL;
}

static const char *read_text(struct ics_parts *parts, const struct ics_line *line, const char *member)
{
	const char *text = ics_line_text(parts->context->arena, line);

	if (*text != '\0' && !json_object_object_get(parts->json, member))
		ics_put(parts->json, member, string(text));
	return NULL;
}

static const char *read_description(struct ics_parts *parts, const struct ics_line *line)
{
	return read_text(parts, line, parts->kind == ICS_EVENT ? "description" : "notes");
}

static const char *read_location(struct ics_parts *parts, const struct ics_line *line)
{
	return read_text(parts, line, "location");
}

static const char *bad_time(const struct ics_parts *parts, const struct ics_line *line)
{
	return arena_printf(parts->context->arena, "%.*s is no time between %d and %d", (int)line->name_len, line->name,
			    CALTIME_YEAR_FIRST, CALTIME_YEAR_LAST);
}

static const char *read_start(struct ics_parts *parts, const struct ics_line *line)
{
	if (!whole_time(parts, line, &parts->start))
		return bad_time(parts, line);
	parts->has_start = true;
	return NULL;
}

static const char *read_end(struct ics_parts *parts, const struct ics_line *line)
{
	if (!whole_time(parts, line, &parts->end))
		return bad_time(parts, line);
	parts->has_end = true;
	return NULL;
}

static const char *read_length(struct ics_parts *parts, const struct ics_line *line)
{
	char text[DURATION_MAX];

	if (!read_duration(line, text, &parts->length) || parts->length < 0)
		return "DURATION is none";
	parts->duration = arena_strdup(parts->context->arena, text);
	return NULL;
}

static void keep_line(struct ics_parts *parts, const struct ics_line *line)
{
	ics_lines_add(parts->context->arena, parts->extra, line->text, line->len + 1);
}

static const char *read_rrule(struct ics_parts *parts, const struct ics_line *line)
{
	size_t len;

	if (parts->rrule)
		keep_line(parts, line);
	else
		parts->rrule = ics_line_value(parts->context->arena, line, &len);
	return NULL;
}

/* Occurrences on the series' clock; of a PERIOD its start. */
static const char *read_dates(struct ics_parts *parts, const struct ics_line *line, struct json_object *dates)
{
	const char *at = line->value, *item;
	struct caltime t;
	size_t len;

	if (!parts->has_start && !parts->has_end)
		return NULL;
	while (ics_list_next(&at, line->value + line->value_len, &item, &len)) {
		const char *slash = memchr(item, '/', len);

		if (len == 0)
			continue;
		if (!ics_time(parts->context, line, item, slash ? (size_t)(slash - item) : len, &t))
			return bad_time(parts, line);
		if (json_object_array_length(dates) == ICS_LIST_MAX)
			return arena_printf(parts->context->arena, "more than %d dates in %.*s", ICS_LIST_MAX,
					    (int)line->name_len, line->name);
		ics_append(dates, string(ics_occurrence(parts, &t)));
	}
	return NULL;
}

static const char *read_exdate(struct ics_parts *parts, const struct ics_line *line)
{
	return read_dates(parts, line, parts->exdates);
}

static const char *read_rdate(struct ics_parts *parts, const struct ics_line *line)
{
	return read_dates(parts, line, parts->rdates);
}

static const char *read_priority(struct ics_parts *parts, const struct ics_line *line)
{
	/* RFC 5545, 3.8.1.9: 1 is the highest, 5 the medium one. */
	static const char *const names[] = {"none",   "urgent", "high", "high", "high",
					    "medium", "low",    "low",  "low",  "low"};
	char digit = line->value_len == 1 ? *line->value : '0';

	if (digit >= '0' && digit <= '9')
		ics_put(parts->json, "priority", string(names[digit - '0']));
	return NULL;
}

static void read_names(struct arena *arena, const struct ics_line *line, const char ***names, size_t *count)
{
	size_t len, size;
	const char *at = ics_line_value(arena, line, &len), *end = at + len, *item;

	if (!*names)
		*names = arena_alloc(arena, (TAGS_MAX + 1) * sizeof(**names));
	while (ics_list_next(&at, end, &item, &size)) {
		const char *name = ics_unescape(arena, item, size);

		name += strspn(name, " ");
		if (*name != '\0' && *count <= TAGS_MAX)
			(*names)[(*count)++] = name;
	}
}

static const char *read_categories(struct ics_parts *parts, const struct ics_line *line)
{
	read_names(parts->context->arena, line, &parts->categories, &parts->category_count);
	return NULL;
}

static const char *read_product_tags(struct ics_parts *parts, const struct ics_line *line)
{
	parts->has_product_tags = true;
	read_names(parts->context->arena, line, &parts->product_tags, &parts->product_tag_count);
	return NULL;
}

static const char *read_status(struct ics_parts *parts, const struct ics_line *line)
{
	if (ics_value_is(line, "CANCELLED") && parts->is_override)
		parts->cancelled = true;
	else if (parts->kind == ICS_TASK && ics_value_is(line, "COMPLETED"))
		parts->completed = true;
	else if (parts->kind != ICS_TASK || !ics_value_is(line, "NEEDS-ACTION"))
		keep_line(parts, line);
	return NULL;
}

static const char *read_percent(struct ics_parts *parts, const struct ics_line *line)
{
	if (ics_value_is(line, "100"))
		parts->completed = true;
	else
		keep_line(parts, line);
	return NULL;
}

static const char *read_completed(struct ics_parts *parts, const struct ics_line *line)
{
	struct caltime t;

	parts->completed = true;
	if (whole_time(parts, line, &t))
		parts->completed_at = rfc3339(parts, &t);
	return NULL;
}

static const char *read_own_starts(struct ics_parts *parts, const struct ics_line *line)
{
	parts->has_own_starts = whole_time(parts, line, &parts->own_starts);
	return NULL;
}

static const char *read_after_completion(struct ics_parts *parts, const struct ics_line *line)
{
	parts->after_completion = ics_value_is(line, "TRUE");
	return NULL;
}

static const struct property properties[] = {
	{"CATEGORIES", BOTH, FIRST, read_categories},
	{"COMPLETED", TASKS, FIRST, read_completed},
	{"CREATED", BOTH, FIRST, NULL},
	{"DESCRIPTION", BOTH, FIRST, read_description},
	{"DTEND", EVENTS, FIRST, read_end},
	{"DTSTAMP", BOTH, FIRST, NULL},
	{"DTSTART", BOTH, FIRST, read_start},
	{"DUE", TASKS, FIRST, read_end},
	{"DURATION", BOTH, FIRST, read_length},
	{"EXDATE", BOTH, SECOND, read_exdate},
	{"LAST-MODIFIED", BOTH, FIRST, NULL},
	{"LOCATION", EVENTS, FIRST, read_location},
	{"PERCENT-COMPLETE", TASKS, FIRST, read_percent},
	{"PRIORITY", TASKS, FIRST, read_priority},
	{"RDATE", BOTH, SECOND, read_rdate},
	{"RECURRENCE-ID", BOTH, FIRST, NULL},
	{"RRULE", BOTH, FIRST, read_rrule},
	{"SEQUENCE", BOTH, FIRST, NULL},
	{"STATUS", BOTH, FIRST, read_status},
	{"SUMMARY", BOTH, FIRST, read_summary},
	{"UID", BOTH, FIRST, NULL},
	{ICS_AFTER_COMPLETION, TASKS, FIRST, read_after_completion},
	{ICS_STARTS, TASKS, FIRST, read_own_starts},
	{ICS_TAGS, BOTH, FIRST, read_product_tags},
};

/* start, of a task without one due; RELATED=END is a task's due time. */
static const char *related(const struct ics_parts *parts, const char *value)
{
	bool to_end = value && !strcasecmp(value, "END");

	if (parts->kind == ICS_EVENT)
		return to_end ? "end" : "start";
	return to_end || !parts->has_start ? "due" : "start";
}

static struct json_object *reminder_of(const struct ics_parts *parts, const struct ics_line *trigger)
{
	struct json_object *reminder;
	char text[DURATION_MAX];
	struct caltime at;
	int64_t seconds;
	bool is_relative = read_duration(trigger, text, &seconds);

	if (!is_relative && !whole_time(parts, trigger, &at))
		return NULL;
	reminder = ics_json(json_object_new_object());
	if (is_relative) {
		const char *to = related(parts, ics_line_param(parts->context->arena, trigger, "RELATED"));

		ics_put(reminder, "offset_minutes", ics_json(json_object_new_int64(llround((double)seconds / 60))));
		ics_put(reminder, "relative_to", string(to));
	} else
		ics_put(reminder, "at", string(rfc3339(parts, &at)));
	return reminder;
}

/* False for what reminds nobody: it has no time, or does nothing. */
static bool read_alarm(struct ics_parts *parts, const char *lines, const char *end)
{
	struct json_object *reminder = NULL;
	struct ics_line line;
	bool acts = true;

	while (ics_line_next(&lines, end, &line)) {
		if (ics_line_is(&line, "ACTION") && ics_value_is(&line, "NONE"))
			acts = false;
		if (ics_line_is(&line, "TRIGGER") && !reminder)
			reminder = reminder_of(parts, &line);
	}
	if (!acts || !reminder || json_object_array_length(parts->reminders) == ICS_LIST_MAX) {
		json_object_put(reminder);
		return false;
	}
	ics_append(parts->reminders, reminder);
	return true;
}

/* From its BEGIN on to behind its END. */
static void read_component(struct ics_parts *parts, const struct ics_line *begin, const char *inside, const char *end)
{
	if (!ics_value_is(begin, "VALARM") || !read_alarm(parts, inside, end))
		ics_lines_add(parts->context->arena, parts->extra, begin->text, (size_t)(end - begin->text));
}

static int by_name(const void *name, const void *property)
{
	const struct ics_line *line = name;
	const char *other = ((const struct property *)property)->name;
	int order = strncasecmp(line->name, other, line->name_len);

	return order == 0 && strlen(other) > line->name_len ? -1 : order;
}

static const char *read_property(struct ics_parts *parts, const struct ics_line *line, enum pass pass)
{
	const struct property *property =
		bsearch(line, properties, sizeof(properties) / sizeof(properties[0]), sizeof(properties[0]), by_name);

	if (!property || !(property->kinds & (1U << parts->kind))) {
		if (pass == FIRST)
			keep_line(parts, line);
		return NULL;
	}
	return property->read && property->pass == pass ? property->read(parts, line) : NULL;
}

static const char *read_pass(struct ics_parts *parts, const char *lines, const char *end, enum pass pass)
{
	const char *inside = NULL, *wrong = NULL;
	struct ics_line line, begin;
	size_t depth = 0;

	while (!wrong && ics_line_next(&lines, end, &line)) {
		if (ics_line_is(&line, "BEGIN")) {
			if (depth++ == 0) {
				begin = line;
				inside = lines;
			}
		} else if (ics_line_is(&line, "END")) {
			if (--depth == 0 && pass == SECOND)
				read_component(parts, &begin, inside, lines);
		} else if (depth == 0)
			wrong = read_property(parts, &line, pass);
	}
	return wrong;
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* The first of them is the category, unless we wrote that it is a tag; the same name behind it says that it is both. */
static bool has_category(const struct ics_parts *parts)
{
	const char *first = parts->category_count > 0 ? parts->categories[0] : NULL;

	if (!first)
		return false;
	return !parts->has_product_tags || !is_among(first, parts->product_tags, parts->product_tag_count) ||
	       is_among(first, parts->categories + 1, parts->category_count - 1);
}

/* What is no tag stays a category of others'. */
static void keep_category(struct ics_parts *parts, const char *name)
{
	buf_adds(parts->extra, "CATEGORIES:");
	ics_escape(parts->extra, name);
	buf_addc(parts->extra, '\n');
}

static void finish_categories(struct ics_parts *parts)
{
	struct json_object *tags = ics_json(json_object_new_array());
	size_t first = has_category(parts) ? 1 : 0;

	ics_put(parts->json, "tags", tags);
	if (first == 1)
		parts->category = parts->categories[0];
	for (size_t i = first; i < parts->category_count; i++) {
		const char *tag = tag_normalise(parts->context->arena, parts->categories[i]);

		if (tag)
			ics_append(tags, string(tag));
		else
			keep_category(parts, parts->categories[i]);
	}
}

static bool reminds_of_start(struct json_object *json)
{
	struct json_object *reminders = json_object_object_get(json, "reminders");

	for (size_t i = 0; reminders != NULL && i < json_object_array_length(reminders); i++) {
		const char *relative_to = json_member_text(json_object_array_get_idx(reminders, i), "relative_to");

		if (relative_to != NULL && strcmp(relative_to, "start") == 0)
			return true;
	}
	return false;
}

static bool recurs(const struct ics_parts *parts)
{
	return parts->rrule || json_object_array_length(parts->rdates) > 0;
}

/* What recurs in a file is a task's start; here it is its due time, which is always as much later. */
static const char *rule_of_due(struct ics_parts *parts)
{
	struct arena *arena = parts->context->arena;
	struct series series = {.start = parts->start};

	/* What is wrong with a rule is told by whoever takes it. */
	if (parts->rrule && parts->until_due != 0)
		series.rrule = rrule_normalise(arena, parts->rrule);
	if (!series.rrule)
		return NULL;
	parts->rrule = series_rule_shifted(arena, &series, &parts->end);
	return parts->rrule ? NULL : "its RRULE is of DTSTART, and no rule says the same of when it is due";
}

/* A rule needs a start, so a task that has none is written with its due time as such. */
static bool is_copied_start(const struct ics_parts *parts)
{
	return recurs(parts) && parts->until_due == 0 && parts->start.is_date == parts->end.is_date &&
	       !reminds_of_start(parts->json);
}

static void put_starts(struct ics_parts *parts)
{
	if (parts->has_own_starts)
		ics_put(parts->json, "starts", time_json(&parts->own_starts));
	else if (parts->has_start && !is_copied_start(parts))
		ics_put(parts->json, "starts", time_json(&parts->start));
}

static const char *finish_task(struct ics_parts *parts)
{
	/* What recurs without being due is due when it starts. */
	if (recurs(parts) && parts->has_start && !parts->has_end) {
		parts->end = parts->start;
		parts->has_end = true;
	} else if (recurs(parts) && parts->has_start)
		to_clock(parts->context, &parts->start, &parts->end);
	put_starts(parts);
	if (parts->has_end)
		ics_put(parts->json, "due", time_json(&parts->end));
	if (!json_object_object_get(parts->json, "priority"))
		ics_put(parts->json, "priority", string("none"));
	ics_put(parts->json, "completed", ics_json(json_object_new_boolean(parts->completed)));
	ics_put(parts->json, "completed_at", parts->completed_at ? string(parts->completed_at) : NULL);
	return rule_of_due(parts);
}

static void finish_event(struct ics_parts *parts)
{
	/* No day ends before it began: some write the day itself. */
	if (parts->has_end && parts->end.is_date && parts->start.is_date &&
	    caltime_wall(&parts->end) <= caltime_wall(&parts->start))
		parts->has_end = false;
	ics_put(parts->json, "start", time_json(&parts->start));
	if (parts->has_end)
		ics_put(parts->json, "end", time_json(&parts->end));
	else if (parts->duration)
		ics_put(parts->json, "duration", string(parts->duration));
}

/* A duration's days are those of the clock, the rest is exact (RFC 5545, 3.3.6). */
static void due_by_duration(struct ics_parts *parts)
{
	struct caltime *due = &parts->end;

	*due = parts->start;
	parts->has_end = true;
	caltime_set_wall(due, caltime_wall(due) + parts->length / DAY * DAY);
	if (due->zone)
		caltime_set_wall(due, zone_wall(due->zone, caltime_instant(due, due->zone) + parts->length % DAY));
	else
		caltime_set_wall(due, caltime_wall(due) + parts->length % DAY);
}

/* Whole days, and at least one: what begins on a day cannot end within one. */
static void round_duration(struct ics_parts *parts)
{
	int64_t days = parts->length > DAY ? (parts->length + DAY - 1) / DAY : 1;

	parts->duration = arena_printf(parts->context->arena, "P%lldD", (long long)days);
}

/* What follows from the times when all of them were read. */
static void settle_times(struct ics_parts *parts)
{
	bool task = parts->kind == ICS_TASK;
	struct caltime due;

	if (parts->duration && !task && parts->start.is_date && (parts->length == 0 || strchr(parts->duration, 'T')))
		round_duration(parts);
	if (!task || !parts->has_start)
		return;
	if (parts->duration && !parts->has_end)
		due_by_duration(parts);
	if (!parts->has_end)
		return;
	due = parts->end;
	to_clock(parts->context, &parts->start, &due);
	parts->until_due = caltime_wall(&due) - caltime_wall(&parts->start);
}

const char *ics_parts_read(struct ics_parts *parts, const struct ics_context *context, enum ics_kind kind,
			   bool is_override, const char *lines, size_t len)
{
	struct arena *arena = context->arena;
	const char *wrong;

	*parts = (struct ics_parts){.context = context, .kind = kind, .is_override = is_override};
	parts->json = ics_json(json_object_new_object());
	arena_defer(arena, release_json, parts->json);
	parts->exdates = array_in(arena);
	parts->rdates = array_in(arena);
	parts->reminders = array_in(arena);
	parts->extra = buf_in(arena, EXTRA_MAX);
	ics_put(parts->json, "title", string(NO_TITLE));
	wrong = read_pass(parts, lines, lines + len, FIRST);
	if (!wrong && kind == ICS_EVENT && !parts->has_start)
		wrong = "no DTSTART";
	settle_times(parts);
	if (!wrong)
		wrong = read_pass(parts, lines, lines + len, SECOND);
	if (wrong)
		return wrong;
	finish_categories(parts);
	ics_put(parts->json, "reminders", json_object_get(parts->reminders));
	if (kind == ICS_TASK)
		return finish_task(parts);
	finish_event(parts);
	return NULL;
}

void ics_parts_recurrence(struct ics_parts *parts)
{
	struct json_object *recurrence;

	if (!parts->rrule && json_object_array_length(parts->rdates) == 0)
		return;
	recurrence = ics_json(json_object_new_object());
	ics_put(parts->json, "recurrence", recurrence);
	if (parts->rrule)
		ics_put(recurrence, "rrule", string(parts->rrule));
	if (json_object_array_length(parts->exdates) > 0)
		ics_put(recurrence, "exdates", json_object_get(parts->exdates));
	if (json_object_array_length(parts->rdates) > 0)
		ics_put(recurrence, "rdates", json_object_get(parts->rdates));
	if (parts->after_completion)
		ics_put(recurrence, "after_completion", ics_json(json_object_new_boolean(true)));
}

static bool same_zone(const struct caltime *a, const struct caltime *b)
{
	return a->zone == b->zone || (a->zone && b->zone && !strcmp(a->zone, b->zone));
}

/* On its clock where start and end have the same, so that a change of clocks within it changes nothing. */
static int64_t length_of(const struct ics_parts *parts)
{
	const char *zone = parts->context->zone;

	if (same_zone(&parts->start, &parts->end))
		return caltime_wall(&parts->end) - caltime_wall(&parts->start);
	return caltime_instant(&parts->end, zone) - caltime_instant(&parts->start, zone);
}

static bool same_length(const struct ics_parts *a, const struct ics_parts *b)
{
	if (a->has_end != b->has_end || a->start.is_date != b->start.is_date)
		return false;
	if (a->has_end)
		return length_of(a) == length_of(b);
	return a->duration == b->duration || (a->duration && b->duration && !strcmp(a->duration, b->duration));
}

static bool same_start(const struct ics_parts *series, const struct ics_parts *override, const char *occurrence)
{
	char text[CALTIME_TEXT];

	caltime_format(text, &override->start);
	return same_zone(&series->start, &override->start) && !strcmp(text, occurrence);
}

struct json_object *ics_difference(const struct ics_parts *series, const struct ics_parts *override,
				   const char *occurrence)
{
	static const char *const members[] = {"title", "description", "location", "reminders", "tags"};
	struct json_object *difference = ics_json(json_object_new_object());

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct json_object *had = json_object_object_get(series->json, members[i]);
		struct json_object *has = json_object_object_get(override->json, members[i]);

		if (!json_object_equal(had, has))
			ics_put(difference, members[i], json_object_get(has));
	}
	if (!same_start(series, override, occurrence))
		ics_put(difference, "start", time_json(&override->start));
	if (!same_length(series, override) && override->has_end)
		ics_put(difference, "end", time_json(&override->end));
	else if (!same_length(series, override) && override->duration)
		ics_put(difference, "duration", string(override->duration));
	return difference;
}

void ics_exception_extra(struct buf *extra, const char *occurrence, const char *lines)
{
	if (*lines == '\0')
		return;
	buf_printf(extra, "BEGIN:" ICS_EXCEPTION "\n" ICS_OCCURRENCE ":%s\n", occurrence);
	buf_adds(extra, lines);
	buf_adds(extra, "END:" ICS_EXCEPTION "\n");
}
