// SPDX-License-Identifier: MIT
/**
 * The plan of polling: what each network and tariff allows (one table), how often each stream of an
 * account is read by that, and what of it outlives a restart. Not a timer and not a queue
 * (channels.c), not the counting of one window (rate.h), not money (ledger.h). Pure: `now` is a
 * parameter; periods are domain time, instants are monotonic, what is kept is wall time.
 */
#ifndef VD_CHANNEL_BUDGET_H
#define VD_CHANNEL_BUDGET_H

#include "base/buf.h"
#include "care/domain.h"
#include "channel/rate.h"

/** The tariff of an account; networks with one tariff only take the first. */
enum vd_plan {
	VD_PLAN_PAY,
	VD_PLAN_PRO,
	VD_PLAN_BASIC,
	VD_PLAN_FREE,
	VD_PLAN_N,
};
const char *vd_plan_name(enum vd_plan plan);
/** VD_PLAN_N where the name is unknown. */
enum vd_plan vd_plan_parse(struct vd_span name);

/** One endpoint, as the network states it; 80 % of it are planned with. */
struct vd_budget_bucket {
	const char *name; // NULL: not stated, the channel's own seed holds
	uint32_t calls;
	int32_t window_s;
	uint32_t day_calls; // a second window; 0: none
	int32_t day_s;
	bool is_reads_only;
	/** The limit grows with the people that the account has to do with, which nobody can count,
	 *  and the network tells no usage before there is some: until then, the calls of a day with
	 *  one person; 0: it doesn't grow. */
	uint32_t quiet_calls;
};
/** One list that is read again and again: the row of a channel's step. */
struct vd_budget_stream {
	const char *name; // NULL: the step is no stream, it is always due
	uint8_t bucket;
	uint8_t follows; // step + 1: it is due whenever that one is
	int32_t idle_s;
	int32_t near_s; // near a deadline, or with a dialogue under way
	bool is_intake; // customers write there: its period is a delay of ours
};
#define VD_BUDGET_STREAMS 16
struct vd_budget_plan {
	const char *note; // what the tariff can't do, for a person; "": nothing
	const struct vd_budget_bucket *buckets;
	size_t n_buckets;
	const struct vd_budget_stream *streams;
	size_t n_streams;
};
/** NULL where nothing is stated of it. */
const struct vd_budget_plan *vd_budget_plan_find(enum vd_network network, enum vd_plan plan);

/** What the plan of an account goes by just now. */
struct vd_budget_mood {
	bool is_near;
	uint8_t spent_percent; // of what the owner, or the tariff, grants for a month; 0: nothing
	struct vd_dur wished; // configured: no stream but the slow ones is read less often; 0: none
};

/** One account's. */
struct vd_budget {
	const struct vd_budget_plan *plan; // NULL: none, the channel decides by itself
	struct vd_rate *rates;             // by bucket, the channel's
	size_t n_rates;
	struct vd_mono next[VD_BUDGET_STREAMS]; // when it is due; 0: at once
};
/** Seeds the rates. */
void vd_budget_init(struct vd_budget *budget, const struct vd_budget_plan *plan,
		    const struct vd_clock *clock, struct vd_rate *rates, size_t n_rates);
/** Domain time between two readings of a stream. */
struct vd_dur vd_budget_period(const struct vd_budget *budget, size_t stream,
			       const struct vd_budget_mood *mood);
/** Bits of the streams that are due, those that soon are included; with `is_all` every one but the
 *  slow. */
uint32_t vd_budget_due(const struct vd_budget *budget, struct vd_mono now,
		       const struct vd_budget_mood *mood, bool is_all);
/** The streams `due` were read by a poll that began then. `percent`: jitter, 90 to 110. */
void vd_budget_read(struct vd_budget *budget, uint32_t due, struct vd_mono began,
		    struct vd_mono now, const struct vd_budget_mood *mood, uint32_t percent);
/** When the first stream is due again; only of a budget with a plan. */
struct vd_mono vd_budget_next(const struct vd_budget *budget);
/** The shortest period of all: how often the account is heard of. */
struct vd_dur vd_budget_beat(const struct vd_budget *budget, const struct vd_budget_mood *mood);
/** By the mood: whose share of a bucket a poll may use. */
enum vd_rate_class vd_budget_class(const struct vd_budget_mood *mood);

/** What is kept over a restart: windows in use, blocks, when slow streams are due. Wall instants,
 *  since the monotonic clock ends with the boot. */
void vd_budget_print(const struct vd_budget *budget, struct vd_mono now, struct vd_wall wall,
		     struct vd_buf *out);
/** Back. No window or wait gets longer by it than it was when it was printed, whatever became of
 *  the clock; what can't be read, or is of another version, is as if it had never been kept. */
void vd_budget_parse(struct vd_budget *budget, struct vd_span text, struct vd_mono now,
		     struct vd_wall wall);
/** Changes where waiting to keep it would be wrong: a block, a call in a window of over an hour. */
uint64_t vd_budget_mark(const struct vd_budget *budget);

#endif
