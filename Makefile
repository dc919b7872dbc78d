# Only recurses: every recipe for C is in common/common.mk, everything else in the script it calls.
# make help lists the targets.

SERVICES := auth-service user-service expense-service deserialize-service
DIRS     := common $(SERVICES)
MODE     ?= release
STACK    := tests/stack/stack

.PHONY: all $(DIRS) up down status logs mail demo test lint bench chaos parse accuracy format docs docs-check clean \
        install install-lint install-bench help

all: $(DIRS) ## build the library and the four services (MODE=release|asan|tsan|fuzz)
$(DIRS):
	@$(MAKE) --no-print-directory -C $@ MODE=$(MODE) all
$(SERVICES): common

install: ## install what building, running and testing needs and is missing
	@tests/stack/install
install-lint:
	@tests/stack/install lint
install-bench:
	@tests/stack/install bench

up: install ## build, start everything on this machine, wait until ready, print the URL
	@$(MAKE) --no-print-directory all
	@$(STACK) up --mode $(MODE)
down: ## stop it
	@$(STACK) down
status: ## what runs
	@$(STACK) status || true
logs: ## follow all logs
	@$(STACK) logs
mail: ## the mails that were sent, caught by the stack's own mail server
	@$(STACK) mail
demo: install ## all of it: from a new user's sign-up to a categorised list of expenses (YEAR=1: a year of them)
	@$(MAKE) --no-print-directory all
	@tests/stack/demo $(if $(YEAR),--year)

test: install ## every test: unit tests of common and the services, then the suite tests
	@tests/run-tests
lint: install-lint ## formatting, static checks, both compilers, kong.yml, Dockerfiles, compose
	@tests/lint/all
# ONLY=figure,figure RUNS=3 QUICK=1 PROFILE=1 MEMORY_S=600: tests/bench/README.md
bench: install-bench ## measure against the limits of the parts, in the same run
	@$(MAKE) --no-print-directory all MODE=release
	@$(MAKE) --no-print-directory -C common bench MODE=release
	@$(MAKE) --no-print-directory -C tests/bench bench MODE=release
	@tests/bench/run

# DURATION=seconds SEED=of an earlier run FAULTS=kill,pause,... RATE=texts a second
chaos: install ## break a running stack on purpose, check what its clients were told (DURATION= SEED= FAULTS= RATE=)
	@tests/chaos/run $(if $(DURATION),--duration $(DURATION)) $(if $(SEED),--seed $(SEED)) \
	    $(if $(FAULTS),--faults $(FAULTS)) $(if $(RATE),--rate $(RATE))

# stdin and stdout belong to the tool: whatever the build says goes to stderr.
# ARGS=--explain adds every candidate of every field and its score.
parse: ## read bank texts: make -s parse < in.jsonl > out.jsonl
	@$(MAKE) --no-print-directory -s -C common MODE=release all >&2
	@$(MAKE) --no-print-directory -s -C deserialize-service/reader MODE=release all >&2
	@.build/release/bin/parse $(ARGS)

# ARGS=--misses prints the texts that are not read right instead of the figures.
READER := deserialize-service/reader
accuracy: ## score the reader's fixtures: per field, class and bank, with the confusion of classes
	@$(MAKE) --no-print-directory -s -C $(READER) MODE=release $(CURDIR)/.build/release/$(READER)/tests/accuracy_test >&2
	@cd $(READER) && $(CURDIR)/.build/release/$(READER)/tests/accuracy_test $(or $(ARGS),--report)

format: ## clang-format every C file in place
	@tests/lint/format --in-place
docs: all ## renew the generated blocks of the READMEs
	@tests/lint/docs
docs-check: all ## fail when a generated block is out of date
	@tests/lint/docs --check

clean: ## remove what was built (not .cache/ and not .run/)
	@rm -rf .build
help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 14
