// SPDX-License-Identifier: MIT
#include <mbedtls/error.h>
#include <psa/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "net/socket.h"
#include "net/tls_internal.h"

// RFC 8446 lets a server send any number of tickets; more than this is no server that we talk to.
#define MOST_TICKETS 32

static const int suites_aes_first[] = {
	MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
	MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
	MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	0,
};

static const int suites_chacha_first[] = {
	MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
	MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	0,
};

// mbedTLS knows RSA-PSS in TLS 1.3 only, yet names it first to servers that may speak 1.2 and would
// take it (RFC 8446 section 4.2.3). TLS 1.3 never takes PKCS #1 here, so this order serves both.
static const uint16_t signatures[] = {
	MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
	MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
	MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
	MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
	MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
	MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
	MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
	MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
	MBEDTLS_TLS1_3_SIG_NONE,
};

struct vd_tls *vd_tls_of(struct vd_stream *s)
{
	return VD_CONTAINER_OF(s, struct vd_tls, stream);
}

static const struct vd_tls *const_of(const struct vd_stream *s)
{
	return (const struct vd_tls *)(const void *)s; // the first member
}

enum vd_err vd_tls_error(struct vd_diag *diag, enum vd_err err, const char *what, int code)
{
	char text[128] = "";
	mbedtls_strerror(code, text, sizeof(text));
	return vd_diag_set(diag, err, "%s: %s (-0x%04x)", what, text, (unsigned)-code);
}

int vd_tls_random(void *rng, unsigned char *out, size_t n)
{
	return vd_rng_fill(rng, out, n) == VD_OK ? 0 : -1;
}

enum vd_err vd_tls_configure(mbedtls_ssl_config *conf, int endpoint, struct vd_rng *rng,
			     const char **alpn, struct vd_diag *diag)
{
	if (psa_crypto_init() != PSA_SUCCESS) { // TLS 1.3 needs it; more than once is allowed
		return vd_diag_set(diag, VD_ERR_TLS, "the cryptography can't be initialised");
	}
	int code = mbedtls_ssl_config_defaults(conf, endpoint, MBEDTLS_SSL_TRANSPORT_STREAM,
					       MBEDTLS_SSL_PRESET_DEFAULT);
	if (code != 0) {
		return vd_tls_error(diag, VD_ERR_MEMORY, "TLS can't be set up", code);
	}
	mbedtls_ssl_conf_rng(conf, vd_tls_random, rng);
	mbedtls_ssl_conf_min_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
	mbedtls_ssl_conf_ciphersuites(conf,
				      vd_cpu_has_aes() ? suites_aes_first : suites_chacha_first);
	mbedtls_ssl_conf_sig_algs(conf, signatures);
	code = mbedtls_ssl_conf_alpn_protocols(conf, alpn);
	return code == 0 ? VD_OK : vd_tls_error(diag, VD_ERR_TLS, "TLS can't be set up", code);
}

static int bio_send(void *ctx, const unsigned char *p, size_t n)
{
	struct vd_tls *tls = ctx;
	size_t put = 0;
	tls->io_err = vd_sock_send(tls->fd, p, n, &put, &tls->io_diag);
	if (tls->io_err == VD_AGAIN) {
		return MBEDTLS_ERR_SSL_WANT_WRITE;
	}
	return tls->io_err == VD_OK ? (int)put : MBEDTLS_ERR_SSL_CONN_EOF;
}

static int bio_recv(void *ctx, unsigned char *out, size_t cap)
{
	struct vd_tls *tls = ctx;
	size_t got = 0;
	tls->io_err = vd_sock_recv(tls->fd, out, cap, &got, &tls->io_diag);
	if (tls->io_err == VD_AGAIN) {
		return MBEDTLS_ERR_SSL_WANT_READ;
	}
	if (got > 0 && !tls->is_answered) {
		tls->is_answered = true;
		// RFC 8446 section 5.1: the first byte of a record is its type.
		tls->is_answered_in_tls = out[0] >= MBEDTLS_SSL_MSG_CHANGE_CIPHER_SPEC &&
					  out[0] <= MBEDTLS_SSL_MSG_APPLICATION_DATA;
	}
	return tls->io_err == VD_OK ? (int)got : MBEDTLS_ERR_SSL_CONN_EOF;
}

static bool is_again(struct vd_tls *tls, int code)
{
	if (code == MBEDTLS_ERR_SSL_WANT_WRITE) {
		tls->want = VD_STREAM_WRITE;
		return true;
	}
	tls->want = VD_STREAM_READ;
	return code == MBEDTLS_ERR_SSL_WANT_READ;
}

static enum vd_err handshake_failed(struct vd_tls *tls, int code, struct vd_diag *diag)
{
	tls->is_broken = true;
	if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED ||
	    (tls->client != NULL && tls->verdict.flags != 0)) {
		return vd_tls_client_explain(tls, diag);
	}
	if (code == MBEDTLS_ERR_SSL_CONN_EOF) {
		return vd_diag_set(diag, VD_ERR_TLS, "during the TLS handshake: %s",
				   tls->io_diag.text[0] != '\0' ? tls->io_diag.text
								: "connection lost");
	}
	if (tls->client != NULL && !tls->is_answered_in_tls && tls->is_answered) {
		return vd_diag_set(diag, VD_ERR_FOREIGN, "%s does not answer in TLS", tls->host);
	}
	if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
		return vd_diag_set(diag, VD_ERR_TLS, "the other side refused the TLS handshake");
	}
	return vd_tls_error(diag, VD_ERR_TLS, "the TLS handshake failed", code);
}

enum vd_err vd_tls_handshake(struct vd_stream *stream, struct vd_diag *diag)
{
	struct vd_tls *tls = vd_tls_of(stream);
	if (tls->is_secure) {
		return VD_OK;
	}
	if (tls->is_broken) {
		return vd_diag_set(diag, VD_ERR_TLS, "the TLS connection is broken");
	}
	vd_tls_server_enter(tls);
	int code = mbedtls_ssl_handshake(&tls->ssl);
	if (is_again(tls, code)) {
		return VD_AGAIN;
	}
	if (code != 0) {
		return handshake_failed(tls, code, diag);
	}
	tls->is_secure = true;
	if (tls->client != NULL) {
		vd_tls_client_is_secure(tls);
	}
	return VD_OK;
}

static enum vd_err broken(struct vd_tls *tls, int code, struct vd_diag *diag)
{
	tls->is_broken = true;
	if (code == MBEDTLS_ERR_SSL_CONN_EOF && tls->io_diag.err == VD_ERR_IO) {
		return vd_diag_set(diag, VD_ERR_IO, "%s", tls->io_diag.text);
	}
	if (code == MBEDTLS_ERR_SSL_CONN_EOF) {
		// Without close_notify nobody knows whether this is the end (RFC 8446 section 6.1).
		return vd_diag_set(diag, VD_ERR_TLS, "the connection was cut off");
	}
	return vd_tls_error(diag, VD_ERR_TLS, "the TLS connection failed", code);
}

static enum vd_err tls_read(struct vd_stream *s, void *out, size_t cap, size_t *got,
			    struct vd_diag *diag)
{
	struct vd_tls *tls = vd_tls_of(s);
	*got = 0;
	enum vd_err err = vd_tls_handshake(s, diag);
	if (err != VD_OK) {
		return err;
	}
	int code = mbedtls_ssl_read(&tls->ssl, out, cap);
	while (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET && tls->tickets < MOST_TICKETS) {
		tls->tickets++;
		vd_tls_client_keep_session(tls);
		code = mbedtls_ssl_read(&tls->ssl, out, cap);
	}
	if (code > 0) {
		*got = (size_t)code;
		return VD_OK;
	}
	if (code == 0 || code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
		return vd_diag_set(diag, VD_ERR_CLOSED, "the other side closed the connection");
	}
	return is_again(tls, code) ? VD_AGAIN : broken(tls, code, diag);
}

static enum vd_err tls_write(struct vd_stream *s, const void *p, size_t n, size_t *put,
			     struct vd_diag *diag)
{
	struct vd_tls *tls = vd_tls_of(s);
	*put = 0;
	enum vd_err err = vd_tls_handshake(s, diag);
	if (err != VD_OK) {
		return err;
	}
	// A record that waits to be sent holds exactly `pending` bytes; mbedTLS would report more
	// as written where the caller has more by now.
	size_t most = tls->pending > 0 && tls->pending < n ? tls->pending : n;
	int code = mbedtls_ssl_write(&tls->ssl, p, most);
	if (code >= 0) {
		tls->pending = 0;
		*put = (size_t)code;
		return VD_OK;
	}
	if (is_again(tls, code)) {
		size_t record = (size_t)mbedtls_ssl_get_max_out_record_payload(&tls->ssl);
		tls->pending = most < record ? most : record;
		return VD_AGAIN;
	}
	return broken(tls, code, diag);
}

static int tls_want(const struct vd_stream *s)
{
	return const_of(s)->want;
}

static int tls_fd(const struct vd_stream *s)
{
	return const_of(s)->fd;
}

static void tls_close(struct vd_stream *s)
{
	struct vd_tls *tls = vd_tls_of(s);
	if (tls->is_secure && !tls->is_broken && tls->pending == 0) {
		(void)mbedtls_ssl_close_notify(&tls->ssl); // a courtesy: nobody waits for it
	}
	mbedtls_ssl_free(&tls->ssl);
	vd_sock_close(tls->fd);
	free(tls);
}

static const struct vd_stream_ops tls_ops = {
	.read = tls_read,
	.write = tls_write,
	.want = tls_want,
	.fd = tls_fd,
	.close = tls_close,
};

enum vd_err vd_tls_open(int fd, const mbedtls_ssl_config *conf, struct vd_tls **out,
			struct vd_diag *diag)
{
	struct vd_tls *tls = calloc(1, sizeof(*tls));
	if (tls == NULL) {
		vd_sock_close(fd);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a TLS connection");
	}
	tls->stream.ops = &tls_ops;
	tls->fd = fd;
	tls->want = VD_STREAM_READ;
	mbedtls_ssl_init(&tls->ssl);
	int code = mbedtls_ssl_setup(&tls->ssl, conf);
	if (code != 0) {
		tls_close(&tls->stream);
		return vd_tls_error(diag, VD_ERR_MEMORY, "no memory for a TLS connection", code);
	}
	mbedtls_ssl_set_bio(&tls->ssl, tls, bio_send, bio_recv, NULL);
	*out = tls;
	return VD_OK;
}

bool vd_tls_is_resumed(const struct vd_stream *stream)
{
	return const_of(stream)->is_resumed;
}

const char *vd_tls_alpn(const struct vd_stream *stream)
{
	const char *alpn = mbedtls_ssl_get_alpn_protocol(&const_of(stream)->ssl);
	return alpn != NULL ? alpn : "";
}
