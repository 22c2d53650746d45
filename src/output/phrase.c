// SPDX-License-Identifier: MIT
#include "output/phrase.h"

#include <string.h>

#include "base/json.h"

struct phrase {
	const char *key;
	const char *en;
	const char *it;
};

static const struct phrase phrases[VD_PHRASE_N] = {
#define PHRASE_ROW(id, key_, en_, it_) [VD_PHRASE_##id] = { key_, en_, it_ },
	VD_PHRASE_TABLE(PHRASE_ROW)
#undef PHRASE_ROW
};

static bool is_italian(const char *lang)
{
	return lang != NULL && strcmp(lang, "it") == 0;
}

const char *vd_phrase(const char *lang, enum vd_phrase phrase)
{
	if ((unsigned)phrase >= VD_PHRASE_N) {
		return "?";
	}
	return is_italian(lang) ? phrases[phrase].it : phrases[phrase].en;
}

const char *vd_phrase_find(const char *lang, const char *group, const char *name)
{
	size_t n = strlen(group);
	for (size_t i = 0; i < VD_PHRASE_N; i++) {
		const char *key = phrases[i].key;
		if (strncmp(key, group, n) == 0 && key[n] == '.' &&
		    strcmp(key + n + 1, name) == 0) {
			return vd_phrase(lang, (enum vd_phrase)i);
		}
	}
	return name;
}

void vd_phrase_print_json(const char *lang, struct vd_buf *out)
{
	struct vd_json_out j = vd_json_out_init(out);
	vd_json_open(&j, NULL, '{');
	vd_json_put_text(&j, "lang", vd_span_of(is_italian(lang) ? "it" : "en"));
	vd_json_open(&j, "phrases", '{');
	for (size_t i = 0; i < VD_PHRASE_N; i++) {
		vd_json_put_text(&j, phrases[i].key,
				 vd_span_of(vd_phrase(lang, (enum vd_phrase)i)));
	}
	vd_json_close(&j, '}');
	vd_json_close(&j, '}');
}
