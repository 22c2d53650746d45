// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/cmd.h"
#include "app/config.h"
#include "base/json.h"
#include "store/store.h"

static int usage(void)
{
	fputs("usage: vedetta journal verify CONFIG|DATA-DIR\n"
	      "       vedetta journal export CONFIG|DATA-DIR     one JSON object a line\n",
	      stderr);
	return VD_EXIT_USAGE;
}

static enum vd_err open_store(const char *path, struct vd_store **out, struct vd_diag *diag)
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

static int verify(struct vd_store *store)
{
	struct vd_journal_report report = { 0 };
	struct vd_diag diag = { 0 };
	if (vd_store_journal_verify(store, &report, &diag) != VD_OK) {
		printf("event %" PRIu64 " does not hold: %s\n", report.first_bad,
		       report.why[0] != '\0' ? report.why : diag.text);
		return VD_EXIT_FAILED;
	}
	printf("%" PRIu64 " events hold; head %s\n", report.events, report.head);
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

int vd_cmd_journal(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[2], "--json") == 0) {
		argv[2] = argv[3];
		argc = 3;
	}
	if (argc != 3 || (strcmp(argv[1], "verify") != 0 && strcmp(argv[1], "export") != 0)) {
		return usage();
	}
	struct vd_store *store = NULL;
	struct vd_diag diag = { 0 };
	if (open_store(argv[2], &store, &diag) != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
		return VD_EXIT_USAGE;
	}
	int status = strcmp(argv[1], "verify") == 0 ? verify(store) : export(store);
	vd_store_close(store);
	return status;
}
