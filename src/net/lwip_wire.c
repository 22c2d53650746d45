// SPDX-License-Identifier: MIT
// Frames by a TAP device or a packet socket; whether there is a link is asked of the kernel when it
// says that a link has changed.
#include "net/lwip_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define TUN_DEVICE "/dev/net/tun"
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23 // Linux 4.20
#endif

static enum vd_err fail(struct vd_diag *diag, const struct vd_lwip_wire *wire, const char *what)
{
	return vd_diag_set(diag, VD_ERR_IO, "%s: %s: %s", wire->interface, what, strerror(errno));
}

static bool ask(const struct vd_lwip_wire *wire, unsigned long what, struct ifreq *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->ifr_name, wire->interface, sizeof(wire->interface));
	return ioctl(wire->link_fd, what, out) == 0;
}

static void set_up(const struct vd_lwip_wire *wire)
{
	struct ifreq request;
	if (ask(wire, SIOCGIFFLAGS, &request) && (request.ifr_flags & IFF_UP) == 0) {
		request.ifr_flags |= IFF_UP;
		(void)ioctl(wire->link_fd, SIOCSIFFLAGS, &request); // else there is no link yet
	}
}

// ---- TAP ----------------------------------------------------------------------------------------

static enum vd_err open_tap(struct vd_lwip_wire *wire, struct vd_diag *diag)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	wire->fd = open(TUN_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (wire->fd < 0) {
		return fail(diag, wire, "no TAP device: " TUN_DEVICE);
	}
	memcpy(request.ifr_name, wire->interface, sizeof(wire->interface));
	if (ioctl(wire->fd, TUNSETIFF, &request) == 0) {
		return VD_OK;
	}
	enum vd_err err = fail(diag, wire,
			       errno == EBUSY   ? "another program has this TAP"
			       : errno == EPERM ? "the right to make a TAP is missing"
						: "can't be made a TAP");
	(void)close(wire->fd);
	wire->fd = -1;
	return err;
}

// The kernel's end has the TAP's own address; ours is another, as stable as that.
static void make_tap_mac(uint8_t mac[6])
{
	mac[0] = (uint8_t)((mac[0] | 2) & ~1);
	mac[5] ^= 1;
}

// ---- packet socket ------------------------------------------------------------------------------

// IPv4, ARP and IPv6; whatever else a LAN says wakes nobody.
static bool set_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	struct sock_fprog program = { .len = VD_ARRAY_LEN(code), .filter = code };
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0;
}

static void join(const struct vd_lwip_wire *wire, unsigned short type)
{
	struct packet_mreq request = { .mr_ifindex = wire->index,
				       .mr_type = type,
				       .mr_alen = ETH_ALEN };
	memcpy(request.mr_address, wire->mac, ETH_ALEN);
	(void)setsockopt(wire->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request));
}

static bool bind_packet(struct vd_lwip_wire *wire, int index)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = index };
	if (bind(wire->fd, (const struct sockaddr *)&at, sizeof(at)) != 0) {
		return false;
	}
	wire->index = index;
	join(wire, PACKET_MR_ALLMULTI); // IPv6's groups
	join(wire, PACKET_MR_UNICAST);  // an address that isn't the interface's own
	return true;
}

// Two programs with one address would reset each other's connections; a TAP refuses a second one by
// itself. The kernel forgets the name with the process, however that ends.
static enum vd_err lock_interface(struct vd_lwip_wire *wire, struct vd_diag *diag)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int n = snprintf(at.sun_path + 1, sizeof(at.sun_path) - 1, "vedetta/%s", wire->interface);
	wire->lock_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
	return wire->lock_fd >= 0 && bind(wire->lock_fd, (const struct sockaddr *)&at, bytes) == 0
		       ? VD_OK
		       : fail(diag, wire, "another program has this interface");
}

// With a virtio header before each frame: the kernel leaves out checksums that a card would have
// made, and says so there.
static enum vd_err open_packet(struct vd_lwip_wire *wire, struct vd_diag *diag)
{
	int on = 1;
	wire->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (wire->fd < 0) {
		return fail(diag, wire,
			    errno == EPERM ? "the right to a packet socket is missing"
					   : "no packet socket");
	}
	if (setsockopt(wire->fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) != 0 ||
	    !set_filter(wire->fd)) {
		return fail(diag, wire, "its packet socket can't be set up");
	}
	(void)setsockopt(wire->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	struct ifreq request;
	if (!ask(wire, SIOCGIFINDEX, &request)) {
		return fail(diag, wire, "there is no such interface");
	}
	return bind_packet(wire, request.ifr_ifindex)
		       ? VD_OK
		       : fail(diag, wire, "its packet socket can't be bound");
}

// ---- both ---------------------------------------------------------------------------------------

static enum vd_err open_link(struct vd_lwip_wire *wire, struct vd_diag *diag)
{
	struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	wire->link_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (wire->link_fd < 0 ||
	    bind(wire->link_fd, (const struct sockaddr *)&at, sizeof(at)) != 0) {
		return fail(diag, wire, "its link can't be watched");
	}
	return VD_OK;
}

static void look_at_mtu(struct vd_lwip_wire *wire)
{
	struct ifreq request;
	if (ask(wire, SIOCGIFMTU, &request) && request.ifr_mtu > 0 &&
	    request.ifr_mtu <= UINT16_MAX) {
		wire->mtu = request.ifr_mtu;
	}
}

enum vd_err vd_lwip_wire_open(const struct vd_stack_config *config, struct vd_lwip_wire *out,
			      struct vd_diag *diag)
{
	*out = (struct vd_lwip_wire){
		.kind = config->wire, .fd = -1, .link_fd = -1, .lock_fd = -1, .mtu = ETH_DATA_LEN
	};
	memcpy(out->interface, config->interface, sizeof(out->interface));
	memcpy(out->mac, config->mac, sizeof(out->mac));
	enum vd_err err = open_link(out, diag);
	if (err == VD_OK && config->wire == VD_WIRE_TAP) {
		err = open_tap(out, diag);
	}
	struct ifreq request;
	if (err == VD_OK && !ask(out, SIOCGIFHWADDR, &request)) {
		err = fail(diag, out, "there is no such interface");
	}
	if (err == VD_OK && !config->has_mac) {
		memcpy(out->mac, request.ifr_hwaddr.sa_data, sizeof(out->mac));
		if (config->wire == VD_WIRE_TAP) {
			make_tap_mac(out->mac);
		}
	}
	if (err == VD_OK && config->wire == VD_WIRE_PACKET) {
		err = lock_interface(out, diag);
		err = err == VD_OK ? open_packet(out, diag) : err;
	}
	if (err != VD_OK) {
		vd_lwip_wire_close(out);
		return err;
	}
	set_up(out);
	look_at_mtu(out);
	return VD_OK;
}

void vd_lwip_wire_drop(struct vd_lwip_wire *wire)
{
	if (wire->fd >= 0) {
		(void)close(wire->fd);
	}
	wire->fd = -1;
}

void vd_lwip_wire_close(struct vd_lwip_wire *wire)
{
	vd_lwip_wire_drop(wire);
	if (wire->link_fd >= 0) {
		(void)close(wire->link_fd);
	}
	if (wire->lock_fd >= 0) {
		(void)close(wire->lock_fd);
	}
	wire->link_fd = -1;
	wire->lock_fd = -1;
}

// An interface that went and came back (a USB adapter) is another one for the kernel.
static void find_again(struct vd_lwip_wire *wire)
{
	struct ifreq request;
	struct vd_diag ignored;
	bool is_tap = wire->kind == VD_WIRE_TAP;
	if (wire->fd < 0 &&
	    (is_tap ? open_tap(wire, &ignored) : open_packet(wire, &ignored)) == VD_OK) {
		set_up(wire);
	} else if (wire->fd >= 0 && !is_tap && ask(wire, SIOCGIFINDEX, &request) &&
		   request.ifr_ifindex != wire->index) {
		(void)bind_packet(wire, request.ifr_ifindex);
		set_up(wire);
	}
}

bool vd_lwip_wire_look(struct vd_lwip_wire *wire)
{
	char ignored[4096];
	struct ifreq request;
	while (recv(wire->link_fd, ignored, sizeof(ignored), 0) > 0 || errno == ENOBUFS) {
	}
	find_again(wire);
	look_at_mtu(wire);
	return wire->fd >= 0 && ask(wire, SIOCGIFFLAGS, &request) &&
	       (request.ifr_flags & IFF_UP) != 0 && (request.ifr_flags & IFF_RUNNING) != 0;
}

static uint32_t add_words(uint32_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2) {
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	}
	return n % 2 == 1 ? sum + ((uint32_t)p[n - 1] << 8) : sum;
}

void vd_lwip_wire_complete(uint8_t *frame, size_t n, size_t start, size_t offset)
{
	if (start >= n || n - start < offset + 2) {
		return;
	}
	uint32_t sum = add_words(0, frame + start, n - start);
	while (sum >> 16 != 0) {
		sum = (sum & 0xffff) + (sum >> 16);
	}
	sum = sum == 0xffff ? sum : ~sum & 0xffff; // 0 would mean "none" to UDP
	frame[start + offset] = (uint8_t)(sum >> 8);
	frame[start + offset + 1] = (uint8_t)sum;
}

static ssize_t read_packet(const struct vd_lwip_wire *wire, void *out, size_t cap)
{
	struct virtio_net_hdr header = { 0 };
	struct iovec parts[] = { { &header, sizeof(header) }, { out, cap } };
	ssize_t n = readv(wire->fd, parts, 2) - (ssize_t)sizeof(header);
	if (n > 0 && (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0) {
		vd_lwip_wire_complete(out, (size_t)n, header.csum_start, header.csum_offset);
	}
	return n;
}

ssize_t vd_lwip_wire_read(struct vd_lwip_wire *wire, void *out, size_t cap)
{
	ssize_t n = wire->kind == VD_WIRE_TAP ? read(wire->fd, out, cap)
					      : read_packet(wire, out, cap);
	const uint8_t *to = out;
	if (n < 0) {
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	}
	bool is_ours = n >= ETH_HLEN && ((to[0] & 1) != 0 || memcmp(to, wire->mac, ETH_ALEN) == 0);
	return is_ours ? n : 0;
}

bool vd_lwip_wire_write(struct vd_lwip_wire *wire, const void *frame, size_t n)
{
	struct virtio_net_hdr header = { 0 };
	struct iovec parts[] = { { &header, sizeof(header) }, { (void *)(uintptr_t)frame, n } };
	bool is_packet = wire->kind == VD_WIRE_PACKET;
	return writev(wire->fd, is_packet ? parts : parts + 1, is_packet ? 2 : 1) > 0;
}
