// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "net/tls_internal.h"

void vd_tls_get_peer(struct vd_stream *stream, struct vd_tls_peer *out)
{
	const struct vd_tls *tls = vd_tls_of(stream);
	const struct vd_tls_verdict *verdict = &tls->verdict;
	*out = (struct vd_tls_peer){ .is_told = verdict->was_asked };
	snprintf(out->version, sizeof(out->version), "%s", mbedtls_ssl_get_version(&tls->ssl));
	if (verdict->was_asked) {
		snprintf(out->names, sizeof(out->names), "%s", verdict->names);
		snprintf(out->issuer, sizeof(out->issuer), "%s", verdict->issuer);
		out->until = verdict->until;
	}
}
