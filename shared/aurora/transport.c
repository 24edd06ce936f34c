#include "aurora/transport.h"

#include <errno.h>
#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/request.h"
#include "util/log.h"

#define LISTEN_FD 0

static enum transport_kind kind;
static volatile sig_atomic_t asked_to_leave;
static bool retiring;
static bool cgi_done;
static FCGX_Request fcgi;

static void leave(int signo)
{
	(void)signo;
	asked_to_leave = 1;
	FCGX_ShutdownPending();
}

static const char *cgi_variable(void *io, const char *name)
{
	(void)io;
	return getenv(name);
}

static ssize_t cgi_read(void *io, void *data, size_t len)
{
	ssize_t n;

	(void)io;
	do
		n = read(STDIN_FILENO, data, len);
	while (n < 0 && errno == EINTR);
	return n;
}

static bool cgi_write(void *io, const void *data, size_t len)
{
	const char *p = data;

	(void)io;
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static const char *fcgi_variable(void *io, const char *name)
{
	(void)io;
	return FCGX_GetParam(name, fcgi.envp);
}

static ssize_t fcgi_read(void *io, void *data, size_t len)
{
	int n = FCGX_GetStr(data, len > INT32_MAX ? INT32_MAX : (int)len, fcgi.in);

	(void)io;
	return n == 0 && FCGX_GetError(fcgi.in) != 0 ? -1 : n;
}

static bool fcgi_write(void *io, const void *data, size_t len)
{
	(void)io;
	return FCGX_PutStr(data, (int)len, fcgi.out) == (int)len;
}

static const struct transport cgi_transport = {.variable = cgi_variable, .read = cgi_read, .write = cgi_write};
static const struct transport fcgi_transport = {.variable = fcgi_variable, .read = fcgi_read, .write = fcgi_write};

enum transport_kind transport_open(void)
{
	struct sigaction action = {.sa_handler = leave}; /* no SA_RESTART: accept must return */

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!FCGX_IsCGI()) {
		kind = TRANSPORT_FASTCGI;
		if (FCGX_Init() != 0 || FCGX_InitRequest(&fcgi, LISTEN_FD, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
			die("FastCGI cannot start");
	} else if (getenv("REQUEST_METHOD") != NULL) {
		kind = TRANSPORT_CGI;
	}
	return kind;
}

static bool somebody_waits(void)
{
	struct pollfd pfd = {.fd = LISTEN_FD, .events = POLLIN};

	return poll(&pfd, 1, 0) > 0;
}

const struct transport *transport_accept(void)
{
	if (kind == TRANSPORT_CGI) {
		if (cgi_done)
			return NULL;
		cgi_done = true;
		return &cgi_transport;
	}
	while (!asked_to_leave) {
		bool idle = !somebody_waits();

		if (idle)
			log_flush();
		if (retiring && idle)
			return NULL;
		if (FCGX_Accept_r(&fcgi) == 0)
			return &fcgi_transport;
		if (!asked_to_leave)
			log_debug("a connection ended before its request was whole");
	}
	return NULL;
}

void transport_finish(bool broken)
{
	if (kind != TRANSPORT_FASTCGI)
		return;
	/* Closing without END_REQUEST is how the web server learns that the answer is not whole. */
	if (broken) {
		FCGX_Free(&fcgi, 1);
		return;
	}
	/* A request that was read to its end leaves nothing to linger for: closing then need not wait for the web
	 * server to close first. */
	if (FCGX_GetChar(fcgi.in) == EOF)
		FCGX_Detach(&fcgi);
	else
		FCGX_Attach(&fcgi);
	FCGX_Finish_r(&fcgi);
}

void transport_retire(void)
{
	retiring = true;
}
