// SPDX-License-Identifier: MIT
#include "net/http_message.h"

#include <stdlib.h>
#include <string.h>

static struct vd_http_message *message_of(llhttp_t *llhttp)
{
	return VD_CONTAINER_OF(llhttp, struct vd_http_message, llhttp);
}

static int refuse(struct vd_http_message *m, enum vd_err err, int status, const char *why)
{
	m->err = vd_diag_set(&m->diag, err, "%s", why);
	m->refusal = status;
	return HPE_USER;
}

static int on_url(llhttp_t *llhttp, const char *at, size_t n)
{
	struct vd_http_message *m = message_of(llhttp);
	vd_buf_put(&m->head, at, n);
	m->target_n = m->head.len;
	if (m->limits.target_bytes > 0 && m->target_n > m->limits.target_bytes) {
		return refuse(m, VD_ERR_TOO_LARGE, 414, "the request's target is too long");
	}
	return HPE_OK;
}

static struct vd_http_field *add_field(struct vd_http_message *m)
{
	if (m->n_fields == m->cap_fields) {
		size_t cap = m->cap_fields > 0 ? m->cap_fields * 2 : 16;
		struct vd_http_field *fields = realloc(m->fields, cap * sizeof(*fields));
		if (fields == NULL) {
			return NULL;
		}
		m->fields = fields;
		m->cap_fields = cap;
	}
	struct vd_http_field *field = &m->fields[m->n_fields++];
	*field = (struct vd_http_field){ .name_at = m->head.len };
	return field;
}

// Trailers are read over: what they say came too late to be checked (RFC 9110 section 6.5.1).
static int count_trailer(struct vd_http_message *m, size_t n)
{
	m->trailer_used += n;
	if (m->trailer_used > m->limits.head_bytes) {
		return refuse(m, VD_ERR_TOO_LARGE, 431, "the trailers are too long");
	}
	return HPE_OK;
}

static int on_field(llhttp_t *llhttp, const char *at, size_t n)
{
	struct vd_http_message *m = message_of(llhttp);
	if (m->is_head_whole) {
		return count_trailer(m, n);
	}
	if (!m->is_name_open) {
		if (m->n_fields == VD_HTTP_FIELDS) {
			return refuse(m, VD_ERR_TOO_LARGE, 431, "there are too many header fields");
		}
		if (add_field(m) == NULL) {
			return refuse(m, VD_ERR_MEMORY, 503, "no memory for the header");
		}
		m->is_name_open = true;
	}
	vd_buf_put(&m->head, at, n);
	m->fields[m->n_fields - 1].name_n += n;
	return HPE_OK;
}

static int on_field_end(llhttp_t *llhttp)
{
	struct vd_http_message *m = message_of(llhttp);
	if (m->is_head_whole) {
		return HPE_OK;
	}
	// A field without a name, which llhttp lets pass, would be read as more of the one before.
	if (!m->is_name_open || m->fields[m->n_fields - 1].name_n == 0) {
		return refuse(m, VD_ERR_PROTOCOL, 400, "a header field has no name");
	}
	m->is_name_open = false;
	m->fields[m->n_fields - 1].value_at = m->head.len;
	return HPE_OK;
}

static int on_value(llhttp_t *llhttp, const char *at, size_t n)
{
	struct vd_http_message *m = message_of(llhttp);
	if (m->is_head_whole) {
		return count_trailer(m, n);
	}
	if (m->n_fields > 0) {
		vd_buf_put(&m->head, at, n);
		m->fields[m->n_fields - 1].value_n += n;
	}
	return HPE_OK;
}

static int begin_encoding(struct vd_http_message *m)
{
	struct vd_span encoding = vd_http_message_get(m, "Content-Encoding");
	if (encoding.n == 0 || vd_span_is_equal_nocase(encoding, VD_SPAN("identity"))) {
		return HPE_OK;
	}
	bool is_gzip = vd_span_is_equal_nocase(encoding, VD_SPAN("gzip")) ||
		       vd_span_is_equal_nocase(encoding, VD_SPAN("x-gzip"));
	if (m->llhttp.type == HTTP_REQUEST || !is_gzip) {
		return refuse(m, VD_ERR_PROTOCOL, 415,
			      "the body is in an encoding that was not asked for");
	}
	m->inflate = vd_inflate_create();
	return m->inflate != NULL ? HPE_OK
				  : refuse(m, VD_ERR_MEMORY, 503, "no memory to unpack the body");
}

// What llhttp leaves to its user, each a known way to smuggle a second message past a first.
static int check_framing(struct vd_http_message *m)
{
	size_t codings = vd_http_message_count(m, "Transfer-Encoding");
	struct vd_span coding = vd_http_message_get(m, "Transfer-Encoding");
	if (codings > 1 || (codings == 1 && !vd_span_is_equal_nocase(coding, VD_SPAN("chunked")))) {
		return refuse(m, VD_ERR_PROTOCOL, 501, "a transfer coding other than chunked");
	}
	if (codings == 1 &&
	    (m->llhttp.http_minor == 0 || (m->llhttp.flags & F_CONTENT_LENGTH) != 0)) {
		return refuse(m, VD_ERR_PROTOCOL, 400, "two ways to tell the body's length");
	}
	if ((m->llhttp.flags & F_CONTENT_LENGTH) != 0 && (m->llhttp.flags & F_CHUNKED) == 0 &&
	    m->llhttp.content_length > m->limits.body_bytes && !m->is_for_head) {
		return refuse(m, VD_ERR_TOO_LARGE, 413, "the body is too large");
	}
	return HPE_OK;
}

static int check_request(struct vd_http_message *m)
{
	if (m->llhttp.http_major != 1) {
		return refuse(m, VD_ERR_PROTOCOL, 505, "not HTTP/1.1");
	}
	if (m->llhttp.method == HTTP_CONNECT) {
		return refuse(m, VD_ERR_PROTOCOL, 405, "this is no proxy");
	}
	size_t hosts = vd_http_message_count(m, "Host");
	if (hosts > 1 || (hosts == 0 && m->llhttp.http_minor > 0)) {
		return refuse(m, VD_ERR_PROTOCOL, 400, "the request doesn't name one host");
	}
	m->llhttp.upgrade = 0; // we stay with HTTP/1.1 (RFC 9110 section 7.8 allows that)
	return HPE_OK;
}

static int check_response(struct vd_http_message *m)
{
	int status = m->llhttp.status_code;
	if (m->llhttp.http_major != 1 || status < 100 || status > 599) {
		return refuse(m, VD_ERR_PROTOCOL, 0, "the answer is not HTTP/1.1");
	}
	if (status == 101) {
		return refuse(m, VD_ERR_PROTOCOL, 0, "the server changed the protocol unasked");
	}
	m->llhttp.upgrade = 0;
	return HPE_OK;
}

static bool has_no_body(const struct vd_http_message *m)
{
	int status = m->llhttp.status_code;
	return m->llhttp.type == HTTP_RESPONSE &&
	       (m->is_for_head || status < 200 || status == 204 || status == 304);
}

static int on_head(llhttp_t *llhttp)
{
	struct vd_http_message *m = message_of(llhttp);
	if (vd_buf_check(&m->head) != VD_OK) {
		return refuse(m, VD_ERR_TOO_LARGE, 431, "the header is too large");
	}
	bool is_request = llhttp->type == HTTP_REQUEST;
	int code = is_request ? check_request(m) : check_response(m);
	if (code == HPE_OK && !has_no_body(m)) {
		code = check_framing(m);
		code = code == HPE_OK ? begin_encoding(m) : code;
	}
	m->is_head_whole = code == HPE_OK;
	if (code != HPE_OK) {
		return -1; // 1 and 2 have a meaning of their own here
	}
	return has_no_body(m) ? 1 : 0;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t n)
{
	struct vd_http_message *m = message_of(llhttp);
	size_t limit = m->limits.body_bytes;
	enum vd_err err = VD_OK;
	if (m->inflate != NULL) {
		err = vd_inflate_feed(m->inflate, vd_span_make(at, n), &m->body, limit);
	} else if (n > limit - m->body.len) {
		err = VD_ERR_TOO_LARGE;
	} else {
		vd_buf_put(&m->body, at, n);
		err = vd_buf_check(&m->body) == VD_OK ? VD_OK : VD_ERR_MEMORY;
	}
	switch (err) {
	case VD_OK:
		return HPE_OK;
	case VD_ERR_TOO_LARGE:
		return refuse(m, err, 413, "the body is too large");
	case VD_ERR_MEMORY:
		return refuse(m, err, 503, "no memory for the body");
	default:
		return refuse(m, err, 400, "the body's gzip is damaged");
	}
}

static void forget_head(struct vd_http_message *m)
{
	vd_buf_reset(&m->head);
	m->n_fields = 0;
	m->target_n = 0;
	m->is_name_open = false;
	m->is_head_whole = false;
}

static int on_end(llhttp_t *llhttp)
{
	struct vd_http_message *m = message_of(llhttp);
	if (llhttp->type == HTTP_RESPONSE && llhttp->status_code < 200) {
		forget_head(m); // interim: the answer is still to come (RFC 9110 section 15.2)
		return HPE_OK;
	}
	if (m->inflate != NULL && !vd_inflate_is_whole(m->inflate)) {
		return refuse(m, VD_ERR_PROTOCOL, 400, "the body's gzip is cut short");
	}
	m->is_whole = true;
	m->is_keepable = llhttp_should_keep_alive(llhttp) != 0;
	return HPE_PAUSED; // what follows belongs to the next message
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_field_complete = on_field_end,
	.on_header_value = on_value,
	.on_headers_complete = on_head,
	.on_body = on_body,
	.on_message_complete = on_end,
};

void vd_http_message_init(struct vd_http_message *m, llhttp_type_t type,
			  struct vd_http_limits limits)
{
	*m = (struct vd_http_message){ .limits = limits };
	llhttp_init(&m->llhttp, type, &settings);
	// Tokens come in bodies and addresses, PINs in bodies, sessions in headers.
	vd_buf_init_secret(&m->head, limits.head_bytes + 1);
	vd_buf_init_secret(&m->body, limits.body_bytes + 1);
}

void vd_http_message_deinit(struct vd_http_message *m)
{
	vd_buf_deinit(&m->head);
	vd_buf_deinit(&m->body);
	vd_inflate_destroy(m->inflate);
	free(m->fields);
	*m = (struct vd_http_message){ 0 };
}

static enum vd_err parser_error(struct vd_http_message *m, llhttp_errno_t code)
{
	if (m->err != VD_OK) {
		return m->err;
	}
	const char *reason = llhttp_get_error_reason(&m->llhttp);
	m->refusal = code == HPE_INVALID_VERSION ? 505 : 400;
	m->err =
		vd_diag_set(&m->diag, VD_ERR_PROTOCOL, "malformed HTTP: %s",
			    reason != NULL && reason[0] != '\0' ? reason : llhttp_errno_name(code));
	return m->err;
}

// At most as much of the head as its limit still allows.
static size_t head_room(const struct vd_http_message *m, size_t n)
{
	size_t room = m->limits.head_bytes - m->head_used;
	return !m->is_head_whole && n > room ? room : n;
}

// RFC 9112 section 5.2: a server refuses fields that go on in the next line, which llhttp would
// join. Looks at a request's lines up to the empty one.
static bool is_folded(struct vd_http_message *m, const char *p, size_t n)
{
	for (size_t i = 0; i < n && !m->are_lines_over; i++) {
		bool is_first = m->line_n == 0;
		if (is_first && m->is_line_seen && (p[i] == ' ' || p[i] == '\t')) {
			return true;
		}
		if (p[i] == '\n') {
			m->are_lines_over = is_first && m->is_line_seen;
			m->is_line_seen |= !is_first;
			m->line_n = 0;
		} else if (p[i] != '\r') {
			m->line_n++;
		}
	}
	return false;
}

static enum vd_err feed_piece(struct vd_http_message *m, const char *p, size_t n, size_t *used)
{
	if (m->llhttp.type == HTTP_REQUEST && is_folded(m, p, n)) {
		(void)refuse(m, VD_ERR_PROTOCOL, 400, "a header field goes on in the next line");
		return m->err;
	}
	llhttp_errno_t code = llhttp_execute(&m->llhttp, p, n);
	*used = code == HPE_OK ? n : (size_t)(llhttp_get_error_pos(&m->llhttp) - p);
	if (m->is_whole && (code == HPE_PAUSED || code == HPE_OK)) {
		return VD_OK;
	}
	if (code != HPE_OK) {
		return parser_error(m, code);
	}
	if (!m->is_head_whole) {
		m->head_used += n;
	}
	return VD_AGAIN;
}

enum vd_err vd_http_message_feed(struct vd_http_message *m, const char *p, size_t n, size_t *used)
{
	*used = 0;
	if (m->err != VD_OK) {
		return m->err;
	}
	while (*used < n && !m->is_whole) {
		size_t piece = head_room(m, n - *used);
		size_t taken = 0;
		if (piece == 0) {
			(void)refuse(m, VD_ERR_TOO_LARGE, 431, "the header is too large");
			return m->err;
		}
		enum vd_err err = feed_piece(m, p + *used, piece, &taken);
		*used += taken;
		if (err != VD_AGAIN) {
			return err;
		}
	}
	return m->is_whole ? VD_OK : VD_AGAIN;
}

enum vd_err vd_http_message_finish(struct vd_http_message *m)
{
	if (m->err != VD_OK) {
		return m->err;
	}
	if (!m->is_whole) {
		llhttp_errno_t code = llhttp_finish(&m->llhttp);
		if (m->err != VD_OK) {
			return m->err;
		}
		if (code != HPE_OK && code != HPE_PAUSED) {
			m->err = VD_ERR_CLOSED;
		}
	}
	if (!m->is_whole) {
		m->err = vd_diag_set(&m->diag, VD_ERR_CLOSED,
				     "the connection closed before the end of the answer");
		return m->err;
	}
	m->is_keepable = false;
	return VD_OK;
}

struct vd_http_header vd_http_message_field(const struct vd_http_message *m, size_t i)
{
	const struct vd_http_field *field = &m->fields[i];
	return (struct vd_http_header){
		.name = { m->head.data + field->name_at, field->name_n },
		.value = vd_span_trim(vd_span_make(m->head.data + field->value_at, field->value_n)),
	};
}

struct vd_span vd_http_message_get(const struct vd_http_message *m, const char *name)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		struct vd_http_header field = vd_http_message_field(m, i);
		if (vd_span_is_equal_nocase(field.name, vd_span_of(name))) {
			return field.value;
		}
	}
	return (struct vd_span){ NULL, 0 };
}

size_t vd_http_message_count(const struct vd_http_message *m, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n_fields; i++) {
		n += vd_span_is_equal_nocase(vd_http_message_field(m, i).name, vd_span_of(name));
	}
	return n;
}

struct vd_span vd_http_message_target(const struct vd_http_message *m)
{
	return vd_span_make(m->head.data, m->target_n);
}

bool vd_http_is_token(struct vd_span name)
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!is_alnum && (c == '\0' || strchr(others, c) == NULL)) {
			return false;
		}
	}
	return name.n > 0;
}

bool vd_http_is_value(struct vd_span value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			return false;
		}
	}
	return true;
}
