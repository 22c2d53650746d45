// SPDX-License-Identifier: MIT
#include "app/report_store.h"

#include <stdlib.h>
#include <string.h>

#include "app/journal_rules.h"

/** A walk over the store; the first failure ends it. */
struct walk {
	struct vd_rulebook *book;
	struct vd_report *report;
	struct vd_wall last;
	struct vd_diag *diag;
	enum vd_err err;
};

// ---- what was asked -------------------------------------------------------------------------

// "2026-10-05": the first instant of that date.
static bool parse_date(const struct vd_rulebook *book, const char *text, struct vd_wall *out)
{
	char stamp[VD_TIME_TEXT_BYTES];
	struct vd_wall midnight;
	if (strlen(text) != 10) {
		return false;
	}
	memcpy(stamp, text, 10);
	memcpy(stamp + 10, "T00:00:00Z", sizeof("T00:00:00Z"));
	if (vd_wall_parse(vd_span_of(stamp), &midnight) != VD_OK) {
		return false;
	}
	*out = vd_wall_s(
		vd_zone_day_start(&book->calendars[0].zone, vd_wall_to_s(midnight) / 86400));
	return true;
}

static enum vd_err parse_time(const struct vd_rulebook *book, const char *option, const char *text,
			      struct vd_wall *out, struct vd_diag *diag)
{
	if (text == NULL || vd_wall_parse(vd_span_of(text), out) == VD_OK ||
	    parse_date(book, text, out)) {
		return VD_OK;
	}
	return vd_diag_set(diag, VD_ERR_ARGUMENT,
			   "%s \"%.40s\" is no time: write 2026-10-05 or 2026-10-05T09:00:00Z",
			   option, text);
}

static enum vd_err parse_period(const struct vd_report_request *r, struct vd_report_filter *f,
				struct vd_diag *diag)
{
	enum vd_err err = parse_time(f->book, "--from", r->from, &f->from, diag);
	err = err == VD_OK ? parse_time(f->book, "--to", r->to, &f->to, diag) : err;
	if (err == VD_OK && vd_wall_is_set(f->to) && f->from.us > f->to.us) {
		return vd_diag_set(diag, VD_ERR_ARGUMENT,
				   "--from %.40s lies after --to %.40s: turn them round", r->from,
				   r->to);
	}
	return err;
}

// "A, B, C" of what there is, so that nobody has to guess.
static enum vd_err refuse(struct vd_diag *diag, const char *what, const char *name,
			  const char *(*name_of)(const struct vd_rulebook *book, uint16_t i),
			  const struct vd_rulebook *book, uint16_t n)
{
	char memory[200];
	struct vd_buf known;
	vd_buf_init(&known, memory, sizeof(memory));
	for (uint16_t i = 0; i < n; i++) {
		const char *one = name_of(book, i);
		if (one[0] != '\0') {
			vd_buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", one);
		}
	}
	return vd_diag_set(diag, VD_ERR_NOT_FOUND, "there is no %s \"%.40s\"; there is %s%s", what,
			   name, known.data, known.overflow ? ", ..." : "");
}

static const char *brand_name(const struct vd_rulebook *book, uint16_t i)
{
	return book->brands[i].name;
}

static const char *account_name(const struct vd_rulebook *book, uint16_t i)
{
	return book->accounts[i].name;
}

static const char *network_name(const struct vd_rulebook *book, uint16_t i)
{
	(void)book;
	return i == VD_NETWORK_NONE ? "" : vd_network_name((enum vd_network)i);
}

static enum vd_err find(struct vd_diag *diag, const char *what, const char *name,
			const char *(*name_of)(const struct vd_rulebook *book, uint16_t i),
			const struct vd_rulebook *book, uint16_t n, uint16_t *out)
{
	*out = n;
	if (name == NULL) {
		return VD_OK;
	}
	for (uint16_t i = 0; i < n; i++) {
		if (name_of(book, i)[0] != '\0' && strcmp(name_of(book, i), name) == 0) {
			*out = i;
			return VD_OK;
		}
	}
	return refuse(diag, what, name, name_of, book, n);
}

static enum vd_err parse_filter(const struct vd_report_request *r, struct vd_report_filter *f,
				struct vd_diag *diag)
{
	const struct vd_rulebook *book = f->book;
	uint16_t brand;
	uint16_t account;
	uint16_t network;
	enum vd_err err = parse_period(r, f, diag);
	if (err == VD_OK) {
		err = find(diag, "brand", r->brand, brand_name, book, book->n_brands, &brand);
	}
	if (err == VD_OK) {
		err = find(diag, "account", r->account, account_name, book, book->n_accounts,
			   &account);
	}
	if (err == VD_OK) {
		err = find(diag, "network", r->network, network_name, book, VD_NETWORK_N, &network);
	}
	if (err == VD_OK) {
		f->brand = (uint16_t)(r->brand != NULL ? brand + 1 : 0);
		f->account = (uint16_t)(r->account != NULL ? account + 1 : 0);
		f->network = r->network != NULL ? (enum vd_network)network : VD_NETWORK_NONE;
		f->topic = r->topic;
	}
	return err;
}

// ---- the store ------------------------------------------------------------------------------

static bool on_rule(void *ctx, const struct vd_journal_event *event)
{
	struct walk *w = ctx;
	enum vd_rule_kind kind;
	uint16_t id;
	w->last = event->at.us > w->last.us ? event->at : w->last;
	if (event->kind == VD_JOURNAL_RULES) {
		w->err = vd_rule_apply(event->detail, w->book, &kind, &id, w->diag);
	}
	return w->err == VD_OK;
}

static enum vd_err read_rules(struct walk *w, struct vd_store *store)
{
	enum vd_err err = vd_store_journal_each(store, 1, on_rule, w, w->diag);
	err = err == VD_OK ? w->err : err;
	if (err == VD_OK && w->book->n_calendars == 0) {
		return vd_diag_set(w->diag, VD_ERR_STATE,
				   "nothing is noted yet: start the service on this store once");
	}
	return err;
}

enum vd_err vd_report_read_rules(struct vd_store *store, struct vd_rulebook *book,
				 struct vd_diag *diag)
{
	struct walk w = { .book = book, .diag = diag };
	return read_rules(&w, store);
}

static bool on_conversation(void *ctx, const struct vd_conversation *c)
{
	struct walk *w = ctx;
	w->err = vd_report_add_conversation(w->report, c, w->diag);
	return w->err == VD_OK;
}

static bool on_event(void *ctx, const struct vd_journal_event *event)
{
	struct walk *w = ctx;
	w->err = vd_report_add_event(w->report, event, w->diag);
	return w->err == VD_OK;
}

static enum vd_err collect(struct walk *w, struct vd_store *store)
{
	enum vd_err err = vd_store_conversation_each(store, 1, on_conversation, w, w->diag);
	err = err == VD_OK ? w->err : err;
	if (err == VD_OK) {
		err = vd_store_journal_each(store, 1, on_event, w, w->diag);
	}
	err = err == VD_OK ? w->err : err;
	return err == VD_OK ? vd_report_finish(w->report, w->diag) : err;
}

static enum vd_err print(const struct vd_report *report, const struct vd_report_request *r,
			 struct vd_buf *out, struct vd_diag *diag)
{
	enum vd_err err = VD_OK;
	if (r->list != NULL) {
		err = vd_report_print_list(report, r->list, r->form, out, diag);
	} else if (r->form == VD_REPORT_JSON) {
		vd_report_print_json(report, out);
	} else if (r->form == VD_REPORT_CSV) {
		vd_report_print_csv(report, out);
	} else {
		vd_report_print_text(report, out);
	}
	if (err == VD_OK && vd_buf_check(out) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ROOM, "the report is too long to be shown");
	}
	return err;
}

enum vd_err vd_report_print(struct vd_store *store, const struct vd_report_request *request,
			    struct vd_buf *out, struct vd_diag *diag)
{
	struct walk w = { .book = calloc(1, sizeof(*w.book)), .diag = diag };
	if (w.book == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a report");
	}
	struct vd_report_filter filter = { .book = w.book };
	enum vd_err err = read_rules(&w, store);
	err = err == VD_OK ? parse_filter(request, &filter, diag) : err;
	if (err == VD_OK) {
		filter.now = vd_wall_is_set(request->now) ? request->now : w.last;
		err = vd_report_create(&filter, &w.report, diag);
	}
	err = err == VD_OK ? collect(&w, store) : err;
	err = err == VD_OK ? print(w.report, request, out, diag) : err;
	vd_report_destroy(w.report);
	free(w.book);
	return err;
}
