// SPDX-License-Identifier: MIT
/**
 * The service's JSON answers as text for a person at a terminal.
 * Not a second view: it prints what the JSON of SPEC.md says and computes nothing.
 * No time, no I/O but the stream it is given.
 */
#ifndef VD_APP_CTL_TEXT_H
#define VD_APP_CTL_TEXT_H

#include <cJSON.h>
#include <stdio.h>

/** `word`: what was asked ("view", "health", ...). */
void vd_ctl_text_print(const char *word, const cJSON *answer, FILE *out);

#endif
