// SPDX-License-Identifier: MIT
#include "net/tls_internal.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

bool vd_cpu_has_aes(void)
{
	unsigned a = 0;
	unsigned b = 0;
	unsigned c = 0;
	unsigned d = 0;
	return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_AES) != 0;
}
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

#define HWCAP_AES_BIT (1ul << 3) // asm/hwcap.h, which musl's headers need not have

bool vd_cpu_has_aes(void)
{
	return (getauxval(AT_HWCAP) & HWCAP_AES_BIT) != 0;
}
#else
bool vd_cpu_has_aes(void)
{
	return false;
}
#endif
