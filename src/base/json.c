// SPDX-License-Identifier: MIT
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "base/secret.h"

// Beyond it a double no longer tells n from n + 1, so that the value on the wire isn't known.
#define MOST_EXACT 9007199254740991.0

static enum vd_err fail_at(struct vd_diag *diag, struct vd_span text, size_t at, enum vd_err err,
			   const char *what)
{
	struct vd_json_place place = vd_json_place_of(text, at);
	return vd_diag_set(diag, err, "line %d, column %d: %s", place.line, place.column, what);
}

// cJSON's answer to a text that passed the check; `*end` is where it stopped.
static cJSON *parse_checked(struct vd_span text, size_t *end)
{
	const char *stopped = text.p;
	cJSON *tree = cJSON_ParseWithLengthOpts(text.p, text.n, &stopped, 0);
	*end = (size_t)(stopped - text.p);
	return tree;
}

static cJSON *parse_whole(struct vd_span text, struct vd_diag *diag)
{
	size_t end = 0;
	cJSON *tree = parse_checked(text, &end);
	if (tree == NULL) {
		(void)fail_at(diag, text, end, VD_ERR_SYNTAX, "this is not JSON");
		return NULL;
	}
	end = vd_json_skip_blanks(text, end);
	if (end < text.n) {
		(void)fail_at(diag, text, end, VD_ERR_SYNTAX, "something stands behind the end");
		cJSON_Delete(tree);
		return NULL;
	}
	return tree;
}

// A customer can write \u0000 or half a surrogate pair into a message, and cJSON would cut there,
// or refuse a whole page of messages: they become U+FFFD, in a copy, before it sees them.
static cJSON *parse_repaired(struct vd_span text, struct vd_diag *diag)
{
	char *copy = malloc(text.n);
	if (copy == NULL) {
		(void)vd_diag_set(diag, VD_ERR_MEMORY, "%s", vd_err_text(VD_ERR_MEMORY));
		return NULL;
	}
	memcpy(copy, text.p, text.n);
	vd_json_repair_escapes(copy, text.n);
	cJSON *tree = parse_whole(vd_span_make(copy, text.n), diag);
	vd_wipe(copy, text.n);
	free(copy);
	return tree;
}

cJSON *vd_json_parse(struct vd_span text, struct vd_diag *diag)
{
	struct vd_json_check check = vd_json_check_text(text);
	if (check.err != VD_OK) {
		(void)fail_at(diag, text, check.at, check.err, check.what);
		return NULL;
	}
	return check.needs_repair ? parse_repaired(text, diag) : parse_whole(text, diag);
}

void vd_json_free(cJSON *tree)
{
	cJSON_Delete(tree);
}

static void wipe_texts(cJSON *tree) // as deep as the parser let it be
{
	for (cJSON *item = tree; item != NULL; item = item->next) {
		if (item->valuestring != NULL) {
			vd_wipe(item->valuestring, strlen(item->valuestring));
		}
		wipe_texts(item->child);
	}
}

void vd_json_free_secret(cJSON *tree)
{
	wipe_texts(tree);
	cJSON_Delete(tree);
}

const cJSON *vd_json_get(const cJSON *object, const char *name)
{
	return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

struct vd_span vd_json_text(const cJSON *object, const char *name)
{
	const cJSON *item = vd_json_get(object, name);
	return vd_span_of(cJSON_IsString(item) ? item->valuestring : NULL);
}

enum vd_err vd_json_i64(const cJSON *object, const char *name, int64_t *out)
{
	const cJSON *item = vd_json_get(object, name);
	if (item == NULL) {
		return VD_ERR_NOT_FOUND;
	}
	if (cJSON_IsString(item)) {
		return vd_span_parse_i64(vd_span_of(item->valuestring), out);
	}
	if (!cJSON_IsNumber(item)) {
		return VD_ERR_SYNTAX;
	}
	double value = item->valuedouble;
	if (!(value >= -MOST_EXACT && value <= MOST_EXACT)) {
		return VD_ERR_RANGE;
	}
	int64_t whole = (int64_t)value;
	if ((double)whole != value) {
		return VD_ERR_SYNTAX;
	}
	*out = whole;
	return VD_OK;
}

bool vd_json_bool(const cJSON *object, const char *name, bool fallback)
{
	const cJSON *item = vd_json_get(object, name);
	return cJSON_IsBool(item) ? cJSON_IsTrue(item) != 0 : fallback;
}
