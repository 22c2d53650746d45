// SPDX-License-Identifier: MIT
#include "net/proxy.h"

#include <mbedtls/base64.h>
#include <string.h>

#include "net/socket.h"

#define PORT 3128 // what squid and most appliances listen on

static bool has_control(struct vd_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c < 0x20 || c == 0x7f) {
			return true;
		}
	}
	return false;
}

// RFC 7617 section 2: user-id ":" password, in base64; a colon in the user would move the border.
static enum vd_err set_credentials(struct vd_proxy *proxy, struct vd_span user,
				   struct vd_span password, struct vd_diag *diag)
{
	unsigned char plain[VD_SECRET_BYTES];
	unsigned char text[VD_SECRET_BYTES + 1];
	size_t n = 0;
	if (has_control(user) || has_control(password) || vd_span_find(user, VD_SPAN(":")) >= 0) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "the proxy's user or password holds a colon or control bytes");
	}
	if (user.n + password.n + 1 > sizeof(plain)) {
		return vd_diag_set(diag, VD_ERR_ROOM, "the proxy's user and password are too long");
	}
	memcpy(plain, user.p, user.n);
	plain[user.n] = ':';
	if (password.n > 0) {
		memcpy(plain + user.n + 1, password.p, password.n);
	}
	int code = mbedtls_base64_encode(text, sizeof(text), &n, plain, user.n + password.n + 1);
	enum vd_err err = code == 0 ? vd_secret_set(&proxy->credentials, vd_span_make(text, n))
				    : VD_ERR_ROOM;
	vd_wipe(plain, sizeof(plain));
	vd_wipe(text, sizeof(text));
	return err == VD_OK ? VD_OK
			    : vd_diag_set(diag, VD_ERR_ROOM,
					  "the proxy's user and password are too long");
}

static bool has_port(struct vd_span url)
{
	ptrdiff_t bracket = vd_span_find(url, VD_SPAN("]"));
	struct vd_span rest = vd_span_skip(url, bracket >= 0 ? (size_t)bracket : sizeof("http:"));
	return vd_span_find(rest, VD_SPAN(":")) >= 0;
}

static enum vd_err set_address(struct vd_proxy *proxy, struct vd_span url, struct vd_diag *diag)
{
	if (vd_span_find(url, VD_SPAN("@")) >= 0) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "user and password don't belong into the proxy's URL: set "
				   "proxy_user and proxy_password_file");
	}
	enum vd_err err = vd_url_parse(url, &proxy->at, diag);
	if (err != VD_OK) {
		vd_diag_context(diag, "the proxy");
		return err;
	}
	if (proxy->at.is_tls) {
		return vd_diag_set(diag, VD_ERR_UNSUPPORTED,
				   "a proxy that is itself spoken to over TLS is not supported: "
				   "write http://host:port");
	}
	if (proxy->at.target.n > 0 && !vd_span_is_text(proxy->at.target, "/")) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "the proxy's URL holds more than host and port: write "
				   "http://host:port");
	}
	if (!has_port(url)) {
		proxy->at.port = PORT;
	}
	proxy->at.target = (struct vd_span){ NULL, 0 };
	return VD_OK;
}

enum vd_err vd_proxy_init(struct vd_proxy *proxy, struct vd_span url, struct vd_span user,
			  struct vd_span password, struct vd_span no_proxy, struct vd_diag *diag)
{
	*proxy = (struct vd_proxy){ 0 };
	enum vd_err err = set_address(proxy, vd_span_trim(url), diag);
	if (err == VD_OK && user.n > 0) {
		err = set_credentials(proxy, user, password, diag);
	}
	if (err == VD_OK &&
	    vd_span_copy(no_proxy, proxy->no_proxy, sizeof(proxy->no_proxy)) != VD_OK) {
		err = vd_diag_set(diag, VD_ERR_ROOM, "no_proxy is too long");
	}
	if (err != VD_OK) {
		vd_proxy_deinit(proxy);
	}
	return err;
}

void vd_proxy_deinit(struct vd_proxy *proxy)
{
	vd_secret_deinit(&proxy->credentials);
	*proxy = (struct vd_proxy){ 0 };
}

// ---- no_proxy -----------------------------------------------------------------------------------

static bool parse_address(struct vd_span text, struct vd_sock_address *out)
{
	char copy[VD_SOCK_TEXT_BYTES];
	if (text.n > 1 && text.p[0] == '[' && text.p[text.n - 1] == ']') {
		text = vd_span_make(text.p + 1, text.n - 2);
	}
	return vd_span_copy(text, copy, sizeof(copy)) == VD_OK &&
	       vd_sock_address_parse(copy, 0, out) == VD_OK;
}

static bool is_same_bits(const uint8_t *a, const uint8_t *b, size_t bits)
{
	size_t whole = bits / 8;
	if (memcmp(a, b, whole) != 0) {
		return false;
	}
	size_t rest = bits % 8;
	return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

// "10.0.0.0/8", "192.0.2.1", "fd00::/8"
static bool is_in_network(struct vd_span one, const struct vd_sock_address *host)
{
	struct vd_sock_address network;
	struct vd_span bits_text = one;
	struct vd_span address = vd_span_cut(&bits_text, '/');
	if (!parse_address(address, &network) || network.family != host->family) {
		return false;
	}
	uint64_t most = network.family == 6 ? 128 : 32;
	uint64_t bits = most;
	if (bits_text.p != NULL && (vd_span_parse_u64(bits_text, &bits) != VD_OK || bits > most)) {
		return false;
	}
	return is_same_bits(network.bytes, host->bytes, (size_t)bits);
}

static bool is_in_domain(struct vd_span one, struct vd_span host)
{
	while (one.n > 0 && (one.p[0] == '.' || one.p[0] == '*')) { // ".example.com", "*.example"
		one = vd_span_skip(one, 1);
	}
	if (one.n == 0 || host.n < one.n) {
		return false;
	}
	struct vd_span tail = vd_span_skip(host, host.n - one.n);
	return vd_span_is_equal_nocase(tail, one) &&
	       (tail.n == host.n || host.p[host.n - one.n - 1] == '.');
}

bool vd_proxy_is_for(const struct vd_proxy *proxy, const char *host)
{
	struct vd_sock_address address;
	bool is_address = vd_sock_address_parse(host, 0, &address) == VD_OK;
	struct vd_span rest = vd_span_of(proxy->no_proxy);
	while (rest.n > 0) {
		struct vd_span one = vd_span_trim(vd_span_cut(&rest, ','));
		bool is_named = is_address ? is_in_network(one, &address)
					   : is_in_domain(one, vd_span_of(host));
		if (is_named || vd_span_is_text(one, "*")) {
			return false;
		}
	}
	return true;
}
