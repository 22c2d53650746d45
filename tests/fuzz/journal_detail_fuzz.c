// SPDX-License-Identifier: MIT
// layer: app
// The first byte chooses: a step or a rule of the journal. What parses prints, and what was printed
// parses and prints to the same bytes: a verifier compares them.
#include <stdlib.h>
#include <string.h>

#include "app/journal_rules.h"
#include "app/journal_step.h"
#include "base/utf8.h"

#define PAGE_BYTES 65536

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void print_step(const struct vd_journal_step *step, const struct vd_rulebook *book,
		       struct vd_buf *out)
{
	static const struct vd_effects none;
	struct vd_journal_outcome outcome = { .mark = "2:0", .effects = &none };
	vd_journal_step_print(step, &outcome, book, out);
}

static void try_step(struct vd_span detail, const struct vd_rulebook *book)
{
	static char a_memory[PAGE_BYTES];
	static char b_memory[PAGE_BYTES];
	static struct vd_journal_step step;
	struct vd_journal_event event = { .account = 1, .staff = 1, .detail = detail };
	struct vd_buf a;
	struct vd_buf b;
	bool is_step = false;
	vd_buf_init(&a, a_memory, sizeof(a_memory));
	vd_buf_init(&b, b_memory, sizeof(b_memory));
	if (vd_journal_step_parse(&event, &step, &is_step, NULL) != VD_OK || !is_step) {
		return;
	}
	print_step(&step, book, &a);
	must(vd_buf_check(&a) == VD_OK);
	event.detail = vd_buf_span(&a);
	must(vd_journal_step_parse(&event, &step, &is_step, NULL) == VD_OK && is_step);
	print_step(&step, book, &b);
	must(vd_span_is_equal(vd_buf_span(&a), vd_buf_span(&b)));
}

static void try_rule(struct vd_span detail, struct vd_rulebook *book)
{
	struct vd_buf a;
	struct vd_buf b;
	enum vd_rule_kind kind;
	uint16_t id;
	vd_buf_init_heap(&a, PAGE_BYTES);
	vd_buf_init_heap(&b, PAGE_BYTES);
	if (vd_utf8_is_valid(detail) && vd_rule_apply(detail, book, &kind, &id, NULL) == VD_OK) {
		vd_rule_print(book, kind, id, &a);
		must(vd_rule_apply(vd_buf_span(&a), book, &kind, &id, NULL) == VD_OK);
		vd_rule_print(book, kind, id, &b);
		must(vd_span_is_equal(vd_buf_span(&a), vd_buf_span(&b)));
	}
	vd_buf_deinit(&a);
	vd_buf_deinit(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct vd_rulebook book;
	if (size == 0) {
		return 0;
	}
	memset(&book, 0, sizeof(book));
	struct vd_span detail = vd_span_make((const char *)data + 1, size - 1);
	if (data[0] == 'r') {
		try_rule(detail, &book);
	} else {
		try_step(detail, &book);
	}
	return 0;
}
