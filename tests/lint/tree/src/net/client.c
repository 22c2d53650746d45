// SPDX-License-Identifier: MIT
#include <netdb.h> // LINT socket-header
#include <poll.h> // LINT socket-header

static void accept(int word);

static void use(void)
{
	accept(1);
	epoll_wait(3, 0, 0, 0); // LINT socket-call
	// epoll_wait(3) in a remark is none, nor in a string:
	say("sendmsg(1)");
}
