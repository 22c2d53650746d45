// SPDX-License-Identifier: MIT
/**
 * What a network stack gives net/socket_common.c: the calls of the sockets API with libc's own
 * structs, as one table.
 * Not for other modules, which use net/socket.h; each build has one backend (socket_posix.c or
 * socket_lwip.c).
 * The backend owns descriptors; nothing here knows time.
 */
#ifndef VD_NET_SOCKET_BACKEND_H
#define VD_NET_SOCKET_BACKEND_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "net/socket.h"

/** As in POSIX: -1 and errno on failure. */
struct vd_sock_backend {
	int (*socket)(int domain, int type, int protocol);
	int (*bind)(int fd, const struct sockaddr *at, socklen_t n);
	int (*listen)(int fd, int backlog);
	int (*accept)(int fd, struct sockaddr *peer, socklen_t *n);
	int (*connect)(int fd, const struct sockaddr *to, socklen_t n);
	ssize_t (*send)(int fd, const void *p, size_t n, int flags);
	ssize_t (*recv)(int fd, void *out, size_t cap, int flags);
	ssize_t (*sendto)(int fd, const void *p, size_t n, int flags, const struct sockaddr *to,
			  socklen_t to_n);
	ssize_t (*recvfrom)(int fd, void *out, size_t cap, int flags, struct sockaddr *from,
			    socklen_t *from_n);
	int (*setsockopt)(int fd, int level, int name, const void *value, socklen_t n);
	int (*getsockname)(int fd, struct sockaddr *out, socklen_t *n);
	int (*close)(int fd);
	/** Non-blocking and, where the stack knows that, close-on-exec. */
	int (*set_up)(int fd);
	/** 0: connected; EINPROGRESS; else the errno that says why not. */
	int (*connect_error)(int fd);
};
extern const struct vd_sock_backend vd_sock_backend;

union vd_sock_any {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage storage;
};
socklen_t vd_sock_to_system(const struct vd_sock_address *a, union vd_sock_any *out);
/** Family 0 where it is neither; an IPv4 client of a socket that serves both is shown as one. */
void vd_sock_from_system(const union vd_sock_any *in, struct vd_sock_address *out);

#endif
