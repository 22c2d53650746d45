// SPDX-License-Identifier: MIT
#include "channel/mastodon_wire.h"
#include "net/http_client.h"

// The most that servers give; some stop at 40, snac at 64.
#define MENTIONS_LIMIT 80
#define LIST_LIMIT 40

static void put_id(struct vd_buf *out, const char *id)
{
	vd_url_escape(out, vd_span_of(id));
}

void vd_mastodon_url_instance(struct vd_buf *out, const char *base, int version)
{
	vd_buf_printf(out, "%s/api/v%d/instance", base, version);
}

void vd_mastodon_url_me(struct vd_buf *out, const char *base)
{
	vd_buf_printf(out, "%s/api/v1/accounts/verify_credentials", base);
}

// What the account's owner has filtered is a customer all the same; so is who quotes us without our
// name (Mastodon 4.5; others leave out a type that they don't know).
void vd_mastodon_url_mentions(struct vd_buf *out, const char *base, const char *min_id,
			      const char *max_id)
{
	vd_buf_printf(out,
		      "%s/api/v1/notifications?types%%5B%%5D=mention&types%%5B%%5D=quote"
		      "&include_filtered=true"
		      "&limit=%d",
		      base, MENTIONS_LIMIT);
	const char *above = max_id[0] != '\0' ? "&since_id=" : "&min_id=";
	if (min_id[0] != '\0') {
		vd_buf_put_text(out, above);
		put_id(out, min_id);
	}
	if (max_id[0] != '\0') {
		vd_buf_put_text(out, "&max_id=");
		put_id(out, max_id);
	}
}

void vd_mastodon_url_statuses(struct vd_buf *out, const char *base, const char *account,
			      const char *max_id)
{
	vd_buf_printf(out, "%s/api/v1/accounts/", base);
	put_id(out, account);
	vd_buf_printf(out, "/statuses?exclude_reblogs=true&limit=%d", LIST_LIMIT);
	if (max_id[0] != '\0') {
		vd_buf_put_text(out, "&max_id=");
		put_id(out, max_id);
	}
}

void vd_mastodon_url_conversations(struct vd_buf *out, const char *base)
{
	vd_buf_printf(out, "%s/api/v1/conversations?limit=%d", base, LIST_LIMIT);
}

static void put_status(struct vd_buf *out, const char *base, const char *id, const char *tail)
{
	vd_buf_printf(out, "%s/api/v1/statuses/", base);
	put_id(out, id);
	vd_buf_put_text(out, tail);
}

void vd_mastodon_url_status(struct vd_buf *out, const char *base, const char *id)
{
	put_status(out, base, id, "");
}

void vd_mastodon_url_context(struct vd_buf *out, const char *base, const char *id)
{
	put_status(out, base, id, "/context");
}

void vd_mastodon_url_relationship(struct vd_buf *out, const char *base, const char *account)
{
	vd_buf_printf(out, "%s/api/v1/accounts/relationships?id%%5B%%5D=", base);
	put_id(out, account);
}

void vd_mastodon_url_lookup(struct vd_buf *out, const char *base, struct vd_span acct)
{
	vd_buf_printf(out, "%s/api/v1/accounts/lookup?acct=", base);
	vd_url_escape(out, acct);
}

void vd_mastodon_url_post(struct vd_buf *out, const char *base)
{
	vd_buf_printf(out, "%s/api/v1/statuses", base);
}

// Whether the text begins with "@mention" already.
static bool names_first(struct vd_span text, struct vd_span mention)
{
	if (text.n < mention.n + 1 || text.p[0] != '@' ||
	    !vd_span_is_equal_nocase(vd_span_make(text.p + 1, mention.n), mention)) {
		return false;
	}
	char next = text.n > mention.n + 1 ? text.p[mention.n + 1] : ' ';
	return next == ' ' || next == '\n' || next == ',' || next == ':';
}

void vd_mastodon_body_post(struct vd_buf *out, struct vd_span text, struct vd_span mention,
			   struct vd_span parent, const char *visibility)
{
	struct vd_buf whole;
	vd_buf_init_heap(&whole, VD_TEXT_BYTES + VD_MASTODON_ACCT_BYTES + 8);
	if (mention.n > 0 && !names_first(text, mention)) {
		vd_buf_printf(&whole, "@%.*s ", VD_SPAN_ARG(mention));
	}
	vd_buf_put_span(&whole, text);
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "status", vd_buf_span(&whole));
	if (parent.n > 0) {
		vd_json_put_text(&j, "in_reply_to_id", parent);
	}
	vd_json_put_text(&j, "visibility", vd_span_of(visibility));
	vd_json_close(&j, '}');
	out->overflow = out->overflow || whole.overflow;
	vd_buf_deinit(&whole);
}
