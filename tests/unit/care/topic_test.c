// SPDX-License-Identifier: MIT
#include "unit.h"

#include <string.h>

#include "care/topic.h"

static const struct vd_rulebook book = {
	.n_topics = 2,
	.topics = { { "line down", "linea giù, linea è giù, guast*, no internet" },
		    { "bill", "bollett*, fattura, addebit*" } },
};

static const struct {
	const char *text;
	const char *topic;
} rows[] = {
	{ "@TIM la LINEA E GIU da ieri", "line down" },
	{ "un guasto?", "line down" },
	{ "guasti e bollette", "line down" }, // the first one that fits
	{ "la bolletta è sbagliata", "bill" },
	{ "Addebitato due volte", "bill" },
	{ "buongiorno", "" },
	{ "", "" },
	{ "linea, giù", "line down" },
	{ "la linea non è giù", "" },
};

static void words_say_the_topic(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		const char *topic = vd_topic_find(&book, vd_span_of(rows[i].text));
		assert_row(strcmp(topic, rows[i].topic) == 0, rows[i].text);
	}
}

static void without_topics_there_is_none(void **state)
{
	(void)state;
	static const struct vd_rulebook empty;
	assert_string_equal(vd_topic_find(&empty, VD_SPAN("guasto")), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_say_the_topic),
		cmocka_unit_test(without_topics_there_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
