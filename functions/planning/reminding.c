#include "reminding.h"

#include <json-c/json.h>
#include <string.h>

#include "caltime.h"
#include "recurrence.h"
#include "timing.h"
#include "util/arena.h"
#include "util/clock.h"
#include "util/json.h"

#define SECOND_US  INT64_C(1000000)
#define DAY_S      INT64_C(86400)
#define YEARS_END  INT64_C(7258118400) /* 2200-01-01: behind our years */
#define SLACK_S    (2 * DAY_S)         /* what two zones and a change of clocks can make of a distance on a clock */
#define TIES_S     INT64_C(10800)      /* occurrences may fall together where clocks skip; none does by more */
#define COUNT_MOST 100000
#define NEVER      INT64_MIN
#define SNOOZE     "snooze"

/* One of a thing's `reminders`. */
struct spec {
	const char *key;
	enum point { AT, START, DUE, END } point;
	int64_t at_us;    /* AT */
	int64_t offset_s; /* the others */
};

struct specs {
	struct spec *items;
	size_t count;
};

/* The times of a thing once. */
struct occasion {
	const char *occurrence;
	struct caltime times[END + 1]; /* by point */
	bool has[END + 1];
	int64_t plus_s; /* from times[END] on, exactly */
};

/* An occasion that is not as the series has it, or the only one. */
struct fixed {
	int64_t wall; /* which occurrence it stands for */
	bool cancelled;
	struct occasion occasion;
	const struct specs *specs;
};

struct plan {
	struct arena *arena;
	enum plan_kind kind;
	const char *zone;
	bool silent;        /* it is done */
	int64_t snoozed_us; /* NEVER: not */
	struct specs specs;
	const char **keys; /* of all specs, each once */
	size_t key_count;
	struct fixed *fixed;
	size_t fixed_count;
	struct occasion lead; /* what is named where no occurrence is meant */
	bool recurring;
	bool in_series; /* the series has occasions besides the fixed ones */
	struct series series;
	struct occasion pattern; /* at the start of the series */
	int64_t from_wall;       /* what is not after it is over */
};

/* A look for the next reminder of a key, or a count of them. */
struct search {
	const struct plan *plan;
	const struct spec *spec;
	int64_t after_us, upto_us;
	struct reminders *out; /* NULL: only count */
	size_t mark;
	int64_t best_us;
	uint64_t count;
};

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, name, &value);
	return value;
}

static size_t length(struct json_object *array)
{
	return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

static bool read_time(struct json_object *object, const char *name, struct caltime *t)
{
	struct json_object *said = member(object, name);

	return said != NULL && caltime_of_json(t, said);
}

/* Reminders */

static bool read_point(const char *name, enum point *point)
{
	static const char *const names[] = {[START] = "start", [DUE] = "due", [END] = "end"};

	for (size_t i = START; name != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			*point = (enum point)i;
			return true;
		}
	}
	return false;
}

static bool read_spec(struct arena *arena, struct json_object *said, struct spec *spec)
{
	const char *at = json_member_text(said, "at");
	const char *point = json_member_text(said, "relative_to");
	struct json_object *offset = member(said, "offset_minutes");
	char text[INSTANT_TEXT];

	if (at != NULL && instant_parse(at, &spec->at_us)) {
		spec->point = AT;
		instant_format(text, spec->at_us);
		spec->key = arena_printf(arena, "at %s", text);
		return true;
	}
	if (!json_object_is_type(offset, json_type_int) || !read_point(point, &spec->point))
		return false;
	spec->offset_s = json_object_get_int(offset) * INT64_C(60);
	spec->key = arena_printf(arena, "%d %s", json_object_get_int(offset), point);
	return true;
}

static void read_specs(struct arena *arena, struct json_object *array, struct specs *specs)
{
	specs->items = arena_alloc(arena, (length(array) + 1) * sizeof(struct spec));
	specs->count = 0;
	for (size_t i = 0; i < length(array); i++)
		specs->count += read_spec(arena, json_object_array_get_idx(array, i), &specs->items[specs->count]);
}

static const struct spec *find_spec(const struct specs *specs, const char *key)
{
	for (size_t i = 0; i < specs->count; i++)
		if (strcmp(specs->items[i].key, key) == 0)
			return &specs->items[i];
	return NULL;
}

static void add_key(struct plan *plan, const char *key)
{
	for (size_t i = 0; i < plan->key_count; i++)
		if (strcmp(plan->keys[i], key) == 0)
			return;
	plan->keys[plan->key_count++] = key;
}

/* Of all specs, and of the snooze. */
static void collect_keys(struct plan *plan)
{
	size_t most = plan->specs.count + 1;

	for (size_t i = 0; i < plan->fixed_count; i++)
		most += plan->fixed[i].specs->count;
	plan->keys = arena_alloc(plan->arena, most * sizeof(plan->keys[0]));
	if (plan->snoozed_us != NEVER)
		add_key(plan, SNOOZE);
	for (size_t i = 0; i < plan->specs.count; i++)
		add_key(plan, plan->specs.items[i].key);
	for (size_t i = 0; i < plan->fixed_count; i++)
		for (size_t j = 0; j < plan->fixed[i].specs->count; j++)
			add_key(plan, plan->fixed[i].specs->items[j].key);
}

/* Times */

static void set_time(struct occasion *o, enum point point, const struct caltime *t)
{
	o->times[point] = *t;
	o->has[point] = true;
}

static void shift(struct occasion *o, enum point point, int64_t by_s)
{
	if (o->has[point])
		caltime_set_wall(&o->times[point], caltime_wall(&o->times[point]) + by_s);
}

/* The same thing at another occurrence of its series. */
static struct occasion at_occurrence(const struct plan *plan, const struct caltime *occurrence)
{
	struct occasion o = plan->pattern;
	int64_t by_s = caltime_wall(occurrence) - caltime_wall(&plan->series.start);

	shift(&o, START, by_s);
	shift(&o, DUE, by_s);
	shift(&o, END, by_s);
	return o;
}

static int64_t instant_us(const struct plan *plan, const struct occasion *o, enum point point)
{
	return (caltime_instant(&o->times[point], plan->zone) + (point == END ? o->plus_s : 0)) * SECOND_US;
}

/* When it ends. */
static void read_end(const struct plan *plan, struct json_object *object, struct occasion *o)
{
	const char *duration = json_member_text(object, "duration");
	struct caltime end;
	bool has_end = read_time(object, "end", &end);
	struct extent extent = extent_of(&o->times[START], has_end ? &end : NULL, duration, plan->zone);

	set_time(o, END, &o->times[START]);
	shift(o, END, extent.days * DAY_S);
	o->plus_s = extent.seconds;
}

/* Whether there is one that begins at *start. */
static bool read_series(struct plan *plan, struct json_object *recurrence, const struct caltime *start)
{
	series_of_json(plan->arena, start, recurrence, &plan->series);
	return plan->series.rrule != NULL || plan->series.rdate_count > 0;
}

static struct fixed *add_fixed(struct plan *plan, const struct occasion *o, const struct specs *specs)
{
	struct fixed *fixed = &plan->fixed[plan->fixed_count++];

	*fixed = (struct fixed){.occasion = *o, .specs = specs};
	return fixed;
}

/* A task: the occurrence that it stands for is as it says, whatever the series would make of it. */
static void read_task(struct plan *plan, struct json_object *payload)
{
	struct json_object *recurrence = member(payload, "recurrence");
	struct occasion now = {.occurrence = ""};
	struct caltime start, occurrence;
	struct fixed *fixed;

	now.has[DUE] = read_time(payload, "due", &now.times[DUE]);
	now.has[START] = read_time(payload, "starts", &now.times[START]);
	plan->fixed = arena_alloc(plan->arena, sizeof(struct fixed));
	plan->recurring = now.has[DUE] && read_time(payload, "series_start", &start) &&
			  read_time(payload, "occurrence", &occurrence) && read_series(plan, recurrence, &start);
	if (plan->recurring) {
		now.occurrence = caltime_text(plan->arena, &occurrence);
		plan->in_series = !json_object_get_boolean(member(recurrence, "after_completion"));
		plan->from_wall = caltime_wall(&occurrence);
		plan->pattern = now;
		shift(&plan->pattern, START, caltime_wall(&start) - caltime_wall(&now.times[DUE]));
		set_time(&plan->pattern, DUE, &start);
	}
	fixed = add_fixed(plan, &now, &plan->specs);
	fixed->wall = plan->from_wall;
	plan->lead = now;
}

/* What an occurrence of an event is instead. */
static void read_override(struct plan *plan, const char *key, struct json_object *said)
{
	struct json_object *reminders = member(said, "reminders");
	const struct specs *specs = &plan->specs;
	struct caltime occurrence;
	struct fixed *fixed;
	struct occasion o;

	if (!caltime_parse(&occurrence, key))
		return;
	o = at_occurrence(plan, &occurrence);
	o.occurrence = caltime_text(plan->arena, &occurrence);
	if (read_time(said, "start", &o.times[START]))
		shift(&o, END, caltime_wall(&o.times[START]) - caltime_wall(&occurrence));
	if (member(said, "end") != NULL || member(said, "duration") != NULL)
		read_end(plan, said, &o);
	if (json_object_is_type(reminders, json_type_array)) {
		struct specs *own = arena_alloc(plan->arena, sizeof(*own));

		read_specs(plan->arena, reminders, own);
		specs = own;
	}
	fixed = add_fixed(plan, &o, specs);
	fixed->wall = caltime_wall(&occurrence);
	fixed->cancelled = json_object_get_boolean(member(said, "cancelled"));
}

static void read_event(struct plan *plan, struct json_object *payload)
{
	struct json_object *overrides = member(payload, "overrides");
	struct occasion once = {.occurrence = ""};

	once.has[START] = read_time(payload, "start", &once.times[START]);
	if (once.has[START])
		read_end(plan, payload, &once);
	plan->lead = plan->pattern = once;
	plan->from_wall = INT64_MIN;
	plan->recurring = plan->in_series =
		once.has[START] && read_series(plan, member(payload, "recurrence"), &once.times[START]);
	if (!plan->recurring || !json_object_is_type(overrides, json_type_object)) {
		plan->fixed = arena_alloc(plan->arena, sizeof(struct fixed));
		if (!plan->recurring)
			add_fixed(plan, &once, &plan->specs);
		return;
	}
	plan->fixed =
		arena_alloc(plan->arena, ((size_t)json_object_object_length(overrides) + 1) * sizeof(struct fixed));
	json_object_object_foreach(overrides, key, said)
	{
		read_override(plan, key, said);
	}
}

struct plan *plan_read(struct arena *arena, enum plan_kind kind, struct json_object *payload, const char *zone)
{
	struct plan *plan = arena_alloc(arena, sizeof(*plan));
	const char *own_zone = json_member_text(payload, "time_zone");
	const char *snoozed = json_member_text(payload, "snoozed_until");

	*plan = (struct plan){.arena = arena, .kind = kind, .zone = own_zone != NULL ? own_zone : zone};
	plan->silent = json_object_get_boolean(member(payload, "completed"));
	if (snoozed == NULL || !instant_parse(snoozed, &plan->snoozed_us))
		plan->snoozed_us = NEVER;
	read_specs(arena, member(payload, "reminders"), &plan->specs);
	if (kind == PLAN_TASK)
		read_task(plan, payload);
	else
		read_event(plan, payload);
	collect_keys(plan);
	return plan;
}

static bool floats(struct json_object *said)
{
	return json_object_is_type(said, json_type_object) && json_member_text(said, "time_zone") == NULL;
}

bool plan_needs_zone(enum plan_kind kind, struct json_object *payload)
{
	struct json_object *overrides = member(payload, "overrides");

	if (kind == PLAN_TASK)
		return false;
	if (floats(member(payload, "start")) || floats(member(payload, "end")))
		return true;
	if (!json_object_is_type(overrides, json_type_object))
		return false;
	json_object_object_foreach(overrides, key, said)
	{
		(void)key;
		if (floats(member(said, "start")) || floats(member(said, "end")))
			return true;
	}
	return false;
}

/* What is next */

static bool time_of(const struct plan *plan, const struct spec *spec, const struct occasion *o, int64_t *us)
{
	if (spec->point == AT)
		*us = spec->at_us;
	else if (o->has[spec->point])
		*us = instant_us(plan, o, spec->point) + spec->offset_s * SECOND_US;
	else
		return false;
	return true;
}

static void append(struct reminders *list, struct arena *arena, const struct reminder *reminder)
{
	if (list->count == list->room) {
		struct reminder *before = list->items;

		list->room = list->room == 0 ? 8 : 2 * list->room;
		list->items = arena_alloc(arena, list->room * sizeof(*list->items));
		if (list->count > 0)
			memcpy(list->items, before, list->count * sizeof(*list->items));
	}
	list->items[list->count++] = *reminder;
}

static void say(struct search *search, const char *key, const struct occasion *o, const char *occurrence, int64_t at_us)
{
	const struct plan *plan = search->plan;
	enum point about = plan->kind == PLAN_TASK ? DUE : START;
	struct reminder reminder = {
		.key = key, .occurrence = arena_strdup(plan->arena, occurrence), .at_us = at_us, .zone = plan->zone};

	if (o->has[about]) {
		reminder.about = caltime_json(plan->arena, &o->times[about]);
		reminder.about_us = instant_us(plan, o, about);
		if (o->times[about].zone != NULL)
			reminder.zone = o->times[about].zone;
	}
	append(search->out, plan->arena, &reminder);
}

/* Count it, or keep it when none was sooner. */
static void consider(struct search *search, const char *key, const struct occasion *o, const char *occurrence,
		     int64_t at_us)
{
	if (at_us <= search->after_us || at_us > search->upto_us)
		return;
	search->count++;
	if (search->out == NULL || at_us > search->best_us)
		return;
	if (at_us < search->best_us)
		search->out->count = search->mark;
	search->best_us = at_us;
	say(search, key, o, occurrence, at_us);
}

static bool is_fixed(const struct plan *plan, int64_t wall)
{
	for (size_t i = 0; i < plan->fixed_count; i++)
		if (plan->fixed[i].wall == wall)
			return true;
	return false;
}

/* An occurrence of the series. Several may be at one instant, so it goes on a little behind the first. */
static bool visit(void *ctx, const struct caltime *occurrence, int64_t instant)
{
	struct search *search = ctx;
	const struct plan *plan = search->plan;
	int64_t wall = caltime_wall(occurrence);
	struct occasion o;
	char text[CALTIME_TEXT];
	int64_t at_us;

	(void)instant;
	if (wall <= plan->from_wall || is_fixed(plan, wall))
		return true;
	o = at_occurrence(plan, occurrence);
	if (!time_of(plan, search->spec, &o, &at_us))
		return false;
	caltime_format(text, occurrence);
	consider(search, search->spec->key, &o, text, at_us);
	return search->out == NULL || search->best_us == INT64_MAX || at_us < search->best_us + TIES_S * SECOND_US;
}

static int64_t clamp_s(int64_t us)
{
	int64_t most = YEARS_END * SECOND_US;

	return (us < -most ? -most : us > most ? most : us) / SECOND_US;
}

/* From where on occurrences can matter: how far the reminder is from its occurrence is nearly the same for all of them.
 */
static void search_series(struct search *search)
{
	const struct plan *plan = search->plan;
	int64_t start_us = caltime_instant(&plan->series.start, plan->zone) * SECOND_US;
	int64_t at_us, from_s, to_s;

	if (!plan->in_series || search->spec->point == AT || !time_of(plan, search->spec, &plan->pattern, &at_us))
		return;
	from_s = clamp_s(search->after_us) - clamp_s(at_us - start_us) - SLACK_S;
	to_s = clamp_s(search->upto_us) - clamp_s(at_us - start_us) + SLACK_S;
	series_each(&plan->series, plan->zone, from_s, to_s, COUNT_MOST, visit, search);
}

/* A reminder at an instant of its own is the thing's, or the occurrence's that alone has it. */
static void search_fixed(struct search *search, const char *key)
{
	const struct plan *plan = search->plan;

	for (size_t i = 0; i < plan->fixed_count; i++) {
		const struct fixed *fixed = &plan->fixed[i];
		const struct spec *spec = fixed->cancelled ? NULL : find_spec(fixed->specs, key);
		int64_t at_us;

		if (spec == NULL || (spec->point == AT && fixed->specs == &plan->specs) ||
		    !time_of(plan, spec, &fixed->occasion, &at_us))
			continue;
		consider(search, key, &fixed->occasion, fixed->occasion.occurrence, at_us);
	}
}

/* All that there is of a key between the two instants. A snooze silences what is before it. */
static void search_key(struct search *search, const char *key)
{
	const struct plan *plan = search->plan;
	bool snooze = strcmp(key, SNOOZE) == 0;

	search->best_us = INT64_MAX;
	search->mark = search->out != NULL ? search->out->count : 0;
	if (plan->silent)
		return;
	if (snooze && plan->snoozed_us != NEVER)
		consider(search, key, &plan->lead, plan->lead.occurrence, plan->snoozed_us);
	if (snooze)
		return;
	if (search->after_us < plan->snoozed_us)
		search->after_us = plan->snoozed_us;
	search_fixed(search, key);
	search->spec = find_spec(&plan->specs, key);
	if (search->spec == NULL)
		return;
	if (search->spec->point == AT)
		consider(search, key, &plan->lead, "", search->spec->at_us);
	search_series(search);
}

void plan_next(const struct plan *plan, const char *key, int64_t after_us, struct reminders *out)
{
	struct search search = {.plan = plan, .after_us = after_us, .upto_us = INT64_MAX, .out = out};

	search_key(&search, key);
}

uint64_t plan_count(const struct plan *plan, const char *key, int64_t after_us, int64_t upto_us)
{
	struct search search = {.plan = plan, .after_us = after_us, .upto_us = upto_us};

	search_key(&search, key);
	return search.count;
}

/* Whether the thing, as it is now, has this reminder. */
static bool still_has(const struct plan *plan, const struct reminder *reminder)
{
	struct reminders found = {0};

	plan_next(plan, reminder->key, reminder->at_us - 1, &found);
	for (size_t i = 0; i < found.count; i++)
		if (found.items[i].at_us == reminder->at_us &&
		    strcmp(found.items[i].occurrence, reminder->occurrence) == 0)
			return true;
	return false;
}

void plan_reminders(const struct plan *plan, int64_t after_us, const struct reminders *waiting,
		    const struct reminders *said, struct reminders *out)
{
	for (size_t i = 0; i < plan->key_count; i++) {
		int64_t from_us = after_us;

		for (size_t j = 0; j < said->count; j++)
			if (said->items[j].at_us > from_us && strcmp(said->items[j].key, plan->keys[i]) == 0)
				from_us = said->items[j].at_us;

		for (size_t j = 0; j < waiting->count; j++)
			if (waiting->items[j].at_us <= from_us && strcmp(waiting->items[j].key, plan->keys[i]) == 0 &&
			    still_has(plan, &waiting->items[j]))
				from_us = waiting->items[j].at_us - 1;
		plan_next(plan, plan->keys[i], from_us, out);
	}
}
