// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/facebook_wire.h"
#include "net/http_client.h"
#include "net/tls.h"

#define COMMENT_FIELDS "id,message,from{id,name},created_time,parent{id},attachment"
#define OPENED_FIELDS "private_reply_conversation{id,messages.limit(10){" MESSAGE_FIELDS "}}"
#define POST_FIELDS                                                                         \
	"id,message,from{id,name},admin_creator{id},created_time,updated_time,attachments," \
	"status_type,shares"
// Of posts and comments alike: an id does not say which of the two it names.
#define NODE_FIELDS "id,message,from{id,name},created_time"
#define MESSAGE_FIELDS "id,created_time,from,message,attachments,sticker,shares"

void vd_facebook_proof(struct vd_span token, struct vd_span app_secret,
		       char out[VD_FACEBOOK_PROOF_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t mac[VD_SHA256_BYTES];
	vd_hmac_sha256(app_secret, token, mac);
	for (size_t i = 0; i < sizeof(mac); i++) {
		out[2 * i] = digits[mac[i] >> 4];
		out[2 * i + 1] = digits[mac[i] & 15];
	}
	out[2 * sizeof(mac)] = '\0';
}

static void put_path(struct vd_buf *out, const struct vd_facebook_place *place, const char *node,
		     const char *edge)
{
	vd_buf_printf(out, "%s/" VD_FACEBOOK_VERSION "/", place->base);
	vd_url_escape(out, vd_span_of(node));
	vd_buf_printf(out, "%s%s?", edge[0] != '\0' ? "/" : "", edge);
}

static void put_proof(struct vd_buf *out, const struct vd_facebook_place *place)
{
	if (place->proof[0] != '\0') {
		char before = out->len > 0 ? out->data[out->len - 1] : '?';
		vd_buf_printf(out, "%sappsecret_proof=%s", before == '?' ? "" : "&", place->proof);
	} else if (out->len > 0 && out->data[out->len - 1] == '?') {
		out->data[--out->len] = '\0';
	}
}

static void put_fields(struct vd_buf *out, const char *fields)
{
	vd_buf_put_text(out, "fields=");
	vd_url_escape(out, vd_span_of(fields));
}

void vd_facebook_url_me(struct vd_buf *out, const struct vd_facebook_place *place)
{
	put_path(out, place, "me", "");
	put_fields(out, "id,name");
	put_proof(out, place);
}

void vd_facebook_url_debug_token(struct vd_buf *out, const struct vd_facebook_place *place,
				 struct vd_span token)
{
	put_path(out, place, "debug_token", "");
	vd_buf_put_text(out, "input_token=");
	vd_url_escape(out, token);
	put_proof(out, place);
}

void vd_facebook_url_counters(struct vd_buf *out, const struct vd_facebook_place *place,
			      const char *page)
{
	put_path(out, place, page, "");
	put_fields(out, "id,name,username,fan_count,followers_count");
	put_proof(out, place);
}

void vd_facebook_url_check(struct vd_buf *out, const struct vd_facebook_place *place,
			   const char *node)
{
	put_path(out, place, node, "");
	put_fields(out, "id");
	put_proof(out, place);
}

// Inline comments of all levels, newest first.
static void print_inline(char *out, size_t cap, const char *fields, int limit)
{
	snprintf(out, cap,
		 "%s,comments.filter(stream).order(reverse_chronological).limit(%d){" COMMENT_FIELDS
		 "}",
		 fields, limit);
}

void vd_facebook_url_posts(struct vd_buf *out, const struct vd_facebook_place *place,
			   const char *edge, int limit)
{
	char fields[512];
	print_inline(fields, sizeof(fields), POST_FIELDS, limit > 2 ? limit / 2 : 1);
	put_path(out, place, place->page, edge);
	put_fields(out, fields);
	vd_buf_printf(out, "&limit=%d", limit);
	put_proof(out, place);
}

void vd_facebook_url_node(struct vd_buf *out, const struct vd_facebook_place *place,
			  const char *node, int limit)
{
	char fields[512];
	print_inline(fields, sizeof(fields), NODE_FIELDS, limit);
	put_path(out, place, node, "");
	put_fields(out, fields);
	put_proof(out, place);
}

void vd_facebook_url_comments(struct vd_buf *out, const struct vd_facebook_place *place,
			      const char *node, int limit)
{
	put_path(out, place, node, "comments");
	put_fields(out, COMMENT_FIELDS);
	vd_buf_printf(out, "&filter=stream&order=reverse_chronological&limit=%d", limit);
	put_proof(out, place);
}

void vd_facebook_url_conversations(struct vd_buf *out, const struct vd_facebook_place *place,
				   const char *folder, int limit)
{
	put_path(out, place, place->page, "conversations");
	put_fields(out, "id,updated_time,message_count,snippet");
	vd_buf_printf(out, "&platform=messenger&limit=%d", limit);
	if (folder[0] != '\0') {
		vd_buf_printf(out, "&folder=%s", folder);
	}
	put_proof(out, place);
}

void vd_facebook_url_conversation_with(struct vd_buf *out, const struct vd_facebook_place *place,
				       const char *person)
{
	put_path(out, place, place->page, "conversations");
	put_fields(out, "id,updated_time,messages.limit(10){" MESSAGE_FIELDS "}");
	vd_buf_put_text(out, "&platform=messenger&user_id=");
	vd_url_escape(out, vd_span_of(person));
	put_proof(out, place);
}

void vd_facebook_url_private_reply(struct vd_buf *out, const struct vd_facebook_place *place,
				   const char *comment)
{
	put_path(out, place, comment, "");
	put_fields(out, "id,can_reply_privately," OPENED_FIELDS);
	put_proof(out, place);
}

void vd_facebook_url_messages(struct vd_buf *out, const struct vd_facebook_place *place,
			      const char *conversation, int limit)
{
	put_path(out, place, conversation, "messages");
	put_fields(out, MESSAGE_FIELDS);
	vd_buf_printf(out, "&limit=%d", limit);
	put_proof(out, place);
}

enum vd_err vd_facebook_url_next(struct vd_buf *out, const struct vd_facebook_place *place,
				 struct vd_span next)
{
	struct vd_span base = vd_span_of(place->base);
	bool is_own = vd_span_has_prefix(next, base) && next.n > base.n && next.p[base.n] == '/';
	for (size_t i = 0; i < next.n; i++) {
		is_own = is_own && next.p[i] > ' ' && next.p[i] < 0x7F;
	}
	if (!is_own || next.n > VD_FACEBOOK_URL_BYTES - VD_FACEBOOK_PROOF_BYTES - 32) {
		return VD_ERR_PROTOCOL;
	}
	vd_buf_put_span(out, next);
	if (vd_span_find(next, VD_SPAN("appsecret_proof=")) < 0) {
		put_proof(out, place);
	}
	return vd_buf_check(out);
}

void vd_facebook_url_reply(struct vd_buf *out, const struct vd_facebook_place *place,
			   const char *node)
{
	put_path(out, place, node, "comments");
	put_proof(out, place);
}

void vd_facebook_url_send(struct vd_buf *out, const struct vd_facebook_place *place)
{
	put_path(out, place, place->page, "messages");
	put_proof(out, place);
}

void vd_facebook_body_reply(struct vd_buf *out, struct vd_span text)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "message", text);
	vd_json_close(&j, '}');
}

void vd_facebook_body_send(struct vd_buf *out, const char *recipient, const char *id,
			   bool is_human_agent, struct vd_span text)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_open(&j, "recipient", '{');
	vd_json_put_text(&j, recipient, vd_span_of(id));
	vd_json_close(&j, '}');
	if (strcmp(recipient, "id") == 0) {
		vd_json_put_text(&j, "messaging_type",
				 is_human_agent ? VD_SPAN("MESSAGE_TAG") : VD_SPAN("RESPONSE"));
	}
	if (is_human_agent) {
		vd_json_put_text(&j, "tag", VD_SPAN("HUMAN_AGENT"));
	}
	vd_json_open(&j, "message", '{');
	vd_json_put_text(&j, "text", text);
	vd_json_close(&j, '}');
	vd_json_close(&j, '}');
}
