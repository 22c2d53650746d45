// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "app/desk.h"
#include "base/json.h"
#include "care/figures.h"

struct samples {
	const struct vd_rulebook *book;
	struct vd_wall from;
	struct vd_wall to;
	int64_t *wall;
	int64_t *business;
	size_t n;
	size_t cap;
	bool is_out_of_memory;
	uint64_t conversations;
	uint64_t messages;
	uint64_t open;
	uint64_t met;
	uint64_t breached;
};

static bool grow(struct samples *s)
{
	size_t cap = s->cap != 0 ? 2 * s->cap : 1024;
	int64_t *wall = realloc(s->wall, cap * sizeof(*wall));
	if (wall != NULL) {
		s->wall = wall;
	}
	int64_t *business = realloc(s->business, cap * sizeof(*business));
	if (business != NULL) {
		s->business = business;
	}
	s->is_out_of_memory = wall == NULL || business == NULL;
	s->cap = s->is_out_of_memory ? s->cap : cap;
	return !s->is_out_of_memory;
}

static bool is_within(const struct samples *s, struct vd_wall t)
{
	return (!vd_wall_is_set(s->from) || t.us >= s->from.us) &&
	       (!vd_wall_is_set(s->to) || t.us < s->to.us);
}

static void judge_first(struct samples *s, const struct vd_target *first)
{
	s->met += first->state == VD_TARGET_MET || first->state == VD_TARGET_MET_SEEN_LATE;
	s->breached += first->state == VD_TARGET_BREACHED;
}

static bool add(void *ctx, const struct vd_conversation *c)
{
	struct samples *s = ctx;
	struct vd_pair pair;
	if (!is_within(s, c->opened)) {
		return true;
	}
	s->conversations++;
	s->messages += c->n_in + c->n_out;
	s->open += c->state == VD_CONVERSATION_OPEN;
	judge_first(s, &c->targets[VD_TARGET_FIRST]);
	if (!vd_figures_first_response(s->book, c, &pair)) {
		return true;
	}
	if (s->n == s->cap && !grow(s)) {
		return false;
	}
	s->wall[s->n] = pair.wall_s;
	s->business[s->n++] = pair.business_s;
	return true;
}

static void print_row(struct vd_json_out *j, const char *name, int64_t *values, size_t n)
{
	struct vd_figures_row row = vd_figures_summarise(values, n);
	vd_json_open(j, name, '{');
	vd_json_put_i64(j, "p50", row.p50);
	vd_json_put_i64(j, "p90", row.p90);
	vd_json_put_i64(j, "p95", row.p95);
	vd_json_put_i64(j, "worst", row.worst);
	vd_json_close(j, '}');
}

enum vd_err vd_report_print_json(struct vd_store *store, const struct vd_rulebook *book,
				 struct vd_wall from, struct vd_wall to, struct vd_buf *out,
				 struct vd_diag *diag)
{
	struct samples s = { .book = book, .from = from, .to = to };
	enum vd_err err = vd_store_conversation_each(store, 1, add, &s, diag);
	if (err == VD_OK && s.is_out_of_memory) {
		err = vd_diag_set(diag, VD_ERR_MEMORY,
				  "no memory for a report over so many conversations");
	}
	if (err == VD_OK) {
		struct vd_json_out j = vd_json_out_init(out);
		vd_json_open(&j, NULL, '{');
		vd_json_put_wall(&j, "from", from);
		vd_json_put_wall(&j, "to", to);
		vd_json_put_i64(&j, "conversations", (int64_t)s.conversations);
		vd_json_put_i64(&j, "messages", (int64_t)s.messages);
		vd_json_put_i64(&j, "open", (int64_t)s.open);
		vd_json_open(&j, "first_response", '{');
		vd_json_put_i64(&j, "n", (int64_t)s.n);
		vd_json_put_i64(&j, "met", (int64_t)s.met);
		vd_json_put_i64(&j, "breached", (int64_t)s.breached);
		print_row(&j, "wall", s.wall, s.n);
		print_row(&j, "business", s.business, s.n);
		vd_json_close(&j, '}');
		vd_json_close(&j, '}');
	}
	free(s.wall);
	free(s.business);
	return err;
}
