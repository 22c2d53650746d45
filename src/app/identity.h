// SPDX-License-Identifier: MIT
/**
 * The box's own certificate for its pages: given files, or one that is made at the first start and
 * kept.
 * Not a certificate authority.
 * Reads and writes two files in data_dir.
 */
#ifndef VD_APP_IDENTITY_H
#define VD_APP_IDENTITY_H

#include "app/config.h"
#include "net/tls.h"

enum vd_err vd_identity_load(const struct vd_config *config, struct vd_rng rng,
			     const struct vd_clock *clock, struct vd_tls_server **out,
			     struct vd_diag *diag) VD_MUST_USE;

#endif
