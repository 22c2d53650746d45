// SPDX-License-Identifier: MIT
/**
 * vedetta.json: what is set at run time; one table row a setting drives parse, range, default,
 * help.
 * Not the rule book: that is made from it once the store has given the names their ids
 * (vd_config_bind).
 * Reads one file and the secrets' files it names; knows no time.
 */
#ifndef VD_APP_CONFIG_H
#define VD_APP_CONFIG_H

#include <stdio.h>

#include "base/diag.h"
#include "base/secret.h"
#include "care/domain.h"
#include "net/proxy.h"
#include "net/stack.h"
#include "store/store.h"

#define VD_CONFIG_TEXT_BYTES 256
#define VD_CONFIG_HOURS_BYTES 4096
#define VD_CONFIG_LIST_BYTES 1024

struct vd_config_calendar {
	char name[VD_CONFIG_TEXT_BYTES];
	char zone[VD_CONFIG_TEXT_BYTES];
	char hours[VD_CONFIG_HOURS_BYTES];   // the compact form of care/calendar.h
	char holidays[VD_CONFIG_TEXT_BYTES]; // a file of holidays or iCalendar, or ""
};
struct vd_config_policy {
	char name[VD_CONFIG_TEXT_BYTES];
	char calendar[VD_CONFIG_TEXT_BYTES];
	int64_t first_min;
	int64_t next_min;
	int64_t cadence_min;
	int64_t resolution_min;
	int64_t ceiling_min;
	int64_t warn_percent;
	int64_t urgent_percent;
	int64_t warn_floor_min;
	int64_t urgent_floor_min;
	int64_t ack_lease_min;
	int64_t claim_lease_min;
	int64_t reopen_days;
	int64_t pause_days;
	int64_t offer_lease_min;
	int64_t sleep_before_min;
	int64_t sleep_after_min;
	int64_t sleep_age_h;
	int64_t chatter_min;
	int64_t sound_after_min;
	int64_t second_after_min;
	char sound_calendar[VD_CONFIG_TEXT_BYTES];
	char second_calendar[VD_CONFIG_TEXT_BYTES];
};
struct vd_config_topic {
	char name[VD_CONFIG_TEXT_BYTES];
	char words[VD_CONFIG_HOURS_BYTES];
};
struct vd_config_brand {
	char name[VD_CONFIG_TEXT_BYTES];
	char policy[VD_CONFIG_TEXT_BYTES];
};
struct vd_config_account {
	char name[VD_CONFIG_TEXT_BYTES];
	char brand[VD_CONFIG_TEXT_BYTES];
	char network[VD_CONFIG_TEXT_BYTES];
	char handle[VD_CONFIG_TEXT_BYTES];
	char user_id[VD_CONFIG_TEXT_BYTES];
	char base_url[VD_CONFIG_TEXT_BYTES];
	char token_file[VD_CONFIG_TEXT_BYTES];
	char app_secret_file[VD_CONFIG_TEXT_BYTES];
	char token_expires[VD_CONFIG_TEXT_BYTES]; // "": not known
	int64_t poll_s;                           // 0: by the plan of the network
	char plan[VD_CONFIG_TEXT_BYTES];
	int64_t budget_usd; // a month; 0: none
	int64_t billing_day;
	bool owns_app;
	bool enabled;
	bool watch_own_posts;
	bool human_agent;
	char rivals[VD_CONFIG_TEXT_BYTES];
	uint16_t id; // set by vd_config_bind
};
struct vd_config_staff {
	char name[VD_CONFIG_TEXT_BYTES];
	char initials[VD_CONFIG_TEXT_BYTES];
	char role[VD_CONFIG_TEXT_BYTES];
	// "pbkdf2-sha256$ROUNDS$SALT-HEX$HASH-HEX", made by `vedetta hash-pin`
	char pin_hash[VD_CONFIG_TEXT_BYTES];
	uint16_t id; // set by vd_config_bind
};
struct vd_config_web {
	char listen[VD_CONFIG_TEXT_BYTES];
	int64_t port;
	char wall_token_file[VD_CONFIG_TEXT_BYTES];
	char cert_file[VD_CONFIG_TEXT_BYTES]; // "": made at the first start, kept in data_dir
	char key_file[VD_CONFIG_TEXT_BYTES];
	bool tls;
	char hosts[VD_CONFIG_TEXT_BYTES]; // names in the certificate that is made
};
struct vd_config_lamp {
	char kind[VD_CONFIG_TEXT_BYTES]; // none, console, leds
	char root[VD_CONFIG_TEXT_BYTES];
	char red[VD_CONFIG_TEXT_BYTES];
	char amber[VD_CONFIG_TEXT_BYTES];
	char green[VD_CONFIG_TEXT_BYTES];
	char white[VD_CONFIG_TEXT_BYTES];
	char blue[VD_CONFIG_TEXT_BYTES];
};
struct vd_config_sound {
	char kind[VD_CONFIG_TEXT_BYTES]; // none, console, beeper
	char device[VD_CONFIG_TEXT_BYTES];
};
struct vd_config_button {
	char device[VD_CONFIG_TEXT_BYTES];
	char key[VD_CONFIG_TEXT_BYTES];
};

/** The network stack of its own (lwIP), where it is built in. */
struct vd_config_net {
	char wire[VD_CONFIG_TEXT_BYTES]; // kernel, loopback, tap, packet
	char interface[VD_CONFIG_TEXT_BYTES];
	char mac[VD_CONFIG_TEXT_BYTES];
	char address[VD_CONFIG_TEXT_BYTES];
	char gateway[VD_CONFIG_TEXT_BYTES];
	char address6[VD_CONFIG_TEXT_BYTES];
	char dns[VD_CONFIG_TEXT_BYTES];
	char host[VD_CONFIG_TEXT_BYTES];
};

struct vd_config {
	char path[VD_CONFIG_TEXT_BYTES];
	char data_dir[VD_CONFIG_TEXT_BYTES];
	char language[VD_CONFIG_TEXT_BYTES];
	char wall[VD_CONFIG_TEXT_BYTES]; // public, ops
	char log[VD_CONFIG_TEXT_BYTES];
	char ca_file[VD_CONFIG_TEXT_BYTES];        // "": the bundle that is built in
	char sntp[VD_CONFIG_TEXT_BYTES];           // servers; "": the kernel's clock is believed
	char control_socket[VD_CONFIG_TEXT_BYTES]; // "": data_dir/control
	char proxy[VD_CONFIG_TEXT_BYTES];          // http://host:port; "": none
	char proxy_user[VD_CONFIG_TEXT_BYTES];
	char proxy_password_file[VD_CONFIG_TEXT_BYTES];
	char no_proxy[VD_CONFIG_LIST_BYTES]; // hosts that are reached without it
	struct vd_config_web web;
	struct vd_config_lamp lamp;
	struct vd_config_sound sound;
	struct vd_config_button button;
	struct vd_config_net net;
	size_t n_calendars;
	struct vd_config_calendar calendars[VD_CALENDARS_MAX];
	size_t n_policies;
	struct vd_config_policy policies[VD_POLICIES_MAX];
	size_t n_brands;
	struct vd_config_brand brands[VD_BRANDS_MAX];
	size_t n_accounts;
	struct vd_config_account accounts[VD_ACCOUNTS_MAX];
	size_t n_staff;
	struct vd_config_staff staff[VD_STAFF_MAX];
	size_t n_topics;
	struct vd_config_topic topics[VD_TOPICS_MAX];
};

/** Reads and checks everything that can be checked without opening anything but the files of
 *  holidays: one sentence with file, line and what to do. Heap memory, freed with
 *  vd_config_free. */
enum vd_err vd_config_load(const char *path, struct vd_config **out,
			   struct vd_diag *diag) VD_MUST_USE;
/** Whether the files that it names can be read; before a run, and for `vedetta check`. Tokens are
 *  left out: an
 *  account without one is told as such and blocks no other. */
enum vd_err vd_config_check_files(const struct vd_config *config, struct vd_diag *diag) VD_MUST_USE;
/** vd_config_load from memory; `path` is used in sentences and to resolve relative file names. */
enum vd_err vd_config_parse(const char *path, struct vd_span text, struct vd_config **out,
			    struct vd_diag *diag) VD_MUST_USE;
void vd_config_free(struct vd_config *config);
/** One object as it would stand in the list "calendars" or "policies", into the struct of that
 *  list; what it does not name takes its default. */
enum vd_err vd_config_parse_row(const char *path, struct vd_span text, const char *list, void *out,
				struct vd_diag *diag) VD_MUST_USE;
/** All but version and calendar, which the store numbers. */
void vd_config_policy_make(const struct vd_config_policy *from, struct vd_policy *to);
/** Gives names their ids (store) and fills the rule book. */
enum vd_err vd_config_bind(struct vd_config *config, struct vd_store *store,
			   struct vd_rulebook *book, struct vd_diag *diag) VD_MUST_USE;
/** When its token ends: the end of the day (UTC) or the instant that `token_expires` names; not set
 *  where it names none. VD_ERR_SYNTAX. */
enum vd_err vd_config_token_end(const struct vd_config_account *account,
				struct vd_wall *out) VD_MUST_USE;
/** A secret's file: at most VD_SECRET_BYTES, not readable by others. */
enum vd_err vd_config_secret(const char *file, struct vd_secret *out,
			     struct vd_diag *diag) VD_MUST_USE;
/** The proxy that is set, its password read: VD_ERR_NOT_FOUND (without a sentence) where none is.
 *  Wiped with vd_proxy_deinit. */
enum vd_err vd_config_proxy(const struct vd_config *config, struct vd_proxy *out,
			    struct vd_diag *diag) VD_MUST_USE;
/** The same without its password: what is wrong, and with which setting. */
enum vd_err vd_config_check_proxy(const struct vd_config *config, const char **place,
				  struct vd_diag *diag) VD_MUST_USE;
/** The network stack as it is set; else which setting is wrong, and why. Pure. */
enum vd_err vd_config_net(const struct vd_config *config, struct vd_stack_config *out,
			  const char **place, struct vd_diag *diag) VD_MUST_USE;
/** Where `vedetta ctl` finds the service. */
void vd_config_control_path(const struct vd_config *config, char *out, size_t cap);
/** A whole small file into heap memory (free). */
enum vd_err vd_config_read_file(const char *file, size_t limit, char **out, size_t *n,
				struct vd_diag *diag) VD_MUST_USE;
/** The table of settings as text, for `vedetta settings`. */
void vd_config_print_settings(FILE *out);

#endif
