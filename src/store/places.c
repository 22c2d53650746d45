// SPDX-License-Identifier: MIT
#include "store/places.h"

static const enum vd_table indexes[] = { VD_TABLE_DUE, VD_TABLE_TICK, VD_TABLE_ANSWERED };

static struct vd_wall place_in(enum vd_table table, const struct vd_places *places)
{
	switch (table) {
	case VD_TABLE_DUE:
		return places->due;
	case VD_TABLE_TICK:
		return places->tick;
	case VD_TABLE_ANSWERED:
		return places->answered;
	default:
		return (struct vd_wall){ 0 };
	}
}

struct vd_span vd_places_key(enum vd_table table, uint64_t id, const struct vd_places *places,
			     uint8_t memory[VD_KEY_BYTES])
{
	struct vd_wall at = place_in(table, places);
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	if (!vd_wall_is_set(at)) {
		return vd_writer_span(&w);
	}
	vd_writer_be_wall(&w, at);
	if (table == VD_TABLE_DUE) {
		vd_writer_u8(&w, places->due_target);
	}
	vd_writer_be64(&w, id);
	return vd_writer_span(&w);
}

bool vd_places_parse_key(enum vd_table table, struct vd_span key, struct vd_wall *at,
			 uint8_t *target, uint64_t *id)
{
	struct vd_reader r = vd_reader_init(key);
	*at = vd_reader_be_wall(&r);
	*target = table == VD_TABLE_DUE ? vd_reader_below(&r, VD_TARGET_N) : 0;
	*id = vd_reader_be64(&r);
	return vd_reader_is_done(&r);
}

static enum vd_err move_in(struct vd_store *store, enum vd_table table, uint64_t id,
			   const struct vd_places *before, const struct vd_places *after,
			   struct vd_diag *diag)
{
	static const struct vd_places nowhere;
	uint8_t from_memory[VD_KEY_BYTES];
	uint8_t to_memory[VD_KEY_BYTES];
	struct vd_span from =
		vd_places_key(table, id, before != NULL ? before : &nowhere, from_memory);
	struct vd_span to = vd_places_key(table, id, after, to_memory);
	enum vd_err err = VD_OK;
	if (vd_span_is_equal(from, to)) {
		return VD_OK;
	}
	if (from.n > 0) {
		err = vd_db_delete(store, table, from, diag);
	}
	if (err == VD_OK && to.n > 0) {
		err = vd_db_append(store, table, to, VD_SPAN(""), diag);
	}
	return err;
}

enum vd_err vd_places_move(struct vd_store *store, uint64_t id, const struct vd_places *before,
			   const struct vd_places *after, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (size_t i = 0; err == VD_OK && i < VD_ARRAY_LEN(indexes); i++) {
		err = move_in(store, indexes[i], id, before, after, diag);
	}
	return err;
}

static void count_alarm(struct vd_store_counters *counters, const struct vd_alarm *a, uint32_t by)
{
	switch (a->state) {
	case VD_ALARM_UNACK:
		counters->unseen[a->severity] += by;
		break;
	case VD_ALARM_ACKED:
		counters->seen[a->severity] += by;
		break;
	case VD_ALARM_LATCHED:
		*(a->is_seen ? &counters->seen[a->severity] : &counters->unseen[a->severity]) += by;
		break;
	case VD_ALARM_SHELVED:
		counters->shelved += by;
		break;
	case VD_ALARM_SUPPRESSED:
		counters->suppressed += by;
		break;
	case VD_ALARM_OUT_OF_SERVICE:
		counters->out_of_service += by;
		break;
	case VD_ALARM_STATE_MISSING:
	case VD_ALARM_NORMAL:
	case VD_ALARM_RTN_UNACK:
	case VD_ALARM_STATE_N:
		break;
	}
}

// R8: an open conversation that waits for a deadline that never comes.
static bool is_endless(const struct vd_conversation *c)
{
	bool is_any = false;
	for (int i = 0; i < VD_TARGET_N; i++) {
		is_any = is_any || c->targets[i].state == VD_TARGET_FAULT;
	}
	return is_any && c->state == VD_CONVERSATION_OPEN;
}

void vd_places_count(struct vd_store_counters *counters, const struct vd_conversation *c, int by)
{
	uint32_t step = (uint32_t)by; // -1 wraps around and takes one away
	counters->conversations += (uint64_t)(int64_t)by;
	if (c->state == VD_CONVERSATION_OPEN) {
		counters->open += step;
		counters->waiting += vd_wall_is_set(c->waiting_since) ? step : 0;
	}
	if (c->state == VD_CONVERSATION_OPEN && vd_wall_is_set(c->paused_since)) {
		counters->paused += step;
	}
	count_alarm(counters, &c->alarm, step);
	for (int i = 0; i < VD_SIDE_N; i++) {
		if (vd_alarm_is_shown(&c->side[i])) {
			counters->side[i] += step;
			counters->side_unseen += c->side[i].is_seen ? 0 : step;
		}
	}
	counters->endless += is_endless(c) ? step : 0;
	counters->held += c->state == VD_CONVERSATION_OPEN && c->is_breach_held ? step : 0;
	if (vd_wall_is_set(c->ladder_from)) {
		counters->ladder[c->ladder] += step;
	}
}
