// SPDX-License-Identifier: MIT
#include <mbedtls/oid.h>
#include <stdio.h>
#include <string.h>

#include "net/socket.h"
#include "net/tls_internal.h"

// The last instants that fit: RFC 5280's "no expiry" is 9999-12-31.
#define FOREVER_US INT64_MAX

struct vd_wall vd_tls_wall_of(const mbedtls_x509_time *t)
{
	int64_t days = vd_days_from_civil(t->year, t->mon, t->day);
	return vd_wall_s(days * 86400 + t->hour * 3600 + t->min * 60 + t->sec);
}

static bool is_literal(const struct vd_tls *tls, struct vd_sock_address *out)
{
	return vd_sock_address_parse(tls->host, 0, out) == VD_OK;
}

// mbedTLS keeps IP addresses as they are in the extension: 4 or 16 bytes (RFC 5280 section
// 4.2.1.6).
static bool has_address(const mbedtls_x509_crt *crt, const struct vd_sock_address *address)
{
	size_t n = address->family == 6 ? 16 : 4;
	for (const mbedtls_x509_sequence *it = &crt->subject_alt_names; it != NULL; it = it->next) {
		int kind = it->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK;
		if (kind == MBEDTLS_X509_SAN_IP_ADDRESS && it->buf.len == n &&
		    memcmp(it->buf.p, address->bytes, n) == 0) {
			return true;
		}
	}
	return false;
}

static void add_name(char *names, size_t cap, struct vd_span name)
{
	size_t used = strlen(names);
	if (used < cap) {
		snprintf(names + used, cap - used, "%s%.*s", used > 0 ? ", " : "",
			 VD_SPAN_ARG(name));
	}
	for (char *c = names + used; *c != '\0'; c++) {
		*c = *c < 0x20 || *c >= 0x7f ? '?' : *c; // it goes to logs and screens
	}
}

// A name that other people chose: whole names only, four at most.
static void note_names(struct vd_tls_verdict *verdict, const mbedtls_x509_crt *crt)
{
	int left = 4;
	verdict->names[0] = '\0';
	for (const mbedtls_x509_sequence *it = &crt->subject_alt_names; it != NULL && left > 0;
	     it = it->next) {
		struct vd_span raw = vd_span_make(it->buf.p, it->buf.len);
		int kind = it->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK;
		char text[VD_SOCK_TEXT_BYTES];
		if (kind == MBEDTLS_X509_SAN_IP_ADDRESS && raw.n == 4) {
			snprintf(text, sizeof(text), "%u.%u.%u.%u", it->buf.p[0], it->buf.p[1],
				 it->buf.p[2], it->buf.p[3]);
			raw = vd_span_of(text);
		} else if (kind != MBEDTLS_X509_SAN_DNS_NAME) {
			continue;
		}
		add_name(verdict->names, sizeof(verdict->names), raw);
		left--;
	}
	if (verdict->names[0] == '\0') {
		(void)mbedtls_x509_dn_gets(verdict->names, sizeof(verdict->names), &crt->subject);
	}
}

static void note_fault(struct vd_tls *tls, uint32_t *flags, uint32_t fault, struct vd_wall at,
		       int depth)
{
	*flags |= fault;
	tls->verdict.fault_at = at;
	tls->verdict.is_fault_leaf = depth == 0;
}

// mbedTLS has judged by the system's clock; ours may be another one, or not trusted yet (R13).
static void judge_validity(struct vd_tls *tls, const struct vd_clock *clock,
			   const mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
	struct vd_tls_verdict *verdict = &tls->verdict;
	struct vd_wall from = vd_tls_wall_of(&crt->valid_from);
	struct vd_wall until = vd_tls_wall_of(&crt->valid_to);
	*flags &= ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
	verdict->from.us = from.us > verdict->from.us ? from.us : verdict->from.us;
	verdict->until.us = until.us < verdict->until.us ? until.us : verdict->until.us;
	if (!vd_clock_is_trusted(clock)) {
		return;
	}
	struct vd_wall now = vd_clock_wall(clock);
	if (now.us > until.us) {
		note_fault(tls, flags, MBEDTLS_X509_BADCERT_EXPIRED, until, depth);
	} else if (now.us < from.us) {
		note_fault(tls, flags, MBEDTLS_X509_BADCERT_FUTURE, from, depth);
	}
}

int vd_tls_verify(void *ctx, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
	struct vd_tls *tls = ctx;
	struct vd_tls_verdict *verdict = &tls->verdict;
	if (!verdict->was_asked) {
		*verdict = (struct vd_tls_verdict){ .was_asked = true, .until = { FOREVER_US } };
		(void)mbedtls_x509_dn_gets(verdict->issuer, sizeof(verdict->issuer), &crt->issuer);
	}
	judge_validity(tls, vd_tls_client_clock(tls->client), crt, depth, flags);
	if (depth == 0) {
		struct vd_sock_address literal;
		if (is_literal(tls, &literal) && !has_address(crt, &literal)) {
			*flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
		}
		note_names(verdict, crt);
	}
	verdict->flags |= *flags;
	return 0;
}

// "2026-10-05", in UTC.
static void print_date(struct vd_wall at, char out[VD_TIME_TEXT_BYTES])
{
	vd_wall_print(at, out);
	out[10] = '\0';
}

enum vd_err vd_tls_client_explain(const struct vd_tls *tls, struct vd_diag *diag)
{
	const struct vd_tls_verdict *verdict = &tls->verdict;
	const char *whose = verdict->is_fault_leaf ? "" : "'s issuer";
	char date[VD_TIME_TEXT_BYTES];
	print_date(verdict->fault_at, date);
	if ((verdict->flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0) {
		return vd_diag_set(diag, VD_ERR_FOREIGN,
				   "the certificate of %s is not signed by a known authority: "
				   "its issuer is \"%s\"",
				   tls->host, verdict->issuer);
	}
	if ((verdict->flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0) {
		return vd_diag_set(diag, VD_ERR_FOREIGN,
				   "the certificate of %s was issued for another name (%s)",
				   tls->host, verdict->names);
	}
	if ((verdict->flags & MBEDTLS_X509_BADCERT_EXPIRED) != 0) {
		return vd_diag_set(diag, VD_ERR_CERTIFICATE,
				   "the certificate of %s%s has expired on %s", tls->host, whose,
				   date);
	}
	if ((verdict->flags & MBEDTLS_X509_BADCERT_FUTURE) != 0) {
		return vd_diag_set(
			diag, VD_ERR_CERTIFICATE,
			"the certificate of %s%s is not valid before %s (is the clock right?)",
			tls->host, whose, date);
	}
	char info[160] = "";
	(void)mbedtls_x509_crt_verify_info(info, sizeof(info), "", verdict->flags);
	struct vd_span first = vd_span_of(info);
	struct vd_span line = vd_span_cut(&first, '\n');
	return vd_diag_set(diag, VD_ERR_CERTIFICATE, "the certificate of %s was refused: %.*s",
			   tls->host, VD_SPAN_ARG(line));
}
