// SPDX-License-Identifier: MIT
// The table of SIGNALS.md "The light". Rhythm carries the meaning: no two rows sound alike in
// monochrome.
#include "base/attr.h"
#include "output/lamp.h"

#define STEPS_MAX 8
#define DIM 48
#define FULL 255
#define TEST_MS 500

static const char *const colour_names[VD_COLOUR_N] = {
	[VD_COLOUR_DARK] = "dark",   [VD_COLOUR_RED] = "red",     [VD_COLOUR_AMBER] = "amber",
	[VD_COLOUR_GREEN] = "green", [VD_COLOUR_WHITE] = "white", [VD_COLOUR_BLUE] = "blue",
};

const char *vd_colour_name(enum vd_colour colour)
{
	return (unsigned)colour < VD_COLOUR_N ? colour_names[colour] : "?";
}

struct step {
	uint16_t ms;
	uint8_t level;
};

struct rhythm {
	enum vd_colour colour;
	uint8_t n;
	// Where it is shown in turn with blindness: so many periods, that it can be read.
	uint8_t repeats;
	struct step steps[STEPS_MAX];
};

// clang-format off
static const struct rhythm rhythms[VD_LAMP_MEANING_N] = {
	[VD_LAMP_BREACHED] = { VD_COLOUR_RED, 6, 1, {
		{ 200, FULL }, { 300, 0 }, { 200, FULL }, { 300, 0 },
		{ 200, FULL }, { 1500, 0 } } },
	[VD_LAMP_URGENT_UNSEEN] = { VD_COLOUR_RED, 2, 3, { { 350, FULL }, { 350, 0 } } },
	[VD_LAMP_BLIND] = { VD_COLOUR_WHITE, 4, 1, {
		{ 200, FULL }, { 900, 0 }, { 900, FULL }, { 900, 0 } } },
	[VD_LAMP_WARNING_UNSEEN] = { VD_COLOUR_AMBER, 2, 1, { { 1000, FULL }, { 1000, 0 } } },
	[VD_LAMP_URGENT_SEEN] = { VD_COLOUR_RED, 4, 2, {
		{ 1400, FULL }, { 150, 0 }, { 300, FULL }, { 150, 0 } } },
	[VD_LAMP_WARNING_SEEN] = { VD_COLOUR_AMBER, 2, 2, { { 1850, FULL }, { 150, 0 } } },
	[VD_LAMP_FLOOD] = { VD_COLOUR_BLUE, 4, 1, {
		{ 900, FULL }, { 300, 0 }, { 200, FULL }, { 900, 0 } } },
	[VD_LAMP_CLOSED] = { VD_COLOUR_WHITE, 2, 1, { { 100, DIM }, { 9900, 0 } } },
	// Eight steps in 5 s: an idle box may wake at most three times a second in all.
	[VD_LAMP_WATCHING] = { VD_COLOUR_GREEN, 8, 1, {
		{ 625, 24 }, { 625, 64 }, { 625, 120 }, { 625, 190 },
		{ 625, FULL }, { 625, 190 }, { 625, 120 }, { 625, 64 } } },
};
static const struct rhythm watching_undimmed = {
	VD_COLOUR_GREEN, 2, 1, { { 4850, FULL }, { 150, 0 } } };
// clang-format on

static const struct rhythm *rhythm_of(enum vd_lamp_meaning meaning, const struct vd_lamp_caps *caps)
{
	if ((unsigned)meaning >= VD_LAMP_MEANING_N) {
		return &rhythms[VD_LAMP_BLIND]; // what we don't know is never shown as green
	}
	return meaning == VD_LAMP_WATCHING && !caps->can_dim ? &watching_undimmed
							     : &rhythms[meaning];
}

static int64_t period_us(const struct rhythm *rhythm)
{
	int64_t ms = 0;
	for (uint8_t i = 0; i < rhythm->n; i++) {
		ms += rhythm->steps[i].ms;
	}
	return ms * 1000 > 0 ? ms * 1000 : 1; // no rhythm of the table is empty
}

static void paint(struct vd_lamp_frame *frame, enum vd_colour colour,
		  const struct vd_lamp_caps *caps)
{
	frame->colour = colour;
	frame->second = VD_COLOUR_DARK;
	if (colour == VD_COLOUR_WHITE && !caps->has_white) {
		frame->colour = VD_COLOUR_AMBER;
	}
	if (colour == VD_COLOUR_BLUE && !caps->has_blue) {
		frame->colour = VD_COLOUR_AMBER;
		frame->second = VD_COLOUR_RED;
	}
}

static struct vd_lamp_frame frame_at(const struct rhythm *rhythm, const struct vd_lamp_caps *caps,
				     int64_t t_us)
{
	struct vd_lamp_frame frame = { .colour = VD_COLOUR_DARK };
	int64_t left = t_us % period_us(rhythm);
	uint8_t i = 0;
	while (i + 1 < rhythm->n && left >= rhythm->steps[i].ms * INT64_C(1000)) {
		left -= rhythm->steps[i++].ms * INT64_C(1000);
	}
	frame.next.us = rhythm->steps[i].ms * INT64_C(1000) - left;
	frame.level = rhythm->steps[i].level;
	if (frame.level > 0) {
		frame.level = caps->can_dim ? frame.level : FULL;
		paint(&frame, rhythm->colour, caps);
	}
	return frame;
}

struct vd_lamp_frame vd_lamp_pattern(const struct vd_lamp_intent *intent,
				     const struct vd_lamp_caps *caps, struct vd_dur t)
{
	int64_t t_us = t.us > 0 ? t.us : 0;
	const struct rhythm *rhythm = rhythm_of(intent->meaning, caps);
	const struct rhythm *blind = &rhythms[VD_LAMP_BLIND];
	if (!intent->and_blind || rhythm == blind) {
		return frame_at(rhythm, caps, t_us);
	}
	if (intent->meaning >= VD_LAMP_CLOSED) {
		return frame_at(blind, caps, t_us); // nothing to tell beside it, and never green
	}
	int64_t first = rhythm->repeats * period_us(rhythm);
	int64_t at = t_us % (first + period_us(blind));
	return at < first ? frame_at(rhythm, caps, at) : frame_at(blind, caps, at - first);
}

struct vd_lamp_frame vd_lamp_test_pattern(const struct vd_lamp_caps *caps, struct vd_dur t)
{
	struct vd_lamp_frame frame = { .colour = VD_COLOUR_DARK };
	int64_t at = t.us > 0 ? t.us : 0;
	for (int c = VD_COLOUR_RED; c < VD_COLOUR_N; c++) {
		bool is_missing = (c == VD_COLOUR_WHITE && !caps->has_white) ||
				  (c == VD_COLOUR_BLUE && !caps->has_blue);
		if (is_missing) {
			continue;
		}
		if (at < TEST_MS * 1000) {
			frame.colour = (enum vd_colour)c;
			frame.level = FULL;
			frame.next.us = TEST_MS * 1000 - at;
			return frame;
		}
		at -= TEST_MS * 1000;
	}
	return frame;
}
