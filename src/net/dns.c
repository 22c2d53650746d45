// SPDX-License-Identifier: MIT
#include "net/dns.h"

#include <stdlib.h>
#include <string.h>

#include "net/dns_worker.h"

// Thirty accounts may be on as many servers.
#define NAMES 48
// getaddrinfo tells no lifetime: a minute follows a provider's change of address soon enough.
#define KEEP_S 60
#define MOST_WAITING 64
// RFC 8767 section 5: so long an answer is waited for while an old one is at hand; so long old ones
// live (the RFC's own bounds are one to three days).
#define PATIENCE_MS 1800
#define OLD_S (24 * 3600)
#define LIMIT_MS 10000
#define RETRY_FIRST_S 5
#define RETRY_MOST_S 30

struct name {
	char host[VD_URL_HOST_BYTES]; // "": free
	struct vd_mono used;
	bool is_asked;        // the worker has it
	struct vd_mono until; // `answer` is fresh
	struct vd_dns_answer answer;
	struct vd_sock_address good; // family 0: none
	struct vd_mono good_at;
	unsigned failures; // in a row
	struct vd_mono retry;
	struct vd_diag why;
};

struct vd_lookup {
	struct vd_list node;
	struct vd_resolver *resolver;
	struct name *name; // NULL: a literal
	uint16_t port;
	struct vd_timer timer; // answers with what there is
	bool is_due;           // its name was looked up
	struct vd_dns_answer literal;
	void *ctx;
	vd_dns_fn *fn;
};

struct vd_resolver {
	struct vd_loop *loop;
	struct vd_dns_worker *worker;
	struct vd_hook after;
	struct vd_timer timer; // delivers at the start of a turn
	struct vd_timer retry; // names that fail are asked for again
	struct vd_list lookups;
	size_t n_lookups;
	void *back_ctx;
	void (*back)(void *ctx);
	struct name names[NAMES];
};

static struct vd_mono now_of(const struct vd_resolver *resolver)
{
	return vd_loop_now(resolver->loop);
}

static bool set_timer(struct vd_resolver *resolver, struct vd_timer *timer, int64_t ms)
{
	struct vd_mono due = vd_mono_add(now_of(resolver), vd_dur_ms(ms));
	return vd_loop_timer_set(resolver->loop, timer, due) == VD_OK;
}

// ---- what is known of a name --------------------------------------------------------------------

static const struct name *find(const struct vd_resolver *resolver, const char *host)
{
	for (size_t i = 0; i < NAMES; i++) {
		const struct name *name = &resolver->names[i];
		if (name->host[0] != '\0' && strcmp(name->host, host) == 0) {
			return name;
		}
	}
	return NULL;
}

static struct name *find_known(struct vd_resolver *resolver, const char *host)
{
	const struct name *name = find(resolver, host);
	return name != NULL ? &resolver->names[name - resolver->names] : NULL;
}

static bool is_waited_for(const struct vd_resolver *resolver, const struct name *name)
{
	const struct vd_list *it = resolver->lookups.next;
	for (; it != &resolver->lookups; it = it->next) {
		const struct vd_lookup *lookup =
			(const struct vd_lookup *)(const void *)it; // the first member
		if (lookup->name == name) {
			return true;
		}
	}
	return false;
}

// The one of that host, else the one that was asked for longest ago; free ones never were.
static struct name *name_for(struct vd_resolver *resolver, const char *host)
{
	struct name *name = find_known(resolver, host);
	if (name != NULL) {
		return name;
	}
	for (size_t i = 0; i < NAMES; i++) {
		struct name *it = &resolver->names[i];
		bool is_free = !it->is_asked && !is_waited_for(resolver, it);
		name = is_free && (name == NULL || it->used.us < name->used.us) ? it : name;
	}
	if (name != NULL) {
		*name = (struct name){ 0 };
		// The caller has checked its length.
		(void)!vd_span_copy(vd_span_of(host), name->host, sizeof(name->host));
	}
	return name;
}

static bool has_old(const struct vd_resolver *resolver, const struct name *name)
{
	struct vd_dur age = vd_mono_sub(now_of(resolver), name->good_at);
	return name->good.family != 0 && age.us <= OLD_S * VD_US_PER_S;
}

static bool is_same_address(const struct vd_sock_address *a, const struct vd_sock_address *b)
{
	return a->family == b->family && a->scope == b->scope &&
	       memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

// A fresh answer ends with the address that worked: wrong ones lead nowhere, and then to it.
static void add_good(const struct vd_resolver *resolver, const struct name *name,
		     struct vd_dns_answer *answer)
{
	bool is_there = !has_old(resolver, name);
	for (size_t i = 0; i < answer->n; i++) {
		is_there |= is_same_address(&answer->at[i], &name->good);
	}
	if (!is_there && answer->n < VD_DNS_ADDRESSES) {
		answer->at[answer->n++] = name->good;
	}
}

static void ask(struct vd_resolver *resolver, struct name *name)
{
	if (!name->is_asked && vd_dns_worker_ask(resolver->worker, name->host) == VD_OK) {
		name->is_asked = true;
	}
}

// ---- answering ----------------------------------------------------------------------------------

static void free_lookup(struct vd_lookup *lookup)
{
	struct vd_resolver *resolver = lookup->resolver;
	vd_loop_timer_stop(resolver->loop, &lookup->timer);
	vd_list_remove(&lookup->node);
	resolver->n_lookups--;
	free(lookup);
}

static enum vd_err best_answer(const struct vd_lookup *lookup, struct vd_dns_answer *answer,
			       struct vd_diag *diag)
{
	const struct vd_resolver *resolver = lookup->resolver;
	const struct name *name = lookup->name;
	*answer = lookup->literal;
	if (name == NULL) {
		return VD_OK;
	}
	if (name->answer.n > 0 && name->until.us > now_of(resolver).us) {
		*answer = name->answer;
		add_good(resolver, name, answer);
		return VD_OK;
	}
	if (has_old(resolver, name)) {
		*answer = (struct vd_dns_answer){ .n = 1, .at = { name->good }, .is_old = true };
		return VD_OK;
	}
	*diag = name->why;
	if (name->failures == 0 || diag->text[0] == '\0') {
		vd_diag_set(diag, VD_ERR_RESOLVE,
			    "the name %s can't be looked up: the name server does not answer",
			    name->host);
	}
	return VD_ERR_RESOLVE;
}

static void deliver(struct vd_lookup *lookup)
{
	struct vd_dns_answer answer;
	struct vd_diag diag = { 0 };
	enum vd_err err = best_answer(lookup, &answer, &diag);
	for (size_t i = 0; i < answer.n; i++) {
		answer.at[i].port = lookup->port;
	}
	vd_dns_fn *fn = lookup->fn;
	void *ctx = lookup->ctx;
	free_lookup(lookup);
	fn(ctx, err, err == VD_OK ? &answer : NULL, &diag);
}

// Nothing came in time: whoever asks next needn't wait so long.
static void on_timer(void *ctx)
{
	struct vd_lookup *lookup = ctx;
	struct name *name = lookup->name;
	if (name != NULL && name->is_asked && name->failures == 0) {
		name->failures = 1;
		vd_diag_set(&name->why, VD_ERR_RESOLVE,
			    "the name %s can't be looked up: the name server does not answer",
			    name->host);
	}
	deliver(lookup);
}

// ---- what the worker found ----------------------------------------------------------------------

static void arm_retry(struct vd_resolver *resolver)
{
	struct vd_mono next = { INT64_MAX };
	for (size_t i = 0; i < NAMES; i++) {
		const struct name *name = &resolver->names[i];
		if (name->failures > 0 && !name->is_asked && name->retry.us < next.us) {
			next = name->retry;
		}
	}
	vd_loop_timer_stop(resolver->loop, &resolver->retry);
	if (next.us != INT64_MAX) {
		(void)!vd_loop_timer_set(resolver->loop, &resolver->retry, next);
	}
}

// As long as somebody asked for it within a day.
static void on_retry(void *ctx)
{
	struct vd_resolver *resolver = ctx;
	struct vd_mono now = now_of(resolver);
	for (size_t i = 0; i < NAMES; i++) {
		struct name *name = &resolver->names[i];
		if (name->failures == 0 || name->is_asked || name->retry.us > now.us) {
			continue;
		}
		if (vd_mono_sub(now, name->used).us > OLD_S * VD_US_PER_S) {
			name->failures = 0;
			continue;
		}
		name->retry =
			vd_mono_add(now, vd_dur_s(RETRY_MOST_S)); // where the worker has no room
		ask(resolver, name);
	}
	arm_retry(resolver);
}

static bool take_job(struct vd_resolver *resolver, struct name *name, const struct vd_dns_job *job)
{
	struct vd_mono now = now_of(resolver);
	name->is_asked = false;
	if (job->err == VD_OK && job->answer.n > 0) {
		bool is_back = name->failures > 0;
		name->answer = job->answer;
		name->until = vd_mono_add(now, vd_dur_s(KEEP_S));
		name->failures = 0;
		return is_back;
	}
	int64_t wait_s = RETRY_FIRST_S;
	for (unsigned i = 0; i < name->failures && wait_s < RETRY_MOST_S; i++) {
		wait_s *= 2;
	}
	name->failures++;
	name->retry = vd_mono_add(now, vd_dur_s(wait_s < RETRY_MOST_S ? wait_s : RETRY_MOST_S));
	name->why = job->diag;
	return false;
}

static void mark_due(struct vd_resolver *resolver, const struct name *name)
{
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &resolver->lookups)
	{
		struct vd_lookup *lookup = VD_CONTAINER_OF(it, struct vd_lookup, node);
		lookup->is_due |= lookup->name == name;
	}
}

static struct vd_lookup *next_due(struct vd_resolver *resolver)
{
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &resolver->lookups)
	{
		struct vd_lookup *lookup = VD_CONTAINER_OF(it, struct vd_lookup, node);
		if (lookup->is_due) {
			return lookup;
		}
	}
	return NULL;
}

static void on_found(void *ctx)
{
	struct vd_resolver *resolver = ctx;
	bool is_back = false;
	struct vd_dns_job *job = vd_dns_worker_take(resolver->worker);
	while (job != NULL) {
		struct name *name = find_known(resolver, job->host);
		if (name != NULL) {
			is_back |= take_job(resolver, name, job);
			mark_due(resolver, name);
		}
		free(job);
		job = vd_dns_worker_take(resolver->worker);
	}
	arm_retry(resolver);
	// Not a walk: who is told may cancel others and ask anew.
	struct vd_lookup *lookup = next_due(resolver);
	while (lookup != NULL) {
		deliver(lookup);
		lookup = next_due(resolver);
	}
	if (is_back && resolver->back != NULL) {
		resolver->back(resolver->back_ctx);
	}
}

static void after_turn(void *ctx)
{
	struct vd_resolver *resolver = ctx;
	if (vd_dns_worker_has_any(resolver->worker)) {
		// Not at once: who asked gets the answer before a commit, not after it (loop.h).
		(void)set_timer(resolver, &resolver->timer, 0);
	}
}

// ---- asking -------------------------------------------------------------------------------------

static enum vd_err system_resolve(void *ctx, const char *host, struct vd_sock_address *out,
				  size_t cap, size_t *n, struct vd_diag *diag)
{
	(void)ctx;
	return vd_sock_resolve(host, 0, out, cap, n, diag);
}

enum vd_err vd_resolver_create(struct vd_loop *loop, struct vd_resolver **out, struct vd_diag *diag)
{
	struct vd_resolve resolve = { NULL, system_resolve };
	return vd_resolver_create_with(loop, resolve, out, diag);
}

enum vd_err vd_resolver_create_with(struct vd_loop *loop, struct vd_resolve resolve,
				    struct vd_resolver **out, struct vd_diag *diag)
{
	struct vd_resolver *resolver = calloc(1, sizeof(*resolver));
	*out = NULL;
	if (resolver == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for name look-ups");
	}
	resolver->loop = loop;
	if (vd_dns_worker_create(loop, resolve, &resolver->worker) != VD_OK) {
		free(resolver);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no thread for name look-ups");
	}
	vd_list_init(&resolver->lookups);
	resolver->timer = (struct vd_timer){ .ctx = resolver, .fire = on_found };
	resolver->retry = (struct vd_timer){ .ctx = resolver, .fire = on_retry };
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
	vd_loop_unhook(&resolver->after);
	vd_loop_timer_stop(resolver->loop, &resolver->timer);
	vd_loop_timer_stop(resolver->loop, &resolver->retry);
	struct vd_list *it;
	struct vd_list *safe;
	VD_LIST_FOR_EACH_SAFE(it, safe, &resolver->lookups)
	{
		free_lookup(VD_CONTAINER_OF(it, struct vd_lookup, node));
	}
	vd_dns_worker_destroy(resolver->worker);
	free(resolver);
}

// How long it may wait: not at all where the answer is known, or known to be late.
static int64_t wait_ms(struct vd_resolver *resolver, struct name *name)
{
	struct vd_mono now = now_of(resolver);
	name->used = now;
	if (name->answer.n > 0 && name->until.us > now.us) {
		return 0;
	}
	if (name->failures == 0) {
		ask(resolver, name);
		return has_old(resolver, name) ? PATIENCE_MS : LIMIT_MS;
	}
	return 0; // it is asked for again in the background
}

enum vd_err vd_resolver_look_up(struct vd_resolver *resolver, const char *host, uint16_t port,
				void *ctx, vd_dns_fn *done, struct vd_lookup **out,
				struct vd_diag *diag)
{
	struct vd_lookup *lookup = calloc(1, sizeof(*lookup));
	*out = NULL;
	if (lookup == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a name look-up");
	}
	*lookup = (struct vd_lookup){ .resolver = resolver, .port = port, .ctx = ctx, .fn = done };
	lookup->timer = (struct vd_timer){ .ctx = lookup, .fire = on_timer };
	enum vd_err err = VD_OK;
	if (vd_sock_address_parse(host, port, &lookup->literal.at[0]) == VD_OK) {
		lookup->literal.n = 1;
	} else if (strlen(host) >= VD_URL_HOST_BYTES) {
		err = vd_diag_set(diag, VD_ERR_ARGUMENT, "the host's name is too long");
	} else {
		lookup->name = name_for(resolver, host);
		err = lookup->name != NULL ? VD_OK : VD_ERR_ROOM;
	}
	if (err == VD_ERR_ROOM || resolver->n_lookups >= MOST_WAITING) {
		err = vd_diag_set(diag, VD_ERR_ROOM, "too many name look-ups are waiting");
	}
	int64_t ms = err == VD_OK && lookup->name != NULL ? wait_ms(resolver, lookup->name) : 0;
	if (err == VD_OK && !set_timer(resolver, &lookup->timer, ms)) {
		err = vd_diag_set(diag, VD_ERR_MEMORY, "no memory for a name look-up");
	}
	if (err != VD_OK) {
		free(lookup);
		return err;
	}
	vd_list_add_tail(&resolver->lookups, &lookup->node);
	resolver->n_lookups++;
	*out = lookup;
	return VD_OK;
}

void vd_lookup_cancel(struct vd_lookup *lookup)
{
	free_lookup(lookup);
}

// ---- what became of an answer -------------------------------------------------------------------

void vd_resolver_confirm(struct vd_resolver *resolver, const char *host,
			 const struct vd_sock_address *at)
{
	struct name *name = find_known(resolver, host);
	if (name != NULL) {
		name->good = *at;
		name->good_at = now_of(resolver);
	}
}

void vd_resolver_doubt(struct vd_resolver *resolver, const char *host)
{
	struct name *name = find_known(resolver, host);
	if (name != NULL) {
		name->until = (struct vd_mono){ 0 };
	}
}

bool vd_resolver_is_failing(const struct vd_resolver *resolver, const char *host)
{
	const struct name *name = find(resolver, host);
	return name != NULL && name->failures > 0;
}

void vd_resolver_on_back(struct vd_resolver *resolver, void *ctx, void (*fn)(void *ctx))
{
	resolver->back_ctx = ctx;
	resolver->back = fn;
}
