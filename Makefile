# `make demo` and `make test` are all a newcomer needs: they find a Python, build .venv from the lock file and go on.

.DEFAULT_GOAL := help
.PHONY: help demo test quick deploy-test dev check audit sbom bench handbook lock clean setup database-server database-clients shells browser containers
SHELL := /bin/sh

BIN := .venv/bin
# Inside .venv, so that it goes when .venv goes; holds the folder it was made for, because scripts in bin/ do not move.
STAMP := .venv/.set-up-for
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

# What we are tested with; the upper bound is that of requires-python.
IS_SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
APT_INSTALL := apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(STAMP) ## classify four days of demo chats with the simulator: needs no key and no server
	@$(BIN)/python -m keyword_assets.cli.commands.demo

# Five workers more than cores: with three, tests that wait for Dagster's loops and for servers left an eighth of the
# cores idle. Without the variable, which some images set, each of the hundreds of processes that tests start would
# compile all of ours again.
test: $(STAMP) database-server database-clients shells browser ## the whole suite, with MariaDB and Chromium; ARGS="-k coverage" for a part
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 5)) --dist loadfile --no-loadscope-reorder $(ARGS)

# What a test uses tells whether it is one of them; see keyword_assets_tests/quick.py.
quick: $(STAMP) ## in about a minute: the tests that need no server, no browser and no process of their own
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $$(getconf _NPROCESSORS_ONLN) --dist worksteal --quick $(ARGS)

# Not part of `make test`: it needs root and a container engine, and ten minutes.
deploy-test: $(STAMP) browser containers ## the containers of deploy/ brought up from nothing, used through their proxy, and harmed
	@$(BIN)/python -m keyword_assets_tests.deploy $(ARGS)

dev: $(STAMP) ## the Dagster UI and daemon on 127.0.0.1:3000 over the demo's data
	@DAGSTER_HOME="$${KEYWORDS_HOME:-$(CURDIR)}/.keyword_assets/dagster" $(BIN)/python -m keyword_assets.cli.commands.dev

check: $(STAMP) audit ## lint, format, types, the import contracts, and known vulnerabilities of what the lock file names
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(STAMP)
	@$(BIN)/python .ci/audit.py

sbom: $(STAMP) ## sbom.json, the list of all that an installation runs (CycloneDX)
	@$(BIN)/python .ci/sbom.py sbom.json

bench: $(STAMP) ## run the benchmarks; figures go to benchmarks/results/
	@$(BIN)/python -m benchmarks $(ARGS)

handbook: $(STAMP) ## docs/cli.md and docs/cli.ko.md anew, from the help of the commands
	@$(BIN)/python -m keyword_assets_tests.handbook

# Versions stay as they are unless pyproject.toml asks for others; make lock ARGS=--upgrade moves them.
lock: $(STAMP) ## write requirements.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-strip-extras --generate-hashes \
	    --no-emit-index-url --no-header $(ARGS) pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    -c requirements.lock deploy/kubernetes/requirements.in -o deploy/kubernetes/requirements.lock
	@$(MAKE) --no-print-directory setup

clean: ## remove .venv and caches; data in .keyword_assets stay
	rm -rf .venv build *.egg-info .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(STAMP)
	@echo "Ready. For a database of your own:  . .venv/bin/activate && keyword-assets init"

# An interpreter that runs from this very folder is kept and only brought up to date; anything else is made anew.
# setuptools is in the lock file, so the package itself is built with it: nothing comes from outside the lock.
$(STAMP): requirements.lock pyproject.toml
	@set -eu; \
	if [ "$$($(BIN)/python -c 'import sys; print(sys.prefix)' 2>/dev/null)" != "$(CURDIR)/.venv" ] \
	    || ! $(BIN)/python -c '$(IS_SUITABLE)'; then \
	  python=; \
	  for candidate in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	    if "$$candidate" -c '$(IS_SUITABLE)' 2>/dev/null; then python=$$candidate; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "$(if $(PYTHON),PYTHON=$(PYTHON) is not Python 3.11$(comma) 3.12 or 3.13.,No Python 3.11$(comma) 3.12 or 3.13 found.)" \
	      "Install one (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	  fi; \
	  version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  if ! "$$python" -c 'import ensurepip' 2>/dev/null; then \
	    package=python$$version-venv; \
	    if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	      echo "Installing $$package, which Debian keeps apart from Python ..."; \
	      { $(APT_INSTALL) $$package; } >/dev/null; \
	    else \
	      echo "$$python cannot make virtual environments (no ensurepip). Debian: sudo apt-get install $$package" >&2; \
	      exit 1; \
	    fi; \
	  fi; \
	  echo "Setting up .venv with Python $$version: about a minute, this once ..."; \
	  "$$python" -m venv --clear .venv; \
	else \
	  echo "Bringing .venv up to date with requirements.lock and pyproject.toml ..."; \
	fi; \
	pip="$(BIN)/python -m pip install --disable-pip-version-check --no-input"; \
	{ $$pip --require-hashes -r requirements.lock && $$pip --no-deps --no-build-isolation -e .; } >.venv/set-up.log 2>&1 \
	  || { tail -n 30 .venv/set-up.log >&2; echo "Setting up .venv failed; all of it: .venv/set-up.log" >&2; exit 1; }; \
	printf '%s\n' "$(CURDIR)" >$(STAMP)

comma := ,

# The core packages only: the full ones would start a service. The tests run a private server of their own.
database-server:
	@set -eu; PATH="$$PATH:/usr/sbin:/usr/local/sbin:/usr/libexec:/usr/local/mysql/bin"; \
	if [ -n "$${KEYWORDS_TEST_MYSQL_URL:-}$${KEYWORDS_TEST_MYSQLD:-}" ] || command -v mariadbd >/dev/null || command -v mysqld >/dev/null; then \
	  exit 0; \
	fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing MariaDB's programs for the tests (no service is started) ..."; \
	  { $(APT_INSTALL) mariadb-server-core mariadb-client-core; } >/dev/null; \
	else \
	  echo "The tests need a MariaDB or MySQL server's programs. Debian:" \
	    "sudo apt-get install mariadb-server-core mariadb-client-core" \
	    "- or name a server that may create databases:" \
	    "KEYWORDS_TEST_MYSQL_URL=mysql+mysqlconnector://user:password@host/" >&2; \
	  exit 1; \
	fi

# For the tests of dumps. Without them, these tests fail and say what to install; all others need none.
database-clients:
	@set -eu; \
	if command -v mariadb-dump >/dev/null || command -v mysqldump >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing MariaDB's clients for the tests ..."; \
	  { $(APT_INSTALL) mariadb-client; } >/dev/null; \
	fi

# For the tests of what Tab completes. Those of a shell that is not there are skipped.
shells:
	@set -eu; \
	if command -v fish >/dev/null && command -v zsh >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing fish and zsh for the tests of completion ..."; \
	  { $(APT_INSTALL) fish zsh; } >/dev/null; \
	fi

# For the tests of the UI; the fonts are for the Korean text in their pictures.
browser:
	@set -eu; \
	if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the tests of the UI ..."; \
	  { $(APT_INSTALL) chromium chromium-driver fonts-noto-cjk; } >/dev/null; \
	else \
	  echo "The tests need Chromium and its driver. Debian:" \
	    "sudo apt-get install chromium chromium-driver fonts-noto-cjk" >&2; \
	  exit 1; \
	fi

# For deploy-test. runc works with older control groups, too; mmdebstrap makes a base image where no registry is reached.
# Program and package, where their names differ.
CONTAINERS := podman runc netavark aardvark-dns iptables mmdebstrap openssl systemd-analyze:systemd
containers:
	@set -eu; PATH="$$PATH:/usr/sbin:/usr/lib/podman"; missing=; \
	for needed in $(CONTAINERS); do \
	  command -v "$${needed%:*}" >/dev/null || missing="$$missing $${needed#*:}"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing$$missing for the test of the containers ..."; \
	  { $(APT_INSTALL) $$missing; } >/dev/null; \
	else \
	  echo "The test of the containers needs root and, of Debian: sudo apt-get install$$missing" >&2; \
	  exit 1; \
	fi
