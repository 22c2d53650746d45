// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/common.h"
#include "channel/oauth1.h"

// Bodies of pages of 100 posts are some 200 KB; media-rich ones a few times that.
#define ANSWER_LIMIT_BYTES (8u << 20)

static void finish(struct vd_exchange *exchange, const struct vd_answer *answer)
{
	exchange->is_active = false;
	exchange->call = NULL;
	exchange->done(exchange->ctx, answer);
}

static void on_done(void *ctx, enum vd_err err, const struct vd_http_response *response,
		    const struct vd_diag *diag)
{
	struct vd_exchange *exchange = ctx;
	const struct vd_channel_host *host = exchange->channel->host;
	struct vd_answer answer = { .err = err,
				    .response = err == VD_OK ? response : NULL,
				    .diag = diag };
	if (answer.response != NULL) {
		vd_rate_report_parse(response, vd_loop_wall(host->loop), &answer.rate);
		if (exchange->rate != NULL) {
			vd_rate_apply(exchange->rate, &answer.rate,
				      vd_channel_now(exchange->channel));
		}
		if (vd_wall_is_set(answer.rate.date)) {
			exchange->channel->skew =
				vd_wall_sub(answer.rate.date, vd_loop_wall(host->loop));
			host->date(host->ctx, exchange->channel->self->network, answer.rate.date);
		}
	}
	finish(exchange, &answer);
}

static void on_failed(void *ctx)
{
	struct vd_exchange *exchange = ctx;
	struct vd_diag diag = exchange->diag;
	struct vd_answer answer = { .err = diag.err, .diag = &diag };
	finish(exchange, &answer);
}

// The other side judges the time stamp by its own clock, which its Date told.
static int64_t stamp_of(const struct vd_channel *channel)
{
	return (vd_loop_wall(channel->host->loop).us + channel->skew.us) / VD_US_PER_S;
}

static enum vd_err put_signature(const struct vd_exchange *exchange, const char *method,
				 struct vd_span url, struct vd_buf *out)
{
	const struct vd_channel *channel = exchange->channel;
	unsigned char bytes[16];
	char nonce[2 * sizeof(bytes) + 1];
	enum vd_err err = vd_rng_fill(&channel->host->rng, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
	}
	struct vd_oauth1_request request = {
		.method = method,
		.url = url,
		.consumer_key = vd_secret_reveal(&channel->account.consumer_key),
		.consumer_secret = vd_secret_reveal(&channel->account.consumer_secret),
		.token = vd_secret_reveal(&channel->account.oauth1_token),
		.token_secret = vd_secret_reveal(&channel->account.oauth1_token_secret),
		.nonce = vd_span_of(nonce),
		.timestamp_s = stamp_of(channel),
	};
	return err == VD_OK ? vd_oauth1_print(&request, out) : err;
}

static enum vd_err put_authorisation(const struct vd_exchange *exchange, const char *method,
				     struct vd_span url, struct vd_buf *out)
{
	const struct vd_channel_account *account = &exchange->channel->account;
	if (vd_channel_is_signing(account)) {
		return put_signature(exchange, method, url, out);
	}
	vd_buf_put_text(out, "Bearer ");
	vd_buf_put_span(out, vd_secret_reveal(&account->token));
	return vd_buf_check(out);
}

static enum vd_err start_call(struct vd_exchange *exchange, struct vd_span url, struct vd_span body)
{
	struct vd_channel *channel = exchange->channel;
	const char *method = body.p != NULL ? "POST" : "GET";
	char authorisation[VD_OAUTH1_HEADER_BYTES];
	struct vd_buf value;
	vd_buf_init(&value, authorisation, sizeof(authorisation));
	exchange->diag = (struct vd_diag){ 0 };
	enum vd_err err = put_authorisation(exchange, method, url, &value);
	struct vd_http_header headers[] = {
		{ VD_SPAN("Accept"), VD_SPAN("application/json") },
		{ VD_SPAN("Authorization"), vd_buf_span(&value) },
		{ VD_SPAN("Content-Type"), VD_SPAN("application/json") },
	};
	struct vd_http_request request = {
		.method = method,
		.url = url,
		.headers = headers,
		.n_headers = body.p != NULL ? 3 : 2,
		.body = body,
		.limit_bytes = ANSWER_LIMIT_BYTES,
		.ctx = exchange,
		.done = on_done,
	};
	if (err == VD_OK) {
		err = channel->door.start(channel->door.ctx, &request, &exchange->call,
					  &exchange->diag);
	}
	vd_wipe(authorisation, sizeof(authorisation));
	return err;
}

void vd_exchange_start(struct vd_exchange *exchange, struct vd_span url, struct vd_span body)
{
	struct vd_channel *channel = exchange->channel;
	exchange->is_active = true;
	exchange->call = NULL;
	enum vd_err err = start_call(exchange, url, body);
	if (err == VD_OK) {
		if (exchange->rate != NULL) {
			vd_rate_note(exchange->rate, vd_channel_now(channel));
		}
		return;
	}
	exchange->diag.err = err;
	exchange->failed.ctx = exchange;
	exchange->failed.fire = on_failed;
	if (vd_loop_timer_set(channel->host->loop, &exchange->failed, vd_channel_now(channel)) !=
	    VD_OK) {
		on_failed(
			exchange); // without memory for a timer an early answer is better than none
	}
}

void vd_exchange_deinit(struct vd_exchange *exchange)
{
	if (exchange->channel == NULL) {
		return;
	}
	vd_loop_timer_stop(exchange->channel->host->loop, &exchange->failed);
	if (exchange->is_active && exchange->call != NULL) {
		exchange->channel->door.cancel(exchange->channel->door.ctx, exchange->call);
	}
	exchange->call = NULL;
	exchange->is_active = false;
}

static const struct {
	enum vd_err err;
	enum vd_health health;
	const char *what;
	const char *step;
} troubles[] = {
	{ VD_ERR_RESOLVE, VD_HEALTH_OUTAGE, "can't be found", "check the line and the DNS server" },
	{ VD_ERR_CONNECT, VD_HEALTH_OUTAGE, "can't be reached", "check the line" },
	{ VD_ERR_TIMEOUT, VD_HEALTH_OUTAGE, "does not answer in time", "check the line" },
	{ VD_ERR_CERTIFICATE, VD_HEALTH_OUTAGE, "shows a certificate that is not its own",
	  "look for a sign-in page of the network in between, or replace the CA file" },
	{ VD_ERR_UNCERTAIN, VD_HEALTH_OUTAGE, "broke off before its answer was whole",
	  "check the line" },
	{ VD_ERR_TLS, VD_HEALTH_OUTAGE, "can't be spoken to over TLS", "look at the log" },
	{ VD_ERR_PROTOCOL, VD_HEALTH_MALFORMED, "sent an answer that is not HTTP",
	  "look for a proxy in between" },
	{ VD_ERR_TOO_LARGE, VD_HEALTH_MALFORMED, "sent an answer larger than the limit",
	  "look at the log" },
	{ VD_ERR_ARGUMENT, VD_HEALTH_REFUSED, "has an address that is not usable",
	  "correct the account's base_url" },
};

enum vd_health vd_answer_trouble(const struct vd_answer *answer, const char *network,
				 char out[VD_DETAIL_BYTES])
{
	const char *cause = answer->diag != NULL && answer->diag->text[0] != '\0'
				    ? answer->diag->text
				    : vd_err_text(answer->err);
	for (size_t i = 0; i < VD_ARRAY_LEN(troubles); i++) {
		if (troubles[i].err == answer->err) {
			snprintf(out, VD_DETAIL_BYTES, "%s %s: %s (%.100s)", network,
				 troubles[i].what, troubles[i].step, cause);
			return troubles[i].health;
		}
	}
	snprintf(out, VD_DETAIL_BYTES, "%s can't be read: check the line (%.150s)", network, cause);
	return VD_HEALTH_OUTAGE;
}

bool vd_answer_is_surely_unsent(const struct vd_answer *answer)
{
	static const enum vd_err unsent[] = { VD_ERR_RESOLVE,     VD_ERR_CONNECT, VD_ERR_TLS,
					      VD_ERR_CERTIFICATE, VD_ERR_MEMORY,  VD_ERR_ARGUMENT,
					      VD_ERR_SYNTAX,      VD_ERR_ROOM };
	for (size_t i = 0; i < VD_ARRAY_LEN(unsent); i++) {
		if (answer->err == unsent[i]) {
			return true;
		}
	}
	return false;
}

bool vd_answer_is_foreign(const struct vd_answer *answer)
{
	int status = answer->response != NULL ? answer->response->status : 0;
	if (status >= 300 && status < 400) {
		return true;
	}
	struct vd_span body = status == 200 ? vd_span_trim(answer->response->body)
					    : (struct vd_span){ 0 };
	return body.n > 0 && body.p[0] == '<';
}
