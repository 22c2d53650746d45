// SPDX-License-Identifier: MIT
// layer: care
// Input: the kept record of an alarm of the appliance. What is taken up prints to a record that
// gives the same alarm again, and no event finds it in a state that the table does not know.
#include <stdlib.h>
#include <string.h>

#include "care/fault.h"

static struct vd_rulebook book; // too big for a stack that the sanitizers watch

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static enum vd_err parse(struct vd_span text, struct vd_fault *out)
{
	cJSON *tree = vd_json_parse(text, NULL);
	vd_fault_init(out, VD_ALARM_CHANNEL_BLIND, 1);
	enum vd_err err = tree != NULL ? vd_fault_parse(tree, out) : VD_ERR_SYNTAX;
	vd_json_free(tree);
	return err;
}

static bool is_same(const struct vd_fault *a, const struct vd_fault *b)
{
	const struct vd_alarm *x = &a->alarm;
	const struct vd_alarm *y = &b->alarm;
	bool is_ladder = !vd_wall_is_set(a->ladder_from) ||
			 (a->ladder == b->ladder && a->ladder_from.us == b->ladder_from.us);
	return x->state == y->state && x->severity == y->severity &&
	       x->is_present == y->is_present && x->is_seen == y->is_seen &&
	       x->since.us == y->since.us && x->until.us == y->until.us &&
	       a->seen_by == b->seen_by && is_ladder;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_fault fault;
	struct vd_fault again;
	char memory[1024];
	struct vd_buf buf;
	if (parse(vd_span_make((const char *)data, size), &fault) != VD_OK) {
		return 0;
	}
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_fault_print(&fault, NULL, &book, &j);
	vd_json_close(&j, '}');
	must(vd_buf_check(&buf) == VD_OK);
	must(parse(vd_buf_span(&buf), &again) == VD_OK);
	must(is_same(&fault, &again));
	for (int e = 0; e < VD_ALARM_EV_N; e++) {
		must(vd_alarm_cell(fault.alarm.state, (enum vd_alarm_event)e).effect !=
		     VD_ALARM_DO_MISSING);
	}
	return 0;
}
