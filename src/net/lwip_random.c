// SPDX-License-Identifier: MIT
// LWIP_RAND: ports, sequence numbers, ids of look-ups. lwIP asks for it without an argument and
// from its start, so it is the kernel's and not a generator that is handed down.
#include <lwip/opt.h>
#include <sys/random.h>

unsigned int lwip_port_rand(void)
{
	unsigned int value = 0;
	while (getrandom(&value, sizeof(value), 0) != (ssize_t)sizeof(value)) {
	}
	return value;
}
