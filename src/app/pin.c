// SPDX-License-Identifier: MIT
#include "app/pin.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "net/tls.h"

#define SALT_BYTES 16
#define ROUNDS_MOST 1000000

static void to_hex(const uint8_t *bytes, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	}
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool from_hex(struct vd_span hex, uint8_t *out, size_t n)
{
	if (hex.n != 2 * n) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		int high = nibble(hex.p[2 * i]);
		int low = nibble(hex.p[2 * i + 1]);
		if (high < 0 || low < 0) {
			return false;
		}
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

enum vd_err vd_pin_hash(const struct vd_rng *rng, struct vd_span pin, char out[VD_PIN_HASH_BYTES],
			struct vd_diag *diag)
{
	uint8_t salt[SALT_BYTES];
	uint8_t hash[VD_SHA256_BYTES];
	char salt_hex[2 * SALT_BYTES + 1];
	char hash_hex[2 * VD_SHA256_BYTES + 1];
	if (pin.n < VD_PIN_LEAST || pin.n > VD_PIN_MOST) {
		return vd_diag_set(diag, VD_ERR_RANGE, "a PIN has %d to %d characters",
				   VD_PIN_LEAST, VD_PIN_MOST);
	}
	enum vd_err err = vd_rng_fill(rng, salt, sizeof(salt));
	err = err == VD_OK
		      ? vd_pbkdf2_sha256(pin, vd_span_make(salt, sizeof(salt)), VD_PIN_ROUNDS, hash)
		      : err;
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "the PIN can't be hashed: %s", vd_err_text(err));
	}
	to_hex(salt, sizeof(salt), salt_hex);
	to_hex(hash, sizeof(hash), hash_hex);
	snprintf(out, VD_PIN_HASH_BYTES, "pbkdf2-sha256$%d$%s$%s", VD_PIN_ROUNDS, salt_hex,
		 hash_hex);
	return VD_OK;
}

bool vd_pin_check(const char *hash, struct vd_span pin)
{
	struct vd_span rest = vd_span_of(hash);
	uint64_t rounds;
	uint8_t salt[SALT_BYTES];
	uint8_t wanted[VD_SHA256_BYTES];
	uint8_t got[VD_SHA256_BYTES];
	if (!vd_span_is_text(vd_span_cut(&rest, '$'), "pbkdf2-sha256") ||
	    vd_span_parse_u64(vd_span_cut(&rest, '$'), &rounds) != VD_OK || rounds < 1 ||
	    rounds > ROUNDS_MOST || !from_hex(vd_span_cut(&rest, '$'), salt, sizeof(salt)) ||
	    !from_hex(rest, wanted, sizeof(wanted))) {
		return false;
	}
	if (vd_pbkdf2_sha256(pin, vd_span_make(salt, sizeof(salt)), (uint32_t)rounds, got) !=
	    VD_OK) {
		return false;
	}
	return vd_is_equal_secret(vd_span_make(got, sizeof(got)),
				  vd_span_make(wanted, sizeof(wanted)));
}
