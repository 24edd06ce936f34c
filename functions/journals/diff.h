/*
 * diff: what changed between two texts, word by word (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986).
 *
 * Lines are compared first, then the words of those that changed. Words, runs of white space, single marks of
 * punctuation and single characters of scripts without spaces are what is compared. Work and memory are bounded: what
 * differs too much to be told apart is one deletion and one insertion.
 */
#ifndef AURORA_JOURNALS_DIFF_H
#define AURORA_JOURNALS_DIFF_H

#include <stddef.h>

struct arena;

enum diff_op { DIFF_EQUAL, DIFF_INSERT, DIFF_DELETE };

/* A piece of the new text, or where it is a deletion of the old one. */
struct diff_part {
	enum diff_op op;
	const char *text;
	size_t len;
};

/*
 * The parts in order, in the arena; how many there are. What is equal and deleted makes the old text, what is equal and
 * inserted the new one, byte for byte. Both are valid UTF-8 and stay where they are.
 */
size_t diff_words(struct arena *arena, const char *old_text, size_t old_len, const char *new_text, size_t new_len,
		  struct diff_part **parts);

#endif
