// SPDX-License-Identifier: MIT
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/check.h"

#define T0 INT64_C(1790000000)
#define EVENTS_A_TURN 2
#define LONG_BYTES 5000 // on pages of its own

static enum vd_err add_message(struct vd_store *store, uint64_t conversation, const char *id,
			       uint32_t k, struct vd_diag *diag)
{
	static char text[LONG_BYTES];
	struct vd_message m;
	uint32_t number = 0;
	memset(&m, 0, sizeof(m));
	memset(text, 't', sizeof(text));
	snprintf(m.network_id, sizeof(m.network_id), "%s", id);
	snprintf(m.thread_id, sizeof(m.thread_id), "t%llu", (unsigned long long)conversation);
	m.published = vd_wall_s(T0 + k);
	m.text = vd_span_make(text, k % 5 == 0 ? sizeof(text) : 300);
	return vd_store_message_add(store, VD_NETWORK_X, conversation, &m, &number, diag);
}

static enum vd_err put_new(struct vd_store *store, uint32_t k, struct vd_diag *diag)
{
	struct vd_conversation c;
	memset(&c, 0, sizeof(c));
	c.id = k + 1;
	c.opened = vd_wall_s(T0 + k);
	c.waiting_since = c.opened;
	c.targets[VD_TARGET_FIRST].state = VD_TARGET_ARMED;
	c.targets[VD_TARGET_FIRST].is_running = true;
	c.targets[VD_TARGET_FIRST].due = vd_wall_s(T0 + 3600 + k * 7919 % 1000);
	vd_conversation_init_alarms(&c);
	return vd_store_conversation_put(store, &c, diag);
}

// Every second turn answers an older conversation: it leaves `due` and enters `answered`.
static enum vd_err put_old(struct vd_store *store, uint32_t k, struct vd_diag *diag)
{
	struct vd_conversation c;
	enum vd_err err = vd_store_conversation_get(store, k / 2 + 1, &c, diag);
	if (err != VD_OK) {
		return err;
	}
	c.n_in++;
	c.alarm.state = k % 3 == 0 ? VD_ALARM_UNACK : VD_ALARM_ACKED;
	c.alarm.severity = VD_SEVERITY_WARNING;
	if (k % 2 == 1) {
		c.targets[VD_TARGET_FIRST].is_running = false;
		c.waiting_since = (struct vd_wall){ 0 };
		c.first_reply = vd_wall_s(T0 + k);
	}
	return vd_store_conversation_put(store, &c, diag);
}

static enum vd_err append_events(struct vd_store *store, uint32_t k, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (int i = 0; err == VD_OK && i < EVENTS_A_TURN; i++) {
		char detail[64];
		snprintf(detail, sizeof(detail), "{\"turn\":%u,\"event\":%d}", (unsigned)k, i);
		struct vd_journal_event e = { .kind = VD_JOURNAL_FACT,
					      .at = vd_wall_s(T0 + k),
					      .detail = vd_span_of(detail) };
		err = vd_store_journal_append(store, &e, diag);
	}
	return err;
}

static enum vd_err put_outbox(struct vd_store *store, uint32_t k, struct vd_diag *diag)
{
	struct vd_outbox_entry e;
	memset(&e, 0, sizeof(e));
	e.id = k / 2 + 1;
	e.conversation = e.id;
	e.state = k % 2 == 0 ? VD_OUTBOX_ATTEMPTED : VD_OUTBOX_SENT;
	e.text = VD_SPAN("good morning");
	return vd_store_outbox_put(store, &e, diag);
}

// R39: each third turn the first message of the conversation before goes on in the new one.
static bool is_moving(uint32_t k)
{
	return k % 3 == 2;
}

static enum vd_err move_message(struct vd_store *store, uint32_t k, struct vd_diag *diag)
{
	uint32_t number = 0;
	return is_moving(k) ? vd_store_message_move(store, VD_NETWORK_X, k, 1, k + 1, &number, diag)
			    : VD_OK;
}

// One thing that is paid for, and again what the turn before has paid for.
static enum vd_err bill(struct vd_store *store, uint32_t k, struct vd_diag *diag)
{
	char id[16];
	bool is_new = false;
	snprintf(id, sizeof(id), "%u", (unsigned)k);
	enum vd_err err =
		vd_store_ledger_add(store, 1, 20000, 0, vd_span_of(id), 5000, &is_new, diag);
	if (err == VD_OK && k > 0) {
		snprintf(id, sizeof(id), "%u", (unsigned)(k - 1));
		err = vd_store_ledger_add(store, 1, 20000, 0, vd_span_of(id), 5000, &is_new, diag);
	}
	return err;
}

static enum vd_err check_bill(struct vd_store *store, uint32_t turns, struct vd_diag *diag)
{
	struct vd_ledger_day day;
	enum vd_err err = vd_store_ledger_get(store, 1, 20000, &day, diag);
	if (err == VD_OK && (day.n[0] != turns || day.micro != 5000 * (int64_t)turns)) {
		err = vd_diag_set(diag, VD_ERR_CORRUPT, "after %u turns %u are billed",
				  (unsigned)turns, (unsigned)day.n[0]);
	}
	return err;
}

enum vd_err workload_turn(struct vd_store *store, uint32_t k, struct vd_diag *diag)
{
	char a[16];
	char b[16];
	char cursor[16];
	snprintf(a, sizeof(a), "a%u", (unsigned)k);
	snprintf(b, sizeof(b), "b%u", (unsigned)k);
	snprintf(cursor, sizeof(cursor), "%u", (unsigned)(k + 1));
	enum vd_err err = put_new(store, k, diag);
	err = err != VD_OK ? err : add_message(store, k + 1, a, k, diag);
	err = err != VD_OK ? err : add_message(store, k / 2 + 1, b, k, diag);
	err = err != VD_OK ? err : put_old(store, k, diag);
	err = err != VD_OK ? err : move_message(store, k, diag);
	err = err != VD_OK ? err : append_events(store, k, diag);
	err = err != VD_OK ? err : put_outbox(store, k, diag);
	err = err != VD_OK ? err : bill(store, k, diag);
	return err != VD_OK ? err
			    : vd_store_cursor_set(store, 1, "mentions", vd_span_of(cursor), diag);
}

static bool find(void *ctx, const struct vd_outbox_entry *entry)
{
	*(uint64_t *)ctx = entry->id;
	return true;
}

static enum vd_err check_outbox(struct vd_store *store, uint32_t turns, struct vd_diag *diag)
{
	uint64_t last_open = 0;
	uint64_t last = 0;
	enum vd_err err = vd_store_outbox_each_open(store, find, &last_open, diag);
	err = err != VD_OK ? err : vd_store_outbox_each(store, find, &last, diag);
	bool is_right = last == (turns + 1) / 2 && last_open == (turns % 2 == 1 ? last : 0);
	if (err == VD_OK && !is_right) {
		err = vd_diag_set(
			diag, VD_ERR_CORRUPT, "after %u turns the outbox ends at %llu, open %llu",
			(unsigned)turns, (unsigned long long)last, (unsigned long long)last_open);
	}
	return err;
}

static enum vd_err check_sums(struct vd_store *store, uint32_t turns, struct vd_diag *diag)
{
	struct vd_store_counters c;
	char cursor[16];
	enum vd_err err = vd_store_get_counters(store, &c, diag);
	err = err != VD_OK
		      ? err
		      : vd_store_cursor_get(store, 1, "mentions", cursor, sizeof(cursor), diag);
	if (err == VD_OK && (c.conversations != turns || c.messages != 2 * turns ||
			     strtoul(cursor, NULL, 10) != turns)) {
		err = vd_diag_set(diag, VD_ERR_CORRUPT,
				  "after %u turns: %llu conversations, %llu messages, cursor %s",
				  (unsigned)turns, (unsigned long long)c.conversations,
				  (unsigned long long)c.messages, cursor);
	}
	return err;
}

static enum vd_err check_id(struct vd_store *store, char letter, uint32_t k, uint64_t expected,
			    struct vd_diag *diag)
{
	char id[16];
	uint64_t conversation = 0;
	uint32_t number = 0;
	snprintf(id, sizeof(id), "%c%u", letter, (unsigned)k);
	enum vd_err err = vd_store_find_id(store, VD_NETWORK_X, id, &conversation, &number, diag);
	if (err != VD_OK || conversation != expected) {
		return vd_diag_set(diag, VD_ERR_CORRUPT, "message %s is lost", id);
	}
	return VD_OK;
}

static enum vd_err check_ids(struct vd_store *store, uint32_t turns, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	for (uint32_t k = 0; k < turns && err == VD_OK; k++) {
		bool was_moved = k + 1 < turns && is_moving(k + 1);
		err = check_id(store, 'b', k, k / 2 + 1, diag);
		err = err != VD_OK ? err : check_id(store, 'a', k, was_moved ? k + 2 : k + 1, diag);
	}
	return err;
}

enum vd_err workload_check(struct vd_store *store, uint32_t *turns, struct vd_diag *diag)
{
	struct vd_journal_report report;
	uint64_t events = vd_store_journal_last(store);
	*turns = (uint32_t)(events / EVENTS_A_TURN);
	if (events % EVENTS_A_TURN != 0) {
		return vd_diag_set(diag, VD_ERR_CORRUPT, "half a turn: %llu events",
				   (unsigned long long)events);
	}
	enum vd_err err = vd_store_journal_verify(store, &report, diag);
	err = err != VD_OK ? err : vd_store_check(store, diag);
	err = err != VD_OK ? err : check_sums(store, *turns, diag);
	err = err != VD_OK ? err : check_bill(store, *turns, diag);
	err = err != VD_OK ? err : check_outbox(store, *turns, diag);
	return err != VD_OK ? err : check_ids(store, *turns, diag);
}
