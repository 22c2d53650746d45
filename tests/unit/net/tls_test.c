// SPDX-License-Identifier: MIT
#include "harness.h"

#include <mbedtls/x509_crt.h>

#define DAY_S INT64_C(86400)

// Our server with our client on one loop; the certificate is its own root.
struct pair {
	struct harness h;
	struct vd_buf cert;
	struct vd_buf key;
	struct vd_tls_server *identity;
	struct vd_tls_client *trust;
	struct vd_http_server *server;
	struct vd_http_client *client;
	int n_requests;
};

static void handle(void *ctx, struct vd_http_exchange *x)
{
	struct pair *pair = ctx;
	pair->n_requests++;
	struct vd_span body = vd_http_exchange_body(x);
	body = body.n > 0 ? body : vd_http_exchange_path(x);
	vd_http_exchange_respond(x, 200, "text/plain", NULL, 0, body);
}

static void make_certificate(struct harness *h, const char *hosts, struct vd_buf *cert,
			     struct vd_buf *key)
{
	vd_buf_init_heap(cert, 8192);
	vd_buf_init_heap(key, 8192);
	assert_int_equal(vd_tls_self_sign(h->rng, hosts, h->fake.wall, 100, cert, key, NULL),
			 VD_OK);
}

static void pair_init(struct pair *pair, const char *hosts)
{
	*pair = (struct pair){ 0 };
	struct harness *h = &pair->h;
	harness_init(h);
	make_certificate(h, hosts, &pair->cert, &pair->key);
	struct vd_diag diag = { 0 };
	assert_int_equal(vd_tls_server_create(vd_buf_span(&pair->cert), vd_buf_span(&pair->key),
					      h->rng, &h->clock, &pair->identity, &diag),
			 VD_OK);
	assert_int_equal(vd_tls_client_create(vd_buf_span(&pair->cert), h->rng, &h->clock,
					      &pair->trust, &diag),
			 VD_OK);
	struct vd_http_server_config config = {
		.loop = h->loop,
		.tls = pair->identity,
		.address = "127.0.0.1",
		.ctx = pair,
		.handle = handle,
	};
	assert_int_equal(vd_http_server_create(&config, &pair->server, &diag), VD_OK);
	pair->client = make_client(h, pair->trust);
}

static void pair_deinit(struct pair *pair)
{
	vd_http_client_destroy(pair->client);
	vd_http_server_destroy(pair->server);
	vd_tls_client_destroy(pair->trust);
	vd_tls_server_destroy(pair->identity);
	vd_buf_deinit(&pair->cert);
	vd_buf_deinit(&pair->key);
	harness_deinit(&pair->h);
}

static void ask(struct pair *pair, const char *host, struct outcome *o)
{
	char url[128];
	snprintf(url, sizeof(url), "https://%s:%u/hello", host, vd_http_server_port(pair->server));
	start_call(pair->client, "GET", url, "", 0, o);
	harness_until(&pair->h, &o->is_done);
}

static void use_client(struct pair *pair, struct vd_tls_client *trust)
{
	vd_http_client_destroy(pair->client);
	pair->client = make_client(&pair->h, trust);
}

static void a_session_is_resumed_and_a_connection_kept(void **state)
{
	(void)state;
	struct pair pair;
	struct outcome o;
	pair_init(&pair, "localhost, 127.0.0.1, ::1");
	ask(&pair, "127.0.0.1", &o);
	if (o.err != VD_OK) {
		fail_msg("%s", o.diag.text);
	}
	assert_string_equal(o.body, "/hello");
	assert_false(o.was_kept);
	assert_false(o.was_resumed);
	ask(&pair, "127.0.0.1", &o);
	assert_true(o.was_kept);
	for (int i = 0; i < 3; i++) {
		use_client(&pair, pair.trust); // new connections, the same sessions
		ask(&pair, "127.0.0.1", &o);
		assert_false(o.was_kept);
		assert_true(o.was_resumed);
		assert_int_equal(vd_http_client_get_stats(pair.client).on_resumed, 1);
		assert_int_equal(vd_http_client_get_stats(pair.client).on_new, 0);
	}
	ask(&pair, "localhost", &o); // another name: another session
	assert_int_equal(o.err, VD_OK);
	assert_false(o.was_resumed);
	assert_int_equal(pair.n_requests, 6);
	pair_deinit(&pair);
}

struct refusal_case {
	const char *name;
	const char *hosts; // of the certificate
	const char *host;  // that is asked for
	int64_t days;      // that the clock is moved by
	bool is_untrusted; // the clock
	enum vd_err err;
	const char *says;
};

static const struct refusal_case refusals[] = {
	{ "right", "localhost", "localhost", 0, false, VD_OK, NULL },
	{ "right address", "127.0.0.1", "127.0.0.1", 0, false, VD_OK, NULL },
	{ "the second name", "a.example, localhost", "localhost", 0, false, VD_OK, NULL },
	{ "wrong name", "api.x.example,b.example", "localhost", 0, false, VD_ERR_FOREIGN,
	  "the certificate of localhost was issued for another name (api.x.example, b.example)" },
	{ "wrong address", "127.0.0.2", "127.0.0.1", 0, false, VD_ERR_FOREIGN,
	  "the certificate of 127.0.0.1 was issued for another name (127.0.0.2)" },
	{ "a name that looks like the address", "localhost", "127.0.0.1", 0, false, VD_ERR_FOREIGN,
	  "another name (localhost)" },
	{ "expired", "localhost", "localhost", 101, false, VD_ERR_CERTIFICATE,
	  "the certificate of localhost has expired on 2027-01-10" },
	{ "not yet", "localhost", "localhost", -2, false, VD_ERR_CERTIFICATE,
	  "the certificate of localhost is not valid before 2026-10-01" },
	{ "on its last day", "localhost", "localhost", 99, false, VD_OK, NULL },
	{ "expired by a clock that isn't trusted", "localhost", "localhost", 101, true, VD_OK,
	  NULL },
	{ "1970", "localhost", "localhost", -20000, true, VD_OK, NULL },
	{ "wrong name in 1970", "b.example", "localhost", -20000, true, VD_ERR_FOREIGN,
	  "another name (b.example)" },
};

static void a_certificate_is_refused_with_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(refusals); i++) {
		const struct refusal_case *c = &refusals[i];
		struct pair pair;
		struct outcome o;
		pair_init(&pair, c->hosts);
		pair.h.fake.wall.us += c->days * DAY_S * VD_US_PER_S;
		pair.h.fake.is_trusted = !c->is_untrusted;
		ask(&pair, c->host, &o);
		if (o.err != c->err || (c->says != NULL && strstr(o.diag.text, c->says) == NULL)) {
			fail_msg("%s: %s: %s", c->name, vd_err_name(o.err), o.diag.text);
		}
		assert_int_equal(pair.n_requests, c->err == VD_OK);
		pair_deinit(&pair);
	}
}

static void an_unknown_authority_is_refused(void **state)
{
	(void)state;
	struct pair pair;
	struct outcome o;
	struct vd_buf cert;
	struct vd_buf key;
	struct vd_tls_client *other = NULL;
	pair_init(&pair, "localhost");
	make_certificate(&pair.h, "localhost", &cert, &key); // of the same name, but not the same
	assert_int_equal(
		vd_tls_client_create(vd_buf_span(&cert), pair.h.rng, &pair.h.clock, &other, NULL),
		VD_OK);
	pair.h.fake.is_trusted = false; // which tolerates no more than time
	use_client(&pair, other);
	ask(&pair, "localhost", &o);
	assert_int_equal(o.err, VD_ERR_FOREIGN);
	assert_non_null(strstr(
		o.diag.text, "is not signed by a known authority: its issuer is \"CN=localhost\""));
	assert_int_equal(pair.n_requests, 0);
	use_client(&pair, pair.trust);
	vd_tls_client_destroy(other);
	vd_buf_deinit(&cert);
	vd_buf_deinit(&key);
	pair_deinit(&pair);
}

static void a_session_does_not_outlive_its_certificate(void **state)
{
	(void)state;
	struct pair pair;
	struct outcome o;
	pair_init(&pair, "localhost");
	ask(&pair, "localhost", &o);
	assert_int_equal(o.err, VD_OK);
	use_client(&pair, pair.trust);
	pair.h.fake.wall.us += 101 * DAY_S * VD_US_PER_S;
	ask(&pair, "localhost", &o);
	assert_int_equal(o.err, VD_ERR_CERTIFICATE);
	// Nor does one that was made while the clock was not trusted.
	pair.h.fake.is_trusted = false;
	ask(&pair, "localhost", &o);
	assert_int_equal(o.err, VD_OK);
	use_client(&pair, pair.trust);
	pair.h.fake.is_trusted = true;
	ask(&pair, "localhost", &o);
	assert_int_equal(o.err, VD_ERR_CERTIFICATE);
	pair_deinit(&pair);
}

static void plain_http_on_a_tls_port_fails(void **state)
{
	(void)state;
	struct pair pair;
	struct outcome o;
	char url[64];
	pair_init(&pair, "localhost");
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", vd_http_server_port(pair.server));
	start_call(pair.client, "GET", url, "", 0, &o);
	harness_until(&pair.h, &o.is_done);
	assert_int_not_equal(o.err, VD_OK);
	assert_int_equal(pair.n_requests, 0);
	pair_deinit(&pair);
}

static void tls_on_a_plain_port_fails(void **state)
{
	(void)state;
	struct pair pair;
	struct script script;
	struct outcome o;
	char url[64];
	pair_init(&pair, "localhost");
	script_init(&script, &pair.h, "HTTP/1.1 400 Bad\r\n\r\n");
	script.is_closing = true;
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/", script.port);
	start_call(pair.client, "POST", url, "x", 0, &o);
	harness_turns(&pair.h, 20);
	harness_advance(&pair.h, 16000); // a peer that says nothing costs the connect time only
	assert_true(o.is_done);
	assert_true(o.err == VD_ERR_TLS || o.err == VD_ERR_TIMEOUT);
	script_deinit(&script);
	pair_deinit(&pair);
}

static void bad_identities_and_roots_are_refused(void **state)
{
	(void)state;
	struct pair pair;
	struct vd_buf cert;
	struct vd_buf key;
	struct vd_tls_server *server = NULL;
	struct vd_tls_client *client = NULL;
	struct vd_diag diag = { 0 };
	pair_init(&pair, "localhost");
	make_certificate(&pair.h, "localhost", &cert, &key);
	assert_int_equal(vd_tls_server_create(vd_buf_span(&pair.cert), vd_buf_span(&key),
					      pair.h.rng, &pair.h.clock, &server, &diag),
			 VD_ERR_CERTIFICATE);
	assert_non_null(strstr(diag.text, "not the certificate's"));
	assert_int_equal(vd_tls_server_create(VD_SPAN("x"), vd_buf_span(&key), pair.h.rng,
					      &pair.h.clock, &server, &diag),
			 VD_ERR_CERTIFICATE);
	assert_null(server);
	assert_int_equal(
		vd_tls_client_create(VD_SPAN(""), pair.h.rng, &pair.h.clock, &client, &diag),
		VD_ERR_CERTIFICATE);
	assert_null(client);
	assert_int_equal(
		vd_tls_self_sign(pair.h.rng, " , ", pair.h.fake.wall, 1, &cert, &key, &diag),
		VD_ERR_ARGUMENT);
	vd_buf_deinit(&cert);
	vd_buf_deinit(&key);
	pair_deinit(&pair);
}

static void a_large_body_passes_both_ways(void **state)
{
	(void)state;
	struct pair pair;
	struct outcome o;
	char url[64];
	char *body = calloc(1, 60001);
	pair_init(&pair, "localhost");
	memset(body, 'x', 60000);
	snprintf(url, sizeof(url), "https://localhost:%u/", vd_http_server_port(pair.server));
	start_call(pair.client, "POST", url, body, 0, &o);
	harness_until(&pair.h, &o.is_done);
	if (o.err != VD_OK) {
		fail_msg("%s", o.diag.text);
	}
	assert_int_equal(o.body_n, 60000);
	pair_deinit(&pair);
	free(body);
}

// ---- digests ------------------------------------------------------------------------------------

static void expect_hex(const uint8_t *got, const char *hex)
{
	char text[2 * VD_SHA256_BYTES + 1];
	for (size_t i = 0; i < VD_SHA256_BYTES; i++) {
		snprintf(text + 2 * i, 3, "%02x", got[i]);
	}
	assert_string_equal(text, hex);
}

static void digests_match_their_standards(void **state)
{
	(void)state;
	uint8_t out[VD_SHA256_BYTES];
	vd_sha256(VD_SPAN("abc"), out); // FIPS 180-2 appendix B.1
	expect_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	vd_hmac_sha256(VD_SPAN("Jefe"), VD_SPAN("what do ya want for nothing?"),
		       out); // RFC 4231 case 2
	expect_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	// RFC 7914 section 11 (its first 32 bytes).
	assert_int_equal(vd_pbkdf2_sha256(VD_SPAN("passwd"), VD_SPAN("salt"), 1, out), VD_OK);
	expect_hex(out, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
}

static void the_strong_source_gives_any_length(void **state)
{
	(void)state;
	struct vd_strong_rng *strong = NULL;
	uint8_t bytes[3000] = { 0 };
	uint8_t zero[64] = { 0 };
	assert_int_equal(vd_strong_rng_create(&strong, NULL), VD_OK);
	struct vd_rng rng = vd_strong_rng_get(strong);
	assert_int_equal(vd_rng_fill(&rng, bytes, sizeof(bytes)), VD_OK);
	assert_memory_not_equal(bytes + sizeof(bytes) - sizeof(zero), zero, sizeof(zero));
	vd_strong_rng_destroy(strong);
	vd_strong_rng_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_resumed_and_a_connection_kept),
		cmocka_unit_test(a_certificate_is_refused_with_its_reason),
		cmocka_unit_test(an_unknown_authority_is_refused),
		cmocka_unit_test(a_session_does_not_outlive_its_certificate),
		cmocka_unit_test(plain_http_on_a_tls_port_fails),
		cmocka_unit_test(tls_on_a_plain_port_fails),
		cmocka_unit_test(bad_identities_and_roots_are_refused),
		cmocka_unit_test(a_large_body_passes_both_ways),
		cmocka_unit_test(digests_match_their_standards),
		cmocka_unit_test(the_strong_source_gives_any_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
