# SPDX-License-Identifier: MIT
# Vedetta's build on one page. "make help" lists what there is; boards are in board/, layers in src/LAYERS.
BOARD  ?= host
SAN    ?=
O      ?= build/$(BOARD)$(if $(SAN),-san)
V      ?=
T      ?= *
FUZZ_S ?= 20
SETUP  ?= tools/setup
PYTHON ?= /usr/bin/python3
Q      := $(if $(V),,@)
TP     := $(CURDIR)/build/third_party/$(BOARD)$(if $(SAN),-san)
BOARDS ?= $(patsubst board/%/board.mk,%,$(wildcard board/*/board.mk))
include board/$(BOARD)/board.mk

WARN   := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wundef -Wvla -Wformat=2 -Wwrite-strings -Wpointer-arith \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wcast-align -Wimplicit-fallthrough \
	-Wno-format-truncation
CPP_VD  = -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -include $(O)/autoconf.h -Isrc -I. -isystem $(TP)/include
SAN_VD  = $(if $(SAN),-O1 -fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -Wno-maybe-uninitialized -Wno-stringop-overflow)
CC_VD   = $(CC) -std=c11 $(WARN) $(BOARD_CFLAGS) $(SAN_VD) -fstack-usage -ffunction-sections -fdata-sections \
	-ffile-prefix-map=$(CURDIR)/= $(CPP_VD) $(CPPFLAGS) $(CFLAGS)
LD_VD   = $(BOARD_LDFLAGS) -Wl,--gc-sections $(LDFLAGS)
LIBS_VD = -L$(TP)/lib -lmbedtls -lllhttp -lcjson -llmdb -lz -lfreetype -ltinycbor -lqrcodegen -llwip -lpthread -lm
DEP     = -MMD -MP -MT $@ -MF $@.d

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help setup deps unit unit-lwip fuzz fuzz-replay test badnet lint sizes run bench clean FORCE
.PHONY: menuconfig defconfig savedefconfig olddefconfig

# Configuration: .config is the board's defconfig until someone changes it; C sees it as autoconf.h, make as it is.
KCONFIGS := Kconfig $(wildcard src/*/Kconfig)
CONF     := KCONFIG_CONFIG=$(O)/.config kconfig-conf
ifneq ($(filter-out clean help setup,$(or $(MAKECMDGOALS),all)),)
-include $(O)/.config
endif
$(O)/.config: $(KCONFIGS) | setup
	$(Q)mkdir -p $(O)
	$(Q)if [ -e $@ ]; then $(CONF) --olddefconfig Kconfig; else $(CONF) --defconfig=board/$(BOARD)/defconfig Kconfig; \
		fi >$(O)/kconfig.log || { cat $(O)/kconfig.log; exit 1; }
	$(Q)touch $@
$(O)/autoconf.h: $(O)/.config
	$(Q)sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=y/#define \1 1/p; t; s/^\(CONFIG_[A-Z0-9_]*\)=/#define \1 /p' $< >$@
menuconfig: | setup
	$(Q)mkdir -p $(O) && KCONFIG_CONFIG=$(O)/.config kconfig-mconf Kconfig
defconfig: | setup
	$(Q)mkdir -p $(O) && $(CONF) --defconfig=board/$(BOARD)/defconfig Kconfig
olddefconfig: | setup
	$(Q)mkdir -p $(O) && $(CONF) --olddefconfig Kconfig
savedefconfig: $(O)/.config
	$(Q)$(CONF) --savedefconfig=board/$(BOARD)/defconfig Kconfig

# What is needed before the first object: packages, third-party libraries, a rebuild when the flags change.
setup:
	$(Q)$(SETUP)
$(TP)/.done: $(wildcard tools/deps/* tools/deps/config/*) board/$(BOARD)/board.mk | setup
	+$(Q)mkdir -p $(TP) && flock build/third_party/.lock sh -c 'touch $@.new && tools/deps/fetch && \
		tools/deps/unpack && tools/deps/build -s BOARD=$(BOARD) SAN=$(SAN) && mv $@.new $@'
$(O)/.flags: FORCE
	$(Q)mkdir -p $(O) && echo '$(subst ','\'',$(CC_VD) $(LD_VD))' | cmp -s - $@ || \
		echo '$(subst ','\'',$(CC_VD) $(LD_VD))' >$@
deps: $(TP)/.done
READY := $(TP)/.done $(O)/.flags $(O)/autoconf.h

# One library a folder; generated sources stand in $(O)/src as the others stand in src.
include tools/gen/gen.mk
FOLDERS := $(shell sed -n 's/^\([a-z]*\):.*/\1/p' src/LAYERS)
define folder
obj-y :=
-include src/$(1)/Kbuild
OBJ-$(1)   := $$(addprefix $(O)/src/$(1)/,$$(obj-y) $$(GEN-$(1)))
BELOW-$(1) := $$(foreach f,$(1) $(shell sed -n 's/^$(1)://p' src/LAYERS),$(O)/lib/libvd_$$(f).a)
$(O)/lib/libvd_$(1).a: $$(OBJ-$(1)) $(wildcard src/$(1)/Kbuild)
$(O)/tests/unit/$(1)/%_test: tests/unit/$(1)/%_test.c $$(BELOW-$(1)) $(READY)
	$$(link) -Itests/unit -Itests/unit/$(1) -DHAVE_UINTPTR_T $$< $$(call libs,$(1)) -lcmocka
endef
$(foreach f,$(FOLDERS),$(eval $(call folder,$(f))))
$(O)/lib/libvd_app.a: $(O)/board/$(BOARD)/board.o
libs = -Wl,--start-group $(BELOW-$(1)) -Wl,--end-group $(LIBS_VD)
define link
	@echo "  LD      $@"
	$(Q)mkdir -p $(@D) && rm -f $@*.su
	$(Q)$(CC_VD) $(DEP) $(LD_VD) -o $@
endef
define compile
	@echo "  CC      $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC_VD) $(DEP) -c -o $@ $<
endef
$(O)/%.o: %.c $(READY)
	$(compile)
$(O)/%.o: $(O)/%.c $(READY)
	$(compile)
$(O)/lib/%.a:
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcsD $@ $(filter %.o,$^)
$(O)/vedetta: $(BELOW-app) $(READY)
	$(link) $(call libs,app)
all: $(O)/vedetta

# Tests. Unit: one program a file, with the libraries of its folder and below. Fuzz: "// layer: net" says which.
UNIT   := $(patsubst %.c,$(O)/%,$(wildcard tests/unit/$(T)_test.c tests/unit/$(T)/*_test.c))
FUZZED := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
SCRIPTS ?= $(shell find tests/integration tests/browser tests/powercut tests/badnet -maxdepth 1 -type f -perm -u+x 2>/dev/null | sort)
# The same tests of net/ on lwIP's loopback: its objects stand before net's library, so its sockets are taken.
ON_LWIP := $(if $(CONFIG_NET_POSIX),$(patsubst %,$(O)/tests/unit/net/%_on_lwip,dns http_client http_server proxy sntp stack tls))
LWIP_O  := $(addprefix $(O)/src/net/,$(shell sed -n 's/^obj-$$(CONFIG_NET_LWIP) += //p' src/net/Kbuild))
$(O)/tests/unit/net/%_on_lwip: tests/unit/net/%_test.c $(LWIP_O) $(BELOW-net) $(READY)
	$(link) -Itests/unit -Itests/unit/net -DHAVE_UINTPTR_T $< $(LWIP_O) $(call libs,net) -lcmocka
define fuzz
LAYER-$(1) := $(or $(shell sed -n '1,5s,^// layer: *,,p' tests/fuzz/$(1)_fuzz.c),app)
$(O)/tests/fuzz/$(1)_replay: tests/fuzz/$(1)_fuzz.c tests/fuzz/replay_main.c $$(BELOW-$$(LAYER-$(1))) $(READY)
	$$(link) -DFUZZ_CORPUS='"tests/fuzz/corpus/$(1)"' $$(filter %.c,$$^) $$(call libs,$$(LAYER-$(1)))
$(O)/tests/fuzz/$(1)_fuzz: tests/fuzz/$(1)_fuzz.c $$(BELOW-$$(LAYER-$(1))) $(READY)
	$$(link) -fsanitize=fuzzer $$< $$(call libs,$$(LAYER-$(1)))
endef
$(foreach f,$(FUZZED),$(eval $(call fuzz,$(f))))
# The store's own: power cuts (run by tests/powercut/store), and its bench beside SQLite. The calendar's bench.
CUT := $(addprefix tests/powercut/,disk.c medium.c disk.h medium.h)
$(O)/tests/powercut/store_cut: tests/powercut/store_cut.c $(wildcard tests/powercut/workload.[ch]) $(CUT) $(BELOW-store) $(READY)
	$(link) $(filter %.c,$^) $(call libs,store)
$(O)/tests/powercut/outbox_cut: tests/powercut/outbox_cut.c tests/unit/app/model_network.h $(CUT) $(BELOW-app) $(READY)
	$(link) -Itests/unit -Itests/unit/app $(filter %.c,$^) $(call libs,app)
$(O)/tests/bench/store_bench: tests/bench/store_bench.c $(BELOW-store) $(READY)
	$(link) $< $(call libs,store) -lsqlite3
$(O)/tests/bench/rules_bench: tests/bench/rules_bench.c $(BELOW-app) $(READY)
	$(link) $< $(call libs,app)
$(O)/tests/bench/page_bench: tests/bench/page_bench.c $(BELOW-app) $(READY)
	$(link) $< $(call libs,app)
$(O)/tests/bench/calendar_bench: tests/bench/calendar_bench.c $(BELOW-care) $(READY)
	$(link) $< $(call libs,care)
$(O)/tests/bench/net_bench: tests/bench/net_bench.c $(BELOW-net) $(READY)
	$(link) $< $(call libs,net)
# The bad wire of tests/badnet.
WIRE   := $(O)/tests/badnet/wire
$(WIRE): tests/badnet/wire.c tests/badnet/wire_frame.c tests/badnet/wire_frame.h $(READY)
	$(link) $(filter %.c,$^)
REPLAY := $(FUZZED:%=$(O)/tests/fuzz/%_replay)
RUNNER  = O=$(abspath $(O)) SAN=$(SAN) VEDETTA=$(abspath $(O))/vedetta RUN='$(RUN)' RUN_SCRIPT='$(RUN_SCRIPT)' tools/runtests

unit: $(UNIT)
	$(if $(UNIT),,$(error no tests/unit/$(T)_test.c))
	$(Q)$(RUNNER) $^
unit-lwip: $(ON_LWIP)
	$(Q)$(RUNNER) $^
fuzz-replay: $(REPLAY)
	$(Q)$(RUNNER) $^
fuzz:
	$(Q)$(MAKE) O=$(O)-fuzz CC=clang AR=ar SAN= CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined \
		-fno-sanitize-recover=all -Wno-unknown-warning-option' fuzz-run
fuzz-run: $(FUZZED:%=$(O)/tests/fuzz/%_fuzz)
	$(Q)tools/runfuzz $(FUZZ_S) $^
test: all $(UNIT) $(ON_LWIP) $(REPLAY) $(O)/tests/powercut/store_cut $(O)/tests/powercut/outbox_cut $(WIRE)
	$(Q)$(RUNNER) $(UNIT) $(ON_LWIP) $(REPLAY) $(SCRIPTS)
badnet: all $(WIRE)
	$(Q)$(MAKE) BOARD=host-lwip O=$(O)-lwip all
	$(Q)O=$(abspath $(O)) VEDETTA=$(abspath $(O))/vedetta VEDETTA_LWIP=$(abspath $(O))-lwip/vedetta tests/badnet/run --table
lint: $(READY)
	$(Q)tools/lint/all $(O) $(TP)/include
sizes: $(BOARDS:%=sizes-%)
sizes-%: FORCE
	$(Q)$(MAKE) BOARD=$* O=$(if $(filter $*,$(BOARD)),$(O),build/$*) SAN= all >/dev/null
	$(Q)$(MAKE) -s BOARD=$* O=$(if $(filter $*,$(BOARD)),$(O),build/$*) SAN= sizes-of
sizes-of: $(O)/vedetta
	$(Q)SIZE=$(SIZE) NM=$(NM) STRIP=$(STRIP) SOURCES=$(filter host,$(BOARD)) tools/sizes $(BOARD) $(O)
run: all
	$(Q)O=$(abspath $(O)) tools/demo
bench: all $(addprefix $(O)/tests/bench/,store_bench calendar_bench rules_bench page_bench net_bench)
	$(Q)O=$(abspath $(O)) tests/bench/run
clean:
	$(Q)rm -rf $(O)
help:
	@cat tools/help

-include $(shell find $(O) -name '*.d' 2>/dev/null)
