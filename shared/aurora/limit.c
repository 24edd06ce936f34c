/*
 * limit: see limit.h.
 *
 * An entry is one 64-bit word, the key's tag and its theoretical arrival time together, so that one compare-and-swap
 * changes both: an entry can be taken over by another key at any moment without either seeing half of it, and a process
 * that dies leaves nothing behind. A bucket of eight entries is one cache line.
 *
 * Time is CLOCK_BOOTTIME, which no step of the wall clock touches, in units of 16 µs: 44 bits of them are 8.9 years.
 * After a restart of the machine the old file's times may lie further ahead than any limit can put them; these count as
 * idle.
 */
#include "aurora/limit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "aurora/auth.h"
#include "aurora/params.h"
#include "util/clock.h"
#include "util/log.h"

#define MAGIC       0x314d494c41525541ULL /* "AURALIM1" */
#define WAYS        8
#define BUCKETS     16384
#define TAG_BITS    20
#define TIME_BITS   (64 - TAG_BITS)
#define TIME_MASK   ((UINT64_C(1) << TIME_BITS) - 1)
#define UNIT_NS     16000
#define UNITS_PER_S (1000000000 / UNIT_NS)

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "entries are shared between processes and need atomics without locks");
_Static_assert((BUCKETS & (BUCKETS - 1)) == 0, "a bucket is chosen by a mask");

typedef _Atomic uint64_t atomic_word;

struct table {
	uint64_t magic;
	atomic_word epoch;
	uint64_t reserved[6];
	atomic_word buckets[BUCKETS][WAYS];
};

struct class
{
	const char *name;
	const long *quota;
	long times;
	long divisor;
	long window_s;
	bool by_address; /* its keys begin with an address */
};

/* What a class's quota means in units of time. */
struct rate {
	const struct class *class;
	long quota;
	uint64_t step;  /* between two requests at the steady rate */
	uint64_t burst; /* how far ahead of now the arrival time may be: the whole quota */
};

static const struct class classes[] = {
	{"address", &params.limit_address, 1, 1, 60, true},
	{"login_account", &params.limit_login, 1, 3, 3600, true},       /* of one account by one address */
	{"login_account_all", &params.limit_login, 10, 3, 3600, false}, /* of one account by all addresses */
	{"login_address", &params.limit_login, 1, 1, 3600, true},       /* of all accounts by one address */
	{"login_session", &params.limit_login, 1, 3, 3600, false},      /* of one session, when asked again */
	{"mail", &params.limit_mail, 1, 1, 3600, false},                /* to one account */
	{"mail_address", &params.limit_mail, 10, 1, 3600, true},        /* asked for by one address */
	{"page", &params.limit_login, 1, 3, 3600, true},       /* passwords of one public page by one address */
	{"page_all", &params.limit_login, 10, 3, 3600, false}, /* of one public page by all addresses */
	{"register", &params.limit_register, 1, 1, 3600, true},
	{"reset", &params.limit_mail, 1, 1, 60, true}, /* each takes its time, and others wait for it */
	{"user", &params.limit_user, 1, 1, 60, false},
};

#define CLASSES (sizeof(classes) / sizeof(classes[0]))

static struct table *table;

static uint64_t now_units(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ((uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec) / UNIT_NS;
}

static long seconds_up(uint64_t units)
{
	return (long)((units + UNITS_PER_S - 1) / UNITS_PER_S);
}

static struct rate rate_of(const struct class *class)
{
	struct rate rate = {.class = class, .quota = *class->quota * class->times / class->divisor};

	if (rate.quota < 1)
		rate.quota = 1;
	rate.step = (uint64_t) class->window_s * UNITS_PER_S / (uint64_t)rate.quota;
	if (rate.step < 1)
		rate.step = 1;
	rate.burst = rate.step * (uint64_t)rate.quota;
	return rate;
}

static struct rate rate_find(const char *name)
{
	for (size_t i = 0; i < CLASSES; i++)
		if (!strcmp(classes[i].name, name))
			return rate_of(&classes[i]);
	bug("no limit is called \"%s\"", name);
}

/*
 * The IPv6 address that a key begins with, as it counts (see limit.h), and the rest of the key. Any other key is all
 * rest.
 */
static const char *address_split(const char *key, char address[INET6_ADDRSTRLEN])
{
	size_t len = strcspn(key, " %");
	struct in6_addr ip;

	memcpy(address, key, len < INET6_ADDRSTRLEN ? len : 0);
	address[len < INET6_ADDRSTRLEN ? len : 0] = 0;
	if (inet_pton(AF_INET6, address, &ip) != 1) {
		address[0] = 0;
		return key;
	}
	if (IN6_IS_ADDR_V4MAPPED(&ip)) {
		inet_ntop(AF_INET, &ip.s6_addr[12], address, INET6_ADDRSTRLEN);
	} else {
		memset(&ip.s6_addr[8], 0, 8);
		inet_ntop(AF_INET6, &ip, address, INET6_ADDRSTRLEN);
	}
	return key + len;
}

/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012) with the house's secret: nobody outside can aim two keys at one entry. The
 * key is given anew each time because OpenSSL 3.0 does not start over without it.
 */
static uint64_t hash(const struct class *class, const char *key)
{
	static EVP_MAC_CTX *ctx;
	static const unsigned char *secret_key;
	char address[INET6_ADDRSTRLEN] = "";
	unsigned char out[8];
	uint64_t value;
	size_t len;

	if (!ctx) {
		size_t size = sizeof(out);
		OSSL_PARAM options[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
					OSSL_PARAM_construct_end()};
		EVP_MAC *mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_SIPHASH, NULL);

		ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
		EVP_MAC_free(mac);
		if (!ctx || !EVP_MAC_CTX_set_params(ctx, options))
			die("OpenSSL has no SipHash");
		secret_key = secret("limits");
	}
	if (class->by_address)
		key = address_split(key, address);
	/* The class's NUL keeps ("ab", "c") and ("a", "bc") apart. */
	if (!EVP_MAC_init(ctx, secret_key, 16, NULL) ||
	    !EVP_MAC_update(ctx, (const unsigned char *)class->name, strlen(class->name) + 1) ||
	    !EVP_MAC_update(ctx, (const unsigned char *)address, strlen(address)) ||
	    !EVP_MAC_update(ctx, (const unsigned char *)key, strlen(key)) ||
	    !EVP_MAC_final(ctx, out, &len, sizeof(out)) || len != sizeof(out))
		die("OpenSSL cannot hash");
	memcpy(&value, out, sizeof(value));
	return value;
}

static uint64_t tag_of(uint64_t h)
{
	uint64_t tag = h >> TIME_BITS;

	return tag ? tag : 1; /* a word of 0 is an empty entry */
}

/* How far ahead of now any limit may put an arrival time. */
static uint64_t farthest(void)
{
	uint64_t most = 0;

	for (size_t i = 0; i < CLASSES; i++) {
		uint64_t burst = rate_of(&classes[i]).burst;

		if (burst > most)
			most = burst;
	}
	return most;
}

/*
 * The key's entry, or NULL; *word is what it held. With `victim`, the entry to reuse when there is none, the one that
 * is nearest to being idle, and what that held.
 */
static atomic_word *find(uint64_t h, uint64_t now, uint64_t *word, atomic_word **victim, uint64_t *victim_word)
{
	atomic_word *bucket = table->buckets[h & (BUCKETS - 1)];
	uint64_t tag = tag_of(h), least = UINT64_MAX, limit = 0;

	for (int i = 0; i < WAYS; i++) {
		uint64_t w = atomic_load_explicit(&bucket[i], memory_order_acquire);
		uint64_t ahead;

		if (w >> TIME_BITS == tag) {
			*word = w;
			return &bucket[i];
		}
		if (!victim)
			continue;
		ahead = (w & TIME_MASK) > now ? (w & TIME_MASK) - now : 0;
		if (ahead && !limit)
			limit = farthest();
		if (ahead > limit)
			ahead = 0;
		if (ahead < least) {
			least = ahead;
			*victim = &bucket[i];
			*victim_word = w;
		}
	}
	return NULL;
}

/* The arrival time that a word says, never before now; one that is impossibly far ahead is of another boot. */
static uint64_t arrival(uint64_t word, uint64_t now, const struct rate *rate)
{
	uint64_t tat = word & TIME_MASK;

	return tat > now && tat - now <= rate->burst ? tat : now;
}

static void state_fill(struct limit_state *state, const struct rate *rate, uint64_t ahead, uint64_t retry)
{
	*state = (struct limit_state){
		.policy = rate->class->name,
		.quota = rate->quota,
		.window_s = rate->class->window_s,
		.remaining = (long)((rate->burst - ahead) / rate->step),
		.reset_s = seconds_up(ahead),
		.retry_after_s = seconds_up(retry),
	};
}

/* GCRA: one is allowed when the arrival time after it is within the burst (virtual scheduling, ITU-T I.371 annex A). */
static bool apply(const char *name, const char *key, bool take, struct limit_state *state)
{
	struct rate rate = rate_find(name);
	uint64_t h, tag, now, tat, word = 0, victim_word = 0;

	if (!strcmp(params.limits, "off")) {
		state_fill(state, &rate, 0, 0);
		return true;
	}
	if (!table)
		limit_open();
	h = hash(rate.class, key);
	tag = tag_of(h);
	for (;;) {
		atomic_word *victim = NULL, *entry;

		entry = find(h, now_units(), &word, &victim, &victim_word);
		/* Read after the word, and so after its writer read it: the word cannot seem too far ahead. */
		now = now_units();
		tat = entry ? arrival(word, now, &rate) : now;
		if (tat + rate.step - now > rate.burst) {
			state_fill(state, &rate, tat - now, tat + rate.step - now - rate.burst);
			return false;
		}
		if (!take) {
			state_fill(state, &rate, tat - now, 0);
			return true;
		}
		if (!entry) {
			entry = victim;
			word = victim_word;
		}
		/* Whoever changed the entry meanwhile, perhaps by inserting this very key, makes us look again. */
		if (atomic_compare_exchange_strong_explicit(entry, &word,
							    tag << TIME_BITS | ((tat + rate.step) & TIME_MASK),
							    memory_order_acq_rel, memory_order_relaxed)) {
			state_fill(state, &rate, tat + rate.step - now, 0);
			return true;
		}
	}
}

/* A file of zeroed, allocated blocks, so that a full disk shows here and not as a fault in the middle of a request. */
static int table_create(const char *path)
{
	char temporary[PATH_MAX];
	struct {
		uint64_t magic;
		uint64_t epoch;
	} head = {MAGIC, (uint64_t)clock_now_us()}; /* beyond whatever an earlier file has counted to */
	int fd, error;

	snprintf(temporary, sizeof(temporary), "%s.new", path);
	unlink(temporary);
	fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		die("%s: cannot be made: %s", temporary, strerror(errno));
	error = posix_fallocate(fd, 0, sizeof(struct table));
	if (!error && pwrite(fd, &head, sizeof(head), 0) != (ssize_t)sizeof(head))
		error = errno;
	if (!error && rename(temporary, path))
		error = errno;
	if (error) {
		unlink(temporary);
		die("%s: cannot be made: %s", path, strerror(error));
	}
	return fd;
}

static bool table_good(int fd)
{
	struct stat st;
	uint64_t magic;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size == (off_t)sizeof(struct table) &&
	       pread(fd, &magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) && magic == MAGIC;
}

void limit_open(void)
{
	const char *directory = home_path("run"), *path = home_path("run/limits");
	int lock, fd;
	void *map;

	/* One at a time looks and makes; the kernel lets go of this lock should its holder die. */
	lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 && errno == ENOENT && !mkdir(directory, 0700))
		lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0)
		die("%s: cannot be opened: %s", directory, strerror(errno));
	while (flock(lock, LOCK_EX))
		if (errno != EINTR)
			die("%s: cannot be locked: %s", directory, strerror(errno));
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno != ENOENT)
		die("%s: cannot be opened: %s", path, strerror(errno));
	if (fd >= 0 && !table_good(fd)) {
		log_warn("%s is not of this version and is made anew", path);
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		fd = table_create(path);
	close(lock);
	map = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("%s: cannot be mapped: %s", path, strerror(errno));
	close(fd);
	if (table)
		munmap(table, sizeof(struct table));
	table = map;
}

bool limit_take(const char *class, const char *key, struct limit_state *state)
{
	return apply(class, key, true, state);
}

bool limit_peek(const char *class, const char *key, struct limit_state *state)
{
	return apply(class, key, false, state);
}

void limit_forgive(const char *class, const char *key)
{
	atomic_word *entry;
	uint64_t h, word;

	if (!strcmp(params.limits, "off"))
		return;
	if (!table)
		limit_open();
	h = hash(rate_find(class).class, key);
	while ((entry = find(h, 0, &word, NULL, NULL)))
		atomic_compare_exchange_strong(entry, &word, 0);
}

uint64_t limit_epoch(void)
{
	if (!table)
		limit_open();
	return atomic_load(&table->epoch);
}

void limit_epoch_bump(void)
{
	if (!table)
		limit_open();
	atomic_fetch_add(&table->epoch, 1);
}
