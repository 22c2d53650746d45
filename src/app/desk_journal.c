// SPDX-License-Identifier: MIT
#include <string.h>

#include "app/desk_internal.h"
#include "base/json.h"
#include "net/tls.h"

#define DETAIL_BYTES 2048

static void put_hash(struct vd_json_out *j, const char *name, struct vd_span text)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t hash[VD_SHA256_BYTES];
	char hex[2 * VD_SHA256_BYTES];
	vd_sha256(text, hash);
	for (size_t i = 0; i < sizeof(hash); i++) {
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
	vd_json_put_text(j, name, vd_span_make(hex, sizeof(hex)));
}

static void put_stamp(struct vd_json_out *j, const char *name, struct vd_wall t)
{
	if (vd_wall_is_set(t)) {
		vd_json_put_i64(j, name, t.us);
	}
}

static enum vd_err append(struct vd_desk *desk, struct vd_journal_event *event,
			  struct vd_buf *detail, struct vd_diag *diag)
{
	if (vd_buf_check(detail) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ROOM,
				   "an event of the journal is longer than %d bytes", DETAIL_BYTES);
	}
	event->at = vd_desk_now(desk);
	event->detail = vd_buf_span(detail);
	return vd_store_journal_append(desk->config.store, event, diag);
}

enum vd_err vd_desk_note_message(struct vd_desk *desk, uint64_t conversation, uint32_t number,
				 const struct vd_message *m, struct vd_diag *diag)
{
	char memory[DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_i64(&j, "n", number);
	vd_json_put_text(&j, "id", vd_span_of(m->network_id));
	vd_json_put_text(&j, "thread", vd_span_of(m->thread_id));
	vd_json_put_text(&j, "dir", vd_span_of(m->direction == VD_DIRECTION_IN ? "in" : "out"));
	vd_json_put_text(&j, "vis",
			 vd_span_of(m->visibility == VD_VISIBILITY_PUBLIC ? "public" : "private"));
	if (m->direction == VD_DIRECTION_OUT) {
		vd_json_put_text(&j, "kind", vd_span_of(vd_reply_kind_name(m->kind)));
	}
	put_stamp(&j, "published", m->published);
	put_stamp(&j, "fetched", m->fetched);
	put_stamp(&j, "sent", m->sent);
	put_stamp(&j, "announced", m->announced);
	if (m->is_doubtful) {
		vd_json_put_bool(&j, "doubtful", true);
	}
	if (m->is_deleted) {
		vd_json_put_bool(&j, "deleted", true);
	}
	put_hash(&j, "author_sha256", vd_span_of(m->author_id));
	put_hash(&j, "text_sha256", m->text);
	vd_json_close(&j, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_MESSAGE,
		.conversation = conversation,
		.account = (uint16_t)(m->account + 1),
		.staff = m->staff,
	};
	return append(desk, &event, &buf, diag);
}

static void put_fact(struct vd_json_out *j, const struct vd_fact *fact)
{
	vd_json_open(j, NULL, '{');
	vd_json_put_text(j, "fact", vd_span_of(vd_fact_name(fact->kind)));
	if (fact->kind >= VD_FACT_TARGET_ARMED && fact->kind <= VD_FACT_TARGET_FAULT) {
		vd_json_put_text(j, "target", vd_span_of(vd_target_name(fact->target)));
	}
	if (fact->kind == VD_FACT_ALARM) {
		vd_json_put_text(j, "from", vd_span_of(vd_alarm_state_name(fact->from)));
		vd_json_put_text(j, "to", vd_span_of(vd_alarm_state_name(fact->to)));
		vd_json_put_text(j, "severity", vd_span_of(vd_severity_name(fact->severity)));
	}
	put_stamp(j, "at", fact->at);
	vd_json_close(j, '}');
}

enum vd_err vd_desk_note_facts(struct vd_desk *desk, const struct vd_conversation *c,
			       const struct vd_effects *effects, struct vd_diag *diag)
{
	if (effects->n == 0) {
		return VD_OK;
	}
	char memory[2 * DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_i64(&j, "policy", c->policy_version);
	vd_json_put_i64(&j, "calendar", c->calendar_version);
	vd_json_open(&j, "facts", '[');
	for (uint8_t i = 0; i < effects->n; i++) {
		put_fact(&j, &effects->facts[i]);
	}
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
	struct vd_journal_event event = { .kind = VD_JOURNAL_FACT, .conversation = c->id };
	return append(desk, &event, &buf, diag);
}

enum vd_err vd_desk_note_command(struct vd_desk *desk, const struct vd_command *command,
				 uint64_t conversation, struct vd_diag *diag)
{
	char memory[DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "command", vd_span_of(vd_command_name(command->kind)));
	if (command->reason.n > 0) {
		vd_json_put_text(&j, "reason",
				 vd_span_make(command->reason.p,
					      command->reason.n < 512 ? command->reason.n : 512));
	}
	if (command->kind == VD_COMMAND_REPLY) {
		vd_json_put_text(&j, "kind", vd_span_of(vd_reply_kind_name(command->reply_kind)));
		put_hash(&j, "text_sha256", command->text);
	}
	if (command->minutes != 0) {
		vd_json_put_i64(&j, "minutes", command->minutes);
	}
	if (command->kind == VD_COMMAND_SETTLE) {
		vd_json_put_i64(&j, "outbox", (int64_t)command->outbox);
		vd_json_put_bool(&j, "arrived", command->arrived);
	}
	vd_json_close(&j, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_COMMAND,
		.conversation = conversation,
		.staff = command->staff,
		.source = (uint8_t)(command->source + 1),
	};
	return append(desk, &event, &buf, diag);
}

enum vd_err vd_desk_note_outbox(struct vd_desk *desk, const struct vd_outbox_entry *entry,
				struct vd_diag *diag)
{
	char memory[DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_i64(&j, "outbox", (int64_t)entry->id);
	vd_json_put_text(&j, "state", vd_span_of(vd_outbox_state_name(entry->state)));
	vd_json_put_i64(&j, "attempts", entry->attempts);
	if (entry->network_id[0] != '\0') {
		vd_json_put_text(&j, "id", vd_span_of(entry->network_id));
	}
	if (entry->error[0] != '\0') {
		vd_json_put_text(&j, "error", vd_span_of(entry->error));
	}
	put_hash(&j, "text_sha256", entry->text);
	vd_json_close(&j, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_OUTBOX,
		.conversation = entry->conversation,
		.account = (uint16_t)(entry->account + 1),
		.staff = entry->staff,
	};
	return append(desk, &event, &buf, diag);
}

enum vd_err vd_desk_note_text(struct vd_desk *desk, enum vd_journal_kind kind, const char *key,
			      const char *value, struct vd_diag *diag)
{
	char memory[DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, key, vd_span_of(value));
	vd_json_close(&j, '}');
	struct vd_journal_event event = { .kind = kind };
	return append(desk, &event, &buf, diag);
}
