// SPDX-License-Identifier: MIT
/**
 * A rule book, a view and a desk for tests of the outputs; whatever is private carries "SECRET".
 * Not a desk: it notes what it was asked and answers what it was told.
 * Header-only; the test owns the memory.
 */
#ifndef VD_UNIT_OUTPUT_FIXTURE_H
#define VD_UNIT_OUTPUT_FIXTURE_H

#include "output/output.h"
#include "unit.h"

#define FIXTURE_NOW_S INT64_C(1791189600) // Mon 2026-10-05 08:40 UTC, 10:40 in Rome
#define FIXTURE_PIN "2468"
#define FIXTURE_PENDING 4

struct fixture {
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct vd_rulebook book;
	struct vd_view view;
	struct vd_desk_port port;
	struct vd_command last; // texts are copied below
	char text[256];
	char reason[256];
	size_t n_commands;
	size_t n_pin_checks;
	void *done_ctx[FIXTURE_PENDING];
	vd_port_done_fn *done[FIXTURE_PENDING];
	size_t n_pending;
};

static inline const struct vd_view *fixture_view(void *ctx)
{
	return &((struct fixture *)ctx)->view;
}

static inline void fixture_submit(void *ctx, const struct vd_command *command, void *done_ctx,
				  vd_port_done_fn *done)
{
	struct fixture *f = ctx;
	f->last = *command;
	snprintf(f->text, sizeof(f->text), "%.*s", VD_SPAN_ARG(command->text));
	snprintf(f->reason, sizeof(f->reason), "%.*s", VD_SPAN_ARG(command->reason));
	f->n_commands++;
	assert_true(f->n_pending < FIXTURE_PENDING);
	f->done_ctx[f->n_pending] = done_ctx;
	f->done[f->n_pending++] = done;
}

/** The commit: what waits is answered. */
static inline void fixture_commit(struct fixture *f, enum vd_err err, const char *why)
{
	struct vd_command_result result = { .err = err, .conversation = 12 };
	snprintf(result.diag.text, sizeof(result.diag.text), "%s", why);
	size_t n = f->n_pending;
	f->n_pending = 0;
	for (size_t i = 0; i < n; i++) {
		f->done[i](f->done_ctx[i], &result);
	}
}

static inline enum vd_err fixture_list(void *ctx, vd_port_row_fn *fn, void *fn_ctx,
				       struct vd_diag *diag)
{
	struct fixture *f = ctx;
	(void)diag;
	for (uint8_t i = 0; i < f->view.n_rows; i++) {
		fn(fn_ctx, &f->view.rows[i]);
	}
	return VD_OK;
}

static inline enum vd_err fixture_conversation(void *ctx, uint64_t id, struct vd_conversation *out,
					       vd_port_message_fn *fn, void *fn_ctx,
					       struct vd_diag *diag)
{
	(void)ctx;
	if (id != 12) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND, "there is no conversation %d", (int)id);
	}
	memset(out, 0, sizeof(*out));
	out->id = 12;
	out->opened = vd_wall_s(FIXTURE_NOW_S - 3600);
	out->waiting_since = out->opened;
	out->alarm.state = VD_ALARM_NORMAL;
	snprintf(out->customer_handle, sizeof(out->customer_handle), "SECRET-handle");
	out->targets[VD_TARGET_FIRST] = (struct vd_target){ .state = VD_TARGET_ARMED,
							    .is_running = true,
							    .from = out->opened,
							    .due = { INT64_MAX } };
	struct vd_message message = { .direction = VD_DIRECTION_IN,
				      .attachments = 3,
				      .attached = VD_SPAN("photo\thttps://a.test/1\tuno\n"
							  "video\t77\t\n"),
				      .shares = 4,
				      .quotes = 1,
				      .published = out->opened,
				      .text = VD_SPAN(
					      "\"SECRET\" text\nwith \\ and \x01 and \xff") };
	fn(fn_ctx, 7, &message);
	return VD_OK;
}

static inline enum vd_err fixture_outbox(void *ctx, uint64_t id, vd_port_outbox_fn *fn,
					 void *fn_ctx, struct vd_diag *diag)
{
	(void)ctx;
	(void)id;
	(void)diag;
	struct vd_port_outbox entry = {
		.id = 3, .state = "ask", .error = "", .text = VD_SPAN("x")
	};
	fn(fn_ctx, &entry);
	return VD_OK;
}

static inline bool fixture_check_pin(void *ctx, uint16_t staff, struct vd_span pin)
{
	((struct fixture *)ctx)->n_pin_checks++;
	return staff < 2 && vd_span_is_text(pin, FIXTURE_PIN);
}

static inline void fixture_fill_book(struct vd_rulebook *book)
{
	book->n_calendars = 1;
	assert_ok(vd_calendar_parse(VD_SPAN("Europe/Rome"), VD_SPAN("1-5=09:00-18:00"),
				    &book->calendars[0], NULL));
	book->n_policies = 1;
	vd_policy_init(&book->policies[0]);
	book->n_brands = 2;
	snprintf(book->brands[0].name, VD_NAME_BYTES, "Telecom Italia");
	snprintf(book->brands[1].name, VD_NAME_BYTES, "TIM");
	book->n_accounts = 2;
	book->accounts[0] = (struct vd_account){
		.name = "ti-x", .handle = "SECRET-own", .network = VD_NETWORK_X, .is_enabled = true
	};
	book->accounts[1] = (struct vd_account){ .name = "tim-facebook",
						 .network = VD_NETWORK_FACEBOOK,
						 .brand = 1,
						 .is_enabled = true };
	book->n_staff = 2;
	book->staff[0] = (struct vd_staff){ .name = "Anna", .initials = "AN" };
	book->staff[1] = (struct vd_staff){ .name = "Marco", .initials = "MA" };
}

static inline void fixture_fill_rows(struct vd_view *view)
{
	view->n_rows = 2;
	view->rows[0] = (struct vd_view_row){
		.conversation = 12,
		.topic = "linea",
		.customer_handle = "SECRET-handle",
		.first_line = "SECRET \x1b[2J line",
		.claimed_by = "AN",
		.severity = VD_SEVERITY_BREACHED,
		.alarm = VD_ALARM_LATCHED,
		.waiting_since = vd_wall_s(FIXTURE_NOW_S - 66 * 3600),
		.waited = { 66 * 3600, 3 * 3600 },
		.due = vd_wall_s(FIXTURE_NOW_S - 600),
		.left_open_s = -600,
		.left_wall_s = -600,
		.used_permille = 1000,
	};
	view->rows[1] = (struct vd_view_row){
		.conversation = 13,
		.brand = 1,
		.account = 1,
		.customer_handle = "SECRET-name",
		.target = VD_TARGET_NEXT,
		.severity = VD_SEVERITY_NONE,
		.alarm = VD_ALARM_NORMAL,
		.waiting_since = vd_wall_s(FIXTURE_NOW_S - 1800),
		.waited = { 1800, 1800 },
		.due = vd_wall_s(FIXTURE_NOW_S + 3600),
		.left_open_s = 3600,
		.left_wall_s = 3600,
		.used_permille = 333,
	};
}

static inline void fixture_fill_view(struct fixture *f)
{
	struct vd_view *view = &f->view;
	view->book = &f->book;
	view->sequence = 41;
	view->now = vd_wall_s(FIXTURE_NOW_S);
	view->state_at = view->now;
	view->is_clock_trusted = true;
	view->is_open = true;
	view->lamp.meaning = VD_LAMP_BREACHED;
	view->next_deadline = vd_wall_s(FIXTURE_NOW_S + 3600);
	view->counters = (struct vd_view_counters){ .open = 2, .waiting = 2, .breached = 1 };
	view->today = (struct vd_view_today){ 4, { 600, 300 }, { 7200, 3600 } };
	fixture_fill_rows(view);
	view->n_accounts = 2;
	for (uint16_t i = 0; i < 2; i++) {
		view->accounts[i] = (struct vd_view_account){ .account = i,
							      .health = VD_HEALTH_GOOD,
							      .last_good = view->now,
							      .age_s = 3,
							      .period_s = 10 };
	}
	view->accounts[1].health = VD_HEALTH_OUTAGE;
	view->accounts[1].age_s = 25;
	snprintf(view->accounts[1].detail, VD_LINE_BYTES, "SECRET detail");
	view->n_alarms = 1;
	view->alarms[0] = (struct vd_view_alarm){ .kind = VD_ALARM_CHANNEL_BLIND,
						  .state = VD_ALARM_UNACK,
						  .account = 2,
						  .since = view->now };
	snprintf(view->alarms[0].text, VD_LINE_BYTES, "SECRET detail");
}

static inline void fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->clock = vd_fake_clock_init(&f->fake, vd_wall_s(FIXTURE_NOW_S));
	f->fake.is_trusted = true;
	fixture_fill_book(&f->book);
	fixture_fill_view(f);
	f->port = (struct vd_desk_port){ .ctx = f,
					 .book = &f->book,
					 .clock = &f->clock,
					 .view = fixture_view,
					 .submit = fixture_submit,
					 .list = fixture_list,
					 .conversation = fixture_conversation,
					 .outbox = fixture_outbox,
					 .check_pin = fixture_check_pin };
}

/** What alarms can show beside severity and time, all at once. */
static inline void fixture_fill_alarms(struct vd_view *view)
{
	view->sound = VD_SOUND_URGENT;
	view->second_level = 2;
	view->counters.shelved = 3;
	view->counters.suppressed = 4;
	view->counters.out_of_service = 5;
	view->counters.paused = 6;
	view->counters.sleep_over = 7;
	view->counters.returned = 8;
	view->counters.pause_asks = 9;
	view->counters.blocked = 10;
	view->rows[0].ladder = VD_LADDER_SECOND;
	view->rows[0].offered_to = 2;
	view->rows[0].sides = 1 << VD_SIDE_SLEEP_OVER | 1 << VD_SIDE_BLOCKED;
	view->rows[1].alarm = VD_ALARM_SHELVED;
	view->rows[1].parked_by = VD_PARKED_INCIDENT | VD_PARKED_HOURS;
	view->rows[1].parked_until = vd_wall_s(FIXTURE_NOW_S + 1800);
	view->rows[1].is_paused = true;
	view->n_alarms = 3;
	view->alarms[0] = (struct vd_view_alarm){ .kind = VD_ALARM_OUTBOX_STUCK,
						  .state = VD_ALARM_ACKED,
						  .severity = VD_SEVERITY_URGENT,
						  .since = vd_wall_s(FIXTURE_NOW_S - 600),
						  .is_present = true,
						  .seen_by = 2,
						  .until = vd_wall_s(FIXTURE_NOW_S + 600),
						  .ladder = VD_LADDER_SOUND };
	view->alarms[1] = (struct vd_view_alarm){ .kind = VD_ALARM_CHANNEL_BLIND,
						  .state = VD_ALARM_RTN_UNACK,
						  .account = 1,
						  .since = vd_wall_s(FIXTURE_NOW_S - 300) };
	view->alarms[2] = (struct vd_view_alarm){ .kind = VD_ALARM_CHANNEL_BLIND,
						  .state = VD_ALARM_OUT_OF_SERVICE,
						  .account = 2,
						  .since = vd_wall_s(FIXTURE_NOW_S - 900) };
	view->measures = (struct vd_alarm_summary){
		.hour = 11,
		.day = 12,
		.is_flood = true,
		.flood_since = vd_wall_s(FIXTURE_NOW_S - 60),
		.stale = 13,
		.chattering = 1,
		.n_busiest = 1,
		.busiest = { { { VD_ALARM_CHANNEL_BLIND, 2, 0 }, 14, true } },
	};
}

/** Ours and a competitor's, whose name is no business of the shop. */
static inline void fixture_fill_followed(struct vd_view *view)
{
	static const struct vd_view_followed all[] = {
		{ .handle = "SECRET-rival",
		  .followers = 1300000,
		  .has_change = { true, false },
		  .change = { 900, 0 } },
		{ .handle = "SECRET-own",
		  .is_own = true,
		  .followers = 1234567,
		  .has_change = { true, true },
		  .change = { 120, -3400 } },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(all); i++) {
		view->followed[i] = all[i];
		view->followed[i].at = vd_wall_s(vd_wall_to_s(view->now) - 3600);
	}
	view->n_followed = VD_ARRAY_LEN(all);
}

#endif
