// SPDX-License-Identifier: MIT
#include "channel/text_count.h"

#include "unit.h"

// From twitter-text's conformance cases (WeightedTweetsWithDiscountedEmojiCounterTest) and
// facts 1.9.
static const struct {
	const char *text;
	size_t count;
} cases[] = {
	{ "", 0 },
	{ "Hi http://test.co", 26 },
	{ "http://test.co", 23 },
	{ "H\xF0\x9F\x90\xB1\xE2\x98\xBA\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D"
	  "\xF0\x9F\x91\xA7"
	  "\xE2\x80\x8D\xF0\x9F\x91\xA6",
	  7 },
	{ "\xF0\x9F\x98\xB7\xF0\x9F\x91\xBE\xF0\x9F\x98\xA1\xF0\x9F\x94\xA5\xF0\x9F\x92\xA9", 10 },
	{ "\xF0\x9F\x99\x8B\xF0\x9F\x8F\xBD\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x8E\xA4", 4 },
	{ "randomurlrandomurlrandomurlrandomurlrandomurlrandomurlrandomurls.com", 68 },
	{ "1\xE2\x83\xA3", 2 },
	{ "Unicode 9.0 emoji: \xF0\x9F\xA4\xA0; \xF0\x9F\x92\x83; \xF0\x9F\x92\x83\xF0\x9F\x8F\xBE",
	  29 },
	{ "\xE2\x81\xA6\xE2\x80\xAAhttp://"
	  "foobar.\xD9\xBE\xD8\xA7\xDA\xA9\xD8\xB3\xD8\xAA\xD8\xA7\xD9\x86/"
	  "\xE2\x80\xAC\xE2\x81\xA9",
	  31 },
	{ "ABC\xE2\x80\xAA\xEF\xBF\xBF"
	  "ABC\xEF\xBF\xBE",
	  12 },
	{ "a\xCC\x81"
	  "B",
	  2 },                                         // NFC: one letter
	{ "A\xEF\xAC\xAC", 4 },                        // NFC: three, of Hebrew
	{ "e\xCC\xA3\xCC\x82 \xE2\x84\xAB", 4 },       // two marks join; Angstrom is a letter
	{ "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2 }, // Hangul
	{ "\xE0\xA6\x95\xE0\xA7\x87\xE0\xA6\xBE", 2 }, // Bengali: a vowel sign of two parts
	{ "example.com\xE4\xB8\xAD\xE5\x9B\xBD t.co/abc", 23 + 4 + 1 + 23 },
	{ "tim.travel e tim.notld", 23 + 3 + 9 },
	{ "a_b.com", 7 },
	{ "caff\xC3\xA8 perch\xC3\xA9", 12 },
	{ "\xE6\x95\x85\xE4\xBA\xBA", 4 },
	{ "guarda www.tim.it, grazie", 7 + 23 + 8 },
	{ "example.com", 23 },
	{ "(example.com/a_(b))", 1 + 23 + 1 },
	{ "http://example.com:8080/path?q=1.", 23 + 1 },
	{ "info@example.com", 16 },
	{ "fine.Poi", 8 },
	{ "v1.2.3", 6 },
	{ "@example.com", 12 },
	{ "\xF0\x9F\x87\xAE\xF0\x9F\x87\xB9 ok", 5 },
	{ "a\xFFz", 3 + 1 }, // an invalid byte reads as U+FFFD
};

static void counts_as_x_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		size_t count = vd_x_text_count(vd_span_of(cases[i].text));
		if (count != cases[i].count) {
			print_error("%zu instead of %zu\n", count, cases[i].count);
		}
		assert_row(count == cases[i].count, cases[i].text);
	}
}

static void finds_where_a_link_ends(void **state)
{
	(void)state;
	assert_int_equal(vd_text_link_length(VD_SPAN("https://t.co/abc, ok")), 16);
	assert_int_equal(vd_text_link_length(VD_SPAN("https://")), 0);
	assert_int_equal(vd_text_link_length(VD_SPAN("tim.it)")), 6);
	assert_int_equal(vd_text_link_length(VD_SPAN("")), 0);
	assert_int_equal(vd_text_link_length(VD_SPAN("no link")), 0);
}

static bool keep_link(void *ctx, struct vd_span link)
{
	char *out = ctx;
	snprintf(out + strlen(out), 200 - strlen(out), "%.*s|", VD_SPAN_ARG(link));
	return true;
}

static void finds_every_link(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *links;
	} links[] = {
		{ "guardi https://tim.it/a_(b), o tim.it?x=1.",
		  "https://tim.it/a_(b)|tim.it?x=1|" },
		{ "http://t.co/pbY2NfTZ's", "http://t.co/pbY2NfTZ|" },
		{ "name.al-lastname@foo.com", "" },
		{ "http://twitter_x.com", "" },
		{ "niente", "" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(links); i++) {
		char out[200] = "";
		vd_text_each_link(vd_span_of(links[i].text), keep_link, out);
		assert_string_equal(out, links[i].links);
		assert_int_equal(vd_text_has_link(vd_span_of(links[i].text)),
				 links[i].links[0] != '\0');
	}
}

// Each place could begin a domain: none is tried twice.
static void a_text_without_blanks_takes_no_longer(void **state)
{
	(void)state;
	static char text[30000];
	for (size_t i = 0; i + 3 <= sizeof(text); i += 3) {
		memcpy(text + i, "\xE4\xB8\xAD", 3);
	}
	assert_int_equal(vd_x_text_count(vd_span_make(text, sizeof(text))), 20000);
	memset(text, 'h', sizeof(text));
	assert_int_equal(vd_x_text_count(vd_span_make(text, sizeof(text))), 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_as_x_does),
		cmocka_unit_test(finds_where_a_link_ends),
		cmocka_unit_test(finds_every_link),
		cmocka_unit_test(a_text_without_blanks_takes_no_longer),
	};
	return cmocka_run_group_tests_name("channel/text_count", tests, NULL, NULL);
}
