// SPDX-License-Identifier: MIT
/**
 * A way to the wire: whole Ethernet frames in and out of a descriptor of the kernel.
 * Not a network stack, and not lwIP: it knows frames, a hardware address, a link.
 * Reading is for one thread, writing for whoever holds the stack's lock; it knows no time.
 */
#ifndef VD_NET_LWIP_WIRE_H
#define VD_NET_LWIP_WIRE_H

#include <sys/types.h>

#include "net/stack.h"

// Of a whole one: the kernel may have put several of a connection together (GRO).
#define VD_WIRE_FRAME_BYTES 65535

struct vd_lwip_wire {
	enum vd_wire kind;
	char interface[VD_STACK_INTERFACE_BYTES];
	int fd;
	int link_fd; // readable when a link of the machine has changed
	int lock_fd; // a packet socket's interface is ours as long as it is open
	int index;   // of the interface that a packet socket is bound to
	uint8_t mac[6];
	int mtu;
};

/** Opened means: the interface is there and up where we may set it up. A failure says what is
 *  missing: the device, a right, the interface. */
enum vd_err vd_lwip_wire_open(const struct vd_stack_config *config, struct vd_lwip_wire *out,
			      struct vd_diag *diag) VD_MUST_USE;
void vd_lwip_wire_close(struct vd_lwip_wire *wire);
/** The device alone; vd_lwip_wire_look tries to open it again. */
void vd_lwip_wire_drop(struct vd_lwip_wire *wire);
/** Bytes of a frame in `out`; 0: nothing, or one that is not for us; < 0: the device failed. */
ssize_t vd_lwip_wire_read(struct vd_lwip_wire *wire, void *out, size_t cap);
bool vd_lwip_wire_write(struct vd_lwip_wire *wire, const void *frame, size_t n);
/** Empties link_fd. Whether there is a link now; an interface that came back is bound anew (so with
 *  the stack's lock held), and `mtu` is what it is now. */
bool vd_lwip_wire_look(struct vd_lwip_wire *wire);
/** Makes the checksum (RFC 1071) over everything from `start` that is to stand at `offset` behind
 *  it, where a part of it (the pseudo header's) stands now. Pure. */
void vd_lwip_wire_complete(uint8_t *frame, size_t n, size_t start, size_t offset);

#endif
