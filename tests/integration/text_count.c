// SPDX-License-Identifier: MIT
// For each text of the standard input (closed by a zero byte) one line: its length as X counts it,
// the same with every code point of an emoji counted, its links and its cashtags ("$ABC"), between
// tabs.
#include <stdio.h>
#include <stdlib.h>

#include "channel/text_count.h"

static bool print_cashtag(void *ctx, struct vd_span cashtag)
{
	(void)ctx;
	printf("\t$%.*s", VD_SPAN_ARG(cashtag));
	return true;
}

static bool print_link(void *ctx, struct vd_span link)
{
	(void)ctx;
	printf("\t%.*s", VD_SPAN_ARG(link));
	return true;
}

int main(void)
{
	char *text = NULL;
	size_t room = 0;
	ssize_t n = 0;
	while ((n = getdelim(&text, &room, '\0', stdin)) > 0) {
		size_t bytes = text[n - 1] == '\0' ? (size_t)n - 1 : (size_t)n;
		struct vd_span span = vd_span_make(text, bytes);
		printf("%zu\t%zu", vd_x_text_count(span), vd_text_weigh(span, false));
		vd_text_each_link(span, print_link, NULL);
		vd_text_each_cashtag(span, print_cashtag, NULL);
		putchar('\n');
	}
	free(text);
	return 0;
}
