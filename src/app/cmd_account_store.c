// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account_ctl.h"
#include "app/clock.h"
#include "app/cmd.h"
#include "app/cmd_account.h"
#include "app/ctl_client.h"
#include "base/json.h"

#define REQUEST_BYTES 32768
#define ANSWER_BYTES ((size_t)1 << 20)
#define DETAIL_BYTES 512

static const char *who(void)
{
	const char *name = getenv("SUDO_USER");
	name = name != NULL ? name : getenv("USER");
	return name != NULL && name[0] != '\0' ? name : "the command line";
}

// ---- a running service ------------------------------------------------------------------------

static enum vd_err print_request(const struct vd_cmd_account *a, const struct vd_credentials *c,
				 struct vd_buf *out)
{
	if (c != NULL) {
		return vd_account_ctl_print(a->account->name, who(), c, out);
	}
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "do", VD_SPAN("account-remove"));
	vd_json_put_text(&j, "account", vd_span_of(a->account->name));
	vd_json_put_text(&j, "who", vd_span_of(who()));
	vd_json_close(&j, '}');
	vd_buf_put_char(out, '\n');
	return vd_buf_check(out);
}

static enum vd_err keep_there(const struct vd_cmd_account *a, const struct vd_credentials *c,
			      bool *is_there, struct vd_diag *diag)
{
	char memory[REQUEST_BYTES];
	char path[VD_CONFIG_TEXT_BYTES + 16];
	struct vd_buf request;
	struct vd_buf answer;
	vd_buf_init(&request, memory, sizeof(memory));
	vd_buf_init_heap(&answer, ANSWER_BYTES);
	vd_config_control_path(a->config, path, sizeof(path));
	enum vd_err err = print_request(a, c, &request);
	*is_there = true; // until it turns out not to be
	err = err == VD_OK ? vd_ctl_client_ask(path, vd_buf_span(&request), &answer, is_there, diag)
			   : vd_diag_set(diag, err, "the sign-in is too long");
	vd_wipe(memory, sizeof(memory));
	err = err == VD_OK ? vd_ctl_client_judge(vd_buf_span(&answer), diag) : err;
	vd_buf_deinit(&answer);
	return err;
}

// ---- the store itself -------------------------------------------------------------------------

static enum vd_err note(struct vd_store *store, const struct vd_cmd_account *a, const char *what,
			struct vd_wall now, struct vd_diag *diag)
{
	char memory[DETAIL_BYTES];
	char words[256];
	struct vd_buf buf;
	uint16_t id = 0;
	snprintf(words, sizeof(words), "%s by %.100s", what, who());
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "account", vd_span_of(a->account->name));
	vd_json_put_text(&j, "sign_in", vd_span_of(words));
	vd_json_close(&j, '}');
	enum vd_err err =
		vd_store_name_id(store, VD_NAMES_ACCOUNT, vd_span_of(a->account->name), &id, diag);
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_FACT,
		.at = now,
		.account = (uint16_t)(id + 1),
		.detail = vd_buf_span(&buf),
	};
	return err == VD_OK ? vd_store_journal_append(store, &event, diag) : err;
}

static enum vd_err put(struct vd_store *store, const struct vd_cmd_account *a,
		       const struct vd_credentials *c, struct vd_wall now, struct vd_diag *diag)
{
	struct vd_strong_rng *strong = NULL;
	struct vd_device_key key = { 0 };
	struct vd_credentials own = *c;
	char what[64];
	own.set_at = now;
	snprintf(own.set_by, sizeof(own.set_by), "%.100s", who());
	snprintf(what, sizeof(what), "signed in (%s)", vd_credentials_kind_name(c->kind));
	enum vd_err err = vd_strong_rng_create(&strong, diag);
	struct vd_rng rng = { 0 };
	if (err == VD_OK) {
		rng = vd_strong_rng_get(strong);
		err = vd_secrets_open(store, a->config->data_dir, &rng, &key, diag);
	}
	err = err == VD_OK ? vd_secrets_put(store, &key, &rng, a->account->name, &own, diag) : err;
	err = err == VD_OK ? note(store, a, what, now, diag) : err;
	vd_device_key_deinit(&key);
	vd_credentials_deinit(&own);
	vd_strong_rng_destroy(strong);
	return err;
}

static enum vd_err open_store(const struct vd_cmd_account *a, bool is_read_only,
			      struct vd_store **out, struct vd_diag *diag)
{
	static const struct vd_log log = { .level = VD_LOG_WARN, .write = vd_log_to_stderr };
	struct vd_store_config config = { .dir = a->config->data_dir,
					  .is_read_only = is_read_only,
					  .log = &log };
	return vd_store_open(&config, out, diag);
}

static enum vd_err keep_here(const struct vd_cmd_account *a, const struct vd_credentials *c,
			     struct vd_diag *diag)
{
	struct vd_store *store = NULL;
	struct vd_system_clock system_clock;
	enum vd_err err = vd_system_clock_init(&system_clock, a->clock, diag);
	err = err == VD_OK ? open_store(a, false, &store, diag) : err;
	if (err != VD_OK) {
		return err;
	}
	struct vd_clock clock = vd_system_clock_get(&system_clock);
	struct vd_wall now = vd_clock_wall(&clock);
	if (c != NULL) {
		err = put(store, a, c, now, diag);
	} else {
		err = vd_secrets_delete(store, a->account->name, diag);
		err = err == VD_OK ? note(store, a, "signed out", now, diag) : err;
	}
	err = err == VD_OK ? vd_store_commit(store, diag) : err;
	vd_store_close(store);
	return err;
}

enum vd_err vd_cmd_account_keep(const struct vd_cmd_account *a, const struct vd_credentials *c,
				struct vd_diag *diag)
{
	bool is_there = false;
	enum vd_err err = keep_there(a, c, &is_there, diag);
	if (is_there) {
		return err;
	}
	vd_diag_clear(diag);
	return keep_here(a, c, diag);
}

// VD_ERR_NOT_FOUND: nothing is kept, or there is no store yet.
static enum vd_err load_one(struct vd_store *store, const struct vd_device_key *key,
			    const struct vd_config_account *account, struct vd_credentials *out,
			    struct vd_diag *diag)
{
	return store != NULL && key != NULL ? vd_secrets_get(store, key, account->name, out, diag)
					    : VD_ERR_NOT_FOUND;
}

static enum vd_err open_kept(const struct vd_cmd_account *a, struct vd_store **store,
			     struct vd_device_key *key, struct vd_diag *diag)
{
	struct vd_rng none = { 0 };
	enum vd_err err = open_store(a, true, store, diag);
	if (err != VD_OK) {
		vd_diag_clear(diag); // no store yet: nothing is kept
		*store = NULL;
		return VD_ERR_NOT_FOUND;
	}
	return vd_secrets_open(*store, a->config->data_dir, &none, key, diag);
}

enum vd_err vd_cmd_account_load(const struct vd_cmd_account *a, struct vd_credentials *out,
				struct vd_diag *diag)
{
	struct vd_store *store = NULL;
	struct vd_device_key key = { 0 };
	memset(out, 0, sizeof(*out));
	enum vd_err err = open_kept(a, &store, &key, diag);
	err = err == VD_OK ? load_one(store, &key, a->account, out, diag) : err;
	if (err == VD_OK || err == VD_ERR_NOT_FOUND) {
		err = vd_account_load_files(a->account, out, diag);
	}
	vd_device_key_deinit(&key);
	vd_store_close(store);
	return err;
}

static void print_one(const struct vd_config_account *account, const struct vd_credentials *c,
		      struct vd_json_out *j)
{
	bool is_kept = c->kind != VD_CREDENTIALS_MISSING;
	bool has_file = account->token_file[0] != '\0';
	vd_json_open(j, NULL, '{');
	vd_json_put_text(j, "name", vd_span_of(account->name));
	vd_json_put_text(j, "network", vd_span_of(account->network));
	vd_json_put_text(j, "source", vd_span_of(is_kept ? "store" : has_file ? "file" : "none"));
	if (is_kept) {
		vd_json_put_text(j, "kind", vd_span_of(vd_credentials_kind_name(c->kind)));
		vd_json_put_wall(j, "set_at", c->set_at);
		vd_json_put_text(j, "set_by", vd_span_of(c->set_by));
		vd_json_put_wall(j, "ends", c->ends);
		vd_json_put_bool(j, "renews", vd_secret_is_set(&c->part[VD_PART_REFRESH]));
	}
	vd_json_close(j, '}');
}

static enum vd_err list_here(const struct vd_cmd_account *a, struct vd_buf *out,
			     struct vd_diag *diag)
{
	struct vd_store *store = NULL;
	struct vd_device_key key = { 0 };
	struct vd_credentials c = { 0 };
	enum vd_err opened = open_kept(a, &store, &key, diag);
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "key", vd_span_of(opened == VD_OK ? "" : diag->text));
	vd_json_open(&j, "accounts", '[');
	for (size_t i = 0; i < a->config->n_accounts; i++) {
		const struct vd_config_account *account = &a->config->accounts[i];
		memset(&c, 0, sizeof(c));
		if (opened == VD_OK) {
			(void)!load_one(store, &key, account, &c, diag);
		}
		print_one(account, &c, &j);
	}
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
	vd_credentials_deinit(&c);
	vd_device_key_deinit(&key);
	vd_store_close(store);
	return vd_buf_check(out);
}

enum vd_err vd_cmd_account_list(const struct vd_cmd_account *a, struct vd_buf *out,
				struct vd_diag *diag)
{
	char path[VD_CONFIG_TEXT_BYTES + 16];
	bool is_there = false;
	vd_config_control_path(a->config, path, sizeof(path));
	enum vd_err err = vd_ctl_client_ask(path, VD_SPAN("{\"do\":\"account-list\"}\n"), out,
					    &is_there, diag);
	if (is_there) {
		return err;
	}
	vd_diag_clear(diag);
	return list_here(a, out, diag);
}
