// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "app/account_internal.h"
#include "app/account_net.h"
#include "channel/oauth2.h"

#define LOOK_S 60 // real: a clock that was set is noticed then
#define FORM_BYTES 8192
#define BASIC_BYTES 4096

bool vd_account_is_renewable(const struct vd_credentials *c)
{
	return c->kind == VD_CREDENTIALS_X_OAUTH2 && vd_secret_is_set(&c->part[VD_PART_REFRESH]);
}

static const char *name_of(const struct vd_account_slot *slot)
{
	return slot->account->name;
}

static void set_timer(struct vd_account_slot *slot, struct vd_dur wait)
{
	const struct vd_account_keeper_config *config = &slot->keeper->config;
	struct vd_mono due = vd_mono_add(vd_loop_now(config->loop), wait);
	if (vd_loop_timer_set(config->loop, &slot->timer, due) != VD_OK) {
		vd_error(config->log, "account", "%s: no memory for a timer: not renewed any more",
			 name_of(slot));
	}
}

// ---- effects --------------------------------------------------------------------------------

static void arm(struct vd_account_slot *slot)
{
	const struct vd_account_keeper *keeper = slot->keeper;
	const struct vd_account_kept *c = &slot->now;
	struct vd_wall from = vd_wall_is_set(c->renewed_at) ? c->renewed_at : c->set_at;
	struct vd_wall at = vd_renew_at(from, c->ends);
	struct vd_wall now = vd_account_now(keeper);
	vd_backoff_succeed(&slot->backoff);
	if (!vd_wall_is_set(at)) {
		return; // it doesn't say how long it lives: renewed when it is refused
	}
	// A renewal that was cut off is taken up at once: nobody knows yet which pair is good.
	bool is_due = at.us <= now.us || vd_wall_is_set(c->renewing);
	struct vd_dur wait = { 0 };
	if (!is_due) {
		wait = vd_clock_real(keeper->config.clock, vd_wall_sub(at, now));
		wait = wait.us > LOOK_S * VD_US_PER_S ? vd_dur_s(LOOK_S) : wait;
	}
	set_timer(slot, wait);
}

static void back_off(struct vd_account_slot *slot)
{
	const struct vd_account_keeper_config *config = &slot->keeper->config;
	struct vd_dur wait = vd_backoff_fail(&slot->backoff, &config->rng);
	set_timer(slot, vd_clock_real(config->clock, wait));
}

static void put_next(struct vd_account_slot *slot)
{
	struct vd_account_keeper *keeper = slot->keeper;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_secrets_put(keeper->config.store, &keeper->key, &keeper->config.rng,
					 name_of(slot), slot->next, &diag);
	err = err == VD_OK ? vd_account_await(slot, true, NULL, NULL, &diag) : err;
	if (err != VD_OK) {
		vd_error(keeper->config.log, "account", "%s: %s", name_of(slot), diag.text);
		vd_account_renew(slot, VD_RENEW_COMMIT_FAILED);
	}
}

static void mark(struct vd_account_slot *slot)
{
	slot->tried_at = vd_loop_now(slot->keeper->config.loop);
	if (!vd_account_has_next(slot)) {
		vd_error(slot->keeper->config.log, "account", "%s: no memory to renew it",
			 name_of(slot));
		vd_account_renew(slot, VD_RENEW_COMMIT_FAILED);
		return;
	}
	vd_account_kept_get(&slot->now, slot->next);
	slot->next->renewing = vd_account_now(slot->keeper);
	put_next(slot);
}

static void on_answer(void *ctx, enum vd_err err, const struct vd_http_response *response,
		      const struct vd_diag *diag);

static enum vd_err print_ask(const struct vd_credentials *c, struct vd_buf *form,
			     struct vd_buf *basic)
{
	bool is_confidential = vd_secret_is_set(&c->part[VD_PART_APP_SECRET]);
	struct vd_oauth2_form fields = {
		.grant = "refresh_token",
		.refresh_token = vd_secret_reveal(&c->part[VD_PART_REFRESH]),
		.client_id = vd_span_of(is_confidential ? NULL : c->client_id),
	};
	vd_oauth2_form_print(&fields, form);
	enum vd_err err = VD_OK;
	if (is_confidential) {
		err = vd_oauth2_basic_print(vd_span_of(c->client_id),
					    vd_secret_reveal(&c->part[VD_PART_APP_SECRET]), basic);
	}
	return err == VD_OK ? vd_buf_check(form) : err;
}

static void ask(struct vd_account_slot *slot)
{
	char form_memory[FORM_BYTES];
	char basic_memory[BASIC_BYTES];
	char url[VD_CONFIG_TEXT_BYTES + 32];
	struct vd_buf form;
	struct vd_buf basic;
	struct vd_diag diag = { 0 };
	vd_buf_init(&form, form_memory, sizeof(form_memory));
	vd_buf_init(&basic, basic_memory, sizeof(basic_memory));
	const struct vd_account_keeper_config *config = &slot->keeper->config;
	const struct vd_account_net net = { .loop = config->loop,
					    .http = config->http,
					    .clock = config->clock,
					    .rng = config->rng };
	snprintf(url, sizeof(url), "%s/2/oauth2/token", vd_account_base(slot->account));
	enum vd_err err = print_ask(slot->next, &form, &basic);
	err = err == VD_OK
		      ? vd_account_post(&net, vd_span_of(url), vd_buf_span(&form),
					vd_buf_span(&basic), slot, on_answer, &slot->call, &diag)
		      : vd_diag_set(&diag, err, "%s", vd_err_text(err));
	vd_wipe(form_memory, sizeof(form_memory));
	vd_wipe(basic_memory, sizeof(basic_memory));
	if (err != VD_OK) {
		vd_warn(slot->keeper->config.log, "account",
			"%s: the renewal can't be asked for: %s", name_of(slot), diag.text);
		vd_account_renew(slot, VD_RENEW_FAILED);
	}
}

static void tell(struct vd_account_slot *slot)
{
	struct vd_account_keeper *keeper = slot->keeper;
	struct vd_diag diag = { 0 };
	vd_error(keeper->config.log, "account", "%s: %s", name_of(slot), slot->words);
	vd_desk_set_token_end(keeper->config.desk, slot->account->id, vd_account_end(slot));
	if (vd_desk_note_sign_in(keeper->config.desk, slot->account->id, 0, slot->words, &diag) !=
	    VD_OK) {
		vd_error(keeper->config.log, "account", "%s: %s", name_of(slot), diag.text);
	}
}

static void stop(struct vd_account_slot *slot)
{
	vd_loop_timer_stop(slot->keeper->config.loop, &slot->timer);
	if (slot->call != NULL) {
		vd_http_call_cancel(slot->call);
		slot->call = NULL;
	}
}

static void use(struct vd_account_slot *slot)
{
	vd_account_take(slot, slot->next);
	vd_account_drop_next(slot);
	slot->was_lost = false;
	slot->words[0] = '\0';
	vd_info(slot->keeper->config.log, "account", "%s: the sign-in was renewed", name_of(slot));
	vd_account_use(slot);
	arm(slot);
}

static void do_effect(struct vd_account_slot *slot, enum vd_renew_effect effect)
{
	switch (effect) {
	case VD_RENEW_ARM:
		stop(slot);
		arm(slot);
		break;
	case VD_RENEW_ARM_NOW:
		set_timer(slot, (struct vd_dur){ 0 });
		break;
	case VD_RENEW_MARK:
		mark(slot);
		break;
	case VD_RENEW_ASK:
		vd_account_take(slot, slot->next); // the mark is on disk
		ask(slot);
		break;
	case VD_RENEW_KEEP:
		put_next(slot);
		break;
	case VD_RENEW_USE:
		use(slot);
		break;
	case VD_RENEW_BACK_OFF:
		back_off(slot);
		break;
	case VD_RENEW_TELL:
		tell(slot);
		break;
	case VD_RENEW_STOP:
		stop(slot);
		break;
	case VD_RENEW_ILLEGAL:
	case VD_RENEW_EFFECT_MISSING:
		vd_error(slot->keeper->config.log, "account", "%s: a renewal went wrong: our bug",
			 name_of(slot));
		break;
	case VD_RENEW_IGNORE:
		break;
	}
}

void vd_account_renew(struct vd_account_slot *slot, enum vd_renew_event event)
{
	struct vd_renew_step step = vd_renew_step(slot->state, event);
	if (step.next != slot->state) {
		vd_debug(slot->keeper->config.log, "account", "%s: %s -> %s (%s)", name_of(slot),
			 vd_renew_state_name(slot->state), vd_renew_state_name(step.next),
			 vd_renew_event_name(event));
	}
	slot->state = step.next;
	do_effect(slot, step.effect);
}

// ---- the answer -----------------------------------------------------------------------------

static bool is_surely_unsent(enum vd_err err)
{
	return err == VD_ERR_RESOLVE || err == VD_ERR_CONNECT || err == VD_ERR_CERTIFICATE ||
	       err == VD_ERR_FOREIGN;
}

static void take_pair(struct vd_account_slot *slot, const struct vd_oauth2_answer *answer)
{
	struct vd_credentials *c = slot->next; // the old one with its mark, until now
	struct vd_wall now = vd_account_now(slot->keeper);
	c->renewed_at = now;
	c->renewing = (struct vd_wall){ 0 };
	c->ends = (struct vd_wall){ 0 };
	if (answer->expires_in_s > 0) {
		c->ends = vd_wall_add(now, vd_dur_s(answer->expires_in_s));
	}
	c->part[VD_PART_TOKEN] = answer->access;
	if (vd_secret_is_set(&answer->refresh)) {
		c->part[VD_PART_REFRESH] = answer->refresh;
	}
	if (answer->scope[0] != '\0') {
		snprintf(c->scopes, sizeof(c->scopes), "%s", answer->scope);
	}
}

// Somebody else may have signed in or renewed since we read: looked at once.
static bool has_other_pair(struct vd_account_slot *slot)
{
	struct vd_account_keeper *keeper = slot->keeper;
	struct vd_credentials stored = { 0 };
	struct vd_credentials *c = &stored;
	struct vd_diag diag = { 0 };
	enum vd_err err =
		vd_secrets_get(keeper->config.store, &keeper->key, name_of(slot), c, &diag);
	bool is_other = err == VD_OK && vd_account_is_renewable(c) &&
			!vd_is_equal_secret(vd_secret_reveal(&c->part[VD_PART_REFRESH]),
					    vd_secret_reveal(&slot->next->part[VD_PART_REFRESH]));
	if (is_other) {
		vd_account_take(slot, c);
	}
	vd_credentials_deinit(c);
	vd_account_drop_next(slot); // spent, one way or the other
	return is_other;
}

static void refused(struct vd_account_slot *slot, int status, const struct vd_oauth2_answer *answer)
{
	if (has_other_pair(slot)) {
		vd_account_use(slot);
		vd_account_renew(slot, VD_RENEW_OTHER);
		return;
	}
	// Short, and the next step first: the wall's line is.
	if (slot->was_lost) {
		snprintf(
			slot->words, sizeof(slot->words),
			"a renewal was cut off, its refresh token is spent: sign in again: vedetta "
			"account add %s",
			name_of(slot));
	} else {
		snprintf(slot->words, sizeof(slot->words),
			 "sign in again: vedetta account add %s (X does not renew it: %d, %.100s)",
			 name_of(slot), status,
			 answer->words[0] != '\0' ? answer->words : answer->error);
	}
	vd_account_renew(slot, VD_RENEW_REFUSED);
}

static void on_answer(void *ctx, enum vd_err err, const struct vd_http_response *response,
		      const struct vd_diag *diag)
{
	struct vd_account_slot *slot = ctx;
	struct vd_oauth2_answer answer = { 0 };
	slot->call = NULL;
	if (err != VD_OK) {
		slot->was_lost = slot->was_lost || !is_surely_unsent(err);
		vd_warn(slot->keeper->config.log, "account", "%s: no answer to the renewal: %s",
			name_of(slot), diag->text);
		vd_account_renew(slot, VD_RENEW_FAILED);
		return;
	}
	enum vd_err parsed = vd_oauth2_answer_parse(response->body, &answer);
	int status = response->status;
	if (status == 200 && parsed == VD_OK) {
		take_pair(slot, &answer);
		vd_account_renew(slot, VD_RENEW_ANSWERED);
	} else if ((status == 400 || status == 401) && parsed == VD_ERR_REFUSED) {
		refused(slot, status, &answer);
	} else {
		// A success that can't be read, a failure behind the door: it may have been done.
		slot->was_lost = slot->was_lost || status == 200 || status >= 500;
		vd_warn(slot->keeper->config.log, "account", "%s: the renewal was answered with %d",
			name_of(slot), status);
		vd_account_renew(slot, VD_RENEW_FAILED);
	}
	vd_oauth2_answer_deinit(&answer);
}
