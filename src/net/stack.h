// SPDX-License-Identifier: MIT
/**
 * The network stack as a whole: which one this program has, its way to the wire, its addresses, and
 * how the loop waits for its sockets.
 * Not sockets (net/socket.h) and no policy: whoever opens it says what it is set to.
 * One a process, opened before the loop and closed after it; lwIP has threads and a clock of its
 * own.
 */
#ifndef VD_NET_STACK_H
#define VD_NET_STACK_H

#include "loop/loop.h"
#include "net/socket.h"

#define VD_STACK_INTERFACE_BYTES 16
#define VD_STACK_HOST_BYTES 64
#define VD_STACK_DNS_MAX 4

enum vd_wire {
	VD_WIRE_KERNEL,   // the kernel's own stack, which others have set up
	VD_WIRE_LOOPBACK, // nothing leaves the process: for tests
	VD_WIRE_TAP,      // a TAP device of the kernel
	VD_WIRE_PACKET,   // a packet socket on an interface that has no address in the kernel
};

struct vd_stack_config {
	enum vd_wire wire;
	char interface[VD_STACK_INTERFACE_BYTES];
	bool has_mac; // else the interface's own (packet), or one made from its name (TAP)
	uint8_t mac[6];
	bool is_dhcp;
	struct vd_sock_address v4; // where it isn't DHCP; family 0: none
	uint8_t prefix4;
	struct vd_sock_address gateway4; // family 0: none
	bool has_v6;
	struct vd_sock_address v6; // family 0: as routers announce; its network is a /64
	size_t n_dns;              // 0: those that DHCP and routers name
	struct vd_sock_address dns[VD_STACK_DNS_MAX];
	char host[VD_STACK_HOST_BYTES]; // the name that DHCP is told
};

/** The settings as they are written; each may be "". */
struct vd_stack_settings {
	const char *wire;      // kernel, loopback, tap, packet; "": the kernel's
	const char *interface; // eth0
	const char *mac;       // 02:00:5e:10:00:01
	const char *address;   // dhcp, or 192.0.2.7/24; "": dhcp
	const char *gateway;
	const char *address6; // auto (as routers announce), none, 2001:db8::7/64; "": auto
	const char *dns;      // addresses, comma separated
	const char *host;
};
/** Pure. VD_ERR_ARGUMENT: `*place` is the member of vd_stack_settings that is wrong. */
enum vd_err vd_stack_config_parse(const struct vd_stack_settings *settings,
				  struct vd_stack_config *out, const char **place,
				  struct vd_diag *diag) VD_MUST_USE;
/** Whether this program has a way to that wire; says what it has. */
enum vd_err vd_stack_supports(enum vd_wire wire, struct vd_diag *diag) VD_MUST_USE;

struct vd_stack;

enum vd_err vd_stack_open(const struct vd_stack_config *config, struct vd_stack **out,
			  struct vd_diag *diag) VD_MUST_USE;
/** After the loop; its sockets are closed before. Takes NULL. */
void vd_stack_close(struct vd_stack *stack);
/** What the loop waits with: sockets of this stack and descriptors of the kernel together, with the
 *  readiness that poll() has. */
struct vd_poller vd_stack_poller(struct vd_stack *stack);

struct vd_stack_state {
	bool has_link;
	struct vd_sock_address v4; // family 0: none yet
	struct vd_sock_address v6; // one that reaches further than the link; family 0: none
};
void vd_stack_get_state(struct vd_stack *stack, struct vd_stack_state *out);
#define VD_STACK_TEXT_BYTES 160
/** "link, 192.0.2.7, 2001:db8::7", "link, no address yet", "no link: is the cable plugged in?" */
void vd_stack_state_print(const struct vd_stack_state *state, char out[VD_STACK_TEXT_BYTES]);
/** `fn` runs in the loop's thread after each change of the state. VD_ERR_MEMORY. */
enum vd_err vd_stack_watch(struct vd_stack *stack, struct vd_loop *loop, void *ctx,
			   void (*fn)(void *ctx)) VD_MUST_USE;

#endif
