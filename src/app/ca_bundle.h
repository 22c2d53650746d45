// SPDX-License-Identifier: MIT
/**
 * The roots that are trusted until a technician gives others: PEM, made from tools/gen/ca-roots.
 * Not the roots in force: those come from the configuration where it names a file.
 * Constant data: no time, no I/O.
 */
#ifndef VD_APP_CA_BUNDLE_H
#define VD_APP_CA_BUNDLE_H

#include <stddef.h>

/** A NUL stands at [vd_ca_bundle_len]: mbedtls_x509_crt_parse wants vd_ca_bundle_len + 1. */
extern const unsigned char vd_ca_bundle[];
extern const size_t vd_ca_bundle_len;

#endif
