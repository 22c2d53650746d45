// SPDX-License-Identifier: MIT
// A flood, or who chatters, is no less so after a restart: the measures of alarms are taken up from
// the end of the journal.
#include "app/desk_internal.h"
#include "app/journal_fact.h"

#define DAY_S 86400
#define EVENTS_MOST 4000 // of a very busy day only the end counts

struct tail {
	struct vd_desk *desk;
	struct vd_wall from;
};

static void take_fault(struct vd_desk *desk, const struct vd_journal_event *event,
		       const cJSON *detail)
{
	struct vd_report_fault fault = { .account = event->account };
	struct vd_span from = vd_json_text(detail, "from");
	if (!vd_journal_fault_parse(detail, desk->config.book, &fault) ||
	    fault.to != VD_ALARM_UNACK ||
	    vd_span_is_text(from, vd_alarm_state_name(VD_ALARM_UNACK))) {
		return;
	}
	struct vd_alarm_origin origin = { .kind = fault.kind, .account = fault.account };
	bool is_new = !vd_span_is_text(from, vd_alarm_state_name(VD_ALARM_ACKED));
	vd_alarm_measure_raised(&desk->measure, origin, is_new, event->at);
}

static void take_facts(struct vd_desk *desk, const struct vd_journal_event *event,
		       const cJSON *detail)
{
	struct vd_effects effects = { 0 };
	if (vd_journal_facts_parse(vd_json_get(detail, "facts"), &effects, NULL) == VD_OK) {
		vd_desk_measure_facts(desk, event->conversation, &effects, event->at);
	}
}

static bool take(void *ctx, const struct vd_journal_event *event)
{
	const struct tail *tail = ctx;
	bool is_box = event->kind == VD_JOURNAL_ALARM;
	if (event->at.us < tail->from.us ||
	    (!is_box && vd_span_find(event->detail, VD_SPAN("\"fact\":\"alarm\"")) < 0)) {
		return true;
	}
	cJSON *detail = vd_json_parse(event->detail, NULL);
	if (detail != NULL && is_box) {
		take_fault(tail->desk, event, detail);
	} else if (detail != NULL) {
		take_facts(tail->desk, event, detail);
	}
	vd_json_free(detail);
	return true;
}

void vd_desk_measure_facts(struct vd_desk *desk, uint64_t conversation,
			   const struct vd_effects *effects, struct vd_wall now)
{
	for (uint8_t i = 0; i < effects->n; i++) {
		const struct vd_fact *fact = &effects->facts[i];
		bool is_shown = fact->to == VD_ALARM_UNACK || fact->to == VD_ALARM_LATCHED;
		if (fact->kind == VD_FACT_ALARM && is_shown) {
			struct vd_alarm_origin origin = { .kind = fact->alarm,
							  .conversation = conversation };
			bool is_new = fact->from == VD_ALARM_NORMAL;
			vd_alarm_measure_raised(&desk->measure, origin, is_new, now);
		}
	}
}

void vd_desk_measure_load(struct vd_desk *desk)
{
	struct tail tail = { desk, vd_wall_add(vd_desk_now(desk), vd_dur_s(-DAY_S)) };
	uint64_t last = vd_store_journal_last(desk->config.store);
	uint64_t first = last > EVENTS_MOST ? last - EVENTS_MOST + 1 : 1;
	struct vd_diag diag = { 0 };
	if (vd_store_journal_each(desk->config.store, first, take, &tail, &diag) != VD_OK) {
		vd_error(desk->config.log, "desk", "alarms of before can't be measured: %s",
			 diag.text);
	}
}
