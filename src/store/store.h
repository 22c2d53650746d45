// SPDX-License-Identifier: MIT
/**
 * The store: LMDB behind a narrow door; records, indexes, journal, outbox, cursors in one
 * transaction a turn. Not a query engine and not a place for rules: it writes what the engine
 * decided and finds it again. It owns the disk; time comes in with the records, and nothing is
 * visible outside before vd_store_commit.
 *
 * All writes of a turn go into one LMDB write transaction that the first write begins. Reads in the
 * same turn see them. One writer process; readers of other processes see committed turns only.
 * After a failure of a write (disk full, map full) the turn is lost as a whole: the caller must
 * call vd_store_abort, and everything written since the last commit is as if it had never been.
 */
#ifndef VD_STORE_STORE_H
#define VD_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/log.h"
#include "base/span.h"
#include "care/conversation.h"
#include "care/engine.h"
#include "care/message.h"
#include "care/view.h"

struct vd_store;

struct vd_store_config {
	const char *dir;   // created (0700) where it is missing
	size_t map_bytes;  // first size of the map; grows by itself. 0: as large as fits
	bool is_read_only; // journal verify and export beside a running service
	bool is_sync_off;  // tests and benches only: no flush at commit
	const struct vd_log *log;
};

/** Opens, migrates an older schema forward (refuses a newer one with VD_ERR_VERSION), clears
 *  dead readers. */
enum vd_err vd_store_open(const struct vd_store_config *config, struct vd_store **out,
			  struct vd_diag *diag) VD_MUST_USE;
/** Aborts an open turn. NULL is accepted. */
void vd_store_close(struct vd_store *store);
/** The one commit of a turn; VD_OK at once where nothing was written. On failure the turn is
 *  gone. */
enum vd_err vd_store_commit(struct vd_store *store, struct vd_diag *diag) VD_MUST_USE;
void vd_store_abort(struct vd_store *store);
/** True between the first write and commit or abort. */
bool vd_store_is_dirty(const struct vd_store *store);

// ---- names: small stable ids
// -----------------------------------------------------------------------

enum vd_name_space {
	VD_NAMES_BRAND,
	VD_NAMES_ACCOUNT,
	VD_NAMES_STAFF,
	VD_NAMES_POLICY,
	VD_NAMES_CALENDAR,
};
/** The id of a name, given at its first use and for ever. */
enum vd_err vd_store_name_id(struct vd_store *store, enum vd_name_space space, struct vd_span name,
			     uint16_t *id, struct vd_diag *diag) VD_MUST_USE;

/** Gives a name this very id: for who makes a store anew (app/rebuild.h). VD_ERR_EXISTS where the
 *  name has another one. */
enum vd_err vd_store_name_put(struct vd_store *store, enum vd_name_space space, struct vd_span name,
			      uint16_t id, struct vd_diag *diag) VD_MUST_USE;

// ---- conversations
// ---------------------------------------------------------------------------------

/** The id that the next new conversation gets (from 1). */
enum vd_err vd_store_conversation_new_id(struct vd_store *store, uint64_t *id,
					 struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_store_conversation_get(struct vd_store *store, uint64_t id,
				      struct vd_conversation *out,
				      struct vd_diag *diag) VD_MUST_USE;
/** The first conversation with an id >= `from`; VD_ERR_NOT_FOUND (no diag) behind the last. */
enum vd_err vd_store_conversation_next(struct vd_store *store, uint64_t from,
				       struct vd_conversation *out,
				       struct vd_diag *diag) VD_MUST_USE;
/** Writes the record and moves its places in `due`, `tick`, `answered` and in the counters. */
enum vd_err vd_store_conversation_put(struct vd_store *store, const struct vd_conversation *c,
				      struct vd_diag *diag) VD_MUST_USE;

/** Called for each; return false to stop. The record is borrowed for the call. */
typedef bool vd_store_conversation_fn(void *ctx, const struct vd_conversation *c);
/** Every conversation, by id, from `from` on. */
enum vd_err vd_store_conversation_each(struct vd_store *store, uint64_t from,
				       vd_store_conversation_fn *fn, void *ctx,
				       struct vd_diag *diag) VD_MUST_USE;
/** Open ones in the order of their deadlines (R22): the wall's order. */
enum vd_err vd_store_due_each(struct vd_store *store, vd_store_conversation_fn *fn, void *ctx,
			      struct vd_diag *diag) VD_MUST_USE;
/** The end of that order: no deadline runs, and yet somebody has to put an alarm away. */
enum vd_err vd_store_left_each(struct vd_store *store, vd_store_conversation_fn *fn, void *ctx,
			       struct vd_diag *diag) VD_MUST_USE;
/** Behind it: open, and neither a deadline runs nor an alarm is left (the customer must act,
 *  R24). */
enum vd_err vd_store_rest_each(struct vd_store *store, vd_store_conversation_fn *fn, void *ctx,
			       struct vd_diag *diag) VD_MUST_USE;
/** The next deadline: the first key of `due`. VD_ERR_NOT_FOUND where nothing runs. */
enum vd_err vd_store_due_first(struct vd_store *store, struct vd_wall *due, uint64_t *conversation,
			       struct vd_diag *diag) VD_MUST_USE;
/** The first conversation whose state changes by itself, and when. VD_ERR_NOT_FOUND where none
 *  does. */
enum vd_err vd_store_tick_first(struct vd_store *store, struct vd_wall *at, uint64_t *conversation,
				struct vd_diag *diag) VD_MUST_USE;
/** Those with a first response stamped in [from, to), by that stamp. */
enum vd_err vd_store_answered_each(struct vd_store *store, struct vd_wall from, struct vd_wall to,
				   vd_store_conversation_fn *fn, void *ctx,
				   struct vd_diag *diag) VD_MUST_USE;

/** Kept up to date by every put; nothing is scanned. */
struct vd_store_counters {
	uint64_t conversations;
	uint64_t messages;
	uint32_t open;
	uint32_t waiting;
	uint32_t unseen[VD_SEVERITY_N]; // alarms that are UNACK, or LATCHED and never seen
	uint32_t seen[VD_SEVERITY_N];   // ACKED, or LATCHED and seen
	uint32_t shelved;
	uint32_t suppressed;
	uint32_t out_of_service;
	uint32_t paused;              // the customer must act (R24)
	uint32_t side[VD_SIDE_N];     // sleep-over, hand-over returned, ... that are shown
	uint32_t side_unseen;         // of those, nobody saw
	uint32_t ladder[VD_LADDER_N]; // alarms that nobody saw, by the step they reached
	uint32_t endless;             // open ones with a target that is never due (R8)
	uint32_t held;                // open, past due while the clock was not trusted (R13)
};
enum vd_err vd_store_get_counters(struct vd_store *store, struct vd_store_counters *out,
				  struct vd_diag *diag) VD_MUST_USE;

// ---- messages
// --------------------------------------------------------------------------------------

/** Adds a message to a conversation: record, (network, id), (network, thread). Its number (from
 *  1) comes back. */
enum vd_err vd_store_message_add(struct vd_store *store, enum vd_network network,
				 uint64_t conversation, const struct vd_message *message,
				 uint32_t *number, struct vd_diag *diag) VD_MUST_USE;
/** Overwrites message `number` (stamps, text of an edit, deletion). Its ids must be the same. */
enum vd_err vd_store_message_update(struct vd_store *store, enum vd_network network,
				    uint64_t conversation, uint32_t number,
				    const struct vd_message *message,
				    struct vd_diag *diag) VD_MUST_USE;
typedef bool vd_store_message_fn(void *ctx, uint32_t number, const struct vd_message *message);
/** Messages of a conversation by number; texts are borrowed for the call. */
enum vd_err vd_store_message_each(struct vd_store *store, uint64_t conversation,
				  vd_store_message_fn *fn, void *ctx,
				  struct vd_diag *diag) VD_MUST_USE;
/** R39: message `number` of `from` becomes the last one of `to`, which need not be there yet: its
 *  record, (network, id), and its thread where that leads to `from`. `*moved` is its new number.
 *  VD_ERR_NOT_FOUND. */
enum vd_err vd_store_message_move(struct vd_store *store, enum vd_network network, uint64_t from,
				  uint32_t number, uint64_t to, uint32_t *moved,
				  struct vd_diag *diag) VD_MUST_USE;
/** One of them; its text is borrowed until the next write, commit or abort. VD_ERR_NOT_FOUND. */
enum vd_err vd_store_message_get(struct vd_store *store, uint64_t conversation, uint32_t number,
				 struct vd_message *out, struct vd_diag *diag) VD_MUST_USE;
/** Where (network, id) was taken in; VD_ERR_NOT_FOUND. */
enum vd_err vd_store_find_id(struct vd_store *store, enum vd_network network,
			     const char *network_id, uint64_t *conversation, uint32_t *number,
			     struct vd_diag *diag) VD_MUST_USE;
/** Makes a thread one of the conversation, as the first message in it would: where a reply moved it
 *  to a direct message whose thread only the network knew. */
enum vd_err vd_store_thread_link(struct vd_store *store, enum vd_network network,
				 const char *thread_id, uint64_t conversation,
				 struct vd_diag *diag) VD_MUST_USE;
/** The latest conversation of a thread; VD_ERR_NOT_FOUND. */
enum vd_err vd_store_find_thread(struct vd_store *store, enum vd_network network,
				 const char *thread_id, uint64_t *conversation,
				 struct vd_diag *diag) VD_MUST_USE;

// ---- cursors and settings
// --------------------------------------------------------------------------

/** A channel's place in a stream, e.g. (account, "mentions"); moves in the transaction of its
 *  messages. */
enum vd_err vd_store_cursor_set(struct vd_store *store, uint16_t account, const char *name,
				struct vd_span value, struct vd_diag *diag) VD_MUST_USE;
/** Into `out`, closed with a zero; "" where it was never set. */
enum vd_err vd_store_cursor_get(struct vd_store *store, uint16_t account, const char *name,
				char *out, size_t cap, struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_store_setting_set(struct vd_store *store, const char *name, struct vd_span value,
				 struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_store_setting_get(struct vd_store *store, const char *name, char *out, size_t cap,
				 struct vd_diag *diag) VD_MUST_USE;

/** All cursors, settings, the ledger and the presence of another store. */
enum vd_err vd_store_copy_settings(struct vd_store *from, struct vd_store *to,
				   struct vd_diag *diag) VD_MUST_USE;

// ---- ledger: what a network bills
// ------------------------------------------------------------------

#define VD_LEDGER_KINDS 8

/** One account's UTC day. */
struct vd_ledger_day {
	bool is_known; // something was billed
	uint32_t n[VD_LEDGER_KINDS];
	int64_t micro; // of a US dollar
};
/** Bills one thing, once a day; *is_new false: that one was paid for. In the turn's transaction, as
 *  what it came with is. */
enum vd_err vd_store_ledger_add(struct vd_store *store, uint16_t account, uint32_t day,
				uint8_t kind, struct vd_span id, int64_t micro, bool *is_new,
				struct vd_diag *diag) VD_MUST_USE;
/** Zeros where nothing was billed. */
enum vd_err vd_store_ledger_get(struct vd_store *store, uint16_t account, uint32_t day,
				struct vd_ledger_day *out, struct vd_diag *diag) VD_MUST_USE;

// ---- presence: how many people follow whom
// ----------------------------------------------------------------------------------------

#define VD_PRESENCE_DAYS 400 // older samples go

/** A day's sample: the newest of that day. */
struct vd_presence {
	uint16_t account; // that asked
	char handle[VD_HANDLE_BYTES];
	uint32_t day; // UTC, from 1970-01-01
	uint64_t followers;
	struct vd_wall at;
};
enum vd_err vd_store_presence_set(struct vd_store *store, const struct vd_presence *p,
				  struct vd_diag *diag) VD_MUST_USE;
typedef bool vd_store_presence_fn(void *ctx, const struct vd_presence *p);
/** By account, handle, day. */
enum vd_err vd_store_presence_each(struct vd_store *store, vd_store_presence_fn *fn, void *ctx,
				   struct vd_diag *diag) VD_MUST_USE;

// ---- identity: which cases are of one person
// ----------------------------------------------------------------------------------------

/** A person on a network, or a name: 16 bytes of a hash, so that no id of people is kept twice. */
struct vd_person_key {
	uint8_t bytes[16];
};
/** A member of staff confirmed that two are one. */
struct vd_person_link {
	struct vd_person_key a;
	struct vd_person_key b;
	uint16_t staff; // who + 1
	struct vd_wall at;
};
/** A case of the person; `name` (may be NULL): he goes by it. */
enum vd_err vd_store_person_add(struct vd_store *store, const struct vd_person_key *person,
				const struct vd_person_key *name, uint64_t conversation,
				struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_store_person_link(struct vd_store *store, const struct vd_person_link *link,
				 struct vd_diag *diag) VD_MUST_USE;
/** VD_ERR_NOT_FOUND where they were not linked. */
enum vd_err vd_store_person_unlink(struct vd_store *store, const struct vd_person_key *a,
				   const struct vd_person_key *b, struct vd_diag *diag) VD_MUST_USE;
typedef bool vd_store_link_fn(void *ctx, const struct vd_person_link *link);
/** Links of a person (`a`), or all of them, each in both directions (NULL). */
enum vd_err vd_store_person_links(struct vd_store *store, const struct vd_person_key *of,
				  vd_store_link_fn *fn, void *ctx,
				  struct vd_diag *diag) VD_MUST_USE;
typedef bool vd_store_person_fn(void *ctx, const struct vd_person_key *person);
/** Who goes by a name. */
enum vd_err vd_store_person_named(struct vd_store *store, const struct vd_person_key *name,
				  vd_store_person_fn *fn, void *ctx,
				  struct vd_diag *diag) VD_MUST_USE;
/** The person's latest cases before one (UINT64_MAX: all), the newest first. */
enum vd_err vd_store_person_cases(struct vd_store *store, const struct vd_person_key *person,
				  uint64_t before, uint64_t *out, size_t cap, size_t *n,
				  struct vd_diag *diag) VD_MUST_USE;

// ---- outbox
// ----------------------------------------------------------------------------------------

enum vd_outbox_state {
	VD_OUTBOX_QUEUED,    // intent on disk, nothing sent
	VD_OUTBOX_ATTEMPTED, // on disk before the bytes leave; found so after a restart: uncertain
	VD_OUTBOX_UNCERTAIN, // must be looked up on the network before anything is sent again
	VD_OUTBOX_ASK,       // can't be settled: a person is asked
	VD_OUTBOX_SENT,
	VD_OUTBOX_FAILED, // refused for good, or taken back
	VD_OUTBOX_HELD,   // surely not sent: the customer wrote meanwhile, a person is asked
	VD_OUTBOX_N,
};
const char *vd_outbox_state_name(enum vd_outbox_state state);

/** `seen` of entries that an older program wrote: whatever came, they leave. */
#define VD_OUTBOX_SEEN_ALL UINT32_MAX

struct vd_outbox_entry {
	uint64_t id;
	uint64_t conversation;
	uint16_t account; // it leaves from here
	uint16_t staff;   // + 1
	enum vd_outbox_state state;
	enum vd_visibility visibility;
	enum vd_reply_kind kind;
	uint16_t attempts;
	uint32_t seen;   // number of the last message that its writer had seen
	bool invites_dm; // PUBLIC: with the network's button "send us a private message"
	struct vd_wall created;
	struct vd_wall attempted;  // the last attempt began
	struct vd_wall not_before; // back-off
	char thread_id[VD_ID_BYTES];
	char parent_id[VD_ID_BYTES];    // message replied to
	char recipient_id[VD_ID_BYTES]; // PRIVATE: the customer
	char network_id[VD_ID_BYTES];   // SENT: what the network calls it
	char error[VD_LINE_BYTES];      // last trouble, for a person
	struct vd_span text;            // borrowed
};
enum vd_err vd_store_outbox_new_id(struct vd_store *store, uint64_t *id,
				   struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_store_outbox_put(struct vd_store *store, const struct vd_outbox_entry *entry,
				struct vd_diag *diag) VD_MUST_USE;
/** `text` (>= VD_TEXT_BYTES) receives the text that entry->text then points to. */
enum vd_err vd_store_outbox_get(struct vd_store *store, uint64_t id, struct vd_outbox_entry *out,
				char *text, size_t cap, struct vd_diag *diag) VD_MUST_USE;
typedef bool vd_store_outbox_fn(void *ctx, const struct vd_outbox_entry *entry);
/** Entries that are not SENT or FAILED, by id. */
enum vd_err vd_store_outbox_each_open(struct vd_store *store, vd_store_outbox_fn *fn, void *ctx,
				      struct vd_diag *diag) VD_MUST_USE;
/** Every entry, by id: for a person's view and for tests. */
enum vd_err vd_store_outbox_each(struct vd_store *store, vd_store_outbox_fn *fn, void *ctx,
				 struct vd_diag *diag) VD_MUST_USE;
/** The newest `most`, by id. */
enum vd_err vd_store_outbox_each_recent(struct vd_store *store, uint64_t most,
					vd_store_outbox_fn *fn, void *ctx,
					struct vd_diag *diag) VD_MUST_USE;

// ---- journal
// ---------------------------------------------------------------------------------------

#define VD_HASH_BYTES 32

enum vd_journal_kind {
	VD_JOURNAL_MISSING,
	VD_JOURNAL_START,   // the service started: version, configuration's hash
	VD_JOURNAL_MESSAGE, // a network's word: a message, a deletion, an accepted or refused reply
	VD_JOURNAL_COMMAND, // a person said something
	VD_JOURNAL_FACT,    // of drafts: an alarm of the appliance itself, as a sentence
	VD_JOURNAL_OUTBOX,  // an entry changed its state
	VD_JOURNAL_RULES,   // a row of the rule book in full: new, or changed (R40)
	VD_JOURNAL_CLOCK,   // trusted, stepped, lost
	VD_JOURNAL_TICK,    // time alone, or the box itself, stepped a conversation
	VD_JOURNAL_JUDGED,  // R40: a slice of the open conversations was judged by new rules
	VD_JOURNAL_THREAD,  // a thread became one of a conversation
	VD_JOURNAL_ALARM,   // an alarm of the appliance itself: what became of it (care/fault.h)
	VD_JOURNAL_N,
};
const char *vd_journal_kind_name(enum vd_journal_kind kind);

/**
 * One event. `detail` is a JSON object with what its kind needs to be judged and replayed
 * (SPEC.md); texts of messages are in it as SHA-256 only, so that retention can purge a text and
 * the chain still verifies.
 */
struct vd_journal_event {
	uint64_t sequence; // from 1, no gaps
	enum vd_journal_kind kind;
	struct vd_wall at;     // when it was noted
	uint64_t conversation; // 0: none
	uint16_t account;      // + 1; 0: none
	uint16_t staff;        // + 1; 0: none
	uint8_t source;        // enum vd_command_source + 1; 0: the box itself
	struct vd_span detail; // borrowed
	// SHA-256 over the record, in which the hash of the one before stands
	uint8_t hash[VD_HASH_BYTES];
};
/** Appends; sequence and hash are set by the store. */
enum vd_err vd_store_journal_append(struct vd_store *store, struct vd_journal_event *event,
				    struct vd_diag *diag) VD_MUST_USE;
typedef bool vd_store_journal_fn(void *ctx, const struct vd_journal_event *event);
enum vd_err vd_store_journal_each(struct vd_store *store, uint64_t from, vd_store_journal_fn *fn,
				  void *ctx, struct vd_diag *diag) VD_MUST_USE;
uint64_t vd_store_journal_last(struct vd_store *store);

struct vd_journal_report {
	uint64_t events;
	uint64_t first_bad; // sequence of the first event that does not verify; 0: none
	char why[VD_LINE_BYTES];
	char head[2 * VD_HASH_BYTES + 1]; // hex of the last hash
};
/** Recomputes the chain. VD_OK where it holds, VD_ERR_CORRUPT where not; the report is filled
 *  in both cases. */
enum vd_err vd_store_journal_verify(struct vd_store *store, struct vd_journal_report *report,
				    struct vd_diag *diag) VD_MUST_USE;

#endif
