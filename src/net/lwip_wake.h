// SPDX-License-Identifier: MIT
/**
 * How lwIP's threads wake the loop: which sockets it waits for, and the descriptor that they write
 * to.
 * Not a queue of events: readiness is always asked of lwIP anew, so a wake-up can't be out of date.
 * One a process, because lwIP is; it lives as long as the process and knows no time.
 *
 * The order that loses nothing. Loop: notes its wishes, asks lwIP, sleeps. lwIP: changes the socket
 * (under the lock that the loop asks under), then looks at the wishes, then wakes. So either the
 * loop's question sees the change, or lwIP sees the wish.
 */
#ifndef VD_NET_LWIP_WAKE_H
#define VD_NET_LWIP_WAKE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/diag.h"
#include "loop/loop.h"

#define VD_LWIP_FIRST_FD 4096 // LWIP_SOCKET_OFFSET
#define VD_LWIP_SOCKETS 128   // MEMP_NUM_NETCONN

struct netconn;

struct vd_lwip_wake {
	int fd;                // an eventfd: readable after a wake-up
	atomic_bool is_asleep; // the loop waits, or is about to: one wake-up is enough
	atomic_uchar wishes[VD_LWIP_SOCKETS];
	// Its stream has ended. lwIP says so once; poll() and recv() of the kernel say so for ever.
	// The loop's thread alone.
	bool has_ended[VD_LWIP_SOCKETS];
};

/** Made when lwIP was started; NULL before. */
struct vd_lwip_wake *vd_lwip_wake_get(void);
enum vd_err vd_lwip_wake_create(struct vd_diag *diag) VD_MUST_USE;
/** From now on the socket's events wake the loop. */
void vd_lwip_wake_attach(int fd);
/** Waits for lwIP's sockets and the kernel's descriptors together. */
struct vd_poller vd_lwip_poller(void);

#endif
