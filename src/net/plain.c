// SPDX-License-Identifier: MIT
#include "net/plain.h"

#include <stdlib.h>

#include "net/socket.h"

struct plain {
	struct vd_stream stream;
	int fd;
	int want;
};

static struct plain *plain_of(struct vd_stream *s)
{
	return VD_CONTAINER_OF(s, struct plain, stream);
}

static enum vd_err plain_read(struct vd_stream *s, void *out, size_t cap, size_t *got,
			      struct vd_diag *diag)
{
	struct plain *plain = plain_of(s);
	plain->want = VD_STREAM_READ;
	return vd_sock_recv(plain->fd, out, cap, got, diag);
}

static enum vd_err plain_write(struct vd_stream *s, const void *p, size_t n, size_t *put,
			       struct vd_diag *diag)
{
	struct plain *plain = plain_of(s);
	plain->want = VD_STREAM_WRITE;
	return vd_sock_send(plain->fd, p, n, put, diag);
}

static int plain_want(const struct vd_stream *s)
{
	return ((const struct plain *)(const void *)s)->want;
}

static int plain_fd(const struct vd_stream *s)
{
	return ((const struct plain *)(const void *)s)->fd;
}

static void plain_close(struct vd_stream *s)
{
	struct plain *plain = plain_of(s);
	vd_sock_close(plain->fd);
	free(plain);
}

static const struct vd_stream_ops plain_ops = {
	.read = plain_read,
	.write = plain_write,
	.want = plain_want,
	.fd = plain_fd,
	.close = plain_close,
};

enum vd_err vd_plain_open(int fd, struct vd_stream **out, struct vd_diag *diag)
{
	struct plain *plain = calloc(1, sizeof(*plain));
	if (plain == NULL) {
		vd_sock_close(fd);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a connection");
	}
	plain->stream.ops = &plain_ops;
	plain->fd = fd;
	*out = &plain->stream;
	return VD_OK;
}

int vd_plain_take(struct vd_stream *stream)
{
	struct plain *plain = plain_of(stream);
	int fd = plain->fd;
	free(plain);
	return fd;
}
