// SPDX-License-Identifier: MIT
#include "net/sntp.h"

#include <stdlib.h>
#include <string.h>

#include "net/backoff.h"
#include "net/socket.h"
#include "net/url.h"

#define NTP_PORT 123
#define REPLY_S 3
#define RETRY_FIRST_S 2
#define RETRY_MOST_S 300
#define MOST_SERVERS 8

struct server {
	char host[VD_URL_HOST_BYTES];
	uint16_t port;
};

struct vd_sntp {
	struct vd_loop *loop;
	struct vd_resolver *resolver;
	struct vd_rng rng;
	struct vd_dur period;
	void *ctx;
	vd_sntp_fn *fn;
	struct server servers[MOST_SERVERS];
	size_t n_servers;
	size_t turn; // whose turn it is
	struct vd_backoff backoff;
	struct vd_lookup *lookup;
	struct vd_watch watch;
	struct vd_timer timer; // the next question, or the end of waiting for an answer
	int fd;                // -1: none open
	uint64_t cookie;
	struct vd_wall sent;
	struct vd_mono sent_at;
};

static void close_socket(struct vd_sntp *sntp)
{
	if (sntp->fd >= 0) {
		vd_loop_unwatch(sntp->loop, &sntp->watch);
		vd_sock_close(sntp->fd);
		sntp->fd = -1;
	}
}

static void on_due(void *ctx);

static void set_timer(struct vd_sntp *sntp, struct vd_dur wait, void (*fire)(void *ctx))
{
	sntp->timer.ctx = sntp;
	sntp->timer.fire = fire;
	// Out of memory for a timer: there is nothing to be done but to be silent, which app/ sees
	// as a lost clock.
	(void)!vd_loop_timer_set(sntp->loop, &sntp->timer,
				 vd_mono_add(vd_loop_now(sntp->loop), wait));
}

static void fail(struct vd_sntp *sntp, struct vd_diag *diag)
{
	close_socket(sntp);
	vd_diag_context(diag, "time server %s", sntp->servers[sntp->turn].host);
	sntp->turn = (sntp->turn + 1) % sntp->n_servers;
	set_timer(sntp, vd_backoff_fail(&sntp->backoff, &sntp->rng), on_due);
	sntp->fn(sntp->ctx, diag->err, NULL, diag);
}

static void on_late(void *ctx)
{
	struct vd_sntp *sntp = ctx;
	struct vd_diag diag = { 0 };
	vd_diag_set(&diag, VD_ERR_TIMEOUT, "no answer within %d s", REPLY_S);
	fail(sntp, &diag);
}

static void on_ready(void *ctx, int revents)
{
	struct vd_sntp *sntp = ctx;
	(void)revents;
	char packet[128];
	size_t n = 0;
	struct vd_sock_address from;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_sock_recv_from(sntp->fd, &from, packet, sizeof(packet), &n, &diag);
	if (err == VD_AGAIN) {
		return;
	}
	if (err != VD_OK) {
		fail(sntp, &diag);
		return;
	}
	// Measured on the monotonic clock: a step of the wall clock in between must not count.
	struct vd_wall received =
		vd_wall_add(sntp->sent, vd_mono_sub(vd_loop_now(sntp->loop), sntp->sent_at));
	struct vd_sntp_result result;
	err = vd_sntp_parse_reply(vd_span_make(packet, n), sntp->cookie, sntp->sent, received,
				  &result, &diag);
	if (err == VD_ERR_PROTOCOL) {
		return; // anybody can send us a packet: wait for the right one until the time is up
	}
	if (err != VD_OK) {
		fail(sntp, &diag);
		return;
	}
	close_socket(sntp);
	vd_backoff_succeed(&sntp->backoff);
	set_timer(sntp, sntp->period, on_due);
	sntp->fn(sntp->ctx, VD_OK, &result, NULL);
}

static enum vd_err ask(struct vd_sntp *sntp, const struct vd_sock_address *to, struct vd_diag *diag)
{
	uint8_t packet[VD_SNTP_PACKET_BYTES];
	if (vd_rng_fill(&sntp->rng, &sntp->cookie, sizeof(sntp->cookie)) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_IO, "no randomness for the question");
	}
	vd_sntp_print_request(sntp->cookie, packet);
	enum vd_err err = vd_sock_udp_open(to->family, &sntp->fd, diag);
	if (err != VD_OK) {
		sntp->fd = -1;
		return err;
	}
	sntp->watch = (struct vd_watch){
		.fd = sntp->fd,
		.events = VD_LOOP_READ,
		.ctx = sntp,
		.ready = on_ready,
	};
	if (vd_loop_watch(sntp->loop, &sntp->watch) != VD_OK) {
		vd_sock_close(sntp->fd);
		sntp->fd = -1;
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to wait for the answer");
	}
	sntp->sent = vd_loop_wall(sntp->loop);
	sntp->sent_at = vd_loop_now(sntp->loop);
	return vd_sock_send_to(sntp->fd, to, packet, sizeof(packet), diag);
}

static void on_resolved(void *ctx, enum vd_err err, const struct vd_dns_answer *answer,
			const struct vd_diag *diag)
{
	struct vd_sntp *sntp = ctx;
	sntp->lookup = NULL;
	struct vd_diag own = { 0 };
	if (err == VD_OK) {
		err = ask(sntp, &answer->at[0], &own);
	} else {
		own = *diag;
	}
	if (err != VD_OK) {
		fail(sntp, &own);
		return;
	}
	set_timer(sntp, vd_dur_s(REPLY_S), on_late);
}

static void on_due(void *ctx)
{
	struct vd_sntp *sntp = ctx;
	const struct server *server = &sntp->servers[sntp->turn];
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_resolver_look_up(sntp->resolver, server->host, server->port, sntp,
					      on_resolved, &sntp->lookup, &diag);
	if (err != VD_OK) {
		sntp->lookup = NULL;
		fail(sntp, &diag);
	}
}

// host, host:port, [v6], [v6]:port; a bare IPv6 literal too.
static enum vd_err parse_server(struct vd_span text, struct server *out, struct vd_diag *diag)
{
	char url_text[VD_URL_HOST_BYTES + 16] = "http://";
	struct vd_url url;
	struct vd_sock_address literal;
	out->port = NTP_PORT;
	if (vd_span_copy(text, out->host, sizeof(out->host)) == VD_OK &&
	    vd_sock_address_parse(out->host, NTP_PORT, &literal) == VD_OK) {
		return VD_OK;
	}
	if (vd_span_copy(text, url_text + 7, sizeof(url_text) - 7) != VD_OK ||
	    vd_url_parse(vd_span_of(url_text), &url, NULL) != VD_OK || url.target.n > 0) {
		return vd_diag_set(diag, VD_ERR_SYNTAX, "\"%.*s\" is not a host or host:port",
				   VD_SPAN_ARG(text));
	}
	ptrdiff_t colon = url.is_literal6 ? vd_span_find(text, VD_SPAN("]:"))
					  : vd_span_find(text, VD_SPAN(":"));
	if (colon >= 0) {
		out->port = url.port;
	}
	return vd_span_copy(vd_span_of(url.host), out->host, sizeof(out->host));
}

static enum vd_err parse_servers(struct vd_sntp *sntp, const char *servers, struct vd_diag *diag)
{
	struct vd_span rest = vd_span_of(servers);
	while (rest.p != NULL) {
		struct vd_span one = vd_span_trim(vd_span_cut(&rest, ','));
		if (one.n == 0) {
			continue;
		}
		if (sntp->n_servers == MOST_SERVERS) {
			return vd_diag_set(diag, VD_ERR_ROOM, "more than %d time servers",
					   MOST_SERVERS);
		}
		enum vd_err err = parse_server(one, &sntp->servers[sntp->n_servers], diag);
		if (err != VD_OK) {
			return err;
		}
		sntp->n_servers++;
	}
	return sntp->n_servers > 0 ? VD_OK
				   : vd_diag_set(diag, VD_ERR_ARGUMENT, "no time server is given");
}

enum vd_err vd_sntp_create(struct vd_loop *loop, struct vd_resolver *resolver, struct vd_rng rng,
			   const char *servers, struct vd_dur period, void *ctx, vd_sntp_fn *fn,
			   struct vd_sntp **out, struct vd_diag *diag)
{
	struct vd_sntp *sntp = calloc(1, sizeof(*sntp));
	*out = NULL;
	if (sntp == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the time client");
	}
	sntp->loop = loop;
	sntp->resolver = resolver;
	sntp->rng = rng;
	sntp->period = period;
	sntp->ctx = ctx;
	sntp->fn = fn;
	sntp->fd = -1;
	vd_backoff_init(&sntp->backoff, vd_dur_s(RETRY_FIRST_S), vd_dur_s(RETRY_MOST_S));
	enum vd_err err = parse_servers(sntp, servers, diag);
	if (err != VD_OK) {
		free(sntp);
		return err;
	}
	set_timer(sntp, vd_dur_s(0), on_due);
	*out = sntp;
	return VD_OK;
}

void vd_sntp_destroy(struct vd_sntp *sntp)
{
	if (sntp == NULL) {
		return;
	}
	if (sntp->lookup != NULL) {
		vd_lookup_cancel(sntp->lookup);
	}
	close_socket(sntp);
	vd_loop_timer_stop(sntp->loop, &sntp->timer);
	free(sntp);
}
