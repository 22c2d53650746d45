// SPDX-License-Identifier: MIT
/**
 * What the TLS files share: one stream over mbedTLS for both ends, and what a verification found.
 * Not for other modules, which use net/tls.h.
 * Streams do their own socket I/O without blocking; the clock is the owner's.
 */
#ifndef VD_NET_TLS_INTERNAL_H
#define VD_NET_TLS_INTERNAL_H

#include <mbedtls/ssl.h>

#include "net/tls.h"
#include "net/url.h"

/** What the certificates of a handshake said; filled by the verification callback. */
struct vd_tls_verdict {
	bool was_asked;      // false in a resumed handshake: no certificate was sent
	uint32_t flags;      // MBEDTLS_X509_BADCERT_*
	struct vd_wall from; // the chain is valid
	struct vd_wall until;
	struct vd_wall fault_at; // the date that was missed
	bool is_fault_leaf;
	char names[160];  // whom the leaf is for
	char issuer[160]; // of the last certificate in the chain
};

struct vd_tls {
	struct vd_stream stream;
	int fd;
	mbedtls_ssl_context ssl;
	int want;
	bool is_secure; // the handshake is done
	bool is_resumed;
	bool is_broken;
	bool is_answered;        // at least a byte came
	bool is_answered_in_tls; // and it was a record's: no page of a portal
	size_t pending;          // bytes of a write that mbedTLS has taken but not sent
	int tickets;
	enum vd_err io_err; // what the socket said last
	struct vd_diag io_diag;
	struct vd_tls_client *client; // NULL: the server's end
	struct vd_tls_server *server;
	char host[VD_URL_HOST_BYTES];
	uint16_t port;
	struct vd_tls_verdict verdict;
};

/** Takes `fd`, closes it also on failure. */
enum vd_err vd_tls_open(int fd, const mbedtls_ssl_config *conf, struct vd_tls **out,
			struct vd_diag *diag) VD_MUST_USE;
struct vd_tls *vd_tls_of(struct vd_stream *s);
/** mbedTLS' own words for an error of its. */
enum vd_err vd_tls_error(struct vd_diag *diag, enum vd_err err, const char *what, int code);
/** f_rng of mbedTLS over a struct vd_rng. */
int vd_tls_random(void *rng, unsigned char *out, size_t n);
/** Common settings: versions, suites by what the processor can, randomness, ALPN. */
enum vd_err vd_tls_configure(mbedtls_ssl_config *conf, int endpoint, struct vd_rng *rng,
			     const char **alpn, struct vd_diag *diag) VD_MUST_USE;

/** After a handshake: takes note of resumption and keeps the session (client's end). */
void vd_tls_client_is_secure(struct vd_tls *tls);
void vd_tls_client_keep_session(struct vd_tls *tls);
/** The sentence for a refused certificate. */
enum vd_err vd_tls_client_explain(const struct vd_tls *tls, struct vd_diag *diag);
/** Says whose ticket is about to be read (server's end). */
void vd_tls_server_enter(struct vd_tls *tls);

/** f_vrfy of mbedTLS with a struct vd_tls: judges validity by our clock, IP literals, and takes
 *  notes. */
int vd_tls_verify(void *ctx, mbedtls_x509_crt *crt, int depth, uint32_t *flags);
/** The clock that certificates are judged by. */
const struct vd_clock *vd_tls_client_clock(const struct vd_tls_client *client);
struct vd_wall vd_tls_wall_of(const mbedtls_x509_time *t);

/** Whether the processor has AES instructions: then AES-GCM is first, else ChaCha20. */
bool vd_cpu_has_aes(void);

#endif
