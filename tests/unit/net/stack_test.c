// SPDX-License-Identifier: MIT
// The settings of a stack, and what every stack's wait must do: levels, not edges; no wake-up lost;
// no turn in vain.
#include "harness.h"

#include <pthread.h>
#include <time.h>

#include "net/stack.h"

// ---- settings -----------------------------------------------------------------------------------

struct setting_case {
	const char *name;
	struct vd_stack_settings settings;
	const char *place; // NULL: right
	const char *words;
};

#define TAP .wire = "tap", .interface = "tap0"
static const struct setting_case setting_cases[] = {
	{ "all by DHCP", { TAP }, NULL, NULL },
	{ "said", { TAP, .address = "dhcp", .address6 = "auto", .host = "box-1" }, NULL, NULL },
	{ "an address", { TAP, .address = "192.0.2.7/24", .gateway = "192.0.2.1" }, NULL, NULL },
	{ "no router", { TAP, .address = "192.0.2.7/24", .address6 = "none" }, NULL, NULL },
	{ "IPv6",
	  { TAP, .address6 = "2001:db8::7/64", .dns = "2001:db8::1, 192.0.2.1" },
	  NULL,
	  NULL },
	{ "packet",
	  { .wire = "packet", .interface = "eth0", .mac = "02:00:5E:10:00:01" },
	  NULL,
	  NULL },
	{ "loopback", { .wire = "loopback" }, NULL, NULL },
	{ "no such wire", { .wire = "token-ring" }, "wire", "kernel, loopback, tap or packet" },
	{ "no interface", { .wire = "tap" }, "interface", "is missing" },
	{ "long name", { .wire = "tap", .interface = "sixteen-letters." }, "interface", "15" },
	{ "a path", { .wire = "tap", .interface = "../x" }, "interface", "no name" },
	{ "loopback with more", { .wire = "loopback", .dns = "192.0.2.1" }, "dns", "leave it out" },
	{ "short mac", { TAP, .mac = "02:00:5e:10:00" }, "mac", "02:00:5e" },
	{ "long mac", { TAP, .mac = "02:00:5e:10:00:01:02" }, "mac", "02:00:5e" },
	{ "group mac", { TAP, .mac = "03:00:5e:10:00:01" }, "mac", "group" },
	{ "no mac", { TAP, .mac = "00:00:00:00:00:00" }, "mac", "group" },
	{ "no length", { TAP, .address = "192.0.2.7" }, "address", "192.0.2.7/24" },
	{ "length 31", { TAP, .address = "192.0.2.7/31" }, "address", "192.0.2.7/24" },
	{ "length 0", { TAP, .address = "192.0.2.7/0" }, "address", "192.0.2.7/24" },
	{ "IPv6 for IPv4", { TAP, .address = "2001:db8::7/64" }, "address", "192.0.2.7/24" },
	{ "the network", { TAP, .address = "192.0.2.0/24" }, "address", "no address" },
	{ "all of it", { TAP, .address = "192.0.2.255/24" }, "address", "no address" },
	{ "loopback's", { TAP, .address = "127.0.0.2/8" }, "address", "no address" },
	{ "a group", { TAP, .address = "224.0.0.2/8" }, "address", "no address" },
	{ "far router",
	  { TAP, .address = "192.0.2.7/24", .gateway = "192.0.3.1" },
	  "gateway",
	  "not in" },
	{ "no router's", { TAP, .address = "192.0.2.7/24", .gateway = "x" }, "gateway", "IPv4" },
	{ "router by DHCP", { TAP, .gateway = "192.0.2.1" }, "gateway", "DHCP" },
	{ "long IPv6", { TAP, .address6 = "2001:db8::7/48" }, "address6", "/64" },
	{ "link-local", { TAP, .address6 = "fe80::7/64" }, "address6", "/64" },
	{ "names for dns", { TAP, .dns = "dns.example" }, "dns", "addresses" },
	{ "five", { TAP, .dns = "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5" }, "dns", "more than 4" },
	{ "empty one", { TAP, .dns = "1.1.1.1,,1.1.1.2" }, "dns", "addresses" },
	{ "a dot", { TAP, .host = "box.example" }, "host", "letters" },
};

// A program on the kernel's stack has one answer to all the others.
static bool has_own(void)
{
	return vd_stack_supports(VD_WIRE_TAP, NULL) == VD_OK;
}

static void a_wrong_setting_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(setting_cases); i++) {
		const struct setting_case *c = &setting_cases[i];
		struct vd_stack_config config;
		struct vd_diag diag = { 0 };
		const char *place = NULL;
		enum vd_err err = vd_stack_config_parse(&c->settings, &config, &place, &diag);
		const char *wanted = has_own() || strcmp(c->name, "no such wire") == 0 ? c->place
										       : "wire";
		const char *words = wanted == c->place ? c->words : "kernel";
		if ((err == VD_OK) != (wanted == NULL) ||
		    (wanted != NULL &&
		     (strcmp(place, wanted) != 0 || strstr(diag.text, words) == NULL))) {
			fail_msg("%s: %s %s: %s", c->name, vd_err_name(err), place, diag.text);
		}
	}
}

static void settings_become_bytes(void **state)
{
	(void)state;
	const struct vd_stack_settings settings = { TAP, .mac = "02:00:5e:10:00:fF",
						    .address = "192.0.2.7/25",
						    .gateway = "192.0.2.1",
						    .dns = "192.0.2.1, 192.0.2.2" };
	struct vd_stack_config config;
	const char *place;
	if (!has_own()) {
		skip();
	}
	assert_int_equal(vd_stack_config_parse(&settings, &config, &place, NULL), VD_OK);
	assert_int_equal(config.wire, VD_WIRE_TAP);
	assert_true(config.has_mac && config.mac[5] == 0xff && config.has_v6 && !config.is_dhcp);
	assert_int_equal(config.prefix4, 25);
	assert_int_equal(config.v4.bytes[3], 7);
	assert_int_equal(config.gateway4.bytes[3], 1);
	assert_int_equal(config.n_dns, 2);
	assert_string_equal(config.host, "vedetta");
}

static void its_state_has_words(void **state)
{
	(void)state;
	char text[VD_STACK_TEXT_BYTES];
	struct vd_stack_state now = { 0 };
	vd_stack_state_print(&now, text);
	assert_string_equal(text, "no link: is the cable plugged in?");
	now.has_link = true;
	vd_stack_state_print(&now, text);
	assert_string_equal(text, "link, no address yet");
	assert_int_equal(vd_sock_address_parse("2001:db8::7", 0, &now.v6), VD_OK);
	vd_stack_state_print(&now, text);
	assert_string_equal(text, "link, 2001:db8::7");
	assert_int_equal(vd_sock_address_parse("192.0.2.7", 0, &now.v4), VD_OK);
	vd_stack_state_print(&now, text);
	assert_string_equal(text, "link, 192.0.2.7, 2001:db8::7");
}

// ---- waiting ------------------------------------------------------------------------------------

/** Two ends of one connection. */
struct pair {
	struct harness h;
	struct vd_poller poller;
	int listener;
	int near;
	int far;
};

static int wait_for(struct pair *pair, int fd, int events, int64_t ms)
{
	struct vd_pollfd one = { .fd = fd, .events = events };
	int ready = pair->poller.wait(pair->poller.ctx, &one, 1, vd_dur_ms(ms));
	assert_int_equal(ready, one.revents != 0 ? 1 : 0);
	return one.revents;
}

static void pair_init(struct pair *pair)
{
	struct vd_sock_address at;
	*pair = (struct pair){ 0 };
	harness_init(&pair->h);
	pair->poller = vd_stack_poller(pair->h.stack);
	assert_int_equal(vd_sock_address_parse("127.0.0.1", 0, &at), VD_OK);
	assert_int_equal(vd_sock_tcp_listen(&at, 4, &pair->listener, NULL), VD_OK);
	assert_int_equal(vd_sock_local_address(pair->listener, &at), VD_OK);
	assert_int_equal(vd_sock_tcp_connect(&at, &pair->near, NULL), VD_OK);
	assert_int_equal(wait_for(pair, pair->near, VD_LOOP_WRITE, 5000), VD_LOOP_WRITE);
	assert_int_equal(vd_sock_connect_result(pair->near, NULL), VD_OK);
	assert_int_equal(wait_for(pair, pair->listener, VD_LOOP_READ, 5000), VD_LOOP_READ);
	assert_int_equal(vd_sock_accept(pair->listener, &pair->far, &at, NULL), VD_OK);
}

static void pair_deinit(struct pair *pair)
{
	vd_sock_close(pair->near);
	vd_sock_close(pair->far);
	vd_sock_close(pair->listener);
	harness_deinit(&pair->h);
}

static int64_t real_us(void)
{
	struct timespec t;
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void readiness_is_a_level(void **state)
{
	(void)state;
	struct pair pair;
	char byte;
	size_t n;
	pair_init(&pair);
	assert_int_equal(vd_sock_send(pair.far, "ab", 2, &n, NULL), VD_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(wait_for(&pair, pair.near, VD_LOOP_READ, 5000), VD_LOOP_READ);
	}
	assert_int_equal(vd_sock_recv(pair.near, &byte, 1, &n, NULL), VD_OK);
	assert_int_equal(wait_for(&pair, pair.near, VD_LOOP_READ, 0),
			 VD_LOOP_READ); // the other one
	assert_int_equal(vd_sock_recv(pair.near, &byte, 1, &n, NULL), VD_OK);
	assert_int_equal(wait_for(&pair, pair.near, VD_LOOP_READ, 0), 0);
	assert_int_equal(wait_for(&pair, pair.near, VD_LOOP_WRITE, 0), VD_LOOP_WRITE);
	pair_deinit(&pair);
}

static void an_end_stays_an_end(void **state)
{
	(void)state;
	struct pair pair;
	char byte;
	size_t n;
	pair_init(&pair);
	vd_sock_close(pair.far);
	pair.far = -1;
	for (int i = 0; i < 3; i++) {
		assert_true((wait_for(&pair, pair.near, VD_LOOP_READ, 5000) & VD_LOOP_READ) != 0);
		assert_int_equal(vd_sock_recv(pair.near, &byte, 1, &n, NULL), VD_ERR_CLOSED);
	}
	pair_deinit(&pair);
}

static void nothing_to_do_is_waited_for(void **state)
{
	(void)state;
	struct pair pair;
	pair_init(&pair);
	int64_t from = real_us();
	assert_int_equal(wait_for(&pair, pair.near, VD_LOOP_READ, 20), 0);
	assert_true(real_us() - from >= 20000); // no turn in vain in between
	pair_deinit(&pair);
}

#define BYTES 500

static void *send_bytes(void *ctx)
{
	const struct pair *pair = ctx;
	for (int i = 0; i < BYTES; i++) {
		size_t n = 0;
		while (vd_sock_send(pair->far, "x", 1, &n, NULL) == VD_AGAIN) {
		}
		for (volatile int spin = 0; spin < (i * 7919) % 20000; spin++) {
		}
	}
	return NULL;
}

// One thread sends at odd instants, the other waits for each byte: a wake-up that is lost is 5 s.
static void no_wake_up_is_lost(void **state)
{
	(void)state;
	struct pair pair;
	pthread_t thread;
	size_t got = 0;
	pair_init(&pair);
	assert_int_equal(pthread_create(&thread, NULL, send_bytes, &pair), 0);
	while (got < BYTES) {
		char byte;
		size_t n = 0;
		if (vd_sock_recv(pair.near, &byte, 1, &n, NULL) == VD_AGAIN) {
			assert_int_equal(wait_for(&pair, pair.near, VD_LOOP_READ, 5000),
					 VD_LOOP_READ);
		}
		got += n;
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	pair_deinit(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_setting_is_named),
		cmocka_unit_test(settings_become_bytes),
		cmocka_unit_test(its_state_has_words),
		cmocka_unit_test(readiness_is_a_level),
		cmocka_unit_test(an_end_stays_an_end),
		cmocka_unit_test(nothing_to_do_is_waited_for),
		cmocka_unit_test(no_wake_up_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
