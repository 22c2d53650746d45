// SPDX-License-Identifier: MIT
/**
 * URLs as HTTP needs them: taken apart, percent-decoded, looked into (RFC 3986, RFC 9110 section
 * 4).
 * Not a resolver of relative references and not a normaliser; user names in URLs are refused.
 * Pure: no time, no I/O.
 */
#ifndef VD_NET_URL_H
#define VD_NET_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/span.h"

#define VD_URL_HOST_BYTES 256

struct vd_url {
	bool is_tls;
	bool is_literal6;             // the host stood in brackets
	char host[VD_URL_HOST_BYTES]; // lower case, without brackets
	uint16_t port;
	struct vd_span target; // path and query, borrowed from the text; empty means "/"
};

/** Absolute http:// and https:// URLs; a fragment is cut off. VD_ERR_SYNTAX with a sentence. */
enum vd_err vd_url_parse(struct vd_span text, struct vd_url *out, struct vd_diag *diag) VD_MUST_USE;
/** Decodes a request target's path: refuses "..", control bytes, a bad escape and invalid UTF-8.
 *  VD_ERR_ROOM. */
enum vd_err vd_url_decode_path(struct vd_span path, char *out, size_t cap, size_t *n) VD_MUST_USE;
/** Decoded value ('+' is a blank) of a query or form parameter; VD_ERR_NOT_FOUND, VD_ERR_ROOM,
 *  VD_ERR_SYNTAX. */
enum vd_err vd_url_query_get(struct vd_span query, const char *name, char *out,
			     size_t cap) VD_MUST_USE;
/** Splits a request target (origin or absolute form) into path and query; VD_ERR_SYNTAX for any
 *  other form. */
enum vd_err vd_url_split_target(struct vd_span target, struct vd_span *path,
				struct vd_span *query) VD_MUST_USE;

#endif
