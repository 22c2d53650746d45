// SPDX-License-Identifier: MIT
// From a configuration to the rule book: names get their ids, texts their meaning.
#include <stdio.h>
#include <string.h>

#include "app/config.h"
#include "app/config_calendar.h"

static enum vd_err bind_id(struct vd_store *store, enum vd_name_space space, const char *name,
			   size_t most, uint16_t *n, uint16_t *id, struct vd_diag *diag)
{
	enum vd_err err = vd_store_name_id(store, space, vd_span_of(name), id, diag);
	if (err == VD_OK && *id >= most) {
		return vd_diag_set(diag, VD_ERR_ROOM,
				   "\"%s\" would be number %u of its kind; there is room for %zu",
				   name, *id + 1u, most);
	}
	if (err == VD_OK && *id >= *n) {
		*n = (uint16_t)(*id + 1);
	}
	return err;
}

static void copy_name(char out[VD_NAME_BYTES], const char *name)
{
	memset(out, 0, VD_NAME_BYTES); // rules are told apart by their bytes
	snprintf(out, VD_NAME_BYTES, "%.*s", VD_NAME_BYTES - 1, name);
}

static enum vd_err bind_calendars(const struct vd_config *config, struct vd_store *store,
				  struct vd_rulebook *book, struct vd_diag *diag)
{
	for (size_t i = 0; i < config->n_calendars; i++) {
		const struct vd_config_calendar *from = &config->calendars[i];
		uint16_t id;
		enum vd_err err = bind_id(store, VD_NAMES_CALENDAR, from->name, VD_CALENDARS_MAX,
					  &book->n_calendars, &id, diag);
		if (err == VD_OK) {
			const char *key;
			err = vd_config_calendar_make(from, &book->calendars[id], &key, diag);
		}
		if (err != VD_OK) {
			return err;
		}
	}
	return VD_OK;
}

void vd_config_policy_make(const struct vd_config_policy *from, struct vd_policy *to)
{
	vd_policy_init(to);
	copy_name(to->name, from->name);
	to->target_s[VD_TARGET_FIRST] = (int32_t)from->first_min * 60;
	to->target_s[VD_TARGET_NEXT] = (int32_t)from->next_min * 60;
	to->target_s[VD_TARGET_CADENCE] = (int32_t)from->cadence_min * 60;
	to->target_s[VD_TARGET_RESOLUTION] = (int32_t)from->resolution_min * 60;
	to->target_s[VD_TARGET_CEILING] = (int32_t)from->ceiling_min * 60;
	to->warn_percent = (uint8_t)from->warn_percent;
	to->urgent_percent = (uint8_t)from->urgent_percent;
	to->warn_floor_s = (int32_t)from->warn_floor_min * 60;
	to->urgent_floor_s = (int32_t)from->urgent_floor_min * 60;
	to->ack_lease_s = (int32_t)from->ack_lease_min * 60;
	to->claim_lease_s = (int32_t)from->claim_lease_min * 60;
	to->reopen_s = (int32_t)from->reopen_days * 86400;
	to->pause_days = (int32_t)from->pause_days;
	to->offer_lease_s = (int32_t)from->offer_lease_min * 60;
	to->sleep_before_s = (int32_t)from->sleep_before_min * 60;
	to->sleep_after_s = (int32_t)from->sleep_after_min * 60;
	to->sleep_age_s = (int32_t)from->sleep_age_h * 3600;
	to->chatter_s = (int32_t)from->chatter_min * 60;
	to->sound_after_s = (int32_t)from->sound_after_min * 60;
	to->second_after_s = (int32_t)from->second_after_min * 60;
}

// Index + 1; 0 where none is named.
static enum vd_err find_calendar(struct vd_store *store, const char *name, uint16_t *out,
				 struct vd_diag *diag)
{
	*out = 0;
	if (name[0] == '\0') {
		return VD_OK;
	}
	uint16_t id = 0;
	enum vd_err err = vd_store_name_id(store, VD_NAMES_CALENDAR, vd_span_of(name), &id, diag);
	*out = (uint16_t)(id + 1);
	return err;
}

static enum vd_err bind_policies(const struct vd_config *config, struct vd_store *store,
				 struct vd_rulebook *book, struct vd_diag *diag)
{
	for (size_t i = 0; i < config->n_policies; i++) {
		const struct vd_config_policy *from = &config->policies[i];
		uint16_t id;
		uint16_t calendar;
		enum vd_err err = bind_id(store, VD_NAMES_POLICY, from->name, VD_POLICIES_MAX,
					  &book->n_policies, &id, diag);
		if (err == VD_OK) {
			err = vd_store_name_id(store, VD_NAMES_CALENDAR, vd_span_of(from->calendar),
					       &calendar, diag);
		}
		if (err != VD_OK) {
			return err;
		}
		struct vd_policy *to = &book->policies[id];
		vd_config_policy_make(from, to);
		to->calendar = calendar;
		err = find_calendar(store, from->sound_calendar, &to->sound_calendar, diag);
		if (err == VD_OK) {
			err = find_calendar(store, from->second_calendar, &to->second_calendar,
					    diag);
		}
		if (err != VD_OK) {
			return err;
		}
	}
	return VD_OK;
}

static enum vd_err bind_brands(const struct vd_config *config, struct vd_store *store,
			       struct vd_rulebook *book, struct vd_diag *diag)
{
	for (size_t i = 0; i < config->n_brands; i++) {
		uint16_t id;
		uint16_t policy;
		enum vd_err err = bind_id(store, VD_NAMES_BRAND, config->brands[i].name,
					  VD_BRANDS_MAX, &book->n_brands, &id, diag);
		if (err == VD_OK) {
			err = vd_store_name_id(store, VD_NAMES_POLICY,
					       vd_span_of(config->brands[i].policy), &policy, diag);
		}
		if (err != VD_OK) {
			return err;
		}
		copy_name(book->brands[id].name, config->brands[i].name);
		book->brands[id].policy = policy;
	}
	return VD_OK;
}

static enum vd_err bind_accounts(struct vd_config *config, struct vd_store *store,
				 struct vd_rulebook *book, struct vd_diag *diag)
{
	for (size_t i = 0; i < config->n_accounts; i++) {
		struct vd_config_account *from = &config->accounts[i];
		uint16_t brand = 0;
		enum vd_err err = bind_id(store, VD_NAMES_ACCOUNT, from->name, VD_ACCOUNTS_MAX,
					  &book->n_accounts, &from->id, diag);
		if (err == VD_OK) {
			err = vd_store_name_id(store, VD_NAMES_BRAND, vd_span_of(from->brand),
					       &brand, diag);
		}
		if (err != VD_OK) {
			return err;
		}
		struct vd_account *to = &book->accounts[from->id];
		copy_name(to->name, from->name);
		snprintf(to->handle, sizeof(to->handle), "%.*s", VD_HANDLE_BYTES - 1, from->handle);
		snprintf(to->user_id, sizeof(to->user_id), "%.*s", VD_ID_BYTES - 1, from->user_id);
		to->network = vd_network_parse(vd_span_of(from->network));
		to->brand = brand;
		to->is_enabled = from->enabled;
	}
	return VD_OK;
}

static enum vd_err bind_staff(struct vd_config *config, struct vd_store *store,
			      struct vd_rulebook *book, struct vd_diag *diag)
{
	for (size_t i = 0; i < config->n_staff; i++) {
		struct vd_config_staff *from = &config->staff[i];
		enum vd_err err = bind_id(store, VD_NAMES_STAFF, from->name, VD_STAFF_MAX,
					  &book->n_staff, &from->id, diag);
		if (err != VD_OK) {
			return err;
		}
		struct vd_staff *to = &book->staff[from->id];
		copy_name(to->name, from->name);
		snprintf(to->initials, sizeof(to->initials), "%.*s", VD_INITIALS_BYTES - 1,
			 from->initials);
		to->role = strcmp(from->role, "supervisor") == 0 ? VD_ROLE_SUPERVISOR
								 : VD_ROLE_AGENT;
	}
	return VD_OK;
}

// In the order of the file: the first one that fits counts.
static void bind_topics(const struct vd_config *config, struct vd_rulebook *book)
{
	for (size_t i = 0; i < config->n_topics; i++) {
		struct vd_topic *to = &book->topics[book->n_topics++];
		snprintf(to->name, sizeof(to->name), "%.*s", VD_TOPIC_BYTES - 1,
			 config->topics[i].name);
		snprintf(to->words, sizeof(to->words), "%.*s", VD_TOPIC_WORDS_BYTES - 1,
			 config->topics[i].words);
	}
}

enum vd_err vd_config_bind(struct vd_config *config, struct vd_store *store,
			   struct vd_rulebook *book, struct vd_diag *diag)
{
	memset(book, 0, sizeof(*book));
	enum vd_err err = bind_calendars(config, store, book, diag);
	err = err == VD_OK ? bind_policies(config, store, book, diag) : err;
	err = err == VD_OK ? bind_brands(config, store, book, diag) : err;
	err = err == VD_OK ? bind_accounts(config, store, book, diag) : err;
	bind_topics(config, book);
	return err == VD_OK ? bind_staff(config, store, book, diag) : err;
}
