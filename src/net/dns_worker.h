// SPDX-License-Identifier: MIT
/**
 * The one thread on which name look-ups block, and its two queues: what is asked, what is found.
 * Not for other modules, which use net/dns.h; it keeps nothing and decides nothing.
 * Jobs are handed over under its mutex; it knows no time.
 */
#ifndef VD_NET_DNS_WORKER_H
#define VD_NET_DNS_WORKER_H

#include "base/list.h"
#include "net/dns.h"
#include "net/url.h"

struct vd_dns_worker;

struct vd_dns_job {
	struct vd_list node;
	char host[VD_URL_HOST_BYTES];
	enum vd_err err;
	struct vd_dns_answer answer; // the families in turn (RFC 8305 section 4)
	struct vd_diag diag;
};

/** The loop is woken when something is found. VD_ERR_MEMORY. */
enum vd_err vd_dns_worker_create(struct vd_loop *loop, struct vd_resolve resolve,
				 struct vd_dns_worker **out) VD_MUST_USE;
/** Never waits: a look-up that blocks ends on its own, and the thread with it. */
void vd_dns_worker_destroy(struct vd_dns_worker *worker);
/** VD_ERR_MEMORY. */
enum vd_err vd_dns_worker_ask(struct vd_dns_worker *worker, const char *host) VD_MUST_USE;
/** One that is done, which the caller frees; NULL where there is none. */
struct vd_dns_job *vd_dns_worker_take(struct vd_dns_worker *worker);
bool vd_dns_worker_has_any(struct vd_dns_worker *worker);

#endif
