// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/utf8.h"
#include "channel/facebook_wire.h"

#define ANY VD_FACEBOOK_ANY
#define ALL 0, INT64_MAX
#define CODE(code) code, code
#define KIND(name) VD_FACEBOOK_PROBLEM_##name

#define INBOX "look at the Page's Support Inbox on Facebook"
#define AGAIN "wait, it is tried again"
#define SIGN_IN "sign the Page in again"
#define WINDOW "Messenger's 24 hours to answer are over: ask the customer in public to write again"

// Facts 2.4. SPEC.md has the same rows; the first that fits decides, so the narrow ones come first.
static const struct vd_facebook_rule rules[] = {
	{ ALL, ANY, "reduce the amount of data", KIND(REDUCE),
	  "Facebook wants smaller questions: " AGAIN },
	{ ALL, ANY, "appsecret_proof", KIND(PROOF),
	  "Facebook wants the app secret's proof, and the token is good: correct the account's "
	  "app_secret_file" },
	{ ALL, 2018300, NULL, KIND(OTHER_APP),
	  "another app holds this conversation: answer there, or take it over in the Page's "
	  "inbox" },

	{ CODE(10), 2018278, NULL, KIND(WINDOW), WINDOW },
	{ CODE(10), 2534022, NULL, KIND(WINDOW), WINDOW },
	{ CODE(10), 2018065, NULL, KIND(WINDOW), WINDOW },
	{ CODE(10), ANY, "outside of allowed window", KIND(WINDOW), WINDOW },
	{ CODE(10), 1893063, NULL, KIND(RESTRICTED),
	  "Facebook restricts the Page's messages for now: " INBOX },
	{ CODE(10), ANY, "private reply more than once", KIND(ALREADY),
	  "this comment had its one private reply: wait for the customer to write, or reply in "
	  "public" },
	{ ALL, ANY, "Human Agent", KIND(FEATURE),
	  "Meta has not approved the Human Agent feature for this app: ask for its review, or ask "
	  "the customer in public to write again" },
	{ CODE(10), ANY, NULL, KIND(PERMISSION),
	  "Facebook doesn't allow this to the app: give it the permission, then " SIGN_IN },
	{ CODE(10903), ANY, NULL, KIND(TOO_OLD),
	  "a private reply is possible for seven days only: reply in public" },

	{ CODE(100), 33, NULL, KIND(GONE),
	  "Facebook no longer has it: it was deleted or hidden, close the conversation" },
	{ CODE(100), 2018001, NULL, KIND(PERSON),
	  "Facebook knows no such person on this Page: reply in public" },
	{ ALL, 1545041, NULL, KIND(PERSON),
	  "this person left Messenger or blocked the Page: reply in public" },
	{ CODE(551), ANY, NULL, KIND(PERSON),
	  "this person left Messenger or blocked the Page: reply in public" },

	{ CODE(190), 458, NULL, KIND(AUTH), "the app was removed from the Page: " SIGN_IN },
	{ CODE(190), 459, NULL, KIND(AUTH),
	  "Facebook checks the person behind the token: log in on facebook.com, then " SIGN_IN },
	{ CODE(190), 460, NULL, KIND(AUTH), "the password behind the token was changed: " SIGN_IN },
	{ CODE(190), 463, NULL, KIND(AUTH), "the Page token is over: " SIGN_IN },
	{ CODE(190), 464, NULL, KIND(AUTH),
	  "the person behind the token is not confirmed: confirm the profile on facebook.com, "
	  "then " SIGN_IN },
	{ CODE(190), 467, NULL, KIND(AUTH), "the person behind the token logged out: " SIGN_IN },
	{ CODE(190), 492, NULL, KIND(AUTH),
	  "the person behind the token lost the role on the Page: give it back, then " SIGN_IN },
	{ CODE(190), ANY, NULL, KIND(AUTH), "Facebook refuses the Page token: " SIGN_IN },
	{ CODE(102), ANY, NULL, KIND(AUTH), "Facebook's session is over: " SIGN_IN },
	{ CODE(104), ANY, NULL, KIND(AUTH), "Facebook saw no token: " SIGN_IN },

	{ CODE(4), ANY, NULL, KIND(RATE), "the app's calls are used up for now: " AGAIN },
	{ CODE(17), ANY, NULL, KIND(RATE), "the user's calls are used up for now: " AGAIN },
	{ CODE(32), ANY, NULL, KIND(RATE), "the Page's calls are used up for now: " AGAIN },
	{ CODE(341), ANY, NULL, KIND(RATE), "the app reached a limit of Facebook: " AGAIN },
	{ CODE(613), ANY, NULL, KIND(SHORT), "Facebook was asked too fast: " AGAIN },
	{ CODE(80001), ANY, NULL, KIND(RATE),
	  "the Page's calls of the last 24 hours are used up: " AGAIN },
	{ CODE(80002), ANY, NULL, KIND(RATE),
	  "the Instagram account's calls of the last 24 hours are used up: " AGAIN },
	{ CODE(80006), ANY, NULL, KIND(RATE),
	  "Messenger's calls of the last 24 hours are used up: " AGAIN },
	{ 80000, 80014, ANY, NULL, KIND(RATE), "a limit of 24 hours is used up: " AGAIN },
	{ CODE(9), ANY, NULL, KIND(BLOCKED), "Facebook stopped the Page for its policies: " INBOX },
	{ CODE(368), ANY, NULL, KIND(BLOCKED),
	  "Facebook stopped the Page for its policies: " INBOX },

	{ CODE(200), 2018028, NULL, KIND(PERMISSION),
	  "the app may only write to its testers: have Meta review pages_messaging" },
	{ CODE(200), 2018108, NULL, KIND(PERMISSION),
	  "the app may only write to its testers: have Meta review pages_messaging" },
	{ CODE(3), ANY, NULL, KIND(PERMISSION),
	  "the app has not this capability: ask Meta for its review" },
	{ 200, 299, ANY, NULL, KIND(PERMISSION),
	  "Facebook doesn't allow this to the token: give the app the permission, then " SIGN_IN },

	{ CODE(506), ANY, NULL, KIND(DUPLICATE),
	  "Facebook has this very text already: look whether it is there" },
	{ CODE(1609005), ANY, NULL, KIND(REFUSED),
	  "Facebook can't read the page behind the link: take the link out, then send again" },
	{ CODE(1200), ANY, NULL, KIND(TRANSIENT),
	  "Facebook could not do it just now: it is tried again" },
	{ CODE(2500), ANY, NULL, KIND(REFUSED),
	  "Facebook doesn't understand the question: update this box" },
	{ CODE(100), ANY, NULL, KIND(REFUSED), "Facebook refuses the request: look at the log" },
	{ CODE(1), ANY, NULL, KIND(OUTAGE), "Facebook is not working: " AGAIN },
	{ CODE(2), ANY, NULL, KIND(OUTAGE), "Facebook is not working: " AGAIN },
};

// What no row names; and what each kind means for the account.
static const struct {
	enum vd_health health;
	const char *name;
	const char *sentence;
} meanings[VD_FACEBOOK_PROBLEM_N] = {
	[KIND(OUTAGE)] = { VD_HEALTH_OUTAGE, "outage", "Facebook is not working: " AGAIN },
	[KIND(REDUCE)] = { VD_HEALTH_OUTAGE, "reduce", "" },
	[KIND(RATE)] = { VD_HEALTH_RATE, "rate", "Facebook's rate limit is used up: " AGAIN },
	[KIND(SHORT)] = { VD_HEALTH_RATE, "short wait", "" },
	[KIND(BLOCKED)] = { VD_HEALTH_REFUSED, "policy stop", "" },
	[KIND(AUTH)] = { VD_HEALTH_AUTH, "token", "Facebook refuses the Page token: " SIGN_IN },
	[KIND(PERMISSION)] = { VD_HEALTH_PERMISSION, "permission", "" },
	[KIND(PROOF)] = { VD_HEALTH_REFUSED, "app secret", "" },
	[KIND(GONE)] = { VD_HEALTH_REFUSED, "gone", "" },
	[KIND(WINDOW)] = { VD_HEALTH_REFUSED, "window", "" },
	[KIND(FEATURE)] = { VD_HEALTH_PERMISSION, "feature", "" },
	[KIND(TOO_OLD)] = { VD_HEALTH_REFUSED, "too old", "" },
	[KIND(RESTRICTED)] = { VD_HEALTH_PERMISSION, "restricted", "" },
	[KIND(ALREADY)] = { VD_HEALTH_REFUSED, "done before", "" },
	[KIND(PERSON)] = { VD_HEALTH_REFUSED, "person", "" },
	[KIND(DUPLICATE)] = { VD_HEALTH_REFUSED, "duplicate", "" },
	[KIND(TRANSIENT)] = { VD_HEALTH_OUTAGE, "transient",
			      "Facebook could not do it just now: it is tried again" },
	[KIND(OTHER_APP)] = { VD_HEALTH_REFUSED, "other app", "" },
	[KIND(REFUSED)] = { VD_HEALTH_REFUSED, "refused",
			    "Facebook refuses the request: look at the log" },
};

const struct vd_facebook_rule *vd_facebook_rule_get(size_t row)
{
	return row < VD_ARRAY_LEN(rules) ? &rules[row] : NULL;
}

enum vd_health vd_facebook_problem_health(enum vd_facebook_problem_kind kind)
{
	return meanings[kind].health;
}

const char *vd_facebook_problem_name(enum vd_facebook_problem_kind kind)
{
	return meanings[kind].name;
}

static bool has_words(const cJSON *error, const char *words)
{
	struct vd_span needle = vd_span_of(words);
	return vd_span_find(vd_json_text(error, "message"), needle) >= 0 ||
	       vd_span_find(vd_json_text(error, "error_user_msg"), needle) >= 0 ||
	       vd_span_find(vd_json_text(error, "error_user_title"), needle) >= 0;
}

static const struct vd_facebook_rule *find_rule(const cJSON *error,
						const struct vd_facebook_problem *p)
{
	for (size_t i = 0; error != NULL && i < VD_ARRAY_LEN(rules); i++) {
		if (p->code >= rules[i].from && p->code <= rules[i].to &&
		    (rules[i].subcode == ANY || rules[i].subcode == p->subcode) &&
		    (rules[i].words == NULL || has_words(error, rules[i].words))) {
			return &rules[i];
		}
	}
	return NULL;
}

// Code and subcode decide, then is_transient, then the status.
static enum vd_facebook_problem_kind kind_of(int status, const cJSON *error,
					     const struct vd_facebook_problem *p)
{
	if (p->rule != NULL) {
		return p->rule->kind;
	}
	if (vd_json_bool(error, "is_transient", false)) {
		return KIND(TRANSIENT);
	}
	if (status >= 500 || (status >= 300 && status < 400)) {
		return KIND(OUTAGE);
	}
	if (status == 429) {
		return KIND(RATE);
	}
	return status == 401 ? KIND(AUTH) : KIND(REFUSED);
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
	out->rule = find_rule(error, out);
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
	struct vd_span rest = vd_span_of(problem->rule != NULL ? problem->rule->sentence
							       : meanings[problem->kind].sentence);
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
