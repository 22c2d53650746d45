// SPDX-License-Identifier: MIT
/**
 * What every unit test includes: cmocka with the headers it wants before it, and asserts on our
 * types. Not a framework of its own.
 * Pure: no time, no I/O.
 */
#ifndef VD_UNIT_UNIT_H
#define VD_UNIT_UNIT_H

// cmocka.h needs the first four before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/** Fails with the names of both errors. */
#define assert_err(actual, expected) \
	unit_check_err((actual), (expected), #actual, __FILE__, __LINE__)
#define assert_ok(actual) assert_err((actual), VD_OK)
/** A span against a text. */
#define assert_span(actual, expected) unit_check_span((actual), (expected), __FILE__, __LINE__)
/** In loops over a table: says which row went wrong. */
#define assert_row(condition, name) \
	unit_check_row((condition), #condition, (name), __FILE__, __LINE__)

static inline void unit_check_err(enum vd_err actual, enum vd_err expected, const char *what,
				  const char *file, int line)
{
	if (actual != expected) {
		print_error("%s:%d: %s is %s, not %s\n", file, line, what, vd_err_name(actual),
			    vd_err_name(expected));
		_fail(file, line);
	}
}

static inline void unit_check_span(struct vd_span actual, const char *expected, const char *file,
				   int line)
{
	if (!vd_span_is_text(actual, expected)) {
		print_error("%s:%d: \"%.*s\" is not \"%s\"\n", file, line, VD_SPAN_ARG(actual),
			    expected);
		_fail(file, line);
	}
}

static inline void unit_check_row(bool condition, const char *text, const char *name,
				  const char *file, int line)
{
	if (!condition) {
		print_error("%s:%d: in the row \"%s\": %s\n", file, line, name, text);
		_fail(file, line);
	}
}

#endif
