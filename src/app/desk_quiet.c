// SPDX-License-Identifier: MIT
// The learned rate of each account (care/quiet.h): fed by what comes in and by the success of
// polls, kept once an hour as a setting.
#include <stdio.h>

#include "app/desk_internal.h"

#define HOUR_S 3600
#define KEPT_BYTES 4096 // the longest setting
#define KEY_BYTES (VD_NAME_BYTES + 16)

static int64_t hour_of(struct vd_wall t)
{
	return vd_wall_to_s(t) / HOUR_S;
}

static void key_of(const struct vd_desk *desk, uint16_t account, char out[KEY_BYTES])
{
	snprintf(out, KEY_BYTES, "quiet:%s", desk->config.book->accounts[account].name);
}

static bool is_watched(const struct vd_desk *desk, uint16_t account)
{
	const struct vd_account *a = &desk->config.book->accounts[account];
	return a->name[0] != '\0' && a->is_enabled;
}

void vd_desk_quiet_load(struct vd_desk *desk)
{
	for (uint16_t i = 0; i < desk->config.book->n_accounts; i++) {
		char key[KEY_BYTES];
		char text[KEPT_BYTES + 1];
		key_of(desk, i, key);
		if (is_watched(desk, i) && vd_store_setting_get(desk->config.store, key, text,
								sizeof(text), NULL) == VD_OK) {
			vd_quiet_parse(&desk->plan[i].quiet, vd_span_of(text));
		}
	}
}

static void keep(struct vd_desk *desk, uint16_t account)
{
	char key[KEY_BYTES];
	char memory[KEPT_BYTES];
	struct vd_buf text;
	struct vd_diag diag = { 0 };
	vd_buf_init(&text, memory, sizeof(memory));
	vd_quiet_print(&desk->plan[account].quiet, &text);
	key_of(desk, account, key);
	enum vd_err err = vd_buf_check(&text);
	if (err == VD_OK) {
		err = vd_store_setting_set(desk->config.store, key, vd_buf_span(&text), &diag);
	}
	if (err != VD_OK) {
		vd_warn(desk->config.log, "desk", "%s: its normal rate isn't kept: %s",
			desk->config.book->accounts[account].name, diag.text);
	}
}

// The hour that the clock says, only where it is believed: a rate learned of wrong hours is none.
void vd_desk_quiet_watch(struct vd_desk *desk)
{
	if (!vd_clock_is_trusted(desk->config.clock)) {
		return;
	}
	int64_t hour = hour_of(vd_desk_now(desk));
	for (uint16_t i = 0; i < desk->config.book->n_accounts; i++) {
		struct vd_quiet *quiet = &desk->plan[i].quiet;
		if (!is_watched(desk, i)) {
			continue;
		}
		bool is_new = quiet->hour != hour;
		vd_quiet_tick(quiet, hour, desk->accounts[i].health == VD_HEALTH_GOOD);
		if (is_new) {
			keep(desk, i);
		}
	}
}

void vd_desk_quiet_note(struct vd_desk *desk, const struct vd_message *m)
{
	if (m->direction == VD_DIRECTION_IN) {
		vd_quiet_note(&desk->plan[m->account].quiet, hour_of(m->published));
	}
}

bool vd_desk_is_quiet(const struct vd_desk *desk, uint16_t account)
{
	int64_t in_hour_s = vd_wall_to_s(vd_desk_now(desk)) % HOUR_S;
	uint32_t permille = (uint32_t)(in_hour_s * 1000 / HOUR_S);
	return desk->accounts[account].health == VD_HEALTH_GOOD &&
	       vd_quiet_judge(&desk->plan[account].quiet, permille).is_quiet;
}
