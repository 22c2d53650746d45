// SPDX-License-Identifier: MIT
#include "app/account_ctl.h"

#include <mbedtls/base64.h>
#include <stdlib.h>
#include <string.h>

#define WHO_BYTES 100

enum vd_err vd_account_ctl_print(const char *account, const char *who,
				 const struct vd_credentials *c, struct vd_buf *out)
{
	uint8_t record[VD_CREDENTIALS_BYTES];
	char coded[VD_CREDENTIALS_BYTES * 4 / 3 + 8];
	size_t n = 0;
	struct vd_writer w = vd_writer_init(record, sizeof(record));
	enum vd_err err = vd_credentials_print(c, &w);
	if (err == VD_OK &&
	    mbedtls_base64_encode((unsigned char *)coded, sizeof(coded), &n, w.p, w.n) != 0) {
		err = VD_ERR_ROOM;
	}
	if (err == VD_OK) {
		struct vd_json_out j = vd_json_out_init(out);
		vd_json_open(&j, NULL, '{');
		vd_json_put_text(&j, "do", VD_SPAN("account-store"));
		vd_json_put_text(&j, "account", vd_span_of(account));
		vd_json_put_text(&j, "who", vd_span_of(who));
		vd_json_put_text(&j, "credentials", vd_span_make(coded, n));
		vd_json_close(&j, '}');
		vd_buf_put_char(out, '\n');
		err = vd_buf_check(out);
	}
	vd_wipe(record, sizeof(record));
	vd_wipe(coded, sizeof(coded));
	return err;
}

static enum vd_err parse(struct vd_span coded, struct vd_credentials *out, struct vd_diag *diag)
{
	uint8_t record[VD_CREDENTIALS_BYTES];
	size_t n = 0;
	enum vd_err err = VD_ERR_CORRUPT;
	if (mbedtls_base64_decode(record, sizeof(record), &n, (const unsigned char *)coded.p,
				  coded.n) == 0) {
		err = vd_credentials_parse(vd_span_make(record, n), out);
	}
	vd_wipe(record, sizeof(record));
	return err == VD_OK ? VD_OK
			    : vd_diag_set(diag, err,
					  "the sign-in can't be read: are the program and the "
					  "service of the same version?");
}

static void copy_who(const cJSON *request, char out[WHO_BYTES])
{
	if (vd_span_copy(vd_json_text(request, "who"), out, WHO_BYTES) != VD_OK || out[0] == '\0') {
		memcpy(out, "ctl", sizeof("ctl"));
	}
}

static enum vd_err store(struct vd_account_keeper *keeper, const struct vd_ctl_account *r,
			 struct vd_diag *diag)
{
	char who[WHO_BYTES];
	struct vd_span coded = vd_json_text(r->request, "credentials");
	struct vd_credentials *c = calloc(1, sizeof(*c));
	enum vd_err err = c != NULL ? parse(coded, c, diag) : VD_ERR_MEMORY;
	copy_who(r->request, who);
	if (err == VD_OK) {
		err = vd_account_keeper_sign_in(keeper, vd_json_text(r->request, "account"), c, who,
						0, r->done_ctx, r->done, diag);
		*r->is_waiting = err == VD_OK;
	}
	if (c != NULL) {
		vd_credentials_deinit(c);
	}
	free(c);
	return err;
}

enum vd_err vd_account_ctl(struct vd_account_keeper *keeper, const struct vd_ctl_account *r,
			   struct vd_diag *diag)
{
	char who[WHO_BYTES];
	if (vd_span_is_text(r->word, "account-list")) {
		vd_account_keeper_print(keeper, r->out);
		return VD_OK;
	}
	if (vd_span_is_text(r->word, "account-store")) {
		return store(keeper, r, diag);
	}
	if (vd_span_is_text(r->word, "account-remove")) {
		copy_who(r->request, who);
		enum vd_err err = vd_account_keeper_sign_out(keeper,
							     vd_json_text(r->request, "account"),
							     who, 0, r->done_ctx, r->done, diag);
		*r->is_waiting = err == VD_OK;
		return err;
	}
	return vd_diag_set(diag, VD_ERR_ARGUMENT, "\"%.*s\" is no word about accounts",
			   VD_SPAN_ARG(r->word));
}
