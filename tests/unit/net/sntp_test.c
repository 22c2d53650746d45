// SPDX-License-Identifier: MIT
#include "harness.h"

#include "net/sntp.h"

#define COOKIE UINT64_C(0x0123456789abcdef)
// 2026-10-02 14:40:00 UTC in NTP's era 0.
#define NTP_NOW ((uint64_t)(NOW_S + 2208988800))

struct packet_case {
	const char *name;
	uint8_t first; // leap, version, mode
	uint8_t stratum;
	uint64_t origin;
	uint64_t receive; // 32.32
	uint64_t transmit;
	size_t n;
	enum vd_err err;
	int64_t offset_us;
	int64_t delay_us;
};

// Sent at NOW, received 100 ms later.
static const struct packet_case packets[] = {
	{ "right", 0x24, 2, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 48, VD_OK, -50000, 100000 },
	{ "we are 10 s behind", 0x24, 1, COOKIE, (NTP_NOW + 10) << 32, (NTP_NOW + 10) << 32, 48,
	  VD_OK, 9950000, 100000 },
	{ "half a second at the server", 0x24, 1, COOKIE, (NTP_NOW << 32) - 0x73333334,
	  (NTP_NOW << 32) - 0x66666667, 48, VD_OK, -475000, 50000 },
	{ "version 3", 0x1c, 15, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 48, VD_OK, -50000, 100000 },
	{ "longer", 0x24, 2, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 68, VD_OK, -50000, 100000 },
	{ "era 1 (2036)", 0x24, 2, COOKIE, UINT64_C(100) << 32, UINT64_C(100) << 32, 48, VD_OK,
	  (INT64_C(4294967296) + 100 - 2208988800 - NOW_S) * 1000000 - 50000, 100000 },
	{ "short", 0x24, 2, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 47, VD_ERR_PROTOCOL, 0, 0 },
	{ "a client's packet", 0x23, 2, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 48, VD_ERR_PROTOCOL,
	  0, 0 },
	{ "version 2", 0x14, 2, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 48, VD_ERR_PROTOCOL, 0, 0 },
	{ "another cookie", 0x24, 2, COOKIE + 1, NTP_NOW << 32, NTP_NOW << 32, 48, VD_ERR_PROTOCOL,
	  0, 0 },
	{ "kiss of death", 0x24, 0, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 48, VD_ERR_REFUSED, 0,
	  0 },
	{ "not synchronised", 0xe4, 2, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 48, VD_ERR_OUTAGE, 0,
	  0 },
	{ "stratum 16", 0x24, 16, COOKIE, NTP_NOW << 32, NTP_NOW << 32, 48, VD_ERR_OUTAGE, 0, 0 },
	{ "no transmit stamp", 0x24, 2, COOKIE, NTP_NOW << 32, 0, 48, VD_ERR_PROTOCOL, 0, 0 },
	{ "sent before it was received", 0x24, 2, COOKIE, (NTP_NOW + 1) << 32, NTP_NOW << 32, 48,
	  VD_ERR_PROTOCOL, 0, 0 },
	{ "longer there than on the way", 0x24, 2, COOKIE, NTP_NOW << 32, (NTP_NOW + 1) << 32, 48,
	  VD_ERR_PROTOCOL, 0, 0 },
};

static void put64(uint8_t *p, uint64_t value)
{
	for (int i = 0; i < 8; i++) {
		p[i] = (uint8_t)(value >> (56 - 8 * i));
	}
}

static void a_packet_gives_offset_and_delay(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(packets); i++) {
		const struct packet_case *c = &packets[i];
		uint8_t p[128] = { c->first, c->stratum };
		struct vd_sntp_result result = { 0 };
		memcpy(p + 12, "RATE", 4);
		put64(p + 24, c->origin);
		put64(p + 32, c->receive);
		put64(p + 40, c->transmit);
		struct vd_wall sent = vd_wall_s(NOW_S);
		struct vd_wall received = { sent.us + 100000 };
		struct vd_diag diag = { 0 };
		enum vd_err err = vd_sntp_parse_reply(vd_span_make(p, c->n), COOKIE, sent, received,
						      &result, &diag);
		int64_t off_by = result.offset.us - c->offset_us;
		if (err != c->err || off_by < -1 || off_by > 1 ||
		    llabs(result.delay.us - c->delay_us) > 1) {
			fail_msg("%s: %s, offset %lld, delay %lld", c->name, vd_err_name(err),
				 (long long)result.offset.us, (long long)result.delay.us);
		}
		if (c->err == VD_ERR_REFUSED) {
			assert_non_null(strstr(diag.text, "RATE"));
		}
	}
}

// ---- the client against a server on the loopback ------------------------------------------------

struct time_server {
	struct harness *h;
	struct vd_watch watch;
	int fd;
	uint16_t port;
	bool is_silent;
	bool is_forging; // another cookie first
	int n_asked;
};

static void on_question(void *ctx, int revents)
{
	struct time_server *server = ctx;
	uint8_t p[128];
	size_t n = 0;
	struct vd_sock_address from;
	(void)revents;
	if (vd_sock_recv_from(server->fd, &from, p, sizeof(p), &n, NULL) != VD_OK) {
		return;
	}
	assert_int_equal(n, VD_SNTP_PACKET_BYTES);
	assert_int_equal(p[0], 0x23);
	server->n_asked++;
	memmove(p + 24, p + 40, 8);
	p[0] = 0x24;
	p[1] = 3;
	put64(p + 32, (NTP_NOW + 7) << 32);
	put64(p + 40, (NTP_NOW + 7) << 32);
	if (server->is_forging) {
		p[24] ^= 1;
		assert_int_equal(vd_sock_send_to(server->fd, &from, p, n, NULL), VD_OK);
		p[24] ^= 1;
	}
	if (!server->is_silent) {
		assert_int_equal(vd_sock_send_to(server->fd, &from, p, n, NULL), VD_OK);
	}
}

static void time_server_init(struct time_server *server, struct harness *h)
{
	struct vd_sock_address at;
	*server = (struct time_server){ .h = h };
	assert_int_equal(vd_sock_udp_open(4, &server->fd, NULL), VD_OK);
	// The first packet binds it to a port of its own; nobody listens there.
	assert_int_equal(vd_sock_address_parse("127.0.0.1", 9, &at), VD_OK);
	(void)!vd_sock_send_to(server->fd, &at, "", 0, NULL);
	assert_int_equal(vd_sock_local_address(server->fd, &at), VD_OK);
	server->port = at.port;
	server->watch = (struct vd_watch){
		.fd = server->fd,
		.events = VD_LOOP_READ,
		.ctx = server,
		.ready = on_question,
	};
	assert_int_equal(vd_loop_watch(h->loop, &server->watch), VD_OK);
}

struct told {
	int n;
	enum vd_err err;
	int64_t offset_us;
	char text[VD_DIAG_BYTES];
};

static void on_told(void *ctx, enum vd_err err, const struct vd_sntp_result *result,
		    const struct vd_diag *diag)
{
	struct told *told = ctx;
	told->n++;
	told->err = err;
	told->offset_us = result != NULL ? result->offset.us : 0;
	snprintf(told->text, sizeof(told->text), "%s", diag != NULL ? diag->text : "");
}

static void turn_until(struct harness *h, const int *n, int want)
{
	for (int i = 0; i < 200 && *n < want; i++) {
		harness_turn(h);
	}
	assert_int_equal(*n, want);
}

static void servers_are_asked_in_turn(void **state)
{
	(void)state;
	struct harness h;
	struct time_server good;
	struct time_server silent;
	struct told told = { 0 };
	struct vd_sntp *sntp = NULL;
	char list[64];
	harness_init(&h);
	time_server_init(&silent, &h);
	time_server_init(&good, &h);
	silent.is_silent = true;
	good.is_forging = true;
	snprintf(list, sizeof(list), "127.0.0.1:%u, 127.0.0.1:%u", silent.port, good.port);
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 1);
	assert_int_equal(vd_sntp_create(h.loop, h.resolver, rng, list, vd_dur_s(3600), &told,
					on_told, &sntp, NULL),
			 VD_OK);
	turn_until(&h, &silent.n_asked, 1);
	harness_advance(&h, 3100);
	turn_until(&h, &told.n, 1);
	assert_int_equal(told.err, VD_ERR_TIMEOUT);
	assert_non_null(strstr(told.text, "time server 127.0.0.1: no answer"));
	harness_advance(&h, 2000); // the back-off of a first failure
	turn_until(&h, &told.n, 2);
	assert_int_equal(told.err, VD_OK);
	assert_true(llabs(told.offset_us - 7000000 + 5100000) < 1000); // the clock went on by 5.1 s
	harness_advance(&h, 3500 * 1000);
	assert_int_equal(good.n_asked, 1);
	harness_advance(&h, 101 * 1000);
	turn_until(&h, &told.n, 3);
	assert_int_equal(good.n_asked, 2); // the one that answered is asked again
	vd_sntp_destroy(sntp);
	vd_sntp_destroy(NULL);
	vd_loop_unwatch(h.loop, &silent.watch);
	vd_loop_unwatch(h.loop, &good.watch);
	vd_sock_close(silent.fd);
	vd_sock_close(good.fd);
	harness_deinit(&h);
}

static void lists_of_servers_are_checked(void **state)
{
	(void)state;
	static const struct {
		const char *list;
		enum vd_err err;
	} cases[] = {
		{ "pool.ntp.org", VD_OK },
		{ "a.example:1234, [2001:db8::1]:123,2001:db8::1,192.0.2.1", VD_OK },
		{ "", VD_ERR_ARGUMENT },
		{ " , ", VD_ERR_ARGUMENT },
		{ "a b", VD_ERR_SYNTAX },
		{ "a.example:0", VD_ERR_SYNTAX },
		{ "a.example/x", VD_ERR_SYNTAX },
		{ "a,b,c,d,e,f,g,h,i", VD_ERR_ROOM },
	};
	struct harness h;
	harness_init(&h);
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct told told = { 0 };
		struct vd_sntp *sntp = NULL;
		enum vd_err err = vd_sntp_create(h.loop, h.resolver, h.rng, cases[i].list,
						 vd_dur_s(1), &told, on_told, &sntp, NULL);
		if (err != cases[i].err) {
			fail_msg("%s: %s", cases[i].list, vd_err_name(err));
		}
		vd_sntp_destroy(sntp);
	}
	harness_deinit(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_gives_offset_and_delay),
		cmocka_unit_test(servers_are_asked_in_turn),
		cmocka_unit_test(lists_of_servers_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
