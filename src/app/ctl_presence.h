// SPDX-License-Identifier: MIT
/**
 * `vedetta ctl presence` as text: who is followed by how many, and what changed.
 * Not the answer itself (output/presence_json.c makes it) and not the samples
 * (app/desk_presence.c).
 * Pure but for the stream it prints to.
 */
#ifndef VD_APP_CTL_PRESENCE_H
#define VD_APP_CTL_PRESENCE_H

#include <cJSON.h>
#include <stdio.h>

void vd_ctl_presence_print(FILE *out, const cJSON *answer);

#endif
