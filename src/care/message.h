// SPDX-License-Identifier: MIT
/**
 * One message of a conversation, as a network handed it to us or as we sent it, with all its
 * stamps (R11).
 * Not a wire format (channel/x_wire and the like) and not a record (store/codec).
 * Pure data; texts are borrowed spans, short fields live inside.
 */
#ifndef VD_CARE_MESSAGE_H
#define VD_CARE_MESSAGE_H

#include "care/attachment.h"
#include "care/domain.h"

struct vd_message {
	uint16_t account;
	enum vd_direction direction;
	enum vd_visibility visibility;
	enum vd_reply_kind kind;
	bool is_doubtful; // R12: the published stamp can't be true
	bool is_deleted;
	bool is_edited; // `text` is the newest; the journal has the hash of each
	bool is_thanks; // R37: reads like thanks; proposed as "no reply needed", never decided
	char network_id[VD_ID_BYTES]; // unique within a network
	/** The network's own name of the thread: X conversation_id or "dm:" +
	 *  dm_conversation_id; Graph: the top comment's or visitor post's id, or the t_ id of
	 *  a Messenger conversation. */
	char thread_id[VD_ID_BYTES];
	char parent_id[VD_ID_BYTES]; // what it replies to; "" where nothing
	char author_id[VD_ID_BYTES]; // "" where the network hides it
	char author_handle[VD_HANDLE_BYTES];
	struct vd_wall published; // the network's
	struct vd_wall fetched;   // ours
	struct vd_wall shown;
	struct vd_wall claimed;
	struct vd_wall sent; // OUT: accepted by the network
	/** OUT, DEFLECTION or HOLDING: until when an answer was promised (R16); not set:
	 *  nothing said */
	struct vd_wall announced;
	uint16_t staff;      // OUT through us: who wrote it + 1; 0 where written elsewhere
	uint8_t attachments; // how many, also those that are not in the list
	/** How often people passed it on, as the network counted last: retweets, shares, boosts;
	 *  and with words of their own. No verdict depends on it. */
	uint32_t shares;
	uint32_t quotes;
	bool has_echoes;         // of a reading: the network told both; not kept
	struct vd_span attached; // care/attachment.h: listed, not fetched; borrowed
	struct vd_span text;     // UTF-8, sanitised, at most VD_TEXT_BYTES; borrowed
};

/** R12: the stamp that counts: published, or min(published, fetched) where published is > 120 s
 *  in the future or absurd (before 2006); sets *doubtful (may be NULL). */
struct vd_wall vd_message_counts_from(struct vd_wall published, struct vd_wall fetched,
				      bool *doubtful);
/** The one stamp that a message is judged by. IN: as above. OUT: likewise where the network's
 *  stamp is known, else `sent`. A `fetched` that is not set (or absurd: the device woke in
 *  1970) judges nothing. */
struct vd_wall vd_message_stamp(const struct vd_message *message);

#endif
