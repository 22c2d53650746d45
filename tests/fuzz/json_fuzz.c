// SPDX-License-Identifier: MIT
// layer: base
// What parses is no deeper than the limit, has a line for each of its values, and can be written
// and read again.
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void copy_tree(struct vd_json_out *j, const cJSON *item, const char *name, int depth);

static void copy_children(struct vd_json_out *j, const cJSON *item, int depth)
{
	bool is_object = cJSON_IsObject(item);
	for (const cJSON *child = item->child; child != NULL; child = child->next) {
		copy_tree(j, child, is_object ? child->string : NULL, depth + 1);
	}
}

static void copy_tree(struct vd_json_out *j, const cJSON *item, const char *name, int depth)
{
	must(depth <= VD_JSON_DEPTH);
	if (cJSON_IsObject(item)) {
		vd_json_open(j, name, '{');
		copy_children(j, item, depth);
		vd_json_close(j, '}');
	} else if (cJSON_IsArray(item)) {
		vd_json_open(j, name, '[');
		copy_children(j, item, depth);
		vd_json_close(j, ']');
	} else if (cJSON_IsString(item)) {
		vd_json_put_text(j, name, vd_span_of(item->valuestring));
	} else if (cJSON_IsNumber(item)) {
		vd_json_put_double(j, name, item->valuedouble, 6);
	} else if (cJSON_IsBool(item)) {
		vd_json_put_bool(j, name, cJSON_IsTrue(item) != 0);
	} else {
		vd_json_put_null(j, name);
	}
}

static int count_lines(struct vd_span text)
{
	int lines = 1;
	for (size_t i = 0; i < text.n; i++) {
		lines += text.p[i] == '\n' ? 1 : 0;
	}
	return lines;
}

static void look_at_members(const cJSON *tree, struct vd_span text)
{
	int lines = count_lines(text);
	int seen = 0;
	for (const cJSON *child = cJSON_IsObject(tree) ? tree->child : NULL;
	     child != NULL && seen < 8; child = child->next, seen++) {
		int64_t number;
		(void)!vd_json_i64(tree, child->string, &number);
		(void)vd_json_text(tree, child->string);
		int line = vd_json_line(text, child->string);
		must(line >= 1 && line <= lines);
	}
}

static void write_and_read(const cJSON *tree)
{
	struct vd_buf buf;
	vd_buf_init_heap(&buf, 1 << 24);
	struct vd_json_out j = vd_json_out_init(&buf);
	copy_tree(&j, tree, NULL, 0);
	if (vd_buf_check(&buf) == VD_OK) {
		must(vd_utf8_is_valid(vd_buf_span(&buf)));
		cJSON *again = vd_json_parse(vd_buf_span(&buf), NULL);
		must(again != NULL);
		must(cJSON_GetArraySize(again) == cJSON_GetArraySize(tree));
		vd_json_free(again);
	}
	vd_buf_deinit(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vd_span text = vd_span_make(data, size);
	// Also texts that nobody accepted must not lead the scanner astray.
	static const char *const PATHS[] = { "a", "accounts[1].token_file", "[0][0]", "a.b.c[2]",
					     "" };
	for (size_t i = 0; i < VD_ARRAY_LEN(PATHS); i++) {
		must(vd_json_line(text, PATHS[i]) >= 1);
	}
	struct vd_diag diag = { 0 };
	cJSON *tree = vd_json_parse(text, &diag);
	if (tree == NULL) {
		must(diag.err < 0 && diag.text[0] != '\0');
		return 0;
	}
	look_at_members(tree, text);
	write_and_read(tree);
	vd_json_free(tree);
	return 0;
}
