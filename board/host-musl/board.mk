# SPDX-License-Identifier: MIT
# x86-64 with musl, one static file: what ships, on the machine where it is made.
MUSL          = amd64
CROSS         =
CC            = $(CROSS)gcc -specs $(TP)/lib/musl-gcc.specs
AR            = $(CROSS)gcc-ar
STRIP         = $(CROSS)strip
SIZE          = $(CROSS)size
NM            = $(CROSS)gcc-nm
BOARD_CFLAGS  = -Os -g -fPIE -flto=auto -fno-asynchronous-unwind-tables
BOARD_LDFLAGS = -static-pie -Wl,-z,relro,-z,now
RUN           =
