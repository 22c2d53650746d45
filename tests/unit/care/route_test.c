// SPDX-License-Identifier: MIT
#include "care/route.h"

#include "unit.h"

#define DAY 86400

/** `parent`, `thread`: index into the conversations below, -1 where the store knows none. */
struct row {
	const char *name;
	int parent;
	int thread;
	enum vd_direction direction;
	const char *mark; // "known", "own", "gone" (deleted) or ""
	int64_t at_s;
	enum vd_route route;
	int which;
};

enum { OPEN_1, OPEN_2, ENDED_10, ENDED_20, WITHDRAWN_10, CONVERSATIONS };

static struct vd_conversation conversation(enum vd_conversation_state state, int64_t day)
{
	return (struct vd_conversation){ .state = state, .ended = vd_wall_s(day * DAY) };
}

static void test_decides(void **state)
{
	(void)state;
	const int64_t base = 20000; // days: 2024
	struct vd_conversation c[CONVERSATIONS] = {
		[OPEN_1] = { .state = VD_CONVERSATION_OPEN },
		[OPEN_2] = { .state = VD_CONVERSATION_OPEN },
		[ENDED_10] = conversation(VD_CONVERSATION_RESOLVED, base + 10),
		[ENDED_20] = conversation(VD_CONVERSATION_RESOLVED, base + 20),
		[WITHDRAWN_10] = conversation(VD_CONVERSATION_WITHDRAWN, base + 10),
	};
	const int64_t d17 = (base + 17) * DAY;
	const enum vd_direction in = VD_DIRECTION_IN;
	const enum vd_direction out = VD_DIRECTION_OUT;
	// clang-format off
	const struct row rows[] = {
		{ "new", -1, -1, in, "", d17, VD_ROUTE_OPEN, -1 },
		{ "known", OPEN_1, OPEN_1, in, "known", d17, VD_ROUTE_DUPLICATE, -1 },
		{ "own post", -1, -1, out, "", d17, VD_ROUTE_IGNORE, -1 },
		{ "own by another account", -1, -1, in, "own", d17, VD_ROUTE_IGNORE, -1 },
		{ "deleted, unknown", -1, -1, in, "gone", d17, VD_ROUTE_IGNORE, -1 },
		{ "thread", -1, OPEN_1, in, "", d17, VD_ROUTE_JOIN, OPEN_1 },
		{ "parent", OPEN_2, -1, in, "", d17, VD_ROUTE_JOIN, OPEN_2 },
		{ "parent wins", OPEN_2, OPEN_1, in, "", d17, VD_ROUTE_JOIN, OPEN_2 },
		{ "open thread wins", ENDED_10, OPEN_1, in, "", d17, VD_ROUTE_JOIN, OPEN_1 },
		{ "later end wins", ENDED_10, ENDED_20, in, "", d17, VD_ROUTE_JOIN, ENDED_20 },
		{ "later end wins too", ENDED_20, ENDED_10, in, "", d17, VD_ROUTE_JOIN, ENDED_20 },
		{ "R36: 7 days", -1, ENDED_10, in, "", d17, VD_ROUTE_JOIN, ENDED_10 },
		{ "R36: and 1 s", -1, ENDED_10, in, "", d17 + 1, VD_ROUTE_REPEAT, ENDED_10 },
		{ "withdrawn, back", -1, WITHDRAWN_10, in, "", d17, VD_ROUTE_JOIN, WITHDRAWN_10 },
		{ "from before the end", -1, ENDED_20, in, "", d17, VD_ROUTE_JOIN, ENDED_20 },
		{ "own, long after", -1, ENDED_10, out, "own", d17 + 99, VD_ROUTE_JOIN, ENDED_10 },
		{ "own, to a parent", ENDED_10, OPEN_1, out, "own", d17, VD_ROUTE_JOIN, ENDED_10 },
	};
	// clang-format on
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct vd_message m = { .direction = r->direction,
					.is_deleted = strcmp(r->mark, "gone") == 0 };
		m.published = vd_wall_s(r->at_s);
		struct vd_route_facts facts = { .is_known = strcmp(r->mark, "known") == 0,
						.is_own = strcmp(r->mark, "own") == 0 };
		facts.by_parent = r->parent >= 0 ? &c[r->parent] : NULL;
		facts.by_thread = r->thread >= 0 ? &c[r->thread] : NULL;
		const struct vd_conversation *which = &c[0];
		enum vd_route route = vd_route_decide(&m, &facts, 7 * DAY, &which);
		assert_row(route == r->route, r->name);
		assert_row(which == (r->which >= 0 ? &c[r->which] : NULL), r->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
