// SPDX-License-Identifier: MIT
/**
 * A send or a look-up under way: the copy of its outbox entry, its exchange, and the one word to
 * the host at its end. Not a queue: each runs on its own; the networks' send files say what is
 * asked and what the answer means. Runs in the loop's thread; a job lives on the heap until its
 * end.
 */
#ifndef VD_CHANNEL_JOB_H
#define VD_CHANNEL_JOB_H

#include "channel/common.h"

// Clocks differ, and the attempt is stamped before the bytes leave: a look-up reads this far back.
#define VD_JOB_LOOK_BACK_S 120

struct vd_job {
	struct vd_list node;
	struct vd_channel *channel;
	struct vd_outbox_entry *entry;
	struct vd_exchange exchange;
	bool is_look_up;
	bool was_refused; // Facebook: looked up because the network says that it was done before
	int tries;        // of the same request in another form
	bool has_other;   // look-up: one of ours stands there, but reads differently
	int pages;
	char token[512]; // place in a list
	struct vd_timer timer;
	struct vd_send_result result; // of a job that ends without an exchange
	void (*settled)(struct vd_job *job);
	void (*post)(struct vd_job *job); // it waits for the host's word
};

/** NULL without memory: the host was told already. `list` owns it. */
struct vd_job *vd_job_create(struct vd_channel *channel, struct vd_list *list,
			     const struct vd_outbox_entry *entry);
/** All that is asked before is answered: `post` sends, once the host has the attempt on disk. The
 *  job may be gone afterwards. */
void vd_job_leave(struct vd_job *job, void (*post)(struct vd_job *job));
/** The host's word: the entry as it is on disk; NULL: the job ends without a word. */
void vd_job_go(struct vd_job *job, const struct vd_outbox_entry *entry);
/** Since when one of ours on the network may be this reply: its first attempt. */
struct vd_wall vd_job_since(const struct vd_job *job);
/** Ends and frees it, and tells the host. */
void vd_job_end(struct vd_job *job, enum vd_send_outcome outcome, enum vd_err err,
		const char *words, struct vd_dur retry_after);
void vd_job_end_done(struct vd_job *job, const char *network_id, struct vd_wall stamp);
/** The same from inside the host's own call: it hears of it in the next turn. */
void vd_job_end_later(struct vd_job *job, enum vd_send_outcome outcome, enum vd_err err,
		      const char *words, struct vd_dur retry_after);
/** The exchange brought no answer: RETRY where it surely was not sent, else UNCERTAIN. */
void vd_job_end_trouble(struct vd_job *job, const struct vd_answer *answer, const char *network);
/** Calls `settled` when the attempt had time to become visible. */
void vd_job_settle(struct vd_job *job, void (*settled)(struct vd_job *job));
bool vd_job_is_private(const struct vd_job *job);
/** Domain time until `next`. */
struct vd_dur vd_job_wait(const struct vd_job *job, struct vd_mono next);
/** Cancels all; takes a zeroed list. */
void vd_jobs_deinit(struct vd_list *list);

#endif
