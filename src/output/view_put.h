// SPDX-License-Identifier: MIT
/**
 * What view_json.c and conversation_json.c write in the same words: instants, pairs, names.
 * Not for anybody else.
 * Pure: it appends to the writer's buffer.
 */
#ifndef VD_OUTPUT_VIEW_PUT_H
#define VD_OUTPUT_VIEW_PUT_H

#include "base/json.h"
#include "output/output.h"

static inline void put(struct vd_json_out *j, const char *name, const char *text)
{
	vd_json_put_text(j, name, vd_span_of(text));
}

// R8: an instant that never comes is null, as one that is not set.
static inline void put_wall(struct vd_json_out *j, const char *name, struct vd_wall at)
{
	bool is_instant = at.us > 0 && at.us != INT64_MAX;
	vd_json_put_wall(j, name, is_instant ? at : (struct vd_wall){ 0 });
}

static inline void put_pair(struct vd_json_out *j, const char *name, struct vd_pair pair)
{
	vd_json_open(j, name, '{');
	vd_json_put_i64(j, "wall_s", pair.wall_s);
	vd_json_put_i64(j, "business_s", pair.business_s);
	vd_json_close(j, '}');
}

static inline const char *visibility_name(enum vd_visibility visibility)
{
	return visibility == VD_VISIBILITY_PRIVATE ? "private" : "public";
}

static inline const char *brand_name(const struct vd_rulebook *book, uint16_t brand)
{
	return brand < book->n_brands ? book->brands[brand].name : "";
}

static inline const struct vd_account *account_of(const struct vd_rulebook *book, uint16_t account)
{
	static const struct vd_account nobody = { .network = VD_NETWORK_NONE };
	return account < book->n_accounts ? &book->accounts[account] : &nobody;
}

static inline void put_names(struct vd_json_out *j, const struct vd_rulebook *book, uint16_t brand,
			     uint16_t account)
{
	const struct vd_account *a = account_of(book, account);
	put(j, "brand", brand_name(book, brand));
	put(j, "network", vd_network_name(a->network));
	put(j, "account", a->name);
}

static inline void put_target(struct vd_json_out *j, enum vd_target_kind target)
{
	if (target < VD_TARGET_N) {
		put(j, "target", vd_target_name(target));
	} else {
		vd_json_put_null(j, "target"); // nothing runs
	}
}

#endif
