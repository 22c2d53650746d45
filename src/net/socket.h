// SPDX-License-Identifier: MIT
/**
 * The only door to sockets: the subset of BSD sockets that lwIP 2.2's socket API has, non-blocking
 * from the start. Not a network stack: one backend file each (socket_posix.c, later socket_lwip.c),
 * no other file includes a socket header. Descriptors are the stack's; they go into the loop's
 * poller and nowhere else.
 *
 * What lwIP 2.2 has, and what is therefore used behind this door:
 *   socket bind listen accept connect send recv sendto recvfrom shutdown close
 *   getsockopt(SO_ERROR) setsockopt(SO_REUSEADDR, SO_KEEPALIVE, TCP_NODELAY, IPV6_V6ONLY)
 *   getsockname getpeername fcntl(F_GETFL, F_SETFL, O_NONBLOCK) poll
 *   getaddrinfo (one answer, numeric port)
 * What it has not, and what is therefore refused by the lint: recvmsg/sendmsg control data,
 *   MSG_NOSIGNAL, accept4, SOCK_NONBLOCK, SOCK_CLOEXEC, epoll, eventfd, socketpair, AF_UNIX,
 *   SO_REUSEPORT, gai AI_ADDRCONFIG.
 */
#ifndef VD_NET_SOCKET_H
#define VD_NET_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"

/** An address without any system type: family 4 or 6, bytes in network order. */
struct vd_sock_address {
	uint8_t family; // 4, 6; 0: none
	uint16_t port;
	uint32_t scope; // IPv6 link-local
	uint8_t bytes[16];
};
#define VD_SOCK_TEXT_BYTES 64
/** "192.0.2.1:443", "[2001:db8::1]:443". */
void vd_sock_address_print(const struct vd_sock_address *a, char out[VD_SOCK_TEXT_BYTES]);
/** A literal without port; VD_ERR_SYNTAX for names. */
enum vd_err vd_sock_address_parse(const char *text, uint16_t port,
				  struct vd_sock_address *out) VD_MUST_USE;

/** All sockets are non-blocking, close-on-exec where the stack knows that, and TCP ones have no
 *  delay. */
enum vd_err vd_sock_tcp_connect(const struct vd_sock_address *to, int *fd,
				struct vd_diag *diag) VD_MUST_USE;
/** After the socket became writable: VD_OK connected, VD_AGAIN, or why not. */
enum vd_err vd_sock_connect_result(int fd, struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_sock_tcp_listen(const struct vd_sock_address *at, int backlog, int *fd,
			       struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_sock_accept(int listener, int *fd, struct vd_sock_address *peer,
			   struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_sock_udp_open(uint8_t family, int *fd, struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_sock_send_to(int fd, const struct vd_sock_address *to, const void *p, size_t n,
			    struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_sock_recv_from(int fd, struct vd_sock_address *from, void *out, size_t cap,
			      size_t *got, struct vd_diag *diag) VD_MUST_USE;
/** VD_AGAIN, VD_ERR_CLOSED at the end of the stream. */
enum vd_err vd_sock_recv(int fd, void *out, size_t cap, size_t *got,
			 struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_sock_send(int fd, const void *p, size_t n, size_t *put,
			 struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_sock_local_address(int fd, struct vd_sock_address *out) VD_MUST_USE;
void vd_sock_close(int fd);
/** Blocks: only the resolver's thread calls it. */
enum vd_err vd_sock_resolve(const char *host, uint16_t port, struct vd_sock_address *out,
			    size_t cap, size_t *n, struct vd_diag *diag) VD_MUST_USE;

#endif
