// SPDX-License-Identifier: MIT
#include "app/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PEM_BYTES ((size_t)64 * 1024)
#define VALID_DAYS 3650

// Written beside and renamed, so that a power cut leaves either the old file or the new one.
static enum vd_err write_file(const char *path, struct vd_span data, struct vd_diag *diag)
{
	char temporary[VD_CONFIG_TEXT_BYTES + 32];
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool is_good = fd >= 0 && write(fd, data.p, data.n) == (ssize_t)data.n && fsync(fd) == 0;
	is_good = fd >= 0 && close(fd) == 0 && is_good;
	if (!is_good || rename(temporary, path) != 0) {
		return vd_diag_set(diag, VD_ERR_IO, "%s can't be written: %s", path,
				   strerror(errno));
	}
	return VD_OK;
}

static enum vd_err make(const struct vd_config *config, struct vd_rng rng, struct vd_wall now,
			const char *cert, const char *key, struct vd_diag *diag)
{
	struct vd_buf cert_pem;
	struct vd_buf key_pem;
	vd_buf_init_heap(&cert_pem, PEM_BYTES);
	vd_buf_init_heap(&key_pem, PEM_BYTES);
	enum vd_err err = vd_tls_self_sign(rng, config->web.hosts, now, VALID_DAYS, &cert_pem,
					   &key_pem, diag);
	err = err == VD_OK ? write_file(key, vd_buf_span(&key_pem), diag) : err;
	err = err == VD_OK ? write_file(cert, vd_buf_span(&cert_pem), diag) : err;
	vd_wipe(key_pem.data, key_pem.len);
	vd_buf_deinit(&key_pem);
	vd_buf_deinit(&cert_pem);
	return err;
}

enum vd_err vd_identity_load(const struct vd_config *config, struct vd_rng rng,
			     const struct vd_clock *clock, struct vd_tls_server **out,
			     struct vd_diag *diag)
{
	char cert[VD_CONFIG_TEXT_BYTES + 16];
	char key[VD_CONFIG_TEXT_BYTES + 16];
	bool is_given = config->web.cert_file[0] != '\0';
	snprintf(cert, sizeof(cert), "%s%s", is_given ? config->web.cert_file : config->data_dir,
		 is_given ? "" : "/web.crt");
	snprintf(key, sizeof(key), "%s%s", is_given ? config->web.key_file : config->data_dir,
		 is_given ? "" : "/web.key");
	enum vd_err err = VD_OK;
	if (!is_given && (access(cert, R_OK) != 0 || access(key, R_OK) != 0)) {
		err = make(config, rng, vd_clock_wall(clock), cert, key, diag);
	}
	char *cert_pem = NULL;
	char *key_pem = NULL;
	size_t cert_n = 0;
	size_t key_n = 0;
	err = err == VD_OK ? vd_config_read_file(cert, PEM_BYTES, &cert_pem, &cert_n, diag) : err;
	err = err == VD_OK ? vd_config_read_file(key, PEM_BYTES, &key_pem, &key_n, diag) : err;
	if (err == VD_OK) {
		err = vd_tls_server_create(vd_span_make(cert_pem, cert_n),
					   vd_span_make(key_pem, key_n), rng, clock, out, diag);
	}
	if (key_pem != NULL) {
		vd_wipe(key_pem, key_n);
	}
	free(key_pem);
	free(cert_pem);
	return err;
}
