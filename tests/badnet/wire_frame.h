// SPDX-License-Identifier: MIT
/**
 * Ethernet frames with IPv4 or IPv6 and TCP in them: what the wire has to know, and what it forges.
 * Not a stack: options, VLANs and fragments are left alone. Pure: no time, no I/O.
 */
#ifndef VD_BADNET_WIRE_FRAME_H
#define VD_BADNET_WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Room for what is forged: a reset, or an ICMP message with the head of what it is about. */
#define FRAME_ANSWER_BYTES 1514

/** Length of the IP packet in it by its own word; 0: no IP. */
size_t frame_ip_bytes(const uint8_t *frame, size_t n);
/** A whole TCP segment that carries data. */
bool frame_has_tcp_data(const uint8_t *frame, size_t n);
/** An IPv4 packet or an ARP message from or to `address` (network order). */
bool frame_is_of(const uint8_t *frame, size_t n, uint32_t address);
/** A router may cut it in pieces: IPv4 without DF. */
bool frame_may_be_cut(const uint8_t *frame);
/** The next piece of `frame` into `out`, `*at` from 0 on; 0 after the last one. */
size_t frame_cut(const uint8_t *frame, size_t n, size_t mtu, size_t *at, uint8_t *out);
/** What a router answers: ICMP "fragmentation needed", ICMPv6 "packet too big"; 0: nothing. */
size_t frame_too_big(const uint8_t *frame, size_t n, size_t mtu, uint8_t *out);
/** A reset that the receiver of this segment takes, or its sender (`is_back`); its number is
 *  `off` from the right one. The segment has TCP in it (frame_has_tcp_data). */
size_t frame_reset(const uint8_t *frame, bool is_back, uint32_t off, uint8_t *out);

#endif
