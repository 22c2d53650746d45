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

static bool is_page(const struct vd_http_response *response)
{
	struct vd_span type = vd_http_response_header(response, "Content-Type");
	struct vd_span html = VD_SPAN("text/html");
	struct vd_span body = vd_span_trim(response->body);
	bool is_html = type.n >= html.n &&
		       vd_span_is_equal_nocase(vd_span_make(type.p, html.n), html);
	return is_html || (body.n > 0 && body.p[0] == '<');
}

// The answer of something in between (a captive portal, a filter): a redirect, a web page.
static bool is_foreign(const struct vd_answer *answer)
{
	if (answer->response == NULL) {
		return false;
	}
	int status = answer->response->status;
	if (status >= 200 && status < 300) {
		return is_page(answer->response);
	}
	switch (status) {
	case 403: // the pages of filters; some Mastodon servers' own words look like that
	case 404:
	case 405:
	case 451:
		return answer->network != VD_NETWORK_MASTODON && is_page(answer->response);
	case 511: // RFC 6585 section 6: made for portals
		return true;
	default: // pages of 5xx are the network's own edge
		return status >= 300 && status < 400 && status != 304;
	}
}

static void on_done(void *ctx, enum vd_err err, const struct vd_http_response *response,
		    const struct vd_diag *diag)
{
	struct vd_exchange *exchange = ctx;
	const struct vd_channel_host *host = exchange->channel->host;
	struct vd_answer answer = { .err = err,
				    .response = err == VD_OK ? response : NULL,
				    .diag = diag,
				    .network = exchange->channel->self->network };
	struct vd_diag foreign = { 0 };
	if (is_foreign(&answer)) {
		// Whoever wrote that is neither the network nor its clock.
		answer.err = vd_diag_set(&foreign, VD_ERR_FOREIGN,
					 "a web page came instead of an answer (status %d)",
					 response->status);
		answer.was_page = true;
		answer.response = NULL;
		answer.diag = &foreign;
	}
	if (answer.response != NULL) {
		exchange->channel->is_name_failing |= response->is_name_failing;
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
	const char *usual = body.p != NULL ? "POST" : "GET";
	const char *method = exchange->method != NULL ? exchange->method : usual;
	char authorisation[VD_OAUTH1_HEADER_BYTES];
	struct vd_buf value;
	vd_buf_init(&value, authorisation, sizeof(authorisation));
	exchange->diag = (struct vd_diag){ 0 };
	enum vd_err err = put_authorisation(exchange, method, url, &value);
	struct vd_http_header headers[] = {
		{ VD_SPAN("Accept"), VD_SPAN("application/json") },
		{ VD_SPAN("Authorization"), vd_buf_span(&value) },
		{ VD_SPAN("Content-Type"), VD_SPAN("application/json") },
		exchange->header,
	};
	size_t n_more = exchange->header.name.n > 0 ? 1 : 0; // beside what a body needs
	struct vd_http_request request = {
		.method = method,
		.url = url,
		.headers = headers,
		.n_headers = body.p != NULL ? 3 + n_more : 2,
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
	{ VD_ERR_CERTIFICATE, VD_HEALTH_OUTAGE, "shows a certificate that is not valid",
	  "check this box's date, else wait" },
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
	if (answer->err == VD_ERR_FOREIGN) {
		snprintf(out, VD_DETAIL_BYTES,
			 "captive portal or intercepting proxy: open a browser on this line and "
			 "sign in (%s: %.150s)",
			 network, cause);
		return VD_HEALTH_OUTAGE;
	}
	if (answer->err == VD_ERR_PROXY) { // its words name the next step
		snprintf(out, VD_DETAIL_BYTES, "%s can't be reached: %.220s", network, cause);
		return VD_HEALTH_OUTAGE;
	}
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
					      VD_ERR_SYNTAX,      VD_ERR_ROOM,    VD_ERR_PROXY };
	for (size_t i = 0; i < VD_ARRAY_LEN(unsent); i++) {
		if (answer->err == unsent[i]) {
			return true;
		}
	}
	// Refused before a byte of the request left, or answered with a page to all of it.
	return answer->err == VD_ERR_FOREIGN && !answer->was_page;
}
