// SPDX-License-Identifier: MIT
/**
 * `vedetta ctl alarms`: every alarm of the box and of the wall's top, what to do, and the measures,
 * as text.
 * Not the alarms: it prints what the JSON of the view says.
 * No time, no I/O but the stream it is given.
 */
#ifndef VD_APP_CTL_ALARMS_H
#define VD_APP_CTL_ALARMS_H

#include <cJSON.h>
#include <stdio.h>

/** `answer`: SPEC.md "JSON of the view". */
void vd_ctl_alarms_print(FILE *out, const cJSON *answer);

#endif
