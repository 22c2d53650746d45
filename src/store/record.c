// SPDX-License-Identifier: MIT
#include "store/record.h"

#include <string.h>

#define MESSAGE_VERSION 3
#define MESSAGE_WITHOUT_EDITS 1
#define MESSAGE_WITHOUT_ATTACHED 2
#define OUTBOX_VERSION 3
#define OUTBOX_WITHOUT_SEEN 1
#define OUTBOX_WITHOUT_FLAGS 2
#define OUTBOX_INVITES 1
#define OUTBOX_FLAGS 2 // the first value that is none
#define EVENT_VERSION 1
#define COUNTERS_VERSION 3
#define COUNTERS_WITHOUT_HELD 2
#define HEAD_VERSION 1

#define MESSAGE_DOUBTFUL 1u
#define MESSAGE_DELETED 2u
#define MESSAGE_EDITED 4u
#define MESSAGE_FLAGS 8u // all flags are below

static enum vd_err printed(const struct vd_writer *w)
{
	return w->overflow ? VD_ERR_ARGUMENT : VD_OK;
}

static enum vd_err parsed(const struct vd_reader *r)
{
	return vd_reader_is_done(r) ? VD_OK : VD_ERR_CORRUPT;
}

// Every record begins so: 0 is no version, a higher one than ours was written by a newer program.
static enum vd_err check_version(struct vd_reader *r, uint8_t ours)
{
	uint8_t version = vd_reader_u8(r);
	if (r->bad || version == 0) {
		return VD_ERR_CORRUPT;
	}
	return version > ours ? VD_ERR_VERSION : VD_OK;
}

static bool is_message_sane(const struct vd_message *m)
{
	return (unsigned)m->direction <= VD_DIRECTION_OUT &&
	       (unsigned)m->visibility <= VD_VISIBILITY_PRIVATE && (unsigned)m->kind < VD_REPLY_N &&
	       m->text.n <= VD_TEXT_BYTES && m->attached.n <= VD_ATTACHED_BYTES;
}

enum vd_err vd_record_print_message(const struct vd_message *m, uint64_t text_id,
				    struct vd_writer *w)
{
	if (!is_message_sane(m) || (text_id == 0) != (m->text.n == 0)) {
		return VD_ERR_ARGUMENT;
	}
	vd_writer_u8(w, MESSAGE_VERSION);
	vd_writer_u8(w, (uint8_t)m->direction);
	vd_writer_u8(w, (uint8_t)m->visibility);
	vd_writer_u8(w, (uint8_t)m->kind);
	vd_writer_u8(w, (uint8_t)((m->is_doubtful ? MESSAGE_DOUBTFUL : 0) |
				  (m->is_deleted ? MESSAGE_DELETED : 0) |
				  (m->is_edited ? MESSAGE_EDITED : 0)));
	vd_writer_u8(w, m->attachments);
	vd_writer_u16(w, m->account);
	vd_writer_u16(w, m->staff);
	vd_writer_wall(w, m->published);
	vd_writer_wall(w, m->fetched);
	vd_writer_wall(w, m->shown);
	vd_writer_wall(w, m->claimed);
	vd_writer_wall(w, m->sent);
	vd_writer_wall(w, m->announced);
	vd_writer_text(w, m->network_id, sizeof(m->network_id));
	vd_writer_text(w, m->thread_id, sizeof(m->thread_id));
	vd_writer_text(w, m->parent_id, sizeof(m->parent_id));
	vd_writer_text(w, m->author_id, sizeof(m->author_id));
	vd_writer_text(w, m->author_handle, sizeof(m->author_handle));
	vd_writer_u16(w, (uint16_t)m->text.n);
	vd_writer_u64(w, text_id);
	vd_writer_u32(w, m->shares);
	vd_writer_u32(w, m->quotes);
	vd_writer_u16(w, (uint16_t)m->attached.n);
	vd_writer_bytes(w, m->attached.p, m->attached.n);
	return printed(w);
}

// From version 3 on: how far it went, and what hangs on it.
static bool read_attached(struct vd_reader *r, struct vd_message *m)
{
	m->shares = vd_reader_u32(r);
	m->quotes = vd_reader_u32(r);
	size_t n = vd_reader_u16(r);
	m->attached = vd_reader_bytes(r, n);
	return n <= VD_ATTACHED_BYTES;
}

enum vd_err vd_record_parse_message(struct vd_span bytes, struct vd_message *m, uint64_t *text_id)
{
	struct vd_reader r = vd_reader_init(bytes);
	uint8_t version = bytes.n > 0 ? (uint8_t)bytes.p[0] : 0;
	bool is_old = version <= MESSAGE_WITHOUT_EDITS;
	memset(m, 0, sizeof(*m));
	enum vd_err err = check_version(&r, MESSAGE_VERSION);
	if (err != VD_OK) {
		return err;
	}
	m->direction = (enum vd_direction)vd_reader_below(&r, VD_DIRECTION_OUT + 1);
	m->visibility = (enum vd_visibility)vd_reader_below(&r, VD_VISIBILITY_PRIVATE + 1);
	m->kind = (enum vd_reply_kind)vd_reader_below(&r, VD_REPLY_N);
	uint8_t flags = vd_reader_below(&r, is_old ? MESSAGE_EDITED : MESSAGE_FLAGS);
	m->is_doubtful = (flags & MESSAGE_DOUBTFUL) != 0;
	m->is_deleted = (flags & MESSAGE_DELETED) != 0;
	m->is_edited = (flags & MESSAGE_EDITED) != 0;
	m->attachments = vd_reader_u8(&r);
	m->account = vd_reader_u16(&r);
	m->staff = vd_reader_u16(&r);
	m->published = vd_reader_wall(&r);
	m->fetched = vd_reader_wall(&r);
	m->shown = vd_reader_wall(&r);
	m->claimed = vd_reader_wall(&r);
	m->sent = vd_reader_wall(&r);
	m->announced = vd_reader_wall(&r);
	vd_reader_text(&r, m->network_id, sizeof(m->network_id));
	vd_reader_text(&r, m->thread_id, sizeof(m->thread_id));
	vd_reader_text(&r, m->parent_id, sizeof(m->parent_id));
	vd_reader_text(&r, m->author_id, sizeof(m->author_id));
	vd_reader_text(&r, m->author_handle, sizeof(m->author_handle));
	m->text.n = vd_reader_u16(&r);
	*text_id = vd_reader_u64(&r);
	bool is_good = version <= MESSAGE_WITHOUT_ATTACHED || read_attached(&r, m);
	if (!is_good || m->text.n > VD_TEXT_BYTES || (*text_id == 0) != (m->text.n == 0)) {
		return VD_ERR_CORRUPT;
	}
	return parsed(&r);
}

static bool is_outbox_sane(const struct vd_outbox_entry *e)
{
	return (unsigned)e->state < VD_OUTBOX_N &&
	       (unsigned)e->visibility <= VD_VISIBILITY_PRIVATE && (unsigned)e->kind < VD_REPLY_N &&
	       e->text.n <= VD_TEXT_BYTES;
}

enum vd_err vd_record_print_outbox(const struct vd_outbox_entry *e, struct vd_writer *w)
{
	if (!is_outbox_sane(e)) {
		return VD_ERR_ARGUMENT;
	}
	vd_writer_u8(w, OUTBOX_VERSION);
	vd_writer_u8(w, (uint8_t)e->state);
	vd_writer_u8(w, (uint8_t)e->visibility);
	vd_writer_u8(w, (uint8_t)e->kind);
	vd_writer_u16(w, e->account);
	vd_writer_u16(w, e->staff);
	vd_writer_u16(w, e->attempts);
	vd_writer_u32(w, e->seen);
	vd_writer_u8(w, e->invites_dm ? OUTBOX_INVITES : 0);
	vd_writer_u64(w, e->conversation);
	vd_writer_wall(w, e->created);
	vd_writer_wall(w, e->attempted);
	vd_writer_wall(w, e->not_before);
	vd_writer_text(w, e->thread_id, sizeof(e->thread_id));
	vd_writer_text(w, e->parent_id, sizeof(e->parent_id));
	vd_writer_text(w, e->recipient_id, sizeof(e->recipient_id));
	vd_writer_text(w, e->network_id, sizeof(e->network_id));
	vd_writer_text(w, e->error, sizeof(e->error));
	vd_writer_u16(w, (uint16_t)e->text.n);
	vd_writer_bytes(w, e->text.p, e->text.n);
	return printed(w);
}

enum vd_err vd_record_parse_outbox(struct vd_span bytes, uint64_t id, struct vd_outbox_entry *e)
{
	struct vd_reader r = vd_reader_init(bytes);
	bool has_seen = bytes.n > 0 && (uint8_t)bytes.p[0] > OUTBOX_WITHOUT_SEEN;
	bool has_flags = bytes.n > 0 && (uint8_t)bytes.p[0] > OUTBOX_WITHOUT_FLAGS;
	memset(e, 0, sizeof(*e));
	enum vd_err err = check_version(&r, OUTBOX_VERSION);
	if (err != VD_OK) {
		return err;
	}
	e->id = id;
	e->state = (enum vd_outbox_state)vd_reader_below(&r, VD_OUTBOX_N);
	e->visibility = (enum vd_visibility)vd_reader_below(&r, VD_VISIBILITY_PRIVATE + 1);
	e->kind = (enum vd_reply_kind)vd_reader_below(&r, VD_REPLY_N);
	e->account = vd_reader_u16(&r);
	e->staff = vd_reader_u16(&r);
	e->attempts = vd_reader_u16(&r);
	e->seen = has_seen ? vd_reader_u32(&r) : VD_OUTBOX_SEEN_ALL;
	e->invites_dm = has_flags && vd_reader_below(&r, OUTBOX_FLAGS) == OUTBOX_INVITES;
	e->conversation = vd_reader_u64(&r);
	e->created = vd_reader_wall(&r);
	e->attempted = vd_reader_wall(&r);
	e->not_before = vd_reader_wall(&r);
	vd_reader_text(&r, e->thread_id, sizeof(e->thread_id));
	vd_reader_text(&r, e->parent_id, sizeof(e->parent_id));
	vd_reader_text(&r, e->recipient_id, sizeof(e->recipient_id));
	vd_reader_text(&r, e->network_id, sizeof(e->network_id));
	vd_reader_text(&r, e->error, sizeof(e->error));
	size_t n = vd_reader_u16(&r);
	e->text = vd_reader_bytes(&r, n);
	if (n > VD_TEXT_BYTES) {
		return VD_ERR_CORRUPT;
	}
	return parsed(&r);
}

enum vd_err vd_record_print_event(const struct vd_journal_event *e,
				  const uint8_t before[VD_HASH_BYTES], struct vd_writer *w)
{
	if ((unsigned)e->kind >= VD_JOURNAL_N || e->kind == VD_JOURNAL_MISSING ||
	    e->detail.n > VD_DETAIL_BYTES) {
		return VD_ERR_ARGUMENT;
	}
	vd_writer_u8(w, EVENT_VERSION);
	vd_writer_u8(w, (uint8_t)e->kind);
	vd_writer_u8(w, e->source);
	vd_writer_u8(w, 0);
	vd_writer_u16(w, e->account);
	vd_writer_u16(w, e->staff);
	vd_writer_u64(w, e->sequence);
	vd_writer_wall(w, e->at);
	vd_writer_u64(w, e->conversation);
	vd_writer_bytes(w, before, VD_HASH_BYTES);
	vd_writer_bytes(w, e->detail.p, e->detail.n);
	return printed(w);
}

enum vd_err vd_record_parse_event(struct vd_span bytes, struct vd_journal_event *e,
				  uint8_t before[VD_HASH_BYTES])
{
	struct vd_reader r = vd_reader_init(bytes);
	memset(e, 0, sizeof(*e));
	enum vd_err err = check_version(&r, EVENT_VERSION);
	if (err != VD_OK) {
		return err;
	}
	e->kind = (enum vd_journal_kind)vd_reader_below(&r, VD_JOURNAL_N);
	e->source = vd_reader_u8(&r);
	(void)vd_reader_below(&r, 1);
	e->account = vd_reader_u16(&r);
	e->staff = vd_reader_u16(&r);
	e->sequence = vd_reader_u64(&r);
	e->at = vd_reader_wall(&r);
	e->conversation = vd_reader_u64(&r);
	struct vd_span hash = vd_reader_bytes(&r, VD_HASH_BYTES);
	if (r.bad || r.n < VD_HASH_BYTES || r.n - VD_HASH_BYTES > VD_DETAIL_BYTES ||
	    e->kind == VD_JOURNAL_MISSING) {
		return VD_ERR_CORRUPT;
	}
	memcpy(before, hash.p, VD_HASH_BYTES);
	e->detail = vd_reader_bytes(&r, r.n - VD_HASH_BYTES);
	memcpy(e->hash, r.p, VD_HASH_BYTES);
	return VD_OK;
}

void vd_record_print_counters(const struct vd_store_counters *c, struct vd_writer *w)
{
	vd_writer_u8(w, COUNTERS_VERSION);
	vd_writer_u64(w, c->conversations);
	vd_writer_u64(w, c->messages);
	vd_writer_u32(w, c->open);
	vd_writer_u32(w, c->waiting);
	for (int i = 0; i < VD_SEVERITY_N; i++) {
		vd_writer_u32(w, c->unseen[i]);
		vd_writer_u32(w, c->seen[i]);
	}
	vd_writer_u32(w, c->shelved);
	vd_writer_u32(w, c->suppressed);
	vd_writer_u32(w, c->out_of_service);
	vd_writer_u32(w, c->paused);
	for (int i = 0; i < VD_SIDE_N; i++) {
		vd_writer_u32(w, c->side[i]);
	}
	vd_writer_u32(w, c->side_unseen);
	for (int i = 0; i < VD_LADDER_N; i++) {
		vd_writer_u32(w, c->ladder[i]);
	}
	vd_writer_u32(w, c->endless);
	vd_writer_u32(w, c->held);
}

enum vd_err vd_record_parse_counters(struct vd_span bytes, struct vd_store_counters *c)
{
	struct vd_reader r = vd_reader_init(bytes);
	bool has_held = bytes.n > 0 && bytes.p[0] > COUNTERS_WITHOUT_HELD;
	memset(c, 0, sizeof(*c));
	enum vd_err err = check_version(&r, COUNTERS_VERSION);
	if (err != VD_OK) {
		return err;
	}
	c->conversations = vd_reader_u64(&r);
	c->messages = vd_reader_u64(&r);
	c->open = vd_reader_u32(&r);
	c->waiting = vd_reader_u32(&r);
	for (int i = 0; i < VD_SEVERITY_N; i++) {
		c->unseen[i] = vd_reader_u32(&r);
		c->seen[i] = vd_reader_u32(&r);
	}
	c->shelved = vd_reader_u32(&r);
	c->suppressed = vd_reader_u32(&r);
	c->out_of_service = vd_reader_u32(&r);
	c->paused = vd_reader_u32(&r);
	for (int i = 0; i < VD_SIDE_N; i++) {
		c->side[i] = vd_reader_u32(&r);
	}
	c->side_unseen = vd_reader_u32(&r);
	for (int i = 0; i < VD_LADDER_N; i++) {
		c->ladder[i] = vd_reader_u32(&r);
	}
	c->endless = vd_reader_u32(&r);
	c->held = has_held ? vd_reader_u32(&r) : 0; // the schema's version 3 counts them
	return parsed(&r);
}

void vd_record_print_head(const struct vd_head *head, struct vd_writer *w)
{
	vd_writer_u8(w, HEAD_VERSION);
	vd_writer_u64(w, head->sequence);
	vd_writer_bytes(w, head->hash, sizeof(head->hash));
}

enum vd_err vd_record_parse_head(struct vd_span bytes, struct vd_head *head)
{
	struct vd_reader r = vd_reader_init(bytes);
	memset(head, 0, sizeof(*head));
	enum vd_err err = check_version(&r, HEAD_VERSION);
	if (err != VD_OK) {
		return err;
	}
	head->sequence = vd_reader_u64(&r);
	struct vd_span hash = vd_reader_bytes(&r, VD_HASH_BYTES);
	if (!vd_reader_is_done(&r)) {
		return VD_ERR_CORRUPT;
	}
	memcpy(head->hash, hash.p, VD_HASH_BYTES);
	return VD_OK;
}
