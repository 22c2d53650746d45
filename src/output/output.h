// SPDX-License-Identifier: MIT
/**
 * The contract between the desk and what people see and touch: outputs draw one view and hand in
 * commands.
 * Not a way round the desk: no output reads the store or changes anything by itself.
 * Everything runs in the loop's thread; views are made after the commit.
 */
#ifndef VD_OUTPUT_OUTPUT_H
#define VD_OUTPUT_OUTPUT_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rng.h"
#include "care/command.h"
#include "care/message.h"
#include "care/view.h"
#include "loop/loop.h"

typedef bool vd_port_row_fn(void *ctx, const struct vd_view_row *row);
typedef bool vd_port_message_fn(void *ctx, uint32_t number, const struct vd_message *message);
typedef void vd_port_done_fn(void *ctx, const struct vd_command_result *result);

/** A reply on its way, for a conversation's page. */
struct vd_port_outbox {
	uint64_t id;
	const char *state; // "queued", "attempted", "uncertain", "ask", "sent", "failed"
	const char *error;
	struct vd_span text;
	struct vd_wall created;
};
typedef bool vd_port_outbox_fn(void *ctx, const struct vd_port_outbox *entry);

/** What the plan of polling buys, and what it costs. */
struct vd_port_stream {
	const char *name;
	int64_t period_s;
	int64_t delay_s; // period and reading
	int64_t backlog_s;
	uint32_t limit; // calls a window
	uint32_t left;
	int64_t reset_s;
	int usage_percent; // -1: the network says nothing
	bool is_intake;
	bool is_near;
};
#define VD_PORT_STREAMS 16
struct vd_port_budget {
	const char *note; // what the tariff can't do
	size_t n_streams;
	struct vd_port_stream streams[VD_PORT_STREAMS];
	bool is_billed; // the rest means something; money is millionths of a US dollar
	const char *plan;
	int64_t today;
	int64_t month;
	int64_t forecast;
	int64_t budget;
	uint8_t percent;
	struct {
		const char *name;
		uint32_t n; // this month
	} billed[8];
	size_t n_billed;
};

/** Another case of the person who wrote one, or of whom rules propose to be the same. */
struct vd_port_person {
	const struct vd_conversation *c; // borrowed for the call
	bool is_same;                    // the network itself says so
	bool is_linked;                  // a member of staff said so: `staff` (+ 1), `at`
	uint16_t staff;
	struct vd_wall at;
	const char *why; // else: proposed, as he has the same name, or says so
};
typedef void vd_port_person_fn(void *ctx, const struct vd_port_person *p);

/** How many people follow an account, ours or a competitor's. */
#define VD_PORT_PRESENCE_SPANS 3 // 1, 7 and 30 days
struct vd_port_presence {
	uint16_t account; // of ours: that asks
	const char *handle;
	bool is_own;
	uint64_t followers;
	struct vd_wall at;
	bool has_change[VD_PORT_PRESENCE_SPANS]; // false: no sample is that old
	int64_t change[VD_PORT_PRESENCE_SPANS];
};
typedef bool vd_port_presence_fn(void *ctx, const struct vd_port_presence *p);

/** What an output may ask of the desk. */
struct vd_desk_port {
	void *ctx;
	const struct vd_rulebook *book;
	const struct vd_clock *clock; // domain time
	/** The latest snapshot; valid until the next turn's after phase. Never NULL. */
	const struct vd_view *(*view)(void *ctx);
	/** Hands in a command; `done` is called once, after the commit of this turn (also with a
	 *  failure). */
	void (*submit)(void *ctx, const struct vd_command *command, void *done_ctx,
		       vd_port_done_fn *done);
	/** All open conversations in the wall's order. */
	enum vd_err (*list)(void *ctx, vd_port_row_fn *fn, void *fn_ctx, struct vd_diag *diag);
	enum vd_err (*conversation)(void *ctx, uint64_t id, struct vd_conversation *out,
				    vd_port_message_fn *fn, void *fn_ctx, struct vd_diag *diag);
	enum vd_err (*outbox)(void *ctx, uint64_t conversation, vd_port_outbox_fn *fn, void *fn_ctx,
			      struct vd_diag *diag);
	/** What an account's plan buys; false where it has none. May be NULL. */
	bool (*budget)(void *ctx, uint16_t account, struct vd_port_budget *out);
	/** Other cases of who opened *c, and proposals. May be NULL. */
	enum vd_err (*persons)(void *ctx, const struct vd_conversation *c, vd_port_person_fn *fn,
			       void *fn_ctx, struct vd_diag *diag);
	/** The scoreboard, by account and handle. May be NULL: none. */
	enum vd_err (*presence)(void *ctx, vd_port_presence_fn *fn, void *fn_ctx,
				struct vd_diag *diag);
	/** PIN of a member of staff (index in the rule book); false for a wrong one or an
	 *  unknown member. */
	bool (*check_pin)(void *ctx, uint16_t staff, struct vd_span pin);
};

/** One rendering of the view and of a conversation as JSON, for the page, `vedetta ctl` and
 *  tests alike
 *  (SPEC.md "JSON of the view"). `with_texts` false: public mode, no handle and no text leaves. */
void vd_view_print_json(const struct vd_view *view, bool with_texts, struct vd_buf *out);
enum vd_err vd_conversation_print_json(const struct vd_desk_port *port, uint64_t id,
				       struct vd_buf *out, struct vd_diag *diag) VD_MUST_USE;
enum vd_err vd_list_print_json(const struct vd_desk_port *port, struct vd_buf *out,
			       struct vd_diag *diag) VD_MUST_USE;
/** What the plan buys and costs, account by account. */
void vd_budget_print_json(const struct vd_desk_port *port, struct vd_buf *out);
/** Who is followed by how many, and what changed. */
enum vd_err vd_presence_print_json(const struct vd_desk_port *port, struct vd_buf *out,
				   struct vd_diag *diag) VD_MUST_USE;
/** Those that are declared, with their texts. */
void vd_incidents_print_json(const struct vd_view *view, struct vd_buf *out);
/** Prometheus text format 0.0.4. */
void vd_metrics_print(const struct vd_view *view, struct vd_buf *out);

#endif
