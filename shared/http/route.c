#include "http/route.h"

#include <stdio.h>
#include <string.h>

#include "http/request.h"
#include "util/arena.h"

#define SEGMENTS_MAX 16

struct segment {
	const char *text;
	size_t len;
};

static size_t split(const char *path, struct segment segments[SEGMENTS_MAX])
{
	size_t count = 0;

	while (*path == '/' && count < SEGMENTS_MAX) {
		path++;
		segments[count].text = path;
		segments[count].len = strcspn(path, "/");
		path += segments[count++].len;
	}
	return *path == '\0' ? count : 0;
}

/* How well a pattern fits: -1 not at all, else a number whose bits, most significant first, are set for literals. */
static int fit(const char *pattern, const struct segment *segments, size_t count)
{
	int score = 0;

	for (const struct segment *segment = segments; segment < segments + count; segment++) {
		bool literal;

		if (*pattern++ != '/')
			return -1;
		literal = *pattern != ':';
		if (literal ? strncmp(pattern, segment->text, segment->len) != 0 : segment->len == 0)
			return -1;
		pattern += literal ? segment->len : strcspn(pattern, "/");
		score = score << 1 | (literal ? 1 : 0);
	}
	return *pattern == '\0' ? score : -1;
}

static bool take_params(struct request *req, const char *pattern, const struct segment *segments, size_t count)
{
	struct segment wanted[SEGMENTS_MAX];

	split(pattern, wanted);
	req->params = arena_alloc(req->arena, count * sizeof(*req->params));
	req->param_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct query_item *item = &req->params[req->param_count];

		if (wanted[i].text[0] != ':')
			continue;
		item->name = arena_strndup(req->arena, wanted[i].text + 1, wanted[i].len - 1);
		item->value = percent_decode(req->arena, segments[i].text, segments[i].len, false);
		if (item->value == NULL)
			return false;
		req->param_count++;
	}
	return true;
}

static void add_method(char *allow, size_t size, const char *method)
{
	size_t len = strlen(allow);

	if (strstr(allow, method) == NULL)
		snprintf(allow + len, size - len, "%s%s", len > 0 ? ", " : "", method);
}

/* The methods of those routes that fit a path as well as any does. */
static void methods_of(const struct route *routes, const struct segment *segments, size_t count, int best_fit,
		       char *allow, size_t size)
{
	for (const struct route *route = routes; route->method != NULL; route++) {
		if (fit(route->path, segments, count) != best_fit)
			continue;
		add_method(allow, size, route->method);
		if (strcmp(route->method, "GET") == 0)
			add_method(allow, size, "HEAD");
	}
}

const struct route *route_find(const struct route *routes, struct request *req, bool *path_known, char *allow,
			       size_t allow_size)
{
	struct segment segments[SEGMENTS_MAX];
	size_t count = split(req->path, segments);
	const struct route *best = NULL;
	int best_fit = -1;

	*path_known = false;
	allow[0] = '\0';
	if (count == 0)
		return NULL;
	for (const struct route *route = routes; route->method != NULL; route++) {
		int score = fit(route->path, segments, count);

		/* A path belongs to the pattern that fits best, whatever methods others take. */
		if (score > best_fit) {
			best = NULL;
			best_fit = score;
		}
		if (score == best_fit && score >= 0 && best == NULL && strcmp(route->method, req->method) == 0)
			best = route;
	}
	if (best_fit < 0)
		return NULL;
	*path_known = best == NULL || take_params(req, best->path, segments, count);
	if (best == NULL)
		methods_of(routes, segments, count, best_fit, allow, allow_size);
	return *path_known ? best : NULL;
}
