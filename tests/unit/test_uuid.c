/*
 * uuid: version 7's layout, order, and what counts as one.
 */
#include "unit.h"

#include <sys/syscall.h>
#include <time.h>

#include "util/uuid.h"

#define START_US INT64_C(1774767600000000)

static int64_t wall_us = START_US;

/* In place of the C library's: the wall clock is this test's, since the machine's may be set while it runs. */
int clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, clock, now);
	*now = (struct timespec){.tv_sec = wall_us / 1000000, .tv_nsec = wall_us % 1000000 * 1000};
	return 0;
}

static int64_t ms_of(const char *uuid)
{
	char hex[13];

	memcpy(hex, uuid, 8);
	memcpy(hex + 8, uuid + 9, 4);
	hex[12] = '\0';
	return strtoll(hex, NULL, 16);
}

static void new_ones_are_of_now_and_count_up(void **state)
{
	char last[UUID_TEXT] = "", id[UUID_TEXT];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		wall_us = START_US + i;
		uuid_new(id);
		assert_true(uuid_valid_v7(id));
		assert_int_equal(ms_of(id), wall_us / 1000);
		assert_true(strcmp(id, last) > 0);
		memcpy(last, id, sizeof(last));
	}
}

static void a_burst_is_ahead_of_the_clock_by_what_it_needs(void **state)
{
	char last[UUID_TEXT] = "", id[UUID_TEXT];

	(void)state;
	wall_us += 1000;
	for (int i = 0; i < 100000; i++) {
		uuid_new(id);
		assert_true(strcmp(id, last) > 0);
		memcpy(last, id, sizeof(last));
	}
	/* 4096 fit into a millisecond. */
	assert_in_range(ms_of(id) - wall_us / 1000, 24, 25);
}

static void a_clock_set_back_a_little_does_not_set_ids_back(void **state)
{
	char before[UUID_TEXT], after[UUID_TEXT];

	(void)state;
	wall_us += 1000000;
	uuid_new(before);
	wall_us -= 9000000;
	uuid_new(after);
	assert_int_equal(ms_of(after), ms_of(before));
	assert_true(strcmp(after, before) > 0);
}

static void a_clock_set_back_far_is_followed(void **state)
{
	char id[UUID_TEXT];

	(void)state;
	wall_us += 60000000;
	uuid_new(id);
	wall_us -= 60000000;
	uuid_new(id);
	assert_int_equal(ms_of(id), wall_us / 1000);
}

static void a_moment_is_kept_to_the_millisecond(void **state)
{
	static const struct {
		int64_t ms, kept;
	} cases[] = {
		{0, 0},
		{1, 1},
		{1645557742000, 1645557742000},
		{253402300799999, 253402300799999},
		{((int64_t)1 << 48) - 1, ((int64_t)1 << 48) - 1},
		{(int64_t)1 << 48, ((int64_t)1 << 48) - 1},
		{-1, 0},
		{INT64_MIN, 0},
		{INT64_MAX, ((int64_t)1 << 48) - 1},
	};
	char id[UUID_TEXT], other[UUID_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uuid_at(id, cases[i].ms);
		uuid_at(other, cases[i].ms);
		assert_true(uuid_valid_v7(id));
		assert_int_equal(ms_of(id), cases[i].kept);
		assert_string_not_equal(id, other);
		uuid_of(id, cases[i].ms, "seed", 4);
		assert_true(uuid_valid_v7(id));
		assert_int_equal(ms_of(id), cases[i].kept);
	}
}

static void every_random_bit_varies(void **state)
{
	/* 74 random bits; the version's 4 and the variant's 2 stay. */
	unsigned char ones[16] = {0}, zeros[16] = {0};
	char id[UUID_TEXT];

	(void)state;
	for (int i = 0; i < 400; i++) {
		int byte = 0;

		uuid_at(id, 0);
		for (const char *at = id; *at; at += 2, byte++) {
			unsigned value;

			at += *at == '-';
			assert_int_equal(sscanf(at, "%2x", &value), 1);
			ones[byte] |= (unsigned char)value;
			zeros[byte] |= (unsigned char)~value;
		}
	}
	for (int byte = 6; byte < 16; byte++) {
		unsigned fixed = byte == 6   ? 0xf0
				 : byte == 8 ? 0xc0
					     : 0,
			 value = byte == 6   ? 0x70
				 : byte == 8 ? 0x80
					     : 0;

		assert_int_equal(ones[byte], 0xff & (~fixed | value));
		assert_int_equal(zeros[byte], 0xff & (~fixed | ~value));
	}
}

static void a_seed_gives_the_same_twice(void **state)
{
	char one[UUID_TEXT], two[UUID_TEXT];

	(void)state;
	uuid_of(one, 1000, "seed", 4);
	uuid_of(two, 1000, "seed", 4);
	assert_string_equal(one, two);
	/* SHA-256 of "seed" begins 19b25856e1c150ca834c: eight bytes behind the variant, twelve bits before it. */
	assert_string_equal(one, "00000000-03e8-734c-99b2-5856e1c150ca");
	uuid_of(two, 1000, "seee", 4);
	assert_string_not_equal(one, two);
	uuid_of(two, 1001, "seed", 4);
	assert_string_not_equal(one, two);
}

static void a_child_does_not_repeat_its_parent(void **state)
{
	char here[UUID_TEXT], there[UUID_TEXT];
	int ends[2];
	pid_t child;

	(void)state;
	uuid_at(here, 0);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		uuid_at(there, 0);
		_exit(write(ends[1], there, sizeof(there)) != sizeof(there));
	}
	assert_int_equal(read(ends[0], there, sizeof(there)), sizeof(there));
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(ends[0]);
	close(ends[1]);
	uuid_at(here, 0);
	assert_string_not_equal(here, there);
}

static void only_one_form_is_valid(void **state)
{
	static const struct {
		const char *text;
		bool valid, v7;
	} cases[] = {
		{"017f22e2-79b0-7cc3-98c4-dc0c0c07398f", true, true},
		{"017f22e2-79b0-7cc3-88c4-dc0c0c07398f", true, true},
		{"017f22e2-79b0-7cc3-b8c4-dc0c0c07398f", true, true},
		{"017f22e2-79b0-7cc3-c8c4-dc0c0c07398f", true, false},
		{"017f22e2-79b0-7cc3-78c4-dc0c0c07398f", true, false},
		{"919108f7-52d1-4320-9bac-f847db4148a8", true, false},
		{"00000000-0000-0000-0000-000000000000", true, false},
		{"ffffffff-ffff-ffff-ffff-ffffffffffff", true, false},
		{"017F22E2-79B0-7CC3-98C4-DC0C0C07398F", false, false},
		{"017f22e279b07cc398c4dc0c0c07398f", false, false},
		{"{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", false, false},
		{"017f22e2-79b0-7cc3-98c4-dc0c0c07398", false, false},
		{"017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", false, false},
		{"017f22e2-79b0-7cc3-98c4-dc0c0c07398f ", false, false},
		{" 17f22e2-79b0-7cc3-98c4-dc0c0c07398f", false, false},
		{"017f22e2-79b0-7cc3-98c4-dc0c0c07398g", false, false},
		{"017f22e2-79b0-7cc3-98c4_dc0c0c07398f", false, false},
		{"017f22e-279b0-7cc3-98c4-dc0c0c07398f", false, false},
		{"-17f22e2-79b0-7cc3-98c4-dc0c0c07398f", false, false},
		{"", false, false},
		{"-", false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		/* Of exactly its size, so that a read past the end is seen. */
		char *text = strdup(cases[i].text);

		if (uuid_valid(text) != cases[i].valid || uuid_valid_v7(text) != cases[i].v7)
			fail_msg("\"%s\"", text);
		free(text);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_ones_are_of_now_and_count_up),
		cmocka_unit_test(a_burst_is_ahead_of_the_clock_by_what_it_needs),
		cmocka_unit_test(a_clock_set_back_a_little_does_not_set_ids_back),
		cmocka_unit_test(a_clock_set_back_far_is_followed),
		cmocka_unit_test(a_moment_is_kept_to_the_millisecond),
		cmocka_unit_test(every_random_bit_varies),
		cmocka_unit_test(a_seed_gives_the_same_twice),
		cmocka_unit_test(a_child_does_not_repeat_its_parent),
		cmocka_unit_test(only_one_form_is_valid),
	};

	return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}
