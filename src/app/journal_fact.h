// SPDX-License-Identifier: MIT
/**
 * Facts of the journal read back: what a step led to, and what became of the appliance's alarms.
 * Not the printing (app/journal_step.h) and not the input of a step.
 * Pure; the tree is the caller's, who frees it.
 */
#ifndef VD_APP_JOURNAL_FACT_H
#define VD_APP_JOURNAL_FACT_H

#include "app/report.h"
#include "base/json.h"
#include "care/engine.h"

/** The array "facts" of a step's detail (NULL reads as empty). Accounts stay zero: they are names
 *  there. */
enum vd_err vd_journal_facts_parse(const cJSON *facts, struct vd_effects *out,
				   struct vd_diag *diag) VD_MUST_USE;
/** An alarm of the appliance: fills all but `at`, the account where it is named; false where the
 *  detail is of something else. */
bool vd_journal_fault_parse(const cJSON *detail, const struct vd_rulebook *book,
			    struct vd_report_fault *out);

#endif
