// SPDX-License-Identifier: MIT
// The settings of a stack of our own, read; its state, in words.
#include <stdio.h>
#include <string.h>

#include "net/stack.h"

/** What every step needs: the settings, where they go, and where they were wrong. */
struct reading {
	const struct vd_stack_settings *from;
	struct vd_stack_config *to;
	const char **place;
	struct vd_diag *diag;
};

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static enum vd_err bad(struct reading *r, const char *place, const char *what)
{
	*r->place = place;
	return vd_diag_set(r->diag, VD_ERR_ARGUMENT, "%s", what);
}

static enum vd_err read_wire(struct reading *r)
{
	static const char *const names[] = {
		[VD_WIRE_KERNEL] = "kernel",
		[VD_WIRE_LOOPBACK] = "loopback",
		[VD_WIRE_TAP] = "tap",
		[VD_WIRE_PACKET] = "packet",
	};
	*r->place = "wire";
	if (is_given(r->from->wire)) {
		size_t i = 0;
		while (i < VD_ARRAY_LEN(names) && strcmp(names[i], r->from->wire) != 0) {
			i++;
		}
		if (i == VD_ARRAY_LEN(names)) {
			return bad(r, "wire", "must be kernel, loopback, tap or packet");
		}
		r->to->wire = (enum vd_wire)i;
	}
	return vd_stack_supports(r->to->wire, r->diag);
}

static enum vd_err read_interface(struct reading *r)
{
	if (!is_given(r->from->interface)) {
		return bad(r, "interface", "is missing: name it, e.g. eth0, or tap0 for a TAP");
	}
	if (vd_span_copy(vd_span_of(r->from->interface), r->to->interface,
			 sizeof(r->to->interface)) != VD_OK ||
	    strpbrk(r->from->interface, "/ \t") != NULL) {
		return bad(r, "interface", "is no name of an interface: 15 characters at most");
	}
	return VD_OK;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found = c != '\0' ? strchr(digits, c | 0x20) : NULL;
	return found != NULL ? (int)(found - digits) : -1;
}

static bool parse_mac(const char *text, uint8_t out[6])
{
	for (int i = 0; i < 6; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = high >= 0 ? hex_digit(text[1]) : -1;
		if (low < 0 || text[2] != (i < 5 ? ':' : '\0')) {
			return false;
		}
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static enum vd_err read_mac(struct reading *r)
{
	static const uint8_t none[6] = { 0 };
	if (!is_given(r->from->mac)) {
		return VD_OK;
	}
	if (!parse_mac(r->from->mac, r->to->mac)) {
		return bad(r, "mac", "is no hardware address; write e.g. 02:00:5e:10:00:01");
	}
	if ((r->to->mac[0] & 1) != 0 || memcmp(r->to->mac, none, sizeof(none)) == 0) {
		return bad(r, "mac", "is a group's address; the first byte must be even, e.g. 02");
	}
	r->to->has_mac = true;
	return VD_OK;
}

static bool parse_address(struct vd_span text, uint8_t family, struct vd_sock_address *out)
{
	char copy[VD_SOCK_TEXT_BYTES];
	return vd_span_copy(text, copy, sizeof(copy)) == VD_OK &&
	       vd_sock_address_parse(copy, 0, out) == VD_OK && out->family == family;
}

static bool parse_network(const char *text, uint8_t family, struct vd_sock_address *out,
			  uint64_t *prefix)
{
	struct vd_span rest = vd_span_of(text);
	struct vd_span address = vd_span_cut(&rest, '/');
	return parse_address(address, family, out) && rest.p != NULL &&
	       vd_span_parse_u64(rest, prefix) == VD_OK;
}

static uint32_t bits_of(const struct vd_sock_address *a)
{
	return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
	       (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

static enum vd_err read_address4(struct reading *r)
{
	const char *text = r->from->address;
	uint64_t prefix = 0;
	r->to->is_dhcp = !is_given(text) || strcmp(text, "dhcp") == 0;
	if (r->to->is_dhcp) {
		return is_given(r->from->gateway)
			       ? bad(r, "gateway",
				     "is DHCP's matter; leave it out, or give an address")
			       : VD_OK;
	}
	if (!parse_network(text, 4, &r->to->v4, &prefix) || prefix < 1 || prefix > 30) {
		return bad(r, "address",
			   "must be dhcp, or an address with its network's length, "
			   "e.g. 192.0.2.7/24");
	}
	uint32_t host = UINT32_MAX >> prefix;
	uint32_t bits = bits_of(&r->to->v4);
	if ((bits & host) == 0 || (bits & host) == host || bits >> 28 >= 14 || bits >> 24 == 127) {
		return bad(r, "address", "is no address that a box can have");
	}
	r->to->prefix4 = (uint8_t)prefix;
	if (!is_given(r->from->gateway)) {
		return VD_OK;
	}
	if (!parse_address(vd_span_of(r->from->gateway), 4, &r->to->gateway4)) {
		return bad(r, "gateway", "is no IPv4 address");
	}
	return ((bits_of(&r->to->gateway4) ^ bits) & ~host) == 0
		       ? VD_OK
		       : bad(r, "gateway", "is not in the network of \"address\"");
}

static enum vd_err read_address6(struct reading *r)
{
	const char *text = r->from->address6;
	uint64_t prefix = 0;
	r->to->has_v6 = !is_given(text) || strcmp(text, "none") != 0;
	if (!r->to->has_v6 || !is_given(text) || strcmp(text, "auto") == 0) {
		return VD_OK;
	}
	bool is_good = parse_network(text, 6, &r->to->v6, &prefix) && prefix == 64;
	uint8_t first = r->to->v6.bytes[0];
	return is_good && first != 0 && first < 0xfe
		       ? VD_OK
		       : bad(r, "address6",
			     "must be auto, none, or an address in a /64, e.g. 2001:db8::7/64");
}

static enum vd_err read_dns(struct reading *r)
{
	struct vd_span rest = vd_span_of(r->from->dns);
	while (is_given(r->from->dns) && rest.p != NULL) {
		struct vd_span one = vd_span_trim(vd_span_cut(&rest, ','));
		if (r->to->n_dns == VD_STACK_DNS_MAX) {
			return bad(r, "dns", "names more than 4 servers");
		}
		struct vd_sock_address *to = &r->to->dns[r->to->n_dns];
		if (!parse_address(one, 4, to) && !parse_address(one, 6, to)) {
			return bad(r, "dns", "must be addresses of name servers, comma separated");
		}
		r->to->n_dns++;
	}
	return VD_OK;
}

static enum vd_err read_host(struct reading *r)
{
	const char *text = is_given(r->from->host) ? r->from->host : "vedetta";
	size_t n = strlen(text);
	bool is_good = n < sizeof(r->to->host) && text[0] != '-' &&
		       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-") == n;
	if (!is_good) {
		return bad(r, "host", "must be letters, digits and hyphens, 63 at most");
	}
	memcpy(r->to->host, text, n + 1);
	return VD_OK;
}

// A setting that would do nothing is a mistake of its writer.
static enum vd_err refuse_rest(struct reading *r)
{
	const struct {
		const char *place;
		const char *text;
	} rest[] = {
		{ "interface", r->from->interface }, { "mac", r->from->mac },
		{ "address", r->from->address },     { "gateway", r->from->gateway },
		{ "address6", r->from->address6 },   { "dns", r->from->dns },
		{ "host", r->from->host },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rest); i++) {
		if (is_given(rest[i].text)) {
			return bad(r, rest[i].place, "is for \"wire\" tap or packet; leave it out");
		}
	}
	return VD_OK;
}

enum vd_err vd_stack_config_parse(const struct vd_stack_settings *settings,
				  struct vd_stack_config *out, const char **place,
				  struct vd_diag *diag)
{
	static enum vd_err (*const steps[])(struct reading *) = {
		read_interface, read_mac, read_address4, read_address6, read_dns, read_host,
	};
	struct reading r = { settings, out, place, diag };
	*out = (struct vd_stack_config){ 0 };
	enum vd_err err = read_wire(&r);
	if (err != VD_OK) {
		return err;
	}
	if (out->wire != VD_WIRE_TAP && out->wire != VD_WIRE_PACKET) {
		return refuse_rest(&r);
	}
	for (size_t i = 0; i < VD_ARRAY_LEN(steps) && err == VD_OK; i++) {
		err = steps[i](&r);
	}
	return err;
}

static size_t print_one(const struct vd_sock_address *a, char *out, size_t cap)
{
	char text[VD_SOCK_TEXT_BYTES];
	vd_sock_address_print(a, text);
	*strrchr(text, ':') = '\0'; // the port
	size_t skip = text[0] == '[' ? 1 : 0;
	text[strcspn(text, "]")] = '\0';
	int n = a->family != 0 ? snprintf(out, cap, ", %s", text + skip) : 0;
	return (size_t)n;
}

void vd_stack_state_print(const struct vd_stack_state *state, char out[VD_STACK_TEXT_BYTES])
{
	if (!state->has_link) {
		snprintf(out, VD_STACK_TEXT_BYTES, "no link: is the cable plugged in?");
		return;
	}
	bool has_address = state->v4.family != 0 || state->v6.family != 0;
	int n = snprintf(out, VD_STACK_TEXT_BYTES, "link%s", has_address ? "" : ", no address yet");
	size_t at = (size_t)n + print_one(&state->v4, out + n, VD_STACK_TEXT_BYTES - (size_t)n);
	(void)print_one(&state->v6, out + at, VD_STACK_TEXT_BYTES - at);
}
