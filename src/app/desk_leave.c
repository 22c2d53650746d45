// SPDX-License-Identifier: MIT
//
// How a reply leaves:
//
//   QUEUED: the channel is asked (vd_channels_send), it reads what was said meanwhile
//        -> vd_desk_may_leave: is anything new? then HELD; else ATTEMPTED, in this turn
//        -> behind the commit: vd_channels_go, and bytes leave at once
//
// So what a power cut leaves as ATTEMPTED had its bytes on the way, but for the blink between the
// commit and the write.
#include <inttypes.h>
#include <stdio.h>

#include "app/desk_people.h"

#define WHOLE_DAY_S 86400

struct work {
	struct vd_desk *desk;
	size_t first;        // of those that this look found
	struct vd_wall next; // when there is something to do again
};

static size_t find_checked(const struct vd_desk *desk, uint64_t id)
{
	size_t i = 0;
	while (i < desk->n_checked && desk->checked[i].id != id) {
		i++;
	}
	return i;
}

static void end_check(struct vd_desk *desk, uint64_t id)
{
	size_t i = find_checked(desk, id);
	if (i < desk->n_checked) {
		desk->checked[i] = desk->checked[--desk->n_checked];
	}
}

static bool is_listed(const uint64_t *ids, size_t n, uint64_t id)
{
	for (size_t i = 0; i < n; i++) {
		if (ids[i] == id) {
			return true;
		}
	}
	return false;
}

// One that leaves is with its channel already. A network that doesn't answer takes up its own
// account's places only.
static bool may_begin(const struct vd_desk *desk, const struct vd_outbox_entry *entry)
{
	size_t of_account = 0;
	if (is_listed(desk->send, desk->n_send, entry->id) ||
	    is_listed(desk->going, desk->n_going, entry->id) ||
	    find_checked(desk, entry->id) < desk->n_checked) {
		return false;
	}
	for (size_t i = 0; i < desk->n_checked; i++) {
		of_account += desk->checked[i].account == entry->account;
	}
	return entry->state == VD_OUTBOX_UNCERTAIN ||
	       (of_account < VD_DESK_CHECKS_OF_ACCOUNT && desk->n_checked < VD_DESK_CHECKS_MAX);
}

static bool look_at(void *ctx, const struct vd_outbox_entry *entry)
{
	struct work *work = ctx;
	struct vd_desk *desk = work->desk;
	struct vd_wall now = vd_desk_now(desk);
	vd_desk_outbox_count(desk, entry);
	bool is_waiting = entry->state == VD_OUTBOX_QUEUED || entry->state == VD_OUTBOX_UNCERTAIN;
	if (!is_waiting) {
		return true;
	}
	if (entry->not_before.us > now.us) {
		if (!vd_wall_is_set(work->next) || entry->not_before.us < work->next.us) {
			work->next = entry->not_before;
		}
		return true;
	}
	if (!may_begin(desk, entry)) {
		return true; // the end of what is in its way looks again
	}
	if (desk->n_send < VD_DESK_SEND_MAX) {
		desk->send_is_look_up[desk->n_send] = entry->state == VD_OUTBOX_UNCERTAIN;
		desk->send[desk->n_send++] = entry->id;
	} else {
		work->next = now;
	}
	return true;
}

static enum vd_err hold(struct vd_desk *desk, struct vd_outbox_entry *entry, struct vd_diag *diag)
{
	entry->state = VD_OUTBOX_HELD;
	entry->not_before = (struct vd_wall){ 0 };
	snprintf(entry->error, sizeof(entry->error),
		 "the customer wrote meanwhile: read it, then send it anyway or take it back");
	vd_warn(desk->config.log, "desk", "reply %" PRIu64 " is held: %s", entry->id, entry->error);
	vd_desk_outbox_wake(desk); // counted anew
	return vd_desk_outbox_keep(desk, entry, diag);
}

/** A look-up is on disk as under way; a reply that was overtaken goes no further. */
static enum vd_err prepare(struct vd_desk *desk, uint64_t id, bool is_look_up, struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	bool is_late = false;
	enum vd_err err = vd_desk_outbox_load(desk, id, &entry, diag);
	if (err == VD_OK && !is_look_up) {
		err = vd_desk_outbox_is_overtaken(desk, &entry, &is_late, diag);
	}
	if (err != VD_OK) {
		return err;
	}
	if (is_look_up) { // until the outcome says otherwise
		entry.not_before = vd_wall_add(vd_desk_now(desk), vd_dur_s(WHOLE_DAY_S));
		return vd_desk_outbox_keep(desk, &entry, diag);
	}
	return is_late ? hold(desk, &entry, diag) : VD_OK;
}

static enum vd_err work_on(struct vd_desk *desk, struct work *work, struct vd_diag *diag)
{
	enum vd_err err = desk->is_outbox_unsure ? vd_desk_outbox_ask(desk, diag) : VD_OK;
	if (err != VD_OK) {
		return err;
	}
	desk->has_outcome |= desk->is_outbox_unsure; // until that is committed
	desk->is_outbox_unsure = false;
	vd_desk_outbox_count_none(desk);
	err = vd_store_outbox_each_open(desk->config.store, look_at, work, diag);
	for (size_t i = work->first; i < desk->n_send && err == VD_OK; i++) {
		err = prepare(desk, desk->send[i], desk->send_is_look_up[i], diag);
	}
	return err;
}

void vd_desk_outbox_work(struct vd_desk *desk)
{
	if (desk->channels == NULL) {
		return;
	}
	struct work work = { .desk = desk, .first = desk->n_send };
	struct vd_diag diag = { 0 };
	if (work_on(desk, &work, &diag) != VD_OK) {
		vd_error(desk->config.log, "desk", "the outbox can't be worked on: %s", diag.text);
		desk->n_send = work.first;
		vd_desk_outbox_wake_in(desk, vd_dur_s(VD_DESK_LOST_WAIT_S));
	} else if (vd_wall_is_set(work.next)) {
		vd_desk_outbox_wake_in(desk,
				       vd_clock_real(desk->config.clock,
						     vd_wall_sub(work.next, vd_desk_now(desk))));
	}
}

// ---- the channel has read what was said meanwhile -----------------------------------------------

static enum vd_err attempt(struct vd_desk *desk, uint64_t id, bool *is_going, struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	bool is_late = false;
	enum vd_err err = vd_desk_outbox_load(desk, id, &entry, diag);
	if (err != VD_OK || entry.state != VD_OUTBOX_QUEUED) {
		return err; // taken back, or seen on the network
	}
	err = vd_desk_outbox_is_overtaken(desk, &entry, &is_late, diag);
	if (err != VD_OK || is_late) {
		return err == VD_OK ? hold(desk, &entry, diag) : err;
	}
	entry.attempts++;
	entry.state = VD_OUTBOX_ATTEMPTED;
	entry.attempted = vd_desk_now(desk);
	entry.not_before = vd_wall_add(entry.attempted, vd_dur_s(WHOLE_DAY_S));
	*is_going = true;
	return vd_desk_outbox_keep(desk, &entry, diag);
}

void vd_desk_may_leave(void *ctx, uint64_t outbox)
{
	struct vd_desk *desk = ctx;
	struct vd_diag diag = { 0 };
	bool is_going = false;
	end_check(desk, outbox);
	vd_desk_outbox_wake(desk); // its place is free
	enum vd_err err = desk->n_going < VD_DESK_CHECKS_MAX
				  ? attempt(desk, outbox, &is_going, &diag)
				  : VD_OK; // looked at again
	if (err != VD_OK) {
		vd_error(desk->config.log, "desk", "reply %" PRIu64 " does not leave: %s", outbox,
			 diag.text);
		vd_desk_outbox_wake_in(desk, vd_dur_s(VD_DESK_LOST_WAIT_S));
	}
	if (err == VD_OK && is_going) {
		desk->going[desk->n_going++] = outbox;
	} else {
		(void)vd_channels_go(desk->channels, outbox, NULL);
	}
}

void vd_desk_outbox_stay(struct vd_desk *desk)
{
	desk->n_send = 0;
	for (size_t i = 0; i < desk->n_going && desk->channels != NULL; i++) {
		(void)vd_channels_go(desk->channels, desk->going[i], NULL);
	}
	desk->n_going = 0;
}

// ---- behind the commit --------------------------------------------------------------------------

static void begin(struct vd_desk *desk, uint64_t id, bool is_look_up)
{
	struct vd_diag diag = { 0 };
	struct vd_outbox_entry entry;
	bool is_late = false;
	enum vd_outbox_state wanted = is_look_up ? VD_OUTBOX_UNCERTAIN : VD_OUTBOX_QUEUED;
	enum vd_err err = vd_desk_outbox_load(desk, id, &entry, &diag);
	if (err == VD_OK && entry.state != wanted) {
		return;
	}
	if (err == VD_OK && is_look_up) {
		err = vd_channels_look_up(desk->channels, &entry, &diag);
	} else if (err == VD_OK) {
		err = vd_desk_outbox_is_overtaken(desk, &entry, &is_late, &diag);
		err = err == VD_OK && is_late ? hold(desk, &entry, &diag) : err;
	}
	if (err == VD_OK && !is_look_up && !is_late) {
		desk->checked[desk->n_checked++] =
			(struct vd_desk_check){ .id = id, .account = entry.account };
		err = vd_channels_send(desk->channels, &entry, &diag);
	}
	if (err != VD_OK) {
		// Nothing left: the outcome is noted in the next turn, which this wakes.
		struct vd_send_result result = { .outcome = VD_SEND_RETRY, .diag = diag };
		vd_desk_sent(desk, id, &result);
	}
}

// The last look before bytes leave: in the turn that noted the attempt the reply may have been
// seen on the network, and the customer's next words may have come.
static enum vd_err let_go(struct vd_desk *desk, uint64_t id, struct vd_diag *diag)
{
	struct vd_outbox_entry entry;
	bool is_late = false;
	enum vd_err err = vd_desk_outbox_load(desk, id, &entry, diag);
	if (err == VD_OK && entry.state == VD_OUTBOX_ATTEMPTED) {
		err = vd_desk_outbox_is_overtaken(desk, &entry, &is_late, diag);
		if (err == VD_OK && !is_late) {
			return vd_channels_go(desk->channels, id, &entry)
				       ? VD_OK
				       : vd_diag_set(diag, VD_ERR_STATE,
						     "its channel holds it no more");
		}
		entry.attempts--; // it was none
	}
	(void)vd_channels_go(desk->channels, id, NULL);
	return err == VD_OK && is_late ? hold(desk, &entry, diag) : err;
}

void vd_desk_outbox_leave(struct vd_desk *desk)
{
	size_t n = desk->n_send;
	size_t n_going = desk->n_going;
	desk->n_send = 0;
	desk->n_going = 0;
	for (size_t i = 0; i < n_going; i++) {
		struct vd_diag diag = { 0 };
		if (let_go(desk, desk->going[i], &diag) != VD_OK) {
			struct vd_send_result result = { .outcome = VD_SEND_RETRY, .diag = diag };
			vd_desk_sent(desk, desk->going[i], &result);
		}
	}
	for (size_t i = 0; i < n; i++) {
		begin(desk, desk->send[i], desk->send_is_look_up[i]);
	}
}

void vd_desk_outbox_forget(struct vd_desk *desk, uint64_t id)
{
	end_check(desk, id);
}
