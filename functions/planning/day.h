/*
 * day: a day of the Gregorian calendar with what recurrence rules ask of one.
 */
#ifndef AURORA_PLANNING_DAY_H
#define AURORA_PLANNING_DAY_H

#include <stdint.h>

struct day {
	int64_t number;                              /* from 1970-01-01 */
	int year, month, of_month, weekday, of_year; /* from 1; weekday 0 Sunday … 6 Saturday */
	int month_len, year_len;
};

struct day_week {
	int year;   /* the one that has the week's fourth day (ISO 8601, but for the weekday it begins on) */
	int number; /* from 1 */
	int back;   /* from the year's end, -1 the last */
};

void day_init(struct day *day, int64_t number);
void day_next(struct day *day);

/* The day of seconds since 1970-01-01. */
int64_t day_number(int64_t wall);

/* Its week, where weeks begin on a weekday. */
void day_week(const struct day *day, int week_start, struct day_week *week);

/* Weeks begun since one before 1970, for telling them apart and counting them. */
int64_t day_week_count(const struct day *day, int week_start);

#endif
