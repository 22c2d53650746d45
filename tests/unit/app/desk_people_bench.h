// SPDX-License-Identifier: MIT
/**
 * What tests of people's work at the desk share: two members of staff, commands that must succeed
 * or be refused with words.
 * Not a test of its own.
 * The bench owns time and the store; each command ends with a check of the whole store.
 */
#ifndef VD_UNIT_APP_DESK_PEOPLE_BENCH_H
#define VD_UNIT_APP_DESK_PEOPLE_BENCH_H

#include "desk_bench.h"

#include "store/check.h"

#define ANNA 1  // an agent
#define BRUNO 2 // a supervisor

static inline struct vd_conversation get(struct bench *b, uint64_t id)
{
	struct vd_conversation c;
	assert_ok(vd_store_conversation_get(b->store, id, &c, NULL));
	return c;
}

static inline void add_bruno(struct bench *b)
{
	b->book->n_staff = 2;
	snprintf(b->book->staff[1].name, VD_NAME_BYTES, "Bruno");
	snprintf(b->book->staff[1].initials, VD_INITIALS_BYTES, "BR");
	b->book->staff[1].role = VD_ROLE_SUPERVISOR;
}

static inline struct told run(struct bench *b, struct vd_command command)
{
	struct told told = { 0 };
	command.source = VD_SOURCE_PAGE;
	b->port.submit(b->port.ctx, &command, &told, tell);
	turn(b);
	assert_int_equal(told.n, 1);
	struct vd_diag diag = { 0 };
	if (vd_store_check(b->store, &diag) != VD_OK) {
		fail_msg("%s", diag.text);
	}
	return told;
}

static inline void must(struct bench *b, struct vd_command command)
{
	struct told told = run(b, command);
	if (told.result.err != VD_OK) {
		fail_msg("%s: %s", vd_command_name(command.kind), told.result.diag.text);
	}
}

static inline void refused(struct bench *b, struct vd_command command, enum vd_err err,
			   const char *says)
{
	struct told told = run(b, command);
	assert_int_equal(told.result.err, err);
	if (strstr(told.result.diag.text, says) == NULL) {
		fail_msg("\"%s\" does not say \"%s\"", told.result.diag.text, says);
	}
}

static inline struct vd_message reply_in(const char *id, const char *thread, int64_t at_s)
{
	struct vd_message m = question(id, thread, at_s);
	snprintf(m.author_id, sizeof(m.author_id), X_OWN_ID);
	return m;
}

struct threads_told {
	int n;
	char all[256];
};

static inline bool hear_thread(void *ctx, const char *thread, const char *root,
			       struct vd_wall last_in)
{
	struct threads_told *told = ctx;
	(void)root;
	(void)last_in;
	size_t n = strlen(told->all);
	snprintf(told->all + n, sizeof(told->all) - n, "%s ", thread);
	told->n++;
	return true;
}

#endif
