// SPDX-License-Identifier: MIT
/**
 * A network as the outbox sees it, in memory: what was posted, what it answers and when; it stands
 * in for vd_channels_... of channel.h at link time, so a program includes it once.
 * Not wire formats (tests/unit/channel) and not the simulated networks (tools/social).
 * Answers come when the test gives them: no time, no I/O.
 */
#ifndef VD_UNIT_APP_MODEL_NETWORK_H
#define VD_UNIT_APP_MODEL_NETWORK_H

#include <stdio.h>
#include <string.h>

#include "channel/channel.h"

#define MODEL_POSTS_MOST 16
#define MODEL_TEXT_BYTES 64

/** What becomes of a request to post. */
enum model_fate {
	MODEL_ANSWERS,       // posted, and the answer arrives
	MODEL_LOSES_ANSWER,  // posted, and the answer is lost on its way
	MODEL_LOSES_REQUEST, // not posted; nobody can tell it from the one before
	MODEL_REFUSES_NOW,   // surely not posted: try again later
	MODEL_FATE_N,
};

struct model_post {
	char id[VD_ID_BYTES];
	char text[MODEL_TEXT_BYTES];
	enum vd_visibility visibility;
};

/** A question that is not answered yet. */
struct model_call {
	uint64_t outbox;
	bool is_look_up;
	bool is_asked_first; // nothing has left: the host is asked whether it may
	struct vd_send_result result;
};

struct vd_channels {
	enum model_fate fate; // of the next request; ANSWERS afterwards
	bool is_blind;        // look-ups can't be made
	bool is_mute;         // look-ups don't find what is there: the network shows it later
	void *ctx;
	void (*on_post)(void *ctx, const struct model_post *post); // may be NULL
	struct model_post posts[MODEL_POSTS_MOST];
	size_t n_posts;
	struct model_call calls[MODEL_POSTS_MOST];
	size_t n_calls;
	size_t n_sends;                                   // requests to post that left
	bool is_guarded;                                  // it refuses the same words twice
	struct vd_outbox_entry waiting[MODEL_POSTS_MOST]; // for the host's word
	char texts[MODEL_POSTS_MOST][MODEL_TEXT_BYTES];
	size_t n_arrived; // replies that the host says are there
	/** What is read before a reply leaves, and handed over then; may be NULL. */
	void (*on_check)(void *ctx);
};

static inline const struct model_post *model_find(const struct vd_channels *set,
						  struct vd_span text)
{
	for (size_t i = 0; i < set->n_posts; i++) {
		if (vd_span_is_text(text, set->posts[i].text)) {
			return &set->posts[i];
		}
	}
	return NULL;
}

static inline struct model_call *model_call(struct vd_channels *set, uint64_t outbox)
{
	struct model_call *call = &set->calls[set->n_calls++ % MODEL_POSTS_MOST];
	memset(call, 0, sizeof(*call));
	call->outbox = outbox;
	return call;
}

static inline const struct model_post *model_post(struct vd_channels *set,
						  const struct vd_outbox_entry *entry)
{
	struct model_post *post = &set->posts[set->n_posts++];
	snprintf(post->id, sizeof(post->id), "post-%llu-%zu", (unsigned long long)entry->id,
		 set->n_posts);
	snprintf(post->text, sizeof(post->text), "%.*s", VD_SPAN_ARG(entry->text));
	post->visibility = entry->visibility;
	if (set->on_post != NULL) {
		set->on_post(set->ctx, post);
	}
	return post;
}

enum vd_err vd_channels_send(struct vd_channels *set, const struct vd_outbox_entry *entry,
			     struct vd_diag *diag)
{
	struct model_call *call = model_call(set, entry->id);
	(void)diag;
	call->is_asked_first = true;
	for (size_t i = 0; i < MODEL_POSTS_MOST; i++) {
		if (set->waiting[i].id == 0) {
			set->waiting[i] = *entry;
			snprintf(set->texts[i], MODEL_TEXT_BYTES, "%.*s", VD_SPAN_ARG(entry->text));
			set->waiting[i].text = vd_span_of(set->texts[i]);
			return VD_OK;
		}
	}
	return VD_ERR_ROOM;
}

static inline void model_send(struct vd_channels *set, const struct vd_outbox_entry *entry)
{
	enum model_fate fate = set->fate;
	struct model_call *call = model_call(set, entry->id);
	set->fate = MODEL_ANSWERS;
	set->n_sends++;
	bool is_refused = set->is_guarded && model_find(set, entry->text) != NULL;
	const struct model_post *post = is_refused ? model_find(set, entry->text)
					: fate == MODEL_ANSWERS || fate == MODEL_LOSES_ANSWER
						? model_post(set, entry)
						: NULL;
	switch (fate) {
	case MODEL_REFUSES_NOW:
		call->result.outcome = VD_SEND_RETRY;
		break;
	case MODEL_ANSWERS:
		call->result.outcome = VD_SEND_DONE;
		memcpy(call->result.network_id, post->id, sizeof(post->id));
		break;
	default:
		call->result.outcome = VD_SEND_UNCERTAIN;
		break;
	}
}

bool vd_channels_go(struct vd_channels *set, uint64_t outbox, const struct vd_outbox_entry *entry)
{
	for (size_t i = 0; i < MODEL_POSTS_MOST; i++) {
		if (set->waiting[i].id == outbox) {
			set->waiting[i].id = 0;
			if (entry != NULL) {
				model_send(set, entry);
			}
			return true;
		}
	}
	return false;
}

bool vd_channels_is_guarded(const struct vd_channels *set, const struct vd_outbox_entry *entry,
			    struct vd_wall now)
{
	(void)entry;
	(void)now;
	return set->is_guarded;
}

void vd_channels_arrived(struct vd_channels *set, const struct vd_outbox_entry *entry,
			 const char *network_id)
{
	(void)entry;
	(void)network_id;
	set->n_arrived++;
}

enum vd_err vd_channels_look_up(struct vd_channels *set, const struct vd_outbox_entry *entry,
				struct vd_diag *diag)
{
	struct model_call *call = model_call(set, entry->id);
	const struct model_post *post = set->is_mute ? NULL : model_find(set, entry->text);
	(void)diag;
	call->is_look_up = true;
	call->result.outcome = post != NULL ? VD_SEND_DONE : VD_SEND_NOT_FOUND;
	if (set->is_blind) {
		call->result.outcome = VD_SEND_RETRY;
	} else if (post != NULL) {
		memcpy(call->result.network_id, post->id, sizeof(post->id));
	}
	return VD_OK;
}

enum vd_err vd_channels_check_text(const struct vd_channels *set, uint16_t account,
				   enum vd_visibility visibility, struct vd_span text,
				   struct vd_diag *diag)
{
	(void)set;
	(void)account;
	(void)visibility;
	(void)text;
	(void)diag;
	return VD_OK;
}

bool vd_channels_is_costly(const struct vd_channels *set, uint16_t account,
			   enum vd_visibility visibility, struct vd_span text)
{
	(void)set;
	(void)account;
	(void)visibility;
	(void)text;
	return false;
}

bool vd_channels_is_same_text(const struct vd_channels *set, uint16_t account, struct vd_span ours,
			      struct vd_span theirs)
{
	(void)set;
	(void)account;
	return vd_span_is_equal(ours, theirs);
}

void vd_channels_nudge(struct vd_channels *set, uint16_t account)
{
	(void)set;
	(void)account;
}

struct vd_wall vd_channels_closes(const struct vd_channels *set, uint16_t account,
				  const char *thread_id, struct vd_wall last_in)
{
	(void)set;
	(void)account;
	(void)thread_id;
	(void)last_in;
	return (struct vd_wall){ 0 };
}

const char *vd_channels_streams(const struct vd_channels *set, uint16_t account,
				vd_channel_stream_fn *fn, void *ctx)
{
	(void)set;
	(void)account;
	(void)fn;
	(void)ctx;
	return NULL;
}

/** Gives the oldest answer that is due; false where none is. */
static inline bool model_answer(struct vd_channels *set, const struct vd_channel_host *host)
{
	if (set->n_calls == 0) {
		return false;
	}
	struct model_call call = set->calls[0];
	set->n_calls--;
	memmove(&set->calls[0], &set->calls[1], set->n_calls * sizeof(call));
	if (!call.is_asked_first) {
		host->sent(host->ctx, call.outbox, &call.result);
		return true;
	}
	if (set->on_check != NULL) {
		set->on_check(set->ctx);
	}
	host->may_leave(host->ctx, call.outbox);
	return true;
}

#endif
