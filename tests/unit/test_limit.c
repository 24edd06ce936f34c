/*
 * limit: exact across processes, refills, forgives, and survives what may happen to its file.
 */
#include "unit.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "aurora/limit.h"
#include "aurora/params.h"
#include "util/clock.h"

#define PROCESSES 8
#define KEYS      3000

static char home[] = "/tmp/aurora-limit-XXXXXX";

static void file_write(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int home_make(void **state)
{
	char errors[1024];

	(void)state;
	if (!mkdtemp(home))
		return -1;
	setenv("AURORA_HOME", home, 1);
	setenv("AURORA_LIMITS", "on", 1);
	setenv("AURORA_LIMIT_REGISTER", "100", 1);
	setenv("AURORA_LIMIT_LOGIN", "60", 1);
	setenv("AURORA_LIMIT_USER", "6000", 1);
	if (!params_load(errors, sizeof(errors))) {
		fputs(errors, stderr);
		return -1;
	}
	mkdir(home_path("secrets"), 0700);
	file_write(home_path("secrets/limits"), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
		   0600);
	return 0;
}

static int home_remove(void **state)
{
	static const char *const files[] = {"run/limits", "run", "secrets/limits", "secrets", "."};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++)
		remove(home_path(files[i]));
	return rmdir(home);
}

/* Each test begins with an empty table. */
static int table_new(void **state)
{
	(void)state;
	unlink(home_path("run/limits"));
	limit_open();
	return 0;
}

static long takes(const char *class, const char *key, long tries)
{
	struct limit_state state;
	long allowed = 0;

	while (tries-- > 0)
		allowed += limit_take(class, key, &state);
	return allowed;
}

static void says_what_is_left(void **state)
{
	struct limit_state s;

	(void)state;
	assert_true(limit_peek("register", "a", &s));
	assert_int_equal(s.remaining, 100);
	assert_int_equal(s.reset_s, 0);
	for (long i = 1; i <= 100; i++) {
		assert_true(limit_take("register", "a", &s));
		assert_string_equal(s.policy, "register");
		assert_int_equal(s.quota, 100);
		assert_int_equal(s.window_s, 3600);
		assert_int_equal(s.remaining, 100 - i);
		assert_in_range(s.reset_s, 36 * i - 1, 36 * i);
		assert_int_equal(s.retry_after_s, 0);
	}
	for (int i = 0; i < 3; i++) {
		assert_false(i == 1 ? limit_peek("register", "a", &s) : limit_take("register", "a", &s));
		assert_int_equal(s.remaining, 0);
		assert_in_range(s.retry_after_s, 35, 36);
		assert_in_range(s.reset_s, 3599, 3600);
	}
}

static void keys_and_classes_are_apart(void **state)
{
	(void)state;
	assert_int_equal(takes("register", "a", 101), 100);
	assert_int_equal(takes("register", "b", 101), 100);
	assert_int_equal(takes("login_address", "a", 61), 60);
	assert_int_equal(takes("login_account", "a", 61), 20);
	assert_int_equal(takes("login_account_all", "a", 201), 200);
	assert_int_equal(takes("login_session", "a", 61), 20);
	assert_int_equal(takes("mail", "a", 101), 10);
	assert_int_equal(takes("mail_address", "a", 101), 100);
	assert_int_equal(takes("register", "", 101), 100);
}

/* What one subscriber has counts as one, however it is written; where keys are no addresses they are taken as they are.
 */
static void addresses_count_by_subscriber(void **state)
{
	static const struct {
		const char *class, *first, *second;
		bool one;
	} cases[] = {
		{"register", "2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true},
		{"register", "2001:db8:1:2::1", "2001:DB8:1:2:0:0:0:1", true},
		{"register", "2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"register", "2001:db8:1:2::1", "2001:db8:1:2::", true},
		{"register", "2001:db8:1:2::1", "2001:db8:1:2::1x", false},
		{"register", "::1", "::2", true},
		{"register", "::1", "127.0.0.1", false},
		{"register", "192.0.2.1", "192.0.2.2", false},
		{"register", "192.0.2.1", "::ffff:192.0.2.1", true},
		{"register", "192.0.2.1", "::FFFF:c000:0201", true},
		{"register", "::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
		{"register", "fe80::1%eth0", "fe80::2%eth0", true},
		{"register", "fe80::1%eth0", "fe80::1%eth1", false},
		{"address", "2001:db8::1", "2001:db8::2", true},
		{"login_address", "2001:db8::1", "2001:db8::2", true},
		{"mail_address", "2001:db8::1", "2001:db8::2", true},
		{"reset", "2001:db8::1", "2001:db8::2", true},
		{"login_account", "2001:db8::1 ana@example.test", "2001:db8::2 ana@example.test", true},
		{"login_account", "2001:db8::1 ana@example.test", "2001:db8::1 eva@example.test", false},
		{"login_account", "::ffff:192.0.2.1 ana@example.test", "192.0.2.1 ana@example.test", true},
		{"login_account_all", "2001:db8::1", "2001:db8::2", false},
		{"mail", "2001:db8::1", "2001:db8::2", false},
		{"user", "2001:db8::1", "2001:db8::2", false},
	};
	struct limit_state s;

	for (size_t i = 0; i < COUNT(cases); i++) {
		table_new(state);
		assert_true(limit_take(cases[i].class, cases[i].first, &s));
		assert_true(limit_peek(cases[i].class, cases[i].second, &s));
		if (s.remaining != s.quota - cases[i].one)
			fail_msg("%s: %s and %s", cases[i].class, cases[i].first, cases[i].second);
		limit_forgive(cases[i].class, cases[i].second);
		assert_true(limit_peek(cases[i].class, cases[i].first, &s));
		assert_int_equal(s.remaining, s.quota - !cases[i].one);
	}
}

/* All go through the same keys, so that they meet at the first take of a key, in the middle and at its last. */
static long take_all(void)
{
	char key[32];
	long allowed = 0;

	for (int i = 0; i < KEYS; i++) {
		snprintf(key, sizeof(key), "key-%d", i);
		allowed += takes("login_account", key, 25);
	}
	return allowed;
}

static void exact_across_processes(void **state)
{
	pid_t children[PROCESSES];
	long allowed = 0;
	int start[2], result[2];

	(void)state;
	assert_int_equal(pipe(start), 0);
	assert_int_equal(pipe(result), 0);
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (!children[i]) {
			char go;
			long mine;

			close(start[1]);
			limit_open();
			while (read(start[0], &go, 1) > 0)
				;
			mine = take_all();
			_exit(write(result[1], &mine, sizeof(mine)) == sizeof(mine) ? 0 : 1);
		}
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < PROCESSES; i++) {
		long theirs;
		int status;

		assert_int_equal(read(result[0], &theirs, sizeof(theirs)), sizeof(theirs));
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
		allowed += theirs;
	}
	close(result[0]);
	close(result[1]);
	assert_int_equal(allowed, 20 * KEYS);
}

/* 6,000 a minute is one every 10 ms. */
static void refills_with_time(void **state)
{
	int64_t began, passed;
	long more;

	(void)state;
	began = clock_tick_us();
	more = takes("user", "a", 7000) - 6000;
	usleep(100000);
	more += takes("user", "a", 7000);
	passed = clock_tick_us() - began;
	assert_true(more >= 10);
	assert_true(more <= passed / 10000 + 1);
}

static void forgiven_is_whole(void **state)
{
	struct limit_state s;

	(void)state;
	assert_int_equal(takes("login_account", "a", 30), 20);
	assert_int_equal(takes("login_account", "b", 30), 20);
	limit_forgive("login_account", "a");
	limit_forgive("login_account", "never seen");
	assert_true(limit_peek("login_account", "a", &s));
	assert_int_equal(s.remaining, 20);
	assert_false(limit_peek("login_account", "b", &s));
}

/* With far more keys than places, those nearest to idle are forgotten: nobody is refused who took only once. */
static void eviction_only_forgives(void **state)
{
	struct limit_state s;
	char key[32];

	(void)state;
	for (int i = 0; i < 400000; i++) {
		snprintf(key, sizeof(key), "user-%d", i);
		assert_true(limit_take("login_account", key, &s));
		assert_true(s.remaining >= 17);
	}
	/* An exhausted one stands out among them, so it is kept. */
	assert_int_equal(takes("login_account", "busy", 30), 20);
	for (int i = 0; i < 400000; i++) {
		snprintf(key, sizeof(key), "other-%d", i);
		limit_take("login_account", key, &s);
	}
	assert_false(limit_take("login_account", "busy", &s));
}

static void off_allows_all(void **state)
{
	const char *on = params.limits;
	struct limit_state s;

	(void)state;
	params.limits = "off";
	assert_int_equal(takes("register", "a", 1000), 1000);
	assert_true(limit_take("register", "a", &s));
	assert_int_equal(s.remaining, 100);
	assert_int_equal(s.quota, 100);
	limit_forgive("register", "a");
	params.limits = on;
	assert_true(limit_peek("register", "a", &s));
	assert_int_equal(s.remaining, 100);
}

static void epoch_is_shared(void **state)
{
	uint64_t before = limit_epoch();
	int status;
	pid_t child = fork();

	(void)state;
	if (!child) {
		limit_open();
		limit_epoch_bump();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(limit_epoch() == before + 1);
	/* A file made anew counts on from beyond the old one. */
	unlink(home_path("run/limits"));
	limit_open();
	assert_true(limit_epoch() > before + 1);
}

static void survives_processes_killed_at_work(void **state)
{
	struct limit_state s;

	(void)state;
	for (int i = 0; i < 40; i++) {
		pid_t child = fork();

		if (!child)
			for (;;)
				limit_take("user", "a", &s);
		usleep((useconds_t)(random() % 3000));
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
	}
	limit_take("user", "a", &s);
	assert_true(s.reset_s <= 60);
	assert_int_equal(takes("user", "b", 5000), 5000);
}

static void a_strange_file_is_replaced(void **state)
{
	static const char *const contents[] = {"", "short", "AURALIM0 of another version, or something else"};
	struct stat st;

	(void)state;
	for (size_t i = 0; i < COUNT(contents); i++) {
		unlink(home_path("run/limits"));
		file_write(home_path("run/limits"), contents[i], 0644);
		limit_open();
		assert_int_equal(stat(home_path("run/limits"), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_true(st.st_size > 1000000);
		assert_int_equal(takes("register", "a", 101), 100);
	}
}

/* After the machine restarts its clock begins anew; what the file then says may lie far ahead. */
static void another_boot_is_idle(void **state)
{
	struct limit_state s;
	struct stat st;
	uint64_t word;
	int fd, moved = 0;

	(void)state;
	assert_int_equal(takes("register", "a", 101), 100);
	fd = open(home_path("run/limits"), O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	for (off_t at = 64; at < st.st_size; at += (off_t)sizeof(word)) {
		assert_int_equal(pread(fd, &word, sizeof(word), at), sizeof(word));
		if (!word)
			continue;
		word += UINT64_C(40) * 86400 * 62500; /* forty days */
		assert_int_equal(pwrite(fd, &word, sizeof(word), at), sizeof(word));
		moved++;
	}
	close(fd);
	assert_int_equal(moved, 1);
	assert_true(limit_take("register", "a", &s));
	assert_int_equal(s.remaining, 99);
}

static void take_unknown(void *arg)
{
	struct limit_state s;

	(void)arg;
	limit_take("nonsense", "a", &s);
}

static void an_unknown_class_is_a_bug(void **state)
{
	(void)state;
	assert_bug(take_unknown, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(says_what_is_left, table_new),
		cmocka_unit_test_setup(keys_and_classes_are_apart, table_new),
		cmocka_unit_test_setup(addresses_count_by_subscriber, table_new),
		cmocka_unit_test_setup(exact_across_processes, table_new),
		cmocka_unit_test_setup(refills_with_time, table_new),
		cmocka_unit_test_setup(forgiven_is_whole, table_new),
		cmocka_unit_test_setup(eviction_only_forgives, table_new),
		cmocka_unit_test_setup(off_allows_all, table_new),
		cmocka_unit_test_setup(epoch_is_shared, table_new),
		cmocka_unit_test_setup(survives_processes_killed_at_work, table_new),
		cmocka_unit_test_setup(a_strange_file_is_replaced, table_new),
		cmocka_unit_test_setup(another_boot_is_idle, table_new),
		cmocka_unit_test_setup(an_unknown_class_is_a_bug, table_new),
	};

	return cmocka_run_group_tests_name("limit", tests, home_make, home_remove);
}
