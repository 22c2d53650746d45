// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/utf8.h"
#include "channel/problem.h"
#include "channel/x_wire.h"

// Rows in the order in which they are asked: status (0: any), last segment of `type` or NULL, words
// in title, detail or message (lower case) or NULL. Facts 1.4-1.8.
static const struct {
	int status;
	const char *type;
	const char *words;
	enum vd_x_problem_kind kind;
} rules[] = {
	{ 402, NULL, NULL, VD_X_PROBLEM_MONEY },
	{ 0, "credits", NULL, VD_X_PROBLEM_MONEY },
	{ 0, "credits-depleted", NULL, VD_X_PROBLEM_MONEY },
	{ 0, NULL, "creditsdepleted", VD_X_PROBLEM_MONEY },
	{ 403, NULL, "spend", VD_X_PROBLEM_MONEY }, // a spending limit has been seen as 403
	{ 0, "usage-capped", NULL, VD_X_PROBLEM_CAP },
	{ 429, NULL, "usagecapexceeded", VD_X_PROBLEM_CAP },
	{ 429, NULL, NULL, VD_X_PROBLEM_RATE },
	{ 401, NULL, NULL, VD_X_PROBLEM_AUTH },
	{ 403, NULL, "duplicate content", VD_X_PROBLEM_DUPLICATE },
	{ 403, NULL, "not been mentioned or otherwise engaged", VD_X_PROBLEM_NOT_SUMMONED },
	{ 403, NULL, "not permitted to reply to this conversation", VD_X_PROBLEM_REPLIES_LIMITED },
	{ 403, NULL, "deleted or not visible", VD_X_PROBLEM_PARENT_GONE },
	{ 400, NULL, "deleted or not visible", VD_X_PROBLEM_PARENT_GONE },
	{ 400, NULL, "too long", VD_X_PROBLEM_TOO_LONG },
	{ 403, NULL, "permission to dm", VD_X_PROBLEM_DM_CLOSED },
	{ 403, NULL, "cannot send messages to this user", VD_X_PROBLEM_DM_CLOSED },
	{ 403, NULL, "this operation is not permitted", VD_X_PROBLEM_DM_POLICY },
	{ 400, NULL, "'since_id' must be a", VD_X_PROBLEM_SINCE_OLD },
	{ 400, NULL, "_token", VD_X_PROBLEM_TOKEN },
	{ 403, "client-forbidden", NULL, VD_X_PROBLEM_APP },
	{ 403, "oauth1-permissions", NULL, VD_X_PROBLEM_APP },
	{ 403, "unsupported-authentication", NULL, VD_X_PROBLEM_TOKEN_KIND },
	{ 403, NULL, NULL, VD_X_PROBLEM_PERMISSION },
	{ 0, "not-authorized-for-resource", NULL, VD_X_PROBLEM_PERMISSION },
	{ 404, NULL, NULL, VD_X_PROBLEM_NOT_FOUND },
	{ 0, "resource-not-found", NULL, VD_X_PROBLEM_NOT_FOUND },
};

// Numbers that outlived the API they came from, in errors[].code.
static const struct {
	int code;
	enum vd_x_problem_kind kind;
} codes[] = {
	{ 88, VD_X_PROBLEM_RATE },         { 89, VD_X_PROBLEM_AUTH },
	{ 150, VD_X_PROBLEM_DM_CLOSED },   { 187, VD_X_PROBLEM_DUPLICATE },
	{ 226, VD_X_PROBLEM_DM_POLICY },   { 349, VD_X_PROBLEM_DM_CLOSED },
	{ 385, VD_X_PROBLEM_PARENT_GONE }, { 433, VD_X_PROBLEM_REPLIES_LIMITED },
};

static const char *const dialect_words[] = { "tweet.fields", "post.fields", "expansions",
					     "dm_event.fields" };

static struct vd_span last_segment(struct vd_span type)
{
	for (size_t i = type.n; i > 0; i--) {
		if (type.p[i - 1] == '/') {
			return vd_span_skip(type, i);
		}
	}
	return type;
}

// The words of a problem: its own title and detail, and the message of its first error.
struct words {
	const cJSON *problem;
	const cJSON *first;
	struct vd_span type;
};

static bool has_words(const struct words *w, const char *lower)
{
	return vd_problem_has_words(vd_json_text(w->problem, "title"), lower) ||
	       vd_problem_has_words(vd_json_text(w->problem, "detail"), lower) ||
	       vd_problem_has_words(vd_json_text(w->first, "message"), lower) ||
	       vd_problem_has_words(vd_json_text(w->first, "detail"), lower);
}

static struct words words_of(const cJSON *tree)
{
	const cJSON *errors = vd_json_get(tree, "errors");
	struct words w = { .problem = tree, .first = cJSON_IsArray(errors) ? errors->child : NULL };
	w.type = vd_json_text(tree, "type");
	if (w.type.n == 0) {
		w.type = vd_json_text(w.first, "type");
	}
	w.type = last_segment(w.type);
	return w;
}

static bool names_dialect(const struct words *w)
{
	const cJSON *parameters = vd_json_get(w->first, "parameters");
	for (size_t i = 0; i < VD_ARRAY_LEN(dialect_words); i++) {
		if (vd_json_get(parameters, dialect_words[i]) != NULL ||
		    vd_problem_has_words(vd_json_text(w->first, "message"), dialect_words[i]) ||
		    vd_problem_has_words(vd_json_text(w->problem, "detail"), dialect_words[i])) {
			return true;
		}
	}
	return false;
}

static enum vd_x_problem_kind kind_of(int status, const struct words *w)
{
	if (vd_problem_is_outage(status)) {
		return VD_X_PROBLEM_OUTAGE;
	}
	if (status == 400 && names_dialect(w)) {
		return VD_X_PROBLEM_DIALECT;
	}
	int64_t code = 0;
	bool has_code = vd_json_i64(w->first, "code", &code) == VD_OK;
	for (size_t i = 0; has_code && i < VD_ARRAY_LEN(codes); i++) {
		if (codes[i].code == code) {
			return codes[i].kind;
		}
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(rules); i++) {
		bool is_status = rules[i].status == 0 || rules[i].status == status;
		bool is_type = rules[i].type == NULL || vd_span_is_text(w->type, rules[i].type);
		if (is_status && is_type &&
		    (rules[i].words == NULL || has_words(w, rules[i].words))) {
			return rules[i].kind;
		}
	}
	return VD_X_PROBLEM_REFUSED;
}

// "... Please use a 'since_id' that is larger than 2089996193672200192"
static void read_since(const struct words *w, struct vd_x_problem *out)
{
	struct vd_span message = vd_json_text(w->first, "message");
	struct vd_span needle = VD_SPAN("larger than ");
	ptrdiff_t at = vd_span_find(message, needle);
	if (at < 0) {
		return;
	}
	struct vd_span rest = vd_span_skip(message, (size_t)at + needle.n);
	size_t n = 0;
	while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9') {
		n++;
	}
	struct vd_span id = vd_span_make(rest.p, n);
	if (!vd_x_id_is_valid(id) ||
	    vd_span_copy(id, out->since_id, sizeof(out->since_id)) != VD_OK) {
		out->since_id[0] = '\0';
	}
}

static void read_words(const struct words *w, struct vd_x_problem *out)
{
	struct vd_span candidates[] = { vd_json_text(w->first, "message"),
					vd_json_text(w->problem, "detail"),
					vd_json_text(w->first, "detail"),
					vd_json_text(w->problem, "title") };
	for (size_t i = 0; i < VD_ARRAY_LEN(candidates); i++) {
		if (candidates[i].n > 0) {
			(void)vd_utf8_sanitise(candidates[i], out->words, sizeof(out->words), NULL);
			return;
		}
	}
}

static const struct {
	enum vd_health health;
	const char *sentence;
} meanings[VD_X_PROBLEM_N] = {
	[VD_X_PROBLEM_OUTAGE] = { VD_HEALTH_OUTAGE, "X is not working: wait, it is tried again" },
	[VD_X_PROBLEM_AUTH] = { VD_HEALTH_AUTH, "X refuses the token: sign the account in again" },
	[VD_X_PROBLEM_PERMISSION] = { VD_HEALTH_PERMISSION, "X doesn't allow this to the token: "
							    "sign in again with all scopes" },
	[VD_X_PROBLEM_APP] = { VD_HEALTH_PERMISSION,
			       "X doesn't allow this to the developer app: in X's console attach "
			       "it "
			       "to a project, let it read, write and send direct messages, and "
			       "sign in again" },
	[VD_X_PROBLEM_TOKEN_KIND] = { VD_HEALTH_PERMISSION,
				      "this kind of token may not do that on X: sign the account "
				      "in as a user" },
	[VD_X_PROBLEM_RATE] = { VD_HEALTH_RATE,
				"X's rate limit is used up: wait, it is tried again" },
	[VD_X_PROBLEM_CAP] = { VD_HEALTH_MONEY,
			       "X's usage cap is reached: raise it in X's console" },
	[VD_X_PROBLEM_MONEY] = { VD_HEALTH_MONEY,
				 "X's credits are used up: top up in X's console" },
	[VD_X_PROBLEM_DIALECT] = { VD_HEALTH_REFUSED,
				   "X knows neither of the two dialects: update this box" },
	[VD_X_PROBLEM_SINCE_OLD] = { VD_HEALTH_REFUSED,
				     "X doesn't go back that far: look at the log" },
	[VD_X_PROBLEM_TOKEN] = { VD_HEALTH_REFUSED,
				 "X lost the place in its list: it is tried again" },
	[VD_X_PROBLEM_DUPLICATE] = { VD_HEALTH_REFUSED, "X has this very text from us already: "
							"look whether it is there, or "
							"change the wording" },
	[VD_X_PROBLEM_NOT_SUMMONED] = { VD_HEALTH_REFUSED,
					"this account was not mentioned: the reply leaves by the "
					"account that the customer wrote to" },
	[VD_X_PROBLEM_REPLIES_LIMITED] = { VD_HEALTH_REFUSED, "the author limited who may reply: "
							      "answer by direct message" },
	[VD_X_PROBLEM_PARENT_GONE] = { VD_HEALTH_REFUSED,
				       "the post was deleted or hidden: close the conversation" },
	[VD_X_PROBLEM_TOO_LONG] = { VD_HEALTH_REFUSED, "the text is too long for X: shorten it" },
	[VD_X_PROBLEM_DM_CLOSED] = { VD_HEALTH_REFUSED, "this person takes no direct messages from "
							"us: ask in public to "
							"write first" },
	[VD_X_PROBLEM_DM_POLICY] = { VD_HEALTH_REFUSED,
				     "X lets this account send no direct messages now, whoever it "
				     "is for: look at the account on X, it is tried again" },
	[VD_X_PROBLEM_NOT_FOUND] = { VD_HEALTH_REFUSED,
				     "X doesn't know it: check the account's user_id" },
	[VD_X_PROBLEM_REFUSED] = { VD_HEALTH_REFUSED, "X refuses the request: look at the log" },
};

void vd_x_problem_parse(int status, struct vd_span body, struct vd_x_problem *out)
{
	*out = (struct vd_x_problem){ 0 };
	cJSON *tree = vd_json_parse(body, NULL); // NULL for the HTML of an edge: the status decides
	struct words w = words_of(tree);
	out->kind = kind_of(status, &w);
	out->health = meanings[out->kind].health;
	read_words(&w, out);
	out->is_daily = vd_span_is_equal_nocase(vd_json_text(tree, "period"), VD_SPAN("daily"));
	if (out->kind == VD_X_PROBLEM_SINCE_OLD) {
		read_since(&w, out);
	}
	vd_json_free(tree);
}

void vd_x_problem_print(const struct vd_x_problem *problem, int status, const char *scope,
			struct vd_buf *out)
{
	bool is_scope = problem->kind == VD_X_PROBLEM_PERMISSION;
	vd_problem_print(out, meanings[problem->kind].sentence, status, problem->health,
			 problem->words, is_scope ? scope : NULL);
}
