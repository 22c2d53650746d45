// SPDX-License-Identifier: MIT
// Pages of 100 posts: how fast the wire parsers are beside cJSON's own parse, and how long a page
// takes from the bytes of the answer, through channel, desk and a real store with its flush, to the
// view that shows it. One JSON object.
//
// usage: page_bench FOLDER
//
// wire_x_mb_s            megabytes a second of the processor: parsed, read and freed
// wire_x_cjson_share     of that time: cJSON's own parse and free of the same bytes
// wire_facebook_...      the same for comments
// page_100_ms            the answer handed to the channel -> the view changed; median
// page_100_cpu_ms        of the processor a page, its poll and the waiting between two included
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/desk.h"
#include "channel/common.h"
#include "channel/facebook_wire.h"
#include "channel/x_wire.h"

#define POSTS 100
#define PAGES 40
#define ROUNDS 60
#define ROUND_S 0.01
#define TURNS_MAX 1000000
#define NOW_S INT64_C(1790952000) // Friday, 2 October 2026, 16:40 in Rome

static void must(enum vd_err err, const struct vd_diag *diag)
{
	if (err != VD_OK) {
		fprintf(stderr, "page_bench: %s: %s\n", vd_err_text(err), diag->text);
		exit(1);
	}
}

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// ---- pages --------------------------------------------------------------------------------------

static const char text[] =
	"@TIM4UStaff la linea \\u00e8 gi\\u00f9 da ieri mattina, il modem lampeggia rosso e "
	"nessuno risponde al 187: quando viene il tecnico? https://t.co/Ab3dEf6hIj #fibra &amp; "
	"telefono";

static uint64_t snowflake(uint64_t serial)
{
	uint64_t ms = (uint64_t)NOW_S * 1000 - UINT64_C(1288834974657);
	return (ms << 22) + serial;
}

static void print_x_post(struct vd_buf *out, uint64_t serial, bool is_first)
{
	unsigned long long id = snowflake(serial);
	vd_buf_printf(
		out,
		"%s{\"id\":\"%llu\",\"text\":\"%s\",\"author_id\":\"9%08llu\","
		"\"conversation_id\":\"%llu\",\"created_at\":\"2026-10-02T14:39:%02llu.000Z\","
		"\"edit_history_tweet_ids\":[\"%llu\"],\"in_reply_to_user_id\":\"100000002\"}",
		is_first ? "" : ",", id, text, (unsigned long long)serial, id,
		(unsigned long long)serial % 60, id);
}

// Newest first, as X has them; each by a customer of its own.
static void print_x(struct vd_buf *out, uint64_t first)
{
	vd_buf_reset(out);
	vd_buf_put_text(out, "{\"data\":[");
	for (uint64_t i = POSTS; i-- > 0;) {
		print_x_post(out, first + i, i == POSTS - 1);
	}
	vd_buf_put_text(out, "],\"includes\":{\"users\":[");
	for (uint64_t i = POSTS; i-- > 0;) {
		vd_buf_printf(out,
			      "%s{\"id\":\"9%08llu\",\"name\":\"Cliente %llu\",\"username\":"
			      "\"cliente%llu\"}",
			      i == POSTS - 1 ? "" : ",", (unsigned long long)(first + i),
			      (unsigned long long)(first + i), (unsigned long long)(first + i));
	}
	vd_buf_printf(out,
		      "]},\"meta\":{\"result_count\":%d,\"newest_id\":\"%llu\","
		      "\"oldest_id\":\"%llu\"}}",
		      POSTS, (unsigned long long)snowflake(first + POSTS - 1),
		      (unsigned long long)snowflake(first));
}

static void print_facebook(struct vd_buf *out)
{
	vd_buf_reset(out);
	vd_buf_put_text(out, "{\"data\":[");
	for (unsigned i = 0; i < POSTS; i++) {
		vd_buf_printf(out,
			      "%s{\"id\":\"%u_%u\",\"from\":{\"id\":\"7%08u\",\"name\":\"Cliente "
			      "%u\"},\"message\":\"%s\",\"created_time\":"
			      "\"2026-10-02T14:%02u:00+0000\",\"parent\":{\"id\":\"200000002_%u\"},"
			      "\"attachment\":null,\"comment_count\":0,\"is_hidden\":false}",
			      i == 0 ? "" : ",", 300000000u + i, i, i, i, text, i % 60, i);
	}
	vd_buf_put_text(out,
			"],\"paging\":{\"cursors\":{\"before\":\"QVFI\",\"after\":\"QVFJ\"},"
			"\"next\":\"https://graph.facebook.com/v26.0/x/comments?after=QVFJ\"}}");
}

// ---- the wire -----------------------------------------------------------------------------------

static void parse_x(struct vd_span body)
{
	struct vd_x_page page;
	struct vd_diag diag = { 0 };
	must(vd_x_page_parse(body, VD_X_POSTS, &page, &diag), &diag);
	if (page.n != POSTS) {
		must(VD_ERR_SYNTAX, &diag);
	}
	vd_x_page_deinit(&page);
}

static void parse_facebook(struct vd_span body)
{
	struct vd_facebook_page page;
	struct vd_diag diag = { 0 };
	must(vd_facebook_page_parse(body, VD_FACEBOOK_COMMENTS, &page, &diag), &diag);
	if (page.n != POSTS) {
		must(VD_ERR_SYNTAX, &diag);
	}
	vd_facebook_page_deinit(&page);
}

static void parse_cjson(struct vd_span body)
{
	cJSON_Delete(cJSON_ParseWithLength(body.p, body.n));
}

// Seconds of the processor.
static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double time_of(void (*parse)(struct vd_span body), struct vd_span body)
{
	double begun = cpu_seconds();
	double now = begun;
	int n = 0;
	for (; now - begun < ROUND_S; now = cpu_seconds()) {
		parse(body);
		n++;
	}
	return (now - begun) / n;
}

// In turn, the best of many rounds each: what others do meanwhile is not the parser's.
static void measure_wire(const char *name, void (*parse)(struct vd_span body), struct vd_span body)
{
	double whole = 1e9;
	double cjson = 1e9;
	for (int round = 0; round < ROUNDS; round++) {
		double a = time_of(parse, body);
		double b = time_of(parse_cjson, body);
		whole = a < whole ? a : whole;
		cjson = b < cjson ? b : cjson;
	}
	printf("\"wire_%s_mb_s\": %.1f, \"wire_%s_cjson_share\": %.3f, \"wire_%s_cjson_mb_s\": "
	       "%.1f, \"wire_%s_page_bytes\": %zu, ",
	       name, (double)body.n / whole / 1e6, name, cjson / whole, name,
	       (double)body.n / cjson / 1e6, name, body.n);
}

// ---- the whole way ------------------------------------------------------------------------------

/** The network, one answer at a time, and everything that a desk stands on. */
struct box {
	struct vd_mono start;
	struct vd_clock clock;
	struct vd_log log;
	struct vd_loop *loop;
	struct vd_store *store;
	struct vd_seeded_rng seeded;
	struct vd_desk *desk;
	struct vd_desk_port port;
	struct vd_channels *channels;
	struct vd_buf page;
	uint64_t serial;
	bool has_page; // the next list of mentions has one
	double begun;  // its answer was handed over
	double took;   // until the view had it all; 0: not yet
	uint32_t wanted;
};

struct flight {
	struct box *box;
	struct vd_timer timer;
	bool is_mentions;
	void *ctx;
	void (*done)(void *ctx, enum vd_err err, const struct vd_http_response *response,
		     const struct vd_diag *diag);
};

static struct vd_mono mono(void *ctx)
{
	(void)ctx;
	return (struct vd_mono){ (int64_t)(seconds() * 1e6) };
}

static struct vd_wall wall(void *ctx)
{
	const struct vd_mono *start = ctx;
	return vd_wall_add(vd_wall_s(NOW_S), vd_mono_sub(mono(NULL), *start));
}

static struct vd_dur real(void *ctx, struct vd_dur domain)
{
	(void)ctx;
	return domain;
}

static bool is_trusted(void *ctx)
{
	(void)ctx;
	return true;
}

static void land(void *ctx)
{
	struct flight flight = *(struct flight *)ctx;
	struct box *box = flight.box;
	struct vd_http_response response = {
		.status = 200,
		.body = VD_SPAN("{\"meta\":{\"result_count\":0}}"),
	};
	struct vd_diag none = { 0 };
	free(ctx);
	if (flight.is_mentions && box->has_page) {
		box->has_page = false;
		response.body = vd_buf_span(&box->page);
		box->begun = seconds();
	}
	flight.done(flight.ctx, VD_OK, &response, &none);
}

static enum vd_err door_start(void *ctx, const struct vd_http_request *request, void **call,
			      struct vd_diag *diag)
{
	struct box *box = ctx;
	struct flight *flight = calloc(1, sizeof(*flight));
	if (flight == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory");
	}
	*flight = (struct flight){ .box = box, .ctx = request->ctx, .done = request->done };
	flight->is_mentions = vd_span_find(request->url, VD_SPAN("/mentions")) >= 0;
	flight->timer = (struct vd_timer){ .ctx = flight, .fire = land };
	*call = flight;
	return vd_loop_timer_set(box->loop, &flight->timer, vd_loop_now(box->loop));
}

static void door_cancel(void *ctx, void *call)
{
	struct box *box = ctx;
	struct flight *flight = call;
	vd_loop_timer_stop(box->loop, &flight->timer);
	free(flight);
}

static void on_view(void *ctx)
{
	struct box *box = ctx;
	const struct vd_view *view = box->port.view(box->port.ctx);
	if (box->begun > 0 && box->took <= 0 && view->counters.open >= box->wanted) {
		box->took = seconds() - box->begun;
	}
}

static bool is_watched(void *ctx)
{
	(void)ctx;
	return true;
}

static void fill_book(struct vd_rulebook *book)
{
	struct vd_diag diag = { 0 };
	must(vd_calendar_parse(VD_SPAN("Europe/Rome"), VD_SPAN("1-5=09:00-18:00!italy"),
			       &book->calendars[0], &diag),
	     &diag);
	vd_policy_init(&book->policies[0]);
	book->n_calendars = 1;
	book->n_policies = 1;
	book->n_brands = 1;
	book->n_accounts = 1;
	snprintf(book->brands[0].name, VD_NAME_BYTES, "TIM");
	snprintf(book->accounts[0].name, VD_NAME_BYTES, "tim-x");
	snprintf(book->accounts[0].user_id, VD_ID_BYTES, "100000002");
	book->accounts[0].network = VD_NETWORK_X;
}

static void open_box(struct box *box, const char *dir, struct vd_rulebook *book)
{
	struct vd_diag diag = { 0 };
	box->start = mono(NULL);
	box->clock = (struct vd_clock){ .ctx = &box->start,
					.mono = mono,
					.wall = wall,
					.is_trusted = is_trusted,
					.real = real };
	box->log.level = VD_LOG_ERROR;
	box->loop = vd_loop_create(&box->clock, vd_poller_posix());
	vd_buf_init_heap(&box->page, 1 << 20);
	struct vd_store_config store = { .dir = dir };
	must(vd_store_open(&store, &box->store, &diag), &diag);
	struct vd_desk_config desk = {
		.loop = box->loop,
		.store = box->store,
		.clock = &box->clock,
		.log = &box->log,
		.book = book,
		.ctx = box,
		.on_view = on_view,
		.is_watched = is_watched,
	};
	must(vd_desk_create(&desk, &box->desk, &diag), &diag);
	box->port = vd_desk_get_port(box->desk);
	must(vd_desk_start(box->desk, book, "bench", &diag), &diag);
	struct vd_channel_host host = { .loop = box->loop,
					.rng = vd_seeded_rng_init(&box->seeded, 1) };
	vd_desk_fill_host(box->desk, &host);
	struct vd_channel_account account = { .period = vd_dur_s(1) };
	must(vd_secret_set(&account.token, VD_SPAN("token")), &diag);
	struct vd_channel_door door = { box, door_start, door_cancel };
	must(vd_channels_create_with(&host, door, &account, 1, &box->channels, &diag), &diag);
	vd_desk_set_channels(box->desk, box->channels);
	vd_channels_start(box->channels);
}

static void close_box(struct box *box)
{
	vd_desk_set_channels(box->desk, NULL);
	vd_channels_destroy(box->channels);
	vd_desk_destroy(box->desk);
	vd_store_close(box->store);
	vd_loop_destroy(box->loop);
	vd_buf_deinit(&box->page);
}

static double one_page(struct box *box)
{
	struct vd_diag diag = { 0 };
	print_x(&box->page, box->serial);
	box->serial += POSTS;
	box->wanted += POSTS;
	box->begun = 0;
	box->took = 0;
	box->has_page = true;
	vd_channels_nudge(box->channels, 0);
	for (int i = 0; i < TURNS_MAX && box->took <= 0; i++) {
		must(vd_loop_turn(box->loop, vd_dur_ms(20)), &diag);
	}
	if (box->took <= 0) {
		must(VD_ERR_TIMEOUT, &diag);
	}
	return box->took * 1e3;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void measure_pages(const char *dir)
{
	static struct vd_rulebook book;
	static struct box box;
	double ms[PAGES];
	fill_book(&book);
	open_box(&box, dir, &book);
	double cpu = cpu_seconds();
	for (int i = 0; i < PAGES; i++) {
		ms[i] = one_page(&box);
	}
	cpu = (cpu_seconds() - cpu) * 1e3 / PAGES;
	qsort(ms, PAGES, sizeof(ms[0]), by_size);
	printf("\"page_100_ms\": %.2f, \"page_100_best_ms\": %.2f, \"page_100_p90_ms\": %.2f, "
	       "\"page_100_cpu_ms\": %.2f}\n",
	       ms[PAGES / 2], ms[0], ms[PAGES * 9 / 10], cpu);
	close_box(&box);
}

int main(int argc, char **argv)
{
	struct vd_buf page;
	if (argc != 2) {
		fputs("usage: page_bench FOLDER\n", stderr);
		return 2;
	}
	vd_buf_init_heap(&page, 1 << 20);
	printf("{");
	print_x(&page, 0);
	measure_wire("x", parse_x, vd_buf_span(&page));
	print_facebook(&page);
	measure_wire("facebook", parse_facebook, vd_buf_span(&page));
	vd_buf_deinit(&page);
	measure_pages(argv[1]);
	return 0;
}
