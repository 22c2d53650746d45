// SPDX-License-Identifier: MIT
#include "channel/job.h"

#include <stdio.h>
#include <stdlib.h>

// An uncertain send may take a moment to become visible: domain seconds after the attempt.
#define SETTLE_S 10

static void free_job(struct vd_job *job)
{
	vd_list_remove(&job->node);
	vd_loop_timer_stop(job->channel->host->loop, &job->timer);
	vd_exchange_deinit(&job->exchange);
	free(job->entry);
	free(job);
}

void vd_jobs_deinit(struct vd_list *list)
{
	struct vd_list *it = NULL;
	struct vd_list *safe = NULL;
	if (list->next == NULL) {
		return;
	}
	VD_LIST_FOR_EACH_SAFE(it, safe, list)
	{
		free_job(VD_CONTAINER_OF(it, struct vd_job, node));
	}
}

struct vd_job *vd_job_create(struct vd_channel *channel, struct vd_list *list,
			     const struct vd_outbox_entry *entry)
{
	const struct vd_channel_host *host = channel->host;
	struct vd_job *job = calloc(1, sizeof(*job));
	struct vd_outbox_entry *copy = vd_channel_entry_copy(entry);
	if (job == NULL || copy == NULL) {
		free(job);
		free(copy);
		struct vd_send_result result = { .outcome = VD_SEND_RETRY };
		(void)vd_diag_set(&result.diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
		host->sent(host->ctx, entry->id, &result);
		return NULL;
	}
	job->channel = channel;
	job->entry = copy;
	job->exchange.channel = channel;
	job->exchange.ctx = job;
	vd_list_add_tail(list, &job->node);
	return job;
}

void vd_job_leave(struct vd_job *job, void (*post)(struct vd_job *job))
{
	const struct vd_channel_host *host = job->channel->host;
	if (host->may_leave == NULL) {
		post(job);
		return;
	}
	job->post = post;
	host->may_leave(host->ctx, job->entry->id);
}

void vd_job_go(struct vd_job *job, const struct vd_outbox_entry *entry)
{
	void (*post)(struct vd_job * job) = job->post;
	job->post = NULL;
	if (entry == NULL) {
		free_job(job);
		return;
	}
	job->entry->attempts = entry->attempts;
	job->entry->attempted = entry->attempted;
	post(job);
}

struct vd_wall vd_job_since(const struct vd_job *job)
{
	const struct vd_outbox_entry *entry = job->entry;
	struct vd_wall from = entry->attempts > 1 ? entry->created : entry->attempted;
	from.us -= VD_JOB_LOOK_BACK_S * VD_US_PER_S;
	return from;
}

static void end_job(struct vd_job *job, const struct vd_send_result *result)
{
	const struct vd_channel_host *host = job->channel->host;
	struct vd_send_result copy = *result;
	uint64_t id = job->entry->id;
	free_job(job);
	host->sent(host->ctx, id, &copy);
}

void vd_job_end(struct vd_job *job, enum vd_send_outcome outcome, enum vd_err err,
		const char *words, struct vd_dur retry_after)
{
	struct vd_send_result result = { .outcome = outcome, .retry_after = retry_after };
	(void)vd_diag_set(&result.diag, err, "%s", words);
	end_job(job, &result);
}

void vd_job_end_done(struct vd_job *job, const char *network_id, struct vd_wall stamp)
{
	struct vd_send_result result = { .outcome = VD_SEND_DONE, .stamp = stamp };
	snprintf(result.network_id, sizeof(result.network_id), "%s", network_id);
	end_job(job, &result);
}

static void on_deferred(void *ctx)
{
	struct vd_job *job = ctx;
	end_job(job, &job->result);
}

void vd_job_end_later(struct vd_job *job, enum vd_send_outcome outcome, enum vd_err err,
		      const char *words, struct vd_dur retry_after)
{
	job->result = (struct vd_send_result){ .outcome = outcome, .retry_after = retry_after };
	(void)vd_diag_set(&job->result.diag, err, "%s", words);
	job->timer.ctx = job;
	job->timer.fire = on_deferred;
	struct vd_loop *loop = job->channel->host->loop;
	if (vd_loop_timer_set(loop, &job->timer, vd_loop_now(loop)) != VD_OK) {
		on_deferred(job);
	}
}

void vd_job_end_trouble(struct vd_job *job, const struct vd_answer *answer, const char *network)
{
	char words[VD_DETAIL_BYTES];
	(void)vd_answer_trouble(answer, network, words);
	bool is_unsent = !job->is_look_up && vd_answer_is_surely_unsent(answer);
	vd_job_end(job, is_unsent ? VD_SEND_RETRY : VD_SEND_UNCERTAIN,
		   is_unsent ? answer->err : VD_ERR_UNCERTAIN, words, (struct vd_dur){ 0 });
}

static void on_settled(void *ctx)
{
	struct vd_job *job = ctx;
	job->settled(job);
}

void vd_job_settle(struct vd_job *job, void (*settled)(struct vd_job *job))
{
	const struct vd_channel_host *host = job->channel->host;
	int64_t age_us = vd_loop_wall(host->loop).us - job->entry->attempted.us;
	bool is_young = age_us >= 0 && age_us < SETTLE_S * VD_US_PER_S;
	struct vd_dur wait = { is_young ? SETTLE_S * VD_US_PER_S - age_us : 0 };
	struct vd_mono due = vd_mono_add(vd_loop_now(host->loop), vd_clock_real(host->clock, wait));
	job->is_look_up = true;
	job->settled = settled;
	job->timer.ctx = job;
	job->timer.fire = on_settled;
	if (vd_loop_timer_set(host->loop, &job->timer, due) != VD_OK) {
		on_settled(job);
	}
}

bool vd_job_is_private(const struct vd_job *job)
{
	return job->entry->visibility == VD_VISIBILITY_PRIVATE;
}

struct vd_dur vd_job_wait(const struct vd_job *job, struct vd_mono next)
{
	const struct vd_channel_host *host = job->channel->host;
	return vd_rate_domain(host->clock, vd_mono_sub(next, vd_loop_now(host->loop)));
}
