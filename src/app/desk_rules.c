// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/desk_internal.h"
#include "net/tls.h"

/** The version of a rule: one more than before where its bytes are others than before. */
static enum vd_err version_of(struct vd_desk *desk, const char *kind, const char *name,
			      struct vd_span bytes, uint32_t *version, bool *has_changed,
			      struct vd_diag *diag)
{
	char key[VD_NAME_BYTES + 32];
	char old[32] = "";
	char text[32];
	uint8_t hash[VD_SHA256_BYTES];
	uint64_t before = 0;
	snprintf(key, sizeof(key), "%s:%s", kind, name);
	enum vd_err err = vd_store_setting_get(desk->config.store, key, old, sizeof(old), diag);
	if (err != VD_OK) {
		return err;
	}
	vd_sha256(bytes, hash);
	struct vd_span rest = vd_span_of(old);
	struct vd_span mark = vd_span_cut(&rest, '#');
	(void)!vd_span_parse_u64(rest, &before);
	snprintf(text, sizeof(text), "%02x%02x%02x%02x%02x%02x%02x%02x", hash[0], hash[1], hash[2],
		 hash[3], hash[4], hash[5], hash[6], hash[7]);
	if (vd_span_is_text(mark, text)) {
		*version = (uint32_t)before;
		return VD_OK;
	}
	*version = (uint32_t)before + 1;
	*has_changed |= before != 0;
	snprintf(text + 16, sizeof(text) - 16, "#%" PRIu32, *version);
	return vd_store_setting_set(desk->config.store, key, vd_span_of(text), diag);
}

enum vd_err vd_desk_apply_rules(struct vd_desk *desk, struct vd_rulebook *book,
				struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	bool has_changed = false;
	for (uint16_t i = 0; i < book->n_calendars && err == VD_OK; i++) {
		struct vd_calendar *cal = &book->calendars[i];
		cal->version = 0;
		struct vd_span bytes = vd_span_make(cal, sizeof(*cal));
		err = version_of(desk, "calendar", cal->name, bytes, &cal->version, &has_changed,
				 diag);
	}
	for (uint16_t i = 0; i < book->n_policies && err == VD_OK; i++) {
		struct vd_policy *policy = &book->policies[i];
		policy->version = 0;
		struct vd_span bytes = vd_span_make(policy, sizeof(*policy));
		err = version_of(desk, "policy", policy->name, bytes, &policy->version,
				 &has_changed, diag);
	}
	// Before anything is judged by them: a journal says by which rules.
	err = err == VD_OK ? vd_desk_note_rules(desk, diag) : err;
	return err == VD_OK ? vd_desk_sweep_begin(desk, has_changed, diag) : err;
}
