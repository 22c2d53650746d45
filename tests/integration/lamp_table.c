// SPDX-License-Identifier: MIT
// Prints the rhythms of src/output/lamp_pattern.c as they stand in SPEC.md "The light": one period
// of each, walked in steps of what the pattern itself says. Run by tests/integration/lamp_table.
#include <stdio.h>

#include "output/lamp.h"

#define STEPS_MAX 32

static void print_colour(const struct vd_lamp_frame *frame)
{
	printf("%s", vd_colour_name(frame->colour));
	if (frame->second != VD_COLOUR_DARK) {
		printf(" and %s", vd_colour_name(frame->second));
	}
}

// A period ends where the frames begin again as they began.
static int find_period(const struct vd_lamp_frame *frames, int n)
{
	for (int period = 1; period < n; period++) {
		int i = 0;
		while (i + period < n && frames[i].level == frames[i + period].level &&
		       frames[i].next.us == frames[i + period].next.us) {
			i++;
		}
		if (i + period == n) {
			return period;
		}
	}
	return n;
}

static void print_row(enum vd_lamp_meaning meaning, bool and_blind, const struct vd_lamp_caps *caps)
{
	const struct vd_lamp_intent intent = { meaning, and_blind };
	struct vd_lamp_frame frames[STEPS_MAX];
	struct vd_dur t = { 0 };
	for (int i = 0; i < STEPS_MAX; i++) {
		frames[i] = vd_lamp_pattern(&intent, caps, t);
		t.us += frames[i].next.us;
	}
	int period = find_period(frames, STEPS_MAX);
	printf("| %s%s | ", vd_lamp_meaning_name(meaning), and_blind ? " and blind" : "");
	print_colour(&frames[0]);
	if (and_blind) { // the blind part ends the period
		printf(", ");
		print_colour(&frames[period - 2]);
	}
	printf(" |");
	for (int i = 0; i < period; i++) {
		printf(" %lld:%d", (long long)(frames[i].next.us / 1000), frames[i].level);
	}
	printf(" |\n");
}

int main(void)
{
	const struct vd_lamp_caps full = { .has_white = true, .has_blue = true, .can_dim = true };
	const struct vd_lamp_caps plain = { .has_white = false };
	printf("| meaning | colour | one period, ms:brightness |\n|---|---|---|\n");
	for (int i = 0; i < VD_LAMP_MEANING_N; i++) {
		print_row((enum vd_lamp_meaning)i, false, &full);
	}
	printf("| *an alarm, and blindness in turn* | | |\n");
	for (int i = 0; i < VD_LAMP_FLOOD; i++) {
		if (i != VD_LAMP_BLIND) {
			print_row((enum vd_lamp_meaning)i, true, &full);
		}
	}
	printf("| *on a light that can't dim, without white and blue* | | |\n");
	print_row(VD_LAMP_WATCHING, false, &plain);
	print_row(VD_LAMP_BLIND, false, &plain);
	print_row(VD_LAMP_FLOOD, false, &plain);
	return 0;
}
