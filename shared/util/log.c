/*
 * log: lines are built in one static buffer, so logging needs no memory that might be lacking.
 */
#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/utf8.h"

#define LINE_MOST    (32 * 1024)
#define HELD_MOST    8192
#define MESSAGE_MOST (8 * 1024)
#define MESSAGE_TEXT (MESSAGE_MOST + 8) /* so that what vsnprintf tears is past what is written */
#define NAME_MOST    256
#define LOG_FLAGS    (O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY)
#define LOG_MODE     0640
#define LOG_FATAL    (LOG_ERROR + 1)

/* A line under way. What does not fit is left out. */
struct line {
	char text[LINE_MOST];
	size_t len;
	bool cut;
};

static const char *const level_names[] = {
	[LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error", [LOG_FATAL] = "fatal",
};

/* Until log_open says more: plain words to standard error, as a shell user expects. */
static const char *program = "aurora";
static int log_fd = STDERR_FILENO;
static char log_path[PATH_MAX]; /* "" when it is standard error */
static int64_t followed_s;      /* the second in which log_path was last looked at */
static bool torn;               /* the last line was not written whole */
static unsigned log_least = LOG_INFO;
static bool plain = true;
static const char *request_id, *trace_id;
static void (*die_hook)(const char *message);

/* Lines that wait for log_flush. */
static struct {
	char text[HELD_MOST];
	size_t len;
} held;
static bool holding;

static void line_add(struct line *line, const char *data, size_t len)
{
	if (len > sizeof(line->text) - line->len) {
		line->cut = true;
		return;
	}
	memcpy(line->text + line->len, data, len);
	line->len += len;
}

static void line_adds(struct line *line, const char *text)
{
	line_add(line, text, strlen(text));
}

/* How many bytes the UTF-8 character at the text's begin has, 0 when there is none. */
static size_t character(const char *text, size_t len)
{
	unsigned char c = (unsigned char)*text;
	size_t size = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	return size <= len && utf8_valid(text, size) ? size : 0;
}

/* How many bytes at the text's begin are printable ASCII that a JSON string takes as it is. */
static size_t plain_run(const char *text, size_t len)
{
	size_t run = 0;

	while (run < len && text[run] >= 0x20 && text[run] < 0x7f && text[run] != '"' && text[run] != '\\')
		run++;
	return run;
}

/* The inside of a JSON string of at most `most` bytes. Texts come from anywhere: what is not UTF-8 becomes '?'. */
static void line_escaped(struct line *line, const char *text, size_t most)
{
	size_t len = strnlen(text, LINE_MOST), end = line->len + most;

	while (len > 0) {
		size_t room = end - line->len;
		size_t run = plain_run(text, len < room ? len : room);
		size_t used = run > 0 ? run : character(text, len);
		char escaped[8];
		const char *data = text;
		size_t size = used;

		if (used == 0) {
			used = size = 1;
			data = "?";
		} else if (*text == '"' || *text == '\\') {
			size = (size_t)snprintf(escaped, sizeof(escaped), "\\%c", *text);
			data = escaped;
		} else if (*text == '\n') {
			size = 2;
			data = "\\n";
		} else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
			size = (size_t)snprintf(escaped, sizeof(escaped), "\\u%04x", (unsigned)*text);
			data = escaped;
		}
		if (line->len + size > end) {
			line->cut = true;
			return;
		}
		line_add(line, data, size);
		text += used;
		len -= used;
	}
}

static void line_member(struct line *line, const char *name, const char *text, size_t most)
{
	line_adds(line, line->len == 0 ? "{\"" : ",\"");
	line_adds(line, name);
	line_adds(line, "\":\"");
	line_escaped(line, text, most);
	line_adds(line, "\"");
}

static void write_out(const char *data, size_t len)
{
	ssize_t wrote;

	/* After a line that a full disk has torn, begin a new one. */
	if (torn && write(log_fd, "\n", 1) == 1)
		torn = false;
	do
		wrote = write(log_fd, data, len);
	while (wrote < 0 && errno == EINTR);
	if (wrote > 0 && (size_t)wrote < len)
		torn = true;
}

void log_flush(void)
{
	if (held.len > 0)
		write_out(held.text, held.len);
	held.len = 0;
}

static void use_fd(int fd)
{
	if (log_fd != STDERR_FILENO)
		close(log_fd);
	log_fd = fd;
	torn = false;
}

/*
 * Who rotates the log renames it: once a second the path is looked at, and when it leads to another file or to none,
 * lines go on there. When that cannot be opened the old one is as good.
 */
static void follow_path(int64_t now_us)
{
	struct stat named, used;
	int fd;

	if (log_path[0] == '\0' || now_us / 1000000 == followed_s)
		return;
	followed_s = now_us / 1000000;
	if (stat(log_path, &named) == 0 && fstat(log_fd, &used) == 0 && named.st_dev == used.st_dev &&
	    named.st_ino == used.st_ino)
		return;
	fd = open(log_path, LOG_FLAGS, LOG_MODE);
	if (fd < 0)
		return;
	log_flush();
	use_fd(fd);
}

void log_hold(void)
{
	holding = true;
}

/* Whole lines only leave the buffer, so those of many processes never mix. */
static void write_line(unsigned level, const char *data, size_t len)
{
	if (held.len + len > sizeof(held.text))
		log_flush();
	if (!holding || level >= LOG_WARN || len > sizeof(held.text)) {
		log_flush();
		write_out(data, len);
		return;
	}
	memcpy(held.text + held.len, data, len);
	held.len += len;
}

static void write_json(unsigned level, const char *message, const char *members)
{
	static struct line line;
	static pid_t pid;
	static const char end[] = "}\n";
	char time[INSTANT_TEXT];
	size_t members_len = members ? strlen(members) : 0;
	int64_t now = clock_now_us();
	char number[16];

	follow_path(now);
	line.len = 0;
	line.cut = false;
	/* The milliseconds are always there, so that lines sort and align; the microsecond keeps their zeros. */
	instant_format(time, now - now % 1000000 + now % 1000000 / 1000 * 1000 + 1);
	memcpy(strchr(time, '.') + 4, "Z", 2);
	line_member(&line, "time", time, sizeof(time));
	line_member(&line, "level", level_names[level], NAME_MOST);
	line_member(&line, "program", program, NAME_MOST);
	if (pid == 0)
		pid = getpid(); /* asked once: a system call a line otherwise */
	snprintf(number, sizeof(number), "%d", (int)pid);
	line_adds(&line, ",\"pid\":");
	line_adds(&line, number);
	if (request_id)
		line_member(&line, "request_id", request_id, NAME_MOST);
	if (trace_id)
		line_member(&line, "trace_id", trace_id, NAME_MOST);
	line_member(&line, "message", message, MESSAGE_MOST);
	if (members_len > 0 && members_len < sizeof(line.text) - line.len - 64) {
		line_adds(&line, ",");
		line_add(&line, members, members_len);
	} else if (members_len > 0) {
		line.cut = true;
	}
	if (line.cut)
		line_adds(&line, ",\"cut\":true");
	line_add(&line, end, sizeof(end) - 1);
	write_line(level, line.text, line.len);
}

static void write_plain(unsigned level, const char *message, const char *members)
{
	static char text[LINE_MOST];
	int len;

	len = snprintf(text, sizeof(text) - 1, "%s: %s%s%s%s%s", program, level == LOG_INFO ? "" : level_names[level],
		       level == LOG_INFO ? "" : ": ", message, members ? " " : "", members ? members : "");
	if (len < 0)
		return;
	if ((size_t)len > sizeof(text) - 2)
		len = sizeof(text) - 2;
	text[len++] = '\n';
	write_line(level, text, (size_t)len);
}

static void write_members(unsigned level, const char *message, const char *members)
{
	if (plain)
		write_plain(level, message, members);
	else
		write_json(level, message, members);
}

/* Messages are on the stack: a hook of die that logs has the message of die among its arguments. */
static void format_message(char out[MESSAGE_TEXT], const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
static void format_message(char out[MESSAGE_TEXT], const char *format, va_list args)
{
	if (vsnprintf(out, MESSAGE_TEXT, format, args) < 0)
		snprintf(out, MESSAGE_TEXT, "%s", format);
}

static void say(unsigned level, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static void say(unsigned level, const char *format, va_list args)
{
	char message[MESSAGE_TEXT];
	int error = errno;

	if (level < log_least)
		return;
	format_message(message, format, args);
	write_members(level, message, NULL);
	errno = error;
}

void log_open(const char *name, const char *path, enum log_level least)
{
	int fd = STDERR_FILENO;

	program = name;
	log_least = least;
	log_path[0] = '\0';
	if (path) {
		fd = open(path, LOG_FLAGS, LOG_MODE);
		if (fd < 0 && errno != ENOSPC && errno != EDQUOT)
			die("cannot open the log %s: %s", path, strerror(errno));
		/* A full disk is no reason not to serve. */
		if (fd < 0)
			fd = STDERR_FILENO;
		snprintf(log_path, sizeof(log_path), "%s", path);
	}
	use_fd(fd);
	plain = !path && isatty(fd);
}

void log_set_request(const char *request, const char *trace)
{
	request_id = request;
	trace_id = trace;
}

void log_debug(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_DEBUG, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_INFO, format, args);
	va_end(args);
}

void log_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_WARN, format, args);
	va_end(args);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_ERROR, format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	void (*hook)(const char *) = die_hook;
	char message[MESSAGE_TEXT];
	va_list args;

	va_start(args, format);
	format_message(message, format, args);
	va_end(args);
	write_members(LOG_FATAL, message, NULL);
	/* The hook may die as well. */
	die_hook = NULL;
	if (hook)
		hook(message);
	exit(EXIT_FAILURE);
}

void bug(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(LOG_FATAL, format, args);
	va_end(args);
	abort();
}

void log_on_die(void (*hook)(const char *message))
{
	die_hook = hook;
}

bool log_wants(enum log_level level)
{
	return level >= log_least;
}

void log_members(enum log_level level, const char *message, const char *members)
{
	int error = errno;

	if (level >= log_least)
		write_members(level, message, members);
	errno = error;
}

enum log_level log_level_named(const char *name)
{
	for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++)
		if (strcmp(level_names[i], name) == 0)
			return (enum log_level)i;
	return LOG_INFO;
}
