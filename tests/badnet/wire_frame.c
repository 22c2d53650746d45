// SPDX-License-Identifier: MIT
#include "wire_frame.h"

#include <string.h>

#define ETHER 14
#define TYPE_V4 0x0800u
#define TYPE_V6 0x86ddu
#define TYPE_ARP 0x0806u
#define TCP 6
#define ICMP 1
#define ICMP6 58
#define V4 20 // heads without options
#define V6 40
#define TCP_HEAD 20
#define RST 0x04
#define RST_ACK 0x14

static uint32_t get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p + 2, value);
}

static uint32_t sum(uint32_t from, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2) {
		from += get16(p + i);
	}
	return n % 2 != 0 ? from + ((uint32_t)p[n - 1] << 8) : from;
}

// RFC 1071
static uint32_t fold(uint32_t value)
{
	value = (value >> 16) + (value & 0xffff);
	value += value >> 16;
	return ~value & 0xffff;
}

static uint32_t type_of(const uint8_t *frame)
{
	return get16(frame + 12);
}

static const uint8_t *ip_of(const uint8_t *frame)
{
	return frame + ETHER;
}

static bool is_v4(const uint8_t *frame)
{
	return type_of(frame) == TYPE_V4;
}

size_t frame_ip_bytes(const uint8_t *frame, size_t n)
{
	size_t bytes = 0;
	if (n >= ETHER + V4 && is_v4(frame)) {
		bytes = get16(ip_of(frame) + 2);
	} else if (n >= ETHER + V6 && type_of(frame) == TYPE_V6) {
		bytes = V6 + get16(ip_of(frame) + 4);
	}
	return ETHER + bytes <= n ? bytes : 0;
}

static size_t ip_head(const uint8_t *frame)
{
	return is_v4(frame) ? V4 : V6;
}

bool frame_has_tcp_data(const uint8_t *frame, size_t n)
{
	size_t bytes = frame_ip_bytes(frame, n);
	if (bytes < ip_head(frame) + TCP_HEAD) {
		return false;
	}
	const uint8_t *ip = ip_of(frame);
	bool is_tcp = is_v4(frame) ? ip[0] == 0x45 && ip[9] == TCP && (get16(ip + 6) & 0x3fff) == 0
				   : ip[6] == TCP;
	const uint8_t *tcp = ip + ip_head(frame);
	return is_tcp && bytes > ip_head(frame) + (size_t)(tcp[12] >> 4) * 4;
}

bool frame_is_of(const uint8_t *frame, size_t n, uint32_t address)
{
	const uint8_t *ip = ip_of(frame);
	if (n >= ETHER + V4 && is_v4(frame)) {
		return memcmp(ip + 12, &address, 4) == 0 || memcmp(ip + 16, &address, 4) == 0;
	}
	return n >= ETHER + 28 && type_of(frame) == TYPE_ARP &&
	       (memcmp(ip + 14, &address, 4) == 0 || memcmp(ip + 24, &address, 4) == 0);
}

bool frame_may_be_cut(const uint8_t *frame)
{
	return is_v4(frame) && ip_of(frame)[0] == 0x45 && (ip_of(frame)[6] & 0x40) == 0;
}

// RFC 791 section 3.2; `*at` counts the bytes behind the head.
size_t frame_cut(const uint8_t *frame, size_t n, size_t mtu, size_t *at, uint8_t *out)
{
	size_t data = frame_ip_bytes(frame, n) - V4;
	size_t most = (mtu - V4) / 8 * 8;
	if (*at >= data) {
		return 0;
	}
	size_t m = data - *at < most ? data - *at : most;
	memcpy(out, frame, ETHER + V4);
	memcpy(out + ETHER + V4, frame + ETHER + V4 + *at, m);
	uint8_t *ip = out + ETHER;
	uint32_t flags = get16(ip + 6);
	bool has_more = *at + m < data || (flags & 0x2000) != 0;
	put16(ip + 2, (uint32_t)(V4 + m));
	put16(ip + 6, (uint32_t)((flags & 0x1fff) + *at / 8) | (has_more ? 0x2000u : 0));
	put16(ip + 10, 0);
	put16(ip + 10, fold(sum(0, ip, V4)));
	*at += m;
	return ETHER + V4 + m;
}

static void turn_ether(const uint8_t *frame, uint8_t *out, bool is_back)
{
	memcpy(out, frame, ETHER);
	if (is_back) {
		memcpy(out, frame + 6, 6);
		memcpy(out + 6, frame, 6);
	}
}

// Head of an IP packet with `data` bytes behind it; the addresses are those of `frame`, turned
// where it goes back.
static void put_ip(const uint8_t *frame, bool is_back, uint32_t protocol, size_t data, uint8_t *ip)
{
	size_t wide = is_v4(frame) ? 4 : 16;
	size_t from = is_v4(frame) ? 12 : 8;
	memset(ip, 0, ip_head(frame));
	if (is_v4(frame)) {
		ip[0] = 0x45;
		put16(ip + 2, (uint32_t)(V4 + data));
		ip[6] = 0x40;
		ip[8] = 64;
		ip[9] = (uint8_t)protocol;
	} else {
		ip[0] = 0x60;
		put16(ip + 4, (uint32_t)data);
		ip[6] = (uint8_t)protocol;
		ip[7] = 64;
	}
	memcpy(ip + from, ip_of(frame) + from + (is_back ? wide : 0), wide);
	memcpy(ip + from + wide, ip_of(frame) + from + (is_back ? 0 : wide), wide);
	if (is_v4(frame)) {
		put16(ip + 10, fold(sum(0, ip, V4)));
	}
}

// Over the pseudo head too (RFC 9293 section 3.1, RFC 8200 section 8.1).
static uint32_t checksum(const uint8_t *frame, const uint8_t *ip, uint32_t protocol, size_t data)
{
	size_t from = is_v4(frame) ? 12 : 8;
	uint32_t pseudo = sum(protocol + (uint32_t)data, ip + from, is_v4(frame) ? 8 : 32);
	return fold(sum(pseudo, ip + ip_head(frame), data));
}

size_t frame_too_big(const uint8_t *frame, size_t n, size_t mtu, uint8_t *out)
{
	size_t head = ip_head(frame);
	size_t bytes = frame_ip_bytes(frame, n);
	// RFC 792: the head and 8 bytes are enough; RFC 4443: as much as fits into 1280.
	size_t quote = is_v4(frame) ? V4 + 8 : 1280 - V6 - 8;
	quote = quote < bytes ? quote : bytes;
	turn_ether(frame, out, true);
	uint8_t *ip = out + ETHER;
	uint8_t *icmp = ip + head;
	put_ip(frame, true, is_v4(frame) ? ICMP : ICMP6, 8 + quote, ip);
	memset(icmp, 0, 8);
	icmp[0] = is_v4(frame) ? 3 : 2;
	icmp[1] = is_v4(frame) ? 4 : 0;
	put32(icmp + 4, (uint32_t)mtu); // RFC 1191: in the low half
	memcpy(icmp + 8, ip_of(frame), quote);
	put16(icmp + 2,
	      is_v4(frame) ? fold(sum(0, icmp, 8 + quote)) : checksum(frame, ip, ICMP6, 8 + quote));
	return ETHER + head + 8 + quote;
}

size_t frame_reset(const uint8_t *frame, bool is_back, uint32_t off, uint8_t *out)
{
	size_t head = ip_head(frame);
	const uint8_t *of = ip_of(frame) + head;
	turn_ether(frame, out, is_back);
	uint8_t *ip = out + ETHER;
	uint8_t *tcp = ip + head;
	put_ip(frame, is_back, TCP, TCP_HEAD, ip);
	memset(tcp, 0, TCP_HEAD);
	memcpy(tcp, of + (is_back ? 2 : 0), 2);
	memcpy(tcp + 2, of + (is_back ? 0 : 2), 2);
	// To the receiver the segment's number is the next one; to the sender what it acknowledges.
	put32(tcp + 4, get32(of + (is_back ? 8 : 4)) + off);
	put32(tcp + 8, is_back ? get32(of + 4) : get32(of + 8));
	tcp[12] = 0x50;
	tcp[13] = is_back ? RST_ACK : RST;
	put16(tcp + 16, checksum(frame, ip, TCP, TCP_HEAD));
	return ETHER + head + TCP_HEAD;
}
