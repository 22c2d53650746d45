// SPDX-License-Identifier: MIT
// The kernel's stack.
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "net/socket_backend.h"

// A phone that left without a word holds its connection for the kernel's quarter of an hour, else.
#define UNANSWERED_MS 60000u

static int set_up(int fd)
{
	unsigned limit_ms = UNANSWERED_MS;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof(limit_ms));
	int flags = fcntl(fd, F_GETFL, 0);
	bool is_set = flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) >= 0 &&
		      fcntl(fd, F_SETFD, FD_CLOEXEC) >= 0;
	return is_set ? 0 : -1;
}

static int connect_error(int fd)
{
	int why = 0;
	socklen_t n = sizeof(why);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n) != 0) {
		return errno;
	}
	union vd_sock_any address;
	n = sizeof(address);
	if (why == 0 && getpeername(fd, &address.any, &n) != 0) {
		return EINPROGRESS;
	}
	return why;
}

const struct vd_sock_backend vd_sock_backend = {
	.socket = socket,
	.bind = bind,
	.listen = listen,
	.accept = accept,
	.connect = connect,
	.send = send,
	.recv = recv,
	.sendto = sendto,
	.recvfrom = recvfrom,
	.setsockopt = setsockopt,
	.getsockname = getsockname,
	.close = close,
	.set_up = set_up,
	.connect_error = connect_error,
};

enum vd_err vd_sock_resolve(const char *host, uint16_t port, struct vd_sock_address *out,
			    size_t cap, size_t *n, struct vd_diag *diag)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	*n = 0;
	int why = getaddrinfo(host, NULL, &hints, &found);
	if (why != 0) {
		return vd_diag_set(diag, VD_ERR_RESOLVE, "the name %s can't be looked up: %s", host,
				   why == EAI_SYSTEM ? strerror(errno) : gai_strerror(why));
	}
	for (const struct addrinfo *it = found; it != NULL && *n < cap; it = it->ai_next) {
		union vd_sock_any address;
		memset(&address, 0, sizeof(address));
		if (it->ai_addrlen > sizeof(address)) {
			continue;
		}
		memcpy(&address, it->ai_addr, it->ai_addrlen);
		vd_sock_from_system(&address, &out[*n]);
		out[*n].port = port;
		*n += out[*n].family != 0;
	}
	freeaddrinfo(found);
	return *n > 0 ? VD_OK
		      : vd_diag_set(diag, VD_ERR_RESOLVE, "the name %s has no address", host);
}
