// SPDX-License-Identifier: MIT
#include "app/person_proof.h"

#include <stdlib.h>
#include <string.h>

void vd_person_proof_deinit(struct vd_person_proof *proof)
{
	free(proof->at);
	memset(proof, 0, sizeof(*proof));
}

static bool is_pair(const struct vd_person_link *link, const struct vd_person_key *a,
		    const struct vd_person_key *b)
{
	return (vd_person_is_same(&link->a, a) && vd_person_is_same(&link->b, b)) ||
	       (vd_person_is_same(&link->a, b) && vd_person_is_same(&link->b, a));
}

static size_t find(const struct vd_person_proof *proof, const struct vd_person_link *link)
{
	size_t i = 0;
	while (i < proof->n && !is_pair(&proof->at[i], &link->a, &link->b)) {
		i++;
	}
	return i;
}

enum vd_err vd_person_proof_feed(struct vd_person_proof *proof,
				 const struct vd_journal_event *event, struct vd_diag *diag)
{
	struct vd_person_link link;
	bool is_undone = false;
	if (!vd_person_link_parse(event, &link, &is_undone)) {
		return VD_OK;
	}
	size_t i = find(proof, &link);
	if (is_undone) {
		if (i < proof->n) {
			proof->at[i] = proof->at[--proof->n];
		}
		return VD_OK;
	}
	if (i == proof->cap) {
		size_t cap = proof->cap * 2 + 32;
		struct vd_person_link *more = realloc(proof->at, cap * sizeof(*more));
		if (more == NULL) {
			return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to verify links");
		}
		proof->at = more;
		proof->cap = cap;
	}
	proof->at[i] = link;
	proof->n += i == proof->n;
	return VD_OK;
}

struct checking {
	const struct vd_person_proof *proof;
	size_t n;
	bool is_right;
};

static bool check_one(void *ctx, const struct vd_person_link *link)
{
	struct checking *c = ctx;
	size_t i = find(c->proof, link);
	c->is_right = i < c->proof->n && c->proof->at[i].staff == link->staff &&
		      c->proof->at[i].at.us == link->at.us;
	c->n++;
	return c->is_right;
}

enum vd_err vd_person_proof_check(const struct vd_person_proof *proof, struct vd_store *store,
				  bool *is_right, struct vd_diag *diag)
{
	struct checking c = { .proof = proof, .is_right = true };
	enum vd_err err = vd_store_person_links(store, NULL, check_one, &c, diag);
	*is_right = c.is_right && c.n == 2 * proof->n; // in both directions
	return err;
}
