// SPDX-License-Identifier: MIT
#include <string.h>

#include "channel/facebook.h"

static struct vd_span without_at(const char *handle)
{
	struct vd_span name = vd_span_trim(vd_span_of(handle));
	return name.n > 0 && name.p[0] == '@' ? vd_span_skip(name, 1) : name;
}

void vd_facebook_queue_rivals(struct vd_facebook_channel *fb)
{
	const char *rivals = fb->base.account.rivals;
	struct vd_span rest = vd_span_of(rivals != NULL ? rivals : "");
	while (rest.n > 0 && fb->base.host->presence != NULL) {
		struct vd_span name = vd_span_trim(vd_span_cut(&rest, ','));
		name = name.n > 0 && name.p[0] == '@' ? vd_span_skip(name, 1) : name;
		if (vd_facebook_id_is_valid(name)) {
			(void)vd_facebook_queue(fb, name);
		}
	}
}

// Pages of the new kind are followed, older ones liked: followers first.
static enum vd_err take_counters(struct vd_facebook_channel *fb, struct vd_span handle,
				 struct vd_span body)
{
	const struct vd_channel_host *host = fb->base.host;
	struct vd_facebook_counters counters;
	enum vd_err err = vd_facebook_counters_parse(body, &counters);
	if (err == VD_OK) {
		int64_t n = counters.followers >= 0 ? counters.followers : counters.fans;
		host->presence(host->ctx, fb->base.account.account, handle, (uint64_t)n,
			       vd_loop_wall(host->loop));
	}
	return err;
}

static enum vd_err take_token(struct vd_facebook_channel *fb, struct vd_span body)
{
	const struct vd_channel_host *host = fb->base.host;
	enum vd_err err = vd_facebook_token_parse(body, &fb->token, NULL);
	if (err == VD_OK && host->token_end != NULL) {
		host->token_end(host->ctx, fb->base.account.account,
				vd_facebook_token_end(&fb->token));
	}
	return err;
}

enum vd_err vd_facebook_take_value(struct vd_facebook_channel *fb, struct vd_span body)
{
	const struct vd_facebook_poll *p = &fb->poll;
	switch (p->step) {
	case VD_FACEBOOK_STEP_PRESENCE:
		return take_counters(fb, without_at(fb->base.self->handle), body);
	case VD_FACEBOOK_STEP_RIVALS:
		return take_counters(fb, vd_span_of(p->nodes[p->node].id), body);
	case VD_FACEBOOK_STEP_TOKEN:
		return take_token(fb, body);
	default: // CHECK: it is there
		return VD_OK;
	}
}
