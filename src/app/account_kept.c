// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "app/account_internal.h"

enum vd_err vd_account_kept_set(struct vd_account_kept *kept, const struct vd_credentials *c)
{
	uint8_t memory[VD_CREDENTIALS_BYTES];
	struct vd_writer w = vd_writer_init(memory, sizeof(memory));
	vd_account_kept_deinit(kept);
	enum vd_err err = vd_credentials_print(c, &w);
	uint8_t *record = err == VD_OK ? malloc(w.n) : NULL;
	if (record != NULL) {
		memcpy(record, memory, w.n);
		*kept = (struct vd_account_kept){
			.kind = c->kind,
			.set_at = c->set_at,
			.renewed_at = c->renewed_at,
			.ends = c->ends,
			.data_ends = c->data_ends,
			.renewing = c->renewing,
			.is_renewable = vd_account_is_renewable(c),
			.record = record,
			.n = w.n,
		};
	}
	vd_wipe(memory, sizeof(memory));
	return err == VD_OK && record == NULL ? VD_ERR_MEMORY : err;
}

void vd_account_kept_get(const struct vd_account_kept *kept, struct vd_credentials *out)
{
	memset(out, 0, sizeof(*out));
	if (kept->n > 0) {
		struct vd_span record = vd_span_make((const char *)kept->record, kept->n);
		(void)!vd_credentials_parse(record, out); // our own: it fails closed, and empty
	}
}

void vd_account_kept_deinit(struct vd_account_kept *kept)
{
	if (kept->record != NULL) {
		vd_wipe(kept->record, kept->n);
	}
	free(kept->record);
	*kept = (struct vd_account_kept){ 0 };
}
