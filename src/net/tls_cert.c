// SPDX-License-Identifier: MIT
#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "net/socket.h"
#include "net/tls_internal.h"

#define MOST_NAMES 8
#define PEM_BYTES 2048
#define SERIAL_BYTES 16
#define DAY_S 86400

struct names {
	mbedtls_x509_san_list list[MOST_NAMES];
	struct vd_sock_address literals[MOST_NAMES];
	char text[MOST_NAMES][VD_URL_HOST_BYTES];
	size_t n;
};

static enum vd_err add_name(struct names *names, struct vd_span name, struct vd_diag *diag)
{
	if (names->n == MOST_NAMES ||
	    vd_span_copy(name, names->text[names->n], VD_URL_HOST_BYTES) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ROOM,
				   "too many names for a certificate, or too long ones");
	}
	char *text = names->text[names->n];
	struct vd_sock_address *literal = &names->literals[names->n];
	mbedtls_x509_san_list *item = &names->list[names->n];
	if (vd_sock_address_parse(text, 0, literal) == VD_OK) {
		item->node.type = MBEDTLS_X509_SAN_IP_ADDRESS;
		item->node.san.unstructured_name.p = literal->bytes;
		item->node.san.unstructured_name.len = literal->family == 6 ? 16 : 4;
	} else {
		item->node.type = MBEDTLS_X509_SAN_DNS_NAME;
		item->node.san.unstructured_name.p = (unsigned char *)text;
		item->node.san.unstructured_name.len = strlen(text);
	}
	// mbedTLS writes from the back to the front: the first name becomes the list's last.
	item->next = names->n > 0 ? item - 1 : NULL;
	names->n++;
	return VD_OK;
}

static enum vd_err parse_names(const char *hosts, struct names *names, struct vd_diag *diag)
{
	struct vd_span rest = vd_span_of(hosts);
	while (rest.p != NULL) {
		struct vd_span one = vd_span_trim(vd_span_cut(&rest, ','));
		enum vd_err err = one.n > 0 ? add_name(names, one, diag) : VD_OK;
		if (err != VD_OK) {
			return err;
		}
	}
	return names->n > 0 ? VD_OK
			    : vd_diag_set(diag, VD_ERR_ARGUMENT, "a certificate needs a name");
}

// YYYYMMDDhhmmss, as mbedTLS wants it.
static void print_stamp(struct vd_wall at, char out[16])
{
	int64_t s = vd_wall_to_s(at);
	int64_t days = s >= 0 ? s / DAY_S : (s - DAY_S + 1) / DAY_S;
	int64_t year = 0;
	int month = 0;
	int day = 0;
	int rest = (int)(s - days * DAY_S);
	vd_civil_from_days(days, &year, &month, &day);
	snprintf(out, 16, "%04u%02u%02u%02u%02u%02u", (unsigned)year % 10000u,
		 (unsigned)month % 100u, (unsigned)day % 100u, (unsigned)rest / 3600 % 100u,
		 (unsigned)rest / 60 % 60, (unsigned)rest % 60);
}

static int fill(mbedtls_x509write_cert *crt, struct vd_rng *rng, struct names *names,
		struct vd_wall now, int days)
{
	unsigned char serial[SERIAL_BYTES];
	char subject[64 + 16];
	char from[16];
	char until[16];
	int code = vd_tls_random(rng, serial, sizeof(serial));
	serial[0] = (serial[0] & 0x7f) | 0x01; // positive, and never short
	// A common name holds 64 bytes at most (RFC 5280); who checks reads the alternative names.
	snprintf(subject, sizeof(subject), "CN=%.64s", names->text[0]);
	print_stamp(vd_wall_add(now, vd_dur_s(-DAY_S)), from); // clients' clocks differ
	print_stamp(vd_wall_add(now, vd_dur_s((int64_t)days * DAY_S)), until);
	mbedtls_asn1_sequence usage = {
		.buf = { .tag = MBEDTLS_ASN1_OID,
			 .len = MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH),
			 .p = (unsigned char *)MBEDTLS_OID_SERVER_AUTH },
	};
	mbedtls_x509write_crt_set_version(crt, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(crt, MBEDTLS_MD_SHA256);
	code = code != 0 ? code : mbedtls_x509write_crt_set_serial_raw(crt, serial, sizeof(serial));
	code = code != 0 ? code : mbedtls_x509write_crt_set_validity(crt, from, until);
	code = code != 0 ? code : mbedtls_x509write_crt_set_subject_name(crt, subject);
	code = code != 0 ? code : mbedtls_x509write_crt_set_issuer_name(crt, subject);
	code = code != 0 ? code : mbedtls_x509write_crt_set_basic_constraints(crt, 0, -1);
	code = code != 0 ? code
			 : mbedtls_x509write_crt_set_key_usage(crt,
							       MBEDTLS_X509_KU_DIGITAL_SIGNATURE);
	code = code != 0 ? code : mbedtls_x509write_crt_set_ext_key_usage(crt, &usage);
	code = code != 0 ? code
			 : mbedtls_x509write_crt_set_subject_alternative_name(
				   crt, &names->list[names->n - 1]);
	return code;
}

static int make_key(mbedtls_pk_context *key, struct vd_rng *rng)
{
	int code = mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
	return code != 0 ? code
			 : mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*key),
					       vd_tls_random, rng);
}

static int print(mbedtls_x509write_cert *crt, mbedtls_pk_context *key, struct vd_rng *rng,
		 struct vd_buf *cert_pem, struct vd_buf *key_pem)
{
	unsigned char text[PEM_BYTES];
	mbedtls_x509write_crt_set_subject_key(crt, key);
	mbedtls_x509write_crt_set_issuer_key(crt, key);
	int code = mbedtls_x509write_crt_pem(crt, text, sizeof(text), vd_tls_random, rng);
	if (code == 0) {
		vd_buf_put_text(cert_pem, (const char *)text);
		code = mbedtls_pk_write_key_pem(key, text, sizeof(text));
	}
	if (code == 0) {
		vd_buf_put_text(key_pem, (const char *)text);
	}
	vd_wipe(text, sizeof(text));
	return code;
}

enum vd_err vd_tls_self_sign(struct vd_rng rng, const char *hosts, struct vd_wall now, int days,
			     struct vd_buf *cert_pem, struct vd_buf *key_pem, struct vd_diag *diag)
{
	struct names names = { 0 };
	enum vd_err err = parse_names(hosts, &names, diag);
	if (err != VD_OK) {
		return err;
	}
	mbedtls_x509write_cert crt;
	mbedtls_pk_context key;
	mbedtls_x509write_crt_init(&crt);
	mbedtls_pk_init(&key);
	int code = make_key(&key, &rng);
	code = code != 0 ? code : fill(&crt, &rng, &names, now, days);
	code = code != 0 ? code : print(&crt, &key, &rng, cert_pem, key_pem);
	mbedtls_x509write_crt_free(&crt);
	mbedtls_pk_free(&key);
	if (code != 0) {
		return vd_tls_error(diag, VD_ERR_TLS, "no certificate can be made", code);
	}
	if (vd_buf_check(cert_pem) != VD_OK || vd_buf_check(key_pem) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_ROOM, "no room for the certificate");
	}
	return VD_OK;
}
