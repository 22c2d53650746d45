// SPDX-License-Identifier: MIT
#include "care/fault.h"

#include <stdio.h>

#include "care/ladder.h"

#define MOST_US (INT64_C(1) << 53) // what JSON keeps exactly

void vd_fault_init(struct vd_fault *fault, enum vd_alarm_kind kind, uint16_t account)
{
	*fault = (struct vd_fault){ .account = account };
	vd_alarm_init(&fault->alarm, kind);
}

bool vd_fault_is_unseen(const struct vd_fault *fault)
{
	enum vd_alarm_state state = fault->alarm.state;
	return state == VD_ALARM_UNACK || state == VD_ALARM_RTN_UNACK;
}

bool vd_fault_is_on_light(const struct vd_fault *fault)
{
	enum vd_alarm_kind kind = fault->alarm.kind;
	bool is_blindness = kind != VD_ALARM_OUTBOX_STUCK && kind != VD_ALARM_TOKEN_ENDING &&
			    kind != VD_ALARM_MONEY_SHORT;
	return !is_blindness && fault->alarm.is_present && vd_alarm_is_shown(&fault->alarm);
}

// The ladder runs while it holds and nobody saw it; what has gone needs nobody told.
static void begin_ladder(struct vd_fault *fault, struct vd_wall now)
{
	bool runs = fault->alarm.state == VD_ALARM_UNACK;
	if (!runs) {
		fault->ladder_from = (struct vd_wall){ 0 };
		fault->ladder = VD_LADDER_LIGHT;
	} else if (!vd_wall_is_set(fault->ladder_from)) {
		fault->ladder_from = now;
		fault->ladder = VD_LADDER_LIGHT;
	}
}

static struct vd_fault_change step(struct vd_fault *fault, enum vd_alarm_event event,
				   struct vd_wall now, struct vd_wall until)
{
	struct vd_fault_change change = { .from = fault->alarm.state };
	bool has_changed = false;
	if (vd_alarm_step(&fault->alarm, event, now, until, &has_changed) != VD_OK) {
		return change;
	}
	if (!fault->alarm.is_seen) {
		fault->seen_by = 0;
	}
	begin_ladder(fault, now);
	change.what = vd_alarm_event_name(event);
	return change;
}

static struct vd_fault_change climb(struct vd_fault *fault, const struct vd_fault_env *env)
{
	struct vd_fault_change change = { .from = fault->alarm.state };
	if (!vd_wall_is_set(fault->ladder_from)) {
		return change;
	}
	for (int i = VD_LADDER_N - 1; i > (int)fault->ladder; i--) {
		struct vd_wall at = vd_ladder_at(env->book, env->policy, env->calendar,
						 fault->ladder_from, (enum vd_ladder_step)i);
		if (vd_wall_is_set(at) && env->now.us >= at.us) {
			fault->ladder = (enum vd_ladder_step)i;
			change.what = "escalate";
			return change;
		}
	}
	return change;
}

struct vd_fault_change vd_fault_watch(struct vd_fault *fault, const struct vd_fault_env *env,
				      enum vd_severity severity)
{
	static const struct vd_wall none = { 0 };
	struct vd_alarm *alarm = &fault->alarm;
	bool holds = severity != VD_SEVERITY_NONE;
	bool is_worse = severity > alarm->condition;
	if (holds && (!alarm->is_present || is_worse)) {
		alarm->severity = severity;
		alarm->condition = severity;
		return step(fault, VD_ALARM_EV_RAISE, env->now, none);
	}
	if (!holds && alarm->is_present) {
		return step(fault, VD_ALARM_EV_CLEAR, env->now, none);
	}
	if (vd_wall_is_set(alarm->until) && alarm->until.us <= env->now.us) {
		return step(fault, VD_ALARM_EV_LEASE_END, env->now, none);
	}
	return climb(fault, env);
}

struct vd_fault_change vd_fault_ack(struct vd_fault *fault, const struct vd_fault_env *env,
				    uint16_t staff)
{
	struct vd_wall until = vd_wall_add(env->now, vd_dur_s(env->policy->ack_lease_s));
	if (!vd_fault_is_unseen(fault)) {
		return (struct vd_fault_change){ .from = fault->alarm.state };
	}
	struct vd_fault_change change = step(fault, VD_ALARM_EV_ACK, env->now, until);
	fault->seen_by = fault->alarm.is_seen ? staff : 0;
	return change;
}

struct vd_fault_change vd_fault_set_service(struct vd_fault *fault, const struct vd_fault_env *env,
					    bool is_in_service)
{
	bool is_out = fault->alarm.state == VD_ALARM_OUT_OF_SERVICE;
	if (is_out != is_in_service) {
		return (struct vd_fault_change){ .from = fault->alarm.state };
	}
	return step(fault, is_in_service ? VD_ALARM_EV_PUT_BACK : VD_ALARM_EV_TAKE_OUT, env->now,
		    (struct vd_wall){ 0 });
}

// ---- the record -----------------------------------------------------------------------------

static void put_name(struct vd_json_out *j, const char *name, const char *value)
{
	if (value[0] != '\0') {
		vd_json_put_text(j, name, vd_span_of(value));
	}
}

static void put_number(struct vd_json_out *j, const char *name, int64_t value)
{
	if (value != 0) {
		vd_json_put_i64(j, name, value);
	}
}

static void put_flag(struct vd_json_out *j, const char *name, bool value)
{
	if (value) {
		vd_json_put_bool(j, name, value);
	}
}

static const char *account_name(const struct vd_rulebook *book, uint16_t account)
{
	return account > 0 && account <= book->n_accounts ? book->accounts[account - 1].name : "";
}

void vd_fault_print(const struct vd_fault *fault, const struct vd_fault_change *change,
		    const struct vd_rulebook *book, struct vd_json_out *j)
{
	const struct vd_alarm *a = &fault->alarm;
	if (change != NULL) {
		put_name(j, "what", change->what);
	}
	put_name(j, "alarm", vd_alarm_kind_name(a->kind));
	put_name(j, "account", account_name(book, fault->account));
	if (change != NULL) {
		put_name(j, "from", vd_alarm_state_name(change->from));
	}
	put_name(j, "to", vd_alarm_state_name(a->state));
	put_name(j, "severity",
		 a->severity != VD_SEVERITY_NONE ? vd_severity_name(a->severity) : "");
	put_flag(j, "present", a->is_present);
	put_flag(j, "seen", a->is_seen);
	put_number(j, "since", a->since.us);
	put_number(j, "until", a->until.us);
	put_number(j, "by", fault->seen_by);
	put_name(j, "ladder",
		 vd_wall_is_set(fault->ladder_from) ? vd_ladder_step_name(fault->ladder) : "");
	put_number(j, "ladder_from", fault->ladder_from.us);
}

void vd_fault_key(struct vd_span kind, struct vd_span account, char *out, size_t cap)
{
	snprintf(out, cap, "alarm:%.*s:%.*s", VD_SPAN_ARG(kind), VD_SPAN_ARG(account));
}

static int find_name(struct vd_span name, int n, const char *(*name_of)(int i))
{
	for (int i = 0; i < n; i++) {
		if (vd_span_is_text(name, name_of(i))) {
			return i;
		}
	}
	return n;
}

static const char *state_name(int i)
{
	return vd_alarm_state_name((enum vd_alarm_state)i);
}

static const char *severity_name(int i)
{
	return vd_severity_name((enum vd_severity)i);
}

static const char *step_name(int i)
{
	return vd_ladder_step_name((enum vd_ladder_step)i);
}

// 0 where there is none; INT64_MIN where it is no number that can be.
static int64_t number(const cJSON *record, const char *name, int64_t most)
{
	int64_t n = 0;
	enum vd_err err = vd_json_i64(record, name, &n);
	if (err == VD_ERR_NOT_FOUND) {
		return 0;
	}
	return err == VD_OK && n >= 0 && n <= most ? n : INT64_MIN;
}

static bool is_whole(const struct vd_fault *f)
{
	const struct vd_alarm *a = &f->alarm;
	bool is_known = a->state > VD_ALARM_STATE_MISSING && a->state < VD_ALARM_STATE_N &&
			a->severity < VD_SEVERITY_BREACHED && f->ladder < VD_LADDER_N;
	bool is_timed = a->since.us >= 0 && a->until.us >= 0 && f->ladder_from.us >= 0;
	bool must_hold = a->state == VD_ALARM_UNACK || a->state == VD_ALARM_ACKED;
	return is_known && is_timed && (!must_hold || a->is_present);
}

enum vd_err vd_fault_parse(const cJSON *record, struct vd_fault *fault)
{
	struct vd_fault f = { .account = fault->account };
	struct vd_span severity = vd_json_text(record, "severity");
	struct vd_span ladder = vd_json_text(record, "ladder");
	vd_alarm_init(&f.alarm, fault->alarm.kind);
	if (!vd_span_is_text(vd_json_text(record, "alarm"), vd_alarm_kind_name(f.alarm.kind))) {
		return VD_ERR_CORRUPT;
	}
	f.alarm.state = (enum vd_alarm_state)find_name(vd_json_text(record, "to"), VD_ALARM_STATE_N,
						       state_name);
	if (severity.n > 0) {
		f.alarm.severity =
			(enum vd_severity)find_name(severity, VD_SEVERITY_N, severity_name);
	}
	f.alarm.is_present = vd_json_bool(record, "present", false);
	f.alarm.condition = f.alarm.is_present ? f.alarm.severity : VD_SEVERITY_NONE;
	f.alarm.is_seen = vd_json_bool(record, "seen", false);
	f.alarm.since.us = number(record, "since", MOST_US);
	f.alarm.until.us = number(record, "until", MOST_US);
	int64_t by = number(record, "by", UINT16_MAX);
	f.seen_by = (uint16_t)(by > 0 ? by : 0);
	f.ladder_from.us = number(record, "ladder_from", MOST_US);
	if (ladder.n > 0) {
		f.ladder = (enum vd_ladder_step)find_name(ladder, VD_LADDER_N, step_name);
	}
	if (!is_whole(&f)) {
		return VD_ERR_CORRUPT;
	}
	*fault = f;
	return VD_OK;
}
