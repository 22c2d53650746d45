// SPDX-License-Identifier: MIT
/**
 * The words of the domain that have no behaviour of their own: networks, visibilities, brands,
 * accounts, staff, policies. Not configuration files (app/config.h) and not storage.
 * Pure data; small numbers (`brand`, `account`, `staff`) are stable ids that the store gives to
 * names.
 */
#ifndef VD_CARE_DOMAIN_H
#define VD_CARE_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/time.h"
#include "care/calendar.h"

#define VD_NAME_BYTES 48
#define VD_ID_BYTES 224 // network ids: X 19 digits, Graph message ids some 170 characters
#define VD_HANDLE_BYTES 64
#define VD_TOPIC_BYTES 32
#define VD_INITIALS_BYTES 8
#define VD_LINE_BYTES 128   // first line of a message, as shown
#define VD_TEXT_BYTES 32768 // longest message text that is kept
#define VD_BRANDS_MAX 32
#define VD_ACCOUNTS_MAX 64
#define VD_STAFF_MAX 64
#define VD_CALENDARS_MAX 8
#define VD_POLICIES_MAX 16
#define VD_TOPICS_MAX 16
#define VD_TOPIC_WORDS_BYTES 512

enum vd_network {
	VD_NETWORK_NONE,
	VD_NETWORK_X,
	VD_NETWORK_FACEBOOK,
	VD_NETWORK_MASTODON,
	VD_NETWORK_N,
};
/** "x", "facebook", "mastodon"; "none" else. */
const char *vd_network_name(enum vd_network network);
enum vd_network vd_network_parse(struct vd_span name);

enum vd_direction {
	VD_DIRECTION_IN,  // from a customer
	VD_DIRECTION_OUT, // from the brand
};
enum vd_visibility {
	VD_VISIBILITY_PUBLIC,
	VD_VISIBILITY_PRIVATE,
};

/** R16. NONE on customers' messages. AUTOMATIC satisfies nothing (R15). */
enum vd_reply_kind {
	VD_REPLY_NONE,
	VD_REPLY_ANSWER,
	VD_REPLY_QUESTION,
	VD_REPLY_DEFLECTION,
	VD_REPLY_HOLDING,
	VD_REPLY_AUTOMATIC,
	VD_REPLY_N,
};
const char *vd_reply_kind_name(enum vd_reply_kind kind);
/** VD_REPLY_N where the name is unknown. */
enum vd_reply_kind vd_reply_kind_parse(struct vd_span name);

/** Targets of R17-R21, and the network's own; the order is the order of ties (R22). */
enum vd_target_kind {
	VD_TARGET_FIRST,
	VD_TARGET_NEXT,
	VD_TARGET_CADENCE,
	VD_TARGET_RESOLUTION,
	VD_TARGET_CEILING,
	VD_TARGET_WINDOW, // the network's, not a policy's: care/window.h
	VD_TARGET_N,
};
#define VD_TARGETS_OF_POLICY VD_TARGET_WINDOW // those before it
/** Counts wall time, no calendar (R21). */
static inline bool vd_target_is_wall(enum vd_target_kind kind)
{
	return kind == VD_TARGET_CEILING || kind == VD_TARGET_WINDOW;
}
const char *vd_target_name(enum vd_target_kind kind);

/** What was promised. Times in open seconds of the calendar unless said; 0 switches a target
 *  off. */
struct vd_policy {
	char name[VD_NAME_BYTES];
	uint32_t version;
	uint16_t calendar;                      // index into the rule book
	int32_t target_s[VD_TARGETS_OF_POLICY]; // CEILING in wall seconds (R21)
	uint8_t warn_percent;                   // R28
	uint8_t urgent_percent;
	int32_t warn_floor_s;
	int32_t urgent_floor_s;
	int32_t ack_lease_s;    // wall seconds an acknowledgement calms
	int32_t claim_lease_s;  // wall seconds a claim holds
	int32_t reopen_s;       // R36, wall seconds
	int32_t pause_days;     // R26: open days after which a pause asks
	int32_t offer_lease_s;  // R33, open seconds
	int32_t sleep_before_s; // R30: this long before closing the night is looked at
	int32_t sleep_after_s;  // R30: due within so many open seconds after the closure
	int32_t sleep_age_s;    // R30: unanswered for longer than that, in wall time, at reopening
	int32_t chatter_s;      // a warning whose cause went away stays for so many open seconds
	/** The escalation ladder of an alarm that nobody saw: open seconds in the calendar of who
	 *  is told (R31); 0: there is no such step. */
	int32_t sound_after_s;
	int32_t second_after_s;
	uint16_t sound_calendar; // index + 1; 0: the policy's own
	uint16_t second_calendar;
};
/** 4 h first and next, 16 h resolution, 75 %/30 min, 90 %/10 min, ack lease 15 min, claim 30 min,
 *  reopen 7 days, a pause asks after 5 open days, an offer holds 15 min, sleep-over 60 min before
 *  and after and 24 h of age, chatter 2 min, sound after 5 min, second level after 15 min. */
void vd_policy_init(struct vd_policy *policy);

struct vd_brand {
	char name[VD_NAME_BYTES];
	uint16_t policy;
};
struct vd_account {
	char name[VD_NAME_BYTES]; // as configured, e.g. "tim-x"
	char handle[VD_HANDLE_BYTES];
	char user_id[VD_ID_BYTES]; // the account's own id on the network
	enum vd_network network;
	uint16_t brand;
	bool is_enabled;
};
enum vd_role {
	VD_ROLE_AGENT,
	VD_ROLE_SUPERVISOR,
};
struct vd_staff {
	char name[VD_NAME_BYTES];
	char initials[VD_INITIALS_BYTES];
	enum vd_role role;
};

/** What a case is about, by the words of its opening message. */
struct vd_topic {
	char name[VD_TOPIC_BYTES];
	char words[VD_TOPIC_WORDS_BYTES]; // phrases, comma separated: care/words.h
};

/** Everything the desk judges by; one object, read-only while it is in force. Indexes are the
 *  small ids. */
struct vd_rulebook {
	struct vd_calendar calendars[VD_CALENDARS_MAX];
	struct vd_policy policies[VD_POLICIES_MAX];
	struct vd_brand brands[VD_BRANDS_MAX];
	struct vd_account accounts[VD_ACCOUNTS_MAX];
	struct vd_staff staff[VD_STAFF_MAX];
	struct vd_topic topics[VD_TOPICS_MAX]; // the first one that fits
	uint16_t n_calendars;
	uint16_t n_policies;
	uint16_t n_brands;
	uint16_t n_accounts;
	uint16_t n_staff;
	uint16_t n_topics;
};
/** Of a brand; the first one where the number is not in the book (never NULL). */
const struct vd_policy *vd_rulebook_policy(const struct vd_rulebook *book, uint16_t brand);
const struct vd_calendar *vd_rulebook_calendar(const struct vd_rulebook *book, uint16_t brand);

#endif
