/*
 * clock: now, and RFC 3339 to and from microseconds since 1970-01-01T00:00:00Z.
 */
#ifndef AURORA_UTIL_CLOCK_H
#define AURORA_UTIL_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INSTANT_TEXT 32

/* Two decimal digits of a value below 100, and what is behind them, without a NUL; returns where the text goes on. */
static inline char *put_two_digits(char *out, unsigned value, char end)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
	out[2] = end;
	return out + 3;
}

/* "2026-03-29" of a year from 0 to 9999, and what is behind it. */
static inline char *put_date(char *out, unsigned year, unsigned month, unsigned day, char end)
{
	put_two_digits(out, year / 100, '0');
	out = put_two_digits(out + 2, year % 100, '-');
	out = put_two_digits(out, month, '-');
	return put_two_digits(out, day, end);
}

/* Wall clock in microseconds since the epoch. */
int64_t clock_now_us(void);

/* Monotonic clock in microseconds, for durations and deadlines. */
int64_t clock_tick_us(void);

/* RFC 3339 with any offset, 1 to 6 digits of fraction or none (longer is cut), years 0001-9999. False when it is not.
 */
bool instant_parse(const char *text, int64_t *us);

/* "2026-03-29T07:00:00Z", with a fraction ("…00.123456Z") only when there is one. Returns its length. */
size_t instant_format(char out[INSTANT_TEXT], int64_t us);

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar; month and day from 1. */
int64_t clock_days(int64_t year, unsigned month, unsigned day);

/* The date of such days. */
void clock_date(int64_t days, int64_t *year, unsigned *month, unsigned *day);

/* A calendar date "YYYY-MM-DD" that exists (proleptic Gregorian, years 0001-9999). */
bool date_valid(const char *text);

/* A zone that the machine's tzdata knows, by IANA name. */
bool time_zone_valid(const char *name);

#endif
