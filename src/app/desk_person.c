// SPDX-License-Identifier: MIT
// "This person on X is that one on Facebook": proposed by rules (care/identity.h), confirmed by a
// member of staff, and undone by one. Nothing is merged by itself.
#include <inttypes.h>
#include <string.h>

#include "app/desk_people.h"
#include "app/person.h"
#include "care/identity.h"

#define PERSONS_MOST 16 // linked to one, over any number of links
#define CASES_MOST 8    // of one person, the latest ones
#define BUILT "persons" // setting: older cases have their place too
#define BUILD_A_TURN 1000

// ---- who is linked to whom ------------------------------------------------------------------

struct people {
	struct vd_person_link at[PERSONS_MOST]; // b: the person; a, staff, at: how he came in
	size_t n;
};

static bool is_among(const struct people *p, const struct vd_person_key *key)
{
	for (size_t i = 0; i < p->n; i++) {
		if (vd_person_is_same(&p->at[i].b, key)) {
			return true;
		}
	}
	return false;
}

static bool add_linked(void *ctx, const struct vd_person_link *link)
{
	struct people *p = ctx;
	if (p->n < PERSONS_MOST && !is_among(p, &link->b)) {
		p->at[p->n++] = *link;
	}
	return p->n < PERSONS_MOST;
}

/** at[0] is the person himself. */
static enum vd_err find_people(struct vd_desk *desk, const struct vd_person_key *person,
			       struct people *p, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	p->at[0] = (struct vd_person_link){ *person, *person, 0, { 0 } };
	p->n = 1;
	for (size_t i = 0; i < p->n && err == VD_OK; i++) {
		struct vd_person_key of = p->at[i].b;
		err = vd_store_person_links(desk->config.store, &of, add_linked, p, diag);
	}
	return err;
}

// ---- commands -------------------------------------------------------------------------------

static enum vd_err person_of(struct vd_desk *desk, const struct vd_conversation *c,
			     struct vd_person_key *out, struct vd_diag *diag)
{
	return vd_person_key(desk->config.book, c->account, c->customer_id, out)
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_STATE,
				     "the network does not say who wrote conversation %" PRIu64,
				     c->id);
}

static enum vd_err note_link(struct vd_desk *desk, const struct vd_command *command,
			     const struct vd_person_link *link, struct vd_diag *diag)
{
	char a[VD_PERSON_TEXT_BYTES];
	char b[VD_PERSON_TEXT_BYTES];
	char memory[512];
	struct vd_buf buf;
	vd_person_print(&link->a, a);
	vd_person_print(&link->b, b);
	vd_buf_init(&buf, memory, sizeof(memory));
	struct vd_json_out j = vd_json_out_init(&buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "command", vd_span_of(vd_command_name(command->kind)));
	vd_json_put_i64(&j, "case", (int64_t)command->into);
	vd_json_put_text(&j, "person", vd_span_of(a));
	vd_json_put_text(&j, "same_as", vd_span_of(b));
	vd_json_close(&j, '}');
	struct vd_journal_event event = {
		.kind = VD_JOURNAL_COMMAND,
		.at = link->at,
		.conversation = command->conversation,
		.staff = command->staff,
		.source = (uint8_t)(command->source + 1),
		.detail = vd_buf_span(&buf),
	};
	desk->has_changed = true;
	return vd_store_journal_append(desk->config.store, &event, diag);
}

static enum vd_err change(struct vd_desk *desk, const struct vd_command *command,
			  const struct vd_person_link *link, struct vd_diag *diag)
{
	struct vd_store *store = desk->config.store;
	struct people p;
	if (command->kind == VD_COMMAND_UNLINK) {
		enum vd_err err = vd_store_person_unlink(store, &link->a, &link->b, diag);
		return err == VD_ERR_NOT_FOUND
			       ? vd_diag_set(diag, VD_ERR_STATE,
					     "nobody said that the two are one person")
			       : err;
	}
	enum vd_err err = find_people(desk, &link->a, &p, diag);
	if (err == VD_OK && is_among(&p, &link->b)) {
		return VD_ERR_EXISTS; // done already
	}
	if (err == VD_OK && p.n == PERSONS_MOST) {
		return vd_diag_set(diag, VD_ERR_ROOM, "the person has %d identities already",
				   PERSONS_MOST);
	}
	return err == VD_OK ? vd_store_person_link(store, link, diag) : err;
}

enum vd_err vd_desk_link(struct vd_desk *desk, const struct vd_command *command,
			 const struct vd_conversation *c, struct vd_diag *diag)
{
	struct vd_conversation *other = &desk->scratch[1];
	struct vd_person_link link = { .staff = command->staff, .at = vd_desk_now(desk) };
	if (command->staff == 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "say who says so (staff)");
	}
	enum vd_err err = vd_store_conversation_get(desk->config.store, command->into, other, NULL);
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "there is no conversation %" PRIu64, command->into);
	}
	err = person_of(desk, c, &link.a, diag);
	err = err == VD_OK ? person_of(desk, other, &link.b, diag) : err;
	if (err == VD_OK && vd_person_is_same(&link.a, &link.b)) {
		return vd_diag_set(diag, VD_ERR_STATE,
				   "the network itself says that it is one "
				   "person: nothing to link");
	}
	err = err == VD_OK ? change(desk, command, &link, diag) : err;
	if (err == VD_ERR_EXISTS) {
		return VD_OK;
	}
	return err == VD_OK ? note_link(desk, command, &link, diag) : err;
}

// ---- what is shown --------------------------------------------------------------------------

struct showing {
	struct vd_desk *desk;
	const struct vd_conversation *c;
	vd_port_person_fn *fn;
	void *ctx;
	struct people people; // himself and whom he is linked to
	struct vd_person_key told[PERSONS_MOST];
	size_t n_told;
	enum vd_identity_why why; // of what is proposed now
	enum vd_network network;  // where he says he is; NONE: anywhere
	enum vd_err err;
	struct vd_diag *diag;
};

static bool is_told(struct showing *s, const struct vd_person_key *key)
{
	for (size_t i = 0; i < s->n_told; i++) {
		if (vd_person_is_same(&s->told[i], key)) {
			return true;
		}
	}
	if (s->n_told == PERSONS_MOST) {
		return true;
	}
	s->told[s->n_told++] = *key;
	return false;
}

static void tell_cases(struct showing *s, const struct vd_person_key *key,
		       const struct vd_port_person *how)
{
	uint64_t ids[CASES_MOST];
	size_t n = 0;
	struct vd_conversation *other = &s->desk->scratch[1];
	s->err = vd_store_person_cases(s->desk->config.store, key, UINT64_MAX, ids, CASES_MOST, &n,
				       s->diag);
	for (size_t i = 0; i < n && s->err == VD_OK; i++) {
		struct vd_port_person out = *how;
		s->err = vd_store_conversation_get(s->desk->config.store, ids[i], other, s->diag);
		bool is_elsewhere = s->network != VD_NETWORK_NONE &&
				    s->desk->config.book->accounts[other->account].network !=
					    s->network;
		if (s->err == VD_OK && ids[i] != s->c->id && !is_elsewhere) {
			out.c = other;
			s->fn(s->ctx, &out);
		}
	}
}

static bool propose(void *ctx, const struct vd_person_key *key)
{
	struct showing *s = ctx;
	struct vd_port_person how = { .why = vd_identity_why_name(s->why) };
	if (!is_among(&s->people, key) && !is_told(s, key)) {
		tell_cases(s, key, &how);
	}
	return s->err == VD_OK;
}

static void propose_named(struct showing *s, struct vd_span name)
{
	struct vd_person_key key;
	if (s->err == VD_OK && vd_person_name_key(name, &key)) {
		enum vd_err err =
			vd_store_person_named(s->desk->config.store, &key, propose, s, s->diag);
		s->err = s->err == VD_OK ? err : s->err;
	}
}

static bool look_for_words(void *ctx, uint32_t number, const struct vd_message *m)
{
	struct showing *s = ctx;
	char handle[VD_HANDLE_BYTES];
	(void)number;
	if (m->direction == VD_DIRECTION_IN &&
	    vd_identity_find_named(m->text, &s->network, handle)) {
		propose_named(s, vd_span_of(handle));
	}
	s->network = VD_NETWORK_NONE;
	return s->err == VD_OK;
}

static void tell_people(struct showing *s)
{
	for (size_t i = 0; i < s->people.n && s->err == VD_OK; i++) {
		const struct vd_person_link *link = &s->people.at[i];
		struct vd_port_person how = {
			.is_same = i == 0, .is_linked = i > 0, .staff = link->staff, .at = link->at
		};
		tell_cases(s, &link->b, &how);
	}
}

enum vd_err vd_desk_persons(void *ctx, const struct vd_conversation *c, vd_port_person_fn *fn,
			    void *fn_ctx, struct vd_diag *diag)
{
	struct vd_desk *desk = ctx;
	struct showing s = { .desk = desk, .c = c, .fn = fn, .ctx = fn_ctx, .diag = diag };
	struct vd_person_key person;
	if (!vd_person_key(desk->config.book, c->account, c->customer_id, &person)) {
		return VD_OK;
	}
	s.err = find_people(desk, &person, &s.people, diag);
	tell_people(&s);
	s.why = VD_IDENTITY_SAYS_SO; // the better reason first
	if (s.err == VD_OK) {
		enum vd_err err =
			vd_store_message_each(desk->config.store, c->id, look_for_words, &s, diag);
		s.err = s.err == VD_OK ? err : s.err;
	}
	s.why = VD_IDENTITY_SAME_NAME;
	propose_named(&s, vd_span_of(c->customer_handle));
	return s.err;
}

// ---- new cases ------------------------------------------------------------------------------

// R36 works across: whoever is known, by a person's word, to have had a case elsewhere that ended
// writes again. Where one is still open, that is a matter for staff (a merge is offered).
enum vd_err vd_desk_find_repeat(struct vd_desk *desk, const struct vd_message *m,
				uint64_t *repeat_of, struct vd_diag *diag)
{
	struct vd_person_key person;
	struct people p;
	uint64_t latest = 0;
	*repeat_of = 0;
	if (!vd_person_key(desk->config.book, m->account, m->author_id, &person)) {
		return VD_OK;
	}
	enum vd_err err = find_people(desk, &person, &p, diag);
	for (size_t i = 1; i < p.n && err == VD_OK; i++) { // a new thread of his own is no repeat
		uint64_t id;
		size_t n = 0;
		err = vd_store_person_cases(desk->config.store, &p.at[i].b, UINT64_MAX, &id, 1, &n,
					    diag);
		latest = n > 0 && id > latest ? id : latest;
	}
	if (err != VD_OK || latest == 0) {
		return err;
	}
	struct vd_conversation *c = &desk->scratch[1];
	err = vd_desk_follow(desk, latest, c, diag);
	bool has_ended = err == VD_OK && (c->state == VD_CONVERSATION_RESOLVED ||
					  c->state == VD_CONVERSATION_WITHDRAWN);
	*repeat_of = has_ended ? c->id : 0;
	return err;
}

// ---- cases that an older program opened -----------------------------------------------------

struct building {
	struct vd_desk *desk;
	uint64_t next;
	int left;
	enum vd_err err;
	struct vd_diag *diag;
};

static bool build_one(void *ctx, const struct vd_conversation *c)
{
	struct building *b = ctx;
	b->err = vd_person_note_case(b->desk->config.store, b->desk->config.book, c->account,
				     c->customer_id, c->customer_handle, c->id, b->diag);
	b->next = c->id + 1;
	return b->err == VD_OK && --b->left > 0;
}

enum vd_err vd_desk_persons_build(struct vd_desk *desk, struct vd_diag *diag)
{
	struct vd_store *store = desk->config.store;
	char built[8];
	enum vd_err err = vd_store_setting_get(store, BUILT, built, sizeof(built), diag);
	if (err != VD_OK || built[0] != '\0') {
		return err;
	}
	struct building b = { .desk = desk, .next = 1, .diag = diag };
	do {
		b.left = BUILD_A_TURN;
		err = vd_store_conversation_each(store, b.next, build_one, &b, diag);
		err = err == VD_OK ? b.err : err;
		err = err == VD_OK ? vd_store_commit(store, diag) : err;
	} while (err == VD_OK && b.left == 0);
	return err == VD_OK ? vd_store_setting_set(store, BUILT, VD_SPAN("1"), diag) : err;
}
