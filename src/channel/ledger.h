// SPDX-License-Identifier: MIT
/**
 * What X's pay-per-use costs: prices as one table, the billing month, the forecast of its end. Not
 * the book itself (store/store.h keeps it) and not the plan that widens by it (budget.h). Pure:
 * days are UTC days since 1970, money is millionths of a US dollar.
 */
#ifndef VD_CHANNEL_LEDGER_H
#define VD_CHANNEL_LEDGER_H

#include "channel/channel.h"

/** Of one resource read, or of one write that was accepted (facts 1.11). */
int64_t vd_ledger_price(enum vd_resource resource, bool is_owned);
const char *vd_resource_name(enum vd_resource resource);

int64_t vd_ledger_day(struct vd_wall t);
/** A billing month: [first, end). */
struct vd_ledger_cycle {
	int64_t first;
	int64_t end;
};
/** The one that holds `day`; it begins on the `cycle_day`-th of a month, 1 to 28. */
struct vd_ledger_cycle vd_ledger_cycle_of(int64_t day, int cycle_day);

#define VD_LEDGER_WEEK 7
/** What was spent, as the forecast needs it. */
struct vd_ledger_sums {
	int64_t month;                // in this cycle, today included
	int64_t today;                // so far
	int64_t days[VD_LEDGER_WEEK]; // the whole days before today, the last one first
	int n_days;                   // of those that the book knows
};
/** What the cycle will have cost at its end: as it went in the last week, or today where that is
 *  all we know. */
int64_t vd_ledger_forecast(const struct vd_ledger_sums *sums, struct vd_ledger_cycle cycle,
			   struct vd_wall now);
/** How much of it is gone, 0 to 255; 0 where there is no budget. */
uint8_t vd_ledger_percent(int64_t spent, int64_t budget);

#endif
