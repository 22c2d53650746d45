// SPDX-License-Identifier: MIT
#include "channel/html_text.h"

#include "unit.h"

static const struct vd_html_rules plain = { 0 };
static const struct vd_html_rules raw = { .keeps_invisible = true };
static const struct vd_html_rules noiseless = { .drops_leading_mentions = true };

#define LINK                                                                             \
	"<a href=\"https://example.com/long\"><span class=\"invisible\">https://</span>" \
	"<span class=\"ellipsis\">example.com/lo</span><span class=\"invisible\">ng</span></a>"
#define MENTION(name)                                                                \
	"<span class=\"h-card\" translate=\"no\"><a href=\"https://a.example/@" name \
	"\" class=\"u-url mention\">@<span>" name "</span></a></span>"

static const struct {
	const char *html;
	const struct vd_html_rules *rules;
	const char *text;
} cases[] = {
	{ "", &plain, "" },
	{ "<p>one</p><p>two</p>", &plain, "one\n\ntwo" },
	{ "<p>one<br />two<br>three</p>", &plain, "one\ntwo\nthree" },
	{ "<p>one<br><br><br>two</p>", &plain, "one\n\ntwo" },
	{ "<p>no\n  line  <b>breaks</b>, <i>here</i></p>\n", &plain, "no line breaks, here" },
	{ "a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#x27; &egrave;&euro; &nbsp;f", &plain,
	  "a & b <c> \"d\" 'e' \xC3\xA8\xE2\x82\xAC f" },
	{ "R&D; &bogus; & &; &#; &#x; AT&T", &plain, "R&D; &bogus; & &; &#; &#x; AT&T" },
	{ "&#0;&#xD800;&#99999999999;", &plain, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ "&amp;lt;", &plain, "&lt;" }, // once
	{ "3 < 4 <5", &plain, "3 < 4 <5" },
	{ "cut off <a href=\"https://exa", &plain, "cut off" },
	{ "<p title=\"a > b\">x</p><!-- <p>no</p> -->y", &plain, "x\n\ny" },
	{ LINK, &plain, "example.com/lo\xE2\x80\xA6" },
	{ LINK, &raw, "https://example.com/long" },
	{ "<a href=\"https://e.com/\"><span class=\"invisible\">https://</span><span "
	  "class=\"\">e.com/</span><span class=\"invisible\"></span></a>.",
	  &plain, "e.com/." },
	{ "<span class='invisible'>a<span>b</span>c</span>d", &plain, "d" },
	{ "<span class=invisible>never ends", &plain, "" },
	{ "<p>" MENTION("tim") " " MENTION("other") " la linea, " MENTION("tim") "!</p>",
	  &noiseless, "la linea, @tim!" },
	{ "<p>" MENTION("tim") "</p>", &noiseless, "@tim" }, // nothing else was said
	{ "<p>" MENTION("tim") " hello</p>", &plain, "@tim hello" },
	{ "<a href=\"x\" class=\"mention hashtag\">#<span>guasto</span></a> qui", &noiseless,
	  "#guasto qui" },
	{ "<ul><li>one</li><li>two</li></ul>after", &plain, "- one\n- two\nafter" },
	{ "<pre>a  b\nc</pre>", &plain, "a  b\nc" },
	{ "<pre>\n a</pre>", &plain, "a" },
	{ "x<script>alert('</p>')</script><style>p{}</style>y", &plain, "xy" },
	{ "<P>UPPER</P><BR/>case", &plain, "UPPER\n\ncase" },
};

static void reads_as_a_person_would(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		char text[256];
		size_t n =
			vd_html_text(vd_span_of(cases[i].html), cases[i].rules, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
		assert_int_equal(n, strlen(cases[i].text));
	}
}

static void stays_in_its_room(void **state)
{
	(void)state;
	char text[8];
	memset(text, 'x', sizeof(text));
	assert_int_equal(vd_html_text(VD_SPAN("<p>abcdefghij</p>"), &plain, text, 5), 4);
	assert_string_equal(text, "abcd");
	assert_int_equal(text[5], 'x');
	assert_int_equal(vd_html_text(VD_SPAN("abc"), &plain, text, 1), 0);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_as_a_person_would),
		cmocka_unit_test(stays_in_its_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
