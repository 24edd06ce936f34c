/*
 * ics_budget: the time of the processor that one calendar may take for what can take any, so that the rest of it is
 * read whatever is in it.
 */
#ifndef AURORA_PLANNING_ICS_BUDGET_H
#define AURORA_PLANNING_ICS_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/* With nothing but its limit: nothing spent. Whatever takes long stands between a begin and an end, none within
 * another. */
struct ics_budget {
	int64_t limit_us;
	int64_t spent_us;
	int64_t began_us;
};

void ics_budget_begin(struct ics_budget *budget);
void ics_budget_end(struct ics_budget *budget);

/* Whether it is used up; counts what is spent since a begin. */
bool ics_budget_gone(const struct ics_budget *budget);

#endif
