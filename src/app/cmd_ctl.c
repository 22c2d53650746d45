// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cmd.h"
#include "app/config.h"
#include "app/ctl_client.h"
#include "app/ctl_text.h"
#include "app/report_store.h"
#include "base/json.h"
#include "care/command.h"
#include "store/store.h"

#define ANSWER_BYTES ((size_t)32 * 1024 * 1024)
#define REPORT_BYTES ((size_t)1 << 30) // a list of a million

#define WORDS_MOST (2 + VD_COMMAND_MESSAGES_MAX)

static const char usage_text[] =
	"usage: vedetta ctl [--config FILE | --socket PATH] [--json] WHAT\n"
	"\n"
	"  view                          the wall as text\n"
	"  conversations                 everybody who waits, in the wall's order\n"
	"  conversation N                one conversation with its messages and clocks\n"
	"  ack [N]                       acknowledge N, or what the wall shows at its top\n"
	"  claim N --staff NAME          take it; release N gives it back\n"
	"  reply N TEXT --seen MESSAGE [--kind answer|question|deflection|holding]\n"
	"               [--private] [--staff NAME]  MESSAGE: the last one that you read\n"
	"               [--accept-cost]   a link is dear on X: it is meant\n"
	"  ask-dm N [TEXT] --seen MESSAGE  asks the customer in public to write in private\n"
	"  resolve N [--reason R --staff NAME]\n"
	"  no-reply-needed N --reason R --staff NAME\n"
	"  reset N --reason R            put a breach away\n"
	"  shelve N MINUTES --reason R   unshelve N brings it back\n"
	"  offer N ACCOUNT --staff NAME  hand over; accept N or decline N --staff NAME\n"
	"  loosen N --reason R --staff SUPERVISOR   due by the new holder's policy\n"
	"  resume N --staff NAME         the pause ends: we must act\n"
	"  keep-pause N --reason R --staff NAME     it goes on\n"
	"  merge N INTO --staff NAME     two cases are one: N goes on in INTO\n"
	"  link N M --staff NAME         both are of one person; unlink N M undoes it\n"
	"  split N MESSAGE... --staff NAME          these messages are another case\n"
	"  topic N TOPIC                 what it is about; \"\" for nothing\n"
	"  settle OUTBOX yes|no          did an uncertain reply arrive?\n"
	"  send-anyway OUTBOX --seen MESSAGE        a reply that was held\n"
	"  withdraw OUTBOX               a reply that did not leave is taken back\n"
	"  incidents                     those that are declared\n"
	"  incident declare TEXT [--brand B] [--topic T] [--until TIME] --staff SUPERVISOR\n"
	"  incident end ID --staff SUPERVISOR\n"
	"  incident add ID N             one case more; incident remove N\n"
	"  report [--from T] [--to T] [--brand B] [--network N] [--topic T] [--account A]\n"
	"         [--csv] [--list FIGURE]  every figure, or the conversations behind one;\n"
	"         T is 2026-10-05 (its first instant) or 2026-10-05T09:00:00Z\n"
	"  health                        every account, and what to do\n"
	"  presence                      followers of our accounts and of competitors'\n"
	"  budget                        what the plan of polling buys, account by account\n"
	"  alarms                        every alarm: since when, who saw it, what to do\n"
	"  lamp-test\n"
	"\n"
	"Without --config or --socket, VEDETTA_SOCKET is used.\n";

struct options {
	const char *socket;
	const char *config;
	bool is_json;
	const char *words[WORDS_MOST];
	size_t n_words;
	char joined[32]; // "incident declare" is one word of the service
	const char *staff;
	const char *reason;
	const char *kind;
	const char *from;
	const char *to;
	const char *seen;
	const char *brand;
	const char *topic;
	const char *until;
	const char *network;
	const char *account;
	const char *list;
	bool is_private;
	bool accepts_cost;
	bool is_csv;
};

static bool take_option(struct options *o, const char *name, const char *value)
{
	const struct {
		const char *name;
		const char **out;
	} table[] = {
		{ "--socket", &o->socket }, { "--config", &o->config },
		{ "--staff", &o->staff },   { "--reason", &o->reason },
		{ "--kind", &o->kind },     { "--from", &o->from },
		{ "--to", &o->to },         { "--seen", &o->seen },
		{ "--brand", &o->brand },   { "--topic", &o->topic },
		{ "--until", &o->until },   { "--network", &o->network },
		{ "--list", &o->list },     { "--account", &o->account },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		if (strcmp(table[i].name, name) == 0) {
			*table[i].out = value;
			return value != NULL;
		}
	}
	return false;
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			o->is_json = true;
		} else if (strcmp(argv[i], "--private") == 0) {
			o->is_private = true;
		} else if (strcmp(argv[i], "--accept-cost") == 0) {
			o->accepts_cost = true;
		} else if (strcmp(argv[i], "--csv") == 0) {
			o->is_csv = true;
		} else if (strncmp(argv[i], "--", 2) == 0) {
			if (!take_option(o, argv[i], i + 1 < argc ? argv[i + 1] : NULL)) {
				return false;
			}
			i++;
		} else if (o->n_words < VD_ARRAY_LEN(o->words)) {
			o->words[o->n_words++] = argv[i];
		} else {
			return false;
		}
	}
	return o->n_words > 0;
}

static void join_words(struct options *o)
{
	if (o->n_words < 2 || strcmp(o->words[0], "incident") != 0) {
		return;
	}
	snprintf(o->joined, sizeof(o->joined), "incident-%s", o->words[1]);
	memmove(&o->words[1], &o->words[2], (o->n_words - 2) * sizeof(o->words[0]));
	o->words[0] = o->joined;
	o->n_words--;
}

/** How the words behind the first are named in the request; "messages" takes all that follow. */
static const struct {
	const char *word;
	const char *names[2];
	size_t least;
} shapes[] = {
	{ "view", { NULL }, 0 },
	{ "health", { NULL }, 0 },
	{ "alarms", { NULL }, 0 },
	{ "budget", { NULL }, 0 },
	{ "presence", { NULL }, 0 },
	{ "conversations", { NULL }, 0 },
	{ "report", { NULL }, 0 },
	{ "lamp-test", { NULL }, 0 },
	{ "ack", { "id" }, 0 },
	{ "conversation", { "id" }, 1 },
	{ "claim", { "id" }, 1 },
	{ "release", { "id" }, 1 },
	{ "resolve", { "id" }, 1 },
	{ "no-reply-needed", { "id" }, 1 },
	{ "reset", { "id" }, 1 },
	{ "reply", { "id", "text" }, 2 },
	{ "ask-dm", { "id", "text" }, 1 },
	{ "shelve", { "id", "minutes" }, 2 },
	{ "settle", { "outbox", "arrived" }, 2 },
	{ "send-anyway", { "outbox" }, 1 },
	{ "withdraw", { "outbox" }, 1 },
	{ "unshelve", { "id" }, 1 },
	{ "offer", { "id", "account" }, 2 },
	{ "accept", { "id" }, 1 },
	{ "decline", { "id" }, 1 },
	{ "loosen", { "id" }, 1 },
	{ "resume", { "id" }, 1 },
	{ "keep-pause", { "id" }, 1 },
	{ "merge", { "id", "into" }, 2 },
	{ "link", { "id", "into" }, 2 },
	{ "unlink", { "id", "into" }, 2 },
	{ "split", { "id", "messages" }, 2 },
	{ "topic", { "id", "topic" }, 2 },
	{ "incidents", { NULL }, 0 },
	{ "incident-declare", { "text" }, 1 },
	{ "incident-end", { "incident" }, 1 },
	{ "incident-add", { "incident", "id" }, 2 },
	{ "incident-remove", { "id" }, 1 },
};

static bool is_text(const char *name)
{
	return strcmp(name, "text") == 0 || strcmp(name, "account") == 0 ||
	       strcmp(name, "topic") == 0;
}

static void put_word(struct vd_json_out *j, const char *name, const char *value)
{
	uint64_t number;
	if (strcmp(name, "arrived") == 0) {
		vd_json_put_bool(j, name, strcmp(value, "yes") == 0);
	} else if (!is_text(name) && vd_span_parse_u64(vd_span_of(value), &number) == VD_OK) {
		vd_json_put_i64(j, name, (int64_t)number);
	} else {
		vd_json_put_text(j, name, vd_span_of(value));
	}
}

static void put_messages(struct vd_json_out *j, const struct options *o, size_t from)
{
	vd_json_open(j, "messages", '[');
	for (size_t i = from; i < o->n_words; i++) {
		uint64_t number = 0;
		(void)!vd_span_parse_u64(vd_span_of(o->words[i]), &number);
		vd_json_put_i64(j, NULL, (int64_t)number); // 0 is refused with a sentence
	}
	vd_json_close(j, ']');
}

static bool put_words(struct vd_json_out *j, const struct options *o, size_t shape)
{
	for (size_t i = 0; i + 1 < o->n_words; i++) {
		if (i == VD_ARRAY_LEN(shapes[shape].names) || shapes[shape].names[i] == NULL) {
			return false;
		}
		if (strcmp(shapes[shape].names[i], "messages") == 0) {
			put_messages(j, o, i + 1);
			return true;
		}
		put_word(j, shapes[shape].names[i], o->words[i + 1]);
	}
	return true;
}

static void put_extras(struct vd_json_out *j, const struct options *o)
{
	const struct {
		const char *name;
		const char *value;
	} extras[] = { { "staff", o->staff }, { "reason", o->reason }, { "kind", o->kind },
		       { "from", o->from },   { "to", o->to },         { "brand", o->brand },
		       { "topic", o->topic }, { "until", o->until } };
	for (size_t i = 0; i < VD_ARRAY_LEN(extras); i++) {
		if (extras[i].value != NULL) {
			vd_json_put_text(j, extras[i].name, vd_span_of(extras[i].value));
		}
	}
	if (o->seen != NULL) {
		put_word(j, "seen", o->seen);
	}
	if (o->is_private) {
		vd_json_put_bool(j, "private", true);
	}
	if (o->accepts_cost) {
		vd_json_put_bool(j, "accept_cost", true);
	}
}

static bool print_request(const struct options *o, struct vd_buf *out)
{
	size_t shape = 0;
	while (shape < VD_ARRAY_LEN(shapes) && strcmp(shapes[shape].word, o->words[0]) != 0) {
		shape++;
	}
	if (shape == VD_ARRAY_LEN(shapes) || o->n_words - 1 < shapes[shape].least) {
		return false;
	}
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "do", vd_span_of(o->words[0]));
	if (!put_words(&j, o, shape)) {
		return false;
	}
	put_extras(&j, o);
	vd_json_close(&j, '}');
	vd_buf_put_char(out, '\n');
	return true;
}

static enum vd_err find_socket(const struct options *o, char *out, size_t cap, struct vd_diag *diag)
{
	const char *from_env = getenv("VEDETTA_SOCKET");
	if (o->socket != NULL || (o->config == NULL && from_env != NULL)) {
		snprintf(out, cap, "%s", o->socket != NULL ? o->socket : from_env);
		return VD_OK;
	}
	if (o->config == NULL) {
		return vd_diag_set(
			diag, VD_ERR_ARGUMENT,
			"which service? Give --config FILE, --socket PATH or VEDETTA_SOCKET");
	}
	struct vd_config *config = NULL;
	enum vd_err err = vd_config_load(o->config, &config, diag);
	if (err == VD_OK) {
		vd_config_control_path(config, out, cap);
		vd_config_free(config);
	}
	return err;
}

static int show(const struct options *o, const struct vd_buf *answer)
{
	struct vd_diag diag = { 0 };
	cJSON *tree = vd_json_parse(vd_span_trim(vd_buf_span(answer)), &diag);
	if (tree == NULL) {
		fprintf(stderr, "vedetta: the service's answer can't be read: %s\n", diag.text);
		return VD_EXIT_FAILED;
	}
	bool is_good = vd_json_bool(tree, "ok", true);
	if (o->is_json) {
		fputs(answer->data, stdout);
	} else if (!is_good) {
		struct vd_span text = vd_json_text(tree, "text");
		fprintf(stderr, "vedetta: %.*s\n", VD_SPAN_ARG(text));
	} else {
		vd_ctl_text_print(o->words[0], tree, stdout);
	}
	vd_json_free(tree);
	return is_good ? 0 : VD_EXIT_FAILED;
}

// ---- report: made here, from the store; the service tells where it is -----------------------

static enum vd_err data_dir_of(const char *config_path, struct vd_buf *out, struct vd_diag *diag)
{
	struct vd_config *config = NULL;
	enum vd_err err = vd_config_load(config_path, &config, diag);
	if (err == VD_OK) {
		vd_buf_put_text(out, config->data_dir);
		vd_config_free(config);
	}
	return err;
}

static enum vd_err ask_place(const char *path, struct vd_buf *data_dir, struct vd_wall *now,
			     bool *is_there, struct vd_diag *diag)
{
	struct vd_buf answer;
	vd_buf_init_heap(&answer, ANSWER_BYTES);
	enum vd_err err =
		vd_ctl_client_ask(path, VD_SPAN("{\"do\":\"report\"}\n"), &answer, is_there, diag);
	cJSON *tree = NULL;
	if (err == VD_OK) {
		tree = vd_json_parse(vd_span_trim(vd_buf_span(&answer)), diag);
		err = tree != NULL ? VD_OK : VD_ERR_PROTOCOL;
	}
	struct vd_span dir = vd_json_text(tree, "data_dir");
	struct vd_span time = vd_json_text(tree, "now");
	if (err == VD_OK && (dir.n == 0 || vd_wall_parse(time, now) != VD_OK)) {
		struct vd_span text = vd_json_text(tree, "text");
		err = vd_diag_set(diag, VD_ERR_PROTOCOL,
				  "the service does not say where it is: %.*s", VD_SPAN_ARG(text));
	}
	vd_buf_put_span(data_dir, dir);
	vd_json_free(tree);
	vd_buf_deinit(&answer);
	return err;
}

// With a configuration the service need not run: what the store holds is reported until its last
// event.
static enum vd_err find_store(const struct options *o, struct vd_buf *data_dir, struct vd_wall *now,
			      struct vd_diag *diag)
{
	char path[VD_CONFIG_TEXT_BYTES + 16];
	bool is_there = false;
	enum vd_err err = find_socket(o, path, sizeof(path), diag);
	if (err != VD_OK) {
		return err;
	}
	err = ask_place(path, data_dir, now, &is_there, diag);
	return is_there || o->config == NULL || o->socket != NULL
		       ? err
		       : data_dir_of(o->config, data_dir, diag);
}

static enum vd_err make_report(const struct options *o, struct vd_buf *out, struct vd_diag *diag)
{
	struct vd_report_request request = {
		.from = o->from,
		.to = o->to,
		.brand = o->brand,
		.network = o->network,
		.topic = o->topic,
		.account = o->account,
		.list = o->list,
		.form = VD_REPORT_TEXT,
	};
	if (o->is_json || o->is_csv) {
		request.form = o->is_json ? VD_REPORT_JSON : VD_REPORT_CSV;
	}
	struct vd_log log = { .level = VD_LOG_WARN, .write = vd_log_to_stderr };
	struct vd_store *store = NULL;
	struct vd_buf data_dir;
	vd_buf_init_heap(&data_dir, 4096);
	enum vd_err err = find_store(o, &data_dir, &request.now, diag);
	if (err == VD_OK) {
		struct vd_store_config config = { .dir = data_dir.data,
						  .is_read_only = true,
						  .log = &log };
		err = vd_store_open(&config, &store, diag);
	}
	err = err == VD_OK ? vd_report_print(store, &request, out, diag) : err;
	vd_store_close(store);
	vd_buf_deinit(&data_dir);
	return err;
}

static int report(const struct options *o)
{
	struct vd_diag diag = { 0 };
	struct vd_buf out;
	vd_buf_init_heap(&out, REPORT_BYTES);
	enum vd_err err = make_report(o, &out, &diag);
	if (err == VD_OK) {
		fwrite(out.data, 1, out.len, stdout);
	} else if (o->is_json) { // as the service says it
		vd_buf_reset(&out);
		struct vd_json_out j = vd_json_out_init(&out);
		vd_json_open(&j, NULL, '{');
		vd_json_put_bool(&j, "ok", false);
		vd_json_put_text(&j, "error", vd_span_of(vd_err_name(err)));
		vd_json_put_text(&j, "text", vd_span_of(diag.text));
		vd_json_close(&j, '}');
		puts(out.data);
	} else {
		fprintf(stderr, "vedetta: %s\n", diag.text);
	}
	vd_buf_deinit(&out);
	return err == VD_OK ? 0 : VD_EXIT_FAILED;
}

int vd_cmd_ctl(int argc, char **argv)
{
	struct options o = { 0 };
	struct vd_buf request;
	struct vd_buf answer;
	struct vd_diag diag = { 0 };
	char path[VD_CONFIG_TEXT_BYTES + 16];
	bool is_there = false;
	vd_buf_init_heap(&request, (size_t)1 << 20);
	vd_buf_init_heap(&answer, ANSWER_BYTES);
	int status = VD_EXIT_USAGE;
	bool is_parsed = parse_options(argc, argv, &o);
	join_words(&o);
	if (is_parsed && o.n_words == 1 && strcmp(o.words[0], "report") == 0) {
		return report(&o);
	}
	if (!is_parsed || !print_request(&o, &request)) {
		fputs(usage_text, stderr);
	} else if (find_socket(&o, path, sizeof(path), &diag) != VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
	} else if (vd_ctl_client_ask(path, vd_buf_span(&request), &answer, &is_there, &diag) !=
		   VD_OK) {
		fprintf(stderr, "vedetta: %s\n", diag.text);
		status = VD_EXIT_FAILED;
	} else {
		status = show(&o, &answer);
	}
	vd_buf_deinit(&request);
	vd_buf_deinit(&answer);
	return status;
}
