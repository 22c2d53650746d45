// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cmd.h"
#include "app/config_calendar.h"
#include "app/journal_rules.h"
#include "app/replay.h"
#include "app/report.h"
#include "app/simulate.h"

#define FILE_LIMIT_BYTES 65536
#define PAGE_BYTES ((size_t)1 << 20)

static int usage(void)
{
	fputs("usage: vedetta simulate CONFIG|DATA-DIR [--calendar FILE] [--policy FILE]\n"
	      "                        [--from TIME] [--to TIME] [--json]\n"
	      "  FILE holds one object as it stands in \"calendars\" or \"policies\" of a\n"
	      "  configuration; the name says which one it replaces, since the first day.\n"
	      "  TIME is as in 2026-10-05T09:00:00Z.\n",
	      stderr);
	return VD_EXIT_USAGE;
}

struct what_if {
	struct vd_store *store;
	struct vd_wall from;
	struct vd_wall to;
	bool is_json;
	// the other rules
	struct vd_config_calendar calendar_row;
	struct vd_config_policy policy_row;
	struct vd_calendar calendar;
	struct vd_policy policy;
	bool has_calendar;
	bool has_policy;
	// as it was, and as it would have been
	struct vd_replay replay;
	struct vd_simulate sim;
	struct vd_rulebook book; // the last one of the journal
	struct vd_wall now;
	struct vd_report *was;
	struct vd_report *would;
	enum vd_err err;
	struct vd_diag *diag;
};

// ---- the other rules ------------------------------------------------------------------------

static enum vd_err read_row(const char *path, const char *list, void *out, struct vd_diag *diag)
{
	char *text = NULL;
	size_t n = 0;
	enum vd_err err = vd_config_read_file(path, FILE_LIMIT_BYTES, &text, &n, diag);
	if (err == VD_OK) {
		err = vd_config_parse_row(path, vd_span_make(text, n), list, out, diag);
	}
	free(text);
	return err;
}

static enum vd_err read_calendar(struct what_if *w, const char *path)
{
	const char *key = "";
	enum vd_err err = read_row(path, "calendars", &w->calendar_row, w->diag);
	if (err == VD_OK) {
		err = vd_config_calendar_make(&w->calendar_row, &w->calendar, &key, w->diag);
		if (err != VD_OK) {
			vd_diag_context(w->diag, "%s: %s", path, key);
		}
	}
	w->has_calendar = err == VD_OK;
	return err;
}

static enum vd_err read_policy(struct what_if *w, const char *path)
{
	enum vd_err err = read_row(path, "policies", &w->policy_row, w->diag);
	if (err == VD_OK) {
		vd_config_policy_make(&w->policy_row, &w->policy);
	}
	w->has_policy = err == VD_OK;
	return err;
}

// ---- three passes over the journal: its rules, what was, what would have been -------------------

static bool take_rules(void *ctx, const struct vd_journal_event *event)
{
	struct what_if *w = ctx;
	enum vd_rule_kind kind;
	uint16_t id;
	w->now = event->at;
	w->err = event->kind == VD_JOURNAL_RULES
			 ? vd_rule_apply(event->detail, &w->book, &kind, &id, w->diag)
			 : VD_OK;
	return w->err == VD_OK;
}

static bool take_was(void *ctx, const struct vd_journal_event *event)
{
	struct what_if *w = ctx;
	w->err = vd_replay_feed(&w->replay, event, w->diag);
	if (w->err == VD_ERR_CONFLICT) {
		vd_diag_set(w->diag, w->err,
			    "event %" PRIu64 " does not hold: see \"vedetta journal verify\"",
			    w->replay.difference.sequence);
	}
	w->err = w->err == VD_OK ? vd_report_add_event(w->was, event, w->diag) : w->err;
	return w->err == VD_OK;
}

static enum vd_err take_step(void *ctx, const struct vd_simulated_step *step, struct vd_diag *diag)
{
	struct what_if *w = ctx;
	const struct vd_message *m = step->event->message;
	struct vd_report_step out = {
		.at = step->at,
		.conversation = step->c->id,
		.kind = step->event->kind,
		.reply = m != NULL ? m->kind : VD_REPLY_NONE,
		.visibility = m != NULL ? m->visibility : VD_VISIBILITY_PUBLIC,
		.is_opening = step->is_opening,
		.brand = step->c->brand,
		.account = step->c->account,
		.effects = step->effects,
	};
	return vd_report_add_step(w->would, &out, diag);
}

// What befell the box itself stays as it was.
static bool is_no_step(const struct vd_journal_event *event)
{
	return event->kind == VD_JOURNAL_START || event->kind == VD_JOURNAL_FACT ||
	       event->kind == VD_JOURNAL_ALARM || event->kind == VD_JOURNAL_CLOCK ||
	       event->kind == VD_JOURNAL_OUTBOX;
}

static bool take_would(void *ctx, const struct vd_journal_event *event)
{
	struct what_if *w = ctx;
	w->err = vd_simulate_feed(&w->sim, event, w->diag);
	if (w->err == VD_OK && is_no_step(event)) {
		w->err = vd_report_add_event(w->would, event, w->diag);
	}
	return w->err == VD_OK;
}

static enum vd_err each(struct what_if *w, vd_store_journal_fn *fn)
{
	enum vd_err err = vd_store_journal_each(w->store, 1, fn, w, w->diag);
	return err == VD_OK ? w->err : err;
}

static enum vd_err add_cases(struct what_if *w, const struct vd_cases *cases,
			     struct vd_report *report)
{
	struct vd_conversation *c = &w->sim.c;
	enum vd_err err = VD_OK;
	for (uint64_t id = 1; id <= cases->n && err == VD_OK; id++) {
		err = vd_cases_get(cases, id, c, w->diag);
		err = err == VD_OK ? vd_report_add_conversation(report, c, w->diag) : err;
	}
	return err == VD_OK ? vd_report_finish(report, w->diag) : err;
}

static enum vd_err find_was(struct what_if *w)
{
	struct vd_report_filter filter = {
		.book = &w->book, .from = w->from, .to = w->to, .now = w->now
	};
	enum vd_err err = vd_report_create(&filter, &w->was, w->diag);
	err = err == VD_OK ? vd_replay_init(&w->replay, w->diag) : err;
	err = err == VD_OK ? each(w, take_was) : err;
	return err == VD_OK ? add_cases(w, &w->replay.cases, w->was) : err;
}

static enum vd_err find_would(struct what_if *w)
{
	w->sim.calendar = w->has_calendar ? &w->calendar : NULL;
	w->sim.policy = w->has_policy ? &w->policy : NULL;
	w->sim.policy_calendar = w->policy_row.calendar;
	w->sim.on_step = take_step;
	w->sim.ctx = w;
	struct vd_report_filter filter = {
		.book = w->sim.book, .from = w->from, .to = w->to, .now = w->now
	};
	enum vd_err err = vd_report_create(&filter, &w->would, w->diag);
	err = err == VD_OK ? each(w, take_would) : err;
	err = err == VD_OK ? vd_simulate_finish(&w->sim, w->diag) : err;
	return err == VD_OK ? add_cases(w, &w->sim.cases, w->would) : err;
}

// ---- out ------------------------------------------------------------------------------------

static void print_json(const struct what_if *w, struct vd_buf *buf)
{
	vd_buf_put_text(buf, "{\"was\":");
	vd_report_print_json(w->was, buf);
	vd_buf_put_text(buf, ",\"would\":");
	vd_report_print_json(w->would, buf);
	vd_buf_printf(buf, ",\"steps\":%" PRIu64 ",\"refused\":%" PRIu64 "}\n", w->sim.steps,
		      w->sim.refused);
}

static void print_text(const struct what_if *w, struct vd_buf *buf)
{
	vd_report_print_text_pair(w->was, "as it was", w->would, "as it would be", buf);
	vd_buf_printf(buf,
		      "\n%" PRIu64 " steps; %" PRIu64
		      " of what people did has no place under the other rules\n",
		      w->sim.steps, w->sim.refused);
}

static enum vd_err run(struct what_if *w)
{
	enum vd_err err = each(w, take_rules);
	err = err == VD_OK ? vd_simulate_init(&w->sim, w->diag) : err;
	err = err == VD_OK ? find_was(w) : err;
	err = err == VD_OK ? find_would(w) : err;
	if (err != VD_OK) {
		return err;
	}
	struct vd_buf buf;
	vd_buf_init_heap(&buf, PAGE_BYTES);
	if (w->is_json) {
		print_json(w, &buf);
	} else {
		print_text(w, &buf);
	}
	err = vd_buf_check(&buf);
	fwrite(buf.data, 1, buf.len, stdout);
	vd_buf_deinit(&buf);
	return err;
}

static bool take_option(struct what_if *w, const char *name, const char *value, enum vd_err *err)
{
	if (strcmp(name, "--calendar") == 0) {
		*err = read_calendar(w, value);
	} else if (strcmp(name, "--policy") == 0) {
		*err = read_policy(w, value);
	} else if (strcmp(name, "--from") == 0) {
		*err = vd_wall_parse(vd_span_of(value), &w->from);
	} else if (strcmp(name, "--to") == 0) {
		*err = vd_wall_parse(vd_span_of(value), &w->to);
	} else {
		return false;
	}
	if (*err != VD_OK && w->diag->text[0] == '\0') {
		vd_diag_set(w->diag, *err, "%s: \"%s\" is no instant", name, value);
	}
	return true;
}

static int run_with(struct what_if *w, int argc, char **argv)
{
	enum vd_err err = VD_OK;
	const char *path = NULL;
	for (int i = 1; i < argc && err == VD_OK; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			w->is_json = true;
		} else if (argv[i][0] != '-' && path == NULL) {
			path = argv[i];
		} else if (i + 1 >= argc || !take_option(w, argv[i], argv[i + 1], &err)) {
			return usage();
		} else {
			i++;
		}
	}
	if (err == VD_OK && path == NULL) {
		return usage();
	}
	err = err == VD_OK ? vd_cmd_open_store(path, &w->store, w->diag) : err;
	if (err != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", w->diag->text);
		return VD_EXIT_USAGE;
	}
	err = run(w);
	if (err != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", w->diag->text);
	}
	return err == VD_OK ? 0 : VD_EXIT_FAILED;
}

int vd_cmd_simulate(int argc, char **argv)
{
	struct vd_diag diag = { 0 };
	struct what_if *w = calloc(1, sizeof(*w));
	if (w == NULL) {
		fputs("vedetta: no memory to simulate\n", stderr);
		return VD_EXIT_FAILED;
	}
	w->diag = &diag;
	int status = run_with(w, argc, argv);
	vd_report_destroy(w->was);
	vd_report_destroy(w->would);
	vd_replay_deinit(&w->replay);
	vd_simulate_deinit(&w->sim);
	vd_store_close(w->store);
	free(w);
	return status;
}
