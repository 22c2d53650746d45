// SPDX-License-Identifier: MIT
#include "app/cases.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/journal_step.h"
#include "store/record.h"

#define FIRST_CAP 1024

void vd_cases_deinit(struct vd_cases *cases)
{
	for (uint64_t i = 0; i < cases->n; i++) {
		free(cases->at[i].record);
	}
	free(cases->at);
	*cases = (struct vd_cases){ 0 };
}

static enum vd_err no_memory(const struct vd_cases *cases, struct vd_diag *diag)
{
	return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for conversation %" PRIu64, cases->n);
}

enum vd_err vd_cases_add(struct vd_cases *cases, struct vd_diag *diag)
{
	if (cases->n == cases->cap) {
		uint64_t cap = cases->cap == 0 ? FIRST_CAP : cases->cap * 2;
		struct vd_case *at = realloc(cases->at, cap * sizeof(*at));
		if (at == NULL) {
			return no_memory(cases, diag);
		}
		cases->at = at;
		cases->cap = cap;
	}
	cases->at[cases->n++] = (struct vd_case){ 0 };
	return VD_OK;
}

bool vd_cases_has(const struct vd_cases *cases, uint64_t id)
{
	return id > 0 && id <= cases->n && cases->at[id - 1].record != NULL;
}

static enum vd_err encode(const struct vd_conversation *c, bool with_words, struct vd_writer *w)
{
	struct vd_conversation blank = *c;
	struct vd_places places;
	if (!with_words) {
		vd_journal_step_blank(&blank);
	}
	vd_places_make(&blank, &places);
	return vd_record_print_conversation(&blank, &places, w);
}

enum vd_err vd_cases_get(const struct vd_cases *cases, uint64_t id, struct vd_conversation *out,
			 struct vd_diag *diag)
{
	struct vd_places places;
	if (!vd_cases_has(cases, id)) {
		return vd_diag_set(diag, VD_ERR_NOT_FOUND,
				   "conversation %" PRIu64 " was never opened", id);
	}
	const struct vd_case *at = &cases->at[id - 1];
	return vd_record_parse_conversation(vd_span_make(at->record, at->n), id, out, &places);
}

enum vd_err vd_cases_put(struct vd_cases *cases, const struct vd_conversation *c,
			 struct vd_diag *diag)
{
	uint8_t bytes[VD_CONVERSATION_RECORD_BYTES];
	struct vd_writer w = vd_writer_init(bytes, sizeof(bytes));
	if (c->id == 0 || c->id > cases->n || encode(c, cases->has_words, &w) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "conversation %" PRIu64 ": a field is out of its range", c->id);
	}
	struct vd_case *at = &cases->at[c->id - 1];
	if (at->n != w.n) {
		uint8_t *record = realloc(at->record, w.n);
		if (record == NULL) {
			return no_memory(cases, diag);
		}
		at->record = record;
		at->n = (uint16_t)w.n;
	}
	memcpy(at->record, bytes, w.n);
	return VD_OK;
}

void vd_cases_lose_words(struct vd_cases *cases, uint64_t id)
{
	if (vd_cases_has(cases, id)) {
		cases->at[id - 1].is_wordless = true;
	}
}

bool vd_cases_is_same(const struct vd_cases *cases, const struct vd_conversation *c)
{
	uint8_t bytes[VD_CONVERSATION_RECORD_BYTES];
	uint8_t kept_bytes[VD_CONVERSATION_RECORD_BYTES];
	struct vd_writer w = vd_writer_init(bytes, sizeof(bytes));
	struct vd_writer kept_w = vd_writer_init(kept_bytes, sizeof(kept_bytes));
	struct vd_conversation kept;
	if (vd_cases_get(cases, c->id, &kept, NULL) != VD_OK) {
		return false;
	}
	bool with_words = cases->has_words && !cases->at[c->id - 1].is_wordless;
	return encode(c, with_words, &w) == VD_OK && encode(&kept, with_words, &kept_w) == VD_OK &&
	       vd_span_is_equal(vd_writer_span(&w), vd_writer_span(&kept_w));
}
