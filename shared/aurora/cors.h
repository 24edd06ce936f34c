/*
 * cors: which pages of other origins may call from a browser (the Fetch standard's CORS protocol, 3.2).
 *
 * The parameter `cors_origins` lists them. A call carries its token in a header, which a page has to have been given;
 * cookies are never let through.
 */
#ifndef AURORA_AURORA_CORS_H
#define AURORA_AURORA_CORS_H

struct request;

/* Let the page that calls read the answer, where its origin is listed. Before anything is answered. */
void cors_open(struct request *req);

/* Answer of an OPTIONS request: which methods (a list as in Allow) and headers such a page may use. */
void cors_preflight(struct request *req, const char *methods);

#endif
