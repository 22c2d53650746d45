// SPDX-License-Identifier: MIT
#include "care/domain.h"

#include <string.h>

static const char *const network_names[VD_NETWORK_N] = {
	[VD_NETWORK_NONE] = "none",
	[VD_NETWORK_X] = "x",
	[VD_NETWORK_FACEBOOK] = "facebook",
	[VD_NETWORK_MASTODON] = "mastodon",
};

static const char *const reply_names[VD_REPLY_N] = {
	[VD_REPLY_NONE] = "none",         [VD_REPLY_ANSWER] = "answer",
	[VD_REPLY_QUESTION] = "question", [VD_REPLY_DEFLECTION] = "deflection",
	[VD_REPLY_HOLDING] = "holding",   [VD_REPLY_AUTOMATIC] = "automatic",
};

static const char *const target_names[VD_TARGET_N] = {
	[VD_TARGET_FIRST] = "first",     [VD_TARGET_NEXT] = "next",
	[VD_TARGET_CADENCE] = "cadence", [VD_TARGET_RESOLUTION] = "resolution",
	[VD_TARGET_CEILING] = "ceiling", [VD_TARGET_WINDOW] = "window",
};

const char *vd_network_name(enum vd_network network)
{
	return (unsigned)network < VD_NETWORK_N ? network_names[network] : "none";
}

enum vd_network vd_network_parse(struct vd_span name)
{
	for (int i = VD_NETWORK_NONE + 1; i < VD_NETWORK_N; i++) {
		if (vd_span_is_text(name, network_names[i])) {
			return (enum vd_network)i;
		}
	}
	return VD_NETWORK_NONE;
}

const char *vd_reply_kind_name(enum vd_reply_kind kind)
{
	return (unsigned)kind < VD_REPLY_N ? reply_names[kind] : "?";
}

enum vd_reply_kind vd_reply_kind_parse(struct vd_span name)
{
	for (int i = 0; i < VD_REPLY_N; i++) {
		if (vd_span_is_text(name, reply_names[i])) {
			return (enum vd_reply_kind)i;
		}
	}
	return VD_REPLY_N;
}

const char *vd_target_name(enum vd_target_kind kind)
{
	return (unsigned)kind < VD_TARGET_N ? target_names[kind] : "none";
}

void vd_policy_init(struct vd_policy *policy)
{
	*policy = (struct vd_policy){
		.name = "default",
		.version = 1,
		.target_s = {
			[VD_TARGET_FIRST] = 4 * 3600,
			[VD_TARGET_NEXT] = 4 * 3600,
			[VD_TARGET_RESOLUTION] = 16 * 3600,
		},
		.warn_percent = 75,
		.urgent_percent = 90,
		.warn_floor_s = 30 * 60,
		.urgent_floor_s = 10 * 60,
		.ack_lease_s = 15 * 60,
		.claim_lease_s = 30 * 60,
		.reopen_s = 7 * 86400,
		.pause_days = 5,
		.offer_lease_s = 15 * 60,
		.sleep_before_s = 60 * 60,
		.sleep_after_s = 60 * 60,
		.sleep_age_s = 24 * 3600,
		.chatter_s = 2 * 60,
		.sound_after_s = 5 * 60,
		.second_after_s = 15 * 60,
	};
}

const struct vd_policy *vd_rulebook_policy(const struct vd_rulebook *book, uint16_t brand)
{
	uint16_t policy = brand < book->n_brands ? book->brands[brand].policy : 0;
	return &book->policies[policy < book->n_policies ? policy : 0];
}

const struct vd_calendar *vd_rulebook_calendar(const struct vd_rulebook *book, uint16_t brand)
{
	uint16_t calendar = vd_rulebook_policy(book, brand)->calendar;
	return &book->calendars[calendar < book->n_calendars ? calendar : 0];
}
