// SPDX-License-Identifier: MIT
#include "harness.h"

#include "net/url.h"

struct url_case {
	const char *text;
	enum vd_err err;
	bool is_tls;
	const char *host;
	uint16_t port;
	const char *target;
};

static const struct url_case urls[] = {
	{ "https://api.x.com/2/users?a=b&c=%20#f", VD_OK, true, "api.x.com", 443,
	  "/2/users?a=b&c=%20" },
	{ "HTTP://Example.COM", VD_OK, false, "example.com", 80, "" },
	{ "http://a:8080?x", VD_OK, false, "a", 8080, "?x" },
	{ "https://[2001:db8::1]:8443/", VD_OK, true, "2001:db8::1", 8443, "/" },
	{ "https://[::1]", VD_OK, true, "::1", 443, "" },
	{ "https://a:/", VD_OK, true, "a", 443, "/" },
	{ "ftp://a/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "//a/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https:///x", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://user:pw@a/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://a:0/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://a:65536/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://a:+1/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://[::1/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://[::1]x/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://[x]/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://a/b c", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://a/b\r\nHost: c", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "https://\xc3\xa9.it/", VD_ERR_SYNTAX, false, NULL, 0, NULL },
	{ "", VD_ERR_SYNTAX, false, NULL, 0, NULL },
};

static void a_url_is_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(urls); i++) {
		const struct url_case *c = &urls[i];
		struct vd_url url;
		struct vd_diag diag = { 0 };
		enum vd_err err = vd_url_parse(vd_span_of(c->text), &url, &diag);
		if (err != c->err) {
			fail_msg("%s: %s", c->text, vd_err_name(err));
		}
		if (err == VD_OK) {
			assert_int_equal(url.is_tls, c->is_tls);
			assert_string_equal(url.host, c->host);
			assert_int_equal(url.port, c->port);
			assert_true(vd_span_is_text(url.target, c->target));
		} else {
			assert_true(diag.text[0] != '\0');
		}
	}
	char text[600] = "https://";
	memset(text + 8, 'a', 256);
	struct vd_url url;
	assert_int_equal(vd_url_parse(vd_span_of(text), &url, NULL), VD_ERR_SYNTAX);
}

static void paths_are_decoded_and_refused(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		const char *decoded; // NULL: refused
	} cases[] = {
		{ "/", "/" },        { "/a%20b+c", "/a b+c" }, { "/caff%C3%A8", "/caff\xc3\xa8" },
		{ "/a.b", "/a.b" },  { "/..", NULL },          { "/a/%2e./b", NULL },
		{ "/a%5c..", NULL }, { "/%00", NULL },         { "/%0a", NULL },
		{ "/%7f", NULL },    { "/%", NULL },           { "/%4", NULL },
		{ "/%zz", NULL },    { "/%ff", NULL },         { "/%C0%AE", NULL },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		char out[64];
		size_t n = 0;
		enum vd_err err =
			vd_url_decode_path(vd_span_of(cases[i].path), out, sizeof(out), &n);
		if ((err == VD_OK) != (cases[i].decoded != NULL) ||
		    (err == VD_OK && strcmp(out, cases[i].decoded) != 0)) {
			fail_msg("%s: %s", cases[i].path, vd_err_name(err));
		}
	}
	char small[3];
	size_t n = 0;
	assert_int_equal(vd_url_decode_path(VD_SPAN("/abc"), small, sizeof(small), &n),
			 VD_ERR_ROOM);
}

static void parameters_are_found(void **state)
{
	(void)state;
	struct vd_span query = VD_SPAN("a=1&b=x+y%26z&&empty=&flag&%61b=2&bad=%zz&nul=a%00b&a=3");
	static const struct {
		const char *name;
		enum vd_err err;
		const char *value;
	} cases[] = {
		{ "a", VD_OK, "1" },          { "b", VD_OK, "x y&z" },
		{ "empty", VD_OK, "" },       { "flag", VD_OK, "" },
		{ "ab", VD_OK, "2" },         { "c", VD_ERR_NOT_FOUND, "" },
		{ "bad", VD_ERR_SYNTAX, "" }, { "nul", VD_ERR_SYNTAX, "" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		char out[16];
		enum vd_err err = vd_url_query_get(query, cases[i].name, out, sizeof(out));
		if (err != cases[i].err || strcmp(out, cases[i].value) != 0) {
			fail_msg("%s: %s \"%s\"", cases[i].name, vd_err_name(err), out);
		}
	}
	char small[4];
	assert_int_equal(vd_url_query_get(query, "b", small, sizeof(small)), VD_ERR_ROOM);
	assert_string_equal(small, "");
}

static void escaping_leaves_nothing_special(void **state)
{
	(void)state;
	char memory[64];
	struct vd_buf out;
	vd_buf_init(&out, memory, sizeof(memory));
	vd_url_escape(&out, VD_SPAN("aZ9-._~ &=+%/\xc3\xa8\r\n"));
	assert_string_equal(out.data, "aZ9-._~%20%26%3D%2B%25%2F%C3%A8%0D%0A");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_url_is_taken_apart),
		cmocka_unit_test(paths_are_decoded_and_refused),
		cmocka_unit_test(parameters_are_found),
		cmocka_unit_test(escaping_leaves_nothing_special),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
