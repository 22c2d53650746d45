// SPDX-License-Identifier: MIT
// lwIP as this program's stack: started once a process, with one interface beside its loopback.
#include "net/lwip_stack.h"

#include <errno.h>
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/netif.h>
#include <lwip/tcpip.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/lwip_guard.h"
#include "net/lwip_wake.h"
#include "net/lwip_wire.h"

struct vd_stack {
	struct vd_stack_config config;
	struct vd_lwip_wire wire;
	struct netif netif;
	netif_ext_callback_t on_change;
	pthread_t reader;
	int stop_fd;    // written once: the reader ends
	int changed_fd; // written by lwIP's threads, read by the loop
	bool has_reader;
	bool has_netif;
	struct vd_loop *loop;
	struct vd_watch watch;
	void *ctx;
	void (*fn)(void *ctx);
};

static void poke(int fd)
{
	uint64_t one = 1;
	ssize_t ignored = write(fd, &one, sizeof(one));
	(void)ignored;
}

// ---- addresses ----------------------------------------------------------------------------------

void vd_lwip_address_from(const ip_addr_t *in, struct vd_sock_address *out)
{
	*out = (struct vd_sock_address){ 0 };
	if (IP_IS_V6(in)) {
		out->family = 6;
		out->scope = ip6_addr_zone(ip_2_ip6(in));
		memcpy(out->bytes, ip_2_ip6(in)->addr, 16);
	} else if (!ip_addr_isany(in)) {
		out->family = 4;
		memcpy(out->bytes, &ip_2_ip4(in)->addr, 4);
	}
}

void vd_lwip_address_to(const struct vd_sock_address *in, ip_addr_t *out)
{
	memset(out, 0, sizeof(*out));
	if (in->family == 6) {
		IP_SET_TYPE(out, IPADDR_TYPE_V6);
		memcpy(ip_2_ip6(out)->addr, in->bytes, 16);
	} else if (in->family == 4) {
		memcpy(&ip_2_ip4(out)->addr, in->bytes, 4);
	}
}

// Both with the lock held. Ours is the one with a way to the wire; there is no other argument that
// lwIP hands through.
static struct vd_stack *find(void)
{
	struct netif *it = netif_list;
	while (it != NULL && (it->name[0] != 'v' || it->name[1] != 'd')) {
		it = it->next;
	}
	return it != NULL ? VD_CONTAINER_OF(it, struct vd_stack, netif) : NULL;
}

static int global6(const struct netif *netif)
{
	for (int i = 1; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
		if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) &&
		    !ip6_addr_islinklocal(netif_ip6_addr(netif, i))) {
			return i;
		}
	}
	return -1;
}

bool vd_lwip_has_name_server(void)
{
	LOCK_TCPIP_CORE();
	const struct vd_stack *stack = find();
	for (size_t i = 0; stack != NULL && i < stack->config.n_dns; i++) {
		ip_addr_t server;
		vd_lwip_address_to(&stack->config.dns[i], &server);
		dns_setserver((u8_t)i, &server);
	}
	bool has = false;
	for (u8_t i = 0; i < DNS_MAX_SERVERS; i++) {
		has |= !ip_addr_isany(dns_getserver(i));
	}
	UNLOCK_TCPIP_CORE();
	return has;
}

bool vd_lwip_has_link(void)
{
	LOCK_TCPIP_CORE();
	const struct vd_stack *stack = find();
	bool has = stack == NULL || netif_is_link_up(&stack->netif);
	UNLOCK_TCPIP_CORE();
	return has;
}

bool vd_lwip_has_global6(void)
{
	LOCK_TCPIP_CORE();
	const struct vd_stack *stack = find();
	bool has = stack != NULL && global6(&stack->netif) >= 0;
	UNLOCK_TCPIP_CORE();
	return has;
}

// ---- frames -------------------------------------------------------------------------------------

static err_t send_frame(struct netif *netif, struct pbuf *p)
{
	struct vd_stack *stack = netif->state;
	uint8_t room[1600];
	if (p->next == NULL) {
		return vd_lwip_wire_write(&stack->wire, p->payload, p->len) ? ERR_OK : ERR_BUF;
	}
	uint8_t *frame = p->tot_len <= sizeof(room) ? room : malloc(p->tot_len);
	if (frame == NULL) {
		return ERR_MEM;
	}
	pbuf_copy_partial(p, frame, p->tot_len, 0);
	bool is_sent = vd_lwip_wire_write(&stack->wire, frame, p->tot_len);
	if (frame != room) {
		free(frame);
	}
	return is_sent ? ERR_OK : ERR_BUF;
}

static err_t set_up_netif(struct netif *netif)
{
	const struct vd_stack *stack = netif->state;
	netif->name[0] = 'v';
	netif->name[1] = 'd';
	netif->output = etharp_output;
	netif->output_ip6 = ethip6_output;
	netif->linkoutput = send_frame;
	netif->mtu = (u16_t)stack->wire.mtu;
	netif->hwaddr_len = ETH_HWADDR_LEN;
	memcpy(netif->hwaddr, stack->wire.mac, ETH_HWADDR_LEN);
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		       NETIF_FLAG_MLD6;
	return ERR_OK;
}

// A device that is gone would be readable for ever: it waits for the next word about a link.
static void drop_device(struct vd_stack *stack)
{
	if (errno == ENETDOWN || errno == ENOBUFS) {
		return; // told once; it comes back by itself
	}
	LOCK_TCPIP_CORE();
	vd_lwip_wire_drop(&stack->wire);
	netif_set_link_down(&stack->netif);
	UNLOCK_TCPIP_CORE();
}

static void take_frame(struct vd_stack *stack, uint8_t *room)
{
	ssize_t n = vd_lwip_wire_read(&stack->wire, room, VD_WIRE_FRAME_BYTES);
	if (n < 0) {
		drop_device(stack);
	}
	struct pbuf *p = n > 0 ? pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_POOL) : NULL;
	if (p == NULL) {
		return; // none, or no memory: lost, as on any wire
	}
	(void)pbuf_take(p, room, (u16_t)n);
	vd_lwip_guard(room, (size_t)n);
	if (stack->netif.input(p, &stack->netif) != ERR_OK) {
		pbuf_free(p);
	}
}

// The addresses of before may be another network's: DHCP asks whether they still hold, IPv6 asks
// for routers. lwIP does both when a link comes up.
static void look_at_link(struct vd_stack *stack)
{
	LOCK_TCPIP_CORE();
	bool has_link = vd_lwip_wire_look(&stack->wire);
	stack->netif.mtu = (u16_t)stack->wire.mtu;
	if (has_link) {
		netif_set_link_up(&stack->netif);
	} else {
		netif_set_link_down(&stack->netif);
	}
	UNLOCK_TCPIP_CORE();
}

static void *read_wire(void *ctx)
{
	struct vd_stack *stack = ctx;
	uint8_t *room = malloc(VD_WIRE_FRAME_BYTES);
	struct pollfd fds[] = {
		{ .fd = stack->stop_fd, .events = POLLIN },
		{ .fd = stack->wire.link_fd, .events = POLLIN },
		{ .fd = stack->wire.fd, .events = POLLIN },
	};
	while (room != NULL && fds[0].revents == 0) {
		if (poll(fds, VD_ARRAY_LEN(fds), -1) < 0) {
			continue;
		}
		if (fds[1].revents != 0) {
			look_at_link(stack);
		}
		if (fds[2].revents != 0) {
			take_frame(stack, room);
		}
		fds[2].fd = stack->wire.fd; // this thread alone changes it
	}
	free(room);
	return NULL;
}

// ---- what changed -------------------------------------------------------------------------------

static void changed(struct netif *netif, netif_nsc_reason_t reason,
		    const netif_ext_callback_args_t *args)
{
	const netif_nsc_reason_t any = LWIP_NSC_LINK_CHANGED | LWIP_NSC_IPV4_SETTINGS_CHANGED |
				       LWIP_NSC_IPV6_SET | LWIP_NSC_IPV6_ADDR_STATE_CHANGED;
	(void)args;
	struct vd_stack *stack = find();
	if (stack != NULL && netif == &stack->netif && (reason & any) != 0) {
		poke(stack->changed_fd);
	}
}

static void tell(void *ctx, int revents)
{
	struct vd_stack *stack = ctx;
	uint64_t ignored;
	(void)revents;
	(void)!read(stack->changed_fd, &ignored, sizeof(ignored));
	stack->fn(stack->ctx);
}

enum vd_err vd_stack_watch(struct vd_stack *stack, struct vd_loop *loop, void *ctx,
			   void (*fn)(void *ctx))
{
	stack->loop = loop;
	stack->ctx = ctx;
	stack->fn = fn;
	stack->watch = (struct vd_watch){
		.fd = stack->changed_fd, .events = VD_LOOP_READ, .ctx = stack, .ready = tell
	};
	return vd_loop_watch(loop, &stack->watch);
}

void vd_stack_get_state(struct vd_stack *stack, struct vd_stack_state *out)
{
	*out = (struct vd_stack_state){ .has_link = true };
	if (!stack->has_netif) {
		return;
	}
	LOCK_TCPIP_CORE();
	out->has_link = netif_is_link_up(&stack->netif);
	vd_lwip_address_from(netif_ip_addr4(&stack->netif), &out->v4);
	int i = global6(&stack->netif);
	if (i >= 0) {
		vd_lwip_address_from(netif_ip_addr6(&stack->netif, i), &out->v6);
	}
	UNLOCK_TCPIP_CORE();
}

// ---- opening ------------------------------------------------------------------------------------

enum vd_err vd_stack_supports(enum vd_wire wire, struct vd_diag *diag)
{
	return wire != VD_WIRE_KERNEL
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_ARGUMENT,
				     "this program brings a network stack of its own: write tap or "
				     "packet, and its interface");
}

// lwIP can't be stopped: later ones find it running.
static enum vd_err start_lwip(struct vd_diag *diag)
{
	if (netif_list == NULL) {
		(void)LWIP_RAND(); // at boot it may have to wait: here, not under lwIP's lock
		tcpip_init(NULL, NULL);
	}
	return vd_lwip_wake_get() != NULL ? VD_OK : vd_lwip_wake_create(diag);
}

static void set_addresses(struct vd_stack *stack)
{
	const struct vd_stack_config *config = &stack->config;
	ip_addr_t at;
	if (config->has_v6) {
		netif_create_ip6_linklocal_address(&stack->netif, 1);
		netif_set_ip6_autoconfig_enabled(&stack->netif, config->v6.family == 0);
	}
	if (config->v6.family != 0) {
		vd_lwip_address_to(&config->v6, &at);
		netif_ip6_addr_set(&stack->netif, 1, ip_2_ip6(&at));
		netif_ip6_addr_set_state(&stack->netif, 1, IP6_ADDR_TENTATIVE);
	}
	if (config->is_dhcp) {
		(void)dhcp_start(&stack->netif);
		return;
	}
	ip_addr_t mask = { 0 };
	ip_addr_t gateway;
	vd_lwip_address_to(&config->v4, &at);
	vd_lwip_address_to(&config->gateway4, &gateway);
	ip_2_ip4(&mask)->addr = lwip_htonl(~(UINT32_MAX >> config->prefix4));
	netif_set_addr(&stack->netif, ip_2_ip4(&at), ip_2_ip4(&mask), ip_2_ip4(&gateway));
}

static bool add_netif(struct vd_stack *stack, bool has_link)
{
	LOCK_TCPIP_CORE();
	stack->has_netif = netif_add_noaddr(&stack->netif, stack, set_up_netif, tcpip_input) !=
			   NULL;
	if (stack->has_netif) {
		netif_set_hostname(&stack->netif, stack->config.host);
		netif_add_ext_callback(&stack->on_change, changed);
		netif_set_default(&stack->netif);
		netif_set_up(&stack->netif);
		if (has_link) {
			netif_set_link_up(&stack->netif);
		}
		set_addresses(stack);
	}
	UNLOCK_TCPIP_CORE();
	return stack->has_netif;
}

static enum vd_err open_interface(struct vd_stack *stack, struct vd_diag *diag)
{
	enum vd_err err = vd_lwip_wire_open(&stack->config, &stack->wire, diag);
	if (err != VD_OK) {
		return err;
	}
	stack->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (stack->stop_fd < 0 || !add_netif(stack, vd_lwip_wire_look(&stack->wire))) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no room for the interface");
	}
	stack->has_reader = pthread_create(&stack->reader, NULL, read_wire, stack) == 0;
	return stack->has_reader ? VD_OK
				 : vd_diag_set(diag, VD_ERR_MEMORY, "no thread for the interface");
}

static enum vd_err open_stack(const struct vd_stack_config *config, struct vd_stack **out,
			      struct vd_diag *diag)
{
	*out = NULL;
	enum vd_err err = vd_stack_supports(config->wire, diag);
	err = err == VD_OK ? start_lwip(diag) : err;
	struct vd_stack *stack = err == VD_OK ? calloc(1, sizeof(*stack)) : NULL;
	if (stack == NULL) {
		return err != VD_OK ? err
				    : vd_diag_set(diag, VD_ERR_MEMORY,
						  "no memory for the network stack");
	}
	stack->config = *config;
	stack->wire.fd = -1;
	stack->wire.link_fd = -1;
	stack->wire.lock_fd = -1;
	stack->stop_fd = -1;
	stack->changed_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (stack->changed_fd < 0) {
		err = vd_diag_set(diag, VD_ERR_IO, "no descriptor for the network stack");
	} else if (config->wire != VD_WIRE_LOOPBACK) {
		err = open_interface(stack, diag);
	}
	if (err != VD_OK) {
		vd_stack_close(stack);
		return err;
	}
	*out = stack;
	return VD_OK;
}

// Threads take the mask of whoever makes them: a signal is the loop's thread's matter alone.
enum vd_err vd_stack_open(const struct vd_stack_config *config, struct vd_stack **out,
			  struct vd_diag *diag)
{
	sigset_t all;
	sigset_t kept;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &kept);
	enum vd_err err = open_stack(config, out, diag);
	(void)pthread_sigmask(SIG_SETMASK, &kept, NULL);
	return err;
}

// The lease is kept: a box that starts again finds its address, and so do the phones of the staff.
static void remove_netif(struct vd_stack *stack)
{
	LOCK_TCPIP_CORE();
	netif_remove_ext_callback(&stack->on_change);
	netif_set_down(&stack->netif);
	if (stack->config.is_dhcp) {
		dhcp_cleanup(&stack->netif);
	}
	netif_remove(&stack->netif);
	UNLOCK_TCPIP_CORE();
}

static void close_fd(int fd)
{
	if (fd >= 0) {
		(void)close(fd);
	}
}

void vd_stack_close(struct vd_stack *stack)
{
	if (stack == NULL) {
		return;
	}
	if (stack->has_reader) {
		poke(stack->stop_fd);
		(void)pthread_join(stack->reader, NULL);
	}
	if (stack->has_netif) {
		remove_netif(stack);
	}
	vd_lwip_wire_close(&stack->wire);
	close_fd(stack->stop_fd);
	close_fd(stack->changed_fd);
	free(stack);
}

struct vd_poller vd_stack_poller(struct vd_stack *stack)
{
	(void)stack;
	return vd_lwip_poller();
}
