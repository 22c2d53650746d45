// SPDX-License-Identifier: MIT
// From the journal to what is counted.
#include <string.h>

#include "app/journal_fact.h"
#include "app/report_internal.h"
#include "base/json.h"

static void count(struct vd_report_case *row, enum vd_report_count what)
{
	if (row->counts[what] < UINT16_MAX) {
		row->counts[what]++;
	}
}

static void count_message(struct vd_report_case *row, const struct vd_report_step *step)
{
	if (step->is_opening) {
		row->is_question = step->visibility == VD_VISIBILITY_PUBLIC;
	}
	if (step->reply == VD_REPLY_DEFLECTION) {
		count(row, VD_COUNT_DEFLECTIONS);
	} else if (step->reply == VD_REPLY_HOLDING) {
		count(row, VD_COUNT_HOLDING);
	}
}

static void count_fact(struct vd_report_case *row, const struct vd_fact *fact)
{
	switch (fact->kind) {
	case VD_FACT_REOPENED:
		count(row, VD_COUNT_REOPENED);
		break;
	case VD_FACT_HANDED_OVER:
		count(row, VD_COUNT_HAND_OVERS);
		break;
	case VD_FACT_OFFER_ENDED:
		count(row, VD_COUNT_OFFERS_RETURNED);
		break;
	case VD_FACT_PAUSED:
		count(row, VD_COUNT_PAUSES);
		break;
	case VD_FACT_ESCALATED:
		if (fact->step == VD_LADDER_SOUND) {
			count(row, VD_COUNT_SOUND);
		} else if (fact->step == VD_LADDER_SECOND) {
			count(row, VD_COUNT_SECOND);
		}
		break;
	default: // no figure
		break;
	}
}

static enum vd_err add_alarm(struct vd_report *report, const struct vd_report_step *step,
			     const struct vd_fact *fact, struct vd_diag *diag)
{
	struct vd_report_fault change = { .at = step->at, .kind = fact->alarm, .to = fact->to };
	return vd_report_step_alarm(report, step->conversation, &change, diag);
}

enum vd_err vd_report_add_step(struct vd_report *report, const struct vd_report_step *step,
			       struct vd_diag *diag)
{
	struct vd_report_case *row = NULL;
	enum vd_err err = vd_report_get_case(report, step->conversation, &row, diag);
	if (err != VD_OK || row == NULL) {
		return err;
	}
	if (!vd_wall_is_set(report->alarms.first)) {
		report->alarms.first = step->at;
	}
	if (step->is_opening && !row->is_placed) {
		row->is_placed = true;
		row->brand = step->brand;
		row->account = step->account;
	}
	if (step->at.us > report->until.us) {
		return VD_OK;
	}
	if (step->kind == VD_EVENT_MESSAGE) {
		count_message(row, step);
	} else if (step->kind == VD_EVENT_NO_REPLY_NEEDED) {
		count(row, VD_COUNT_NO_REPLY_NEEDED);
	} else if (step->kind == VD_EVENT_ACK) {
		err = vd_report_see_alarm(report, step->conversation, step->at, diag);
	}
	for (uint8_t i = 0; i < step->effects->n && err == VD_OK; i++) {
		const struct vd_fact *fact = &step->effects->facts[i];
		count_fact(row, fact);
		if (fact->kind == VD_FACT_ALARM) {
			err = add_alarm(report, step, fact, diag);
		}
	}
	return err;
}

enum vd_err vd_report_add_fault(struct vd_report *report, const struct vd_report_fault *fault,
				struct vd_diag *diag)
{
	if (fault->at.us > report->until.us) {
		return VD_OK;
	}
	if (!vd_wall_is_set(report->alarms.first)) {
		report->alarms.first = fault->at;
	}
	return vd_report_step_alarm(report, 0, fault, diag);
}

// ---- from JSON ------------------------------------------------------------------------------

static enum vd_err parse_step(struct vd_report *report, const struct vd_journal_event *event,
			      const cJSON *tree, struct vd_diag *diag)
{
	struct vd_effects effects = { 0 };
	struct vd_report_step step = { .at = event->at,
				       .conversation = event->conversation,
				       .effects = &effects };
	struct vd_span name = vd_json_text(tree, "event");
	while (step.kind < VD_EVENT_N && !vd_span_is_text(name, vd_event_name(step.kind))) {
		step.kind = (enum vd_event_kind)(step.kind + 1);
	}
	int64_t brand = 0;
	step.is_opening = vd_json_i64(tree, "opens", &brand) == VD_OK;
	step.brand = (uint16_t)brand;
	step.account = (uint16_t)(event->account > 0 ? event->account - 1 : 0);
	step.visibility = vd_span_is_text(vd_json_text(tree, "vis"), "private")
				  ? VD_VISIBILITY_PRIVATE
				  : VD_VISIBILITY_PUBLIC;
	enum vd_reply_kind reply = vd_reply_kind_parse(vd_json_text(tree, "kind"));
	step.reply = reply != VD_REPLY_N ? reply : VD_REPLY_NONE;
	enum vd_err err = vd_journal_facts_parse(vd_json_get(tree, "facts"), &effects, diag);
	return err == VD_OK ? vd_report_add_step(report, &step, diag) : err;
}

static enum vd_err add_detail(struct vd_report *report, const struct vd_journal_event *event,
			      struct vd_diag *diag)
{
	cJSON *tree = vd_json_parse(event->detail, diag);
	if (tree == NULL) {
		return VD_ERR_CORRUPT;
	}
	enum vd_err err = VD_OK;
	struct vd_report_fault fault = { .at = event->at, .account = event->account };
	if (event->conversation != 0 && vd_json_get(tree, "event") != NULL) {
		err = parse_step(report, event, tree, diag);
	} else if (event->conversation == 0 &&
		   vd_journal_fault_parse(tree, report->filter.book, &fault)) {
		err = vd_report_add_fault(report, &fault, diag);
	}
	vd_json_free(tree);
	return err;
}

enum vd_err vd_report_add_event(struct vd_report *report, const struct vd_journal_event *event,
				struct vd_diag *diag)
{
	switch (event->kind) {
	case VD_JOURNAL_START:
		vd_report_restart(report, event->at);
		return VD_OK;
	case VD_JOURNAL_MISSING:
	case VD_JOURNAL_OUTBOX:
	case VD_JOURNAL_RULES:
	case VD_JOURNAL_CLOCK:
	case VD_JOURNAL_JUDGED:
	case VD_JOURNAL_THREAD:
		return VD_OK; // nothing that a figure needs
	default:
		return add_detail(report, event, diag);
	}
}
