// SPDX-License-Identifier: MIT
#include "app/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/journal_words.h"
#include "app/person_proof.h"
#include "store/check.h"

#define PROGRESS_EVENTS 8192
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

const char *vd_verify_part_meaning(enum vd_verify_part part)
{
	static const char *const meanings[VD_VERIFY_N] = {
		[VD_VERIFY_CHAIN] =
			"the journal itself was changed or damaged at this event: nothing from "
			"here on is proven. Compare the head with a copy that was kept elsewhere.",
		[VD_VERIFY_VERDICTS] =
			"the chain holds, but this is not what the rules of that time give: the "
			"event was written by a program with other rules, or the journal was "
			"made up as a whole.",
		[VD_VERIFY_STORE] = "the journal holds and every verdict in it is right; what is "
				    "wrong is the record beside it. \"vedetta journal rebuild\" "
				    "makes a store anew from the journal.",
	};
	return (unsigned)part < VD_VERIFY_N ? meanings[part] : "";
}

struct verify {
	const struct vd_verify_config *config;
	struct vd_verify_report *report;
	struct vd_replay replay;
	uint64_t all;
	enum vd_err err;
	struct vd_diag *diag;
	// the message of the last event, as the store has it
	enum vd_err found;
	struct vd_message kept;
	char *text;
	// messages whose text is not the one that was taken in
	struct edit *edits;
	size_t n_edits;
	size_t cap_edits;
	struct vd_person_proof links;
};

struct edit {
	uint64_t key;
	uint64_t sequence;
	uint64_t conversation;
	bool is_right; // the text in the store is that of the latest edit
};

static enum vd_err differ(struct vd_verify_report *report, enum vd_verify_part part,
			  uint64_t sequence, uint64_t conversation, const char *what)
{
	report->part = part;
	report->difference.sequence = sequence;
	report->difference.conversation = conversation;
	snprintf(report->difference.what, sizeof(report->difference.what), "%s", what);
	return VD_ERR_CONFLICT;
}

// NULL where the record is what the event says. What is marked later (deleted, shown) is not held
// against it, and a text that went by its age is not missed.
static const char *find_message_fault(const struct vd_journal_step *step,
				      const struct vd_message *kept)
{
	const struct vd_message *m = step->event.message;
	if (strcmp(kept->network_id, m->network_id) != 0 ||
	    strcmp(kept->thread_id, m->thread_id) != 0) {
		return "the message in the store has other ids than its event";
	}
	if (kept->published.us != m->published.us || kept->fetched.us != m->fetched.us ||
	    kept->sent.us != m->sent.us || kept->announced.us != m->announced.us) {
		return "the message in the store has other stamps than its event";
	}
	if (kept->direction != m->direction || kept->kind != m->kind ||
	    kept->account != m->account || kept->visibility != m->visibility ||
	    kept->staff != m->staff || kept->is_doubtful != m->is_doubtful) {
		return "the message in the store is of another kind than its event says";
	}
	if (!vd_journal_words_are(step->author_sha256, vd_span_of(kept->author_id))) {
		return "the message in the store has another author than its event";
	}
	if (!kept->is_edited && kept->text.n > 0 &&
	    !vd_journal_words_are(step->text_sha256, kept->text)) {
		return "the text in the store is not the one that was taken in";
	}
	if (!kept->is_edited && kept->attached.n > 0 &&
	    !vd_journal_words_are(step->attached_sha256, kept->attached)) {
		return "the attachments in the store are not those that were taken in";
	}
	return NULL;
}

static bool find_words(void *ctx, const struct vd_journal_event *event,
		       struct vd_journal_step *step)
{
	struct verify *v = ctx;
	bool are_whole = false;
	(void)event;
	enum vd_network network = v->replay.book->accounts[step->message.account].network;
	v->found = vd_journal_words_find(v->config->store, network, step, v->text, &v->kept,
					 &are_whole, v->diag);
	return are_whole;
}

static uint64_t key_of(const struct vd_message *m)
{
	uint64_t key = FNV_BASIS ^ m->account;
	for (const char *p = m->network_id; *p != '\0'; p++) {
		key = (key ^ (uint8_t)*p) * FNV_PRIME;
	}
	return key;
}

// The latest word of the journal on a message that the store calls edited.
static enum vd_err note_edit(struct verify *v, const struct vd_journal_event *event, bool is_right)
{
	uint64_t key = key_of(&v->replay.step.message);
	size_t i = 0;
	while (i < v->n_edits && v->edits[i].key != key) {
		i++;
	}
	if (i == v->cap_edits) {
		size_t cap = v->cap_edits * 2 + 64;
		struct edit *more = realloc(v->edits, cap * sizeof(*more));
		if (more == NULL) {
			return vd_diag_set(v->diag, VD_ERR_MEMORY, "no memory to verify");
		}
		v->edits = more;
		v->cap_edits = cap;
	}
	v->n_edits += i == v->n_edits;
	v->edits[i] = (struct edit){ key, event->sequence, event->conversation, is_right };
	return VD_OK;
}

static enum vd_err check_edits(struct verify *v)
{
	for (size_t i = 0; i < v->n_edits; i++) {
		if (!v->edits[i].is_right) {
			return differ(v->report, VD_VERIFY_STORE, v->edits[i].sequence,
				      v->edits[i].conversation,
				      "the text in the store is not the newest that was taken in");
		}
	}
	return VD_OK;
}

static enum vd_err check_links(struct verify *v)
{
	bool is_right = false;
	enum vd_err err = vd_person_proof_check(&v->links, v->config->store, &is_right, v->diag);
	return err != VD_OK || is_right
		       ? err
		       : differ(v->report, VD_VERIFY_STORE, v->all, 0,
				"who is one person in the store is not what people said");
}

static enum vd_err check_edited(struct verify *v, const struct vd_journal_event *event)
{
	const struct vd_journal_step *step = &v->replay.step;
	bool is_right =
		v->found == VD_OK && v->kept.is_edited &&
		(v->kept.text.n == 0 || vd_journal_words_are(step->text_sha256, v->kept.text)) &&
		(v->kept.attached.n == 0 ||
		 vd_journal_words_are(step->attached_sha256, v->kept.attached));
	return note_edit(v, event, is_right);
}

// Of the event that was fed last; the store's message was found for its words.
static enum vd_err check_message(struct verify *v, const struct vd_journal_event *event)
{
	const struct vd_journal_step *step = &v->replay.step;
	if (v->replay.is_step && step->event.kind == VD_EVENT_EDITED) {
		return check_edited(v, event);
	}
	if (!v->replay.is_step || step->event.kind != VD_EVENT_MESSAGE) {
		return VD_OK;
	}
	if (v->found == VD_ERR_NOT_FOUND) {
		return differ(v->report, VD_VERIFY_STORE, event->sequence, event->conversation,
			      "the message of this event is not in the store");
	}
	if (v->found != VD_OK) {
		return differ(v->report, VD_VERIFY_STORE, event->sequence, event->conversation,
			      v->diag->text);
	}
	const char *fault = find_message_fault(step, &v->kept);
	v->report->messages++;
	if (fault != NULL) {
		return differ(v->report, VD_VERIFY_STORE, event->sequence, event->conversation,
			      fault);
	}
	return v->kept.is_edited ? note_edit(v, event, false) : VD_OK;
}

static bool feed(void *ctx, const struct vd_journal_event *event)
{
	struct verify *v = ctx;
	v->err = vd_replay_feed(&v->replay, event, v->diag);
	if (v->err == VD_ERR_CONFLICT) {
		v->report->part = VD_VERIFY_VERDICTS;
		v->report->difference = v->replay.difference;
	}
	v->err = v->err == VD_OK ? check_message(v, event) : v->err;
	if (v->err == VD_OK && !v->replay.is_step) {
		v->err = vd_person_proof_feed(&v->links, event, v->diag);
	}
	if (v->config->progress != NULL && event->sequence % PROGRESS_EVENTS == 0) {
		v->config->progress(v->config->ctx, event->sequence, v->all);
	}
	return v->err == VD_OK;
}

static bool compare_case(void *ctx, const struct vd_conversation *c)
{
	struct verify *v = ctx;
	v->report->conversations++;
	if (!vd_cases_has(&v->replay.cases, c->id)) {
		v->err = differ(v->report, VD_VERIFY_STORE, v->all, c->id,
				"the store has this conversation, the journal never opened it");
	} else if (!vd_cases_is_same(&v->replay.cases, c)) {
		v->err = differ(v->report, VD_VERIFY_STORE, v->all, c->id,
				"the store's record of this conversation is not the state that "
				"the journal leads to");
	}
	return v->err == VD_OK;
}

static enum vd_err find_lost_case(struct verify *v)
{
	for (uint64_t id = 1; id <= v->replay.cases.n; id++) {
		struct vd_conversation *c = &v->replay.c;
		enum vd_err err = vd_store_conversation_get(v->config->store, id, c, v->diag);
		if (err == VD_ERR_NOT_FOUND) {
			return differ(v->report, VD_VERIFY_STORE, v->all, id,
				      "the journal opened this conversation, the store lost it");
		}
		if (err != VD_OK) {
			return err;
		}
	}
	return VD_OK;
}

static enum vd_err compare_cases(struct verify *v)
{
	enum vd_err err = vd_store_conversation_each(v->config->store, 1, compare_case, v, v->diag);
	err = err == VD_OK ? v->err : err;
	if (err == VD_OK && v->report->conversations != v->replay.cases.n) {
		err = find_lost_case(v);
	}
	err = err == VD_OK ? vd_store_check(v->config->store, v->diag) : err;
	return err == VD_ERR_CORRUPT || err == VD_ERR_VERSION
		       ? differ(v->report, VD_VERIFY_STORE, v->all, 0, v->diag->text)
		       : err;
}

static enum vd_err replay_all(struct verify *v)
{
	v->replay.cases.has_words = true;
	v->replay.find_words = find_words;
	v->replay.words_ctx = v;
	enum vd_err err = vd_store_journal_each(v->config->store, 1, feed, v, v->diag);
	err = err == VD_OK ? v->err : err;
	err = err == VD_OK ? check_edits(v) : err;
	err = err == VD_OK ? check_links(v) : err;
	err = err == VD_OK ? compare_cases(v) : err;
	v->report->steps = v->replay.steps;
	v->report->verdicts = v->replay.verdicts;
	return err;
}

static enum vd_err begin_replay(struct verify *v)
{
	enum vd_err err = vd_replay_init(&v->replay, v->diag);
	v->text = malloc(VD_WORDS_BYTES);
	if (err == VD_OK && v->text == NULL) {
		err = vd_diag_set(v->diag, VD_ERR_MEMORY, "no memory to verify");
	}
	err = err == VD_OK ? replay_all(v) : err;
	vd_replay_deinit(&v->replay);
	free(v->text);
	free(v->edits);
	vd_person_proof_deinit(&v->links);
	return err;
}

enum vd_err vd_verify_store(const struct vd_verify_config *config, struct vd_verify_report *report,
			    struct vd_diag *diag)
{
	struct verify v = { .config = config, .report = report, .diag = diag };
	struct vd_journal_report chain;
	memset(report, 0, sizeof(*report));
	v.all = vd_store_journal_last(config->store);
	enum vd_err err = vd_store_journal_verify(config->store, &chain, diag);
	report->events = chain.events;
	memcpy(report->head, chain.head, sizeof(report->head));
	if (err == VD_ERR_CORRUPT && chain.first_bad != 0) {
		return differ(report, VD_VERIFY_CHAIN, chain.first_bad, 0, chain.why);
	}
	return err != VD_OK || config->is_chain_only ? err : begin_replay(&v);
}
