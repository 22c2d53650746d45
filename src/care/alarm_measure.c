// SPDX-License-Identifier: MIT
#include "care/alarm_measure.h"

#include <string.h>

#define HOURS 24
#define MINUTES 60
#define CHATTER_SHOWN_S 3600

// ---- counts by slot -------------------------------------------------------------------------

static int64_t slot_of(struct vd_wall at, int64_t slot_s)
{
	return vd_wall_to_s(at) / slot_s;
}

static void advance(struct vd_measure_ring *ring, int64_t slot)
{
	if (slot <= ring->newest) {
		return; // the clock went back: what comes counts for the newest
	}
	if (slot - ring->newest >= VD_MEASURE_SLOTS) {
		memset(ring->n, 0, sizeof(ring->n));
	}
	for (int64_t s = ring->newest + 1; s <= slot && s - ring->newest < VD_MEASURE_SLOTS; s++) {
		ring->n[s % VD_MEASURE_SLOTS] = 0;
	}
	ring->newest = slot;
}

static void add(struct vd_measure_ring *ring, int64_t slot)
{
	advance(ring, slot);
	uint16_t *n = &ring->n[ring->newest % VD_MEASURE_SLOTS];
	*n = (uint16_t)(*n < UINT16_MAX ? *n + 1 : UINT16_MAX);
}

static uint32_t sum(struct vd_measure_ring *ring, int64_t slot, int slots)
{
	uint32_t all = 0;
	advance(ring, slot);
	for (int i = 0; i < slots && i <= ring->newest; i++) {
		all += ring->n[(ring->newest - i) % VD_MEASURE_SLOTS];
	}
	return all;
}

// ---- floods ---------------------------------------------------------------------------------

static bool is_within(struct vd_wall from, struct vd_wall to, int64_t s)
{
	int64_t us = vd_wall_sub(to, from).us;
	return vd_wall_is_set(from) && us >= 0 && us <= s * VD_US_PER_S;
}

static size_t recent(const struct vd_alarm_measure *m, struct vd_wall now)
{
	size_t n = 0;
	for (size_t i = 0; i < VD_ARRAY_LEN(m->raised); i++) {
		n += is_within(m->raised[i], now, VD_FLOOD_S);
	}
	return n;
}

// It begins above the limit and ends well below, so that it does not chatter itself.
static void judge_flood(struct vd_alarm_measure *m, struct vd_wall now)
{
	size_t n = recent(m, now);
	if (!m->is_flood && n > VD_FLOOD_ALARMS) {
		m->is_flood = true;
		m->flood_since = now;
	} else if (m->is_flood && n < VD_FLOOD_END) {
		m->is_flood = false;
		m->flood_since = (struct vd_wall){ 0 };
	}
}

// ---- sources --------------------------------------------------------------------------------

static bool is_same(const struct vd_alarm_origin *a, const struct vd_alarm_origin *b)
{
	return a->kind == b->kind && a->account == b->account && a->conversation == b->conversation;
}

static bool is_quieter(struct vd_measure_source *a, struct vd_measure_source *b, int64_t hour)
{
	uint32_t na = sum(&a->hours, hour, HOURS);
	uint32_t nb = sum(&b->hours, hour, HOURS);
	return na != nb ? na < nb : a->last.us < b->last.us;
}

static struct vd_measure_source *take_place(struct vd_alarm_measure *m, int64_t hour)
{
	if (m->n_sources < VD_MEASURE_SOURCES) {
		return &m->sources[m->n_sources++];
	}
	struct vd_measure_source *quietest = &m->sources[0];
	for (size_t i = 1; i < VD_MEASURE_SOURCES; i++) {
		if (is_quieter(&m->sources[i], quietest, hour)) {
			quietest = &m->sources[i];
		}
	}
	return quietest;
}

static struct vd_measure_source *find(struct vd_alarm_measure *m, struct vd_alarm_origin origin,
				      struct vd_wall now)
{
	for (size_t i = 0; i < m->n_sources; i++) {
		if (is_same(&m->sources[i].origin, &origin)) {
			return &m->sources[i];
		}
	}
	struct vd_measure_source *source = take_place(m, slot_of(now, 3600));
	*source = (struct vd_measure_source){ .origin = origin };
	return source;
}

static void count_chatter(struct vd_measure_source *source, struct vd_wall now)
{
	source->on[source->n_on++ % VD_CHATTER_TIMES] = now;
	struct vd_wall oldest = source->on[source->n_on % VD_CHATTER_TIMES];
	if (source->n_on >= VD_CHATTER_TIMES && is_within(oldest, now, VD_CHATTER_S)) {
		source->chattered = now;
	}
}

void vd_alarm_measure_raised(struct vd_alarm_measure *m, struct vd_alarm_origin origin, bool is_new,
			     struct vd_wall now)
{
	add(&m->minutes, slot_of(now, 60));
	add(&m->hours, slot_of(now, 3600));
	m->raised[m->n_raised++ % VD_ARRAY_LEN(m->raised)] = now;
	judge_flood(m, now);
	struct vd_measure_source *source = find(m, origin, now);
	add(&source->hours, slot_of(now, 3600));
	source->last = now;
	if (is_new) {
		count_chatter(source, now);
	}
}

// ---- what it comes to -----------------------------------------------------------------------

static void insert(struct vd_alarm_summary *out, struct vd_measure_busy busy)
{
	size_t at = out->n_busiest;
	while (at > 0 && out->busiest[at - 1].n < busy.n) {
		at--;
	}
	if (at == VD_MEASURE_BUSIEST) {
		return;
	}
	if (out->n_busiest < VD_MEASURE_BUSIEST) {
		out->n_busiest++;
	}
	memmove(&out->busiest[at + 1], &out->busiest[at],
		(out->n_busiest - at - 1) * sizeof(out->busiest[0]));
	out->busiest[at] = busy;
}

void vd_alarm_measure_at(struct vd_alarm_measure *m, struct vd_wall now,
			 struct vd_alarm_summary *out)
{
	int64_t hour = slot_of(now, 3600);
	judge_flood(m, now);
	*out = (struct vd_alarm_summary){
		.hour = sum(&m->minutes, slot_of(now, 60), MINUTES),
		.day = sum(&m->hours, hour, HOURS),
		.is_flood = m->is_flood,
		.flood_since = m->flood_since,
	};
	for (size_t i = 0; i < m->n_sources; i++) {
		struct vd_measure_source *source = &m->sources[i];
		struct vd_measure_busy busy = {
			.origin = source->origin,
			.n = sum(&source->hours, hour, HOURS),
			.is_chattering = is_within(source->chattered, now, CHATTER_SHOWN_S),
		};
		out->chattering += busy.is_chattering;
		if (busy.n > 0) {
			insert(out, busy);
		}
	}
}

bool vd_alarm_is_stale(const struct vd_alarm *alarm, struct vd_wall now)
{
	return vd_alarm_is_shown(alarm) && vd_wall_is_set(alarm->since) &&
	       vd_wall_sub(now, alarm->since).us > VD_STALE_S * VD_US_PER_S;
}
