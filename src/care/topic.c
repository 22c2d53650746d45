// SPDX-License-Identifier: MIT
#include "care/topic.h"

#include "care/words.h"

#define LOOK_BYTES 2048

static bool has_any(struct vd_span text, struct vd_span phrases)
{
	while (phrases.p != NULL) {
		if (vd_words_has(text, vd_span_cut(&phrases, ','))) {
			return true;
		}
	}
	return false;
}

const char *vd_topic_find(const struct vd_rulebook *book, struct vd_span text)
{
	text.n = text.n < LOOK_BYTES ? text.n : LOOK_BYTES;
	for (uint16_t i = 0; i < book->n_topics; i++) {
		if (has_any(text, vd_span_of(book->topics[i].words))) {
			return book->topics[i].name;
		}
	}
	return "";
}
