/*
 * dispatch: from a request to its handler, with everything the route's table row asks for.
 */
#ifndef AURORA_AURORA_DISPATCH_H
#define AURORA_AURORA_DISPATCH_H

#include <stdbool.h>

struct request;

/*
 * When the web server itself has refused a request, it passes it on as its error handler's, with the status in
 * REDIRECT_STATUS: answer that as a problem like any other, with a request id. False for ordinary requests.
 */
bool dispatch_refused(struct request *req);

/*
 * Find the route, check who asks, limits, scope, body and fields, then run the handler. In this order it may end with
 * 404, 405, 401, 429, 403, 413, 415, 400, 422. The answer is in req->res, not yet sent.
 */
void dispatch(struct request *req);

/* For a request that request_init has answered with a problem: it counts against its address. */
void dispatch_unintelligible(struct request *req);

/* The access line: route, status, bytes, duration, user; never the query or a body. */
void dispatch_log(const struct request *req);

#endif
