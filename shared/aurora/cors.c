#include "aurora/cors.h"

#include <string.h>

#include "aurora/params.h"
#include "http/request.h"

/* What a page may read beside the few headers that every page may. */
#define EXPOSED                                                                                                        \
	"API-Version, Content-Disposition, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, "  \
	"Retry-After, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"

/* What it may send. */
#define ACCEPTED "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id, traceparent"

/* The caller's origin, when it is listed. */
static const char *listed_origin(const struct request *req)
{
	const char *origin = request_header(req, "Origin");
	const char *at = params.cors_origins;
	size_t len = origin != NULL ? strlen(origin) : 0;

	if (len == 0 || strcmp(at, "*") == 0)
		return len > 0 ? "*" : NULL;
	while (*at != '\0') {
		size_t word = strcspn(at, " ");

		if (word == len && strncmp(at, origin, len) == 0)
			return origin;
		at += word + strspn(at + word, " ");
	}
	return NULL;
}

void cors_open(struct request *req)
{
	const char *origin;

	if (*params.cors_origins == '\0')
		return;
	/* What a cache keeps for one origin is not for another. */
	response_header(req, "Vary", "Origin");
	origin = listed_origin(req);
	if (origin == NULL)
		return;
	response_header(req, "Access-Control-Allow-Origin", "%s", origin);
	response_header(req, "Access-Control-Expose-Headers", EXPOSED);
}

void cors_preflight(struct request *req, const char *methods)
{
	if (*params.cors_origins == '\0' || listed_origin(req) == NULL)
		return;
	response_header(req, "Access-Control-Allow-Methods", "%s", methods);
	response_header(req, "Access-Control-Allow-Headers", ACCEPTED);
	response_header(req, "Access-Control-Max-Age", "600");
}
