// SPDX-License-Identifier: MIT
#include "app/config.h"

// Everything but the password's file, which only a run reads.
static enum vd_err init(const struct vd_config *config, struct vd_span password,
			struct vd_proxy *out, struct vd_diag *diag)
{
	return vd_proxy_init(out, vd_span_of(config->proxy), vd_span_of(config->proxy_user),
			     password, vd_span_of(config->no_proxy), diag);
}

enum vd_err vd_config_check_proxy(const struct vd_config *config, const char **place,
				  struct vd_diag *diag)
{
	struct vd_proxy proxy;
	bool has_user = config->proxy_user[0] != '\0';
	bool has_password = config->proxy_password_file[0] != '\0';
	*place = "proxy";
	if (config->proxy[0] == '\0') {
		return has_user ? vd_diag_set(diag, VD_ERR_ARGUMENT,
					      "is missing beside \"proxy_user\"")
				: VD_OK;
	}
	enum vd_err err = init(config, (struct vd_span){ NULL, 0 }, &proxy, diag);
	if (err != VD_OK) {
		return err;
	}
	vd_proxy_deinit(&proxy);
	if (has_user != has_password) {
		*place = has_user ? "proxy_user" : "proxy_password_file";
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "\"%s\" is missing beside it",
				   has_user ? "proxy_password_file" : "proxy_user");
	}
	return VD_OK;
}

enum vd_err vd_config_proxy(const struct vd_config *config, struct vd_proxy *out,
			    struct vd_diag *diag)
{
	*out = (struct vd_proxy){ 0 };
	if (config->proxy[0] == '\0') {
		return VD_ERR_NOT_FOUND;
	}
	struct vd_secret password = { 0 };
	enum vd_err err = VD_OK;
	if (config->proxy_password_file[0] != '\0') {
		err = vd_config_secret(config->proxy_password_file, &password, diag);
		if (err != VD_OK) {
			vd_diag_context(diag, "proxy_password_file");
		}
	}
	err = err == VD_OK ? init(config, vd_secret_reveal(&password), out, diag) : err;
	vd_secret_deinit(&password);
	return err;
}
