// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cmd.h"
#include "app/config.h"
#include "app/rebuild.h"
#include "app/verify.h"
#include "base/json.h"
#include "store/device_key.h"

#define PROGRESS_LINE 8192 // events, from which on there was a line of progress

static int usage(void)
{
	fputs("usage: vedetta journal verify CONFIG|DATA-DIR [--chain-only]\n"
	      "       vedetta journal export CONFIG|DATA-DIR     one JSON object a line\n"
	      "       vedetta journal rebuild CONFIG|DATA-DIR NEW-DIR\n",
	      stderr);
	return VD_EXIT_USAGE;
}

enum vd_err vd_cmd_open_store(const char *path, struct vd_store **out, struct vd_diag *diag)
{
	struct stat st;
	struct vd_config *config = NULL;
	bool is_dir = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	enum vd_err err = is_dir ? VD_OK : vd_config_load(path, &config, diag);
	if (err == VD_OK) {
		struct vd_log log = { .level = VD_LOG_WARN, .write = vd_log_to_stderr };
		struct vd_store_config store = { .dir = is_dir ? path : config->data_dir,
						 .is_read_only = true,
						 .log = &log };
		err = vd_store_open(&store, out, diag);
	}
	vd_config_free(config);
	return err;
}

static void show_progress(void *ctx, uint64_t done, uint64_t all)
{
	(void)ctx;
	if (isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " events", done, all);
		fflush(stderr);
	}
}

static void print_difference(const struct vd_verify_report *report)
{
	const struct vd_replay_difference *d = &report->difference;
	printf("event %" PRIu64 " does not hold", d->sequence);
	if (d->conversation != 0) {
		printf(" (conversation %" PRIu64 ")", d->conversation);
	}
	printf(": %s\n", d->what);
	if (d->recorded[0] != '\0') {
		printf("  recorded: %s\n  computed: %s\n", d->recorded, d->computed);
	}
	printf("What it means: %s\n", vd_verify_part_meaning(report->part));
}

static int verify(struct vd_store *store, bool is_chain_only)
{
	struct vd_verify_config config = { .store = store,
					   .is_chain_only = is_chain_only,
					   .progress = show_progress };
	struct vd_verify_report report;
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_verify_store(&config, &report, &diag);
	if (report.events >= PROGRESS_LINE && isatty(STDERR_FILENO)) {
		fputc('\n', stderr);
	}
	if (err == VD_ERR_CONFLICT) {
		print_difference(&report);
		return VD_EXIT_FAILED;
	}
	if (err != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
		return VD_EXIT_FAILED;
	}
	printf("%" PRIu64 " events hold; head %s\n", report.events, report.head);
	if (!is_chain_only) {
		printf("%" PRIu64 " verdicts of %" PRIu64
		       " steps computed again: all equal; %" PRIu64 " conversations and %" PRIu64
		       " messages are as the journal says\n",
		       report.verdicts, report.steps, report.conversations, report.messages);
	}
	return 0;
}

static bool print_event(void *ctx, const struct vd_journal_event *event)
{
	struct vd_buf *buf = ctx;
	char hash[2 * VD_HASH_BYTES + 1];
	for (size_t i = 0; i < VD_HASH_BYTES; i++) {
		snprintf(hash + 2 * i, 3, "%02x", event->hash[i]);
	}
	vd_buf_reset(buf);
	struct vd_json_out j = vd_json_out_init(buf);
	vd_json_open(&j, NULL, '{');
	vd_json_put_i64(&j, "sequence", (int64_t)event->sequence);
	vd_json_put_text(&j, "kind", vd_span_of(vd_journal_kind_name(event->kind)));
	vd_json_put_wall(&j, "at", event->at);
	vd_json_put_i64(&j, "conversation", (int64_t)event->conversation);
	vd_json_put_i64(&j, "account", event->account);
	vd_json_put_i64(&j, "staff", event->staff);
	vd_json_put_i64(&j, "source", event->source);
	vd_json_put_text(&j, "hash", vd_span_of(hash));
	vd_buf_put_text(buf, ",\"detail\":");
	vd_buf_put_span(buf, event->detail.n > 0 ? event->detail : VD_SPAN("{}"));
	vd_json_close(&j, '}');
	return puts(buf->data) >= 0;
}

static int export(struct vd_store *store)
{
	struct vd_buf buf;
	struct vd_diag diag = { 0 };
	vd_buf_init_heap(&buf, 1 << 20);
	enum vd_err err = vd_store_journal_each(store, 1, print_event, &buf, &diag);
	vd_buf_deinit(&buf);
	if (err != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
		return VD_EXIT_FAILED;
	}
	return 0;
}

static int rebuild(struct vd_store *from, const char *dir)
{
	struct vd_diag diag = { 0 };
	struct vd_log log = { .level = VD_LOG_WARN, .write = vd_log_to_stderr };
	struct vd_store_config to = { .dir = dir, .log = &log };
	struct vd_rebuild_config config = { .from = from, .progress = show_progress };
	struct vd_rebuild_report report = { 0 };
	struct vd_journal_report chain;
	struct stat st;
	if (stat(dir, &st) == 0) {
		fprintf(stderr, "vedetta: %s is there already: name a new folder\n", dir);
		return VD_EXIT_USAGE;
	}
	enum vd_err err = vd_store_journal_verify(from, &chain, &diag);
	err = err == VD_OK ? vd_store_open(&to, &config.to, &diag) : err;
	err = err == VD_OK ? vd_rebuild_store(&config, &report, &diag) : err;
	vd_store_close(config.to);
	if (err != VD_OK) {
		fprintf(stderr, "vedetta: %s is not to be used: %s\n", dir,
			err == VD_ERR_CONFLICT ? "the journal does not hold, verify it"
					       : diag.text);
		return VD_EXIT_FAILED;
	}
	printf("%s: %" PRIu64 " events, %" PRIu64 " conversations, %" PRIu64 " messages, %" PRIu64
	       " replies; words of %" PRIu64 " messages are lost, %" PRIu64
	       " replies are asked of a person\n",
	       dir, report.events, report.conversations, report.messages, report.replies,
	       report.words_lost, report.replies_asked);
	if (report.no_sign_ins.text[0] != '\0') {
		printf("The sign-ins of the accounts are not in it: %s\n", report.no_sign_ins.text);
	} else if (report.sign_ins > 0) {
		printf("%zu sign-ins and " VD_DEVICE_KEY_FILE " are taken along: a service on the "
		       "old folder would spend their refresh tokens\n",
		       report.sign_ins);
	}
	return 0;
}

int vd_cmd_journal(int argc, char **argv)
{
	bool is_chain_only = false;
	int n = 0;
	const char *words[4] = { NULL };
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--chain-only") == 0) {
			is_chain_only = true;
		} else if (strcmp(argv[i], "--json") != 0 && n < 3) { // the only form there is
			words[n++] = argv[i];
		} else if (strcmp(argv[i], "--json") != 0) {
			return usage();
		}
	}
	bool is_verify = n == 2 && strcmp(words[0], "verify") == 0;
	bool is_export = n == 2 && strcmp(words[0], "export") == 0;
	bool is_rebuild = n == 3 && strcmp(words[0], "rebuild") == 0;
	if ((!is_verify && !is_export && !is_rebuild) || (is_chain_only && !is_verify)) {
		return usage();
	}
	struct vd_store *store = NULL;
	struct vd_diag diag = { 0 };
	if (vd_cmd_open_store(words[1], &store, &diag) != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
		return VD_EXIT_USAGE;
	}
	int status = is_verify    ? verify(store, is_chain_only)
		     : is_rebuild ? rebuild(store, words[2])
				  : export(store);
	vd_store_close(store);
	return status;
}
