// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/utf8.h"
#include "channel/facebook_wire.h"

#define ANY (-1)

// Facts 2.4, in the order in which they are asked: code range, subcode or ANY, words or NULL.
static const struct {
	int64_t from;
	int64_t to;
	int64_t subcode;
	const char *words;
	enum vd_facebook_problem_kind kind;
} rules[] = {
	{ 0, INT64_MAX, ANY, "reduce the amount of data", VD_FACEBOOK_PROBLEM_REDUCE },
	{ 100, 100, ANY, "appsecret_proof", VD_FACEBOOK_PROBLEM_PROOF },
	{ 10, 10, 2018278, NULL, VD_FACEBOOK_PROBLEM_WINDOW },
	{ 10, 10, 2534022, NULL, VD_FACEBOOK_PROBLEM_WINDOW },
	{ 10, 10, 2018065, NULL, VD_FACEBOOK_PROBLEM_WINDOW },
	{ 10, 10, ANY, "outside of allowed window", VD_FACEBOOK_PROBLEM_WINDOW },
	{ 10, 10, 1893063, NULL, VD_FACEBOOK_PROBLEM_RESTRICTED },
	{ 10, 10, ANY, "private reply more than once", VD_FACEBOOK_PROBLEM_ALREADY },
	{ 100, 100, 33, NULL, VD_FACEBOOK_PROBLEM_GONE },
	{ 100, 100, 2018001, NULL, VD_FACEBOOK_PROBLEM_PERSON },
	{ 100, 100, 1545041, NULL, VD_FACEBOOK_PROBLEM_PERSON },
	{ 551, 551, ANY, NULL, VD_FACEBOOK_PROBLEM_PERSON },
	{ 0, INT64_MAX, 2018300, NULL, VD_FACEBOOK_PROBLEM_OTHER_APP },
	{ 190, 190, ANY, NULL, VD_FACEBOOK_PROBLEM_AUTH },
	{ 102, 102, ANY, NULL, VD_FACEBOOK_PROBLEM_AUTH },
	{ 4, 4, ANY, NULL, VD_FACEBOOK_PROBLEM_RATE },
	{ 17, 17, ANY, NULL, VD_FACEBOOK_PROBLEM_RATE },
	{ 32, 32, ANY, NULL, VD_FACEBOOK_PROBLEM_RATE },
	{ 341, 341, ANY, NULL, VD_FACEBOOK_PROBLEM_RATE },
	{ 613, 613, ANY, NULL, VD_FACEBOOK_PROBLEM_RATE },
	{ 80000, 80014, ANY, NULL, VD_FACEBOOK_PROBLEM_RATE },
	{ 9, 9, ANY, NULL, VD_FACEBOOK_PROBLEM_BLOCKED },
	{ 368, 368, ANY, NULL, VD_FACEBOOK_PROBLEM_BLOCKED },
	{ 506, 506, ANY, NULL, VD_FACEBOOK_PROBLEM_DUPLICATE },
	{ 1200, 1200, ANY, NULL, VD_FACEBOOK_PROBLEM_TRANSIENT },
	{ 3, 3, ANY, NULL, VD_FACEBOOK_PROBLEM_PERMISSION },
	{ 10, 10, ANY, NULL, VD_FACEBOOK_PROBLEM_PERMISSION },
	{ 200, 299, ANY, NULL, VD_FACEBOOK_PROBLEM_PERMISSION },
	{ 1, 2, ANY, NULL, VD_FACEBOOK_PROBLEM_OUTAGE },
};

static const struct {
	enum vd_health health;
	const char *sentence;
} meanings[VD_FACEBOOK_PROBLEM_N] = {
	[VD_FACEBOOK_PROBLEM_OUTAGE] = { VD_HEALTH_OUTAGE,
					 "Facebook is not working: wait, it is tried again" },
	[VD_FACEBOOK_PROBLEM_REDUCE] = { VD_HEALTH_OUTAGE, "Facebook wants smaller questions: "
							   "wait, it is tried again" },
	[VD_FACEBOOK_PROBLEM_RATE] = { VD_HEALTH_RATE, "Facebook's rate limit is used up: wait, it "
						       "is tried again" },
	[VD_FACEBOOK_PROBLEM_BLOCKED] = { VD_HEALTH_REFUSED,
					  "Facebook blocked the Page for its policies: look at the "
					  "Page's Support Inbox" },
	[VD_FACEBOOK_PROBLEM_AUTH] = { VD_HEALTH_AUTH,
				       "Facebook refuses the Page token: sign the Page in again" },
	[VD_FACEBOOK_PROBLEM_PERMISSION] = { VD_HEALTH_PERMISSION,
					     "Facebook doesn't allow this to the token: give the "
					     "app the permission and sign "
					     "the Page in again" },
	[VD_FACEBOOK_PROBLEM_PROOF] = { VD_HEALTH_AUTH, "Facebook wants the app secret: correct "
							"the account's app_secret_file" },
	[VD_FACEBOOK_PROBLEM_GONE] = { VD_HEALTH_REFUSED,
				       "Facebook no longer has it: it was deleted or hidden, close "
				       "the conversation" },
	[VD_FACEBOOK_PROBLEM_WINDOW] = { VD_HEALTH_REFUSED, "Messenger's time to answer is over: "
							    "ask in public to write again" },
	[VD_FACEBOOK_PROBLEM_RESTRICTED] = { VD_HEALTH_PERMISSION,
					     "Facebook restricts the Page's messages for now: look "
					     "at the Page's Support Inbox" },
	[VD_FACEBOOK_PROBLEM_ALREADY] = { VD_HEALTH_REFUSED,
					  "this comment had its one private reply: wait for the "
					  "customer to write, or reply "
					  "in public" },
	[VD_FACEBOOK_PROBLEM_PERSON] = { VD_HEALTH_REFUSED,
					 "this person can't be written to now: reply in public" },
	[VD_FACEBOOK_PROBLEM_DUPLICATE] = { VD_HEALTH_REFUSED,
					    "Facebook has this very text already: look whether it "
					    "is there" },
	[VD_FACEBOOK_PROBLEM_TRANSIENT] = { VD_HEALTH_OUTAGE, "Facebook could not do it just now: "
							      "it is tried again" },
	[VD_FACEBOOK_PROBLEM_OTHER_APP] = { VD_HEALTH_REFUSED,
					    "another app holds this conversation: answer there, or "
					    "take it over on Facebook" },
	[VD_FACEBOOK_PROBLEM_REFUSED] = { VD_HEALTH_REFUSED,
					  "Facebook refuses the request: look at the log" },
};

static bool has_words(const cJSON *error, const char *words)
{
	struct vd_span needle = vd_span_of(words);
	return vd_span_find(vd_json_text(error, "message"), needle) >= 0 ||
	       vd_span_find(vd_json_text(error, "error_user_msg"), needle) >= 0 ||
	       vd_span_find(vd_json_text(error, "error_user_title"), needle) >= 0;
}

// Code and subcode decide, then is_transient, then the status.
static enum vd_facebook_problem_kind kind_of(int status, const cJSON *error,
					     const struct vd_facebook_problem *p)
{
	for (size_t i = 0; error != NULL && i < VD_ARRAY_LEN(rules); i++) {
		if (p->code >= rules[i].from && p->code <= rules[i].to &&
		    (rules[i].subcode == ANY || rules[i].subcode == p->subcode) &&
		    (rules[i].words == NULL || has_words(error, rules[i].words))) {
			return rules[i].kind;
		}
	}
	if (vd_json_bool(error, "is_transient", false)) {
		return VD_FACEBOOK_PROBLEM_TRANSIENT;
	}
	if (status >= 500 || (status >= 300 && status < 400)) {
		return VD_FACEBOOK_PROBLEM_OUTAGE;
	}
	if (status == 429) {
		return VD_FACEBOOK_PROBLEM_RATE;
	}
	return status == 401 ? VD_FACEBOOK_PROBLEM_AUTH : VD_FACEBOOK_PROBLEM_REFUSED;
}

void vd_facebook_problem_parse(int status, struct vd_span body, struct vd_facebook_problem *out)
{
	*out = (struct vd_facebook_problem){ 0 };
	cJSON *tree = vd_json_parse(body, NULL);
	const cJSON *error = vd_json_get(tree, "error");
	if (vd_json_i64(error, "code", &out->code) != VD_OK) {
		out->code = 0;
	}
	if (vd_json_i64(error, "error_subcode", &out->subcode) != VD_OK) {
		out->subcode = 0;
	}
	out->kind = kind_of(status, error, out);
	out->health = meanings[out->kind].health;
	(void)vd_utf8_sanitise(vd_json_text(error, "message"), out->words, sizeof(out->words),
			       NULL);
	if (out->code == 0) {
		out->code = status;
	}
	vd_json_free(tree);
}

void vd_facebook_problem_print(const struct vd_facebook_problem *problem, struct vd_buf *out)
{
	// "effect (code/subcode): next step (their words)"
	struct vd_span rest = vd_span_of(meanings[problem->kind].sentence);
	struct vd_span effect = vd_span_cut(&rest, ':');
	vd_buf_printf(out, "%.*s (%lld", VD_SPAN_ARG(effect), (long long)problem->code);
	if (problem->subcode != 0) {
		vd_buf_printf(out, "/%lld", (long long)problem->subcode);
	}
	vd_buf_printf(out, "):%.*s", VD_SPAN_ARG(rest));
	if (problem->words[0] != '\0' && out->len + strlen(problem->words) + 4 < out->cap) {
		vd_buf_printf(out, " (%s)", problem->words);
	}
}
