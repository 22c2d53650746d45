// SPDX-License-Identifier: MIT
// layer: channel
// Whatever X sends: pages have items with valid ids whose spans lie in the page, problems have a
// kind and a sentence.
#include <stdlib.h>
#include <string.h>

#include "attached.h"
#include "channel/x_wire.h"

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

static void read_page(struct vd_span body, enum vd_x_page_kind kind)
{
	struct vd_x_page page;
	if (vd_x_page_parse(body, kind, &page, NULL) != VD_OK) {
		return;
	}
	must(page.n <= VD_X_ITEMS_MAX);
	for (size_t i = 0; i < page.n; i++) {
		const struct vd_x_item *item = &page.items[i];
		must(vd_x_id_is_valid(item->id) && vd_x_id_is_valid(item->key));
		must(item->parent.n == 0 || vd_x_id_is_valid(item->parent));
		touch(item->text);
		touch(item->author_handle);
		touch(item->thread);
		struct vd_attached attached;
		vd_x_attached_read(item, &attached);
		check_attached(&attached);
		(void)vd_x_is_same_text(item->text, item->author_handle);
	}
	touch(page.next_token);
	vd_x_page_deinit(&page);
}

static void read_problem(struct vd_span body, int status)
{
	struct vd_x_problem problem;
	char text[256];
	struct vd_buf buf;
	vd_buf_init(&buf, text, sizeof(text));
	vd_x_problem_parse(status, body, &problem);
	must(problem.kind < VD_X_PROBLEM_N);
	must(problem.since_id[0] == '\0' || vd_x_id_is_valid(vd_span_of(problem.since_id)));
	vd_x_problem_print(&problem, status, NULL, &buf);
	must(strchr(text, ':') != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 400, 401, 402, 403, 404, 429, 503 };
	struct vd_span body = vd_span_make(data, size);
	char id[VD_X_ID_BYTES];
	read_page(body, VD_X_POSTS);
	read_page(body, VD_X_DMS);
	read_problem(body, statuses[size % VD_ARRAY_LEN(statuses)]);
	(void)!vd_x_id_parse(body, "id", id);
	return 0;
}
