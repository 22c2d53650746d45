// SPDX-License-Identifier: MIT
/**
 * The view: one snapshot of what everybody is shown; lamp, wall, pages, terminal and metrics draw
 * it.
 * Not live: it is made after a commit, numbered by the journal, and never changed afterwards.
 * Pure data and the functions that judge ages; the desk fills it from the store.
 */
#ifndef VD_CARE_VIEW_H
#define VD_CARE_VIEW_H

#include "care/alarm.h"
#include "care/alarm_measure.h"
#include "care/conversation.h"
#include "care/domain.h"

#define VD_VIEW_ROWS 7
#define VD_VIEW_ALARMS 16
#define VD_VIEW_INCIDENTS 8
#define VD_VIEW_FOLLOWED 12

/** Trouble told apart, in plain words. */
enum vd_health {
	VD_HEALTH_STARTING, // no poll has ended yet
	VD_HEALTH_GOOD,
	VD_HEALTH_AUTH,
	VD_HEALTH_PERMISSION,
	VD_HEALTH_RATE,
	VD_HEALTH_MONEY,
	VD_HEALTH_OUTAGE,
	VD_HEALTH_REFUSED,
	VD_HEALTH_MALFORMED,
	VD_HEALTH_DISABLED,
	VD_HEALTH_N,
};
const char *vd_health_name(enum vd_health health);

/** R41: never one without the other. Seconds. */
struct vd_pair {
	int64_t wall_s;
	int64_t business_s;
};

struct vd_view_row {
	uint64_t conversation;
	uint16_t brand;
	uint16_t account;
	char topic[VD_TOPIC_BYTES];
	char customer_handle[VD_HANDLE_BYTES]; // never leaves in public mode
	/** Likewise; and "" where the conversation is PRIVATE: no wall shows the text of a
	 *  direct message in any mode. The staff page takes the line from the conversation
	 *  itself, behind the sign-in. */
	char first_line[VD_LINE_BYTES];
	char claimed_by[VD_INITIALS_BYTES]; // "" where nobody
	enum vd_visibility visibility;
	enum vd_target_kind target;
	enum vd_severity severity;
	enum vd_alarm_state alarm;
	bool is_seen;
	struct vd_wall waiting_since;
	struct vd_pair waited;
	struct vd_wall due;
	int64_t left_open_s; // open seconds until due; negative: open seconds since
	int64_t left_wall_s;
	uint16_t used_permille; // of the target, 0..1000
	/** The network takes no private reply any more, whatever was promised; not set: it stays
	 *  open, or nobody waits. */
	struct vd_wall closes;
	uint16_t holder;     // who has it now (R34)
	uint16_t offered_to; // + 1; 0: no offer (R33)
	struct vd_wall offered_until;
	bool is_paused;    // the customer must act (R24)
	bool is_thanks;    // "no reply needed" is proposed (R37)
	uint8_t sides;     // bit of each enum vd_side_kind that is shown
	uint32_t incident; // member of it; 0: none
	uint8_t parked_by; // VD_PARKED_...: why logic parked its alarm
	enum vd_ladder_step ladder;
	struct vd_wall parked_until; // SHELVED: it comes back by itself
};

struct vd_view_account {
	uint16_t account;
	enum vd_health health;
	struct vd_wall last_good;   // end of the last poll that went well; not set: never
	int64_t age_s;              // real seconds since; -1: never
	int64_t period_s;           // real seconds between polls
	char detail[VD_LINE_BYTES]; // plain words and the next step; "" where good
	bool is_quiet;              // unusually so, while its polls succeed: a hint
	int64_t behind_s;           // what customers write is overdue to be read by that
	int64_t delay_s; // the worst from a customer's word to our knowing it; 0: not known
	// Millionths of a US dollar, where the network bills.
	bool is_billed;
	int64_t spent_today;
	int64_t spent_month;
	int64_t forecast; // of the month's end
	int64_t budget;   // 0: none was set
};

/** One of the appliance's own. */
struct vd_view_alarm {
	enum vd_alarm_kind kind;
	enum vd_alarm_state state;
	enum vd_severity severity;
	uint16_t account; // CHANNEL_BLIND, TOKEN_ENDING, MONEY_SHORT: which + 1; else 0
	struct vd_wall since;
	bool is_present;      // false: RTN_UNACK, it went before anybody saw it
	uint16_t seen_by;     // staff + 1 of who acknowledged; 0: nobody, or the button
	struct vd_wall until; // the acknowledgement calms till then
	enum vd_ladder_step ladder;
	char text[VD_LINE_BYTES]; // what is so, and what to do
};

/** A declared incident: its cases are parked, and the light says so. */
struct vd_view_incident {
	uint32_t id;
	uint16_t brand; // + 1; 0: any
	char topic[VD_TOPIC_BYTES];
	char text[VD_LINE_BYTES]; // what people are told; never leaves in public mode
	uint16_t staff;           // who declared it + 1
	struct vd_wall since;
	struct vd_wall until; // not set: until a person ends it
	bool is_ending;       // its cases are coming back
};

enum vd_freshness {
	VD_FRESH,
	VD_STALE,     // over 2 periods: hatched and struck through
	VD_NOT_KNOWN, // over 5 periods: "not known since 14:02"
};

/** A line of the scoreboard: how many follow an account of ours, or a competitor's. */
struct vd_view_followed {
	uint16_t account;             // of ours: it asks
	char handle[VD_HANDLE_BYTES]; // never leaves in public mode, nor do competitors
	bool is_own;
	uint64_t followers;
	struct vd_wall at;  // when it was read
	bool has_change[2]; // over 7 and 30 days; false: no sample is that old
	int64_t change[2];
};
/** A figure is read every six hours; as of an account's age it is struck through, then not told. */
enum vd_freshness vd_view_followed_freshness(const struct vd_view_followed *followed,
					     struct vd_wall now);

struct vd_view_counters {
	uint32_t open;
	uint32_t waiting;
	uint32_t warning;
	uint32_t urgent;
	uint32_t breached;
	uint32_t shelved;
	uint32_t suppressed;
	uint32_t out_of_service;
	uint32_t outbox; // not yet settled
	uint32_t paused; // the customer must act (R24)
	// Side alarms that are shown.
	uint32_t sleep_over; // R30: would be left over night
	uint32_t returned;   // R33: offers that nobody took
	uint32_t pause_asks; // R26
	uint32_t blocked;    // R35
};

struct vd_view_today {
	uint32_t answered;        // first responses since local midnight
	struct vd_pair first_p50; // meaningful where answered > 0
	struct vd_pair first_p90;
};

struct vd_view {
	uint64_t sequence; // the journal's last number: Last-Event-ID
	struct vd_wall now;
	struct vd_wall state_at; // when the desk last succeeded to look at its store
	bool is_clock_trusted;
	bool is_open;
	bool is_public; // the wall's mode
	struct vd_lamp_intent lamp;
	enum vd_sound_intent sound; // R31: only while somebody can act
	uint32_t second_level;      // alarms that nobody saw and that the second level was told of
	struct vd_wall next_deadline; // not set: none
	struct vd_view_counters counters;
	struct vd_view_today today;
	uint8_t n_rows;
	struct vd_view_row rows[VD_VIEW_ROWS]; // breaches first, then by deadline (R22)
	uint16_t n_accounts;
	struct vd_view_account accounts[VD_ACCOUNTS_MAX];
	struct vd_alarm_summary measures; // of all alarms, also of conversations
	uint8_t n_alarms;
	struct vd_view_alarm alarms[VD_VIEW_ALARMS];
	uint8_t n_followed; // by network, the most followed first
	struct vd_view_followed followed[VD_VIEW_FOLLOWED];
	uint8_t n_incidents;
	struct vd_view_incident incidents[VD_VIEW_INCIDENTS];
	const struct vd_rulebook *book; // names; borrowed, outlives the view
};

enum vd_freshness vd_view_freshness(const struct vd_view_account *account);
/** Behind its plan by so much that a person should know: a poll that is a moment late is none. */
bool vd_view_is_behind(const struct vd_view_account *account);

/** Both measures of [from, to); zero where it is empty. */
struct vd_pair vd_pair_between(const struct vd_calendar *calendar, struct vd_wall from,
			       struct vd_wall to);
/** Fills a row from a conversation at `now`. */
void vd_view_row_make(const struct vd_rulebook *book, const struct vd_conversation *c,
		      struct vd_wall now, struct vd_view_row *out);
/** Order of the wall: negative where a stands above b. */
int vd_view_row_compare(const struct vd_view_row *a, const struct vd_view_row *b);

#endif
