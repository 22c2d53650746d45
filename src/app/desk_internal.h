// SPDX-License-Identifier: MIT
/**
 * What the files of the desk share: its state and the steps between them.
 * Not for anybody else.
 * All of it runs in the loop's thread.
 */
#ifndef VD_APP_DESK_INTERNAL_H
#define VD_APP_DESK_INTERNAL_H

#include "app/desk.h"
#include "app/journal_step.h"
#include "care/alarm_measure.h"
#include "care/fault.h"
#include "care/quiet.h"

#define VD_DESK_PENDING_MAX 64
#define VD_DESK_REFUSED_MAX 64 // beyond: refused, and told so behind the commit too
#define VD_DESK_SEND_MAX 16    // replies that leave in one turn
#define VD_DESK_CHECKS_MAX 128 // replies that their channels look around for
// Of those, of one account: so that what was marked as attempted finds the connection that its look
// around has just used, and its bytes leave at once.
#define VD_DESK_CHECKS_OF_ACCOUNT 1
#define VD_DESK_LOST_WAIT_S 5 // real time, between attempts to write what a lost turn held
#define VD_DESK_TAKEN_BACK "it was taken back" // by a person: why a reply has failed
#define VD_DESK_HELD_MAX 64                    // held breaches judged in one turn
#define VD_DESK_DATE_APART_S 300
#define VD_DESK_DATE_REAL_S 5
#define VD_DESK_OPENED_MAX 16 // conversations that pages opened since the last beat
#define VD_DESK_FAULTS (4 + 3 * VD_ACCOUNTS_MAX)

struct vd_desk_pending {
	void *ctx;
	vd_port_done_fn *done;
	struct vd_command_result result;
};

struct vd_desk_account {
	enum vd_health health;
	struct vd_wall last_good;
	struct vd_mono last_good_mono;
	struct vd_mono since; // it was enabled: before the first poll the age counts from here
	struct vd_dur period; // real
	uint8_t bad_polls;    // in a row; two of them raise the alarm
	uint8_t good_polls;   // in a row; two of them clear it
	char detail[VD_LINE_BYTES];
	struct vd_wall token_ends; // not set: not known
};

/** What the plan of polling goes by, for one account. */
struct vd_desk_plan {
	struct vd_wall due;       // the nearest deadline; not set: none within an hour
	struct vd_wall last_word; // the newest message, a customer's or ours
	struct vd_quiet quiet;    // the rate that was learned
	struct vd_desk_money money;
	// As it was counted last, millionths of a US dollar.
	bool is_old;
	int64_t day;
	struct vd_mono counted;
	int64_t today;
	int64_t month;
	int64_t forecast;
	uint8_t percent;
	uint32_t billed[VD_LEDGER_KINDS]; // this month, by enum vd_resource
};

/** An alarm of the appliance itself, and how far store and journal have it. */
struct vd_desk_fault {
	struct vd_fault is;
	enum vd_alarm_state noted; // in the journal, this turn's events too
	enum vd_alarm_state kept;  // in the journal, committed
	bool is_unwritten;         // the store fails, or the turn was lost: later
	bool is_in_turn;           // written in the turn that is not committed yet
};

/** A declared incident; what is kept of it stands in the store. */
struct vd_desk_incident {
	struct vd_view_incident is; // id 0: a free place
	bool is_swept;              // all that was open has been looked at, since it began or ended
	uint64_t next;              // the next conversation to look at
};

/** A reply that is QUEUED on disk, and whose channel was asked to send it. */
struct vd_desk_check {
	uint64_t id;
	uint16_t account;
};

/** Which accounts have messages in a case, as it was when it had `n` of them and `serial` turns. */
struct vd_desk_reach {
	uint64_t conversation;
	uint64_t accounts; // a bit each
	uint32_t n;
	uint32_t serial;
};
#define VD_DESK_REACH_N 2048

struct vd_desk {
	struct vd_desk_config config;
	struct vd_channels *channels;
	struct vd_hook commit_hook;
	struct vd_hook after_hook;
	struct vd_timer tick_timer;
	struct vd_timer beat_timer;
	struct vd_timer outbox_timer;
	struct vd_timer sweep_timer;
	struct vd_timer incident_timer;

	// the turn
	struct vd_desk_pending pending[VD_DESK_PENDING_MAX + VD_DESK_REFUSED_MAX];
	size_t n_pending;
	uint64_t send[VD_DESK_SEND_MAX]; // outbox ids that leave after the commit
	size_t n_send;
	bool send_is_look_up[VD_DESK_SEND_MAX];
	struct vd_desk_check checked[VD_DESK_CHECKS_MAX]; // nothing of them has left
	size_t n_checked;
	uint64_t going[VD_DESK_CHECKS_MAX]; // ATTEMPTED in this turn: they leave after its commit
	size_t n_going;
	bool has_changed;       // the view is out of date
	enum vd_err commit_err; // of this turn
	struct vd_diag commit_diag;
	uint64_t lost_turns;

	// the appliance itself
	struct vd_desk_account accounts[VD_ACCOUNTS_MAX];
	struct vd_desk_fault faults[VD_DESK_FAULTS];
	bool was_trusted;
	bool is_date_apart;        // a network's clock and ours disagree
	bool is_judging;           // new rules are being applied to what is open
	struct vd_dur commit_cost; // of the slowest one of late
	bool has_held;             // breaches held back by an untrusted clock may wait (R13)
	uint64_t held[VD_DESK_HELD_MAX];
	size_t n_held_most; // of this turn
	size_t n_held;
	uint32_t n_ask;        // replies that wait for a person: did it arrive?
	uint32_t n_overtaken;  // and: the customer wrote meanwhile
	uint32_t n_outbox;     // not settled
	uint32_t n_late;       // of those, wait for the network for too long
	bool has_outcome;      // this turn has a network's word on a reply
	bool is_outbox_unsure; // such a turn was lost: the network is asked again

	struct vd_alarm_measure measure;
	struct vd_wall stale_at; // when `n_stale` was counted
	uint32_t n_stale;        // alarms of conversations that are shown for over 24 h

	struct vd_view view;
	struct vd_store_counters counters; // as they were last read
	bool today_is_old;                 // a first response came since view.today was made
	int64_t today_day;                 // local day it is of
	bool followed_is_old;              // a sample came since the scoreboard was made

	struct vd_desk_incident incidents[VD_VIEW_INCIDENTS];

	struct vd_desk_plan plan[VD_ACCOUNTS_MAX];
	struct vd_mono looked; // at the deadlines of all accounts

	struct vd_desk_reach reach[VD_DESK_REACH_N]; // by id; one that is pushed out is read again

	uint64_t opened[VD_DESK_OPENED_MAX];
	size_t n_opened;
	struct vd_hours hours[VD_POLICIES_MAX]; // of each policy, as long as they are good

	// scratch: too large for the stack
	struct vd_conversation scratch[3];
	char text[VD_TEXT_BYTES + 1];
	char attached[VD_ATTACHED_BYTES];
	char detail[VD_STEP_DETAIL_BYTES];
};

/** The engine's environment for a conversation, by who has it, at this turn's time. */
struct vd_engine_env vd_desk_env(struct vd_desk *desk, const struct vd_conversation *c);
struct vd_engine_env vd_desk_env_at(struct vd_desk *desk, const struct vd_conversation *c,
				    struct vd_wall now);
struct vd_wall vd_desk_now(const struct vd_desk *desk);

// desk_step.c: the one way to the engine
struct vd_desk_step {
	struct vd_event event; // what the engine sees, and the journal keeps
	uint8_t source;        // enum vd_command_source + 1: a person's; 0: the box itself
	/** DELETED, EDITED: of the message, which is updated. MESSAGE: 0, or where it lies in the
	 *  store already (it came from another case). */
	uint32_t number;
	/** SPLIT: the id of the new case, and the numbers of the messages that go there, in the
	 *  order in which they will be moved. */
	struct vd_span was; // EDITED: its text before
	uint64_t split_to;
	const uint32_t *moved;
	uint8_t n_moved;
};
/**
 * Steps *c (and event.other), stores what changed (the conversation, the message) and notes one
 * event with the whole input and the facts. A step that the engine refuses leaves no trace but in
 * *c, which may be thrown away then.
 */
enum vd_err vd_desk_step(struct vd_desk *desk, struct vd_conversation *c,
			 const struct vd_desk_step *what, struct vd_diag *diag) VD_MUST_USE;
/** The same for a customer's message that opens a conversation: *c gets its id and all else.
 *  `number` as above. */
enum vd_err vd_desk_open(struct vd_desk *desk, const struct vd_message *message, uint32_t number,
			 uint64_t repeat_of, struct vd_conversation *c,
			 struct vd_diag *diag) VD_MUST_USE;

// desk_intake.c
enum vd_err vd_desk_message(void *ctx, const struct vd_message *message, struct vd_diag *diag);
enum vd_err vd_desk_deleted(void *ctx, uint16_t account, const char *network_id,
			    struct vd_diag *diag);
/** A message's list, copied to where the next write doesn't move it. */
struct vd_span vd_desk_keep_attached(struct vd_desk *desk, struct vd_span list);
void vd_desk_passed_on(void *ctx, uint16_t account, const char *network_id, uint32_t shares);
/** Adds a reply that the network accepted to its conversation; steps the engine. */
enum vd_err vd_desk_add_reply(struct vd_desk *desk, const struct vd_outbox_entry *entry,
			      const char *network_id, struct vd_wall stamp,
			      struct vd_diag *diag) VD_MUST_USE;

// desk_presence.c
void vd_desk_presence(void *ctx, uint16_t account, struct vd_span handle, uint64_t followers,
		      struct vd_wall at);
/** The scoreboard of the view. */
void vd_desk_fill_followed(struct vd_desk *desk);
enum vd_err vd_desk_presence_each(void *ctx, vd_port_presence_fn *fn, void *fn_ctx,
				  struct vd_diag *diag);

// desk_threads.c
/** Threads of the account in open cases, most urgent first, each once a case. */
enum vd_err vd_desk_open_threads(void *ctx, uint16_t account, vd_thread_fn *fn, void *fn_ctx,
				 struct vd_diag *diag);
/** Public messages to the account that wait for an answer, a case at a time. */
enum vd_err vd_desk_open_messages(void *ctx, uint16_t account, vd_network_id_fn *fn, void *fn_ctx,
				  struct vd_diag *diag);

// desk_command.c
void vd_desk_submit(void *ctx, const struct vd_command *command, void *done_ctx,
		    vd_port_done_fn *done);
/** Calls what waits for the commit, with `err` for all where the commit failed. */
void vd_desk_answer_pending(struct vd_desk *desk, enum vd_err err, const struct vd_diag *diag);

// desk_outbox.c
enum vd_err vd_desk_queue_reply(struct vd_desk *desk, const struct vd_command *command,
				const struct vd_conversation *c, uint64_t *id,
				struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_settle(struct vd_desk *desk, const struct vd_command *command,
			   struct vd_diag *diag) VD_MUST_USE;
/** A person has read what came meanwhile; takes a reply back that did not leave. */
enum vd_err vd_desk_send_anyway(struct vd_desk *desk, const struct vd_command *command,
				struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_withdraw(struct vd_desk *desk, const struct vd_command *command,
			     struct vd_diag *diag) VD_MUST_USE;
/** Message `number` has other words now: replies that did not leave were written to the old
 *  ones. */
enum vd_err vd_desk_outbox_unsee(struct vd_desk *desk, uint64_t conversation, uint32_t number,
				 struct vd_diag *diag) VD_MUST_USE;
/** At a start: an attempt that a stop cut off may have reached the network: it is looked up. */
enum vd_err vd_desk_outbox_recover(struct vd_desk *desk, struct vd_diag *diag) VD_MUST_USE;
/** The turn was lost, or was kept: what networks said in it must be asked again, or not. */
void vd_desk_outbox_lost(struct vd_desk *desk);
void vd_desk_outbox_committed(struct vd_desk *desk);
void vd_desk_sent(void *ctx, uint64_t outbox, const struct vd_send_result *result);
/** A poll shows a reply of ours whose entry is open. */
void vd_desk_outbox_seen(struct vd_desk *desk, uint64_t outbox, const struct vd_message *m);
void vd_desk_outbox_wake(struct vd_desk *desk);
void vd_desk_outbox_wake_in(struct vd_desk *desk, struct vd_dur wait);
/** Whether the customer said something that the writer had not read. */
enum vd_err vd_desk_outbox_is_overtaken(struct vd_desk *desk, const struct vd_outbox_entry *entry,
					bool *is_it, struct vd_diag *diag) VD_MUST_USE;
/** Its text lies in desk->text. */
enum vd_err vd_desk_outbox_load(struct vd_desk *desk, uint64_t id, struct vd_outbox_entry *out,
				struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_outbox_keep(struct vd_desk *desk, const struct vd_outbox_entry *entry,
				struct vd_diag *diag) VD_MUST_USE;
/** What was under way becomes uncertain: the network is asked. */
enum vd_err vd_desk_outbox_ask(struct vd_desk *desk, struct vd_diag *diag) VD_MUST_USE;
void vd_desk_outbox_count(struct vd_desk *desk, const struct vd_outbox_entry *entry);
void vd_desk_outbox_count_none(struct vd_desk *desk);

// desk_leave.c: the way out
/** Looks through the open entries: what is due goes to its channel after the commit. */
void vd_desk_outbox_work(struct vd_desk *desk);
/** A channel has read what was said meanwhile (struct vd_channel_host). */
void vd_desk_may_leave(void *ctx, uint64_t outbox);
/** After the commit. */
void vd_desk_outbox_leave(struct vd_desk *desk);
/** The turn was lost: what would have left in it doesn't. */
void vd_desk_outbox_stay(struct vd_desk *desk);
/** Its channel has no more to do with it. */
void vd_desk_outbox_forget(struct vd_desk *desk, uint64_t id);
/** An own post that the network shows us: the outbox entry that it settles, or false. */
bool vd_desk_outbox_claims(struct vd_desk *desk, uint64_t conversation,
			   const struct vd_message *message, uint64_t *id);

// desk_view.c
void vd_desk_refresh(struct vd_desk *desk);

// desk_fault_store.c: alarms of the appliance outlive a restart
void vd_desk_faults_init(struct vd_desk *desk);
void vd_desk_faults_load(struct vd_desk *desk);
struct vd_desk_fault *vd_desk_fault_get(struct vd_desk *desk, enum vd_alarm_kind kind,
					uint16_t account);
/** Stores and notes what became of it; where the store fails, later. */
void vd_desk_fault_note(struct vd_desk *desk, struct vd_desk_fault *fault,
			const struct vd_fault_change *change);
/** The turn is committed, or lost. */
void vd_desk_faults_committed(struct vd_desk *desk, bool has_failed);
bool vd_desk_is_store_failing(struct vd_desk *desk);
/** Writes what could not be written before. */
void vd_desk_faults_catch_up(struct vd_desk *desk);

// desk_measure.c
/** What a step raised counts. */
void vd_desk_measure_facts(struct vd_desk *desk, uint64_t conversation,
			   const struct vd_effects *effects, struct vd_wall now);
/** Takes the measures up from the end of the journal. */
void vd_desk_measure_load(struct vd_desk *desk);

// desk_alarms.c: what is shown of all alarms
/** The list, counters, sound and measures of the view; adds to the lamp's facts. */
void vd_desk_alarms_fill(struct vd_desk *desk, const struct vd_store_counters *counters,
			 struct vd_lamp_facts *facts);

// desk_faults.c: alarms of the appliance itself
void vd_desk_health(void *ctx, uint16_t account, enum vd_health health, const char *detail,
		    struct vd_dur period);
/** Whose policy and calendar its lease and ladder go by. */
uint16_t vd_desk_fault_brand(const struct vd_desk *desk, const struct vd_fault *fault);
/** Looks at every cause again; called each second. */
void vd_desk_watch_faults(struct vd_desk *desk);
void vd_desk_store_failed(struct vd_desk *desk, bool has_failed);
/** Acknowledges the first unseen alarm of the appliance; false where there is none. */
bool vd_desk_ack_fault(struct vd_desk *desk, const struct vd_command *command);
bool vd_desk_is_blind(const struct vd_desk *desk);
/** Real seconds since the account was last polled well; -1: never. */
int64_t vd_desk_account_age(const struct vd_desk *desk, uint16_t account);

// desk_plan.c: how near, and what it costs
void vd_desk_plan_note(struct vd_desk *desk, const struct vd_message *m);
void vd_desk_urgency(void *ctx, uint16_t account, struct vd_urgency *out);
void vd_desk_billed(void *ctx, uint16_t account, enum vd_resource resource, struct vd_span id,
		    bool is_owned);
/** Of the month's budget, or of the tariff's posts; 0 where nothing is billed. */
uint8_t vd_desk_spent_percent(struct vd_desk *desk, uint16_t account);
void vd_desk_say_money(const struct vd_desk *desk, uint16_t account, char *out, size_t cap);
bool vd_desk_budget(void *ctx, uint16_t account, struct vd_port_budget *out);
void vd_desk_plan_fill(struct vd_desk *desk, uint16_t account, struct vd_view_account *to);

// desk_quiet.c: the rate that is normal
void vd_desk_quiet_load(struct vd_desk *desk);
/** Called each second. */
void vd_desk_quiet_watch(struct vd_desk *desk);
/** A message that was new. */
void vd_desk_quiet_note(struct vd_desk *desk, const struct vd_message *m);
/** Its polls succeed, and yet so little came as by chance hardly ever. */
bool vd_desk_is_quiet(const struct vd_desk *desk, uint16_t account);

// desk_rules.c
/** R40: gives calendars and policies their versions; open conversations are computed again where
 *  one changed. */
enum vd_err vd_desk_apply_rules(struct vd_desk *desk, struct vd_rulebook *book,
				struct vd_diag *diag) VD_MUST_USE;

// desk_stamps.c
/** The customer's messages that nobody had claimed, or seen, are stamped so. */
enum vd_err vd_desk_stamp(struct vd_desk *desk, uint64_t conversation, bool is_claim,
			  struct vd_wall now, struct vd_diag *diag) VD_MUST_USE;
/** A page has opened the conversation: shown, at the next beat. */
void vd_desk_note_opened(struct vd_desk *desk, uint64_t conversation);
void vd_desk_watch_shown(struct vd_desk *desk);

// desk_sweep.c
/** Goes on with a sweep that a stop cut off, or begins one where rules have changed. */
enum vd_err vd_desk_sweep_begin(struct vd_desk *desk, bool has_changed,
				struct vd_diag *diag) VD_MUST_USE;

/** Makes a thread one of the conversation, in store and journal. */
enum vd_err vd_desk_link_thread(struct vd_desk *desk, uint16_t account, const char *thread_id,
				uint64_t conversation, struct vd_diag *diag) VD_MUST_USE;

// desk_journal.c: what is no step of the engine
/** Every row of the rule book that is new or another than before, in full. */
enum vd_err vd_desk_note_rules(struct vd_desk *desk, struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_note_command(struct vd_desk *desk, const struct vd_command *command,
				 uint64_t conversation, struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_note_outbox(struct vd_desk *desk, const struct vd_outbox_entry *entry,
				struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_desk_note_text(struct vd_desk *desk, enum vd_journal_kind kind, const char *key,
			      const char *value, struct vd_diag *diag) VD_MUST_USE;

#endif
