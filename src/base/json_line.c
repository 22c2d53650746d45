// SPDX-License-Identifier: MIT
// Where a value stands in a text that the parser accepted: cJSON's tree has no places.
#include "base/json.h"
#include "base/json_text.h"

// One step of a path: a member's name, or an index.
struct step {
	struct vd_span name; // p = NULL: an index
	uint64_t index;
};

static size_t after_string(struct vd_span text, size_t at)
{
	for (at++; at < text.n && text.p[at] != '"'; at++) {
		if (text.p[at] == '\\') {
			at++;
		}
	}
	return at < text.n ? at + 1 : text.n;
}

// Behind the value that begins at `at`.
static size_t after_value(struct vd_span text, size_t at)
{
	int depth = 0;
	while (at < text.n) {
		char c = text.p[at];
		if (c == '"') {
			at = after_string(text, at);
		} else if (c == '[' || c == '{') {
			depth++;
			at++;
		} else if (c == ']' || c == '}') {
			if (depth == 0) {
				return at; // of the value around a number or a word
			}
			depth--;
			at++;
		} else if (depth == 0 && c == ',') {
			return at;
		} else {
			at++;
			continue;
		}
		if (depth == 0) {
			return at;
		}
	}
	return at;
}

static bool take_step(struct vd_span *path, struct step *step)
{
	if (path->n > 0 && path->p[0] == '[') {
		struct vd_span rest = vd_span_skip(*path, 1);
		struct vd_span digits = vd_span_cut(&rest, ']');
		*step = (struct step){ .index = 0 };
		*path = rest;
		return vd_span_parse_u64(digits, &step->index) == VD_OK;
	}
	if (path->n > 0 && path->p[0] == '.') {
		*path = vd_span_skip(*path, 1);
	}
	size_t n = 0;
	while (n < path->n && path->p[n] != '.' && path->p[n] != '[') {
		n++;
	}
	*step = (struct step){ .name = vd_span_make(path->p, n) };
	*path = vd_span_skip(*path, n);
	return n > 0;
}

// Enters the value at `*at` by one step; false where it has no such child.
static bool descend(struct vd_span text, size_t *at, const struct step *step)
{
	bool is_object = step->name.p != NULL;
	size_t i = *at;
	if (i >= text.n || text.p[i] != (is_object ? '{' : '[')) {
		return false;
	}
	i++;
	for (uint64_t nth = 0; i < text.n; nth++) {
		i = vd_json_skip_blanks(text, i);
		bool is_it = !is_object && nth == step->index;
		if (is_object && i < text.n && text.p[i] == '"') {
			size_t end = after_string(text, i);
			is_it = end >= i + 2 &&
				vd_span_is_equal(vd_span_make(text.p + i + 1, end - i - 2),
						 step->name);
			i = vd_json_skip_blanks(text, end); // at the colon
			i = vd_json_skip_blanks(text, i < text.n ? i + 1 : i);
		}
		if (i >= text.n || text.p[i] == ']' || text.p[i] == '}') {
			return false;
		}
		if (is_it) {
			*at = i;
			return true;
		}
		i = vd_json_skip_blanks(text, after_value(text, i));
		if (i >= text.n || text.p[i] != ',') {
			return false;
		}
		i++;
	}
	return false;
}

int vd_json_line(struct vd_span text, const char *path)
{
	struct vd_span left = vd_span_of(path);
	size_t at = vd_json_skip_blanks(text, 0);
	bool was_found = false;
	struct step step;
	while (left.n > 0 && take_step(&left, &step) && descend(text, &at, &step)) {
		was_found = true;
	}
	return was_found ? vd_json_place_of(text, at).line : 1;
}
