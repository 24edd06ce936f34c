/*
 * limit: rate limits shared by all processes of a house, in one mapped file ($AURORA_HOME/run/limits).
 *
 * GCRA (ITU-T I.371, as in redis-cell): each (class, key) has one theoretical arrival time, moved by compare-and-swap,
 * so there are no locks to die with. The table has a fixed size; under pressure the entry that is nearest to being idle
 * is reused, which can only forgive. Keys are hashed with the house's secret. The same file carries the revocation
 * counter (limit_epoch), by which a session's end reaches every process of the machine at once.
 */
#ifndef AURORA_AURORA_LIMIT_H
#define AURORA_AURORA_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct limit_state {
	const char *policy; /* class name, for RateLimit-Policy */
	long quota;         /* per window */
	long window_s;
	long remaining;
	long reset_s;       /* until the quota is whole again, rounded up */
	long retry_after_s; /* 0 when allowed */
};

/* Map the file; dies when it cannot. The other calls do it when nobody has. With limits off, only its counter is used.
 */
void limit_open(void);

/*
 * Take one from class (one of the table in limit.c: "user", "address", "register", "login_account",
 * "login_account_all", "login_address", "login_session", "mail", "mail_address", "page", "page_all", "reset") for key.
 * False when it is more than allowed; *state is filled in both cases.
 *
 * An address that a key is, or begins with before a space, counts by what one subscriber has at least: an IPv6 address
 * as its /64 (RFC 6177), an IPv4-mapped one (RFC 4291, 2.5.5.2) as the IPv4 address.
 */
bool limit_take(const char *class, const char *key, struct limit_state *state);

/* The same without taking. */
bool limit_peek(const char *class, const char *key, struct limit_state *state);

/* Give a class's key its whole quota back (after a successful login). */
void limit_forgive(const char *class, const char *key);

/* A counter that only grows, shared by all processes of the house: bump it after revoking, compare it before trusting.
 */
uint64_t limit_epoch(void);
void limit_epoch_bump(void);

#endif
