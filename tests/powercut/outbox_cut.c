// SPDX-License-Identifier: MIT
// The way of a reply under power cuts; the last line is "N passed, M failed".
//
//   outbox_cut [long]
//
// The real desk, engine and store; the network is a model. A reply is handed in, leaves, is
// answered and noted, and every write to the disk and every deed of the network is noted in one
// order. Then for each N the power fails before the Nth of them: the disk holds what it may hold
// then, the network what it had taken until then. The box starts on that, is perhaps killed once
// more, and goes on until nothing is left to do by itself. There is one post, or a question to a
// person; never two, and no reply that was promised is lost.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/desk.h"
#include "app/verify.h"
#include "base/json.h"
#include "fake_poller.h"
#include "medium.h"
#include "model_network.h"

#define FRIDAY_16_40 INT64_C(1790952000) // 2 October 2026, Rome
#define TEXT "un guasto, riparato alle 18"
#define MOMENTS_MOST 512

struct rig {
	struct vd_fake_clock fake;
	struct vd_clock clock;
	struct fake_poller poller;
	struct vd_loop *loop;
	struct vd_rulebook *book;
	struct vd_store *store;
	struct vd_desk *desk;
	struct vd_desk_port port;
	struct vd_channel_host host;
	struct vd_channels *network;
};

/** What happens beside the way of the reply. */
enum event {
	EVENT_NOTHING,
	EVENT_SPEAKS, // the customer writes, after the reply was handed in
	EVENT_SHOWN,  // a poll shows the post before the answer comes
};

struct scenario {
	const char *name;
	enum model_fate fate; // of the first attempt
	enum event event;
	bool is_mute;    // the first look-ups find nothing
	bool is_hidden;  // look-ups never find anything
	bool is_guarded; // the network refuses the same words twice
};
static const struct scenario scenarios[] = {
	{ "answered", MODEL_ANSWERS, EVENT_NOTHING, false, false, false },
	{ "answer lost", MODEL_LOSES_ANSWER, EVENT_NOTHING, false, false, false },
	{ "answer lost, shown late", MODEL_LOSES_ANSWER, EVENT_SHOWN, true, false, false },
	{ "request lost", MODEL_LOSES_REQUEST, EVENT_NOTHING, false, false, false },
	{ "refused for now", MODEL_REFUSES_NOW, EVENT_NOTHING, false, false, false },
	{ "shown before the answer", MODEL_ANSWERS, EVENT_SHOWN, false, false, false },
	{ "the customer writes", MODEL_ANSWERS, EVENT_SPEAKS, false, false, false },
	{ "answer lost, never shown", MODEL_LOSES_ANSWER, EVENT_NOTHING, true, true, false },
	{ "answer lost, refused twice", MODEL_LOSES_ANSWER, EVENT_NOTHING, true, true, true },
	{ "request lost, refused twice", MODEL_LOSES_REQUEST, EVENT_NOTHING, false, false, true },
};

/** How look-ups go after the cut. */
enum after { AFTER_GOOD, AFTER_BLIND, AFTER_N };

/** How far the clock was when so many operations had been noted. */
struct moment {
	size_t ops;
	struct vd_wall at;
};

struct record {
	const struct scenario *scenario;
	enum vd_visibility visibility;
	struct vd_channels network; // at its end
	struct moment moments[MOMENTS_MOST];
	size_t n_moments;
	size_t begin; // the first operation after the reply was handed in
	bool was_refused;
};

struct tally {
	int passed;
	int failed;
};

// ---- the rig --------------------------------------------------------------------------------

static void fill_book(struct vd_rulebook *book)
{
	(void)!vd_calendar_parse(VD_SPAN("Europe/Rome"), VD_SPAN("1-5=09:00-18:00"),
				 &book->calendars[0], NULL);
	vd_policy_init(&book->policies[0]);
	book->n_calendars = 1;
	book->n_policies = 1;
	book->n_brands = 1;
	book->n_accounts = 1;
	book->n_staff = 1;
	snprintf(book->brands[0].name, VD_NAME_BYTES, "Telecom Italia");
	snprintf(book->accounts[0].name, sizeof(book->accounts[0].name), "ti-x");
	snprintf(book->accounts[0].user_id, sizeof(book->accounts[0].user_id), "100000001");
	book->accounts[0].network = VD_NETWORK_X;
	book->accounts[0].is_enabled = true;
	snprintf(book->staff[0].name, VD_NAME_BYTES, "Anna");
}

static bool open_rig(struct rig *rig, const char *dir, struct vd_wall at,
		     struct vd_channels *network, struct vd_diag *diag)
{
	memset(rig, 0, sizeof(*rig));
	rig->clock = vd_fake_clock_init(&rig->fake, at);
	rig->loop = vd_loop_create(&rig->clock, fake_poller_init(&rig->poller, &rig->fake));
	rig->book = calloc(1, sizeof(*rig->book));
	rig->network = network;
	if (rig->loop == NULL || rig->book == NULL) {
		return false;
	}
	fill_book(rig->book);
	struct vd_store_config store = { .dir = dir, .map_bytes = (size_t)1 << 20 };
	if (vd_store_open(&store, &rig->store, diag) != VD_OK) {
		return false;
	}
	struct vd_desk_config config = {
		.loop = rig->loop, .store = rig->store, .clock = &rig->clock, .book = rig->book
	};
	if (vd_desk_create(&config, &rig->desk, diag) != VD_OK ||
	    vd_desk_start(rig->desk, rig->book, "test", diag) != VD_OK) {
		return false;
	}
	vd_desk_set_channels(rig->desk, network);
	rig->port = vd_desk_get_port(rig->desk);
	vd_desk_fill_host(rig->desk, &rig->host);
	network->n_calls = 0; // what was under way ended with the process
	memset(network->waiting, 0, sizeof(network->waiting));
	return true;
}

/** As it falls: what is not committed is gone. */
static void drop_rig(struct rig *rig)
{
	vd_desk_destroy(rig->desk);
	vd_store_close(rig->store);
	vd_loop_destroy(rig->loop);
	free(rig->book);
	memset(rig, 0, sizeof(*rig));
}

static void turn(struct rig *rig)
{
	(void)!vd_loop_turn(rig->loop, (struct vd_dur){ 0 });
}

static void pass(struct rig *rig, int64_t s)
{
	vd_fake_clock_advance(&rig->fake, vd_dur_s(s));
	turn(rig);
	turn(rig);
}

static struct vd_message question(const char *id, enum vd_visibility visibility)
{
	struct vd_message m = { .visibility = visibility,
				.published = vd_wall_s(FRIDAY_16_40),
				.text = VD_SPAN("perché la linea è giù?") };
	snprintf(m.network_id, sizeof(m.network_id), "%s", id);
	snprintf(m.thread_id, sizeof(m.thread_id), "t1");
	snprintf(m.author_id, sizeof(m.author_id), "555");
	return m;
}

static void tell(struct rig *rig, const struct vd_message *m)
{
	(void)!rig->host.message(rig->host.ctx, m, NULL);
}

/** A poll shows what the network has. */
static void show_posts(struct rig *rig)
{
	for (size_t i = 0; i < rig->network->n_posts; i++) {
		struct vd_message m =
			question(rig->network->posts[i].id, rig->network->posts[i].visibility);
		snprintf(m.author_id, sizeof(m.author_id), "100000001");
		m.published = rig->fake.wall;
		m.text = vd_span_of(rig->network->posts[i].text);
		tell(rig, &m);
	}
}

// Long enough for all that the outbox does by itself.
static const int steps_s[] = { 1, 14, 20, 30, 60, 300, 900, 1200, 1800, 86400 };

// ---- what is recorded -----------------------------------------------------------------------

static void note_post(void *ctx, const struct model_post *post)
{
	(void)ctx;
	(void)post;
	disk_note(DISK_NET);
}

static void note_told(void *ctx, const struct vd_command_result *result)
{
	struct record *record = ctx;
	record->was_refused = result->err != VD_OK;
	disk_note(DISK_ACK);
}

static void note_moment(struct record *record, const struct rig *rig)
{
	if (record->n_moments < MOMENTS_MOST) {
		record->moments[record->n_moments++] =
			(struct moment){ disk_get()->n_ops, rig->fake.wall };
	}
}

static void hand_in(struct rig *rig, struct record *record)
{
	struct vd_command command = { .kind = VD_COMMAND_REPLY,
				      .conversation = 1,
				      .staff = 1,
				      .visibility = record->visibility,
				      .text = VD_SPAN(TEXT),
				      .seen_messages = 1 };
	record->begin = disk_get()->n_ops;
	note_moment(record, rig);
	rig->port.submit(rig->port.ctx, &command, record, note_told);
	if (record->scenario->event == EVENT_SPEAKS) {
		struct vd_message more = question("2", record->visibility);
		tell(rig, &more);
	}
}

static void go_on(struct rig *rig, struct record *record)
{
	bool is_shown = record->scenario->event != EVENT_SHOWN;
	for (size_t i = 0; i < VD_ARRAY_LEN(steps_s); i++) {
		turn(rig);
		if (!is_shown && rig->network->n_posts > 0 &&
		    (!record->scenario->is_mute || i == 3)) { // after 35 s
			show_posts(rig);
			rig->network->is_mute = false;
			is_shown = true;
		}
		turn(rig);
		while (model_answer(rig->network, &rig->host)) {
			turn(rig);
			note_moment(record, rig);
			turn(rig);
		}
		pass(rig, steps_s[i]);
		note_moment(record, rig);
	}
}

static bool run_record(const char *dir, struct record *record, struct vd_diag *diag)
{
	struct rig rig;
	empty_dir(dir);
	disk_clear();
	disk_get()->is_recording = true;
	record->network.fate = record->scenario->fate;
	record->network.is_mute = record->scenario->is_mute;
	record->network.is_guarded = record->scenario->is_guarded;
	record->network.on_post = note_post;
	bool is_open = open_rig(&rig, dir, vd_wall_s(FRIDAY_16_40), &record->network, diag);
	if (is_open) {
		struct vd_message m = question("1", record->visibility);
		tell(&rig, &m);
		turn(&rig);
		hand_in(&rig, record);
		go_on(&rig, record);
	}
	disk_get()->is_recording = false;
	drop_rig(&rig);
	return is_open && !record->was_refused;
}

// ---- after the cut --------------------------------------------------------------------------

static void settle(struct rig *rig)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(steps_s); i++) {
		pass(rig, steps_s[i]);
		while (model_answer(rig->network, &rig->host)) {
			turn(rig);
			turn(rig);
		}
	}
}

static bool take_only(void *ctx, const struct vd_outbox_entry *entry)
{
	struct vd_outbox_entry *out = ctx;
	*out = *entry;
	return true;
}

static bool is_right(struct rig *rig, bool was_promised, struct vd_diag *diag)
{
	struct vd_outbox_entry entry = { .id = 0 };
	struct vd_conversation c = { .n_out = 0 };
	size_t n = rig->network->n_posts;
	enum vd_err err = vd_store_outbox_each(rig->store, take_only, &entry, diag);
	err = err == VD_OK ? vd_store_conversation_get(rig->store, 1, &c, diag) : err;
	if (err != VD_OK) {
		return false;
	}
	bool is_asked = entry.state == VD_OUTBOX_ASK || entry.state == VD_OUTBOX_HELD;
	bool is_sent = entry.state == VD_OUTBOX_SENT && n == 1 && c.n_out == 1;
	bool is_good = entry.id == 0 ? n == 0 && !was_promised : is_sent || (is_asked && n <= 1);
	if (!is_good) {
		vd_diag_set(diag, VD_ERR_CORRUPT,
			    "%zu posts, %u replies in the case, the entry %llu is %s", n,
			    (unsigned)c.n_out, (unsigned long long)entry.id,
			    vd_outbox_state_name(entry.state));
	}
	return is_good;
}

static bool is_proven(struct rig *rig, struct vd_diag *diag)
{
	struct vd_verify_config config = { .store = rig->store };
	struct vd_verify_report report;
	enum vd_err err = vd_verify_store(&config, &report, diag);
	if (err == VD_ERR_CONFLICT) {
		vd_diag_set(diag, err, "the journal: %s", report.difference.what);
	}
	return err == VD_OK;
}

struct cut {
	size_t at;
	enum choice choice;
	enum after after;
	int second; // turns until it is killed once more; 0: it is not
};

static struct vd_wall wall_at(const struct record *record, size_t cut)
{
	struct vd_wall at = record->moments[0].at;
	for (size_t i = 0; i < record->n_moments && record->moments[i].ops <= cut; i++) {
		at = record->moments[i].at;
	}
	return at;
}

static bool goes_on(const char *dir, const struct record *record, const struct cut *cut,
		    struct vd_diag *diag)
{
	struct vd_channels network = record->network;
	struct rig rig;
	bool was_promised = disk_count(disk_get(), cut->at, DISK_ACK) > 0;
	network.n_posts = disk_count(disk_get(), cut->at, DISK_NET);
	network.fate = MODEL_ANSWERS;
	network.is_mute = record->scenario->is_hidden;
	network.is_blind = cut->after == AFTER_BLIND;
	network.on_post = NULL;
	bool is_open = open_rig(&rig, dir, wall_at(record, cut->at), &network, diag);
	for (int i = 0; is_open && i < cut->second; i++) {
		vd_fake_clock_advance(&rig.fake, vd_dur_s(i * 7));
		turn(&rig);
		(void)(i % 2 == 0 && model_answer(&network, &rig.host));
	}
	if (is_open && cut->second > 0) {
		struct vd_wall now = rig.fake.wall;
		drop_rig(&rig);
		is_open = open_rig(&rig, dir, now, &network, diag);
	}
	if (is_open) {
		settle(&rig);
	}
	bool is_good = is_open && is_right(&rig, was_promised, diag) && is_proven(&rig, diag);
	drop_rig(&rig);
	return is_good;
}

static void judge(struct tally *t, const struct record *record, const struct cut *cut, bool is_good,
		  const char *why)
{
	t->passed += is_good;
	t->failed += !is_good;
	if (!is_good && t->failed < 20) {
		printf("FAIL %s, %s: cut before operation %zu of %zu, sectors %d, look-ups %d, "
		       "killed again after %d: %s\n",
		       record->scenario->name,
		       record->visibility == VD_VISIBILITY_PUBLIC ? "public" : "private",
		       cut->at - record->begin, disk_get()->n_ops - record->begin, cut->choice,
		       cut->after, cut->second, why);
	}
}

static void cut_everywhere(const char *dir, const struct record *record, int seconds,
			   const struct vd_rng *rng, struct tally *tally)
{
	struct medium medium = { 0 };
	struct cut cut = { 0 };
	for (cut.at = record->begin; cut.at <= disk_get()->n_ops; cut.at++) {
		for (int c = CHOOSE_NONE; c <= CHOOSE_RANDOM; c++) {
			int n = c == CHOOSE_RANDOM ? AFTER_N * seconds : AFTER_N;
			for (int rest = 0; rest < n; rest++) {
				struct vd_diag diag = { VD_OK, "" };
				cut.choice = (enum choice)c;
				cut.after = (enum after)(rest % AFTER_N);
				cut.second = rest < AFTER_N ? 0 : (int)(1 + vd_rng_below(rng, 8));
				medium_make(disk_get(), cut.at, cut.choice, rng, &medium);
				bool is_good = medium_write_dir(&medium, dir) &&
					       goes_on(dir, record, &cut, &diag);
				judge(tally, record, &cut, is_good, diag.text);
			}
		}
	}
	free(medium.bytes);
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 && strcmp(argv[1], "long") == 0 ? 12 : 2;
	struct tally tally = { 0, 0 };
	struct vd_seeded_rng seeded;
	struct vd_rng rng = vd_seeded_rng_init(&seeded, 5);
	char dir[64];
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_dir(dir, sizeof(dir), "/dev/shm");
	for (size_t i = 0; i < 2 * VD_ARRAY_LEN(scenarios); i++) {
		static struct record record;
		struct vd_diag diag = { VD_OK, "" };
		record = (struct record){ .scenario = &scenarios[i / 2],
					  .visibility = i % 2 == 0 ? VD_VISIBILITY_PUBLIC
								   : VD_VISIBILITY_PRIVATE };
		if (!run_record(dir, &record, &diag)) {
			printf("FAIL %s: %s\n", record.scenario->name, diag.text);
			tally.failed++;
			continue;
		}
		cut_everywhere(dir, &record, seconds, &rng, &tally);
		printf("%s, %s: %zu operations, %zu of the network; %d passed, %d failed\n",
		       record.scenario->name, i % 2 == 0 ? "public" : "private",
		       disk_get()->n_ops - record.begin, record.network.n_posts, tally.passed,
		       tally.failed);
	}
	disk_clear();
	remove_dir(dir);
	printf("%d passed, %d failed\n", tally.passed, tally.failed);
	return tally.failed == 0 ? 0 : 1;
}
