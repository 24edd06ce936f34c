/*
 * clock: now, and RFC 3339 to and from microseconds since 1970-01-01T00:00:00Z.
 */
#ifndef AURORA_UTIL_CLOCK_H
#define AURORA_UTIL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define INSTANT_TEXT 32

/* Wall clock in microseconds since the epoch. */
int64_t clock_now_us(void);

/* Monotonic clock in microseconds, for durations and deadlines. */
int64_t clock_tick_us(void);

/* RFC 3339 with any offset, 1 to 6 digits of fraction or none (longer is cut), years 0001-9999. False when it is not.
 */
bool instant_parse(const char *text, int64_t *us);

/* "2026-03-29T07:00:00Z", with a fraction ("…00.123456Z") only when there is one. */
void instant_format(char out[INSTANT_TEXT], int64_t us);

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar; month and day from 1. */
int64_t clock_days(int64_t year, unsigned month, unsigned day);

/* The date of such days. */
void clock_date(int64_t days, int64_t *year, unsigned *month, unsigned *day);

/* A calendar date "YYYY-MM-DD" that exists (proleptic Gregorian, years 0001-9999). */
bool date_valid(const char *text);

/* A zone that the machine's tzdata knows, by IANA name. */
bool time_zone_valid(const char *name);

#endif
