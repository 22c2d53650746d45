// SPDX-License-Identifier: MIT
#include "channel/oauth1.h"

#include "unit.h"

#define X_TOKEN "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"
#define X_SECRET "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"
#define X_NONCE "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"

// RFC 5849 1.2, and X's page "Creating a signature" (its form parameter stands in the query: the
// base string is the same).
static const struct {
	const char *name;
	const char *method;
	const char *url;
	const char *keys[4]; // consumer key and secret, token and secret
	const char *nonce;
	int64_t stamp;
	bool is_bare;
	const char *signature;
} cases[] = {
	{ "RFC 5849 1.2",
	  "GET",
	  "http://photos.example.net/photos?file=vacation.jpg&size=original",
	  { "dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00" },
	  "chapoH",
	  137131202,
	  true,
	  "MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D" },
	{ "X",
	  "POST",
	  "https://api.twitter.com/1.1/statuses/update.json?include_entities=true&status=Hello%20"
	  "Ladies%20%2b%20Gentlemen%2C+a+signed%20OAuth%20request%21",
	  { "xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", X_TOKEN,
	    X_SECRET },
	  X_NONCE,
	  1318622958,
	  false,
	  "hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D" },
	{ "a port of its own is signed, an upper-case host in lower case",
	  "GET",
	  "https://API.x.test:8443/2/users/1/mentions?tweet.fields=author_id%2Ccreated_at&a=&a=1",
	  { "ck", "c&s", "ot", "" },
	  "n",
	  1791208800,
	  false,
	  "hlJ%2FqjYHdbmk6bMZiVbboZkSWds%3D" },
};

static struct vd_oauth1_request request_of(size_t i)
{
	return (struct vd_oauth1_request){ .method = cases[i].method,
					   .url = vd_span_of(cases[i].url),
					   .consumer_key = vd_span_of(cases[i].keys[0]),
					   .consumer_secret = vd_span_of(cases[i].keys[1]),
					   .token = vd_span_of(cases[i].keys[2]),
					   .token_secret = vd_span_of(cases[i].keys[3]),
					   .nonce = vd_span_of(cases[i].nonce),
					   .timestamp_s = cases[i].stamp,
					   .is_bare = cases[i].is_bare };
}

static void signs_as_the_documents_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < VD_ARRAY_LEN(cases); i++) {
		char memory[VD_OAUTH1_HEADER_BYTES];
		char wanted[128];
		struct vd_buf out;
		struct vd_oauth1_request request = request_of(i);
		vd_buf_init(&out, memory, sizeof(memory));
		assert_ok(vd_oauth1_print(&request, &out));
		snprintf(wanted, sizeof(wanted), "oauth_signature=\"%s\"", cases[i].signature);
		if (strstr(out.data, wanted) == NULL) {
			print_error("%s\n", out.data);
		}
		assert_row(strstr(out.data, wanted) != NULL, cases[i].name);
		assert_row(strstr(out.data, "OAuth oauth_consumer_key=\"") == out.data,
			   cases[i].name);
		bool has_version = strstr(out.data, "oauth_version=\"1.0\"") != NULL;
		assert_row(has_version == !cases[i].is_bare, cases[i].name);
		assert_row(strstr(out.data, cases[i].keys[1]) == NULL, cases[i].name);
		assert_row(strstr(out.data, "file=") == NULL, cases[i].name);
	}
}

static void refuses_what_has_no_room(void **state)
{
	(void)state;
	char memory[64];
	char url[8192];
	struct vd_buf out;
	struct vd_oauth1_request request = request_of(0);
	vd_buf_init(&out, memory, sizeof(memory));
	assert_err(vd_oauth1_print(&request, &out), VD_ERR_ROOM);
	vd_buf_init(&out, memory, sizeof(memory));
	request.url = VD_SPAN("no address");
	assert_err(vd_oauth1_print(&request, &out), VD_ERR_SYNTAX);
	size_t n = (size_t)snprintf(url, sizeof(url), "https://x.test/?a=");
	memset(url + n, 'a', sizeof(url) - n);
	request.url = vd_span_make(url, sizeof(url));
	assert_err(vd_oauth1_print(&request, &out), VD_ERR_ROOM);
	n = (size_t)snprintf(url, sizeof(url), "https://x.test/?");
	for (int i = 0; i < 40; i++) {
		n += (size_t)snprintf(url + n, sizeof(url) - n, "a%d=1&", i);
	}
	request.url = vd_span_make(url, n);
	assert_err(vd_oauth1_print(&request, &out), VD_ERR_ROOM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_as_the_documents_do),
		cmocka_unit_test(refuses_what_has_no_room),
	};
	return cmocka_run_group_tests_name("channel/oauth1", tests, NULL, NULL);
}
