// SPDX-License-Identifier: MIT
#include <string.h>

#include "app/desk_internal.h"
#include "app/journal_rules.h"
#include "base/json.h"
#define DETAIL_BYTES 4096 // three ids of a network, an error, two hashes
#define RULE_BYTES 32768  // a calendar with all its holidays

static void put_hash(struct vd_json_out *j, const char *name, struct vd_span text)
{
	char hex[2 * VD_HASH_BYTES + 1];
	vd_journal_step_hash(text, hex);
	vd_json_put_text(j, name, vd_span_of(hex));
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
				   "an event of the journal is longer than %zu bytes", detail->cap);
	}
	event->at = vd_desk_now(desk);
	event->detail = vd_buf_span(detail);
	return vd_store_journal_append(desk->config.store, event, diag);
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
	if (command->kind == VD_COMMAND_REPLY || command->kind == VD_COMMAND_ASK_DM) {
		vd_json_put_text(&j, "kind", vd_span_of(vd_reply_kind_name(command->reply_kind)));
		put_hash(&j, "text_sha256", command->text);
	}
	if (command->minutes != 0) {
		vd_json_put_i64(&j, "minutes", command->minutes);
	}
	if (vd_command_object(command->kind) == VD_COMMAND_ON_OUTBOX) {
		vd_json_put_i64(&j, "outbox", (int64_t)command->outbox);
	}
	if (command->kind == VD_COMMAND_SETTLE) {
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
	vd_json_put_text(
		&j, "vis",
		vd_span_of(entry->visibility == VD_VISIBILITY_PUBLIC ? "public" : "private"));
	vd_json_put_text(&j, "kind", vd_span_of(vd_reply_kind_name(entry->kind)));
	vd_json_put_i64(&j, "attempts", entry->attempts);
	if (entry->seen != VD_OUTBOX_SEEN_ALL) {
		vd_json_put_i64(&j, "seen", entry->seen);
	}
	if (entry->invites_dm) {
		vd_json_put_bool(&j, "invites", true);
	}
	put_stamp(&j, "created", entry->created);
	put_stamp(&j, "attempted", entry->attempted);
	put_stamp(&j, "not_before", entry->not_before);
	vd_json_put_text(&j, "thread", vd_span_of(entry->thread_id));
	vd_json_put_text(&j, "parent", vd_span_of(entry->parent_id));
	if (entry->network_id[0] != '\0') {
		vd_json_put_text(&j, "id", vd_span_of(entry->network_id));
	}
	if (entry->error[0] != '\0') {
		vd_json_put_text(&j, "error", vd_span_of(entry->error));
	}
	put_hash(&j, "recipient_sha256", vd_span_of(entry->recipient_id));
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

enum vd_err vd_desk_link_thread(struct vd_desk *desk, uint16_t account, const char *thread_id,
				uint64_t conversation, struct vd_diag *diag)
{
	enum vd_network network = desk->config.book->accounts[account].network;
	enum vd_err err =
		vd_store_thread_link(desk->config.store, network, thread_id, conversation, diag);
	if (err != VD_OK) {
		return err;
	}
	char memory[DETAIL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "network", vd_span_of(vd_network_name(network)));
	vd_json_put_text(&j, "thread", vd_span_of(thread_id));
	vd_json_close(&j, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_THREAD,
		.conversation = conversation,
		.account = (uint16_t)(account + 1),
	};
	return append(desk, &event, &buf, diag);
}

// The row's bytes as they were noted last, so that only what changed is noted again.
static enum vd_err note_rule(struct vd_desk *desk, enum vd_rule_kind kind, uint16_t id,
			     struct vd_buf *buf, struct vd_diag *diag)
{
	char key[48];
	char before[2 * VD_HASH_BYTES + 1];
	char hash[2 * VD_HASH_BYTES + 1];
	vd_rule_setting(kind, id, key, sizeof(key));
	enum vd_err err =
		vd_store_setting_get(desk->config.store, key, before, sizeof(before), diag);
	bool is_there = vd_rule_is_there(desk->config.book, kind, id);
	if (err != VD_OK || (!is_there && before[0] == '\0')) {
		return err;
	}
	vd_buf_reset(buf);
	vd_rule_print(desk->config.book, kind, id, buf);
	vd_journal_step_hash(vd_buf_span(buf), hash);
	if (strcmp(before, hash) == 0) {
		return VD_OK;
	}
	struct vd_journal_event event = { .kind = VD_JOURNAL_RULES };
	err = append(desk, &event, buf, diag);
	return err != VD_OK ? err
			    : vd_store_setting_set(desk->config.store, key, vd_span_of(hash), diag);
}

enum vd_err vd_desk_note_rules(struct vd_desk *desk, struct vd_diag *diag)
{
	struct vd_buf buf;
	enum vd_err err = VD_OK;
	vd_buf_init_heap(&buf, RULE_BYTES);
	for (int kind = 0; kind < VD_RULE_N && err == VD_OK; kind++) {
		uint16_t most = vd_rule_kind_most((enum vd_rule_kind)kind);
		for (uint16_t id = 0; id < most && err == VD_OK; id++) {
			err = note_rule(desk, (enum vd_rule_kind)kind, id, &buf, diag);
		}
	}
	vd_buf_deinit(&buf);
	return err;
}
