// SPDX-License-Identifier: MIT
/**
 * Compiler attributes and the macro that turns a Kconfig symbol into a value.
 * The only file with GNU extensions; it holds no code and no data.
 * It knows nothing of time or I/O.
 */
#ifndef VD_BASE_ATTR_H
#define VD_BASE_ATTR_H

#include <stddef.h>

#define VD_MUST_USE __attribute__((warn_unused_result))
#define VD_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define VD_UNUSED __attribute__((unused))
#define VD_FALLTHROUGH __attribute__((fallthrough))
/** What lies at `p` counts as read here: the writes to it before are kept by the optimiser. */
#define VD_IS_READ(p) __asm__ volatile("" : : "g"(p) : "memory")

#define VD_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/** The struct that holds `member`, from a pointer to it. */
#define VD_CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/**
 * 1 where `CONFIG_X` is defined as 1 in autoconf.h, else 0; usable in plain `if`.
 * The trick: only a symbol defined as 1 makes a second argument appear.
 */
#define IS_ENABLED(option) VD_IS_ENABLED_1(option)
#define VD_IS_ENABLED_1(value) VD_IS_ENABLED_2(VD_ENABLED_##value)
#define VD_ENABLED_1 0,
#define VD_IS_ENABLED_2(maybe) VD_IS_ENABLED_3(maybe 1, 0, 0)
#define VD_IS_ENABLED_3(ignored, result, ...) result

#endif
