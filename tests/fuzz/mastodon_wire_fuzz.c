// SPDX-License-Identifier: MIT
// layer: channel
// Whatever a server sends: lists have items with valid ids and names, errors have a kind and a
// sentence; texts are counted and compared without end.
#include <stdlib.h>
#include <string.h>

#include "attached.h"
#include "channel/mastodon_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static volatile size_t sink;

static void touch(struct vd_span s)
{
	for (size_t i = 0; i < s.n; i++) {
		sink += (unsigned char)s.p[i];
	}
}

static void check_page(const struct vd_mastodon_page *page)
{
	char full[VD_MASTODON_ACCT_BYTES];
	must(page->n <= VD_MASTODON_ITEMS_MAX && page->n_ancestors <= page->n);
	for (size_t i = 0; i < page->n; i++) {
		const struct vd_mastodon_item *item = &page->items[i];
		must(vd_mastodon_id_is_valid(item->id) && vd_wall_is_set(item->published));
		if (vd_mastodon_full_acct(item->acct, "mastodon.example", full)) {
			must(strchr(full, '@') == strrchr(full, '@') && strchr(full, '@') != full);
		}
		touch(item->content);
		touch(item->spoiler);
		struct vd_attached attached;
		vd_mastodon_attached_read(item, &attached);
		check_attached(&attached);
	}
	must(page->first_key.n == 0 || vd_mastodon_id_is_valid(page->first_key));
}

static void check_text(struct vd_span text)
{
	size_t n = vd_mastodon_text_count(text, 23);
	must(n <= text.n + 23 * text.n);
	touch(vd_mastodon_first_mention(text, VD_SPAN("a@b.c")));
	must(vd_mastodon_is_same_text(text, text));
	size_t half = text.n / 2;
	(void)vd_mastodon_is_same_text(vd_span_make(text.p, half), vd_span_skip(text, half));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_span body = vd_span_make(data, size);
	for (int kind = VD_MASTODON_NOTIFICATIONS; kind <= VD_MASTODON_STATUS; kind++) {
		struct vd_mastodon_page page;
		if (vd_mastodon_page_parse(body, (enum vd_mastodon_kind)kind, &page, NULL) ==
		    VD_OK) {
			check_page(&page);
			vd_mastodon_page_deinit(&page);
		}
	}
	static const int statuses[] = { 302, 401, 403, 404, 422, 429, 503 };
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		struct vd_mastodon_problem problem;
		char text[256];
		struct vd_buf buf;
		vd_buf_init(&buf, text, sizeof(text));
		vd_mastodon_problem_parse(statuses[i], body, &problem);
		must(problem.kind < VD_MASTODON_PROBLEM_N);
		vd_mastodon_problem_print(&problem, statuses[i], &buf);
		must(strchr(text, ':') != NULL);
	}
	struct vd_mastodon_account account;
	struct vd_mastodon_instance instance;
	if (vd_mastodon_account_parse(body, &account, NULL) == VD_OK) {
		must(account.id[0] != '\0' && account.acct[0] != '\0');
	}
	if (vd_mastodon_instance_parse(body, &instance, NULL) == VD_OK) {
		must(instance.max_characters > 0 && instance.url_characters > 0);
	}
	(void)vd_mastodon_is_blocked_by(body);
	if (size < 4096) {
		check_text(body);
	}
	return 0;
}
