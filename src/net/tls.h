// SPDX-License-Identifier: MIT
/**
 * TLS 1.2 and 1.3 on mbedTLS: client contexts (trust, sessions) and server contexts (identity), and
 * streams over sockets.
 * Not a certificate store and not HTTP; verification is always on, there is no switch.
 * Streams do their own socket I/O without blocking; the wall clock for expiry is handed in.
 */
#ifndef VD_NET_TLS_H
#define VD_NET_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/span.h"
#include "base/stream.h"

/** The strong random source: mbedTLS' CTR_DRBG, seeded by the kernel. */
struct vd_strong_rng;
enum vd_err vd_strong_rng_create(struct vd_strong_rng **out, struct vd_diag *diag) VD_MUST_USE;
void vd_strong_rng_destroy(struct vd_strong_rng *strong);
struct vd_rng vd_strong_rng_get(struct vd_strong_rng *strong);

// ---- client -------------------------------------------------------------------------------------
struct vd_tls_client;
/** `ca_pem`: one or more roots (PEM). `clock`: certificates' validity is judged by its wall time;
 *  while it is not trusted, expiry and not-yet-valid are tolerated (nothing else is), since the
 *  clock comes over the same network (R13). */
enum vd_err vd_tls_client_create(struct vd_span ca_pem, struct vd_rng rng,
				 const struct vd_clock *clock, struct vd_tls_client **out,
				 struct vd_diag *diag) VD_MUST_USE;
void vd_tls_client_destroy(struct vd_tls_client *client);
/** Wraps a connected, non-blocking socket; takes `fd`, closes it also on failure. SNI and name
 *  check by `host`. The handshake runs inside read and write. Sessions are resumed per
 *  host:port. */
enum vd_err vd_tls_client_open(struct vd_tls_client *client, int fd, const char *host,
			       uint16_t port, struct vd_stream **out,
			       struct vd_diag *diag) VD_MUST_USE;
/** Drives the handshake alone: VD_OK when done, VD_AGAIN, a failure whose diag says what is wrong
 *  with the certificate. VD_ERR_FOREIGN: it is somebody else's (another name, an unknown
 *  authority), or no TLS came at all; VD_ERR_CERTIFICATE: the right one's is out of date or
 *  refused. */
enum vd_err vd_tls_handshake(struct vd_stream *stream, struct vd_diag *diag) VD_MUST_USE;
bool vd_tls_is_resumed(const struct vd_stream *stream);
/** What the other side of a secured client stream showed, for a person. */
struct vd_tls_peer {
	char version[16];
	bool is_told;         // false on a resumed session: no certificate was sent
	char names[160];      // whom the certificate is for
	char issuer[160];     // of the last one of the chain
	struct vd_wall until; // the whole chain is valid
};
void vd_tls_get_peer(struct vd_stream *stream, struct vd_tls_peer *out);
/** The ALPN protocol, "" where none. */
const char *vd_tls_alpn(const struct vd_stream *stream);

// ---- server -------------------------------------------------------------------------------------
struct vd_tls_server;
/** Certificate chain and key, both PEM. Tickets on. */
enum vd_err vd_tls_server_create(struct vd_span cert_pem, struct vd_span key_pem, struct vd_rng rng,
				 const struct vd_clock *clock, struct vd_tls_server **out,
				 struct vd_diag *diag) VD_MUST_USE;
void vd_tls_server_destroy(struct vd_tls_server *server);
enum vd_err vd_tls_server_open(struct vd_tls_server *server, int fd, struct vd_stream **out,
			       struct vd_diag *diag) VD_MUST_USE;

/** A self-signed P-256 certificate for `host` names (comma separated), valid `days` from `now`; PEM
 *  into the buffers. */
enum vd_err vd_tls_self_sign(struct vd_rng rng, const char *hosts, struct vd_wall now, int days,
			     struct vd_buf *cert_pem, struct vd_buf *key_pem,
			     struct vd_diag *diag) VD_MUST_USE;

// ---- digests that others need -------------------------------------------------------------------
#define VD_SHA256_BYTES 32
void vd_sha256(struct vd_span data, uint8_t out[VD_SHA256_BYTES]);
void vd_hmac_sha256(struct vd_span key, struct vd_span data, uint8_t out[VD_SHA256_BYTES]);
/** PBKDF2-HMAC-SHA256 (RFC 8018). */
enum vd_err vd_pbkdf2_sha256(struct vd_span password, struct vd_span salt, uint32_t rounds,
			     uint8_t out[VD_SHA256_BYTES]) VD_MUST_USE;

#endif
