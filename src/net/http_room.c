// SPDX-License-Identifier: MIT
// Who gives up a connection when all are taken: nobody can hold the pages by himself, neither with
// slow requests nor with connections that say nothing (slow loris), as long as he has one address.
#include <string.h>

#include "net/http_peer.h"

static struct vd_peer *peer_at(struct vd_list *node)
{
	return VD_CONTAINER_OF(node, struct vd_peer, node);
}

static size_t count_of(struct vd_http_server *server, const char *host)
{
	size_t n = 0;
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &server->peers)
	{
		n += strcmp(peer_at(it)->text, host) == 0;
	}
	return n;
}

// Kept after an answer, and without a request.
static bool is_idle(const struct vd_peer *peer)
{
	return peer->phase == VD_PEER_WAITING && peer->is_keep && peer->in.len == 0;
}

// The client is the one who is waited for: nothing of ours is lost with it but its own time.
static bool is_waited_for(const struct vd_peer *peer)
{
	return peer->phase == VD_PEER_SECURING || peer->phase == VD_PEER_WAITING ||
	       peer->phase == VD_PEER_READING || peer->phase == VD_PEER_SENDING ||
	       peer->phase == VD_PEER_STREAMING || peer->phase == VD_PEER_LINGERING;
}

struct candidate {
	struct vd_peer *peer;
	bool is_idle;
	size_t n; // connections of its host
};

// An idle one costs nothing, so it may be of whoever has no fewer than the new one; others only of
// whoever has more even when the new one is in.
static bool may_go(const struct candidate *c, size_t n_new)
{
	return c->is_idle ? c->n >= n_new : is_waited_for(c->peer) && c->n > n_new + 1;
}

static bool is_better(const struct candidate *a, const struct candidate *b)
{
	if (b->peer == NULL || a->is_idle != b->is_idle) {
		return b->peer == NULL || a->is_idle;
	}
	return a->n != b->n ? a->n > b->n : a->peer->since.us < b->peer->since.us;
}

struct vd_peer *vd_peer_to_go(struct vd_http_server *server, const char *host)
{
	size_t n_new = count_of(server, host);
	struct candidate best = { 0 };
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &server->peers)
	{
		struct candidate c = {
			.peer = peer_at(it),
			.is_idle = is_idle(peer_at(it)),
			.n = count_of(server, peer_at(it)->text),
		};
		if (may_go(&c, n_new) && is_better(&c, &best)) {
			best = c;
		}
	}
	return best.peer;
}
