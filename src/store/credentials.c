// SPDX-License-Identifier: MIT
#include "store/credentials.h"

#include <string.h>

#include "base/attr.h"

#define VERSION 1

static const char *const kind_names[VD_CREDENTIALS_N] = {
	[VD_CREDENTIALS_MISSING] = "none",      [VD_CREDENTIALS_TOKEN] = "token",
	[VD_CREDENTIALS_X_OAUTH2] = "oauth2",   [VD_CREDENTIALS_X_OAUTH1] = "oauth1",
	[VD_CREDENTIALS_MASTODON] = "mastodon",
};

const char *vd_credentials_kind_name(enum vd_credentials_kind kind)
{
	return (unsigned)kind < VD_CREDENTIALS_N ? kind_names[kind] : "?";
}

void vd_credentials_deinit(struct vd_credentials *c)
{
	vd_wipe(c, sizeof(*c));
}

bool vd_credentials_has_scope(const struct vd_credentials *c, const char *scope)
{
	struct vd_span rest = vd_span_of(c->scopes);
	while (rest.n > 0) {
		if (vd_span_is_text(vd_span_cut(&rest, ' '), scope)) {
			return true;
		}
	}
	return false;
}

static void put_long(struct vd_writer *w, struct vd_span value)
{
	vd_writer_u16(w, (uint16_t)value.n);
	vd_writer_bytes(w, value.p, value.n);
}

enum vd_err vd_credentials_print(const struct vd_credentials *c, struct vd_writer *w)
{
	if (c->kind <= VD_CREDENTIALS_MISSING || c->kind >= VD_CREDENTIALS_N) {
		return VD_ERR_ARGUMENT;
	}
	vd_writer_u8(w, VERSION);
	vd_writer_u8(w, (uint8_t)c->kind);
	vd_writer_wall(w, c->set_at);
	vd_writer_wall(w, c->renewed_at);
	vd_writer_wall(w, c->ends);
	vd_writer_wall(w, c->data_ends);
	vd_writer_wall(w, c->renewing);
	vd_writer_text(w, c->set_by, sizeof(c->set_by));
	vd_writer_text(w, c->client_id, sizeof(c->client_id));
	put_long(w, vd_span_make(c->scopes, strnlen(c->scopes, sizeof(c->scopes) - 1)));
	for (size_t i = 0; i < VD_PART_N; i++) {
		put_long(w, vd_secret_reveal(&c->part[i]));
	}
	return w->overflow ? VD_ERR_ROOM : VD_OK;
}

// A text without a zero inside, closed by one.
static void read_long(struct vd_reader *r, char *out, size_t cap)
{
	struct vd_span bytes = vd_reader_bytes(r, vd_reader_u16(r));
	if (bytes.n > 0 && memchr(bytes.p, '\0', bytes.n) != NULL) {
		r->bad = true;
	}
	if (vd_span_copy(bytes, out, cap) != VD_OK) {
		r->bad = true;
	}
}

static void read_part(struct vd_reader *r, struct vd_secret *out)
{
	struct vd_span bytes = vd_reader_bytes(r, vd_reader_u16(r));
	// A secret has no blanks round it: what was kept with some was kept by somebody else.
	if (vd_secret_set(out, bytes) != VD_OK || vd_secret_reveal(out).n != bytes.n) {
		r->bad = true;
	}
}

enum vd_err vd_credentials_parse(struct vd_span bytes, struct vd_credentials *out)
{
	struct vd_reader r = vd_reader_init(bytes);
	memset(out, 0, sizeof(*out));
	uint8_t version = vd_reader_u8(&r);
	if (version > VERSION) {
		return VD_ERR_VERSION;
	}
	out->kind = (enum vd_credentials_kind)vd_reader_below(&r, VD_CREDENTIALS_N);
	out->set_at = vd_reader_wall(&r);
	out->renewed_at = vd_reader_wall(&r);
	out->ends = vd_reader_wall(&r);
	out->data_ends = vd_reader_wall(&r);
	out->renewing = vd_reader_wall(&r);
	vd_reader_text(&r, out->set_by, sizeof(out->set_by));
	vd_reader_text(&r, out->client_id, sizeof(out->client_id));
	read_long(&r, out->scopes, sizeof(out->scopes));
	for (size_t i = 0; i < VD_PART_N; i++) {
		read_part(&r, &out->part[i]);
	}
	if (version == 0 || out->kind == VD_CREDENTIALS_MISSING || !vd_reader_is_done(&r)) {
		vd_credentials_deinit(out);
		return VD_ERR_CORRUPT;
	}
	return VD_OK;
}
