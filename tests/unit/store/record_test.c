// SPDX-License-Identifier: MIT
#include "store/record.h"

#include "base/rng.h"
#include "unit.h"

static uint8_t bytes_memory[VD_RECORD_BYTES];
static const char long_text[VD_TEXT_BYTES + 1];

static void random_text(const struct vd_rng *rng, char *out, size_t cap)
{
	size_t n = vd_rng_below(rng, (uint32_t)cap);
	for (size_t i = 0; i < n; i++) {
		out[i] = (char)(1 + vd_rng_below(rng, 255));
	}
	out[n] = '\0';
}

static struct vd_wall random_wall(const struct vd_rng *rng)
{
	struct vd_wall t = { 0 };
	if (vd_rng_below(rng, 3) != 0) {
		assert_ok(vd_rng_fill(rng, &t, sizeof(t)));
	}
	return t;
}

static struct vd_target random_target(const struct vd_rng *rng)
{
	struct vd_target t;
	memset(&t, 0, sizeof(t));
	t.state = (enum vd_target_state)vd_rng_below(rng, VD_TARGET_STATE_N);
	t.is_running = vd_rng_below(rng, 2) != 0;
	if (vd_rng_below(rng, 3) == 0) {
		return t;
	}
	t.from = random_wall(rng);
	t.due = random_wall(rng);
	t.warn = random_wall(rng);
	t.urgent = random_wall(rng);
	t.ended = random_wall(rng);
	t.declared = random_wall(rng);
	t.reached = (enum vd_severity)vd_rng_below(rng, VD_SEVERITY_N);
	t.breaches = (uint16_t)vd_rng_below(rng, 65536);
	t.met = (uint16_t)vd_rng_below(rng, 65536);
	return t;
}

static struct vd_leg random_leg(const struct vd_rng *rng)
{
	struct vd_leg leg;
	memset(&leg, 0, sizeof(leg));
	leg.end = (enum vd_leg_end)vd_rng_below(rng, VD_LEG_END_N);
	leg.from = random_wall(rng);
	leg.due = (struct vd_wall){ INT64_MAX };
	leg.announced = random_wall(rng);
	leg.ended = random_wall(rng);
	leg.met = (uint16_t)vd_rng_below(rng, 65536);
	leg.breaches = (uint16_t)vd_rng_below(rng, 65536);
	leg.held = (uint16_t)vd_rng_below(rng, 65536);
	leg.missed = random_wall(rng);
	return leg;
}

static void random_pauses(const struct vd_rng *rng, struct vd_pauses *p)
{
	p->n = (uint8_t)vd_rng_below(rng, VD_PAUSES_MAX + 1);
	p->is_asked = vd_rng_below(rng, 2) != 0;
	p->from = random_wall(rng);
	p->used_s = vd_rng_below(rng, UINT32_MAX);
	p->since = random_wall(rng);
	for (int i = 0; i < p->n; i++) {
		p->at[i].from = random_wall(rng);
		p->at[i].to = random_wall(rng);
	}
}

static void random_history(const struct vd_rng *rng, struct vd_conversation *c)
{
	c->n_turns = (uint8_t)vd_rng_below(rng, VD_TURNS_MAX + 1);
	for (int i = 0; i < c->n_turns; i++) {
		struct vd_turn *t = &c->turns[i];
		t->kind = (enum vd_turn_kind)vd_rng_below(rng, VD_TURN_N);
		t->is_gone = vd_rng_below(rng, 2) != 0;
		t->is_partial = vd_rng_below(rng, 2) != 0;
		t->has_window = vd_rng_below(rng, 2) != 0;
		t->serial = vd_rng_below(rng, UINT32_MAX);
		t->at = random_wall(rng);
		t->announced = random_wall(rng);
		t->next_due = random_wall(rng);
		t->cadence_due = random_wall(rng);
	}
	if (vd_rng_below(rng, 2) == 0) {
		return;
	}
	c->base.until = vd_wall_s(1 + vd_rng_below(rng, UINT32_MAX)); // a folded turn has a stamp
	c->base.opened = random_wall(rng);
	c->base.waiting_since = random_wall(rng);
	c->base.last_in = random_wall(rng);
	c->base.last_out = random_wall(rng);
	c->base.last_useful = random_wall(rng);
	c->base.first_reply = random_wall(rng);
	c->base.first_useful = random_wall(rng);
	c->base.first_closed = random_wall(rng);
	c->base.next = random_leg(rng);
	c->base.cadence = random_leg(rng);
	c->base.window = random_leg(rng);
	random_pauses(rng, &c->base.pauses);
}

static void random_alarm(const struct vd_rng *rng, struct vd_alarm *a)
{
	a->state = (enum vd_alarm_state)vd_rng_below(rng, VD_ALARM_STATE_N);
	a->kind = (enum vd_alarm_kind)vd_rng_below(rng, VD_ALARM_KIND_N);
	a->severity = (enum vd_severity)vd_rng_below(rng, VD_SEVERITY_N);
	a->condition = (enum vd_severity)vd_rng_below(rng, VD_SEVERITY_N);
	a->is_present = vd_rng_below(rng, 2) != 0;
	a->is_seen = vd_rng_below(rng, 2) != 0;
	a->since = random_wall(rng);
	a->until = random_wall(rng);
}

static void random_custody(const struct vd_rng *rng, struct vd_conversation *c)
{
	c->n_custody = 1;
	c->custody[0] = (struct vd_custody){ .account = c->account, .from = c->opened };
	if (vd_rng_below(rng, 2) == 0) {
		return;
	}
	c->n_custody = (uint8_t)vd_rng_below(rng, VD_CUSTODY_MAX + 1);
	c->loosened_from = (uint8_t)vd_rng_below(rng, VD_CUSTODY_MAX);
	c->loosened_due = random_wall(rng);
	memset(c->custody, 0, sizeof(c->custody));
	for (int i = 0; i < c->n_custody; i++) {
		c->custody[i].account = (uint16_t)vd_rng_below(rng, 65536);
		c->custody[i].from = random_wall(rng);
		c->custody[i].waited_us = vd_rng_below(rng, UINT32_MAX);
		c->custody[i].waited_open_s = vd_rng_below(rng, UINT32_MAX);
	}
}

static void random_watch(const struct vd_rng *rng, struct vd_conversation *c)
{
	struct vd_wall *const stamps[] = {
		&c->paused_since, &c->pause_asks,      &c->night_tick,  &c->hours_tick,
		&c->calm_until,   &c->ladder_from,     &c->ladder_tick, &c->offer.at,
		&c->offer.until,  &c->resolution_kept,
	};
	vd_conversation_init_alarms(c);
	for (int i = 0; i < VD_SIDE_N; i++) {
		enum vd_alarm_kind kind = c->side[i].kind;
		if (vd_rng_below(rng, 2) != 0) {
			random_alarm(rng, &c->side[i]);
			c->side[i].kind = kind;
		}
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(stamps); i++) {
		if (vd_rng_below(rng, 2) != 0) {
			*stamps[i] = random_wall(rng);
		}
	}
	random_custody(rng, c);
	c->is_thanks = vd_rng_below(rng, 2) != 0;
	c->is_resolution_over = vd_rng_below(rng, 4) == 0;
	c->ladder = (enum vd_ladder_step)vd_rng_below(rng, VD_LADDER_N);
	c->parked_by = (uint8_t)vd_rng_below(rng, 4);
	c->incident = vd_rng_below(rng, 3);
	c->pauses_mark = vd_rng_below(rng, 2);
	c->merged_into = vd_rng_below(rng, 2);
	c->offer.account = (uint16_t)vd_rng_below(rng, 3);
	c->offer.staff = (uint16_t)vd_rng_below(rng, 3);
}

static struct vd_conversation random_conversation(const struct vd_rng *rng)
{
	struct vd_conversation c;
	memset(&c, 0, sizeof(c));
	c.id = 77;
	c.brand = (uint16_t)vd_rng_below(rng, 65536);
	c.account = (uint16_t)vd_rng_below(rng, 65536);
	c.last_account = (uint16_t)vd_rng_below(rng, 65536);
	c.claimed_by = (uint16_t)vd_rng_below(rng, 65536);
	c.state = (enum vd_conversation_state)vd_rng_below(rng, VD_CONVERSATION_STATE_N);
	c.visibility = (enum vd_visibility)vd_rng_below(rng, 2);
	c.policy_version = vd_rng_below(rng, UINT32_MAX);
	c.calendar_version = vd_rng_below(rng, UINT32_MAX);
	c.n_in = vd_rng_below(rng, UINT32_MAX);
	c.n_out = vd_rng_below(rng, UINT32_MAX);
	c.serial = vd_rng_below(rng, UINT32_MAX);
	c.breaches_known = (uint16_t)vd_rng_below(rng, 65536);
	c.breaches_reset = (uint16_t)vd_rng_below(rng, 65536);
	c.is_breach_held = vd_rng_below(rng, 2) != 0;
	c.repeat_of = vd_rng_below(rng, UINT32_MAX);
	c.opened = random_wall(rng);
	c.fetched = random_wall(rng);
	c.waiting_since = random_wall(rng);
	c.last_in = random_wall(rng);
	c.shown = random_wall(rng);
	c.last_out = random_wall(rng);
	c.first_reply = random_wall(rng);
	c.first_useful = random_wall(rng);
	c.ended = random_wall(rng);
	c.claimed_at = random_wall(rng);
	c.claim_until = random_wall(rng);
	random_text(rng, c.topic, sizeof(c.topic));
	random_text(rng, c.customer_id, sizeof(c.customer_id));
	random_text(rng, c.customer_handle, sizeof(c.customer_handle));
	random_text(rng, c.first_line, sizeof(c.first_line));
	random_alarm(rng, &c.alarm);
	random_watch(rng, &c);
	for (int i = 0; i < VD_TARGET_N; i++) {
		c.targets[i] = random_target(rng);
	}
	random_history(rng, &c);
	return c;
}

static struct vd_span print_conversation(const struct vd_conversation *c,
					 const struct vd_places *places)
{
	struct vd_writer w = vd_writer_init(bytes_memory, sizeof(bytes_memory));
	assert_ok(vd_record_print_conversation(c, places, &w));
	return vd_writer_span(&w);
}

static void conversations_go_round(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 1);
	for (int i = 0; i < 500; i++) {
		struct vd_conversation c = random_conversation(&rng);
		struct vd_conversation back;
		struct vd_places places;
		struct vd_places places_back;
		vd_places_make(&c, &places);
		struct vd_span bytes = print_conversation(&c, &places);
		assert_ok(vd_record_parse_conversation(bytes, 77, &back, &places_back));
		assert_memory_equal(&c, &back, sizeof(c));
		assert_memory_equal(&places, &places_back, sizeof(places));
		// No prefix is a record, nor is anything longer.
		assert_err(vd_record_parse_conversation(vd_span_make(bytes.p, bytes.n - 1), 77,
							&back, &places),
			   VD_ERR_CORRUPT);
		assert_err(vd_record_parse_conversation(vd_span_make(bytes.p, bytes.n + 1), 77,
							&back, &places),
			   VD_ERR_CORRUPT);
	}
}

// A field that the engine's helper adds and the record forgets would be lost at every restart.
static void no_field_was_forgotten(void **state)
{
	(void)state;
	if (sizeof(void *) != 8) {
		skip();
	}
	assert_int_equal(sizeof(struct vd_target), 64);
	assert_int_equal(sizeof(struct vd_turn), 48);
	assert_int_equal(sizeof(struct vd_leg), 56);
	assert_int_equal(sizeof(struct vd_tally), 408);
	assert_int_equal(sizeof(struct vd_alarm), 40);
	assert_int_equal(sizeof(struct vd_conversation), 3288);
	assert_int_equal(sizeof(struct vd_message), 1080);
}

static void an_open_conversation_byte_by_byte(void **state)
{
	(void)state;
	struct vd_conversation c;
	struct vd_places places = {
		.due = { 1 }, .due_target = 1, .tick = { 2 }, .answered = { 3 }
	};
	memset(&c, 0, sizeof(c));
	c.brand = 0x0102;
	vd_conversation_init_alarms(&c);
	c.n_custody = 1;
	c.alarm.state = VD_ALARM_UNACK;
	snprintf(c.topic, sizeof(c.topic), "adsl");
	struct vd_span bytes = print_conversation(&c, &places);
	const uint8_t *p = (const uint8_t *)bytes.p;
	// Offsets as SPEC.md gives them.
	assert_int_equal(p[0], 4);  // version
	assert_int_equal(p[1], 1);  // tie order
	assert_int_equal(p[2], 1);  // due
	assert_int_equal(p[10], 2); // tick
	assert_int_equal(p[18], 3); // answered
	assert_int_equal(p[28], 0x02);
	assert_int_equal(p[29], 0x01);
	assert_int_equal(p[158], VD_ALARM_UNACK);
	assert_int_equal(p[180], VD_TARGET_N);
	assert_int_equal(p[193], 4);
	assert_memory_equal(p + 194, "adsl", 4);
	assert_int_equal(bytes.n, 203);
}

// What later versions added, taken away again.
static void forget_what_is_newer(struct vd_conversation *c, int version)
{
	struct vd_leg *legs[] = { &c->base.next, &c->base.cadence };
	memset(&c->base.window, 0, sizeof(c->base.window));
	memset(&c->targets[VD_TARGET_WINDOW], 0, sizeof(c->targets[VD_TARGET_WINDOW]));
	for (int i = 0; i < c->n_turns; i++) {
		c->turns[i].has_window = false;
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(legs) && version < 3; i++) {
		legs[i]->held = 0;
		legs[i]->missed = (struct vd_wall){ 0 };
	}
	if (version < 3) {
		c->resolution_kept = (struct vd_wall){ 0 };
		c->is_resolution_over = false;
	}
}

static size_t cut(struct vd_span bytes, size_t at, size_t n)
{
	memmove(bytes_memory + at, bytes_memory + at + n, bytes.n - at - n);
	return bytes.n - n;
}

/** Where the targets end: behind them stand the four texts, the turns and the tally. */
static size_t find_targets_end(const struct vd_conversation *c, size_t tally_bytes, size_t n)
{
	size_t tail = 4 + strlen(c->topic) + strlen(c->customer_id) + strlen(c->customer_handle) +
		      strlen(c->first_line) + 2 + tally_bytes;
	for (int i = 0; i < c->n_turns; i++) {
		const struct vd_turn *t = &c->turns[i];
		tail += 14 +
			8 * (size_t)(vd_wall_is_set(t->announced) + vd_wall_is_set(t->next_due) +
				     vd_wall_is_set(t->cadence_due));
	}
	return n - tail;
}

// The bytes of an older version are those of this one without what came later.
static struct vd_span as_version(const struct vd_conversation *c, struct vd_span bytes, int version)
{
	enum { LEG = 47, LATER = 10, OFF = 2 };
	size_t pauses = 26 + 16 * (size_t)c->base.pauses.n;
	bool has_tally = vd_wall_is_set(c->base.until);
	size_t tally = has_tally ? 9 * 8 + 3 * LEG + pauses : 0;
	size_t targets_end = find_targets_end(c, tally, bytes.n);
	if (has_tally) {
		bytes.n = cut(bytes, bytes.n - pauses - LEG, LEG); // the window
	}
	if (has_tally && version < 3) {
		bytes.n = cut(bytes, bytes.n - pauses - LATER, LATER);
		bytes.n = cut(bytes, bytes.n - pauses - LEG, LATER);
	}
	bytes.n = cut(bytes, targets_end - OFF, OFF);
	bytes_memory[0] = (uint8_t)version;
	return bytes;
}

/** Where the number of targets stands, from the end of them. */
static size_t targets_bytes(const struct vd_conversation *c)
{
	size_t n = 0;
	for (int i = 0; i < VD_TARGET_N; i++) {
		struct vd_target none = { .state = c->targets[i].state,
					  .is_running = c->targets[i].is_running };
		n += memcmp(&none, &c->targets[i], sizeof(none)) == 0 ? 2 : 55;
	}
	return n;
}

static void conversations_of_older_versions_are_read(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 2);
	for (int i = 0; i < 200; i++) {
		int version = 2 + i % 2;
		struct vd_conversation c = random_conversation(&rng);
		struct vd_conversation back;
		struct vd_places places;
		forget_what_is_newer(&c, version);
		vd_places_make(&c, &places);
		places.due_target = 0;
		struct vd_span bytes = print_conversation(&c, &places);
		size_t pauses = 26 + 16 * (size_t)c.base.pauses.n;
		size_t tally = vd_wall_is_set(c.base.until) ? 9 * 8 + 3 * 47 + pauses : 0;
		size_t count_at = find_targets_end(&c, tally, bytes.n) - targets_bytes(&c) - 1;
		assert_int_equal(bytes_memory[count_at], VD_TARGET_N);
		bytes_memory[count_at] = VD_TARGET_WINDOW; // five
		bytes = as_version(&c, bytes, version);
		assert_ok(vd_record_parse_conversation(bytes, 77, &back, &places));
		assert_memory_equal(&c, &back, sizeof(c));
	}
}

static void values_out_of_range_are_not_written(void **state)
{
	(void)state;
	struct vd_conversation c;
	struct vd_places places = { .due_target = 0 };
	struct vd_message m;
	memset(&c, 0, sizeof(c));
	memset(&m, 0, sizeof(m));
	struct vd_writer w = vd_writer_init(bytes_memory, sizeof(bytes_memory));
	c.alarm.severity = VD_SEVERITY_N;
	assert_err(vd_record_print_conversation(&c, &places, &w), VD_ERR_ARGUMENT);
	c.alarm.severity = VD_SEVERITY_NONE;
	c.targets[2].state = VD_TARGET_STATE_N;
	assert_err(vd_record_print_conversation(&c, &places, &w), VD_ERR_ARGUMENT);
	c.targets[2].state = VD_TARGET_OFF;
	c.n_turns = VD_TURNS_MAX + 1;
	assert_err(vd_record_print_conversation(&c, &places, &w), VD_ERR_ARGUMENT);
	m.text = vd_span_make(long_text, VD_TEXT_BYTES + 1);
	assert_err(vd_record_print_message(&m, 1, &w), VD_ERR_ARGUMENT);
	m.text.n = VD_TEXT_BYTES;
	assert_err(vd_record_print_message(&m, 0, &w), VD_ERR_ARGUMENT); // a text has a number
	assert_ok(vd_record_print_message(&m, 1, &w));
}

static struct vd_message random_message(const struct vd_rng *rng)
{
	struct vd_message m;
	memset(&m, 0, sizeof(m));
	m.account = (uint16_t)vd_rng_below(rng, 65536);
	m.staff = (uint16_t)vd_rng_below(rng, 65536);
	m.direction = (enum vd_direction)vd_rng_below(rng, 2);
	m.visibility = (enum vd_visibility)vd_rng_below(rng, 2);
	m.kind = (enum vd_reply_kind)vd_rng_below(rng, VD_REPLY_N);
	m.is_doubtful = vd_rng_below(rng, 2) != 0;
	m.is_deleted = vd_rng_below(rng, 2) != 0;
	m.attachments = (uint8_t)vd_rng_below(rng, 256);
	m.published = random_wall(rng);
	m.fetched = random_wall(rng);
	m.shown = random_wall(rng);
	m.claimed = random_wall(rng);
	m.sent = random_wall(rng);
	m.announced = random_wall(rng);
	random_text(rng, m.network_id, sizeof(m.network_id));
	random_text(rng, m.thread_id, sizeof(m.thread_id));
	random_text(rng, m.parent_id, sizeof(m.parent_id));
	random_text(rng, m.author_id, sizeof(m.author_id));
	random_text(rng, m.author_handle, sizeof(m.author_handle));
	m.shares = (uint32_t)vd_rng_below(rng, UINT32_MAX);
	m.quotes = (uint32_t)vd_rng_below(rng, UINT32_MAX);
	m.attached = vd_span_make(long_text, vd_rng_below(rng, VD_ATTACHED_BYTES + 1));
	m.text = vd_span_make(long_text, vd_rng_below(rng, VD_TEXT_BYTES + 1));
	return m;
}

static void messages_go_round(void **state)
{
	(void)state;
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 2);
	for (int i = 0; i < 100; i++) {
		struct vd_message m = random_message(&rng);
		struct vd_message back;
		struct vd_writer w = vd_writer_init(bytes_memory, sizeof(bytes_memory));
		uint64_t text_id = m.text.n == 0 ? 0 : 5;
		uint64_t text_id_back = 9;
		assert_ok(vd_record_print_message(&m, text_id, &w));
		assert_ok(vd_record_parse_message(vd_writer_span(&w), &back, &text_id_back));
		assert_int_equal(text_id_back, text_id);
		assert_int_equal(back.text.n, m.text.n);
		assert_true(vd_span_is_equal(back.attached, m.attached));
		back.text = m.text;
		back.attached = m.attached;
		assert_memory_equal(&m, &back, sizeof(m));
		assert_err(vd_record_parse_message(vd_span_make(bytes_memory, w.n - 1), &back,
						   &text_id_back),
			   VD_ERR_CORRUPT);
	}
}

// Records of before: 10 bytes more stand at the end of ours, and the list.
static void messages_of_older_versions_are_read(void **state)
{
	(void)state;
	struct vd_message m;
	struct vd_message back;
	uint64_t text_id = 0;
	memset(&m, 0, sizeof(m));
	m.attachments = 3;
	m.is_edited = true;
	snprintf(m.network_id, sizeof(m.network_id), "id");
	m.text = VD_SPAN("text");
	struct vd_writer w = vd_writer_init(bytes_memory, sizeof(bytes_memory));
	assert_ok(vd_record_print_message(&m, 7, &w));
	bytes_memory[0] = 2;
	assert_ok(vd_record_parse_message(vd_span_make(bytes_memory, w.n - 10), &back, &text_id));
	assert_int_equal(back.attachments, 3);
	assert_int_equal(back.attached.n + back.shares + back.quotes, 0);
	assert_int_equal(text_id, 7);
	bytes_memory[0] = 3;
	assert_err(vd_record_parse_message(vd_span_make(bytes_memory, w.n - 10), &back, &text_id),
		   VD_ERR_CORRUPT);
	m.attached = vd_span_make(long_text, VD_ATTACHED_BYTES + 1);
	w = vd_writer_init(bytes_memory, sizeof(bytes_memory));
	assert_err(vd_record_print_message(&m, 7, &w), VD_ERR_ARGUMENT);
}

static void outbox_entries_go_round(void **state)
{
	(void)state;
	struct vd_outbox_entry e;
	struct vd_outbox_entry back;
	memset(&e, 0, sizeof(e));
	e.id = 9;
	e.conversation = 8;
	e.account = 7;
	e.staff = 6;
	e.state = VD_OUTBOX_UNCERTAIN;
	e.visibility = VD_VISIBILITY_PRIVATE;
	e.kind = VD_REPLY_QUESTION;
	e.attempts = 5;
	e.seen = 12;
	e.invites_dm = true;
	e.created = (struct vd_wall){ 4 };
	e.attempted = (struct vd_wall){ 3 };
	e.not_before = (struct vd_wall){ 2 };
	snprintf(e.thread_id, sizeof(e.thread_id), "thread");
	snprintf(e.parent_id, sizeof(e.parent_id), "parent");
	snprintf(e.recipient_id, sizeof(e.recipient_id), "recipient");
	snprintf(e.network_id, sizeof(e.network_id), "network");
	snprintf(e.error, sizeof(e.error), "error");
	e.text = VD_SPAN("text");
	struct vd_writer w = vd_writer_init(bytes_memory, sizeof(bytes_memory));
	assert_ok(vd_record_print_outbox(&e, &w));
	assert_ok(vd_record_parse_outbox(vd_writer_span(&w), 9, &back));
	assert_span(back.text, "text");
	back.text = e.text;
	assert_memory_equal(&e, &back, sizeof(e));
}

static void newer_records_are_told_from_damaged_ones(void **state)
{
	(void)state;
	struct vd_conversation c;
	struct vd_places places;
	struct vd_message m;
	uint64_t text_id = 0;
	struct vd_outbox_entry e;
	struct vd_journal_event event;
	struct vd_store_counters counters;
	struct vd_head head;
	uint8_t before[VD_HASH_BYTES];
	for (int version = 0; version < 256; version++) {
		uint8_t byte = (uint8_t)version;
		struct vd_span bytes = vd_span_make(&byte, 1);
		enum vd_err expected = version > 1 ? VD_ERR_VERSION : VD_ERR_CORRUPT;
		bool is_cut = version == 0 || (version >= 2 && version <= 4);
		assert_err(vd_record_parse_conversation(bytes, 1, &c, &places),
			   is_cut ? VD_ERR_CORRUPT : VD_ERR_VERSION);
		assert_err(vd_record_parse_message(bytes, &m, &text_id),
			   version > 3 ? VD_ERR_VERSION : VD_ERR_CORRUPT);
		assert_err(vd_record_parse_outbox(bytes, 1, &e),
			   version > 3 ? VD_ERR_VERSION : VD_ERR_CORRUPT);
		assert_err(vd_record_parse_event(bytes, &event, before), expected);
		assert_err(vd_record_parse_counters(bytes, &counters),
			   version > 3 ? VD_ERR_VERSION : VD_ERR_CORRUPT);
		assert_err(vd_record_parse_head(bytes, &head), expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations_go_round),
		cmocka_unit_test(no_field_was_forgotten),
		cmocka_unit_test(an_open_conversation_byte_by_byte),
		cmocka_unit_test(conversations_of_older_versions_are_read),
		cmocka_unit_test(values_out_of_range_are_not_written),
		cmocka_unit_test(messages_go_round),
		cmocka_unit_test(messages_of_older_versions_are_read),
		cmocka_unit_test(outbox_entries_go_round),
		cmocka_unit_test(newer_records_are_told_from_damaged_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
