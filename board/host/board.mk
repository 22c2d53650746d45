# SPDX-License-Identifier: MIT
# The developer's own Debian: glibc, debuggable, sanitizers possible.
CROSS         =
CC            = $(CROSS)gcc
AR            = $(CROSS)gcc-ar
STRIP         = $(CROSS)strip
SIZE          = $(CROSS)size
NM            = $(CROSS)gcc-nm
BOARD_CFLAGS  = -O2 -g -fPIE -fstack-protector-strong
BOARD_LDFLAGS = -pie -Wl,-z,relro,-z,now
RUN           =
