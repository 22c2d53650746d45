// SPDX-License-Identifier: MIT
#include "app/ctl_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/desk.h"
#include "base/json.h"
#include "base/list.h"
#include "base/secret.h"
#include "net/local.h"
#include "output/command_json.h"

#define REQUEST_BYTES (64 * 1024)
#define ANSWER_BYTES (32 * 1024 * 1024)
#define CLIENTS_MOST 16
#define CLIENT_S 10

struct client {
	struct vd_list node;
	struct vd_ctl_server *server;
	struct vd_watch watch;
	struct vd_timer timer; // a client that says nothing is dropped
	struct vd_buf in;
	struct vd_buf out;
	bool is_asked;   // the request is whole: nothing more is read
	bool is_waiting; // for the commit
	bool is_in_run;  // what is done inside is answered by the one who runs it
	bool is_gone;    // the other side left meanwhile
};

struct vd_ctl_server {
	struct vd_ctl_server_config config;
	struct vd_watch watch;
	struct vd_list clients;
	size_t n_clients;
	char *path; // our own copies: the caller's may be gone when we are
	char *data_dir;
};

static void drop(struct client *client)
{
	if (client->is_waiting) {
		client->is_gone = true; // the desk still holds it
		vd_loop_unwatch(client->server->config.loop, &client->watch);
		return;
	}
	vd_loop_unwatch(client->server->config.loop, &client->watch);
	vd_loop_timer_stop(client->server->config.loop, &client->timer);
	vd_list_remove(&client->node);
	client->server->n_clients--;
	close(client->watch.fd);
	vd_buf_deinit(&client->in);
	vd_buf_deinit(&client->out);
	free(client);
}

static void send_more(struct client *client)
{
	while (client->out.len > 0) {
		ssize_t n = write(client->watch.fd, client->out.data, client->out.len);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			client->watch.events = VD_LOOP_WRITE;
			if (vd_loop_watch(client->server->config.loop, &client->watch) != VD_OK) {
				drop(client);
			}
			return;
		}
		if (n < 0) {
			break;
		}
		vd_buf_consume(&client->out, (size_t)n);
	}
	drop(client);
}

static void answer_error(struct client *client, enum vd_err err, const char *text)
{
	vd_buf_reset(&client->out);
	struct vd_json_out j = vd_json_out_init(&client->out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_bool(&j, "ok", false);
	vd_json_put_text(&j, "error", vd_span_of(vd_err_name(err)));
	vd_json_put_text(&j, "text", vd_span_of(text[0] != '\0' ? text : vd_err_text(err)));
	vd_json_close(&j, '}');
	vd_buf_put_char(&client->out, '\n');
}

static void on_done(void *ctx, const struct vd_command_result *result)
{
	struct client *client = ctx;
	client->is_waiting = false;
	if (client->is_gone && !client->is_in_run) {
		drop(client);
		return;
	}
	if (result->err != VD_OK) {
		answer_error(client, result->err, result->diag.text);
	} else {
		struct vd_json_out j = vd_json_out_init(&client->out);
		vd_json_open(&j, NULL, '{');
		vd_json_put_bool(&j, "ok", true);
		vd_json_put_i64(&j, "conversation", (int64_t)result->conversation);
		vd_json_put_i64(&j, "outbox", (int64_t)result->outbox);
		vd_json_put_i64(&j, "incident", result->incident);
		vd_json_close(&j, '}');
		vd_buf_put_char(&client->out, '\n');
	}
	if (!client->is_in_run) {
		send_more(client);
	}
}

// ---- questions: answered at once ------------------------------------------------------------

static enum vd_err ask_view(struct client *client, const cJSON *request, struct vd_diag *diag)
{
	(void)request;
	(void)diag;
	const struct vd_desk_port *port = client->server->config.port;
	vd_view_print_json(port->view(port->ctx), true, &client->out);
	return VD_OK;
}

static enum vd_err ask_list(struct client *client, const cJSON *request, struct vd_diag *diag)
{
	(void)request;
	return vd_list_print_json(client->server->config.port, &client->out, diag);
}

static enum vd_err ask_incidents(struct client *client, const cJSON *request, struct vd_diag *diag)
{
	(void)request;
	(void)diag;
	const struct vd_desk_port *port = client->server->config.port;
	vd_incidents_print_json(port->view(port->ctx), &client->out);
	return VD_OK;
}

static enum vd_err ask_presence(struct client *client, const cJSON *request, struct vd_diag *diag)
{
	(void)request;
	return vd_presence_print_json(client->server->config.port, &client->out, diag);
}

static enum vd_err ask_budget(struct client *client, const cJSON *request, struct vd_diag *diag)
{
	(void)request;
	(void)diag;
	vd_budget_print_json(client->server->config.port, &client->out);
	return VD_OK;
}

static enum vd_err ask_conversation(struct client *client, const cJSON *request,
				    struct vd_diag *diag)
{
	int64_t id;
	if (vd_json_i64(request, "id", &id) != VD_OK || id <= 0) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "which conversation? Give its number");
	}
	return vd_conversation_print_json(client->server->config.port, (uint64_t)id, &client->out,
					  diag);
}

// What it has without looking for it: the report itself would hold the loop, so the client makes it
// from the store.
static enum vd_err ask_report(struct client *client, const cJSON *request, struct vd_diag *diag)
{
	(void)request;
	const struct vd_ctl_server *server = client->server;
	const struct vd_desk_port *port = server->config.port;
	struct vd_store_counters counters = { 0 };
	enum vd_err err = vd_store_get_counters(server->config.store, &counters, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_json_out j = vd_json_out_init(&client->out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "data_dir", vd_span_of(server->data_dir));
	vd_json_put_wall(&j, "now", port->view(port->ctx)->now);
	vd_json_put_i64(&j, "conversations", (int64_t)counters.conversations);
	vd_json_put_i64(&j, "messages", (int64_t)counters.messages);
	vd_json_put_i64(&j, "open", counters.open);
	vd_json_close(&j, '}');
	return VD_OK;
}

static const struct {
	const char *word;
	enum vd_err (*ask)(struct client *client, const cJSON *request, struct vd_diag *diag);
} questions[] = {
	{ "view", ask_view },          { "health", ask_view },
	{ "conversations", ask_list }, { "conversation", ask_conversation },
	{ "report", ask_report },      { "incidents", ask_incidents },
	{ "alarms", ask_view },        { "budget", ask_budget },
	{ "presence", ask_presence },
};

// ---- commands: answered after the commit ----------------------------------------------------

static enum vd_err find_staff(const struct vd_rulebook *book, const cJSON *request, uint16_t *out,
			      struct vd_diag *diag)
{
	struct vd_span staff = vd_json_text(request, "staff");
	for (uint16_t i = 0; i < book->n_staff && staff.n > 0; i++) {
		if (vd_span_is_text(staff, book->staff[i].name)) {
			*out = (uint16_t)(i + 1);
		}
	}
	return staff.p == NULL || *out != 0
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_NOT_FOUND, "there is no \"%.*s\" among the staff",
				     VD_SPAN_ARG(staff));
}

static enum vd_err make_command(const struct vd_rulebook *book, const cJSON *request,
				struct vd_command *out, struct vd_diag *diag)
{
	int64_t id = 0;
	int64_t seen = 0;
	int64_t outbox = 0;
	struct vd_span word = vd_json_text(request, "do");
	*out = (struct vd_command){
		.kind = vd_command_parse(word),
		.source = VD_SOURCE_CTL,
		.visibility = vd_json_bool(request, "private", false) ? VD_VISIBILITY_PRIVATE
								      : VD_VISIBILITY_PUBLIC,
	};
	if (out->kind == VD_COMMAND_MISSING) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "\"%.*s\" is no command; see `vedetta ctl help`",
				   VD_SPAN_ARG(word));
	}
	enum vd_err err = vd_command_number_parse(request, "id", INT64_MAX, &id, diag);
	err = err == VD_OK ? vd_command_number_parse(request, "seen", UINT32_MAX, &seen, diag)
			   : err;
	err = err == VD_OK ? vd_command_number_parse(request, "outbox", INT64_MAX, &outbox, diag)
			   : err;
	out->conversation = (uint64_t)id;
	out->seen_messages = (uint32_t)seen;
	out->outbox = (uint64_t)outbox;
	err = err == VD_OK ? find_staff(book, request, &out->staff, diag) : err;
	return err == VD_OK ? vd_command_fields_parse(book, request, out, diag) : err;
}

static enum vd_err run_account(struct client *client, const cJSON *request, struct vd_span word,
			       struct vd_diag *diag)
{
	const struct vd_ctl_server_config *config = &client->server->config;
	struct vd_ctl_account account = {
		.word = word,
		.request = request,
		.out = &client->out,
		.done_ctx = client,
		.done = on_done,
		.is_waiting = &client->is_waiting,
	};
	enum vd_err err = config->account(config->ctx, &account, diag);
	if (client->out.len > 0) {
		vd_buf_put_char(&client->out, '\n');
	}
	return err;
}

static enum vd_err run(struct client *client, const cJSON *request, struct vd_diag *diag)
{
	const struct vd_ctl_server_config *config = &client->server->config;
	struct vd_span word = vd_json_text(request, "do");
	for (size_t i = 0; i < VD_ARRAY_LEN(questions); i++) {
		if (vd_span_is_text(word, questions[i].word)) {
			enum vd_err err = questions[i].ask(client, request, diag);
			vd_buf_put_char(&client->out, '\n');
			return err == VD_OK ? vd_buf_check(&client->out) : err;
		}
	}
	if (config->extra != NULL && config->extra(config->ctx, word)) {
		vd_buf_put_text(&client->out, "{\"ok\":true}\n");
		return VD_OK;
	}
	if (config->account != NULL && vd_span_has_prefix(word, VD_SPAN("account-"))) {
		return run_account(client, request, word, diag);
	}
	struct vd_command command;
	enum vd_err err = make_command(config->port->book, request, &command, diag);
	if (err != VD_OK) {
		return err;
	}
	client->is_waiting = true;
	config->port->submit(config->port->ctx, &command, client, on_done);
	return VD_OK;
}

static void take_request(struct client *client)
{
	struct vd_diag diag = { 0 };
	client->is_asked = true;
	client->watch.events = 0;
	if (vd_loop_watch(client->server->config.loop, &client->watch) != VD_OK) {
		drop(client);
		return;
	}
	cJSON *request = vd_json_parse(vd_span_trim(vd_buf_span(&client->in)), &diag);
	client->is_in_run = true;
	enum vd_err err = request != NULL ? run(client, request, &diag) : diag.err;
	client->is_in_run = false;
	vd_json_free_secret(request);
	if (err != VD_OK) {
		answer_error(client, err, diag.text);
	}
	if (err != VD_OK || client->out.len > 0) {
		send_more(client);
	}
}

static void on_ready(void *ctx, int revents)
{
	struct client *client = ctx;
	if (client->is_asked) {
		if ((revents & VD_LOOP_WRITE) != 0) {
			send_more(client);
		} else {
			drop(client);
		}
		return;
	}
	char part[4096];
	ssize_t n = read(client->watch.fd, part, sizeof(part));
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	if (n <= 0) {
		drop(client);
		return;
	}
	vd_buf_put(&client->in, part, (size_t)n);
	vd_wipe(part, (size_t)n);
	if (vd_buf_check(&client->in) != VD_OK) {
		drop(client);
	} else if (memchr(client->in.data, '\n', client->in.len) != NULL) {
		take_request(client);
	}
}

static void on_slow(void *ctx)
{
	drop(ctx);
}

static void on_connect(void *ctx, int revents)
{
	(void)revents;
	struct vd_ctl_server *server = ctx;
	struct vd_diag diag = { 0 };
	int fd;
	enum vd_err err = vd_local_accept(server->watch.fd, &fd, &diag);
	if (err != VD_OK) {
		if (err != VD_AGAIN) {
			vd_warn(server->config.log, "ctl", "%s", diag.text);
		}
		return;
	}
	struct client *client = server->n_clients < CLIENTS_MOST ? calloc(1, sizeof(*client))
								 : NULL;
	if (client == NULL) {
		close(fd);
		return;
	}
	client->server = server;
	client->watch = (struct vd_watch){
		.fd = fd, .events = VD_LOOP_READ, .ctx = client, .ready = on_ready
	};
	client->timer = (struct vd_timer){ .ctx = client, .fire = on_slow };
	vd_buf_init_secret(&client->in, REQUEST_BYTES); // it may bring a sign-in
	vd_buf_init_heap(&client->out, ANSWER_BYTES);
	vd_list_add_tail(&server->clients, &client->node);
	server->n_clients++;
	struct vd_mono due = vd_mono_add(vd_loop_now(server->config.loop), vd_dur_s(CLIENT_S));
	if (vd_loop_watch(server->config.loop, &client->watch) != VD_OK ||
	    vd_loop_timer_set(server->config.loop, &client->timer, due) != VD_OK) {
		drop(client);
	}
}

// Who asks may stand in another folder.
static char *absolute(const char *dir)
{
	char *path = realpath(dir, NULL);
	return path != NULL ? path : strdup(dir);
}

enum vd_err vd_ctl_server_create(const struct vd_ctl_server_config *config,
				 struct vd_ctl_server **out, struct vd_diag *diag)
{
	struct vd_ctl_server *server = calloc(1, sizeof(*server));
	if (server == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the control socket");
	}
	server->config = *config;
	server->path = strdup(config->path);
	server->data_dir = absolute(config->data_dir);
	if (server->path == NULL || server->data_dir == NULL) {
		free(server->path);
		free(server->data_dir);
		free(server);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the control socket");
	}
	server->config.path = server->path;
	vd_list_init(&server->clients);
	server->watch =
		(struct vd_watch){ .events = VD_LOOP_READ, .ctx = server, .ready = on_connect };
	enum vd_err err = vd_local_listen(config->path, &server->watch.fd, diag);
	if (err == VD_OK) {
		err = vd_loop_watch(config->loop, &server->watch);
		if (err != VD_OK) {
			close(server->watch.fd);
		}
	}
	if (err != VD_OK) {
		free(server->path);
		free(server->data_dir);
		free(server);
		return err;
	}
	*out = server;
	return VD_OK;
}

void vd_ctl_server_destroy(struct vd_ctl_server *server)
{
	if (server == NULL) {
		return;
	}
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &server->clients)
	{
		struct client *client = VD_CONTAINER_OF(it, struct client, node);
		client->is_waiting = false;
		drop(client);
	}
	vd_loop_unwatch(server->config.loop, &server->watch);
	close(server->watch.fd);
	unlink(server->path);
	free(server->path);
	free(server->data_dir);
	free(server);
}
