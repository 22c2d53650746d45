// SPDX-License-Identifier: MIT
#include "channel/ledger.h"

#define DAY_S 86400
#define HOUR_S 3600

static const struct {
	const char *name;
	int32_t price;
	int32_t owned;
} resources[VD_RESOURCE_N] = {
	[VD_RESOURCE_POST] = { "posts read", 5000, 1000 },
	[VD_RESOURCE_USER] = { "users read", 10000, 10000 },
	[VD_RESOURCE_DM_EVENT] = { "direct messages read", 10000, 10000 },
	[VD_RESOURCE_WRITE_POST] = { "posts written", 15000, 15000 },
	[VD_RESOURCE_WRITE_POST_WITH_URL] = { "posts with a link", 200000, 200000 },
	[VD_RESOURCE_WRITE_SUMMONED_REPLY] = { "summoned replies", 10000, 10000 },
	[VD_RESOURCE_WRITE_DM] = { "direct messages sent", 15000, 15000 },
};

int64_t vd_ledger_price(enum vd_resource resource, bool is_owned)
{
	if ((unsigned)resource >= VD_RESOURCE_N) {
		return 0;
	}
	return is_owned ? resources[resource].owned : resources[resource].price;
}

const char *vd_resource_name(enum vd_resource resource)
{
	return (unsigned)resource < VD_RESOURCE_N ? resources[resource].name : "?";
}

int64_t vd_ledger_day(struct vd_wall t)
{
	int64_t s = vd_wall_to_s(t);
	return s >= 0 ? s / DAY_S : (s - DAY_S + 1) / DAY_S;
}

struct vd_ledger_cycle vd_ledger_cycle_of(int64_t day, int cycle_day)
{
	int64_t year;
	int month;
	int of_month;
	vd_civil_from_days(day, &year, &month, &of_month);
	if (of_month < cycle_day) {
		year -= month == 1;
		month = month == 1 ? 12 : month - 1;
	}
	int64_t first = vd_days_from_civil(year, month, cycle_day);
	year += month == 12;
	month = month == 12 ? 1 : month + 1;
	return (struct vd_ledger_cycle){ first, vd_days_from_civil(year, month, cycle_day) };
}

int64_t vd_ledger_forecast(const struct vd_ledger_sums *sums, struct vd_ledger_cycle cycle,
			   struct vd_wall now)
{
	int64_t now_s = vd_wall_to_s(now);
	int64_t left_s = cycle.end * DAY_S - now_s;
	int64_t spent = 0;
	int64_t in_s = 0;
	for (int i = 0; i < sums->n_days && i < VD_LEDGER_WEEK; i++) {
		spent += sums->days[i];
		in_s += DAY_S;
	}
	if (in_s == 0) { // the first day: an hour of it at least, else a morning foretells ruin
		spent = sums->today;
		in_s = now_s - vd_ledger_day(now) * DAY_S;
		in_s = in_s < HOUR_S ? HOUR_S : in_s;
	}
	double rest = left_s > 0 ? (double)spent / (double)in_s * (double)left_s : 0;
	return sums->month + (rest < 4e18 ? (int64_t)rest : INT64_MAX / 4);
}

uint8_t vd_ledger_percent(int64_t spent, int64_t budget)
{
	if (budget <= 0 || spent <= 0) {
		return 0;
	}
	int64_t percent = spent / (budget / 100 > 0 ? budget / 100 : 1);
	return percent > 255 ? 255 : (uint8_t)percent;
}
