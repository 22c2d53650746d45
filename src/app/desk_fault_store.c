// SPDX-License-Identifier: MIT
// The alarms of the appliance on disk: one setting each, written with its event of the journal in
// the turn that changed it, so that a restart finds each as it was.
#include <stdio.h>

#include "app/desk_internal.h"

#define RECORD_BYTES 1024
#define KEY_BYTES (VD_NAME_BYTES + 48)

static const enum vd_alarm_kind singles[] = {
	VD_ALARM_STORE_FAILING,
	VD_ALARM_CLOCK_UNTRUSTED,
	VD_ALARM_CALENDAR_FAULT,
	VD_ALARM_OUTBOX_STUCK,
};
_Static_assert(VD_DESK_FAULTS == VD_ARRAY_LEN(singles) + 3 * VD_ACCOUNTS_MAX,
	       "a place for each alarm");

void vd_desk_faults_init(struct vd_desk *desk)
{
	size_t n = 0;
	for (size_t i = 0; i < VD_ARRAY_LEN(singles); i++) {
		vd_fault_init(&desk->faults[n++].is, singles[i], 0);
	}
	for (uint16_t i = 1; i <= VD_ACCOUNTS_MAX; i++) {
		vd_fault_init(&desk->faults[n++].is, VD_ALARM_CHANNEL_BLIND, i);
		vd_fault_init(&desk->faults[n++].is, VD_ALARM_TOKEN_ENDING, i);
		vd_fault_init(&desk->faults[n++].is, VD_ALARM_MONEY_SHORT, i);
	}
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		desk->faults[i].noted = VD_ALARM_NORMAL;
		desk->faults[i].kept = VD_ALARM_NORMAL;
	}
}

struct vd_desk_fault *vd_desk_fault_get(struct vd_desk *desk, enum vd_alarm_kind kind,
					uint16_t account)
{
	size_t of_account = kind == VD_ALARM_MONEY_SHORT ? 2 : kind == VD_ALARM_TOKEN_ENDING;
	size_t at = VD_ARRAY_LEN(singles) + 3 * (account - (size_t)(account > 0)) + of_account;
	for (size_t i = 0; i < VD_ARRAY_LEN(singles); i++) {
		at = singles[i] == kind ? i : at;
	}
	return &desk->faults[at];
}

// "alarm:channel blind:tim-x"
static void key_of(const struct vd_desk *desk, const struct vd_fault *fault, char out[KEY_BYTES])
{
	uint16_t account = fault->account;
	bool is_named = account > 0 && account <= desk->config.book->n_accounts;
	vd_fault_key(vd_span_of(vd_alarm_kind_name(fault->alarm.kind)),
		     vd_span_of(is_named ? desk->config.book->accounts[account - 1].name : ""), out,
		     KEY_BYTES);
}

static bool is_configured(const struct vd_desk *desk, const struct vd_fault *fault)
{
	const struct vd_rulebook *book = desk->config.book;
	uint16_t account = fault->account;
	return account == 0 ||
	       (account <= book->n_accounts && book->accounts[account - 1].name[0] != '\0');
}

// A record that can't be read is worth a line: its cause is looked at again anyway.
static void load(struct vd_desk *desk, struct vd_desk_fault *fault)
{
	char key[KEY_BYTES];
	char text[RECORD_BYTES];
	struct vd_diag diag = { 0 };
	key_of(desk, &fault->is, key);
	enum vd_err err = vd_store_setting_get(desk->config.store, key, text, sizeof(text), &diag);
	if (err == VD_OK && text[0] == '\0') {
		return;
	}
	cJSON *tree = err == VD_OK ? vd_json_parse(vd_span_of(text), &diag) : NULL;
	if (tree == NULL || vd_fault_parse(tree, &fault->is) != VD_OK) {
		vd_error(desk->config.log, "alarm", "%s: what was kept can't be read: %s", key,
			 diag.text);
	}
	vd_json_free(tree);
	fault->noted = fault->is.alarm.state;
	fault->kept = fault->noted;
}

void vd_desk_faults_load(struct vd_desk *desk)
{
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		if (is_configured(desk, &desk->faults[i].is)) {
			load(desk, &desk->faults[i]);
		}
	}
}

// ---- writing ----------------------------------------------------------------------------------

static enum vd_err write(struct vd_desk *desk, const struct vd_fault *fault,
			 const struct vd_fault_change *change, struct vd_diag *diag)
{
	char memory[RECORD_BYTES];
	char key[KEY_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_fault_print(fault, change, desk->config.book, &j);
	vd_json_close(&j, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_ALARM,
		.at = vd_desk_now(desk),
		.account = fault->account,
		.staff = fault->seen_by,
		.detail = vd_buf_span(&buf),
	};
	key_of(desk, fault, key);
	enum vd_err err = vd_buf_check(&buf);
	if (err == VD_OK) {
		err = vd_store_journal_append(desk->config.store, &event, diag);
	}
	return err == VD_OK ? vd_store_setting_set(desk->config.store, key, event.detail, diag)
			    : err;
}

bool vd_desk_is_store_failing(struct vd_desk *desk)
{
	return vd_desk_fault_get(desk, VD_ALARM_STORE_FAILING, 0)->is.alarm.is_present;
}

static void put(struct vd_desk *desk, struct vd_desk_fault *fault,
		const struct vd_fault_change *change)
{
	struct vd_diag diag = { 0 };
	if (write(desk, &fault->is, change, &diag) != VD_OK) {
		vd_error(desk->config.log, "desk", "an alarm can't be noted: %s", diag.text);
		return;
	}
	fault->is_unwritten = false;
	fault->is_in_turn = true;
	fault->noted = fault->is.alarm.state;
}

void vd_desk_fault_note(struct vd_desk *desk, struct vd_desk_fault *fault,
			const struct vd_fault_change *change)
{
	if (change->what == NULL) {
		return;
	}
	const struct vd_fault *is = &fault->is;
	bool is_named = is->account > 0 && is_configured(desk, is);
	vd_warn(desk->config.log, "alarm", "%s%s%s: %s -> %s (%s)",
		vd_alarm_kind_name(is->alarm.kind), is_named ? " " : "",
		is_named ? desk->config.book->accounts[is->account - 1].name : "",
		vd_alarm_state_name(change->from), vd_alarm_state_name(is->alarm.state),
		change->what);
	if (is->alarm.state == VD_ALARM_UNACK && change->from != VD_ALARM_UNACK) {
		struct vd_alarm_origin origin = { .kind = is->alarm.kind, .account = is->account };
		bool is_new = change->from != VD_ALARM_ACKED;
		vd_alarm_measure_raised(&desk->measure, origin, is_new, vd_desk_now(desk));
	}
	struct vd_fault_change whole = *change;
	if (fault->is_unwritten) { // what came before is not in the journal
		whole.from = fault->noted;
	}
	fault->is_unwritten = true;
	if (!vd_desk_is_store_failing(desk)) {
		put(desk, fault, &whole);
	}
	desk->has_changed = true;
}

void vd_desk_faults_committed(struct vd_desk *desk, bool has_failed)
{
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		struct vd_desk_fault *fault = &desk->faults[i];
		fault->is_unwritten |= fault->is_in_turn && has_failed;
		fault->noted = has_failed ? fault->kept : fault->noted;
		fault->kept = fault->noted;
		fault->is_in_turn = false;
	}
}

void vd_desk_faults_catch_up(struct vd_desk *desk)
{
	for (size_t i = 0; i < VD_DESK_FAULTS; i++) {
		struct vd_desk_fault *fault = &desk->faults[i];
		if (fault->is_unwritten) {
			struct vd_fault_change late = { "noted late", fault->noted };
			put(desk, fault, &late);
		}
	}
}
