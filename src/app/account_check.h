// SPDX-License-Identifier: MIT
/**
 * What an account's network really answers, step by step: name, connection, TLS, clock, token,
 * whose it is, what it may, what is left of the limits.
 * Not a poll: nothing of what is read is kept, and no token is renewed.
 * It ends in the loop with one call of `done`; caller's memory.
 */
#ifndef VD_APP_ACCOUNT_CHECK_H
#define VD_APP_ACCOUNT_CHECK_H

#include "app/account_net.h"
#include "net/dns.h"
#include "net/proxy.h"

enum vd_check_verdict {
	VD_CHECK_OK,
	VD_CHECK_REMARK, // it works; somebody should know
	VD_CHECK_FAILED,
};
struct vd_check_row {
	const char *step;
	enum vd_check_verdict verdict;
	char words[320];
	char next[256]; // the one next step; "": none
};
#define VD_CHECK_ROWS 12

struct vd_account_check {
	struct vd_account_net net;
	struct vd_resolver *resolver;
	struct vd_tls_client *tls;
	const struct vd_proxy *proxy; // NULL: none
	const struct vd_config_account *account;
	struct vd_credentials c;
	size_t n;
	struct vd_check_row rows[VD_CHECK_ROWS];
	void *ctx;
	void (*done)(void *ctx, struct vd_account_check *check);
	// the machine's own
	struct vd_url at;
	struct vd_lookup *lookup;
	struct vd_dns_answer addresses;
	size_t address;
	struct vd_mono since;
	struct vd_watch watch;
	bool is_watching;
	int fd;
	struct vd_stream *stream;
	struct vd_timer timer;
	struct vd_http_call *call;
};

/** `c` is copied; a kind of MISSING is a failed first step. */
void vd_account_check_start(struct vd_account_check *check, const struct vd_credentials *c);
/** Cancels and wipes; takes zeroed memory, and twice. */
void vd_account_check_deinit(struct vd_account_check *check);
bool vd_account_check_is_good(const struct vd_account_check *check);
const char *vd_check_verdict_name(enum vd_check_verdict verdict);
/** {"account":..., "ok":..., "steps":[{"step","verdict","words","next"}]} */
void vd_account_check_print(const struct vd_account_check *check, struct vd_buf *out);

#endif
