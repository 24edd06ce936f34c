# Aurora: one Makefile for everything (`make help`).
#
# Programs are listed here and nowhere else; one pattern rule makes each of them. How to add a function is written in
# shared/aurora/service.h.

FUNCTIONS = identity thoughts journals planning search
JOBS      = index-refresh reminders sweep

# SAN=1 builds everything with AddressSanitizer and UndefinedBehaviorSanitizer, beside the ordinary build.
SAN   ?= 0
BUILD ?= build/$(if $(filter 1,$(SAN)),san,release)

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

CC       = gcc
WARNINGS = -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wpointer-arith -Wcast-qual \
           -Wwrite-strings -Wundef -Wformat=2 -Wvla -Wimplicit-fallthrough
CPPFLAGS = -D_GNU_SOURCE -Ishared -iquote . -I$(BUILD)/gen -include util/banned.h $(LIBCFLAGS)
LIBCFLAGS := $(shell pkg-config --cflags libpq json-c 2>/dev/null)
# Hidden: libjwt's jansson also has a json_string, and must not find ours.
HARDEN   = -fvisibility=hidden -fstack-protector-strong -fPIE $(if $(filter 1,$(SAN)),,-D_FORTIFY_SOURCE=2)
CFLAGS   = -std=gnu11 -O2 -g $(WARNINGS) $(HARDEN) $(SANFLAGS)
LDFLAGS  = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SANFLAGS)
SANFLAGS = $(if $(filter 1,$(SAN)),-fsanitize=address$(,)undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined -DAURORA_SANITIZED)
,       := ,
LDLIBS   = -lpq -ljson-c -ljwt -lcrypto -lunistring -lcrypt -lseccomp

SHARED   := $(patsubst %.c,$(BUILD)/%.o,$(wildcard shared/*/*.c))
LIBRARY  := $(BUILD)/libaurora.a
BIN      := $(BUILD)/bin
PROGRAMS := $(FUNCTIONS:%=$(BIN)/%) $(JOBS:%=$(BIN)/%) $(BIN)/params
PLUGIN   := $(BIN)/journals-book.so
PLUGIN_SOURCES := functions/journals/book.c functions/journals/picture.c
SQL      := $(wildcard functions/*/*.sql cron/*.sql shared/aurora/*.sql)
SQLGEN   := $(foreach f,$(SQL),$(BUILD)/gen/$(notdir $(f)).h)
UNIT     := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))

all: $(PROGRAMS) $(PLUGIN)

help:
	@echo 'make up      install what is missing, build, start a house in $${AURORA_HOME:-./var}, show that it works'
	@echo 'make down    stop it; its data stays'
	@echo 'make test    everything that is checked; the last line counts'
	@echo 'make lint    compiler warnings, layout, cppcheck, shellcheck'
	@echo 'make bench   the measured bars, into scripts/bench/RESULTS.md'
	@echo 'make fault   the fault tests; FULL=1 for full size'
	@echo 'SAN=1        with any of them: under ASan and UBSan'

deps:
	@scripts/deps run
deps-test:
	@scripts/deps run test
	@$(MAKE) --no-print-directory -s node_modules/.installed
deps-bench: deps-test
	@scripts/deps bench
# What tests and benchmark need of the npm registry, as package-lock.json has it.
node_modules/.installed: package-lock.json
	@npm ci --silent --no-fund --no-audit && touch $@

up: deps
	@$(MAKE) --no-print-directory -s all
	@BUILD=$(BUILD) scripts/aurora up --demo
down:
	@BUILD=$(BUILD) scripts/aurora down

test: deps-test
	@$(MAKE) --no-print-directory -s all unit
	@BUILD=$(BUILD) SAN=$(SAN) scripts/test
fault: deps-test
	@$(MAKE) --no-print-directory -s all unit
	@BUILD=$(BUILD) SAN=$(SAN) FULL=$(FULL) scripts/test fault
bench: deps-bench
	@$(MAKE) --no-print-directory -s all $(FLOORS)
	@BUILD=$(BUILD) scripts/bench/run
lint: deps-test
	@$(MAKE) --no-print-directory -s all unit
	@scripts/lint

unit: $(UNIT) $(addprefix $(BUILD)/tests/,answer busload failing.so)
clean:
	rm -rf build

# Statements of .sql files as tables of C.
$(foreach f,$(SQL),$(eval $(BUILD)/gen/$(notdir $(f)).h: $(f) scripts/sql2c; @mkdir -p $$(@D) && scripts/sql2c $$< >$$@.new && mv $$@.new $$@))

$(BUILD)/%.o: %.c | $(SQLGEN)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$(BUILD)/shared/aurora/service.o $(BUILD)/shared/aurora/job.o: CPPFLAGS += -DAURORA_VERSION='"$(VERSION)"'

$(LIBRARY): $(SHARED)
	@rm -f $@
	$(AR) rcs $@ $^

# A function is all C files of its directory, but those of its plug-ins; a job is its file in cron/ and what it names below.
FUNCTION_OBJECTS = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(PLUGIN_SOURCES),$(wildcard functions/$(1)/*.c)))
JOB_index-refresh = $(BUILD)/functions/search/index.o
JOB_reminders     = $(addprefix $(BUILD)/functions/planning/,caltime.o day.o erasure.o recurrence.o reminding.o rule.o rule_move.o timing.o zone.o)
JOB_sweep         = $(addprefix $(BUILD)/functions/,journals/accounts.o journals/orphans.o planning/erasure.o)

define PROGRAM
$(BIN)/$(1): $(2) $(LIBRARY)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) $(2) $(LIBRARY) $$(LDLIBS) -o $$@
endef
$(foreach f,$(FUNCTIONS),$(eval $(call PROGRAM,$(f),$(call FUNCTION_OBJECTS,$(f)))))
$(foreach j,$(JOBS),$(eval $(call PROGRAM,$(j),$(BUILD)/cron/$(j).o $(JOB_$(j)))))
$(eval $(call PROGRAM,params,$(BUILD)/scripts/params.o))
# The floors of the benchmark: one source, a function's statements each.
FLOORS = $(addprefix $(BIN)/floor-,thoughts journals planning)
$(FLOORS:$(BIN)/%=$(BUILD)/scripts/bench/%.o): $(BUILD)/scripts/bench/floor-%.o: scripts/bench/floor.c | $(SQLGEN)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -DFLOOR='"$*.sql.h"' -DFLOOR_$* -MMD -MP -c $< -o $@
$(foreach f,thoughts journals planning,$(eval $(call PROGRAM,floor-$(f),$(BUILD)/scripts/bench/floor-$(f).o)))
$(FLOORS): LDLIBS += -lfcgi
PLANNING_LIBS = -lical -licui18n -licuuc -lm
$(BIN)/planning $(BIN)/reminders $(addprefix $(BUILD)/tests/test_,recurrence reminding ics): LDLIBS += $(PLANNING_LIBS)
$(BUILD)/tests/test_ics: $(addprefix $(BUILD)/functions/planning/,$(addsuffix .o,ics_alarm ics_budget ics_extra ics_json ics_line ics_parts ics_read ics_time ics_vtimezone ics_write ics_zone caltime day recurrence rule rule_move zone zone_file))
JOURNALS_LIBS = -lmagic -lyaml -licui18n -licuuc -lcmark-gfm -lcmark-gfm-extensions
$(BIN)/journals $(addprefix $(BUILD)/tests/test_,words template markdown): LDLIBS += $(JOURNALS_LIBS)

# What sets books is loaded by the process that makes one, and by no other.
$(PLUGIN): $(PLUGIN_SOURCES:%.c=$(BUILD)/%.o)
	@mkdir -p $(@D)
	$(CC) -shared $(filter-out -pie,$(LDFLAGS)) $^ $(BOOK_LIBS) -o $@
$(PLUGIN_SOURCES:%.c=$(BUILD)/%.o): CFLAGS += -fPIC $(BOOK_CFLAGS)
BOOK_CFLAGS := $(shell pkg-config --cflags pangocairo cairo-pdf fribidi gdk-pixbuf-2.0 2>/dev/null)
BOOK_LIBS    = -lpangocairo-1.0 -lpango-1.0 -lcairo -lgdk_pixbuf-2.0 -lgobject-2.0 -lglib-2.0 -lfribidi -lcmark-gfm -lcmark-gfm-extensions -lm

$(BUILD)/tests/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(filter %.o,$^) $(LIBRARY) -lcmocka $(LDLIBS) -o $@

$(BUILD)/tests/answer: $(BUILD)/tests/api/answer.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ -ljson-c -o $@

$(BUILD)/tests/busload: $(BUILD)/tests/fault/busload.o $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# In front of the libraries of whatever it is loaded into, also of the sanitizers: it has none of its own.
$(BUILD)/tests/failing.so: tests/fault/failing.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=gnu11 -O2 -g $(WARNINGS) -fPIC -shared $< -o $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all help deps deps-test deps-bench up down test fault bench lint unit clean
.SECONDARY:
