// SPDX-License-Identifier: MIT
#include "channel/facebook.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "channel/job.h"

#define COMMENT_TEXT_LIMIT 8000
#define MESSAGE_TEXT_LIMIT 2000
// Nobody can compute the real limits (facts 2.5): these are seeds, the usage headers rule.
#define HOUR_S 3600
#define CALLS_AN_HOUR 1000

static void destroy(struct vd_channel *channel)
{
	if (channel == NULL) {
		return;
	}
	struct vd_facebook_channel *fb = vd_facebook_of(channel);
	vd_facebook_poll_deinit(fb);
	vd_jobs_deinit(&fb->sends);
	vd_channel_deinit(channel);
	vd_wipe(fb->proof, sizeof(fb->proof));
	free(fb);
}

static void signed_in(struct vd_channel *channel)
{
	struct vd_facebook_channel *fb = VD_CONTAINER_OF(channel, struct vd_facebook_channel, base);
	fb->proof[0] = '\0';
	if (vd_secret_is_set(&channel->account.app_secret)) {
		vd_facebook_proof(vd_secret_reveal(&channel->account.token),
				  vd_secret_reveal(&channel->account.app_secret), fb->proof);
	}
}

static enum vd_err create(const struct vd_channel_host *host,
			  const struct vd_channel_account *account, struct vd_channel **out,
			  struct vd_diag *diag)
{
	struct vd_facebook_channel *fb = calloc(1, sizeof(*fb));
	if (fb == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	enum vd_err err = vd_channel_init(&fb->base, &vd_facebook_ops, host, account, diag);
	if (err != VD_OK) {
		free(fb);
		return err;
	}
	fb->text = host->scratch[0];
	for (int i = 0; i < VD_FACEBOOK_STEP_N; i++) {
		fb->limit[i] = vd_facebook_step_limit((enum vd_facebook_step)i);
	}
	vd_list_init(&fb->sends);
	for (size_t i = 0; i < VD_FACEBOOK_EP_N; i++) {
		vd_rate_init(&fb->rates[i], host->clock, vd_dur_s(HOUR_S), CALLS_AN_HOUR);
	}
	fb->base.rates = fb->rates;
	fb->base.n_rates = VD_FACEBOOK_EP_N;
	signed_in(&fb->base);
	*out = &fb->base;
	return VD_OK;
}

struct vd_facebook_place vd_facebook_place_of(const struct vd_facebook_channel *fb)
{
	return (struct vd_facebook_place){ .base = vd_channel_base_url(&fb->base),
					   .page = fb->page_id,
					   .proof = fb->proof };
}

bool vd_facebook_know_page(struct vd_facebook_channel *fb)
{
	if (fb->page_id[0] == '\0') {
		snprintf(fb->page_id, sizeof(fb->page_id), "%s", fb->base.self->user_id);
	}
	if (fb->page_id[0] == '\0') {
		vd_channel_cursor(&fb->base, "user_id", fb->page_id, sizeof(fb->page_id));
	}
	return fb->page_id[0] != '\0';
}

static size_t limit(enum vd_visibility visibility)
{
	return visibility == VD_VISIBILITY_PUBLIC ? COMMENT_TEXT_LIMIT : MESSAGE_TEXT_LIMIT;
}

static struct vd_list *jobs(struct vd_channel *channel)
{
	return &vd_facebook_of(channel)->sends;
}

const struct vd_channel_ops vd_facebook_ops = {
	.network = VD_NETWORK_FACEBOOK,
	.base_url = "https://graph.facebook.com",
	.create = create,
	.destroy = destroy,
	.poll = vd_facebook_poll_start,
	.send = vd_facebook_send,
	.look_up = vd_facebook_look_up,
	.jobs = jobs,
	.is_guarded = vd_facebook_is_guarded,
	.count = vd_utf8_count,
	.limit = limit,
	.is_same_text = vd_channel_is_same_text,
	.closes = vd_facebook_closes,
	.signed_in = signed_in,
};
