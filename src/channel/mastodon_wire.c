// SPDX-License-Identifier: MIT
#include "channel/mastodon_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define COUNT_MOST 1000000 // a limit beyond is none

bool vd_mastodon_id_is_valid(struct vd_span id)
{
	bool is_dots = true;
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];
		if (c <= ' ' || c > '~' || strchr("/?#%\\\"'<>&", c) != NULL) {
			return false;
		}
		is_dots = is_dots && c == '.';
	}
	return id.n > 0 && id.n < VD_MASTODON_ID_BYTES && !is_dots;
}

static struct vd_span id_text(const cJSON *object, const char *name)
{
	struct vd_span id = vd_json_text(object, name);
	return vd_mastodon_id_is_valid(id) ? id : (struct vd_span){ 0 };
}

static bool is_acct_char(char c)
{
	return c > ' ' && c <= '~' && strchr("/?#%\\\"'<>&:;,", c) == NULL;
}

// A port may follow the host of a test's server.
static bool is_acct(struct vd_span acct)
{
	size_t ats = 0;
	for (size_t i = 0; i < acct.n; i++) {
		bool is_port = acct.p[i] == ':' && ats > 0;
		if (!is_acct_char(acct.p[i]) && !is_port) {
			return false;
		}
		ats += acct.p[i] == '@' ? 1 : 0;
	}
	return acct.n > 0 && acct.n < VD_MASTODON_ACCT_BYTES && ats <= 1 && acct.p[0] != '@' &&
	       acct.p[acct.n - 1] != '@';
}

static struct vd_span acct_text(const cJSON *account)
{
	struct vd_span acct = vd_json_text(account, "acct");
	return is_acct(acct) ? acct : (struct vd_span){ 0 };
}

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool vd_mastodon_full_acct(struct vd_span acct, const char *domain,
			   char out[VD_MASTODON_ACCT_BYTES])
{
	out[0] = '\0';
	if (!is_acct(acct)) {
		return false;
	}
	bool has_host = vd_span_find(acct, VD_SPAN("@")) >= 0;
	int n = snprintf(out, VD_MASTODON_ACCT_BYTES, "%.*s%s%s", VD_SPAN_ARG(acct),
			 has_host ? "" : "@", has_host ? "" : domain);
	if (n < 0 || n >= VD_MASTODON_ACCT_BYTES) {
		out[0] = '\0';
		return false;
	}
	for (char *c = out; *c != '\0'; c++) {
		*c = small(*c);
	}
	return true;
}

struct vd_span vd_mastodon_user_of(struct vd_span acct)
{
	return vd_span_cut(&acct, '@');
}

// ---- pages
// ----------------------------------------------------------------------------------------

static enum vd_mastodon_audience audience_of(struct vd_span visibility)
{
	static const struct {
		const char *name;
		enum vd_mastodon_audience audience;
	} names[] = { { "public", VD_MASTODON_PUBLIC },
		      { "unlisted", VD_MASTODON_UNLISTED },
		      { "direct", VD_MASTODON_DIRECT } };
	for (size_t i = 0; i < VD_ARRAY_LEN(names); i++) {
		if (vd_span_is_text(visibility, names[i].name)) {
			return names[i].audience;
		}
	}
	return VD_MASTODON_OTHER;
}

static uint32_t count_of(const cJSON *status, const char *name)
{
	int64_t n = 0;
	bool is_good = vd_json_i64(status, name, &n) == VD_OK && n > 0 && n <= UINT32_MAX;
	return is_good ? (uint32_t)n : 0;
}

// A boost repeats a status, which carries its own counts.
static void read_echoes(const cJSON *status, struct vd_mastodon_item *item)
{
	const cJSON *reblog = vd_json_get(status, "reblog");
	const cJSON *counted = cJSON_IsObject(reblog) ? reblog : status;
	item->is_reblog = counted != status;
	item->boosted = item->is_reblog ? id_text(reblog, "id") : (struct vd_span){ 0 };
	item->has_echoes = vd_json_get(counted, "reblogs_count") != NULL;
	item->shares = count_of(counted, "reblogs_count");
	item->quotes = count_of(counted, "quotes_count");
}

static enum vd_attachment_kind media_kind(struct vd_span type)
{
	static const struct {
		const char *type;
		enum vd_attachment_kind kind;
	} kinds[] = { { "image", VD_ATTACHMENT_PHOTO },
		      { "video", VD_ATTACHMENT_VIDEO },
		      { "gifv", VD_ATTACHMENT_GIF },
		      { "audio", VD_ATTACHMENT_AUDIO } };
	for (size_t i = 0; i < VD_ARRAY_LEN(kinds); i++) {
		if (vd_span_has_prefix(type, vd_span_of(kinds[i].type))) { // snac: "image/png"
			return kinds[i].kind;
		}
	}
	return VD_ATTACHMENT_FILE;
}

static void add_poll(const cJSON *poll, struct vd_attached *out)
{
	char words[VD_ATTACHMENT_WORDS_BYTES];
	struct vd_buf buf;
	vd_buf_init(&buf, words, sizeof(words));
	const cJSON *option = NULL;
	cJSON_ArrayForEach(option, vd_json_get(poll, "options"))
	{
		struct vd_span title = vd_json_text(option, "title");
		vd_buf_printf(&buf, "%s%.*s", buf.len > 0 ? " | " : "", VD_SPAN_ARG(title));
	}
	vd_attached_add(out, VD_ATTACHMENT_POLL, VD_SPAN(""), vd_json_text(poll, "id"),
			vd_buf_span(&buf));
}

void vd_mastodon_attached_read(const struct vd_mastodon_item *item, struct vd_attached *out)
{
	const cJSON *media = NULL;
	const cJSON *poll = vd_json_get(item->status, "poll");
	*out = (struct vd_attached){ 0 };
	cJSON_ArrayForEach(media, vd_json_get(item->status, "media_attachments"))
	{
		struct vd_span url = vd_json_text(media, "url");
		url = url.n > 0 ? url : vd_json_text(media, "remote_url");
		vd_attached_add(out, media_kind(vd_json_text(media, "type")), url,
				vd_json_text(media, "id"), vd_json_text(media, "description"));
	}
	if (cJSON_IsObject(poll)) {
		add_poll(poll, out);
	}
}

static struct vd_wall time_of(const cJSON *object, const char *name)
{
	struct vd_wall t = { 0 };
	struct vd_span text = vd_json_text(object, name);
	return text.n > 0 && vd_wall_parse(text, &t) == VD_OK ? t : (struct vd_wall){ 0 };
}

static bool read_status(const cJSON *status, struct vd_mastodon_item *item)
{
	const cJSON *account = vd_json_get(status, "account");
	item->id = id_text(status, "id");
	item->parent = id_text(status, "in_reply_to_id");
	item->parent_account = id_text(status, "in_reply_to_account_id");
	item->author = id_text(account, "id");
	item->acct = acct_text(account);
	item->content = vd_json_text(status, "content");
	item->spoiler = vd_json_text(status, "spoiler_text");
	item->published = time_of(status, "created_at");
	item->audience = audience_of(vd_json_text(status, "visibility"));
	item->status = status;
	read_echoes(status, item);
	item->is_edited = vd_wall_is_set(time_of(status, "edited_at"));
	item->mentions = vd_json_get(status, "mentions");
	return item->id.n > 0 && item->author.n > 0 && item->acct.n > 0 &&
	       vd_wall_is_set(item->published) && (item->content.p != NULL || item->is_reblog);
}

static void note_bad(struct vd_mastodon_page *page, const cJSON *object)
{
	page->n_bad++;
	if (vd_span_copy(id_text(object, "id"), page->bad_id, sizeof(page->bad_id)) != VD_OK) {
		page->bad_id[0] = '\0';
	}
}

static void add_status(struct vd_mastodon_page *page, const cJSON *entry, const cJSON *status)
{
	struct vd_mastodon_item item = { .key = id_text(entry, "id") };
	if (page->n < VD_MASTODON_ITEMS_MAX && read_status(status, &item)) {
		page->items[page->n++] = item;
	} else {
		note_bad(page, entry);
	}
}

// The status that somebody boosted stands in the place of the boost.
static void note_boost(struct vd_mastodon_item *item, struct vd_span type)
{
	if (vd_span_is_text(type, "reblog") && !item->is_reblog) {
		item->is_reblog = true;
		item->boosted = item->id;
	}
}

static void read_entry(struct vd_mastodon_page *page, const cJSON *entry,
		       enum vd_mastodon_kind kind)
{
	const cJSON *status = entry;
	struct vd_span type = { 0 };
	if (kind == VD_MASTODON_NOTIFICATIONS) {
		status = vd_json_get(entry, "status");
		type = vd_json_text(entry, "type");
		if (!vd_span_is_text(type, "mention") && !vd_span_is_text(type, "quote") &&
		    !vd_span_is_text(type, "reblog")) {
			return;
		}
	} else if (kind == VD_MASTODON_CONVERSATIONS) {
		status = vd_json_get(entry, "last_status");
	}
	if (cJSON_IsObject(status)) { // else it was deleted meanwhile
		size_t n = page->n;
		add_status(page, entry, status);
		if (page->n > n) {
			note_boost(&page->items[n], type);
		}
	}
}

static void read_list(struct vd_mastodon_page *page, const cJSON *list, enum vd_mastodon_kind kind)
{
	const cJSON *entry = NULL;
	cJSON_ArrayForEach(entry, list)
	{
		struct vd_span key = id_text(entry, "id");
		if (key.n > 0) {
			page->first_key = page->first_key.n > 0 ? page->first_key : key;
			page->last_key = key;
		}
		page->n_listed++;
		read_entry(page, entry, kind);
	}
}

static size_t size_of(const cJSON *list)
{
	return cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;
}

static enum vd_err make_room(struct vd_mastodon_page *page, size_t n, struct vd_diag *diag)
{
	n = n > VD_MASTODON_ITEMS_MAX ? VD_MASTODON_ITEMS_MAX : n;
	page->items = calloc(n > 0 ? n : 1, sizeof(*page->items));
	return page->items != NULL
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
}

static enum vd_err read_context(struct vd_mastodon_page *page, struct vd_diag *diag)
{
	const cJSON *ancestors = vd_json_get(page->tree, "ancestors");
	const cJSON *descendants = vd_json_get(page->tree, "descendants");
	if (!cJSON_IsArray(ancestors) || !cJSON_IsArray(descendants)) {
		return vd_diag_set(diag, VD_ERR_SYNTAX, "the answer is no thread");
	}
	enum vd_err err = make_room(page, size_of(ancestors) + size_of(descendants), diag);
	if (err == VD_OK) {
		read_list(page, ancestors, VD_MASTODON_CONTEXT);
		page->n_ancestors = page->n;
		read_list(page, descendants, VD_MASTODON_CONTEXT);
	}
	return err;
}

static enum vd_err read_page(struct vd_mastodon_page *page, enum vd_mastodon_kind kind,
			     struct vd_diag *diag)
{
	if (kind == VD_MASTODON_CONTEXT) {
		return read_context(page, diag);
	}
	if (kind == VD_MASTODON_STATUS) {
		enum vd_err err = make_room(page, 1, diag);
		if (err == VD_OK) {
			add_status(page, page->tree, page->tree);
		}
		return err == VD_OK && page->n == 0
			       ? vd_diag_set(diag, VD_ERR_SYNTAX, "the answer is no post")
			       : err;
	}
	if (!cJSON_IsArray(page->tree)) {
		return vd_diag_set(diag, VD_ERR_SYNTAX, "the answer is no list");
	}
	enum vd_err err = make_room(page, size_of(page->tree), diag);
	if (err == VD_OK) {
		read_list(page, page->tree, kind);
	}
	return err;
}

enum vd_err vd_mastodon_page_parse(struct vd_span body, enum vd_mastodon_kind kind,
				   struct vd_mastodon_page *page, struct vd_diag *diag)
{
	*page = (struct vd_mastodon_page){ .tree = vd_json_parse(body, diag) };
	if (page->tree == NULL) {
		return diag != NULL ? diag->err : VD_ERR_SYNTAX;
	}
	enum vd_err err = read_page(page, kind, diag);
	if (err != VD_OK) {
		vd_mastodon_page_deinit(page);
	}
	return err;
}

void vd_mastodon_page_deinit(struct vd_mastodon_page *page)
{
	free(page->items);
	vd_json_free(page->tree);
	*page = (struct vd_mastodon_page){ 0 };
}

// ---- small answers
// --------------------------------------------------------------------------------

enum vd_err vd_mastodon_account_parse(struct vd_span body, struct vd_mastodon_account *out,
				      struct vd_diag *diag)
{
	*out = (struct vd_mastodon_account){ .followers = -1 };
	cJSON *tree = vd_json_parse(body, diag);
	if (tree == NULL) {
		return diag != NULL ? diag->err : VD_ERR_SYNTAX;
	}
	struct vd_span id = id_text(tree, "id");
	struct vd_span acct = acct_text(tree);
	enum vd_err err = VD_OK;
	if (id.n == 0 || acct.n == 0 || vd_span_copy(id, out->id, sizeof(out->id)) != VD_OK ||
	    vd_span_copy(acct, out->acct, sizeof(out->acct)) != VD_OK) {
		err = vd_diag_set(diag, VD_ERR_SYNTAX, "the answer is no account");
	}
	if (vd_json_i64(tree, "followers_count", &out->followers) != VD_OK || out->followers < 0) {
		out->followers = -1;
	}
	vd_json_free(tree);
	return err;
}

bool vd_mastodon_is_blocked_by(struct vd_span body)
{
	cJSON *tree = vd_json_parse(body, NULL);
	const cJSON *first = cJSON_IsArray(tree) ? tree->child : NULL;
	bool is_blocked = vd_json_bool(first, "blocked_by", false);
	vd_json_free(tree);
	return is_blocked;
}

static int number_of(const cJSON *object, const char *name, int fallback)
{
	int64_t n = 0;
	bool is_it = vd_json_i64(object, name, &n) == VD_OK && n > 0 && n <= COUNT_MOST;
	return is_it ? (int)n : fallback;
}

// "mastodon.uno", or an address as v1 of some servers has it.
static void read_domain(const cJSON *tree, struct vd_mastodon_instance *out)
{
	struct vd_span domain = vd_json_text(tree, "domain");
	domain = domain.n > 0 ? domain : vd_json_text(tree, "uri");
	ptrdiff_t scheme = vd_span_find(domain, VD_SPAN("://"));
	domain = scheme >= 0 ? vd_span_skip(domain, (size_t)scheme + 3) : domain;
	domain = vd_span_cut(&domain, '/');
	bool is_good = domain.n > 0 && domain.n < sizeof(out->domain);
	for (size_t i = 0; is_good && i < domain.n; i++) {
		out->domain[i] = small(domain.p[i]);
		is_good = is_acct_char(domain.p[i]) || domain.p[i] == ':';
	}
	out->domain[is_good ? domain.n : 0] = '\0';
}

// "4.4.3", "4.5.0-rc.1", "4.3.0+glitch". Others say "0.17.3+git-1", "4.2.0 (compatible; ...)",
// "2.7.2 (compatible; Pleroma 2.5.0)", "4.0.0 (not true; really snac/2.75)".
static bool is_of_mastodon(struct vd_span version)
{
	bool is_it = version.n > 4 && version.p[0] >= '2' && version.p[0] <= '9' &&
		     version.p[1] == '.';
	for (size_t i = 0; i < version.n; i++) {
		char c = version.p[i];
		is_it = is_it && (is_acct_char(c) || c == '+');
	}
	return is_it;
}

enum vd_err vd_mastodon_instance_parse(struct vd_span body, struct vd_mastodon_instance *out,
				       struct vd_diag *diag)
{
	*out = (struct vd_mastodon_instance){ .max_characters = VD_MASTODON_MAX_CHARACTERS,
					      .url_characters = VD_MASTODON_URL_CHARACTERS };
	cJSON *tree = vd_json_parse(body, diag);
	if (tree == NULL) {
		return diag != NULL ? diag->err : VD_ERR_SYNTAX;
	}
	if (!cJSON_IsObject(tree)) {
		vd_json_free(tree);
		return vd_diag_set(diag, VD_ERR_SYNTAX, "the answer is no instance");
	}
	const cJSON *statuses = vd_json_get(vd_json_get(tree, "configuration"), "statuses");
	// Servers before 3.4, and some others, say it at the top.
	int older = number_of(tree, "max_toot_chars", VD_MASTODON_MAX_CHARACTERS);
	out->max_characters = number_of(statuses, "max_characters", older);
	out->url_characters =
		number_of(statuses, "characters_reserved_per_url", VD_MASTODON_URL_CHARACTERS);
	read_domain(tree, out);
	out->is_mastodon = is_of_mastodon(vd_json_text(tree, "version"));
	vd_json_free(tree);
	return VD_OK;
}
