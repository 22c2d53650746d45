// SPDX-License-Identifier: MIT
/**
 * The command "vedetta calendar explain": which days and hours were counted, why not the others.
 * Not the explanation itself (care/explain.h): this finds the words.
 * Reads a configuration where it is told to, writes stdout; no clock.
 */
#ifndef VD_APP_CMD_CALENDAR_EXPLAIN_H
#define VD_APP_CMD_CALENDAR_EXPLAIN_H

/** argv[0] is "explain". Exit status as in app/cmd.h; 1 where there is no deadline (R8). */
int vd_cmd_calendar_explain(int argc, char **argv);

#endif
