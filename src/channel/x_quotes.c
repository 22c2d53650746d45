// SPDX-License-Identifier: MIT
// Quotes of our posts. The mentions have only those with our name in their text; the others are
// asked for by the post that they quote, and only where X's count of them has grown: what that
// costs is a look at our latest posts, once a UTC day, and each quote once.
#include <stdio.h>
#include <string.h>

#include "channel/x.h"

#define POSTS_A_POLL 3
#define QUOTES_MOST 50 // of a post in one reading: what goes around the world is for people to see
#define WEEK_S (7 * 86400)
#define CURSOR_BYTES 512

// "ID=N,ID=N": what was read, the latest post first.
static void read_seen(struct vd_x_channel *x, bool *is_first)
{
	struct vd_x_poll *p = &x->poll;
	char memory[CURSOR_BYTES];
	vd_channel_cursor(&x->base, "quotes", memory, sizeof(memory));
	struct vd_span rest = vd_span_of(memory);
	*is_first = rest.n == 0;
	while (rest.n > 0) {
		struct vd_span count = vd_span_cut(&rest, ',');
		struct vd_span id = vd_span_cut(&count, '=');
		uint64_t n = 0;
		for (size_t i = 0; i < p->n_echoes; i++) {
			if (vd_span_is_text(id, p->echoes[i].id) &&
			    vd_span_parse_u64(count, &n) == VD_OK && n <= UINT32_MAX) {
				p->echoes[i].seen = (uint32_t)n;
			}
		}
	}
}

static void keep_seen(const struct vd_x_channel *x)
{
	const struct vd_x_poll *p = &x->poll;
	char memory[CURSOR_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	for (size_t i = 0; i < p->n_echoes; i++) {
		if (p->echoes[i].seen > 0) {
			vd_buf_printf(&buf, "%s%s=%u", buf.len > 0 ? "," : "", p->echoes[i].id,
				      (unsigned)p->echoes[i].seen);
		}
	}
	if (buf.len == 0) {
		vd_buf_put_text(&buf, "0=0"); // there was a look
	}
	vd_channel_cursor_move(&x->base, "quotes", vd_buf_span(&buf), p->lost_before);
}

bool vd_x_echoes_begin(struct vd_x_channel *x)
{
	x->poll.n_echoes = 0;
	return x->base.account.watches_own_posts;
}

void vd_x_echoes_take(struct vd_x_channel *x, const struct vd_x_item *item)
{
	const struct vd_channel_host *host = x->base.host;
	struct vd_x_poll *p = &x->poll;
	if (!item->has_echoes || item->is_retweet || p->n_echoes == VD_X_ECHOES_MOST) {
		return;
	}
	struct vd_x_echo *echo = &p->echoes[p->n_echoes];
	*echo = (struct vd_x_echo){ .quotes = item->quotes };
	if (vd_span_copy(item->key, echo->id, sizeof(echo->id)) != VD_OK) {
		return;
	}
	p->n_echoes++;
	if (item->shares > 0 && host->passed_on != NULL) {
		host->passed_on(host->ctx, x->base.account.account, echo->id, item->shares);
	}
}

// At the first look old posts have a past, which is none of today's cases.
void vd_x_echoes_end(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	bool is_first = false;
	int64_t week_ago_us = vd_loop_wall(x->base.host->loop).us - WEEK_S * VD_US_PER_S;
	read_seen(x, &is_first);
	for (size_t i = 0; i < p->n_echoes; i++) {
		struct vd_x_echo *echo = &p->echoes[i];
		bool is_old = vd_x_time_of_id(vd_span_of(echo->id)).us < week_ago_us;
		if (echo->seen > echo->quotes || (is_first && is_old)) {
			echo->seen = echo->quotes;
		}
	}
	keep_seen(x);
}

bool vd_x_quotes_begin(struct vd_x_channel *x)
{
	struct vd_x_poll *p = &x->poll;
	for (size_t i = 0; i < p->n_echoes && p->quoted < POSTS_A_POLL; i++) {
		if (p->echoes[i].quotes > p->echoes[i].seen) {
			p->quoted++;
			p->echo = i;
			return true;
		}
	}
	return false;
}

size_t vd_x_quotes_wanted(const struct vd_x_channel *x)
{
	const struct vd_x_echo *echo = &x->poll.echoes[x->poll.echo];
	uint32_t n = echo->quotes - echo->seen;
	return n < QUOTES_MOST ? n : QUOTES_MOST;
}

void vd_x_quotes_end(struct vd_x_channel *x)
{
	struct vd_x_echo *echo = &x->poll.echoes[x->poll.echo];
	if (echo->quotes - echo->seen > QUOTES_MOST) {
		vd_x_note_gap(x, "post %s was quoted %u times: look at the older ones by hand",
			      echo->id, (unsigned)echo->quotes);
	}
	echo->seen = echo->quotes;
	keep_seen(x);
}
