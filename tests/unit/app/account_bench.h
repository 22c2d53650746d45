// SPDX-License-Identifier: MIT
/**
 * A desk with its keeper of sign-ins on a bench: the real store, engine, loop and HTTP client; a
 * scripted network on the loopback answers, time is fake.
 * Not a service: no channel polls.
 * A test moves the time and says what is answered next.
 */
#ifndef VD_UNIT_APP_ACCOUNT_BENCH_H
#define VD_UNIT_APP_ACCOUNT_BENCH_H

#include "desk_bench.h"

#include "net/harness.h"

#include "app/account_keeper.h"

#define LIFE_S 1000
#define DUE_S 800 // 80 % of it

struct account_bench {
	struct harness h;
	struct bench b;
	struct vd_config *config;
	struct vd_http_client *http;
	struct vd_account_keeper *keeper;
	struct script script;
	char answer[2048];
	struct told told;
};

/** What the network says from now on; NULL: nothing. */
static inline void answers_with(struct account_bench *k, const char *status, const char *headers,
				const char *body)
{
	k->answer[0] = '\0';
	if (status != NULL) {
		snprintf(k->answer, sizeof(k->answer),
			 "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s"
			 "Content-Length: %zu\r\n\r\n%s",
			 status, headers, strlen(body), body);
	}
	k->script.answer = k->answer;
}

static inline void answers(struct account_bench *k, const char *status, const char *body)
{
	answers_with(k, status, "", body);
}

/** Turns until the network was asked `n` times; its answer is on its way. */
static inline void until_heard(struct account_bench *k, int n)
{
	for (int i = 0; i < MOST_TURNS && k->script.n_requests < n; i++) {
		harness_turn(&k->h);
	}
	assert_int_equal(k->script.n_requests, n);
}

static inline void start_keeper(struct account_bench *k)
{
	struct vd_account_keeper_config config = {
		.loop = k->h.loop,
		.store = k->b.store,
		.rng = k->h.rng,
		.clock = &k->h.clock,
		.http = k->http,
		.config = k->config,
		.desk = k->b.desk,
	};
	struct vd_diag diag = { 0 };
	assert_ok(vd_account_keeper_create(&config, &k->keeper, &diag));
}

/** As behind a start of the service: what is due leaves. The set of channels is empty. */
static inline struct vd_channels *begin_renewals(struct account_bench *k)
{
	struct vd_channels *none = NULL;
	struct vd_channel_host host = {
		.book = k->b.book, .loop = k->h.loop, .rng = k->h.rng, .clock = &k->h.clock
	};
	assert_ok(vd_channels_create(&host, NULL, 0, &none, NULL));
	vd_account_keeper_set_channels(k->keeper, none);
	return none;
}

static inline int account_set_up(void **state)
{
	struct account_bench *k = calloc(1, sizeof(*k));
	struct bench *b = &k->b;
	harness_init(&k->h);
	snprintf(b->dir, sizeof(b->dir), "/tmp/vedetta-desk-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	b->clock = k->h.clock;
	b->loop = k->h.loop;
	b->book = calloc(1, sizeof(*b->book));
	fill_book(b->book);
	open_desk(b);
	k->http = make_client(&k->h, NULL);
	script_init(&k->script, &k->h, "");
	k->config = calloc(1, sizeof(*k->config));
	k->config->n_accounts = 1;
	struct vd_config_account *a = &k->config->accounts[0];
	snprintf(k->config->data_dir, sizeof(k->config->data_dir), "%s", b->dir);
	snprintf(a->name, sizeof(a->name), "ti-x");
	snprintf(a->network, sizeof(a->network), "x");
	snprintf(a->user_id, sizeof(a->user_id), X_OWN_ID);
	snprintf(a->base_url, sizeof(a->base_url), "http://127.0.0.1:%u", k->script.port);
	a->enabled = true;
	start_keeper(k);
	*state = k;
	return 0;
}

static inline int account_tear_down(void **state)
{
	struct account_bench *k = *state;
	vd_account_keeper_destroy(k->keeper);
	vd_http_client_destroy(k->http);
	close_desk(&k->b);
	remove_store(k->b.dir);
	script_deinit(&k->script);
	harness_deinit(&k->h);
	free(k->config);
	free(k->b.book);
	free(k);
	return 0;
}

/** The power goes: what was not committed is gone, and so are all requests. */
static inline void cut_power(struct account_bench *k)
{
	vd_store_abort(k->b.store);
	vd_account_keeper_destroy(k->keeper);
	vd_http_client_destroy(k->http);
	vd_desk_destroy(k->b.desk);
	vd_store_close(k->b.store);
	open_desk(&k->b);
	k->http = make_client(&k->h, NULL);
	start_keeper(k);
}

static inline struct vd_credentials pair(const struct account_bench *k, const char *token,
					 const char *refresh)
{
	struct vd_credentials c = { .kind = VD_CREDENTIALS_X_OAUTH2,
				    .client_id = "client-1",
				    .ends = vd_wall_add(k->h.fake.wall, vd_dur_s(LIFE_S)) };
	assert_ok(vd_secret_set(&c.part[VD_PART_TOKEN], vd_span_of(token)));
	assert_ok(vd_secret_set(&c.part[VD_PART_REFRESH], vd_span_of(refresh)));
	return c;
}

static inline void sign_in(struct account_bench *k, const char *token, const char *refresh)
{
	struct vd_credentials c = pair(k, token, refresh);
	struct vd_diag diag = { 0 };
	k->told = (struct told){ 0 };
	assert_ok(vd_account_keeper_sign_in(k->keeper, VD_SPAN("ti-x"), &c, "Anna", 1, &k->told,
					    tell, &diag));
	assert_int_equal(k->told.n, 0); // not before the commit
	turn(&k->b);
	assert_int_equal(k->told.n, 1);
	assert_ok(k->told.result.err);
	vd_credentials_deinit(&c);
}

/** What requests are made with now. */
static inline void assert_uses(const struct account_bench *k, const char *token)
{
	struct vd_channel_account *to = calloc(1, sizeof(*to));
	struct vd_diag diag = { 0 };
	assert_ok(vd_account_keeper_fill(k->keeper, 0, to, &diag));
	assert_span(vd_secret_reveal(&to->token), token);
	free(to);
}

static inline const char *words(struct account_bench *k)
{
	const char *said = vd_account_keeper_words(k->keeper, 0);
	return said != NULL ? said : "";
}

static inline void assert_says(const char *said, const char *part)
{
	if (strstr(said, part) == NULL) {
		print_error("\"%s\" does not say \"%s\"\n", said, part);
		fail();
	}
}

/** Turns until the network was asked `n` times in all, and its answer was taken. */
static inline void until_asked(struct account_bench *k, int n)
{
	until_heard(k, n);
	harness_turns(&k->h, 8);
}

static inline void advance_s(struct account_bench *k, int64_t s)
{
	for (int i = 0; i < k->script.n_conns && k->script.n_conns > 4; i++) {
		if (k->script.conns[i].fd >= 0) { // as a network does with idle ones
			scripted_close(&k->script.conns[i]);
		}
	}
	k->script.n_conns = k->script.n_conns > 4 ? 0 : k->script.n_conns;
	vd_fake_clock_advance(&k->h.fake, vd_dur_s(s));
	harness_turns(&k->h, 8);
}

#endif
