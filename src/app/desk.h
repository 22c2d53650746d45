// SPDX-License-Identifier: MIT
/**
 * The desk: where messages, commands and time become engine steps, one committed transaction a
 * turn, and one view.
 * Not rules (care/), not storage (store/), not a network: it is the way round between them, in one
 * direction.
 * It owns the turn: commit in the loop's commit phase, answers and sends in the after phase.
 */
#ifndef VD_APP_DESK_H
#define VD_APP_DESK_H

#include "base/clock.h"
#include "base/log.h"
#include "care/command.h"
#include "care/engine.h"
#include "care/view.h"
#include "channel/channel.h"
#include "loop/loop.h"
#include "output/output.h"
#include "store/store.h"

struct vd_desk;

struct vd_desk_config {
	struct vd_loop *loop;
	struct vd_store *store;
	const struct vd_clock *clock; // domain time
	const struct vd_log *log;
	const struct vd_rulebook *book;
	bool is_public; // what the wall shows
	void *ctx;
	/** A new view is there: draw it. Called in the after phase and each second. May be NULL. */
	void (*on_view)(void *ctx);
	bool (*check_pin)(void *ctx, uint16_t staff, struct vd_span pin);
	/** Whether somebody can see the view: a terminal's wall, a page that listens (R11). May be
	 *  NULL: nobody. */
	bool (*is_watched)(void *ctx);
	/** "Please write to us in private", in this desk's language; NULL: a text must be given. */
	const char *ask_dm_text;
	/** An account's network refuses what it signs in with: a sentence that knows more than the
	 *  channel's (it is being renewed, it is spent), or NULL. May be NULL. */
	const char *(*sign_in_words)(void *ctx, uint16_t account);
};

/** Takes up what the store holds: fills the counters, finds replies whose fate is unknown. */
enum vd_err vd_desk_create(const struct vd_desk_config *config, struct vd_desk **out,
			   struct vd_diag *diag) VD_MUST_USE;
void vd_desk_destroy(struct vd_desk *desk);
/** Gives the rules their versions (R40; `book` is the one of the configuration), notes the start in
 *  the journal, commits, and
 *  begins to tick. `version`: of the program. */
enum vd_err vd_desk_start(struct vd_desk *desk, struct vd_rulebook *book, const char *version,
			  struct vd_diag *diag) VD_MUST_USE;

/** R40: after a change of rules, until every open conversation is judged by the new ones. */
bool vd_desk_is_judging(const struct vd_desk *desk);

/** Calls `done` once, behind the commit of this turn, with its outcome: for who writes to the store
 *  beside the desk and must not go on before. VD_ERR_ROOM where too many wait: then it isn't
 *  called. */
enum vd_err vd_desk_await(struct vd_desk *desk, void *ctx, vd_port_done_fn *done) VD_MUST_USE;
/** Notes in the journal, in this turn, that an account was signed in or out: `what` is a sentence
 *  without a secret, `staff` + 1 who did it (0: the box). */
enum vd_err vd_desk_note_sign_in(struct vd_desk *desk, uint16_t account, uint16_t staff,
				 const char *what, struct vd_diag *diag) VD_MUST_USE;

/** When an account's token ends, as its network or the configuration says; not set: not known. */
void vd_desk_set_token_end(struct vd_desk *desk, uint16_t account, struct vd_wall at);
/** What an account may cost. */
struct vd_desk_money {
	enum vd_plan plan;
	int64_t budget; // a month, millionths of a US dollar; 0: none was set
	int cycle_day;  // the billing month begins on it, 1 to 28
};
void vd_desk_set_money(struct vd_desk *desk, uint16_t account, const struct vd_desk_money *money);
/** The door for channels: everything of struct vd_channel_host that is the desk's; the rest is the
 *  caller's to fill. */
void vd_desk_fill_host(struct vd_desk *desk, struct vd_channel_host *host);
/** Where replies leave; borrowed. NULL before it is destroyed. */
void vd_desk_set_channels(struct vd_desk *desk, struct vd_channels *channels);
/** The door for outputs. */
struct vd_desk_port vd_desk_get_port(struct vd_desk *desk);

#endif
