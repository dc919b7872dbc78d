# common.mk - the only build recipes of the project.
#
# A directory's Makefile names PROG or LIB, SRCS, TEST_SRCS, PKGS and includes this file.
#   LIBS       further static libraries (paths below .build/$(MODE)/) it links before libcommon
#   DB_TEST_SRCS  tests that need a PostgreSQL: make db-test with TEST_DATABASE_URL
#   FAKES      objects linked into every unit test in place of the archive's members
#   BENCH_SRCS programs that print a figure beside its limit
#   MIGRATIONS schema directory below sql/ whose files are embedded after those of sql/backbone/
#              (pg/migrate.h)
#   FUZZ_SRCS  libFuzzer targets: `make MODE=fuzz fuzz` runs each for FUZZ_S seconds
#   GENERATOR  sources of a program that is linked with the archive's other members and run on
#              GENERATOR_DATA; the C file that it prints is compiled into the archive
#   OPENAPI    file embedded as `const char openapi_yaml[]`
# MODE        release (default) | asan (default for tests) | tsan | fuzz | mutant-inbox, mutant-outbox,
#             mutant-offset: release with one promise broken, for the proof that tests/chaos can fail
# WERROR=     leaves warnings as warnings, for packagers

TOP  := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)
HERE := $(patsubst $(TOP)/%,%,$(CURDIR))
MODE ?= $(if $(filter test check unit db-test,$(MAKECMDGOALS)),asan,release)
OUT  := $(TOP)/.build/$(MODE)
OBJ  := $(OUT)/$(HERE)
CC   := $(if $(filter default,$(origin CC)),$(if $(filter fuzz,$(MODE)),clang,gcc),$(CC))
AR   := $(if $(filter default,$(origin AR)),gcc-ar,$(AR))

WERROR   ?= -Werror
WARNINGS := -Wall -Wextra $(WERROR) -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wold-style-definition -Wwrite-strings -Wformat=2 -Wpointer-arith -Wundef -Wvla \
            -Wimplicit-fallthrough -fno-common

MODE_release := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
                -fstack-clash-protection
MODE_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
MODE_tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
MODE_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
MODE_mutant-inbox  := $(MODE_release) -DMUTATION_INBOX
MODE_mutant-outbox := $(MODE_release) -DMUTATION_OUTBOX
MODE_mutant-offset := $(MODE_release) -DMUTATION_OFFSET
LINK_release := -Wl,-z,relro,-z,now
LINK_fuzz    := -fsanitize=address,undefined
$(if $(MODE_$(MODE)),,$(error MODE=$(MODE): use release, asan, tsan, fuzz or mutant-inbox, -outbox, -offset))

VERSION := $(shell git -C $(TOP) describe --always --dirty 2>/dev/null || echo unversioned)
PKGS    += jansson
TESTPKG := cmocka
CFLAGS  ?= $(MODE_$(MODE))
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -fPIE -pthread -I$(TOP)/common -I$(CURDIR) \
             -I$(CURDIR)/src $(shell pkg-config --cflags $(PKGS))
ALL_LDLIBS = $(LDLIBS) $(shell pkg-config --libs $(PKGS)) -pthread -lm
ALL_LDFLAGS = -pie $(MODE_$(MODE):-fsanitize=fuzzer-no-link%=) $(LINK_$(MODE)) $(LDFLAGS)

NAME      := $(notdir $(CURDIR))
SQL_FILES := $(if $(MIGRATIONS),$(foreach d,backbone $(MIGRATIONS),$(sort $(wildcard $(TOP)/sql/$(d)/*.sql))))
EMBEDDED  := $(if $(MIGRATIONS),$(OBJ)/embed_sql.o) $(if $(OPENAPI),$(OBJ)/embed_openapi.o)
OBJS      := $(SRCS:%.c=$(OBJ)/%.o)
MADE_OBJ  := $(if $(GENERATOR),$(OBJ)/made.o)
GEN_OBJS  := $(GENERATOR:%.c=$(OBJ)/%.o)
LIB_OBJS  := $(filter-out $(OBJ)/src/main.o,$(OBJS))
ARCHIVE   := $(OBJ)/$(if $(LIB),$(LIB),lib$(NAME).a)
COMMON    := $(OUT)/common/libcommon.a
LINK_WITH := $(ARCHIVE) $(LIBS:%=$(OUT)/%) $(if $(filter $(COMMON),$(ARCHIVE)),,$(COMMON))
TESTS     := $(TEST_SRCS:%.c=$(OBJ)/%)
DB_TESTS  := $(DB_TEST_SRCS:%.c=$(OBJ)/%)
BENCHES   := $(BENCH_SRCS:%.c=$(OBJ)/%)
FUZZERS   := $(FUZZ_SRCS:%.c=$(OBJ)/%)
FUZZ_S    ?= 10
FAKE_OBJS := $(FAKES:%.c=$(OBJ)/%.o)

.PHONY: fuzz all lib test check unit db-test clean FORCE
.DELETE_ON_ERROR:
# Kept, though nothing names them. Of all, as an empty list would say, a new source file went unbuilt.
.SECONDARY: $(foreach t,$(TESTS) $(DB_TESTS) $(BENCHES) $(FUZZERS),$(t).o)

all: $(ARCHIVE) $(if $(PROG),$(OUT)/bin/$(PROG))
lib: $(ARCHIVE)

$(ARCHIVE): $(LIB_OBJS) $(MADE_OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

# Members that call for what is being made are left out by the linker.
$(OBJ)/generator.a: $(LIB_OBJS)
	@rm -f $@
	@$(AR) rcs $@ $^
$(OBJ)/generator: $(GEN_OBJS) $(OBJ)/generator.a $(COMMON)
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)
$(OBJ)/made.c: $(OBJ)/generator $(GENERATOR_DATA)
	@$(OBJ)/generator $(GENERATOR_DATA) > $@
$(MADE_OBJ): $(OBJ)/made.c
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Every other archive is built by its own Makefile, so that no rule is written twice.
ifneq ($(HERE),common)
$(COMMON): FORCE
	@$(MAKE) --no-print-directory -C $(TOP)/common MODE=$(MODE) lib
endif
$(LIBS:%=$(OUT)/%): $(OUT)/%: FORCE
	@$(MAKE) --no-print-directory -C $(TOP)/$(dir $*) MODE=$(MODE) lib

# Embedded objects are named: only libcommon, the last archive, asks for them.
$(OUT)/bin/$(PROG): $(OBJ)/src/main.o $(EMBEDDED) $(LINK_WITH)
	@mkdir -p $(@D)
	@echo "  LINK  $(PROG) ($(MODE))"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS)

$(OBJ)/%.o: %.c $(OBJ)/flags
	@mkdir -p $(@D)
	@echo "  CC    $(HERE)/$<"
	@$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(EMBEDDED): $(OBJ)/%.o: $(OBJ)/%.c
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(OBJ)/embed_sql.c: $(SQL_FILES) $(TOP)/common/embed
	@mkdir -p $(@D)
	@$(TOP)/common/embed migrations $(SQL_FILES) > $@
$(OBJ)/embed_openapi.c: $(OPENAPI) $(TOP)/common/embed
	@mkdir -p $(@D)
	@$(TOP)/common/embed text openapi_yaml $(OPENAPI) > $@

# Rebuilds when compiler or flags change.
$(OBJ)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS)' > $@
$(OBJ)/common/service/version.o $(OBJ)/service/version.o: ALL_CFLAGS += -DSUITE_VERSION='"$(VERSION)"'

$(TESTS) $(DB_TESTS): $(OBJ)/%: $(OBJ)/%.o $(FAKE_OBJS) $(LINK_WITH)
	@echo "  LINK  $(HERE)/$*"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS) $(shell pkg-config --libs $(TESTPKG))

test check unit: $(TESTS)
	@$(TOP)/tests/run-unit-tests $(HERE) $(TESTS)

# Against the database of TEST_DATABASE_URL, in schemas that the tests make and drop.
db-test: $(DB_TESTS)
	@test -n "$$TEST_DATABASE_URL" || { echo "db-test: set TEST_DATABASE_URL"; exit 1; }
	@$(TOP)/tests/run-unit-tests $(HERE) $(DB_TESTS)

bench: $(BENCHES)
$(BENCHES): $(OBJ)/%: $(OBJ)/%.o $(LINK_WITH)
	@echo "  LINK  $(HERE)/$*"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LDLIBS) $(shell pkg-config --libs $(TESTPKG))

$(FUZZERS): $(OBJ)/%: $(OBJ)/%.o $(LINK_WITH)
	@echo "  LINK  $(HERE)/$*"
	@$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(ALL_LDLIBS)

fuzz: $(FUZZERS)
	@for f in $^; do $$f -max_total_time=$(FUZZ_S) -print_final_stats=1 || exit 1; done

clean:
	@rm -rf $(foreach m,release asan tsan fuzz mutant-inbox mutant-outbox mutant-offset,$(TOP)/.build/$(m)/$(HERE))

-include $(OBJS:.o=.d) $(GEN_OBJS:.o=.d) $(TESTS:=.d) $(DB_TESTS:=.d) $(FUZZERS:=.d) $(BENCHES:=.d) $(FAKE_OBJS:.o=.d)
