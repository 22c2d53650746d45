// SPDX-License-Identifier: MIT
/**
 * What one account signs in with, and what is known about it; from struct to bytes and back, as
 * SPEC.md "Secrets" has them.
 * Not the sealing and not where it is kept (store/secrets.h).
 * Pure: no time, no I/O; whoever has one wipes it with vd_credentials_deinit.
 */
#ifndef VD_STORE_CREDENTIALS_H
#define VD_STORE_CREDENTIALS_H

#include "base/secret.h"
#include "store/codec.h"

enum vd_credentials_kind {
	VD_CREDENTIALS_MISSING,
	VD_CREDENTIALS_TOKEN,    // a finished token (Facebook: the Page's)
	VD_CREDENTIALS_X_OAUTH2, // an access token that ends, and the refresh token for the next
	VD_CREDENTIALS_X_OAUTH1, // four values that don't end
	VD_CREDENTIALS_MASTODON, // a token, and the app that it was given to
	VD_CREDENTIALS_N,
};
const char *vd_credentials_kind_name(enum vd_credentials_kind kind);

enum vd_credentials_part {
	VD_PART_TOKEN,
	VD_PART_REFRESH,
	VD_PART_APP_SECRET, // X and Mastodon: client secret; Facebook: app secret
	VD_PART_CONSUMER_KEY,
	VD_PART_CONSUMER_SECRET,
	VD_PART_TOKEN_SECRET,
	VD_PART_N,
};

struct vd_credentials {
	enum vd_credentials_kind kind;
	struct vd_wall set_at;     // a person gave it
	struct vd_wall renewed_at; // the last pair came; not set: never
	struct vd_wall ends;       // of the token; not set: it doesn't, or that isn't known
	struct vd_wall data_ends;  // Facebook: of the access to customers' content
	/** A renewal left at, and its answer is not on disk: found so, the refresh token may be
	 *  spent. */
	struct vd_wall renewing;
	char set_by[128];
	char client_id[128]; // of the app; no secret
	char scopes[1024];   // blank-separated, as the network granted them
	struct vd_secret part[VD_PART_N];
};

/** All that an application may take: kind, stamps, texts, and full parts. */
#define VD_CREDENTIALS_BYTES 8192

enum vd_err vd_credentials_print(const struct vd_credentials *c, struct vd_writer *w) VD_MUST_USE;
/** VD_ERR_VERSION, VD_ERR_CORRUPT; *out is empty then. */
enum vd_err vd_credentials_parse(struct vd_span bytes, struct vd_credentials *out) VD_MUST_USE;
void vd_credentials_deinit(struct vd_credentials *c);
/** Is this blank-separated word among `scopes`? */
bool vd_credentials_has_scope(const struct vd_credentials *c, const char *scope);

#endif
