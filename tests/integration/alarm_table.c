// SPDX-License-Identifier: MIT
// Prints the alarm table of src/care/alarm.c as it stands in SPEC.md "Alarm states". Run by
// tests/integration/alarm_table.
#include <stdio.h>

#include "care/alarm.h"

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

int main(void)
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
	return 0;
}
