// SPDX-License-Identifier: MIT
/**
 * A row of the rule book as the journal keeps it: all that verdicts depend on, as a JSON object.
 * Not the configuration (app/config.h): texts are canonical, small ids stand beside names.
 * Pure: prints and parses; no time, no I/O.
 */
#ifndef VD_APP_JOURNAL_RULES_H
#define VD_APP_JOURNAL_RULES_H

#include "base/json.h"
#include "care/domain.h"

enum vd_rule_kind {
	VD_RULE_CALENDAR,
	VD_RULE_POLICY,
	VD_RULE_BRAND,
	VD_RULE_ACCOUNT,
	VD_RULE_STAFF,
	VD_RULE_N,
};
const char *vd_rule_kind_name(enum vd_rule_kind kind);
/** How many rows of a kind a rule book can hold. */
uint16_t vd_rule_kind_most(enum vd_rule_kind kind);

/** False where there is no such row, or all of it is zero: nothing configures it any more. */
bool vd_rule_is_there(const struct vd_rulebook *book, enum vd_rule_kind kind, uint16_t id);
/** A row that is not there is printed as gone. */
void vd_rule_print(const struct vd_rulebook *book, enum vd_rule_kind kind, uint16_t id,
		   struct vd_buf *out);
/** The setting in which the hash of the row's last event is kept. */
void vd_rule_setting(enum vd_rule_kind kind, uint16_t id, char *out, size_t cap);
/** Puts the row into the book. `kind` and `id` tell which it was; VD_ERR_CORRUPT where it is
 *  none. A row that is gone becomes zero. */
enum vd_err vd_rule_apply(struct vd_span detail, struct vd_rulebook *book, enum vd_rule_kind *kind,
			  uint16_t *id, struct vd_diag *diag) VD_MUST_USE;

#endif
