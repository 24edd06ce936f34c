/*
 * problem: every way a request can be refused, from one file.
 *
 * problems.def is the list; it becomes this enum, the table behind it, and the error pages that the web server itself
 * answers with. An answer is application/problem+json (RFC 9457) with `code` and `request_id`, and for 422 `errors`:
 * one {pointer (RFC 6901), code, detail} for each bad field.
 */
#ifndef AURORA_HTTP_PROBLEM_H
#define AURORA_HTTP_PROBLEM_H

struct json_writer;
struct request;

enum problem {
#define PROBLEM(name, status, code, title) PROBLEM_##name,
#include "problems.def"
#undef PROBLEM
	PROBLEM_COUNT
};

struct problem_kind {
	const char *name; /* the enum's name without its prefix */
	int status;
	const char *code;
	const char *title;
};

extern const struct problem_kind problem_kinds[PROBLEM_COUNT];

/*
 * Answer the request with this problem; what was written so far is dropped. `detail` says what to do, or is NULL for
 * the title alone. Returns 0, so that a handler ends with `return problem(req, PROBLEM_NOT_FOUND, "no such thought");`.
 */
int problem(struct request *req, enum problem kind, const char *detail, ...) __attribute__((format(printf, 3, 4)));

/*
 * Note one bad field; `pointer` is an RFC 6901 pointer ("/tags/2"), `code` a word ("too_long"). Any number may be
 * noted; problem_invalid then answers 422 with all of them.
 */
void problem_field(struct request *req, const char *pointer, const char *code, const char *detail, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * The same in two steps, for a problem with members of its own: write them to the returned writer, then call
 * problem_close. Returns 0 from there.
 */
struct json_writer *problem_open(struct request *req, enum problem kind, const char *detail);
int problem_close(struct request *req);

/* How many bad fields were noted. */
unsigned problem_fields(const struct request *req);

/* Write the noted fields as an array of {pointer, code, detail} (NULL: do not write), and forget them: what is noted
 * next is about something else. */
void problem_fields_take(struct request *req, struct json_writer *w);

/* 422 invalid with all noted fields. Returns 0. */
int problem_invalid(struct request *req);

#endif
