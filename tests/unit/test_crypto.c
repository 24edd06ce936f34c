/*
 * crypto: the standards' own test vectors, and that what was touched is refused.
 */
#include "unit.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/syscall.h>

#include "util/arena.h"
#include "util/crypto.h"

/* In place of the C library's: it gives little at a time and is often interrupted, as it may. */
ssize_t getrandom(void *out, size_t len, unsigned flags)
{
	static unsigned calls;

	if (++calls % 3 == 0) {
		errno = EINTR;
		return -1;
	}
	return syscall(SYS_getrandom, out, len < 10 ? len : 10, flags);
}

static const char *hex_of(struct arena *arena, const unsigned char *data, size_t len)
{
	char *hex = arena_alloc(arena, 2 * len + 1);

	for (size_t i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", data[i]);
	return hex;
}

static void hashes_are_fips_180(void **state)
{
	static const struct {
		const char *text;
		size_t times;
		const char *hash;
	} cases[] = {
		{"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
		{"aaaaaaaaaa", 100000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].text);
		char *text = arena_alloc(arena, len * cases[i].times), hex[65];
		unsigned char hash[SHA256_SIZE];

		for (size_t at = 0; at < cases[i].times; at++)
			memcpy(text + at * len, cases[i].text, len);
		sha256(hash, text, len * cases[i].times);
		assert_string_equal(hex_of(arena, hash, sizeof(hash)), cases[i].hash);
		sha256_hex(hex, text, len * cases[i].times);
		assert_string_equal(hex, cases[i].hash);
	}
	arena_free(arena);
}

/* A text repeated, for keys and data of RFC 4231. */
struct repeated {
	const char *text;
	size_t times;
};

static char *repeat(struct arena *arena, struct repeated what, size_t *len)
{
	char *text;

	*len = strlen(what.text) * what.times;
	text = arena_alloc(arena, *len);
	for (size_t at = 0; at < *len; at++)
		text[at] = what.text[at % strlen(what.text)];
	return text;
}

static void hmacs_are_rfc_4231(void **state)
{
	static const struct {
		struct repeated key, data;
		const char *sha256, *sha384;
	} cases[] = {
		{{"\x0b", 20},
		 {"Hi There", 1},
		 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
		 "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"},
		{{"Jefe", 1},
		 {"what do ya want for nothing?", 1},
		 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		 "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"},
		{{"\xaa", 20},
		 {"\xdd", 50},
		 "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
		 "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27"},
		{{"\xaa", 131},
		 {"Test Using Larger Than Block-Size Key - Hash Key First", 1},
		 "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
		 "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952"},
		{{"", 0},
		 {"", 0},
		 "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
		 "6c1f2ee938fad2e24bd91298474382ca218c75db3d83e114b3d4367776d14d3551289e75e8209cd4b792302840234adc"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char out[SHA384_SIZE];
		size_t key_len = 0, len = 0;
		char *key = cases[i].key.times ? repeat(arena, cases[i].key, &key_len) : NULL;
		char *data = cases[i].data.times ? repeat(arena, cases[i].data, &len) : NULL;

		hmac_sha256(out, key, key_len, data, len);
		assert_string_equal(hex_of(arena, out, SHA256_SIZE), cases[i].sha256);
		hmac_sha384(out, key, key_len, data, len);
		assert_string_equal(hex_of(arena, out, SHA384_SIZE), cases[i].sha384);
	}
	arena_free(arena);
}

static void base64_is_rfc_4648(void **state)
{
	static const struct {
		const char *data, *base64, *base64url;
	} cases[] = {
		{"", "", ""},
		{"f", "Zg==", "Zg"},
		{"fo", "Zm8=", "Zm8"},
		{"foo", "Zm9v", "Zm9v"},
		{"foob", "Zm9vYg==", "Zm9vYg"},
		{"fooba", "Zm9vYmE=", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
		{"\xfb\xff\xfe", "+//+", "-__-"},
		{"\xff", "/w==", "_w"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t size = strlen(cases[i].data), len;
		unsigned char *data;

		assert_string_equal(base64_encode(arena, cases[i].data, size), cases[i].base64);
		assert_string_equal(base64url_encode(arena, cases[i].data, size), cases[i].base64url);
		data = base64url_decode(arena, cases[i].base64url, &len);
		assert_int_equal(len, size);
		assert_string_equal(data, cases[i].data);
	}
	for (size_t size = 0; size < 200; size++) {
		unsigned char bytes[200], *data;
		size_t len;

		random_bytes(bytes, size);
		data = base64url_decode(arena, base64url_encode(arena, bytes, size), &len);
		assert_int_equal(len, size);
		if (size)
			assert_memory_equal(data, bytes, size);
		assert_int_equal(data[size], 0);
	}
	arena_free(arena);
}

static void what_is_not_base64url_is_refused(void **state)
{
	static const char *const texts[] = {"A",    "AAAAA", "Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm 9", "Zm9+",
					    "Zm9/", "Zm9",   "Zh",   "Z_",  "Zm9.",   "Z\xc3", "Zm8!"};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		size_t len = 4711;

		if (base64url_decode(arena, texts[i], &len) || len != 4711)
			fail_msg("\"%s\"", texts[i]);
	}
	arena_free(arena);
}

static void tokens_differ(void **state)
{
	struct arena *arena = arena_new();
	const char *last = "";

	(void)state;
	for (int i = 0; i < 1000; i++) {
		const char *token = token_new(arena);
		size_t len;

		assert_int_equal(strlen(token), 43);
		assert_non_null(base64url_decode(arena, token, &len));
		assert_int_equal(len, 32);
		assert_string_not_equal(token, last);
		last = token;
	}
	arena_free(arena);
}

static void random_fills_all(void **state)
{
	static const size_t sizes[] = {0, 1, 16, 256, 257, 10000};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned char *once = calloc(1, sizes[i] + 1), *ever = calloc(1, sizes[i] + 1);

		/* A byte that stays zero in all of twenty is not chance. */
		for (int round = 0; round < 20; round++) {
			random_bytes(once, sizes[i]);
			for (size_t at = 0; at <= sizes[i]; at++)
				ever[at] |= once[at];
		}
		for (size_t at = 0; at < sizes[i]; at++)
			assert_int_not_equal(ever[at], 0);
		assert_int_equal(ever[sizes[i]], 0);
		free(once);
		free(ever);
	}
}

static void equality_sees_every_byte(void **state)
{
	unsigned char a[32] = {0}, b[32] = {0};

	(void)state;
	assert_true(equal_constant_time(a, b, sizeof(a)));
	assert_true(equal_constant_time(a, b, 0));
	for (size_t i = 0; i < sizeof(a); i++) {
		b[i] = 0x80;
		assert_false(equal_constant_time(a, b, sizeof(a)));
		assert_true(equal_constant_time(a, b, i));
		b[i] = 0;
	}
}

static const unsigned char key[SEAL_KEY_SIZE] = "0123456789abcdef0123456789abcde";
static const unsigned char other_key[SEAL_KEY_SIZE] = "0123456789abcdef0123456789abcdf";

static void a_seal_opens_to_what_was_sealed(void **state)
{
	static const size_t sizes[] = {0, 1, 15, 16, 17, 1000, 100000};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned char *data = arena_alloc(arena, sizes[i]);
		const char *sealed, *again, *opened;
		size_t len;

		random_bytes(data, sizes[i]);
		sealed = seal(arena, key, data, sizes[i]);
		again = seal(arena, key, data, sizes[i]);
		assert_string_not_equal(sealed, again);
		assert_int_equal(strlen(sealed), ((sizes[i] + 28) * 4 + 2) / 3);
		opened = seal_open(arena, key, sealed, &len);
		assert_non_null(opened);
		assert_int_equal(len, sizes[i]);
		if (len)
			assert_memory_equal(opened, data, len);
		assert_int_equal(opened[len], 0);
		assert_null(seal_open(arena, other_key, sealed, &len));
	}
	assert_null(strstr(seal(arena, key, "plain text", 10), "cGxhaW4"));
	arena_free(arena);
}

static void a_touched_seal_does_not_open(void **state)
{
	struct arena *arena = arena_new();
	char *sealed = seal(arena, key, "secret", 6);
	size_t size = strlen(sealed), len = 4711;

	(void)state;
	for (size_t at = 0; at < size; at++) {
		char was = sealed[at];

		sealed[at] = was == 'A' ? 'B' : 'A';
		assert_null(seal_open(arena, key, sealed, &len));
		sealed[at] = '\0';
		assert_null(seal_open(arena, key, sealed, &len));
		sealed[at] = was;
	}
	assert_null(seal_open(arena, key, arena_printf(arena, "%sA", sealed), &len));
	assert_null(seal_open(arena, key, arena_printf(arena, "%sAAAA", sealed), &len));
	assert_int_equal(len, 4711);
	assert_non_null(seal_open(arena, key, sealed, &len));
	arena_free(arena);
}

/* Test cases 13 and 14 of "The Galois/Counter Mode of Operation" (McGrew, Viega): all zero. */
static void seals_are_gcm(void **state)
{
	static const unsigned char zero[SEAL_KEY_SIZE] = {0};
	static const unsigned char empty[28] = {0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
						0,    0,    0x53, 0x0f, 0x8a, 0xfb, 0xc7, 0x45, 0x36, 0xb9,
						0xa9, 0x63, 0xb4, 0xf1, 0xc4, 0xcb, 0x73, 0x8b};
	static const unsigned char block[44] = {0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
						0,    0xce, 0xa7, 0x40, 0x3d, 0x4d, 0x60, 0x6b, 0x6e, 0x07, 0x4e,
						0xc5, 0xd3, 0xba, 0xf3, 0x9d, 0x18, 0xd0, 0xd1, 0xc8, 0xa7, 0x99,
						0x99, 0x6b, 0xf0, 0x26, 0x5b, 0x98, 0xb5, 0xd4, 0x8a, 0xb9, 0x19};
	struct arena *arena = arena_new();
	const char *opened;
	size_t len;

	(void)state;
	assert_non_null(seal_open(arena, zero, base64url_encode(arena, empty, sizeof(empty)), &len));
	assert_int_equal(len, 0);
	opened = seal_open(arena, zero, base64url_encode(arena, block, sizeof(block)), &len);
	assert_non_null(opened);
	assert_int_equal(len, 16);
	assert_memory_equal(opened, zero, 16);
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_fips_180),
		cmocka_unit_test(hmacs_are_rfc_4231),
		cmocka_unit_test(base64_is_rfc_4648),
		cmocka_unit_test(what_is_not_base64url_is_refused),
		cmocka_unit_test(tokens_differ),
		cmocka_unit_test(random_fills_all),
		cmocka_unit_test(equality_sees_every_byte),
		cmocka_unit_test(a_seal_opens_to_what_was_sealed),
		cmocka_unit_test(a_touched_seal_does_not_open),
		cmocka_unit_test(seals_are_gcm),
	};

	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
