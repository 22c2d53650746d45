// SPDX-License-Identifier: MIT
/**
 * The supervisor's page's side of signing in: what the web layer hands on is led to its end.
 * Not who may (output/web_accounts.c), not the ways (app/account_sign_in.h), not the keeping.
 * It lives in the loop; an address that was opened waits ten minutes for what is pasted.
 */
#ifndef VD_APP_ACCOUNT_PAGE_H
#define VD_APP_ACCOUNT_PAGE_H

#include "app/account_keeper.h"
#include "app/account_net.h"
#include "net/dns.h"
#include "net/proxy.h"
#include "output/web_accounts.h"

struct vd_account_page;
struct vd_account_page_config {
	struct vd_account_net net;
	struct vd_resolver *resolver;
	struct vd_tls_client *tls;
	const struct vd_proxy *proxy; // NULL: none
	const struct vd_config *config;
	struct vd_account_keeper *keeper;
};
enum vd_err vd_account_page_create(const struct vd_account_page_config *config,
				   struct vd_account_page **out, struct vd_diag *diag) VD_MUST_USE;
/** Behind the web layer, before the keeper; nobody is called any more. NULL is accepted. */
void vd_account_page_destroy(struct vd_account_page *page);
struct vd_web_accounts vd_account_page_get(struct vd_account_page *page);

#endif
