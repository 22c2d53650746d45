// SPDX-License-Identifier: MIT
#include "app/ctl_client.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "net/local.h"

#define TIMEOUT_MS 15000
#define PART_BYTES 16384

static enum vd_err put(int fd, struct vd_span request, struct vd_diag *diag)
{
	while (request.n > 0) {
		ssize_t n = write(fd, request.p, request.n);
		if (n < 0 && errno != EINTR) {
			return vd_diag_set(diag, VD_ERR_IO, "the service does not listen: %s",
					   strerror(errno));
		}
		request = vd_span_skip(request, n > 0 ? (size_t)n : 0);
	}
	return VD_OK;
}

static enum vd_err get(int fd, struct vd_buf *answer, struct vd_diag *diag)
{
	char part[PART_BYTES];
	ssize_t n = 1;
	while (n != 0) {
		n = read(fd, part, sizeof(part));
		if (n < 0 && errno != EINTR) {
			return vd_diag_set(diag, VD_ERR_TIMEOUT, "the service does not answer: %s",
					   strerror(errno));
		}
		vd_buf_put(answer, part, n > 0 ? (size_t)n : 0);
	}
	if (answer->len == 0 || vd_buf_check(answer) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_PROTOCOL, "the service's answer is not whole");
	}
	return VD_OK;
}

enum vd_err vd_ctl_client_ask(const char *path, struct vd_span request, struct vd_buf *answer,
			      bool *is_there, struct vd_diag *diag)
{
	int fd = -1;
	enum vd_err err = vd_local_connect(path, TIMEOUT_MS, &fd, diag);
	*is_there = err == VD_OK;
	if (err != VD_OK) {
		return err;
	}
	err = put(fd, request, diag);
	err = err == VD_OK ? get(fd, answer, diag) : err;
	close(fd);
	return err;
}

enum vd_err vd_ctl_client_judge(struct vd_span answer, struct vd_diag *diag)
{
	cJSON *tree = vd_json_parse(vd_span_trim(answer), diag);
	enum vd_err err = VD_OK;
	if (tree == NULL) {
		err = vd_diag_set(diag, VD_ERR_PROTOCOL, "the service's answer is not whole");
	} else if (!vd_json_bool(tree, "ok", true)) {
		struct vd_span text = vd_json_text(tree, "text");
		err = vd_diag_set(diag, VD_ERR_REFUSED, "%.*s", VD_SPAN_ARG(text));
	}
	vd_json_free(tree);
	return err;
}
