// SPDX-License-Identifier: MIT
#include "channel/mastodon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel/job.h"

// Windows of facts 3.4.
static const struct {
	uint32_t calls;
	int32_t window_s;
} limits[VD_MASTODON_EP_N] = {
	[VD_MASTODON_EP_PAGED] = { 300, 900 },
	[VD_MASTODON_EP_READ] = { 300, 300 },
	[VD_MASTODON_EP_POST] = { 300, 10800 },
};
// Of the limit, for the "@user " that is put in front: who the customer is, isn't known yet.
#define MENTION_ROOM 32

static void destroy(struct vd_channel *channel)
{
	if (channel == NULL) {
		return;
	}
	struct vd_mastodon_channel *m = vd_mastodon_of(channel);
	vd_mastodon_poll_deinit(m);
	vd_jobs_deinit(&m->sends);
	vd_channel_deinit(channel);
	free(m);
}

static enum vd_err create(const struct vd_channel_host *host,
			  const struct vd_channel_account *account, struct vd_channel **out,
			  struct vd_diag *diag)
{
	struct vd_mastodon_channel *m = calloc(1, sizeof(*m));
	if (m == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	enum vd_err err = VD_OK;
	if (account->base_url == NULL || account->base_url[0] == '\0') {
		err = vd_diag_set(
			diag, VD_ERR_ARGUMENT,
			"a Mastodon account needs the address of its server: set base_url");
	} else {
		err = vd_channel_init(&m->base, &vd_mastodon_ops, host, account, diag);
	}
	if (err != VD_OK) {
		free(m);
		return err;
	}
	m->html = host->scratch[0];
	m->text = host->scratch[1];
	m->instance.max_characters = VD_MASTODON_MAX_CHARACTERS;
	m->instance.url_characters = VD_MASTODON_URL_CHARACTERS;
	vd_list_init(&m->sends);
	for (size_t i = 0; i < VD_MASTODON_EP_N; i++) {
		vd_rate_init(&m->rates[i], host->clock, vd_dur_s(limits[i].window_s),
			     limits[i].calls);
	}
	m->base.rates = m->rates;
	m->base.n_rates = VD_MASTODON_EP_N;
	*out = &m->base;
	return VD_OK;
}

// ---- names --------------------------------------------------------------------------------

// "mastodon.uno" of "https://mastodon.uno:443/".
static void domain_of_url(const char *url, char out[VD_MASTODON_DOMAIN_BYTES])
{
	struct vd_span rest = vd_span_of(url);
	ptrdiff_t scheme = vd_span_find(rest, VD_SPAN("://"));
	rest = scheme >= 0 ? vd_span_skip(rest, (size_t)scheme + 3) : rest;
	rest = vd_span_cut(&rest, '/');
	rest = rest.n > 0 && rest.p[0] == '[' ? rest : vd_span_cut(&rest, ':');
	if (vd_span_copy(rest, out, VD_MASTODON_DOMAIN_BYTES) != VD_OK || out[0] == '\0') {
		snprintf(out, VD_MASTODON_DOMAIN_BYTES, "server");
	}
}

void vd_mastodon_recall(struct vd_mastodon_channel *m)
{
	if (m->instance.domain[0] == '\0') {
		vd_channel_cursor(&m->base, "domain", m->instance.domain,
				  sizeof(m->instance.domain));
	}
	if (m->instance.domain[0] == '\0') {
		domain_of_url(vd_channel_base_url(&m->base), m->instance.domain);
	}
	if (m->user_id[0] == '\0') {
		vd_channel_cursor(&m->base, "user_id", m->user_id, sizeof(m->user_id));
	}
}

bool vd_mastodon_name(const struct vd_mastodon_channel *m, const char *prefix, struct vd_span id,
		      char out[VD_ID_BYTES])
{
	int n = snprintf(out, VD_ID_BYTES, "%s%s/%.*s", prefix, m->instance.domain,
			 VD_SPAN_ARG(id));
	return id.n > 0 && n > 0 && n < VD_ID_BYTES;
}

bool vd_mastodon_unname(const struct vd_mastodon_channel *m, const char *name,
			char out[VD_MASTODON_ID_BYTES])
{
	struct vd_span rest = vd_span_of(name);
	struct vd_span dm = VD_SPAN(VD_MASTODON_DM_PREFIX);
	struct vd_span domain = vd_span_of(m->instance.domain);
	out[0] = '\0';
	rest = vd_span_has_prefix(rest, dm) ? vd_span_skip(rest, dm.n) : rest;
	if (!vd_span_has_prefix(rest, domain) || rest.n <= domain.n || rest.p[domain.n] != '/') {
		return false;
	}
	rest = vd_span_skip(rest, domain.n + 1);
	return vd_mastodon_id_is_valid(rest) &&
	       vd_span_copy(rest, out, VD_MASTODON_ID_BYTES) == VD_OK;
}

// By the address in full; by the id of this server only where the user's name fits as well, since
// another account of ours may be on another server.
static bool is_account(const struct vd_mastodon_channel *m, const struct vd_account *account,
		       const struct vd_mastodon_item *item, struct vd_span full)
{
	struct vd_span id = vd_span_of(account->user_id);
	struct vd_span handle = vd_span_of(account->handle);
	handle = handle.n > 0 && handle.p[0] == '@' ? vd_span_skip(handle, 1) : handle;
	if (vd_span_is_equal_nocase(id, full) || vd_span_is_equal_nocase(handle, full)) {
		return true;
	}
	struct vd_span host = full;
	struct vd_span user = vd_span_cut(&host, '@');
	bool is_local = vd_span_is_text(host, m->instance.domain);
	return is_local && vd_span_is_equal(id, item->author) &&
	       vd_span_is_equal_nocase(vd_mastodon_user_of(handle), user);
}

int vd_mastodon_own_author(const struct vd_mastodon_channel *m, const struct vd_mastodon_item *item)
{
	const struct vd_rulebook *book = m->base.host->book;
	char full[VD_MASTODON_ACCT_BYTES];
	if (m->user_id[0] != '\0' && vd_span_is_text(item->author, m->user_id)) {
		return m->base.account.account;
	}
	if (!vd_mastodon_full_acct(item->acct, m->instance.domain, full)) {
		return -1;
	}
	for (uint16_t i = 0; i < book->n_accounts; i++) {
		if (book->accounts[i].network == VD_NETWORK_MASTODON &&
		    is_account(m, &book->accounts[i], item, vd_span_of(full))) {
			return i;
		}
	}
	return -1;
}

// ---- lengths ------------------------------------------------------------------------------

static size_t count(struct vd_span text)
{
	return vd_mastodon_text_count(text, VD_MASTODON_URL_CHARACTERS);
}

// Each server has its own: `check` asks that one, this is only the end of what is kept.
static size_t limit(enum vd_visibility visibility)
{
	(void)visibility;
	return VD_TEXT_BYTES;
}

static enum vd_err check(const struct vd_channel *channel, enum vd_visibility visibility,
			 struct vd_span text, struct vd_diag *diag)
{
	const struct vd_mastodon_channel *m =
		VD_CONTAINER_OF(channel, const struct vd_mastodon_channel, base);
	size_t n = vd_mastodon_text_count(text, m->instance.url_characters);
	size_t most = (size_t)m->instance.max_characters;
	most = most > 2 * MENTION_ROOM ? most - MENTION_ROOM : most;
	if (n > most) {
		return vd_diag_set(
			diag, VD_ERR_TOO_LARGE,
			"the reply counts %zu of at most %zu (the customer's name is put "
			"in front): shorten it",
			n, most);
	}
	struct vd_span other = vd_mastodon_first_mention(text, (struct vd_span){ 0 });
	if (visibility == VD_VISIBILITY_PRIVATE && other.n > 0) {
		return vd_diag_set(
			diag, VD_ERR_REFUSED,
			"a direct message goes to everybody it names: take @%.*s out (the "
			"customer's name is put in by itself)",
			VD_SPAN_ARG(other));
	}
	return VD_OK;
}

static struct vd_list *jobs(struct vd_channel *channel)
{
	return &vd_mastodon_of(channel)->sends;
}

const struct vd_channel_ops vd_mastodon_ops = {
	.network = VD_NETWORK_MASTODON,
	.base_url = "",
	.create = create,
	.destroy = destroy,
	.poll = vd_mastodon_poll_start,
	.send = vd_mastodon_send,
	.look_up = vd_mastodon_look_up,
	.jobs = jobs,
	.is_guarded = vd_mastodon_is_guarded,
	.count = count,
	.limit = limit,
	.is_same_text = vd_mastodon_is_same_text,
	.check = check,
};
