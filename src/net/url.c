// SPDX-License-Identifier: MIT
#include "net/url.h"

#include <string.h>

#include "base/utf8.h"
#include "net/http_client.h"

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	char lower = (char)(c | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A blank or control byte in a URL would end the request line early.
static bool is_clean(struct vd_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c <= 0x20 || c >= 0x7f) {
			return false;
		}
	}
	return true;
}

static bool take_prefix(struct vd_span *text, struct vd_span prefix)
{
	if (text->n < prefix.n ||
	    !vd_span_is_equal_nocase(vd_span_make(text->p, prefix.n), prefix)) {
		return false;
	}
	*text = vd_span_skip(*text, prefix.n);
	return true;
}

static bool is_host_char(char c, bool literal6)
{
	if (literal6) {
		return hex_of(c) >= 0 || c == ':' || c == '.';
	}
	return is_alnum(c) || c == '.' || c == '-' || c == '_';
}

static enum vd_err copy_host(struct vd_span host, struct vd_url *out)
{
	if (host.n == 0 || host.n >= sizeof(out->host)) {
		return VD_ERR_SYNTAX;
	}
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];
		if (!is_host_char(c, out->is_literal6)) {
			return VD_ERR_SYNTAX;
		}
		out->host[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	out->host[host.n] = '\0';
	return VD_OK;
}

static enum vd_err parse_port(struct vd_span text, struct vd_url *out)
{
	uint64_t port = 0;
	if (vd_span_parse_u64(text, &port) != VD_OK || port == 0 || port > UINT16_MAX) {
		return VD_ERR_SYNTAX;
	}
	out->port = (uint16_t)port;
	return VD_OK;
}

// host, host:port, [v6], [v6]:port
static enum vd_err parse_authority(struct vd_span text, struct vd_url *out)
{
	struct vd_span host;
	struct vd_span rest;
	if (text.n > 0 && text.p[0] == '[') {
		out->is_literal6 = true;
		ptrdiff_t end = vd_span_find(text, VD_SPAN("]"));
		if (end < 0) {
			return VD_ERR_SYNTAX;
		}
		host = vd_span_make(text.p + 1, (size_t)end - 1);
		rest = vd_span_skip(text, (size_t)end + 1);
		if (rest.n > 0 && rest.p[0] != ':') {
			return VD_ERR_SYNTAX;
		}
		rest = vd_span_skip(rest, 1);
	} else {
		rest = text;
		host = vd_span_cut(&rest, ':');
	}
	if (rest.n > 0 && parse_port(rest, out) != VD_OK) {
		return VD_ERR_SYNTAX;
	}
	return copy_host(host, out);
}

static size_t find_any(struct vd_span text, const char *set)
{
	size_t i = 0;
	while (i < text.n && strchr(set, text.p[i]) == NULL) {
		i++;
	}
	return i;
}

enum vd_err vd_url_parse(struct vd_span text, struct vd_url *out, struct vd_diag *diag)
{
	*out = (struct vd_url){ .port = 80 };
	struct vd_span rest = text;
	if (!is_clean(text)) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "the URL holds blanks or unescaped characters");
	}
	if (take_prefix(&rest, VD_SPAN("https://"))) {
		out->is_tls = true;
		out->port = 443;
	} else if (!take_prefix(&rest, VD_SPAN("http://"))) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "the URL doesn't begin with http:// or https://");
	}
	size_t end = find_any(rest, "/?#");
	struct vd_span authority = vd_span_make(rest.p, end);
	if (parse_authority(authority, out) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_SYNTAX, "the URL's host or port is malformed");
	}
	rest = vd_span_skip(rest, end);
	out->target = vd_span_make(rest.p, find_any(rest, "#"));
	return VD_OK;
}

void vd_url_escape(struct vd_buf *out, struct vd_span value)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		if (is_alnum((char)c) || c == '-' || c == '.' || c == '_' || c == '~') {
			vd_buf_put_char(out, (char)c);
		} else {
			char escaped[3] = { '%', digits[c >> 4], digits[c & 15] };
			vd_buf_put(out, escaped, sizeof(escaped));
		}
	}
}

static enum vd_err decode(struct vd_span in, bool plus_is_blank, char *out, size_t cap, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];
		if (c == '%') {
			int high = i + 2 < in.n ? hex_of(in.p[i + 1]) : -1;
			int low = i + 2 < in.n ? hex_of(in.p[i + 2]) : -1;
			if (high < 0 || low < 0) {
				return VD_ERR_SYNTAX;
			}
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && plus_is_blank) {
			c = ' ';
		}
		if (*n + 1 >= cap) {
			return VD_ERR_ROOM;
		}
		out[(*n)++] = c;
	}
	out[*n] = '\0';
	return VD_OK;
}

enum vd_err vd_url_decode_path(struct vd_span path, char *out, size_t cap, size_t *n)
{
	enum vd_err err = decode(path, false, out, cap, n);
	if (err != VD_OK) {
		return err;
	}
	struct vd_span decoded = vd_span_make(out, *n);
	for (size_t i = 0; i < decoded.n; i++) {
		unsigned char c = (unsigned char)decoded.p[i];
		if (c < 0x20 || c == 0x7f || c == '\\') {
			return VD_ERR_SYNTAX;
		}
	}
	if (vd_span_find(decoded, VD_SPAN("..")) >= 0 || !vd_utf8_is_valid(decoded)) {
		return VD_ERR_SYNTAX;
	}
	return VD_OK;
}

enum vd_err vd_url_query_get(struct vd_span query, const char *name, char *out, size_t cap)
{
	struct vd_span rest = query;
	out[0] = '\0';
	while (rest.n > 0) {
		struct vd_span value = vd_span_cut(&rest, '&');
		struct vd_span key = vd_span_cut(&value, '=');
		char decoded[64];
		size_t n = 0;
		if (decode(key, true, decoded, sizeof(decoded), &n) != VD_OK ||
		    !vd_span_is_text(vd_span_make(decoded, n), name)) {
			continue;
		}
		enum vd_err err = decode(value, true, out, cap, &n);
		if (err == VD_OK && memchr(out, '\0', n) != NULL) {
			err = VD_ERR_SYNTAX;
		}
		if (err != VD_OK) {
			out[0] = '\0';
		}
		return err;
	}
	return VD_ERR_NOT_FOUND;
}

enum vd_err vd_url_split_target(struct vd_span target, struct vd_span *path, struct vd_span *query)
{
	struct vd_span rest = target;
	if (take_prefix(&rest, VD_SPAN("http://")) || take_prefix(&rest, VD_SPAN("https://"))) {
		rest = vd_span_skip(rest, find_any(rest, "/?"));
		if (rest.n == 0 || rest.p[0] == '?') {
			*path = VD_SPAN("/");
			*query = vd_span_skip(rest, 1);
			return VD_OK;
		}
	}
	if (rest.n == 0 || rest.p[0] != '/') {
		return VD_ERR_SYNTAX;
	}
	*query = rest;
	*path = vd_span_cut(query, '?');
	return VD_OK;
}
