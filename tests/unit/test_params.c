/*
 * params: where values come from, what is refused and how it is said, and what is printed.
 */
#include "unit.h"

#include <json-c/json.h>
#include <limits.h>
#include <sys/stat.h>

#include "aurora/params.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/json.h"

static char home[] = "/tmp/aurora-params-XXXXXX";

static void conf_write(const char *text)
{
	FILE *file;

	unlink(home_path("aurora.conf"));
	if (!text)
		return;
	file = fopen(home_path("aurora.conf"), "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Nothing of ours is set but the home, whatever the test run has set. */
static int environment_clean(void **state)
{
	char errors[256];

	(void)state;
	for (char **variable = environ; *variable;) {
		char name[128];

		if (strncmp(*variable, "AURORA_", 7)) {
			variable++;
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(*variable, "="), *variable);
		unsetenv(name);
	}
	setenv("AURORA_HOME", home, 1);
	params_load(errors, sizeof(errors));
	conf_write(NULL);
	return 0;
}

static int home_make(void **state)
{
	(void)state;
	return mkdtemp(home) ? 0 : -1;
}

static int home_remove(void **state)
{
	environment_clean(state);
	return rmdir(home);
}

static void load(void)
{
	char errors[4096];

	if (!params_load(errors, sizeof(errors)))
		fail_msg("%s", errors);
	assert_string_equal(errors, "");
}

static void defaults(void **state)
{
	(void)state;
	load();
	assert_int_equal(params.port, 8080);
	assert_int_equal(params.access_token_ttl, 900);
	assert_string_equal(params.limits, "on");
	assert_string_equal(params.database, "");
	assert_string_equal(params.home, home);
	assert_string_equal(params.origin, "http://127.0.0.1:8080");
}

static void file_then_environment(void **state)
{
	(void)state;
	conf_write("# a comment = ignored\n\n  port=9001  \r\nlimits\t= off\norigin = https://aurora.example\n"
		   "database = host=/run dbname=aurora # not a comment\n");
	setenv("AURORA_PORT", "9002", 1);
	setenv("AURORA_URL", "http://127.0.0.1:1", 1);
	setenv("AURORA_TEST_FULL", "1", 1);
	load();
	assert_int_equal(params.port, 9002);
	assert_string_equal(params.limits, "off");
	assert_string_equal(params.origin, "https://aurora.example");
	assert_string_equal(params.database, "host=/run dbname=aurora # not a comment");
}

static void origin_follows_the_port(void **state)
{
	(void)state;
	setenv("AURORA_PORT", "1234", 1);
	load();
	assert_string_equal(params.origin, "http://127.0.0.1:1234");
	unsetenv("AURORA_PORT");
	load();
	assert_string_equal(params.origin, "http://127.0.0.1:8080");
}

static void home_is_absolute(void **state)
{
	char cwd[PATH_MAX - 8], expected[PATH_MAX], slashed[PATH_MAX];

	(void)state;
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	snprintf(expected, sizeof(expected), "%s/var", cwd);
	unsetenv("AURORA_HOME");
	load();
	assert_string_equal(params.home, expected);
	setenv("AURORA_HOME", "", 1);
	load();
	assert_string_equal(params.home, expected);
	snprintf(slashed, sizeof(slashed), "%s//", home);
	setenv("AURORA_HOME", slashed, 1);
	load();
	assert_string_equal(params.home, home);
	snprintf(expected, sizeof(expected), "%s/log/x.log", home);
	assert_string_equal(home_path("log/x.log"), expected);
	assert_ptr_equal(home_path("log/x.log"), home_path("log/x.log"));
}

static const struct {
	const char *variable;
	const char *value;
	const char *conf;
	const char *error; /* the line, with %s for the home */
} bad[] = {
	{"AURORA_PORT", "abc", NULL, "port: \"abc\" (from AURORA_PORT) is not a whole number of 1..65535 TCP port"},
	{"AURORA_PORT", "0", NULL, "port: \"0\" (from AURORA_PORT) is not a whole number of 1..65535 TCP port"},
	{"AURORA_PORT", "65536", NULL, "port: \"65536\" (from AURORA_PORT) is not"},
	{"AURORA_PORT", "99999999999999999999", NULL, "port: \"99999999999999999999\" (from AURORA_PORT) is not"},
	{"AURORA_PORT", "-1", NULL, "port: \"-1\" (from AURORA_PORT) is not"},
	{"AURORA_PORT", "80 ", NULL, "port: \"80 \" (from AURORA_PORT) is not"},
	{"AURORA_PORT", " 80", NULL, "port: \" 80\" (from AURORA_PORT) is not"},
	{"AURORA_PORT", "0x50", NULL, "port: \"0x50\" (from AURORA_PORT) is not"},
	{"AURORA_PORT", "8e3", NULL, "port: \"8e3\" (from AURORA_PORT) is not"},
	{"AURORA_PORT", "", NULL, "port: \"\" (from AURORA_PORT) is not"},
	{"AURORA_LIMITS", "maybe", NULL, "limits: \"maybe\" (from AURORA_LIMITS) is none of on|off"},
	{"AURORA_LIMITS", "on|off", NULL, "limits: \"on|off\" (from AURORA_LIMITS) is none of on|off"},
	{"AURORA_LIMITS", "o", NULL, "limits: \"o\" (from AURORA_LIMITS) is none of on|off"},
	{"AURORA_LIMITS", "", NULL, "limits: \"\" (from AURORA_LIMITS) is none of on|off"},
	{"AURORA_ORIGIN", "https://a.example/", NULL,
	 "origin: \"https://a.example/\" (from AURORA_ORIGIN) does not match"},
	{"AURORA_ORIGIN", "javascript:x", NULL, "origin: \"javascript:x\" (from AURORA_ORIGIN) does not match"},
	{"AURORA_ORIGIN", "https://a b", NULL, "origin: \"https://a b\" (from AURORA_ORIGIN) does not match"},
	{"AURORA_DATABASE", "a\nb", NULL, "database: \"a\\nb\" (from AURORA_DATABASE) does not match ^[^\\n]*$"},
	{"AURORA_PROT", "80", NULL, "AURORA_PROT: no parameter has this environment variable"},
	{"AURORA_port", "80", NULL, "AURORA_port: no parameter has this environment variable"},
	{"AURORA_URLS", "x", NULL, "AURORA_URLS: no parameter has this environment variable"},
	{"AURORA_TEST_", "x", NULL, "AURORA_TEST_: no parameter has this environment variable"},
	{"AURORA_HOME", "var", NULL, "home: \"var\" (from AURORA_HOME) does not match"},
	{NULL, NULL, "port = x\n", "port: \"x\" (from %s/aurora.conf:1) is not a whole number of 1..65535 TCP port"},
	{NULL, NULL, "\nprot = 1\n", "%s/aurora.conf:2: no parameter is called \"prot\""},
	{NULL, NULL, "port\n", "%s/aurora.conf:1: \"port\" is not \"name = value\""},
	{NULL, NULL, "port = 1\nport = 2\n", "%s/aurora.conf:2: port is set in line 1 already"},
	{NULL, NULL, "home = /x\n", "%s/aurora.conf:1: home is set by AURORA_HOME alone"},
	{NULL, NULL, "PORT = 1\n", "%s/aurora.conf:1: no parameter is called \"PORT\""},
};

static void bad_values_are_refused(void **state)
{
	char errors[4096], expected[512];

	for (size_t i = 0; i < COUNT(bad); i++) {
		environment_clean(state);
		conf_write(bad[i].conf);
		if (bad[i].variable)
			setenv(bad[i].variable, bad[i].value, 1);
		assert_false(params_load(errors, sizeof(errors)));
		if (bad[i].variable)
			snprintf(expected, sizeof(expected), "%s", bad[i].error);
		else
			snprintf(expected, sizeof(expected), "%.*s%s%s",
				 (int)(strstr(bad[i].error, "%s") - bad[i].error), bad[i].error, home,
				 strstr(bad[i].error, "%s") + 2);
		if (strncmp(errors, expected, strlen(expected)) || strchr(errors, '\n') != errors + strlen(errors) - 1)
			fail_msg("expected one line that begins\n%s\nbut got\n%s", expected, errors);
	}
}

static void all_faults_at_once(void **state)
{
	char errors[4096], small[40];
	unsigned lines = 0;

	(void)state;
	conf_write("bcrypt_cost = 99\nnonsense\n");
	setenv("AURORA_PORT", "abc", 1);
	setenv("AURORA_CRON", "never", 1);
	setenv("AURORA_MOOD", "good", 1);
	assert_false(params_load(errors, sizeof(errors)));
	for (const char *c = errors; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 5);
	assert_int_equal(params.port, 8080);
	assert_false(params_load(small, sizeof(small)));
	assert_true(strlen(small) < sizeof(small));
}

static void long_values_are_cut(void **state)
{
	char errors[4096], value[2000];

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = 0;
	setenv("AURORA_PORT", value, 1);
	assert_false(params_load(errors, sizeof(errors)));
	assert_non_null(strstr(errors, "xxx...\" (from AURORA_PORT)"));
	assert_true(strlen(errors) < 200);
}

static void unreadable_file(void **state)
{
	char errors[512];

	(void)state;
	assert_int_equal(mkdir(home_path("aurora.conf"), 0700), 0);
	assert_false(params_load(errors, sizeof(errors)));
	assert_int_equal(rmdir(home_path("aurora.conf")), 0);
	assert_non_null(strstr(errors, "cannot be read"));
}

static void described(void **state)
{
	struct arena *arena = arena_new();
	struct buf *out = buf_in(arena, 1 << 20);
	struct json_writer w;
	enum json_fault fault;
	struct json_object *list, *name;
	const char *previous = "";

	(void)state;
	json_writer_init(&w, out);
	params_describe(&w);
	list = json_read(arena, buf_text(out), out->len, &fault);
	assert_int_equal(fault, JSON_OK);
	assert_true(json_object_is_type(list, json_type_array));
	assert_true(json_object_array_length(list) > 20);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *parameter = json_object_array_get_idx(list, i);

		assert_true(json_object_object_get_ex(parameter, "help", NULL));
		assert_true(json_object_object_get_ex(parameter, "default", NULL));
		assert_true(json_object_object_get_ex(parameter, "name", &name));
		assert_true(strcmp(previous, json_object_get_string(name)) < 0);
		previous = json_object_get_string(name);
	}
	arena_free(arena);
}

/* What a shell makes of the printed lines is what was set. */
static void printed_for_a_shell(void **state)
{
	static const char *const value = "host='a b' options=\"$(x)\" `y` \\ *";
	char command[PATH_MAX + 64], out[256] = "";
	const char *path = home_path("printed");
	FILE *shell;
	int saved = dup(STDOUT_FILENO);

	(void)state;
	setenv("AURORA_DATABASE", value, 1);
	load();
	fflush(stdout);
	assert_non_null(freopen(path, "w", stdout));
	params_print();
	fflush(stdout);
	assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
	close(saved);
	snprintf(command, sizeof(command), ". %s; printf '%%s|%%s' \"$port\" \"$database\"", path);
	shell = popen(command, "r");
	assert_non_null(shell);
	assert_non_null(fgets(out, sizeof(out), shell));
	pclose(shell);
	unlink(path);
	assert_string_equal(out, "8080|host='a b' options=\"$(x)\" `y` \\ *");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(defaults, environment_clean),
		cmocka_unit_test_setup(file_then_environment, environment_clean),
		cmocka_unit_test_setup(origin_follows_the_port, environment_clean),
		cmocka_unit_test_setup(home_is_absolute, environment_clean),
		cmocka_unit_test_setup(bad_values_are_refused, environment_clean),
		cmocka_unit_test_setup(all_faults_at_once, environment_clean),
		cmocka_unit_test_setup(long_values_are_cut, environment_clean),
		cmocka_unit_test_setup(unreadable_file, environment_clean),
		cmocka_unit_test_setup(described, environment_clean),
		cmocka_unit_test_setup(printed_for_a_shell, environment_clean),
	};

	return cmocka_run_group_tests_name("params", tests, home_make, home_remove);
}
