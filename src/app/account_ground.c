// SPDX-License-Identifier: MIT
#include "app/account_ground.h"

#include <stdlib.h>

#include "app/ca_bundle.h"
#include "app/cmd.h"

#define PEM_BYTES ((size_t)1 << 20)
#define WAIT_S 120 // every step has limits of its own, shorter ones

enum vd_err vd_account_tls_create(const struct vd_config *config, struct vd_rng rng,
				  const struct vd_clock *clock, struct vd_tls_client **out,
				  struct vd_diag *diag)
{
	char *pem = NULL;
	size_t n = 0;
	struct vd_span roots = vd_span_make(vd_ca_bundle, vd_ca_bundle_len);
	enum vd_err err = VD_OK;
	if (config->ca_file[0] != '\0') {
		err = vd_config_read_file(config->ca_file, PEM_BYTES, &pem, &n, diag);
		roots = vd_span_make(pem, n);
	}
	err = err == VD_OK ? vd_tls_client_create(roots, rng, clock, out, diag) : err;
	free(pem);
	return err;
}

static enum vd_err open_base(struct vd_account_ground *g, const struct vd_config *config,
			     const char *clock, struct vd_diag *diag)
{
	enum vd_err err = vd_system_clock_init(&g->system_clock, clock, diag);
	if (err != VD_OK) {
		return err;
	}
	if (config->sntp[0] == '\0') {
		vd_system_clock_set_trusted(&g->system_clock, true);
	}
	g->clock = vd_system_clock_get(&g->system_clock);
	g->log = (struct vd_log){ .level = VD_LOG_WARN,
				  .clock = &g->clock,
				  .write = vd_log_to_stderr };
	struct vd_stack_config stack;
	const char *place = NULL;
	err = vd_config_net(config, &stack, &place, diag);
	err = err == VD_OK ? vd_stack_open(&stack, &g->stack, diag) : err;
	if (err != VD_OK) {
		return err;
	}
	g->loop = vd_loop_create(&g->clock, vd_stack_poller(g->stack));
	if (g->loop == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to start with");
	}
	err = vd_strong_rng_create(&g->strong, diag);
	if (err == VD_OK) {
		g->rng = vd_strong_rng_get(g->strong);
	}
	return err;
}

enum vd_err vd_account_ground_open(struct vd_account_ground *g, const struct vd_config *config,
				   const char *clock, struct vd_diag *diag)
{
	*g = (struct vd_account_ground){ 0 };
	enum vd_err err = open_base(g, config, clock, diag);
	err = err == VD_OK ? vd_account_tls_create(config, g->rng, &g->clock, &g->tls, diag) : err;
	err = err == VD_OK ? vd_resolver_create(g->loop, &g->resolver, diag) : err;
	struct vd_http_client_config http = {
		.loop = g->loop, .resolver = g->resolver, .tls = g->tls, .log = &g->log
	};
	if (err == VD_OK) {
		err = vd_config_proxy(config, &g->proxy, diag);
		g->has_proxy = err == VD_OK;
		http.proxy = g->has_proxy ? &g->proxy : NULL;
		err = err == VD_ERR_NOT_FOUND ? VD_OK : err;
	}
	return err == VD_OK ? vd_http_client_create(&http, &g->http, diag) : err;
}

void vd_account_ground_close(struct vd_account_ground *g)
{
	vd_http_client_destroy(g->http);
	vd_proxy_deinit(&g->proxy);
	vd_resolver_destroy(g->resolver);
	vd_tls_client_destroy(g->tls);
	vd_strong_rng_destroy(g->strong);
	vd_loop_destroy(g->loop);
	vd_stack_close(g->stack);
	*g = (struct vd_account_ground){ 0 };
}

struct vd_account_net vd_account_ground_net(const struct vd_account_ground *g)
{
	return (struct vd_account_net){
		.loop = g->loop, .http = g->http, .clock = &g->clock, .rng = g->rng
	};
}

enum vd_err vd_account_ground_wait(struct vd_account_ground *g)
{
	struct vd_mono until = vd_mono_add(vd_clock_mono(&g->clock), vd_dur_s(WAIT_S));
	enum vd_err err = VD_OK;
	while (err == VD_OK && !g->is_done) {
		if (vd_clock_mono(&g->clock).us > until.us) {
			return VD_ERR_TIMEOUT;
		}
		err = vd_loop_turn(g->loop, vd_dur_s(1));
	}
	return err;
}
