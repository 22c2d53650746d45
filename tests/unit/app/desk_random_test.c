// SPDX-License-Identifier: MIT
//
// Random lives of a desk: whatever networks, people, time, restarts, new rules and a bad clock do,
// the journal gives the same state to the byte, and a store made from it is the same store
// (desk_bench.h proves each desk that closes). SEEDS=N in the environment: that many lives.
#include "base/rng.h"
#include "desk_bench.h"

#define LIVES 4
#define DEEDS 60
#define THREADS 5

struct life {
	struct bench *b;
	struct vd_seeded_rng seeded;
	struct vd_rng rng;
	int n_messages;
	int n_done; // commands that were not refused
};

static uint32_t below(struct life *l, uint32_t n)
{
	return vd_rng_below(&l->rng, n);
}

static uint64_t some_case(struct life *l)
{
	struct vd_store_counters counters;
	assert_ok(vd_store_get_counters(l->b->store, &counters, NULL));
	return 1 + below(l, (uint32_t)counters.conversations + 1);
}

static void write_message(struct life *l)
{
	char id[16];
	char thread[16];
	// Up to two days late, or a little in the future; seldom absurd.
	int64_t at_s = vd_wall_to_s(l->b->fake.wall) - below(l, 4) * below(l, 43200) + below(l, 90);
	snprintf(id, sizeof(id), "m%d", l->n_messages++);
	snprintf(thread, sizeof(thread), "t%u", below(l, THREADS));
	struct vd_message m = question(id, thread, below(l, 20) == 0 ? 1000 : at_s);
	m.account = (uint16_t)below(l, 2);
	m.visibility = below(l, 4) == 0 ? VD_VISIBILITY_PRIVATE : VD_VISIBILITY_PUBLIC;
	m.text = below(l, 5) == 0   ? VD_SPAN("grazie mille")
		 : below(l, 5) == 0 ? VD_SPAN("")
				    : m.text;
	if (below(l, 3) == 0) {
		static const enum vd_reply_kind kinds[] = { VD_REPLY_ANSWER, VD_REPLY_QUESTION,
							    VD_REPLY_DEFLECTION, VD_REPLY_HOLDING,
							    VD_REPLY_AUTOMATIC };
		snprintf(m.author_id, sizeof(m.author_id), "%s",
			 m.account == 0 ? X_OWN_ID : X_OTHER_ID);
		m.kind = kinds[below(l, VD_ARRAY_LEN(kinds))];
		m.announced = below(l, 2) == 0 ? vd_wall_s(at_s + 7200) : (struct vd_wall){ 0 };
	}
	(void)!l->b->host.message(l->b->host.ctx, &m, NULL);
	turn(l->b);
}

static void take_one_back(struct life *l)
{
	char id[16];
	snprintf(id, sizeof(id), "m%u", below(l, (uint32_t)l->n_messages + 1));
	(void)!l->b->host.deleted(l->b->host.ctx, 0, id, NULL);
	turn(l->b);
}

static void do_something(struct life *l)
{
	struct vd_command command = {
		.kind = (enum vd_command_kind)(1 + below(l, VD_COMMAND_N - 1)),
		.source = (enum vd_command_source)below(l, VD_SOURCE_N),
		.staff = (uint16_t)below(l, 3),
		.conversation = some_case(l),
		.reason = below(l, 5) == 0 ? VD_SPAN("") : VD_SPAN("così \"sia\"\n"),
		.minutes = (int32_t)below(l, 200),
		.account = (uint16_t)(1 + below(l, 2)),
		.into = some_case(l),
		.topic = VD_SPAN("linea"),
		.n_messages = (uint8_t)(1 + below(l, 2)),
		.messages = { 1 + below(l, 3), 1 + below(l, 5) },
		.text = VD_SPAN("un guasto a Roma"),
		.incident = 1 + below(l, 2),
	};
	struct told told = { 0 };
	l->b->port.submit(l->b->port.ctx, &command, &told, tell);
	turn(l->b);
	l->n_done += told.result.err == VD_OK;
}

static void change_rules(struct life *l)
{
	struct bench *b = l->b;
	static const char *const hours[] = { "1-5=09:00-18:00!italy", "1-6=08:00-20:00/13:00-14:00",
					     "0-6=00:00-24:00", "1-5=22:00-06:00" };
	close_desk(b);
	struct vd_policy *policy = &b->book->policies[below(l, 2)];
	policy->target_s[below(l, VD_TARGETS_OF_POLICY)] = (int32_t)below(l, 8) * 3600;
	policy->pause_days = 1 + (int32_t)below(l, 5);
	if (below(l, 2) == 0) {
		assert_ok(vd_calendar_parse(VD_SPAN("Europe/Rome"),
					    vd_span_of(hours[below(l, VD_ARRAY_LEN(hours))]),
					    &b->book->calendars[0], NULL));
	}
	open_desk(b);
}

static void let_time_pass(struct life *l)
{
	static const uint32_t most_s[] = { 60, 3600, 86400, 4 * 86400 };
	uint32_t steps = 1 + below(l, 6);
	uint32_t most = most_s[below(l, VD_ARRAY_LEN(most_s))];
	for (uint32_t i = 0; i < steps; i++) {
		pass(l->b, 1 + below(l, most));
	}
}

static void live(struct life *l)
{
	switch (below(l, 16)) {
	case 0:
		change_rules(l);
		break;
	case 1:
		close_desk(l->b); // a restart, and nothing else
		open_desk(l->b);
		break;
	case 2:
		l->b->fake.is_trusted = !l->b->fake.is_trusted;
		pass(l->b, 2);
		break;
	case 3:
		take_one_back(l);
		break;
	case 4:
		l->b->is_watched = !l->b->is_watched;
		break;
	case 5:
	case 6:
	case 7:
		let_time_pass(l);
		break;
	case 8:
	case 9:
	case 10:
	case 11:
		write_message(l);
		break;
	default:
		do_something(l);
		break;
	}
}

static void add_people_and_rules(struct bench *b)
{
	close_desk(b);
	b->book->n_staff = 2;
	snprintf(b->book->staff[1].name, VD_NAME_BYTES, "Bruno");
	snprintf(b->book->staff[1].initials, VD_INITIALS_BYTES, "BR");
	b->book->staff[1].role = VD_ROLE_SUPERVISOR;
	b->book->policies[1] = b->book->policies[0];
	snprintf(b->book->policies[1].name, VD_NAME_BYTES, "slow");
	b->book->n_policies = 2;
	b->book->brands[1].policy = 1;
	open_desk(b);
}

static void every_life_is_proven(void **state)
{
	(void)state;
	const char *seeds = getenv("SEEDS");
	uint64_t lives = seeds != NULL ? strtoull(seeds, NULL, 10) : LIVES;
	int n_done = 0;
	for (uint64_t seed = 1; seed <= lives; seed++) {
		void *bench = NULL;
		set_up(&bench);
		struct life l = { .b = bench };
		l.rng = vd_seeded_rng_init(&l.seeded, seed);
		add_people_and_rules(l.b);
		for (int i = 0; i < DEEDS; i++) {
			live(&l);
		}
		n_done += l.n_done;
		if (seeds != NULL) {
			print_message("life %llu: %llu events\n", (unsigned long long)seed,
				      (unsigned long long)vd_store_journal_last(l.b->store));
		}
		tear_down(&bench);
	}
	assert_true(n_done > (int)lives); // commands reach the engine, too
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_life_is_proven),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
