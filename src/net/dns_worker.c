// SPDX-License-Identifier: MIT
#include "net/dns_worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Shared with the thread; outlives the resolver where a look-up still blocks at its end. All under
// `mutex`.
struct vd_dns_worker {
	pthread_mutex_t mutex;
	pthread_cond_t work;
	struct vd_list queue;
	struct vd_list done;
	struct vd_resolve resolve;
	struct vd_loop *loop; // NULL: the resolver is gone
};

static struct vd_dns_job *take_first(struct vd_list *list)
{
	if (vd_list_is_empty(list)) {
		return NULL;
	}
	struct vd_dns_job *job = VD_CONTAINER_OF(list->next, struct vd_dns_job, node);
	vd_list_remove(&job->node);
	return job;
}

static void free_all(struct vd_list *list)
{
	struct vd_list *node = list->next;
	while (node != list) {
		struct vd_list *next = node->next;
		free(VD_CONTAINER_OF(node, struct vd_dns_job, node));
		node = next;
	}
	vd_list_init(list);
}

static void worker_free(struct vd_dns_worker *worker)
{
	free_all(&worker->queue);
	free_all(&worker->done);
	pthread_cond_destroy(&worker->work);
	pthread_mutex_destroy(&worker->mutex);
	free(worker);
}

// The families in turn (RFC 8305 section 4), the first one as the system sorted it.
static void interleave(struct vd_dns_answer *answer)
{
	struct vd_dns_answer in = *answer;
	uint8_t wanted = in.n > 0 ? in.at[0].family : 0;
	bool taken[VD_DNS_ADDRESSES] = { false };
	for (size_t out = 0; out < in.n; out++) {
		size_t pick = in.n;
		for (size_t i = in.n; i-- > 0;) {
			bool is_better = !taken[i] && (in.at[i].family == wanted || pick == in.n ||
						       in.at[pick].family != wanted);
			pick = is_better ? i : pick;
		}
		taken[pick] = true;
		answer->at[out] = in.at[pick];
		wanted = in.at[pick].family == 6 ? 4 : 6;
	}
}

// With the mutex held; it is let go while the look-up blocks.
static void run_one(struct vd_dns_worker *worker)
{
	struct vd_dns_job *job = take_first(&worker->queue);
	struct vd_resolve resolve = worker->resolve;
	pthread_mutex_unlock(&worker->mutex);
	job->err = resolve.run(resolve.ctx, job->host, job->answer.at, VD_DNS_ADDRESSES,
			       &job->answer.n, &job->diag);
	interleave(&job->answer);
	pthread_mutex_lock(&worker->mutex);
	vd_list_add_tail(&worker->done, &job->node);
	if (worker->loop != NULL) {
		vd_loop_wake(worker->loop);
	}
}

static void *work(void *ctx)
{
	struct vd_dns_worker *worker = ctx;
	pthread_mutex_lock(&worker->mutex);
	while (worker->loop != NULL) {
		if (vd_list_is_empty(&worker->queue)) {
			pthread_cond_wait(&worker->work, &worker->mutex);
		} else {
			run_one(worker);
		}
	}
	pthread_mutex_unlock(&worker->mutex);
	worker_free(worker);
	return NULL;
}

enum vd_err vd_dns_worker_create(struct vd_loop *loop, struct vd_resolve resolve,
				 struct vd_dns_worker **out)
{
	struct vd_dns_worker *worker = calloc(1, sizeof(*worker));
	*out = NULL;
	if (worker == NULL) {
		return VD_ERR_MEMORY;
	}
	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->work, NULL);
	vd_list_init(&worker->queue);
	vd_list_init(&worker->done);
	worker->loop = loop;
	worker->resolve = resolve;
	pthread_t thread;
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	// It frees the shared part itself: nobody waits for a look-up that blocks.
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	int failed = pthread_create(&thread, &attr, work, worker);
	pthread_attr_destroy(&attr);
	if (failed != 0) {
		worker_free(worker);
		return VD_ERR_MEMORY;
	}
	*out = worker;
	return VD_OK;
}

void vd_dns_worker_destroy(struct vd_dns_worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	worker->loop = NULL;
	free_all(&worker->queue);
	pthread_cond_signal(&worker->work);
	pthread_mutex_unlock(&worker->mutex);
}

enum vd_err vd_dns_worker_ask(struct vd_dns_worker *worker, const char *host)
{
	struct vd_dns_job *job = calloc(1, sizeof(*job));
	if (job == NULL || vd_span_copy(vd_span_of(host), job->host, sizeof(job->host)) != VD_OK) {
		free(job);
		return VD_ERR_MEMORY;
	}
	pthread_mutex_lock(&worker->mutex);
	vd_list_add_tail(&worker->queue, &job->node);
	pthread_cond_signal(&worker->work);
	pthread_mutex_unlock(&worker->mutex);
	return VD_OK;
}

struct vd_dns_job *vd_dns_worker_take(struct vd_dns_worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	struct vd_dns_job *job = take_first(&worker->done);
	pthread_mutex_unlock(&worker->mutex);
	return job;
}

bool vd_dns_worker_has_any(struct vd_dns_worker *worker)
{
	pthread_mutex_lock(&worker->mutex);
	bool has_any = !vd_list_is_empty(&worker->done);
	pthread_mutex_unlock(&worker->mutex);
	return has_any;
}
