#include "http/field.h"

#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/log.h"
#include "util/utf8.h"
#include "util/uuid.h"

#define EMAIL_MAX     254 /* RFC 5321, 4.5.3.1.3, without the brackets */
#define NUMBER_LENGTH 1000
#define NUMBER_MAX    1e15 /* whole numbers up to here are exact in a double */
#define LOCAL_MAX     64   /* 4.5.3.1.1 */

/* Where a check stands: what it checks and what to call it in a fault. */
struct check {
	struct request *req;
	const struct field *field;
	struct json_object *json;
	const char *pointer;
};

static const char *fault(const struct check *c, const char *code, const char *detail)
{
	problem_field(c->req, c->pointer, code, "%s", detail);
	return NULL;
}

static bool has_control(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return true;
	return false;
}

static const char *string_of(const struct check *c, size_t *len)
{
	if (!json_object_is_type(c->json, json_type_string))
		return fault(c, "wrong_type", "must be a string");
	*len = (size_t)json_object_get_string_len(c->json);
	return json_object_get_string(c->json);
}

/* A length against limits, in a unit's name (one of it). */
static bool length_ok(const struct check *c, size_t length, long min, long max, const char *unit)
{
	if ((long)length < min)
		problem_field(c->req, c->pointer, length == 0 ? "required" : "too_short", "must have at least %ld %s%s",
			      min, unit, min == 1 ? "" : "s");
	else if (max > 0 && (long)length > max)
		problem_field(c->req, c->pointer, "too_long", "may have at most %ld %s%s", max, unit,
			      max == 1 ? "" : "s");
	else
		return true;
	return false;
}

static const char *check_text(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);

	if (text == NULL || !length_ok(c, utf8_length(text, len), c->field->min, c->field->max, "character"))
		return NULL;
	if (c->field->min > 0 && utf8_is_blank(text, len))
		return fault(c, "required", "must not be blank");
	if (c->field->type == FIELD_LINE && has_control(text, len))
		return fault(c, "invalid", "must be one line without control characters");
	return text;
}

static const char *check_int(const struct check *c)
{
	int64_t value;

	if (!json_object_is_type(c->json, json_type_int))
		return fault(c, "wrong_type", "must be a whole number");
	value = json_object_get_int64(c->json);
	if (value < c->field->min || value > c->field->max) {
		problem_field(c->req, c->pointer, "out_of_range", "must be %ld to %ld", c->field->min, c->field->max);
		return NULL;
	}
	return arena_printf(c->req->arena, "%lld", (long long)value);
}

static const char *check_number(const struct check *c)
{
	const char *text;

	if (!json_object_is_type(c->json, json_type_int) && !json_object_is_type(c->json, json_type_double))
		return fault(c, "wrong_type", "must be a number");
	if (!(json_object_get_double(c->json) > -NUMBER_MAX && json_object_get_double(c->json) < NUMBER_MAX)) {
		problem_field(c->req, c->pointer, "out_of_range", "must be between %.0f and %.0f", -NUMBER_MAX,
			      NUMBER_MAX);
		return NULL;
	}
	text = json_object_to_json_string_ext(c->json, JSON_C_TO_STRING_PLAIN);
	/* What is written with an exponent may have any number of digits once it is written out. */
	if (strlen(text) > NUMBER_LENGTH ||
	    (strpbrk(text, "eE") != NULL && fabs(json_object_get_double(c->json)) < 1 / NUMBER_MAX))
		return fault(c, "out_of_range", "has too many digits");
	return text;
}

static const char *check_bool(const struct check *c)
{
	if (!json_object_is_type(c->json, json_type_boolean))
		return fault(c, "wrong_type", "must be true or false");
	return json_object_get_boolean(c->json) ? "t" : "f";
}

static const char *check_uuid(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);

	if (text == NULL)
		return NULL;
	if (!uuid_valid(text))
		return fault(c, "invalid", "must be a UUID in lower case");
	if ((c->field->flags & FIELD_CREATE_ONLY) != 0 && !uuid_valid_v7(text))
		return fault(c, "invalid", "must be a UUIDv7");
	return text;
}

static const char *check_instant(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);
	char instant[INSTANT_TEXT];
	int64_t us;

	if (text == NULL)
		return NULL;
	if (!instant_parse(text, &us))
		return fault(c, "invalid", "must be an RFC 3339 instant, like 2026-03-29T07:00:00Z");
	instant_format(instant, us);
	return arena_strdup(c->req->arena, instant);
}

static const char *check_date(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);

	if (text != NULL && !date_valid(text))
		return fault(c, "invalid", "must be a date that exists, YYYY-MM-DD");
	return text;
}

static const char *check_zone(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);

	if (text != NULL && !time_zone_valid(text))
		return fault(c, "invalid", "must be an IANA time zone, like Europe/Berlin");
	return text;
}

/* A Mailbox in the sense of RFC 5321, without quoted strings and address literals, which nobody's mail uses. */
static bool email_ok(const char *text, size_t len)
{
	const char *at = strrchr(text, '@');
	const char *dot;

	if (len > EMAIL_MAX || at == NULL || at == text || at - text > LOCAL_MAX || has_control(text, len))
		return false;
	if (strpbrk(text, " \"(),:;<>[\\]") != NULL || memchr(text, '@', (size_t)(at - text)) != NULL)
		return false;
	if (text[0] == '.' || at[-1] == '.' || strstr(text, "..") != NULL)
		return false;
	dot = strchr(at, '.');
	return dot != NULL && dot > at + 1 && text[len - 1] != '.' && at[1] != '-';
}

static const char *check_email(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);

	if (text != NULL && !email_ok(text, len))
		return fault(c, "invalid", "must be a mail address");
	return text;
}

static const char *check_password(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);

	return text != NULL && length_ok(c, len, c->field->min, c->field->max, "byte") ? text : NULL;
}

static const char *check_enum(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);

	if (text == NULL)
		return NULL;
	for (const char *p = c->field->choices;; p++) {
		size_t n = strcspn(p, "|");

		if (n == len && memcmp(p, text, n) == 0)
			return text;
		p += n;
		if (*p == '\0')
			break;
	}
	problem_field(c->req, c->pointer, "not_allowed", "must be one of %s", c->field->choices);
	return NULL;
}

static const char *check_item(const struct check *c)
{
	size_t len;
	const char *text = string_of(c, &len);

	if (text == NULL || !length_ok(c, utf8_length(text, len), 1, c->field->item_max, "character"))
		return NULL;
	if (has_control(text, len))
		return fault(c, "invalid", "must be one line without control characters");
	if (c->field->check_item != NULL)
		c->field->check_item(c->req, c->pointer, c->json);
	return text;
}

static const char *check_texts(const struct check *c)
{
	struct arena *arena = c->req->arena;
	const char **items;
	size_t count;
	bool ok;

	if (!json_object_is_type(c->json, json_type_array))
		return fault(c, "wrong_type", "must be an array of strings");
	count = json_object_array_length(c->json);
	ok = length_ok(c, count, c->field->min, c->field->max, "item");
	items = arena_alloc(arena, (count + 1) * sizeof(*items));
	for (size_t i = 0; i < count; i++) {
		struct check item = *c;

		item.json = json_object_array_get_idx(c->json, i);
		item.pointer = arena_printf(arena, "%s/%zu", c->pointer, i);
		items[i] = check_item(&item);
		ok = items[i] != NULL && ok;
	}
	return ok ? array_literal(arena, items, count) : NULL;
}

static const char *check_json(const struct check *c)
{
	return json_object_to_json_string_ext(c->json, JSON_C_TO_STRING_PLAIN);
}

/* What --describe and the documents call a type, its format there, and its check; indexed by enum field_type. */
static const struct {
	const char *name;
	const char *format;
	const char *(*check)(const struct check *c);
} types[] = {
	[FIELD_TEXT] = {"string", NULL, check_text},
	[FIELD_LINE] = {"string", "line", check_text},
	[FIELD_INT] = {"integer", NULL, check_int},
	[FIELD_NUMBER] = {"number", NULL, check_number},
	[FIELD_BOOL] = {"boolean", NULL, check_bool},
	[FIELD_UUID] = {"string", "uuid", check_uuid},
	[FIELD_INSTANT] = {"string", "date-time", check_instant},
	[FIELD_DATE] = {"string", "date", check_date},
	[FIELD_ZONE] = {"string", "time-zone", check_zone},
	[FIELD_EMAIL] = {"string", "email", check_email},
	[FIELD_PASSWORD] = {"string", "password", check_password},
	[FIELD_ENUM] = {"string", NULL, check_enum},
	[FIELD_TEXTS] = {"array", NULL, check_texts},
	[FIELD_JSON] = {"any", NULL, check_json},
};

const char *field_pointer(struct arena *arena, const char *name)
{
	char *out = arena_alloc(arena, 2 * strlen(name) + 2);
	char *p = out;

	*p++ = '/';
	for (; *name != '\0'; name++) {
		if (*name == '~' || *name == '/') {
			*p++ = '~';
			*p++ = *name == '~' ? '0' : '1';
		} else {
			*p++ = *name;
		}
	}
	return out;
}

static const struct field *field_named(const struct field *fields, const char *name, size_t *index)
{
	for (size_t i = 0; fields[i].name != NULL; i++) {
		if (strcmp(fields[i].name, name) == 0) {
			*index = i;
			return &fields[i];
		}
	}
	return NULL;
}

static void decode_absent(struct request *req, const struct field *field, enum field_mode mode, struct value *value)
{
	if (mode == FIELDS_MERGE)
		return;
	if (mode == FIELDS_REPLACE && (field->flags & FIELD_CREATE_ONLY) != 0)
		return;
	if ((field->flags & FIELD_REQUIRED) != 0)
		problem_field(req, field_pointer(req->arena, field->name), "required", "must be given");
	else
		value->text = field->initial;
}

/* A list whose items are to blame has faults of its own as well; one that is too long is not looked at any further. */
static bool checkable(const struct check *c, const struct value *value)
{
	size_t count;

	if (value->text != NULL)
		return true;
	if (c->field->type != FIELD_TEXTS || !json_object_is_type(c->json, json_type_array))
		return false;
	count = json_object_array_length(c->json);
	return (long)count >= c->field->min && (c->field->max == 0 || (long)count <= c->field->max);
}

static void decode_one(struct request *req, const struct field *field, struct json_object *json, enum field_mode mode,
		       struct value *value)
{
	struct check c = {.req = req, .field = field, .json = json, .pointer = field_pointer(req->arena, field->name)};

	if ((field->flags & FIELD_READ_ONLY) != 0) {
		if (mode == FIELDS_CREATE)
			fault(&c, "read_only", "is set by the server");
		return;
	}
	if (mode != FIELDS_CREATE && (field->flags & FIELD_CREATE_ONLY) != 0)
		return;
	value->present = true;
	value->json = json;
	if (json != NULL) {
		value->text = types[field->type].check(&c);
		if (field->check != NULL && checkable(&c, value))
			field->check(req, c.pointer, json);
	} else if ((field->flags & FIELD_NULLABLE) != 0) {
		value->text = NULL;
	} else if (mode == FIELDS_MERGE && (field->flags & FIELD_REQUIRED) == 0) {
		value->text = field->initial;
	} else {
		fault(&c, "wrong_type", "must not be null");
	}
}

struct values *fields_decode(struct request *req, const struct field *fields, enum field_mode mode)
{
	struct values *values = arena_alloc(req->arena, sizeof(*values));
	size_t count = 0;
	bool *seen;

	if (!json_object_is_type(req->json, json_type_object)) {
		problem_field(req, "", "wrong_type", "the body must be a JSON object");
		problem_invalid(req);
		return NULL;
	}
	while (fields[count].name != NULL)
		count++;
	values->fields = fields;
	values->items = arena_alloc(req->arena, (count + 1) * sizeof(*values->items));
	seen = arena_alloc(req->arena, count + 1);
	json_object_object_foreach(req->json, name, json)
	{
		size_t i;
		const struct field *field = field_named(fields, name, &i);

		if (field == NULL) {
			problem_field(req, field_pointer(req->arena, name), "unknown_field", "there is no such field");
			continue;
		}
		seen[i] = true;
		decode_one(req, field, json, mode, &values->items[i]);
	}
	for (size_t i = 0; i < count; i++)
		if (!seen[i] && (fields[i].flags & FIELD_READ_ONLY) == 0)
			decode_absent(req, &fields[i], mode, &values->items[i]);
	if (problem_fields(req) > 0) {
		problem_invalid(req);
		return NULL;
	}
	return values;
}

static struct value *value_of(const struct values *values, const char *name)
{
	size_t i;

	if (field_named(values->fields, name, &i) == NULL)
		bug("no field %s", name);
	return &values->items[i];
}

const char *value_text(const struct values *values, const char *name)
{
	return value_of(values, name)->text;
}

bool value_present(const struct values *values, const char *name)
{
	return value_of(values, name)->present;
}

struct json_object *value_json(const struct values *values, const char *name)
{
	return value_of(values, name)->json;
}

void value_set(struct values *values, const char *name, const char *text)
{
	value_of(values, name)->text = text;
}

/* The next element of a one-dimensional array literal at *p, unescaped into out; its length, or -1 at the end. */
static ssize_t next_element(const char **p, char *out)
{
	const char *s = *p;
	ssize_t n = 0;

	if (*s == '{' || *s == ',')
		s++;
	if (*s == '}' || *s == '\0')
		return -1;
	if (*s == '"') {
		for (s++; *s != '"' && *s != '\0'; s++) {
			if (*s == '\\' && s[1] != '\0')
				s++;
			out[n++] = *s;
		}
		s += *s == '"';
	} else {
		while (*s != ',' && *s != '}' && *s != '\0')
			out[n++] = *s++;
	}
	out[n] = '\0';
	*p = s;
	return n;
}

static void encode_array(struct json_writer *w, const char *literal, size_t len)
{
	char small[512];
	char *item = len < sizeof(small) ? small : xmalloc(len + 1);
	ssize_t n;

	json_begin_array(w);
	while ((n = next_element(&literal, item)) >= 0)
		json_stringn(w, item, (size_t)n);
	json_end_array(w);
	if (item != small)
		free(item);
}

/* "2026-01-02 03:04:05.123+00" as RFC 3339; sessions run in UTC. */
static void encode_instant(struct json_writer *w, const char *text, size_t len)
{
	char out[64];

	if (len < 22 || len >= sizeof(out) || text[10] != ' ' || memcmp(text + len - 3, "+00", 3) != 0)
		bug("not a timestamptz in UTC: %s", text);
	memcpy(out, text, len - 3);
	out[10] = 'T';
	out[len - 3] = 'Z';
	json_stringn(w, out, len - 2);
}

void field_encode(struct json_writer *w, const struct field *field, const char *text, size_t len)
{
	if (text == NULL) {
		json_null(w);
		return;
	}
	switch (field->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
	case FIELD_JSON:
		json_raw(w, text);
		break;
	case FIELD_BOOL:
		json_boolean(w, text[0] == 't');
		break;
	case FIELD_INSTANT:
		encode_instant(w, text, len);
		break;
	case FIELD_TEXTS:
		encode_array(w, text, len);
		break;
	default:
		json_stringn(w, text, len);
	}
}

void fields_describe(struct json_writer *w, const struct field *fields)
{
	json_begin_array(w);
	for (const struct field *f = fields; f->name != NULL; f++) {
		json_begin_object(w);
		json_member_string(w, "name", f->name);
		json_member_string(w, "type", types[f->type].name);
		if (types[f->type].format != NULL)
			json_member_string(w, "format", types[f->type].format);
		json_member_bool(w, "required", (f->flags & FIELD_REQUIRED) != 0);
		json_member_bool(w, "read_only", (f->flags & FIELD_READ_ONLY) != 0);
		json_member_bool(w, "write_only", (f->flags & FIELD_WRITE_ONLY) != 0);
		json_member_bool(w, "create_only", (f->flags & FIELD_CREATE_ONLY) != 0);
		json_member_bool(w, "nullable", (f->flags & FIELD_NULLABLE) != 0);
		if (f->min != 0 || f->max != 0) {
			json_member_int(w, "min", f->min);
			json_member_int(w, "max", f->max);
		}
		if (f->item_max != 0)
			json_member_int(w, "item_max", f->item_max);
		if (f->choices != NULL)
			json_member_string(w, "choices", f->choices);
		json_member_string(w, "help", f->help);
		json_end_object(w);
	}
	json_end_array(w);
}

char *array_literal(struct arena *arena, const char *const *items, size_t count)
{
	size_t size = 3;
	char *out;
	char *p;

	for (size_t i = 0; i < count; i++)
		size += 2 * strlen(items[i]) + 3;
	p = out = arena_alloc(arena, size);
	*p++ = '{';
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			*p++ = ',';
		*p++ = '"';
		for (const char *s = items[i]; *s != '\0'; s++) {
			if (*s == '"' || *s == '\\')
				*p++ = '\\';
			*p++ = *s;
		}
		*p++ = '"';
	}
	*p++ = '}';
	return out;
}

char **array_items(struct arena *arena, const char *literal, size_t *count)
{
	size_t len = strlen(literal);
	char *item = arena_alloc(arena, len + 1);
	size_t most = 1;
	char **items;
	ssize_t n;

	for (const char *s = literal; *s != '\0'; s++)
		most += *s == ',';
	items = arena_alloc(arena, (most + 1) * sizeof(*items));
	*count = 0;
	while ((n = next_element(&literal, item)) >= 0)
		items[(*count)++] = arena_strndup(arena, item, (size_t)n);
	return items;
}
