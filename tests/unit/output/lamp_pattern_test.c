// SPDX-License-Identifier: MIT
#include "output/lamp.h"
#include "unit.h"

#define WALK_S 180
#define CHANGES_MOST 2048

static const struct vd_lamp_caps all = { .has_white = true, .has_blue = true, .can_dim = true };
static const struct vd_lamp_caps bare = { 0 };

static struct vd_lamp_caps caps_of(int kind)
{
	return (struct vd_lamp_caps){ (kind & 1) != 0, (kind & 2) != 0, (kind & 4) != 0 };
}

struct change {
	int64_t at_us;
	struct vd_lamp_frame frame;
};

struct walk {
	size_t n;
	struct change changes[CHANGES_MOST];
};

static void walk(const struct vd_lamp_intent *intent, const struct vd_lamp_caps *caps,
		 struct walk *out)
{
	int64_t t = 0;
	out->n = 0;
	while (t < WALK_S * VD_US_PER_S) {
		struct vd_lamp_frame frame = vd_lamp_pattern(intent, caps, (struct vd_dur){ t });
		assert_true(frame.next.us > 0);
		assert_true(frame.next.us <= vd_dur_s(10).us);
		assert_true(out->n < CHANGES_MOST);
		out->changes[out->n++] = (struct change){ t, frame };
		t += frame.next.us;
	}
}

// Runs `check` for every meaning, alone and with blindness, on every kind of light.
static void each(void (*check)(const struct vd_lamp_intent *, const struct vd_lamp_caps *,
			       const struct walk *))
{
	static struct walk w;
	for (int m = 0; m < VD_LAMP_MEANING_N; m++) {
		for (int blind = 0; blind < 2; blind++) {
			struct vd_lamp_intent intent = { (enum vd_lamp_meaning)m, blind == 1 };
			for (int kind = 0; kind < 8; kind++) {
				struct vd_lamp_caps caps = caps_of(kind);
				walk(&intent, &caps, &w);
				check(&intent, &caps, &w);
			}
		}
	}
}

// ---- millisecond by millisecond, without a word from `next` ---------------------------------

#define MS_WALKED 60000

static uint8_t level_at(const struct vd_lamp_intent *intent, const struct vd_lamp_caps *caps,
			int64_t ms)
{
	return vd_lamp_pattern(intent, caps, vd_dur_ms(ms)).level;
}

// What a person sees: how bright it is, and where that changes.
struct sight {
	int64_t rises[4]; // the last ones, in ms; a ring
	size_t n_rises;
	int64_t still_since;
	int64_t longest_still;
	int64_t lit_ms;
};

static void see_ms(struct sight *sight, int64_t ms, uint8_t before, uint8_t now, const char *name)
{
	sight->lit_ms += now > 0;
	if (now == before) {
		return;
	}
	int64_t still = ms - sight->still_since;
	sight->longest_still = still > sight->longest_still ? still : sight->longest_still;
	sight->still_since = ms;
	if (now > before) {
		// The fourth rise comes a whole second after the first.
		assert_row(sight->n_rises < 3 ||
				   ms - sight->rises[(sight->n_rises - 3) % 4] >= 1000,
			   name);
		sight->rises[sight->n_rises++ % 4] = ms;
	}
}

static void walk_ms(const struct vd_lamp_intent *intent, const struct vd_lamp_caps *caps,
		    struct sight *sight)
{
	const char *name = vd_lamp_meaning_name(intent->meaning);
	struct vd_lamp_frame frame = vd_lamp_pattern(intent, caps, (struct vd_dur){ 0 });
	int64_t due_us = frame.next.us;
	*sight = (struct sight){ .lit_ms = frame.level > 0 };
	for (int64_t ms = 1; ms < MS_WALKED; ms++) {
		struct vd_lamp_frame now = vd_lamp_pattern(intent, caps, vd_dur_ms(ms));
		see_ms(sight, ms, frame.level, now.level, name);
		bool is_same = now.level == frame.level && now.colour == frame.colour &&
			       now.second == frame.second;
		// `next` is true: nothing changes before, and something does then.
		assert_row(is_same == (ms * 1000 < due_us), name);
		assert_row(now.next.us > 0 && now.next.us <= vd_dur_s(10).us, name);
		due_us = ms * 1000 < due_us ? due_us : ms * 1000 + now.next.us;
		frame = now;
	}
}

/** Of SIGNALS.md: how long it may stand still, and the share of time that it is lit. */
static const struct {
	int64_t still_ms;
	int64_t still_undimmed_ms;
	int64_t lit_ms;
	int64_t period_ms;
} measures[VD_LAMP_MEANING_N] = {
	[VD_LAMP_BREACHED] = { 1500, 1500, 600, 2700 },
	[VD_LAMP_URGENT_UNSEEN] = { 350, 350, 350, 700 },
	[VD_LAMP_BLIND] = { 900, 900, 1100, 2900 },
	[VD_LAMP_WARNING_UNSEEN] = { 1000, 1000, 1000, 2000 },
	[VD_LAMP_URGENT_SEEN] = { 1400, 1400, 1700, 2000 },
	[VD_LAMP_WARNING_SEEN] = { 1850, 1850, 1850, 2000 },
	[VD_LAMP_FLOOD] = { 900, 900, 1100, 2300 },
	[VD_LAMP_CLOSED] = { 9900, 9900, 100, 10000 },
	[VD_LAMP_WATCHING] = { 625, 4850, 5000, 5000 },
};

static void every_pattern_is_walked_by_the_millisecond(void **state)
{
	(void)state;
	for (int m = 0; m < VD_LAMP_MEANING_N; m++) {
		for (int kind = 0; kind < 16; kind++) {
			struct vd_lamp_caps caps = caps_of(kind);
			struct vd_lamp_intent intent = { (enum vd_lamp_meaning)m, kind >= 8 };
			const char *name = vd_lamp_meaning_name(intent.meaning);
			struct sight sight;
			walk_ms(&intent, &caps, &sight);
			int64_t most = caps.can_dim ? measures[m].still_ms
						    : measures[m].still_undimmed_ms;
			if (kind >= 8) { // in turn with blindness, whose gaps are its own
				most = m >= VD_LAMP_CLOSED || most < 900 ? 900 : most;
				assert_row(sight.longest_still <= most, name);
				continue;
			}
			assert_row(sight.longest_still == most, name);
			int64_t lit = MS_WALKED * measures[m].lit_ms / measures[m].period_ms;
			if (m == VD_LAMP_WATCHING && !caps.can_dim) {
				lit = MS_WALKED * 4850 / 5000;
			}
			// Within what the last, unfinished period may add.
			int64_t apart = sight.lit_ms > lit ? sight.lit_ms - lit
							   : lit - sight.lit_ms;
			assert_row(apart <= measures[m].period_ms / 2, name);
		}
	}
}

static void breathing_goes_up_and_down_for_half_its_period(void **state)
{
	(void)state;
	struct vd_lamp_intent intent = { VD_LAMP_WATCHING, false };
	for (int64_t ms = 1; ms < MS_WALKED; ms++) {
		uint8_t before = level_at(&intent, &all, ms - 1);
		uint8_t now = level_at(&intent, &all, ms);
		bool is_up = ms % 5000 >= 1 && ms % 5000 <= 2500;
		assert_true(is_up ? now >= before : now <= before);
		assert_true(now > 0);
	}
}

// ---- told apart in monochrome -------------------------------------------------------------------
// What is compared: the brightness alone, sampled each 25 ms (all times of the table are multiples)
// for 30 s, of each two patterns, for every shift of one against the other. Their mean difference
// in the best fit, as a share of full brightness, must be over 4 %: 1.2 s of 30 differ.

#define SAMPLE_MS 25
#define SAMPLES (30000 / SAMPLE_MS)
#define SHIFTS (12000 / SAMPLE_MS) // longer than any period
#define MARGIN_PERMILLE 40

struct shape {
	const char *name;
	bool and_blind;
	uint8_t level[SAMPLES + SHIFTS];
};

static int64_t difference_permille(const struct shape *a, const struct shape *b)
{
	int64_t least = INT64_MAX;
	for (size_t shift = 0; shift < SHIFTS; shift += 2) {
		int64_t sum = 0;
		for (size_t i = 0; i < SAMPLES; i++) {
			int d = a->level[i + shift] - b->level[i];
			sum += d < 0 ? -d : d;
		}
		least = sum < least ? sum : least;
	}
	return least * 1000 / (255 * (int64_t)SAMPLES);
}

static size_t make_shapes(const struct vd_lamp_caps *caps, struct shape *shapes)
{
	size_t n = 0;
	for (int m = 0; m < VD_LAMP_MEANING_N; m++) {
		for (int blind = 0; blind < (m < VD_LAMP_FLOOD && m != VD_LAMP_BLIND ? 2 : 1);
		     blind++) {
			struct vd_lamp_intent intent = { (enum vd_lamp_meaning)m, blind == 1 };
			shapes[n].name = vd_lamp_meaning_name(intent.meaning);
			shapes[n].and_blind = intent.and_blind;
			for (size_t i = 0; i < SAMPLES + SHIFTS; i++) {
				shapes[n].level[i] =
					level_at(&intent, caps, (int64_t)i * SAMPLE_MS);
			}
			n++;
		}
	}
	return n;
}

static void brightness_alone_tells_any_two_apart(void **state)
{
	(void)state;
	static struct shape shapes[2 * VD_LAMP_MEANING_N];
	const struct vd_lamp_caps *const caps[] = { &all, &bare };
	int64_t least = INT64_MAX;
	for (size_t k = 0; k < VD_ARRAY_LEN(caps); k++) {
		size_t n = make_shapes(caps[k], shapes);
		assert_int_equal(n, 14);
		for (size_t a = 0; a < n; a++) {
			for (size_t b = 0; b < a; b++) {
				int64_t d = difference_permille(&shapes[a], &shapes[b]);
				if (d <= MARGIN_PERMILLE) {
					print_error("%s%s beside %s%s: %d permille\n",
						    shapes[a].name, shapes[a].and_blind ? "+" : "",
						    shapes[b].name, shapes[b].and_blind ? "+" : "",
						    (int)d);
				}
				assert_true(d > MARGIN_PERMILLE);
				least = d < least ? d : least;
			}
		}
	}
	print_message("least difference of two patterns: %d permille\n", (int)least);
}

static bool is_lit(const struct change *c)
{
	return c->frame.level > 0;
}

static void check_rises(const struct vd_lamp_intent *intent, const struct vd_lamp_caps *caps,
			const struct walk *w)
{
	(void)caps;
	int64_t rises[CHANGES_MOST];
	size_t n = 0;
	for (size_t i = 1; i < w->n; i++) {
		// Any step up counts, a colour that follows another too.
		bool is_up = w->changes[i].frame.level > w->changes[i - 1].frame.level;
		if (!is_up) {
			continue;
		}
		rises[n++] = w->changes[i].at_us;
		if (n > 3) {
			assert_row(rises[n - 1] - rises[n - 4] >= VD_US_PER_S,
				   vd_lamp_meaning_name(intent->meaning));
		}
	}
	assert_row(n > 0, vd_lamp_meaning_name(intent->meaning));
}

static void never_more_than_three_rises_a_second(void **state)
{
	(void)state;
	each(check_rises);
}

static void check_moves(const struct vd_lamp_intent *intent, const struct vd_lamp_caps *caps,
			const struct walk *w)
{
	(void)caps;
	int64_t most = intent->meaning == VD_LAMP_CLOSED && !intent->and_blind ? 9900000 : 4850000;
	int64_t since = 0;
	for (size_t i = 1; i < w->n; i++) {
		if (w->changes[i].frame.level != w->changes[i - 1].frame.level) {
			assert_row(w->changes[i].at_us - since <= most,
				   vd_lamp_meaning_name(intent->meaning));
			since = w->changes[i].at_us;
		}
	}
}

static void nothing_is_steady_or_dark_for_long(void **state)
{
	(void)state;
	each(check_moves);
}

static void check_green(const struct vd_lamp_intent *intent, const struct vd_lamp_caps *caps,
			const struct walk *w)
{
	(void)caps;
	bool may_be_green = intent->meaning == VD_LAMP_WATCHING && !intent->and_blind;
	for (size_t i = 0; i < w->n; i++) {
		bool is_green = w->changes[i].frame.colour == VD_COLOUR_GREEN ||
				w->changes[i].frame.second == VD_COLOUR_GREEN;
		assert_row(!is_green || may_be_green, vd_lamp_meaning_name(intent->meaning));
	}
}

static void green_only_where_all_is_well(void **state)
{
	(void)state;
	each(check_green);
}

static void check_caps(const struct vd_lamp_intent *intent, const struct vd_lamp_caps *caps,
		       const struct walk *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct vd_lamp_frame *f = &w->changes[i].frame;
		const char *name = vd_lamp_meaning_name(intent->meaning);
		assert_row(caps->has_white || f->colour != VD_COLOUR_WHITE, name);
		assert_row(caps->has_blue || f->colour != VD_COLOUR_BLUE, name);
		assert_row(caps->can_dim || f->level == 0 || f->level == 255, name);
		assert_row((f->level == 0) == (f->colour == VD_COLOUR_DARK), name);
		assert_row(f->level > 0 || f->second == VD_COLOUR_DARK, name);
	}
}

static void missing_colours_are_replaced(void **state)
{
	(void)state;
	each(check_caps);
	struct vd_lamp_intent flood = { VD_LAMP_FLOOD, false };
	struct vd_lamp_frame f = vd_lamp_pattern(&flood, &bare, (struct vd_dur){ 0 });
	assert_int_equal(f.colour, VD_COLOUR_AMBER);
	assert_int_equal(f.second, VD_COLOUR_RED);
	struct vd_lamp_intent blind = { VD_LAMP_BLIND, false };
	assert_int_equal(vd_lamp_pattern(&blind, &bare, (struct vd_dur){ 0 }).colour,
			 VD_COLOUR_AMBER);
}

// On and off times of one period, in monochrome: "+200-300+200...".
static void sign(enum vd_lamp_meaning meaning, const struct vd_lamp_caps *caps, char *out,
		 size_t cap)
{
	static struct walk w;
	struct vd_lamp_intent intent = { meaning, false };
	size_t used = 0;
	walk(&intent, caps, &w);
	out[0] = '\0';
	for (size_t i = 0; i < w.n && i < 12; i++) {
		used += (size_t)snprintf(
			out + used, cap - used, "%c%d%s", is_lit(&w.changes[i]) ? '+' : '-',
			(int)(w.changes[i].frame.next.us / 1000),
			caps->can_dim && is_lit(&w.changes[i]) && w.changes[i].frame.level < 255
				? "~"
				: "");
	}
}

static void rhythms_are_told_apart_in_monochrome(void **state)
{
	(void)state;
	const struct vd_lamp_caps *const caps[] = { &all, &bare };
	for (size_t k = 0; k < VD_ARRAY_LEN(caps); k++) {
		char signs[VD_LAMP_MEANING_N][256];
		for (int m = 0; m < VD_LAMP_MEANING_N; m++) {
			sign((enum vd_lamp_meaning)m, caps[k], signs[m], sizeof(signs[m]));
			for (int other = 0; other < m; other++) {
				// A turn of the other's rhythm is no rhythm of its own.
				assert_row(strcmp(signs[m], signs[other]) != 0, signs[m]);
				assert_row(strstr(signs[other], signs[m] + 1) == NULL, signs[m]);
			}
		}
	}
}

static void rhythms_are_those_of_the_table(void **state)
{
	(void)state;
	static const struct {
		enum vd_lamp_meaning meaning;
		enum vd_colour colour;
		const char *sign; // its beginning
	} rows[] = {
		{ VD_LAMP_BREACHED, VD_COLOUR_RED, "+200-300+200-300+200-1500+200" },
		{ VD_LAMP_URGENT_UNSEEN, VD_COLOUR_RED, "+350-350+350-350" },
		{ VD_LAMP_BLIND, VD_COLOUR_WHITE, "+200-900+900-900+200" },
		{ VD_LAMP_WARNING_UNSEEN, VD_COLOUR_AMBER, "+1000-1000+1000" },
		{ VD_LAMP_URGENT_SEEN, VD_COLOUR_RED, "+1400-150+300-150+1400" },
		{ VD_LAMP_WARNING_SEEN, VD_COLOUR_AMBER, "+1850-150+1850" },
		{ VD_LAMP_FLOOD, VD_COLOUR_BLUE, "+900-300+200-900+900" },
		{ VD_LAMP_CLOSED, VD_COLOUR_WHITE, "+100~-9900+100~" },
		{ VD_LAMP_WATCHING, VD_COLOUR_GREEN, "+625~+625~+625~+625~+625+625~" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		char text[256];
		struct vd_lamp_intent intent = { rows[i].meaning, false };
		sign(rows[i].meaning, &all, text, sizeof(text));
		assert_row(strncmp(text, rows[i].sign, strlen(rows[i].sign)) == 0, text);
		assert_int_equal(vd_lamp_pattern(&intent, &all, (struct vd_dur){ 0 }).colour,
				 rows[i].colour);
	}
}

static void alarm_and_blindness_are_shown_in_turn(void **state)
{
	(void)state;
	static struct walk w;
	for (int m = VD_LAMP_BREACHED; m <= VD_LAMP_WARNING_SEEN; m++) {
		if (m == VD_LAMP_BLIND) {
			continue;
		}
		struct vd_lamp_intent intent = { (enum vd_lamp_meaning)m, true };
		size_t turns = 0;
		int64_t longest = 0;
		int64_t last_white = 0;
		walk(&intent, &all, &w);
		for (size_t i = 1; i < w.n; i++) {
			if (w.changes[i].frame.colour == VD_COLOUR_WHITE) {
				int64_t gap = w.changes[i].at_us - last_white;
				longest = gap > longest ? gap : longest;
				last_white = w.changes[i].at_us + w.changes[i].frame.next.us;
				turns++;
			}
		}
		// Two pulses of white a turn, and never hidden for more than 5 s.
		assert_row(turns >= 2 * WALK_S / 7, vd_lamp_meaning_name((enum vd_lamp_meaning)m));
		assert_row(longest <= 5000000, vd_lamp_meaning_name((enum vd_lamp_meaning)m));
	}
}

static void an_idle_box_wakes_rarely(void **state)
{
	(void)state;
	static struct walk w;
	struct vd_lamp_intent intent = { VD_LAMP_WATCHING, false };
	walk(&intent, &all, &w);
	assert_true(w.n <= WALK_S / 5 * 8);
	for (size_t i = 0; i < w.n; i++) {
		assert_true(w.changes[i].frame.next.us >= 600000);
	}
}

static void an_unknown_meaning_is_blind(void **state)
{
	(void)state;
	struct vd_lamp_intent intent = { (enum vd_lamp_meaning)77, false };
	struct vd_lamp_frame f = vd_lamp_pattern(&intent, &all, (struct vd_dur){ 0 });
	assert_int_equal(f.colour, VD_COLOUR_WHITE);
	assert_int_equal(f.next.us, 200000);
}

static void lamp_test_shows_each_colour_for_half_a_second(void **state)
{
	(void)state;
	static const enum vd_colour full[] = { VD_COLOUR_RED, VD_COLOUR_AMBER, VD_COLOUR_GREEN,
					       VD_COLOUR_WHITE, VD_COLOUR_BLUE };
	for (size_t i = 0; i < VD_ARRAY_LEN(full); i++) {
		struct vd_dur t = vd_dur_ms((int64_t)i * 500 + 100);
		struct vd_lamp_frame f = vd_lamp_test_pattern(&all, t);
		assert_int_equal(f.colour, full[i]);
		assert_int_equal(f.level, 255);
		assert_int_equal(f.next.us, 400000);
	}
	assert_int_equal(vd_lamp_test_pattern(&all, vd_dur_ms(2500)).next.us, 0);
	assert_int_equal(vd_lamp_test_pattern(&bare, vd_dur_ms(1499)).colour, VD_COLOUR_GREEN);
	assert_int_equal(vd_lamp_test_pattern(&bare, vd_dur_ms(1500)).next.us, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pattern_is_walked_by_the_millisecond),
		cmocka_unit_test(breathing_goes_up_and_down_for_half_its_period),
		cmocka_unit_test(brightness_alone_tells_any_two_apart),
		cmocka_unit_test(never_more_than_three_rises_a_second),
		cmocka_unit_test(nothing_is_steady_or_dark_for_long),
		cmocka_unit_test(green_only_where_all_is_well),
		cmocka_unit_test(missing_colours_are_replaced),
		cmocka_unit_test(rhythms_are_told_apart_in_monochrome),
		cmocka_unit_test(rhythms_are_those_of_the_table),
		cmocka_unit_test(alarm_and_blindness_are_shown_in_turn),
		cmocka_unit_test(an_idle_box_wakes_rarely),
		cmocka_unit_test(an_unknown_meaning_is_blind),
		cmocka_unit_test(lamp_test_shows_each_colour_for_half_a_second),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
