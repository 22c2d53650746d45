// SPDX-License-Identifier: MIT
#include "app/config_table.h"

#include "app/config.h"
#include "base/attr.h"

#define MEMBER(type, name) offsetof(struct type, name), sizeof(((struct type *)0)->name)
#define TEXT(type, name, need, dflt, text)                                               \
	{                                                                                \
#name, VD_SETTING_TEXT, MEMBER(type, name), need, dflt, 0, 0, NULL, text \
	}
#define FILE_(type, name, need, dflt, text)                                              \
	{                                                                                \
#name, VD_SETTING_FILE, MEMBER(type, name), need, dflt, 0, 0, NULL, text \
	}
#define NUMBER(type, name, dflt, lo, hi, text)                                                \
	{                                                                                     \
#name, VD_SETTING_NUMBER, MEMBER(type, name), false, dflt, lo, hi, NULL, text \
	}
#define BOOL(type, name, dflt, text)                                                      \
	{                                                                                 \
#name, VD_SETTING_BOOL, MEMBER(type, name), false, dflt, 0, 0, NULL, text \
	}
#define CHOICE(type, name, need, dflt, list, text)                                         \
	{                                                                                  \
#name, VD_SETTING_CHOICE, MEMBER(type, name), need, dflt, 0, 0, list, text \
	}

static const struct vd_setting top_rows[] = {
	FILE_(vd_config, data_dir, true, NULL, "folder of the store; made where it is missing"),
	CHOICE(vd_config, language, false, "en", "en|it", "language of wall and pages"),
	CHOICE(vd_config, wall, false, "public", "public|ops",
	       "what the wall shows: no names, or handles and first lines"),
	CHOICE(vd_config, log, false, "info", "error|warn|info|debug", "how much is logged"),
	FILE_(vd_config, ca_file, false, "",
	      "roots (PEM) that are trusted instead of the built-in ones"),
	TEXT(vd_config, sntp, false, "",
	     "time servers, comma separated; empty: the kernel's clock is believed"),
	TEXT(vd_config, proxy, false, "",
	     "HTTP proxy that the networks are reached through, http://host:port; empty: none"),
	TEXT(vd_config, proxy_user, false, "", "who we are to the proxy; empty: nobody"),
	FILE_(vd_config, proxy_password_file, false, "",
	      "file with the proxy's password (mode 0600)"),
	TEXT(vd_config, no_proxy, false, "localhost,127.0.0.0/8,::1",
	     "hosts reached without it: names, domains, addresses, networks, comma separated"),
	FILE_(vd_config, control_socket, false, "",
	      "socket of `vedetta ctl`; empty: data_dir/control"),
};
static const struct vd_setting web_rows[] = {
	TEXT(vd_config_web, listen, false,
	     "::", "address that the pages are served on; \"::\": all of both families"),
	NUMBER(vd_config_web, port, "8443", 0, 65535, "port of the pages; 0: a free one"),
	BOOL(vd_config_web, tls, "true", "HTTPS; false only on loopback"),
	FILE_(vd_config_web, cert_file, false, "",
	      "certificate (PEM); empty: made at the first start"),
	FILE_(vd_config_web, key_file, false, "", "its key (PEM)"),
	TEXT(vd_config_web, hosts, false, "vedetta.local,localhost",
	     "names in the certificate that is made"),
	FILE_(vd_config_web, wall_token_file, false, "",
	      "file with the token that /wall asks for; empty: none"),
};
static const struct vd_setting lamp_rows[] = {
	CHOICE(vd_config_lamp, kind, false, "console", "none|console|leds", "where the light is"),
	TEXT(vd_config_lamp, root, false, "/sys/class/leds", "folder of the LED class"),
	TEXT(vd_config_lamp, red, false, "", "name of the red LED below it"),
	TEXT(vd_config_lamp, amber, false, "", "name of the amber LED"),
	TEXT(vd_config_lamp, green, false, "", "name of the green LED"),
	TEXT(vd_config_lamp, white, false, "", "name of the white LED"),
	TEXT(vd_config_lamp, blue, false, "", "name of the blue LED"),
};
static const struct vd_setting sound_rows[] = {
	CHOICE(vd_config_sound, kind, false, "console", "none|console|beeper",
	       "where the sound is: the terminal's bell, or a beeper"),
	TEXT(vd_config_sound, device, false, "",
	     "evdev device of the beeper, e.g. /dev/input/by-path/platform-beeper-event"),
};
static const struct vd_setting button_rows[] = {
	TEXT(vd_config_button, device, false, "",
	     "evdev device of the button, e.g. /dev/input/event0"),
	TEXT(vd_config_button, key, false, "",
	     "key that is the button, e.g. KEY_ENTER; empty: any"),
};
static const struct vd_setting net_rows[] = {
	TEXT(vd_config_net, wire, false, "",
	     "way to the network: kernel; built with lwIP: tap, packet, or loopback for tests"),
	TEXT(vd_config_net, interface, false, "",
	     "interface of the TAP or packet socket, e.g. eth0"),
	TEXT(vd_config_net, mac, false, "", "hardware address; empty: the interface's own"),
	TEXT(vd_config_net, address, false, "", "dhcp, or e.g. 192.0.2.7/24; empty: dhcp"),
	TEXT(vd_config_net, gateway, false, "", "router of that network"),
	TEXT(vd_config_net, address6, false, "",
	     "auto (as routers announce), none, or e.g. 2001:db8::7/64; empty: auto"),
	TEXT(vd_config_net, dns, false, "",
	     "name servers, comma separated; empty: those that DHCP and routers name"),
	TEXT(vd_config_net, host, false, "", "name that DHCP is told; empty: vedetta"),
};
static const struct vd_setting calendar_rows[] = {
	TEXT(vd_config_calendar, name, true, NULL, "name of the calendar"),
	TEXT(vd_config_calendar, zone, true, NULL, "zone: Europe/Rome or a POSIX rule"),
	TEXT(vd_config_calendar, hours, true, NULL,
	     "opening hours, e.g. 1-5=09:00-18:00!italy,2026-12-24=09:00-13:00"),
	FILE_(vd_config_calendar, holidays, false, "",
	      "file of more holidays: SPEC.md's form, or iCalendar (.ics)"),
};
static const struct vd_setting policy_rows[] = {
	TEXT(vd_config_policy, name, true, NULL, "name of the policy"),
	TEXT(vd_config_policy, calendar, true, NULL, "calendar that counts its open time"),
	NUMBER(vd_config_policy, first_min, "240", 0, 100000,
	       "first response, open minutes; 0: none"),
	NUMBER(vd_config_policy, next_min, "240", 0, 100000,
	       "next response, open minutes; 0: none"),
	NUMBER(vd_config_policy, cadence_min, "0", 0, 100000,
	       "open minutes between our own words; 0: none"),
	NUMBER(vd_config_policy, resolution_min, "960", 0, 100000,
	       "resolution, open minutes; 0: none"),
	NUMBER(vd_config_policy, ceiling_min, "0", 0, 100000,
	       "ceiling in wall minutes, calendar or not; 0: none"),
	NUMBER(vd_config_policy, warn_percent, "75", 1, 99,
	       "share of a target at which a warning starts"),
	NUMBER(vd_config_policy, urgent_percent, "90", 1, 99,
	       "share of a target at which it is urgent"),
	NUMBER(vd_config_policy, warn_floor_min, "30", 0, 10000,
	       "or this many open minutes before, if earlier"),
	NUMBER(vd_config_policy, urgent_floor_min, "10", 0, 10000, "the same for urgent"),
	NUMBER(vd_config_policy, ack_lease_min, "15", 1, 10000,
	       "minutes that an acknowledgement calms"),
	NUMBER(vd_config_policy, claim_lease_min, "30", 1, 10000, "minutes that a claim holds"),
	NUMBER(vd_config_policy, reopen_days, "7", 0, 365,
	       "days after which a customer's word is a new conversation"),
	NUMBER(vd_config_policy, pause_days, "5", 1, 365,
	       "open days after which a pause asks whether it goes on"),
	NUMBER(vd_config_policy, offer_lease_min, "15", 1, 10000,
	       "open minutes that an offered hand-over waits"),
	NUMBER(vd_config_policy, sleep_before_min, "60", 1, 1440,
	       "minutes before closing at which the coming night is looked at"),
	NUMBER(vd_config_policy, sleep_after_min, "60", 0, 1440,
	       "what is due so many open minutes after reopening is listed then"),
	NUMBER(vd_config_policy, sleep_age_h, "24", 1, 10000,
	       "and who will have waited longer at reopening, in hours"),
	NUMBER(vd_config_policy, chatter_min, "2", 0, 60,
	       "open minutes that a warning stays whose threshold moved away"),
	NUMBER(vd_config_policy, sound_after_min, "5", 0, 10000,
	       "open minutes after which an alarm that nobody saw sounds; 0: never"),
	NUMBER(vd_config_policy, second_after_min, "15", 0, 10000,
	       "and after which the second level is told; 0: never"),
	TEXT(vd_config_policy, sound_calendar, false, "",
	     "calendar of who hears it; empty: the policy's own"),
	TEXT(vd_config_policy, second_calendar, false, "",
	     "calendar of the second level; empty: the policy's own"),
};
static const struct vd_setting brand_rows[] = {
	TEXT(vd_config_brand, name, true, NULL, "name of the brand"),
	TEXT(vd_config_brand, policy, true, NULL, "policy that its conversations are judged by"),
};
static const struct vd_setting account_rows[] = {
	TEXT(vd_config_account, name, true, NULL,
	     "name of the account, e.g. tim-x; keep it for ever"),
	TEXT(vd_config_account, brand, true, NULL, "brand it belongs to"),
	CHOICE(vd_config_account, network, true, NULL, "x|facebook|mastodon", "network it is on"),
	TEXT(vd_config_account, user_id, true, NULL,
	     "its number on the network (Facebook: the Page's; Mastodon: user@host)"),
	TEXT(vd_config_account, handle, false, "", "its handle, without @"),
	FILE_(vd_config_account, token_file, false, "",
	      "file with its access token (mode 0600), where `vedetta account add` keeps none"),
	FILE_(vd_config_account, app_secret_file, false, "",
	      "Facebook: file with the app's secret"),
	TEXT(vd_config_account, token_expires, false, "",
	     "when its token ends, e.g. 2026-12-31 or 2026-12-31T10:00:00Z; empty: not known"),
	TEXT(vd_config_account, base_url, false, "",
	     "Mastodon: its server, e.g. https://mastodon.uno; else only for tests"),
	NUMBER(vd_config_account, poll_s, "0", 0, 86400,
	       "seconds between polls; 0: as the limits allow, near deadlines oftener"),
	CHOICE(vd_config_account, plan, false, "pay", "pay|pro|basic|free",
	       "X: the app's tariff, pay-per-use or one of the old plans"),
	NUMBER(vd_config_account, budget_usd, "0", 0, 1000000,
	       "X: US dollars a month; at 80 % a warning, and it is read less often; 0: none"),
	NUMBER(vd_config_account, billing_day, "1", 1, 28, "X: day on which its month begins"),
	BOOL(vd_config_account, owns_app, "false",
	     "X: this user owns the developer app: reading its own lists costs a fifth"),
	BOOL(vd_config_account, enabled, "true", "false takes it out of service; it stays listed"),
	BOOL(vd_config_account, watch_own_posts, "true", "look for replies made with other tools"),
	TEXT(vd_config_account, rivals, false, "",
	     "competitors whose followers are counted too: handles or pages, comma separated"),
	BOOL(vd_config_account, human_agent, "false",
	     "Facebook: the app has the Human Agent feature, Messenger is open for 7 days"),
};
static const struct vd_setting staff_rows[] = {
	TEXT(vd_config_staff, name, true, NULL, "name of the member of staff"),
	TEXT(vd_config_staff, initials, true, NULL, "initials shown on the wall"),
	CHOICE(vd_config_staff, role, false, "agent", "agent|supervisor", "what they may do"),
	TEXT(vd_config_staff, pin_hash, true, NULL, "made by `vedetta hash-pin`"),
};

static const struct vd_setting topic_rows[] = {
	TEXT(vd_config_topic, name, true, NULL, "name of the topic, e.g. fibre"),
	TEXT(vd_config_topic, words, true, NULL,
	     "words of an opening message that mean it, comma separated"),
};

#define GROUP(key, rows)                                         \
	{                                                        \
		key, false, 0, 0, 0, 0, rows, VD_ARRAY_LEN(rows) \
	}
#define OBJECT(name, rows)                                                            \
	{                                                                             \
#name, false, MEMBER(vd_config, name), 0, 0, rows, VD_ARRAY_LEN(rows) \
	}
#define ARRAY(name, type, rows)                                                        \
	{                                                                              \
#name, true, offsetof(struct vd_config, name), sizeof(struct type),    \
			sizeof(((struct vd_config *)0)->name) / sizeof(struct type),   \
			offsetof(struct vd_config, n_##name), rows, VD_ARRAY_LEN(rows) \
	}

const struct vd_setting_group vd_setting_groups[] = {
	GROUP("", top_rows),
	OBJECT(web, web_rows),
	OBJECT(lamp, lamp_rows),
	OBJECT(sound, sound_rows),
	OBJECT(button, button_rows),
	OBJECT(net, net_rows),
	ARRAY(calendars, vd_config_calendar, calendar_rows),
	ARRAY(policies, vd_config_policy, policy_rows),
	ARRAY(brands, vd_config_brand, brand_rows),
	ARRAY(accounts, vd_config_account, account_rows),
	ARRAY(staff, vd_config_staff, staff_rows),
	ARRAY(topics, vd_config_topic, topic_rows),
};
const size_t vd_setting_groups_n = VD_ARRAY_LEN(vd_setting_groups);
