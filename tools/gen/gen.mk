# SPDX-License-Identifier: MIT
# Sources made at build time; they are compiled into the library of the folder whose header declares them.
GEN-care   := zone_names.o holiday_sets.o
GEN-output := web_assets.o
GEN-app    := ca_bundle.o sbom.o

ZONEINFO ?= /usr/share/zoneinfo
CA_CERTS ?= /usr/share/ca-certificates/mozilla
HOLIDAYS := $(sort $(wildcard data/holidays/*.txt))
WEB      := $(sort $(wildcard src/output/web/*))
GEN       = $(Q)mkdir -p $(@D) && $(PYTHON)

$(O)/src/care/zone_names.c: tools/gen/zones $(wildcard $(ZONEINFO)/tzdata.zi) | setup
	$(GEN) tools/gen/zones $(ZONEINFO) >$@
$(O)/src/care/holiday_sets.c: tools/gen/holidays $(HOLIDAYS) data/holidays | setup
	$(GEN) tools/gen/holidays $(HOLIDAYS) >$@
$(O)/src/output/web_assets.c: tools/gen/embed $(WEB) $(if $(WEB),src/output/web) | setup
	$(GEN) tools/gen/embed $(WEB) >$@
$(O)/ca-bundle.pem: tools/gen/ca-bundle tools/gen/ca-roots | setup
	$(GEN) tools/gen/ca-bundle $(CA_CERTS) tools/gen/ca-roots >$@
$(O)/src/app/ca_bundle.c: tools/gen/embed $(O)/ca-bundle.pem
	$(GEN) tools/gen/embed --one vd_ca_bundle app/ca_bundle.h $(O)/ca-bundle.pem >$@
# Follows git's state, so it is looked at in every build, and touched only when it says something else.
$(O)/src/app/sbom.c: FORCE $(TP)/.done $(O)/.config
	$(GEN) tools/gen/sbom $(O)/.config '$(MUSL)' >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }
