// SPDX-License-Identifier: MIT
#include <mbedtls/ssl_ticket.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "net/tls_internal.h"

#define TICKET_S 86400u

struct vd_tls_server {
	mbedtls_ssl_config conf;
	mbedtls_x509_crt chain;
	mbedtls_pk_context key;
	mbedtls_ssl_ticket_context tickets;
	struct vd_rng rng;
	const char *alpn[2];
	struct vd_tls *entered; // whose handshake runs
};

void vd_tls_server_enter(struct vd_tls *tls)
{
	if (tls->server != NULL) {
		tls->server->entered = tls;
	}
}

static int write_ticket(void *ctx, const mbedtls_ssl_session *session, unsigned char *start,
			const unsigned char *end, size_t *n, uint32_t *lifetime)
{
	struct vd_tls_server *server = ctx;
	return mbedtls_ssl_ticket_write(&server->tickets, session, start, end, n, lifetime);
}

static int parse_ticket(void *ctx, mbedtls_ssl_session *session, unsigned char *p, size_t n)
{
	struct vd_tls_server *server = ctx;
	int code = mbedtls_ssl_ticket_parse(&server->tickets, session, p, n);
	if (code == 0 && server->entered != NULL) {
		server->entered->is_resumed = true;
	}
	return code;
}

// mbedTLS' PEM reader wants the closing zero counted; the copy may be of a key.
static unsigned char *copy_pem(struct vd_span pem)
{
	unsigned char *text = malloc(pem.n + 1);
	if (text != NULL) {
		memcpy(text, pem.p, pem.n);
		text[pem.n] = '\0';
	}
	return text;
}

static enum vd_err parse_identity(struct vd_tls_server *server, struct vd_span cert_pem,
				  struct vd_span key_pem, struct vd_diag *diag)
{
	unsigned char *cert = copy_pem(cert_pem);
	unsigned char *key = copy_pem(key_pem);
	enum vd_err err = VD_OK;
	int code = 0;
	if (cert == NULL || key == NULL) {
		err = vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the certificate");
	} else if ((code = mbedtls_x509_crt_parse(&server->chain, cert, cert_pem.n + 1)) != 0) {
		err = vd_tls_error(diag, VD_ERR_CERTIFICATE, "the certificate can't be read", code);
	} else if ((code = mbedtls_pk_parse_key(&server->key, key, key_pem.n + 1, NULL, 0,
						vd_tls_random, &server->rng)) != 0) {
		err = vd_tls_error(diag, VD_ERR_CERTIFICATE, "the private key can't be read", code);
	} else if (mbedtls_pk_check_pair(&server->chain.pk, &server->key, vd_tls_random,
					 &server->rng) != 0) {
		err = vd_diag_set(diag, VD_ERR_CERTIFICATE,
				  "the private key is not the certificate's");
	}
	if (key != NULL) {
		vd_wipe(key, key_pem.n);
	}
	free(key);
	free(cert);
	return err;
}

static enum vd_err set_up(struct vd_tls_server *server, struct vd_diag *diag)
{
	enum vd_err err = vd_tls_configure(&server->conf, MBEDTLS_SSL_IS_SERVER, &server->rng,
					   server->alpn, diag);
	if (err != VD_OK) {
		return err;
	}
	mbedtls_ssl_conf_authmode(&server->conf, MBEDTLS_SSL_VERIFY_NONE);
	int code = mbedtls_ssl_conf_own_cert(&server->conf, &server->chain, &server->key);
	if (code == 0) {
		code = mbedtls_ssl_ticket_setup(&server->tickets, vd_tls_random, &server->rng,
						MBEDTLS_CIPHER_AES_256_GCM, TICKET_S);
	}
	mbedtls_ssl_conf_session_tickets_cb(&server->conf, write_ticket, parse_ticket, server);
	return code == 0 ? VD_OK : vd_tls_error(diag, VD_ERR_TLS, "TLS can't be set up", code);
}

enum vd_err vd_tls_server_create(struct vd_span cert_pem, struct vd_span key_pem, struct vd_rng rng,
				 const struct vd_clock *clock, struct vd_tls_server **out,
				 struct vd_diag *diag)
{
	struct vd_tls_server *server = calloc(1, sizeof(*server));
	(void)clock; // a server shows its certificate whatever the time is
	*out = NULL;
	if (server == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for TLS");
	}
	server->rng = rng;
	server->alpn[0] = "http/1.1";
	mbedtls_ssl_config_init(&server->conf);
	mbedtls_x509_crt_init(&server->chain);
	mbedtls_pk_init(&server->key);
	mbedtls_ssl_ticket_init(&server->tickets);
	enum vd_err err = set_up(server, diag);
	if (err == VD_OK) {
		err = parse_identity(server, cert_pem, key_pem, diag);
	}
	if (err != VD_OK) {
		vd_tls_server_destroy(server);
		return err;
	}
	*out = server;
	return VD_OK;
}

void vd_tls_server_destroy(struct vd_tls_server *server)
{
	if (server == NULL) {
		return;
	}
	mbedtls_ssl_config_free(&server->conf);
	mbedtls_ssl_ticket_free(&server->tickets);
	mbedtls_x509_crt_free(&server->chain);
	mbedtls_pk_free(&server->key);
	free(server);
}

enum vd_err vd_tls_server_open(struct vd_tls_server *server, int fd, struct vd_stream **out,
			       struct vd_diag *diag)
{
	struct vd_tls *tls = NULL;
	*out = NULL;
	enum vd_err err = vd_tls_open(fd, &server->conf, &tls, diag);
	if (err != VD_OK) {
		return err;
	}
	tls->server = server;
	*out = &tls->stream;
	return VD_OK;
}
