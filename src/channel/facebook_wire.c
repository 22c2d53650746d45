// SPDX-License-Identifier: MIT
#include "channel/facebook_wire.h"

#include <stdlib.h>
#include <string.h>

bool vd_facebook_id_is_valid(struct vd_span id)
{
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];
		bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			       (c >= 'A' && c <= 'Z');
		if (!is_word && c != '_' && c != '-' && c != '=' && c != ':' && c != '.' &&
		    c != '$') {
			return false;
		}
	}
	// No path of its own: ids begin with a digit or a letter.
	return id.n > 0 && id.n < VD_ID_BYTES - 8 && id.p[0] != '.';
}

struct vd_span vd_facebook_comment_id(struct vd_span id)
{
	int bars = 0;
	for (size_t i = id.n; i > 0; i--) {
		if (id.p[i - 1] == '_' && ++bars == 2) {
			return vd_span_skip(id, i);
		}
	}
	return id;
}

bool vd_facebook_is_same_comment(struct vd_span a, struct vd_span b)
{
	const struct vd_span *ids[] = { &a, &b };
	struct vd_span last[2];
	for (int i = 0; i < 2; i++) {
		size_t from = ids[i]->n;
		while (from > 0 && ids[i]->p[from - 1] != '_') {
			from--;
		}
		last[i] = vd_span_skip(*ids[i], from);
	}
	return last[0].n > 0 && vd_span_is_equal(last[0], last[1]);
}

static struct vd_span id_text(const cJSON *object, const char *name)
{
	struct vd_span id = vd_json_text(object, name);
	return vd_facebook_id_is_valid(id) ? id : (struct vd_span){ 0 };
}

static struct vd_wall time_of(const cJSON *object, const char *name)
{
	struct vd_wall t = { 0 };
	struct vd_span text = vd_json_text(object, name);
	return text.n > 0 && vd_wall_parse(text, &t) == VD_OK ? t : (struct vd_wall){ 0 };
}

static const cJSON *list_of(const cJSON *object, const char *name)
{
	const cJSON *list = vd_json_get(vd_json_get(object, name), "data");
	return cJSON_IsArray(list) ? list : NULL;
}

static bool has_attachments(const cJSON *object)
{
	return cJSON_GetArraySize(list_of(object, "attachments")) > 0 ||
	       cJSON_IsObject(vd_json_get(object, "attachment")) ||
	       cJSON_IsString(vd_json_get(object, "sticker")) ||
	       cJSON_GetArraySize(list_of(object, "shares")) > 0;
}

static enum vd_attachment_kind kind_of(struct vd_span type)
{
	static const struct {
		const char *part;
		enum vd_attachment_kind kind;
	} kinds[] = { { "animated", VD_ATTACHMENT_GIF },        { "image/gif", VD_ATTACHMENT_GIF },
		      { "sticker", VD_ATTACHMENT_STICKER },     { "photo", VD_ATTACHMENT_PHOTO },
		      { "album", VD_ATTACHMENT_PHOTO },         { "image/", VD_ATTACHMENT_PHOTO },
		      { "profile_media", VD_ATTACHMENT_PHOTO }, { "video", VD_ATTACHMENT_VIDEO },
		      { "audio", VD_ATTACHMENT_AUDIO },         { "file", VD_ATTACHMENT_FILE },
		      { "poll", VD_ATTACHMENT_POLL },           { "/", VD_ATTACHMENT_FILE } };
	for (size_t i = 0; i < VD_ARRAY_LEN(kinds); i++) {
		if (vd_span_find(type, vd_span_of(kinds[i].part)) >= 0) {
			return kinds[i].kind;
		}
	}
	return VD_ATTACHMENT_LINK;
}

// Of a post or a comment: its own page on Facebook outlives the address of the picture.
static void add_story(const cJSON *story, struct vd_attached *out)
{
	const cJSON *target = vd_json_get(story, "target");
	struct vd_span url = vd_json_text(story, "url");
	struct vd_span words = vd_json_text(story, "description");
	if (url.n == 0) {
		url = vd_json_text(target, "url");
	}
	if (url.n == 0) {
		url = vd_json_text(vd_json_get(vd_json_get(story, "media"), "image"), "src");
	}
	vd_attached_add(out, kind_of(vd_json_text(story, "type")), url, vd_json_text(target, "id"),
			words.n > 0 ? words : vd_json_text(story, "title"));
}

// Of a message: what lies there, with an address for some days.
static void add_file(const cJSON *file, struct vd_attached *out)
{
	struct vd_span url = vd_json_text(vd_json_get(file, "image_data"), "url");
	if (url.n == 0) {
		url = vd_json_text(vd_json_get(file, "video_data"), "url");
	}
	if (url.n == 0) {
		url = vd_json_text(file, "file_url");
	}
	struct vd_span type = vd_json_text(file, "mime_type");
	vd_attached_add(out, type.n > 0 ? kind_of(type) : VD_ATTACHMENT_FILE, url,
			vd_json_text(file, "id"), vd_json_text(file, "name"));
}

static void add_attachment(const cJSON *one, struct vd_attached *out)
{
	const cJSON *parts = list_of(one, "subattachments");
	const cJSON *part = NULL;
	bool is_story = vd_json_get(one, "type") != NULL || vd_json_get(one, "target") != NULL;
	if (cJSON_GetArraySize(parts) == 0) {
		(is_story ? add_story : add_file)(one, out);
		return;
	}
	cJSON_ArrayForEach(part, parts)
	{
		add_story(part, out);
	}
}

void vd_facebook_attached_read(const struct vd_facebook_item *item, struct vd_attached *out)
{
	const cJSON *one = NULL;
	struct vd_span sticker = vd_json_text(item->node, "sticker");
	*out = (struct vd_attached){ 0 };
	if (cJSON_IsObject(vd_json_get(item->node, "attachment"))) {
		add_attachment(vd_json_get(item->node, "attachment"), out);
	}
	cJSON_ArrayForEach(one, list_of(item->node, "attachments"))
	{
		add_attachment(one, out);
	}
	if (sticker.p != NULL) {
		vd_attached_add(out, VD_ATTACHMENT_STICKER, sticker, VD_SPAN(""), VD_SPAN(""));
	}
	cJSON_ArrayForEach(one, list_of(item->node, "shares"))
	{
		vd_attached_add(out, VD_ATTACHMENT_LINK, vd_json_text(one, "link"),
				vd_json_text(one, "id"), vd_json_text(one, "name"));
	}
}

static void read_shares(const cJSON *node, struct vd_facebook_item *item)
{
	int64_t n = 0;
	enum vd_err err = vd_json_i64(vd_json_get(node, "shares"), "count", &n);
	item->has_echoes = err == VD_OK && n >= 0 && n <= UINT32_MAX;
	item->shares = item->has_echoes ? (uint32_t)n : 0;
	item->is_share = vd_span_is_text(vd_json_text(node, "status_type"), "shared_story") &&
			 vd_span_trim(item->text).n == 0;
}

static bool read_item(const cJSON *node, enum vd_facebook_kind kind, struct vd_facebook_item *item)
{
	const cJSON *from = vd_json_get(node, "from");
	const cJSON *text = vd_json_get(node, "message");
	item->id = id_text(node, "id");
	item->parent = id_text(vd_json_get(node, "parent"), "id");
	item->from_id = id_text(from, "id");
	item->from_name = vd_json_text(from, "name");
	item->text = cJSON_IsString(text) ? vd_json_text(node, "message") : VD_SPAN("");
	item->updated = time_of(node, "updated_time");
	item->created =
		time_of(node, kind == VD_FACEBOOK_CONVERSATIONS ? "updated_time" : "created_time");
	item->node = node;
	item->comments = vd_json_get(node, "comments");
	item->is_by_page = cJSON_IsObject(vd_json_get(node, "admin_creator"));
	item->has_details = text != NULL || from != NULL || has_attachments(node);
	read_shares(node, item);
	if (kind == VD_FACEBOOK_CONVERSATIONS) {
		item->text = vd_json_text(node, "snippet");
	}
	if (vd_json_i64(node, "message_count", &item->count) != VD_OK) {
		item->count = -1;
	}
	if (item->updated.us < item->created.us) {
		item->updated = item->created;
	}
	return item->id.n > 0 && vd_wall_is_set(item->created);
}

static void note_bad(struct vd_facebook_page *page, const cJSON *node)
{
	page->n_bad++;
	if (vd_span_copy(id_text(node, "id"), page->bad_id, sizeof(page->bad_id)) != VD_OK) {
		page->bad_id[0] = '\0';
	}
}

enum vd_err vd_facebook_edge_read(const cJSON *edge, enum vd_facebook_kind kind,
				  struct vd_facebook_page *page, struct vd_diag *diag)
{
	*page = (struct vd_facebook_page){ 0 };
	const cJSON *data = vd_json_get(edge, "data");
	if (!cJSON_IsArray(data)) {
		return vd_diag_set(diag, VD_ERR_SYNTAX, "the answer has no list");
	}
	size_t most = (size_t)cJSON_GetArraySize(data);
	most = most > VD_FACEBOOK_ITEMS_MAX ? VD_FACEBOOK_ITEMS_MAX : most;
	page->items = calloc(most > 0 ? most : 1, sizeof(*page->items));
	if (page->items == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	const cJSON *node = NULL;
	cJSON_ArrayForEach(node, data)
	{
		struct vd_facebook_item item = { 0 };
		if (page->n < most && read_item(node, kind, &item)) {
			page->items[page->n++] = item;
		} else {
			note_bad(page, node);
		}
	}
	page->next = vd_json_text(vd_json_get(edge, "paging"), "next");
	return VD_OK;
}

enum vd_err vd_facebook_page_parse(struct vd_span body, enum vd_facebook_kind kind,
				   struct vd_facebook_page *page, struct vd_diag *diag)
{
	*page = (struct vd_facebook_page){ 0 };
	cJSON *tree = vd_json_parse(body, diag);
	if (tree == NULL) {
		return diag != NULL ? diag->err : VD_ERR_SYNTAX;
	}
	enum vd_err err = vd_facebook_edge_read(tree, kind, page, diag);
	if (err != VD_OK) {
		vd_json_free(tree);
		return err;
	}
	page->tree = tree;
	return VD_OK;
}

enum vd_err vd_facebook_node_parse(struct vd_span body, enum vd_facebook_kind kind,
				   struct vd_facebook_page *page, struct vd_diag *diag)
{
	*page = (struct vd_facebook_page){ 0 };
	cJSON *tree = vd_json_parse(body, diag);
	struct vd_facebook_item *item = calloc(1, sizeof(*item));
	if (tree == NULL || item == NULL || !read_item(tree, kind, item)) {
		bool is_room = item != NULL;
		free(item);
		vd_json_free(tree);
		return is_room ? vd_diag_set(diag, VD_ERR_SYNTAX,
					     "the answer is no post or comment")
			       : vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
	}
	page->tree = tree;
	page->items = item;
	page->n = 1;
	return VD_OK;
}

void vd_facebook_page_deinit(struct vd_facebook_page *page)
{
	free(page->items);
	vd_json_free(page->tree);
	*page = (struct vd_facebook_page){ 0 };
}

enum vd_err vd_facebook_id_parse(struct vd_span body, const char *name, char out[VD_ID_BYTES])
{
	cJSON *tree = vd_json_parse(body, NULL);
	struct vd_span id = id_text(tree, name);
	enum vd_err err = id.n > 0 ? vd_span_copy(id, out, VD_ID_BYTES) : VD_ERR_SYNTAX;
	vd_json_free(tree);
	return err;
}
