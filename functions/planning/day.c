/*
 * day: from one to the next in a few steps, for walks over centuries.
 */
#include "day.h"

#include <stdbool.h>

#include "util/clock.h"

#define DAY        86400
#define WEEK       7
#define EPOCH_WDAY 4 /* 1970-01-01 was a Thursday */

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int year_len(int year)
{
	return leap(year) ? 366 : 365;
}

static int month_len(int year, int month)
{
	return month == 2 ? 28 + leap(year) : 31 - (month - 1) % 7 % 2;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t day_number(int64_t wall)
{
	return floor_div(wall, DAY);
}

void day_init(struct day *day, int64_t number)
{
	int64_t year, from_thursday = number - floor_div(number, WEEK) * WEEK;
	unsigned month, of_month;

	clock_date(number, &year, &month, &of_month);
	*day = (struct day){
		.number = number,
		.year = (int)year,
		.month = (int)month,
		.of_month = (int)of_month,
		.weekday = (int)((from_thursday + EPOCH_WDAY) % WEEK),
		.of_year = (int)(number - clock_days(year, 1, 1)) + 1,
	};
	day->month_len = month_len(day->year, day->month);
	day->year_len = year_len(day->year);
}

void day_next(struct day *day)
{
	day->number++;
	day->weekday = day->weekday == 6 ? 0 : day->weekday + 1;
	day->of_year++;
	if (++day->of_month <= day->month_len)
		return;
	day->of_month = 1;
	if (++day->month > 12) {
		day->month = day->of_year = 1;
		day->year_len = year_len(++day->year);
	}
	day->month_len = month_len(day->year, day->month);
}

void day_week(const struct day *day, int week_start, struct day_week *week)
{
	int fourth = day->of_year + 3 - (day->weekday - week_start + WEEK) % WEEK, len = day->year_len;

	week->year = day->year;
	if (fourth < 1) {
		len = year_len(--week->year);
		fourth += len;
	} else if (fourth > len) {
		fourth -= len;
		len = year_len(++week->year);
	}
	week->number = (fourth - 1) / WEEK + 1;
	week->back = -((len - fourth) / WEEK + 1);
}

int64_t day_week_count(const struct day *day, int week_start)
{
	return floor_div(day->number + EPOCH_WDAY - week_start, WEEK);
}
