// SPDX-License-Identifier: MIT
#include "net/local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 8

// Linux' struct ucred, which needs _GNU_SOURCE in the C library's header.
struct peer {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};

static enum vd_err set_path(const char *path, struct sockaddr_un *out, struct vd_diag *diag)
{
	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(out->sun_path)) {
		return vd_diag_set(diag, VD_ERR_ROOM, "%s: the path is too long for a local socket",
				   path);
	}
	memcpy(out->sun_path, path, strlen(path));
	return VD_OK;
}

static enum vd_err open_socket(int *fd, struct vd_diag *diag)
{
	*fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (*fd < 0) {
		return vd_diag_set(diag, VD_ERR_IO, "no local socket: %s", strerror(errno));
	}
	(void)fcntl(*fd, F_SETFD, FD_CLOEXEC);
	return VD_OK;
}

static enum vd_err set_non_blocking(int fd, struct vd_diag *diag)
{
	int flags = fcntl(fd, F_GETFL, 0);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		return vd_diag_set(diag, VD_ERR_IO, "a local socket can't be set up: %s",
				   strerror(errno));
	}
	return VD_OK;
}

static enum vd_err close_with(int *fd, enum vd_err err)
{
	(void)close(*fd);
	*fd = -1;
	return err;
}

static bool is_answered(const struct sockaddr_un *at)
{
	int fd;
	if (open_socket(&fd, NULL) != VD_OK) {
		return true; // on doubt nobody else's file is removed
	}
	bool answered = connect(fd, (const struct sockaddr *)(const void *)at, sizeof(*at)) == 0 ||
			(errno != ECONNREFUSED && errno != ENOENT);
	(void)close(fd);
	return answered;
}

// Removes what a service that is gone left behind; never a file that is no socket.
static enum vd_err clear_path(const struct sockaddr_un *at, struct vd_diag *diag)
{
	struct stat st;
	if (lstat(at->sun_path, &st) != 0) {
		return VD_OK;
	}
	if (!S_ISSOCK(st.st_mode)) {
		return vd_diag_set(diag, VD_ERR_EXISTS, "%s is in the way: it is no socket",
				   at->sun_path);
	}
	if (is_answered(at)) {
		return vd_diag_set(diag, VD_ERR_EXISTS, "a service answers already on %s",
				   at->sun_path);
	}
	(void)unlink(at->sun_path);
	return VD_OK;
}

enum vd_err vd_local_listen(const char *path, int *fd, struct vd_diag *diag)
{
	struct sockaddr_un at;
	*fd = -1;
	enum vd_err err = set_path(path, &at, diag);
	if (err == VD_OK) {
		err = clear_path(&at, diag);
	}
	if (err == VD_OK) {
		err = open_socket(fd, diag);
	}
	if (err != VD_OK) {
		return err;
	}
	err = set_non_blocking(*fd, diag);
	if (err != VD_OK) {
		return close_with(fd, err);
	}
	// The mode is right from the first instant on: nobody gets in between bind and chmod.
	mode_t before = umask(0177);
	int bound = bind(*fd, (const struct sockaddr *)&at, sizeof(at));
	int why = errno;
	(void)umask(before);
	if (bound != 0 || chmod(path, 0600) != 0 || listen(*fd, BACKLOG) != 0) {
		why = bound != 0 ? why : errno;
		err = vd_diag_set(diag, VD_ERR_IO, "can't listen on %s: %s", path, strerror(why));
		return close_with(fd, err);
	}
	return VD_OK;
}

enum vd_err vd_local_accept(int listener, int *fd, struct vd_diag *diag)
{
	*fd = accept(listener, NULL, NULL);
	if (*fd < 0) {
		bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ||
			     errno == ECONNABORTED;
		return again ? VD_AGAIN
			     : vd_diag_set(diag, VD_ERR_IO, "accepting a local connection: %s",
					   strerror(errno));
	}
	(void)fcntl(*fd, F_SETFD, FD_CLOEXEC);
	struct peer peer;
	socklen_t n = sizeof(peer);
	if (getsockopt(*fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0 || n != sizeof(peer)) {
		return close_with(
			fd, vd_diag_set(diag, VD_ERR_PERMISSION, "the peer's user is not known"));
	}
	if (peer.uid != 0 && peer.uid != geteuid()) {
		return close_with(fd, vd_diag_set(diag, VD_ERR_PERMISSION,
						  "user %u may not use this socket",
						  (unsigned)peer.uid));
	}
	enum vd_err err = set_non_blocking(*fd, diag);
	return err == VD_OK ? VD_OK : close_with(fd, err);
}

enum vd_err vd_local_connect(const char *path, int timeout_ms, int *fd, struct vd_diag *diag)
{
	struct sockaddr_un at;
	*fd = -1;
	enum vd_err err = set_path(path, &at, diag);
	if (err == VD_OK) {
		err = open_socket(fd, diag);
	}
	if (err != VD_OK) {
		return err;
	}
	struct timeval wait = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
	(void)setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	(void)setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	if (connect(*fd, (const struct sockaddr *)&at, sizeof(at)) != 0) {
		err = vd_diag_set(diag, VD_ERR_CONNECT, "no service answers on %s: %s", path,
				  strerror(errno));
		return close_with(fd, err);
	}
	return VD_OK;
}
