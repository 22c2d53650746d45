// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "channel/text_count.h"
#include "channel/x_wire.h"
#include "net/http_client.h"

// Media are no resource that is billed; they are described, never fetched.
#define MEDIA_FIELDS "&media.fields=type,url,preview_image_url,alt_text"
#define POLL_FIELDS "&poll.fields=options"

static const struct {
	const char *name;
	const char *posts;
	const char *dms;
} dialects[] = {
	[VD_X_DIALECT_TWEET] = {
		"tweet",
		"&tweet.fields=author_id,conversation_id,created_at,referenced_tweets,"
		"edit_history_tweet_ids,attachments,note_tweet,public_metrics"
		"&expansions=author_id,attachments.media_keys,attachments.poll_ids"
		"&user.fields=username" MEDIA_FIELDS POLL_FIELDS,
		"&dm_event.fields=id,event_type,text,created_at,sender_id,dm_conversation_id,"
		"attachments"
		"&expansions=sender_id,attachments.media_keys&user.fields=username" MEDIA_FIELDS,
	},
	// 2.167 took the ids of others out of the fields: they are asked for as expansions.
	[VD_X_DIALECT_POST] = {
		"post",
		"&post.fields=conversation_id,created_at,attachments,note_post,public_metrics"
		"&expansions=author_id,referenced_posts,edit_history_post_ids,"
		"attachments.media_keys,attachments.poll_ids"
		"&user.fields=username" MEDIA_FIELDS POLL_FIELDS,
		"&dm_event.fields=id,event_type,text,created_at,dm_conversation_id,attachments"
		"&expansions=sender_id,attachments.media_keys&user.fields=username" MEDIA_FIELDS,
	},
};

const char *vd_x_dialect_name(enum vd_x_dialect dialect)
{
	return dialects[dialect].name;
}

enum vd_x_dialect vd_x_dialect_parse(struct vd_span name)
{
	return vd_span_is_text(name, "post") ? VD_X_DIALECT_POST : VD_X_DIALECT_TWEET;
}

static void put_query(struct vd_buf *out, const struct vd_x_query *q, const char *fields)
{
	vd_buf_printf(out, "max_results=%d%s", q->max_results, fields);
	if (q->since_id.n > 0) {
		vd_buf_put_text(out, "&since_id=");
		vd_url_escape(out, q->since_id);
	} else if (vd_wall_is_set(q->start)) {
		char text[VD_TIME_TEXT_BYTES];
		vd_wall_print((struct vd_wall){ q->start.us - q->start.us % VD_US_PER_S }, text);
		vd_buf_put_text(out, "&start_time=");
		vd_url_escape(out, vd_span_of(text));
	}
	if (q->token.n > 0) {
		vd_buf_put_text(out, "&pagination_token=");
		vd_url_escape(out, q->token);
	}
}

void vd_x_url_me(struct vd_buf *out, const char *base)
{
	vd_buf_printf(out, "%s/2/users/me", base);
}

static void put_list(struct vd_buf *out, struct vd_span list)
{
	while (list.n > 0) {
		vd_url_escape(out, vd_span_cut(&list, ','));
		if (list.n > 0) {
			vd_buf_put_char(out, ',');
		}
	}
}

void vd_x_url_lookup(struct vd_buf *out, const char *base, enum vd_x_dialect dialect,
		     struct vd_span ids)
{
	vd_buf_printf(out, "%s/2/tweets?ids=", base);
	put_list(out, ids);
	vd_buf_put_text(out, dialects[dialect].posts);
}

void vd_x_url_users(struct vd_buf *out, const char *base, struct vd_span handles)
{
	vd_buf_printf(out, "%s/2/users/by?usernames=", base);
	put_list(out, handles);
	vd_buf_put_text(out, "&user.fields=public_metrics");
}

static void put_user_list(struct vd_buf *out, const char *base, const char *user, const char *list,
			  const struct vd_x_query *q)
{
	vd_buf_printf(out, "%s/2/users/", base);
	vd_url_escape(out, vd_span_of(user));
	vd_buf_printf(out, "/%s?", list);
	put_query(out, q, dialects[q->dialect].posts);
}

void vd_x_url_mentions(struct vd_buf *out, const char *base, const char *user,
		       const struct vd_x_query *q)
{
	put_user_list(out, base, user, "mentions", q);
}

void vd_x_url_own(struct vd_buf *out, const char *base, const char *user,
		  const struct vd_x_query *q)
{
	put_user_list(out, base, user, "tweets", q);
	vd_buf_put_text(out, "&exclude=retweets");
}

void vd_x_url_quotes(struct vd_buf *out, const char *base, const char *post,
		     const struct vd_x_query *q)
{
	vd_buf_printf(out, "%s/2/tweets/%s/quote_tweets?", base, post);
	put_query(out, q, dialects[q->dialect].posts);
	vd_buf_put_text(out, "&exclude=retweets");
}

void vd_x_url_search(struct vd_buf *out, const char *base, const char *thread,
		     const struct vd_x_query *q)
{
	vd_buf_printf(out, "%s/2/tweets/search/recent?query=conversation_id%%3A", base);
	vd_url_escape(out, vd_span_of(thread));
	vd_buf_put_char(out, '&');
	put_query(out, q, dialects[q->dialect].posts);
}

void vd_x_url_dms(struct vd_buf *out, const char *base, const char *conversation,
		  const struct vd_x_query *q)
{
	if (conversation[0] != '\0') {
		vd_buf_printf(out, "%s/2/dm_conversations/%s/dm_events?", base, conversation);
	} else {
		vd_buf_printf(out, "%s/2/dm_events?", base);
	}
	put_query(out, q, dialects[q->dialect].dms);
	vd_buf_put_text(out, "&event_types=MessageCreate");
}

void vd_x_url_post(struct vd_buf *out, const char *base)
{
	vd_buf_printf(out, "%s/2/tweets", base);
}

void vd_x_url_dm_send(struct vd_buf *out, const char *base, const char *conversation)
{
	vd_buf_printf(out, "%s/2/dm_conversations/%s/messages", base, conversation);
}

void vd_x_body_post(struct vd_buf *out, struct vd_span text, struct vd_span parent,
		    struct vd_span inviter)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "text", text);
	if (parent.n > 0) {
		vd_json_open(&j, "reply", '{');
		vd_json_put_text(&j, "in_reply_to_tweet_id", parent);
		vd_json_close(&j, '}');
	}
	if (inviter.n > 0) {
		char link[128]; // a field of its own, no link in the text: not to go with media
		int n = snprintf(link, sizeof(link),
				 "https://twitter.com/messages/compose?recipient_id=%.*s",
				 VD_SPAN_ARG(inviter));
		vd_json_put_text(
			&j, "direct_message_deep_link",
			vd_span_make(link, n > 0 && (size_t)n < sizeof(link) ? (size_t)n : 0));
	}
	vd_json_close(&j, '}');
}

void vd_x_body_dm(struct vd_buf *out, struct vd_span text)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "text", text);
	vd_json_close(&j, '}');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// The next thing to compare: a byte, ' ' for a run of blanks, 0x100 for any link, -1 at the end.
static int next_unit(struct vd_span *s, bool *at_start)
{
	if (s->n == 0) {
		return -1;
	}
	size_t link = *at_start ? vd_text_link_length(*s) : 0;
	if (link > 0) {
		*s = vd_span_skip(*s, link);
		*at_start = false;
		return 0x100;
	}
	char c = s->p[0];
	*s = vd_span_skip(*s, 1);
	bool was_blank = is_blank(c);
	while (was_blank && s->n > 0 && is_blank(s->p[0])) {
		*s = vd_span_skip(*s, 1);
	}
	*at_start = was_blank || c == '(' || c == '"';
	return was_blank ? ' ' : (unsigned char)c;
}

static bool is_same_but_links(struct vd_span a, struct vd_span b)
{
	bool a_starts = true;
	bool b_starts = true;
	int unit = 0;
	do {
		unit = next_unit(&a, &a_starts);
		if (unit != next_unit(&b, &b_starts)) {
			return false;
		}
	} while (unit >= 0);
	return true;
}

bool vd_x_is_same_text(struct vd_span ours, struct vd_span theirs)
{
	ours = vd_span_trim(ours);
	theirs = vd_span_trim(theirs);
	while (!is_same_but_links(ours, theirs)) {
		if (theirs.n == 0 || theirs.p[0] != '@') {
			return false;
		}
		size_t n = 0; // a mention that X put in front
		while (n < theirs.n && !is_blank(theirs.p[n])) {
			n++;
		}
		theirs = vd_span_trim(vd_span_skip(theirs, n));
	}
	return true;
}
