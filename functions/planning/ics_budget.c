/*
 * ics_budget: of the processor, not of the clock, so that a busy machine takes what an idle one does.
 */
#include "ics_budget.h"

#include <time.h>

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void ics_budget_begin(struct ics_budget *budget)
{
	budget->began_us = now_us();
}

void ics_budget_end(struct ics_budget *budget)
{
	budget->spent_us += now_us() - budget->began_us;
	budget->began_us = 0;
}

bool ics_budget_gone(const struct ics_budget *budget)
{
	return budget->spent_us + (budget->began_us ? now_us() - budget->began_us : 0) >= budget->limit_us;
}
