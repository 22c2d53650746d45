// SPDX-License-Identifier: MIT
/**
 * The pages: /wall, the staff page, /api/v1, /events (SSE), /metrics, /healthz; all from
 * compiled-in files.
 * Not an HTTP server (net/http_server.h) and not the desk: it reads views and hands in commands.
 * It owns its server, its sessions and its streams; time comes from the loop.
 */
#ifndef VD_OUTPUT_WEB_H
#define VD_OUTPUT_WEB_H

#include "net/tls.h"
#include "output/output.h"
#include "output/web_accounts.h"

struct vd_web;
struct vd_web_config {
	struct vd_loop *loop;
	const struct vd_desk_port *port;
	const struct vd_log *log;
	struct vd_rng rng;
	struct vd_tls_server *tls; // NULL: plain http (loopback and tests only)
	const char *address;
	uint16_t port_number;
	const char *wall_token;                 // NULL or "": the public wall needs none
	const char *lang;                       // "it", "en"
	const struct vd_web_accounts *accounts; // borrowed; NULL: no words about sign-ins
};
enum vd_err vd_web_create(const struct vd_web_config *config, struct vd_web **out,
			  struct vd_diag *diag) VD_MUST_USE;
void vd_web_destroy(struct vd_web *web);
uint16_t vd_web_port(const struct vd_web *web);
/** A new view: streams get it, in the after phase. */
void vd_web_publish(struct vd_web *web);
/** Some page listens. */
bool vd_web_is_watched(const struct vd_web *web);

#endif
