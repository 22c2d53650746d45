// SPDX-License-Identifier: MIT
// SIGNALS.md "The wall", as text. Everything that could be a customer's goes through the canvas,
// which drops controls.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "output/canvas.h"
#include "output/phrase.h"
#include "output/wall_term.h"
#include "output/wall_term_board.h"

#define DURATION_BYTES 48
#define CLOCK_BYTES 24
#define BAR_CELLS 12
#define STATE_STALE_S 2
#define FAULT_LINES 4
#define ROOM_FOR_BOARD 20 // lines; on a smaller screen the room is for who waits
#define PAIR_COLUMNS 100
#define FULL_COLUMNS 120
#define SGR_CALL "0;1;38;5;231;48;5;160" // the one area that is filled: it is read from afar

struct wall {
	struct vd_canvas canvas;
	const struct vd_view *view;
	const char *lang;
	const struct vd_zone *zone;
	int64_t today; // local day
	bool is_old;   // the store could not be read: the figures are of before
};

static const char *say(const struct wall *w, enum vd_phrase phrase)
{
	return vd_phrase(w->lang, phrase);
}

// ---- times --------------------------------------------------------------------------------------

static void print_duration(int64_t s, char out[DURATION_BYTES])
{
	s = s < 0 ? -s : s;
	if (s < 60) {
		snprintf(out, DURATION_BYTES, "%" PRId64 " s", s);
	} else if (s < 3600) {
		snprintf(out, DURATION_BYTES, "%" PRId64 " min", s / 60);
	} else {
		snprintf(out, DURATION_BYTES, "%" PRId64 " h %02" PRId64, s / 3600, s / 60 % 60);
	}
}

static int64_t local_s(const struct wall *w, struct vd_wall at)
{
	int64_t s = vd_wall_to_s(at);
	return s + vd_zone_offset(w->zone, s);
}

static int64_t floor_day(int64_t s)
{
	return s >= 0 ? s / 86400 : -((-s + 86399) / 86400);
}

static const char *weekday(const struct wall *w, int64_t day)
{
	static const char *const en[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const it[] = { "gio", "ven", "sab", "dom", "lun", "mar", "mer" };
	size_t i = (size_t)(((day % 7) + 7) % 7);
	return strcmp(w->lang, "it") == 0 ? it[i] : en[i];
}

// "11:40", "Mon 11:40", or "12/10 11:40" where the weekday would not be clear.
static void print_clock(const struct wall *w, struct vd_wall at, char out[CLOCK_BYTES])
{
	int64_t s = local_s(w, at);
	int64_t day = floor_day(s);
	int64_t of_day = s - day * 86400;
	int hour = (int)(of_day / 3600);
	int minute = (int)(of_day / 60 % 60);
	if (day == w->today) {
		snprintf(out, CLOCK_BYTES, "%02d:%02d", hour, minute);
	} else if (day > w->today - 7 && day < w->today + 7) {
		snprintf(out, CLOCK_BYTES, "%s %02d:%02d", weekday(w, day), hour, minute);
	} else {
		int64_t year;
		int month;
		int date;
		vd_civil_from_days(day, &year, &month, &date);
		snprintf(out, CLOCK_BYTES, "%02d/%02d %02d:%02d", date, month, hour, minute);
	}
}

// ---- header -------------------------------------------------------------------------------------

static const char *lamp_sgr(enum vd_colour colour, uint8_t level)
{
	static const char *const full[VD_COLOUR_N] = {
		[VD_COLOUR_DARK] = "0;48;5;233",  [VD_COLOUR_RED] = "0;48;5;196",
		[VD_COLOUR_AMBER] = "0;48;5;214", [VD_COLOUR_GREEN] = "0;48;5;40",
		[VD_COLOUR_WHITE] = "0;48;5;231", [VD_COLOUR_BLUE] = "0;48;5;33",
	};
	static const char *const green[] = { "0;48;5;22", "0;48;5;28", "0;48;5;34", "0;48;5;40" };
	if (colour == VD_COLOUR_GREEN) {
		return green[level / 64];
	}
	if (colour == VD_COLOUR_WHITE && level < 128) {
		return "0;48;5;244";
	}
	return (unsigned)colour < VD_COLOUR_N ? full[colour] : full[VD_COLOUR_DARK];
}

static const char *meaning_sgr(const struct vd_view *view)
{
	switch (view->lamp.meaning) {
	case VD_LAMP_BREACHED:
	case VD_LAMP_URGENT_UNSEEN:
	case VD_LAMP_URGENT_SEEN:
		return "0;1;38;5;210;48;5;238";
	case VD_LAMP_WARNING_UNSEEN:
	case VD_LAMP_WARNING_SEEN:
	case VD_LAMP_FLOOD:
		return "0;1;38;5;221;48;5;238";
	case VD_LAMP_BLIND:
		return "0;1;38;5;231;48;5;238";
	case VD_LAMP_CLOSED:
	case VD_LAMP_WATCHING:
	case VD_LAMP_MEANING_N:
		break;
	}
	return VD_SGR_HEAD;
}

static void draw_header(struct wall *w, const struct vd_lamp_frame *lamp)
{
	int64_t s = local_s(w, w->view->now);
	int64_t of_day = s - w->today * 86400;
	int64_t year;
	int month;
	int day;
	vd_civil_from_days(w->today, &year, &month, &day);
	vd_canvas_put(&w->canvas, VD_SGR_HEAD, " ");
	vd_canvas_put(&w->canvas, lamp_sgr(lamp->colour, lamp->level), "  ");
	enum vd_colour second = lamp->second != VD_COLOUR_DARK ? lamp->second : lamp->colour;
	vd_canvas_put(&w->canvas, lamp_sgr(second, lamp->level), "  ");
	vd_canvas_printf(
		&w->canvas, meaning_sgr(w->view), " %s",
		vd_phrase_find(w->lang, "lamp", vd_lamp_meaning_name(w->view->lamp.meaning)));
	if (w->view->lamp.and_blind) {
		vd_canvas_printf(&w->canvas, "0;1;38;5;231;48;5;238", " %s",
				 say(w, VD_PHRASE_AND_BLIND));
	}
	char text[64];
	snprintf(text, sizeof(text), "%s %d/%02d/%04d  %02d:%02d:%02d ", weekday(w, w->today), day,
		 month, (int)year, (int)(of_day / 3600), (int)(of_day / 60 % 60),
		 (int)(of_day % 60));
	int at = w->canvas.columns - (int)strlen(text);
	if (at > w->canvas.column) {
		vd_canvas_to(&w->canvas, VD_SGR_HEAD, (uint16_t)at);
		vd_canvas_put(&w->canvas, VD_SGR_HEAD, text);
	} else { // narrow: the time alone
		vd_canvas_to(&w->canvas, VD_SGR_HEAD, (uint16_t)(w->canvas.columns - 9));
		vd_canvas_put(&w->canvas, VD_SGR_HEAD, text + strlen(text) - 9);
	}
	vd_canvas_end_line(&w->canvas, VD_SGR_HEAD);
}

// ---- figures ------------------------------------------------------------------------------------

static void draw_text(struct wall *w, const char *sgr, const char *text)
{
	if (w->canvas.column + vd_canvas_width(text) > w->canvas.columns) {
		vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	}
	vd_canvas_put(&w->canvas, w->is_old ? VD_SGR_STRUCK : sgr, text);
}

static void draw_count(struct wall *w, uint32_t n, enum vd_phrase what, const char *abnormal)
{
	char text[96];
	snprintf(text, sizeof(text), " %" PRIu32 " %s ", n, say(w, what));
	draw_text(w, n > 0 && abnormal != NULL ? abnormal : VD_SGR_BASE, text);
}

// The three parked states are always on screen, narrow or not.
static void draw_parked(struct wall *w)
{
	const struct vd_view_counters *c = &w->view->counters;
	if (w->canvas.columns >= FULL_COLUMNS) {
		draw_count(w, c->shelved, VD_PHRASE_SHELVED, NULL);
		draw_count(w, c->suppressed, VD_PHRASE_SUPPRESSED, NULL);
		draw_count(w, c->out_of_service, VD_PHRASE_OUT_OF_SERVICE, NULL);
		return;
	}
	char text[96];
	snprintf(text, sizeof(text), " %" PRIu32 "+%" PRIu32 "+%" PRIu32 " %s ", c->shelved,
		 c->suppressed, c->out_of_service, say(w, VD_PHRASE_PARKED));
	draw_text(w, VD_SGR_BASE, text);
}

static void draw_counters(struct wall *w)
{
	const struct vd_view_counters *c = &w->view->counters;
	draw_count(w, c->open, VD_PHRASE_OPEN, NULL);
	draw_count(w, c->waiting, VD_PHRASE_WAITING, NULL);
	draw_count(w, c->warning, VD_PHRASE_WARNING, VD_SGR_AMBER);
	draw_count(w, c->urgent, VD_PHRASE_URGENT, VD_SGR_RED);
	draw_count(w, c->breached, VD_PHRASE_BREACHED, VD_SGR_RED);
	draw_parked(w);
	if (c->paused > 0) {
		draw_count(w, c->paused, VD_PHRASE_PAUSED, NULL);
	}
	if (c->outbox > 0) {
		draw_count(w, c->outbox, VD_PHRASE_OUTBOX, NULL);
	}
	vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
}

// What must not be missed has lines of its own, and only while it is so.
static void draw_second_level(struct wall *w)
{
	if (w->view->second_level > 0) {
		vd_canvas_printf(&w->canvas, SGR_CALL, " ▲▲ %" PRIu32 " %s ", w->view->second_level,
				 say(w, VD_PHRASE_SECOND_LEVEL));
		vd_canvas_end_line(&w->canvas, SGR_CALL);
	}
}

static void draw_sides(struct wall *w)
{
	const struct vd_view_counters *c = &w->view->counters;
	if (c->sleep_over > 0) {
		draw_count(w, c->sleep_over, VD_PHRASE_SLEEP_OVER, VD_SGR_AMBER);
		vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	}
	if (c->returned + c->pause_asks + c->blocked == 0) {
		return;
	}
	const struct {
		uint32_t n;
		enum vd_phrase what;
	} rows[] = { { c->returned, VD_PHRASE_RETURNED },
		     { c->pause_asks, VD_PHRASE_PAUSE_ASKS },
		     { c->blocked, VD_PHRASE_BLOCKED } };
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		if (rows[i].n > 0) {
			draw_count(w, rows[i].n, rows[i].what, VD_SGR_AMBER);
		}
	}
	vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
}

static void draw_pair(struct wall *w, const char *name, struct vd_pair pair)
{
	char wall[DURATION_BYTES];
	char business[DURATION_BYTES];
	print_duration(pair.wall_s, wall);
	print_duration(pair.business_s, business);
	vd_canvas_printf(&w->canvas, w->is_old ? VD_SGR_STRUCK : VD_SGR_DIM, "  %s %s / %s %s",
			 name, wall, business, say(w, VD_PHRASE_OPEN_SHORT));
}

static void draw_today(struct wall *w)
{
	const struct vd_view_today *t = &w->view->today;
	vd_canvas_printf(&w->canvas, w->is_old ? VD_SGR_STRUCK : VD_SGR_DIM, " %s: %" PRIu32 " %s",
			 say(w, VD_PHRASE_TODAY), t->answered, say(w, VD_PHRASE_ANSWERED));
	if (t->answered > 0) {
		if (w->canvas.columns >= PAIR_COLUMNS) { // the pairs must not be cut (R41)
			vd_canvas_printf(&w->canvas, VD_SGR_DIM, " · %s",
					 say(w, VD_PHRASE_FIRST_RESPONSE));
		}
		draw_pair(w, "p50", t->first_p50);
		draw_pair(w, "p90", t->first_p90);
	}
	vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
}

// ---- rows ---------------------------------------------------------------------------------------

static const char *severity_sgr(enum vd_severity severity)
{
	switch (severity) {
	case VD_SEVERITY_BREACHED:
	case VD_SEVERITY_URGENT:
		return VD_SGR_RED;
	case VD_SEVERITY_WARNING:
		return VD_SGR_AMBER;
	case VD_SEVERITY_NONE:
	case VD_SEVERITY_N:
		break;
	}
	return VD_SGR_STRONG;
}

// Shape as the second code; empty where somebody has seen it.
static const char *severity_mark(const struct vd_view_row *row)
{
	static const char *const unseen[VD_SEVERITY_N] = { " ", "◆", "▲", "■" };
	static const char *const seen[VD_SEVERITY_N] = { " ", "◇", "△", "□" };
	if ((unsigned)row->severity >= VD_SEVERITY_N) {
		return "?";
	}
	return row->is_seen ? seen[row->severity] : unseen[row->severity];
}

static void draw_bar(struct wall *w, const char *sgr, uint16_t permille)
{
	static const char *const eighths[] = { "░", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int parts = permille * BAR_CELLS * 8 / 1000;
	for (int i = 0; i < BAR_CELLS; i++, parts -= 8) {
		vd_canvas_put(&w->canvas, sgr, parts >= 8 ? "█" : eighths[parts > 0 ? parts : 0]);
	}
}

static void print_left(const struct wall *w, const struct vd_view_row *row, char *out, size_t cap)
{
	char open[DURATION_BYTES];
	char wall[DURATION_BYTES];
	bool is_over = row->left_wall_s < 0;
	print_duration(row->left_open_s, open);
	print_duration(row->left_wall_s, wall);
	snprintf(out, cap, "%s (%s %s) %s", wall, open, say(w, VD_PHRASE_OPEN_HOURS),
		 say(w, is_over ? VD_PHRASE_OVER : VD_PHRASE_LEFT));
}

static const char *brand_of(const struct wall *w, uint16_t brand)
{
	return brand < w->view->book->n_brands ? w->view->book->brands[brand].name : "?";
}

static const char *network_of(const struct wall *w, uint16_t account)
{
	const struct vd_rulebook *book = w->view->book;
	const char *name = account < book->n_accounts
				   ? vd_network_name(book->accounts[account].network)
				   : "none";
	return vd_phrase_find(w->lang, "network", name);
}

static bool network_is(const struct wall *w, uint16_t account, enum vd_network network)
{
	const struct vd_rulebook *book = w->view->book;
	return account < book->n_accounts && book->accounts[account].network == network;
}

static enum vd_phrase due_phrase(const struct vd_view_row *row)
{
	bool is_over = row->left_wall_s < 0;
	if (row->target == VD_TARGET_WINDOW) { // the network's, in words of its own
		return is_over ? VD_PHRASE_WINDOW_CLOSED : VD_PHRASE_TARGET_WINDOW;
	}
	return is_over ? VD_PHRASE_WAS_DUE : VD_PHRASE_UNTIL;
}

static void draw_due(struct wall *w, const struct vd_view_row *row, const char *sgr)
{
	char due[CLOCK_BYTES];
	char left[160];
	if (row->target >= VD_TARGET_N || !vd_wall_is_set(row->due)) {
		return; // answered: only the breach is left to be put away
	}
	if (row->due.us == INT64_MAX) {
		vd_canvas_printf(&w->canvas, sgr, "%s", say(w, VD_PHRASE_NEVER));
		return;
	}
	print_clock(w, row->due, due);
	print_left(w, row, left, sizeof(left));
	draw_bar(w, sgr, row->used_permille);
	vd_canvas_printf(&w->canvas, sgr, " %s %s", say(w, due_phrase(row)), due);
	vd_canvas_printf(&w->canvas, VD_SGR_BASE, " · %s", left);
}

static void draw_who(struct wall *w, const struct vd_view_row *row)
{
	if (row->claimed_by[0] != '\0') {
		vd_canvas_printf(&w->canvas, VD_SGR_STRONG, " · %s", row->claimed_by);
	}
}

static void draw_mark(struct wall *w, const char *sgr, const char *sign, const char *text)
{
	vd_canvas_printf(&w->canvas, sgr, " %s%s", sign, text);
}

static void draw_parked_row(struct wall *w, const struct vd_view_row *row)
{
	char until[CLOCK_BYTES];
	if (row->alarm == VD_ALARM_SHELVED) {
		print_clock(w, row->parked_until, until);
		draw_mark(w, VD_SGR_DIM, "‖ ", say(w, VD_PHRASE_PARKED_SHELVED));
		draw_mark(w, VD_SGR_DIM, "", until);
	}
	if ((row->parked_by & VD_PARKED_INCIDENT) != 0) {
		draw_mark(w, VD_SGR_DIM, "‖ ", say(w, VD_PHRASE_PARKED_INCIDENT));
	}
	if ((row->parked_by & VD_PARKED_HOURS) != 0) {
		draw_mark(w, VD_SGR_DIM, "‖ ", say(w, VD_PHRASE_PARKED_HOURS));
	}
}

// The network's own end, beside ours: afterwards no private reply gets through.
static void draw_closes(struct wall *w, const struct vd_view_row *row)
{
	char at[CLOCK_BYTES];
	char text[96];
	if (!vd_wall_is_set(row->closes) || row->closes.us == row->due.us) {
		return; // or it is the deadline itself
	}
	if (row->closes.us <= w->view->now.us) {
		draw_mark(w, VD_SGR_RED, "⌛ ", say(w, VD_PHRASE_CLOSED));
		return;
	}
	print_clock(w, row->closes, at);
	snprintf(text, sizeof(text), "%s %s", say(w, VD_PHRASE_CLOSES), at);
	draw_mark(w, VD_SGR_BASE, "⌛ ", text);
}

// What it is besides its clock: told to whom, parked, offered, and the side alarms.
static void draw_marks(struct wall *w, const struct vd_view_row *row)
{
	const struct vd_rulebook *book = w->view->book;
	if (row->ladder == VD_LADDER_SECOND) {
		draw_mark(w, VD_SGR_RED, "▲▲ ", say(w, VD_PHRASE_LADDER_SECOND));
	} else if (row->ladder == VD_LADDER_SOUND) {
		draw_mark(w, VD_SGR_AMBER, "♪ ", say(w, VD_PHRASE_LADDER_SOUND));
	}
	draw_parked_row(w, row);
	draw_closes(w, row);
	if (row->offered_to > 0 && row->offered_to <= book->n_accounts) {
		draw_mark(w, VD_SGR_BASE, "→ ", book->accounts[row->offered_to - 1].name);
	}
	if (row->is_paused) {
		draw_mark(w, VD_SGR_DIM, "· ", say(w, VD_PHRASE_PAUSED));
	}
	for (int i = 0; i < VD_SIDE_N; i++) {
		if ((row->sides >> i & 1) != 0) {
			const char *kind =
				vd_alarm_kind_name(vd_side_alarm_kind((enum vd_side_kind)i));
			draw_mark(w, VD_SGR_AMBER, "◆ ", vd_phrase_find(w->lang, "kind", kind));
		}
	}
}

static void draw_waited(struct wall *w, const struct vd_view_row *row)
{
	char wall[DURATION_BYTES];
	char business[DURATION_BYTES];
	if (!vd_wall_is_set(row->waiting_since)) {
		return;
	}
	print_duration(row->waited.wall_s, wall);
	print_duration(row->waited.business_s, business);
	vd_canvas_printf(&w->canvas, w->is_old ? VD_SGR_STRUCK : VD_SGR_STRONG, "%s %s",
			 say(w, VD_PHRASE_WAITS), wall);
	vd_canvas_printf(&w->canvas, VD_SGR_BASE, " (%s %s)", business,
			 say(w, VD_PHRASE_OPEN_HOURS));
}

static void draw_name(struct wall *w, const struct vd_view_row *row, uint16_t width)
{
	char name[160];
	const char *sgr = severity_sgr(row->severity);
	snprintf(name, sizeof(name), "%s · %s%s%s", brand_of(w, row->brand),
		 network_of(w, row->account), row->topic[0] != '\0' ? " · " : "", row->topic);
	vd_canvas_printf(&w->canvas, sgr, " %s ", severity_mark(row));
	vd_canvas_field(&w->canvas, VD_SGR_STRONG, name, width);
	vd_canvas_put(&w->canvas, VD_SGR_BASE, " ");
}

static void draw_texts(struct wall *w, const struct vd_view_row *row)
{
	if (w->view->is_public) {
		return; // no handle, no text
	}
	if (row->customer_handle[0] != '\0') {
		bool is_facebook = network_is(w, row->account, VD_NETWORK_FACEBOOK);
		vd_canvas_printf(&w->canvas, VD_SGR_BASE, "  %s%s", is_facebook ? "" : "@",
				 row->customer_handle);
	}
	if (row->first_line[0] != '\0') {
		vd_canvas_printf(&w->canvas, VD_SGR_DIM, "  %s", row->first_line);
	}
}

static void draw_row(struct wall *w, const struct vd_view_row *row, int lines)
{
	uint16_t width = (uint16_t)(w->canvas.columns / 3);
	draw_name(w, row, width > 30 ? 30 : width);
	if (lines == 1) {
		draw_due(w, row, severity_sgr(row->severity));
		draw_who(w, row);
		draw_marks(w, row);
		vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
		return;
	}
	draw_waited(w, row);
	draw_who(w, row);
	draw_marks(w, row);
	draw_texts(w, row);
	vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	vd_canvas_put(&w->canvas, VD_SGR_BASE, "   ");
	draw_due(w, row, severity_sgr(row->severity));
	vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	if (lines > 2) {
		vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	}
}

// ---- accounts and faults ------------------------------------------------------------------------

static void print_age(const struct wall *w, const struct vd_view_account *a, char *out, size_t cap)
{
	char at[CLOCK_BYTES];
	char age[DURATION_BYTES];
	if (vd_view_freshness(a) != VD_NOT_KNOWN) {
		print_duration(a->age_s, age);
		snprintf(out, cap, "%s", age);
	} else if (vd_wall_is_set(a->last_good)) {
		print_clock(w, a->last_good, at);
		snprintf(out, cap, "%s %s", say(w, VD_PHRASE_NOT_KNOWN), at);
	} else {
		snprintf(out, cap, "%s", say(w, VD_PHRASE_NOT_KNOWN_YET));
	}
}

// "≤ 62 s": known within. In the shop's mode nobody sees what it costs.
static void print_plan(const struct wall *w, const struct vd_view_account *a, char *out, size_t cap)
{
	char delay[DURATION_BYTES];
	char quiet[160] = "";
	size_t n = 0;
	if (a->is_quiet) {
		n = (size_t)snprintf(quiet, sizeof(quiet), ", %s", say(w, VD_PHRASE_QUIET));
	}
	if (vd_view_is_behind(a) && n < sizeof(quiet)) {
		print_duration(a->behind_s, delay);
		snprintf(quiet + n, sizeof(quiet) - n, ", %s %s", say(w, VD_PHRASE_BEHIND), delay);
	}
	if (a->delay_s <= 0) {
		snprintf(out, cap, "%s", quiet);
		return;
	}
	// A bound that is rounded down would be none.
	print_duration(a->delay_s < 60 ? a->delay_s : (a->delay_s + 59) / 60 * 60, delay);
	if (w->view->is_public || !a->is_billed) {
		snprintf(out, cap, " ≤ %s%s", delay, quiet);
	} else {
		snprintf(out, cap, " ≤ %s, USD %.2f (%.2f)%s", delay, (double)a->spent_month / 1e6,
			 (double)a->forecast / 1e6, quiet);
	}
}

static void draw_account(struct wall *w, const struct vd_view_account *a)
{
	const struct vd_rulebook *book = w->view->book;
	const char *name = a->account < book->n_accounts ? book->accounts[a->account].name : "?";
	const char *health = vd_phrase_find(w->lang, "health", vd_health_name(a->health));
	enum vd_freshness freshness = vd_view_freshness(a);
	bool is_off = a->health == VD_HEALTH_DISABLED;
	bool is_good = a->health == VD_HEALTH_GOOD || a->health == VD_HEALTH_STARTING;
	char age[96];
	char plan[256];
	print_age(w, a, age, sizeof(age));
	print_plan(w, a, plan, sizeof(plan));
	size_t width = 3u + vd_canvas_width(name) +
		       (is_off ? 0 : vd_canvas_width(age) + vd_canvas_width(plan)) +
		       (is_good ? 0u : 1u + vd_canvas_width(health));
	if (w->canvas.column + width > w->canvas.columns && w->canvas.column > 0) {
		vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	}
	vd_canvas_printf(&w->canvas, is_good ? VD_SGR_DIM : VD_SGR_WHITE, " %s ", name);
	if (!is_off) {
		vd_canvas_put(&w->canvas,
			      freshness == VD_STALE       ? VD_SGR_STRUCK
			      : freshness == VD_NOT_KNOWN ? VD_SGR_WHITE
							  : VD_SGR_BASE,
			      age);
		vd_canvas_put(&w->canvas, VD_SGR_DIM, plan);
	}
	if (!is_good) {
		vd_canvas_printf(&w->canvas, VD_SGR_WHITE, " %s", health);
	}
	vd_canvas_put(&w->canvas, VD_SGR_DIM, " ");
}

static void draw_accounts(struct wall *w)
{
	for (uint16_t i = 0; i < w->view->n_accounts; i++) {
		draw_account(w, &w->view->accounts[i]);
	}
	vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
}

static void draw_fault_state(struct wall *w, const struct vd_view_alarm *alarm)
{
	const struct vd_rulebook *book = w->view->book;
	char until[CLOCK_BYTES];
	if (alarm->state == VD_ALARM_RTN_UNACK) {
		vd_canvas_printf(&w->canvas, VD_SGR_BASE, " (%s)", say(w, VD_PHRASE_GONE));
	} else if (alarm->state == VD_ALARM_ACKED) {
		bool is_named = alarm->seen_by > 0 && alarm->seen_by <= book->n_staff;
		print_clock(w, alarm->until, until);
		vd_canvas_printf(&w->canvas, VD_SGR_BASE, " (%s %s %s %s)", say(w, VD_PHRASE_SEEN),
				 is_named ? book->staff[alarm->seen_by - 1].initials : "",
				 say(w, VD_PHRASE_UNTIL), until);
	}
}

static void draw_fault(struct wall *w, const struct vd_view_alarm *alarm)
{
	const struct vd_rulebook *book = w->view->book;
	char since[CLOCK_BYTES];
	print_clock(w, alarm->since, since);
	vd_canvas_printf(&w->canvas, VD_SGR_WHITE, " ! %s",
			 vd_phrase_find(w->lang, "kind", vd_alarm_kind_name(alarm->kind)));
	if (alarm->account > 0 && alarm->account <= book->n_accounts) {
		vd_canvas_printf(&w->canvas, VD_SGR_WHITE, " %s",
				 book->accounts[alarm->account - 1].name);
	}
	vd_canvas_printf(&w->canvas, VD_SGR_BASE, " %s", since);
	draw_fault_state(w, alarm);
	// What a network said about a failure may hold anything: it is not for the shop.
	if (alarm->text[0] != '\0' && (!w->view->is_public || alarm->account == 0)) {
		vd_canvas_printf(&w->canvas, VD_SGR_DIM, "  %s", alarm->text);
	}
	vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
}

// What is out of service stands among the accounts and in the counters.
static bool is_fault_shown(const struct vd_view_alarm *alarm)
{
	return alarm->state != VD_ALARM_OUT_OF_SERVICE;
}

static void draw_faults(struct wall *w, int most)
{
	if (w->is_old && most-- > 0) {
		char at[CLOCK_BYTES];
		print_clock(w, w->view->state_at, at);
		vd_canvas_printf(&w->canvas, VD_SGR_WHITE, " ! %s: %s %s",
				 say(w, VD_PHRASE_OLD_STATE), say(w, VD_PHRASE_NOT_KNOWN), at);
		vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	}
	for (uint8_t i = 0; i < w->view->n_alarms && most > 0; i++) {
		if (is_fault_shown(&w->view->alarms[i])) {
			draw_fault(w, &w->view->alarms[i]);
			most--;
		}
	}
}

static int count_faults(const struct wall *w)
{
	int n = w->is_old;
	for (uint8_t i = 0; i < w->view->n_alarms; i++) {
		n += is_fault_shown(&w->view->alarms[i]);
	}
	return n < FAULT_LINES ? n : FAULT_LINES;
}

// ---- the frame ----------------------------------------------------------------------------------

// Lines that the accounts take, found by drawing them into nothing.
static int measure_accounts(const struct wall *w)
{
	struct wall dry = *w;
	char memory[1];
	struct vd_buf nothing;
	vd_buf_init(&nothing, memory, sizeof(memory));
	vd_canvas_init(&dry.canvas, &nothing, w->canvas.columns, 100);
	draw_accounts(&dry);
	return dry.canvas.line;
}

static void draw_rows(struct wall *w, int room)
{
	int n = w->view->n_rows;
	int lines = n > 0 ? room / n : 0;
	lines = lines > 3 ? 3 : lines < 1 ? 1 : lines;
	if (n == 0 && room > 0) {
		vd_canvas_printf(&w->canvas, VD_SGR_STRONG, "   %s",
				 w->is_old ? "" : say(w, VD_PHRASE_NOBODY));
		vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	}
	for (int i = 0; i < n && room >= lines; i++, room -= lines) {
		draw_row(w, &w->view->rows[i], lines);
	}
}

static void fill_to(struct wall *w, int line)
{
	while (w->canvas.line < line && !vd_canvas_is_full(&w->canvas)) {
		vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
	}
}

static void draw_footer(struct wall *w, const char *footer)
{
	const char *keys = say(w, VD_PHRASE_KEYS);
	vd_canvas_printf(&w->canvas, VD_SGR_DIM, " %s", footer);
	int at = w->canvas.columns - vd_canvas_width(keys) - 1;
	if (at > w->canvas.column + 1) {
		vd_canvas_to(&w->canvas, VD_SGR_DIM, (uint16_t)at);
		vd_canvas_put(&w->canvas, VD_SGR_DIM, keys);
	}
	vd_canvas_end_line(&w->canvas, VD_SGR_BASE);
}

void vd_wall_term_render(const struct vd_view *view, const struct vd_lamp_frame *lamp,
			 struct vd_wall_size size, const char *lang, const char *footer,
			 struct vd_buf *out)
{
	static const struct vd_zone utc = { 0 };
	struct wall w = {
		.view = view,
		.lang = lang != NULL ? lang : "en",
		.zone = view->book->n_calendars > 0 ? &view->book->calendars[0].zone : &utc,
		.is_old = vd_wall_sub(view->now, view->state_at).us > STATE_STALE_S * VD_US_PER_S,
	};
	vd_canvas_init(&w.canvas, out, size.columns, size.rows);
	w.today = floor_day(local_s(&w, view->now));
	draw_header(&w, lamp);
	draw_second_level(&w);
	draw_counters(&w);
	draw_today(&w);
	draw_sides(&w);
	int faults = count_faults(&w);
	int board = size.rows >= ROOM_FOR_BOARD ? vd_wall_board_lines(view) : 0;
	int below = measure_accounts(&w) + faults + board + 1;
	int room = size.rows - w.canvas.line - below;
	if (room > 2 * view->n_rows + 1) {
		vd_canvas_end_line(&w.canvas, VD_SGR_BASE);
		room--;
	}
	draw_rows(&w, room);
	fill_to(&w, size.rows - below);
	draw_faults(&w, faults);
	draw_accounts(&w);
	if (board > 0) {
		vd_wall_board_draw(&w.canvas, view, w.zone, w.lang, w.is_old);
	}
	fill_to(&w, size.rows - 1);
	draw_footer(&w, footer != NULL ? footer : "");
}
