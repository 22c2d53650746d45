// SPDX-License-Identifier: MIT
// The pages over plain HTTP on the loopback, with a fake clock and a desk that answers when told.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fixture.h"
#include "output/web.h"

#define TURNS 200

static struct fixture f;
static struct vd_loop *loop;
static struct vd_web *web;
static struct vd_seeded_rng seeded;
static char answer[1 << 18];
static char cookie[128];
static char csrf[128];
static char log_text[1 << 14];

static void keep_log(void *ctx, enum vd_log_level level, const char *line, size_t n)
{
	(void)ctx;
	(void)level;
	strncat(log_text, line, n);
}

static const struct vd_log test_log = { VD_LOG_DEBUG, NULL, NULL, keep_log };

static void start(const char *token)
{
	signal(SIGPIPE, SIG_IGN);
	fixture_init(&f);
	log_text[0] = '\0';
	loop = vd_loop_create(&f.clock, vd_poller_posix());
	struct vd_web_config config = { .loop = loop,
					.port = &f.port,
					.log = &test_log,
					.rng = vd_seeded_rng_init(&seeded, 5),
					.address = "127.0.0.1",
					.wall_token = token,
					.lang = "en" };
	struct vd_diag diag = { 0 };
	assert_ok(vd_web_create(&config, &web, &diag));
}

static int set_up(void **state)
{
	(void)state;
	start("sesame");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vd_web_destroy(web);
	vd_loop_destroy(loop);
	return 0;
}

static int dial_from(uint32_t host)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(vd_web_port(web)) };
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(host) };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

// Turns the loop until the answer holds `until`, or the other side closed.
static bool hear(int fd, const char *until)
{
	size_t used = strlen(answer);
	for (int i = 0; i < TURNS; i++) {
		assert_ok(vd_loop_turn(loop, vd_dur_ms(1)));
		ssize_t n = read(fd, answer + used, sizeof(answer) - used - 1);
		if (n == 0) {
			return strstr(answer, until) != NULL;
		}
		used += n > 0 ? (size_t)n : 0;
		answer[used] = '\0';
		if (strstr(answer, until) != NULL) {
			return true;
		}
	}
	return false;
}

static int dial(void)
{
	return dial_from(INADDR_LOOPBACK);
}

static int say_to(const char *method, const char *path, const char *fields, const char *body)
{
	char request[4096];
	int fd = dial();
	int n = snprintf(request, sizeof(request),
			 "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
			 "Content-Length: %zu\r\n%s\r\n%s",
			 method, path, strlen(body), fields, body);
	assert_int_equal(write(fd, request, (size_t)n), n);
	answer[0] = '\0';
	return fd;
}

// The status; the whole answer is in `answer`.
static int ask(const char *method, const char *path, const char *fields, const char *body)
{
	int fd = say_to(method, path, fields, body);
	(void)hear(fd, "\xff\xff"); // to its end
	close(fd);
	return atoi(answer + strlen("HTTP/1.1 "));
}

static void copy_between(const char *from, const char *to, char *out, size_t cap)
{
	const char *at = strstr(answer, from);
	assert_non_null(at);
	at += strlen(from);
	snprintf(out, cap, "%.*s", (int)strcspn(at, to), at);
}

#define JSON "Content-Type: application/json\r\n"

static int sign_in(const char *who, const char *pin)
{
	char body[128];
	snprintf(body, sizeof(body), "{\"staff\":\"%s\",\"pin\":\"%s\"}", who, pin);
	int status = ask("POST", "/api/v1/session", JSON, body);
	if (status == 201) {
		copy_between("Set-Cookie: ", ";", cookie, sizeof(cookie));
		copy_between("\"csrf\":\"", "\"", csrf, sizeof(csrf));
	}
	return status;
}

static const char *fields(const char *more)
{
	static const char format[] = "Cookie: %s\r\n%s";
	static char text[512]; // of this test's only
	snprintf(text, sizeof(text), format, cookie, more);
	return text;
}

static const char *author(void)
{
	static char more[256];
	snprintf(more, sizeof(more), JSON "X-CSRF-Token: %s\r\n", csrf);
	return fields(more);
}

// ---- looking ------------------------------------------------------------------------------------

static void strangers_see_no_conversation(void **state)
{
	(void)state;
	static const char *const closed[] = { "/api/v1/view",
					      "/api/v1/conversations",
					      "/api/v1/conversations/12",
					      "/api/v1/session",
					      "/events",
					      "/api/v1/view?token=wrong" };
	for (size_t i = 0; i < VD_ARRAY_LEN(closed); i++) {
		assert_row(ask("GET", closed[i], "", "") == 401, closed[i]);
		assert_row(strstr(answer, "SECRET") == NULL, closed[i]);
	}
	assert_int_equal(ask("GET", "/wall", "", ""), 403);
	assert_int_equal(ask("GET", "/wall?token=sesam", "", ""), 403);
	assert_int_equal(ask("GET", "/events?view=wall", "", ""), 403);
	assert_int_equal(ask("GET", "/wall?token=sesame", "", ""), 200);
	assert_int_equal(ask("GET", "/metrics", "", ""), 200);
	assert_null(strstr(answer, "SECRET"));
}

static void the_wall_shows_texts_only_in_ops_and_with_its_token(void **state)
{
	(void)state;
	assert_int_equal(ask("GET", "/api/v1/view?token=sesame", "", ""), 200);
	assert_non_null(strstr(answer, "SECRET"));
	f.view.is_public = true;
	assert_int_equal(ask("GET", "/api/v1/view?token=sesame", "", ""), 200);
	assert_null(strstr(answer, "SECRET"));
}

static void without_a_token_set_the_wall_is_public_even_in_ops(void **state)
{
	(void)state;
	vd_web_destroy(web);
	vd_loop_destroy(loop);
	start("");
	assert_int_equal(ask("GET", "/api/v1/view", "", ""), 200);
	assert_null(strstr(answer, "SECRET"));
	assert_int_equal(ask("GET", "/api/v1/view?token=", "", ""), 200);
	assert_null(strstr(answer, "SECRET"));
}

static void files_have_policy_type_and_tag(void **state)
{
	(void)state;
	char tag[64];
	char header[96];
	assert_int_equal(ask("GET", "/static/staff.js", "", ""), 200);
	assert_non_null(strstr(answer, "Content-Security-Policy: default-src 'none'"));
	assert_non_null(strstr(answer, "Content-Type: text/javascript"));
	copy_between("ETag: ", "\r", tag, sizeof(tag));
	snprintf(header, sizeof(header), "If-None-Match: %s\r\n", tag);
	assert_int_equal(ask("GET", "/static/staff.js", header, ""), 304);
	assert_int_equal(ask("GET", "/static/nothing.js", "", ""), 404);
	assert_int_equal(ask("POST", "/wall", "", ""), 405);
	assert_int_equal(ask("PUT", "/api/v1/session", "", ""), 405);
	assert_non_null(strstr(answer, "Allow: GET, POST, DELETE"));
	assert_int_equal(ask("GET", "/api/v1/elsewhere", "", ""), 404);
}

static void no_page_carries_inline_script_or_foreign_address(void **state)
{
	(void)state;
	static const char *const pages[] = { "/", "/wall?token=sesame" };
	for (size_t i = 0; i < VD_ARRAY_LEN(pages); i++) {
		assert_int_equal(ask("GET", pages[i], "", ""), 200);
		const char *body = strstr(answer, "\r\n\r\n");
		assert_null(strstr(body, "style="));
		assert_null(strstr(body, "onclick"));
		assert_null(strstr(body, "<style"));
		assert_null(strstr(body, "<script>"));
		assert_null(strstr(body, "//cdn"));
		assert_null(strstr(body, "https://"));
	}
}

static void health_says_why(void **state)
{
	(void)state;
	assert_int_equal(ask("GET", "/healthz", "", ""), 503);
	assert_non_null(strstr(answer, "no fresh data: tim-facebook"));
	assert_null(strstr(answer, "SECRET"));
	f.view.accounts[1].age_s = 3;
	f.view.n_alarms = 0;
	assert_int_equal(ask("GET", "/healthz", "", ""), 200);
	f.view.is_clock_trusted = false;
	assert_int_equal(ask("GET", "/healthz", "", ""), 503);
	f.view.is_clock_trusted = true;
	f.view.lamp.and_blind = true; // whatever the reason
	fixture_fill_alarms(&f.view);
	assert_int_equal(ask("GET", "/healthz", "", ""), 503);
	assert_non_null(strstr(answer, "\"outbox stuck\""));
	assert_null(strstr(answer, "channel blind")); // over, and out of service
}

// ---- signing in ---------------------------------------------------------------------------------

static void a_session_opens_the_page(void **state)
{
	(void)state;
	assert_int_equal(sign_in("Anna", FIXTURE_PIN), 201);
	assert_non_null(strstr(answer, "; HttpOnly; SameSite=Strict; Path=/"));
	assert_int_equal(ask("GET", "/api/v1/session", fields(""), ""), 200);
	assert_int_equal(ask("GET", "/api/v1/conversations/12", fields(""), ""), 200);
	assert_non_null(strstr(answer, "SECRET"));
	assert_int_equal(ask("DELETE", "/api/v1/session", author(), ""), 204);
	assert_int_equal(ask("GET", "/api/v1/session", fields(""), ""), 401);
	assert_null(strstr(log_text, FIXTURE_PIN));
}

static void a_session_expires_in_real_time(void **state)
{
	(void)state;
	assert_int_equal(sign_in("Anna", FIXTURE_PIN), 201);
	vd_fake_clock_advance(&f.fake, vd_dur_s(12 * 3600 + 1));
	assert_int_equal(ask("GET", "/api/v1/session", fields(""), ""), 401);
}

static void wrong_pins_lock_out(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(sign_in("Anna", "1357"), 401);
	}
	size_t checks = f.n_pin_checks;
	assert_int_equal(sign_in("Anna", FIXTURE_PIN), 429);
	assert_non_null(strstr(answer, "Retry-After: 300"));
	assert_int_equal(sign_in("Marco", FIXTURE_PIN), 429); // the address
	assert_int_equal(f.n_pin_checks, checks);             // not even looked at
	vd_fake_clock_advance(&f.fake, vd_dur_s(300));
	assert_int_equal(sign_in("Anna", FIXTURE_PIN), 201);
	assert_null(strstr(log_text, "1357"));
}

static void nobody_is_told_whether_a_name_exists(void **state)
{
	(void)state;
	char known[512];
	assert_int_equal(sign_in("Anna", "1"), 401);
	snprintf(known, sizeof(known), "%.500s", strstr(answer, "\r\n\r\n"));
	assert_int_equal(sign_in("Nobody", "1"), 401);
	assert_string_equal(strstr(answer, "\r\n\r\n"), known);
	assert_int_equal(f.n_pin_checks, 2);
}

static void a_sign_in_needs_json_from_our_own_page(void **state)
{
	(void)state;
	static const char body[] = "{\"staff\":\"Anna\",\"pin\":\"2468\"}";
	assert_int_equal(ask("POST", "/api/v1/session", "Content-Type: text/plain\r\n", body), 415);
	assert_int_equal(ask("POST", "/api/v1/session", JSON "Origin: http://evil\r\n", body), 403);
	assert_int_equal(ask("POST", "/api/v1/session", JSON "Origin: http://localhost\r\n", body),
			 201);
}

// ---- commands -----------------------------------------------------------------------------------

static void a_command_needs_the_sessions_token(void **state)
{
	(void)state;
	assert_int_equal(sign_in("Marco", FIXTURE_PIN), 201);
	static const char path[] = "/api/v1/conversations/12/claim";
	assert_int_equal(ask("POST", path, JSON, "{}"), 401);
	assert_int_equal(ask("POST", path, fields(JSON), "{}"), 403);
	assert_int_equal(ask("POST", path, fields(JSON "X-CSRF-Token: 00\r\n"), "{}"), 403);
	assert_int_equal(ask("GET", path, fields(""), ""), 405);
	assert_int_equal(f.n_commands, 0);
}

static void a_command_is_answered_after_the_commit(void **state)
{
	(void)state;
	assert_int_equal(sign_in("Marco", FIXTURE_PIN), 201);
	int fd = say_to("POST", "/api/v1/conversations/12/reply", author(),
			"{\"text\":\"Buongiorno\",\"visibility\":\"private\",\"kind\":\"question\","
			"\"seen_messages\":7}");
	for (int i = 0; i < 20; i++) {
		assert_false(hear(fd, "HTTP/1.1") && f.n_pending == 1);
		if (f.n_pending == 1) {
			break;
		}
	}
	assert_int_equal(f.n_pending, 1);
	assert_int_equal(f.last.kind, VD_COMMAND_REPLY);
	assert_int_equal(f.last.source, VD_SOURCE_PAGE);
	assert_int_equal(f.last.staff, 2);
	assert_int_equal(f.last.conversation, 12);
	assert_int_equal(f.last.visibility, VD_VISIBILITY_PRIVATE);
	assert_int_equal(f.last.reply_kind, VD_REPLY_QUESTION);
	assert_int_equal(f.last.seen_messages, 7);
	assert_string_equal(f.text, "Buongiorno");
	fixture_commit(&f, VD_OK, "");
	assert_true(hear(fd, "\"ok\":true"));
	close(fd);
}

static void a_conflict_is_told_in_a_sentence(void **state)
{
	(void)state;
	assert_int_equal(sign_in("Marco", FIXTURE_PIN), 201);
	int fd = say_to("POST", "/api/v1/ack", author(), "{}");
	(void)hear(fd, "never");
	assert_int_equal(f.last.kind, VD_COMMAND_ACK);
	assert_int_equal(f.last.conversation, 0);
	fixture_commit(&f, VD_ERR_CONFLICT, "2 more came while you wrote");
	assert_true(hear(fd, "2 more came while you wrote"));
	assert_int_equal(atoi(answer + strlen("HTTP/1.1 ")), 409);
	close(fd);
}

static void who_left_before_the_commit_is_not_answered(void **state)
{
	(void)state;
	assert_int_equal(sign_in("Marco", FIXTURE_PIN), 201);
	int fd = say_to("POST", "/api/v1/outbox/3/settle", author(), "{\"arrived\":true}");
	(void)hear(fd, "never");
	assert_int_equal(f.n_pending, 1);
	assert_true(f.last.arrived);
	assert_int_equal(f.last.outbox, 3);
	close(fd);
	for (int i = 0; i < 20; i++) {
		assert_ok(vd_loop_turn(loop, vd_dur_ms(1)));
	}
	fixture_commit(&f, VD_OK, "");
	assert_int_equal(ask("GET", "/api/v1/session", fields(""), ""), 200);
}

// ---- streams ------------------------------------------------------------------------------------

static void a_stream_gets_a_view_at_once_and_then_what_is_new(void **state)
{
	(void)state;
	assert_int_equal(sign_in("Anna", FIXTURE_PIN), 201);
	int fd = say_to("GET", "/events", fields("Last-Event-ID: 3\r\n"), "");
	assert_true(hear(fd, "\n\n"));
	assert_true(hear(fd, "id: 41\nevent: view\ndata: {\"sequence\":41"));
	assert_non_null(strstr(answer, "SECRET"));
	vd_web_publish(web); // the first one after it came
	assert_true(hear(fd, "data: "));
	answer[0] = '\0';
	vd_web_publish(web);
	assert_false(hear(fd, "data: ")); // nothing is new
	f.view.sound = VD_SOUND_URGENT;   // a calendar opened: no event of the journal
	vd_web_publish(web);
	assert_true(hear(fd, "\"sound\":\"urgent\""));
	answer[0] = '\0';
	f.view.sequence = 42;
	vd_web_publish(web);
	assert_true(hear(fd, "id: 42\n"));
	answer[0] = '\0';
	vd_fake_clock_advance(&f.fake, vd_dur_s(5));
	assert_ok(vd_loop_turn(loop, vd_dur_ms(1)));
	vd_web_publish(web);
	assert_true(hear(fd, "id: 42\n")); // a sign of life
	close(fd);
}

static void a_stream_ends_with_its_session(void **state)
{
	(void)state;
	assert_int_equal(sign_in("Anna", FIXTURE_PIN), 201);
	int fd = say_to("GET", "/events", fields(""), "");
	assert_true(hear(fd, "data: {"));
	char kept[64];
	snprintf(kept, sizeof(kept), "%.60s", answer);
	assert_int_equal(ask("DELETE", "/api/v1/session", author(), ""), 204);
	answer[0] = '\0';
	f.view.sequence = 43;
	vd_web_publish(web);
	(void)hear(fd, "never");
	assert_null(strstr(answer, "SECRET"));
	assert_null(strstr(answer, "43"));
	close(fd);
}

static void a_public_stream_carries_nothing_private(void **state)
{
	(void)state;
	f.view.is_public = true;
	int fd = say_to("GET", "/events?view=wall&token=sesame", "", "");
	assert_true(hear(fd, "data: {"));
	f.view.sequence = 44;
	vd_web_publish(web);
	assert_true(hear(fd, "id: 44"));
	assert_null(strstr(answer, "SECRET"));
	close(fd);
}

static int listen_from(uint32_t host)
{
	static const char request[] = "GET /events?view=wall&token=sesame HTTP/1.1\r\n"
				      "Host: localhost\r\n\r\n";
	int fd = dial_from(host);
	assert_int_equal(write(fd, request, sizeof(request) - 1), sizeof(request) - 1);
	answer[0] = '\0';
	return fd;
}

// Phones that left without a word still look like listeners.
static void one_host_cant_hold_all_streams(void **state)
{
	(void)state;
	int fds[24];
	for (size_t i = 0; i < VD_ARRAY_LEN(fds); i++) {
		vd_fake_clock_advance(&f.fake, vd_dur_ms(10));
		fds[i] = listen_from(INADDR_LOOPBACK);
		assert_true(hear(fds[i], "data: {"));
	}
	int same = listen_from(INADDR_LOOPBACK);
	assert_true(hear(same, " 503 "));
	int other = listen_from(INADDR_LOOPBACK + 1);
	assert_true(hear(other, "data: {"));
	answer[0] = '\0';
	assert_false(hear(fds[0], "never")); // the oldest: ended behind its view
	char byte;
	assert_int_equal(read(fds[0], &byte, 1), 0);
	assert_int_equal(read(fds[1], answer, sizeof(answer)), -1);
	for (size_t i = 0; i < VD_ARRAY_LEN(fds); i++) {
		close(fds[i]);
	}
	close(same);
	close(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(strangers_see_no_conversation),
		TEST(the_wall_shows_texts_only_in_ops_and_with_its_token),
		TEST(without_a_token_set_the_wall_is_public_even_in_ops),
		TEST(files_have_policy_type_and_tag),
		TEST(no_page_carries_inline_script_or_foreign_address),
		TEST(health_says_why),
		TEST(a_session_opens_the_page),
		TEST(a_session_expires_in_real_time),
		TEST(wrong_pins_lock_out),
		TEST(nobody_is_told_whether_a_name_exists),
		TEST(a_sign_in_needs_json_from_our_own_page),
		TEST(a_command_needs_the_sessions_token),
		TEST(a_command_is_answered_after_the_commit),
		TEST(a_conflict_is_told_in_a_sentence),
		TEST(who_left_before_the_commit_is_not_answered),
		TEST(a_stream_gets_a_view_at_once_and_then_what_is_new),
		TEST(a_stream_ends_with_its_session),
		TEST(a_public_stream_carries_nothing_private),
		TEST(one_host_cant_hold_all_streams),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
