/*
 * hash: tells contents apart, fast, where nobody gains anything by two that are alike: XXH3 of 128 bits (xxHash). What
 * must not be made to collide is for crypto.h.
 */
#ifndef AURORA_UTIL_HASH_H
#define AURORA_UTIL_HASH_H

#include <stddef.h>

#define HASH_HEX 33 /* with its NUL */

/* As 32 hexadecimal digits, the same on every machine. */
void hash_hex(char out[HASH_HEX], const void *data, size_t len);

#endif
