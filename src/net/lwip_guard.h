// SPDX-License-Identifier: MIT
/**
 * Against SYN floods: lwIP has no cookies, and half-open connections that nobody completes fill a
 * listener's backlog for 20 s. Where it is full, the oldest half-open one makes room, without a
 * word: who answers within the time that a backlog's worth of SYNs takes gets in.
 * Not a filter and not a rate limit. It runs in the thread that reads the wire, before lwIP sees
 * the frame; takes lwIP's lock itself.
 */
#ifndef VD_NET_LWIP_GUARD_H
#define VD_NET_LWIP_GUARD_H

#include <stddef.h>
#include <stdint.h>

/** An Ethernet frame that is about to be handed to lwIP. */
void vd_lwip_guard(const uint8_t *frame, size_t n);

#endif
