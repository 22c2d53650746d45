// SPDX-License-Identifier: MIT
// What the network stack that is linked in costs: a thousand small answers one after the other, big
// ones, and memory for each kept connection, all over TLS by the program's own client. One JSON
// object; tests/bench/lib/stacks.py lays the network and serves.
//
// usage: net_bench CA-FILE HOST PORT POLLS BIG-REQUESTS CONNECTIONS [INTERFACE ADDRESS/BITS]
//
// polls_s           so many GETs of /small on one kept connection
// polls_cpu_s       of the processor, all threads
// down_mb_s         the bodies of so many GETs of /big
// down_cpu_s_gb     seconds of the processor a gigabyte
// tls_heap_kib      of the heap a connection that is kept, what the stack holds for it included
// with an interface: the stack's own wire to it (packet socket); else the kernel's stack
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/http_client.h"
#include "net/stack.h"

#define BODY_BYTES (64u << 20)
#define KIB 1024.0

struct bench {
	struct vd_clock clock;
	struct vd_stack *stack;
	struct vd_loop *loop;
	struct vd_resolver *resolver;
	struct vd_strong_rng *strong;
	struct vd_tls_client *tls;
	const char *host;
	const char *port;
	int left; // calls under way
	uint64_t body_bytes;
};

static void die(const char *what, const struct vd_diag *diag)
{
	fprintf(stderr, "net_bench: %s: %s\n", what, diag->text);
	exit(1);
}

static void must(enum vd_err err, const char *what, const struct vd_diag *diag)
{
	if (err != VD_OK) {
		die(what, diag);
	}
}

static int64_t us_of(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct vd_mono read_mono(void *ctx)
{
	(void)ctx;
	return (struct vd_mono){ us_of(CLOCK_MONOTONIC) };
}

static struct vd_wall read_wall(void *ctx)
{
	(void)ctx;
	return (struct vd_wall){ us_of(CLOCK_REALTIME) };
}

static bool read_trust(void *ctx)
{
	(void)ctx;
	return true;
}

static struct vd_dur as_real(void *ctx, struct vd_dur domain)
{
	(void)ctx;
	return domain;
}

static double seconds(clockid_t id)
{
	return (double)us_of(id) / 1e6;
}

static void open_stack(struct bench *b, const char *interface, const char *address)
{
	struct vd_stack_settings settings = {
		.wire = interface != NULL ? "packet" : "",
		.interface = interface,
		.address = address,
		.address6 = "none",
	};
	struct vd_stack_config config = { .wire = VD_WIRE_KERNEL };
	struct vd_diag diag = { 0 };
	const char *place = "";
	if (interface != NULL) {
		must(vd_stack_config_parse(&settings, &config, &place, &diag), place, &diag);
	}
	must(vd_stack_open(&config, &b->stack, &diag), "the stack", &diag);
	b->loop = vd_loop_create(&b->clock, vd_stack_poller(b->stack));
	must(b->loop != NULL ? VD_OK : VD_ERR_MEMORY, "the loop", &diag);
	must(vd_resolver_create(b->loop, &b->resolver, &diag), "look-ups", &diag);
	must(vd_strong_rng_create(&b->strong, &diag), "randomness", &diag);
}

static void open_trust(struct bench *b, const char *path)
{
	static char pem[65536];
	struct vd_diag diag = { 0 };
	FILE *file = fopen(path, "rb");
	size_t n = file != NULL ? fread(pem, 1, sizeof(pem) - 1, file) : 0;
	if (file != NULL) {
		(void)fclose(file);
	}
	must(vd_tls_client_create(vd_span_make(pem, n), vd_strong_rng_get(b->strong), &b->clock,
				  &b->tls, &diag),
	     path, &diag);
}

static struct vd_http_client *open_client(struct bench *b, int connections)
{
	struct vd_http_client_config config = { .loop = b->loop,
						.resolver = b->resolver,
						.tls = b->tls,
						.max_connections = (uint16_t)connections };
	struct vd_http_client *client = NULL;
	struct vd_diag diag = { 0 };
	must(vd_http_client_create(&config, &client, &diag), "the client", &diag);
	return client;
}

static void done(void *ctx, enum vd_err err, const struct vd_http_response *response,
		 const struct vd_diag *diag)
{
	struct bench *b = ctx;
	must(err, "a request", diag);
	if (response->status != 200) {
		fprintf(stderr, "net_bench: status %d\n", response->status);
		exit(1);
	}
	b->body_bytes += response->body.n;
	b->left--;
}

static void begin(struct bench *b, struct vd_http_client *client, const char *path)
{
	char url[256];
	struct vd_diag diag = { 0 };
	snprintf(url, sizeof(url), "https://%s:%s%s", b->host, b->port, path);
	struct vd_http_request request = { .method = "GET",
					   .url = vd_span_of(url),
					   .limit_bytes = BODY_BYTES,
					   .ctx = b,
					   .done = done };
	b->left++;
	must(vd_http_call_start(client, &request, NULL, &diag), url, &diag);
}

static void wait_all(struct bench *b)
{
	while (b->left > 0) {
		must(vd_loop_turn(b->loop, vd_dur_s(1)), "the loop", &(struct vd_diag){ 0 });
	}
}

static void get(struct bench *b, struct vd_http_client *client, const char *path)
{
	begin(b, client, path);
	wait_all(b);
}

static void measure_polls(struct bench *b, int n)
{
	struct vd_http_client *client = open_client(b, 1);
	get(b, client, "/small"); // the handshake is no poll
	double wall = seconds(CLOCK_MONOTONIC);
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < n; i++) {
		get(b, client, "/small");
	}
	printf("\"polls_s\":%.4f,\"polls_cpu_s\":%.4f,", seconds(CLOCK_MONOTONIC) - wall,
	       seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	vd_http_client_destroy(client);
}

static void measure_download(struct bench *b, int n)
{
	struct vd_http_client *client = open_client(b, 1);
	get(b, client, "/big");
	b->body_bytes = 0;
	double wall = seconds(CLOCK_MONOTONIC);
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	for (int i = 0; i < n; i++) {
		get(b, client, "/big");
	}
	double mb = (double)b->body_bytes / 1e6;
	wall = seconds(CLOCK_MONOTONIC) - wall;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	printf("\"down_mb_s\":%.1f,\"down_cpu_s_gb\":%.3f,", mb / wall, cpu / mb * 1000);
	vd_http_client_destroy(client);
}

static double heap_kib(void)
{
	struct mallinfo2 m = mallinfo2();
	return (double)(m.uordblks + m.hblkhd) / KIB;
}

static void measure_memory(struct bench *b, int n)
{
	struct vd_http_client *client = open_client(b, n);
	get(b, client, "/wait"); // what is had once for all is no connection's
	double before = heap_kib();
	for (int i = 0; i < n + 1; i++) { // one takes the connection that is there
		begin(b, client, "/wait");
	}
	wait_all(b);
	printf("\"tls_heap_kib\":%.2f}\n", (heap_kib() - before) / (n - 1));
	vd_http_client_destroy(client);
}

int main(int argc, char **argv)
{
	if (argc < 7) {
		fprintf(stderr, "usage: net_bench CA HOST PORT POLLS BIGS CONNECTIONS "
				"[INTERFACE ADDRESS/BITS]\n");
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)mallopt(M_ARENA_MAX, 1); // one heap for all threads: it can be counted
	struct bench b = { .host = argv[2], .port = argv[3] };
	b.clock = (struct vd_clock){
		.mono = read_mono, .wall = read_wall, .is_trusted = read_trust, .real = as_real
	};
	open_stack(&b, argc > 8 ? argv[7] : NULL, argc > 8 ? argv[8] : NULL);
	open_trust(&b, argv[1]);
	printf("{");
	measure_polls(&b, atoi(argv[4]));
	measure_download(&b, atoi(argv[5]));
	measure_memory(&b, atoi(argv[6]));
	vd_resolver_destroy(b.resolver);
	vd_tls_client_destroy(b.tls);
	vd_loop_destroy(b.loop);
	vd_stack_close(b.stack);
	vd_strong_rng_destroy(b.strong);
	return 0;
}
