// SPDX-License-Identifier: MIT
/**
 * Every conversation of a journal in memory, one encoded record each, by id.
 * Not the store: no index, no words, nothing on disk.
 * Owns heap memory; no time, no I/O.
 */
#ifndef VD_APP_CASES_H
#define VD_APP_CASES_H

#include "base/diag.h"
#include "care/conversation.h"

struct vd_case {
	uint8_t *record; // NULL: no such conversation
	uint16_t n;
	bool is_wordless; // some words of it are not to be had any more
};
struct vd_cases {
	bool has_words;     // set at once or never: words are kept as well
	struct vd_case *at; // by id - 1
	uint64_t n;         // the last id
	uint64_t cap;
};

/** Takes zeroed memory, and twice. */
void vd_cases_deinit(struct vd_cases *cases);
/** Makes room for one more id, n + 1, and counts it. */
enum vd_err vd_cases_add(struct vd_cases *cases, struct vd_diag *diag) VD_MUST_USE;
bool vd_cases_has(const struct vd_cases *cases, uint64_t id);
enum vd_err vd_cases_get(const struct vd_cases *cases, uint64_t id, struct vd_conversation *out,
			 struct vd_diag *diag) VD_MUST_USE;
/** By c->id (1..n); words are left out (app/journal_step.h) unless they are to be kept. */
enum vd_err vd_cases_put(struct vd_cases *cases, const struct vd_conversation *c,
			 struct vd_diag *diag) VD_MUST_USE;
/** What is kept of its words is not all. */
void vd_cases_lose_words(struct vd_cases *cases, uint64_t id);
/** True where `c` is what is kept, to the byte; its words count where all of them are kept. */
bool vd_cases_is_same(const struct vd_cases *cases, const struct vd_conversation *c);

#endif
