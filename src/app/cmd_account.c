// SPDX-License-Identifier: MIT
#include "app/cmd_account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account_check.h"
#include "app/account_ground.h"
#include "app/cmd.h"
#include "base/json.h"

#define LIST_BYTES ((size_t)1 << 20)

static const char usage_text[] =
	"usage: vedetta account list CONFIG [--json]\n"
	"       vedetta account add NAME CONFIG [--way WAY] [--from-file FILE] [--no-test]\n"
	"       vedetta account check NAME CONFIG [--json]\n"
	"       vedetta account remove NAME CONFIG\n"
	"\n"
	"Secrets are asked for on the terminal, without echo, or read from a file (mode 0600)\n"
	"with lines of `name = value`; they are never arguments.\n"
	"\n"
	"  network    way         what is asked for\n"
	"  x          oauth2      client_id, client_secret (may be empty), redirect, then the\n"
	"                         address that the browser was sent to\n"
	"             oauth1      consumer_key, consumer_secret, token, token_secret\n"
	"             token       token\n"
	"  facebook   page-token  token, app_id, app_secret (both may be empty)\n"
	"             user-token  user_token, app_id, app_secret; it becomes the Page's token\n"
	"  mastodon   authorise   the code that the server shows\n"
	"             token       token\n";

static int usage(void)
{
	fputs(usage_text, stderr);
	return VD_EXIT_USAGE;
}

// ---- questions ------------------------------------------------------------------------------

static enum vd_err ask(const struct vd_cmd_account *a, const char *name, const char *question,
		       struct vd_secret *out, struct vd_diag *diag)
{
	return vd_prompt_ask(&a->prompt, name, question, true, out, diag);
}

static enum vd_err ask_open(const struct vd_cmd_account *a, const char *name, const char *question,
			    char *out, size_t cap, struct vd_diag *diag)
{
	struct vd_secret answer = { 0 };
	enum vd_err err = vd_prompt_ask(&a->prompt, name, question, false, &answer, diag);
	if (err == VD_OK && vd_span_copy(vd_secret_reveal(&answer), out, cap) != VD_OK) {
		err = vd_diag_set(diag, VD_ERR_ROOM, "%s is too long", name);
	}
	vd_secret_deinit(&answer);
	return err;
}

static const char *guess_way(const struct vd_cmd_account *a)
{
	const struct vd_prompt *p = &a->prompt;
	if (a->way != NULL) {
		return a->way;
	}
	if (vd_account_is_on(a->account, "facebook")) {
		return vd_prompt_has(p, "user_token") ? "user-token" : "page-token";
	}
	if (vd_prompt_has(p, "consumer_key")) {
		return "oauth1";
	}
	if (vd_prompt_has(p, "token")) {
		return "token";
	}
	return vd_account_is_on(a->account, "mastodon") ? "authorise" : "oauth2";
}

// ---- one step with the network --------------------------------------------------------------

struct dialogue {
	const struct vd_cmd_account *a;
	struct vd_account_ground ground;
	struct vd_sign_in sign_in;
	enum vd_err err;
	struct vd_diag diag;
};

static void on_step(void *ctx, struct vd_sign_in *s, enum vd_err err, const struct vd_diag *diag)
{
	struct dialogue *d = ctx;
	(void)s;
	d->err = err;
	d->diag = *diag;
	d->ground.is_done = true;
}

static enum vd_err wait_step(struct dialogue *d, struct vd_diag *diag)
{
	enum vd_err err = vd_account_ground_wait(&d->ground);
	d->ground.is_done = false;
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "the network does not answer in time");
	}
	*diag = d->diag;
	memset(&d->diag, 0, sizeof(d->diag));
	return d->err;
}

static enum vd_err authorise(struct dialogue *d, struct vd_diag *diag)
{
	const struct vd_cmd_account *a = d->a;
	char id[128] = "";
	char redirect[256] = "";
	struct vd_secret secret = { 0 };
	struct vd_secret pasted = { 0 };
	bool is_x = vd_account_is_on(a->account, "x");
	enum vd_err err = VD_OK;
	if (is_x) {
		err = ask_open(a, "client_id", "The app's client id", id, sizeof(id), diag);
		err = err == VD_OK
			      ? ask(a, "client_secret",
				    "Its client secret (empty for a public client)", &secret, diag)
			      : err;
		err = err == VD_OK ? ask_open(a, "redirect",
					      "Its redirect URI (empty: https://localhost/)",
					      redirect, sizeof(redirect), diag)
				   : err;
	}
	if (err == VD_OK) {
		vd_sign_in_begin(&d->sign_in, vd_span_of(id), vd_secret_reveal(&secret),
				 vd_span_of(redirect));
		err = wait_step(d, diag);
	}
	vd_secret_deinit(&secret);
	if (err == VD_OK) {
		printf("Open this address in a browser, logged in as %s, and allow it:\n\n%s\n\n",
		       a->account->handle[0] != '\0' ? a->account->handle : a->account->name,
		       d->sign_in.url);
		fflush(stdout);
		err = ask(a, "pasted",
			  is_x ? "Paste the address that follows (it is good for 30 s)"
			       : "Paste the code that the server shows",
			  &pasted, diag);
	}
	if (err == VD_OK) {
		vd_sign_in_finish(&d->sign_in, vd_secret_reveal(&pasted));
		err = wait_step(d, diag);
	}
	vd_secret_deinit(&pasted);
	return err;
}

static enum vd_err ask_oauth1(struct dialogue *d, struct vd_diag *diag)
{
	struct vd_secret *part = d->sign_in.c.part;
	d->sign_in.c.kind = VD_CREDENTIALS_X_OAUTH1;
	const struct {
		const char *name;
		const char *question;
		struct vd_secret *out;
	} values[] = {
		{ "consumer_key", "Consumer key (API key)", &part[VD_PART_CONSUMER_KEY] },
		{ "consumer_secret", "Consumer secret", &part[VD_PART_CONSUMER_SECRET] },
		{ "token", "Access token", &part[VD_PART_TOKEN] },
		{ "token_secret", "Access token secret", &part[VD_PART_TOKEN_SECRET] },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(values); i++) {
		enum vd_err err =
			ask(d->a, values[i].name, values[i].question, values[i].out, diag);
		if (err == VD_OK && !vd_secret_is_set(values[i].out)) {
			err = vd_diag_set(diag, VD_ERR_ARGUMENT, "%s is missing", values[i].name);
		}
		if (err != VD_OK) {
			return err;
		}
	}
	return VD_OK;
}

static enum vd_err ask_facebook_app(struct dialogue *d, struct vd_diag *diag)
{
	struct vd_credentials *c = &d->sign_in.c;
	enum vd_err err = ask_open(d->a, "app_id", "The app's id (may be empty)", c->client_id,
				   sizeof(c->client_id), diag);
	return err == VD_OK ? ask(d->a, "app_secret", "The app's secret (may be empty)",
				  &c->part[VD_PART_APP_SECRET], diag)
			    : err;
}

static enum vd_err ask_token(struct dialogue *d, const char *name, const char *question,
			     struct vd_diag *diag)
{
	struct vd_secret *token = &d->sign_in.c.part[VD_PART_TOKEN];
	d->sign_in.c.kind = vd_account_is_on(d->a->account, "mastodon") ? VD_CREDENTIALS_MASTODON
									: VD_CREDENTIALS_TOKEN;
	enum vd_err err = ask(d->a, name, question, token, diag);
	return err == VD_OK && !vd_secret_is_set(token)
		       ? vd_diag_set(diag, VD_ERR_ARGUMENT, "%s is missing", name)
		       : err;
}

static enum vd_err try_it(struct dialogue *d, struct vd_diag *diag)
{
	if (d->a->is_untested) {
		return VD_OK;
	}
	vd_sign_in_take(&d->sign_in);
	return wait_step(d, diag);
}

static enum vd_err way_oauth1(struct dialogue *d, struct vd_diag *diag)
{
	enum vd_err err = ask_oauth1(d, diag);
	return err == VD_OK ? try_it(d, diag) : err;
}

static enum vd_err way_token(struct dialogue *d, struct vd_diag *diag)
{
	enum vd_err err = ask_token(d, "token", "The access token", diag);
	return err == VD_OK ? try_it(d, diag) : err;
}

static enum vd_err way_page_token(struct dialogue *d, struct vd_diag *diag)
{
	enum vd_err err = ask_token(d, "token", "The Page's token", diag);
	err = err == VD_OK ? ask_facebook_app(d, diag) : err;
	return err == VD_OK ? try_it(d, diag) : err;
}

static enum vd_err way_user_token(struct dialogue *d, struct vd_diag *diag)
{
	enum vd_err err = ask_token(d, "user_token", "The person's token", diag);
	err = err == VD_OK ? ask_facebook_app(d, diag) : err;
	if (err == VD_OK) {
		vd_sign_in_exchange(&d->sign_in);
		err = wait_step(d, diag);
	}
	return err;
}

static const struct {
	const char *network;
	const char *way;
	enum vd_err (*run)(struct dialogue *d, struct vd_diag *diag);
} ways[] = {
	{ "x", "oauth2", authorise },
	{ "x", "oauth1", way_oauth1 },
	{ "x", "token", way_token },
	{ "facebook", "page-token", way_page_token },
	{ "facebook", "user-token", way_user_token },
	{ "mastodon", "authorise", authorise },
	{ "mastodon", "token", way_token },
};

static enum vd_err sign_in(struct dialogue *d, struct vd_diag *diag)
{
	const char *way = guess_way(d->a);
	for (size_t i = 0; i < VD_ARRAY_LEN(ways); i++) {
		if (vd_account_is_on(d->a->account, ways[i].network) &&
		    strcmp(ways[i].way, way) == 0) {
			return ways[i].run(d, diag);
		}
	}
	return vd_diag_set(diag, VD_ERR_ARGUMENT, "%s has no way \"%s\"", d->a->account->network,
			   way);
}

// ---- the words ------------------------------------------------------------------------------

static int complain(const struct vd_diag *diag)
{
	fprintf(stderr, "vedetta: %s\n",
		diag->text[0] != '\0' ? diag->text : vd_err_text(diag->err));
	return VD_EXIT_FAILED;
}

static int add(const struct vd_cmd_account *a, struct dialogue *d)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = sign_in(d, &diag);
	const struct vd_diag remark = diag;
	err = err == VD_OK ? vd_cmd_account_keep(a, &d->sign_in.c, &diag) : err;
	if (err != VD_OK) {
		return complain(&diag);
	}
	printf("%s is signed in%s%s\n", a->account->name,
	       d->sign_in.who.name[0] != '\0' ? " as " : "", d->sign_in.who.name);
	if (remark.text[0] != '\0') {
		printf("But: %s.\n", remark.text);
	}
	if (d->sign_in.c.kind == VD_CREDENTIALS_TOKEN && vd_account_is_on(a->account, "x")) {
		puts("This token can't be renewed here: see `vedetta account add --way oauth2`.");
	}
	return 0;
}

static int remove_it(const struct vd_cmd_account *a, struct dialogue *d)
{
	struct vd_diag diag = { 0 };
	enum vd_err err = vd_cmd_account_load(a, &d->sign_in.c, &diag);
	bool is_kept = err == VD_OK && vd_wall_is_set(d->sign_in.c.set_at);
	if (is_kept) { // an unreadable one is forgotten all the same
		vd_sign_in_revoke(&d->sign_in);
		err = wait_step(d, &diag);
	}
	if (err != VD_OK) {
		fprintf(stderr, "vedetta: not revoked: %s\n", diag.text);
	}
	memset(&diag, 0, sizeof(diag));
	err = vd_cmd_account_keep(a, NULL, &diag);
	if (err != VD_OK) {
		return complain(&diag);
	}
	printf("%s is signed out%s\n", a->account->name,
	       a->account->token_file[0] != '\0' ? "; its token_file serves again" : "");
	return 0;
}

static void on_checked(void *ctx, struct vd_account_check *check)
{
	struct vd_account_ground *ground = ctx;
	(void)check;
	ground->is_done = true;
}

static void print_rows(const struct vd_account_check *check)
{
	for (size_t i = 0; i < check->n; i++) {
		const struct vd_check_row *row = &check->rows[i];
		printf("%-11s %-7s %s\n", row->step, vd_check_verdict_name(row->verdict),
		       row->words);
		if (row->next[0] != '\0') {
			printf("%-19s -> %s\n", "", row->next);
		}
	}
}

static int check_it(const struct vd_cmd_account *a, struct dialogue *d, bool is_json)
{
	struct vd_diag diag = { 0 };
	struct vd_account_check check = {
		.net = vd_account_ground_net(&d->ground),
		.resolver = d->ground.resolver,
		.tls = d->ground.tls,
		.proxy = d->ground.has_proxy ? &d->ground.proxy : NULL,
		.account = a->account,
		.ctx = &d->ground,
		.done = on_checked,
	};
	enum vd_err err = vd_cmd_account_load(a, &d->sign_in.c, &diag);
	if (err != VD_OK) {
		return complain(&diag);
	}
	vd_account_check_start(&check, &d->sign_in.c);
	err = vd_account_ground_wait(&d->ground);
	bool is_good = err == VD_OK && vd_account_check_is_good(&check);
	if (is_json) {
		struct vd_buf out;
		vd_buf_init_heap(&out, LIST_BYTES);
		vd_account_check_print(&check, &out);
		puts(out.data);
		vd_buf_deinit(&out);
	} else {
		print_rows(&check);
	}
	vd_account_check_deinit(&check);
	return is_good ? 0 : VD_EXIT_FAILED;
}

static void print_list(const cJSON *tree)
{
	const cJSON *row = NULL;
	struct vd_span key = vd_json_text(tree, "key");
	if (key.n > 0) {
		printf("%.*s\n", VD_SPAN_ARG(key));
	}
	cJSON_ArrayForEach(row, vd_json_get(tree, "accounts"))
	{
		struct vd_span name = vd_json_text(row, "name");
		struct vd_span source = vd_json_text(row, "source");
		struct vd_span kind = vd_json_text(row, "kind");
		struct vd_span at = vd_json_text(row, "set_at");
		struct vd_span by = vd_json_text(row, "set_by");
		struct vd_span words = vd_json_text(row, "words");
		printf("%-20.*s ", VD_SPAN_ARG(name));
		if (vd_span_is_text(source, "store")) {
			printf("%.*s, set on %.*s by %.*s", VD_SPAN_ARG(kind), VD_SPAN_ARG(at),
			       VD_SPAN_ARG(by));
		} else if (vd_span_is_text(source, "file")) {
			printf("from token_file");
		} else {
			printf("nobody is signed in: vedetta account add %.*s", VD_SPAN_ARG(name));
		}
		printf("%s%.*s\n", words.n > 0 ? "; " : "", VD_SPAN_ARG(words));
	}
}

static int list(const struct vd_cmd_account *a, bool is_json)
{
	struct vd_diag diag = { 0 };
	struct vd_buf out;
	vd_buf_init_heap(&out, LIST_BYTES);
	enum vd_err err = vd_cmd_account_list(a, &out, &diag);
	cJSON *tree = err == VD_OK ? vd_json_parse(vd_span_trim(vd_buf_span(&out)), &diag) : NULL;
	int status = tree != NULL ? 0 : complain(&diag);
	if (tree != NULL && is_json) {
		printf("%.*s\n", VD_SPAN_ARG(vd_span_trim(vd_buf_span(&out))));
	} else if (tree != NULL) {
		print_list(tree);
	}
	vd_json_free(tree);
	vd_buf_deinit(&out);
	return status;
}

static int run(struct vd_cmd_account *a, const char *word, bool is_json)
{
	struct vd_diag diag = { 0 };
	int status = VD_EXIT_USAGE;
	struct dialogue *d = calloc(1, sizeof(*d));
	if (d == NULL || vd_account_ground_open(&d->ground, a->config, a->clock, &diag) != VD_OK) {
		status = complain(&diag);
	} else {
		struct vd_account_net net = vd_account_ground_net(&d->ground);
		d->a = a;
		vd_sign_in_init(&d->sign_in, &net, a->account);
		d->sign_in.ctx = d;
		d->sign_in.done = on_step;
		status = strcmp(word, "add") == 0      ? add(a, d)
			 : strcmp(word, "remove") == 0 ? remove_it(a, d)
			 : strcmp(word, "check") == 0  ? check_it(a, d, is_json)
						       : usage();
		vd_sign_in_deinit(&d->sign_in);
	}
	if (d != NULL) {
		vd_account_ground_close(&d->ground);
	}
	free(d);
	return status;
}

struct arguments {
	const char *words[3];
	size_t n;
	const char *file;
	bool is_json;
};

static bool parse(int argc, char **argv, struct arguments *args, struct vd_cmd_account *a)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			args->is_json = true;
		} else if (strcmp(argv[i], "--no-test") == 0) {
			a->is_untested = true;
		} else if (strcmp(argv[i], "--way") == 0 && i + 1 < argc) {
			a->way = argv[++i];
		} else if (strcmp(argv[i], "--from-file") == 0 && i + 1 < argc) {
			args->file = argv[++i];
		} else if (argv[i][0] != '-' && args->n < VD_ARRAY_LEN(args->words)) {
			args->words[args->n++] = argv[i];
		} else {
			return false;
		}
	}
	bool is_list = args->n > 0 && strcmp(args->words[0], "list") == 0;
	return args->n == (is_list ? 2 : 3);
}

static enum vd_err find(struct vd_cmd_account *a, const char *name, struct vd_diag *diag)
{
	for (size_t i = 0; i < a->config->n_accounts; i++) {
		if (strcmp(a->config->accounts[i].name, name) == 0) {
			a->account = &a->config->accounts[i];
			return VD_OK;
		}
	}
	return vd_diag_set(diag, VD_ERR_NOT_FOUND,
			   "there is no account \"%.64s\" in the configuration: add it there first",
			   name);
}

int vd_cmd_account(int argc, char **argv)
{
	struct arguments args = { 0 };
	struct vd_cmd_account a = { .clock = getenv("VEDETTA_CLOCK") };
	struct vd_diag diag = { 0 };
	if (!parse(argc, argv, &args, &a)) {
		return usage();
	}
	bool is_list = args.n == 2;
	enum vd_err err = vd_config_load(args.words[args.n - 1], &a.config, &diag);
	err = err == VD_OK && !is_list ? find(&a, args.words[1], &diag) : err;
	err = err == VD_OK ? vd_prompt_open(&a.prompt, args.file, &diag) : err;
	int status = VD_EXIT_USAGE;
	if (err != VD_OK) {
		(void)complain(&diag);
	} else {
		status = is_list ? list(&a, args.is_json) : run(&a, args.words[0], args.is_json);
	}
	vd_prompt_close(&a.prompt);
	vd_config_free(a.config);
	return status;
}
