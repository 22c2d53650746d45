// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "net/socket.h"
#include "net/tls_internal.h"

// Sessions kept: two networks with their media and token hosts, and room.
#define SESSIONS 16

struct session {
	bool is_set;
	char host[VD_URL_HOST_BYTES];
	uint16_t port;
	struct vd_wall from; // the chain behind it is valid
	struct vd_wall until;
	uint64_t used; // order of use
	mbedtls_ssl_session session;
};

struct vd_tls_client {
	mbedtls_ssl_config conf;
	mbedtls_x509_crt roots;
	struct vd_rng rng;
	const struct vd_clock *clock;
	const char *alpn[2];
	uint64_t uses;
	struct session sessions[SESSIONS];
};

const struct vd_clock *vd_tls_client_clock(const struct vd_tls_client *client)
{
	return client->clock;
}

// mbedTLS' PEM reader wants the closing zero counted.
static enum vd_err parse_roots(struct vd_tls_client *client, struct vd_span pem,
			       struct vd_diag *diag)
{
	unsigned char *text = malloc(pem.n + 1);
	if (text == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the roots");
	}
	memcpy(text, pem.p, pem.n);
	text[pem.n] = '\0';
	int code = mbedtls_x509_crt_parse(&client->roots, text, pem.n + 1);
	free(text);
	// A positive number counts those that couldn't be read: the others will do.
	if (code < 0 || client->roots.raw.p == NULL) {
		return vd_tls_error(diag, VD_ERR_CERTIFICATE, "no root certificate can be read",
				    code);
	}
	return VD_OK;
}

enum vd_err vd_tls_client_create(struct vd_span ca_pem, struct vd_rng rng,
				 const struct vd_clock *clock, struct vd_tls_client **out,
				 struct vd_diag *diag)
{
	struct vd_tls_client *client = calloc(1, sizeof(*client));
	*out = NULL;
	if (client == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for TLS");
	}
	client->rng = rng;
	client->clock = clock;
	client->alpn[0] = "http/1.1";
	mbedtls_ssl_config_init(&client->conf);
	mbedtls_x509_crt_init(&client->roots);
	enum vd_err err = vd_tls_configure(&client->conf, MBEDTLS_SSL_IS_CLIENT, &client->rng,
					   client->alpn, diag);
	if (err == VD_OK) {
		err = parse_roots(client, ca_pem, diag);
	}
	if (err != VD_OK) {
		vd_tls_client_destroy(client);
		return err;
	}
	mbedtls_ssl_conf_authmode(&client->conf, MBEDTLS_SSL_VERIFY_REQUIRED);
	mbedtls_ssl_conf_ca_chain(&client->conf, &client->roots, NULL);
	mbedtls_ssl_conf_session_tickets(&client->conf, MBEDTLS_SSL_SESSION_TICKETS_ENABLED);
	mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
		&client->conf, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
	*out = client;
	return VD_OK;
}

static void drop_session(struct session *session)
{
	if (session->is_set) {
		mbedtls_ssl_session_free(&session->session);
	}
	*session = (struct session){ 0 };
}

void vd_tls_client_destroy(struct vd_tls_client *client)
{
	if (client == NULL) {
		return;
	}
	for (size_t i = 0; i < SESSIONS; i++) {
		drop_session(&client->sessions[i]);
	}
	mbedtls_ssl_config_free(&client->conf);
	mbedtls_x509_crt_free(&client->roots);
	free(client);
}

static struct session *find_session(struct vd_tls_client *client, const char *host, uint16_t port)
{
	for (size_t i = 0; i < SESSIONS; i++) {
		struct session *it = &client->sessions[i];
		if (it->is_set && it->port == port && strcmp(it->host, host) == 0) {
			return it;
		}
	}
	return NULL;
}

static struct session *take_slot(struct vd_tls_client *client, const char *host, uint16_t port)
{
	struct session *slot = find_session(client, host, port);
	for (size_t i = 0; slot == NULL && i < SESSIONS; i++) {
		slot = client->sessions[i].is_set ? NULL : &client->sessions[i];
	}
	if (slot == NULL) {
		slot = &client->sessions[0];
		for (size_t i = 1; i < SESSIONS; i++) {
			slot = client->sessions[i].used < slot->used ? &client->sessions[i] : slot;
		}
	}
	drop_session(slot);
	return slot;
}

// A session brings no certificate: one whose chain has run out meanwhile must not be taken up.
static void resume(struct vd_tls_client *client, struct vd_tls *tls)
{
	struct session *session = find_session(client, tls->host, tls->port);
	if (session == NULL) {
		return;
	}
	struct vd_wall now = vd_clock_wall(client->clock);
	bool is_out = now.us < session->from.us || now.us > session->until.us;
	if (vd_clock_is_trusted(client->clock) && is_out) {
		drop_session(session);
		return;
	}
	session->used = ++client->uses;
	if (mbedtls_ssl_set_session(&tls->ssl, &session->session) == 0) {
		tls->verdict.from = session->from;
		tls->verdict.until = session->until;
	}
}

void vd_tls_client_keep_session(struct vd_tls *tls)
{
	struct vd_tls_client *client = tls->client;
	mbedtls_ssl_session session;
	if (client == NULL) {
		return;
	}
	mbedtls_ssl_session_init(&session);
	if (mbedtls_ssl_get_session(&tls->ssl, &session) != 0) {
		mbedtls_ssl_session_free(
			&session); // taken before, or no memory: the next handshake is a full one
		return;
	}
	struct session *slot = take_slot(client, tls->host, tls->port);
	slot->is_set = true;
	memcpy(slot->host, tls->host, sizeof(slot->host));
	slot->port = tls->port;
	slot->from = tls->verdict.from;
	slot->until = tls->verdict.until;
	slot->used = ++client->uses;
	slot->session = session;
}

void vd_tls_client_is_secure(struct vd_tls *tls)
{
	tls->is_resumed = !tls->verdict.was_asked;
	// TLS 1.3 sends its tickets later; what is there now could not be resumed.
	if (mbedtls_ssl_get_version_number(&tls->ssl) == MBEDTLS_SSL_VERSION_TLS1_2) {
		vd_tls_client_keep_session(tls);
	}
}

static int set_name(struct vd_tls *tls)
{
	struct vd_sock_address literal;
	// RFC 6066 section 3 forbids addresses in SNI; vd_tls_verify compares them.
	bool is_literal = vd_sock_address_parse(tls->host, 0, &literal) == VD_OK;
	return mbedtls_ssl_set_hostname(&tls->ssl, is_literal ? NULL : tls->host);
}

enum vd_err vd_tls_client_open(struct vd_tls_client *client, int fd, const char *host,
			       uint16_t port, struct vd_stream **out, struct vd_diag *diag)
{
	struct vd_tls *tls = NULL;
	*out = NULL;
	enum vd_err err = vd_tls_open(fd, &client->conf, &tls, diag);
	if (err != VD_OK) {
		return err;
	}
	tls->client = client;
	tls->port = port;
	int code = 0;
	if (host[0] == '\0' ||
	    vd_span_copy(vd_span_of(host), tls->host, sizeof(tls->host)) != VD_OK) {
		err = vd_diag_set(diag, VD_ERR_ARGUMENT, "the host's name is empty or too long");
	} else if ((code = set_name(tls)) != 0) {
		err = vd_tls_error(diag, VD_ERR_TLS, "the host's name can't be used", code);
	}
	if (err != VD_OK) {
		tls->stream.ops->close(&tls->stream);
		return err;
	}
	mbedtls_ssl_set_verify(&tls->ssl, vd_tls_verify, tls);
	resume(client, tls);
	*out = &tls->stream;
	return VD_OK;
}
