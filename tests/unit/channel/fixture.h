// SPDX-License-Identifier: MIT
/**
 * A host and an HTTP door for tests of the channels: answers are scripted by address, what was
 * handed over is kept. Not a simulator of a network: a test says each answer. Time is the fake
 * clock; waiting takes none. Header-only.
 */
#ifndef VD_UNIT_CHANNEL_FIXTURE_H
#define VD_UNIT_CHANNEL_FIXTURE_H

#include <stdlib.h>

#include "channel/common.h"
#include "fake_poller.h"
#include "unit.h"

#define SCRIPT_MOST 32
#define KEPT_MOST 256
#define URLS_MOST 512
#define ACCOUNTS_MOST 12
#define START_S INT64_C(1791208800) // 2026-10-05T14:00:00Z

/** One scripted answer: for the first request whose address contains `match`, in order; used once
 * unless `stays`. */
struct answer {
	const char *match;
	int status; // 0: the exchange fails with `err`
	enum vd_err err;
	const char *body;
	const char *header; // "name: value", more of them on lines of their own
	bool stays;
	bool is_used;
};

struct kept {
	struct vd_message message;
	char text[512];
};

struct fixture {
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct fake_poller poller;
	struct vd_loop *loop;
	struct vd_seeded_rng seeded;
	struct vd_rulebook book;
	struct vd_channel_host host;
	struct vd_channel_account accounts[ACCOUNTS_MOST];
	size_t n_accounts;
	struct vd_channels *channels;
	struct answer script[SCRIPT_MOST];
	size_t n_script;
	// what was asked
	char urls[URLS_MOST][1024];
	char bodies[URLS_MOST][1024];
	char methods[URLS_MOST][8];
	char idempotency_keys[URLS_MOST][128]; // "": none
	size_t n_urls;
	size_t n_cancelled;
	int latency_ms; // of each answer; 0: 5
	size_t n_under_way;
	size_t most_under_way;
	// what came of it
	struct kept messages[KEPT_MOST];
	size_t n_messages;
	enum vd_err store_err;
	char cursors[128][2][256]; // "account/name", value
	size_t n_cursors;
	uint64_t lost;
	size_t lose_after; // a turn is lost after that many requests; 0: never
	struct {
		const char *thread;
		const char *root;
		struct vd_wall last_in;
	} threads[8];
	size_t n_threads;
	enum vd_health health[ACCOUNTS_MOST];
	char detail[ACCOUNTS_MOST][256];
	size_t n_polls[ACCOUNTS_MOST];
	struct vd_dur period[ACCOUNTS_MOST];
	struct vd_send_result sent;
	uint64_t sent_id;
	size_t n_sent;
	struct vd_wall date;
	char deleted_id[VD_ID_BYTES];
	size_t n_deleted;
	struct {
		enum vd_resource resource;
		char id[32];
		bool is_owned;
	} billed[KEPT_MOST];
	size_t n_billed;
	const char *open_ids[160]; // messages that wait for an answer
	size_t n_open_ids;
	char authorisation[2048]; // of the last request
	bool is_signed;           // by OAuth 1.0a, instead of the token
	struct {
		const char *thread;
		const char *id;
		struct vd_wall published;
	} known[16];
	size_t n_known;
	struct vd_wall token_end;
	size_t n_token_ends;
	struct {
		char handle[64];
		uint64_t followers;
	} presence[8];
	size_t n_presence;
	struct {
		char id[VD_ID_BYTES];
		uint32_t shares;
	} passed_on[8];
	size_t n_passed_on;
};

/** A request under way in the door. */
struct flight {
	struct fixture *f;
	struct vd_timer timer;
	void *ctx;
	void (*done)(void *ctx, enum vd_err err, const struct vd_http_response *response,
		     const struct vd_diag *diag);
	struct answer answer;
};

static inline void fixture_land(void *ctx)
{
	struct flight *flight = ctx;
	struct answer a = flight->answer;
	struct vd_http_header headers[5] = { { VD_SPAN("X-Other"), VD_SPAN("1") } };
	struct vd_http_response response = {
		.status = a.status, .body = vd_span_of(a.body), .headers = headers, .n_headers = 1
	};
	struct vd_span lines = vd_span_of(a.header);
	while (lines.n > 0 && response.n_headers < VD_ARRAY_LEN(headers)) {
		struct vd_span rest = vd_span_cut(&lines, '\n');
		headers[response.n_headers].name = vd_span_cut(&rest, ':');
		headers[response.n_headers++].value = vd_span_trim(rest);
	}
	struct vd_diag diag = { 0 };
	void *done_ctx = flight->ctx;
	flight->f->n_under_way--;
	void (*done)(void *, enum vd_err, const struct vd_http_response *, const struct vd_diag *) =
		flight->done;
	free(flight);
	if (a.status == 0) {
		(void)vd_diag_set(&diag, a.err, "scripted failure");
	}
	done(done_ctx, a.status == 0 ? a.err : VD_OK, a.status == 0 ? NULL : &response, &diag);
}

static inline struct answer fixture_answer(struct fixture *f, const char *url)
{
	for (size_t i = 0; i < f->n_script; i++) {
		struct answer *a = &f->script[i];
		if (!a->is_used && strstr(url, a->match) != NULL) {
			a->is_used = !a->stays;
			return *a;
		}
	}
	print_error("no answer is scripted for %s\n", url);
	return (struct answer){ .status = 404, .body = "{}" };
}

static inline enum vd_err fixture_start(void *ctx, const struct vd_http_request *request,
					void **call, struct vd_diag *diag)
{
	(void)diag;
	struct fixture *f = ctx;
	assert_true(f->n_urls < URLS_MOST);
	assert_ok(vd_span_copy(request->url, f->urls[f->n_urls], sizeof(f->urls[0])));
	assert_ok(vd_span_copy(request->body, f->bodies[f->n_urls], sizeof(f->bodies[0])));
	assert_ok(vd_span_copy(vd_span_of(request->method), f->methods[f->n_urls],
			       sizeof(f->methods[0])));
	for (size_t i = 0; i < request->n_headers; i++) {
		if (vd_span_is_text(request->headers[i].name, "Idempotency-Key")) {
			assert_ok(vd_span_copy(request->headers[i].value,
					       f->idempotency_keys[f->n_urls],
					       sizeof(f->idempotency_keys[0])));
		}
	}
	f->n_urls++;
	if (f->lose_after != 0 && f->n_urls == f->lose_after) {
		f->lost++;
	}
	bool has_token = false;
	for (size_t i = 0; i < request->n_headers; i++) {
		has_token = has_token ||
			    (vd_span_is_text(request->headers[i].name, "Authorization") &&
			     vd_span_is_text(request->headers[i].value, "Bearer secret-token"));
	}
	for (size_t i = 0; i < request->n_headers; i++) {
		if (vd_span_is_text(request->headers[i].name, "Authorization")) {
			assert_ok(vd_span_copy(request->headers[i].value, f->authorisation,
					       sizeof(f->authorisation)));
		}
	}
	assert_true(has_token || f->is_signed);
	// But where it is the very question.
	if (strstr(f->urls[f->n_urls - 1], "debug_token?") == NULL) {
		assert_null(strstr(f->urls[f->n_urls - 1], "secret-token"));
	}
	struct flight *flight = calloc(1, sizeof(*flight));
	assert_non_null(flight);
	flight->f = f;
	flight->ctx = request->ctx;
	flight->done = request->done;
	flight->answer = fixture_answer(f, f->urls[f->n_urls - 1]);
	flight->timer.ctx = flight;
	flight->timer.fire = fixture_land;
	assert_ok(vd_loop_timer_set(f->loop, &flight->timer,
				    vd_mono_add(vd_loop_now(f->loop),
						vd_dur_ms(f->latency_ms > 0 ? f->latency_ms : 5))));
	*call = flight;
	f->n_under_way++;
	f->most_under_way = f->n_under_way > f->most_under_way ? f->n_under_way : f->most_under_way;
	return VD_OK;
}

static inline void fixture_cancel(void *ctx, void *call)
{
	struct fixture *f = ctx;
	struct flight *flight = call;
	f->n_cancelled++;
	f->n_under_way--;
	vd_loop_timer_stop(f->loop, &flight->timer);
	free(flight);
}

static inline enum vd_err fixture_message(void *ctx, const struct vd_message *m,
					  struct vd_diag *diag)
{
	struct fixture *f = ctx;
	if (f->store_err != VD_OK) {
		return vd_diag_set(diag, f->store_err, "the disk is full");
	}
	assert_true(f->n_messages < KEPT_MOST);
	struct kept *kept = &f->messages[f->n_messages++];
	kept->message = *m;
	assert_ok(vd_span_copy(m->text, kept->text, sizeof(kept->text)));
	return VD_OK;
}

static inline enum vd_err fixture_deleted(void *ctx, uint16_t account, const char *id,
					  struct vd_diag *diag)
{
	(void)account;
	(void)diag;
	struct fixture *f = ctx;
	f->n_deleted++;
	return vd_span_copy(vd_span_of(id), f->deleted_id, sizeof(f->deleted_id));
}

static inline enum vd_err fixture_known(void *ctx, uint16_t account, const char *thread_id,
					vd_known_fn *fn, void *fn_ctx, struct vd_diag *diag)
{
	(void)account;
	(void)diag;
	struct fixture *f = ctx;
	for (size_t i = 0; i < f->n_known; i++) {
		if (strcmp(f->known[i].thread, thread_id) == 0 &&
		    !fn(fn_ctx, f->known[i].id, f->known[i].published)) {
			break;
		}
	}
	return VD_OK;
}

static inline void fixture_knows(struct fixture *f, const char *thread, const char *id,
				 int64_t age_s)
{
	assert_true(f->n_known < VD_ARRAY_LEN(f->known));
	f->known[f->n_known].thread = thread;
	f->known[f->n_known].id = id;
	f->known[f->n_known++].published = vd_wall_s(START_S - age_s);
}

static inline void fixture_token_end(void *ctx, uint16_t account, struct vd_wall at)
{
	(void)account;
	struct fixture *f = ctx;
	f->token_end = at;
	f->n_token_ends++;
}

static inline void fixture_billed(void *ctx, uint16_t account, enum vd_resource resource,
				  struct vd_span id, bool is_owned)
{
	(void)account;
	struct fixture *f = ctx;
	if (f->n_billed < KEPT_MOST) {
		f->billed[f->n_billed].resource = resource;
		f->billed[f->n_billed].is_owned = is_owned;
		assert_ok(vd_span_copy(id, f->billed[f->n_billed++].id, 32));
	}
}

/** How often a resource of that kind was billed. */
static inline size_t fixture_bill(const struct fixture *f, enum vd_resource resource)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_billed; i++) {
		n += f->billed[i].resource == resource ? 1 : 0;
	}
	return n;
}

static inline enum vd_err fixture_open_messages(void *ctx, uint16_t account, vd_network_id_fn *fn,
						void *fn_ctx, struct vd_diag *diag)
{
	(void)account;
	(void)diag;
	struct fixture *f = ctx;
	for (size_t i = 0; i < f->n_open_ids && fn(fn_ctx, f->open_ids[i]); i++) {
	}
	return VD_OK;
}

static inline void fixture_presence(void *ctx, uint16_t account, struct vd_span handle,
				    uint64_t followers, struct vd_wall at)
{
	(void)account;
	(void)at;
	struct fixture *f = ctx;
	assert_true(f->n_presence < VD_ARRAY_LEN(f->presence));
	assert_ok(vd_span_copy(handle, f->presence[f->n_presence].handle, 64));
	f->presence[f->n_presence++].followers = followers;
}

static inline void fixture_passed_on(void *ctx, uint16_t account, const char *network_id,
				     uint32_t shares)
{
	(void)account;
	struct fixture *f = ctx;
	assert_true(f->n_passed_on < VD_ARRAY_LEN(f->passed_on));
	assert_ok(
		vd_span_copy(vd_span_of(network_id), f->passed_on[f->n_passed_on].id, VD_ID_BYTES));
	f->passed_on[f->n_passed_on++].shares = shares;
}

static inline char *fixture_cursor(struct fixture *f, uint16_t account, const char *name)
{
	char key[256];
	snprintf(key, sizeof(key), "%u/%s", (unsigned)account, name);
	for (size_t i = 0; i < f->n_cursors; i++) {
		if (strcmp(f->cursors[i][0], key) == 0) {
			return f->cursors[i][1];
		}
	}
	assert_true(f->n_cursors < VD_ARRAY_LEN(f->cursors));
	snprintf(f->cursors[f->n_cursors][0], sizeof(f->cursors[0][0]), "%s", key);
	return f->cursors[f->n_cursors++][1];
}

static inline enum vd_err fixture_cursor_get(void *ctx, uint16_t account, const char *name,
					     char *out, size_t cap, struct vd_diag *diag)
{
	(void)diag;
	return vd_span_copy(vd_span_of(fixture_cursor(ctx, account, name)), out, cap);
}

static inline enum vd_err fixture_cursor_set(void *ctx, uint16_t account, const char *name,
					     struct vd_span value, struct vd_diag *diag)
{
	(void)diag;
	return vd_span_copy(value, fixture_cursor(ctx, account, name), 256);
}

static inline uint64_t fixture_lost(void *ctx)
{
	return ((struct fixture *)ctx)->lost;
}

static inline enum vd_err fixture_threads(void *ctx, uint16_t account, vd_thread_fn *fn,
					  void *fn_ctx, struct vd_diag *diag)
{
	(void)account;
	(void)diag;
	struct fixture *f = ctx;
	for (size_t i = 0; i < f->n_threads; i++) {
		if (!fn(fn_ctx, f->threads[i].thread, f->threads[i].root, f->threads[i].last_in)) {
			break;
		}
	}
	return VD_OK;
}

static inline void fixture_health(void *ctx, uint16_t account, enum vd_health health,
				  const char *detail, struct vd_dur period)
{
	struct fixture *f = ctx;
	f->health[account] = health;
	f->period[account] = period;
	f->n_polls[account]++;
	snprintf(f->detail[account], sizeof(f->detail[0]), "%s", detail);
}

static inline void fixture_sent(void *ctx, uint64_t outbox, const struct vd_send_result *result)
{
	struct fixture *f = ctx;
	f->sent = *result;
	f->sent_id = outbox;
	f->n_sent++;
}

static inline void fixture_date(void *ctx, enum vd_network network, struct vd_wall date)
{
	(void)network;
	((struct fixture *)ctx)->date = date;
}

/** An account of the book; watched where `base_url` is given. */
static inline void fixture_account(struct fixture *f, enum vd_network network, const char *handle,
				   const char *user_id, const char *base_url)
{
	struct vd_account *account = &f->book.accounts[f->book.n_accounts];
	snprintf(account->name, sizeof(account->name), "%s", handle);
	snprintf(account->handle, sizeof(account->handle), "%s", handle);
	snprintf(account->user_id, sizeof(account->user_id), "%s", user_id);
	account->network = network;
	account->is_enabled = true;
	if (base_url != NULL) {
		struct vd_channel_account *a = &f->accounts[f->n_accounts++];
		*a = (struct vd_channel_account){ .account = f->book.n_accounts,
						  .base_url = base_url,
						  .period = vd_dur_s(60),
						  .watches_own_posts = true };
		assert_ok(vd_secret_set(&a->token, VD_SPAN("secret-token")));
	}
	f->book.n_accounts++;
}

static inline struct fixture *fixture_make(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->clock = vd_fake_clock_init(&f->fake, vd_wall_s(START_S));
	f->fake.mono = (struct vd_mono){ vd_dur_s(1000).us };
	f->loop = vd_loop_create(&f->clock, fake_poller_init(&f->poller, &f->fake));
	assert_non_null(f->loop);
	f->host = (struct vd_channel_host){
		.ctx = f,
		.book = &f->book,
		.loop = f->loop,
		.rng = vd_seeded_rng_init(&f->seeded, 7),
		.clock = &f->clock,
		.message = fixture_message,
		.deleted = fixture_deleted,
		.cursor_get = fixture_cursor_get,
		.cursor_set = fixture_cursor_set,
		.lost_turns = fixture_lost,
		.open_threads = fixture_threads,
		.health = fixture_health,
		.sent = fixture_sent,
		.date = fixture_date,
		.presence = fixture_presence,
		.passed_on = fixture_passed_on,
		.billed = fixture_billed,
		.open_messages = fixture_open_messages,
		.known = fixture_known,
		.token_end = fixture_token_end,
	};
	return f;
}

static inline void fixture_open(struct fixture *f)
{
	struct vd_diag diag = { 0 };
	struct vd_channel_door door = { .ctx = f,
					.start = fixture_start,
					.cancel = fixture_cancel };
	assert_ok(vd_channels_create_with(&f->host, door, f->accounts, f->n_accounts, &f->channels,
					  &diag));
}

static inline void fixture_free(struct fixture *f)
{
	vd_channels_destroy(f->channels);
	vd_loop_destroy(f->loop);
	free(f);
}

static inline void fixture_script(struct fixture *f, struct answer answer)
{
	assert_true(f->n_script < SCRIPT_MOST);
	f->script[f->n_script++] = answer;
}

/** Turns of 100 ms until account 0 was polled that often. */
static inline void fixture_run_polls(struct fixture *f, size_t n)
{
	for (int i = 0; i < 20000 && f->n_polls[0] < n; i++) {
		assert_ok(vd_loop_turn(f->loop, vd_dur_ms(100)));
	}
	assert_true(f->n_polls[0] >= n);
}

static inline void fixture_run_sent(struct fixture *f, size_t n)
{
	for (int i = 0; i < 20000 && f->n_sent < n; i++) {
		assert_ok(vd_loop_turn(f->loop, vd_dur_ms(100)));
	}
	assert_int_equal(f->n_sent, n);
}

/** Domain seconds of turns. */
static inline void fixture_run_for(struct fixture *f, int64_t seconds)
{
	struct vd_mono end = vd_mono_add(f->fake.mono, vd_dur_s(seconds));
	for (int i = 0; i < 10000 && f->fake.mono.us < end.us; i++) {
		assert_ok(vd_loop_turn(f->loop, vd_mono_sub(end, f->fake.mono)));
	}
}

/** How many requests had an address with `part`. */
static inline size_t fixture_count(const struct fixture *f, const char *part)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_urls; i++) {
		n += strstr(f->urls[i], part) != NULL ? 1 : 0;
	}
	return n;
}

/** The n-th (from 0) request whose address contains `part`; "" where there is none. */
static inline const char *fixture_url(const struct fixture *f, const char *part, size_t nth)
{
	for (size_t i = 0; i < f->n_urls; i++) {
		if (strstr(f->urls[i], part) != NULL && nth-- == 0) {
			return f->urls[i];
		}
	}
	return "";
}

#endif
