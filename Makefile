# The one door. `make help` says what is behind it.
#
# Everything runs in .venv, which requirements/install keeps at exactly the compiled pins. Once installed, no target
# needs a network.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

# embedded, localstack, external or aws
BACKEND ?= embedded
# names of systems, separated by spaces; empty means all
STACKS ?=
# dev, staging or prod
ENV ?= dev
# anything pytest understands; -n0 runs one test after another, as --pdb wants it
PYTEST_ARGS ?=

STACK_OPTIONS := $(foreach stack,$(STACKS),--stack $(stack))

.PHONY: up test down reset seed logs status bench check deploy help pins format install install-dev

up: install ## Start backend and systems, load demo data, print their URLs (BACKEND=localstack, STACKS="shortener chat")
	@$(BIN)/terrarium up --detach --backend $(BACKEND) $(if $(filter localstack,$(BACKEND)),--containers) $(STACK_OPTIONS)

test: install-dev ## Run the whole test suite (BACKEND=localstack: on LocalStack in Docker; PYTEST_ARGS="-k redirect")
	@$(BIN)/python -m tests.on_backend $(BACKEND) $(PYTEST_ARGS)

down: install ## Stop everything, keep the data
	@$(BIN)/terrarium down

reset: install ## Stop everything and delete the data
	@$(BIN)/terrarium reset

seed: install ## Load the demo data again (STACKS=shortener)
	@$(BIN)/terrarium seed $(STACKS)

logs: install ## Follow the logs of the functions
	@$(BIN)/terrarium logs --follow

status: install ## Show what runs and how it is
	@$(BIN)/terrarium status

bench: install-dev ## Measure the numbers to hold, side by side with other emulators
	@$(BIN)/python -m tests.bench

check: install-dev ## Lint, format, types, import contracts, unit and architecture tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile tests/unit tests/contract tests/architecture $(PYTEST_ARGS)

deploy: install ## Deploy to AWS with the SAM CLI (ENV=dev, STACKS=shortener)
	@$(BIN)/terrarium deploy --env $(ENV) $(STACKS)

format: install-dev ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

pins: install-dev ## Compile requirements/*.in into pins with hashes (needs a network)
	@for name in terrarium dev lambda-image deploy; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --system-certs --generate-hashes --no-emit-index-url \
	    --no-header requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

install:
	@requirements/install terrarium

install-dev:
	@requirements/install dev
