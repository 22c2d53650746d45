// SPDX-License-Identifier: MIT
#include "net/dns.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/url.h"

#define CACHE_SLOTS 16
// getaddrinfo tells no lifetime: a minute follows a provider's change of address soon enough.
#define KEEP_S 60
// The program asks for some ten names; more waiting than this is a fault.
#define MOST_WAITING 64

enum lookup_state {
	LOOKUP_QUEUED,
	LOOKUP_RUNNING,   // the worker has it
	LOOKUP_ABANDONED, // cancelled while the worker had it: the worker frees it
	LOOKUP_DONE,      // waits for the loop
};

struct vd_lookup {
	struct vd_list node; // in `queue` or `done`
	struct worker *worker;
	enum lookup_state state;
	char host[VD_URL_HOST_BYTES];
	uint16_t port;
	void *ctx;
	vd_dns_fn *fn;
	enum vd_err err;
	bool is_literal;
	struct vd_dns_answer answer;
	struct vd_diag diag;
};

// Shared with the thread; outlives the resolver where a look-up still blocks at its end. All under
// `mutex`.
struct worker {
	pthread_mutex_t mutex;
	pthread_cond_t work;
	struct vd_list queue;
	struct vd_list done;
	size_t n_waiting;
	struct vd_loop *loop; // NULL: the resolver is gone
	bool is_running;      // inside getaddrinfo
};

struct cached {
	char host[VD_URL_HOST_BYTES];
	struct vd_mono until;
	struct vd_dns_answer answer;
};

struct vd_resolver {
	struct vd_loop *loop;
	struct worker *worker;
	struct vd_hook after;
	struct vd_timer timer; // delivers at the start of a turn
	struct cached cache[CACHE_SLOTS];
};

static void free_all(struct vd_list *list)
{
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, list)
	{
		vd_list_remove(it);
		free(VD_CONTAINER_OF(it, struct vd_lookup, node));
	}
}

static void worker_free(struct worker *worker)
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

// With the mutex held; it is let go while getaddrinfo blocks.
static void run_one(struct worker *worker)
{
	struct vd_lookup *lookup = VD_CONTAINER_OF(worker->queue.next, struct vd_lookup, node);
	vd_list_remove(&lookup->node);
	lookup->state = LOOKUP_RUNNING;
	worker->is_running = true;
	pthread_mutex_unlock(&worker->mutex);
	lookup->err = vd_sock_resolve(lookup->host, lookup->port, lookup->answer.at,
				      VD_DNS_ADDRESSES, &lookup->answer.n, &lookup->diag);
	interleave(&lookup->answer);
	pthread_mutex_lock(&worker->mutex);
	worker->is_running = false;
	if (lookup->state == LOOKUP_ABANDONED) {
		free(lookup);
		return;
	}
	lookup->state = LOOKUP_DONE;
	vd_list_add_tail(&worker->done, &lookup->node);
	if (worker->loop != NULL) {
		vd_loop_wake(worker->loop);
	}
}

static void *work(void *ctx)
{
	struct worker *worker = ctx;
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

static struct cached *cache_find(struct vd_resolver *resolver, const char *host)
{
	for (size_t i = 0; i < CACHE_SLOTS; i++) {
		struct cached *it = &resolver->cache[i];
		if (it->answer.n > 0 && it->until.us > vd_loop_now(resolver->loop).us &&
		    strcmp(it->host, host) == 0) {
			return it;
		}
	}
	return NULL;
}

static void cache_put(struct vd_resolver *resolver, const struct vd_lookup *lookup)
{
	struct cached *to = &resolver->cache[0];
	for (size_t i = 0; i < CACHE_SLOTS; i++) {
		struct cached *it = &resolver->cache[i];
		if (strcmp(it->host, lookup->host) == 0) {
			to = it;
			break;
		}
		to = it->until.us < to->until.us ? it : to;
	}
	memcpy(to->host, lookup->host, sizeof(to->host));
	to->answer = lookup->answer;
	to->until = vd_mono_add(vd_loop_now(resolver->loop), vd_dur_s(KEEP_S));
}

static void answer_from(struct vd_lookup *lookup, const struct vd_dns_answer *answer)
{
	lookup->answer = *answer;
	for (size_t i = 0; i < lookup->answer.n; i++) {
		lookup->answer.at[i].port = lookup->port;
	}
}

static struct vd_lookup *take_done(struct worker *worker)
{
	struct vd_lookup *lookup = NULL;
	pthread_mutex_lock(&worker->mutex);
	if (!vd_list_is_empty(&worker->done)) {
		lookup = VD_CONTAINER_OF(worker->done.next, struct vd_lookup, node);
		vd_list_remove(&lookup->node);
		worker->n_waiting--;
	}
	pthread_mutex_unlock(&worker->mutex);
	return lookup;
}

static void deliver(void *ctx)
{
	struct vd_resolver *resolver = ctx;
	struct vd_lookup *lookup;
	while ((lookup = take_done(resolver->worker)) != NULL) {
		if (lookup->err == VD_OK && !lookup->is_literal) {
			cache_put(resolver, lookup);
		}
		lookup->fn(lookup->ctx, lookup->err, lookup->err == VD_OK ? &lookup->answer : NULL,
			   &lookup->diag);
		free(lookup);
	}
}

static void deliver_soon(struct vd_resolver *resolver)
{
	// Not at once: who asked gets the answer before a commit, not after it (loop.h).
	(void)!vd_loop_timer_set(resolver->loop, &resolver->timer, vd_loop_now(resolver->loop));
}

static void after_turn(void *ctx)
{
	struct vd_resolver *resolver = ctx;
	pthread_mutex_lock(&resolver->worker->mutex);
	bool is_any = !vd_list_is_empty(&resolver->worker->done);
	pthread_mutex_unlock(&resolver->worker->mutex);
	if (is_any) {
		deliver_soon(resolver);
	}
}

static enum vd_err start_worker(struct vd_resolver *resolver)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	if (worker == NULL) {
		return VD_ERR_MEMORY;
	}
	pthread_mutex_init(&worker->mutex, NULL);
	pthread_cond_init(&worker->work, NULL);
	vd_list_init(&worker->queue);
	vd_list_init(&worker->done);
	worker->loop = resolver->loop;
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
	resolver->worker = worker;
	return VD_OK;
}

enum vd_err vd_resolver_create(struct vd_loop *loop, struct vd_resolver **out, struct vd_diag *diag)
{
	struct vd_resolver *resolver = calloc(1, sizeof(*resolver));
	*out = NULL;
	if (resolver == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for name look-ups");
	}
	resolver->loop = loop;
	if (start_worker(resolver) != VD_OK) {
		free(resolver);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no thread for name look-ups");
	}
	resolver->timer = (struct vd_timer){ .ctx = resolver, .fire = deliver };
	resolver->after = (struct vd_hook){ .ctx = resolver, .run = after_turn };
	vd_loop_on_after(loop, &resolver->after);
	*out = resolver;
	return VD_OK;
}

void vd_resolver_destroy(struct vd_resolver *resolver)
{
	if (resolver == NULL) {
		return;
	}
	struct worker *worker = resolver->worker;
	vd_loop_unhook(&resolver->after);
	vd_loop_timer_stop(resolver->loop, &resolver->timer);
	pthread_mutex_lock(&worker->mutex);
	worker->loop = NULL;
	pthread_cond_signal(&worker->work);
	pthread_mutex_unlock(&worker->mutex);
	free(resolver);
}

static bool answer_now(struct vd_resolver *resolver, struct vd_lookup *lookup)
{
	lookup->is_literal =
		vd_sock_address_parse(lookup->host, lookup->port, &lookup->answer.at[0]) == VD_OK;
	if (lookup->is_literal) {
		lookup->answer.n = 1;
		return true;
	}
	const struct cached *cached = cache_find(resolver, lookup->host);
	if (cached != NULL) {
		lookup->is_literal =
			true; // an answer from the cache doesn't prolong its life there
		answer_from(lookup, &cached->answer);
		return true;
	}
	return false;
}

enum vd_err vd_resolver_look_up(struct vd_resolver *resolver, const char *host, uint16_t port,
				void *ctx, vd_dns_fn *done, struct vd_lookup **out,
				struct vd_diag *diag)
{
	struct worker *worker = resolver->worker;
	struct vd_lookup *lookup = calloc(1, sizeof(*lookup));
	*out = NULL;
	if (lookup == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a name look-up");
	}
	*lookup = (struct vd_lookup){ .worker = worker, .port = port, .ctx = ctx, .fn = done };
	if (vd_span_copy(vd_span_of(host), lookup->host, sizeof(lookup->host)) != VD_OK) {
		free(lookup);
		return vd_diag_set(diag, VD_ERR_ARGUMENT, "the host's name is too long");
	}
	bool is_now = answer_now(resolver, lookup);
	pthread_mutex_lock(&worker->mutex);
	bool is_full = worker->n_waiting >= MOST_WAITING;
	if (!is_full) {
		worker->n_waiting++;
		lookup->state = is_now ? LOOKUP_DONE : LOOKUP_QUEUED;
		vd_list_add_tail(is_now ? &worker->done : &worker->queue, &lookup->node);
		pthread_cond_signal(&worker->work);
	}
	pthread_mutex_unlock(&worker->mutex);
	if (is_full) {
		free(lookup);
		return vd_diag_set(diag, VD_ERR_ROOM, "too many name look-ups are waiting");
	}
	if (is_now) {
		deliver_soon(resolver);
	}
	*out = lookup;
	return VD_OK;
}

void vd_lookup_cancel(struct vd_lookup *lookup)
{
	struct worker *worker = lookup->worker;
	pthread_mutex_lock(&worker->mutex);
	worker->n_waiting--;
	bool is_running = lookup->state == LOOKUP_RUNNING;
	if (is_running) {
		lookup->state = LOOKUP_ABANDONED;
	} else {
		vd_list_remove(&lookup->node);
	}
	pthread_mutex_unlock(&worker->mutex);
	if (!is_running) {
		free(lookup);
	}
}
