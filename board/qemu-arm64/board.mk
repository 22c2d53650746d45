# SPDX-License-Identifier: MIT
# arm64 with musl, one static file; pages of 64 KB at most, which every arm64 kernel can load.
MUSL          = arm64
CROSS         = aarch64-linux-gnu-
CC            = $(CROSS)gcc -specs $(TP)/lib/musl-gcc.specs
AR            = $(CROSS)gcc-ar
STRIP         = $(CROSS)strip
SIZE          = $(CROSS)size
NM            = $(CROSS)gcc-nm
BOARD_CFLAGS  = -Os -g -fPIE -flto=auto -fno-asynchronous-unwind-tables
BOARD_LDFLAGS = -static-pie -Wl,-z,relro,-z,now
RUN           = qemu-aarch64
