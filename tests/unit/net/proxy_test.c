// SPDX-License-Identifier: MIT
#include "harness.h"

#include "net/http_connect.h"
#include "net/proxy.h"

static enum vd_err init(struct vd_proxy *proxy, const char *url, const char *user,
			const char *password, const char *none, struct vd_diag *diag)
{
	*diag = (struct vd_diag){ 0 };
	return vd_proxy_init(proxy, vd_span_of(url), vd_span_of(user), vd_span_of(password),
			     vd_span_of(none), diag);
}

static void a_url_is_host_and_port(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		enum vd_err err;
		const char *host;
		uint16_t port;
		const char *says;
	} cases[] = {
		{ "http://proxy.shop.lan:8080", VD_OK, "proxy.shop.lan", 8080, NULL },
		{ "http://proxy.shop.lan:80", VD_OK, "proxy.shop.lan", 80, NULL },
		{ " http://Proxy.Shop.Lan/ ", VD_OK, "proxy.shop.lan", 3128, NULL },
		{ "http://[fd00::1]:8080", VD_OK, "fd00::1", 8080, NULL },
		{ "http://[fd00::1]", VD_OK, "fd00::1", 3128, NULL },
		{ "https://proxy:8080", VD_ERR_UNSUPPORTED, "", 0, "http://host:port" },
		{ "http://anna:geheim@proxy:8080", VD_ERR_SYNTAX, "", 0, "proxy_user" },
		{ "http://proxy:8080/pac", VD_ERR_SYNTAX, "", 0, "more than host and port" },
		{ "socks5://proxy:1080", VD_ERR_SYNTAX, "", 0, "the proxy" },
		{ "proxy:8080", VD_ERR_SYNTAX, "", 0, "http://" },
		{ "http://:8080", VD_ERR_SYNTAX, "", 0, "malformed" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct vd_proxy proxy;
		struct vd_diag diag;
		enum vd_err err = init(&proxy, cases[i].url, "", "", "", &diag);
		if (err != cases[i].err ||
		    (cases[i].says != NULL && strstr(diag.text, cases[i].says) == NULL) ||
		    strstr(diag.text, "geheim") != NULL) {
			fail_msg("%s: %s: %s", cases[i].url, vd_err_name(err), diag.text);
		}
		assert_string_equal(proxy.at.host, cases[i].host);
		assert_int_equal(proxy.at.port, cases[i].port);
		vd_proxy_deinit(&proxy);
		vd_proxy_deinit(&proxy);
	}
}

static void credentials_are_basic_and_bounded(void **state)
{
	(void)state;
	struct vd_proxy proxy;
	struct vd_diag diag;
	char longest[1100];
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	// RFC 7617 section 2.
	assert_int_equal(init(&proxy, "http://p", "Aladdin", "open sesame", "", &diag), VD_OK);
	assert_true(vd_span_is_text(vd_secret_reveal(&proxy.credentials),
				    "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
	vd_proxy_deinit(&proxy);
	assert_false(vd_secret_is_set(&proxy.credentials));
	assert_int_equal(init(&proxy, "http://p", "", "unused", "", &diag), VD_OK);
	assert_false(vd_secret_is_set(&proxy.credentials));
	assert_int_equal(init(&proxy, "http://p", "a:b", "x", "", &diag), VD_ERR_SYNTAX);
	assert_int_equal(init(&proxy, "http://p", "a", "x\r\nX: y", "", &diag), VD_ERR_SYNTAX);
	assert_int_equal(init(&proxy, "http://p", "a", longest, "", &diag), VD_ERR_ROOM);
	longest[900] = '\0'; // fits, but not in base64
	assert_int_equal(init(&proxy, "http://p", "a", longest, "", &diag), VD_ERR_ROOM);
	assert_int_equal(init(&proxy, "http://p", "", "", longest, &diag), VD_OK);
}

static void some_hosts_are_reached_without_it(void **state)
{
	(void)state;
	static const struct {
		const char *none;
		const char *host;
		bool is_through;
	} cases[] = {
		{ "", "api.x.com", true },
		{ "*", "api.x.com", false },
		{ "x.com", "x.com", false },
		{ "x.com", "api.x.com", false },
		{ ".x.com", "api.x.com", false },
		{ "*.x.com", "api.x.com", false },
		{ "x.com", "netflix.com", true },
		{ "X.COM", "api.x.com", false },
		{ "a.lan, b.lan ,c.lan", "b.lan", false },
		{ "a.lan,,.", "b.lan", true },
		{ "127.0.0.1", "127.0.0.1", false },
		{ "127.0.0.1", "127.0.0.2", true },
		{ "10.0.0.0/8", "10.200.3.4", false },
		{ "10.0.0.0/8", "11.0.0.1", true },
		{ "192.0.2.128/25", "192.0.2.200", false },
		{ "192.0.2.128/25", "192.0.2.100", true },
		{ "0.0.0.0/0", "192.0.2.100", false },
		{ "192.0.2.0/33", "192.0.2.1", true },
		{ "192.0.2.0/x", "192.0.2.1", true },
		{ "::1", "::1", false },
		{ "[::1]", "::1", false },
		{ "fd00::/8", "fd12::3", false },
		{ "fd00::/8", "fe80::3", true },
		{ "10.0.0.0/8", "a.lan", true },
		{ "1", "127.0.0.1", true }, // no domain above an address
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct vd_proxy proxy;
		struct vd_diag diag;
		assert_int_equal(init(&proxy, "http://p", "", "", cases[i].none, &diag), VD_OK);
		if (vd_proxy_is_for(&proxy, cases[i].host) != cases[i].is_through) {
			fail_msg("%s: %s", cases[i].none, cases[i].host);
		}
	}
}

// ---- its answers --------------------------------------------------------------------------------

struct answer_case {
	const char *name;
	const char *answer;
	const char *user;
	enum vd_err err;
	const char *says;
};

static const struct answer_case answers[] = {
	{ "yes", "HTTP/1.1 200 Connection established\r\n\r\n", "", VD_OK, NULL },
	{ "yes of tinyproxy", "HTTP/1.0 200 Connection established\r\nProxy-agent: t/1\r\n\r\n", "",
	  VD_OK, NULL },
	{ "yes with a length", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", VD_OK, NULL },
	{ "yes with a coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", VD_OK,
	  NULL },
	{ "yes after a word", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "", VD_OK,
	  NULL },
	{ "no user", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n", "",
	  VD_ERR_PROXY, "the proxy p.lan:8080 wants a user and a password: set proxy_user" },
	{ "another user", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n", "u",
	  VD_ERR_PROXY, "refuses user and password: correct proxy_user" },
	{ "another user at tinyproxy", "HTTP/1.1 401 Unauthorized\r\n\r\n", "u", VD_ERR_PROXY,
	  "refuses user and password: correct proxy_user" },
	{ "other methods",
	  "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n"
	  "Proxy-Authenticate: NTLM\r\n\r\n",
	  "u", VD_ERR_PROXY, "wants Negotiate, which this box doesn't speak: allow Basic" },
	{ "several methods",
	  "HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM, Basic realm=\"x\"\r\n\r\n", "",
	  VD_ERR_PROXY, "set proxy_user" },
	{ "a strange method", "HTTP/1.1 407 No\r\nProxy-Authenticate: \"\x80\r\n\r\n", "u",
	  VD_ERR_PROXY, "wants another method" },
	{ "407 with a page that is not read",
	  "HTTP/1.1 407 No\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<html>", "",
	  VD_ERR_PROXY, "set proxy_user" },
	{ "forbidden", "HTTP/1.1 403 Filtered\r\n\r\n", "", VD_ERR_PROXY,
	  "forbids connections to api.x.com:443" },
	{ "no way on", "HTTP/1.1 502 Bad\r\nContent-Type: text/html\r\n\r\n<p>", "", VD_ERR_PROXY,
	  "doesn't reach api.x.com:443 (status 502): check its line" },
	{ "busy", "HTTP/1.1 503 Busy\r\n\r\n", "", VD_ERR_PROXY, "(status 503)" },
	{ "nobody there", "HTTP/1.1 504 Late\r\n\r\n", "", VD_ERR_PROXY, "(status 504)" },
	{ "no proxy at all", "HTTP/1.1 405 No\r\n\r\n", "", VD_ERR_PROXY,
	  "refused api.x.com:443 (status 405): look at its log" },
	{ "a page as a success",
	  "HTTP/1.1 200 OK\r\nContent-Type: text/HTML; charset=x\r\n\r\n<html>", "", VD_ERR_FOREIGN,
	  "sent a web page (status 200)" },
	{ "bytes nobody asked for", "HTTP/1.1 200 OK\r\n\r\nhello", "", VD_ERR_FOREIGN,
	  "web page" },
	{ "sent elsewhere", "HTTP/1.1 302 Go\r\nLocation: http://login.lan/\r\n\r\n", "",
	  VD_ERR_FOREIGN, "(status 302)" },
	{ "sign in", "HTTP/1.1 511 Network Authentication Required\r\n\r\n", "", VD_ERR_FOREIGN,
	  "(status 511)" },
	{ "another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "", VD_ERR_PROXY, "is no HTTP proxy" },
	{ "HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", "", VD_ERR_PROXY, "is no HTTP proxy" },
	{ "another status", "HTTP/1.1 999 OK\r\n\r\n", "", VD_ERR_PROXY, "is no HTTP proxy" },
	{ "switching", "HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "",
	  VD_ERR_PROXY, "is no HTTP proxy" },
	{ "not all yet", "HTTP/1.1 200 OK\r\nVia: x", "", VD_AGAIN, NULL },
};

static enum vd_err feed(const struct answer_case *c, size_t step, struct vd_diag *diag)
{
	struct vd_proxy proxy;
	struct vd_http_connect connect;
	assert_int_equal(init(&proxy, "http://p.lan:8080", c->user, "pw", "", diag), VD_OK);
	assert_int_equal(vd_http_connect_init(&connect, &proxy, "api.x.com", false, 443), VD_OK);
	enum vd_err err = VD_AGAIN;
	size_t n = strlen(c->answer);
	for (size_t at = 0; at < n && err == VD_AGAIN; at += step) {
		size_t piece = n - at < step ? n - at : step;
		err = vd_http_connect_feed(&connect, c->answer + at, piece, diag);
	}
	vd_http_connect_deinit(&connect);
	vd_http_connect_deinit(&connect);
	vd_proxy_deinit(&proxy);
	return err;
}

static void its_answers_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(answers); i++) {
		const struct answer_case *c = &answers[i];
		struct vd_diag diag;
		enum vd_err err = feed(c, SIZE_MAX / 2, &diag);
		if (err != c->err || (c->says != NULL && strstr(diag.text, c->says) == NULL)) {
			fail_msg("%s: %s: %s", c->name, vd_err_name(err), diag.text);
		}
		// What follows the head in a piece of its own is the tunnel's: TLS judges that.
		if (strcmp(c->name, "bytes nobody asked for") != 0) {
			assert_int_equal(feed(c, 1, &diag), c->err);
		}
	}
}

static void a_head_without_end_is_refused(void **state)
{
	(void)state;
	struct vd_proxy proxy;
	struct vd_diag diag;
	struct vd_http_connect connect;
	assert_int_equal(init(&proxy, "http://p", "", "", "", &diag), VD_OK);
	assert_int_equal(vd_http_connect_init(&connect, &proxy, "x", false, 443), VD_OK);
	const char begin[] = "HTTP/1.1 200 OK\r\nX: ";
	enum vd_err err = vd_http_connect_feed(&connect, begin, sizeof(begin) - 1, &diag);
	size_t sent = 0;
	for (; err == VD_AGAIN && sent < 100000; sent++) {
		err = vd_http_connect_feed(&connect, "y", 1, &diag);
	}
	assert_int_equal(err, VD_ERR_PROXY);
	assert_true(sent < 20000);
	vd_http_connect_deinit(&connect);
}

static void the_request_names_the_far_end(void **state)
{
	(void)state;
	static const struct {
		const char *host;
		bool is_literal6;
		const char *user;
		const char *request;
	} cases[] = {
		{ "api.x.com", false, "",
		  "CONNECT api.x.com:443 HTTP/1.1\r\nHost: api.x.com:443\r\n"
		  "User-Agent: Vedetta\r\n\r\n" },
		{ "::1", true, "Aladdin",
		  "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nUser-Agent: Vedetta\r\n"
		  "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct vd_proxy proxy;
		struct vd_diag diag;
		struct vd_http_connect connect;
		assert_int_equal(init(&proxy, "http://p", cases[i].user, "open sesame", "", &diag),
				 VD_OK);
		assert_int_equal(vd_http_connect_init(&connect, &proxy, cases[i].host,
						      cases[i].is_literal6, 443),
				 VD_OK);
		assert_string_equal(connect.out.data, cases[i].request);
		vd_http_connect_deinit(&connect);
		vd_proxy_deinit(&proxy);
	}
}

// ---- the client through it ----------------------------------------------------------------------

struct through {
	struct harness h;
	struct script script; // the proxy, and what is behind it
	struct vd_proxy proxy;
	struct vd_http_client *client;
};

static void through_init(struct through *t, const char *answer)
{
	char url[64];
	struct vd_diag diag;
	harness_init(&t->h);
	script_init(&t->script, &t->h, answer);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", t->script.port);
	assert_int_equal(init(&t->proxy, url, "shop", "pw", "direct.lan,127.0.0.1", &diag), VD_OK);
	struct vd_http_client_config config = { .loop = t->h.loop,
						.resolver = t->h.resolver,
						.proxy = &t->proxy };
	assert_int_equal(vd_http_client_create(&config, &t->client, NULL), VD_OK);
}

static void through_deinit(struct through *t)
{
	vd_http_client_destroy(t->client);
	script_deinit(&t->script);
	harness_deinit(&t->h);
	vd_proxy_deinit(&t->proxy);
}

#define YES "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static void calls_go_through_one_tunnel(void **state)
{
	(void)state;
	struct through t;
	struct outcome o;
	through_init(&t, YES);
	// The name is the proxy's to look up: nobody else knows it.
	start_call(t.client, "GET", "http://api.x.invalid/a", "", 0, &o);
	harness_until(&t.h, &o.is_done);
	assert_int_equal(o.err, VD_OK);
	assert_int_equal(t.script.n_requests, 2);
	assert_non_null(strstr(t.script.request, "GET /a HTTP/1.1"));
	// What is behind the tunnel doesn't see who we are to the proxy.
	assert_null(strstr(t.script.request, "Proxy-Authorization"));
	start_call(t.client, "GET", "http://api.x.invalid/b", "", 0, &o);
	harness_until(&t.h, &o.is_done);
	assert_int_equal(o.err, VD_OK);
	assert_true(o.was_kept);
	assert_int_equal(t.script.n_requests, 3);
	start_call(t.client, "GET", "http://other.x.invalid/", "", 0, &o); // a tunnel of its own
	harness_until(&t.h, &o.is_done);
	assert_int_equal(t.script.n_requests, 5);
	assert_int_equal(t.script.n_conns, 2);
	through_deinit(&t);
}

static void no_proxy_goes_straight(void **state)
{
	(void)state;
	struct through t;
	struct outcome o;
	char url[64];
	through_init(&t, YES);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/c", t.script.port);
	start_call(t.client, "GET", url, "", 0, &o);
	harness_until(&t.h, &o.is_done);
	assert_int_equal(o.err, VD_OK);
	assert_int_equal(t.script.n_requests, 1);
	assert_non_null(strstr(t.script.request, "GET /c HTTP/1.1"));
	through_deinit(&t);
}

static void its_trouble_is_named_and_nothing_has_left(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *answer;
		bool is_closing_early;
		enum vd_err err;
		const char *says;
	} cases[] = {
		{ "refuses", "HTTP/1.1 407 No\r\n\r\n", false, VD_ERR_PROXY, "proxy_user" },
		{ "portal", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", false,
		  VD_ERR_FOREIGN, "web page" },
		{ "closes", "", true, VD_ERR_PROXY, "is not working: check it" },
		{ "garbage", "\x16\x03\x01", false, VD_ERR_PROXY, "is no HTTP proxy" },
		{ "silent", "", false, VD_ERR_PROXY, "waiting for the proxy took too long" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct through t;
		struct outcome o;
		through_init(&t, cases[i].answer);
		t.script.is_closing_early = cases[i].is_closing_early;
		start_call(t.client, "POST", "http://api.x.invalid/a", "secret", 0, &o);
		for (int turn = 0; turn < 200 && !o.is_done && t.script.n_requests == 0; turn++) {
			harness_turn(&t.h);
		}
		harness_turns(&t.h, 20);
		if (!o.is_done) {
			harness_advance(&t.h, 15001);
		}
		assert_true(o.is_done);
		if (o.err != cases[i].err || strstr(o.diag.text, cases[i].says) == NULL) {
			fail_msg("%s: %s: %s", cases[i].name, vd_err_name(o.err), o.diag.text);
		}
		assert_null(strstr(t.script.request, "secret"));
		assert_int_equal(t.script.n_requests, 1);
		through_deinit(&t);
	}
}

static void a_proxy_that_is_away_is_named(void **state)
{
	(void)state;
	struct through t;
	struct outcome o;
	through_init(&t, "");
	script_deinit(&t.script);
	start_call(t.client, "GET", "http://api.x.invalid/a", "", 0, &o);
	harness_until(&t.h, &o.is_done);
	assert_int_equal(o.err, VD_ERR_PROXY);
	assert_non_null(strstr(o.diag.text, "the proxy 127.0.0.1:"));
	assert_non_null(strstr(o.diag.text, "refused"));
	script_init(&t.script, &t.h, ""); // for the end
	through_deinit(&t);
}

static void a_call_is_cancelled_in_the_tunnel(void **state)
{
	(void)state;
	for (int turns = 0; turns < 12; turns++) {
		struct through t;
		struct outcome o = { 0 };
		struct vd_http_call *call = NULL;
		struct vd_http_request request = {
			.method = "GET",
			.url = vd_span_of("http://api.x.invalid/a"),
			.ctx = &o,
			.done = outcome_take,
		};
		through_init(&t, "HTTP/1.1 200 OK\r\n"); // never whole
		assert_int_equal(vd_http_call_start(t.client, &request, &call, NULL), VD_OK);
		harness_turns(&t.h, turns);
		vd_http_call_cancel(call);
		harness_turns(&t.h, 4);
		assert_false(o.is_done);
		through_deinit(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_url_is_host_and_port),
		cmocka_unit_test(credentials_are_basic_and_bounded),
		cmocka_unit_test(some_hosts_are_reached_without_it),
		cmocka_unit_test(its_answers_are_told_apart),
		cmocka_unit_test(a_head_without_end_is_refused),
		cmocka_unit_test(the_request_names_the_far_end),
		cmocka_unit_test(calls_go_through_one_tunnel),
		cmocka_unit_test(no_proxy_goes_straight),
		cmocka_unit_test(its_trouble_is_named_and_nothing_has_left),
		cmocka_unit_test(a_proxy_that_is_away_is_named),
		cmocka_unit_test(a_call_is_cancelled_in_the_tunnel),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
