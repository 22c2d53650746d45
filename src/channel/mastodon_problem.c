// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/utf8.h"
#include "channel/mastodon_wire.h"
#include "channel/problem.h"

// Rows in the order in which they are asked: status, words of `error` in small letters or NULL.
// Facts 3.4. A body of HTML has no words: the row without any.
static const struct {
	int status;
	const char *words;
	enum vd_mastodon_problem_kind kind;
} rules[] = {
	{ 429, NULL, VD_MASTODON_PROBLEM_RATE },
	{ 401, NULL, VD_MASTODON_PROBLEM_AUTH },
	{ 422, "requires an authenticated user", VD_MASTODON_PROBLEM_AUTH },
	{ 403, "requires an authenticated user", VD_MASTODON_PROBLEM_AUTH },
	{ 403, "scope", VD_MASTODON_PROBLEM_SCOPE },
	{ 403, "login is currently", VD_MASTODON_PROBLEM_SUSPENDED },
	{ 403, "suspended", VD_MASTODON_PROBLEM_SUSPENDED },
	{ 403, "missing a confirmed", VD_MASTODON_PROBLEM_SUSPENDED },
	{ 403, "pending approval", VD_MASTODON_PROBLEM_SUSPENDED },
	{ 403, NULL, VD_MASTODON_PROBLEM_SCOPE },
	{ 404, NULL, VD_MASTODON_PROBLEM_GONE },
	{ 410, NULL, VD_MASTODON_PROBLEM_GONE },
	{ 422, "character limit", VD_MASTODON_PROBLEM_TOO_LONG },
	{ 422, "too long", VD_MASTODON_PROBLEM_TOO_LONG },
	{ 413, NULL, VD_MASTODON_PROBLEM_TOO_LONG },
	{ 422, NULL, VD_MASTODON_PROBLEM_INVALID },
	{ 400, NULL, VD_MASTODON_PROBLEM_INVALID },
};

static const struct {
	enum vd_health health;
	const char *sentence;
} meanings[VD_MASTODON_PROBLEM_N] = {
	[VD_MASTODON_PROBLEM_OUTAGE] = { VD_HEALTH_OUTAGE,
					 "the server is not working: wait, it is tried again" },
	[VD_MASTODON_PROBLEM_RATE] = { VD_HEALTH_RATE, "the server's rate limit is used up: "
						       "wait, it is tried again" },
	[VD_MASTODON_PROBLEM_AUTH] = { VD_HEALTH_AUTH,
				       "the server refuses the token: sign the account in again" },
	[VD_MASTODON_PROBLEM_SUSPENDED] = { VD_HEALTH_AUTH,
					    "the server has closed this account: write to its "
					    "administrator" },
	[VD_MASTODON_PROBLEM_SCOPE] = { VD_HEALTH_PERMISSION,
					"the token may not do this: sign in again with the scopes "
					"read and write" },
	[VD_MASTODON_PROBLEM_GONE] = { VD_HEALTH_REFUSED,
				       "the server doesn't have it: it was deleted, or the address "
				       "in base_url is wrong" },
	[VD_MASTODON_PROBLEM_TOO_LONG] = { VD_HEALTH_REFUSED,
					   "the text is too long for the server: shorten it" },
	[VD_MASTODON_PROBLEM_INVALID] = { VD_HEALTH_REFUSED,
					  "the server doesn't accept this: look at the log" },
	[VD_MASTODON_PROBLEM_REFUSED] = { VD_HEALTH_REFUSED,
					  "the server refuses the request: look at the log" },
};

static enum vd_mastodon_problem_kind kind_of(int status, struct vd_span words)
{
	if (vd_problem_is_outage(status)) {
		return VD_MASTODON_PROBLEM_OUTAGE;
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(rules); i++) {
		if (rules[i].status == status &&
		    (rules[i].words == NULL || vd_problem_has_words(words, rules[i].words))) {
			return rules[i].kind;
		}
	}
	return VD_MASTODON_PROBLEM_REFUSED;
}

void vd_mastodon_problem_parse(int status, struct vd_span body, struct vd_mastodon_problem *out)
{
	*out = (struct vd_mastodon_problem){ 0 };
	cJSON *tree = vd_json_parse(body, NULL); // NULL for HTML: the status decides
	struct vd_span words = vd_json_text(tree, "error_description");
	words = words.n > 0 ? words : vd_json_text(tree, "error");
	out->is_html = !cJSON_IsObject(tree);
	out->kind = kind_of(status, words);
	out->health = meanings[out->kind].health;
	(void)vd_utf8_sanitise(words, out->words, sizeof(out->words), NULL);
	vd_json_free(tree);
}

void vd_mastodon_problem_print(const struct vd_mastodon_problem *problem, int status,
			       struct vd_buf *out)
{
	vd_problem_print(out, meanings[problem->kind].sentence, status, problem->health,
			 problem->words, NULL);
}
