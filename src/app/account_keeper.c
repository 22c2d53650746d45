// SPDX-License-Identifier: MIT
#include "app/account_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define BACKOFF_FIRST_S 15
#define BACKOFF_MOST_S 900
#define AGAIN_S 60 // real: a refused token is renewed at most that often

struct vd_wall vd_account_now(const struct vd_account_keeper *keeper)
{
	return vd_clock_wall(keeper->config.clock);
}

static struct vd_account_slot *find(const struct vd_account_keeper *keeper, struct vd_span name)
{
	for (size_t i = 0; i < keeper->n; i++) {
		if (vd_span_is_text(name, keeper->slots[i].account->name)) {
			return (struct vd_account_slot *)(uintptr_t)&keeper->slots[i];
		}
	}
	return NULL;
}

void vd_account_take(struct vd_account_slot *slot, const struct vd_credentials *c)
{
	enum vd_err err = vd_account_kept_set(&slot->now, c);
	if (err != VD_OK) {
		vd_error(slot->keeper->config.log, "account", "%s: its sign-in is on disk, but: %s",
			 slot->account->name, vd_err_text(err));
	}
}

bool vd_account_has_next(struct vd_account_slot *slot)
{
	if (slot->next == NULL) {
		slot->next = calloc(1, sizeof(*slot->next));
	}
	return slot->next != NULL;
}

void vd_account_drop_next(struct vd_account_slot *slot)
{
	if (slot->next != NULL) {
		vd_credentials_deinit(slot->next);
	}
	free(slot->next);
	slot->next = NULL;
}

// ---- waiting for the commit -----------------------------------------------------------------

static void finish_sign_in(struct vd_account_slot *slot, bool is_kept)
{
	if (is_kept && slot->next != NULL) {
		vd_account_take(slot, slot->next);
	} else if (is_kept) {
		vd_account_kept_deinit(&slot->now);
	}
	if (is_kept) {
		slot->was_lost = false;
		slot->words[0] = '\0';
		slot->broken[0] = '\0';
	}
	vd_account_drop_next(slot);
	vd_account_renew(slot, slot->now.is_renewable ? VD_RENEW_SIGNED_IN : VD_RENEW_SIGNED_OUT);
	vd_account_use(slot);
}

static void on_committed(void *ctx, const struct vd_command_result *result)
{
	struct vd_account_wait *wait = ctx;
	struct vd_account_slot *slot = wait->slot;
	bool is_ours = wait->generation == slot->generation;
	bool is_kept = result->err == VD_OK;
	vd_list_remove(&wait->node);
	if (is_ours && wait->is_renewal) {
		vd_account_renew(slot, is_kept ? VD_RENEW_COMMITTED : VD_RENEW_COMMIT_FAILED);
	} else if (is_ours) {
		finish_sign_in(slot, is_kept);
	}
	if (wait->done != NULL) {
		wait->done(wait->done_ctx, result);
	}
	free(wait);
}

enum vd_err vd_account_await(struct vd_account_slot *slot, bool is_renewal, void *done_ctx,
			     vd_port_done_fn *done, struct vd_diag *diag)
{
	struct vd_account_keeper *keeper = slot->keeper;
	struct vd_account_wait *wait = calloc(1, sizeof(*wait));
	if (wait == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	*wait = (struct vd_account_wait){ .slot = slot,
					  .generation = slot->generation,
					  .is_renewal = is_renewal,
					  .done_ctx = done_ctx,
					  .done = done };
	enum vd_err err = vd_desk_await(keeper->config.desk, wait, on_committed);
	if (err != VD_OK) {
		free(wait);
		return vd_diag_set(diag, err, "too much at once: try again");
	}
	vd_list_add_tail(&keeper->waits, &wait->node);
	return VD_OK;
}

// ---- to the channels ------------------------------------------------------------------------

void vd_account_fill(const struct vd_credentials *c, struct vd_channel_account *to)
{
	if (c->kind == VD_CREDENTIALS_X_OAUTH1) {
		to->consumer_key = c->part[VD_PART_CONSUMER_KEY];
		to->consumer_secret = c->part[VD_PART_CONSUMER_SECRET];
		to->oauth1_token = c->part[VD_PART_TOKEN];
		to->oauth1_token_secret = c->part[VD_PART_TOKEN_SECRET];
		return;
	}
	to->token = c->part[VD_PART_TOKEN];
	if (c->kind == VD_CREDENTIALS_TOKEN) {
		to->app_secret = c->part[VD_PART_APP_SECRET];
	}
}

static enum vd_err fill_from_files(const struct vd_account_slot *slot,
				   struct vd_channel_account *to, struct vd_diag *diag)
{
	const struct vd_config_account *account = slot->account;
	if (account->token_file[0] == '\0') {
		const char *why = slot->broken[0] != '\0' ? slot->broken : slot->keeper->key_words;
		return vd_diag_set(diag, VD_ERR_AUTH,
				   "%s%snobody is signed in: vedetta account add %s", why,
				   why[0] != '\0' ? "; " : "", account->name);
	}
	return vd_config_secret(account->token_file, &to->token, diag);
}

enum vd_err vd_account_keeper_fill(const struct vd_account_keeper *keeper, size_t index,
				   struct vd_channel_account *to, struct vd_diag *diag)
{
	const struct vd_account_slot *slot = &keeper->slots[index];
	enum vd_err err = VD_OK;
	if (slot->now.kind != VD_CREDENTIALS_MISSING) {
		struct vd_credentials c;
		vd_account_kept_get(&slot->now, &c);
		vd_account_fill(&c, to);
		vd_credentials_deinit(&c);
	} else {
		err = fill_from_files(slot, to, diag);
	}
	if (err == VD_OK && slot->account->app_secret_file[0] != '\0' &&
	    !vd_secret_is_set(&to->app_secret)) {
		err = vd_config_secret(slot->account->app_secret_file, &to->app_secret, diag);
	}
	return err;
}

struct vd_wall vd_account_end(const struct vd_account_slot *slot)
{
	const struct vd_account_kept *c = &slot->now;
	struct vd_wall end = c->ends;
	if (c->kind == VD_CREDENTIALS_MISSING) {
		return vd_config_token_end(slot->account, &end) == VD_OK ? end
									 : (struct vd_wall){ 0 };
	}
	if (c->is_renewable && slot->state != VD_RENEW_SPENT) {
		return (struct vd_wall){ 0 }; // it goes on by itself
	}
	if (vd_wall_is_set(c->data_ends) && (!vd_wall_is_set(end) || c->data_ends.us < end.us)) {
		end = c->data_ends;
	}
	return end;
}

void vd_account_use(struct vd_account_slot *slot)
{
	const struct vd_account_keeper *keeper = slot->keeper;
	struct vd_channel_account *to = calloc(1, sizeof(*to));
	struct vd_diag diag = { 0 };
	vd_desk_set_token_end(keeper->config.desk, slot->account->id, vd_account_end(slot));
	if (to == NULL || keeper->channels == NULL) {
		free(to);
		return;
	}
	to->account = slot->account->id;
	enum vd_err err = vd_account_keeper_fill(keeper, (size_t)(slot - keeper->slots), to, &diag);
	if (err != VD_OK) {
		vd_warn(keeper->config.log, "account", "%s: %s", slot->account->name, diag.text);
	}
	if (vd_channels_set_secrets(keeper->channels, to) != VD_OK) {
		vd_info(keeper->config.log, "account", "%s is out of service: kept for later",
			slot->account->name);
	}
	vd_wipe(to, sizeof(*to));
	free(to);
}

const char *vd_account_keeper_words(struct vd_account_keeper *keeper, uint16_t account)
{
	struct vd_account_slot *slot = NULL;
	for (size_t i = 0; i < keeper->n && slot == NULL; i++) {
		slot = keeper->slots[i].account->id == account ? &keeper->slots[i] : NULL;
	}
	if (slot == NULL) {
		return NULL;
	}
	struct vd_mono now = vd_loop_now(keeper->config.loop);
	bool may_try = slot->tried_at.us == 0 ||
		       vd_mono_sub(now, slot->tried_at).us >= AGAIN_S * VD_US_PER_S;
	switch (slot->state) {
	case VD_RENEW_SPENT:
		return slot->words;
	case VD_RENEW_MARKING:
	case VD_RENEW_ASKING:
	case VD_RENEW_KEEPING:
		return "the sign-in is being renewed: wait a minute";
	case VD_RENEW_WAITING:
		return "the sign-in ran out, its renewal is not answered: check the line";
	case VD_RENEW_RESTING:
		if (may_try) {
			vd_account_renew(slot, VD_RENEW_DUE);
			return "the sign-in ran out: it is being renewed";
		}
		return NULL;
	default:
		break;
	}
	bool is_empty = slot->now.kind == VD_CREDENTIALS_MISSING &&
			slot->account->token_file[0] == '\0';
	return !is_empty ? NULL : slot->broken[0] != '\0' ? slot->broken : slot->nobody;
}

// ---- people ---------------------------------------------------------------------------------

static enum vd_err need_key(struct vd_account_keeper *keeper, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	if (!keeper->has_key) { // it may have been put back, or nothing waits for it any more
		err = vd_secrets_open(keeper->config.store, keeper->config.config->data_dir,
				      &keeper->config.rng, &keeper->key, diag);
		keeper->has_key = err == VD_OK;
	}
	return err;
}

// From here on the new word counts: a renewal under way is nobody's any more.
static enum vd_err keep(struct vd_account_slot *slot, const struct vd_credentials *c,
			const char *what, uint16_t staff, void *done_ctx, vd_port_done_fn *done,
			struct vd_diag *diag)
{
	struct vd_account_keeper *keeper = slot->keeper;
	struct vd_store *store = keeper->config.store;
	enum vd_err err = c != NULL ? need_key(keeper, diag) : VD_OK;
	if (err == VD_OK && c != NULL && !vd_account_has_next(slot)) {
		err = vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	if (err == VD_OK) {
		err = c != NULL ? vd_secrets_put(store, &keeper->key, &keeper->config.rng,
						 slot->account->name, c, diag)
				: vd_secrets_delete(store, slot->account->name, diag);
	}
	err = err != VD_OK ? err
			   : vd_desk_note_sign_in(keeper->config.desk, slot->account->id, staff,
						  what, diag);
	if (err != VD_OK) {
		return err;
	}
	slot->generation++;
	vd_account_renew(slot, VD_RENEW_SIGNED_OUT); // stops timer and request
	if (c != NULL) {
		*slot->next = *c;
	} else {
		vd_account_drop_next(slot);
	}
	return vd_account_await(slot, false, done_ctx, done, diag);
}

static enum vd_err find_for(struct vd_account_keeper *keeper, struct vd_span account,
			    struct vd_account_slot **out, struct vd_diag *diag)
{
	*out = find(keeper, account);
	return *out != NULL ? VD_OK
			    : vd_diag_set(diag, VD_ERR_NOT_FOUND,
					  "there is no account \"%.*s\" in the configuration",
					  VD_SPAN_ARG(account));
}

enum vd_err vd_account_keeper_sign_in(struct vd_account_keeper *keeper, struct vd_span account,
				      const struct vd_credentials *credentials, const char *who,
				      uint16_t staff, void *done_ctx, vd_port_done_fn *done,
				      struct vd_diag *diag)
{
	char what[VD_DIAG_BYTES];
	struct vd_account_slot *slot = NULL;
	enum vd_err err = find_for(keeper, account, &slot, diag);
	struct vd_credentials *c = err == VD_OK ? malloc(sizeof(*c)) : NULL;
	if (c == NULL) {
		return err != VD_OK ? err : vd_diag_set(diag, VD_ERR_MEMORY, "no memory");
	}
	*c = *credentials;
	c->set_at = vd_account_now(keeper);
	snprintf(c->set_by, sizeof(c->set_by), "%s", who);
	snprintf(what, sizeof(what), "signed in (%s) by %s", vd_credentials_kind_name(c->kind),
		 who);
	err = keep(slot, c, what, staff, done_ctx, done, diag);
	vd_credentials_deinit(c);
	free(c);
	return err;
}

enum vd_err vd_account_keeper_sign_out(struct vd_account_keeper *keeper, struct vd_span account,
				       const char *who, uint16_t staff, void *done_ctx,
				       vd_port_done_fn *done, struct vd_diag *diag)
{
	char what[VD_DIAG_BYTES];
	struct vd_account_slot *slot = NULL;
	enum vd_err err = find_for(keeper, account, &slot, diag);
	snprintf(what, sizeof(what), "signed out by %s", who);
	return err == VD_OK ? keep(slot, NULL, what, staff, done_ctx, done, diag) : err;
}

bool vd_account_keeper_get(const struct vd_account_keeper *keeper, struct vd_span account,
			   struct vd_credentials *out)
{
	static const struct vd_account_kept nothing;
	const struct vd_account_slot *slot = find(keeper, account);
	vd_account_kept_get(slot != NULL ? &slot->now : &nothing, out);
	return out->kind != VD_CREDENTIALS_MISSING;
}

static void print_slot(const struct vd_account_slot *slot, struct vd_json_out *j)
{
	struct vd_credentials whole;
	const struct vd_credentials *c = &whole;
	vd_account_kept_get(&slot->now, &whole);
	bool is_kept = c->kind != VD_CREDENTIALS_MISSING;
	bool has_file = slot->account->token_file[0] != '\0';
	vd_json_open(j, NULL, '{');
	vd_json_put_text(j, "name", vd_span_of(slot->account->name));
	vd_json_put_text(j, "network", vd_span_of(slot->account->network));
	vd_json_put_text(j, "handle", vd_span_of(slot->account->handle));
	vd_json_put_bool(j, "enabled", slot->account->enabled);
	vd_json_put_text(j, "source", vd_span_of(is_kept ? "store" : has_file ? "file" : "none"));
	if (is_kept) {
		vd_json_put_text(j, "kind", vd_span_of(vd_credentials_kind_name(c->kind)));
		vd_json_put_wall(j, "set_at", c->set_at);
		vd_json_put_text(j, "set_by", vd_span_of(c->set_by));
		vd_json_put_wall(j, "renewed_at", c->renewed_at);
		vd_json_put_text(j, "scopes", vd_span_of(c->scopes));
		vd_json_put_bool(j, "renews", vd_account_is_renewable(c));
		vd_json_put_wall(j, "ends", c->ends);
	}
	vd_json_put_wall(j, "act_before", vd_account_end(slot));
	vd_json_put_text(j, "words",
			 vd_span_of(slot->words[0] != '\0' ? slot->words : slot->broken));
	vd_json_close(j, '}');
	vd_credentials_deinit(&whole);
}

void vd_account_keeper_print(const struct vd_account_keeper *keeper, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "key", vd_span_of(keeper->key_words));
	vd_json_open(&j, "accounts", '[');
	for (size_t i = 0; i < keeper->n; i++) {
		print_slot(&keeper->slots[i], &j);
	}
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
}

// ---- life -----------------------------------------------------------------------------------

static void on_timer(void *ctx)
{
	struct vd_account_slot *slot = ctx;
	const struct vd_account_kept *c = &slot->now;
	struct vd_wall from = vd_wall_is_set(c->renewed_at) ? c->renewed_at : c->set_at;
	struct vd_wall at = vd_renew_at(from, c->ends);
	bool is_resting = slot->state == VD_RENEW_RESTING && !vd_wall_is_set(c->renewing);
	if (is_resting && vd_account_now(slot->keeper).us < at.us) {
		vd_account_renew(slot, VD_RENEW_SIGNED_IN); // not yet: arms again
		return;
	}
	vd_account_renew(slot, VD_RENEW_DUE);
}

static void load(struct vd_account_slot *slot)
{
	struct vd_account_keeper *keeper = slot->keeper;
	struct vd_diag diag = { 0 };
	slot->state = VD_RENEW_NONE;
	slot->timer.ctx = slot;
	slot->timer.fire = on_timer;
	vd_backoff_init(&slot->backoff, vd_dur_s(BACKOFF_FIRST_S), vd_dur_s(BACKOFF_MOST_S));
	struct vd_credentials c = { 0 };
	enum vd_err err =
		vd_secrets_get(keeper->config.store, &keeper->key, slot->account->name, &c, &diag);
	if (err == VD_OK) {
		vd_account_take(slot, &c);
	}
	vd_credentials_deinit(&c);
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		vd_error(keeper->config.log, "account", "%s", diag.text);
		snprintf(slot->broken, sizeof(slot->broken), "%.*s", (int)sizeof(slot->broken) - 1,
			 diag.text);
	}
	snprintf(slot->nobody, sizeof(slot->nobody), "nobody is signed in: vedetta account add %s",
		 slot->account->name);
	slot->was_lost = vd_wall_is_set(slot->now.renewing);
}

enum vd_err vd_account_keeper_create(const struct vd_account_keeper_config *config,
				     struct vd_account_keeper **out, struct vd_diag *diag)
{
	size_t n = config->config->n_accounts;
	struct vd_account_keeper *keeper = calloc(1, sizeof(*keeper));
	struct vd_account_slot *slots = calloc(n + 1, sizeof(*slots));
	struct vd_diag why = { 0 };
	if (keeper == NULL || slots == NULL) {
		free(keeper);
		free(slots);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the accounts");
	}
	keeper->config = *config;
	vd_list_init(&keeper->waits);
	keeper->has_key = vd_secrets_open(config->store, config->config->data_dir, &config->rng,
					  &keeper->key, &why) == VD_OK;
	if (!keeper->has_key) {
		vd_error(config->log, "account", "%s", why.text);
		snprintf(keeper->key_words, sizeof(keeper->key_words), "%s", why.text);
	}
	keeper->slots = slots;
	keeper->n = n;
	for (size_t i = 0; i < keeper->n; i++) {
		keeper->slots[i].keeper = keeper;
		keeper->slots[i].account = &config->config->accounts[i];
		load(&keeper->slots[i]);
	}
	*out = keeper;
	return VD_OK;
}

void vd_account_keeper_set_channels(struct vd_account_keeper *keeper, struct vd_channels *channels)
{
	keeper->channels = channels;
	for (size_t i = 0; i < keeper->n && channels != NULL; i++) {
		struct vd_account_slot *slot = &keeper->slots[i];
		vd_desk_set_token_end(keeper->config.desk, slot->account->id, vd_account_end(slot));
		if (slot->account->enabled && slot->now.is_renewable) {
			vd_account_renew(slot, VD_RENEW_SIGNED_IN);
		}
	}
}

void vd_account_keeper_destroy(struct vd_account_keeper *keeper)
{
	if (keeper == NULL) {
		return;
	}
	for (size_t i = 0; i < keeper->n; i++) {
		vd_account_renew(&keeper->slots[i], VD_RENEW_SIGNED_OUT);
		vd_account_drop_next(&keeper->slots[i]);
		vd_account_kept_deinit(&keeper->slots[i].now);
	}
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &keeper->waits)
	{
		free(VD_CONTAINER_OF(it, struct vd_account_wait, node)); // the loop has ended
	}
	free(keeper->slots);
	vd_wipe(keeper, sizeof(*keeper));
	free(keeper);
}
