// SPDX-License-Identifier: MIT
/**
 * OAuth 1.0a: the Authorization header of one signed request (RFC 5849, HMAC-SHA1).
 * Not a way to get keys, and not OAuth 2; a body of JSON is no part of what is signed.
 * Pure: time and nonce are handed in, no I/O; nothing of a secret stays behind.
 */
#ifndef VD_CHANNEL_OAUTH1_H
#define VD_CHANNEL_OAUTH1_H

#include "base/buf.h"
#include "base/secret.h"

#define VD_OAUTH1_HEADER_BYTES 2048

struct vd_oauth1_request {
	const char *method;
	struct vd_span url; // absolute, escaped, with its query
	struct vd_span consumer_key;
	struct vd_span consumer_secret;
	struct vd_span token; // empty: none yet
	struct vd_span token_secret;
	struct vd_span nonce;
	int64_t timestamp_s; // unix seconds: minutes off and the network refuses it
	bool is_bare;        // without oauth_version, which RFC 5849 leaves to the client
};
/** "OAuth oauth_consumer_key=..., ..." VD_ERR_SYNTAX for no address, VD_ERR_ROOM where the query
 * or the header is too long, VD_ERR_MEMORY. */
enum vd_err vd_oauth1_print(const struct vd_oauth1_request *request,
			    struct vd_buf *out) VD_MUST_USE;

#endif
