// SPDX-License-Identifier: MIT
#include "channel/x.h"

#include <stdio.h>
#include <stdlib.h>

#include "channel/job.h"
#include "channel/text_count.h"

// Calls per 15 minutes and user token (facts 1.3).
static const uint32_t limits[VD_X_EP_N] = {
	[VD_X_EP_ME] = 75,      [VD_X_EP_MENTIONS] = 300, [VD_X_EP_OWN] = 900,
	[VD_X_EP_SEARCH] = 300, [VD_X_EP_DMS] = 15,       [VD_X_EP_POST] = 100,
	[VD_X_EP_DM_SEND] = 15, [VD_X_EP_LOOKUP] = 5000,  [VD_X_EP_USERS] = 900,
	[VD_X_EP_QUOTES] = 75,
};

void vd_x_bill(const struct vd_x_channel *x, enum vd_resource resource, struct vd_span id,
	       bool is_owned)
{
	const struct vd_channel_host *host = x->base.host;
	if (host->billed != NULL && id.n > 0) {
		host->billed(host->ctx, x->base.account.account, resource, id, is_owned);
	}
}

void vd_x_bill_page(const struct vd_x_channel *x, const struct vd_x_page *page,
		    enum vd_x_page_kind kind, bool is_owned)
{
	static const enum vd_resource resources[] = {
		[VD_X_POSTS] = VD_RESOURCE_POST,
		[VD_X_DMS] = VD_RESOURCE_DM_EVENT,
		[VD_X_LOOKUP] = VD_RESOURCE_POST,
		[VD_X_USERS] = VD_RESOURCE_USER,
	};
	for (size_t i = 0; i < page->n; i++) {
		vd_x_bill(x, resources[kind], page->items[i].id, is_owned);
	}
	vd_x_bill(x, resources[kind], vd_span_of(page->bad_id), is_owned);
}

bool vd_x_know_user_id(struct vd_x_channel *x)
{
	if (x->user_id[0] == '\0') {
		snprintf(x->user_id, sizeof(x->user_id), "%s", x->base.self->user_id);
	}
	if (x->user_id[0] == '\0') {
		vd_channel_cursor(&x->base, "user_id", x->user_id, sizeof(x->user_id));
	}
	return x->user_id[0] != '\0';
}

void vd_x_switch_dialect(struct vd_x_channel *x, uint64_t lost_before)
{
	x->dialect = x->dialect == VD_X_DIALECT_TWEET ? VD_X_DIALECT_POST : VD_X_DIALECT_TWEET;
	const char *name = vd_x_dialect_name(x->dialect);
	vd_info(x->base.host->log, "x", "%s: X speaks the dialect '%s.fields': switched",
		x->base.self->name, name);
	vd_channel_cursor_move(&x->base, "dialect", vd_span_of(name), lost_before);
}

static void destroy(struct vd_channel *channel)
{
	if (channel == NULL) {
		return;
	}
	struct vd_x_channel *x = vd_x_of(channel);
	vd_x_poll_deinit(x);
	vd_jobs_deinit(&x->sends);
	vd_channel_deinit(channel);
	free(x);
}

static enum vd_err create(const struct vd_channel_host *host,
			  const struct vd_channel_account *account, struct vd_channel **out,
			  struct vd_diag *diag)
{
	struct vd_x_channel *x = calloc(1, sizeof(*x));
	if (x == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	enum vd_err err = vd_channel_init(&x->base, &vd_x_ops, host, account, diag);
	if (err != VD_OK) {
		free(x);
		return err;
	}
	x->text = host->scratch[0];
	vd_list_init(&x->sends);
	for (size_t i = 0; i < VD_X_EP_N; i++) {
		vd_rate_init(&x->rates[i], host->clock, vd_dur_s(900), limits[i]);
	}
	x->base.rates = x->rates;
	x->base.n_rates = VD_X_EP_N;
	*out = &x->base;
	return VD_OK;
}

static size_t limit(enum vd_visibility visibility)
{
	return visibility == VD_VISIBILITY_PUBLIC ? VD_X_TEXT_LIMIT : VD_X_DM_LIMIT;
}

// Self-serve takes one a post (facts 1.8): told before a person sends, not by a refusal behind.
static enum vd_err check(const struct vd_channel *channel, enum vd_visibility visibility,
			 struct vd_span text, struct vd_diag *diag)
{
	(void)channel;
	size_t n = visibility == VD_VISIBILITY_PUBLIC ? vd_text_count_cashtags(text) : 0;
	return n <= 1 ? VD_OK
		      : vd_diag_set(diag, VD_ERR_ARGUMENT,
				    "X takes one cashtag ($ABC) a post, this text has %zu: take "
				    "the others out",
				    n);
}

static struct vd_list *jobs(struct vd_channel *channel)
{
	return &vd_x_of(channel)->sends;
}

const struct vd_channel_ops vd_x_ops = {
	.network = VD_NETWORK_X,
	.base_url = "https://api.x.com",
	.create = create,
	.destroy = destroy,
	.poll = vd_x_poll_start,
	.send = vd_x_send,
	.look_up = vd_x_look_up,
	.jobs = jobs,
	.is_guarded = vd_x_is_guarded,
	.arrived = vd_x_arrived,
	.count = vd_x_text_count,
	.limit = limit,
	.check = check,
	.is_same_text = vd_x_is_same_text,
	.has_costly_link = vd_text_has_link,
};
