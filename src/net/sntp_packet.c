// SPDX-License-Identifier: MIT
#include "net/sntp.h"

#include <string.h>

// RFC 5905 figure 8; offsets in bytes.
//   0 LI(2) VN(3) mode(3) | 1 stratum | 12 reference id | 24 origin | 32 receive | 40 transmit
#define AT_STRATUM 1
#define AT_REFERENCE 12
#define AT_ORIGIN 24
#define AT_RECEIVE 32
#define AT_TRANSMIT 40

#define MODE_CLIENT 3
#define MODE_SERVER 4
#define VERSION 4
#define LEAP_UNSYNCHRONISED 3
#define MOST_STRATUM 15

// 1900 to 1970, and the length of an era of 2^32 seconds.
#define NTP_TO_UNIX_S INT64_C(2208988800)
#define ERA_S (INT64_C(1) << 32)
// An answer later than this is of no use for setting a clock.
#define MOST_DELAY_US (10 * VD_US_PER_S)
// Before 2024 nobody runs this: a stamp from then is a server without the time.
#define OLDEST_S INT64_C(1704067200)

static uint64_t get_be64(const unsigned char *p)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++) {
		value = value << 8 | p[i];
	}
	return value;
}

// The era is the one that puts the stamp after OLDEST_S (good until 2160).
static int64_t stamp_to_us(uint64_t stamp)
{
	int64_t s = (int64_t)(stamp >> 32) - NTP_TO_UNIX_S;
	if (s < OLDEST_S) {
		s += ERA_S;
	}
	int64_t fraction = (int64_t)(stamp & UINT32_MAX);
	return s * VD_US_PER_S + (fraction * VD_US_PER_S >> 32);
}

void vd_sntp_print_request(uint64_t cookie, uint8_t out[VD_SNTP_PACKET_BYTES])
{
	memset(out, 0, VD_SNTP_PACKET_BYTES);
	out[0] = VERSION << 3 | MODE_CLIENT;
	for (int i = 0; i < 8; i++) {
		out[AT_TRANSMIT + i] = (uint8_t)(cookie >> (56 - 8 * i));
	}
}

static enum vd_err check_header(const unsigned char *p, uint64_t cookie, struct vd_diag *diag)
{
	int mode = p[0] & 7;
	int version = p[0] >> 3 & 7;
	if (mode != MODE_SERVER || version < 3 || version > VERSION) {
		return vd_diag_set(diag, VD_ERR_PROTOCOL,
				   "not an answer of a time server (mode %d, version %d)", mode,
				   version);
	}
	if (get_be64(p + AT_ORIGIN) != cookie) {
		return vd_diag_set(diag, VD_ERR_PROTOCOL, "the answer is not to our question");
	}
	if (p[AT_STRATUM] == 0) {
		char code[5] = { 0 };
		for (int i = 0; i < 4; i++) {
			char c = (char)p[AT_REFERENCE + i];
			code[i] = c >= 'A' && c <= 'Z' ? c : '?';
		}
		return vd_diag_set(diag, VD_ERR_REFUSED, "the time server sends us away (%s)",
				   code);
	}
	if (p[0] >> 6 == LEAP_UNSYNCHRONISED || p[AT_STRATUM] > MOST_STRATUM) {
		return vd_diag_set(diag, VD_ERR_OUTAGE,
				   "the time server doesn't know the time itself");
	}
	return VD_OK;
}

enum vd_err vd_sntp_parse_reply(struct vd_span packet, uint64_t cookie, struct vd_wall sent,
				struct vd_wall received, struct vd_sntp_result *out,
				struct vd_diag *diag)
{
	const unsigned char *p = (const unsigned char *)packet.p;
	if (packet.n < VD_SNTP_PACKET_BYTES) {
		return vd_diag_set(diag, VD_ERR_PROTOCOL, "the time server's answer is too short");
	}
	enum vd_err err = check_header(p, cookie, diag);
	if (err != VD_OK) {
		return err;
	}
	uint64_t receive = get_be64(p + AT_RECEIVE);
	uint64_t transmit = get_be64(p + AT_TRANSMIT);
	if (receive == 0 || transmit == 0) {
		return vd_diag_set(diag, VD_ERR_PROTOCOL, "the time server's answer holds no time");
	}
	// RFC 5905 section 8: offset ((T2 - T1) + (T3 - T4)) / 2, delay (T4 - T1) - (T3 - T2).
	int64_t there = stamp_to_us(receive);
	int64_t back = stamp_to_us(transmit);
	int64_t delay = (received.us - sent.us) - (back - there);
	if (back < there || delay < 0 || delay > MOST_DELAY_US) {
		return vd_diag_set(diag, VD_ERR_PROTOCOL, "the time server's stamps make no sense");
	}
	*out = (struct vd_sntp_result){
		.offset = { (there - sent.us) / 2 + (back - received.us) / 2 },
		.delay = { delay },
		.stratum = p[AT_STRATUM],
	};
	return VD_OK;
}
