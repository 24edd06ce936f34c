/*
 * route: the table of what a function answers, and what each answer needs.
 *
 * The dispatcher (shared/aurora/service.c) enforces a route's needs before its handler runs; a handler never repeats
 * them. Paths are literal segments and ":name" parameters ("/api/thoughts/:id/tags/:tag"). Of the patterns that fit a
 * path only the best counts, whatever their order in the table and their methods: a literal segment beats a parameter,
 * leftmost first.
 */
#ifndef AURORA_HTTP_ROUTE_H
#define AURORA_HTTP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

struct field;
struct request;

enum route_need {
	NEED_USER = 1 << 0,     /* an access token or a personal access token with the scope */
	NEED_SESSION = 1 << 1,  /* an access token of a session; a personal access token is 403 */
	IDEMPOTENT = 1 << 2,    /* honours Idempotency-Key: the handler runs in a transaction with the stored answer */
	SECRET = 1 << 3,        /* the answer holds a token: no-store, and sealed where an answer is kept */
	MERGE = 1 << 4,         /* PATCH: takes application/merge-patch+json too, fields decoded as FIELDS_MERGE */
	REPLACE = 1 << 5,       /* PUT: fields decoded as FIELDS_REPLACE */
	BODY_STREAM = 1 << 6,   /* the handler reads the body itself; import_limit instead of body_limit */
	BODY_OPTIONAL = 1 << 7, /* an absent body is an empty object */
	BODY_LARGE = 1 << 9,    /* holds a text of up to a MiB, escaped: 4 MiB, where body_limit is less */
	BODY_FILE = 1 << 10,    /* as BODY_STREAM, up to attachment_limit */
	READS = 1 << 8,         /* for scopes: reads, whatever the method */
};

struct route {
	const char *method;
	const char *path;
	int (*handler)(struct request *req);
	unsigned needs;
	const struct field *fields; /* of the JSON body; NULL when there is none */
	const char *limit;          /* rate-limit class beside the usual one, NULL for none */
	const char *query;          /* names of its query parameters, space-separated, for --describe */
	const char *summary;        /* one line for --describe: what it does */
	const struct field
		*answer; /* fields of the thing it answers with, for --describe; NULL when it has a shape of its own */
};

#define ROUTE_END                                                                                                      \
	{                                                                                                              \
		.method = NULL                                                                                         \
	}

/*
 * The route for a method and decoded path; the path's parameters are set in the request. NULL when none: *path_known
 * tells 404 from 405, and `allow` (at least 96 bytes) gets the methods there are.
 */
const struct route *route_find(const struct route *routes, struct request *req, bool *path_known, char *allow,
			       size_t allow_size);

#endif
