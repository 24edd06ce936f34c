/*
 * ics_parts: properties of a component. First those that say by themselves what they mean; then those for which the
 * start has to be known.
 */
#include "ics_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "aurora/tags.h"
#include "ics_alarm.h"
#include "ics_budget.h"
#include "ics_extra.h"
#include "ics_json.h"
#include "ics_line.h"
#include "ics_zone.h"
#include "planning.h"
#include "recurrence.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"
#include "util/utf8.h"
#include "zone.h"

#define DAY        86400
#define KEPT_MAX   32768 /* bytes of a line that is kept */
#define FOR_MAX    49152 /* bytes of all that are kept for ours, with these */
#define KEPT_COUNT 32
#define NAME_MOST  40 /* bytes of a name that are told */
#define NAME       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"
#define NO_TITLE   "(no title)"

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

const struct caltime *ics_anchor(const struct ics_parts *parts)
{
	return parts->has_start ? &parts->start : &parts->end;
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
	} else {
		ics_to_clock(series->context, anchor, &at);
		ics_to_time_of_day(series->context, anchor, &at);
	}
	return at;
}

const char *ics_occurrence(const struct ics_parts *series, const struct caltime *t)
{
	struct caltime at = on_clock(series, t);

	if (series->until_due != 0) {
		at.is_date = series->end.is_date;
		caltime_set_wall(&at, caltime_wall(&at) + series->until_due);
	}
	return caltime_text(series->context->arena, &at);
}

void ics_note(struct ics_parts *parts, const char *note)
{
	size_t i = 0;

	while (i < ICS_NOTES_MAX && parts->notes[i] && strcmp(parts->notes[i], note) != 0)
		i++;
	if (i < ICS_NOTES_MAX)
		parts->notes[i] = note;
}

/* A line's name, as it is written here. */
static const char *name_text(const struct ics_parts *parts, const struct ics_line *line)
{
	char *name = arena_strndup(parts->context->arena, line->name, line->name_len);

	for (char *c = name; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return name;
}

/* Lines come out as they are, unless they are very long: an attachment may be in one. */
static void keep_lines(struct ics_parts *parts, const struct ics_line *first, size_t len)
{
	if (len <= KEPT_MAX)
		ics_lines_add(parts->context->arena, parts->extra, first->text, len);
	else
		ics_note(parts, arena_printf(parts->context->arena, "%.*s is too long to be kept", NAME_MOST,
					     name_text(parts, first)));
}

static void keep_line(struct ics_parts *parts, const struct ics_line *line)
{
	keep_lines(parts, line, line->len + 1);
}

/* Lines that come out for one of ours, unless they are very many: in the order of ours, whatever that of the file. */
static void keep_for(struct ics_parts *parts, const char *ours, const char *lines, size_t len)
{
	struct ics_kept **at = &parts->kept, *kept;

	parts->kept_len += strlen(ours) + len;
	if (parts->kept_len > FOR_MAX || parts->kept_count == KEPT_COUNT) {
		ics_note(parts, "not all is kept that is said in more words than here");
		return;
	}
	parts->kept_count++;
	while (*at && strcmp((*at)->ours, ours) <= 0)
		at = &(*at)->next;
	kept = arena_alloc(parts->context->arena, sizeof(*kept));
	*kept = (struct ics_kept){*at, arena_strdup(parts->context->arena, ours), lines, len};
	*at = kept;
}

static void finish_kept(struct ics_parts *parts)
{
	parts->plain_len = parts->extra->len;
	for (const struct ics_kept *kept = parts->kept; kept; kept = kept->next)
		ics_extra_keep(parts->context->arena, parts->extra, kept->ours, kept->lines, kept->len);
}

/* A text has parameters, in which others may have more of it: its language, or all of it in HTML. */
static bool says_more(const struct ics_parts *parts, const struct ics_line *line)
{
	struct arena *arena = parts->context->arena;

	return line->params_len > 0 && !ics_line_param(arena, line, "ENCODING") &&
	       !ics_line_param(arena, line, "CHARSET");
}

/* A text's line as we write it. */
static const char *our_line(const struct ics_parts *parts, const struct ics_line *line, const char *text)
{
	struct buf *ours = buf_in(parts->context->arena, ICS_TEXT_MAX);

	buf_printf(ours, "%s:", name_text(parts, line));
	ics_escape(ours, text);
	return buf_text(ours);
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
	if (utf8_is_blank(text, len))
		return NULL;
	ics_put(parts->json, "title", ics_string(text));
	if (says_more(parts, line))
		keep_for(parts, our_line(parts, line, text), line->text, line->len + 1);
	return NULL;
}

static const char *read_text(struct ics_parts *parts, const struct ics_line *line, const char *member,
			     struct ics_prose *prose)
{
	const char *text = ics_line_prose(parts->context->arena, line);

	if (*text == '\0' || prose->ours)
		return NULL;
	ics_put(parts->json, member, ics_string(text));
	prose->ours = our_line(parts, line, text);
	if (says_more(parts, line)) {
		prose->lines = line->text;
		prose->len = line->len + 1;
	}
	return NULL;
}

static const char *read_description(struct ics_parts *parts, const struct ics_line *line)
{
	return read_text(parts, line, parts->kind == ICS_EVENT ? "description" : "notes",
			 &parts->prose[ICS_DESCRIPTION]);
}

static const char *read_location(struct ics_parts *parts, const struct ics_line *line)
{
	return read_text(parts, line, "location", &parts->prose[ICS_LOCATION]);
}

static const char *read_beside(struct ics_parts *parts, const struct ics_line *line, struct ics_prose *prose)
{
	if (!prose->beside)
		prose->beside = buf_in(parts->context->arena, ICS_TEXT_MAX);
	ics_lines_add(parts->context->arena, prose->beside, line->text, line->len + 1);
	return NULL;
}

static const char *read_other_description(struct ics_parts *parts, const struct ics_line *line)
{
	return read_beside(parts, line, &parts->prose[ICS_DESCRIPTION]);
}

static const char *read_other_location(struct ics_parts *parts, const struct ics_line *line)
{
	return read_beside(parts, line, &parts->prose[ICS_LOCATION]);
}

/* Other forms of a text come out while it is the same. */
static void finish_prose(struct ics_parts *parts, const struct ics_prose *prose)
{
	struct buf *lines = buf_in(parts->context->arena, ICS_TEXT_MAX);

	if (prose->ours && prose->lines)
		ics_lines_add(parts->context->arena, lines, prose->lines, prose->len);
	else if (prose->ours && prose->beside)
		buf_printf(lines, "%s\n", prose->ours);
	if (prose->beside)
		buf_add(lines, buf_text(prose->beside), prose->beside->len);
	if (!prose->ours)
		buf_add(parts->extra, buf_text(lines), lines->len);
	else if (lines->len > 0)
		keep_for(parts, prose->ours, buf_text(lines), lines->len);
}

static const char *read_start(struct ics_parts *parts, const struct ics_line *line)
{
	if (!ics_line_time(parts->context, line, &parts->start))
		return ics_bad_time(parts->context, line);
	parts->has_start = true;
	parts->start_value = arena_strndup(parts->context->arena, line->value, line->value_len);
	return NULL;
}

static const char *read_end(struct ics_parts *parts, const struct ics_line *line)
{
	if (!ics_line_time(parts->context, line, &parts->end))
		return ics_bad_time(parts->context, line);
	parts->has_end = true;
	return NULL;
}

static const char *read_length(struct ics_parts *parts, const struct ics_line *line)
{
	parts->duration = ics_duration(parts->context->arena, line->value, line->value_len, &parts->length);
	return parts->duration && parts->length >= 0 ? NULL : "DURATION is none";
}

/* Of a name, what is told of it. */
static int name_len(const char *name)
{
	size_t len = strspn(name, NAME);

	return len < NAME_MOST ? (int)len : NAME_MOST;
}

/* The parts of a rule that mean something: RFC 2445 had X- parts as well, and some programs end it with ";". */
static const char *followed_rule(struct ics_parts *parts, const char *text)
{
	struct arena *arena = parts->context->arena;
	struct buf *rule = buf_in(arena, ICS_TEXT_MAX);
	char *at = arena_strdup(arena, text), *part;

	while ((part = strsep(&at, ";"))) {
		if (!strncasecmp(part, "X-", 2))
			ics_note(parts, arena_printf(arena, "%.*s of its RRULE is left out", name_len(part), part));
		else if (*part != '\0')
			buf_printf(rule, "%s%s", rule->len > 0 ? ";" : "", part);
	}
	return buf_text(rule);
}

static const char *read_rrule(struct ics_parts *parts, const struct ics_line *line)
{
	size_t len;

	if (!parts->rrule) {
		parts->rrule = followed_rule(parts, ics_line_value(parts->context->arena, line, &len));
		return NULL;
	}
	keep_line(parts, line);
	ics_note(parts, "only the first RRULE is followed, the others are kept");
	return NULL;
}

static const char *read_exrule(struct ics_parts *parts, const struct ics_line *line)
{
	keep_line(parts, line);
	ics_note(parts, "EXRULE is kept, but not followed");
	return NULL;
}

/* On its clock where start and end have the same, so that a change of clocks within it changes nothing. */
static int64_t length_of(const struct ics_parts *parts)
{
	const char *zone = parts->context->zone;

	if (!parts->has_end)
		return parts->duration ? parts->length : parts->start.is_date ? DAY : 0;
	if (ics_same_zone(&parts->start, &parts->end))
		return caltime_wall(&parts->end) - caltime_wall(&parts->start);
	return caltime_instant(&parts->end, zone) - caltime_instant(&parts->start, zone);
}

/* A day and 24 hours are two things. */
static bool same_length(const struct ics_parts *a, const struct ics_parts *b)
{
	if (a->start.is_date != b->start.is_date || length_of(a) != length_of(b))
		return false;
	return a->has_end || b->has_end || !a->duration || !b->duration || !strcmp(a->duration, b->duration);
}

/* What an occurrence has of its own when it takes another time than its series: "end", or "duration". */
static void put_length(const struct ics_parts *series, const struct ics_parts *one, struct json_object *json)
{
	if (same_length(series, one))
		return;
	if (one->has_end)
		ics_put(json, "end", ics_time_json(&one->end));
	else if (one->duration)
		ics_put(json, "duration", ics_string(one->duration));
	else if (series->has_end || series->duration)
		ics_put(json, "duration", ics_string(one->start.is_date ? "P1D" : "PT0S"));
}

const char *ics_wrong_end(const struct ics_parts *parts)
{
	if (!parts->has_end)
		return NULL;
	if (parts->end.is_date != parts->start.is_date)
		return "DTEND is of another kind than DTSTART";
	return length_of(parts) < 0 ? "DTEND is before DTSTART" : NULL;
}

/* A PERIOD (RFC 5545, 3.3.9) from `start` to what stands behind its slash, of which the series has an occurrence. */
static void read_period(struct ics_parts *parts, struct ics_zone *zone, const struct caltime *start, const char *text,
			size_t len)
{
	struct ics_parts one = {.context = parts->context, .kind = parts->kind, .start = on_clock(parts, start)};
	struct json_object *length;

	one.duration = ics_duration(parts->context->arena, text, len, &one.length);
	one.has_end = !one.duration && ics_time(parts->context, zone, text, len, &one.end);
	if (parts->kind == ICS_TASK || parts->start.is_date || (!one.has_end && (!one.duration || one.length < 0)) ||
	    ics_wrong_end(&one)) {
		ics_note(parts, "a PERIOD of its RDATE is taken without its length");
		return;
	}
	ics_to_clock(parts->context, &parts->start, &one.end);
	length = ics_json(json_object_new_object());
	put_length(parts, &one, length);
	if (json_object_object_length(length) > 0)
		ics_put(parts->overrides, ics_occurrence(parts, start), length);
	else
		json_object_put(length);
}

/* Occurrences on the series' clock. */
static const char *read_dates(struct ics_parts *parts, const struct ics_line *line, struct json_object *dates)
{
	const char *at = line->value, *item;
	struct ics_zone *zone = ics_zone_of(parts->context, line);
	struct caltime t;
	size_t len;

	if (!parts->has_start && !parts->has_end)
		return NULL;
	while (ics_list_next(&at, line->value + line->value_len, &item, &len)) {
		const char *slash = memchr(item, '/', len);

		if (len == 0)
			continue;
		if (!ics_time(parts->context, zone, item, slash ? (size_t)(slash - item) : len, &t))
			return ics_bad_time(parts->context, line);
		if (json_object_array_length(dates) == ICS_LIST_MAX)
			return arena_printf(parts->context->arena, "more than %d dates in %.*s", ICS_LIST_MAX,
					    (int)line->name_len, line->name);
		ics_append(dates, ics_string(ics_occurrence(parts, &t)));
		if (slash)
			read_period(parts, zone, &t, slash + 1, (size_t)(item + len - slash - 1));
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

/* RFC 5545, 3.8.1.9: 1 is the highest, 5 the medium one. */
static const struct {
	const char *name;
	int written, last; /* of the numbers that are read as it */
} priorities[] = {{"urgent", 1, 1}, {"high", 3, 4}, {"medium", 5, 5}, {"low", 9, 9}};

#define PRIORITIES (sizeof(priorities) / sizeof(priorities[0]))

int ics_priority(const char *name)
{
	for (size_t i = 0; name && i < PRIORITIES; i++)
		if (!strcmp(name, priorities[i].name))
			return priorities[i].written;
	return 0;
}

static const char *read_priority(struct ics_parts *parts, const struct ics_line *line)
{
	int number = line->value_len == 1 ? *line->value - '0' : 0;

	for (size_t i = 0; number > 0 && i < PRIORITIES; i++) {
		if (number > priorities[i].last)
			continue;
		ics_put(parts->json, "priority", ics_string(priorities[i].name));
		if (number != priorities[i].written)
			keep_for(parts, arena_printf(parts->context->arena, "PRIORITY:%d", priorities[i].written),
				 line->text, line->len + 1);
		break;
	}
	return NULL;
}

static void read_names(struct ics_parts *parts, const struct ics_line *line, const char ***names, size_t *count)
{
	struct arena *arena = parts->context->arena;
	size_t len, size;
	const char *at = ics_line_value(arena, line, &len), *end = at + len, *item;

	if (!*names)
		*names = arena_alloc(arena, (TAGS_MAX + 1) * sizeof(**names));
	while (ics_list_next(&at, end, &item, &size)) {
		const char *name = ics_unescape(arena, item, size);

		name += strspn(name, " ");
		if (*name != '\0' && *count <= TAGS_MAX)
			(*names)[(*count)++] = name;
		else if (*name != '\0')
			ics_note(parts, "it has more CATEGORIES than can be taken");
	}
}

static const char *read_categories(struct ics_parts *parts, const struct ics_line *line)
{
	read_names(parts, line, &parts->categories, &parts->category_count);
	return NULL;
}

static const char *read_product_tags(struct ics_parts *parts, const struct ics_line *line)
{
	parts->has_product_tags = true;
	read_names(parts, line, &parts->product_tags, &parts->product_tag_count);
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

	if (ics_line_time(parts->context, line, &t)) {
		parts->completed = true;
		parts->completed_at = ics_instant(parts->context, &t);
	} else
		ics_note(parts, "COMPLETED is no time");
	return NULL;
}

static const char *read_own_starts(struct ics_parts *parts, const struct ics_line *line)
{
	parts->has_own_starts = ics_line_time(parts->context, line, &parts->own_starts);
	parts->own_starts_of = ics_line_param(parts->context->arena, line, ICS_STARTS_OF);
	return NULL;
}

static const char *read_as_series(struct ics_parts *parts, const struct ics_line *line)
{
	parts->as_series = parts->is_override && ics_value_is(line, "TRUE");
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
	{"EXRULE", BOTH, FIRST, read_exrule},
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
	{"X-ALT-DESC", BOTH, FIRST, read_other_description},
	{"X-APPLE-STRUCTURED-LOCATION", EVENTS, FIRST, read_other_location},
	{ICS_AFTER_COMPLETION, TASKS, FIRST, read_after_completion},
	{ICS_AS_SERIES, EVENTS, FIRST, read_as_series},
	{ICS_STARTS, TASKS, FIRST, read_own_starts},
	{ICS_TAGS, BOTH, FIRST, read_product_tags},
};

static const char *title_of(const struct ics_parts *parts)
{
	return json_member_text(parts->json, "title");
}

/* False for what reminds nobody. What is more than a reminder comes out as it is, while there is that reminder. */
static bool read_alarm(struct ics_parts *parts, const struct ics_line *begin, const char *inside, const char *end)
{
	struct arena *arena = parts->context->arena;
	struct json_object *reminder = ics_alarm_reminder(parts, inside, end);
	const char *trigger;

	if (reminder && json_object_array_length(parts->reminders) == REMINDERS_MAX) {
		json_object_put(reminder);
		reminder = NULL;
		ics_note(parts, "only the first alarms remind of it, the others are kept");
	}
	if (!reminder)
		return false;
	ics_append(parts->reminders, reminder);
	trigger = ics_alarm_trigger(arena, reminder, parts->later);
	if (ics_alarm_says_more(arena, inside, end, trigger, title_of(parts)))
		keep_for(parts, trigger, begin->text, (size_t)(end - begin->text));
	return true;
}

/* From its BEGIN on to behind its END. Components of our own are no file's. */
static void read_component(struct ics_parts *parts, const struct ics_line *begin, const char *inside, const char *end)
{
	if (ics_extra_is_own(begin) || (ics_value_is(begin, "VALARM") && read_alarm(parts, begin, inside, end)))
		return;
	keep_lines(parts, begin, (size_t)(end - begin->text));
}

static int by_name(const void *name, const void *property)
{
	const struct ics_line *line = name;
	const char *other = ((const struct property *)property)->name;
	int order = strncasecmp(line->name, other, line->name_len);

	return order == 0 && strlen(other) > line->name_len ? -1 : order;
}

void ics_note_zone(struct ics_parts *parts)
{
	const struct ics_context *context = parts->context;
	const char *tzid = ics_zones_guessed(context->zones);

	if (tzid)
		ics_note(parts, arena_printf(context->arena, "TZID %.*s is not known, its times are taken to be in %s",
					     (int)utf8_cut(tzid, strlen(tzid), NAME_MOST), tzid, context->zone));
}

static const char *read_property(struct ics_parts *parts, const struct ics_line *line, enum pass pass)
{
	const char *wrong;
	const struct property *property =
		bsearch(line, properties, sizeof(properties) / sizeof(properties[0]), sizeof(properties[0]), by_name);

	if (!property || !(property->kinds & (1U << parts->kind))) {
		if (pass == FIRST)
			keep_line(parts, line);
		return NULL;
	}
	if (!property->read || property->pass != pass)
		return NULL;
	wrong = property->read(parts, line);
	ics_note_zone(parts);
	return wrong;
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
			ics_append(tags, ics_string(tag));
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

/* What recurs in a file is a task's start; here it is its due time, which is always as much later. Where no rule says
 * so the one that is there counts. */
static const char *rule_of_due(struct ics_parts *parts, const struct caltime *due)
{
	struct arena *arena = parts->context->arena;
	struct series series = {.start = parts->start};
	struct ics_budget *budget = parts->context->budget;

	/* What is wrong with a rule is told by whoever takes it. */
	if (parts->rrule && parts->until_due != 0)
		series.rrule = rrule_normalise(arena, parts->rrule);
	if (!series.rrule)
		return NULL;
	if (ics_budget_gone(budget))
		return "its RRULE took too long to read";
	ics_budget_begin(budget);
	series.rrule = series_rule_shifted(arena, &series, due);
	ics_budget_end(budget);
	if (series.rrule) {
		parts->rrule = series.rrule;
		return NULL;
	}
	ics_note(parts,
		 "its RRULE is of DTSTART, and no rule says the same of when it is due: it is due when it starts");
	parts->end = parts->start;
	parts->until_due = 0;
	return NULL;
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
		ics_put(parts->json, "starts", ics_time_json(&parts->own_starts));
	else if (parts->has_start && !is_copied_start(parts))
		ics_put(parts->json, "starts", ics_time_json(&parts->start));
}

static void finish_task(struct ics_parts *parts)
{
	/* What recurs without being due is due when it starts. */
	if (recurs(parts) && parts->has_start && !parts->has_end) {
		parts->end = parts->start;
		parts->has_end = true;
	} else if (recurs(parts) && parts->has_start)
		ics_to_clock(parts->context, &parts->start, &parts->end);
	put_starts(parts);
	if (parts->has_end)
		ics_put(parts->json, "due", ics_time_json(&parts->end));
	if (!json_object_object_get(parts->json, "priority"))
		ics_put(parts->json, "priority", ics_string("none"));
	ics_put(parts->json, "completed", ics_json(json_object_new_boolean(parts->completed)));
	ics_put(parts->json, "completed_at", parts->completed_at ? ics_string(parts->completed_at) : NULL);
}

static void finish_event(struct ics_parts *parts)
{
	/* No day ends before it began: some write the day itself. */
	if (parts->has_end && parts->end.is_date && parts->start.is_date &&
	    caltime_wall(&parts->end) <= caltime_wall(&parts->start))
		parts->has_end = false;
	ics_put(parts->json, "start", ics_time_json(&parts->start));
	if (parts->has_end)
		ics_put(parts->json, "end", ics_time_json(&parts->end));
	else if (parts->duration)
		ics_put(parts->json, "duration", ics_string(parts->duration));
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

	if (parts->length != days * DAY)
		ics_note(parts, "DURATION is taken as whole days, for DTSTART is one");
	parts->length = days * DAY;
	parts->duration = arena_printf(parts->context->arena, "P%lldD", (long long)days);
}

/* What it was written beside may have been changed by others since, which counts. */
static void settle_own_starts(struct ics_parts *parts)
{
	if (parts->own_starts_of && (!parts->has_start || strcmp(parts->own_starts_of, parts->start_value) != 0))
		parts->has_own_starts = false;
	if (parts->has_own_starts && parts->has_start)
		parts->later = ics_minutes_between(&parts->own_starts, &parts->start);
}

/* What follows from the times when all of them were read. NULL, or what is wrong. */
static const char *settle_times(struct ics_parts *parts)
{
	bool task = parts->kind == ICS_TASK;
	struct caltime due;

	if (parts->duration && !task && parts->start.is_date && (parts->length == 0 || strchr(parts->duration, 'T')))
		round_duration(parts);
	settle_own_starts(parts);
	if (!task || !parts->has_start)
		return NULL;
	if (parts->duration && !parts->has_end)
		due_by_duration(parts);
	if (!parts->has_end)
		return NULL;
	due = parts->end;
	ics_to_clock(parts->context, &parts->start, &due);
	parts->until_due = caltime_wall(&due) - caltime_wall(&parts->start);
	return rule_of_due(parts, &due);
}

/* What is taken away again has no length. */
static void drop_excepted(struct ics_parts *parts)
{
	for (size_t i = 0; i < json_object_array_length(parts->exdates); i++)
		json_object_object_del(parts->overrides,
				       json_object_get_string(json_object_array_get_idx(parts->exdates, i)));
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
	parts->overrides = ics_json(json_object_new_object());
	arena_defer(arena, release_json, parts->overrides);
	parts->extra = buf_in(arena, ICS_TEXT_MAX);
	ics_put(parts->json, "title", ics_string(NO_TITLE));
	wrong = read_pass(parts, lines, lines + len, FIRST);
	if (!wrong && kind == ICS_EVENT && !parts->has_start)
		wrong = "no DTSTART";
	if (!wrong)
		wrong = settle_times(parts);
	if (!wrong)
		wrong = read_pass(parts, lines, lines + len, SECOND);
	if (wrong)
		return wrong;
	drop_excepted(parts);
	finish_categories(parts);
	for (size_t i = 0; i < ICS_PROSES; i++)
		finish_prose(parts, &parts->prose[i]);
	finish_kept(parts);
	ics_put(parts->json, "reminders", json_object_get(parts->reminders));
	if (kind == ICS_TASK)
		finish_task(parts);
	else
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
		ics_put(recurrence, "rrule", ics_string(parts->rrule));
	if (json_object_array_length(parts->exdates) > 0)
		ics_put(recurrence, "exdates", json_object_get(parts->exdates));
	if (json_object_array_length(parts->rdates) > 0)
		ics_put(recurrence, "rdates", json_object_get(parts->rdates));
	if (parts->after_completion)
		ics_put(recurrence, "after_completion", ics_json(json_object_new_boolean(true)));
}

static bool same_start(const struct ics_parts *series, const struct ics_parts *override, const char *occurrence)
{
	char text[CALTIME_TEXT];

	caltime_format(text, &override->start);
	return ics_same_zone(&series->start, &override->start) && !strcmp(text, occurrence);
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
		ics_put(difference, "start", ics_time_json(&override->start));
	put_length(series, override, difference);
	return difference;
}

static bool has_kept(const struct ics_kept *list, const struct ics_kept *kept)
{
	while (list && (list->len != kept->len || memcmp(list->lines, kept->lines, kept->len) != 0 ||
			strcmp(list->ours, kept->ours) != 0))
		list = list->next;
	return list != NULL;
}

/* What an exception could have as well: the rules are its series' alone. */
static const char *without_rules(const struct ics_parts *parts)
{
	struct buf *lines = buf_in(parts->context->arena, ICS_TEXT_MAX);
	const char *at = buf_text(parts->extra), *end = at + parts->plain_len, *from = at;
	struct ics_line line;

	while (ics_line_next(&at, end, &line)) {
		if (!ics_line_is(&line, "RRULE") && !ics_line_is(&line, "EXRULE"))
			continue;
		buf_add(lines, from, (size_t)(line.text - from));
		from = at;
	}
	buf_add(lines, from, (size_t)(end - from));
	return buf_text(lines);
}

bool ics_same_extra(const struct ics_parts *series, const struct ics_parts *override, const char *lines, size_t len)
{
	if (override->as_series)
		return true;
	if (strcmp(without_rules(series), without_rules(override)) != 0)
		return false;
	for (const struct ics_kept *kept = override->kept; kept; kept = kept->next)
		if (!has_kept(series->kept, kept))
			return false;
	for (const struct ics_kept *kept = series->kept; kept; kept = kept->next)
		if (!has_kept(override->kept, kept) && ics_lines_have(lines, len, kept->ours, strlen(kept->ours)))
			return false;
	return true;
}
