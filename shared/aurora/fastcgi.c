#include "aurora/fastcgi.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/log.h"

#define LISTEN_FD       0
#define VERSION         1
#define RESPONDER       1
#define HEADER          8 /* bytes of a record before its content */
#define BODY            8 /* of BEGIN_REQUEST and END_REQUEST */
#define IN_SIZE         (16u << 10)
#define OUT_SIZE        (56u << 10) /* content of a record of the answer, at most 65535 */
#define VARIABLES_LIMIT (1u << 20)
#define VARIABLES_MAX   4096
#define SILENCE_S       30
#define LINGER_MS       2000

enum record_type { BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

struct variable {
	const char *name; /* not NUL-terminated */
	size_t name_len;
	const char *value;
};

/* The connection, and its request. */
static int fd = -1;
static unsigned id;
static size_t content; /* bytes that are left of the record that is being read */
static size_t padding;
static bool body_ended;
static bool body_lost; /* some of it was thrown away, so that the answer could be sent */

/* The listening socket was shut down, and nobody waits any more. */
static bool closed;

static struct buf pairs = {.limit = VARIABLES_LIMIT};
static struct variable variables[VARIABLES_MAX];
static size_t variable_count;

static unsigned char in[IN_SIZE];
static size_t in_at;
static size_t in_len;

static unsigned char out[HEADER + OUT_SIZE + HEADER + HEADER + BODY];
static size_t out_len; /* of content */

/* The bytes that wait in `in`, no more than `len`; 0 when the connection has ended. */
static size_t available(size_t len)
{
	ssize_t n;

	if (in_at == in_len) {
		do
			n = read(fd, in, sizeof(in));
		while (n < 0 && errno == EINTR);
		in_at = 0;
		in_len = n > 0 ? (size_t)n : 0;
	}
	return in_len - in_at < len ? in_len - in_at : len;
}

/* Exactly `len` bytes; `to` NULL skips them. */
static bool take(unsigned char *to, size_t len)
{
	while (len > 0) {
		size_t n = available(len);

		if (n == 0)
			return false;
		if (to != NULL) {
			memcpy(to, in + in_at, n);
			to += n;
		}
		in_at += n;
		len -= n;
	}
	return true;
}

/* On to the next record, which has to be of that type and, once one has begun, of the request. */
static bool next_record(enum record_type type)
{
	unsigned char header[HEADER];
	unsigned of;

	content = 0;
	if (!take(NULL, padding) || !take(header, HEADER) || header[0] != VERSION || header[1] != type)
		return false;
	of = (unsigned)header[2] << 8 | header[3];
	if (type == BEGIN_REQUEST)
		id = of;
	if (of != id || id == 0)
		return false;
	content = (size_t)header[4] << 8 | header[5];
	padding = header[6];
	return true;
}

static bool read_begin(void)
{
	unsigned char body[BODY];

	if (!next_record(BEGIN_REQUEST) || content != BODY || !take(body, BODY))
		return false;
	content = 0;
	return body[0] == 0 && body[1] == RESPONDER;
}

static bool read_pairs(void)
{
	buf_clear(&pairs);
	while (next_record(PARAMS)) {
		if (content == 0)
			return true;
		while (content > 0) {
			size_t n = available(content);

			if (n == 0)
				return false;
			buf_add(&pairs, in + in_at, n);
			in_at += n;
			content -= n;
		}
		if (pairs.overflow)
			return false;
	}
	return false;
}

/* The length of a name or a value: one byte, or four whose first bit is set. */
static bool take_length(const unsigned char **at, const unsigned char *end, size_t *len)
{
	const unsigned char *p = *at;
	size_t size = p < end && *p >= 128 ? 4 : 1;

	if ((size_t)(end - p) < size)
		return false;
	*len = size == 1 ? *p : (size_t)(p[0] & 127) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	*at += size;
	return true;
}

static bool split_pairs(void)
{
	const unsigned char *at = (const unsigned char *)pairs.data;
	const unsigned char *end = at + pairs.len;
	size_t name_len;
	size_t value_len;
	char *text;

	variable_count = 0;
	while (at < end) {
		if (!take_length(&at, end, &name_len) || !take_length(&at, end, &value_len) ||
		    name_len + value_len > (size_t)(end - at) || memchr(at, '\0', name_len + value_len) != NULL ||
		    variable_count == VARIABLES_MAX)
			return false;
		/* Moved over the last byte of its lengths, the pair leaves room for the value's NUL. */
		text = pairs.data + (at - (const unsigned char *)pairs.data) - 1;
		at += name_len + value_len;
		memmove(text, text + 1, name_len + value_len);
		text[name_len + value_len] = '\0';
		variables[variable_count++] = (struct variable){text, name_len, text + name_len};
	}
	return true;
}

static void disconnect(void)
{
	close(fd);
	fd = -1;
}

bool fastcgi_listening(void)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	return getsockopt(LISTEN_FD, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening != 0;
}

bool fastcgi_waiting(int ms)
{
	struct pollfd pfd = {.fd = LISTEN_FD, .events = POLLIN};

	return poll(&pfd, 1, ms) > 0;
}

void fastcgi_close(void)
{
	int error = errno;

	shutdown(LISTEN_FD, SHUT_RD);
	errno = error;
}

bool fastcgi_closed(void)
{
	return closed;
}

bool fastcgi_accept(void)
{
	static const struct timeval silence = {.tv_sec = SILENCE_S};

	fd = accept4(LISTEN_FD, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0) {
		/* Of a socket that was shut down, accept is done with EINVAL. */
		closed = errno == EINVAL;
		if (!closed && errno != EINTR && errno != ECONNABORTED)
			die("accept: %s", strerror(errno));
		return false;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence));
	content = padding = in_at = in_len = out_len = 0;
	body_ended = body_lost = false;
	if (read_begin() && read_pairs() && split_pairs())
		return true;
	log_debug("a connection ended before its request was whole, or was not FastCGI");
	disconnect();
	return false;
}

const char *fastcgi_variable(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < variable_count; i++)
		if (variables[i].name_len == len && memcmp(variables[i].name, name, len) == 0)
			return variables[i].value;
	return NULL;
}

ssize_t fastcgi_read(void *data, size_t len)
{
	size_t n;

	if (body_lost)
		return -1;
	if (body_ended || len == 0)
		return 0;
	if (content == 0) {
		if (!next_record(STDIN))
			return -1;
		if (content == 0) {
			body_ended = true;
			return 0;
		}
	}
	n = available(content < len ? content : len);
	if (n == 0)
		return -1;
	memcpy(data, in + in_at, n);
	in_at += n;
	content -= n;
	return (ssize_t)n;
}

static size_t add_header(unsigned char *to, enum record_type type, size_t len)
{
	const unsigned char header[HEADER] = {VERSION,           (unsigned char)type,       (unsigned char)(id >> 8),
					      (unsigned char)id, (unsigned char)(len >> 8), (unsigned char)len};

	memcpy(to, header, HEADER);
	return HEADER;
}

/*
 * Wait until more can be sent. mod_fcgid reads nothing of an answer before it has sent the whole body: what still comes
 * of that is thrown away, or both would wait for ever.
 */
static bool await_room(void)
{
	struct pollfd pfd = {.fd = fd, .events = (short)(body_ended ? POLLOUT : POLLIN | POLLOUT)};
	ssize_t n;

	for (;;) {
		if (poll(&pfd, 1, -1) < 0 && errno != EINTR)
			return false;
		if (pfd.revents & (POLLOUT | POLLHUP | POLLERR))
			return true;
		if (!(pfd.revents & POLLIN))
			continue;
		n = recv(fd, in, sizeof(in), MSG_DONTWAIT);
		body_lost = body_lost || n > 0;
		/* Nothing more will come. */
		if (n == 0)
			pfd.events = POLLOUT;
		else if (n < 0 && errno != EINTR && errno != EAGAIN)
			return false;
	}
}

/* Send what is in `out`, and with the last of it the records that end the answer. */
static bool send_output(bool last)
{
	const unsigned char *at = out;
	size_t left = 0;
	ssize_t n;

	if (out_len > 0)
		left = add_header(out, STDOUT, out_len) + out_len;
	if (last) {
		left += add_header(out + left, STDOUT, 0);
		left += add_header(out + left, END_REQUEST, BODY);
		memset(out + left, 0, BODY); /* status 0, REQUEST_COMPLETE */
		left += BODY;
	}
	out_len = 0;
	while (left > 0) {
		n = send(fd, at, left, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n >= 0) {
			at += n;
			left -= (size_t)n;
		} else if (errno != EINTR && (errno != EAGAIN || !await_room())) {
			return false;
		}
	}
	return true;
}

bool fastcgi_write(const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len > 0) {
		size_t n = OUT_SIZE - out_len < len ? OUT_SIZE - out_len : len;

		memcpy(out + HEADER + out_len, p, n);
		out_len += n;
		p += n;
		len -= n;
		if (out_len == OUT_SIZE && !send_output(false))
			return false;
	}
	return true;
}

/* Closing before everything was read would take the answer away from a web server that is still sending. */
static void linger(void)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	ssize_t n;

	shutdown(fd, SHUT_WR);
	for (;;) {
		if (poll(&pfd, 1, LINGER_MS) == 0)
			return;
		n = recv(fd, in, sizeof(in), MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
			return;
	}
}

void fastcgi_finish(void)
{
	unsigned char byte;

	if (send_output(true) && (body_lost || fastcgi_read(&byte, 1) > 0))
		linger();
	disconnect();
}

void fastcgi_abort(void)
{
	disconnect();
}
