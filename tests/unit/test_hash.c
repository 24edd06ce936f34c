/*
 * hash: what xxhsum -H2 says, for each of the lengths that are hashed in ways of their own.
 */
#include "unit.h"

#include <string.h>

#include "util/hash.h"

static void hashes_are_those_of_xxhsum(void **state)
{
	static const struct {
		size_t len;
		const char *hex;
	} cases[] = {
		{0, "99aa06d3014798d86001c324468d497f"},    {1, "5c7401c0ec22eeeeeaf06c6480b2cd11"},
		{8, "a2560a4ef6cd547b926874e5432bc207"},    {16, "ceb3fbd8af7001ac76ba55acf0be061e"},
		{128, "fd990d088a9365ae7813452547ab9912"},  {240, "bfede978870834bedf2b586ca80bb7aa"},
		{5000, "c40b706e6ba9af508d8567cbc9ee3d90"},
	};
	char text[5000], hex[HASH_HEX];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hash_hex(hex, text, cases[i].len);
		assert_string_equal(hex, cases[i].hex);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_those_of_xxhsum),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
