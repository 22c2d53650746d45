# SPDX-License-Identifier: MIT
# The developer's own Debian, with lwIP instead of the kernel's network stack.
include board/host/board.mk
# "make test": what the network carries, each script with a TAP in a network namespace of its own.
T          = [cn][eh]*
RUN_SCRIPT = tests/lwip/namespace
SCRIPTS    = $(addprefix tests/integration/,main_job x_channel facebook_channel mastodon faults outages budget uncertain_writes \
	edits own_posts) tests/powercut/kill tests/lwip/packet tests/lwip/badnet
