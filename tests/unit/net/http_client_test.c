// SPDX-License-Identifier: MIT
#include "harness.h"

#include "net/http_conn.h"

// ---- one answer, one outcome --------------------------------------------------------------------

struct answer_case {
	const char *name;
	const char *method;
	const char *answer;
	bool is_closing;
	size_t limit;
	enum vd_err err;
	int status;
	const char *body;
	const char *says; // part of the diag
};

static const struct answer_case answers[] = {
	{ "with a length", "GET",
	  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Test: a b \r\n\r\nhello", false, 0, VD_OK, 200,
	  "hello", NULL },
	{ "empty", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, 0, VD_OK, 200, "",
	  NULL },
	{ "chunked", "GET",
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nX-Late: 1\r\n\r\n",
	  false, 0, VD_OK, 200, "hello", NULL },
	{ "until the end", "GET", "HTTP/1.0 200 OK\r\n\r\nhello", true, 0, VD_OK, 200, "hello",
	  NULL },
	{ "HEAD has no body", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", false, 0,
	  VD_OK, 200, "", NULL },
	{ "204", "POST", "HTTP/1.1 204 No Content\r\n\r\n", false, 0, VD_OK, 204, "", NULL },
	{ "304 with a length", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n",
	  false, 0, VD_OK, 304, "", NULL },
	{ "interim answers", "GET",
	  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
	  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	  false, 0, VD_OK, 200, "ok", NULL },
	{ "an error status is an answer", "GET",
	  "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", false, 0, VD_OK, 503, "busy",
	  NULL },
	{ "no upgrade was asked", "GET",
	  "HTTP/1.1 101 Sure\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", false, 0,
	  VD_ERR_PROTOCOL, 0, "", "protocol" },
	{ "cut in the body", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", true, 0,
	  VD_ERR_CLOSED, 0, "", "cut short" },
	{ "cut in a chunk", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
	  true, 0, VD_ERR_CLOSED, 0, "", "cut short" },
	{ "cut before the last chunk", "GET",
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true, 0,
	  VD_ERR_CLOSED, 0, "", "cut short" },
	{ "cut in the head", "GET", "HTTP/1.1 200 OK\r\nContent-", true, 0, VD_ERR_CLOSED, 0, "",
	  "cut short" },
	{ "bad chunk size", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
	  false, 0, VD_ERR_PROTOCOL, 0, "", "malformed" },
	{ "too large by its length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", false,
	  10, VD_ERR_TOO_LARGE, 0, "", "too large" },
	{ "too large by its chunks", "GET",
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "6\r\nsixsix\r\n5\r\nseven\r\n0\r\n\r\n",
	  false, 10, VD_ERR_TOO_LARGE, 0, "", "too large" },
	{ "as large as may be", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
	  false, 10, VD_OK, 200, "0123456789", NULL },
	{ "not HTTP", "GET", "SSH-2.0-OpenSSH_9.2\r\n", false, 0, VD_ERR_PROTOCOL, 0, "",
	  "malformed" },
	{ "length and chunked", "GET",
	  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	  false, 0, VD_ERR_PROTOCOL, 0, "", NULL },
	{ "two lengths", "GET",
	  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", false, 0,
	  VD_ERR_PROTOCOL, 0, "", NULL },
	{ "an unknown coding", "GET",
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", false, 0,
	  VD_ERR_PROTOCOL, 0, "", "coding" },
	{ "an encoding nobody asked for", "GET",
	  "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nxx", false, 0,
	  VD_ERR_PROTOCOL, 0, "", "not asked for" },
	{ "no gzip at all", "GET",
	  "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", false, 0,
	  VD_ERR_PROTOCOL, 0, "", "gzip" },
	{ "POST cut short is uncertain", "POST",
	  "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", true, 0, VD_ERR_UNCERTAIN, 0, "",
	  "not known" },
};

static void an_answer_gives_its_outcome(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(answers); i++) {
		const struct answer_case *c = &answers[i];
		struct harness h;
		struct script script;
		struct outcome o;
		char url[64];
		harness_init(&h);
		script_init(&script, &h, c->answer);
		script.is_closing = c->is_closing;
		struct vd_http_client *client = make_client(&h, NULL);
		snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", script.port);
		start_call(client, c->method, url, "", c->limit, &o);
		harness_until(&h, &o.is_done);
		if (o.err != c->err || o.status != c->status || strcmp(o.body, c->body) != 0 ||
		    (c->says != NULL && strstr(o.diag.text, c->says) == NULL)) {
			fail_msg("%s: %s, status %d, body \"%s\", \"%s\"", c->name,
				 vd_err_name(o.err), o.status, o.body, o.diag.text);
		}
		if (i == 0) {
			assert_string_equal(o.header, "a b");
		}
		vd_http_client_destroy(client);
		script_deinit(&script);
		harness_deinit(&h);
	}
}

static void an_answer_may_come_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(answers); i++) {
		const struct answer_case *c = &answers[i];
		struct vd_http_message m;
		size_t limit = c->limit > 0 ? c->limit : 1000;
		vd_http_message_init(
			&m, HTTP_RESPONSE,
			(struct vd_http_limits){ .head_bytes = 1000, .body_bytes = limit });
		m.is_for_head = strcmp(c->method, "HEAD") == 0;
		enum vd_err err = VD_AGAIN;
		for (size_t at = 0; c->answer[at] != '\0' && err == VD_AGAIN; at++) {
			size_t used = 0;
			err = vd_http_message_feed(&m, c->answer + at, 1, &used);
		}
		if (err == VD_AGAIN && c->is_closing) {
			err = vd_http_message_finish(&m);
		}
		enum vd_err want = c->err == VD_ERR_UNCERTAIN ? VD_ERR_CLOSED : c->err;
		if (err != want) {
			fail_msg("%s: %s", c->name, vd_err_name(err));
		}
		vd_http_message_deinit(&m);
	}
}

// ---- gzip ---------------------------------------------------------------------------------------

// printf 'hello' | gzip -n
static const char gzip_hello[] =
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00"
	"\x86\xa6\x10\x36\x05\x00\x00\x00";
#define GZIP_HELLO_N (sizeof(gzip_hello) - 1)

static enum vd_err inflate_text(const char *p, size_t n, size_t step, size_t limit,
				struct vd_buf *out, bool *is_whole)
{
	struct vd_inflate *inflate = vd_inflate_create();
	enum vd_err err = VD_OK;
	for (size_t at = 0; at < n && err == VD_OK; at += step) {
		size_t piece = n - at < step ? n - at : step;
		err = vd_inflate_feed(inflate, vd_span_make(p + at, piece), out, limit);
	}
	*is_whole = vd_inflate_is_whole(inflate);
	vd_inflate_destroy(inflate);
	return err;
}

static void gzip_is_undone_whatever_the_pieces(void **state)
{
	(void)state;
	char twice[2 * GZIP_HELLO_N];
	memcpy(twice, gzip_hello, GZIP_HELLO_N);
	memcpy(twice + GZIP_HELLO_N, gzip_hello, GZIP_HELLO_N);
	for (size_t step = 1; step <= sizeof(twice); step++) {
		struct vd_buf out;
		bool is_whole = false;
		vd_buf_init_heap(&out, 100);
		assert_int_equal(inflate_text(twice, sizeof(twice), step, 10, &out, &is_whole),
				 VD_OK);
		assert_true(is_whole);
		assert_string_equal(out.data, "hellohello");
		vd_buf_deinit(&out);
	}
}

static void gzip_that_is_cut_or_too_large_is_refused(void **state)
{
	(void)state;
	struct vd_buf out;
	bool is_whole = true;
	vd_buf_init_heap(&out, 100);
	assert_int_equal(inflate_text(gzip_hello, GZIP_HELLO_N - 1, 64, 10, &out, &is_whole),
			 VD_OK);
	assert_false(is_whole);
	vd_buf_reset(&out);
	assert_int_equal(inflate_text(gzip_hello, GZIP_HELLO_N, 64, 4, &out, &is_whole),
			 VD_ERR_TOO_LARGE);
	vd_buf_deinit(&out);
}

static void a_gzipped_answer_arrives_unpacked(void **state)
{
	(void)state;
	struct harness h;
	struct script script;
	struct outcome o;
	char url[64];
	char answer[256];
	int n = snprintf(answer, sizeof(answer),
			 "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
			 GZIP_HELLO_N);
	memcpy(answer + n, gzip_hello, GZIP_HELLO_N);
	harness_init(&h);
	script_init(&script, &h, answer);
	script.answer_n = (size_t)n + GZIP_HELLO_N;
	struct vd_http_client *client = make_client(&h, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", script.port);
	start_call(client, "GET", url, "", 0, &o);
	harness_until(&h, &o.is_done);
	assert_int_equal(o.err, VD_OK);
	assert_string_equal(o.body, "hello");
	assert_non_null(strstr(script.request, "Accept-Encoding: gzip\r\n"));
	start_call(client, "GET", url, "", 4, &o); // the limit counts what comes out
	harness_until(&h, &o.is_done);
	assert_int_equal(o.err, VD_ERR_TOO_LARGE);
	vd_http_client_destroy(client);
	script_deinit(&script);
	harness_deinit(&h);
}

// ---- connections --------------------------------------------------------------------------------

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static void a_connection_is_kept(void **state)
{
	(void)state;
	struct harness h;
	struct script script;
	struct outcome o;
	char url[64];
	harness_init(&h);
	script_init(&script, &h, OK_ANSWER);
	struct vd_http_client *client = make_client(&h, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/a?b=c#d", script.port);
	for (int i = 0; i < 5; i++) {
		start_call(client, i == 3 ? "POST" : "GET", url, "", 0, &o);
		harness_until(&h, &o.is_done);
		assert_int_equal(o.err, VD_OK);
		assert_int_equal(o.was_kept, i > 0);
	}
	assert_int_equal(script.n_conns, 1);
	assert_int_equal(vd_http_client_get_stats(client).on_new, 1);
	assert_int_equal(vd_http_client_get_stats(client).on_kept, 4);
	assert_ptr_equal(strstr(script.request, "GET /a?b=c HTTP/1.1\r\n"), script.request);
	// After 90 s without use it is closed; and a POST doesn't trust one that rested for 5 s.
	harness_advance(&h, 5000);
	start_call(client, "POST", url, "x", 0, &o);
	harness_until(&h, &o.is_done);
	assert_false(o.was_kept);
	harness_advance(&h, 91000);
	start_call(client, "GET", url, "", 0, &o);
	harness_until(&h, &o.is_done);
	assert_false(o.was_kept);
	assert_int_equal(script.n_conns, 3);
	vd_http_client_destroy(client);
	script_deinit(&script);
	harness_deinit(&h);
}

struct kept_case {
	const char *name;
	const char *method;
	enum vd_err err;
	int requests; // that reached the server
};

static const struct kept_case kept_cases[] = {
	{ "GET is sent again", "GET", VD_OK, 3 },
	{ "POST is not sent again", "POST", VD_ERR_UNCERTAIN, 2 },
};

static void a_kept_connection_may_die(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(kept_cases); i++) {
		const struct kept_case *c = &kept_cases[i];
		struct harness h;
		struct script script;
		struct outcome o;
		char url[64];
		harness_init(&h);
		script_init(&script, &h, OK_ANSWER);
		script.is_closing_early = true;
		script.dies_from = 2;
		struct vd_http_client *client = make_client(&h, NULL);
		snprintf(url, sizeof(url), "http://127.0.0.1:%u/", script.port);
		start_call(client, "GET", url, "", 0, &o);
		harness_until(&h, &o.is_done);
		start_call(client, c->method, url, "", 0, &o);
		harness_until(&h, &o.is_done);
		if (o.err != c->err || script.n_requests != c->requests) {
			fail_msg("%s: %s, %d requests", c->name, vd_err_name(o.err),
				 script.n_requests);
		}
		vd_http_client_destroy(client);
		script_deinit(&script);
		harness_deinit(&h);
	}
}

static void a_new_connection_that_dies_is_a_failure(void **state)
{
	(void)state;
	struct harness h;
	struct script script;
	struct outcome o;
	char url[64];
	harness_init(&h);
	script_init(&script, &h, OK_ANSWER);
	script.is_closing_early = true;
	script.dies_from = 1;
	struct vd_http_client *client = make_client(&h, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", script.port);
	start_call(client, "GET", url, "", 0, &o);
	harness_until(&h, &o.is_done);
	assert_int_equal(o.err, VD_ERR_CLOSED);
	assert_int_equal(script.n_requests, 1);
	start_call(client, "POST", url, "x", 0, &o);
	harness_until(&h, &o.is_done);
	assert_int_equal(o.err, VD_ERR_UNCERTAIN);
	vd_http_client_destroy(client);
	script_deinit(&script);
	harness_deinit(&h);
}

static void calls_wait_for_a_free_connection(void **state)
{
	(void)state;
	struct harness h;
	struct script script;
	struct outcome o[12];
	char url[64];
	harness_init(&h);
	script_init(&script, &h, OK_ANSWER);
	struct vd_http_client *client = make_client(&h, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", script.port);
	for (size_t i = 0; i < VD_ARRAY_LEN(o); i++) {
		start_call(client, "GET", url, "", 0, &o[i]);
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(o); i++) {
		harness_until(&h, &o[i].is_done);
		assert_int_equal(o[i].err, VD_OK);
	}
	assert_int_equal(script.n_conns, 4);
	vd_http_client_destroy(client);
	script_deinit(&script);
	harness_deinit(&h);
}

// ---- time and trouble ---------------------------------------------------------------------------

static void silence_ends_a_call(void **state)
{
	(void)state;
	static const struct {
		const char *method;
		const char *answer;
		enum vd_err err;
	} cases[] = {
		{ "GET", "", VD_ERR_TIMEOUT },
		{ "POST", "", VD_ERR_UNCERTAIN },
		{ "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", VD_ERR_TIMEOUT },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct harness h;
		struct script script;
		struct outcome o;
		char url[64];
		harness_init(&h);
		script_init(&script, &h, cases[i].answer);
		struct vd_http_client *client = make_client(&h, NULL);
		snprintf(url, sizeof(url), "http://127.0.0.1:%u/", script.port);
		start_call(client, cases[i].method, url, "", 0, &o);
		for (int turn = 0; turn < MOST_TURNS && script.n_requests == 0; turn++) {
			harness_turn(&h);
		}
		harness_turns(&h, 6);
		harness_advance(&h, 19000);
		assert_false(o.is_done);
		harness_advance(&h, 2000);
		assert_true(o.is_done);
		assert_int_equal(o.err, cases[i].err);
		assert_non_null(strstr(o.diag.text, "took too long"));
		vd_http_client_destroy(client);
		script_deinit(&script);
		harness_deinit(&h);
	}
}

static void nobody_listens(void **state)
{
	(void)state;
	struct harness h;
	struct script script;
	struct outcome o;
	char url[64];
	harness_init(&h);
	script_init(&script, &h, "");
	script_deinit(&script); // its port is free now
	struct vd_http_client *client = make_client(&h, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", script.port);
	start_call(client, "POST", url, "x", 0, &o);
	harness_until(&h, &o.is_done);
	assert_int_equal(o.err, VD_ERR_CONNECT);
	assert_non_null(strstr(o.diag.text, "refused"));
	vd_http_client_destroy(client);
	harness_deinit(&h);
}

// "a.b" has what `ctx` lists, separated by blanks.
static enum vd_err listed(void *ctx, const char *host, struct vd_sock_address *out, size_t cap,
			  size_t *n, struct vd_diag *diag)
{
	struct vd_span rest = vd_span_of(ctx);
	(void)host;
	*n = 0;
	while (rest.n > 0 && *n < cap) {
		char text[VD_SOCK_TEXT_BYTES];
		if (vd_span_copy(vd_span_cut(&rest, ' '), text, sizeof(text)) != VD_OK ||
		    vd_sock_address_parse(text, 0, &out[*n]) != VD_OK) {
			return vd_diag_set(diag, VD_ERR_RESOLVE, "no address");
		}
		(*n)++;
	}
	return VD_OK;
}

// The kernel's other loopback addresses refuse while the clock stands; lwIP has only one, so there
// they are mute, and the time between attempts has to pass.
static void turn_until_done(struct harness *h, const struct outcome *o)
{
	for (int i = 0; i < MOST_TURNS && !o->is_done; i++) {
		harness_turn(h);
		if (h->stack != NULL && i % 20 == 19) {
			vd_fake_clock_advance(&h->fake, vd_dur_ms(250));
		}
	}
	assert_true(o->is_done);
}

// Only 127.0.0.1 is listened on.
static void the_next_address_is_tried(void **state)
{
	(void)state;
	static char lists[][80] = {
		"127.0.0.1",
		"127.0.0.66 127.0.0.1",
		"::1 127.0.0.1",
		"127.0.0.1 ::1",
		"::1 127.0.0.66 127.0.0.67 127.0.0.68 127.0.0.69 127.0.0.70 127.0.0.71 127.0.0.1",
		"::1 127.0.0.66",
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(lists); i++) {
		struct harness h;
		struct script script;
		struct outcome o;
		char url[64];
		struct vd_resolve resolve = { lists[i], listed };
		harness_init(&h);
		vd_resolver_destroy(h.resolver);
		assert_int_equal(vd_resolver_create_with(h.loop, resolve, &h.resolver, NULL),
				 VD_OK);
		script_init(&script, &h, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		struct vd_http_client *client = make_client(&h, NULL);
		snprintf(url, sizeof(url), "http://a.b:%u/", script.port);
		start_call(client, "GET", url, "", 0, &o);
		turn_until_done(&h, &o);
		bool is_last = i + 1 == VD_ARRAY_LEN(lists);
		enum vd_err in_vain = h.stack != NULL ? VD_ERR_TIMEOUT : VD_ERR_CONNECT;
		assert_int_equal(o.err, is_last ? in_vain : VD_OK);
		vd_http_client_destroy(client);
		script_deinit(&script);
		harness_deinit(&h);
	}
}

// A listener whose queue is full lets the next one hang, without a word.
#define MUTE "127.0.0.66"
struct mute {
	int fds[6]; // the listener first
	size_t n;
};

static void mute_init(struct mute *mute, uint16_t port)
{
	struct vd_sock_address at;
	assert_int_equal(vd_sock_address_parse(MUTE, port, &at), VD_OK);
	assert_int_equal(vd_sock_tcp_listen(&at, 0, &mute->fds[0], NULL), VD_OK);
	mute->n = 1;
	while (mute->n < VD_ARRAY_LEN(mute->fds)) {
		enum vd_err err = vd_sock_tcp_connect(&at, &mute->fds[mute->n++], NULL);
		assert_true(err == VD_OK || err == VD_AGAIN);
	}
}

static void mute_deinit(struct mute *mute)
{
	while (mute->n > 0) {
		vd_sock_close(mute->fds[--mute->n]);
	}
}

// RFC 8305 section 5.
static void a_hanging_address_costs_250_ms(void **state)
{
	(void)state;
	static char list[] = MUTE " 127.0.0.1";
	struct vd_resolve resolve = { list, listed };
	struct harness h;
	struct script script;
	struct mute mute = { .n = 0 };
	struct outcome o;
	char url[64];
	harness_init(&h);
	vd_resolver_destroy(h.resolver);
	assert_int_equal(vd_resolver_create_with(h.loop, resolve, &h.resolver, NULL), VD_OK);
	script_init(&script, &h, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	if (h.stack == NULL) { // lwIP has no such address, and says nothing either
		mute_init(&mute, script.port);
	}
	struct vd_http_client *client = make_client(&h, NULL);
	snprintf(url, sizeof(url), "http://a.b:%u/", script.port);
	start_call(client, "GET", url, "", 0, &o);
	for (int i = 0; i < 50; i++) { // the look-up's thread, and the first attempt
		harness_turn(&h);
	}
	vd_fake_clock_advance(&h.fake, vd_dur_ms(249));
	harness_turns(&h, 20);
	assert_int_equal(script.n_conns, 0);
	vd_fake_clock_advance(&h.fake, vd_dur_ms(2));
	harness_until(&h, &o.is_done);
	assert_int_equal(o.err, VD_OK);
	assert_int_equal(script.n_conns, 1);
	vd_http_client_destroy(client);
	mute_deinit(&mute);
	script_deinit(&script);
	harness_deinit(&h);
}

static void a_cancelled_call_is_silent(void **state)
{
	(void)state;
	struct harness h;
	struct script script;
	struct outcome o = { 0 };
	char url[64];
	harness_init(&h);
	script_init(&script, &h, "");
	struct vd_http_client *client = make_client(&h, NULL);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", script.port);
	for (int turns = 0; turns < 8; turns++) {
		struct vd_http_call *call = NULL;
		struct vd_http_request request = {
			.method = "GET",
			.url = vd_span_of(url),
			.ctx = &o,
			.done = outcome_take,
		};
		script.n_conns = 0;
		assert_int_equal(vd_http_call_start(client, &request, &call, NULL), VD_OK);
		harness_turns(&h, turns);
		vd_http_call_cancel(call);
		harness_turns(&h, 4);
		for (int i = 0; i < script.n_conns; i++) {
			if (script.conns[i].fd >= 0) {
				scripted_close(&script.conns[i]);
			}
		}
	}
	assert_false(o.is_done);
	vd_http_client_destroy(client);
	script_deinit(&script);
	harness_deinit(&h);
}

static void the_end_of_the_client_ends_its_calls(void **state)
{
	(void)state;
	struct harness h;
	struct outcome o;
	harness_init(&h);
	struct vd_http_client *client = make_client(&h, NULL);
	start_call(client, "GET", "http://127.0.0.1:1/", "", 0, &o);
	vd_http_client_destroy(client);
	assert_true(o.is_done);
	assert_int_equal(o.err, VD_ERR_CANCELLED);
	vd_http_client_destroy(NULL);
	harness_deinit(&h);
}

static void what_cannot_be_asked_is_refused_at_once(void **state)
{
	(void)state;
	static const struct {
		const char *method;
		const char *url;
		struct vd_http_header field;
		enum vd_err err;
	} cases[] = {
		{ "GET", "ftp://x/", { { "A", 1 }, { "b", 1 } }, VD_ERR_SYNTAX },
		{ "GET", "https://x/", { { "A", 1 }, { "b", 1 } }, VD_ERR_UNSUPPORTED },
		{ "G T", "http://x/", { { "A", 1 }, { "b", 1 } }, VD_ERR_ARGUMENT },
		{ "GET", "http://x/", { { "A", 1 }, { "b\r\nC: d", 7 } }, VD_ERR_ARGUMENT },
		{ "GET", "http://x/", { { "A:", 2 }, { "b", 1 } }, VD_ERR_ARGUMENT },
		{ "GET", "http://x/", { { "host", 4 }, { "b", 1 } }, VD_ERR_ARGUMENT },
	};
	struct harness h;
	harness_init(&h);
	struct vd_http_client *client = make_client(&h, NULL);
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct vd_http_request request = {
			.method = cases[i].method,
			.url = vd_span_of(cases[i].url),
			.headers = &cases[i].field,
			.n_headers = 1,
			.done = outcome_take,
		};
		assert_int_equal(vd_http_call_start(client, &request, NULL, NULL), cases[i].err);
	}
	vd_http_client_destroy(client);
	harness_deinit(&h);
}

static void the_table_of_phases_has_no_hole(void **state)
{
	(void)state;
	for (int phase = 0; phase < VD_HTTP_PHASES; phase++) {
		for (int event = 0; event < VD_HTTP_EVENTS; event++) {
			assert_int_not_equal(vd_http_next_phase((enum vd_http_phase)phase,
								(enum vd_http_event)event),
					     VD_HTTP_MISSING);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_gives_its_outcome),
		cmocka_unit_test(an_answer_may_come_byte_by_byte),
		cmocka_unit_test(gzip_is_undone_whatever_the_pieces),
		cmocka_unit_test(gzip_that_is_cut_or_too_large_is_refused),
		cmocka_unit_test(a_gzipped_answer_arrives_unpacked),
		cmocka_unit_test(a_connection_is_kept),
		cmocka_unit_test(a_kept_connection_may_die),
		cmocka_unit_test(a_new_connection_that_dies_is_a_failure),
		cmocka_unit_test(calls_wait_for_a_free_connection),
		cmocka_unit_test(silence_ends_a_call),
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(the_next_address_is_tried),
		cmocka_unit_test(a_hanging_address_costs_250_ms),
		cmocka_unit_test(a_cancelled_call_is_silent),
		cmocka_unit_test(the_end_of_the_client_ends_its_calls),
		cmocka_unit_test(what_cannot_be_asked_is_refused_at_once),
		cmocka_unit_test(the_table_of_phases_has_no_hole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
