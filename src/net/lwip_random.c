// SPDX-License-Identifier: MIT
// LWIP_RAND: ports, sequence numbers, ids of look-ups. lwIP asks for it without an argument and
// from its start, so it is the kernel's and not a generator that is handed down.
#include <lwip/opt.h>
#include <sys/random.h>

// The range of local ports has 2^14. From its last one, 0xffff, lwIP 2.2 counts on to port 0 and
// then says that none is free.
#define LAST_PORT 0x3fffU

unsigned int lwip_port_rand(void)
{
	unsigned int value = LAST_PORT;
	while ((value & LAST_PORT) == LAST_PORT) {
		(void)!getrandom(&value, sizeof(value), 0); // what it doesn't fill is asked again
	}
	return value;
}
