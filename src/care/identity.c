// SPDX-License-Identifier: MIT
#include "care/identity.h"

#include <string.h>

#define LETTERS_LEAST 5

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_left_out(char c)
{
	return c == ' ' || c == '\t' || c == '.' || c == '_' || c == '-' || c == '\'';
}

bool vd_identity_normalise(struct vd_span name, char out[VD_HANDLE_BYTES])
{
	size_t n = 0;
	size_t n_letters = 0;
	struct vd_span rest = vd_span_trim(name);
	if (rest.n > 0 && rest.p[0] == '@') {
		rest = vd_span_skip(rest, 1);
	}
	for (size_t i = 0; i < rest.n && rest.p[i] != '@'; i++) {
		char c = lower(rest.p[i]);
		if (is_left_out(c)) {
			continue;
		}
		if (n + 1 == VD_HANDLE_BYTES) {
			return false;
		}
		out[n++] = c;
		n_letters += !is_digit(c);
	}
	out[n] = '\0';
	return n >= LETTERS_LEAST && n_letters > 0;
}

bool vd_identity_is_alike(struct vd_span a, struct vd_span b)
{
	char x[VD_HANDLE_BYTES];
	char y[VD_HANDLE_BYTES];
	return vd_identity_normalise(a, x) && vd_identity_normalise(b, y) && strcmp(x, y) == 0;
}

// ---- the customer's own words ---------------------------------------------------------------

static const struct {
	const char *word;
	enum vd_network network;
} networks[] = {
	{ "twitter", VD_NETWORK_X },
	{ "facebook", VD_NETWORK_FACEBOOK },
	{ "messenger", VD_NETWORK_FACEBOOK },
	{ "mastodon", VD_NETWORK_MASTODON },
	{ "x", VD_NETWORK_X },
};

// Without such a word it is somebody else's name: "scrivete a @mrossi su Twitter".
static const char *const selves[] = { "sono", "mio", "mi", "chiamo", "my", "i",
				      "am",   "i'm", "im", "me",     "io" };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '@' || c == '.' ||
	       c == '-' || c == '\'' || (unsigned char)c >= 0x80;
}

static bool next_word(struct vd_span *rest, char out[VD_HANDLE_BYTES])
{
	size_t from = 0;
	while (from < rest->n && !is_letter(lower(rest->p[from]))) {
		from++;
	}
	size_t to = from;
	size_t n = 0;
	while (to < rest->n && is_letter(lower(rest->p[to]))) {
		if (n + 1 < VD_HANDLE_BYTES) {
			out[n++] = lower(rest->p[to]);
		}
		to++;
	}
	while (n > 0 && (out[n - 1] == '.' || out[n - 1] == '-')) {
		n--; // the sentence's own
	}
	out[n] = '\0';
	*rest = vd_span_skip(*rest, to);
	return to > from;
}

static bool is_self(const char *word)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(selves); i++) {
		if (strcmp(word, selves[i]) == 0) {
			return true;
		}
	}
	return false;
}

static enum vd_network network_named(const char *word)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(networks); i++) {
		if (strcmp(word, networks[i].word) == 0) {
			return networks[i].network;
		}
	}
	return VD_NETWORK_NONE;
}

bool vd_identity_find_named(struct vd_span text, enum vd_network *network,
			    char handle[VD_HANDLE_BYTES])
{
	char word[VD_HANDLE_BYTES];
	struct vd_span rest = text;
	bool has_self = false;
	bool has_handle = false;
	*network = VD_NETWORK_NONE;
	// The name in front is who is written to.
	for (int n = 0; next_word(&rest, word); n++) {
		enum vd_network named = network_named(word);
		has_self = has_self || is_self(word);
		if (named != VD_NETWORK_NONE) {
			*network = named;
		} else if (word[0] == '@' && n > 0 && has_self) {
			has_handle = vd_identity_normalise(vd_span_of(word), handle);
		}
	}
	return has_self && has_handle && *network != VD_NETWORK_NONE;
}

const char *vd_identity_why_name(enum vd_identity_why why)
{
	static const char *const names[VD_IDENTITY_WHY_N] = {
		[VD_IDENTITY_NO] = "",
		[VD_IDENTITY_SAME_NAME] = "same name",
		[VD_IDENTITY_SAYS_SO] = "says so",
	};
	return (unsigned)why < VD_IDENTITY_WHY_N ? names[why] : "";
}
