// SPDX-License-Identifier: MIT
#include "net/lwip_guard.h"

#include <lwip/priv/tcp_priv.h>
#include <lwip/tcpip.h>
#include <stdbool.h>

#define ETHER 14
#define V6_HEAD 40
#define PORT_TO 2 // in a TCP head
#define FLAGS 13
#define SYN 0x02
#define SYN_OR_ACK 0x12

static uint32_t get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

// The TCP head in it, with its ports and flags; NULL: there is none. IPv6 with extension heads is
// let pass: only the listener's backlog is at stake.
static const uint8_t *tcp_of(const uint8_t *frame, size_t n)
{
	size_t at = 0;
	if (n > ETHER + 20 && get16(frame + 12) == 0x0800 && frame[ETHER + 9] == IP_PROTO_TCP) {
		at = ETHER + (size_t)(frame[ETHER] & 0x0f) * 4;
	} else if (n > ETHER + V6_HEAD && get16(frame + 12) == 0x86dd &&
		   frame[ETHER + 6] == IP_PROTO_TCP) {
		at = ETHER + V6_HEAD;
	}
	return at > 0 && at + TCP_HLEN <= n ? frame + at : NULL;
}

// lwIP puts new ones in front: the last one is the oldest.
static struct tcp_pcb *oldest_half_open(const struct tcp_pcb_listen *listener)
{
	struct tcp_pcb *oldest = NULL;
	for (struct tcp_pcb *it = tcp_active_pcbs; it != NULL; it = it->next) {
		oldest = it->state == SYN_RCVD && it->listener == listener ? it : oldest;
	}
	return oldest;
}

static void make_room(uint16_t port)
{
	struct tcp_pcb_listen *it = tcp_listen_pcbs.listen_pcbs;
	for (; it != NULL; it = it->next) {
		struct tcp_pcb *oldest = NULL;
		if (it->local_port == port && it->accepts_pending >= it->backlog) {
			oldest = oldest_half_open(it);
		}
		if (oldest != NULL) {
			tcp_abandon(oldest, 0); // no reset: most such senders don't exist
		}
	}
}

void vd_lwip_guard(const uint8_t *frame, size_t n)
{
	const uint8_t *tcp = tcp_of(frame, n);
	if (tcp == NULL || (tcp[FLAGS] & SYN_OR_ACK) != SYN) {
		return;
	}
	LOCK_TCPIP_CORE();
	make_room((uint16_t)get16(tcp + PORT_TO));
	UNLOCK_TCPIP_CORE();
}
