/*
 * floor: the least that can stand between a FastCGI request and PostgreSQL, as the measure of what Aurora adds.
 *
 * The same statements as the function on the same schema, over the same libpq, behind the same web server; nothing
 * else: no token, no limits, no checks, no escaping, no log. The query says what to do and for whom
 * (op=one&user=…&id=…, what else an operation needs); a body is taken as the text as it comes. Which function it is
 * says FLOOR, at compile time.
 */
#include <fcgiapp.h>
#include <libpq-fe.h>

#include FLOOR
#include "util/uuid.h"

static char out[1 << 20];
static char body[1 << 20];

static PGresult *answer(const char *query, const char *text, PGconn *conn);

static const char *query_item(const char *query, const char *name, char value[UUID_TEXT])
{
	const char *at = strstr(query, name);

	snprintf(value, UUID_TEXT, "%.*s", at != NULL ? (int)strcspn(at + strlen(name), "&") : 0,
		 at != NULL ? at + strlen(name) : "");
	return value;
}

static PGresult *run(PGconn *conn, int statement, const char *const *params)
{
	static bool prepared[SQL_COUNT];
	const struct statement *s = &sql_statements[statement];

	if (!prepared[statement]) {
		PQclear(PQprepare(conn, s->name, s->sql, 0, NULL));
		prepared[statement] = true;
	}
	return PQexecPrepared(conn, s->name, s->params, params, NULL, NULL, 0);
}

static size_t row_json(char *at, const PGresult *res, int row)
{
	size_t n = 0;
	/* An event is no part of a thing. */
	int columns = PQfnumber(res, "event") >= 0 ? PQfnumber(res, "event") : PQnfields(res);

	for (int i = 0; i < columns; i++)
		n += (size_t)snprintf(at + n, 65536, "%c\"%s\":\"%s\"", i == 0 ? '{' : ',', PQfname(res, i),
				      PQgetvalue(res, row, i));
	at[n++] = '}';
	return n;
}

#if defined FLOOR_journals
static PGresult *answer(const char *query, const char *text, PGconn *conn)
{
	char user[UUID_TEXT], journal[UUID_TEXT], id[UUID_TEXT], session[UUID_TEXT], version[16];
	PGresult *entry;
	PGresult *saved;

	query_item(query, "user=", user);
	query_item(query, "journal=", journal);
	query_item(query, "id=", id);
	if (strstr(query, "op=list") != NULL)
		return run(conn, SQL_ENTRY_LIST,
			   (const char *[]){user, journal, "infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff", "51"});
	entry = run(conn, SQL_ENTRY_BY_ID, (const char *[]){user, journal, id});
	if (strstr(query, "op=one") != NULL || PQntuples(entry) == 0)
		return entry;
	snprintf(version, sizeof(version), "%s", PQgetvalue(entry, 0, 14));
	saved = run(conn, SQL_ENTRY_UPDATE,
		    (const char *[]){user, journal, id, version, PQgetvalue(entry, 0, 2), text, PQgetvalue(entry, 0, 4),
				     PQgetvalue(entry, 0, 5), NULL, PQgetvalue(entry, 0, 7), "100",
				     query_item(query, "session=", session), "t"});
	PQclear(entry);
	return saved;
}
#elif defined FLOOR_planning
static PGresult *answer(const char *query, const char *text, PGconn *conn)
{
	char user[UUID_TEXT], id[UUID_TEXT];

	query_item(query, "user=", user);
	query_item(query, "id=", id);
	if (strstr(query, "op=one") != NULL)
		return run(conn, SQL_TASK_BY_ID, (const char *[]){user, id});
	if (strstr(query, "op=list") != NULL)
		return run(conn, SQL_TASK_LIST_OPEN,
			   (const char *[]){user, "-infinity", "00000000-0000-0000-0000-000000000000", "51"});
	if (strstr(query, "op=complete") != NULL)
		return run(conn, strstr(text, "false") != NULL ? SQL_TASK_REOPEN_PLAIN : SQL_TASK_COMPLETE_PLAIN,
			   (const char *[]){user, id, NULL});
	uuid_new(id);
	return run(conn, SQL_TASK_CREATE_PLAIN,
		   (const char *[]){user, id, "A task to be done", text, NULL, "medium", "{}", NULL, NULL,
				    "{\"local\":\"2027-03-29T09:00\",\"time_zone\":\"Europe/Berlin\"}", NULL, NULL,
				    "[]", NULL, NULL, "2027-03-29T07:00:00Z", "2027-03-29T07:00:00Z"});
}
#else
static PGresult *answer(const char *query, const char *text, PGconn *conn)
{
	char user[UUID_TEXT];
	char id[UUID_TEXT];

	query_item(query, "user=", user);
	if (strstr(query, "op=one") != NULL)
		return run(conn, SQL_THOUGHT_BY_ID, (const char *[]){user, query_item(query, "id=", id)});
	if (strstr(query, "op=list") != NULL)
		return run(conn, SQL_THOUGHT_LIST,
			   (const char *[]){user, "ffffffff-ffff-ffff-ffff-ffffffffffff", "51"});
	uuid_new(id);
	return run(conn, SQL_THOUGHT_CREATE_PLAIN, (const char *[]){user, id, text, "f", NULL});
}
#endif

int main(void)
{
	PGconn *conn = PQconnectdb(getenv("FLOOR_DATABASE"));
	FCGX_Request fcgi;

	if (PQstatus(conn) != CONNECTION_OK || FCGX_Init() != 0 || FCGX_InitRequest(&fcgi, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&fcgi) == 0) {
		PGresult *res;
		size_t n = 0;

		body[FCGX_GetStr(body, sizeof(body) - 1, fcgi.in)] = '\0';
		res = answer(FCGX_GetParam("QUERY_STRING", fcgi.envp), body, conn);

		out[n++] = '[';
		for (int row = 0; row < PQntuples(res); row++) {
			n += row_json(out + n, res, row);
			out[n++] = ',';
		}
		out[n - (n > 1)] = ']';
		FCGX_FPrintF(fcgi.out, "Status: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
			     PQresultStatus(res) == PGRES_TUPLES_OK ? "200 OK" : "500 Internal Server Error", (int)n);
		FCGX_PutStr(out, (int)n, fcgi.out);
		PQclear(res);
		FCGX_Finish_r(&fcgi);
	}
	return 0;
}
