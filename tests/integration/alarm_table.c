// SPDX-License-Identifier: MIT
// Prints what SPEC.md "Alarm states" says of the code: the table of states, the kinds, and the
// ladder. Run by tests/integration/alarm_table, once for each part: states, kinds, ladder.
#include <stdio.h>
#include <string.h>

#include "care/holiday.h"
#include "care/ladder.h"
#include "care/zone_names.h"

// Made by the build from data; a zone rule and hours need neither.
const struct vd_zone_name vd_zone_names[] = { { "UTC", "UTC0" } };
const size_t vd_zone_names_n = 1;
const struct vd_holiday_set vd_holiday_sets[1];
const size_t vd_holiday_sets_n = 0;

static void print_cell(struct vd_alarm_cell cell, enum vd_alarm_state from)
{
	const char *effect = vd_alarm_effect_name(cell.effect);
	if (cell.next == from) {
		printf(" %s |", effect);
	} else {
		printf(" %s: %s |", vd_alarm_state_name(cell.next), effect);
	}
}

static void print_row(enum vd_alarm_event event)
{
	printf("| %s |", vd_alarm_event_name(event));
	for (int s = VD_ALARM_NORMAL; s < VD_ALARM_STATE_N; s++) {
		print_cell(vd_alarm_cell((enum vd_alarm_state)s, event), (enum vd_alarm_state)s);
	}
	printf("\n");
}

static void print_states(void)
{
	printf("| event |");
	for (int s = VD_ALARM_NORMAL; s < VD_ALARM_STATE_N; s++) {
		printf(" %s |", vd_alarm_state_name((enum vd_alarm_state)s));
	}
	printf("\n|---|");
	for (int s = VD_ALARM_NORMAL; s < VD_ALARM_STATE_N; s++) {
		printf("---|");
	}
	printf("\n");
	for (int e = 0; e < VD_ALARM_EV_N; e++) {
		print_row((enum vd_alarm_event)e);
	}
}

// ---- the kinds ------------------------------------------------------------------------------

static const char *whose(enum vd_alarm_kind kind)
{
	for (int side = 0; side < VD_SIDE_N; side++) {
		if (vd_side_alarm_kind((enum vd_side_kind)side) == kind) {
			return "a conversation, beside its targets";
		}
	}
	return vd_alarm_is_fault(kind) ? "the appliance" : "a conversation's targets";
}

// Raised, and gone before anybody saw it: walked, not asserted.
static const char *gone_unseen(enum vd_alarm_kind kind)
{
	struct vd_alarm alarm;
	bool has_changed;
	vd_alarm_init(&alarm, kind);
	alarm.severity = VD_SEVERITY_WARNING;
	if (vd_alarm_step(&alarm, VD_ALARM_EV_RAISE, vd_wall_s(1), vd_wall_s(0), &has_changed) !=
		    VD_OK ||
	    vd_alarm_step(&alarm, VD_ALARM_EV_CLEAR, vd_wall_s(2), vd_wall_s(0), &has_changed) !=
		    VD_OK) {
		return "?";
	}
	return vd_alarm_state_name(alarm.state);
}

static void print_kinds(void)
{
	printf("| kind | of | gone before anybody saw it |\n|---|---|---|\n");
	for (int i = 0; i < VD_ALARM_KIND_N; i++) {
		enum vd_alarm_kind kind = (enum vd_alarm_kind)i;
		printf("| %s | %s | %s |\n", vd_alarm_kind_name(kind), whose(kind),
		       gone_unseen(kind));
	}
}

// ---- the ladder -----------------------------------------------------------------------------

static struct vd_rulebook book; // two calendars of its own: always open, never open

static void print_after(enum vd_ladder_step step)
{
	const struct vd_policy *policy = &book.policies[0];
	struct vd_wall at = vd_ladder_at(&book, policy, &book.calendars[0], vd_wall_s(86400), step);
	if (vd_wall_is_set(at)) {
		printf(" %d open minutes |",
		       (int)(vd_wall_sub(at, vd_wall_s(86400)).us / 60000000));
	} else {
		printf(" at once |");
	}
}

static const char *sound_of(enum vd_ladder_step step, enum vd_severity severity, bool is_open)
{
	const struct vd_calendar *who = &book.calendars[is_open ? 0 : 1];
	return vd_sound_intent_name(
		vd_ladder_sound(&book, &book.policies[0], who, step, severity, vd_wall_s(86400)));
}

static int print_ladder(void)
{
	struct vd_diag diag = { 0 };
	if (vd_calendar_parse(VD_SPAN("UTC0"), VD_SPAN("0-6=00:00-24:00"), &book.calendars[0],
			      &diag) != VD_OK ||
	    vd_calendar_parse(VD_SPAN("UTC0"), VD_SPAN("1=00:00-00:01"), &book.calendars[1],
			      &diag) != VD_OK) {
		fprintf(stderr, "%s\n", diag.text);
		return 1;
	}
	book.n_calendars = 2;
	vd_policy_init(&book.policies[0]);
	printf("| step | unseen for | warning | urgent | breached | nobody that was told is there "
	       "|\n|---|---|---|---|---|---|\n");
	for (int i = 0; i < VD_LADDER_N; i++) {
		enum vd_ladder_step step = (enum vd_ladder_step)i;
		printf("| %s |", vd_ladder_step_name(step));
		print_after(step);
		for (int s = VD_SEVERITY_WARNING; s < VD_SEVERITY_N; s++) {
			printf(" %s |", sound_of(step, (enum vd_severity)s, true));
		}
		printf(" %s |\n", sound_of(step, VD_SEVERITY_BREACHED, false));
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "kinds") == 0) {
		print_kinds();
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "ladder") == 0) {
		return print_ladder();
	}
	print_states();
	return 0;
}
