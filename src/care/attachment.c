// SPDX-License-Identifier: MIT
#include "care/attachment.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char *const names[VD_ATTACHMENT_N] = {
#define ATTACHMENT_NAME(name, text) [VD_ATTACHMENT_##name] = (text),
	VD_ATTACHMENT_TABLE(ATTACHMENT_NAME)
#undef ATTACHMENT_NAME
};

const char *vd_attachment_name(enum vd_attachment_kind kind)
{
	return (unsigned)kind < VD_ATTACHMENT_N ? names[kind] : "";
}

// Printable ASCII without blanks, quotes and brackets: it may stand in a page and in a terminal.
static bool is_place(struct vd_span place)
{
	for (size_t i = 0; i < place.n; i++) {
		char c = place.p[i];
		if (c <= ' ' || c > '~' || strchr("\"'<>`\\", c) != NULL) {
			return false;
		}
	}
	return place.n > 0 && place.n <= VD_ATTACHMENT_PLACE_BYTES;
}

static bool is_url(struct vd_span place)
{
	return vd_span_has_prefix(place, VD_SPAN("https://")) ||
	       vd_span_has_prefix(place, VD_SPAN("http://"));
}

static struct vd_span choose_place(struct vd_span url, struct vd_span id)
{
	if (is_url(url) && is_place(url)) {
		return url;
	}
	return is_place(id) && !is_url(id) ? id : VD_SPAN("");
}

// One line, one blank for each run of them.
static size_t put_words(struct vd_span words, char out[VD_ATTACHMENT_WORDS_BYTES])
{
	char clean[VD_ATTACHMENT_WORDS_BYTES];
	size_t n = 0;
	size_t n_clean = vd_utf8_sanitise(vd_span_trim(words), clean, sizeof(clean), NULL);
	for (size_t i = 0; i < n_clean; i++) {
		bool is_blank = clean[i] == ' ' || clean[i] == '\n' || clean[i] == '\t';
		if (!is_blank) {
			out[n++] = clean[i];
		} else if (n > 0 && out[n - 1] != ' ') {
			out[n++] = ' ';
		}
	}
	return n;
}

void vd_attached_add(struct vd_attached *attached, enum vd_attachment_kind kind, struct vd_span url,
		     struct vd_span id, struct vd_span words)
{
	char text[VD_ATTACHMENT_WORDS_BYTES];
	size_t n_text = put_words(words, text);
	struct vd_span place = choose_place(url, id);
	size_t room = sizeof(attached->list) - attached->len;
	attached->n += attached->n < UINT8_MAX ? 1 : 0;
	if (attached->n_listed == VD_ATTACHED_MOST) {
		return;
	}
	int n = snprintf(attached->list + attached->len, room, "%s\t%.*s\t%.*s\n",
			 vd_attachment_name(kind), VD_SPAN_ARG(place), (int)n_text, text);
	if (n > 0 && (size_t)n < room) {
		attached->len += (size_t)n;
		attached->n_listed++;
	}
}

static bool read_line(struct vd_span line, struct vd_attachment *out)
{
	struct vd_span kind = vd_span_cut(&line, '\t');
	struct vd_span place = vd_span_cut(&line, '\t');
	int k = 0;
	while (k < VD_ATTACHMENT_N && !vd_span_is_text(kind, names[k])) {
		k++;
	}
	*out = (struct vd_attachment){ .kind = (enum vd_attachment_kind)k,
				       .place = is_place(place) ? place : VD_SPAN(""),
				       .words = line,
				       .has_url = is_place(place) && is_url(place) };
	return k < VD_ATTACHMENT_N;
}

bool vd_attachment_next(struct vd_span *list, struct vd_attachment *out)
{
	while (list->n > 0) {
		if (read_line(vd_span_cut(list, '\n'), out)) {
			return true;
		}
	}
	return false;
}
