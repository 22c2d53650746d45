// SPDX-License-Identifier: MIT
//
// Who is one person: proposed, confirmed, undone. At each close the bench verifies the journal and
// makes the store anew from it, links and all.
#include "desk_people_bench.h"

#include "app/person.h"

#define X 0
#define PAGE 2
#define OTHER_PAGE 3

struct shown {
	uint64_t id;
	char relation; // same, linked, proposed
	char why[16];
};
struct all {
	size_t n;
	struct shown at[16];
};

static void show(void *ctx, const struct vd_port_person *p)
{
	struct all *all = ctx;
	struct shown *to = &all->at[all->n++];
	to->id = p->c->id;
	to->relation = p->is_same ? 's' : p->is_linked ? 'l' : 'p';
	snprintf(to->why, sizeof(to->why), "%s", p->why != NULL ? p->why : "");
}

static struct all look(struct bench *b, uint64_t id)
{
	struct all all = { 0 };
	struct vd_conversation c = get(b, id);
	assert_ok(b->port.persons(b->port.ctx, &c, show, &all, NULL));
	return all;
}

static void assert_shown(struct bench *b, uint64_t id, const char *wanted)
{
	char got[128] = "";
	struct all all = look(b, id);
	for (size_t i = 0; i < all.n; i++) {
		size_t n = strlen(got);
		snprintf(got + n, sizeof(got) - n, "%c%llu ", all.at[i].relation,
			 (unsigned long long)all.at[i].id);
	}
	assert_string_equal(got, wanted);
}

static void add_page(struct bench *b, const char *name)
{
	struct vd_account *a = &b->book->accounts[b->book->n_accounts++];
	*a = b->book->accounts[0];
	snprintf(a->name, sizeof(a->name), "%s", name);
	snprintf(a->handle, sizeof(a->handle), "%s", name);
	snprintf(a->user_id, sizeof(a->user_id), "id-of-%s", name);
	a->network = VD_NETWORK_FACEBOOK;
}

static int set_up_pages(void **state)
{
	int rc = set_up(state);
	struct bench *b = *state;
	add_page(b, "tim");
	add_page(b, "is");
	close_desk(b);
	open_desk(b);
	return rc;
}

static void ask(struct bench *b, uint16_t account, const char *id, const char *author,
		const char *handle, const char *text)
{
	struct vd_message m = question(id, id, FRIDAY_16_40);
	m.account = account;
	snprintf(m.author_id, sizeof(m.author_id), "%s", author);
	snprintf(m.author_handle, sizeof(m.author_handle), "%s", handle);
	if (text != NULL) {
		m.text = vd_span_of(text);
	}
	take(b, &m);
}

static struct vd_command link_of(uint64_t id, uint64_t same_as)
{
	return (struct vd_command){
		.kind = VD_COMMAND_LINK, .conversation = id, .into = same_as, .staff = ANNA
	};
}

static struct vd_command unlink_of(uint64_t id, uint64_t same_as)
{
	struct vd_command command = link_of(id, same_as);
	command.kind = VD_COMMAND_UNLINK;
	return command;
}

static void a_name_proposes_and_a_person_decides(void **state)
{
	struct bench *b = *state;
	ask(b, X, "1", "555", "anna.neri", NULL);
	ask(b, PAGE, "2", "psid-1", "Anna Neri", NULL);
	ask(b, X, "3", "556", "somebody", NULL);
	assert_shown(b, 1, "p2 ");
	assert_shown(b, 2, "p1 ");
	assert_shown(b, 3, "");
	assert_string_equal(look(b, 1).at[0].why, "same name");
	assert_int_equal(get(b, 1).state, VD_CONVERSATION_OPEN); // nothing acts by itself
	must(b, link_of(1, 2));
	assert_shown(b, 1, "l2 ");
	assert_shown(b, 2, "l1 ");
	must(b, link_of(2, 1)); // said already
	close_desk(b);
	open_desk(b);
	assert_shown(b, 1, "l2 ");
	must(b, unlink_of(2, 1));  // from the other side
	assert_shown(b, 1, "p2 "); // exactly as before
	refused(b, unlink_of(1, 2), VD_ERR_STATE, "nobody said");
}

// Ids of Facebook are told to one page only, so the same id on another page is another person.
static void page_scoped_ids_are_not_mixed_up(void **state)
{
	struct bench *b = *state;
	ask(b, PAGE, "1", "psid-1", "Anna Neri", NULL);
	ask(b, OTHER_PAGE, "2", "psid-1", "Carlo Bo", NULL);
	ask(b, OTHER_PAGE, "3", "psid-9", "Anna Neri", NULL);
	ask(b, PAGE, "4", "psid-1", "Anna Neri", NULL);
	assert_shown(b, 1, "s4 p3 ");
	assert_shown(b, 2, "");
	ask(b, X, "5", "555", "mrossi", NULL);
	ask(b, 1, "6", "555", "mrossi", NULL); // X: one person for all our accounts
	assert_shown(b, 5, "s6 ");
}

static void his_own_words_propose(void **state)
{
	struct bench *b = *state;
	ask(b, X, "1", "555", "mrossi", NULL);
	ask(b, PAGE, "2", "psid-1", "Mario R.", "Come dicevo, su Twitter sono @mrossi");
	assert_shown(b, 2, "p1 ");
	assert_string_equal(look(b, 2).at[0].why, "says so");
	ask(b, PAGE, "3", "psid-2", "Carlo Bo", "scrivete a @mrossi su Twitter");
	assert_shown(b, 3, "");
	ask(b, PAGE, "4", "psid-3", "Ugo R.", "su Mastodon sono @mrossi"); // not there
	assert_shown(b, 4, "");
}

static void links_reach_over_others(void **state)
{
	struct bench *b = *state;
	ask(b, X, "1", "555", "uno", NULL);
	ask(b, PAGE, "2", "psid-1", "due", NULL);
	ask(b, OTHER_PAGE, "3", "psid-2", "tre", NULL);
	must(b, link_of(1, 2));
	must(b, link_of(2, 3));
	assert_shown(b, 1, "l2 l3 ");
	must(b, unlink_of(1, 2));
	assert_shown(b, 1, "");
	assert_shown(b, 3, "l2 ");
}

static void a_new_case_of_somebody_known_is_a_repeat(void **state)
{
	struct bench *b = *state;
	pass(b, 600);
	ask(b, X, "1", "555", "uno", NULL);
	ask(b, PAGE, "2", "psid-1", "due", NULL);
	must(b, link_of(1, 2));
	ask(b, PAGE, "3", "psid-1", "due", NULL);
	assert_int_equal(get(b, 3).repeat_of, 0); // the other one is open: a merge is offered
	assert_shown(b, 3, "s2 l1 ");
	must(b, (struct vd_command){ .kind = VD_COMMAND_RESOLVE,
				     .conversation = 1,
				     .staff = ANNA,
				     .reason = VD_SPAN("done") });
	ask(b, PAGE, "4", "psid-1", "due", NULL);
	assert_int_equal(get(b, 4).repeat_of, 1);
	must(b, unlink_of(1, 2));
	ask(b, PAGE, "5", "psid-1", "due", NULL);
	assert_int_equal(get(b, 5).repeat_of, 0);
}

static void what_can_not_be_linked_is_said(void **state)
{
	struct bench *b = *state;
	ask(b, X, "1", "555", "uno", NULL);
	ask(b, X, "2", "555", "uno", NULL);
	ask(b, PAGE, "3", "", "", NULL); // the network hides him
	refused(b, link_of(1, 2), VD_ERR_STATE, "the network itself says");
	refused(b, link_of(1, 3), VD_ERR_STATE, "does not say who wrote");
	refused(b, link_of(1, 99), VD_ERR_NOT_FOUND, "there is no conversation 99");
	struct vd_command nobody = link_of(1, 3);
	nobody.staff = 0;
	refused(b, nobody, VD_ERR_ARGUMENT, "say who says so");
}

static void a_link_that_nobody_made_is_found(void **state)
{
	struct bench *b = *state;
	struct vd_person_link forged = { .staff = ANNA, .at = vd_wall_s(FRIDAY_16_40) };
	struct vd_verify_config config = { .store = b->store };
	struct vd_verify_report report;
	forged.b.bytes[0] = 1;
	assert_ok(vd_store_person_link(b->store, &forged, NULL));
	assert_ok(vd_store_commit(b->store, NULL));
	assert_err(vd_verify_store(&config, &report, NULL), VD_ERR_CONFLICT);
	assert_non_null(strstr(report.difference.what, "who is one person"));
	assert_ok(vd_store_person_unlink(b->store, &forged.a, &forged.b, NULL));
	assert_ok(vd_store_commit(b->store, NULL));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up_pages, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_name_proposes_and_a_person_decides),
		TEST(page_scoped_ids_are_not_mixed_up),
		TEST(his_own_words_propose),
		TEST(links_reach_over_others),
		TEST(a_new_case_of_somebody_known_is_a_repeat),
		TEST(what_can_not_be_linked_is_said),
		TEST(a_link_that_nobody_made_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
