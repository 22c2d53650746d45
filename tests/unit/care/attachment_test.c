// SPDX-License-Identifier: MIT
#include "care/attachment.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static struct vd_span text(const char *s)
{
	return vd_span_of(s);
}

static const struct {
	const char *name;
	const char *url;
	const char *id;
	const char *words;
	const char *line; // without the kind
} cases[] = {
	{ "an address", "https://a.test/1.jpg", "3_1", "la bolletta",
	  "\thttps://a.test/1.jpg\tla bolletta\n" },
	{ "no address", "", "3_1", "", "\t3_1\t\n" },
	{ "nothing at all", NULL, NULL, NULL, "\t\t\n" },
	{ "an address that would run", "javascript:alert(1)", "3_1", "", "\t3_1\t\n" },
	{ "an id that is one", "", "javascript:alert(1)", "", "\tjavascript:alert(1)\t\n" },
	{ "an address as an id", "", "https://a.test/", "", "\t\t\n" },
	{ "a quote in an address", "https://a.test/\"onclick", "3_1", "", "\t3_1\t\n" },
	{ "a blank in an address", "https://a.test/a b", "3_1", "", "\t3_1\t\n" },
	{ "lines and tabs in words", "", "1", " uno\n\n due\ttre\x01 ", "\t1\tuno due tre\n" },
	{ "broken UTF-8", "", "1", "a\xFF", "\t1\ta\xEF\xBF\xBD\n" },
};

static void a_line_holds_what_may_be_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		struct vd_attached attached = { 0 };
		char line[256];
		vd_attached_add(&attached, VD_ATTACHMENT_VIDEO, text(cases[i].url),
				text(cases[i].id), text(cases[i].words));
		snprintf(line, sizeof(line), "video%s", cases[i].line);
		assert_span(vd_attached_list(&attached), line);
		assert_int_equal(attached.n, 1);
	}
}

static void what_is_listed_is_read_again(void **state)
{
	(void)state;
	struct vd_attached attached = { 0 };
	vd_attached_add(&attached, VD_ATTACHMENT_PHOTO, VD_SPAN("http://a.test/"), VD_SPAN(""),
			VD_SPAN("una foto"));
	vd_attached_add(&attached, VD_ATTACHMENT_POLL, VD_SPAN(""), VD_SPAN("77"),
			VD_SPAN("a | b"));
	struct vd_span list = vd_attached_list(&attached);
	struct vd_attachment one;
	assert_true(vd_attachment_next(&list, &one));
	assert_int_equal(one.kind, VD_ATTACHMENT_PHOTO);
	assert_true(one.has_url);
	assert_span(one.place, "http://a.test/");
	assert_span(one.words, "una foto");
	assert_true(vd_attachment_next(&list, &one));
	assert_int_equal(one.kind, VD_ATTACHMENT_POLL);
	assert_false(one.has_url);
	assert_span(one.words, "a | b");
	assert_false(vd_attachment_next(&list, &one));
}

static void what_is_no_line_is_passed_over(void **state)
{
	(void)state;
	struct vd_span list =
		VD_SPAN("\n\nwhat\tever\nphoto\njavascript:\nlink\thttps://\"\tx\ty\n");
	struct vd_attachment one;
	assert_true(vd_attachment_next(&list, &one));
	assert_int_equal(one.kind, VD_ATTACHMENT_PHOTO);
	assert_int_equal(one.place.n + one.words.n, 0);
	assert_true(vd_attachment_next(&list, &one));
	assert_int_equal(one.kind, VD_ATTACHMENT_LINK);
	assert_false(one.has_url);
	assert_int_equal(one.place.n, 0);
	assert_false(vd_attachment_next(&list, &one));
}

static void the_list_is_bounded_and_the_count_goes_on(void **state)
{
	(void)state;
	static char url[2000] = "https://a.test/";
	static char words[5000];
	struct vd_attached attached = { 0 };
	memset(words, 'w', sizeof(words) - 1);
	for (int i = 0; i < 300; i++) {
		vd_attached_add(&attached, VD_ATTACHMENT_FILE, text(url), VD_SPAN("1"),
				text(words));
	}
	assert_int_equal(attached.n, 255);
	assert_true(attached.n_listed > 0 && attached.n_listed < VD_ATTACHED_MOST);
	assert_true(attached.len <= VD_ATTACHED_BYTES);
	memset(url + strlen(url), 'u', 1500);
	attached = (struct vd_attached){ 0 };
	vd_attached_add(&attached, VD_ATTACHMENT_FILE, text(url), VD_SPAN("1"), VD_SPAN(""));
	assert_span(vd_attached_list(&attached), "file\t1\t\n"); // too long an address
	attached = (struct vd_attached){ 0 };
	for (int i = 0; i < 20; i++) {
		vd_attached_add(&attached, VD_ATTACHMENT_FILE, VD_SPAN(""), VD_SPAN("1"),
				VD_SPAN(""));
	}
	assert_int_equal(attached.n_listed, VD_ATTACHED_MOST);
	assert_int_equal(attached.n, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_holds_what_may_be_shown),
		cmocka_unit_test(what_is_listed_is_read_again),
		cmocka_unit_test(what_is_no_line_is_passed_over),
		cmocka_unit_test(the_list_is_bounded_and_the_count_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
