// SPDX-License-Identifier: MIT
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <stdlib.h>

#include "net/tls_internal.h"

struct vd_strong_rng {
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
};

enum vd_err vd_strong_rng_create(struct vd_strong_rng **out, struct vd_diag *diag)
{
	static const unsigned char personal[] = "vedetta";
	struct vd_strong_rng *strong = calloc(1, sizeof(*strong));
	*out = NULL;
	if (strong == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for randomness");
	}
	mbedtls_entropy_init(&strong->entropy);
	mbedtls_ctr_drbg_init(&strong->drbg);
	int code = mbedtls_ctr_drbg_seed(&strong->drbg, mbedtls_entropy_func, &strong->entropy,
					 personal, sizeof(personal) - 1);
	if (code != 0) {
		vd_strong_rng_destroy(strong);
		return vd_tls_error(diag, VD_ERR_IO, "the kernel gives no randomness", code);
	}
	*out = strong;
	return VD_OK;
}

void vd_strong_rng_destroy(struct vd_strong_rng *strong)
{
	if (strong != NULL) {
		mbedtls_ctr_drbg_free(&strong->drbg);
		mbedtls_entropy_free(&strong->entropy);
		free(strong);
	}
}

// CTR_DRBG gives MBEDTLS_CTR_DRBG_MAX_REQUEST bytes at most at once.
static enum vd_err strong_fill(void *ctx, void *out, size_t n)
{
	struct vd_strong_rng *strong = ctx;
	unsigned char *p = out;
	while (n > 0) {
		size_t part = n < MBEDTLS_CTR_DRBG_MAX_REQUEST ? n : MBEDTLS_CTR_DRBG_MAX_REQUEST;
		if (mbedtls_ctr_drbg_random(&strong->drbg, p, part) != 0) {
			return VD_ERR_IO;
		}
		p += part;
		n -= part;
	}
	return VD_OK;
}

struct vd_rng vd_strong_rng_get(struct vd_strong_rng *strong)
{
	return (struct vd_rng){ .ctx = strong, .fill = strong_fill };
}
