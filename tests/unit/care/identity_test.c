// SPDX-License-Identifier: MIT
#include "unit.h"

#include "care/identity.h"

static void names_are_compared_as_people_would(void **state)
{
	(void)state;
	static const struct {
		const char *a;
		const char *b;
		bool is_alike;
	} rows[] = {
		{ "mrossi", "@MRossi", true },
		{ "Anna Neri", "anna.neri", true },
		{ "anna_neri", "Anna-Neri", true },
		{ "mrossi@social.example", "mrossi", true },
		{ "@mrossi@social.example", "M.Rossi", true },
		{ "mrossi", "mrossi2", false },
		{ "anna", "Anna", false }, // too short to tell people apart
		{ "12345", "12345", false },
		{ "", "", false },
		{ "Łukasz", "łukasz", false }, // no folding beyond ASCII: a person may still say so
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		assert_row(vd_identity_is_alike(vd_span_of(rows[i].a), vd_span_of(rows[i].b)) ==
				   rows[i].is_alike,
			   rows[i].a);
	}
}

static void a_customer_names_himself(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum vd_network network;
		const char *handle; // NULL: nobody
	} rows[] = {
		{ "Ho già scritto, su Twitter sono @mrossi.", VD_NETWORK_X, "mrossi" },
		{ "@TIM4UStaff il mio Mastodon: @m.rossi@social.example", VD_NETWORK_MASTODON,
		  "mrossi" },
		{ "My handle on X is @MRossi", VD_NETWORK_X, "mrossi" },
		{ "su facebook mi chiamo @Anna.Neri", VD_NETWORK_FACEBOOK, "annaneri" },
		{ "scrivete a @mrossi su Twitter", VD_NETWORK_NONE, NULL },
		{ "@TIM4UStaff sono senza linea, vi scrivo da Twitter", VD_NETWORK_NONE, NULL },
		{ "sono @mrossi e la linea è giù", VD_NETWORK_NONE, NULL },
		{ "", VD_NETWORK_NONE, NULL },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		enum vd_network network;
		char handle[VD_HANDLE_BYTES] = "";
		bool is_named = vd_identity_find_named(vd_span_of(rows[i].text), &network, handle);
		assert_row(is_named == (rows[i].handle != NULL), rows[i].text);
		if (is_named) {
			assert_row(network == rows[i].network, rows[i].text);
			assert_row(strcmp(handle, rows[i].handle) == 0, rows[i].text);
		}
	}
}

static void long_words_overrun_nothing(void **state)
{
	(void)state;
	char text[1024];
	enum vd_network network;
	char handle[VD_HANDLE_BYTES];
	memset(text, 'a', sizeof(text));
	assert_false(vd_identity_normalise(vd_span_make(text, sizeof(text)), handle));
	memcpy(text, "sono su twitter @", 17);
	(void)vd_identity_find_named(vd_span_make(text, sizeof(text)), &network, handle);
	assert_true(strlen(handle) < VD_HANDLE_BYTES);
	for (int why = 0; why < VD_IDENTITY_WHY_N; why++) {
		assert_non_null(vd_identity_why_name((enum vd_identity_why)why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_compared_as_people_would),
		cmocka_unit_test(a_customer_names_himself),
		cmocka_unit_test(long_words_overrun_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
