/*
 * Public pages: a journal to read for whoever has the link, and its password where it has one.
 *
 * Who has given the password gets a cookie for the page's path, which holds for twelve hours and for no other password:
 * it is the link and its password's hash under a key of the house. Pages hold no script and load nothing from
 * elsewhere; the Markdown is rendered in safe mode.
 */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "aurora/auth.h"
#include "aurora/limit.h"
#include "aurora/params.h"
#include "aurora/password.h"
#include "aurora/service.h"
#include "aurora/thing.h"
#include "db/db.h"
#include "http/problem.h"
#include "http/request.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/crypto.h"
#include "util/json.h"
#include "util/uuid.h"

#include "attachments.h"
#include "html.h"
#include "journals.h"
#include "store.h"

#define COOKIE   "aurora_page"
#define COOKIE_S 43200
#define CSP                                                                                                            \
	"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "           \
	"base-uri 'none'"
#define BY_PASSWORD "This journal is shared with a password."
#define FORM_MAX    4096
#define PAGE_LENGTH 50

/* `streamed`: it may be of any length. */
static struct buf *begin_page(struct request *req, int status, const char *language, const char *title, bool streamed)
{
	static const char type[] = "text/html; charset=utf-8";
	struct buf *out;

	req->res.csp = CSP;
	response_header(req, "X-Robots-Tag", "noindex, nofollow");
	out = streamed ? response_stream(req, status, type) : response_body(req, status, type);
	html_begin(out, language, title);
	buf_adds(out, "<link rel=\"stylesheet\" href=\"/style.css\">\n");
	html_main(out);
	return out;
}

static int end_page(struct buf *out)
{
	html_end(out);
	return 0;
}

/* A browser asks for a page; for a script, what cannot be shown is a problem like everywhere. */
static bool wants_page(const struct request *req)
{
	const char *accept = request_header(req, "Accept");

	return accept != NULL && strstr(accept, "text/html") != NULL;
}

/* A page that only says something. */
static int say(struct request *req, enum problem kind, const char *title, const char *text)
{
	struct buf *out;

	if (!wants_page(req))
		return problem(req, kind, "%s", text);
	out = begin_page(req, problem_kinds[kind].status, "en", title, false);
	buf_printf(out, "<h1>%s</h1>\n<p>%s</p>\n", title, text);
	return end_page(out);
}

/* Ask for the password; `wrong`: once more. */
static int ask(struct request *req, enum problem kind, const char *name, const char *what)
{
	struct buf *out;

	if (!wants_page(req))
		return problem(req, kind, "%s", what);
	out = begin_page(req, problem_kinds[kind].status, "en", name, false);
	buf_adds(out, "<h1>");
	buf_add_html(out, name);
	buf_printf(out,
		   "</h1>\n<p>%s</p>\n<form method=\"post\">\n<label>Password\n"
		   "<input type=\"password\" name=\"password\" autocomplete=\"off\" required autofocus></label>\n"
		   "<button>Read</button>\n</form>\n",
		   what);
	return end_page(out);
}

/* What who gave the password is told to send along: until when, and that it was this link's password. */
static const char *pass_of(struct request *req, const struct result *link, const char *until)
{
	unsigned char mac[SHA256_SIZE];
	const char *text = arena_printf(req->arena, "page %s %s %s", result_get(link, 0, "id"),
					result_get(link, 0, "password_hash"), until);

	hmac_sha256(mac, secret("seal"), SHA256_SIZE, text, strlen(text));
	return arena_printf(req->arena, "%s.%s", until, base64url_encode(req->arena, mac, sizeof(mac)));
}

static bool has_pass(struct request *req, const struct result *link)
{
	const char *cookie = request_cookie(req, COOKIE);
	const char *dot = cookie != NULL ? strchr(cookie, '.') : NULL;
	const char *until;
	const char *pass;

	if (dot == NULL || dot == cookie || strspn(cookie, "0123456789") != (size_t)(dot - cookie))
		return false;
	until = arena_strndup(req->arena, cookie, (size_t)(dot - cookie));
	pass = pass_of(req, link, until);
	return strlen(pass) == strlen(cookie) && equal_constant_time(pass, cookie, strlen(pass)) &&
	       strtoll(until, NULL, 10) > clock_now_us() / 1000000;
}

/* The link of the path; NULL with a page answered when there is none or it is over. */
static struct result *read_link(struct request *req)
{
	struct result *link = store_link(req, token_hash(req->arena, request_param(req, "token")));

	if (link == NULL) {
		problem_database(req);
		return NULL;
	}
	if (result_rows(link) == 0) {
		say(req, PROBLEM_NOT_FOUND, "Nothing here", "There is no such page, or it is no longer shared.");
		return NULL;
	}
	if (result_bool(link, 0, result_column(link, "expired"))) {
		say(req, PROBLEM_GONE, "No longer here", "This page was shared for a time, and that is over.");
		return NULL;
	}
	return link;
}

/* An image or link that is an attachment's, as this page serves it. */
static const char *page_url(void *ctx, const char *url)
{
	struct request *req = ctx;
	size_t path = sizeof(ATTACHMENT_PATH) - 1;

	if (strncmp(url, ATTACHMENT_PATH, path) != 0 || !uuid_valid_v7(url + path))
		return url;
	return arena_printf(req->arena, "/api/journals/shared/%s/attachments/%s", request_param(req, "token"),
			    url + path);
}

/* The journal itself; the first page of it counts as opened. */
static int show(struct request *req, const struct result *link)
{
	const char *owner = result_get(link, 0, "user_id");
	const char *locale = result_get(link, 0, "locale") != NULL ? result_get(link, 0, "locale") : "en";
	struct page page;
	struct result *entries;
	struct buf *out;
	int rows;

	if (!page_read(req, &page, 2))
		return 0;
	if (page.limit > PAGE_LENGTH) {
		page.limit = PAGE_LENGTH;
		page.limit_text = "51";
	}
	if (!req->head && page.keys[0] == NULL && store_link_opened(req, owner, result_get(link, 0, "id")) == NULL)
		return problem_database(req);
	entries = store_page_entries(req, owner, result_get(link, 0, "journal_id"), &page);
	if (entries == NULL)
		return problem_database(req);
	rows = result_rows(entries);
	if (rows > 0 && result_bool(entries, rows - 1, result_column(entries, "beyond")))
		page.limit = rows - 1;
	out = begin_page(req, 200, locale, result_get(link, 0, "name"), true);
	html_heading(out, result_get(link, 0, "name"), result_get(link, 0, "description"));
	if (rows == 0)
		buf_adds(out, "<p>Nothing has been written yet.</p>\n");
	for (int row = 0; row < rows && row < page.limit; row++) {
		struct arena *arena = arena_new();

		html_article(arena, out, locale, entries, row, page_url, req);
		html_article_end(out);
		arena_free(arena);
		if (!response_flush(req, false))
			return 0;
	}
	if (rows > page.limit) {
		const char *keys[] = {result_text(entries, (int)page.limit - 1, result_column(entries, "entry_date")),
				      result_text(entries, (int)page.limit - 1, result_column(entries, "id"))};

		buf_printf(out, "<nav><a rel=\"next\" href=\"?cursor=%s\">Older entries</a></nav>\n",
			   page_cursor(req, keys, 2));
	}
	return end_page(out);
}

/* GET /api/journals/shared/:token: 200 with the page, 401 with a form that asks for its password; 404; 410. */
int get_page(struct request *req)
{
	struct result *link = read_link(req);

	if (link == NULL)
		return 0;
	if (result_get(link, 0, "password_hash") != NULL && !has_pass(req, link))
		return ask(req, PROBLEM_PASSWORD_NEEDED, result_get(link, 0, "name"), BY_PASSWORD);
	return show(req, link);
}

/* GET /api/journals/shared/:token/attachments/:id: an attachment of what the page shows, for whom it is open. */
int get_page_attachment(struct request *req)
{
	const char *id = request_id_param(req, "id");
	struct result *link = id != NULL ? read_link(req) : NULL;
	struct result *attachment;

	if (link == NULL)
		return 0;
	if (result_get(link, 0, "password_hash") != NULL && !has_pass(req, link))
		return ask(req, PROBLEM_PASSWORD_NEEDED, result_get(link, 0, "name"), BY_PASSWORD);
	attachment = store_page_attachment(req, result_get(link, 0, "user_id"), result_get(link, 0, "journal_id"), id);
	if (attachment == NULL)
		return problem_database(req);
	if (result_rows(attachment) == 0)
		return problem(req, PROBLEM_NOT_FOUND, "no such attachment");
	return respond_attachment(req, attachment);
}

/* The password of a form (application/x-www-form-urlencoded), or of a script's {"password": "…"}; NULL when it has
 * none. */
static const char *form_password(struct request *req, const char *body, size_t len)
{
	static const char name[] = "password=";
	const char *type = request_header(req, "Content-Type");
	size_t at = 0;

	if (type != NULL && strncasecmp(type, "application/json", 16) == 0) {
		enum json_fault fault;

		return json_member_text(json_read(req->arena, body, len, &fault), "password");
	}
	while (at < len) {
		size_t end = at;

		while (end < len && body[end] != '&')
			end++;
		if (end - at >= sizeof(name) - 1 && memcmp(body + at, name, sizeof(name) - 1) == 0)
			return percent_decode(req->arena, body + at + sizeof(name) - 1, end - at - sizeof(name) + 1,
					      true);
		at = end + 1;
	}
	return NULL;
}

/* Whether the password is right; false with an answer given when it is not, or may not be tried now. */
static bool prove(struct request *req, const struct result *link, const char *password)
{
	const char *id = result_get(link, 0, "id");
	const char *here = arena_printf(req->arena, "%s %s", req->remote_addr, id);
	struct limit_state state;

	if (!limit_peek("page", here, &state) || !limit_peek("page_all", id, &state)) {
		ask(req, PROBLEM_TOO_MANY_REQUESTS, result_get(link, 0, "name"),
		    "Too many wrong passwords. Try again later.");
		headers_limited(req, &state);
		return false;
	}
	if (password != NULL &&
	    password_matches(req->arena, password_digest(req->arena, password), result_get(link, 0, "password_hash"))) {
		limit_forgive("page", here);
		return true;
	}
	limit_take("page", here, &state);
	limit_take("page_all", id, &state);
	ask(req, PROBLEM_PASSWORD_NEEDED, result_get(link, 0, "name"), "That is not the password. Try again.");
	return false;
}

/* POST /api/journals/shared/:token: 303 to the page with a cookie that opens it; 401 for a wrong password; 404; 410;
 * 429. */
int post_page(struct request *req)
{
	struct result *link = read_link(req);
	const char *body;
	size_t len;

	if (link == NULL)
		return 0;
	if (req->body_limit > FORM_MAX)
		req->body_limit = FORM_MAX;
	body = request_body(req, &len);
	if (body == NULL)
		return 0;
	if (result_get(link, 0, "password_hash") != NULL) {
		const char *until = arena_printf(req->arena, "%lld", (long long)(clock_now_us() / 1000000 + COOKIE_S));

		if (!prove(req, link, form_password(req, body, len)))
			return 0;
		response_header(req, "Set-Cookie", COOKIE "=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Lax%s",
				pass_of(req, link, until), req->raw_path, COOKIE_S,
				strncmp(params.origin, "https:", 6) == 0 ? "; Secure" : "");
	}
	response_header(req, "Location", "%s", req->raw_path);
	return response_empty(req, 303);
}
