// SPDX-License-Identifier: MIT
// What both stacks share: addresses, errors in words, the order of the calls.
#include "net/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

#include "net/socket_backend.h"

socklen_t vd_sock_to_system(const struct vd_sock_address *a, union vd_sock_any *out)
{
	memset(out, 0, sizeof(*out));
	if (a->family == 6) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons(a->port);
		out->v6.sin6_scope_id = a->scope;
		memcpy(&out->v6.sin6_addr, a->bytes, 16);
		return sizeof(out->v6);
	}
	out->v4.sin_family = AF_INET;
	out->v4.sin_port = htons(a->port);
	memcpy(&out->v4.sin_addr, a->bytes, 4);
	return sizeof(out->v4);
}

// An IPv4 client of a socket that serves both families is shown as what it is.
static bool is_mapped(const struct sockaddr_in6 *v6)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };
	return memcmp(&v6->sin6_addr, prefix, sizeof(prefix)) == 0;
}

void vd_sock_from_system(const union vd_sock_any *in, struct vd_sock_address *out)
{
	*out = (struct vd_sock_address){ 0 };
	if (in->any.sa_family == AF_INET) {
		out->family = 4;
		out->port = ntohs(in->v4.sin_port);
		memcpy(out->bytes, &in->v4.sin_addr, 4);
	} else if (in->any.sa_family == AF_INET6 && is_mapped(&in->v6)) {
		out->family = 4;
		out->port = ntohs(in->v6.sin6_port);
		memcpy(out->bytes, (const uint8_t *)&in->v6.sin6_addr + 12, 4);
	} else if (in->any.sa_family == AF_INET6) {
		out->family = 6;
		out->port = ntohs(in->v6.sin6_port);
		out->scope = in->v6.sin6_scope_id;
		memcpy(out->bytes, &in->v6.sin6_addr, 16);
	}
}

void vd_sock_address_print(const struct vd_sock_address *a, char out[VD_SOCK_TEXT_BYTES])
{
	char text[INET6_ADDRSTRLEN] = "?";
	inet_ntop(a->family == 6 ? AF_INET6 : AF_INET, a->bytes, text, sizeof(text));
	if (a->family == 6) {
		snprintf(out, VD_SOCK_TEXT_BYTES, "[%s]:%u", text, a->port);
	} else {
		snprintf(out, VD_SOCK_TEXT_BYTES, "%s:%u", text, a->port);
	}
}

enum vd_err vd_sock_address_parse(const char *text, uint16_t port, struct vd_sock_address *out)
{
	*out = (struct vd_sock_address){ .port = port };
	if (inet_pton(AF_INET, text, out->bytes) == 1) {
		out->family = 4;
		return VD_OK;
	}
	if (inet_pton(AF_INET6, text, out->bytes) == 1) {
		out->family = 6;
		return VD_OK;
	}
	return VD_ERR_SYNTAX;
}

static enum vd_err fail(struct vd_diag *diag, enum vd_err err, const char *what)
{
	return vd_diag_set(diag, err, "%s: %s", what, strerror(errno));
}

static enum vd_err set_up(int *fd, struct vd_diag *diag)
{
	if (vd_sock_backend.set_up(*fd) == 0) {
		return VD_OK;
	}
	enum vd_err err = fail(diag, VD_ERR_IO, "a socket can't be set up");
	vd_sock_close(*fd);
	*fd = -1;
	return err;
}

static enum vd_err open_socket(uint8_t family, int type, int *fd, struct vd_diag *diag)
{
	*fd = vd_sock_backend.socket(family == 6 ? AF_INET6 : AF_INET, type, 0);
	if (*fd < 0) {
		return fail(diag, VD_ERR_IO, "no socket");
	}
	return set_up(fd, diag);
}

static void set_no_delay(int fd)
{
	int on = 1;
	(void)vd_sock_backend.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
					 sizeof(on)); // slower without, not wrong
}

enum vd_err vd_sock_tcp_connect(const struct vd_sock_address *to, int *fd, struct vd_diag *diag)
{
	union vd_sock_any address;
	socklen_t n = vd_sock_to_system(to, &address);
	enum vd_err err = open_socket(to->family, SOCK_STREAM, fd, diag);
	if (err != VD_OK) {
		return err;
	}
	set_no_delay(*fd);
	int on = 1;
	(void)vd_sock_backend.setsockopt(*fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	if (vd_sock_backend.connect(*fd, &address.any, n) == 0 || errno == EINPROGRESS ||
	    errno == EINTR) {
		return VD_OK;
	}
	char text[VD_SOCK_TEXT_BYTES];
	int why = errno;
	vd_sock_address_print(to, text);
	vd_sock_close(*fd);
	*fd = -1;
	return vd_diag_set(diag, VD_ERR_CONNECT, "%s: %s", text, strerror(why));
}

enum vd_err vd_sock_connect_result(int fd, struct vd_diag *diag)
{
	int why = vd_sock_backend.connect_error(fd);
	if (why == EINPROGRESS) {
		return VD_AGAIN;
	}
	return why == 0 ? VD_OK : vd_diag_set(diag, VD_ERR_CONNECT, "%s", strerror(why));
}

enum vd_err vd_sock_tcp_listen(const struct vd_sock_address *at, int backlog, int *fd,
			       struct vd_diag *diag)
{
	union vd_sock_any address;
	socklen_t n = vd_sock_to_system(at, &address);
	enum vd_err err = open_socket(at->family, SOCK_STREAM, fd, diag);
	if (err != VD_OK) {
		return err;
	}
	int on = 1;
	int off = 0;
	(void)vd_sock_backend.setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (at->family == 6) {
		(void)vd_sock_backend.setsockopt(*fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	}
	if (vd_sock_backend.bind(*fd, &address.any, n) == 0 &&
	    vd_sock_backend.listen(*fd, backlog) == 0) {
		return VD_OK;
	}
	char text[VD_SOCK_TEXT_BYTES];
	int why = errno;
	vd_sock_address_print(at, text);
	vd_sock_close(*fd);
	*fd = -1;
	return vd_diag_set(diag, why == EADDRINUSE ? VD_ERR_EXISTS : VD_ERR_IO,
			   "can't listen on %s: %s", text, strerror(why));
}

static bool is_again(int why)
{
	return why == EAGAIN || why == EWOULDBLOCK || why == EINTR;
}

enum vd_err vd_sock_accept(int listener, int *fd, struct vd_sock_address *peer,
			   struct vd_diag *diag)
{
	union vd_sock_any address;
	socklen_t n = sizeof(address);
	memset(&address, 0, sizeof(address));
	*fd = vd_sock_backend.accept(listener, &address.any, &n);
	if (*fd < 0) {
		// ECONNABORTED: the client was gone before it was served.
		return is_again(errno) || errno == ECONNABORTED
			       ? VD_AGAIN
			       : fail(diag, VD_ERR_IO, "accepting a connection");
	}
	vd_sock_from_system(&address, peer);
	set_no_delay(*fd);
	return set_up(fd, diag);
}

enum vd_err vd_sock_udp_open(uint8_t family, int *fd, struct vd_diag *diag)
{
	return open_socket(family, SOCK_DGRAM, fd, diag);
}

enum vd_err vd_sock_send_to(int fd, const struct vd_sock_address *to, const void *p, size_t n,
			    struct vd_diag *diag)
{
	union vd_sock_any address;
	socklen_t address_n = vd_sock_to_system(to, &address);
	ssize_t put = vd_sock_backend.sendto(fd, p, n, 0, &address.any, address_n);
	if (put < 0) {
		return is_again(errno) ? VD_AGAIN : fail(diag, VD_ERR_IO, "sending");
	}
	return (size_t)put == n ? VD_OK
				: vd_diag_set(diag, VD_ERR_IO, "sending: the packet was cut");
}

enum vd_err vd_sock_recv_from(int fd, struct vd_sock_address *from, void *out, size_t cap,
			      size_t *got, struct vd_diag *diag)
{
	union vd_sock_any address;
	socklen_t n = sizeof(address);
	memset(&address, 0, sizeof(address));
	ssize_t r = vd_sock_backend.recvfrom(fd, out, cap, 0, &address.any, &n);
	if (r < 0) {
		*got = 0;
		return is_again(errno) ? VD_AGAIN : fail(diag, VD_ERR_IO, "receiving");
	}
	vd_sock_from_system(&address, from);
	*got = (size_t)r;
	return VD_OK;
}

// A reset is the other side closing, only less politely.
static enum vd_err stream_failure(struct vd_diag *diag, const char *what)
{
	if (is_again(errno)) {
		return VD_AGAIN;
	}
	bool is_gone = errno == ECONNRESET || errno == EPIPE || errno == ENOTCONN;
	return fail(diag, is_gone ? VD_ERR_CLOSED : VD_ERR_IO, what);
}

enum vd_err vd_sock_recv(int fd, void *out, size_t cap, size_t *got, struct vd_diag *diag)
{
	*got = 0;
	ssize_t r = vd_sock_backend.recv(fd, out, cap, 0);
	if (r < 0) {
		return stream_failure(diag, "receiving");
	}
	if (r == 0) {
		return vd_diag_set(diag, VD_ERR_CLOSED, "the other side closed the connection");
	}
	*got = (size_t)r;
	return VD_OK;
}

enum vd_err vd_sock_send(int fd, const void *p, size_t n, size_t *put, struct vd_diag *diag)
{
	*put = 0;
	ssize_t r = vd_sock_backend.send(fd, p, n,
					 0); // SIGPIPE is ignored by the process (loop/signal.h)
	if (r < 0) {
		return stream_failure(diag, "sending");
	}
	*put = (size_t)r;
	return VD_OK;
}

enum vd_err vd_sock_local_address(int fd, struct vd_sock_address *out)
{
	union vd_sock_any address;
	socklen_t n = sizeof(address);
	memset(&address, 0, sizeof(address));
	if (vd_sock_backend.getsockname(fd, &address.any, &n) != 0) {
		return VD_ERR_IO;
	}
	vd_sock_from_system(&address, out);
	return VD_OK;
}

void vd_sock_close(int fd)
{
	if (fd >= 0) {
		(void)vd_sock_backend.close(fd);
	}
}
