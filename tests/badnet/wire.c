// SPDX-License-Identifier: MIT
// wire: a wire between two network interfaces, as bad as it is told to be. It stands in for netem,
// which needs a module of the kernel, and does what netem can't: forged resets, a path narrower
// than its ends, segments of TCP that carry data lost alone. One program for both stacks.
//
//     wire IFACE IFACE [SEED]
//
// A line of standard input sets everything anew, what isn't named is off; a line answers each:
//     loss=5 delay=300 jitter=50 reorder=25 duplicate=20     percent, ms one way
//     cut=1                 nothing passes
//     mute=1                of TCP only what carries no data passes
//     lost=10.77.0.9        nothing from or to that address passes
//     mtu=1280 hole=1       the path's, smaller than the ends'; hole: without a word to the sender
//     rst=20                percent of segments with data that become resets to both ends
//     blind=3               forged resets beside each such segment, with wrong numbers
//     stats                 only asks: frames in, out, lost, cut, doubled, held, forged, too large
// The end of standard input ends it.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "wire_frame.h"

#define MOST_WAITING 65536
#define FRAME_BYTES 65536
#define HELD_MS 25 // what is overtaken waits so much longer
#define TURN_FRAMES 64

struct waiting {
	int64_t due_us;
	uint64_t number; // of equal ones the first first
	int to;
	size_t n;
	uint8_t *bytes;
};

struct setting {
	long loss;
	long delay;
	long jitter;
	long reorder;
	long duplicate;
	long cut;
	long mute;
	long mtu;
	long hole;
	long rst;
	long blind;
	uint32_t lost; // network order; 0: none
};

struct counts {
	unsigned long in;
	unsigned long out;
	unsigned long lost;
	unsigned long cut;
	unsigned long doubled;
	unsigned long held;
	unsigned long forged;
	unsigned long large;
};

struct wire {
	int fds[2];
	struct setting set;
	struct counts counts;
	uint64_t random;
	uint64_t number;
	int64_t last_due[2]; // jitter alone doesn't reorder
	struct waiting heap[MOST_WAITING];
	size_t n;
};

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

// splitmix64
static uint64_t next_random(struct wire *w)
{
	uint64_t z = (w->random += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static bool is_hit(struct wire *w, long percent)
{
	return percent > 0 && (long)(next_random(w) % 100) < percent;
}

// ---- what is under way --------------------------------------------------------------------------

static bool is_before(const struct waiting *a, const struct waiting *b)
{
	return a->due_us != b->due_us ? a->due_us < b->due_us : a->number < b->number;
}

static void swap(struct waiting *a, struct waiting *b)
{
	struct waiting t = *a;
	*a = *b;
	*b = t;
}

static void push(struct wire *w, int to, const uint8_t *bytes, size_t n, int64_t due_us)
{
	uint8_t *copy = w->n < MOST_WAITING ? malloc(n) : NULL;
	if (copy == NULL) {
		w->counts.lost++;
		return;
	}
	memcpy(copy, bytes, n);
	size_t i = w->n++;
	w->heap[i] = (struct waiting){ due_us, w->number++, to, n, copy };
	for (; i > 0 && is_before(&w->heap[i], &w->heap[(i - 1) / 2]); i = (i - 1) / 2) {
		swap(&w->heap[i], &w->heap[(i - 1) / 2]);
	}
}

static struct waiting pop(struct wire *w)
{
	struct waiting first = w->heap[0];
	w->heap[0] = w->heap[--w->n];
	for (size_t i = 0;;) {
		size_t least = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < w->n; child++) {
			least = is_before(&w->heap[child], &w->heap[least]) ? child : least;
		}
		if (least == i) {
			return first;
		}
		swap(&w->heap[i], &w->heap[least]);
		i = least;
	}
}

static void deliver(struct wire *w, int64_t now)
{
	while (w->n > 0 && w->heap[0].due_us <= now) {
		struct waiting frame = pop(w);
		// An interface that is down loses it, as a wire would.
		ssize_t put = send(w->fds[frame.to], frame.bytes, frame.n, 0);
		w->counts.out += put > 0;
		w->counts.lost += put <= 0;
		free(frame.bytes);
	}
}

// ---- what becomes of a frame --------------------------------------------------------------------

static void put_on_wire(struct wire *w, int to, const uint8_t *bytes, size_t n)
{
	int64_t wait_ms = w->set.delay;
	if (w->set.jitter > 0) {
		uint64_t width = (uint64_t)(2 * w->set.jitter + 1);
		wait_ms += (long)(next_random(w) % width) - w->set.jitter;
	}
	int64_t due = now_us() + (wait_ms > 0 ? wait_ms : 0) * 1000;
	if (is_hit(w, w->set.reorder)) {
		w->counts.held++;
		push(w, to, bytes, n, due + HELD_MS * 1000);
		return;
	}
	due = due > w->last_due[to] ? due : w->last_due[to];
	w->last_due[to] = due;
	push(w, to, bytes, n, due);
	if (is_hit(w, w->set.duplicate)) {
		w->counts.doubled++;
		push(w, to, bytes, n, due);
	}
}

// Into the hop with the small MTU: cut in pieces, refused with a word, or swallowed.
static void pass_narrow(struct wire *w, int to, const uint8_t *bytes, size_t n)
{
	uint8_t answer[FRAME_ANSWER_BYTES];
	size_t mtu = (size_t)w->set.mtu;
	w->counts.large++;
	if (frame_may_be_cut(bytes)) {
		uint8_t piece[FRAME_BYTES];
		size_t at = 0;
		for (size_t m = frame_cut(bytes, n, mtu, &at, piece); m > 0;
		     m = frame_cut(bytes, n, mtu, &at, piece)) {
			put_on_wire(w, to, piece, m);
		}
	} else if (w->set.hole == 0) {
		size_t m = frame_too_big(bytes, n, mtu, answer);
		if (m > 0) {
			put_on_wire(w, !to, answer, m);
		}
	}
}

static void forge(struct wire *w, int to, const uint8_t *bytes, bool is_back, uint32_t off)
{
	uint8_t rst[FRAME_ANSWER_BYTES];
	size_t n = frame_reset(bytes, is_back, off, rst);
	w->counts.forged++;
	put_on_wire(w, is_back ? !to : to, rst, n);
}

static void forge_blind(struct wire *w, int to, const uint8_t *bytes)
{
	for (long i = 0; i < w->set.blind; i++) {
		// Half of them within a window, where RFC 5961 wants a challenge and no end.
		uint32_t off = 1 + (uint32_t)next_random(w) % (i % 2 == 0 ? 8000u : 0x7fffffffu);
		forge(w, to, bytes, i % 4 >= 2, off);
	}
}

static void take(struct wire *w, int from, const uint8_t *bytes, size_t n)
{
	int to = !from;
	w->counts.in++;
	bool has_data = frame_has_tcp_data(bytes, n);
	if (w->set.cut != 0 || (w->set.mute != 0 && has_data) ||
	    (w->set.lost != 0 && frame_is_of(bytes, n, w->set.lost))) {
		w->counts.cut++;
	} else if (is_hit(w, w->set.loss)) {
		w->counts.lost++;
	} else if (has_data && is_hit(w, w->set.rst)) {
		forge(w, to, bytes, false, 0);
		forge(w, to, bytes, true, 0);
	} else {
		if (has_data && w->set.blind > 0) {
			forge_blind(w, to, bytes);
		}
		if (w->set.mtu > 0 && frame_ip_bytes(bytes, n) > (size_t)w->set.mtu) {
			pass_narrow(w, to, bytes, n);
		} else {
			put_on_wire(w, to, bytes, n);
		}
	}
}

static void receive(struct wire *w, int from)
{
	static uint8_t bytes[FRAME_BYTES];
	for (int i = 0; i < TURN_FRAMES; i++) {
		ssize_t n = recv(w->fds[from], bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n <= 0) {
			return;
		}
		take(w, from, bytes, (size_t)n);
	}
}

// ---- what it is told ----------------------------------------------------------------------------

static bool set_one(struct setting *set, const char *word)
{
	const struct {
		const char *name;
		long *value;
	} rows[] = {
		{ "loss=", &set->loss },     { "delay=", &set->delay },
		{ "jitter=", &set->jitter }, { "reorder=", &set->reorder },
		{ "mute=", &set->mute },     { "duplicate=", &set->duplicate },
		{ "cut=", &set->cut },       { "mtu=", &set->mtu },
		{ "hole=", &set->hole },     { "rst=", &set->rst },
		{ "blind=", &set->blind },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].name);
		if (strncmp(word, rows[i].name, n) == 0) {
			char *end = NULL;
			*rows[i].value = strtol(word + n, &end, 10);
			return end != word + n && *end == '\0' && *rows[i].value >= 0;
		}
	}
	struct in_addr address;
	if (strncmp(word, "lost=", 5) == 0 && inet_pton(AF_INET, word + 5, &address) == 1) {
		set->lost = address.s_addr;
		return true;
	}
	return false;
}

static void obey(struct wire *w, char *line)
{
	struct setting set = { 0 };
	bool is_good = true;
	if (strncmp(line, "stats", 5) != 0) {
		char *rest = NULL;
		for (char *word = strtok_r(line, " \n", &rest); word != NULL;
		     word = strtok_r(NULL, " \n", &rest)) {
			is_good = is_good && set_one(&set, word);
		}
		w->set = is_good ? set : w->set;
	}
	const struct counts *c = &w->counts;
	printf("{\"ok\":%s,\"in\":%lu,\"out\":%lu,\"lost\":%lu,\"cut\":%lu,\"doubled\":%lu,"
	       "\"held\":%lu,\"forged\":%lu,\"large\":%lu}\n",
	       is_good ? "true" : "false", c->in, c->out, c->lost, c->cut, c->doubled, c->held,
	       c->forged, c->large);
	fflush(stdout);
}

static int open_end(const char *name)
{
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = (int)if_nametoindex(name) };
	int on = 1;
	int room = 8 << 20;
	if (fd < 0 || at.sll_ifindex == 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) != 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
		fprintf(stderr, "wire: %s: %s\n", name, strerror(errno));
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	return fd;
}

static int wait_ms(const struct wire *w)
{
	if (w->n == 0) {
		return -1;
	}
	int64_t left = w->heap[0].due_us - now_us();
	return left <= 0 ? 0 : (int)(left / 1000) + 1;
}

static int run(struct wire *w)
{
	struct pollfd fds[3] = {
		{ .fd = w->fds[0], .events = POLLIN },
		{ .fd = w->fds[1], .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	char line[512];
	for (;;) {
		if (poll(fds, 3, wait_ms(w)) < 0 && errno != EINTR) {
			return 1;
		}
		if (fds[2].revents != 0) {
			if (fgets(line, sizeof(line), stdin) == NULL) {
				return 0;
			}
			obey(w, line);
		}
		receive(w, 0);
		receive(w, 1);
		deliver(w, now_us());
	}
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: wire IFACE IFACE [SEED]\n");
		return 2;
	}
	struct wire *w = calloc(1, sizeof(*w));
	if (w == NULL) {
		return 1;
	}
	setvbuf(stdin, NULL, _IONBF, 0); // poll must see what fgets has not taken
	w->random = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	w->fds[0] = open_end(argv[1]);
	w->fds[1] = open_end(argv[2]);
	int code = w->fds[0] < 0 || w->fds[1] < 0 ? 1 : run(w);
	while (w->n > 0) {
		free(pop(w).bytes);
	}
	free(w);
	return code;
}
