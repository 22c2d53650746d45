// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "channel/facebook_wire.h"

static const struct {
	const char *name;
	const char *purpose;
} scopes[VD_FACEBOOK_SCOPE_N] = {
#define SCOPE_ROW(name, text, purpose) [VD_FACEBOOK_SCOPE_##name] = { text, purpose },
	VD_FACEBOOK_SCOPE_TABLE(SCOPE_ROW)
#undef SCOPE_ROW
};

const char *vd_facebook_scope_name(enum vd_facebook_scope scope)
{
	return scopes[scope].name;
}

const char *vd_facebook_scope_purpose(enum vd_facebook_scope scope)
{
	return scopes[scope].purpose;
}

// Unix seconds; 0, or nothing: never.
static struct vd_wall instant_of(const cJSON *data, const char *name)
{
	int64_t seconds = 0;
	if (vd_json_i64(data, name, &seconds) != VD_OK || seconds <= 0 ||
	    seconds > INT64_MAX / VD_US_PER_S) {
		return (struct vd_wall){ 0 };
	}
	return vd_wall_s(seconds);
}

static uint32_t scopes_of(const cJSON *data)
{
	const cJSON *list = vd_json_get(data, "scopes");
	const cJSON *item = NULL;
	uint32_t bits = 0;
	cJSON_ArrayForEach(item, list)
	{
		for (int i = 0; i < VD_FACEBOOK_SCOPE_N && cJSON_IsString(item); i++) {
			bool is_it = strcmp(item->valuestring, scopes[i].name) == 0;
			bits |= is_it ? UINT32_C(1) << i : 0;
		}
	}
	return bits;
}

enum vd_err vd_facebook_token_parse(struct vd_span body, struct vd_facebook_token *out,
				    struct vd_diag *diag)
{
	*out = (struct vd_facebook_token){ 0 };
	cJSON *tree = vd_json_parse(body, diag);
	const cJSON *data = vd_json_get(tree, "data");
	const cJSON *error = vd_json_get(data, "error");
	if (!cJSON_IsBool(vd_json_get(data, "is_valid"))) {
		vd_json_free(tree);
		return vd_diag_set(diag, VD_ERR_SYNTAX, "the answer says nothing about the token");
	}
	out->is_known = true;
	out->is_valid = vd_json_bool(data, "is_valid", false);
	out->expires = instant_of(data, "expires_at");
	out->data_access_expires = instant_of(data, "data_access_expires_at");
	out->scopes = scopes_of(data);
	(void)vd_utf8_sanitise(vd_json_text(data, "app_id"), out->app_id, sizeof(out->app_id),
			       NULL);
	if (vd_json_i64(error, "code", &out->code) != VD_OK) {
		out->code = 0;
	}
	if (vd_json_i64(error, "subcode", &out->subcode) != VD_OK) {
		out->subcode = 0;
	}
	(void)vd_utf8_sanitise(vd_json_text(error, "message"), out->words, sizeof(out->words),
			       NULL);
	vd_json_free(tree);
	return VD_OK;
}

struct vd_wall vd_facebook_token_end(const struct vd_facebook_token *token)
{
	struct vd_wall end = token->expires;
	if (!vd_wall_is_set(end) || (vd_wall_is_set(token->data_access_expires) &&
				     token->data_access_expires.us < end.us)) {
		end = token->data_access_expires;
	}
	return end;
}

bool vd_facebook_token_has(const struct vd_facebook_token *token, enum vd_facebook_scope scope)
{
	return (token->scopes & (UINT32_C(1) << scope)) != 0;
}

// The same words as for the refusal that such a token meets.
static void put_invalid(const struct vd_facebook_token *token, struct vd_buf *out)
{
	char body[128];
	struct vd_facebook_problem problem;
	int n = snprintf(body, sizeof(body), "{\"error\":{\"code\":%lld,\"error_subcode\":%lld}}",
			 (long long)(token->code != 0 ? token->code : 190),
			 (long long)token->subcode);
	vd_facebook_problem_parse(400, vd_span_make(body, n > 0 ? (size_t)n : 0), &problem);
	vd_facebook_problem_print(&problem, out);
}

static bool put_missing(const struct vd_facebook_token *token, struct vd_buf *out)
{
	int n = 0;
	for (int i = 0; i < VD_FACEBOOK_SCOPE_N; i++) {
		if (!vd_facebook_token_has(token, (enum vd_facebook_scope)i)) {
			vd_buf_printf(out, "%s%s (%s)", n++ == 0 ? "the token lacks " : ", ",
				      scopes[i].name, scopes[i].purpose);
		}
	}
	if (n > 0) {
		vd_buf_printf(out, ": give the app the permission%s, then sign the Page in again",
			      n > 1 ? "s" : "");
	}
	return n > 0;
}

enum vd_health vd_facebook_token_judge(const struct vd_facebook_token *token, struct vd_wall now,
				       struct vd_buf *out)
{
	if (!token->is_valid) {
		put_invalid(token, out);
		return VD_HEALTH_AUTH;
	}
	if (vd_wall_is_set(token->expires) && token->expires.us <= now.us) {
		vd_buf_put_text(out, "the Page token is over: sign the Page in again");
		return VD_HEALTH_AUTH;
	}
	if (vd_wall_is_set(token->data_access_expires) && token->data_access_expires.us <= now.us) {
		vd_buf_put_text(out, "Facebook shows the app no customers' posts any more, its "
				     "access to data is over: sign the Page in again");
		return VD_HEALTH_AUTH;
	}
	return put_missing(token, out) ? VD_HEALTH_PERMISSION : VD_HEALTH_GOOD;
}

enum vd_err vd_facebook_counters_parse(struct vd_span body, struct vd_facebook_counters *out)
{
	*out = (struct vd_facebook_counters){ .fans = -1, .followers = -1 };
	cJSON *tree = vd_json_parse(body, NULL);
	int64_t n = 0;
	if (vd_json_i64(tree, "fan_count", &n) == VD_OK && n >= 0) {
		out->fans = n;
	}
	if (vd_json_i64(tree, "followers_count", &n) == VD_OK && n >= 0) {
		out->followers = n;
	}
	vd_json_free(tree);
	return out->fans >= 0 || out->followers >= 0 ? VD_OK : VD_ERR_SYNTAX;
}
