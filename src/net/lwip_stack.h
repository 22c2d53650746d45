// SPDX-License-Identifier: MIT
/**
 * What lwIP's sockets ask of lwIP's stack: addresses in our form, and whether names can be asked
 * for.
 * Not for other modules, which use net/stack.h.
 * Any thread: it takes the stack's lock itself; it knows no time.
 */
#ifndef VD_NET_LWIP_STACK_H
#define VD_NET_LWIP_STACK_H

#include <lwip/ip_addr.h>

#include "net/stack.h"

void vd_lwip_address_from(const ip_addr_t *in, struct vd_sock_address *out);
void vd_lwip_address_to(const struct vd_sock_address *in, ip_addr_t *out);
/** Also puts those that the settings name before those that the network named. */
bool vd_lwip_has_name_server(void);
/** True where there is nothing but the loopback. */
bool vd_lwip_has_link(void);
/** An IPv6 address that reaches further than the link. */
bool vd_lwip_has_global6(void);

#endif
