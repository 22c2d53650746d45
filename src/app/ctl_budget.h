// SPDX-License-Identifier: MIT
/**
 * `vedetta ctl budget` as text: per account and stream what the plan buys, and what it costs.
 * Not the answer itself (output/output.h makes the JSON) and not the plan (channel/budget.h).
 * Pure but for the stream it prints to.
 */
#ifndef VD_APP_CTL_BUDGET_H
#define VD_APP_CTL_BUDGET_H

#include <cJSON.h>
#include <stdio.h>

void vd_ctl_budget_print(FILE *out, const cJSON *answer);

#endif
