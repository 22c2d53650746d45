// SPDX-License-Identifier: MIT
/**
 * What hangs on a message beside its words: a bounded list of kinds, descriptions and places.
 * Not the things themselves, which are never fetched, and not a wire format.
 * Pure: one text of lines, made and read here; the caller owns its bytes.
 *
 * A line is KIND <tab> PLACE <tab> DESCRIPTION: the place is an http(s) address or the network's
 * id, without blanks; the description is one line of UTF-8. Either may be empty.
 */
#ifndef VD_CARE_ATTACHMENT_H
#define VD_CARE_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define VD_ATTACHED_BYTES 2048         // of a message's list; what doesn't fit is only counted
#define VD_ATTACHED_MOST 8             // lines of it
#define VD_ATTACHMENT_PLACE_BYTES 1024 // longest address; a longer one gives way to the id
#define VD_ATTACHMENT_WORDS_BYTES 240  // longest description
#define VD_ATTACHMENT_TABLE(X) \
	X(PHOTO, "photo")      \
	X(VIDEO, "video")      \
	X(GIF, "gif")          \
	X(AUDIO, "audio")      \
	X(FILE, "file")        \
	X(LINK, "link")        \
	X(STICKER, "sticker")  \
	X(POLL, "poll")
enum vd_attachment_kind {
#define VD_ATTACHMENT_ENUM(name, text) VD_ATTACHMENT_##name,
	VD_ATTACHMENT_TABLE(VD_ATTACHMENT_ENUM)
#undef VD_ATTACHMENT_ENUM
		VD_ATTACHMENT_N,
};
const char *vd_attachment_name(enum vd_attachment_kind kind);

/** One line. Spans point into the list. */
struct vd_attachment {
	enum vd_attachment_kind kind;
	struct vd_span place;
	struct vd_span words;
	bool has_url; // `place` is an address, not the network's id
};

/** A list that is being made; zeroed at first. */
struct vd_attached {
	uint8_t n; // all of them, also those that are only counted
	uint8_t n_listed;
	size_t len;
	char list[VD_ATTACHED_BYTES];
};
/** Counts one more and lists it where it fits. `url` where it is a good address, else `id`;
 *  `words` are sanitised and cut. Empty spans are fine. */
void vd_attached_add(struct vd_attached *attached, enum vd_attachment_kind kind, struct vd_span url,
		     struct vd_span id, struct vd_span words);
static inline struct vd_span vd_attached_list(const struct vd_attached *attached)
{
	return (struct vd_span){ attached->list, attached->len };
}
/** Takes one line from the front of `*list`; false at its end. What is no line is passed over. */
bool vd_attachment_next(struct vd_span *list, struct vd_attachment *out);

#endif
