// SPDX-License-Identifier: MIT
#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/sha256.h>
#include <string.h>

#include "net/tls.h"

void vd_sha256(struct vd_span data, uint8_t out[VD_SHA256_BYTES])
{
	// It fails only where a hardware driver does, and there is none.
	(void)!mbedtls_sha256((const unsigned char *)data.p, data.n, out, 0);
}

void vd_hmac_sha256(struct vd_span key, struct vd_span data, uint8_t out[VD_SHA256_BYTES])
{
	const mbedtls_md_info_t *info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
	if (mbedtls_md_hmac(info, (const unsigned char *)key.p, key.n,
			    (const unsigned char *)data.p, data.n, out) != 0) {
		memset(out, 0, VD_SHA256_BYTES); // no memory: equal to no real one
	}
}

enum vd_err vd_pbkdf2_sha256(struct vd_span password, struct vd_span salt, uint32_t rounds,
			     uint8_t out[VD_SHA256_BYTES])
{
	int code = mbedtls_pkcs5_pbkdf2_hmac_ext(
		MBEDTLS_MD_SHA256, (const unsigned char *)password.p, password.n,
		(const unsigned char *)salt.p, salt.n, rounds, VD_SHA256_BYTES, out);
	return code == 0 ? VD_OK : VD_ERR_MEMORY;
}
