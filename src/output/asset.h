// SPDX-License-Identifier: MIT
/**
 * The files of src/output/web, compiled in by tools/gen/embed.
 * Not a file system: names are flat, e.g. "wall.html", sorted, and there is nothing else.
 * Constant data: no time, no I/O.
 */
#ifndef VD_OUTPUT_ASSET_H
#define VD_OUTPUT_ASSET_H

#include <stddef.h>

struct vd_asset {
	const char *name;
	const char *mime;          // for Content-Type, charset included
	const unsigned char *data; // data[len] is 0
	size_t len;
};

extern const struct vd_asset vd_assets[];
extern const size_t vd_assets_n;

#endif
