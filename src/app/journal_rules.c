// SPDX-License-Identifier: MIT
#include "app/journal_rules.h"

#include <stdio.h>
#include <string.h>

#define ZONE_BYTES 256
#define CALENDAR_TEXT_BYTES 32768

static const struct rule_kind {
	const char *name;
	uint16_t most;
	size_t rows; // offsets in the book
	size_t n;
	size_t row_bytes;
	size_t row_name; // offset in the row
} kinds[VD_RULE_N] = {
#define ROW(kind, rows_of, type, most_of)                                               \
	{                                                                               \
		kind, most_of, offsetof(struct vd_rulebook, rows_of),                   \
			offsetof(struct vd_rulebook, n_##rows_of), sizeof(struct type), \
			offsetof(struct type, name)                                     \
	}
	[VD_RULE_CALENDAR] = ROW("calendar", calendars, vd_calendar, VD_CALENDARS_MAX),
	[VD_RULE_POLICY] = ROW("policy", policies, vd_policy, VD_POLICIES_MAX),
	[VD_RULE_BRAND] = ROW("brand", brands, vd_brand, VD_BRANDS_MAX),
	[VD_RULE_ACCOUNT] = ROW("account", accounts, vd_account, VD_ACCOUNTS_MAX),
	[VD_RULE_STAFF] = ROW("staff", staff, vd_staff, VD_STAFF_MAX),
#undef ROW
};

struct number {
	const char *name;
	size_t at;
	size_t bytes; // 1 and 2 unsigned, 4 signed
};
#define NUMBER(field)                                                                             \
	{                                                                                         \
#field, offsetof(struct vd_policy, field), sizeof(((struct vd_policy *)0)->field) \
	}
#define TARGET(text, kind)                                                        \
	{                                                                         \
		text, offsetof(struct vd_policy, target_s[kind]), sizeof(int32_t) \
	}
static const struct number policy_numbers[] = {
	NUMBER(calendar),
	TARGET("first_s", VD_TARGET_FIRST),
	TARGET("next_s", VD_TARGET_NEXT),
	TARGET("cadence_s", VD_TARGET_CADENCE),
	TARGET("resolution_s", VD_TARGET_RESOLUTION),
	TARGET("ceiling_s", VD_TARGET_CEILING),
	NUMBER(warn_percent),
	NUMBER(urgent_percent),
	NUMBER(warn_floor_s),
	NUMBER(urgent_floor_s),
	NUMBER(ack_lease_s),
	NUMBER(claim_lease_s),
	NUMBER(reopen_s),
	NUMBER(pause_days),
	NUMBER(offer_lease_s),
	NUMBER(sleep_before_s),
	NUMBER(sleep_after_s),
	NUMBER(sleep_age_s),
	NUMBER(chatter_s),
	NUMBER(sound_after_s),
	NUMBER(second_after_s),
	NUMBER(sound_calendar),
	NUMBER(second_calendar),
};
#undef NUMBER
#undef TARGET
// A number that is missing above would be a verdict that nobody can check.
_Static_assert(sizeof(struct vd_policy) == 136, "new fields of a policy go into policy_numbers");

const char *vd_rule_kind_name(enum vd_rule_kind kind)
{
	return (unsigned)kind < VD_RULE_N ? kinds[kind].name : "?";
}

uint16_t vd_rule_kind_most(enum vd_rule_kind kind)
{
	return (unsigned)kind < VD_RULE_N ? kinds[kind].most : 0;
}

static uint16_t *count_of(struct vd_rulebook *book, enum vd_rule_kind kind)
{
	return (uint16_t *)(void *)((char *)book + kinds[kind].n);
}

static void *row_of(struct vd_rulebook *book, enum vd_rule_kind kind, uint16_t id)
{
	return (char *)book + kinds[kind].rows + id * kinds[kind].row_bytes;
}

static const char *const_row_of(const struct vd_rulebook *book, enum vd_rule_kind kind, uint16_t id)
{
	return (const char *)book + kinds[kind].rows + (size_t)id * kinds[kind].row_bytes;
}

static const char *name_of(const struct vd_rulebook *book, enum vd_rule_kind kind, uint16_t id)
{
	return const_row_of(book, kind, id) + kinds[kind].row_name;
}

bool vd_rule_is_there(const struct vd_rulebook *book, enum vd_rule_kind kind, uint16_t id)
{
	const uint16_t *n = (const uint16_t *)(const void *)((const char *)book + kinds[kind].n);
	const char *row = const_row_of(book, kind, id);
	size_t i = 0;
	while (id < *n && i < kinds[kind].row_bytes && row[i] == 0) {
		i++;
	}
	return id < *n && i < kinds[kind].row_bytes;
}

// ---- to JSON --------------------------------------------------------------------------------

static int64_t get_number(const struct vd_policy *policy, const struct number *number)
{
	const char *p = (const char *)policy + number->at;
	uint16_t u16;
	int32_t i32;
	switch (number->bytes) {
	case sizeof(uint8_t):
		return (uint8_t)*p;
	case sizeof(u16):
		memcpy(&u16, p, sizeof(u16));
		return u16;
	default:
		memcpy(&i32, p, sizeof(i32));
		return i32;
	}
}

static void set_number(struct vd_policy *policy, const struct number *number, int64_t value)
{
	char *p = (char *)policy + number->at;
	uint8_t u8 = (uint8_t)value;
	uint16_t u16 = (uint16_t)value;
	int32_t i32 = (int32_t)value;
	switch (number->bytes) {
	case sizeof(u8):
		memcpy(p, &u8, sizeof(u8));
		break;
	case sizeof(u16):
		memcpy(p, &u16, sizeof(u16));
		break;
	default:
		memcpy(p, &i32, sizeof(i32));
		break;
	}
}

static void put_calendar(struct vd_json_out *j, const struct vd_calendar *calendar)
{
	struct vd_buf zone;
	struct vd_buf text;
	vd_buf_init_heap(&zone, ZONE_BYTES);
	vd_buf_init_heap(&text, CALENDAR_TEXT_BYTES);
	vd_calendar_print(calendar, &zone, &text);
	vd_json_put_i64(j, "version", calendar->version);
	vd_json_put_text(j, "zone", vd_buf_span(&zone));
	vd_json_put_text(j, "text", vd_buf_span(&text));
	j->buf->overflow |= zone.overflow || text.overflow;
	vd_buf_deinit(&zone);
	vd_buf_deinit(&text);
}

static void put_policy(struct vd_json_out *j, const struct vd_policy *policy)
{
	vd_json_put_i64(j, "version", policy->version);
	for (size_t i = 0; i < VD_ARRAY_LEN(policy_numbers); i++) {
		vd_json_put_i64(j, policy_numbers[i].name, get_number(policy, &policy_numbers[i]));
	}
}

static void put_row(struct vd_json_out *j, const struct vd_rulebook *book, enum vd_rule_kind kind,
		    uint16_t id)
{
	switch (kind) {
	case VD_RULE_CALENDAR:
		put_calendar(j, &book->calendars[id]);
		break;
	case VD_RULE_POLICY:
		put_policy(j, &book->policies[id]);
		break;
	case VD_RULE_BRAND:
		vd_json_put_i64(j, "policy", book->brands[id].policy);
		break;
	case VD_RULE_ACCOUNT:
		vd_json_put_text(j, "network",
				 vd_span_of(vd_network_name(book->accounts[id].network)));
		vd_json_put_i64(j, "brand", book->accounts[id].brand);
		break;
	case VD_RULE_STAFF:
		vd_json_put_text(j, "initials", vd_span_of(book->staff[id].initials));
		vd_json_put_bool(j, "supervisor", book->staff[id].role == VD_ROLE_SUPERVISOR);
		break;
	case VD_RULE_N:
		break;
	}
}

void vd_rule_print(const struct vd_rulebook *book, enum vd_rule_kind kind, uint16_t id,
		   struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "rule", vd_span_of(vd_rule_kind_name(kind)));
	vd_json_put_i64(&j, "id", id);
	if (vd_rule_is_there(book, kind, id)) {
		vd_json_put_text(&j, "name", vd_span_of(name_of(book, kind, id)));
		put_row(&j, book, kind, id);
	} else {
		vd_json_put_bool(&j, "gone", true);
	}
	vd_json_close(&j, '}');
}

void vd_rule_setting(enum vd_rule_kind kind, uint16_t id, char *out, size_t cap)
{
	snprintf(out, cap, "journal:%s:%u", vd_rule_kind_name(kind), (unsigned)id);
}

// ---- from JSON ------------------------------------------------------------------------------

static enum vd_err refuse(const char *what, struct vd_diag *diag)
{
	return vd_diag_set(diag, VD_ERR_CORRUPT, "a rule's \"%s\" can't be read", what);
}

static enum vd_err take_number(const cJSON *row, const char *name, int64_t most, int64_t *out,
			       struct vd_diag *diag)
{
	enum vd_err err = vd_json_i64(row, name, out);
	return err == VD_OK && *out >= 0 && *out <= most ? VD_OK : refuse(name, diag);
}

static enum vd_err take_calendar(const cJSON *row, struct vd_calendar *to, struct vd_diag *diag)
{
	int64_t version = 0;
	enum vd_err err = take_number(row, "version", UINT32_MAX, &version, diag);
	if (err == VD_OK) {
		err = vd_calendar_parse(vd_json_text(row, "zone"), vd_json_text(row, "text"), to,
					diag);
	}
	to->version = (uint32_t)version;
	return err;
}

static enum vd_err take_policy(const cJSON *row, struct vd_policy *to, struct vd_diag *diag)
{
	int64_t value = 0;
	enum vd_err err = take_number(row, "version", UINT32_MAX, &value, diag);
	to->version = (uint32_t)value;
	for (size_t i = 0; i < VD_ARRAY_LEN(policy_numbers) && err == VD_OK; i++) {
		const struct number *number = &policy_numbers[i];
		int64_t most = number->bytes == 1   ? UINT8_MAX
			       : number->bytes == 2 ? UINT16_MAX
						    : INT32_MAX;
		err = take_number(row, number->name, most, &value, diag);
		set_number(to, number, value);
	}
	return err;
}

static enum vd_err take_account(const cJSON *row, struct vd_account *to, struct vd_diag *diag)
{
	int64_t brand = 0;
	enum vd_err err = take_number(row, "brand", UINT16_MAX, &brand, diag);
	to->brand = (uint16_t)brand;
	to->network = vd_network_parse(vd_json_text(row, "network"));
	to->is_enabled = true;
	return err;
}

static enum vd_err take_staff(const cJSON *row, struct vd_staff *to, struct vd_diag *diag)
{
	to->role = vd_json_bool(row, "supervisor", false) ? VD_ROLE_SUPERVISOR : VD_ROLE_AGENT;
	return vd_span_copy(vd_json_text(row, "initials"), to->initials, sizeof(to->initials)) ==
			       VD_OK
		       ? VD_OK
		       : refuse("initials", diag);
}

static enum vd_err take_row(const cJSON *row, enum vd_rule_kind kind, void *to,
			    struct vd_diag *diag)
{
	int64_t value = 0;
	enum vd_err err = VD_OK;
	switch (kind) {
	case VD_RULE_CALENDAR:
		return take_calendar(row, to, diag);
	case VD_RULE_POLICY:
		return take_policy(row, to, diag);
	case VD_RULE_BRAND:
		err = take_number(row, "policy", UINT16_MAX, &value, diag);
		((struct vd_brand *)to)->policy = (uint16_t)value;
		return err;
	case VD_RULE_ACCOUNT:
		return take_account(row, to, diag);
	case VD_RULE_STAFF:
		return take_staff(row, to, diag);
	case VD_RULE_N:
		break;
	}
	return refuse("rule", diag);
}

static enum vd_err find_kind(const cJSON *row, enum vd_rule_kind *kind, struct vd_diag *diag)
{
	for (int i = 0; i < VD_RULE_N; i++) {
		if (vd_span_is_text(vd_json_text(row, "rule"), kinds[i].name)) {
			*kind = (enum vd_rule_kind)i;
			return VD_OK;
		}
	}
	return refuse("rule", diag);
}

static enum vd_err apply(const cJSON *tree, struct vd_rulebook *book, enum vd_rule_kind *kind,
			 uint16_t *id, struct vd_diag *diag)
{
	int64_t value = 0;
	enum vd_err err = find_kind(tree, kind, diag);
	err = err != VD_OK ? err : take_number(tree, "id", kinds[*kind].most - 1, &value, diag);
	if (err != VD_OK) {
		return err;
	}
	*id = (uint16_t)value;
	char *row = row_of(book, *kind, *id);
	memset(row, 0, kinds[*kind].row_bytes);
	if (!vd_json_bool(tree, "gone", false)) {
		err = take_row(tree, *kind, row, diag);
		size_t cap = *kind == VD_RULE_CALENDAR ? VD_CALENDAR_NAME_BYTES : VD_NAME_BYTES;
		struct vd_span name = vd_json_text(tree, "name");
		if (err == VD_OK && vd_span_copy(name, row + kinds[*kind].row_name, cap) != VD_OK) {
			err = refuse("name", diag);
		}
	}
	// As many as up to the last row that is there.
	uint16_t *n = count_of(book, *kind);
	*n = kinds[*kind].most;
	while (*n > 0 && !vd_rule_is_there(book, *kind, (uint16_t)(*n - 1))) {
		--*n;
	}
	return err;
}

enum vd_err vd_rule_apply(struct vd_span detail, struct vd_rulebook *book, enum vd_rule_kind *kind,
			  uint16_t *id, struct vd_diag *diag)
{
	cJSON *tree = vd_json_parse(detail, diag);
	if (tree == NULL) {
		return VD_ERR_CORRUPT;
	}
	enum vd_err err = apply(tree, book, kind, id, diag);
	vd_json_free(tree);
	return err;
}
