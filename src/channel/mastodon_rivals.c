// SPDX-License-Identifier: MIT
// The competitors that the configuration names, a look at each every six hours: no case depends on
// it, so no trouble with it is the account's.
#include <string.h>

#include "channel/mastodon.h"

#define RIVALS_S (6 * 3600)

bool vd_mastodon_rivals_next(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	while (p->rivals.n > 0) {
		char full[VD_MASTODON_ACCT_BYTES];
		struct vd_span acct = vd_span_trim(vd_span_cut(&p->rivals, ','));
		acct = vd_span_has_prefix(acct, VD_SPAN("@")) ? vd_span_skip(acct, 1) : acct;
		if (vd_mastodon_full_acct(acct, m->instance.domain, full)) {
			p->rival = acct;
			return true;
		}
	}
	return false;
}

bool vd_mastodon_rivals_begin(struct vd_mastodon_channel *m)
{
	struct vd_mastodon_poll *p = &m->poll;
	m->step_next[p->step] = vd_mono_add(vd_channel_now(&m->base),
					    vd_clock_real(m->base.host->clock, vd_dur_s(RIVALS_S)));
	p->rivals = vd_span_of(m->base.account.rivals);
	return m->base.host->presence != NULL && vd_mastodon_rivals_next(m);
}

void vd_mastodon_rivals_take(struct vd_mastodon_channel *m, struct vd_span body)
{
	const struct vd_channel_host *host = m->base.host;
	struct vd_mastodon_account account;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_mastodon_account_parse(body, &account, &diag);
	if (err == VD_OK && account.followers >= 0) {
		host->presence(host->ctx, m->base.account.account, m->poll.rival,
			       (uint64_t)account.followers, vd_loop_wall(host->loop));
	} else {
		vd_info(host->log, "mastodon", "%s: followers of %.*s not read: %s",
			m->base.self->name, VD_SPAN_ARG(m->poll.rival),
			err == VD_OK ? "not told" : diag.text);
	}
}
