// SPDX-License-Identifier: MIT
/*
 * lwIP for Vedetta: threaded, sockets API with libc's own address structs, memory from malloc.
 * Not the choice of the stack: that is CONFIG_NET_LWIP.
 * The stack has a thread and a clock of its own.
 */
#ifndef VD_LWIPOPTS_H
#define VD_LWIPOPTS_H

// Before everything, because it defines a TCP_MSS of its own (512), silently.
#include <netinet/in.h>
#include <netinet/tcp.h>
#undef TCP_MSS

// glibc has it, musl doesn't; the port's sockets.h needs it.
#ifndef __SOCKADDR_COMMON_SIZE
#define __SOCKADDR_COMMON_SIZE sizeof(sa_family_t)
#endif

#define NO_SYS 0
#define SYS_LIGHTWEIGHT_PROT 1
#define MEM_ALIGNMENT 8
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_USE_POOLS 0
#define LWIP_NETIF_TX_SINGLE_PBUF 1

// The port's own lock around the core.
#define LWIP_TCPIP_CORE_LOCKING 1
#define LWIP_TCPIP_CORE_LOCKING_INPUT 1
void sys_lock_tcpip_core(void);
void sys_unlock_tcpip_core(void);
void sys_check_core_locking(void);
void sys_mark_tcpip_thread(void);
#define LOCK_TCPIP_CORE() sys_lock_tcpip_core()
#define UNLOCK_TCPIP_CORE() sys_unlock_tcpip_core()
#define LWIP_ASSERT_CORE_LOCKED() sys_check_core_locking()
#define LWIP_MARK_TCPIP_THREAD() sys_mark_tcpip_thread()

#define DEFAULT_THREAD_STACKSIZE 0
#define DEFAULT_THREAD_PRIO 0
#define TCPIP_THREAD_STACKSIZE 0
#define TCPIP_MBOX_SIZE 128
#define DEFAULT_TCP_RECVMBOX_SIZE 256
#define DEFAULT_UDP_RECVMBOX_SIZE 32
#define DEFAULT_RAW_RECVMBOX_SIZE 8
#define DEFAULT_ACCEPTMBOX_SIZE 16

#define LWIP_ETHERNET 1
#define LWIP_ARP 1
#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_ICMP 1
// Nothing joins IPv4 groups, and a DHCP server probes an address itself: each would cost ten
// wake-ups a second.
#define LWIP_IGMP 0
#define LWIP_ACD 0
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define DHCP_COARSE_TIMER_SECS 10
// Without it a second connection that begins before the router has answered drops the first one's
// SYN.
#define ARP_QUEUEING 1
#define LWIP_DNS 1
// 1 + 1 + 2 s for each server: the second one has its turn before a look-up's 10 s are over.
#define DNS_MAX_SERVERS 4
#define DNS_MAX_RETRIES 3
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 2
#define LWIP_NETIF_HOSTNAME 1
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_IPV6_MLD 1
#define LWIP_IPV6_AUTOCONFIG 1
#define IP_FORWARD 0
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_HAVE_LOOPIF 1
// On 64 bits the fragment header does not fit: without the copy the stack asserts at start.
#define IPV6_FRAG_COPYHEADER 1

// The mailbox between driver and stack holds 128 packets: a larger window stalls, so 100.
// TCP_SNDLOWAT has to be given when the send buffer is above 64 KB.
#define TCP_MSS 1460
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 3
#define TCP_WND (100 * TCP_MSS)
#define TCP_SND_BUF (90 * TCP_MSS)
#define TCP_SND_QUEUELEN 400
#define TCP_SNDLOWAT (32 * TCP_MSS)
#define MEMP_NUM_TCP_SEG 400
#define TCP_QUEUE_OOSEQ 1
#define LWIP_TCP_SACK_OUT 1
#define LWIP_TCP_TIMESTAMPS 0
#define TCP_LISTEN_BACKLOG 1
// Before a round trip was measured: 1 s as RFC 6298 says, not 3.
#define LWIP_TCP_RTO_TIME 1000
// A peer that vanished is given up after about a minute, as by TCP_USER_TIMEOUT on the kernel's;
// one that never answered after a quarter of it.
#define TCP_MAXRTX 6
#define TCP_SYNMAXRTX 4
// Not the stack's count from 1 upwards: whoever guesses it can write into a connection (RFC 6528).
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port) LWIP_RAND()
// Memory is malloc's; this is how many sockets there can be.
#define MEMP_NUM_NETCONN 128
#define MEMP_NUM_TCP_PCB 128
#define MEMP_NUM_UDP_PCB 16
#define PBUF_POOL_BUFSIZE 1600

#define LWIP_CHECKSUM_ON_COPY 1
#define LWIP_STATS 0

// File descriptors start at 4096, apart from the kernel's.
#define LWIP_SOCKET 1
#define LWIP_NETCONN 1
#define LWIP_COMPAT_SOCKETS 0
#define LWIP_SOCKET_OFFSET 4096
#define LWIP_SOCKET_SELECT 0
#define LWIP_SOCKET_POLL 1
#define LWIP_SOCKET_EXTERNAL_HEADERS 1
#define LWIP_SOCKET_EXTERNAL_HEADER_SOCKETS_H "posix/sockets.h"
#define LWIP_SOCKET_EXTERNAL_HEADER_INET_H "posix/inet.h"
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1
#define LWIP_TCP_KEEPALIVE 1
#define LWIP_SO_SNDTIMEO 1
#define LWIP_SO_RCVTIMEO 1
#define LWIP_SO_RCVBUF 1
#define LWIP_SO_LINGER 1
#define SO_REUSE 1
#define LWIP_RANDOMIZE_INITIAL_LOCAL_PORTS 1
#define LWIP_NOASSERT_ON_ERROR 1

#endif
