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
// wire_mastodon_...      the same for notifications
// page_100_ms            the answer handed to the channel -> the view changed; median
// page_100_cpu_ms        of the processor a page, its poll and the waiting between two included
#include "channel/common.h"
#include "channel/facebook_wire.h"
#include "channel/mastodon_wire.h"
#include "channel/x_wire.h"
#include "frame.h"

#define POSTS 100
#define PAGES 40
#define ROUNDS 60
#define ROUND_S 0.01

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

// Half of them with a picture, as a customer shows what is wrong.
static void print_mastodon(struct vd_buf *out)
{
	vd_buf_reset(out);
	vd_buf_put_char(out, '[');
	for (unsigned i = 0; i < POSTS; i++) {
		vd_buf_printf(out,
			      "%s{\"id\":\"%u\",\"type\":\"mention\",\"created_at\":"
			      "\"2026-10-02T14:39:%02u.000Z\",\"account\":{\"id\":\"7%08u\"},"
			      "\"status\":{\"id\":\"113%06u\",\"created_at\":"
			      "\"2026-10-02T14:39:%02u.000Z\",\"in_reply_to_id\":null,"
			      "\"visibility\":\"public\",\"spoiler_text\":\"\",\"reblogs_count\":0,"
			      "\"content\":\"<p><span class=\\\"h-card\\\">@TIM</span> %s</p>\","
			      "\"account\":{\"id\":\"7%08u\",\"username\":\"cliente%u\",\"acct\":"
			      "\"cliente%u@social.example\",\"display_name\":\"Cliente %u\"},"
			      "\"media_attachments\":[%s],\"mentions\":[{\"id\":\"9\",\"acct\":"
			      "\"TIM\"}],\"tags\":[],\"poll\":null,\"edited_at\":null}}",
			      i == 0 ? "" : ",", 5000 - i, i % 60, i, i, i % 60, text, i, i, i, i,
			      i % 2 == 0 ? ""
					 : "{\"id\":\"1\",\"type\":\"image\",\"url\":"
					   "\"https://files.example/1.jpg\",\"description\":"
					   "\"la bolletta\"}");
	}
	vd_buf_put_char(out, ']');
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

static void parse_mastodon(struct vd_span body)
{
	struct vd_mastodon_page page;
	struct vd_diag diag = { 0 };
	must(vd_mastodon_page_parse(body, VD_MASTODON_NOTIFICATIONS, &page, &diag), &diag);
	if (page.n != POSTS) {
		must(VD_ERR_SYNTAX, &diag);
	}
	vd_mastodon_page_deinit(&page);
}

static void parse_cjson(struct vd_span body)
{
	cJSON_Delete(cJSON_ParseWithLength(body.p, body.n));
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

/** The network, one answer at a time. */
struct box {
	struct frame frame;
	struct vd_seeded_rng seeded;
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
	return vd_loop_timer_set(box->frame.loop, &flight->timer, vd_loop_now(box->frame.loop));
}

static void door_cancel(void *ctx, void *call)
{
	struct box *box = ctx;
	struct flight *flight = call;
	vd_loop_timer_stop(box->frame.loop, &flight->timer);
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

static void open_box(struct box *box, const char *dir, struct vd_rulebook *book)
{
	struct vd_diag diag = { 0 };
	struct vd_desk_config more = { .ctx = box, .on_view = on_view, .is_watched = is_watched };
	vd_buf_init_heap(&box->page, 1 << 20);
	frame_open(&box->frame, dir, false, book, &more);
	box->port = vd_desk_get_port(box->frame.desk);
	struct vd_channel_host host = { .loop = box->frame.loop,
					.rng = vd_seeded_rng_init(&box->seeded, 1) };
	vd_desk_fill_host(box->frame.desk, &host);
	struct vd_channel_account account = { .period = vd_dur_s(1) };
	must(vd_secret_set(&account.token, VD_SPAN("token")), &diag);
	struct vd_channel_door door = { box, door_start, door_cancel };
	must(vd_channels_create_with(&host, door, &account, 1, &box->channels, &diag), &diag);
	vd_desk_set_channels(box->frame.desk, box->channels);
	vd_channels_start(box->channels);
}

static void close_box(struct box *box)
{
	vd_desk_set_channels(box->frame.desk, NULL);
	vd_channels_destroy(box->channels);
	frame_close(&box->frame);
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
		must(vd_loop_turn(box->frame.loop, vd_dur_ms(20)), &diag);
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
	frame_book(&book, "1-5=09:00-18:00!italy");
	snprintf(book.accounts[0].user_id, VD_ID_BYTES, "100000002");
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
	print_mastodon(&page);
	measure_wire("mastodon", parse_mastodon, vd_buf_span(&page));
	vd_buf_deinit(&page);
	measure_pages(argv[1]);
	return 0;
}
