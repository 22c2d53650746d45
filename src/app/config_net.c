// SPDX-License-Identifier: MIT
#include "app/config.h"

enum vd_err vd_config_net(const struct vd_config *config, struct vd_stack_config *out,
			  const char **place, struct vd_diag *diag)
{
	const struct vd_config_net *net = &config->net;
	const struct vd_stack_settings settings = {
		.wire = net->wire,
		.interface = net->interface,
		.mac = net->mac,
		.address = net->address,
		.gateway = net->gateway,
		.address6 = net->address6,
		.dns = net->dns,
		.host = net->host,
	};
	return vd_stack_config_parse(&settings, out, place, diag);
}
