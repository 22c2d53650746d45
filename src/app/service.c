// SPDX-License-Identifier: MIT
#include "app/service.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/account_ctl.h"
#include "app/account_keeper.h"
#include "app/account_page.h"
#include "app/ca_bundle.h"
#include "app/clock.h"
#include "app/ctl_server.h"
#include "app/desk.h"
#include "app/desk_probe.h"
#include "app/identity.h"
#include "app/lamp_process.h"
#include "app/pin.h"
#include "app/sbom.h"
#include "base/attr.h"
#include "channel/channel.h"
#include "input/input.h"
#include "loop/signal.h"
#include "net/sntp.h"
#include "output/lamp.h"
#include "output/phrase.h"
#include "output/sound.h"
#include "output/wall_term.h"
#include "output/web.h"

#define PEM_BYTES ((size_t)1 << 20)
#define SNTP_PERIOD_S 1800
#define PERIOD_S 60     // of an account that is read as the plan says, about
#define PROBE_LEAST_S 5 // each word is a commit

/** Everything that lives as long as the service; torn down in reverse by close_all, also half
 *  built. */
struct service {
	struct vd_config *config;
	const struct vd_service_options *options;
	struct vd_log log;
	struct vd_system_clock system_clock;
	struct vd_clock clock;
	struct vd_rulebook *book;
	struct vd_stack *stack;             // NULL: the kernel's
	char net_text[VD_STACK_TEXT_BYTES]; // its state as it was logged
	struct vd_loop *loop;
	struct vd_signals signals;
	bool has_signals;
	struct vd_strong_rng *strong;
	struct vd_rng rng;
	struct vd_store *store;
	struct vd_resolver *resolver;
	struct vd_tls_client *tls;
	struct vd_tls_server *tls_server;
	struct vd_http_client *http;
	struct vd_proxy proxy;
	struct vd_desk *desk;
	struct vd_desk_port port;
	struct vd_desk_probe probe;
	struct vd_account_keeper *keeper;
	struct vd_account_page *account_page;
	struct vd_web_accounts web_accounts;
	struct vd_channel_account *accounts;
	struct vd_channels *channels;
	struct vd_sntp *sntp;
	struct vd_web *web;
	struct vd_wall_term *wall;
	struct vd_lamp *lamp; // drawn here, in the terminal
	struct vd_lamp_process lamp_process;
	struct vd_lamp_remote *lamp_remote; // drawn by a process of its own
	struct vd_sound *sound;
	struct vd_evdev *evdev;
	struct vd_ctl_server *ctl;
	char footer[VD_CONFIG_TEXT_BYTES];
	char *wall_token;
};

// ---- what happens ---------------------------------------------------------------------------

static void on_signal(void *ctx, int number)
{
	struct service *s = ctx;
	if (number == SIGWINCH) {
		if (s->wall != NULL) {
			vd_wall_term_resized(s->wall);
		}
		return;
	}
	if (number == SIGINT || number == SIGTERM || number == SIGHUP) {
		vd_loop_stop(s->loop);
	}
}

static void set_lamp(struct service *s, struct vd_lamp_intent intent)
{
	if (s->lamp_remote != NULL) {
		vd_lamp_remote_set(s->lamp_remote, intent);
	}
	if (s->lamp != NULL) {
		vd_lamp_set(s->lamp, intent,
			    vd_mono_add(vd_loop_now(s->loop), vd_dur_s(VD_LAMP_HOLD_S)));
	}
}

static bool test_lamp(struct service *s)
{
	if (s->lamp_remote != NULL) {
		vd_lamp_remote_test(s->lamp_remote);
	}
	if (s->lamp != NULL) {
		vd_lamp_test(s->lamp);
	}
	return s->lamp_remote != NULL || s->lamp != NULL;
}

static void on_view(void *ctx)
{
	struct service *s = ctx;
	const struct vd_view *view = s->port.view(s->port.ctx);
	set_lamp(s, view->lamp);
	if (s->sound != NULL) {
		vd_sound_set(s->sound, view->sound);
	}
	if (s->wall != NULL) {
		vd_wall_term_draw(s->wall);
	}
	if (s->web != NULL) {
		vd_web_publish(s->web);
	}
}

static bool is_watched(void *ctx)
{
	const struct service *s = ctx;
	return s->wall != NULL || (s->web != NULL && vd_web_is_watched(s->web));
}

static void on_button_done(void *ctx, const struct vd_command_result *result)
{
	struct service *s = ctx;
	if (result->err != VD_OK) {
		vd_info(&s->log, "button", "%s", result->diag.text);
	}
}

static void on_button(void *ctx, enum vd_button_event event)
{
	struct service *s = ctx;
	if (event == VD_BUTTON_PRESS) {
		struct vd_command ack = { .kind = VD_COMMAND_ACK, .source = VD_SOURCE_BUTTON };
		s->port.submit(s->port.ctx, &ack, s, on_button_done);
	} else {
		(void)test_lamp(s);
	}
}

static void on_key(void *ctx, uint32_t key)
{
	struct service *s = ctx;
	switch (key) {
	case ' ':
	case 'a':
		on_button(s, VD_BUTTON_PRESS);
		break;
	case 't':
		on_button(s, VD_BUTTON_HOLD);
		break;
	case 'q':
	case 3: // Ctrl-C, where the terminal is raw
		vd_loop_stop(s->loop);
		break;
	default:
		break;
	}
}

static bool on_extra(void *ctx, struct vd_span word)
{
	struct service *s = ctx;
	return vd_span_is_text(word, "lamp-test") && test_lamp(s);
}

static const char *sign_in_words(void *ctx, uint16_t account)
{
	struct service *s = ctx;
	return s->keeper != NULL ? vd_account_keeper_words(s->keeper, account) : NULL;
}

static enum vd_err on_account(void *ctx, const struct vd_ctl_account *request, struct vd_diag *diag)
{
	struct service *s = ctx;
	return vd_account_ctl(s->keeper, request, diag);
}

static bool check_pin(void *ctx, uint16_t staff, struct vd_span pin)
{
	const struct service *s = ctx;
	for (size_t i = 0; i < s->config->n_staff; i++) {
		if (s->config->staff[i].id == staff) {
			return vd_pin_check(s->config->staff[i].pin_hash, pin);
		}
	}
	return false;
}

static void on_sntp(void *ctx, enum vd_err err, const struct vd_sntp_result *result,
		    const struct vd_diag *diag)
{
	struct service *s = ctx;
	if (err != VD_OK) {
		vd_warn(&s->log, "clock", "no time server answered: %s", diag->text);
		return;
	}
	vd_info(&s->log, "clock", "off by %" PRId64 " ms", result->offset.us / 1000);
	vd_system_clock_correct(&s->system_clock, result->offset);
}

static void on_names_back(void *ctx)
{
	const struct service *s = ctx;
	vd_info(&s->log, "net", "names can be looked up again");
	if (s->channels != NULL) {
		vd_channels_line_is_back(s->channels);
	}
}

// A link or an address that came back is what all accounts have waited for.
static void on_stack(void *ctx)
{
	struct service *s = ctx;
	struct vd_stack_state now;
	char text[VD_STACK_TEXT_BYTES];
	vd_stack_get_state(s->stack, &now);
	vd_stack_state_print(&now, text);
	if (strcmp(text, s->net_text) == 0) {
		return; // lwIP tells of more than that
	}
	snprintf(s->net_text, sizeof(s->net_text), "%s", text);
	if (!now.has_link) {
		vd_warn(&s->log, "net", "%s: %s", s->config->net.interface, text);
		return;
	}
	vd_info(&s->log, "net", "%s: %s", s->config->net.interface, text);
	if (s->channels != NULL && (now.v4.family != 0 || now.v6.family != 0)) {
		vd_channels_line_is_back(s->channels);
	}
}

// ---- opening --------------------------------------------------------------------------------

// Before the loop, which waits with it.
static enum vd_err open_stack(struct service *s, struct vd_diag *diag)
{
	struct vd_stack_config config;
	const char *place = NULL;
	enum vd_err err = vd_config_net(s->config, &config, &place, diag);
	err = err == VD_OK ? vd_stack_open(&config, &s->stack, diag) : err;
	if (err != VD_OK) {
		vd_diag_context(diag, "the network");
		return err;
	}
	s->loop = vd_loop_create(&s->clock, vd_stack_poller(s->stack));
	if (s->loop == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to start with");
	}
	return s->stack != NULL ? vd_stack_watch(s->stack, s->loop, s, on_stack) : VD_OK;
}

static enum vd_err open_ground(struct service *s, struct vd_diag *diag)
{
	enum vd_err err = vd_system_clock_init(&s->system_clock, s->options->clock, diag);
	if (err != VD_OK) {
		return err;
	}
	if (s->config->sntp[0] == '\0') {
		vd_system_clock_set_trusted(&s->system_clock, true);
	}
	s->clock = vd_system_clock_get(&s->system_clock);
	s->book = calloc(1, sizeof(*s->book));
	s->accounts = calloc(s->config->n_accounts + 1, sizeof(*s->accounts));
	if (s->book == NULL || s->accounts == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to start with");
	}
	err = open_stack(s, diag);
	if (err != VD_OK) {
		return err;
	}
	err = vd_signals_init(&s->signals, s->loop, s, on_signal);
	s->has_signals = err == VD_OK;
	if (err == VD_OK) {
		err = vd_strong_rng_create(&s->strong, diag);
	}
	if (err == VD_OK) {
		s->rng = vd_strong_rng_get(s->strong);
	}
	return err;
}

static enum vd_err open_store(struct service *s, struct vd_diag *diag)
{
	struct vd_store_config config = { .dir = s->config->data_dir, .log = &s->log };
	enum vd_err err = vd_store_open(&config, &s->store, diag);
	err = err == VD_OK ? vd_config_bind(s->config, s->store, s->book, diag) : err;
	return err == VD_OK ? vd_store_commit(s->store, diag) : err;
}

static enum vd_err open_net(struct service *s, struct vd_diag *diag)
{
	char *pem = NULL;
	size_t n = 0;
	struct vd_span roots = vd_span_make(vd_ca_bundle, vd_ca_bundle_len);
	enum vd_err err = VD_OK;
	if (s->config->ca_file[0] != '\0') {
		err = vd_config_read_file(s->config->ca_file, PEM_BYTES, &pem, &n, diag);
		roots = vd_span_make(pem, n);
	}
	err = err == VD_OK ? vd_tls_client_create(roots, s->rng, &s->clock, &s->tls, diag) : err;
	free(pem);
	err = err == VD_OK ? vd_resolver_create(s->loop, &s->resolver, diag) : err;
	if (err == VD_OK) {
		vd_resolver_on_back(s->resolver, s, on_names_back);
	}
	struct vd_http_client_config config = {
		.loop = s->loop, .resolver = s->resolver, .tls = s->tls, .log = &s->log
	};
	if (err == VD_OK) {
		err = vd_config_proxy(s->config, &s->proxy, diag);
		config.proxy = err == VD_OK ? &s->proxy : NULL;
		err = err == VD_ERR_NOT_FOUND ? VD_OK : err;
	}
	return err == VD_OK ? vd_http_client_create(&config, &s->http, diag) : err;
}

static enum vd_err open_desk(struct service *s, struct vd_diag *diag)
{
	struct vd_desk_config config = {
		.loop = s->loop,
		.store = s->store,
		.clock = &s->clock,
		.log = &s->log,
		.book = s->book,
		.is_public = strcmp(s->config->wall, "public") == 0,
		.ask_dm_text = vd_phrase(s->config->language, VD_PHRASE_ASK_DM_TEXT),
		.ctx = s,
		.on_view = on_view,
		.is_watched = is_watched,
		.check_pin = check_pin,
		.sign_in_words = sign_in_words,
	};
	enum vd_err err = vd_desk_create(&config, &s->desk, diag);
	if (err == VD_OK) {
		s->port = vd_desk_get_port(s->desk);
	}
	return err;
}

static void fill_account(const struct vd_config_account *from, struct vd_channel_account *to)
{
	to->account = from->id;
	to->base_url = from->base_url[0] != '\0' ? from->base_url : NULL;
	to->period = vd_dur_s(from->poll_s);
	to->plan = vd_plan_parse(vd_span_of(from->plan));
	to->is_app_owner = from->owns_app;
	to->watches_own_posts = from->watch_own_posts;
	to->has_human_agent = from->human_agent;
	to->rivals = from->rivals;
}

static enum vd_err open_keeper(struct service *s, struct vd_diag *diag)
{
	struct vd_account_keeper_config config = {
		.loop = s->loop,
		.store = s->store,
		.rng = s->rng,
		.clock = &s->clock,
		.log = &s->log,
		.http = s->http,
		.config = s->config,
		.desk = s->desk,
	};
	enum vd_err err = vd_account_keeper_create(&config, &s->keeper, diag);
	struct vd_account_page_config page = {
		.net = { .loop = s->loop, .http = s->http, .clock = &s->clock, .rng = s->rng },
		.resolver = s->resolver,
		.tls = s->tls,
		.proxy = s->config->proxy[0] != '\0' ? &s->proxy : NULL,
		.config = s->config,
		.keeper = s->keeper,
	};
	err = err == VD_OK ? vd_account_page_create(&page, &s->account_page, diag) : err;
	if (err == VD_OK) {
		s->web_accounts = vd_account_page_get(s->account_page);
	}
	return err;
}

// The channels have copies of their own.
static void forget_accounts(struct service *s)
{
	if (s->accounts != NULL) {
		vd_wipe(s->accounts, (s->config->n_accounts + 1) * sizeof(*s->accounts));
	}
	free(s->accounts);
	s->accounts = NULL;
}

static enum vd_err open_channels(struct service *s, struct vd_diag *diag)
{
	struct vd_channel_host host = { .loop = s->loop, .http = s->http, .rng = s->rng };
	vd_desk_fill_host(s->desk, &host);
	size_t n = 0;
	for (size_t i = 0; i < s->config->n_accounts; i++) {
		const struct vd_config_account *account = &s->config->accounts[i];
		struct vd_diag why = { 0 };
		if (!account->enabled) {
			continue;
		}
		fill_account(account, &s->accounts[n]);
		const struct vd_desk_money money = {
			.plan = s->accounts[n].plan,
			.budget = account->budget_usd * INT64_C(1000000),
			.cycle_day = (int)account->billing_day,
		};
		vd_desk_set_money(s->desk, account->id, &money);
		if (vd_account_keeper_fill(s->keeper, i, &s->accounts[n], &why) != VD_OK) {
			// One bad account never blocks another: it shows as blind, with the reason,
			// and waits for somebody to sign it in.
			vd_error(&s->log, "app", "%s: %s", account->name, why.text);
			host.health(host.ctx, account->id, VD_HEALTH_AUTH, why.text,
				    vd_dur_s(account->poll_s > 0 ? account->poll_s : PERIOD_S));
		}
		n++;
	}
	enum vd_err err = vd_channels_create(&host, s->accounts, n, &s->channels, diag);
	forget_accounts(s);
	if (err == VD_OK) {
		vd_desk_set_channels(s->desk, s->channels);
		vd_account_keeper_set_channels(s->keeper, s->channels);
	}
	return err;
}

static enum vd_err open_web(struct service *s, struct vd_diag *diag)
{
	const struct vd_config_web *web = &s->config->web;
	size_t n = 0;
	enum vd_err err = VD_OK;
	if (web->tls) {
		err = vd_identity_load(s->config, s->rng, &s->clock, &s->tls_server, diag);
	}
	if (err == VD_OK && web->wall_token_file[0] != '\0') {
		err = vd_config_read_file(web->wall_token_file, VD_SECRET_BYTES, &s->wall_token, &n,
					  diag);
		if (err == VD_OK) {
			s->wall_token[strcspn(s->wall_token, "\r\n")] = '\0';
		}
	}
	struct vd_web_config config = {
		.loop = s->loop,
		.port = &s->port,
		.log = &s->log,
		.rng = s->rng,
		.tls = s->tls_server,
		.address = web->listen,
		.port_number = (uint16_t)web->port,
		.wall_token = s->wall_token,
		.lang = s->config->language,
		.accounts = &s->web_accounts,
	};
	err = err == VD_OK ? vd_web_create(&config, &s->web, diag) : err;
	if (err == VD_OK) {
		bool is_any = strcmp(web->listen, "0.0.0.0") == 0 || strcmp(web->listen, "::") == 0;
		snprintf(s->footer, sizeof(s->footer), "%s://%.64s:%u/  /wall",
			 web->tls ? "https" : "http", is_any ? "localhost" : web->listen,
			 vd_web_port(s->web));
		vd_info(&s->log, "web", "staff page and wall: %s", s->footer);
	}
	return err;
}

static enum vd_err open_led_lamp(struct service *s, struct vd_diag *diag)
{
	const struct vd_config_lamp *lamp = &s->config->lamp;
	if (lamp->red[0] == '\0' || lamp->green[0] == '\0') {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "the light needs a red and a green LED at least: name them");
	}
	s->lamp_process.led = (struct vd_lamp_led_config){
		.root = lamp->root,
		.leds = {
			[VD_COLOUR_DARK] = "",
			[VD_COLOUR_RED] = lamp->red,
			[VD_COLOUR_AMBER] = lamp->amber,
			[VD_COLOUR_GREEN] = lamp->green,
			[VD_COLOUR_WHITE] = lamp->white,
			[VD_COLOUR_BLUE] = lamp->blue,
		},
	};
	struct vd_lamp_remote_config config = {
		.loop = s->loop,
		.log = &s->log,
		.ctx = &s->lamp_process,
		.start = vd_lamp_process_start,
		.stop = vd_lamp_process_stop,
		.end = vd_lamp_process_end,
	};
	return vd_lamp_remote_create(&config, &s->lamp_remote, diag);
}

static enum vd_err open_console_lamp(struct service *s, struct vd_diag *diag)
{
	return vd_lamp_create(s->loop, vd_wall_term_lamp(s->wall), &s->log, &s->lamp, diag);
}

static enum vd_err open_console(struct service *s, struct vd_diag *diag)
{
	struct vd_wall_term_config config = {
		.loop = s->loop,
		.port = &s->port,
		.fd_in = STDIN_FILENO,
		.fd_out = STDOUT_FILENO,
		.lang = s->config->language,
		.footer = s->footer,
		.ctx = s,
		.key = on_key,
	};
	return s->options->has_console ? vd_wall_term_create(&config, &s->wall, diag) : VD_OK;
}

static enum vd_err open_lamp(struct service *s, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	if (IS_ENABLED(CONFIG_OUTPUT_LAMP_LED) && strcmp(s->config->lamp.kind, "leds") == 0) {
		err = open_led_lamp(s, diag);
	} else if (strcmp(s->config->lamp.kind, "console") == 0 && s->wall != NULL) {
		err = open_console_lamp(s, diag);
	}
	if (err == VD_OK) {
		(void)test_lamp(s);
	}
	return err;
}

static enum vd_err open_sound(struct service *s, struct vd_diag *diag)
{
	const struct vd_config_sound *config = &s->config->sound;
	struct vd_sound_sink sink = { 0 };
	enum vd_err err = VD_OK;
	if (strcmp(config->kind, "beeper") == 0) {
		if (config->device[0] == '\0') {
			return vd_diag_set(diag, VD_ERR_ARGUMENT,
					   "sound.device: the beeper needs a device: name it");
		}
		err = vd_sound_beeper_open(config->device, &sink, diag);
	} else if (strcmp(config->kind, "console") == 0 && s->wall != NULL) {
		sink = vd_wall_term_sound(s->wall);
	} else {
		return VD_OK;
	}
	return err == VD_OK ? vd_sound_create(s->loop, sink, &s->log, &s->sound, diag) : err;
}

static enum vd_err open_button(struct service *s, struct vd_diag *diag)
{
	const struct vd_config_button *button = &s->config->button;
	struct vd_evdev_config config = {
		.loop = s->loop,
		.log = &s->log,
		.path = button->device,
		.ctx = s,
		.fn = on_button,
	};
	if (button->device[0] == '\0') {
		return VD_OK;
	}
	if (button->key[0] != '\0' && vd_keymap_parse(button->key, &config.key) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "button.key: there is no key \"%s\"; write e.g. KEY_ENTER",
				   button->key);
	}
	return vd_evdev_create(&config, &s->evdev, diag);
}

static enum vd_err open_ctl(struct service *s, struct vd_diag *diag)
{
	char path[VD_CONFIG_TEXT_BYTES + 16];
	vd_config_control_path(s->config, path, sizeof(path));
	struct vd_ctl_server_config config = {
		.loop = s->loop,
		.port = &s->port,
		.store = s->store,
		.data_dir = s->config->data_dir,
		.log = &s->log,
		.path = path,
		.ctx = s,
		.extra = on_extra,
		.account = on_account,
	};
	return vd_ctl_server_create(&config, &s->ctl, diag);
}

static enum vd_err open_sntp(struct service *s, struct vd_diag *diag)
{
	if (s->config->sntp[0] == '\0' || vd_system_clock_is_accelerated(&s->system_clock)) {
		return VD_OK;
	}
	return vd_sntp_create(s->loop, s->resolver, s->rng, s->config->sntp,
			      vd_dur_s(SNTP_PERIOD_S), s, on_sntp, &s->sntp, diag);
}

// As often as the quickest account is asked: the store is known to work for two periods at most.
static void start_probe(struct service *s)
{
	int64_t period_s = INT64_MAX;
	for (size_t i = 0; i < s->config->n_accounts; i++) {
		const struct vd_config_account *account = &s->config->accounts[i];
		int64_t poll_s = account->poll_s > 0 ? account->poll_s : PERIOD_S;
		if (account->enabled && poll_s < period_s) {
			period_s = poll_s;
		}
	}
	if (period_s != INT64_MAX) {
		period_s = period_s < PROBE_LEAST_S ? PROBE_LEAST_S : period_s;
		vd_desk_probe_start(&s->probe, s->desk, vd_dur_s(period_s));
	}
}

static void close_all(struct service *s)
{
	vd_ctl_server_destroy(s->ctl);
	vd_evdev_destroy(s->evdev);
	vd_sound_destroy(s->sound);
	vd_lamp_remote_destroy(s->lamp_remote); // leaves the light blind
	vd_lamp_destroy(s->lamp);
	vd_wall_term_destroy(s->wall);
	vd_web_destroy(s->web);
	vd_sntp_destroy(s->sntp);
	if (s->desk != NULL) {
		vd_desk_set_channels(s->desk, NULL);
	}
	if (s->keeper != NULL) {
		vd_account_keeper_set_channels(s->keeper, NULL);
	}
	vd_channels_destroy(s->channels);
	vd_account_page_destroy(s->account_page);
	vd_account_keeper_destroy(s->keeper);
	vd_desk_probe_stop(&s->probe);
	vd_desk_destroy(s->desk);
	vd_http_client_destroy(s->http);
	vd_proxy_deinit(&s->proxy);
	vd_resolver_destroy(s->resolver);
	vd_tls_server_destroy(s->tls_server);
	vd_tls_client_destroy(s->tls);
	vd_store_close(s->store);
	vd_strong_rng_destroy(s->strong);
	if (s->has_signals) {
		vd_signals_deinit(&s->signals);
	}
	vd_loop_destroy(s->loop);
	vd_stack_close(s->stack);
	forget_accounts(s);
	free(s->book);
	free(s->wall_token);
}

enum vd_err vd_service_run(struct vd_config *config, const struct vd_service_options *options,
			   struct vd_diag *diag)
{
	static enum vd_err (*const steps[])(struct service *, struct vd_diag *) = {
		open_ground,   open_store, open_net,     open_desk, open_keeper,
		open_channels, open_web,   open_console, open_lamp, open_sound,
		open_button,   open_ctl,   open_sntp,
	};
	struct service *s = calloc(1, sizeof(*s));
	if (s == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory to start with");
	}
	s->config = config;
	s->options = options;
	s->log = (struct vd_log){ options->level, &s->clock, options->log_ctx, options->log_write };
	enum vd_err err = VD_OK;
	for (size_t i = 0; i < VD_ARRAY_LEN(steps) && err == VD_OK; i++) {
		err = steps[i](s, diag);
	}
	err = err == VD_OK ? vd_desk_start(s->desk, s->book, vd_version, diag) : err;
	if (err == VD_OK) {
		vd_info(&s->log, "app", "vedetta %s watches %zu accounts", vd_version,
			config->n_accounts);
		start_probe(s);
		vd_channels_start(s->channels);
		err = vd_loop_run(s->loop);
	}
	close_all(s);
	free(s);
	return err;
}
