// SPDX-License-Identifier: MIT
#include "channel/common.h"

static enum vd_err start(void *ctx, const struct vd_http_request *request, void **call,
			 struct vd_diag *diag)
{
	struct vd_http_call *started = NULL;
	enum vd_err err = vd_http_call_start(ctx, request, &started, diag);
	*call = started;
	return err;
}

static void cancel(void *ctx, void *call)
{
	(void)ctx;
	vd_http_call_cancel(call);
}

struct vd_channel_door vd_channel_door_http(struct vd_http_client *client)
{
	return (struct vd_channel_door){ .ctx = client, .start = start, .cancel = cancel };
}

enum vd_err vd_channels_create(const struct vd_channel_host *host,
			       const struct vd_channel_account *accounts, size_t n,
			       struct vd_channels **out, struct vd_diag *diag)
{
	return vd_channels_create_with(host, vd_channel_door_http(host->http), accounts, n, out,
				       diag);
}
