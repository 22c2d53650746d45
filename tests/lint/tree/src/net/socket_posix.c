// SPDX-License-Identifier: MIT
#include "net/socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

static int good(int fd)
{
	return socket(AF_INET, SOCK_STREAM, 0) + fcntl(fd, F_SETFL, O_NONBLOCK);
}

static int bad(int fd, const char *p)
{
	accept4(fd, 0, 0, 0);                  // LINT socket-subset
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, p, 4); // LINT socket-subset
	return send(fd, p, 1, MSG_NOSIGNAL); // LINT socket-subset socket-subset
}
