// SPDX-License-Identifier: MIT
// layer: channel
// Whatever Graph sends: lists have items with valid ids, errors have a kind and a sentence, no
// foreign address is followed.
#include <stdlib.h>
#include <string.h>

#include "attached.h"
#include "channel/facebook_wire.h"

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

static void check_next(struct vd_span next)
{
	static const struct vd_facebook_place place = { "https://g.test", "1", "aa" };
	char text[VD_FACEBOOK_URL_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, text, sizeof(text));
	if (vd_facebook_url_next(&buf, &place, next) == VD_OK) {
		must(strncmp(text, "https://g.test/", 15) == 0);
		must(strchr(text, '\n') == NULL && strchr(text, ' ') == NULL);
	}
}

static void check_items(const struct vd_facebook_page *page)
{
	must(page->n <= VD_FACEBOOK_ITEMS_MAX);
	for (size_t i = 0; i < page->n; i++) {
		const struct vd_facebook_item *item = &page->items[i];
		struct vd_facebook_page inner;
		must(vd_facebook_id_is_valid(item->id) && vd_wall_is_set(item->created));
		must(item->updated.us >= item->created.us);
		touch(item->text);
		touch(item->from_name);
		struct vd_attached attached;
		vd_facebook_attached_read(item, &attached);
		check_attached(&attached);
		touch(vd_facebook_comment_id(item->id));
		if (vd_facebook_edge_read(item->comments, VD_FACEBOOK_COMMENTS, &inner, NULL) ==
		    VD_OK) {
			touch(inner.next);
			vd_facebook_page_deinit(&inner);
		}
	}
	check_next(page->next);
}

static void check_node(struct vd_span body, enum vd_facebook_kind kind)
{
	struct vd_facebook_page page;
	if (vd_facebook_node_parse(body, kind, &page, NULL) == VD_OK) {
		must(page.n == 1);
		check_items(&page);
		vd_facebook_page_deinit(&page);
	}
}

static void check_token(struct vd_span body)
{
	struct vd_facebook_token token;
	struct vd_facebook_counters counters;
	char text[256];
	struct vd_buf buf;
	vd_buf_init(&buf, text, sizeof(text));
	if (vd_facebook_token_parse(body, &token, NULL) == VD_OK) {
		struct vd_wall end = vd_facebook_token_end(&token);
		enum vd_health health = vd_facebook_token_judge(&token, vd_wall_s(1), &buf);
		must(token.is_known && token.scopes >> VD_FACEBOOK_SCOPE_N == 0);
		must(!vd_wall_is_set(end) || end.us > 0);
		must((health == VD_HEALTH_GOOD) == (buf.len == 0));
	} else {
		must(!token.is_known);
	}
	if (vd_facebook_counters_parse(body, &counters) == VD_OK) {
		must(counters.fans >= 0 || counters.followers >= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_span body = vd_span_make(data, size);
	struct vd_facebook_problem problem;
	char id[VD_ID_BYTES];
	char text[256];
	struct vd_buf buf;
	for (int kind = VD_FACEBOOK_POSTS; kind <= VD_FACEBOOK_MESSAGES; kind++) {
		struct vd_facebook_page page;
		if (vd_facebook_page_parse(body, (enum vd_facebook_kind)kind, &page, NULL) ==
		    VD_OK) {
			check_items(&page);
			vd_facebook_page_deinit(&page);
		}
		check_node(body, (enum vd_facebook_kind)kind);
	}
	check_token(body);
	check_next(body);
	vd_buf_init(&buf, text, sizeof(text));
	vd_facebook_problem_parse(size % 2 == 0 ? 400 : 500, body, &problem);
	must(problem.kind < VD_FACEBOOK_PROBLEM_N);
	vd_facebook_problem_print(&problem, &buf);
	must(strchr(text, ':') != NULL);
	(void)!vd_facebook_id_parse(body, "message_id", id);
	return 0;
}
