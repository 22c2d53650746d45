// SPDX-License-Identifier: MIT
#include "app/journal_fact.h"

#include <string.h>

static enum vd_fact_kind fact_of(struct vd_span name)
{
	int i = 0;
	while (i < VD_FACT_N && !vd_span_is_text(name, vd_fact_name((enum vd_fact_kind)i))) {
		i++;
	}
	return (enum vd_fact_kind)i;
}

static enum vd_target_kind target_of(struct vd_span name)
{
	int i = 0;
	while (i < VD_TARGET_N && !vd_span_is_text(name, vd_target_name((enum vd_target_kind)i))) {
		i++;
	}
	return (enum vd_target_kind)i;
}

static enum vd_alarm_kind alarm_of(struct vd_span name)
{
	int i = 0;
	while (i < VD_ALARM_KIND_N &&
	       !vd_span_is_text(name, vd_alarm_kind_name((enum vd_alarm_kind)i))) {
		i++;
	}
	return (enum vd_alarm_kind)i;
}

static enum vd_alarm_state state_of(struct vd_span name)
{
	int i = VD_ALARM_NORMAL;
	while (i < VD_ALARM_STATE_N &&
	       !vd_span_is_text(name, vd_alarm_state_name((enum vd_alarm_state)i))) {
		i++;
	}
	return (enum vd_alarm_state)i;
}

static enum vd_severity severity_of(struct vd_span name)
{
	int i = 0;
	while (i < VD_SEVERITY_N && !vd_span_is_text(name, vd_severity_name((enum vd_severity)i))) {
		i++;
	}
	return (enum vd_severity)i;
}

static enum vd_ladder_step step_of(struct vd_span name)
{
	int i = 0;
	while (i < VD_LADDER_N &&
	       !vd_span_is_text(name, vd_ladder_step_name((enum vd_ladder_step)i))) {
		i++;
	}
	return (enum vd_ladder_step)i;
}

static bool parse_fact(const cJSON *from, struct vd_fact *out)
{
	*out = (struct vd_fact){ .kind = fact_of(vd_json_text(from, "fact")),
				 .target = VD_TARGET_N };
	bool is_good = out->kind < VD_FACT_N;
	if (vd_json_get(from, "target") != NULL) {
		out->target = target_of(vd_json_text(from, "target"));
		is_good = is_good && out->target < VD_TARGET_N;
	}
	if (out->kind == VD_FACT_ALARM) {
		out->alarm = alarm_of(vd_json_text(from, "alarm"));
		out->from = state_of(vd_json_text(from, "from"));
		out->to = state_of(vd_json_text(from, "to"));
		out->severity = severity_of(vd_json_text(from, "severity"));
		is_good = is_good && out->alarm < VD_ALARM_KIND_N && out->from < VD_ALARM_STATE_N &&
			  out->to < VD_ALARM_STATE_N && out->severity < VD_SEVERITY_N;
	}
	if (out->kind == VD_FACT_ESCALATED) {
		out->step = step_of(vd_json_text(from, "step"));
		is_good = is_good && out->step < VD_LADDER_N;
	}
	enum vd_err err = vd_json_i64(from, "at", &out->at.us);
	return is_good && (err == VD_OK || err == VD_ERR_NOT_FOUND);
}

enum vd_err vd_journal_facts_parse(const cJSON *facts, struct vd_effects *out, struct vd_diag *diag)
{
	*out = (struct vd_effects){ 0 };
	for (const cJSON *fact = facts != NULL ? facts->child : NULL; fact != NULL;
	     fact = fact->next) {
		if (out->n == VD_EFFECTS_MAX || !parse_fact(fact, &out->facts[out->n])) {
			return vd_diag_set(diag, VD_ERR_CORRUPT,
					   "fact %d of an event of the journal can't be read",
					   out->n + 1);
		}
		out->n++;
	}
	return VD_OK;
}

static uint16_t account_of(const struct vd_rulebook *book, struct vd_span name)
{
	for (uint16_t i = 0; i < book->n_accounts && name.n > 0; i++) {
		if (vd_span_is_text(name, book->accounts[i].name)) {
			return (uint16_t)(i + 1);
		}
	}
	return 0;
}

// {"alarm":"channel blind","to":"UNACK"}, the account beside it by name or in the event
static bool parse_fields(const cJSON *detail, const struct vd_rulebook *book,
			 struct vd_report_fault *out)
{
	uint16_t account = account_of(book, vd_json_text(detail, "account"));
	out->kind = alarm_of(vd_json_text(detail, "alarm"));
	out->to = state_of(vd_json_text(detail, "to"));
	out->account = account != 0 ? account : out->account;
	return out->kind < VD_ALARM_KIND_N && out->to < VD_ALARM_STATE_N;
}

// {"alarm":"channel blind NAME -> STATE"}
static bool parse_sentence(const cJSON *detail, const struct vd_rulebook *book,
			   struct vd_report_fault *out)
{
	char text[VD_LINE_BYTES];
	if (vd_span_copy(vd_json_text(detail, "alarm"), text, sizeof(text)) != VD_OK) {
		return false;
	}
	char *arrow = strstr(text, " -> ");
	if (arrow == NULL) {
		return false;
	}
	*arrow = '\0';
	out->to = state_of(vd_span_of(arrow + 4));
	for (int i = 0; i < VD_ALARM_KIND_N; i++) {
		const char *kind = vd_alarm_kind_name((enum vd_alarm_kind)i);
		size_t n = strlen(kind);
		if (strncmp(text, kind, n) == 0 && (text[n] == '\0' || text[n] == ' ')) {
			out->kind = (enum vd_alarm_kind)i;
			out->account = account_of(book, vd_span_of(text + n + (text[n] == ' ')));
			return out->to < VD_ALARM_STATE_N;
		}
	}
	return false;
}

bool vd_journal_fault_parse(const cJSON *detail, const struct vd_rulebook *book,
			    struct vd_report_fault *out)
{
	return vd_json_get(detail, "to") != NULL ? parse_fields(detail, book, out)
						 : parse_sentence(detail, book, out);
}
