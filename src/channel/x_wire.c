// SPDX-License-Identifier: MIT
#include "channel/x_wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

// A member of an object under either dialect's name.
static const cJSON *either(const cJSON *object, const char *tweet, const char *post)
{
	const cJSON *item = vd_json_get(object, tweet);
	return item != NULL ? item : vd_json_get(object, post);
}

static struct vd_span id_text(const cJSON *object, const char *name)
{
	struct vd_span id = vd_json_text(object, name);
	return vd_x_id_is_valid(id) ? id : (struct vd_span){ 0 };
}

static struct vd_span text_of(const cJSON *item)
{
	return vd_span_of(item != NULL && cJSON_IsString(item) ? item->valuestring : NULL);
}

// Undoes &amp; &lt; &gt; in place: the text only gets shorter, and the tree is the page's own.
static struct vd_span unescape(const cJSON *item)
{
	static const struct {
		const char *entity;
		char c;
	} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' } };
	if (!cJSON_IsString(item) || item->valuestring == NULL) {
		return (struct vd_span){ 0 };
	}
	char *text = item->valuestring;
	char *to = strchr(text, '&');
	if (to == NULL) {
		return vd_span_of(text);
	}
	for (const char *from = to; *from != '\0';) {
		size_t skip = 1;
		char c = *from;
		for (size_t i = 0; c == '&' && i < VD_ARRAY_LEN(entities); i++) {
			size_t n = strlen(entities[i].entity);
			if (strncmp(from, entities[i].entity, n) == 0) {
				c = entities[i].c;
				skip = n;
				break;
			}
		}
		*to++ = c;
		from += skip;
	}
	*to = '\0';
	return vd_span_make(text, (size_t)(to - text));
}

static const cJSON *find_attachments(const cJSON *item)
{
	static const char *const lists[] = { "media_keys", "poll_ids", "card_ids" };
	const cJSON *attachments = vd_json_get(item, "attachments");
	for (size_t i = 0; i < VD_ARRAY_LEN(lists); i++) {
		if (cJSON_IsArray(vd_json_get(attachments, lists[i]))) {
			return attachments;
		}
	}
	return NULL;
}

static uint32_t count_of(const cJSON *metrics, const char *name)
{
	int64_t n = 0;
	bool is_good = vd_json_i64(metrics, name, &n) == VD_OK && n > 0 && n <= UINT32_MAX;
	return is_good ? (uint32_t)n : 0;
}

static void read_metrics(const cJSON *post, struct vd_x_item *item)
{
	const cJSON *metrics = vd_json_get(post, "public_metrics");
	bool is_post = vd_json_get(metrics, "repost_count") != NULL;
	item->has_echoes = is_post || vd_json_get(metrics, "retweet_count") != NULL;
	item->shares = count_of(metrics, is_post ? "repost_count" : "retweet_count");
	item->quotes = count_of(metrics, "quote_count");
}

static void read_references(const cJSON *post, struct vd_x_item *item)
{
	const cJSON *list = either(post, "referenced_tweets", "referenced_posts");
	const cJSON *reference = NULL;
	cJSON_ArrayForEach(reference, list)
	{
		struct vd_span type = vd_json_text(reference, "type");
		if (vd_span_is_text(type, "replied_to")) {
			item->parent = id_text(reference, "id");
		} else if (vd_span_is_text(type, "retweeted") ||
			   vd_span_is_text(type, "reposted")) {
			item->is_retweet = true;
			item->retweeted = id_text(reference, "id");
		} else if (vd_span_is_text(type, "quoted")) {
			item->is_quote = true;
		}
	}
}

static struct vd_span first_version(const cJSON *post, struct vd_span id)
{
	const cJSON *history = either(post, "edit_history_tweet_ids", "edit_history_post_ids");
	struct vd_span first = text_of(cJSON_IsArray(history) ? history->child : NULL);
	return vd_x_id_is_valid(first) ? first : id;
}

// created_at, or what the snowflake says: the id can't be missing.
static struct vd_wall published_at(const cJSON *object, struct vd_span key)
{
	struct vd_wall t = { 0 };
	struct vd_span text = vd_json_text(object, "created_at");
	return text.n > 0 && vd_wall_parse(text, &t) == VD_OK ? t : vd_x_time_of_id(key);
}

static bool read_post(const cJSON *post, struct vd_x_item *item)
{
	const cJSON *note = vd_json_get(either(post, "note_tweet", "note_post"), "text");
	const cJSON *text = cJSON_IsString(note) ? note : vd_json_get(post, "text");
	item->id = id_text(post, "id");
	if (item->id.n == 0 || !cJSON_IsString(text)) {
		return false;
	}
	item->key = first_version(post, item->id);
	item->text = unescape(text);
	item->author_id = id_text(post, "author_id");
	item->thread = id_text(post, "conversation_id");
	read_references(post, item);
	if (item->thread.n == 0) {
		item->thread = item->parent.n > 0 ? item->parent : item->key;
	}
	// A later version's created_at is not when the customer began to wait.
	item->published = vd_span_is_equal(item->key, item->id) ? published_at(post, item->key)
								: vd_x_time_of_id(item->key);
	item->attachments = find_attachments(post);
	read_metrics(post, item);
	return true;
}

static bool read_user(const cJSON *user, struct vd_x_item *item)
{
	int64_t followers = -1;
	item->id = id_text(user, "id");
	item->author_handle = vd_json_text(user, "username");
	enum vd_err err =
		vd_json_i64(vd_json_get(user, "public_metrics"), "followers_count", &followers);
	item->followers = followers > 0 ? (uint64_t)followers : 0;
	return item->id.n > 0 && item->author_handle.n > 0 && err == VD_OK && followers >= 0;
}

static bool is_conversation_id(struct vd_span id)
{
	for (size_t i = 0; i < id.n; i++) {
		bool is_digit = id.p[i] >= '0' && id.p[i] <= '9';
		if (!is_digit && id.p[i] != '-') {
			return false;
		}
	}
	return id.n > 0 && id.n <= 2 * VD_X_ID_BYTES;
}

static bool read_dm(const cJSON *event, struct vd_x_item *item)
{
	item->id = id_text(event, "id");
	item->key = item->id;
	item->thread = vd_json_text(event, "dm_conversation_id");
	item->author_id = id_text(event, "sender_id");
	const cJSON *text = vd_json_get(event, "text");
	item->text = cJSON_IsString(text) ? unescape(text) : VD_SPAN("");
	item->published = published_at(event, item->key);
	item->attachments = find_attachments(event);
	// Only an attachment may come without words.
	bool has_content = cJSON_IsString(text) || item->attachments != NULL;
	return item->id.n > 0 && item->author_id.n > 0 && is_conversation_id(item->thread) &&
	       has_content;
}

static bool is_message_event(const cJSON *event)
{
	struct vd_span type = vd_json_text(event, "event_type");
	return type.p == NULL || vd_span_is_text(type, "MessageCreate");
}

static void note_bad(struct vd_x_page *page, const cJSON *object)
{
	page->n_bad++;
	if (vd_span_copy(id_text(object, "id"), page->bad_id, sizeof(page->bad_id)) != VD_OK) {
		page->bad_id[0] = '\0';
	}
}

static bool read_item(const cJSON *object, enum vd_x_page_kind kind, struct vd_x_item *item)
{
	static bool (*const reads[])(const cJSON *, struct vd_x_item *) = {
		[VD_X_POSTS] = read_post,
		[VD_X_DMS] = read_dm,
		[VD_X_LOOKUP] = read_post,
		[VD_X_USERS] = read_user,
	};
	return reads[kind](object, item);
}

static void read_items(struct vd_x_page *page, const cJSON *data, enum vd_x_page_kind kind)
{
	const cJSON *object = NULL;
	cJSON_ArrayForEach(object, data)
	{
		if (kind == VD_X_DMS && !is_message_event(object)) {
			continue; // somebody joined or left
		}
		struct vd_x_item item = { 0 };
		if (read_item(object, kind, &item) && page->n < VD_X_ITEMS_MAX) {
			page->items[page->n++] = item;
		} else {
			note_bad(page, object);
		}
	}
}

// X lists the users in the order of their first posts: the next one is nearly always the one looked
// for, and a page of a hundred is not gone through a hundred times.
static const cJSON *find_user(const cJSON *users, const cJSON *from, struct vd_span id)
{
	for (const cJSON *user = from; user != NULL; user = user->next) {
		if (vd_span_is_equal(vd_json_text(user, "id"), id)) {
			return user;
		}
	}
	const cJSON *user = cJSON_IsArray(users) ? users->child : NULL;
	for (; user != NULL && user != from; user = user->next) {
		if (vd_span_is_equal(vd_json_text(user, "id"), id)) {
			return user;
		}
	}
	return NULL;
}

static void add_handles(struct vd_x_page *page)
{
	const cJSON *users = vd_json_get(vd_json_get(page->tree, "includes"), "users");
	const cJSON *next = cJSON_IsArray(users) ? users->child : NULL;
	for (size_t i = 0; i < page->n; i++) {
		struct vd_x_item *item = &page->items[i];
		const cJSON *user = item->author_id.n > 0 ? find_user(users, next, item->author_id)
							  : NULL;
		struct vd_span handle = vd_json_text(user, "username");
		if (user != NULL && handle.n > 0) {
			item->author_handle = handle;
			next = user->next;
		}
	}
}

// X lists media in the order of the posts too.
static void add_media(struct vd_x_page *page)
{
	const cJSON *includes = vd_json_get(page->tree, "includes");
	const cJSON *media = vd_json_get(includes, "media");
	const cJSON *next = cJSON_IsArray(media) ? media->child : NULL;
	for (size_t i = 0; i < page->n; i++) {
		struct vd_x_item *item = &page->items[i];
		const cJSON *keys = vd_json_get(item->attachments, "media_keys");
		item->includes = includes;
		item->media = next;
		for (int n = cJSON_GetArraySize(keys); n > 0 && next != NULL; n--) {
			next = next->next;
		}
	}
}

static enum vd_err read_page(struct vd_x_page *page, enum vd_x_page_kind kind, struct vd_diag *diag)
{
	const cJSON *data = vd_json_get(page->tree, "data");
	const cJSON *meta = vd_json_get(page->tree, "meta");
	bool has_errors = (kind == VD_X_LOOKUP || kind == VD_X_USERS) &&
			  cJSON_IsArray(vd_json_get(page->tree, "errors"));
	if ((data != NULL && !cJSON_IsArray(data)) ||
	    (data == NULL && !has_errors && !cJSON_IsObject(meta))) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "the answer has neither a list nor meta data");
	}
	size_t n = data != NULL ? (size_t)cJSON_GetArraySize(data) : 0;
	n = n > VD_X_ITEMS_MAX ? VD_X_ITEMS_MAX : n;
	page->items = calloc(n > 0 ? n : 1, sizeof(*page->items));
	if (page->items == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	read_items(page, data, kind);
	add_handles(page);
	add_media(page);
	page->next_token = vd_json_text(meta, "next_token");
	return VD_OK;
}

enum vd_err vd_x_page_parse(struct vd_span body, enum vd_x_page_kind kind, struct vd_x_page *page,
			    struct vd_diag *diag)
{
	*page = (struct vd_x_page){ .tree = vd_json_parse(body, diag) };
	if (page->tree == NULL) {
		return diag != NULL ? diag->err : VD_ERR_SYNTAX;
	}
	enum vd_err err = read_page(page, kind, diag);
	if (err != VD_OK) {
		vd_x_page_deinit(page);
	}
	return err;
}

static const cJSON *find_included(const cJSON *list, const cJSON *from, const char *name,
				  struct vd_span id)
{
	for (const cJSON *one = from; one != NULL; one = one->next) {
		if (vd_span_is_equal(vd_json_text(one, name), id)) {
			return one;
		}
	}
	const cJSON *one = cJSON_IsArray(list) ? list->child : NULL;
	for (; one != NULL && one != from; one = one->next) {
		if (vd_span_is_equal(vd_json_text(one, name), id)) {
			return one;
		}
	}
	return NULL;
}

// Where X tells nothing but the key, that begins with a number for the kind.
static enum vd_attachment_kind media_kind(const cJSON *media, struct vd_span key)
{
	static const struct {
		const char *type;
		const char *prefix;
		enum vd_attachment_kind kind;
	} kinds[] = { { "photo", "3_", VD_ATTACHMENT_PHOTO },
		      { "video", "7_", VD_ATTACHMENT_VIDEO },
		      { "video", "13_", VD_ATTACHMENT_VIDEO },
		      { "animated_gif", "16_", VD_ATTACHMENT_GIF } };
	struct vd_span type = vd_json_text(media, "type");
	for (size_t i = 0; i < VD_ARRAY_LEN(kinds); i++) {
		bool is_it = type.n > 0 ? vd_span_is_text(type, kinds[i].type)
					: vd_span_has_prefix(key, vd_span_of(kinds[i].prefix));
		if (is_it) {
			return kinds[i].kind;
		}
	}
	return VD_ATTACHMENT_FILE;
}

// A video has no address of its own, but that of its picture.
static void add_one_media(const struct vd_x_item *item, struct vd_span key, struct vd_attached *out)
{
	const cJSON *media =
		find_included(vd_json_get(item->includes, "media"), item->media, "media_key", key);
	struct vd_span url = vd_json_text(media, "url");
	url = url.n > 0 ? url : vd_json_text(media, "preview_image_url");
	vd_attached_add(out, media_kind(media, key), url, key, vd_json_text(media, "alt_text"));
}

static void add_one_poll(const struct vd_x_item *item, struct vd_span id, struct vd_attached *out)
{
	const cJSON *polls = vd_json_get(item->includes, "polls");
	const cJSON *poll = find_included(polls, NULL, "id", id);
	char words[VD_ATTACHMENT_WORDS_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, words, sizeof(words));
	const cJSON *option = NULL;
	cJSON_ArrayForEach(option, vd_json_get(poll, "options"))
	{
		struct vd_span label = vd_json_text(option, "label");
		vd_buf_printf(&buf, "%s%.*s", buf.len > 0 ? " | " : "", VD_SPAN_ARG(label));
	}
	vd_attached_add(out, VD_ATTACHMENT_POLL, VD_SPAN(""), id, vd_buf_span(&buf));
}

void vd_x_attached_read(const struct vd_x_item *item, struct vd_attached *out)
{
	const cJSON *one = NULL;
	*out = (struct vd_attached){ 0 };
	cJSON_ArrayForEach(one, vd_json_get(item->attachments, "media_keys"))
	{
		add_one_media(item, text_of(one), out);
	}
	cJSON_ArrayForEach(one, vd_json_get(item->attachments, "poll_ids"))
	{
		add_one_poll(item, text_of(one), out);
	}
	cJSON_ArrayForEach(one, vd_json_get(item->attachments, "card_ids"))
	{
		vd_attached_add(out, VD_ATTACHMENT_LINK, VD_SPAN(""), text_of(one), VD_SPAN(""));
	}
}

void vd_x_page_deinit(struct vd_x_page *page)
{
	free(page->items);
	vd_json_free(page->tree);
	*page = (struct vd_x_page){ 0 };
}

bool vd_x_page_is_gone(const struct vd_x_page *page, struct vd_span id)
{
	static const char *const names[] = { "resource_id", "value" };
	static const struct vd_span kinds[] = { { "/resource-not-found", 19 },
						{ "/not-authorized-for-resource", 28 } };
	const cJSON *error = NULL;
	cJSON_ArrayForEach(error, vd_json_get(page->tree, "errors"))
	{
		struct vd_span type = vd_json_text(error, "type");
		bool is_it = false;
		for (size_t i = 0; i < VD_ARRAY_LEN(names); i++) {
			is_it = is_it || vd_span_is_equal(vd_json_text(error, names[i]), id);
		}
		for (size_t i = 0; is_it && i < VD_ARRAY_LEN(kinds); i++) {
			if (type.n >= kinds[i].n &&
			    vd_span_is_equal(vd_span_skip(type, type.n - kinds[i].n), kinds[i])) {
				return true;
			}
		}
	}
	return false;
}

enum vd_err vd_x_id_parse(struct vd_span body, const char *name, char out[VD_X_ID_BYTES])
{
	cJSON *tree = vd_json_parse(body, NULL);
	struct vd_span id = id_text(vd_json_get(tree, "data"), name);
	enum vd_err err = id.n > 0 ? vd_span_copy(id, out, VD_X_ID_BYTES) : VD_ERR_SYNTAX;
	vd_json_free(tree);
	return err;
}
