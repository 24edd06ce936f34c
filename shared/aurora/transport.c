#include "aurora/transport.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "aurora/fastcgi.h"
#include "http/request.h"
#include "util/log.h"

#define IDLE_MS 500

static enum transport_kind kind;
static bool retiring;
static bool cgi_done;

static void leave(int signo)
{
	(void)signo;
	if (kind == TRANSPORT_FASTCGI)
		fastcgi_close();
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
	return fastcgi_variable(name);
}

static ssize_t fcgi_read(void *io, void *data, size_t len)
{
	(void)io;
	return fastcgi_read(data, len);
}

static bool fcgi_write(void *io, const void *data, size_t len)
{
	(void)io;
	return fastcgi_write(data, len);
}

static const struct transport cgi_transport = {.variable = cgi_variable, .read = cgi_read, .write = cgi_write};
static const struct transport fcgi_transport = {.variable = fcgi_variable, .read = fcgi_read, .write = fcgi_write};

enum transport_kind transport_open(void)
{
	struct sigaction action = {.sa_handler = leave, .sa_flags = SA_RESTART};

	if (fastcgi_listening())
		kind = TRANSPORT_FASTCGI;
	else if (getenv("REQUEST_METHOD") != NULL)
		kind = TRANSPORT_CGI;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	return kind;
}

const struct transport *transport_accept(void)
{
	if (kind == TRANSPORT_CGI) {
		if (cgi_done)
			return NULL;
		cgi_done = true;
		return &cgi_transport;
	}
	do {
		if (!fastcgi_waiting(0)) {
			log_flush();
			if (retiring)
				return NULL;
			/* What a large request took is at hand for one that follows at once. */
			if (!fastcgi_waiting(IDLE_MS))
				malloc_trim(0);
		}
		if (fastcgi_accept())
			return &fcgi_transport;
	} while (!fastcgi_closed());
	return NULL;
}

void transport_finish(bool broken)
{
	if (kind != TRANSPORT_FASTCGI)
		return;
	if (broken)
		fastcgi_abort();
	else
		fastcgi_finish();
}

void transport_retire(void)
{
	retiring = true;
}
