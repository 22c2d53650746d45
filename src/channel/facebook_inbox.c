// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel/facebook.h"

#define SEEN "inbox_seen"
#define HEX_DIGITS 8
#define GAP_SHOWN_S 86400

// ---- what changed
// ------------------------------------------------------------------------------

static uint64_t state_of(const struct vd_facebook_item *item)
{
	char state[VD_ID_BYTES + 96];
	int n = snprintf(state, sizeof(state), "%.*s %lld %lld %llx", VD_SPAN_ARG(item->id),
			 (long long)item->updated.us, (long long)item->count,
			 (unsigned long long)vd_channel_hash(item->text));
	return vd_channel_hash(vd_span_make(state, n > 0 ? (size_t)n : 0));
}

static bool was_read(const struct vd_facebook_channel *fb, uint64_t hash)
{
	const struct vd_facebook_poll *p = &fb->poll;
	for (size_t i = 0; i < p->n_seen; i++) {
		if (p->seen[i] == (uint32_t)hash) {
			return true;
		}
	}
	return vd_looked_get(&fb->read, hash).us != 0;
}

// A message that shows up late moves the count, not the time: what the last first page held is
// compared, however old it is.
static bool is_within(const struct vd_facebook_poll *p, const struct vd_facebook_item *item)
{
	return item->updated.us >= p->bound.us ||
	       (p->n_seen > 0 && vd_wall_to_s(item->updated) >= p->seen_from_s);
}

void vd_facebook_take_conversations(struct vd_facebook_channel *fb,
				    const struct vd_facebook_page *page)
{
	struct vd_facebook_poll *p = &fb->poll;
	for (size_t i = page->n; i > 0; i--) {
		const struct vd_facebook_item *item = &page->items[i - 1];
		uint64_t hash = state_of(item);
		p->states[p->n_states++ % VD_FACEBOOK_STATES_MOST] =
			(struct vd_facebook_state){ .hash = hash,
						    .updated_s = vd_wall_to_s(item->updated) };
		if (!is_within(p, item) || was_read(fb, hash)) {
			vd_facebook_note_newest(fb, item->updated);
			continue;
		}
		struct vd_facebook_node *node = vd_facebook_queue(fb, item->id);
		if (node != NULL) {
			node->hash = hash;
			node->count = item->count;
			vd_facebook_note_newest(fb, item->updated);
		}
	}
}

// "hhhhhhhhhhhhhhhh...:seconds": the low halves of the states' hashes, and the oldest time.
void vd_facebook_seen_load(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	char text[VD_ID_BYTES];
	vd_channel_cursor(&fb->base, SEEN, text, sizeof(text));
	struct vd_span rest = vd_span_of(text);
	struct vd_span hashes = vd_span_cut(&rest, ':');
	p->n_seen = 0;
	if (vd_span_parse_i64(rest, &p->seen_from_s) != VD_OK) {
		return;
	}
	while (hashes.n >= HEX_DIGITS && p->n_seen < VD_FACEBOOK_STATES_MOST) {
		char digits[HEX_DIGITS + 1];
		memcpy(digits, hashes.p, HEX_DIGITS);
		digits[HEX_DIGITS] = '\0';
		p->seen[p->n_seen++] = (uint32_t)strtoul(digits, NULL, 16);
		hashes = vd_span_skip(hashes, HEX_DIGITS);
	}
}

void vd_facebook_seen_store(struct vd_facebook_channel *fb)
{
	struct vd_facebook_poll *p = &fb->poll;
	char text[VD_ID_BYTES];
	struct vd_buf buf;
	size_t n = p->n_states < VD_FACEBOOK_STATES_MOST ? p->n_states : VD_FACEBOOK_STATES_MOST;
	int64_t oldest_s = INT64_MAX;
	vd_buf_init(&buf, text, sizeof(text));
	for (size_t i = 0; i < n; i++) {
		if (was_read(fb, p->states[i].hash)) {
			vd_buf_printf(&buf, "%08" PRIx32, (uint32_t)p->states[i].hash);
			oldest_s = p->states[i].updated_s < oldest_s ? p->states[i].updated_s
								     : oldest_s;
		}
	}
	vd_buf_printf(&buf, ":%lld", (long long)oldest_s);
	if (buf.len > HEX_DIGITS && vd_buf_check(&buf) == VD_OK) {
		vd_channel_cursor_move(&fb->base, SEEN, vd_buf_span(&buf), p->lost_before);
	}
}

// ---- what Facebook shows no more
// ------------------------------------------------------------------

static int64_t count_before(const struct vd_facebook_channel *fb, uint64_t id)
{
	for (size_t i = 0; i < VD_FACEBOOK_COUNTS_MOST; i++) {
		if (fb->counts.hash[i] == id) {
			return fb->counts.count[i];
		}
	}
	return -1;
}

static size_t count_details(const struct vd_facebook_page *page, struct vd_wall *oldest)
{
	size_t n = 0;
	for (size_t i = 0; i < page->n; i++) {
		if (page->items[i].has_details) {
			n++;
			*oldest = page->items[i].created;
		}
	}
	return n;
}

void vd_facebook_note_gap(struct vd_facebook_channel *fb, const struct vd_facebook_page *page)
{
	const struct vd_facebook_poll *p = &fb->poll;
	const struct vd_facebook_node *node = &p->nodes[p->node];
	struct vd_wall oldest = { 0 };
	size_t n = count_details(page, &oldest);
	int64_t before = count_before(fb, vd_channel_hash(vd_span_of(node->id)));
	int64_t missed = before >= 0 && node->count >= 0 ? node->count - before - (int64_t)n : 0;
	bool is_more = n < page->n || page->next.n > 0;
	// Not read since this box started: all that is newer than the last good poll is new.
	bool is_new = before < 0 && p->has_cursor && is_more && n > 0 && oldest.us > p->bound.us;
	if (p->pages > 0 || (missed <= 0 && !is_new)) {
		return;
	}
	char number[24] = "some";
	if (missed > 0) {
		snprintf(number, sizeof(number), "%lld", (long long)missed);
	}
	snprintf(fb->gap, sizeof(fb->gap),
		 "%s messages of one conversation came faster than Facebook shows them (the newest "
		 "20): read it in the Page's inbox (%.60s)",
		 number, node->id);
	fb->gap_until = vd_mono_add(vd_channel_now(&fb->base),
				    vd_clock_real(fb->base.host->clock, vd_dur_s(GAP_SHOWN_S)));
	vd_warn(fb->base.host->log, "facebook", "%s: %s", fb->base.self->name, fb->gap);
}

void vd_facebook_note_read(struct vd_facebook_channel *fb, const struct vd_facebook_node *node)
{
	struct vd_facebook_counts *counts = &fb->counts;
	const struct vd_channel_host *host = fb->base.host;
	uint64_t id = vd_channel_hash(vd_span_of(node->id));
	if (host->lost_turns(host->ctx) != fb->poll.lost_before) {
		return;
	}
	if (node->hash != 0) {
		vd_looked_set(&fb->read, node->hash, vd_channel_now(&fb->base));
	}
	size_t i = 0;
	while (i < VD_FACEBOOK_COUNTS_MOST && counts->hash[i] != id) {
		i++;
	}
	if (i == VD_FACEBOOK_COUNTS_MOST) {
		i = counts->next;
		counts->next = (counts->next + 1) % VD_FACEBOOK_COUNTS_MOST;
	}
	counts->hash[i] = id;
	counts->count[i] = node->count;
}
