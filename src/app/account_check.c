// SPDX-License-Identifier: MIT
#include "app/account_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "channel/facebook_wire.h"
#include "channel/oauth2.h"
#include "channel/rate.h"

#define STEP_S 15
#define URL_BYTES 8192
#define SKEW_BAD_S 60
#define CERTIFICATE_SOON_S (14 * 86400)
#define NO_FD (-1)

static const char *const verdict_names[] = {
	[VD_CHECK_OK] = "ok",
	[VD_CHECK_REMARK] = "remark",
	[VD_CHECK_FAILED] = "failed",
};

const char *vd_check_verdict_name(enum vd_check_verdict verdict)
{
	return verdict_names[verdict];
}

static struct vd_check_row *add(struct vd_account_check *check, const char *step,
				enum vd_check_verdict verdict, const char *fmt, ...)
	VD_PRINTF(4, 5);

static struct vd_check_row *add(struct vd_account_check *check, const char *step,
				enum vd_check_verdict verdict, const char *fmt, ...)
{
	struct vd_check_row *row = &check->rows[check->n < VD_CHECK_ROWS ? check->n++ : 0];
	va_list args;
	*row = (struct vd_check_row){ .step = step, .verdict = verdict };
	va_start(args, fmt);
	vsnprintf(row->words, sizeof(row->words), fmt, args);
	va_end(args);
	return row;
}

static void set_next(struct vd_check_row *row, const char *next)
{
	snprintf(row->next, sizeof(row->next), "%s", next);
}

static void close_stream(struct vd_account_check *check)
{
	if (check->is_watching) {
		vd_loop_unwatch(check->net.loop, &check->watch);
		check->is_watching = false;
	}
	if (check->stream != NULL) {
		check->stream->ops->close(check->stream);
		check->stream = NULL;
	} else if (check->fd != NO_FD) {
		vd_sock_close(check->fd);
	}
	check->fd = NO_FD;
}

static void finish(struct vd_account_check *check)
{
	vd_loop_timer_stop(check->net.loop, &check->timer);
	close_stream(check);
	check->done(check->ctx, check);
}

static void fail(struct vd_account_check *check, const char *step, const char *words,
		 const char *next)
{
	set_next(add(check, step, VD_CHECK_FAILED, "%s", words), next);
	finish(check);
}

static int64_t elapsed_ms(const struct vd_account_check *check)
{
	return vd_mono_sub(vd_clock_mono(check->net.clock), check->since).us / 1000;
}

// ---- the last step: what is granted, what is left --------------------------------------------

static void judge_scopes(struct vd_account_check *check, const char *wanted)
{
	char missing[256] = "";
	struct vd_span rest = vd_span_of(wanted);
	while (rest.n > 0) {
		char one[64];
		size_t n = strlen(missing);
		if (vd_span_copy(vd_span_cut(&rest, ' '), one, sizeof(one)) == VD_OK &&
		    !vd_credentials_has_scope(&check->c, one)) {
			snprintf(missing + n, sizeof(missing) - n, "%s%s", n > 0 ? ", " : "", one);
		}
	}
	if (missing[0] == '\0') {
		add(check, "scopes", VD_CHECK_OK, "all that are needed: %s", check->c.scopes);
		return;
	}
	set_next(add(check, "scopes", VD_CHECK_FAILED, "missing: %s", missing),
		 "allow the app these permissions, then sign in again");
}

// Older servers grant "read" and "write" as a whole.
static void check_scopes(struct vd_account_check *check)
{
	const struct vd_credentials *c = &check->c;
	bool is_whole = vd_credentials_has_scope(c, "read") && vd_credentials_has_scope(c, "write");
	if (vd_account_is_on(check->account, "facebook")) {
		return; // debug_token told
	}
	if (c->scopes[0] == '\0') {
		add(check, "scopes", VD_CHECK_REMARK,
		    "this kind of sign-in does not say what it may; a refusal will");
	} else if (is_whole) {
		add(check, "scopes", VD_CHECK_OK, "%s", c->scopes);
	} else {
		judge_scopes(check, vd_account_is_on(check->account, "x")
					    ? VD_OAUTH2_X_SCOPES
					    : VD_OAUTH2_MASTODON_SCOPES);
	}
}

static void on_token(void *ctx, enum vd_err err, const struct vd_http_response *response,
		     const struct vd_diag *diag)
{
	struct vd_account_check *check = ctx;
	struct vd_facebook_token token;
	char memory[256];
	char until[VD_TIME_TEXT_BYTES] = "never";
	struct vd_buf words;
	check->call = NULL;
	vd_buf_init(&words, memory, sizeof(memory));
	if (err != VD_OK || vd_facebook_token_parse(response->body, &token, NULL) != VD_OK) {
		set_next(add(check, "scopes", VD_CHECK_REMARK, "debug_token says nothing: %s",
			     err != VD_OK ? diag->text : "another form than expected"),
			 "give the app's id and secret when signing in");
		finish(check);
		return;
	}
	struct vd_wall now = vd_clock_wall(check->net.clock);
	enum vd_health health = vd_facebook_token_judge(&token, now, &words);
	struct vd_wall end = vd_facebook_token_end(&token);
	if (vd_wall_is_set(end)) {
		vd_wall_print(end, until);
	}
	add(check, "scopes", health == VD_HEALTH_GOOD ? VD_CHECK_OK : VD_CHECK_FAILED,
	    "%s; token or data access ends: %s",
	    health == VD_HEALTH_GOOD ? "all that are needed" : memory, until);
	finish(check);
}

static void ask_scopes(struct vd_account_check *check)
{
	struct vd_diag diag = { 0 };
	if (vd_account_ask_grant(&check->net, check->account, &check->c, check, on_token,
				 &check->call, &diag) != VD_OK) {
		fail(check, "scopes", diag.text, "try again");
	}
}

// ---- the token, the clock, the limits --------------------------------------------------------

static void check_clock(struct vd_account_check *check, const struct vd_rate_report *report)
{
	if (!vd_wall_is_set(report->date)) {
		add(check, "clock", VD_CHECK_REMARK, "the network sends no Date");
		return;
	}
	int64_t skew_s =
		vd_wall_sub(report->date, vd_clock_wall(check->net.clock)).us / VD_US_PER_S;
	bool is_bad = skew_s > SKEW_BAD_S || skew_s < -SKEW_BAD_S;
	struct vd_check_row *row = add(check, "clock", is_bad ? VD_CHECK_FAILED : VD_CHECK_OK,
				       "the network's clock is %" PRId64 " s %s ours",
				       skew_s < 0 ? -skew_s : skew_s,
				       skew_s < 0 ? "behind" : "before");
	if (is_bad) {
		set_next(row, "set the clock, or name time servers (sntp)");
	}
}

static void check_limits(struct vd_account_check *check, const struct vd_rate_report *report)
{
	if (report->has_window) {
		add(check, "limits", report->remaining > 0 ? VD_CHECK_OK : VD_CHECK_FAILED,
		    "%u of %u calls are left for this question, the rest comes in %" PRId64 " s",
		    report->remaining, report->limit, report->reset_in.us / VD_US_PER_S);
	} else if (report->usage_percent >= 0) {
		add(check, "limits", report->usage_percent < 100 ? VD_CHECK_OK : VD_CHECK_FAILED,
		    "%d %% of what Facebook allows is used", report->usage_percent);
	} else {
		add(check, "limits", VD_CHECK_OK, "the network tells none (it does near them)");
	}
}

static bool check_identity(struct vd_account_check *check, struct vd_span body)
{
	struct vd_account_identity who;
	struct vd_diag diag = { 0 };
	if (vd_account_identity_parse(check->account, body, &who) != VD_OK) {
		set_next(add(check, "token", VD_CHECK_FAILED,
			     "an answer that does not say who we are"),
			 "look for something in between (a proxy, a sign-in page)");
		return false;
	}
	add(check, "token", VD_CHECK_OK, "accepted");
	if (vd_account_identity_check(check->account, &who, &diag) != VD_OK) {
		set_next(add(check, "account", VD_CHECK_FAILED, "%s", diag.text),
			 "correct user_id, or sign in as the right one");
		return false;
	}
	add(check, "account", VD_CHECK_OK, "%s (%s)", who.name, who.id);
	return true;
}

static void explain_refusal(struct vd_account_check *check, const struct vd_http_response *response)
{
	static const struct {
		int status;
		const char *next;
	} table[] = {
		{ 400, "read the network's words; for 190 sign in again: vedetta account add" },
		{ 401, "sign in again: vedetta account add" },
		{ 402, "add credit in the network's developer console" },
		{ 403, "give the app its permissions, then sign in again" },
		{ 429, "wait: the limit is used up" },
	};
	char words[200];
	vd_account_words(response->body, words, sizeof(words));
	struct vd_check_row *row = add(check, "token", VD_CHECK_FAILED,
				       "the network answers %d%s%s", response->status,
				       words[0] != '\0' ? ": " : "", words);
	set_next(row, response->status >= 500 ? "the network has trouble: wait"
					      : "read the network's words");
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		if (table[i].status == response->status) {
			set_next(row, table[i].next);
		}
	}
}

static void on_identity(void *ctx, enum vd_err err, const struct vd_http_response *response,
			const struct vd_diag *diag)
{
	struct vd_account_check *check = ctx;
	struct vd_rate_report report;
	check->call = NULL;
	if (err != VD_OK) {
		fail(check, "token", diag->text, "check the line, and try again");
		return;
	}
	vd_rate_report_parse(response, vd_clock_wall(check->net.clock), &report);
	check_clock(check, &report);
	bool is_good = response->status == 200 && check_identity(check, response->body);
	if (response->status != 200) {
		explain_refusal(check, response);
	}
	if (is_good) {
		check_limits(check, &report);
		check_scopes(check);
	}
	if (is_good && vd_account_is_on(check->account, "facebook")) {
		ask_scopes(check);
		return;
	}
	finish(check);
}

static void ask_identity(struct vd_account_check *check)
{
	char memory[URL_BYTES];
	struct vd_buf url;
	struct vd_diag diag = { 0 };
	vd_loop_timer_stop(check->net.loop, &check->timer);
	close_stream(check);
	vd_buf_init(&url, memory, sizeof(memory));
	vd_account_url_identity(check->account, &check->c, &url);
	if (vd_account_get(&check->net, &check->c, vd_buf_span(&url), check, on_identity,
			   &check->call, &diag) != VD_OK) {
		fail(check, "token", diag.text, "correct the account's base_url");
	}
}

// ---- name, connection, TLS -------------------------------------------------------------------

static void start_timer(struct vd_account_check *check)
{
	struct vd_mono due = vd_mono_add(vd_loop_now(check->net.loop), vd_dur_s(STEP_S));
	check->since = vd_clock_mono(check->net.clock);
	(void)!vd_loop_timer_set(check->net.loop, &check->timer, due);
}

static void tell_certificate(struct vd_account_check *check)
{
	struct vd_tls_peer peer;
	char until[VD_TIME_TEXT_BYTES];
	vd_tls_get_peer(check->stream, &peer);
	if (!peer.is_told) {
		add(check, "TLS", VD_CHECK_OK, "%s, a session that was resumed, %" PRId64 " ms",
		    peer.version, elapsed_ms(check));
		return;
	}
	vd_wall_print(peer.until, until);
	int64_t left_s = vd_wall_sub(peer.until, vd_clock_wall(check->net.clock)).us / VD_US_PER_S;
	bool is_soon = left_s < CERTIFICATE_SOON_S;
	struct vd_check_row *row =
		add(check, "TLS", is_soon ? VD_CHECK_REMARK : VD_CHECK_OK,
		    "%s, %" PRId64 " ms; certificate for %.100s by %.80s, good until %s",
		    peer.version, elapsed_ms(check), peer.names, peer.issuer, until);
	if (is_soon) {
		set_next(row, "its certificate ends soon; the network renews it, or ours of a "
			      "private CA is to be replaced");
	}
}

static void step_tls(struct vd_account_check *check)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_tls_handshake(check->stream, &diag);
	if (err == VD_AGAIN) {
		int want = check->stream->ops->want(check->stream);
		check->watch.events = ((want & VD_STREAM_READ) != 0 ? VD_LOOP_READ : 0) |
				      ((want & VD_STREAM_WRITE) != 0 ? VD_LOOP_WRITE : 0);
		if (vd_loop_watch(check->net.loop, &check->watch) != VD_OK) {
			fail(check, "TLS", "no memory", "try again");
		}
		return;
	}
	if (err != VD_OK) {
		fail(check, "TLS", diag.text,
		     "look for a sign-in page of the network in between, set the clock, or replace "
		     "ca_file");
		return;
	}
	tell_certificate(check);
	ask_identity(check);
}

static void begin_tls(struct vd_account_check *check)
{
	struct vd_diag diag = { 0 };
	int fd = check->fd;
	check->fd = NO_FD;
	start_timer(check);
	if (vd_tls_client_open(check->tls, fd, check->at.host, check->at.port, &check->stream,
			       &diag) != VD_OK) {
		vd_loop_unwatch(check->net.loop, &check->watch);
		check->is_watching = false;
		fail(check, "TLS", diag.text, "look at the log");
		return;
	}
	step_tls(check);
}

static void next_address(struct vd_account_check *check);

static void on_ready(void *ctx, int revents)
{
	struct vd_account_check *check = ctx;
	struct vd_diag diag = { 0 };
	char text[VD_SOCK_TEXT_BYTES];
	(void)revents;
	if (check->stream != NULL) {
		step_tls(check);
		return;
	}
	enum vd_err err = vd_sock_connect_result(check->fd, &diag);
	if (err == VD_AGAIN) {
		return;
	}
	vd_sock_address_print(&check->addresses.at[check->address - 1], text);
	if (err == VD_OK) {
		add(check, "connection", VD_CHECK_OK, "%s in %" PRId64 " ms", text,
		    elapsed_ms(check));
		begin_tls(check);
		return;
	}
	add(check, "connection", VD_CHECK_REMARK, "%s: %s", text, diag.text);
	next_address(check);
}

static void next_address(struct vd_account_check *check)
{
	struct vd_diag diag = { 0 };
	close_stream(check);
	// Room is kept for what follows.
	while (check->address < check->addresses.n && check->n < VD_CHECK_ROWS / 2) {
		const struct vd_sock_address *to = &check->addresses.at[check->address++];
		enum vd_err err = vd_sock_tcp_connect(to, &check->fd, &diag);
		if (err != VD_OK && err != VD_AGAIN) {
			check->fd = NO_FD;
			continue;
		}
		check->watch = (struct vd_watch){
			.fd = check->fd, .events = VD_LOOP_WRITE, .ctx = check, .ready = on_ready
		};
		check->is_watching = true;
		start_timer(check);
		if (vd_loop_watch(check->net.loop, &check->watch) == VD_OK) {
			return;
		}
		close_stream(check);
	}
	fail(check, "connection", diag.text[0] != '\0' ? diag.text : "no address takes it",
	     "check the line, the firewall, and whether a proxy is needed");
}

static void on_names(void *ctx, enum vd_err err, const struct vd_dns_answer *answer,
		     const struct vd_diag *diag)
{
	struct vd_account_check *check = ctx;
	char text[256] = "";
	check->lookup = NULL;
	if (err != VD_OK) {
		fail(check, "name", diag->text, "check the line and the DNS server");
		return;
	}
	check->addresses = *answer;
	for (size_t i = 0; i < answer->n; i++) {
		char one[VD_SOCK_TEXT_BYTES];
		size_t n = strlen(text);
		vd_sock_address_print(&answer->at[i], one);
		snprintf(text + n, sizeof(text) - n, "%s%s", n > 0 ? ", " : "", one);
	}
	add(check, "name", VD_CHECK_OK, "%s is %s (%" PRId64 " ms)", check->at.host, text,
	    elapsed_ms(check));
	next_address(check);
}

static void on_late(void *ctx)
{
	struct vd_account_check *check = ctx;
	if (check->lookup != NULL) {
		vd_lookup_cancel(check->lookup);
		check->lookup = NULL;
		fail(check, "name", "no answer in time", "check the line and the DNS server");
	} else if (check->stream != NULL) {
		fail(check, "TLS", "no answer in time", "check the line");
	} else if (check->fd != NO_FD) {
		add(check, "connection", VD_CHECK_REMARK, "no answer in time");
		next_address(check);
	} else {
		finish(check); // what is known is told already
	}
}

static void tell_sign_in(struct vd_account_check *check)
{
	const struct vd_credentials *c = &check->c;
	char set[VD_TIME_TEXT_BYTES] = "";
	char ends[VD_TIME_TEXT_BYTES] = "never, or not known";
	if (!vd_wall_is_set(c->set_at)) {
		add(check, "sign-in", VD_CHECK_OK, "from token_file");
		return;
	}
	vd_wall_print(c->set_at, set);
	if (vd_wall_is_set(c->ends)) {
		vd_wall_print(c->ends, ends);
	}
	bool is_over = vd_wall_is_set(c->ends) && c->ends.us <= vd_clock_wall(check->net.clock).us;
	struct vd_check_row *row = add(check, "sign-in", is_over ? VD_CHECK_REMARK : VD_CHECK_OK,
				       "%s, set on %s by %s; the token ends: %s",
				       vd_credentials_kind_name(c->kind), set, c->set_by, ends);
	if (is_over) {
		set_next(row, vd_secret_is_set(&c->part[VD_PART_REFRESH])
				      ? "the service renews it when it runs"
				      : "sign in again: vedetta account add");
	}
}

static void begin(struct vd_account_check *check)
{
	struct vd_diag diag = { 0 };
	struct vd_span base = vd_span_of(vd_account_base(check->account));
	if (vd_url_parse(base, &check->at, &diag) != VD_OK) {
		fail(check, "name", diag.text, "correct the account's base_url");
		return;
	}
	if (check->proxy != NULL && vd_proxy_is_for(check->proxy, check->at.host)) {
		add(check, "connection", VD_CHECK_OK, "%s is reached through the proxy %s:%u",
		    check->at.host, check->proxy->at.host, check->proxy->at.port);
		ask_identity(check);
		return;
	}
	start_timer(check);
	if (vd_resolver_look_up(check->resolver, check->at.host, check->at.port, check, on_names,
				&check->lookup, &diag) != VD_OK) {
		fail(check, "name", diag.text, "try again");
	}
}

static void on_begin(void *ctx)
{
	struct vd_account_check *check = ctx;
	check->timer.fire = on_late;
	if (check->c.kind == VD_CREDENTIALS_MISSING) {
		fail(check, "sign-in", "nobody is signed in", "vedetta account add");
		return;
	}
	tell_sign_in(check);
	begin(check);
}

void vd_account_check_start(struct vd_account_check *check, const struct vd_credentials *c)
{
	check->c = *c;
	check->fd = NO_FD;
	check->timer = (struct vd_timer){ .ctx = check, .fire = on_begin };
	// In the next turn: `done` is never called from inside this call.
	if (vd_loop_timer_set(check->net.loop, &check->timer, vd_loop_now(check->net.loop)) !=
	    VD_OK) {
		on_begin(check);
	}
}

void vd_account_check_deinit(struct vd_account_check *check)
{
	if (check->net.loop == NULL) {
		return;
	}
	vd_loop_timer_stop(check->net.loop, &check->timer);
	if (check->lookup != NULL) {
		vd_lookup_cancel(check->lookup);
	}
	if (check->call != NULL) {
		vd_http_call_cancel(check->call);
	}
	close_stream(check);
	vd_wipe(check, sizeof(*check));
}

bool vd_account_check_is_good(const struct vd_account_check *check)
{
	for (size_t i = 0; i < check->n; i++) {
		if (check->rows[i].verdict == VD_CHECK_FAILED) {
			return false;
		}
	}
	return check->n > 0;
}

void vd_account_check_print(const struct vd_account_check *check, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "account", vd_span_of(check->account->name));
	vd_json_put_bool(&j, "good", vd_account_check_is_good(check));
	vd_json_open(&j, "steps", '[');
	for (size_t i = 0; i < check->n; i++) {
		const struct vd_check_row *row = &check->rows[i];
		vd_json_open(&j, NULL, '{');
		vd_json_put_text(&j, "step", vd_span_of(row->step));
		vd_json_put_text(&j, "verdict", vd_span_of(vd_check_verdict_name(row->verdict)));
		vd_json_put_text(&j, "words", vd_span_of(row->words));
		vd_json_put_text(&j, "next", vd_span_of(row->next));
		vd_json_close(&j, '}');
	}
	vd_json_close(&j, ']');
	vd_json_close(&j, '}');
}
