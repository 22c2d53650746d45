// SPDX-License-Identifier: MIT
/**
 * The command "vedetta calendar": answers the lines of a file of calendar questions, imports
 * iCalendar files, explains deadlines (app/cmd_calendar_explain.h).
 * Not a configuration check; nothing of the service is asked or changed.
 * Reads the file or stdin, writes stdout; no clock.
 */
#ifndef VD_APP_CMD_CALENDAR_H
#define VD_APP_CMD_CALENDAR_H

/**
 * argv[0] is the command's own name, argv[1] a file, "-" for stdin. A line has, separated by tabs:
 * id, "due" or "between", zone (name or POSIX rule), calendar text, start or a, target or b;
 * further columns are ignored, and so are empty lines and those that begin with '#'.
 * Prints "id<TAB>answer" a line. Exit status: 1 if there was an ERROR, 2 for wrong usage.
 * "import FILE.ics [ZONE]" prints a file of holidays (SPEC.md); 1 where it is refused.
 */
int vd_cmd_calendar(int argc, char **argv);

#endif
