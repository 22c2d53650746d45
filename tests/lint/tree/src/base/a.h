// SPDX-License-Identifier: MIT
/**
 * What it is.
 * What it is not.
 * Who owns time and I/O.
 */
#ifndef VD_BASE_A_H
#define VD_BASE_A_H

#include "base/b.h"

#ifdef CONFIG_X
#define A 1
#endif

extern const int a_table[];
extern int a_shared; // LINT mutable-data
struct a {
	int x;
	struct {
		char *p;
	} inner;
};
enum b { B_ONE, B_TWO };

int a_get(const struct a *a);
static inline int a_twice(int x)
{
	return 2 * x;
}

#endif
