// SPDX-License-Identifier: MIT
#ifndef B_H
#define B_H
#include "base/a.h" // LINT include-cycle
typedef struct b b_t; // LINT typedef
typedef int (*b_fn)(void *arg);
#endif
