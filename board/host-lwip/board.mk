# SPDX-License-Identifier: MIT
# The developer's own Debian, with lwIP instead of the kernel's network stack.
include board/host/board.mk
