// SPDX-License-Identifier: MIT
/**
 * A report of a store, as `vedetta ctl report` asks for it: options in words, the answer printed.
 * Not in the service: it runs in a process of its own, on a store that it opened read-only beside
 * it, so that no report holds the loop.
 * Reads the store it is given; time is a parameter.
 */
#ifndef VD_APP_REPORT_STORE_H
#define VD_APP_REPORT_STORE_H

#include "app/report.h"

/** Texts are borrowed; NULL where the option was not given. */
struct vd_report_request {
	struct vd_wall now; // of the service; not set: it doesn't run, and the last event counts
	const char *from;   // RFC 3339, or a date: its first instant in the first calendar's zone
	const char *to;     // likewise; not included
	const char *brand;
	const char *network;
	const char *topic;
	const char *account;
	const char *list; // a figure
	enum vd_report_form form;
};

/** The rules that are in force, from the journal. `book` is zeroed memory. */
enum vd_err vd_report_read_rules(struct vd_store *store, struct vd_rulebook *book,
				 struct vd_diag *diag) VD_MUST_USE;
/** VD_ERR_ARGUMENT or VD_ERR_NOT_FOUND with a sentence for what can't be meant. */
enum vd_err vd_report_print(struct vd_store *store, const struct vd_report_request *request,
			    struct vd_buf *out, struct vd_diag *diag) VD_MUST_USE;

#endif
