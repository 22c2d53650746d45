// SPDX-License-Identifier: MIT
#include "app/journal_step.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "net/tls.h"
#include "store/record.h"

// Beyond, a double of a JSON parser can't tell n from n + 1: it is written as a text.
#define EXACT_BELOW (INT64_C(1) << 53)
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

// Who brought it: a network, a person, or the box itself.
enum vd_journal_kind vd_journal_step_kind(enum vd_event_kind kind, uint8_t source)
{
	if (kind == VD_EVENT_MESSAGE || kind == VD_EVENT_DELETED || kind == VD_EVENT_BLOCKED ||
	    kind == VD_EVENT_EDITED) {
		return VD_JOURNAL_MESSAGE;
	}
	return source != 0 ? VD_JOURNAL_COMMAND : VD_JOURNAL_TICK;
}

void vd_journal_step_blank(struct vd_conversation *c)
{
	memset(c->customer_id, 0, sizeof(c->customer_id));
	memset(c->customer_handle, 0, sizeof(c->customer_handle));
	memset(c->first_line, 0, sizeof(c->first_line));
}

void vd_journal_step_mark(const struct vd_conversation *c, char out[VD_STEP_MARK_BYTES])
{
	uint8_t bytes[VD_CONVERSATION_RECORD_BYTES];
	struct vd_writer w = vd_writer_init(bytes, sizeof(bytes));
	struct vd_conversation blank = *c;
	struct vd_places places;
	uint64_t mark = FNV_BASIS;
	vd_journal_step_blank(&blank);
	vd_places_make(&blank, &places);
	if (vd_record_print_conversation(&blank, &places, &w) != VD_OK) {
		snprintf(out, VD_STEP_MARK_BYTES, "0:0"); // it can't be stored either
		return;
	}
	for (size_t i = 0; i < w.n; i++) {
		mark = (mark ^ bytes[i]) * FNV_PRIME;
	}
	snprintf(out, VD_STEP_MARK_BYTES, "%u:%016" PRIx64, bytes[0], mark);
}

void vd_journal_step_hash(struct vd_span text, char out[2 * VD_HASH_BYTES + 1])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t hash[VD_SHA256_BYTES];
	vd_sha256(text, hash);
	for (size_t i = 0; i < sizeof(hash); i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * VD_HASH_BYTES] = '\0';
}

// ---- to JSON --------------------------------------------------------------------------------

static void put_us(struct vd_json_out *j, const char *name, int64_t us)
{
	if (us > -EXACT_BELOW && us < EXACT_BELOW) {
		vd_json_put_i64(j, name, us);
		return;
	}
	char text[24];
	snprintf(text, sizeof(text), "%" PRId64, us);
	vd_json_put_text(j, name, vd_span_of(text));
}

static void put_stamp(struct vd_json_out *j, const char *name, struct vd_wall t)
{
	if (t.us != 0) {
		put_us(j, name, t.us);
	}
}

static void put_flag(struct vd_json_out *j, const char *name, bool value)
{
	if (value) {
		vd_json_put_bool(j, name, true);
	}
}

static void put_number(struct vd_json_out *j, const char *name, int64_t value)
{
	if (value != 0) {
		vd_json_put_i64(j, name, value);
	}
}

static void put_account(struct vd_json_out *j, const char *name, const struct vd_rulebook *book,
			uint16_t account)
{
	if (account < book->n_accounts && book->accounts[account].name[0] != '\0') {
		vd_json_put_text(j, name, vd_span_of(book->accounts[account].name));
	} else {
		vd_json_put_i64(j, name, account);
	}
}

static void put_hash(struct vd_json_out *j, const char *name, const char *kept, struct vd_span text)
{
	char made[2 * VD_HASH_BYTES + 1];
	if (kept[0] == '\0') {
		vd_journal_step_hash(text, made);
		kept = made;
	}
	vd_json_put_text(j, name, vd_span_of(kept));
}

static void put_message(struct vd_json_out *j, const struct vd_journal_step *step)
{
	const struct vd_message *m = step->event.message;
	vd_json_put_text(j, "id", vd_span_of(m->network_id));
	vd_json_put_text(j, "thread", vd_span_of(m->thread_id));
	if (m->parent_id[0] != '\0') {
		vd_json_put_text(j, "parent", vd_span_of(m->parent_id));
	}
	vd_json_put_text(j, "dir", vd_span_of(m->direction == VD_DIRECTION_IN ? "in" : "out"));
	vd_json_put_text(j, "vis",
			 vd_span_of(m->visibility == VD_VISIBILITY_PUBLIC ? "public" : "private"));
	if (m->kind != VD_REPLY_NONE) {
		vd_json_put_text(j, "kind", vd_span_of(vd_reply_kind_name(m->kind)));
	}
	put_stamp(j, "published", m->published);
	put_stamp(j, "fetched", m->fetched);
	put_stamp(j, "shown", m->shown);
	put_stamp(j, "claimed", m->claimed);
	put_stamp(j, "sent", m->sent);
	put_stamp(j, "announced", m->announced);
	put_flag(j, "doubtful", m->is_doubtful);
	put_flag(j, "deleted", m->is_deleted);
	put_flag(j, "thanks", m->is_thanks);
	put_number(j, "author", m->staff);
	put_number(j, "attachments", m->attachments);
	put_hash(j, "author_sha256", step->author_sha256, vd_span_of(m->author_id));
	put_hash(j, "text_sha256", step->text_sha256, m->text);
	if (step->attached_sha256[0] != '\0' || m->attached.n > 0) {
		put_hash(j, "attached_sha256", step->attached_sha256, m->attached);
	}
	if (step->was_sha256[0] != '\0') {
		vd_json_put_text(j, "was_sha256", vd_span_of(step->was_sha256));
	}
}

static void put_gone(struct vd_json_out *j, const struct vd_event *event)
{
	vd_json_open(j, "gone", '[');
	for (uint8_t i = 0; i < event->n_gone; i++) {
		vd_json_open(j, NULL, '{');
		vd_json_put_text(j, "kind", vd_span_of(vd_turn_name(event->gone[i].kind)));
		put_stamp(j, "at", event->gone[i].at);
		vd_json_close(j, '}');
	}
	vd_json_close(j, ']');
}

static void put_reason(struct vd_json_out *j, struct vd_span reason)
{
	char text[VD_STEP_REASON_BYTES];
	struct vd_span trimmed = vd_span_trim(reason);
	if (trimmed.n > 0) {
		size_t n = vd_utf8_sanitise(trimmed, text, sizeof(text), NULL);
		vd_json_put_text(j, "reason", vd_span_make(text, n));
	}
}

static void put_input(struct vd_json_out *j, const struct vd_journal_step *step,
		      const struct vd_rulebook *book)
{
	const struct vd_event *event = &step->event;
	vd_json_put_text(j, "event", vd_span_of(vd_event_name(event->kind)));
	put_flag(j, "untrusted", !step->is_trusted);
	if (step->is_opening) {
		vd_json_put_i64(j, "opens", step->brand);
		put_number(j, "repeat_of", (int64_t)step->repeat_of);
	}
	put_number(j, "n", step->number);
	if (event->message != NULL) {
		put_message(j, step);
	}
	put_number(j, "minutes", event->minutes);
	put_reason(j, event->reason);
	if (event->kind == VD_EVENT_OFFER) {
		put_account(j, "to_name", book, event->account);
		vd_json_put_i64(j, "to", event->account);
	}
	put_number(j, "incident", event->incident);
	put_number(j, "other", (int64_t)step->other);
	if (event->n_gone > 0) {
		put_gone(j, event);
	}
	put_stamp(j, "rest_fetched", event->fetched);
	put_flag(j, "rest_public", event->is_public);
	put_number(j, "split_to", (int64_t)step->split_to);
	if (step->n_moved > 0) {
		vd_json_open(j, "moved", '[');
		for (uint8_t i = 0; i < step->n_moved; i++) {
			vd_json_put_i64(j, NULL, step->moved[i]);
		}
		vd_json_close(j, ']');
	}
}

static void put_fact(struct vd_json_out *j, const struct vd_fact *fact,
		     const struct vd_rulebook *book)
{
	vd_json_open(j, NULL, '{');
	vd_json_put_text(j, "fact", vd_span_of(vd_fact_name(fact->kind)));
	if (fact->kind >= VD_FACT_TARGET_ARMED && fact->kind <= VD_FACT_TARGET_FAULT) {
		vd_json_put_text(j, "target", vd_span_of(vd_target_name(fact->target)));
	}
	if (fact->kind == VD_FACT_ALARM) {
		vd_json_put_text(j, "alarm", vd_span_of(vd_alarm_kind_name(fact->alarm)));
		vd_json_put_text(j, "from", vd_span_of(vd_alarm_state_name(fact->from)));
		vd_json_put_text(j, "to", vd_span_of(vd_alarm_state_name(fact->to)));
		vd_json_put_text(j, "severity", vd_span_of(vd_severity_name(fact->severity)));
	}
	if (fact->kind == VD_FACT_ESCALATED) {
		vd_json_put_text(j, "step", vd_span_of(vd_ladder_step_name(fact->step)));
	}
	if (fact->kind == VD_FACT_OFFERED || fact->kind == VD_FACT_HANDED_OVER ||
	    fact->kind == VD_FACT_OFFER_ENDED) {
		put_account(j, "account", book, fact->account);
	}
	put_stamp(j, "at", fact->at);
	vd_json_close(j, '}');
}

static void put_outcome(struct vd_json_out *j, const struct vd_journal_outcome *outcome,
			const struct vd_rulebook *book)
{
	vd_json_put_i64(j, "policy", outcome->policy_version);
	vd_json_put_i64(j, "calendar", outcome->calendar_version);
	vd_json_put_text(j, "state", vd_span_of(outcome->mark));
	if (outcome->other_mark[0] != '\0') {
		vd_json_put_text(j, "other_state", vd_span_of(outcome->other_mark));
	}
	vd_json_open(j, "facts", '[');
	for (uint8_t i = 0; i < outcome->effects->n; i++) {
		put_fact(j, &outcome->effects->facts[i], book);
	}
	vd_json_close(j, ']');
}

void vd_journal_step_print(const struct vd_journal_step *step,
			   const struct vd_journal_outcome *outcome, const struct vd_rulebook *book,
			   struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	put_input(&j, step, book);
	put_outcome(&j, outcome, book);
	vd_json_close(&j, '}');
}

void vd_journal_step_print_outcome(const struct vd_journal_outcome *outcome,
				   const struct vd_rulebook *book, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	put_outcome(&j, outcome, book);
	vd_json_close(&j, '}');
}

// ---- from JSON ------------------------------------------------------------------------------

struct source {
	const cJSON *object;
	struct vd_diag *diag;
	enum vd_err err;
};

static void refuse(struct source *s, const char *name, const char *what)
{
	if (s->err == VD_OK) {
		s->err = vd_diag_set(s->diag, VD_ERR_CORRUPT, "\"%s\" %s", name, what);
	}
}

// Missing is zero.
static int64_t take_number(struct source *s, const char *name, int64_t most)
{
	int64_t n = 0;
	enum vd_err err = vd_json_i64(s->object, name, &n);
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		refuse(s, name, "is no whole number");
	} else if (n < 0 || n > most) {
		refuse(s, name, "is out of its range");
		n = 0;
	}
	return n;
}

static struct vd_wall take_stamp(struct source *s, const char *name)
{
	struct vd_wall at = { 0 };
	enum vd_err err = vd_json_i64(s->object, name, &at.us);
	if (err != VD_OK && err != VD_ERR_NOT_FOUND) {
		refuse(s, name, "is no stamp");
	}
	return at;
}

static void take_text(struct source *s, const char *name, char *out, size_t cap)
{
	struct vd_span text = vd_json_text(s->object, name);
	if (vd_span_copy(text, out, cap) != VD_OK) {
		refuse(s, name, "is too long");
		out[0] = '\0';
	}
}

static void take_hash(struct source *s, const char *name, char out[2 * VD_HASH_BYTES + 1])
{
	take_text(s, name, out, 2 * VD_HASH_BYTES + 1);
	if (strspn(out, "0123456789abcdef") != 2 * VD_HASH_BYTES) {
		refuse(s, name, "is no hash");
	}
}

// The number of a name in an enumeration.
static int take_name(struct source *s, const char *name, const char *(*name_of)(int), int n)
{
	struct vd_span text = vd_json_text(s->object, name);
	for (int i = 0; i < n; i++) {
		if (vd_span_is_text(text, name_of(i))) {
			return i;
		}
	}
	refuse(s, name, "is not known");
	return 0;
}

static const char *event_name_of(int i)
{
	return vd_event_name((enum vd_event_kind)i);
}

static const char *turn_name_of(int i)
{
	return vd_turn_name((enum vd_turn_kind)i);
}

static const char *reply_name_of(int i)
{
	return vd_reply_kind_name((enum vd_reply_kind)i);
}

static const char *direction_name_of(int i)
{
	return i == VD_DIRECTION_IN ? "in" : "out";
}

static const char *visibility_name_of(int i)
{
	return i == VD_VISIBILITY_PUBLIC ? "public" : "private";
}

static void take_message(struct source *s, struct vd_journal_step *out)
{
	struct vd_message *m = &out->message;
	take_text(s, "id", m->network_id, sizeof(m->network_id));
	take_text(s, "thread", m->thread_id, sizeof(m->thread_id));
	take_text(s, "parent", m->parent_id, sizeof(m->parent_id));
	m->direction = (enum vd_direction)take_name(s, "dir", direction_name_of, 2);
	m->visibility = (enum vd_visibility)take_name(s, "vis", visibility_name_of, 2);
	if (vd_json_get(s->object, "kind") != NULL) {
		m->kind = (enum vd_reply_kind)take_name(s, "kind", reply_name_of, VD_REPLY_N);
	}
	m->published = take_stamp(s, "published");
	m->fetched = take_stamp(s, "fetched");
	m->shown = take_stamp(s, "shown");
	m->claimed = take_stamp(s, "claimed");
	m->sent = take_stamp(s, "sent");
	m->announced = take_stamp(s, "announced");
	m->is_doubtful = vd_json_bool(s->object, "doubtful", false);
	m->is_deleted = vd_json_bool(s->object, "deleted", false);
	m->is_thanks = vd_json_bool(s->object, "thanks", false);
	m->staff = (uint16_t)take_number(s, "author", UINT16_MAX);
	m->attachments = (uint8_t)take_number(s, "attachments", UINT8_MAX);
	take_hash(s, "author_sha256", out->author_sha256);
	take_hash(s, "text_sha256", out->text_sha256);
	if (vd_json_get(s->object, "attached_sha256") != NULL) {
		take_hash(s, "attached_sha256", out->attached_sha256);
	}
	if (vd_json_get(s->object, "was_sha256") != NULL) {
		take_hash(s, "was_sha256", out->was_sha256);
	}
	out->event.message = m;
}

static void take_gone(struct source *s, const cJSON *gone, struct vd_journal_step *out)
{
	for (const cJSON *turn = gone->child; turn != NULL; turn = turn->next) {
		struct source one = { turn, s->diag, s->err };
		if (out->event.n_gone == VD_TURNS_MAX) {
			refuse(s, "gone", "is too long");
			return;
		}
		struct vd_turn *to = &out->gone[out->event.n_gone++];
		to->kind = (enum vd_turn_kind)take_name(&one, "kind", turn_name_of, VD_TURN_N);
		to->at = take_stamp(&one, "at");
		s->err = one.err;
	}
	out->event.gone = out->gone;
}

static void take_moved(struct source *s, const cJSON *moved, struct vd_journal_step *out)
{
	for (const cJSON *n = moved->child; n != NULL; n = n->next) {
		bool is_number = cJSON_IsNumber(n) && n->valuedouble >= 1 &&
				 n->valuedouble <= UINT32_MAX;
		if (!is_number || out->n_moved == VD_COMMAND_MESSAGES_MAX) {
			refuse(s, "moved", "is no list of messages");
			return;
		}
		out->moved[out->n_moved++] = (uint32_t)n->valuedouble;
	}
}

static void take_input(struct source *s, struct vd_journal_step *out)
{
	struct vd_event *event = &out->event;
	event->kind = (enum vd_event_kind)take_name(s, "event", event_name_of, VD_EVENT_N);
	out->is_trusted = !vd_json_bool(s->object, "untrusted", false);
	out->is_opening = vd_json_get(s->object, "opens") != NULL;
	out->brand = (uint16_t)take_number(s, "opens", VD_BRANDS_MAX - 1);
	out->repeat_of = (uint64_t)take_number(s, "repeat_of", INT64_MAX);
	out->number = (uint32_t)take_number(s, "n", UINT32_MAX);
	if (vd_json_get(s->object, "dir") != NULL) {
		take_message(s, out);
	}
	event->minutes = (int32_t)take_number(s, "minutes", INT32_MAX);
	take_text(s, "reason", out->reason, sizeof(out->reason));
	event->reason = vd_span_of(out->reason);
	event->account = (uint16_t)take_number(s, "to", VD_ACCOUNTS_MAX - 1);
	event->incident = (uint32_t)take_number(s, "incident", UINT32_MAX);
	out->other = (uint64_t)take_number(s, "other", INT64_MAX);
	const cJSON *gone = vd_json_get(s->object, "gone");
	if (gone != NULL) {
		take_gone(s, gone, out);
	}
	event->fetched = take_stamp(s, "rest_fetched");
	event->is_public = vd_json_bool(s->object, "rest_public", false);
	out->split_to = (uint64_t)take_number(s, "split_to", INT64_MAX);
	const cJSON *moved = vd_json_get(s->object, "moved");
	if (moved != NULL) {
		take_moved(s, moved, out);
	}
	bool needs_message = event->kind == VD_EVENT_MESSAGE || event->kind == VD_EVENT_EDITED ||
			     out->is_opening;
	if (needs_message && event->message == NULL) {
		refuse(s, "dir", "is missing");
	}
}

enum vd_err vd_journal_step_parse(const struct vd_journal_event *event, struct vd_journal_step *out,
				  bool *is_step, struct vd_diag *diag)
{
	memset(out, 0, sizeof(*out));
	*is_step = false;
	if (!vd_utf8_is_valid(event->detail)) {
		return vd_diag_set(diag, VD_ERR_CORRUPT, "it is no valid text");
	}
	cJSON *tree = vd_json_parse(event->detail, diag);
	if (tree == NULL) {
		return VD_ERR_CORRUPT;
	}
	struct source s = { tree, diag, VD_OK };
	*is_step = vd_json_get(tree, "event") != NULL;
	if (*is_step) {
		take_input(&s, out);
		out->event.staff = event->staff;
		if (event->account > VD_ACCOUNTS_MAX ||
		    (event->account == 0 && out->event.message != NULL)) {
			refuse(&s, "account", "of the event is out of its range");
		} else if (event->account != 0) {
			out->message.account = (uint16_t)(event->account - 1);
		}
	}
	vd_json_free(tree);
	return s.err;
}
