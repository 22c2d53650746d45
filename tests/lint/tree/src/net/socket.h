// SPDX-License-Identifier: MIT
/**
 * What lwIP 2.2 has, and what is therefore used behind this door:
 *   socket bind connect poll fcntl(F_GETFL, F_SETFL, O_NONBLOCK) setsockopt(SO_REUSEADDR)
 * What it has not, and what is therefore refused by the lint: sendmsg, MSG_NOSIGNAL.
 */
#ifndef VD_NET_SOCKET_H
#define VD_NET_SOCKET_H
#include <poll.h>
#endif
