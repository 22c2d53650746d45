// SPDX-License-Identifier: MIT
#include "care/view.h"

#include <string.h>

#include "care/sla.h"
#include "care/thanks.h"

static const char *const health_names[VD_HEALTH_N] = {
	[VD_HEALTH_STARTING] = "starting",   [VD_HEALTH_GOOD] = "good",
	[VD_HEALTH_AUTH] = "authorisation",  [VD_HEALTH_PERMISSION] = "permission",
	[VD_HEALTH_RATE] = "rate",           [VD_HEALTH_MONEY] = "money",
	[VD_HEALTH_OUTAGE] = "outage",       [VD_HEALTH_REFUSED] = "refused",
	[VD_HEALTH_MALFORMED] = "malformed", [VD_HEALTH_DISABLED] = "disabled",
};

const char *vd_health_name(enum vd_health health)
{
	return (unsigned)health < VD_HEALTH_N ? health_names[health] : "?";
}

enum vd_freshness vd_view_freshness(const struct vd_view_account *account)
{
	if (account->age_s < 0 || account->period_s <= 0 ||
	    account->age_s > 5 * account->period_s) {
		return VD_NOT_KNOWN;
	}
	return account->age_s > 2 * account->period_s ? VD_STALE : VD_FRESH;
}

#define BEHIND_S 10

bool vd_view_is_behind(const struct vd_view_account *account)
{
	return account->behind_s >= BEHIND_S && account->behind_s * 4 >= account->period_s;
}

#define FOLLOWED_PERIOD_S (6 * 3600)

enum vd_freshness vd_view_followed_freshness(const struct vd_view_followed *followed,
					     struct vd_wall now)
{
	const struct vd_view_account as = {
		.age_s = vd_wall_sub(now, followed->at).us / VD_US_PER_S,
		.period_s = FOLLOWED_PERIOD_S,
	};
	return vd_view_freshness(&as);
}

struct vd_pair vd_pair_between(const struct vd_calendar *calendar, struct vd_wall from,
			       struct vd_wall to)
{
	if (to.us <= from.us) {
		return (struct vd_pair){ 0, 0 };
	}
	// Both on the same whole seconds: business time is never longer, and parts add up.
	return (struct vd_pair){
		.wall_s = vd_wall_to_s(to) - vd_wall_to_s(from),
		.business_s = vd_sla_open_s(calendar, from, to),
	};
}

static int64_t signed_open_s(const struct vd_calendar *calendar, struct vd_wall from,
			     struct vd_wall to)
{
	if (to.us >= from.us) {
		return vd_sla_open_s(calendar, from, to);
	}
	return -vd_sla_open_s(calendar, to, from);
}

static uint16_t share_permille(struct vd_pair used, struct vd_pair whole, bool is_wall)
{
	int64_t n = is_wall ? used.wall_s : used.business_s;
	int64_t of = is_wall ? whole.wall_s : whole.business_s;
	if (of <= 0 || n >= of) {
		return 1000;
	}
	return (uint16_t)(n * 1000 / of);
}

static void fill_target(const struct vd_calendar *calendar, const struct vd_target *t,
			struct vd_wall now, struct vd_view_row *out)
{
	out->due = t->due;
	out->left_open_s = signed_open_s(calendar, now, t->due);
	out->left_wall_s = vd_wall_sub(t->due, now).us / VD_US_PER_S;
	out->used_permille = share_permille(vd_pair_between(calendar, t->from, now),
					    vd_pair_between(calendar, t->from, t->due),
					    vd_target_is_wall(out->target));
	// A promise to come back (R16) runs although no message is unanswered.
	if (!vd_wall_is_set(out->waiting_since) && out->target <= VD_TARGET_NEXT) {
		out->waiting_since = t->from;
	}
}

static void copy_text(char *out, size_t cap, const char *text)
{
	const char *end = memchr(text, '\0', cap - 1);
	size_t n = end != NULL ? (size_t)(end - text) : cap - 1;
	memcpy(out, text, n);
	out[n] = '\0';
}

static void fill_texts(const struct vd_rulebook *book, const struct vd_conversation *c,
		       struct vd_wall now, struct vd_view_row *out)
{
	copy_text(out->topic, sizeof(out->topic), c->topic);
	copy_text(out->customer_handle, sizeof(out->customer_handle), c->customer_handle);
	if (c->visibility == VD_VISIBILITY_PUBLIC) {
		copy_text(out->first_line, sizeof(out->first_line), c->first_line);
	}
	if (c->claimed_by != 0 && c->claimed_by <= book->n_staff && c->claim_until.us > now.us) {
		copy_text(out->claimed_by, sizeof(out->claimed_by),
			  book->staff[c->claimed_by - 1].initials);
	}
}

static void fill_marks(const struct vd_conversation *c, struct vd_view_row *out)
{
	out->holder = vd_conversation_holder(c);
	out->offered_to = c->offer.account;
	out->offered_until = c->offer.until;
	out->is_paused = vd_wall_is_set(c->paused_since);
	out->is_thanks = vd_thanks_is_all(c);
	out->incident = (c->parked_by & VD_PARKED_INCIDENT) != 0 ? c->incident : 0;
	out->parked_by = c->parked_by;
	out->ladder = c->ladder;
	if (c->alarm.state == VD_ALARM_SHELVED) {
		out->parked_until = c->alarm.until;
	}
	for (int i = 0; i < VD_SIDE_N; i++) {
		out->sides |= (uint8_t)(vd_alarm_is_shown(&c->side[i]) ? 1u << i : 0u);
	}
}

void vd_view_row_make(const struct vd_rulebook *book, const struct vd_conversation *c,
		      struct vd_wall now, struct vd_view_row *out)
{
	const struct vd_calendar *calendar = vd_rulebook_calendar(book, c->brand);
	*out = (struct vd_view_row){
		.conversation = c->id,
		.brand = c->brand,
		.account = c->last_account,
		.visibility = c->visibility,
		.target = vd_conversation_board_target(c),
		.severity = c->alarm.severity,
		.alarm = c->alarm.state,
		.is_seen = c->alarm.is_seen,
		.waiting_since = c->waiting_since,
	};
	fill_texts(book, c, now, out);
	fill_marks(c, out);
	if (out->target != VD_TARGET_N) {
		fill_target(calendar, &c->targets[out->target], now, out);
	}
	if (vd_wall_is_set(out->waiting_since)) {
		out->waited = vd_pair_between(calendar, out->waiting_since, now);
	}
}

static int compare_i64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int64_t deadline_key(const struct vd_view_row *row)
{
	return vd_wall_is_set(row->due) ? row->due.us : INT64_MAX;
}

int vd_view_row_compare(const struct vd_view_row *a, const struct vd_view_row *b)
{
	int breach = (b->severity == VD_SEVERITY_BREACHED) - (a->severity == VD_SEVERITY_BREACHED);
	if (breach != 0) {
		return breach;
	}
	int due = compare_i64(deadline_key(a), deadline_key(b));
	if (due != 0) {
		return due;
	}
	int target = compare_i64(a->target, b->target); // R22
	if (target != 0) {
		return target;
	}
	int since = compare_i64(a->waiting_since.us, b->waiting_since.us);
	return since != 0
		       ? since
		       : (a->conversation > b->conversation) - (a->conversation < b->conversation);
}
