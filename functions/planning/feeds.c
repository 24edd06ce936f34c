/*
 * Feeds: addresses at which a calendar program reads what is planned, without signing in. The address is the secret:
 * its token is told once, and only its hash is kept.
 */
#include <string.h>

#include <json-c/json.h>

#include "aurora/params.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/field.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/crypto.h"
#include "util/json.h"

#include "planning.h"
#include "store.h"

#define SUFFIX ".ics"

/* GET /api/calendar/feeds: 200 with a page, newest first. */
int get_feeds(struct request *req)
{
	struct page page;
	struct result *feeds, *count = NULL;

	if (!page_read(req, &page, 1))
		return 0;
	feeds = store_feeds(req, &page);
	if (feeds == NULL || (page.count && (count = store_feed_count(req)) == NULL))
		return problem_database(req);
	return respond_list(req, &page, feed_fields, feeds, (const char *const[]){"id", NULL},
			    page.count ? result_text(count, 0, 0) : NULL);
}

/* The feed with its token and address, which are told now and never again. */
static int answer_with_token(struct request *req, int status, const struct result *feed, const char *token)
{
	response_etag(req, result_get(feed, 0, "version"));
	thing_encode(response_json(req, status), feed_fields, feed, 0);
	/* Two members more, in front of the object's end. */
	req->res.body.data[--req->res.body.len] = '\0';
	buf_printf(&req->res.body, ",\"token\":\"%s\",\"url\":\"%s/api/calendar/feed/%s" SUFFIX "\"}", token,
		   params.origin, token);
	return 0;
}

/* POST /api/calendar/feeds: 201 with its token and address; 409 when the id is taken; 422. */
int post_feed(struct request *req)
{
	const char *id = request_new_id(req);
	const char *token = token_new(req->arena);
	struct result *feed;

	feed = store_feed_create(req, id, value_text(req->values, "name"), value_text(req->values, "mode"),
				 value_text(req->values, "category_id"), token_hash(req->arena, token));
	if (feed == NULL)
		return planning_failed(req);
	if (result_rows(feed) == 0)
		return problem(req, PROBLEM_ID_CONFLICT, NULL);
	response_location(req, "/api/calendar/feeds/%s", id);
	return answer_with_token(req, 201, feed, token);
}

static struct result *read_feed(struct request *req, void *ctx)
{
	return store_feed(req, ctx);
}

static const struct thing the_feed = {.fields = feed_fields, .absent = "no such feed", .read = read_feed};

/* POST /api/calendar/feeds/:id/rotate: 200 with a new token and address; the old one is gone; 404; 412. */
int post_feed_rotate(struct request *req)
{
	const char *id = request_id_param(req, "id");
	const char *token = token_new(req->arena);
	struct result *feed;

	if (id == NULL)
		return 0;
	feed = store_feed_rotate(req, id, token_hash(req->arena, token), request_if_match(req));
	if (feed == NULL)
		return problem_database(req);
	if (result_rows(feed) > 0)
		return answer_with_token(req, 200, feed, token);
	feed = store_feed(req, id);
	if (feed == NULL)
		return problem_database(req);
	return result_rows(feed) > 0 ? respond_mismatch(req, feed_fields, feed)
				     : problem(req, PROBLEM_NOT_FOUND, "%s", the_feed.absent);
}

static struct result *take_feed(struct request *req, const char *version, void *ctx)
{
	return store_feed_delete(req, ctx, version);
}

/* DELETE /api/calendar/feeds/:id: 204; 404; 412. Its address opens nothing any more. */
int delete_feed(struct request *req)
{
	const char *id = request_id_param(req, "id");

	return id != NULL ? thing_delete(req, &the_feed, take_feed, (void *)(uintptr_t)id) : 0;
}

/* The token in "<token>.ics"; NULL for anything else. */
static const char *token_param(struct request *req)
{
	const char *file = request_param(req, "token");
	size_t len = strlen(file);

	if (len <= strlen(SUFFIX) || strcmp(file + len - strlen(SUFFIX), SUFFIX) != 0)
		return NULL;
	return arena_strndup(req->arena, file, len - strlen(SUFFIX));
}

/* GET /api/calendar/feed/:token: 200 with iCalendar for whoever has the address; 304; 404. */
int get_feed(struct request *req)
{
	const char *token = token_param(req);
	struct result *feed = token != NULL ? store_feed_open(req, token_hash(req->arena, token)) : NULL;

	if (token != NULL && feed == NULL)
		return problem_database(req);
	if (token == NULL || result_rows(feed) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such feed");
	return calendar_write(req, result_get(feed, 0, "user_id"), result_get(feed, 0, "category_id"),
			      result_get(feed, 0, "name"), strcmp(result_get(feed, 0, "mode"), "busy") == 0);
}

const struct field feed_fields[] = {
	THING_ID,
	{.name = "name",
	 .type = FIELD_LINE,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = NAME_MAX,
	 .help = "what the calendar is called"},
	{.name = "mode",
	 .type = FIELD_ENUM,
	 .choices = "full|busy",
	 .initial = "full",
	 .help = "full: everything; busy: when, and not what"},
	{.name = "category_id", .type = FIELD_UUID, .flags = FIELD_NULLABLE, .help = "what is in this category alone"},
	{.name = "last_used_at",
	 .type = FIELD_INSTANT,
	 .flags = FIELD_READ_ONLY,
	 .help = "when a program last read it, to the minute"},
	{.name = "created_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it was made"},
	{.name = "updated_at", .type = FIELD_INSTANT, .flags = FIELD_READ_ONLY, .help = "when it got its token"},
	{.name = "version", .type = FIELD_INT, .flags = FIELD_READ_ONLY, .help = "counts its tokens; the ETag"},
	FIELD_END,
};
