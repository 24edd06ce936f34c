/*
 * log: each line is one JSON object, whatever is said and whoever else is writing; how die and bug leave.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <sys/stat.h>

#include "util/arena.h"
#include "util/clock.h"
#include "util/json.h"
#include "util/log.h"

static char path[] = "/tmp/aurora-test-log-XXXXXX";
static struct arena *arena;

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	arena = arena_new();
	return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state)
{
	(void)state;
	log_open("test", NULL, LOG_INFO);
	arena_free(arena);
	return unlink(path);
}

/* An empty log, opened. */
static void begin(enum log_level least)
{
	assert_int_equal(truncate(path, 0), 0);
	log_open("test", path, least);
	log_set_request(NULL, NULL);
}

/* All lines there are, each as read by the strict reader. */
static struct json_object **lines(size_t *count)
{
	static struct json_object *read[5000];
	FILE *file = fopen(path, "r");
	enum json_fault fault;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	assert_non_null(file);
	*count = 0;
	while ((len = getline(&line, &size, file)) > 0) {
		assert_true(*count < COUNT(read));
		assert_int_equal(line[len - 1], '\n');
		read[*count] = json_read(arena, line, (size_t)len, &fault);
		if (fault != JSON_OK)
			fail_msg("%s: %s", line, json_fault_text(fault));
		++*count;
	}
	free(line);
	fclose(file);
	return read;
}

static struct json_object *only_line(void)
{
	size_t count;
	struct json_object **all = lines(&count);

	assert_int_equal(count, 1);
	return all[0];
}

static const char *member(struct json_object *line, const char *name)
{
	return json_object_get_string(json_object_object_get(line, name));
}

static void a_line_says_who_and_when(void **state)
{
	int64_t at;
	struct json_object *line;

	(void)state;
	begin(LOG_INFO);
	log_info("hello %s, %d", "you", 5);
	line = only_line();
	assert_int_equal(strlen(member(line, "time")), 24);
	assert_true(instant_parse(member(line, "time"), &at));
	/* Within what a machine's clock may be set back or forth meanwhile. */
	assert_in_range(at, clock_now_us() - 60000000, clock_now_us() + 60000000);
	assert_string_equal(member(line, "level"), "info");
	assert_string_equal(member(line, "program"), "test");
	assert_int_equal(json_object_get_int(json_object_object_get(line, "pid")), getpid());
	assert_string_equal(member(line, "message"), "hello you, 5");
	assert_null(member(line, "request_id"));
	assert_null(member(line, "trace_id"));
}

static void only_wanted_levels_are_written(void **state)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};

	(void)state;
	for (enum log_level least = LOG_DEBUG; least <= LOG_ERROR; least++) {
		struct json_object **all;
		size_t count;

		begin(least);
		log_debug("0");
		log_info("1");
		log_warn("2");
		log_error("3");
		log_members(LOG_DEBUG, "0", "\"a\":1");
		all = lines(&count);
		assert_int_equal(count, least == LOG_DEBUG ? 5 : 4 - (size_t)least);
		for (unsigned i = 0; i < 4 - least; i++)
			assert_string_equal(member(all[i], "level"), names[least + i]);
		for (enum log_level level = LOG_DEBUG; level <= LOG_ERROR; level++)
			assert_int_equal(log_wants(level), level >= least);
	}
}

static void anything_can_be_said(void **state)
{
	static const struct {
		const char *text, *logged;
	} cases[] = {
		{"", ""},
		{"quote \" backslash \\ slash /", NULL},
		{"line\nbreak\r\ttab\x01\x1f\x7f", NULL},
		{"Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80", NULL},
		{"\",\"level\":\"x", NULL},
		{"\xff\xfe", "??"},
		{"a\x80z", "a?z"},
		{"\xc3", "?"},
		{"\xe2\x82", "??"},
		{"\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80", "?????????"},
		{"%s%n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		begin(LOG_INFO);
		log_info("%s", cases[i].text);
		assert_string_equal(member(only_line(), "message"), cases[i].logged ? cases[i].logged : cases[i].text);
	}
}

static void long_messages_are_cut_between_characters(void **state)
{
	(void)state;
	for (int len = 8170; len < 8200; len++) {
		char *text = arena_alloc(arena, 4 * 8200 + 1);
		struct json_object *line;
		const char *logged;

		for (int i = 0; i < len / 4; i++)
			memcpy(text + 4 * i, "\xf0\x9f\x98\x80", 4);
		memcpy(text + len / 4 * 4, "abc", (size_t)len % 4);
		begin(LOG_INFO);
		log_info("%s", text);
		line = only_line();
		logged = member(line, "message");
		if (len <= 8192) {
			assert_string_equal(logged, text);
			assert_null(member(line, "cut"));
		} else {
			assert_int_equal(strlen(logged), 8192);
			assert_memory_equal(logged, text, 8192);
			assert_string_equal(member(line, "cut"), "true");
		}
	}
	for (size_t len = 1000; len <= 100000; len *= 10) {
		char *text = arena_alloc(arena, len + 1);

		memset(text, '\x01', len);
		begin(LOG_INFO);
		log_info("%s", text);
		assert_int_equal(strspn(member(only_line(), "message"), "\x01"), len > 8192 / 6 ? 8192 / 6 : len);
	}
}

static void the_request_is_named(void **state)
{
	struct json_object **all;
	size_t count;

	(void)state;
	begin(LOG_INFO);
	log_set_request("req\"1", "4bf92f3577b34da6a3ce929d0e0e4736");
	log_warn("a");
	log_set_request("req2", NULL);
	log_warn("b");
	log_set_request(NULL, NULL);
	log_warn("c");
	all = lines(&count);
	assert_int_equal(count, 3);
	assert_string_equal(member(all[0], "request_id"), "req\"1");
	assert_string_equal(member(all[0], "trace_id"), "4bf92f3577b34da6a3ce929d0e0e4736");
	assert_string_equal(member(all[1], "request_id"), "req2");
	assert_null(member(all[1], "trace_id"));
	assert_null(member(all[2], "request_id"));
}

static void members_stand_beside(void **state)
{
	struct json_object *line;
	char *members = arena_printf(arena, "\"long\":\"%050000d\"", 0);

	(void)state;
	begin(LOG_INFO);
	log_members(LOG_INFO, "request", "\"status\":200,\"path\":\"/x\"");
	line = only_line();
	assert_string_equal(member(line, "message"), "request");
	assert_int_equal(json_object_get_int(json_object_object_get(line, "status")), 200);
	assert_string_equal(member(line, "path"), "/x");
	assert_null(member(line, "cut"));
	begin(LOG_INFO);
	log_members(LOG_INFO, "request", "");
	only_line();
	/* What does not fit is left out whole. */
	for (size_t len = 32000; len < 33000; len++) {
		char *part = arena_strdup(arena, members);

		memcpy(part + len, "\"", 2);
		begin(LOG_INFO);
		log_members(LOG_INFO, "request", part);
		line = only_line();
		assert_true(member(line, "long") ? strlen(member(line, "long")) == len - 8 : !!member(line, "cut"));
		if (len == 32000)
			assert_non_null(member(line, "long"));
	}
	assert_null(member(line, "long"));
}

static void errno_is_left_alone(void **state)
{
	(void)state;
	log_open("test", NULL, LOG_DEBUG);
	log_open("test", "/dev/full", LOG_DEBUG);
	errno = EDOM;
	log_error("nobody hears this: %m");
	assert_int_equal(errno, EDOM);
	log_members(LOG_INFO, "nor this", "\"a\":1");
	assert_int_equal(errno, EDOM);
}

static void many_write_without_mixing(void **state)
{
	struct json_object **all;
	int status;
	size_t count;

	(void)state;
	begin(LOG_INFO);
	for (int writer = 0; writer < 8; writer++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			/* Each opens it anew, as programs do. */
			log_open("test", path, LOG_INFO);
			for (int i = 0; i < 200; i++)
				log_info("%0*d", 1 + i * 40, i);
			_exit(0);
		}
	}
	for (int writer = 0; writer < 8; writer++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	all = lines(&count);
	assert_int_equal(count, 8 * 200);
	for (size_t i = 0; i < count; i++)
		assert_true(json_object_object_length(all[i]) >= 5);
}

#define WRITERS 3
#define WRITTEN 2500

/* Each line of a file as one more in seen[writer][number]; returns how many there are. */
static size_t count_lines(const char *name, unsigned char seen[WRITERS][WRITTEN])
{
	FILE *file = fopen(name, "r");
	char *line = NULL;
	size_t size = 0, count = 0;

	assert_non_null(file);
	for (; getline(&line, &size, file) > 0; count++) {
		const char *message = strstr(line, "\"message\":\"");
		unsigned writer, number;

		assert_non_null(message);
		assert_int_equal(sscanf(message, "\"message\":\"%u %u\"}", &writer, &number), 2);
		assert_true(writer < WRITERS && number < WRITTEN);
		seen[writer][number]++;
	}
	free(line);
	fclose(file);
	return count;
}

static void a_renamed_log_is_followed(void **state)
{
	static unsigned char seen[WRITERS][WRITTEN];
	const char *renamed[] = {arena_printf(arena, "%s.1", path), arena_printf(arena, "%s.2", path)};
	struct stat made;
	int status;

	(void)state;
	begin(LOG_INFO);
	for (int writer = 0; writer < WRITERS; writer++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			log_open("test", path, LOG_INFO);
			if (writer == 0)
				log_hold();
			for (int i = 0; i < WRITTEN; i++) {
				log_info("%d %d", writer, i);
				usleep(1200);
			}
			log_flush();
			_exit(0);
		}
	}
	for (size_t i = 0; i < COUNT(renamed); i++) {
		usleep(1100000);
		assert_int_equal(rename(path, renamed[i]), 0);
	}
	for (int writer = 0; writer < WRITERS; writer++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(stat(path, &made), 0);
	assert_int_equal(made.st_mode & 0777 & ~0640u, 0);
	assert_true(count_lines(path, seen) > 0);
	for (size_t i = 0; i < COUNT(renamed); i++) {
		assert_true(count_lines(renamed[i], seen) > 0);
		assert_int_equal(unlink(renamed[i]), 0);
	}
	for (size_t writer = 0; writer < WRITERS; writer++)
		for (size_t i = 0; i < WRITTEN; i++)
			if (seen[writer][i] != 1)
				fail_msg("line %zu of writer %zu is there %d times", i, writer, seen[writer][i]);
}

/* What call(arg) writes to a standard error that is a terminal or a pipe. */
static const char *heard(bool terminal, void (*call)(void *), void *arg)
{
	int ends[2], status;
	char *text = arena_alloc(arena, 4096);
	pid_t child;
	ssize_t len;

	if (terminal) {
		ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
		assert_true(ends[0] >= 0 && !grantpt(ends[0]) && !unlockpt(ends[0]));
		ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
	} else {
		assert_int_equal(pipe(ends), 0);
	}
	assert_true(ends[1] >= 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		call(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	len = read(ends[0], text, 4095);
	assert_true(len > 0);
	close(ends[0]);
	close(ends[1]);
	return text;
}

static void warn(void *text)
{
	log_open("test", NULL, LOG_INFO);
	log_warn("%s", (const char *)text);
}

static void inform(void *text)
{
	log_open("test", NULL, LOG_INFO);
	log_info("%s", (const char *)text);
}

static void a_terminal_gets_plain_words(void **state)
{
	char text[] = "plain \"words\"";

	(void)state;
	assert_string_equal(heard(true, warn, text), "test: warn: plain \"words\"\r\n");
	assert_string_equal(heard(true, inform, text), "test: plain \"words\"\r\n");
	assert_memory_equal(heard(false, warn, text), "{\"time\":\"", 9);
}

static void note_death(const char *message)
{
	log_info("hook: %s", message);
}

static void die_again(const char *message)
{
	die("again: %s", message);
}

static void die_with_hook(void *hook)
{
	log_on_die(*(void (**)(const char *))hook);
	die("no more %s", "bread");
}

static void find_a_bug(void *unused)
{
	(void)unused;
	log_on_die(note_death);
	bug("two and two are %d", 5);
}

static void open_nowhere(void *unused)
{
	(void)unused;
	log_open("test", "/nonexistent/log", LOG_INFO);
}

static void how_it_ends(void **state)
{
	void (*note)(const char *) = note_death, (*again)(const char *) = die_again;
	struct json_object **all, *line;
	size_t count;

	(void)state;
	begin(LOG_ERROR);
	assert_dies(die_with_hook, &note);
	line = only_line();
	assert_string_equal(member(line, "level"), "fatal");
	assert_string_equal(member(line, "message"), "no more bread");
	begin(LOG_INFO);
	assert_dies(die_with_hook, &note);
	all = lines(&count);
	assert_int_equal(count, 2);
	assert_string_equal(member(all[1], "message"), "hook: no more bread");
	begin(LOG_INFO);
	assert_dies(die_with_hook, &again);
	all = lines(&count);
	assert_int_equal(count, 2);
	assert_string_equal(member(all[1], "message"), "again: no more bread");
	begin(LOG_INFO);
	assert_bug(find_a_bug, NULL);
	assert_string_equal(member(only_line(), "message"), "two and two are 5");
	assert_dies(open_nowhere, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_who_and_when),
		cmocka_unit_test(only_wanted_levels_are_written),
		cmocka_unit_test(anything_can_be_said),
		cmocka_unit_test(long_messages_are_cut_between_characters),
		cmocka_unit_test(the_request_is_named),
		cmocka_unit_test(members_stand_beside),
		cmocka_unit_test(errno_is_left_alone),
		cmocka_unit_test(many_write_without_mixing),
		cmocka_unit_test(a_renamed_log_is_followed),
		cmocka_unit_test(a_terminal_gets_plain_words),
		cmocka_unit_test(how_it_ends),
	};

	return cmocka_run_group_tests_name("log", tests, make_file, remove_file);
}
