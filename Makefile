# The front door, for people and for CI alike. It needs Python 3.11 or newer and make; the rest it brings along.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

PORT ?= 8000
PYTHON ?=
ARGS ?=
BENCH ?=
SCALE ?=
RUN := .venv/bin/python

.PHONY: help
help: ## Say what can be made
	@echo "Marque. Two commands:  make run   and   make test"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

.PHONY: python
python: # .venv with the locked packages
	@for candidate in "$(PYTHON)" python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  [ -n "$$candidate" ] && "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' 2>/dev/null \
	    && exec "$$candidate" -m deploy.dev.bootstrap; \
	done; \
	echo "marque: Python 3.11 or newer was not found: install it, or name it, like \`make run PYTHON=/usr/local/bin/python3.12\`." >&2; \
	exit 1

.PHONY: setup
setup: python # and the front end
	@$(RUN) -m deploy.dev.frontend

.PHONY: run
run: setup ## Start everything and print where it is; PORT=9000 moves all ports
	@PORT="$(PORT)" exec $(RUN) -m deploy.dev.run

.PHONY: check
check: setup ## Lint, types, import contracts, Django's checks
	@exec $(RUN) -m deploy.dev.checks

.PHONY: test
test: check ## All checks and all tests; ARGS="tests/tenants -k walls" for some
	@CHROMIUM="$$($(RUN) -m deploy.dev.browser)" && export CHROMIUM \
	  && exec $(RUN) -m pytest -n 3 --dist worksteal $(ARGS)

.PHONY: bench
bench: setup ## Measure each path beside its floor; BENCH=thread for one, SCALE=small for a quick look
	@BENCH="$(BENCH)" SCALE="$(SCALE)" exec $(RUN) -m tests.bench

.PHONY: screenshots
screenshots: setup ## Take pictures of the main pages in two brands, light and dark, desktop and phone
	@CHROMIUM="$$($(RUN) -m deploy.dev.browser)" && export CHROMIUM && exec $(RUN) -m tests.screenshots

.PHONY: reset
reset: python ## Forget this checkout's data
	@exec $(RUN) -m deploy.dev.reset

.PHONY: lock
lock: python ## Write requirements.lock anew from pyproject.toml
	@UV_CUSTOM_COMPILE_COMMAND="make lock" exec $(RUN) -m uv pip compile pyproject.toml --group dev --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --quiet --output-file requirements.lock
