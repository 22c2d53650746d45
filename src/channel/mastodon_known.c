// SPDX-License-Identifier: MIT
// Servers tell of a status only what it replies to. Its thread is found through its parents, which
// were seen before or are asked for; who belongs to whose case is decided here.
#include <stdio.h>

#include "channel/mastodon.h"

// Where it is; VD_MASTODON_KNOWN_N: nowhere.
static size_t find(const struct vd_mastodon_knowns *knowns, struct vd_span id)
{
	size_t i = id.n > 0 ? 0 : VD_MASTODON_KNOWN_N;
	while (i < VD_MASTODON_KNOWN_N && !vd_span_is_text(id, knowns->items[i].id)) {
		i++;
	}
	return i;
}

const struct vd_mastodon_known *vd_mastodon_known_get(const struct vd_mastodon_knowns *knowns,
						      struct vd_span id)
{
	size_t i = find(knowns, id);
	return i < VD_MASTODON_KNOWN_N ? &knowns->items[i] : NULL;
}

static uint64_t hash_of(struct vd_span account)
{
	return account.n > 0 ? vd_channel_hash(account) : 0;
}

bool vd_mastodon_known_has_parent(const struct vd_mastodon_knowns *knowns,
				  const struct vd_mastodon_item *item, bool is_own)
{
	const struct vd_mastodon_known *parent = vd_mastodon_known_get(knowns, item->parent);
	bool is_private = vd_mastodon_is_private(item->audience);
	if (item->parent.n == 0) {
		return false;
	}
	if (is_own || (!is_private && (parent == NULL || !parent->is_private))) {
		return true;
	}
	if (parent == NULL) {
		return false; // whose word it answers can't be seen
	}
	if (is_private && parent->is_private) {
		return true; // whoever reads one was let into the other
	}
	// Between a public word and a private one: only with the same person.
	uint64_t author = hash_of(item->author);
	return parent->author == author || (parent->is_own && parent->addressee == author);
}

// "The thread" is what one customer began: below a post of ours each reply begins its own, and what
// is private begins anew.
static struct vd_span start_of(const struct vd_mastodon_item *item,
			       const struct vd_mastodon_known *parent, bool is_private)
{
	bool goes_on = parent != NULL && parent->is_private == is_private && !parent->is_head;
	return goes_on ? vd_span_of(parent->thread) : item->id;
}

struct vd_mastodon_known *vd_mastodon_known_add(struct vd_mastodon_knowns *knowns,
						const struct vd_mastodon_item *item, bool is_own)
{
	const struct vd_mastodon_known *parent = vd_mastodon_known_get(knowns, item->parent);
	struct vd_mastodon_known known = {
		.author = hash_of(item->author),
		.addressee = hash_of(item->parent_account),
		.is_private = vd_mastodon_is_private(item->audience),
		.is_own = is_own,
		.is_head = is_own && (item->parent.n == 0 || (parent != NULL && parent->is_head)),
	};
	struct vd_span start = start_of(item, parent, known.is_private);
	if (vd_span_copy(item->id, known.id, sizeof(known.id)) != VD_OK ||
	    vd_span_copy(start, known.thread, sizeof(known.thread)) != VD_OK) {
		return NULL;
	}
	size_t place = find(knowns, item->id);
	if (place == VD_MASTODON_KNOWN_N) {
		place = knowns->next;
		knowns->next = (uint16_t)((knowns->next + 1) % VD_MASTODON_KNOWN_N);
	} else if (parent == NULL && item->parent.n > 0) {
		return &knowns->items[place]; // placed when its parent was still known
	}
	knowns->items[place] = known;
	return &knowns->items[place];
}
