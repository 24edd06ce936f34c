#include "diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/crypto.h"
#include "util/utf8.h"

#define EDITS_MAX 1500      /* insertions and deletions that are looked for: a trace of 9 MB */
#define WORK_MAX  100000000 /* comparisons in all: some tenths of a second */
#define GAP_MAX   4         /* bytes of white space between two changes that are one to a reader */

struct token {
	uint32_t start;
	uint32_t len;
	uint32_t id; /* the same for the same bytes */
};

struct tokens {
	struct token *items;
	size_t count;
};

/* Ids of tokens by their bytes: open addressing, at most half full. */
struct slot {
	const char *data; /* NULL: free */
	uint32_t len;
	uint32_t id;
};

struct ids {
	struct slot *slots;
	size_t size; /* a power of two */
	uint32_t count;
};

/* What became of what: bytes of the old text and of the new one. */
struct change {
	size_t old_start, old_end;
	size_t new_start, new_end;
};

struct changes {
	struct arena *arena;
	struct change *items;
	size_t count;
	size_t room;
	long work; /* left */
	int32_t *trace;
	size_t trace_room;
};

static struct slot *slot_of(const struct ids *ids, const char *data, size_t len)
{
	static uint64_t seed;
	uint64_t hash;
	size_t at;

	/* FNV-1a from a start of this process's own, its bits mixed (MurmurHash3's finalizer): texts that were made to
	 * collide do not. */
	if (seed == 0)
		random_bytes(&seed, sizeof(seed));
	hash = seed;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)data[i]) * 1099511628211u;
	hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
	hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
	hash ^= hash >> 33;
	for (at = hash & (ids->size - 1); ids->slots[at].data != NULL; at = (at + 1) & (ids->size - 1))
		if (ids->slots[at].len == len && memcmp(ids->slots[at].data, data, len) == 0)
			break;
	return &ids->slots[at];
}

static void grow(struct ids *ids)
{
	struct ids larger = {.size = ids->size > 0 ? 2 * ids->size : 1024, .count = ids->count};

	larger.slots = xcalloc(larger.size, sizeof(*larger.slots));
	for (size_t i = 0; i < ids->size; i++)
		if (ids->slots[i].data != NULL)
			*slot_of(&larger, ids->slots[i].data, ids->slots[i].len) = ids->slots[i];
	free(ids->slots);
	*ids = larger;
}

static uint32_t id_of(struct ids *ids, const char *data, size_t len)
{
	struct slot *slot;

	if (2 * (size_t)ids->count >= ids->size)
		grow(ids);
	slot = slot_of(ids, data, len);
	if (slot->data == NULL)
		*slot = (struct slot){data, (uint32_t)len, ids->count++};
	return slot->id;
}

static size_t line_length(const char *data, size_t len)
{
	const char *end = memchr(data, '\n', len);

	return end != NULL ? (size_t)(end - data) + 1 : len;
}

enum kind { SPACE, WORD, SINGLE };

static enum kind kind_of(uint32_t c)
{
	if (utf8_is_space(c))
		return SPACE;
	return utf8_is_word(c) && !utf8_is_cjk(c) ? WORD : SINGLE;
}

static size_t word_length(const char *data, size_t len)
{
	size_t used;
	enum kind kind = kind_of(utf8_next(data, len, &used));
	size_t at = used;

	while (kind != SINGLE && at < len && kind_of(utf8_next(data + at, len - at, &used)) == kind)
		at += used;
	return at;
}

/* The tokens of bytes `start` to `end`, cut by `length`. */
static struct tokens cut(struct arena *arena, struct ids *ids, const char *data, size_t start, size_t end,
			 size_t (*length)(const char *data, size_t len))
{
	struct tokens tokens = {0};
	size_t at;

	for (at = start; at < end; at += length(data + at, end - at))
		tokens.count++;
	tokens.items = arena_alloc(arena, (tokens.count + 1) * sizeof(*tokens.items));
	tokens.count = 0;
	for (at = start; at < end; tokens.count++) {
		struct token *token = &tokens.items[tokens.count];

		token->start = (uint32_t)at;
		token->len = (uint32_t)length(data + at, end - at);
		token->id = id_of(ids, data + at, token->len);
		at += token->len;
	}
	tokens.items[tokens.count].start = (uint32_t)end;
	return tokens;
}

static void add(struct changes *changes, struct change change)
{
	if (changes->count == changes->room) {
		struct change *before = changes->items;

		changes->room = changes->room > 0 ? 2 * changes->room : 64;
		changes->items = arena_alloc(changes->arena, changes->room * sizeof(*before));
		if (changes->count > 0)
			memcpy(changes->items, before, changes->count * sizeof(*before));
	}
	changes->items[changes->count++] = change;
}

/*
 * Walk the trace back from its end and mark the tokens that are not common. Row d of the trace begins at d * d and
 * holds how far diagonals -d to d had come with d edits.
 */
static void mark(const int32_t *trace, long edits, long x, long y, bool *gone, bool *come)
{
	for (long d = edits; d > 0; d--) {
		const int32_t *row = trace + (d - 1) * (d - 1) + (d - 1); /* of d - 1, at diagonal 0 */
		long k = x - y;
		bool down = k == -d || (k != d && row[k - 1] < row[k + 1]);
		long from = down ? k + 1 : k - 1;

		x = row[from];
		y = x - from;
		if (down)
			come[y] = true;
		else
			gone[x] = true;
	}
}

/*
 * Myers' greedy search over tokens [0, n) and [0, m) of both sides: which are gone, which have come. False when there
 * are more edits than are looked for.
 */
static bool search(struct changes *changes, const struct token *a, long n, const struct token *b, long m, bool *gone,
		   bool *come)
{
	long most = n + m < EDITS_MAX ? n + m : EDITS_MAX;

	for (long d = 0; d <= most; d++) {
		const int32_t *before;
		int32_t *row;

		if ((size_t)((d + 1) * (d + 1)) > changes->trace_room) {
			changes->trace_room = (size_t)(2 * (d + 1) * (d + 1));
			changes->trace = xrealloc(changes->trace, changes->trace_room * sizeof(*changes->trace));
		}
		row = changes->trace + d * d + d;
		before = d > 0 ? changes->trace + (d - 1) * (d - 1) + (d - 1) : NULL;

		for (long k = -d; k <= d; k += 2) {
			long x = d == 0                                                 ? 0
				 : k == -d || (k != d && before[k - 1] < before[k + 1]) ? before[k + 1]
											: before[k - 1] + 1;
			long y = x - k;

			while (x < n && y < m && x >= 0 && y >= 0 && a[x].id == b[y].id) {
				x++;
				y++;
				changes->work--;
			}
			changes->work--;
			row[k] = (int32_t)x;
			if (x >= n && y >= m) {
				mark(changes->trace, d, x, y, gone, come);
				return true;
			}
		}
		if (changes->work < 0)
			return false;
	}
	return false;
}

/*
 * Compare two runs of tokens; each change is handed on as bytes. What is common at the ends is not looked at twice.
 */
static void compare(struct changes *changes, const struct tokens *old_tokens, const struct tokens *new_tokens,
		    void (*each)(struct changes *changes, struct change change, void *ctx), void *ctx)
{
	const struct token *a = old_tokens->items;
	const struct token *b = new_tokens->items;
	long n = (long)old_tokens->count;
	long m = (long)new_tokens->count;
	long head = 0;
	bool *gone;
	bool *come;

	while (head < n && head < m && a[head].id == b[head].id)
		head++;
	a += head;
	b += head;
	n -= head;
	m -= head;
	while (n > 0 && m > 0 && a[n - 1].id == b[m - 1].id) {
		n--;
		m--;
	}
	if (n == 0 && m == 0)
		return;
	gone = arena_alloc(changes->arena, (size_t)n + 1);
	come = arena_alloc(changes->arena, (size_t)m + 1);
	if (!search(changes, a, n, b, m, gone, come)) {
		memset(gone, true, (size_t)n);
		memset(come, true, (size_t)m);
	}
	for (long x = 0, y = 0; x < n || y < m;) {
		long from_x = x;
		long from_y = y;

		while (x < n && gone[x])
			x++;
		while (y < m && come[y])
			y++;
		if (x > from_x || y > from_y)
			each(changes, (struct change){a[from_x].start, a[x].start, b[from_y].start, b[y].start}, ctx);
		while (x < n && y < m && !gone[x] && !come[y]) {
			x++;
			y++;
		}
	}
}

struct pair {
	struct ids *ids;
	const char *old_text;
	const char *new_text;
};

static void keep(struct changes *changes, struct change change, void *ctx)
{
	(void)ctx;
	add(changes, change);
}

/* Lines that changed: their words. */
static void look_closer(struct changes *changes, struct change change, void *ctx)
{
	const struct pair *pair = ctx;
	struct tokens old_words, new_words;

	if (change.old_start == change.old_end || change.new_start == change.new_end) {
		add(changes, change);
		return;
	}
	old_words = cut(changes->arena, pair->ids, pair->old_text, change.old_start, change.old_end, word_length);
	new_words = cut(changes->arena, pair->ids, pair->new_text, change.new_start, change.new_end, word_length);
	compare(changes, &old_words, &new_words, keep, NULL);
}

static bool is_small_gap(const char *text, size_t start, size_t end)
{
	return end - start <= GAP_MAX && utf8_is_blank(text + start, end - start) &&
	       memchr(text + start, '\n', end - start) == NULL;
}

/* Changes with next to nothing between them are one, so that a rewritten sentence does not read as confetti. */
static void join(struct changes *changes, const char *old_text)
{
	size_t kept = 0;

	for (size_t i = 1; i < changes->count; i++) {
		struct change *last = &changes->items[kept];
		const struct change *next = &changes->items[i];

		if (is_small_gap(old_text, last->old_end, next->old_start)) {
			last->old_end = next->old_end;
			last->new_end = next->new_end;
		} else {
			changes->items[++kept] = *next;
		}
	}
	if (changes->count > 0)
		changes->count = kept + 1;
}

static void put(struct diff_part *parts, size_t *count, enum diff_op op, const char *text, size_t start, size_t end)
{
	if (end > start)
		parts[(*count)++] = (struct diff_part){op, text + start, end - start};
}

static size_t write_parts(struct arena *arena, const struct changes *changes, const char *old_text,
			  const char *new_text, size_t new_len, struct diff_part **parts)
{
	size_t count = 0;
	size_t at = 0;

	*parts = arena_alloc(arena, (3 * changes->count + 1) * sizeof(**parts));
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *c = &changes->items[i];

		put(*parts, &count, DIFF_EQUAL, new_text, at, c->new_start);
		put(*parts, &count, DIFF_DELETE, old_text, c->old_start, c->old_end);
		put(*parts, &count, DIFF_INSERT, new_text, c->new_start, c->new_end);
		at = c->new_end;
	}
	put(*parts, &count, DIFF_EQUAL, new_text, at, new_len);
	return count;
}

size_t diff_words(struct arena *arena, const char *old_text, size_t old_len, const char *new_text, size_t new_len,
		  struct diff_part **parts)
{
	struct arena *scratch = arena_new();
	struct changes changes = {.arena = scratch, .work = WORK_MAX};
	struct ids ids = {0};
	struct pair pair = {.ids = &ids, .old_text = old_text, .new_text = new_text};
	struct tokens old_lines, new_lines;
	size_t count;

	old_lines = cut(scratch, &ids, old_text, 0, old_len, line_length);
	new_lines = cut(scratch, &ids, new_text, 0, new_len, line_length);
	compare(&changes, &old_lines, &new_lines, look_closer, &pair);
	join(&changes, old_text);
	count = write_parts(arena, &changes, old_text, new_text, new_len, parts);
	free(ids.slots);
	free(changes.trace);
	arena_free(scratch);
	return count;
}
