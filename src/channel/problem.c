// SPDX-License-Identifier: MIT
#include "channel/problem.h"

#include <ctype.h>
#include <string.h>

bool vd_problem_has_words(struct vd_span text, const char *lower)
{
	size_t n = strlen(lower);
	for (size_t i = 0; i + n <= text.n; i++) {
		size_t k = 0;
		while (k < n && tolower((unsigned char)text.p[i + k]) == lower[k]) {
			k++;
		}
		if (k == n) {
			return true;
		}
	}
	return false;
}

bool vd_problem_is_outage(int status)
{
	return status >= 500 || (status >= 300 && status < 400);
}

void vd_problem_print(struct vd_buf *out, const char *sentence, int status, enum vd_health health,
		      const char *words, const char *missing)
{
	struct vd_span rest = vd_span_of(sentence);
	struct vd_span effect = vd_span_cut(&rest, ':');
	vd_buf_printf(out, "%.*s (%d):%.*s", VD_SPAN_ARG(effect), status, VD_SPAN_ARG(rest));
	if (missing != NULL) {
		vd_buf_printf(out, ": %s is missing", missing);
	}
	if (words[0] != '\0' && health == VD_HEALTH_REFUSED) {
		vd_buf_printf(out, " (%s)", words);
	}
}
