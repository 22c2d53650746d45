// SPDX-License-Identifier: MIT
/*
 * lwIP's own header, with a slower timer: ten wake-ups a second for reports that may be half a
 * second late are two.
 * Not a copy: the next header of this name on the path is lwIP's.
 */
#include_next <lwip/mld6.h>
#undef MLD6_TMR_INTERVAL
#define MLD6_TMR_INTERVAL 500
