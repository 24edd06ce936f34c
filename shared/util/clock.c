/*
 * clock: the proleptic Gregorian calendar in days counted from 1970-01-01.
 *
 * Years are counted from March, so that the leap day is a year's last: then months have lengths that a line fits, and
 * 400 years have 146097 days.
 */
#include "util/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SECOND_US      ((int64_t)1000000)
#define DAY_SECONDS    86400
#define DAYS_TO_1970   719468 /* from 0000-03-01 */
#define DAYS_400_YEARS 146097
#define ZONES          "/usr/share/zoneinfo/"
#define ZONE_NAME_MOST 64

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

int64_t clock_days(int64_t year, unsigned month, unsigned day)
{
	int64_t era;
	unsigned of_era, of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = (unsigned)(year - era * 400);
	of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * DAYS_400_YEARS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_TO_1970;
}

struct date {
	int64_t days, year;
	unsigned month, day;
};

static struct date date_of(int64_t days)
{
	struct date date = {.days = days};
	int64_t era;
	unsigned of_era, of_year, years, march;

	days += DAYS_TO_1970;
	era = (days >= 0 ? days : days - (DAYS_400_YEARS - 1)) / DAYS_400_YEARS;
	of_era = (unsigned)(days - era * DAYS_400_YEARS);
	years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * years + years / 4 - years / 100);
	march = (5 * of_year + 2) / 153;
	date.day = of_year - (153 * march + 2) / 5 + 1;
	date.month = march < 10 ? march + 3 : march - 9;
	date.year = era * 400 + years + (date.month <= 2);
	return date;
}

void clock_date(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	/* Who writes many times mostly writes one of the same day again. */
	static struct date last = {.year = 1970, .month = 1, .day = 1};

	if (days != last.days)
		last = date_of(days);
	*year = last.year;
	*month = last.month;
	*day = last.day;
}

static unsigned days_in(unsigned year, unsigned month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly `count` digits at *at, which moves behind them. */
static bool digits(const char **at, int count, unsigned *value)
{
	*value = 0;
	for (; count > 0; count--, (*at)++) {
		if (!is_digit(**at))
			return false;
		*value = *value * 10 + (unsigned)(**at - '0');
	}
	return true;
}

static bool literal(const char **at, char c)
{
	return *(*at)++ == c;
}

/* "YYYY-MM-DD" at *at, which moves behind it. */
static bool date(const char **at, int64_t *days)
{
	unsigned year, month, day;

	if (!digits(at, 4, &year) || !literal(at, '-') || !digits(at, 2, &month) || !literal(at, '-') ||
	    !digits(at, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
		return false;
	*days = clock_days(year, month, day);
	return true;
}

/* ".123456": one digit or more, those after the sixth cut. Nothing there is 0. */
static bool fraction(const char **at, int64_t *us)
{
	int64_t unit = SECOND_US / 10;

	*us = 0;
	if (**at != '.')
		return true;
	(*at)++;
	if (!is_digit(**at))
		return false;
	for (; is_digit(**at); (*at)++, unit /= 10)
		*us += unit * (**at - '0');
	return true;
}

/* "Z" or "+hh:mm", in seconds east of UTC. */
static bool offset(const char **at, int *seconds)
{
	unsigned hours, minutes;
	char sign = *(*at)++;

	*seconds = 0;
	if (sign == 'Z' || sign == 'z')
		return true;
	if ((sign != '+' && sign != '-') || !digits(at, 2, &hours) || !literal(at, ':') || !digits(at, 2, &minutes))
		return false;
	if (hours > 23 || minutes > 59)
		return false;
	*seconds = (int)(hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
	return true;
}

int64_t clock_now_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_tick_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

bool instant_parse(const char *text, int64_t *us)
{
	unsigned hour, minute, second;
	int64_t days, seconds, part;
	int east;

	if (!date(&text, &days) || (*text != 'T' && *text != 't'))
		return false;
	text++;
	if (!digits(&text, 2, &hour) || !literal(&text, ':') || !digits(&text, 2, &minute) || !literal(&text, ':') ||
	    !digits(&text, 2, &second) || !fraction(&text, &part) || !offset(&text, &east) || *text != '\0')
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	seconds = days * DAY_SECONDS + hour * 3600 + minute * 60 + second - east;
	/* A leap second ends a day of UTC (RFC 3339, 5.7) and counts as the next day's first, as in POSIX. */
	if (second == 60 && seconds % DAY_SECONDS != 0)
		return false;
	if (seconds < clock_days(1, 1, 1) * DAY_SECONDS || seconds >= clock_days(10000, 1, 1) * DAY_SECONDS)
		return false;
	*us = seconds * SECOND_US + part;
	return true;
}

/*
 * The fraction behind the last second. PostgreSQL leaves trailing zeros out, and one instant should have one text: so
 * do we.
 */
static char *put_fraction(char *out, unsigned us)
{
	if (us == 0)
		return out;
	*out++ = '.';
	put_two_digits(out, us / 10000, '0');
	put_two_digits(out + 2, us / 100 % 100, '0');
	out = put_two_digits(out + 4, us % 100, '0') - 1;
	while (out[-1] == '0')
		out--;
	return out;
}

size_t instant_format(char out[INSTANT_TEXT], int64_t us)
{
	int64_t part = us % SECOND_US, seconds = us / SECOND_US, days, year;
	unsigned month, day, of_day;
	char *at;

	if (part < 0) {
		part += SECOND_US;
		seconds--;
	}
	days = seconds / DAY_SECONDS;
	if (seconds % DAY_SECONDS < 0)
		days--;
	of_day = (unsigned)(seconds - days * DAY_SECONDS);
	clock_date(days, &year, &month, &day);
	/* printf only for what may have any number of digits: each request's log line has one of these. */
	if (year >= 0 && year <= 9999)
		at = put_date(out, (unsigned)year, month, day, 'T');
	else
		at = out + snprintf(out, INSTANT_TEXT, "%04lld-%02u-%02uT", (long long)year, month, day);
	at = put_two_digits(at, of_day / 3600, ':');
	at = put_two_digits(at, of_day / 60 % 60, ':');
	at = put_fraction(put_two_digits(at, of_day % 60, 'Z') - 1, (unsigned)part);
	*at++ = 'Z';
	*at = '\0';
	return (size_t)(at - out);
}

bool date_valid(const char *text)
{
	int64_t days;

	return date(&text, &days) && *text == '\0';
}

bool time_zone_valid(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
	size_t len = strlen(name);
	static char known[ZONE_NAME_MOST + 1]; /* the last that was one: most of a user's times are of one zone */
	char path[sizeof(ZONES) + ZONE_NAME_MOST], magic[4];
	bool valid;
	int fd;

	if (len > 0 && strcmp(name, known) == 0)
		return true;
	/* Without dots in `allowed` no name leaves the directory. */
	if (len == 0 || len > ZONE_NAME_MOST || strspn(name, allowed) != len || name[0] == '/' || strstr(name, "//"))
		return false;
	/* There beside the zones, and no names of IANA's. */
	if (!strncmp(name, "posix/", 6) || !strncmp(name, "right/", 6) || !strcmp(name, "posixrules") ||
	    !strcmp(name, "localtime"))
		return false;
	snprintf(path, sizeof(path), ZONES "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	valid = read(fd, magic, sizeof(magic)) == sizeof(magic) && !memcmp(magic, "TZif", sizeof(magic));
	close(fd);
	if (valid)
		memcpy(known, name, len + 1);
	return valid;
}
