// SPDX-License-Identifier: MIT
// lwIP's sockets API: what it does otherwise than the kernel is made equal here.
#include <errno.h>
#include <lwip/api.h>
#include <lwip/dns.h>
#include <lwip/netif.h>
#include <lwip/priv/sockets_priv.h>
#include <lwip/sockets.h>
#include <lwip/tcpip.h>
#include <string.h>

#include "net/lwip_stack.h"
#include "net/lwip_wake.h"
#include "net/socket_backend.h"

static bool *ended(int fd)
{
	return &vd_lwip_wake_get()->has_ended[fd - VD_LWIP_FIRST_FD];
}

static int open_socket(int domain, int type, int protocol)
{
	if (vd_lwip_wake_get() == NULL) {
		errno = ENETDOWN; // nobody has opened the stack
		return -1;
	}
	int fd = lwip_socket(domain, type, protocol);
	if (fd >= 0) {
		vd_lwip_wake_attach(fd);
		*ended(fd) = false;
	}
	return fd;
}

static int accept_socket(int listener, struct sockaddr *peer, socklen_t *n)
{
	int fd = lwip_accept(listener, peer, n);
	if (fd >= 0) {
		*ended(fd) = false;
	}
	return fd;
}

// lwIP tells the end once, and then that nobody is there.
static ssize_t receive(int fd, void *out, size_t cap, int flags)
{
	if (*ended(fd)) {
		return 0;
	}
	ssize_t n = lwip_recv(fd, out, cap, flags);
	*ended(fd) = n == 0;
	return n;
}

// lwIP has one word for all the reasons why nothing leads there.
static int connect_socket(int fd, const struct sockaddr *to, socklen_t n)
{
	int code = lwip_connect(fd, to, n);
	if (code != 0 && errno == EHOSTUNREACH) {
		errno = vd_lwip_has_link() ? ENETUNREACH : ENETDOWN;
	}
	return code;
}

static int set_up(int fd)
{
	return lwip_fcntl(fd, F_SETFL, O_NONBLOCK);
}

// A reset while connecting is a refusal, and giving up is having waited in vain: lwIP has no words
// of their own for them.
static int in_words_of_kernel(int why)
{
	if (why == ECONNRESET) {
		return ECONNREFUSED;
	}
	return why == ECONNABORTED ? ETIMEDOUT : why;
}

static bool is_connecting(int fd)
{
	const struct lwip_sock *sock = lwip_socket_dbg_get_socket(fd);
	LOCK_TCPIP_CORE();
	bool is = sock != NULL && sock->conn != NULL && sock->conn->state == NETCONN_CONNECT;
	UNLOCK_TCPIP_CORE();
	return is;
}

static int connect_error(int fd)
{
	int why = 0;
	socklen_t n = sizeof(why);
	if (is_connecting(fd)) {
		return EINPROGRESS;
	}
	if (lwip_getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n) != 0) {
		return errno;
	}
	union vd_sock_any address;
	n = sizeof(address);
	if (why == 0 && lwip_getpeername(fd, &address.any, &n) != 0) {
		return EINPROGRESS;
	}
	return in_words_of_kernel(why);
}

const struct vd_sock_backend vd_sock_backend = {
	.socket = open_socket,
	.bind = lwip_bind,
	.listen = lwip_listen,
	.accept = accept_socket,
	.connect = connect_socket,
	.send = lwip_send,
	.recv = receive,
	.sendto = lwip_sendto,
	.recvfrom = lwip_recvfrom,
	.setsockopt = lwip_setsockopt,
	.getsockname = lwip_getsockname,
	.close = lwip_close,
	.set_up = set_up,
	.connect_error = connect_error,
};

// ---- names --------------------------------------------------------------------------------------

static bool ask(const char *host, uint16_t port, u8_t family, struct vd_sock_address *out)
{
	ip_addr_t found;
	if (netconn_gethostbyname_addrtype(host, &found, family) != ERR_OK) {
		return false;
	}
	vd_lwip_address_from(&found, out);
	out->port = port;
	return out->family != 0;
}

// One address of each family: lwIP keeps no more of an answer. IPv6 only where it leads somewhere.
enum vd_err vd_sock_resolve(const char *host, uint16_t port, struct vd_sock_address *out,
			    size_t cap, size_t *n, struct vd_diag *diag)
{
	*n = 0;
	if (!vd_lwip_has_link()) {
		return vd_diag_set(
			diag, VD_ERR_RESOLVE,
			"the name %s can't be looked up: the network has no link, is its "
			"cable plugged in?",
			host);
	}
	if (!vd_lwip_has_name_server() && strcmp(host, "localhost") != 0) {
		return vd_diag_set(diag, VD_ERR_RESOLVE,
				   "the name %s can't be looked up: no name server (DNS) is known",
				   host);
	}
	if (vd_lwip_has_global6() && *n < cap) {
		*n += ask(host, port, NETCONN_DNS_IPV6, &out[*n]) ? 1 : 0;
	}
	if (*n < cap) {
		*n += ask(host, port, NETCONN_DNS_IPV4, &out[*n]) ? 1 : 0;
	}
	return *n > 0 ? VD_OK
		      : vd_diag_set(diag, VD_ERR_RESOLVE,
				    "the name %s can't be looked up: no name server (DNS) knows it",
				    host);
}
