// SPDX-License-Identifier: MIT
/**
 * The program's version and what it is made of (CycloneDX 1.5, JSON), by tools/gen/sbom.
 * Not a list of what could be built in: only of what is.
 * Constant data: no time, no I/O.
 */
#ifndef VD_APP_SBOM_H
#define VD_APP_SBOM_H

/** As git describes the sources, e.g. "95a693d-dirty"; "0.1.0" where there is no git. */
extern const char vd_version[];
extern const char vd_sbom_json[];

#endif
